//! `bytes` and `bytearray`: case, character tests, padding, translation,
//! hexadecimal.

use pyjit_heap::{Gc, Value};

use super::buffer;
use super::bytes::{Bytes, Like, like};
use super::str_::{Str, count_chars};
use crate::core::thread::{R, Thread};
use crate::core::{errors, ops};
use crate::unicode::layout;
use crate::unicode::search::Kind;

fn mapped(t: &Thread, this: Like, f: impl Fn(u8) -> u8) -> R<Value> {
    let out: Vec<u8> = this.iter().map(|b| f(*b)).collect();
    this.make(t, &out)
}
pub fn upper(t: &Thread, this: Like) -> R<Value> {
    mapped(t, this, |b| b.to_ascii_uppercase())
}
pub fn lower(t: &Thread, this: Like) -> R<Value> {
    mapped(t, this, |b| b.to_ascii_lowercase())
}
pub fn swapcase(t: &Thread, this: Like) -> R<Value> {
    mapped(
        t,
        this,
        |b| if b.is_ascii_alphabetic() { b ^ 0x20 } else { b },
    )
}
pub fn capitalize(t: &Thread, this: Like) -> R<Value> {
    let mut out = this.to_ascii_lowercase();
    if let Some(first) = out.first_mut() {
        first.make_ascii_uppercase();
    }
    this.make(t, &out)
}
pub fn title(t: &Thread, this: Like) -> R<Value> {
    let mut inside = false;
    let mut out = Vec::with_capacity(this.len());
    for b in this.iter() {
        out.push(if inside {
            b.to_ascii_lowercase()
        } else {
            b.to_ascii_uppercase()
        });
        inside = b.is_ascii_alphabetic();
    }
    this.make(t, &out)
}
macro_rules! all {
    ($($name:ident $test:expr;)*) => { $(
        pub fn $name(_t: &Thread, this: Like) -> bool {
            let test: fn(u8) -> bool = $test;
            !this.is_empty() && this.iter().all(|b| test(*b))
        }
    )* };
}
all! {
    isalpha |b| b.is_ascii_alphabetic(); isalnum |b| b.is_ascii_alphanumeric(); isdigit |b| b.is_ascii_digit();
    isspace |b| matches!(b, b' ' | 9..=13);
}
pub fn isascii(_t: &Thread, this: Like) -> bool {
    this.is_ascii()
}
pub fn islower(_t: &Thread, this: Like) -> bool {
    this.iter().any(u8::is_ascii_lowercase) && !this.iter().any(u8::is_ascii_uppercase)
}
pub fn isupper(_t: &Thread, this: Like) -> bool {
    this.iter().any(u8::is_ascii_uppercase) && !this.iter().any(u8::is_ascii_lowercase)
}
pub fn istitle(_t: &Thread, this: Like) -> bool {
    let (mut inside, mut any) = (false, false);
    for b in this.iter() {
        if b.is_ascii_alphabetic() && b.is_ascii_uppercase() == inside {
            return false;
        }
        inside = b.is_ascii_alphabetic();
        any |= inside;
    }
    any
}

fn fill_byte(t: &Thread, fill: Option<Value>, name: &str) -> R<u8> {
    let Some(v) = fill else { return Ok(b' ') };
    match like(v) {
        Some(b) if b.len() == 1 => Ok(b[0]),
        Some(b) => {
            let m = format!(
                "{name}(): argument 2 must be a byte string of length 1, not a {} object of length {}",
                b.name(),
                b.len()
            );
            Err(errors::type_error(t, m))
        }
        None => {
            let m = format!(
                "{name}() argument 2 must be a byte string of length 1, not {}",
                crate::types::type_::shown_type(v)
            );
            Err(errors::type_error(t, m))
        }
    }
}
fn padded(t: &Thread, this: Like, (before, after): (usize, usize), fill: u8) -> R<Value> {
    if before + after == 0 {
        return this.part(t, 0..this.len());
    }
    if before + after > 1 << 40 {
        return Err(errors::memory_error(t));
    }
    let mut out = vec![fill; before + this.len() + after];
    out[before..before + this.len()].copy_from_slice(&this);
    this.make(t, &out)
}
fn room(this: Like, width: i64) -> usize {
    (width.max(0) as usize).saturating_sub(this.len())
}
pub fn center(t: &Thread, this: Like, width: i64, fill: Option<Value>) -> R<Value> {
    let fill = fill_byte(t, fill, "center")?;
    padded(
        t,
        this,
        layout::center_padding(this.len(), width.max(0) as usize),
        fill,
    )
}
pub fn ljust(t: &Thread, this: Like, width: i64, fill: Option<Value>) -> R<Value> {
    let fill = fill_byte(t, fill, "ljust")?;
    padded(t, this, (0, room(this, width)), fill)
}
pub fn rjust(t: &Thread, this: Like, width: i64, fill: Option<Value>) -> R<Value> {
    let fill = fill_byte(t, fill, "rjust")?;
    padded(t, this, (room(this, width), 0), fill)
}
pub fn zfill(t: &Thread, this: Like, width: i64) -> R<Value> {
    let mut out = Vec::new();
    layout::zfill(&mut out, &this, this.len(), width.max(0) as usize);
    this.make(t, &out)
}
pub fn expandtabs(t: &Thread, this: Like, tabsize: Option<i64>) -> R<Value> {
    let mut out = Vec::new();
    let size = tabsize.unwrap_or(8).max(0) as usize;
    match layout::expand_tabs(&mut out, &this, Kind::Bytes, size) {
        Some(()) => this.make(t, &out),
        None => Err(errors::overflow_error(t, "result too long")),
    }
}

pub fn translate(t: &Thread, this: Like, table: Value, delete: Option<Value>) -> R<Value> {
    let table = match table.is_none() {
        true => None,
        false => Some(buffer::bytes(t, table)?),
    };
    if table.as_ref().is_some_and(|x| x.len() != 256) {
        return Err(errors::value_error(
            t,
            "translation table must be 256 characters long",
        ));
    }
    let mut drop = [false; 256];
    if let Some(d) = delete {
        buffer::bytes(t, d)?
            .iter()
            .for_each(|b| drop[*b as usize] = true);
    }
    let kept = this.iter().filter(|b| !drop[**b as usize]);
    let out: Vec<u8> = match &table {
        Some(x) => kept.map(|b| x[*b as usize]).collect(),
        None => kept.copied().collect(),
    };
    this.make(t, &out)
}
pub fn maketrans(t: &Thread, from: Value, to: Value) -> R<Gc<Bytes>> {
    let (from, to) = (buffer::bytes(t, from)?, buffer::bytes(t, to)?);
    if from.len() != to.len() {
        return Err(errors::value_error(
            t,
            "maketrans arguments must have same length",
        ));
    }
    let mut table: Vec<u8> = (0..=255).collect();
    for (a, b) in from.iter().zip(to.iter()) {
        table[*a as usize] = *b;
    }
    Ok(Bytes::new(&table))
}

/// `data.hex(sep, bytes_per_sep)`.
pub fn hex_of(t: &Thread, data: &[u8], sep: Option<Value>, group: Option<i64>) -> R<Gc<Str>> {
    let sep = match sep {
        None => None,
        Some(s) => {
            let (text, chars) = match (s.cast::<Str>(), like(s)) {
                (Some(s), _) => (s.bytes().to_vec(), s.len()),
                (None, Some(b)) => (b.to_vec(), b.len()),
                _ => {
                    ops::len(t, s)?;
                    return Err(errors::type_error(t, "sep must be str or bytes."));
                }
            };
            if chars != 1 {
                return Err(errors::value_error(t, "sep must be length 1."));
            }
            match text[0] {
                c if c.is_ascii() => Some(c),
                _ => return Err(errors::value_error(t, "sep must be ASCII.")),
            }
        }
    };
    let group = group.unwrap_or(1);
    let n = group.unsigned_abs() as usize;
    let mut out = Vec::with_capacity(data.len() * 3);
    for (i, b) in data.iter().enumerate() {
        let place = if group < 0 { i } else { data.len() - i };
        if let Some(c) = sep
            && i > 0
            && n > 0
            && place.is_multiple_of(n)
        {
            out.push(c);
        }
        out.extend([b >> 4, b & 15].map(|d| b"0123456789abcdef"[d as usize]));
    }
    Ok(Str::build(&out, out.len()))
}
pub fn hex(t: &Thread, this: Like, sep: Option<Value>, group: Option<i64>) -> R<Gc<Str>> {
    hex_of(t, &this, sep, group)
}

/// The bytes that hexadecimal text stands for.
pub fn from_hex(t: &Thread, source: Value) -> R<Vec<u8>> {
    let text = match source.cast::<Str>() {
        Some(s) => s.bytes().to_vec(),
        None => match buffer::acquire(t, source)? {
            Some(b) => b.to_vec(),
            None => {
                let m = format!(
                    "fromhex() argument must be str or bytes-like, not {}",
                    crate::types::type_::shown_type(source)
                );
                return Err(errors::type_error(t, m));
            }
        },
    };
    let wrong = |at: usize| {
        let at = match source.cast::<Str>() {
            Some(_) => count_chars(&text[..at]),
            None => at,
        };
        let m = format!("non-hexadecimal number found in fromhex() arg at position {at}");
        errors::value_error(t, m)
    };
    let digit = |at: usize| text.get(at).and_then(|b| (*b as char).to_digit(16));
    let mut out = Vec::with_capacity(text.len() / 2);
    let mut at = 0;
    while at < text.len() {
        if matches!(text[at], b' ' | 9..=13) {
            at += 1;
            continue;
        }
        let high = digit(at).ok_or_else(|| wrong(at))?;
        if at + 1 == text.len() {
            let m = "fromhex() arg must contain an even number of hexadecimal digits";
            return Err(errors::value_error(t, m));
        }
        let low = digit(at + 1).ok_or_else(|| wrong(at + 1))?;
        out.push((high * 16 + low) as u8);
        at += 2;
    }
    Ok(out)
}
