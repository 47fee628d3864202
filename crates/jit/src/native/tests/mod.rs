//! Tests of the native back end: each operation against its `eval` row, random functions
//! against the reference evaluator, calls, bridges, freeing.

mod calls;
mod life;
mod memory;
mod ops;
mod random;
mod speed;

use super::*;
use crate::ir::{
    BlockId, Entry, Imm, IntFact, IntRep, Lit, Op, Origin, Resume, SnapId, Snapshot, Term,
};
use pyjit_heap::{RefRange, Value, shape};
use std::sync::{Mutex, MutexGuard, PoisonError};

/// Shape number that boxed floats have in these tests.
const FLOAT_SHAPE: u32 = 30;
/// Objects of tagged words.
const SHAPE: u32 = 31;
/// Objects of raw words.
const RAW_SHAPE: u32 = 32;

static LOCK: Mutex<()> = Mutex::new(());

/// Tests take turns: the heap belongs to one thread at a time.
fn lock() -> MutexGuard<'static, ()> {
    let guard = LOCK.lock().unwrap_or_else(PoisonError::into_inner);
    shape::define_raw(FLOAT_SHAPE, RefRange::NONE);
    shape::define_raw(SHAPE, RefRange::tail(1));
    shape::define_raw(RAW_SHAPE, RefRange::NONE);
    guard
}

/// A small deterministic generator (xorshift).
struct Rng(u64);

impl Rng {
    fn next(&mut self) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0.wrapping_mul(0x2545_f491_4f6c_dd1d)
    }
    fn below(&mut self, n: usize) -> usize {
        (self.next() >> 33) as usize % n
    }
    fn pick<T: Copy>(&mut self, from: &[T]) -> T {
        from[self.below(from.len())]
    }
    /// Integers near the places where representations end.
    fn int(&mut self) -> i64 {
        let near = self.below(7) as i64 - 3;
        match self.below(8) {
            0 => near,
            1 => (1i64 << self.below(63)).wrapping_add(near),
            2 => (1i64 << self.below(63)).wrapping_add(near).wrapping_neg(),
            3 => i64::MAX.wrapping_add(near),
            4 => (1i64 << 62).wrapping_add(near),
            5 => (-1i64 << 62).wrapping_add(near),
            6 => self.next() as i64 >> self.below(63),
            _ => self.next() as i64,
        }
    }
    fn float(&mut self) -> f64 {
        const SPECIAL: [f64; 12] = [
            0.0,
            -0.0,
            1.0,
            -1.5,
            f64::INFINITY,
            f64::NEG_INFINITY,
            f64::NAN,
            f64::MAX,
            f64::MIN_POSITIVE,
            9.3e18,
            -9_223_372_036_854_775_808.0,
            2.939e-39,
        ];
        match self.below(4) {
            0 => self.pick(&SPECIAL),
            1 => f64::from_bits(self.next()),
            2 => self.int() as f64,
            _ => (self.next() as i64 as f64) / 1e15,
        }
    }
}

/// Exits of functions come back to the test as loop exits do.
extern "C" fn report(ctx: *mut JitCtx, _base: *mut u64) -> Pair {
    // SAFETY: compiled code passes the context it was entered with.
    Pair::new(unsafe { (*ctx).desc } as u64, Status::Exit)
}

/// Boxes the doubles that need it.
fn constant(number: crate::ir::Boxed) -> Value {
    let crate::ir::Boxed::Float(x) = number else {
        panic!("{number} needs no object here")
    };
    let header = pyjit_heap::Header::word(FLOAT_SHAPE, 16);
    let at = pyjit_heap::alloc::allocate(header, 16).cast::<u64>();
    // SAFETY: the object was just allocated: header, then the double.
    unsafe { *at.add(1) = x.to_bits() };
    Value(at as u64)
}

const REPORT: Hooks = Hooks {
    function_exit: report,
    interpret: report,
    constant,
};

fn native_with(config: Config, hooks: &Hooks) -> Native {
    Native::new(config, Layout::new(FLOAT_SHAPE), hooks).expect("native back end")
}

fn native() -> Native {
    native_with(Config::default(), &REPORT)
}

fn snapshot(pc: u64, slots: Vec<(i32, Entry)>) -> Snapshot {
    Snapshot {
        pc,
        base: 0,
        top: 8,
        frames: 0,
        resume: Resume::Retry,
        live: vec![],
        slots,
        virtuals: vec![],
        recipes: vec![],
        stores: vec![],
        origin: Origin {
            member: 0,
            snap: pc as u32,
        },
    }
}

fn slots(refs: &[Ref]) -> Vec<(i32, Entry)> {
    refs.iter()
        .enumerate()
        .map(|(i, &r)| (i as i32, Entry::Ref(r)))
        .collect()
}

fn code_desc(name: &str, args: &[Ty], ret: Ty) -> &'static CodeDesc {
    let cell = Box::leak(Box::new(0usize));
    Box::leak(Box::new(CodeDesc {
        name: name.into(),
        cell: std::ptr::from_mut(cell) as usize,
        args: args.to_vec(),
        ret,
        window: 8,
        through: false,
    }))
}

fn set_fact(f: &mut Func, r: Ref, fact: IntFact) {
    if f.ints.len() <= r.0 as usize {
        f.ints.resize(r.0 as usize + 1, IntFact::default());
    }
    f.ints[r.0 as usize] = fact;
}

/// Run an artifact with raw words as arguments.
fn run(artifact: &Artifact, ctx: &mut JitCtx, window: &mut [u64], args: &[u64]) -> Pair {
    ctx.buffer[..args.len()].copy_from_slice(args);
    ctx.buffer[args.len()] = 1 << 40;
    // SAFETY: the artifact is alive, the window has all slots that the test's code touches.
    unsafe { artifact.entry().run(ctx, window.as_mut_ptr()) }
}

/// The pc of the exit that was taken, and its values by slot.
fn exit_values(ctx: &mut JitCtx, pair: Pair) -> (u64, Vec<(i32, Live)>) {
    assert_eq!(Status::from_word(pair.status), Some(Status::Exit));
    // SAFETY: the code has just left through an exit and is still alive.
    let reader = unsafe { ExitReader::last(ctx) };
    let snap = &reader.desc().snapshot;
    let values = snap
        .slots
        .iter()
        .map(|&(slot, entry)| match entry {
            Entry::Ref(r) => (slot, reader.live(r)),
            _ => panic!("only plain entries here"),
        })
        .collect();
    (snap.pc, values)
}

fn same_float(a: f64, b: f64) -> bool {
    a.to_bits() == b.to_bits() || a.is_nan() && b.is_nan()
}

/// A function under construction, with few words.
struct Build {
    f: Func,
    at: BlockId,
}

impl Build {
    fn new() -> Build {
        let mut f = Func::default();
        let at = f.add_block();
        Build { f, at }
    }
    fn arg(&mut self, i: i32, ty: Ty) -> Ref {
        self.f.push(self.at, Op::Arg, ty, Imm::Index(i), &[], None)
    }
    fn int(&mut self, i: i64) -> Ref {
        self.f.constant(Lit::Int(i.into()))
    }
    fn op(&mut self, op: Op, ty: Ty, args: &[Ref]) -> Ref {
        self.f.push(self.at, op, ty, Imm::No, args, None)
    }
    fn imm(&mut self, op: Op, ty: Ty, imm: Imm, args: &[Ref]) -> Ref {
        self.f.push(self.at, op, ty, imm, args, None)
    }
    fn guard(&mut self, op: Op, args: &[Ref], snap: SnapId) -> Ref {
        self.f
            .push(self.at, op, Ty::None, Imm::No, args, Some(snap))
    }
    fn checked(&mut self, op: Op, args: &[Ref], snap: SnapId) -> Ref {
        self.f.push(self.at, op, Ty::Int, Imm::No, args, Some(snap))
    }
    fn snap(&mut self, pc: u64, refs: &[Ref]) -> SnapId {
        self.f.add_snap(snapshot(pc, slots(refs)))
    }
    fn after(&mut self, pc: u64, slot: i32, refs: &[Ref]) -> SnapId {
        let s = Snapshot {
            resume: Resume::After(slot),
            ..snapshot(pc, slots(refs))
        };
        self.f.add_snap(s)
    }
    fn end(&mut self, term: Term) {
        self.f.block_mut(self.at).end = term;
    }
    fn block(&mut self) -> BlockId {
        self.at = self.f.add_block();
        self.at
    }
}
