//! Start-up: runtime, interpreter, builtins.

use pyjit_runtime::core::modules;
use pyjit_runtime::types::module;
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
