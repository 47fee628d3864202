//! A trace compiler for typed SSA code. It knows no Python type: objects are offsets,
//! kinds and alias classes; bytecode positions are opaque words.
//!
//! recorder → [`tree::RawBuilder`] → [`tree::Raw`] → [`opt::compile_tree`] → [`ir::Func`] → `native`
//!
//! - [`ir`]: the representation, with printer, parser, verifier and reference evaluator.
//! - [`tree`]: what the recorder makes: raw traces and trees of them.
//! - [`opt`]: the optimiser. Knows `ir` and `tree`, not `native`.
//! - `native`: code generation and exits. Knows `ir`, not `opt`.

pub mod ir;
pub mod native;
pub mod opt;
pub mod tree;
