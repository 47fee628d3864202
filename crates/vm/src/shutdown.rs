//! The end of a program: streams that are still open are flushed and closed.

use pyjit_heap::{Value, lock};
use pyjit_runtime::Thread;
use pyjit_runtime::core::{attr, call, modules, ops, thread, unraisable};
use pyjit_runtime::types::str_::intern;

/// Waits for the threads, calls what was registered with `atexit`, flushes the
/// standard streams and finalizes what is left. False when output was lost.
pub fn run(t: &Thread) -> bool {
    wait_for_threads(t);
    if let Some(m) = modules::imported(intern("atexit"))
        && call::call_attr(t, m, "_run_exitfuncs", &[]).is_err()
    {
        t.exc.set(Value::NULL);
    }
    thread::set_ending();
    // Threads that are still there must not run Python any more.
    lock::close();
    let mut good = flush(t, "stdout");
    flush(t, "stderr");
    crate::pending::at_exit(t);
    good &= flush(t, "stdout");
    good
}

/// Threads that are no daemons end before the program does.
fn wait_for_threads(t: &Thread) {
    let threading = modules::imported(intern("threading"));
    let Some(m) = threading.or_else(|| modules::imported(intern("_thread"))) else {
        return;
    };
    if call::call_attr(t, m, "_shutdown", &[]).is_err() {
        unraisable::report(t, "Exception ignored on threading shutdown", m);
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
