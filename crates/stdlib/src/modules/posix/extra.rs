//! Files, continued: vectored reading and writing, extended attributes,
//! pseudo-terminals, timers as files.
#![allow(unsafe_code)]

use std::ffi::{CStr, OsString};
use std::os::unix::ffi::OsStringExt;

use pyjit_heap::{Gc, Value};
use pyjit_runtime::core::native::NativeDef;
use pyjit_runtime::core::{errors, ops};
use pyjit_runtime::types::buffer;
use pyjit_runtime::types::bytes::Bytes;
use pyjit_runtime::types::float;
use pyjit_runtime::types::int;
use pyjit_runtime::types::list::List;
use pyjit_runtime::types::tuple::Tuple;
use pyjit_runtime::types::type_::type_name;
use pyjit_runtime::{R, Thread};

use super::execute::c_string;
use super::{PathArg, check, check_plain, counted, cvt, decode, path_or_fd, sys};
use crate::blocking::{self, Round};

type Opt = Option<Value>;

// ---- several buffers -------------------------------------------------------

/// Room for all the writable buffers of a sequence.
fn room(t: &Thread, buffers: Value) -> R<Vec<u8>> {
    let mut n = 0;
    ops::for_each(t, buffers, |b| {
        let Some(b) = buffer::writable(t, b)? else {
            return Err(buffer::not_bytes_like(t, b));
        };
        n += b.len();
        Ok(())
    })?;
    Ok(vec![0; n])
}
/// Spreads what was read over the buffers.
fn spread(t: &Thread, buffers: Value, mut data: &[u8]) -> R<()> {
    ops::for_each(t, buffers, |b| {
        if let Some(b) = buffer::writable(t, b)? {
            let n = b.len().min(data.len());
            b.bytes_mut()[..n].copy_from_slice(&data[..n]);
            data = &data[n..];
        }
        Ok(())
    })
}
fn gather(t: &Thread, buffers: Value) -> R<Vec<u8>> {
    let mut all = Vec::new();
    ops::for_each(t, buffers, |b| {
        all.extend_from_slice(&buffer::bytes(t, b)?);
        Ok(())
    })?;
    Ok(all)
}
fn sequence(t: &Thread, v: Value, name: &str) -> R<()> {
    if ops::is_sequence(pyjit_runtime::types::type_::class_of(v)) {
        return Ok(());
    }
    let m = format!("{name}() arg 2 must be a sequence");
    Err(errors::type_error(t, m))
}
fn readv(t: &Thread, fd: i64, buffers: Value) -> R<usize> {
    sequence(t, buffers, "readv")?;
    let mut data = room(t, buffers)?;
    let r = super::files::read_into(t, fd, &mut data)?;
    let n = check_plain(t, r)?;
    spread(t, buffers, &data[..n])?;
    Ok(n)
}
fn preadv(t: &Thread, fd: i64, buffers: Value, offset: i64, flags: Option<i64>) -> R<usize> {
    sequence(t, buffers, "preadv")?;
    let mut data = room(t, buffers)?;
    let flags = flags.unwrap_or(0) as i32;
    let n = blocking::retry(t, || {
        let part = libc::iovec {
            iov_base: data.as_mut_ptr().cast(),
            iov_len: data.len(),
        };
        // SAFETY: one buffer of ours.
        counted(unsafe { libc::preadv2(fd as i32, &part, 1, offset, flags) })
    })?;
    spread(t, buffers, &data[..n])?;
    Ok(n)
}
fn pwritev(t: &Thread, fd: i64, buffers: Value, offset: i64, flags: Option<i64>) -> R<usize> {
    sequence(t, buffers, "pwritev")?;
    let mut data = gather(t, buffers)?;
    let flags = flags.unwrap_or(0) as i32;
    blocking::retry(t, || {
        let part = libc::iovec {
            iov_base: data.as_mut_ptr().cast(),
            iov_len: data.len(),
        };
        // SAFETY: one buffer of ours, which is only read.
        counted(unsafe { libc::pwritev2(fd as i32, &part, 1, offset, flags) })
    })
}
fn splice(
    t: &Thread,
    src: i64,
    dst: i64,
    count: i64,
    from: Opt,
    to: Opt,
    flags: Option<i64>,
) -> R<usize> {
    if count < 0 {
        return Err(errors::value_error(t, "count cannot be negative"));
    }
    let number = |v: Opt| match v.filter(|v| !v.is_none()) {
        None => Ok(None),
        Some(v) => ops::index_i64(t, v).map(Some),
    };
    let (mut from, mut to) = (number(from)?, number(to)?);
    let flags = flags.unwrap_or(0) as u32;
    blocking::retry(t, || {
        let pointer =
            |n: &mut Option<i64>| n.as_mut().map_or(std::ptr::null_mut(), std::ptr::from_mut);
        let (a, b) = (pointer(&mut from), pointer(&mut to));
        // SAFETY: numbers of ours are read and written.
        counted(unsafe { libc::splice(src as i32, a, dst as i32, b, count as usize, flags) })
    })
}

// ---- extended attributes ---------------------------------------------------

/// Calls with a growing buffer, since the size of the answer is not known.
fn grow(p: &PathArg, t: &Thread, mut f: impl FnMut(&mut [u8]) -> isize) -> R<Vec<u8>> {
    let mut data = vec![0; 128];
    loop {
        match counted(f(&mut data)) {
            Ok(n) => {
                data.truncate(n);
                return Ok(data);
            }
            Err(e) if e.raw_os_error() == Some(libc::ERANGE) && data.len() < 1 << 17 => {
                data = vec![0; data.len() * 8];
            }
            Err(e) => return check(t, Err(e), p),
        }
    }
}
fn file(t: &Thread, p: Value, follow: Option<bool>, name: &str) -> R<(PathArg, bool)> {
    let p = path_or_fd(t, p)?;
    let follow = follow.unwrap_or(true);
    if p.fd.is_some() && !follow {
        let m = format!("{name}: cannot use fd and follow_symlinks together");
        return Err(errors::value_error(t, m));
    }
    Ok((p, follow))
}
fn getxattr(t: &Thread, p: Value, name: Value, follow: Option<bool>) -> R<Gc<Bytes>> {
    let (p, follow) = file(t, p, follow, "getxattr")?;
    let (c, name) = (p.c(), c_string(t, name)?);
    // SAFETY: terminated strings and a buffer of that length.
    let data = grow(&p, t, |b| unsafe {
        let (to, n) = (b.as_mut_ptr().cast(), b.len());
        match p.fd {
            Some(fd) => libc::fgetxattr(fd, name.as_ptr(), to, n),
            None if follow => libc::getxattr(c.as_ptr(), name.as_ptr(), to, n),
            None => libc::lgetxattr(c.as_ptr(), name.as_ptr(), to, n),
        }
    })?;
    Ok(Bytes::new(&data))
}
fn setxattr(
    t: &Thread,
    p: Value,
    name: Value,
    value: Value,
    flags: Option<i64>,
    follow: Option<bool>,
) -> R<()> {
    let (p, follow) = file(t, p, follow, "setxattr")?;
    let (c, name) = (p.c(), c_string(t, name)?);
    let data = buffer::bytes(t, value)?;
    let (from, n, flags) = (data.as_ptr().cast(), data.len(), flags.unwrap_or(0) as i32);
    // SAFETY: terminated strings and data of that length.
    let r = unsafe {
        match p.fd {
            Some(fd) => libc::fsetxattr(fd, name.as_ptr(), from, n, flags),
            None if follow => libc::setxattr(c.as_ptr(), name.as_ptr(), from, n, flags),
            None => libc::lsetxattr(c.as_ptr(), name.as_ptr(), from, n, flags),
        }
    };
    check(t, cvt(r), &p).map(drop)
}
fn removexattr(t: &Thread, p: Value, name: Value, follow: Option<bool>) -> R<()> {
    let (p, follow) = file(t, p, follow, "removexattr")?;
    let (c, name) = (p.c(), c_string(t, name)?);
    // SAFETY: terminated strings.
    let r = unsafe {
        match p.fd {
            Some(fd) => libc::fremovexattr(fd, name.as_ptr()),
            None if follow => libc::removexattr(c.as_ptr(), name.as_ptr()),
            None => libc::lremovexattr(c.as_ptr(), name.as_ptr()),
        }
    };
    check(t, cvt(r), &p).map(drop)
}
fn listxattr(t: &Thread, p: Opt, follow: Option<bool>) -> R<Gc<List>> {
    let (p, follow) = file(t, super::or_dot(p), follow, "listxattr")?;
    let c = p.c();
    // SAFETY: a terminated string and a buffer of that length.
    let data = grow(&p, t, |b| unsafe {
        let (to, n) = (b.as_mut_ptr().cast(), b.len());
        match p.fd {
            Some(fd) => libc::flistxattr(fd, to, n),
            None if follow => libc::listxattr(c.as_ptr(), to, n),
            None => libc::llistxattr(c.as_ptr(), to, n),
        }
    })?;
    let names = data.split(|b| *b == 0).filter(|n| !n.is_empty());
    super::list_of(t, names.map(|n| decode(OsString::from_vec(n.to_vec()))))
}

// ---- pseudo-terminals ------------------------------------------------------

fn posix_openpt(t: &Thread, flags: i64) -> R<i64> {
    sys!(t, libc::posix_openpt(flags as i32 | libc::O_CLOEXEC)).map(i64::from)
}
fn grantpt(t: &Thread, fd: i64) -> R<()> {
    sys!(t, libc::grantpt(fd as i32)).map(drop)
}
fn unlockpt(t: &Thread, fd: i64) -> R<()> {
    sys!(t, libc::unlockpt(fd as i32)).map(drop)
}
fn ptsname(t: &Thread, fd: i64) -> R<Value> {
    let mut name = [0 as libc::c_char; 256];
    // SAFETY: a buffer of that length, in which a terminated string is left.
    let r = unsafe { libc::ptsname_r(fd as i32, name.as_mut_ptr(), name.len()) };
    if r != 0 {
        return check_plain(t, Err(std::io::Error::from_raw_os_error(r)));
    }
    // SAFETY: as above.
    let name = unsafe { CStr::from_ptr(name.as_ptr()) }.to_bytes().to_vec();
    Ok(decode(OsString::from_vec(name)))
}
fn login_tty(t: &Thread, fd: i64) -> R<()> {
    sys!(t, libc::login_tty(fd as i32)).map(drop)
}
fn forkpty(t: &Thread) -> R<Gc<Tuple>> {
    let (mut main, mut other) = (-1, -1);
    let null = std::ptr::null_mut::<libc::c_char>();
    sys!(
        t,
        libc::openpty(
            &mut main,
            &mut other,
            null,
            std::ptr::null(),
            std::ptr::null()
        )
    )?;
    let pid = super::execute::fork_process(t);
    // SAFETY: descriptors of ours, each closed in the process that does not need it.
    unsafe {
        match pid {
            Ok(0) => {
                libc::close(main);
                main = -1;
                libc::login_tty(other);
            }
            Ok(_) => {
                libc::close(other);
                libc::fcntl(main, libc::F_SETFD, libc::FD_CLOEXEC);
            }
            Err(_) => {
                libc::close(main);
                libc::close(other);
            }
        }
    }
    let pid = check_plain(t, pid)?;
    let n = |n: i32| Value::int(i64::from(n));
    Ok(Tuple::new(&[n(pid), n(main)]))
}

// ---- timers ----------------------------------------------------------------

fn timerfd_create(t: &Thread, clock: i64, flags: Option<i64>) -> R<i64> {
    let flags = flags.unwrap_or(i64::from(libc::TFD_CLOEXEC)) as i32;
    sys!(t, libc::timerfd_create(clock as i32, flags)).map(i64::from)
}
/// A timer's two times, from seconds or nanoseconds.
fn span(t: &Thread, v: Opt, exact: bool) -> R<libc::timespec> {
    let Some(v) = v else {
        return Ok(blocking::timespec(0));
    };
    let ns = match exact {
        true => ops::index_i64(t, v)?,
        false if float::get(v).is_some() || int::is_int(v) => {
            blocking::nanoseconds(t, v, Round::Ceiling)?
        }
        false => {
            let m = format!("must be real number, not {}", type_name(v));
            return Err(errors::type_error(t, m));
        }
    };
    Ok(blocking::timespec(ns))
}
fn shown(t: &Thread, s: &libc::itimerspec, exact: bool) -> Gc<Tuple> {
    let one = |s: &libc::timespec| {
        let ns = s.tv_sec * 1_000_000_000 + s.tv_nsec;
        match exact {
            true => int::from_i64(t, ns),
            false => float::from_f64(ns as f64 / 1e9),
        }
    };
    Tuple::new(&[one(&s.it_value), one(&s.it_interval)])
}
fn set_timer(
    t: &Thread,
    fd: i64,
    flags: Option<i64>,
    initial: Opt,
    interval: Opt,
    exact: bool,
) -> R<Gc<Tuple>> {
    let new = libc::itimerspec {
        it_value: span(t, initial, exact)?,
        it_interval: span(t, interval, exact)?,
    };
    // SAFETY: all-zero is a valid structure, which the call fills.
    let mut old: libc::itimerspec = unsafe { std::mem::zeroed() };
    let flags = flags.unwrap_or(0) as i32;
    sys!(t, libc::timerfd_settime(fd as i32, flags, &new, &mut old))?;
    Ok(shown(t, &old, exact))
}
fn timerfd_settime(t: &Thread, fd: i64, f: Option<i64>, a: Opt, b: Opt) -> R<Gc<Tuple>> {
    set_timer(t, fd, f, a, b, false)
}
fn timerfd_settime_ns(t: &Thread, fd: i64, f: Option<i64>, a: Opt, b: Opt) -> R<Gc<Tuple>> {
    set_timer(t, fd, f, a, b, true)
}
fn get_timer(t: &Thread, fd: i64, exact: bool) -> R<Gc<Tuple>> {
    // SAFETY: all-zero is a valid structure, which the call fills.
    let mut now: libc::itimerspec = unsafe { std::mem::zeroed() };
    sys!(t, libc::timerfd_gettime(fd as i32, &mut now))?;
    Ok(shown(t, &now, exact))
}
fn timerfd_gettime(t: &Thread, fd: i64) -> R<Gc<Tuple>> {
    get_timer(t, fd, false)
}
fn timerfd_gettime_ns(t: &Thread, fd: i64) -> R<Gc<Tuple>> {
    get_timer(t, fd, true)
}

// ---- scheduling and namespaces ---------------------------------------------

fn parameter(t: &Thread, v: Value) -> R<libc::sched_param> {
    let n = match v.cast::<Tuple>().map(|x| x.items().to_vec()) {
        Some(items) if items.len() == 1 => ops::index_i64(t, items[0])?,
        _ => return Err(errors::type_error(t, "must have a sched_param object")),
    };
    let sched_priority =
        i32::try_from(n).map_err(|_| errors::overflow_error(t, "sched_priority out of range"))?;
    Ok(libc::sched_param { sched_priority })
}
fn sched_setparam(t: &Thread, pid: i64, param: Value) -> R<()> {
    let p = parameter(t, param)?;
    sys!(t, libc::sched_setparam(pid as i32, &p)).map(drop)
}
fn sched_setscheduler(t: &Thread, pid: i64, policy: i64, param: Value) -> R<()> {
    let p = parameter(t, param)?;
    sys!(t, libc::sched_setscheduler(pid as i32, policy as i32, &p)).map(drop)
}
fn setpgrp(t: &Thread) -> R<()> {
    sys!(t, libc::setpgid(0, 0)).map(drop)
}
fn unshare(t: &Thread, flags: i64) -> R<()> {
    sys!(t, libc::unshare(flags as i32)).map(drop)
}
fn setns(t: &Thread, fd: Value, kind: Option<i64>) -> R<()> {
    let fd = super::descriptor(t, fd)? as i32;
    sys!(t, libc::setns(fd, kind.unwrap_or(0) as i32)).map(drop)
}
fn is_input_hook(_t: &Thread) -> bool {
    false
}

/// The table of this theme.
pub const FUNCTIONS: &[NativeDef] = pyjit_runtime::native_table! {
    readv(fd, buffers, /) => readv;
    preadv(fd, buffers, offset, flags=0, /) => preadv;
    pwritev(fd, buffers, offset, flags=0, /) => pwritev;
    splice(src, dst, count, offset_src=None, offset_dst=None, flags=0) => splice;
    getxattr(path, attribute, *, follow_symlinks=True) => getxattr;
    setxattr(path, attribute, value, flags=0, *, follow_symlinks=True) => setxattr;
    removexattr(path, attribute, *, follow_symlinks=True) => removexattr;
    listxattr(path=None, *, follow_symlinks=True) => listxattr;
    posix_openpt(oflag, /) => posix_openpt;
    grantpt(fd, /) => grantpt;
    unlockpt(fd, /) => unlockpt;
    ptsname(fd, /) => ptsname;
    login_tty(fd, /) => login_tty;
    forkpty() => forkpty;
    timerfd_create(clockid, /, *, flags=524288) => timerfd_create;
    timerfd_settime(fd, /, *, flags=0, initial=0.0, interval=0.0) => timerfd_settime;
    timerfd_settime_ns(fd, /, *, flags=0, initial=0, interval=0) => timerfd_settime_ns;
    timerfd_gettime(fd, /) => timerfd_gettime;
    timerfd_gettime_ns(fd, /) => timerfd_gettime_ns;
    sched_setparam(pid, param, /) => sched_setparam;
    sched_setscheduler(pid, policy, param, /) => sched_setscheduler;
    setpgrp() => setpgrp;
    unshare(flags) => unshare;
    setns(fd, nstype=0) => setns;
    _is_inputhook_installed() => is_input_hook;
};
