//! `sys.stdin`, `sys.stdout`, `sys.stderr`: made at start-up without
//! executing any Python code.

use pyjit_heap::Value;
use pyjit_runtime::core::{attr, modules as known, settings};
use pyjit_runtime::types::str_::intern;
use pyjit_runtime::{R, Thread};

use super::buffered::{BufferedReader, BufferedWriter};
use super::fileio::FileIO;
use super::opening::make;
use super::text::TextIOWrapper;
use crate::modules::posix::files;

/// Sets the three streams. Descriptors that are not open give `None`.
pub fn install(t: &Thread) -> R<()> {
    let sys = known::sys();
    for (fd, name) in [(0, "stdin"), (1, "stdout"), (2, "stderr")] {
        let stream = stream(t, fd, name)?;
        sys.set(t, name, stream)?;
        sys.set(t, &format!("__{name}__"), stream)?;
    }
    Ok(())
}

fn stream(t: &Thread, fd: i64, name: &str) -> R<Value> {
    if !files::is_open(fd) {
        return Ok(Value::NONE);
    }
    let mode = if fd == 0 { "rb" } else { "wb" };
    let raw = make::<FileIO>(t, &[Value::int(fd), intern(mode).value(), Value::FALSE])?;
    attr::set(
        t,
        raw,
        intern("name"),
        Some(intern(&format!("<{name}>")).value()),
    )?;
    let buffer = match fd {
        0 => make::<BufferedReader>(t, &[raw])?,
        _ if settings::get().unbuffered => raw,
        _ => make::<BufferedWriter>(t, &[raw])?,
    };
    let errors = match fd {
        2 => "backslashreplace",
        _ if is_plain_locale() => "surrogateescape",
        _ => "strict",
    };
    let (encoding, own) = encoding();
    let errors = match own {
        Some(e) if fd != 2 => e,
        _ => errors.to_owned(),
    };
    let args = [
        buffer,
        intern(&encoding).value(),
        intern(&errors).value(),
        intern("\n").value(),
        Value::bool(fd == 2 || files::is_terminal(fd)),
        Value::bool(fd != 0 && settings::get().unbuffered),
    ];
    let args = if fd == 0 {
        &[args[0], args[1], args[2], Value::NONE, args[4], args[5]]
    } else {
        &args
    };
    let text = make::<TextIOWrapper>(t, args)?;
    attr::set(t, text, intern("mode"), Some(intern(&mode[..1]).value()))?;
    Ok(text)
}

/// The encoding of the streams and its error handler, if the environment
/// (`PYTHONIOENCODING=encoding:errors`) names one.
fn encoding() -> (String, Option<String>) {
    let text = settings::variable("PYTHONIOENCODING").unwrap_or_default();
    let (encoding, errors) = match text.split_once(':') {
        Some((encoding, "")) if !encoding.is_empty() => (encoding, Some("strict".to_owned())),
        Some((encoding, errors)) => (encoding, Some(errors.to_owned())),
        None if text.is_empty() => ("", None),
        None => (text.as_str(), Some("strict".to_owned())),
    };
    let encoding = if encoding.is_empty() {
        "utf-8"
    } else {
        encoding
    };
    (encoding.to_owned(), errors.filter(|e| !e.is_empty()))
}

/// In the C locale (and where UTF-8 is asked for) what is no UTF-8 passes
/// through the standard streams as it is.
fn is_plain_locale() -> bool {
    let set = |n: &str| std::env::var(n).ok().filter(|v| !v.is_empty());
    if set("PYTHONUTF8").is_some_and(|v| v == "1") {
        return true;
    }
    let locale = ["LC_ALL", "LC_CTYPE", "LANG"].into_iter().find_map(set);
    locale.is_none_or(|l| l == "C" || l == "POSIX")
}
