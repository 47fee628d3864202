//! `open()` and its helpers.

use pyjit_heap::{Gc, HeapObject, Value};
use pyjit_runtime::core::{attr, audit, call, errors, ops, settings, warn};
use pyjit_runtime::types::exceptions::Exc;
use pyjit_runtime::types::int;
use pyjit_runtime::types::str_::{Str, intern};
use pyjit_runtime::types::tuple::Tuple;
use pyjit_runtime::types::type_::{of_kind, type_name};
use pyjit_runtime::{R, Thread};

use super::buffered::{BufferedRandom, BufferedReader, BufferedWriter};
use super::fileio::FileIO;
use super::text::TextIOWrapper;

/// What a mode string says.
struct Mode {
    /// One of `r w a x`.
    kind: char,
    plus: bool,
    binary: bool,
}

fn parse_mode(t: &Thread, mode: &str) -> R<Mode> {
    let invalid = || Err(errors::value_error(t, format!("invalid mode: '{mode}'")));
    let (mut kinds, mut plus, mut binary, mut text) = (Vec::new(), false, false, false);
    for (i, c) in mode.char_indices() {
        if mode[..i].contains(c) {
            return invalid();
        }
        match c {
            'r' | 'w' | 'a' | 'x' => kinds.push(c),
            '+' => plus = true,
            'b' => binary = true,
            't' => text = true,
            _ => return invalid(),
        }
    }
    if text && binary {
        let m = "can't have text and binary mode at once";
        return Err(errors::value_error(t, m));
    }
    match kinds.as_slice() {
        [kind] => Ok(Mode {
            kind: *kind,
            plus,
            binary,
        }),
        none_or_more => {
            let m = if none_or_more.is_empty() {
                "Must have exactly one of create/read/write/append mode and at most one plus"
            } else {
                "must have exactly one of create/read/write/append mode"
            };
            Err(errors::value_error(t, m))
        }
    }
}

/// Makes an instance of the native class with layout `T`.
pub fn make<T: HeapObject>(t: &Thread, args: &[Value]) -> R<Value> {
    call::call(t, of_kind(T::KIND).value(), args)
}

fn text_option(t: &Thread, v: Option<Value>, name: &str) -> R<Value> {
    match v {
        None => Ok(Value::NONE),
        Some(v) if v.is_none() || v.cast::<Str>().is_some() => Ok(v),
        Some(v) => {
            let m = format!(
                "open() argument '{name}' must be str or None, not {}",
                type_name(v)
            );
            Err(errors::type_error(t, m))
        }
    }
}

#[allow(clippy::too_many_arguments)]
pub fn open(
    t: &Thread,
    file: Value,
    mode: Option<Gc<Str>>,
    buffering: Option<i64>,
    encoding: Option<Value>,
    errors_: Option<Value>,
    newline: Option<Value>,
    closefd: Option<bool>,
    opener: Option<Value>,
) -> R<Value> {
    let file = match int::is_int(file) {
        true => file,
        false => crate::modules::posix::fspath(t, file)?,
    };
    let mode_text = mode.map_or("r".into(), |m| m.lossy().into_owned());
    let m = parse_mode(t, &mode_text)?;
    let buffering = buffering.unwrap_or(-1);
    let encoding = text_option(t, encoding, "encoding")?;
    let errors_ = text_option(t, errors_, "errors")?;
    let newline = text_option(t, newline, "newline")?;
    if m.binary {
        for (v, what) in [
            (encoding, "an encoding"),
            (errors_, "an errors"),
            (newline, "a newline"),
        ] {
            if !v.is_none() {
                let m = format!("binary mode doesn't take {what} argument");
                return Err(errors::value_error(t, m));
            }
        }
        if buffering == 1 {
            let m = "line buffering (buffering=1) isn't supported in binary mode, the default buffer size will be used";
            warn::warn(t, Exc::RuntimeWarning, m)?;
        }
    }
    let raw_mode = format!("{}{}", m.kind, if m.plus { "+" } else { "" });
    let args = [
        file,
        Str::new(&raw_mode).value(),
        Value::bool(closefd.unwrap_or(true)),
        opener.unwrap_or(Value::NONE),
    ];
    audit_open(t, file, &m)?;
    let raw = make::<FileIO>(t, &args)?;
    let layers = wrap(
        t,
        raw,
        &m,
        buffering,
        [encoding, errors_, newline],
        &mode_text,
    );
    if layers.is_err() {
        let pending = t.exc.replace(Value::NULL);
        let _ = call::call_attr(t, raw, "close", &[]);
        t.exc.set(pending);
    }
    layers
}

/// Files are opened with a mode's letter alone and its flags.
fn audit_open(t: &Thread, file: Value, m: &Mode) -> R<()> {
    let extra = match m.kind {
        'r' => 0,
        'w' => libc::O_CREAT | libc::O_TRUNC,
        'x' => libc::O_CREAT | libc::O_EXCL,
        _ => libc::O_CREAT | libc::O_APPEND,
    };
    let access = match (m.plus, m.kind) {
        (true, _) => libc::O_RDWR,
        (false, 'r') => libc::O_RDONLY,
        _ => libc::O_WRONLY,
    };
    let letter = if m.plus {
        format!("{}+", m.kind)
    } else {
        m.kind.to_string()
    };
    audit::event(t, "open", || {
        let flags = Value::int(i64::from(access | extra | libc::O_CLOEXEC));
        [file, Str::new(&letter).value(), flags]
    })
}

/// Puts the layers that the arguments ask for on a raw file.
fn wrap(
    t: &Thread,
    raw: Value,
    m: &Mode,
    buffering: i64,
    coding: [Value; 3],
    mode: &str,
) -> R<Value> {
    let is_tty = buffering < 0 && ops::truth(t, call::call_attr(t, raw, "isatty", &[])?)?;
    let line_buffering = buffering == 1 && !m.binary || is_tty;
    let size = match buffering {
        0 if m.binary => return Ok(raw),
        0 => return Err(errors::value_error(t, "can't have unbuffered text I/O")),
        n if n < -1 => return Err(errors::value_error(t, "invalid buffering size")),
        n if n > 1 => n,
        _ => super::BUFFER_SIZE as i64,
    };
    let args = [raw, Value::int(size)];
    let buffer = match (m.plus, m.kind) {
        (true, _) => make::<BufferedRandom>(t, &args)?,
        (false, 'r') => make::<BufferedReader>(t, &args)?,
        _ => make::<BufferedWriter>(t, &args)?,
    };
    if m.binary {
        return Ok(buffer);
    }
    let [encoding, errors_, newline] = coding;
    let args = [
        buffer,
        encoding,
        errors_,
        newline,
        Value::bool(line_buffering),
    ];
    let text = make::<TextIOWrapper>(t, &args)?;
    attr::set(t, text, intern("mode"), Some(Str::new(mode).value()))?;
    Ok(text)
}

pub fn open_code(t: &Thread, path: Gc<Str>) -> R<Value> {
    let raw = make::<FileIO>(t, &[path.value(), intern("rb").value()])?;
    make::<BufferedReader>(t, &[raw])
}

pub fn text_encoding(t: &Thread, encoding: Value, stacklevel: Option<i64>) -> R<Value> {
    if !encoding.is_none() {
        return Ok(encoding);
    }
    warn_default_encoding(t, stacklevel.unwrap_or(2))?;
    Ok(match settings::get().utf8_mode {
        true => intern("utf-8").value(),
        false => intern("locale").value(),
    })
}

/// The `EncodingWarning` of `-X warn_default_encoding`, for the frame `level` levels up.
pub fn warn_default_encoding(t: &Thread, level: i64) -> R<()> {
    if !settings::get().warn_default_encoding {
        return Ok(());
    }
    let m = intern("'encoding' argument not specified").value();
    warn::warn_at(t, m, Exc::EncodingWarning.class(), level, Value::NONE, &[])
}

/// A tuple of keyword names.
pub fn names(names: &[&str]) -> Gc<Tuple> {
    let v: Vec<Value> = names.iter().map(|n| intern(n).value()).collect();
    Tuple::new(&v)
}
