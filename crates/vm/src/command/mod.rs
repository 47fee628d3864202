//! From a program (a file, text, a module) to an exit code.

mod exit;
mod main_module;
mod rounds;

use std::process::ExitCode;

use pyjit_heap::Value;
use pyjit_runtime::core::{errors, modules, settings, thread};
use pyjit_runtime::types::exceptions::Exc;
use pyjit_runtime::types::list::List;
use pyjit_runtime::types::str_::Str;
use pyjit_runtime::{R, Thread};

use crate::bootstrap;
use crate::trace::JitOptions;

pub use exit::report_exception;
pub use main_module::namespace;
pub use rounds::Rounds;

/// Where a program comes from.
#[derive(Clone, Debug)]
pub enum Source {
    /// A script, already read; the path as it was given.
    File { path: String, text: Vec<u8> },
    /// A folder or an archive with a `__main__` module.
    Folder(String),
    /// Text: of `-c`, or read from standard input.
    Text { name: &'static str, text: Vec<u8> },
    /// `-m`: a module found by the import system.
    Module(String),
    /// Nothing: straight to the prompt.
    Nothing,
}

/// What is to be run, and how.
pub struct Program {
    pub source: Source,
    /// `sys.argv`.
    pub argv: Vec<String>,
    pub jit: JitOptions,
    /// What starts the import system from the embedded library.
    pub library: fn(&Thread) -> R<()>,
    /// What follows the program: the prompt of `-i`, told the exit code so far.
    pub prompt: Option<fn(&Thread) -> ExitCode>,
    /// Run the program so many times over and measure it, instead of once.
    pub rounds: Option<Rounds>,
}

/// Runs a program as the main module of a fresh interpreter.
pub fn run(program: &Program) -> ExitCode {
    let Ok(t) = bootstrap::start() else {
        eprintln!("pyjit: start-up failed");
        return ExitCode::FAILURE;
    };
    crate::threads::init();
    if (program.library)(t)
        .and_then(|()| arguments(t, program))
        .is_err()
    {
        eprintln!("pyjit: the standard library cannot be started");
        return exit::finish(t);
    }
    crate::trace::configure(program.jit.clone());
    crate::trace::start(t);
    let mut interrupted = false;
    let started = start_up(t).and_then(|()| add_first_folder(t, program));
    let mut code = match started.and_then(|()| run_source(t, program)) {
        Ok(()) => ExitCode::SUCCESS,
        Err(_) => {
            interrupted = errors::matches(t, Exc::KeyboardInterrupt);
            exit::finish(t)
        }
    };
    if let Some(prompt) = program.prompt {
        code = prompt(t);
        interrupted = false;
    }
    let good = crate::shutdown::run(t);
    crate::trace::report();
    if interrupted {
        thread::die_interrupted();
    }
    match good {
        true => code,
        false => ExitCode::from(120),
    }
}

/// Modules that a run begins with: `site`, and `warnings` where filters were asked for.
fn start_up(t: &Thread) -> R<()> {
    let s = settings::get();
    if !s.warn_options.is_empty() || s.dev_mode {
        t.host().import(t, "warnings")?;
    }
    if !s.no_site {
        t.host().import(t, "site")?;
    }
    Ok(())
}

fn run_source(t: &Thread, program: &Program) -> R<()> {
    if let Some(rounds) = &program.rounds {
        return rounds::run(t, rounds, &program.source);
    }
    main_module::run(t, &program.source)
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
    let s = settings::get();
    let mut path = Vec::new();
    if let Some(p) = settings::variable("PYTHONPATH") {
        path.extend(p.split(':').filter(|s| !s.is_empty()).map(absolute));
    }
    path.push(s.library().into_owned());
    let sys = modules::sys();
    sys.set(t, "argv", list(&program.argv)?)?;
    sys.set(t, "path", list(&path)?)
}

/// The program's own folder goes to the front of `sys.path`, after `site`.
fn add_first_folder(t: &Thread, program: &Program) -> R<()> {
    let folder = first_folder(&program.source).filter(|_| !settings::get().safe_path);
    let path = modules::sys_attr("path").and_then(|p| p.cast::<List>());
    match (folder, path) {
        (Some(folder), Some(path)) => path.splice(t, 0, 0, &[text(&folder)]),
        _ => Ok(()),
    }
}

/// `sys.path[0]`: the script's folder, the current one for text and modules.
fn first_folder(source: &Source) -> Option<String> {
    match source {
        Source::File { path, .. } => {
            let file = std::fs::canonicalize(path).ok()?;
            Some(file.parent()?.to_string_lossy().into_owned())
        }
        Source::Folder(path) => Some(absolute(path)),
        Source::Module(_) => Some(absolute(".")),
        Source::Text { .. } | Source::Nothing => Some(String::new()),
    }
}

/// The absolute form of a path, without looking at the file system's links.
pub fn absolute(path: &str) -> String {
    let current = || std::env::current_dir().map(|d| d.to_string_lossy().into_owned());
    match path {
        "." | "" => current().unwrap_or_default(),
        _ => std::path::absolute(path)
            .map_or_else(|_| path.into(), |p| p.to_string_lossy().into_owned()),
    }
}

/// A string as a Python value.
fn text(s: &str) -> Value {
    Str::new(s).value()
}
