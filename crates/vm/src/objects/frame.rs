//! Frame objects: what `sys._getframe()` and tracebacks show of an activation.

use std::cell::Cell;

use pyjit_heap::{Field, Gc, Header, RefArray, heap_object};
use pyjit_runtime::core::kinds;

use super::function::Function;

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
heap_object!(Frame = kinds::FRAME, refs 1..7);

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
            base: Cell::new(base),
            index: Cell::new(index),
            jump: Cell::new(None),
            no_lines: Cell::new(false),
            opcodes: Cell::new(false),
        })
    }
}
