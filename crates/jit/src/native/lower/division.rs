//! Division by constants as multiplication (Hacker's Delight, chapter 10).
//!
//! At `opt_level=none` Cranelift emits a division instruction, 20 to 40 cycles. These
//! functions emit Python's floor division and modulo for a constant divisor.

use cranelift_codegen::ir::condcodes::IntCC;
use cranelift_codegen::ir::{InstBuilder, Value, types::I64};
use cranelift_frontend::FunctionBuilder;

/// Multiplier and shift for signed division by `d`, `|d| >= 2`.
fn magic(d: i64) -> (i64, u32) {
    const TWO63: u64 = 1 << 63;
    let ad = d.unsigned_abs();
    let t = TWO63 + ((d as u64) >> 63);
    let anc = t - 1 - t % ad;
    let mut p = 63;
    let (mut q1, mut r1) = (TWO63 / anc, TWO63 % anc);
    let (mut q2, mut r2) = (TWO63 / ad, TWO63 % ad);
    loop {
        p += 1;
        q1 = q1.wrapping_mul(2);
        r1 = r1.wrapping_mul(2);
        if r1 >= anc {
            q1 = q1.wrapping_add(1);
            r1 -= anc;
        }
        q2 = q2.wrapping_mul(2);
        r2 = r2.wrapping_mul(2);
        if r2 >= ad {
            q2 = q2.wrapping_add(1);
            r2 -= ad;
        }
        let delta = ad - r2;
        if !(q1 < delta || (q1 == delta && r1 == 0)) {
            break;
        }
    }
    let m = q2.wrapping_add(1) as i64;
    (if d < 0 { m.wrapping_neg() } else { m }, p - 64)
}

/// What is known of the dividend and the quotient.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::native) enum Dividend {
    /// Any `i64`.
    Signed,
    /// An `i64` that is not negative.
    NonNegative,
}

/// Quotient truncated towards zero; `d` is neither 0 nor ±1 nor a power of two.
fn truncated(b: &mut FunctionBuilder<'_>, x: Value, d: i64, kind: Dividend) -> Value {
    let (m, s) = magic(d);
    let factor = b.ins().iconst(I64, m);
    let mut q = b.ins().smulhi(x, factor);
    if d > 0 && m < 0 {
        q = b.ins().iadd(q, x);
    } else if d < 0 && m > 0 {
        q = b.ins().isub(q, x);
    }
    if s > 0 {
        q = b.ins().sshr_imm_u(q, i64::from(s));
    }
    if kind == Dividend::NonNegative && d > 0 {
        return q;
    }
    let sign = b.ins().ushr_imm_u(q, 63);
    b.ins().iadd(q, sign)
}

/// `x // d` and `x % d` as Python defines them, for any constant `d` except 0, and
/// `x // -1` only where `x` is not `i64::MIN` (the caller's range check).
pub(in crate::native) fn floor_by_constant(
    b: &mut FunctionBuilder<'_>,
    x: Value,
    d: i64,
    kind: Dividend,
) -> (Value, Value) {
    if d == 1 {
        let zero = b.ins().iconst(I64, 0);
        return (x, zero);
    }
    if d == -1 {
        let zero = b.ins().iconst(I64, 0);
        return (b.ins().ineg(x), zero);
    }
    if d > 0 && d.count_ones() == 1 {
        let q = b.ins().sshr_imm_u(x, i64::from(d.trailing_zeros()));
        return (q, b.ins().band_imm_s(x, d - 1));
    }
    if d == i64::MIN {
        return floor_by_min(b, x);
    }
    let q = truncated(b, x, d, kind);
    let back = b.ins().imul_imm_s(q, d);
    let r = b.ins().isub(x, back);
    if kind == Dividend::NonNegative && d > 0 {
        return (q, r);
    }
    fix_sign(b, q, r, d)
}

/// From truncated to floored: where remainder and divisor differ in sign, one step down.
fn fix_sign(b: &mut FunctionBuilder<'_>, q: Value, r: Value, d: i64) -> (Value, Value) {
    // All ones where a step is needed.
    let step = if d > 0 {
        b.ins().sshr_imm_u(r, 63)
    } else {
        let minus = b.ins().ineg(r);
        b.ins().sshr_imm_u(minus, 63)
    };
    let divisor = b.ins().iconst(I64, d);
    let add = b.ins().band(step, divisor);
    let r = b.ins().iadd(r, add);
    (b.ins().iadd(q, step), r)
}

/// Divisor -2^63: the quotient is 1, 0 or -1.
fn floor_by_min(b: &mut FunctionBuilder<'_>, x: Value) -> (Value, Value) {
    let min = b.ins().iconst(I64, i64::MIN);
    let is_min = b.ins().icmp(IntCC::Equal, x, min);
    let positive = b.ins().icmp_imm_s(IntCC::SignedGreaterThan, x, 0);
    let one = b.ins().iconst(I64, 1);
    let zero = b.ins().iconst(I64, 0);
    let minus = b.ins().iconst(I64, -1);
    let small = b.ins().select(positive, minus, zero);
    let q = b.ins().select(is_min, one, small);
    let shifted = b.ins().iadd(x, min);
    let r = b.ins().select(positive, shifted, x);
    (q, b.ins().select(is_min, zero, r))
}
