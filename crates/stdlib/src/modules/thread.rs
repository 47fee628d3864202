//! `_thread`: locks and thread identity.

use std::cell::Cell;

use pyjit_heap::{Gc, Header, Value, heap_object};
use pyjit_runtime::core::class::words;
use pyjit_runtime::core::{errors, kinds};
use pyjit_runtime::types::exceptions::Exc;
use pyjit_runtime::types::module::Module;
use pyjit_runtime::types::type_::{Type, flags};
use pyjit_runtime::{R, Thread, py_class};

use crate::native_module;

/// A lock; `count` times held by thread `owner`.
#[repr(C)]
pub struct Lock {
    header: Header,
    count: Cell<u64>,
    owner: Cell<u64>,
}
heap_object!(Lock = 260, no refs);
/// A lock that its owner may take again.
#[repr(C)]
pub struct RLock {
    header: Header,
    count: Cell<u64>,
    owner: Cell<u64>,
}
heap_object!(RLock = 261, no refs);

fn ident(t: &Thread) -> u64 {
    std::ptr::from_ref(t) as u64
}
fn get_ident(t: &Thread) -> i64 {
    ident(t) as i64
}
fn new(_t: &Thread, class: Gc<Type>) -> Gc<Lock> {
    let l = Lock {
        header: Header::NEW,
        count: Cell::new(0),
        owner: Cell::new(0),
    };
    Gc::with_shape(
        class.root_shape.get(),
        l,
        class.extra_bytes(words::<Lock>()),
    )
}
fn allocate_lock(t: &Thread) -> Gc<Lock> {
    new(t, pyjit_runtime::types::type_::of_kind(260))
}
fn as_lock(this: Value) -> Gc<Lock> {
    Gc::from_value(this)
}

/// Waits (with the interpreter lock released) until the lock is free or the
/// time is up.
fn wait(t: &Thread, l: Gc<Lock>, blocking: bool, timeout: f64) -> R<bool> {
    let start = std::time::Instant::now();
    while l.count.get() != 0 {
        if !blocking || (timeout >= 0.0 && start.elapsed().as_secs_f64() >= timeout) {
            return Ok(false);
        }
        pyjit_heap::lock::blocking(|| std::thread::sleep(std::time::Duration::from_micros(50)));
        t.host().poll(t)?;
    }
    Ok(true)
}
fn acquire(t: &Thread, this: Value, blocking: Option<bool>, timeout: Option<f64>) -> R<bool> {
    let (l, blocking, timeout) = (
        as_lock(this),
        blocking.unwrap_or(true),
        timeout.unwrap_or(-1.0),
    );
    if !blocking && timeout != -1.0 {
        return Err(errors::value_error(
            t,
            "can't specify a timeout for a non-blocking call",
        ));
    }
    if timeout < 0.0 && timeout != -1.0 {
        return Err(errors::value_error(
            t,
            "timeout value must be a non-negative number",
        ));
    }
    if l.header().shape_id() == 261 && l.count.get() > 0 && l.owner.get() == ident(t) {
        l.count.set(l.count.get() + 1);
        return Ok(true);
    }
    if !wait(t, l, blocking, timeout)? {
        return Ok(false);
    }
    l.count.set(1);
    l.owner.set(ident(t));
    Ok(true)
}
fn release(t: &Thread, this: Value) -> R<()> {
    let l = as_lock(this);
    if l.count.get() == 0 {
        return Err(errors::runtime_error(t, "release unlocked lock"));
    }
    l.count.set(l.count.get() - 1);
    Ok(())
}
fn rlock_release(t: &Thread, this: Value) -> R<()> {
    if as_lock(this).count.get() == 0 || as_lock(this).owner.get() != ident(t) {
        return Err(errors::runtime_error(t, "cannot release un-acquired lock"));
    }
    release(t, this)
}
fn enter(t: &Thread, this: Value) -> R<bool> {
    acquire(t, this, None, None)
}
fn exit(t: &Thread, this: Value, _a: Option<Value>, _b: Option<Value>, _c: Option<Value>) -> R<()> {
    release(t, this)
}
fn locked(_t: &Thread, this: Value) -> bool {
    as_lock(this).count.get() > 0
}
fn is_owned(t: &Thread, this: Value) -> bool {
    as_lock(this).count.get() > 0 && as_lock(this).owner.get() == ident(t)
}
fn recursion_count(t: &Thread, this: Value) -> i64 {
    if is_owned(t, this) {
        as_lock(this).count.get() as i64
    } else {
        0
    }
}

py_class! {
    pub LOCK: Lock = "lock", base kinds::OBJECT, flags flags::HAS_WEAKREF, module "_thread";
    methods {
        @staticmethod __new__(cls, /) => new;
        acquire(self, /, blocking=True, timeout=-1) => acquire;
        release(self, /) => release;
        locked(self, /) => locked;
        __enter__(self, /) => enter;
        __exit__(self, a=None, b=None, c=None, /) => exit;
    }
}
py_class! {
    pub RLOCK: RLock = "RLock", base kinds::OBJECT, flags flags::HAS_WEAKREF | flags::BASETYPE, module "_thread";
    methods {
        @staticmethod __new__(cls, /) => new;
        acquire(self, /, blocking=True, timeout=-1) => acquire;
        release(self, /) => rlock_release;
        locked(self, /) => locked;
        _is_owned(self, /) => is_owned;
        _recursion_count(self, /) => recursion_count;
        __enter__(self, /) => enter;
        __exit__(self, a=None, b=None, c=None, /) => exit;
    }
}

fn init(t: &Thread, m: Gc<Module>) -> R<()> {
    m.set(
        t,
        "LockType",
        pyjit_runtime::types::type_::of_kind(260).value(),
    )?;
    m.set(t, "error", Exc::RuntimeError.class().value())?;
    m.set(
        t,
        "TIMEOUT_MAX",
        pyjit_runtime::types::float::from_f64(9_223_372_036.0),
    )
}

native_module! {
    /// This module provides primitive operations to write multi-threaded programs.
    pub MODULE = "_thread", classes [LOCK, RLOCK], init init;
    functions {
        allocate_lock() => allocate_lock;
        get_ident() => get_ident;
        get_native_id() => get_ident;
    }
}
