//! What every bytecode means, once: a small generic function for each row of
//! the table, named as the row.

pub mod arith;
pub mod attrs;
pub mod build;
pub mod calls;
pub mod exceptions;
pub mod generators;
pub mod items;
pub mod jumps;
pub mod moves;
pub mod stubs;

pub use arith::*;
pub use attrs::*;
pub use build::*;
pub use calls::*;
pub use exceptions::*;
pub use generators::*;
pub use items::*;
pub use jumps::*;
pub use moves::*;
pub use stubs::*;

use crate::machine::{Machine, Out};

/// R[a] = v, next instruction.
#[inline(always)]
pub(crate) fn put<M: Machine>(m: &mut M, v: M::V) -> Out<()> {
    let a = m.a();
    m.set_reg(a, v);
    m.next()
}

/// Defines handlers: `name(m) { body }`.
macro_rules! handlers {
    ($($(#[$doc:meta])* $name:ident($m:ident) $body:block)*) => {
        $($(#[$doc])*
        #[inline(always)]
        pub fn $name<M: $crate::machine::Machine>($m: &mut M) -> $crate::machine::Out<()> $body)*
    };
}
pub(crate) use handlers;
