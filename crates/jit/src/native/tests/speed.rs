//! Figures on request: `cargo test -p pyjit-jit speed -- --ignored --nocapture`.

use super::*;
use std::time::Instant;

/// Best of a few runs, nanoseconds for each of `n`.
fn best(n: f64, mut f: impl FnMut()) -> f64 {
    let mut least = f64::MAX;
    for _ in 0..7 {
        let start = Instant::now();
        f();
        least = least.min(start.elapsed().as_secs_f64());
    }
    least * 1e9 / n
}

#[test]
#[ignore = "prints figures"]
fn speed_of_calls_and_loops() {
    let _guard = lock();
    for rep in [IntRep::I64, IntRep::Shl1] {
        let (f, desc) = calls::fib_code(rep, false);
        let dump = Dump {
            clif: false,
            asm: std::env::var_os("PYJIT_SHOW").is_some(),
        };
        let mut s = calls::setup(
            Config {
                dump,
                ..Config::default()
            },
            &f,
            desc,
        );
        println!("{}", s.artifact.asm().unwrap_or(""));
        let calls = 2.0 * calls::fib(31) as f64;
        let ns = best(calls, || assert_eq!(s.call(30).status, 0));
        println!("fib, {rep:?}: {ns:.2} ns a call");
    }
    let mut native = native();
    let mut ctx = JitCtx::new();
    let (root, bridge, _) = life::with_bridge(&mut native);
    println!(
        "loop with a bridge each third time: {:.2} ns",
        best(3e6, || {
            life::drive(&root, &mut ctx, 3_000_000);
        })
    );
    native.retire(bridge);
    println!(
        "the same through the interpreter's exit: {:.2} ns",
        best(3e5, || {
            life::drive(&root, &mut ctx, 300_000);
        })
    );
    let quiet = Config {
        verify: false,
        ..Config::default()
    };
    let mut native = native_with(quiet, &REPORT);
    let code = life::loop_code();
    println!(
        "compiling 16 instructions: {:.0} us",
        best(1e5, || {
            for _ in 0..100 {
                let a = native
                    .compile("loop", &code, &Role::Loop)
                    .expect("compiles");
                native.retire(a);
            }
            native.sweep();
        })
    );
    println!("{:?} {:?}", native.stats(), native.memory());
}
