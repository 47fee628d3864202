//! Globals, builtins and namespaces behind the inline caches.
//!
//! A cache holds the address of the value word in the dictionary's entries,
//! valid while the dictionary's structure version is unchanged.

use pyjit_heap::{Cache, Gc, Value};
use pyjit_runtime::core::{errors, ops};
use pyjit_runtime::types::dict::Dict;
use pyjit_runtime::types::exceptions::Exc;
use pyjit_runtime::types::str_::{Str, intern};
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
    of_mapping(t, builtins, name)?.ok_or_else(|| name_error(t, name))
}

/// The key under which a dictionary stands for builtins that are another
/// kind of mapping. No name is spelled like it.
const MAPPING: &str = "\0mapping";

/// A dictionary that stands for builtins which are no plain dictionary: a
/// lookup that fails in it goes on in the mapping.
pub fn around_mapping(t: &Thread, mapping: Value) -> Gc<Dict> {
    let d = Dict::new();
    // Raises for want of memory only: then there are no builtins.
    let _ = d.set_str(t, intern(MAPPING), mapping);
    d
}

/// What a function's builtins are to the program.
pub fn shown_builtins(d: Gc<Dict>) -> Value {
    let mapping = match d.len() {
        1 => d.get_str(intern(MAPPING)),
        _ => None,
    };
    mapping.unwrap_or(d.value())
}

/// A name that is not in the dictionary itself of a function's builtins.
#[cold]
fn of_mapping(t: &Thread, builtins: Gc<Dict>, name: Gc<Str>) -> R<Option<Value>> {
    match shown_builtins(builtins) {
        m if m == builtins.value() => Ok(None),
        m => in_mapping(t, m, name),
    }
}

/// A function's builtin.
pub fn builtin(t: &Thread, builtins: Gc<Dict>, name: Gc<Str>) -> R<Option<Value>> {
    match builtins.get_str(name) {
        None => of_mapping(t, builtins, name),
        found => Ok(found),
    }
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
    builtin(t, f.builtins.gc(), name)?.ok_or_else(|| name_error(t, name))
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
    // A missing module's error keeps the name where an import error does.
    let layout = match exc {
        Exc::ModuleNotFoundError => Exc::ImportError,
        exc => exc,
    };
    if let Some(i) = extra_index(layout, "name") {
        e.set_extra(i, name.value());
    }
    errors::set(t, e.value())
}
