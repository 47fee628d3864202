//! Values of the functions where a part of the argument is not finite (ISO C,
//! annex G): a row for each sort of real part, a column for each sort of
//! imaginary part, in the order -inf, negative, -0, 0, positive, inf, NaN.

use super::C;

/// What a function gives there.
#[derive(Clone, Copy)]
pub enum Entry {
    Value(C),
    /// The argument is outside of the domain.
    Domain,
    /// There is no special value.
    Usual,
}

/// A table of a function.
pub type Table = [[Entry; 7]; 7];

const I: f64 = f64::INFINITY;
const N: f64 = f64::NAN;
const P: f64 = std::f64::consts::PI;
const P12: f64 = std::f64::consts::FRAC_PI_2;
const P14: f64 = std::f64::consts::FRAC_PI_4;
const P34: f64 = 3.0 * std::f64::consts::FRAC_PI_4;
const D: Entry = Entry::Domain;
const U: Entry = Entry::Usual;

const fn v(re: f64, im: f64) -> Entry {
    Entry::Value((re, im))
}

/// Which row or column a number belongs to.
fn sort(x: f64) -> usize {
    if x.is_nan() {
        return 6;
    }
    let from_zero = if x.is_infinite() {
        2
    } else {
        (x != 0.0) as usize
    };
    match x.is_sign_negative() {
        true => 2 - from_zero,
        false => 3 + from_zero,
    }
}

/// The entry for an argument.
pub fn find(table: &Table, (re, im): C) -> Entry {
    table[sort(re)][sort(im)]
}

#[rustfmt::skip]
pub static ACOS: Table = [
    [v(P34, I), v(P, I), v(P, I), v(P, -I), v(P, -I), v(P34, -I), v(N, I)],
    [v(P12, I), U, U, U, U, v(P12, -I), v(N, N)],
    [v(P12, I), U, U, U, U, v(P12, -I), v(P12, N)],
    [v(P12, I), U, U, U, U, v(P12, -I), v(P12, N)],
    [v(P12, I), U, U, U, U, v(P12, -I), v(N, N)],
    [v(P14, I), v(0.0, I), v(0.0, I), v(0.0, -I), v(0.0, -I), v(P14, -I), v(N, I)],
    [v(N, I), v(N, N), v(N, N), v(N, N), v(N, N), v(N, -I), v(N, N)],
];
#[rustfmt::skip]
pub static ACOSH: Table = [
    [v(I, -P34), v(I, -P), v(I, -P), v(I, P), v(I, P), v(I, P34), v(I, N)],
    [v(I, -P12), U, U, U, U, v(I, P12), v(N, N)],
    [v(I, -P12), U, U, U, U, v(I, P12), v(N, P12)],
    [v(I, -P12), U, U, U, U, v(I, P12), v(N, P12)],
    [v(I, -P12), U, U, U, U, v(I, P12), v(N, N)],
    [v(I, -P14), v(I, -0.0), v(I, -0.0), v(I, 0.0), v(I, 0.0), v(I, P14), v(I, N)],
    [v(I, N), v(N, N), v(N, N), v(N, N), v(N, N), v(I, N), v(N, N)],
];
#[rustfmt::skip]
pub static ASINH: Table = [
    [v(-I, -P14), v(-I, -0.0), v(-I, -0.0), v(-I, 0.0), v(-I, 0.0), v(-I, P14), v(-I, N)],
    [v(-I, -P12), U, U, U, U, v(-I, P12), v(N, N)],
    [v(-I, -P12), U, U, U, U, v(-I, P12), v(N, N)],
    [v(I, -P12), U, U, U, U, v(I, P12), v(N, N)],
    [v(I, -P12), U, U, U, U, v(I, P12), v(N, N)],
    [v(I, -P14), v(I, -0.0), v(I, -0.0), v(I, 0.0), v(I, 0.0), v(I, P14), v(I, N)],
    [v(I, N), v(N, N), v(N, -0.0), v(N, 0.0), v(N, N), v(I, N), v(N, N)],
];
#[rustfmt::skip]
pub static ATANH: Table = [
    [v(-0.0, -P12), v(-0.0, -P12), v(-0.0, -P12), v(-0.0, P12), v(-0.0, P12), v(-0.0, P12), v(-0.0, N)],
    [v(-0.0, -P12), U, U, U, U, v(-0.0, P12), v(N, N)],
    [v(-0.0, -P12), U, U, U, U, v(-0.0, P12), v(-0.0, N)],
    [v(0.0, -P12), U, U, U, U, v(0.0, P12), v(0.0, N)],
    [v(0.0, -P12), U, U, U, U, v(0.0, P12), v(N, N)],
    [v(0.0, -P12), v(0.0, -P12), v(0.0, -P12), v(0.0, P12), v(0.0, P12), v(0.0, P12), v(0.0, N)],
    [v(0.0, -P12), v(N, N), v(N, N), v(N, N), v(N, N), v(0.0, P12), v(N, N)],
];
#[rustfmt::skip]
pub static COSH: Table = [
    [D, U, v(I, 0.0), v(I, -0.0), U, D, v(I, N)],
    [D, U, U, U, U, D, v(N, N)],
    [D, U, U, U, U, D, v(N, 0.0)],
    [D, U, U, U, U, D, v(N, 0.0)],
    [D, U, U, U, U, D, v(N, N)],
    [D, U, v(I, -0.0), v(I, 0.0), U, D, v(I, N)],
    [v(N, N), v(N, N), v(N, 0.0), v(N, 0.0), v(N, N), v(N, N), v(N, N)],
];
#[rustfmt::skip]
pub static EXP: Table = [
    [v(0.0, 0.0), U, v(0.0, -0.0), v(0.0, 0.0), U, v(0.0, 0.0), v(0.0, 0.0)],
    [D, U, U, U, U, D, v(N, N)],
    [D, U, U, U, U, D, v(N, N)],
    [D, U, U, U, U, D, v(N, N)],
    [D, U, U, U, U, D, v(N, N)],
    [D, U, v(I, -0.0), v(I, 0.0), U, D, v(I, N)],
    [v(N, N), v(N, N), v(N, -0.0), v(N, 0.0), v(N, N), v(N, N), v(N, N)],
];
#[rustfmt::skip]
pub static LOG: Table = [
    [v(I, -P34), v(I, -P), v(I, -P), v(I, P), v(I, P), v(I, P34), v(I, N)],
    [v(I, -P12), U, U, U, U, v(I, P12), v(N, N)],
    [v(I, -P12), U, U, U, U, v(I, P12), v(N, N)],
    [v(I, -P12), U, U, U, U, v(I, P12), v(N, N)],
    [v(I, -P12), U, U, U, U, v(I, P12), v(N, N)],
    [v(I, -P14), v(I, -0.0), v(I, -0.0), v(I, 0.0), v(I, 0.0), v(I, P14), v(I, N)],
    [v(I, N), v(N, N), v(N, N), v(N, N), v(N, N), v(I, N), v(N, N)],
];
#[rustfmt::skip]
pub static SINH: Table = [
    [D, U, v(-I, -0.0), v(-I, 0.0), U, D, v(I, N)],
    [D, U, U, U, U, D, v(N, N)],
    [D, U, U, U, U, D, v(0.0, N)],
    [D, U, U, U, U, D, v(0.0, N)],
    [D, U, U, U, U, D, v(N, N)],
    [D, U, v(I, -0.0), v(I, 0.0), U, D, v(I, N)],
    [v(N, N), v(N, N), v(N, -0.0), v(N, 0.0), v(N, N), v(N, N), v(N, N)],
];
#[rustfmt::skip]
pub static SQRT: Table = [
    [v(I, -I), v(0.0, -I), v(0.0, -I), v(0.0, I), v(0.0, I), v(I, I), v(N, I)],
    [v(I, -I), U, U, U, U, v(I, I), v(N, N)],
    [v(I, -I), U, U, U, U, v(I, I), v(N, N)],
    [v(I, -I), U, U, U, U, v(I, I), v(N, N)],
    [v(I, -I), U, U, U, U, v(I, I), v(N, N)],
    [v(I, -I), v(I, -0.0), v(I, -0.0), v(I, 0.0), v(I, 0.0), v(I, I), v(I, N)],
    [v(I, -I), v(N, N), v(N, N), v(N, N), v(N, N), v(I, I), v(N, N)],
];
#[rustfmt::skip]
pub static TANH: Table = [
    [v(-1.0, 0.0), U, v(-1.0, -0.0), v(-1.0, 0.0), U, v(-1.0, 0.0), v(-1.0, 0.0)],
    [D, U, U, U, U, D, v(N, N)],
    [D, U, U, U, U, D, v(-0.0, N)],
    [D, U, U, U, U, D, v(0.0, N)],
    [D, U, U, U, U, D, v(N, N)],
    [v(1.0, 0.0), U, v(1.0, -0.0), v(1.0, 0.0), U, v(1.0, 0.0), v(1.0, 0.0)],
    [v(N, N), v(N, N), v(N, -0.0), v(N, 0.0), v(N, N), v(N, N), v(N, N)],
];
#[rustfmt::skip]
pub static RECT: Table = [
    [D, U, v(-I, 0.0), v(-I, -0.0), U, D, v(I, N)],
    [D, U, U, U, U, D, v(N, N)],
    [v(0.0, 0.0), U, U, U, U, v(0.0, 0.0), v(0.0, 0.0)],
    [v(0.0, 0.0), U, U, U, U, v(0.0, 0.0), v(0.0, 0.0)],
    [D, U, U, U, U, D, v(N, N)],
    [D, U, v(I, -0.0), v(I, 0.0), U, D, v(I, N)],
    [v(N, N), v(N, N), v(N, 0.0), v(N, 0.0), v(N, N), v(N, N), v(N, N)],
];
