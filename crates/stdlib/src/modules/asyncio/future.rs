//! `Future`: a result that is not there yet, and the callbacks that wait for it.

use std::cell::Cell;

use pyjit_heap::{Field, Gc, GilCell, Header, Root, Value, finalize, heap_object};
use pyjit_runtime::core::call::{self, ArgVec};
use pyjit_runtime::core::class::words;
use pyjit_runtime::core::native::{FromArg, Position};
use pyjit_runtime::core::{attr, errors, kinds, ops};
use pyjit_runtime::types::dict::Dict;
use pyjit_runtime::types::exceptions::{Exc, Exception};
use pyjit_runtime::types::list::List;
use pyjit_runtime::types::set::Set;
use pyjit_runtime::types::str_::{Str, intern};
use pyjit_runtime::types::tuple::Tuple;
use pyjit_runtime::types::type_::{Type, class_of, flags};
use pyjit_runtime::{R, Raised, Thread, py_class};

use super::task::Task;
use super::{awaiting, from_module, raise_invalid_state, running};
use crate::layout::class_getitem;
use crate::modules::contextvars;

/// A future. A [`Task`] begins with one.
#[repr(C)]
pub struct Future {
    header: Header,
    pub(super) state: Cell<State>,
    flags: Cell<u64>,
    /// Requests to cancel a task.
    pub(super) cancels: Cell<i64>,
    /// The event loop; absent while the future is not initialised.
    pub(super) event_loop: Field,
    /// What to call when it is done: a list of callback, context, callback, context ...
    callbacks: Field,
    result: Field,
    exception: Field,
    traceback: Field,
    /// Where it was made, in debug mode.
    pub(super) source: Field,
    pub(super) cancel_message: Field,
    /// The `CancelledError` that ended it, to be raised once more.
    pub(super) cancelled: Field,
    /// The future that waits for it, or a set of them.
    awaited_by: Field,
}
heap_object!(Future = 610, refs 4..13);

/// What became of a future.
#[derive(Clone, Copy, PartialEq, Eq)]
#[repr(u64)]
pub enum State {
    Pending,
    Cancelled,
    Finished,
}

/// Bits of [`Future::has`].
pub mod bits {
    /// An `await` has yielded it, properly.
    pub const BLOCKING: u64 = 1;
    /// Its exception has not been looked at.
    pub const LOG_TRACEBACK: u64 = 2;
    /// The task is to be cancelled at its next step.
    pub const MUST_CANCEL: u64 = 4;
    /// A task that dies pending is worth a message.
    pub const LOG_DESTROY: u64 = 8;
}

impl Future {
    /// One that is not initialised.
    pub(super) fn blank() -> Future {
        Future {
            header: Header::NEW,
            event_loop: Field::null(),
            callbacks: Field::null(),
            result: Field::null(),
            exception: Field::null(),
            traceback: Field::null(),
            source: Field::null(),
            cancel_message: Field::null(),
            cancelled: Field::null(),
            awaited_by: Field::null(),
            state: Cell::new(State::Pending),
            flags: Cell::new(0),
            cancels: Cell::new(0),
        }
    }
    pub(super) fn has(&self, bit: u64) -> bool {
        self.flags.get() & bit != 0
    }
    pub(super) fn mark(&self, bit: u64, on: bool) {
        let f = self.flags.get();
        self.flags.set(if on { f | bit } else { f & !bit });
    }
    pub(super) fn is_done(&self) -> bool {
        self.state.get() != State::Pending
    }
}

/// The future that an object is or begins with.
pub fn future(v: Value) -> Option<Gc<Future>> {
    v.cast::<Future>()
        .or_else(|| v.cast::<Task>().map(|task| Gc::from_value(task.value())))
}

/// A receiver that is a future or a task.
pub struct Fut(pub Gc<Future>);

impl FromArg for Fut {
    #[inline]
    fn from_arg(t: &Thread, v: Value, at: Position) -> R<Fut> {
        match future(v) {
            Some(f) => Ok(Fut(f)),
            None => Gc::<Future>::from_arg(t, v, at).map(Fut),
        }
    }
}

fn new(_t: &Thread, class: Gc<Type>, _args: Value, _kwargs: Value) -> Gc<Future> {
    let extra = class.extra_bytes(words::<Future>());
    Gc::with_shape(class.root_shape.get(), Future::blank(), extra)
}
/// Puts a future into its first state, on `event_loop` or the current one.
pub fn start(t: &Thread, f: Gc<Future>, event_loop: Option<Value>) -> R<()> {
    let event_loop = match event_loop.filter(|v| !v.is_none()) {
        Some(v) => v,
        None => running::get_event_loop(t)?,
    };
    for field in [
        &f.callbacks,
        &f.result,
        &f.exception,
        &f.traceback,
        &f.source,
        &f.cancel_message,
        &f.cancelled,
        &f.awaited_by,
    ] {
        field.clear();
    }
    f.state.set(State::Pending);
    f.flags.set(bits::LOG_DESTROY);
    f.cancels.set(0);
    f.event_loop.set(f, event_loop);
    let debug = call::call_attr(t, event_loop, "get_debug", &[])?;
    if ops::truth(t, debug)? {
        let frame = t.host().frame(t, 0).unwrap_or(Value::NONE);
        let extract = from_module(t, "asyncio.format_helpers", "extract_stack")?;
        f.source.set(f, call::call(t, extract, &[frame])?);
    }
    Ok(())
}
fn init(t: &Thread, Fut(f): Fut, event_loop: Option<Value>) -> R<()> {
    start(t, f, event_loop)
}
/// The loop of a future that is initialised.
pub fn loop_of(t: &Thread, f: Gc<Future>) -> R<Value> {
    f.event_loop
        .get()
        .opt()
        .ok_or_else(|| errors::runtime_error(t, "Future object is not initialized."))
}

static CONTEXT: GilCell<Option<Root>> = GilCell::new(None);
/// The names of the arguments in `f(..., context=...)`.
pub fn context_keyword() -> Gc<Tuple> {
    CONTEXT.with_mut(|c| {
        let names = || Root::new(Tuple::new(&[intern("context").value()]).value());
        Gc::from_value(c.get_or_insert_with(names).get())
    })
}
/// `event_loop.call_soon(callback[, argument], context=context)`.
pub fn call_soon(
    t: &Thread,
    event_loop: Value,
    callback: Value,
    argument: Option<Value>,
    context: Option<Value>,
) -> R<()> {
    let f = attr::get(t, event_loop, intern("call_soon"))?;
    let mut args = ArgVec::new();
    args.push(callback);
    args.extend(argument.as_slice());
    match context {
        None => call::call(t, f, &args)?,
        Some(context) => {
            args.push(context);
            call::call_kw(t, f, &args, Some(context_keyword()))?
        }
    };
    Ok(())
}
fn schedule_callbacks(t: &Thread, f: Gc<Future>) -> R<()> {
    let Some(list) = f.callbacks.get().cast_opt::<List>() else {
        return Ok(());
    };
    f.callbacks.clear();
    let event_loop = loop_of(t, f)?;
    for i in (0..list.len()).step_by(2) {
        let context = Some(list.get(i + 1));
        call_soon(t, event_loop, list.get(i), Some(f.value()), context)?;
    }
    Ok(())
}
/// Calls `callback` when the future is done, in `context`.
pub fn add_callback(t: &Thread, f: Gc<Future>, callback: Value, context: Option<Value>) -> R<()> {
    if f.is_done() {
        return call_soon(t, loop_of(t, f)?, callback, Some(f.value()), context);
    }
    let context = context.unwrap_or_else(|| contextvars::copy_context(t).value());
    let list = f.callbacks.get().cast_opt::<List>().unwrap_or_else(|| {
        let list = List::new();
        f.callbacks.set(f, list.value());
        list
    });
    list.push(t, callback)?;
    list.push(t, context)
}
fn add_done_callback(t: &Thread, Fut(f): Fut, callback: Value, context: Option<Value>) -> R<()> {
    loop_of(t, f)?;
    add_callback(t, f, callback, context.filter(|v| !v.is_none()))
}
fn remove_done_callback(t: &Thread, Fut(f): Fut, callback: Value) -> R<usize> {
    loop_of(t, f)?;
    let (mut removed, mut i) = (0, 0);
    while let Some(list) = f.callbacks.get().cast_opt::<List>()
        && i < list.len()
    {
        if ops::eq(t, list.get(i), callback)? {
            list.splice(t, i.min(list.len()), (i + 2).min(list.len()), &[])?;
            removed += 1;
        } else {
            i += 2;
        }
    }
    Ok(removed)
}

fn finish(t: &Thread, f: Gc<Future>, state: State) -> R<()> {
    f.state.set(state);
    if !f.has(bits::LOG_TRACEBACK) && !class_of(f.value()).has(flags::HEAP) {
        finalize::unregister(f.value());
    }
    schedule_callbacks(t, f)
}
/// Ends a pending future with a result.
pub fn finish_with(t: &Thread, f: Gc<Future>, result: Value) -> R<()> {
    if f.is_done() {
        return Err(raise_invalid_state(t, "invalid state"));
    }
    f.result.set(f, result);
    finish(t, f, State::Finished)
}
fn set_result(t: &Thread, Fut(f): Fut, result: Value) -> R<()> {
    loop_of(t, f)?;
    finish_with(t, f, result)
}
/// Ends a pending future with an exception.
pub fn fail_with(t: &Thread, f: Gc<Future>, exception: Value) -> R<()> {
    if f.is_done() {
        return Err(raise_invalid_state(t, "invalid state"));
    }
    let e = match exception.cast::<Type>() {
        Some(class) if class.is_subtype(Exc::BaseException.class()) => {
            call::call(t, exception, &[])?
        }
        _ => exception,
    };
    let Some(mut e) = e.cast::<Exception>() else {
        return Err(errors::type_error(t, "invalid exception object"));
    };
    if class_of(e.value()).is_subtype(Exc::StopIteration.class()) {
        let m = "StopIteration interacts badly with generators and cannot be raised into a Future";
        let new = Exception::new(Exc::RuntimeError.class(), &[Str::new(m).value()]);
        new.cause.set(new, e.value());
        new.context.set(new, e.value());
        new.suppress_context.set(true);
        e = new;
    }
    f.exception.set(f, e.value());
    f.traceback.set(f, e.traceback.get());
    f.mark(bits::LOG_TRACEBACK, true);
    // From now on it has something to say when it dies.
    finalize::register(f.value());
    finish(t, f, State::Finished)
}
fn set_exception(t: &Thread, Fut(f): Fut, exception: Value) -> R<()> {
    loop_of(t, f)?;
    fail_with(t, f, exception)
}
/// Cancels a future; false if it is done.
pub fn cancel_with(t: &Thread, f: Gc<Future>, message: Value) -> R<bool> {
    f.mark(bits::LOG_TRACEBACK, false);
    if f.is_done() {
        return Ok(false);
    }
    f.cancel_message.set(f, message);
    finish(t, f, State::Cancelled)?;
    Ok(true)
}
fn cancel(t: &Thread, Fut(f): Fut, message: Option<Value>) -> R<bool> {
    loop_of(t, f)?;
    cancel_with(t, f, message.unwrap_or(Value::NULL))
}
/// The `CancelledError` to raise.
pub fn cancelled_error(t: &Thread, f: Gc<Future>) -> R<Value> {
    if let Some(e) = f.cancelled.get().opt() {
        f.cancelled.clear();
        return Ok(e);
    }
    let class = from_module(t, "asyncio.exceptions", "CancelledError")?;
    match f.cancel_message.get().opt().filter(|m| !m.is_none()) {
        Some(message) => call::call(t, class, &[message]),
        None => call::call(t, class, &[]),
    }
}
fn make_cancelled_error(t: &Thread, Fut(f): Fut) -> R<Value> {
    cancelled_error(t, f)
}

/// The result, or what is to be raised (not yet pending) in its place.
pub fn outcome(t: &Thread, f: Gc<Future>) -> R<Result<Value, Value>> {
    match f.state.get() {
        State::Cancelled => return Ok(Err(cancelled_error(t, f)?)),
        State::Pending => return Err(raise_invalid_state(t, "Result is not set.")),
        State::Finished => {}
    }
    f.mark(bits::LOG_TRACEBACK, false);
    let Some(e) = f.exception.get().cast_opt::<Exception>() else {
        return Ok(Ok(f.result.get()));
    };
    e.traceback.set(e, f.traceback.get());
    f.traceback.clear();
    Ok(Err(e.value()))
}
/// The result of a future, or its exception raised.
pub fn result_of(t: &Thread, f: Gc<Future>) -> R<Value> {
    outcome(t, f)?.map_err(|e| errors::set(t, e))
}
fn result(t: &Thread, Fut(f): Fut) -> R<Value> {
    loop_of_or_state(t, f)?;
    result_of(t, f)
}
fn loop_of_or_state(t: &Thread, f: Gc<Future>) -> R<()> {
    match f.event_loop.is_set() {
        true => Ok(()),
        false => Err(raise_invalid_state(t, "Future object is not initialized.")),
    }
}
fn exception(t: &Thread, Fut(f): Fut) -> R<Value> {
    loop_of_or_state(t, f)?;
    match f.state.get() {
        State::Cancelled => {
            let e = cancelled_error(t, f)?;
            Err(errors::set(t, e))
        }
        State::Pending => Err(raise_invalid_state(t, "Exception is not set.")),
        State::Finished => {
            f.mark(bits::LOG_TRACEBACK, false);
            Ok(or_none(&f.exception))
        }
    }
}
fn cancelled(_t: &Thread, Fut(f): Fut) -> bool {
    f.state.get() == State::Cancelled
}
fn done(_t: &Thread, Fut(f): Fut) -> bool {
    f.is_done()
}
fn get_loop(t: &Thread, Fut(f): Fut) -> R<Value> {
    loop_of(t, f)
}

/// Tells the loop of an exception that nobody has looked at.
pub fn log_exception(t: &Thread, f: Gc<Future>) -> R<()> {
    if !f.has(bits::LOG_TRACEBACK) {
        return Ok(());
    }
    f.mark(bits::LOG_TRACEBACK, false);
    let context = Dict::new();
    let message = format!(
        "{} exception was never retrieved",
        class_of(f.value()).name_str()
    );
    context.set_str(t, intern("message"), Str::new(&message).value())?;
    context.set_str(t, intern("exception"), or_none(&f.exception))?;
    context.set_str(t, intern("future"), f.value())?;
    complain(t, f, context)
}
/// Calls the loop's exception handler.
pub fn complain(t: &Thread, f: Gc<Future>, context: Gc<Dict>) -> R<()> {
    if let Some(source) = f.source.get().opt() {
        context.set_str(t, intern("source_traceback"), source)?;
    }
    let args = [context.value()];
    call::call_attr(t, loop_of(t, f)?, "call_exception_handler", &args).map(drop)
}
fn del(t: &Thread, Fut(f): Fut) -> R<()> {
    log_exception(t, f)
}
fn repr(t: &Thread, Fut(f): Fut) -> R<Value> {
    let show = from_module(t, "asyncio.base_futures", "_future_repr")?;
    call::call(t, show, &[f.value()])
}
fn await_(t: &Thread, Fut(f): Fut) -> R<Value> {
    loop_of(t, f)?;
    Ok(awaiting::new(f))
}

/// Records that `waiter` awaits `f`.
pub fn add_waiter(t: &Thread, f: Gc<Future>, waiter: Value) -> R<()> {
    match f.awaited_by.get().opt() {
        None => f.awaited_by.set(f, waiter),
        Some(v) => match v.cast::<Set>() {
            Some(set) => set.add(t, waiter)?,
            None => {
                let set = Set::new();
                set.add(t, v)?;
                set.add(t, waiter)?;
                f.awaited_by.set(f, set.value());
            }
        },
    }
    Ok(())
}
/// Records that `waiter` awaits `f` no longer.
pub fn remove_waiter(t: &Thread, f: Gc<Future>, waiter: Value) -> R<()> {
    match f.awaited_by.get().opt() {
        Some(v) if v == waiter => f.awaited_by.clear(),
        Some(v) if v.cast::<Set>().is_some() => {
            call::call_attr(t, v, "discard", &[waiter])?;
        }
        _ => {}
    }
    Ok(())
}

/// A field's value, `None` if it is absent.
pub fn or_none(field: &Field) -> Value {
    field.get().opt().unwrap_or(Value::NONE)
}
fn get_state(_t: &Thread, Fut(f): Fut) -> &'static str {
    match f.state.get() {
        State::Pending => "PENDING",
        State::Cancelled => "CANCELLED",
        State::Finished => "FINISHED",
    }
}
fn get_blocking(_t: &Thread, Fut(f): Fut) -> bool {
    f.event_loop.is_set() && f.has(bits::BLOCKING)
}
fn no_delete(t: &Thread, v: Option<Value>) -> R<Value> {
    v.ok_or_else(|| errors::attribute_error(t, "cannot delete attribute"))
}
fn set_blocking(t: &Thread, Fut(f): Fut, v: Option<Value>) -> R<()> {
    loop_of(t, f)?;
    let on = ops::truth(t, no_delete(t, v)?)?;
    f.mark(bits::BLOCKING, on);
    Ok(())
}
fn get_log(_t: &Thread, Fut(f): Fut) -> bool {
    f.event_loop.is_set() && f.has(bits::LOG_TRACEBACK)
}
fn set_log(t: &Thread, Fut(f): Fut, v: Option<Value>) -> R<()> {
    if ops::truth(t, no_delete(t, v)?)? {
        let m = "_log_traceback can only be set to False";
        return Err(errors::value_error(t, m));
    }
    f.mark(bits::LOG_TRACEBACK, false);
    Ok(())
}
fn get_event_loop(_t: &Thread, Fut(f): Fut) -> Value {
    or_none(&f.event_loop)
}
fn get_callbacks(t: &Thread, Fut(f): Fut) -> R<Value> {
    let Some(list) = f
        .callbacks
        .get()
        .cast_opt::<List>()
        .filter(|l| !l.is_empty())
    else {
        return Ok(Value::NONE);
    };
    let pairs = List::new();
    for pair in list.items().chunks_exact(2) {
        pairs.push(t, Tuple::new(pair).value())?;
    }
    Ok(pairs.value())
}
fn get_result(_t: &Thread, Fut(f): Fut) -> Value {
    or_none(&f.result)
}
fn get_exception(_t: &Thread, Fut(f): Fut) -> Value {
    or_none(&f.exception)
}
fn get_source(_t: &Thread, Fut(f): Fut) -> Value {
    or_none(&f.source)
}
fn get_message(_t: &Thread, Fut(f): Fut) -> Value {
    or_none(&f.cancel_message)
}
fn set_message(t: &Thread, Fut(f): Fut, v: Option<Value>) -> R<()> {
    f.cancel_message.set(f, no_delete(t, v)?);
    Ok(())
}
fn get_awaited_by(t: &Thread, Fut(f): Fut) -> R<Value> {
    let Some(v) = f.awaited_by.get().opt() else {
        return Ok(Value::NONE);
    };
    let set = match v.cast::<Set>() {
        Some(set) => set,
        None => {
            let set = Set::new();
            set.add(t, v)?;
            set
        }
    };
    Ok(Set::frozen(set).value())
}

/// Raises that a method is not for tasks.
pub fn unsupported(t: &Thread, what: &str) -> Raised {
    errors::runtime_error(t, format!("Task does not support {what} operation"))
}

py_class! {
    /// This class is *almost* compatible with concurrent.futures.Future.
    ///
    /// Its result() and exception() take no timeout and raise an exception
    /// when the future isn't done yet; callbacks are always called through the
    /// event loop's call_soon(). The class is not thread-safe.
    pub FUTURE: Future = "Future", base kinds::OBJECT, flags flags::BASETYPE | flags::HAS_WEAKREF, module "_asyncio";
    methods {
        @staticmethod __new__(cls, /, *args, **kwargs) => new;
        __init__(self, *, loop=None) => init;
        __del__(self, /) => del;
        __repr__(self, /) => repr;
        __await__(self, /) => await_;
        __iter__(self, /) => await_;
        /// Return the result this future represents.
        result(self, /) => result;
        /// Return the exception that was set on this future.
        exception(self, /) => exception;
        /// Mark the future done and set its result.
        set_result(self, result, /) => set_result;
        /// Mark the future done and set an exception.
        set_exception(self, exception, /) => set_exception;
        /// Add a callback to be run when the future becomes done.
        add_done_callback(self, fn, /, *, context=None) => add_done_callback;
        /// Remove all instances of a callback from the "call when done" list.
        remove_done_callback(self, fn, /) => remove_done_callback;
        /// Cancel the future and schedule callbacks.
        cancel(self, /, msg=None) => cancel;
        /// Return True if the future was cancelled.
        cancelled(self, /) => cancelled [leaf];
        /// Return True if the future is done.
        done(self, /) => done [leaf];
        /// Return the event loop the Future is bound to.
        get_loop(self, /) => get_loop [leaf];
        /// Create the CancelledError to raise if the Future is cancelled.
        _make_cancelled_error(self, /) => make_cancelled_error;
        /// See PEP 585
        @classmethod __class_getitem__(cls, object, /) => class_getitem;
    }
    getset {
        _state => get_state;
        _asyncio_future_blocking => get_blocking, set_blocking;
        _loop => get_event_loop;
        _callbacks => get_callbacks;
        _result => get_result;
        _exception => get_exception;
        _log_traceback => get_log, set_log;
        _source_traceback => get_source;
        _cancel_message => get_message, set_message;
        _asyncio_awaited_by => get_awaited_by;
    }
}
