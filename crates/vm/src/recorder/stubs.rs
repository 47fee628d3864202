//! Special methods written in Python: the frame of a stub is a window of the trace like that
//! of an inlined call, and the method is a call of the stub.

use pyjit_heap::stack::HEADER_WORDS;
use pyjit_heap::{Gc, Value};
use pyjit_jit::ir::Op;
use pyjit_runtime::core::kinds;
use pyjit_runtime::core::operators::Operator;
use pyjit_runtime::core::special::Special;
use pyjit_runtime::types::iterator_tools::{self, Tool};
use pyjit_runtime::types::type_::class_of;

use super::{Recorder, T, layout};
use crate::calls;
use crate::helpers as h;
use crate::machine::{CallSite, Helper, Machine, Out, Stop};
use crate::objects::generator::{Generator, State};
use crate::stubs::{self, Asked, Door, Parts, Stub};

type V = T<Value>;

impl Recorder<'_> {
    /// Guards the class of a value, which the trace relies on.
    pub(super) fn guard_class(&mut self, x: V) {
        self.relies_on(class_of(x.v));
        self.guard_kind(x);
    }

    pub(super) fn special(&mut self, x: V, s: Special) -> Option<V> {
        if self.wrote {
            return None;
        }
        let f = stubs::special(x.v, s)?;
        self.guard_class(x);
        Some(self.konst(f))
    }

    pub(super) fn truth_special(&mut self, x: V) -> Option<(Stub, V)> {
        if self.wrote {
            return None;
        }
        let (stub, f) = stubs::truth_special(x.v)?;
        self.guard_class(x);
        Some((stub, self.konst(f)))
    }

    pub(super) fn asked(&mut self, op: Operator, x: V, y: V) -> Option<Asked<V>> {
        if self.wrote {
            return None;
        }
        let a = stubs::asked(op, x.v, y.v)?;
        self.guard_class(x);
        self.guard_class(y);
        Some(Asked {
            function: self.konst(a.function),
            reflected: a.reflected,
            number: a.number,
        })
    }

    pub(super) fn door(&mut self, site: CallSite) -> Option<Door> {
        let called = Machine::reg(self, site.at);
        if self.wrote || self.is_various(called) {
            return None;
        }
        let f = self.m.base.get(site.at);
        let door = stubs::door(f, calls::arguments(self.m.base, site))?;
        self.guard_callee(site.at, f);
        let first = site.at + HEADER_WORDS + site.gap as usize;
        let x = Machine::reg(self, first);
        self.guard_class(x);
        Some(door)
    }

    pub(super) fn parts(&mut self, it: V) -> Option<Parts<V>> {
        if self.wrote {
            return None;
        }
        let p = stubs::parts(it.v)?;
        let o = self.shape(it.r, it.v.shape_id());
        if p.stub == Stub::Enumerate {
            let r = self.get(layout::TOOL_SECOND, o);
            return Some(Parts {
                stub: p.stub,
                function: it,
                first: T { v: p.first, r },
                second: self.konst(Value::NULL),
            });
        }
        let strict = self.get(layout::TOOL_STATE, o);
        let zero = self.int_const(0);
        let c = self.b.op(Op::IntEq, &[strict, zero]);
        self.holds(c, true);
        let function = match p.stub {
            Stub::Zip2 => it,
            _ => T {
                v: p.function,
                r: self.get(layout::TOOL_FIRST, o),
            },
        };
        let mut source = self.get(layout::TOOL_SECOND, o);
        let mut second = self.value(Value::NULL);
        if p.stub != Stub::Filter {
            let tuple = self.shape(source, kinds::TUPLE);
            let n = self.get(layout::TUPLE_LEN, tuple);
            let count = self.int_const(1 + !p.second.is_null() as i64);
            let c = self.b.op(Op::IntEq, &[n, count]);
            self.holds(c, true);
            source = self.get(layout::TUPLE_ITEM.field(0)?, tuple);
            if !p.second.is_null() {
                second = self.get(layout::TUPLE_ITEM.field(1)?, tuple);
            }
        }
        Some(Parts {
            stub: p.stub,
            function,
            first: T {
                v: p.first,
                r: source,
            },
            second: T {
                v: p.second,
                r: second,
            },
        })
    }

    /// The number of the next item of an `enumerate` object.
    fn counted(&mut self, e: V) -> Option<Out<V>> {
        let v = Gc::<Tool>::from_value(e.v).first.get();
        if !v.is_int() || v.as_int() >= Value::MAX_SMALL {
            return None;
        }
        let o = self.shape(e.r, kinds::ENUMERATE);
        let r = self.get(layout::TOOL_FIRST, o);
        let i = self.int(T { v, r })?;
        let one = self.int_const(1);
        let more = self.b.op(Op::IntAdd, &[i.r, one]);
        let more = self.b.op(Op::BoxInt, &[more]);
        self.set(layout::TOOL_FIRST, o, more);
        let v = iterator_tools::count(self.m.t, Gc::from_value(e.v));
        Some(v.map(|v| T { v, r }).map_err(|_| Stop::Raise))
    }

    /// What the result of a special method means, where that is the result itself.
    pub(super) fn known_result(&mut self, h: &'static Helper<1>, a: V) -> Option<Out<V>> {
        let is = |other: &'static Helper<1>| std::ptr::eq(h, other);
        if is(&h::LENGTH_RESULT) && a.v.is_int() && a.v.as_int() >= 0 {
            let i = self.int(a)?;
            let zero = self.int_const(0);
            let c = self.b.op(Op::IntLe, &[zero, i.r]);
            self.holds(c, true);
            return Some(Ok(a));
        }
        if is(&h::BOOL_RESULT) && a.v.is_bool() {
            self.guard_kind(a);
            return Some(Ok(a));
        }
        if is(&h::ANEXT_RESULT) {
            return self.fresh_coroutine(a);
        }
        if is(&h::COUNTED) {
            return self.counted(a);
        }
        if is(&h::ITER_RESULT) || is(&h::AITER_RESULT) || is(&h::AWAIT_RESULT) {
            if (h.call)(self.m.t, [a.v]).is_err() {
                self.m.t.take_exception();
                return None;
            }
            self.guard_class(a);
            return Some(Ok(a));
        }
        None
    }

    /// A coroutine that has not begun can be awaited as it is.
    pub(super) fn fresh_coroutine(&mut self, a: V) -> Option<Out<V>> {
        if !a.v.is_ptr() || a.v.shape_id() != kinds::COROUTINE {
            return None;
        }
        let g: Gc<Generator> = Gc::from_value(a.v);
        if g.state.get() != State::Created {
            return None;
        }
        let o = self.shape(a.r, kinds::COROUTINE);
        let state = self.get(layout::GENERATOR_STATE, o);
        let k = self.int_const(State::Created as i64);
        let c = self.b.op(Op::IntEq, &[state, k]);
        self.holds(c, true);
        Some(Ok(a))
    }

    pub(super) fn enter_stub(&mut self, stub: Stub, registers: &[V]) -> Out<()> {
        let (at, caller) = (self.m.pc, self.m.base);
        let f = stub.function(self.m.t).map_err(|_| Stop::Raise)?;
        let values: Vec<Value> = registers.iter().map(|r| r.v).collect();
        self.m.enter_stub(stub, &values)?;
        let delta = Value::int(self.m.base.distance(caller) as i64);
        let window = self.window();
        let header = [f.value(), at.to_word(), delta];
        for (i, v) in header.into_iter().enumerate() {
            let r = self.value(v);
            self.write(window - HEADER_WORDS as i32 + i as i32, r);
        }
        let null = self.value(Value::NULL);
        for i in 0..f.code.gc().nregs() {
            let r = registers.get(i).map_or(null, |v| v.r);
            self.write(window + i as i32, r);
        }
        Ok(())
    }

    pub(super) fn leave_stub(&mut self) -> Out<()> {
        self.forget_frame();
        self.m.leave_stub()
    }
}
