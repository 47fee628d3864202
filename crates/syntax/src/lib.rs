//! Python 3.14 source text to syntax tree: decoding, tokens, grammar, and the errors of rejected programs.
//!
//! No I/O, no values, no scopes: `global`, `return` outside a function and `__future__` imports are the compiler's.

mod actions;
mod actions_stmt;
pub mod ast;
pub mod charname;
pub mod decode;
mod depth;
mod describe;
mod diagnose;
pub mod dump;
pub mod error;
mod escapes;
mod lex_number;
mod lex_string;
mod lexer;
mod literal;
pub mod names;
mod parse;
pub mod reflect;
mod softkw;
pub mod source;
mod strings;
pub mod token;
pub mod type_comments;
mod typo;

pub use error::{ErrorKind, SyntaxError, Warning};
pub use names::{Interner, Sym};
pub use parse::{Mode, Parsed, open_block, parse, tokenize};
pub use source::{LineTable, Location, Source, Span};
pub use typo::{KeywordTypo, find_keyword_typo};
