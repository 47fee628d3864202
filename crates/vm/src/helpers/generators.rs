//! Iteration protocols of generators, coroutines, async iteration.

use pyjit_bytecode::code::flags as co;
use pyjit_heap::{Gc, Value};
use pyjit_runtime::core::special::Special;
use pyjit_runtime::core::{call, errors, kinds, ops};
use pyjit_runtime::types::exceptions::{Exc, Exception};
use pyjit_runtime::types::tuple::Tuple;
use pyjit_runtime::types::type_::{class_of, type_name};
use pyjit_runtime::{R, Thread};

use super::helpers;
use crate::objects::function::Function;
use crate::objects::generator::{Generator, State};
use crate::objects::generator_methods;
use pyjit_runtime::core::host::Resumed;

helpers! {
    /// (has it ended?, value) of `x.send(v)` or `next(x)`.
    SEND(t, x, v) [] {
        if let Some(g) = Generator::of(x).filter(|_| x.shape_id() != kinds::ASYNC_GENERATOR) {
            return Ok(match generator_methods::send(t, g, v)? {
                Resumed::Yielded(v) => Tuple::new(&[Value::FALSE, v]).value(),
                Resumed::Returned(v) => Tuple::new(&[Value::TRUE, v]).value(),
            });
        }
        if v.is_none()
            && let Some(r) = pyjit_runtime::types::iterators::next_native(t, x)
        {
            return Ok(match r? {
                Some(v) => Tuple::new(&[Value::FALSE, v]).value(),
                None => Tuple::new(&[Value::TRUE, Value::NONE]).value(),
            });
        }
        let r = if v.is_none() {
            match class_of(x).special(Special::Next) {
                Some(m) => call::call_method(t, m, x, &[]),
                None => Err(errors::type_error(t, format!("'{}' object is not an iterator", type_name(x)))),
            }
        } else {
            call::call_attr(t, x, "send", &[v])
        };
        match r {
            Ok(v) => Ok(Tuple::new(&[Value::FALSE, v]).value()),
            Err(_) if errors::matches(t, Exc::StopIteration) => {
                let v = stop_value(t.take_exception());
                Ok(Tuple::new(&[Value::TRUE, v]).value())
            }
            Err(e) => Err(e),
        }
    }
    /// The iterator of `yield from x` in function `f`.
    YIELD_FROM_ITER(t, x, f) [] {
        if let Some(g) = Generator::of(x) {
            match x.shape_id() {
                kinds::GENERATOR if !g.code_has(co::ITERABLE_COROUTINE) => return Ok(x),
                kinds::GENERATOR | kinds::COROUTINE => {
                    let f: Gc<Function> = Gc::from_value(f);
                    if f.code.gc().has(co::COROUTINE | co::ITERABLE_COROUTINE) || x.shape_id() == kinds::GENERATOR {
                        return Ok(x);
                    }
                    let m = "cannot 'yield from' a coroutine object in a non-coroutine generator";
                    return Err(errors::type_error(t, m));
                }
                _ => {}
            }
        }
        ops::iter(t, x)
    }
    /// The value of exception `e` if it is `StopIteration`, else absent.
    STOP_VALUE(t, e) [reads leaf] {
        if class_of(e).is_subtype(Exc::StopIteration.class()) { Ok(stop_value(e)) } else { Ok(Value::NULL) }
    }
    /// The iterator behind `await x`.
    AWAITABLE(t, x, from) [] { awaitable(t, x, from.as_int()) }
    /// `x.__aiter__()`.
    AITER(t, x) [] {
        let Some(m) = class_of(x).special(Special::Aiter) else {
            let m = format!("'async for' requires an object with __aiter__ method, got {}", type_name(x));
            return Err(errors::type_error(t, m));
        };
        let it = call::call_method(t, m, x, &[])?;
        async_iterator(t, it)
    }
    /// The asynchronous iterator that `__aiter__` has given.
    AITER_RESULT(t, it) [] { async_iterator(t, it) }
    /// What `__anext__` has given: it is awaited next.
    ANEXT_RESULT(_t, a) [] { Ok(a) }
    /// The iterator that `__await__` has given.
    AWAIT_RESULT(t, it) [] { await_iterator(t, it) }
    /// `x.__anext__()`.
    ANEXT(t, x) [] {
        let Some(m) = class_of(x).special(Special::Anext) else {
            let m = format!("'async for' requires an iterator with __anext__ method, got {}", type_name(x));
            return Err(errors::type_error(t, m));
        };
        call::call_method(t, m, x, &[])
    }
    /// Is `e` a `StopAsyncIteration`?
    IS_STOP_ASYNC(t, e) [pure] {
        Ok(Value::bool(class_of(e).is_subtype(Exc::StopAsyncIteration.class())))
    }
}

/// The value that a `StopIteration` carries.
pub fn stop_value(e: Value) -> Value {
    let Some(e) = e.cast::<Exception>() else {
        return Value::NONE;
    };
    match e.extra(0).opt() {
        Some(v) => v,
        None => e.args.gc().items().first().copied().unwrap_or(Value::NONE),
    }
}

/// The iterator behind `await x`; `from` is for the message.
pub fn awaitable(t: &Thread, x: Value, from: i64) -> R<Value> {
    if let Some(g) = Generator::of(x) {
        if x.shape_id() == kinds::COROUTINE {
            let busy = g.state.get() == State::Suspended
                && crate::objects::generator_methods::delegate(g).is_some();
            if busy {
                return Err(errors::runtime_error(
                    t,
                    "coroutine is being awaited already",
                ));
            }
            return Ok(x);
        }
        if g.code_has(co::ITERABLE_COROUTINE) {
            return Ok(x);
        }
    }
    let Some(m) = class_of(x).special(Special::Await) else {
        let name = type_name(x);
        let m = match from {
            1 => format!(
                "'async with' received an object from __aenter__ that does not implement __await__: {name}"
            ),
            2 => format!(
                "'async with' received an object from __aexit__ that does not implement __await__: {name}"
            ),
            3 => format!("'async for' received an invalid object from __anext__: {name}"),
            _ => format!("'{name}' object can't be awaited"),
        };
        return Err(errors::type_error(t, m));
    };
    let it = call::call_method(t, m, x, &[]).map_err(|e| {
        if from == 3 {
            let cause = t.take_exception();
            let m = format!(
                "'async for' received an invalid object from __anext__: {}",
                type_name(x)
            );
            let r = errors::type_error(t, m);
            let new: Gc<Exception> = Gc::from_value(t.exc.get());
            new.cause.set(new, cause);
            new.suppress_context.set(true);
            return r;
        }
        e
    })?;
    await_iterator(t, it)
}

/// What `__aiter__` has given, if it is an asynchronous iterator.
fn async_iterator(t: &Thread, it: Value) -> R<Value> {
    if class_of(it).special(Special::Anext).is_none() {
        let m = format!(
            "'async for' received an object from __aiter__ that does not implement __anext__: {}",
            type_name(it)
        );
        return Err(errors::type_error(t, m));
    }
    Ok(it)
}

/// What `__await__` has given, if it can be waited for.
fn await_iterator(t: &Thread, it: Value) -> R<Value> {
    if it.is_ptr() && it.shape_id() == kinds::COROUTINE {
        return Err(errors::type_error(t, "__await__() returned a coroutine"));
    }
    if class_of(it).special(Special::Next).is_none() {
        let m = format!(
            "__await__() returned non-iterator of type '{}'",
            type_name(it)
        );
        return Err(errors::type_error(t, m));
    }
    Ok(it)
}
