//! Random programs of a toy machine: interpreter alone against interpreter with compiled
//! traces (run by the evaluator), with exits forced at every n-th guard, bridges and
//! regions. `PYJIT_FUZZ=n` runs n programs.

mod common;

use common::Rng;
use common::toyjit::Jit;
use common::vm::{Bc, Next, Program, World, step};
use pyjit_jit::ir::{Boxed, Op};
use pyjit_jit::opt::Options;

const OPS: &[Op] = &[
    Op::IntAdd,
    Op::IntAdd,
    Op::IntSub,
    Op::IntMul,
    Op::IntFloorDiv,
    Op::IntMod,
    Op::IntAnd,
    Op::IntOr,
    Op::IntXor,
    Op::IntShl,
    Op::IntShr,
    Op::IntMin,
    Op::IntMax,
];

/// Runs in the interpreter; gives how many iterations are possible.
fn interpret(mut w: World, p: &Program) -> (World, i128) {
    let mut pc = 0;
    let mut rounds: i128 = 0;
    loop {
        rounds += i128::from(matches!(p.code[pc], Bc::Loop));
        match step(&mut w, p, pc, None) {
            Next::Pc(to) => pc = to,
            Next::Halt => return (w, rounds),
            Next::Overflow => return (w, rounds),
        }
    }
}

/// Mostly masks and ring operations: representations beyond a signed word.
const WIDE: &[Op] = &[
    Op::IntMul,
    Op::IntMul,
    Op::IntAdd,
    Op::IntSub,
    Op::IntXor,
    Op::IntOr,
    Op::IntAnd,
    Op::IntAnd,
    Op::IntAnd,
    Op::IntShl,
    Op::IntShr,
    Op::IntShr,
    Op::IntMod,
];

fn one(seed: u64, totals: &mut [u64; 4]) -> Result<(), String> {
    let mut rng = Rng(seed.wrapping_mul(0x9e3779b97f4a7c15) | 1);
    for _ in 0..5 {
        rng.next();
    }
    let ops = if rng.below(2) == 0 { OPS } else { WIDE };
    let p = Program::random(&mut rng, ops);
    let mut start = World::random(&mut rng, 40);
    let (_, rounds) = interpret(start.clone(), &p);
    if rounds < 6 {
        return Ok(());
    }
    start.regs[common::vm::REGS - 1] = Boxed::Int(rounds.min(40));
    let (want, _) = interpret(start.clone(), &p);
    let force = rng.pick(&[0, 0, 1, 2, 3, 5, 7, 11, 23, 50]);
    let mut jit = Jit::new(
        Options {
            verify: true,
            ..Options::default()
        },
        force,
    );
    for _ in 0..2 {
        let mut w = start.clone();
        let r = jit.run(&mut w, &p);
        let (got, want) = (w.view(&p), want.view(&p));
        if r.is_err() || got != want {
            return Err(format!(
                "seed {seed} force {force}: {r:?}\nwant {want:?}\ngot  {got:?}\n{:?}\n{}",
                p.code,
                jit.dump()
            ));
        }
    }
    totals.iter_mut().zip(jit.stats).for_each(|(t, s)| *t += s);
    Ok(())
}

#[test]
fn programs() {
    let n = std::env::var("PYJIT_FUZZ")
        .ok()
        .and_then(|s| s.parse().ok())
        .unwrap_or(3000);
    let first = std::env::var("PYJIT_SEED")
        .ok()
        .and_then(|s| s.parse().ok())
        .unwrap_or(1u64);
    let mut totals = [0; 4];
    for seed in first..first + n {
        if let Err(e) = one(seed, &mut totals) {
            panic!("{e}");
        }
    }
    let [compiled, aborted, exits, bridges] = totals;
    println!("{compiled} compiled, {aborted} aborted, {exits} exits, {bridges} bridges");
    assert!(compiled > n / 4 && exits > n, "the test has no bite");
}
