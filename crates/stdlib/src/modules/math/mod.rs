//! `math`: mathematical functions.

mod integer;
pub mod libm;
mod real;
mod special;
mod sums;

use pyjit_heap::Gc;
use pyjit_runtime::types::float;
use pyjit_runtime::types::module::Module;
use pyjit_runtime::{R, Thread};

use crate::native_module;

/// The constants of `math`, and of `cmath`.
pub fn init(t: &Thread, m: Gc<Module>) -> R<()> {
    use std::f64::consts;
    for (name, x) in [
        ("pi", consts::PI),
        ("e", consts::E),
        ("tau", consts::TAU),
        ("inf", f64::INFINITY),
        ("nan", f64::NAN),
    ] {
        m.set(t, name, float::from_f64(x))?;
    }
    Ok(())
}

native_module! {
    /// This module provides access to the mathematical functions
    /// defined by the C standard.
    pub MODULE = "math", init init;
    functions {
        /// Return the arc cosine (measured in radians) of x.
        acos(x, /) => real::acos;
        /// Return the inverse hyperbolic cosine of x.
        acosh(x, /) => real::acosh;
        /// Return the arc sine (measured in radians) of x.
        asin(x, /) => real::asin;
        /// Return the inverse hyperbolic sine of x.
        asinh(x, /) => real::asinh;
        /// Return the arc tangent (measured in radians) of x.
        atan(x, /) => real::atan;
        /// Return the arc tangent (measured in radians) of y/x.
        atan2(y, x, /) => real::atan2;
        /// Return the inverse hyperbolic tangent of x.
        atanh(x, /) => real::atanh;
        /// Return the cube root of x.
        cbrt(x, /) => real::cbrt;
        /// Return the ceiling of x as an Integral.
        ceil(x, /) => real::ceil;
        /// Number of ways to choose k items from n items without repetition and without order.
        comb(n, k, /) => integer::comb;
        /// Return a float with the magnitude (absolute value) of x but the sign of y.
        copysign(x, y, /) => real::copysign;
        /// Return the cosine of x (measured in radians).
        cos(x, /) => real::cos;
        /// Return the hyperbolic cosine of x.
        cosh(x, /) => real::cosh;
        /// Convert angle x from radians to degrees.
        degrees(x, /) => real::degrees;
        /// Return the Euclidean distance between two points p and q.
        dist(p, q, /) => sums::dist;
        /// Error function at x.
        erf(x, /) => real::erf;
        /// Complementary error function at x.
        erfc(x, /) => real::erfc;
        /// Return e raised to the power of x.
        exp(x, /) => real::exp;
        /// Return 2 raised to the power of x.
        exp2(x, /) => real::exp2;
        /// Return exp(x)-1.
        expm1(x, /) => real::expm1;
        /// Return the absolute value of the float x.
        fabs(x, /) => real::fabs;
        /// Find n!.
        factorial(n, /) => integer::factorial;
        /// Return the floor of x as an Integral.
        floor(x, /) => real::floor;
        /// Fused multiply-add operation.
        fma(x, y, z, /) => real::fma;
        /// Return fmod(x, y), according to platform C.
        fmod(x, y, /) => real::fmod;
        /// Return the mantissa and exponent of x, as pair (m, e).
        frexp(x, /) => real::frexp;
        /// Return an accurate floating-point sum of values in the iterable seq.
        fsum(seq, /) => sums::fsum;
        /// Gamma function at x.
        gamma(x, /) => real::gamma;
        /// Greatest Common Divisor.
        gcd(*integers) => integer::gcd;
        /// Multidimensional Euclidean distance from the origin to a point.
        hypot(*coordinates) => sums::hypot;
        /// Determine whether two floating-point numbers are close in value.
        isclose(/, a, b, *, rel_tol=1e-09, abs_tol=0.0) => real::isclose;
        /// Return True if x is neither an infinity nor a NaN, and False otherwise.
        isfinite(x, /) => real::isfinite;
        /// Return True if x is a positive or negative infinity, and False otherwise.
        isinf(x, /) => real::isinf;
        /// Return True if x is a NaN (not a number), and False otherwise.
        isnan(x, /) => real::isnan;
        /// Return the integer part of the square root of the input.
        isqrt(n, /) => integer::isqrt;
        /// Least Common Multiple.
        lcm(*integers) => integer::lcm;
        /// Return x * (2**i).
        ldexp(x, i, /) => real::ldexp;
        /// Natural logarithm of absolute value of Gamma function at x.
        lgamma(x, /) => real::lgamma;
        /// log(x, [base=math.e])
        /// Return the logarithm of x to the given base.
        log(x, base=None, /) => real::log;
        /// Return the base 10 logarithm of x.
        log10(x, /) => real::log10;
        /// Return the natural logarithm of 1+x (base e).
        log1p(x, /) => real::log1p;
        /// Return the base 2 logarithm of x.
        log2(x, /) => real::log2;
        /// Return the fractional and integer parts of x.
        modf(x, /) => real::modf;
        /// Return the floating-point value the given number of steps after x towards y.
        nextafter(x, y, /, *, steps=None) => real::nextafter;
        /// Number of ways to choose k items from n items without repetition and with order.
        perm(n, k=None, /) => integer::perm;
        /// Return x**y (x to the power of y).
        pow(x, y, /) => real::pow;
        /// Calculate the product of all the elements in the input iterable.
        prod(iterable, /, *, start=1) => sums::prod;
        /// Convert angle x from degrees to radians.
        radians(x, /) => real::radians;
        /// Difference between x and the closest integer multiple of y.
        remainder(x, y, /) => real::remainder;
        /// Return the sine of x (measured in radians).
        sin(x, /) => real::sin;
        /// Return the hyperbolic sine of x.
        sinh(x, /) => real::sinh;
        /// Return the square root of x.
        sqrt(x, /) => real::sqrt;
        /// Return the sum of products of values from two iterables p and q.
        sumprod(p, q, /) => sums::sumprod;
        /// Return the tangent of x (measured in radians).
        tan(x, /) => real::tan;
        /// Return the hyperbolic tangent of x.
        tanh(x, /) => real::tanh;
        /// Truncates the Real x to the nearest Integral toward 0.
        trunc(x, /) => real::trunc;
        /// Return the value of the least significant bit of the float x.
        ulp(x, /) => real::ulp;
    }
}
