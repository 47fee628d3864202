//! Integers to text: decimal, and bases that are powers of two.

use super::error::{NumError, NumResult};
use super::limbs::INLINE;
use super::{IntRef, big, mag};

/// 10**19: the largest power of ten in a limb.
const DECIMAL_CHUNK: u64 = 10_000_000_000_000_000_000;
const DECIMAL_CHUNK_DIGITS: usize = 19;
const DECIMAL_CHUNK_RECIPROCAL: u64 = mag::reciprocal(DECIMAL_CHUNK);

/// Longest magnitude that is converted by repeated division.
const SCHOOLBOOK_LIMBS: usize = 14;

const PAIRS: &[u8; 200] = b"0001020304050607080910111213141516171819\
2021222324252627282930313233343536373839\
4041424344454647484950515253545556575859\
6061626364656667686970717273747576777879\
8081828384858687888990919293949596979899";

/// Writes the decimal digits of `value` to the end of `buffer`; they are returned.
#[inline]
pub fn format_u64(value: u64, buffer: &mut [u8; 20]) -> &[u8] {
    let mut at = buffer.len();
    let mut rest = value;
    while rest >= 100 {
        let pair = (rest % 100) as usize * 2;
        rest /= 100;
        at -= 2;
        buffer[at..at + 2].copy_from_slice(&PAIRS[pair..pair + 2]);
    }
    if rest >= 10 {
        let pair = rest as usize * 2;
        at -= 2;
        buffer[at..at + 2].copy_from_slice(&PAIRS[pair..pair + 2]);
    } else {
        at -= 1;
        buffer[at] = b'0' + rest as u8;
    }
    &buffer[at..]
}

/// Appends the decimal text of `value`.
#[inline]
pub fn push_i64(out: &mut Vec<u8>, value: i64) {
    if value < 0 {
        out.push(b'-');
    }
    out.extend_from_slice(format_u64(value.unsigned_abs(), &mut [0; 20]));
}

/// Appends exactly nineteen digits.
fn push_chunk(out: &mut Vec<u8>, chunk: u64) {
    let mut buffer = [0; 20];
    let digits = format_u64(chunk, &mut buffer);
    out.extend_from_slice(&[b'0'; DECIMAL_CHUNK_DIGITS][digits.len()..]);
    out.extend_from_slice(digits);
}

/// Appends `str(a)`.
pub fn push_decimal(out: &mut Vec<u8>, a: IntRef) {
    if a.negative {
        out.push(b'-');
    }
    if a.mag.len() <= 1 {
        let limb = a.mag.first().copied().unwrap_or(0);
        out.extend_from_slice(format_u64(limb, &mut [0; 20]));
        return;
    }
    if a.mag.len() > SCHOOLBOOK_LIMBS {
        out.extend_from_slice(big::decimal(a.mag).as_bytes());
        return;
    }
    let mut rest = [0; SCHOOLBOOK_LIMBS];
    let mut chunks = [0; SCHOOLBOOK_LIMBS + 1];
    let mut len = a.mag.len();
    rest[..len].copy_from_slice(a.mag);
    let mut count = 0;
    while len > 0 {
        let mut r = 0;
        for limb in rest[..len].iter_mut().rev() {
            (*limb, r) = mag::div_2_by_1(r, *limb, DECIMAL_CHUNK, DECIMAL_CHUNK_RECIPROCAL);
        }
        chunks[count] = r;
        count += 1;
        len = mag::trimmed(&rest[..len]).len();
    }
    out.extend_from_slice(format_u64(chunks[count - 1], &mut [0; 20]));
    for &chunk in chunks[..count - 1].iter().rev() {
        push_chunk(out, chunk);
    }
}

/// Digit limits below this are not obeyed (nor can they be set).
const MIN_DIGIT_LIMIT: u64 = 640;

/// Appends `str(a)`, or refuses if it would have more than `max_digits` digits (0: no limit):
/// the guard of `sys.set_int_max_str_digits` against quadratic conversions.
pub fn push_decimal_limited(out: &mut Vec<u8>, a: IntRef, max_digits: u64) -> NumResult<()> {
    let bits = mag::bit_length(a.mag);
    if max_digits == 0 || bits < MIN_DIGIT_LIMIT * 3 {
        push_decimal(out, a);
        return Ok(());
    }
    // A lower bound on the digits, before any work: log10(2) > 30102 / 100000.
    let at_least = (u128::from(bits - 1) * 30102 / 100_000) as u64 + 1;
    let start = out.len();
    if at_least <= max_digits {
        push_decimal(out, a);
    }
    let digits = (out.len() - start - usize::from(a.negative && out.len() > start)) as u64;
    if at_least <= max_digits && digits <= max_digits {
        return Ok(());
    }
    out.truncate(start);
    Err(NumError::value(format!(
        "Exceeds the limit ({max_digits} digits) for integer string conversion; \
         use sys.set_int_max_str_digits() to increase the limit"
    )))
}

/// Appends the digits of `a` in base `2**bits` (1, 3 or 4), no prefix.
pub fn push_radix(out: &mut Vec<u8>, a: IntRef, bits: u32, upper: bool) {
    if a.negative {
        out.push(b'-');
    }
    let digits: &[u8; 16] = if upper {
        b"0123456789ABCDEF"
    } else {
        b"0123456789abcdef"
    };
    let count = mag::bit_length(a.mag).div_ceil(u64::from(bits)).max(1);
    let mask = (1u64 << bits) - 1;
    let start = out.len();
    out.resize(start + count as usize, b'0');
    let target = &mut out[start..];
    if bits == 3 {
        return push_octal(target, a.mag);
    }
    let per_limb = (64 / bits) as usize;
    for (chunk, &limb) in target.rchunks_mut(per_limb).zip(a.mag) {
        let mut limb = limb;
        for digit in chunk.iter_mut().rev() {
            *digit = digits[(limb & mask) as usize];
            limb >>= bits;
        }
    }
}

/// Octal digits straddle limbs: three limbs make 64 of them, so go through a 128 bit window.
fn push_octal(target: &mut [u8], limbs: &[u64]) {
    let mut window = 0u128;
    let mut have = 0;
    let mut limbs = limbs.iter();
    for digit in target.iter_mut().rev() {
        if have < 3 {
            window |= u128::from(limbs.next().copied().unwrap_or(0)) << have;
            have += 64;
        }
        *digit = b'0' + (window & 7) as u8;
        window >>= 3;
        have -= 3;
    }
}

const _: () = assert!(INLINE <= SCHOOLBOOK_LIMBS);
