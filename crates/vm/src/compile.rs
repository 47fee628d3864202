//! Compilation on demand: `compile()`, `exec()`, `eval()`, scripts.

use pyjit_heap::Value;
use pyjit_runtime::core::errors;
use pyjit_runtime::core::host::CompileRequest;
use pyjit_runtime::{R, Thread};

/// Compiles source text to a code object.
pub fn compile(t: &Thread, _request: &CompileRequest) -> R<Value> {
    Err(errors::not_implemented(t, "compile"))
}
