//! Against digests recorded from CPython (`tools/bigint_vectors.py`), and laws that must hold.

use super::*;

struct Random(u64);

impl Random {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        z ^ (z >> 31)
    }
}

const SIZES: [u64; 21] = [
    1, 2, 8, 53, 62, 63, 64, 65, 90, 127, 128, 129, 160, 192, 256, 400, 640, 900, 2048, 2112, 5000,
];

fn int(value: i64) -> Int {
    Int::from(value)
}

fn operand(r: &mut Random, limit: usize) -> Int {
    let bits = SIZES[(r.next() % limit as u64) as usize] + r.next() % 3;
    let shape = r.next() % 5;
    let power = bits::shl_by(IntRef::ONE, bits).unwrap();
    let value = match shape {
        0 => sub(power.as_ref(), IntRef::ONE).unwrap(),
        1 => power,
        2 => add(power.as_ref(), IntRef::ONE).unwrap(),
        _ => {
            let mut limbs = Vec::new();
            for _ in 0..bits.div_ceil(64) {
                let limb = r.next();
                let edge = if limb & 1 == 1 { u64::MAX } else { 0 };
                limbs.push(if shape == 4 && limb & 3 != 0 {
                    edge
                } else {
                    limb
                });
            }
            let value = IntRef::new(false, &limbs);
            bits::shr_by(value, bit_length(value).saturating_sub(bits)).unwrap()
        }
    };
    if r.next() & 1 == 1 {
        value.negated()
    } else {
        value
    }
}

/// A result that can be digested.
enum Res {
    Int(NumResult<Int>),
    Pair(NumResult<(Int, Int)>),
    Float(NumResult<f64>),
    Bytes(NumResult<Vec<u8>>),
}

fn digest_int(value: IntRef) -> u64 {
    let modulus = (1u64 << 61) - 1;
    let rest = if value.is_zero() {
        0
    } else {
        mag::rem_small(value.mag, modulus)
    };
    (rest.wrapping_mul(3))
        .wrapping_add(bit_length(value).wrapping_mul(0x10001))
        .wrapping_add(u64::from(value.negative))
}

fn digest_pair(a: IntRef, b: IntRef) -> u64 {
    let d = 7u64.wrapping_mul(1_000_003).wrapping_add(digest_int(a));
    d.wrapping_mul(1_000_003).wrapping_add(digest_int(b))
}

fn digest(result: Res) -> u64 {
    match result {
        Res::Int(Ok(value)) => digest_int(value.as_ref()),
        Res::Pair(Ok((a, b))) => digest_pair(a.as_ref(), b.as_ref()),
        Res::Float(Ok(value)) if value.is_infinite() => 2 + u64::from(value < 0.0),
        Res::Float(Ok(value)) => {
            let (n, d) = ratio_of_f64(value).unwrap();
            digest_pair(n.as_ref(), d.as_ref())
        }
        Res::Bytes(Ok(bytes)) => {
            let value = from_bytes(&bytes, Endian::Little, false).unwrap();
            digest_int(
                add(value.as_ref(), int(bytes.len() as i64).as_ref())
                    .unwrap()
                    .as_ref(),
            )
        }
        _ => 5,
    }
}

fn texts(a: IntRef) -> Vec<u8> {
    let mut out = Vec::new();
    for (prefix, bits) in [("0x", 4), ("0o", 3), ("0b", 1)] {
        if a.negative {
            out.push(b'-');
        }
        out.extend_from_slice(prefix.as_bytes());
        push_radix(&mut out, a.abs(), bits, false);
    }
    out
}

fn run(a: IntRef, b: IntRef, c: IntRef, n: u64) -> Vec<Res> {
    let count = int(n as i64);
    let order = cmp(a, b);
    let f = to_f64(a);
    let less = f
        .clone()
        .map(|f| int(i64::from(cmp_f64(b, f).unwrap().is_gt())));
    let bytes = |endian, signed| {
        let mut out = vec![0; n as usize];
        to_bytes(a, &mut out, endian, signed).map(|()| out)
    };
    let mut decimal = Vec::new();
    push_decimal(&mut decimal, a);
    let scaled = f.clone().and_then(|f| from_f64(f * 1.37f64.powf(n as f64)));
    vec![
        Res::Int(add(a, b)),
        Res::Int(sub(a, b)),
        Res::Int(mul(a, b)),
        Res::Pair(div_mod(a, b)),
        Res::Int(modulo(a, b)),
        Res::Int(Ok(int(
            i64::from(order.is_lt()) * 2 + i64::from(order.is_eq())
        ))),
        Res::Int(shl(a, count.as_ref())),
        Res::Int(shr(a, count.as_ref())),
        Res::Int(and(a, b)),
        Res::Int(or(a, b)),
        Res::Int(xor(a, b)),
        Res::Int(invert(a)),
        Res::Float(true_div(a, b)),
        Res::Float(f),
        Res::Int(less),
        Res::Int(gcd(a, b)),
        Res::Int(lcm(a, b)),
        Res::Int(pow(c, int((n % 40) as i64).as_ref())),
        Res::Int(mod_pow(a, c, b)),
        Res::Int(isqrt(a)),
        Res::Int(Ok(int(hash(a)))),
        Res::Int(Ok(int(bit_count(a) as i64))),
        Res::Bytes(bytes(Endian::Little, true)),
        Res::Bytes(bytes(Endian::Big, false)),
        Res::Int(from_bytes(&decimal, Endian::Little, true)),
        Res::Int(from_bytes(&texts(a), Endian::Big, false)),
        Res::Int(scaled),
        Res::Int(comb(a.abs(), int((n % 12) as i64).as_ref())),
        Res::Int(perm(a.abs(), int((n % 9) as i64).as_ref())),
    ]
}

#[test]
fn as_cpython() {
    let mut r = Random(2026);
    for (case, line) in include_str!("../../testdata/bigint.txt")
        .lines()
        .enumerate()
    {
        let limit = if case < 350 { 12 } else { SIZES.len() };
        let (a, b, c) = (
            operand(&mut r, limit),
            operand(&mut r, limit),
            operand(&mut r, 12),
        );
        let n = r.next() % 300;
        let results = run(a.as_ref(), b.as_ref(), c.as_ref(), n);
        assert_eq!(results.len(), line.split(' ').count());
        for (op, (result, expected)) in results.into_iter().zip(line.split(' ')).enumerate() {
            let got = format!("{:06x}", digest(result) & 0xff_ffff);
            assert_eq!(
                got, expected,
                "case {case}, operation {op}: {a:?} {b:?} {c:?} {n}"
            );
        }
    }
}

#[test]
fn laws() {
    let mut r = Random(5);
    for _ in 0..3000 {
        let (a, b) = (operand(&mut r, 21), operand(&mut r, 21));
        let (x, y) = (a.as_ref(), b.as_ref());
        if y.is_zero() {
            assert_eq!(div_mod(x, y).unwrap_err(), DIVISION_BY_ZERO);
            continue;
        }
        let (q, m) = div_mod(x, y).unwrap();
        let back = add(mul(q.as_ref(), y).unwrap().as_ref(), m.as_ref()).unwrap();
        assert_eq!(back, a);
        assert!(m.as_ref().is_zero() || m.as_ref().negative == y.negative);
        assert!(mag::cmp(m.as_ref().mag, y.mag).is_lt());
        assert_eq!(modulo(x, y).unwrap(), m);
        let sum = add(x, y).unwrap();
        assert_eq!(sub(sum.as_ref(), y).unwrap(), a);
        // a + b = (a ^ b) + 2 (a & b)
        let half = and(x, y).unwrap();
        let twice = bits::shl_by(half.as_ref(), 1).unwrap();
        assert_eq!(
            add(xor(x, y).unwrap().as_ref(), twice.as_ref()).unwrap(),
            sum
        );
        let mut text = Vec::new();
        push_decimal(&mut text, x);
        assert_eq!(parse_int(&text, 10, 0).unwrap(), a);
        assert!(parse_int(&texts(x), 0, 0).is_err());
        for (base, bits) in [(2, 1), (8, 3), (16, 4)] {
            let mut text = Vec::new();
            push_radix(&mut text, x, bits, true);
            assert_eq!(parse_int(&text, base, 0).unwrap(), a);
        }
        let root = isqrt(x.abs()).unwrap();
        let square = mul(root.as_ref(), root.as_ref()).unwrap();
        assert!(cmp(square.as_ref(), x.abs()).is_le());
    }
}

#[test]
fn parsing() {
    let cases: &[(&str, u32, Option<i64>)] = &[
        ("12", 10, Some(12)),
        (" \t-1_2\n", 10, Some(-12)),
        ("1__2", 10, None),
        ("_1", 10, None),
        ("1_", 10, None),
        ("", 10, None),
        ("-", 10, None),
        ("+ 1", 10, None),
        ("0x_f", 16, Some(15)),
        ("0x_f", 0, Some(15)),
        ("0x__f", 0, None),
        ("0x", 16, None),
        ("0b1", 12, Some(133)),
        ("0B1", 2, Some(1)),
        ("0o17", 0, Some(15)),
        ("010", 0, None),
        ("0_0", 0, Some(0)),
        ("00", 0, Some(0)),
        ("010", 10, Some(10)),
        ("zZ", 36, Some(35 * 37)),
        ("1\0", 10, None),
        ("9", 8, None),
        ("9223372036854775807", 10, Some(i64::MAX)),
        ("-9223372036854775808", 10, Some(i64::MIN)),
    ];
    for &(text, base, expected) in cases {
        let got = parse_int(text.as_bytes(), base, 4300)
            .ok()
            .and_then(|v| v.to_i64());
        assert_eq!(got, expected, "{text:?} in base {base}");
    }
    // Long texts in odd bases, in mixed case: the value of (base ** n - 1) is all top digits.
    for base in 3..=36u32 {
        for n in [1u64, 12, 13, 40, 41, 250, 251, 1000] {
            let top = char::from_digit(base - 1, 36).unwrap();
            let text: String = (0..n)
                .map(|i| {
                    if i & 1 == 1 {
                        top.to_ascii_uppercase()
                    } else {
                        top
                    }
                })
                .collect();
            let power = pow(Int::from(u64::from(base)).as_ref(), Int::from(n).as_ref()).unwrap();
            let expected = sub(power.as_ref(), IntRef::ONE).unwrap();
            assert_eq!(
                parse_int(text.as_bytes(), base, 0).unwrap(),
                expected,
                "{base} {n}"
            );
        }
    }
    let long = "1".repeat(5000);
    assert_eq!(
        parse_int(long.as_bytes(), 10, 4300),
        Err(ParseIntError::TooManyDigits(5000))
    );
    assert!(parse_int(long.as_bytes(), 8, 4300).is_ok());
}

#[test]
fn limits() {
    let huge = pow(int(10).as_ref(), int(30).as_ref()).unwrap();
    assert_eq!(shl(IntRef::ONE, huge.as_ref()), Err(TOO_MANY_DIGITS));
    assert_eq!(shl(IntRef::ONE, int(1 << 62).as_ref()), Err(TOO_LARGE));
    assert_eq!(shl(IntRef::ZERO, huge.as_ref()), Ok(Int::zero()));
    assert_eq!(shr(int(-5).as_ref(), huge.as_ref()), Ok(int(-1)));
    assert_eq!(shl(IntRef::ONE, int(-1).as_ref()), Err(NEGATIVE_SHIFT));
    assert_eq!(pow(huge.as_ref(), huge.as_ref()), Err(TOO_LARGE));
    assert_eq!(pow(int(3).as_ref(), int(1 << 40).as_ref()), Err(TOO_LARGE));
    assert_eq!(
        pow(
            int(-1).as_ref(),
            add(huge.as_ref(), IntRef::ONE).unwrap().as_ref()
        ),
        Ok(int(-1))
    );
    assert_eq!(factorial(huge.as_ref()), Err(FACTORIAL_TOO_LARGE));
    assert_eq!(factorial(int(i64::MAX).as_ref()), Err(TOO_LARGE));
    assert_eq!(
        comb(
            huge.as_ref(),
            div_floor(huge.as_ref(), int(10).as_ref()).unwrap().as_ref()
        ),
        Err(TOO_LARGE)
    );
    let long = pow(int(10).as_ref(), int(4300).as_ref()).unwrap();
    let mut out = vec![b'x'];
    assert!(push_decimal_limited(&mut out, long.as_ref(), 4300).is_err());
    assert_eq!(out, b"x");
    let nines = sub(long.as_ref(), IntRef::ONE).unwrap().negated();
    assert!(push_decimal_limited(&mut out, nines.as_ref(), 4300).is_ok());
    assert_eq!(out.len(), 4302);
    assert_eq!(to_f64(long.as_ref()), Err(INT_TO_FLOAT));
    assert_eq!(
        mod_pow(int(2).as_ref(), int(-1).as_ref(), int(4).as_ref()),
        Err(NOT_INVERTIBLE)
    );
    assert_eq!(
        mod_pow(int(3).as_ref(), int(-1).as_ref(), int(-7).as_ref()),
        Ok(int(-2))
    );
}

#[test]
fn products() {
    let mut product = int(1);
    for n in 0..400i64 {
        if n > 0 {
            product = mul(product.as_ref(), int(n).as_ref()).unwrap();
        }
        assert_eq!(factorial(int(n).as_ref()).unwrap(), product);
        let k = int(n / 3);
        let falling = perm(int(n).as_ref(), k.as_ref()).unwrap();
        let choose = comb(int(n).as_ref(), k.as_ref()).unwrap();
        let fact = factorial(k.as_ref()).unwrap();
        assert_eq!(mul(choose.as_ref(), fact.as_ref()).unwrap(), falling);
        let rest = factorial(int(n - n / 3).as_ref()).unwrap();
        assert_eq!(mul(falling.as_ref(), rest.as_ref()).unwrap(), product);
    }
}
