//! `_bz2`: compression with bzip2.

use bzip2::{Action, Compress, Compression, Decompress, Error, Status};
use pyjit_heap::{Gc, Value, finalize};
use pyjit_runtime::core::{errors, kinds};
use pyjit_runtime::types::buffer;
use pyjit_runtime::types::bytes::Bytes;
use pyjit_runtime::types::exceptions::Exc;
use pyjit_runtime::types::type_::{Type, flags};
use pyjit_runtime::{R, Raised, Thread, py_class};

use super::incremental::{self, Engine};
use crate::owned::Owned;
use crate::{native_layout, native_module};

native_layout! {
    /// A compressor: the number of its stream, -1 when it has ended.
    Compressor = 357, refs 1..1 { } ints { stream }
}
native_layout! {
    /// A decompressor: what came after the stream, input that is kept, the
    /// number of the stream, and flags.
    Decompressor = 358, refs 1..3 { unused, input } ints { stream, eof, hungry }
}
type C = Gc<Compressor>;
type D = Gc<Decompressor>;

static COMPRESSORS: Owned<Compress> = Owned::new();
static DECOMPRESSORS: Owned<Decompress> = Owned::new();

#[cold]
fn fail(t: &Thread, e: Error) -> Raised {
    match e {
        Error::Data | Error::DataMagic => errors::raise(t, Exc::OSError, "Invalid data stream"),
        Error::Sequence => {
            errors::runtime_error(t, "Invalid sequence of commands sent to libbzip2")
        }
        Error::Param => {
            errors::value_error(t, "Internal error - invalid parameters passed to libbzip2")
        }
    }
}

fn compressor_new(_t: &Thread, class: Gc<Type>, level: Option<i64>) -> R<C> {
    let level = level.unwrap_or(9);
    if !(1..=9).contains(&level) {
        let m = "compresslevel must be between 1 and 9";
        return Err(errors::value_error(_t, m));
    }
    let stream = Compress::new(Compression::new(level as u32), 0);
    let c = Compressor::alloc(class, COMPRESSORS.put(stream));
    finalize::register(c.value());
    Ok(c)
}
/// Everything through the compressor.
fn run(t: &Thread, c: &mut Compress, input: &[u8], action: Action) -> R<Vec<u8>> {
    let mut out = Vec::new();
    let mut piece = vec![0; 16 * 1024];
    let mut rest = input;
    loop {
        let (read, made) = (c.total_in(), c.total_out());
        let status = c
            .compress(rest, &mut piece, action)
            .map_err(|e| fail(t, e))?;
        rest = &rest[(c.total_in() - read) as usize..];
        out.extend_from_slice(&piece[..(c.total_out() - made) as usize]);
        match status {
            Status::StreamEnd => return Ok(out),
            _ if action == Action::Run && rest.is_empty() => return Ok(out),
            _ => {}
        }
    }
}
fn compress(t: &Thread, this: C, data: Value) -> R<Gc<Bytes>> {
    let input = buffer::bytes(t, data)?;
    let number = this.stream.get();
    let Some(mut c) = COMPRESSORS.take(number) else {
        return Err(errors::value_error(t, "Compressor has been flushed"));
    };
    let out = match input.is_empty() {
        true => Ok(Vec::new()),
        false => run(t, &mut c, &input, Action::Run),
    };
    COMPRESSORS.put_back(number, c);
    Ok(Bytes::new(&out?))
}
fn flush(t: &Thread, this: C) -> R<Gc<Bytes>> {
    let number = this.stream.replace(-1);
    let Some(mut c) = COMPRESSORS.take(number) else {
        return Err(errors::value_error(t, "Repeated call to flush()"));
    };
    COMPRESSORS.remove(number);
    Ok(Bytes::new(&run(t, &mut c, b"", Action::Finish)?))
}
fn compressor_end(_t: &Thread, this: C) {
    COMPRESSORS.remove(this.stream.replace(-1));
}

fn decompressor_new(_t: &Thread, class: Gc<Type>) -> D {
    let empty = Bytes::new(b"").value();
    let number = DECOMPRESSORS.put(Decompress::new(false));
    let d = Decompressor::alloc(class, empty, empty, number, 0, 1);
    finalize::register(d.value());
    d
}
impl Engine for Decompress {
    fn step(
        &mut self,
        t: &Thread,
        input: &[u8],
        out: &mut Vec<u8>,
        room: usize,
    ) -> R<(usize, bool)> {
        let (read, made, before) = (self.total_in(), self.total_out(), out.len());
        out.resize(before + room, 0);
        let status = self.decompress(input, &mut out[before..]);
        out.truncate(before + (self.total_out() - made) as usize);
        let read = (self.total_in() - read) as usize;
        match status {
            Ok(s) => Ok((read, s == Status::StreamEnd)),
            Err(e) => Err(fail(t, e)),
        }
    }
}
fn decompress(t: &Thread, this: D, data: Value, max: Option<i64>) -> R<Gc<Bytes>> {
    let new = buffer::bytes(t, data)?;
    if this.eof.get() != 0 {
        return Err(incremental::ended(t));
    }
    let number = this.stream.get();
    let Some(mut d) = DECOMPRESSORS.take(number) else {
        return Err(errors::value_error(t, "the decompressor is in use"));
    };
    let kept: Gc<Bytes> = Gc::from_value(this.input.get());
    let limit = incremental::limit(max);
    let r = incremental::feed(t, &mut d, kept.bytes(), &new, limit);
    DECOMPRESSORS.put_back(number, d);
    let r = r?;
    this.eof.set(r.eof as i64);
    this.hungry.set(r.hungry as i64);
    match r.eof {
        true => this.unused.set(this, r.rest),
        false => this.input.set(this, r.rest),
    }
    Ok(Bytes::new(&r.out))
}
fn decompressor_end(_t: &Thread, this: D) {
    DECOMPRESSORS.remove(this.stream.replace(-1));
}
fn eof(_t: &Thread, this: D) -> bool {
    this.eof.get() != 0
}
fn unused(_t: &Thread, this: D) -> Value {
    this.unused.get()
}
fn hungry(_t: &Thread, this: D) -> bool {
    this.hungry.get() != 0
}
fn no_pickle(t: &Thread, this: Value, _protocol: Option<Value>) -> R<()> {
    let name = pyjit_runtime::types::type_::type_name(this);
    Err(errors::type_error(
        t,
        format!("cannot pickle '_bz2.{name}' object"),
    ))
}

py_class! {
    /// Create a compressor object for compressing data incrementally.
    ///
    ///   compresslevel
    ///     Compression level, as a number between 1 and 9.
    ///
    /// For one-shot compression, use the compress() function instead.
    pub COMPRESSOR: Compressor = "BZ2Compressor", base kinds::OBJECT, flags flags::IMMUTABLE, module "_bz2";
    methods {
        @staticmethod __new__(cls, compresslevel=9, /) => compressor_new;
        /// Provide data to the compressor object.
        compress(self, data, /) => compress;
        /// Finish the compression process.
        flush(self, /) => flush;
        __reduce__(self, /) => no_pickle;
        __reduce_ex__(self, protocol, /) => no_pickle;
        __del__(self, /) => compressor_end;
    }
}
py_class! {
    /// Create a decompressor object for decompressing data incrementally.
    ///
    /// For one-shot decompression, use the decompress() function instead.
    pub DECOMPRESSOR: Decompressor = "BZ2Decompressor", base kinds::OBJECT, flags flags::IMMUTABLE, module "_bz2";
    methods {
        @staticmethod __new__(cls, /) => decompressor_new;
        /// Decompress *data*, returning uncompressed data as bytes.
        decompress(self, data, max_length=-1) => decompress;
        __reduce__(self, /) => no_pickle;
        __reduce_ex__(self, protocol, /) => no_pickle;
        __del__(self, /) => decompressor_end;
    }
    getset {
        /// True if the end-of-stream marker has been reached.
        eof => eof;
        /// Data found after the end of the compressed stream.
        unused_data => unused;
        /// True if more input is needed before more decompressed data can be produced.
        needs_input => hungry;
    }
}

native_module! {
    pub MODULE = "_bz2", classes [COMPRESSOR, DECOMPRESSOR];
    functions { }
}
