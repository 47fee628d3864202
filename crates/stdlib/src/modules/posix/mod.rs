//! `posix`: files, folders, the process and its environment, by theme.

pub mod files;
mod paths;
mod process;
mod status;

use std::ffi::OsString;
use std::os::unix::ffi::{OsStrExt, OsStringExt};
use std::path::PathBuf;

use pyjit_heap::{Gc, Value};
use pyjit_runtime::core::{call, errors};
use pyjit_runtime::types::bytes::{self, Bytes};
use pyjit_runtime::types::dict::Dict;
use pyjit_runtime::types::exceptions::Exc;
use pyjit_runtime::types::int;
use pyjit_runtime::types::list::List;
use pyjit_runtime::types::module::{Module, add_functions};
use pyjit_runtime::types::str_::{Str, intern};
use pyjit_runtime::types::type_::type_name;
use pyjit_runtime::{R, Raised, Thread};

use crate::native_module;

/// A path argument: text or bytes decide what results look like.
pub struct PathArg {
    pub path: PathBuf,
    pub bytes: bool,
    /// What the caller passed, for `OSError.filename`.
    pub object: Value,
}

impl PathArg {
    /// Results in the caller's kind of string.
    pub fn result(&self, name: OsString) -> Value {
        if self.bytes {
            Bytes::new(name.as_bytes()).value()
        } else {
            decode(name)
        }
    }
}

/// A file name as `str`: undecodable bytes become lone surrogates.
pub fn decode(name: OsString) -> Value {
    match name.into_string() {
        Ok(s) => Str::new(&s).value(),
        Err(n) => {
            let mut out = Vec::new();
            for chunk in n.as_bytes().utf8_chunks() {
                out.extend_from_slice(chunk.valid().as_bytes());
                for b in chunk.invalid() {
                    pyjit_runtime::unicode::wtf8::push(&mut out, 0xdc00 + u32::from(*b));
                }
            }
            Str::from_wtf8(&out).value()
        }
    }
}

/// The bytes of a file name given as WTF-8 text (`surrogateescape`).
pub fn encode(s: &Str) -> Vec<u8> {
    let mut out = Vec::with_capacity(s.bytes().len());
    for c in pyjit_runtime::unicode::wtf8::code_points(s.bytes()) {
        match c {
            0xdc80..=0xdcff => out.push((c - 0xdc00) as u8),
            c => pyjit_runtime::unicode::wtf8::push(&mut out, c),
        }
    }
    out
}

/// `os.fspath`: a `str` or `bytes` object.
pub fn fspath(t: &Thread, v: Value) -> R<Value> {
    if v.cast::<Str>().is_some() || v.cast::<Bytes>().is_some() {
        return Ok(v);
    }
    let Some(r) = call::call_special(t, v, pyjit_runtime::core::special::Special::Fspath, &[])
    else {
        let m = format!(
            "expected str, bytes or os.PathLike object, not {}",
            type_name(v)
        );
        return Err(errors::type_error(t, m));
    };
    let p = r?;
    if p.cast::<Str>().is_some() || p.cast::<Bytes>().is_some() {
        return Ok(p);
    }
    let m = format!(
        "expected {}.__fspath__() to return str or bytes, not {}",
        type_name(v),
        type_name(p)
    );
    Err(errors::type_error(t, m))
}

/// Converts a path argument.
pub fn path(t: &Thread, v: Value) -> R<PathArg> {
    let p = fspath(t, v)?;
    let (data, is_bytes) = match p.cast::<Str>() {
        Some(s) => (encode(&s), false),
        None => (bytes::like(p).map_or(Vec::new(), |b| b.to_vec()), true),
    };
    if data.contains(&0) {
        return Err(errors::value_error(t, "embedded null byte"));
    }
    Ok(PathArg {
        path: PathBuf::from(OsString::from_vec(data)),
        bytes: is_bytes,
        object: v,
    })
}

/// Raises the `OSError` subclass for an operating-system error.
#[cold]
pub fn os_error(t: &Thread, e: &std::io::Error, filename: Option<Value>) -> Raised {
    let n = e.raw_os_error().unwrap_or(5);
    let args = [
        Value::int(i64::from(n)),
        Str::new(&message(n)).value(),
        filename.unwrap_or(Value::NULL),
    ];
    let given = 2 + usize::from(filename.is_some());
    match call::call(t, Exc::OSError.class().value(), &args[..given]) {
        Ok(e) => errors::set(t, e),
        Err(r) => r,
    }
}

/// The text of an error number, as the C library words it.
pub fn message(n: i32) -> String {
    let text = std::io::Error::from_raw_os_error(n).to_string();
    text.rsplit_once(" (os error")
        .map_or(text.clone(), |(m, _)| m.to_string())
}

/// The result of an operating-system call on a path.
pub fn check<T>(t: &Thread, r: std::io::Result<T>, p: &PathArg) -> R<T> {
    r.map_err(|e| os_error(t, &e, Some(p.object)))
}
/// The result of an operating-system call without a path.
pub fn check_plain<T>(t: &Thread, r: std::io::Result<T>) -> R<T> {
    r.map_err(|e| os_error(t, &e, None))
}
/// -1 means that the C library has set `errno`.
pub fn cvt(n: i32) -> std::io::Result<i32> {
    if n < 0 {
        Err(std::io::Error::last_os_error())
    } else {
        Ok(n)
    }
}

fn fspath_function(t: &Thread, path: Value) -> R<Value> {
    fspath(t, path)
}

/// A `Vec` of names as a list.
fn list_of(t: &Thread, names: impl Iterator<Item = Value>) -> R<Gc<List>> {
    let l = List::new();
    for n in names {
        l.push(t, n)?;
    }
    Ok(l)
}

fn init(t: &Thread, m: Gc<Module>) -> R<()> {
    for table in [
        files::FUNCTIONS,
        paths::FUNCTIONS,
        process::FUNCTIONS,
        status::FUNCTIONS,
    ] {
        add_functions(t, m, table)?;
    }
    for (name, v) in files::CONSTANTS.iter().chain(process::CONSTANTS) {
        m.set(t, name, int::from_i64(t, *v))?;
    }
    let environ = Dict::new();
    let ready =
        pyjit_runtime::types::type_::of_kind_opt(pyjit_runtime::core::kinds::BYTES).is_some();
    for (k, v) in std::env::vars_os().filter(|_| ready) {
        environ.set(
            t,
            Bytes::new(k.as_bytes()).value(),
            Bytes::new(v.as_bytes()).value(),
        )?;
    }
    m.set(t, "environ", environ.value())?;
    m.set(t, "error", Exc::OSError.class().value())?;
    m.set(
        t,
        "_have_functions",
        list_of(t, process::HAVE.iter().map(|n| intern(n).value()))?.value(),
    )?;
    status::init(t, m)?;
    Ok(())
}

native_module! {
    /// This module provides access to operating system functionality that is
    /// standardized by the C Standard and the POSIX standard.
    pub MODULE = "posix", init init;
    functions {
        /// Return the file system path representation of the object.
        fspath(path) => fspath_function;
    }
}
