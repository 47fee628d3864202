//! From a program's text to an exit code.

use std::process::ExitCode;

use pyjit_heap::Value;
use pyjit_runtime::core::{modules, ops};
use pyjit_runtime::types::exceptions::{Exc, Exception};
use pyjit_runtime::types::list::List;
use pyjit_runtime::types::str_::Str;
use pyjit_runtime::types::type_::class_of;
use pyjit_runtime::{R, Thread};

use crate::bootstrap;
use crate::trace::JitOptions;

/// What is to be run, and how.
pub struct Program {
    pub source: Vec<u8>,
    pub filename: String,
    /// `sys.argv`.
    pub argv: Vec<String>,
    /// `sys.path[0]`: the script's folder, or empty.
    pub folder: String,
    pub jit: JitOptions,
}

impl Program {
    /// A program with the default options.
    pub fn new(source: Vec<u8>, filename: &str, argv: Vec<String>, folder: &str) -> Program {
        Program {
            source,
            filename: filename.into(),
            argv,
            folder: folder.into(),
            jit: JitOptions::default(),
        }
    }
}

/// Runs a program as the main module of a fresh interpreter, after `library`
/// has started the import system.
pub fn run(program: &Program, library: fn(&Thread) -> R<()>) -> ExitCode {
    let Ok(t) = bootstrap::start() else {
        eprintln!("pyjit: start-up failed");
        return ExitCode::FAILURE;
    };
    if library(t).and_then(|()| arguments(t, program)).is_err() {
        eprintln!("pyjit: the standard library cannot be started");
        return finish(t);
    }
    if program.filename.starts_with('<') {
        let text = String::from_utf8_lossy(&program.source);
        crate::sources::remember(&program.filename, &text);
    }
    crate::trace::configure(program.jit.clone());
    crate::trace::start(t);
    let code = match bootstrap::run_main(t, &program.source, &program.filename) {
        Ok(()) => ExitCode::SUCCESS,
        Err(_) => finish(t),
    };
    crate::pending::at_exit(t);
    crate::trace::report();
    match crate::shutdown::run(t) {
        true => code,
        false => ExitCode::from(120),
    }
}

/// Sets `sys.argv` and `sys.path`.
fn arguments(t: &Thread, program: &Program) -> R<()> {
    let list = |items: &[String]| {
        let l = List::new();
        for s in items {
            l.push(t, Str::new(s).value())?;
        }
        Ok(l.value())
    };
    let mut path = vec![program.folder.clone()];
    if let Ok(p) = std::env::var("PYTHONPATH") {
        path.extend(p.split(':').filter(|s| !s.is_empty()).map(String::from));
    }
    let sys = modules::sys();
    sys.set(t, "argv", list(&program.argv)?)?;
    sys.set(t, "path", list(&path)?)
}

/// What an exception that nobody caught leads to.
fn finish(t: &Thread) -> ExitCode {
    let e = t.take_exception();
    if class_of(e).is_subtype(Exc::SystemExit.class()) {
        return exit_code(t, e);
    }
    crate::report::print(t, e);
    if class_of(e).is_subtype(Exc::KeyboardInterrupt.class()) {
        return ExitCode::from(130);
    }
    ExitCode::FAILURE
}

/// `SystemExit.code`: none is success, an int the code, all else a message.
fn exit_code(t: &Thread, e: Value) -> ExitCode {
    let code = e
        .cast::<Exception>()
        .map_or(Value::NONE, |e| match e.extra(0).opt() {
            Some(v) => v,
            None => match e.args.gc().items() {
                [] => Value::NONE,
                [v] => *v,
                _ => e.args.value(),
            },
        });
    match code {
        v if v.is_none() => ExitCode::SUCCESS,
        v if v.is_int() => ExitCode::from(v.as_int() as u8),
        Value::TRUE => ExitCode::from(1),
        Value::FALSE => ExitCode::SUCCESS,
        v => {
            if let Ok(s) = ops::str(t, v) {
                eprintln!("{}", s.lossy());
            }
            ExitCode::FAILURE
        }
    }
}
