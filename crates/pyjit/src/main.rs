//! The `pyjit` command: runs Python programs.

mod cli;
mod dump;

use std::process::ExitCode;

use clap::Parser;
use pyjit_runtime::{R, Thread};
use pyjit_vm::command::Program;

fn main() -> ExitCode {
    let cli = match cli::Cli::try_parse() {
        Ok(cli) => cli,
        Err(e) => {
            let code = if e.use_stderr() { 2 } else { 0 };
            let _ = e.print();
            return ExitCode::from(code);
        }
    };
    if cli.version {
        println!("Python 3.14.10 (pyjit {})", env!("CARGO_PKG_VERSION"));
        return ExitCode::SUCCESS;
    }
    let jit = match cli.jit_options() {
        Ok(o) => o,
        Err(message) => {
            eprintln!("pyjit: {message}");
            return ExitCode::from(2);
        }
    };
    if let Some(n) = cli.gc_stress {
        pyjit_heap::alloc::set_gc_stress(n);
    }
    let program = match cli.program() {
        Ok(p) => p,
        Err(message) => {
            eprintln!("pyjit: {message}");
            return ExitCode::from(2);
        }
    };
    if let Some(what) = cli.dump.as_deref().filter(|w| dump::KINDS.contains(w)) {
        return dump::dump(what, &program.source, &program.filename);
    }
    pyjit_vm::command::run(&Program { jit, ..program }, start_library)
}

/// Starts the import system from the embedded library.
fn start_library(t: &Thread) -> R<()> {
    pyjit_stdlib::import::start(t, pyjit_vm::import::set_bootstrap)
}
