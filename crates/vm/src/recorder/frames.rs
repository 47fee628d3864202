//! Inlined frames: a call of a Python function becomes part of the trace.

use pyjit_heap::stack::HEADER_WORDS;
use pyjit_heap::{Pc, Value};

use super::calls::{Callee, Way};
use super::{Recorder, T};
use crate::calls;
use crate::helpers::regs_helpers;
use crate::machine::{CallSite, Called, Machine, Out, Stop};
use crate::trace;

type V = T<Value>;

regs_helpers! {
    /// A call with `*args`, and maybe `**kwargs`, run to its end.
    SPREAD_CALL(t, window) [] {
        let kwargs = window.get(HEADER_WORDS + 1).copied();
        calls::spread_call(t, window[0], window[HEADER_WORDS], kwargs)
    }
}

impl Recorder<'_> {
    pub(super) fn py_callee(&mut self, f: V, n: usize, at: usize) -> Option<Callee> {
        let g = self.m.py_callee(f.v, n, at)?;
        if self.is_various(f) {
            let jit = trace::get()?;
            jit.cell_for(f.v, n)?;
            return Some(Callee {
                f: g,
                r: f.r,
                way: Way::Any,
            });
        }
        let way = self.way(g)?;
        self.guard_function(f, g);
        Some(Callee { f: g, r: f.r, way })
    }

    pub(super) fn enter(&mut self, callee: Callee, at: usize, ret: Pc) -> Out<()> {
        let f = callee.f;
        if callee.way != Way::Inline {
            return self.window_call(callee, at, ret);
        }
        let slot = self.slot_of(at);
        for (i, r) in self.header(callee, at, ret).into_iter().enumerate() {
            self.write(slot + i as i32, r);
        }
        let info = f.entry.get().entry_info();
        let n = f.arity.get() as i32;
        let null = self.value(Value::NULL);
        for i in n..n + info.nclear.get() as i32 {
            self.write(slot + HEADER_WORDS as i32 + i, null);
        }
        let entered = self.m.enter(f, at, ret);
        self.begin_rounds(self.m.base);
        match entered {
            Err(Stop::Hot) => {
                // The next call from the interpreter looks.
                info.hot.set(1);
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
        let f = Machine::reg(self, site.at);
        if self.is_various(f) {
            return self.various_call(site).map(Called::Value);
        }
        match self.python_call(site)? {
            Some(called) => Ok(called),
            None => self.any_call(site).map(Called::Value),
        }
    }

    pub(super) fn call_ex(&mut self, at: usize, kwargs: bool) -> Out<Called<V>> {
        if !kwargs && self.spread_call(at)? {
            return Ok(Called::Entered);
        }
        self.nested += 1;
        let n = HEADER_WORDS + 1 + kwargs as usize;
        self.call_regs(&SPREAD_CALL, at, n).map(Called::Value)
    }
}
