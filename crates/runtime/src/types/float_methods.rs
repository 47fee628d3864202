//! `float`: the Python-visible part.

use std::borrow::Cow;

use pyjit_heap::{Gc, Value};

use super::float::{self, Float};
use super::int::{self, from_big, operand, raise};
use crate::bigint;
use crate::core::ops::{self, Cmp};
use crate::core::special::Special;
use crate::core::thread::{R, Thread};
use crate::core::{call, errors, kinds, warn};
use crate::fmt;
use crate::types::buffer;
use crate::types::exceptions::Exc;
use crate::types::str_::Str;
use crate::types::tuple::Tuple;
use crate::types::type_::{Type, class_of, flags, of_kind, type_name};

/// The double that a float or int operand stands for, `None` for other types.
#[inline]
fn number(t: &Thread, v: Value) -> R<Option<f64>> {
    if let Some(d) = float::get(v) {
        return Ok(Some(d));
    }
    if int::is_int(v) {
        int::to_f64(t, v).map(Some)
    } else {
        Ok(None)
    }
}

macro_rules! arithmetic {
    ($($name:ident $reflected:ident $f:path;)*) => { $(
        /// `a op b` of floats (or a float and an int).
        pub fn $name(t: &Thread, a: Value, b: Value) -> R<Value> {
            match (number(t, a)?, number(t, b)?) {
                (Some(x), Some(y)) => $f(t, x, y),
                _ => Ok(Value::NOT_IMPLEMENTED),
            }
        }
        fn $reflected(t: &Thread, a: Value, b: Value) -> R<Value> {
            $name(t, b, a)
        }
    )* };
}
fn do_add(_t: &Thread, x: f64, y: f64) -> R<Value> {
    Ok(float::from_f64(x + y))
}
fn do_sub(_t: &Thread, x: f64, y: f64) -> R<Value> {
    Ok(float::from_f64(x - y))
}
fn do_mul(_t: &Thread, x: f64, y: f64) -> R<Value> {
    Ok(float::from_f64(x * y))
}
fn do_div(t: &Thread, x: f64, y: f64) -> R<Value> {
    if y == 0.0 {
        return Err(errors::zero_division(t, "division by zero"));
    }
    Ok(float::from_f64(x / y))
}

/// Floor division and modulo as Python defines them; `y` is not zero.
pub fn div_mod(x: f64, y: f64) -> (f64, f64) {
    let mut m = x % y;
    let mut d = (x - m) / y;
    if m != 0.0 {
        if (y < 0.0) != (m < 0.0) {
            m += y;
            d -= 1.0;
        }
    } else {
        m = 0.0f64.copysign(y);
    }
    let floor = if d != 0.0 {
        let f = d.floor();
        if d - f > 0.5 { f + 1.0 } else { f }
    } else {
        0.0f64.copysign(x / y)
    };
    (floor, m)
}
fn do_floordiv(t: &Thread, x: f64, y: f64) -> R<Value> {
    if y == 0.0 {
        return Err(errors::zero_division(t, "division by zero"));
    }
    Ok(float::from_f64(div_mod(x, y).0))
}
fn do_mod(t: &Thread, x: f64, y: f64) -> R<Value> {
    if y == 0.0 {
        return Err(errors::zero_division(t, "division by zero"));
    }
    Ok(float::from_f64(div_mod(x, y).1))
}
fn do_divmod(t: &Thread, x: f64, y: f64) -> R<Value> {
    if y == 0.0 {
        return Err(errors::zero_division(t, "division by zero"));
    }
    let (d, m) = div_mod(x, y);
    let d = float::from_f64(d);
    Ok(Tuple::new(&[d, float::from_f64(m)]).value())
}
arithmetic! {
    add radd do_add; sub rsub do_sub; mul rmul do_mul; truediv rtruediv do_div;
    floordiv rfloordiv do_floordiv; modulo rmod do_mod; divmod rdivmod do_divmod;
}

/// `x ** y` of doubles with Python's errors; a complex result for a negative
/// base with a fractional exponent.
pub fn float_pow(t: &Thread, x: f64, y: f64) -> R<Value> {
    if x == 0.0 && y < 0.0 && y.is_finite() {
        return Err(errors::zero_division(t, "zero to a negative power"));
    }
    if x < 0.0 && x.is_finite() && y.is_finite() && y.floor() != y {
        return super::complex::pow_of_reals(t, x, y);
    }
    let r = x.powf(y);
    if r.is_infinite() && x.is_finite() && y.is_finite() {
        let args = [
            Value::int(34),
            Str::new("Numerical result out of range").value(),
        ];
        return Err(errors::raise_args(
            t,
            crate::types::exceptions::Exc::OverflowError.class(),
            &args,
        ));
    }
    Ok(float::from_f64(r))
}
fn pow(t: &Thread, a: Value, b: Value, modulus: Option<Value>) -> R<Value> {
    if modulus.is_some_and(|m| !m.is_none()) {
        return Err(errors::type_error(
            t,
            "pow() 3rd argument not allowed unless all arguments are integers",
        ));
    }
    match (number(t, a)?, number(t, b)?) {
        (Some(x), Some(y)) => float_pow(t, x, y),
        _ => Ok(Value::NOT_IMPLEMENTED),
    }
}
fn rpow(t: &Thread, a: Value, b: Value, modulus: Option<Value>) -> R<Value> {
    pow(t, b, a, modulus)
}

/// The ordering of a float and a float or int; outer `None`: other types,
/// inner `None`: unordered (NaN).
pub fn order(a: Value, b: Value) -> Option<Option<std::cmp::Ordering>> {
    let x = float::get(a)?;
    if let Some(y) = float::get(b) {
        return Some(x.partial_cmp(&y));
    }
    let i = operand(b)?;
    Some(bigint::cmp_f64(i.as_ref(), x).map(std::cmp::Ordering::reverse))
}
fn compare(_t: &Thread, cmp: Cmp, a: Value, b: Value) -> R<Value> {
    Ok(match order(a, b) {
        None => Value::NOT_IMPLEMENTED,
        Some(None) => Value::bool(cmp == Cmp::Ne),
        Some(Some(o)) => Value::bool(cmp.of(o)),
    })
}
crate::comparisons!(Value, compare);

fn own(this: Value) -> f64 {
    float::get(this).unwrap_or(f64::NAN)
}
fn neg(_t: &Thread, this: Value) -> f64 {
    -own(this)
}
fn pos(_t: &Thread, this: Value) -> f64 {
    own(this)
}
fn abs(_t: &Thread, this: Value) -> f64 {
    own(this).abs()
}
fn bool_(_t: &Thread, this: Value) -> bool {
    own(this) != 0.0
}
/// An integral double as an int.
pub fn to_int(t: &Thread, d: f64) -> R<Value> {
    match d {
        d if d.abs() < 4e18 => Ok(int::from_i64(t, d as i64)),
        d => bigint::from_f64(d)
            .map(|i| from_big(&i))
            .map_err(|e| raise(t, e)),
    }
}
fn trunc(t: &Thread, this: Value) -> R<Value> {
    to_int(t, own(this).trunc())
}
fn floor(t: &Thread, this: Value) -> R<Value> {
    to_int(t, own(this).floor())
}
fn ceil(t: &Thread, this: Value) -> R<Value> {
    to_int(t, own(this).ceil())
}
fn round(t: &Thread, this: Value, ndigits: Option<Value>) -> R<Value> {
    let x = own(this);
    let Some(n) = ndigits.filter(|n| !n.is_none()) else {
        return to_int(t, x.round_ties_even());
    };
    let n = ops::index(t, n)?;
    let n = int::to_i64(n).unwrap_or(if int::is_negative(n) { -1000 } else { 1000 });
    fmt::round_f64(x, n)
        .map(float::from_f64)
        .map_err(|e| raise(t, e))
}

/// `hash(x)` of a double: equal to that of the equal int or fraction.
pub fn hash_f64(x: f64, identity: Value) -> i64 {
    if x.is_nan() {
        return ops::hash_identity(identity);
    }
    if x.is_infinite() {
        return if x > 0.0 { 314_159 } else { -314_159 };
    }
    if x.fract() == 0.0 && x.abs() < 4e18 {
        return int::hash_small(x as i64);
    }
    let (mut m, mut e) = frexp(x.abs());
    let mut h: u64 = 0;
    while m != 0.0 {
        h = ((h << 28) & int::HASH_MODULUS) | h >> (61 - 28);
        m *= 268_435_456.0;
        e -= 28;
        let y = m as u64;
        m -= y as f64;
        h += y;
        if h >= int::HASH_MODULUS {
            h -= int::HASH_MODULUS;
        }
    }
    let e = e.rem_euclid(61) as u32;
    h = ((h << e) & int::HASH_MODULUS) | h >> (61 - e);
    let h = if x < 0.0 { -(h as i64) } else { h as i64 };
    if h == -1 { -2 } else { h }
}

/// Mantissa in `[0.5, 1)` and exponent of a finite positive double.
fn frexp(x: f64) -> (f64, i64) {
    if x == 0.0 {
        return (0.0, 0);
    }
    let (x, shift) = if x < f64::MIN_POSITIVE {
        (x * 2f64.powi(64), -64)
    } else {
        (x, 0)
    };
    let bits = x.to_bits();
    let e = (bits >> 52 & 0x7ff) as i64 - 1022;
    (
        f64::from_bits(bits & !(0x7ff << 52) | 1022 << 52),
        e + shift,
    )
}
fn hash(_t: &Thread, this: Value) -> i64 {
    hash_f64(own(this), this)
}
fn repr(_t: &Thread, this: Value) -> Gc<Str> {
    let mut out = Vec::with_capacity(24);
    fmt::push_float_repr(&mut out, own(this));
    let n = out.len();
    Str::build(&out, n)
}
/// `format(this, spec)`.
pub fn format(t: &Thread, this: Value, spec: Gc<Str>) -> R<Value> {
    if spec.is_empty() {
        return ops::str(t, this).map(Gc::value);
    }
    let name: Cow<str> = match this.is_float() {
        true => "float".into(),
        false => type_name(this).into(),
    };
    fmt::with_buffer(|out| {
        fmt::format_float(out, own(this), spec.bytes(), &name).map_err(|e| raise(t, e))?;
        Ok(Str::from_wtf8(out).value())
    })
}

fn new(t: &Thread, class: Gc<Type>, x: Option<Value>) -> R<Value> {
    let d = match x {
        None => 0.0,
        Some(x) if x.is_float() && class == of_kind(kinds::FLOAT) => return Ok(x),
        Some(x) => from_object(t, x)?,
    };
    Ok(if class == of_kind(kinds::FLOAT) {
        float::from_f64(d)
    } else {
        float::with_class(class, d)
    })
}

/// The result `v` of `x.__float__()`.
fn from_special(t: &Thread, x: Value, v: Value) -> R<f64> {
    let complaint = || {
        format!(
            "{}.__float__ returned non-float (type {})",
            type_name(x),
            type_name(v)
        )
    };
    let Some(d) = float::get(v) else {
        return Err(errors::type_error(t, complaint()));
    };
    if !v.is_float() && v.cast_exact::<Float>().is_none() {
        let m = complaint()
            + ".  The ability to return an instance of a strict subclass of float is deprecated, \
               and may not be supported in a future version of Python.";
        warn::warn(t, Exc::DeprecationWarning, &m)?;
    }
    Ok(d)
}

/// `float(x)`.
pub fn from_object(t: &Thread, x: Value) -> R<f64> {
    let exact = x.is_float() || x.cast_exact::<Float>().is_some();
    if !exact && let Some(r) = call::call_special(t, x, Special::Float, &[]) {
        return from_special(t, x, r?);
    }
    let text = match x.cast::<Str>() {
        Some(s) => super::int_methods::ascii_digits(s),
        None => match buffer::copy(t, x)? {
            Some(b) => b,
            None => {
                if class_of(x).special(Special::Float).is_none()
                    && class_of(x).special(Special::Index).is_none()
                {
                    let m = format!(
                        "float() argument must be a string or a real number, not '{}'",
                        type_name(x)
                    );
                    return Err(errors::type_error(t, m));
                }
                return ops::to_f64(t, x);
            }
        },
    };
    match fmt::parse_float(&text) {
        Some(d) => Ok(d),
        None => {
            let r = ops::repr(t, x)?;
            Err(errors::value_error(
                t,
                format!("could not convert string to float: {}", r.lossy()),
            ))
        }
    }
}
fn is_integer(_t: &Thread, this: Value) -> bool {
    own(this).is_finite() && own(this).fract() == 0.0
}
fn as_integer_ratio(t: &Thread, this: Value) -> R<Gc<Tuple>> {
    if own(this).is_infinite() {
        let m = "cannot convert Infinity to integer ratio";
        return Err(errors::overflow_error(t, m));
    }
    if own(this).is_nan() {
        return Err(errors::value_error(
            t,
            "cannot convert NaN to integer ratio",
        ));
    }
    let (n, d) = bigint::ratio_of_f64(own(this)).map_err(|e| raise(t, e))?;
    let n = from_big(&n);
    Ok(Tuple::new(&[n, from_big(&d)]))
}
fn hex(_t: &Thread, this: Value) -> String {
    let mut out = Vec::new();
    fmt::push_float_hex(&mut out, own(this));
    String::from_utf8_lossy(&out).into_owned()
}
fn fromhex(t: &Thread, class: Gc<Type>, string: Value) -> R<Value> {
    let Some(string) = string.cast::<Str>() else {
        let m = "bad argument type for built-in operation";
        return Err(errors::type_error(t, m));
    };
    let d = fmt::parse_float_hex(string.bytes()).map_err(|e| raise(t, e))?;
    wrap(t, class, d)
}
fn from_number(t: &Thread, class: Gc<Type>, number: Value) -> R<Value> {
    if number.cast_exact::<Float>().is_some() && class == of_kind(kinds::FLOAT) {
        return Ok(number);
    }
    wrap(t, class, ops::to_f64(t, number)?)
}
fn wrap(t: &Thread, class: Gc<Type>, d: f64) -> R<Value> {
    let v = float::from_f64(d);
    if class == of_kind(kinds::FLOAT) {
        Ok(v)
    } else {
        call::call(t, class.value(), &[v])
    }
}
fn getnewargs(_t: &Thread, this: Value) -> Gc<Tuple> {
    Tuple::new(&[float::from_f64(own(this))])
}
fn getformat(t: &Thread, _class: Value, kind: Gc<Str>) -> R<&'static str> {
    match kind.bytes() {
        b"double" | b"float" => Ok("IEEE, little-endian"),
        _ => Err(errors::value_error(
            t,
            "__getformat__() argument 1 must be 'double' or 'float'",
        )),
    }
}
fn zero(_t: &Thread, _this: Value) -> f64 {
    0.0
}

crate::py_class! {
    /// Convert a string or number to a floating-point number, if possible.
    pub CLASS: Float = "float", base kinds::OBJECT, flags flags::BASETYPE;
    methods {
        @staticmethod __new__(cls, x=0, /) => new;
        __add__(self, value, /) => add [leaf]; __radd__(self, value, /) => radd [leaf];
        __sub__(self, value, /) => sub [leaf]; __rsub__(self, value, /) => rsub [leaf];
        __mul__(self, value, /) => mul [leaf]; __rmul__(self, value, /) => rmul [leaf];
        __truediv__(self, value, /) => truediv [leaf]; __rtruediv__(self, value, /) => rtruediv [leaf];
        __floordiv__(self, value, /) => floordiv [leaf]; __rfloordiv__(self, value, /) => rfloordiv [leaf];
        __mod__(self, value, /) => modulo [leaf]; __rmod__(self, value, /) => rmod [leaf];
        __divmod__(self, value, /) => divmod [leaf]; __rdivmod__(self, value, /) => rdivmod [leaf];
        __pow__(self, value, mod=None, /) => pow [leaf]; __rpow__(self, value, mod=None, /) => rpow [leaf];
        __neg__(self, /) => neg [leaf]; __pos__(self, /) => pos [leaf]; __abs__(self, /) => abs [leaf];
        __bool__(self, /) => bool_ [pure no_raise]; __int__(self, /) => trunc; __float__(self, /) => pos;
        /// Return the Integral closest to x between 0 and x.
        __trunc__(self, /) => trunc;
        /// Return the floor as an Integral.
        __floor__(self, /) => floor;
        /// Return the ceiling as an Integral.
        __ceil__(self, /) => ceil;
        /// Return the Integral closest to x, rounding half toward even.
        ///
        /// When an argument is passed, work like built-in round(x, ndigits).
        __round__(self, ndigits=None, /) => round;
        __lt__(self, value, /) => lt [leaf]; __le__(self, value, /) => le [leaf]; __eq__(self, value, /) => eq [leaf];
        __ne__(self, value, /) => ne [leaf]; __gt__(self, value, /) => gt [leaf]; __ge__(self, value, /) => ge [leaf];
        __hash__(self, /) => hash [pure no_raise];
        __repr__(self, /) => repr [leaf];
        /// Formats the float according to format_spec.
        __format__(self, format_spec, /) => format;
        __getnewargs__(self, /) => getnewargs;
        /// Return True if the float is an integer.
        is_integer(self, /) => is_integer [pure no_raise];
        /// Return a pair of integers, whose ratio is exactly equal to the original float.
        as_integer_ratio(self, /) => as_integer_ratio;
        /// Return self, the complex conjugate of any float.
        conjugate(self, /) => pos;
        /// Return a hexadecimal representation of a floating-point number.
        hex(self, /) => hex;
        /// Create a floating-point number from a hexadecimal string.
        @classmethod fromhex(cls, string, /) => fromhex;
        /// Convert real number to a floating-point number.
        @classmethod from_number(cls, number, /) => from_number;
        /// You probably don't want to use this function.
        @classmethod __getformat__(cls, typestr, /) => getformat;
    }
    getset {
        /// the real part of a complex number
        real => pos;
        /// the imaginary part of a complex number
        imag => zero;
    }
}
