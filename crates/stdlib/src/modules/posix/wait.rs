//! Waiting for child processes, and what their status means.
#![allow(unsafe_code)]

use pyjit_heap::{Gc, Value};
use pyjit_runtime::core::errors;
use pyjit_runtime::core::native::NativeDef;
use pyjit_runtime::types::float;
use pyjit_runtime::types::module::Module;
use pyjit_runtime::types::tuple::Tuple;
use pyjit_runtime::{R, Thread};

use super::{cvt, system};
use crate::blocking;
use crate::structure::Structure;

fn pair(pid: i32, status: i32) -> Gc<Tuple> {
    Tuple::new(&[Value::int(i64::from(pid)), Value::int(i64::from(status))])
}
fn waitpid(t: &Thread, pid: i64, options: i64) -> R<Gc<Tuple>> {
    let mut status = 0;
    let pid = blocking::retry(t, || {
        // SAFETY: one number is written.
        cvt(unsafe { libc::waitpid(pid as i32, &mut status, options as i32) })
    })?;
    Ok(pair(pid, status))
}
fn wait(t: &Thread) -> R<Gc<Tuple>> {
    waitpid(t, -1, 0)
}
fn wait4(t: &Thread, pid: i64, options: i64) -> R<Gc<Tuple>> {
    let mut status = 0;
    // SAFETY: all-zero is a valid structure.
    let mut usage: libc::rusage = unsafe { std::mem::zeroed() };
    let pid = blocking::retry(t, || {
        // SAFETY: a number and a structure are written.
        cvt(unsafe { libc::wait4(pid as i32, &mut status, options as i32, &mut usage) })
    })?;
    let usage = crate::modules::resource::usage(t, &usage)?;
    Ok(Tuple::new(&[
        Value::int(i64::from(pid)),
        Value::int(i64::from(status)),
        usage,
    ]))
}
fn wait3(t: &Thread, options: i64) -> R<Gc<Tuple>> {
    wait4(t, -1, options)
}
static WAITID_RESULT: Structure = Structure::new(
    "posix.waitid_result",
    &["si_pid", "si_uid", "si_signo", "si_status", "si_code"],
    5,
);
fn waitid(t: &Thread, kind: i64, id: i64, options: i64) -> R<Value> {
    // SAFETY: all-zero is a valid structure.
    let mut info: libc::siginfo_t = unsafe { std::mem::zeroed() };
    blocking::retry(t, || {
        // SAFETY: a structure is written.
        cvt(unsafe {
            libc::waitid(
                kind as libc::idtype_t,
                id as libc::id_t,
                &mut info,
                options as i32,
            )
        })
    })?;
    // SAFETY: fields of a structure about a child.
    let (pid, uid, status) = unsafe { (info.si_pid(), info.si_uid(), info.si_status()) };
    if pid == 0 {
        return Ok(Value::NONE);
    }
    let n = |i: i64| Value::int(i);
    let values = [
        n(i64::from(pid)),
        n(i64::from(uid)),
        n(i64::from(info.si_signo)),
        n(i64::from(status)),
        n(i64::from(info.si_code)),
    ];
    WAITID_RESULT.make(t, &values)
}
fn waitstatus_to_exitcode(t: &Thread, status: i64) -> R<i64> {
    let s = status as i32;
    if libc::WIFEXITED(s) {
        return Ok(i64::from(libc::WEXITSTATUS(s)));
    }
    if libc::WIFSIGNALED(s) {
        return Ok(-i64::from(libc::WTERMSIG(s)));
    }
    let m = match libc::WIFSTOPPED(s) {
        true => format!(
            "process stopped by delivery of signal {}",
            libc::WSTOPSIG(s)
        ),
        false => format!("invalid wait status: {s}"),
    };
    Err(errors::value_error(t, m))
}
macro_rules! tests {
    ($($f:ident $name:ident;)*) => { $(fn $f(_t: &Thread, status: i64) -> bool { libc::$name(status as i32) })* };
}
macro_rules! parts {
    ($($f:ident $name:ident;)*) => { $(fn $f(_t: &Thread, status: i64) -> i64 { i64::from(libc::$name(status as i32)) })* };
}
tests! {
    if_exited WIFEXITED; if_signaled WIFSIGNALED; if_stopped WIFSTOPPED;
    if_continued WIFCONTINUED; core_dump WCOREDUMP;
}
parts! { exit_status WEXITSTATUS; term_signal WTERMSIG; stop_signal WSTOPSIG; }

static TIMES_RESULT: Structure = Structure::new(
    "posix.times_result",
    &[
        "user",
        "system",
        "children_user",
        "children_system",
        "elapsed",
    ],
    5,
);
fn times(t: &Thread) -> R<Value> {
    // SAFETY: all-zero is a valid structure, which the call fills.
    let (s, elapsed) = unsafe {
        let mut s: libc::tms = std::mem::zeroed();
        let e = libc::times(&mut s);
        (s, e)
    };
    let ticks = system::sysconf_value(libc::_SC_CLK_TCK).max(1) as f64;
    let f = |n: libc::clock_t| float::from_f64(n as f64 / ticks);
    let values = [
        f(s.tms_utime),
        f(s.tms_stime),
        f(s.tms_cutime),
        f(s.tms_cstime),
        f(elapsed),
    ];
    TIMES_RESULT.make(t, &values)
}

/// Makes the classes of results.
pub fn init(t: &Thread, m: Gc<Module>) -> R<()> {
    WAITID_RESULT.install(t, m)?;
    TIMES_RESULT.install(t, m)
}

/// The table of this theme.
pub const FUNCTIONS: &[NativeDef] = pyjit_runtime::native_table! {
    waitpid(pid, options, /) => waitpid;
    wait() => wait;
    wait3(options) => wait3;
    wait4(pid, options) => wait4;
    waitid(idtype, id, options, /) => waitid;
    waitstatus_to_exitcode(status) => waitstatus_to_exitcode;
    WIFEXITED(status) => if_exited;
    WIFSIGNALED(status) => if_signaled;
    WIFSTOPPED(status) => if_stopped;
    WIFCONTINUED(status) => if_continued;
    WCOREDUMP(status, /) => core_dump;
    WEXITSTATUS(status) => exit_status;
    WTERMSIG(status) => term_signal;
    WSTOPSIG(status) => stop_signal;
    times() => times;
};
