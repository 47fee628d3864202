//! Async generators: `asend`, `athrow`, `aclose` and what they await.
//!
//! A value that the generator yields travels wrapped, so that it can be told
//! from what an `await` inside passes up to the event loop.

use std::cell::Cell;

use pyjit_heap::{Field, Gc, Header, Value, heap_object};
use pyjit_runtime::core::host::Resumed;
use pyjit_runtime::core::thread::Local;
use pyjit_runtime::core::{call, errors, kinds, warn};
use pyjit_runtime::types::exceptions::{Exc, Exception};
use pyjit_runtime::types::str_::Str;
use pyjit_runtime::types::type_::flags;
use pyjit_runtime::{R, Raised, Thread};

use super::generator::{Generator, State};
use super::generator_methods::{self, exception_of, send, stop, throw};

/// A value yielded by an async generator on its way through `await`.
#[repr(C)]
pub struct Wrapped {
    header: Header,
    pub value: Field,
}
heap_object!(Wrapped = kinds::ASYNC_GEN_WRAPPED, refs 1..2);

/// Wraps a value that an async generator yields.
pub fn wrap(v: Value) -> Value {
    Gc::new(Wrapped {
        header: Header::NEW,
        value: Field::new(v),
    })
    .value()
}

#[derive(Clone, Copy, PartialEq, Eq)]
#[repr(u8)]
enum Stage {
    Init,
    Iterating,
    Closed,
}

/// The awaitable of `asend()` and `__anext__()`.
#[repr(C)]
pub struct ASend {
    header: Header,
    generator: Field<Gc<Generator>>,
    value: Field,
    stage: Cell<Stage>,
}
heap_object!(ASend = kinds::ASYNC_GEN_ASEND, refs 1..3);

/// The awaitable of `athrow()` and, without an exception, `aclose()`.
#[repr(C)]
pub struct AThrow {
    header: Header,
    generator: Field<Gc<Generator>>,
    /// Exception type or object, value, traceback; absent for `aclose`.
    kind: Field,
    value: Field,
    tb: Field,
    stage: Cell<Stage>,
}
heap_object!(AThrow = kinds::ASYNC_GEN_ATHROW, refs 1..5);

/// The layout of async generators, for their class table.
#[repr(transparent)]
pub struct AsyncGenerator(Generator);
heap_object!(AsyncGenerator = kinds::ASYNC_GENERATOR, refs 1..8, tail 10);

fn of(g: &AsyncGenerator) -> Gc<Generator> {
    Gc::of(&g.0)
}

/// The event loop's hooks see each generator once.
fn init_hooks(t: &Thread, g: Gc<Generator>) -> R<()> {
    if g.hooked.replace(true) {
        return Ok(());
    }
    let finalizer = t.local(Local::AsyncgenFinalizer).get();
    if finalizer.is_ptr() {
        g.set_extra(finalizer);
    }
    let first = t.local(Local::AsyncgenFirstiter).get();
    if first.is_ptr() {
        call::call(t, first, &[g.value()])?;
    }
    Ok(())
}

/// The outcome of a step: a wrapped value ends the awaiting.
fn unwrap(t: &Thread, g: Gc<Generator>, r: R<Resumed>) -> R<Value> {
    match r {
        Ok(Resumed::Yielded(v)) => match v.cast_exact::<Wrapped>() {
            Some(w) => {
                g.busy.set(false);
                Err(stop(t, w.value.get()))
            }
            None => Ok(v),
        },
        Ok(Resumed::Returned(_)) => {
            g.closed.set(true);
            g.busy.set(false);
            Err(errors::raise_args(t, Exc::StopAsyncIteration.class(), &[]))
        }
        Err(e) => {
            if errors::matches(t, Exc::StopAsyncIteration) || errors::matches(t, Exc::GeneratorExit)
            {
                g.closed.set(true);
            }
            g.busy.set(false);
            Err(e)
        }
    }
}

fn new_asend(t: &Thread, g: Gc<Generator>, v: Value) -> R<Gc<ASend>> {
    init_hooks(t, g)?;
    Ok(Gc::new(ASend {
        header: Header::NEW,
        generator: Field::of(g),
        value: Field::new(v),
        stage: Cell::new(Stage::Init),
    }))
}
fn anext(t: &Thread, g: Gc<AsyncGenerator>) -> R<Gc<ASend>> {
    new_asend(t, of(&g), Value::NONE)
}
fn asend(t: &Thread, g: Gc<AsyncGenerator>, v: Value) -> R<Gc<ASend>> {
    new_asend(t, of(&g), v)
}
fn new_athrow(t: &Thread, g: Gc<Generator>, args: [Value; 3]) -> R<Gc<AThrow>> {
    init_hooks(t, g)?;
    Ok(Gc::new(AThrow {
        header: Header::NEW,
        generator: Field::of(g),
        kind: Field::new(args[0]),
        value: Field::new(args[1]),
        tb: Field::new(args[2]),
        stage: Cell::new(Stage::Init),
    }))
}
fn athrow(
    t: &Thread,
    g: Gc<AsyncGenerator>,
    kind: Value,
    v: Option<Value>,
    tb: Option<Value>,
) -> R<Gc<AThrow>> {
    if v.is_some() || tb.is_some() {
        let m = "the (type, exc, tb) signature of athrow() is deprecated, \
                 use the single-arg signature instead.";
        warn::deprecated(t, m)?;
    }
    let null = Value::NULL;
    new_athrow(t, of(&g), [kind, v.unwrap_or(null), tb.unwrap_or(null)])
}
fn aclose(t: &Thread, g: Gc<AsyncGenerator>) -> R<Gc<AThrow>> {
    new_athrow(t, of(&g), [Value::NULL; 3])
}

fn asend_start(t: &Thread, a: Gc<ASend>) -> R<bool> {
    match a.stage.get() {
        Stage::Closed => Err(errors::runtime_error(
            t,
            "cannot reuse already awaited __anext__()/asend()",
        )),
        Stage::Init => {
            let g = a.generator.gc();
            if g.busy.get() {
                a.stage.set(Stage::Closed);
                let m = "anext(): asynchronous generator is already running";
                return Err(errors::runtime_error(t, m));
            }
            a.stage.set(Stage::Iterating);
            g.busy.set(true);
            Ok(true)
        }
        Stage::Iterating => Ok(false),
    }
}
fn asend_send(t: &Thread, a: Gc<ASend>, v: Value) -> R<Value> {
    let first = asend_start(t, a)?;
    let v = if first && v.is_none() {
        a.value.get()
    } else {
        v
    };
    let g = a.generator.gc();
    let r = send(t, g, v);
    unwrap(t, g, r).inspect_err(|_| a.stage.set(Stage::Closed))
}
fn asend_next(t: &Thread, a: Gc<ASend>) -> R<Value> {
    asend_send(t, a, Value::NONE)
}
fn asend_throw(
    t: &Thread,
    a: Gc<ASend>,
    kind: Value,
    v: Option<Value>,
    tb: Option<Value>,
) -> R<Value> {
    asend_start(t, a)?;
    let null = Value::NULL;
    let e = exception_of(t, kind, v.unwrap_or(null), tb.unwrap_or(null))?;
    let g = a.generator.gc();
    let r = throw(t, g, e);
    unwrap(t, g, r).inspect_err(|_| a.stage.set(Stage::Closed))
}
/// `close()` of an awaitable whose `throw` is given.
fn close_by(t: &Thread, r: R<Value>) -> R<()> {
    match r {
        Ok(_) => Err(errors::runtime_error(t, "coroutine ignored GeneratorExit")),
        Err(_)
            if errors::catch(t, Exc::StopIteration)
                || errors::catch(t, Exc::StopAsyncIteration)
                || errors::catch(t, Exc::GeneratorExit) =>
        {
            Ok(())
        }
        Err(e) => Err(e),
    }
}
fn asend_close(t: &Thread, a: Gc<ASend>) -> R<()> {
    if a.stage.get() == Stage::Closed {
        return Ok(());
    }
    let r = asend_throw(t, a, Exc::GeneratorExit.class().value(), None, None);
    close_by(t, r)
}

fn is_close(a: Gc<AThrow>) -> bool {
    a.kind.get().is_null()
}
fn athrow_start(t: &Thread, a: Gc<AThrow>, v: Value) -> R<Option<R<Resumed>>> {
    let g = a.generator.gc();
    match a.stage.get() {
        Stage::Closed => {
            return Err(errors::runtime_error(
                t,
                "cannot reuse already awaited aclose()/athrow()",
            ));
        }
        _ if g.state.get() == State::Finished => {
            a.stage.set(Stage::Closed);
            return Err(stop(t, Value::NONE));
        }
        Stage::Iterating => return Ok(None),
        Stage::Init => {}
    }
    if g.busy.get() {
        a.stage.set(Stage::Closed);
        let what = if is_close(a) { "aclose" } else { "athrow" };
        let m = format!("{what}(): asynchronous generator is already running");
        return Err(errors::runtime_error(t, m));
    }
    if g.closed.get() {
        a.stage.set(Stage::Closed);
        return Err(errors::raise_args(t, Exc::StopAsyncIteration.class(), &[]));
    }
    if !v.is_none() {
        let m = "can't send non-None value to a just-started coroutine";
        return Err(errors::runtime_error(t, m));
    }
    a.stage.set(Stage::Iterating);
    g.busy.set(true);
    let e = if is_close(a) {
        g.closed.set(true);
        Exception::new(Exc::GeneratorExit.class(), &[]).value()
    } else {
        exception_of(t, a.kind.get(), a.value.get(), a.tb.get())?
    };
    Ok(Some(throw(t, g, e)))
}
fn athrow_outcome(t: &Thread, a: Gc<AThrow>, r: R<Resumed>) -> R<Value> {
    let g = a.generator.gc();
    if !is_close(a) {
        return unwrap(t, g, r).inspect_err(|_| a.stage.set(Stage::Closed));
    }
    match r {
        Ok(Resumed::Yielded(v)) if v.cast_exact::<Wrapped>().is_some() => {
            g.busy.set(false);
            a.stage.set(Stage::Closed);
            Err(errors::runtime_error(
                t,
                "async generator ignored GeneratorExit",
            ))
        }
        Ok(Resumed::Yielded(v)) => Ok(v),
        Ok(Resumed::Returned(_)) => Err(closed(t, a)),
        Err(_)
            if errors::catch(t, Exc::StopAsyncIteration)
                || errors::catch(t, Exc::GeneratorExit) =>
        {
            Err(closed(t, a))
        }
        Err(e) => {
            g.busy.set(false);
            a.stage.set(Stage::Closed);
            Err(e)
        }
    }
}
fn closed(t: &Thread, a: Gc<AThrow>) -> Raised {
    a.generator.gc().busy.set(false);
    a.stage.set(Stage::Closed);
    stop(t, Value::NONE)
}
fn athrow_send(t: &Thread, a: Gc<AThrow>, v: Value) -> R<Value> {
    let r = match athrow_start(t, a, v)? {
        Some(r) => r,
        None => send(t, a.generator.gc(), v),
    };
    athrow_outcome(t, a, r)
}
fn athrow_next(t: &Thread, a: Gc<AThrow>) -> R<Value> {
    athrow_send(t, a, Value::NONE)
}
fn athrow_throw(
    t: &Thread,
    a: Gc<AThrow>,
    kind: Value,
    v: Option<Value>,
    tb: Option<Value>,
) -> R<Value> {
    let g = a.generator.gc();
    match a.stage.get() {
        Stage::Closed => {
            return Err(errors::runtime_error(
                t,
                "cannot reuse already awaited aclose()/athrow()",
            ));
        }
        Stage::Init => {
            if g.busy.get() {
                a.stage.set(Stage::Closed);
                let what = if is_close(a) { "aclose" } else { "athrow" };
                let m = format!("{what}(): asynchronous generator is already running");
                return Err(errors::runtime_error(t, m));
            }
            a.stage.set(Stage::Iterating);
            g.busy.set(true);
        }
        Stage::Iterating => {}
    }
    let null = Value::NULL;
    let e = exception_of(t, kind, v.unwrap_or(null), tb.unwrap_or(null))?;
    let r = throw(t, g, e);
    athrow_outcome(t, a, r)
}
fn athrow_close(t: &Thread, a: Gc<AThrow>) -> R<()> {
    if a.stage.get() == Stage::Closed {
        return Ok(());
    }
    let r = athrow_throw(t, a, Exc::GeneratorExit.class().value(), None, None);
    close_by(t, r)
}

fn itself(_t: &Thread, this: Value) -> Value {
    this
}
fn repr(_t: &Thread, g: Gc<AsyncGenerator>) -> String {
    format!(
        "<async_generator object {} at {:#x}>",
        of(&g).qualname.gc().lossy(),
        g.addr()
    )
}
fn name(_t: &Thread, g: Gc<AsyncGenerator>) -> Gc<Str> {
    of(&g).name.gc()
}
fn qualname(_t: &Thread, g: Gc<AsyncGenerator>) -> Gc<Str> {
    of(&g).qualname.gc()
}
fn set_name(t: &Thread, g: Gc<AsyncGenerator>, v: Option<Value>) -> R<()> {
    generator_methods::set_name(t, of(&g), v)
}
fn set_qualname(t: &Thread, g: Gc<AsyncGenerator>, v: Option<Value>) -> R<()> {
    generator_methods::set_qualname(t, of(&g), v)
}
fn running(_t: &Thread, g: Gc<AsyncGenerator>) -> bool {
    of(&g).busy.get()
}
fn suspended(_t: &Thread, g: Gc<AsyncGenerator>) -> bool {
    of(&g).state.get() == State::Suspended
}
fn code(_t: &Thread, g: Gc<AsyncGenerator>) -> Value {
    of(&g).code().value()
}
fn awaiting(_t: &Thread, g: Gc<AsyncGenerator>) -> Value {
    super::generator_methods::delegate(of(&g)).unwrap_or(Value::NONE)
}
fn frame(t: &Thread, g: Gc<AsyncGenerator>) -> Value {
    super::generator_methods::frame(t, of(&g))
}

pyjit_runtime::py_class! {
    /// An async generator.
    pub CLASS: AsyncGenerator = "async_generator", base kinds::OBJECT, flags flags::HAS_WEAKREF | flags::NO_NEW;
    methods {
        /// See PEP 585
        @classmethod __class_getitem__(cls, object, /) => super::generator_methods::class_getitem;
        __aiter__(self, /) => itself;
        __anext__(self, /) => anext;
        __repr__(self, /) => repr;
        /// asend(v) -> send 'v' in generator.
        asend(self, value, /) => asend;
        /// athrow(value)
        /// athrow(type[,value[,tb]])
        ///
        /// raise exception in generator.
        athrow(self, typ, val=None, tb=None, /) => athrow;
        /// aclose() -> raise GeneratorExit inside generator.
        aclose(self, /) => aclose;
    }
    getset {
        __name__ => name, set_name;
        __qualname__ => qualname, set_qualname;
        ag_running => running;
        ag_suspended => suspended;
        ag_code => code;
        ag_frame => frame;
        ag_await => awaiting;
    }
}
pyjit_runtime::py_class! {
    /// An awaitable step of an async generator.
    pub ASEND: ASend = "async_generator_asend", base kinds::OBJECT, flags flags::NO_NEW;
    methods {
        __await__(self, /) => itself;
        __iter__(self, /) => itself;
        __next__(self, /) => asend_next;
        send(self, value, /) => asend_send;
        throw(self, typ, val=None, tb=None, /) => asend_throw;
        close(self, /) => asend_close;
    }
}
pyjit_runtime::py_class! {
    /// An awaitable that throws into or closes an async generator.
    pub ATHROW: AThrow = "async_generator_athrow", base kinds::OBJECT, flags flags::NO_NEW;
    methods {
        __await__(self, /) => itself;
        __iter__(self, /) => itself;
        __next__(self, /) => athrow_next;
        send(self, value, /) => athrow_send;
        throw(self, typ, val=None, tb=None, /) => athrow_throw;
        close(self, /) => athrow_close;
    }
}
pyjit_runtime::py_class! {
    /// A value on its way out of an async generator.
    pub WRAPPED: Wrapped = "async_generator_wrapped_value", base kinds::OBJECT, flags flags::NO_NEW;
    methods {}
}
