//! Guards: dropped when they are known to hold, strengthened knowledge when they stay,
//! the end of the trace when they are known to fail.

use super::facts::Word;
use super::state::{Cx, Key, NO, Res};
use crate::ir::{Boxed, Imm, Lit, Op, Ref};
use pyjit_heap::Value;

/// What is known about a guard.
enum Verdict {
    Holds,
    Fails,
    Unknown,
}

use Verdict::{Fails, Holds, Unknown};

impl Cx<'_> {
    /// A guard.
    pub fn guard(&mut self, op: Op, imm: Imm, a: Vec<Ref>) -> Res<Ref> {
        if op == Op::GuardWide && self.out.inst(a[0]).op == Op::BoxInt {
            return self.guard_unsigned(self.out.args(a[0])[0]);
        }
        let failed = Key::new(op, imm.key(), &a).is_some_and(|k| self.st.failed.contains(&k));
        let verdict = match self.constant_guard(op, &a) {
            Some(true) => Holds,
            Some(false) => Fails,
            None if failed => Fails,
            None => self.judge(op, imm, &a),
        };
        match verdict {
            Holds => Ok(NO),
            Fails => self.leave(),
            Unknown => {
                let mut real = vec![];
                for x in &a {
                    real.push(self.real(*x)?);
                }
                self.place_guard(op, imm, &real);
                self.strengthen(op, imm, &real);
                Ok(NO)
            }
        }
    }

    /// Guards that an integer is from 0 to 2^64 - 1.
    fn guard_unsigned(&mut self, x: Ref) -> Res<Ref> {
        let x = self.resolve(x);
        let ends = [Lit::Int(0), Lit::Int(u64::MAX as i128)].map(|l| self.out.constant(l));
        for (lo, hi) in [(ends[0], x), (x, ends[1])] {
            let c = self.op(Op::IntLe, &[lo, hi])?;
            self.op(Op::GuardTrue, &[c])?;
        }
        Ok(NO)
    }

    fn constant_guard(&self, op: Op, a: &[Ref]) -> Option<bool> {
        // A constant object may be a float or a big integer: only tags are known.
        let object = a.iter().any(
            |x| matches!(self.out.lit(*x), Some(Lit::Value(Boxed::Word(w))) if Value(w).is_ptr()),
        );
        if object && op == Op::GuardWide {
            return None;
        }
        if object && matches!(op, Op::GuardFloat | Op::GuardInt) {
            return (op == Op::GuardInt).then_some(false);
        }
        match self.constant_result(op, a) {
            Some(Lit::Bool(b)) => Some(b),
            _ => None,
        }
    }

    fn judge(&self, op: Op, imm: Imm, a: &[Ref]) -> Verdict {
        let word = |want: Word| match self.word(a[0]) {
            Some(w) if w == want => Holds,
            Some(w) if !w.compatible(want) => Fails,
            _ => Unknown,
        };
        let truth = |want: bool| match self.truth_of(a[0]) {
            Some(t) if t == want => Holds,
            Some(_) => Fails,
            None => Unknown,
        };
        let holds = |b: bool| if b { Holds } else { Unknown };
        match (op, imm) {
            (Op::GuardInt, _) => word(Word::Int),
            (Op::GuardWide, _) => self.is_wide(a[0]),
            (Op::GuardFloat, _) => word(Word::Float),
            (Op::GuardBool, _) => word(Word::Bool),
            (Op::GuardRef, _) => word(Word::Object),
            (Op::GuardBound | Op::GuardNonNull, _) => holds(self.nonnull(a[0])),
            (Op::GuardTrue, _) => truth(true),
            (Op::GuardFalse, _) => truth(false),
            (Op::GuardValue, _) => self.same_value(a[0], a[1]),
            (Op::GuardShape, Imm::Shape(s)) => match self.shape(a[0]) {
                Some(t) if t == s => Holds,
                Some(_) => Fails,
                None => Unknown,
            },
            (Op::GuardValid, _) => holds(self.st.valid),
            (Op::GuardNoException, _) => holds(!self.st.may_raise),
            _ => Unknown,
        }
    }

    /// Boxes made here are of any size: whether the integer is in range, ranges must say.
    fn is_wide(&self, r: Ref) -> Verdict {
        match self.word(r) {
            _ if self.st.known.get(&r).is_some_and(|k| k.wide) => Holds,
            Some(Word::Float | Word::Bool) => Fails,
            _ => Unknown,
        }
    }

    fn same_value(&self, a: Ref, b: Ref) -> Verdict {
        if a == b {
            return Holds;
        }
        match (self.as_virtual(a), self.as_virtual(b)) {
            (Some(x), Some(y)) if x == y => Holds,
            (None, None) => match (self.word(a), self.word(b)) {
                (Some(x), Some(y)) if !x.compatible(y) => Fails,
                _ => Unknown,
            },
            _ => Fails,
        }
    }

    /// A boolean's value where it is known.
    pub fn truth_of(&self, r: Ref) -> Option<bool> {
        if let Some(Lit::Bool(b)) = self.out.lit(r) {
            return Some(b);
        }
        self.st.known.get(&r).and_then(|k| k.truth)
    }

    /// Appends a guard; its bridge, if there is one, takes over where it fails.
    pub fn place_guard(&mut self, op: Op, imm: Imm, a: &[Ref]) {
        let snap = self.snapshot();
        let r = self
            .out
            .push(self.cur, op, crate::ir::Ty::None, imm, a, Some(snap));
        if matches!(op, Op::Poll | Op::GuardValid) {
            // The interpreter has to look at these.
            return;
        }
        if let Some(b) = self.side_block(snap) {
            self.out.inst_mut(r).side = Some(b);
            if let Some(w) = self.waiting.last_mut() {
                w.guard = Some(r);
                // What the next call does is another question.
                if op != Op::GuardNoException {
                    w.state.failed.extend(Key::new(op, imm.key(), a));
                }
                if matches!(op, Op::GuardTrue | Op::GuardFalse) {
                    let k = w.state.known.entry(a[0]).or_default();
                    k.truth = Some(op == Op::GuardFalse);
                }
            }
        }
    }

    fn strengthen(&mut self, op: Op, imm: Imm, a: &[Ref]) {
        match (op, imm) {
            (Op::GuardInt, _) => self.learn(a[0]).word = Some(Word::Int),
            (Op::GuardWide, _) => self.learn(a[0]).wide = true,
            (Op::GuardFloat, _) => self.learn(a[0]).word = Some(Word::Float),
            (Op::GuardBool, _) => self.learn(a[0]).word = Some(Word::Bool),
            (Op::GuardRef, _) => {
                if self.word(a[0]).is_none() {
                    self.learn(a[0]).word = Some(Word::Object);
                }
                self.learn(a[0]).bound = true;
            }
            (Op::GuardBound | Op::GuardNonNull, _) => self.learn(a[0]).bound = true,
            (Op::GuardTrue, _) => self.learn(a[0]).truth = Some(true),
            (Op::GuardFalse, _) => self.learn(a[0]).truth = Some(false),
            (Op::GuardShape, Imm::Shape(s)) => {
                self.learn(a[0]).shape = Some(s);
                self.learn(a[0]).bound = true;
            }
            (Op::GuardValue, _) => {
                let (x, y) = (a[0], a[1]);
                let (old, new) = if self.out.lit(x).is_some() {
                    (y, x)
                } else {
                    (x, y)
                };
                if self.out.lit(old).is_none() {
                    self.st.alias.insert(old, new);
                }
            }
            (Op::GuardValid, _) => self.st.valid = true,
            (Op::GuardNoException, _) => self.st.may_raise = false,
            _ => {}
        }
    }
}
