//! `tee`: independent iterators over a chain of nodes that is made as it is read.

use pyjit_heap::{Gc, Value};
use pyjit_runtime::core::{attr, call, errors, kinds, ops};
use pyjit_runtime::types::list::List;
use pyjit_runtime::types::str_::intern;
use pyjit_runtime::types::tuple::Tuple;
use pyjit_runtime::types::type_::{Type, flags, of_kind};
use pyjit_runtime::{R, Thread, py_class};

use crate::layout::{END, Item, item, itself};
use crate::native_layout;

native_layout! {
    /// The node whose value comes next.
    Tee = 279, refs 1..2 { node } ints {}
}
native_layout! {
    /// One item: value and following node, both absent until read. `busy`
    /// while the source is being asked.
    Node = 280, refs 1..4 { source, value, next } ints { busy }
}

fn node(source: Value) -> Gc<Node> {
    Node::alloc(of_kind(280), source, Value::NULL, Value::NULL, 0)
}
/// A `_tee` over an iterator; of another `_tee`, a copy.
fn from_iterable(t: &Thread, iterable: Value) -> R<Gc<Tee>> {
    let it = ops::iter(t, iterable)?;
    if let Some(other) = it.cast::<Tee>() {
        return Ok(copy(t, other));
    }
    Ok(Tee::alloc(of_kind(279), node(it).value()))
}
fn new(t: &Thread, _class: Gc<Type>, iterable: Value) -> R<Gc<Tee>> {
    from_iterable(t, iterable)
}
fn copy(_t: &Thread, this: Gc<Tee>) -> Gc<Tee> {
    Tee::alloc(of_kind(279), this.node.get())
}
fn next(t: &Thread, this: Gc<Tee>) -> R<Item> {
    let n: Gc<Node> = Gc::from_value(this.node.get());
    if !n.next.is_set() {
        if n.busy.get() != 0 {
            return Err(errors::runtime_error(t, "cannot re-enter the tee iterator"));
        }
        n.busy.set(1);
        let r = ops::next(t, n.source.get());
        n.busy.set(0);
        let Some(v) = r? else {
            return END;
        };
        n.value.set(n, v);
        n.next.set(n, node(n.source.get()).value());
    }
    this.node.set(this, n.next.get());
    item(n.value.get())
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
