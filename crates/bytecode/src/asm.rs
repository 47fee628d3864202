//! The assembler: from instructions with labels to words, pool and tables.
//!
//! Long code is cut into segments, each followed by its part of the pool and by stepping stones for jumps
//! that leave it, so that operands of 16 bits always reach.

use std::collections::HashMap;

use crate::code::{CodeObject, Handler, PoolEntry, PoolSlot, Position};
use crate::flow::{self, NONE, Node};
use crate::ops::{Op, Operand, flags};
use crate::{positions, word};

/// A place in the code, bound or still to be bound.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Label(pub u32);

/// An instruction before assembly.
#[derive(Debug, Clone, Copy)]
pub struct Ins {
    /// Opcode.
    pub op: Op,
    /// Operand.
    pub a: u16,
    /// Operand; ignored where the pool entry goes.
    pub b: u16,
    /// Operand; ignored where the target or the pool entry goes.
    pub c: u16,
    /// Target of a jump.
    pub target: Option<Label>,
    /// Pool operand.
    pub pool: Option<PoolEntry>,
    /// Source range.
    pub position: Position,
    /// Index of its exception handler.
    pub handler: Option<u32>,
}

/// An exception handler before assembly.
#[derive(Debug, Clone, Copy)]
pub struct Catch {
    /// Where it is.
    pub target: Label,
    /// Registers in use there.
    pub height: u16,
    /// Wants the raising instruction's index.
    pub lasti: bool,
}

/// Code under construction.
#[derive(Debug, Default)]
pub struct Asm {
    /// The instructions.
    pub ins: Vec<Ins>,
    /// The instruction index of each label; `NONE` while unbound.
    pub labels: Vec<u32>,
    /// The exception handlers.
    pub catches: Vec<Catch>,
}

/// Instructions in a segment: with stepping stones and pool all distances fit 16 bits.
const SEGMENT: usize = 12_000;

impl Asm {
    /// A new unbound label.
    pub fn label(&mut self) -> Label {
        self.labels.push(NONE);
        Label(self.labels.len() as u32 - 1)
    }
    /// Binds a label to the next instruction.
    pub fn bind(&mut self, label: Label) {
        self.labels[label.0 as usize] = self.ins.len() as u32;
    }
    /// The instruction index of a label.
    pub fn place(&self, label: Label) -> u32 {
        self.labels[label.0 as usize]
    }
    /// Removes the instructions that `dead` marks; labels move to the next that stays.
    pub fn remove(&mut self, dead: &[bool]) {
        let mut moved = Vec::with_capacity(dead.len() + 1);
        let mut kept = 0;
        for &d in dead {
            moved.push(kept);
            kept += !d as u32;
        }
        moved.push(kept);
        for place in self.labels.iter_mut().filter(|p| **p != NONE) {
            *place = moved[*place as usize];
        }
        let mut flags = dead.iter();
        self.ins.retain(|_| !*flags.next().unwrap_or(&false));
    }
    /// Moves the instructions from `from` to the end to place `to`; no label is bound among them.
    pub fn rotate(&mut self, to: usize, from: usize) {
        let moved = (self.ins.len() - from) as u32;
        self.ins[to..].rotate_right(moved as usize);
        for place in self
            .labels
            .iter_mut()
            .filter(|p| **p != NONE && **p >= to as u32)
        {
            *place += moved;
        }
    }
    /// The instructions for the analyses.
    pub fn nodes(&self) -> Vec<Node> {
        let node = |i: &Ins| {
            let catch = i.handler.map(|h| self.catches[h as usize]);
            Node {
                op: i.op,
                a: i.a,
                b: i.b,
                c: i.c,
                target: i.target.map_or(NONE, |l| self.place(l)),
                handler: catch.map_or(NONE, |c| self.place(c.target)),
                height: catch.map_or(0, |c| c.height),
                lasti: catch.is_some_and(|c| c.lasti),
            }
        };
        self.ins.iter().map(node).collect()
    }
    /// Lays out the code and fills `words`, `pool`, `handlers`, `positions` and `heights` of a code object
    /// whose registers are known. Every path must end in an instruction that does not fall through.
    pub fn finish(&self, code: &mut CodeObject) {
        let first = code.first_temp() as u16;
        let mut heights = vec![first; self.ins.len()];
        let nodes = self.nodes();
        let mut junk = Vec::new();
        flow::liveness(&nodes, first, code.nregs, |i, live| {
            heights[i] = first + live.height();
            junk.extend(flow::junk(&nodes[i], first, heights[i], live).map(|r| (i, r)));
        });
        let mut layout = Layout {
            asm: self,
            heights,
            at: Vec::new(),
            out: Output::default(),
        };
        layout.run();
        let out = layout.out;
        junk.sort_unstable();
        code.junk = junk.iter().map(|(i, r)| (out.place[*i], *r)).collect();
        code.handlers = out.handlers(self).into();
        code.words = out.words.into();
        code.pool = out.pool.into();
        code.positions = positions::encode(&out.positions);
        code.heights = out.heights.into();
    }
}

/// The words so far and what belongs to each.
#[derive(Default)]
struct Output {
    words: Vec<u64>,
    pool: Vec<PoolSlot>,
    positions: Vec<Position>,
    heights: Vec<u16>,
    catches: Vec<Option<u32>>,
    /// Word index of each instruction.
    place: Vec<u32>,
}

impl Output {
    fn push(&mut self, word: u64, position: Position, height: u16, catch: Option<u32>) {
        self.words.push(word);
        self.positions.push(position);
        self.heights.push(height);
        self.catches.push(catch);
    }
    fn handlers(&self, asm: &Asm) -> Vec<Handler> {
        let mut all: Vec<Handler> = Vec::new();
        for (at, catch) in self.catches.iter().enumerate() {
            let Some(catch) = catch.map(|c| asm.catches[c as usize]) else {
                continue;
            };
            let target = self.place[asm.place(catch.target) as usize];
            let (height, lasti) = (catch.height, catch.lasti);
            match all.last_mut() {
                Some(h)
                    if h.end == at as u32
                        && (h.target, h.height, h.lasti) == (target, height, lasti) =>
                {
                    h.end += 1
                }
                _ => all.push(Handler {
                    start: at as u32,
                    end: at as u32 + 1,
                    target,
                    height,
                    lasti,
                }),
            }
        }
        all
    }
}

struct Layout<'a> {
    asm: &'a Asm,
    heights: Vec<u16>,
    /// Segment boundaries: first instruction of each, and the end.
    at: Vec<usize>,
    out: Output,
}

/// Operands to be filled when all places are known: word, target instruction.
struct Fixups {
    jumps: Vec<(usize, u32)>,
    far: Vec<(usize, u32)>,
}

impl Layout<'_> {
    fn run(&mut self) {
        let n = self.asm.ins.len();
        self.at = (0..n).step_by(SEGMENT).chain([n]).collect();
        self.out.place = vec![0; n];
        let mut fixups = Fixups {
            jumps: Vec::new(),
            far: Vec::new(),
        };
        for s in 0..self.at.len() - 1 {
            self.segment(self.at[s], self.at[s + 1], &mut fixups);
        }
        for (at, target) in fixups.jumps {
            let distance = self.out.place[target as usize] as i32 - at as i32;
            self.out.words[at] |= (distance as u16 as u64) << 48;
        }
        for (at, target) in fixups.far {
            let distance = self.out.place[target as usize] as i32 - at as i32;
            self.out.words[at] |= (distance as u32 as u64) << 32;
        }
    }

    fn segment(&mut self, start: usize, end: usize, fixups: &mut Fixups) {
        let asm = self.asm;
        let mut pool = Pool::default();
        let mut pool_uses = Vec::new();
        let mut stones: Vec<(usize, u32)> = Vec::new();
        for (i, ins) in asm.ins.iter().enumerate().take(end).skip(start) {
            let at = self.out.words.len();
            self.out.place[i] = at as u32;
            let info = ins.op.info();
            let in_b = is_pool(info.operands[1]);
            let (b, c) = match (ins.pool, ins.target) {
                (Some(_), _) if in_b => (0, 0),
                (Some(_), _) | (_, Some(_)) => (ins.b, 0),
                _ => (ins.b, ins.c),
            };
            if let Some(entry) = ins.pool {
                pool_uses.push((at, if in_b { 32 } else { 48 }, pool.add(entry)));
            }
            if let Some(label) = ins.target {
                let target = asm.place(label);
                if (start..end).contains(&(target as usize)) {
                    fixups.jumps.push((at, target));
                } else {
                    stones.push((at, target));
                }
            }
            self.out.push(
                word::pack(ins.op, ins.a, b, c),
                ins.position,
                self.heights[i],
                ins.handler,
            );
        }
        if end < asm.ins.len() && !asm.ins[end - 1].op.has(flags::stop) {
            fixups.far.push((self.out.words.len(), end as u32));
            let (last, height) = (asm.ins[end - 1], self.heights[end]);
            self.out.push(
                word::pack(Op::jump_far, 0, 0, 0),
                last.position,
                height,
                None,
            );
        }
        for (from, target) in stones {
            let at = self.out.words.len();
            self.out.words[from] |= ((at - from) as u64) << 48;
            fixups.far.push((at, target));
            let position = asm.ins[target as usize].position;
            self.out.push(
                word::pack(Op::jump_far, 0, 0, 0),
                position,
                self.heights[target as usize],
                None,
            );
        }
        let base = self.out.words.len();
        for (at, shift, offset) in pool_uses {
            self.out.words[at] |= ((base + offset as usize - at) as u64) << shift;
        }
        for &(offset, entry) in &pool.entries {
            self.out.pool.push(PoolSlot {
                at: base as u32 + offset,
                entry,
            });
        }
        for _ in 0..pool.words {
            self.out.push(0, Position::default(), 0, None);
        }
    }
}

fn is_pool(kind: Operand) -> bool {
    matches!(
        kind,
        Operand::Const | Operand::Name | Operand::Attr | Operand::Global | Operand::Keywords
    )
}

/// The pool of one segment. Constants, names and global caches are shared by all uses.
#[derive(Default)]
struct Pool {
    entries: Vec<(u32, PoolEntry)>,
    shared: HashMap<PoolEntry, u32>,
    words: u32,
}

impl Pool {
    fn add(&mut self, entry: PoolEntry) -> u32 {
        let sharable = matches!(
            entry,
            PoolEntry::Const(_) | PoolEntry::Name(_) | PoolEntry::Global(_)
        );
        if sharable && let Some(&at) = self.shared.get(&entry) {
            return at;
        }
        let at = self.words;
        self.words += entry.words();
        self.entries.push((at, entry));
        if sharable {
            self.shared.insert(entry, at);
        }
        at
    }
}
