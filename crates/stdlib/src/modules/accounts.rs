//! `pwd` and `grp`: the databases of users and groups.
#![allow(unsafe_code)]

use std::ffi::{CStr, CString, OsString};
use std::os::unix::ffi::OsStringExt;

use pyjit_heap::{Gc, Value};
use pyjit_runtime::core::{errors, ops};
use pyjit_runtime::types::float;
use pyjit_runtime::types::int;
use pyjit_runtime::types::list::List;
use pyjit_runtime::types::module::Module;
use pyjit_runtime::types::str_::Str;
use pyjit_runtime::types::type_::type_name;
use pyjit_runtime::{R, Raised, Thread};

use crate::modules::posix;
use crate::native_module;
use crate::structure::Structure;

static PASSWD: Structure = Structure::new(
    "pwd.struct_passwd",
    &[
        "pw_name",
        "pw_passwd",
        "pw_uid",
        "pw_gid",
        "pw_gecos",
        "pw_dir",
        "pw_shell",
    ],
    7,
);
static GROUP: Structure = Structure::new(
    "grp.struct_group",
    &["gr_name", "gr_passwd", "gr_gid", "gr_mem"],
    4,
);

/// A string of the C library.
fn text(p: *const libc::c_char) -> Value {
    if p.is_null() {
        return Value::NONE;
    }
    // SAFETY: the library gives terminated strings.
    let bytes = unsafe { CStr::from_ptr(p) }.to_bytes().to_vec();
    posix::decode(OsString::from_vec(bytes))
}
fn user(t: &Thread, p: &libc::passwd) -> R<Value> {
    let values = [
        text(p.pw_name),
        text(p.pw_passwd),
        Value::int(i64::from(p.pw_uid)),
        Value::int(i64::from(p.pw_gid)),
        text(p.pw_gecos),
        text(p.pw_dir),
        text(p.pw_shell),
    ];
    PASSWD.make(t, &values)
}
fn group(t: &Thread, g: &libc::group) -> R<Value> {
    let members = List::new();
    let mut p = g.gr_mem;
    // SAFETY: an array of strings that ends with a null pointer.
    unsafe {
        while !p.is_null() && !(*p).is_null() {
            members.push(t, text(*p))?;
            p = p.add(1);
        }
    }
    let gid = Value::int(i64::from(g.gr_gid));
    let values = [text(g.gr_name), text(g.gr_passwd), gid, members.value()];
    GROUP.make(t, &values)
}

/// A user's or group's number; `None`: there can be no such.
fn id(t: &Thread, v: Value, what: &str) -> R<Option<u32>> {
    if float::get(v).is_some() || !is_number(v) {
        let name = type_name(v);
        let m = format!("{what} should be integer, not {name}");
        return Err(errors::type_error(t, m));
    }
    Ok(match int::to_i64(ops::index(t, v)?) {
        Some(-1) => Some(u32::MAX),
        Some(n) => u32::try_from(n).ok(),
        None => None,
    })
}
fn is_number(v: Value) -> bool {
    let index = pyjit_runtime::core::special::Special::Index;
    int::is_int(v)
        || pyjit_runtime::types::type_::class_of(v)
            .special(index)
            .is_some()
}
fn name_bytes(t: &Thread, name: Value) -> R<CString> {
    let Some(s) = name.cast::<Str>() else {
        let m = format!("argument must be str, not {}", type_name(name));
        return Err(errors::type_error(t, m));
    };
    CString::new(posix::encode(&s)).map_err(|_| errors::value_error(t, "embedded null byte"))
}
fn not_found(t: &Thread, function: &str, what: &str, v: Value) -> Raised {
    let shown = match ops::repr(t, v) {
        Ok(s) => s,
        Err(e) => return e,
    };
    let m = Str::new(&format!(
        "{function}(): {what} not found: {}",
        shown.lossy()
    ));
    errors::key_error(t, m.value())
}

/// Asks one of the `_r` functions with a growing buffer for strings, without
/// the interpreter lock. Gives the entry and the buffer that its strings are in.
macro_rules! look_up {
    ($t:expr, $type:ty, $f:path, $key:expr) => {{
        let mut room: Vec<libc::c_char> = vec![0; 1024];
        loop {
            // SAFETY: all-zero is a valid structure, which the call fills.
            let mut entry: $type = unsafe { std::mem::zeroed() };
            let mut found: *mut $type = std::ptr::null_mut();
            let (start, len) = (room.as_mut_ptr(), room.len());
            let r = pyjit_heap::lock::blocking(|| {
                // SAFETY: a number or a terminated string, and buffers of ours.
                unsafe { $f($key, &mut entry, start, len, &mut found) }
            });
            match r {
                libc::ERANGE if room.len() < 1 << 24 => room = vec![0; room.len() * 4],
                libc::EINTR => $t.host().poll($t)?,
                libc::ENOMEM => return Err(errors::memory_error($t)),
                _ => break (!found.is_null()).then_some((entry, room)),
            }
        }
    }};
}

fn getpwuid(t: &Thread, uid: Value) -> R<Value> {
    if let Some(n) = id(t, uid, "uid")?
        && let Some((p, _room)) = look_up!(t, libc::passwd, libc::getpwuid_r, n)
    {
        return user(t, &p);
    }
    Err(not_found(t, "getpwuid", "uid", uid))
}
fn getpwnam(t: &Thread, name: Value) -> R<Value> {
    let c = name_bytes(t, name)?;
    match look_up!(t, libc::passwd, libc::getpwnam_r, c.as_ptr()) {
        Some((p, _room)) => user(t, &p),
        None => Err(not_found(t, "getpwnam", "name", name)),
    }
}
fn getgrgid(t: &Thread, gid: Value) -> R<Value> {
    if let Some(n) = id(t, gid, "gid")?
        && let Some((g, _room)) = look_up!(t, libc::group, libc::getgrgid_r, n)
    {
        return group(t, &g);
    }
    Err(not_found(t, "getgrgid", "gid", gid))
}
fn getgrnam(t: &Thread, name: Value) -> R<Value> {
    let c = name_bytes(t, name)?;
    match look_up!(t, libc::group, libc::getgrnam_r, c.as_ptr()) {
        Some((g, _room)) => group(t, &g),
        None => Err(not_found(t, "getgrnam", "name", name)),
    }
}
fn getpwall(t: &Thread) -> R<Gc<List>> {
    let all = List::new();
    // SAFETY: the interpreter lock keeps other threads from the list's position;
    // entries are valid until the next call.
    unsafe {
        libc::setpwent();
        while let Some(p) = libc::getpwent().as_ref() {
            all.push(t, user(t, p)?)?;
        }
        libc::endpwent();
    }
    Ok(all)
}
fn getgrall(t: &Thread) -> R<Gc<List>> {
    let all = List::new();
    // SAFETY: as above.
    unsafe {
        libc::setgrent();
        while let Some(g) = libc::getgrent().as_ref() {
            all.push(t, group(t, g)?)?;
        }
        libc::endgrent();
    }
    Ok(all)
}

fn init_pwd(t: &Thread, m: Gc<Module>) -> R<()> {
    PASSWD.install(t, m)
}
fn init_grp(t: &Thread, m: Gc<Module>) -> R<()> {
    GROUP.install(t, m)
}

native_module! {
    /// This module provides access to the Unix password database.
    pub PWD = "pwd", init init_pwd;
    functions {
        /// Return the password database entry for the given numeric user ID.
        getpwuid(uidobj, /) => getpwuid;
        /// Return the password database entry for the given user name.
        getpwnam(name, /) => getpwnam;
        /// Return a list of all available password database entries.
        getpwall() => getpwall;
    }
}
native_module! {
    /// Access to the Unix group database.
    pub GRP = "grp", init init_grp;
    functions {
        /// Return the group database entry for the given numeric group ID.
        getgrgid(id) => getgrgid;
        /// Return the group database entry for the given group name.
        getgrnam(name) => getgrnam;
        /// Return a list of all available group entries, in arbitrary order.
        getgrall() => getgrall;
    }
}
