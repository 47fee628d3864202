//! `faulthandler`: the Python stack on demand, and a last word when the
//! process dies of a signal.
#![allow(unsafe_code)]

use std::io::Write;
use std::os::fd::FromRawFd;
use std::sync::atomic::{AtomicBool, AtomicI32, AtomicU64, Ordering::Relaxed};
use std::time::Duration;

use pyjit_heap::{GilCell, Root, Value};
use pyjit_runtime::core::{attr, call, errors, modules as known, ops};
use pyjit_runtime::types::int;
use pyjit_runtime::types::str_::intern;
use pyjit_runtime::{R, Thread};

use super::thread::ident;
use crate::blocking::{self, Round};
use crate::native_module;

/// Most frames that are shown.
const MOST: usize = 100;

/// Deadly signals and what they are called.
const FATAL: [(i32, &str); 5] = [
    (libc::SIGBUS, "Bus error"),
    (libc::SIGILL, "Illegal instruction"),
    (libc::SIGFPE, "Floating-point exception"),
    (libc::SIGABRT, "Aborted"),
    (libc::SIGSEGV, "Segmentation fault"),
];

static ENABLED: AtomicBool = AtomicBool::new(false);
/// Where last words go.
static TARGET: AtomicI32 = AtomicI32::new(2);
/// Handlers that were there before ours.
static PREVIOUS: GilCell<[Option<libc::sigaction>; 5]> = GilCell::new([None; 5]);
/// The file is kept open as long as we may write to it.
static FILE: GilCell<Option<Root>> = GilCell::new(None);
/// Which timer is the current one.
static TIMER: AtomicU64 = AtomicU64::new(0);

/// The descriptor of a `file` argument.
fn target(t: &Thread, file: Option<Value>) -> R<i32> {
    let file = match file.filter(|f| !f.is_none()) {
        Some(f) => f,
        None => match known::sys_attr("stderr") {
            Some(f) if !f.is_none() => f,
            _ => return Err(errors::runtime_error(t, "sys.stderr is None")),
        },
    };
    if int::is_int(file) {
        let n = ops::index_i64(t, file)?;
        return match i32::try_from(n) {
            Ok(n) if n >= 0 => Ok(n),
            _ => Err(errors::value_error(
                t,
                "file is not a valid file descriptor",
            )),
        };
    }
    let n = call::call_attr(t, file, "fileno", &[])?;
    let n = ops::index_i64(t, n)?;
    call::call_attr(t, file, "flush", &[])?;
    FILE.with_mut(|f| *f = Some(Root::new(file)));
    Ok(n as i32)
}
fn write(fd: i32, text: &str) {
    // SAFETY: the descriptor is borrowed: the file is forgotten, not closed.
    let mut f = std::mem::ManuallyDrop::new(unsafe { std::fs::File::from_raw_fd(fd) });
    let _ = f.write_all(text.as_bytes());
}

/// The lines of the calling thread's stack, innermost frame first.
fn stack(t: &Thread) -> R<String> {
    let mut out = String::new();
    for depth in 0.. {
        let Some(frame) = t.host().frame(t, depth) else {
            break;
        };
        if depth == MOST {
            out.push_str("  ...\n");
            break;
        }
        let code = attr::get(t, frame, intern("f_code"))?;
        let part = |o: Value, name: &str| -> R<String> {
            let v = attr::get(t, o, intern(name))?;
            Ok(ops::str(t, v)?.lossy().into_owned())
        };
        let (file, name) = (part(code, "co_filename")?, part(code, "co_name")?);
        let line = part(frame, "f_lineno")?;
        out.push_str(&format!("  File \"{file}\", line {line} in {name}\n"));
    }
    if out.is_empty() {
        out.push_str("  <no Python frame>\n");
    }
    Ok(out)
}
fn dump(t: &Thread, fd: i32, all: bool) -> R<()> {
    let head = match all {
        true => format!(
            "Current thread {:#018x} (most recent call first):\n",
            ident()
        ),
        false => "Stack (most recent call first):\n".into(),
    };
    write(fd, &(head + &stack(t)?));
    Ok(())
}
fn dump_traceback(t: &Thread, file: Option<Value>, all: Option<bool>) -> R<()> {
    let fd = target(t, file)?;
    dump(t, fd, all.unwrap_or(true))
}

extern "C" fn die(signal: libc::c_int) {
    let name = FATAL.iter().find(|(n, _)| *n == signal);
    let fd = TARGET.load(Relaxed);
    for part in ["Fatal Python error: ", name.map_or("", |n| n.1), "\n\n"] {
        // SAFETY: writing from a signal handler is allowed.
        unsafe { libc::write(fd, part.as_ptr().cast(), part.len()) };
    }
    // SAFETY: as above; the signal comes again when the handler returns.
    unsafe {
        libc::signal(signal, libc::SIG_DFL);
        libc::raise(signal);
    }
}
fn enable(t: &Thread, file: Option<Value>, _all: Option<bool>, _c: Option<bool>) -> R<()> {
    TARGET.store(target(t, file)?, Relaxed);
    if ENABLED.swap(true, Relaxed) {
        return Ok(());
    }
    for (i, (signal, _)) in FATAL.iter().enumerate() {
        // SAFETY: valid structures; the handler does only what handlers may.
        unsafe {
            let mut new: libc::sigaction = std::mem::zeroed();
            let mut old: libc::sigaction = std::mem::zeroed();
            new.sa_sigaction = die as *const () as usize;
            new.sa_flags = libc::SA_NODEFER | libc::SA_ONSTACK;
            if libc::sigaction(*signal, &new, &mut old) == 0 {
                PREVIOUS.with_mut(|p| p[i] = Some(old));
            }
        }
    }
    Ok(())
}
fn disable(_t: &Thread) -> bool {
    if !ENABLED.swap(false, Relaxed) {
        return false;
    }
    let previous = PREVIOUS.with_mut(std::mem::take);
    for ((signal, _), old) in FATAL.iter().zip(previous) {
        if let Some(old) = old {
            // SAFETY: what the system gave us before.
            unsafe { libc::sigaction(*signal, &old, std::ptr::null_mut()) };
        }
    }
    true
}
fn is_enabled(_t: &Thread) -> bool {
    ENABLED.load(Relaxed)
}

/// `Timeout (0:00:01.500000)!`
fn timeout_text(ns: i64) -> String {
    let (s, us) = (ns / 1_000_000_000, ns / 1000 % 1_000_000);
    let part = if us == 0 {
        String::new()
    } else {
        format!(".{us:06}")
    };
    let (h, m, s) = (s / 3600, s / 60 % 60, s % 60);
    format!("Timeout ({h}:{m:02}:{s:02}{part})!\n")
}
fn dump_later(
    t: &Thread,
    timeout: Value,
    repeat: Option<bool>,
    file: Option<Value>,
    exit: Option<bool>,
) -> R<()> {
    let ns = blocking::nanoseconds(t, timeout, Round::Ceiling)?;
    if ns <= 0 {
        return Err(errors::value_error(t, "timeout must be greater than 0"));
    }
    let fd = target(t, file)?;
    let (repeat, exit) = (repeat.unwrap_or(false), exit.unwrap_or(false));
    let mine = TIMER.fetch_add(1, Relaxed) + 1;
    let text = timeout_text(ns);
    let run = move || loop {
        std::thread::sleep(Duration::from_nanos(ns as u64));
        if TIMER.load(Relaxed) != mine {
            return;
        }
        write(fd, &text);
        if exit {
            // SAFETY: ends the process at once, which is what was asked for.
            unsafe { libc::_exit(1) };
        }
        if !repeat {
            return;
        }
    };
    match std::thread::Builder::new().stack_size(1 << 16).spawn(run) {
        Ok(_) => Ok(()),
        Err(_) => Err(errors::runtime_error(t, "unable to start watchdog thread")),
    }
}
fn cancel_later(_t: &Thread) {
    TIMER.fetch_add(1, Relaxed);
}

/// Makes a signal dump the stack, through the handlers of module `signal`.
fn register(
    t: &Thread,
    signal: i64,
    file: Option<Value>,
    _all: Option<bool>,
    _chain: Option<bool>,
) -> R<()> {
    if FATAL.iter().any(|(n, _)| i64::from(*n) == signal) {
        let m = format!("signal {signal} cannot be registered, use enable() instead");
        return Err(errors::runtime_error(t, m));
    }
    TARGET.store(target(t, file)?, Relaxed);
    let own = t.host().import(t, "faulthandler")?;
    let handler = attr::get(t, own, intern("_dump_on_signal"))?;
    let module = t.host().import(t, "_signal")?;
    call::call_attr(t, module, "signal", &[Value::int(signal), handler]).map(drop)
}
fn unregister(t: &Thread, signal: i64) -> R<bool> {
    let own = t.host().import(t, "faulthandler")?;
    let handler = attr::get(t, own, intern("_dump_on_signal"))?;
    let module = t.host().import(t, "_signal")?;
    let n = Value::int(signal);
    if call::call_attr(t, module, "getsignal", &[n])? != handler {
        return Ok(false);
    }
    let default = attr::get(t, module, intern("SIG_DFL"))?;
    call::call_attr(t, module, "signal", &[n, default])?;
    Ok(true)
}
fn dump_on_signal(t: &Thread, _signal: Value, _frame: Value) -> R<()> {
    dump(t, TARGET.load(Relaxed), true)
}
fn raise_signal(signal: i32) {
    // SAFETY: the process is meant to die.
    unsafe { libc::raise(signal) };
}
fn sigsegv(_t: &Thread, _release: Option<Value>) {
    raise_signal(libc::SIGSEGV)
}
fn sigabrt(_t: &Thread) {
    raise_signal(libc::SIGABRT)
}
fn sigfpe(_t: &Thread) {
    raise_signal(libc::SIGFPE)
}

native_module! {
    /// faulthandler module.
    pub MODULE = "faulthandler";
    functions {
        /// Enable the fault handler.
        enable(file=None, all_threads=True, c_stack=True) => enable;
        /// Disable the fault handler.
        disable() => disable;
        /// Check if the handler is enabled.
        is_enabled() => is_enabled;
        /// Dump the traceback of the current thread into file.
        dump_traceback(file=None, all_threads=True) => dump_traceback;
        /// Report in timeout seconds that the program still runs.
        dump_traceback_later(timeout, repeat=False, file=None, exit=False) => dump_later;
        /// Cancel the previous call to dump_traceback_later().
        cancel_dump_traceback_later() => cancel_later;
        /// Register a handler for the signal that dumps the traceback.
        register(signum, file=None, all_threads=True, chain=False) => register;
        /// Unregister the handler of the signal registered by register().
        unregister(signum, /) => unregister;
        _dump_on_signal(signum, frame, /) => dump_on_signal;
        _sigsegv(release_gil=False, /) => sigsegv;
        _sigabrt() => sigabrt;
        _sigfpe() => sigfpe;
    }
}
