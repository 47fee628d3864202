//! `repr` of strings and bytes, `ascii()`, and texts for the number parsers.

use std::borrow::Cow;

use super::tables::{decimal_value, is_printable, is_space};
use super::wtf8::{self, code_points};

const HEX: &[u8; 16] = b"0123456789abcdef";

/// Appends a number as `digits` hexadecimal digits.
pub(super) fn push_hex(out: &mut Vec<u8>, value: u32, digits: u32) {
    for i in (0..digits).rev() {
        out.push(HEX[(value >> (4 * i) & 15) as usize]);
    }
}

/// Appends `\xhh`, `\uhhhh` or `\Uhhhhhhhh`.
pub fn push_backslash(out: &mut Vec<u8>, c: u32) {
    let (letter, digits) = match c {
        0..=0xff => (b'x', 2),
        0x100..=0xffff => (b'u', 4),
        _ => (b'U', 8),
    };
    out.extend([b'\\', letter]);
    push_hex(out, c, digits);
}

/// Single quotes, unless the text has some and no double quotes.
fn quote_for(text: &[u8]) -> u8 {
    let has = |quote| memchr::memchr(quote, text).is_some();
    if has(b'\'') && !has(b'"') {
        b'"'
    } else {
        b'\''
    }
}

/// Appends a byte below 0x80 as it stands between quotes; false if it needs no escape.
fn push_ascii_escape(out: &mut Vec<u8>, byte: u8, quote: u8) -> bool {
    match byte {
        b'\t' => out.extend(b"\\t"),
        b'\n' => out.extend(b"\\n"),
        b'\r' => out.extend(b"\\r"),
        b'\\' => out.extend(b"\\\\"),
        _ if byte == quote => out.extend([b'\\', byte]),
        b' '..=b'~' => return false,
        _ => push_backslash(out, u32::from(byte)),
    }
    true
}

/// Appends `repr(text)` of a string (WTF-8).
pub fn push_str_repr(out: &mut Vec<u8>, text: &[u8]) {
    push_quoted(out, text, is_printable);
}

/// Appends `ascii(text)` of a string (WTF-8).
pub fn push_str_ascii(out: &mut Vec<u8>, text: &[u8]) {
    push_quoted(out, text, |_| false);
}

fn push_quoted(out: &mut Vec<u8>, text: &[u8], shown: fn(u32) -> bool) {
    let quote = quote_for(text);
    out.reserve(text.len() + 2);
    out.push(quote);
    let plain = |byte: u8| matches!(byte, b' '..=b'~') && byte != quote && byte != b'\\';
    // What needs no escape is copied in one go, from `copied`.
    let (mut copied, mut at) = (0, 0);
    while at < text.len() {
        if plain(text[at]) {
            at += 1;
            continue;
        }
        let Some((c, len)) = wtf8::decode_first(&text[at..]) else {
            break;
        };
        if c < 0x80 || !shown(c) {
            out.extend_from_slice(&text[copied..at]);
            if c < 0x80 {
                push_ascii_escape(out, c as u8, quote);
            } else {
                push_backslash(out, c);
            }
            copied = at + len;
        }
        at += len;
    }
    out.extend_from_slice(&text[copied..]);
    out.push(quote);
}

/// Appends `repr(bytes)`.
pub fn push_bytes_repr(out: &mut Vec<u8>, bytes: &[u8]) {
    let quote = quote_for(bytes);
    out.extend([b'b', quote]);
    push_bytes_body(out, bytes, quote);
    out.push(quote);
}

/// Appends what stands between the quotes of `repr(bytes)`.
pub fn push_bytes_body(out: &mut Vec<u8>, bytes: &[u8], quote: u8) {
    for &byte in bytes {
        if byte >= 0x80 {
            push_backslash(out, u32::from(byte));
        } else if !push_ascii_escape(out, byte, quote) {
            out.push(byte);
        }
    }
}

/// The text that `int()`, `float()` and `complex()` parse: decimal digits of any script as ASCII,
/// any white space as a space, everything else that is not ASCII as `?`.
pub fn numeric_text(text: &[u8]) -> Cow<'_, [u8]> {
    // ASCII has four more spaces than C's isspace knows.
    if text.is_ascii() && !text.iter().any(|byte| matches!(byte, 28..=31)) {
        return Cow::Borrowed(text);
    }
    let replace = |c: u32| match c {
        28..=31 => b' ',
        0..=0x7f => c as u8,
        _ if is_space(c) => b' ',
        _ => decimal_value(c).map_or(b'?', |digit| b'0' + digit),
    };
    Cow::Owned(code_points(text).map(replace).collect())
}
