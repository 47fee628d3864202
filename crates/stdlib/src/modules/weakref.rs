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
    weakref::all_of(object).len() as i64
}
fn getweakrefs(t: &Thread, object: Value) -> R<Gc<List>> {
    List::from_slice(t, &weakref::all_of(object))
}
fn proxy(t: &Thread, object: Value, callback: Option<Value>) -> R<Value> {
    let callback = callback.filter(|c| !c.is_none()).unwrap_or(Value::NULL);
    weakref::make_proxy(t, object, callback)
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
    m.set(t, "ReferenceType", r)?;
    m.set(t, "ProxyType", of_kind(kinds::WEAK_PROXY).value())?;
    m.set(
        t,
        "CallableProxyType",
        of_kind(kinds::WEAK_CALLABLE_PROXY).value(),
    )
}

native_module! {
    /// Weak-reference support module.
    pub MODULE = "_weakref", init init;
    functions {
        /// Return the number of weak references to 'object'.
        getweakrefcount(object, /) => getweakrefcount;
        /// Return a list of all weak reference objects pointing to 'object'.
        getweakrefs(object, /) => getweakrefs;
        /// Create a proxy object that weakly references 'object'.
        proxy(object, callback=None, /) => proxy;
        /// Atomically remove key from dict if it points to a dead weakref.
        _remove_dead_weakref(dct, key, /) => remove_dead;
    }
}
