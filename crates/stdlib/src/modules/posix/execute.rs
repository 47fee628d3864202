//! `fork` and `exec`.
#![allow(unsafe_code)]

use std::ffi::CString;

use pyjit_heap::{Gc, GilCell, Root, Value, lock};
use pyjit_runtime::core::native::NativeDef;
use pyjit_runtime::core::{call, errors, ops, unraisable};
use pyjit_runtime::types::list::List;
use pyjit_runtime::types::str_::Str;
use pyjit_runtime::types::tuple::Tuple;
use pyjit_runtime::types::{bytes, dict::Dict};
use pyjit_runtime::{R, Thread};

use super::{check, check_plain, cvt, fspath, path_or_fd};
use crate::modules::{signal, thread};

/// Functions of `register_at_fork`: before, in the child, in the parent.
static HOOKS: GilCell<[Option<Root>; 3]> = GilCell::new([None, None, None]);

fn hooks(which: usize) -> Gc<List> {
    let v = HOOKS.with_mut(|h| {
        h[which]
            .get_or_insert_with(|| Root::new(List::new().value()))
            .get()
    });
    Gc::from_value(v)
}
fn register_at_fork(
    t: &Thread,
    before: Option<Value>,
    in_child: Option<Value>,
    in_parent: Option<Value>,
) -> R<()> {
    if before.is_none() && in_child.is_none() && in_parent.is_none() {
        return Err(errors::type_error(t, "At least one argument is required."));
    }
    for (i, f) in [before, in_child, in_parent].into_iter().enumerate() {
        let Some(f) = f else { continue };
        if !call::is_callable(f) {
            let name = ["before", "after_in_child", "after_in_parent"][i];
            let got = pyjit_runtime::types::type_::type_name(f);
            return Err(errors::type_error(
                t,
                format!("'{name}' must be callable, not {got}"),
            ));
        }
        hooks(i).push(t, f)?;
    }
    Ok(())
}
/// Calls the hooks; errors are reported.
fn run_hooks(t: &Thread, which: usize) {
    let list = hooks(which);
    let n = list.len();
    for i in 0..n {
        let f = list.get(if which == 0 { n - 1 - i } else { i });
        if call::call(t, f, &[]).is_err() {
            unraisable::report(t, "Exception ignored in", f);
        }
    }
}

/// Forks; 0 in the child, in which everything is as after `os.fork`.
pub fn fork_process(t: &Thread) -> std::io::Result<i32> {
    run_hooks(t, 0);
    let guard = lock::before_fork();
    // SAFETY: locks that other threads could hold are held by us; the child makes its
    // state valid before it runs anything else.
    let pid = unsafe { libc::fork() };
    let error = std::io::Error::last_os_error();
    if pid == 0 {
        guard.in_child();
        thread::set_main();
        t.host().after_fork_in_child(t);
        thread::handle::after_fork();
        signal::after_fork();
        run_hooks(t, 1);
        return Ok(0);
    }
    guard.in_parent();
    run_hooks(t, 2);
    if pid < 0 { Err(error) } else { Ok(pid) }
}
fn fork(t: &Thread) -> R<i64> {
    let r = fork_process(t);
    Ok(i64::from(check_plain(t, r)?))
}

/// A `str`, `bytes` or path object as a C string.
pub fn c_string(t: &Thread, v: Value) -> R<CString> {
    let p = fspath(t, v)?;
    let data = match p.cast::<Str>() {
        Some(s) => super::encode(&s),
        None => bytes::like(p).map_or(Vec::new(), |b| b.to_vec()),
    };
    CString::new(data).map_err(|_| errors::value_error(t, "embedded null byte"))
}
/// A sequence of them.
pub fn c_strings(t: &Thread, sequence: Value) -> R<Vec<CString>> {
    let mut all = Vec::new();
    ops::for_each(t, sequence, |v| {
        all.push(c_string(t, v)?);
        Ok(())
    })?;
    Ok(all)
}
/// Pointers to them, with a null pointer at the end.
pub fn pointers(strings: &[CString]) -> Vec<*const libc::c_char> {
    let ends = std::iter::once(std::ptr::null());
    strings.iter().map(|s| s.as_ptr()).chain(ends).collect()
}
pub fn arguments(t: &Thread, argv: Value, name: &str) -> R<Vec<CString>> {
    if argv.cast::<Tuple>().is_none() && argv.cast::<List>().is_none() {
        let m = format!("{name}: argv must be a tuple or list");
        return Err(errors::type_error(t, m));
    }
    let argv = c_strings(t, argv)?;
    match argv.first() {
        None => Err(errors::value_error(
            t,
            format!("{name}() arg 2 must not be empty"),
        )),
        Some(a) if a.is_empty() => {
            let m = format!("{name}() arg 2 first element cannot be empty");
            Err(errors::value_error(t, m))
        }
        Some(_) => Ok(argv),
    }
}
fn execv(t: &Thread, p: Value, argv: Value) -> R<()> {
    let p = super::path(t, p)?;
    let argv = arguments(t, argv, "execv")?;
    signal::restore_defaults();
    // SAFETY: terminated strings in arrays with null at the end.
    let r = unsafe { libc::execv(p.c().as_ptr(), pointers(&argv).as_ptr()) };
    check(t, cvt(r), &p).map(drop)
}
/// `NAME=value` strings of a mapping.
pub fn environment(t: &Thread, env: Value) -> R<Vec<CString>> {
    let mut all = Vec::new();
    let keys = call::call_attr(t, env, "keys", &[])?;
    ops::for_each(t, keys, |k| {
        let v = ops::getitem(t, env, k)?;
        let (k, v) = (c_string(t, k)?, c_string(t, v)?);
        if k.is_empty() || k.as_bytes()[1..].contains(&b'=') {
            return Err(errors::value_error(t, "illegal environment variable name"));
        }
        let line = [k.as_bytes(), b"=", v.as_bytes()].concat();
        all.extend(CString::new(line));
        Ok(())
    })?;
    Ok(all)
}
fn execve(t: &Thread, p: Value, argv: Value, env: Value) -> R<()> {
    let p = path_or_fd(t, p)?;
    let (argv, env) = (arguments(t, argv, "execve")?, environment(t, env)?);
    let (argv, env) = (pointers(&argv), pointers(&env));
    signal::restore_defaults();
    // SAFETY: terminated strings in arrays with null at the end.
    let r = unsafe {
        match p.fd {
            Some(fd) => libc::fexecve(fd, argv.as_ptr(), env.as_ptr()),
            None => libc::execve(p.c().as_ptr(), argv.as_ptr(), env.as_ptr()),
        }
    };
    check(t, cvt(r), &p).map(drop)
}
fn system(t: &Thread, command: Value) -> R<i64> {
    let c = c_string(t, command)?;
    // SAFETY: a terminated string.
    let r = lock::blocking(|| unsafe { libc::system(c.as_ptr()) });
    t.host().poll(t)?;
    Ok(i64::from(r))
}
fn create_environ(t: &Thread) -> R<Gc<Dict>> {
    super::environ(t)
}

/// The table of this theme.
pub const FUNCTIONS: &[NativeDef] = pyjit_runtime::native_table! {
    /// Fork a child process.
    fork() => fork;
    register_at_fork(*, before=None, after_in_child=None, after_in_parent=None) => register_at_fork;
    execv(path, argv, /) => execv;
    execve(path, argv, env) => execve;
    system(command) => system;
    _create_environ() => create_environ;
};
