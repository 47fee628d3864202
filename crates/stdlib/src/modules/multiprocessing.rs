//! `_multiprocessing`: named semaphores between processes; `_posixshmem`:
//! named shared memory.
#![allow(unsafe_code)]

use std::cell::Cell;
use std::ffi::CString;
use std::io;

use pyjit_heap::{Field, Gc, Header, Value, finalize, heap_object, lock};
use pyjit_runtime::core::class::words;
use pyjit_runtime::core::{errors, kinds, ops};
use pyjit_runtime::types::dict::Dict;
use pyjit_runtime::types::exceptions::Exc;
use pyjit_runtime::types::module::Module;
use pyjit_runtime::types::str_::{Str, intern};
use pyjit_runtime::types::type_::{Type, class_of, flags, of_kind};
use pyjit_runtime::types::{float, int};
use pyjit_runtime::{R, Thread, py_class};

use super::posix::execute::c_string;
use super::posix::{check_plain, cvt, sys};
use super::thread::ident;
use crate::{blocking, native_module};

const RECURSIVE: i64 = 0;
const MOST: i64 = i32::MAX as i64;

/// A semaphore of the system, and what this process holds of it.
#[repr(C)]
pub struct SemLock {
    header: Header,
    name: Field,
    handle: Cell<i64>,
    kind: Cell<i64>,
    most: Cell<i64>,
    /// How often thread `owner` holds it.
    count: Cell<i64>,
    owner: Cell<i64>,
}
heap_object!(SemLock = 441, refs 1..2);

type S = Gc<SemLock>;

impl SemLock {
    fn get(&self) -> *mut libc::sem_t {
        self.handle.get() as *mut libc::sem_t
    }
    fn is_mine(&self) -> bool {
        self.count.get() > 0 && self.owner.get() == ident()
    }
}

fn make(class: Gc<Type>, sem: *mut libc::sem_t, kind: i64, most: i64, name: Value) -> S {
    let s = SemLock {
        header: Header::NEW,
        name: Field::new(name),
        handle: Cell::new(sem as i64),
        kind: Cell::new(kind),
        most: Cell::new(most),
        count: Cell::new(0),
        owner: Cell::new(0),
    };
    let extra = class.extra_bytes(words::<SemLock>());
    let s = Gc::with_shape(class.root_shape.get(), s, extra);
    finalize::register(s.value());
    s
}
fn opened(p: *mut libc::sem_t) -> io::Result<*mut libc::sem_t> {
    match p {
        libc::SEM_FAILED => Err(io::Error::last_os_error()),
        p => Ok(p),
    }
}
fn new(
    t: &Thread,
    class: Gc<Type>,
    kind: i64,
    value: i64,
    most: i64,
    name: Gc<Str>,
    unlink: bool,
) -> R<S> {
    if !(0..=1).contains(&kind) {
        return Err(errors::value_error(t, "unrecognized kind"));
    }
    let c = c_string(t, name.value())?;
    let how = libc::O_CREAT | libc::O_EXCL;
    // SAFETY: a terminated string.
    let sem = unsafe { libc::sem_open(c.as_ptr(), how, 0o600, value as libc::c_uint) };
    let sem = check_plain(t, opened(sem))?;
    // SAFETY: a terminated string.
    if unlink && let Err(e) = cvt(unsafe { libc::sem_unlink(c.as_ptr()) }) {
        // SAFETY: the semaphore is ours.
        unsafe { libc::sem_close(sem) };
        return check_plain(t, Err(e));
    }
    let shown = if unlink { Value::NONE } else { name.value() };
    Ok(make(class, sem, kind, most, shown))
}
fn rebuild(t: &Thread, class: Gc<Type>, handle: i64, kind: i64, most: i64, name: Value) -> R<S> {
    if name.is_none() {
        // The same address in a forked child.
        return Ok(make(class, handle as *mut _, kind, most, name));
    }
    let c = c_string(t, name)?;
    // SAFETY: a terminated string.
    let sem = check_plain(t, opened(unsafe { libc::sem_open(c.as_ptr(), 0) }))?;
    Ok(make(class, sem, kind, most, name))
}
fn finalize(_t: &Thread, this: S) {
    let sem = this.get();
    this.handle.set(0);
    if !sem.is_null() {
        // SAFETY: ours, and nobody uses it any more.
        unsafe { libc::sem_close(sem) };
    }
}

fn value_of(t: &Thread, this: S) -> R<i64> {
    let mut n = 0;
    sys!(t, libc::sem_getvalue(this.get(), &mut n))?;
    Ok(i64::from(n.max(0)))
}
/// When a timeout in seconds from now ends, on the wall clock.
fn deadline(t: &Thread, timeout: Value) -> R<libc::timespec> {
    let seconds = match float::get(timeout) {
        Some(f) => f,
        None => ops::to_f64(t, timeout)?,
    };
    let mut ts = blocking::timespec(0);
    // SAFETY: the call writes one timespec.
    unsafe { libc::clock_gettime(libc::CLOCK_REALTIME, &mut ts) };
    let ns = (seconds.max(0.0) * 1e9).min(9e18) as i64;
    let now = ts.tv_sec * 1_000_000_000 + ts.tv_nsec;
    Ok(blocking::timespec(now.saturating_add(ns)))
}
fn acquire(t: &Thread, this: S, blocks: Option<bool>, timeout: Option<Value>) -> R<bool> {
    if this.kind.get() == RECURSIVE && this.is_mine() {
        this.count.set(this.count.get() + 1);
        return Ok(true);
    }
    let sem = this.get();
    // SAFETY: a semaphore that is open.
    let mut r = cvt(unsafe { libc::sem_trywait(sem) });
    if blocks.unwrap_or(true) && r.is_err() {
        let until = match timeout.filter(|v| !v.is_none()) {
            None => None,
            Some(v) => Some(deadline(t, v)?),
        };
        r = blocking::try_retry(t, || {
            // SAFETY: a semaphore that is open, and a time.
            cvt(unsafe {
                match &until {
                    None => libc::sem_wait(sem),
                    Some(u) => libc::sem_timedwait(sem, u),
                }
            })
        })?;
    }
    match r {
        Err(e) if matches!(e.raw_os_error(), Some(libc::EAGAIN | libc::ETIMEDOUT)) => Ok(false),
        Err(e) => check_plain(t, Err(e)),
        Ok(_) => {
            this.count.set(this.count.get() + 1);
            this.owner.set(ident());
            Ok(true)
        }
    }
}
fn release(t: &Thread, this: S) -> R<()> {
    if this.kind.get() == RECURSIVE {
        if !this.is_mine() {
            let m = "attempt to release recursive lock not owned by thread";
            return Err(errors::raise(t, Exc::AssertionError, m));
        }
        if this.count.get() > 1 {
            this.count.set(this.count.get() - 1);
            return Ok(());
        }
    } else if value_of(t, this)? >= this.most.get() {
        let m = "semaphore or lock released too many times";
        return Err(errors::value_error(t, m));
    }
    sys!(t, libc::sem_post(this.get()))?;
    this.count.set(this.count.get() - 1);
    Ok(())
}
fn enter(t: &Thread, this: S) -> R<bool> {
    acquire(t, this, Some(true), None)
}
fn exit(t: &Thread, this: S, _a: Option<Value>, _b: Option<Value>, _c: Option<Value>) -> R<()> {
    release(t, this)
}
fn count(_t: &Thread, this: S) -> i64 {
    this.count.get()
}
fn is_mine(_t: &Thread, this: S) -> bool {
    this.is_mine()
}
fn is_zero(t: &Thread, this: S) -> R<bool> {
    Ok(value_of(t, this)? == 0)
}
fn after_fork(_t: &Thread, this: S) {
    this.count.set(0);
}
fn handle(t: &Thread, this: S) -> Value {
    int::from_i64(t, this.handle.get())
}
fn kind(_t: &Thread, this: S) -> i64 {
    this.kind.get()
}
fn maxvalue(_t: &Thread, this: S) -> i64 {
    this.most.get()
}
fn name(_t: &Thread, this: S) -> Value {
    this.name.get()
}

py_class! {
    /// Semaphore/Mutex type
    pub SEM_LOCK: SemLock = "SemLock", base kinds::OBJECT, flags flags::BASETYPE, module "_multiprocessing";
    methods {
        @staticmethod __new__(cls, kind, value, maxvalue, name, unlink) => new;
        @classmethod _rebuild(cls, handle, kind, maxvalue, name, /) => rebuild;
        __del__(self, /) => finalize;
        __enter__(self, /) => enter;
        __exit__(self, exc_type=None, exc_value=None, exc_tb=None, /) => exit;
        acquire(self, block=True, timeout=None) => acquire;
        release(self, /) => release;
        _count(self, /) => count;
        _is_mine(self, /) => is_mine;
        _get_value(self, /) => value_of;
        _is_zero(self, /) => is_zero;
        _after_fork(self, /) => after_fork;
    }
    getset { handle => handle; kind => kind; maxvalue => maxvalue; name => name; }
}

fn sem_unlink(t: &Thread, name: Value) -> R<()> {
    let c = c_string(t, name)?;
    sys!(t, libc::sem_unlink(c.as_ptr())).map(drop)
}
fn init(t: &Thread, m: Gc<Module>) -> R<()> {
    let class = of_kind(441);
    let dict = class.dict.gc();
    dict.set_str(t, intern("SEM_VALUE_MAX"), Value::int(MOST))?;
    class.modified(t);
    let known = Dict::new();
    for name in ["HAVE_SEM_OPEN", "HAVE_SEM_TIMEDWAIT"] {
        known.set_str(t, intern(name), Value::int(1))?;
    }
    m.set(t, "flags", known.value())
}

native_module! {
    pub MODULE = "_multiprocessing", classes [SEM_LOCK], init init;
    functions {
        sem_unlink(name, /) => sem_unlink;
    }
}

fn memory_name(t: &Thread, name: Value) -> R<CString> {
    if name.cast::<Str>().is_none() {
        let m = format!(
            "argument 'path' must be str, not {}",
            class_of(name).name_str()
        );
        return Err(errors::type_error(t, m));
    }
    c_string(t, name)
}
fn shm_open(t: &Thread, path: Value, how: i64, mode: Option<i64>) -> R<i64> {
    let c = memory_name(t, path)?;
    let mode = mode.unwrap_or(0o777) as libc::mode_t;
    let fd = blocking::try_retry(t, || {
        // SAFETY: a terminated string.
        cvt(unsafe { libc::shm_open(c.as_ptr(), how as i32, mode) })
    })?;
    super::posix::check(t, fd.map(i64::from), &super::posix::path(t, path)?)
}
fn shm_unlink(t: &Thread, path: Value) -> R<()> {
    let c = memory_name(t, path)?;
    // SAFETY: a terminated string.
    let r = lock::blocking(|| cvt(unsafe { libc::shm_unlink(c.as_ptr()) }));
    super::posix::check(t, r.map(drop), &super::posix::path(t, path)?)
}

native_module! {
    /// POSIX shared memory module
    pub SHARED_MEMORY = "_posixshmem";
    functions {
        /// Open a shared memory object.  Returns a file descriptor (integer).
        shm_open(path, flags, mode=511) => shm_open;
        /// Remove a shared memory object (similar to unlink()).
        shm_unlink(path) => shm_unlink;
    }
}
