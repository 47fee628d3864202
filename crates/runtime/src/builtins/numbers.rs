//! `abs`, `divmod`, `pow`, `round`, `bin`, `oct`, `hex`, `chr`, `ord`.

use pyjit_heap::{Gc, Value};

use crate::bigint;
use crate::core::native::NativeDef;
use crate::core::ops::{self, BinOp};
use crate::core::special::Special;
use crate::core::thread::{R, Thread};
use crate::core::{call, errors};
use crate::types::str_::Str;
use crate::types::tuple::Tuple;
use crate::types::type_::type_name;
use crate::types::{bytes, float, int};

fn abs(t: &Thread, x: Value) -> R<Value> {
    if x.is_int() {
        return Ok(int::from_i64(t, x.as_int().abs()));
    }
    if x.is_float() {
        return Ok(float::from_f64(x.as_float().abs()));
    }
    ops::unary(t, Special::Abs, x)
}
fn divmod(t: &Thread, x: Value, y: Value) -> R<Value> {
    if x.is_int() && y.is_int() && y.as_int() != 0 {
        let (a, b) = (x.as_int(), y.as_int());
        let (q, r) = (a.wrapping_div(b), a.wrapping_rem(b));
        // Towards minus infinity.
        let below = r != 0 && (r < 0) != (b < 0);
        let (q, r) = if below { (q - 1, r + b) } else { (q, r) };
        return Ok(Tuple::new(&[int::from_i64(t, q), Value::int(r)]).value());
    }
    ops::binary(t, BinOp::Divmod, x, y)
}
fn pow(t: &Thread, base: Value, exp: Value, modulus: Option<Value>) -> R<Value> {
    ops::ternary_pow(t, base, exp, modulus.unwrap_or(Value::NONE))
}
fn round(t: &Thread, number: Value, ndigits: Option<Value>) -> R<Value> {
    let args: &[Value] = match &ndigits {
        Some(n) if !n.is_none() => std::slice::from_ref(n),
        _ => &[],
    };
    match call::call_special(t, number, Special::Round, args) {
        Some(r) => r,
        None => {
            let m = format!("type {} doesn't define __round__ method", type_name(number));
            Err(errors::type_error(t, m))
        }
    }
}
fn radix(t: &Thread, x: Value, bits: u32, prefix: &str) -> R<String> {
    let i = ops::index(t, x)?;
    let mut out = Vec::new();
    if let Some(o) = int::operand(i) {
        bigint::push_radix(&mut out, o.as_ref(), bits, false);
    }
    let text = String::from_utf8_lossy(&out).into_owned();
    Ok(match text.strip_prefix('-') {
        Some(digits) => format!("-{prefix}{digits}"),
        None => format!("{prefix}{text}"),
    })
}
fn bin(t: &Thread, x: Value) -> R<String> {
    radix(t, x, 1, "0b")
}
fn oct(t: &Thread, x: Value) -> R<String> {
    radix(t, x, 3, "0o")
}
fn hex(t: &Thread, x: Value) -> R<String> {
    radix(t, x, 4, "0x")
}
fn chr(t: &Thread, i: Value) -> R<Gc<Str>> {
    let v = ops::index(t, i)?;
    match int::to_i64(v) {
        Some(c @ 0..=0x10_ffff) => {
            let mut out = Vec::with_capacity(4);
            crate::unicode::wtf8::push(&mut out, c as u32);
            Ok(Str::one_char(&out))
        }
        _ => Err(errors::value_error(t, "chr() arg not in range(0x110000)")),
    }
}
fn ord(t: &Thread, c: Value) -> R<i64> {
    let len = if let Some(s) = c.cast::<Str>() {
        if s.len() == 1
            && let Some((c, _)) = crate::unicode::wtf8::decode_first(s.bytes())
        {
            return Ok(c as i64);
        }
        s.len()
    } else if let Some(b) = bytes::like(c) {
        if let [x] = b[..] {
            return Ok(x as i64);
        }
        b.len()
    } else {
        let m = format!(
            "ord() expected string of length 1, but {} found",
            type_name(c)
        );
        return Err(errors::type_error(t, m));
    };
    Err(errors::type_error(
        t,
        format!("ord() expected a character, but string of length {len} found"),
    ))
}

/// The table of this theme.
pub const FUNCTIONS: &[NativeDef] = crate::native_table! {
    /// Return the absolute value of the argument.
    abs(number, /) => abs;
    /// Return the tuple (x//y, x%y).  Invariant: div*y + mod == x.
    divmod(x, y, /) => divmod;
    /// Equivalent to base**exp with 2 arguments or base**exp % mod with 3 arguments.
    pow(base, exp, mod=None) => pow;
    /// Round a number to a given precision in decimal digits.
    round(number, ndigits=None) => round;
    /// Return the binary representation of an integer.
    bin(number, /) => bin;
    /// Return the octal representation of an integer.
    oct(number, /) => oct;
    /// Return the hexadecimal representation of an integer.
    hex(number, /) => hex;
    /// Return a Unicode string of one character with ordinal i; 0 <= i <= 0x10ffff.
    chr(i, /) => chr;
    /// Return the ordinal value of a character.
    ord(character, /) => ord;
};
