//! `format(d, spec)` for the usual specifications. What depends on a locale,
//! what is wrong and what is huge is left to [`super::rare`].

use super::arith::rescale;
use super::context::Rounding;
use super::number::Dec;

/// Wider or more precise is not usual.
const MOST: usize = 1 << 16;

/// A specification, parsed.
struct Spec {
    fill: char,
    align: u8,
    sign: u8,
    no_minus_zero: bool,
    alternate: bool,
    zeros: bool,
    width: usize,
    thousands: Option<u8>,
    precision: Option<usize>,
    fraction: Option<u8>,
    /// `0`: none was given.
    kind: u8,
}

/// Takes a run of digits off `s`.
fn number(s: &mut &[u8]) -> Option<Option<usize>> {
    let n = s.iter().take_while(|c| c.is_ascii_digit()).count();
    let (head, rest) = s.split_at(n);
    *s = rest;
    if head.is_empty() {
        return Some(None);
    }
    let value = std::str::from_utf8(head).ok()?.parse().ok()?;
    (value <= MOST).then_some(Some(value))
}
/// Takes one of `these` bytes off `s`.
fn one_of(s: &mut &[u8], these: &[u8]) -> Option<u8> {
    let (first, rest) = s.split_first()?;
    these.contains(first).then(|| {
        *s = rest;
        *first
    })
}
impl Spec {
    fn parse(text: &str) -> Option<Spec> {
        let mut chars = text.chars();
        let (first, second) = (chars.next(), chars.next());
        let is_align = |c: Option<char>| c.filter(|c| "<>=^".contains(*c));
        let (fill, align, skip) = match (first, is_align(second), is_align(first)) {
            (Some(f), Some(a), _) => (Some(f), Some(a), f.len_utf8() + 1),
            (_, _, Some(a)) => (None, Some(a), 1),
            _ => (None, None, 0),
        };
        let s = &mut text.as_bytes().get(skip..)?;
        let sign = one_of(s, b"-+ ").unwrap_or(b'-');
        let no_minus_zero = one_of(s, b"z").is_some();
        let alternate = one_of(s, b"#").is_some();
        let zeros = one_of(s, b"0").is_some();
        if zeros && align.is_some() {
            return None;
        }
        let width = number(s)?.unwrap_or(0);
        let thousands = one_of(s, b",_");
        let (mut precision, mut fraction) = (None, None);
        if one_of(s, b".").is_some() {
            precision = number(s)?;
            fraction = one_of(s, b",_");
            if precision.is_none() && fraction.is_none() {
                return None;
            }
        }
        let kind = one_of(s, b"eEfFgG%").unwrap_or(0);
        if !s.is_empty() {
            return None;
        }
        if precision == Some(0) && matches!(kind, 0 | b'g' | b'G') {
            precision = Some(1);
        }
        Some(Spec {
            fill: fill.unwrap_or(' '),
            align: align.map_or(b'>', |c| c as u8),
            sign,
            no_minus_zero,
            alternate,
            zeros,
            width,
            thousands,
            precision,
            fraction,
            kind,
        })
    }
}

/// Rounded to `n` significant digits.
fn significant(d: &Dec, n: usize, rounding: Rounding) -> Dec {
    if d.coeff.is_zero() {
        return d.clone();
    }
    let exp = |d: &Dec| d.adjusted() + 1 - n as i64;
    let r = rescale(d, exp(d), rounding);
    match r.adjusted() == d.adjusted() {
        true => r,
        false => rescale(&r, exp(&r), rounding),
    }
}
/// Digits with a separator between groups of three from the right, at least
/// `width` characters.
fn grouped(digits: &str, separator: Option<u8>, width: usize) -> String {
    let Some(separator) = separator else {
        let zeros = width.saturating_sub(digits.len());
        return "0".repeat(zeros) + digits;
    };
    let mut reversed = Vec::with_capacity(digits.len() * 4 / 3 + width);
    let mut from = digits.bytes().rev();
    let mut count = 0;
    loop {
        let next = from.next();
        if next.is_none() && reversed.len() >= width {
            break;
        }
        if count == 3 {
            reversed.push(separator);
            count = 0;
        }
        reversed.push(next.unwrap_or(b'0'));
        count += 1;
    }
    reversed.iter().rev().map(|c| *c as char).collect()
}

/// The formatted number, if specification and number are usual ones.
pub fn format(d: &Dec, spec: &str, rounding: Rounding, capitals: bool) -> Option<String> {
    let spec = Spec::parse(spec)?;
    if !d.is_finite() || d.exp.abs() > MOST as i64 {
        return None;
    }
    let mut d = d.clone();
    let kind = match (spec.kind, capitals) {
        (0, true) => b'G',
        (0, false) => b'g',
        (k, _) => k,
    };
    if kind == b'%' {
        d.exp += 2;
    }
    let fixed = matches!(kind, b'f' | b'F' | b'%');
    let scientific = matches!(kind, b'e' | b'E');
    if let Some(p) = spec.precision {
        if scientific {
            d = significant(&d, p + 1, rounding);
        } else if fixed {
            d = rescale(&d, -(p as i64), rounding);
        } else if d.digits() > p as i64 {
            d = significant(&d, p, rounding);
        }
    }
    if d.is_zero() && d.exp > 0 && fixed {
        d = rescale(&d, 0, rounding);
    }
    let negative = d.neg && !(d.is_zero() && spec.no_minus_zero);
    let int = d.coeff.to_string();
    let left = d.exp + int.len() as i64;
    let dot = if scientific {
        match (d.is_zero(), spec.precision) {
            (true, Some(p)) => 1 - p as i64,
            _ => 1,
        }
    } else if fixed || d.exp <= 0 && left > -6 {
        left
    } else {
        1
    };
    Some(spec.lay_out(negative, &int, dot, left - dot, kind))
}
impl Spec {
    /// The text of digits with the point at `dot`.
    fn lay_out(&self, negative: bool, int: &str, dot: i64, exp: i64, kind: u8) -> String {
        let zeros = |n: i64| "0".repeat(n as usize);
        let (whole, mut rest) = if dot < 0 {
            ("0".to_owned(), zeros(-dot) + int)
        } else if dot > int.len() as i64 {
            (
                int.to_owned() + &zeros(dot - int.len() as i64),
                String::new(),
            )
        } else {
            let (a, b) = int.split_at(dot as usize);
            (if a.is_empty() { "0" } else { a }.to_owned(), b.to_owned())
        };
        if let Some(separator) = self.fraction {
            let groups: Vec<_> = rest
                .as_bytes()
                .chunks(3)
                .map(String::from_utf8_lossy)
                .collect();
            rest = groups.join(&(separator as char).to_string());
        }
        let mut tail = String::new();
        if !rest.is_empty() || self.alternate {
            tail.push('.');
            tail += &rest;
        }
        if exp != 0 || matches!(kind, b'e' | b'E') {
            tail.push(if kind.is_ascii_uppercase() { 'E' } else { 'e' });
            tail += &format!("{exp:+}");
        }
        if kind == b'%' {
            tail.push('%');
        }
        let sign = match (negative, self.sign) {
            (true, _) => "-",
            (_, b'+') => "+",
            (_, b' ') => " ",
            _ => "",
        };
        let least = match self.zeros {
            true => self.width.saturating_sub(tail.len() + sign.len()),
            false => 0,
        };
        let body = grouped(&whole, self.thousands, least) + &tail;
        let padding = self.width.saturating_sub(sign.len() + body.len());
        let fill = |n: usize| self.fill.to_string().repeat(n);
        match self.align {
            b'<' => format!("{sign}{body}{}", fill(padding)),
            b'=' => format!("{sign}{}{body}", fill(padding)),
            b'^' => format!(
                "{}{sign}{body}{}",
                fill(padding / 2),
                fill(padding - padding / 2)
            ),
            _ => format!("{}{sign}{body}", fill(padding)),
        }
    }
}
