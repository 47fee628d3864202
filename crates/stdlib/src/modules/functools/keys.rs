//! `cmp_to_key`: keys that compare by a function.

use pyjit_heap::{Gc, Value};
use pyjit_runtime::core::ops::{self, Cmp};
use pyjit_runtime::core::{call, errors, kinds};
use pyjit_runtime::types::type_::of_kind;
use pyjit_runtime::{R, Thread, py_class};

use crate::native_layout;

native_layout! {
    /// The comparing function and the object (absent in the factory itself).
    Key = 294, refs 1..3 { compare, object } ints {}
}

/// `cmp_to_key(f)`: the factory of keys.
pub fn cmp_to_key(_t: &Thread, f: Value) -> Gc<Key> {
    Key::alloc(of_kind(294), f, Value::NULL)
}
fn call_factory(_t: &Thread, this: Gc<Key>, obj: Value) -> Gc<Key> {
    Key::alloc(of_kind(294), this.compare.get(), obj)
}
fn compare(t: &Thread, cmp: Cmp, a: Gc<Key>, b: Value) -> R<Value> {
    let Some(b) = b.cast::<Key>() else {
        return Err(errors::type_error(t, "other argument must be K instance"));
    };
    let (Some(x), Some(y)) = (a.object.get().opt(), b.object.get().opt()) else {
        return Err(errors::attribute_error(t, "object"));
    };
    let r = call::call(t, a.compare.get(), &[x, y])?;
    if r.is_int() {
        return Ok(Value::bool(cmp.of(r.as_int().cmp(&0))));
    }
    ops::compare(t, cmp, r, Value::int(0))
}
pyjit_runtime::comparisons!(Gc<Key>, compare);
fn get_object(_t: &Thread, this: Gc<Key>) -> Option<Value> {
    this.object.get().opt()
}
fn set_object(_t: &Thread, this: Gc<Key>, v: Option<Value>) -> R<()> {
    this.object.set(this, v.unwrap_or(Value::NULL));
    Ok(())
}

py_class! {
    pub KEY: Key = "KeyWrapper", base kinds::OBJECT, flags 0, module "functools";
    methods {
        __call__(self, obj) => call_factory;
        __lt__(self, value, /) => lt; __le__(self, value, /) => le; __eq__(self, value, /) => eq;
        __ne__(self, value, /) => ne; __gt__(self, value, /) => gt; __ge__(self, value, /) => ge;
    }
    getset {
        /// Value wrapped by a key function.
        obj => get_object, set_object;
    }
}
