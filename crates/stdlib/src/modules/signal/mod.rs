//! `_signal`: what happens when a signal arrives is in [`state`], masks and
//! waiting in [`masks`]; here are the handlers as Python sees them, and timers.
#![allow(unsafe_code)]

mod masks;
mod state;

use pyjit_heap::{Gc, Value};
use pyjit_runtime::core::{call, errors, kinds};
use pyjit_runtime::types::dict::Dict;
use pyjit_runtime::types::exceptions::Exc;
use pyjit_runtime::types::module::{Module, add_functions};
use pyjit_runtime::types::str_::{Str, intern};
use pyjit_runtime::types::tuple::Tuple;
use pyjit_runtime::types::type_::of_kind;
use pyjit_runtime::types::{float, int};
use pyjit_runtime::{R, Raised, Thread};

pub use state::{COUNT, after_fork, drop_handlers, install, restore_defaults, trip_unless_ignored};

use crate::blocking::{self, Round};
use crate::modules::posix::{check_plain, cvt};
use crate::modules::thread;
use crate::native_module;

fn number(t: &Thread, n: i64) -> R<usize> {
    match usize::try_from(n) {
        Ok(n) if (1..COUNT).contains(&n) => Ok(n),
        _ => Err(errors::value_error(t, "signal number out of range")),
    }
}
fn not_main(t: &Thread, what: &str) -> Raised {
    let m = format!("{what} only works in main thread of the main interpreter");
    errors::value_error(t, m)
}

fn signal(t: &Thread, n: i64, handler: Value) -> R<Value> {
    if !thread::is_main() {
        return Err(not_main(t, "signal"));
    }
    let n = number(t, n)?;
    let action = match int::to_i64(handler) {
        Some(i) if i == libc::SIG_DFL as i64 || i == libc::SIG_IGN as i64 => i as usize,
        _ if call::is_callable(handler) => state::CAUGHT,
        _ => {
            let m = "signal handler must be signal.SIG_IGN, signal.SIG_DFL, or a callable object";
            return Err(errors::type_error(t, m));
        }
    };
    t.host().poll(t)?;
    check_plain(t, state::set_action(n, action))?;
    Ok(state::set_handler(n, handler))
}
fn getsignal(t: &Thread, n: i64) -> R<Value> {
    Ok(state::handler(number(t, n)?))
}
fn default_int_handler(t: &Thread, _signum: Value, _frame: Value) -> R<()> {
    Err(errors::raise_args(t, Exc::KeyboardInterrupt.class(), &[]))
}
fn raise_signal(t: &Thread, n: i64) -> R<()> {
    // SAFETY: no memory is involved.
    check_plain(t, cvt(unsafe { libc::raise(n as i32) }))?;
    t.host().poll(t)
}
fn strsignal(t: &Thread, n: i64) -> R<Value> {
    let n = number(t, n)?;
    // SAFETY: the C library's own string, copied at once.
    let text = unsafe {
        let p = libc::strsignal(n as i32);
        match p.is_null() {
            true => return Ok(Value::NONE),
            false => std::ffi::CStr::from_ptr(p).to_string_lossy().into_owned(),
        }
    };
    Ok(Str::new(&text).value())
}
fn alarm(_t: &Thread, seconds: i64) -> i64 {
    // SAFETY: no memory is involved.
    i64::from(unsafe { libc::alarm(seconds as u32) })
}
fn pause(t: &Thread) -> R<()> {
    pyjit_heap::lock::blocking(|| {
        // SAFETY: no memory is involved.
        unsafe { libc::pause() }
    });
    t.host().poll(t)
}
fn siginterrupt(t: &Thread, n: i64, flag: bool) -> R<()> {
    let n = number(t, n)?;
    check_plain(t, state::set_restart(n, !flag))
}
fn set_wakeup_fd(t: &Thread, fd: i64, _warn: Option<bool>) -> R<i64> {
    if !thread::is_main() {
        return Err(not_main(t, "set_wakeup_fd"));
    }
    if fd != -1 {
        // SAFETY: no memory is involved.
        let flags = check_plain(t, cvt(unsafe { libc::fcntl(fd as i32, libc::F_GETFL) }))?;
        if flags & libc::O_NONBLOCK == 0 {
            let m = format!("the fd {fd} must be in non-blocking mode");
            return Err(errors::value_error(t, m));
        }
    }
    Ok(state::set_wakeup_fd(fd as i32))
}

// ---- timers ----------------------------------------------------------------

fn timeval(t: &Thread, v: Option<Value>) -> R<libc::timeval> {
    let ns = match v {
        None => 0,
        Some(v) => blocking::nanoseconds(t, v, Round::Ceiling)?,
    };
    let us = ns.div_euclid(1000) + i64::from(ns.rem_euclid(1000) != 0);
    Ok(libc::timeval {
        tv_sec: us.div_euclid(1_000_000),
        tv_usec: us.rem_euclid(1_000_000),
    })
}
fn pair(v: &libc::itimerval) -> Gc<Tuple> {
    let s = |t: &libc::timeval| float::from_f64(t.tv_sec as f64 + t.tv_usec as f64 * 1e-6);
    Tuple::new(&[s(&v.it_value), s(&v.it_interval)])
}
fn timer_result(t: &Thread, r: i32, old: &libc::itimerval) -> R<Gc<Tuple>> {
    if r == 0 {
        return Ok(pair(old));
    }
    let e = std::io::Error::last_os_error().raw_os_error().unwrap_or(0);
    let module = pyjit_runtime::core::modules::imported(intern("_signal"));
    let class = module
        .and_then(|m| m.cast::<Module>())
        .and_then(|m| m.get("ItimerError"))
        .and_then(|c| c.cast())
        .unwrap_or_else(|| Exc::OSError.class());
    let text = Str::new(&crate::modules::posix::message(e));
    let args = [Value::int(i64::from(e)), text.value()];
    Err(errors::raise_args(t, class, &args))
}
fn no_timer() -> libc::itimerval {
    let zero = libc::timeval {
        tv_sec: 0,
        tv_usec: 0,
    };
    libc::itimerval {
        it_interval: zero,
        it_value: zero,
    }
}
fn setitimer(t: &Thread, which: i64, seconds: Value, every: Option<Value>) -> R<Gc<Tuple>> {
    let new = libc::itimerval {
        it_value: timeval(t, Some(seconds))?,
        it_interval: timeval(t, every)?,
    };
    let mut old = no_timer();
    // SAFETY: one structure is read, one written.
    let r = unsafe { libc::setitimer(which as _, &new, &mut old) };
    timer_result(t, r, &old)
}
fn getitimer(t: &Thread, which: i64) -> R<Gc<Tuple>> {
    let mut now = no_timer();
    // SAFETY: one structure is written.
    let r = unsafe { libc::getitimer(which as _, &mut now) };
    timer_result(t, r, &now)
}

macro_rules! constants {
    ($($name:ident)*) => { &[$((stringify!($name), libc::$name as i64)),*] };
}
const CONSTANTS: &[(&str, i64)] = constants! {
    SIGHUP SIGINT SIGQUIT SIGILL SIGTRAP SIGABRT SIGBUS SIGFPE SIGKILL SIGUSR1 SIGSEGV SIGUSR2
    SIGPIPE SIGALRM SIGTERM SIGSTKFLT SIGCHLD SIGCONT SIGSTOP SIGTSTP SIGTTIN SIGTTOU SIGURG
    SIGXCPU SIGXFSZ SIGVTALRM SIGPROF SIGWINCH SIGIO SIGPOLL SIGPWR SIGSYS
    SIG_DFL SIG_IGN SIG_BLOCK SIG_UNBLOCK SIG_SETMASK
    ITIMER_REAL ITIMER_VIRTUAL ITIMER_PROF
};

fn init(t: &Thread, m: Gc<Module>) -> R<()> {
    add_functions(t, m, masks::FUNCTIONS)?;
    for (name, v) in CONSTANTS {
        m.set(t, name, Value::int(*v))?;
    }
    m.set(t, "SIGIOT", Value::int(i64::from(libc::SIGABRT)))?;
    m.set(t, "SIGCLD", Value::int(i64::from(libc::SIGCHLD)))?;
    m.set(t, "SIGRTMIN", Value::int(i64::from(libc::SIGRTMIN())))?;
    m.set(t, "SIGRTMAX", Value::int(i64::from(libc::SIGRTMAX())))?;
    m.set(t, "NSIG", Value::int(COUNT as i64))?;
    let ns = Dict::new();
    ns.set_str(t, intern("__module__"), intern("signal").value())?;
    let bases = Tuple::new(&[Exc::OSError.class().value()]);
    let name = intern("ItimerError");
    let args = [name.value(), bases.value(), ns.value()];
    let class = call::call(t, of_kind(kinds::TYPE).value(), &args)?;
    m.set(t, "ItimerError", class)?;
    masks::SIGINFO.install(t, m)?;
    state::fill(m.get("default_int_handler").unwrap_or(Value::NONE));
    Ok(())
}

native_module! {
    /// This module provides mechanisms to use signal handlers in Python.
    pub MODULE = "_signal", init init;
    functions {
        /// Set the action for the given signal.
        signal(signalnum, handler, /) => signal;
        /// Return the current action for the given signal.
        getsignal(signalnum, /) => getsignal;
        /// The default handler for SIGINT installed by Python: raises KeyboardInterrupt.
        default_int_handler(signalnum, frame, /) => default_int_handler;
        /// Send a signal to the executing process.
        raise_signal(signalnum, /) => raise_signal;
        /// Return the system description of the given signal.
        strsignal(signalnum, /) => strsignal;
        /// Arrange for SIGALRM to arrive after the given number of seconds.
        alarm(seconds, /) => alarm;
        /// Wait until a signal arrives.
        pause() => pause;
        /// Change system call restart behaviour.
        siginterrupt(signalnum, flag, /) => siginterrupt;
        /// Sets the fd to be written to (with the signal number) when a signal comes in.
        set_wakeup_fd(fd, /, *, warn_on_full_buffer=True) => set_wakeup_fd;
        /// Sets given itimer (one of ITIMER_REAL, ITIMER_VIRTUAL or ITIMER_PROF).
        setitimer(which, seconds, interval=0.0, /) => setitimer;
        /// Returns current value of given itimer.
        getitimer(which, /) => getitimer;
    }
}
