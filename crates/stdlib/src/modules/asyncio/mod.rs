//! `_asyncio`: futures, tasks and the running event loop. The loops themselves are
//! Python (`asyncio`).

mod awaiting;
mod future;
mod running;
mod step;
mod task;

use pyjit_heap::{Gc, Value};
use pyjit_runtime::core::{attr, call};
use pyjit_runtime::types::module::Module;
use pyjit_runtime::types::str_::{Str, intern};
use pyjit_runtime::{R, Raised, Thread};

use crate::native_module;

/// An attribute of a module of `asyncio`.
fn from_module(t: &Thread, module: &str, name: &str) -> R<Value> {
    let m = t.host().import(t, module)?;
    attr::get(t, m, intern(name))
}
/// Raises `asyncio.InvalidStateError`.
fn raise_invalid_state(t: &Thread, message: &str) -> Raised {
    let class = match from_module(t, "asyncio.exceptions", "InvalidStateError") {
        Ok(class) => class,
        Err(raised) => return raised,
    };
    match call::call(t, class, &[Str::new(message).value()]) {
        Ok(e) => pyjit_runtime::core::errors::set(t, e),
        Err(raised) => raised,
    }
}

fn add_awaited_by(t: &Thread, f: Value, waiter: Value) -> R<()> {
    match (future::future(f), future::future(waiter)) {
        (Some(f), Some(_)) => future::add_waiter(t, f, waiter),
        _ => Ok(()),
    }
}
fn discard_awaited_by(t: &Thread, f: Value, waiter: Value) -> R<()> {
    match (future::future(f), future::future(waiter)) {
        (Some(f), Some(_)) => future::remove_waiter(t, f, waiter),
        _ => Ok(()),
    }
}

fn init(t: &Thread, m: Gc<Module>) -> R<()> {
    let weak_set = from_module(t, "weakref", "WeakSet")?;
    let scheduled = call::call(t, weak_set, &[])?;
    m.set(t, "_scheduled_tasks", scheduled)?;
    let eager = running::eager().value();
    m.set(t, "_eager_tasks", eager)
}

native_module! {
    /// Accelerator module for asyncio
    pub MODULE = "_asyncio", classes [future::FUTURE, task::TASK, awaiting::AWAITING, step::STEP, step::WAKEUP], init init;
    functions {
        /// Return the running event loop or None.
        _get_running_loop() => running::get_running_or_none [leaf no_raise];
        /// Return the running event loop.  Raise a RuntimeError if there is none.
        get_running_loop() => running::get_running [leaf];
        /// Set the running event loop.
        _set_running_loop(loop, /) => running::set_running;
        /// Return an asyncio event loop.
        get_event_loop() => running::get_event_loop;
        /// Return a currently executed task.
        current_task(loop=None) => running::current_task;
        /// Return a set of all tasks for the loop.
        all_tasks(loop=None) => running::all_tasks;
        /// Register a new task in asyncio as executed by loop.
        _register_task(task) => running::register;
        /// Unregister a task.
        _unregister_task(task) => running::unregister;
        /// Register a new task in asyncio as executed by loop.
        _register_eager_task(task) => running::register_eager;
        /// Unregister a task.
        _unregister_eager_task(task) => running::unregister_eager;
        /// Enter into task execution or resume suspended task.
        _enter_task(loop, task) => running::enter;
        /// Leave task execution or suspend a task.
        _leave_task(loop, task) => running::leave;
        /// Temporarily swap in the supplied task and return the original one (or None).
        _swap_current_task(loop, task) => running::swap;
        /// Record that `fut` is awaited on by `waiter`.
        future_add_to_awaited_by(fut, waiter, /) => add_awaited_by;
        future_discard_from_awaited_by(fut, waiter, /) => discard_awaited_by;
    }
}
