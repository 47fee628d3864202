//! Start-up: runtime, interpreter, builtins, and running a program's text.

use pyjit_heap::{Gc, Value};
use pyjit_runtime::core::host::CompileRequest;
use pyjit_runtime::core::kinds;
use pyjit_runtime::types::dict::Dict;
use pyjit_runtime::types::exceptions::Exc;
use pyjit_runtime::types::module::{self, Module};
use pyjit_runtime::types::str_::{Str, intern};
use pyjit_runtime::types::type_;
use pyjit_runtime::{R, Thread};

use crate::vm::Vm;

/// Makes runtime and interpreter ready on this thread.
pub fn start() -> R<&'static Thread> {
    let t = pyjit_runtime::core::init::init();
    let vm = Vm::init(t);
    let b = builtins(t)?;
    vm.set_builtins(b.namespace());
    Ok(t)
}

/// Layouts whose classes are builtin names.
const CLASSES: &[u32] = &[
    kinds::OBJECT,
    kinds::TYPE,
    kinds::INT,
    kinds::FLOAT,
    kinds::BOOL,
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

fn builtins(t: &Thread) -> R<Gc<Module>> {
    let m = Module::new(t, intern("builtins").value(), Value::NONE)?;
    for k in CLASSES {
        if let Some(c) = type_::of_kind_opt(*k) {
            m.set(t, &c.name_str(), c.value())?;
        }
    }
    for e in Exc::all() {
        m.set(t, e.name(), e.class().value())?;
    }
    for (name, v) in [
        ("None", Value::NONE),
        ("True", Value::TRUE),
        ("False", Value::FALSE),
        ("NotImplemented", Value::NOT_IMPLEMENTED),
        ("Ellipsis", Value::ELLIPSIS),
        ("__debug__", Value::TRUE),
    ] {
        m.set(t, name, v)?;
    }
    module::add_functions(t, m, crate::builtins::FUNCTIONS)?;
    Ok(m)
}

/// Runs source text as the main module.
pub fn run_main(t: &Thread, source: &[u8], filename: &str) -> R<()> {
    let request = CompileRequest {
        source,
        is_bytes: true,
        filename: Str::new(filename).value(),
        mode: "exec",
        flags: 0,
        dont_inherit: true,
        optimize: 0,
    };
    let code = crate::compile::compile(t, &request)?;
    let ns = main_namespace(t)?;
    t.host().exec_code(t, code, ns, ns.value(), Value::NULL)?;
    Ok(())
}

fn main_namespace(t: &Thread) -> R<Gc<Dict>> {
    let m = Module::new(t, intern("__main__").value(), Value::NONE)?;
    let ns = m.namespace();
    ns.set_str(t, intern("__builtins__"), Vm::get().builtins().value())?;
    Ok(ns)
}
