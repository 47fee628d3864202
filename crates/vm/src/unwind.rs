//! Exceptions: from the raising instruction to a handler, or out of the
//! interpreter.

use pyjit_heap::stack::HEADER_WORDS;
use pyjit_heap::{Base, Gc, Pc, RefArray, Value};
use pyjit_runtime::Thread;
use pyjit_runtime::types::exceptions::Exception;

use crate::generators;
use crate::objects::code::Code;
use crate::objects::function::Function;
use crate::objects::traceback::Traceback;
use crate::vm::Vm;

/// Finds who handles the pending exception, raised by the instruction at
/// `pc`. `None`: nobody down to the entry frame, which has been left.
#[cold]
#[inline(never)]
pub fn unwind(t: &Thread, mut pc: Pc, mut base: Base) -> Option<(Pc, Base)> {
    debug_assert!(!t.exc.get().is_null(), "unwinding without an exception");
    if t.instrumented.get() {
        return crate::instrument::unwind(t, pc, base);
    }
    loop {
        let f: Gc<Function> = Gc::from_value(base.below(HEADER_WORDS));
        let code = f.code.gc();
        let index = code.index(pc);
        note(t, pc, base);
        if let Some(pc) = handler(t, code, index, base) {
            return Some((pc, base));
        }
        (pc, base) = take_off(t, code, index, base)?;
    }
}

/// Where the frame at `base` handles the pending exception, raised at `index`; it is in its register then.
pub fn handler(t: &Thread, code: Gc<Code>, index: u32, base: Base) -> Option<Pc> {
    let h = code.object().handler_at(index)?;
    base.set(h.height as usize, t.take_exception());
    if h.lasti {
        base.set(h.height as usize + 1, Value::int(index as i64));
    }
    Some(code.at(h.target))
}

/// Takes the frame at `base` off, which the pending exception leaves at `index`: the caller's instruction and
/// window. `None`: it was the entry frame.
pub fn take_off(t: &Thread, code: Gc<Code>, index: u32, base: Base) -> Option<(Pc, Base)> {
    if code.is_resumed(index) {
        let g = generators::running(base);
        t.handled.set(g.outer.get());
        g.clear();
    }
    let at = base.ptr() as usize;
    if let Some(entry) = first_entry(t).filter(|entry| entry.window.get() == at) {
        entry.window.set(0);
    }
    let ret = Pc::from_word(base.below(2));
    t.depth_left.set(t.depth_left.get() + 1);
    if ret == Vm::get().halt() || ret == Vm::get().nested_halt() {
        return None;
    }
    let caller = base.down(base.below(1).as_int() as usize);
    match code.returns_here(index) {
        true => Some((ret, caller)),
        false => Some((ret.offset(-1), caller)),
    }
}

/// The frame's entry in the traceback of the pending exception, unless it is there already.
pub fn note(t: &Thread, pc: Pc, base: Base) {
    let f: Gc<Function> = Gc::from_value(base.below(HEADER_WORDS));
    let code = f.code.gc();
    if code.is_internal() {
        t.reraised.set(false);
    } else if !t.reraised.replace(false) {
        add_traceback(t, f, code, code.index(pc), base);
    } else if let Some(entry) = first_entry(t).filter(|entry| entry.function.gc() == f) {
        entry.left.set(code.index(pc));
        entry.window.set(base.ptr() as usize);
    }
}

/// The outermost entry of the pending exception's traceback.
fn first_entry(t: &Thread) -> Option<Gc<Traceback>> {
    let e = t.exc.get().cast::<Exception>()?;
    e.traceback.get().opt()?.cast()
}

/// Adds the frame to the pending exception's traceback.
fn add_traceback(t: &Thread, f: Gc<Function>, code: Gc<Code>, index: u32, base: Base) {
    let Some(e) = t.exc.get().cast::<Exception>() else {
        return;
    };
    let locals = snapshot(code, base.slice(0, code.object().first_temp() as usize));
    let entry = Traceback::new(e.traceback.get(), f, index, locals);
    entry.window.set(base.ptr() as usize);
    if let Some(frame) = crate::frames::known(t, base) {
        entry.frame.set(entry, frame.value());
        crate::frames::retire(t, base, code);
    }
    e.traceback.set(e, entry.value());
}

/// A copy of the variables of a frame.
pub fn snapshot(code: Gc<Code>, registers: &[Value]) -> Option<Gc<RefArray>> {
    let n = (code.object().first_temp() as usize).min(registers.len());
    if n == 0 {
        return None;
    }
    let a = RefArray::new(n)?;
    a.copy_from(0, &registers[..n]);
    Some(a)
}
