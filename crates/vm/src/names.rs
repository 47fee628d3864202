//! Globals, builtins and namespaces behind the inline caches.
//!
//! A cache holds the address of the value word in the dictionary's entries,
//! valid while the dictionary's structure version is unchanged.

use pyjit_heap::{Cache, Gc, Value};
use pyjit_runtime::core::{errors, ops};
use pyjit_runtime::types::dict::Dict;
use pyjit_runtime::types::exceptions::Exc;
use pyjit_runtime::types::str_::Str;
use pyjit_runtime::{R, Raised, Thread};

use crate::objects::function::Function;

/// A name in globals, else in builtins.
pub fn load_global(t: &Thread, f: Gc<Function>, name: Gc<Str>, c: &Cache) -> R<Value> {
    let (globals, builtins) = (f.globals.gc(), f.builtins.gc());
    if let Some(i) = globals.find_str(name) {
        c.shape.set(globals.version());
        c.epoch.set(0);
        c.set_indirect(globals.entry_word(i));
        return Ok(globals.entry_value(i));
    }
    if let Some(v) = made_global(t, globals, name)? {
        return Ok(v);
    }
    if let Some(i) = builtins.find_str(name) {
        c.shape.set(globals.version());
        c.epoch.set(builtins.version());
        c.set_indirect(builtins.entry_word(i));
        return Ok(builtins.entry_value(i));
    }
    Err(name_error(t, name))
}

/// A global that is missing, of a dictionary whose class may define `__missing__`.
fn made_global(t: &Thread, globals: Gc<Dict>, name: Gc<Str>) -> R<Option<Value>> {
    match globals.value().cast_exact::<Dict>() {
        Some(_) => Ok(None),
        None => in_mapping(t, globals.value(), name),
    }
}

/// A name in a namespace, globals, builtins.
pub fn load_name(t: &Thread, f: Gc<Function>, ns: Value, name: Gc<Str>, c: &Cache) -> R<Value> {
    let globals = f.globals.gc();
    if ns == globals.value() && ns.cast_exact::<Dict>().is_some() {
        return load_global(t, f, name, c);
    }
    if let Some(d) = ns.cast_exact::<Dict>() {
        if let Some(i) = d.find_str(name) {
            c.shape.set(d.version());
            c.epoch.set(0);
            c.set_indirect(d.entry_word(i));
            return Ok(d.entry_value(i));
        }
    } else if let Some(v) = in_mapping(t, ns, name)? {
        return Ok(v);
    }
    if let Some(v) = globals.get_str(name) {
        return Ok(v);
    }
    if let Some(v) = made_global(t, globals, name)? {
        return Ok(v);
    }
    f.builtins
        .gc()
        .get_str(name)
        .ok_or_else(|| name_error(t, name))
}

/// `ns[name]` of any mapping, `None` on `KeyError`.
pub fn in_mapping(t: &Thread, ns: Value, name: Gc<Str>) -> R<Option<Value>> {
    if let Some(d) = ns.cast_exact::<Dict>() {
        return Ok(d.get_str(name));
    }
    match ops::getitem(t, ns, name.value()) {
        Ok(v) => Ok(Some(v)),
        Err(_) if errors::catch(t, Exc::KeyError) => Ok(None),
        Err(e) => Err(e),
    }
}

/// `NameError` with its `name` attribute.
#[cold]
pub fn name_error(t: &Thread, name: Gc<Str>) -> Raised {
    let m = format!("name '{}' is not defined", name.lossy());
    named(t, Exc::NameError, name, &m)
}

/// An exception whose first extra attribute is a name.
#[cold]
pub fn named(t: &Thread, exc: Exc, name: Gc<Str>, message: &str) -> Raised {
    use pyjit_runtime::types::exceptions::{Exception, extra_index};
    let e = Exception::new(exc.class(), &[Str::new(message).value()]);
    if let Some(i) = extra_index(exc, "name") {
        e.set_extra(i, name.value());
    }
    errors::set(t, e.value())
}
