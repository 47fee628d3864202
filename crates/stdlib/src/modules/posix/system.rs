//! Users, groups, sessions, scheduling, and facts about the machine.
#![allow(unsafe_code)]

use std::ffi::{CStr, OsString};
use std::os::unix::ffi::OsStringExt;

use pyjit_heap::{Gc, Value};
use pyjit_runtime::core::native::NativeDef;
use pyjit_runtime::core::{errors, ops, settings};
use pyjit_runtime::types::bytes::Bytes;
use pyjit_runtime::types::float;
use pyjit_runtime::types::list::List;
use pyjit_runtime::types::module::Module;
use pyjit_runtime::types::set::Set;
use pyjit_runtime::types::str_::Str;
use pyjit_runtime::types::tuple::Tuple;
use pyjit_runtime::{R, Thread};

use super::{check_plain, constants, counted, cvt, list_of, path_or_fd, sys};
use crate::structure::Structure;

/// Functions of numbers that give a number.
macro_rules! numbers {
    ($($name:ident($($arg:ident),*);)*) => { $(
        fn $name(t: &Thread, $($arg: i64),*) -> R<i64> {
            sys!(t, libc::$name($($arg as _),*)).map(i64::from)
        }
    )* };
}
/// Functions of numbers that give nothing.
macro_rules! actions {
    ($($name:ident($($arg:ident),*);)*) => { $(
        fn $name(t: &Thread, $($arg: i64),*) -> R<()> {
            sys!(t, libc::$name($($arg as _),*)).map(drop)
        }
    )* };
}
numbers! {
    getpgid(pid); getpgrp(); getsid(pid); tcgetpgrp(fd); sched_getscheduler(pid);
    sched_get_priority_max(policy); sched_get_priority_min(policy);
}
actions! {
    setpgid(pid, group); setsid(); setuid(uid); setgid(gid); seteuid(uid); setegid(gid);
    setreuid(real, effective); setregid(real, effective); setresuid(real, effective, saved);
    setresgid(real, effective, saved); killpg(group, signal); tcsetpgrp(fd, group);
    sched_yield(); setpriority(which, who, priority);
}
fn getpriority(t: &Thread, which: i64, who: i64) -> R<i64> {
    // SAFETY: this thread's error number, and no other memory.
    let (n, e) = unsafe {
        *libc::__errno_location() = 0;
        (
            libc::getpriority(which as _, who as _),
            std::io::Error::last_os_error(),
        )
    };
    match e.raw_os_error() {
        Some(0) => Ok(i64::from(n)),
        _ => check_plain(t, Err(e)),
    }
}
fn nice(t: &Thread, increment: i64) -> R<i64> {
    // SAFETY: this thread's error number, and no other memory.
    let (n, e) = unsafe {
        *libc::__errno_location() = 0;
        (
            libc::nice(increment as i32),
            std::io::Error::last_os_error(),
        )
    };
    match e.raw_os_error() {
        Some(0) => Ok(i64::from(n)),
        _ => check_plain(t, Err(e)),
    }
}
fn three(n: [u32; 3]) -> Gc<Tuple> {
    Tuple::new(&n.map(|n| Value::int(i64::from(n))))
}
fn getresuid(t: &Thread) -> R<Gc<Tuple>> {
    let [mut a, mut b, mut c] = [0; 3];
    sys!(t, libc::getresuid(&mut a, &mut b, &mut c))?;
    Ok(three([a, b, c]))
}
fn getresgid(t: &Thread) -> R<Gc<Tuple>> {
    let [mut a, mut b, mut c] = [0; 3];
    sys!(t, libc::getresgid(&mut a, &mut b, &mut c))?;
    Ok(three([a, b, c]))
}
fn groups_list(t: &Thread, groups: &[libc::gid_t]) -> R<Gc<List>> {
    list_of(t, groups.iter().map(|g| Value::int(i64::from(*g))))
}
fn getgroups(t: &Thread) -> R<Gc<List>> {
    let n = sys!(t, libc::getgroups(0, std::ptr::null_mut()))?;
    let mut groups = vec![0; n as usize];
    let n = sys!(t, libc::getgroups(n, groups.as_mut_ptr()))?;
    groups_list(t, &groups[..n as usize])
}
fn setgroups(t: &Thread, groups: Value) -> R<()> {
    let mut all: Vec<libc::gid_t> = Vec::new();
    ops::for_each(t, groups, |g| {
        all.push(ops::index_i64(t, g)? as libc::gid_t);
        Ok(())
    })?;
    sys!(t, libc::setgroups(all.len(), all.as_ptr())).map(drop)
}
fn getgrouplist(t: &Thread, user: Value, group: i64) -> R<Gc<List>> {
    let user = super::execute::c_string(t, user)?;
    let mut n = 64;
    loop {
        let mut groups = vec![0; n as usize];
        // SAFETY: a terminated string, a buffer of that length, its length.
        let r =
            unsafe { libc::getgrouplist(user.as_ptr(), group as _, groups.as_mut_ptr(), &mut n) };
        if r >= 0 || n as usize <= groups.len() {
            return groups_list(t, &groups[..n as usize]);
        }
    }
}
fn initgroups(t: &Thread, user: Value, group: i64) -> R<()> {
    let user = super::execute::c_string(t, user)?;
    sys!(t, libc::initgroups(user.as_ptr(), group as _)).map(drop)
}
fn getlogin(t: &Thread) -> R<Value> {
    // SAFETY: the C library's own string, copied at once.
    let name = unsafe {
        let p = libc::getlogin();
        if p.is_null() {
            return check_plain(t, Err(std::io::Error::last_os_error()));
        }
        CStr::from_ptr(p).to_bytes().to_vec()
    };
    Ok(super::decode(OsString::from_vec(name)))
}
fn ctermid(_t: &Thread) -> &'static str {
    "/dev/tty"
}

static UNAME_RESULT: Structure = Structure::new(
    "posix.uname_result",
    &["sysname", "nodename", "release", "version", "machine"],
    5,
);
fn uname(t: &Thread) -> R<Value> {
    // SAFETY: all-zero is a valid structure, which the call fills.
    let mut u: libc::utsname = unsafe { std::mem::zeroed() };
    sys!(t, libc::uname(&mut u))?;
    let text = |a: &[libc::c_char]| {
        // SAFETY: the fields are terminated strings.
        let s = unsafe { CStr::from_ptr(a.as_ptr()) };
        Str::new(&s.to_string_lossy()).value()
    };
    let values = [
        text(&u.sysname),
        text(&u.nodename),
        text(&u.release),
        text(&u.version),
        text(&u.machine),
    ];
    UNAME_RESULT.make(t, &values)
}
fn getloadavg(t: &Thread) -> R<Gc<Tuple>> {
    let mut n = [0f64; 3];
    sys!(t, libc::getloadavg(n.as_mut_ptr(), 3))?;
    Ok(Tuple::new(&n.map(float::from_f64)))
}
fn cpu_count(_t: &Thread) -> Value {
    if let Some(n) = settings::get().cpu_count {
        return Value::int(i64::from(n));
    }
    match sysconf_value(libc::_SC_NPROCESSORS_ONLN) {
        n if n > 0 => Value::int(n),
        _ => Value::NONE,
    }
}
static TERMINAL_SIZE: Structure = Structure::new("os.terminal_size", &["columns", "lines"], 2);
fn get_terminal_size(t: &Thread, fd: Option<i64>) -> R<Value> {
    // SAFETY: all-zero is a valid structure, which the call fills.
    let mut w: libc::winsize = unsafe { std::mem::zeroed() };
    sys!(
        t,
        libc::ioctl(fd.unwrap_or(1) as i32, libc::TIOCGWINSZ, &mut w)
    )?;
    let n = |i: u16| Value::int(i64::from(i));
    TERMINAL_SIZE.make(t, &[n(w.ws_col), n(w.ws_row)])
}
fn device_encoding(_t: &Thread, fd: i64) -> Value {
    match super::files::is_terminal(fd) {
        true => Str::new("UTF-8").value(),
        false => Value::NONE,
    }
}

// ---- scheduling ------------------------------------------------------------

fn sched_getaffinity(t: &Thread, pid: i64) -> R<Gc<Set>> {
    // SAFETY: all-zero is a valid set, which the call fills.
    let mut s: libc::cpu_set_t = unsafe { std::mem::zeroed() };
    sys!(
        t,
        libc::sched_getaffinity(pid as i32, size_of::<libc::cpu_set_t>(), &mut s)
    )?;
    let set = Set::new();
    for i in 0..libc::CPU_SETSIZE as usize {
        // SAFETY: an initialised set.
        if unsafe { libc::CPU_ISSET(i, &s) } {
            set.add(t, Value::int(i as i64))?;
        }
    }
    Ok(set)
}
fn sched_setaffinity(t: &Thread, pid: i64, mask: Value) -> R<()> {
    // SAFETY: all-zero is a valid set.
    let mut s: libc::cpu_set_t = unsafe { std::mem::zeroed() };
    ops::for_each(t, mask, |v| {
        let i = ops::index_i64(t, v)?;
        if !(0..i64::from(libc::CPU_SETSIZE)).contains(&i) {
            return Err(errors::value_error(t, "CPU number out of range"));
        }
        // SAFETY: an initialised set, a number within it.
        unsafe { libc::CPU_SET(i as usize, &mut s) };
        Ok(())
    })?;
    sys!(
        t,
        libc::sched_setaffinity(pid as i32, size_of::<libc::cpu_set_t>(), &s)
    )
    .map(drop)
}
static SCHED_PARAM: Structure = Structure::new("posix.sched_param", &["sched_priority"], 1);
fn sched_getparam(t: &Thread, pid: i64) -> R<Value> {
    // SAFETY: all-zero is a valid structure, which the call fills.
    let mut p: libc::sched_param = unsafe { std::mem::zeroed() };
    sys!(t, libc::sched_getparam(pid as i32, &mut p))?;
    SCHED_PARAM.make(t, &[Value::int(i64::from(p.sched_priority))])
}
fn sched_rr_get_interval(t: &Thread, pid: i64) -> R<f64> {
    let mut ts = crate::blocking::timespec(0);
    sys!(t, libc::sched_rr_get_interval(pid as i32, &mut ts))?;
    Ok(ts.tv_sec as f64 + ts.tv_nsec as f64 * 1e-9)
}

// ---- limits of the system --------------------------------------------------

/// A name (of a table) or a number.
fn named(t: &Thread, v: Value, table: &[(&str, i32)]) -> R<i32> {
    let Some(s) = v.cast::<Str>() else {
        if !pyjit_runtime::types::int::is_int(v) {
            let m = "configuration names must be strings or integers";
            return Err(errors::type_error(t, m));
        }
        return Ok(ops::index_i64(t, v)? as i32);
    };
    let found = table.iter().find(|(n, _)| n.as_bytes() == s.bytes());
    found
        .map(|(_, i)| *i)
        .ok_or_else(|| errors::value_error(t, "unrecognized configuration name"))
}
/// A limit of the system, -1 when there is none.
pub fn sysconf_value(name: i32) -> i64 {
    // SAFETY: no memory is involved.
    unsafe { libc::sysconf(name) }
}
fn sysconf(t: &Thread, name: Value) -> R<i64> {
    let n = named(t, name, constants::SYSCONF)?;
    // SAFETY: this thread's own error number.
    unsafe { *libc::__errno_location() = 0 };
    let r = sysconf_value(n);
    let e = std::io::Error::last_os_error();
    if r == -1 && e.raw_os_error() != Some(0) {
        return check_plain(t, Err(e));
    }
    Ok(r)
}
fn pathconf(t: &Thread, p: Value, name: Value) -> R<i64> {
    let (p, n) = (path_or_fd(t, p)?, named(t, name, constants::PATHCONF)?);
    // SAFETY: this thread's own error number; a terminated string.
    let r = unsafe {
        *libc::__errno_location() = 0;
        match p.fd {
            Some(fd) => libc::fpathconf(fd, n),
            None => libc::pathconf(p.c().as_ptr(), n),
        }
    };
    let e = std::io::Error::last_os_error();
    if r == -1 && e.raw_os_error() != Some(0) {
        return super::check(t, Err(e), &p);
    }
    Ok(r)
}
fn confstr(t: &Thread, name: Value) -> R<Value> {
    let n = named(t, name, constants::CONFSTR)?;
    let mut text = vec![0u8; 512];
    // SAFETY: the buffer is ours and that long.
    let size = unsafe { libc::confstr(n, text.as_mut_ptr().cast(), text.len()) };
    if size == 0 {
        return Ok(Value::NONE);
    }
    text.truncate(size.min(text.len()) - 1);
    Ok(super::decode(OsString::from_vec(text)))
}
fn getrandom(t: &Thread, size: i64, flags: Option<i64>) -> R<Gc<Bytes>> {
    let mut b = vec![0u8; size.max(0) as usize];
    let n = crate::blocking::retry(t, || {
        // SAFETY: the buffer is ours and that long.
        counted(unsafe {
            libc::getrandom(b.as_mut_ptr().cast(), b.len(), flags.unwrap_or(0) as u32)
        })
    })?;
    Ok(Bytes::new(&b[..n]))
}
fn pidfd_open(t: &Thread, pid: i64, flags: Option<i64>) -> R<i64> {
    // SAFETY: no memory is involved.
    let n = unsafe { libc::syscall(libc::SYS_pidfd_open, pid as i32, flags.unwrap_or(0) as u32) };
    check_plain(t, cvt(n as i32)).map(i64::from)
}

/// Makes the classes of results.
pub fn init(t: &Thread, m: Gc<Module>) -> R<()> {
    TERMINAL_SIZE.install(t, m)?;
    SCHED_PARAM.install(t, m)?;
    UNAME_RESULT.install(t, m)
}

/// The table of this theme.
pub const FUNCTIONS: &[NativeDef] = pyjit_runtime::native_table! {
    getpgid(pid) => getpgid;
    getpgrp() => getpgrp;
    getsid(pid, /) => getsid;
    tcgetpgrp(fd, /) => tcgetpgrp;
    setpgid(pid, pgrp, /) => setpgid;
    setsid() => setsid;
    setuid(uid, /) => setuid;
    setgid(gid, /) => setgid;
    seteuid(euid, /) => seteuid;
    setegid(egid, /) => setegid;
    setreuid(ruid, euid, /) => setreuid;
    setregid(rgid, egid, /) => setregid;
    setresuid(ruid, euid, suid, /) => setresuid;
    setresgid(rgid, egid, sgid, /) => setresgid;
    killpg(pgid, signal, /) => killpg;
    tcsetpgrp(fd, pgid, /) => tcsetpgrp;
    sched_yield() => sched_yield;
    sched_getscheduler(pid, /) => sched_getscheduler;
    sched_get_priority_max(policy) => sched_get_priority_max;
    sched_get_priority_min(policy) => sched_get_priority_min;
    sched_getparam(pid, /) => sched_getparam;
    sched_rr_get_interval(pid, /) => sched_rr_get_interval;
    sched_getaffinity(pid, /) => sched_getaffinity;
    sched_setaffinity(pid, mask, /) => sched_setaffinity;
    setpriority(which, who, priority) => setpriority;
    getpriority(which, who) => getpriority;
    nice(increment, /) => nice;
    getresuid() => getresuid;
    getresgid() => getresgid;
    getgroups() => getgroups;
    setgroups(groups, /) => setgroups;
    getgrouplist(user, group, /) => getgrouplist;
    initgroups(username, gid, /) => initgroups;
    getlogin() => getlogin;
    ctermid() => ctermid;
    uname() => uname;
    getloadavg() => getloadavg;
    cpu_count() => cpu_count;
    get_terminal_size(fd=1, /) => get_terminal_size;
    device_encoding(fd) => device_encoding;
    sysconf(name, /) => sysconf;
    pathconf(path, name) => pathconf;
    fpathconf(fd, name, /) => pathconf;
    confstr(name, /) => confstr;
    getrandom(size, flags=0) => getrandom;
    pidfd_open(pid, flags=0) => pidfd_open;
};
