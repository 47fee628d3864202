//! SHA-3 and SHAKE: a sponge around the permutation of crate `keccak`.

use pyjit_heap::{Gc, Value};
use pyjit_runtime::core::kinds;
use pyjit_runtime::types::bytes::Bytes;
use pyjit_runtime::types::module::Module;
use pyjit_runtime::types::str_::Str;
use pyjit_runtime::types::type_::{Type, of_kind};
use pyjit_runtime::{R, Thread, py_class};

use super::{
    Algorithm, GIL_MINSIZE, begin, derive, feed, hash_classes, hex, result_of, sized, state, store,
};
use crate::native_module;

/// Bytes of the permuted state; behind them: the rate, how many bytes of it
/// have come, the first byte of the padding.
const WIDTH: usize = 200;

fn permute(state: &mut [u8]) {
    let mut words = [0u64; 25];
    for (w, b) in words.iter_mut().zip(state[..WIDTH].as_chunks::<8>().0) {
        *w = u64::from_le_bytes(*b);
    }
    keccak::Keccak::new().with_f1600(|f| f(&mut words));
    for (w, b) in words.iter().zip(state[..WIDTH].as_chunks_mut::<8>().0) {
        *b = w.to_le_bytes();
    }
}
fn start<const RATE: u8, const PAD: u8>() -> Vec<u8> {
    let mut s = vec![0; WIDTH];
    s.extend([RATE, 0, PAD]);
    s
}
fn update(state: &mut [u8], data: &[u8]) {
    let rate = state[WIDTH];
    for b in data {
        let at = state[WIDTH + 1];
        state[at as usize] ^= b;
        state[WIDTH + 1] = at + 1;
        if at + 1 == rate {
            permute(state);
            state[WIDTH + 1] = 0;
        }
    }
}
/// `n` bytes of result; the state goes on as it was.
pub fn squeeze(state: &[u8], n: usize) -> Vec<u8> {
    let mut s = state.to_vec();
    let (rate, at) = (s[WIDTH] as usize, s[WIDTH + 1] as usize);
    s[at] ^= s[WIDTH + 2];
    s[rate - 1] ^= 0x80;
    let mut out = Vec::with_capacity(n);
    while out.len() < n {
        permute(&mut s);
        let more = rate.min(n - out.len());
        out.extend_from_slice(&s[..more]);
    }
    out
}

macro_rules! algorithms {
    ($($name:ident $text:literal $digest:literal $rate:literal $pad:literal;)*) => { $(
        static $name: Algorithm = Algorithm {
            name: $text,
            digest: $digest,
            block: $rate,
            start: start::<$rate, $pad>,
            update,
            finish: |s| squeeze(s, $digest),
            rounds: |i, o, first, n| derive::rounds(&$name, i, o, first, n),
        };
    )* };
}
algorithms! {
    S224 "sha3_224" 28 144 6;
    S256 "sha3_256" 32 136 6;
    S384 "sha3_384" 48 104 6;
    S512 "sha3_512" 64 72 6;
    K128 "shake_128" 0 168 31;
    K256 "shake_256" 0 136 31;
}
hash_classes! {
    Sha3x224 476 S224 s224;
    Sha3x256 477 S256 s256;
    Sha3x384 478 S384 s384;
    Sha3x512 479 S512 s512;
    Shake128 480 K128 k128;
    Shake256 481 K256 k256;
}

macro_rules! classes {
    ($($table:ident $layout:ident $class:literal $f:ident $digest:ident $hex:ident ($($length:tt)*);)*) => { $(
        py_class! {
            pub $table: $layout = $class, base kinds::OBJECT, flags 0, module "_sha3";
            methods {
                @staticmethod __new__(cls, data=b"", *, usedforsecurity=True, string=None) => $f::new;
                /// Return a copy of the hash object.
                copy(self, /) => $f::copy;
                /// Return the digest value as a bytes object.
                digest(self, $($length)* /) => $f::$digest;
                /// Return the digest value as a string of hexadecimal digits.
                hexdigest(self, $($length)* /) => $f::$hex;
                /// Update this hash object's state with the provided bytes-like object.
                update(self, data, /) => $f::update;
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
    C224 Sha3x224 "sha3_224" s224 digest hexdigest ();
    C256 Sha3x256 "sha3_256" s256 digest hexdigest ();
    C384 Sha3x384 "sha3_384" s384 digest hexdigest ();
    C512 Sha3x512 "sha3_512" s512 digest hexdigest ();
    CK128 Shake128 "shake_128" k128 long hexlong (length,);
    CK256 Shake256 "shake_256" k256 long hexlong (length,);
}

fn init(t: &Thread, m: Gc<Module>) -> R<()> {
    m.set(t, "_GIL_MINSIZE", Value::int(GIL_MINSIZE))?;
    m.set(t, "implementation", Str::new("keccak").value())
}

native_module! {
    pub MODULE = "_sha3", classes [C224, C256, C384, C512, CK128, CK256], init init;
    functions {}
}
/// Those that are used for keyed hashing.
pub(super) fn all() -> [&'static Algorithm; 4] {
    [&S224, &S256, &S384, &S512]
}
/// Those whose results have any length.
pub(super) fn endless() -> [&'static Algorithm; 2] {
    [&K128, &K256]
}
