//! The way into compiled code and out of it: the only unsafe code of this crate.
//!
//! What it is: the thread's context for compiled code, the call of an artifact, and the
//! frames made of what it left. What it is not: any decision about what to do then.
#![allow(unsafe_code)]

use std::cell::Cell;
use std::sync::atomic::AtomicU64;

use pyjit_heap::{Base, Gc, Pc, Value, alloc};
use pyjit_jit::ir::{CodeDesc, Field, Kind, Op, Resume, Snapshot, Ty};
use pyjit_jit::native::{
    EntryPoint, ExitKind, ExitReader, ExitSink, GuardDesc, JitCtx, Live, Pair, Status,
};
use pyjit_runtime::Thread;
use pyjit_runtime::core::attr::Instance;
use pyjit_runtime::core::ops::{self, BinOp};
use pyjit_runtime::core::special::Special;
use pyjit_runtime::types::{float, int};

/// A thread's context, never moved.
pub struct Context {
    ctx: *mut JitCtx,
    /// The window that compiled code was entered with last, from here.
    entry: Cell<usize>,
}

/// What compiled code came to.
pub enum Left {
    /// It has left through this exit.
    Exit(Exit),
    /// The frame has returned, or raised.
    Frame(Pair),
}

/// How compiled code was left.
pub struct Exit {
    pub pc: Pc,
    pub base: Base,
    pub snapshot: std::rc::Rc<Snapshot>,
    /// Times that this exit has been taken, this one included.
    pub count: u32,
    /// The artifact that was left.
    pub artifact: u32,
    /// What the call gave that the exit follows, if it follows one.
    pub call: Pair,
    /// Of a function: frames that may still be entered from its own.
    pub depth: i64,
}

impl Context {
    /// The context of a thread.
    pub fn new(t: &'static Thread, exit_every: u64) -> Context {
        let ctx = Box::leak(JitCtx::new());
        ctx.breaker = &raw const t.breaker;
        ctx.pending = (&raw const t.exc).cast::<AtomicU64>();
        ctx.value_limit = t.stack_limit.get().ptr() as u64;
        ctx.stack_limit = t.native_limit.get() as u64 + (256 << 10);
        ctx.thread = std::ptr::from_ref(t) as u64;
        ctx.depth_left = t.depth_left.as_ptr().cast::<AtomicU64>();
        ctx.set_stress(exit_every);
        Context {
            ctx,
            entry: Cell::new(0),
        }
    }

    #[expect(
        clippy::mut_from_ref,
        reason = "the context is not part of what self borrows"
    )]
    fn ctx(&self) -> &mut JitCtx {
        // SAFETY: the context lives for ever and belongs to one thread; no two borrows are
        // held across a call of anything that borrows it.
        unsafe { &mut *self.ctx }
    }

    /// Address behind the words of the value stack that compiled code may have written.
    pub fn top(&self) -> u64 {
        self.ctx().top
    }

    /// Sets it back.
    pub fn set_top(&self, top: u64) {
        self.ctx().top = top;
    }

    /// Is there native stack enough to enter compiled code?
    pub fn has_room(&self) -> bool {
        let here = 0u8;
        &raw const here as u64 > self.ctx().stack_limit + (64 << 10)
    }

    /// Why code has left.
    pub fn exit_kind(&self) -> ExitKind {
        // SAFETY: the code has just left through this exit.
        unsafe { ExitReader::last(self.ctx()) }.desc().kind
    }

    /// Is this the window that compiled code was entered with last? Then its exits are
    /// looked at by who entered it, not by a nested interpreter.
    pub fn is_entry(&self, base: Base) -> bool {
        self.entry.get() == base.ptr() as usize
    }

    /// Runs code in the window `base`; makes frames of what it has left.
    fn run(&self, t: &Thread, entry: EntryPoint, base: Base, words: u32) -> Left {
        let (top, depth) = (self.top(), t.depth_left.get());
        self.set_top(top.max(base.up(words as usize).ptr() as u64));
        self.ctx().depth = depth;
        // The collector looks for the end of the value stack above the thread's frame. The
        // interpreter need not have told of its own since a callee has gone, whose words
        // are anything by now.
        t.base.set(base);
        let before = self.entry.replace(base.ptr() as usize);
        let entered = t.entered_at.replace(0);
        // SAFETY: N1: the context lives for ever, its pointers were set for this thread;
        // the window is a frame of the code that the artifact was made of; the caller has
        // the artifact from a tree that is in use, and has put its arguments in the buffer.
        let pair = unsafe { entry.run(self.ctx, base.ptr().cast::<u64>()) };
        self.entry.set(before);
        t.entered_at.set(entered);
        t.depth_left.set(depth);
        self.set_top(top);
        if Status::from_word(pair.status) == Some(Status::Exit) {
            return Left::Exit(self.rebuild(t, base));
        }
        Left::Frame(pair)
    }

    /// Runs a function whose frame has been made in the window `base`. The arguments are
    /// of the types in its convention.
    pub fn run_function(&self, t: &Thread, entry: EntryPoint, d: &CodeDesc, base: Base) -> Left {
        let buffer = &mut self.ctx().buffer;
        for (i, ty) in d.args.iter().enumerate() {
            let v = base.get(i);
            buffer[i] = match ty {
                Ty::Int => v.as_int() as u64,
                Ty::Float => float::get(v).unwrap_or(0.0).to_bits(),
                _ => v.0,
            };
        }
        buffer[d.args.len()] = t.depth_left.get() as u64;
        self.run(t, entry, base, d.window)
    }

    /// Makes frames of what a function in the window `base` has left.
    pub fn rebuild(&self, t: &Thread, base: Base) -> Exit {
        let ctx = self.ctx();
        let call = Pair {
            value: ctx.call_value,
            status: ctx.call_status,
        };
        let depth = ctx.depth;
        // SAFETY: the code has just left through an exit; retired artifacts are freed
        // only when something is compiled, so it is alive.
        let reader = unsafe { ExitReader::last(ctx) };
        let desc: &GuardDesc = reader.desc();
        let snapshot = desc.snapshot.clone();
        let (artifact, count) = (desc.artifact, desc.count.get().saturating_add(1));
        desc.count.set(count);
        reader.rebuild(&mut Frames { t, base });
        Exit {
            pc: Pc::new(snapshot.pc as *const u64),
            base: base.up(snapshot.base as usize),
            snapshot,
            count,
            artifact,
            call,
            depth,
        }
    }

    /// Runs a loop from the header in the window `base`.
    pub fn run_loop(&self, t: &Thread, entry: EntryPoint, base: Base) -> Left {
        let words = crate::calls::top(base).distance(base) as u32;
        // A part of a function takes the depth.
        self.ctx().buffer[0] = t.depth_left.get() as u64;
        self.run(t, entry, base, words)
    }
}

/// The window at an address that compiled code has passed.
pub fn window(base: *mut u64) -> Base {
    Base::new(base.cast())
}

/// Must the exception that is pending be handled from the exit?
pub fn raises(s: &Snapshot) -> bool {
    s.resume == Resume::Raise
}

/// An int of any size up to two words.
pub fn integer(i: i128) -> Value {
    match i64::try_from(i).ok().and_then(Value::try_int) {
        Some(v) => v,
        None => {
            let m = i.unsigned_abs();
            int::from_limbs(i < 0, &[m as u64, (m >> 64) as u64])
        }
    }
}

/// What an exit writes.
struct Frames<'t> {
    t: &'t Thread,
    base: Base,
}

impl ExitSink for Frames<'_> {
    fn int(&mut self, i: i128) -> Value {
        integer(i)
    }
    fn wide(&mut self, u: u128) -> Value {
        int::from_limbs(false, &[u as u64, (u >> 64) as u64])
    }
    fn float(&mut self, f: f64) -> Value {
        float::from_f64(f)
    }
    fn arith(&mut self, op: Op, args: &[Value]) -> Value {
        let t = self.t;
        let binary = |o: BinOp| ops::binary(t, o, args[0], args[1]);
        let less = || ops::compare_bool(t, ops::Cmp::Lt, args[0], args[1]).unwrap_or(false);
        let r = match op {
            Op::IntAdd => binary(BinOp::Add),
            Op::IntSub => binary(BinOp::Sub),
            Op::IntMul => binary(BinOp::Mul),
            Op::IntFloorDiv => binary(BinOp::Floordiv),
            Op::IntMod => binary(BinOp::Mod),
            Op::IntAnd => binary(BinOp::And),
            Op::IntOr => binary(BinOp::Or),
            Op::IntXor => binary(BinOp::Xor),
            Op::IntShl => binary(BinOp::Lshift),
            Op::IntShr => binary(BinOp::Rshift),
            Op::IntNeg => ops::unary(t, Special::Neg, args[0]),
            Op::IntNot => ops::unary(t, Special::Invert, args[0]),
            Op::IntAbs => ops::unary(t, Special::Abs, args[0]),
            Op::IntMin => Ok(args[!less() as usize]),
            Op::IntMax => Ok(args[less() as usize]),
            _ => Ok(args[0]),
        };
        // Operations on ints raise only for lack of memory.
        r.unwrap_or(Value::NONE)
    }
    fn allocate(&mut self, header: u64) -> Value {
        let bytes = (header >> 32 & pyjit_heap::object::LARGE) as usize * 16;
        match alloc::try_allocate_zeroed(header, bytes) {
            Some(p) => Value(p as u64),
            None => std::process::abort(),
        }
    }
    fn set_field(&mut self, object: Value, field: Field, value: Live) {
        let o: Gc<Instance> = Gc::from_value(object);
        let word = (field.offset / 8) as usize;
        match (field.kind, value) {
            (Kind::Value | Kind::Ref, Live::Word(v)) => o.set_word(word, v),
            (Kind::U32, Live::Int(i)) if field.offset == 0 => o.header().set_shape_id(i as u32),
            (Kind::U32 | Kind::I32 | Kind::U8, Live::Int(i)) => {
                let shift = field.offset % 8 * 8;
                let mask = match field.kind {
                    Kind::U8 => 0xff,
                    _ => u64::from(u32::MAX),
                };
                let old = o.word(word).0 & !(mask << shift);
                o.set_word_young(word, Value(old | (i as u64 & mask) << shift));
            }
            (_, Live::Int(i)) => o.set_word_young(word, Value(i as u64)),
            (_, Live::Float(f)) => o.set_word_young(word, Value(f.to_bits())),
            (_, Live::Word(v)) => o.set_word_young(word, v),
            (_, Live::Wide(u)) => o.set_word_young(word, Value(u as u64)),
        }
    }
    fn set_slot(&mut self, slot: i32, value: Value) {
        if slot >= 0 {
            self.base.set(slot as usize, value)
        } else {
            self.base.set_below(-slot as usize, value)
        }
    }
}
