//! Traceback objects: one entry for each frame that an exception has passed.

use std::cell::Cell;

use pyjit_heap::{Field, Gc, Header, RefArray, Value, heap_object};
use pyjit_runtime::core::kinds;

use super::function::Function;

/// A `traceback` object.
#[repr(C)]
pub struct Traceback {
    header: Header,
    /// The entry of the frame that was called, or absent.
    pub next: Field,
    pub function: Field<Gc<Function>>,
    /// The variables as they were, or absent.
    pub locals: Field<Gc<RefArray>>,
    /// The frame object, once asked for.
    pub frame: Field,
    /// Word index of the instruction.
    pub index: Cell<u32>,
    /// Word index of the instruction with which the exception left the frame.
    pub left: Cell<u32>,
    /// `tb_lasti` given from Python; -2: the instruction's.
    pub lasti: Cell<i32>,
    /// A line given from Python; 0: the instruction's.
    pub line: Cell<u32>,
    /// Address of the frame's window while that may be there, or 0.
    pub window: Cell<usize>,
}
heap_object!(Traceback = kinds::TRACEBACK, refs 1..5);

impl Traceback {
    /// An entry in front of `next`.
    pub fn new(
        next: Value,
        f: Gc<Function>,
        index: u32,
        locals: Option<Gc<RefArray>>,
    ) -> Gc<Traceback> {
        Gc::new(Traceback {
            header: Header::NEW,
            next: Field::new(next),
            function: Field::of(f),
            locals: Field::maybe(locals),
            frame: Field::null(),
            index: Cell::new(index),
            left: Cell::new(index),
            lasti: Cell::new(-2),
            line: Cell::new(0),
            window: Cell::new(0),
        })
    }
    /// The line to show.
    pub fn lineno(&self) -> u32 {
        match self.line.get() {
            0 => self.function.gc().code.gc().near_line(self.index.get()),
            n => n,
        }
    }
}
