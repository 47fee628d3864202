//! `sys._jit`: whether hot code is compiled.

use pyjit_runtime::Thread;
use pyjit_runtime::core::settings;

use crate::native_module;

fn is_available(_: &Thread) -> bool {
    true
}
fn is_enabled(_: &Thread) -> bool {
    settings::get().jit
}

native_module! {
    /// Utilities for observing just-in-time compilation.
    pub MODULE = "sys._jit";
    functions {
        /// Return True if the current Python executable supports JIT compilation, and False otherwise.
        is_available() => is_available;
        /// Return True if JIT compilation is enabled for the current Python process, and False otherwise.
        is_enabled() => is_enabled;
    }
}
