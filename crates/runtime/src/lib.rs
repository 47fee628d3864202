//! Python's object model: types, protocols, and the helpers that the
//! interpreter and compiled code call.
//!
//! `core` has the thread state, classes, native functions and the protocols
//! (attribute, call, operator dispatch); `types` one module for each builtin
//! type; `builtins` the functions of module `builtins`. The pure modules
//! (`bigint`, `fmt`, `unicode`, `hash`) know numbers and text, not objects.
//! This crate never executes bytecode: it reaches the interpreter through
//! [`core::host::Host`] only.

pub mod bigint;
pub mod builtins;
pub mod core;
pub mod fmt;
pub mod hash;
pub mod types;
pub mod unicode;

pub use crate::core::thread::{R, Raised, Thread};
pub use pyjit_heap::{Field, Gc, Value};
