//! The instruction set and code objects of pyjit: table, encoding, assembler, printer, verifier, `.pyc` format.
//!
//! Knows neither the syntax tree nor run-time values.

#[macro_use]
mod table;
pub mod asm;
pub mod code;
pub mod dis;
pub mod flow;
pub mod nested;
pub mod ops;
pub mod positions;
pub mod pyc;
pub mod verify;
pub mod word;

pub use code::{CodeObject, Constant, Handler, PoolEntry, PoolSlot, Position};
pub use ops::{Op, Operand};
