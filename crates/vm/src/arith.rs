//! Arithmetic on tagged small ints: what the interpreter does in line.

use pyjit_heap::Value;
use pyjit_runtime::core::ops::{BinOp, Cmp};

/// `a op b` if the result is a small int and the operator is one on ints.
#[inline(always)]
pub fn int_bin(op: BinOp, a: Value, b: Value) -> Option<Value> {
    let (x, y) = (a.0 as i64, b.0 as i64);
    match op {
        BinOp::Add => (x - 1).checked_add(y).map(|r| Value(r as u64)),
        BinOp::Sub => x.checked_sub(y - 1).map(|r| Value(r as u64)),
        BinOp::Mul => (x - 1).checked_mul(y >> 1).map(|r| Value(r as u64 | 1)),
        BinOp::Floordiv => floordiv(x - 1, y - 1),
        BinOp::Mod => modulo(x - 1, y - 1),
        BinOp::And => Some(Value(a.0 & b.0)),
        BinOp::Or => Some(Value(a.0 | b.0)),
        BinOp::Xor => Some(Value(a.0 ^ b.0 | 1)),
        BinOp::Lshift => lshift(x - 1, y >> 1),
        BinOp::Rshift => {
            let n = y >> 1;
            if n < 0 {
                None
            } else {
                Some(Value((x >> n.min(63)) as u64 | 1))
            }
        }
        _ => None,
    }
}

/// Operands doubled.
#[inline(always)]
fn floordiv(x: i64, y: i64) -> Option<Value> {
    // Even operands: y is not -1, so the division cannot overflow; the
    // quotient MIN_SMALL / -1 does not fit.
    if y == 0 {
        return None;
    }
    let (q, r) = if (x | y) as u64 >> 32 == 0 {
        ((x as u32 / y as u32) as i64, (x as u32 % y as u32) as i64)
    } else {
        (x.wrapping_div(y), x.wrapping_rem(y))
    };
    let q = q - ((r != 0 && (r ^ y) < 0) as i64);
    Value::try_int(q)
}

/// Operands doubled.
#[inline(always)]
fn modulo(x: i64, y: i64) -> Option<Value> {
    if y == 0 {
        return None;
    }
    let r = if (x | y) as u64 >> 32 == 0 {
        (x as u32 % y as u32) as i64
    } else {
        let r = x.wrapping_rem(y);
        r + (y & (((r ^ y) & -((r != 0) as i64)) >> 63))
    };
    Some(Value(r as u64 | 1))
}

#[inline(always)]
fn lshift(x: i64, n: i64) -> Option<Value> {
    if !(0..63).contains(&n) {
        return None;
    }
    let r = x << n;
    if r >> n == x {
        Some(Value(r as u64 | 1))
    } else {
        None
    }
}

/// Both exact as doubles, and no division by zero?
#[inline(always)]
pub fn int_div(a: Value, b: Value) -> Option<f64> {
    const EXACT: u64 = 1 << 53;
    let (x, y) = (a.as_int(), b.as_int());
    let small = |i: i64| (i.wrapping_add(EXACT as i64) as u64) <= 2 * EXACT;
    if small(x) && small(y) && y != 0 {
        Some(x as f64 / y as f64)
    } else {
        None
    }
}

#[inline(always)]
pub fn int_cmp(op: Cmp, a: Value, b: Value) -> bool {
    let (a, b) = (a.0 as i64, b.0 as i64);
    match op {
        Cmp::Lt => a < b,
        Cmp::Le => a <= b,
        Cmp::Eq => a == b,
        Cmp::Ne => a != b,
        Cmp::Gt => a > b,
        Cmp::Ge => a >= b,
    }
}

#[inline(always)]
pub fn float_cmp(op: Cmp, a: f64, b: f64) -> bool {
    match op {
        Cmp::Lt => a < b,
        Cmp::Le => a <= b,
        Cmp::Eq => a == b,
        Cmp::Ne => a != b,
        Cmp::Gt => a > b,
        Cmp::Ge => a >= b,
    }
}

/// A Python index into `len` items, counted from 0.
#[inline(always)]
pub fn index_in(i: Value, len: usize) -> Option<Value> {
    let n = i.as_int();
    if (n as u64) < len as u64 {
        return Some(i);
    }
    let n = n.wrapping_add(len as i64);
    if n >= 0 && i.as_int() < 0 {
        Some(Value::int(n))
    } else {
        None
    }
}
