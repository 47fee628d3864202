//! The trace IR: a control-flow graph of blocks with parameters over typed SSA values.
//!
//! A *raw trace* is a [`Func`] of one block in which snapshots list live slots; the
//! *optimised* form is a [`Func`] of one or more blocks. Both print, parse, verify and
//! evaluate with the same code.
//!
//! # What code generation must know
//! - Constants are instructions in no block ([`Op::Const`]); block parameters are
//!   instructions too ([`Op::Param`]), listed in [`Block::params`].
//! - A guard leaves through its snapshot when it fails, or goes to its `side` block: that
//!   block has no parameters and uses values that dominate the guard.
//! - `int` operations compute on mathematical integers. In optimised code
//!   [`Func::ints`] says how each value sits in its register and which range it has;
//!   a snapshot on an operation with [`Op::can_overflow`], or on `box_int`, means: leave
//!   through it when the result does not fit the representation (the small int).
//!   Without a snapshot the result is known to fit.
//! - Snapshot entries name unboxed values; the exit boxes them by type.
//! - `guard_no_exception` follows a raising call directly.
//! - [`Term::Loop`] is raw only; [`Term::Exit`] leaves unconditionally.
//!
//! What is *not* here: anything about Python's types or bytecodes.

mod eval;
mod eval_rows;
mod lit;
mod ops;
mod parse;
mod print;
mod snapshot;
mod types;
mod verify;

pub use eval::{EvalError, Heap, Machine, Outcome};
pub(crate) use eval_rows::NUMBER;
pub use eval_rows::{floor_div, floor_mod};
pub use lit::{Boxed, Lit, small};
pub use ops::{Effect, ImmKind, Op, OpInfo, Operand, ResultTy};
pub(crate) use parse::result_ty;
pub use parse::{Names, ParseError, parse};
pub use print::print;
pub use snapshot::{
    Entry, IntFact, IntRep, Origin, PendingStore, Recipe, Resume, SnapId, Snapshot, Virtual,
    entry_ty,
};
pub use types::{AliasClass, CallDesc, ClassSet, CodeDesc, Effects, Field, Items, Kind, Ty};
pub use verify::verify;

use std::collections::HashMap;

/// An SSA value: the instruction that makes it.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, PartialOrd, Ord)]
pub struct Ref(pub u32);

/// Index of a block.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, PartialOrd, Ord)]
pub struct BlockId(pub u32);

/// What an instruction carries besides its operands.
#[derive(Clone, Copy, Debug)]
pub enum Imm {
    /// Nothing.
    No,
    /// A constant.
    Lit(Lit),
    /// Slot, argument or parameter number.
    Index(i32),
    /// Shape number.
    Shape(u32),
    /// Field descriptor.
    Field(Field),
    /// Array descriptor.
    Items(Items),
    /// Header word of a new object.
    Header(u64),
    /// A residual call.
    Call(&'static CallDesc),
    /// A call to compiled code whose window is `at` slots from the trace's base.
    Code {
        /// The callee.
        desc: &'static CodeDesc,
        /// First slot of the callee's window (its register 0).
        at: i32,
    },
}

/// Hashable identity of an immediate.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum ImmKey {
    /// Nothing.
    No,
    /// A constant: type tag and payload.
    Lit(Ty, u8, u128),
    /// A number: slot, shape, header.
    Number(u64),
    /// Field.
    Field(Field),
    /// Items.
    Items(Items),
    /// Address of a descriptor, and the window.
    Desc(usize, i32),
}

impl Imm {
    /// Its identity: equal keys mean equal immediates.
    pub fn key(self) -> ImmKey {
        match self {
            Imm::No => ImmKey::No,
            Imm::Lit(l) => {
                let (tag, bits) = match l {
                    Lit::Int(i) => (0, i as u128),
                    Lit::Float(f) => (0, f.to_bits() as u128),
                    Lit::Bool(b) => (0, b as u128),
                    Lit::Ref(r) => (0, r as u128),
                    Lit::Value(Boxed::Int(i)) => (0, i as u128),
                    Lit::Value(Boxed::Float(f)) => (1, f.to_bits() as u128),
                    Lit::Value(Boxed::Word(w)) => (2, w as u128),
                };
                ImmKey::Lit(l.ty(), tag, bits)
            }
            Imm::Index(i) => ImmKey::Number(i as u64),
            Imm::Shape(s) => ImmKey::Number(s as u64),
            Imm::Field(f) => ImmKey::Field(f.place()),
            Imm::Items(f) => ImmKey::Items(Items {
                barrier: false,
                ..f
            }),
            Imm::Header(h) => ImmKey::Number(h),
            Imm::Call(d) => ImmKey::Desc(std::ptr::from_ref(d).addr(), 0),
            Imm::Code { desc, at } => ImmKey::Desc(std::ptr::from_ref(desc).addr(), at),
        }
    }
}

/// An instruction. Its operands are [`Func::args`].
#[derive(Clone, Copy, Debug)]
pub struct Inst {
    /// The operation.
    pub op: Op,
    /// Type of the result.
    pub ty: Ty,
    /// Immediate.
    pub imm: Imm,
    args: (u32, u32),
    /// Where to go on when it fails (guards), overflows or raises.
    pub snap: Option<SnapId>,
    /// Block that takes over instead of the exit.
    pub side: Option<BlockId>,
}

/// How a block ends.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Term {
    /// Not ended yet.
    Open,
    /// Go to a block.
    Jump(BlockId, Vec<Ref>),
    /// The function returns this value (of any type).
    Finish(Ref),
    /// Leave to the interpreter.
    Exit(SnapId),
    /// Raw traces: back at the tree's header, with the state of this snapshot.
    Loop(SnapId),
    /// Go on in code of the same window that begins where this snapshot is, with all its
    /// slots in memory. The word at this address holds the code's address.
    Enter(SnapId, usize),
}

/// A block.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Block {
    /// Its parameters.
    pub params: Vec<Ref>,
    /// Its instructions, in order.
    pub insts: Vec<Ref>,
    /// How it ends.
    pub end: Term,
}

/// A raw trace, or optimised code. Block 0 is the entry.
#[derive(Clone, Debug, Default)]
pub struct Func {
    insts: Vec<Inst>,
    pool: Vec<Ref>,
    consts: HashMap<ImmKey, Ref>,
    /// The blocks.
    pub blocks: Vec<Block>,
    /// The snapshots.
    pub snaps: Vec<Snapshot>,
    /// Facts about integers by value; may be shorter than the instructions
    /// (see [`Func::int`]).
    pub ints: Vec<IntFact>,
}

impl Func {
    /// Adds an empty block.
    pub fn add_block(&mut self) -> BlockId {
        self.blocks.push(Block {
            params: vec![],
            insts: vec![],
            end: Term::Open,
        });
        BlockId(self.blocks.len() as u32 - 1)
    }

    /// The block.
    pub fn block(&self, b: BlockId) -> &Block {
        &self.blocks[b.0 as usize]
    }

    /// The block.
    pub fn block_mut(&mut self, b: BlockId) -> &mut Block {
        &mut self.blocks[b.0 as usize]
    }

    /// Makes an instruction that is in no block yet.
    pub fn make(&mut self, op: Op, ty: Ty, imm: Imm, args: &[Ref], snap: Option<SnapId>) -> Ref {
        let start = self.pool.len() as u32;
        self.pool.extend_from_slice(args);
        self.insts.push(Inst {
            op,
            ty,
            imm,
            args: (start, args.len() as u32),
            snap,
            side: None,
        });
        Ref(self.insts.len() as u32 - 1)
    }

    /// Appends an instruction to a block.
    pub fn push(
        &mut self,
        b: BlockId,
        op: Op,
        ty: Ty,
        imm: Imm,
        args: &[Ref],
        snap: Option<SnapId>,
    ) -> Ref {
        let r = self.make(op, ty, imm, args, snap);
        self.block_mut(b).insts.push(r);
        r
    }

    /// The constant (one instruction for equal ones).
    pub fn constant(&mut self, l: Lit) -> Ref {
        let l = match l {
            // A word that is a number is that number.
            Lit::Value(Boxed::Word(w)) => Lit::Value(Boxed::from_word(pyjit_heap::Value(w))),
            l => l,
        };
        let key = Imm::Lit(l).key();
        if let Some(r) = self.consts.get(&key) {
            return *r;
        }
        let r = self.make(Op::Const, l.ty(), Imm::Lit(l), &[], None);
        self.consts.insert(key, r);
        r
    }

    /// Adds a parameter to a block.
    pub fn add_param(&mut self, b: BlockId, ty: Ty) -> Ref {
        let n = self.block(b).params.len() as i32;
        let r = self.make(Op::Param, ty, Imm::Index(n), &[], None);
        self.block_mut(b).params.push(r);
        r
    }

    /// Adds a snapshot.
    pub fn add_snap(&mut self, s: Snapshot) -> SnapId {
        self.snaps.push(s);
        SnapId(self.snaps.len() as u32 - 1)
    }

    /// The instruction.
    #[inline]
    pub fn inst(&self, r: Ref) -> &Inst {
        &self.insts[r.0 as usize]
    }

    /// The instruction.
    pub fn inst_mut(&mut self, r: Ref) -> &mut Inst {
        &mut self.insts[r.0 as usize]
    }

    /// Its operands.
    #[inline]
    pub fn args(&self, r: Ref) -> &[Ref] {
        let (start, len) = self.inst(r).args;
        &self.pool[start as usize..(start + len) as usize]
    }

    /// Its operands.
    pub fn args_mut(&mut self, r: Ref) -> &mut [Ref] {
        let (start, len) = self.inst(r).args;
        &mut self.pool[start as usize..(start + len) as usize]
    }

    /// The snapshot.
    pub fn snap(&self, s: SnapId) -> &Snapshot {
        &self.snaps[s.0 as usize]
    }

    /// Number of instructions, constants and parameters included: one more than the
    /// largest [`Ref`].
    pub fn len(&self) -> usize {
        self.insts.len()
    }

    /// Nothing in it?
    pub fn is_empty(&self) -> bool {
        self.insts.is_empty()
    }

    /// The constant that a value is.
    pub fn lit(&self, r: Ref) -> Option<Lit> {
        match self.inst(r) {
            Inst {
                op: Op::Const,
                imm: Imm::Lit(l),
                ..
            } => Some(*l),
            _ => None,
        }
    }

    /// The constant integer that a value is.
    pub fn int_const(&self, r: Ref) -> Option<i128> {
        match self.lit(r) {
            Some(Lit::Int(i)) => Some(i),
            _ => None,
        }
    }

    /// Type of a value.
    pub fn ty(&self, r: Ref) -> Ty {
        self.inst(r).ty
    }

    /// Representation and range of an integer value.
    pub fn int(&self, r: Ref) -> IntFact {
        match self.int_const(r) {
            Some(i) => IntFact {
                rep: IntRep::I64,
                lo: i,
                hi: i,
            },
            None => self.ints.get(r.0 as usize).copied().unwrap_or_default(),
        }
    }

    /// All references to heap objects among the constants, for the owner to keep alive.
    pub fn heap_constants(&self) -> impl Iterator<Item = pyjit_heap::Value> + '_ {
        self.insts.iter().filter_map(|i| match i.imm {
            Imm::Lit(Lit::Ref(w) | Lit::Value(Boxed::Word(w))) => {
                Some(pyjit_heap::Value(w)).filter(|v| v.is_ptr())
            }
            _ => None,
        })
    }
}

impl std::fmt::Display for Ref {
    fn fmt(&self, f: &mut std::fmt::Formatter) -> std::fmt::Result {
        write!(f, "v{}", self.0)
    }
}

impl std::fmt::Display for BlockId {
    fn fmt(&self, f: &mut std::fmt::Formatter) -> std::fmt::Result {
        write!(f, "block{}", self.0)
    }
}

impl std::fmt::Display for SnapId {
    fn fmt(&self, f: &mut std::fmt::Formatter) -> std::fmt::Result {
        write!(f, "s{}", self.0)
    }
}
