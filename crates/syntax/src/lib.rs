//! Python 3.14 source text to syntax tree: decoding, tokens, grammar, and the errors of rejected programs.
//!
//! No I/O, no values, no scopes: `global`, `return` outside a function and `__future__` imports are the compiler's.

pub mod ast;
pub mod error;
pub mod names;
pub mod source;

pub use error::{ErrorKind, SyntaxError, Warning};
pub use names::{Interner, Sym};
pub use source::{LineTable, Location, Source, Span};
