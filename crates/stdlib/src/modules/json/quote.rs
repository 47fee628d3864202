//! Strings as JSON writes them.

use pyjit_heap::Gc;
use pyjit_runtime::types::str_::{Str, count_chars};
use pyjit_runtime::unicode::wtf8;
use pyjit_runtime::{R, Thread};

/// The letter after the backslash, of characters that have one.
fn short(c: u8) -> Option<u8> {
    Some(match c {
        b'"' | b'\\' => c,
        8 => b'b',
        9 => b't',
        10 => b'n',
        12 => b'f',
        13 => b'r',
        _ => return None,
    })
}
fn push_unit(out: &mut Vec<u8>, unit: u32) {
    out.extend_from_slice(b"\\u");
    for shift in [12, 8, 4, 0] {
        out.push(b"0123456789abcdef"[(unit >> shift & 15) as usize]);
    }
}

/// Adds `text` in quotes, what must be escaped escaped; with `ascii` also all
/// that is not ASCII.
pub fn push_quoted(out: &mut Vec<u8>, text: &[u8], ascii: bool) {
    let plain = |b: &u8| *b >= 32 && *b != b'"' && *b != b'\\' && (!ascii || *b < 127);
    out.push(b'"');
    let mut rest = text;
    loop {
        let n = rest.iter().position(|b| !plain(b)).unwrap_or(rest.len());
        out.extend_from_slice(&rest[..n]);
        rest = &rest[n..];
        let Some((c, len)) = wtf8::decode_first(rest) else {
            break;
        };
        rest = &rest[len..];
        match u8::try_from(c).ok().and_then(short) {
            Some(letter) => out.extend_from_slice(&[b'\\', letter]),
            None if c < 0x10000 => push_unit(out, c),
            None => {
                push_unit(out, 0xd800 + ((c - 0x10000) >> 10));
                push_unit(out, 0xdc00 + (c & 0x3ff));
            }
        }
    }
    out.push(b'"');
}

/// `s` in quotes; see [`push_quoted`].
pub fn quoted(t: &Thread, s: Gc<Str>, ascii: bool) -> R<Gc<Str>> {
    let mut out = Vec::with_capacity(s.byte_len() + 2);
    push_quoted(&mut out, s.bytes(), ascii);
    let chars = if ascii { out.len() } else { count_chars(&out) };
    Str::filled(t, out.len(), chars, |to| to.copy_from_slice(&out))
}
