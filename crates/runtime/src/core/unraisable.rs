//! Exceptions that nobody can catch: in callbacks and finalizers. They are
//! told to `sys.unraisablehook`.

use pyjit_heap::Value;

use super::native::NativeObject;
use super::thread::{R, Thread};
use super::{call, modules, ops};
use crate::types::exceptions::Exception;
use crate::types::namespace::struct_sequence;
use crate::types::str_::Str;
use crate::types::tuple::Tuple;
use crate::types::type_::class_of;

/// Reports the pending exception, and forgets it. `what` was being done with `object`.
#[cold]
pub fn report(t: &Thread, what: &str, object: Value) {
    let e = t.exc.replace(Value::NULL);
    let message = format!("{what} {}", shown(t, object));
    if tell(t, e, &message).is_err() {
        t.exc.set(Value::NULL);
    }
}

fn shown(t: &Thread, v: Value) -> String {
    match ops::repr(t, v) {
        Ok(s) => s.lossy().into_owned(),
        Err(_) => {
            t.exc.set(Value::NULL);
            "<object repr() failed>".into()
        }
    }
}

/// Calls the hook. What that raises goes to the error stream.
fn tell(t: &Thread, e: Value, message: &str) -> R<()> {
    let own = |f: &Value| NativeObject::of(*f).is_some_and(|f| f.def().name == "unraisablehook");
    let Some(hook) = modules::sys_attr("unraisablehook").filter(|f| !own(f)) else {
        return show(t, Some(message), None, e);
    };
    let traceback = e
        .cast_opt::<Exception>()
        .and_then(|x| x.traceback.value().opt())
        .unwrap_or(Value::NONE);
    let fields = [
        ("exc_type", class_of(e).value()),
        ("exc_value", e),
        ("exc_traceback", traceback),
        ("err_msg", Str::new(message).value()),
        ("object", Value::NONE),
    ];
    let args = struct_sequence(t, "sys.UnraisableHookArgs", &fields)?;
    if call::call(t, hook, &[args]).is_ok() {
        return Ok(());
    }
    let e = t.exc.replace(Value::NULL);
    show(
        t,
        Some("Exception ignored in sys.unraisablehook"),
        Some(hook),
        e,
    )
}

/// `sys.unraisablehook`: writes to the error stream.
pub fn hook(t: &Thread, args: Value) -> R<()> {
    let Some(args) = args.cast::<Tuple>().filter(|a| a.len() == 5) else {
        let m = "sys.unraisablehook argument type must be UnraisableHookArgs";
        return Err(super::errors::type_error(t, m));
    };
    let [_, e, _, message, object] = *args.items() else {
        return Ok(());
    };
    let message = message.cast::<Str>().map(|m| m.lossy().into_owned());
    show(
        t,
        message.as_deref(),
        Some(object).filter(|o| !o.is_none()),
        e,
    )
}

fn show(t: &Thread, message: Option<&str>, object: Option<Value>, e: Value) -> R<()> {
    let head = match (message, object) {
        (Some(m), Some(o)) => format!("{m}: {}\n", shown(t, o)),
        (None, Some(o)) => format!("Exception ignored in: {}\n", shown(t, o)),
        (Some(m), None) => format!("{m}:\n"),
        (None, None) => String::new(),
    };
    t.host().write_error(t, &head)?;
    match e.cast_opt::<Exception>() {
        Some(_) => t.host().print_exception(t, e),
        None => Ok(()),
    }
}
