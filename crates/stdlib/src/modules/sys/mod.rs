//! `sys`.

use pyjit_heap::{Gc, RootVec, Value};
use pyjit_runtime::core::modules as known;
use pyjit_runtime::core::{attr, errors, ops};
use pyjit_runtime::types::dict::Dict;
use pyjit_runtime::types::exceptions::{Exc, Exception};
use pyjit_runtime::types::list::List;
use pyjit_runtime::types::module::Module;
use pyjit_runtime::types::str_::{Str, intern, intern_str};
use pyjit_runtime::types::tuple::Tuple;
use pyjit_runtime::types::type_::class_of;
use pyjit_runtime::types::{int, int_methods, namespace};
use pyjit_runtime::{R, Thread};

use crate::native_module;

fn exit(t: &Thread, status: Option<Value>) -> R<()> {
    let args: &[Value] = match &status {
        Some(v) if !v.is_none() => std::slice::from_ref(v),
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
    t.host()
        .frame(t, d)
        .ok_or_else(|| errors::value_error(t, "call stack is not deep enough"))
}
fn getframemodulename(t: &Thread, depth: Option<i64>) -> R<Value> {
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
    match pyjit_runtime::core::call::call_attr(t, object, "__sizeof__", &[]) {
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
fn displayhook(t: &Thread, value: Value) -> R<()> {
    if value.is_none() {
        return Ok(());
    }
    let b = known::builtins();
    b.set(t, "_", Value::NONE)?;
    let text = ops::repr(t, value)?;
    pyjit_runtime::builtins::write_stdout(t, text)?;
    pyjit_runtime::builtins::write_stdout(t, intern("\n"))?;
    b.set(t, "_", value)
}
fn is_finalizing(_t: &Thread) -> bool {
    false
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
fn audit(_t: &Thread, _event: Value, _args: Value) {}
fn settrace(_t: &Thread, _function: Value) {}
fn gettrace(_t: &Thread) -> Value {
    Value::NONE
}
fn asyncgen_hooks(t: &Thread) -> R<Value> {
    use pyjit_runtime::core::thread::Local;
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
    use pyjit_runtime::core::thread::Local;
    for (l, v) in [
        (Local::AsyncgenFirstiter, firstiter),
        (Local::AsyncgenFinalizer, finalizer),
    ] {
        if let Some(v) = v {
            t.local(l).set(if v.is_none() { Value::NULL } else { v });
        }
    }
}

/// `sys.flags` in order.
const FLAGS: &[(&str, i64)] = &[
    ("debug", 0),
    ("inspect", 0),
    ("interactive", 0),
    ("optimize", 0),
    ("dont_write_bytecode", 0),
    ("no_user_site", 0),
    ("no_site", 0),
    ("ignore_environment", 0),
    ("verbose", 0),
    ("bytes_warning", 0),
    ("quiet", 0),
    ("hash_randomization", 1),
    ("isolated", 0),
    ("dev_mode", 0),
    ("utf8_mode", 1),
    ("warn_default_encoding", 0),
    ("safe_path", 0),
    ("int_max_str_digits", 4300),
    ("gil", 1),
    ("thread_inherit_context", 0),
    ("context_aware_warnings", 0),
];

fn init(t: &Thread, m: Gc<Module>) -> R<()> {
    let s = |text: &str| Str::new(text).value();
    m.set(t, "modules", known::modules().value())?;
    for (name, v) in [
        ("version", s("3.14.10 (pyjit 0.1.0)")),
        ("platform", s("linux")),
        ("byteorder", s("little")),
        (
            "copyright",
            s("Copyright (c) 2001 Python Software Foundation.\nAll Rights Reserved."),
        ),
        ("float_repr_style", s("short")),
        ("abiflags", s("")),
        ("platlibdir", s("lib")),
        ("prefix", s("/usr/local")),
        ("exec_prefix", s("/usr/local")),
        ("base_prefix", s("/usr/local")),
        ("base_exec_prefix", s("/usr/local")),
        ("pycache_prefix", Value::NONE),
        ("maxsize", int::from_i64(t, i64::MAX)),
        ("maxunicode", Value::int(0x10_ffff)),
        ("hexversion", Value::int(0x030e_0af0)),
        ("api_version", Value::int(1013)),
        ("dont_write_bytecode", Value::FALSE),
    ] {
        m.set(t, name, v)?;
    }
    for name in [
        "path",
        "meta_path",
        "path_hooks",
        "argv",
        "orig_argv",
        "warnoptions",
    ] {
        m.set(t, name, List::new().value())?;
    }
    for name in ["path_importer_cache", "_xoptions"] {
        m.set(t, name, Dict::new().value())?;
    }
    structures(t, m)?;
    let names: Vec<&str> = crate::modules::ALL
        .iter()
        .map(|d| d.name)
        .chain(["builtins"])
        .collect();
    let values: RootVec = names.iter().map(|n| s(n)).collect();
    m.set(t, "builtin_module_names", Tuple::new(&values).value())?;
    let stdlib: RootVec = crate::embedded::all()
        .iter()
        .filter(|e| !e.name.contains('.'))
        .map(|e| s(e.name))
        .collect();
    let frozen = pyjit_runtime::types::set::from_iterable(t, Tuple::new(&stdlib).value())?;
    m.set(
        t,
        "stdlib_module_names",
        pyjit_runtime::types::set::Set::frozen(frozen).value(),
    )?;
    for (alias, name) in [("__displayhook__", "displayhook")] {
        if let Some(v) = m.get(name) {
            m.set(t, alias, v)?;
        }
    }
    Ok(())
}

fn structures(t: &Thread, m: Gc<Module>) -> R<()> {
    let n = Value::int;
    let s = |text: &str| Str::new(text).value();
    let f = pyjit_runtime::types::float::from_f64;
    let version = [
        ("major", n(3)),
        ("minor", n(14)),
        ("micro", n(10)),
        ("releaselevel", s("final")),
        ("serial", n(0)),
    ];
    let info = namespace::struct_sequence(t, "sys.version_info", &version)?;
    m.set(t, "version_info", info)?;
    let flags: Vec<(&str, Value)> = FLAGS.iter().map(|(k, v)| (*k, n(*v))).collect();
    m.set(
        t,
        "flags",
        namespace::struct_sequence(t, "sys.flags", &flags)?,
    )?;
    let float = [
        ("max", f(f64::MAX)),
        ("max_exp", n(1024)),
        ("max_10_exp", n(308)),
        ("min", f(f64::MIN_POSITIVE)),
        ("min_exp", n(-1021)),
        ("min_10_exp", n(-307)),
        ("dig", n(15)),
        ("mant_dig", n(53)),
        ("epsilon", f(f64::EPSILON)),
        ("radix", n(2)),
        ("rounds", n(1)),
    ];
    m.set(
        t,
        "float_info",
        namespace::struct_sequence(t, "sys.float_info", &float)?,
    )?;
    let ints = [
        ("bits_per_digit", n(64)),
        ("sizeof_digit", n(8)),
        ("default_max_str_digits", n(4300)),
        ("str_digits_check_threshold", n(640)),
    ];
    m.set(
        t,
        "int_info",
        namespace::struct_sequence(t, "sys.int_info", &ints)?,
    )?;
    let hash = [
        ("width", n(64)),
        ("modulus", n((1 << 61) - 1)),
        ("inf", n(314_159)),
        ("nan", n(0)),
        ("imag", n(1_000_003)),
        ("algorithm", s("siphash13")),
        ("hash_bits", n(64)),
        ("seed_bits", n(128)),
        ("cutoff", n(0)),
    ];
    m.set(
        t,
        "hash_info",
        namespace::struct_sequence(t, "sys.hash_info", &hash)?,
    )?;
    let thread = [
        ("name", s("pthread")),
        ("lock", s("semaphore")),
        ("version", Value::NONE),
    ];
    m.set(
        t,
        "thread_info",
        namespace::struct_sequence(t, "sys.thread_info", &thread)?,
    )?;
    let implementation = [
        ("name", s("pyjit")),
        ("cache_tag", s("pyjit-314")),
        ("version", info),
        ("hexversion", n(0x030e_0af0)),
        ("_multiarch", s("x86_64-linux-gnu")),
        ("supports_isolated_interpreters", Value::FALSE),
    ];
    m.set(t, "implementation", namespace::make(t, &implementation)?)
}

native_module! {
    /// This module provides access to some objects used or maintained by the
    /// interpreter and to functions that interact strongly with the interpreter.
    pub MODULE = "sys", init init;
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
        displayhook(object, /) => displayhook;
        is_finalizing() => is_finalizing;
        getswitchinterval() => getswitchinterval;
        setswitchinterval(interval, /) => setswitchinterval;
        audit(event, /, *args) => audit;
        settrace(function, /) => settrace;
        gettrace() => gettrace;
        setprofile(function, /) => settrace;
        getprofile() => gettrace;
        get_asyncgen_hooks() => asyncgen_hooks;
        set_asyncgen_hooks(firstiter=None, finalizer=None) => set_asyncgen_hooks;
    }
}
