//! Line ends: how `newline=` arguments read and write them.

use pyjit_heap::{RootVec, Value};
use pyjit_runtime::core::{errors, ops};
use pyjit_runtime::types::str_::Str;
use pyjit_runtime::types::type_::type_name;
use pyjit_runtime::{R, Thread};

/// The meaning of a `newline` argument.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Newline {
    /// `None`: any line end, read as `\n`.
    Universal,
    /// `''`: any line end, left as it is.
    Keep,
    Lf,
    Cr,
    CrLf,
}

/// Bits of the line ends seen.
pub const SEEN_CR: u8 = 1;
pub const SEEN_LF: u8 = 2;
pub const SEEN_CRLF: u8 = 4;

impl Newline {
    /// Evaluates the argument.
    pub fn from_arg(t: &Thread, v: Option<Value>) -> R<Newline> {
        let Some(v) = v.filter(|v| !v.is_none()) else {
            return Ok(Newline::Universal);
        };
        let Some(s) = v.cast::<Str>() else {
            let m = format!("newline must be str or None, not {}", type_name(v));
            return Err(errors::type_error(t, m));
        };
        Ok(match s.bytes() {
            b"" => Newline::Keep,
            b"\n" => Newline::Lf,
            b"\r" => Newline::Cr,
            b"\r\n" => Newline::CrLf,
            _ => {
                let m = format!("illegal newline value: {}", ops::repr(t, v)?.lossy());
                return Err(errors::value_error(t, m));
            }
        })
    }
    /// What a written `\n` becomes, if anything else.
    pub fn written(self) -> Option<&'static [u8]> {
        match self {
            Newline::Cr => Some(b"\r"),
            Newline::CrLf => Some(b"\r\n"),
            _ => None,
        }
    }
    /// End of the first line of `text`, if it has one. A final `\r` that may
    /// be half of a `\r\n` ends a line only when the text is complete.
    pub fn line_end(self, text: &[u8], complete: bool) -> Option<usize> {
        match self {
            Newline::Universal | Newline::Lf => memchr::memchr(b'\n', text).map(|i| i + 1),
            Newline::Cr => memchr::memchr(b'\r', text).map(|i| i + 1),
            Newline::CrLf => memchr::memmem::find(text, b"\r\n").map(|i| i + 2),
            Newline::Keep => {
                let i = memchr::memchr2(b'\n', b'\r', text)?;
                match (text[i], text.get(i + 1)) {
                    (b'\r', Some(b'\n')) => Some(i + 2),
                    (b'\r', None) if !complete => None,
                    _ => Some(i + 1),
                }
            }
        }
    }
}

/// Replaces every `\n` by `new`.
pub fn replace_lf(text: &[u8], new: &[u8]) -> Vec<u8> {
    let mut out = Vec::with_capacity(text.len() + 16);
    let mut from = 0;
    for i in memchr::memchr_iter(b'\n', text) {
        out.extend_from_slice(&text[from..i]);
        out.extend_from_slice(new);
        from = i + 1;
    }
    out.extend_from_slice(&text[from..]);
    out
}

/// Makes every line end `\n`.
pub fn to_lf(text: &[u8]) -> Vec<u8> {
    let mut out = Vec::with_capacity(text.len());
    let mut from = 0;
    for i in memchr::memchr_iter(b'\r', text) {
        out.extend_from_slice(&text[from..i]);
        if text.get(i + 1) != Some(&b'\n') {
            out.push(b'\n');
        }
        from = i + 1;
    }
    out.extend_from_slice(&text[from..]);
    out
}

/// Which line ends are in `text`.
pub fn kinds(text: &[u8]) -> u8 {
    if memchr::memchr(b'\r', text).is_none() {
        return match memchr::memchr(b'\n', text) {
            Some(_) => SEEN_LF,
            None => 0,
        };
    }
    let mut seen = 0;
    for i in memchr::memchr2_iter(b'\n', b'\r', text) {
        seen |= match text[i] {
            b'\r' if text.get(i + 1) == Some(&b'\n') => SEEN_CRLF,
            b'\r' => SEEN_CR,
            _ if i > 0 && text[i - 1] == b'\r' => 0,
            _ => SEEN_LF,
        };
    }
    seen
}

/// The `newlines` attribute for what was seen.
pub fn seen_value(seen: u8) -> Value {
    let all: RootVec = [(SEEN_CR, "\r"), (SEEN_LF, "\n"), (SEEN_CRLF, "\r\n")]
        .iter()
        .filter(|(bit, _)| seen & bit != 0)
        .map(|(_, s)| Str::new(s).value())
        .collect();
    match all.as_slice() {
        [] => Value::NONE,
        [one] => *one,
        _ => pyjit_runtime::types::tuple::Tuple::new(&all).value(),
    }
}
