//! The whole compiler on random programs of the toy machine: recorded, optimised, compiled
//! to machine code and run, with exits forced, bridges and regions, against the toy's
//! interpreter. `PYJIT_FUZZ=n` runs n programs.
#![allow(unsafe_code)]

mod common;

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};

use common::Rng;
use common::toyjit::{Jit, Runner};
use common::vm::{Bc, Next, Program, SHAPE, World, step};
use pyjit_heap::{Header, RefRange, RootVec, Value, alloc, shape};
use pyjit_jit::ir::*;
use pyjit_jit::native::*;
use pyjit_jit::opt::{Optimised, Options};

const FLOAT: u32 = 30;
const BIG: u32 = 33;
const ARRAY: u32 = 50;

static LOCK: Mutex<()> = Mutex::new(());

fn word_at(object: u64, offset: i32) -> u64 {
    // SAFETY: the callers name words inside live objects of this test.
    unsafe { *((object as i64 + i64::from(offset)) as *const u64) }
}

fn put_at(object: u64, offset: i32, word: u64) {
    // SAFETY: as above; every store goes through the barrier.
    unsafe {
        pyjit_heap::object::barrier(Value(object));
        *((object as i64 + i64::from(offset)) as *mut u64) = word;
    }
}

/// A tagged word for a number of any size.
fn number(i: i128) -> Value {
    if let Some(v) = i64::try_from(i).ok().and_then(Value::try_int) {
        return v;
    }
    let at = alloc::allocate(Header::word(BIG, 32), 32) as u64;
    for (n, w) in [i as u64, (i >> 64) as u64, 0].into_iter().enumerate() {
        put_at(at, 8 + 8 * n as i32, w);
    }
    Value(at)
}

fn double(f: f64) -> Value {
    Value::try_float(f).unwrap_or_else(|| {
        let at = alloc::allocate(Header::word(FLOAT, 16), 16) as u64;
        put_at(at, 8, f.to_bits());
        Value(at)
    })
}

fn integer(v: Value) -> i128 {
    if v.is_int() {
        return v.as_int().into();
    }
    (u128::from(word_at(v.0, 8)) | u128::from(word_at(v.0, 16)) << 64) as i128
}

extern "C" fn pure(i: i64) -> i64 {
    i.rem_euclid(1000) * 3 - 7
}

extern "C" fn read1(object: u64) -> u64 {
    word_at(object, 16)
}

extern "C" fn any(v: u64) -> u64 {
    if Value(v).is_ptr() && Value(v).shape_id() == SHAPE {
        let (a, b) = (word_at(v, 16), word_at(v, 24));
        put_at(v, 16, b);
        put_at(v, 24, a);
    }
    v
}

/// The same call, with an address.
fn real_call(d: &'static CallDesc) -> &'static CallDesc {
    let address = match d.name {
        "pure" => pure as *const () as usize,
        "read1" => read1 as *const () as usize,
        _ => any as *const () as usize,
    };
    Box::leak(Box::new(CallDesc { address, ..*d }))
}

/// Real objects for the evaluator's, both ways.
#[derive(Default)]
struct Mirror {
    real: HashMap<u64, u64>,
    model: HashMap<u64, u64>,
    alive: RootVec,
}

impl Mirror {
    fn pair(&mut self, model: u64, real: u64) {
        // A fresh run of the program starts with a fresh model: old objects are forgotten.
        if let Some(old) = self.real.insert(model, real) {
            self.model.remove(&old);
        }
        self.model.insert(real, model);
        self.alive.push(Value(real));
    }

    fn fields() -> impl Iterator<Item = Field> {
        (2..8).map(|n| Field::new(8 * n, Kind::Value, AliasClass(1)))
    }

    /// The real word for a value of the model; new objects are made, not yet filled.
    fn word(&mut self, w: &World, v: Boxed, todo: &mut Vec<u64>) -> Value {
        match v {
            Boxed::Int(i) => number(i),
            Boxed::Float(f) => double(f),
            Boxed::Word(a) => match w.heap.shape(a) {
                None => Value(a),
                Some(shape) => {
                    if !self.real.contains_key(&a) {
                        let at = alloc::allocate(Header::word(shape, 64), 64) as u64;
                        (1..8).for_each(|n| put_at(at, 8 * n, 0));
                        self.pair(a, at);
                    }
                    todo.push(a);
                    Value(self.real[&a])
                }
            },
        }
    }

    /// Copies everything reachable from `roots` into real objects.
    fn fill(&mut self, w: &World, mut todo: Vec<u64>) {
        let mut seen = std::collections::HashSet::new();
        while let Some(a) = todo.pop() {
            if !seen.insert(a) {
                continue;
            }
            for f in Mirror::fields() {
                if let Some(Lit::Value(v)) = w.heap.get(a, f) {
                    let v = self.word(w, v, &mut todo);
                    put_at(self.real[&a], f.offset, v.0);
                }
            }
        }
    }

    /// The model's value for a real word; new objects enter the model, not yet filled.
    fn value(&mut self, w: &mut World, v: Value, todo: &mut Vec<u64>) -> Boxed {
        if !v.is_ptr() {
            return Boxed::from_word(v);
        }
        match v.shape_id() {
            FLOAT => Boxed::Float(f64::from_bits(word_at(v.0, 8))),
            BIG => Boxed::Int(integer(v)),
            shape => {
                if !self.model.contains_key(&v.0) {
                    let a = w.heap.alloc(u64::from(shape) | 4 << 32);
                    self.pair(a, v.0);
                }
                todo.push(v.0);
                Boxed::Word(self.model[&v.0])
            }
        }
    }

    /// Copies real objects back.
    fn read_back(&mut self, w: &mut World, mut todo: Vec<u64>) {
        let mut seen = std::collections::HashSet::new();
        while let Some(real) = todo.pop() {
            if !seen.insert(real) {
                continue;
            }
            for f in Mirror::fields() {
                let v = self.value(w, Value(word_at(real, f.offset)), &mut todo);
                let Some(&model) = self.model.get(&real) else {
                    break;
                };
                if w.heap.get(model, f) != Some(Lit::Value(v)) {
                    w.heap.set(model, f, Lit::Value(v));
                }
            }
        }
    }
}

/// What an exit writes.
struct Frames<'a> {
    window: &'a mut [u64],
}

impl ExitSink for Frames<'_> {
    fn int(&mut self, i: i128) -> Value {
        number(i)
    }
    fn wide(&mut self, u: u128) -> Value {
        panic!("{u} is beyond the toy's integers")
    }
    fn float(&mut self, f: f64) -> Value {
        double(f)
    }
    fn arith(&mut self, op: Op, args: &[Value]) -> Value {
        let args: Vec<Lit> = args.iter().map(|&v| Lit::Int(integer(v))).collect();
        match (op.info().eval)(&args) {
            Some(Lit::Int(i)) => number(i),
            other => panic!("{} {args:?}: {other:?}", op.name()),
        }
    }
    fn allocate(&mut self, header: u64) -> Value {
        let at = alloc::allocate(header, 64) as u64;
        (1..8).for_each(|n| put_at(at, 8 * n, 0));
        Value(at)
    }
    fn set_field(&mut self, object: Value, field: Field, value: Live) {
        let Live::Word(v) = value else {
            panic!("a raw field")
        };
        put_at(object.0, field.offset, v.0);
    }
    fn set_slot(&mut self, slot: i32, value: Value) {
        self.window[slot as usize] = value.0;
    }
}

extern "C" fn no_function(_: *mut JitCtx, _: *mut u64) -> Pair {
    Pair::new(0, Status::Raised)
}

fn boxed_constant(constant: Boxed) -> Value {
    match constant {
        Boxed::Int(i) => number(i),
        Boxed::Float(f) => double(f),
        Boxed::Word(w) => Value(w),
    }
}

const HOOKS: Hooks = Hooks {
    function_exit: no_function,
    interpret: no_function,
    constant: boxed_constant,
};

/// A runner on machine code. Counts what the back end refuses.
struct Machines {
    native: Native,
    ctx: Box<JitCtx>,
    mirror: Mirror,
    code: Option<(u64, Artifact)>,
}

impl Machines {
    fn new(force: u64) -> Machines {
        let config = Config {
            stress_exits: force != 0,
            ..Config::default()
        };
        let native = Native::new(config, Layout::new(FLOAT), &HOOKS).expect("native back end");
        let mut ctx = JitCtx::new();
        ctx.set_stress(force);
        Machines {
            native,
            ctx,
            mirror: Mirror::default(),
            code: None,
        }
    }

    fn compile(&mut self, code: &Optimised, number: u64, w: &World) -> Result<(), String> {
        if self.code.as_ref().is_some_and(|c| c.0 == number) {
            return Ok(());
        }
        let mut func = code.func.clone();
        let mut todo = vec![];
        for n in 0..func.len() {
            let inst = func.inst_mut(Ref(n as u32));
            match inst.imm {
                Imm::Call(d) => inst.imm = Imm::Call(real_call(d)),
                Imm::Lit(Lit::Ref(a)) if a != 0 => {
                    let v = self.mirror.word(w, Boxed::Word(a), &mut todo);
                    inst.imm = Imm::Lit(Lit::Ref(v.0));
                }
                Imm::Lit(Lit::Value(Boxed::Word(a))) => {
                    let v = self.mirror.word(w, Boxed::Word(a), &mut todo);
                    inst.imm = Imm::Lit(Lit::Value(Boxed::Word(v.0)));
                }
                _ => {}
            }
        }
        self.mirror.fill(w, todo);
        let artifact = self
            .native
            .compile("toy", &func, &Role::Loop)
            .map_err(|e| e.to_string())?;
        if let Some((_, old)) = self.code.replace((number, artifact)) {
            self.native.retire(old);
            self.native.sweep();
        }
        Ok(())
    }

    fn run(
        &mut self,
        code: &Optimised,
        number: u64,
        w: &mut World,
    ) -> Result<(usize, Origin), String> {
        self.compile(code, number, w)?;
        let mut window = [0u64; 16];
        let mut todo = vec![];
        for (i, &v) in w.regs.iter().enumerate() {
            window[i] = self.mirror.word(w, v, &mut todo).0;
        }
        self.mirror.fill(w, todo);
        let Some((_, artifact)) = &self.code else {
            return Err("no code".into());
        };
        // SAFETY: the artifact is alive, the window larger than the toy's frames.
        let pair = unsafe { artifact.entry().run(&mut *self.ctx, window.as_mut_ptr()) };
        if Status::from_word(pair.status) != Some(Status::Exit) {
            return Err(format!("{pair:?}"));
        }
        // SAFETY: the code has just left through an exit and is still alive.
        let reader = unsafe { ExitReader::last(&mut self.ctx) };
        let snapshot = reader.desc().snapshot.clone();
        reader.rebuild(&mut Frames {
            window: &mut window,
        });
        let mut todo: Vec<u64> = self.mirror.model.keys().copied().collect();
        for (i, &word) in window[..w.regs.len()].iter().enumerate() {
            w.regs[i] = self.mirror.value(w, Value(word), &mut todo);
        }
        self.mirror.read_back(w, todo);
        Ok((snapshot.pc as usize, snapshot.origin))
    }
}

fn machine_runner(force: u64) -> Runner {
    let mut m = Machines::new(force);
    Box::new(move |code, number, w, _| m.run(code, number, w))
}

const OPS: &[Op] = &[
    Op::IntAdd,
    Op::IntAdd,
    Op::IntSub,
    Op::IntMul,
    Op::IntFloorDiv,
    Op::IntMod,
    Op::IntAnd,
    Op::IntOr,
    Op::IntXor,
    Op::IntShl,
    Op::IntShr,
    Op::IntMin,
    Op::IntMax,
];

/// Runs in the interpreter; gives how many iterations are possible.
fn interpret(mut w: World, p: &Program) -> (World, i128) {
    let (mut pc, mut rounds) = (0, 0);
    loop {
        rounds += i128::from(matches!(p.code[pc], Bc::Loop));
        match step(&mut w, p, pc, None) {
            Next::Pc(to) => pc = to,
            Next::Halt => return (w, rounds),
            Next::Overflow => return (w, rounds),
        }
    }
}

/// Gives whether the back end could compile all of it.
fn one(seed: u64, totals: &mut [u64; 4]) -> Result<bool, String> {
    let mut rng = Rng(seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1);
    for _ in 0..5 {
        rng.next();
    }
    let p = Program::random(&mut rng, OPS);
    let mut start = World::random(&mut rng, 40);
    let (_, rounds) = interpret(start.clone(), &p);
    if rounds < 6 {
        return Ok(true);
    }
    start.regs[common::vm::REGS - 1] = Boxed::Int(rounds.min(40));
    let (want, _) = interpret(start.clone(), &p);
    let force = rng.pick(&[0, 0, 1, 2, 3, 5, 7, 11, 23, 50]);
    // Collecting at every few allocations shows references that nobody holds.
    alloc::set_gc_stress(rng.pick(&[0, 0, 0, 7, 50]));
    let mut jit = Jit::new(Options::default(), force);
    jit.runner = Some(machine_runner(force));
    for _ in 0..2 {
        let mut w = start.clone();
        let r = jit.run(&mut w, &p);
        if r.as_ref().is_err_and(|e| e.starts_with("unsupported")) {
            return Ok(false);
        }
        let (got, want) = (w.view(&p), want.view(&p));
        if r.is_err() || got != want {
            let code = &p.code;
            return Err(format!(
                "seed {seed} force {force}: {r:?}\nwant {want:?}\ngot  {got:?}\n{code:?}\n{}",
                jit.dump()
            ));
        }
    }
    totals.iter_mut().zip(jit.stats).for_each(|(t, s)| *t += s);
    Ok(true)
}

#[test]
fn programs_in_machine_code() {
    let _guard = LOCK.lock().unwrap_or_else(PoisonError::into_inner);
    shape::define_raw(FLOAT, RefRange::NONE);
    shape::define_raw(BIG, RefRange::NONE);
    shape::define_raw(SHAPE, RefRange::tail(1));
    shape::define_raw(ARRAY, RefRange::tail(1));
    let number = |name: &str| std::env::var(name).ok().and_then(|s| s.parse().ok());
    let n: u64 = number("PYJIT_FUZZ").unwrap_or(600);
    let first = number("PYJIT_SEED").unwrap_or(1);
    let (mut totals, mut refused) = ([0; 4], 0);
    for seed in first..first + n {
        match one(seed, &mut totals) {
            Ok(compiled) => refused += u64::from(!compiled),
            Err(e) => panic!("{e}"),
        }
    }
    let [compiled, aborted, exits, bridges] = totals;
    println!(
        "{compiled} compiled, {aborted} aborted, {refused} refused, {exits} exits, {bridges} bridges"
    );
    assert!(
        compiled > n / 4 && exits > n && refused <= n / 20,
        "the test has no bite"
    );
}
