//! Values recorded from CPython, agreement between the numeric types, and the spread of texts.

use super::*;
use crate::bigint::{self, Int, IntRef};

fn tuple(items: &[i64]) -> i64 {
    let mut hasher = TupleHasher::new();
    items.iter().for_each(|&item| hasher.add(hash_i64(item)));
    hasher.finish()
}

fn set(items: &[i64]) -> i64 {
    let mut hasher = SetHasher::new();
    items.iter().for_each(|&item| hasher.add(hash_i64(item)));
    hasher.finish()
}

#[test]
fn recorded() {
    assert_eq!(hash_f64(0.5), Some(1_152_921_504_606_846_976));
    assert_eq!(hash_f64(1.5), Some(1_152_921_504_606_846_977));
    assert_eq!(hash_f64(-1.0), Some(-2));
    assert_eq!(hash_f64(-0.0), Some(0));
    assert_eq!(hash_f64(1e300), Some(1_224_995_262_755_759_164));
    assert_eq!(hash_f64(5e-324), Some(16_777_216));
    assert_eq!(hash_f64(1e16), Some(10_000_000_000_000_000));
    assert_eq!(hash_f64(f64::NEG_INFINITY), Some(-314_159));
    assert_eq!(hash_f64(f64::NAN), None);
    assert_eq!(hash_complex(hash_i64(-1), hash_i64(-1)), -2_000_008);
    assert_eq!(hash_complex(hash_i64(1), hash_i64(2)), 2_000_007);
    assert_eq!(hash_i64(1 << 61), 1);
    assert_eq!(hash_i64(-(1 << 61)), -2);
    assert_eq!(tuple(&[]), 5_740_354_900_026_072_187);
    assert_eq!(tuple(&[1]), -6_644_214_454_873_602_895);
    assert_eq!(tuple(&[1, 2, 3]), 529_344_067_295_497_451);
    assert_eq!(tuple(&[0; 5]), -1_981_010_948_988_890_347);
    assert_eq!(set(&[]), 133_146_708_735_736);
    assert_eq!(set(&[1, 2]), -1_826_646_154_956_904_602);
    assert_eq!(set(&[2, 1]), set(&[1, 2]));
}

/// The generator splitmix64.
fn split_mix(state: &mut u64) -> u64 {
    *state = state.wrapping_add(0x9e37_79b9_7f4a_7c15);
    let mut z = *state;
    z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    z ^ (z >> 31)
}

#[test]
fn numbers_agree() {
    let mut state = 7;
    for i in 0..2000u32 {
        let value = (split_mix(&mut state) >> (i % 64)) as i64;
        let value = if i & 1 == 0 {
            value
        } else {
            value.wrapping_neg()
        };
        assert_eq!(
            bigint::hash(Int::from(value).as_ref()),
            hash_i64(value),
            "{value}"
        );
        let float = value as f64 * 2f64.powi((i % 900) as i32);
        let int = bigint::from_f64(float).unwrap();
        assert_eq!(hash_f64(float), Some(bigint::hash(int.as_ref())), "{float}");
        // A fraction: numerator times the inverse of the denominator.
        let small = value as f64 / 2f64.powi((i % 900) as i32);
        let (n, d) = bigint::ratio_of_f64(small).unwrap();
        let modulus = Int::from(MODULUS);
        let inverse = bigint::mod_inverse(d.as_ref(), modulus.as_ref()).unwrap();
        let product = bigint::mul(n.as_ref().abs(), inverse.as_ref()).unwrap();
        let hash = bigint::modulo(product.as_ref(), modulus.as_ref())
            .unwrap()
            .to_i64()
            .unwrap();
        let hash = not_minus_one(if small < 0.0 { -hash } else { hash });
        assert_eq!(hash_f64(small), Some(hash), "{small}");
    }
    assert_eq!(bigint::hash(IntRef::ZERO), 0);
}

#[test]
fn seeds() {
    assert_eq!(Seed::parse("random"), Some(Seed::Random));
    assert_eq!(Seed::parse(""), Some(Seed::Random));
    assert_eq!(Seed::parse(" 05"), Some(Seed::Fixed(5)));
    assert_eq!(Seed::parse("4294967296"), None);
    assert_eq!(Seed::parse("-1"), None);
    let hash = |seed| HashKey::new(seed).hash_bytes(b"abc");
    assert_eq!(hash(Seed::Fixed(0)), hash(Seed::Fixed(0)));
    assert_ne!(hash(Seed::Fixed(0)), hash(Seed::Fixed(1)));
    assert_eq!(hash(Seed::Fixed(0)), -4_594_863_902_769_663_758);
    assert_eq!(hash(Seed::Fixed(42)), 3_869_580_338_025_362_921);
    let text = |seed, text: &str| HashKey::new(Seed::Fixed(seed)).hash_text(text.as_bytes());
    assert_eq!(text(42, "abcdefghijk"), 7_764_564_197_781_545_852);
    assert_eq!(
        text(0, "\u{e4}\u{fa}\u{2211}\u{2107}"),
        -2_810_468_059_467_891_395
    );
    assert_ne!(hash(Seed::Random), hash(Seed::Random));
    assert_eq!(HashKey::new(Seed::Random).hash_bytes(b""), 0);
}

#[test]
fn texts_spread() {
    let mut state = 1;
    let key = HashKey::Random([0; 4].map(|_: u64| split_mix(&mut state)));
    let mut seen = std::collections::HashSet::new();
    let mut low = vec![0u32; 1 << 12];
    let mut total = 0;
    let mut add = |bytes: &[u8]| {
        let hash = key.hash_bytes(bytes);
        assert!(seen.insert(hash), "{bytes:?}");
        low[(hash & 0xfff) as usize] += 1;
        total += 1;
    };
    for i in 0..100_000u32 {
        add(format!("x{i}").as_bytes());
        if i < 5000 {
            add(format!("a rather long name with the number {i}").as_bytes());
        }
    }
    // Lengths, and single bits in long texts.
    for len in 1..200usize {
        add(&vec![0; len]);
        for bit in 0..len * 8 {
            let mut text = vec![0; len];
            text[bit / 8] = 1 << (bit % 8);
            if len % 13 == 0 {
                add(&text);
            }
        }
    }
    let mean = total / 4096;
    assert!(low.iter().all(|&n| n > mean / 3 && n < mean * 3));
}
