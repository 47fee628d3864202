//! `tuple`: the object.

use std::cell::Cell;

use pyjit_heap::{Gc, GilCell, Header, Root, Value, heap_object, object};

use crate::core::kinds;

/// A tuple: its length, then the items inline.
#[repr(C)]
pub struct Tuple {
    header: Header,
    len: Cell<usize>,
}
heap_object!(Tuple = kinds::TUPLE, refs 2..);

static EMPTY: GilCell<Option<Root>> = GilCell::new(None);

/// Words before the items.
pub const FIRST: usize = 2;

impl Tuple {
    /// A tuple of `items`.
    pub fn new(items: &[Value]) -> Gc<Tuple> {
        if items.is_empty() {
            return Tuple::empty();
        }
        Tuple::with_shape(kinds::TUPLE, items)
    }

    /// The empty tuple: there is one.
    fn empty() -> Gc<Tuple> {
        if let Some(e) = EMPTY.get() {
            return Gc::from_value(e.get());
        }
        let t = Tuple::with_shape(kinds::TUPLE, &[]);
        EMPTY.with_mut(|e| *e = Some(Root::new(t.value())));
        t
    }

    fn with_shape(shape: u32, items: &[Value]) -> Gc<Tuple> {
        let t = Gc::with_shape(
            shape,
            Tuple {
                header: Header::NEW,
                len: Cell::new(items.len()),
            },
            items.len() * 8,
        );
        object::init_tail_values(t, FIRST, items);
        t
    }

    /// An instance of a subclass with that shape. With `has_dict`, a word for
    /// its dictionary follows the items.
    pub fn with_class(shape: u32, items: &[Value], has_dict: bool) -> Gc<Tuple> {
        let extra = (items.len() + has_dict as usize) * 8;
        let t = Gc::with_shape(
            shape,
            Tuple {
                header: Header::NEW,
                len: Cell::new(items.len()),
            },
            extra,
        );
        object::init_tail_values(t, FIRST, items);
        t
    }

    /// A structure sequence: `words`, of which the first `visible` are items.
    pub fn with_hidden(shape: u32, words: &[Value], visible: usize) -> Gc<Tuple> {
        let layout = Tuple {
            header: Header::NEW,
            len: Cell::new(visible),
        };
        let t = Gc::with_shape(shape, layout, words.len() * 8);
        object::init_tail_values(t, FIRST, words);
        t
    }
    /// All words of a structure sequence of `n` fields.
    pub fn hidden_items(&self, n: usize) -> &[Value] {
        object::tail_values(self, FIRST, n)
    }

    /// A tuple of `n` items.
    pub fn from_fn(n: usize, mut f: impl FnMut(usize) -> Value) -> Gc<Tuple> {
        let t = Gc::with_shape(
            kinds::TUPLE,
            Tuple {
                header: Header::NEW,
                len: Cell::new(n),
            },
            n * 8,
        );
        for i in 0..n {
            // With the barrier: `f` may have allocated, and the tuple become old.
            t.set_word(FIRST + i, f(i));
        }
        t
    }

    /// Number of items.
    #[inline(always)]
    pub fn len(&self) -> usize {
        self.len.get()
    }
    /// Is it `()`?
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }
    /// The items.
    #[inline(always)]
    pub fn items(&self) -> &[Value] {
        object::tail_values(self, FIRST, self.len())
    }
}
