//! `_weakref`.

use pyjit_heap::{Gc, Value};
use pyjit_runtime::core::kinds;
use pyjit_runtime::types::list::List;
use pyjit_runtime::types::module::Module;
use pyjit_runtime::types::type_::of_kind;
use pyjit_runtime::types::{dict::Dict, weakref};
use pyjit_runtime::{R, Thread};

use crate::native_module;

fn getweakrefcount(_t: &Thread, object: Value) -> i64 {
    i64::from(!weakref::first_of(object).is_none())
}
fn getweakrefs(t: &Thread, object: Value) -> R<Gc<List>> {
    match weakref::first_of(object) {
        Value::NONE => Ok(List::new()),
        r => List::from_slice(t, &[r]),
    }
}
fn remove_dead(t: &Thread, dict: Gc<Dict>, key: Value) -> R<()> {
    if let Some(v) = dict.get(t, key)?
        && v.cast::<weakref::WeakRef>()
            .is_some_and(|r| r.target().is_none())
    {
        dict.remove(t, key)?;
    }
    Ok(())
}

fn init(t: &Thread, m: Gc<Module>) -> R<()> {
    let r = of_kind(kinds::WEAK_REF).value();
    m.set(t, "ref", r)?;
    m.set(t, "ReferenceType", r)
}

native_module! {
    /// Weak-reference support module.
    pub MODULE = "_weakref", init init;
    functions {
        /// Return the number of weak references to 'object'.
        getweakrefcount(object, /) => getweakrefcount;
        /// Return a list of all weak reference objects pointing to 'object'.
        getweakrefs(object, /) => getweakrefs;
        /// Atomically remove key from dict if it points to a dead weakref.
        _remove_dead_weakref(dct, key, /) => remove_dead;
    }
}
