//! What happens when a signal arrives: the C handler sets a flag that the
//! main thread's next poll sees, and that poll calls the Python handler.

use std::io;
use std::sync::atomic::{AtomicBool, AtomicI32, Ordering::Relaxed, Ordering::SeqCst};

use pyjit_heap::{GilCell, RootVec, Value};
use pyjit_runtime::core::{call, errors, thread as threads};
use pyjit_runtime::types::exceptions::Exc;
use pyjit_runtime::{R, Thread};

use crate::modules::posix::cvt;
use crate::modules::thread;

/// Signals have numbers below this.
pub const COUNT: usize = 65;

static TRIPPED: [AtomicBool; COUNT] = [const { AtomicBool::new(false) }; COUNT];
static ANY: AtomicBool = AtomicBool::new(false);
static WAKEUP: AtomicI32 = AtomicI32::new(-1);
/// The Python handlers; `NULL`: not known yet, `None`: not installed from Python.
static HANDLERS: GilCell<Option<RootVec>> = GilCell::new(None);

fn handlers<X>(f: impl FnOnce(&mut RootVec) -> X) -> X {
    HANDLERS.with_mut(|h| {
        f(h.get_or_insert_with(|| {
            let mut v = RootVec::new();
            for _ in 0..COUNT {
                v.push(Value::NULL);
            }
            v
        }))
    })
}

/// A signal has arrived. Called by signal handlers: nothing but atomic stores
/// and a write.
fn trip(n: usize) {
    TRIPPED[n].store(true, SeqCst);
    ANY.store(true, SeqCst);
    let breaker = threads::main_breaker();
    if !breaker.is_null() {
        // SAFETY: thread states live for ever.
        unsafe { (*breaker).store(1, Relaxed) };
    }
    let fd = WAKEUP.load(Relaxed);
    if fd >= 0 {
        let byte = n as u8;
        // SAFETY: one byte is read.
        unsafe { libc::write(fd, (&raw const byte).cast(), 1) };
    }
}
extern "C" fn arrived(n: libc::c_int) {
    // SAFETY: this thread's own error number, which the interrupted code may want.
    unsafe {
        let errno = *libc::__errno_location();
        trip(n as usize);
        *libc::__errno_location() = errno;
    }
}
/// `interrupt_main`: as if the signal had arrived, if somebody cares.
pub fn trip_unless_ignored(n: usize) {
    let h = handlers(|h| h.get(n));
    let ignored = [libc::SIG_DFL, libc::SIG_IGN].map(|i| Value::int(i as i64));
    if !ignored.contains(&h) && !h.is_none() {
        trip(n)
    }
}

/// The action that calls [`arrived`].
pub const CAUGHT: usize = usize::MAX;

fn action(n: usize) -> io::Result<libc::sigaction> {
    // SAFETY: all-zero is a valid value; the call writes one structure.
    unsafe {
        let mut a: libc::sigaction = std::mem::zeroed();
        cvt(libc::sigaction(n as i32, std::ptr::null(), &mut a))?;
        Ok(a)
    }
}
fn set(n: usize, handler: usize, flags: i32) -> io::Result<()> {
    // SAFETY: a valid structure whose handler is a number or our function, which only
    // does what handlers may.
    unsafe {
        let mut a: libc::sigaction = std::mem::zeroed();
        a.sa_sigaction = handler;
        a.sa_flags = flags;
        libc::sigemptyset(&mut a.sa_mask);
        cvt(libc::sigaction(n as i32, &a, std::ptr::null_mut())).map(drop)
    }
}
fn ours() -> usize {
    arrived as extern "C" fn(libc::c_int) as usize
}
/// Sets the process's action: [`CAUGHT`], or one of C's constants.
pub fn set_action(n: usize, action: usize) -> io::Result<()> {
    match action {
        CAUGHT => set(n, ours(), libc::SA_ONSTACK),
        a => set(n, a, 0),
    }
}
/// Are system calls to go on after the signal by themselves?
pub fn set_restart(n: usize, on: bool) -> io::Result<()> {
    let a = action(n)?;
    let flags = if on {
        a.sa_flags | libc::SA_RESTART
    } else {
        a.sa_flags & !libc::SA_RESTART
    };
    set(n, a.sa_sigaction, flags)
}
pub fn set_wakeup_fd(fd: i32) -> i64 {
    i64::from(WAKEUP.swap(fd, Relaxed))
}

/// The Python handler.
pub fn handler(n: usize) -> Value {
    handlers(|h| h.get(n)).opt().unwrap_or(Value::NONE)
}
/// Sets the Python handler; gives the old one.
pub fn set_handler(n: usize, handler: Value) -> Value {
    let old = handlers(|h| std::mem::replace(&mut h.values_mut()[n], handler));
    old.opt().unwrap_or(Value::NONE)
}

/// At start: `SIGINT` raises `KeyboardInterrupt`, unless it is ignored.
pub fn install() {
    threads::set_poll_hook(run);
    threads::set_interrupted_hook(die_of_interrupt);
    let _ = set(libc::SIGXFSZ as usize, libc::SIG_IGN, 0);
    let n = libc::SIGINT as usize;
    if action(n).is_ok_and(|a| a.sa_sigaction == libc::SIG_DFL) {
        let _ = set_action(n, CAUGHT);
    }
}
/// When the module is imported: what the process's actions are.
pub fn fill(default_int_handler: Value) {
    for n in 1..COUNT {
        let known = handlers(|h| h.get(n));
        if !known.is_null() {
            continue;
        }
        let v = match action(n).map(|a| a.sa_sigaction) {
            Ok(a) if a == ours() => default_int_handler,
            Ok(libc::SIG_IGN) => Value::int(libc::SIG_IGN as i64),
            // The runtime library watches for stack overflows in these two.
            Ok(libc::SIG_DFL) => Value::int(libc::SIG_DFL as i64),
            Ok(_) if [libc::SIGSEGV, libc::SIGBUS].contains(&(n as i32)) => {
                Value::int(libc::SIG_DFL as i64)
            }
            _ => Value::NONE,
        };
        handlers(|h| h.set(n, v));
    }
}

/// Part of every poll: calls the handlers of signals that have arrived.
fn run(t: &Thread) -> R<()> {
    if !ANY.load(Relaxed) || !thread::is_main() {
        return Ok(());
    }
    ANY.store(false, SeqCst);
    for (n, tripped) in TRIPPED.iter().enumerate() {
        if !tripped.swap(false, SeqCst) {
            continue;
        }
        if let Err(e) = call_handler(t, n) {
            // Others may have arrived: the next poll looks.
            ANY.store(true, SeqCst);
            t.breaker.store(1, Relaxed);
            return Err(e);
        }
    }
    Ok(())
}
fn call_handler(t: &Thread, n: usize) -> R<()> {
    let h = handlers(|h| h.get(n));
    if h.is_null() {
        return Err(errors::raise_args(t, Exc::KeyboardInterrupt.class(), &[]));
    }
    if h.is_none() || h.is_int() {
        return Ok(());
    }
    let frame = t.host().frame(t, 0).unwrap_or(Value::NONE);
    call::call(t, h, &[Value::int(n as i64), frame]).map(drop)
}

/// In the child of a fork: signals that were meant for the parent are forgotten.
pub fn after_fork() {
    ANY.store(false, SeqCst);
    for t in &TRIPPED {
        t.store(false, SeqCst);
    }
}
/// Signals that this process ignores for its own ends get their default action
/// again: for a program that is executed.
pub fn restore_defaults() {
    for n in [libc::SIGPIPE, libc::SIGXFSZ] {
        let _ = set(n as usize, libc::SIG_DFL, 0);
    }
}

/// Ends the process the way that an interrupt which nobody caught does.
fn die_of_interrupt() {
    let n = libc::SIGINT;
    if set(n as usize, libc::SIG_DFL, 0).is_ok() {
        // SAFETY: no memory is involved.
        unsafe { libc::kill(libc::getpid(), n) };
    }
}

/// In a child that shares our memory: no handler of ours runs any more.
pub fn drop_handlers() {
    for n in 1..COUNT {
        if action(n).is_ok_and(|a| a.sa_sigaction == ours()) {
            let _ = set(n, libc::SIG_DFL, 0);
        }
    }
}
