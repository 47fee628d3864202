//! What the members of a tree do, without regard to where: which slots they write and
//! which memory. Decides what may be kept in parameters across iterations.

use std::collections::{BTreeMap, BTreeSet, HashSet};

use crate::ir::{AliasClass, ClassSet, Entry, Field, Imm, Op, Ref, Term, Ty};
use crate::tree::{Raw, Tree};

/// Class of object headers: a store to it changes shapes.
pub const HEADERS: AliasClass = AliasClass(0);

/// See the module.
#[derive(Default, Debug)]
pub struct Summary {
    /// Slots that differ at the end of some member that comes back to the header.
    pub slots: BTreeSet<i32>,
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

impl Summary {
    /// Looks at all members.
    pub fn new(tree: &Tree) -> Summary {
        let mut s = Summary::default();
        for raw in tree.members() {
            s.add(raw);
        }
        s
    }

    fn add(&mut self, raw: &Raw) {
        let f = &raw.func;
        for block in &f.blocks {
            for r in &block.insts {
                let i = f.inst(*r);
                match (i.op, i.imm) {
                    (Op::SetField, Imm::Field(x)) => {
                        self.fields.insert(x.place());
                    }
                    (Op::SetItem, Imm::Items(x)) => {
                        self.items = self.items.or(ClassSet::of(x.class));
                    }
                    (Op::Call, Imm::Call(d)) => {
                        self.call_reads = self.call_reads.or(d.effects.reads);
                        self.call_writes = self.call_writes.or(d.effects.writes);
                    }
                    (Op::CallCode, _) => {
                        self.call_reads = ClassSet::ALL;
                        self.call_writes = ClassSet::ALL;
                    }
                    _ => {}
                }
            }
        }
        if let Term::Loop(s) = raw.end() {
            for (slot, e) in &f.snap(*s).slots {
                if let Entry::Ref(r) = e
                    && !is_slot(raw, *slot, *r)
                {
                    self.slots.insert(*slot);
                    if counts_up(raw, *r) {
                        self.counters.insert(*slot);
                    }
                    let ty = boxed_ty(raw, *r);
                    let old = self.types.entry(*slot).or_insert(ty);
                    *old = old.filter(|t| Some(*t) == ty);
                }
            }
        }
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
