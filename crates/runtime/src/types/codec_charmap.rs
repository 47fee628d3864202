//! Codecs by mapping: each byte stands for some text, as a table says. The
//! tables are Python objects.

use pyjit_heap::{Gc, Value};

use super::bytes::Bytes;
use super::dict::Dict;
use super::int;
use super::str_::Str;
use super::str_codec::{Decoding, Encoder, Encoding, Handling, decode_known, encode_known};
use crate::core::thread::{R, Thread};
use crate::core::{errors, ops};
use crate::types::exceptions::Exc;
use crate::types::type_::type_name;
use crate::unicode::codec;
use crate::unicode::wtf8;

/// In tables: no character.
const NOTHING: u32 = 0xfffe;

/// `mapping[key]`, where a missing key is as good as `None`.
fn entry(t: &Thread, mapping: Value, key: u32) -> R<Option<Value>> {
    match ops::getitem(t, mapping, Value::int(i64::from(key))) {
        Ok(v) => Ok(Some(v).filter(|v| !v.is_none())),
        Err(_) if errors::catch(t, Exc::LookupError) => Ok(None),
        Err(e) => Err(e),
    }
}

/// Appends the bytes for character `c`; false if there are none.
fn put_char(t: &Thread, out: &mut Vec<u8>, mapping: Value, c: u32) -> R<bool> {
    let Some(v) = entry(t, mapping, c)? else {
        return Ok(false);
    };
    if int::is_int(v) {
        match int::to_i64(v) {
            Some(b @ 0..=255) => out.push(b as u8),
            _ => {
                return Err(errors::type_error(
                    t,
                    "character mapping must be in range(256)",
                ));
            }
        }
    } else if let Some(b) = v.cast::<Bytes>() {
        out.extend_from_slice(b.bytes());
    } else {
        let m = format!(
            "character mapping must return integer, bytes or None, not {}",
            type_name(v)
        );
        return Err(errors::type_error(t, m));
    }
    Ok(true)
}

/// `codecs.charmap_encode(text, errors, mapping)`; `None`: Latin-1.
pub fn encode(
    t: &Thread,
    text: Gc<Str>,
    handling: &Handling,
    mapping: Option<Value>,
) -> R<Gc<Bytes>> {
    let Some(mapping) = mapping else {
        return encode_known(t, Encoding::Latin1, text, handling);
    };
    let mut out = Vec::with_capacity(text.len());
    let mut handler = Encoder::new(t, handling, text);
    let lookup = |out: &mut Vec<u8>, c| put_char(t, out, mapping, c);
    codec::encode_charmap(&mut out, text.bytes(), lookup, &mut handler)?;
    Ok(Bytes::new(&out))
}

/// Appends the text for byte `b`; false if there is none.
fn put_byte(t: &Thread, out: &mut Vec<u8>, mapping: Value, b: u8) -> R<bool> {
    let Some(v) = entry(t, mapping, u32::from(b))? else {
        return Ok(false);
    };
    if let Some(s) = v.cast::<Str>() {
        if s.len() == 1 && wtf8::decode_first(s.bytes()).is_some_and(|(c, _)| c == NOTHING) {
            return Ok(false);
        }
        out.extend_from_slice(s.bytes());
        return Ok(true);
    }
    if !int::is_int(v) {
        let m = "character mapping must return integer, None or str";
        return Err(errors::type_error(t, m));
    }
    match int::to_i64(v) {
        Some(c) if c == i64::from(NOTHING) => Ok(false),
        Some(c @ 0..=0x10_ffff) => {
            wtf8::push(out, c as u32);
            Ok(true)
        }
        _ => Err(errors::type_error(
            t,
            "character mapping must be in range(0x110000)",
        )),
    }
}

/// `codecs.charmap_decode(data, errors, mapping)`; `None`: Latin-1.
pub fn decode(t: &Thread, input: &[u8], handling: &Handling, mapping: Option<Value>) -> R<Gc<Str>> {
    let Some(mapping) = mapping else {
        return Ok(decode_known(t, Encoding::Latin1, input, handling, true)?.0);
    };
    let table: Option<Vec<u32>> = mapping
        .cast_exact::<Str>()
        .map(|s| wtf8::code_points(s.bytes()).take(256).collect());
    let mut out = Vec::with_capacity(input.len() * 2);
    let mut handler = Decoding::new(t, handling, input);
    let lookup = |out: &mut Vec<u8>, byte: u8| match &table {
        Some(table) => match table.get(byte as usize) {
            Some(&c) if c != NOTHING => {
                wtf8::push(out, c);
                Ok(true)
            }
            _ => Ok(false),
        },
        None => put_byte(t, out, mapping, byte),
    };
    codec::decode_charmap(&mut out, input, lookup, &mut handler)?;
    Ok(Str::from_wtf8(&out))
}

/// `codecs.charmap_build(table)`: from characters to bytes.
pub fn build(t: &Thread, table: Gc<Str>) -> R<Gc<Dict>> {
    let d = Dict::new();
    for (i, c) in wtf8::code_points(table.bytes()).take(256).enumerate() {
        if c != NOTHING {
            d.set(t, Value::int(i64::from(c)), Value::int(i as i64))?;
        }
    }
    Ok(d)
}
