//! Compressor and decompressor objects.

use std::ffi::c_int;

use libz_rs_sys as z;
use pyjit_heap::{Gc, Value, finalize};
use pyjit_runtime::core::{class, errors, kinds};
use pyjit_runtime::types::buffer;
use pyjit_runtime::types::bytes::Bytes;
use pyjit_runtime::types::exceptions::Exc;
use pyjit_runtime::types::type_::{Type, flags, of_kind};
use pyjit_runtime::{R, Raised, Thread, py_class};

use super::stream::{Settings, Stream};
use super::{DEFAULT_MEMORY, PIECE, deflate_all, fail, next_piece, small};
use crate::native_layout;
use crate::owned::Owned;

static STREAMS: Owned<Stream> = Owned::new();

native_layout! {
    /// A compressor: the number of its stream, -1 when it has ended.
    Compress = 350, refs 1..1 { } ints { stream }
}
native_layout! {
    /// A decompressor: its dictionary, what came after the stream, what is
    /// still to be read; the number of its stream, and flags.
    Decompress = 351, refs 1..4 { dictionary, unused, tail } ints { stream, eof, ended }
}
native_layout! {
    /// A decompressor that keeps the input it was given.
    ZlibDecompressor = 352, refs 1..4 { dictionary, unused, input } ints { stream, eof, hungry }
}

type C = Gc<Compress>;
type D = Gc<Decompress>;
type Z = Gc<ZlibDecompressor>;

fn empty() -> Value {
    Bytes::new(b"").value()
}
fn bytes_of(v: Value) -> Gc<Bytes> {
    Gc::from_value(v)
}
/// The stream that an object has, taken out to be worked with.
fn take(t: &Thread, number: i64, doing: &str) -> R<Stream> {
    let s = STREAMS.take(number);
    s.ok_or_else(|| fail(t, None, z::Z_STREAM_ERROR, doing))
}
/// A copy of the stream that an object has.
fn copy(t: &Thread, number: i64, what: &str) -> R<Stream> {
    let Some(mut s) = STREAMS.take(number) else {
        return Err(errors::value_error(t, "Inconsistent stream state"));
    };
    let copy = s.copy();
    STREAMS.put_back(number, s);
    copy.map_err(|e| copy_failed(t, e, what))
}
#[cold]
fn not_prepared(t: &Thread, status: c_int, doing: &str) -> Raised {
    match status {
        z::Z_MEM_ERROR => errors::raise(
            t,
            Exc::MemoryError,
            format!("Can't allocate memory for {doing} object"),
        ),
        z::Z_STREAM_ERROR => errors::value_error(t, "Invalid initialization option"),
        e => fail(t, None, e, &format!("while creating {doing} object")),
    }
}

fn new_compress(stream: Stream) -> C {
    let c = Compress::alloc(of_kind(350), STREAMS.put(stream));
    finalize::register(c.value());
    c
}
pub fn compressobj(
    t: &Thread,
    level: Option<i64>,
    method: Option<i64>,
    wbits: Option<i64>,
    memory: Option<i64>,
    strategy: Option<i64>,
    dictionary: Option<Value>,
) -> R<C> {
    let settings = Settings {
        level: small(t, level, -1)?,
        method: small(t, method, z::Z_DEFLATED)?,
        wbits: small(t, wbits, 15)?,
        memory: small(t, memory, DEFAULT_MEMORY)?,
        strategy: small(t, strategy, 0)?,
    };
    let dictionary = dictionary.map(|d| buffer::bytes(t, d)).transpose()?;
    let mut s = Stream::deflate(settings).map_err(|e| not_prepared(t, e, "compression"))?;
    if let Some(d) = dictionary {
        match s.set_dictionary(&d) {
            z::Z_OK => {}
            z::Z_STREAM_ERROR => return Err(errors::value_error(t, "Invalid dictionary")),
            _ => return Err(errors::value_error(t, "deflateSetDictionary()")),
        }
    }
    Ok(new_compress(s))
}
fn compress(t: &Thread, this: C, data: Value) -> R<Gc<Bytes>> {
    let input = buffer::bytes(t, data)?;
    let number = this.stream.get();
    let mut s = take(t, number, "while compressing data")?;
    let result = deflate_all(&mut s, &input, z::Z_NO_FLUSH)
        .map_err(|e| fail(t, Some(&s), e, "while compressing data"));
    STREAMS.put_back(number, s);
    Ok(Bytes::new(&result?))
}
fn compress_flush(t: &Thread, this: C, mode: Option<i64>) -> R<Gc<Bytes>> {
    let mode = small(t, mode, z::Z_FINISH)?;
    if mode == z::Z_NO_FLUSH {
        return Ok(Bytes::new(b""));
    }
    let number = this.stream.get();
    let mut s = take(t, number, "while flushing")?;
    let result = deflate_all(&mut s, b"", mode).map_err(|e| fail(t, Some(&s), e, "while flushing"));
    STREAMS.put_back(number, s);
    if result.is_ok() && mode == z::Z_FINISH {
        this.stream.set(-1);
        STREAMS.remove(number);
    }
    Ok(Bytes::new(&result?))
}
fn compress_copy(t: &Thread, this: C) -> R<C> {
    Ok(new_compress(copy(t, this.stream.get(), "compression")?))
}
#[cold]
fn copy_failed(t: &Thread, status: c_int, doing: &str) -> Raised {
    match status {
        z::Z_STREAM_ERROR => errors::value_error(t, "Inconsistent stream state"),
        z::Z_MEM_ERROR => not_prepared(t, status, doing),
        e => fail(t, None, e, &format!("while copying {doing} object")),
    }
}
fn compress_deepcopy(t: &Thread, this: C, _memo: Value) -> R<C> {
    compress_copy(t, this)
}
fn compress_end(_t: &Thread, this: C) {
    STREAMS.remove(this.stream.replace(-1));
}

fn new_decompress(stream: Stream, parts: [Value; 3], eof: i64) -> D {
    let [dictionary, unused, tail] = parts;
    let number = STREAMS.put(stream);
    let d = Decompress::alloc(of_kind(351), dictionary, unused, tail, number, eof, 0);
    finalize::register(d.value());
    d
}
/// A decompressing stream, and its dictionary as bytes (absent: none).
fn inflater(t: &Thread, wbits: Option<i64>, dictionary: Option<Value>) -> R<(Stream, Value)> {
    let wbits = small(t, wbits, 15)?;
    let d = match dictionary {
        None => Value::NULL,
        Some(v) => match buffer::acquire(t, v)? {
            Some(b) => Bytes::new(&b).value(),
            None => {
                let m = "zdict argument must support the buffer protocol";
                return Err(errors::type_error(t, m));
            }
        },
    };
    let mut s = Stream::inflate(wbits).map_err(|e| not_prepared(t, e, "decompression"))?;
    // A raw stream does not say when it needs its dictionary.
    if wbits < 0 && !d.is_null() {
        set_dictionary(t, &mut s, d)?;
    }
    Ok((s, d))
}
fn set_dictionary(t: &Thread, s: &mut Stream, d: Value) -> R<()> {
    match s.set_dictionary(bytes_of(d).bytes()) {
        z::Z_OK => Ok(()),
        e => Err(fail(t, Some(s), e, "while setting zdict")),
    }
}
pub fn decompressobj(t: &Thread, wbits: Option<i64>, dictionary: Option<Value>) -> R<D> {
    let (s, d) = inflater(t, wbits, dictionary)?;
    Ok(new_decompress(s, [d, empty(), empty()], 0))
}

/// What decompressing gave.
struct Inflated {
    out: Vec<u8>,
    /// How much input was read.
    read: usize,
    eof: bool,
}
/// Decompresses `input` until it or the stream ends or `limit` bytes are there.
fn inflate(
    t: &Thread,
    s: &mut Stream,
    dictionary: Value,
    input: &[u8],
    (limit, first): (usize, usize),
    flush: c_int,
) -> R<Inflated> {
    let (mut out, mut read, mut piece) = (Vec::new(), 0, first);
    loop {
        let room = piece.min(limit - out.len());
        let before = out.len();
        let (status, n) = s.step(&input[read..], &mut out, room, flush);
        read += n;
        let full = out.len() - before == room;
        match status {
            z::Z_STREAM_END => {
                return Ok(Inflated {
                    out,
                    read,
                    eof: true,
                });
            }
            z::Z_NEED_DICT if !dictionary.is_null() => {
                set_dictionary(t, s, dictionary)?;
                continue;
            }
            z::Z_OK | z::Z_BUF_ERROR => {}
            z::Z_MEM_ERROR => return Err(errors::memory_error(t)),
            e => return Err(fail(t, Some(s), e, "while decompressing data")),
        }
        let done = match full {
            true => out.len() == limit,
            false => read == input.len() || n == 0,
        };
        if done {
            let eof = false;
            return Ok(Inflated { out, read, eof });
        }
        piece = next_piece(out.len());
    }
}
/// Keeps what was not read.
fn keep_rest(this: D, input: &[u8], r: &Inflated) {
    let rest = &input[r.read..];
    if r.eof {
        this.eof.set(1);
        if !rest.is_empty() {
            let all = [bytes_of(this.unused.get()).bytes(), rest].concat();
            this.unused.set(this, Bytes::new(&all).value());
        }
        this.tail.set(this, empty());
    } else if !rest.is_empty() || !bytes_of(this.tail.get()).is_empty() {
        this.tail.set(this, Bytes::new(rest).value());
    }
}
fn decompress(t: &Thread, this: D, data: Value, max: Option<i64>) -> R<Gc<Bytes>> {
    let limit = match max.unwrap_or(0) {
        n if n < 0 => {
            let m = "max_length must be non-negative";
            return Err(errors::value_error(t, m));
        }
        0 => usize::MAX,
        n => n as usize,
    };
    let input = buffer::bytes(t, data)?;
    let number = this.stream.get();
    let mut s = take(t, number, "while decompressing data")?;
    let dictionary = this.dictionary.get();
    let r = inflate(
        t,
        &mut s,
        dictionary,
        &input,
        (limit, PIECE),
        z::Z_SYNC_FLUSH,
    );
    STREAMS.put_back(number, s);
    let r = r?;
    keep_rest(this, &input, &r);
    Ok(Bytes::new(&r.out))
}
fn decompress_flush(t: &Thread, this: D, length: Option<i64>) -> R<Gc<Bytes>> {
    let length = length.unwrap_or(PIECE as i64);
    if length <= 0 {
        let m = "length must be greater than zero";
        return Err(errors::value_error(t, m));
    }
    if this.ended.get() != 0 {
        return Ok(Bytes::new(b""));
    }
    let tail = bytes_of(this.tail.get());
    let number = this.stream.get();
    let mut s = take(t, number, "while decompressing data")?;
    let first = (length as usize).min(64 << 20);
    let dictionary = this.dictionary.get();
    let limits = (usize::MAX, first);
    let r = inflate(t, &mut s, dictionary, tail.bytes(), limits, z::Z_SYNC_FLUSH);
    STREAMS.put_back(number, s);
    let r = r?;
    keep_rest(this, tail.bytes(), &r);
    if r.eof {
        this.ended.set(1);
    }
    Ok(Bytes::new(&r.out))
}
fn decompress_copy(t: &Thread, this: D) -> R<D> {
    let number = match this.ended.get() {
        0 => this.stream.get(),
        _ => -1,
    };
    let copy = copy(t, number, "decompression")?;
    let parts = [this.dictionary.get(), this.unused.get(), this.tail.get()];
    Ok(new_decompress(copy, parts, this.eof.get()))
}
fn decompress_deepcopy(t: &Thread, this: D, _memo: Value) -> R<D> {
    decompress_copy(t, this)
}
fn decompress_end(_t: &Thread, this: D) {
    STREAMS.remove(this.stream.replace(-1));
}
fn unused(_t: &Thread, this: D) -> Value {
    this.unused.get()
}
fn tail(_t: &Thread, this: D) -> Value {
    this.tail.get()
}
fn eof(_t: &Thread, this: D) -> bool {
    this.eof.get() != 0
}

fn zd_new(t: &Thread, class: Gc<Type>, wbits: Option<i64>, zdict: Option<Value>) -> R<Z> {
    let (s, d) = inflater(t, wbits, zdict)?;
    let number = STREAMS.put(s);
    let z = ZlibDecompressor::alloc(class, d, empty(), empty(), number, 0, 1);
    finalize::register(z.value());
    Ok(z)
}
fn zd_decompress(t: &Thread, this: Z, data: Value, max: Option<i64>) -> R<Gc<Bytes>> {
    let data = buffer::bytes(t, data)?;
    if this.eof.get() != 0 {
        let m = "End of stream already reached";
        return Err(errors::raise(t, Exc::EOFError, m));
    }
    let limit = max
        .and_then(|n| usize::try_from(n).ok())
        .unwrap_or(usize::MAX);
    let kept = bytes_of(this.input.get());
    let joined;
    let input: &[u8] = match kept.is_empty() {
        true => &data,
        false => {
            joined = [kept.bytes(), &data].concat();
            &joined
        }
    };
    let number = this.stream.get();
    let mut s = take(t, number, "while decompressing data")?;
    let dictionary = this.dictionary.get();
    let r = inflate(
        t,
        &mut s,
        dictionary,
        input,
        (limit, PIECE),
        z::Z_SYNC_FLUSH,
    );
    STREAMS.put_back(number, s);
    let r = r?;
    let rest = Bytes::new(&input[r.read..]).value();
    if r.eof {
        this.eof.set(1);
        this.unused.set(this, rest);
        this.input.set(this, empty());
        this.hungry.set(0);
    } else {
        let full = r.out.len() == limit;
        this.hungry.set((r.read == input.len() && !full) as i64);
        this.input.set(this, rest);
    }
    Ok(Bytes::new(&r.out))
}
fn zd_end(_t: &Thread, this: Z) {
    STREAMS.remove(this.stream.replace(-1));
}
fn zd_unused(_t: &Thread, this: Z) -> Value {
    this.unused.get()
}
fn zd_eof(_t: &Thread, this: Z) -> bool {
    this.eof.get() != 0
}
fn zd_hungry(_t: &Thread, this: Z) -> bool {
    this.hungry.get() != 0
}

py_class! {
    pub COMPRESS: Compress = "Compress", base kinds::OBJECT, flags flags::NO_NEW, module "zlib";
    methods {
        /// Returns a bytes object containing compressed data.
        compress(self, data, /) => compress;
        /// Return a bytes object containing any remaining compressed data.
        flush(self, mode=Z_FINISH, /) => compress_flush;
        /// Return a copy of the compression object.
        copy(self, /) => compress_copy;
        __copy__(self, /) => compress_copy;
        __deepcopy__(self, memo, /) => compress_deepcopy;
        __del__(self, /) => compress_end;
    }
}
py_class! {
    pub DECOMPRESS: Decompress = "Decompress", base kinds::OBJECT, flags flags::NO_NEW, module "zlib";
    methods {
        /// Return a bytes object containing the decompressed version of the data.
        decompress(self, data, /, max_length=0) => decompress;
        /// Return a bytes object containing any remaining decompressed data.
        flush(self, length=DEF_BUF_SIZE, /) => decompress_flush;
        /// Return a copy of the decompression object.
        copy(self, /) => decompress_copy;
        __copy__(self, /) => decompress_copy;
        __deepcopy__(self, memo, /) => decompress_deepcopy;
        __del__(self, /) => decompress_end;
    }
    getset {
        unused_data => unused;
        unconsumed_tail => tail;
        eof => eof;
    }
}
py_class! {
    /// Create a decompressor object for decompressing data incrementally.
    pub ZLIB_DECOMPRESSOR: ZlibDecompressor = "_ZlibDecompressor", base kinds::OBJECT, flags 0, module "zlib";
    methods {
        @staticmethod __new__(cls, /, wbits=MAX_WBITS, zdict=b"") => zd_new;
        /// Decompress *data*, returning uncompressed data as bytes.
        decompress(self, /, data, max_length=-1) => zd_decompress;
        __del__(self, /) => zd_end;
    }
    getset {
        /// Data found after the end of the compressed stream.
        unused_data => zd_unused;
        /// True if the end-of-stream marker has been reached.
        eof => zd_eof;
        /// True if more input is needed before more decompressed data can be produced.
        needs_input => zd_hungry;
    }
}

/// Makes the classes that are no attributes of the module.
pub fn classes(t: &Thread) {
    class::make(t, &COMPRESS);
    class::make(t, &DECOMPRESS);
}
