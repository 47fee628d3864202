//! `strftime`: what depends on no locale is written here, the rest is for `time.strftime`.

use std::fmt::Write as _;

use pyjit_heap::{Gc, Value};
use pyjit_runtime::core::{attr, call, errors};
use pyjit_runtime::types::str_::{Str, intern};
use pyjit_runtime::types::type_::shown_type;
use pyjit_runtime::{R, Thread};

use super::calendar::{HOUR, MINUTE, SECOND, Ymd};
use super::{text, zone};

/// What is formatted.
pub struct Subject {
    pub day: Ymd,
    pub clock: i64,
    /// The zone, or `None`, and what it is asked about.
    pub zone: Value,
    pub at: Value,
}

/// Directives that [`native`] knows.
const KNOWN: &[u8] = b"YmdHMSfjyFCGzZTR%";
/// Of those, the ones that `time.strftime` does not know or writes otherwise.
const OURS: &[u8] = b"YFCGfzZ";

/// Splits a format into directives and other text.
fn pieces(format: &[u8]) -> impl Iterator<Item = &[u8]> {
    let mut rest = format;
    std::iter::from_fn(move || {
        let n = match *rest {
            [] => return None,
            [b'%', b':', b'z', ..] => 3,
            [b'%'] => 1,
            [b'%', c, ..] => 1 + pyjit_runtime::types::str_::char_len(c).min(rest.len() - 1),
            _ => rest.iter().position(|c| *c == b'%').unwrap_or(rest.len()),
        };
        let (piece, tail) = rest.split_at(n);
        rest = tail;
        Some(piece)
    })
}
fn letter(piece: &[u8]) -> Option<u8> {
    match *piece {
        [b'%', c] => Some(c),
        [b'%', b':', b'z'] => Some(b'z'),
        _ => None,
    }
}

impl Subject {
    /// One directive as text.
    fn native(&self, t: &Thread, c: u8, sep: &str) -> R<Vec<u8>> {
        let mut out = String::new();
        let (d, n) = (self.day, self.clock);
        let (h, m, s) = (n / HOUR, n / MINUTE % 60, n / SECOND % 60);
        match c {
            b'Y' => text::push(&mut out, d.year, 4),
            b'G' => text::push(&mut out, d.iso().0, 4),
            b'C' => text::push(&mut out, d.year / 100, 2),
            b'y' => text::push(&mut out, d.year % 100, 2),
            b'm' => text::push(&mut out, d.month, 2),
            b'd' => text::push(&mut out, d.day, 2),
            b'j' => text::push(&mut out, d.day_of_year(), 3),
            b'F' => text::push_date(&mut out, d),
            b'H' => text::push(&mut out, h, 2),
            b'M' => text::push(&mut out, m, 2),
            b'S' => text::push(&mut out, s, 2),
            b'T' => text::push_clock(&mut out, n, text::Spec::Seconds),
            b'R' => text::push_clock(&mut out, n, text::Spec::Minutes),
            b'f' => {
                let _ = write!(out, "{:06}", n % SECOND);
            }
            b'z' => {
                if let Some(offset) = zone::offset(t, self.zone, self.at)? {
                    zone::push_offset(&mut out, offset, sep);
                }
            }
            b'Z' => {
                let name = zone::name(t, self.zone, self.at)?;
                check_name(t, name)?;
                return Ok(name.cast::<Str>().map_or(vec![], |s| s.bytes().to_vec()));
            }
            c => out.push(c as char),
        }
        Ok(out.into_bytes())
    }

    /// Formats; `tuple` gives the structure for what `time.strftime` has to do.
    pub fn format(&self, t: &Thread, format: Value, tuple: impl FnOnce() -> R<Value>) -> R<Value> {
        let Some(s) = format.cast::<Str>() else {
            let kind = shown_type(format);
            let m = format!("strftime() argument 1 must be str, not {kind}");
            return Err(errors::type_error(t, m));
        };
        let known = |p: &[u8]| letter(p).map_or(p != b"%" && p[0] == b'%', |c| !KNOWN.contains(&c));
        let foreign = pieces(s.bytes()).any(known);
        let mut out = Vec::with_capacity(s.byte_len() + 16);
        for piece in pieces(s.bytes()) {
            match letter(piece) {
                Some(c) if !foreign && KNOWN.contains(&c) || OURS.contains(&c) => {
                    let sep = if piece.len() == 3 { ":" } else { "" };
                    for b in self.native(t, c, sep)? {
                        out.push(b);
                        if foreign && b == b'%' {
                            out.push(b);
                        }
                    }
                }
                _ => out.extend_from_slice(piece),
            }
        }
        let text = Str::from_wtf8(&out).value();
        if !foreign {
            return Ok(text);
        }
        let time = t.host().import(t, "time")?;
        let f = attr::get(t, time, intern("strftime"))?;
        call::call(t, f, &[text, tuple()?])
    }
}

/// The name of a zone may be of a class that cannot replace text by text.
fn check_name(t: &Thread, name: Value) -> R<()> {
    if name.is_none() || name.cast_exact::<Str>().is_some() {
        return Ok(());
    }
    let args = ["%", "%%"].map(|s| intern(s).value());
    let r = call::call_attr(t, name, "replace", &args)?;
    if r.cast::<Str>().is_some() {
        return Ok(());
    }
    let m = "tzname.replace() did not return a string";
    Err(errors::type_error(t, m))
}

/// `__format__`: `str()` without a format.
pub fn dunder(t: &Thread, this: Value, format: Value) -> R<Value> {
    let Some(s) = format.cast::<Str>() else {
        let kind = shown_type(format);
        let m = format!("__format__() argument 1 must be str, not {kind}");
        return Err(errors::type_error(t, m));
    };
    match s.is_empty() {
        true => Ok(pyjit_runtime::core::ops::str(t, this)?.value()),
        false => call::call_attr(t, this, "strftime", &[format]),
    }
}
/// A `time.struct_time`; `summer` is its flag.
pub fn structure(t: &Thread, day: Ymd, clock: i64, summer: i64) -> R<Value> {
    let time = t.host().import(t, "time")?;
    let class = attr::get(t, time, intern("struct_time"))?;
    let items = [
        day.year,
        day.month,
        day.day,
        clock / HOUR,
        clock / MINUTE % 60,
        clock / SECOND % 60,
        day.weekday(),
        day.day_of_year(),
        summer,
    ];
    let items = pyjit_runtime::types::tuple::Tuple::from_fn(9, |i| Value::int(items[i]));
    call::call(t, class, &[items.value()])
}
/// `Mon Feb  3 04:05:06 2020`.
pub fn ctime(day: Ymd, clock: i64) -> String {
    const DAYS: [&str; 7] = ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"];
    const MONTHS: [&str; 12] = [
        "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
    ];
    let mut out = format!(
        "{} {} {:2} ",
        DAYS[day.weekday() as usize],
        MONTHS[day.month as usize - 1],
        day.day
    );
    text::push_clock(&mut out, clock, text::Spec::Seconds);
    let _ = write!(out, " {:04}", day.year);
    out
}
/// The class `c` asked to be `strptime`'s result: `_strptime` does the reading.
pub fn strptime(t: &Thread, class: Value, function: &str, text: Value, format: Value) -> R<Value> {
    let m = t.host().import(t, "_strptime")?;
    call::call_attr(t, m, function, &[class, text, format])
}
/// A text argument called `name`.
pub fn text_argument(t: &Thread, v: Value) -> R<Gc<Str>> {
    v.cast::<Str>()
        .ok_or_else(|| errors::type_error(t, "fromisoformat: argument must be str"))
}
