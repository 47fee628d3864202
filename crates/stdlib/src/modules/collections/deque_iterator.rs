//! Iterators over a deque.

use pyjit_heap::{Gc, Value};
use pyjit_runtime::core::{errors, kinds};
use pyjit_runtime::types::tuple::Tuple;
use pyjit_runtime::types::type_::{Type, class_of, of_kind};
use pyjit_runtime::{R, Thread, py_class};

use super::deque::Deque;
use crate::layout::{END, Item, item, itself};
use crate::native_layout;

native_layout! {
    /// The deque, how many items have been given, and the deque's state at the start.
    Iterator = 301, refs 1..2 { deque } ints { given, state }
}
native_layout! {
    /// The same, from the end.
    Reverse = 302, refs 1..2 { deque } ints { given, state }
}

/// `iter(d)`.
pub fn forward(_t: &Thread, d: Gc<Deque>) -> Gc<Iterator> {
    Iterator::alloc(of_kind(301), d.value(), 0, d.state())
}
/// `reversed(d)`.
pub fn backward(_t: &Thread, d: Gc<Deque>) -> Gc<Reverse> {
    Reverse::alloc(of_kind(302), d.value(), 0, d.state())
}

macro_rules! steps {
    ($($layout:ident $new:ident $next:ident $hint:ident $reduce:ident |$i:ident, $n:ident| $at:expr;)*) => { $(
        fn $new(_t: &Thread, class: Gc<Type>, d: Gc<Deque>, index: Option<i64>) -> Gc<$layout> {
            let n = d.len() as i64;
            let index = index.unwrap_or(0).clamp(0, n);
            $layout::alloc(class, d.value(), index, d.state())
        }
        fn $next(t: &Thread, this: Gc<$layout>) -> R<Item> {
            let Some(d) = this.deque.get().opt() else {
                return END;
            };
            let d: Gc<Deque> = Gc::from_value(d);
            if d.state() != this.state.get() {
                this.deque.clear();
                let m = "deque mutated during iteration";
                return Err(errors::runtime_error(t, m));
            }
            let ($i, $n) = (this.given.get() as usize, d.len());
            if $i >= $n {
                this.deque.clear();
                return END;
            }
            this.given.set($i as i64 + 1);
            item(d.get($at))
        }
        fn $hint(_t: &Thread, this: Gc<$layout>) -> i64 {
            let d = this.deque.get().cast_opt::<Deque>();
            d.map_or(0, |d| (d.len() as i64 - this.given.get()).max(0))
        }
        fn $reduce(t: &Thread, this: Gc<$layout>) -> R<Gc<Tuple>> {
            let class = class_of(this.value()).value();
            let d = match this.deque.get().opt() {
                Some(d) => d,
                None => super::deque::empty(t),
            };
            let args = Tuple::new(&[d, Value::int(this.given.get())]);
            Ok(Tuple::new(&[class, args.value()]))
        }
    )* };
}
steps! {
    Iterator new_forward next_forward hint_forward reduce_forward |i, n| i;
    Reverse new_backward next_backward hint_backward reduce_backward |i, n| n - 1 - i;
}

py_class! {
    pub FORWARD: Iterator = "_deque_iterator", base kinds::OBJECT, flags 0, module "collections";
    methods {
        @staticmethod __new__(cls, deque, index=0, /) => new_forward;
        __iter__(self, /) => itself;
        __next__(self, /) => next_forward;
        /// Private method returning an estimate of len(list(it)).
        __length_hint__(self, /) => hint_forward;
        /// Return state information for pickling.
        __reduce__(self, /) => reduce_forward;
    }
}
py_class! {
    pub BACKWARD: Reverse = "_deque_reverse_iterator", base kinds::OBJECT, flags 0, module "collections";
    methods {
        @staticmethod __new__(cls, deque, index=0, /) => new_backward;
        __iter__(self, /) => itself;
        __next__(self, /) => next_backward;
        /// Private method returning an estimate of len(list(it)).
        __length_hint__(self, /) => hint_backward;
        /// Return state information for pickling.
        __reduce__(self, /) => reduce_backward;
    }
}
