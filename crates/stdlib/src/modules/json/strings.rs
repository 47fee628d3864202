//! JSON strings: from behind the opening quote to behind the closing one.

use pyjit_heap::{Gc, Value};
use pyjit_runtime::types::str_::Str;
use pyjit_runtime::types::str_methods::piece;
use pyjit_runtime::unicode::wtf8;
use pyjit_runtime::{R, Thread};

use super::{decode_error, error_at};

/// The string that begins at byte `from`, and the byte behind it.
pub fn scan(t: &Thread, s: Gc<Str>, from: usize, strict: bool) -> R<(Value, usize)> {
    let text = s.bytes();
    let ends = |b: &u8| *b == b'"' || *b == b'\\' || *b < 32 && strict;
    let mut out: Vec<u8> = Vec::new();
    let mut at = from;
    loop {
        let Some(n) = text[at..].iter().position(ends) else {
            return Err(unterminated(t, s, from));
        };
        let stop = at + n;
        match text[stop] {
            b'"' if out.is_empty() => return Ok((piece(s, from..stop).value(), stop + 1)),
            b'"' => {
                out.extend_from_slice(&text[at..stop]);
                return Ok((Str::from_wtf8(&out).value(), stop + 1));
            }
            b'\\' => {
                out.extend_from_slice(&text[at..stop]);
                at = escape(t, s, stop + 1, from, &mut out)?;
            }
            _ => return Err(decode_error(t, "Invalid control character at", s, stop)),
        }
    }
}
#[cold]
fn unterminated(t: &Thread, s: Gc<Str>, from: usize) -> pyjit_runtime::Raised {
    let at = pyjit_runtime::types::str_::char_index(&s, from) as i64 - 1;
    error_at(t, "Unterminated string starting at", s, at)
}

/// The escape whose letter is at `at`; the place behind it.
fn escape(t: &Thread, s: Gc<Str>, at: usize, from: usize, out: &mut Vec<u8>) -> R<usize> {
    let text = s.bytes();
    let Some(letter) = text.get(at) else {
        return Err(unterminated(t, s, from));
    };
    let c = match letter {
        b'"' | b'\\' | b'/' => *letter,
        b'b' => 8,
        b'f' => 12,
        b'n' => 10,
        b'r' => 13,
        b't' => 9,
        b'u' => return unicode(t, s, at, out),
        _ => return Err(decode_error(t, "Invalid \\escape", s, at - 1)),
    };
    out.push(c);
    Ok(at + 1)
}
fn unicode(t: &Thread, s: Gc<Str>, at: usize, out: &mut Vec<u8>) -> R<usize> {
    let text = s.bytes();
    let bad = |at: usize| decode_error(t, "Invalid \\uXXXX escape", s, at);
    let Some(c) = digits(text, at + 1) else {
        return Err(bad(at));
    };
    let next = at + 5;
    if (0xd800..0xdc00).contains(&c) && text.len() > next + 6 && text[next..].starts_with(b"\\u") {
        let Some(low) = digits(text, next + 2) else {
            return Err(bad(next + 1));
        };
        if (0xdc00..0xe000).contains(&low) {
            wtf8::push(out, 0x10000 + ((c - 0xd800) << 10) + (low - 0xdc00));
            return Ok(next + 6);
        }
    }
    wtf8::push(out, c);
    Ok(next)
}
/// Four hexadecimal digits that are not the end of the text.
fn digits(text: &[u8], at: usize) -> Option<u32> {
    if at + 4 >= text.len() {
        return None;
    }
    text[at..at + 4]
        .iter()
        .try_fold(0, |n, b| Some(n << 4 | (*b as char).to_digit(16)?))
}
