//! UTF-16 and UTF-32, in either byte order, with or without a byte order mark.

use super::{CodecError, Encoder, OnDecodeError, OnEncodeError};
use crate::unicode::wtf8;

/// Order of the bytes in a unit.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ByteOrder {
    /// Least significant byte first, no mark.
    Little,
    /// Most significant byte first, no mark.
    Big,
    /// Decoding: as the mark says, else little endian. Encoding: little endian, with a mark.
    Mark,
}

const BYTE_ORDER_MARK: u32 = 0xfeff;

impl ByteOrder {
    fn name(self, names: [&'static str; 3]) -> &'static str {
        names[self as usize]
    }

    fn u16(self, bytes: [u8; 2]) -> u32 {
        u32::from(if self == Self::Big {
            u16::from_be_bytes(bytes)
        } else {
            u16::from_le_bytes(bytes)
        })
    }

    fn u32(self, bytes: [u8; 4]) -> u32 {
        if self == Self::Big {
            u32::from_be_bytes(bytes)
        } else {
            u32::from_le_bytes(bytes)
        }
    }

    fn push_u16(self, out: &mut Vec<u8>, unit: u32) {
        let unit = unit as u16;
        out.extend(if self == Self::Big {
            unit.to_be_bytes()
        } else {
            unit.to_le_bytes()
        });
    }

    fn push_u32(self, out: &mut Vec<u8>, unit: u32) {
        out.extend(if self == Self::Big {
            unit.to_be_bytes()
        } else {
            unit.to_le_bytes()
        });
    }
}

const NAMES_16: [&str; 3] = ["utf-16-le", "utf-16-be", "utf-16"];
const NAMES_32: [&str; 3] = ["utf-32-le", "utf-32-be", "utf-32"];

/// One step of decoding.
enum Step {
    /// A character and its bytes.
    Char(u32, usize),
    /// Not enough bytes.
    Unfinished(&'static str),
    /// Bad bytes.
    Bad(usize, &'static str),
}

/// Appends the text of UTF-16 `input`; gives the bytes consumed and the byte order found. Unless
/// `is_final`, an unfinished sequence at the end is left for next time.
pub fn decode_utf16<H: OnDecodeError>(
    out: &mut Vec<u8>,
    input: &[u8],
    order: ByteOrder,
    is_final: bool,
    handler: &mut H,
) -> Result<(usize, ByteOrder), H::Error> {
    let (order, start) = match (order, input) {
        (ByteOrder::Mark, [0xff, 0xfe, ..]) => (ByteOrder::Little, 2),
        (ByteOrder::Mark, [0xfe, 0xff, ..]) => (ByteOrder::Big, 2),
        // Too short to tell yet.
        (ByteOrder::Mark, _) if !is_final && input.len() < 2 => return Ok((0, order)),
        (ByteOrder::Mark, _) => (ByteOrder::Little, 0),
        _ => (order, 0),
    };
    let step = |rest: &[u8]| match *rest {
        [a, b, ref rest @ ..] => {
            let unit = order.u16([a, b]);
            match (unit, rest) {
                (0xdc00..=0xdfff, _) => Step::Bad(2, "illegal encoding"),
                (0xd800..=0xdbff, &[c, d, ..]) => match order.u16([c, d]) {
                    low @ 0xdc00..=0xdfff => {
                        Step::Char(0x1_0000 + ((unit & 0x3ff) << 10 | (low & 0x3ff)), 4)
                    }
                    _ => Step::Bad(2, "illegal UTF-16 surrogate"),
                },
                (0xd800..=0xdbff, _) => Step::Unfinished("unexpected end of data"),
                _ => Step::Char(unit, 2),
            }
        }
        _ => Step::Unfinished("truncated data"),
    };
    let encoding = order.name(NAMES_16);
    let consumed = decode_steps(out, (input, start), encoding, is_final, handler, step)?;
    Ok((consumed, order))
}

/// Appends the text of UTF-32 `input`; as [`decode_utf16`].
pub fn decode_utf32<H: OnDecodeError>(
    out: &mut Vec<u8>,
    input: &[u8],
    order: ByteOrder,
    is_final: bool,
    handler: &mut H,
) -> Result<(usize, ByteOrder), H::Error> {
    let (order, start) = match (order, input) {
        (ByteOrder::Mark, [0xff, 0xfe, 0, 0, ..]) => (ByteOrder::Little, 4),
        (ByteOrder::Mark, [0, 0, 0xfe, 0xff, ..]) => (ByteOrder::Big, 4),
        (ByteOrder::Mark, _) if !is_final && input.len() < 4 => return Ok((0, order)),
        (ByteOrder::Mark, _) => (ByteOrder::Little, 0),
        _ => (order, 0),
    };
    let step = |rest: &[u8]| match *rest {
        [a, b, c, d, ..] => match order.u32([a, b, c, d]) {
            0xd800..=0xdfff => Step::Bad(
                4,
                "code point in surrogate code point range(0xd800, 0xe000)",
            ),
            c @ 0..=0x10_ffff => Step::Char(c, 4),
            _ => Step::Bad(4, "code point not in range(0x110000)"),
        },
        _ => Step::Unfinished("truncated data"),
    };
    let encoding = order.name(NAMES_32);
    let consumed = decode_steps(out, (input, start), encoding, is_final, handler, step)?;
    Ok((consumed, order))
}

fn decode_steps<H: OnDecodeError>(
    out: &mut Vec<u8>,
    (input, start): (&[u8], usize),
    encoding: &'static str,
    is_final: bool,
    handler: &mut H,
    step: impl Fn(&[u8]) -> Step,
) -> Result<usize, H::Error> {
    let mut at = start;
    while at < input.len() {
        let (end, reason) = match step(&input[at..]) {
            Step::Char(c, len) => {
                wtf8::push(out, c);
                at += len;
                continue;
            }
            Step::Unfinished(_) if !is_final => return Ok(at),
            Step::Unfinished(reason) => (input.len(), reason),
            Step::Bad(len, reason) => (at + len, reason),
        };
        at = handler.on_error(
            out,
            &CodecError {
                encoding,
                start: at,
                end,
                reason,
            },
        )?;
    }
    Ok(input.len())
}

/// Appends `text` as UTF-16.
pub fn encode_utf16<H: OnEncodeError>(
    out: &mut Vec<u8>,
    text: &[u8],
    order: ByteOrder,
    handler: &mut H,
) -> Result<(), H::Error> {
    if order == ByteOrder::Mark {
        order.push_u16(out, BYTE_ORDER_MARK);
    }
    let encoder = Encoder {
        encoding: order.name(NAMES_16),
        reason: "surrogates not allowed",
        group: false,
        unit: 2,
        can: |c| !wtf8::is_surrogate(c),
        put: |out: &mut Vec<u8>, c| {
            if c < 0x1_0000 {
                return order.push_u16(out, c);
            }
            order.push_u16(out, 0xd800 + ((c - 0x1_0000) >> 10));
            order.push_u16(out, 0xdc00 + (c & 0x3ff));
        },
    };
    encoder.encode(out, text, handler)
}

/// Appends `text` as UTF-32.
pub fn encode_utf32<H: OnEncodeError>(
    out: &mut Vec<u8>,
    text: &[u8],
    order: ByteOrder,
    handler: &mut H,
) -> Result<(), H::Error> {
    if order == ByteOrder::Mark {
        order.push_u32(out, BYTE_ORDER_MARK);
    }
    let encoder = Encoder {
        encoding: order.name(NAMES_32),
        reason: "surrogates not allowed",
        group: false,
        unit: 4,
        can: |c| !wtf8::is_surrogate(c),
        put: |out: &mut Vec<u8>, c| order.push_u32(out, c),
    };
    encoder.encode(out, text, handler)
}
