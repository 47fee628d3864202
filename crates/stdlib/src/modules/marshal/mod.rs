//! `marshal`: simple values and code objects as bytes, in CPython's format. Only what is
//! inside of code objects is our own, since their bytecode is.

mod read;
mod write;

use pyjit_heap::{Gc, Value};
use pyjit_runtime::core::{audit, call, errors};
use pyjit_runtime::types::bytes::{self, Bytes};
use pyjit_runtime::types::{buffer, int};
use pyjit_runtime::{R, Thread};

use crate::native_module;

/// The version that is written unless another is asked for.
const VERSION: i64 = 5;
/// Deepest nesting of containers.
const MAX_DEPTH: usize = 2000;
/// Bits of a digit of a large integer.
const DIGIT: usize = 15;

/// What a value is, as the byte before it says; the highest bit says that others refer to it.
mod tag {
    pub const NULL: u8 = b'0';
    pub const NONE: u8 = b'N';
    pub const FALSE: u8 = b'F';
    pub const TRUE: u8 = b'T';
    pub const STOP_ITERATION: u8 = b'S';
    pub const ELLIPSIS: u8 = b'.';
    pub const INT: u8 = b'i';
    pub const LONG: u8 = b'l';
    pub const FLOAT: u8 = b'f';
    pub const BINARY_FLOAT: u8 = b'g';
    pub const COMPLEX: u8 = b'x';
    pub const BINARY_COMPLEX: u8 = b'y';
    pub const BYTES: u8 = b's';
    pub const INTERNED: u8 = b't';
    pub const TEXT: u8 = b'u';
    pub const ASCII: u8 = b'a';
    pub const ASCII_INTERNED: u8 = b'A';
    pub const SHORT_ASCII: u8 = b'z';
    pub const SHORT_ASCII_INTERNED: u8 = b'Z';
    pub const TUPLE: u8 = b'(';
    pub const SMALL_TUPLE: u8 = b')';
    pub const LIST: u8 = b'[';
    pub const DICT: u8 = b'{';
    pub const SET: u8 = b'<';
    pub const FROZEN_SET: u8 = b'>';
    pub const SLICE: u8 = b':';
    pub const CODE: u8 = b'c';
    pub const REFERENCE: u8 = b'r';
    pub const REFERRED: u8 = 0x80;
}

fn dumps(t: &Thread, value: Value, version: Option<i64>, allow_code: Option<bool>) -> R<Gc<Bytes>> {
    let version = version.unwrap_or(VERSION);
    audit::event(t, "marshal.dumps", || [value, Value::int(version)])?;
    let out = write::bytes(t, value, version, allow_code.unwrap_or(true))?;
    Ok(Bytes::new(&out))
}

fn loads(t: &Thread, data: Value, allow_code: Option<bool>) -> R<Value> {
    let allow_code = allow_code.unwrap_or(true);
    audit::event(t, "marshal.loads", || [data])?;
    if let Some(b) = data.cast::<Bytes>() {
        return read::value(t, b.bytes(), allow_code).map(|(v, _)| v);
    }
    let Some(copy) = buffer::copy(t, data)? else {
        let name = pyjit_runtime::types::type_::type_name(data);
        let m = format!("a bytes-like object is required, not '{name}'");
        return Err(errors::type_error(t, m));
    };
    read::value(t, &copy, allow_code).map(|(v, _)| v)
}

fn dump(
    t: &Thread,
    value: Value,
    file: Value,
    version: Option<i64>,
    allow_code: Option<bool>,
) -> R<Value> {
    let b = dumps(t, value, version, allow_code)?;
    call::call_attr(t, file, "write", &[b.value()])
}

/// Reads one value. What was read of the file behind it is given back by seeking.
fn load(t: &Thread, file: Value, allow_code: Option<bool>) -> R<Value> {
    audit::event(t, "marshal.load", || [])?;
    let b = call::call_attr(t, file, "read", &[])?;
    let Some(data) = bytes::like(b) else {
        let name = pyjit_runtime::types::type_::type_name(b);
        let m = format!("file.read() returned not bytes but {name}");
        return Err(errors::type_error(t, m));
    };
    let data = data.to_vec();
    let (v, used) = read::value(t, &data, allow_code.unwrap_or(true))?;
    let rest = data.len() - used;
    if rest > 0 {
        let back = int::from_i64(t, -(rest as i64));
        call::call_attr(t, file, "seek", &[back, Value::int(1)])?;
    }
    Ok(v)
}

native_module! {
    /// Read and write simple values and code objects in a binary format.
    pub MODULE = "marshal", init init;
    functions {
        dumps(value, version=5, /, *, allow_code=True) => dumps;
        loads(bytes, /, *, allow_code=True) => loads;
        dump(value, file, version=5, /, *, allow_code=True) => dump;
        load(file, /, *, allow_code=True) => load;
    }
}

fn init(t: &Thread, m: Gc<pyjit_runtime::types::module::Module>) -> R<()> {
    let name = pyjit_runtime::types::str_::intern("version");
    pyjit_runtime::core::attr::set(t, m.value(), name, Some(Value::int(VERSION)))
}
