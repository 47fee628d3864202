//! Functions of module `builtins` that need the interpreter.

use pyjit_heap::{Gc, Value};
use pyjit_runtime::core::native::NativeDef;
use pyjit_runtime::types::tuple::Tuple;
use pyjit_runtime::{R, Thread};

fn build_class(t: &Thread, func: Value, name: Value, bases: Gc<Tuple>, kwds: Value) -> R<Value> {
    crate::build_class::build_class(t, func, name, bases, kwds)
}

/// The functions.
pub static FUNCTIONS: &[NativeDef] = pyjit_runtime::native_table! {
    /// Internal helper function used by the class statement.
    __build_class__(func, name, /, *bases, **kwds) => build_class;
};
