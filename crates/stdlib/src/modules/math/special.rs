//! The gamma function and its logarithm, by Lanczos' approximation (N = 13,
//! g = 6.0246...), which is accurate to a few units in the last place.

use std::f64::consts::PI;

/// What went wrong.
pub enum Trouble {
    Domain,
    Range,
}
use Trouble::{Domain, Range};

const G: f64 = 6.024680040776729583740234375;
const G_MINUS_HALF: f64 = 5.524680040776729583740234375;
const LOG_PI: f64 = 1.144_729_885_849_400_2;
const NUMERATOR: [f64; 13] = [
    23531376880.410759688572007674451636754734846804940,
    42919803642.649098768957899047001988850926355848959,
    35711959237.355668049440185451547166705960488635843,
    17921034426.037209699919755754458931112671403265390,
    6039542586.3520280050642916443072979210699388420708,
    1439720407.3117216736632230727949123939715485786372,
    248874557.86205415651146038641322942321632125127801,
    31426415.585400194380614231628318205362874684987640,
    2876370.6289353724412254090516208496135991145378768,
    186056.26539522349504029498971604569928220784236328,
    8071.6720023658162106380029022722506138218516325024,
    210.82427775157934587250973392071336271166969580291,
    2.5066282746310002701649081771338373386264310793408,
];
const DENOMINATOR: [f64; 13] = [
    0.0,
    39916800.0,
    120543840.0,
    150917976.0,
    105258076.0,
    45995730.0,
    13339535.0,
    2637558.0,
    357423.0,
    32670.0,
    1925.0,
    66.0,
    1.0,
];

/// sin(pi x) for finite x, exact at multiples of a half.
fn sin_pi(x: f64) -> f64 {
    let y = x.abs() % 2.0;
    let r = match (2.0 * y).round() as i64 {
        0 => (PI * y).sin(),
        1 => (PI * (y - 0.5)).cos(),
        2 => (PI * (1.0 - y)).sin(),
        3 => -(PI * (y - 1.5)).cos(),
        _ => (PI * (y - 2.0)).sin(),
    };
    1f64.copysign(x) * r
}

/// The rational function of the approximation, for positive x.
fn lanczos_sum(x: f64) -> f64 {
    let (mut num, mut den) = (0.0, 0.0);
    if x < 5.0 {
        for i in (0..13).rev() {
            num = num * x + NUMERATOR[i];
            den = den * x + DENOMINATOR[i];
        }
    } else {
        for i in 0..13 {
            num = num / x + NUMERATOR[i];
            den = den / x + DENOMINATOR[i];
        }
    }
    num / den
}

/// Gamma of a positive integer up to 23 is a factorial that is exact.
fn small_factorial(x: f64) -> f64 {
    (2..x as i64).fold(1.0, |p, i| p * i as f64)
}

/// The gamma function.
pub fn gamma(x: f64) -> Result<f64, Trouble> {
    if !x.is_finite() {
        return if x.is_nan() || x > 0.0 {
            Ok(x)
        } else {
            Err(Domain)
        };
    }
    if x == 0.0 {
        return Err(Domain);
    }
    if x == x.floor() {
        if x < 0.0 {
            return Err(Domain);
        }
        if x <= 23.0 {
            return Ok(small_factorial(x));
        }
    }
    let a = x.abs();
    if a < 1e-20 {
        let r = 1.0 / x;
        return if r.is_infinite() { Err(Range) } else { Ok(r) };
    }
    if a > 200.0 {
        return if x < 0.0 {
            Ok(0.0 / sin_pi(x))
        } else {
            Err(Range)
        };
    }
    let r = gamma_by_lanczos(x, a);
    if r.is_infinite() { Err(Range) } else { Ok(r) }
}

fn gamma_by_lanczos(x: f64, a: f64) -> f64 {
    let y = a + G_MINUS_HALF;
    // The rounding error of y, to correct the power by.
    let z = if a > G_MINUS_HALF {
        let q = y - a;
        q - G_MINUS_HALF
    } else {
        let q = y - G_MINUS_HALF;
        q - a
    };
    let z = z * G / y;
    if x < 0.0 {
        let mut r = -PI / sin_pi(a) / a * y.exp() / lanczos_sum(a);
        r -= z * r;
        if a < 140.0 {
            r / y.powf(a - 0.5)
        } else {
            let root = y.powf(a / 2.0 - 0.25);
            r / root / root
        }
    } else {
        let mut r = lanczos_sum(a) / y.exp();
        r += z * r;
        if a < 140.0 {
            r * y.powf(a - 0.5)
        } else {
            let root = y.powf(a / 2.0 - 0.25);
            r * root * root
        }
    }
}

/// Natural logarithm of the absolute value of the gamma function.
pub fn lgamma(x: f64) -> Result<f64, Trouble> {
    if !x.is_finite() {
        return Ok(if x.is_nan() { x } else { f64::INFINITY });
    }
    if x == x.floor() && x <= 2.0 {
        return if x <= 0.0 { Err(Domain) } else { Ok(0.0) };
    }
    let a = x.abs();
    if a < 1e-20 {
        return Ok(-a.ln());
    }
    let mut r = lanczos_sum(a).ln() - G;
    r += (a - 0.5) * ((a + G - 0.5).ln() - 1.0);
    if x < 0.0 {
        r = LOG_PI - sin_pi(a).abs().ln() - a.ln() - r;
    }
    if r.is_infinite() { Err(Range) } else { Ok(r) }
}
