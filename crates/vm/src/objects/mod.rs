//! The objects that only an interpreter makes: code, functions, generators,
//! frames, tracebacks.

pub mod code;
pub mod frame;
pub mod function;
pub mod generator;
pub mod generator_methods;
pub mod async_generator;
pub mod traceback;
