//! Questions about a word: before an effect they leave a guard, after one a decision.

use crate::machine::Machine;
use pyjit_heap::Value;
use pyjit_jit::ir::{Op, Ref};

use super::{Recorder, T};

type V = T<Value>;

impl Recorder<'_> {
    /// What a loop's variable goes on to hold if the iterator has ended.
    pub(super) fn kept_variable(&mut self) -> Ref {
        let b = self.m.pc.b();
        let slot = self.slot_of(b);
        self.read(slot, self.m.base.get(b))
    }

    pub(super) fn is_const(&mut self, v: V, k: Value) -> bool {
        let truth = v.v == k;
        if k.is_bool()
            && let Some(c) = self.inside_bool(v.r)
        {
            let holds = v.v == Value::TRUE;
            self.branch(c, holds);
            return truth;
        }
        let k = self.value(k);
        if truth && !self.wrote {
            self.guard(Op::GuardValue, &[v.r, k]);
            return true;
        }
        let c = self.b.op(Op::SameWord, &[v.r, k]);
        self.branch(c, truth)
    }

    /// The condition that a truth value was made of in this trace.
    fn inside_bool(&self, r: Ref) -> Option<Ref> {
        let f = self.b.func();
        (f.inst(r).op == Op::BoxBool).then(|| f.args(r)[0])
    }

    pub(super) fn is_null(&mut self, v: V) -> bool {
        let truth = v.v.is_null();
        if !truth && !self.wrote {
            self.guard(Op::GuardBound, &[v.r]);
            return false;
        }
        let null = self.value(Value::NULL);
        let c = self.b.op(Op::SameWord, &[v.r, null]);
        if self.wrote {
            let other = if truth { v.r } else { self.kept_variable() };
            self.decide(c, truth, Some(other));
        } else {
            self.holds(c, truth);
        }
        truth
    }

    pub(super) fn same(&mut self, a: V, b: V) -> bool {
        let c = self.b.op(Op::SameWord, &[a.r, b.r]);
        self.branch(c, a.v == b.v)
    }

    pub(super) fn truth(&mut self, v: V) -> Option<bool> {
        let t = self.m.truth(v.v)?;
        if v.v.is_int() {
            let i = self.int(v)?;
            let zero = self.int_const(0);
            let c = self.b.op(Op::IntNe, &[i.r, zero]);
            self.holds(c, t);
        } else if v.v.is_bool() {
            self.guard(Op::GuardBool, &[v.r]);
            let c = self.b.op(Op::UnboxBool, &[v.r]);
            self.holds(c, t);
        } else {
            let none = self.value(Value::NONE);
            self.guard(Op::GuardValue, &[v.r, none]);
        }
        Some(t)
    }
}
