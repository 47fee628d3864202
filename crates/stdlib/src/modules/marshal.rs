//! `marshal`: serialised code objects, and the simple values that go with
//! them. The format is our own; files are only read back by the same version.

use pyjit_heap::{Gc, Value};
use pyjit_runtime::core::{call, errors, kinds};
use pyjit_runtime::types::bytes::{self, Bytes};
use pyjit_runtime::types::bytes_methods;
use pyjit_runtime::{R, Thread};

use crate::native_module;

fn dumps(
    t: &Thread,
    value: Value,
    _version: Option<i64>,
    _allow_code: Option<bool>,
) -> R<Gc<Bytes>> {
    if value.is_ptr() && value.shape_id() == kinds::CODE {
        return Ok(Bytes::new(&t.host().encode_code(t, value)?));
    }
    Err(errors::value_error(t, "unmarshallable object"))
}
fn loads(t: &Thread, data: Value, _allow_code: Option<bool>) -> R<Value> {
    let data = match bytes::like(data) {
        Some(b) => b.to_vec(),
        None => bytes_methods::to_bytes(t, data)?.bytes().to_vec(),
    };
    t.host().decode_code(t, &data)
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
fn load(t: &Thread, file: Value, allow_code: Option<bool>) -> R<Value> {
    let b = call::call_attr(t, file, "read", &[])?;
    loads(t, b, allow_code)
}

native_module! {
    /// Read and write code objects in a binary format.
    pub MODULE = "marshal";
    functions {
        dumps(value, version=4, /, *, allow_code=True) => dumps;
        loads(bytes, /, *, allow_code=True) => loads;
        dump(value, file, version=4, /, *, allow_code=True) => dump;
        load(file, /, *, allow_code=True) => load;
    }
}
