//! `_hashlib`: hashes by name, keyed hashes and derivation of keys under the
//! names that `hashlib` and `hmac` look for first.

use pyjit_heap::{Gc, Value};
use pyjit_runtime::core::class;
use pyjit_runtime::core::native::{FromArg, NativeObject, Position};
use pyjit_runtime::core::{attr, call, errors, kinds, ops};
use pyjit_runtime::types::buffer::{self, Buffer};
use pyjit_runtime::types::bytes::Bytes;
use pyjit_runtime::types::dict::Dict;
use pyjit_runtime::types::exceptions::Exc;
use pyjit_runtime::types::module::Module;
use pyjit_runtime::types::str_::{Str, intern};
use pyjit_runtime::types::tuple::Tuple;
use pyjit_runtime::types::type_::{class_of, flags, of_kind, shown_type, type_name};
use pyjit_runtime::{R, Raised, Thread, py_class};

use super::{Algorithm, begin, derive, feed, hex, hmac, result_of, sized, sponge, state, store};
use crate::exception::ExceptionClass;
use crate::{native_layout, native_module};

native_layout! {
    /// The state of a hash, and which one it is.
    Hash = 526, refs 1..2 { state } ints { algorithm }
}
native_layout! {
    /// The same of a hash whose result has any length.
    Xof = 527, refs 1..2 { state } ints { algorithm }
}
/// A `HASH`, perhaps a `HASHXOF`: the fields are the same.
#[derive(Clone, Copy)]
struct Any(Gc<Hash>);
impl FromArg for Any {
    fn from_arg(t: &Thread, v: Value, at: Position) -> R<Any> {
        if v.cast::<Hash>().is_some() || v.cast::<Xof>().is_some() {
            return Ok(Any(Gc::from_value(v)));
        }
        let (name, got) = (at.names.name, type_name(v));
        let m =
            format!("descriptor '{name}' requires a '_hashlib.HASH' object but received '{got}'");
        Err(errors::type_error(t, m))
    }
}

static UNSUPPORTED: ExceptionClass =
    ExceptionClass::new("_hashlib", "UnsupportedDigestmodError", Exc::ValueError);

/// All hashes: those with keyed forms first.
fn all() -> [&'static Algorithm; 12] {
    let ([a, b, c, d, e, f, g, h, i, j], [k, l]) = (hmac::all(), sponge::endless());
    [a, b, c, d, e, f, g, h, i, j, k, l]
}
const FIRST_ENDLESS: usize = 10;

fn unsupported(t: &Thread) -> Raised {
    UNSUPPORTED.raise(t, "[digital envelope routines] unsupported")
}
fn make(t: &Thread, i: usize, data: Option<Value>, string: Option<Value>) -> R<Value> {
    let state = begin(t, all()[i], data, string)?;
    Ok(object(i, state))
}
fn object(i: usize, state: Value) -> Value {
    match i < FIRST_ENDLESS {
        true => Hash::alloc(of_kind(526), state, i as i64).value(),
        false => Xof::alloc(of_kind(527), state, i as i64).value(),
    }
}
fn new(
    t: &Thread,
    name: Value,
    data: Option<Value>,
    _secure: Option<Value>,
    string: Option<Value>,
) -> R<Value> {
    let Some(s) = name.cast::<Str>() else {
        let m = format!(
            "new() argument 'name' must be str, not {}",
            shown_type(name)
        );
        return Err(errors::type_error(t, m));
    };
    let s = s.lossy();
    let endless = || {
        let plain = s.to_ascii_lowercase().replace('-', "_");
        all().iter().position(|a| a.name == plain)
    };
    let found = hmac::named(&s).or_else(endless);
    make(t, found.ok_or_else(|| unsupported(t))?, data, string)
}
macro_rules! constructors {
    ($($f:ident $i:literal;)*) => { $(
        fn $f(t: &Thread, data: Option<Value>, _secure: Option<Value>, string: Option<Value>) -> R<Value> {
            make(t, $i, data, string)
        }
    )* };
}
constructors! {
    md5 0; sha1 1; sha224 2; sha256 3; sha384 4; sha512 5;
    sha3_224 6; sha3_256 7; sha3_384 8; sha3_512 9; shake_128 10; shake_256 11;
}

fn of(h: Any) -> &'static Algorithm {
    all()[h.0.algorithm.get() as usize]
}
fn copy(t: &Thread, h: Any) -> R<Value> {
    let state = store(t, state(h.0.state.get()).bytes())?;
    Ok(object(h.0.algorithm.get() as usize, state))
}
fn update(t: &Thread, h: Any, data: Value) -> R<()> {
    feed(t, of(h), h.0.state.get(), data)
}
fn digest(_t: &Thread, h: Any) -> Gc<Bytes> {
    result_of(of(h), h.0.state.get())
}
fn hexdigest(_t: &Thread, h: Any) -> Gc<Str> {
    hex(result_of(of(h), h.0.state.get()).bytes())
}
fn long(t: &Thread, h: Any, length: i64) -> R<Gc<Bytes>> {
    Ok(Bytes::new(&sized(t, h.0.state.get(), length)?))
}
fn hexlong(t: &Thread, h: Any, length: i64) -> R<Gc<Str>> {
    Ok(hex(&sized(t, h.0.state.get(), length)?))
}
fn repr(_t: &Thread, h: Any) -> String {
    let class = class_of(h.0.value()).message_name();
    format!("<{} {class} object @ {:#x}>", of(h).name, h.0.addr())
}
fn name(_t: &Thread, h: Any) -> &'static str {
    of(h).name
}
fn digest_size(_t: &Thread, h: Any) -> usize {
    of(h).digest
}
fn block_size(_t: &Thread, h: Any) -> usize {
    of(h).block
}

py_class! {
    /// A hash is an object used to calculate a checksum of a string of information.
    pub CLASS: Hash = "HASH", base kinds::OBJECT, flags flags::NO_NEW | flags::BASETYPE | flags::IMMUTABLE, module "_hashlib";
    methods {
        __repr__(self, /) => repr;
        /// Update this hash object's state with the provided string.
        update(self, obj, /) => update;
        /// Return the digest value as a bytes object.
        digest(self, /) => digest;
        /// Return the digest value as a string of hexadecimal digits.
        hexdigest(self, /) => hexdigest;
        /// Return a copy of the hash object.
        copy(self, /) => copy;
    }
    getset {
        digest_size => digest_size;
        block_size => block_size;
        name => name;
    }
}
py_class! {
    /// A hash whose result has any length.
    pub XOF: Xof = "HASHXOF", base 526, flags flags::NO_NEW | flags::IMMUTABLE, module "_hashlib";
    methods {
        /// Return the digest value as a bytes object.
        digest(self, length) => long;
        /// Return the digest value as a string of hexadecimal digits.
        hexdigest(self, length) => hexlong;
    }
    getset {}
}

/// The hash that `digestmod` stands for: a name, or a function of this module.
fn keyed(t: &Thread, digestmod: Value) -> R<usize> {
    let found = match digestmod.cast::<Str>() {
        Some(s) => hmac::named(&s.lossy()),
        None => {
            let name = NativeObject::of(digestmod).map(|f| f.def().name);
            let Some(name) = name.and_then(|n| n.strip_prefix("openssl_")) else {
                let shown = ops::repr(t, digestmod)?;
                let m = format!("Unsupported digestmod {}", shown.lossy());
                return Err(UNSUPPORTED.raise(t, m));
            };
            hmac::named(name)
        }
    };
    found.ok_or_else(|| unsupported(t))
}
/// The bytes of a key, password or salt.
fn bytes<'t>(t: &'t Thread, v: Value) -> R<Buffer<'t>> {
    buffer::acquire(t, v)?.ok_or_else(|| {
        let kind = shown_type(v);
        let m = format!("a bytes-like object is required, not '{kind}'");
        errors::type_error(t, m)
    })
}
fn hmac_new(t: &Thread, key: Value, msg: Option<Value>, digestmod: Option<Value>) -> R<Value> {
    let key = bytes(t, key)?;
    let Some(digestmod) = digestmod else {
        let m = "Missing required parameter 'digestmod'.";
        return Err(errors::type_error(t, m));
    };
    let i = keyed(t, digestmod)?;
    match msg.filter(|m| !m.is_none()) {
        None => hmac::make(t, i, &key, b""),
        Some(m) => hmac::make(t, i, &key, &super::data(t, m)?),
    }
}
fn hmac_digest(t: &Thread, key: Value, msg: Value, digest: Value) -> R<Gc<Bytes>> {
    let a = all()[keyed(t, digest)?];
    let (key, msg) = (bytes(t, key)?, bytes(t, msg)?);
    let (mut inner, outer) = hmac::begin(a, &key);
    (a.update)(&mut inner, &msg);
    Ok(Bytes::new(&hmac::end(a, &inner, &outer)))
}
fn pbkdf2_hmac(
    t: &Thread,
    name: Value,
    password: Value,
    salt: Value,
    iterations: i64,
    length: Option<Value>,
) -> R<Gc<Bytes>> {
    let Some(s) = name.cast::<Str>() else {
        let kind = shown_type(name);
        let m = format!("pbkdf2_hmac() argument 'hash_name' must be str, not {kind}");
        return Err(errors::type_error(t, m));
    };
    let (password, salt) = (bytes(t, password)?, bytes(t, salt)?);
    let i = hmac::named(&s.lossy()).ok_or_else(|| unsupported(t))?;
    let a = all()[i];
    if iterations < 1 {
        let m = "iteration value must be greater than 0.";
        return Err(errors::value_error(t, m));
    }
    let length = match length.filter(|l| !l.is_none()) {
        Some(l) => ops::index_i64(t, l)?,
        None => a.digest as i64,
    };
    if !(1..1 << 31).contains(&length) {
        let m = match length {
            ..1 => "key length must be greater than 0.",
            _ => "key length is too great.",
        };
        return Err(errors::value_error(t, m));
    }
    let mut out = vec![0; length as usize];
    derive::pbkdf2(a, &password, &salt, iterations as u64, &mut out);
    Ok(Bytes::new(&out))
}
#[allow(clippy::too_many_arguments)]
fn scrypt(
    t: &Thread,
    password: Value,
    salt: Value,
    n: i64,
    r: i64,
    p: i64,
    maxmem: Option<i64>,
    length: Option<i64>,
) -> R<Gc<Bytes>> {
    let wrong = |m: &str| Err(errors::value_error(t, m));
    let (password, salt) = (bytes(t, password)?, bytes(t, salt)?);
    let (maxmem, length) = (maxmem.unwrap_or(0), length.unwrap_or(64));
    let most = i64::from(i32::MAX);
    if n < 2 || n & (n - 1) != 0 {
        return wrong("n must be a power of 2.");
    }
    if !(0..=most).contains(&maxmem) {
        return wrong("maxmem must be positive and smaller than 2147483647");
    }
    if !(1..=most).contains(&length) {
        return wrong("dklen must be greater than 0 and smaller than 2147483647");
    }
    let fits = r > 0 && p > 0 && r.checked_mul(p).is_some_and(|x| x < 1 << 30);
    if !fits || (r < 4 && n.ilog2() as i64 >= 16 * r) {
        return wrong("Invalid parameter combination for n, r, p, maxmem.");
    }
    let need = 128 * i128::from(r) * (i128::from(n) + i128::from(p) + 2);
    let limit = if maxmem == 0 { 32 << 20 } else { maxmem };
    if need > i128::from(limit) {
        return wrong("[digital envelope routines] memory limit exceeded");
    }
    let mut out = vec![0; length as usize];
    let size = (n as usize, r as usize, p as usize);
    match derive::scrypt(all()[3], (&password, &salt), size, &mut out) {
        true => Ok(Bytes::new(&out)),
        false => Err(errors::memory_error(t)),
    }
}
fn get_fips_mode(_t: &Thread) -> i64 {
    0
}

fn init(t: &Thread, m: Gc<Module>) -> R<()> {
    UNSUPPORTED.install(t, m)?;
    m.set(t, "_GIL_MINSIZE", Value::int(super::GIL_MINSIZE))?;
    m.set(t, "HMAC", class::make(t, &hmac::CLASS).value())?;
    let names = Tuple::from_fn(12, |i| intern(all()[i].name).value());
    let set = call::call(t, of_kind(kinds::FROZENSET).value(), &[names.value()])?;
    m.set(t, "openssl_md_meth_names", set)?;
    let constructors = Dict::new();
    for a in all() {
        let name = intern(&format!("openssl_{}", a.name));
        if let Some(f) = attr::get_opt(t, m.value(), name)? {
            constructors.set(t, f, intern(a.name).value())?;
        }
    }
    let proxy = of_kind(kinds::MAPPING_PROXY).value();
    let proxy = call::call(t, proxy, &[constructors.value()])?;
    m.set(t, "_constructors", proxy)
}

native_module! {
    /// Hashes, keyed hashes and derivation of keys.
    pub MODULE = "_hashlib", classes [CLASS, XOF], init init;
    functions {
        /// Return a new hash object using the named algorithm.
        ///
        /// An optional string argument may be provided and will be
        /// automatically hashed.
        new(name, data=b"", *, usedforsecurity=True, string=None) => new;
        /// Returns a md5 hash object; optionally initialized with a string
        openssl_md5(data=b"", *, usedforsecurity=True, string=None) => md5;
        /// Returns a sha1 hash object; optionally initialized with a string
        openssl_sha1(data=b"", *, usedforsecurity=True, string=None) => sha1;
        /// Returns a sha224 hash object; optionally initialized with a string
        openssl_sha224(data=b"", *, usedforsecurity=True, string=None) => sha224;
        /// Returns a sha256 hash object; optionally initialized with a string
        openssl_sha256(data=b"", *, usedforsecurity=True, string=None) => sha256;
        /// Returns a sha384 hash object; optionally initialized with a string
        openssl_sha384(data=b"", *, usedforsecurity=True, string=None) => sha384;
        /// Returns a sha512 hash object; optionally initialized with a string
        openssl_sha512(data=b"", *, usedforsecurity=True, string=None) => sha512;
        /// Returns a sha3-224 hash object; optionally initialized with a string
        openssl_sha3_224(data=b"", *, usedforsecurity=True, string=None) => sha3_224;
        /// Returns a sha3-256 hash object; optionally initialized with a string
        openssl_sha3_256(data=b"", *, usedforsecurity=True, string=None) => sha3_256;
        /// Returns a sha3-384 hash object; optionally initialized with a string
        openssl_sha3_384(data=b"", *, usedforsecurity=True, string=None) => sha3_384;
        /// Returns a sha3-512 hash object; optionally initialized with a string
        openssl_sha3_512(data=b"", *, usedforsecurity=True, string=None) => sha3_512;
        /// Returns a shake-128 variable hash object; optionally initialized with a string
        openssl_shake_128(data=b"", *, usedforsecurity=True, string=None) => shake_128;
        /// Returns a shake-256 variable hash object; optionally initialized with a string
        openssl_shake_256(data=b"", *, usedforsecurity=True, string=None) => shake_256;
        /// Return a new hmac object.
        hmac_new(key, msg=b"", digestmod=None) => hmac_new;
        /// Single-shot HMAC.
        hmac_digest(key, msg, digest) => hmac_digest;
        /// Password based key derivation function 2 (PKCS #5 v2.0) with HMAC as pseudorandom function.
        pbkdf2_hmac(hash_name, password, salt, iterations, dklen=None) => pbkdf2_hmac;
        /// scrypt password-based key derivation function.
        scrypt(password, *, salt, n, r, p, maxmem=0, dklen=64) => scrypt;
        /// Return 'a == b'.
        ///
        /// This function uses an approach designed to prevent timing analysis,
        /// making it appropriate for cryptography.
        compare_digest(a, b, /) => crate::modules::operator::compare_digest;
        /// Determine the OpenSSL FIPS mode of operation.
        get_fips_mode() => get_fips_mode;
    }
}
