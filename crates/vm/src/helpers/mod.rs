//! Residual helpers: what handlers call when a bytecode has no fast path, or
//! no faster one. Each states what an optimiser may assume.

mod build;
pub mod exceptions;
mod functions;
mod generators;
mod items;
mod matching;
mod names;
mod operators;

pub use build::*;
pub use exceptions::*;
pub use functions::*;
pub use generators::*;
pub use items::*;
pub use matching::*;
pub use names::*;
pub use operators::*;

/// Declares helpers: `/// doc` `NAME(t, args..) [effects] { body }`.
macro_rules! helpers {
    ($($(#[$doc:meta])+ $name:ident($t:ident $(, $arg:ident)*) [$($effect:ident)*] $body:block)*) => {
        $($(#[$doc])+
        pub static $name: $crate::machine::Helper<{ <[&str]>::len(&[$(stringify!($arg)),*]) }> =
            $crate::machine::Helper {
                name: stringify!($name),
                effects: pyjit_runtime::core::native::Effects::parse(&[$(stringify!($effect)),*]),
                call: {
                    #[allow(unused_variables)]
                    fn call(
                        $t: &pyjit_runtime::Thread,
                        [$($arg),*]: [pyjit_heap::Value; <[&str]>::len(&[$(stringify!($arg)),*])],
                    ) -> pyjit_runtime::R<pyjit_heap::Value> $body
                    call
                },
            };)*
    };
}
pub(crate) use helpers;

/// Declares helpers on a row of registers.
macro_rules! regs_helpers {
    ($($(#[$doc:meta])+ $name:ident($t:ident, $args:ident) [$($effect:ident)*] $body:block)*) => {
        $($(#[$doc])+
        pub static $name: $crate::machine::RegsHelper = $crate::machine::RegsHelper {
            name: stringify!($name),
            effects: pyjit_runtime::core::native::Effects::parse(&[$(stringify!($effect)),*]),
            call: {
                #[allow(unused_variables)]
                fn call(
                    $t: &pyjit_runtime::Thread,
                    $args: &[pyjit_heap::Value],
                ) -> pyjit_runtime::R<pyjit_heap::Value> $body
                call
            },
        };)*
    };
}
pub(crate) use regs_helpers;
