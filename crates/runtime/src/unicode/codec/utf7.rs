//! UTF-7: ASCII, with everything else as UTF-16 in base 64 between `+` and `-`.

use super::{CodecError, OnDecodeError};
use crate::unicode::wtf8;

const ENCODING: &str = "utf7";
const DIGITS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

fn digit(byte: u8) -> Option<u32> {
    Some(match byte {
        b'A'..=b'Z' => u32::from(byte - b'A'),
        b'a'..=b'z' => u32::from(byte - b'a') + 26,
        b'0'..=b'9' => u32::from(byte - b'0') + 52,
        b'+' => 62,
        b'/' => 63,
        _ => return None,
    })
}

/// Does the character stand for itself when encoding?
fn is_direct(c: u32) -> bool {
    let Ok(byte) = u8::try_from(c) else {
        return false;
    };
    matches!(byte, b'\t' | b'\n' | b'\r' | b' '..=b'}') && !matches!(byte, b'+' | b'\\')
}

/// Bits that do not make a whole digit or unit yet.
#[derive(Default)]
struct Bits {
    value: u32,
    count: u32,
}

impl Bits {
    fn add(&mut self, value: u32, count: u32) {
        self.value = self.value << count | value;
        self.count += count;
    }
    fn take(&mut self, count: u32) -> Option<u32> {
        if self.count < count {
            return None;
        }
        self.count -= count;
        let taken = self.value >> self.count;
        self.value &= (1 << self.count) - 1;
        Some(taken)
    }
}

/// Appends `text` (WTF-8) as UTF-7. Nothing is wrong, not even lone surrogates.
pub fn encode_utf7(out: &mut Vec<u8>, text: &[u8]) {
    let mut bits = Bits::default();
    let mut shifted = false;
    for c in wtf8::code_points(text) {
        if is_direct(c) {
            if shifted {
                flush(out, &mut bits);
                shifted = false;
                // Any other character ends the sequence by itself.
                if c == u32::from(b'-') || digit(c as u8).is_some() {
                    out.push(b'-');
                }
            }
            out.push(c as u8);
            continue;
        }
        if !shifted && c == u32::from(b'+') {
            out.extend_from_slice(b"+-");
            continue;
        }
        if !shifted {
            out.push(b'+');
            shifted = true;
        }
        if c >= 0x1_0000 {
            put(out, &mut bits, 0xd800 + ((c - 0x1_0000) >> 10));
            put(out, &mut bits, 0xdc00 + (c & 0x3ff));
        } else {
            put(out, &mut bits, c);
        }
    }
    if shifted {
        flush(out, &mut bits);
        out.push(b'-');
    }
}

fn put(out: &mut Vec<u8>, bits: &mut Bits, unit: u32) {
    bits.add(unit, 16);
    while let Some(d) = bits.take(6) {
        out.push(DIGITS[d as usize]);
    }
}

fn flush(out: &mut Vec<u8>, bits: &mut Bits) {
    if bits.count > 0 {
        out.push(DIGITS[(bits.value << (6 - bits.count) & 63) as usize]);
    }
    *bits = Bits::default();
}

/// A base 64 sequence that is being read.
#[derive(Default)]
struct Shift {
    bits: Bits,
    /// A high surrogate that waits for its partner; 0: none.
    surrogate: u32,
    /// Where it began in the input and in the output.
    start: usize,
    out_start: usize,
}

impl Shift {
    fn unit(&mut self, out: &mut Vec<u8>, unit: u32) {
        if self.surrogate != 0 {
            let high = std::mem::take(&mut self.surrogate);
            if (0xdc00..0xe000).contains(&unit) {
                return wtf8::push(out, 0x1_0000 + ((high & 0x3ff) << 10) + (unit & 0x3ff));
            }
            wtf8::push(out, high);
        }
        if (0xd800..0xdc00).contains(&unit) {
            self.surrogate = unit;
        } else {
            wtf8::push(out, unit);
        }
    }
    /// Why the sequence may not end here.
    fn complaint(&self) -> Option<&'static str> {
        if self.bits.count >= 6 {
            Some("partial character in base-64 sequence")
        } else if self.bits.value != 0 {
            Some("non-zero padding bits in base-64 sequence")
        } else {
            None
        }
    }
}

/// Appends the text of UTF-7 `input`; gives the bytes consumed. Unless
/// `is_final`, an unfinished sequence at the end is left for next time.
pub fn decode_utf7<H: OnDecodeError>(
    out: &mut Vec<u8>,
    input: &[u8],
    is_final: bool,
    handler: &mut H,
) -> Result<usize, H::Error> {
    let mut shift: Option<Shift> = None;
    let mut at = 0;
    loop {
        let Some(&byte) = input.get(at) else {
            let Some(s) = shift.take() else {
                return Ok(at);
            };
            if !is_final {
                out.truncate(s.out_start);
                return Ok(s.start);
            }
            if s.surrogate == 0 && s.complaint().is_none() {
                return Ok(at);
            }
            let reason = "unterminated shift sequence";
            at = handler.on_error(
                out,
                &CodecError {
                    encoding: ENCODING,
                    start: s.start,
                    end: at,
                    reason,
                },
            )?;
            continue;
        };
        let (start, reason) = if let Some(mut s) = shift.take() {
            if let Some(d) = digit(byte) {
                s.bits.add(d, 6);
                at += 1;
                if let Some(unit) = s.bits.take(16) {
                    s.unit(out, unit);
                }
                shift = Some(s);
                continue;
            }
            match s.complaint() {
                Some(reason) => {
                    at += 1;
                    (s.start, reason)
                }
                None => {
                    if s.surrogate != 0 && byte.is_ascii() && byte != b'+' {
                        wtf8::push(out, s.surrogate);
                    }
                    at += usize::from(byte == b'-');
                    continue;
                }
            }
        } else if byte == b'+' {
            at += 1;
            match input.get(at) {
                Some(b'-') => {
                    at += 1;
                    out.push(b'+');
                    continue;
                }
                Some(&next) if digit(next).is_none() => {
                    at += 1;
                    (at - 2, "ill-formed sequence")
                }
                _ => {
                    shift = Some(Shift {
                        start: at - 1,
                        out_start: out.len(),
                        ..Shift::default()
                    });
                    continue;
                }
            }
        } else if byte.is_ascii() {
            out.push(byte);
            at += 1;
            continue;
        } else {
            at += 1;
            (at - 1, "unexpected special character")
        };
        at = handler.on_error(
            out,
            &CodecError {
                encoding: ENCODING,
                start,
                end: at,
                reason,
            },
        )?;
    }
}
