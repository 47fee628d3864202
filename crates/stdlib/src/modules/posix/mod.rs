//! `posix`: files, folders, the process and its environment, by theme.

mod constants;
pub mod execute;
mod extra;
pub mod files;
mod folder;
mod paths;
mod process;
mod spawn;
mod status;
mod system;
mod wait;

use std::ffi::{CString, OsString};
use std::os::unix::ffi::{OsStrExt, OsStringExt};
use std::path::PathBuf;

use pyjit_heap::{Gc, Value};
use pyjit_runtime::core::special::Special;
use pyjit_runtime::core::{attr, call, errors};
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
    /// An open file instead of a path.
    pub fd: Option<i32>,
}

/// Calls the C library with numbers and live buffers; -1 raises `OSError`.
macro_rules! sys {
    ($t:expr, $call:expr) => {{
        // SAFETY: the arguments are numbers, terminated strings or buffers of ours.
        let r = unsafe { $call };
        $crate::modules::posix::check_plain($t, $crate::modules::posix::cvt(r))
    }};
}
/// The same; the error names the path.
macro_rules! sys_path {
    ($t:expr, $p:expr, $call:expr) => {{
        // SAFETY: the arguments are numbers, terminated strings or buffers of ours.
        let r = unsafe { $call };
        $crate::modules::posix::check($t, $crate::modules::posix::cvt(r), &$p)
    }};
}
pub(crate) use {sys, sys_path};

impl PathArg {
    /// An open file.
    pub fn of_fd(fd: i32) -> PathArg {
        PathArg {
            path: PathBuf::new(),
            bytes: false,
            object: Value::int(i64::from(fd)),
            fd: Some(fd),
        }
    }
    /// The path as the C library wants it.
    pub fn c(&self) -> CString {
        CString::new(self.path.as_os_str().as_bytes()).unwrap_or_default()
    }
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
    let Some(r) = call::call_special(t, v, Special::Fspath, &[]) else {
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
    crate::library::look(&data);
    Ok(PathArg {
        path: PathBuf::from(OsString::from_vec(data)),
        bytes: is_bytes,
        object: v,
        fd: None,
    })
}

/// Converts an argument that is a path or the number of an open file.
pub fn path_or_fd(t: &Thread, v: Value) -> R<PathArg> {
    if v == Value::TRUE || v == Value::FALSE {
        let m = "bool is used as a file descriptor";
        pyjit_runtime::core::warn::warn(t, Exc::RuntimeWarning, m)?;
        return Ok(PathArg::of_fd(i32::from(v == Value::TRUE)));
    }
    if v.cast::<Str>().is_none() && (int::is_int(v) || is_index(v)) {
        return Ok(PathArg::of_fd(fd_number(t, v)?));
    }
    path(t, v)
}
fn is_index(v: Value) -> bool {
    let class = pyjit_runtime::types::type_::class_of(v);
    class.special(Special::Index).is_some() && class.special(Special::Fspath).is_none()
}
fn fd_number(t: &Thread, v: Value) -> R<i32> {
    let n = pyjit_runtime::core::ops::index_i64(t, v)?;
    i32::try_from(n).map_err(|_| {
        let how = if n < 0 {
            "less than minimum"
        } else {
            "greater than maximum"
        };
        errors::overflow_error(t, format!("fd is {how}"))
    })
}
/// A `dir_fd` argument.
pub fn dir_fd(t: &Thread, v: Option<Value>) -> R<i32> {
    match v.filter(|v| !v.is_none()) {
        None => Ok(libc::AT_FDCWD),
        Some(v) if int::is_int(v) || is_index(v) => fd_number(t, v),
        Some(v) => {
            let m = format!("argument should be integer or None, not {}", type_name(v));
            Err(errors::type_error(t, m))
        }
    }
}
/// A number of an open file, or an object with `fileno()`.
pub fn descriptor(t: &Thread, v: Value) -> R<i64> {
    let n = match int::is_int(v) {
        true => v,
        false => {
            let Some(f) = attr::get_opt(t, v, intern("fileno"))? else {
                let m = "argument must be an int, or have a fileno() method.";
                return Err(errors::type_error(t, m));
            };
            let n = call::call(t, f, &[])?;
            if !int::is_int(n) {
                let m = "fileno() returned a non-integer";
                return Err(errors::type_error(t, m));
            }
            n
        }
    };
    match int::to_i64(n) {
        Some(n) if n >= 0 && n <= i64::from(i32::MAX) => Ok(n),
        Some(n) if n < 0 => {
            let m = format!("file descriptor cannot be a negative integer ({n})");
            Err(errors::value_error(t, m))
        }
        _ => Err(errors::overflow_error(
            t,
            "Python int too large to convert to C int",
        )),
    }
}
/// The current folder if there is no argument.
pub fn or_dot(v: Option<Value>) -> Value {
    v.filter(|v| !v.is_none())
        .unwrap_or_else(|| intern(".").value())
}
/// The number of bytes that a call of the C library gives.
pub fn counted(n: isize) -> std::io::Result<usize> {
    usize::try_from(n).map_err(|_| std::io::Error::last_os_error())
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
/// The result of an operating-system call on two paths.
pub fn check_two<T>(t: &Thread, r: std::io::Result<T>, p: &PathArg, q: &PathArg) -> R<T> {
    r.map_err(|e| {
        let n = e.raw_os_error().unwrap_or(5);
        let (number, text) = (Value::int(i64::from(n)), Str::new(&message(n)).value());
        let args = [number, text, p.object, Value::NONE, q.object];
        match call::call(t, Exc::OSError.class().value(), &args) {
            Ok(e) => errors::set(t, e),
            Err(r) => r,
        }
    })
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

/// The process's environment, as bytes.
pub fn environ(t: &Thread) -> R<Gc<Dict>> {
    let environ = Dict::new();
    for (k, v) in std::env::vars_os() {
        let (k, v) = (Bytes::new(k.as_bytes()), Bytes::new(v.as_bytes()));
        environ.set(t, k.value(), v.value())?;
    }
    Ok(environ)
}

fn init(t: &Thread, m: Gc<Module>) -> R<()> {
    for table in [
        execute::FUNCTIONS,
        extra::FUNCTIONS,
        spawn::FUNCTIONS,
        files::FUNCTIONS,
        paths::FUNCTIONS,
        process::FUNCTIONS,
        status::FUNCTIONS,
        system::FUNCTIONS,
        wait::FUNCTIONS,
    ] {
        add_functions(t, m, table)?;
    }
    for (name, v) in constants::ALL
        .iter()
        .chain(constants::MORE)
        .chain(spawn::CONSTANTS)
    {
        m.set(t, name, int::from_i64(t, *v))?;
    }
    let environ = environ(t)?;
    m.set(t, "environ", environ.value())?;
    m.set(t, "error", Exc::OSError.class().value())?;
    let have = list_of(t, constants::HAVE.iter().map(|n| intern(n).value()))?;
    m.set(t, "_have_functions", have.value())?;
    for (attribute, table) in [
        ("sysconf_names", constants::SYSCONF),
        ("pathconf_names", constants::PATHCONF),
        ("confstr_names", constants::CONFSTR),
    ] {
        let names = Dict::new();
        for (k, v) in table {
            names.set_str(t, intern(k), Value::int(i64::from(*v)))?;
        }
        m.set(t, attribute, names.value())?;
    }
    status::init(t, m)?;
    wait::init(t, m)?;
    system::init(t, m)
}

native_module! {
    /// This module provides access to operating system functionality that is
    /// standardized by the C Standard and the POSIX standard.
    pub MODULE = "posix", classes [folder::DIR_ENTRY, folder::SCAN], init init;
    functions {
        /// Return an iterator of DirEntry objects for given path.
        scandir(path=None) => folder::scandir;
        /// Return the file system path representation of the object.
        fspath(path) => fspath_function;
    }
}
