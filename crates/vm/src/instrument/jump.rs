//! Setting `f_lineno` from a trace function: the frame goes on in another line.
//!
//! Every instruction that begins that line is a candidate whose temporaries hold, where we
//! are, what the code there expects: as CPython, by kinds of values (an iterator, an exception
//! being handled, something else), found by a forward analysis of the code. Of those that
//! agree, the one with most live temporaries is taken.

use std::collections::HashSet;

use pyjit_bytecode::flow::{self, Node, RegSet};
use pyjit_bytecode::ops::Range;
use pyjit_bytecode::{CodeObject, Op, code};
use pyjit_heap::{Base, Gc, Pc, Value};
use pyjit_runtime::core::{errors, kinds, warn};
use pyjit_runtime::types::exceptions::Exc;
use pyjit_runtime::types::int;
use pyjit_runtime::{R, Thread};

use super::Place;
use super::lines::Lines;
use super::tell::What;
use crate::frames;
use crate::objects::frame::Frame;

/// What a temporary holds.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    /// Nothing that code may rely on.
    Unset,
    Object,
    Iterator,
    /// The exception that a handler has caught.
    Caught,
    /// The exception handled before.
    Previous,
}

impl Kind {
    fn meet(self, other: Kind) -> Kind {
        match (self, other) {
            (a, b) if a == b => a,
            (Kind::Unset, _) | (_, Kind::Unset) => Kind::Unset,
            _ => Kind::Object,
        }
    }
    /// Can what is here stand for what is wanted?
    fn serves(self, wanted: Kind) -> bool {
        self == wanted || wanted == Kind::Object && self != Kind::Unset
    }
    /// Why one can't go where this is wanted.
    fn refusal(self) -> &'static str {
        match self {
            Kind::Iterator => "can't jump into the body of a for loop",
            Kind::Caught | Kind::Previous => {
                "can't jump into an 'except' block as there's no exception"
            }
            _ => "incompatible stacks",
        }
    }
}

/// What the temporaries hold before each instruction, and which are live there.
struct Temporaries {
    first: u16,
    kinds: Vec<Option<Box<[Kind]>>>,
    live: Vec<RegSet>,
}

impl Temporaries {
    fn of(code: &CodeObject, nodes: &[Node]) -> Temporaries {
        let first = code.first_temp() as u16;
        let mut live = vec![RegSet::default(); nodes.len()];
        flow::liveness(nodes, first, code.nregs, |i, set| live[i].clone_from(set));
        let n = code.nregs.saturating_sub(first) as usize;
        let mut all = Temporaries {
            first,
            kinds: vec![None; nodes.len()],
            live,
        };
        let mut queue = Vec::new();
        all.reach(0, vec![Kind::Unset; n].into(), &mut queue);
        while let Some(i) = queue.pop() {
            all.flow(nodes, i, &mut queue);
        }
        all
    }

    /// Control comes to an instruction.
    fn reach(&mut self, to: u32, kinds: Box<[Kind]>, queue: &mut Vec<u32>) {
        let Some(known) = self.kinds.get_mut(to as usize) else {
            return;
        };
        let new = match known {
            None => kinds,
            Some(k) => k.iter().zip(&kinds).map(|(a, b)| a.meet(*b)).collect(),
        };
        if known.as_ref() != Some(&new) {
            *known = Some(new);
            queue.push(to);
        }
    }

    fn flow(&mut self, nodes: &[Node], i: u32, queue: &mut Vec<u32>) {
        let node = &nodes[i as usize];
        let Some(before) = self.kinds[i as usize].clone() else {
            return;
        };
        if node.handler != flow::NONE && !node.op.has(pyjit_bytecode::ops::flags::pure) {
            let caught = self.caught(node, before.clone());
            self.reach(node.handler, caught, queue);
        }
        let after = self.after(node, before.clone());
        if node.target != flow::NONE {
            self.reach(node.target, after.clone(), queue);
        }
        if node.falls_through() {
            let conditional = node.op == Op::for_iter;
            self.reach(i + 1, if conditional { before } else { after }, queue);
        }
    }

    fn set(&self, kinds: &mut [Kind], r: u16, n: u16, kind: Kind) {
        for r in r..r.saturating_add(n) {
            let slot = r.checked_sub(self.first);
            if let Some(k) = slot.and_then(|i| kinds.get_mut(i as usize)) {
                *k = kind;
            }
        }
    }
    fn caught(&self, node: &Node, mut kinds: Box<[Kind]>) -> Box<[Kind]> {
        self.set(&mut kinds, node.height, u16::MAX, Kind::Unset);
        self.set(&mut kinds, node.height, 1, Kind::Caught);
        self.set(&mut kinds, node.height + 1, node.lasti.into(), Kind::Object);
        kinds
    }
    fn after(&self, node: &Node, mut kinds: Box<[Kind]>) -> Box<[Kind]> {
        let kind = match node.op {
            Op::get_iter | Op::get_aiter => Kind::Iterator,
            Op::push_exc => Kind::Previous,
            _ => Kind::Object,
        };
        if let Range::window | Range::window_ex = node.op.info().range {
            self.set(&mut kinds, node.a, u16::MAX, Kind::Unset);
        }
        flow::writes(node.op, node.a, node.b, node.c, |r, n| {
            self.set(&mut kinds, r, n, kind)
        });
        if node.op == Op::clear {
            self.set(&mut kinds, node.a, 1, Kind::Unset);
        }
        kinds
    }

    /// What a live temporary holds.
    fn kind(&self, i: usize, r: u16) -> Kind {
        match &self.kinds[i] {
            Some(k) if self.live[i].contains(r) => k[r as usize],
            _ => Kind::Unset,
        }
    }
    /// The live temporary of `to` that `from` can't give, the topmost.
    fn missing(&self, from: usize, to: usize) -> Option<Kind> {
        let live: Vec<u16> = self.live[to].iter().collect();
        let wanted = live.iter().rev().map(|r| (*r, self.kind(to, *r)));
        let mut refused = wanted.filter(|(r, k)| !self.kind(from, *r).serves(*k));
        refused.next().map(|(_, k)| k)
    }
    /// The register of the exception handled before, where a jump leaves handlers.
    fn left_handler(&self, from: usize, to: usize) -> Option<u16> {
        let left =
            |r: &u16| self.kind(from, *r) == Kind::Previous && self.kind(to, *r) != Kind::Previous;
        self.live[from].iter().find(left).map(|r| r + self.first)
    }
}

/// `frame.f_lineno = v`.
pub fn set_line(t: &Thread, f: Gc<Frame>, v: Value) -> R<()> {
    if !v.is_int() && (!v.is_ptr() || v.shape_id() != kinds::INT) {
        return Err(errors::value_error(t, "lineno must be an integer"));
    }
    let (base, what, _) = t.told.get();
    let told = What::of(what).filter(|_| base == f.base.get());
    let refused = match told {
        Some(What::Line | What::Yield) => None,
        Some(What::Call) => Some("can't jump from the 'call' trace event of a new frame"),
        Some(_) => Some("can only jump from a 'line' trace event"),
        None => Some("f_lineno can only be set in a trace function"),
    };
    let live = frames::live(t, f).filter(|_| refused.is_none());
    let Some(here) = live else {
        let m = refused.unwrap_or("f_lineno can only be set in a trace function");
        return Err(errors::value_error(t, m));
    };
    let Some(n) = int::to_i64(v).and_then(|n| i32::try_from(n).ok()) else {
        return Err(errors::value_error(t, "lineno out of range"));
    };
    let code = here.code().object();
    let lines = Lines::of(code);
    let line = line_with_code(t, code, lines, n)?;
    let (nodes, places) = flow::nodes(code);
    let all = Temporaries::of(code, &nodes);
    let at = |index: u32| places.binary_search(&index).unwrap_or_default();
    let from = at(here.index());
    let generator = code.words.len() as u32;
    let begun = |i| here.code().is_resumed(i) || !here.code().is_resumed(generator);
    let targets: HashSet<u32> = nodes.iter().flat_map(|n| [n.target, n.handler]).collect();
    let begins = |i: usize| {
        let before = i.checked_sub(1).map_or(0, |i| lines.at(places[i]));
        before != line || targets.contains(&(i as u32))
    };
    let is_there = |i: usize| lines.at(places[i]) == line && begins(i) && begun(places[i]);
    let to = match candidate(&all, from, is_there) {
        Ok(to) => to,
        Err(m) => return Err(errors::value_error(t, m)),
    };
    bind_locals(t, here.base, code)?;
    f.jump.set(Some((places[to], all.left_handler(from, to))));
    t.told.set((base, what, places[to] + 2));
    Ok(())
}

/// The place where the trace function wants the frame to go on, if it does.
pub fn wanted(t: &Thread, p: &Place) -> Option<Pc> {
    let f = frames::known(t, p.base)?;
    let (to, left) = f.jump.take()?;
    if let Some(r) = left {
        crate::helpers::exceptions::pop_exc(t, p.base.get(r.into()));
    }
    Some(p.code.at(to))
}

/// The first line from `n` on that has code.
fn line_with_code(t: &Thread, code: &CodeObject, lines: &Lines, n: i32) -> R<u32> {
    let wanted = u32::try_from(n).ok().filter(|n| *n >= code.firstlineno);
    let Some(wanted) = wanted else {
        let m = format!("line {n} comes before the current code block");
        return Err(errors::value_error(t, m));
    };
    let later = format!("line {n} comes after the current code block");
    lines
        .from(wanted)
        .ok_or_else(|| errors::value_error(t, later))
}

/// The best instruction to go to, or why there is none.
fn candidate(
    all: &Temporaries,
    from: usize,
    is_there: impl Fn(usize) -> bool,
) -> Result<usize, &'static str> {
    let mut best: Option<(usize, usize)> = None;
    let mut refusal = None;
    for i in 0..all.kinds.len() {
        if all.kinds[i].is_none() || !is_there(i) {
            continue;
        }
        match all.missing(from, i) {
            Some(kind) => {
                refusal.get_or_insert(kind.refusal());
            }
            None => {
                let depth = all.live[i].iter().count();
                if best.is_none_or(|(_, d)| depth > d) {
                    best = Some((i, depth));
                }
            }
        }
    }
    best.map(|(i, _)| i)
        .ok_or(refusal.unwrap_or("can't jump to unreachable code"))
}

/// Locals that have no value get None: code there may take for granted that they have one.
fn bind_locals(t: &Thread, base: Base, code: &CodeObject) -> R<()> {
    let n = code.nlocals as usize;
    let unbound = (0..n).filter(|i| base.get(*i).is_null());
    let count = unbound.count();
    if count == 0 || code.flags & code::flags::OPTIMIZED == 0 {
        return Ok(());
    }
    let s = if count == 1 { "" } else { "s" };
    let m = format!("assigning None to {count} unbound local{s}");
    warn::warn(t, Exc::RuntimeWarning, &m)?;
    for i in 0..n {
        if base.get(i).is_null() {
            base.set(i, Value::NONE);
        }
    }
    Ok(())
}
