//! `_queue`: a queue between threads whose `put` may be called from anywhere,
//! finalizers and signal handlers included.

use std::cell::Cell;
use std::sync::atomic::{AtomicU32, Ordering::Relaxed};

use pyjit_heap::{Field, Gc, Header, Value, heap_object, lock};
use pyjit_runtime::core::class::words;
use pyjit_runtime::core::{errors, kinds};
use pyjit_runtime::types::exceptions::Exc;
use pyjit_runtime::types::list::List;
use pyjit_runtime::types::module::Module;
use pyjit_runtime::types::type_::{Type, flags};
use pyjit_runtime::{R, Thread, py_class};

use crate::blocking::{self, Round};
use crate::exception::ExceptionClass;
use crate::layout::class_getitem;
use crate::native_module;

static EMPTY: ExceptionClass = ExceptionClass::new("_queue", "Empty", Exc::Exception);

/// The items from `first` on in a list; the word counts the calls of `put`.
#[repr(C)]
pub struct SimpleQueue {
    header: Header,
    items: Field,
    first: Cell<usize>,
    puts: AtomicU32,
    waiting: Cell<u32>,
}
heap_object!(SimpleQueue = 702, refs 1..2);
type Q = Gc<SimpleQueue>;

/// Taken items are dropped from the list when there are as many as this, and more than others.
const DROP: usize = 64;

fn new(_t: &Thread, class: Gc<Type>) -> Q {
    let q = SimpleQueue {
        header: Header::NEW,
        items: Field::new(List::new().value()),
        first: Cell::new(0),
        puts: AtomicU32::new(0),
        waiting: Cell::new(0),
    };
    let extra = class.extra_bytes(words::<SimpleQueue>());
    Gc::with_shape(class.root_shape.get(), q, extra)
}
fn items(q: Q) -> Gc<List> {
    Gc::from_value(q.items.get())
}
fn put(t: &Thread, q: Q, item: Value, _block: Option<Value>, _timeout: Option<Value>) -> R<()> {
    items(q).push(t, item)?;
    q.puts.fetch_add(1, Relaxed);
    if q.waiting.get() > 0 {
        blocking::wake_word(&q.puts, 1);
    }
    Ok(())
}
fn put_nowait(t: &Thread, q: Q, item: Value) -> R<()> {
    put(t, q, item, None, None)
}
/// The oldest item.
fn take(t: &Thread, q: Q) -> R<Option<Value>> {
    let (list, first) = (items(q), q.first.get());
    if first >= list.len() {
        return Ok(None);
    }
    let item = list.get(first);
    list.set(first, Value::NONE);
    let first = first + 1;
    match first == list.len() || first >= DROP && first > list.len() / 2 {
        true => {
            q.first.set(0);
            list.splice(t, 0, first, &[])?;
        }
        false => q.first.set(first),
    }
    Ok(Some(item))
}
/// When a `get` gives up; the outer `None`: at once.
fn deadline(t: &Thread, blocks: bool, timeout: Option<Value>) -> R<Option<Option<i64>>> {
    let Some(timeout) = timeout.filter(|v| blocks && !v.is_none()) else {
        return Ok(if blocks { Some(None) } else { None });
    };
    let ns = blocking::nanoseconds(t, timeout, Round::Ceiling)?;
    if ns < 0 {
        let m = "'timeout' must be a non-negative number";
        return Err(errors::value_error(t, m));
    }
    Ok(Some(Some(blocking::now().saturating_add(ns))))
}
fn get(t: &Thread, q: Q, block: Option<bool>, timeout: Option<Value>) -> R<Value> {
    let until = deadline(t, block.unwrap_or(true), timeout)?;
    loop {
        if let Some(v) = take(t, q)? {
            return Ok(v);
        }
        let Some(until) = until else {
            return Err(EMPTY.raise_args(t, &[]));
        };
        blocking::poll_if_asked(t)?;
        let seen = q.puts.load(Relaxed);
        if q.first.get() < items(q).len() {
            continue;
        }
        q.waiting.set(q.waiting.get() + 1);
        let woken = lock::blocking(|| blocking::wait_word(&q.puts, seen, until));
        q.waiting.set(q.waiting.get() - 1);
        match woken {
            Err(e) if e.raw_os_error() == Some(libc::ETIMEDOUT) => {
                return match take(t, q)? {
                    Some(v) => Ok(v),
                    None => Err(EMPTY.raise_args(t, &[])),
                };
            }
            Err(e) if e.kind() == std::io::ErrorKind::Interrupted => t.host().poll(t)?,
            _ => {}
        }
    }
}
fn get_nowait(t: &Thread, q: Q) -> R<Value> {
    get(t, q, Some(false), None)
}
fn qsize(_t: &Thread, q: Q) -> usize {
    items(q).len() - q.first.get()
}
fn empty(t: &Thread, q: Q) -> bool {
    qsize(t, q) == 0
}

py_class! {
    /// Simple, unbounded, reentrant FIFO queue.
    pub QUEUE: SimpleQueue = "SimpleQueue", base kinds::OBJECT, flags flags::BASETYPE | flags::IMMUTABLE, module "_queue";
    methods {
        @staticmethod __new__(cls, /) => new;
        /// Put the item on the queue.
        ///
        /// The optional 'block' and 'timeout' arguments are ignored, as this method
        /// never blocks. They are provided for compatibility with the Queue class.
        put(self, item, block=True, timeout=None) => put;
        /// Put an item into the queue without blocking.
        put_nowait(self, item) => put_nowait;
        /// Remove and return an item from the queue.
        get(self, block=True, timeout=None) => get;
        /// Remove and return an item from the queue without blocking.
        get_nowait(self, /) => get_nowait;
        /// Return the approximate size of the queue (not reliable!).
        qsize(self, /) => qsize;
        /// Return True if the queue is empty, False otherwise (not reliable!).
        empty(self, /) => empty;
        @classmethod __class_getitem__(cls, object, /) => class_getitem;
    }
}

fn init(t: &Thread, m: Gc<Module>) -> R<()> {
    EMPTY.install(t, m)
}

native_module! {
    /// Implementation of the Python queue module's SimpleQueue.
    pub MODULE = "_queue", classes [QUEUE], init init;
    functions { }
}
