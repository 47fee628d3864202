//! `_imp`: what importlib asks of the interpreter.

use std::sync::atomic::{AtomicBool, Ordering::Relaxed};

use pyjit_heap::{Gc, Value};
use pyjit_runtime::core::modules as known;
use pyjit_runtime::core::{attr, call, errors, ops, settings};
use pyjit_runtime::types::bytes::{self, Bytes};
use pyjit_runtime::types::dict::Dict;
use pyjit_runtime::types::exceptions::Exc;
use pyjit_runtime::types::list::List;
use pyjit_runtime::types::module::Module;
use pyjit_runtime::types::str_::{Str, intern};
use pyjit_runtime::types::tuple::Tuple;
use pyjit_runtime::{R, Thread};

use crate::registry;
use crate::{embedded, native_module};

/// First four bytes of a `.pyc` of ours, as `_imp.pyc_magic_number_token`.
const MAGIC_TOKEN: i64 = 0x0a0d_0000 | 0x4a01;

/// Tests want the modules that have a source file from there.
static HIDES_FROZEN: AtomicBool = AtomicBool::new(false);
/// The module that reads archives is being imported.
static IMPORTS_ARCHIVES: AtomicBool = AtomicBool::new(false);

fn acquire_lock(_t: &Thread) {}
fn release_lock(_t: &Thread) {}
fn lock_held(_t: &Thread) -> bool {
    false
}
fn is_builtin(_t: &Thread, name: Gc<Str>) -> i64 {
    i64::from(
        registry::find(&name.lossy()).is_some() || matches!(name.bytes(), b"builtins" | b"sys"),
    )
}
fn spec_name(t: &Thread, spec: Value) -> R<String> {
    let n = attr::get(t, spec, intern("name"))?;
    Ok(n.cast::<Str>()
        .map_or(String::new(), |s| s.lossy().into_owned()))
}
fn create_builtin(t: &Thread, spec: Value) -> R<Value> {
    let name = spec_name(t, spec)?;
    if let Some(m) = known::imported(intern(&name)) {
        return Ok(m);
    }
    match registry::find(&name) {
        Some(def) => registry::create(t, def).map(Gc::value),
        None => Ok(Value::NONE),
    }
}
fn exec_builtin(_t: &Thread, _module: Value) -> i64 {
    0
}

/// Where the code of an embedded module comes from: its own name, or the
/// module that it is an alias of.
fn entry(name: &str) -> Option<&'static embedded::Entry> {
    match name {
        "_frozen_importlib" => embedded::find("importlib._bootstrap"),
        "_frozen_importlib_external" => embedded::find("importlib._bootstrap_external"),
        _ => embedded::find(name),
    }
}
/// The entry, unless tests ask for modules from source and there is one.
fn visible(name: &str) -> Option<&'static embedded::Entry> {
    let hidden = HIDES_FROZEN.load(Relaxed)
        && !name.starts_with("_frozen_importlib")
        && name != "zipimport"
        && has_source(name);
    if hidden { None } else { entry(name) }
}
/// Is there a source file of a module in a folder of `sys.path` (the library's own aside)?
fn has_source(name: &str) -> bool {
    let folders = known::sys_attr("path").and_then(|p| p.cast::<List>());
    let file = name.replace('.', "/");
    folders.is_some_and(|l| {
        let texts = l.items().iter().filter_map(|f| f.cast::<Str>());
        texts.map(|f| f.lossy().into_owned()).any(|f| {
            let at = std::path::Path::new(&f);
            !is_library(&f)
                && (at.join(format!("{file}.py")).is_file()
                    || at.join(&file).join("__init__.py").is_file())
        })
    })
}
fn is_frozen(_t: &Thread, name: Gc<Str>) -> bool {
    visible(&name.lossy()).is_some()
}
fn is_frozen_package(t: &Thread, name: Gc<Str>) -> R<bool> {
    match entry(&name.lossy()) {
        Some(e) => Ok(e.is_package),
        None => Err(no_frozen(t, name)),
    }
}
fn no_frozen(t: &Thread, name: Gc<Str>) -> pyjit_runtime::Raised {
    let r = errors::raise(
        t,
        Exc::ImportError,
        format!("No such frozen object named {}", name.lossy()),
    );
    if let Some(e) = t
        .exc
        .get()
        .cast_opt::<pyjit_runtime::types::exceptions::Exception>()
    {
        pyjit_runtime::types::exception_kinds::set(e, "name", name.value());
    }
    r
}
fn find_frozen(_t: &Thread, name: Gc<Str>, _withdata: Option<bool>) -> Value {
    match visible(&name.lossy()) {
        None => Value::NONE,
        Some(e) => {
            let origin = Str::new(e.name).value();
            Tuple::new(&[Value::NONE, Value::bool(e.is_package), origin]).value()
        }
    }
}
fn get_frozen_object(t: &Thread, name: Gc<Str>, _data: Option<Value>) -> R<Value> {
    match entry(&name.lossy()) {
        Some(e) => t.host().decode_embedded(t, e.code()),
        None => Err(no_frozen(t, name)),
    }
}
/// Source text of an embedded module (for tracebacks and `inspect`), or `None`.
fn get_frozen_source(_t: &Thread, name: Gc<Str>) -> Option<String> {
    entry(&name.lossy()).map(embedded::Entry::source)
}
/// The content of an embedded file that is no module, or `None`.
fn get_frozen_data(_t: &Thread, name: Gc<Str>) -> Option<Gc<Bytes>> {
    let name = name.lossy();
    let d = embedded::data().iter().find(|d| d.name == name)?;
    Some(Bytes::new(&d.content()))
}
fn frozen_data_names(t: &Thread) -> R<Gc<List>> {
    let l = List::new();
    for d in embedded::data() {
        l.push(t, Str::new(d.name).value())?;
    }
    Ok(l)
}
/// The finder for a folder of the library, which need not exist: the embedded
/// modules take its place on `sys.path`.
fn library_hook(t: &Thread, path: Value) -> R<Value> {
    let folder = path.cast::<Str>().map(|s| s.lossy().into_owned());
    let importlib = known::imported(intern("_frozen_importlib"));
    match importlib.filter(|_| folder.is_some_and(|f| is_library(&f))) {
        Some(m) => attr::get(t, m, intern("FrozenImporter")),
        None => Err(errors::raise(
            t,
            Exc::ImportError,
            "not a folder of the library",
        )),
    }
}
/// The finder for an archive. The module that reads them is imported when the
/// first one is met: most programs have none on their path.
fn archive_hook(t: &Thread, path: Value) -> R<Value> {
    let text = path.cast::<Str>().map(|s| s.lossy().into_owned());
    if !text.is_some_and(|p| is_archive(std::path::Path::new(&p))) {
        return Err(errors::raise(t, Exc::ImportError, "not an archive"));
    }
    if let Some(m) = known::imported(intern("zipimport")) {
        let class = attr::get(t, m, intern("zipimporter"))?;
        return call::call(t, class, &[path]);
    }
    // What that module imports is looked for in this archive, too: not yet.
    if IMPORTS_ARCHIVES.swap(true, Relaxed) {
        return Err(errors::raise(t, Exc::ImportError, "not an archive yet"));
    }
    let m = t.host().import(t, "zipimport");
    IMPORTS_ARCHIVES.store(false, Relaxed);
    let m = m?;
    forget_unknown(t)?;
    let class = attr::get(t, m, intern("zipimporter"))?;
    call::call(t, class, &[path])
}
/// Places on the path for which no finder was found are asked for again.
fn forget_unknown(t: &Thread) -> R<()> {
    let cache = known::sys_attr("path_importer_cache").and_then(|d| d.cast::<Dict>());
    let Some(cache) = cache else { return Ok(()) };
    let unknown = List::new();
    for (place, finder) in cache.iter() {
        if finder.is_none() {
            unknown.push(t, place)?;
        }
    }
    for place in unknown.items() {
        ops::delitem(t, cache.value(), *place)?;
    }
    Ok(())
}
/// Is this a file, or a place in one?
fn is_archive(path: &std::path::Path) -> bool {
    let found = path.ancestors().find_map(|p| std::fs::metadata(p).ok());
    !path.as_os_str().is_empty() && found.is_some_and(|m| m.is_file())
}
/// Is this the folder of the library, or of one of its packages?
fn is_library(folder: &str) -> bool {
    let settings = settings::get();
    if settings.stdlib.is_some() {
        return false;
    }
    let below = folder.strip_prefix(&*settings.library());
    below.is_some_and(|b| match b.strip_prefix('/') {
        None => b.is_empty(),
        Some(package) => embedded::find(&package.replace('/', ".")).is_some_and(|e| e.is_package),
    })
}
fn frozen_names(t: &Thread) -> R<Gc<List>> {
    let l = List::new();
    for e in embedded::all() {
        l.push(t, Str::new(e.name).value())?;
    }
    Ok(l)
}
fn init_frozen(t: &Thread, name: Gc<Str>) -> R<Value> {
    let Some(e) = entry(&name.lossy()) else {
        return Ok(Value::NONE);
    };
    let m = Module::new(t, name.value(), Value::NONE)?;
    let d = m.namespace();
    let code = t.host().decode_embedded(t, e.code())?;
    t.host().exec_code(t, code, d, d.value(), Value::NULL)?;
    Ok(m.value())
}
fn extension_suffixes(_t: &Thread) -> Gc<List> {
    List::new()
}
fn create_dynamic(t: &Thread, spec: Value, _file: Option<Value>) -> R<Value> {
    let name = spec_name(t, spec)?;
    Err(errors::raise(
        t,
        Exc::ImportError,
        format!("extension modules cannot be loaded: {name}"),
    ))
}
fn exec_dynamic(_t: &Thread, _module: Value) -> i64 {
    0
}
fn fix_co_filename(t: &Thread, code: Value, path: Gc<Str>) {
    t.host().set_code_file(code, path)
}
fn source_hash(t: &Thread, _key: Value, source: Value) -> R<Gc<Bytes>> {
    let Some(data) = bytes::like(source) else {
        return Err(errors::type_error(t, "a bytes-like object is required"));
    };
    // FNV-1a, folded over the whole text: only equality matters.
    let h = data.iter().fold(0xcbf2_9ce4_8422_2325_u64, |h, b| {
        (h ^ u64::from(*b)).wrapping_mul(0x100_0000_01b3)
    });
    Ok(Bytes::new(&h.to_le_bytes()))
}
fn override_frozen(_t: &Thread, mode: i64) {
    HIDES_FROZEN.store(mode < 0, Relaxed);
}
fn override_multi(_t: &Thread, _override: Value) -> i64 {
    0
}

fn init(t: &Thread, m: Gc<Module>) -> R<()> {
    m.set(t, "check_hash_based_pycs", intern("default").value())?;
    m.set(t, "pyc_magic_number_token", Value::int(MAGIC_TOKEN))
}

native_module! {
    /// (Extremely) low-level import machinery bits as used by importlib.
    pub MODULE = "_imp", init init;
    functions {
        acquire_lock() => acquire_lock;
        release_lock() => release_lock;
        lock_held() => lock_held;
        is_builtin(name, /) => is_builtin;
        create_builtin(spec, /) => create_builtin;
        exec_builtin(mod, /) => exec_builtin;
        is_frozen(name, /) => is_frozen;
        is_frozen_package(name, /) => is_frozen_package;
        find_frozen(name, /, *, withdata=False) => find_frozen;
        get_frozen_object(name, data=None, /) => get_frozen_object;
        get_frozen_source(name, /) => get_frozen_source;
        get_frozen_data(name, /) => get_frozen_data;
        _frozen_data_names() => frozen_data_names;
        _library_hook(path, /) => library_hook;
        _archive_hook(path, /) => archive_hook;
        _frozen_module_names() => frozen_names;
        init_frozen(name, /) => init_frozen;
        extension_suffixes() => extension_suffixes;
        create_dynamic(spec, file=None, /) => create_dynamic;
        exec_dynamic(mod, /) => exec_dynamic;
        _fix_co_filename(code, path, /) => fix_co_filename;
        source_hash(key, source) => source_hash;
        _override_frozen_modules_for_tests(override, /) => override_frozen;
        _override_multi_interp_extensions_check(override, /) => override_multi;
    }
}
