//! Non-negative ints of up to 128 bits as machine integers: the short way of
//! arithmetic that is masked to 64 bits right away.

use pyjit_heap::{Gc, Value};

use super::int::{self, Int};
use crate::core::kinds;
use crate::core::ops::BinOp;

/// The magnitude of an exact int that is not negative and has at most two limbs.
#[inline(always)]
fn magnitude(v: Value) -> Option<u128> {
    if v.is_int() {
        let i = v.as_int();
        return if i >= 0 { Some(i as u128) } else { None };
    }
    if !v.is_ptr() || v.shape_id() != kinds::INT {
        return None;
    }
    Gc::<Int>::from_value(v).magnitude()
}

#[inline(always)]
fn product(x: u128, y: u128) -> Option<u128> {
    if (x | y) >> 64 == 0 {
        return Some(x * y);
    }
    x.checked_mul(y)
}

#[inline(always)]
fn shifted(x: u128, by: u128) -> Option<u128> {
    if x == 0 {
        return Some(0);
    }
    if by <= u128::from(x.leading_zeros()) {
        Some(x << by)
    } else {
        None
    }
}

/// `a op b`, if operands and result are of that kind (a difference may be negative).
#[inline]
pub fn binary(op: BinOp, a: Value, b: Value) -> Option<Value> {
    let (x, y) = (magnitude(a)?, magnitude(b)?);
    let r = match op {
        BinOp::Add => x.checked_add(y)?,
        BinOp::Sub if x < y => return Some(int::from_magnitude(true, y - x)),
        BinOp::Sub => x - y,
        BinOp::Mul => product(x, y)?,
        BinOp::And => x & y,
        BinOp::Or => x | y,
        BinOp::Xor => x ^ y,
        BinOp::Lshift => shifted(x, y)?,
        BinOp::Rshift if y > 127 => 0,
        BinOp::Rshift => x >> y,
        BinOp::Floordiv if y != 0 => x / y,
        BinOp::Mod if y != 0 => x % y,
        _ => return None,
    };
    Some(int::from_magnitude(false, r))
}
