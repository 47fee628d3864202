//! What `await future` runs: it yields the future once, then has its result.

use pyjit_heap::{Gc, Value};
use pyjit_runtime::core::{call, errors, kinds};
use pyjit_runtime::types::exceptions::{Exc, Exception};
use pyjit_runtime::types::tuple::Tuple;
use pyjit_runtime::types::type_::{Type, of_kind};
use pyjit_runtime::{R, Thread, py_class};

use super::future::{Future, bits, result_of};
use crate::layout::itself;
use crate::native_layout;

native_layout! {
    /// The future, absent at the end.
    Awaiting = 612, refs 1..2 { future } ints { unused }
}

/// An iterator over a future.
pub fn new(f: Gc<Future>) -> Value {
    Awaiting::alloc(of_kind(612), f.value(), 0).value()
}
fn next(t: &Thread, this: Gc<Awaiting>) -> R<Value> {
    let Some(v) = this.future.get().opt() else {
        return Err(errors::stop_iteration(t, Value::NONE));
    };
    let f: Gc<Future> = Gc::from_value(v);
    if !f.is_done() {
        if !f.has(bits::BLOCKING) {
            f.mark(bits::BLOCKING, true);
            return Ok(v);
        }
        return Err(errors::runtime_error(t, "await wasn't used with future"));
    }
    this.future.clear();
    let result = result_of(t, f)?;
    Err(errors::stop_iteration(t, result))
}
fn send(t: &Thread, this: Gc<Awaiting>, _value: Value) -> R<Value> {
    next(t, this)
}
fn throw(
    t: &Thread,
    this: Gc<Awaiting>,
    kind: Value,
    value: Option<Value>,
    traceback: Option<Value>,
) -> R<Value> {
    let absent = |v: &Value| !v.is_none();
    let (value, traceback) = (value.filter(absent), traceback.filter(absent));
    if let Some(tb) = traceback
        && tb.shape_id() != kinds::TRACEBACK
    {
        let m = "throw() third argument must be a traceback";
        return Err(errors::type_error(t, m));
    }
    let e = match kind.cast::<Type>() {
        Some(class) if class.is_subtype(Exc::BaseException.class()) => match value {
            Some(v) if v.cast::<Exception>().is_some() => v,
            Some(v) => match v.cast::<Tuple>() {
                Some(args) => call::call(t, kind, args.items())?,
                None => call::call(t, kind, &[v])?,
            },
            None => call::call(t, kind, &[])?,
        },
        _ if kind.cast::<Exception>().is_some() && value.is_none() => kind,
        _ if kind.cast::<Exception>().is_some() => {
            let m = "instance exception may not have a separate value";
            return Err(errors::type_error(t, m));
        }
        _ => {
            let m =
                "exceptions must be classes deriving BaseException or instances of such a class";
            return Err(errors::type_error(t, m));
        }
    };
    if let (Some(e), Some(tb)) = (e.cast::<Exception>(), traceback) {
        e.traceback.set(e, tb);
    }
    this.future.clear();
    Err(errors::set(t, e))
}
fn close(_t: &Thread, this: Gc<Awaiting>) {
    let _ = this.unused.get();
    this.future.clear();
}

py_class! {
    pub AWAITING: Awaiting = "FutureIter", base kinds::OBJECT, flags 0, module "_asyncio";
    methods {
        __iter__(self, /) => itself;
        __next__(self, /) => next;
        send(self, value, /) => send;
        throw(self, type, value=None, traceback=None, /) => throw;
        close(self, /) => close;
    }
}
