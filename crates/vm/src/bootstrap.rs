//! Start-up: runtime, interpreter, builtins, and running a program's text.

use pyjit_heap::{Gc, Value};
use pyjit_runtime::core::host::CompileRequest;
use pyjit_runtime::core::modules;
use pyjit_runtime::types::dict::Dict;
use pyjit_runtime::types::list::List;
use pyjit_runtime::types::module::{self, Module};
use pyjit_runtime::types::str_::{Str, intern};
use pyjit_runtime::{R, Thread};

use crate::vm::Vm;

/// Makes runtime and interpreter ready on this thread.
pub fn start() -> R<&'static Thread> {
    let t = pyjit_runtime::core::init::init();
    let vm = Vm::init(t);
    let b = modules::builtins();
    module::add_functions(t, b, crate::builtins::FUNCTIONS)?;
    vm.set_builtins(b.namespace());
    crate::pending::init();
    Ok(t)
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
    set_path(t, filename)?;
    let ns = main_namespace(t)?;
    if !filename.starts_with('<') {
        ns.set_str(t, intern("__file__"), request.filename)?;
    }
    t.host().exec_code(t, code, ns, ns.value(), Value::NULL)?;
    Ok(())
}

fn main_namespace(t: &Thread) -> R<Gc<Dict>> {
    let m = Module::new(t, intern("__main__").value(), Value::NONE)?;
    let ns = m.namespace();
    modules::modules().set_str(t, intern("__main__"), m.value())?;
    ns.set_str(t, intern("__builtins__"), Vm::get().builtins().value())?;
    Ok(ns)
}

/// The script's folder (or, for program text, the current one) leads `sys.path`.
fn set_path(t: &Thread, filename: &str) -> R<()> {
    let Some(path) = modules::sys_attr("path").and_then(|p| p.cast::<List>()) else {
        return Ok(());
    };
    let folder = if filename.starts_with('<') {
        String::new()
    } else {
        let file = std::fs::canonicalize(filename).unwrap_or_default();
        file.parent()
            .map_or(String::new(), |p| p.to_string_lossy().into_owned())
    };
    path.splice(t, 0, 0, &[Str::new(&folder).value()])
}
