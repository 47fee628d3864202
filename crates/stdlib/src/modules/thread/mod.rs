//! `_thread`: [`locks`], starting threads and waiting for them ([`handle`]),
//! data of one thread ([`local`]), identity, and what a dying thread reports.
#![allow(unsafe_code)]

pub mod handle;
mod local;
pub mod locks;

use std::sync::atomic::{AtomicUsize, Ordering};

use pyjit_heap::{Gc, Value};
use pyjit_runtime::core::{attr, call, errors, modules as known, ops};
use pyjit_runtime::types::exceptions::Exc;
use pyjit_runtime::types::float;
use pyjit_runtime::types::module::Module;
use pyjit_runtime::types::str_::{Str, intern};
use pyjit_runtime::types::tuple::Tuple;
use pyjit_runtime::types::type_::{class_of, of_kind};
use pyjit_runtime::{R, Thread};

use crate::native_module;
use crate::structure::Structure;

/// The number of the calling thread, as the C library has it.
pub fn ident() -> i64 {
    // SAFETY: no memory is involved.
    unsafe { libc::pthread_self() as i64 }
}
static MAIN: AtomicUsize = AtomicUsize::new(0);

/// Is the calling thread the main one?
pub fn is_main() -> bool {
    MAIN.load(Ordering::Relaxed) == ident() as usize
}
/// The calling thread is the main one: at start, and in the child of a fork.
pub fn set_main() {
    MAIN.store(ident() as usize, Ordering::Relaxed)
}

fn get_ident(_t: &Thread) -> i64 {
    ident()
}
fn get_main_thread_ident(_t: &Thread) -> i64 {
    MAIN.load(Ordering::Relaxed) as i64
}
fn get_native_id(_t: &Thread) -> i64 {
    // SAFETY: no memory is involved.
    i64::from(unsafe { libc::gettid() })
}
fn yes(_t: &Thread) -> bool {
    true
}
fn exit(t: &Thread) -> R<()> {
    Err(errors::raise_args(t, Exc::SystemExit.class(), &[]))
}
fn set_name(t: &Thread, name: Gc<Str>) -> R<()> {
    let mut bytes = crate::modules::posix::encode(&name);
    bytes.truncate(15);
    let end = bytes.iter().position(|b| *b == 0).unwrap_or(bytes.len());
    bytes.truncate(end);
    let Ok(c) = std::ffi::CString::new(bytes) else {
        return Err(errors::value_error(t, "embedded null character"));
    };
    // SAFETY: a terminated string of at most 16 bytes.
    unsafe { libc::pthread_setname_np(libc::pthread_self(), c.as_ptr()) };
    Ok(())
}
fn get_name(t: &Thread) -> R<Value> {
    let mut name = [0u8; 16];
    // SAFETY: a buffer of that size for the thread's own name.
    let e = unsafe {
        let me = libc::pthread_self();
        libc::pthread_getname_np(me, name.as_mut_ptr().cast(), name.len())
    };
    if e != 0 {
        let e = std::io::Error::from_raw_os_error(e);
        return crate::modules::posix::check_plain(t, Err(e));
    }
    let n = name.iter().position(|b| *b == 0).unwrap_or(name.len());
    let name = std::os::unix::ffi::OsStringExt::from_vec(name[..n].to_vec());
    Ok(crate::modules::posix::decode(name))
}
fn interrupt_main(t: &Thread, signum: Option<i64>) -> R<()> {
    let n = signum.unwrap_or(i64::from(libc::SIGINT));
    if !(1..crate::modules::signal::COUNT as i64).contains(&n) {
        return Err(errors::value_error(t, "signal number out of range"));
    }
    crate::modules::signal::trip_unless_ignored(n as usize);
    t.host().poll(t)
}

static EXCEPT_HOOK_ARGS: Structure = Structure::new(
    "_thread._ExceptHookArgs",
    &["exc_type", "exc_value", "exc_traceback", "thread"],
    4,
);

/// Where a thread's last words go: `sys.stderr`, or what it was at the start.
fn error_stream(t: &Thread, thread: Value) -> R<Option<Value>> {
    if let Some(s) = known::sys_attr("stderr") {
        return Ok(Some(s));
    }
    if thread.is_none() {
        return Ok(None);
    }
    let s = attr::get_opt(t, thread, intern("_stderr"))?;
    Ok(s.filter(|s| !s.is_none()))
}
fn excepthook(t: &Thread, args: Value) -> R<()> {
    if class_of(args) != EXCEPT_HOOK_ARGS.class(t)? {
        let m = "_thread.excepthook argument type must be ExceptHookArgs";
        return Err(errors::type_error(t, m));
    }
    let args: Gc<Tuple> = Gc::from_value(args);
    let &[class, value, traceback, thread] = args.items() else {
        return Ok(());
    };
    if class == Exc::SystemExit.class().value() {
        return Ok(());
    }
    let Some(file) = error_stream(t, thread)? else {
        return Ok(());
    };
    let name = match thread.is_none() {
        true => Str::new(&ident().to_string()),
        false => {
            let name = attr::get(t, thread, intern("_name"))?;
            ops::str(t, name)?
        }
    };
    let head = Str::new(&format!("Exception in thread {}:\n", name.lossy()));
    call::call_attr(t, file, "write", &[head.value()])?;
    let module = t.host().import(t, "traceback")?;
    let print = attr::get(t, module, intern("print_exception"))?;
    let names = Tuple::new(&[intern("file").value()]);
    call::call_kw(t, print, &[class, value, traceback, file], Some(names))?;
    call::call_attr(t, file, "flush", &[]).map(drop)
}

fn init(t: &Thread, m: Gc<Module>) -> R<()> {
    if MAIN.load(Ordering::Relaxed) == 0 {
        set_main();
    }
    local::with_dictionary(t)?;
    EXCEPT_HOOK_ARGS.install(t, m)?;
    m.set(t, "LockType", of_kind(260).value())?;
    m.set(t, "error", Exc::RuntimeError.class().value())?;
    m.set(t, "TIMEOUT_MAX", float::from_f64(locks::TIMEOUT_MAX))
}

native_module! {
    /// This module provides primitive operations to write multi-threaded programs.
    /// The 'threading' module provides a more convenient interface.
    pub MODULE = "_thread", classes [locks::LOCK, locks::RLOCK, handle::HANDLE, local::LOCAL], init init;
    functions {
        /// Create a new lock object.
        allocate_lock() => locks::allocate;
        allocate() => locks::allocate;
        /// Return a non-zero integer that uniquely identifies the current thread.
        get_ident() => get_ident;
        /// Return the number by which the operating system knows the current thread.
        get_native_id() => get_native_id;
        _get_main_thread_ident() => get_main_thread_ident;
        _is_main_interpreter() => yes;
        daemon_threads_allowed() => yes;
        /// Start a new thread; the function is called with the arguments.
        start_new_thread(function, args, kwargs={}, /) => handle::start_new_thread;
        start_new(function, args, kwargs={}, /) => handle::start_new_thread;
        /// Start a new thread that can be waited for.
        start_joinable_thread(function, handle=None, daemon=True) => handle::start_joinable_thread;
        _make_thread_handle(ident, /) => handle::make_thread_handle;
        /// Wait for all threads that are not daemons.
        _shutdown() => handle::shutdown;
        /// Return the number of threads that were started here and run.
        _count() => handle::count;
        /// Set the name of the current thread for the operating system.
        set_name(name) => set_name;
        _get_name() => get_name;
        /// Return the stack size of new threads, and set it.
        stack_size(size=0, /) => handle::stack_size;
        /// Simulate the arrival of a signal in the main thread.
        interrupt_main(signum=2, /) => interrupt_main;
        /// Raise SystemExit: ends the thread.
        exit() => exit;
        exit_thread() => exit;
        /// Handle uncaught Thread.run() exception.
        _excepthook(args, /) => excepthook;
    }
}
