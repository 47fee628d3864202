//! Hot places: when to record, when to try again, when to let code rest.
//!
//! - A recording that fails is tried again later, and later after each failure.
//! - Code that is left as soon as it is entered rests for a while: the interpreter is
//!   as quick there, and needs no way in and out.

use std::cell::Cell;
use std::rc::Rc;
use std::time::Instant;

use pyjit_heap::{Gc, Pc};
use pyjit_jit::ir::{Func, Snapshot, Term, Ty};
use pyjit_jit::native::{Artifact, CompileError, Role};

use super::Jit;
use super::stats::add;
use super::trees::{TreeState, Way};
use crate::objects::function::Function;

/// Code that runs no longer than this before it is left does not pay: the interpreter
/// goes round a short loop ten times in that time.
pub const USELESS_NS: u64 = 60;
/// The same for a function entered from the interpreter, which also pays for finding
/// the version for its arguments.
pub const USELESS_CALL_NS: u64 = 200;
/// Back-edges or calls that code rests at first.
const REST: u32 = 8192;

/// Size of the table of headers.
pub const HEADERS: usize = 256;

/// A place where back-edges go to.
#[derive(Default)]
pub struct Site {
    ticks: u32,
    /// When it became hot.
    since: Cell<u64>,
    /// Ticks at which the next recording begins.
    due: u32,
    failures: u32,
    /// Its code.
    pub tree: Option<Rc<TreeState>>,
    /// How other code of its function gets there.
    part: Option<Part>,
}

/// A way to a loop from other code of its function.
struct Part {
    cell: &'static Cell<usize>,
    /// Leaves at the header: what the cell holds while the loop has no code.
    stub: Artifact,
}

impl Site {
    /// Its tree has become invalid: a new one may follow.
    pub fn retry_soon(&mut self) {
        self.failures += 1;
        self.due = self.ticks.saturating_add(16 << self.failures.min(16));
    }
}

/// What there is at a hot place.
pub enum Found {
    /// Code that wants to run.
    Tree(Rc<TreeState>),
    Nothing,
}

/// How many times the wait for the next recording doubles after so many failures: what
/// has failed three times hardly ever succeeds, and a failure costs as much as a success.
pub fn patience(failures: u32) -> u32 {
    (failures + failures.saturating_sub(2)).min(11)
}

/// What looking at the clock twice takes.
pub fn clock_ns() -> u64 {
    let look = |_| Instant::now().elapsed().as_nanos() as u64;
    (0..8).map(look).min().unwrap_or(0)
}

impl Jit {
    /// Resets the counter if it has run out; gives how much it had counted.
    pub(super) fn ran_out(&self, counter: usize) -> Option<u32> {
        let c = &self.thread.hot[counter];
        if c.get() != 0 {
            return None;
        }
        let reset = self.reset[counter].get();
        c.set(reset);
        Some(reset as u32)
    }

    /// The next hot event of the counter comes after `n` back-edges.
    fn set_interval(&self, counter: usize, n: u16) {
        self.reset[counter].set(n);
        self.thread.hot[counter].set(n);
    }

    /// The code for a place, unless it rests.
    pub(super) fn look_up(&self, counter: usize, pc: Pc) -> Found {
        let mut last = self.last[counter].borrow_mut();
        if let Some(t) = &*last
            && t.pc == pc
            && t.is_ready()
        {
            return Found::Tree(t.clone());
        }
        let sites = self.sites.borrow();
        let Some(tree) = sites.get(&pc.addr()).and_then(|s| s.tree.clone()) else {
            return Found::Nothing;
        };
        let interval = self.reset[counter].get();
        if !tree.wakes(interval as u32) {
            self.set_interval(counter, self.options.loop_threshold);
            return Found::Nothing;
        }
        if interval != 1 {
            self.set_interval(counter, 1);
        }
        *last = Some(tree.clone());
        Found::Tree(tree)
    }

    /// From now on there is code for a place.
    pub(super) fn install(&self, pc: Pc, tree: &Rc<TreeState>) {
        *self.headers[pc.addr() >> 3 & (HEADERS - 1)].borrow_mut() = Some(tree.clone());
        let mut sites = self.sites.borrow_mut();
        sites.entry(pc.addr()).or_default().tree = Some(tree.clone());
    }

    /// The code of the loop with this header.
    pub(super) fn at_header(&self, pc: Pc) -> Option<Rc<TreeState>> {
        let tree = self.headers[pc.addr() >> 3 & (HEADERS - 1)].borrow();
        tree.as_ref()
            .filter(|t| t.pc == pc && t.is_ready())
            .cloned()
    }

    /// Has the place been reached often enough to record there?
    pub(super) fn is_due(&self, counter: usize, pc: Pc, weight: u32) -> bool {
        let threshold = self.options.loop_threshold as u32;
        let mut sites = self.sites.borrow_mut();
        let site = sites.entry(pc.addr()).or_default();
        if site.tree.is_some() {
            return false;
        }
        site.ticks = site.ticks.saturating_add(weight);
        if self.reset[counter].get() == 1 && threshold > 1 {
            // Shared with code that has gone, or with code that is not reached now.
            self.set_interval(counter, threshold.min(64) as u16);
        }
        let ns = self.budget.hot_for(&site.since);
        let due = site.ticks >= site.due.max(threshold) && self.is_worth(ns);
        due && self.may_compile()
    }

    /// The next recording there comes later, and later after each failure.
    pub(super) fn penalise(&self, pc: Pc) {
        let mut sites = self.sites.borrow_mut();
        let site = sites.entry(pc.addr()).or_default();
        site.failures += 1;
        let step = (self.options.loop_threshold as u32).max(16) << patience(site.failures);
        // Not in step with what the program does.
        let jitter = step / 8 * (pc.addr() as u32 >> 3 & 7) / 8;
        site.due = site.ticks.saturating_add(step + jitter);
    }

    /// Have recordings that began there failed more than once?
    pub(super) fn has_failed(&self, pc: Pc) -> bool {
        let sites = self.sites.borrow();
        sites.get(&pc.addr()).is_some_and(|s| s.failures > 1)
    }

    pub(super) fn has_tree(&self, pc: Pc) -> bool {
        let sites = self.sites.borrow();
        sites.get(&pc.addr()).is_some_and(|s| s.tree.is_some())
    }

    /// How the code of the loop with this header is to be reached.
    pub(super) fn way_to(&self, pc: Pc, f: Gc<Function>) -> Way {
        if f.code.gc().is_resumable() {
            return Way::Loop;
        }
        let mut sites = self.sites.borrow_mut();
        let site = sites.entry(pc.addr()).or_default();
        if site.part.is_none() {
            site.part = self.new_part(pc).ok();
        }
        match &site.part {
            Some(p) => Way::Part(p.cell, p.stub.entry().code() as usize),
            None => Way::Loop,
        }
    }

    fn new_part(&self, pc: Pc) -> Result<Part, CompileError> {
        let mut func = Func::default();
        let at = Snapshot::at(pc.addr() as u64);
        let block = func.add_block();
        let snap = func.add_snap(at);
        func.block_mut(block).end = Term::Exit(snap);
        let role = Role::Part { ret: Ty::Value };
        let stub = self
            .native()
            .ok_or(CompileError::NoMemory("no back end".into()))?
            .compile("part", &func, &role)?;
        let cell: &'static Cell<usize> = Box::leak(Box::default());
        cell.set(stub.entry().code() as usize);
        Ok(Part { cell, stub })
    }

    /// Address of the cell that leads to the code of the loop with this header.
    pub(super) fn cell_of(&self, pc: Pc) -> Option<usize> {
        let sites = self.sites.borrow();
        let part = sites.get(&pc.addr())?.part.as_ref()?;
        Some(part.cell.as_ptr().addr())
    }

    /// Takes notice of how long code ran before it was left; less than `least` nanoseconds
    /// on the average do not pay.
    pub(super) fn judge(&self, tree: &Rc<TreeState>, ns: u64, least: u64) {
        let average = tree.average(ns);
        if average >= least || self.options.is_stressed() {
            return;
        }
        if tree.has_pending() && self.may_compile() {
            self.compile(tree);
        } else {
            add(&self.stats.rests, 1);
            tree.rest(REST);
        }
    }
}
