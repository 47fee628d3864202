//! `tee`: independent iterators over a chain of nodes that is made as it is read.

use pyjit_heap::{Gc, RefArray, Value};
use pyjit_runtime::core::{attr, call, errors, kinds, ops};
use pyjit_runtime::types::list::List;
use pyjit_runtime::types::str_::intern;
use pyjit_runtime::types::tuple::Tuple;
use pyjit_runtime::types::type_::{Type, flags, of_kind};
use pyjit_runtime::{R, Thread, py_class};

use crate::layout::{END, Item, item, itself};
use crate::native_layout;

native_layout! {
    /// The node whose value comes next, and which of its values.
    Tee = 279, refs 1..2 { node } ints { index }
}
native_layout! {
    /// Some values, of which `count` have been read, and the following node, if
    /// there is one. `busy` while the source is being asked.
    Node = 280, refs 1..4 { source, values, next } ints { count, busy }
}

/// Values of a node.
const BLOCK: usize = 57;

fn node(t: &Thread, source: Value) -> R<Gc<Node>> {
    let values = RefArray::new(BLOCK).ok_or_else(|| errors::memory_error(t))?;
    let class = of_kind(280);
    Ok(Node::alloc(
        class,
        source,
        values.value(),
        Value::NULL,
        0,
        0,
    ))
}
/// A `_tee` over an iterator; of another `_tee`, a copy.
fn from_iterable(t: &Thread, iterable: Value) -> R<Gc<Tee>> {
    let it = ops::iter(t, iterable)?;
    if let Some(other) = it.cast::<Tee>() {
        return Ok(copy(t, other));
    }
    Ok(Tee::alloc(of_kind(279), node(t, it)?.value(), 0))
}
fn new(t: &Thread, _class: Gc<Type>, iterable: Value) -> R<Gc<Tee>> {
    from_iterable(t, iterable)
}
fn copy(_t: &Thread, this: Gc<Tee>) -> Gc<Tee> {
    Tee::alloc(of_kind(279), this.node.get(), this.index.get())
}
fn next(t: &Thread, this: Gc<Tee>) -> R<Item> {
    let mut n: Gc<Node> = Gc::from_value(this.node.get());
    if this.index.get() as usize == BLOCK {
        if !n.next.is_set() {
            n.next.set(n, node(t, n.source.get())?.value());
        }
        this.node.set(this, n.next.get());
        this.index.set(0);
        n = Gc::from_value(this.node.get());
    }
    let i = this.index.get();
    let values: Gc<RefArray> = Gc::from_value(n.values.get());
    if i == n.count.get() {
        if n.busy.get() != 0 {
            return Err(errors::runtime_error(t, "cannot re-enter the tee iterator"));
        }
        n.busy.set(1);
        let r = ops::next(t, n.source.get());
        n.busy.set(0);
        let Some(v) = r? else {
            return END;
        };
        values.set(i as usize, v);
        n.count.set(i + 1);
    }
    this.index.set(i + 1);
    item(values.get(i as usize))
}

/// `tee(iterable, n=2)`.
pub fn tee(t: &Thread, iterable: Value, n: Option<i64>) -> R<Value> {
    let n = n.unwrap_or(2);
    if n < 0 {
        return Err(errors::value_error(t, "n must be >= 0"));
    }
    if n == 0 {
        return Ok(Tuple::new(&[]).value());
    }
    let it = ops::iter(t, iterable)?;
    let first = match attr::get_opt(t, it, intern("__copy__"))? {
        Some(_) if it.cast::<Tee>().is_none() => it,
        _ => from_iterable(t, it)?.value(),
    };
    let all = List::from_slice(t, &[first])?;
    for _ in 1..n {
        let c = call::call_attr(t, first, "__copy__", &[])?;
        all.push(t, c)?;
    }
    Ok(Tuple::new(all.items()).value())
}

py_class! {
    /// Iterator wrapped to make it copyable.
    pub TEE: Tee = "_tee", base kinds::OBJECT, flags flags::HAS_WEAKREF, module "itertools";
    methods {
        @staticmethod __new__(cls, iterable, /) => new;
        __iter__(self, /) => itself;
        __next__(self, /) => next;
        /// Returns an independent iterator.
        __copy__(self, /) => copy;
    }
}
py_class! {
    /// teedataobject(iterable, values, next, /)
    pub NODE: Node = "_tee_dataobject", base kinds::OBJECT, flags 0, module "itertools";
    methods {}
}
