//! `complex`.

use std::cell::Cell;

use pyjit_heap::{Gc, Header, Value, heap_object};

use super::{float, int};
use crate::core::class::words;
use crate::core::ops::{self, Cmp};
use crate::core::special::Special;
use crate::core::thread::{R, Thread};
use crate::core::{call, errors, kinds};
use crate::fmt;
use crate::types::str_::Str;
use crate::types::tuple::Tuple;
use crate::types::type_::{Type, class_of, flags, of_kind, type_name};

/// A complex number.
#[repr(C)]
pub struct Complex {
    header: Header,
    pub re: Cell<f64>,
    pub im: Cell<f64>,
}
heap_object!(Complex = kinds::COMPLEX, no refs);

type C = (f64, f64);

/// The complex number `re + im*j`.
pub fn make(re: f64, im: f64) -> Value {
    with_class(of_kind(kinds::COMPLEX), (re, im))
}
fn with_class(class: Gc<Type>, (re, im): C) -> Value {
    let c = Complex {
        header: Header::NEW,
        re: Cell::new(re),
        im: Cell::new(im),
    };
    Gc::with_shape(
        class.root_shape.get(),
        c,
        class.extra_bytes(words::<Complex>()),
    )
    .value()
}
/// The parts of a complex object.
pub fn get(v: Value) -> Option<C> {
    v.cast::<Complex>().map(|c| (c.re.get(), c.im.get()))
}

/// An operand: complex, float or int.
enum Operand {
    Complex(C),
    Real(f64),
}
impl Operand {
    fn full(&self) -> C {
        match *self {
            Operand::Complex(c) => c,
            Operand::Real(r) => (r, 0.0),
        }
    }
}
fn operand(t: &Thread, v: Value) -> R<Option<Operand>> {
    if let Some(c) = get(v) {
        return Ok(Some(Operand::Complex(c)));
    }
    if let Some(d) = float::get(v) {
        return Ok(Some(Operand::Real(d)));
    }
    if int::is_int(v) {
        Ok(Some(Operand::Real(int::to_f64(t, v)?)))
    } else {
        Ok(None)
    }
}

type Op = fn(&Thread, &Operand, &Operand) -> R<C>;
fn binary(t: &Thread, a: Value, b: Value, f: Op) -> R<Value> {
    match (operand(t, a)?, operand(t, b)?) {
        (Some(x), Some(y)) => f(t, &x, &y).map(|(re, im)| make(re, im)),
        _ => Ok(Value::NOT_IMPLEMENTED),
    }
}
fn do_add(_t: &Thread, x: &Operand, y: &Operand) -> R<C> {
    Ok(match (x, y) {
        (Operand::Real(r), Operand::Complex(c)) | (Operand::Complex(c), Operand::Real(r)) => {
            (c.0 + r, c.1)
        }
        _ => (x.full().0 + y.full().0, x.full().1 + y.full().1),
    })
}
fn do_sub(_t: &Thread, x: &Operand, y: &Operand) -> R<C> {
    Ok(match (x, y) {
        (Operand::Complex(c), Operand::Real(r)) => (c.0 - r, c.1),
        (Operand::Real(r), Operand::Complex(c)) => (r - c.0, -c.1),
        _ => (x.full().0 - y.full().0, x.full().1 - y.full().1),
    })
}
fn product(a: C, b: C) -> C {
    let r = (a.0 * b.0 - a.1 * b.1, a.0 * b.1 + a.1 * b.0);
    if r.0.is_nan() && r.1.is_nan() {
        return infinite_product(a, b).unwrap_or(r);
    }
    r
}
/// An infinite part as 1, a finite one as 0, with its sign.
fn boxed(x: f64) -> f64 {
    (if x.is_infinite() { 1.0 } else { 0.0f64 }).copysign(x)
}
fn without_nan(x: f64) -> f64 {
    if x.is_nan() { 0.0f64.copysign(x) } else { x }
}
/// The product when its parts came out as NaN but are infinite (C99, annex G.5.1).
fn infinite_product((mut a, mut b): C, (mut c, mut d): C) -> Option<C> {
    let products = [a * c, b * d, a * d, b * c];
    let mut known = false;
    if a.is_infinite() || b.is_infinite() {
        (a, b, c, d) = (boxed(a), boxed(b), without_nan(c), without_nan(d));
        known = true;
    }
    if c.is_infinite() || d.is_infinite() {
        (a, b, c, d) = (without_nan(a), without_nan(b), boxed(c), boxed(d));
        known = true;
    }
    if !known && products.iter().any(|p| p.is_infinite()) {
        (a, b, c, d) = (
            without_nan(a),
            without_nan(b),
            without_nan(c),
            without_nan(d),
        );
        known = true;
    }
    known.then_some({
        (
            f64::INFINITY * (a * c - b * d),
            f64::INFINITY * (a * d + b * c),
        )
    })
}
fn do_mul(_t: &Thread, x: &Operand, y: &Operand) -> R<C> {
    Ok(match (x, y) {
        (Operand::Real(r), Operand::Complex(c)) | (Operand::Complex(c), Operand::Real(r)) => {
            (c.0 * r, c.1 * r)
        }
        _ => product(x.full(), y.full()),
    })
}
/// Smith's method: scale by the larger part of the divisor.
fn quotient(a: C, b: C) -> C {
    let r = plain_quotient(a, b);
    if !r.0.is_nan() || !r.1.is_nan() {
        return r;
    }
    // Infinities and zeros that came out as NaN (C99, annex G.5.2).
    let finite = |c: C| c.0.is_finite() && c.1.is_finite();
    if (a.0.is_infinite() || a.1.is_infinite()) && finite(b) {
        let (x, y) = (boxed(a.0), boxed(a.1));
        (
            f64::INFINITY * (x * b.0 + y * b.1),
            f64::INFINITY * (y * b.0 - x * b.1),
        )
    } else if (b.0.is_infinite() || b.1.is_infinite()) && finite(a) {
        let (x, y) = (boxed(b.0), boxed(b.1));
        (0.0 * (a.0 * x + a.1 * y), 0.0 * (a.1 * x - a.0 * y))
    } else {
        r
    }
}
/// A real divided by a complex number, which keeps the signs of zeros.
fn real_quotient(a: f64, b: C) -> C {
    let r = plain_real_quotient(a, b);
    let infinite = b.0.is_infinite() || b.1.is_infinite();
    if r.0.is_nan() && r.1.is_nan() && a.is_finite() && infinite {
        return (0.0 * (a * boxed(b.0)), 0.0 * (-a * boxed(b.1)));
    }
    r
}
fn plain_real_quotient(a: f64, b: C) -> C {
    if b.0.abs() >= b.1.abs() {
        let ratio = b.1 / b.0;
        let d = b.0 + b.1 * ratio;
        (a / d, -a * ratio / d)
    } else if b.1.abs() >= b.0.abs() {
        let ratio = b.0 / b.1;
        let d = b.0 * ratio + b.1;
        (a * ratio / d, -a / d)
    } else {
        (f64::NAN, f64::NAN)
    }
}
fn plain_quotient(a: C, b: C) -> C {
    if b.0.abs() >= b.1.abs() {
        let ratio = b.1 / b.0;
        let d = b.0 + b.1 * ratio;
        ((a.0 + a.1 * ratio) / d, (a.1 - a.0 * ratio) / d)
    } else if b.1.abs() >= b.0.abs() {
        let ratio = b.0 / b.1;
        let d = b.0 * ratio + b.1;
        ((a.0 * ratio + a.1) / d, (a.1 * ratio - a.0) / d)
    } else {
        (f64::NAN, f64::NAN)
    }
}
fn do_div(t: &Thread, x: &Operand, y: &Operand) -> R<C> {
    let b = y.full();
    if b == (0.0, 0.0) {
        return Err(errors::zero_division(t, "division by zero"));
    }
    Ok(match (x, y) {
        (Operand::Complex(c), Operand::Real(r)) => (c.0 / r, c.1 / r),
        (Operand::Real(r), Operand::Complex(c)) => real_quotient(*r, *c),
        _ => quotient(x.full(), b),
    })
}
fn do_pow(t: &Thread, x: &Operand, y: &Operand) -> R<C> {
    power(t, x.full(), y.full())
}
fn power(t: &Thread, a: C, b: C) -> R<C> {
    let small = b.1 == 0.0 && b.0.fract() == 0.0 && b.0.abs() <= 100.0;
    if b == (0.0, 0.0) {
        return Ok((1.0, 0.0));
    }
    if a == (0.0, 0.0) && !(small && b.0 > 0.0) {
        if b.1 != 0.0 || b.0 < 0.0 {
            return Err(errors::zero_division(
                t,
                "zero to a negative or complex power",
            ));
        }
        return Ok((0.0, 0.0));
    }
    let r = if small {
        integer_power(a, b.0 as i64)
    } else {
        let modulus = a.0.hypot(a.1);
        let mut len = modulus.powf(b.0);
        let at = a.1.atan2(a.0);
        let mut phase = at * b.0;
        if b.1 != 0.0 {
            len *= (-at * b.1).exp();
            phase += b.1 * modulus.ln();
        }
        if phase.is_infinite() {
            let m = "zero to a negative or complex power";
            return Err(errors::zero_division(t, m));
        }
        (len * phase.cos(), len * phase.sin())
    };
    if r.0.is_infinite() || r.1.is_infinite() {
        return Err(errors::overflow_error(t, "complex exponentiation"));
    }
    Ok(r)
}
fn integer_power(a: C, n: i64) -> C {
    let (mut r, mut p, mut k) = ((1.0, 0.0), a, n.unsigned_abs());
    while k > 0 {
        if k & 1 == 1 {
            r = product(r, p);
        }
        k >>= 1;
        p = product(p, p);
    }
    if n < 0 { quotient((1.0, 0.0), r) } else { r }
}
/// `x ** y` of reals whose result is complex.
pub fn pow_of_reals(t: &Thread, x: f64, y: f64) -> R<Value> {
    power(t, (x, 0.0), (y, 0.0)).map(|(re, im)| make(re, im))
}

macro_rules! operators {
    ($($name:ident $reflected:ident $f:ident;)*) => { $(
        fn $name(t: &Thread, a: Value, b: Value) -> R<Value> { binary(t, a, b, $f) }
        fn $reflected(t: &Thread, a: Value, b: Value) -> R<Value> { binary(t, b, a, $f) }
    )* };
}
operators! { add radd do_add; sub rsub do_sub; mul rmul do_mul; truediv rtruediv do_div; }
fn pow(t: &Thread, a: Value, b: Value, modulus: Option<Value>) -> R<Value> {
    if modulus.is_some_and(|m| !m.is_none()) {
        return match (operand(t, a)?, operand(t, b)?) {
            (Some(_), Some(_)) => Err(errors::value_error(t, "complex modulo")),
            _ => Ok(Value::NOT_IMPLEMENTED),
        };
    }
    binary(t, a, b, do_pow)
}
fn rpow(t: &Thread, a: Value, b: Value, modulus: Option<Value>) -> R<Value> {
    pow(t, b, a, modulus)
}
fn own(this: Value) -> C {
    get(this).unwrap_or((f64::NAN, f64::NAN))
}
fn neg(_t: &Thread, this: Value) -> Value {
    make(-own(this).0, -own(this).1)
}
fn pos(_t: &Thread, this: Value) -> Value {
    make(own(this).0, own(this).1)
}
fn abs(t: &Thread, this: Value) -> R<f64> {
    let (re, im) = own(this);
    let r = re.hypot(im);
    if r.is_infinite() && re.is_finite() && im.is_finite() {
        return Err(errors::overflow_error(t, "absolute value too large"));
    }
    Ok(r)
}
fn bool_(_t: &Thread, this: Value) -> bool {
    own(this) != (0.0, 0.0)
}
fn compare(_t: &Thread, cmp: Cmp, a: Value, b: Value) -> R<Value> {
    let (re, im) = own(a);
    let equal = if let Some(c) = get(b) {
        c == (re, im)
    } else if float::get(b).is_some() || int::is_int(b) {
        let same = super::float_methods::order(float::from_f64(re), b);
        im == 0.0 && same == Some(Some(std::cmp::Ordering::Equal))
    } else {
        return Ok(Value::NOT_IMPLEMENTED);
    };
    Ok(match cmp {
        Cmp::Eq => Value::bool(equal),
        Cmp::Ne => Value::bool(!equal),
        _ => Value::NOT_IMPLEMENTED,
    })
}
crate::comparisons!(Value, compare);
fn hash(_t: &Thread, this: Value) -> i64 {
    let (re, im) = own(this);
    let h = super::float_methods::hash_f64(re, this);
    let i = super::float_methods::hash_f64(im, this);
    let r = h.wrapping_add(i.wrapping_mul(1_000_003)) << 1 >> 1;
    if r == -1 { -2 } else { r }
}
fn repr(_t: &Thread, this: Value) -> Gc<Str> {
    let mut out = Vec::new();
    fmt::push_complex_repr(&mut out, own(this).0, own(this).1);
    Str::from_wtf8(&out)
}
fn format(t: &Thread, this: Value, spec: Gc<Str>) -> R<Value> {
    if spec.is_empty() {
        return ops::str(t, this).map(Gc::value);
    }
    let mut out = Vec::new();
    let (re, im) = own(this);
    fmt::format_complex(&mut out, (re, im), spec.bytes(), &type_name(this))
        .map_err(|e| int::raise(t, e))?;
    Ok(Str::from_wtf8(&out).value())
}

fn new(t: &Thread, class: Gc<Type>, real: Option<Value>, imag: Option<Value>) -> R<Value> {
    if let (Some(r), None) = (real, imag) {
        if r.cast_exact::<Complex>().is_some() && class == of_kind(kinds::COMPLEX) {
            return Ok(r);
        }
        if let Some(s) = r.cast::<Str>() {
            return parse(t, class, s);
        }
    }
    if real.is_some_and(|r| r.cast::<Str>().is_some()) {
        let m = format!(
            "complex() argument 'real' must be a real number, not {}",
            type_name(real.unwrap_or(Value::NONE))
        );
        return Err(errors::type_error(t, m));
    }
    for (v, what, alone) in [(real, "real", imag.is_none()), (imag, "imag", false)] {
        if let Some(v) = v.filter(|v| !alone && get(*v).is_some()) {
            let m = format!(
                "complex() argument '{what}' must be a real number, not {}",
                type_name(v)
            );
            crate::core::warn::deprecated(t, &m)?;
        }
    }
    let r = match real {
        None => (0.0, 0.0),
        Some(v) => convert(t, v, imag.is_none())?,
    };
    let i = match imag {
        None => (0.0, 0.0),
        Some(v) => match get(v) {
            Some(c) => c,
            None if float::get(v).is_some() || is_real(v) => (ops::to_f64(t, v)?, 0.0),
            None => {
                let m = format!(
                    "complex() argument 'imag' must be a real number, not {}",
                    type_name(v)
                );
                return Err(errors::type_error(t, m));
            }
        },
    };
    // Parts that were not given as complex numbers keep the signs of their zeros.
    let complex = |v: Option<Value>| v.is_some_and(|v| get(v).is_some());
    let re = if complex(imag) { r.0 - i.1 } else { r.0 };
    let im = match (imag, real.is_some_and(|v| !is_plain_real(v))) {
        (None, _) => r.1,
        (_, true) => r.1 + i.0,
        _ => i.0,
    };
    Ok(with_class(class, (re, im)))
}
fn is_plain_real(v: Value) -> bool {
    float::get(v).is_some() || int::is_int(v)
}
fn is_real(v: Value) -> bool {
    class_of(v).special(Special::Float).is_some() || class_of(v).special(Special::Index).is_some()
}
fn convert(t: &Thread, v: Value, alone: bool) -> R<C> {
    if v.cast_exact::<Complex>().is_some() {
        return Ok(own(v));
    }
    if let Some(r) = call::call_special(t, v, Special::Complex, &[]) {
        let c = r?;
        if get(c).is_some() && c.cast_exact::<Complex>().is_none() {
            let m = format!(
                "{}.__complex__() must return a complex, not {}.  The ability to return an \
                 instance of a strict subclass of complex is deprecated, and may not be supported \
                 in a future version of Python.",
                type_name(v),
                type_name(c)
            );
            crate::core::warn::deprecated(t, &m)?;
        }
        return get(c).ok_or_else(|| {
            let m = format!(
                "{}.__complex__() must return a complex, not {}",
                type_name(v),
                type_name(c)
            );
            errors::type_error(t, m)
        });
    }
    if is_real(v) {
        return Ok((ops::to_f64(t, v)?, 0.0));
    }
    let m = match alone {
        true => format!(
            "complex() argument must be a string or a number, not {}",
            type_name(v)
        ),
        false => format!(
            "complex() argument 'real' must be a real number, not {}",
            type_name(v)
        ),
    };
    Err(errors::type_error(t, m))
}
fn parse(t: &Thread, class: Gc<Type>, s: Gc<Str>) -> R<Value> {
    match fmt::parse_complex(&super::int_methods::ascii_digits(s)) {
        Some(c) => Ok(with_class(class, c)),
        None => Err(errors::value_error(
            t,
            "complex() arg is a malformed string",
        )),
    }
}
fn from_number(t: &Thread, class: Gc<Type>, number: Value) -> R<Value> {
    if number.cast_exact::<Complex>().is_some() && class == of_kind(kinds::COMPLEX) {
        return Ok(number);
    }
    let special = class_of(number).special(Special::Complex).is_some();
    if get(number).is_none() && !special && !is_real(number) {
        let m = format!("must be real number, not {}", type_name(number));
        return Err(errors::type_error(t, m));
    }
    Ok(with_class(class, convert(t, number, true)?))
}
fn conjugate(_t: &Thread, this: Value) -> Value {
    make(own(this).0, -own(this).1)
}
fn real(_t: &Thread, this: Value) -> f64 {
    own(this).0
}
fn imag(_t: &Thread, this: Value) -> f64 {
    own(this).1
}
fn getnewargs(_t: &Thread, this: Value) -> Gc<Tuple> {
    Tuple::new(&[float::from_f64(own(this).0), float::from_f64(own(this).1)])
}

crate::py_class! {
    /// Create a complex number from a string or numbers.
    ///
    /// If a string is given, parse it as a complex number.
    /// If a single number is given, convert it to a complex number.
    /// If the 'real' or 'imag' arguments are given, create a complex number
    /// with the specified real and imaginary components.
    pub CLASS: Complex = "complex", base kinds::OBJECT, flags flags::BASETYPE;
    methods {
        @staticmethod __new__(cls, real=0, imag=0) => new;
        __add__(self, value, /) => add; __radd__(self, value, /) => radd;
        __sub__(self, value, /) => sub; __rsub__(self, value, /) => rsub;
        __mul__(self, value, /) => mul; __rmul__(self, value, /) => rmul;
        __truediv__(self, value, /) => truediv; __rtruediv__(self, value, /) => rtruediv;
        __pow__(self, value, mod=None, /) => pow; __rpow__(self, value, mod=None, /) => rpow;
        __neg__(self, /) => neg; __pos__(self, /) => pos; __abs__(self, /) => abs; __bool__(self, /) => bool_;
        __lt__(self, value, /) => lt; __le__(self, value, /) => le; __eq__(self, value, /) => eq;
        __ne__(self, value, /) => ne; __gt__(self, value, /) => gt; __ge__(self, value, /) => ge;
        __hash__(self, /) => hash;
        __repr__(self, /) => repr;
        /// Convert to a string according to format_spec.
        __format__(self, format_spec, /) => format;
        /// Convert this value to exact type complex.
        __complex__(self, /) => pos;
        /// Return the complex conjugate of its argument. (3-4j).conjugate() == 3+4j.
        conjugate(self, /) => conjugate;
        /// Convert number to a complex floating-point number.
        @classmethod from_number(cls, number, /) => from_number;
        __getnewargs__(self, /) => getnewargs;
    }
    getset {
        /// the real part of a complex number
        real => real;
        /// the imaginary part of a complex number
        imag => imag;
    }
}
