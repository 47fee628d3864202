//! "Did you mean" behind the message of a `NameError`, `AttributeError`, `ImportError`.

use pyjit_heap::{Gc, Value};
use pyjit_runtime::Thread;
use pyjit_runtime::core::call::ArgVec;
use pyjit_runtime::core::{attr, call, modules, ops};
use pyjit_runtime::types::exceptions::{Exc, Exception, extra_index};
use pyjit_runtime::types::str_::{Str, intern};
use pyjit_runtime::types::type_::class_of;

use crate::objects::traceback::Traceback;
use crate::suggest::closest;

/// What is added to the message.
pub fn suffix(t: &Thread, e: Value) -> String {
    let class = class_of(e);
    let is = |x: Exc| class.is_subtype(x.class());
    let r = if is(Exc::ImportError) {
        import(t, e)
    } else if is(Exc::AttributeError) {
        attribute(t, e)
    } else if is(Exc::NameError) {
        name(t, e)
    } else {
        None
    };
    t.exc.set(Value::NULL);
    r.unwrap_or_default()
}

fn extra(e: Value, exc: Exc, name: &str) -> Option<Value> {
    let x: Gc<Exception> = Gc::from_value(e);
    x.extra(extra_index(exc, name)?)
        .opt()
        .filter(|v| !v.is_none())
}

fn wrong_name(e: Value, exc: Exc, name: &str) -> Option<String> {
    extra(e, exc, name)?
        .cast::<Str>()
        .map(|s| s.lossy().into_owned())
}

fn names_of(t: &Thread, x: Value) -> Option<Vec<String>> {
    let dir = modules::builtins().get("dir")?;
    let list = call::call(t, dir, &[x]).ok()?;
    let mut names = Vec::new();
    ops::for_each(t, list, |v| {
        if let Some(s) = v.cast::<Str>() {
            names.push(s.lossy().into_owned());
        }
        Ok(())
    })
    .ok()?;
    Some(names)
}

fn did_you_mean(s: Option<String>) -> Option<String> {
    s.map(|s| format!(". Did you mean: '{s}'?"))
}

fn import(t: &Thread, e: Value) -> Option<String> {
    let wrong = wrong_name(e, Exc::ImportError, "name_from")?;
    let module = wrong_name(e, Exc::ImportError, "name")?;
    let module = modules::imported(intern(&module))?;
    let names = names_of(t, module)?;
    let hide = !wrong.starts_with('_');
    let names = names
        .iter()
        .map(|s| s.as_str())
        .filter(|n| !hide || !n.starts_with('_'));
    did_you_mean(closest(&wrong, names))
}

fn innermost(e: Value) -> Option<Gc<Traceback>> {
    let x: Gc<Exception> = Gc::from_value(e);
    let mut tb = x.traceback.get().opt()?.cast::<Traceback>()?;
    while let Some(next) = tb.next.get().opt().and_then(|v| v.cast::<Traceback>()) {
        tb = next;
    }
    Some(tb)
}

/// A variable of the frame that raised.
fn local(tb: Gc<Traceback>, name: &str) -> Option<Value> {
    let code = tb.function.gc().code.gc();
    let locals = tb.locals.opt()?;
    let at = (0..locals.len()).find(|i| code.register_name(*i) == name)?;
    locals.get(at).opt()
}

fn attribute(t: &Thread, e: Value) -> Option<String> {
    let wrong = wrong_name(e, Exc::AttributeError, "name")?;
    let object = extra(e, Exc::AttributeError, "obj")?;
    let names = names_of(t, object)?;
    let own = innermost(e).and_then(|tb| local(tb, "self")) == Some(object);
    let hide = !wrong.starts_with('_') && !own;
    let names = names
        .iter()
        .map(|s| s.as_str())
        .filter(|n| !hide || !n.starts_with('_'));
    did_you_mean(closest(&wrong, names))
}

fn name(t: &Thread, e: Value) -> Option<String> {
    let wrong = wrong_name(e, Exc::NameError, "name")?;
    let tb = innermost(e)?;
    let mut out = String::new();
    if let Some(this) = local(tb, "self")
        && attr::get_opt(t, this, intern(&wrong)).ok()?.is_some()
    {
        out = format!(". Did you mean: 'self.{wrong}'?");
    } else if let Some(s) = closest(&wrong, candidates(tb).iter().map(|s| s.as_str())) {
        out = format!(". Did you mean: '{s}'?");
    }
    if is_stdlib(t, &wrong) {
        let start = if out.is_empty() { "." } else { " Or" };
        let did = if out.is_empty() { " Did" } else { " did" };
        out += &format!("{start}{did} you forget to import '{wrong}'?");
    }
    Some(out)
}

fn candidates(tb: Gc<Traceback>) -> Vec<String> {
    let f = tb.function.gc();
    let code = f.code.gc();
    let mut names = Vec::new();
    if let Some(l) = tb.locals.opt() {
        for i in (0..l.len()).filter(|i| !l.get(*i).is_null()) {
            let n = code.register_name(i);
            if !n.starts_with('.') {
                names.push(n.to_string());
            }
        }
    }
    for d in [f.globals.gc(), f.builtins.gc()] {
        names.extend(
            d.iter()
                .filter_map(|(k, _)| k.cast::<Str>())
                .map(|s| s.lossy().into_owned()),
        );
    }
    names
}

fn is_stdlib(t: &Thread, name: &str) -> bool {
    let Some(set) = modules::sys_attr("stdlib_module_names") else {
        return false;
    };
    let mut args = ArgVec::new();
    args.push(intern(name).value());
    ops::contains(t, set, args[0]).unwrap_or(false)
}
