//! `posix_spawn`: a child process without `fork`.
#![allow(unsafe_code)]

use std::ffi::CString;
use std::mem::MaybeUninit;

use pyjit_heap::Value;
use pyjit_runtime::core::native::NativeDef;
use pyjit_runtime::core::{errors, ops};
use pyjit_runtime::types::tuple::Tuple;
use pyjit_runtime::types::tuple_methods::from_iterable;
use pyjit_runtime::{R, Thread};

use super::execute::{arguments, c_string, environment, pointers};
use super::{check, path};

const OPEN: i64 = 0;
const CLOSE: i64 = 1;
const DUP2: i64 = 2;
const CLOSE_FROM: i64 = 3;

/// Constants of this theme.
pub const CONSTANTS: &[(&str, i64)] = &[
    ("POSIX_SPAWN_OPEN", OPEN),
    ("POSIX_SPAWN_CLOSE", CLOSE),
    ("POSIX_SPAWN_DUP2", DUP2),
    ("POSIX_SPAWN_CLOSEFROM", CLOSE_FROM),
];

/// File actions of the C library; names of files must live as long.
struct Actions(libc::posix_spawn_file_actions_t, Vec<CString>);

impl Drop for Actions {
    fn drop(&mut self) {
        // SAFETY: it was initialised.
        unsafe { libc::posix_spawn_file_actions_destroy(&mut self.0) };
    }
}
impl Actions {
    fn new() -> Actions {
        let mut a = MaybeUninit::uninit();
        // SAFETY: the call initialises it.
        unsafe {
            libc::posix_spawn_file_actions_init(a.as_mut_ptr());
            Actions(a.assume_init(), Vec::new())
        }
    }
    fn add(&mut self, t: &Thread, action: Value) -> R<()> {
        let wrong = || {
            let m = "Each file_actions element must be a non-empty tuple";
            errors::type_error(t, m)
        };
        let action = action.cast::<Tuple>().ok_or_else(wrong)?;
        let number = |v: Value| ops::index_i64(t, v).map(|n| n as i32);
        let a = &mut self.0;
        // SAFETY: initialised file actions and terminated strings.
        let r = unsafe {
            match *action.items() {
                [k, fd, name, flags, mode] if number(k)? as i64 == OPEN => {
                    let c = c_string(t, name)?;
                    let (fd, flags, mode) = (number(fd)?, number(flags)?, number(mode)?);
                    let r = libc::posix_spawn_file_actions_addopen(
                        a,
                        fd,
                        c.as_ptr(),
                        flags,
                        mode as libc::mode_t,
                    );
                    self.1.push(c);
                    r
                }
                [k, fd] if number(k)? as i64 == CLOSE => {
                    libc::posix_spawn_file_actions_addclose(a, number(fd)?)
                }
                [k, from, to] if number(k)? as i64 == DUP2 => {
                    libc::posix_spawn_file_actions_adddup2(a, number(from)?, number(to)?)
                }
                [k, fd] if number(k)? as i64 == CLOSE_FROM => {
                    libc::posix_spawn_file_actions_addclosefrom_np(a, number(fd)?)
                }
                [] => return Err(wrong()),
                _ => return Err(errors::type_error(t, "Unknown file_actions identifier")),
            }
        };
        super::check_plain(t, result(r))
    }
}
fn result(r: i32) -> std::io::Result<()> {
    match r {
        0 => Ok(()),
        e => Err(std::io::Error::from_raw_os_error(e)),
    }
}
fn signals(t: &Thread, v: Value) -> R<libc::sigset_t> {
    // SAFETY: the call fills the set.
    let mut set: libc::sigset_t = unsafe {
        let mut set = MaybeUninit::uninit();
        libc::sigemptyset(set.as_mut_ptr());
        set.assume_init()
    };
    ops::for_each(t, v, |n| {
        let n = ops::index_i64(t, n)?;
        if !(1..65).contains(&n) {
            let m = format!("signal number {n} out of range [1; 64]");
            return Err(errors::value_error(t, m));
        }
        // SAFETY: a valid set.
        unsafe { libc::sigaddset(&mut set, n as i32) };
        Ok(())
    })?;
    Ok(set)
}

/// The keyword arguments that become attributes.
struct Options {
    group: Option<Value>,
    reset_ids: bool,
    session: bool,
    mask: Option<Value>,
    defaults: Option<Value>,
}
struct Attributes(libc::posix_spawnattr_t);

impl Drop for Attributes {
    fn drop(&mut self) {
        // SAFETY: it was initialised.
        unsafe { libc::posix_spawnattr_destroy(&mut self.0) };
    }
}
fn attributes(t: &Thread, o: &Options) -> R<Attributes> {
    let mut a = MaybeUninit::uninit();
    // SAFETY: the call initialises it.
    let mut a = unsafe {
        libc::posix_spawnattr_init(a.as_mut_ptr());
        Attributes(a.assume_init())
    };
    let mut flags = 0;
    let given = |v: Option<Value>| v.filter(|v| !v.is_none());
    // SAFETY: initialised attributes and sets.
    unsafe {
        if let Some(g) = given(o.group) {
            flags |= libc::POSIX_SPAWN_SETPGROUP;
            libc::posix_spawnattr_setpgroup(&mut a.0, ops::index_i64(t, g)? as i32);
        }
        if o.reset_ids {
            flags |= libc::POSIX_SPAWN_RESETIDS;
        }
        if o.session {
            flags |= 0x80;
        }
        if let Some(m) = given(o.mask) {
            flags |= libc::POSIX_SPAWN_SETSIGMASK;
            libc::posix_spawnattr_setsigmask(&mut a.0, &signals(t, m)?);
        }
        if let Some(d) = given(o.defaults) {
            flags |= libc::POSIX_SPAWN_SETSIGDEF;
            libc::posix_spawnattr_setsigdefault(&mut a.0, &signals(t, d)?);
        }
        libc::posix_spawnattr_setflags(&mut a.0, flags as libc::c_short);
    }
    Ok(a)
}

/// What both functions are given: `path, argv, env` and a dictionary of the rest.
fn run(t: &Thread, search: bool, args: [Value; 3], kw: Option<Value>) -> R<i64> {
    let name = if search {
        "posix_spawnp"
    } else {
        "posix_spawn"
    };
    let option = |key: &str| -> R<Option<Value>> {
        let dict = kw.and_then(|k| k.cast::<pyjit_runtime::types::dict::Dict>());
        Ok(dict.and_then(|d| d.get_str(pyjit_runtime::types::str_::intern(key))))
    };
    let truth = |key: &str| option(key)?.map_or(Ok(false), |v| ops::truth(t, v));
    let p = path(t, args[0])?;
    let argv = arguments(t, args[1], name)?;
    let env = match args[2].is_none() {
        true => None,
        false => Some(environment(t, args[2])?),
    };
    let o = Options {
        group: option("setpgroup")?,
        reset_ids: truth("resetids")?,
        session: truth("setsid")?,
        mask: option("setsigmask")?,
        defaults: option("setsigdef")?,
    };
    let mut actions = Actions::new();
    if let Some(list) = option("file_actions")?.filter(|v| !v.is_none()) {
        for a in from_iterable(t, list)?.items() {
            actions.add(t, *a)?;
        }
    }
    let attributes = attributes(t, &o)?;
    let argv = pointers(&argv);
    let env = env.as_ref().map(|e| pointers(e));
    let mut pid = 0;
    // SAFETY: terminated strings in arrays with null at the end, initialised structures.
    let r = unsafe {
        let env = match &env {
            Some(e) => e.as_ptr().cast(),
            None => environ.cast::<*mut libc::c_char>().cast_const(),
        };
        let (p, a, args) = (p.c(), &attributes.0, argv.as_ptr().cast());
        match search {
            true => libc::posix_spawnp(&mut pid, p.as_ptr(), &actions.0, a, args, env),
            false => libc::posix_spawn(&mut pid, p.as_ptr(), &actions.0, a, args, env),
        }
    };
    check(t, result(r), &p)?;
    Ok(i64::from(pid))
}
unsafe extern "C" {
    static environ: *mut *mut libc::c_char;
}
fn posix_spawn(t: &Thread, p: Value, argv: Value, env: Value, kw: Option<Value>) -> R<i64> {
    run(t, false, [p, argv, env], kw)
}
fn posix_spawnp(t: &Thread, p: Value, argv: Value, env: Value, kw: Option<Value>) -> R<i64> {
    run(t, true, [p, argv, env], kw)
}

/// The table of this theme.
pub const FUNCTIONS: &[NativeDef] = pyjit_runtime::native_table! {
    /// Execute the program specified by path in a new process.
    posix_spawn(path, argv, env, /, **options) => posix_spawn;
    /// Execute the program specified by path in a new process.
    posix_spawnp(path, argv, env, /, **options) => posix_spawnp;
};
