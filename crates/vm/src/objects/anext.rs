//! What `anext(it, default)` gives: an awaitable that ends with the default.

use pyjit_heap::{Field, Gc, Header, Value, heap_object};
use pyjit_runtime::core::special::Special;
use pyjit_runtime::core::{call, errors, kinds};
use pyjit_runtime::types::exceptions::Exc;
use pyjit_runtime::types::type_::{class_of, flags};
use pyjit_runtime::{R, Raised, Thread};

use super::generator_methods::stop;

/// `anext_awaitable`.
#[repr(C)]
pub struct AnextAwaitable {
    header: Header,
    wrapped: Field,
    default: Field,
}
heap_object!(AnextAwaitable = kinds::ANEXT_AWAITABLE, refs 1..3);

/// The awaitable around `wrapped`, which `__anext__` gave.
pub fn new(wrapped: Value, default: Value) -> Value {
    Gc::new(AnextAwaitable {
        header: Header::NEW,
        wrapped: Field::new(wrapped),
        default: Field::new(default),
    })
    .value()
}

/// The iterator behind the wrapped awaitable, made once.
fn iterator(t: &Thread, a: Gc<AnextAwaitable>) -> R<Value> {
    let it = crate::helpers::awaitable(t, a.wrapped.get(), 0)?;
    if it.is_ptr() && it.shape_id() == kinds::COROUTINE {
        let m = class_of(it).special(Special::Await);
        return call::call_method(t, m.unwrap_or(Value::NONE), it, &[]);
    }
    Ok(it)
}

fn outcome(t: &Thread, a: Gc<AnextAwaitable>, r: R<Value>) -> R<Value> {
    match r {
        Err(_) if errors::catch(t, Exc::StopAsyncIteration) => Err(stop(t, a.default.get())),
        r => r,
    }
}
fn next(t: &Thread, a: Gc<AnextAwaitable>) -> R<Value> {
    let it = iterator(t, a)?;
    let r = match class_of(it).special(Special::Next) {
        Some(m) => call::call_method(t, m, it, &[]),
        None => Err(not_iterator(t, it)),
    };
    outcome(t, a, r)
}
fn not_iterator(t: &Thread, it: Value) -> Raised {
    let name = pyjit_runtime::types::type_::type_name(it);
    errors::type_error(t, format!("'{name}' object is not an iterator"))
}
fn send(t: &Thread, a: Gc<AnextAwaitable>, v: Value) -> R<Value> {
    let it = iterator(t, a)?;
    let r = call::call_attr(t, it, "send", &[v]);
    outcome(t, a, r)
}
fn throw(
    t: &Thread,
    a: Gc<AnextAwaitable>,
    kind: Value,
    v: Option<Value>,
    tb: Option<Value>,
) -> R<Value> {
    let it = iterator(t, a)?;
    let mut args = call::ArgVec::new();
    args.push(kind);
    v.into_iter().chain(tb).for_each(|x| args.push(x));
    let r = call::call_attr(t, it, "throw", &args);
    outcome(t, a, r)
}
fn close(t: &Thread, a: Gc<AnextAwaitable>) -> R<Value> {
    let it = iterator(t, a)?;
    let r = call::call_attr(t, it, "close", &[]);
    outcome(t, a, r)
}
fn itself(_t: &Thread, this: Value) -> Value {
    this
}

pyjit_runtime::py_class! {
    /// The awaitable of anext() with a default.
    pub CLASS: AnextAwaitable = "anext_awaitable", base kinds::OBJECT, flags flags::NO_NEW;
    methods {
        __await__(self, /) => itself;
        __iter__(self, /) => itself;
        __next__(self, /) => next;
        send(self, value, /) => send;
        throw(self, typ, val=None, tb=None, /) => throw;
        close(self, /) => close;
    }
}
