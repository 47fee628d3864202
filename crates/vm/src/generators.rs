//! Suspending and resuming frames.
//!
//! The window of a resumed frame stands above the resumer's registers and has
//! one word more below its header: the generator. Its return address is the
//! resumer's instruction itself, which decides what happens next.

use pyjit_bytecode::Op;
use pyjit_bytecode::code::flags as co;
use pyjit_heap::stack::HEADER_WORDS;
use pyjit_heap::{Base, Gc, Pc, Value, finalize};
use pyjit_runtime::core::thread::Local;
use pyjit_runtime::core::{errors, kinds};
use pyjit_runtime::{R, Thread};

use crate::calls::{TOP_SLACK, check_depth, top};
use crate::objects::function::Function;
use crate::objects::generator::{Generator, State};
use crate::objects::generator_methods;

/// Distance below register 0 of the word that holds the generator.
pub const GENERATOR_WORD: usize = HEADER_WORDS + 1;

/// The generator for the frame at `base`, standing at its `return_generator`.
pub fn make(t: &Thread, pc: Pc, base: Base) -> R<Value> {
    let f: Gc<Function> = Gc::from_value(base.below(HEADER_WORDS));
    let code = f.code.gc();
    let o = code.object();
    let kind = if o.flags & co::ASYNC_GENERATOR != 0 {
        kinds::ASYNC_GENERATOR
    } else if o.flags & co::COROUTINE != 0 {
        kinds::COROUTINE
    } else {
        kinds::GENERATOR
    };
    let height = o.heights[code.index(pc) as usize] as usize;
    let g = Generator::new(kind, f, pc, base.slice(0, height));
    if kind == kinds::COROUTINE && t.local(Local::CoroutineOrigin).get().is_int() {
        let origin = crate::frames::origin(t, t.local(Local::CoroutineOrigin).get().as_int())?;
        g.extra.set(g, origin);
    }
    generator_methods::watch(g);
    Ok(g.value())
}

/// A generator or coroutine that `for` and `await` resume in place.
#[inline]
pub fn resumable(v: Value) -> Option<Gc<Generator>> {
    if !v.is_ptr() || !(kinds::GENERATOR..=kinds::COROUTINE).contains(&v.shape_id()) {
        return None;
    }
    let g: Gc<Generator> = Gc::from_value(v);
    matches!(g.state.get(), State::Created | State::Suspended).then_some(g)
}

/// Is there nothing to do for it when it dies, once it has begun?
#[inline(always)]
pub fn is_safe_once_begun(g: Gc<Generator>) -> bool {
    g.header().shape_id() == kinds::COROUTINE && !g.code().has_cleanup()
}

/// The window that a frame resumed by the running frame gets.
#[inline(always)]
fn window_above(caller: Base) -> Base {
    let f: Gc<Function> = Gc::from_value(caller.below(HEADER_WORDS));
    let n = f.entry.get().entry_info().nregs.get() as usize;
    caller.up(n + TOP_SLACK + GENERATOR_WORD)
}

/// One that [`quick_enter`] can resume: no exceptions are being handled on either side.
#[inline(always)]
pub fn quick_resumable(t: &Thread, v: Value, caller: Base) -> Option<Gc<Generator>> {
    if !v.has_pointer_tag() || !(kinds::GENERATOR..=kinds::COROUTINE).contains(&v.shape_id()) {
        return None;
    }
    let g: Gc<Generator> = Gc::from_value(v);
    let ready = matches!(g.state.get(), State::Created | State::Suspended);
    if !ready || g.own.is_set() || !t.handled.get().is_null() {
        return None;
    }
    (t.depth_left.get() > 0 && window_above(caller) < t.stack_limit.get()).then_some(g)
}

/// [`enter`] for [`quick_resumable`] ones.
#[inline(always)]
pub fn quick_enter(t: &Thread, g: Gc<Generator>, v: Value, caller: Base, at: Pc) -> (Pc, Base) {
    let new = window_above(caller);
    new.fill_short(0, g.registers());
    let pc = g.pc.get();
    if g.state.get() != State::Created {
        new.set(pc.a(), v);
    } else if is_safe_once_begun(g) {
        finalize::unregister(g.value());
    }
    new.set_below(GENERATOR_WORD, g.value());
    new.set_below(HEADER_WORDS, g.function.value());
    new.set_below(2, at.to_word());
    new.set_below(1, Value::int(new.distance(caller) as i64));
    t.depth_left.set(t.depth_left.get() - 1);
    g.state.set(State::Running);
    (pc.next(), new)
}

/// Enters the frame of `g` above the frame at `caller`; `at` is the resuming instruction. `v` is what is sent,
/// `NULL` when an exception will be thrown.
pub fn enter(t: &Thread, g: Gc<Generator>, v: Value, caller: Base, at: Pc) -> R<(Pc, Base)> {
    let new = top(caller).up(GENERATOR_WORD);
    let f = g.function.gc();
    let n = f.entry.get().entry_info().nregs.get() as usize;
    let fresh = g.state.get() == State::Created;
    if fresh && !v.is_none() {
        let m = format!(
            "can't send non-None value to a just-started {}",
            kind_name(g)
        );
        return Err(errors::type_error(t, m));
    }
    check_depth(t, new)?;
    let registers = g.registers();
    new.fill(0, registers);
    // Saved frames are scanned precisely: no junk may get into them.
    new.clear(registers.len(), n);
    let pc = g.pc.get();
    if !fresh && v != Value::NULL {
        new.set(pc.a(), v);
    }
    new.set_below(GENERATOR_WORD, g.value());
    new.set_below(HEADER_WORDS, f.value());
    new.set_below(2, at.to_word());
    new.set_below(1, Value::int(new.distance(caller) as i64));
    t.depth_left.set(t.depth_left.get() - 1);
    if fresh && is_safe_once_begun(g) {
        finalize::unregister(g.value());
    }
    g.state.set(State::Running);
    let handled = t.handled.get();
    if !handled.is_null() {
        g.outer.set(g, handled);
    }
    if let Some(own) = g.own.get().opt() {
        t.handled.set(own);
    }
    Ok((pc.next(), new))
}

/// The generator whose frame is at `base`.
#[inline(always)]
pub fn running(base: Base) -> Gc<Generator> {
    Gc::from_value(base.below(GENERATOR_WORD))
}

/// Takes the frame off the stack; gives the resumer's place.
#[inline(always)]
fn pop(t: &Thread, base: Base) -> (Pc, Base) {
    t.depth_left.set(t.depth_left.get() + 1);
    let at = Pc::from_word(base.below(2));
    (at, base.down(base.below(1).as_int() as usize))
}

/// Suspends the running generator at its yield instruction `pc`.
pub fn suspend(t: &Thread, pc: Pc, base: Base) -> (Pc, Base) {
    let g = running(base);
    let code = g.code();
    let o = code.object();
    let at = code.index(pc);
    for (_, register) in o.junk_at(at) {
        base.set(*register as usize, Value::NULL);
    }
    let height = o.heights[at as usize] as usize;
    g.save(base.slice(0, height));
    g.pc.set(pc);
    g.state.set(State::Suspended);
    let outer = g.outer.get();
    let own = t.handled.get();
    g.own.set(g, if own == outer { Value::NULL } else { own });
    t.handled.set(outer);
    g.outer.clear();
    pop(t, base)
}

/// Entries of a table that are looked at one by one.
const FEW: usize = 16;

/// [`suspend`], if no exceptions are being handled on either side and the collector need not
/// be told. Only then has anything been done.
#[inline(always)]
pub fn quick_suspend(t: &Thread, pc: Pc, base: Base) -> Option<(Pc, Base)> {
    let g = running(base);
    if g.outer.is_set() || !t.handled.get().is_null() || g.needs_barrier() {
        return None;
    }
    let f = g.function.gc();
    let o = f.code.gc().read_object()?;
    if o.junk.len() > FEW {
        return None;
    }
    let at = pc.index_from(f.entry.get());
    let height = *o.heights.get(at)? as usize;
    for (place, register) in &o.junk {
        if *place as usize == at {
            base.set(*register as usize, Value::NULL);
        }
    }
    g.save_young(base.slice(0, height));
    g.pc.set(pc);
    g.state.set(State::Suspended);
    g.own.clear();
    Some(pop(t, base))
}

/// Ends the running generator.
pub fn finish(t: &Thread, base: Base) -> (Pc, Base) {
    let g = running(base);
    t.handled.set(g.outer.get());
    g.clear();
    pop(t, base)
}

/// [`finish`], under the conditions of [`quick_suspend`].
#[inline(always)]
pub fn quick_finish(t: &Thread, base: Base) -> Option<(Pc, Base)> {
    let g = running(base);
    if g.outer.is_set() || !t.handled.get().is_null() || is_call(Pc::from_word(base.below(2))) {
        return None;
    }
    g.clear();
    Some(pop(t, base))
}

/// Has a call of `next` or `send` resumed the generator?
#[inline(always)]
pub fn is_call(at: Pc) -> bool {
    at.op() == Op::call as u8 || at.op() == Op::call_method as u8
}

/// A coroutine that has not begun.
#[inline(always)]
pub fn is_fresh_coroutine(v: Value) -> bool {
    v.has_pointer_tag()
        && v.shape_id() == kinds::COROUTINE
        && Gc::<Generator>::from_value(v).state.get() == State::Created
}

/// What messages call it.
pub fn kind_name(g: Gc<Generator>) -> &'static str {
    match g.header().shape_id() {
        kinds::COROUTINE => "coroutine",
        kinds::ASYNC_GENERATOR => "async generator",
        _ => "generator",
    }
}
