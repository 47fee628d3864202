//! Audit hooks: functions that a program installs to be told what happens in
//! its process (PEP 578). They stay until its end and may forbid by raising.

use std::cell::{Cell, RefCell};

use pyjit_heap::{GilCell, RootVec, Value};

use super::{attr, call, errors, ops};
use crate::types::exceptions::Exc;
use crate::types::str_::{Str, intern};
use crate::types::tuple::Tuple;
use crate::{R, Thread};

/// How many hooks there are, and the hooks.
static COUNT: GilCell<Cell<usize>> = GilCell::new(Cell::new(0));
static HOOKS: GilCell<RefCell<Option<RootVec>>> = GilCell::new(RefCell::new(None));

/// Adds a hook, if those that are there let it.
pub fn add(t: &Thread, hook: Value) -> R<()> {
    match event(t, "sys.addaudithook", || []) {
        Ok(()) => {}
        // A hook that raises keeps others out.
        Err(_) if errors::catch(t, Exc::Exception) => return Ok(()),
        Err(e) => return Err(e),
    }
    let mut hooks = HOOKS.get().borrow_mut();
    hooks.get_or_insert_with(RootVec::new).push(hook);
    COUNT.get().set(COUNT.get().get() + 1);
    Ok(())
}

/// Tells the hooks what is about to happen; the arguments are made only if
/// there are hooks.
#[inline]
pub fn event<const N: usize>(t: &Thread, name: &str, args: impl FnOnce() -> [Value; N]) -> R<()> {
    match COUNT.get().get() {
        0 => Ok(()),
        _ => tell(t, intern(name).value(), Tuple::new(&args()).value()),
    }
}

/// Tells an event to the hooks, oldest first.
#[cold]
pub fn tell(t: &Thread, event: Value, args: Value) -> R<()> {
    for i in 0..COUNT.get().get() {
        let hook = HOOKS.get().borrow().as_ref().map(|h| h.get(i));
        if let Some(h) = hook {
            tell_one(t, h, event, args)?;
        }
    }
    Ok(())
}

/// Calls one hook. Nobody watches it, unless it says so by `__cantrace__`.
fn tell_one(t: &Thread, hook: Value, event: Value, args: Value) -> R<()> {
    let shown = match attr::get_opt(t, hook, intern("__cantrace__"))? {
        Some(v) => ops::truth(t, v)?,
        None => false,
    };
    if shown {
        return call::call(t, hook, &[event, args]).map(drop);
    }
    let was = t.instrumented.replace(false);
    t.tracing.set(t.tracing.get() + 1);
    let r = call::call(t, hook, &[event, args]);
    t.tracing.set(t.tracing.get() - 1);
    t.instrumented.set(was);
    r.map(drop)
}

/// The event of an attribute that decides what an object is.
pub fn attribute(t: &Thread, what: &str, object: Value, name: &str, v: Option<Value>) -> R<()> {
    let name = || Str::new(name).value();
    match v {
        Some(v) => event(t, what, || [object, name(), v]),
        None => event(t, what, || [object, name()]),
    }
}
