//! Uncaught exceptions as CPython 3.14 prints them.

use pyjit_heap::{Gc, Value};
use pyjit_runtime::Thread;
use pyjit_runtime::core::ops;
use pyjit_runtime::types::exceptions::Exception;
use pyjit_runtime::types::type_::{class_of, type_name};

use crate::objects::traceback::Traceback;

/// Prints exception `e` with its traceback to standard error.
pub fn print(t: &Thread, e: Value) {
    eprint!("{}", text(t, e));
}

/// The report.
pub fn text(t: &Thread, e: Value) -> String {
    let mut out = String::new();
    let x: Gc<Exception> = Gc::from_value(e);
    if let Some(tb) = x.traceback.get().cast::<Traceback>() {
        out += "Traceback (most recent call last):\n";
        let mut at = Some(tb);
        while let Some(tb) = at {
            let code = tb.function.gc().code.gc();
            out += &format!(
                "  File \"{}\", line {}, in {}\n",
                code.filename.gc().lossy(),
                tb.lineno(),
                code.qualname.gc().lossy()
            );
            at = tb.next.get().cast::<Traceback>();
        }
    }
    let _ = class_of(e);
    match ops::str(t, e) {
        Ok(s) if !s.is_empty() => out += &format!("{}: {}\n", type_name(e), s.lossy()),
        _ => out += &format!("{}\n", type_name(e)),
    }
    out
}
