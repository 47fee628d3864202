//! `_hmac`: keyed hashing with the hashes of this crate.

use pyjit_heap::{Gc, Value};
use pyjit_runtime::core::{call, errors, kinds};
use pyjit_runtime::types::bytes::Bytes;
use pyjit_runtime::types::exceptions::Exc;
use pyjit_runtime::types::module::Module;
use pyjit_runtime::types::str_::Str;
use pyjit_runtime::types::type_::{flags, of_kind};
use pyjit_runtime::{R, Raised, Thread, py_class};

use super::{Algorithm, block, data, hex, sponge, state, store};
use crate::exception::ExceptionClass;
use crate::{native_layout, native_module};

native_layout! {
    /// The states of the inner and of the outer hash, and which hash it is.
    Hmac = 495, refs 1..3 { inner, outer } ints { algorithm }
}
type H = Gc<Hmac>;

static UNKNOWN: ExceptionClass = ExceptionClass::new("_hmac", "UnknownHashError", Exc::ValueError);

/// The hashes that have keyed forms.
pub fn all() -> [&'static Algorithm; 10] {
    let ([a, b, c, d, e, f], [g, h, i, j]) = (block::all(), sponge::all());
    [a, b, c, d, e, f, g, h, i, j]
}
/// The state of `a` after one block: the key, changed by `pad`.
fn keyed(a: &Algorithm, key: &[u8], pad: u8) -> Vec<u8> {
    let mut first = vec![pad; a.block];
    first.iter_mut().zip(key).for_each(|(b, k)| *b ^= k);
    let mut s = (a.start)();
    (a.update)(&mut s, &first);
    s
}
/// The states of both hashes before any message.
pub fn begin(a: &Algorithm, key: &[u8]) -> (Vec<u8>, Vec<u8>) {
    let short;
    let key = match key.len() > a.block {
        true => {
            let mut s = (a.start)();
            (a.update)(&mut s, key);
            short = (a.finish)(&s);
            &short
        }
        false => key,
    };
    (keyed(a, key, 0x36), keyed(a, key, 0x5c))
}
/// The result of both hashes.
pub fn end(a: &Algorithm, inner: &[u8], outer: &[u8]) -> Vec<u8> {
    let mut s = outer.to_vec();
    (a.update)(&mut s, &(a.finish)(inner));
    (a.finish)(&s)
}
#[cold]
fn unknown(t: &Thread, v: Value) -> Raised {
    match pyjit_runtime::core::ops::repr(t, v) {
        Ok(shown) => UNKNOWN.raise(t, format!("unsupported hash type: {}", shown.lossy())),
        Err(e) => e,
    }
}
/// The hash with that name, however it is written.
pub fn named(name: &str) -> Option<usize> {
    let plain = name.to_ascii_lowercase().replace('-', "_");
    let number = plain.strip_prefix("sha_");
    let number = number.or_else(|| plain.strip_prefix("sha2_"));
    let plain = number.map_or(plain.clone(), |n| format!("sha{n}"));
    all().iter().position(|a| a.name == plain)
}
/// The hash that a name, or a constructor of ours, stands for.
fn algorithm(t: &Thread, v: Value) -> R<usize> {
    let found = match v.cast::<Str>() {
        Some(s) => named(&s.lossy()),
        None => pyjit_runtime::core::native::NativeObject::of(v)
            .and_then(|f| named(f.def().name.trim_start_matches("openssl_"))),
    };
    found.ok_or_else(|| unknown(t, v))
}
fn new(t: &Thread, key: Value, msg: Option<Value>, digestmod: Option<Value>) -> R<H> {
    let Some(digestmod) = digestmod.filter(|d| !d.is_none()) else {
        let m = "new() missing 1 required argument 'digestmod'";
        return Err(errors::type_error(t, m));
    };
    let i = algorithm(t, digestmod)?;
    let a = all()[i];
    let (mut inner, outer) = begin(a, &data(t, key)?);
    if let Some(m) = msg.filter(|m| !m.is_none()) {
        (a.update)(&mut inner, &data(t, m)?);
    }
    object(t, i, &inner, &outer)
}
/// An object with these states.
fn object(t: &Thread, i: usize, inner: &[u8], outer: &[u8]) -> R<H> {
    let (inner, outer) = (store(t, inner)?, store(t, outer)?);
    Ok(Hmac::alloc(of_kind(495), inner, outer, i as i64))
}
/// The object for hash number `i`, with a first message.
pub fn make(t: &Thread, i: usize, key: &[u8], msg: &[u8]) -> R<Value> {
    let (mut inner, outer) = begin(all()[i], key);
    (all()[i].update)(&mut inner, msg);
    Ok(object(t, i, &inner, &outer)?.value())
}
fn one_shot(t: &Thread, a: &Algorithm, key: Value, msg: Value) -> R<Gc<Bytes>> {
    let (mut inner, outer) = begin(a, &data(t, key)?);
    (a.update)(&mut inner, &data(t, msg)?);
    Ok(Bytes::new(&end(a, &inner, &outer)))
}
fn compute_digest(t: &Thread, key: Value, msg: Value, digest: Value) -> R<Gc<Bytes>> {
    let i = algorithm(t, digest)?;
    one_shot(t, all()[i], key, msg)
}
macro_rules! one_shots {
    ($($f:ident $i:literal;)*) => { $(
        fn $f(t: &Thread, key: Value, msg: Value) -> R<Gc<Bytes>> {
            one_shot(t, all()[$i], key, msg)
        }
    )* };
}
one_shots! {
    md5 0; sha1 1; sha224 2; sha256 3; sha384 4; sha512 5;
    sha3_224 6; sha3_256 7; sha3_384 8; sha3_512 9;
}
fn blake(t: &Thread, module_name: &str, key: Value, msg: Value) -> R<Value> {
    let make = crate::import::attribute(t, "hmac", "HMAC")?;
    let class = crate::import::attribute(t, "_blake2", module_name)?;
    let h = call::call(t, make, &[key, msg, class])?;
    call::call_attr(t, h, "digest", &[])
}
fn blake2b(t: &Thread, key: Value, msg: Value) -> R<Value> {
    blake(t, "blake2b", key, msg)
}
fn blake2s(t: &Thread, key: Value, msg: Value) -> R<Value> {
    blake(t, "blake2s", key, msg)
}

fn of(h: H) -> &'static Algorithm {
    all()[h.algorithm.get() as usize]
}
fn copy(t: &Thread, h: H) -> R<H> {
    let inner = store(t, state(h.inner.get()).bytes())?;
    Ok(Hmac::alloc(
        of_kind(495),
        inner,
        h.outer.get(),
        h.algorithm.get(),
    ))
}
fn update(t: &Thread, h: H, msg: Value) -> R<()> {
    let b = data(t, msg)?;
    (of(h).update)(state(h.inner.get()).bytes_mut(), &b);
    Ok(())
}
fn result(h: H) -> Vec<u8> {
    end(
        of(h),
        state(h.inner.get()).bytes(),
        state(h.outer.get()).bytes(),
    )
}
fn digest(_t: &Thread, h: H) -> Gc<Bytes> {
    Bytes::new(&result(h))
}
fn hexdigest(_t: &Thread, h: H) -> Gc<Str> {
    hex(&result(h))
}
fn name(_t: &Thread, h: H) -> String {
    format!("hmac-{}", of(h).name)
}
fn repr(_t: &Thread, h: H) -> String {
    format!("<{} HMAC object @ {:#x}>", of(h).name, h.addr())
}
fn block_size(_t: &Thread, h: H) -> usize {
    of(h).block
}
fn digest_size(_t: &Thread, h: H) -> usize {
    of(h).digest
}
fn init(t: &Thread, m: Gc<Module>) -> R<()> {
    UNKNOWN.install(t, m)?;
    m.set(t, "_GIL_MINSIZE", Value::int(super::GIL_MINSIZE))
}

py_class! {
    /// The HMAC object.
    pub CLASS: Hmac = "HMAC", base kinds::OBJECT, flags flags::NO_NEW | flags::IMMUTABLE, module "_hmac";
    methods {
        __repr__(self, /) => repr;
        /// Return a copy ("clone") of the HMAC object.
        copy(self, /) => copy;
        /// Update the HMAC object with the given message.
        update(self, msg) => update;
        /// Return the digest of the bytes passed to the update() method so far.
        digest(self, /) => digest;
        /// Return hexadecimal digest of the bytes passed to the update() method so far.
        hexdigest(self, /) => hexdigest;
    }
    getset {
        name => name;
        block_size => block_size;
        digest_size => digest_size;
    }
}
native_module! {
    pub MODULE = "_hmac", classes [CLASS], init init;
    functions {
        /// Return a new HMAC object.
        new(key, msg=None, digestmod=None) => new;
        compute_digest(key, msg, digest) => compute_digest;
        compute_md5(key, msg, /) => md5;
        compute_sha1(key, msg, /) => sha1;
        compute_sha224(key, msg, /) => sha224;
        compute_sha256(key, msg, /) => sha256;
        compute_sha384(key, msg, /) => sha384;
        compute_sha512(key, msg, /) => sha512;
        compute_sha3_224(key, msg, /) => sha3_224;
        compute_sha3_256(key, msg, /) => sha3_256;
        compute_sha3_384(key, msg, /) => sha3_384;
        compute_sha3_512(key, msg, /) => sha3_512;
        compute_blake2b_32(key, msg, /) => blake2b;
        compute_blake2s_32(key, msg, /) => blake2s;
    }
}
