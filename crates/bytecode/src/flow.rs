//! What instructions read and write, and which registers are live where.
//!
//! Works on decoded words, so assembler, verifier, interpreter and recorder can all ask.

use crate::code::CodeObject;
use crate::ops::{self, Intrinsic, Op, Operand, Range};
use crate::word;

/// Calls `f(first, count)` for each run of registers that the instruction reads.
pub fn reads(op: Op, a: u16, b: u16, c: u16, mut f: impl FnMut(u16, u16)) {
    let info = op.info();
    for (kind, r) in info.operands.iter().zip([a, b, c]) {
        if matches!(kind, Operand::Read | Operand::Modify) {
            f(r, 1);
        }
    }
    match info.range {
        Range::reads_a2 => f(a.saturating_add(1), 1),
        Range::reads_b_c => f(b, c),
        Range::reads_b_2c => f(b, c.saturating_mul(2)),
        Range::reads_b2 => f(b, 2),
        Range::reads_b3 | Range::super_method => f(b, 3),
        Range::reads_c2 => f(c, 2),
        Range::interpolation => f(b, if c & 4 != 0 { 3 } else { 2 }),
        Range::intrinsic => f(b, Intrinsic::from_u16(c).map_or(1, Intrinsic::arity)),
        Range::window => f(a.saturating_add(1 + ops::HEADER), b),
        Range::window_ex => f(a.saturating_add(1 + ops::HEADER), 1 + (b & 1)),
        _ => {}
    }
}

/// Calls `f(first, count)` for each run of registers that the instruction writes, when it does not raise.
pub fn writes(op: Op, a: u16, b: u16, c: u16, mut f: impl FnMut(u16, u16)) {
    let info = op.info();
    for (kind, r) in info.operands.iter().zip([a, b, c]) {
        if matches!(kind, Operand::Write | Operand::Modify) {
            f(r, 1);
        }
    }
    match info.range {
        Range::writes_a_b => f(a, b),
        Range::writes_a_c => f(a, c),
        Range::writes_a_ex => f(a, (c & 255) + (c >> 8) + 1),
        Range::writes_a2 => f(a, 2),
        Range::writes_a3 => f(a, 3),
        Range::method | Range::super_method => f(a.saturating_add(1 + ops::HEADER), 1),
        _ => {}
    }
}

/// Calls `f(first, count)` for each run of registers that holds nothing afterwards: a call's header and arguments.
pub fn clobbers(op: Op, a: u16, b: u16, mut f: impl FnMut(u16, u16)) {
    match op.info().range {
        Range::window => f(a.saturating_add(1), b.saturating_add(ops::HEADER)),
        Range::window_ex => f(a.saturating_add(1), ops::HEADER + 2),
        _ => {}
    }
}

/// A set of registers.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct RegSet(Vec<u64>);

impl RegSet {
    /// The empty set over `n` registers.
    pub fn new(n: usize) -> RegSet {
        RegSet(vec![0; n.div_ceil(64)])
    }
    /// Whether it holds register `r`.
    pub fn contains(&self, r: u16) -> bool {
        self.0
            .get(r as usize / 64)
            .is_some_and(|w| w >> (r % 64) & 1 != 0)
    }
    /// Adds `n` registers from `r` on.
    pub fn insert(&mut self, r: u16, n: u16) {
        for r in r..r.saturating_add(n) {
            if let Some(w) = self.0.get_mut(r as usize / 64) {
                *w |= 1 << (r % 64);
            }
        }
    }
    /// Removes `n` registers from `r` on.
    pub fn remove(&mut self, r: u16, n: u16) {
        for r in r..r.saturating_add(n) {
            if let Some(w) = self.0.get_mut(r as usize / 64) {
                *w &= !(1 << (r % 64));
            }
        }
    }
    /// Adds all of `other`; whether that changed anything.
    pub fn union(&mut self, other: &RegSet) -> bool {
        let mut changed = false;
        for (w, o) in self.0.iter_mut().zip(&other.0) {
            changed |= *w | o != *w;
            *w |= o;
        }
        changed
    }
    /// Keeps what `other` holds too; whether that changed anything.
    pub fn intersect(&mut self, other: &RegSet) -> bool {
        let mut changed = false;
        for (w, o) in self.0.iter_mut().zip(&other.0) {
            changed |= *w & o != *w;
            *w &= o;
        }
        changed
    }
    /// Removes all registers from `r` on.
    pub fn truncate(&mut self, r: u16) {
        let i = r as usize / 64;
        if let Some(w) = self.0.get_mut(i) {
            *w &= (1 << (r % 64)) - 1;
            self.0[i + 1..].fill(0);
        }
    }
    /// The registers, ascending.
    pub fn iter(&self) -> impl Iterator<Item = u16> {
        let bits = |(i, &w): (usize, &u64)| {
            (0..64)
                .filter(move |b| w >> b & 1 != 0)
                .map(move |b| (i * 64 + b) as u16)
        };
        self.0.iter().enumerate().flat_map(bits)
    }
    /// One more than the largest, 0 if empty.
    pub fn height(&self) -> u16 {
        let top = self.0.iter().rposition(|&w| w != 0);
        top.map_or(0, |i| {
            (i * 64 + 64) as u16 - self.0[i].leading_zeros() as u16
        })
    }
}

/// One instruction as the analyses see it: indices of instructions instead of distances.
#[derive(Debug, Clone, Copy)]
pub struct Node {
    /// Opcode.
    pub op: Op,
    /// Operand.
    pub a: u16,
    /// Operand.
    pub b: u16,
    /// Operand.
    pub c: u16,
    /// Index of the jump's target, or `NONE`.
    pub target: u32,
    /// Index of the exception handler's first instruction, or `NONE`.
    pub handler: u32,
    /// The handler's height: the register that the unwinder writes.
    pub height: u16,
    /// Whether it writes the next one too.
    pub lasti: bool,
}

/// No instruction.
pub const NONE: u32 = u32::MAX;

impl Node {
    /// Whether control may go on behind this instruction.
    pub fn falls_through(&self) -> bool {
        !self.op.has(ops::flags::stop)
    }
}

/// The live registers among `first..limit` before each instruction, given to `found` last instruction first.
/// Registers below `first` (locals) are not tracked: they count as always live.
pub fn liveness(nodes: &[Node], first: u16, limit: u16, mut found: impl FnMut(usize, &RegSet)) {
    let n = limit.saturating_sub(first) as usize;
    let mut at_target: Vec<Option<Box<RegSet>>> = vec![None; nodes.len()];
    for node in nodes {
        for t in [node.target, node.handler] {
            if t != NONE {
                at_target[t as usize] = Some(Box::new(RegSet::new(n)));
            }
        }
    }
    loop {
        let mut changed = false;
        let mut live = RegSet::new(n);
        for (i, node) in nodes.iter().enumerate().rev() {
            step(node, first, &mut live, &at_target);
            if let Some(known) = &mut at_target[i] {
                changed |= known.union(&live);
            }
        }
        if !changed {
            break;
        }
    }
    let mut live = RegSet::new(n);
    for (i, node) in nodes.iter().enumerate().rev() {
        step(node, first, &mut live, &at_target);
        found(i, &live);
    }
}

/// The temporaries below `height` that hold nothing at a suspending instruction with these live ones.
pub fn junk(node: &Node, first: u16, height: u16, live: &RegSet) -> impl Iterator<Item = u16> {
    let end = if node.op.has(ops::flags::suspend) {
        height
    } else {
        first
    };
    (first..end).filter(move |r| !live.contains(r - first))
}

/// From live-out (in `live`) to live-in of one instruction.
fn step(node: &Node, first: u16, live: &mut RegSet, at_target: &[Option<Box<RegSet>>]) {
    if !node.falls_through() {
        live.0.fill(0);
    }
    // A conditional write (`for_iter`) happens on the jump only: what is live there may still come from before.
    if node.target != NONE
        && let Some(t) = &at_target[node.target as usize]
    {
        live.union(t);
    }
    let tracked = |r: u16, n: u16| {
        let start = r.max(first);
        (start - first, r.saturating_add(n).saturating_sub(start))
    };
    writes(node.op, node.a, node.b, node.c, |r, n| {
        let (r, n) = tracked(r, n);
        live.remove(r, n);
    });
    if node.handler != NONE
        && !node.op.has(ops::flags::pure)
        && let Some(t) = &at_target[node.handler as usize]
    {
        let kept = node.height.saturating_sub(first);
        let (had0, had1) = (live.contains(kept), live.contains(kept + 1));
        live.union(t);
        if !had0 {
            live.remove(kept, 1);
        }
        if !had1 && node.lasti {
            live.remove(kept + 1, 1);
        }
    }
    reads(node.op, node.a, node.b, node.c, |r, n| {
        let (r, n) = tracked(r, n);
        live.insert(r, n);
    });
}

/// For each instruction the registers below `limit` that hold a value on every path to it. `entry` do so at entry.
/// The instructions are visited in order; those that nothing reaches get the full set.
pub fn definite(nodes: &[Node], limit: u16, entry: &RegSet, mut found: impl FnMut(usize, &RegSet)) {
    let mut full = RegSet::new(limit as usize);
    full.insert(0, limit);
    let mut at_target: Vec<Option<Box<RegSet>>> = vec![None; nodes.len()];
    for t in nodes
        .iter()
        .flat_map(|n| [n.target, n.handler])
        .filter(|t| *t != NONE)
    {
        at_target[t as usize] = Some(Box::new(full.clone()));
    }
    loop {
        let mut changed = false;
        forward(nodes, &full, entry, &mut at_target, &mut changed, |_, _| {});
        if !changed {
            break;
        }
    }
    forward(nodes, &full, entry, &mut at_target, &mut false, &mut found);
}

type AtTarget = Vec<Option<Box<RegSet>>>;

/// One pass of [`definite`].
fn forward(
    nodes: &[Node],
    full: &RegSet,
    entry: &RegSet,
    at_target: &mut AtTarget,
    changed: &mut bool,
    mut found: impl FnMut(usize, &RegSet),
) {
    let mut meet = |at_target: &mut AtTarget, t: u32, set: &RegSet| {
        if t != NONE
            && let Some(at) = &mut at_target[t as usize]
        {
            *changed |= at.intersect(set);
        }
    };
    let mut set = entry.clone();
    for (i, node) in nodes.iter().enumerate() {
        if i > 0 && !nodes[i - 1].falls_through() {
            set.clone_from(full);
        }
        if at_target[i].is_some() {
            meet(at_target, i as u32, &set);
            if let Some(at) = &at_target[i] {
                set.clone_from(at);
            }
        }
        found(i, &set);
        let raises = node.handler != NONE && !node.op.has(ops::flags::pure);
        if raises {
            let mut caught = set.clone();
            caught.insert(node.height, 1 + node.lasti as u16);
            if node.op == Op::delete_local {
                caught.remove(node.a, 1);
            }
            meet(at_target, node.handler, &caught);
        }
        let before = (node.op == Op::for_iter).then(|| set.clone());
        transfer(node, full, &mut set);
        meet(at_target, node.target, &set);
        if let Some(before) = before {
            // Falls through without writing.
            set = before;
        }
    }
}

/// The effect of one instruction on the registers that hold a value.
fn transfer(node: &Node, full: &RegSet, set: &mut RegSet) {
    // Registers that are not tracked are temporaries, which the compiler reads only when set.
    let copies_unset = node.op == Op::mov && full.contains(node.b) && !set.contains(node.b);
    match node.op.info().range {
        // The callee's frame lies above the callee.
        Range::window | Range::window_ex => set.truncate(node.a),
        _ => {}
    }
    writes(node.op, node.a, node.b, node.c, |r, n| set.insert(r, n));
    match node.op {
        Op::mov if copies_unset => set.remove(node.a, 1),
        Op::clear | Op::delete_local => set.remove(node.a, 1),
        Op::check_bound => set.insert(node.a, 1),
        Op::make_cell => set.remove(node.b, 1),
        _ => {}
    }
}

/// The words of a code object that are instructions.
pub fn places(code: &CodeObject) -> Vec<u32> {
    let mut places = Vec::with_capacity(code.words.len());
    let mut pool = code.pool.iter().peekable();
    let mut at = 0;
    while at < code.words.len() as u32 {
        if let Some(slot) = pool.next_if(|s| s.at == at) {
            at = at.saturating_add(slot.entry.words());
            continue;
        }
        places.push(at);
        at += 1;
    }
    places
}

/// The instructions of a code object as nodes, with their word indices.
pub fn nodes(code: &CodeObject) -> (Vec<Node>, Vec<u32>) {
    let places = places(code);
    let mut index = vec![NONE; code.words.len()];
    for (i, at) in places.iter().enumerate() {
        index[*at as usize] = i as u32;
    }
    let place = |at: i64| {
        usize::try_from(at)
            .ok()
            .and_then(|i| index.get(i))
            .copied()
            .unwrap_or(NONE)
    };
    let node = |&at: &u32| {
        let w = code.words[at as usize];
        let op = Op::from_u8(word::op(w)).unwrap_or(Op::halt);
        let target = match op {
            Op::jump_far => place(at as i64 + word::far(w) as i64),
            _ if op.jumps() => place(at as i64 + word::c(w) as i16 as i64),
            _ => NONE,
        };
        let handler = code.handler_at(at);
        let (height, lasti) = handler.map_or((0, false), |h| (h.height, h.lasti));
        let handler = handler.map_or(NONE, |h| place(h.target as i64));
        Node {
            op,
            a: word::a(w),
            b: word::b(w),
            c: word::c(w),
            target,
            handler,
            height,
            lasti,
        }
    };
    (places.iter().map(node).collect(), places)
}
