//! MD5, SHA-1 and SHA-2, by the crates of RustCrypto.

use md5::Md5;
use pyjit_heap::{Gc, Value};
use pyjit_runtime::core::class;
use pyjit_runtime::core::kinds;
use pyjit_runtime::types::bytes::Bytes;
use pyjit_runtime::types::module::Module;
use pyjit_runtime::types::str_::Str;
use pyjit_runtime::types::type_::{Type, flags, of_kind};
use pyjit_runtime::{R, Thread, py_class};
use sha1::Sha1;
use sha2::digest::Digest;
use sha2::digest::common::hazmat::{SerializableState, SerializedState};
use sha2::{Sha224, Sha256, Sha384, Sha512};

use super::{
    Algorithm, GIL_MINSIZE, begin, feed, hash_classes, hex, result_of, sized, state, store,
};
use crate::native_module;

fn start<D: Digest + SerializableState>() -> Vec<u8> {
    D::new().serialize().to_vec()
}
/// The hash whose state that is; states are made here only.
fn resume<D: Digest + SerializableState>(state: &[u8]) -> D {
    SerializedState::<D>::try_from(state)
        .ok()
        .and_then(|s| D::deserialize(&s).ok())
        .unwrap_or_else(D::new)
}
fn update<D: Digest + SerializableState>(state: &mut [u8], data: &[u8]) {
    let mut d = resume::<D>(state);
    d.update(data);
    state.copy_from_slice(&d.serialize());
}
fn finish<D: Digest + SerializableState>(state: &[u8]) -> Vec<u8> {
    resume::<D>(state).finalize().to_vec()
}
/// As [`super::derive::rounds`], without going through bytes.
fn rounds<D: Digest + SerializableState + Clone>(
    inner: &[u8],
    outer: &[u8],
    first: Vec<u8>,
    n: u64,
) -> Vec<u8> {
    let (inner, outer) = (resume::<D>(inner), resume::<D>(outer));
    let (mut all, mut last) = (first.clone(), first);
    for _ in 0..n {
        let (mut i, mut o) = (inner.clone(), outer.clone());
        i.update(&last);
        o.update(i.finalize());
        last.copy_from_slice(&o.finalize());
        all.iter_mut().zip(&last).for_each(|(x, y)| *x ^= y);
    }
    all
}

macro_rules! algorithms {
    ($($name:ident $text:literal $digest:literal $block:literal $d:ty;)*) => { $(
        static $name: Algorithm = Algorithm {
            name: $text,
            digest: $digest,
            block: $block,
            start: start::<$d>,
            update: update::<$d>,
            finish: finish::<$d>,
            rounds: rounds::<$d>,
        };
    )* };
}
algorithms! {
    MD5_HASH "md5" 16 64 Md5;
    SHA1_HASH "sha1" 20 64 Sha1;
    SHA224_HASH "sha224" 28 64 Sha224;
    SHA256_HASH "sha256" 32 64 Sha256;
    SHA384_HASH "sha384" 48 128 Sha384;
    SHA512_HASH "sha512" 64 128 Sha512;
}
hash_classes! {
    Md5Object 470 MD5_HASH md5_;
    Sha1Object 471 SHA1_HASH sha1_;
    Sha224Object 472 SHA224_HASH sha224_;
    Sha256Object 473 SHA256_HASH sha256_;
    Sha384Object 474 SHA384_HASH sha384_;
    Sha512Object 475 SHA512_HASH sha512_;
}
macro_rules! classes {
    ($($table:ident $layout:ident $class:literal $module:literal $f:ident;)*) => { $(
        py_class! {
            pub $table: $layout = $class, base kinds::OBJECT, flags flags::NO_NEW, module $module;
            methods {
                /// Return a copy of the hash object.
                copy(self, /) => $f::copy;
                /// Return the digest value as a bytes object.
                digest(self, /) => $f::digest;
                /// Return the digest value as a string of hexadecimal digits.
                hexdigest(self, /) => $f::hexdigest;
                /// Update this hash object's state with the provided string.
                update(self, obj, /) => $f::update;
            }
            getset {
                block_size => $f::block_size;
                name => $f::name;
                digest_size => $f::digest_size;
            }
        }
    )* };
}
classes! {
    MD5_CLASS Md5Object "md5" "_md5" md5_;
    SHA1_CLASS Sha1Object "sha1" "_sha1" sha1_;
    SHA224_CLASS Sha224Object "SHA224Type" "_sha2" sha224_;
    SHA256_CLASS Sha256Object "SHA256Type" "_sha2" sha256_;
    SHA384_CLASS Sha384Object "SHA384Type" "_sha2" sha384_;
    SHA512_CLASS Sha512Object "SHA512Type" "_sha2" sha512_;
}

fn init_md5(t: &Thread, m: Gc<Module>) -> R<()> {
    m.set(t, "_GIL_MINSIZE", Value::int(GIL_MINSIZE))?;
    m.set(t, "MD5Type", class::make(t, &MD5_CLASS).value())
}
fn init_sha1(t: &Thread, m: Gc<Module>) -> R<()> {
    m.set(t, "_GIL_MINSIZE", Value::int(GIL_MINSIZE))?;
    m.set(t, "SHA1Type", class::make(t, &SHA1_CLASS).value())
}
fn init_sha2(t: &Thread, m: Gc<Module>) -> R<()> {
    m.set(t, "_GIL_MINSIZE", Value::int(GIL_MINSIZE))
}

native_module! {
    pub MD5 = "_md5", init init_md5;
    functions {
        /// Return a new MD5 hash object; optionally initialized with a string.
        md5(data=b"", *, usedforsecurity=True, string=None) => md5_::make;
    }
}
native_module! {
    pub SHA1 = "_sha1", init init_sha1;
    functions {
        /// Return a new SHA1 hash object; optionally initialized with a string.
        sha1(data=b"", *, usedforsecurity=True, string=None) => sha1_::make;
    }
}
native_module! {
    pub SHA2 = "_sha2", classes [SHA224_CLASS, SHA256_CLASS, SHA384_CLASS, SHA512_CLASS], init init_sha2;
    functions {
        /// Return a new SHA-224 hash object; optionally initialized with a string.
        sha224(data=b"", *, usedforsecurity=True, string=None) => sha224_::make;
        /// Return a new SHA-256 hash object; optionally initialized with a string.
        sha256(data=b"", *, usedforsecurity=True, string=None) => sha256_::make;
        /// Return a new SHA-384 hash object; optionally initialized with a string.
        sha384(data=b"", *, usedforsecurity=True, string=None) => sha384_::make;
        /// Return a new SHA-512 hash object; optionally initialised with a string.
        sha512(data=b"", *, usedforsecurity=True, string=None) => sha512_::make;
    }
}
/// All of them, for keyed hashing.
pub(super) fn all() -> [&'static Algorithm; 6] {
    [
        &MD5_HASH,
        &SHA1_HASH,
        &SHA224_HASH,
        &SHA256_HASH,
        &SHA384_HASH,
        &SHA512_HASH,
    ]
}
