//! `int.to_bytes` and `int.from_bytes`.

use super::error::{NumResult, TO_BYTES_NEGATIVE, TO_BYTES_TOO_BIG};
use super::limbs::Limbs;
use super::{Int, IntRef, mag};

/// Order of the bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Endian {
    /// Least significant byte first.
    Little,
    /// Most significant byte first.
    Big,
}

/// Writes `a` into all of `out`.
pub fn to_bytes(a: IntRef, out: &mut [u8], endian: Endian, signed: bool) -> NumResult<()> {
    if a.negative && !signed {
        return Err(TO_BYTES_NEGATIVE);
    }
    let room = out.len() as u64 * 8;
    let bits = mag::bit_length(a.mag);
    let fits = if !signed || bits == 0 {
        bits <= room
    } else {
        // -2**n needs no more bits than 2**n - 1.
        let power = a.negative && mag::trailing_zeros(a.mag) == bits - 1;
        bits + u64::from(!power) <= room
    };
    if !fits {
        return Err(TO_BYTES_TOO_BIG);
    }
    let mut carry = a.negative;
    let mut limbs = a.mag.iter();
    for chunk in out.chunks_mut(8) {
        let mut limb = limbs.next().copied().unwrap_or(0);
        if a.negative {
            (limb, carry) = (!limb).overflowing_add(u64::from(carry));
        }
        chunk.copy_from_slice(&limb.to_le_bytes()[..chunk.len()]);
    }
    if endian == Endian::Big {
        out.reverse();
    }
    Ok(())
}

/// Reads an integer from bytes.
pub fn from_bytes(bytes: &[u8], endian: Endian, signed: bool) -> NumResult<Int> {
    let mut out = Limbs::zeroed(bytes.len().div_ceil(8))?;
    let limbs = out.as_mut_slice();
    let top = match endian {
        Endian::Little => bytes.last(),
        Endian::Big => bytes.first(),
    };
    let negative = signed && top.is_some_and(|byte| byte & 0x80 != 0);
    let fill = if negative { 0xff } else { 0 };
    let mut read = |i: usize, chunk: &[u8], reversed: bool| {
        let mut limb = [fill; 8];
        limb[..chunk.len()].copy_from_slice(chunk);
        if reversed {
            limb[..chunk.len()].reverse();
        }
        limbs[i] = u64::from_le_bytes(limb);
    };
    match endian {
        Endian::Little => bytes
            .chunks(8)
            .enumerate()
            .for_each(|(i, chunk)| read(i, chunk, false)),
        Endian::Big => bytes
            .rchunks(8)
            .enumerate()
            .for_each(|(i, chunk)| read(i, chunk, true)),
    }
    if negative {
        mag::negate(limbs);
    }
    Ok(Int::from_limbs(negative, out))
}
