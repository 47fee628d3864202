//! Raising, matching and handling exceptions.

use pyjit_heap::stack::HEADER_WORDS;
use pyjit_heap::{Gc, Value};
use pyjit_runtime::core::{call, errors};
use pyjit_runtime::types::exceptions::{Exc, Exception};
use pyjit_runtime::types::tuple::Tuple;
use pyjit_runtime::types::type_::{Type, class_of};
use pyjit_runtime::{R, Raised, Thread};

use super::helpers;
use crate::generators;
use crate::objects::function::Function;

helpers! {
    /// `raise`.
    RAISE_BARE(t) [] {
        match t.handled.get().opt().filter(|e| !e.is_none()) {
            Some(e) => {
                t.reraised.set(true);
                t.exc.set(e);
                Err(Raised)
            }
            None => Err(errors::runtime_error(t, "No active exception to reraise")),
        }
    }
    /// `raise e from cause`; no cause if absent.
    RAISE(t, e, cause) [] { Err(raise(t, e, cause)) }
    /// `e` is now being handled; gives what was before.
    PUSH_EXC(t, e) [no_raise] {
        let old = t.handled.replace(e);
        // What a generator inherits from its resumer may be another one next time.
        let inherited = own_generator(t).is_some_and(|g| g.outer.get() == old);
        Ok(if inherited || old.is_null() { Value::NONE } else { old })
    }
    /// `e` is being handled again.
    POP_EXC(t, e) [no_raise] {
        pop_exc(t, e);
        Ok(Value::NONE)
    }
    /// Does exception `e` match `class`?
    EXC_MATCH(t, e, class) [] { matches(t, e, class).map(Value::bool) }
    /// except*: (matching part, rest).
    EG_MATCH(t, e, class) [] { crate::groups::split(t, e, class) }
    /// Class of an exception.
    EXC_TYPE(t, e) [pure] {
        Ok(class_of(e).value())
    }
    /// Traceback of an exception, or `None`.
    EXC_TRACEBACK(t, e) [reads leaf] {
        let tb = e.cast::<Exception>().and_then(|e| e.traceback.get().opt());
        Ok(tb.unwrap_or(Value::NONE))
    }
}

/// The generator whose frame is running, if one is.
/// `e` is being handled again in the running frame.
pub fn pop_exc(t: &Thread, e: Value) {
    let e = match e.is_none() {
        true => own_generator(t).map_or(Value::NULL, |g| g.outer.get()),
        false => e,
    };
    t.handled.set(e);
}

fn own_generator(t: &Thread) -> Option<Gc<crate::objects::generator::Generator>> {
    let base = t.base.get();
    let f: Gc<Function> = Gc::from_value(base.below(HEADER_WORDS));
    let code = f.code.gc();
    code.is_resumed(code.index(t.pc.get()))
        .then(|| generators::running(base))
}

/// An exception object of an exception or exception class.
fn instance(t: &Thread, e: Value, message: &str) -> R<Value> {
    if e.cast::<Exception>().is_some() {
        return Ok(e);
    }
    if let Some(c) = e.cast::<Type>()
        && c.is_subtype(Exc::BaseException.class())
    {
        if pyjit_runtime::types::exceptions::plain_layout(c) {
            return Ok(Exception::new(c, &[]).value());
        }
        let made = call::call(t, e, &[])?;
        if made.cast::<Exception>().is_none() {
            let m = format!(
                "calling {} should have returned an instance of BaseException, not {}",
                pyjit_runtime::core::ops::repr(t, e)?.lossy(),
                pyjit_runtime::core::ops::repr(t, class_of(made).value())?.lossy()
            );
            return Err(errors::type_error(t, m));
        }
        return Ok(made);
    }
    Err(errors::type_error(t, message))
}

fn raise(t: &Thread, e: Value, cause: Value) -> Raised {
    let e = match instance(t, e, "exceptions must derive from BaseException") {
        Ok(e) => e,
        Err(r) => return r,
    };
    if !cause.is_null() {
        let exc: Gc<Exception> = Gc::from_value(e);
        if cause.is_none() {
            exc.cause.clear();
        } else {
            match instance(t, cause, "exception causes must derive from BaseException") {
                Ok(c) => exc.cause.set(exc, c),
                Err(r) => return r,
            }
        }
        exc.suppress_context.set(true);
    }
    errors::set(t, e)
}

fn is_exception_class(c: Value) -> bool {
    c.cast::<Type>()
        .is_some_and(|c| c.is_subtype(Exc::BaseException.class()))
}

/// `except class`.
pub fn matches(t: &Thread, e: Value, class: Value) -> R<bool> {
    const MESSAGE: &str = "catching classes that do not inherit from BaseException is not allowed";
    if let Some(tuple) = class.cast::<Tuple>() {
        if !tuple.items().iter().all(|c| is_exception_class(*c)) {
            return Err(errors::type_error(t, MESSAGE));
        }
        return Ok(tuple
            .items()
            .iter()
            .any(|c| class_of(e).is_subtype(Gc::from_value(*c))));
    }
    if !is_exception_class(class) {
        return Err(errors::type_error(t, MESSAGE));
    }
    Ok(class_of(e).is_subtype(Gc::from_value(class)))
}
