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
    /// Address of the window while the activation may live, or 0.
    pub base: Cell<usize>,
    /// Word index of the instruction.
    pub index: Cell<u32>,
}
heap_object!(Frame = kinds::FRAME, refs 1..6);

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
            base: Cell::new(base),
            index: Cell::new(index),
        })
    }
}
