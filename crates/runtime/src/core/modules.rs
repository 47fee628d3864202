//! The modules that the runtime itself must reach: `sys`, `builtins`, and
//! the table `sys.modules`.

use std::cell::Cell;

use pyjit_heap::{Gc, GilCell, Value, alloc};

use super::thread::{R, Thread};
use crate::types::dict::Dict;
use crate::types::module::Module;
use crate::types::str_::{Str, intern};

struct Known {
    sys: Cell<Value>,
    builtins: Cell<Value>,
    modules: Cell<Value>,
}

static KNOWN: GilCell<Known> = GilCell::new(Known {
    sys: Cell::new(Value::NULL),
    builtins: Cell::new(Value::NULL),
    modules: Cell::new(Value::NULL),
});

/// Makes empty `sys` and `builtins` modules. Called once at start-up.
pub fn init(t: &Thread) -> R<()> {
    alloc::add_root_range(KNOWN.as_ptr() as *const u64, 3);
    let k = KNOWN.get();
    k.modules.set(Dict::new().value());
    for (cell, name) in [(&k.sys, "sys"), (&k.builtins, "builtins")] {
        let m = Module::new(t, intern(name).value(), Value::NONE)?;
        cell.set(m.value());
        modules().set_str(t, intern(name), m.value())?;
    }
    Ok(())
}

/// Module `sys`.
pub fn sys() -> Gc<Module> {
    Gc::from_value(KNOWN.get().sys.get())
}
/// Module `builtins`.
pub fn builtins() -> Gc<Module> {
    Gc::from_value(KNOWN.get().builtins.get())
}
/// The dictionary `sys.modules` as it was made at start-up.
pub fn modules() -> Gc<Dict> {
    Gc::from_value(KNOWN.get().modules.get())
}
/// An attribute of `sys`, absent or `None` giving `None`.
pub fn sys_attr(name: &str) -> Option<Value> {
    sys().get(name).filter(|v| !v.is_none())
}
/// An already imported module.
pub fn builtin(t: &Thread, name: &str) -> R<Value> {
    // Keys of the dictionary need not be text.
    let dict: Gc<Dict> = Gc::from_value(builtins().dict.get());
    match dict.get(t, intern(name).value())? {
        Some(v) => Ok(v),
        None => super::attr::get(t, builtins().value(), intern(name)),
    }
}
/// The module `name`, if it has been imported.
pub fn imported(name: Gc<Str>) -> Option<Value> {
    modules().get_str(name)
}
