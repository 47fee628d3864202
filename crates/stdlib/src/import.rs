//! Start of the import system: `sys`, `_imp`, then importlib's own bootstrap
//! from the embedded library.

use pyjit_heap::Value;
use pyjit_runtime::core::modules as known;
use pyjit_runtime::core::{attr, call, errors};
use pyjit_runtime::types::exceptions::Exc;
use pyjit_runtime::types::list::List;
use pyjit_runtime::types::module::Module;
use pyjit_runtime::types::str_::intern;
use pyjit_runtime::{R, Thread};

use crate::{embedded, registry};

/// Fills `sys` and starts importlib; `install` tells the interpreter about
/// `importlib._bootstrap` as soon as it can import. Called once.
pub fn start(t: &Thread, install: fn(Value)) -> R<()> {
    crate::modules::signal::install();
    let sys = known::sys();
    registry::fill(t, sys, &crate::modules::sys::MODULE)?;
    let imp =
        registry::load(t, "_imp")?.ok_or_else(|| errors::system_error(t, "no module _imp"))?;
    for name in ["_thread", "_weakref", "_warnings"] {
        registry::load(t, name)?;
    }
    registry::load(t, "_io")?;
    crate::modules::io::standard::install(t)?;
    let bootstrap = run_frozen(t, "_frozen_importlib", "importlib._bootstrap")?;
    call::call_attr(t, bootstrap, "_install", &[sys.value(), imp.value()])?;
    known::modules().set_str(t, intern("importlib._bootstrap"), bootstrap)?;
    install(bootstrap);
    call::call_attr(t, bootstrap, "_install_external_importers", &[])?;
    set_open(t)?;
    let external = known::imported(intern("_frozen_importlib_external"));
    if let Some(e) = external {
        known::modules().set_str(t, intern("importlib._bootstrap_external"), e)?;
    }
    library_last(t, imp.value())
}

/// The embedded library is found where its folder stands on `sys.path`, behind
/// a program's own modules; a program that has taken it from there finds it
/// last of all.
fn library_last(t: &Thread, imp: Value) -> R<()> {
    let library = attr::get(t, imp, intern("_library_hook"))?;
    let archive = attr::get(t, imp, intern("_archive_hook"))?;
    if let Some(hooks) = known::sys_attr("path_hooks").and_then(|l| l.cast::<List>()) {
        hooks.splice(t, 0, 0, &[library, archive])?;
    }
    if let Some(finders) = known::sys_attr("meta_path").and_then(|l| l.cast::<List>())
        && let [_, frozen, path] = *finders.items()
    {
        finders.set(1, path);
        finders.set(2, frozen);
    }
    Ok(())
}

/// `open` is a builtin, too.
fn set_open(t: &Thread) -> R<()> {
    let io = known::imported(intern("_io")).and_then(|m| m.cast::<Module>());
    match io.and_then(|m| m.get("open")) {
        Some(f) => known::builtins().set(t, "open", f),
        None => Ok(()),
    }
}

/// Executes embedded module `source_name` as module `name`.
fn run_frozen(t: &Thread, name: &str, source_name: &str) -> R<Value> {
    let Some(entry) = embedded::find(source_name) else {
        let m = format!("no embedded module {source_name}");
        return Err(errors::raise(t, Exc::ImportError, m));
    };
    let m = Module::new(t, intern(name).value(), Value::NONE)?;
    known::modules().set_str(t, intern(name), m.value())?;
    let d = m.namespace();
    d.set_str(t, intern("__builtins__"), known::builtins().value())?;
    // importlib asks where a frozen module came from.
    d.set_str(t, intern("__origname__"), intern(source_name).value())?;
    let code = t.host().decode_embedded(t, entry.code())?;
    t.host().exec_code(t, code, d, d.value(), Value::NULL)?;
    Ok(m.value())
}

/// Attribute `name` of module `module`, importing it if need be.
pub fn attribute(t: &Thread, module: &str, name: &str) -> R<Value> {
    let m = t.host().import(t, module)?;
    attr::get(t, m, intern(name))
}
