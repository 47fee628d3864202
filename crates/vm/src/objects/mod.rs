//! The objects that only an interpreter makes: code, functions, generators,
//! frames, tracebacks.

pub mod anext;
pub mod async_generator;
pub mod code;
pub mod code_attrs;
mod code_listing;
pub mod frame;
pub mod frame_attrs;
pub mod function;
pub mod function_attrs;
pub mod generator;
pub mod generator_methods;
pub mod locals_proxy;
pub mod traceback;

use pyjit_runtime::core::class::ClassDef;

/// The class tables of these objects.
pub fn classes() -> Vec<&'static ClassDef> {
    vec![
        &code_attrs::CLASS,
        &function_attrs::CLASS,
        &frame_attrs::FRAME,
        &frame_attrs::TRACEBACK,
        &generator_methods::GENERATOR,
        &generator_methods::COROUTINE,
        &generator_methods::WRAPPER,
        &async_generator::CLASS,
        &async_generator::ASEND,
        &async_generator::ATHROW,
        &async_generator::WRAPPED,
        &anext::CLASS,
        &locals_proxy::CLASS,
    ]
}
