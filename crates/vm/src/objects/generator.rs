//! Generators, coroutines, async generators: a suspended frame in a heap object.

use std::cell::Cell;

use pyjit_heap::{Field, Gc, Header, Pc, Value, finalize, heap_object};
use pyjit_runtime::core::kinds;
use pyjit_runtime::types::str_::Str;

use super::code::Code;
use super::frame::Frame;
use super::function::Function;

/// What a generator is doing.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[repr(u8)]
pub enum State {
    Created,
    Suspended,
    Running,
    Finished,
}

/// A generator, coroutine or async generator; which one is told by the kind.
#[repr(C)]
pub struct Generator {
    header: Header,
    pub name: Field<Gc<Str>>,
    pub qualname: Field<Gc<Str>>,
    pub function: Field<Gc<Function>>,
    /// While running: the exception that the resumer is handling.
    pub outer: Field,
    /// While suspended: the exception that the frame is handling.
    pub own: Field,
    /// `cr_origin`; the finalizer hook of an async generator.
    pub extra: Field,
    pub weakrefs: Field,
    /// The instruction it stands at: `return_generator` or a yield.
    pub pc: Cell<Pc>,
    pub state: Cell<State>,
    /// Async generators: hooks have run; closing; an asend is running.
    pub hooked: Cell<bool>,
    pub closed: Cell<bool>,
    pub busy: Cell<bool>,
    /// Live registers in the words behind.
    pub saved: Cell<u32>,
}
heap_object!(Generator = kinds::GENERATOR, refs 1..8, tail 10);

/// First word of the registers.
pub const FRAME: usize = size_of::<Generator>() / 8;
const _: () = assert!(FRAME == 10);

impl Generator {
    /// A generator at `pc` with these registers, and room for all of the frame's.
    pub fn new(kind: u32, f: Gc<Function>, pc: Pc, registers: &[Value]) -> Gc<Generator> {
        let code = f.code.gc();
        // Nothing is allocated until all words are there.
        let g = Gc::with_raw_tail(
            kind,
            Generator {
                header: Header::NEW,
                name: Field::of(f.name.gc()),
                qualname: Field::of(f.qualname.gc()),
                function: Field::of(f),
                outer: Field::null(),
                own: Field::null(),
                extra: Field::null(),
                weakrefs: Field::null(),
                pc: Cell::new(pc),
                state: Cell::new(State::Created),
                hooked: Cell::new(false),
                closed: Cell::new(false),
                busy: Cell::new(false),
                saved: Cell::new(registers.len() as u32),
            },
            code.nregs() * 8,
        );
        g.copy_words_young(FRAME, registers);
        g.clear_words(FRAME + registers.len(), FRAME + code.nregs());
        g
    }
    /// Any of the three kinds?
    #[inline(always)]
    pub fn of(v: Value) -> Option<Gc<Generator>> {
        if v.is_ptr() && (kinds::GENERATOR..=kinds::ASYNC_GENERATOR).contains(&v.shape_id()) {
            Some(Gc::from_value(v))
        } else {
            None
        }
    }
    /// The code that runs.
    #[inline(always)]
    pub fn code(&self) -> Gc<Code> {
        self.function.gc().code.gc()
    }
    /// The saved registers.
    #[inline(always)]
    pub fn registers(&self) -> &[Value] {
        pyjit_heap::object::tail_values(self, FRAME, self.saved.get() as usize)
    }
}

impl Generator {
    /// Saves the registers of the frame.
    pub fn save(&self, registers: &[Value]) {
        let this = Gc::of(self);
        let (old, new) = (self.saved.get() as usize, registers.len());
        this.copy_words(FRAME, registers);
        for i in new..old {
            this.set_word(FRAME + i, Value::NULL);
        }
        self.saved.set(new as u32);
    }
    /// The same of a generator that needs no barrier.
    #[inline(always)]
    pub fn save_young(&self, registers: &[Value]) {
        let this = Gc::of(self);
        let (old, new) = (self.saved.get() as usize, registers.len());
        this.copy_words_young(FRAME, registers);
        this.clear_words(FRAME + new, FRAME + old);
        self.saved.set(new as u32);
    }
    /// Forgets the frame: the generator has ended.
    #[inline]
    pub fn clear(&self) {
        finalize::unregister(Gc::of(self).value());
        let this = Gc::of(self);
        this.clear_words(FRAME, FRAME + self.saved.get() as usize);
        self.saved.set(0);
        self.own.clear();
        self.outer.clear();
        self.state.set(State::Finished);
    }
}
impl Generator {
    /// The frame object, if it has been asked for: it stands in place of `extra`.
    pub fn frame(&self) -> Option<Gc<Frame>> {
        self.extra.get().opt()?.cast_exact::<Frame>()
    }
    /// Gives it its frame object.
    pub fn set_frame(&self, f: Gc<Frame>) {
        let this = Gc::of(self);
        f.extra.set(f, self.own_extra());
        f.generator.set(f, this.value());
        self.extra.set(this, f.value());
    }
    /// What `extra` is meant for, or absent.
    pub fn own_extra(&self) -> Value {
        match self.frame() {
            Some(f) => f.extra.get(),
            None => self.extra.get(),
        }
    }
    /// Sets it.
    pub fn set_extra(&self, v: Value) {
        match self.frame() {
            Some(f) => f.extra.set(f, v),
            None => self.extra.set(Gc::of(self), v),
        }
    }
    /// Sets a saved register.
    pub fn set_register(&self, i: usize, v: Value) {
        if i < self.saved.get() as usize {
            Gc::of(self).set_word(FRAME + i, v);
        }
    }
    /// Is the code flag set? False for one that has ended.
    pub fn code_has(&self, flag: u32) -> bool {
        self.function.opt().is_some_and(|f| f.code.gc().has(flag))
    }
}
