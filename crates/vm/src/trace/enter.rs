//! The way into compiled code and out of it: the only unsafe code of this crate.
//!
//! What it is: the thread's context for compiled code, the call of an artifact, and the
//! frames made of what it left. What it is not: any decision about what to do then.
#![allow(unsafe_code)]

use std::sync::atomic::AtomicU64;

use pyjit_heap::{Base, Gc, Pc, Value, alloc};
use pyjit_jit::ir::{Field, Kind, Op, Resume, Snapshot};
use pyjit_jit::native::{EntryPoint, ExitReader, ExitSink, GuardDesc, JitCtx, Live, Pair, Status};
use pyjit_runtime::Thread;
use pyjit_runtime::core::attr::Instance;
use pyjit_runtime::core::ops::{self, BinOp};
use pyjit_runtime::core::special::Special;
use pyjit_runtime::types::{float, int};

/// A thread's context, never moved.
pub struct Context {
    ctx: *mut JitCtx,
}

/// How compiled code was left.
pub struct Exit {
    pub pc: Pc,
    pub base: Base,
    pub snapshot: std::rc::Rc<Snapshot>,
    /// Times that this exit has been taken, this one included.
    pub count: u32,
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
        ctx.set_stress(exit_every);
        Context { ctx }
    }

    /// Runs a loop from the header in the window `base`; makes frames of what it left.
    pub fn run_loop(&self, t: &Thread, entry: EntryPoint, base: Base) -> Option<Exit> {
        // SAFETY: N1: the context lives for ever, its pointers were set for this thread;
        // the window is a frame of the code that the artifact was made of; the caller has
        // the artifact from a tree that is in use.
        let pair: Pair = unsafe { entry.run(self.ctx, base.ptr().cast::<u64>()) };
        if Status::from_word(pair.status) != Some(Status::Exit) {
            return None;
        }
        // SAFETY: the code has just left through an exit; retired artifacts are freed
        // only when something is compiled, so it is alive.
        let reader = unsafe { ExitReader::last(&mut *self.ctx) };
        let desc: &GuardDesc = reader.desc();
        let snapshot = desc.snapshot.clone();
        let count = desc.count.get().saturating_add(1);
        desc.count.set(count);
        reader.rebuild(&mut Frames { t, base });
        Some(Exit {
            pc: Pc::new(snapshot.pc as *const u64),
            base: base.up(snapshot.base as usize),
            snapshot,
            count,
        })
    }
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
