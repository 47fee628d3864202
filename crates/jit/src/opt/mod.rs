//! The optimiser: a tree of raw traces in, one optimised function out.
//!
//! Compiling is *replaying* raw traces through a streaming chain (fold, guards, common
//! subexpressions, memory, virtual objects) with a shadow map from interpreter slot to
//! SSA value:
//! - a loop's root is replayed twice, which peels one iteration: what is invariant stays
//!   in the first copy;
//! - a bridge is replayed from the state at its guard, so that it inherits everything
//!   known there;
//! - the loop's header gets a parameter for each slot that *any* member of the tree
//!   writes, and for each field of a loop-invariant object that any member writes.
//!
//! Whole-function passes follow: dead code, and representations of integers ([`ints`]),
//! which also decides which overflow guards are needed.
//!
//! What is not here: machine code, and any knowledge of what objects mean.

mod dce;
mod emit;
mod facts;
mod finish;
mod fold;
mod guards;
mod header;
mod ints;
mod memory;
mod replay;
mod state;
mod summary;

use crate::ir::{BlockId, Func, Ty};
use crate::tree::{Tree, TreeKind};

pub use fold::{RULE_NAMES, check_rule};

/// What the owner chooses.
#[derive(Clone, Debug)]
pub struct Options {
    /// Compile at most this many instructions; beyond as many values no more bridges are
    /// replayed.
    pub max_insts: usize,
    /// Replay a bridge at no more than this many guards.
    pub max_copies: u32,
    /// Peel one iteration of loops.
    pub peel: bool,
    /// Turn fields of invariant objects into loop parameters.
    pub promote: bool,
    /// Keep objects virtual until they escape.
    pub virtuals: bool,
    /// May an object of this shape get another one? (Never for builtin layouts.)
    pub stable_shape: fn(u32) -> bool,
    /// The type that a function's results are returned unboxed in; `None`: as they are.
    pub ret: Option<Ty>,
    /// Run the verifier on the result.
    pub verify: bool,
}

impl Default for Options {
    fn default() -> Options {
        Options {
            max_insts: 6000,
            max_copies: 4,
            peel: true,
            promote: true,
            virtuals: true,
            stable_shape: |_| false,
            ret: None,
            verify: cfg!(debug_assertions),
        }
    }
}

/// Why a tree was not compiled.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Abort {
    /// More than [`Options::max_insts`] instructions.
    TooLong,
    /// Integers that need a representation which is not there.
    WideInteger,
    /// The first replay already leaves the trace for certain.
    NeverRuns,
    /// The result does not verify: an error in the compiler.
    Broken(String),
}

/// Optimised code, for code generation.
#[derive(Debug)]
pub struct Optimised {
    /// The code. Block 0 is the entry.
    pub func: Func,
    /// What it is.
    pub kind: TreeKind,
    /// The loop's header.
    pub header: Option<BlockId>,
}

/// Compiles a tree.
pub fn compile_tree(tree: &Tree, options: &Options) -> Result<Optimised, Abort> {
    let mut decisions = header::Decisions::default();
    for _ in 0..32 {
        let mut cx = state::Cx::new(tree, options, decisions);
        match cx.build() {
            Ok(()) => {
                let wider = header::Decisions {
                    nonnegative: true,
                    ..cx.decisions.clone()
                };
                let again = !cx.decisions.nonnegative;
                match finish::finish(cx) {
                    // Unsigned words and signed ones do not mix: try without negatives.
                    Err(Abort::WideInteger) if again => decisions = wider,
                    r => return r,
                }
            }
            Err(state::Halt::Restart) => decisions = cx.decisions,
            Err(state::Halt::Abort(a)) => return Err(a),
            Err(state::Halt::Leave) => return Err(Abort::NeverRuns),
        }
    }
    Err(Abort::Broken("no stable parameter types".into()))
}
