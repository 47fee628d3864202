//! Encodings given by a table: one byte a character, or whatever the table says.

use super::{CodecError, OnDecodeError, OnEncodeError, Replacement};
use crate::unicode::wtf8;

const ENCODING: &str = "charmap";
const UNDEFINED: &str = "character maps to <undefined>";

/// Appends the text of `input`; `lookup` appends what a byte stands for, false if nothing.
pub fn decode_charmap<H: OnDecodeError>(
    out: &mut Vec<u8>,
    input: &[u8],
    mut lookup: impl FnMut(&mut Vec<u8>, u8) -> Result<bool, H::Error>,
    handler: &mut H,
) -> Result<(), H::Error> {
    let mut at = 0;
    while at < input.len() {
        if lookup(out, input[at])? {
            at += 1;
            continue;
        }
        let error = CodecError {
            encoding: ENCODING,
            start: at,
            end: at + 1,
            reason: UNDEFINED,
        };
        at = handler.on_error(out, &error)?;
    }
    Ok(())
}

/// Appends the bytes of `text`; `lookup` appends what a character becomes, false if nothing.
/// Neighbours that have no bytes are reported together.
pub fn encode_charmap<H: OnEncodeError>(
    out: &mut Vec<u8>,
    text: &[u8],
    mut lookup: impl FnMut(&mut Vec<u8>, u32) -> Result<bool, H::Error>,
    handler: &mut H,
) -> Result<(), H::Error> {
    let (mut at, mut index) = (0, 0);
    let mut unused = Vec::new();
    while let Some((c, len)) = wtf8::decode_first(&text[at..]) {
        if lookup(out, c)? {
            at += len;
            index += 1;
            continue;
        }
        let mut end = index + 1;
        for c in wtf8::code_points(&text[at + len..]) {
            unused.clear();
            if lookup(&mut unused, c)? {
                break;
            }
            end += 1;
        }
        let error = CodecError {
            encoding: ENCODING,
            start: index,
            end,
            reason: UNDEFINED,
        };
        let (replacement, next) = handler.on_error(&error)?;
        match replacement {
            Replacement::Bytes(bytes) => out.extend_from_slice(&bytes),
            Replacement::Text(new) => {
                for c in wtf8::code_points(&new) {
                    if !lookup(out, c)? {
                        return Err(handler.fail(&error));
                    }
                }
            }
        }
        (at, index) = (wtf8::offset_of(text, next), next);
    }
    Ok(())
}
