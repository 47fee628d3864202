//! `%` formatting: the template, and the text of its items once the values are known.
//!
//! The caller walks through a [`PercentTemplate`], fetches the arguments in the order in which
//! the items ask for them (a `*` width first, then a `*` precision, then the value), and appends
//! the text with [`percent_int`], [`percent_float`] or [`percent_text`].

use crate::bigint::{ErrorClass, IntRef, NumError, NumResult, push_decimal_limited, push_radix};
use crate::unicode::wtf8;

use super::float_text::{Conversion, FloatStyle, push_float};
use super::number::{Field, push_fill, reserve};
use super::spec::Align;

/// A width or precision.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Amount {
    /// Not given.
    None,
    /// A number.
    Given(usize),
    /// `*`: to be taken from the arguments, see [`PercentSpec::set_width`].
    Star,
}

/// A conversion in a template.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PercentSpec<'a> {
    /// The text between parentheses.
    pub key: Option<&'a [u8]>,
    /// `-`
    pub left: bool,
    /// `+`
    pub plus: bool,
    /// A space.
    pub space: bool,
    /// `#`
    pub alternate: bool,
    /// `0`
    pub zero: bool,
    /// Minimal width.
    pub width: Amount,
    /// Digits after the point, minimal digits, or maximal width.
    pub precision: Amount,
    /// The conversion character.
    pub conversion: u32,
    /// Its place in the template, in characters.
    pub index: usize,
}

/// A piece of a template.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum PercentItem<'a> {
    /// Text to be copied.
    Literal(&'a [u8]),
    /// A conversion.
    Spec(PercentSpec<'a>),
}

/// Reads a template piece by piece.
pub struct PercentTemplate<'a> {
    text: &'a [u8],
    at: usize,
    bytes: bool,
    mapping: bool,
}

impl<'a> PercentTemplate<'a> {
    /// `bytes`: the template is a bytes object, not a string; `mapping`: there is a mapping for
    /// keys.
    pub fn new(text: &'a [u8], bytes: bool, mapping: bool) -> Self {
        Self {
            text,
            at: 0,
            bytes,
            mapping,
        }
    }

    /// The next piece.
    pub fn next_item(&mut self) -> NumResult<Option<PercentItem<'a>>> {
        let rest = &self.text[self.at..];
        match rest {
            [] => Ok(None),
            [b'%', b'%', ..] => {
                self.at += 2;
                Ok(Some(PercentItem::Literal(&rest[..1])))
            }
            [b'%', ..] => {
                self.at += 1;
                self.spec().map(|spec| Some(PercentItem::Spec(spec)))
            }
            _ => {
                let len = memchr::memchr(b'%', rest).unwrap_or(rest.len());
                self.at += len;
                Ok(Some(PercentItem::Literal(&rest[..len])))
            }
        }
    }

    fn peek(&self) -> Option<u8> {
        self.text.get(self.at).copied()
    }

    fn spec(&mut self) -> NumResult<PercentSpec<'a>> {
        let mut spec = PercentSpec {
            key: self.key()?,
            left: false,
            plus: false,
            space: false,
            alternate: false,
            zero: false,
            width: Amount::None,
            precision: Amount::None,
            conversion: 0,
            index: 0,
        };
        while let Some(byte) = self.peek() {
            match byte {
                b'-' => spec.left = true,
                b'+' => spec.plus = true,
                b' ' => spec.space = true,
                b'#' => spec.alternate = true,
                b'0' => spec.zero = true,
                _ => break,
            }
            self.at += 1;
        }
        spec.width = self.amount(isize::MAX as usize, "width too big")?;
        if self.peek() == Some(b'.') {
            self.at += 1;
            let complaint = if self.bytes {
                "prec too big"
            } else {
                "precision too big"
            };
            spec.precision = match self.amount(i32::MAX as usize, complaint)? {
                Amount::None => Amount::Given(0),
                amount => amount,
            };
        }
        if matches!(self.peek(), Some(b'h' | b'l' | b'L')) {
            self.at += 1;
        }
        let rest = &self.text[self.at..];
        let first = if self.bytes {
            rest.first().map(|&byte| (u32::from(byte), 1))
        } else {
            wtf8::decode_first(rest)
        };
        let Some((c, len)) = first else {
            return Err(NumError::value("incomplete format"));
        };
        spec.conversion = c;
        let before = &self.text[..self.at];
        spec.index = if self.bytes {
            before.len()
        } else {
            wtf8::count(before)
        };
        self.at += len;
        Ok(spec)
    }

    /// A key in (balanced) parentheses.
    fn key(&mut self) -> NumResult<Option<&'a [u8]>> {
        const NO_MAPPING: NumError = NumError::fixed(ErrorClass::Type, "format requires a mapping");
        if self.peek() != Some(b'(') {
            return Ok(None);
        }
        if !self.mapping {
            return Err(NO_MAPPING);
        }
        self.at += 1;
        let rest = &self.text[self.at..];
        let mut depth = 1;
        for (i, byte) in rest.iter().enumerate() {
            depth += match byte {
                b'(' => 1,
                b')' => -1,
                _ => 0,
            };
            if depth == 0 {
                self.at += i + 1;
                return Ok(Some(&rest[..i]));
            }
        }
        Err(NumError::value("incomplete format key"))
    }

    fn amount(&mut self, max: usize, complaint: &'static str) -> NumResult<Amount> {
        if self.peek() == Some(b'*') {
            self.at += 1;
            return Ok(Amount::Star);
        }
        let mut value = None;
        while let Some(byte @ b'0'..=b'9') = self.peek() {
            self.at += 1;
            let next = value.unwrap_or(0usize).checked_mul(10);
            let next = next.and_then(|next| next.checked_add(usize::from(byte - b'0')));
            match next.filter(|&next| next <= max) {
                Some(next) => value = Some(next),
                None => return Err(NumError::value(complaint)),
            }
        }
        Ok(value.map_or(Amount::None, Amount::Given))
    }
}

impl PercentSpec<'_> {
    /// Sets the width that a `*` took from the arguments.
    pub fn set_width(&mut self, width: i64) {
        self.left |= width < 0;
        self.width = Amount::Given(width.unsigned_abs() as usize);
    }

    /// Sets the precision that a `*` took from the arguments.
    pub fn set_precision(&mut self, precision: i64) {
        self.precision = Amount::Given(precision.max(0) as usize);
    }

    /// The precision as a number.
    pub fn precision(&self) -> Option<usize> {
        match self.precision {
            Amount::Given(precision) => Some(precision),
            _ => None,
        }
    }

    fn width(&self) -> usize {
        match self.width {
            Amount::Given(width) => width,
            _ => 0,
        }
    }

    /// The field for a number.
    fn field(&self) -> Field {
        let sign = match (self.plus, self.space) {
            (true, _) => Some(b'+'),
            (false, true) => Some(b' '),
            (false, false) => None,
        };
        let (align, fill) = match (self.left, self.zero) {
            (true, _) => (Align::Left, b' '),
            (false, true) => (Align::AfterSign, b'0'),
            (false, false) => (Align::Right, b' '),
        };
        Field {
            sign,
            width: self.width(),
            align,
            fill,
        }
    }

    /// The error for a conversion character that means nothing.
    #[cold]
    pub fn unsupported(&self) -> NumError {
        let code = self.conversion;
        let shown = char::from_u32(code)
            .filter(|c| (' '..='\x7f').contains(c))
            .unwrap_or('?');
        let index = self.index;
        NumError::value(format!(
            "unsupported format character '{shown}' (0x{code:x}) at index {index}"
        ))
    }
}

/// Appends an int converted by `d i u o x X`.
pub fn percent_int(
    out: &mut Vec<u8>,
    spec: &PercentSpec,
    value: IntRef,
    max_digits: u64,
) -> NumResult<()> {
    const TOO_LARGE: NumError = NumError::fixed(ErrorClass::Overflow, "precision too large");
    let ty = u8::try_from(spec.conversion).unwrap_or(b'd');
    let precision = spec.precision().unwrap_or(0);
    if precision > i32::MAX as usize - 3 {
        return Err(TOO_LARGE);
    }
    let start = out.len();
    let prefix: &[u8] = match ty {
        b'o' if spec.alternate => b"0o",
        b'x' if spec.alternate => b"0x",
        b'X' if spec.alternate => b"0X",
        _ => b"",
    };
    if value.negative {
        out.push(b'-');
    }
    out.extend_from_slice(prefix);
    let at = out.len();
    match ty {
        b'o' => push_radix(out, value.abs(), 3, false),
        b'x' | b'X' => push_radix(out, value.abs(), 4, ty == b'X'),
        _ => push_decimal_limited(out, value.abs(), max_digits)?,
    }
    let zeros = Field {
        sign: None,
        width: precision,
        align: Align::Right,
        fill: b'0',
    };
    zeros.lay_out(out, at, 0)?;
    spec.field().lay_out(out, start, prefix.len())
}

/// Appends a float converted by `e E f F g G`.
pub fn percent_float(out: &mut Vec<u8>, spec: &PercentSpec, value: f64) -> NumResult<()> {
    let ty = u8::try_from(spec.conversion).unwrap_or(b'f');
    let precision = spec.precision().unwrap_or(6);
    let conversion = match ty.to_ascii_lowercase() {
        b'e' => Conversion::Exponent(precision),
        b'g' => Conversion::General(precision),
        _ => Conversion::Fixed(precision),
    };
    let style = FloatStyle {
        alternate: spec.alternate,
        add_dot_zero: false,
        upper: ty.is_ascii_uppercase(),
    };
    reserve(out, precision + 32)?;
    let start = out.len();
    push_float(out, value, conversion, style);
    spec.field().lay_out(out, start, 0)
}

/// Appends a text converted by `s r a c b`; precision cuts it, except for `c`.
pub fn percent_text(
    out: &mut Vec<u8>,
    spec: &PercentSpec,
    text: &[u8],
    bytes: bool,
) -> NumResult<()> {
    let limit = match spec.precision() {
        Some(limit) if spec.conversion != u32::from(b'c') => limit,
        _ => usize::MAX,
    };
    let (text, len) = if bytes {
        (&text[..limit.min(text.len())], limit.min(text.len()))
    } else {
        wtf8::prefix(text, limit)
    };
    let padding = spec.width().saturating_sub(len);
    push_fill(out, u32::from(b' '), if spec.left { 0 } else { padding })?;
    out.extend_from_slice(text);
    push_fill(out, u32::from(b' '), if spec.left { padding } else { 0 })
}
