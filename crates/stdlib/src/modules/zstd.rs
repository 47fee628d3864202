//! `_pyjit_zstd`: the Zstandard library, for `_zstd` (written in Python).
#![allow(unsafe_code)]

use std::ffi::{CStr, c_char, c_int, c_uint, c_ulonglong, c_void};

use pyjit_heap::{Gc, Value, finalize};
use pyjit_runtime::core::{errors, kinds, ops};
use pyjit_runtime::types::bytes::Bytes;
use pyjit_runtime::types::exceptions::Exc;
use pyjit_runtime::types::module::Module;
use pyjit_runtime::types::tuple::Tuple;
use pyjit_runtime::types::type_::{Type, flags};
use pyjit_runtime::types::{buffer, int};
use pyjit_runtime::{R, Raised, Thread, py_class};
use zstd_sys as _;

use crate::exception::ExceptionClass;
use crate::{native_layout, native_module};

static ERROR: ExceptionClass = ExceptionClass::new("compression.zstd", "ZstdError", Exc::Exception);

#[repr(C)]
struct Out {
    start: *mut u8,
    size: usize,
    pos: usize,
}
#[repr(C)]
struct In {
    start: *const u8,
    size: usize,
    pos: usize,
}
#[repr(C)]
struct Bounds {
    error: usize,
    low: c_int,
    high: c_int,
}
#[repr(C)]
struct DictSettings {
    level: c_int,
    notification: c_uint,
    id: c_uint,
}

// The library's functions; parameters by number, since a program may give any.
unsafe extern "C" {
    fn ZSTD_createCCtx() -> *mut c_void;
    fn ZSTD_freeCCtx(c: *mut c_void) -> usize;
    fn ZSTD_CCtx_setParameter(c: *mut c_void, parameter: c_int, value: c_int) -> usize;
    fn ZSTD_CCtx_reset(c: *mut c_void, what: c_int) -> usize;
    fn ZSTD_CCtx_setPledgedSrcSize(c: *mut c_void, size: c_ulonglong) -> usize;
    fn ZSTD_CCtx_loadDictionary(c: *mut c_void, start: *const u8, size: usize) -> usize;
    fn ZSTD_CCtx_refPrefix(c: *mut c_void, start: *const u8, size: usize) -> usize;
    fn ZSTD_CCtx_refCDict(c: *mut c_void, dict: *const c_void) -> usize;
    fn ZSTD_createCDict(start: *const u8, size: usize, level: c_int) -> *mut c_void;
    fn ZSTD_freeCDict(dict: *mut c_void) -> usize;
    fn ZSTD_compressStream2(c: *mut c_void, out: *mut Out, input: *mut In, how: c_int) -> usize;
    fn ZSTD_createDCtx() -> *mut c_void;
    fn ZSTD_freeDCtx(d: *mut c_void) -> usize;
    fn ZSTD_DCtx_setParameter(d: *mut c_void, parameter: c_int, value: c_int) -> usize;
    fn ZSTD_DCtx_loadDictionary(d: *mut c_void, start: *const u8, size: usize) -> usize;
    fn ZSTD_DCtx_refPrefix(d: *mut c_void, start: *const u8, size: usize) -> usize;
    fn ZSTD_DCtx_refDDict(d: *mut c_void, dict: *const c_void) -> usize;
    fn ZSTD_createDDict(start: *const u8, size: usize) -> *mut c_void;
    fn ZSTD_freeDDict(dict: *mut c_void) -> usize;
    fn ZSTD_decompressStream(d: *mut c_void, out: *mut Out, input: *mut In) -> usize;
    fn ZSTD_isError(code: usize) -> c_uint;
    fn ZSTD_getErrorName(code: usize) -> *const c_char;
    fn ZSTD_cParam_getBounds(parameter: c_int) -> Bounds;
    fn ZSTD_dParam_getBounds(parameter: c_int) -> Bounds;
    fn ZSTD_getFrameContentSize(start: *const u8, size: usize) -> c_ulonglong;
    fn ZSTD_getDictID_fromFrame(start: *const u8, size: usize) -> c_uint;
    fn ZSTD_getDictID_fromDict(start: *const u8, size: usize) -> c_uint;
    fn ZSTD_findFrameCompressedSize(start: *const u8, size: usize) -> usize;
    fn ZSTD_versionNumber() -> c_uint;
    fn ZSTD_defaultCLevel() -> c_int;
    fn ZDICT_isError(code: usize) -> c_uint;
    fn ZDICT_getErrorName(code: usize) -> *const c_char;
    fn ZDICT_trainFromBuffer(
        out: *mut u8,
        room: usize,
        samples: *const u8,
        sizes: *const usize,
        n: c_uint,
    ) -> usize;
    fn ZDICT_finalizeDictionary(
        out: *mut u8,
        room: usize,
        content: *const u8,
        size: usize,
        samples: *const u8,
        sizes: *const usize,
        n: c_uint,
        settings: DictSettings,
    ) -> usize;
}

native_layout! {
    /// A compressor: the library's context and digested dictionary.
    Compressor = 704, refs 1..2 { dict } ints { context, digested, workers }
}
native_layout! {
    /// The same for decompression.
    Decompressor = 705, refs 1..2 { dict } ints { context, digested }
}
type C = Gc<Compressor>;
type D = Gc<Decompressor>;

/// How a dictionary is used.
const DIGESTED: i64 = 0;
const UNDIGESTED: i64 = 1;
const CONTINUE: c_int = 0;
const PIECE: usize = 64 * 1024;

#[cold]
fn fail(t: &Thread, doing: &str, code: usize) -> Raised {
    // SAFETY: the library's own string.
    let name = unsafe { CStr::from_ptr(ZSTD_getErrorName(code)) };
    ERROR.raise(t, format!("Unable to {doing}: {}", name.to_string_lossy()))
}
/// The code, unless it stands for an error.
fn check(t: &Thread, code: usize, doing: &str) -> R<usize> {
    // SAFETY: only looks at the number.
    match unsafe { ZSTD_isError(code) } {
        0 => Ok(code),
        _ => Err(fail(t, doing, code)),
    }
}
fn pointer(word: i64) -> *mut c_void {
    word as *mut c_void
}

fn compressor_new(t: &Thread, class: Gc<Type>) -> R<C> {
    // SAFETY: a new context, freed when the object dies.
    let context = unsafe { ZSTD_createCCtx() };
    if context.is_null() {
        return Err(errors::memory_error(t));
    }
    let c = Compressor::alloc(class, Value::NONE, context as i64, 0, 0);
    finalize::register(c.value());
    Ok(c)
}
fn compressor_end(_t: &Thread, this: C) {
    let (context, digested) = (this.context.replace(0), this.digested.replace(0));
    if this.workers.get() > 0 && context != 0 {
        wait_for_workers(pointer(context));
    }
    // SAFETY: ours, freed once; null is allowed.
    unsafe {
        ZSTD_freeCCtx(pointer(context));
        ZSTD_freeCDict(pointer(digested));
    }
}
/// Lets the library's threads finish: it frees a dictionary that they read first.
fn wait_for_workers(c: *mut c_void) {
    const END: c_int = 2;
    let mut room = vec![0; PIECE];
    loop {
        let mut input = In {
            start: std::ptr::null(),
            size: 0,
            pos: 0,
        };
        let mut out = Out {
            start: room.as_mut_ptr(),
            size: room.len(),
            pos: 0,
        };
        // SAFETY: a live context, buffers as long as they say.
        let left = unsafe { ZSTD_compressStream2(c, &mut out, &mut input, END) };
        // SAFETY: only looks at the number.
        if left == 0 || unsafe { ZSTD_isError(left) != 0 } {
            return;
        }
    }
}
fn c_int_of(v: i64) -> c_int {
    v.clamp(c_int::MIN.into(), c_int::MAX.into()) as c_int
}
fn compressor_set(_t: &Thread, this: C, parameter: i64, value: i64) -> bool {
    const WORKERS: i64 = 400;
    if parameter == WORKERS {
        this.workers.set(value);
    }
    let c = pointer(this.context.get());
    // SAFETY: a live context.
    unsafe {
        ZSTD_isError(ZSTD_CCtx_setParameter(
            c,
            c_int_of(parameter),
            c_int_of(value),
        )) == 0
    }
}
fn compressor_dict(t: &Thread, this: C, dict: Gc<Bytes>, kind: i64, level: i64) -> R<()> {
    let (c, data) = (pointer(this.context.get()), dict.bytes());
    let (start, n) = (data.as_ptr(), data.len());
    this.dict.set(this, dict.value());
    // SAFETY: a live context; bytes do not move, and the object keeps them.
    let code = unsafe {
        match kind {
            DIGESTED => {
                let d = ZSTD_createCDict(start, n, c_int_of(level));
                if d.is_null() {
                    let m = "Failed to create a ZSTD_CDict instance from \
                             Zstandard dictionary content.";
                    return Err(ERROR.raise(t, m));
                }
                ZSTD_freeCDict(pointer(this.digested.replace(d as i64)));
                ZSTD_CCtx_refCDict(c, d)
            }
            UNDIGESTED => ZSTD_CCtx_loadDictionary(c, start, n),
            _ => ZSTD_CCtx_refPrefix(c, start, n),
        }
    };
    let doing = "load Zstandard dictionary or prefix for compression";
    check(t, code, doing).map(drop)
}
fn pledge(t: &Thread, this: C, size: Option<Value>) -> R<()> {
    let size = match size.filter(|s| !s.is_none()) {
        None => u64::MAX,
        Some(s) => {
            let s = ops::index(t, s)?;
            int::operand(s).map_or(0, |i| i.as_ref().wrapping_u64())
        }
    };
    // SAFETY: a live context.
    let code = unsafe { ZSTD_CCtx_setPledgedSrcSize(pointer(this.context.get()), size) };
    check(t, code, "set pledged uncompressed content size").map(drop)
}
fn compress(t: &Thread, this: C, data: Value, how: i64) -> R<Gc<Bytes>> {
    let data = buffer::bytes(t, data)?;
    let how = how as c_int;
    let mut input = In {
        start: data.as_ptr(),
        size: data.len(),
        pos: 0,
    };
    let mut out: Vec<u8> = Vec::new();
    loop {
        let before = out.len();
        let room = PIECE.max(before).min(64 << 20);
        out.resize(before + room, 0);
        let mut o = Out {
            start: out[before..].as_mut_ptr(),
            size: room,
            pos: 0,
        };
        let c = pointer(this.context.get());
        // SAFETY: a live context, buffers as long as they say.
        let left = unsafe { ZSTD_compressStream2(c, &mut o, &mut input, how) };
        out.truncate(before + o.pos);
        if let Err(e) = check(t, left, "compress Zstandard data") {
            // SAFETY: a live context: its session ends.
            unsafe { ZSTD_CCtx_reset(c, 1) };
            return Err(e);
        }
        let done = match how {
            CONTINUE => input.pos == input.size && o.pos < room,
            _ => left == 0,
        };
        if done {
            return Ok(Bytes::new(&out));
        }
    }
}

fn decompressor_new(t: &Thread, class: Gc<Type>) -> R<D> {
    // SAFETY: a new context, freed when the object dies.
    let context = unsafe { ZSTD_createDCtx() };
    if context.is_null() {
        return Err(errors::memory_error(t));
    }
    let d = Decompressor::alloc(class, Value::NONE, context as i64, 0);
    finalize::register(d.value());
    Ok(d)
}
fn decompressor_end(_t: &Thread, this: D) {
    let (context, digested) = (this.context.replace(0), this.digested.replace(0));
    // SAFETY: ours, freed once; null is allowed.
    unsafe {
        ZSTD_freeDCtx(pointer(context));
        ZSTD_freeDDict(pointer(digested));
    }
}
fn decompressor_set(_t: &Thread, this: D, parameter: i64, value: i64) -> bool {
    let d = pointer(this.context.get());
    // SAFETY: a live context.
    unsafe {
        ZSTD_isError(ZSTD_DCtx_setParameter(
            d,
            c_int_of(parameter),
            c_int_of(value),
        )) == 0
    }
}
fn decompressor_dict(t: &Thread, this: D, dict: Gc<Bytes>, kind: i64) -> R<()> {
    let (c, data) = (pointer(this.context.get()), dict.bytes());
    let (start, n) = (data.as_ptr(), data.len());
    this.dict.set(this, dict.value());
    // SAFETY: a live context; bytes do not move, and the object keeps them.
    let code = unsafe {
        match kind {
            DIGESTED => {
                let d = ZSTD_createDDict(start, n);
                if d.is_null() {
                    let m = "Failed to create a ZSTD_DDict instance from \
                             Zstandard dictionary content.";
                    return Err(ERROR.raise(t, m));
                }
                ZSTD_freeDDict(pointer(this.digested.replace(d as i64)));
                ZSTD_DCtx_refDDict(c, d)
            }
            UNDIGESTED => ZSTD_DCtx_loadDictionary(c, start, n),
            _ => ZSTD_DCtx_refPrefix(c, start, n),
        }
    };
    let doing = "load Zstandard dictionary or prefix for decompression";
    check(t, code, doing).map(drop)
}
/// The output, how much of the input was used, and whether the frame has ended.
fn decompress(t: &Thread, this: D, data: Value, limit: Option<i64>) -> R<Gc<Tuple>> {
    let data = buffer::bytes(t, data)?;
    let limit = super::incremental::limit(limit);
    let mut input = In {
        start: data.as_ptr(),
        size: data.len(),
        pos: 0,
    };
    let mut out: Vec<u8> = Vec::new();
    let ended = loop {
        let before = out.len();
        let room = PIECE.max(before).min(64 << 20).min(limit - before);
        out.resize(before + room, 0);
        let mut o = Out {
            start: out[before..].as_mut_ptr(),
            size: room,
            pos: 0,
        };
        let d = pointer(this.context.get());
        // SAFETY: a live context, buffers as long as they say.
        let left = unsafe { ZSTD_decompressStream(d, &mut o, &mut input) };
        out.truncate(before + o.pos);
        if check(t, left, "decompress Zstandard data")? == 0 {
            break true;
        }
        if out.len() >= limit || o.pos < room && input.pos == input.size {
            break false;
        }
    };
    Ok(Tuple::new(&[
        Bytes::new(&out).value(),
        Value::int(input.pos as i64),
        Value::bool(ended),
    ]))
}

fn get_param_bounds(t: &Thread, parameter: i64, is_compress: bool) -> R<Gc<Tuple>> {
    let p = c_int_of(parameter);
    // SAFETY: only looks at the number.
    let (b, doing) = unsafe {
        match is_compress {
            true => (
                ZSTD_cParam_getBounds(p),
                "get zstd compression parameter bounds",
            ),
            false => (
                ZSTD_dParam_getBounds(p),
                "get zstd decompression parameter bounds",
            ),
        }
    };
    check(t, b.error, doing)?;
    Ok(Tuple::new(&[
        Value::int(b.low.into()),
        Value::int(b.high.into()),
    ]))
}
fn get_frame_size(t: &Thread, frame_buffer: Value) -> R<i64> {
    let data = buffer::bytes(t, frame_buffer)?;
    // SAFETY: a buffer of that size.
    let (n, error) = unsafe {
        let n = ZSTD_findFrameCompressedSize(data.as_ptr(), data.len());
        (n, ZSTD_isError(n) != 0)
    };
    if error {
        // SAFETY: the library's own string.
        let name = unsafe { CStr::from_ptr(ZSTD_getErrorName(n)) };
        let m = format!(
            "Error when finding the compressed size of a Zstandard frame. Ensure the frame_buffer \
             argument starts from the beginning of a frame, and its length is not less than this \
             complete frame. Zstd error message: {}.",
            name.to_string_lossy()
        );
        return Err(ERROR.raise(t, m));
    }
    Ok(n as i64)
}
fn get_frame_info(t: &Thread, frame_buffer: Value) -> R<Gc<Tuple>> {
    let data = buffer::bytes(t, frame_buffer)?;
    let (start, n) = (data.as_ptr(), data.len());
    // SAFETY: a buffer of that size.
    let (size, id) = unsafe {
        (
            ZSTD_getFrameContentSize(start, n),
            ZSTD_getDictID_fromFrame(start, n),
        )
    };
    let size = match size {
        c_ulonglong::MAX => Value::NONE,
        s if s == c_ulonglong::MAX - 1 => {
            let m = "Error when getting information from the header of a Zstandard frame. Ensure \
                     the frame_buffer argument starts from the beginning of a frame, and its \
                     length is not less than the frame header (6~18 bytes).";
            return Err(ERROR.raise(t, m));
        }
        s => int::from_magnitude(false, s.into()),
    };
    Ok(Tuple::new(&[size, Value::int(id.into())]))
}
fn dict_id(_t: &Thread, dict: Gc<Bytes>) -> i64 {
    let data = dict.bytes();
    // SAFETY: a buffer of that size.
    i64::from(unsafe { ZSTD_getDictID_fromDict(data.as_ptr(), data.len()) })
}
fn sizes_of(t: &Thread, sizes: Gc<Tuple>) -> R<Vec<usize>> {
    let mut all = Vec::new();
    for v in sizes.items() {
        all.push(ops::index_i64(t, *v)?.max(0) as usize);
    }
    Ok(all)
}
fn trained(t: &Thread, mut out: Vec<u8>, code: usize, doing: &str) -> R<Gc<Bytes>> {
    // SAFETY: only looks at the number; the library's own string.
    unsafe {
        if ZDICT_isError(code) != 0 {
            let name = CStr::from_ptr(ZDICT_getErrorName(code)).to_string_lossy();
            return Err(ERROR.raise(t, format!("Unable to {doing}: {name}")));
        }
    }
    out.truncate(code);
    Ok(Bytes::new(&out))
}
fn train(t: &Thread, samples: Gc<Bytes>, sizes: Gc<Tuple>, size: i64) -> R<Gc<Bytes>> {
    let sizes = sizes_of(t, sizes)?;
    let mut out = vec![0; size.max(0) as usize];
    let (to, from) = (out.as_mut_ptr(), samples.bytes().as_ptr());
    // SAFETY: buffers as long as they say; the caller has added the sizes up.
    let code = unsafe {
        ZDICT_trainFromBuffer(to, out.len(), from, sizes.as_ptr(), sizes.len() as c_uint)
    };
    trained(t, out, code, "train the Zstandard dictionary")
}
fn finalize_dict(
    t: &Thread,
    content: Gc<Bytes>,
    samples: Gc<Bytes>,
    sizes: Gc<Tuple>,
    size: i64,
    level: i64,
) -> R<Gc<Bytes>> {
    let sizes = sizes_of(t, sizes)?;
    let mut out = vec![0; size.max(0) as usize];
    let settings = DictSettings {
        level: c_int_of(level),
        notification: 0,
        id: 0,
    };
    let (to, from, content) = (out.as_mut_ptr(), samples.bytes().as_ptr(), content.bytes());
    // SAFETY: buffers as long as they say; the caller has added the sizes up.
    let code = unsafe {
        ZDICT_finalizeDictionary(
            to,
            out.len(),
            content.as_ptr(),
            content.len(),
            from,
            sizes.as_ptr(),
            sizes.len() as c_uint,
            settings,
        )
    };
    trained(t, out, code, "finalize the Zstandard dictionary")
}

py_class! {
    /// A compression context.
    pub COMPRESSOR: Compressor = "Compressor", base kinds::OBJECT, flags flags::IMMUTABLE, module "_pyjit_zstd";
    methods {
        @staticmethod __new__(cls, /) => compressor_new;
        /// Sets a parameter; false if the library does not take it.
        set(self, parameter, value, /) => compressor_set;
        /// Uses a dictionary.
        load(self, dict, kind, level, /) => compressor_dict;
        /// Tells how much there will be.
        pledge(self, size, /) => pledge;
        /// Compresses some more.
        compress(self, data, mode, /) => compress;
        __del__(self, /) => compressor_end;
    }
}
py_class! {
    /// A decompression context.
    pub DECOMPRESSOR: Decompressor = "Decompressor", base kinds::OBJECT, flags flags::IMMUTABLE, module "_pyjit_zstd";
    methods {
        @staticmethod __new__(cls, /) => decompressor_new;
        /// Sets a parameter; false if the library does not take it.
        set(self, parameter, value, /) => decompressor_set;
        /// Uses a dictionary.
        load(self, dict, kind, /) => decompressor_dict;
        /// Decompresses some more.
        decompress(self, data, limit=-1, /) => decompress;
        __del__(self, /) => decompressor_end;
    }
}

fn init(t: &Thread, m: Gc<Module>) -> R<()> {
    ERROR.install(t, m)?;
    // SAFETY: constants of the library.
    let (version, level) = unsafe { (ZSTD_versionNumber(), ZSTD_defaultCLevel()) };
    m.set(t, "version", Value::int(version.into()))?;
    m.set(t, "default_level", Value::int(level.into()))
}

native_module! {
    /// The Zstandard library.
    pub MODULE = "_pyjit_zstd", classes [COMPRESSOR, DECOMPRESSOR], init init;
    functions {
        get_param_bounds(parameter, is_compress) => get_param_bounds;
        get_frame_size(frame_buffer) => get_frame_size;
        get_frame_info(frame_buffer) => get_frame_info;
        /// The number of a dictionary.
        dict_id(dict, /) => dict_id;
        /// A dictionary from samples.
        train(samples, sizes, size, /) => train;
        /// A dictionary from its content and samples.
        finalize(content, samples, sizes, size, level, /) => finalize_dict;
    }
}
