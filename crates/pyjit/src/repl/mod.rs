//! The prompt: statements are read, compiled one by one and run in `__main__`.
//!
//! On a terminal with editing, history, completion and colours ([`editor`]);
//! elsewhere (`-i` with a pipe) plain lines.

mod colours;
mod editor;
mod input;

use std::io::IsTerminal;
use std::process::ExitCode;

use pyjit_heap::{Gc, Value};
use pyjit_runtime::core::host::CompileRequest;
use pyjit_runtime::core::{errors, modules, ops, settings};
use pyjit_runtime::types::dict::Dict;
use pyjit_runtime::types::exceptions::Exc;
use pyjit_runtime::types::str_::Str;
use pyjit_runtime::{R, Thread};
use pyjit_vm::command::{namespace, report_exception};

use input::{Input, Line};

/// Reads and runs until the end of the input or `exit()`.
pub fn run(t: &Thread) -> ExitCode {
    let Ok(ns) = namespace(t) else {
        return ExitCode::FAILURE;
    };
    let terminal = std::io::stdin().is_terminal() && std::io::stdout().is_terminal();
    let quiet = settings::get().quiet || settings::get().inspect;
    if terminal && !quiet {
        banner(t);
    }
    if let Some(code) = start_up(t, ns, terminal) {
        return code;
    }
    let mut input: Box<dyn Input> = match editor::Editor::new(t, ns) {
        Some(e) if terminal => Box::new(e),
        _ => Box::new(input::Plain),
    };
    let mut count = 0;
    loop {
        let statement = match input.read(&prompt(t, "ps1", ">>> "), &prompt(t, "ps2", "... ")) {
            Line::Text(s) => s,
            Line::Interrupted => {
                let _ = t.host().write_error(t, "\nKeyboardInterrupt\n");
                continue;
            }
            Line::End => {
                println!();
                return ExitCode::SUCCESS;
            }
        };
        if statement.trim().is_empty() {
            continue;
        }
        let name = match terminal {
            true => format!("<python-input-{count}>"),
            false => "<stdin>".to_string(),
        };
        count += 1;
        if let Some(code) = execute(t, ns, &statement, &name) {
            return code;
        }
    }
}

fn banner(t: &Thread) {
    let text = format!(
        "Python 3.14.10 (pyjit {}) on {}\n\
         Type \"help\", \"copyright\", \"credits\" or \"license\" for more information.\n",
        env!("CARGO_PKG_VERSION"),
        std::env::consts::OS
    );
    let _ = t.host().write_error(t, &text);
}

/// Sets the prompts and runs the file that `PYTHONSTARTUP` names.
fn start_up(t: &Thread, ns: Gc<Dict>, terminal: bool) -> Option<ExitCode> {
    let sys = modules::sys();
    for (name, text) in [("ps1", ">>> "), ("ps2", "... ")] {
        if sys.get(name).is_none() {
            let _ = sys.set(t, name, Str::new(text).value());
        }
    }
    let file = settings::variable("PYTHONSTARTUP").filter(|_| terminal)?;
    let text = match std::fs::read(&file) {
        Ok(text) => text,
        Err(e) => {
            let message = format!("Could not open PYTHONSTARTUP\n{file}: {e}\n");
            let _ = t.host().write_error(t, &message);
            return None;
        }
    };
    finish(
        t,
        compile(t, &text, &file, "exec").and_then(|code| exec(t, code, ns)),
    )
}

/// A prompt is the text of any object.
fn prompt(t: &Thread, name: &str, default: &str) -> String {
    let text = modules::sys().get(name).map(|v| ops::str(t, v));
    match text {
        Some(Ok(s)) => s.lossy().into_owned(),
        Some(Err(_)) => {
            t.exc.set(Value::NULL);
            default.into()
        }
        None => default.into(),
    }
}

/// Runs one statement; an exit code if it ends the session.
fn execute(t: &Thread, ns: Gc<Dict>, statement: &str, name: &str) -> Option<ExitCode> {
    pyjit_vm::sources::remember(name, statement);
    let code = compile(t, statement.as_bytes(), name, "single");
    let code = finish(t, code.and_then(|code| exec(t, code, ns)));
    pyjit_vm::shutdown::flush_streams(t);
    code
}

fn finish(t: &Thread, result: R<()>) -> Option<ExitCode> {
    match result {
        Ok(()) => None,
        Err(_) if errors::catch(t, Exc::KeyboardInterrupt) => {
            let _ = t.host().write_error(t, "\nKeyboardInterrupt\n");
            None
        }
        Err(_) => {
            let e = t.take_exception();
            report_exception(t, e)
        }
    }
}

fn compile(t: &Thread, source: &[u8], filename: &str, mode: &str) -> R<Value> {
    let request = CompileRequest {
        source,
        is_bytes: true,
        filename: Str::new(filename).value(),
        mode,
        flags: 0,
        dont_inherit: true,
        optimize: -1,
        feature_version: -1,
    };
    t.host().compile(t, &request)
}

fn exec(t: &Thread, code: Value, ns: Gc<Dict>) -> R<()> {
    let done = t.host().exec_code(t, code, ns, ns.value(), Value::NULL);
    done.map(|_| ())
}
