//! The interpreter, where everything meets: source → tokens → AST →
//! bytecode → **interpreter** ([`dispatch`], [`handlers`], [`interp`]) → hot
//! counter ([`poll`]) → recorder → trace IR → optimiser → native code → side
//! exit → interpreter.
//!
//! Each bytecode is one generic function over [`machine::Machine`]
//! ([`handlers`]); [`interp::Interp`] executes them. What has no fast path is
//! a residual helper ([`helpers`]). Frames are windows on the value stack
//! ([`calls`], [`binding`]); suspended ones live in generator objects
//! ([`generators`]); exceptions find their handlers in [`unwind`].
//!
//! Not here: the meaning of operators and the builtin types (`runtime`).

pub mod arith;
pub mod attributes;
pub mod binding;
pub mod bodies;
pub mod bootstrap;
pub mod bridge;
pub mod build_class;
pub mod builtins;
pub mod calls;
pub mod command;
pub mod compile;
mod compile_tree;
pub mod dispatch;
pub mod frames;
pub mod generators;
pub mod groups;
pub mod handlers;
pub mod helpers;
pub mod import;
mod instrument;
pub mod interp;
pub mod iteration;
pub mod machine;
pub mod names;
pub mod objects;
pub mod pending;
pub mod poll;
mod polymorphic;
pub mod recorder;
pub mod report;
pub mod shutdown;
pub mod sources;
pub mod stubs;
pub mod suggest;
mod symbols;
pub mod threads;
pub mod trace;
mod tree_in;
mod tree_rules;
pub mod unwind;
pub mod vm;

pub use vm::Vm;
