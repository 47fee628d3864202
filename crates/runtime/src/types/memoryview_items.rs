//! Items of memory views: native formats of one character.

use pyjit_heap::{Gc, Value};

use super::bytes::Bytes;
use super::str_::Str;
use crate::core::errors;
use crate::core::ops;
use crate::core::special::Special;
use crate::core::thread::{R, Raised, Thread};
use crate::types::exceptions::Exc;
use crate::types::type_::class_of;
use crate::types::{float, int};

/// A native item format.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Format {
    code: u8,
}

/// How the bytes of an item are read.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Class {
    Signed,
    Unsigned,
    Float,
    Bool,
    Char,
}

impl Format {
    /// A single native character, optionally with `@` in front.
    pub fn parse(text: &[u8]) -> Option<Format> {
        let code = match text {
            [c] | [b'@', c] => *c,
            _ => return None,
        };
        b"cbB?hHiIlLqQnNPefd"
            .contains(&code)
            .then_some(Format { code })
    }
    /// Bytes of an item.
    pub fn size(self) -> usize {
        match self.code {
            b'c' | b'b' | b'B' | b'?' => 1,
            b'h' | b'H' | b'e' => 2,
            b'i' | b'I' | b'f' => 4,
            _ => 8,
        }
    }
    /// Is it one of `B`, `b`, `c`?
    pub fn is_byte(self) -> bool {
        matches!(self.code, b'B' | b'b' | b'c')
    }
    fn class(self) -> Class {
        match self.code {
            b'b' | b'h' | b'i' | b'l' | b'q' | b'n' => Class::Signed,
            b'e' | b'f' | b'd' => Class::Float,
            b'?' => Class::Bool,
            b'c' => Class::Char,
            _ => Class::Unsigned,
        }
    }
    /// The item in these bytes.
    pub fn unpack(self, t: &Thread, bytes: &[u8]) -> Value {
        let mut word = [0u8; 8];
        word[..bytes.len()].copy_from_slice(bytes);
        let raw = u64::from_ne_bytes(word);
        match self.class() {
            Class::Char => Bytes::new(bytes).value(),
            Class::Bool => Value::bool(raw != 0),
            Class::Unsigned => int::from_limbs(false, &[raw]),
            Class::Signed => {
                let shift = 64 - 8 * bytes.len() as u32;
                int::from_i64(t, ((raw << shift) as i64) >> shift)
            }
            Class::Float => float::from_f64(match bytes.len() {
                2 => half_to_f64(raw as u16),
                4 => f32::from_bits(raw as u32) as f64,
                _ => f64::from_bits(raw),
            }),
        }
    }
    /// Writes `v` to these bytes.
    pub fn pack(self, t: &Thread, v: Value, bytes: &mut [u8]) -> R<()> {
        let word = self.encode(t, v)?;
        bytes.copy_from_slice(&word.to_ne_bytes()[..bytes.len()]);
        Ok(())
    }
    fn encode(self, t: &Thread, v: Value) -> R<u64> {
        match self.class() {
            Class::Bool => Ok(ops::truth(t, v)? as u64),
            Class::Char => match v.cast::<Bytes>() {
                None => Err(self.invalid(t, "type")),
                Some(b) => match b.bytes() {
                    [b] => Ok(*b as u64),
                    _ => Err(self.invalid(t, "value")),
                },
            },
            Class::Float => {
                let d = match ops::to_f64(t, v) {
                    Ok(d) => d,
                    Err(_) if errors::catch(t, Exc::TypeError) => {
                        return Err(self.invalid(t, "type"));
                    }
                    Err(e) => return Err(e),
                };
                match self.size() {
                    2 => f64_to_half(d)
                        .map(u64::from)
                        .ok_or_else(|| self.invalid(t, "value")),
                    4 => Ok((d as f32).to_bits() as u64),
                    _ => Ok(d.to_bits()),
                }
            }
            Class::Signed | Class::Unsigned => self.integer(t, v),
        }
    }
    fn integer(self, t: &Thread, v: Value) -> R<u64> {
        if !int::is_int(v) && class_of(v).special(Special::Index).is_none() {
            return Err(self.invalid(t, "type"));
        }
        let i = ops::index(t, v)?;
        let bits = 8 * self.size() as u32;
        let limit = 1i128
            << if self.class() == Class::Signed {
                bits - 1
            } else {
                bits
            };
        let low = if self.class() == Class::Signed {
            -limit
        } else {
            0
        };
        match as_i128(i) {
            Some(n) if (low..limit).contains(&n) => Ok(n as u64),
            _ => Err(self.invalid(t, "value")),
        }
    }
    #[cold]
    fn invalid(self, t: &Thread, what: &str) -> Raised {
        let m = format!(
            "memoryview: invalid {what} for format '{}'",
            self.code as char
        );
        match what {
            "type" => errors::type_error(t, m),
            _ => errors::value_error(t, m),
        }
    }
}

/// An int below 2^127.
fn as_i128(v: Value) -> Option<i128> {
    let o = int::operand(v)?;
    let r = o.as_ref();
    let mag = match r.mag {
        [] => 0,
        [a] => *a as i128,
        _ => return None,
    };
    Some(if r.negative { -mag } else { mag })
}

/// A half-precision float as a double.
pub fn half_to_f64(h: u16) -> f64 {
    let sign = if h & 0x8000 != 0 { -1.0 } else { 1.0 };
    let (exponent, fraction) = (i32::from(h >> 10 & 31), f64::from(h & 0x3ff));
    sign * match exponent {
        0 => fraction * 2f64.powi(-24),
        31 if fraction == 0.0 => f64::INFINITY,
        31 => f64::NAN,
        e => (1.0 + fraction / 1024.0) * 2f64.powi(e - 15),
    }
}

/// A double rounded (half to even) to half precision; `None` when too large.
pub fn f64_to_half(d: f64) -> Option<u16> {
    let sign = if d.is_sign_negative() { 0x8000 } else { 0 };
    let a = d.abs();
    if d.is_nan() {
        return Some(sign | 0x7e00);
    }
    if a.is_infinite() {
        return Some(sign | 0x7c00);
    }
    if a < 2f64.powi(-14) {
        // Subnormal: a multiple of 2^-24; 1024 of them is the first normal one.
        return Some(sign | (a * 2f64.powi(24)).round_ties_even() as u16);
    }
    let exponent = (a.to_bits() >> 52) as i32 - 1023;
    let fraction = (a / 2f64.powi(exponent) * 1024.0).round_ties_even() as i32 - 1024;
    let (exponent, fraction) = if fraction == 1024 {
        (exponent + 1, 0)
    } else {
        (exponent, fraction)
    };
    (exponent <= 15).then(|| sign | ((exponent + 15) as u16) << 10 | fraction as u16)
}

/// `NotImplementedError` for a format that memory views cannot read.
#[cold]
pub fn unsupported(t: &Thread, format: Gc<Str>) -> Raised {
    let m = format!("memoryview: format {} not supported", format.lossy());
    errors::raise(t, Exc::NotImplementedError, m)
}
