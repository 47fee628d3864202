//! Waiting for the operating system: without the interpreter lock, again
//! after a signal (unless its handler raised), and for no longer than asked.
#![allow(unsafe_code)]

use std::io;
use std::sync::atomic::{AtomicU32, Ordering::Relaxed};

use pyjit_heap::{Value, lock};
use pyjit_runtime::core::{errors, ops};
use pyjit_runtime::types::{float, int};
use pyjit_runtime::{R, Thread};

use crate::modules::posix::check_plain;

/// How a number of seconds becomes one of nanoseconds.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Round {
    Floor,
    Ceiling,
}

/// Seconds (an int or a float) as nanoseconds.
pub fn nanoseconds(t: &Thread, v: Value, round: Round) -> R<i64> {
    let too_large = || errors::overflow_error(t, "timestamp out of range for C PyTime_t");
    let Some(f) = float::get(v) else {
        let Ok(i) = ops::index(t, v) else {
            t.exc.set(Value::NULL);
            let name = pyjit_runtime::types::type_::type_name(v);
            let m = format!("'{name}' object cannot be interpreted as an integer or float");
            return Err(errors::type_error(t, m));
        };
        let s = int::to_i64(i).ok_or_else(too_large)?;
        return s.checked_mul(1_000_000_000).ok_or_else(too_large);
    };
    if f.is_nan() {
        return Err(errors::value_error(t, "Invalid value NaN (not a number)"));
    }
    let ns = match round {
        Round::Floor => (f * 1e9).floor(),
        Round::Ceiling => (f * 1e9).ceil(),
    };
    if ns.abs() >= i64::MAX as f64 {
        return Err(too_large());
    }
    Ok(ns as i64)
}

/// Nanoseconds as the C library wants them.
pub fn timespec(ns: i64) -> libc::timespec {
    libc::timespec {
        tv_sec: ns.div_euclid(1_000_000_000),
        tv_nsec: ns.rem_euclid(1_000_000_000),
    }
}

/// Now, on the clock that never goes back.
pub fn now() -> i64 {
    let mut ts = timespec(0);
    // SAFETY: the call writes one timespec.
    unsafe { libc::clock_gettime(libc::CLOCK_MONOTONIC, &mut ts) };
    ts.tv_sec * 1_000_000_000 + ts.tv_nsec
}

/// Handles a signal that has arrived since the last poll: what waits now would not
/// be interrupted by it.
pub fn poll_if_asked(t: &Thread) -> R<()> {
    match t.breaker.load(Relaxed) {
        0 => Ok(()),
        _ => t.host().poll(t),
    }
}
/// Calls `f` without the interpreter lock, again as long as a signal
/// interrupts it. Handlers run in between; the outer error is what they raise.
pub fn try_retry<T>(t: &Thread, mut f: impl FnMut() -> io::Result<T>) -> R<io::Result<T>> {
    loop {
        poll_if_asked(t)?;
        match lock::blocking(&mut f) {
            Err(e) if e.kind() == io::ErrorKind::Interrupted => t.host().poll(t)?,
            r => return Ok(r),
        }
    }
}
/// The same; raises `OSError` when `f` fails.
pub fn retry<T>(t: &Thread, f: impl FnMut() -> io::Result<T>) -> R<T> {
    let r = try_retry(t, f)?;
    check_plain(t, r)
}

/// Waits until the word is no longer `value`, somebody wakes us, a signal
/// arrives or `until` (of [`now`]) is over. The caller looks what it was.
pub fn wait_word(word: &AtomicU32, value: u32, until: Option<i64>) -> io::Result<()> {
    let left = match until {
        Some(u) => {
            let left = u - now();
            if left <= 0 {
                return Err(io::Error::from_raw_os_error(libc::ETIMEDOUT));
            }
            Some(timespec(left))
        }
        None => None,
    };
    let timeout = left.as_ref().map_or(std::ptr::null(), std::ptr::from_ref);
    let op = libc::FUTEX_WAIT | libc::FUTEX_PRIVATE_FLAG;
    // SAFETY: the word and the timeout are valid for the call.
    let r = unsafe { libc::syscall(libc::SYS_futex, word.as_ptr(), op, value, timeout) };
    if r < 0 {
        return Err(io::Error::last_os_error());
    }
    Ok(())
}
/// Wakes up to `n` threads that wait for the word.
pub fn wake_word(word: &AtomicU32, n: i32) {
    let op = libc::FUTEX_WAKE | libc::FUTEX_PRIVATE_FLAG;
    // SAFETY: the word is only looked up by its address.
    unsafe { libc::syscall(libc::SYS_futex, word.as_ptr(), op, n) };
}
