//! The end of a program: streams that are still open are flushed and closed.

use pyjit_heap::{Value, finalize};
use pyjit_runtime::Thread;
use pyjit_runtime::core::special::Special;
use pyjit_runtime::core::{attr, call, modules, ops};
use pyjit_runtime::types::str_::intern;
use pyjit_runtime::types::type_::class_of;

/// Calls what was registered with `atexit`, flushes the standard streams and finalizes what is left. False when
/// output was lost.
pub fn run(t: &Thread) -> bool {
    if let Some(m) = modules::imported(intern("atexit"))
        && call::call_attr(t, m, "_run_exitfuncs", &[]).is_err()
    {
        t.exc.set(Value::NULL);
    }
    let mut good = flush(t, "stdout");
    flush(t, "stderr");
    while let Some(o) = finalize::next() {
        finish(t, o);
    }
    let left = finalize::take_all();
    for i in 0..left.len() {
        finish(t, left.get(i));
    }
    good &= flush(t, "stdout");
    good
}

/// Runs the `__del__` of an object; what it raises nobody sees any more.
fn finish(t: &Thread, object: Value) {
    if let Some(m) = class_of(object).special(Special::Del)
        && call::call_method(t, m, object, &[]).is_err()
    {
        t.exc.set(Value::NULL);
    }
}

/// Flushes standard output and error, whatever that raises.
pub fn flush_streams(t: &Thread) {
    flush(t, "stdout");
    flush(t, "stderr");
}

fn flush(t: &Thread, name: &str) -> bool {
    let Some(stream) = modules::sys_attr(name) else {
        return true;
    };
    let closed = match attr::get_opt(t, stream, intern("closed")) {
        Ok(Some(c)) => ops::truth(t, c).unwrap_or(false),
        _ => false,
    };
    t.exc.set(Value::NULL);
    if closed || call::call_attr(t, stream, "flush", &[]).is_ok() {
        return true;
    }
    let e = t.take_exception();
    if name == "stdout" {
        eprintln!("Exception ignored while flushing sys.stdout:");
        crate::report::print(t, e);
    }
    // What could not be written will not be tried again.
    modules::sys()
        .set(t, name, Value::NONE)
        .is_ok_and(|()| false)
}
