//! The hooks of `sys`: showing values and exceptions, `breakpoint()`, audits.

use pyjit_heap::{Gc, Value};
use pyjit_runtime::core::modules as known;
use pyjit_runtime::core::{attr, audit, call, errors, ops, settings};
use pyjit_runtime::types::dict::Dict;
use pyjit_runtime::types::exceptions::{Exc, Exception};
use pyjit_runtime::types::str_::{Str, intern};
use pyjit_runtime::types::tuple::Tuple;
use pyjit_runtime::types::type_::class_of;
use pyjit_runtime::types::type_methods::join;
use pyjit_runtime::{R, Thread};

/// `sys.displayhook`: shows what a statement at the prompt gave.
pub fn displayhook(t: &Thread, value: Value) -> R<()> {
    let b = known::builtins();
    if value.is_none() {
        return Ok(());
    }
    b.set(t, "_", Value::NONE)?;
    if known::sys().get("stdout").is_none_or(|out| out.is_none()) {
        return Err(errors::runtime_error(t, "lost sys.stdout"));
    }
    let text = ops::repr(t, value)?;
    if pyjit_runtime::builtins::write_stdout(t, text).is_err() {
        if !errors::catch(t, Exc::UnicodeEncodeError) {
            return Err(pyjit_runtime::Raised);
        }
        let ascii = known::builtins().get("ascii").unwrap_or(Value::NONE);
        let plain = ops::str(t, call::call(t, ascii, &[value])?)?;
        pyjit_runtime::builtins::write_stdout(t, plain)?;
    }
    pyjit_runtime::builtins::write_stdout(t, intern("\n"))?;
    b.set(t, "_", value)
}

/// `sys.excepthook`: the report of an exception nobody caught.
pub fn excepthook(t: &Thread, exctype: Value, value: Value, traceback: Value) -> R<()> {
    let _ = exctype;
    let Some(e) = value.cast::<Exception>() else {
        let text = format!(
            "TypeError: print_exception(): Exception expected for value, {} found\n",
            class_of(value).name_str()
        );
        return t.host().write_error(t, &text);
    };
    if e.traceback.get().opt().is_none() && !traceback.is_none() {
        e.traceback.set(e, traceback);
    }
    t.host().print_exception(t, value)
}

/// `sys.breakpointhook`: calls what `PYTHONBREAKPOINT` names, else `pdb.set_trace`.
pub fn breakpointhook(t: &Thread, args: Gc<Tuple>, kwargs: Option<Gc<Dict>>) -> R<Value> {
    let path = settings::variable("PYTHONBREAKPOINT").unwrap_or_else(|| "pdb.set_trace".into());
    if path == "0" {
        return Ok(Value::NONE);
    }
    let (module, name) = path.rsplit_once('.').unwrap_or(("builtins", &path));
    let found = import_deep(t, module).and_then(|m| attr::get(t, m, intern(name)));
    let Ok(hook) = found else {
        if !(errors::catch(t, Exc::ImportError) || errors::catch(t, Exc::AttributeError)) {
            return Err(pyjit_runtime::Raised);
        }
        let m = format!("Ignoring unimportable $PYTHONBREAKPOINT: \"{path}\"");
        pyjit_runtime::core::warn::warn(t, Exc::RuntimeWarning, &m)?;
        return Ok(Value::NONE);
    };
    let (all, names) = join(args.items(), kwargs);
    call::call_kw(t, hook, &all, names)
}

/// The module at the end of a dotted name.
fn import_deep(t: &Thread, name: &str) -> R<Value> {
    t.host().import(t, name)?;
    match known::imported(intern(name)) {
        Some(m) => Ok(m),
        None => Err(errors::raise(t, Exc::ImportError, name)),
    }
}

/// Adds a function that every audited event is told to.
pub fn addaudithook(t: &Thread, hook: Value) -> R<()> {
    audit::add(t, hook)
}

/// Tells an event to the hooks.
pub fn audit(t: &Thread, event: Gc<Str>, args: Gc<Tuple>) -> R<()> {
    audit::tell(t, event.value(), args.value())
}
