//! Sums, products and norms of sequences, with exact or extended precision.

use pyjit_heap::{Gc, Value};
use pyjit_runtime::core::errors;
use pyjit_runtime::core::ops::{self, BinOp};
use pyjit_runtime::types::tuple::Tuple;
use pyjit_runtime::types::{float, int, tuple_methods};
use pyjit_runtime::{R, Thread};

use super::libm;
use super::real::split;

/// Error-free sum of two numbers: rounded sum and error.
fn two_sum(a: f64, b: f64) -> (f64, f64) {
    let x = a + b;
    let z = x - a;
    (x, (a - (x - z)) + (b - z))
}
/// As [`two_sum`], for |a| >= |b|.
fn fast_two_sum(a: f64, b: f64) -> (f64, f64) {
    let x = a + b;
    (x, (a - x) + b)
}
/// Error-free product.
fn two_product(a: f64, b: f64) -> (f64, f64) {
    let x = a * b;
    (x, a.mul_add(b, -x))
}

/// `fsum`: the exact sum is a list of numbers that do not overlap.
pub fn fsum(t: &Thread, iterable: Value) -> R<f64> {
    let mut partials: Vec<f64> = Vec::new();
    let (mut special, mut infinities) = (0.0, 0.0);
    ops::for_each(t, iterable, |v| {
        let x0 = ops::to_f64(t, v)?;
        let (mut x, mut n) = (x0, 0);
        for i in 0..partials.len() {
            let mut y = partials[i];
            if x.abs() < y.abs() {
                std::mem::swap(&mut x, &mut y);
            }
            let (high, low) = fast_two_sum(x, y);
            if low != 0.0 {
                partials[n] = low;
                n += 1;
            }
            x = high;
        }
        partials.truncate(n);
        if x != 0.0 {
            if x.is_finite() {
                partials.push(x);
            } else {
                if x0.is_finite() {
                    return Err(errors::overflow_error(t, "intermediate overflow in fsum"));
                }
                if x0.is_infinite() {
                    infinities += x0;
                }
                special += x0;
                partials.clear();
            }
        }
        Ok(())
    })?;
    if special != 0.0 {
        if f64::is_nan(infinities) {
            return Err(errors::value_error(t, "-inf + inf in fsum"));
        }
        return Ok(special);
    }
    Ok(rounded(&partials))
}
/// The partials, lowest first, rounded half to even once.
fn rounded(partials: &[f64]) -> f64 {
    let Some((&last, rest)) = partials.split_last() else {
        return 0.0;
    };
    let (mut high, mut low, mut n) = (last, 0.0, rest.len());
    while n > 0 {
        n -= 1;
        (high, low) = fast_two_sum(high, rest[n]);
        if low != 0.0 {
            break;
        }
    }
    if n > 0 && ((low < 0.0 && rest[n - 1] < 0.0) || (low > 0.0 && rest[n - 1] > 0.0)) {
        let y = low * 2.0;
        let x = high + y;
        if y == x - high {
            return x;
        }
    }
    high
}

/// `prod(iterable, start=1)`.
pub fn prod(t: &Thread, iterable: Value, start: Option<Value>) -> R<Value> {
    let mut total = start.unwrap_or(Value::int(1));
    ops::for_each(t, iterable, |v| {
        total = match (total, v) {
            (a, b) if a.is_int() && b.is_int() => match a.as_int().checked_mul(b.as_int()) {
                Some(p) => int::from_i64(t, p),
                None => ops::binary(t, BinOp::Mul, a, b)?,
            },
            (a, b) if a.is_float() && b.is_float() => float::from_f64(a.as_float() * b.as_float()),
            (a, b) => ops::binary(t, BinOp::Mul, a, b)?,
        };
        Ok(())
    })?;
    Ok(total)
}

/// A number of triple length.
#[derive(Default)]
struct Triple {
    high: f64,
    low: f64,
    tiny: f64,
}
impl Triple {
    fn add_product(&self, x: f64, y: f64) -> Triple {
        let (p, p_low) = two_product(x, y);
        let (high, h_low) = two_sum(self.high, p);
        let (r1, r1_low) = two_sum(self.low, p_low);
        let (low, r2_low) = two_sum(r1, h_low);
        Triple {
            high,
            low,
            tiny: self.tiny + r1_low + r2_low,
        }
    }
    fn value(&self) -> f64 {
        let (high, low) = two_sum(self.low, self.high);
        self.tiny + low + high
    }
}
/// A factor for the extended sum: a float, or an int beside a float.
fn factor(v: Value) -> Option<f64> {
    if v.is_float() {
        return Some(v.as_float());
    }
    if v.cast_exact::<float::Float>().is_some() {
        return float::get(v);
    }
    v.is_int().then(|| v.as_int() as f64)
}

/// `sumprod(p, q)`.
pub fn sumprod(t: &Thread, p: Value, q: Value) -> R<Value> {
    let (p, q) = (ops::iter(t, p)?, ops::iter(t, q)?);
    let mut total = Value::int(0);
    let (mut extended, mut in_use) = (Triple::default(), false);
    loop {
        let (a, b) = (ops::next(t, p)?, ops::next(t, q)?);
        let pair = match (a, b) {
            (Some(a), Some(b)) => Some((a, b)),
            (None, None) => None,
            _ => return Err(errors::value_error(t, "Inputs are not the same length")),
        };
        if let Some((a, b)) = pair
            && !(a.is_int() && b.is_int())
            && let (Some(x), Some(y)) = (factor(a), factor(b))
        {
            let next = extended.add_product(x, y);
            if next.high.is_finite() {
                (extended, in_use) = (next, true);
                continue;
            }
        }
        if in_use {
            let v = float::from_f64(extended.value());
            total = ops::binary(t, BinOp::Add, total, v)?;
            (extended, in_use) = (Triple::default(), false);
        }
        let Some((a, b)) = pair else {
            return Ok(total);
        };
        let product = ops::binary(t, BinOp::Mul, a, b)?;
        total = ops::binary(t, BinOp::Add, total, product)?;
    }
}

/// Euclidean norm of absolute values, nearly correctly rounded.
fn norm(v: &mut [f64]) -> f64 {
    let max = v.iter().copied().fold(0.0, f64::max);
    if max.is_infinite() {
        return max;
    }
    if v.iter().any(|x| x.is_nan()) {
        return f64::NAN;
    }
    if max == 0.0 || v.len() <= 1 {
        return max;
    }
    let e = split(max).1;
    if e < -1023 {
        // Subnormal: the scale would overflow.
        v.iter_mut().for_each(|x| *x /= f64::MIN_POSITIVE);
        return f64::MIN_POSITIVE * norm(v);
    }
    let scale = libm::ldexp(1.0, -e);
    let (mut sum, mut low1, mut low2) = (1.0, 0.0, 0.0);
    let mut add = |a: f64, b: f64| {
        let (p, p_low) = two_product(a, b);
        let (s, s_low) = fast_two_sum(sum, p);
        sum = s;
        low1 += p_low;
        low2 += s_low;
        sum - 1.0 + (low1 + low2)
    };
    let mut square = 0.0;
    for x in v.iter() {
        let x = x * scale;
        square = add(x, x);
    }
    let mut h = square.sqrt();
    // One step of Newton's method on the error that is left.
    let x = add(-h, h);
    h += x / (2.0 * h);
    h / scale
}
pub fn hypot(t: &Thread, coordinates: Gc<Tuple>) -> R<f64> {
    let mut v = Vec::with_capacity(coordinates.len());
    for c in coordinates.items() {
        v.push(ops::to_f64(t, *c)?.abs());
    }
    Ok(norm(&mut v))
}
pub fn dist(t: &Thread, p: Value, q: Value) -> R<f64> {
    let p = tuple_methods::from_iterable(t, p)?;
    let q = tuple_methods::from_iterable(t, q)?;
    if p.len() != q.len() {
        let m = "both points must have the same number of dimensions";
        return Err(errors::value_error(t, m));
    }
    let mut v = Vec::with_capacity(p.len());
    for (a, b) in p.items().iter().zip(q.items()) {
        let (a, b) = (ops::to_f64(t, *a)?, ops::to_f64(t, *b)?);
        v.push((a - b).abs());
    }
    Ok(norm(&mut v))
}
