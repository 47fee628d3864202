//! UTF-8.

use super::{CodecError, Encoder, OnDecodeError, OnEncodeError};
use crate::unicode::wtf8;

const ENCODING: &str = "utf-8";

/// Appends the text of UTF-8 `input`; gives the bytes consumed. Unless `is_final`, an unfinished
/// sequence at the end is left for next time.
pub fn decode_utf8<H: OnDecodeError>(
    out: &mut Vec<u8>,
    input: &[u8],
    is_final: bool,
    handler: &mut H,
) -> Result<usize, H::Error> {
    let mut at = 0;
    while at < input.len() {
        let rest = &input[at..];
        let Err(error) = std::str::from_utf8(rest) else {
            out.extend_from_slice(rest);
            return Ok(input.len());
        };
        let start = at + error.valid_up_to();
        out.extend_from_slice(&input[at..start]);
        let (end, reason) = match error.error_len() {
            None if !is_final => return Ok(start),
            // Two thirds of a surrogate: an error handler may want the rest.
            _ if !is_final && matches!(input[start..], [0xed, 0xa0..=0xbf]) => return Ok(start),
            None => (input.len(), "unexpected end of data"),
            Some(len) if matches!(input[start], 0xc2..=0xf4) => {
                (start + len, "invalid continuation byte")
            }
            Some(len) => (start + len, "invalid start byte"),
        };
        at = handler.on_error(
            out,
            &CodecError {
                encoding: ENCODING,
                start,
                end,
                reason,
            },
        )?;
    }
    Ok(input.len())
}

/// Does the text hold a surrogate?
fn has_surrogate(text: &[u8]) -> bool {
    memchr::memchr_iter(0xed, text).any(|at| text.get(at + 1).is_some_and(|&byte| byte >= 0xa0))
}

/// Appends `text` as UTF-8: a copy, unless there are lone surrogates.
pub fn encode_utf8<H: OnEncodeError>(
    out: &mut Vec<u8>,
    text: &[u8],
    handler: &mut H,
) -> Result<(), H::Error> {
    if !has_surrogate(text) {
        out.extend_from_slice(text);
        return Ok(());
    }
    let encoder = Encoder {
        encoding: ENCODING,
        reason: "surrogates not allowed",
        group: true,
        unit: 1,
        can: |c| !wtf8::is_surrogate(c),
        put: wtf8::push,
    };
    encoder.encode(out, text, handler)
}
