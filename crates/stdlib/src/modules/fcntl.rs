//! `fcntl`: control of descriptors, and locks of files.
#![allow(unsafe_code)]

use pyjit_heap::{Gc, Value};
use pyjit_runtime::core::{errors, ops};
use pyjit_runtime::types::buffer;
use pyjit_runtime::types::bytes::Bytes;
use pyjit_runtime::types::int;
use pyjit_runtime::types::module::Module;
use pyjit_runtime::types::str_::Str;
use pyjit_runtime::{R, Thread};

use crate::modules::posix::{cvt, descriptor};
use crate::{blocking, native_module};

/// Most bytes of an argument that is copied in and out.
const MOST: usize = 1024;

/// The bytes of an argument in a buffer with room behind them.
fn copied(t: &Thread, v: Value, what: &str) -> R<(Vec<u8>, usize)> {
    let data = match v.cast::<Str>() {
        Some(s) => s.bytes().to_vec(),
        None => buffer::bytes(t, v)?.to_vec(),
    };
    let n = data.len();
    if n > MOST {
        return Err(errors::value_error(
            t,
            format!("{what} argument 3 is too long"),
        ));
    }
    let mut room = data;
    room.resize(MOST + 1, 0);
    Ok((room, n))
}
fn fcntl(t: &Thread, fd: Value, command: i64, argument: Option<Value>) -> R<Value> {
    let fd = descriptor(t, fd)? as i32;
    let plain = match argument {
        None => Some(0),
        Some(v) if int::is_int(v) => Some(ops::index_i64(t, v)?),
        Some(_) => None,
    };
    if let Some(n) = plain {
        // SAFETY: a number is passed.
        let r = blocking::retry(t, || cvt(unsafe { libc::fcntl(fd, command as i32, n) }))?;
        return Ok(Value::int(i64::from(r)));
    }
    let (mut room, n) = copied(t, argument.unwrap_or(Value::NONE), "fcntl")?;
    blocking::retry(t, || {
        // SAFETY: a buffer with room for any structure that these calls know.
        cvt(unsafe { libc::fcntl(fd, command as i32, room.as_mut_ptr()) })
    })?;
    Ok(Bytes::new(&room[..n]).value())
}
fn ioctl(
    t: &Thread,
    fd: Value,
    request: i64,
    argument: Option<Value>,
    change: Option<bool>,
) -> R<Value> {
    let fd = descriptor(t, fd)? as i32;
    let plain = match argument {
        None => Some(0),
        Some(v) if int::is_int(v) => Some(ops::index_i64(t, v)?),
        Some(_) => None,
    };
    if let Some(n) = plain {
        // SAFETY: a number is passed.
        let r = blocking::retry(t, || cvt(unsafe { libc::ioctl(fd, request as _, n) }))?;
        return Ok(Value::int(i64::from(r)));
    }
    let v = argument.unwrap_or(Value::NONE);
    let writable = match v.cast::<Str>().is_none() && change.unwrap_or(true) {
        true => buffer::writable(t, v)?,
        false => None,
    };
    let (mut room, n) = copied(t, v, "ioctl")?;
    let r = blocking::retry(t, || {
        // SAFETY: a buffer with room for the structures of usual requests.
        cvt(unsafe { libc::ioctl(fd, request as _, room.as_mut_ptr()) })
    })?;
    match writable {
        Some(b) => {
            b.bytes_mut().copy_from_slice(&room[..n]);
            Ok(Value::int(i64::from(r)))
        }
        None => Ok(Bytes::new(&room[..n]).value()),
    }
}
fn flock(t: &Thread, fd: Value, operation: i64) -> R<()> {
    let fd = descriptor(t, fd)? as i32;
    // SAFETY: no memory is involved.
    blocking::retry(t, || cvt(unsafe { libc::flock(fd, operation as i32) })).map(drop)
}
fn lockf(
    t: &Thread,
    fd: Value,
    command: i64,
    length: Option<i64>,
    start: Option<i64>,
    whence: Option<i64>,
) -> R<()> {
    let fd = descriptor(t, fd)? as i32;
    let kind = match command as i32 {
        c if c & libc::LOCK_UN != 0 => libc::F_UNLCK,
        c if c & libc::LOCK_SH != 0 => libc::F_RDLCK,
        c if c & libc::LOCK_EX != 0 => libc::F_WRLCK,
        _ => return Err(errors::value_error(t, "unrecognized lockf argument")),
    };
    // SAFETY: all-zero is a valid structure.
    let mut l: libc::flock = unsafe { std::mem::zeroed() };
    l.l_type = kind as _;
    l.l_whence = whence.unwrap_or(0) as _;
    l.l_start = start.unwrap_or(0);
    l.l_len = length.unwrap_or(0);
    let waits = command as i32 & libc::LOCK_NB == 0;
    let how = if waits { libc::F_SETLKW } else { libc::F_SETLK };
    // SAFETY: one structure is read.
    blocking::retry(t, || cvt(unsafe { libc::fcntl(fd, how, &l) })).map(drop)
}

macro_rules! constants {
    ($($name:ident)*) => { &[$((stringify!($name), libc::$name as i64)),*] };
}
const CONSTANTS: &[(&str, i64)] = constants! {
    LOCK_SH LOCK_EX LOCK_NB LOCK_UN F_DUPFD F_DUPFD_CLOEXEC F_GETFD F_SETFD F_GETFL F_SETFL
    F_GETLK F_SETLK F_SETLKW F_GETOWN F_SETOWN F_RDLCK F_WRLCK F_UNLCK FD_CLOEXEC
    F_GETPIPE_SZ F_SETPIPE_SZ F_ADD_SEALS F_GET_SEALS F_SEAL_SEAL F_SEAL_SHRINK F_SEAL_GROW
    F_SEAL_WRITE F_OFD_GETLK F_OFD_SETLK F_OFD_SETLKW FIONREAD TIOCGWINSZ TIOCSWINSZ FIONBIO
    FIOCLEX FIONCLEX
};

fn init(t: &Thread, m: Gc<Module>) -> R<()> {
    for (name, v) in CONSTANTS {
        m.set(t, name, Value::int(*v))?;
    }
    Ok(())
}

native_module! {
    /// This module performs file control and I/O control on file descriptors.
    pub MODULE = "fcntl", init init;
    functions {
        /// Perform the operation `cmd` on file descriptor fd.
        fcntl(fd, cmd, arg=0, /) => fcntl;
        /// Perform the operation request on file descriptor fd.
        ioctl(fd, request, arg=0, mutate_flag=True, /) => ioctl;
        /// Perform the lock operation on file descriptor fd.
        flock(fd, operation, /) => flock;
        /// A wrapper around the fcntl() locking calls.
        lockf(fd, cmd, len=0, start=0, whence=0, /) => lockf;
    }
}
