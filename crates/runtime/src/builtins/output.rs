//! `print` and `input`.

use std::cell::Cell;
use std::io::Write;

use pyjit_heap::{Gc, GilCell, Value};

use crate::core::native::NativeDef;
use crate::core::thread::{R, Thread};
use crate::core::{audit, call, errors, modules, ops};
use crate::types::exceptions::Exc;
use crate::types::str_::{Str, intern};
use crate::types::tuple::Tuple;
use crate::types::type_::type_name;

/// Writes text to a stream if it is one of its own and nobody can tell.
pub type FastWriter = fn(&Thread, Value, Gc<Str>) -> Option<R<()>>;

static FAST_WRITER: GilCell<Cell<Option<FastWriter>>> = GilCell::new(Cell::new(None));

/// Announces how native text streams are written to.
pub fn set_fast_writer(f: FastWriter) {
    FAST_WRITER.get().set(Some(f))
}

/// `stream.write(s)`.
fn write_to(t: &Thread, stream: Value, s: Gc<Str>) -> R<()> {
    if let Some(f) = FAST_WRITER.get().get()
        && let Some(r) = f(t, stream, s)
    {
        return r;
    }
    call::call_attr(t, stream, "write", &[s.value()]).map(drop)
}

/// Writes text to `sys.stdout`, or to the process's standard output when
/// there is no such object yet.
pub fn write_stdout(t: &Thread, s: Gc<Str>) -> R<()> {
    match modules::sys().get("stdout") {
        Some(f) if f.is_none() => Ok(()),
        Some(f) => write_to(t, f, s),
        None => {
            let _ = std::io::stdout().write_all(s.bytes());
            Ok(())
        }
    }
}

fn option(t: &Thread, v: Option<Value>, default: &str, name: &str) -> R<Gc<Str>> {
    match v.filter(|v| !v.is_none()) {
        None => Ok(intern(default)),
        Some(v) => v.cast::<Str>().ok_or_else(|| {
            errors::type_error(
                t,
                format!("{name} must be None or a string, not {}", type_name(v)),
            )
        }),
    }
}

fn print(
    t: &Thread,
    sep: Option<Value>,
    end: Option<Value>,
    file: Option<Value>,
    flush: Option<bool>,
    args: Gc<Tuple>,
) -> R<()> {
    let (sep, end) = (option(t, sep, " ", "sep")?, option(t, end, "\n", "end")?);
    let file = match file.filter(|f| !f.is_none()) {
        Some(f) => Some(f),
        None => match modules::sys().get("stdout") {
            Some(f) if f.is_none() => return Ok(()),
            f => f,
        },
    };
    let write = |s: Gc<Str>| match file {
        Some(f) => write_to(t, f, s),
        None => write_stdout(t, s),
    };
    for (i, a) in args.items().iter().enumerate() {
        if i > 0 && !sep.is_empty() {
            write(sep)?;
        }
        write(ops::str(t, *a)?)?;
    }
    if !end.is_empty() {
        write(end)?;
    }
    if flush.unwrap_or(false)
        && let Some(f) = file
    {
        call::call_attr(t, f, "flush", &[])?;
    }
    Ok(())
}

fn stream(t: &Thread, name: &str) -> R<Value> {
    modules::sys_attr(name)
        .ok_or_else(|| errors::runtime_error(t, format!("input(): lost sys.{name}")))
}
fn flush_quietly(t: &Thread, f: Value) {
    if call::call_attr(t, f, "flush", &[]).is_err() {
        t.exc.set(Value::NULL);
    }
}
fn input(t: &Thread, prompt: Option<Value>) -> R<Value> {
    audit::event(t, "builtins.input", || [prompt.unwrap_or(Value::NONE)])?;
    let (stdin, stdout, stderr) = (
        stream(t, "stdin")?,
        stream(t, "stdout")?,
        stream(t, "stderr")?,
    );
    flush_quietly(t, stderr);
    if let Some(p) = prompt {
        let text = ops::str(t, p)?;
        call::call_attr(t, stdout, "write", &[text.value()])?;
    }
    flush_quietly(t, stdout);
    let line = call::call_attr(t, stdin, "readline", &[])?;
    let Some(s) = line.cast::<Str>() else {
        return Err(errors::type_error(
            t,
            "object.readline() returned non-string",
        ));
    };
    match s.bytes() {
        [] => Err(errors::raise(t, Exc::EOFError, "EOF when reading a line")),
        [rest @ .., b'\n'] => Ok(Str::from_wtf8(rest).value()),
        _ => Ok(line),
    }
}

/// The table of this theme.
pub const FUNCTIONS: &[NativeDef] = crate::native_table! {
    /// Prints the values to a stream, or to sys.stdout by default.
    ///
    /// sep
    ///   string inserted between values, default a space.
    /// end
    ///   string appended after the last value, default a newline.
    /// file
    ///   a file-like object (stream); defaults to the current sys.stdout.
    /// flush
    ///   whether to forcibly flush the stream.
    print(*args, sep=" ", end="\n", file=None, flush=False) => print;
    /// Read a string from standard input.  The trailing newline is stripped.
    input(prompt="", /) => input;
};
