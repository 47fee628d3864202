//! Strings as JSON writes them.

use pyjit_heap::Gc;
use pyjit_runtime::types::str_::Str;
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

/// `s` in quotes, what must be escaped escaped; with `ascii` also all that is not ASCII.
pub fn quoted(t: &Thread, s: Gc<Str>, ascii: bool) -> R<Gc<Str>> {
    let text = s.bytes();
    let plain = |b: &u8| *b >= 32 && *b != b'"' && *b != b'\\' && (!ascii || *b < 127);
    let mut out = Vec::with_capacity(text.len() + 2);
    out.push(b'"');
    let (mut rest, mut chars) = (text, s.len() + 2);
    loop {
        let n = rest.iter().position(|b| !plain(b)).unwrap_or(rest.len());
        out.extend_from_slice(&rest[..n]);
        rest = &rest[n..];
        let Some((c, len)) = wtf8::decode_first(rest) else {
            break;
        };
        rest = &rest[len..];
        let before = out.len();
        match u8::try_from(c).ok().and_then(short) {
            Some(letter) => out.extend_from_slice(&[b'\\', letter]),
            None if c < 0x10000 => push_unit(&mut out, c),
            None => {
                push_unit(&mut out, 0xd800 + ((c - 0x10000) >> 10));
                push_unit(&mut out, 0xdc00 + (c & 0x3ff));
            }
        }
        chars += out.len() - before - 1;
    }
    out.push(b'"');
    Str::filled(t, out.len(), chars, |to| to.copy_from_slice(&out))
}
