//! Arrays as bytes, text and files.

use pyjit_heap::{Gc, Value};
use pyjit_runtime::core::{call, errors};
use pyjit_runtime::types::buffer;
use pyjit_runtime::types::bytes::Bytes;
use pyjit_runtime::types::exceptions::Exc;
use pyjit_runtime::types::str_::Str;
use pyjit_runtime::types::tuple::Tuple;
use pyjit_runtime::types::type_::type_name;
use pyjit_runtime::unicode::wtf8;
use pyjit_runtime::{R, Thread};

use super::A;
use super::code::push_char;

/// How much a file is given at once.
const BLOCK: usize = 64 * 1024;

pub fn typecode(_t: &Thread, this: A) -> String {
    (this.code().letter as char).to_string()
}
pub fn itemsize(_t: &Thread, this: A) -> usize {
    this.code().size
}
pub fn buffer_info(_t: &Thread, this: A) -> Gc<Tuple> {
    let address = this.storage().bytes().as_ptr().addr();
    Tuple::new(&[Value::int(address as i64), Value::int(this.len() as i64)])
}
pub fn byteswap(_t: &Thread, this: A) {
    let n = this.code().size;
    let storage = this.storage();
    let all = storage.bytes_mut();
    all.chunks_exact_mut(n).for_each(<[u8]>::reverse);
}
pub fn frombytes(t: &Thread, this: A, v: Value) -> R<()> {
    let data = buffer::bytes(t, v)?;
    if data.len() % this.code().size != 0 {
        let m = "bytes length not a multiple of item size";
        return Err(errors::value_error(t, m));
    }
    let copy = data.to_vec();
    drop(data);
    this.splice(t, this.len(), this.len(), &copy)
}
pub fn tobytes(_t: &Thread, this: A) -> Gc<Bytes> {
    Bytes::new(this.storage().bytes())
}
pub fn fromfile(t: &Thread, this: A, file: Value, n: i64) -> R<()> {
    if n < 0 {
        return Err(errors::value_error(t, "negative count"));
    }
    let Some(wanted) = n.checked_mul(this.code().size as i64) else {
        return Err(errors::memory_error(t));
    };
    let data = call::call_attr(t, file, "read", &[Value::int(wanted)])?;
    let Some(b) = data.cast::<Bytes>() else {
        return Err(errors::type_error(t, "read() didn't return bytes"));
    };
    let short = b.len() as i64 != wanted;
    frombytes(t, this, data)?;
    if short {
        let m = "read() didn't return enough bytes";
        return Err(errors::raise(t, Exc::EOFError, m));
    }
    Ok(())
}
pub fn tofile(t: &Thread, this: A, file: Value) -> R<()> {
    let mut at = 0;
    while at < this.storage().bytes().len() {
        let storage = this.storage();
        let rest = &storage.bytes()[at..];
        let block = Bytes::new(&rest[..rest.len().min(BLOCK)]);
        call::call_attr(t, file, "write", &[block.value()])?;
        at += BLOCK;
    }
    Ok(())
}

/// Adds the characters of a string.
pub fn extend_text(t: &Thread, this: A, s: Gc<Str>) -> R<()> {
    let data: Vec<u8> = wtf8::code_points(s.bytes())
        .flat_map(u32::to_ne_bytes)
        .collect();
    this.splice(t, this.len(), this.len(), &data)
}
pub fn fromunicode(t: &Thread, this: A, v: Value) -> R<()> {
    let Some(s) = v.cast::<Str>() else {
        let m = format!("fromunicode() argument must be str, not {}", type_name(v));
        return Err(errors::type_error(t, m));
    };
    if !this.code().is_char() {
        let m = "fromunicode() may only be called on unicode type arrays ('u' or 'w')";
        return Err(errors::value_error(t, m));
    }
    extend_text(t, this, s)
}
pub fn tounicode(t: &Thread, this: A) -> R<Value> {
    if !this.code().is_char() {
        let m = "tounicode() may only be called on unicode type arrays ('u' or 'w')";
        return Err(errors::value_error(t, m));
    }
    let mut text = Vec::new();
    for c in this.storage().bytes().chunks_exact(4) {
        let mut word = [0; 4];
        word.copy_from_slice(c);
        push_char(t, &mut text, u32::from_ne_bytes(word))?;
    }
    Ok(Str::from_wtf8(&text).value())
}
