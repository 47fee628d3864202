//! Residual calls: what has no operation of its own is called as the interpreter does it.

use pyjit_heap::Value;
use pyjit_jit::ir::{CallDesc, Imm, Op, Ref, Resume};
use pyjit_runtime::R;
use pyjit_runtime::core::native::Effects as Claims;

use super::exceptions::{POP_PLAIN, PUSH_PLAIN};
use super::{Recorder, T, thunks};
use crate::helpers as h;
use crate::machine::{Helper, Out, RegsHelper};
use crate::trace::stats::AbortReason;

type V = T<Value>;

impl Recorder<'_> {
    /// A residual call that has just been executed: writes it down, and what it leads to.
    pub(super) fn called(&mut self, desc: &'static pyjit_jit::ir::CallDesc, args: &[Ref]) -> Ref {
        if self.wrote && desc.effects.can_raise {
            // An exception could not tell what has been done already.
            self.give_up(AbortReason::GuardAfterEffect);
        }
        let r = self.b.emit(Op::Call, Imm::Call(desc), args);
        let e = desc.effects;
        if e.can_raise {
            self.snapshot(self.place, Resume::Raise, &[]);
            self.b.op(Op::GuardNoException, &[]);
            self.snapshot(self.place, Resume::Retry, &[]);
        }
        self.wrote |= e.writes != pyjit_jit::ir::ClassSet::NONE;
        self.unsure |= e.can_reenter;
        r
    }

    /// Writes down a residual call that gave `v`, or has raised.
    pub(super) fn outcome(&mut self, v: R<Value>, desc: &'static CallDesc, args: &[Ref]) -> Out<V> {
        match v {
            Ok(v) => {
                let r = self.called(desc, args);
                Ok(T { v, r })
            }
            Err(_) => Err(self.called_in_vain(desc, args)),
        }
    }

    /// A helper call: executes and writes down.
    pub(super) fn call_helper<const N: usize>(
        &mut self,
        h: &'static Helper<N>,
        args: [V; N],
        claims: Claims,
    ) -> Out<V> {
        let v = (h.call)(self.m.t, args.map(|a| a.v));
        let address = self.int_const(std::ptr::from_ref(h).addr() as i64);
        let mut refs = vec![address];
        refs.extend(args.iter().map(|a| a.r));
        self.outcome(v, thunks::helper(h, claims), &refs)
    }

    /// Address of an object that is known to be one.
    pub(super) fn address(&mut self, v: Ref) -> Ref {
        self.b.op(Op::UnboxRef, &[v])
    }

    pub(super) fn call1(&mut self, h: &'static Helper<1>, a: V) -> Out<V> {
        if let Some(done) = self.known1(h, a) {
            return done;
        }
        if std::ptr::eq(h, &h::PUSH_EXC) {
            return self.handling(h, &PUSH_PLAIN, a);
        }
        if std::ptr::eq(h, &h::POP_EXC) {
            return self.handling(h, &POP_PLAIN, a);
        }
        self.call_helper(h, [a], h.effects)
    }

    pub(super) fn call3(&mut self, h: &'static Helper<3>, a: V, b: V, c: V) -> Out<V> {
        if let Some(done) = self.store_name(h, a, b, c) {
            return done;
        }
        if let Some(done) = self.known3(h, [a, b, c]) {
            return done;
        }
        self.call_helper(h, [a, b, c], h.effects)
    }

    pub(super) fn call_regs(&mut self, h: &'static RegsHelper, from: usize, n: usize) -> Out<V> {
        if let Some(done) = self.known_regs(h, from, n) {
            return done;
        }
        let v = (h.call)(self.m.t, self.m.base.slice(from, n));
        let args = [
            self.int_const(std::ptr::from_ref(h).addr() as i64),
            self.int_const(from as i64),
            self.int_const(n as i64),
        ];
        self.outcome(v, thunks::registers(), &args)
    }

    pub(super) fn call2(&mut self, h: &'static Helper<2>, a: V, b: V) -> Out<V> {
        if std::ptr::eq(h, &h::RAISE) {
            return self.raise_value(a, b);
        }
        if std::ptr::eq(h, &h::EXC_MATCH) {
            return self.matches(a, b);
        }
        self.call_helper(h, [a, b], h.effects)
    }
}
