//! The `pyjit` command: runs Python programs.

use std::process::ExitCode;

use pyjit_runtime::{R, Thread};

fn main() -> ExitCode {
    let args: Vec<String> = std::env::args().skip(1).collect();
    let (source, filename) = match args.as_slice() {
        [flag, text, ..] if flag == "-c" => (text.clone().into_bytes(), "<string>".to_string()),
        [path, ..] => match std::fs::read(path) {
            Ok(bytes) => (bytes, path.clone()),
            Err(e) => {
                eprintln!("pyjit: can't open file '{path}': {e}");
                return ExitCode::from(2);
            }
        },
        [] => {
            eprintln!("usage: pyjit [-c cmd | file] [arg] ...");
            return ExitCode::from(2);
        }
    };
    pyjit_vm::command::run(&source, &filename, start_library)
}

/// Starts the import system from the embedded library.
fn start_library(t: &Thread) -> R<()> {
    pyjit_stdlib::import::start(t, pyjit_vm::import::set_bootstrap)
}
