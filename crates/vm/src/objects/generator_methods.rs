//! Generators and coroutines from Python: send, throw, close, attributes.

use pyjit_bytecode::Op;
use pyjit_bytecode::code::flags as co;
use pyjit_heap::{Field, Gc, Header, Value, heap_object};
use pyjit_runtime::core::host::{Resume, Resumed};
use pyjit_runtime::core::{attr, errors, kinds};
use pyjit_runtime::core::{call, ops, unraisable, warn};
use pyjit_runtime::types::exceptions::{Exc, Exception};
use pyjit_runtime::types::str_::{Str, intern};
use pyjit_runtime::types::type_::{Type, class_of, flags};
use pyjit_runtime::{R, Raised, Thread};

use super::frame::Frame;
use super::generator::{Generator, State};
use super::traceback::Traceback;
use crate::generators::kind_name;

/// Has `g` finalized when it dies, if there will be something to do: coroutines
/// that are never awaited are reported, frames with cleanup code are closed.
pub fn watch(g: Gc<Generator>) {
    if g.header().shape_id() == kinds::COROUTINE || g.code().has_cleanup() {
        pyjit_heap::finalize::register(g.value());
    }
}

/// What is to be done for a generator that has died.
pub fn finalize(t: &Thread, g: Gc<Generator>) {
    let kind = g.header().shape_id();
    let (r, doing) = match g.state.get() {
        State::Finished | State::Running => return,
        State::Created if kind == kinds::COROUTINE => {
            (warn_unawaited(t, g), "finalizing coroutine")
        }
        State::Created => return,
        State::Suspended => match g.own_extra().opt() {
            Some(f) if kind == kinds::ASYNC_GENERATOR && !g.closed.get() => {
                (call::call(t, f, &[g.value()]), "finalizing generator")
            }
            _ => (close(t, g), "closing generator"),
        },
    };
    if r.is_err() {
        let what = format!("Exception ignored while {doing}");
        unraisable::report(t, &what, g.value());
    }
}

fn warn_unawaited(t: &Thread, g: Gc<Generator>) -> R<Value> {
    let warnings = t.host().import(t, "warnings");
    let told =
        warnings.and_then(|w| call::call_attr(t, w, "_warn_unawaited_coroutine", &[g.value()]));
    if told.is_err() {
        let what = "Exception ignored while finalizing coroutine";
        unraisable::report(t, what, g.value());
        let m = format!("coroutine '{}' was never awaited", g.qualname.gc().lossy());
        warn::warn(t, Exc::RuntimeWarning, &m)?;
    }
    Ok(Value::NONE)
}

/// What a generator delegates to while suspended in `yield from` or `await`.
pub fn delegate(g: Gc<Generator>) -> Option<Value> {
    if g.state.get() != State::Suspended {
        return None;
    }
    let pc = g.pc.get();
    if pc.op() != Op::yield_delegate as u8 {
        return None;
    }
    g.registers().get(pc.b()).copied()
}

fn check_idle(t: &Thread, g: Gc<Generator>) -> R<()> {
    if g.state.get() == State::Running {
        return Err(errors::value_error(
            t,
            format!("{} already executing", kind_name(g)),
        ));
    }
    Ok(())
}

/// Sends a value in. A finished generator returns `None`; a finished
/// coroutine cannot be used again.
pub fn send(t: &Thread, g: Gc<Generator>, v: Value) -> R<Resumed> {
    check_idle(t, g)?;
    if g.state.get() == State::Finished {
        if g.header().shape_id() == kinds::COROUTINE {
            return Err(errors::runtime_error(
                t,
                "cannot reuse already awaited coroutine",
            ));
        }
        return Ok(Resumed::Returned(Value::NONE));
    }
    t.host().resume(t, g.value(), Resume::Send(v))
}

/// Throws exception object `e` in, passing it on to what it delegates to.
pub fn throw(t: &Thread, g: Gc<Generator>, e: Value) -> R<Resumed> {
    check_idle(t, g)?;
    if let Some(inner) = delegate(g) {
        return throw_inner(t, g, inner, e);
    }
    match g.state.get() {
        State::Finished if g.header().shape_id() == kinds::COROUTINE => Err(errors::runtime_error(
            t,
            "cannot reuse already awaited coroutine",
        )),
        State::Finished => Err(errors::set(t, e)),
        State::Created => {
            let x: Gc<Exception> = Gc::from_value(e);
            let code = g.code();
            let tb = Traceback::new(
                x.traceback.get(),
                g.function.gc(),
                code.index(g.pc.get()),
                None,
            );
            x.traceback.set(x, tb.value());
            g.clear();
            Err(errors::set(t, e))
        }
        _ => t.host().resume(t, g.value(), Resume::Throw(e)),
    }
}

fn throw_inner(t: &Thread, g: Gc<Generator>, inner: Value, e: Value) -> R<Resumed> {
    if class_of(e).is_subtype(Exc::GeneratorExit.class()) {
        g.state.set(State::Running);
        let r = close_iterator(t, inner);
        g.state.set(State::Suspended);
        let e = match r {
            Ok(()) => e,
            Err(_) => t.take_exception(),
        };
        return t.host().resume(t, g.value(), Resume::Throw(e));
    }
    g.state.set(State::Running);
    let r = match Generator::of(inner).filter(|_| inner.shape_id() != kinds::ASYNC_GENERATOR) {
        Some(inner) => throw(t, inner, e).and_then(|r| to_result(t, r)),
        None => match attr::get_opt(t, inner, intern("throw")) {
            Ok(Some(m)) => call::call(t, m, &[e]),
            Ok(None) => Err(errors::set(t, e)),
            Err(r) => Err(r),
        },
    };
    g.state.set(State::Suspended);
    match r {
        Ok(v) => Ok(Resumed::Yielded(v)),
        Err(_) => {
            let e = t.take_exception();
            t.host().resume(t, g.value(), Resume::Throw(e))
        }
    }
}

fn close_iterator(t: &Thread, it: Value) -> R<()> {
    if let Some(g) = Generator::of(it)
        && it.shape_id() != kinds::ASYNC_GENERATOR
    {
        return close(t, g).map(drop);
    }
    match attr::get_opt(t, it, intern("close")) {
        Ok(Some(m)) => call::call(t, m, &[]).map(drop),
        Ok(None) => Ok(()),
        Err(_) => {
            unraisable::report(t, "Exception ignored while closing generator", it);
            Ok(())
        }
    }
}

/// `close()`: the value that it returns, or `None`.
pub fn close(t: &Thread, g: Gc<Generator>) -> R<Value> {
    check_idle(t, g)?;
    match g.state.get() {
        State::Finished => return Ok(Value::NONE),
        State::Created => {
            g.clear();
            return Ok(Value::NONE);
        }
        _ => {}
    }
    let exit = Exception::new(Exc::GeneratorExit.class(), &[]).value();
    match throw(t, g, exit) {
        Ok(Resumed::Yielded(_)) => {
            let m = format!("{} ignored GeneratorExit", kind_name(g));
            Err(errors::runtime_error(t, m))
        }
        Ok(Resumed::Returned(v)) => Ok(v),
        Err(_) if errors::catch(t, Exc::GeneratorExit) => Ok(Value::NONE),
        Err(_) if errors::matches(t, Exc::StopIteration) => {
            Ok(crate::helpers::stop_value(t.take_exception()))
        }
        Err(e) => Err(e),
    }
}

/// As a method result: a return is `StopIteration`.
pub fn to_result(t: &Thread, r: Resumed) -> R<Value> {
    match r {
        Resumed::Yielded(v) => Ok(v),
        Resumed::Returned(v) => Err(stop(t, v)),
    }
}

/// Raises `StopIteration(v)`.
pub fn stop(t: &Thread, v: Value) -> Raised {
    errors::set(t, stop_object(v))
}

/// `StopIteration(v)`, made directly: `v` may be a tuple or an exception.
pub fn stop_object(v: Value) -> Value {
    let args: &[Value] = if v.is_none() { &[] } else { &[v] };
    let e = Exception::new(Exc::StopIteration.class(), args);
    e.set_extra(0, v);
    e.value()
}

/// What the exception class `kind` makes of these arguments; what goes wrong is thrown instead.
fn made(t: &Thread, kind: Value, args: &[Value]) -> Value {
    instance(t, kind, args).unwrap_or_else(|_| t.take_exception())
}

fn instance(t: &Thread, kind: Value, args: &[Value]) -> R<Value> {
    let e = call::call(t, kind, args)?;
    if e.cast::<Exception>().is_some() {
        return Ok(e);
    }
    let m = format!(
        "calling {} should have returned an instance of BaseException, not {}",
        ops::repr(t, kind)?.lossy(),
        pyjit_runtime::types::type_::type_name(e)
    );
    Err(errors::type_error(t, m))
}

/// The exception object of `throw(type, value, traceback)`.
pub fn exception_of(t: &Thread, kind: Value, value: Value, tb: Value) -> R<Value> {
    let value = if value.is_null() { Value::NONE } else { value };
    if !tb.is_null() && !tb.is_none() && tb.cast::<Traceback>().is_none() {
        return Err(errors::type_error(
            t,
            "throw() third argument must be a traceback object",
        ));
    }
    let e = if kind.cast::<Exception>().is_some() {
        if !value.is_none() {
            let m = "instance exception may not have a separate value";
            return Err(errors::type_error(t, m));
        }
        kind
    } else if let Some(c) = kind.cast::<Type>()
        && c.is_subtype(Exc::BaseException.class())
    {
        if value.cast::<Exception>().is_some() && class_of(value).is_subtype(c) {
            value
        } else if value.is_none() {
            made(t, kind, &[])
        } else if let Some(args) = value.cast::<pyjit_runtime::types::tuple::Tuple>() {
            made(t, kind, args.items())
        } else {
            made(t, kind, &[value])
        }
    } else {
        let m = format!(
            "exceptions must be classes or instances deriving from BaseException, not {}",
            pyjit_runtime::types::type_::type_name(kind)
        );
        return Err(errors::type_error(t, m));
    };
    if let Some(tb) = tb.cast::<Traceback>() {
        let x: Gc<Exception> = Gc::from_value(e);
        x.traceback.set(x, tb.value());
    }
    Ok(e)
}

fn method_send(t: &Thread, g: Gc<Generator>, v: Value) -> R<Value> {
    let r = send(t, g, v)?;
    to_result(t, r)
}
fn method_next(t: &Thread, g: Gc<Generator>) -> R<Value> {
    method_send(t, g, Value::NONE)
}
fn method_throw(
    t: &Thread,
    g: Gc<Generator>,
    kind: Value,
    v: Option<Value>,
    tb: Option<Value>,
) -> R<Value> {
    let null = Value::NULL;
    if v.is_some() || tb.is_some() {
        let m = "the (type, exc, tb) signature of throw() is deprecated, \
                 use the single-arg signature instead.";
        warn::deprecated(t, m)?;
    }
    let e = exception_of(t, kind, v.unwrap_or(null), tb.unwrap_or(null))?;
    let r = throw(t, g, e)?;
    to_result(t, r)
}
fn itself(_t: &Thread, this: Value) -> Value {
    this
}
fn repr(_t: &Thread, g: Gc<Generator>) -> String {
    let kind = match kind_name(g) {
        "async generator" => "async_generator",
        k => k,
    };
    format!(
        "<{kind} object {} at {:#x}>",
        g.qualname.gc().lossy(),
        g.addr()
    )
}
fn get_name(_t: &Thread, g: Gc<Generator>) -> Gc<Str> {
    g.name.gc()
}
/// Sets `__name__`.
pub fn set_name(t: &Thread, g: Gc<Generator>, v: Option<Value>) -> R<()> {
    match v.and_then(|v| v.cast::<Str>()) {
        Some(s) => {
            g.name.put(g, s);
            Ok(())
        }
        None => Err(errors::type_error(
            t,
            "__name__ must be set to a string object",
        )),
    }
}
fn get_qualname(_t: &Thread, g: Gc<Generator>) -> Gc<Str> {
    g.qualname.gc()
}
/// Sets `__qualname__`.
pub fn set_qualname(t: &Thread, g: Gc<Generator>, v: Option<Value>) -> R<()> {
    match v.and_then(|v| v.cast::<Str>()) {
        Some(s) => {
            g.qualname.put(g, s);
            Ok(())
        }
        None => Err(errors::type_error(
            t,
            "__qualname__ must be set to a string object",
        )),
    }
}
fn running(_t: &Thread, g: Gc<Generator>) -> bool {
    g.state.get() == State::Running
}
fn suspended(_t: &Thread, g: Gc<Generator>) -> bool {
    g.state.get() == State::Suspended
}
fn code(_t: &Thread, g: Gc<Generator>) -> Value {
    g.code().value()
}
fn yield_from(_t: &Thread, g: Gc<Generator>) -> Value {
    delegate(g).unwrap_or(Value::NONE)
}
pub fn frame(t: &Thread, g: Gc<Generator>) -> Value {
    match g.state.get() {
        State::Finished => Value::NONE,
        State::Running => {
            let f = g.function.gc();
            let own = |a: &crate::frames::Activation| {
                a.code().is_resumed(a.index()) && crate::generators::running(a.base) == g
            };
            match crate::frames::walk(t).find(own) {
                Some(a) => a.object(t).value(),
                None => Frame::new(f, 0, None, 0).value(),
            }
        }
        _ => {
            if let Some(f) = g.frame() {
                return f.value();
            }
            let locals = crate::unwind::snapshot(g.code(), g.registers());
            let f = Frame::new(g.function.gc(), g.code().index(g.pc.get()), locals, 0);
            g.set_frame(f);
            f.value()
        }
    }
}
fn origin(_t: &Thread, g: Gc<Generator>) -> Value {
    g.own_extra().opt().unwrap_or(Value::NONE)
}
fn coroutine_await(_t: &Thread, g: Gc<Generator>) -> Gc<Wrapper> {
    Gc::new(Wrapper {
        header: Header::NEW,
        coroutine: Field::of(g),
    })
}

/// `cls[item]`.
pub fn class_getitem(t: &Thread, class: Value, item: Value) -> R<Value> {
    pyjit_runtime::types::generic_alias::make(t, class, item)
}

pyjit_runtime::py_class! {
    /// A generator.
    pub GENERATOR: Generator = "generator", base kinds::OBJECT, flags flags::HAS_WEAKREF | flags::NO_NEW;
    methods {
        /// See PEP 585
        @classmethod __class_getitem__(cls, object, /) => class_getitem;
        __iter__(self, /) => itself;
        __next__(self, /) => method_next;
        __repr__(self, /) => repr;
        /// send(value) -> send 'value' into generator,
        /// return next yielded value or raise StopIteration.
        send(self, value, /) => method_send;
        /// throw(value)
        /// throw(type[,value[,tb]])
        ///
        /// Raise exception in generator, return next yielded value or raise
        /// StopIteration.
        throw(self, typ, val=None, tb=None, /) => method_throw;
        /// close() -> raise GeneratorExit inside generator.
        close(self, /) => close;
    }
    getset {
        /// name of the generator
        __name__ => get_name, set_name;
        /// qualified name of the generator
        __qualname__ => get_qualname, set_qualname;
        gi_running => running;
        gi_suspended => suspended;
        gi_code => code;
        gi_frame => frame;
        gi_yieldfrom => yield_from;
    }
}

/// The layout of coroutines, for their class table.
#[repr(transparent)]
pub struct Coroutine(Generator);
heap_object!(Coroutine = kinds::COROUTINE, refs 1..8, tail 10);

fn of(c: &Coroutine) -> Gc<Generator> {
    Gc::of(&c.0)
}
macro_rules! on_coroutines {
    ($($name:ident $method:ident($($a:ident: $t:ty),*) -> $r:ty;)*) => { $(
        fn $name(t: &Thread, c: Gc<Coroutine> $(, $a: $t)*) -> $r { $method(t, of(&c) $(, $a)*) }
    )* };
}
on_coroutines! {
    co_send method_send(v: Value) -> R<Value>;
    co_throw method_throw(kind: Value, v: Option<Value>, tb: Option<Value>) -> R<Value>;
    co_close close() -> R<Value>;
    co_repr repr() -> String;
    co_await coroutine_await() -> Gc<Wrapper>;
    co_name get_name() -> Gc<Str>;
    co_set_name set_name(v: Option<Value>) -> R<()>;
    co_qualname get_qualname() -> Gc<Str>;
    co_set_qualname set_qualname(v: Option<Value>) -> R<()>;
    co_running running() -> bool;
    co_suspended suspended() -> bool;
    co_code code() -> Value;
    co_frame frame() -> Value;
    co_await_on yield_from() -> Value;
    co_origin origin() -> Value;
}

pyjit_runtime::py_class! {
    /// A coroutine.
    pub COROUTINE: Coroutine = "coroutine", base kinds::OBJECT, flags flags::HAS_WEAKREF | flags::NO_NEW;
    methods {
        /// See PEP 585
        @classmethod __class_getitem__(cls, object, /) => class_getitem;
        __await__(self, /) => co_await;
        __repr__(self, /) => co_repr;
        /// send(arg) -> send 'arg' into coroutine,
        /// return next iterated value or raise StopIteration.
        send(self, value, /) => co_send;
        /// throw(value)
        /// throw(type[,value[,traceback]])
        ///
        /// Raise exception in coroutine, return next iterated value or raise
        /// StopIteration.
        throw(self, typ, val=None, tb=None, /) => co_throw;
        /// close() -> raise GeneratorExit inside coroutine.
        close(self, /) => co_close;
    }
    getset {
        /// name of the coroutine
        __name__ => co_name, co_set_name;
        /// qualified name of the coroutine
        __qualname__ => co_qualname, co_set_qualname;
        cr_running => co_running;
        cr_suspended => co_suspended;
        cr_code => co_code;
        cr_frame => co_frame;
        cr_await => co_await_on;
        cr_origin => co_origin;
    }
}

/// What `coroutine.__await__()` gives: an iterator.
#[repr(C)]
pub struct Wrapper {
    header: Header,
    coroutine: Field<Gc<Generator>>,
}
heap_object!(Wrapper = kinds::COROUTINE_WRAPPER, refs 1..2);

fn wrapper_send(t: &Thread, w: Gc<Wrapper>, v: Value) -> R<Value> {
    method_send(t, w.coroutine.gc(), v)
}
fn wrapper_next(t: &Thread, w: Gc<Wrapper>) -> R<Value> {
    method_send(t, w.coroutine.gc(), Value::NONE)
}
fn wrapper_throw(
    t: &Thread,
    w: Gc<Wrapper>,
    kind: Value,
    v: Option<Value>,
    tb: Option<Value>,
) -> R<Value> {
    method_throw(t, w.coroutine.gc(), kind, v, tb)
}
fn wrapper_close(t: &Thread, w: Gc<Wrapper>) -> R<Value> {
    close(t, w.coroutine.gc())
}

pyjit_runtime::py_class! {
    /// A wrapper object implementing __await__ for coroutines.
    pub WRAPPER: Wrapper = "coroutine_wrapper", base kinds::OBJECT, flags flags::NO_NEW;
    methods {
        __iter__(self, /) => itself;
        __next__(self, /) => wrapper_next;
        /// send(arg) -> send 'arg' into coroutine,
        /// return next iterated value or raise StopIteration.
        send(self, value, /) => wrapper_send;
        /// throw(value)
        /// throw(type[,value[,traceback]])
        ///
        /// Raise exception in coroutine, return next iterated value or raise
        /// StopIteration.
        throw(self, typ, val=None, tb=None, /) => wrapper_throw;
        /// close() -> raise GeneratorExit inside coroutine.
        close(self, /) => wrapper_close;
    }
}

/// May the generator be awaited?
pub fn is_awaitable_generator(g: Gc<Generator>) -> bool {
    g.code_has(co::ITERABLE_COROUTINE)
}
