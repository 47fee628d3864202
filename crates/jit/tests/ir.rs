//! The IR's text form, verifier and evaluator.

use pyjit_jit::ir::{BlockId, Heap, Lit, Machine, Names, Outcome, parse, print, verify};

const LOOP: &str = "\
block0:
  v0 = slot 0
  guard_int v0 [s0]
  v1 = unbox_int v0
  jump block1(0, v1)
block1(v2: int, v3: int):
  v4 = int_lt v2, 10
  guard_true v4 [s1]
  v5 = int_mod v2, 3
  v6 = int_eq v5, 0
  guard_false v6 [s2 -> block2]
  v7 = int_add v2, 1
  v8 = int_add v3, v2
  jump block1(v7, v8)
block2:
  v9 = int_add v2, 1
  jump block1(v9, v3)
s0 = retry @4 base 0 top 3 from 0/0 {}
s1 = retry @5 base 0 top 3 from 0/1 {0: v3, 1: v2, 2: new0} new0 0x200000005 {+8:value:c1 = v2}
s2 = retry @6 base 0 top 3 from 0/2 {0: v3, 1: v2}
";

#[test]
fn text_round_trip() {
    let f = parse(LOOP, &Names::default()).unwrap();
    verify(&f).unwrap();
    assert_eq!(print(&f), LOOP);
}

#[test]
fn evaluator_takes_sides_and_exits() {
    let f = parse(LOOP, &Names::default()).unwrap();
    let mut m = Machine::new(&f, Heap::default());
    m.slots.insert(0, Lit::Int(100).boxed());
    let Outcome::Exit(s) = m.run(0, &mut |_, _, _| None).unwrap() else {
        panic!()
    };
    assert_eq!(s.0, 1);
    let slots = m.leave(s).unwrap();
    assert_eq!(slots[&0], Lit::Int(100 + 1 + 2 + 4 + 5 + 7 + 8).boxed());
    assert_eq!(slots[&1], Lit::Int(10).boxed());
}

#[test]
fn verifier_rejects() {
    let bad = [
        "block0:\n  v0 = slot 0\n  v1 = int_add v0, 1\n  finish v1\n",
        "block0:\n  v0 = slot 0\n  guard_int v0\n  finish v0\n",
        "block0:\n  jump block1()\nblock1(v0: int):\n  finish v0\n",
        "block0:\n  v0 = slot 0\n  set_field @0x10, v0, +8:i64:c1\n  finish v0\n",
    ];
    for text in bad {
        assert!(
            verify(&parse(text, &Names::default()).unwrap()).is_err(),
            "{text}"
        );
    }
    let mut f = parse(LOOP, &Names::default()).unwrap();
    f.block_mut(BlockId(2)).insts.clear();
    assert!(verify(&f).is_err());
}
