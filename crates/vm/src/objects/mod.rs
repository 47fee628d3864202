//! The objects that only an interpreter makes: code, functions, generators,
//! frames, tracebacks.

pub mod async_generator;
pub mod code;
pub mod frame;
pub mod function;
pub mod generator;
pub mod generator_methods;
pub mod traceback;

use pyjit_runtime::core::class::ClassDef;

/// The class tables of these objects.
pub fn classes() -> Vec<&'static ClassDef> {
    vec![]
}
