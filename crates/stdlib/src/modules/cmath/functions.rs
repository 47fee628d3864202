//! The functions, with the care for cancellation and overflow that Kahan's
//! "Branch cuts for complex elementary functions" describes.

use std::f64::consts::{E, FRAC_PI_2, LN_2, LN_10};

use super::special::{self, Entry, Table};
use super::{C, Outcome, Trouble};
use crate::modules::math::libm;

/// Beyond these, squares and products of parts may overflow.
const LARGE: f64 = f64::MAX / 4.0;
const LEAST: f64 = f64::MIN_POSITIVE;
fn sqrt_large() -> f64 {
    LARGE.sqrt()
}
fn log_large() -> f64 {
    LARGE.ln()
}

/// The special value of `z`, if it has one.
fn special(table: &Table, z: C) -> Option<Outcome> {
    if z.0.is_finite() && z.1.is_finite() {
        return None;
    }
    match special::find(table, z) {
        Entry::Value(v) => Some(Ok(v)),
        Entry::Domain => Some(Err(Trouble::Domain)),
        Entry::Usual => None,
    }
}
/// A result that must be finite.
fn finite(z: C) -> Outcome {
    match z.0.is_infinite() || z.1.is_infinite() {
        true => Err(Trouble::Range),
        false => Ok(z),
    }
}
/// Has `f` at an infinite real part the direction of `y`?
fn at_infinity(z: C) -> bool {
    z.0.is_infinite() && z.1.is_finite() && z.1 != 0.0
}
fn direction(size: f64, y: f64) -> C {
    (size.copysign(y.cos()), size.copysign(y.sin()))
}
/// `i * z` and `-i * z`: how circular functions are had from hyperbolic ones.
fn turned((x, y): C) -> C {
    (-y, x)
}
fn turned_back((x, y): C) -> C {
    (y, -x)
}
/// `ln(|z|)` of a large `z`, less ln 2 taken out against overflow.
fn log_of_half((x, y): C) -> f64 {
    (x / 2.0).hypot(y / 2.0).ln()
}
fn large((x, y): C) -> bool {
    x.abs() > LARGE || y.abs() > LARGE
}

pub fn sqrt(z: C) -> Outcome {
    if let Some(r) = special(&special::SQRT, z) {
        return r;
    }
    let (x, y) = z;
    if x == 0.0 && y == 0.0 {
        return Ok((0.0, y));
    }
    let (ax, ay) = (x.abs(), y.abs());
    let s = if ax < LEAST && ay < LEAST {
        // Out of the subnormals, by a power whose root is one too.
        let ax = libm::ldexp(ax, 53);
        libm::ldexp((ax + ax.hypot(libm::ldexp(ay, 53))).sqrt(), -27)
    } else {
        let ax = ax / 8.0;
        2.0 * (ax + ax.hypot(ay / 8.0)).sqrt()
    };
    let d = ay / (2.0 * s);
    Ok(match x >= 0.0 {
        true => (s, d.copysign(y)),
        false => (d, s.copysign(y)),
    })
}
pub fn acos(z: C) -> Outcome {
    if let Some(r) = special(&special::ACOS, z) {
        return r;
    }
    let (x, y) = z;
    if large(z) {
        let size = log_of_half(z) + 2.0 * LN_2;
        let im = match x < 0.0 {
            true => -size.copysign(y),
            false => size.copysign(-y),
        };
        return Ok((y.abs().atan2(x), im));
    }
    let (a, b) = (sqrt((1.0 - x, -y))?, sqrt((1.0 + x, y))?);
    let im = libm::asinh(b.0 * a.1 - b.1 * a.0);
    Ok((2.0 * a.0.atan2(b.0), im))
}
pub fn acosh(z: C) -> Outcome {
    if let Some(r) = special(&special::ACOSH, z) {
        return r;
    }
    let (x, y) = z;
    if large(z) {
        return Ok((log_of_half(z) + 2.0 * LN_2, y.atan2(x)));
    }
    let (a, b) = (sqrt((x - 1.0, y))?, sqrt((x + 1.0, y))?);
    let re = libm::asinh(a.0 * b.0 + a.1 * b.1);
    Ok((re, 2.0 * a.1.atan2(b.0)))
}
pub fn asin(z: C) -> Outcome {
    asinh(turned(z)).map(turned_back)
}
pub fn asinh(z: C) -> Outcome {
    if let Some(r) = special(&special::ASINH, z) {
        return r;
    }
    let (x, y) = z;
    if large(z) {
        let size = log_of_half(z) + 2.0 * LN_2;
        let re = match y >= 0.0 {
            true => size.copysign(x),
            false => -size.copysign(-x),
        };
        return Ok((re, y.atan2(x.abs())));
    }
    let (a, b) = (sqrt((1.0 + y, -x))?, sqrt((1.0 - y, x))?);
    let re = libm::asinh(a.0 * b.1 - b.0 * a.1);
    Ok((re, y.atan2(a.0 * b.0 - a.1 * b.1)))
}
pub fn atan(z: C) -> Outcome {
    atanh(turned(z)).map(turned_back)
}
pub fn atanh(z: C) -> Outcome {
    if let Some(r) = special(&special::ATANH, z) {
        return r;
    }
    let (x, y) = z;
    if x.is_sign_negative() {
        let (re, im) = atanh((-x, -y))?;
        return Ok((-re, -im));
    }
    let ay = y.abs();
    if x > sqrt_large() || ay > sqrt_large() {
        let h = (x / 2.0).hypot(y / 2.0);
        return Ok((x / 4.0 / h / h, -FRAC_PI_2.copysign(-y)));
    }
    if x == 1.0 && ay < LEAST.sqrt() {
        if ay == 0.0 {
            return Err(Trouble::Domain);
        }
        let re = -(ay.sqrt() / ay.hypot(2.0).sqrt()).ln();
        return Ok((re, (2f64.atan2(-ay) / 2.0).copysign(y)));
    }
    let d = 1.0 - x;
    let re = (4.0 * x / (d * d + ay * ay)).ln_1p() / 4.0;
    let im = -(-2.0 * y).atan2(d * (1.0 + x) - ay * ay) / 2.0;
    Ok((re, im))
}
pub fn cos(z: C) -> Outcome {
    cosh(turned(z))
}
pub fn cosh(z: C) -> Outcome {
    let (x, y) = z;
    if at_infinity(z) {
        let (re, im) = direction(f64::INFINITY, y);
        return Ok((re, if x > 0.0 { im } else { -im }));
    }
    if let Some(r) = special(&special::COSH, z) {
        return r;
    }
    if x.abs() > log_large() {
        let x = x - 1f64.copysign(x);
        return finite((y.cos() * x.cosh() * E, y.sin() * x.sinh() * E));
    }
    finite((y.cos() * x.cosh(), y.sin() * x.sinh()))
}
pub fn exp(z: C) -> Outcome {
    let (x, y) = z;
    if at_infinity(z) {
        return Ok(direction(if x > 0.0 { f64::INFINITY } else { 0.0 }, y));
    }
    if let Some(r) = special(&special::EXP, z) {
        return r;
    }
    if x > log_large() {
        let l = (x - 1.0).exp();
        return finite((l * y.cos() * E, l * y.sin() * E));
    }
    let l = x.exp();
    finite(if y == 0.0 {
        (l, y)
    } else {
        (l * y.cos(), l * y.sin())
    })
}
pub fn log(z: C) -> Outcome {
    if let Some(r) = special(&special::LOG, z) {
        return r;
    }
    let (ax, ay) = (z.0.abs(), z.1.abs());
    let re = if large(z) {
        log_of_half(z) + LN_2
    } else if ax < LEAST && ay < LEAST {
        if ax == 0.0 && ay == 0.0 {
            return Err(Trouble::Domain);
        }
        libm::ldexp(ax, 53).hypot(libm::ldexp(ay, 53)).ln() - 53.0 * LN_2
    } else {
        let h = ax.hypot(ay);
        if (0.71..=1.73).contains(&h) {
            let (more, less) = (ax.max(ay), ax.min(ay));
            ((more - 1.0) * (more + 1.0) + less * less).ln_1p() / 2.0
        } else {
            h.ln()
        }
    };
    Ok((re, z.1.atan2(z.0)))
}
pub fn log10(z: C) -> Outcome {
    log(z).map(|(re, im)| (re / LN_10, im / LN_10))
}
pub fn sin(z: C) -> Outcome {
    sinh(turned(z)).map(turned_back)
}
pub fn sinh(z: C) -> Outcome {
    let (x, y) = z;
    if at_infinity(z) {
        let (re, im) = direction(f64::INFINITY, y);
        return Ok((if x > 0.0 { re } else { -re }, im));
    }
    if let Some(r) = special(&special::SINH, z) {
        return r;
    }
    if x.abs() > log_large() {
        let x = x - 1f64.copysign(x);
        return finite((y.cos() * x.sinh() * E, y.sin() * x.cosh() * E));
    }
    finite((y.cos() * x.sinh(), y.sin() * x.cosh()))
}
pub fn tan(z: C) -> Outcome {
    tanh(turned(z)).map(turned_back)
}
pub fn tanh(z: C) -> Outcome {
    let (x, y) = z;
    if at_infinity(z) {
        let im = 0f64.copysign(2.0 * y.sin() * y.cos());
        return Ok((1f64.copysign(x), im));
    }
    if let Some(r) = special(&special::TANH, z) {
        return r;
    }
    if x.abs() > log_large() {
        let im = 4.0 * y.sin() * y.cos() * (-2.0 * x.abs()).exp();
        return Ok((1f64.copysign(x), im));
    }
    let (tx, ty, cx) = (x.tanh(), y.tan(), 1.0 / x.cosh());
    let both = tx * ty;
    let d = 1.0 + both * both;
    Ok((tx * (1.0 + ty * ty) / d, ty / d * cx * cx))
}
pub fn rect(r: f64, phi: f64) -> Outcome {
    if at_infinity((r, phi)) {
        let (re, im) = direction(f64::INFINITY, phi);
        return Ok(if r > 0.0 { (re, im) } else { (-re, -im) });
    }
    if let Some(v) = special(&special::RECT, (r, phi)) {
        return v;
    }
    Ok(match phi == 0.0 {
        true => (r, r * phi),
        false => (r * phi.cos(), r * phi.sin()),
    })
}
