//! Sets of signals: masks of threads, and waiting for signals.

use pyjit_heap::{Gc, Value, lock};
use pyjit_runtime::core::native::NativeDef;
use pyjit_runtime::core::{errors, ops};
use pyjit_runtime::types::set::Set;
use pyjit_runtime::{R, Thread};

use super::COUNT;
use crate::blocking::{self, Round};
use crate::modules::posix::{check_plain, cvt};
use crate::structure::Structure;

pub static SIGINFO: Structure = Structure::new(
    "signal.struct_siginfo",
    &[
        "si_signo",
        "si_code",
        "si_errno",
        "si_pid",
        "si_uid",
        "si_status",
        "si_band",
    ],
    7,
);

fn empty() -> libc::sigset_t {
    // SAFETY: the call initialises the set.
    unsafe {
        let mut s = std::mem::zeroed();
        libc::sigemptyset(&mut s);
        s
    }
}
fn from_python(t: &Thread, v: Value) -> R<libc::sigset_t> {
    let mut s = empty();
    ops::for_each(t, v, |x| {
        let n = ops::index_i64(t, x)?;
        if n < 1 || n >= COUNT as i64 {
            let m = format!("signal number {n} out of range [1; {}]", COUNT - 1);
            return Err(errors::value_error(t, m));
        }
        // SAFETY: an initialised set.
        unsafe { libc::sigaddset(&mut s, n as i32) };
        Ok(())
    })?;
    Ok(s)
}
fn to_python(t: &Thread, s: &libc::sigset_t) -> R<Gc<Set>> {
    let set = Set::new();
    for n in 1..COUNT as i32 {
        // SAFETY: an initialised set.
        if unsafe { libc::sigismember(s, n) } == 1 {
            set.add(t, Value::int(i64::from(n)))?;
        }
    }
    Ok(set)
}
/// The result of calls that give an error number.
fn code(t: &Thread, e: i32) -> R<()> {
    match e {
        0 => Ok(()),
        e => check_plain(t, Err(std::io::Error::from_raw_os_error(e))),
    }
}

fn pthread_sigmask(t: &Thread, how: i64, mask: Value) -> R<Gc<Set>> {
    let new = from_python(t, mask)?;
    let mut old = empty();
    // SAFETY: one set is read, one written.
    code(t, unsafe {
        libc::pthread_sigmask(how as i32, &new, &mut old)
    })?;
    t.host().poll(t)?;
    to_python(t, &old)
}
fn valid_signals(t: &Thread) -> R<Gc<Set>> {
    let mut s = empty();
    // SAFETY: the set is ours.
    unsafe { libc::sigfillset(&mut s) };
    to_python(t, &s)
}
fn sigpending(t: &Thread) -> R<Gc<Set>> {
    let mut s = empty();
    // SAFETY: the set is ours.
    check_plain(t, cvt(unsafe { libc::sigpending(&mut s) }))?;
    to_python(t, &s)
}
fn sigwait(t: &Thread, sigset: Value) -> R<i64> {
    let s = from_python(t, sigset)?;
    let mut n = 0;
    // SAFETY: a set is read, a number written.
    code(t, lock::blocking(|| unsafe { libc::sigwait(&s, &mut n) }))?;
    Ok(i64::from(n))
}
fn wait_info(t: &Thread, sigset: Value, until: Option<i64>) -> R<Option<Value>> {
    let s = from_python(t, sigset)?;
    // SAFETY: all-zero is a valid value.
    let mut info: libc::siginfo_t = unsafe { std::mem::zeroed() };
    let r = blocking::try_retry(t, || {
        let left = until.map(|u| blocking::timespec((u - blocking::now()).max(0)));
        let left = left.as_ref().map_or(std::ptr::null(), std::ptr::from_ref);
        // SAFETY: a set and a time are read, a structure is written.
        cvt(unsafe { libc::sigtimedwait(&s, &mut info, left) })
    })?;
    if until.is_some()
        && r.as_ref()
            .is_err_and(|e| e.kind() == std::io::ErrorKind::WouldBlock)
    {
        return Ok(None);
    }
    check_plain(t, r)?;
    let n = |i: i64| Value::int(i);
    // SAFETY: fields that any signal's structure has room for.
    let (pid, uid, status) = unsafe { (info.si_pid(), info.si_uid(), info.si_status()) };
    let values = [
        n(i64::from(info.si_signo)),
        n(i64::from(info.si_code)),
        n(i64::from(info.si_errno)),
        n(i64::from(pid)),
        n(i64::from(uid)),
        n(i64::from(status)),
        n(0),
    ];
    SIGINFO.make(t, &values).map(Some)
}
fn sigwaitinfo(t: &Thread, sigset: Value) -> R<Option<Value>> {
    wait_info(t, sigset, None)
}
fn sigtimedwait(t: &Thread, sigset: Value, timeout: Value) -> R<Option<Value>> {
    let ns = blocking::nanoseconds(t, timeout, Round::Ceiling)?;
    if ns < 0 {
        return Err(errors::value_error(t, "timeout must be non-negative"));
    }
    wait_info(t, sigset, Some(blocking::now().saturating_add(ns)))
}
fn pthread_kill(t: &Thread, thread: i64, n: i64) -> R<()> {
    // SAFETY: the thread is the caller's business, as in C.
    code(t, unsafe {
        libc::pthread_kill(thread as libc::pthread_t, n as i32)
    })?;
    t.host().poll(t)
}

/// The table of this theme.
pub const FUNCTIONS: &[NativeDef] = pyjit_runtime::native_table! {
    /// Fetch and/or change the signal mask of the calling thread.
    pthread_sigmask(how, mask, /) => pthread_sigmask;
    /// Send a signal to a thread.
    pthread_kill(thread_id, signalnum, /) => pthread_kill;
    /// Return a set of valid signal numbers on this platform.
    valid_signals() => valid_signals;
    /// Examine pending signals.
    sigpending() => sigpending;
    /// Wait for a signal.
    sigwait(sigset, /) => sigwait;
    /// Wait synchronously until one of the signals in *sigset* is delivered.
    sigwaitinfo(sigset, /) => sigwaitinfo;
    /// Like sigwaitinfo(), but with a timeout.
    sigtimedwait(sigset, timeout, /) => sigtimedwait;
};
