//! Values, objects and their memory: the layer everything else stands on.
//!
//! What is here: the tagged word [`Value`], the object [`Header`], typed
//! pointers [`Gc`], reference fields with the write barrier ([`Field`]),
//! shapes (hidden classes), allocation and collection. What is not: any
//! meaning of Python; this crate knows sizes and references, not types.
//!
//! # Invariants (each `unsafe` block cites one)
//! - **I1 pointer**: a `Value` with low bits `000` and not zero is the address
//!   of a live heap object with a valid header. Objects never move.
//! - **I2 rooted**: a reference is held by the heap, the value stack, a native
//!   stack (scanned conservatively) or a registered root, never only by
//!   malloc memory.
//! - **I3 layout**: an object whose shape has kind `T::KIND` begins with a `T`.
//! - **I4 initialised**: all reference words of an object are valid values
//!   before the next allocation.
//! - **I5 GIL**: heap, shapes and objects are touched only by the thread that
//!   holds the interpreter lock.
//! - **I6 verified**: code words come from the verifier, so register numbers
//!   and pool offsets are in range.
#![allow(unsafe_code)]

pub mod alloc;
pub mod arrays;
mod blocks;
pub mod census;
mod collect;
pub mod finalize;
pub mod gil;
mod heap;
pub mod inspect;
mod large;
pub mod lock;
mod mark;
pub mod memory;
pub mod object;
mod region;
mod remember;
mod roots;
pub mod shape;
pub mod stack;
mod stats;
pub mod threads;
mod trace;
pub mod value;
mod verify;
pub mod weak;

pub use arrays::{RawArray, RefArray};
pub use gil::GilCell;
pub use memory::Memory;
pub use object::{Field, Gc, Header, HeapObject, RefRange};
pub use roots::{Root, RootVec};
pub use shape::{Shape, ShapeId};
pub use stack::{Base, Cache, Pc};
pub use value::Value;
