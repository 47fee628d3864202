//! Addresses of sockets: Python objects to the C library's structures and back.

use pyjit_heap::{Gc, Value};
use pyjit_runtime::core::{errors, ops};
use pyjit_runtime::types::buffer;
use pyjit_runtime::types::bytes::Bytes;
use pyjit_runtime::types::str_::Str;
use pyjit_runtime::types::tuple::Tuple;
use pyjit_runtime::types::type_::type_name;
use pyjit_runtime::{R, Thread};

use super::names;
use crate::modules::posix;

/// An address as the C library has it.
pub struct Address {
    pub storage: libc::sockaddr_storage,
    pub len: libc::socklen_t,
}

impl Address {
    /// Room for any.
    pub fn empty() -> Address {
        Address {
            // SAFETY: all-zero is a valid structure.
            storage: unsafe { std::mem::zeroed() },
            len: size_of::<libc::sockaddr_storage>() as libc::socklen_t,
        }
    }
    /// For calls that read it.
    pub fn get(&self) -> *const libc::sockaddr {
        (&raw const self.storage).cast()
    }
    /// For calls that write it.
    pub fn target(&mut self) -> *mut libc::sockaddr {
        (&raw mut self.storage).cast()
    }
    fn of<T>(value: T) -> Address {
        let mut a = Address::empty();
        a.len = size_of::<T>() as libc::socklen_t;
        // SAFETY: every kind of address fits into the storage.
        unsafe { (&raw mut a.storage).cast::<T>().write(value) };
        a
    }
}

fn port(t: &Thread, v: Value) -> R<u16> {
    let n = ops::index_i64(t, v)?;
    u16::try_from(n).map_err(|_| errors::overflow_error(t, "bind(): port must be 0-65535."))
}
/// The bytes of a host argument; `None` gives none.
pub fn host(t: &Thread, v: Value) -> R<Vec<u8>> {
    match (v.cast::<Str>(), buffer::has(v)) {
        (Some(s), _) if s.is_ascii() => Ok(s.bytes().to_vec()),
        (Some(s), _) => {
            let args = [intern_idna()];
            let b = pyjit_runtime::core::call::call_attr(t, s.value(), "encode", &args)?;
            Ok(buffer::bytes(t, b)?.to_vec())
        }
        (None, true) => Ok(buffer::bytes(t, v)?.to_vec()),
        _ => {
            let m = format!("str, bytes or bytearray expected, not {}", type_name(v));
            Err(errors::type_error(t, m))
        }
    }
}
fn intern_idna() -> Value {
    pyjit_runtime::types::str_::intern("idna").value()
}

fn tuple<'a>(t: &Thread, v: Value, name: &str) -> R<&'a [Value]> {
    match v.cast::<Tuple>() {
        // The argument keeps the tuple alive.
        Some(x) => {
            let items: &[Value] = x.items();
            // SAFETY: the tuple is held by the caller's arguments for the whole call.
            Ok(unsafe { std::slice::from_raw_parts(items.as_ptr(), items.len()) })
        }
        None => {
            let m = format!(
                "{name}: AF_INET address must be tuple, not {}",
                type_name(v)
            );
            Err(errors::type_error(t, m))
        }
    }
}

/// The address that a Python object means for a family of sockets.
pub fn parse(t: &Thread, family: i32, v: Value, name: &str) -> R<Address> {
    match family {
        libc::AF_INET => {
            let &[h, p] = tuple(t, v, name)? else {
                let m = format!("{name}: AF_INET address must be a pair (host, port)");
                return Err(errors::type_error(t, m));
            };
            let mut a = names::resolve(t, &host(t, h)?, family)?;
            let p = port(t, p)?;
            // SAFETY: the structure of this family.
            unsafe { (*a.target().cast::<libc::sockaddr_in>()).sin_port = p.to_be() };
            Ok(a)
        }
        libc::AF_INET6 => {
            let items = tuple(t, v, name)?;
            if !(2..=4).contains(&items.len()) {
                let m = format!(
                    "{name}: AF_INET6 address must be a tuple (host, port[, flowinfo[, scopeid]])"
                );
                return Err(errors::type_error(t, m));
            }
            let mut a = names::resolve(t, &host(t, items[0])?, family)?;
            let p = port(t, items[1])?;
            let number = |i: usize| items.get(i).map_or(Ok(0), |v| ops::index_i64(t, *v));
            let (flow, scope) = (number(2)?, number(3)?);
            // SAFETY: the structure of this family.
            unsafe {
                let s = a.target().cast::<libc::sockaddr_in6>();
                (*s).sin6_port = p.to_be();
                (*s).sin6_flowinfo = (flow as u32).to_be();
                if scope != 0 {
                    (*s).sin6_scope_id = scope as u32;
                }
            }
            Ok(a)
        }
        libc::AF_UNIX => unix(t, v),
        _ => Err(errors::raise(
            t,
            pyjit_runtime::types::exceptions::Exc::OSError,
            format!("{name}: bad family"),
        )),
    }
}
fn unix(t: &Thread, v: Value) -> R<Address> {
    let path = match v.cast::<Str>() {
        Some(s) => posix::encode(&s),
        None => buffer::bytes(t, v)?.to_vec(),
    };
    // SAFETY: all-zero is a valid structure.
    let mut s: libc::sockaddr_un = unsafe { std::mem::zeroed() };
    let named = path.first().is_some_and(|b| *b != 0);
    if path.len() + usize::from(named) > s.sun_path.len() {
        let m = "AF_UNIX path too long";
        return Err(errors::raise(
            t,
            pyjit_runtime::types::exceptions::Exc::OSError,
            m,
        ));
    }
    s.sun_family = libc::AF_UNIX as libc::sa_family_t;
    for (to, from) in s.sun_path.iter_mut().zip(&path) {
        *to = *from as libc::c_char;
    }
    let mut a = Address::of(s);
    let before = std::mem::offset_of!(libc::sockaddr_un, sun_path);
    a.len = (before + path.len() + usize::from(named)) as libc::socklen_t;
    Ok(a)
}

/// The Python object for an address.
pub fn show(a: &Address) -> Value {
    let number = |n: u32| Value::int(i64::from(n));
    if a.len == 0 {
        return Value::NONE;
    }
    // SAFETY: the structure that the family says.
    unsafe {
        match i32::from(a.storage.ss_family) {
            libc::AF_INET => {
                let s = &*a.get().cast::<libc::sockaddr_in>();
                let ip = std::net::Ipv4Addr::from(u32::from_be(s.sin_addr.s_addr));
                let ip = Str::new(&ip.to_string()).value();
                Tuple::new(&[ip, number(u32::from(u16::from_be(s.sin_port)))]).value()
            }
            libc::AF_INET6 => {
                let s = &*a.get().cast::<libc::sockaddr_in6>();
                let ip = Str::new(&names::text6(s)).value();
                let port = number(u32::from(u16::from_be(s.sin6_port)));
                let (flow, scope) = (
                    number(u32::from_be(s.sin6_flowinfo)),
                    number(s.sin6_scope_id),
                );
                Tuple::new(&[ip, port, flow, scope]).value()
            }
            libc::AF_UNIX => {
                let before = std::mem::offset_of!(libc::sockaddr_un, sun_path);
                let n = (a.len as usize).saturating_sub(before);
                let s = &*a.get().cast::<libc::sockaddr_un>();
                let bytes: Vec<u8> = s.sun_path[..n.min(s.sun_path.len())]
                    .iter()
                    .map(|c| *c as u8)
                    .collect();
                unix_name(bytes)
            }
            _ => Value::NONE,
        }
    }
}
fn unix_name(bytes: Vec<u8>) -> Value {
    if bytes.first() == Some(&0) {
        let b: Gc<Bytes> = Bytes::new(&bytes);
        return b.value();
    }
    let end = bytes.iter().position(|b| *b == 0).unwrap_or(bytes.len());
    posix::decode(std::os::unix::ffi::OsStringExt::from_vec(
        bytes[..end].to_vec(),
    ))
}
