//! The import statements.

use pyjit_heap::{Gc, GilCell, Value};
use pyjit_runtime::core::call::ArgVec;
use pyjit_runtime::core::{attr, audit, call, errors, modules, ops, warn};
use pyjit_runtime::types::dict::Dict;
use pyjit_runtime::types::exceptions::{Exc, Exception};
use pyjit_runtime::types::module_origin::Origin;
use pyjit_runtime::types::str_::{Str, intern, intern_str};
use pyjit_runtime::types::type_::type_name;
use pyjit_runtime::{R, Thread};

use crate::names::{builtin, named};
use crate::objects::function::Function;
use crate::objects::traceback::Traceback;

/// `__import__(name, globals, None, fromlist, level)`.
pub fn import_name(
    t: &Thread,
    f: Gc<Function>,
    name: Value,
    level: Value,
    from: Value,
) -> R<Value> {
    let Some(import) = builtin(t, f.builtins.gc(), intern("__import__"))? else {
        return Err(errors::raise(t, Exc::ImportError, "__import__ not found"));
    };
    let globals = f.globals.gc().value();
    let locals = crate::frames::innermost(t)
        .filter(|a| !a.code().has(pyjit_bytecode::code::flags::OPTIMIZED))
        .map_or(Value::NONE, |a| a.base.get(0));
    call::call(t, import, &[name, globals, locals, from, level])
}

/// `from x import name`.
pub fn import_from(t: &Thread, x: Value, name: Gc<Str>) -> R<Value> {
    if let Some(v) = attr::get_opt(t, x, name)? {
        return Ok(v);
    }
    // A circular import: the submodule may be there already.
    let module_name = attr::get_opt(t, x, intern("__name__"))?.and_then(|v| v.cast::<Str>());
    if let Some(m) = module_name {
        let full = format!("{}.{}", m.lossy(), name.lossy());
        if let Some(v) = modules::imported(intern(&full)) {
            return Ok(v);
        }
    }
    Err(cannot_import(t, x, name, module_name)?)
}

fn cannot_import(
    t: &Thread,
    x: Value,
    name: Gc<Str>,
    module: Option<Gc<Str>>,
) -> R<pyjit_runtime::Raised> {
    let module_text = module.map_or("<unknown module name>".into(), |m| m.lossy().into_owned());
    let spec = attr::get_opt(t, x, intern("__spec__"))?;
    let origin = Origin::of(t, spec, &module_text)?;
    let file = attr::get_opt(t, x, intern("__file__"))?.and_then(|v| v.cast::<Str>());
    let place = || match (&origin.file, file) {
        (Some(f), _) => f.clone(),
        (None, Some(f)) => f.lossy().into_owned(),
        (None, None) => "unknown location".into(),
    };
    let name_text = name.lossy();
    let m = match origin.hint(&module_text) {
        Some(hint) => format!("cannot import name '{name_text}' from '{module_text}' {hint}"),
        None if origin.initializing => format!(
            "cannot import name '{name_text}' from partially initialized module '{module_text}' \
             (most likely due to a circular import) ({})",
            place()
        ),
        None => format!(
            "cannot import name '{name_text}' from '{module_text}' ({})",
            place()
        ),
    };
    let r = named(t, Exc::ImportError, intern(&module_text), &m);
    if let Some(e) = t.exc.get().cast::<Exception>() {
        e.set_extra(0, Str::new(&m).value());
        e.set_extra(2, file.map_or(Value::NONE, |f| f.value()));
        e.set_extra(3, name.value());
    }
    Ok(r)
}

/// `from module import *` into the mapping `ns`.
pub fn import_star(t: &Thread, module: Value, ns: Value) -> R<Value> {
    let all = attr::get_opt(t, module, intern("__all__"))?;
    let mut names = ArgVec::new();
    let skip_private = all.is_none();
    match all {
        Some(list) => ops::for_each(t, list, |v| {
            names.push(v);
            Ok(())
        })?,
        None => {
            let Some(d) = attr::get_opt(t, module, intern("__dict__"))? else {
                let m = "from-import-* object has no __dict__ and no __all__";
                return Err(errors::raise(t, Exc::ImportError, m));
            };
            let keys = call::call_attr(t, d, "keys", &[])?;
            ops::for_each(t, keys, |v| {
                names.push(v);
                Ok(())
            })?;
        }
    }
    for n in names.iter() {
        let Some(s) = n.cast::<Str>() else {
            let m = format!(
                "Item in {}.__all__ must be str, not {}",
                type_name(module),
                type_name(*n)
            );
            return Err(errors::type_error(t, m));
        };
        if skip_private && s.bytes().first() == Some(&b'_') {
            continue;
        }
        let s = intern_str(s);
        let v = attr::get(t, module, s)?;
        match ns.cast_exact::<Dict>() {
            Some(d) => d.set_str(t, s, v)?,
            None => ops::setitem(t, ns, s.value(), v)?,
        }
    }
    Ok(Value::NONE)
}

/// `sys.displayhook(x)`.
pub fn display(t: &Thread, x: Value) -> R<Value> {
    let import = crate::vm::Vm::get()
        .builtins()
        .get_str(intern("__import__"));
    let sys = call::call(t, import.unwrap_or(Value::NONE), &[intern("sys").value()])?;
    let Some(hook) = attr::get_opt(t, sys, intern("displayhook"))? else {
        return Err(errors::runtime_error(t, "lost sys.displayhook"));
    };
    call::call(t, hook, &[x])
}

/// `importlib._bootstrap`, once it is loaded.
static BOOTSTRAP: GilCell<std::cell::Cell<Value>> = GilCell::new(std::cell::Cell::new(Value::NULL));

/// `importlib._bootstrap`, once it is loaded.
pub fn bootstrap() -> Option<Value> {
    BOOTSTRAP.get().get().opt()
}

/// Imports go through this module (`importlib._bootstrap`) from now on.
pub fn set_bootstrap(module: Value) {
    pyjit_heap::alloc::make_immortal(module);
    BOOTSTRAP.get().set(module)
}

/// `import name` from native code: the module itself, also for `a.b`.
pub fn import(t: &Thread, name: &str) -> R<Value> {
    load(t, intern(name)).inspect_err(|_| hide_machinery(t))
}

/// Takes the import machinery's entries out of the pending exception's
/// traceback: all of them for import errors, else those between the import
/// statement and the code of the module that failed.
#[cold]
fn hide_machinery(t: &Thread) {
    let Some(e) = t.exc.get().cast_opt::<Exception>() else {
        return;
    };
    let always = errors::matches(t, Exc::ImportError);
    let link = |from: Option<Gc<Traceback>>, to: Value| match from {
        Some(tb) => tb.next.set(tb, to),
        None => e.traceback.set(e, to),
    };
    let entry = |v: Value| v.cast_opt::<Traceback>();
    let (mut previous, mut outer) = (None, None);
    let mut inside = false;
    let mut at = entry(e.traceback.value());
    while let Some(tb) = at {
        let next = tb.next.value();
        let code = tb.function.gc().code.gc();
        let here = matches!(
            code.filename.gc().bytes(),
            b"<frozen importlib._bootstrap>" | b"<frozen importlib._bootstrap_external>"
        );
        if here && !inside {
            outer = previous;
        }
        inside = here;
        if inside && (always || code.name.gc().bytes() == b"_call_with_frames_removed") {
            link(outer, next);
            previous = outer;
        } else {
            previous = Some(tb);
        }
        at = entry(next);
    }
}

/// What `sys.modules` has under that name.
fn in_table(t: &Thread, name: Gc<Str>) -> R<Option<Value>> {
    let table = modules::sys_attr("modules").unwrap_or(modules::modules().value());
    match table.cast::<Dict>() {
        Some(d) => Ok(d.get_str(name)),
        None => crate::names::in_mapping(t, table, name),
    }
}

/// The module with that absolute name.
fn load(t: &Thread, name: Gc<Str>) -> R<Value> {
    match in_table(t, name)? {
        Some(m) if !m.is_none() => return Ok(m),
        Some(_) => {
            let text = name.lossy();
            let m = format!("import of {text} halted; None in sys.modules");
            return Err(named(t, Exc::ModuleNotFoundError, name, &m));
        }
        None => {}
    }
    let Some(b) = bootstrap() else {
        let m = format!("No module named '{}'", name.lossy());
        return Err(named(t, Exc::ModuleNotFoundError, name, &m));
    };
    let import = crate::vm::Vm::get()
        .builtins()
        .get_str(intern("__import__"));
    let args = [name.value(), import.unwrap_or(Value::NONE)];
    audit::event(t, "import", || {
        let of_sys = |name| modules::sys_attr(name).unwrap_or(Value::NONE);
        let [path, metas, hooks] = ["path", "meta_path", "path_hooks"].map(of_sys);
        [name.value(), Value::NONE, path, metas, hooks]
    })?;
    call::call_attr(t, b, "_find_and_load", &args)
}

/// The package that relative imports start from.
fn package(t: &Thread, globals: Value) -> R<Gc<Str>> {
    if globals.is_null() || globals.is_none() {
        return Err(errors::raise(t, Exc::KeyError, "'__name__' not in globals"));
    }
    let Some(g) = globals.cast::<Dict>() else {
        return Err(errors::type_error(t, "globals must be a dict"));
    };
    let given = |name| g.get_str(intern(name)).filter(|v| !v.is_none());
    let spec = given("__spec__");
    let Some(p) = given("__package__") else {
        return match spec {
            Some(s) => match attr::get(t, s, intern("parent"))?.cast::<Str>() {
                Some(s) => Ok(s),
                None => Err(errors::type_error(t, "__spec__.parent must be a string")),
            },
            None => package_of_name(t, g),
        };
    };
    let Some(text) = p.cast::<Str>() else {
        return Err(errors::type_error(t, "package must be a string"));
    };
    if let Some(s) = spec {
        let parent = attr::get(t, s, intern("parent"))?;
        if !ops::eq(t, p, parent)? {
            warn::deprecated(t, "__package__ != __spec__.parent")?;
        }
    }
    Ok(text)
}

/// The package of a module that says no more than its name.
fn package_of_name(t: &Thread, g: Gc<Dict>) -> R<Gc<Str>> {
    let m = "can't resolve package from __spec__ or __package__, \
             falling back on __name__ and __path__";
    warn::warn(t, Exc::ImportWarning, m)?;
    let Some(name) = g.get_str(intern("__name__")) else {
        return Err(errors::raise(t, Exc::KeyError, "'__name__' not in globals"));
    };
    let Some(name) = name.cast::<Str>() else {
        return Err(errors::type_error(t, "__name__ must be a string"));
    };
    if g.get_str(intern("__path__")).is_some() {
        return Ok(name);
    }
    let text = name.lossy();
    Ok(intern(text.rsplit_once('.').map_or("", |(p, _)| p)))
}

fn absolute(t: &Thread, name: &str, globals: Value, level: i64) -> R<Gc<Str>> {
    let package = package(t, globals)?;
    let text = package.lossy();
    if text.is_empty() {
        let m = "attempted relative import with no known parent package";
        return Err(errors::raise(t, Exc::ImportError, m));
    }
    let mut base: &str = &text;
    for _ in 1..level {
        base = match base.rsplit_once('.') {
            Some((b, _)) => b,
            None => {
                let m = "attempted relative import beyond top-level package";
                return Err(errors::raise(t, Exc::ImportError, m));
            }
        };
    }
    Ok(if name.is_empty() {
        intern(base)
    } else {
        intern(&format!("{base}.{name}"))
    })
}

/// `__import__` with all its arguments.
pub fn import_level(
    t: &Thread,
    name: Gc<Str>,
    globals: Value,
    fromlist: Value,
    level: i64,
) -> R<Value> {
    find(t, name, globals, fromlist, level).inspect_err(|_| hide_machinery(t))
}

fn find(t: &Thread, name: Gc<Str>, globals: Value, fromlist: Value, level: i64) -> R<Value> {
    if level < 0 {
        return Err(errors::value_error(t, "level must be >= 0"));
    }
    let text = name.lossy().into_owned();
    if level == 0 && text.is_empty() {
        return Err(errors::value_error(t, "Empty module name"));
    }
    let full = if level > 0 {
        absolute(t, &text, globals, level)?
    } else {
        intern_str(name)
    };
    let module = load(t, full)?;
    if !fromlist.is_null() && !fromlist.is_none() && ops::truth(t, fromlist)? {
        if attr::get_opt(t, module, intern("__path__"))?.is_none() {
            return Ok(module);
        }
        let Some(b) = bootstrap() else {
            return Ok(module);
        };
        let import = crate::vm::Vm::get()
            .builtins()
            .get_str(intern("__import__"));
        let args = [module, fromlist, import.unwrap_or(Value::NONE)];
        return call::call_attr(t, b, "_handle_fromlist", &args);
    }
    let Some((front, rest)) = text.split_once('.') else {
        return Ok(module);
    };
    if level == 0 {
        return load(t, intern(front));
    }
    let full = full.lossy();
    let front = &full[..full.len() - rest.len() - 1];
    match in_table(t, intern(front))? {
        Some(m) => Ok(m),
        None => {
            let m = format!("'{front}' not in sys.modules as expected");
            Err(errors::raise(t, Exc::KeyError, m))
        }
    }
}
