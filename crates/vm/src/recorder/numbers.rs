//! Numbers: operands are unboxed under guards, operations are written as arithmetic on
//! mathematical integers and doubles.

use pyjit_heap::Value;
use pyjit_heap::stack::HEADER_WORDS;
use pyjit_jit::ir::{Lit, Op, Ref};
use pyjit_jit::tree::Seen;
use pyjit_runtime::core::kinds;
use pyjit_runtime::types::float;
use pyjit_runtime::types::type_::{Type, of_kind};

use super::{Recorder, T};
use crate::machine::{BinOp, CallSite, Cmp, Machine, Out};

type V = T<Value>;

/// Doubles below it are small ints when they are truncated.
const FITS: f64 = 4e18;

impl Recorder<'_> {
    /// As a double: immediate or boxed, of exact floats.
    pub(super) fn double(&mut self, a: V) -> Option<T<f64>> {
        let exact = a.v.is_float() || a.v.is_ptr() && a.v.shape_id() == kinds::FLOAT;
        let v = float::get(a.v).filter(|_| exact)?;
        self.guard(Op::GuardFloat, &[a.r]);
        let r = self.b.op(Op::UnboxFloat, &[a.r]);
        Some(T { v, r })
    }

    pub(super) fn to_double(&mut self, i: V) -> T<f64> {
        let r = self.b.op(Op::IntToFloat, &[i.r]);
        T {
            v: i.v.as_int() as f64,
            r,
        }
    }

    pub(super) fn is_float(v: Value) -> bool {
        v.is_float() || v.is_ptr() && v.shape_id() == kinds::FLOAT
    }

    pub(super) fn int_condition(&mut self, op: Cmp, a: Ref, b: Ref) -> Ref {
        match op {
            Cmp::Lt => self.b.op(Op::IntLt, &[a, b]),
            Cmp::Le => self.b.op(Op::IntLe, &[a, b]),
            Cmp::Gt => self.b.op(Op::IntLt, &[b, a]),
            Cmp::Ge => self.b.op(Op::IntLe, &[b, a]),
            Cmp::Eq => self.b.op(Op::IntEq, &[a, b]),
            Cmp::Ne => self.b.op(Op::IntNe, &[a, b]),
        }
    }

    pub(super) fn float_condition(&mut self, op: Cmp, a: Ref, b: Ref) -> Ref {
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
    pub(super) fn int_operands(&mut self, op: BinOp, a: V, b: V) -> Option<Op> {
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
                if !b.v.is_int() || !(0..65).contains(&b.v.as_int()) {
                    return None;
                }
                let limit = self.int_const(if b.v.as_int() < 63 { 63 } else { 65 });
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

    pub(super) fn ints(&mut self, a: V, b: V) -> Option<(V, V)> {
        let (a, b) = match (a.v.is_bool(), b.v.is_bool()) {
            (true, false) if b.v.is_int() => (self.bool_as_int(a), b),
            (false, true) if a.v.is_int() => (a, self.bool_as_int(b)),
            _ => (a, b),
        };
        let int = |v: Value| v.is_int() || v.is_ptr() && v.shape_id() == kinds::INT;
        if !int(a.v) || !int(b.v) {
            return None;
        }
        Some((self.int(a)?, self.int(b)?))
    }

    /// A truth value as a Python int.
    fn bool_as_int(&mut self, a: V) -> V {
        self.guard(Op::GuardBool, &[a.r]);
        let c = self.b.op(Op::UnboxBool, &[a.r]);
        let i = self.b.op(Op::BoolToInt, &[c]);
        let r = self.b.op(Op::BoxInt, &[i]);
        let v = Value::int((a.v == Value::TRUE) as i64);
        T { v, r }
    }

    pub(super) fn int(&mut self, a: V) -> Option<V> {
        if !a.v.is_int() {
            return self.wide_int(a);
        }
        self.guard(Op::GuardInt, &[a.r]);
        let r = self.b.op(Op::UnboxInt, &[a.r]);
        Some(T { v: a.v, r })
    }

    pub(super) fn floats(&mut self, a: V, b: V) -> Option<(T<f64>, T<f64>)> {
        if !Self::is_float(a.v) || !Self::is_float(b.v) {
            return None;
        }
        Some((self.double(a)?, self.double(b)?))
    }

    pub(super) fn mixed(&mut self, a: V, b: V) -> Option<(T<f64>, T<f64>)> {
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

    pub(super) fn from_int(&mut self, i: V) -> V {
        let r = self.b.op(Op::BoxInt, &[i.r]);
        T { v: i.v, r }
    }

    /// `int(x)` of a small int or a double that fits, `float(x)` of a double or small int.
    pub(super) fn int_call(&mut self, site: CallSite) -> Option<Out<V>> {
        let f = self.m.base.get(site.at);
        let class = f.cast::<Type>()?;
        let kind = [kinds::INT, kinds::FLOAT]
            .into_iter()
            .find(|k| class == of_kind(*k))?;
        if site.keywords || self.wrote || site.count != 1 {
            return None;
        }
        let x = Machine::reg(self, site.at + HEADER_WORDS + site.gap as usize);
        if x.v.is_int() {
            self.guard_callee(site.at, f);
            let i = self.int(x)?;
            if kind == kinds::INT {
                return Some(Ok(self.from_int(i)));
            }
            let d = self.to_double(i);
            return Some(self.from_float(d));
        }
        if !Self::is_float(x.v) {
            return None;
        }
        if kind == kinds::FLOAT {
            self.guard_callee(site.at, f);
            self.guard(Op::GuardFloat, &[x.r]);
            return Some(Ok(x));
        }
        // Most are small enough not to be checked when they are boxed.
        let d = float::get(x.v)?;
        if d.is_nan() || d.abs() >= FITS {
            return None;
        }
        self.guard_callee(site.at, f);
        let d = self.double(x)?;
        let size = self.b.op(Op::FloatAbs, &[d.r]);
        let limit = self.b.constant(Lit::Float(FITS));
        let c = self.b.op(Op::FloatLt, &[size, limit]);
        self.holds(c, true);
        let r = self.b.op(Op::FloatToInt, &[d.r]);
        let v = Value::int(d.v as i64);
        Some(Ok(self.from_int(T { v, r })))
    }

    pub(super) fn from_float(&mut self, f: T<f64>) -> Out<V> {
        let r = self.b.op(Op::BoxFloat, &[f.r]);
        Ok(T {
            v: float::from_f64(f.v),
            r,
        })
    }

    pub(super) fn int_bin(&mut self, op: BinOp, a: V, b: V) -> Option<V> {
        let small = a.v.is_int() && b.v.is_int();
        let v = if small {
            self.m.int_bin(op, a.v, b.v)
        } else {
            None
        };
        let (v, seen) = match v {
            Some(v) => (v, Seen::I64),
            None => self.wide_result(op, a.v, b.v)?,
        };
        let op = self.int_operands(op, a, b)?;
        let r = self.b.op(op, &[a.r, b.r]);
        self.b.saw(r, seen);
        Some(T { v, r })
    }

    pub(super) fn int_div(&mut self, a: V, b: V) -> Option<T<f64>> {
        const EXACT: i64 = 1 << 53;
        if !a.v.is_int() || !b.v.is_int() {
            return None;
        }
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

    pub(super) fn float_bin(&mut self, op: BinOp, a: T<f64>, b: T<f64>) -> Option<T<f64>> {
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

    pub(super) fn float_neg(&mut self, a: T<f64>) -> T<f64> {
        let r = self.b.op(Op::FloatNeg, &[a.r]);
        T { v: -a.v, r }
    }

    pub(super) fn int_cmp(&mut self, op: Cmp, a: V, b: V) -> bool {
        let t = self.compare_ints(op, a.v, b.v);
        let c = self.int_condition(op, a.r, b.r);
        self.branch(c, t)
    }

    pub(super) fn float_cmp(&mut self, op: Cmp, a: T<f64>, b: T<f64>) -> bool {
        let t = self.m.float_cmp(op, a.v, b.v);
        let c = self.float_condition(op, a.r, b.r);
        self.branch(c, t)
    }

    pub(super) fn int_cmp_value(&mut self, op: Cmp, a: V, b: V) -> V {
        let v = Value::bool(self.compare_ints(op, a.v, b.v));
        let c = self.int_condition(op, a.r, b.r);
        let r = self.b.op(Op::BoxBool, &[c]);
        T { v, r }
    }

    pub(super) fn float_cmp_value(&mut self, op: Cmp, a: T<f64>, b: T<f64>) -> V {
        let v = Value::bool(self.m.float_cmp(op, a.v, b.v));
        let c = self.float_condition(op, a.r, b.r);
        let r = self.b.op(Op::BoxBool, &[c]);
        T { v, r }
    }
}
