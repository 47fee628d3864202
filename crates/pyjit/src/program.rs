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
        let text = [dedent(text).as_bytes(), b"\n"].concat();
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

/// Takes away the white space that all lines with text in them begin with.
/// Lines of nothing but white space become empty.
fn dedent(text: &str) -> String {
    let blank = |c: char| c == ' ' || c == '\t';
    let mut common: Option<&str> = None;
    for line in text.lines().filter(|l| !l.trim_matches(blank).is_empty()) {
        let own = &line[..line.len() - line.trim_start_matches(blank).len()];
        let shared = common.unwrap_or(own);
        let same = shared.bytes().zip(own.bytes()).take_while(|(a, b)| a == b);
        common = Some(&shared[..same.count()]);
    }
    let common = common.unwrap_or("").len();
    if common == 0 {
        return text.to_string();
    }
    let lines = text.split('\n').map(|l| match l.trim_matches(blank) {
        "" => "",
        _ => &l[common..],
    });
    lines.collect::<Vec<_>>().join("\n")
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
        let main = |name| Path::new(path).join(name).is_file();
        if !main("__main__.py") && !main("__main__.pyc") {
            let full = absolute(path);
            return Err(format!("can't find '__main__' module in '{full}'"));
        }
        return Ok(Source::Folder(path.into()));
    }
    let mut text = std::fs::read(path).map_err(|e| unreadable(path, &e))?;
    if is_archive(&text) {
        return Ok(Source::Folder(path.into()));
    }
    if skip_first_line {
        let end = text.iter().position(|b| *b == b'\n').unwrap_or(text.len());
        text.drain(..end);
    }
    let path = path.to_string();
    Ok(Source::File { path, text })
}

/// Does the file end like a zip archive? What is before the archive is for the system.
fn is_archive(bytes: &[u8]) -> bool {
    // The record at the end and the longest comment.
    let tail = &bytes[bytes.len().saturating_sub(22 + 0xffff)..];
    tail.windows(4).any(|w| w == b"PK\x05\x06")
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
