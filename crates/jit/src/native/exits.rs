//! Exit metadata: what a failed guard left where, and how to make frames of it.
//!
//! What it is: descriptors that compiled code points at (their first word is the slot
//! the guard leaves through), and the decoder that turns the exit buffer plus a snapshot
//! into boxed values. What it is not: it cannot box, allocate or write frames itself;
//! the owner does, through [`ExitSink`].
//!
//! Invariants
//! * E1: a [`GuardDesc`] never moves and outlives the code that names it.
//! * E2: the buffer is scanned conservatively by the collector; while an exit is decoded,
//!   every reference it holds is in the buffer or already in the sink's hands.

use super::ctx::{BUFFER_WORDS, JitCtx};
use crate::ir::{Boxed, Entry, Field, Lit, Op, Ref, Resume, Snapshot, Ty};
use pyjit_heap::Value;
use std::cell::Cell;
use std::rc::Rc;

/// How a live value sits in the exit buffer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stored {
    /// Signed word.
    I64,
    /// Unsigned word.
    U64,
    /// Signed word shifted left by one.
    Shl1,
    /// Two words, low first, signed.
    I128,
    /// Two words, low first, unsigned.
    U128,
    /// Double.
    Float,
    /// 0 or 1.
    Bool,
    /// Tagged word or object address: itself.
    Word,
}

impl Stored {
    /// How a value of that type sits in its word (an int: plain).
    pub(super) fn argument(ty: Ty) -> Stored {
        match ty {
            Ty::Int => Stored::I64,
            Ty::Float => Stored::Float,
            Ty::Bool => Stored::Bool,
            Ty::Ref | Ty::Value | Ty::None => Stored::Word,
        }
    }
}

/// Where an exit finds an SSA value.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Loc {
    /// Known when the code was compiled.
    Const(Lit),
    /// In the exit buffer, from this word on.
    Buffer(u16, Stored),
}

/// Why an exit exists.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ExitKind {
    /// A guard's condition did not hold.
    Guard,
    /// A compiled callee did not return an unboxed result; see [`JitCtx::call_status`].
    AfterCall,
    /// The native or value stack is short at a function's entry.
    StackShort,
    /// The function has no code: its cell holds an entry made by [`super::Native::interpreted`].
    NoCode,
}

/// One exit of an artifact. Guards with the same snapshot share it.
#[repr(C)]
#[derive(Debug)]
pub struct GuardDesc {
    /// The slot: what the exit jumps to, a function of `(ctx, base)`.
    pub(super) code: Cell<*const u8>,
    /// What the slot holds when no bridge is attached.
    pub(super) stub: Cell<*const u8>,
    /// The owner's counter of times taken.
    pub count: Cell<u32>,
    /// The artifact's number.
    pub artifact: u32,
    /// Why it exists.
    pub kind: ExitKind,
    /// What the interpreter needs.
    pub snapshot: Rc<Snapshot>,
    /// Where the snapshot's values are, in order of `Ref`.
    pub(super) locs: Vec<(Ref, Loc)>,
    /// How each slot of the snapshot gets its value.
    pub(super) plan: SlotPlan,
    /// Buffer words used.
    pub(super) words: u16,
}

/// Where the value of a slot comes from, found out once: exits are frequent.
#[derive(Clone, Copy, Debug)]
enum Source {
    /// Always this word.
    Word(u64),
    /// From the buffer.
    Buffer(u16, Stored),
    /// Needs an object.
    Entry(Entry),
}

/// The slots that an exit writes.
#[derive(Debug)]
pub(super) struct SlotPlan(Box<[(i32, Source)]>);

impl SlotPlan {
    pub(super) fn new(snapshot: &Snapshot, locs: &[(Ref, Loc)]) -> SlotPlan {
        let source = |entry: Entry| {
            let Entry::Ref(r) = entry else {
                return Source::Entry(entry);
            };
            match locs.binary_search_by_key(&r, |l| l.0).map(|i| locs[i].1) {
                Ok(Loc::Buffer(at, stored)) => Source::Buffer(at, stored),
                Ok(Loc::Const(lit)) => match constant(lit) {
                    Live::Word(v) => Source::Word(v.0),
                    _ => Source::Entry(entry),
                },
                Err(_) => Source::Word(0),
            }
        };
        let slots = snapshot.slots.iter();
        SlotPlan(slots.map(|&(slot, e)| (slot, source(e))).collect())
    }
}

impl GuardDesc {
    /// Is a bridge attached?
    pub fn has_bridge(&self) -> bool {
        self.code.get() != self.stub.get()
    }

    /// Where the snapshot's values are.
    pub fn locations(&self) -> &[(Ref, Loc)] {
        &self.locs
    }

    /// Where one value is.
    pub fn location(&self, r: Ref) -> Option<Loc> {
        self.locs
            .binary_search_by_key(&r, |l| l.0)
            .ok()
            .map(|i| self.locs[i].1)
    }
}

/// A number or word read back from an exit, still unboxed.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Live {
    /// An integer (what fits is here, also from unsigned words).
    Int(i128),
    /// An unsigned pair beyond `i128`.
    Wide(u128),
    /// A double.
    Float(f64),
    /// A tagged word.
    Word(Value),
}

/// What rebuilding frames needs from the owner.
///
/// Boxing may collect garbage, but must not run compiled code: the buffer is still read.
pub trait ExitSink {
    /// Box an integer.
    fn int(&mut self, i: i128) -> Value;
    /// Box an integer that only an unsigned pair can hold.
    fn wide(&mut self, u: u128) -> Value;
    /// Box a double.
    fn float(&mut self, f: f64) -> Value;
    /// A recipe's operation on boxed integers of any size.
    fn arith(&mut self, op: Op, args: &[Value]) -> Value;
    /// A new object with this header, all other words zero.
    fn allocate(&mut self, header: u64) -> Value;
    /// Store into an object, with the write barrier; the field says in which form.
    fn set_field(&mut self, object: Value, field: Field, value: Live);
    /// Write an interpreter slot, relative to the activation's window.
    fn set_slot(&mut self, slot: i32, value: Value);
}

/// Reads one exit.
pub struct ExitReader<'a> {
    desc: &'a GuardDesc,
    ctx: &'a mut JitCtx,
}

impl<'a> ExitReader<'a> {
    /// The exit that `ctx.desc` names.
    ///
    /// # Safety
    /// Compiled code has just left through an exit and its artifact is still alive.
    pub unsafe fn last(ctx: &'a mut JitCtx) -> ExitReader<'a> {
        // SAFETY: by E1 and the caller's promise the descriptor is alive.
        let desc = unsafe { &*ctx.desc };
        ExitReader { desc, ctx }
    }

    /// A reader for a known descriptor.
    pub fn new(desc: &'a GuardDesc, ctx: &'a mut JitCtx) -> ExitReader<'a> {
        ExitReader { desc, ctx }
    }

    /// The descriptor.
    pub fn desc(&self) -> &'a GuardDesc {
        self.desc
    }

    /// How the interpreter goes on.
    pub fn resume(&self) -> Resume {
        self.desc.snapshot.resume
    }

    /// An SSA value of the snapshot.
    pub fn live(&self, r: Ref) -> Live {
        match self.desc.location(r) {
            Some(Loc::Const(lit)) => constant(lit),
            Some(Loc::Buffer(at, stored)) => self.load(at as usize, stored),
            None => Live::Word(Value::NULL),
        }
    }

    fn load(&self, at: usize, stored: Stored) -> Live {
        let word = self.ctx.buffer[at];
        let pair = || u128::from(word) | u128::from(self.ctx.buffer[at + 1]) << 64;
        match stored {
            Stored::I64 => Live::Int(i128::from(word as i64)),
            Stored::U64 => Live::Int(i128::from(word)),
            Stored::Shl1 => Live::Int(i128::from(word as i64 >> 1)),
            Stored::I128 => Live::Int(pair() as i128),
            Stored::U128 => match i128::try_from(pair()) {
                Ok(i) => Live::Int(i),
                Err(_) => Live::Wide(pair()),
            },
            Stored::Float => Live::Float(f64::from_bits(word)),
            Stored::Bool => Live::Word(Value::bool(word != 0)),
            Stored::Word => Live::Word(Value(word)),
        }
    }

    /// Rebuild everything: virtual objects, recipes, pending stores, then the slots.
    pub fn rebuild<S: ExitSink + ?Sized>(self, sink: &mut S) {
        self.ctx.reset_stress();
        let desc = self.desc;
        let snapshot = &*desc.snapshot;
        for (i, v) in snapshot.virtuals.iter().enumerate() {
            let object = sink.allocate(v.header);
            self.ctx.buffer[self.virtual_at(i)] = object.0;
        }
        for (i, recipe) in snapshot.recipes.iter().enumerate() {
            let mut args = [Value::NULL; 3];
            for (to, &from) in args.iter_mut().zip(&recipe.args) {
                *to = self.boxed(from, sink);
            }
            let value = sink.arith(recipe.op, &args[..recipe.args.len().min(3)]);
            self.ctx.buffer[self.recipe_at(i)] = value.0;
        }
        for (i, v) in snapshot.virtuals.iter().enumerate() {
            let object = Value(self.ctx.buffer[self.virtual_at(i)]);
            for &(field, value) in &v.fields {
                let value = self.field_value(value, field, sink);
                sink.set_field(object, field, value);
            }
        }
        for store in &snapshot.stores {
            let value = self.field_value(store.value, store.field, sink);
            let object = self.boxed(store.object, sink);
            sink.set_field(object, store.field, value);
        }
        for &(slot, source) in &desc.plan.0 {
            let value = match source {
                Source::Word(w) => Value(w),
                Source::Buffer(at, stored) => self.boxed_word(at as usize, stored, sink),
                Source::Entry(entry) => self.boxed(entry, sink),
            };
            sink.set_slot(slot, value);
        }
        self.forget();
    }

    /// The buffer is scanned by the collector: what was left there would live on, with all
    /// that it refers to.
    fn forget(self) {
        let s = &*self.desc.snapshot;
        let words = self.desc.words as usize + s.virtuals.len() + s.recipes.len();
        self.ctx.buffer[..words].fill(0);
        self.ctx.call_value = 0;
    }

    /// A value in the buffer as a tagged word.
    fn boxed_word<S: ExitSink + ?Sized>(&self, at: usize, stored: Stored, sink: &mut S) -> Value {
        let word = self.ctx.buffer[at];
        let small = match stored {
            Stored::Word => Some(Value(word)),
            Stored::Shl1 => Some(Value(word | 1)),
            Stored::Bool => Some(Value::bool(word != 0)),
            Stored::I64 => Value::try_int(word as i64),
            Stored::Float => Value::try_float(f64::from_bits(word)),
            _ => None,
        };
        small.unwrap_or_else(|| box_live(self.load(at, stored), sink))
    }

    fn virtual_at(&self, i: usize) -> usize {
        self.desc.words as usize + i
    }

    fn recipe_at(&self, i: usize) -> usize {
        self.desc.words as usize + self.desc.snapshot.virtuals.len() + i
    }

    /// An entry as a tagged word.
    pub fn boxed<S: ExitSink + ?Sized>(&self, entry: Entry, sink: &mut S) -> Value {
        box_live(self.entry(entry), sink)
    }

    fn entry(&self, entry: Entry) -> Live {
        match entry {
            Entry::Ref(r) => self.live(r),
            Entry::Virtual(i) => Live::Word(Value(self.ctx.buffer[self.virtual_at(i as usize)])),
            Entry::Recipe(i) => Live::Word(Value(self.ctx.buffer[self.recipe_at(i as usize)])),
        }
    }

    /// Numbers stay raw for raw fields and are boxed for fields of tagged words.
    fn field_value<S: ExitSink + ?Sized>(&self, entry: Entry, field: Field, sink: &mut S) -> Live {
        use crate::ir::Kind;
        match field.kind {
            Kind::Value | Kind::Ref => Live::Word(self.boxed(entry, sink)),
            _ => self.entry(entry),
        }
    }
}

fn box_live<S: ExitSink + ?Sized>(live: Live, sink: &mut S) -> Value {
    match live {
        Live::Int(i) => sink.int(i),
        Live::Wide(u) => sink.wide(u),
        Live::Float(f) => sink.float(f),
        Live::Word(w) => w,
    }
}

fn constant(lit: Lit) -> Live {
    match lit {
        Lit::Int(i) => Live::Int(i),
        Lit::Float(f) => Live::Float(f),
        Lit::Bool(b) => Live::Word(Value::bool(b)),
        Lit::Ref(r) => Live::Word(Value(r)),
        Lit::Value(Boxed::Int(i)) => Live::Int(i),
        Lit::Value(Boxed::Float(f)) => Live::Float(f),
        Lit::Value(Boxed::Word(w)) => Live::Word(Value(w)),
    }
}

/// Do a snapshot's virtuals and recipes fit behind `words` live words?
pub(super) fn fits_buffer(words: usize, snapshot: &Snapshot) -> bool {
    words + snapshot.virtuals.len() + snapshot.recipes.len() <= BUFFER_WORDS
}
