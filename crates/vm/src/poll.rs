//! What happens when a counter has run out or the breaker is set.

use std::cell::Cell;
use std::sync::atomic::Ordering;

use pyjit_heap::{Base, GilCell, Pc};
use pyjit_runtime::Thread;

use crate::trace::Next;

/// What a hot place leads to: where to go on.
pub type HotHook = fn(&Thread, Pc, Base) -> Next;

static HOOK: GilCell<Cell<Option<HotHook>>> = GilCell::new(Cell::new(None));

/// Sets the function that is told of hot loops and functions.
pub fn set_hook(hook: HotHook) {
    HOOK.get().set(Some(hook))
}

/// A function entry or loop header became hot, or something is pending.
/// `pc` is the entry or header, where execution goes on.
#[cold]
#[inline(never)]
pub fn hot(t: &Thread, pc: Pc, base: Base) -> Next {
    if t.breaker.load(Ordering::Relaxed) != 0 && t.host().poll(t).is_err() {
        return Next::Raise(pc, base);
    }
    if t.instrumented.get() {
        return Next::Go(pc, base);
    }
    let f: pyjit_heap::Gc<crate::objects::function::Function> =
        pyjit_heap::Gc::from_value(base.below(pyjit_heap::stack::HEADER_WORDS));
    if f.entry.get() == pc && pc.entry_info().hot.get() == 0 {
        return crate::trace::entered(t, pc, base);
    }
    // The loops of stubs belong to those who enter them.
    if f.code.gc().is_stub() {
        return Next::Go(pc, base);
    }
    match HOOK.get().get() {
        Some(hook) => hook(t, pc, base),
        None => Next::Go(pc, base),
    }
}
