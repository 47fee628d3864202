//! What the recorder makes: immutable raw traces, and trees of them.
//!
//! A raw trace is position independent: it reads interpreter slots (`slot n`, counted
//! from the window in which the trace starts) as they were at its start, and at each
//! bytecode it has a snapshot of which slots are live and what the trace has put there.
//! Compiling a tree is replaying its raw traces through the optimiser; see [`crate::opt`].
//!
//! The compiler never interprets a position: `pc`, `base` and `top` of a snapshot are
//! handed back at an exit as they are.

use std::rc::Rc;

use crate::ir::{
    BlockId, Boxed, Entry, Func, Imm, Lit, Op, Origin, Ref, Resume, SnapId, Snapshot, Term, Ty,
};

/// How large an integer result was when the trace was recorded.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Default)]
pub enum Seen {
    /// Within a signed word, or nobody said.
    #[default]
    I64,
    /// Beyond that, within an unsigned word.
    U64,
    /// Larger.
    Big,
}

/// An immutable recording: one block that ends in `loop`, `finish`, `enter` or `exit`.
#[derive(Debug)]
pub struct Raw {
    /// The instructions. Snapshots name live slots, and the values of changed ones.
    pub func: Func,
    /// Classes of integer results by value; may be shorter than the instructions.
    pub seen: Vec<Seen>,
    /// Small ints that slots held when the recording began.
    pub entry: Vec<(i32, i64)>,
}

impl Raw {
    /// Takes a function in raw form (tests, dumps).
    pub fn from_func(func: Func) -> Raw {
        Raw {
            func,
            seen: vec![],
            entry: vec![],
        }
    }

    /// The small int that a slot held when the recording began.
    pub fn entered_with(&self, slot: i32) -> Option<i64> {
        self.entry.iter().find(|e| e.0 == slot).map(|e| e.1)
    }

    /// Class of an integer result.
    pub fn seen(&self, r: Ref) -> Seen {
        self.seen.get(r.0 as usize).copied().unwrap_or_default()
    }

    /// How it ends.
    pub fn end(&self) -> &Term {
        &self.func.block(BlockId(0)).end
    }

    /// The snapshot at the end of a trace that comes back to its header or leaves.
    pub fn end_snap(&self) -> Option<SnapId> {
        match self.end() {
            Term::Loop(s) | Term::Exit(s) | Term::Enter(s, _) => Some(*s),
            _ => None,
        }
    }
}

/// What kind of code a tree becomes.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum TreeKind {
    /// A loop, entered from the interpreter at its header.
    Loop,
    /// A function, called with its first arguments unboxed: types of slots 0, 1, ….
    Function(Vec<Ty>),
}

/// A member of a tree beside the root.
#[derive(Clone, Debug)]
pub struct Bridge {
    /// The raw snapshot at which it starts: where a guard failed. `None`: it is one round
    /// of a further loop in the same frame, as the root is of the first.
    pub at: Option<Origin>,
    /// The recording.
    pub raw: Rc<Raw>,
    /// The loop at whose header it ends: the number of that loop's root. `None`: it leaves.
    pub to: Option<u32>,
}

impl Bridge {
    /// A raw trace that goes on where a guard failed, and comes to the first loop if it
    /// comes to any.
    pub fn new(at: Origin, raw: Rc<Raw>) -> Bridge {
        let to = matches!(raw.end(), Term::Loop(_)).then_some(0);
        Bridge {
            at: Some(at),
            raw,
            to,
        }
    }
}

/// A root trace and its bridges. Bridge n is member n + 1. Bridges may lead to further
/// loops (side by side, or one within the other), whose rounds are members, too.
#[derive(Clone, Debug)]
pub struct Tree {
    /// What it becomes.
    pub kind: TreeKind,
    /// The first recording.
    pub root: Rc<Raw>,
    /// The others, oldest first.
    pub bridges: Vec<Bridge>,
}

impl Tree {
    /// A tree of one trace.
    pub fn new(kind: TreeKind, root: Rc<Raw>) -> Tree {
        Tree {
            kind,
            root,
            bridges: vec![],
        }
    }

    /// Member n's recording.
    pub fn member(&self, n: u32) -> &Rc<Raw> {
        match n {
            0 => &self.root,
            n => &self.bridges[n as usize - 1].raw,
        }
    }

    /// All recordings.
    pub fn members(&self) -> impl Iterator<Item = &Rc<Raw>> {
        std::iter::once(&self.root).chain(self.bridges.iter().map(|b| &b.raw))
    }

    /// The bridge that starts at that snapshot.
    pub fn bridge_at(&self, at: Origin) -> Option<u32> {
        self.bridges
            .iter()
            .position(|b| b.at == Some(at))
            .map(|n| n as u32 + 1)
    }

    /// Where member n starts, if it does so at a guard.
    pub fn start(&self, n: u32) -> Option<Origin> {
        self.bridges.get((n as usize).checked_sub(1)?)?.at
    }

    /// The loop to whose header member n comes.
    pub fn target(&self, n: u32) -> Option<u32> {
        match (n as usize).checked_sub(1) {
            Some(i) => self.bridges.get(i)?.to,
            None => matches!(self.root.end(), Term::Loop(_)).then_some(0),
        }
    }

    /// The root of the loop from which member n starts.
    pub fn loop_of(&self, mut n: u32) -> u32 {
        while let Some(at) = self.start(n) {
            n = at.member;
        }
        n
    }

    /// The roots of all loops.
    pub fn loops(&self) -> impl Iterator<Item = u32> {
        (0..=self.bridges.len() as u32).filter(|n| self.start(*n).is_none())
    }

    /// The loop with its header at that position.
    pub fn loop_at(&self, pc: u64) -> Option<u32> {
        self.loops().find(|l| self.header(*l) == Some(pc))
    }

    /// The position of a loop's header.
    fn header(&self, l: u32) -> Option<u64> {
        let raw = self.member(l);
        match raw.end() {
            Term::Loop(s) => Some(raw.func.snap(*s).pc),
            _ => None,
        }
    }

    /// Adds the first loop of another tree of the same frame, with all bridges from it; gives its root.
    /// Those that lead elsewhere leave, unless that loop is here already.
    pub fn add_loop(&mut self, other: &Tree) -> u32 {
        let first = self.bridges.len() as u32 + 1;
        let taken: Vec<u32> = (0..=other.bridges.len() as u32)
            .filter(|n| other.loop_of(*n) == 0)
            .collect();
        let new = |n: u32| taken.iter().position(|t| *t == n).map(|i| first + i as u32);
        let mut added = vec![];
        for n in &taken {
            let at = other.start(*n).and_then(|at| {
                Some(Origin {
                    member: new(at.member)?,
                    ..at
                })
            });
            let to = match other.target(*n) {
                Some(0) => Some(first),
                Some(l) => other.header(l).and_then(|pc| self.loop_at(pc)),
                None => None,
            };
            let raw = other.member(*n).clone();
            added.push(Bridge { at, raw, to });
        }
        self.bridges.extend(added);
        first
    }

    /// Member n, which left at the header of that loop, goes on there.
    pub fn link(&mut self, n: u32, to: u32) {
        if let Some(b) = (n as usize)
            .checked_sub(1)
            .and_then(|i| self.bridges.get_mut(i))
        {
            b.to = Some(to);
        }
    }
}

/// Where a bytecode is and what is live there; see [`RawBuilder::snapshot`].
#[derive(Clone, Debug)]
pub struct Place {
    /// Opaque position.
    pub pc: u64,
    /// The innermost frame's window, in slots from the trace's base.
    pub base: i32,
    /// First free slot behind it.
    pub top: i32,
    /// Frames between the trace's and the innermost one, that included.
    pub frames: u32,
    /// How the interpreter goes on there.
    pub resume: Resume,
}

/// Writes a raw trace. Every guard and operation emitted carries the snapshot taken last,
/// so the recorder takes one at the start of each bytecode (only used ones are kept).
#[derive(Default)]
pub struct RawBuilder {
    func: Func,
    seen: Vec<Seen>,
    entry: Vec<(i32, i64)>,
    snap: Option<SnapId>,
}

impl RawBuilder {
    /// An empty trace.
    pub fn new() -> RawBuilder {
        let mut func = Func::default();
        func.add_block();
        RawBuilder {
            func,
            ..RawBuilder::default()
        }
    }

    /// Number of instructions so far.
    pub fn len(&self) -> usize {
        self.func.block(BlockId(0)).insts.len()
    }

    /// Nothing recorded yet?
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Says where the trace is. `live` are all live slots of all frames, headers of
    /// inlined frames included, ascending; `dirty` those that the trace has written, with
    /// their present values (boxed, type `value`), ascending.
    pub fn snapshot(&mut self, at: Place, live: Vec<i32>, dirty: &[(i32, Ref)]) -> SnapId {
        let snap = self.func.snaps.len() as u32;
        let id = self.func.add_snap(Snapshot {
            pc: at.pc,
            base: at.base,
            top: at.top,
            frames: at.frames,
            resume: at.resume,
            live,
            slots: dirty.iter().map(|(s, r)| (*s, Entry::Ref(*r))).collect(),
            virtuals: vec![],
            recipes: vec![],
            stores: vec![],
            origin: Origin { member: 0, snap },
        });
        self.snap = Some(id);
        id
    }

    /// A constant word.
    pub fn value(&mut self, v: pyjit_heap::Value) -> Ref {
        self.constant(Lit::Value(Boxed::from_word(v)))
    }

    /// A constant.
    pub fn constant(&mut self, l: Lit) -> Ref {
        self.func.constant(l)
    }

    /// Reads an interpreter slot as it was at the start of the trace.
    pub fn slot(&mut self, s: i32) -> Ref {
        self.emit(Op::Slot, Imm::Index(s), &[])
    }

    /// Reads a slot and notes what it holds: counters that are not negative are cheaper.
    pub fn slot_with(&mut self, s: i32, v: pyjit_heap::Value) -> Ref {
        if v.is_int() {
            self.entry.push((s, v.as_int()));
        }
        self.slot(s)
    }

    /// Appends an operation whose result type the table knows.
    pub fn op(&mut self, op: Op, args: &[Ref]) -> Ref {
        self.emit(op, Imm::No, args)
    }

    /// Appends an operation with an immediate.
    pub fn emit(&mut self, op: Op, imm: Imm, args: &[Ref]) -> Ref {
        let types: Vec<Ty> = args.iter().map(|a| self.func.ty(*a)).collect();
        let ty = crate::ir::result_ty(op, imm, &types).unwrap_or(Ty::None);
        self.func.push(BlockId(0), op, ty, imm, args, self.snap)
    }

    /// Notes how large an integer result is.
    pub fn saw(&mut self, r: Ref, seen: Seen) {
        if seen != Seen::I64 {
            self.seen.resize(self.func.len(), Seen::I64);
            self.seen[r.0 as usize] = seen;
        }
    }

    /// The operation behind a value, for recorders that look back.
    pub fn func(&self) -> &Func {
        &self.func
    }

    /// The trace is back at the header of its tree, in the state of the last snapshot.
    pub fn end_loop(self) -> Raw {
        self.end(Term::Loop)
    }

    /// The trace leaves for good, in the state of the last snapshot.
    pub fn end_exit(self) -> Raw {
        self.end(Term::Exit)
    }

    /// The trace goes on in other code of the same frame, found in this word.
    pub fn end_enter(self, cell: usize) -> Raw {
        self.end(|s| Term::Enter(s, cell))
    }

    /// The frame in which the trace starts returns `v`.
    pub fn end_finish(mut self, v: Ref) -> Raw {
        self.func.block_mut(BlockId(0)).end = Term::Finish(v);
        Raw {
            func: self.func,
            seen: self.seen,
            entry: self.entry,
        }
    }

    fn end(mut self, end: impl Fn(SnapId) -> Term) -> Raw {
        if let Some(s) = self.snap {
            self.func.block_mut(BlockId(0)).end = end(s);
        }
        Raw {
            func: self.func,
            seen: self.seen,
            entry: self.entry,
        }
    }
}
