//! Methods of generators and coroutines: send, throw, close.

use pyjit_bytecode::Op;
use pyjit_heap::{Gc, Value};
use pyjit_runtime::core::errors;
use pyjit_runtime::core::host::{Resume, Resumed};
use pyjit_runtime::types::exceptions::Exc;
use pyjit_runtime::{R, Thread};

use super::generator::{Generator, State};
use crate::generators::kind_name;

/// Coroutines that are never awaited are reported when they die.
pub fn watch(_g: Gc<Generator>) {}

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

/// `send`: `Ok(None)` is the end, with the value as second part.
pub fn send(t: &Thread, g: Gc<Generator>, v: Value) -> R<Resumed> {
    check_state(t, g)?;
    if g.state.get() == State::Finished {
        return Ok(Resumed::Returned(Value::NONE));
    }
    t.host().resume(t, g.value(), Resume::Send(v))
}

fn check_state(t: &Thread, g: Gc<Generator>) -> R<()> {
    if g.state.get() == State::Running {
        return Err(errors::value_error(
            t,
            format!("{} already executing", kind_name(g)),
        ));
    }
    Ok(())
}

/// As a method result: a return is `StopIteration`.
pub fn to_result(t: &Thread, r: Resumed) -> R<Value> {
    match r {
        Resumed::Yielded(v) => Ok(v),
        Resumed::Returned(v) => Err(errors::stop_iteration(t, v)),
    }
}

/// Is the pending exception one that ends a generator quietly?
pub fn quiet_end(t: &Thread) -> bool {
    errors::catch(t, Exc::GeneratorExit) || errors::catch(t, Exc::StopIteration)
}
