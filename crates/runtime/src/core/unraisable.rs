//! Exceptions that nobody can catch: in callbacks and finalizers.

use pyjit_heap::Value;

use super::thread::Thread;
use super::{modules, ops};
use crate::types::type_::type_name;

/// Reports the pending exception on the error stream and forgets it.
#[cold]
pub fn report(t: &Thread, what: &str, object: Value) {
    let e = t.exc.replace(Value::NULL);
    let text = |v: Value| match ops::repr(t, v) {
        Ok(s) => s.lossy().into_owned(),
        Err(_) => {
            t.exc.set(Value::NULL);
            "<object repr() failed>".into()
        }
    };
    let message = ops::str(t, e).map_or_else(|_| String::new(), |s| s.lossy().into_owned());
    t.exc.set(Value::NULL);
    let line = format!("{what} {}:\n{}: {message}\n", text(object), type_name(e));
    match modules::sys_attr("stderr") {
        Some(f) => {
            let s = crate::types::str_::Str::new(&line);
            if super::call::call_attr(t, f, "write", &[s.value()]).is_err() {
                t.exc.set(Value::NULL);
            }
        }
        None => eprint!("{line}"),
    }
}
