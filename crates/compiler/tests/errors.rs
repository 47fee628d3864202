//! Errors and warnings, as CPython reports them: `errors.txt` is recorded.

use pyjit_compiler::{Options, compile_source};
use pyjit_syntax::{Mode, Source};

fn report(program: &str) -> String {
    let source = Source::from_text(program);
    match compile_source(&source, Mode::Module, &Options::default()) {
        Ok((code, warnings)) => {
            assert_eq!(pyjit_bytecode::verify::verify(&code), Ok(()), "{program}");
            let mut shown = "OK".to_owned();
            for w in warnings {
                shown += &format!(" W {} @{}", w.message, source.locate(w.span.start).line);
            }
            shown
        }
        Err(e) => format!(
            "{} ({},{})-({},{})",
            e.message, e.line, e.offset, e.end_line, e.end_offset
        ),
    }
}

#[test]
fn errors_are_those_of_cpython() {
    let mut wrong = Vec::new();
    for block in include_str!("errors.txt").split("### ").skip(1) {
        let (expected, program) = block.split_once('\n').unwrap_or((block, ""));
        let program = program.trim_end_matches('\n');
        let found = report(program);
        if found != expected {
            wrong.push(format!(
                "{program}\n  expected {expected}\n  found    {found}"
            ));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// On a stack as large as a main thread's.
#[test]
fn deep_programs_are_compiled_or_rejected() {
    let thread = std::thread::Builder::new()
        .stack_size(8 << 20)
        .spawn(deep_programs);
    assert!(thread.is_ok_and(|t| t.join().is_ok()));
}

fn deep_programs() {
    for n in [50, 500, 2000, 20_000] {
        let parens = format!("x = {}1{}", "(".repeat(n), ")".repeat(n));
        let sum = format!("x = {}1", "a + ".repeat(n));
        let calls = format!("x = {}1{}", "f(".repeat(n), ")".repeat(n));
        let lambdas = format!("x = {}1", "lambda: ".repeat(n));
        let nots = format!("x = {}1", "not ".repeat(n));
        let elifs = format!("if a: pass\n{}", "elif b: pass\n".repeat(n));
        let many = "x = f(1)\n".repeat(n);
        for program in [parens, sum, calls, lambdas, nots, elifs, many] {
            let found = report(&program);
            assert!(
                found == "OK" || found.contains("too") || found.contains("recursion"),
                "{n}: {found}"
            );
        }
    }
}
