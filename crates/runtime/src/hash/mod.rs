//! Hashes of values, as pure functions.
//!
//! Numbers that are equal hash equal, whatever their type: all are reduced modulo the prime
//! 2**61 - 1 (fractions by the inverse of the denominator), which every hash here agrees on, and
//! so does [`crate::bigint::hash`]. Text is hashed with a key that differs between processes
//! (`PYTHONHASHSEED`). No hash is -1.

#[cfg(test)]
mod tests;

use std::hash::{BuildHasher, RandomState};

use crate::bigint::decode_f64;
use crate::unicode::wtf8;

/// The modulus of numeric hashes.
pub const MODULUS: u64 = (1 << 61) - 1;
/// `hash(inf)`.
pub const INFINITY: i64 = 314_159;
/// The weight of the imaginary part.
pub const IMAGINARY: i64 = 1_000_003;
/// `hash(None)`.
pub const NONE: i64 = 0xfca8_6420;

/// -1 means "failed" in C code that calls hash functions, so it is never a hash.
#[inline]
pub const fn not_minus_one(hash: i64) -> i64 {
    if hash == -1 { -2 } else { hash }
}

/// `hash(value)` of an int.
#[inline]
pub const fn hash_i64(value: i64) -> i64 {
    let mut magnitude = value.unsigned_abs();
    if magnitude >= MODULUS {
        magnitude %= MODULUS;
    }
    not_minus_one(if value < 0 {
        -(magnitude as i64)
    } else {
        magnitude as i64
    })
}

/// `hash(value)` of a float; `None` for NaN, which hashes by identity ([`hash_pointer`]).
#[inline]
pub fn hash_f64(value: f64) -> Option<i64> {
    let whole = value as i64;
    if whole as f64 == value && whole.unsigned_abs() < 1 << 53 {
        return Some(not_minus_one(whole));
    }
    if !value.is_finite() {
        return if value.is_nan() {
            None
        } else {
            Some(INFINITY * value.signum() as i64)
        };
    }
    // Multiplying by a power of two rotates within 61 bits.
    let (mantissa, exponent) = decode_f64(value);
    let shift = exponent.rem_euclid(61) as u32;
    let hash = if shift == 0 {
        mantissa
    } else {
        (mantissa << shift & MODULUS) | mantissa >> (61 - shift)
    };
    Some(not_minus_one(if value < 0.0 {
        -(hash as i64)
    } else {
        hash as i64
    }))
}

/// `hash(value)` of a complex number, from the hashes of its parts.
#[inline]
pub const fn hash_complex(re: i64, im: i64) -> i64 {
    not_minus_one(re.wrapping_add(im.wrapping_mul(IMAGINARY)))
}

/// Hash by identity. Addresses are multiples of 16: those bits go to the top.
#[inline]
pub const fn hash_pointer(address: u64) -> i64 {
    not_minus_one(address.rotate_right(4) as i64)
}

/// Combines the hashes of a tuple's items, in order (xxHash's rounds, as CPython).
#[derive(Clone, Copy, Debug)]
pub struct TupleHasher {
    sum: u64,
    len: u64,
}

const PRIME_1: u64 = 11_400_714_785_074_694_791;
const PRIME_2: u64 = 14_029_467_366_897_019_727;
const PRIME_5: u64 = 2_870_177_450_012_600_261;

impl TupleHasher {
    /// An empty tuple.
    #[inline]
    pub const fn new() -> Self {
        Self {
            sum: PRIME_5,
            len: 0,
        }
    }

    /// Adds an item's hash.
    #[inline]
    pub const fn add(&mut self, hash: i64) {
        let sum = self.sum.wrapping_add((hash as u64).wrapping_mul(PRIME_2));
        self.sum = sum.rotate_left(31).wrapping_mul(PRIME_1);
        self.len += 1;
    }

    /// The tuple's hash.
    #[inline]
    pub const fn finish(self) -> i64 {
        let sum = self.sum.wrapping_add(self.len ^ (PRIME_5 ^ 3_527_539));
        if sum == u64::MAX {
            1_546_275_796
        } else {
            sum as i64
        }
    }
}

impl Default for TupleHasher {
    fn default() -> Self {
        Self::new()
    }
}

/// Combines the hashes of a frozenset's items, in any order.
#[derive(Clone, Copy, Debug, Default)]
pub struct SetHasher {
    bits: u64,
    len: u64,
}

impl SetHasher {
    /// An empty set.
    pub const fn new() -> Self {
        Self { bits: 0, len: 0 }
    }

    /// Adds an item's hash, spread so that nearby hashes don't cancel.
    #[inline]
    pub const fn add(&mut self, hash: i64) {
        let hash = hash as u64;
        self.bits ^= (hash ^ 89_869_747 ^ hash << 16).wrapping_mul(3_644_798_167);
        self.len += 1;
    }

    /// The set's hash.
    pub const fn finish(self) -> i64 {
        let mut bits = self.bits ^ (self.len + 1).wrapping_mul(1_927_868_237);
        bits ^= (bits >> 11) ^ (bits >> 25);
        bits = bits.wrapping_mul(69_069).wrapping_add(907_133_923);
        if bits == u64::MAX {
            590_923_713
        } else {
            bits as i64
        }
    }
}

/// The key with which this process hashes text.
#[derive(Clone, Copy, Debug)]
pub enum HashKey {
    /// A random key: a quick hash that only this process knows.
    Random([u64; 4]),
    /// A chosen seed: SipHash-1-3 of what CPython has in memory, for the same hashes.
    Sip(SipKey),
}

/// What `PYTHONHASHSEED` asks for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Seed {
    /// `random`, or nothing.
    Random,
    /// A number; 0 switches the randomisation off.
    Fixed(u32),
}

impl Seed {
    /// Reads the variable's value; `None`: `PYTHONHASHSEED must be "random" or an integer in
    /// range [0; 4294967295]`.
    pub fn parse(text: &str) -> Option<Self> {
        match text {
            "" | "random" => Some(Self::Random),
            _ => text.trim_start().parse().ok().map(Self::Fixed),
        }
    }
}

/// Both halves of the product, mixed.
#[inline(always)]
const fn fold(a: u64, b: u64) -> u64 {
    let product = a as u128 * b as u128;
    product as u64 ^ (product >> 64) as u64
}

#[inline(always)]
fn read_8(bytes: &[u8], at: usize) -> u64 {
    let mut word = [0; 8];
    word.copy_from_slice(&bytes[at..at + 8]);
    u64::from_le_bytes(word)
}

#[inline(always)]
fn read_4(bytes: &[u8], at: usize) -> u64 {
    let mut word = [0; 4];
    word.copy_from_slice(&bytes[at..at + 4]);
    u64::from(u32::from_le_bytes(word))
}

impl HashKey {
    /// The key for a seed.
    pub fn new(seed: Seed) -> Self {
        match seed {
            // The standard library's own keys come from the operating system.
            Seed::Random => {
                let state = RandomState::new();
                Self::Random([0u64, 1, 2, 3].map(|i| state.hash_one(i)))
            }
            Seed::Fixed(seed) => Self::Sip(SipKey::new(seed)),
        }
    }

    /// `hash(bytes)`.
    #[inline]
    pub fn hash_bytes(&self, bytes: &[u8]) -> i64 {
        match self {
            _ if bytes.is_empty() => 0,
            Self::Random(key) => quick(key, bytes),
            Self::Sip(key) => key.hash(bytes),
        }
    }

    /// `hash(text)` of a string (WTF-8).
    #[inline]
    pub fn hash_text(&self, text: &[u8]) -> i64 {
        match self {
            _ if text.is_empty() => 0,
            Self::Random(key) => quick(key, text),
            Self::Sip(key) if text.is_ascii() => key.hash(text),
            Self::Sip(key) => key.hash(&fixed_width(text)),
        }
    }
}

/// Up to sixteen bytes in a few multiplications, more in a loop.
#[inline]
fn quick(key: &[u64; 4], bytes: &[u8]) -> i64 {
    let len = bytes.len();
    let [k0, k1, k2, k3] = *key;
    let mixed = match len {
        0 => 0,
        1..=3 => {
            let middle = u64::from(bytes[len / 2]) << 8;
            let word = u64::from(bytes[0]) << 16 | middle | u64::from(bytes[len - 1]);
            fold(word ^ k0, k1)
        }
        4..=7 => fold(read_4(bytes, 0) ^ k0, read_4(bytes, len - 4) ^ k1),
        8..=16 => fold(read_8(bytes, 0) ^ k0, read_8(bytes, len - 8) ^ k1),
        _ => mix_long(key, bytes),
    };
    // The length last, where no byte can undo it.
    not_minus_one(fold(mixed ^ k2, k3 ^ len as u64) as i64)
}

/// More than sixteen bytes: two lanes, and the last sixteen bytes once more.
fn mix_long(key: &[u64; 4], bytes: &[u8]) -> u64 {
    let [k0, k1, k2, k3] = *key;
    let (mut x, mut y) = (k2, k3);
    let mut blocks = bytes.chunks_exact(32);
    for block in &mut blocks {
        x = fold(read_8(block, 0) ^ k0, read_8(block, 8) ^ x);
        y = fold(read_8(block, 16) ^ k1, read_8(block, 24) ^ y);
    }
    if blocks.remainder().len() > 16 {
        let block = blocks.remainder();
        x = fold(read_8(block, 0) ^ k0, read_8(block, 8) ^ x);
    }
    let end = bytes.len() - 16;
    fold(
        read_8(bytes, end) ^ x ^ k1,
        read_8(bytes, end + 8) ^ y.rotate_left(32) ^ k0,
    )
}

/// Characters as numbers of one, two or four bytes, as many as the widest one needs.
fn fixed_width(text: &[u8]) -> Vec<u8> {
    let chars = || wtf8::code_points(text);
    match chars().max().unwrap_or(0) {
        0..=0xff => chars().map(|c| c as u8).collect(),
        0x100..=0xffff => chars().flat_map(|c| (c as u16).to_le_bytes()).collect(),
        _ => chars().flat_map(u32::to_le_bytes).collect(),
    }
}

/// A key of SipHash.
#[derive(Clone, Copy, Debug)]
pub struct SipKey(u64, u64);

impl SipKey {
    /// The key that CPython makes of `PYTHONHASHSEED`: bytes of a linear congruential
    /// generator; the seed 0 is the key 0.
    fn new(seed: u32) -> Self {
        if seed == 0 {
            return Self(0, 0);
        }
        let mut state = seed;
        let mut word = || {
            u64::from_le_bytes([0u8; 8].map(|_| {
                state = state.wrapping_mul(214_013).wrapping_add(2_531_011);
                (state >> 16) as u8
            }))
        };
        Self(word(), word())
    }

    /// SipHash-1-3.
    fn hash(&self, bytes: &[u8]) -> i64 {
        let mut v = [
            self.0 ^ 0x736f_6d65_7073_6575,
            self.1 ^ 0x646f_7261_6e64_6f6d,
            self.0 ^ 0x6c79_6765_6e65_7261,
            self.1 ^ 0x7465_6462_7974_6573,
        ];
        let mut words = bytes.chunks_exact(8);
        for word in &mut words {
            absorb(&mut v, read_8(word, 0));
        }
        let rest = words.remainder().iter().rev();
        let last = rest.fold(0, |w, b| w << 8 | u64::from(*b));
        absorb(&mut v, last | (bytes.len() as u64) << 56);
        v[2] ^= 0xff;
        for _ in 0..3 {
            sip_round(&mut v);
        }
        not_minus_one((v[0] ^ v[1] ^ v[2] ^ v[3]) as i64)
    }
}

#[inline(always)]
fn absorb(v: &mut [u64; 4], word: u64) {
    v[3] ^= word;
    sip_round(v);
    v[0] ^= word;
}

#[inline(always)]
fn sip_round(v: &mut [u64; 4]) {
    v[0] = v[0].wrapping_add(v[1]);
    v[1] = v[1].rotate_left(13) ^ v[0];
    v[0] = v[0].rotate_left(32);
    v[2] = v[2].wrapping_add(v[3]);
    v[3] = v[3].rotate_left(16) ^ v[2];
    v[0] = v[0].wrapping_add(v[3]);
    v[3] = v[3].rotate_left(21) ^ v[0];
    v[2] = v[2].wrapping_add(v[1]);
    v[1] = v[1].rotate_left(17) ^ v[2];
    v[2] = v[2].rotate_left(32);
}
