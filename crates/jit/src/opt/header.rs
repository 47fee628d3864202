//! The loop's header: which slots and fields become parameters, their types, and jumping
//! to it.

use std::collections::{BTreeMap, HashSet};

use super::facts::Word;
use super::state::{Cx, Halt, Loc, Res};
use crate::ir::{BlockId, Boxed, Imm, Lit, Op, Ref, Term, Ty};

/// What a parameter of the header holds.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, PartialOrd, Ord)]
pub enum Source {
    /// An interpreter slot.
    Slot(i32),
    /// A field of an object that the loop does not change.
    Place(Loc),
}

/// What earlier attempts have found out.
#[derive(Clone, Default, Debug)]
pub struct Decisions {
    /// Parameters, by loop, that members give values of different types: kept as tagged
    /// words.
    pub mixed: HashSet<(usize, Source)>,
    /// Slots that held non-negative integers when the root was recorded must do so at
    /// entry, so that they fit unsigned words.
    pub nonnegative: bool,
}

/// The header.
#[derive(Clone, Debug)]
pub struct Header {
    /// Its block.
    pub block: BlockId,
    /// Its parameters.
    pub params: BTreeMap<Source, Ref>,
}

impl Header {
    /// Is the place kept in a parameter?
    pub fn promotes(&self, loc: &Loc) -> bool {
        self.params.contains_key(&Source::Place(*loc))
    }
}

/// The zero of a type.
pub fn zero(ty: Ty) -> Lit {
    match ty {
        Ty::Int => Lit::Int(0),
        Ty::Float => Lit::Float(0.0),
        Ty::Bool => Lit::Bool(false),
        Ty::Ref => Lit::Ref(0),
        Ty::Value | Ty::None => Lit::Value(Boxed::Word(0)),
    }
}

impl Cx<'_> {
    /// Opens the first iteration as a loop of its own, if bridges may come back to it:
    /// until an iteration takes the root's path, nothing is known about the slots.
    pub fn open_restart(&mut self) -> Res<()> {
        if self.tree.bridges.is_empty() {
            return Ok(());
        }
        let (block, slots) = self.restart_of(0);
        for s in slots {
            self.slot(s)?;
        }
        self.entry = self.st.clone();
        self.go_to(0)?;
        self.begin_restart(0);
        debug_assert_eq!(self.cur, block);
        Ok(())
    }

    /// The start of a loop's first iteration, and the slots that it takes as parameters: all
    /// that the tree writes anywhere.
    fn restart_of(&mut self, l: usize) -> (BlockId, Vec<i32>) {
        if let Some(r) = &self.loops[l].restart {
            return r.clone();
        }
        let written = self.loops[l].summary.restart_slots.iter().copied();
        let slots: Vec<i32> = written.filter(|s| self.is_live_at(l, *s)).collect();
        let block = self.out.add_block();
        for _ in &slots {
            self.out.add_param(block, Ty::Value);
        }
        if l != 0 {
            self.notes.merges.insert(block);
            self.queue.push(l);
        }
        self.loops[l].restart = Some((block, slots.clone()));
        (block, slots)
    }

    /// Opens a loop's first iteration. Nothing is known there but what holds in all of the
    /// tree.
    pub fn begin_restart(&mut self, l: usize) {
        let (block, slots) = self.restart_of(l);
        self.cur = block;
        self.st = self.entry.clone();
        self.st.nest = l;
        let shown = self.st.shown.values_mut();
        shown.for_each(|x| *x = super::state::NO);
        let summary = self.loops[l].summary.clone();
        let stale = |s: &i32| summary.restart_slots.contains(s);
        self.st.shadow.retain(|s, _| !stale(s));
        let params = self.out.block(block).params.clone();
        self.st.shadow.extend(slots.into_iter().zip(params));
    }

    /// Goes to the start of a loop's first iteration.
    pub fn go_to(&mut self, l: usize) -> Res<()> {
        let (block, slots) = self.restart_of(l);
        self.flush_all()?;
        let mut args = vec![];
        for s in slots {
            let v = self.slot(s)?;
            args.push(self.real(v)?);
        }
        self.out.block_mut(self.cur).end = Term::Jump(block, args);
        Ok(())
    }

    /// Ends the first copy of the loop's body and opens the header.
    pub fn open_header(&mut self) -> Res<()> {
        let slots: Vec<i32> = self.summary().slots.iter().copied().collect();
        for s in slots {
            if self.is_live_at(self.st.nest, s) {
                self.slot(s)?;
            }
        }
        let places = self.promoted_places()?;
        self.settle_virtuals(&places)?;
        self.forget_written(&places);

        let block = self.out.add_block();
        let mut header = Header {
            block,
            params: BTreeMap::new(),
        };
        let mut args = vec![];
        let mut sources: Vec<(Source, Ref)> = vec![];
        for (s, r) in &self.st.shadow {
            if self.summary().slots.contains(s) {
                sources.push((Source::Slot(*s), *r));
            }
        }
        sources.extend(places.iter().map(|l| (Source::Place(*l), self.st.heap[l])));
        sources.sort();
        let mut params = vec![];
        for (source, v) in sources {
            let v = self.resolve(v);
            let ty = self.param_ty(source, v);
            let a = self.coerce(v, ty)?;
            self.expect_not_negative(source, a)?;
            args.push(a);
            let p = self.out.add_param(block, ty);
            params.push((source, p));
        }
        self.jump_to(block, args);
        self.cur = block;
        self.st
            .shown
            .values_mut()
            .for_each(|x| *x = super::state::NO);
        for (source, p) in params {
            header.params.insert(source, p);
            self.bind_param(source, p)?;
        }
        let nest = self.st.nest;
        self.loops[nest].header = Some(header);
        self.st.inside = true;
        Ok(())
    }

    /// A counter that was not negative when the trace was recorded: guarded once, since
    /// bounds and divisions are cheaper then.
    fn expect_not_negative(&mut self, source: Source, a: Ref) -> Res<()> {
        let Source::Slot(s) = source else {
            return Ok(());
        };
        let failed = self.bridged_at_end();
        let counter = self.summary().counters.contains(&s) && self.out.ty(a) == Ty::Int;
        if counter && !failed && self.round().entered_with(s).is_some_and(|i| i >= 0) {
            let zero = self.out.constant(Lit::Int(0));
            let c = self.op(Op::IntLe, &[zero, a])?;
            self.op(Op::GuardTrue, &[c])?;
        }
        Ok(())
    }

    fn is_live_at(&self, l: usize, s: i32) -> bool {
        let raw = self.tree.member(self.loops[l].root);
        raw.end_snap()
            .is_some_and(|e| raw.func.snap(e).live.binary_search(&s).is_ok())
    }

    fn bind_param(&mut self, source: Source, p: Ref) -> Res<()> {
        match source {
            Source::Slot(s) => {
                let b = self.boxed(p)?;
                self.st.shadow.insert(s, b);
            }
            Source::Place(loc) => {
                let v = if loc.field.kind.ty() == Ty::Value {
                    self.boxed(p)?
                } else {
                    p
                };
                self.st.heap.insert(loc, v);
                self.st.dirty.insert(loc);
            }
        }
        Ok(())
    }

    /// Type of a header parameter: what its value is at the end of the first iteration.
    fn param_ty(&self, source: Source, v: Ref) -> Ty {
        let ty = self.out.ty(v);
        if ty != Ty::Value || self.decisions.mixed.contains(&(self.st.nest, source)) {
            return ty;
        }
        match self.word(v) {
            Some(Word::Object) => Ty::Value,
            Some(w) => w.ty(),
            None => self.expected_ty(source, v),
        }
    }

    /// Nothing is known about the value: expect what members leave there, unless that
    /// expectation has failed before.
    fn expected_ty(&self, source: Source, v: Ref) -> Ty {
        let failed = self.bridged_at_end();
        match source {
            Source::Slot(s) if !failed && !self.is_plain_word(v) => self
                .summary()
                .types
                .get(&s)
                .copied()
                .flatten()
                .unwrap_or(Ty::Value),
            _ => Ty::Value,
        }
    }

    /// The value as one of that type; leaves if it is not.
    fn coerce(&mut self, v: Ref, ty: Ty) -> Res<Ref> {
        let v = self.resolve(v);
        if self.out.ty(v) == ty {
            return self.real(v);
        }
        let (guard, unbox) = match ty {
            Ty::Int => (Op::GuardInt, Op::UnboxInt),
            Ty::Float => (Op::GuardFloat, Op::UnboxFloat),
            Ty::Bool => (Op::GuardBool, Op::UnboxBool),
            _ => (Op::GuardRef, Op::UnboxRef),
        };
        self.op(guard, &[v])?;
        self.op(unbox, &[v])
    }

    /// Jumps to the header from the end of a member.
    pub fn close(&mut self) -> Res<()> {
        let Some(header) = self.nest().header.clone() else {
            return Ok(());
        };
        self.flush_if(|_, d| !header.promotes(d))?;
        let mut args = vec![];
        for (source, p) in &header.params {
            let v = match source {
                Source::Slot(s) => self.slot(*s)?,
                Source::Place(loc) => match self.st.heap.get(loc) {
                    Some(v) => self.resolve(*v),
                    None => self.emit(Op::GetField, Imm::Field(loc.field), &[loc.object])?,
                },
            };
            let ty = self.out.ty(*p);
            let mixed = self.out.ty(v) == Ty::Value
                && ty != Ty::Value
                && (self.word(v).is_some_and(|w| w.ty() != ty) || self.is_plain_word(v));
            if mixed {
                self.decisions.mixed.insert((self.st.nest, *source));
                return Err(Halt::Restart);
            }
            args.push(self.coerce(v, ty)?);
        }
        self.jump_to(header.block, args);
        Ok(())
    }

    fn jump_to(&mut self, header: BlockId, args: Vec<Ref>) {
        if args.iter().any(|a| self.out.ty(*a) == Ty::Int) {
            // Integers may have to be brought into their parameter's class.
            let snap = self.snapshot();
            self.notes.edge_snaps.insert(self.cur, snap);
        }
        self.out.block_mut(self.cur).end = Term::Jump(header, args);
    }

    /// A constant that is neither a number nor an object.
    fn is_plain_word(&self, v: Ref) -> bool {
        self.out.lit(v).is_some() && self.word(v).is_none()
    }

    /// Places whose content becomes a parameter.
    fn promoted_places(&mut self) -> Res<Vec<Loc>> {
        if !self.options.promote {
            return Ok(vec![]);
        }
        let mut places: Vec<Loc> = self
            .st
            .heap
            .keys()
            .filter(|l| {
                l.index.is_none() && self.summary().promotable(l.field) && self.is_stable(l.object)
            })
            .copied()
            .collect();
        places.sort();
        self.separate(&places)?;
        Ok(places)
    }

    /// Does the loop see the same object under the same name in each iteration?
    fn is_stable(&self, r: Ref) -> bool {
        let args = self.out.args(r);
        let i = self.out.inst(r);
        match (i.op, i.imm) {
            (Op::Const, _) => true,
            (Op::Slot | Op::Param, _) => self
                .slot_behind(r)
                .is_some_and(|s| !self.summary().slots.contains(&s)),
            (Op::UnboxRef | Op::BoxRef, _) => self.is_stable(self.resolve(args[0])),
            (Op::GetField, Imm::Field(f)) => {
                !self.summary().writes(f) && self.is_stable(self.resolve(args[0]))
            }
            _ => false,
        }
    }

    /// Objects whose fields are promoted must not be one object: guarded once.
    fn separate(&mut self, places: &[Loc]) -> Res<()> {
        if self.bridged_at_end() {
            return Ok(());
        }
        for (n, a) in places.iter().enumerate() {
            for b in &places[n + 1..] {
                if a.object != b.object && self.may_alias(*a, *b) {
                    let same = self.op(Op::SameRef, &[a.object, b.object])?;
                    self.op(Op::GuardFalse, &[same])?;
                    let pair = (a.object.min(b.object), a.object.max(b.object));
                    self.st.distinct.insert(pair);
                }
            }
        }
        Ok(())
    }

    /// Drops what does not hold in every iteration.
    fn forget_written(&mut self, keep: &[Loc]) {
        let summary = self.nest().summary.clone();
        let items =
            |l: &Loc| summary.items.has(l.field.class) || summary.call_writes.has(l.field.class);
        self.st.heap.retain(|l, _| {
            keep.contains(l)
                || l.field.immutable
                || !(if l.index.is_some() {
                    items(l) || summary.fields.iter().any(|f| f.class == l.field.class)
                } else {
                    summary.writes(l.field)
                })
        });
        if summary.writes_headers() {
            self.forget_shapes();
        }
        self.st.valid = false;
    }

    /// Objects that live on in slots or promoted fields are allocated.
    fn settle_virtuals(&mut self, places: &[Loc]) -> Res<()> {
        let mut roots: Vec<Ref> = self.st.shadow.values().copied().collect();
        roots.extend(places.iter().map(|l| self.st.heap[l]));
        for r in roots {
            let r = self.resolve(r);
            if self.as_virtual(r).is_some() {
                self.real(r)?;
            }
        }
        self.st.virtuals.clear();
        Ok(())
    }
}
