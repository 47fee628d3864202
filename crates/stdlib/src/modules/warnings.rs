//! `_warnings`: the filter state that `warnings` keeps; the filtering itself
//! is the pure-Python one.

use pyjit_heap::{Gc, Value};
use pyjit_runtime::core::call;
use pyjit_runtime::core::modules as known;
use pyjit_runtime::types::dict::Dict;
use pyjit_runtime::types::list::List;
use pyjit_runtime::types::module::Module;
use pyjit_runtime::types::str_::intern;
use pyjit_runtime::types::tuple::Tuple;
use pyjit_runtime::types::type_methods::join;
use pyjit_runtime::{R, Thread};

use crate::native_module;

/// Forwards to `_py_warnings`, whose `warn` this is.
fn forward(t: &Thread, name: &str, args: Gc<Tuple>, kwargs: Option<Gc<Dict>>) -> R<Value> {
    let m = t.host().import(t, "_py_warnings")?;
    let f = pyjit_runtime::core::attr::get(t, m, intern(name))?;
    let (all, names) = join(args.items(), kwargs);
    call::call_kw(t, f, &all, names)
}
fn warn(t: &Thread, args: Gc<Tuple>, kwargs: Option<Gc<Dict>>) -> R<Value> {
    forward(t, "warn", args, kwargs)
}
fn warn_explicit(t: &Thread, args: Gc<Tuple>, kwargs: Option<Gc<Dict>>) -> R<Value> {
    forward(t, "warn_explicit", args, kwargs)
}
fn filters_mutated(_t: &Thread) {}

fn init(t: &Thread, m: Gc<Module>) -> R<()> {
    m.set(t, "filters", List::new().value())?;
    m.set(t, "_onceregistry", Dict::new().value())?;
    m.set(t, "_defaultaction", intern("default").value())?;
    m.set(t, "_warnings_context", known::sys().value())
}

native_module! {
    /// _warnings provides basic warning filtering support.
    pub MODULE = "_warnings", init init;
    functions {
        warn(*args, **kwargs) => warn;
        warn_explicit(*args, **kwargs) => warn_explicit;
        _filters_mutated_lock_held() => filters_mutated;
    }
}
