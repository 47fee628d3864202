//! `list`: the object (its Python-visible methods are in `list_methods`).

use std::cell::Cell;

use pyjit_heap::{Field, Gc, Header, RefArray, Value, heap_object};

use crate::core::errors;
use crate::core::kinds;
use crate::core::thread::{R, Thread};

/// A list: a growable array of references.
#[repr(C)]
pub struct List {
    header: Header,
    items: Field<Gc<RefArray>>,
    len: Cell<usize>,
}
heap_object!(List = kinds::LIST, refs 1..2);

/// Bytes from the header to the items array, and to the length.
pub const ITEMS_OFFSET: usize = std::mem::offset_of!(List, items);
pub const LEN_OFFSET: usize = std::mem::offset_of!(List, len);

impl List {
    /// An empty list.
    pub fn new() -> Gc<List> {
        List::with_shape(kinds::LIST, 0)
    }
    /// An empty list of a subclass.
    pub fn with_shape(shape: u32, extra: usize) -> Gc<List> {
        Gc::with_shape(
            shape,
            List {
                header: Header::NEW,
                items: Field::null(),
                len: Cell::new(0),
            },
            extra,
        )
    }
    /// A list of `items`.
    pub fn from_slice(t: &Thread, items: &[Value]) -> R<Gc<List>> {
        let l = List::new();
        l.extend(t, items)?;
        Ok(l)
    }
    /// Number of items.
    #[inline(always)]
    pub fn len(&self) -> usize {
        self.len.get()
    }
    /// Has it no items?
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }
    /// Item `i < len`.
    #[inline(always)]
    pub fn get(&self, i: usize) -> Value {
        debug_assert!(i < self.len());
        self.items.gc().get(i)
    }
    /// The items as they are now; not to be held across anything that may change the list.
    #[inline(always)]
    pub fn items(&self) -> &[Value] {
        match self.items.opt() {
            // The array lives as long as the list refers to it.
            Some(a) => pyjit_heap::arrays::outlive_values(self, &a.as_slice()[..self.len()]),
            None => &[],
        }
    }
    /// Room without growing.
    pub fn capacity(&self) -> usize {
        self.items.opt().map_or(0, |a| a.len())
    }
}

impl List {
    /// Replaces item `i < len`.
    #[inline(always)]
    pub fn set(&self, i: usize, v: Value) {
        debug_assert!(i < self.len());
        self.items.gc().set(i, v)
    }

    /// Replaces item `i < len` unless that needs the collector's help.
    #[inline(always)]
    pub fn try_set(&self, i: usize, v: Value) -> bool {
        let a = self.items.gc();
        if v.is_ptr() && a.needs_barrier() {
            return false;
        }
        a.set_young(i, v);
        true
    }

    /// Appends `v` if there is room and no need for the collector's help.
    #[inline(always)]
    pub fn try_push(&self, v: Value) -> bool {
        let n = self.len();
        match self.items.opt() {
            Some(a) if n < a.len() && !(v.is_ptr() && a.needs_barrier()) => {
                a.set_young(n, v);
                self.len.set(n + 1);
                true
            }
            _ => false,
        }
    }

    /// Appends `v`.
    #[inline]
    pub fn push(&self, t: &Thread, v: Value) -> R<()> {
        let n = self.len();
        if n == self.capacity() {
            self.reserve(t, n + 1)?;
        }
        self.items.gc().set(n, v);
        self.len.set(n + 1);
        Ok(())
    }

    /// Makes room for at least `n` items, growing by an eighth or more.
    pub fn reserve(&self, t: &Thread, n: usize) -> R<()> {
        if n <= self.capacity() {
            return Ok(());
        }
        let want = n + (n >> 3) + if n < 9 { 3 } else { 6 };
        if self.items.opt().is_some_and(|a| a.try_extend(want & !1)) {
            return Ok(());
        }
        let Some(a) = RefArray::new(want & !1) else {
            return Err(errors::memory_error(t));
        };
        a.copy_from(0, self.items());
        self.items.put(self, a);
        Ok(())
    }

    /// Appends all of `vs`, which is not part of this list.
    pub fn extend(&self, t: &Thread, vs: &[Value]) -> R<()> {
        let n = self.len();
        self.reserve(t, n + vs.len())?;
        if !vs.is_empty() {
            self.items.gc().copy_from(n, vs);
            self.len.set(n + vs.len());
        }
        Ok(())
    }

    /// Replaces items `from..to` by `vs` (not part of this list).
    pub fn splice(&self, t: &Thread, from: usize, to: usize, vs: &[Value]) -> R<()> {
        let n = self.len();
        assert!(from <= to && to <= n);
        let new = n - (to - from) + vs.len();
        self.reserve(t, new)?;
        let Some(a) = self.items.opt() else {
            return Ok(());
        };
        a.copy_within(to, from + vs.len(), n - to);
        a.copy_from(from, vs);
        if new < n {
            a.clear_range(new, n);
        }
        self.len.set(new);
        Ok(())
    }

    /// Removes and gives item `i < len`.
    pub fn remove(&self, i: usize) -> Value {
        let (n, a) = (self.len(), self.items.gc());
        let v = a.get(i);
        a.copy_within(i + 1, i, n - i - 1);
        a.clear_range(n - 1, n);
        self.len.set(n - 1);
        v
    }

    /// Drops all items.
    pub fn clear(&self) {
        self.items.clear();
        self.len.set(0);
    }

    /// Takes over the items of `other`, which becomes empty (sorting works on a detached list).
    pub fn swap_items(&self, other: Gc<List>) {
        let (a, b) = (self.items.opt(), other.items.opt());
        let (n, m) = (self.len(), other.len());
        match b {
            Some(b) => self.items.put(self, b),
            None => self.items.clear(),
        }
        match a {
            Some(a) => other.items.put(other, a),
            None => other.items.clear(),
        }
        self.len.set(m);
        other.len.set(n);
    }
}
