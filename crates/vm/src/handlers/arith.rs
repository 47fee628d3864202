//! Arithmetic and comparisons.

use pyjit_heap::Value;
use pyjit_runtime::core::operators::Operator;
use pyjit_runtime::core::special::Special;

use super::stubs::{method, operator, truth_method};
use super::{handlers, put};
use crate::helpers as h;
use crate::machine::{BinOp, Cmp, Helper, Machine, Out};
use crate::stubs::Stub;

/// The residual call of an operator: binary or in-place.
#[derive(Clone, Copy)]
struct Rest {
    helper: &'static Helper<3>,
    op: BinOp,
    operator: Operator,
}

impl Rest {
    #[inline(always)]
    fn call<M: Machine>(self, m: &mut M, x: M::V, y: M::V) -> Out<()> {
        if operator(m, Stub::Operator, self.operator, x, y)? {
            return Ok(());
        }
        let op = m.konst(Value::int(self.op as i64));
        let v = m.call3(self.helper, op, x, y)?;
        put(m, v)
    }
}

/// The only place that says what a binary operator means.
#[inline(always)]
fn binary<M: Machine>(m: &mut M, rest: Rest, x: M::V, y: M::V) -> Out<()> {
    if let Some((i, j)) = m.ints(x, y) {
        if let Some(v) = on_ints(m, rest.op, i, j)? {
            return put(m, v);
        }
    } else if let Some((f, g)) = m.floats(x, y) {
        if let Some(v) = on_floats(m, rest.op, f, g)? {
            return put(m, v);
        }
    } else if let Some((f, g)) = m.mixed(x, y)
        && let Some(v) = on_floats(m, rest.op, f, g)?
    {
        return put(m, v);
    }
    rest.call(m, x, y)
}

/// As [`binary`] with an int on the right.
#[inline(always)]
fn binary_int<M: Machine>(m: &mut M, rest: Rest, x: M::V, j: i64) -> Out<()> {
    let k = m.imm(j);
    if let Some(i) = m.int(x) {
        if let Some(v) = on_ints(m, rest.op, i, k)? {
            return put(m, v);
        }
    } else {
        let y = m.from_int(k);
        if let Some((f, g)) = m.mixed(x, y)
            && let Some(v) = on_floats(m, rest.op, f, g)?
        {
            return put(m, v);
        }
    }
    let y = m.from_int(k);
    rest.call(m, x, y)
}

#[inline(always)]
fn on_ints<M: Machine>(m: &mut M, op: BinOp, i: M::I, j: M::I) -> Out<Option<M::V>> {
    if matches!(op, BinOp::Truediv) {
        return match m.int_div(i, j) {
            Some(f) => m.from_float(f).map(Some),
            None => Ok(None),
        };
    }
    Ok(m.int_bin(op, i, j).map(|r| m.from_int(r)))
}

#[inline(always)]
fn on_floats<M: Machine>(m: &mut M, op: BinOp, f: M::F, g: M::F) -> Out<Option<M::V>> {
    match m.float_bin(op, f, g) {
        Some(r) => m.from_float(r).map(Some),
        None => Ok(None),
    }
}

macro_rules! operators {
    ($helper:ident $kind:ident: $($op:ident { $($name:ident $form:ident),* })*) => { handlers! { $($($name(m) {
        operators!(@$form m, Rest {
            helper: &h::$helper,
            op: BinOp::$op,
            operator: Operator::$kind(BinOp::$op),
        })
    })*)* } };
    (@rr $m:ident, $rest:expr) => {{
        let (b, c) = ($m.b(), $m.c());
        let (x, y) = ($m.reg(b), $m.reg(c));
        binary($m, $rest, x, y)
    }};
    (@ri $m:ident, $rest:expr) => {{
        let b = $m.b();
        let x = $m.reg(b);
        let i = $m.pc().sc();
        binary_int($m, $rest, x, i)
    }};
    (@rk $m:ident, $rest:expr) => {{
        let b = $m.b();
        let x = $m.reg(b);
        let y = $m.konst($m.pc().value($m.c()));
        binary($m, $rest, x, y)
    }};
}
operators! { BINARY Binary:
    Add { add_rr rr, add_ri ri, add_rk rk }
    Sub { sub_rr rr, sub_ri ri, sub_rk rk }
    Mul { mul_rr rr, mul_ri ri, mul_rk rk }
    Matmul { matmul_rr rr }
    Truediv { truediv_rr rr, truediv_ri ri, truediv_rk rk }
    Floordiv { floordiv_rr rr, floordiv_ri ri }
    Mod { mod_rr rr, mod_ri ri, mod_rk rk }
    Pow { pow_rr rr, pow_ri ri }
    Lshift { lshift_rr rr, lshift_ri ri }
    Rshift { rshift_rr rr, rshift_ri ri }
    And { and_rr rr, and_ri ri, and_rk rk }
    Or { or_rr rr, or_ri ri }
    Xor { xor_rr rr, xor_ri ri }
}
operators! { INPLACE InPlace:
    Add { iadd_rr rr, iadd_ri ri, iadd_rk rk }
    Sub { isub_rr rr, isub_ri ri, isub_rk rk }
    Mul { imul_rr rr, imul_ri ri, imul_rk rk }
    Matmul { imatmul_rr rr }
    Truediv { itruediv_rr rr, itruediv_ri ri, itruediv_rk rk }
    Floordiv { ifloordiv_rr rr, ifloordiv_ri ri }
    Mod { imod_rr rr, imod_ri ri, imod_rk rk }
    Pow { ipow_rr rr, ipow_ri ri }
    Lshift { ilshift_rr rr, ilshift_ri ri }
    Rshift { irshift_rr rr, irshift_ri ri }
    And { iand_rr rr, iand_ri ri, iand_rk rk }
    Or { ior_rr rr, ior_ri ri }
    Xor { ixor_rr rr, ixor_ri ri }
}

/// A comparison to a value.
#[inline(always)]
fn compare<M: Machine>(m: &mut M, op: Cmp) -> Out<()> {
    let (b, c) = (m.b(), m.c());
    let (x, y) = (m.reg(b), m.reg(c));
    let v = if let Some((i, j)) = m.ints(x, y) {
        m.int_cmp_value(op, i, j)
    } else if let Some((f, g)) = m.floats(x, y) {
        m.float_cmp_value(op, f, g)
    } else {
        if operator(m, Stub::Operator, Operator::Compare(op), x, y)? {
            return Ok(());
        }
        let k = m.konst(Value::int(op as i64));
        m.call3(&h::COMPARE, k, x, y)?
    };
    put(m, v)
}

/// The truth of a comparison; `None`: a stub was entered, which gives it.
#[inline(always)]
pub(super) fn compare_bool<M: Machine>(m: &mut M, op: Cmp, x: M::V, y: M::V) -> Out<Option<bool>> {
    if let Some((i, j)) = m.ints(x, y) {
        return Ok(Some(m.int_cmp(op, i, j)));
    }
    if let Some((f, g)) = m.floats(x, y) {
        return Ok(Some(m.float_cmp(op, f, g)));
    }
    if matches!(op, Cmp::Eq | Cmp::Ne)
        && let Some(same) = m.same_text(x, y)
    {
        return Ok(Some(same == (op == Cmp::Eq)));
    }
    compare_rest(m, op, x, y)
}

#[inline(always)]
fn compare_rest<M: Machine>(m: &mut M, op: Cmp, x: M::V, y: M::V) -> Out<Option<bool>> {
    if operator(m, Stub::OperatorTruth, Operator::Compare(op), x, y)? {
        return Ok(None);
    }
    let k = m.konst(Value::int(op as i64));
    m.ask3(&h::COMPARE_BOOL, k, x, y).map(Some)
}

/// The truth of a comparison with a constant int.
#[inline(always)]
pub(super) fn compare_int<M: Machine>(m: &mut M, op: Cmp, x: M::V, j: i64) -> Out<Option<bool>> {
    let k = m.imm(j);
    if let Some(i) = m.int(x) {
        return Ok(Some(m.int_cmp(op, i, k)));
    }
    let y = m.from_int(k);
    if let Some((f, g)) = m.mixed(x, y) {
        return Ok(Some(m.float_cmp(op, f, g)));
    }
    compare_rest(m, op, x, y)
}

/// `x in y`.
#[inline(always)]
pub(super) fn contains<M: Machine>(m: &mut M, x: M::V, y: M::V) -> Out<Option<bool>> {
    if method(m, Stub::Contains, Special::Contains, y, &[x])? {
        return Ok(None);
    }
    let v = m.call2(&h::CONTAINS, y, x)?;
    Ok(Some(m.is_const(v, Value::TRUE)))
}

/// Truth of a value.
#[inline(always)]
pub(super) fn truth<M: Machine>(m: &mut M, v: M::V) -> Out<bool> {
    match m.truth(v) {
        Some(b) => Ok(b),
        None => m.ask1(&h::TRUTH, v),
    }
}

/// Truth of a value; `None`: a stub was entered, which gives it.
#[inline(always)]
pub(super) fn condition<M: Machine>(m: &mut M, v: M::V) -> Out<Option<bool>> {
    if let Some(b) = m.truth(v) {
        return Ok(Some(b));
    }
    if truth_method(m, v)? {
        return Ok(None);
    }
    m.ask1(&h::TRUTH, v).map(Some)
}

macro_rules! comparisons {
    ($($name:ident $op:ident)*) => { handlers! { $($name(m) { compare(m, Cmp::$op) })* } };
}
comparisons! { lt_rr Lt le_rr Le eq_rr Eq ne_rr Ne gt_rr Gt ge_rr Ge }

handlers! {
    is_rr(m) {
        let (b, c) = (m.b(), m.c());
        let (x, y) = (m.reg(b), m.reg(c));
        let t = m.same(x, y);
        let v = m.from_bool(t);
        put(m, v)
    }
    is_not_rr(m) {
        let (b, c) = (m.b(), m.c());
        let (x, y) = (m.reg(b), m.reg(c));
        let t = m.same(x, y);
        let v = m.from_bool(!t);
        put(m, v)
    }
    in_rr(m) {
        let (b, c) = (m.b(), m.c());
        let (x, y) = (m.reg(b), m.reg(c));
        let Some(t) = contains(m, x, y)? else { return Ok(()) };
        let v = m.from_bool(t);
        put(m, v)
    }
    not_in_rr(m) {
        let (b, c) = (m.b(), m.c());
        let (x, y) = (m.reg(b), m.reg(c));
        let Some(t) = contains(m, x, y)? else { return Ok(()) };
        let v = m.from_bool(!t);
        put(m, v)
    }
    neg(m) {
        let b = m.b();
        let x = m.reg(b);
        if let Some(i) = m.int(x) {
            let zero = m.imm(0);
            if let Some(r) = m.int_bin(BinOp::Sub, zero, i) {
                let v = m.from_int(r);
                return put(m, v);
            }
        } else if let Some(f) = m.float(x) {
            let r = m.float_neg(f);
            let v = m.from_float(r)?;
            return put(m, v);
        }
        if method(m, Stub::Call1, Special::Neg, x, &[])? {
            return Ok(());
        }
        let v = m.call1(&h::NEG, x)?;
        put(m, v)
    }
    pos(m) {
        let b = m.b();
        let x = m.reg(b);
        if method(m, Stub::Call1, Special::Pos, x, &[])? {
            return Ok(());
        }
        let v = m.call1(&h::POS, x)?;
        put(m, v)
    }
    invert(m) {
        let b = m.b();
        let x = m.reg(b);
        if let Some(i) = m.int(x) {
            let ones = m.imm(-1);
            if let Some(r) = m.int_bin(BinOp::Xor, i, ones) {
                let v = m.from_int(r);
                return put(m, v);
            }
        }
        if method(m, Stub::Call1, Special::Invert, x, &[])? {
            return Ok(());
        }
        let v = m.call1(&h::INVERT, x)?;
        put(m, v)
    }
    not_r(m) {
        let b = m.b();
        let x = m.reg(b);
        let Some(t) = condition(m, x)? else { return Ok(()) };
        let v = m.from_bool(!t);
        put(m, v)
    }
}
