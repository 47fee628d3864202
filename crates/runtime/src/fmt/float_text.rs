//! Doubles and complex numbers to text: `repr`, and the `e f g` conversions that formatting is
//! built on.

use super::digits::Digits;

/// How a double is converted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Conversion {
    /// As `repr`: the shortest digits that read back.
    Repr,
    /// `d.ddde+dd` with this many digits after the point.
    Exponent(usize),
    /// `ddd.ddd` with this many digits after the point.
    Fixed(usize),
    /// One or the other, with this many significant digits.
    General(usize),
}

/// Details of a conversion.
#[derive(Clone, Copy, Debug, Default)]
pub struct FloatStyle {
    /// `#`: keep the point, and trailing zeros with [`Conversion::General`].
    pub alternate: bool,
    /// Show whole numbers with `.0`.
    pub add_dot_zero: bool,
    /// `E`, `INF`, `NAN`.
    pub upper: bool,
}

/// Appends `repr(x)`.
pub fn push_float_repr(out: &mut Vec<u8>, x: f64) {
    let magnitude = x.abs();
    if (1e-4..1e16).contains(&magnitude) || magnitude == 0.0 {
        // Positional notation: the digit generator lays it out as Python does.
        out.extend_from_slice(zmij::Buffer::new().format_finite(x).as_bytes());
        return;
    }
    let style = FloatStyle {
        add_dot_zero: true,
        ..FloatStyle::default()
    };
    push_float(out, x, Conversion::Repr, style);
}

/// Appends `x` in the given conversion, with a `-` if the sign bit is set (not for NaN).
pub fn push_float(out: &mut Vec<u8>, x: f64, conversion: Conversion, style: FloatStyle) {
    if x.is_nan() {
        out.extend_from_slice(if style.upper { b"NAN" } else { b"nan" });
        return;
    }
    if x.is_sign_negative() {
        out.push(b'-');
    }
    if x.is_infinite() {
        out.extend_from_slice(if style.upper { b"INF" } else { b"inf" });
        return;
    }
    push_finite(out, x.abs(), conversion, style);
}

fn push_finite(out: &mut Vec<u8>, x: f64, conversion: Conversion, style: FloatStyle) {
    // `end`: how many digits to show, counted from the first one.
    let (digits, end, exponential) = match conversion {
        Conversion::Repr => {
            let digits = Digits::shortest(x);
            let (point, len) = (digits.point, digits.as_slice().len());
            (digits, len as i64, point <= -4 || point > 16)
        }
        Conversion::Fixed(decimals) => {
            let digits = Digits::fixed(x, decimals);
            let end = i64::from(digits.point) + decimals as i64;
            (digits, end, false)
        }
        Conversion::Exponent(decimals) => (significant(x, decimals + 1), decimals as i64 + 1, true),
        Conversion::General(precision) => {
            let precision = precision.max(1);
            let mut digits = significant(x, precision);
            digits.strip_zeros();
            let limit = precision as i64 - i64::from(style.add_dot_zero);
            let exponential = digits.point <= -4 || i64::from(digits.point) > limit;
            let len = digits.as_slice().len();
            (
                digits,
                if style.alternate {
                    precision as i64
                } else {
                    len as i64
                },
                exponential,
            )
        }
    };
    let point = if exponential {
        1
    } else {
        i64::from(digits.point)
    };
    let at_least = if style.add_dot_zero && !exponential {
        point + 1
    } else {
        point
    };
    push_places(
        out,
        digits.as_slice(),
        point,
        end.max(at_least),
        style.alternate,
    );
    if exponential {
        push_exponent(out, digits.point - 1, style.upper);
    }
}

fn significant(x: f64, count: usize) -> Digits {
    if x == 0.0 {
        Digits::zero()
    } else {
        Digits::significant(x, count)
    }
}

/// Lays digits out around the point, up to place `end`; zeros where there are no digits.
fn push_places(out: &mut Vec<u8>, digits: &[u8], point: i64, end: i64, keep_point: bool) {
    let len = digits.len() as i64;
    if point <= 0 {
        out.push(b'0');
    } else {
        let whole = point.min(len);
        out.extend_from_slice(&digits[..whole as usize]);
        push_zeros(out, point - whole);
    }
    if end > point {
        out.push(b'.');
        push_zeros(out, end.min(0) - point.min(0));
        let (from, to) = (point.clamp(0, len), end.clamp(0, len));
        out.extend_from_slice(&digits[from as usize..to as usize]);
        push_zeros(out, end - to.max(point).max(end.min(0)));
    } else if keep_point {
        out.push(b'.');
    }
}

fn push_zeros(out: &mut Vec<u8>, count: i64) {
    out.resize(out.len() + count.max(0) as usize, b'0');
}

fn push_exponent(out: &mut Vec<u8>, exponent: i32, upper: bool) {
    out.push(if upper { b'E' } else { b'e' });
    out.push(if exponent < 0 { b'-' } else { b'+' });
    let exponent = exponent.unsigned_abs();
    if exponent >= 100 {
        out.push(b'0' + (exponent / 100) as u8);
    }
    out.push(b'0' + (exponent / 10 % 10) as u8);
    out.push(b'0' + (exponent % 10) as u8);
}

/// Appends `repr(complex(re, im))`.
pub fn push_complex_repr(out: &mut Vec<u8>, re: f64, im: f64) {
    let style = FloatStyle::default();
    if re == 0.0 && re.is_sign_positive() {
        push_float(out, im, Conversion::Repr, style);
        out.push(b'j');
        return;
    }
    out.push(b'(');
    push_float(out, re, Conversion::Repr, style);
    if im.is_nan() || im.is_sign_positive() {
        out.push(b'+');
    }
    push_float(out, im, Conversion::Repr, style);
    out.extend_from_slice(b"j)");
}
