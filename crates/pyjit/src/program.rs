//! What a command line wants to be run.

use std::io::{IsTerminal, Read};
use std::path::Path;

use pyjit_runtime::core::settings;
use pyjit_vm::command::{Program, Rounds, Source, absolute};
use pyjit_vm::trace::JitOptions;

use crate::cli::Cli;
use crate::{repl, start_library};

/// The program, read from its file.
pub fn program(cli: &Cli) -> Result<Program, String> {
    let (source, argv) = source(cli)?;
    let wants_prompt = settings::get().inspect || matches!(source, Source::Nothing);
    let rounds = cli.measure_rounds.map(|count| Rounds {
        count: count.max(1),
        report: cli.measure_report.clone().unwrap_or_default(),
    });
    Ok(Program {
        source,
        argv,
        jit: jit_options(cli)?,
        library: start_library,
        prompt: wants_prompt.then_some(repl::run as fn(&_) -> _),
        rounds,
    })
}

/// The JIT's options: environment, then flags.
pub fn jit_options(cli: &Cli) -> Result<JitOptions, String> {
    let mut o = JitOptions::from_env();
    let flags = [
        ("jit", &cli.jit),
        ("jit-threshold", &cli.jit_threshold),
        ("jit-function-threshold", &cli.jit_function_threshold),
        ("jit-exit-threshold", &cli.jit_exit_threshold),
        ("jit-trace-limit", &cli.jit_trace_limit),
        ("jit-backend", &cli.jit_backend),
        ("jit-stress", &cli.jit_stress),
        ("dump", &cli.dump),
    ];
    for (name, value) in flags {
        if let Some(v) = value {
            let is_front_end = name == "dump" && crate::dump::KINDS.contains(&v.as_str());
            if !o.set(name, v)? && !is_front_end {
                return Err(format!("--{name}: cannot be {v:?}"));
            }
        }
    }
    for (name, on) in [("jit-log", cli.jit_log), ("jit-stats", cli.jit_stats)] {
        if on {
            o.set(name, "on")?;
        }
    }
    Ok(o)
}

/// The source and `sys.argv`.
fn source(cli: &Cli) -> Result<(Source, Vec<String>), String> {
    let with = |first: &str| [&[first.to_string()], cli.rest.as_slice()].concat();
    if let Some(text) = &cli.command {
        let text = [text.as_bytes(), b"\n"].concat();
        let name = "<string>";
        return Ok((Source::Text { name, text }, with("-c")));
    }
    if let Some(module) = &cli.module {
        return Ok((Source::Module(module.clone()), with("-m")));
    }
    match cli.rest.first().map(String::as_str) {
        None if std::io::stdin().is_terminal() || cli.inspect => Ok((Source::Nothing, with(""))),
        None => Ok((standard_input()?, with(""))),
        Some("-") => Ok((standard_input()?, cli.rest.clone())),
        Some(path) => Ok((file(path, cli.skip_first_line)?, cli.rest.clone())),
    }
}

fn standard_input() -> Result<Source, String> {
    let mut text = Vec::new();
    let read = std::io::stdin().read_to_end(&mut text);
    read.map_err(|e| format!("cannot read standard input: {e}"))?;
    let name = "<stdin>";
    Ok(Source::Text { name, text })
}

/// A script, or a folder or archive that holds one.
fn file(path: &str, skip_first_line: bool) -> Result<Source, String> {
    if Path::new(path).is_dir() {
        if !Path::new(path).join("__main__.py").is_file() {
            let full = absolute(path);
            return Err(format!("can't find '__main__' module in '{full}'"));
        }
        return Ok(Source::Folder(path.into()));
    }
    let mut text = std::fs::read(path).map_err(|e| unreadable(path, &e))?;
    if text.starts_with(b"PK\x03\x04") {
        return Ok(Source::Folder(path.into()));
    }
    if skip_first_line {
        let end = text.iter().position(|b| *b == b'\n').unwrap_or(text.len());
        text.drain(..end);
    }
    let path = path.to_string();
    Ok(Source::File { path, text })
}

fn unreadable(path: &str, e: &std::io::Error) -> String {
    let number = e.raw_os_error().unwrap_or(0);
    let text = e.to_string();
    let text = text.split(" (os error").next().unwrap_or_default();
    format!(
        "can't open file '{}': [Errno {number}] {text}",
        absolute(path)
    )
}
