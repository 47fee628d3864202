//! Frame objects: what `sys._getframe()` and tracebacks show of an activation.

use std::cell::Cell;

use pyjit_heap::{Base, Field, Gc, Header, RefArray, Value, heap_object};
use pyjit_runtime::Thread;
use pyjit_runtime::core::kinds;

use super::function::Function;
use super::generator::{Generator, State};

/// A `frame` object.
#[repr(C)]
pub struct Frame {
    header: Header,
    pub function: Field<Gc<Function>>,
    /// The variables when the object was made, or absent.
    pub locals: Field<Gc<RefArray>>,
    /// The calling frame's object, once asked for.
    pub back: Field,
    /// `f_trace`, or absent.
    pub trace: Field,
    /// Dict given out as `f_locals`.
    pub locals_dict: Field,
    /// The generator whose frame it is, if that was known.
    pub generator: Field,
    /// What [`Generator::extra`](super::generator::Generator) was before the frame was put there.
    pub extra: Field,
    /// Address of the window while the activation may live, or 0.
    pub base: Cell<usize>,
    /// Word index of the instruction.
    pub index: Cell<u32>,
    /// Where it wants the frame to go on: the word index and the register of the exception
    /// that is being handled there.
    pub jump: Cell<Option<(u32, Option<u16>)>>,
    /// `f_trace_lines` is false.
    pub no_lines: Cell<bool>,
    /// `f_trace_opcodes`.
    pub opcodes: Cell<bool>,
}
heap_object!(Frame = kinds::FRAME, refs 1..8);

impl Frame {
    /// A frame object.
    pub fn new(
        f: Gc<Function>,
        index: u32,
        locals: Option<Gc<RefArray>>,
        base: usize,
    ) -> Gc<Frame> {
        Gc::new(Frame {
            header: Header::NEW,
            function: Field::of(f),
            locals: Field::maybe(locals),
            back: Field::null(),
            trace: Field::null(),
            locals_dict: Field::null(),
            generator: Field::null(),
            extra: Field::null(),
            base: Cell::new(base),
            index: Cell::new(index),
            jump: Cell::new(None),
            no_lines: Cell::new(false),
            opcodes: Cell::new(false),
        })
    }
}

/// Where the variables of a frame are now.
pub enum Variables {
    /// In its window.
    Live(Base),
    /// With its suspended generator.
    Suspended(Gc<Generator>),
    /// What they were when it was last seen.
    Kept(Gc<RefArray>),
    Gone,
}

impl Variables {
    /// Those of a frame.
    pub fn of(t: &Thread, f: Gc<Frame>) -> Variables {
        if let Some(a) = crate::frames::live(t, f) {
            return Variables::Live(a.base);
        }
        match (suspended(f), f.locals.opt()) {
            (Some(g), _) => Variables::Suspended(g),
            (None, Some(l)) => Variables::Kept(l),
            (None, None) => Variables::Gone,
        }
    }
    /// The first `n` registers, as far as there are any.
    pub fn registers(&self, n: usize) -> &[Value] {
        let all = match self {
            Variables::Live(base) => return base.slice(0, n),
            Variables::Suspended(g) => g.registers(),
            Variables::Kept(l) => l.as_slice(),
            Variables::Gone => &[],
        };
        &all[..n.min(all.len())]
    }
    /// Sets a register that there is.
    pub fn set(&self, i: usize, v: Value) {
        match self {
            Variables::Live(base) => base.set(i, v),
            Variables::Suspended(g) => g.set_register(i, v),
            Variables::Kept(l) => l.set(i, v),
            Variables::Gone => {}
        }
    }
}

/// The generator of a frame, if that waits.
pub fn suspended(f: Gc<Frame>) -> Option<Gc<Generator>> {
    let g = f.generator.get().opt().and_then(Generator::of)?;
    matches!(g.state.get(), State::Created | State::Suspended).then_some(g)
}
