//! `Task`: a future that runs a coroutine.

use std::cell::Cell;

use pyjit_heap::{Field, Gc, GilCell, HeapObject, Value, finalize, heap_object};
use pyjit_runtime::core::class::words;
use pyjit_runtime::core::{call, errors, kinds, ops};
use pyjit_runtime::types::dict::Dict;
use pyjit_runtime::types::str_::{Str, intern};
use pyjit_runtime::types::tuple::Tuple;
use pyjit_runtime::types::type_::{Type, flags};
use pyjit_runtime::{R, Thread, py_class};

use super::future::{
    Future, bits, cancel_with, complain, log_exception, loop_of, or_none, start, unsupported,
};
use super::{from_module, running, step};
use crate::layout::class_getitem;
use crate::modules::contextvars;

/// A task.
#[repr(C)]
pub struct Task {
    pub(super) future: Future,
    pub(super) coroutine: Field,
    /// A string, or a number that gives the name when it is asked for.
    name: Field,
    pub(super) context: Field,
    /// The future that the coroutine awaits.
    pub(super) waiter: Field,
}
heap_object!(Task = 611, refs 4..17);

const _: () = assert!(std::mem::offset_of!(Task, coroutine) == 13 * 8);

impl Task {
    /// The task as a future.
    pub(super) fn as_future(this: Gc<Task>) -> Gc<Future> {
        Gc::from_value(this.value())
    }
}

/// Numbers of tasks without a name.
static COUNTER: GilCell<Cell<i64>> = GilCell::new(Cell::new(0));

fn new(_t: &Thread, class: Gc<Type>, _args: Value, _kwargs: Value) -> Gc<Task> {
    let task = Task {
        future: Future::blank(),
        coroutine: Field::null(),
        name: Field::null(),
        context: Field::null(),
        waiter: Field::null(),
    };
    let extra = class.extra_bytes(words::<Task>());
    Gc::with_shape(class.root_shape.get(), task, extra)
}
fn check_coroutine(t: &Thread, v: Value) -> R<()> {
    if v.is_ptr() && v.shape_id() == kinds::COROUTINE {
        return Ok(());
    }
    let is_one = from_module(t, "asyncio.coroutines", "iscoroutine")?;
    let yes = call::call(t, is_one, &[v])?;
    if ops::truth(t, yes)? {
        return Ok(());
    }
    let shown = ops::repr(t, v)?;
    let m = format!("a coroutine was expected, got {}", shown.lossy());
    Err(errors::type_error(t, m))
}
fn init(
    t: &Thread,
    this: Gc<Task>,
    coroutine: Value,
    event_loop: Option<Value>,
    name: Option<Value>,
    context: Option<Value>,
    eager_start: Option<Value>,
) -> R<()> {
    let f = Task::as_future(this);
    start(t, f, event_loop)?;
    if let Err(raised) = check_coroutine(t, coroutine) {
        f.mark(bits::LOG_DESTROY, false);
        return Err(raised);
    }
    let name = match name.filter(|v| !v.is_none()) {
        Some(name) => ops::str(t, name)?.value(),
        None => {
            let counter = COUNTER.get();
            counter.set(counter.get() + 1);
            Value::int(counter.get())
        }
    };
    this.name.set(this, name);
    this.waiter.clear();
    this.coroutine.set(this, coroutine);
    let context = context
        .filter(|v| !v.is_none())
        .unwrap_or_else(|| contextvars::copy_context(t).value());
    this.context.set(this, context);
    // One that dies pending has something to say.
    finalize::register(this.value());
    let event_loop = loop_of(t, f)?;
    if let Some(eager) = eager_start
        && ops::truth(t, eager)?
    {
        let runs = call::call_attr(t, event_loop, "is_running", &[])?;
        if ops::truth(t, runs)? {
            return step::start_eagerly(t, this);
        }
    }
    step::schedule(t, this, None)?;
    running::register(t, this.value())
}

fn repr(t: &Thread, this: Gc<Task>) -> R<Value> {
    let show = from_module(t, "asyncio.base_tasks", "_task_repr")?;
    call::call(t, show, &[this.value()])
}
fn get_name(_t: &Thread, this: Gc<Task>) -> Value {
    let name = or_none(&this.name);
    if name.is_int() {
        let text = Str::new(&format!("Task-{}", name.as_int())).value();
        this.name.set(this, text);
        return text;
    }
    name
}
fn set_name(t: &Thread, this: Gc<Task>, name: Value) -> R<()> {
    let name = ops::str(t, name)?;
    this.name.set(this, name.value());
    Ok(())
}
fn get_coro(_t: &Thread, this: Gc<Task>) -> Value {
    or_none(&this.coroutine)
}
fn get_context(_t: &Thread, this: Gc<Task>) -> Value {
    or_none(&this.context)
}
fn set_result(t: &Thread, _this: Gc<Task>, _result: Value) -> R<()> {
    Err(unsupported(t, "set_result"))
}
fn set_exception(t: &Thread, _this: Gc<Task>, _exception: Value) -> R<()> {
    Err(unsupported(t, "set_exception"))
}
/// Asks the task to end: whatever it awaits is cancelled, or else its next step
/// finds a `CancelledError`.
fn cancel(t: &Thread, this: Gc<Task>, message: Option<Value>) -> R<bool> {
    let f = Task::as_future(this);
    f.mark(bits::LOG_TRACEBACK, false);
    if f.is_done() {
        return Ok(false);
    }
    let message = message.unwrap_or(Value::NONE);
    f.cancels.set(f.cancels.get() + 1);
    if let Some(waiter) = this.waiter.get().opt()
        && cancel_other(t, waiter, message)?
    {
        return Ok(true);
    }
    f.mark(bits::MUST_CANCEL, true);
    f.cancel_message.set(f, message);
    Ok(true)
}
/// `waiter.cancel(msg=message)`
pub fn cancel_other(t: &Thread, waiter: Value, message: Value) -> R<bool> {
    if let Some(f) = waiter.cast_exact::<Future>() {
        return cancel_with(t, f, message);
    }
    let f = pyjit_runtime::core::attr::get(t, waiter, intern("cancel"))?;
    let names = Tuple::new(&[intern("msg").value()]);
    let answer = call::call_kw(t, f, &[message], Some(names))?;
    ops::truth(t, answer)
}
fn cancelling(_t: &Thread, this: Gc<Task>) -> i64 {
    this.future.cancels.get()
}
fn uncancel(_t: &Thread, this: Gc<Task>) -> i64 {
    let f = &this.future;
    if f.cancels.get() > 0 {
        f.cancels.set(f.cancels.get() - 1);
        if f.cancels.get() == 0 {
            f.mark(bits::MUST_CANCEL, false);
        }
    }
    f.cancels.get()
}
fn get_stack(t: &Thread, this: Gc<Task>, limit: Option<Value>) -> R<Value> {
    let f = from_module(t, "asyncio.base_tasks", "_task_get_stack")?;
    call::call(t, f, &[this.value(), limit.unwrap_or(Value::NONE)])
}
fn print_stack(t: &Thread, this: Gc<Task>, limit: Option<Value>, file: Option<Value>) -> R<Value> {
    let f = from_module(t, "asyncio.base_tasks", "_task_print_stack")?;
    let (limit, file) = (limit.unwrap_or(Value::NONE), file.unwrap_or(Value::NONE));
    call::call(t, f, &[this.value(), limit, file])
}
fn del(t: &Thread, this: Gc<Task>) -> R<()> {
    let f = Task::as_future(this);
    if !f.is_done() && f.has(bits::LOG_DESTROY) && f.event_loop.is_set() {
        let context = Dict::new();
        context.set_str(t, intern("task"), f.value())?;
        let m = "Task was destroyed but it is pending!";
        context.set_str(t, intern("message"), Str::new(m).value())?;
        complain(t, f, context)?;
    }
    log_exception(t, f)
}

fn get_log_destroy(_t: &Thread, this: Gc<Task>) -> bool {
    this.future.has(bits::LOG_DESTROY)
}
fn set_log_destroy(t: &Thread, this: Gc<Task>, v: Option<Value>) -> R<()> {
    let v = v.ok_or_else(|| errors::attribute_error(t, "cannot delete attribute"))?;
    let on = ops::truth(t, v)?;
    this.future.mark(bits::LOG_DESTROY, on);
    Ok(())
}
fn get_must_cancel(_t: &Thread, this: Gc<Task>) -> bool {
    this.future.has(bits::MUST_CANCEL)
}
fn get_waiter(_t: &Thread, this: Gc<Task>) -> Value {
    or_none(&this.waiter)
}

py_class! {
    /// A coroutine wrapped in a Future.
    pub TASK: Task = "Task", base Future::KIND, flags flags::BASETYPE | flags::HAS_WEAKREF, module "_asyncio";
    methods {
        @staticmethod __new__(cls, /, *args, **kwargs) => new;
        __init__(self, coro, *, loop=None, name=None, context=None, eager_start=False) => init;
        __del__(self, /) => del;
        __repr__(self, /) => repr;
        set_result(self, result, /) => set_result;
        set_exception(self, exception, /) => set_exception;
        /// Request that this task cancel itself: at its next step a
        /// CancelledError is thrown into the wrapped coroutine.
        cancel(self, /, msg=None) => cancel;
        /// Return the count of the task's cancellation requests.
        cancelling(self, /) => cancelling;
        /// Decrement the task's count of cancellation requests.
        uncancel(self, /) => uncancel;
        get_name(self, /) => get_name;
        set_name(self, value, /) => set_name;
        get_coro(self, /) => get_coro;
        get_context(self, /) => get_context;
        /// Return the list of stack frames for this task's coroutine.
        get_stack(self, /, *, limit=None) => get_stack;
        /// Print the stack or traceback for this task's coroutine.
        print_stack(self, /, *, limit=None, file=None) => print_stack;
        /// See PEP 585
        @classmethod __class_getitem__(cls, object, /) => class_getitem;
    }
    getset {
        _log_destroy_pending => get_log_destroy, set_log_destroy;
        _must_cancel => get_must_cancel;
        _coro => get_coro;
        _fut_waiter => get_waiter;
    }
}
