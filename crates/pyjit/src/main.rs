//! The `pyjit` command: runs Python programs.

mod bench;
mod cli;
mod dump;
mod environment;
mod program;
mod repl;

use std::process::ExitCode;

use cli::Cli;
use pyjit_runtime::core::settings;
use pyjit_runtime::{R, Thread};

fn main() -> ExitCode {
    let mut words = std::env::args_os().map(|a| a.to_string_lossy().into_owned());
    let argv0 = words.next().unwrap_or_else(|| "pyjit".into());
    let args: Vec<String> = words.collect();
    if bench::is_asked_for(&args) {
        return bench::main(&args[1..]);
    }
    match start(&argv0, &args) {
        Ok(code) => code,
        Err(message) => {
            eprintln!("pyjit: {message}");
            ExitCode::from(2)
        }
    }
}

/// Runs what the command line asks for; a message if it makes no sense.
fn start(argv0: &str, args: &[String]) -> Result<ExitCode, String> {
    let cli = match Cli::read(args) {
        Ok(cli) => cli,
        Err(e) => {
            let code = if e.use_stderr() { 2 } else { 0 };
            let _ = e.print();
            return Ok(ExitCode::from(code));
        }
    };
    if cli.version > 0 {
        print_version(cli.version);
        return Ok(ExitCode::SUCCESS);
    }
    settings::install(environment::settings(&cli, argv0, args)?);
    if let Some(n) = cli.gc_stress {
        pyjit_heap::alloc::set_gc_stress(n);
    }
    let program = program::program(&cli)?;
    if let Some(what) = cli.dump.as_deref().filter(|w| dump::KINDS.contains(w)) {
        return Ok(dump::dump(what, &program.source));
    }
    Ok(pyjit_vm::command::run(&program))
}

fn print_version(level: u8) {
    let own = concat!("pyjit ", env!("CARGO_PKG_VERSION"));
    match level {
        1 => println!("Python 3.14.10 ({own})"),
        _ => println!(
            "Python 3.14.10 ({own}, {}-{})",
            std::env::consts::OS,
            std::env::consts::ARCH
        ),
    }
}

/// Starts the import system from the embedded library.
fn start_library(t: &Thread) -> R<()> {
    pyjit_stdlib::import::start(t, pyjit_vm::import::set_bootstrap)
}
