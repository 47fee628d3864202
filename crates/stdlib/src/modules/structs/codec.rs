//! Values to bytes and back, field by field.

use pyjit_heap::{Gc, Value};
use pyjit_runtime::bigint::{self, Endian};
use pyjit_runtime::core::call::ArgVec;
use pyjit_runtime::core::special::Special;
use pyjit_runtime::core::{errors, ops};
use pyjit_runtime::types::bytes::{ByteArray, Bytes};
use pyjit_runtime::types::complex::{self, Complex};
use pyjit_runtime::types::exceptions::Exc;
use pyjit_runtime::types::list::List;
use pyjit_runtime::types::tuple::Tuple;
use pyjit_runtime::types::type_::class_of;
use pyjit_runtime::types::{float, int};
use pyjit_runtime::{R, Thread};

use super::fail;
use super::format::{Field, Layout};

/// All values packed into `out`, zeros of the layout's size.
pub fn pack(t: &Thread, l: &Layout, values: &[Value], out: &mut [u8]) -> R<()> {
    let mut next = 0;
    for f in &l.fields {
        if matches!(f.code, b's' | b'p') {
            put_bytes(t, f, values[next], &mut out[f.at..f.at + f.count])?;
            next += 1;
            continue;
        }
        for k in 0..f.count {
            let at = f.at + k * f.size;
            put(t, l, f, values[next], &mut out[at..at + f.size])?;
            next += 1;
        }
    }
    Ok(())
}

fn put_bytes(t: &Thread, f: &Field, v: Value, out: &mut [u8]) -> R<()> {
    let (bytes, array) = (v.cast::<Bytes>(), v.cast::<ByteArray>());
    let given = match (&bytes, &array) {
        (Some(b), _) => Some(b.bytes()),
        (None, Some(b)) => Some(b.bytes()),
        _ => None,
    };
    let Some(given) = given else {
        let m = format!("argument for '{}' must be a bytes object", f.code as char);
        return Err(fail(t, m));
    };
    if f.code == b's' {
        let n = given.len().min(out.len());
        out[..n].copy_from_slice(&given[..n]);
    } else if let Some((length, body)) = out.split_first_mut() {
        let n = given.len().min(body.len());
        body[..n].copy_from_slice(&given[..n]);
        *length = n.min(255) as u8;
    }
    Ok(())
}

fn put(t: &Thread, l: &Layout, f: &Field, v: Value, out: &mut [u8]) -> R<()> {
    match f.code {
        b'c' => match v.cast::<Bytes>() {
            Some(b) if b.len() == 1 => out[0] = b.bytes()[0],
            _ => {
                let m = "char format requires a bytes object of length 1";
                return Err(fail(t, m));
            }
        },
        b'?' => out[0] = ops::truth(t, v)? as u8,
        b'e' | b'f' | b'd' => {
            let x = real(t, v)?;
            put_float(t, l, f.code, x, out)?;
        }
        b'F' | b'D' => {
            let (re, im) = match v.cast::<Complex>() {
                Some(c) => (c.re.get(), c.im.get()),
                None => (real(t, v)?, 0.0),
            };
            let (code, half) = (if f.code == b'F' { b'f' } else { b'd' }, out.len() / 2);
            put_float(t, l, code, re, &mut out[..half])?;
            put_float(t, l, code, im, &mut out[half..])?;
        }
        _ => put_int(t, l, f, v, out)?,
    }
    Ok(())
}
fn real(t: &Thread, v: Value) -> R<f64> {
    match ops::to_f64(t, v) {
        Ok(x) => Ok(x),
        Err(_) if errors::catch(t, Exc::TypeError) => {
            Err(fail(t, "required argument is not a float"))
        }
        Err(e) => Err(e),
    }
}
fn put_float(t: &Thread, l: &Layout, code: u8, x: f64, out: &mut [u8]) -> R<()> {
    let bits: u64 = match code {
        b'd' => x.to_bits(),
        b'f' => {
            let y = x as f32;
            if y.is_infinite() && x.is_finite() {
                let m = "float too large to pack with f format";
                return Err(errors::overflow_error(t, m));
            }
            y.to_bits() as u64
        }
        _ => match to_half(x) {
            Some(h) => h as u64,
            None => {
                let m = "float too large to pack with e format";
                return Err(errors::overflow_error(t, m));
            }
        },
    };
    order(l, &bits.to_le_bytes(), out);
    Ok(())
}
/// The low bytes of little-endian `bytes` in the order of the format.
fn order(l: &Layout, bytes: &[u8], out: &mut [u8]) {
    for (to, from) in out.iter_mut().zip(bytes) {
        *to = *from;
    }
    if l.big {
        out.reverse();
    }
}
/// IEEE 754 half precision, rounded half to even; `None` when too large.
fn to_half(x: f64) -> Option<u16> {
    let sign = if x.is_sign_negative() { 0x8000 } else { 0 };
    let a = x.abs();
    if a.is_nan() {
        return Some(sign | 0x7e00);
    }
    if a.is_infinite() {
        return Some(sign | 0x7c00);
    }
    if a < 2f64.powi(-14) {
        // Subnormal: multiples of 2^-24; rounding up gives the least normal.
        return Some(sign | (a * 2f64.powi(24)).round_ties_even() as u16);
    }
    let e = (a.to_bits() >> 52) as i64 - 1023;
    let m = (a * 2f64.powi(10 - e as i32)).round_ties_even() as i64;
    let bits = ((e + 15) << 10) + (m - 1024);
    (bits < 0x7c00).then_some(sign | bits as u16)
}
fn from_half(h: u16) -> f64 {
    let sign = if h & 0x8000 != 0 { -1.0 } else { 1.0 };
    let (e, m) = ((h >> 10 & 31) as i32, (h & 1023) as f64);
    sign * match (e, m) {
        (31, 0.0) => f64::INFINITY,
        (31, _) => f64::NAN,
        (0, _) => m * 2f64.powi(-24),
        _ => (1024.0 + m) * 2f64.powi(e - 25),
    }
}

fn signed(code: u8) -> bool {
    matches!(code, b'b' | b'h' | b'i' | b'l' | b'q' | b'n')
}
/// Is `n` surely in the range of the field?
fn fits(n: i64, f: &Field) -> bool {
    let unused = 64 - f.size as u32 * 8;
    match signed(f.code) {
        true => n << unused >> unused == n,
        false => n >= 0 && (n as u64) << unused >> unused == n as u64,
    }
}
fn put_int(t: &Thread, l: &Layout, f: &Field, v: Value, out: &mut [u8]) -> R<()> {
    if v.is_int() && fits(v.as_int(), f) {
        order(l, &v.as_int().to_le_bytes(), out);
        return Ok(());
    }
    if !int::is_int(v) && class_of(v).special(Special::Index).is_none() {
        return Err(fail(t, "required argument is not an integer"));
    }
    let i = ops::index(t, v)?;
    let operand = int::operand(i).and_then(|o| o.as_ref().to_i128());
    let bits = f.size as u32 * 8;
    let (low, high) = match f.code {
        // Addresses may be given as signed numbers.
        b'P' => (-(1i128 << 63), (1 << 64) - 1),
        c if signed(c) => (-(1i128 << (bits - 1)), (1 << (bits - 1)) - 1),
        _ => (0, (1i128 << bits) - 1),
    };
    match operand {
        Some(n) if (low..=high).contains(&n) => order(l, &n.to_le_bytes(), out),
        _ => {
            let m = format!(
                "'{}' format requires {low} <= number <= {high}",
                f.code as char
            );
            return Err(fail(t, m));
        }
    }
    Ok(())
}

/// Up to so many values need no list on the way.
const FEW: usize = 10;

/// All values of `bytes`, which has the size of the layout.
pub fn unpack(t: &Thread, l: &Layout, bytes: &[u8]) -> R<Gc<Tuple>> {
    if l.values <= FEW {
        let mut out = ArgVec::new();
        unpack_each(t, l, bytes, |v| {
            out.push(v);
            Ok(())
        })?;
        return Ok(Tuple::new(&out));
    }
    let out = List::new();
    out.reserve(t, l.values)?;
    unpack_each(t, l, bytes, |v| out.push(t, v))?;
    Ok(Tuple::new(out.items()))
}
fn unpack_each(
    t: &Thread,
    l: &Layout,
    bytes: &[u8],
    mut push: impl FnMut(Value) -> R<()>,
) -> R<()> {
    for f in &l.fields {
        match f.code {
            b's' => push(Bytes::new(&bytes[f.at..f.at + f.count]).value())?,
            b'p' => {
                let body = &bytes[f.at..f.at + f.count];
                let text = match body.split_first() {
                    Some((n, rest)) => &rest[..(*n as usize).min(rest.len())],
                    None => &[],
                };
                push(Bytes::new(text).value())?;
            }
            _ => {
                for k in 0..f.count {
                    let at = f.at + k * f.size;
                    push(take(t, l, f.code, &bytes[at..at + f.size])?)?;
                }
            }
        }
    }
    Ok(())
}
fn word(l: &Layout, bytes: &[u8]) -> u64 {
    let mut w = [0u8; 8];
    for (to, from) in w.iter_mut().zip(bytes) {
        *to = *from;
    }
    if l.big {
        w[..bytes.len()].reverse();
    }
    u64::from_le_bytes(w)
}
fn take_float(l: &Layout, bytes: &[u8]) -> f64 {
    let w = word(l, bytes);
    match bytes.len() {
        2 => from_half(w as u16),
        4 => f32::from_bits(w as u32) as f64,
        _ => f64::from_bits(w),
    }
}
fn take(t: &Thread, l: &Layout, code: u8, bytes: &[u8]) -> R<Value> {
    Ok(match code {
        b'c' => Bytes::new(bytes).value(),
        b'?' => Value::bool(bytes[0] != 0),
        b'e' | b'f' | b'd' => float::from_f64(take_float(l, bytes)),
        b'F' | b'D' => {
            let (re, im) = bytes.split_at(bytes.len() / 2);
            complex::make(take_float(l, re), take_float(l, im))
        }
        _ => {
            let w = word(l, bytes);
            let unused = 64 - bytes.len() as u32 * 8;
            match i64::try_from(w) {
                _ if signed(code) => int::from_i64(t, (w << unused) as i64 >> unused),
                Ok(i) => int::from_i64(t, i),
                Err(_) => {
                    let r = bigint::from_bytes(&w.to_le_bytes(), Endian::Little, false);
                    int::result(t, r)?
                }
            }
        }
    })
}
