//! The programs with recorded output, the modes they run in, and the list of known failures.

use std::fs;
use std::path::{Path, PathBuf};
use std::time::Duration;

use crate::diff::first_difference;
use crate::process::{Outcome, Scratch, clean_command, pyjit, run};

/// One way to run a program. All must give the same output.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Mode {
    pub name: &'static str,
    pub flags: &'static [&'static str],
}

/// Interpreter alone; as users run it; every trace compiled at once and left all the time;
/// the collector at work all the time; traces run by the reference evaluator.
pub const MODES: [Mode; 5] = [
    Mode {
        name: "off",
        flags: &["--jit=off"],
    },
    Mode {
        name: "jit",
        flags: &[],
    },
    Mode {
        name: "stress",
        flags: &["--jit-stress", "hot=1,exit-every=3"],
    },
    Mode {
        name: "gc",
        flags: &["--gc-stress", "97"],
    },
    Mode {
        name: "eval",
        flags: &["--jit-backend=eval", "--jit-stress", "hot=1,exit-every=7"],
    },
];

/// A program and what CPython printed for it.
pub struct Case {
    /// The path as the list of known failures names it: `python/literals/ints.py`.
    pub name: String,
    pub path: PathBuf,
    pub args: Vec<String>,
    pub stdout: String,
    /// stderr, then `[exit N]` when the exit code is not 0.
    pub stderr: String,
}

/// All cases: the language tests, then the benchmark programs at their small sizes.
pub fn all() -> Vec<Case> {
    let mut cases = language_tests();
    cases.extend(bench_programs());
    cases
}

fn language_tests() -> Vec<Case> {
    let folder = crate::root().join("tests/python");
    let python = |name: &str| name.ends_with(".py") && !name.starts_with('_');
    let mut cases = Vec::new();
    for path in crate::files_under(&folder, &python) {
        let inside = path
            .strip_prefix(&folder)
            .expect("inside")
            .to_string_lossy()
            .replace('\\', "/");
        if inside.split('/').any(|part| part.starts_with('_')) {
            continue;
        }
        let read = |extension| fs::read(path.with_extension(extension)).ok();
        let out = read("out")
            .unwrap_or_else(|| panic!("{inside} has no recorded output: see tests/record.py"));
        cases.push(Case {
            name: format!("python/{inside}"),
            args: Vec::new(),
            stdout: String::from_utf8_lossy(&out).into_owned(),
            stderr: String::from_utf8_lossy(&read("err").unwrap_or_default()).into_owned(),
            path,
        });
    }
    cases
}

fn bench_programs() -> Vec<Case> {
    let benches = crate::root().join("benches");
    let mut cases = Vec::new();
    let python = |name: &str| name.ends_with(".py");
    let mut paths = crate::files_under(&benches.join("programs"), &python);
    paths.extend(crate::files_under(&benches.join("library"), &python));
    for path in paths {
        let stem = path
            .file_stem()
            .expect("stem")
            .to_string_lossy()
            .into_owned();
        let recorded = benches.join("expected").join(format!("{stem}.txt"));
        let recorded = fs::read_to_string(recorded)
            .unwrap_or_else(|_| panic!("{stem} has no recorded checksum"));
        let line = recorded.lines().next().expect("the line of the small size");
        let size = line.split(' ').nth(1).expect("a size");
        cases.push(Case {
            name: format!("benches/{stem}.py"),
            args: vec![size.to_string()],
            stdout: format!("{line}\n"),
            stderr: String::new(),
            path,
        });
    }
    cases
}

/// How a run differs from what was recorded.
pub struct Failure {
    /// The first differences, to be read.
    pub text: String,
    /// A short name, to be counted.
    pub cause: String,
}

/// Runs one case one way and compares.
pub fn check(case: &Case, mode: Mode, limit: Duration) -> Result<(), Failure> {
    let scratch = Scratch::new();
    let folder = case.path.parent().expect("a folder");
    let mut command = clean_command(pyjit(), &scratch);
    command
        .args(mode.flags)
        .arg(&case.path)
        .args(&case.args)
        .current_dir(folder);
    compare(case, folder, &run(command, &scratch, limit), limit)
}

fn compare(case: &Case, folder: &Path, outcome: &Outcome, limit: Duration) -> Result<(), Failure> {
    let prefix = format!("{}/", folder.display());
    let stdout = outcome.stdout.replace(&prefix, "");
    let mut stderr = outcome.stderr.replace(&prefix, "");
    let end = match outcome.code {
        Some(0) => String::new(),
        Some(code) => format!("[exit {code}]"),
        None if outcome.timed_out => format!("[no end after {} s]", limit.as_secs()),
        None => "[ended by a signal]".to_string(),
    };
    let last = stderr
        .lines()
        .rfind(|line| !line.is_empty())
        .unwrap_or("")
        .to_string();
    if !end.is_empty() {
        stderr += &format!("{end}\n");
    }
    let differences = [
        first_difference("stdout", &case.stdout, &stdout),
        first_difference("stderr", &case.stderr, &stderr),
    ];
    let text: String = differences.into_iter().flatten().collect();
    if text.is_empty() {
        return Ok(());
    }
    let expected_end = case.stderr.lines().last().unwrap_or("");
    let cause = if stderr == case.stderr {
        "wrong output".to_string()
    } else if outcome.code.is_none() {
        format!("{end} {last}")
    } else if end == expected_end && case.stderr.contains(&last) {
        "traceback or message differs".to_string()
    } else {
        last
    };
    Err(Failure {
        text,
        cause: cause.chars().take(110).collect(),
    })
}

/// One line of `known_failures.txt`: `path [mode,mode]: reason`, the modes optional.
pub struct Known {
    pub name: String,
    pub modes: Vec<String>,
    pub reason: String,
}

impl Known {
    pub fn covers(&self, case: &str, mode: Mode) -> bool {
        self.name == case && (self.modes.is_empty() || self.modes.iter().any(|m| m == mode.name))
    }
}

/// Reads the list of failures that we know of. It may only shrink.
pub fn known_failures() -> Vec<Known> {
    let path = crate::root().join("tests/known_failures.txt");
    let text = fs::read_to_string(&path).unwrap_or_default();
    let mut list = Vec::new();
    for line in text
        .lines()
        .filter(|line| !line.is_empty() && !line.starts_with('#'))
    {
        let (place, reason) = line
            .split_once(": ")
            .unwrap_or_else(|| panic!("no reason given: {line}"));
        let (name, modes) = match place.split_once(" [") {
            Some((name, modes)) => (
                name,
                modes
                    .trim_end_matches(']')
                    .split(',')
                    .map(str::to_string)
                    .collect(),
            ),
            None => (place, Vec::new()),
        };
        list.push(Known {
            name: name.to_string(),
            modes,
            reason: reason.to_string(),
        });
    }
    list
}
