//! C values in memory. Types are named by the letters of `ctypes`, which are
//! those of `struct`, and `g` for `long double`, `O` for a Python object, `u`
//! for a wide character.

use pyjit_heap::{Gc, Value};
use pyjit_runtime::core::{errors, ops};
use pyjit_runtime::types::bytes::Bytes;
use pyjit_runtime::types::str_::Str;
use pyjit_runtime::types::{float, int};
use pyjit_runtime::unicode::wtf8;
use pyjit_runtime::{R, Thread};

use super::memory::{address, bytes_at};

/// How many bytes a value of type `code` has; 0: no such type.
pub fn width(code: u8) -> usize {
    match code {
        b'c' | b'b' | b'B' | b'?' => 1,
        b'h' | b'H' => 2,
        b'i' | b'I' | b'f' | b'u' => 4,
        b'l' | b'L' | b'q' | b'Q' | b'd' | b'P' | b'O' => 8,
        b'g' => 16,
        _ => 0,
    }
}
fn letter(t: &Thread, code: Gc<Str>) -> R<u8> {
    match *code.bytes() {
        [c] if width(c) > 0 => Ok(c),
        _ => Err(errors::value_error(t, "no such C type")),
    }
}
fn natural(word: u64) -> Value {
    int::from_magnitude(false, word.into())
}

/// The value whose bytes these are.
pub fn load(t: &Thread, code: u8, bytes: &[u8]) -> R<Value> {
    let mut eight = [0; 8];
    let n = width(code).min(8);
    eight[..n].copy_from_slice(&bytes[..n]);
    let word = u64::from_ne_bytes(eight);
    Ok(match code {
        b'c' => Bytes::new(&bytes[..1]).value(),
        b'?' => Value::bool(word != 0),
        b'b' => Value::int(i64::from(word as i8)),
        b'h' => Value::int(i64::from(word as i16)),
        b'i' => Value::int(i64::from(word as i32)),
        b'l' | b'q' => int::from_i64(t, word as i64),
        b'f' => float::from_f64(f64::from(f32::from_bits(word as u32))),
        b'd' => float::from_f64(f64::from_bits(word)),
        b'g' => float::from_f64(from_extended(bytes)),
        b'u' => {
            let mut out = Vec::new();
            wtf8::push(&mut out, (word as u32).min(0x10ffff));
            Str::from_wtf8(&out).value()
        }
        b'O' => Value(word),
        _ => natural(word),
    })
}
/// The bytes of a value.
pub fn store(t: &Thread, code: u8, v: Value) -> R<[u8; 16]> {
    let mut all = [0; 16];
    let word = match code {
        b'f' => u64::from((ops::to_f64(t, v)? as f32).to_bits()),
        b'd' => ops::to_f64(t, v)?.to_bits(),
        b'g' => return Ok(extended(ops::to_f64(t, v)?)),
        b'?' => u64::from(ops::truth(t, v)?),
        b'O' => v.0,
        b'c' => match v.cast::<Bytes>() {
            Some(b) if b.len() == 1 => u64::from(b.bytes()[0]),
            _ => return Err(errors::type_error(t, "one character bytes expected")),
        },
        b'u' => match v
            .cast::<Str>()
            .map(|s| (s.len(), wtf8::decode_first(s.bytes())))
        {
            Some((1, Some((c, _)))) => u64::from(c),
            _ => {
                return Err(errors::type_error(
                    t,
                    "one character unicode string expected",
                ));
            }
        },
        _ => address(t, v)? as u64,
    };
    all[..8].copy_from_slice(&word.to_ne_bytes());
    Ok(all)
}

pub fn read(t: &Thread, code: Gc<Str>, at: Value) -> R<Value> {
    let code = letter(t, code)?;
    load(t, code, bytes_at(address(t, at)?, width(code)))
}
pub fn write(t: &Thread, code: Gc<Str>, at: Value, v: Value) -> R<()> {
    let code = letter(t, code)?;
    let bytes = store(t, code, v)?;
    let n = width(code);
    bytes_at(address(t, at)?, n).copy_from_slice(&bytes[..n]);
    Ok(())
}

/// A number as the 80-bit format of the x87 unit, padded to 16 bytes.
pub fn extended(d: f64) -> [u8; 16] {
    let bits = d.to_bits();
    let sign = (bits >> 63) as u16;
    let exponent = (bits >> 52 & 0x7ff) as i32;
    let fraction = bits << 12 >> 1;
    let (e, m) = match (exponent, fraction) {
        (0, 0) => (0, 0),
        (0, f) => {
            // Denormal here, normal there.
            let shift = f.leading_zeros();
            (16383 - 1022 - shift as i32, f << shift)
        }
        (0x7ff, f) => (0x7fff, 1 << 63 | f),
        (e, f) => (e - 1023 + 16383, 1 << 63 | f),
    };
    let mut all = [0; 16];
    all[..8].copy_from_slice(&m.to_le_bytes());
    all[8..10].copy_from_slice(&(sign << 15 | e as u16).to_le_bytes());
    all
}
/// The nearest number to one in that format.
pub fn from_extended(bytes: &[u8]) -> f64 {
    let mut m = [0; 8];
    m.copy_from_slice(&bytes[..8]);
    let m = u64::from_le_bytes(m);
    let e = u16::from_le_bytes([bytes[8], bytes[9]]);
    let sign = if e >> 15 == 1 { -1.0 } else { 1.0 };
    match i32::from(e & 0x7fff) {
        0x7fff if m << 1 == 0 => sign * f64::INFINITY,
        0x7fff => f64::NAN,
        e => {
            // The mantissa is rounded once; the scale is a power of two in two steps.
            let e = e - 16383 - 63;
            let half = e.clamp(-1000, 960);
            sign * (m as f64) * 2f64.powi(half) * 2f64.powi((e - half).clamp(-1000, 1000))
        }
    }
}
