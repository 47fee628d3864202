//! What a poll finds: weak reference callbacks, finalizers, a full heap, signals,
//! and other threads that want to run.

use std::sync::atomic::Ordering;

use pyjit_bytecode::code::flags as co;
use pyjit_bytecode::{Op, flow};
use pyjit_heap::stack::HEADER_WORDS;
use pyjit_heap::{Base, Gc, Pc, Value, alloc, finalize, lock};
use pyjit_runtime::core::native::NativeObject;
use pyjit_runtime::core::special::Special;
use pyjit_runtime::core::thread::{interrupt_all, poll_hook};
use pyjit_runtime::core::{call, errors, unraisable};
use pyjit_runtime::types::type_::class_of;
use pyjit_runtime::types::weakref;
use pyjit_runtime::{R, Thread};

use crate::generators::GENERATOR_WORD;
use crate::objects::code::Code;
use crate::objects::function::Function;
use crate::objects::generator::Generator;
use crate::objects::generator_methods;
use crate::vm::Vm;
use crate::{calls, frames};

/// The collector makes the threads poll: the first to do so runs what there is.
pub fn init() {
    alloc::set_notify(interrupt_all);
}

/// Runs what is pending.
pub fn run(t: &Thread) -> R<()> {
    t.breaker.store(0, Ordering::Relaxed);
    // What runs here must not see or touch an exception in flight.
    let exc = t.exc.replace(Value::NULL);
    let todo = alloc::take_pending();
    if todo.weak {
        weakref::run_callbacks(t);
    }
    if todo.finalizers {
        run_finalizers(t);
    }
    t.exc.set(exc);
    if todo.memory {
        return Err(errors::memory_error(t));
    }
    lock::give_way();
    match poll_hook() {
        Some(f) => f(t),
        None => Ok(()),
    }
}

/// So many frames are looked at for dead temporaries.
const FRAMES: usize = 64;

/// Code whose frames are resumed.
const GENERATORS: u32 = co::GENERATOR | co::COROUTINE | co::ASYNC_GENERATOR;

/// Empties the temporaries that are dead at the current instructions of the frames of the
/// innermost run of the interpreter. (Registers below the height hold junk, too: headers
/// of calls whose arguments are being computed.)
pub fn forget_dead_registers(t: &Thread) {
    crate::frames::forget_dead(t);
    let (mut pc, mut base) = (t.pc.get(), t.base.get());
    let mut end = calls::top(base).distance(base);
    for _ in 0..FRAMES {
        let Some(f) = base.below(HEADER_WORDS).cast_opt::<Function>() else {
            return;
        };
        let code = f.code.gc();
        forget_in(code, pc, base, end);
        let header = Pc::from_word(base.below(2));
        let vm = Vm::get();
        // What compiled code has on the value stack is its own business.
        if t.entered_at.get() == 0 || header == vm.nested_halt() || header == vm.halt() {
            return;
        }
        let delta = (base.below(1).as_int() & !frames::HAS_FRAME) as usize;
        let here = code.returns_here(code.index(pc));
        pc = if here { header } else { header.offset(-1) };
        base = base.down(delta);
        // Below the frame of a generator stands the generator.
        end = match code.object().flags & GENERATORS {
            0 => delta - HEADER_WORDS,
            _ => delta - GENERATOR_WORD,
        };
    }
}

/// Empties the dead ones of the registers below `end` of one frame.
fn forget_in(code: Gc<Code>, pc: Pc, base: Base, end: usize) {
    let o = code.object();
    let first = o.first_temp() as usize;
    if code.is_stub() || end <= first {
        return;
    }
    let (nodes, places) = flow::nodes(o);
    let Ok(at) = places.binary_search(&code.index(pc)) else {
        return;
    };
    let mut used = flow::RegSet::new(end - first);
    flow::liveness(&nodes, first as u16, o.nregs, |i, live| {
        // The place may be the call itself or what follows it.
        if i == at || i == at + 1 {
            let here = live.iter().filter(|r| (*r as usize) < end - first);
            here.for_each(|r| used.insert(r, 1));
        }
    });
    for r in (first..end).filter(|r| !used.contains((r - first) as u16)) {
        base.set(r, Value::NULL);
    }
}

/// The native function that the instruction being executed calls directly, and the address
/// below which the native stack holds nothing but what that call itself put there.
pub fn direct_callee(t: &Thread) -> Option<(Gc<NativeObject>, usize)> {
    let (pc, base) = (t.pc.get(), t.base.get());
    let entered = t.entered_at.get();
    if entered == 0 || t.instrumented.get() || base.below(HEADER_WORDS).is_null() {
        return None;
    }
    let calls = [Op::call, Op::call_kw, Op::call_method, Op::call_method_kw];
    if !calls.contains(&Op::from_u8(pc.op())?) {
        return None;
    }
    let callee = base.get(pc.a());
    Some((callee.opt()?.cast_exact::<NativeObject>()?, entered))
}

/// Calls `__del__` of objects that died.
fn run_finalizers(t: &Thread) {
    while let Some(v) = finalize::next() {
        finish(t, v);
    }
}

/// What an object that has died wants to be done.
pub fn finish(t: &Thread, v: Value) {
    if let Some(g) = Generator::of(v) {
        return generator_methods::finalize(t, g);
    }
    if let Some(del) = class_of(v).special(Special::Del)
        && call::call_method(t, del, v, &[]).is_err()
    {
        unraisable::report(t, "Exception ignored while calling deallocator", del);
    }
}

/// Finalizes everything that is left, newest first, when the program ends.
pub fn at_exit(t: &Thread) {
    let _ = run(t);
    for v in finalize::take_all().iter() {
        finish(t, v);
    }
}
