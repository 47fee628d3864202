//! The import statements.

use pyjit_heap::{Gc, Value};
use pyjit_runtime::core::call::ArgVec;
use pyjit_runtime::core::{attr, call, errors, ops};
use pyjit_runtime::types::dict::Dict;
use pyjit_runtime::types::exceptions::{Exc, Exception};
use pyjit_runtime::types::str_::{Str, intern, intern_str};
use pyjit_runtime::types::type_::type_name;
use pyjit_runtime::{R, Thread};

use crate::names::named;
use crate::objects::function::Function;

/// `__import__(name, globals, None, fromlist, level)`.
pub fn import_name(
    t: &Thread,
    f: Gc<Function>,
    name: Value,
    level: Value,
    from: Value,
) -> R<Value> {
    let Some(import) = f.builtins.gc().get_str(intern("__import__")) else {
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
        let modules = sys_modules(t)?;
        if let Some(d) = modules.cast::<Dict>()
            && let Some(v) = d.get_str(intern(&full))
        {
            return Ok(v);
        }
    }
    Err(cannot_import(t, x, name, module_name)?)
}

fn sys_modules(t: &Thread) -> R<Value> {
    let sys = call::call(
        t,
        crate::vm::Vm::get()
            .builtins()
            .get_str(intern("__import__"))
            .unwrap_or(Value::NONE),
        &[intern("sys").value()],
    )?;
    attr::get(t, sys, intern("modules"))
}

fn cannot_import(
    t: &Thread,
    x: Value,
    name: Gc<Str>,
    module: Option<Gc<Str>>,
) -> R<pyjit_runtime::Raised> {
    let module_text = module.map_or("<unknown module name>".into(), |m| m.lossy().into_owned());
    let spec = attr::get_opt(t, x, intern("__spec__"))?;
    let file = attr::get_opt(t, x, intern("__file__"))?.and_then(|v| v.cast::<Str>());
    let initializing = match spec {
        Some(s) if !s.is_none() => match attr::get_opt(t, s, intern("_initializing"))? {
            Some(v) => ops::truth(t, v)?,
            None => false,
        },
        _ => false,
    };
    let place = file.map_or("unknown location".into(), |f| f.lossy().into_owned());
    let m = if initializing {
        format!(
            "cannot import name '{}' from partially initialized module '{module_text}' (most likely due to a circular import) ({place})",
            name.lossy()
        )
    } else {
        format!(
            "cannot import name '{}' from '{module_text}' ({place})",
            name.lossy()
        )
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

/// `import name` from native code: the module itself, also for `a.b`.
pub fn import(t: &Thread, name: &str) -> R<Value> {
    let import = crate::vm::Vm::get()
        .builtins()
        .get_str(intern("__import__"));
    let list = pyjit_runtime::types::tuple::Tuple::new(&[intern("__name__").value()]).value();
    let args = [
        intern(name).value(),
        Value::NONE,
        Value::NONE,
        list,
        Value::int(0),
    ];
    call::call(t, import.unwrap_or(Value::NONE), &args)
}

/// `importlib._bootstrap`, once it is loaded.
pub fn bootstrap() -> Option<Value> {
    None
}
