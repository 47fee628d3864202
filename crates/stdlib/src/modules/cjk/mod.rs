//! `_pyjit_cjk`: the East Asian codecs, for `_multibytecodec` (written in
//! Python), which handles errors and keeps streams.

use pyjit_heap::{Gc, Value};
use pyjit_runtime::core::errors;
use pyjit_runtime::types::buffer;
use pyjit_runtime::types::bytes::Bytes;
use pyjit_runtime::types::exceptions::Exc;
use pyjit_runtime::types::str_::{Str, char_len};
use pyjit_runtime::types::tuple::Tuple;
use pyjit_runtime::{R, Thread};

use crate::native_module;

mod iso2022;
mod multibyte;
mod tables;

use iso2022::{Family, State};
use multibyte::Problem;
use tables::Flat;

/// A codec by its name.
enum Codec {
    Flat(Flat),
    Family(&'static Family),
    Hz,
}
fn codec(t: &Thread, name: Gc<Str>) -> R<Codec> {
    let name = name.lossy();
    let family = iso2022::FAMILIES.iter().find(|f| f.name == name);
    match (Flat::from_name(&name), family, &*name) {
        (Some(flat), ..) => Ok(Codec::Flat(flat)),
        (_, Some(family), _) => Ok(Codec::Family(family)),
        (.., "hz") => Ok(Codec::Hz),
        _ => Err(errors::raise(
            t,
            Exc::LookupError,
            "no such codec is supported.",
        )),
    }
}

/// The states an encoder and a decoder start in.
fn start(t: &Thread, name: Gc<Str>) -> R<Gc<Tuple>> {
    let (e, d) = match codec(t, name)? {
        Codec::Family(_) => (iso2022::ENCODER_START, iso2022::DECODER_START),
        _ => (0, 0),
    };
    Ok(Tuple::new(&[Value::int(e as i64), Value::int(d as i64)]))
}

/// What was made, how much input that took, the state, and -1 if the rest is
/// incomplete or how many units of it are illegal.
fn outcome(made: Value, (used, problem): (usize, Option<Problem>), state: i64) -> Gc<Tuple> {
    let problem = match problem {
        None => 0,
        Some(Problem::Incomplete) => -1,
        Some(Problem::Illegal(n)) => n as i64,
    };
    let (used, state) = (Value::int(used as i64), Value::int(state));
    Tuple::new(&[made, used, state, Value::int(problem)])
}
fn decode(t: &Thread, name: Gc<Str>, data: Value, state: i64) -> R<Gc<Tuple>> {
    let data = buffer::bytes(t, data)?.to_vec();
    let mut out = String::with_capacity(data.len());
    let (done, state) = match codec(t, name)? {
        Codec::Flat(flat) => (multibyte::decode(flat, &data, &mut out), state),
        Codec::Family(family) => {
            let mut s = State::from_number(state as u64);
            let done = iso2022::decode(family, &mut s, &data, &mut out);
            (done, s.number() as i64)
        }
        Codec::Hz => {
            let mut inside = state & 1 != 0;
            let done = iso2022::decode_hz(&mut inside, &data, &mut out);
            (done, i64::from(inside))
        }
    };
    Ok(outcome(Str::new(&out).value(), done, state))
}

/// The code points of text, surrogates too.
fn code_points(mut bytes: &[u8]) -> Vec<u32> {
    let mut out = Vec::with_capacity(bytes.len());
    while let Some(&first) = bytes.first() {
        let (head, rest) = bytes.split_at(char_len(first).min(bytes.len()));
        let low = match head.len() {
            1 => first,
            n => first & (0x7f >> n),
        };
        let more = head[1..].iter();
        out.push(more.fold(u32::from(low), |c, b| c << 6 | u32::from(b & 0x3f)));
        bytes = rest;
    }
    out
}
fn encode(t: &Thread, name: Gc<Str>, text: Gc<Str>, state: i64, last: bool) -> R<Gc<Tuple>> {
    let text = code_points(text.bytes());
    let mut out = Vec::with_capacity(text.len() * 2);
    let (done, state) = match codec(t, name)? {
        Codec::Flat(flat) => (multibyte::encode(flat, &text, last, &mut out), state),
        Codec::Family(family) => {
            let mut s = State::from_number(state as u64);
            let done = iso2022::encode(family, &mut s, &text, last, &mut out);
            (done, s.number() as i64)
        }
        Codec::Hz => {
            let mut inside = state & 1 != 0;
            let done = iso2022::encode_hz(&mut inside, &text, &mut out);
            (done, i64::from(inside))
        }
    };
    Ok(outcome(Bytes::new(&out).value(), done, state))
}
/// The bytes that bring the reader back to ASCII, and the state after them.
fn reset(t: &Thread, name: Gc<Str>, state: i64) -> R<Gc<Tuple>> {
    let mut out = Vec::new();
    let state = match codec(t, name)? {
        Codec::Flat(_) => state,
        Codec::Family(_) => {
            let mut s = State::from_number(state as u64);
            iso2022::reset(&mut s, &mut out);
            s.number() as i64
        }
        Codec::Hz => {
            iso2022::reset_hz(&mut (state & 1 != 0), &mut out);
            0
        }
    };
    Ok(Tuple::new(&[Bytes::new(&out).value(), Value::int(state)]))
}

native_module! {
    /// Encodings of Chinese, Japanese and Korean text.
    pub MODULE = "_pyjit_cjk";
    functions {
        start(name, /) => start;
        decode(name, data, state, /) => decode;
        encode(name, text, state, last, /) => encode;
        reset(name, state, /) => reset;
    }
}
