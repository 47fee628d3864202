//! What an exception that nobody caught leads to: a report and an exit code.

use std::process::ExitCode;

use pyjit_heap::{Gc, Value};
use pyjit_runtime::Thread;
use pyjit_runtime::core::{audit, call, errors, modules, ops};
use pyjit_runtime::types::exceptions::{Exc, Exception};
use pyjit_runtime::types::int;
use pyjit_runtime::types::str_::Str;
use pyjit_runtime::types::type_::class_of;
use pyjit_runtime::unicode::wtf8;

/// Ends a program with the pending exception.
pub fn finish(t: &Thread) -> ExitCode {
    let e = t.take_exception();
    report_exception(t, e).unwrap_or_else(|| {
        if class_of(e).is_subtype(Exc::KeyboardInterrupt.class()) {
            ExitCode::from(130)
        } else {
            ExitCode::FAILURE
        }
    })
}

/// Reports an exception through `sys.excepthook`; `SystemExit` is no error but
/// gives the exit code.
pub fn report_exception(t: &Thread, e: Value) -> Option<ExitCode> {
    if class_of(e).is_subtype(Exc::SystemExit.class()) {
        return Some(exit_code(t, e));
    }
    let traceback = e
        .cast::<Exception>()
        .and_then(|x| x.traceback.get().opt())
        .unwrap_or(Value::NONE);
    // What the hook of the interactive interpreter and debuggers look at.
    let _ = modules::sys().set(t, "last_exc", e);
    let Some(hook) = modules::sys().get("excepthook") else {
        let _ = t.host().write_error(t, "sys.excepthook is missing\n");
        print(t, e);
        return None;
    };
    let told = audit::event(t, "sys.excepthook", || {
        [hook, class_of(e).value(), e, traceback]
    });
    if told.is_err() && errors::catch(t, Exc::RuntimeError) {
        return None;
    }
    if told.is_ok() && call::call(t, hook, &[class_of(e).value(), e, traceback]).is_ok() {
        return None;
    }
    let second = t.take_exception();
    if class_of(second).is_subtype(Exc::SystemExit.class()) {
        return Some(exit_code(t, second));
    }
    let _ = t.host().write_error(t, "Error in sys.excepthook:\n");
    print(t, second);
    let _ = t.host().write_error(t, "\nOriginal exception was:\n");
    print(t, e);
    None
}

fn print(t: &Thread, e: Value) {
    if t.host().print_exception(t, e).is_err() {
        t.exc.set(Value::NULL);
        crate::report::print(t, e);
    }
}

/// The text, surrogates as escapes.
fn printable(s: Gc<Str>) -> String {
    let mut out = String::new();
    for c in wtf8::code_points(s.bytes()) {
        match char::from_u32(c) {
            Some(c) => out.push(c),
            None => out += &format!("\\u{c:04x}"),
        }
    }
    out
}

/// `SystemExit.code`: none is success, an int the code, all else a message.
fn exit_code(t: &Thread, e: Value) -> ExitCode {
    let code = e
        .cast::<Exception>()
        .map_or(Value::NONE, |e| match e.extra(0).opt() {
            Some(v) => v,
            None => match e.args.gc().items() {
                [] => Value::NONE,
                [v] => *v,
                _ => e.args.value(),
            },
        });
    match code {
        v if v.is_none() => ExitCode::SUCCESS,
        // What is too long is -1, instances of subclasses are their numbers.
        v if int::is_int(v) => ExitCode::from(int::to_i64(v).unwrap_or(-1) as u8),
        v => {
            let text = match ops::str(t, v) {
                Ok(s) => printable(s) + "\n",
                Err(_) => {
                    t.exc.set(Value::NULL);
                    String::new()
                }
            };
            if t.host().write_error(t, &text).is_err() {
                t.exc.set(Value::NULL);
            }
            ExitCode::FAILURE
        }
    }
}
