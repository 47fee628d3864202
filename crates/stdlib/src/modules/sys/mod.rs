//! `sys`.

use std::sync::atomic::{AtomicI64, Ordering};

use pyjit_heap::{Gc, Value};
use pyjit_runtime::core::thread::Local;
use pyjit_runtime::core::{attr, audit, call, errors, settings};
use pyjit_runtime::types::dict::Dict;
use pyjit_runtime::types::exceptions::{Exc, Exception};
use pyjit_runtime::types::str_::{Str, intern, intern_str, is_interned as is_interned_str};
use pyjit_runtime::types::tuple::Tuple;
use pyjit_runtime::types::type_::{Type, class_of, flags};
use pyjit_runtime::types::{int_methods, namespace};
use pyjit_runtime::{R, Thread};

use crate::native_module;

mod data;
mod hooks;
mod jit;
mod monitoring;

pub use data::texts;

fn exit(t: &Thread, status: Option<Value>) -> R<()> {
    // Like any exception made late, from a tuple by its items.
    let several = status.and_then(|v| v.cast::<Tuple>());
    let args: &[Value] = match (&several, &status) {
        (Some(items), _) => items.items(),
        (None, Some(v)) if !v.is_none() => std::slice::from_ref(v),
        _ => &[],
    };
    Err(errors::raise_args(t, Exc::SystemExit.class(), args))
}
fn getrecursionlimit(t: &Thread) -> i64 {
    t.recursion_limit.get()
}
fn setrecursionlimit(t: &Thread, limit: i64) -> R<()> {
    if limit < 1 {
        return Err(errors::value_error(
            t,
            "recursion limit must be greater or equal than 1",
        ));
    }
    let used = t.recursion_limit.get() - t.depth_left.get();
    if used >= limit {
        let m = format!(
            "cannot set the recursion limit to {limit} at the recursion depth {used}: the limit is too low"
        );
        return Err(errors::raise(t, Exc::RecursionError, m));
    }
    t.depth_left.set(limit - used);
    t.recursion_limit.set(limit);
    Ok(())
}
fn getframe(t: &Thread, depth: Option<i64>) -> R<Value> {
    let d = depth.unwrap_or(0).max(0) as usize;
    let Some(f) = t.host().frame(t, d) else {
        return Err(errors::value_error(t, "call stack is not deep enough"));
    };
    audit::event(t, "sys._getframe", || [f])?;
    Ok(f)
}
fn getframemodulename(t: &Thread, depth: Option<i64>) -> R<Value> {
    audit::event(t, "sys._getframemodulename", || {
        [Value::int(depth.unwrap_or(0))]
    })?;
    let Some(f) = t.host().frame(t, depth.unwrap_or(0).max(0) as usize) else {
        return Ok(Value::NONE);
    };
    let g = attr::get(t, f, intern("f_globals"))?;
    Ok(g.cast::<Dict>()
        .and_then(|d| d.get_str(intern("__name__")))
        .unwrap_or(Value::NONE))
}
fn exception(t: &Thread) -> Value {
    t.handled.get().opt().unwrap_or(Value::NONE)
}
fn exc_info(t: &Thread) -> Gc<Tuple> {
    match t.handled.get().opt().filter(|e| !e.is_none()) {
        None => Tuple::new(&[Value::NONE; 3]),
        Some(e) => {
            let tb = e
                .cast::<Exception>()
                .and_then(|e| e.traceback.get().opt())
                .unwrap_or(Value::NONE);
            Tuple::new(&[class_of(e).value(), e, tb])
        }
    }
}
fn intern_text(t: &Thread, string: Value) -> R<Gc<Str>> {
    match string.cast_exact::<Str>() {
        Some(s) => Ok(intern_str(s)),
        None => Err(errors::type_error(
            t,
            format!("can't intern {}", class_of(string).name_str()),
        )),
    }
}
fn getsizeof(t: &Thread, object: Value, default: Option<Value>) -> R<Value> {
    let class = pyjit_runtime::types::type_::class_of(object);
    let size = match class.lookup(intern("__sizeof__")) {
        Some(f) => {
            attr::bind(t, f, object, class).and_then(|f| pyjit_runtime::core::call::call(t, f, &[]))
        }
        None => {
            let m = format!("Type {} doesn't define __sizeof__", class.name_str());
            Err(errors::type_error(t, m))
        }
    };
    match size {
        Ok(v) => Ok(v),
        Err(_) if default.is_some() && errors::catch(t, Exc::TypeError) => {
            Ok(default.unwrap_or(Value::NONE))
        }
        Err(e) => Err(e),
    }
}
fn getrefcount(_t: &Thread, _object: Value) -> i64 {
    1
}
fn encoding(_t: &Thread) -> &'static str {
    "utf-8"
}
fn surrogateescape(_t: &Thread) -> &'static str {
    "surrogateescape"
}
fn get_digits(_t: &Thread) -> usize {
    int_methods::max_str_digits()
}
fn set_digits(t: &Thread, maxdigits: i64) -> R<()> {
    if maxdigits != 0 && maxdigits < 640 {
        return Err(errors::value_error(
            t,
            "maxdigits must be 0 or larger than 640",
        ));
    }
    int_methods::set_max_str_digits(maxdigits as usize);
    Ok(())
}
fn cpu_count_config(_t: &Thread) -> i64 {
    settings::get().cpu_count.map_or(-1, i64::from)
}
fn is_finalizing(_t: &Thread) -> bool {
    pyjit_runtime::core::thread::is_ending()
}
fn getswitchinterval(_t: &Thread) -> f64 {
    pyjit_heap::lock::switch_interval().as_secs_f64()
}
fn setswitchinterval(t: &Thread, interval: f64) -> R<()> {
    if interval <= 0.0 {
        return Err(errors::value_error(
            t,
            "switch interval must be strictly positive",
        ));
    }
    pyjit_heap::lock::set_switch_interval(std::time::Duration::from_secs_f64(interval));
    Ok(())
}
fn set_observer(t: &Thread, which: Local, function: Value) {
    let f = if function.is_none() {
        Value::NULL
    } else {
        function
    };
    t.local(which).set(f);
}
fn settrace(t: &Thread, function: Value) -> R<()> {
    audit::event(t, "sys.settrace", || [])?;
    set_observer(t, Local::Trace, function);
    t.host().tracing_changed(t);
    Ok(())
}
fn setprofile(t: &Thread, function: Value) -> R<()> {
    audit::event(t, "sys.setprofile", || [])?;
    set_observer(t, Local::Profile, function);
    t.host().tracing_changed(t);
    Ok(())
}
fn settrace_all(t: &Thread, function: Value) {
    let set = |t: &Thread| set_observer(t, Local::Trace, function);
    t.host().each_thread(&set);
    t.host().tracing_changed(t)
}
fn setprofile_all(t: &Thread, function: Value) {
    let set = |t: &Thread| set_observer(t, Local::Profile, function);
    t.host().each_thread(&set);
    t.host().tracing_changed(t)
}
fn gettrace(t: &Thread) -> Value {
    t.local(Local::Trace).get().opt().unwrap_or(Value::NONE)
}
fn getprofile(t: &Thread) -> Value {
    t.local(Local::Profile).get().opt().unwrap_or(Value::NONE)
}
fn asyncgen_hooks(t: &Thread) -> R<Value> {
    let get = |l: Local| t.local(l).get().opt().unwrap_or(Value::NONE);
    namespace::struct_sequence(
        t,
        "sys.asyncgen_hooks",
        &[
            ("firstiter", get(Local::AsyncgenFirstiter)),
            ("finalizer", get(Local::AsyncgenFinalizer)),
        ],
    )
}
fn set_asyncgen_hooks(t: &Thread, firstiter: Option<Value>, finalizer: Option<Value>) {
    for (l, v) in [
        (Local::AsyncgenFirstiter, firstiter),
        (Local::AsyncgenFinalizer, finalizer),
    ] {
        if let Some(v) = v {
            t.local(l).set(if v.is_none() { Value::NULL } else { v });
        }
    }
}

fn no(_t: &Thread) -> bool {
    false
}
fn remote_exec(t: &Thread, _pid: i64, _script: Value) -> R<()> {
    let m = "Remote debugging is not enabled";
    Err(errors::runtime_error(t, m))
}
fn activate_trampoline(t: &Thread, backend: Value) -> R<()> {
    if backend.cast::<Str>().is_none() {
        let m = format!(
            "activate_stack_trampoline() argument must be str, not {}",
            class_of(backend).name_str()
        );
        return Err(errors::type_error(t, m));
    }
    Err(errors::value_error(t, "perf trampoline not available"))
}
fn nothing(_t: &Thread) {}
/// Memory is not counted in blocks.
fn allocated_blocks(_t: &Thread) -> i64 {
    0
}
/// `RTLD_NOW` at first; no library is ever loaded.
static DLOPEN_FLAGS: AtomicI64 = AtomicI64::new(2);
fn dlopen_flags(_t: &Thread) -> i64 {
    DLOPEN_FLAGS.load(Ordering::Relaxed)
}
fn set_dlopen_flags(_t: &Thread, flags: i64) {
    DLOPEN_FLAGS.store(flags, Ordering::Relaxed)
}
fn current_frames(t: &Thread) -> R<Gc<Dict>> {
    let d = Dict::new();
    if let Some(f) = t.host().frame(t, 0) {
        let id = pyjit_runtime::types::int::from_i64(t, crate::modules::thread::ident());
        d.set(t, id, f)?;
    }
    Ok(d)
}
fn current_exceptions(t: &Thread) -> R<Gc<Dict>> {
    let d = Dict::new();
    let id = pyjit_runtime::types::int::from_i64(t, crate::modules::thread::ident());
    d.set(t, id, exception(t))?;
    Ok(d)
}
fn is_gil_enabled(_t: &Thread) -> bool {
    true
}
fn is_interned(t: &Thread, string: Value) -> R<bool> {
    match string.cast::<Str>() {
        Some(s) => Ok(is_interned_str(s)),
        None => Err(errors::type_error(
            t,
            format!(
                "_is_interned() argument must be str, not {}",
                class_of(string).name_str()
            ),
        )),
    }
}
fn call_tracing(t: &Thread, func: Value, args: Gc<Tuple>) -> R<Value> {
    // The function is traced even if a trace function calls this.
    let tracing = t.tracing.replace(0);
    t.host().tracing_changed(t);
    let r = call::call(t, func, args.items());
    t.tracing.set(tracing);
    t.host().tracing_changed(t);
    r
}
fn get_origin_depth(t: &Thread) -> Value {
    let depth = t.local(Local::CoroutineOrigin).get();
    depth.opt().unwrap_or(Value::int(0))
}
fn set_origin_depth(t: &Thread, depth: i64) -> R<()> {
    if depth < 0 {
        return Err(errors::value_error(t, "depth must be >= 0"));
    }
    t.local(Local::CoroutineOrigin).set(Value::int(depth));
    Ok(())
}
fn clear_caches(_t: &Thread) {}
/// A class that another one replaces must not keep what binds it to instances.
fn clear_type_descriptors(t: &Thread, class: Gc<Type>) -> R<()> {
    if !class.has(flags::HEAP) {
        return Err(errors::type_error(t, "argument is immutable"));
    }
    let dict = class.dict.gc();
    for name in ["__dict__", "__weakref__"] {
        if let Some(i) = dict.find_str(intern(name)) {
            dict.remove_entry(t, i);
        }
    }
    class.modified(t);
    Ok(())
}

native_module! {
    /// This module provides access to some objects used or maintained by the
    /// interpreter and to functions that interact strongly with the interpreter.
    pub MODULE = "sys", init data::init;
    functions {
        exit(status=None, /) => exit;
        getrecursionlimit() => getrecursionlimit;
        setrecursionlimit(limit, /) => setrecursionlimit;
        _getframe(depth=0, /) => getframe;
        _getframemodulename(depth=0) => getframemodulename;
        exception() => exception;
        exc_info() => exc_info;
        intern(string, /) => intern_text;
        getsizeof(object, default=None) => getsizeof;
        getrefcount(object, /) => getrefcount;
        getdefaultencoding() => encoding;
        getfilesystemencoding() => encoding;
        getfilesystemencodeerrors() => surrogateescape;
        get_int_max_str_digits() => get_digits;
        set_int_max_str_digits(maxdigits) => set_digits;
        displayhook(object, /) => hooks::displayhook;
        excepthook(exctype, value, traceback, /) => hooks::excepthook;
        /// Handle an unraisable exception.
        unraisablehook(unraisable, /) => pyjit_runtime::core::unraisable::hook;
        breakpointhook(*args, **kws) => hooks::breakpointhook;
        addaudithook(hook) => hooks::addaudithook;
        call_tracing(func, args, /) => call_tracing;
        get_coroutine_origin_tracking_depth() => get_origin_depth;
        set_coroutine_origin_tracking_depth(depth) => set_origin_depth;
        _is_gil_enabled() => is_gil_enabled;
        _is_interned(string, /) => is_interned;
        _clear_type_cache() => clear_caches;
        _clear_internal_caches() => clear_caches;
        /// Private function for clearing certain descriptors from a type's dictionary.
        _clear_type_descriptors(object, /) => clear_type_descriptors;
        /// Return True if remote debugging is enabled, False otherwise.
        is_remote_debug_enabled() => no;
        /// Executes a file containing Python code in a given remote Python process.
        remote_exec(pid, script) => remote_exec;
        /// Activate stack profiler trampoline *backend*.
        activate_stack_trampoline(backend, /) => activate_trampoline;
        /// Deactivate the current stack profiler trampoline backend.
        deactivate_stack_trampoline() => nothing;
        /// Return *True* if a stack profiler trampoline is active.
        is_stack_trampoline_active() => no;
        /// Return the number of memory blocks currently allocated.
        getallocatedblocks() => allocated_blocks;
        /// Return the current value of the flags that are used for dlopen calls.
        getdlopenflags() => dlopen_flags;
        /// Set the flags used by the interpreter for dlopen calls.
        setdlopenflags(flags, /) => set_dlopen_flags;
        /// Return a dict mapping each thread's thread id to its current stack frame.
        _current_frames() => current_frames;
        /// Return a dict mapping each thread's identifier to its current raised exception.
        _current_exceptions() => current_exceptions;
        is_finalizing() => is_finalizing;
        /// The number of processors set by -X cpu_count, -1 for none.
        _get_cpu_count_config() => cpu_count_config;
        getswitchinterval() => getswitchinterval;
        setswitchinterval(interval, /) => setswitchinterval;
        audit(event, /, *args) => hooks::audit;
        settrace(function, /) => settrace;
        gettrace() => gettrace;
        setprofile(function, /) => setprofile;
        getprofile() => getprofile;
        _settraceallthreads(function, /) => settrace_all;
        _setprofileallthreads(function, /) => setprofile_all;
        get_asyncgen_hooks() => asyncgen_hooks;
        set_asyncgen_hooks(firstiter=None, finalizer=None) => set_asyncgen_hooks;
    }
}
