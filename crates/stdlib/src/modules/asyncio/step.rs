//! How a task goes on: one step of its coroutine, and what it then waits for.

use pyjit_heap::{Gc, Value};
use pyjit_runtime::core::host::{Resume, Resumed};
use pyjit_runtime::core::{attr, call, errors, kinds, ops};
use pyjit_runtime::types::exceptions::{Exc, Exception};
use pyjit_runtime::types::str_::{Str, intern};
use pyjit_runtime::types::type_::{class_of, flags, of_kind};
use pyjit_runtime::{R, Thread, py_class};

use super::future::{
    add_callback, add_waiter, bits, call_soon, cancel_with, cancelled_error, context_keyword,
    fail_with, finish_with, future, loop_of, outcome, remove_waiter,
};
use super::task::{Task, cancel_other};
use super::{from_module, raise_invalid_state, running};
use crate::modules::contextvars;
use crate::native_layout;

native_layout! {
    /// What a loop calls for a task's next step: the task, and an exception to
    /// throw into the coroutine (or absent).
    Step = 613, refs 1..3 { task, exception } ints { unused }
}
native_layout! {
    /// What a future calls when it is done: the task that awaits it.
    Wakeup = 614, refs 1..2 { task } ints { unused }
}

/// The loop is to run the task's next step soon.
pub fn schedule(t: &Thread, task: Gc<Task>, exception: Option<Value>) -> R<()> {
    let exception = exception.unwrap_or(Value::NULL);
    let step = Step::alloc(of_kind(613), task.value(), exception, 0);
    let event_loop = loop_of(t, Task::as_future(task))?;
    call_soon(t, event_loop, step.value(), None, Some(task.context.get()))
}
fn schedule_error(t: &Thread, task: Gc<Task>, message: &str) -> R<()> {
    let message = Str::new(message).value();
    let e = Exception::new(Exc::RuntimeError.class(), &[message]);
    schedule(t, task, Some(e.value()))
}

fn is_cancelled_error(t: &Thread, e: Value) -> R<bool> {
    let class = from_module(t, "asyncio.exceptions", "CancelledError")?;
    let class: Gc<pyjit_runtime::types::type_::Type> = Gc::from_value(class);
    Ok(class_of(e).is_subtype(class))
}

/// A step of the task, as the running one.
pub fn run(t: &Thread, task: Gc<Task>, exception: Option<Value>) -> R<()> {
    let f = Task::as_future(task);
    if f.is_done() {
        let shown = ops::repr(t, f.value())?;
        let with = ops::repr(t, exception.unwrap_or(Value::NONE))?;
        let m = format!("__step(): already done: {} {}", shown.lossy(), with.lossy());
        return Err(raise_invalid_state(t, &m));
    }
    let mut exception = exception;
    if f.has(bits::MUST_CANCEL) {
        let cancelled = match exception {
            Some(e) => is_cancelled_error(t, e)?,
            None => false,
        };
        if !cancelled {
            exception = Some(cancelled_error(t, f)?);
        }
        f.mark(bits::MUST_CANCEL, false);
    }
    task.waiter.clear();
    let event_loop = loop_of(t, f)?;
    running::enter(t, event_loop, f.value())?;
    let done = advance(t, task, exception);
    finally(t, done, || running::leave(t, event_loop, f.value()))
}
/// `done`, after `close`; the first error wins.
fn finally(t: &Thread, done: R<()>, close: impl FnOnce() -> R<()>) -> R<()> {
    match done {
        Ok(()) => close(),
        Err(_) => {
            let e = t.take_exception();
            if close().is_err() {
                t.take_exception();
            }
            Err(t.set_exception(e))
        }
    }
}

/// What the coroutine did when it was sent `None`, or had `exception` thrown in.
fn drive(t: &Thread, coroutine: Value, exception: Option<Value>) -> R<Resumed> {
    let action = match exception {
        None => Resume::Send(Value::NONE),
        Some(e) => Resume::Throw(e),
    };
    if let Some(done) = t.host().drive(t, coroutine, action) {
        return done;
    }
    let answer = match exception {
        None => call::call_attr(t, coroutine, "send", &[Value::NONE]),
        Some(e) => call::call_attr(t, coroutine, "throw", &[e]),
    };
    match answer {
        Ok(v) => Ok(Resumed::Yielded(v)),
        Err(raised) if !errors::matches(t, Exc::StopIteration) => Err(raised),
        Err(_) => {
            let e = t.take_exception();
            let value = attr::get(t, e, intern("value"))?;
            Ok(Resumed::Returned(value))
        }
    }
}
fn advance(t: &Thread, task: Gc<Task>, exception: Option<Value>) -> R<()> {
    let f = Task::as_future(task);
    match drive(t, task.coroutine.get(), exception) {
        Ok(Resumed::Yielded(v)) => wait_for(t, task, v),
        Ok(Resumed::Returned(v)) => {
            if f.has(bits::MUST_CANCEL) {
                // Cancelled right before the coroutine ended.
                f.mark(bits::MUST_CANCEL, false);
                cancel_with(t, f, f.cancel_message.get()).map(drop)
            } else {
                finish_with(t, f, v)
            }
        }
        Err(_) => {
            let e = t.take_exception();
            if is_cancelled_error(t, e)? {
                f.cancelled.set(f, e);
                return cancel_with(t, f, Value::NULL).map(drop);
            }
            fail_with(t, f, e)?;
            let class = class_of(e);
            let fatal = class.is_subtype(Exc::KeyboardInterrupt.class())
                || class.is_subtype(Exc::SystemExit.class());
            match fatal {
                true => Err(t.set_exception(e)),
                false => Ok(()),
            }
        }
    }
}

/// The coroutine has yielded `v`: the task goes on when that is done.
fn wait_for(t: &Thread, task: Gc<Task>, v: Value) -> R<()> {
    let f = Task::as_future(task);
    if v.is_none() {
        return schedule(t, task, None);
    }
    let shown = |t: &Thread| -> R<(String, String)> {
        let (a, b) = (ops::repr(t, f.value())?, ops::repr(t, v)?);
        Ok((a.lossy().into_owned(), b.lossy().into_owned()))
    };
    let (blocking, of) = match future(v) {
        Some(other) => (Some(other.has(bits::BLOCKING)), loop_of(t, other)?),
        None => {
            let blocking = attr::get_opt(t, v, intern("_asyncio_future_blocking"))?;
            match blocking.filter(|b| !b.is_none()) {
                None => (None, Value::NULL),
                Some(b) => {
                    let get_loop = from_module(t, "asyncio.futures", "_get_loop")?;
                    (Some(ops::truth(t, b)?), call::call(t, get_loop, &[v])?)
                }
            }
        }
    };
    let Some(blocking) = blocking else {
        let (task_text, text) = shown(t)?;
        let m = match v.is_ptr() && v.shape_id() == kinds::GENERATOR {
            true => format!(
                "yield was used instead of yield from for generator in task {task_text} with {text}"
            ),
            false => format!("Task got bad yield: {text}"),
        };
        return schedule_error(t, task, &m);
    };
    if of != f.event_loop.get() {
        let (task_text, text) = shown(t)?;
        let m = format!("Task {task_text} got Future {text} attached to a different loop");
        return schedule_error(t, task, &m);
    }
    if !blocking {
        let (task_text, text) = shown(t)?;
        let m = format!("yield was used instead of yield from in task {task_text} with {text}");
        return schedule_error(t, task, &m);
    }
    if v == f.value() {
        let m = format!("Task cannot await on itself: {}", shown(t)?.0);
        return schedule_error(t, task, &m);
    }
    await_future(t, task, v)
}
fn await_future(t: &Thread, task: Gc<Task>, v: Value) -> R<()> {
    let f = Task::as_future(task);
    let wakeup = Wakeup::alloc(of_kind(614), f.value(), 0).value();
    match future(v) {
        Some(other) => {
            add_waiter(t, other, f.value())?;
            other.mark(bits::BLOCKING, false);
        }
        None => attr::set(t, v, intern("_asyncio_future_blocking"), Some(Value::FALSE))?,
    }
    match future(v).filter(|_| !class_of(v).has(flags::HEAP)) {
        Some(other) => add_callback(t, other, wakeup, Some(task.context.get()))?,
        None => {
            let add = attr::get(t, v, intern("add_done_callback"))?;
            let args = [wakeup, task.context.get()];
            call::call_kw(t, add, &args, Some(context_keyword()))?;
        }
    }
    task.waiter.set(task, v);
    if f.has(bits::MUST_CANCEL)
        && cancel_other(t, v, f.cancel_message.get().opt().unwrap_or(Value::NONE))?
    {
        f.mark(bits::MUST_CANCEL, false);
    }
    Ok(())
}

/// The future that the task awaited is done.
fn wake(t: &Thread, this: Gc<Wakeup>, done: Value) -> R<()> {
    let _ = this.unused.get();
    let task: Gc<Task> = Gc::from_value(this.task.get());
    let exception = match future(done) {
        Some(other) => {
            remove_waiter(t, other, task.value())?;
            match outcome(t, other) {
                Ok(outcome) => outcome.err(),
                Err(_) => Some(t.take_exception()),
            }
        }
        None => call::call_attr(t, done, "result", &[])
            .err()
            .map(|_| t.take_exception()),
    };
    run(t, task, exception)
}
fn step(t: &Thread, this: Gc<Step>) -> R<()> {
    let _ = this.unused.get();
    run(
        t,
        Gc::from_value(this.task.get()),
        this.exception.get().opt(),
    )
}

/// The first step at once, within `create_task`.
pub fn start_eagerly(t: &Thread, task: Gc<Task>) -> R<()> {
    let f = Task::as_future(task);
    let event_loop = loop_of(t, f)?;
    let before = running::swap(t, event_loop, f.value())?;
    let stepped = step_eagerly(t, task);
    let stepped = finally(t, stepped, || {
        running::swap(t, event_loop, before).map(drop)
    });
    if f.is_done() {
        task.coroutine.clear();
        return stepped;
    }
    finally(t, stepped, || running::register(t, f.value()))
}
fn step_eagerly(t: &Thread, task: Gc<Task>) -> R<()> {
    running::register_eager(t, task.value())?;
    let stepped = contextvars::within(t, task.context.get(), || advance(t, task, None));
    finally(t, stepped, || running::unregister_eager(t, task.value()))
}

fn task_of_step(_t: &Thread, this: Gc<Step>) -> Value {
    this.task.get()
}
fn qualname_of_step(t: &Thread, this: Gc<Step>) -> R<Value> {
    let task: Gc<Task> = Gc::from_value(this.task.get());
    let name = attr::get_opt(t, task.coroutine.get(), intern("__qualname__"))?;
    Ok(name.unwrap_or(Value::NONE))
}
fn task_of_wakeup(_t: &Thread, this: Gc<Wakeup>) -> Value {
    this.task.get()
}
fn name_of_wakeup(_t: &Thread, _this: Gc<Wakeup>) -> &'static str {
    "task_wakeup"
}
fn qualname_of_wakeup(_t: &Thread, this: Gc<Wakeup>) -> String {
    format!("{}.task_wakeup", class_of(this.task.get()).name_str())
}

py_class! {
    pub STEP: Step = "TaskStepMethWrapper", base kinds::OBJECT, flags 0, module "_asyncio";
    methods { __call__(self, /) => step; }
    getset { __self__ => task_of_step; __qualname__ => qualname_of_step; }
}
py_class! {
    pub WAKEUP: Wakeup = "TaskWakeupMethWrapper", base kinds::OBJECT, flags 0, module "_asyncio";
    methods { __call__(self, future, /) => wake; }
    getset { __self__ => task_of_wakeup; __name__ => name_of_wakeup; __qualname__ => qualname_of_wakeup; }
}
