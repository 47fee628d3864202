//! Machine number one: executes.
//!
//! `Interp<false>` answers no to every question that would need a call, and
//! leaves with [`Stop::Raise`] where it cannot go on: a *miss*. The same
//! handler is then run on `Interp<true>`, for which that means an exception.

use pyjit_heap::stack::HEADER_WORDS;
use pyjit_heap::{Base, Cache, Gc, Pc, Value};
use pyjit_runtime::Thread;
use pyjit_runtime::core::attr::Instance;
use pyjit_runtime::core::kinds;
use pyjit_runtime::core::operators::Operator;
use pyjit_runtime::core::special::Special;
use pyjit_runtime::core::thread::HOT_COUNTERS;
use pyjit_runtime::types::cell::Cell as PyCell;
use pyjit_runtime::types::dict::Dict;
use pyjit_runtime::types::list::List;
use pyjit_runtime::types::module::Module;
use pyjit_runtime::types::str_::Str;
use pyjit_runtime::types::tuple::Tuple;
use pyjit_runtime::types::{float, type_};
use std::sync::atomic::Ordering;

use crate::machine::{BinOp, CallSite, Called, Cmp, Helper, Machine, Out, RegsHelper, Stop, place};
use crate::objects::function::Function;
use crate::objects::generator::{Generator, State};
use crate::stubs::{self, Asked, Door, Parts, Stub};
use crate::{arith, attributes, calls, generators, names};

/// The interpreter: a place, a window, a thread.
#[derive(Clone, Copy)]
pub struct Interp<'t, const FULL: bool> {
    /// The instruction being executed.
    pub pc: Pc,
    /// The window of the running frame.
    pub base: Base,
    /// The thread.
    pub t: &'t Thread,
}

/// Registers that the fast machine makes unbound when it enters a frame.
const FAST_CLEAR: u16 = 8;

impl<const FULL: bool> Interp<'_, FULL> {
    /// The running function.
    #[inline(always)]
    pub fn callee(&self) -> Gc<Function> {
        Gc::from_value(self.base.below(HEADER_WORDS))
    }
    /// The fast machine stops here.
    #[inline(always)]
    fn full(&self) -> Out<()> {
        if FULL { Ok(()) } else { Err(Stop::Raise) }
    }
    /// Registers from this one on are dead behind the instruction; never a variable's.
    fn free(&self) -> usize {
        let code = self.callee().code.gc();
        code.object().heights[code.index(self.pc) as usize + 1] as usize
    }
    /// Takes over where a call or resumption put the frame.
    #[inline(always)]
    fn go(&mut self, at: (Pc, Base)) {
        (self.pc, self.base) = at;
    }
}

/// Exceptions are pending in the thread; the handler only stops.
#[inline(always)]
fn out<T>(r: pyjit_runtime::R<T>) -> Out<T> {
    match r {
        Ok(v) => Ok(v),
        Err(_) => Err(Stop::Raise),
    }
}

impl<const FULL: bool> Machine for Interp<'_, FULL> {
    type V = Value;
    /// The tagged word.
    type I = Value;
    type F = f64;
    type O = Value;
    type L = Gc<List>;
    type T = Gc<Tuple>;
    type C = Gc<Function>;
    type G = Gc<Generator>;

    #[inline(always)]
    fn pc(&self) -> Pc {
        self.pc
    }
    #[inline(always)]
    fn set_pc(&mut self, pc: Pc) {
        self.pc = pc
    }
    #[inline(always)]
    fn reg(&mut self, i: usize) -> Value {
        self.base.get(i)
    }
    #[inline(always)]
    fn set_reg(&mut self, i: usize, v: Value) {
        self.base.set(i, v)
    }
    #[inline(always)]
    fn konst(&mut self, v: Value) -> Value {
        v
    }
    #[inline(always)]
    fn imm(&mut self, i: i64) -> Value {
        Value::int(i)
    }
    #[inline(always)]
    fn name(&mut self, c: &'static Cache) -> Value {
        self.callee().code.gc().name_at(c.name.get())
    }
    #[inline(always)]
    fn function(&mut self) -> Value {
        self.base.below(HEADER_WORDS)
    }

    #[inline(always)]
    fn ints(&mut self, a: Value, b: Value) -> Option<(Value, Value)> {
        if a.0 & b.0 & 1 != 0 {
            Some((a, b))
        } else {
            None
        }
    }
    #[inline(always)]
    fn int(&mut self, a: Value) -> Option<Value> {
        if a.is_int() { Some(a) } else { None }
    }
    #[inline(always)]
    fn floats(&mut self, a: Value, b: Value) -> Option<(f64, f64)> {
        if ((a.0 ^ 2) | (b.0 ^ 2)) & 3 == 0 {
            Some((a.as_float(), b.as_float()))
        } else {
            None
        }
    }
    #[inline(always)]
    fn mixed(&mut self, a: Value, b: Value) -> Option<(f64, f64)> {
        if a.is_float() && b.is_int() {
            return Some((a.as_float(), b.as_int() as f64));
        }
        if a.is_int() && b.is_float() {
            return Some((a.as_int() as f64, b.as_float()));
        }
        None
    }
    #[inline(always)]
    fn float(&mut self, a: Value) -> Option<f64> {
        if a.is_float() {
            Some(a.as_float())
        } else {
            None
        }
    }
    #[inline(always)]
    fn is_const(&mut self, v: Value, k: Value) -> bool {
        v == k
    }
    #[inline(always)]
    fn is_null(&mut self, v: Value) -> bool {
        v.is_null()
    }
    #[inline(always)]
    fn same(&mut self, a: Value, b: Value) -> bool {
        a == b
    }
    #[inline(always)]
    fn truth(&mut self, v: Value) -> Option<bool> {
        if v == Value::TRUE {
            return Some(true);
        }
        if v == Value::FALSE || v == Value::NONE {
            return Some(false);
        }
        if v.is_int() {
            Some(v != Value::int(0))
        } else {
            None
        }
    }
    #[inline(always)]
    fn list(&mut self, v: Value) -> Option<Gc<List>> {
        if v.has_pointer_tag() && v.shape_id() == kinds::LIST {
            return Some(Gc::from_value(v));
        }
        None
    }
    #[inline(always)]
    fn tuple(&mut self, v: Value) -> Option<Gc<Tuple>> {
        if v.has_pointer_tag() && v.shape_id() == kinds::TUPLE {
            return Some(Gc::from_value(v));
        }
        None
    }

    #[inline(always)]
    fn from_int(&mut self, i: Value) -> Value {
        i
    }
    #[inline(always)]
    fn from_float(&mut self, f: f64) -> Out<Value> {
        match Value::try_float(f) {
            Some(v) => Ok(v),
            None if FULL => Ok(float::from_f64(f)),
            None => Err(Stop::Raise),
        }
    }
    #[inline(always)]
    fn from_bool(&mut self, b: bool) -> Value {
        Value::bool(b)
    }
    #[inline(always)]
    fn int_bin(&mut self, op: BinOp, a: Value, b: Value) -> Option<Value> {
        arith::int_bin(op, a, b)
    }
    #[inline(always)]
    fn int_div(&mut self, a: Value, b: Value) -> Option<f64> {
        arith::int_div(a, b)
    }
    #[inline(always)]
    fn float_bin(&mut self, op: BinOp, a: f64, b: f64) -> Option<f64> {
        match op {
            BinOp::Add => Some(a + b),
            BinOp::Sub => Some(a - b),
            BinOp::Mul => Some(a * b),
            BinOp::Truediv if b != 0.0 => Some(a / b),
            _ => None,
        }
    }
    #[inline(always)]
    fn float_neg(&mut self, a: f64) -> f64 {
        -a
    }
    #[inline(always)]
    fn int_cmp(&mut self, op: Cmp, a: Value, b: Value) -> bool {
        arith::int_cmp(op, a, b)
    }
    #[inline(always)]
    fn float_cmp(&mut self, op: Cmp, a: f64, b: f64) -> bool {
        arith::float_cmp(op, a, b)
    }

    #[inline(always)]
    fn call0(&mut self, h: &'static Helper<0>) -> Out<Value> {
        self.full()?;
        out((h.call)(self.t, []))
    }
    #[inline(always)]
    fn call1(&mut self, h: &'static Helper<1>, a: Value) -> Out<Value> {
        self.full()?;
        out((h.call)(self.t, [a]))
    }
    #[inline(always)]
    fn call2(&mut self, h: &'static Helper<2>, a: Value, b: Value) -> Out<Value> {
        self.full()?;
        out((h.call)(self.t, [a, b]))
    }
    #[inline(always)]
    fn call3(&mut self, h: &'static Helper<3>, a: Value, b: Value, c: Value) -> Out<Value> {
        self.full()?;
        out((h.call)(self.t, [a, b, c]))
    }
    #[inline(always)]
    fn call4(&mut self, h: &'static Helper<4>, args: [Value; 4]) -> Out<Value> {
        self.full()?;
        out((h.call)(self.t, args))
    }
    #[inline(always)]
    fn call_regs(&mut self, h: &'static RegsHelper, from: usize, n: usize) -> Out<Value> {
        self.full()?;
        out((h.call)(self.t, self.base.slice(from, n)))
    }

    #[inline(always)]
    fn shaped(&mut self, o: Value, c: &'static Cache) -> Option<Value> {
        if o.has_pointer_tag() && o.shape_id() == c.shape.get() && type_::epoch() == c.epoch.get() {
            Some(o)
        } else {
            None
        }
    }
    #[inline(always)]
    fn slot(&mut self, o: Value, i: usize) -> Value {
        Gc::<Instance>::from_value(o).word(i)
    }
    #[inline(always)]
    fn set_slot(&mut self, o: Value, i: usize, v: Value) -> Out<()> {
        let o: Gc<Instance> = Gc::from_value(o);
        if !FULL && v.has_pointer_tag() && o.needs_barrier() {
            return Err(Stop::Raise);
        }
        if FULL {
            o.set_word(i, v);
        } else {
            o.set_word_young(i, v);
        }
        Ok(())
    }
    #[inline(always)]
    fn add_slot(&mut self, o: Value, i: usize, v: Value, c: &'static Cache) -> Out<()> {
        self.set_slot(o, i, v)?;
        o.header().set_shape_id(c.value.get().as_int() as u32);
        Ok(())
    }
    #[inline(always)]
    fn overflow(&mut self, o: Value, c: &'static Cache, i: usize) -> Value {
        attributes::overflow_array(o, c).get(i)
    }
    #[inline(always)]
    fn set_overflow(&mut self, o: Value, c: &'static Cache, i: usize, v: Value) -> Out<()> {
        attributes::overflow_array(o, c).set(i, v);
        Ok(())
    }
    #[inline(always)]
    fn cached(&mut self, c: &'static Cache) -> Value {
        c.value.get()
    }
    #[inline(always)]
    fn load_attr_slow(&mut self, o: Value, c: &'static Cache) -> Out<Value> {
        self.full()?;
        let name = self.name(c);
        let a = self.pc.a();
        let first = self.callee().code.gc().object().first_temp() as usize;
        let window = a >= first && self.free() <= a + 1;
        out(attributes::load(self.t, o, Gc::from_value(name), c, window))
    }
    #[inline(always)]
    fn store_attr_slow(&mut self, o: Value, v: Value, c: &'static Cache) -> Out<()> {
        self.full()?;
        let name = self.name(c);
        let free = self.free() as u32;
        out(attributes::store(
            self.t,
            o,
            Gc::from_value(name),
            v,
            c,
            free,
        ))
    }
    #[inline(always)]
    fn load_method_slow(&mut self, o: Value, c: &'static Cache) -> Out<(Value, Value)> {
        self.full()?;
        let name = self.name(c);
        out(attributes::load_method(self.t, o, Gc::from_value(name), c))
    }
    #[inline(always)]
    fn named_value(&mut self, o: Value, c: &'static Cache) -> Option<Value> {
        if !o.has_pointer_tag() {
            return None;
        }
        if c.slot.get() == place::CLASS {
            return attributes::cached_class_value(o, c);
        }
        if c.epoch.get() != attributes::MODULE_EPOCH {
            return None;
        }
        if o.shape_id() != kinds::MODULE {
            return None;
        }
        let d = Gc::<Module>::from_value(o).namespace();
        if d.version() != c.shape.get() {
            return None;
        }
        Some(c.indirect())
    }
    #[inline(always)]
    fn global(&mut self, c: &'static Cache) -> Option<Value> {
        let f = self.callee();
        if f.globals.gc().version() != c.shape.get() {
            return None;
        }
        if c.epoch.get() != 0 && f.builtins.gc().version() != c.epoch.get() {
            return None;
        }
        Some(c.indirect())
    }
    #[inline(always)]
    fn global_slow(&mut self, c: &'static Cache) -> Out<Value> {
        self.full()?;
        let name = self.name(c);
        out(names::load_global(
            self.t,
            self.callee(),
            Gc::from_value(name),
            c,
        ))
    }
    #[inline(always)]
    fn dict_cached(&mut self, d: Value, c: &'static Cache) -> Option<Value> {
        let d = d.cast_exact::<Dict>()?;
        if d.version() != c.shape.get() {
            return None;
        }
        if c.epoch.get() != 0 && self.callee().builtins.gc().version() != c.epoch.get() {
            return None;
        }
        Some(c.indirect())
    }
    #[inline(always)]
    fn name_slow(&mut self, ns: Value, c: &'static Cache) -> Out<Value> {
        self.full()?;
        let name = self.name(c);
        out(names::load_name(
            self.t,
            self.callee(),
            ns,
            Gc::from_value(name),
            c,
        ))
    }
    #[inline(always)]
    fn cell_get(&mut self, cell: Value) -> Value {
        Gc::<PyCell>::from_value(cell).value.get()
    }
    #[inline(always)]
    fn cell_set(&mut self, cell: Value, v: Value) -> Out<()> {
        let cell: Gc<PyCell> = Gc::from_value(cell);
        if !FULL && v.has_pointer_tag() && cell.needs_barrier() {
            return Err(Stop::Raise);
        }
        if FULL {
            cell.value.set(cell, v);
        } else {
            cell.set_word_young(1, v);
        }
        Ok(())
    }
    #[inline(always)]
    fn new_cell(&mut self, v: Value) -> Out<Value> {
        self.full()?;
        Ok(PyCell::new(v).value())
    }
    #[inline(always)]
    fn closure(&mut self, i: usize) -> Value {
        Gc::<Tuple>::from_value(self.callee().closure.get()).items()[i]
    }

    #[inline(always)]
    fn same_text(&mut self, a: Value, b: Value) -> Option<bool> {
        if !(a.has_pointer_tag() && b.has_pointer_tag()) {
            return None;
        }
        if a.shape_id() != kinds::STR || b.shape_id() != kinds::STR {
            return None;
        }
        Gc::<Str>::from_value(a).quick_same(Gc::from_value(b))
    }
    #[inline(always)]
    fn text_item(&mut self, s: Value, i: Value) -> Option<Value> {
        if !s.has_pointer_tag() || s.shape_id() != kinds::STR {
            return None;
        }
        let s: Gc<Str> = Gc::from_value(s);
        s.quick_item(arith::index_in(i, s.len())?.as_int() as usize)
    }

    #[inline(always)]
    fn list_index(&mut self, l: Gc<List>, i: Value) -> Option<Value> {
        arith::index_in(i, l.len())
    }
    #[inline(always)]
    fn list_get(&mut self, l: Gc<List>, i: Value) -> Value {
        l.get(i.as_int() as usize)
    }
    #[inline(always)]
    fn list_set(&mut self, l: Gc<List>, i: Value, v: Value) -> Out<()> {
        if FULL {
            l.set(i.as_int() as usize, v);
            Ok(())
        } else if l.try_set(i.as_int() as usize, v) {
            Ok(())
        } else {
            Err(Stop::Raise)
        }
    }
    #[inline(always)]
    fn list_push(&mut self, l: Gc<List>, v: Value) -> Out<()> {
        if FULL {
            out(l.push(self.t, v))
        } else if l.try_push(v) {
            Ok(())
        } else {
            Err(Stop::Raise)
        }
    }
    #[inline(always)]
    fn list_len_is(&mut self, l: Gc<List>, n: usize) -> bool {
        l.len() == n
    }
    #[inline(always)]
    fn tuple_index(&mut self, t: Gc<Tuple>, i: Value) -> Option<Value> {
        arith::index_in(i, t.len())
    }
    #[inline(always)]
    fn tuple_get(&mut self, t: Gc<Tuple>, i: Value) -> Value {
        t.word(pyjit_runtime::types::tuple::FIRST + i.as_int() as usize)
    }
    #[inline(always)]
    fn tuple_len_is(&mut self, t: Gc<Tuple>, n: usize) -> bool {
        t.len() == n
    }
    #[inline(always)]
    fn new_tuple(&mut self, from: usize, n: usize) -> Out<Value> {
        self.full()?;
        Ok(Tuple::new(self.base.slice(from, n)).value())
    }

    #[inline(always)]
    fn iter_next(&mut self, it: Value) -> Option<Option<Value>> {
        if !it.has_pointer_tag() {
            return None;
        }
        match crate::iteration::step(it) {
            None if FULL => crate::iteration::step_tool(it),
            next => next,
        }
    }

    #[inline(always)]
    fn py_callee(&mut self, f: Value, n: usize, at: usize) -> Option<Gc<Function>> {
        if !f.has_pointer_tag() || f.shape_id() != kinds::FUNCTION {
            return None;
        }
        let f: Gc<Function> = Gc::from_value(f);
        if f.arity.get() as usize != n {
            return None;
        }
        if !FULL {
            let clear = f.entry.get().entry_info().nclear.get();
            let new = self.base.up(at + HEADER_WORDS);
            if clear > FAST_CLEAR || new >= self.t.stack_limit.get() || self.t.depth_left.get() <= 0
            {
                return None;
            }
        }
        Some(f)
    }
    #[inline(always)]
    fn enter(&mut self, f: Gc<Function>, at: usize, ret: Pc) -> Out<()> {
        let new = self.base.up(at + HEADER_WORDS);
        let entry = f.entry.get();
        let info = entry.entry_info();
        let n = f.arity.get() as usize;
        if FULL {
            out(calls::check_depth(self.t, new))?;
            new.clear(n, n + info.nclear.get() as usize);
        } else {
            new.clear4(n);
            if info.nclear.get() > 4 {
                new.clear4(n + 4);
            }
        }
        self.t.depth_left.set(self.t.depth_left.get() - 1);
        new.set_below(2, ret.to_word());
        new.set_below(1, Value::int((at + HEADER_WORDS) as i64));
        self.base = new;
        self.pc = entry;
        let hot = info.hot.get().wrapping_sub(1);
        info.hot.set(hot);
        if hot == 0 { Err(Stop::Hot) } else { Ok(()) }
    }
    #[inline(always)]
    fn leave(&mut self, v: Value) -> Out<()> {
        let base = self.base;
        self.pc = Pc::from_word(base.below(2));
        self.t.depth_left.set(self.t.depth_left.get() + 1);
        self.base = base.down(base.below(1).as_int() as usize);
        base.set_below(HEADER_WORDS, v);
        Ok(())
    }
    #[inline(always)]
    fn plain_native(&mut self, site: CallSite) -> Out<Option<Value>> {
        self.full()?;
        calls::plain_native(self.t, self.base, site)
            .map(out)
            .transpose()
    }
    #[inline(always)]
    fn call_any(&mut self, site: CallSite) -> Out<Called<Value>> {
        self.full()?;
        if let Some(class) = calls::type_of(self.base, site) {
            return Ok(Called::Value(class));
        }
        if calls::may_run_python(self.base, site) {
            out(calls::use_body(self.t, self.pc, self.base, site))?;
        }
        if let Some(r) = calls::native_site(self.t, self.base, site) {
            return out(r).map(Called::Value);
        }
        let ret = self.pc.next();
        match out(calls::call_site(self.t, self.pc, self.base, site, ret))? {
            calls::Flow::Enter(pc, base) => {
                self.go((pc, base));
                Ok(Called::Entered)
            }
            calls::Flow::Value(v) => Ok(Called::Value(v)),
        }
    }
    #[inline(always)]
    fn call_ex(&mut self, at: usize, kwargs: bool) -> Out<Called<Value>> {
        self.full()?;
        match out(calls::call_ex(self.t, self.pc, self.base, at, kwargs))? {
            calls::Flow::Enter(pc, base) => {
                self.go((pc, base));
                Ok(Called::Entered)
            }
            calls::Flow::Value(v) => Ok(Called::Value(v)),
        }
    }

    #[inline(always)]
    fn special(&mut self, x: Value, s: Special) -> Option<Value> {
        if FULL { stubs::special(x, s) } else { None }
    }
    #[inline(always)]
    fn truth_special(&mut self, x: Value) -> Option<(Stub, Value)> {
        if FULL { stubs::truth_special(x) } else { None }
    }
    #[inline(always)]
    fn asked(&mut self, op: Operator, x: Value, y: Value) -> Option<Asked<Value>> {
        if FULL { stubs::asked(op, x, y) } else { None }
    }
    #[inline(always)]
    fn door(&mut self, site: CallSite) -> Option<Door> {
        // Observers are told of the native function.
        let watched = self.t.instrumented.get();
        if !FULL || watched || !calls::may_run_python(self.base, site) {
            return None;
        }
        stubs::door(self.base.get(site.at), calls::arguments(self.base, site))
    }
    #[inline(always)]
    fn parts(&mut self, it: Value) -> Option<Parts<Value>> {
        if FULL { stubs::parts(it) } else { None }
    }
    #[inline(always)]
    fn enter_stub(&mut self, stub: Stub, registers: &[Value]) -> Out<()> {
        self.full()?;
        let at = out(stubs::enter(self.t, stub, registers, self.pc, self.base))?;
        self.go(at);
        Ok(())
    }
    #[inline(always)]
    fn leave_stub(&mut self) -> Out<()> {
        let at = stubs::leave(self.t, self.base);
        self.go(at);
        Ok(())
    }

    #[inline(always)]
    fn make_generator(&mut self) -> Out<Value> {
        self.full()?;
        out(generators::make(self.t, self.pc, self.base))
    }
    #[inline(always)]
    fn is_fresh_coroutine(&mut self, v: Value) -> bool {
        generators::is_fresh_coroutine(v)
    }
    #[inline(always)]
    fn resumable(&mut self, v: Value) -> Option<Gc<Generator>> {
        if FULL {
            generators::resumable(v)
        } else {
            generators::quick_resumable(self.t, v, self.base)
        }
    }
    #[inline(always)]
    fn resume(&mut self, g: Gc<Generator>, v: Value) -> Out<()> {
        let at = if FULL {
            out(generators::enter(self.t, g, v, self.base, self.pc))?
        } else {
            // Nothing but `None` can be sent to one that has not begun.
            return Err(match g.state.get() == State::Created && !v.is_none() {
                true => Stop::Raise,
                false => Stop::Resume(g, v),
            });
        };
        self.go(at);
        Ok(())
    }
    #[inline(always)]
    fn suspend(&mut self) -> Out<()> {
        let at = if FULL {
            generators::suspend(self.t, self.pc, self.base)
        } else {
            generators::quick_suspend(self.t, self.pc, self.base).ok_or(Stop::Raise)?
        };
        self.go(at);
        Ok(())
    }
    #[inline(always)]
    fn finish(&mut self) -> Out<()> {
        let at = if FULL {
            generators::finish(self.t, self.base)
        } else {
            generators::quick_finish(self.t, self.base).ok_or(Stop::Raise)?
        };
        self.go(at);
        Ok(())
    }

    #[inline(always)]
    fn back_edge(&mut self, from: Pc) -> Out<()> {
        let i = (from.addr() >> 3) & (HOT_COUNTERS - 1);
        let counter = &self.t.hot[i];
        let n = counter.get().wrapping_sub(1);
        counter.set(n);
        if n == 0 || self.t.breaker.load(Ordering::Relaxed) != 0 {
            self.t.hot_last.set(i as u16);
            return Err(Stop::Hot);
        }
        Ok(())
    }
    #[inline(always)]
    fn raise(&mut self, e: Value) -> Stop {
        if FULL {
            self.t.exc.set(e);
            self.t.reraised.set(true);
        }
        Stop::Raise
    }
    #[inline(always)]
    fn raise_at(&mut self, e: Value, _lasti: Value) -> Stop {
        self.raise(e)
    }
}
