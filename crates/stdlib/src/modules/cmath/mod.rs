//! `cmath`: functions of complex numbers. The mathematics is in
//! [`functions`], arguments and errors are here.

mod functions;
mod special;

use pyjit_heap::{Gc, Value};
use pyjit_runtime::core::ops::BinOp;
use pyjit_runtime::core::special::Special;
use pyjit_runtime::core::{call, errors, kinds, ops};
use pyjit_runtime::types::module::Module;
use pyjit_runtime::types::tuple::Tuple;
use pyjit_runtime::types::type_::{class_of, of_kind};
use pyjit_runtime::types::{complex, float};
use pyjit_runtime::{R, Raised, Thread};

use crate::native_module;

/// A complex number: its real and imaginary part.
pub type C = (f64, f64);
/// Why a function has no value.
pub enum Trouble {
    Domain,
    Range,
}
pub type Outcome = Result<C, Trouble>;

#[cold]
fn raise(t: &Thread, e: Trouble) -> Raised {
    match e {
        Trouble::Domain => errors::value_error(t, "math domain error"),
        Trouble::Range => errors::overflow_error(t, "math range error"),
    }
}
/// The argument as a complex number.
fn number(t: &Thread, v: Value) -> R<C> {
    if let Some(c) = complex::get(v) {
        return Ok(c);
    }
    if class_of(v).special(Special::Complex).is_some() {
        let c = call::call(t, of_kind(kinds::COMPLEX).value(), &[v])?;
        return Ok(complex::get(c).unwrap_or((0.0, 0.0)));
    }
    Ok((ops::to_f64(t, v)?, 0.0))
}

macro_rules! functions {
    ($($name:ident)*) => { $(
        fn $name(t: &Thread, z: Value) -> R<Value> {
            match functions::$name(number(t, z)?) {
                Ok((re, im)) => Ok(complex::make(re, im)),
                Err(e) => Err(raise(t, e)),
            }
        }
    )* };
}
functions! { acos acosh asin asinh atan atanh cos cosh exp log10 sin sinh sqrt tan tanh }

fn log(t: &Thread, z: Value, base: Option<Value>) -> R<Value> {
    let one = |v| {
        let r = functions::log(number(t, v)?);
        r.map_err(|e| raise(t, e))
    };
    let x = one(z)?;
    let Some(base) = base.filter(|b| !b.is_none()) else {
        return Ok(complex::make(x.0, x.1));
    };
    let b = one(base)?;
    if b == (0.0, 0.0) {
        return Err(raise(t, Trouble::Domain));
    }
    ops::binary(
        t,
        BinOp::Truediv,
        complex::make(x.0, x.1),
        complex::make(b.0, b.1),
    )
}
fn phase(t: &Thread, z: Value) -> R<f64> {
    let (x, y) = number(t, z)?;
    Ok(y.atan2(x))
}
fn polar(t: &Thread, z: Value) -> R<Gc<Tuple>> {
    let (x, y) = number(t, z)?;
    let r = x.hypot(y);
    if r.is_infinite() && x.is_finite() && y.is_finite() {
        return Err(raise(t, Trouble::Range));
    }
    Ok(Tuple::new(&[
        float::from_f64(r),
        float::from_f64(y.atan2(x)),
    ]))
}
fn rect(t: &Thread, r: f64, phi: f64) -> R<Value> {
    match functions::rect(r, phi) {
        Ok((re, im)) => Ok(complex::make(re, im)),
        Err(e) => Err(raise(t, e)),
    }
}
fn isfinite(t: &Thread, z: Value) -> R<bool> {
    let (x, y) = number(t, z)?;
    Ok(x.is_finite() && y.is_finite())
}
fn isinf(t: &Thread, z: Value) -> R<bool> {
    let (x, y) = number(t, z)?;
    Ok(x.is_infinite() || y.is_infinite())
}
fn isnan(t: &Thread, z: Value) -> R<bool> {
    let (x, y) = number(t, z)?;
    Ok(x.is_nan() || y.is_nan())
}
fn isclose(t: &Thread, a: Value, b: Value, rel_tol: Option<f64>, abs_tol: Option<f64>) -> R<bool> {
    let (a, b) = (number(t, a)?, number(t, b)?);
    let (rel, abs) = (rel_tol.unwrap_or(1e-9), abs_tol.unwrap_or(0.0));
    if rel < 0.0 || abs < 0.0 {
        return Err(errors::value_error(t, "tolerances must be non-negative"));
    }
    if a == b {
        return Ok(true);
    }
    if [a.0, a.1, b.0, b.1].iter().any(|x| x.is_infinite()) {
        return Ok(false);
    }
    let size = |z: C| z.0.hypot(z.1);
    let diff = size((a.0 - b.0, a.1 - b.1));
    Ok(diff <= rel * size(b) || diff <= rel * size(a) || diff <= abs)
}

fn init(t: &Thread, m: Gc<Module>) -> R<()> {
    super::math::init(t, m)?;
    m.set(t, "infj", complex::make(0.0, f64::INFINITY))?;
    m.set(t, "nanj", complex::make(0.0, f64::NAN))
}

native_module! {
    /// This module provides access to mathematical functions for complex
    /// numbers.
    pub MODULE = "cmath", init init;
    functions {
        /// Return the arc cosine of z.
        acos(z, /) => acos;
        /// Return the inverse hyperbolic cosine of z.
        acosh(z, /) => acosh;
        /// Return the arc sine of z.
        asin(z, /) => asin;
        /// Return the inverse hyperbolic sine of z.
        asinh(z, /) => asinh;
        /// Return the arc tangent of z.
        atan(z, /) => atan;
        /// Return the inverse hyperbolic tangent of z.
        atanh(z, /) => atanh;
        /// Return the cosine of z.
        cos(z, /) => cos;
        /// Return the hyperbolic cosine of z.
        cosh(z, /) => cosh;
        /// Return the exponential value e**z.
        exp(z, /) => exp;
        /// Determine whether two complex numbers are close in value.
        isclose(a, b, *, rel_tol=1e-09, abs_tol=0.0) => isclose;
        /// Return True if both the real and imaginary parts of z are finite, else False.
        isfinite(z, /) => isfinite;
        /// Checks if the real or imaginary part of z is infinite.
        isinf(z, /) => isinf;
        /// Checks if the real or imaginary part of z not a number (NaN).
        isnan(z, /) => isnan;
        /// log(z[, base]) -> the logarithm of z to the given base.
        ///
        /// If the base is not specified, returns the natural logarithm (base e) of z.
        log(z, base=None, /) => log;
        /// Return the base-10 logarithm of z.
        log10(z, /) => log10;
        /// Return argument, also known as the phase angle, of a complex.
        phase(z, /) => phase;
        /// Convert a complex from rectangular coordinates to polar coordinates.
        ///
        /// r is the distance from 0 and phi the phase angle.
        polar(z, /) => polar;
        /// Convert from polar coordinates to rectangular coordinates.
        rect(r, phi, /) => rect;
        /// Return the sine of z.
        sin(z, /) => sin;
        /// Return the hyperbolic sine of z.
        sinh(z, /) => sinh;
        /// Return the square root of z.
        sqrt(z, /) => sqrt;
        /// Return the tangent of z.
        tan(z, /) => tan;
        /// Return the hyperbolic tangent of z.
        tanh(z, /) => tanh;
    }
}
