//! Names of hosts and services, and numbers in network order.

use std::ffi::{CStr, CString};
use std::net::{Ipv4Addr, Ipv6Addr};

use pyjit_heap::{Gc, Value, lock};
use pyjit_runtime::core::native::NativeDef;
use pyjit_runtime::core::{audit, errors, modules as known, ops};
use pyjit_runtime::types::buffer;
use pyjit_runtime::types::bytes::Bytes;
use pyjit_runtime::types::exceptions::Exc;
use pyjit_runtime::types::int;
use pyjit_runtime::types::list::List;
use pyjit_runtime::types::module::Module;
use pyjit_runtime::types::str_::{Str, intern};
use pyjit_runtime::types::tuple::Tuple;
use pyjit_runtime::{R, Raised, Thread};

use super::address::{self, Address};
use crate::modules::posix::{check_plain, sys};

/// Raises `gaierror`.
fn gai_error(t: &Thread, code: i32) -> Raised {
    if code == libc::EAI_SYSTEM {
        let r: R<()> = check_plain(t, Err(std::io::Error::last_os_error()));
        return r.err().unwrap_or(Raised);
    }
    // SAFETY: the C library's own string, copied at once.
    let text = unsafe {
        CStr::from_ptr(libc::gai_strerror(code))
            .to_string_lossy()
            .into_owned()
    };
    let class = known::imported(intern("_socket"))
        .and_then(|m| m.cast::<Module>())
        .and_then(|m| m.get("gaierror"))
        .and_then(|c| c.cast())
        .unwrap_or_else(|| Exc::OSError.class());
    errors::raise_args(
        t,
        class,
        &[Value::int(i64::from(code)), Str::new(&text).value()],
    )
}

/// One result of the C library's search.
struct Info {
    family: i32,
    kind: i32,
    proto: i32,
    name: String,
    address: Address,
}

fn search(
    t: &Thread,
    host: Option<&[u8]>,
    service: Option<&[u8]>,
    hints: [i32; 4],
) -> R<Vec<Info>> {
    let c =
        |b: &[u8]| CString::new(b).map_err(|_| errors::value_error(t, "embedded null character"));
    let (host, service) = (host.map(c).transpose()?, service.map(c).transpose()?);
    let pointer = |s: &Option<CString>| s.as_ref().map_or(std::ptr::null(), |s| s.as_ptr());
    let mut list = std::ptr::null_mut();
    let (h, s) = (pointer(&host), pointer(&service));
    // SAFETY: terminated strings or null, a structure of ours, a pointer to be set.
    let code = unsafe {
        let mut wanted: libc::addrinfo = std::mem::zeroed();
        [
            wanted.ai_family,
            wanted.ai_socktype,
            wanted.ai_protocol,
            wanted.ai_flags,
        ] = hints;
        lock::blocking(|| libc::getaddrinfo(h, s, &wanted, &mut list))
    };
    if code != 0 {
        return Err(gai_error(t, code));
    }
    let mut found = Vec::new();
    let mut at = list;
    // SAFETY: the list that the call made, freed at its end.
    unsafe {
        while !at.is_null() {
            let i = &*at;
            let mut address = Address::empty();
            let n = (i.ai_addrlen as usize).min(size_of::<libc::sockaddr_storage>());
            std::ptr::copy_nonoverlapping(i.ai_addr.cast::<u8>(), address.target().cast(), n);
            address.len = n as libc::socklen_t;
            let name = match i.ai_canonname.is_null() {
                true => String::new(),
                false => CStr::from_ptr(i.ai_canonname)
                    .to_string_lossy()
                    .into_owned(),
            };
            found.push(Info {
                family: i.ai_family,
                kind: i.ai_socktype,
                proto: i.ai_protocol,
                name,
                address,
            });
            at = i.ai_next;
        }
        libc::freeaddrinfo(list);
    }
    Ok(found)
}

/// The address of a host, by number or by name, with port 0.
pub fn resolve(t: &Thread, host: &[u8], family: i32) -> R<Address> {
    if host == b"<broadcast>" || host == b"255.255.255.255" {
        return resolve_number(t, b"255.255.255.255", family);
    }
    if host.is_empty() {
        let hints = [family, libc::SOCK_DGRAM, 0, libc::AI_PASSIVE];
        return first(t, search(t, None, Some(b"0"), hints)?);
    }
    let hints = [family, 0, 0, 0];
    first(t, search(t, Some(host), None, hints)?)
}
fn resolve_number(t: &Thread, host: &[u8], family: i32) -> R<Address> {
    first(
        t,
        search(t, Some(host), None, [family, 0, 0, libc::AI_NUMERICHOST])?,
    )
}
fn first(t: &Thread, found: Vec<Info>) -> R<Address> {
    match found.into_iter().next() {
        Some(i) => Ok(i.address),
        None => Err(gai_error(t, libc::EAI_NONAME)),
    }
}
/// The text of an IPv6 address, with its zone.
pub fn text6(s: &libc::sockaddr_in6) -> String {
    let ip = Ipv6Addr::from(s.sin6_addr.s6_addr);
    match s.sin6_scope_id {
        0 => ip.to_string(),
        n if ip.is_unicast_link_local() => format!("{ip}%{n}"),
        _ => ip.to_string(),
    }
}

fn getaddrinfo(
    t: &Thread,
    host: Value,
    port: Value,
    family: Option<i64>,
    kind: Option<i64>,
    proto: Option<i64>,
    flags: Option<i64>,
) -> R<Gc<List>> {
    let host = match host.is_none() {
        true => None,
        false => Some(address::host(t, host)?),
    };
    let service = if port.is_none() {
        None
    } else if int::is_int(port) {
        Some(ops::index_i64(t, port)?.to_string().into_bytes())
    } else if port.cast::<Str>().is_some() || buffer::has(port) {
        Some(address::host(t, port)?)
    } else {
        return Err(errors::raise(t, Exc::OSError, "Int or String expected"));
    };
    let n = |v: Option<i64>| v.unwrap_or(0) as i32;
    let hints = [n(family), n(kind), n(proto), n(flags)];
    let found = search(t, host.as_deref(), service.as_deref(), hints)?;
    let list = List::new();
    for i in found {
        let number = |n: i32| Value::int(i64::from(n));
        let (name, a) = (Str::new(&i.name).value(), address::show(&i.address));
        let row = [number(i.family), number(i.kind), number(i.proto), name, a];
        list.push(t, Tuple::new(&row).value())?;
    }
    Ok(list)
}
fn getnameinfo(t: &Thread, sockaddr: Value, flags: i64) -> R<Gc<Tuple>> {
    let Some(items) = sockaddr.cast::<Tuple>() else {
        return Err(errors::type_error(
            t,
            "getnameinfo() argument 1 must be a tuple",
        ));
    };
    if items.len() < 2 {
        let m = "getnameinfo(): illegal sockaddr argument";
        return Err(errors::type_error(t, m));
    }
    let host = address::host(t, items.items()[0])?;
    let service = ops::index_i64(t, items.items()[1])?.to_string();
    let hints = [libc::AF_UNSPEC, libc::SOCK_DGRAM, 0, libc::AI_NUMERICHOST];
    let found = search(t, Some(&host), Some(service.as_bytes()), hints)?;
    let a = first(t, found)?;
    let (mut name, mut port) = (vec![0u8; 1025], vec![0u8; 32]);
    // SAFETY: an address, two buffers and their lengths.
    let code = lock::blocking(|| unsafe {
        libc::getnameinfo(
            a.get(),
            a.len,
            name.as_mut_ptr().cast(),
            name.len() as _,
            port.as_mut_ptr().cast(),
            port.len() as _,
            flags as i32,
        )
    });
    if code != 0 {
        return Err(gai_error(t, code));
    }
    let text = |b: &[u8]| {
        let end = b.iter().position(|c| *c == 0).unwrap_or(b.len());
        Str::new(&String::from_utf8_lossy(&b[..end])).value()
    };
    Ok(Tuple::new(&[text(&name), text(&port)]))
}
fn gethostbyname(t: &Thread, name: Value) -> R<Value> {
    let a = resolve(t, &address::host(t, name)?, libc::AF_INET)?;
    ops::getitem(t, address::show(&a), Value::int(0))
}
/// (name, aliases, addresses)
fn host_entry(t: &Thread, name: Value) -> R<Gc<Tuple>> {
    let host = address::host(t, name)?;
    let hints = [libc::AF_INET, libc::SOCK_STREAM, 0, libc::AI_CANONNAME];
    let found = search(t, Some(&host), None, hints)?;
    let addresses = List::new();
    let mut canonical = String::from_utf8_lossy(&host).into_owned();
    for i in &found {
        if !i.name.is_empty() {
            canonical.clone_from(&i.name);
        }
        addresses.push(
            t,
            ops::getitem(t, address::show(&i.address), Value::int(0))?,
        )?;
    }
    let name = Str::new(&canonical).value();
    Ok(Tuple::new(&[name, List::new().value(), addresses.value()]))
}
fn gethostbyaddr(t: &Thread, host: Value) -> R<Gc<Tuple>> {
    let ip = gethostbyname(t, host)?;
    let pair = Tuple::new(&[ip, Value::int(0)]).value();
    let name = getnameinfo(t, pair, i64::from(libc::NI_NAMEREQD))?.items()[0];
    let addresses = List::from_slice(t, &[ip])?;
    Ok(Tuple::new(&[name, List::new().value(), addresses.value()]))
}
fn gethostname(t: &Thread) -> R<Value> {
    audit::event(t, "socket.gethostname", || [])?;
    let mut name = vec![0u8; 1024];
    sys!(t, libc::gethostname(name.as_mut_ptr().cast(), name.len()))?;
    name.truncate(name.iter().position(|b| *b == 0).unwrap_or(0));
    Ok(crate::modules::posix::decode(
        std::os::unix::ffi::OsStringExt::from_vec(name),
    ))
}
fn getservbyname(t: &Thread, name: Value, proto: Option<Value>) -> R<i64> {
    let c = crate::modules::posix::execute::c_string(t, name)?;
    let proto = proto
        .map(|p| crate::modules::posix::execute::c_string(t, p))
        .transpose()?;
    let p = proto.as_ref().map_or(std::ptr::null(), |p| p.as_ptr());
    // SAFETY: terminated strings; the C library's own structure, read at once.
    let port = unsafe {
        let s = libc::getservbyname(c.as_ptr(), p);
        (!s.is_null()).then(|| u16::from_be((*s).s_port as u16))
    };
    match port {
        Some(p) => Ok(i64::from(p)),
        None => Err(errors::raise(t, Exc::OSError, "service/proto not found")),
    }
}
fn getservbyport(t: &Thread, port: i64, proto: Option<Value>) -> R<Value> {
    let Ok(port) = u16::try_from(port) else {
        let m = "getservbyport: port must be 0-65535.";
        return Err(errors::overflow_error(t, m));
    };
    let proto = proto
        .map(|p| crate::modules::posix::execute::c_string(t, p))
        .transpose()?;
    let p = proto.as_ref().map_or(std::ptr::null(), |p| p.as_ptr());
    // SAFETY: a terminated string; the C library's own structure, read at once.
    let name = unsafe {
        let s = libc::getservbyport(i32::from(port.to_be()), p);
        (!s.is_null()).then(|| std::ffi::CStr::from_ptr((*s).s_name).to_owned())
    };
    match name {
        Some(n) => Ok(Str::new(&n.to_string_lossy()).value()),
        None => Err(errors::raise(t, Exc::OSError, "port/proto not found")),
    }
}
fn if_indextoname(t: &Thread, index: i64) -> R<Value> {
    let mut name = [0 as libc::c_char; libc::IF_NAMESIZE];
    let Ok(index) = u32::try_from(index) else {
        return Err(errors::overflow_error(t, "index is out of range"));
    };
    // SAFETY: a buffer of the size that the call expects.
    if unsafe { libc::if_indextoname(index, name.as_mut_ptr()) }.is_null() {
        let e = std::io::Error::last_os_error();
        return crate::modules::posix::check_plain(t, Err(e));
    }
    // SAFETY: the call left a terminated string.
    let name = unsafe { std::ffi::CStr::from_ptr(name.as_ptr()) };
    Ok(Str::new(&name.to_string_lossy()).value())
}
fn if_nameindex(t: &Thread) -> R<Gc<List>> {
    let all = List::new();
    // SAFETY: an array that ends with index 0, freed afterwards.
    unsafe {
        let start = libc::if_nameindex();
        let mut p = start;
        while !p.is_null() && (*p).if_index != 0 {
            let name = std::ffi::CStr::from_ptr((*p).if_name).to_string_lossy();
            let index = Value::int(i64::from((*p).if_index));
            let entry = Tuple::new(&[index, Str::new(&name).value()]);
            all.push(t, entry.value())?;
            p = p.add(1);
        }
        if !start.is_null() {
            libc::if_freenameindex(start);
        }
    }
    Ok(all)
}
fn sethostname(t: &Thread, name: Value) -> R<()> {
    let c = crate::modules::posix::execute::c_string(t, name)?;
    let n = c.as_bytes().len();
    // SAFETY: a string of that length.
    let r = crate::modules::posix::cvt(unsafe { libc::sethostname(c.as_ptr(), n) });
    crate::modules::posix::check_plain(t, r).map(drop)
}
fn getprotobyname(t: &Thread, name: Value) -> R<i64> {
    let c = crate::modules::posix::execute::c_string(t, name)?;
    // SAFETY: a terminated string; the C library's own structure, read at once.
    let number = unsafe {
        let s = libc::getprotobyname(c.as_ptr());
        (!s.is_null()).then(|| (*s).p_proto)
    };
    match number {
        Some(n) => Ok(i64::from(n)),
        None => Err(errors::raise(t, Exc::OSError, "protocol not found")),
    }
}

// ---- numbers ---------------------------------------------------------------

fn illegal(t: &Thread, what: &str) -> Raised {
    errors::raise(
        t,
        Exc::OSError,
        format!("illegal IP address string passed to {what}"),
    )
}
fn inet_aton(t: &Thread, text: Value) -> R<Gc<Bytes>> {
    let c = crate::modules::posix::execute::c_string(t, text)?;
    let mut a = libc::in_addr { s_addr: 0 };
    // SAFETY: a terminated string, a structure to fill.
    match unsafe { inet_aton_c(c.as_ptr(), &mut a) } {
        0 => Err(illegal(t, "inet_aton")),
        _ => Ok(Bytes::new(&a.s_addr.to_ne_bytes())),
    }
}
unsafe extern "C" {
    #[link_name = "inet_aton"]
    fn inet_aton_c(text: *const libc::c_char, to: *mut libc::in_addr) -> libc::c_int;
}
fn inet_ntoa(t: &Thread, packed: Value) -> R<String> {
    let b = buffer::bytes(t, packed)?.to_vec();
    match <[u8; 4]>::try_from(b) {
        Ok(b) => Ok(Ipv4Addr::from(b).to_string()),
        Err(_) => Err(errors::raise(t, Exc::OSError, "packed IP wrong length")),
    }
}
fn inet_pton(t: &Thread, family: i64, text: Gc<Str>) -> R<Gc<Bytes>> {
    let text = text.lossy();
    let bytes = match family as i32 {
        libc::AF_INET => text.parse::<Ipv4Addr>().map(|a| a.octets().to_vec()),
        libc::AF_INET6 => text.parse::<Ipv6Addr>().map(|a| a.octets().to_vec()),
        _ => {
            let e = std::io::Error::from_raw_os_error(libc::EAFNOSUPPORT);
            return check_plain(t, Err(e));
        }
    };
    match bytes {
        Ok(b) => Ok(Bytes::new(&b)),
        Err(_) => Err(illegal(t, "inet_pton")),
    }
}
fn inet_ntop(t: &Thread, family: i64, packed: Value) -> R<String> {
    let b = buffer::bytes(t, packed)?.to_vec();
    let wrong = || errors::value_error(t, "invalid length of packed IP address string");
    match family as i32 {
        libc::AF_INET => {
            let b = <[u8; 4]>::try_from(b).map_err(|_| wrong())?;
            Ok(Ipv4Addr::from(b).to_string())
        }
        libc::AF_INET6 => {
            let b = <[u8; 16]>::try_from(b).map_err(|_| wrong())?;
            Ok(Ipv6Addr::from(b).to_string())
        }
        _ => {
            let m = format!("unknown address family {family}");
            Err(errors::value_error(t, m))
        }
    }
}
fn short(t: &Thread, name: &str, n: i64) -> R<u16> {
    if n < 0 {
        return Err(errors::value_error(t, "Cannot convert negative int"));
    }
    u16::try_from(n).map_err(|_| {
        let m = format!("{name}: Python int too large to convert to C 16-bit unsigned integer");
        errors::overflow_error(t, m)
    })
}
fn htons(t: &Thread, n: i64) -> R<i64> {
    short(t, "htons", n).map(|n| i64::from(n.to_be()))
}
fn ntohs(t: &Thread, n: i64) -> R<i64> {
    short(t, "ntohs", n).map(|n| i64::from(n.to_be()))
}
fn htonl(t: &Thread, n: i64) -> R<i64> {
    match u32::try_from(n) {
        Ok(n) => Ok(i64::from(n.to_be())),
        Err(_) => Err(errors::overflow_error(t, "int larger than 32 bits")),
    }
}
fn if_nametoindex(t: &Thread, name: Value) -> R<i64> {
    let c = crate::modules::posix::execute::c_string(t, name)?;
    // SAFETY: a terminated string.
    match unsafe { libc::if_nametoindex(c.as_ptr()) } {
        0 => Err(errors::raise(
            t,
            Exc::OSError,
            "no interface with this name",
        )),
        n => Ok(i64::from(n)),
    }
}
fn cmsg_len(_t: &Thread, length: i64) -> i64 {
    // SAFETY: arithmetic only.
    i64::from(unsafe { libc::CMSG_LEN(length as u32) })
}
fn cmsg_space(_t: &Thread, length: i64) -> i64 {
    // SAFETY: arithmetic only.
    i64::from(unsafe { libc::CMSG_SPACE(length as u32) })
}

/// The table of this theme.
pub const FUNCTIONS: &[NativeDef] = pyjit_runtime::native_table! {
    getaddrinfo(host, port, family=0, type=0, proto=0, flags=0) => getaddrinfo;
    getnameinfo(sockaddr, flags, /) => getnameinfo;
    gethostbyname(host, /) => gethostbyname;
    gethostbyname_ex(host, /) => host_entry;
    gethostbyaddr(host, /) => gethostbyaddr;
    gethostname() => gethostname;
    getservbyname(servicename, protocolname=None, /) => getservbyname;
    getservbyport(port, protocolname=None, /) => getservbyport;
    if_indextoname(if_index, /) => if_indextoname;
    if_nameindex() => if_nameindex;
    sethostname(name, /) => sethostname;
    getprotobyname(name, /) => getprotobyname;
    inet_aton(ip_addr, /) => inet_aton;
    inet_ntoa(packed_ip, /) => inet_ntoa;
    inet_pton(address_family, ip_string, /) => inet_pton;
    inet_ntop(address_family, packed_ip, /) => inet_ntop;
    htons(x, /) => htons;
    ntohs(x, /) => ntohs;
    htonl(x, /) => htonl;
    ntohl(x, /) => htonl;
    if_nametoindex(oname, /) => if_nametoindex;
    CMSG_LEN(length, /) => cmsg_len;
    CMSG_SPACE(length, /) => cmsg_space;
};
