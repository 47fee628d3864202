//! Starting threads, and the handles by which they are waited for.

use std::cell::Cell;
use std::sync::atomic::{AtomicU32, AtomicUsize, Ordering::Relaxed};

use pyjit_heap::{Gc, GilCell, Header, RootVec, Value, heap_object, lock};
use pyjit_runtime::core::{audit, call, errors, kinds, unraisable};
use pyjit_runtime::types::dict::Dict;
use pyjit_runtime::types::exceptions::Exc;
use pyjit_runtime::types::tuple::Tuple;
use pyjit_runtime::types::type_::{Type, flags, type_name};
use pyjit_runtime::{R, Thread, py_class};

use super::ident;
use crate::blocking::{self, Round};
use crate::layout::call_with_dict;

const NOT_STARTED: u32 = 0;
const RUNNING: u32 = 1;
const DONE: u32 = 2;

/// A started (or not yet started) thread. Who waits for it sleeps on `state`.
#[repr(C)]
pub struct Handle {
    header: Header,
    state: AtomicU32,
    daemon: Cell<bool>,
    ident: Cell<i64>,
}
heap_object!(Handle = 430, no refs);

type H = Gc<Handle>;

/// Handles of the threads that were started here and run.
static LIVE: GilCell<Option<RootVec>> = GilCell::new(None);
static STACK_SIZE: AtomicUsize = AtomicUsize::new(0);
/// What a thread needs to run Python code at all: frames of native code are bigger
/// than those of C.
const LEAST_STACK: usize = 1 << 20;
/// Stack of threads for which no size was asked for.
const DEFAULT_STACK: usize = 16 << 20;

fn live<X>(f: impl FnOnce(&mut RootVec) -> X) -> X {
    LIVE.with_mut(|l| f(l.get_or_insert_with(RootVec::new)))
}

fn make(state: u32, ident: i64) -> H {
    Gc::new(Handle {
        header: Header::NEW,
        state: AtomicU32::new(state),
        daemon: Cell::new(true),
        ident: Cell::new(ident),
    })
}
fn new(_t: &Thread, _class: Gc<Type>) -> H {
    make(NOT_STARTED, 0)
}
pub fn make_thread_handle(_t: &Thread, ident: i64) -> H {
    make(RUNNING, ident)
}
fn get_ident(_t: &Thread, this: H) -> i64 {
    this.ident.get()
}
fn is_done(_t: &Thread, this: H) -> bool {
    this.state.load(Relaxed) == DONE
}
fn finish(h: H) {
    h.state.store(DONE, Relaxed);
    blocking::wake_word(&h.state, i32::MAX);
}
fn started(t: &Thread, this: H) -> R<()> {
    match this.state.load(Relaxed) {
        NOT_STARTED => Err(errors::runtime_error(t, "thread not started")),
        _ => Ok(()),
    }
}
fn set_done(t: &Thread, this: H) -> R<()> {
    started(t, this)?;
    finish(this);
    Ok(())
}
/// Waits for the end of a thread.
fn wait(t: &Thread, this: H, until: Option<i64>) -> R<()> {
    while this.state.load(Relaxed) != DONE {
        blocking::poll_if_asked(t)?;
        match lock::blocking(|| blocking::wait_word(&this.state, RUNNING, until)) {
            Err(e) if e.raw_os_error() == Some(libc::ETIMEDOUT) => break,
            Err(e) if e.kind() == std::io::ErrorKind::Interrupted => t.host().poll(t)?,
            _ => {}
        }
    }
    Ok(())
}
fn join(t: &Thread, this: H, timeout: Option<Value>) -> R<()> {
    let until = match timeout.filter(|v| !v.is_none()) {
        None => None,
        Some(v) => match blocking::nanoseconds(t, v, Round::Ceiling)? {
            ns if ns < 0 => None,
            ns => Some(blocking::now().saturating_add(ns)),
        },
    };
    started(t, this)?;
    if this.state.load(Relaxed) == RUNNING && this.ident.get() == ident() {
        return Err(errors::runtime_error(t, "Cannot join current thread"));
    }
    if this.state.load(Relaxed) == RUNNING && pyjit_runtime::core::thread::is_ending() {
        let m = "cannot join a thread while the interpreter is being shut down";
        let m = match this.daemon.get() {
            true => "cannot join a daemon thread while the interpreter is being shut down",
            false => m,
        };
        return Err(errors::raise(t, Exc::PythonFinalizationError, m));
    }
    wait(t, this, until)?;
    blocking::poll_if_asked(t)
}
fn repr(_t: &Thread, this: H) -> String {
    format!("<_ThreadHandle object: ident={}>", this.ident.get())
}

py_class! {
    pub HANDLE: Handle = "_ThreadHandle", base kinds::OBJECT, flags flags::HAS_WEAKREF, module "_thread";
    methods {
        @staticmethod __new__(cls, /) => new;
        join(self, timeout=None, /) => join;
        is_done(self, /) => is_done;
        _set_done(self, /) => set_done;
        __repr__(self, /) => repr;
    }
    getset { ident => get_ident; }
}

// ---- starting --------------------------------------------------------------

/// What a new thread does; `start` is (handle, function, arguments, keywords).
fn body(t: &Thread, start: Value) {
    let start: Gc<Tuple> = Gc::from_value(start);
    let &[handle, function, args, kwargs] = start.items() else {
        return;
    };
    let args: Gc<Tuple> = Gc::from_value(args);
    if call_with_dict(t, function, args.items(), kwargs.cast::<Dict>()).is_err()
        && !errors::catch(t, Exc::SystemExit)
    {
        unraisable::report(t, "Exception ignored in thread started by", function);
    }
    super::local::forget_thread(t);
    live(|l| {
        l.values_mut().retain(|v| *v != handle);
    });
    finish(Gc::from_value(handle));
}

fn start(t: &Thread, h: H, function: Value, args: Gc<Tuple>, kwargs: Value) -> R<i64> {
    if pyjit_runtime::core::thread::is_ending() {
        let m = "can't create new thread at interpreter shutdown";
        return Err(errors::raise(t, Exc::PythonFinalizationError, m));
    }
    let start = Tuple::new(&[h.value(), function, args.value(), kwargs]);
    let size = match STACK_SIZE.load(Relaxed) {
        0 => DEFAULT_STACK,
        n => n.max(LEAST_STACK),
    };
    h.state.store(RUNNING, Relaxed);
    live(|l| l.push(h.value()));
    match t.host().start_thread(t, size, body, start.value()) {
        Ok(ident) => {
            h.ident.set(ident as i64);
            Ok(ident as i64)
        }
        Err(_) => {
            live(|l| l.pop());
            h.state.store(NOT_STARTED, Relaxed);
            Err(errors::runtime_error(t, "can't start new thread"))
        }
    }
}
pub fn start_new_thread(t: &Thread, function: Value, args: Value, kw: Option<Value>) -> R<i64> {
    if !call::is_callable(function) {
        return Err(errors::type_error(t, "first arg must be callable"));
    }
    let Some(args) = args.cast::<Tuple>() else {
        return Err(errors::type_error(t, "2nd arg must be a tuple"));
    };
    if kw.is_some_and(|k| k.cast::<Dict>().is_none()) {
        return Err(errors::type_error(
            t,
            "optional 3rd arg must be a dictionary",
        ));
    }
    audit::event(t, "_thread.start_new_thread", || {
        [function, args.value(), kw.unwrap_or(Value::NONE)]
    })?;
    start(
        t,
        make(NOT_STARTED, 0),
        function,
        args,
        kw.unwrap_or(Value::NONE),
    )
}
pub fn start_joinable_thread(
    t: &Thread,
    function: Value,
    handle: Option<Value>,
    daemon: Option<bool>,
) -> R<H> {
    if !call::is_callable(function) {
        return Err(errors::type_error(t, "thread function must be callable"));
    }
    let h = match handle.filter(|h| !h.is_none()) {
        None => make(NOT_STARTED, 0),
        Some(v) => v.cast::<Handle>().ok_or_else(|| {
            let m = format!("'handle' must be a _ThreadHandle, not {}", type_name(v));
            errors::type_error(t, m)
        })?,
    };
    if h.state.load(Relaxed) != NOT_STARTED {
        return Err(errors::runtime_error(t, "thread already started"));
    }
    let daemon = daemon.unwrap_or(true);
    audit::event(t, "_thread.start_joinable_thread", || {
        let given = handle.unwrap_or(Value::NONE);
        [function, Value::int(i64::from(daemon)), given]
    })?;
    h.daemon.set(daemon);
    start(t, h, function, Tuple::new(&[]), Value::NONE)?;
    Ok(h)
}

/// Waits for all threads that are no daemons.
pub fn shutdown(t: &Thread) -> R<()> {
    let me = ident();
    loop {
        let next = live(|l| {
            let mut all = l.iter().map(Gc::<Handle>::from_value);
            all.find(|h| !h.daemon.get() && h.ident.get() != me)
        });
        match next {
            Some(h) => wait(t, h, None)?,
            None => return Ok(()),
        }
    }
}
/// In the child of a fork no other thread is left.
pub fn after_fork() {
    let me = ident();
    live(|l| {
        for v in l.iter() {
            let h: H = Gc::from_value(v);
            if h.ident.get() != me {
                finish(h);
            }
        }
        l.values_mut()
            .retain(|v| Gc::<Handle>::from_value(*v).ident.get() == me);
    });
    super::set_main();
}
pub fn count(_t: &Thread) -> usize {
    live(|l| l.len())
}
pub fn stack_size(t: &Thread, size: Option<i64>) -> R<usize> {
    let old = STACK_SIZE.load(Relaxed);
    match size {
        None => {}
        Some(n) if n == 0 || n >= 0x8000 => STACK_SIZE.store(n as usize, Relaxed),
        Some(n) if n < 0 => {
            return Err(errors::value_error(t, "size must be 0 or a positive value"));
        }
        Some(n) => return Err(errors::value_error(t, format!("size not valid: {n} bytes"))),
    }
    Ok(old)
}
