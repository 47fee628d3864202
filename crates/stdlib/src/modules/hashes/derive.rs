//! Keys from passwords: PBKDF2 (RFC 8018) and scrypt (RFC 7914).

use super::Algorithm;
use super::hmac::{begin, end};

/// PBKDF2 with HMAC over `a`.
pub fn pbkdf2(a: &Algorithm, password: &[u8], salt: &[u8], rounds: u64, out: &mut [u8]) {
    let (inner, outer) = begin(a, password);
    for (block, i) in out.chunks_mut(a.digest).zip(1u32..) {
        let mut first = inner.clone();
        (a.update)(&mut first, salt);
        (a.update)(&mut first, &i.to_be_bytes());
        let first = end(a, &first, &outer);
        let all = (a.rounds)(&inner, &outer, first, rounds - 1);
        block.copy_from_slice(&all[..block.len()]);
    }
}

/// The rounds of any hash: HMAC over its own result, and all results xored.
pub fn rounds(a: &Algorithm, inner: &[u8], outer: &[u8], first: Vec<u8>, n: u64) -> Vec<u8> {
    let (mut all, mut last) = (first.clone(), first);
    for _ in 0..n {
        let mut s = inner.to_vec();
        (a.update)(&mut s, &last);
        last = end(a, &s, outer);
        all.iter_mut().zip(&last).for_each(|(x, y)| *x ^= y);
    }
    all
}

/// One block of Salsa20 with 8 rounds.
fn salsa(b: &mut [u32; 16]) {
    /// (to, from, from, left) of a double round: columns, then rows.
    const STEPS: [(usize, usize, usize, u32); 32] = {
        let mut steps = [(0, 0, 0, 0); 32];
        let (mut n, mut row) = (0, 0);
        while row < 2 {
            let mut i = 0;
            while i < 4 {
                let mut k = 0;
                while k < 4 {
                    // A column is walked from its diagonal downwards, a row to the right.
                    let (to, x, y) = match row {
                        0 => (
                            (i * 5 + 4 * (k + 1)) % 16,
                            (i * 5 + 4 * k) % 16,
                            (i * 5 + 4 * (k + 3)) % 16,
                        ),
                        _ => (
                            i * 4 + (i + k + 1) % 4,
                            i * 4 + (i + k) % 4,
                            i * 4 + (i + k + 3) % 4,
                        ),
                    };
                    steps[n] = (to, x, y, [7, 9, 13, 18][k]);
                    n += 1;
                    k += 1;
                }
                i += 1;
            }
            row += 1;
        }
        steps
    };
    let mut x = *b;
    for _ in 0..4 {
        for (to, p, q, left) in STEPS {
            x[to] ^= x[p].wrapping_add(x[q]).rotate_left(left);
        }
    }
    b.iter_mut()
        .zip(x)
        .for_each(|(b, x)| *b = b.wrapping_add(x));
}
/// Mixes `2 * r` blocks; even ones come first in the result.
fn mix(v: &mut [u32], scratch: &mut [u32]) {
    let blocks = v.len() / 16;
    let mut x = [0; 16];
    x.copy_from_slice(&v[v.len() - 16..]);
    for (i, block) in v.chunks_exact(16).enumerate() {
        x.iter_mut().zip(block).for_each(|(x, b)| *x ^= b);
        salsa(&mut x);
        let to = (i / 2 + i % 2 * (blocks / 2)) * 16;
        scratch[to..to + 16].copy_from_slice(&x);
    }
    v.copy_from_slice(scratch);
}
/// scrypt over SHA-256 (`sha256`); false when there is not the memory.
pub fn scrypt(
    sha256: &Algorithm,
    (password, salt): (&[u8], &[u8]),
    (n, r, p): (usize, usize, usize),
    out: &mut [u8],
) -> bool {
    let width = 32 * r;
    let mut table: Vec<u32> = Vec::new();
    if table.try_reserve_exact(n * width).is_err() {
        return false;
    }
    table.resize(n * width, 0);
    let mut bytes = vec![0; p * width * 4];
    pbkdf2(sha256, password, salt, 1, &mut bytes);
    let mut scratch = vec![0; width];
    for lane in bytes.chunks_exact_mut(width * 4) {
        let words = lane.as_chunks::<4>().0.iter();
        let mut v: Vec<u32> = words.map(|w| u32::from_le_bytes(*w)).collect();
        for row in table.chunks_exact_mut(width) {
            row.copy_from_slice(&v);
            mix(&mut v, &mut scratch);
        }
        for _ in 0..n {
            let j = v[width - 16] as usize & (n - 1);
            let row = &table[j * width..(j + 1) * width];
            v.iter_mut().zip(row).for_each(|(x, y)| *x ^= y);
            mix(&mut v, &mut scratch);
        }
        for (to, w) in lane.as_chunks_mut::<4>().0.iter_mut().zip(v) {
            *to = w.to_le_bytes();
        }
    }
    pbkdf2(sha256, password, &bytes, 1, out);
    true
}
