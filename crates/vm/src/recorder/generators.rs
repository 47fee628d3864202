//! Generators and coroutines: resuming and yielding are jumps.
//!
//! The frame of a resumed generator is a window of the trace like that of an inlined call.
//! Its registers come from fields of the generator object and go back there at a yield, so
//! where nobody else looks at the object, the optimiser keeps them in loop parameters.

use pyjit_bytecode::Op as Bc;
use pyjit_heap::stack::HEADER_WORDS;
use pyjit_heap::{Base, Gc, Pc, Value, finalize};
use pyjit_jit::ir::{Op, Ref};
use pyjit_runtime::Thread;

use super::{Recorder, T, layout, thunks};
use crate::generators::{self, GENERATOR_WORD};
use crate::helpers::helpers;
use crate::machine::{Machine, Out};
use crate::objects::generator::{Generator, State};
use crate::trace::stats::AbortReason;

type V = T<Value>;
type G = T<Gc<Generator>>;

helpers! {
    /// The exception that is being handled. Within a trace it changes only where the trace
    /// says so.
    HANDLED(t) [pure no_raise] { Ok(t.handled.get()) }
    /// A generator needs no finalizer any more.
    UNWATCH(t, g) [reads leaf no_raise] {
        finalize::unregister(g);
        Ok(Value::NONE)
    }
}

/// A generator that takes over a frame, as compiled code makes it.
pub extern "sysv64" fn make(t: &Thread, pc: Pc, base: Base) -> u64 {
    thunks::framed(t, pc, base, || thunks::word(generators::make(t, pc, base)))
}

impl Recorder<'_> {
    /// Resumed in the trace if it stands where it stands now, and no exception is handled.
    pub(super) fn resumable(&mut self, v: V) -> Option<G> {
        let g = generators::resumable(v.v)?;
        let t = self.m.t;
        let code = g.code();
        let (depth, same) = self.nesting(code);
        let handles = !t.handled.get().is_null() || !g.own.get().is_null();
        if handles || self.wrote || depth >= self.limits.depth || same >= 2 {
            return None;
        }
        self.roots.push(code.value());
        let o = self.shape(v.r, v.v.shape_id());
        for (field, now) in [
            (layout::GENERATOR_PC, g.pc.get().addr() as i64),
            (layout::GENERATOR_STATE, g.state.get() as i64),
        ] {
            let x = self.get(field, o);
            let k = self.int_const(now);
            let c = self.b.op(Op::IntEq, &[x, k]);
            self.holds(c, true);
        }
        let null = self.value(Value::NULL);
        let own = self.get(layout::GENERATOR_OWN, o);
        self.guard(Op::GuardValue, &[own, null]);
        let handled = self.call_helper(&HANDLED, [], HANDLED.effects).ok()?;
        self.guard(Op::GuardValue, &[handled.r, null]);
        Some(T { v: g, r: o })
    }

    pub(super) fn resume(&mut self, g: G, v: V) -> Out<()> {
        let (at, caller) = (self.m.pc, self.m.base);
        let fresh = g.v.state.get() == State::Created;
        if fresh {
            let none = self.value(Value::NONE);
            self.guard(Op::GuardValue, &[v.r, none]);
        }
        let saved = g.v.registers().len();
        let registers: Vec<Ref> = (0..saved)
            .map(|i| self.get(layout::generator_register(i), g.r))
            .collect();
        let function = self.get(layout::GENERATOR_FUNCTION, g.r);
        let stood = g.v.pc.get();
        self.m.resume(g.v, v.v)?;
        self.set_state(g.r, State::Running);
        let object = self.b.op(Op::BoxRef, &[g.r]);
        if fresh && generators::is_safe_once_begun(g.v) {
            self.unwatch(g.v, object)?;
        }
        let delta = Value::int(self.m.base.distance(caller) as i64);
        let (at, delta) = (self.value(at.to_word()), self.value(delta));
        let window = self.window();
        let header = [object, function, at, delta];
        for (i, r) in header.into_iter().enumerate() {
            self.write(window - GENERATOR_WORD as i32 + i as i32, r);
        }
        let null = self.value(Value::NULL);
        for i in 0..g.v.code().nregs() {
            let r = registers.get(i).copied().unwrap_or(null);
            self.write(window + i as i32, r);
        }
        if !fresh {
            self.write(window + stood.a() as i32, v.r);
        }
        Ok(())
    }

    pub(super) fn suspend(&mut self) -> Out<()> {
        let (pc, base) = (self.m.pc, self.m.base);
        if !self.m.t.handled.get().is_null() {
            self.give_up(AbortReason::Generator);
        }
        let g = self.running();
        let code = g.v.code();
        let (o, at) = (code.object(), code.index(pc));
        let height = o.heights[at as usize] as usize;
        let null = self.value(Value::NULL);
        for i in 0..height {
            let r = match o.junk_at(at).iter().any(|j| j.1 as usize == i) {
                true => null,
                false => self.read(self.slot_of(i), base.get(i)),
            };
            self.set(layout::generator_register(i), g.r, r);
        }
        self.save_no_more(g, height);
        let at = self.int_const(pc.addr() as i64);
        self.set(layout::GENERATOR_PC, g.r, at);
        self.set_state(g.r, State::Suspended);
        self.forget_frame();
        self.m.suspend()
    }

    pub(super) fn finish_generator(&mut self) -> Out<()> {
        if !self.m.t.handled.get().is_null() {
            self.give_up(AbortReason::Generator);
        }
        let g = self.running();
        self.save_no_more(g, 0);
        self.set_state(g.r, State::Finished);
        if g.v.code().has_cleanup() {
            let object = self.b.op(Op::BoxRef, &[g.r]);
            self.unwatch(g.v, object)?;
        }
        self.forget_frame();
        Machine::finish(&mut self.m)
    }

    /// The generator whose frame is running.
    fn running(&mut self) -> G {
        let g = generators::running(self.m.base);
        let slot = self.window() - GENERATOR_WORD as i32;
        let word = self.read(slot, g.value());
        T {
            v: g,
            r: self.address(word),
        }
    }

    /// The collector need not look after it: one that has ended is not worth a walk through
    /// all that it refers to.
    fn unwatch(&mut self, g: Gc<Generator>, r: Ref) -> Out<()> {
        let v = T { v: g.value(), r };
        self.call_helper(&UNWATCH, [v], UNWATCH.effects).map(|_| ())
    }

    fn set_state(&mut self, o: Ref, state: State) {
        let k = self.int_const(state as i64);
        self.set(layout::GENERATOR_STATE, o, k);
    }

    /// Only `n` registers are saved from now on.
    fn save_no_more(&mut self, g: G, n: usize) {
        let old = g.v.registers().len();
        let null = self.value(Value::NULL);
        for i in n..old {
            self.set(layout::generator_register(i), g.r, null);
        }
        if n != old {
            let k = self.int_const(n as i64);
            self.set(layout::GENERATOR_SAVED, g.r, k);
        }
    }

    /// The running frame is left: nothing is known about its window.
    pub(super) fn forget_frame(&mut self) {
        let code = self.m.callee().code.gc();
        // A frame that a new generator takes over was called like any other.
        let called = self.m.pc.op() == Bc::return_generator as u8;
        let resumed = !called && code.is_resumed(code.index(self.m.pc));
        let words = if resumed {
            GENERATOR_WORD
        } else {
            HEADER_WORDS
        };
        let window = self.window();
        let from = self.index(window - words as i32);
        for i in from..self.shadow.len() {
            self.shadow[i] = None;
            self.dirty[i] = false;
        }
    }
}
