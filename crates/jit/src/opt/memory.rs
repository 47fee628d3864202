//! Memory: loads are forwarded from what is known, stores to promoted fields wait, and
//! objects are not allocated before somebody else can see them.

use super::state::{Cx, Key, Loc, NO, Res, VirtualObject};
use super::summary::{HEADERS, overlap};
use crate::ir::{ClassSet, Effects, Field, Imm, Op, Ref, Ty};

impl Cx<'_> {
    /// A read or write of a field or item.
    pub fn memory(&mut self, op: Op, imm: Imm, mut a: Vec<Ref>) -> Res<Ref> {
        let value = matches!(op, Op::SetField | Op::SetItem).then(|| a[a.len() - 1]);
        let loc = match imm {
            Imm::Field(f) => Loc::field(a[0], f),
            Imm::Items(x) => match self.out.int_const(a[1]) {
                Some(n) => match i64::try_from(n).ok().and_then(|n| x.field(n)) {
                    Some(f) => return self.field_of_item(f, a[0], value),
                    None => Loc::item(a[0], x, a[1]),
                },
                None => Loc::item(a[0], x, a[1]),
            },
            Imm::Index(slot) => return self.header_word(slot, &a),
            _ => return Ok(self.append(op, imm, &a, false)),
        };
        if let Some(v) = self.as_virtual(a[0]) {
            if loc.index.is_none() {
                return self.virtual_access(v, loc.field, value);
            }
            a[0] = self.real(a[0])?;
            return self.memory(op, imm, a);
        }
        match value {
            None => self.load(loc, op, imm, &a),
            Some(v) => self.store(loc, op, imm, a, v),
        }
    }

    /// A word of the header of a frame that is about to be called. By the first one all
    /// that can be seen from there is in memory: behind the call it is too late to leave.
    fn header_word(&mut self, slot: i32, a: &[Ref]) -> Res<Ref> {
        if self.st.heading.replace(slot) != Some(slot - 1) {
            self.show_slots(slot)?;
            self.flush_all()?;
        }
        let v = self.real(a[0])?;
        self.st.shown.remove(&slot);
        Ok(self.append(Op::SetSlot, Imm::Index(slot), &[v], false))
    }

    /// Items at constant indices are fields.
    fn field_of_item(&mut self, f: Field, object: Ref, value: Option<Ref>) -> Res<Ref> {
        match value {
            None => self.emit(Op::GetField, Imm::Field(f), &[object]),
            Some(v) => self.emit(Op::SetField, Imm::Field(f), &[object, v]),
        }
    }

    fn virtual_access(&mut self, v: Ref, field: Field, value: Option<Ref>) -> Res<Ref> {
        let zero = super::header::zero(field.kind.ty());
        let mixed = |o: &VirtualObject| o.fields.keys().any(|f| *f != field && overlap(*f, field));
        if self.st.virtuals.get(&v).is_some_and(mixed) {
            let real = self.real(v)?;
            return self.field_of_item(field, real, value);
        }
        let Some(object) = self.st.virtuals.get_mut(&v) else {
            return Ok(NO);
        };
        if let Some(x) = value {
            if let (HEADERS, Some(shape)) = (field.class, self.out.int_const(x)) {
                object.header = object.header >> 32 << 32 | shape as u32 as u64;
                return Ok(NO);
            }
            if field.class == HEADERS {
                // A header changes only by code that knows the object: give up on it.
                let real = self.real(v)?;
                return self.emit(Op::SetField, Imm::Field(field), &[real, x]);
            }
            object.fields.insert(field, x);
            return Ok(NO);
        }
        match object.fields.get(&field) {
            Some(x) => {
                let x = *x;
                Ok(self.resolve(x))
            }
            None => Ok(self.out.constant(zero)),
        }
    }

    fn load(&mut self, loc: Loc, op: Op, imm: Imm, a: &[Ref]) -> Res<Ref> {
        if let Some(r) = self.st.heap.get(&loc) {
            return Ok(self.resolve(*r));
        }
        if !loc.field.immutable {
            self.flush_if(|cx, d| cx.may_alias(*d, loc))?;
        }
        let r = self.append(op, imm, a, false);
        self.st.heap.insert(loc, r);
        Ok(r)
    }

    fn store(&mut self, loc: Loc, op: Op, imm: Imm, mut a: Vec<Ref>, v: Ref) -> Res<Ref> {
        let promoted = self
            .nest()
            .header
            .as_ref()
            .is_some_and(|h| h.promotes(&loc));
        let waits = self.st.inside && promoted;
        if !waits
            && self
                .st
                .heap
                .get(&loc)
                .is_some_and(|x| self.resolve(*x) == v)
        {
            // Memory holds it already.
            if !self.st.dirty.contains(&loc) {
                return Ok(NO);
            }
        }
        self.flush_if(|cx, d| *d != loc && cx.may_alias(*d, loc))?;
        let clobbered: Vec<Loc> = self
            .st
            .heap
            .keys()
            .filter(|k| **k != loc && self.may_alias(**k, loc))
            .copied()
            .collect();
        for k in clobbered {
            self.st.heap.remove(&k);
        }
        if loc.field.class == HEADERS {
            self.forget_shapes();
        }
        if waits {
            self.st.heap.insert(loc, v);
            self.st.dirty.insert(loc);
            return Ok(NO);
        }
        let v = self.real(v)?;
        if let Some(last) = a.last_mut() {
            *last = v;
        }
        let imm = self.barrier_for(imm, v);
        self.append(op, imm, &a, false);
        self.st.heap.insert(loc, v);
        self.st.dirty.remove(&loc);
        Ok(NO)
    }

    /// Words that are not addresses need no write barrier.
    fn barrier_for(&self, imm: Imm, v: Ref) -> Imm {
        use super::facts::Word;
        let plain = matches!(self.word(v), Some(Word::Int | Word::Bool))
            || self.out.lit(v).is_some_and(
                |l| matches!(l, crate::ir::Lit::Value(b) if b.word().is_some_and(|w| !w.is_ptr())),
            );
        match imm {
            Imm::Field(f) if plain => Imm::Field(Field {
                barrier: false,
                ..f
            }),
            Imm::Items(f) if plain => Imm::Items(crate::ir::Items {
                barrier: false,
                ..f
            }),
            imm => imm,
        }
    }

    /// The field with the barrier that storing an arbitrary value in it needs.
    pub fn stored_field(&self, f: Field) -> Field {
        let barrier = matches!(f.kind.ty(), Ty::Value | Ty::Ref);
        Field { barrier, ..f }
    }

    /// May two places be the same memory?
    pub fn may_alias(&self, a: Loc, b: Loc) -> bool {
        if a.field.class != b.field.class || a.field.immutable != b.field.immutable {
            return false;
        }
        if self.different(a.object, b.object) {
            return false;
        }
        match (a.index, b.index) {
            (None, None) => overlap(a.field, b.field),
            (Some(i), Some(j)) => i == j || !self.different_ints(i, j),
            _ => true,
        }
    }

    /// Are two integers known to differ?
    fn different_ints(&self, i: Ref, j: Ref) -> bool {
        let split = |r: Ref| match self.out.inst(r).op {
            Op::IntAdd => match self.out.args(r) {
                [x, c] => self.out.int_const(*c).map_or((r, 0), |c| (*x, c)),
                _ => (r, 0),
            },
            _ => (r, 0),
        };
        let (x, y) = (split(i), split(j));
        x.0 == y.0 && x.1 != y.1
    }

    /// Are two objects known to be different?
    fn different(&self, a: Ref, b: Ref) -> bool {
        if a == b {
            return false;
        }
        let fresh = |x: Ref, before: Ref| self.out.inst(x).op == Op::New && before < x;
        let constants = self.out.lit(a).is_some() && self.out.lit(b).is_some();
        let shapes = matches!((self.shape(a), self.shape(b)), (Some(x), Some(y)) if x != y);
        constants
            || shapes
            || fresh(a, b)
            || fresh(b, a)
            || self.st.distinct.contains(&(a.min(b), a.max(b)))
    }

    /// Does the pending stores for which `which` holds.
    pub fn flush_if(&mut self, which: impl Fn(&Self, &Loc) -> bool) -> Res<()> {
        let due: Vec<Loc> = self
            .st
            .dirty
            .iter()
            .filter(|d| which(self, d))
            .copied()
            .collect();
        for loc in due {
            self.st.dirty.remove(&loc);
            let v = self.resolve(self.st.heap[&loc]);
            let v = self.real(v)?;
            let imm = self.barrier_for(Imm::Field(self.stored_field(loc.field)), v);
            self.append(Op::SetField, imm, &[loc.object, v], false);
        }
        Ok(())
    }

    /// Does all pending stores.
    pub fn flush_all(&mut self) -> Res<()> {
        self.flush_if(|_, _| true)
    }

    /// An allocation.
    pub fn alloc(&mut self, imm: Imm) -> Res<Ref> {
        let Imm::Header(header) = imm else {
            return Ok(NO);
        };
        if !self.options.virtuals {
            return Ok(self.append(Op::New, imm, &[], false));
        }
        let r = self.out.make(Op::New, Ty::Ref, imm, &[], None);
        self.st.virtuals.insert(
            r,
            VirtualObject {
                header,
                fields: Default::default(),
            },
        );
        Ok(r)
    }

    /// The virtual object that a value is, or is the word of.
    pub fn as_virtual(&self, r: Ref) -> Option<Ref> {
        if self.st.virtuals.is_empty() {
            return None;
        }
        if self.st.virtuals.contains_key(&r) {
            return Some(r);
        }
        if self.out.inst(r).op != Op::BoxRef {
            return None;
        }
        let x = self.resolve(self.out.args(r)[0]);
        self.st.virtuals.contains_key(&x).then_some(x)
    }

    /// The value as it can be seen by others: virtual objects in it are allocated.
    pub fn real(&mut self, r: Ref) -> Res<Ref> {
        let r = self.resolve(r);
        if self.st.boxes.contains(&r) {
            return Ok(self.place_box(r));
        }
        let Some(v) = self.as_virtual(r) else {
            return Ok(r);
        };
        // Everything that becomes visible with it, then the stores.
        let mut found = vec![v];
        let mut n = 0;
        while n < found.len() {
            let fields: Vec<Ref> = self.st.virtuals[&found[n]]
                .fields
                .values()
                .copied()
                .collect();
            for x in fields {
                let x = self.resolve(x);
                match self.as_virtual(x) {
                    Some(y) if !found.contains(&y) => found.push(y),
                    None if self.st.boxes.contains(&x) => {
                        self.place_box(x);
                    }
                    _ => {}
                }
            }
            n += 1;
        }
        let alone = found.len() == 1;
        let mut objects = vec![];
        for v in found {
            if let Some(o) = self.st.virtuals.remove(&v) {
                let real = self.append(Op::New, Imm::Header(o.header), &[], false);
                self.learn(real).shape = Some(o.header as u32);
                self.learn(real).bound = true;
                self.st.alias.insert(v, real);
                self.realias_box(v, real);
                objects.push((real, o));
            }
        }
        for (real, o) in objects {
            for (field, x) in o.fields {
                let x = self.resolve(x);
                let mut f = self.stored_field(field);
                f.barrier &= !alone;
                self.append(Op::SetField, Imm::Field(f), &[real, x], false);
                self.st.heap.insert(Loc::field(real, field), x);
            }
        }
        Ok(self.resolve(r))
    }

    /// Boxes a number, since its word is needed.
    fn place_box(&mut self, r: Ref) -> Ref {
        let op = self.out.inst(r).op;
        let x = self.resolve(self.out.args(r)[0]);
        let new = self.append(op, Imm::No, &[x], op == Op::BoxInt);
        self.st.boxes.remove(&r);
        self.st.alias.insert(r, new);
        new
    }

    /// The word of a virtual object was no instruction; now it is.
    fn realias_box(&mut self, v: Ref, real: Ref) {
        let key = Key::new(Op::BoxRef, Imm::No.key(), &[v]);
        if let Some(old) = key.and_then(|k| self.st.done.remove(&k)) {
            let new = self.append(Op::BoxRef, Imm::No, &[real], false);
            self.st.alias.insert(old, new);
            if let Some(k) = Key::new(Op::BoxRef, Imm::No.key(), &[real]) {
                self.st.done.insert(k, new);
            }
        }
    }

    /// A call, residual or to compiled code.
    pub fn call(&mut self, op: Op, imm: Imm, mut a: Vec<Ref>) -> Res<Ref> {
        let effects = match imm {
            Imm::Call(d) => d.effects.closed(),
            _ => Effects::ANY,
        };
        for x in &mut a {
            *x = self.real(*x)?;
        }
        let key = Key::new(op, imm.key(), &a).filter(|_| effects.elidable);
        if let Some(r) = key.and_then(|k| self.st.done.get(&k)) {
            return Ok(self.resolve(*r));
        }
        if matches!(imm, Imm::Call(d) if d.frame) {
            self.show_slots(i32::MAX)?;
        }
        let touched = effects.reads.or(effects.writes);
        self.flush_if(|_, d| touched.has(d.field.class))?;
        let framed = matches!(imm, Imm::Call(d) if d.frame);
        let snap = op == Op::CallCode || framed || effects.can_raise || effects.can_reenter;
        let r = self.append(op, imm, &a, snap);
        self.after_call(effects);
        if framed || effects.can_reenter {
            // Frames that ran meanwhile lay above the running one.
            let top = self.replay.snap.filter(|_| framed);
            let top = top.map_or(0, |id| self.replay.raw.func.snap(id).top);
            self.st.shown.retain(|slot, _| *slot < top);
        }
        if let Imm::Code { at, .. } = imm {
            self.st.heading = None;
            // The callee's window lies on them.
            self.st.shown.retain(|slot, _| *slot < at);
        }
        if let Some(k) = key {
            self.st.done.insert(k, r);
        }
        Ok(r)
    }

    /// Writes the slots below one that others may look at.
    pub fn show_slots(&mut self, end: i32) -> Res<()> {
        for (slot, v) in self.shadow_now() {
            if slot >= end {
                break;
            }
            let v = self.real(v)?;
            let i = self.out.inst(v);
            let unchanged = i.op == Op::Slot && matches!(i.imm, Imm::Index(n) if n == slot);
            match self.st.shown.get(&slot) {
                Some(x) if *x != NO && self.resolve(*x) == v => continue,
                None if unchanged => continue,
                _ => {}
            }
            self.append(Op::SetSlot, Imm::Index(slot), &[v], false);
            self.st.shown.insert(slot, v);
        }
        Ok(())
    }

    fn after_call(&mut self, effects: Effects) {
        if effects.writes != ClassSet::NONE {
            self.st
                .heap
                .retain(|k, _| k.field.immutable || !effects.writes.has(k.field.class));
            if effects.writes.has(HEADERS) {
                self.forget_shapes();
            }
        }
        if effects.can_reenter {
            self.st.valid = false;
        }
        self.st.may_raise |= effects.can_raise;
    }
}
