//! `time`: clocks and sleeping here, calendar time in [`calendar`].
#![allow(unsafe_code)]

mod calendar;

use pyjit_heap::{Gc, Value};
use pyjit_runtime::core::audit;
use pyjit_runtime::core::errors;
use pyjit_runtime::types::module::Module;
use pyjit_runtime::types::str_::Str;
use pyjit_runtime::types::{float, int, namespace};
use pyjit_runtime::{R, Thread};

use crate::modules::posix::{check_plain, cvt};
use crate::{blocking, native_module};

/// Nanoseconds of a clock of the operating system.
fn read(id: libc::clockid_t) -> std::io::Result<i64> {
    let mut ts = blocking::timespec(0);
    // SAFETY: the call writes one timespec.
    cvt(unsafe { libc::clock_gettime(id, &mut ts) })?;
    Ok(ts.tv_sec * 1_000_000_000 + ts.tv_nsec)
}
/// What a clock shows, in nanoseconds.
pub fn clock(id: libc::clockid_t) -> i64 {
    read(id).unwrap_or(0)
}
fn seconds(ns: i64) -> f64 {
    ns as f64 / 1e9
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
fn clock_gettime(t: &Thread, id: i64) -> R<f64> {
    check_plain(t, read(id as libc::clockid_t)).map(seconds)
}
fn clock_gettime_ns(t: &Thread, id: i64) -> R<i64> {
    check_plain(t, read(id as libc::clockid_t))
}
fn clock_getres(t: &Thread, id: i64) -> R<f64> {
    let mut ts = blocking::timespec(0);
    // SAFETY: the call writes one timespec.
    let done = unsafe { libc::clock_getres(id as libc::clockid_t, &mut ts) };
    check_plain(t, cvt(done))?;
    Ok(seconds(ts.tv_sec * 1_000_000_000 + ts.tv_nsec))
}
fn set(t: &Thread, id: i64, ns: i64) -> R<()> {
    let ts = blocking::timespec(ns);
    // SAFETY: the call reads one timespec.
    check_plain(
        t,
        cvt(unsafe { libc::clock_settime(id as libc::clockid_t, &ts) }),
    )
    .map(drop)
}
fn clock_settime(t: &Thread, id: i64, value: Value) -> R<()> {
    let ns = blocking::nanoseconds(t, value, blocking::Round::Floor)?;
    set(t, id, ns)
}
fn clock_settime_ns(t: &Thread, id: i64, ns: i64) -> R<()> {
    set(t, id, ns)
}
fn pthread_getcpuclockid(t: &Thread, thread_id: i64) -> R<i64> {
    let mut id: libc::clockid_t = 0;
    // SAFETY: the call writes one number; the thread is the caller's business, as in C.
    let e = unsafe { libc::pthread_getcpuclockid(thread_id as libc::pthread_t, &mut id) };
    match e {
        0 => Ok(i64::from(id)),
        e => check_plain(t, Err(std::io::Error::from_raw_os_error(e))),
    }
}

fn sleep(t: &Thread, duration: Value) -> R<()> {
    audit::event(t, "time.sleep", || [duration])?;
    let ns = blocking::nanoseconds(t, duration, blocking::Round::Ceiling)?;
    if ns < 0 {
        return Err(errors::value_error(t, "sleep length must be non-negative"));
    }
    let until = blocking::timespec(clock(libc::CLOCK_MONOTONIC).saturating_add(ns));
    blocking::retry(t, || {
        // SAFETY: the call reads one timespec.
        let e = unsafe {
            let clock = libc::CLOCK_MONOTONIC;
            libc::clock_nanosleep(clock, libc::TIMER_ABSTIME, &until, std::ptr::null_mut())
        };
        match e {
            0 => Ok(()),
            e => Err(std::io::Error::from_raw_os_error(e)),
        }
    })?;
    blocking::poll_if_asked(t)
}

fn get_clock_info(t: &Thread, name: Gc<Str>) -> R<Value> {
    let (id, how, monotonic, adjustable) = match &*name.lossy() {
        "time" => (libc::CLOCK_REALTIME, "CLOCK_REALTIME", false, true),
        "monotonic" | "perf_counter" => (libc::CLOCK_MONOTONIC, "CLOCK_MONOTONIC", true, false),
        "process_time" => {
            let id = libc::CLOCK_PROCESS_CPUTIME_ID;
            (id, "CLOCK_PROCESS_CPUTIME_ID", true, false)
        }
        "thread_time" => {
            let id = libc::CLOCK_THREAD_CPUTIME_ID;
            (id, "CLOCK_THREAD_CPUTIME_ID", true, false)
        }
        _ => return Err(errors::value_error(t, "unknown clock")),
    };
    let how = Str::new(&format!("clock_gettime({how})"));
    let resolution = clock_getres(t, i64::from(id))?;
    namespace::make(
        t,
        &[
            ("implementation", how.value()),
            ("monotonic", Value::bool(monotonic)),
            ("adjustable", Value::bool(adjustable)),
            ("resolution", float::from_f64(resolution)),
        ],
    )
}

const CONSTANTS: &[(&str, libc::clockid_t)] = &[
    ("CLOCK_REALTIME", libc::CLOCK_REALTIME),
    ("CLOCK_MONOTONIC", libc::CLOCK_MONOTONIC),
    ("CLOCK_MONOTONIC_RAW", libc::CLOCK_MONOTONIC_RAW),
    ("CLOCK_BOOTTIME", libc::CLOCK_BOOTTIME),
    ("CLOCK_TAI", libc::CLOCK_TAI),
    ("CLOCK_PROCESS_CPUTIME_ID", libc::CLOCK_PROCESS_CPUTIME_ID),
    ("CLOCK_THREAD_CPUTIME_ID", libc::CLOCK_THREAD_CPUTIME_ID),
];

fn init(t: &Thread, m: Gc<Module>) -> R<()> {
    for (name, id) in CONSTANTS {
        m.set(t, name, int::from_i64(t, i64::from(*id)))?;
    }
    calendar::init(t, m)
}

native_module! {
    /// This module provides various functions to manipulate time values.
    pub MODULE = "time", init init;
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
        /// Return the time of the specified clock as a float.
        clock_gettime(clk_id, /) => clock_gettime;
        /// Return the time of the specified clock as nanoseconds.
        clock_gettime_ns(clk_id, /) => clock_gettime_ns;
        /// Return the resolution of the specified clock.
        clock_getres(clk_id, /) => clock_getres;
        /// Set the time of the specified clock.
        clock_settime(clk_id, time, /) => clock_settime;
        /// Set the time of the specified clock, in nanoseconds.
        clock_settime_ns(clk_id, time, /) => clock_settime_ns;
        /// Return the clk_id of a thread's CPU time clock.
        pthread_getcpuclockid(thread_id, /) => pthread_getcpuclockid;
        /// Get information of the specified clock.
        get_clock_info(name, /) => get_clock_info;
        /// Delay execution for a given number of seconds.
        sleep(seconds, /) => sleep;
    }
}
