//! Trees in, optimised code out: `tests/traces/*.trace`. `UPDATE_EXPECT=1` blesses.

mod common;

use pyjit_jit::ir::{Lit, Ty, print};
use pyjit_jit::opt::{Options, RULE_NAMES, check_rule, compile_tree};

#[test]
fn traces() {
    let dir = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/traces");
    let bless = std::env::var_os("UPDATE_EXPECT").is_some();
    let mut bad = vec![];
    let mut files: Vec<_> = std::fs::read_dir(dir)
        .unwrap()
        .map(|f| f.unwrap().path())
        .collect();
    files.sort();
    for path in files {
        let text = std::fs::read_to_string(&path).unwrap();
        let (input, expect) = text.split_once("--- expect\n").unwrap_or((&text, ""));
        let tree = common::tree(&common::sections(input));
        let got = match compile_tree(
            &tree,
            &Options {
                verify: true,
                ..Options::default()
            },
        ) {
            Ok(o) => print(&o.func),
            Err(e) => format!("abort {e:?}\n"),
        };
        if got != expect {
            if bless {
                std::fs::write(&path, format!("{input}--- expect\n{got}")).unwrap();
            } else {
                bad.push(format!("{}:\n{got}", path.display()));
            }
        }
    }
    assert!(bad.is_empty(), "{}", bad.join("\n"));
}

#[test]
fn rules_mean_what_they_say() {
    let mut rng = common::Rng(7);
    for n in 0..RULE_NAMES.len() {
        for _ in 0..500 {
            check_rule(n, &mut |ty| rng.lit(ty)).unwrap();
        }
    }
}

#[test]
fn every_type_has_random_values() {
    let mut rng = common::Rng(1);
    for ty in [Ty::Int, Ty::Float, Ty::Bool, Ty::Ref, Ty::Value] {
        let l: Lit = rng.lit(ty);
        assert_eq!(l.ty(), ty);
    }
}

/// Not a check: prints how long the optimiser takes for each trace.
#[test]
#[ignore = "prints times"]
fn speed() {
    let dir = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/traces");
    for f in std::fs::read_dir(dir).unwrap() {
        let path = f.unwrap().path();
        let text = std::fs::read_to_string(&path).unwrap();
        let (input, _) = text.split_once("--- expect\n").unwrap();
        let tree = common::tree(&common::sections(input));
        let options = Options {
            verify: false,
            ..Options::default()
        };
        let raw: usize = tree.members().map(|m| m.func.len()).sum();
        let mut best = u128::MAX;
        for _ in 0..200 {
            let start = std::time::Instant::now();
            let _ = std::hint::black_box(compile_tree(&tree, &options));
            best = best.min(start.elapsed().as_nanos());
        }
        let name = path.file_stem().unwrap().to_string_lossy().to_string();
        println!(
            "{name}: {raw} raw instructions, {:.1} us",
            best as f64 / 1000.0
        );
    }
}
