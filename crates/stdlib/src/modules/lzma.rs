//! `_pyjit_lzma`: liblzma's coders, for `_lzma` (written in Python).
//!
//! A filter is a tuple: its number, then its options as numbers: for LZMA1 and
//! LZMA2 those of [`preset`], for delta the distance, for others the offset.
#![allow(unsafe_code)]

use std::ffi::c_void;

use liblzma_sys as ffi;
use pyjit_heap::{Gc, Value, finalize};
use pyjit_runtime::core::{errors, kinds, ops};
use pyjit_runtime::types::bytes::Bytes;
use pyjit_runtime::types::tuple::Tuple;
use pyjit_runtime::types::type_::{flags, of_kind};
use pyjit_runtime::types::{buffer, int};
use pyjit_runtime::{R, Thread, py_class};

use crate::owned::Owned;
use crate::{native_layout, native_module};

native_layout! {
    /// A running coder: the number of its stream.
    Coder = 703, refs 1..1 { } ints { stream }
}
type C = Gc<Coder>;

/// A stream of the library, in place for as long as it lives.
struct Stream(Box<ffi::lzma_stream>);

static STREAMS: Owned<Stream> = Owned::new();

// SAFETY: a stream is used by one thread at a time, that which took it out.
unsafe impl Send for Stream {}

impl Drop for Stream {
    fn drop(&mut self) {
        // SAFETY: an initialised stream, ended once.
        unsafe { ffi::lzma_end(&mut *self.0) }
    }
}

const FORMAT_AUTO: i64 = 0;
const FORMAT_XZ: i64 = 1;
const FORMAT_ALONE: i64 = 2;
const ID_DELTA: u64 = 3;
const ID_LZMA2: u64 = 0x21;
const ID_LZMA1: u64 = 0x4000_0000_0000_0001;
const END_OF_FILTERS: u64 = u64::MAX;
/// The most filters in a row.
const FILTERS: usize = 4;
const PIECE: usize = 64 * 1024;

/// The options of a filter, in place for as long as the library reads them.
enum Options {
    Lzma(Box<ffi::lzma_options_lzma>),
    Delta(Box<ffi::lzma_options_delta>),
    Offset(Box<ffi::lzma_options_bcj>),
}

impl Options {
    fn pointer(&mut self) -> *mut c_void {
        match self {
            Options::Lzma(o) => (&raw mut **o).cast(),
            Options::Delta(o) => (&raw mut **o).cast(),
            Options::Offset(o) => (&raw mut **o).cast(),
        }
    }
}

/// A chain of filters as the library wants it.
struct Chain {
    _options: Vec<Options>,
    filters: Vec<ffi::lzma_filter>,
}

fn number(t: &Thread, v: Value) -> R<u64> {
    let v = ops::index(t, v)?;
    Ok(int::operand(v).map_or(0, |i| i.as_ref().wrapping_u64()))
}
fn lzma_options(n: &[u32]) -> Box<ffi::lzma_options_lzma> {
    // SAFETY: all-zero is a valid structure.
    let mut o: Box<ffi::lzma_options_lzma> = unsafe { Box::new(std::mem::zeroed()) };
    if let [dict, lc, lp, pb, mode, nice, finder, depth, ..] = *n {
        (o.dict_size, o.lc, o.lp, o.pb) = (dict, lc, lp, pb);
        (o.mode, o.nice_len, o.mf, o.depth) = (mode, nice, finder, depth);
    }
    o
}
fn options(t: &Thread, filter: Value) -> R<(u64, Options)> {
    let Some(parts) = filter.cast::<Tuple>().filter(|p| !p.is_empty()) else {
        return Err(errors::type_error(t, "a filter is a tuple"));
    };
    let id = number(t, parts.items()[0])?;
    let mut n = Vec::new();
    for v in &parts.items()[1..] {
        n.push(number(t, *v)? as u32);
    }
    let first = n.first().copied().unwrap_or(0);
    Ok((
        id,
        match id {
            ID_LZMA1 | ID_LZMA2 => Options::Lzma(lzma_options(&n)),
            ID_DELTA => {
                // SAFETY: all-zero is a valid structure.
                let mut o: Box<ffi::lzma_options_delta> = unsafe { Box::new(std::mem::zeroed()) };
                o.dist = first;
                Options::Delta(o)
            }
            _ => Options::Offset(Box::new(ffi::lzma_options_bcj {
                start_offset: first,
            })),
        },
    ))
}
fn chain(t: &Thread, filters: Gc<Tuple>) -> R<Chain> {
    let mut c = Chain {
        _options: Vec::new(),
        filters: Vec::new(),
    };
    for f in filters.items().iter().take(FILTERS) {
        let (id, mut o) = options(t, *f)?;
        c.filters.push(ffi::lzma_filter {
            id,
            options: o.pointer(),
        });
        c._options.push(o);
    }
    c.filters.push(ffi::lzma_filter {
        id: END_OF_FILTERS,
        options: std::ptr::null_mut(),
    });
    Ok(c)
}
fn new_stream() -> Stream {
    // SAFETY: the library's initial state is all zero.
    Stream(unsafe { Box::new(std::mem::zeroed()) })
}
/// The coder, or the library's status as a number.
fn finished(t: &Thread, s: Stream, status: ffi::lzma_ret) -> R<Value> {
    if status != ffi::LZMA_OK {
        return Ok(int::from_i64(t, i64::from(status)));
    }
    let c = Coder::alloc(of_kind(703), STREAMS.put(s));
    finalize::register(c.value());
    Ok(c.value())
}

fn encoder(t: &Thread, format: i64, check: i64, preset: i64, filters: Value) -> R<Value> {
    let mut s = new_stream();
    let p = &raw mut *s.0;
    let check = check as ffi::lzma_check;
    let status = match filters.cast::<Tuple>() {
        // SAFETY: a fresh stream.
        None if format == FORMAT_XZ => unsafe { ffi::lzma_easy_encoder(p, preset as u32, check) },
        None => {
            let mut o = lzma_options(&[]);
            // SAFETY: a fresh stream; the options outlive the call.
            unsafe {
                match ffi::lzma_lzma_preset(&mut *o, preset as u32) {
                    0 => ffi::lzma_alone_encoder(p, &*o),
                    _ => ffi::LZMA_OPTIONS_ERROR,
                }
            }
        }
        Some(f) => {
            let mut c = chain(t, f)?;
            let filters = c.filters.as_ptr();
            // SAFETY: a fresh stream; the chain outlives the call.
            unsafe {
                match (format, c._options.first_mut()) {
                    (FORMAT_XZ, _) => ffi::lzma_stream_encoder(p, filters, check),
                    (FORMAT_ALONE, Some(Options::Lzma(o))) => ffi::lzma_alone_encoder(p, &**o),
                    (FORMAT_ALONE, _) => ffi::LZMA_OPTIONS_ERROR,
                    _ => ffi::lzma_raw_encoder(p, filters),
                }
            }
        }
    };
    finished(t, s, status)
}
fn decoder(t: &Thread, format: i64, limit: Value, filters: Value) -> R<Value> {
    const TELL: u32 = ffi::LZMA_TELL_NO_CHECK | ffi::LZMA_TELL_ANY_CHECK;
    let mut s = new_stream();
    let p = &raw mut *s.0;
    let limit = number(t, limit)?;
    // SAFETY: a fresh stream.
    let status = unsafe {
        match (format, filters.cast::<Tuple>()) {
            (_, Some(f)) => {
                let c = chain(t, f)?;
                ffi::lzma_raw_decoder(p, c.filters.as_ptr())
            }
            (FORMAT_AUTO, _) => ffi::lzma_auto_decoder(p, limit, TELL),
            (FORMAT_XZ, _) => ffi::lzma_stream_decoder(p, limit, TELL),
            _ => ffi::lzma_alone_decoder(p, limit),
        }
    };
    finished(t, s, status)
}

/// The output, how much of the input was used, the status, and the kind of
/// integrity check if that has become known.
type Coded = (Vec<u8>, usize, u32, Option<u32>);

/// Works until the input is used up, the output is as long as asked for, or
/// the library says something else than that all is well.
fn code(s: &mut Stream, input: &[u8], action: u32, limit: usize) -> Coded {
    let mut out: Vec<u8> = Vec::new();
    let mut check = None;
    s.0.next_in = input.as_ptr();
    s.0.avail_in = input.len();
    if limit == 0 {
        return (out, 0, ffi::LZMA_OK, check);
    }
    loop {
        let before = out.len();
        let room = PIECE.max(before).min(64 << 20).min(limit - before);
        out.resize(before + room, 0);
        s.0.next_out = out[before..].as_mut_ptr();
        s.0.avail_out = room;
        // SAFETY: the stream's input and output are as long as it says.
        let status = unsafe { ffi::lzma_code(&mut *s.0, action as ffi::lzma_action) };
        out.truncate(before + room - s.0.avail_out);
        if matches!(status, ffi::LZMA_NO_CHECK | ffi::LZMA_GET_CHECK) {
            // SAFETY: an initialised stream, which has just told that it knows.
            check = Some(unsafe { ffi::lzma_get_check(&*s.0) });
        }
        let made = out.len() - before;
        // The decoder also tells what kind of check there is.
        let well = matches!(
            status,
            ffi::LZMA_OK | ffi::LZMA_NO_CHECK | ffi::LZMA_GET_CHECK
        );
        let go_on = well && (action != ffi::LZMA_RUN || s.0.avail_in > 0 || made == room);
        if !go_on || out.len() >= limit {
            return (out, input.len() - s.0.avail_in, status, check);
        }
    }
}
fn run(t: &Thread, this: C, data: Value, action: i64, limit: Option<i64>) -> R<Gc<Tuple>> {
    let input = buffer::bytes(t, data)?;
    let number = this.stream.get();
    let Some(mut s) = STREAMS.take(number) else {
        return Err(errors::value_error(t, "the coder is in use"));
    };
    let limit = super::incremental::limit(limit);
    let (out, used, status, check) = code(&mut s, &input, action as u32, limit);
    STREAMS.put_back(number, s);
    Ok(Tuple::new(&[
        Bytes::new(&out).value(),
        Value::int(used as i64),
        Value::int(i64::from(status)),
        check.map_or(Value::NONE, |c| Value::int(i64::from(c))),
    ]))
}
fn end(_t: &Thread, this: C) {
    STREAMS.remove(this.stream.replace(-1));
}

/// The options of a preset, or `None`.
fn preset(_t: &Thread, level: i64) -> Option<Gc<Tuple>> {
    let mut o = lzma_options(&[]);
    // SAFETY: options that the call fills.
    if unsafe { ffi::lzma_lzma_preset(&mut *o, level as u32) } != 0 {
        return None;
    }
    Some(shown(&o))
}
fn shown(o: &ffi::lzma_options_lzma) -> Gc<Tuple> {
    let n = [
        o.dict_size,
        o.lc,
        o.lp,
        o.pb,
        o.mode,
        o.nice_len,
        o.mf,
        o.depth,
    ];
    Tuple::from_fn(n.len(), |i| Value::int(i64::from(n[i])))
}
fn is_supported(_t: &Thread, check: i64) -> bool {
    // SAFETY: only looks at the number.
    unsafe { ffi::lzma_check_is_supported(check as ffi::lzma_check) != 0 }
}
/// The properties of a filter as bytes, or a status.
fn encode(t: &Thread, filter: Value) -> R<Value> {
    let c = chain(t, Tuple::new(&[filter]))?;
    let mut size = 0;
    // SAFETY: a filter with its options.
    let status = unsafe { ffi::lzma_properties_size(&mut size, c.filters.as_ptr()) };
    if status != ffi::LZMA_OK {
        return Ok(Value::int(i64::from(status)));
    }
    let mut out = vec![0; size as usize];
    // SAFETY: as much room as was asked for.
    let status = unsafe { ffi::lzma_properties_encode(c.filters.as_ptr(), out.as_mut_ptr()) };
    match status {
        ffi::LZMA_OK => Ok(Bytes::new(&out).value()),
        _ => Ok(Value::int(i64::from(status))),
    }
}
/// The options of a filter from its properties, or a status.
fn decode(t: &Thread, id: Value, data: Value) -> R<Value> {
    let data = buffer::bytes(t, data)?;
    let mut f = ffi::lzma_filter {
        id: number(t, id)?,
        options: std::ptr::null_mut(),
    };
    // SAFETY: the call allocates the options, which are freed below.
    let status =
        unsafe { ffi::lzma_properties_decode(&mut f, std::ptr::null(), data.as_ptr(), data.len()) };
    if status != ffi::LZMA_OK {
        return Ok(Value::int(i64::from(status)));
    }
    // SAFETY: options of the type that belongs to the number, or null.
    let found = unsafe {
        match f.id {
            _ if f.options.is_null() => Tuple::new(&[]),
            ID_LZMA1 | ID_LZMA2 => shown(&*f.options.cast::<ffi::lzma_options_lzma>()),
            ID_DELTA => {
                let o = &*f.options.cast::<ffi::lzma_options_delta>();
                Tuple::new(&[Value::int(i64::from(o.dist))])
            }
            _ => {
                let o = &*f.options.cast::<ffi::lzma_options_bcj>();
                Tuple::new(&[Value::int(i64::from(o.start_offset))])
            }
        }
    };
    // SAFETY: allocated by the library with malloc, as no allocator was given.
    unsafe { libc::free(f.options) };
    Ok(found.value())
}

py_class! {
    /// A running coder.
    pub CODER: Coder = "Coder", base kinds::OBJECT, flags flags::IMMUTABLE, module "_pyjit_lzma";
    methods {
        /// Gives the output, how much of the input was used, the library's status, and
        /// the kind of integrity check when it becomes known.
        run(self, data, action, limit=-1, /) => run;
        __del__(self, /) => end;
    }
}
native_module! {
    /// The coders of liblzma.
    pub MODULE = "_pyjit_lzma", classes [CODER];
    functions {
        /// A compressor, or the library's status.
        encoder(format, check, preset, filters, /) => encoder;
        /// A decompressor, or the library's status.
        decoder(format, limit, filters, /) => decoder;
        /// The options of a preset, or None.
        preset(level, /) => preset;
        /// Is a kind of integrity check known?
        is_check_supported(check, /) => is_supported;
        /// The properties of a filter as bytes, or the library's status.
        encode_properties(filter, /) => encode;
        /// The options of a filter from its properties, or the library's status.
        decode_properties(id, data, /) => decode;
    }
}
