//! From a program's text to an exit code.

use std::process::ExitCode;

use pyjit_heap::Value;
use pyjit_runtime::core::ops;
use pyjit_runtime::types::exceptions::{Exc, Exception};
use pyjit_runtime::types::type_::class_of;
use pyjit_runtime::{R, Thread};

use crate::bootstrap;

/// Runs a program as the main module of a fresh interpreter, after `library`
/// has started the import system.
pub fn run(source: &[u8], filename: &str, library: fn(&Thread) -> R<()>) -> ExitCode {
    let Ok(t) = bootstrap::start() else {
        eprintln!("pyjit: start-up failed");
        return ExitCode::FAILURE;
    };
    if library(t).is_err() {
        eprintln!("pyjit: the standard library cannot be started");
        return finish(t);
    }
    if filename.starts_with('<') {
        crate::sources::remember(filename, &String::from_utf8_lossy(source));
    }
    crate::trace::start(t);
    let code = match bootstrap::run_main(t, source, filename) {
        Ok(()) => ExitCode::SUCCESS,
        Err(_) => finish(t),
    };
    crate::trace::report();
    code
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
