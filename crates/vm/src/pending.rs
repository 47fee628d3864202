//! What a poll finds: weak reference callbacks, finalizers, a full heap, signals,
//! and other threads that want to run.

use std::sync::atomic::Ordering;

use pyjit_bytecode::flow;
use pyjit_heap::stack::HEADER_WORDS;
use pyjit_heap::{Value, alloc, finalize, lock};
use pyjit_runtime::core::special::Special;
use pyjit_runtime::core::thread::{interrupt_all, poll_hook};
use pyjit_runtime::core::{call, errors, unraisable};
use pyjit_runtime::types::type_::class_of;
use pyjit_runtime::types::weakref;
use pyjit_runtime::{R, Thread};

use crate::calls;
use crate::objects::function::Function;
use crate::objects::generator::Generator;
use crate::objects::generator_methods;

/// The collector makes the threads poll: the first to do so runs what there is.
pub fn init() {
    alloc::set_notify(interrupt_all);
}

/// Runs what is pending.
pub fn run(t: &Thread) -> R<()> {
    t.breaker.store(0, Ordering::Relaxed);
    // What runs here must not see or touch an exception in flight.
    let exc = t.exc.replace(Value::NULL);
    let todo = alloc::take_pending();
    if todo.weak {
        weakref::run_callbacks(t);
    }
    if todo.finalizers {
        run_finalizers(t);
    }
    t.exc.set(exc);
    if todo.memory {
        return Err(errors::memory_error(t));
    }
    lock::give_way();
    match poll_hook() {
        Some(f) => f(t),
        None => Ok(()),
    }
}

/// Empties the temporaries of the innermost frame that are dead at its current
/// instruction. (Registers below the height hold junk, too: headers of calls
/// whose arguments are being computed.)
pub fn forget_dead_registers(t: &Thread) {
    crate::frames::forget_dead(t);
    let base = t.base.get();
    let Some(f) = base.below(HEADER_WORDS).cast_opt::<Function>() else {
        return;
    };
    let code = f.code.gc();
    let o = code.object();
    let (nodes, places) = flow::nodes(o);
    let Ok(at) = places.binary_search(&code.index(t.pc.get())) else {
        return;
    };
    let (first, end) = (o.first_temp() as usize, calls::top(base).distance(base));
    let mut used = flow::RegSet::new(end - first);
    flow::liveness(&nodes, first as u16, o.nregs, |i, live| {
        // The place may be the call itself or what follows it.
        if i == at || i == at + 1 {
            live.iter().for_each(|r| used.insert(r, 1));
        }
    });
    for r in (first..end).filter(|r| !used.contains((r - first) as u16)) {
        base.set(r, Value::NULL);
    }
}

/// Calls `__del__` of objects that died.
fn run_finalizers(t: &Thread) {
    while let Some(v) = finalize::next() {
        finish(t, v);
    }
}

/// What an object that has died wants to be done.
pub fn finish(t: &Thread, v: Value) {
    if let Some(g) = Generator::of(v) {
        return generator_methods::finalize(t, g);
    }
    if let Some(del) = class_of(v).special(Special::Del)
        && call::call_method(t, del, v, &[]).is_err()
    {
        unraisable::report(t, "Exception ignored while calling deallocator", del);
    }
}

/// Finalizes everything that is left, newest first, when the program ends.
pub fn at_exit(t: &Thread) {
    let _ = run(t);
    for v in finalize::take_all().iter() {
        finish(t, v);
    }
}
