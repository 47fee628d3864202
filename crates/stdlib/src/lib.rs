//! Importable native modules, one file or folder each, and the embedded
//! pure-Python library.
//!
//! A module is a [`NativeModule`] table: functions, classes, and what has to
//! be computed when it is imported. This crate never executes bytecode; what
//! it needs of the interpreter goes through the runtime's `Host`.
//!
//! `unsafe` appears for operating-system calls only, each with its reason.

pub mod blocking;
pub mod embedded;
pub mod exception;
pub mod import;
pub mod layout;
pub mod library;
pub mod modules;
pub mod owned;
pub mod registry;
pub mod structure;

pub use registry::NativeModule;
