//! Module `builtins`: its functions by theme, and the names of the builtin types.

mod attributes;
mod evaluation;
mod iteration;
mod numbers;
mod output;

use pyjit_heap::Value;

use crate::core::kinds;
use crate::core::modules;
use crate::core::thread::{R, Thread};
use crate::types::exceptions::Exc;
use crate::types::module::add_functions;
use crate::types::type_::of_kind_opt;

pub use output::{set_fast_writer, write_stdout};

/// Types that are builtins under their own name.
const TYPES: &[u32] = &[
    kinds::OBJECT,
    kinds::TYPE,
    kinds::INT,
    kinds::BOOL,
    kinds::FLOAT,
    kinds::COMPLEX,
    kinds::STR,
    kinds::BYTES,
    kinds::BYTEARRAY,
    kinds::MEMORYVIEW,
    kinds::LIST,
    kinds::TUPLE,
    kinds::DICT,
    kinds::SET,
    kinds::FROZENSET,
    kinds::RANGE,
    kinds::SLICE,
    kinds::PROPERTY,
    kinds::CLASSMETHOD,
    kinds::STATICMETHOD,
    kinds::SUPER,
    kinds::ENUMERATE,
    kinds::ZIP,
    kinds::MAP,
    kinds::FILTER,
    kinds::REVERSED,
];

/// Fills the module.
pub fn init(t: &Thread) -> R<()> {
    let m = modules::builtins();
    for table in [
        attributes::FUNCTIONS,
        evaluation::FUNCTIONS,
        iteration::FUNCTIONS,
        numbers::FUNCTIONS,
        output::FUNCTIONS,
    ] {
        add_functions(t, m, table)?;
    }
    for kind in TYPES {
        if let Some(c) = of_kind_opt(*kind) {
            m.set(t, &c.name_str(), c.value())?;
        }
    }
    for e in Exc::all() {
        m.set(t, e.name(), e.class().value())?;
    }
    for (alias, e) in [
        ("EnvironmentError", Exc::OSError),
        ("IOError", Exc::OSError),
    ] {
        m.set(t, alias, e.class().value())?;
    }
    for (name, v) in [
        ("None", Value::NONE),
        ("True", Value::TRUE),
        ("False", Value::FALSE),
        ("Ellipsis", Value::ELLIPSIS),
        ("NotImplemented", Value::NOT_IMPLEMENTED),
        ("__debug__", Value::TRUE),
    ] {
        m.set(t, name, v)?;
    }
    Ok(())
}
