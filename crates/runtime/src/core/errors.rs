//! Raising exceptions from native code.

use pyjit_heap::{Gc, Value};

use super::thread::{Raised, Thread};
use crate::types::exceptions::{self, Exc, Exception};
use crate::types::str_::Str;
use crate::types::type_::Type;

/// Makes an exception of class `exc` with one message argument pending.
#[cold]
pub fn raise(t: &Thread, exc: Exc, message: impl AsRef<str>) -> Raised {
    raise_args(t, exc.class(), &[Str::new(message.as_ref()).value()])
}

/// Makes an exception of class `class` with these arguments pending. (The
/// class's own `__init__` is run if it has one.)
#[cold]
pub fn raise_args(t: &Thread, class: Gc<Type>, args: &[Value]) -> Raised {
    let made = match exceptions::plain_layout(class) {
        true => Ok(Exception::new(class, args).value()),
        false => super::call::call(t, class.value(), args),
    };
    match made {
        Ok(e) => set(t, e),
        Err(r) => r,
    }
}

/// Makes the exception object `e` pending, with `__context__` set.
#[cold]
pub fn set(t: &Thread, e: Value) -> Raised {
    exceptions::chain_context(t, e);
    t.set_exception(e)
}

macro_rules! raisers {
    ($($(#[$doc:meta])* $f:ident $exc:ident;)*) => {
        $($(#[$doc])* #[cold] pub fn $f(t: &Thread, message: impl AsRef<str>) -> Raised { raise(t, Exc::$exc, message) })*
    };
}
raisers! {
    /// Raises `TypeError`.
    type_error TypeError;
    /// Raises `ValueError`.
    value_error ValueError;
    /// Raises `IndexError`.
    index_error IndexError;
    /// Raises `AttributeError` without name and object; see [`attribute_error_for`].
    attribute_error AttributeError;
    /// Raises `NameError`.
    name_error NameError;
    /// Raises `OverflowError`.
    overflow_error OverflowError;
    /// Raises `ZeroDivisionError`.
    zero_division ZeroDivisionError;
    /// Raises `RuntimeError`.
    runtime_error RuntimeError;
    /// Raises `SystemError`.
    system_error SystemError;
    /// Raises `NotImplementedError`.
    not_implemented NotImplementedError;
}

/// Raises `KeyError(key)`.
#[cold]
pub fn key_error(t: &Thread, key: Value) -> Raised {
    raise_args(t, Exc::KeyError.class(), &[key])
}

/// Raises `MemoryError`.
#[cold]
pub fn memory_error(t: &Thread) -> Raised {
    raise_args(t, Exc::MemoryError.class(), &[])
}

/// Raises `StopIteration(value)`; without a value for `None`.
#[cold]
pub fn stop_iteration(t: &Thread, value: Value) -> Raised {
    let args: &[Value] = if value.is_none() || value.is_null() {
        &[]
    } else {
        &[value]
    };
    raise_args(t, Exc::StopIteration.class(), args)
}

/// Raises `AttributeError` with `name` and `obj` set, for "Did you mean".
#[cold]
pub fn attribute_error_for(
    t: &Thread,
    object: Value,
    name: Gc<Str>,
    message: impl AsRef<str>,
) -> Raised {
    let e = Exception::new(
        Exc::AttributeError.class(),
        &[Str::new(message.as_ref()).value()],
    );
    e.set_extra(0, name.value());
    e.set_extra(1, object);
    set(t, e.value())
}

/// Is the pending exception an instance of `exc`?
pub fn matches(t: &Thread, exc: Exc) -> bool {
    let e = t.exc.get();
    !e.is_null() && crate::types::type_::class_of(e).is_subtype(exc.class())
}

/// Swallows the pending exception if it is an instance of `exc`.
pub fn catch(t: &Thread, exc: Exc) -> bool {
    let hit = matches(t, exc);
    if hit {
        t.exc.set(Value::NULL);
    }
    hit
}
