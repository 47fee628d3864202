//! Trees of traces with their code.

use std::cell::{Cell, RefCell};
use std::collections::{HashMap, HashSet};
use std::rc::Rc;

use pyjit_heap::{Gc, Pc, RootVec, Value};
use pyjit_jit::ir::{CodeDesc, Origin, Ty, print};
use pyjit_jit::native::{Artifact, EntryPoint, Role, thread_ns};
use pyjit_jit::opt;
use pyjit_jit::tree::{Bridge, Tree, TreeKind};

use super::Jit;
use super::stats::add;
use crate::objects::function::Function;
use crate::recorder::{Recording, layout};

/// Attempts to record a bridge from one exit grow no rarer after so many.
const ATTEMPTS: u32 = 8;
/// What an exit costs, roughly: the way out and in again, and what is interpreted.
const EXIT_NS: u64 = 250;
/// Every n-th entry is measured, and all before the first of those.
const SAMPLED: u32 = 32;
/// The average of code that has just been made: some entries tell what it is.
const FRESH_NS: u64 = 10_000;

/// Bridges that fail one after the other in their first instruction: so many values are
/// told apart in one place, one more bridge is for all others; and yet one for those that it
/// does not know either.
const CHAIN: usize = 4;

/// How many bridges up to an exit fail where they begin.
fn chain(tree: &Tree, mut at: Origin) -> usize {
    let mut n = 0;
    while at.snap == 0
        && let Some(b) = (at.member as usize)
            .checked_sub(1)
            .and_then(|i| tree.bridges.get(i))
    {
        n += 1;
        let Some(start) = b.at else { break };
        at = start;
    }
    n
}

/// A tree, what it relies on, and its code.
pub struct TreeState {
    /// Its header.
    pub pc: Pc,
    name: String,
    tree: RefCell<Tree>,
    artifact: RefCell<Option<Artifact>>,
    roots: RefCell<RootVec>,
    classes: RefCell<HashSet<u64>>,
    attempts: RefCell<HashMap<Origin, u32>>,
    /// Bridges that are not compiled yet.
    pending: Cell<usize>,
    /// Has it been linked with a loop since it was compiled?
    linked: Cell<bool>,
    dead: Cell<bool>,
    entries: Cell<u32>,
    /// Average time from entry to exit.
    average: Cell<u64>,
    /// Back-edges until it may run again.
    resting: Cell<u32>,
    rests: Cell<u32>,
    /// Exits since it was compiled, and what that took.
    exits: Cell<u64>,
    cost_ns: Cell<u64>,
    way: Way,
}

/// What a tree's code is, and where compiled code finds it.
#[derive(Clone, Copy)]
pub enum Way {
    /// A loop that is entered from the interpreter only.
    Loop,
    /// A loop in a function, with the cell that other code of the function enters it
    /// through, and what the cell holds while there is no code.
    Part(&'static Cell<usize>, usize),
    /// A function: its convention and cell.
    Function(&'static CodeDesc, &'static Cell<usize>),
}

impl TreeState {
    /// A tree of one trace, in code of `f`.
    pub fn new(pc: Pc, name: String, f: Gc<Function>, r: Recording, way: Way) -> TreeState {
        let kind = match way {
            Way::Function(desc, _) => TreeKind::Function(desc.args.clone()),
            _ => TreeKind::Loop,
        };
        let mut roots = r.roots;
        roots.push(f.code.gc().value());
        TreeState {
            pc,
            name,
            tree: RefCell::new(Tree::new(kind, Rc::new(r.raw))),
            artifact: RefCell::new(None),
            roots: RefCell::new(roots),
            classes: RefCell::new(r.classes),
            attempts: RefCell::default(),
            pending: Cell::new(0),
            linked: Cell::new(false),
            dead: Cell::new(false),
            entries: Cell::new(0),
            average: Cell::new(FRESH_NS),
            resting: Cell::new(0),
            rests: Cell::new(0),
            exits: Cell::new(0),
            cost_ns: Cell::new(0),
            way,
        }
    }

    /// How to run it.
    pub fn entry(&self) -> Option<EntryPoint> {
        self.artifact.borrow().as_ref().map(|a| a.entry())
    }
    /// Is it that of a function?
    pub fn is_function(&self) -> bool {
        matches!(self.way, Way::Function(..))
    }
    /// May its code return from the frame, or go on in other code of it?
    pub fn returns(&self) -> bool {
        !matches!(self.way, Way::Loop)
    }
    /// May it still be used?
    pub fn is_valid(&self) -> bool {
        !self.dead.get()
    }
    /// May it run now?
    pub fn is_ready(&self) -> bool {
        !self.dead.get() && self.resting.get() == 0
    }
    /// After so many more back-edges, may it run?
    pub fn wakes(&self, passed: u32) -> bool {
        self.resting.set(self.resting.get().saturating_sub(passed));
        self.resting.get() == 0
    }
    /// It is not to run for a while, longer each time.
    pub fn rest(&self, back_edges: u32) {
        let n = self.rests.get();
        self.rests.set(n + 1);
        self.resting.set(back_edges << n.min(10));
        self.average.set(FRESH_NS);
    }
    /// New code is not judged by what the old one did.
    fn awake(&self) {
        self.rests.set(0);
        self.resting.set(0);
    }
    /// The back-edges or calls for which it rests, if it does.
    pub fn rests_for(&self) -> Option<u32> {
        Some(self.resting.get()).filter(|n| *n != 0)
    }
    /// Is the time of this entry measured, and for how many does it stand?
    pub fn sample(&self) -> Option<u32> {
        let n = self.entries.get().wrapping_add(1);
        self.entries.set(n);
        match n {
            0..SAMPLED => Some(1),
            n => n.is_multiple_of(SAMPLED).then_some(SAMPLED),
        }
    }
    /// The average time from entry to exit, with one more.
    pub fn average(&self, ns: u64) -> u64 {
        let a = self.average.get();
        let a = a - a / 16 + ns.min(FRESH_NS) / 16;
        self.average.set(a);
        a
    }
    /// Does it rely on the class or function?
    pub fn relies_on(&self, class: Value) -> bool {
        self.classes.borrow().contains(&class.0)
    }
    /// Takes it out of use; gives its code.
    pub fn kill(&self) -> Option<Artifact> {
        self.dead.set(true);
        if let Way::Part(cell, stub) = self.way {
            cell.set(stub);
        }
        self.artifact.borrow_mut().take()
    }

    /// Does a bridge from there have to serve all values?
    pub fn is_general(&self, at: Origin) -> bool {
        chain(&self.tree.borrow(), at) >= CHAIN
    }

    /// Is a bridge to be recorded from an exit that has been taken `count` times?
    pub fn wants_bridge(&self, at: Origin, count: u32, threshold: u32, most: usize) -> bool {
        let tree = self.tree.borrow();
        if tree.bridge_at(at).is_some()
            || tree.bridges.len() >= most
            || chain(&tree, at) > CHAIN + 1
        {
            return false;
        }
        let mut attempts = self.attempts.borrow_mut();
        let n = attempts.entry(at).or_default();
        if count < threshold << (2 * (*n).min(ATTEMPTS)) {
            return false;
        }
        *n += 1;
        true
    }

    /// Counts an exit.
    pub fn count_exit(&self) {
        self.exits.set(self.exits.get() + 1)
    }

    /// Have its exits cost what compiling it again will?
    pub fn is_due(&self) -> bool {
        self.exits.get() * EXIT_NS >= self.cost_ns.get()
    }

    /// Adds a bridge.
    pub fn add_bridge(&self, at: Origin, r: Recording) -> bool {
        self.roots.borrow_mut().values_mut().extend(r.roots.iter());
        self.classes.borrow_mut().extend(r.classes);
        let mut tree = self.tree.borrow_mut();
        if tree.bridge_at(at).is_some() {
            return false;
        }
        let raw = Rc::new(r.raw);
        tree.bridges.push(Bridge::new(at, raw));
        self.pending.set(self.pending.get() + 1);
        true
    }

    /// The number of the newest member.
    pub fn newest(&self) -> u32 {
        self.tree.borrow().bridges.len() as u32
    }

    /// The member that leaves there for good, at a place where a loop may begin.
    fn ends_at(&self, at: Origin) -> Option<u32> {
        let tree = self.tree.borrow();
        let ends = at.member <= tree.bridges.len() as u32
            && tree.target(at.member).is_none()
            && tree
                .member(at.member)
                .end_snap()
                .is_some_and(|s| s.0 == at.snap);
        (ends && !self.is_function()).then_some(at.member)
    }

    /// Takes the loop of another tree of the same frame into this one, where a member has
    /// left at its header.
    fn link(&self, member: u32, other: &TreeState, most: usize) -> bool {
        let mut tree = self.tree.borrow_mut();
        let l = match tree.loop_at(other.pc.addr() as u64) {
            Some(l) => l,
            None => {
                let theirs = other.tree.borrow();
                let before = tree.bridges.len();
                if before + theirs.bridges.len() >= most {
                    return false;
                }
                let l = tree.add_loop(&theirs);
                let added = tree.bridges.len() - before;
                self.pending.set(self.pending.get() + added);
                let roots = other.roots.borrow();
                self.roots.borrow_mut().values_mut().extend(roots.iter());
                let classes = other.classes.borrow();
                self.classes.borrow_mut().extend(classes.iter());
                l
            }
        };
        tree.link(member, l);
        self.linked.set(true);
        true
    }

    /// Forgets the bridges that are not compiled: with them the tree cannot be.
    fn drop_pending(&self) {
        let mut tree = self.tree.borrow_mut();
        let n = tree.bridges.len() - self.pending.take();
        tree.bridges.truncate(n);
        let kept = |to: &u32| *to as usize <= n;
        for b in &mut tree.bridges {
            b.to = b.to.filter(kept);
        }
        self.linked.set(false);
    }

    /// Are there bridges that are not compiled?
    pub fn has_pending(&self) -> bool {
        self.pending.get() > 0 || self.linked.get()
    }
}

impl Jit {
    /// Where a tree has left for good at the header of another loop of its frame, that loop
    /// becomes part of it.
    pub(super) fn link(&self, tree: &TreeState, at: Origin, pc: Pc) -> bool {
        let Some(member) = tree.ends_at(at) else {
            return false;
        };
        let Some(other) = self.at_header(pc) else {
            return false;
        };
        if other.is_function() || !tree.link(member, &other, self.options.max_bridges) {
            return false;
        }
        if self.options.log {
            eprintln!("jit: {}: goes on in {}", tree.name, other.name);
        }
        true
    }

    /// Compiles a tree as it is now; the old code stays if that fails.
    pub(super) fn compile(&self, t: &Rc<TreeState>) -> bool {
        let began = thread_ns();
        let done = self.try_compile(t);
        let ns = thread_ns().saturating_sub(began);
        add(&self.stats.compile_ns, ns);
        add(&self.stats.spent_ns, ns);
        self.budget.skip();
        t.average.set(FRESH_NS);
        t.cost_ns.set(ns);
        t.exits.set(0);
        match done {
            Ok(a) => {
                t.awake();
                t.pending.set(0);
                t.linked.set(false);
                add(&self.stats.compiled, 1);
                add(&self.stats.code_bytes, a.size() as u64);
                if self.options.log {
                    let n = t.newest() + 1;
                    eprintln!("jit: {}: compiled, {n} traces, {ns} ns", t.name);
                }
                for text in [a.clif(), a.asm()].into_iter().flatten() {
                    eprintln!("=== code {}\n{text}", t.name);
                }
                if let Way::Function(_, cell) | Way::Part(cell, _) = t.way {
                    cell.set(a.entry().code() as usize);
                }
                self.installed(a.id, t);
                if let Some(old) = t.artifact.borrow_mut().replace(a) {
                    self.retire(old);
                }
                if let Some(mut native) = self.native() {
                    native.sweep();
                }
                true
            }
            Err(e) => {
                t.drop_pending();
                add(&self.stats.refused, 1);
                if self.options.log {
                    eprintln!("jit: {}: not compiled: {e}", t.name);
                }
                false
            }
        }
    }

    /// Remembers whose code this is.
    fn installed(&self, id: u32, t: &Rc<TreeState>) {
        let mut owners = self.owners.borrow_mut();
        if owners.len() <= id as usize {
            owners.resize(id as usize + 1, None);
        }
        owners[id as usize] = Some(t.clone());
    }

    /// Takes code out of use.
    pub(super) fn retire(&self, a: Artifact) {
        if let Some(owner) = self.owners.borrow_mut().get_mut(a.id as usize) {
            *owner = None;
        }
        if let Some(mut native) = self.native() {
            native.retire(a);
        }
    }

    /// The tree whose present code this is.
    pub(super) fn tree_of(&self, artifact: u32) -> Option<Rc<TreeState>> {
        self.owners.borrow().get(artifact as usize)?.clone()
    }

    fn try_compile(&self, t: &TreeState) -> Result<Artifact, String> {
        let options = opt::Options {
            verify: self.options.verify,
            stable_shape: layout::is_stable,
            peel: self.options.peel,
            promote: self.options.promote,
            virtuals: self.options.virtuals,
            ret: Some(Ty::Value),
            ..opt::Options::default()
        };
        let tree = t.tree.borrow();
        let code = opt::compile_tree(&tree, &options).map_err(|e| format!("{e:?}"))?;
        if self.options.dump_opt {
            eprintln!("=== code {}\n{}", t.name, print(&code.func));
        }
        let mut native = self.native().ok_or("no back end")?;
        let role = match t.way {
            Way::Function(desc, _) => Role::Function { desc },
            Way::Part(..) => Role::Part { ret: Ty::Value },
            Way::Loop => Role::Loop,
        };
        let a = native.compile(&t.name, &code.func, &role);
        a.map_err(|e| e.to_string())
    }
}
