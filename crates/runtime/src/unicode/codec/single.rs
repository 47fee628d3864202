//! One byte a character: Latin-1 and ASCII.

use super::{CodecError, Encoder, OnDecodeError, OnEncodeError};
use crate::unicode::wtf8;

const NOT_ASCII: &str = "ordinal not in range(128)";

/// Appends the text of Latin-1 `input`.
pub fn decode_latin1(out: &mut Vec<u8>, input: &[u8]) {
    if input.is_ascii() {
        out.extend_from_slice(input);
        return;
    }
    out.reserve(input.len() + input.len() / 2);
    input
        .iter()
        .for_each(|&byte| wtf8::push(out, u32::from(byte)));
}

/// Appends the text of ASCII `input`.
pub fn decode_ascii<H: OnDecodeError>(
    out: &mut Vec<u8>,
    input: &[u8],
    handler: &mut H,
) -> Result<(), H::Error> {
    let mut at = 0;
    while at < input.len() {
        let rest = &input[at..];
        let run = if rest.is_ascii() {
            rest.len()
        } else {
            rest.iter()
                .position(|byte| !byte.is_ascii())
                .unwrap_or(rest.len())
        };
        out.extend_from_slice(&rest[..run]);
        at += run;
        if at < input.len() {
            let error = CodecError {
                encoding: "ascii",
                start: at,
                end: at + 1,
                reason: NOT_ASCII,
            };
            at = handler.on_error(out, &error)?;
        }
    }
    Ok(())
}

/// Appends `text` as ASCII.
pub fn encode_ascii<H: OnEncodeError>(
    out: &mut Vec<u8>,
    text: &[u8],
    handler: &mut H,
) -> Result<(), H::Error> {
    encode_below(out, text, handler, ("ascii", NOT_ASCII, 0x80))
}

/// Appends `text` as Latin-1.
pub fn encode_latin1<H: OnEncodeError>(
    out: &mut Vec<u8>,
    text: &[u8],
    handler: &mut H,
) -> Result<(), H::Error> {
    encode_below(
        out,
        text,
        handler,
        ("latin-1", "ordinal not in range(256)", 0x100),
    )
}

fn encode_below<H: OnEncodeError>(
    out: &mut Vec<u8>,
    text: &[u8],
    handler: &mut H,
    (encoding, reason, limit): (&'static str, &'static str, u32),
) -> Result<(), H::Error> {
    if text.is_ascii() {
        out.extend_from_slice(text);
        return Ok(());
    }
    let encoder = Encoder {
        encoding,
        reason,
        group: true,
        unit: 1,
        can: |c| c < limit,
        put: |out: &mut Vec<u8>, c| out.push(c as u8),
    };
    encoder.encode(out, text, handler)
}
