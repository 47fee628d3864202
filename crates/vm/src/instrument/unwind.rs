//! Exceptions while somebody is told: as [`crate::unwind`], with events.

use pyjit_heap::{Base, Pc, Value};
use pyjit_runtime::core::monitor::Event;
use pyjit_runtime::{R, Thread};

use super::{Place, leave, tell};
use crate::unwind::{handler, note, take_off};
use pyjit_heap::Gc;
use pyjit_heap::stack::HEADER_WORDS;

use crate::objects::function::Function;

/// Runs observers while an exception is pending, which they do not see. One that they
/// raise takes its place.
pub fn keeping(t: &Thread, f: impl FnOnce() -> R<()>) -> R<()> {
    let e = t.exc.replace(Value::NULL);
    let again = t.reraised.get();
    match f() {
        Ok(()) => {
            t.exc.set(e);
            t.reraised.set(again);
            Ok(())
        }
        Err(r) => {
            t.reraised.set(false);
            Err(r)
        }
    }
}

/// Tells of the pending exception in a frame. One that observers raise takes its place.
fn tell_of(t: &Thread, f: impl FnOnce(Value) -> R<()>) {
    let e = t.exc.get();
    let _ = keeping(t, || f(e));
}

/// Finds who handles the pending exception, raised by the instruction at `pc`.
/// `None`: nobody down to the entry frame, which has been left.
pub fn unwind(t: &Thread, mut pc: Pc, mut base: Base) -> Option<(Pc, Base)> {
    loop {
        let f: Gc<Function> = Gc::from_value(base.below(HEADER_WORDS));
        let code = f.code.gc();
        let index = code.index(pc);
        t.pc.set(pc);
        t.base.set(base);
        let place = Place::new(pc, base);
        if let Some(p) = &place {
            let known = t.traced.borrow().iter().any(|e| e.0 == base.ptr() as usize);
            if !known && code.is_resumed(index) {
                super::entered(t, base);
                super::set_last(t, base, index);
                tell_of(t, |e| tell::thrown(t, p, e));
            }
        }
        let again = t.reraised.get();
        note(t, pc, base);
        if let Some(p) = &place {
            tell_of(t, |e| tell::raised(t, p, e, again));
        }
        if let Some(p) = place
            .as_ref()
            .filter(|_| code.object().handler_at(index).is_some())
        {
            tell_of(t, |e| tell::event(t, p, Event::EXCEPTION_HANDLED, &[e]));
        }
        if let Some(pc) = handler(t, code, index, base) {
            return Some((pc, base));
        }
        if let Some(p) = &place {
            tell_of(t, |e| tell::unwound(t, p, e));
            crate::frames::retire(t, base, code);
        }
        leave(t, base);
        (pc, base) = take_off(t, code, index, base)?;
    }
}
