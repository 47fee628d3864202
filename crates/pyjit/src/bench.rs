//! `pyjit bench SCRIPT`: the JIT beside the interpreter. Both run in turns, each
//! time in a fresh process that runs the script several rounds, so that
//! start-up, the first round and the steady state can be told apart.

mod report;

use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode, Stdio};
use std::time::Instant;

use clap::Parser;

/// `pyjit bench`.
#[derive(Parser, Debug)]
#[command(name = "pyjit bench")]
struct Args {
    /// Rounds of the script in each process
    #[arg(long, default_value_t = 10, value_name = "N")]
    rounds: usize,
    /// Processes for each of JIT and interpreter
    #[arg(long, default_value_t = 5, value_name = "N")]
    processes: usize,
    /// Write the figures as JSON to this file (- : standard output, instead of the table)
    #[arg(long, value_name = "FILE")]
    json: Option<String>,
    /// The script and its arguments
    #[arg(required = true, trailing_var_arg = true, allow_hyphen_values = true)]
    script: Vec<String>,
}

/// `bench` is a subcommand unless a file has that name.
pub fn is_asked_for(args: &[String]) -> bool {
    args.first().is_some_and(|a| a == "bench") && !Path::new("bench").exists()
}

/// What one process did.
struct Run {
    /// Seconds for a process that does nothing.
    start_up: f64,
    /// Seconds of each round.
    rounds: Vec<f64>,
    /// Seconds spent compiling and recording.
    compile: f64,
    record: f64,
    traces: u64,
    bridges: u64,
    output: Vec<u8>,
}

/// Runs the comparison.
pub fn main(args: &[String]) -> ExitCode {
    let words = std::iter::once("pyjit bench").chain(args.iter().map(String::as_str));
    let args = match Args::try_parse_from(words) {
        Ok(args) => args,
        Err(e) => {
            let code = if e.use_stderr() { 2 } else { 0 };
            let _ = e.print();
            return ExitCode::from(code);
        }
    };
    match compare(&args).and_then(|modes| report::write(&args, &modes)) {
        Ok(()) => ExitCode::SUCCESS,
        Err(message) => {
            eprintln!("pyjit bench: {message}");
            ExitCode::FAILURE
        }
    }
}

/// The runs with and without the JIT, taken in turns.
fn compare(args: &Args) -> Result<[Vec<Run>; 2], String> {
    let mut modes = [Vec::new(), Vec::new()];
    for _ in 0..args.processes.max(1) {
        for (runs, mode) in modes.iter_mut().zip(["on", "off"]) {
            runs.push(measure(args, mode)?);
        }
    }
    let first = &modes[0][0].output;
    if modes.iter().flatten().any(|r| r.output != *first) {
        return Err("the runs did not print the same; their times mean nothing".into());
    }
    Ok(modes)
}

/// One process with `--jit=MODE`.
fn measure(args: &Args, mode: &str) -> Result<Run, String> {
    let own = std::env::current_exe().map_err(|e| format!("own path: {e}"))?;
    let command = || {
        let mut c = Command::new(&own);
        c.arg(format!("--jit={mode}")).stdin(Stdio::null());
        c
    };
    let began = Instant::now();
    let status = command().args(["-c", "pass"]).status();
    let start_up = began.elapsed().as_secs_f64();
    if !status.is_ok_and(|s| s.success()) {
        return Err("a process that does nothing fails".into());
    }
    let file = Scratch::new();
    let output = command()
        .arg(format!("--measure-rounds={}", args.rounds.max(1)))
        .arg(format!("--measure-report={}", file.0.display()))
        .args(&args.script)
        .stderr(Stdio::inherit())
        .output()
        .map_err(|e| e.to_string())?;
    if !output.status.success() {
        return Err(format!(
            "--jit={mode}: the script failed: {}",
            output.status
        ));
    }
    let text = std::fs::read_to_string(&file.0)
        .map_err(|_| "the script ended its process: nothing could be measured".to_string())?;
    read_report(&text, start_up, output.stdout).ok_or_else(|| "damaged report".into())
}

/// Reads the line that a measured process leaves.
fn read_report(text: &str, start_up: f64, output: Vec<u8>) -> Option<Run> {
    let field = |name: &str| {
        let at = text.find(&format!("\"{name}\": "))? + name.len() + 4;
        let end = text[at..].find([',', '}'])? + at;
        text[at..end].trim().parse::<f64>().ok()
    };
    let times = text.split_once('[')?.1.split_once(']')?.0;
    let rounds: Result<Vec<f64>, _> = times.split(',').map(|s| s.trim().parse()).collect();
    Some(Run {
        start_up,
        rounds: rounds.ok()?,
        compile: field("compile")?,
        record: field("record")?,
        traces: field("traces")? as u64,
        bridges: field("bridges")? as u64,
        output,
    })
}

/// A file name of our own, removed in the end.
struct Scratch(PathBuf);

impl Scratch {
    fn new() -> Scratch {
        let now = std::time::SystemTime::now();
        let now = now.duration_since(std::time::UNIX_EPOCH);
        let stamp = now.map_or(0, |d| d.as_nanos());
        let name = format!("pyjit-bench-{}-{stamp}.json", std::process::id());
        Scratch(std::env::temp_dir().join(name))
    }
}

impl Drop for Scratch {
    fn drop(&mut self) {
        let _ = std::fs::remove_file(&self.0);
    }
}
