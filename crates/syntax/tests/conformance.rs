//! Trees, errors and warnings for `programs.txt` are what CPython 3.14 gave (`record.py`).
//!
//! The ignored test compares whole files with the interpreter that `PYTHON314` names, over the
//! directory `PYTHON_FILES`.

use pyjit_syntax::dump::{DumpOptions, dump};
use pyjit_syntax::{Interner, Mode, Source, parse};

const SEPARATOR: &str = "\n----\n";

fn describe(program: &str) -> String {
    let (mode, program) = match program
        .strip_prefix("# mode: ")
        .and_then(|p| p.split_once('\n'))
    {
        Some(("eval", rest)) => (Mode::Eval, rest),
        Some(("single", rest)) => (Mode::Interactive, rest),
        Some(("func_type", rest)) => (Mode::FuncType, rest),
        _ => (Mode::Module, program),
    };
    describe_source(&Source::from_text(program), mode)
}

fn describe_source(source: &Source, mode: Mode) -> String {
    let arena = bumpalo::Bump::new();
    let mut names = Interner::new();
    match parse(source, mode, &arena, &mut names) {
        Ok(parsed) => {
            let options = DumpOptions {
                indent: None,
                include_attributes: true,
            };
            let mut out = dump(&parsed.tree, &names, source.lines(), options);
            for warning in parsed.warnings {
                let line = source.locate(warning.span.start).line;
                out += &format!("\nwarning: line {line}: {}", warning.message);
            }
            out
        }
        Err(e) => {
            let place = format!(
                "({}, {}, {}, {})",
                e.line, e.offset, e.end_line, e.end_offset
            );
            format!("{:?}: {} {place}", e.kind, e.message)
        }
    }
}

#[test]
fn programs_are_understood_as_recorded() {
    let programs: Vec<&str> = include_str!("programs.txt").split(SEPARATOR).collect();
    let expected: Vec<&str> = include_str!("expected.txt").split(SEPARATOR).collect();
    assert_eq!(programs.len(), expected.len(), "run record.py again");
    let mut wrong = Vec::new();
    for (program, expected) in programs.iter().zip(expected) {
        let got = describe(program);
        if got != expected {
            wrong.push(format!(
                "{program}\n  expected: {expected}\n  got:      {got}"
            ));
        }
    }
    assert!(
        wrong.is_empty(),
        "{} of {}:\n{}",
        wrong.len(),
        programs.len(),
        wrong.join("\n\n")
    );
}

/// A prompt asks for more exactly when more could help.
#[test]
fn prompts_know_what_is_incomplete() {
    let incomplete = |text: &str| {
        let source = Source::from_text(text);
        let arena = bumpalo::Bump::new();
        let parsed = parse(&source, Mode::Interactive, &arena, &mut Interner::new());
        let open = pyjit_syntax::open_block(&source).is_some();
        open || parsed.is_err_and(|e| e.incomplete)
    };
    let more = [
        "if x:",
        "if x:\n",
        "f(\n",
        "'''a\n",
        "def f():\n  pass",
        "def f(): pass",
        "x = [1,\n",
        "@a\n",
    ];
    for text in more {
        assert!(incomplete(text), "{text:?}");
    }
    let done = [
        "x = 1\n",
        "x = 1",
        "x +\n",
        "if x:\n  y\n",
        "def f(): pass\n",
        "x y\n",
        "f(]\n",
        "'a\n",
        "x\n\n",
    ];
    for text in done {
        assert!(!incomplete(text), "{text:?}");
    }
}

/// No text may make the parser panic: every prefix and every single deletion of every program.
#[test]
fn damaged_programs_are_errors_at_worst() {
    for program in include_str!("programs.txt").split(SEPARATOR) {
        for (i, c) in program.char_indices() {
            describe(&program[..i]);
            describe(&format!(
                "{}{}",
                &program[..i],
                &program[i + c.len_utf8()..]
            ));
        }
    }
}

/// Deep nesting is an error or a tree, never an overflow, even on a small stack.
#[test]
fn deep_programs_are_safe() {
    let deep = [
        "(".repeat(100_000),
        format!("{}1{}", "(".repeat(150), ")".repeat(150)),
        format!("{}1{}", "[".repeat(199), "]".repeat(199)),
        format!("x = {}1", "-".repeat(100_000)),
        format!("x = {}1", "not ".repeat(100_000)),
        format!("x = {}1 1", "not ".repeat(100_000)),
        format!("x = 1{}", "+1".repeat(100_000)),
        format!("x = 1{}", "**1".repeat(100_000)),
        format!("x = a{}", ".b".repeat(100_000)),
        format!("x = a{} b", ".b".repeat(100_000)),
        format!("x = a{}", "()".repeat(100_000)),
        format!("x = {}1", "lambda: ".repeat(100_000)),
        format!("x = {}1", "1 if 1 else ".repeat(100_000)),
        format!("if 1: pass\n{}", "elif 1: pass\n".repeat(50_000)),
        format!("if 1: pass\n{}else pass", "elif 1: pass\n".repeat(50_000)),
        format!("{}1 2", "if x:\n ".repeat(90)),
        format!("x = {}\n", "a[".repeat(190)),
        format!("{}1 2{}", "f(".repeat(190), ")".repeat(190)),
        format!("x = {}", "f'{".repeat(140)),
        format!("{}x y", "await ".repeat(50_000)),
        format!("{}x = 1 y", "a = ".repeat(50_000)),
        format!("{}pass", "@a\n".repeat(50_000)),
    ];
    let run = move || {
        deep.iter()
            .map(|program| describe_shortly(program))
            .collect::<Vec<_>>()
    };
    let thread = std::thread::Builder::new().stack_size(2 << 20).spawn(run);
    let results = thread.expect("a thread").join().expect("no overflow");
    assert!(results[3].contains("too many nested"), "{}", results[3]);
}

/// The error, or nothing: trees this deep are not printed.
fn describe_shortly(program: &str) -> String {
    let source = Source::from_text(program);
    let arena = bumpalo::Bump::new();
    match parse(&source, Mode::Module, &arena, &mut Interner::new()) {
        Ok(_) => String::new(),
        Err(e) => e.message,
    }
}

#[test]
#[ignore = "needs PYTHON314 (an interpreter) and PYTHON_FILES (a directory)"]
fn library_parses_as_in_cpython() {
    let python = std::env::var("PYTHON314").expect("PYTHON314");
    let directory = std::env::var("PYTHON_FILES").expect("PYTHON_FILES");
    let script = "import ast, sys, warnings\n\
        warnings.simplefilter('ignore')\n\
        print(ast.dump(ast.parse(open(sys.argv[1], 'rb').read()), include_attributes=True))";
    let mut files = Vec::new();
    collect(std::path::Path::new(&directory), &mut files);
    let mut wrong = Vec::new();
    for file in &files {
        let output = std::process::Command::new(&python)
            .args(["-X", "utf8", "-c", script])
            .arg(file)
            .output();
        let Some(output) = output.ok().filter(|o| o.status.success()) else {
            continue;
        };
        let expected = String::from_utf8_lossy(&output.stdout)
            .trim_end()
            .to_owned();
        let bytes = std::fs::read(file).expect("a file");
        let got = match Source::from_bytes(&bytes, "") {
            Ok(source) => describe_source(&source, Mode::Module),
            Err(e) => e.message,
        };
        if got.split("\nwarning: ").next() != Some(&expected) {
            wrong.push(file.display().to_string());
        }
    }
    assert!(
        wrong.is_empty(),
        "{} of {}: {wrong:#?}",
        wrong.len(),
        files.len()
    );
}

fn collect(directory: &std::path::Path, files: &mut Vec<std::path::PathBuf>) {
    let Ok(entries) = std::fs::read_dir(directory) else {
        return;
    };
    for path in entries.flatten().map(|e| e.path()) {
        if path.is_dir() {
            collect(&path, files);
        } else if path.extension().is_some_and(|e| e == "py") {
            files.push(path);
        }
    }
}
