//! Inlined frames: a call of a Python function becomes part of the trace.

use pyjit_heap::stack::HEADER_WORDS;
use pyjit_heap::{Gc, Pc, Value};
use pyjit_jit::ir::Op;

use super::{Recorder, T};
use crate::machine::{CallSite, Called, Machine, Out, Stop};
use crate::objects::code::HOT_INTERVAL;
use crate::objects::function::Function;
use crate::trace::stats::AbortReason;

type V = T<Value>;

impl Recorder<'_> {
    pub(super) fn py_callee(&mut self, f: V, n: usize, at: usize) -> Option<Gc<Function>> {
        let g = self.m.py_callee(f.v, n, at)?;
        if !self.inlines(g) {
            return None;
        }
        let k = self.value(f.v);
        self.guard(Op::GuardValue, &[f.r, k]);
        // Its code and defaults may be replaced.
        self.classes.insert(f.v.0);
        Some(g)
    }

    pub(super) fn enter(&mut self, f: Gc<Function>, at: usize, ret: Pc) -> Out<()> {
        let slot = self.slot_of(at);
        let words = [
            f.value(),
            ret.to_word(),
            Value::int((at + HEADER_WORDS) as i64),
        ];
        for (i, w) in words.into_iter().enumerate() {
            let r = self.value(w);
            self.write(slot + i as i32, r);
        }
        let info = f.entry.get().entry_info();
        let n = f.arity.get() as i32;
        let null = self.value(Value::NULL);
        for i in n..n + info.nclear.get() as i32 {
            self.write(slot + HEADER_WORDS as i32 + i, null);
        }
        match self.m.enter(f, at, ret) {
            Err(Stop::Hot) => {
                info.hot.set(HOT_INTERVAL);
                Ok(())
            }
            r => r,
        }
    }

    pub(super) fn leave(&mut self, v: V) -> Out<()> {
        let window = self.window();
        self.forget_frame();
        self.write(window - HEADER_WORDS as i32, v.r);
        self.m.leave(v.v)
    }

    pub(super) fn call_any(&mut self, site: CallSite) -> Out<Called<V>> {
        self.any_call(site).map(Called::Value)
    }

    pub(super) fn call_ex(&mut self, at: usize, kwargs: bool) -> Out<Called<V>> {
        self.give_up(AbortReason::Unsupported);
        Ok(match self.m.call_ex(at, kwargs)? {
            Called::Entered => Called::Entered,
            Called::Value(v) => Called::Value(self.konst(v)),
        })
    }
}
