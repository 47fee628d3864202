//! What the members of a loop do, without regard to where: which slots they write and
//! which memory. Decides what may be kept in parameters across iterations.

use std::collections::{BTreeMap, BTreeSet, HashSet};

use crate::ir::{AliasClass, ClassSet, Entry, Field, Imm, Inst, Op, Ref, SnapId, Ty};
use crate::tree::{Raw, Tree};

/// Class of object headers: a store to it changes shapes.
pub const HEADERS: AliasClass = AliasClass(0);

/// See the module.
#[derive(Default, Debug)]
pub struct Summary {
    /// Slots that differ at the end of some member that comes back to the header.
    pub slots: BTreeSet<i32>,
    /// Slots that differ at the end of any member of the tree that comes to any header.
    pub restart_slots: BTreeSet<i32>,
    /// Members that come to the start of a first iteration, not to the header: they change
    /// what the loop holds invariant, typically since they go round an outer loop, or they
    /// lead to another loop.
    pub outer: Vec<bool>,
    /// What members leave in slots, where it is always a number or boolean of one type.
    pub types: BTreeMap<i32, Option<Ty>>,
    /// Slots to which some member adds a positive constant.
    pub counters: BTreeSet<i32>,
    /// Fields that are stored.
    pub fields: HashSet<Field>,
    /// Classes of items that are stored.
    pub items: ClassSet,
    /// Memory that calls read.
    pub call_reads: ClassSet,
    /// Memory that calls write.
    pub call_writes: ClassSet,
}

/// What a path from the header back to it leaves in slots: the trace and its value.
type Dirty<'a> = BTreeMap<i32, (&'a Raw, Ref)>;

impl Summary {
    /// Looks at all members of the loop with this root.
    pub fn new(tree: &Tree, root: u32) -> Summary {
        let mut s = Summary::default();
        let root_writes = call_writes(tree.member(root));
        let root_dirty = path_dirty(tree, root);
        let reads = read_slots(tree.member(root));
        for m in 0..=tree.bridges.len() as u32 {
            let dirty = path_dirty(tree, m);
            if tree.target(m).is_some() {
                s.restart_slots.extend(dirty.keys());
            }
            if tree.loop_of(m) != root || tree.target(m) != Some(root) {
                s.outer.push(true);
                continue;
            }
            let path = path(tree, m);
            let writes = path
                .iter()
                .fold(ClassSet::NONE, |w, m| w.or(call_writes(tree.member(*m))));
            let breaks = |(slot, (raw, r)): (&i32, &(&Raw, Ref))| {
                reads.contains(slot)
                    && !root_dirty.contains_key(slot)
                    && boxed_ty(raw, *r).is_none()
            };
            let outer = m != root && (writes.0 & !root_writes.0 != 0 || dirty.iter().any(breaks));
            s.outer.push(outer);
            if !outer {
                path.iter().for_each(|m| s.add_effects(tree.member(*m)));
                s.add_slots(&dirty);
            }
        }
        s
    }

    fn add_slots(&mut self, dirty: &Dirty) {
        for (slot, (raw, r)) in dirty {
            self.slots.insert(*slot);
            if counts_up(raw, *r) {
                self.counters.insert(*slot);
            }
            let ty = boxed_ty(raw, *r);
            let old = self.types.entry(*slot).or_insert(ty);
            *old = old.filter(|t| Some(*t) == ty);
        }
    }

    fn add_effects(&mut self, raw: &Raw) {
        let f = &raw.func;
        for r in f.blocks.iter().flat_map(|b| &b.insts) {
            match f.inst(*r).imm {
                // What is stored in a new object nobody has known before.
                Imm::Field(_) if f.inst(*r).op == Op::SetField && is_new(f, *r) => {}
                Imm::Field(x) if f.inst(*r).op == Op::SetField => {
                    self.fields.insert(x.place());
                }
                Imm::Items(x) if f.inst(*r).op == Op::SetItem => {
                    self.items = self.items.or(ClassSet::of(x.class));
                }
                Imm::Call(d) => self.call_reads = self.call_reads.or(d.effects.closed().reads),
                Imm::Code { .. } => self.call_reads = ClassSet::ALL,
                _ => {}
            }
        }
        self.call_writes = self.call_writes.or(call_writes(raw));
    }

    /// May any member write this field of some object?
    pub fn writes(&self, f: Field) -> bool {
        !f.immutable
            && (self.call_writes.has(f.class)
                || self.items.has(f.class)
                || self.fields.iter().any(|x| overlap(*x, f)))
    }

    /// May a field be kept in a parameter while the loop runs?
    pub fn promotable(&self, f: Field) -> bool {
        self.fields.contains(&f)
            && !self.call_reads.has(f.class)
            && !self.call_writes.has(f.class)
            && !self.items.has(f.class)
    }

    /// May any member change shapes?
    pub fn writes_headers(&self) -> bool {
        self.call_writes.has(HEADERS) || self.fields.iter().any(|f| f.class == HEADERS)
    }
}

/// Does a store go to an object that is made in the same trace?
fn is_new(f: &crate::ir::Func, store: Ref) -> bool {
    f.inst(f.args(store)[0]).op == Op::New
}

/// Memory that a trace's calls write.
fn call_writes(raw: &Raw) -> ClassSet {
    let f = &raw.func;
    let insts = f.blocks.iter().flat_map(|b| &b.insts);
    insts.fold(ClassSet::NONE, |w, r| match f.inst(*r).imm {
        Imm::Call(d) => w.or(d.effects.closed().writes),
        Imm::Code { .. } => ClassSet::ALL,
        _ => w,
    })
}

/// Slots that a trace reads as they were at its start.
fn read_slots(raw: &Raw) -> BTreeSet<i32> {
    let f = &raw.func;
    let insts = f.blocks.iter().flat_map(|b| &b.insts);
    insts
        .filter_map(|r| match f.inst(*r) {
            Inst {
                op: Op::Slot,
                imm: Imm::Index(n),
                ..
            } => Some(*n),
            _ => None,
        })
        .collect()
}

/// The members from their loop's root to `m`.
fn path(tree: &Tree, mut m: u32) -> Vec<u32> {
    let mut out = vec![m];
    while let Some(at) = tree.start(m) {
        m = at.member;
        out.push(m);
    }
    out.reverse();
    out
}

/// What the slots hold at the end of `m`, where it came all the way from the header.
fn path_dirty(tree: &Tree, m: u32) -> Dirty<'_> {
    let mut dirty = Dirty::new();
    let path = path(tree, m);
    for (n, member) in path.iter().enumerate() {
        let raw = &**tree.member(*member);
        let snap = match path.get(n + 1) {
            Some(next) => tree.start(*next).map(|at| SnapId(at.snap)),
            None => raw.end_snap(),
        };
        let Some(snap) = snap.and_then(|s| raw.func.snaps.get(s.0 as usize)) else {
            continue;
        };
        for (slot, e) in &snap.slots {
            if let Entry::Ref(r) = e
                && !is_slot(raw, *slot, *r)
            {
                dirty.insert(*slot, (raw, *r));
            }
        }
        dirty.retain(|s, _| snap.live.binary_search(s).is_ok());
    }
    dirty
}

/// Does the slot hold what it held at the start?
fn is_slot(raw: &Raw, slot: i32, r: Ref) -> bool {
    let i = raw.func.inst(r);
    i.op == Op::Slot && matches!(i.imm, Imm::Index(n) if n == slot)
}

/// Type of the unboxed value, if the word was boxed in this trace.
fn boxed_ty(raw: &Raw, r: Ref) -> Option<Ty> {
    match raw.func.inst(r).op {
        Op::BoxInt => Some(Ty::Int),
        Op::BoxFloat => Some(Ty::Float),
        Op::BoxBool => Some(Ty::Bool),
        _ => None,
    }
}

/// Is it the box of a sum with a positive constant?
fn counts_up(raw: &Raw, r: Ref) -> bool {
    let f = &raw.func;
    let inside = |op: Op, r: Ref| (f.inst(r).op == op).then(|| f.args(r).to_vec());
    inside(Op::BoxInt, r)
        .and_then(|a| inside(Op::IntAdd, a[0]))
        .is_some_and(|a| a.iter().any(|x| f.int_const(*x).is_some_and(|c| c > 0)))
}

/// May two fields of one object share bytes?
pub fn overlap(a: Field, b: Field) -> bool {
    let end = |f: Field| f.offset as i64 + f.kind.size() as i64;
    a.class == b.class && (a.offset as i64) < end(b) && (b.offset as i64) < end(a)
}
