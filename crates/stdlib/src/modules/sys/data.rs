//! The constants and structures of `sys`.

use pyjit_heap::{Gc, RootVec, Value};
use pyjit_runtime::core::modules as known;
use pyjit_runtime::core::settings;
use pyjit_runtime::types::dict::Dict;
use pyjit_runtime::types::list::List;
use pyjit_runtime::types::module::Module;
use pyjit_runtime::types::str_::Str;
use pyjit_runtime::types::tuple::Tuple;
use pyjit_runtime::types::type_::class_of;
use pyjit_runtime::types::{int, int_methods, namespace};
use pyjit_runtime::{R, Thread};

/// The version of Python and of this implementation.
const VERSION: &str = concat!("3.14.10 (pyjit ", env!("CARGO_PKG_VERSION"), ") [Rust]");

/// `sys.flags` in order.
fn flags(t: &Thread) -> R<Value> {
    let s = settings::get();
    let n = |b: bool| Value::int(b as i64);
    let fields = [
        ("debug", n(s.debug)),
        ("inspect", n(s.inspect)),
        ("interactive", n(s.interactive)),
        ("optimize", Value::int(s.optimize as i64)),
        ("dont_write_bytecode", n(s.dont_write_bytecode)),
        ("no_user_site", n(s.no_user_site)),
        ("no_site", n(s.no_site)),
        ("ignore_environment", n(s.ignore_environment)),
        ("verbose", Value::int(s.verbose as i64)),
        ("bytes_warning", Value::int(s.bytes_warning as i64)),
        ("quiet", n(s.quiet)),
        ("hash_randomization", n(s.hash_randomization)),
        ("isolated", n(s.isolated)),
        ("dev_mode", Value::bool(s.dev_mode)),
        ("utf8_mode", n(s.utf8_mode)),
        ("warn_default_encoding", n(s.warn_default_encoding)),
        ("safe_path", Value::bool(s.safe_path)),
        ("int_max_str_digits", Value::int(s.int_max_str_digits)),
    ];
    let more = [
        ("gil", Value::int(1)),
        ("thread_inherit_context", Value::int(0)),
        ("context_aware_warnings", Value::int(0)),
    ];
    let visible = fields.len();
    let (names, values): (Vec<&str>, Vec<Value>) = fields.into_iter().chain(more).unzip();
    // Those that came late are attributes, but no items.
    let class = namespace::struct_class(t, "sys.flags", &names, visible)?;
    namespace::forbid_instances(t, class)?;
    Ok(namespace::struct_instance(class, &values).value())
}

/// A list of strings.
pub fn texts(t: &Thread, items: &[String]) -> R<Value> {
    let l = List::new();
    for s in items {
        l.push(t, Str::new(s).value())?;
    }
    Ok(l.value())
}

/// Sets all of them.
pub fn init(t: &Thread, m: Gc<Module>) -> R<()> {
    let set = settings::get();
    int_methods::set_max_str_digits(set.int_max_str_digits as usize);
    let s = |text: &str| Str::new(text).value();
    m.set(t, "modules", known::modules().value())?;
    for (name, v) in [
        ("version", s(VERSION)),
        ("platform", s("linux")),
        ("byteorder", s("little")),
        (
            "copyright",
            s("Copyright (c) 2001 Python Software Foundation.\nAll Rights Reserved."),
        ),
        ("float_repr_style", s("short")),
        ("abiflags", s("")),
        ("platlibdir", s("lib")),
        ("executable", s(&set.executable)),
        ("_base_executable", s(&set.executable)),
        ("prefix", s(&set.prefix)),
        ("exec_prefix", s(&set.prefix)),
        ("base_prefix", s(&set.base_prefix)),
        ("base_exec_prefix", s(&set.base_prefix)),
        ("_framework", s("")),
        ("_home", Value::NONE),
        ("_git", Tuple::new(&[s("pyjit"), s(""), s("")]).value()),
        ("_stdlib_dir", s(&set.library())),
        (
            "pycache_prefix",
            set.pycache_prefix.as_ref().map_or(Value::NONE, |d| s(d)),
        ),
        ("maxsize", int::from_i64(t, i64::MAX)),
        ("maxunicode", Value::int(0x10_ffff)),
        ("hexversion", Value::int(0x030e_0af0)),
        ("api_version", Value::int(1013)),
        ("dont_write_bytecode", Value::bool(set.dont_write_bytecode)),
    ] {
        m.set(t, name, v)?;
    }
    for name in ["path", "meta_path", "path_hooks", "argv"] {
        m.set(t, name, List::new().value())?;
    }
    m.set(t, "orig_argv", texts(t, &set.orig_argv)?)?;
    m.set(t, "warnoptions", texts(t, &set.warn_options)?)?;
    m.set(t, "path_importer_cache", Dict::new().value())?;
    let x = Dict::new();
    for (name, value) in &set.x_options {
        let v = value.as_ref().map_or(Value::TRUE, |v| s(v));
        x.set(t, s(name), v)?;
    }
    m.set(t, "_xoptions", x.value())?;
    let jit = crate::registry::create(t, &super::jit::MODULE)?;
    m.set(t, "_jit", jit.value())?;
    let monitoring = crate::registry::create(t, &super::monitoring::MODULE)?;
    m.set(t, "monitoring", monitoring.value())?;
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
        .map(|e| e.name)
        .chain(names.iter().copied())
        .filter(|name| !name.contains('.'))
        .map(s)
        .collect();
    let frozen = pyjit_runtime::types::set::from_iterable(t, Tuple::new(&stdlib).value())?;
    m.set(
        t,
        "stdlib_module_names",
        pyjit_runtime::types::set::Set::frozen(frozen).value(),
    )?;
    for (alias, name) in [
        ("__displayhook__", "displayhook"),
        ("__excepthook__", "excepthook"),
        ("__breakpointhook__", "breakpointhook"),
        ("__unraisablehook__", "unraisablehook"),
    ] {
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
    namespace::forbid_instances(t, class_of(info))?;
    m.set(t, "version_info", info)?;
    m.set(t, "flags", flags(t)?)?;
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
        // Digits as the limits and sizes that programs compute of them expect.
        ("bits_per_digit", n(30)),
        ("sizeof_digit", n(4)),
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
