//! What the optimiser knows at one point of the program, and the context that carries it
//! through a compilation.

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};
use std::rc::Rc;

use super::facts::Known;
use super::header::{Decisions, Header};
use super::ints::Notes;
use super::summary::Summary;
use super::{Abort, Options};
use crate::ir::{BlockId, Field, Func, ImmKey, Items, Op, Origin, Ref, SnapId};
use crate::tree::{Raw, Tree};

/// No value: the result of an instruction that has none or was dropped.
pub const NO: Ref = Ref(u32::MAX);

/// Why replaying stops.
#[derive(Debug)]
pub enum Halt {
    /// From here on the trace leaves for certain; the block has been ended.
    Leave,
    /// A decision has changed: begin again.
    Restart,
    /// Give up.
    Abort(Abort),
}

/// Result of a step of the chain.
pub type Res<T> = Result<T, Halt>;

/// Identity of a pure operation.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub struct Key {
    op: Op,
    imm: ImmKey,
    args: [Ref; 4],
}

impl Key {
    /// The key, if there are few enough operands.
    pub fn new(op: Op, imm: ImmKey, args: &[Ref]) -> Option<Key> {
        let mut a = [NO; 4];
        a.get_mut(..args.len())?.copy_from_slice(args);
        Some(Key { op, imm, args: a })
    }
}

/// An object that has not been allocated.
#[derive(Clone, Debug)]
pub struct VirtualObject {
    /// Its header word.
    pub header: u64,
    /// What has been stored in it.
    pub fields: BTreeMap<Field, Ref>,
}

/// A place in memory: a field, or an item with a variable index.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, PartialOrd, Ord)]
pub struct Loc {
    /// The object.
    pub object: Ref,
    /// The field, or where the items begin.
    pub field: Field,
    /// The index.
    pub index: Option<Ref>,
}

impl Loc {
    /// A field of an object.
    pub fn field(object: Ref, field: Field) -> Loc {
        Loc {
            object,
            field: field.place(),
            index: None,
        }
    }

    /// An item of an array.
    pub fn item(object: Ref, items: Items, index: Ref) -> Loc {
        let Items {
            offset,
            kind,
            class,
            immutable,
            ..
        } = items;
        let field = Field {
            offset,
            kind,
            class,
            immutable,
            barrier: false,
        };
        Loc {
            object,
            field,
            index: Some(index),
        }
    }
}

/// See the module. Cloned at each guard that has a bridge.
#[derive(Clone, Default, Debug)]
pub struct State {
    /// What interpreter slots hold (type `value`).
    pub shadow: BTreeMap<i32, Ref>,
    /// Pure operations done.
    pub done: HashMap<Key, Ref>,
    /// Facts about values.
    pub known: HashMap<Ref, Known>,
    /// Values that have turned out to be others.
    pub alias: HashMap<Ref, Ref>,
    /// What memory holds.
    pub heap: HashMap<Loc, Ref>,
    /// Places of `heap` where memory is behind: the store is pending.
    pub dirty: BTreeSet<Loc>,
    /// Objects that have not been allocated.
    pub virtuals: HashMap<Ref, VirtualObject>,
    /// Boxed numbers that nobody has needed as words yet.
    pub boxes: HashSet<Ref>,
    /// Pairs of values that are different objects.
    pub distinct: HashSet<(Ref, Ref)>,
    /// Guards that have failed.
    pub failed: HashSet<Key>,
    /// Slots that have been written for others to see, and with what.
    pub shown: BTreeMap<i32, Ref>,
    /// The word of a callee's header that has been written last. What the caller had there
    /// must not be written over it.
    pub heading: Option<i32>,
    /// The loop in which this is: an index of [`Cx::loops`].
    pub nest: usize,
    /// Behind the loop's header (or in a function): everything known there holds.
    pub inside: bool,
    /// The code is valid since the last call that could change that.
    pub valid: bool,
    /// A call may have raised and nobody has looked yet.
    pub may_raise: bool,
}

/// The raw trace that is being replayed.
#[derive(Clone)]
pub struct Replay {
    /// Which.
    pub raw: Rc<Raw>,
    /// Its number.
    pub member: u32,
    /// Its values in the output.
    pub map: Vec<Ref>,
    /// The shadow at its start.
    pub init: Rc<BTreeMap<i32, Ref>>,
    /// Its present snapshot.
    pub snap: Option<SnapId>,
    /// The snapshot whose bytecode's effects have begun.
    pub acting: Option<SnapId>,
}

/// A block that waits for its bridge.
pub struct Waiting {
    /// The bridge's number.
    pub member: u32,
    /// The block.
    pub block: BlockId,
    /// The state at its start.
    pub state: State,
    /// Where the bridge was recorded.
    pub at: Origin,
    /// The exit, should the bridge not be replayed.
    pub snap: SnapId,
    /// The guard that fails.
    pub guard: Option<Ref>,
}

/// A loop of the tree.
pub struct Loop {
    /// Its root: one round.
    pub root: u32,
    /// What its members do to memory and slots.
    pub summary: Rc<Summary>,
    /// The start of the first iteration, where bridges from it and from other loops come to:
    /// the block, and the slots that are its parameters.
    pub restart: Option<(BlockId, Vec<i32>)>,
    /// The header, once there is one.
    pub header: Option<Header>,
}

/// A compilation.
pub struct Cx<'a> {
    /// The tree.
    pub tree: &'a Tree,
    /// The options.
    pub options: &'a Options,
    /// The loops, that of the root first.
    pub loops: Vec<Loop>,
    /// Loops that are jumped to and not built yet.
    pub queue: Vec<usize>,
    /// The state where the tree is entered: what holds in all of it.
    pub entry: State,
    /// The output.
    pub out: Func,
    /// The block being filled.
    pub cur: BlockId,
    /// The state there.
    pub st: State,
    /// What is being replayed.
    pub replay: Replay,
    /// What earlier attempts have found out.
    pub decisions: Decisions,
    /// Bridges to replay.
    pub waiting: Vec<Waiting>,
    /// For the choice of integer representations.
    pub notes: Notes,
    /// How often each bridge has been replayed.
    pub copies: HashMap<Origin, u32>,
}

impl Loop {
    fn new(tree: &Tree, root: u32) -> Loop {
        Loop {
            root,
            summary: Rc::new(Summary::new(tree, root)),
            restart: None,
            header: None,
        }
    }
}

impl<'a> Cx<'a> {
    /// Ready to build.
    pub fn new(tree: &'a Tree, options: &'a Options, decisions: Decisions) -> Cx<'a> {
        let mut out = Func::default();
        let cur = out.add_block();
        let replay = Replay {
            raw: tree.root.clone(),
            member: 0,
            map: vec![],
            init: Rc::default(),
            snap: None,
            acting: None,
        };
        Cx {
            tree,
            options,
            loops: tree.loops().map(|root| Loop::new(tree, root)).collect(),
            queue: vec![],
            entry: State::default(),
            out,
            cur,
            st: State::default(),
            replay,
            decisions,
            waiting: vec![],
            notes: Notes::default(),
            copies: HashMap::new(),
        }
    }

    /// The present loop.
    pub fn nest(&self) -> &Loop {
        &self.loops[self.st.nest]
    }

    /// What the present loop does.
    pub fn summary(&self) -> &Summary {
        &self.nest().summary
    }

    /// One round of the present loop.
    pub fn round(&self) -> &Rc<Raw> {
        self.tree.member(self.nest().root)
    }

    /// What a value has turned out to be.
    pub fn resolve(&self, mut r: Ref) -> Ref {
        while let Some(x) = self.st.alias.get(&r) {
            r = *x;
        }
        r
    }
}
