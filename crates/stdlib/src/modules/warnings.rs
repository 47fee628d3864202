//! `_warnings`: filtering and issuing of warnings, for module `warnings`.

use pyjit_heap::{Gc, Value};
use pyjit_runtime::core::{attr, call, class, errors, modules, ops, warn as engine};
use pyjit_runtime::types::dict::Dict;
use pyjit_runtime::types::exceptions::Exc;
use pyjit_runtime::types::module::Module;
use pyjit_runtime::types::str_::{Str, intern};
use pyjit_runtime::types::tuple::Tuple;
use pyjit_runtime::types::type_::{Type, class_of, type_name};
use pyjit_runtime::{R, Raised, Thread};

use crate::native_module;

/// The category of a warning: its class if it is one, else what was passed.
fn category_of(t: &Thread, message: Value, category: Option<Value>) -> R<Gc<Type>> {
    let warning = Exc::Warning.class();
    if ops::is_instance_of_type(t, message, warning)? {
        return Ok(class_of(message));
    }
    match category.filter(|c| !c.is_none()) {
        None => Ok(Exc::UserWarning.class()),
        Some(c) => match c.cast::<Type>().filter(|c| c.is_subtype(warning)) {
            Some(c) => Ok(c),
            None => {
                let m = format!(
                    "category must be a Warning subclass, not '{}'",
                    type_name(c)
                );
                Err(errors::type_error(t, m))
            }
        },
    }
}

fn warn(
    t: &Thread,
    message: Value,
    category: Option<Value>,
    stacklevel: Option<i64>,
    source: Option<Value>,
    skip: Option<Value>,
) -> R<()> {
    let category = category_of(t, message, category)?;
    let (none, skip) = (Tuple::new(&[]), skip.unwrap_or(Value::NULL));
    let skip = match skip.cast_opt::<Tuple>() {
        Some(s) => s,
        None if skip.is_null() => none,
        None => {
            let m = format!(
                "warn() argument 'skip_file_prefixes' must be tuple, not {}",
                type_name(skip)
            );
            return Err(errors::type_error(t, m));
        }
    };
    if let Some(v) = skip.items().iter().find(|v| v.cast::<Str>().is_none()) {
        let m = format!("Found non-str '{}' in skip_file_prefixes.", type_name(*v));
        return Err(errors::type_error(t, m));
    }
    let level = stacklevel.unwrap_or(1);
    let level = if skip.is_empty() { level } else { level.max(2) };
    let source = source.unwrap_or(Value::NONE);
    engine::warn_at(t, message, category, level, source, skip.items())
}

/// Lets the loader of a module give its source, with the checks that the
/// import system makes. The line itself is found through `linecache`.
fn load_source(t: &Thread, globals: Gc<Dict>) -> R<()> {
    let importlib = t.host().import(t, "importlib._bootstrap_external")?;
    let importlib = modules::imported(intern("importlib._bootstrap_external")).unwrap_or(importlib);
    let loader = call::call_attr(t, importlib, "_bless_my_loader", &[globals.value()])?;
    let name = globals.get_str(intern("__name__"));
    let (Some(name), false) = (name, loader.is_none()) else {
        return Ok(());
    };
    if let Some(get) = attr::get_opt(t, loader, intern("get_source"))? {
        // A loader need not know the name under which its module runs.
        if call::call(t, get, &[name]).is_err() && !errors::catch(t, Exc::ImportError) {
            return Err(Raised);
        }
    }
    Ok(())
}

fn warn_explicit(
    t: &Thread,
    message: Value,
    category: Value,
    filename: Gc<Str>,
    lineno: i64,
    module: Option<Value>,
    registry: Option<Value>,
    globals: Option<Value>,
    source: Option<Value>,
) -> R<()> {
    if let Some(g) = globals.filter(|g| !g.is_none()) {
        let Some(g) = g.cast::<Dict>() else {
            let m = format!("module_globals must be a dict, not '{}'", type_name(g));
            return Err(errors::type_error(t, m));
        };
        load_source(t, g)?;
    }
    let Some(category) = category.cast::<Type>() else {
        let m = format!(
            "category must be a Warning subclass, not '{}'",
            type_name(category)
        );
        return Err(errors::type_error(t, m));
    };
    engine::warn_explicit(
        t,
        message,
        category,
        (filename.value(), lineno),
        module.unwrap_or(Value::NONE),
        registry.unwrap_or(Value::NONE),
        source.unwrap_or(Value::NONE),
    )
}

fn filters_mutated(_t: &Thread) {
    engine::filters_changed();
}

fn init(t: &Thread, m: Gc<Module>) -> R<()> {
    let [filters, once, action] = engine::tables(t)?;
    m.set(t, "filters", filters)?;
    m.set(t, "_onceregistry", once)?;
    m.set(t, "_defaultaction", action)?;
    // Nothing can be imported yet: this module is needed for that.
    let var = class::make(t, &super::contextvars::VAR);
    let var = call::call(t, var.value(), &[intern("warnings_context").value()])?;
    m.set(t, "_warnings_context", var)?;
    let lock = class::make(t, &super::thread::locks::RLOCK);
    let lock = call::call(t, lock.value(), &[])?;
    m.set(t, "_acquire_lock", attr::get(t, lock, intern("acquire"))?)?;
    m.set(t, "_release_lock", attr::get(t, lock, intern("release"))?)
}

native_module! {
    /// _warnings provides basic warning filtering support.
    /// It is a helper module to speed up interpreter start-up.
    pub MODULE = "_warnings", init init;
    functions {
        /// Issue a warning, or maybe ignore it or raise an exception.
        warn(message, category=None, stacklevel=1, source=None, *, skip_file_prefixes=()) => warn;
        /// Issue a warning, or maybe ignore it or raise an exception.
        warn_explicit(message, category, filename, lineno, module=None, registry=None, module_globals=None, source=None) => warn_explicit;
        _filters_mutated_lock_held() => filters_mutated;
    }
}
