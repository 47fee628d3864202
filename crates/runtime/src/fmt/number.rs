//! Laying a number out in a field: sign, prefix, grouped digits, padding.

use crate::bigint::{NumResult, TOO_LARGE};
use crate::unicode::wtf8;

use super::spec::{Align, FormatSpec, Grouping, Sign};

/// The parts of a number's text.
#[derive(Clone, Copy, Default)]
pub struct Parts<'a> {
    /// Below zero?
    pub negative: bool,
    /// `0x` and the like.
    pub prefix: &'a [u8],
    /// Digits before the point; these are grouped.
    pub whole: &'a [u8],
    /// Is there a point?
    pub point: bool,
    /// Digits after the point.
    pub fraction: &'a [u8],
    /// Whatever follows: exponent, percent sign; or `inf` and `nan`.
    pub suffix: &'a [u8],
}

impl<'a> Parts<'a> {
    /// Takes the text of a double apart.
    pub fn of_float(text: &'a [u8]) -> Self {
        let (negative, text) = match text {
            [b'-', rest @ ..] => (true, rest),
            _ => (false, text),
        };
        let digits = |text: &[u8]| text.iter().take_while(|byte| byte.is_ascii_digit()).count();
        let (whole, rest) = text.split_at(digits(text));
        let (point, rest) = match rest {
            [b'.', rest @ ..] => (true, rest),
            _ => (false, rest),
        };
        let (fraction, suffix) = rest.split_at(if point { digits(rest) } else { 0 });
        Self {
            negative,
            prefix: b"",
            whole,
            point,
            fraction,
            suffix,
        }
    }
}

/// Makes room, so that an absurd width is an exception instead of an abort.
pub(super) fn reserve(out: &mut Vec<u8>, bytes: usize) -> NumResult<()> {
    if bytes > isize::MAX as usize / 2 {
        return Err(TOO_LARGE);
    }
    out.try_reserve(bytes).map_err(|_| TOO_LARGE)
}

/// Appends `count` copies of a code point.
pub(super) fn push_fill(out: &mut Vec<u8>, fill: u32, count: usize) -> NumResult<()> {
    if fill < 0x80 {
        reserve(out, count)?;
        out.resize(out.len() + count, fill as u8);
        return Ok(());
    }
    reserve(out, count.saturating_mul(wtf8::encoded_len(fill)))?;
    for _ in 0..count {
        wtf8::push(out, fill);
    }
    Ok(())
}

/// Padding before and after a text of `len` in a field.
pub(super) fn padding(width: usize, len: usize, align: Align) -> (usize, usize) {
    let total = width.saturating_sub(len);
    match align {
        Align::Left => (0, total),
        Align::Right | Align::AfterSign => (total, 0),
        Align::Center => (total / 2, total - total / 2),
    }
}

/// A field for text that is already at the end of the output.
#[derive(Clone, Copy)]
pub(super) struct Field {
    /// Shown before numbers that are not negative.
    pub sign: Option<u8>,
    /// Minimal width.
    pub width: usize,
    /// Alignment.
    pub align: Align,
    /// Padding, ASCII.
    pub fill: u8,
}

impl Field {
    /// The field for a specifier without separators and with an ASCII fill.
    pub fn of_spec(spec: &FormatSpec) -> Option<Self> {
        if spec.grouping.is_some() || spec.fraction_grouping.is_some() {
            return None;
        }
        let fill = u8::try_from(spec.fill).ok().filter(u8::is_ascii)?;
        let sign = match spec.sign {
            Some(Sign::Plus) => Some(b'+'),
            Some(Sign::Space) => Some(b' '),
            _ => None,
        };
        Some(Self {
            sign,
            width: spec.width,
            align: spec.align,
            fill,
        })
    }

    /// Lays out the number that starts at `start`: a minus sign perhaps, `prefix` bytes, digits.
    pub fn lay_out(self, out: &mut Vec<u8>, start: usize, prefix: usize) -> NumResult<()> {
        let negative = out.get(start) == Some(&b'-');
        if let Some(sign) = self.sign.filter(|_| !negative) {
            out.insert(start, sign);
        }
        let len = out.len() - start;
        if len >= self.width {
            return Ok(());
        }
        let (before, after) = padding(self.width, len, self.align);
        let at = match self.align {
            Align::AfterSign => start + usize::from(negative || self.sign.is_some()) + prefix,
            _ => start,
        };
        reserve(out, before + after)?;
        let end = out.len();
        out.resize(end + before + after, self.fill);
        out.copy_within(at..end, at + before);
        out[at..at + before].fill(self.fill);
        out[end + before..].fill(self.fill);
        Ok(())
    }
}

/// Appends a number in its field.
pub fn push_number(out: &mut Vec<u8>, parts: Parts, spec: &FormatSpec) -> NumResult<()> {
    let sign = match spec.sign {
        _ if parts.negative => Some(b'-'),
        Some(Sign::Plus) => Some(b'+'),
        Some(Sign::Space) => Some(b' '),
        _ => None,
    };
    let fraction_groups = spec
        .fraction_grouping
        .filter(|_| !parts.fraction.is_empty());
    let separators = fraction_groups.map_or(0, |group| (parts.fraction.len() - 1) / group.size);
    let other = usize::from(sign.is_some())
        + parts.prefix.len()
        + usize::from(parts.point)
        + parts.fraction.len()
        + separators
        + parts.suffix.len();
    // Zeros that pad a number are grouped with its digits.
    let zero_padded = spec.fill == u32::from(b'0') && spec.align == Align::AfterSign;
    let min_digits = if zero_padded {
        spec.width.saturating_sub(other)
    } else {
        0
    };
    reserve(
        out,
        min_digits
            .saturating_mul(2)
            .saturating_add(other + parts.whole.len() * 2),
    )?;
    let grouped = match spec.grouping {
        _ if parts.whole.is_empty() => 0,
        Some(group) => grouped_len(parts.whole.len(), min_digits, group),
        None => parts.whole.len().max(min_digits),
    };
    let (before, after) = padding(spec.width, other + grouped, spec.align);
    if spec.align != Align::AfterSign {
        push_fill(out, spec.fill, before)?;
    }
    out.extend(sign);
    out.extend_from_slice(parts.prefix);
    if spec.align == Align::AfterSign {
        push_fill(out, spec.fill, before)?;
    }
    push_whole(out, parts.whole, grouped, spec.grouping);
    if parts.point {
        out.push(b'.');
    }
    push_fraction(out, parts.fraction, fraction_groups);
    out.extend_from_slice(parts.suffix);
    push_fill(out, spec.fill, after)
}

/// Length of `digits` digits with separators, when padded with zeros to `min_width` characters.
/// A field never starts with a separator, so it may come out one wider.
fn grouped_len(digits: usize, min_width: usize, group: Grouping) -> usize {
    let natural = digits + digits.saturating_sub(1) / group.size;
    if natural >= min_width {
        return natural;
    }
    if min_width.is_multiple_of(group.size + 1) {
        min_width + 1
    } else {
        min_width
    }
}

/// Appends the whole part: `len` characters, leading zeros and separators included.
fn push_whole(out: &mut Vec<u8>, digits: &[u8], len: usize, grouping: Option<Grouping>) {
    let Some(group) = grouping.filter(|_| len > 0) else {
        out.resize(out.len() + len - digits.len(), b'0');
        out.extend_from_slice(digits);
        return;
    };
    let start = out.len();
    out.resize(start + len, b'0');
    let field = &mut out[start..];
    let mut digits = digits.iter().rev();
    for (i, place) in field.iter_mut().rev().enumerate() {
        if (i + 1) % (group.size + 1) == 0 {
            *place = group.separator;
        } else if let Some(&digit) = digits.next() {
            *place = digit;
        }
    }
}

fn push_fraction(out: &mut Vec<u8>, digits: &[u8], grouping: Option<Grouping>) {
    let Some(group) = grouping else {
        out.extend_from_slice(digits);
        return;
    };
    for (i, chunk) in digits.chunks(group.size).enumerate() {
        if i > 0 {
            out.push(group.separator);
        }
        out.extend_from_slice(chunk);
    }
}
