//! `format(value, spec)` for int, float, complex and str.

use crate::bigint::{
    ErrorClass, IntRef, NumError, NumResult, push_decimal_limited, push_radix, to_f64,
};
use crate::unicode::wtf8;

use super::float_text::{Conversion, FloatStyle, push_complex_repr, push_float, push_float_repr};
use super::number::{Field, Parts, padding, push_fill, push_number, reserve};
use super::spec::{Align, Defaults, FormatSpec, Sign, unknown_code};

const C_INT_MAX: usize = i32::MAX as usize;

/// The type character as a byte; other characters are no type.
fn type_byte(spec: &FormatSpec) -> u8 {
    u8::try_from(spec.ty).unwrap_or(0xff)
}

/// Appends `format(value, spec)` for an int. `max_digits` is the limit of
/// `sys.set_int_max_str_digits`.
pub fn format_int(
    out: &mut Vec<u8>,
    value: IntRef,
    spec: &[u8],
    type_name: &str,
    max_digits: u64,
) -> NumResult<()> {
    if spec.is_empty() {
        return push_decimal_limited(out, value, max_digits);
    }
    let spec = FormatSpec::parse(
        spec,
        Defaults {
            align: Align::Right,
            ty: b'd',
            type_name,
        },
    )?;
    match type_byte(&spec) {
        b'c' => format_char(out, value, &spec),
        b'd' | b'n' | b'b' | b'o' | b'x' | b'X' => format_digits(out, value, &spec, max_digits),
        b'e' | b'E' | b'f' | b'F' | b'g' | b'G' | b'%' => {
            apply_float(out, to_f64(value)?, &spec, type_name)
        }
        _ => Err(unknown_code(spec.ty, type_name)),
    }
}

fn check_int_spec(spec: &FormatSpec) -> NumResult<()> {
    if spec.precision.is_some() {
        return Err(NumError::value(
            "Precision not allowed in integer format specifier",
        ));
    }
    if spec.no_negative_zero {
        return Err(NumError::value(
            "Negative zero coercion (z) not allowed in integer format specifier",
        ));
    }
    Ok(())
}

fn format_char(out: &mut Vec<u8>, value: IntRef, spec: &FormatSpec) -> NumResult<()> {
    check_int_spec(spec)?;
    if spec.sign.is_some() {
        return Err(NumError::value(
            "Sign not allowed with integer format specifier 'c'",
        ));
    }
    if spec.alternate {
        return Err(NumError::value(
            "Alternate form (#) not allowed with integer format specifier 'c'",
        ));
    }
    const NO_LONG: NumError = NumError::fixed(
        ErrorClass::Overflow,
        "Python int too large to convert to C long",
    );
    const NO_CHAR: NumError =
        NumError::fixed(ErrorClass::Overflow, "%c arg not in range(0x110000)");
    let code = value.to_i64().ok_or(NO_LONG)?;
    let code = u32::try_from(code)
        .ok()
        .filter(|&code| code < 0x11_0000)
        .ok_or(NO_CHAR)?;
    let (before, after) = padding(spec.width, 1, spec.align);
    push_fill(out, spec.fill, before)?;
    wtf8::push(out, code);
    push_fill(out, spec.fill, after)
}

fn format_digits(
    out: &mut Vec<u8>,
    value: IntRef,
    spec: &FormatSpec,
    max_digits: u64,
) -> NumResult<()> {
    check_int_spec(spec)?;
    let ty = type_byte(spec);
    let prefix: &[u8] = match ty {
        _ if !spec.alternate => b"",
        b'b' => b"0b",
        b'o' => b"0o",
        b'x' => b"0x",
        b'X' => b"0X",
        _ => b"",
    };
    if let Some(field) = Field::of_spec(spec) {
        let start = out.len();
        if value.negative {
            out.push(b'-');
        }
        out.extend_from_slice(prefix);
        push_digits(out, value, ty, max_digits)?;
        return field.lay_out(out, start, prefix.len());
    }
    let mut digits = Vec::with_capacity(80);
    push_digits(&mut digits, value, ty, max_digits)?;
    let parts = Parts {
        negative: value.negative,
        prefix,
        whole: &digits,
        ..Parts::default()
    };
    push_number(out, parts, spec)
}

/// Appends the digits of the absolute value.
fn push_digits(out: &mut Vec<u8>, value: IntRef, ty: u8, max_digits: u64) -> NumResult<()> {
    match ty {
        b'b' => push_radix(out, value.abs(), 1, false),
        b'o' => push_radix(out, value.abs(), 3, false),
        b'x' | b'X' => push_radix(out, value.abs(), 4, ty == b'X'),
        _ => return push_decimal_limited(out, value.abs(), max_digits),
    }
    Ok(())
}

/// Appends `format(value, spec)` for a float.
pub fn format_float(out: &mut Vec<u8>, value: f64, spec: &[u8], type_name: &str) -> NumResult<()> {
    if spec.is_empty() {
        push_float_repr(out, value);
        return Ok(());
    }
    let spec = FormatSpec::parse(
        spec,
        Defaults {
            align: Align::Right,
            ty: 0,
            type_name,
        },
    )?;
    apply_float(out, value, &spec, type_name)
}

/// The conversion that a type character stands for.
fn conversion(ty: u8, precision: Option<usize>) -> Option<Conversion> {
    let or_six = precision.unwrap_or(6);
    Some(match ty {
        0 => match precision {
            None => Conversion::Repr,
            Some(precision) => Conversion::General(precision),
        },
        b'e' | b'E' => Conversion::Exponent(or_six),
        b'f' | b'F' | b'%' => Conversion::Fixed(or_six),
        b'g' | b'G' | b'n' => Conversion::General(or_six),
        _ => return None,
    })
}

fn check_precision(spec: &FormatSpec) -> NumResult<()> {
    if spec
        .precision
        .is_some_and(|precision| precision > C_INT_MAX)
    {
        return Err(NumError::value("precision too big"));
    }
    Ok(())
}

fn apply_float(out: &mut Vec<u8>, value: f64, spec: &FormatSpec, type_name: &str) -> NumResult<()> {
    let ty = type_byte(spec);
    let Some(conversion) = conversion(ty, spec.precision) else {
        return Err(unknown_code(spec.ty, type_name));
    };
    check_precision(spec)?;
    let style = FloatStyle {
        alternate: spec.alternate,
        add_dot_zero: ty == 0,
        upper: ty.is_ascii_uppercase(),
    };
    let value = if ty == b'%' { value * 100.0 } else { value };
    if let Some(field) = Field::of_spec(spec) {
        let start = out.len();
        push_value(out, value, conversion, style, spec)?;
        return field.lay_out(out, start, 0);
    }
    let mut text = Vec::new();
    push_value(&mut text, value, conversion, style, spec)?;
    push_number(out, Parts::of_float(&text), spec)
}

/// Appends the text of a double, not yet in its field.
fn push_value(
    out: &mut Vec<u8>,
    value: f64,
    conversion: Conversion,
    style: FloatStyle,
    spec: &FormatSpec,
) -> NumResult<()> {
    reserve(out, spec.precision.unwrap_or(0) + 32)?;
    let start = out.len();
    push_float(out, value, conversion, style);
    if spec.no_negative_zero {
        drop_negative_zero(out, start);
    }
    if spec.ty == u32::from(b'%') {
        out.push(b'%');
    }
    Ok(())
}

/// With `z`, a result that shows only zeros loses its sign.
fn drop_negative_zero(out: &mut Vec<u8>, start: usize) {
    let Some(digits) = out[start..].strip_prefix(b"-") else {
        return;
    };
    let mantissa = digits.split(|byte| matches!(byte, b'e' | b'E')).next();
    if mantissa.is_some_and(|digits| digits.iter().all(|byte| matches!(byte, b'0' | b'.'))) {
        out.remove(start);
    }
}

/// Appends `format(value, spec)` for a complex number.
pub fn format_complex(
    out: &mut Vec<u8>,
    (re, im): (f64, f64),
    spec: &[u8],
    type_name: &str,
) -> NumResult<()> {
    if spec.is_empty() {
        push_complex_repr(out, re, im);
        return Ok(());
    }
    let spec = FormatSpec::parse(
        spec,
        Defaults {
            align: Align::Right,
            ty: 0,
            type_name,
        },
    )?;
    let ty = type_byte(&spec);
    let conversion = match conversion(ty, spec.precision) {
        Some(conversion) if ty != b'%' => conversion,
        _ => return Err(unknown_code(spec.ty, type_name)),
    };
    if spec.fill == u32::from(b'0') {
        return Err(NumError::value(
            "Zero padding is not allowed in complex format specifier",
        ));
    }
    if spec.align == Align::AfterSign {
        return Err(NumError::value(
            "'=' alignment flag is not allowed in complex format specifier",
        ));
    }
    check_precision(&spec)?;
    let style = FloatStyle {
        alternate: spec.alternate,
        add_dot_zero: false,
        upper: ty.is_ascii_uppercase(),
    };
    // Each part is a number of its own, without a width; the whole is padded.
    let mut part_spec = FormatSpec {
        width: 0,
        ..spec.clone()
    };
    let mut text = Vec::new();
    let skip_real = ty == 0 && re == 0.0 && re.is_sign_positive();
    if ty == 0 && !skip_real {
        text.push(b'(');
    }
    if !skip_real {
        push_part(&mut text, re, conversion, style, &part_spec)?;
        part_spec.sign = Some(Sign::Plus);
    }
    push_part(&mut text, im, conversion, style, &part_spec)?;
    text.push(b'j');
    if ty == 0 && !skip_real {
        text.push(b')');
    }
    push_padded(out, &text, text.len(), &spec)
}

fn push_part(
    out: &mut Vec<u8>,
    value: f64,
    conversion: Conversion,
    style: FloatStyle,
    spec: &FormatSpec,
) -> NumResult<()> {
    let mut text = Vec::new();
    push_value(&mut text, value, conversion, style, spec)?;
    push_number(out, Parts::of_float(&text), spec)
}

/// Appends `text` of `len` characters in its field.
fn push_padded(out: &mut Vec<u8>, text: &[u8], len: usize, spec: &FormatSpec) -> NumResult<()> {
    let (before, after) = padding(spec.width, len, spec.align);
    push_fill(out, spec.fill, before)?;
    out.extend_from_slice(text);
    push_fill(out, spec.fill, after)
}

/// Appends `format(text, spec)` for a str (WTF-8).
pub fn format_str(out: &mut Vec<u8>, text: &[u8], spec: &[u8], type_name: &str) -> NumResult<()> {
    if spec.is_empty() {
        out.extend_from_slice(text);
        return Ok(());
    }
    let spec = FormatSpec::parse(
        spec,
        Defaults {
            align: Align::Left,
            ty: b's',
            type_name,
        },
    )?;
    if type_byte(&spec) != b's' {
        return Err(unknown_code(spec.ty, type_name));
    }
    let complaint = match spec.sign {
        Some(Sign::Space) => Some("Space not allowed in string format specifier"),
        Some(_) => Some("Sign not allowed in string format specifier"),
        None if spec.no_negative_zero => {
            Some("Negative zero coercion (z) not allowed in string format specifier")
        }
        None if spec.alternate => Some("Alternate form (#) not allowed in string format specifier"),
        None if spec.align == Align::AfterSign => {
            Some("'=' alignment not allowed in string format specifier")
        }
        None => None,
    };
    if let Some(complaint) = complaint {
        return Err(NumError::value(complaint));
    }
    let (text, len) = match spec.precision {
        Some(precision) => wtf8::prefix(text, precision),
        None => (text, wtf8::count(text)),
    };
    push_padded(out, text, len, &spec)
}
