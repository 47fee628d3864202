//! Integers of constant folding: up to 128 bits are computed, longer ones only written down.

use pyjit_bytecode::Constant as K;

/// A constant of an integer.
pub fn int(i: i128) -> K {
    match i64::try_from(i) {
        Ok(i) => K::Int(i),
        Err(_) => big(i < 0, i.unsigned_abs().to_le_bytes().to_vec()),
    }
}

fn big(negative: bool, mut magnitude: Vec<u8>) -> K {
    while magnitude.last() == Some(&0) {
        magnitude.pop();
    }
    K::BigInt {
        negative,
        magnitude: magnitude.into(),
    }
}

/// The value of an integer constant if it has at most 127 bits.
pub fn value(k: &K) -> Option<i128> {
    match k {
        K::Int(i) => Some(*i as i128),
        K::Bool(b) => Some(*b as i128),
        K::BigInt {
            negative,
            magnitude,
        } if magnitude.len() <= 16 => {
            let mut bytes = [0; 16];
            bytes[..magnitude.len()].copy_from_slice(magnitude);
            let n = i128::try_from(u128::from_le_bytes(bytes)).ok()?;
            Some(if *negative { -n } else { n })
        }
        _ => None,
    }
}

/// The number that digits of a radix give.
pub fn from_digits(radix: u32, digits: &str) -> K {
    let mut limbs: Vec<u32> = Vec::new();
    // As many digits at a time as fit a limb.
    let step = match radix {
        2 => 31,
        8 => 10,
        16 => 7,
        _ => 9,
    };
    let bytes = digits.as_bytes();
    for chunk in bytes.chunks(step) {
        let (mut add, mut scale) = (0u64, 1u64);
        for &d in chunk {
            add = add * radix as u64 + (d as char).to_digit(radix).unwrap_or(0) as u64;
            scale *= radix as u64;
        }
        for limb in &mut limbs {
            add += *limb as u64 * scale;
            *limb = add as u32;
            add >>= 32;
        }
        if add > 0 {
            limbs.push(add as u32);
        }
    }
    let magnitude: Vec<u8> = limbs.iter().flat_map(|l| l.to_le_bytes()).collect();
    let k = big(false, magnitude);
    value(&k).map_or(k, int)
}

/// `-k` of an integer constant.
pub fn negate(k: &K) -> Option<K> {
    match (value(k), k) {
        (Some(i), _) => Some(int(-i)),
        (
            None,
            K::BigInt {
                negative,
                magnitude,
            },
        ) => Some(K::BigInt {
            negative: !negative,
            magnitude: magnitude.clone(),
        }),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn digits() {
        assert_eq!(from_digits(10, "9223372036854775808"), int(1 << 63));
        assert_eq!(from_digits(16, "ffffffffffffffff"), int(u64::MAX as i128));
        let k = from_digits(
            10,
            "1606938044258990275541962092341162602522202993782792835301376",
        );
        let K::BigInt { magnitude, .. } = k else {
            panic!()
        };
        assert_eq!((magnitude.len(), magnitude[25], magnitude[24]), (26, 1, 0));
    }
}
