//! Numbers from Python objects, and objects from numbers.

use dashu_int::UBig;
use pyjit_heap::{Gc, Value};
use pyjit_runtime::core::{attr, call, errors, ops};
use pyjit_runtime::types::list::List;
use pyjit_runtime::types::str_::{Str, intern};
use pyjit_runtime::types::tuple::Tuple;
use pyjit_runtime::types::type_::{class_of, of_kind, type_name};
use pyjit_runtime::types::{float, int};
use pyjit_runtime::unicode::{self, wtf8};
use pyjit_runtime::{R, Thread};

use super::context::{Ctx, status};
use super::number::{Dec, Kind, MAX_EMAX, MIN_ETINY};
use super::object::{self, D, Decimal};
use super::rules::{C, Context};

/// The number that an int is.
pub fn of_int(v: Value) -> Option<Dec> {
    let n = int::operand(v)?;
    let r = n.as_ref();
    Some(Dec::finite(r.negative, UBig::from_words(r.mag), 0))
}
/// A whole number as an int.
pub fn to_int(neg: bool, n: &UBig) -> Value {
    int::from_limbs(neg, n.as_words())
}
/// Mantissa and exponent of a finite float.
fn parts(x: f64) -> (u64, i32) {
    let bits = x.to_bits();
    let (fraction, exponent) = (bits & ((1 << 52) - 1), (bits >> 52 & 0x7ff) as i32);
    match exponent {
        0 => (fraction, -1074),
        e => (fraction | 1 << 52, e - 1075),
    }
}
/// The number that a float is, exactly.
pub fn of_float(x: f64) -> Dec {
    let neg = x.is_sign_negative();
    if x.is_nan() {
        return Dec { neg, ..Dec::nan() };
    }
    if x.is_infinite() {
        return Dec::infinity(neg);
    }
    let (mut m, mut e) = parts(x.abs());
    if m == 0 {
        return Dec::zero(neg, 0);
    }
    let twos = m.trailing_zeros() as i32;
    m >>= twos;
    e += twos;
    match e >= 0 {
        true => Dec::finite(neg, UBig::from(m) << e as usize, 0),
        false => {
            let five = UBig::from(5u8).pow(-e as usize);
            Dec::finite(neg, UBig::from(m) * five, i64::from(e))
        }
    }
}
/// An operand of arithmetic: a `Decimal` or an int.
pub fn operand(v: Value) -> Option<Dec> {
    match v.cast::<Decimal>() {
        Some(d) => Some(d.number()),
        None if int::is_int(v) => of_int(v),
        None => None,
    }
}
/// An operand; `TypeError` for other objects.
pub fn required(t: &Thread, v: Value) -> R<Dec> {
    operand(v).ok_or_else(|| {
        let m = format!(
            "conversion from {} to Decimal is not supported",
            type_name(v)
        );
        errors::type_error(t, m)
    })
}
/// A `context` argument.
pub fn context(t: &Thread, v: Option<Value>) -> R<C> {
    match v.filter(|v| !v.is_none()) {
        None => super::current(t),
        Some(v) => v
            .cast::<Context>()
            .ok_or_else(|| errors::type_error(t, "optional argument must be a context")),
    }
}

/// Text as ASCII: other digits and spaces replaced, underscores removed.
fn ascii(s: Gc<Str>) -> Option<Vec<u8>> {
    let mut out = Vec::with_capacity(s.byte_len());
    for c in wtf8::code_points(s.bytes()) {
        match c {
            0x5f => {}
            1..=0x7f => out.push(c as u8),
            0 => return None,
            _ if unicode::is_space(c) => out.push(b' '),
            _ => out.push(b'0' + unicode::decimal_value(c)?),
        }
    }
    Some(out)
}
fn trim(b: &[u8]) -> &[u8] {
    let space = |c: &u8| matches!(c, 9..=13 | 28..=32);
    let from = b.iter().position(|c| !space(c)).unwrap_or(b.len());
    let to = b.iter().rposition(|c| !space(c)).map_or(from, |i| i + 1);
    &b[from..to]
}
/// `loose`: with spaces around, and underscores.
fn of_text(s: Gc<Str>, loose: bool) -> Option<Dec> {
    if let Some(d) = Dec::parse_short(s.bytes()) {
        return Some(d);
    }
    match loose {
        true => Dec::parse(trim(&ascii(s)?)),
        false if s.bytes().contains(&b'_') => None,
        false => Dec::parse(&ascii(s)?),
    }
}

/// Fits the number into the context, or exactly if there is none to round in.
fn finish(t: &Thread, d: Option<Dec>, c: C, exact: bool) -> R<Dec> {
    let Some(d) = d else {
        c.report(t, status::CONVERSION_SYNTAX)?;
        return Ok(Dec::nan());
    };
    if exact {
        let fits = !d.is_finite()
            || d.exp >= MIN_ETINY
                && (d.coeff.is_zero() && d.exp <= MAX_EMAX || d.adjusted() <= MAX_EMAX);
        if !fits {
            c.report(t, status::INVALID_OPERATION)?;
            return Ok(Dec::nan());
        }
        return Ok(d);
    }
    let mut rules: Ctx = c.rules();
    if d.is_nan() {
        let room = rules.prec - i64::from(rules.clamp);
        if !d.coeff.is_zero() && d.digits() > room {
            c.report(t, status::CONVERSION_SYNTAX)?;
            return Ok(Dec::nan());
        }
        return Ok(d);
    }
    let r = rules.fix(d);
    c.report(t, rules.status)?;
    Ok(r)
}
/// The number of `(sign, digits, exponent)`.
fn of_tuple(t: &Thread, items: &[Value]) -> R<Dec> {
    let wrong = |m: &str| errors::value_error(t, m);
    let &[sign, digits, exp] = items else {
        return Err(wrong("argument must be a sequence of length 3"));
    };
    let neg = match int::to_i64(sign).filter(|_| int::is_int(sign)) {
        Some(0) => false,
        Some(1) => true,
        _ => return Err(wrong("sign must be an integer with the value 0 or 1")),
    };
    let mut kind = Kind::Finite;
    let mut e = 0;
    if let Some(s) = exp.cast::<Str>() {
        kind = match s.bytes() {
            b"F" => Kind::Infinite,
            b"n" => Kind::Nan,
            b"N" => Kind::Signaling,
            _ => {
                return Err(wrong(
                    "string argument in the third position must be 'F', 'n' or 'N'",
                ));
            }
        };
    } else if int::is_int(exp) {
        e = int::to_i64(exp).ok_or_else(|| {
            errors::overflow_error(t, "Python int too large to convert to C ssize_t")
        })?;
    } else {
        return Err(wrong("exponent must be an integer"));
    }
    let not_digits = "coefficient must be a tuple of digits";
    let list = match (digits.cast::<Tuple>(), digits.cast::<List>()) {
        (Some(p), _) => p,
        (_, Some(l)) => Tuple::new(l.items()),
        _ => return Err(wrong(not_digits)),
    };
    let mut text = String::new();
    for d in list.items() {
        match int::to_i64(*d).filter(|_| int::is_int(*d)) {
            Some(d @ 0..=9) => text.push((b'0' + d as u8) as char),
            _ => return Err(wrong(not_digits)),
        }
    }
    if kind == Kind::Infinite {
        return Ok(Dec::infinity(neg));
    }
    let coeff = UBig::from_str_radix(if text.is_empty() { "0" } else { &text }, 10);
    let limit = 4_000_000_000_000_000_000;
    Ok(Dec {
        neg,
        kind,
        coeff: coeff.unwrap_or(UBig::ZERO),
        exp: e.clamp(-limit, limit),
    })
}
/// The number that `v` stands for; `exact`: with all its digits.
pub fn number(t: &Thread, v: Value, c: C, exact: bool) -> R<Dec> {
    if let Some(d) = v.cast::<Decimal>() {
        let d = d.number();
        return match exact {
            true => Ok(d),
            false => finish(t, Some(d), c, false),
        };
    }
    if let Some(s) = v.cast::<Str>() {
        return finish(t, of_text(s, exact), c, exact);
    }
    if int::is_int(v) {
        return finish(t, of_int(v), c, exact);
    }
    let items = match (v.cast::<Tuple>(), v.cast::<List>()) {
        (Some(p), _) => Some(p),
        (_, Some(l)) => Some(Tuple::new(l.items())),
        _ => None,
    };
    if let Some(p) = items {
        let d = of_tuple(t, p.items())?;
        return finish(t, Some(d), c, exact);
    }
    if let Some(x) = float::get(v) {
        c.report(t, status::FLOAT_OPERATION)?;
        return finish(t, Some(of_float(x)), c, exact);
    }
    let m = format!(
        "conversion from {} to Decimal is not supported",
        type_name(v)
    );
    Err(errors::type_error(t, m))
}
pub fn create_decimal(t: &Thread, c: C, v: Option<Value>) -> R<D> {
    let v = v.unwrap_or_else(|| intern("0").value());
    object::plain(t, number(t, v, c, false)?)
}
fn float_argument(t: &Thread, v: Value) -> R<Dec> {
    if int::is_int(v) {
        return required(t, v);
    }
    match float::get(v) {
        Some(x) => Ok(of_float(x)),
        None => Err(errors::type_error(t, "argument must be int or float")),
    }
}
pub fn create_from_float(t: &Thread, c: C, v: Value) -> R<D> {
    let d = float_argument(t, v)?;
    object::plain(t, finish(t, Some(d), c, false)?)
}
pub fn from_float(t: &Thread, class: Value, v: Value) -> R<Value> {
    let d = object::plain(t, float_argument(t, v)?)?.value();
    of_class(t, class, d)
}
pub fn from_number(t: &Thread, class: Value, v: Value) -> R<Value> {
    if float::get(v).is_some() || int::is_int(v) {
        return from_float(t, class, v);
    }
    if v.cast::<Decimal>().is_some() {
        return of_class(t, class, v);
    }
    let m = format!("Cannot convert {} to Decimal", ops::repr(t, v)?.lossy());
    Err(errors::type_error(t, m))
}
fn of_class(t: &Thread, class: Value, d: Value) -> R<Value> {
    match class == of_kind(object::KIND).value() && class_of(d).value() == class {
        true => Ok(d),
        false => call::call(t, class, &[d]),
    }
}

/// The other side of a comparison with `d`, which may have to be scaled.
/// `None`: it cannot be compared.
pub fn comparable(t: &Thread, d: &Dec, v: Value, equality: bool) -> R<Option<(Dec, Dec)>> {
    if let Some(x) = operand(v) {
        return Ok(Some((d.clone(), x)));
    }
    let mut f = float::get(v);
    if f.is_none()
        && equality
        && let Some(z) = v.cast::<pyjit_runtime::types::complex::Complex>()
    {
        f = Some(attr::get(t, z.value(), intern("imag"))?)
            .and_then(float::get)
            .filter(|i| *i == 0.0)
            .and(float::get(attr::get(t, z.value(), intern("real"))?));
        if f.is_none() {
            return Ok(None);
        }
    }
    if let Some(x) = f {
        let c = super::current(t)?;
        match equality {
            true => c
                .flags
                .set(c.flags.get() | i64::from(status::FLOAT_OPERATION)),
            false => c.report(t, status::FLOAT_OPERATION)?,
        }
        return Ok(Some((d.clone(), of_float(x))));
    }
    let rational = crate::import::attribute(t, "numbers", "Rational")?;
    let check = call::call_attr(t, rational, "__instancecheck__", &[v])?;
    if !ops::truth(t, check)? {
        return Ok(None);
    }
    let top = attr::get(t, v, intern("numerator"))?;
    let below = attr::get(t, v, intern("denominator"))?;
    let (Some(top), Some(below)) = (of_int(top), of_int(below)) else {
        return Ok(None);
    };
    let mut scaled = d.clone();
    scaled.coeff *= below.coeff;
    if d.is_nan() {
        scaled = d.clone();
    }
    Ok(Some((scaled, top)))
}
