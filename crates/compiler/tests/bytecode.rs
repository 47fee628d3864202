//! The shape of the code for small programs.

use pyjit_compiler::{Options, compile_source};
use pyjit_syntax::{Mode, Source};

/// The instructions of function `f`, without places.
fn body(program: &str) -> String {
    let source = Source::from_text(program);
    let (code, _) = compile_source(&source, Mode::Module, &Options::default()).expect("compiles");
    let text = pyjit_bytecode::dis::dis(&code);
    let of_f = text
        .split("\n\n")
        .find(|t| t.starts_with("code f "))
        .expect("a function f");
    let lines = of_f.lines().skip(1).filter(|l| !l.contains("..")).map(|l| {
        let words: Vec<&str> = l[7..].split_whitespace().skip(1).collect();
        words.join(" ")
    });
    lines.collect::<Vec<_>>().join("\n")
}

#[track_caller]
fn check(program: &str, expected: &[&str]) {
    assert_eq!(body(program), expected.join("\n"), "{program}");
}

#[test]
fn loops_have_one_jump_an_iteration() {
    check(
        "def f(n):\n  s = i = 0\n  while i < n:\n    s += i * 3\n    i += 1\n  return s",
        &[
            "load_int s 0",
            "load_int i 0",
            "jnlt_rr i n ->7",
            "mul_ri t0 i 3",
            "iadd_rr s s t0",
            "iadd_ri i i 1",
            "jlt_back_rr i n ->3",
            "ret s",
        ],
    );
    check(
        "def f(l):\n  for x in l: print(x)",
        &[
            "get_iter t0 l",
            "jump ->5",
            "load_global t1 print",
            "mov t4 x",
            "call t1 1",
            "for_iter t0 x ->2",
            "ret_none",
        ],
    );
}

#[test]
fn conditions_are_fused_and_inverted() {
    check(
        "def f(a, b):\n  if not (a < b and b is None): return 1\n  return 2",
        &[
            "jnlt_rr a b ->2",
            "jump_if_none b ->4",
            "load_int t0 1",
            "ret t0",
            "load_int t0 2",
            "ret t0",
        ],
    );
    check(
        "def f(a):\n  while a:\n    if a == 'x': continue\n    a = g(a)",
        &[
            "jump_if_false a ->7",
            "jeq_rk a \"x\" ->6",
            "load_global t0 g",
            "mov t3 a",
            "call t0 1",
            "mov a t0",
            "jump_true_back a ->1",
            "ret_none",
        ],
    );
}

#[test]
fn swapping_needs_no_tuple() {
    check(
        "def f(a, b):\n  a, b = b, a\n  return a",
        &["mov t0 a", "mov a b", "mov b t0", "ret a"],
    );
}

#[test]
fn constants_are_folded() {
    check(
        "def f():\n  return (1 + 2) * 3, -2 ** 3, 'a' 'b' * 2",
        &["load_const t0 (9, -8, \"abab\")", "ret t0"],
    );
    check(
        "def f(x):\n  return x in {1, 2}",
        &["load_const t1 frozenset(1, 2)", "in_rr t0 x t1", "ret t0"],
    );
}

#[test]
fn locals_are_checked_only_where_they_may_be_unbound() {
    check(
        "def f(a):\n  if a:\n    x = 1\n  print(x)\n  return x",
        &[
            "jump_if_false a ->2",
            "load_int x 1",
            "load_global t0 print",
            "check_bound x",
            "mov t3 x",
            "call t0 1",
            "ret x",
        ],
    );
}

#[test]
fn methods_and_super_make_no_bound_method() {
    check(
        "def f(a):\n  a.b(1).c = 2",
        &[
            "load_int t0 2",
            "load_method t1 a b",
            "load_int t5 1",
            "call_method t1 2",
            "store_attr t0 t1 c",
            "ret_none",
        ],
    );
}
