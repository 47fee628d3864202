//! The micro-operations of the recorder. Each does what the interpreter does, on the
//! interpreter's own state, and writes down what that was.

use pyjit_heap::stack::HEADER_WORDS;
use pyjit_heap::{Cache, Gc, Pc, Value};
use pyjit_runtime::core::operators::Operator;
use pyjit_runtime::core::special::Special;
use pyjit_runtime::types::list::List;
use pyjit_runtime::types::tuple::Tuple;

use super::calls::Callee;
use super::{Recorder, T, layout};
use crate::machine::{BinOp, CallSite, Called, Cmp, Helper, Machine, Out, RegsHelper, Stop};
use crate::objects::generator::Generator;
use crate::stubs::{Asked, Door, Parts, Stub};

type V = T<Value>;

impl Machine for Recorder<'_> {
    type V = V;
    type I = V;
    type F = T<f64>;
    type O = V;
    type L = T<Gc<List>>;
    type T = T<Gc<Tuple>>;
    type C = Callee;
    type G = T<Gc<Generator>>;

    fn pc(&self) -> Pc {
        self.m.pc
    }
    fn set_pc(&mut self, pc: Pc) {
        self.m.pc = pc
    }
    fn reg(&mut self, i: usize) -> V {
        let v = self.m.reg(i);
        let slot = self.slot_of(i);
        T {
            v,
            r: self.read(slot, v),
        }
    }
    fn set_reg(&mut self, i: usize, v: V) {
        self.m.set_reg(i, v.v);
        let slot = self.slot_of(i);
        self.write(slot, v.r);
    }
    fn konst(&mut self, v: Value) -> V {
        T {
            v,
            r: self.value(v),
        }
    }
    fn imm(&mut self, i: i64) -> V {
        T {
            v: Value::int(i),
            r: self.int_const(i),
        }
    }
    fn name(&mut self, c: &'static Cache) -> V {
        let v = self.m.name(c);
        self.konst(v)
    }
    fn function(&mut self) -> V {
        let v = self.m.function();
        let slot = self.window() - HEADER_WORDS as i32;
        T {
            v,
            r: self.read(slot, v),
        }
    }
    fn ints(&mut self, a: V, b: V) -> Option<(V, V)> {
        self.ints(a, b)
    }
    fn int(&mut self, a: V) -> Option<V> {
        self.int(a)
    }
    fn floats(&mut self, a: V, b: V) -> Option<(T<f64>, T<f64>)> {
        self.floats(a, b)
    }
    fn mixed(&mut self, a: V, b: V) -> Option<(T<f64>, T<f64>)> {
        self.mixed(a, b)
    }
    fn float(&mut self, a: V) -> Option<T<f64>> {
        self.double(a)
    }
    fn is_const(&mut self, v: V, k: Value) -> bool {
        self.is_const(v, k)
    }
    fn is_null(&mut self, v: V) -> bool {
        self.is_null(v)
    }
    fn same(&mut self, a: V, b: V) -> bool {
        self.same(a, b)
    }
    fn truth(&mut self, v: V) -> Option<bool> {
        self.truth(v)
    }
    fn list(&mut self, v: V) -> Option<T<Gc<List>>> {
        self.list(v)
    }
    fn tuple(&mut self, v: V) -> Option<T<Gc<Tuple>>> {
        self.tuple(v)
    }
    fn from_int(&mut self, i: V) -> V {
        self.from_int(i)
    }
    fn from_float(&mut self, f: T<f64>) -> Out<V> {
        self.from_float(f)
    }
    fn from_bool(&mut self, b: bool) -> V {
        self.konst(Value::bool(b))
    }
    fn int_bin(&mut self, op: BinOp, a: V, b: V) -> Option<V> {
        self.int_bin(op, a, b)
    }
    fn int_div(&mut self, a: V, b: V) -> Option<T<f64>> {
        self.int_div(a, b)
    }
    fn float_bin(&mut self, op: BinOp, a: T<f64>, b: T<f64>) -> Option<T<f64>> {
        self.float_bin(op, a, b)
    }
    fn float_neg(&mut self, a: T<f64>) -> T<f64> {
        self.float_neg(a)
    }
    fn int_cmp(&mut self, op: Cmp, a: V, b: V) -> bool {
        self.int_cmp(op, a, b)
    }
    fn float_cmp(&mut self, op: Cmp, a: T<f64>, b: T<f64>) -> bool {
        self.float_cmp(op, a, b)
    }
    fn int_cmp_value(&mut self, op: Cmp, a: V, b: V) -> V {
        self.int_cmp_value(op, a, b)
    }
    fn float_cmp_value(&mut self, op: Cmp, a: T<f64>, b: T<f64>) -> V {
        self.float_cmp_value(op, a, b)
    }

    fn call0(&mut self, h: &'static Helper<0>) -> Out<V> {
        self.call_helper(h, [], h.effects)
    }
    fn call1(&mut self, h: &'static Helper<1>, a: V) -> Out<V> {
        self.call1(h, a)
    }
    fn call2(&mut self, h: &'static Helper<2>, a: V, b: V) -> Out<V> {
        match self.known2(h, a, b) {
            Some(done) => done,
            None => self.call2(h, a, b),
        }
    }
    fn call3(&mut self, h: &'static Helper<3>, a: V, b: V, c: V) -> Out<V> {
        self.call3(h, a, b, c)
    }
    fn call4(&mut self, h: &'static Helper<4>, args: [V; 4]) -> Out<V> {
        match self.known4(h, args) {
            Some(done) => done,
            None => self.call_helper(h, args, h.effects),
        }
    }
    fn call_regs(&mut self, h: &'static RegsHelper, from: usize, n: usize) -> Out<V> {
        self.call_regs(h, from, n)
    }
    fn shaped(&mut self, o: V, c: &'static Cache) -> Option<V> {
        self.shaped(o, c)
    }
    fn slot(&mut self, o: V, i: usize) -> V {
        self.slot(o, i)
    }
    fn set_slot(&mut self, o: V, i: usize, v: V) -> Out<()> {
        self.set_slot(o, i, v)
    }
    fn add_slot(&mut self, o: V, i: usize, v: V, c: &'static Cache) -> Out<()> {
        self.add_slot(o, i, v, c)
    }
    fn overflow(&mut self, o: V, c: &'static Cache, i: usize) -> V {
        self.overflow(o, c, i)
    }
    fn set_overflow(&mut self, o: V, c: &'static Cache, i: usize, v: V) -> Out<()> {
        let a = self.overflow_array(o, c);
        self.set(layout::overflow(i), a, v.r);
        self.m.set_overflow(o.v, c, i, v.v)
    }
    fn cached(&mut self, c: &'static Cache) -> V {
        self.konst(c.value.get())
    }
    fn load_attr_slow(&mut self, o: V, c: &'static Cache) -> Out<V> {
        self.attribute(o, c)
    }
    fn store_attr_slow(&mut self, o: V, v: V, c: &'static Cache) -> Out<()> {
        self.set_attribute(o, v, c)
    }
    fn load_method_slow(&mut self, o: V, c: &'static Cache) -> Out<(V, V)> {
        self.method(o, c)
    }
    fn global(&mut self, c: &'static Cache) -> Option<V> {
        self.global(c)
    }
    fn global_slow(&mut self, c: &'static Cache) -> Out<V> {
        self.global_slow(c)
    }
    fn dict_cached(&mut self, d: V, c: &'static Cache) -> Option<V> {
        self.dict_cached(d, c)
    }
    fn name_slow(&mut self, ns: V, c: &'static Cache) -> Out<V> {
        self.name_slow(ns, c)
    }
    fn cell_get(&mut self, cell: V) -> V {
        self.cell_get(cell)
    }
    fn cell_set(&mut self, cell: V, v: V) -> Out<()> {
        self.cell_set(cell, v)
    }
    fn new_cell(&mut self, v: V) -> Out<V> {
        self.new_cell(v)
    }
    fn closure(&mut self, i: usize) -> V {
        self.closure(i)
    }
    fn list_index(&mut self, l: T<Gc<List>>, i: V) -> Option<V> {
        self.list_index(l, i)
    }
    fn list_get(&mut self, l: T<Gc<List>>, i: V) -> V {
        self.list_get(l, i)
    }
    fn list_set(&mut self, l: T<Gc<List>>, i: V, v: V) -> Out<()> {
        self.list_set(l, i, v)
    }
    fn list_push(&mut self, l: T<Gc<List>>, v: V) -> Out<()> {
        self.push(l, v)
    }
    fn list_len_is(&mut self, l: T<Gc<List>>, n: usize) -> bool {
        self.list_len_is(l, n)
    }
    fn tuple_index(&mut self, x: T<Gc<Tuple>>, i: V) -> Option<V> {
        self.tuple_index(x, i)
    }
    fn tuple_get(&mut self, x: T<Gc<Tuple>>, i: V) -> V {
        self.tuple_get(x, i)
    }
    fn tuple_len_is(&mut self, x: T<Gc<Tuple>>, n: usize) -> bool {
        self.tuple_len_is(x, n)
    }
    fn new_tuple(&mut self, from: usize, n: usize) -> Out<V> {
        self.new_tuple(from, n)
    }
    fn iter_next(&mut self, it: V) -> Option<Option<V>> {
        self.iter_next(it)
    }
    fn py_callee(&mut self, f: V, n: usize, at: usize) -> Option<Callee> {
        self.py_callee(f, n, at)
    }
    fn enter(&mut self, f: Callee, at: usize, ret: Pc) -> Out<()> {
        self.enter(f, at, ret)
    }
    fn leave(&mut self, v: V) -> Out<()> {
        self.leave(v)
    }
    fn plain_native(&mut self, _: CallSite) -> Out<Option<V>> {
        Ok(None)
    }
    fn call_any(&mut self, site: CallSite) -> Out<Called<V>> {
        self.call_any(site)
    }
    fn call_ex(&mut self, at: usize, kwargs: bool) -> Out<Called<V>> {
        self.call_ex(at, kwargs)
    }
    fn special(&mut self, x: V, s: Special) -> Option<V> {
        self.special(x, s)
    }
    fn truth_special(&mut self, x: V) -> Option<(Stub, V)> {
        self.truth_special(x)
    }
    fn asked(&mut self, op: Operator, x: V, y: V) -> Option<Asked<V>> {
        self.asked(op, x, y)
    }
    fn door(&mut self, site: CallSite) -> Option<Door> {
        self.door(site)
    }
    fn parts(&mut self, it: V) -> Option<Parts<V>> {
        self.parts(it)
    }
    fn enter_stub(&mut self, stub: Stub, registers: &[V]) -> Out<()> {
        self.enter_stub(stub, registers)
    }
    fn leave_stub(&mut self) -> Out<()> {
        self.leave_stub()
    }
    fn make_generator(&mut self) -> Out<V> {
        self.make_generator()
    }
    fn resumable(&mut self, v: V) -> Option<Self::G> {
        self.resumable(v)
    }
    fn resume(&mut self, g: Self::G, v: V) -> Out<()> {
        self.resume(g, v)
    }
    fn suspend(&mut self) -> Out<()> {
        self.suspend()
    }
    fn finish(&mut self) -> Out<()> {
        self.finish_generator()
    }

    fn back_edge(&mut self, _from: Pc) -> Out<()> {
        self.back = Some(self.m.pc);
        Ok(())
    }
    fn raise(&mut self, e: V) -> Stop {
        self.raise_again(e)
    }
    fn raise_at(&mut self, e: V, _lasti: V) -> Stop {
        self.raise_again(e)
    }
}
