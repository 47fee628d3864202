//! The process: identity, environment, exit.
#![allow(unsafe_code)]

use std::ffi::OsString;
use std::os::unix::ffi::OsStringExt;

use pyjit_heap::{Gc, Value};
use pyjit_runtime::core::errors;
use pyjit_runtime::core::native::NativeDef;
use pyjit_runtime::types::bytes::{self, Bytes};
use pyjit_runtime::types::str_::Str;
use pyjit_runtime::{R, Thread};

use super::{check_plain, cvt};

macro_rules! ids {
    ($($name:ident;)*) => { $(
        fn $name(_t: &Thread) -> i64 {
            // SAFETY: no memory is involved.
            i64::from(unsafe { libc::$name() } as i32)
        }
    )* };
}
ids! { getpid; getppid; getuid; geteuid; getgid; getegid; }

fn exit(_t: &Thread, status: i64) {
    // SAFETY: ends the process at once, which is what is asked for.
    unsafe { libc::_exit(status as i32) }
}
fn abort(_t: &Thread) {
    std::process::abort()
}
fn kill(t: &Thread, pid: i64, signal: i64) -> R<()> {
    // SAFETY: no memory is involved.
    check_plain(t, cvt(unsafe { libc::kill(pid as i32, signal as i32) }))?;
    // It may be for us.
    t.host().poll(t)
}
fn umask(_t: &Thread, mask: i64) -> i64 {
    // SAFETY: no memory is involved.
    i64::from(unsafe { libc::umask(mask as libc::mode_t) })
}
fn text(v: Value) -> OsString {
    OsString::from_vec(match v.cast::<Str>() {
        Some(s) => super::encode(&s),
        None => bytes::like(v).map_or(Vec::new(), |b| b.to_vec()),
    })
}
fn putenv(t: &Thread, name: Value, value: Value) -> R<()> {
    let (k, v) = (text(name), text(value));
    if k.is_empty()
        || k.as_encoded_bytes().contains(&b'=')
        || k.as_encoded_bytes().contains(&0)
        || v.as_encoded_bytes().contains(&0)
    {
        return Err(pyjit_runtime::core::errors::value_error(
            t,
            "illegal environment variable name",
        ));
    }
    // SAFETY: the interpreter lock is held, and native threads of ours do not read the environment.
    unsafe { std::env::set_var(k, v) };
    Ok(())
}
fn unsetenv(_t: &Thread, name: Value) {
    let k = text(name);
    if !k.is_empty() && !k.as_encoded_bytes().contains(&b'=') && !k.as_encoded_bytes().contains(&0)
    {
        // SAFETY: as above.
        unsafe { std::env::remove_var(k) }
    }
}
fn urandom(t: &Thread, size: i64) -> R<Gc<Bytes>> {
    let Ok(size) = usize::try_from(size) else {
        return Err(errors::value_error(t, "negative argument not allowed"));
    };
    let mut buffer = vec![0u8; size];
    // SAFETY: the buffer is ours and that long.
    let n = unsafe { libc::getrandom(buffer.as_mut_ptr().cast(), buffer.len(), 0) };
    check_plain(t, cvt(n as i32))?;
    Ok(Bytes::new(&buffer))
}
fn strerror(_t: &Thread, code: i64) -> String {
    super::message(code as i32)
}

/// The table of this theme.
pub const FUNCTIONS: &[NativeDef] = pyjit_runtime::native_table! {
    getpid() => getpid;
    getppid() => getppid;
    getuid() => getuid;
    geteuid() => geteuid;
    getgid() => getgid;
    getegid() => getegid;
    _exit(status) => exit;
    abort() => abort;
    kill(pid, signal, /) => kill;
    umask(mask, /) => umask;
    putenv(name, value, /) => putenv;
    unsetenv(name, /) => unsetenv;
    urandom(size, /) => urandom;
    strerror(code, /) => strerror;
};
