//! Backslash escapes: `unicode_escape`, `raw_unicode_escape`, and the escapes of bytes.
//!
//! Bytes that are no escapes stand for the characters of the same number (Latin-1).

use super::{CodecError, OnDecodeError};
use crate::unicode::quote::push_hex;
use crate::unicode::wtf8;

/// How far a decoder came.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Escaped {
    /// Bytes consumed.
    pub consumed: usize,
    /// The first backslash that starts no known escape (or an octal one beyond 255): a warning.
    pub invalid: Option<usize>,
}

/// What follows a backslash.
enum Escape {
    /// This character, and the bytes of the whole escape.
    Char(u32, usize),
    /// Nothing: a continued line.
    Nothing,
    /// No escape.
    Unknown,
    /// Bad: the end of the bad part, and why.
    Bad(usize, &'static str),
}

/// The character of `\a` and the like.
fn simple_escape(byte: u8) -> Option<u8> {
    Some(match byte {
        b'\\' | b'\'' | b'"' => byte,
        b'a' => 7,
        b'b' => 8,
        b't' => b'\t',
        b'n' => b'\n',
        b'v' => 11,
        b'f' => 12,
        b'r' => b'\r',
        _ => return None,
    })
}

/// Up to three octal digits: their value and number.
fn octal(text: &[u8]) -> (u32, usize) {
    let len = text
        .iter()
        .take(3)
        .take_while(|byte| matches!(byte, b'0'..=b'7'))
        .count();
    (
        text[..len]
            .iter()
            .fold(0, |value, byte| value * 8 + u32::from(byte - b'0')),
        len,
    )
}

/// Up to `count` hexadecimal digits: their value and number.
fn hexadecimal(text: &[u8], count: usize) -> (u32, usize) {
    let digit = |byte: &u8| (*byte as char).to_digit(16);
    let digits = text.iter().take(count).map_while(digit);
    digits.fold((0, 0), |(value, len), digit| (value << 4 | digit, len + 1))
}

/// The escape whose letter is the first byte of `rest`, for `\x`, `\u` and `\U`.
fn hex_escape(rest: &[u8], too_large: &'static str) -> Option<Escape> {
    let (count, truncated) = match rest.first()? {
        b'x' => (2, "truncated \\xXX escape"),
        b'u' => (4, "truncated \\uXXXX escape"),
        b'U' => (8, "truncated \\UXXXXXXXX escape"),
        _ => return None,
    };
    let (value, len) = hexadecimal(&rest[1..], count);
    Some(if len < count {
        Escape::Bad(2 + len, truncated)
    } else if value > 0x10_ffff {
        Escape::Bad(2 + len, too_large)
    } else {
        Escape::Char(value, 2 + len)
    })
}

/// `\N{name}`; the letter is the first byte of `rest`.
fn name_escape(rest: &[u8], names: &dyn Fn(&[u8]) -> Option<u32>) -> Escape {
    const MALFORMED: &str = "malformed \\N character escape";
    let Some(name) = rest[1..].strip_prefix(b"{") else {
        return Escape::Bad(2, MALFORMED);
    };
    match memchr::memchr(b'}', name) {
        Some(0) => Escape::Bad(3, MALFORMED),
        None => Escape::Bad(3 + name.len(), MALFORMED),
        Some(len) => match names(&name[..len]) {
            Some(c) => Escape::Char(c, len + 4),
            None => Escape::Bad(len + 4, "unknown Unicode character name"),
        },
    }
}

fn escape(rest: &[u8], names: &dyn Fn(&[u8]) -> Option<u32>) -> Escape {
    let Some(&byte) = rest.first() else {
        return Escape::Bad(1, "\\ at end of string");
    };
    if let Some(c) = simple_escape(byte) {
        return Escape::Char(u32::from(c), 2);
    }
    match byte {
        b'\n' => Escape::Nothing,
        b'0'..=b'7' => {
            let (value, len) = octal(rest);
            Escape::Char(value, 1 + len)
        }
        b'N' => name_escape(rest, names),
        _ => hex_escape(rest, "illegal Unicode character").unwrap_or(Escape::Unknown),
    }
}

/// Appends the text of `input` with `unicode_escape`; `names` finds characters by name. Unless
/// `is_final`, an unfinished escape at the end is left for next time.
pub fn decode_unicode_escape<H: OnDecodeError>(
    out: &mut Vec<u8>,
    input: &[u8],
    is_final: bool,
    names: &dyn Fn(&[u8]) -> Option<u32>,
    handler: &mut H,
) -> Result<Escaped, H::Error> {
    let mut at = 0;
    let mut invalid = None;
    while at < input.len() {
        if input[at] != b'\\' {
            wtf8::push(out, u32::from(input[at]));
            at += 1;
            continue;
        }
        match escape(&input[at + 1..], names) {
            Escape::Char(c, len) => {
                if c > 0xff && matches!(input[at + 1], b'0'..=b'7') {
                    invalid = invalid.or(Some(at));
                }
                wtf8::push(out, c);
                at += len;
            }
            Escape::Nothing => at += 2,
            Escape::Unknown => {
                invalid = invalid.or(Some(at));
                out.push(b'\\');
                wtf8::push(out, u32::from(input[at + 1]));
                at += 2;
            }
            Escape::Bad(len, _) if !is_final && at + len == input.len() => {
                return Ok(Escaped {
                    consumed: at,
                    invalid,
                });
            }
            Escape::Bad(len, reason) => {
                let encoding = "unicodeescape";
                let error = CodecError {
                    encoding,
                    start: at,
                    end: at + len,
                    reason,
                };
                at = handler.on_error(out, &error)?;
            }
        }
    }
    Ok(Escaped {
        consumed: input.len(),
        invalid,
    })
}

/// Appends the text of `input` with `raw_unicode_escape`: only `\u` and `\U`, and only after an
/// even number of backslashes.
pub fn decode_raw_unicode_escape<H: OnDecodeError>(
    out: &mut Vec<u8>,
    input: &[u8],
    is_final: bool,
    handler: &mut H,
) -> Result<usize, H::Error> {
    let mut at = 0;
    while at < input.len() {
        let step = match &input[at..] {
            [b'\\', b'\\', ..] => {
                out.extend(b"\\\\");
                at += 2;
                continue;
            }
            [b'\\'] if !is_final => return Ok(at),
            [b'\\', b'u' | b'U', ..] => hex_escape(&input[at + 1..], "\\Uxxxxxxxx out of range"),
            _ => None,
        };
        match step {
            Some(Escape::Char(c, len)) => {
                wtf8::push(out, c);
                at += len;
            }
            Some(Escape::Bad(len, _)) if !is_final && at + len == input.len() => return Ok(at),
            Some(Escape::Bad(len, reason)) => {
                let encoding = "rawunicodeescape";
                let error = CodecError {
                    encoding,
                    start: at,
                    end: at + len,
                    reason,
                };
                at = handler.on_error(out, &error)?;
            }
            _ => {
                wtf8::push(out, u32::from(input[at]));
                at += 1;
            }
        }
    }
    Ok(input.len())
}

/// Appends `text` (WTF-8) with `unicode_escape`.
pub fn encode_unicode_escape(out: &mut Vec<u8>, text: &[u8]) {
    for c in wtf8::code_points(text) {
        match c {
            0x09 => out.extend(b"\\t"),
            0x0a => out.extend(b"\\n"),
            0x0d => out.extend(b"\\r"),
            0x5c => out.extend(b"\\\\"),
            0x20..=0x7e => out.push(c as u8),
            _ => crate::unicode::push_backslash(out, c),
        }
    }
}

/// Appends `text` (WTF-8) with `raw_unicode_escape`.
pub fn encode_raw_unicode_escape(out: &mut Vec<u8>, text: &[u8]) {
    for c in wtf8::code_points(text) {
        match c {
            0..=0xff => out.push(c as u8),
            0x100..=0xffff => {
                out.extend(b"\\u");
                push_hex(out, c, 4);
            }
            _ => {
                out.extend(b"\\U");
                push_hex(out, c, 8);
            }
        }
    }
}

/// What `codecs.escape_decode` does with a `\x` that lacks digits.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum BadHex {
    /// `ValueError`
    Strict,
    /// A question mark.
    Replace,
    /// Nothing.
    Ignore,
}

/// Why `codecs.escape_decode` fails.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum BytesEscapeError {
    /// `Trailing \ in string`
    Trailing,
    /// `invalid \x escape at position {}`
    BadHex(usize),
}

/// Appends the bytes that `input` with backslash escapes stands for; gives the place of the first
/// unknown escape.
pub fn decode_bytes_escape(
    out: &mut Vec<u8>,
    input: &[u8],
    policy: BadHex,
) -> Result<Option<usize>, BytesEscapeError> {
    let mut at = 0;
    let mut invalid = None;
    while at < input.len() {
        let run = memchr::memchr(b'\\', &input[at..]).unwrap_or(input.len() - at);
        out.extend_from_slice(&input[at..at + run]);
        at += run;
        let rest = input.get(at + 1..).unwrap_or(&[]);
        match rest.first() {
            None if at == input.len() => break,
            None => return Err(BytesEscapeError::Trailing),
            Some(b'\n') => at += 2,
            Some(b'x') => {
                let (value, len) = hexadecimal(&rest[1..], 2);
                match policy {
                    _ if len == 2 => out.push(value as u8),
                    BadHex::Strict => return Err(BytesEscapeError::BadHex(at)),
                    BadHex::Replace => out.push(b'?'),
                    BadHex::Ignore => {}
                }
                at += 2 + len;
            }
            Some(b'0'..=b'7') => {
                let (value, len) = octal(rest);
                if value > 0xff {
                    invalid = invalid.or(Some(at));
                }
                out.push(value as u8);
                at += 1 + len;
            }
            Some(&byte) => {
                match simple_escape(byte) {
                    Some(c) => out.push(c),
                    None => {
                        invalid = invalid.or(Some(at));
                        out.extend([b'\\', byte]);
                    }
                }
                at += 2;
            }
        }
    }
    Ok(invalid)
}
