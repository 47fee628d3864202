//! Functions of real numbers, with the errors of module `math`.

use pyjit_heap::{Gc, Value};
use pyjit_runtime::bigint::{self, IntRef};
use pyjit_runtime::core::native::IntoResult;
use pyjit_runtime::core::{call, errors, ops};
use pyjit_runtime::types::str_::intern;
use pyjit_runtime::types::tuple::Tuple;
use pyjit_runtime::types::type_::{class_of, type_name};
use pyjit_runtime::types::{float, int};
use pyjit_runtime::{R, Raised, Thread};

use super::libm;
use super::special::{self, Trouble};

/// `repr` of a double.
fn shown(t: &Thread, x: f64) -> String {
    ops::repr(t, float::from_f64(x)).map_or_else(|_| String::new(), |s| s.lossy().into_owned())
}
fn domain(t: &Thread) -> Raised {
    errors::value_error(t, "math domain error")
}
fn range(t: &Thread) -> Raised {
    errors::overflow_error(t, "math range error")
}

/// Judges `r = f(x)`: NaN out of a number is a domain error, infinity out of
/// a finite one an overflow (`overflows`) or a pole.
fn checked(t: &Thread, x: f64, r: f64, overflows: bool, expected: &str) -> R<f64> {
    let bad = (r.is_nan() && !x.is_nan()) || (r.is_infinite() && x.is_finite() && !overflows);
    if bad && expected.is_empty() {
        return Err(domain(t));
    }
    if bad {
        let m = format!("expected {expected}, got {}", shown(t, x));
        return Err(errors::value_error(t, m));
    }
    if r.is_infinite() && x.is_finite() {
        return Err(range(t));
    }
    Ok(r)
}

macro_rules! unary {
    ($($name:ident $f:expr, $overflows:literal, $expected:literal;)*) => { $(
        pub fn $name(t: &Thread, x: f64) -> R<f64> {
            let f: fn(f64) -> f64 = $f;
            checked(t, x, f(x), $overflows, $expected)
        }
    )* };
}
unary! {
    acos f64::acos, false, "a number in range from -1 up to 1";
    acosh libm::acosh, false, "argument value not less than 1";
    asin f64::asin, false, "a number in range from -1 up to 1";
    asinh libm::asinh, false, "";
    atan f64::atan, false, "";
    atanh libm::atanh, false, "a number between -1 and 1";
    cbrt f64::cbrt, false, "";
    cos f64::cos, false, "a finite input";
    cosh f64::cosh, true, "";
    erf libm::erf, false, "";
    erfc libm::erfc, false, "";
    exp f64::exp, true, "";
    exp2 f64::exp2, true, "";
    expm1 f64::exp_m1, true, "";
    fabs f64::abs, false, "";
    log1p f64::ln_1p, false, "argument value > -1";
    sin f64::sin, false, "a finite input";
    sinh f64::sinh, true, "";
    sqrt f64::sqrt, false, "a nonnegative input";
    tan f64::tan, false, "a finite input";
    tanh f64::tanh, false, "";
    degrees |x| x * (180.0 / std::f64::consts::PI), true, "";
    radians |x| x * (std::f64::consts::PI / 180.0), true, "";
}

fn special_result(t: &Thread, x: f64, r: Result<f64, Trouble>) -> R<f64> {
    match r {
        Ok(r) => Ok(r),
        Err(Trouble::Range) => Err(range(t)),
        Err(Trouble::Domain) => {
            let m = format!(
                "expected a noninteger or positive integer, got {}",
                shown(t, x)
            );
            Err(errors::value_error(t, m))
        }
    }
}
pub fn gamma(t: &Thread, x: f64) -> R<f64> {
    special_result(t, x, special::gamma(x))
}
pub fn lgamma(t: &Thread, x: f64) -> R<f64> {
    special_result(t, x, special::lgamma(x))
}

pub fn atan2(_t: &Thread, y: f64, x: f64) -> f64 {
    y.atan2(x)
}
pub fn copysign(_t: &Thread, x: f64, y: f64) -> f64 {
    x.copysign(y)
}
pub fn pow(t: &Thread, x: f64, y: f64) -> R<f64> {
    let r = x.powf(y);
    if r.is_finite() || !x.is_finite() || !y.is_finite() {
        return Ok(r);
    }
    if r.is_nan() || x == 0.0 {
        return Err(domain(t));
    }
    Err(range(t))
}
pub fn fmod(t: &Thread, x: f64, y: f64) -> R<f64> {
    if y.is_infinite() && x.is_finite() {
        return Ok(x);
    }
    no_new_nan(t, x, y, x % y)
}
pub fn remainder(t: &Thread, x: f64, y: f64) -> R<f64> {
    no_new_nan(t, x, y, libm::remainder(x, y))
}
fn no_new_nan(t: &Thread, x: f64, y: f64, r: f64) -> R<f64> {
    if r.is_nan() && !x.is_nan() && !y.is_nan() {
        return Err(domain(t));
    }
    Ok(r)
}
pub fn fma(t: &Thread, x: f64, y: f64, z: f64) -> R<f64> {
    let r = x.mul_add(y, z);
    if r.is_nan() && !x.is_nan() && !y.is_nan() && !z.is_nan() {
        return Err(errors::value_error(t, "invalid operation in fma"));
    }
    if r.is_infinite() && x.is_finite() && y.is_finite() && z.is_finite() {
        return Err(errors::overflow_error(t, "overflow in fma"));
    }
    Ok(r)
}

/// Mantissa in [0.5, 1) and exponent.
pub fn split(x: f64) -> (f64, i32) {
    if x == 0.0 || !x.is_finite() {
        return (x, 0);
    }
    let (scaled, shift) = if x.abs() < f64::MIN_POSITIVE {
        (x * 2f64.powi(54), 54)
    } else {
        (x, 0)
    };
    let bits = scaled.to_bits();
    let e = (bits >> 52 & 0x7ff) as i32;
    let m = f64::from_bits(bits & !(0x7ff << 52) | 1022 << 52);
    (m, e - 1022 - shift)
}
pub fn frexp(t: &Thread, x: f64) -> R<Gc<Tuple>> {
    let (m, e) = split(x);
    Ok(Tuple::new(&[m.into_result(t)?, Value::int(e as i64)]))
}
pub fn ldexp(t: &Thread, x: f64, e: Value) -> R<f64> {
    let Some(exact) = int::exact(e) else {
        let m = "Expected an int as second argument to ldexp.";
        return Err(errors::type_error(t, m));
    };
    if x == 0.0 || !x.is_finite() {
        return Ok(x);
    }
    let limit = i32::MAX as i64;
    let e = match int::to_i64(exact) {
        Some(e) => e.clamp(-limit, limit),
        None if int::is_negative(exact) => -limit,
        None => limit,
    };
    let r = libm::ldexp(x, e as i32);
    if r.is_infinite() {
        return Err(range(t));
    }
    Ok(r)
}
pub fn modf(t: &Thread, x: f64) -> R<Gc<Tuple>> {
    let (fraction, whole) = if x.is_infinite() {
        (0f64.copysign(x), x)
    } else {
        ((x - x.trunc()).copysign(x), x.trunc())
    };
    let parts = [fraction.into_result(t)?, whole.into_result(t)?];
    Ok(Tuple::new(&parts))
}

/// Mantissa in [0.5, 1) of a positive int of two limbs or more, and its exponent.
fn split_int(i: IntRef) -> (f64, i64) {
    // The two highest limbs hold the 64 bits; what is below only breaks ties.
    let n = i.mag.len();
    let (high, low) = (i.mag[n - 1], i.mag[n - 2]);
    let lead = high.leading_zeros();
    let word = ((high as u128) << 64 | low as u128) << lead;
    let lost = word as u64 != 0 || i.mag[..n - 2].iter().any(|l| *l != 0);
    let (word, shift) = ((word >> 64) as u64, (n as i64 - 1) * 64 - lead as i64);
    let (m, e) = split((word | lost as u64) as f64);
    (m, e as i64 + shift)
}
/// A logarithm of any real argument, ints beyond the doubles included.
fn logarithm(t: &Thread, v: Value, f: fn(f64) -> f64) -> R<f64> {
    if let Some(i) = int::operand(v) {
        let i = i.as_ref();
        if i.negative || i.is_zero() {
            return Err(errors::value_error(t, "expected a positive input"));
        }
        if let Ok(x) = bigint::to_f64(i) {
            return Ok(f(x));
        }
        let (m, e) = split_int(i);
        return Ok(f(2.0).mul_add(e as f64, f(m)));
    }
    let x = ops::to_f64(t, v)?;
    if x <= 0.0 {
        let m = format!("expected a positive input, got {}", shown(t, x));
        return Err(errors::value_error(t, m));
    }
    Ok(f(x))
}
pub fn log(t: &Thread, x: Value, base: Option<Value>) -> R<f64> {
    let n = logarithm(t, x, f64::ln)?;
    let Some(base) = base else {
        return Ok(n);
    };
    let d = logarithm(t, base, f64::ln)?;
    if d == 0.0 {
        return Err(errors::zero_division(t, "division by zero"));
    }
    Ok(n / d)
}
pub fn log2(t: &Thread, x: Value) -> R<f64> {
    logarithm(t, x, f64::log2)
}
pub fn log10(t: &Thread, x: Value) -> R<f64> {
    logarithm(t, x, f64::log10)
}

/// The int of a whole double.
fn whole(t: &Thread, x: f64) -> R<Value> {
    int::result(t, bigint::from_f64(x))
}
/// `x.name()` if the class of `x` has that method.
fn by_method(t: &Thread, x: Value, name: &str) -> Option<R<Value>> {
    let m = class_of(x).lookup(intern(name))?;
    Some(call::call_method(t, m, x, &[]))
}
fn exact_float(x: Value) -> Option<f64> {
    float::get(x).filter(|_| x.is_float() || x.cast_exact::<float::Float>().is_some())
}
pub fn ceil(t: &Thread, x: Value) -> R<Value> {
    match exact_float(x) {
        Some(d) => whole(t, d.ceil()),
        None => match by_method(t, x, "__ceil__") {
            Some(r) => r,
            None => whole(t, ops::to_f64(t, x)?.ceil()),
        },
    }
}
pub fn floor(t: &Thread, x: Value) -> R<Value> {
    match exact_float(x) {
        Some(d) => whole(t, d.floor()),
        None => match by_method(t, x, "__floor__") {
            Some(r) => r,
            None => whole(t, ops::to_f64(t, x)?.floor()),
        },
    }
}
pub fn trunc(t: &Thread, x: Value) -> R<Value> {
    match (exact_float(x), by_method(t, x, "__trunc__")) {
        (Some(d), _) => whole(t, d.trunc()),
        (None, Some(r)) => r,
        (None, None) => {
            let m = format!("type {} doesn't define __trunc__ method", type_name(x));
            Err(errors::type_error(t, m))
        }
    }
}

pub fn isfinite(_t: &Thread, x: f64) -> bool {
    x.is_finite()
}
pub fn isinf(_t: &Thread, x: f64) -> bool {
    x.is_infinite()
}
pub fn isnan(_t: &Thread, x: f64) -> bool {
    x.is_nan()
}
pub fn isclose(t: &Thread, a: f64, b: f64, rel: Option<f64>, abs: Option<f64>) -> R<bool> {
    let (rel, abs) = (rel.unwrap_or(1e-9), abs.unwrap_or(0.0));
    if rel < 0.0 || abs < 0.0 {
        return Err(errors::value_error(t, "tolerances must be non-negative"));
    }
    if a == b {
        return Ok(true);
    }
    if a.is_infinite() || b.is_infinite() {
        return Ok(false);
    }
    let d = (b - a).abs();
    Ok(d <= (rel * b).abs() || d <= (rel * a).abs() || d <= abs)
}

/// The doubles in order, as integers.
fn order(x: f64) -> i64 {
    let b = x.to_bits() as i64;
    if b < 0 { i64::MIN - b } else { b }
}
fn from_order(i: i64) -> f64 {
    f64::from_bits(if i < 0 { i64::MIN - i } else { i } as u64)
}
pub fn nextafter(t: &Thread, x: f64, y: f64, steps: Option<Value>) -> R<f64> {
    let steps = match steps.filter(|s| !s.is_none()) {
        None => 1_i128,
        Some(s) => {
            let s = ops::index(t, s)?;
            if int::is_negative(s) {
                let m = "steps must be a non-negative integer";
                return Err(errors::value_error(t, m));
            }
            // More than there are floats.
            int::to_i64(s).map_or(1 << 65, i128::from)
        }
    };
    if steps == 0 || x.is_nan() {
        return Ok(x);
    }
    if y.is_nan() || x == y {
        return Ok(y);
    }
    let (a, b) = (i128::from(order(x)), i128::from(order(y)));
    let to = if a < b {
        (a + steps).min(b)
    } else {
        (a - steps).max(b)
    };
    // Zero is reached with the sign of the side one comes from.
    Ok(if to == 0 && b != 0 {
        0f64.copysign(x)
    } else if to == b {
        y
    } else {
        from_order(to as i64)
    })
}
pub fn ulp(_t: &Thread, x: f64) -> f64 {
    let a = x.abs();
    if !a.is_finite() {
        return a;
    }
    let up = f64::from_bits(a.to_bits() + 1);
    if up.is_infinite() {
        return a - f64::from_bits(a.to_bits() - 1);
    }
    up - a
}
