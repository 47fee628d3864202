//! Replaying raw traces: the root twice, each bridge from the state at its guard.

use std::rc::Rc;

use super::Abort;
use super::state::{Cx, Halt, NO, Replay, Res, Waiting};
use crate::ir::{
    Entry, Imm, Lit, Op, Origin, PendingStore, Ref, SnapId, Snapshot, Term, Ty, Virtual,
};
use crate::tree::{Seen, TreeKind};

impl Cx<'_> {
    /// Builds the whole function.
    pub fn build(&mut self) -> Res<()> {
        match self.tree.kind.clone() {
            TreeKind::Loop => self.build_loop()?,
            TreeKind::Function(args) => {
                for (n, ty) in args.iter().enumerate() {
                    let imm = Imm::Index(n as i32);
                    let a = self.out.push(self.cur, Op::Arg, *ty, imm, &[], None);
                    let boxed = self.boxed(a)?;
                    self.st.shadow.insert(n as i32, boxed);
                }
                self.st.inside = true;
                self.whole(0)?;
            }
        }
        let mut n = 0;
        while n < self.waiting.len() {
            let Waiting {
                member,
                block,
                state,
            } = &self.waiting[n];
            let (member, block) = (*member, *block);
            self.st = state.clone();
            self.cur = block;
            self.whole(member)?;
            n += 1;
        }
        Ok(())
    }

    fn build_loop(&mut self) -> Res<()> {
        if !matches!(self.tree.root.end(), Term::Loop(_)) {
            return self.whole(0);
        }
        if self.options.peel {
            self.open_restart()?;
            match self.member(0) {
                // The first iteration leaves: there is no loop to open.
                Err(Halt::Leave) => return Ok(()),
                r => r?,
            }
        } else {
            self.start(0);
            self.shadow_from_slots()?;
        }
        self.open_header()?;
        self.whole(0)
    }

    /// Without peeling: the header's state is what the slots hold.
    fn shadow_from_slots(&mut self) -> Res<()> {
        let raw = self.replay.raw.clone();
        let Some(end) = raw.end_snap() else {
            return Ok(());
        };
        for s in &raw.func.snap(end).live {
            self.slot(*s)?;
        }
        self.replay.snap = Some(end);
        self.replay.init = Rc::new(self.st.shadow.clone());
        Ok(())
    }

    /// Replays a member and ends the block as it ends.
    fn whole(&mut self, member: u32) -> Res<()> {
        match self.member(member).and_then(|()| self.end()) {
            Err(Halt::Leave) => Ok(()),
            r => r,
        }
    }

    fn start(&mut self, member: u32) {
        let raw = self.tree.member(member).clone();
        let map = vec![NO; raw.func.len()];
        let init = Rc::new(self.st.shadow.clone());
        self.replay = Replay {
            raw,
            member,
            map,
            init,
            snap: None,
        };
    }

    /// Replays a member; afterwards the shadow is the state at its end.
    pub fn member(&mut self, member: u32) -> Res<()> {
        self.start(member);
        let raw = self.replay.raw.clone();
        let f = &raw.func;
        for n in 0..f.len() {
            if let Some(l) = f.lit(Ref(n as u32)) {
                self.replay.map[n] = self.out.constant(l);
            }
        }
        let mut args = vec![];
        for r in &f.blocks[0].insts {
            let i = *f.inst(*r);
            self.replay.snap = i.snap.or(self.replay.snap);
            args.clear();
            args.extend(f.args(*r).iter().map(|a| self.replay.map[a.0 as usize]));
            let x = match (i.op, i.imm) {
                (Op::Slot, Imm::Index(s)) => self.slot(s)?,
                _ => self.emit(i.op, i.imm, &args)?,
            };
            self.replay.map[r.0 as usize] = x;
            if i.op == Op::UnboxInt && self.decisions.nonnegative {
                self.expect_unsigned(x)?;
            }
            if raw.seen(*r) != Seen::I64 && x != NO {
                self.notes.seen.insert(x, raw.seen(*r));
            }
            if self.out.len() > self.options.max_insts * 4 {
                return Err(Halt::Abort(Abort::TooLong));
            }
        }
        if let Some(end) = raw.end_snap() {
            self.replay.snap = Some(end);
            let s = f.snap(end);
            for (slot, e) in &s.slots {
                if let Entry::Ref(r) = e {
                    let v = self.replay.map[r.0 as usize];
                    self.st.shadow.insert(*slot, v);
                }
            }
            self.st
                .shadow
                .retain(|slot, _| s.live.binary_search(slot).is_ok());
        }
        Ok(())
    }

    /// An integer that was not negative in its slot is expected not to be.
    fn expect_unsigned(&mut self, x: Ref) -> Res<()> {
        if x == NO || self.out.inst(x).op != Op::UnboxInt {
            return Ok(());
        }
        let held = self.slot_behind(self.resolve(self.out.args(x)[0]));
        if held.is_some_and(|s| self.tree.root.entered_with(s).is_some_and(|i| i >= 0)) {
            let zero = self.out.constant(Lit::Int(0));
            let c = self.op(Op::IntLe, &[zero, x])?;
            self.op(Op::GuardTrue, &[c])?;
        }
        Ok(())
    }

    /// The slot whose content at the loop's entry a value is.
    fn slot_behind(&self, r: Ref) -> Option<i32> {
        let i = self.out.inst(r);
        let Imm::Index(n) = i.imm else { return None };
        match (i.op, &self.restart) {
            (Op::Slot, _) => Some(n),
            (Op::Param, Some((block, slots))) if self.out.block(*block).params.contains(&r) => {
                slots.get(n as usize).copied()
            }
            _ => None,
        }
    }

    /// An interpreter slot as it was when the member started.
    pub fn slot(&mut self, s: i32) -> Res<Ref> {
        if let Some(r) = self.st.shadow.get(&s) {
            return Ok(self.resolve(*r));
        }
        let r = self.emit(Op::Slot, Imm::Index(s), &[])?;
        self.st.shadow.insert(s, r);
        let mut init = (*self.replay.init).clone();
        init.insert(s, r);
        self.replay.init = Rc::new(init);
        Ok(r)
    }

    /// Ends the block as the member ends.
    fn end(&mut self) -> Res<()> {
        match self.replay.raw.clone().end() {
            Term::Loop(_) if self.st.inside && self.header.is_some() => self.close(),
            Term::Loop(_) if !self.st.inside && self.restart.is_some() => self.close_restart(),
            Term::Finish(v) => {
                let v = self.replay.map[v.0 as usize];
                self.flush_all()?;
                let v = self.real(v)?;
                self.out.block_mut(self.cur).end = Term::Finish(v);
                Ok(())
            }
            _ => {
                let s = self.snapshot();
                self.out.block_mut(self.cur).end = Term::Exit(s);
                Ok(())
            }
        }
    }

    /// The boxed form of an unboxed value.
    pub fn boxed(&mut self, r: Ref) -> Res<Ref> {
        let op = match self.out.ty(r) {
            Ty::Int => Op::BoxInt,
            Ty::Float => Op::BoxFloat,
            Ty::Bool => Op::BoxBool,
            Ty::Ref => Op::BoxRef,
            Ty::Value | Ty::None => return Ok(r),
        };
        self.emit(op, Imm::No, &[r])
    }

    /// Where the present raw snapshot comes from.
    pub fn origin(&self) -> Origin {
        let snap = self.replay.snap.map_or(0, |s| s.0);
        Origin {
            member: self.replay.member,
            snap,
        }
    }

    /// The shadow as the present raw snapshot sees it.
    fn shadow_now(&self) -> Vec<(i32, Ref)> {
        let Some(id) = self.replay.snap else {
            return vec![];
        };
        let s = self.replay.raw.func.snap(id);
        let mut dirty = s.slots.iter().peekable();
        let mut out = vec![];
        for slot in &s.live {
            while dirty.next_if(|d| d.0 < *slot).is_some() {}
            let v = match dirty.peek() {
                Some((d, Entry::Ref(r))) if d == slot => self.replay.map[r.0 as usize],
                _ => match self.replay.init.get(slot) {
                    Some(r) => *r,
                    None => continue,
                },
            };
            if v != NO {
                out.push((*slot, self.resolve(v)));
            }
        }
        out
    }

    /// A snapshot of the present state, for the present raw snapshot.
    pub fn snapshot(&mut self) -> SnapId {
        let raw = self.replay.raw.clone();
        let mut s = match self.replay.snap {
            Some(id) => {
                let r = raw.func.snap(id);
                let (slots, live) = (vec![], vec![]);
                Snapshot {
                    slots,
                    live,
                    ..r.clone()
                }
            }
            None => Snapshot {
                pc: 0,
                base: 0,
                top: 0,
                resume: crate::ir::Resume::Retry,
                live: vec![],
                slots: vec![],
                virtuals: vec![],
                recipes: vec![],
                stores: vec![],
                origin: self.origin(),
            },
        };
        s.origin = self.origin();
        let mut made = vec![];
        for (slot, r) in self.shadow_now() {
            let e = self.entry(r, &mut s, &mut made);
            s.slots.push((slot, e));
        }
        for loc in self.st.dirty.clone() {
            let value = self.st.heap[&loc];
            let object = self.entry(loc.object, &mut s, &mut made);
            let value = self.entry(self.resolve(value), &mut s, &mut made);
            s.stores.push(PendingStore {
                object,
                field: self.stored_field(loc.field),
                value,
            });
        }
        self.out.add_snap(s)
    }

    fn entry(&self, r: Ref, s: &mut Snapshot, made: &mut Vec<Ref>) -> Entry {
        let Some(v) = self.as_virtual(r) else {
            return Entry::Ref(r);
        };
        if let Some(n) = made.iter().position(|m| *m == v) {
            return Entry::Virtual(n as u32);
        }
        let n = made.len();
        made.push(v);
        let object = &self.st.virtuals[&v];
        s.virtuals.push(Virtual {
            header: object.header,
            fields: vec![],
        });
        let mut fields = vec![];
        for (field, x) in &object.fields {
            fields.push((
                self.stored_field(*field),
                self.entry(self.resolve(*x), s, made),
            ));
        }
        s.virtuals[n].fields = fields;
        Entry::Virtual(n as u32)
    }

    /// Leaves for certain: goes on in the bridge of the present snapshot, or exits.
    pub fn leave<T>(&mut self) -> Res<T> {
        let s = self.snapshot();
        if let Some(b) = self.side_block() {
            self.out.block_mut(self.cur).end = Term::Jump(b, vec![]);
        } else {
            self.out.block_mut(self.cur).end = Term::Exit(s);
        }
        Err(Halt::Leave)
    }

    /// A block for the bridge of the present snapshot, if there is one and it can be
    /// replayed from here. It starts in the present state.
    pub fn side_block(&mut self) -> Option<crate::ir::BlockId> {
        if !self.st.inside && self.restart.is_none() {
            return None;
        }
        let at = self.origin();
        let member = self.tree.bridge_at(at)?;
        let copies = self.copies.entry(at).or_default();
        if *copies >= self.options.max_copies {
            return None;
        }
        *copies += 1;
        let block = self.out.add_block();
        let mut state = self.st.clone();
        state.shadow = self.shadow_now().into_iter().collect();
        self.waiting.push(Waiting {
            member,
            block,
            state,
        });
        Some(block)
    }

    /// A constant boolean.
    pub fn truth(&mut self, b: bool) -> Ref {
        self.out.constant(Lit::Bool(b))
    }
}

/// The snapshot at the end of a tree's root.
pub fn end_origin(tree: &crate::tree::Tree) -> Origin {
    Origin {
        member: 0,
        snap: tree.root.end_snap().map_or(u32::MAX, |s| s.0),
    }
}
