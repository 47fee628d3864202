//! Python's integers beyond the small ones, as pure functions: no heap, no interpreter.
//!
//! Operands are borrowed ([`IntRef`]: a sign and trimmed limbs, wherever they live); results are
//! [`Int`]s, whose first limbs are stored in place, to be copied into a heap object or turned into
//! a small int by the caller. Linear operations and schoolbook multiplication and division are our
//! own; above [`big::THRESHOLD`] limbs the work goes to `dashu-int`. Sizes are checked before the
//! work starts: a result that can't be held is a `MemoryError`, never a panic.
//!
//! The everyday operations also come as `..._to(&mut result, a, b)`, which write in place: moving
//! an [`Int`] costs more than adding two of them.
//!
//! Invariants: magnitudes are trimmed (no leading zero limb), and zero is never negative.

mod arith;
mod big;
mod bits;
mod bytes;
mod combine;
mod error;
mod float;
mod limbs;
pub mod mag;
mod parse;
mod text;
mod theory;

#[cfg(test)]
mod tests;

pub use arith::{
    add, add_to, cmp, div_floor, div_floor_to, div_mod, div_mod_to, modulo, modulo_to, mul, mul_to,
    pow, sub, sub_to,
};
pub use big::THRESHOLD as SCHOOLBOOK;
pub use bits::{
    and, and_to, bit_count, bit_length, invert, or, or_to, shl, shl_to, shr, shr_to, xor, xor_to,
};
pub use bytes::{Endian, from_bytes, to_bytes};
pub use combine::{comb, factorial, perm};
pub use error::*;
pub use float::{cmp_f64, from_f64, ratio_of_f64, to_f64, true_div};
pub(crate) use float::{compose_f64, decode_f64};
pub use limbs::{Limbs, MAX_BITS, MAX_LIMBS};
pub(crate) use parse::trim_space;
pub use parse::{ParseIntError, parse_int};
pub use text::{format_u64, push_decimal, push_decimal_limited, push_i64, push_radix};
pub use theory::{gcd, gcd_u64, hash, isqrt, lcm, mod_inverse, mod_pow};

/// Declares `name(a, b)` for operations `to(&mut result, a, b)`.
macro_rules! by_value {
    ($($(#[$doc:meta])* $name:ident = $to:ident;)*) => {
        $($(#[$doc])*
        #[inline]
        pub fn $name(a: IntRef, b: IntRef) -> NumResult<Int> {
            let mut out = Int::zero();
            $to(&mut out, a, b)?;
            Ok(out)
        })*
    };
}
use by_value;

/// A borrowed integer: sign and trimmed magnitude.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct IntRef<'a> {
    /// Below zero?
    pub negative: bool,
    /// The magnitude, least significant limb first, no leading zeros.
    pub mag: &'a [u64],
}

impl<'a> IntRef<'a> {
    /// Zero.
    pub const ZERO: IntRef<'static> = IntRef {
        negative: false,
        mag: &[],
    };
    /// One.
    pub const ONE: IntRef<'static> = IntRef {
        negative: false,
        mag: &[1],
    };

    /// Wraps a sign and a magnitude, which is trimmed here.
    #[inline]
    pub fn new(negative: bool, mag: &'a [u64]) -> Self {
        let mag = mag::trimmed(mag);
        Self {
            negative: negative && !mag.is_empty(),
            mag,
        }
    }

    /// Is it zero?
    #[inline]
    pub fn is_zero(self) -> bool {
        self.mag.is_empty()
    }

    /// Is it odd?
    #[inline]
    pub fn is_odd(self) -> bool {
        self.mag.first().is_some_and(|limb| limb & 1 == 1)
    }

    /// The absolute value.
    #[inline]
    pub fn abs(self) -> Self {
        Self {
            negative: false,
            mag: self.mag,
        }
    }

    /// The negated value.
    #[inline]
    pub fn negated(self) -> Self {
        Self {
            negative: !self.negative && !self.is_zero(),
            mag: self.mag,
        }
    }

    /// The value, if it fits.
    #[inline]
    pub fn to_i64(self) -> Option<i64> {
        match (self.mag, self.negative) {
            ([], _) => Some(0),
            ([limb], false) => i64::try_from(*limb).ok(),
            ([limb], true) => (*limb <= 1 << 63).then(|| (*limb as i64).wrapping_neg()),
            _ => None,
        }
    }

    /// The value, if it fits.
    #[inline]
    pub fn to_u64(self) -> Option<u64> {
        match self.mag {
            [] => Some(0),
            [limb] if !self.negative => Some(*limb),
            _ => None,
        }
    }

    /// The value, if it fits.
    pub fn to_i128(self) -> Option<i128> {
        let mag = match self.mag {
            [] => 0,
            [low] => u128::from(*low),
            [low, high] => u128::from(*high) << 64 | u128::from(*low),
            _ => return None,
        };
        if self.negative {
            (mag <= 1 << 127).then(|| (mag as i128).wrapping_neg())
        } else {
            i128::try_from(mag).ok()
        }
    }

    /// The value modulo 2**64, two's complement: what a C cast would give.
    #[inline]
    pub fn wrapping_u64(self) -> u64 {
        let low = self.mag.first().copied().unwrap_or(0);
        if self.negative {
            low.wrapping_neg()
        } else {
            low
        }
    }

    /// A copy that owns its limbs.
    pub fn to_int(self) -> NumResult<Int> {
        Ok(Int {
            negative: self.negative,
            mag: Limbs::from_slice(self.mag)?,
        })
    }
}

/// An `i64` dressed as an operand.
#[derive(Clone, Copy)]
pub struct SmallInt {
    negative: bool,
    mag: [u64; 1],
}

impl SmallInt {
    /// The operand for `value`.
    #[inline]
    pub fn new(value: i64) -> Self {
        Self {
            negative: value < 0,
            mag: [value.unsigned_abs()],
        }
    }

    /// The operand, borrowed.
    #[inline]
    pub fn as_ref(&self) -> IntRef<'_> {
        IntRef {
            negative: self.negative,
            mag: &self.mag[..usize::from(self.mag[0] != 0)],
        }
    }
}

/// An owned integer: what operations give.
#[derive(Clone, Default)]
pub struct Int {
    negative: bool,
    mag: Limbs,
}

impl Int {
    /// Zero.
    pub const fn zero() -> Self {
        Self {
            negative: false,
            mag: Limbs::new(),
        }
    }

    /// Normalises a sign and a magnitude.
    #[inline]
    pub(crate) fn from_limbs(negative: bool, mut mag: Limbs) -> Self {
        mag.trim();
        let negative = negative && !mag.as_slice().is_empty();
        Self { negative, mag }
    }

    /// Becomes zero, with room for `len` limbs to be filled in, see [`Self::finish`].
    #[inline]
    fn reset(&mut self, len: usize) -> NumResult<&mut [u64]> {
        self.mag.reset(len)
    }

    /// Sets the sign of the limbs that have been filled in, and normalises.
    #[inline]
    fn finish(&mut self, negative: bool) {
        self.mag.trim();
        self.negative = negative && !self.mag.as_slice().is_empty();
    }

    /// Becomes a number of at most three limbs.
    #[inline(always)]
    fn set(&mut self, negative: bool, low: u128, top: u64) {
        let limbs = [low as u64, (low >> 64) as u64, top];
        let len = match limbs {
            [0, 0, 0] => 0,
            [_, 0, 0] => 1,
            [_, _, 0] => 2,
            _ => 3,
        };
        let mut data = [0; limbs::INLINE];
        data[..3].copy_from_slice(&limbs);
        self.negative = negative && len > 0;
        self.mag = Limbs::Inline { len, data };
    }

    /// The operand, borrowed.
    #[inline]
    pub fn as_ref(&self) -> IntRef<'_> {
        IntRef {
            negative: self.negative,
            mag: self.mag.as_slice(),
        }
    }

    /// The value, if it fits.
    #[inline]
    pub fn to_i64(&self) -> Option<i64> {
        self.as_ref().to_i64()
    }

    /// The negated value.
    #[inline]
    pub fn negated(mut self) -> Self {
        self.negative = !self.negative && !self.as_ref().is_zero();
        self
    }

    /// The absolute value.
    #[inline]
    pub fn abs(mut self) -> Self {
        self.negative = false;
        self
    }
}

impl From<u128> for Int {
    #[inline]
    fn from(value: u128) -> Self {
        let mut data = [0; limbs::INLINE];
        data[0] = value as u64;
        data[1] = (value >> 64) as u64;
        Self::from_limbs(false, Limbs::Inline { len: 2, data })
    }
}

impl From<u64> for Int {
    #[inline]
    fn from(value: u64) -> Self {
        Self::from(u128::from(value))
    }
}

impl From<i128> for Int {
    #[inline]
    fn from(value: i128) -> Self {
        let mut int = Self::from(value.unsigned_abs());
        int.negative = value < 0;
        int
    }
}

impl From<i64> for Int {
    #[inline]
    fn from(value: i64) -> Self {
        Self::from(i128::from(value))
    }
}

impl std::fmt::Debug for Int {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let mut text = Vec::new();
        push_radix(&mut text, self.as_ref().abs(), 4, false);
        let sign = if self.negative { "-" } else { "" };
        write!(f, "{sign}0x{}", String::from_utf8_lossy(&text))
    }
}

impl PartialEq for Int {
    fn eq(&self, other: &Self) -> bool {
        self.as_ref() == other.as_ref()
    }
}

impl Eq for Int {}
