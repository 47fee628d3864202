//! Calls: Python functions are inlined, or called through code of their own; everything
//! else is called from the trace.

use pyjit_heap::stack::HEADER_WORDS;
use pyjit_heap::{Base, Gc, Pc, Value};
use pyjit_jit::ir::{Imm, Op, Ref, Resume, Ty};
use pyjit_runtime::core::{call, kinds};
use pyjit_runtime::types::str_::intern;
use pyjit_runtime::types::type_::Type;
use pyjit_runtime::{R, Thread};

use super::{Recorder, T, layout, thunks};
use crate::bodies::Body;
use crate::calls;
use crate::helpers::helpers;
use crate::machine::{CallSite, Machine, Out, Stop};
use crate::objects::code::Code;
use crate::objects::function::{Function, NOT_SIMPLE};
use crate::trace;
use crate::trace::stats::AbortReason;

type V = T<Value>;

/// How a Python function is called from a trace.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Way {
    /// It becomes part of the trace.
    Inline,
    /// Through its own compiled code.
    Code,
    /// Through the compiled code of whatever function comes.
    Any,
}

/// A function to be called.
#[derive(Clone, Copy)]
pub struct Callee {
    pub f: Gc<Function>,
    /// The function object's name in the trace.
    pub r: Ref,
    pub way: Way,
}

/// The call of an instruction, run to its end.
pub fn call_window(t: &Thread, pc: Pc, base: Base, site: CallSite) -> R<Value> {
    let mut f = base.get(site.at);
    let args = calls::arguments(base, site);
    let names = calls::keyword_names(pc, site);
    if let Some(body) = Body::of(f, args, names) {
        f = body.function(t, f)?.value();
    }
    call::call_kw(t, f, args, names)
}

/// Is it a Python function, or a class whose objects one initialises?
fn runs_python(f: Value) -> bool {
    if let Some(class) = f.cast::<Type>() {
        let init = class.lookup(intern("__init__"));
        return init.is_some_and(|i| i.cast::<Function>().is_some());
    }
    f.cast::<Function>().is_some()
}

helpers! {
    /// Address of the cell of the code of `f` that takes `n` arguments, if it can have code.
    CODE_CELL(t, f, n) [reads leaf no_raise] {
        let cell = trace::get().and_then(|j| j.cell_for(f, n.as_int() as usize));
        Ok(cell.map_or(Value::NULL, |c| Value::int(c as i64)))
    }
}

impl Recorder<'_> {
    /// How a call of `f` becomes part of the trace, if it does.
    pub(super) fn way(&mut self, f: Gc<Function>) -> Option<Way> {
        let way = self.forced_way(f)?;
        let callable = f.arity.get() != NOT_SIMPLE;
        if way == Way::Inline && callable && trace::get()?.is_forked(f) {
            return Some(Way::Code);
        }
        Some(way)
    }

    /// The same for a call that had better be inlined.
    pub(super) fn forced_way(&mut self, f: Gc<Function>) -> Option<Way> {
        if f.ready(self.m.t).is_err() {
            self.m.t.take_exception();
            return None;
        }
        let code = f.code.gc();
        let (depth, same) = self.nesting(code);
        if code.is_resumable() {
            return (depth < self.limits.depth && same < 2).then_some(Way::Inline);
        }
        let loops = self.live.of(code.object()).loops && !self.unrolls(f);
        let jit = trace::get()?;
        if loops || same > 0 || depth >= self.limits.depth || jit.is_recursive(f) {
            return Some(Way::Code);
        }
        Some(Way::Inline)
    }

    /// Is what is called one of many functions?
    pub(super) fn is_various(&self, f: V) -> bool {
        self.general || self.various.contains(&f.r)
    }

    /// Guards which function is called: which object, or which code if there may be many.
    pub(super) fn guard_function(&mut self, f: V, g: Gc<Function>) {
        if !g.is_one_of_many() || self.b.func().lit(f.r).is_some() {
            let k = self.value(f.v);
            self.guard(Op::GuardValue, &[f.r, k]);
            // Its code and defaults may be replaced.
            self.classes.insert(f.v.0);
            return;
        }
        let o = self.shape(f.r, kinds::FUNCTION);
        // It tells the code, and that this function is ready to run it.
        let entry = self.get(layout::FUNCTION_ENTRY, o);
        let k = self.int_const(g.entry.get().addr() as i64);
        self.roots.push(g.code.gc().value());
        let c = self.b.op(Op::IntEq, &[entry, k]);
        self.holds(c, true);
    }

    /// The header words of a callee's frame.
    pub(super) fn header(&mut self, callee: Callee, at: usize, ret: Pc) -> [Ref; 3] {
        let known = callee.way != Way::Any && !callee.f.is_one_of_many();
        let f = if known {
            self.value(callee.f.value())
        } else {
            callee.r
        };
        let ret = self.value(ret.to_word());
        [f, ret, self.value(Value::int((at + HEADER_WORDS) as i64))]
    }

    /// A call of a function that has, or will have, code of its own, its arguments in the
    /// window at register `at`.
    pub(super) fn window_call(&mut self, callee: Callee, at: usize, ret: Pc) -> Out<()> {
        let n = callee.f.arity.get() as usize;
        let args: Vec<V> = (0..n)
            .map(|i| Machine::reg(self, at + HEADER_WORDS + i))
            .collect();
        let site = CallSite {
            at,
            count: n,
            keywords: false,
            gap: false,
        };
        let v = self.code_call(callee, site, &args)?;
        Machine::set_reg(self, at, v);
        self.m.pc = ret;
        Ok(())
    }

    /// A call through the callee's own code.
    pub(super) fn code_call(&mut self, callee: Callee, site: CallSite, args: &[V]) -> Out<V> {
        let at = site.at;
        let ret = self.m.pc.next();
        let jit = trace::get();
        let (mut refs, desc) = match callee.way {
            Way::Any => (
                vec![self.cell_of(callee, args.len())?],
                jit.map(|j| j.code_through(args.len())),
            ),
            _ => (
                vec![],
                jit.and_then(|j| j.code_for(callee.f, args.iter().map(|a| a.v))),
            ),
        };
        let Some(desc) = desc else {
            self.give_up(AbortReason::Unsupported);
            return self.any_call(site);
        };
        for (a, ty) in args.iter().zip(desc.passed()) {
            refs.push(self.unboxed(*a, *ty));
        }
        if self.wrote {
            self.give_up(AbortReason::GuardAfterEffect);
        }
        let slot = self.slot_of(at);
        for (i, r) in self.header(callee, at, ret).into_iter().enumerate() {
            self.b.emit(Op::SetSlot, Imm::Index(slot + i as i32), &[r]);
        }
        let (t, pc, base) = (self.m.t, self.m.pc, self.m.base);
        let v = call_window(t, pc, base, site).map_err(|_| Stop::Raise)?;
        self.snapshot(ret, Resume::After(slot), &[]);
        let window = slot + HEADER_WORDS as i32;
        let r = self
            .b
            .emit(Op::CallCode, Imm::Code { desc, at: window }, &refs);
        for i in self.index(slot)..self.shadow.len() {
            self.shadow[i] = None;
            self.dirty[i] = false;
        }
        self.wrote = true;
        self.unsure = true;
        Ok(T { v, r })
    }

    /// Address of the cell of a function that is one of many.
    fn cell_of(&mut self, callee: Callee, n: usize) -> Out<Ref> {
        let f = T {
            v: callee.f.value(),
            r: callee.r,
        };
        let n = Machine::konst(self, Value::int(n as i64));
        let cell = self.call_helper(&CODE_CELL, [f, n], CODE_CELL.effects)?;
        self.guard(Op::GuardInt, &[cell.r]);
        Ok(self.b.op(Op::UnboxInt, &[cell.r]))
    }

    /// An argument in the form in which it is passed, guarded.
    fn unboxed(&mut self, a: V, ty: Ty) -> Ref {
        let unboxed = match ty {
            Ty::Int => Machine::int(self, a).map(|i| self.small(i.r)),
            Ty::Float => Machine::float(self, a).map(|f| f.r),
            _ => Some(a.r),
        };
        unboxed.unwrap_or_else(|| {
            self.give_up(AbortReason::Unsupported);
            a.r
        })
    }

    /// An integer that is guarded to be a small int: what callees rely on. Where ranges
    /// say so already, nothing is left of the guards.
    fn small(&mut self, i: Ref) -> Ref {
        for end in [Value::MIN_SMALL, Value::MAX_SMALL] {
            let k = self.int_const(end);
            let c = if end < 0 {
                self.b.op(Op::IntLe, &[k, i])
            } else {
                self.b.op(Op::IntLe, &[i, k])
            };
            self.holds(c, true);
        }
        i
    }

    /// How many frames are inlined into each other, and how many of this code.
    pub(super) fn nesting(&self, code: Gc<Code>) -> (usize, usize) {
        let (mut depth, mut same, mut base) = (0, 0, self.m.base);
        loop {
            let f: Gc<Function> = Gc::from_value(base.below(HEADER_WORDS));
            same += (f.code.gc() == code) as usize;
            if base == self.start.root {
                return (depth, same);
            }
            depth += 1;
            base = base.down(base.below(1).as_int() as usize);
        }
    }

    /// A call of one of many things, none of which is known.
    pub(super) fn various_call(&mut self, site: CallSite) -> Out<V> {
        self.nested += 1;
        let (t, pc, base) = (self.m.t, self.m.pc, self.m.base);
        let v = call_window(t, pc, base, site);
        let packed = self.int_const(thunks::pack_site(site));
        self.outcome(v, thunks::call(), &[packed])
    }

    /// A call of anything that is not inlined.
    pub(super) fn any_call(&mut self, site: CallSite) -> Out<V> {
        if let Some(v) = self.exception_call(site)? {
            return Ok(v);
        }
        let f = self.m.base.get(site.at);
        let names = calls::keyword_names(self.m.pc, site);
        let body = Body::of(f, calls::arguments(self.m.base, site), names);
        if body.is_none()
            && let Some(v) = self.known_native(site)?
        {
            return Ok(v);
        }
        if let Some(v) = self.range_call(site)? {
            return Ok(v);
        }
        if let Some(v) = self.int_call(site) {
            return v;
        }
        if let Some(v) = self.type_call(site) {
            return Ok(v);
        }
        if body.is_some() || runs_python(f) {
            self.nested += 1;
        }
        // The arguments are in the frame, which is written before the call.
        let (t, pc, base) = (self.m.t, self.m.pc, self.m.base);
        let v = call_window(t, pc, base, site);
        let packed = self.int_const(thunks::pack_site(site));
        self.outcome(v, thunks::call(), &[packed])
    }
}
