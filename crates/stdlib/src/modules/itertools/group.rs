//! `groupby` and the groups it gives.

use pyjit_heap::{Gc, Value};
use pyjit_runtime::core::{call, kinds, ops};
use pyjit_runtime::types::tuple::Tuple;
use pyjit_runtime::types::type_::{Type, flags, of_kind};
use pyjit_runtime::{R, Thread, py_class};

use crate::layout::{END, Item, item, itself};
use crate::native_layout;

native_layout! {
    /// `target` is the key of the group given last; `key` and `value` what
    /// was read last (`value` absent once it is consumed); `group` the only
    /// group that may still read.
    GroupBy = 281, refs 1..7 { source, function, target, key, value, group } ints {}
}
native_layout! {
    /// One group.
    Grouper = 282, refs 1..3 { parent, key } ints {}
}

fn new(t: &Thread, class: Gc<Type>, iterable: Value, key: Option<Value>) -> R<Gc<GroupBy>> {
    let it = ops::iter(t, iterable)?;
    let (none, f) = (Value::NULL, key.unwrap_or(Value::NONE));
    Ok(GroupBy::alloc(class, it, f, none, none, none, none))
}
/// Reads one item and its key; false at the end.
fn step(t: &Thread, g: Gc<GroupBy>) -> R<bool> {
    let Some(v) = ops::next(t, g.source.get())? else {
        return Ok(false);
    };
    let f = g.function.get();
    let key = if f.is_none() {
        v
    } else {
        call::call(t, f, &[v])?
    };
    g.value.set(g, v);
    g.key.set(g, key);
    Ok(true)
}
fn next(t: &Thread, this: Gc<GroupBy>) -> R<Item> {
    this.group.clear();
    loop {
        if let Some(key) = this.key.get().opt() {
            match this.target.get().opt() {
                None => break,
                Some(target) if !ops::same_or_eq(t, target, key)? => break,
                Some(_) => {}
            }
        }
        if !step(t, this)? {
            return END;
        }
    }
    let key = this.key.get();
    this.target.set(this, key);
    let g = Grouper::alloc(of_kind(282), this.value(), key);
    this.group.set(this, g.value());
    item(Tuple::new(&[key, g.value()]).value())
}
fn grouper_new(_t: &Thread, class: Gc<Type>, parent: Gc<GroupBy>, key: Value) -> Gc<Grouper> {
    let g = Grouper::alloc(class, parent.value(), key);
    parent.group.set(parent, g.value());
    g
}
fn grouper_next(t: &Thread, this: Gc<Grouper>) -> R<Item> {
    let g: Gc<GroupBy> = Gc::from_value(this.parent.get());
    if g.group.get() != this.value() || (!g.value.is_set() && !step(t, g)?) {
        return END;
    }
    if !ops::same_or_eq(t, this.key.get(), g.key.get())? {
        return END;
    }
    let v = g.value.get();
    g.value.clear();
    match v.opt() {
        Some(v) => item(v),
        None => END,
    }
}

py_class! {
    /// make an iterator that returns consecutive keys and groups from the iterable
    ///
    ///   iterable
    ///     Elements to divide into groups according to the key function.
    ///   key
    ///     A function for computing the group category for each element.
    ///     If the key function is not specified or is None, the element itself
    ///     is used for grouping.
    pub GROUPBY: GroupBy = "groupby", base kinds::OBJECT, flags flags::BASETYPE, module "itertools";
    methods {
        @staticmethod __new__(cls, iterable, key=None) => new;
        __iter__(self, /) => itself;
        __next__(self, /) => next;
    }
}
py_class! {
    pub GROUPER: Grouper = "_grouper", base kinds::OBJECT, flags 0, module "itertools";
    methods {
        @staticmethod __new__(cls, parent, tgtkey, /) => grouper_new;
        __iter__(self, /) => itself;
        __next__(self, /) => grouper_next;
    }
}
