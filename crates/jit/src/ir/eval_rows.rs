//! Meanings of the trace operations: what the `eval` column of the op table names.

use pyjit_heap::Value;

use super::lit::{Boxed, Lit};

/// Rows without a meaning of their own on values.
pub fn none(_: &[Lit]) -> Option<Lit> {
    None
}

/// Unary integer operation.
pub fn int1(x: &[Lit], f: impl Fn(i128) -> Option<i128>) -> Option<Lit> {
    match x {
        [Lit::Int(a)] => f(*a).map(Lit::Int),
        _ => None,
    }
}

/// Binary integer operation.
pub fn int2(x: &[Lit], f: impl Fn(i128, i128) -> Option<i128>) -> Option<Lit> {
    match x {
        [Lit::Int(a), Lit::Int(b)] => f(*a, *b).map(Lit::Int),
        _ => None,
    }
}

/// Integer comparison.
pub fn cmp(x: &[Lit], f: impl Fn(i128, i128) -> bool) -> Option<Lit> {
    match x {
        [Lit::Int(a), Lit::Int(b)] => Some(Lit::Bool(f(*a, *b))),
        _ => None,
    }
}

/// Unary float operation.
pub fn float1(x: &[Lit], f: impl Fn(f64) -> f64) -> Option<Lit> {
    match x {
        [Lit::Float(a)] => Some(Lit::Float(f(*a))),
        _ => None,
    }
}

/// Binary float operation.
pub fn float2(x: &[Lit], f: impl Fn(f64, f64) -> f64) -> Option<Lit> {
    match x {
        [Lit::Float(a), Lit::Float(b)] => Some(Lit::Float(f(*a, *b))),
        _ => None,
    }
}

/// Float comparison.
pub fn fcmp(x: &[Lit], f: impl Fn(f64, f64) -> bool) -> Option<Lit> {
    match x {
        [Lit::Float(a), Lit::Float(b)] => Some(Lit::Bool(f(*a, *b))),
        _ => None,
    }
}

/// Boolean operation of one or two operands.
pub fn bool2(x: &[Lit], f: impl Fn(bool, bool) -> bool) -> Option<Lit> {
    match x {
        [Lit::Bool(a)] => Some(Lit::Bool(f(*a, *a))),
        [Lit::Bool(a), Lit::Bool(b)] => Some(Lit::Bool(f(*a, *b))),
        _ => None,
    }
}

/// Python `//`.
pub fn floor_div(a: i128, b: i128) -> Option<i128> {
    let q = a.checked_div(b)?;
    Some(if a % b != 0 && (a < 0) != (b < 0) {
        q - 1
    } else {
        q
    })
}

/// Python `%`.
pub fn floor_mod(a: i128, b: i128) -> Option<i128> {
    let r = a.checked_rem(b)?;
    Some(if r != 0 && (r < 0) != (b < 0) {
        r + b
    } else {
        r
    })
}

/// Python `<<`, if the result fits.
pub fn shl(a: i128, b: i128) -> Option<i128> {
    if a == 0 && b >= 0 {
        return Some(0);
    }
    let n = u32::try_from(b).ok().filter(|n| *n < 127)?;
    (a << n >> n == a).then_some(a << n)
}

/// Python `>>`.
pub fn shr(a: i128, b: i128) -> Option<i128> {
    (b >= 0).then(|| a >> b.min(127))
}

/// Python `//` on floats.
pub fn float_floor_div(a: f64, b: f64) -> f64 {
    let r = a % b;
    let mut q = (a - r) / b;
    if r != 0.0 && (r < 0.0) != (b < 0.0) {
        q -= 1.0;
    }
    if q == 0.0 {
        return (0.0f64).copysign(a / b);
    }
    let f = q.floor();
    if q - f > 0.5 { f + 1.0 } else { f }
}

/// Python `%` on floats.
pub fn float_mod(a: f64, b: f64) -> f64 {
    let r = a % b;
    if r == 0.0 {
        return (0.0f64).copysign(b);
    }
    if (r < 0.0) != (b < 0.0) { r + b } else { r }
}

/// The word is a small int.
pub fn guard_int(x: &[Lit]) -> Option<Lit> {
    match x {
        [Lit::Value(v)] => Some(Lit::Bool(v.is_small())),
        _ => None,
    }
}

/// The word is an int that fits an unsigned word.
pub fn guard_wide(x: &[Lit]) -> Option<Lit> {
    match x {
        [Lit::Value(Boxed::Int(i))] => Some(Lit::Bool((0..=u64::MAX as i128).contains(i))),
        [Lit::Value(_)] => Some(Lit::Bool(false)),
        _ => None,
    }
}

/// The word is a float.
pub fn guard_float(x: &[Lit]) -> Option<Lit> {
    match x {
        [Lit::Value(v)] => Some(Lit::Bool(matches!(v, Boxed::Float(_)))),
        _ => None,
    }
}

/// The word is `True` or `False`.
pub fn guard_bool(x: &[Lit]) -> Option<Lit> {
    match x {
        [Lit::Value(v)] => Some(Lit::Bool(
            matches!(v, Boxed::Word(w) if Value(*w).is_bool()),
        )),
        _ => None,
    }
}

/// The word is a pointer. Boxed numbers are pointers too when they are not immediate.
pub fn guard_ref(x: &[Lit]) -> Option<Lit> {
    match x {
        [Lit::Value(v)] => Some(Lit::Bool(v.word().is_none_or(|w| w.is_ptr()))),
        _ => None,
    }
}

/// The word is not zero.
pub fn guard_bound(x: &[Lit]) -> Option<Lit> {
    match x {
        [Lit::Value(v)] => Some(Lit::Bool(!matches!(v, Boxed::Word(0)))),
        _ => None,
    }
}

/// The address is not zero.
pub fn guard_nonnull(x: &[Lit]) -> Option<Lit> {
    match x {
        [Lit::Ref(r)] => Some(Lit::Bool(*r != 0)),
        _ => None,
    }
}

/// The two words are identical. Unknown for numbers in two boxes.
pub fn same_word(x: &[Lit]) -> Option<Lit> {
    match x {
        [Lit::Value(a), Lit::Value(b)] => match (a.word(), b.word()) {
            (Some(a), Some(b)) => Some(Lit::Bool(a == b)),
            (None, None) if a == b => None,
            _ => Some(Lit::Bool(false)),
        },
        _ => None,
    }
}

/// The two addresses are identical.
pub fn same_ref(x: &[Lit]) -> Option<Lit> {
    match x {
        [Lit::Ref(a), Lit::Ref(b)] => Some(Lit::Bool(a == b)),
        _ => None,
    }
}

/// The integer in a small int.
pub fn unbox_int(x: &[Lit]) -> Option<Lit> {
    match x {
        [Lit::Value(Boxed::Int(i))] => Some(Lit::Int(*i)),
        _ => None,
    }
}

/// The integer in an int that fits an unsigned word.
pub fn unbox_wide(x: &[Lit]) -> Option<Lit> {
    unbox_int(x).filter(|l| matches!(l, Lit::Int(i) if (0..=u64::MAX as i128).contains(i)))
}

/// The double in a float.
pub fn unbox_float(x: &[Lit]) -> Option<Lit> {
    match x {
        [Lit::Value(Boxed::Float(f))] => Some(Lit::Float(*f)),
        _ => None,
    }
}

/// The truth value in `True` or `False`.
pub fn unbox_bool(x: &[Lit]) -> Option<Lit> {
    match x {
        [Lit::Value(Boxed::Word(w))] if Value(*w).is_bool() => Some(Lit::Bool(*w == Value::TRUE.0)),
        _ => None,
    }
}

/// Stands for the address of every boxed number.
pub(crate) const NUMBER: u64 = 1 << 56;

/// The address in a pointer word.
pub fn unbox_ref(x: &[Lit]) -> Option<Lit> {
    match x {
        [Lit::Value(Boxed::Word(w))] if *w & 7 == 0 => Some(Lit::Ref(*w)),
        // A number in a box has some address, of which nothing is known.
        [Lit::Value(b)] if b.word().is_none() => Some(Lit::Ref(NUMBER)),
        _ => None,
    }
}

/// Any box operation.
pub fn box_any(x: &[Lit]) -> Option<Lit> {
    match x {
        [a] => Some(Lit::Value(a.boxed())),
        _ => None,
    }
}

/// Integer to double, for integers that a word holds.
pub fn int_to_float(x: &[Lit]) -> Option<Lit> {
    match x {
        [Lit::Int(i)] => i64::try_from(*i).ok().map(|i| Lit::Float(i as f64)),
        _ => None,
    }
}

fn fits(f: f64) -> bool {
    (-9223372036854775808.0..9223372036854775808.0).contains(&f)
}

/// Double to integer, for doubles within a word.
pub fn float_to_int(x: &[Lit]) -> Option<Lit> {
    match x {
        [Lit::Float(f)] if fits(*f) => Some(Lit::Int(*f as i128)),
        _ => None,
    }
}

/// Is the double within a word?
pub fn float_fits(x: &[Lit]) -> Option<Lit> {
    match x {
        [Lit::Float(f)] => Some(Lit::Bool(fits(*f))),
        _ => None,
    }
}

/// 0 or 1.
pub fn bool_to_int(x: &[Lit]) -> Option<Lit> {
    match x {
        [Lit::Bool(b)] => Some(Lit::Int(*b as i128)),
        _ => None,
    }
}

/// One of two.
pub fn select(x: &[Lit]) -> Option<Lit> {
    match x {
        [Lit::Bool(c), a, b] => Some(if *c { *a } else { *b }),
        _ => None,
    }
}
