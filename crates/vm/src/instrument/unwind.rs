//! Exceptions while somebody is told: as [`crate::unwind`], with events.

use pyjit_heap::{Base, Pc, Value};
use pyjit_runtime::core::monitor::Event;
use pyjit_runtime::{R, Thread};

use super::{Place, leave, tell};
use crate::generators;
use crate::unwind::note;
use crate::vm::Vm;
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
    let (halt, nested) = (Vm::get().halt(), Vm::get().nested_halt());
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
        if let Some(h) = code.object().handler_at(index) {
            if let Some(p) = &place {
                tell_of(t, |e| tell::event(t, p, Event::EXCEPTION_HANDLED, &[e]));
            }
            base.set(h.height as usize, t.take_exception());
            if h.lasti {
                base.set(h.height as usize + 1, Value::int(index as i64));
            }
            return Some((code.at(h.target), base));
        }
        if let Some(p) = &place {
            tell_of(t, |e| tell::unwound(t, p, e));
            crate::frames::retire(t, base, code);
        }
        leave(t, base);
        let resumed = code.is_resumed(index);
        if resumed {
            let g = generators::running(base);
            t.handled.set(g.outer.get());
            g.clear();
        }
        let ret = Pc::from_word(base.below(2));
        base = base.down(base.below(1).as_int() as usize);
        t.depth_left.set(t.depth_left.get() + 1);
        if ret == halt || ret == nested {
            return None;
        }
        pc = if code.returns_here(index) {
            ret
        } else {
            ret.offset(-1)
        };
    }
}
