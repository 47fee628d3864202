//! `zlib`: compression with deflate.

mod objects;
mod stream;

use std::ffi::c_int;

use libz_rs_sys as z;
use pyjit_heap::{Gc, Value};
use pyjit_runtime::core::{errors, ops};
use pyjit_runtime::types::buffer;
use pyjit_runtime::types::bytes::Bytes;
use pyjit_runtime::types::exceptions::Exc;
use pyjit_runtime::types::int;
use pyjit_runtime::types::module::Module;
use pyjit_runtime::types::str_::Str;
use pyjit_runtime::{R, Raised, Thread};

use self::stream::{Settings, Stream};
use crate::exception::ExceptionClass;
use crate::native_module;

static ERROR: ExceptionClass = ExceptionClass::new("zlib", "error", Exc::Exception);

/// Output is asked for in pieces of this size at first.
const PIECE: usize = 16 * 1024;
const DEFAULT_MEMORY: c_int = 8;

/// Raises `zlib.error` for a status of the library.
#[cold]
fn fail(t: &Thread, s: Option<&Stream>, status: c_int, doing: &str) -> Raised {
    let message = s.and_then(Stream::message).or_else(|| {
        Some(String::from(match status {
            z::Z_BUF_ERROR => "incomplete or truncated stream",
            z::Z_STREAM_ERROR => "inconsistent stream state",
            z::Z_DATA_ERROR => "invalid input data",
            _ => return None,
        }))
    });
    ERROR.raise(
        t,
        match message {
            Some(m) => format!("Error {status} {doing}: {m}"),
            None => format!("Error {status} {doing}"),
        },
    )
}
/// A C `int` argument.
fn small(t: &Thread, v: Option<i64>, default: c_int) -> R<c_int> {
    match v {
        None => Ok(default),
        Some(i) => c_int::try_from(i)
            .map_err(|_| errors::overflow_error(t, "Python int too large to convert to C int")),
    }
}
/// How much room to ask for after `have` bytes.
fn next_piece(have: usize) -> usize {
    have.clamp(PIECE, 64 << 20)
}

/// All of `input` through a compressor.
fn deflate_all(s: &mut Stream, input: &[u8], flush: c_int) -> Result<Vec<u8>, c_int> {
    let (mut out, mut rest) = (Vec::new(), input);
    loop {
        let room = next_piece(out.len());
        let before = out.len();
        let (status, read) = s.step(rest, &mut out, room, flush);
        rest = &rest[read..];
        match status {
            z::Z_STREAM_END => return Ok(out),
            z::Z_OK | z::Z_BUF_ERROR => {}
            other => return Err(other),
        }
        if rest.is_empty() && out.len() - before < room {
            return match flush {
                z::Z_FINISH => Err(status),
                _ => Ok(out),
            };
        }
    }
}

fn compress(t: &Thread, data: Value, level: Option<i64>, wbits: Option<i64>) -> R<Gc<Bytes>> {
    let settings = Settings {
        level: small(t, level, -1)?,
        method: z::Z_DEFLATED,
        wbits: small(t, wbits, 15)?,
        memory: DEFAULT_MEMORY,
        strategy: 0,
    };
    let input = buffer::bytes(t, data)?;
    let mut s = match Stream::deflate(settings) {
        Ok(s) => s,
        Err(z::Z_MEM_ERROR) => return Err(errors::memory_error(t)),
        Err(z::Z_STREAM_ERROR) => return Err(ERROR.raise(t, "Bad compression level")),
        Err(e) => return Err(fail(t, None, e, "while compressing data")),
    };
    match deflate_all(&mut s, &input, z::Z_FINISH) {
        Ok(out) => Ok(Bytes::new(&out)),
        Err(e) => Err(fail(t, Some(&s), e, "while compressing data")),
    }
}

fn decompress(t: &Thread, data: Value, wbits: Option<i64>, bufsize: Option<i64>) -> R<Gc<Bytes>> {
    let bufsize = bufsize.unwrap_or(PIECE as i64);
    let wbits = small(t, wbits, 15)?;
    let input = buffer::bytes(t, data)?;
    if bufsize < 0 {
        return Err(errors::value_error(t, "bufsize must be non-negative"));
    }
    let mut s = match Stream::inflate(wbits) {
        Ok(s) => s,
        Err(z::Z_MEM_ERROR) => return Err(errors::memory_error(t)),
        Err(e) => return Err(fail(t, None, e, "while preparing to decompress data")),
    };
    let (mut out, mut rest) = (Vec::new(), &*input);
    let mut room = bufsize.clamp(1, 64 << 20) as usize;
    loop {
        let before = out.len();
        let (status, read) = s.step(rest, &mut out, room, z::Z_SYNC_FLUSH);
        rest = &rest[read..];
        match status {
            z::Z_STREAM_END => return Ok(Bytes::new(&out)),
            z::Z_OK | z::Z_BUF_ERROR => {}
            z::Z_MEM_ERROR => return Err(errors::memory_error(t)),
            e => return Err(fail(t, Some(&s), e, "while decompressing data")),
        }
        if rest.is_empty() && out.len() - before < room {
            return Err(fail(t, None, z::Z_BUF_ERROR, "while decompressing data"));
        }
        room = next_piece(out.len());
    }
}

/// An int argument modulo 2^32.
fn word(t: &Thread, v: Option<Value>, default: u32) -> R<u32> {
    let Some(v) = v else {
        return Ok(default);
    };
    let i = ops::index(t, v)?;
    Ok(int::operand(i).map_or(0, |i| i.as_ref().wrapping_u64() as u32))
}
fn crc32(t: &Thread, data: Value, start: Option<Value>) -> R<i64> {
    let start = word(t, start, 0)?;
    Ok(stream::crc32(start, &buffer::bytes(t, data)?) as i64)
}
fn adler32(t: &Thread, data: Value, start: Option<Value>) -> R<i64> {
    let start = word(t, start, 1)?;
    Ok(stream::adler32(start, &buffer::bytes(t, data)?) as i64)
}

/// Constants of the library.
const CONSTANTS: &[(&str, c_int)] = &[
    ("MAX_WBITS", 15),
    ("DEFLATED", z::Z_DEFLATED),
    ("DEF_MEM_LEVEL", DEFAULT_MEMORY),
    ("DEF_BUF_SIZE", PIECE as c_int),
    ("Z_BEST_SPEED", z::Z_BEST_SPEED),
    ("Z_BEST_COMPRESSION", z::Z_BEST_COMPRESSION),
    ("Z_DEFAULT_COMPRESSION", z::Z_DEFAULT_COMPRESSION),
    ("Z_NO_COMPRESSION", z::Z_NO_COMPRESSION),
    ("Z_FILTERED", z::Z_FILTERED),
    ("Z_HUFFMAN_ONLY", z::Z_HUFFMAN_ONLY),
    ("Z_RLE", z::Z_RLE),
    ("Z_FIXED", z::Z_FIXED),
    ("Z_DEFAULT_STRATEGY", z::Z_DEFAULT_STRATEGY),
    ("Z_NO_FLUSH", z::Z_NO_FLUSH),
    ("Z_PARTIAL_FLUSH", z::Z_PARTIAL_FLUSH),
    ("Z_SYNC_FLUSH", z::Z_SYNC_FLUSH),
    ("Z_FULL_FLUSH", z::Z_FULL_FLUSH),
    ("Z_FINISH", z::Z_FINISH),
    ("Z_BLOCK", z::Z_BLOCK),
    ("Z_TREES", z::Z_TREES),
];

fn init(t: &Thread, m: Gc<Module>) -> R<()> {
    for (name, value) in CONSTANTS {
        m.set(t, name, Value::int(*value as i64))?;
    }
    for name in ["ZLIB_VERSION", "ZLIB_RUNTIME_VERSION"] {
        m.set(t, name, Str::new(&stream::version()).value())?;
    }
    m.set(t, "__version__", Str::new("1.0").value())?;
    objects::classes(t);
    ERROR.install(t, m)
}

native_module! {
    /// The functions in this module allow compression and decompression using the
    /// zlib library, which is based on GNU zip.
    ///
    /// adler32(string[, start]) -- Compute an Adler-32 checksum.
    /// compress(data[, level]) -- Compress data, with compression level 0-9 or -1.
    /// compressobj([level[, ...]]) -- Return a compressor object.
    /// crc32(string[, start]) -- Compute a CRC-32 checksum.
    /// decompress(string,[wbits],[bufsize]) -- Decompresses a compressed string.
    /// decompressobj([wbits[, zdict]]) -- Return a decompressor object.
    ///
    /// 'wbits' is window buffer size and container format.
    /// Compressor objects support compress() and flush() methods; decompressor
    /// objects support decompress() and flush().
    pub MODULE = "zlib", classes [objects::ZLIB_DECOMPRESSOR], init init;
    functions {
        /// Compute an Adler-32 checksum of data.
        adler32(data, value=1, /) => adler32;
        /// Returns a bytes object containing compressed data.
        compress(data, /, level=Z_DEFAULT_COMPRESSION, wbits=MAX_WBITS) => compress;
        /// Return a compressor object.
        compressobj(level=Z_DEFAULT_COMPRESSION, method=DEFLATED, wbits=MAX_WBITS, memLevel=DEF_MEM_LEVEL, strategy=Z_DEFAULT_STRATEGY, zdict=None) => objects::compressobj;
        /// Compute a CRC-32 checksum of data.
        crc32(data, value=0, /) => crc32;
        /// Returns a bytes object containing the uncompressed data.
        decompress(data, /, wbits=MAX_WBITS, bufsize=DEF_BUF_SIZE) => decompress;
        /// Return a decompressor object.
        decompressobj(wbits=MAX_WBITS, zdict=b"") => objects::decompressobj;
    }
}
