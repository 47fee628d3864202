//! `_md5`, `_sha1`, `_sha2`, `_sha3`, `_blake2`. The state of a hash is bytes in
//! a heap buffer; an [`Algorithm`] says how to go on from it.

mod blake;
mod block;
mod derive;
mod hmac;
mod openssl;
mod sponge;

use pyjit_heap::{Gc, RawArray, Value};
use pyjit_runtime::core::errors;
use pyjit_runtime::types::buffer::{self, Buffer};
use pyjit_runtime::types::bytes::Bytes;
use pyjit_runtime::types::str_::Str;
use pyjit_runtime::{R, Thread};

pub use blake::MODULE as BLAKE2;
pub use block::{MD5, SHA1, SHA2};
pub use hmac::MODULE as HMAC;
pub use openssl::MODULE as HASHLIB;
pub use sponge::MODULE as SHA3;

/// What the modules call `_GIL_MINSIZE`.
const GIL_MINSIZE: i64 = 2048;

/// How a hash is computed.
struct Algorithm {
    name: &'static str,
    /// Bytes of the result (0: any number) and of a block.
    digest: usize,
    block: usize,
    start: fn() -> Vec<u8>,
    update: fn(&mut [u8], &[u8]),
    finish: fn(&[u8]) -> Vec<u8>,
    /// [`derive::rounds`] of it.
    rounds: fn(&[u8], &[u8], Vec<u8>, u64) -> Vec<u8>,
}

/// A state in the heap.
fn store(t: &Thread, state: &[u8]) -> R<Value> {
    let Some(a) = RawArray::new(state.len()) else {
        return Err(errors::memory_error(t));
    };
    a.bytes_mut().copy_from_slice(state);
    Ok(a.value())
}
fn state(v: Value) -> Gc<RawArray> {
    Gc::from_value(v)
}

/// The bytes to be hashed.
fn data<'t>(t: &'t Thread, v: Value) -> R<Buffer<'t>> {
    if v.cast::<Str>().is_some() {
        let m = "Strings must be encoded before hashing";
        return Err(errors::type_error(t, m));
    }
    match buffer::acquire(t, v)? {
        Some(b) => Ok(b),
        None => {
            let m = "object supporting the buffer API required";
            Err(errors::type_error(t, m))
        }
    }
}
/// `data` or, as it was once called, `string`.
fn either(t: &Thread, data: Option<Value>, string: Option<Value>) -> R<Option<Value>> {
    match (data, string.filter(|s| !s.is_none())) {
        (Some(_), Some(_)) => {
            let m = "'data' and 'string' are mutually exclusive and support for 'string' keyword parameter is slated for removal in a future version.";
            Err(errors::type_error(t, m))
        }
        (a, b) => Ok(a.or(b)),
    }
}
/// The state after the first data.
fn begin(t: &Thread, a: &Algorithm, data: Option<Value>, string: Option<Value>) -> R<Value> {
    let first = either(t, data, string)?;
    let new = store(t, &(a.start)())?;
    if let Some(v) = first {
        feed(t, a, new, v)?;
    }
    Ok(new)
}
fn feed(t: &Thread, a: &Algorithm, to: Value, v: Value) -> R<()> {
    let b = data(t, v)?;
    (a.update)(state(to).bytes_mut(), &b);
    Ok(())
}
fn result_of(a: &Algorithm, of: Value) -> Gc<Bytes> {
    Bytes::new(&(a.finish)(state(of).bytes()))
}
fn hex(bytes: &[u8]) -> Gc<Str> {
    let text: String = bytes.iter().map(|b| format!("{b:02x}")).collect();
    Str::new(&text)
}

/// Declares the classes of hashes that need no arguments but the data: layout and its
/// number, algorithm, module of their functions.
macro_rules! hash_classes {
    ($($layout:ident $kind:literal $algorithm:ident $functions:ident;)*) => { $(
        $crate::native_layout! {
            /// A hash that is being computed.
            $layout = $kind, refs 1..2 { state } ints { }
        }
        #[allow(missing_docs, dead_code)]
        mod $functions {
            use super::*;
            type H = Gc<$layout>;
            const A: &Algorithm = &$algorithm;
            pub fn make(t: &Thread, data: Option<Value>, _secure: Option<Value>, string: Option<Value>) -> R<H> {
                let state = begin(t, A, data, string)?;
                Ok($layout::alloc(of_kind($kind), state))
            }
            pub fn new(t: &Thread, _class: Gc<Type>, data: Option<Value>, secure: Option<Value>, string: Option<Value>) -> R<H> {
                make(t, data, secure, string)
            }
            pub fn copy(t: &Thread, this: H) -> R<H> {
                let state = store(t, super::state(this.state.get()).bytes())?;
                Ok($layout::alloc(of_kind($kind), state))
            }
            pub fn update(t: &Thread, this: H, v: Value) -> R<()> {
                feed(t, A, this.state.get(), v)
            }
            pub fn digest(_t: &Thread, this: H) -> Gc<Bytes> {
                result_of(A, this.state.get())
            }
            pub fn hexdigest(_t: &Thread, this: H) -> Gc<Str> {
                hex(result_of(A, this.state.get()).bytes())
            }
            pub fn long(t: &Thread, this: H, length: i64) -> R<Gc<Bytes>> {
                Ok(Bytes::new(&sized(t, this.state.get(), length)?))
            }
            pub fn hexlong(t: &Thread, this: H, length: i64) -> R<Gc<Str>> {
                Ok(hex(&sized(t, this.state.get(), length)?))
            }
            pub fn name(_t: &Thread, _this: H) -> &'static str {
                A.name
            }
            pub fn digest_size(_t: &Thread, _this: H) -> usize {
                A.digest
            }
            pub fn block_size(_t: &Thread, _this: H) -> usize {
                A.block
            }
        }
    )* };
}
use hash_classes;

/// A result of the length that the user wants; only sponges have that.
fn sized(t: &Thread, of: Value, length: i64) -> R<Vec<u8>> {
    if length < 0 {
        return Err(errors::value_error(t, "Cannot convert negative int"));
    }
    if length >= 1 << 29 {
        return Err(errors::value_error(t, "length is too large"));
    }
    Ok(sponge::squeeze(state(of).bytes(), length as usize))
}
