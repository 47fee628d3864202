//! Which event loop runs in a thread, which task in it, and which tasks there are.

use std::cell::Cell;

use pyjit_heap::{Gc, GilCell, Root, Value};
use pyjit_runtime::core::thread::Local;
use pyjit_runtime::core::{call, errors, kinds, ops};
use pyjit_runtime::types::list::List;
use pyjit_runtime::types::set::Set;
use pyjit_runtime::types::type_::of_kind;
use pyjit_runtime::types::weakref::{self, WeakRef};
use pyjit_runtime::{R, Thread};

use super::from_module;
use super::future::{future, loop_of};

/// The loop that runs in this thread.
pub fn running_loop(t: &Thread) -> Option<Value> {
    t.local(Local::RunningLoop).get().opt()
}
/// `_get_running_loop()`.
pub fn get_running_or_none(t: &Thread) -> Value {
    running_loop(t).unwrap_or(Value::NONE)
}
/// `get_running_loop()`.
pub fn get_running(t: &Thread) -> R<Value> {
    running_loop(t).ok_or_else(|| errors::runtime_error(t, "no running event loop"))
}
/// `_set_running_loop(event_loop)`.
pub fn set_running(t: &Thread, event_loop: Value) {
    let event_loop = match event_loop.is_none() {
        true => Value::NULL,
        false => event_loop,
    };
    t.local(Local::RunningLoop).set(event_loop);
}
/// `get_event_loop()`.
pub fn get_event_loop(t: &Thread) -> R<Value> {
    if let Some(v) = running_loop(t) {
        return Ok(v);
    }
    let policy = from_module(t, "asyncio.events", "_get_event_loop_policy")?;
    let policy = call::call(t, policy, &[])?;
    call::call_attr(t, policy, "get_event_loop", &[])
}

fn check_running(t: &Thread, event_loop: Value) -> R<()> {
    if running_loop(t) == Some(event_loop) {
        return Ok(());
    }
    let shown = ops::repr(t, event_loop)?;
    let m = format!("loop {} is not the running loop", shown.lossy());
    Err(errors::runtime_error(t, m))
}
/// The task that runs in this thread changes from `from` to `to`.
pub fn enter(t: &Thread, event_loop: Value, task: Value) -> R<()> {
    check_running(t, event_loop)?;
    let cell = t.local(Local::RunningTask);
    if let Some(other) = cell.get().opt() {
        let (task, other) = (ops::repr(t, task)?, ops::repr(t, other)?);
        let m = format!(
            "Cannot enter into task {} while another task {} is being executed.",
            task.lossy(),
            other.lossy()
        );
        return Err(errors::runtime_error(t, m));
    }
    cell.set(task);
    Ok(())
}
/// The task that runs in this thread ends its step.
pub fn leave(t: &Thread, event_loop: Value, task: Value) -> R<()> {
    check_running(t, event_loop)?;
    let cell = t.local(Local::RunningTask);
    if cell.get() != task {
        let current = cell.get().opt().unwrap_or(Value::NONE);
        let (task, current) = (ops::repr(t, task)?, ops::repr(t, current)?);
        let m = format!(
            "Invalid attempt to leave task {} while task {} is entered.",
            task.lossy(),
            current.lossy()
        );
        return Err(errors::runtime_error(t, m));
    }
    cell.set(Value::NULL);
    Ok(())
}
/// Another task (or `None`) is the running one from now on; gives the former.
pub fn swap(t: &Thread, event_loop: Value, task: Value) -> R<Value> {
    check_running(t, event_loop)?;
    let cell = t.local(Local::RunningTask);
    let new = if task.is_none() { Value::NULL } else { task };
    let old = cell.replace(new);
    Ok(old.opt().unwrap_or(Value::NONE))
}
/// `current_task(loop=None)`.
pub fn current_task(t: &Thread, event_loop: Option<Value>) -> R<Value> {
    let event_loop = match event_loop.filter(|v| !v.is_none()) {
        Some(v) => v,
        None => get_running(t)?,
    };
    let found = Cell::new(Value::NULL);
    t.host().each_thread(&|other| {
        if running_loop(other) == Some(event_loop) {
            found.set(other.local(Local::RunningTask).get());
        }
    });
    Ok(found.get().opt().unwrap_or(Value::NONE))
}

/// The tasks: weak references to those that wait for their loop, and a set of
/// those that are in their first, eager step.
struct Registry {
    scheduled: Root,
    eager: Root,
    /// At this many references those of the dead and the done are dropped.
    limit: usize,
}

static REGISTRY: GilCell<Option<Registry>> = GilCell::new(None);

/// The list, and its limit.
fn scheduled() -> (Gc<List>, usize) {
    with_registry(|r| (Gc::from_value(r.scheduled.get()), r.limit))
}
/// Tasks in their eager step.
pub fn eager() -> Gc<Set> {
    with_registry(|r| Gc::from_value(r.eager.get()))
}
fn with_registry<T>(f: impl FnOnce(&mut Registry) -> T) -> T {
    REGISTRY.with_mut(|r| {
        f(r.get_or_insert_with(|| Registry {
            scheduled: Root::new(List::new().value()),
            eager: Root::new(Set::new().value()),
            limit: 32,
        }))
    })
}
fn target(v: Value) -> Option<Value> {
    v.cast::<WeakRef>().and_then(|r| r.target())
}
fn is_over(task: Value) -> bool {
    future(task).is_some_and(|f| f.is_done())
}
/// Remembers a task, as long as it lives.
pub fn register(t: &Thread, task: Value) -> R<()> {
    let (list, limit) = scheduled();
    if list.len() >= limit {
        let mut kept = 0;
        for i in 0..list.len() {
            let r = list.get(i);
            if target(r).is_some_and(|task| !is_over(task)) {
                list.set(kept, r);
                kept += 1;
            }
        }
        list.splice(t, kept, list.len(), &[])?;
        with_registry(|r| r.limit = (2 * kept).max(32));
    }
    let r = weakref::make(t, of_kind(kinds::WEAK_REF), task, Value::NULL)?;
    list.push(t, r)
}
/// Forgets a task.
pub fn unregister(t: &Thread, task: Value) -> R<()> {
    let (list, _) = scheduled();
    let gone: Vec<usize> = (0..list.len())
        .filter(|i| target(list.get(*i)) == Some(task))
        .collect();
    for i in gone.into_iter().rev() {
        list.splice(t, i, i + 1, &[])?;
    }
    Ok(())
}
/// Remembers a task that starts eagerly.
pub fn register_eager(t: &Thread, task: Value) -> R<()> {
    eager().add(t, task)
}
/// Its eager step is over.
pub fn unregister_eager(t: &Thread, task: Value) -> R<()> {
    call::call_attr(t, eager().value(), "discard", &[task]).map(drop)
}
/// `all_tasks(loop=None)`: the tasks that are not done.
pub fn all_tasks(t: &Thread, event_loop: Option<Value>) -> R<Gc<Set>> {
    let event_loop = match event_loop.filter(|v| !v.is_none()) {
        Some(v) => v,
        None => get_running(t)?,
    };
    let found = List::new();
    for (task, _) in eager().iter() {
        found.push(t, task)?;
    }
    let (list, _) = scheduled();
    for i in 0..list.len() {
        if let Some(task) = target(list.get(i)) {
            found.push(t, task)?;
        }
    }
    let all = Set::new();
    for i in 0..found.len() {
        let task = found.get(i);
        if is_of_loop(t, task, event_loop)? {
            all.add(t, task)?;
        }
    }
    Ok(all)
}
fn is_of_loop(t: &Thread, task: Value, event_loop: Value) -> R<bool> {
    if let Some(f) = future(task) {
        return Ok(!f.is_done() && loop_of(t, f)? == event_loop);
    }
    let of = call::call(t, from_module(t, "asyncio.futures", "_get_loop")?, &[task])?;
    if of != event_loop {
        return Ok(false);
    }
    let done = call::call_attr(t, task, "done", &[])?;
    Ok(!ops::truth(t, done)?)
}
