//! `.pyc` bytes: what is written is read back, and damaged bytes are rejected, never followed.

use pyjit_bytecode::pyc::{self, Damage, Stamp};
use pyjit_bytecode::{CodeObject, dis, verify};
use pyjit_compiler::{Options, compile_source};
use pyjit_syntax::{Mode, Source};

const PROGRAM: &str = r#"
"""Doc"""
from os import path as p
K = (1, -2, 2**90, 1.5, 3j, "s", b"b", None, ..., True)
class C[T]:
    """Class"""
    x: int = 1
    def __init__(self, a, /, b=2, *c, d=3, **e):
        self.a = [i * b for i in c if i not in {1, 2, 3}]
        super().__init__()
    async def go(self):
        async with self as s:
            return {k: v async for k, v in s}
def gen(n):
    try:
        with open(f"{n!r:>3}") as f:
            yield from (f(x) for x in range(n) if x is not None)
    except (ValueError, TypeError) as e:
        raise RuntimeError("x" * n) from e
    finally:
        print(n, sep="", *K)
match K:
    case [1, *rest] | {"a": rest}: pass
    case C(x=1): pass
"#;

fn compiled() -> CodeObject {
    let source = Source::from_text(PROGRAM);
    compile_source(&source, Mode::Module, &Options::default())
        .expect("compiles")
        .0
}

#[test]
fn round_trip() {
    let code = compiled();
    let stamp = Stamp::Hash {
        hash: 0x0123_4567_89ab_cdef,
        check: true,
    };
    let bytes = pyc::write(&code, stamp).expect("shallow");
    let (again, read) = pyc::read(&bytes).expect("undamaged");
    assert_eq!(again, stamp);
    assert_eq!(dis::dis(&read), dis::dis(&code));
    assert_eq!(pyc::encode(&read), pyc::encode(&code));
}

#[test]
fn any_flipped_bit_is_noticed() {
    let stamp = Stamp::Source { mtime: 1, size: 2 };
    let bytes = pyc::write(&compiled(), stamp).expect("shallow");
    assert_eq!(pyc::read(b"").err(), Some(Damage::Magic));
    for i in (0..bytes.len()).filter(|i| !(4..16).contains(i)) {
        let mut bad = bytes.clone();
        bad[i] ^= 1 << (i % 8);
        assert!(pyc::read(&bad).is_err(), "byte {i}");
        assert!(pyc::read(&bytes[..i]).is_err(), "cut at {i}");
    }
}

/// Without the checksum: decoding and verifying must cope with anything.
#[test]
fn the_verifier_survives_damage() {
    let payload = pyc::encode(&compiled()).expect("shallow");
    let mut random = 0x9e37_79b9_7f4a_7c15_u64;
    let mut next = || {
        random ^= random << 13;
        random ^= random >> 7;
        random ^= random << 17;
        random
    };
    let mut accepted = 0;
    for _ in 0..4000 {
        let mut bad = payload.clone();
        for _ in 0..1 + next() % 3 {
            let i = next() as usize % bad.len();
            bad[i] = next() as u8;
        }
        if let Ok(code) = pyc::decode(&bad) {
            accepted += verify::verify(&code).is_ok() as u32;
            dis::dis(&code);
        }
    }
    // Damage to names, positions and constants is harmless; damage to instructions mostly is not.
    assert!(accepted < 3600, "{accepted}");
}
