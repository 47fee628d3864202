//! `time`: clocks and sleeping.

use std::time::Duration;

use pyjit_heap::Value;
use pyjit_runtime::core::{errors, ops};
use pyjit_runtime::types::int;
use pyjit_runtime::{R, Thread};

use crate::native_module;

/// Nanoseconds of a clock of the operating system.
#[allow(unsafe_code)]
fn clock(id: libc::clockid_t) -> i64 {
    let mut ts = libc::timespec {
        tv_sec: 0,
        tv_nsec: 0,
    };
    // SAFETY: the call writes one timespec.
    unsafe { libc::clock_gettime(id, &mut ts) };
    ts.tv_sec * 1_000_000_000 + ts.tv_nsec
}
fn seconds(ns: i64) -> f64 {
    ns as f64 * 1e-9
}
macro_rules! clocks {
    ($($name:ident $name_ns:ident $id:ident;)*) => { $(
        fn $name(_t: &Thread) -> f64 { seconds(clock(libc::$id)) }
        fn $name_ns(_t: &Thread) -> i64 { clock(libc::$id) }
    )* };
}
clocks! {
    time time_ns CLOCK_REALTIME;
    monotonic monotonic_ns CLOCK_MONOTONIC;
    process_time process_time_ns CLOCK_PROCESS_CPUTIME_ID;
    thread_time thread_time_ns CLOCK_THREAD_CPUTIME_ID;
}
fn sleep(t: &Thread, duration: Value) -> R<()> {
    let s = if let Some(i) = int::to_i64(duration) {
        i as f64
    } else {
        ops::to_f64(t, duration)?
    };
    if s.is_nan() {
        return Err(errors::value_error(t, "Invalid value NaN (not a number)"));
    }
    if s < 0.0 {
        return Err(errors::value_error(t, "sleep length must be non-negative"));
    }
    pyjit_heap::lock::blocking(|| std::thread::sleep(Duration::from_secs_f64(s.min(1e9))));
    t.host().poll(t)
}

native_module! {
    /// This module provides various functions to manipulate time values.
    pub MODULE = "time";
    functions {
        /// Return the current time in seconds since the Epoch.
        time() => time;
        /// Return the current time in nanoseconds since the Epoch.
        time_ns() => time_ns;
        /// Monotonic clock, cannot go backward.
        monotonic() => monotonic;
        /// Monotonic clock, cannot go backward, as nanoseconds.
        monotonic_ns() => monotonic_ns;
        /// Performance counter for benchmarking.
        perf_counter() => monotonic;
        /// Performance counter for benchmarking as nanoseconds.
        perf_counter_ns() => monotonic_ns;
        /// Process time for profiling: sum of the kernel and user-space CPU time.
        process_time() => process_time;
        /// Process time for profiling as nanoseconds.
        process_time_ns() => process_time_ns;
        /// Thread time for profiling: sum of the kernel and user-space CPU time.
        thread_time() => thread_time;
        /// Thread time for profiling as nanoseconds.
        thread_time_ns() => thread_time_ns;
        /// Delay execution for a given number of seconds.
        sleep(seconds, /) => sleep;
    }
}
