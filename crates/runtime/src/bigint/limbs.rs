//! Storage of a magnitude: up to [`INLINE`] limbs in place, more on the Rust heap.
//!
//! Results live here only between an operation and the copy into a heap object (or a small int),
//! so short results never touch malloc.

use super::error::{NumResult, TOO_LARGE};

/// Limbs kept in place: enough for the product of two 256-bit numbers.
pub const INLINE: usize = 8;

/// Longest magnitude we compute: 2 GiB. Sizes are checked before the work is done.
pub const MAX_LIMBS: usize = 1 << 28;

/// Bits in the longest magnitude.
pub const MAX_BITS: u64 = (MAX_LIMBS as u64) * 64;

/// A vector of limbs, least significant first.
#[derive(Clone)]
pub enum Limbs {
    /// Short: no allocation.
    Inline {
        /// Limbs in use.
        len: u8,
        /// The limbs; those from `len` on are meaningless.
        data: [u64; INLINE],
    },
    /// Long.
    Heap(Vec<u64>),
}

impl Limbs {
    /// No limbs: zero.
    #[inline]
    pub const fn new() -> Self {
        Self::Inline {
            len: 0,
            data: [0; INLINE],
        }
    }

    /// `len` zero limbs, or `MemoryError`.
    #[inline]
    pub fn zeroed(len: usize) -> NumResult<Self> {
        if len <= INLINE {
            return Ok(Self::Inline {
                len: len as u8,
                data: [0; INLINE],
            });
        }
        Self::zeroed_heap(len)
    }

    #[inline(never)]
    fn zeroed_heap(len: usize) -> NumResult<Self> {
        let mut limbs = Vec::new();
        resize(&mut limbs, len)?;
        Ok(Self::Heap(limbs))
    }

    /// Becomes `len` zero limbs, in the memory that it has if that is enough.
    #[inline]
    pub fn reset(&mut self, len: usize) -> NumResult<&mut [u64]> {
        match self {
            Self::Inline { len: used, data } if len <= INLINE => {
                *used = len as u8;
                *data = [0; INLINE];
            }
            _ => self.reset_heap(len)?,
        }
        Ok(self.as_mut_slice())
    }

    #[inline(never)]
    fn reset_heap(&mut self, len: usize) -> NumResult<()> {
        match self {
            Self::Inline { .. } => *self = Self::zeroed_heap(len)?,
            Self::Heap(limbs) => resize(limbs, len)?,
        }
        Ok(())
    }

    /// A copy of `limbs`.
    #[inline]
    pub fn from_slice(limbs: &[u64]) -> NumResult<Self> {
        let mut out = Self::zeroed(limbs.len())?;
        out.as_mut_slice().copy_from_slice(limbs);
        Ok(out)
    }

    /// The limbs.
    #[inline]
    pub fn as_slice(&self) -> &[u64] {
        match self {
            Self::Inline { len, data } => &data[..usize::from(*len).min(INLINE)],
            Self::Heap(limbs) => limbs,
        }
    }

    /// The limbs, to write.
    #[inline]
    pub fn as_mut_slice(&mut self) -> &mut [u64] {
        match self {
            Self::Inline { len, data } => &mut data[..usize::from(*len).min(INLINE)],
            Self::Heap(limbs) => limbs,
        }
    }

    /// Drops leading zero limbs.
    #[inline]
    pub fn trim(&mut self) {
        match self {
            Self::Inline { len, data } => {
                let mut n = usize::from(*len).min(INLINE);
                while n > 0 && data[n - 1] == 0 {
                    n -= 1;
                }
                *len = n as u8;
            }
            Self::Heap(limbs) => {
                while limbs.last() == Some(&0) {
                    limbs.pop();
                }
            }
        }
    }
}

/// Makes it `len` zeros.
fn resize(limbs: &mut Vec<u64>, len: usize) -> NumResult<()> {
    if len > MAX_LIMBS + 2 {
        return Err(TOO_LARGE);
    }
    limbs.clear();
    limbs.try_reserve_exact(len).map_err(|_| TOO_LARGE)?;
    limbs.resize(len, 0);
    Ok(())
}

impl Default for Limbs {
    fn default() -> Self {
        Self::new()
    }
}
