//! `mappingproxy`: a read-only view of a mapping.

use pyjit_heap::{Field, Gc, Header, Value, heap_object};

use crate::core::ops::{self, BinOp, Cmp};
use crate::core::thread::{R, Thread};
use crate::core::{call, errors, kinds};
use crate::types::type_::{flags, type_name};

/// The view.
#[repr(C)]
pub struct MappingProxy {
    header: Header,
    pub mapping: Field,
}
heap_object!(MappingProxy = kinds::MAPPING_PROXY, refs 1..2);

/// A view of `mapping`.
pub fn make(mapping: Value) -> Value {
    Gc::new(MappingProxy {
        header: Header::NEW,
        mapping: Field::new(mapping),
    })
    .value()
}

fn new(t: &Thread, _class: Value, mapping: Value) -> R<Value> {
    use crate::core::special::Special;
    use crate::types::{list::List, tuple::Tuple, type_::class_of};
    let ok = class_of(mapping).special(Special::Getitem).is_some()
        && mapping.cast::<List>().is_none()
        && mapping.cast::<Tuple>().is_none();
    if !ok {
        let m = format!(
            "mappingproxy() argument must be a mapping, not {}",
            type_name(mapping)
        );
        return Err(errors::type_error(t, m));
    }
    Ok(make(mapping))
}
fn getitem(t: &Thread, this: Gc<MappingProxy>, key: Value) -> R<Value> {
    ops::getitem(t, this.mapping.get(), key)
}
fn contains(t: &Thread, this: Gc<MappingProxy>, key: Value) -> R<bool> {
    ops::contains(t, this.mapping.get(), key)
}
fn len(t: &Thread, this: Gc<MappingProxy>) -> R<usize> {
    ops::len(t, this.mapping.get())
}
fn iter(t: &Thread, this: Gc<MappingProxy>) -> R<Value> {
    ops::iter(t, this.mapping.get())
}
fn reversed(t: &Thread, this: Gc<MappingProxy>) -> R<Value> {
    call::call_attr(t, this.mapping.get(), "__reversed__", &[])
}
fn repr(t: &Thread, this: Gc<MappingProxy>) -> R<String> {
    Ok(format!(
        "mappingproxy({})",
        ops::repr(t, this.mapping.get())?.lossy()
    ))
}
fn str(t: &Thread, this: Gc<MappingProxy>) -> R<Value> {
    ops::str(t, this.mapping.get()).map(Gc::value)
}
fn hash(t: &Thread, this: Gc<MappingProxy>) -> R<i64> {
    ops::hash(t, this.mapping.get())
}
fn compare(t: &Thread, cmp: Cmp, a: Gc<MappingProxy>, b: Value) -> R<Value> {
    ops::compare(t, cmp, a.mapping.get(), b)
}
crate::comparisons!(Gc<MappingProxy>, compare);
fn inner(v: Value) -> Value {
    v.cast::<MappingProxy>().map_or(v, |p| p.mapping.get())
}
fn or(t: &Thread, a: Value, b: Value) -> R<Value> {
    ops::binary(t, BinOp::Or, inner(a), inner(b))
}
fn ror(t: &Thread, a: Value, b: Value) -> R<Value> {
    or(t, b, a)
}
fn ior(t: &Thread, _a: Value, _b: Value) -> R<Value> {
    Err(errors::type_error(
        t,
        "'|=' is not supported by mappingproxy; use '|' instead",
    ))
}
fn get(t: &Thread, this: Gc<MappingProxy>, key: Value, default: Option<Value>) -> R<Value> {
    call::call_attr(
        t,
        this.mapping.get(),
        "get",
        &[key, default.unwrap_or(Value::NONE)],
    )
}
fn keys(t: &Thread, this: Gc<MappingProxy>) -> R<Value> {
    call::call_attr(t, this.mapping.get(), "keys", &[])
}
fn values(t: &Thread, this: Gc<MappingProxy>) -> R<Value> {
    call::call_attr(t, this.mapping.get(), "values", &[])
}
fn items(t: &Thread, this: Gc<MappingProxy>) -> R<Value> {
    call::call_attr(t, this.mapping.get(), "items", &[])
}
fn copy(t: &Thread, this: Gc<MappingProxy>) -> R<Value> {
    call::call_attr(t, this.mapping.get(), "copy", &[])
}
fn class_getitem(t: &Thread, class: Value, item: Value) -> R<Value> {
    super::generic_alias::make(t, class, item)
}

crate::py_class! {
    /// Read-only proxy of a mapping.
    pub CLASS: MappingProxy = "mappingproxy", base kinds::OBJECT, flags flags::MAPPING;
    methods {
        @staticmethod __new__(cls, mapping) => new;
        __getitem__(self, key, /) => getitem;
        __contains__(self, key, /) => contains;
        __len__(self, /) => len;
        __iter__(self, /) => iter;
        __reversed__(self, /) => reversed;
        __repr__(self, /) => repr;
        __str__(self, /) => str;
        __hash__(self, /) => hash;
        __lt__(self, value, /) => lt; __le__(self, value, /) => le; __eq__(self, value, /) => eq;
        __ne__(self, value, /) => ne; __gt__(self, value, /) => gt; __ge__(self, value, /) => ge;
        __or__(self, value, /) => or; __ror__(self, value, /) => ror; __ior__(self, value, /) => ior;
        /// Return the value for key if key is in the mapping, else default.
        get(self, key, default=None, /) => get;
        /// a set-like object providing a view on D's keys
        keys(self, /) => keys;
        /// an object providing a view on D's values
        values(self, /) => values;
        /// a set-like object providing a view on D's items
        items(self, /) => items;
        /// a shallow copy of D
        copy(self, /) => copy;
        @classmethod __class_getitem__(cls, object, /) => class_getitem;
    }
}
