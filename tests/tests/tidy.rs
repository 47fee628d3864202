//! Holds the repository in shape: sizes, homes of `unsafe`, who depends on whom, links in the docs.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use pyjit_tests::manifest::own_dependencies;
use pyjit_tests::{files_under, root};

/// The hard limits; 600 and 60 are the aims.
const FILE_LINES: usize = 800;
const FUNCTION_LINES: usize = 100;

/// Crate, the crates of ours it may use, and those its build script may use.
const MAY_USE: [(&str, &str, &str); 9] = [
    ("syntax", "", ""),
    ("bytecode", "", ""),
    ("heap", "", ""),
    ("compiler", "syntax bytecode", ""),
    ("jit", "heap", ""),
    ("runtime", "bytecode heap", ""),
    ("stdlib", "runtime heap", "compiler bytecode syntax"),
    ("vm", "runtime jit compiler bytecode heap syntax", ""),
    (
        "pyjit",
        "vm stdlib syntax bytecode compiler runtime jit heap",
        "",
    ),
];

/// The only places that may lift the lint against unsafe code.
const UNSAFE_HOMES: [&str; 5] = [
    "crates/heap/",
    "crates/jit/src/native",
    "crates/jit/tests/native",
    "crates/stdlib/",
    "crates/vm/src/",
];

fn rust_files() -> Vec<PathBuf> {
    let rust = |name: &str| name.ends_with(".rs");
    let mut files = files_under(&root().join("crates"), &rust);
    files.extend(files_under(&root().join("tests"), &rust));
    files.extend(files_under(&root().join("benches"), &rust));
    files
}

fn short(path: &Path) -> String {
    path.strip_prefix(root())
        .unwrap_or(path)
        .to_string_lossy()
        .replace('\\', "/")
}

fn read(path: &Path) -> String {
    fs::read_to_string(path).unwrap_or_else(|e| panic!("{}: {e}", path.display()))
}

fn fail_on(complaints: Vec<String>) {
    assert!(complaints.is_empty(), "\n{}\n", complaints.join("\n"));
}

#[test]
fn files_are_short() {
    let mut long = Vec::new();
    for path in rust_files() {
        let lines = read(&path).lines().count();
        if lines > FILE_LINES {
            long.push(format!(
                "{}: {lines} lines, at most {FILE_LINES}",
                short(&path)
            ));
        }
    }
    fail_on(long);
}

#[test]
fn functions_are_short() {
    let mut long = Vec::new();
    for path in rust_files() {
        for (line, name, length) in functions(&read(&path)) {
            if length > FUNCTION_LINES {
                long.push(format!(
                    "{}:{line}: {name} has {length} lines, at most {FUNCTION_LINES}",
                    short(&path)
                ));
            }
        }
    }
    fail_on(long);
}

/// Functions of formatted Rust: from the line with `fn` to the closing brace at its indentation.
fn functions(text: &str) -> Vec<(usize, String, usize)> {
    let lines: Vec<&str> = text.lines().collect();
    let mut found = Vec::new();
    for (start, line) in lines.iter().enumerate() {
        let code = line.trim_start();
        let head = code.split('(').next().unwrap_or("");
        let is_function = head.starts_with("fn ") || head.contains(" fn ");
        if code.starts_with("//") || !is_function || code.ends_with(';') || code.ends_with('}') {
            continue;
        }
        let indent = &line[..line.len() - code.len()];
        let closing = format!("{indent}}}");
        let end = lines[start..]
            .iter()
            .position(|l| *l == closing || l.starts_with(&format!("{closing} ")));
        let name = code
            .split("fn ")
            .nth(1)
            .unwrap_or("")
            .split(['(', '<'])
            .next()
            .unwrap_or("");
        if let Some(length) = end {
            found.push((start + 1, name.to_string(), length + 1));
        }
    }
    found
}

#[test]
fn files_say_what_they_are() {
    let mut silent = Vec::new();
    for path in rust_files() {
        if short(&path).starts_with("crates/") && !read(&path).starts_with("//!") {
            silent.push(format!(
                "{}: no module documentation at the top",
                short(&path)
            ));
        }
    }
    fail_on(silent);
}

#[test]
fn unsafe_stays_at_home() {
    let mut strays = Vec::new();
    let attributes = [
        concat!("allow(", "unsafe_code"),
        concat!("expect(", "unsafe_code"),
    ];
    for path in rust_files() {
        let name = short(&path);
        let at_home = UNSAFE_HOMES.iter().any(|home| name.starts_with(home));
        if !at_home
            && attributes
                .iter()
                .any(|attribute| read(&path).contains(attribute))
        {
            strays.push(format!(
                "{name}: unsafe code is only allowed in {UNSAFE_HOMES:?}"
            ));
        }
    }
    fail_on(strays);
}

#[test]
fn crates_depend_as_designed() {
    let mut wrong = Vec::new();
    let mut listed = Vec::new();
    for (name, uses, build_uses) in MAY_USE {
        listed.push(name.to_string());
        let manifest = root().join("crates").join(name).join("Cargo.toml");
        for (section, allowed) in [("dependencies", uses), ("build-dependencies", build_uses)] {
            for used in own_dependencies(&manifest, section) {
                if !allowed.split(' ').any(|a| a == used) {
                    wrong.push(format!("{name} may not depend on {used} ({section})"));
                }
            }
        }
    }
    for entry in fs::read_dir(root().join("crates"))
        .expect("crates/")
        .flatten()
    {
        let name = entry.file_name().to_string_lossy().into_owned();
        if entry.path().join("Cargo.toml").exists() && !listed.contains(&name) {
            wrong.push(format!(
                "crate {name} is not in the list of who may use whom"
            ));
        }
    }
    fail_on(wrong);
}

#[test]
fn optimiser_and_native_know_only_the_ir() {
    let mut wrong = Vec::new();
    for (folder, other) in [
        ("opt", "native"),
        ("native", "opt"),
        ("ir", "opt"),
        ("ir", "native"),
    ] {
        for path in files_under(&root().join("crates/jit/src").join(folder), &|name| {
            name.ends_with(".rs")
        }) {
            for (number, line) in read(&path).lines().enumerate() {
                let code = line.trim_start();
                let imported =
                    code.starts_with("use ") && code.contains(&format!("crate::{other}"));
                if imported && !short(&path).contains("test") {
                    wrong.push(format!(
                        "{}:{}: {folder} may not import {other}",
                        short(&path),
                        number + 1
                    ));
                }
            }
        }
    }
    fail_on(wrong);
}

#[test]
fn nothing_names_a_machine() {
    // Spelled in parts, so that this file passes.
    let forbidden = [
        concat!("/wo", "rk/"),
        concat!("/ro", "ot/"),
        concat!("/ho", "me/"),
        concat!("pyjit", "-peers"),
    ];
    let mut found = Vec::new();
    let text = |name: &str| {
        [".rs", ".toml", ".md", ".py", ".out", ".err", ".txt", "run"]
            .iter()
            .any(|e| name.ends_with(e))
    };
    for path in files_under(&root(), &text) {
        let content = String::from_utf8_lossy(&fs::read(&path).unwrap_or_default()).into_owned();
        for (number, line) in content.lines().enumerate() {
            for word in forbidden {
                if line.contains(word) {
                    found.push(format!("{}:{}: {word}", short(&path), number + 1));
                }
            }
        }
    }
    fail_on(found);
}

#[test]
fn links_in_the_docs_lead_somewhere() {
    let mut broken = Vec::new();
    for path in files_under(&root(), &|name| name.ends_with(".md")) {
        let folder = path.parent().expect("a folder");
        for (number, target) in links(&read(&path)) {
            let file = target.split('#').next().unwrap_or("");
            let outside =
                target.contains("://") || target.starts_with("mailto:") || file.is_empty();
            if !outside && !folder.join(file).exists() {
                broken.push(format!(
                    "{}:{number}: {target} does not exist",
                    short(&path)
                ));
            }
        }
    }
    fail_on(broken);
}

/// Targets of `[text](target)` outside of code blocks, with their line numbers.
fn links(text: &str) -> Vec<(usize, String)> {
    let mut found = Vec::new();
    let mut in_code = false;
    for (number, line) in text.lines().enumerate() {
        if line.trim_start().starts_with("```") {
            in_code = !in_code;
        }
        if in_code {
            continue;
        }
        for part in line.split("](").skip(1) {
            if let Some((target, _)) = part.split_once(')') {
                found.push((number + 1, target.to_string()));
            }
        }
    }
    found
}

#[test]
fn every_program_has_recorded_output() {
    let mut missing = Vec::new();
    let cases = pyjit_tests::cases::all();
    let mut names: BTreeMap<&str, usize> = BTreeMap::new();
    for case in &cases {
        *names.entry(&case.name).or_default() += 1;
    }
    for entry in pyjit_tests::cases::known_failures() {
        if !names.contains_key(entry.name.as_str()) {
            missing.push(format!(
                "known_failures.txt names {}, which does not exist",
                entry.name
            ));
        }
    }
    for path in files_under(&root().join("tests/python"), &|name| {
        name.ends_with(".out") || name.ends_with(".err")
    }) {
        if !path.with_extension("py").exists() {
            missing.push(format!("{} belongs to no program", short(&path)));
        }
    }
    fail_on(missing);
}
