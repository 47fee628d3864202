//! A little object world for the heap's tests.
#![allow(dead_code, unsafe_code)]

use std::cell::Cell;
use std::sync::{Mutex, MutexGuard};

use pyjit_heap::{Field, Gc, Header, RefArray, RefRange, Value, heap_object, shape};

/// An object with two references and some raw data.
#[repr(C)]
pub struct Pair {
    header: Header,
    pub left: Field,
    pub right: Field,
    pub id: Cell<u64>,
}
heap_object!(Pair = 10, refs 1..3);

/// A growable list over a [`RefArray`].
#[repr(C)]
pub struct List {
    header: Header,
    pub items: Field<Gc<RefArray>>,
    pub len: Cell<usize>,
}
heap_object!(List = 11, refs 1..2);

/// Word 1 is weak, word 2 strong.
#[repr(C)]
pub struct WeakRef {
    header: Header,
    pub target: Cell<Value>,
    pub callback: Field,
}
heap_object!(WeakRef = 12, refs 2..3);

/// A variable number of references inline.
#[repr(C)]
pub struct Tuple {
    header: Header,
    pub len: Cell<usize>,
}
heap_object!(Tuple = 13, refs 2..);

static LOCK: Mutex<()> = Mutex::new(());

/// Tests of one process take turns: the heap belongs to one thread at a time.
pub fn lock() -> MutexGuard<'static, ()> {
    let guard = LOCK.lock().unwrap_or_else(|e| e.into_inner());
    shape::define_raw(1, RefRange::tail(2));
    shape::define_raw(2, RefRange::NONE);
    shape::define_builtin::<Pair>();
    shape::define_builtin::<List>();
    shape::define_builtin::<WeakRef>();
    shape::define_builtin::<Tuple>();
    guard
}

pub fn pair(left: Value, right: Value, id: u64) -> Gc<Pair> {
    Gc::new(Pair {
        header: Header::NEW,
        left: Field::new(left),
        right: Field::new(right),
        id: Cell::new(id),
    })
}

pub fn tuple(items: &[Value]) -> Gc<Tuple> {
    let t = Gc::with_shape(
        13,
        Tuple {
            header: Header::NEW,
            len: Cell::new(items.len()),
        },
        items.len() * 8,
    );
    pyjit_heap::object::init_tail_values(t, 2, items);
    t
}

pub fn weakref(target: Value) -> Gc<WeakRef> {
    let w = Gc::new(WeakRef {
        header: Header::NEW,
        target: Cell::new(target),
        callback: Field::null(),
    });
    pyjit_heap::weak::register(w.value(), 1);
    w
}

pub fn list() -> Gc<List> {
    Gc::new(List {
        header: Header::NEW,
        items: Field::null(),
        len: Cell::new(0),
    })
}

pub fn push(l: Gc<List>, v: Value) {
    let n = l.len.get();
    let cap = l.items.opt().map_or(0, |a| a.len());
    if n == cap {
        let new = RefArray::new((cap * 2).max(4)).expect("memory");
        if let Some(old) = l.items.opt() {
            new.copy_from(0, old.as_slice());
        }
        l.items.put(l, new);
    }
    l.items.gc().set(n, v);
    l.len.set(n + 1);
}

/// xorshift64*
pub struct Random(pub u64);
impl Random {
    pub fn next(&mut self) -> u64 {
        self.0 ^= self.0 >> 12;
        self.0 ^= self.0 << 25;
        self.0 ^= self.0 >> 27;
        self.0.wrapping_mul(0x2545_f491_4f6c_dd1d)
    }
    pub fn below(&mut self, n: u64) -> u64 {
        (self.next() >> 33) % n
    }
}

/// Runs `f` in a fresh part of the stack and wipes what it left there.
#[inline(never)]
pub fn isolated<R>(f: impl FnOnce() -> R) -> R {
    #[inline(never)]
    fn inner<R>(f: impl FnOnce() -> R) -> R {
        std::hint::black_box([0u64; 64]);
        f()
    }
    let r = inner(f);
    wipe();
    r
}

#[inline(never)]
pub fn wipe() {
    std::hint::black_box([0u64; 2048]);
}
