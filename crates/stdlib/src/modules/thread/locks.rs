//! `lock` and `RLock`.
//!
//! The word `state` is 0 or 1 (taken) and only changes under the interpreter
//! lock; waiting threads sleep on it without that lock, and signals wake them.

use std::cell::Cell;
use std::sync::atomic::{AtomicU32, Ordering::Relaxed};

use pyjit_heap::{Gc, Header, Value, heap_object, lock};
use pyjit_runtime::core::class::words;
use pyjit_runtime::core::{errors, kinds, ops};
use pyjit_runtime::types::tuple::Tuple;
use pyjit_runtime::types::type_::{Type, class_of, flags, of_kind};
use pyjit_runtime::{R, Thread, py_class};

use super::ident;
use crate::blocking::{self, Round};

/// Longest timeout in seconds: nanoseconds must fit a word.
pub const TIMEOUT_MAX: f64 = 9_223_372_036.0;

/// A lock; `count` times held by thread `owner`.
#[repr(C)]
pub struct Lock {
    header: Header,
    state: AtomicU32,
    /// How many threads wait.
    waiting: Cell<u32>,
    count: Cell<u64>,
    owner: Cell<i64>,
}
heap_object!(Lock = 260, no refs);
/// A lock that its owner may take again.
#[repr(transparent)]
pub struct RLock(Lock);
heap_object!(RLock = 261, no refs);

type L = Gc<Lock>;

fn new(_t: &Thread, class: Gc<Type>) -> L {
    let l = Lock {
        header: Header::NEW,
        state: AtomicU32::new(0),
        waiting: Cell::new(0),
        count: Cell::new(0),
        owner: Cell::new(0),
    };
    let extra = class.extra_bytes(words::<Lock>());
    Gc::with_shape(class.root_shape.get(), l, extra)
}
pub fn allocate(t: &Thread) -> L {
    new(t, of_kind(260))
}
fn as_lock(this: Value) -> L {
    Gc::from_value(this)
}
fn is_taken(l: L) -> bool {
    l.state.load(Relaxed) != 0
}

/// Waits (without the interpreter lock) until the lock is free, and takes it;
/// false when the time is up.
fn wait(t: &Thread, l: L, until: Option<i64>) -> R<bool> {
    l.waiting.set(l.waiting.get() + 1);
    let result = loop {
        if let Err(e) = blocking::poll_if_asked(t) {
            break Err(e);
        }
        if !is_taken(l) {
            l.state.store(1, Relaxed);
            break Ok(true);
        }
        let woken = lock::blocking(|| blocking::wait_word(&l.state, 1, until));
        if !is_taken(l) {
            l.state.store(1, Relaxed);
            break Ok(true);
        }
        match woken {
            Err(e) if e.raw_os_error() == Some(libc::ETIMEDOUT) => break Ok(false),
            Err(e) if e.kind() == std::io::ErrorKind::Interrupted => {
                if let Err(e) = t.host().poll(t) {
                    break Err(e);
                }
            }
            _ => {}
        }
    };
    l.waiting.set(l.waiting.get() - 1);
    // A wake-up that came too late for us is for somebody else.
    if result.is_err() && !is_taken(l) && l.waiting.get() > 0 {
        blocking::wake_word(&l.state, 1);
    }
    result
}

/// The point in time at which a `timeout` argument ends; the outer `None`
/// means not to wait at all.
fn deadline(t: &Thread, blocks: bool, timeout: Option<Value>) -> R<Option<Option<i64>>> {
    let ns = match timeout {
        None => -1_000_000_000,
        Some(v) => blocking::nanoseconds(t, v, Round::Ceiling)?,
    };
    if !blocks && ns != -1_000_000_000 {
        let m = "can't specify a timeout for a non-blocking call";
        return Err(errors::value_error(t, m));
    }
    if ns < 0 && ns != -1_000_000_000 {
        let m = "timeout value must be a non-negative number";
        return Err(errors::value_error(t, m));
    }
    if ns as f64 > TIMEOUT_MAX * 1e9 {
        return Err(errors::overflow_error(t, "timeout value is too large"));
    }
    Ok(match (blocks, ns) {
        (false, _) | (_, 0) => None,
        (_, ns) if ns < 0 => Some(None),
        (_, ns) => Some(Some(blocking::now().saturating_add(ns))),
    })
}

fn take(t: &Thread, l: L, blocks: bool, timeout: Option<Value>) -> R<bool> {
    if !is_taken(l) && timeout.is_none() {
        l.state.store(1, Relaxed);
        return Ok(true);
    }
    let until = deadline(t, blocks, timeout)?;
    if !is_taken(l) {
        l.state.store(1, Relaxed);
        return Ok(true);
    }
    match until {
        None => Ok(false),
        Some(until) => wait(t, l, until),
    }
}
fn free(l: L) {
    l.state.store(0, Relaxed);
    if l.waiting.get() > 0 {
        blocking::wake_word(&l.state, 1);
    }
}

fn acquire(t: &Thread, this: Value, blocking: Option<bool>, timeout: Option<Value>) -> R<bool> {
    take(t, as_lock(this), blocking.unwrap_or(true), timeout)
}
fn release(t: &Thread, this: Value) -> R<()> {
    let l = as_lock(this);
    if !is_taken(l) {
        return Err(errors::runtime_error(t, "release unlocked lock"));
    }
    free(l);
    Ok(())
}
fn enter(t: &Thread, this: Value) -> R<bool> {
    acquire(t, this, None, None)
}
fn exit(t: &Thread, this: Value, _a: Option<Value>, _b: Option<Value>, _c: Option<Value>) -> R<()> {
    release(t, this)
}
fn locked(_t: &Thread, this: Value) -> bool {
    is_taken(as_lock(this))
}
fn reinit(_t: &Thread, this: Value) {
    let l = as_lock(this);
    l.state.store(0, Relaxed);
    l.waiting.set(0);
    l.count.set(0);
    l.owner.set(0);
}
fn repr(_t: &Thread, this: Value) -> String {
    let how = if is_taken(as_lock(this)) {
        "locked"
    } else {
        "unlocked"
    };
    let address = this.0;
    format!("<{how} {} object at {address:#x}>", class_name(this))
}
fn class_name(this: Value) -> String {
    format!("_thread.{}", class_of(this).name_str())
}

// ---- RLock -----------------------------------------------------------------

fn is_mine(l: L) -> bool {
    l.count.get() > 0 && l.owner.get() == ident()
}
fn rlock_acquire(
    t: &Thread,
    this: Value,
    blocking: Option<bool>,
    timeout: Option<Value>,
) -> R<bool> {
    let l = as_lock(this);
    if is_mine(l) {
        l.count.set(l.count.get() + 1);
        return Ok(true);
    }
    let got = take(t, l, blocking.unwrap_or(true), timeout)?;
    if got {
        l.count.set(1);
        l.owner.set(ident());
    }
    Ok(got)
}
fn rlock_release(t: &Thread, this: Value) -> R<()> {
    let l = as_lock(this);
    if !is_mine(l) {
        return Err(errors::runtime_error(t, "cannot release un-acquired lock"));
    }
    l.count.set(l.count.get() - 1);
    if l.count.get() == 0 {
        l.owner.set(0);
        free(l);
    }
    Ok(())
}
fn rlock_enter(t: &Thread, this: Value) -> R<bool> {
    rlock_acquire(t, this, None, None)
}
fn rlock_exit(
    t: &Thread,
    this: Value,
    _a: Option<Value>,
    _b: Option<Value>,
    _c: Option<Value>,
) -> R<()> {
    rlock_release(t, this)
}
fn is_owned(_t: &Thread, this: Value) -> bool {
    is_mine(as_lock(this))
}
fn recursion_count(_t: &Thread, this: Value) -> i64 {
    match is_mine(as_lock(this)) {
        true => as_lock(this).count.get() as i64,
        false => 0,
    }
}
fn release_save(t: &Thread, this: Value) -> R<Gc<Tuple>> {
    let l = as_lock(this);
    if l.count.get() == 0 {
        return Err(errors::runtime_error(t, "cannot release un-acquired lock"));
    }
    let state = Tuple::new(&[Value::int(l.count.get() as i64), Value::int(l.owner.get())]);
    l.count.set(0);
    l.owner.set(0);
    free(l);
    Ok(state)
}
fn acquire_restore(t: &Thread, this: Value, state: Gc<Tuple>) -> R<()> {
    let l = as_lock(this);
    let &[count, owner] = state.items() else {
        return Err(errors::type_error(t, "a state of two numbers is needed"));
    };
    let (count, owner) = (ops::index_i64(t, count)?, ops::index_i64(t, owner)?);
    take(t, l, true, None)?;
    l.count.set(count.max(1) as u64);
    l.owner.set(owner);
    Ok(())
}
fn rlock_repr(_t: &Thread, this: Value) -> String {
    let l = as_lock(this);
    let how = if is_taken(l) { "locked" } else { "unlocked" };
    let (owner, count, address) = (l.owner.get(), l.count.get(), this.0);
    let class = class_name(this);
    format!("<{how} {class} object owner={owner} count={count} at {address:#x}>")
}
fn rlock_new(t: &Thread, class: Gc<Type>, args: Gc<Tuple>, kw: Option<Value>) -> R<L> {
    if class == of_kind(261) && (!args.is_empty() || kw.is_some()) {
        let m = "Passing arguments to RLock is deprecated and will be removed in 3.15";
        pyjit_runtime::core::warn::deprecated(t, m)?;
    }
    Ok(new(t, class))
}

py_class! {
    /// A lock object is a synchronization primitive.
    pub LOCK: Lock = "lock", base kinds::OBJECT, flags flags::HAS_WEAKREF, module "_thread";
    methods {
        @staticmethod __new__(cls, /) => new;
        /// Lock the lock.
        acquire(self, /, blocking=True, timeout=-1) => acquire;
        acquire_lock(self, /, blocking=True, timeout=-1) => acquire;
        /// Release the lock, allowing another thread to acquire it.
        release(self, /) => release;
        release_lock(self, /) => release;
        /// Return whether the lock is in the locked state.
        locked(self, /) => locked;
        locked_lock(self, /) => locked;
        _at_fork_reinit(self, /) => reinit;
        __enter__(self, /) => enter;
        __exit__(self, a=None, b=None, c=None, /) => exit;
        __repr__(self, /) => repr;
    }
}
py_class! {
    /// A lock that the thread which holds it may take again.
    pub RLOCK: RLock = "RLock", base kinds::OBJECT, flags flags::HAS_WEAKREF | flags::BASETYPE, module "_thread";
    methods {
        @staticmethod __new__(cls, /, *args, **kwargs) => rlock_new;
        /// Lock the lock.
        acquire(self, /, blocking=True, timeout=-1) => rlock_acquire;
        /// Release the lock.
        release(self, /) => rlock_release;
        /// Return whether the lock is held by any thread.
        locked(self, /) => locked;
        _is_owned(self, /) => is_owned;
        _recursion_count(self, /) => recursion_count;
        _release_save(self, /) => release_save;
        _acquire_restore(self, state, /) => acquire_restore;
        _at_fork_reinit(self, /) => reinit;
        __enter__(self, /) => rlock_enter;
        __exit__(self, a=None, b=None, c=None, /) => rlock_exit;
        __repr__(self, /) => rlock_repr;
    }
}
