//! `_collections`: `deque`, `defaultdict`, and helpers of `namedtuple` and `Counter`.

mod defaultdict;
mod deque;
mod deque_iterator;
mod tuplegetter;

use pyjit_heap::{Gc, Value};
use pyjit_runtime::core::ops::{self, BinOp};
use pyjit_runtime::core::special::Special;
use pyjit_runtime::core::{call, kinds};
use pyjit_runtime::types::dict::Dict;
use pyjit_runtime::types::module::Module;
use pyjit_runtime::types::str_::intern;
use pyjit_runtime::types::type_::{class_of, of_kind};
use pyjit_runtime::{R, Thread};

use crate::native_module;

fn plus_one(t: &Thread, v: Value) -> R<Value> {
    if v.is_int() {
        return Ok(pyjit_runtime::types::int::from_i64(t, v.as_int() + 1));
    }
    ops::binary(t, BinOp::Add, v, Value::int(1))
}
/// Counts the items of an iterable in a mapping.
fn count_elements(t: &Thread, mapping: Value, iterable: Value) -> R<()> {
    let (class, dict) = (class_of(mapping), of_kind(kinds::DICT));
    let get = intern("get");
    let plain = class.special(Special::Setitem) == dict.special(Special::Setitem)
        && class.lookup(get) == dict.lookup(get);
    if let Some(d) = mapping.cast::<Dict>().filter(|_| plain) {
        return ops::for_each(t, iterable, |key| {
            let hash = ops::hash(t, key)?;
            match d.find(t, key, hash)? {
                Some(i) => {
                    let n = plus_one(t, d.entry_value(i))?;
                    d.set_hashed(t, key, hash, n)
                }
                None => d.insert_new(t, key, hash, Value::int(1)),
            }
        });
    }
    ops::for_each(t, iterable, |key| {
        let old = call::call_attr(t, mapping, "get", &[key, Value::int(0)])?;
        let new = plus_one(t, old)?;
        ops::setitem(t, mapping, key, new)
    })
}

fn init(t: &Thread, m: Gc<Module>) -> R<()> {
    tuplegetter::finish(t)?;
    m.set(t, "defaultdict", defaultdict::class(t)?)
}

native_module! {
    /// High performance data structures.
    /// - deque:        ordered collection accessible from endpoints only
    /// - defaultdict:  dict subclass with a default value factory
    pub MODULE = "_collections", classes [
        deque::CLASS, deque_iterator::FORWARD, deque_iterator::BACKWARD, tuplegetter::CLASS,
    ], init init;
    functions {
        /// Count elements in the iterable, updating the mapping
        _count_elements(mapping, iterable, /) => count_elements;
    }
}
