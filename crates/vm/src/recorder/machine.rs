//! The micro-operations of the recorder. Each does what the interpreter does, on the
//! interpreter's own state, and writes down what that was.

use pyjit_heap::stack::HEADER_WORDS;
use pyjit_heap::{Cache, Gc, Pc, Value};
use pyjit_jit::ir::{Imm, Op, Ref, Resume};
use pyjit_runtime::core::kinds;
use pyjit_runtime::core::native::Effects as Claims;
use pyjit_runtime::types::float;
use pyjit_runtime::types::iterators::{self, IndexIterator};
use pyjit_runtime::types::list::List;
use pyjit_runtime::types::range::{self, RangeIterator};
use pyjit_runtime::types::tuple::{self, Tuple};
use pyjit_runtime::types::type_::class_of;

use super::{Recorder, T, layout, thunks};
use crate::helpers as h;
use crate::machine::{BinOp, CallSite, Called, Cmp, Helper, Machine, Out, RegsHelper, Stop};
use crate::objects::code::HOT_INTERVAL;
use crate::objects::function::Function;
use crate::objects::generator::Generator;
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

    /// A helper call: executes and writes down.
    fn call_helper<const N: usize>(
        &mut self,
        h: &'static Helper<N>,
        args: [V; N],
        claims: Claims,
    ) -> Out<V> {
        let v = (h.call)(self.m.t, args.map(|a| a.v)).map_err(|_| Stop::Raise)?;
        let address = self.int_const(std::ptr::from_ref(h).addr() as i64);
        let mut refs = vec![address];
        refs.extend(args.iter().map(|a| a.r));
        let r = self.called(thunks::helper(h, claims), &refs);
        Ok(T { v, r })
    }

    /// As a double: immediate or boxed, of exact floats.
    fn double(&mut self, a: V) -> Option<T<f64>> {
        let exact = a.v.is_float() || a.v.is_ptr() && a.v.shape_id() == kinds::FLOAT;
        let v = float::get(a.v).filter(|_| exact)?;
        self.guard(Op::GuardFloat, &[a.r]);
        let r = self.b.op(Op::UnboxFloat, &[a.r]);
        Some(T { v, r })
    }

    fn to_double(&mut self, i: V) -> T<f64> {
        let r = self.b.op(Op::IntToFloat, &[i.r]);
        T {
            v: i.v.as_int() as f64,
            r,
        }
    }

    /// What a loop's variable goes on to hold if the iterator has ended.
    fn kept_variable(&mut self) -> Ref {
        let b = self.m.pc.b();
        let slot = self.slot_of(b);
        self.read(slot, self.m.base.get(b))
    }

    fn is_float(v: Value) -> bool {
        v.is_float() || v.is_ptr() && v.shape_id() == kinds::FLOAT
    }

    fn int_condition(&mut self, op: Cmp, a: Ref, b: Ref) -> Ref {
        match op {
            Cmp::Lt => self.b.op(Op::IntLt, &[a, b]),
            Cmp::Le => self.b.op(Op::IntLe, &[a, b]),
            Cmp::Gt => self.b.op(Op::IntLt, &[b, a]),
            Cmp::Ge => self.b.op(Op::IntLe, &[b, a]),
            Cmp::Eq => self.b.op(Op::IntEq, &[a, b]),
            Cmp::Ne => self.b.op(Op::IntNe, &[a, b]),
        }
    }

    fn float_condition(&mut self, op: Cmp, a: Ref, b: Ref) -> Ref {
        match op {
            Cmp::Lt => self.b.op(Op::FloatLt, &[a, b]),
            Cmp::Le => self.b.op(Op::FloatLe, &[a, b]),
            Cmp::Gt => self.b.op(Op::FloatLt, &[b, a]),
            Cmp::Ge => self.b.op(Op::FloatLe, &[b, a]),
            Cmp::Eq => self.b.op(Op::FloatEq, &[a, b]),
            Cmp::Ne => self.b.op(Op::FloatNe, &[a, b]),
        }
    }

    /// Guards what the operation needs to have a meaning.
    fn int_operands(&mut self, op: BinOp, a: V, b: V) -> Option<Op> {
        let zero = self.int_const(0);
        Some(match op {
            BinOp::Add => Op::IntAdd,
            BinOp::Sub => Op::IntSub,
            BinOp::Mul => Op::IntMul,
            BinOp::And => Op::IntAnd,
            BinOp::Or => Op::IntOr,
            BinOp::Xor => Op::IntXor,
            BinOp::Floordiv | BinOp::Mod => {
                let c = self.b.op(Op::IntNe, &[b.r, zero]);
                self.holds(c, true);
                if op == BinOp::Mod {
                    Op::IntMod
                } else {
                    Op::IntFloorDiv
                }
            }
            BinOp::Lshift | BinOp::Rshift => {
                if !(0..63).contains(&b.v.as_int()) {
                    return None;
                }
                let limit = self.int_const(63);
                let c = self.b.op(Op::IntBelow, &[b.r, limit]);
                self.holds(c, true);
                if op == BinOp::Lshift {
                    Op::IntShl
                } else {
                    Op::IntShr
                }
            }
            _ => {
                let _ = a;
                return None;
            }
        })
    }

    /// Index `i` counted from 0, if it is in range of `len` items.
    fn in_range(&mut self, i: V, len: usize, n: Ref) -> Option<V> {
        let v = crate::arith::index_in(i.v, len)?;
        if i.v.as_int() >= 0 {
            let c = self.b.op(Op::IntBelow, &[i.r, n]);
            self.holds(c, true);
            return Some(T { v, r: i.r });
        }
        let zero = self.int_const(0);
        let c = self.b.op(Op::IntLt, &[i.r, zero]);
        self.holds(c, true);
        let r = self.b.op(Op::IntAdd, &[i.r, n]);
        let c = self.b.op(Op::IntLe, &[zero, r]);
        self.holds(c, true);
        Some(T { v, r })
    }

    fn range_next(&mut self, it: V) -> Option<Option<V>> {
        let g: Gc<RangeIterator> = Gc::from_value(it.v);
        let o = self.shape(it.r, kinds::RANGE_ITERATOR);
        let left = self.get(layout::RANGE_LEFT, o);
        let zero = self.int_const(0);
        let c = self.b.op(Op::IntEq, &[left, zero]);
        let ended = g.remaining.get() == 0;
        self.holds(c, ended);
        if ended {
            return Some(None);
        }
        let now = self.get(layout::RANGE_NEXT, o);
        let step = self.get(layout::RANGE_STEP, o);
        let after = self.b.op(Op::IntAdd, &[now, step]);
        let one = self.int_const(1);
        let fewer = self.b.op(Op::IntSub, &[left, one]);
        let r = self.b.op(Op::BoxInt, &[now]);
        self.set(layout::RANGE_LEFT, o, fewer);
        self.set(layout::RANGE_NEXT, o, after);
        let v = range::next(self.m.t, g)?;
        Some(Some(T { v, r }))
    }

    fn index_next(&mut self, it: V) -> Option<Option<V>> {
        let g: Gc<IndexIterator> = Gc::from_value(it.v);
        let sequence = g.sequence.get().opt()?;
        let shape = sequence.shape_id();
        let len = match shape {
            kinds::LIST => Gc::<List>::from_value(sequence).len(),
            kinds::TUPLE => Gc::<Tuple>::from_value(sequence).len(),
            _ => return None,
        };
        let at = g.index.get();
        if at < 0 {
            return None;
        }
        let o = self.shape(it.r, it.v.shape_id());
        let s = self.get(layout::SEQUENCE, o);
        let s = self.shape(s, shape);
        let i = self.get(layout::INDEX, o);
        let length = match shape {
            kinds::LIST => layout::LIST_LEN,
            _ => layout::TUPLE_LEN,
        };
        let n = self.get(length, s);
        let c = self.b.op(Op::IntBelow, &[i, n]);
        let ended = at as usize >= len;
        self.holds(c, !ended);
        if ended {
            let null = self.value(Value::NULL);
            self.set(layout::SEQUENCE, o, null);
        } else {
            let one = self.int_const(1);
            let next = self.b.op(Op::IntAdd, &[i, one]);
            self.set(layout::INDEX, o, next);
        }
        let r = match (ended, shape) {
            (true, _) => None,
            (_, kinds::LIST) => {
                let a = self.get(layout::LIST_ARRAY, s);
                Some(
                    self.b
                        .emit(Op::GetItem, Imm::Items(layout::LIST_ITEM), &[a, i]),
                )
            }
            _ => Some(
                self.b
                    .emit(Op::GetItem, Imm::Items(layout::TUPLE_ITEM), &[s, i]),
            ),
        };
        let v = match iterators::next_native(self.m.t, it.v) {
            Some(Ok(v)) => v,
            _ => {
                self.give_up(AbortReason::Unsupported);
                None
            }
        };
        Some(match (v, r) {
            (Some(v), Some(r)) => Some(T { v, r }),
            _ => None,
        })
    }

    /// Address of an object that is known to be one.
    pub(super) fn address(&mut self, v: Ref) -> Ref {
        self.b.op(Op::UnboxRef, &[v])
    }
}

impl Machine for Recorder<'_> {
    type V = V;
    type I = V;
    type F = T<f64>;
    type O = V;
    type L = T<Gc<List>>;
    type T = T<Gc<Tuple>>;
    type C = Gc<Function>;
    type G = Gc<Generator>;

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
        if !a.v.is_int() || !b.v.is_int() {
            return None;
        }
        Some((self.int(a)?, self.int(b)?))
    }
    fn int(&mut self, a: V) -> Option<V> {
        if !a.v.is_int() {
            return None;
        }
        self.guard(Op::GuardInt, &[a.r]);
        let r = self.b.op(Op::UnboxInt, &[a.r]);
        Some(T { v: a.v, r })
    }
    fn floats(&mut self, a: V, b: V) -> Option<(T<f64>, T<f64>)> {
        if !Self::is_float(a.v) || !Self::is_float(b.v) {
            return None;
        }
        Some((self.double(a)?, self.double(b)?))
    }
    fn mixed(&mut self, a: V, b: V) -> Option<(T<f64>, T<f64>)> {
        if Self::is_float(a.v) && b.v.is_int() {
            let f = self.double(a)?;
            let i = self.int(b)?;
            return Some((f, self.to_double(i)));
        }
        if a.v.is_int() && Self::is_float(b.v) {
            let i = self.int(a)?;
            let f = self.double(b)?;
            return Some((self.to_double(i), f));
        }
        None
    }
    fn float(&mut self, a: V) -> Option<T<f64>> {
        self.double(a)
    }
    fn is_const(&mut self, v: V, k: Value) -> bool {
        let truth = v.v == k;
        let k = self.value(k);
        if truth && !self.wrote {
            self.guard(Op::GuardValue, &[v.r, k]);
            return true;
        }
        let c = self.b.op(Op::SameWord, &[v.r, k]);
        self.branch(c, truth)
    }
    fn is_null(&mut self, v: V) -> bool {
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
    fn same(&mut self, a: V, b: V) -> bool {
        let c = self.b.op(Op::SameWord, &[a.r, b.r]);
        self.branch(c, a.v == b.v)
    }
    fn truth(&mut self, v: V) -> Option<bool> {
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
    fn list(&mut self, v: V) -> Option<T<Gc<List>>> {
        let l = v.v.cast_exact::<List>()?;
        let r = self.shape(v.r, kinds::LIST);
        Some(T { v: l, r })
    }
    fn tuple(&mut self, v: V) -> Option<T<Gc<Tuple>>> {
        let x = v.v.cast_exact::<Tuple>()?;
        let r = if self.wrote {
            // What a helper gave is known to be a tuple.
            self.address(v.r)
        } else {
            self.shape(v.r, kinds::TUPLE)
        };
        Some(T { v: x, r })
    }

    fn from_int(&mut self, i: V) -> V {
        let r = self.b.op(Op::BoxInt, &[i.r]);
        T { v: i.v, r }
    }
    fn from_float(&mut self, f: T<f64>) -> Out<V> {
        let r = self.b.op(Op::BoxFloat, &[f.r]);
        Ok(T {
            v: float::from_f64(f.v),
            r,
        })
    }
    fn from_bool(&mut self, b: bool) -> V {
        self.konst(Value::bool(b))
    }
    fn int_bin(&mut self, op: BinOp, a: V, b: V) -> Option<V> {
        let v = self.m.int_bin(op, a.v, b.v)?;
        let op = self.int_operands(op, a, b)?;
        let r = self.b.op(op, &[a.r, b.r]);
        Some(T { v, r })
    }
    fn int_div(&mut self, a: V, b: V) -> Option<T<f64>> {
        const EXACT: i64 = 1 << 53;
        let v = self.m.int_div(a.v, b.v)?;
        let zero = self.int_const(0);
        let c = self.b.op(Op::IntNe, &[b.r, zero]);
        self.holds(c, true);
        for x in [a, b] {
            let (lo, hi) = (self.int_const(-EXACT), self.int_const(EXACT));
            let c = self.b.op(Op::IntLe, &[lo, x.r]);
            self.holds(c, true);
            let c = self.b.op(Op::IntLe, &[x.r, hi]);
            self.holds(c, true);
        }
        let (x, y) = (self.to_double(a), self.to_double(b));
        let r = self.b.op(Op::FloatDiv, &[x.r, y.r]);
        Some(T { v, r })
    }
    fn float_bin(&mut self, op: BinOp, a: T<f64>, b: T<f64>) -> Option<T<f64>> {
        let v = self.m.float_bin(op, a.v, b.v)?;
        let op = match op {
            BinOp::Add => Op::FloatAdd,
            BinOp::Sub => Op::FloatSub,
            BinOp::Mul => Op::FloatMul,
            _ => {
                let zero = self.b.constant(pyjit_jit::ir::Lit::Float(0.0));
                let c = self.b.op(Op::FloatNe, &[b.r, zero]);
                self.holds(c, true);
                Op::FloatDiv
            }
        };
        let r = self.b.op(op, &[a.r, b.r]);
        Some(T { v, r })
    }
    fn float_neg(&mut self, a: T<f64>) -> T<f64> {
        let r = self.b.op(Op::FloatNeg, &[a.r]);
        T { v: -a.v, r }
    }
    fn int_cmp(&mut self, op: Cmp, a: V, b: V) -> bool {
        let t = self.m.int_cmp(op, a.v, b.v);
        let c = self.int_condition(op, a.r, b.r);
        self.branch(c, t)
    }
    fn float_cmp(&mut self, op: Cmp, a: T<f64>, b: T<f64>) -> bool {
        let t = self.m.float_cmp(op, a.v, b.v);
        let c = self.float_condition(op, a.r, b.r);
        self.branch(c, t)
    }
    fn int_cmp_value(&mut self, op: Cmp, a: V, b: V) -> V {
        let v = Value::bool(self.m.int_cmp(op, a.v, b.v));
        let c = self.int_condition(op, a.r, b.r);
        let r = self.b.op(Op::BoxBool, &[c]);
        T { v, r }
    }
    fn float_cmp_value(&mut self, op: Cmp, a: T<f64>, b: T<f64>) -> V {
        let v = Value::bool(self.m.float_cmp(op, a.v, b.v));
        let c = self.float_condition(op, a.r, b.r);
        let r = self.b.op(Op::BoxBool, &[c]);
        T { v, r }
    }

    fn call0(&mut self, h: &'static Helper<0>) -> Out<V> {
        self.call_helper(h, [], h.effects)
    }
    fn call1(&mut self, h: &'static Helper<1>, a: V) -> Out<V> {
        if std::ptr::eq(h, &h::ITER) && a.v.is_ptr() && is_builtin_iterable(a.v) {
            self.shape(a.r, a.v.shape_id());
            return self.call_helper(h, [a], Claims(Claims::LEAF | Claims::READS));
        }
        self.call_helper(h, [a], h.effects)
    }
    fn call2(&mut self, h: &'static Helper<2>, a: V, b: V) -> Out<V> {
        self.call_helper(h, [a, b], h.effects)
    }
    fn call3(&mut self, h: &'static Helper<3>, a: V, b: V, c: V) -> Out<V> {
        if let Some(done) = self.store_name(h, a, b, c) {
            return done;
        }
        self.call_helper(h, [a, b, c], h.effects)
    }
    fn call4(&mut self, h: &'static Helper<4>, args: [V; 4]) -> Out<V> {
        self.call_helper(h, args, h.effects)
    }
    fn call_regs(&mut self, h: &'static RegsHelper, from: usize, n: usize) -> Out<V> {
        let v = self.m.call_regs(h, from, n)?;
        let args = [
            self.int_const(std::ptr::from_ref(h).addr() as i64),
            self.int_const(from as i64),
            self.int_const(n as i64),
        ];
        let r = self.called(thunks::registers(), &args);
        Ok(T { v, r })
    }

    fn shaped(&mut self, o: V, c: &'static Cache) -> Option<V> {
        self.m.shaped(o.v, c)?;
        self.relies_on(class_of(o.v));
        let r = self.shape(o.r, o.v.shape_id());
        Some(T { v: o.v, r })
    }
    fn slot(&mut self, o: V, i: usize) -> V {
        let v = self.m.slot(o.v, i);
        let r = self.get(layout::slot(i), o.r);
        T { v, r }
    }
    fn set_slot(&mut self, o: V, i: usize, v: V) -> Out<()> {
        self.set(layout::slot(i), o.r, v.r);
        self.m.set_slot(o.v, i, v.v)
    }
    fn add_slot(&mut self, o: V, i: usize, v: V, c: &'static Cache) -> Out<()> {
        let shape = self.int_const(c.value.get().as_int());
        self.set(layout::slot(i), o.r, v.r);
        self.set(layout::SHAPE, o.r, shape);
        self.m.add_slot(o.v, i, v.v, c)
    }
    fn overflow(&mut self, o: V, c: &'static Cache, i: usize) -> V {
        let v = self.m.overflow(o.v, c, i);
        let word = c.value.get().as_int() as usize;
        let a = self.get(layout::overflow_array(word), o.r);
        let r = self.get(layout::overflow(i), a);
        T { v, r }
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
        let v = self.m.global(c)?;
        let r = self.global_ref(c)?;
        Some(T { v, r })
    }
    fn global_slow(&mut self, c: &'static Cache) -> Out<V> {
        self.m.global_slow(c)?;
        match self.global(c) {
            Some(v) => Ok(v),
            None => {
                self.give_up(AbortReason::Unsupported);
                self.m.global_slow(c).map(|v| self.konst(v))
            }
        }
    }
    fn dict_cached(&mut self, d: V, c: &'static Cache) -> Option<V> {
        let v = self.m.dict_cached(d.v, c)?;
        let r = self.name_ref(d, c)?;
        Some(T { v, r })
    }
    fn name_slow(&mut self, ns: V, c: &'static Cache) -> Out<V> {
        let v = self.m.name_slow(ns.v, c)?;
        if let Some(v) = self.dict_cached(ns, c) {
            return Ok(v);
        }
        self.give_up(AbortReason::Unsupported);
        Ok(self.konst(v))
    }
    fn cell_get(&mut self, cell: V) -> V {
        let v = self.m.cell_get(cell.v);
        let o = self.address(cell.r);
        let r = self.get(layout::CELL, o);
        T { v, r }
    }
    fn cell_set(&mut self, cell: V, v: V) -> Out<()> {
        let o = self.address(cell.r);
        self.set(layout::CELL, o, v.r);
        self.m.cell_set(cell.v, v.v)
    }
    fn new_cell(&mut self, v: V) -> Out<V> {
        let c = self.m.new_cell(v.v)?;
        let o = self.b.emit(
            Op::New,
            Imm::Header(pyjit_heap::Header::word(kinds::CELL, 16)),
            &[],
        );
        self.b
            .emit(Op::SetField, Imm::Field(layout::CELL), &[o, v.r]);
        let r = self.b.op(Op::BoxRef, &[o]);
        Ok(T { v: c, r })
    }
    fn closure(&mut self, i: usize) -> V {
        let v = self.m.closure(i);
        let f = self.function();
        let f = self.address(f.r);
        let cells = self.get(layout::CLOSURE, f);
        let r = match layout::TUPLE_ITEM.field(i as i64) {
            Some(f) => self.get(f, cells),
            None => self.value(v),
        };
        T { v, r }
    }

    fn list_index(&mut self, l: T<Gc<List>>, i: V) -> Option<V> {
        crate::arith::index_in(i.v, l.v.len())?;
        let n = self.get(layout::LIST_LEN, l.r);
        self.in_range(i, l.v.len(), n)
    }
    fn list_get(&mut self, l: T<Gc<List>>, i: V) -> V {
        let v = self.m.list_get(l.v, i.v);
        let a = self.get(layout::LIST_ARRAY, l.r);
        let r = self
            .b
            .emit(Op::GetItem, Imm::Items(layout::LIST_ITEM), &[a, i.r]);
        T { v, r }
    }
    fn list_set(&mut self, l: T<Gc<List>>, i: V, v: V) -> Out<()> {
        let a = self.get(layout::LIST_ARRAY, l.r);
        self.b
            .emit(Op::SetItem, Imm::Items(layout::LIST_ITEM), &[a, i.r, v.r]);
        self.wrote = true;
        self.m.list_set(l.v, i.v, v.v)
    }
    fn list_push(&mut self, l: T<Gc<List>>, v: V) -> Out<()> {
        self.push(l, v)
    }
    fn list_len_is(&mut self, l: T<Gc<List>>, n: usize) -> bool {
        let len = self.get(layout::LIST_LEN, l.r);
        let k = self.int_const(n as i64);
        let c = self.b.op(Op::IntEq, &[len, k]);
        self.branch(c, l.v.len() == n)
    }
    fn tuple_index(&mut self, x: T<Gc<Tuple>>, i: V) -> Option<V> {
        crate::arith::index_in(i.v, x.v.len())?;
        let n = self.get(layout::TUPLE_LEN, x.r);
        self.in_range(i, x.v.len(), n)
    }
    fn tuple_get(&mut self, x: T<Gc<Tuple>>, i: V) -> V {
        let v = self.m.tuple_get(x.v, i.v);
        let r = self
            .b
            .emit(Op::GetItem, Imm::Items(layout::TUPLE_ITEM), &[x.r, i.r]);
        T { v, r }
    }
    fn tuple_len_is(&mut self, x: T<Gc<Tuple>>, n: usize) -> bool {
        let len = self.get(layout::TUPLE_LEN, x.r);
        let k = self.int_const(n as i64);
        let c = self.b.op(Op::IntEq, &[len, k]);
        self.branch(c, x.v.len() == n)
    }
    fn new_tuple(&mut self, from: usize, n: usize) -> Out<V> {
        let items: Vec<V> = (0..n).map(|i| self.reg(from + i)).collect();
        let v = self.m.new_tuple(from, n)?;
        let bytes = 8 * (tuple::FIRST + n);
        let header = pyjit_heap::Header::word(kinds::TUPLE, bytes);
        let o = self.b.emit(Op::New, Imm::Header(header), &[]);
        let len = self.int_const(n as i64);
        self.b
            .emit(Op::SetField, Imm::Field(layout::TUPLE_LEN), &[o, len]);
        for (i, x) in items.iter().enumerate() {
            if let Some(f) = layout::TUPLE_ITEM.field(i as i64) {
                self.b.emit(Op::SetField, Imm::Field(f), &[o, x.r]);
            }
        }
        let r = self.b.op(Op::BoxRef, &[o]);
        Ok(T { v, r })
    }

    fn iter_next(&mut self, it: V) -> Option<Option<V>> {
        if !it.v.is_ptr() {
            return None;
        }
        match it.v.shape_id() {
            kinds::RANGE_ITERATOR => self.range_next(it),
            kinds::LIST_ITERATOR | kinds::TUPLE_ITERATOR => self.index_next(it),
            _ => None,
        }
    }

    fn py_callee(&mut self, f: V, n: usize, at: usize) -> Option<Gc<Function>> {
        let g = self.m.py_callee(f.v, n, at)?;
        if !self.inlines(g) {
            return None;
        }
        let k = self.value(f.v);
        self.guard(Op::GuardValue, &[f.r, k]);
        Some(g)
    }
    fn enter(&mut self, f: Gc<Function>, at: usize, ret: Pc) -> Out<()> {
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
    fn leave(&mut self, v: V) -> Out<()> {
        let window = self.window();
        let from = self.index(window - HEADER_WORDS as i32);
        for i in from..self.shadow.len() {
            self.shadow[i] = None;
            self.dirty[i] = false;
        }
        self.write(window - HEADER_WORDS as i32, v.r);
        self.m.leave(v.v)
    }
    fn call_any(&mut self, site: CallSite) -> Out<Called<V>> {
        self.any_call(site).map(Called::Value)
    }
    fn call_ex(&mut self, at: usize, kwargs: bool) -> Out<Called<V>> {
        self.give_up(AbortReason::Unsupported);
        Ok(match self.m.call_ex(at, kwargs)? {
            Called::Entered => Called::Entered,
            Called::Value(v) => Called::Value(self.konst(v)),
        })
    }

    fn make_generator(&mut self) -> Out<V> {
        self.give_up(AbortReason::Generator);
        let v = self.m.make_generator()?;
        Ok(self.konst(v))
    }
    fn resumable(&mut self, _v: V) -> Option<Gc<Generator>> {
        None
    }
    fn resume(&mut self, g: Gc<Generator>, v: V) -> Out<()> {
        self.give_up(AbortReason::Generator);
        self.m.resume(g, v.v)
    }
    fn suspend(&mut self) -> Out<()> {
        self.give_up(AbortReason::Generator);
        self.m.suspend()
    }
    fn finish(&mut self) -> Out<()> {
        self.give_up(AbortReason::Generator);
        Machine::finish(&mut self.m)
    }

    fn back_edge(&mut self, _from: Pc) -> Out<()> {
        self.back = Some(self.m.pc);
        Ok(())
    }
    fn raise(&mut self, e: V) -> Stop {
        self.m.raise(e.v)
    }
    fn raise_at(&mut self, e: V, lasti: V) -> Stop {
        self.m.raise_at(e.v, lasti.v)
    }
}

/// Does making its iterator run nothing of the user's?
fn is_builtin_iterable(v: Value) -> bool {
    matches!(
        v.shape_id(),
        kinds::LIST
            | kinds::TUPLE
            | kinds::DICT
            | kinds::SET
            | kinds::STR
            | kinds::RANGE
            | kinds::BYTES
    )
}
