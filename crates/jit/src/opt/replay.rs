//! Replaying raw traces: the root twice, each bridge from the state at its guard.

use std::rc::Rc;

use super::Abort;
use super::state::{Cx, Halt, NO, Replay, Res, Waiting};
use crate::ir::{
    Effect, Entry, Imm, Lit, Op, Origin, PendingStore, Ref, SnapId, Snapshot, Term, Ty, Virtual,
};
use crate::tree::{Raw, Seen, TreeKind};

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
        // Bridges from the loop before those from the first iteration.
        loop {
            let inside = self.waiting.iter().position(|w| w.state.inside);
            if inside.is_none()
                && let Some(l) = self.queue.pop()
            {
                match self.further(l) {
                    Err(Halt::Leave) => {}
                    r => r?,
                }
                continue;
            }
            if self.waiting.is_empty() {
                return Ok(());
            }
            let w = self.waiting.remove(inside.unwrap_or(0));
            self.bridge(w)?;
        }
    }

    /// Builds a loop that others have jumped to.
    fn further(&mut self, l: usize) -> Res<()> {
        self.begin_restart(l);
        let root = self.loops[l].root;
        // If the first iteration leaves, there is no loop to open.
        self.member(root)?;
        self.open_header()?;
        self.whole(root)
    }

    /// Replays a bridge where a guard fails.
    fn bridge(&mut self, w: Waiting) -> Res<()> {
        let copies = self.copies.get(&w.at).copied().unwrap_or(0);
        // A large tree keeps its rarer exits instead of being refused.
        let full = self.out.len() > self.options.max_insts;
        if full || copies >= self.options.max_copies {
            self.out.block_mut(w.block).end = Term::Exit(w.snap);
            if let Some(g) = w.guard {
                self.out.inst_mut(g).side = None;
            }
            return Ok(());
        }
        self.st = w.state;
        self.cur = w.block;
        self.whole(w.member)?;
        let block = self.out.block(w.block).clone();
        // That the tree is still valid is asked at the start of each bridge.
        let is_code = |r: &Ref| self.out.inst(*r).op != Op::GuardValid;
        let empty = !block.insts.iter().any(is_code);
        // Nothing but an exit: the bridge begins with the guard that has failed, so it is
        // not for this case. Its own snapshot names the exit, and another bridge can follow.
        if let (true, Term::Exit(s)) = (empty, &block.end) {
            let (old, new) = (self.out.snap(w.snap), self.out.snap(*s));
            let same = (old.pc, old.base, old.resume) == (new.pc, new.base, new.resume);
            if let (Some(g), true) = (w.guard, same) {
                let i = self.out.inst_mut(g);
                i.snap = Some(*s);
                i.side = None;
            }
        } else if !empty {
            // One that only goes on in another bridge makes no code, and leaves its turn
            // to the guards that need this one.
            *self.copies.entry(w.at).or_default() += 1;
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
            acting: None,
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
        for (n, r) in f.blocks[0].insts.iter().enumerate() {
            let i = *f.inst(*r);
            self.replay.snap = i.snap.or(self.replay.snap);
            if matches!(i.op.info().effect, Effect::Write | Effect::Call) {
                self.before_effect(n, &raw)?;
            }
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

    /// Before the first effect of a bytecode: boxing for its later effects may leave, and
    /// must not do so between them.
    fn before_effect(&mut self, n: usize, raw: &Raw) -> Res<()> {
        if self.replay.acting == self.replay.snap {
            return Ok(());
        }
        self.replay.acting = self.replay.snap;
        let f = &raw.func;
        for r in &f.blocks[0].insts[n + 1..] {
            let i = f.inst(*r);
            // The snapshot of a call of compiled code is the one behind it.
            if i.snap.is_some() && i.snap != self.replay.snap && i.op != Op::CallCode {
                break;
            }
            if !matches!(i.op.info().effect, Effect::Write | Effect::Call) {
                continue;
            }
            for a in f.args(*r) {
                let x = self.replay.map[a.0 as usize];
                if x != NO && self.out.inst(self.resolve(x)).op == Op::BoxInt {
                    self.real(x)?;
                }
            }
        }
        Ok(())
    }

    /// An integer that was not negative in its slot is expected not to be.
    fn expect_unsigned(&mut self, x: Ref) -> Res<()> {
        if x == NO || self.out.inst(x).op != Op::UnboxInt {
            return Ok(());
        }
        let held = self.slot_behind(self.resolve(self.out.args(x)[0]));
        if held.is_some_and(|s| self.round().entered_with(s).is_some_and(|i| i >= 0)) {
            let zero = self.out.constant(Lit::Int(0));
            let c = self.op(Op::IntLe, &[zero, x])?;
            self.op(Op::GuardTrue, &[c])?;
        }
        Ok(())
    }

    /// The slot whose content at the loop's entry a value is.
    pub fn slot_behind(&self, r: Ref) -> Option<i32> {
        let i = self.out.inst(r);
        let Imm::Index(n) = i.imm else { return None };
        match (i.op, &self.nest().restart) {
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
        let target = self.tree.target(self.replay.member);
        let target = target.and_then(|t| self.loops.iter().position(|l| l.root == t));
        match self.replay.raw.clone().end() {
            Term::Loop(_) | Term::Exit(_) | Term::Enter(..) if target.is_some() => {
                let l = target.unwrap_or(self.st.nest);
                let outer = self.summary().outer[self.replay.member as usize];
                let restarts = l != self.st.nest || outer || !self.st.inside;
                if restarts && self.loops[0].restart.is_some() {
                    self.go_to(l)
                } else {
                    self.close()
                }
            }
            Term::Finish(v) => {
                let v = self.replay.map[v.0 as usize];
                self.flush_all()?;
                let v = self.real(v)?;
                self.out.block_mut(self.cur).end = Term::Finish(v);
                Ok(())
            }
            Term::Enter(_, cell) => {
                self.flush_all()?;
                self.show_slots(i32::MAX)?;
                let s = self.snapshot();
                self.out.block_mut(self.cur).end = Term::Enter(s, *cell);
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
    pub fn shadow_now(&self) -> Vec<(i32, Ref)> {
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
                frames: 0,
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
        if let Some(b) = self.side_block(s) {
            self.out.block_mut(self.cur).end = Term::Jump(b, vec![]);
        } else {
            self.out.block_mut(self.cur).end = Term::Exit(s);
        }
        Err(Halt::Leave)
    }

    /// A block for the bridge of the present snapshot, if there is one and it can be
    /// replayed from here. It starts in the present state.
    pub fn side_block(&mut self, snap: SnapId) -> Option<crate::ir::BlockId> {
        if !self.st.inside && self.loops[0].restart.is_none() {
            return None;
        }
        let at = self.origin();
        let member = self.tree.bridge_at(at)?;
        let block = self.out.add_block();
        let mut state = self.st.clone();
        state.shadow = self.shadow_now().into_iter().collect();
        self.waiting.push(Waiting {
            member,
            block,
            state,
            at,
            snap,
            guard: None,
        });
        Some(block)
    }

    /// Is there a bridge from the end of the present loop's round?
    pub fn bridged_at_end(&self) -> bool {
        let at = Origin {
            member: self.nest().root,
            snap: self.round().end_snap().map_or(u32::MAX, |s| s.0),
        };
        self.tree.bridge_at(at).is_some()
    }

    /// A constant boolean.
    pub fn truth(&mut self, b: bool) -> Ref {
        self.out.constant(Lit::Bool(b))
    }
}
