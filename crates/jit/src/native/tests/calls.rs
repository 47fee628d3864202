//! Calls between compiled functions: recursion, exits in place, exceptions, short stacks.

use super::*;
use std::cell::Cell;

/// What the hooks of these tests count and do.
#[derive(Default)]
struct World {
    exits: Cell<u64>,
    shorts: Cell<u64>,
    /// Give every n-th result boxed (0: never).
    boxed_every: Cell<u64>,
    /// The leaf raises.
    raise: Cell<bool>,
}

pub(super) fn fib(n: i64) -> i64 {
    (0..n)
        .fold((0i64, 1i64), |(a, b), _| (b, a.wrapping_add(b)))
        .0
}

fn world(ctx: &JitCtx) -> &'static World {
    // SAFETY: the tests put the address of a leaked `World` there.
    unsafe { &*(ctx.thread as *const World) }
}

fn number(live: Live) -> i64 {
    match live {
        Live::Int(i) => i as i64,
        other => panic!("{other:?} is no integer"),
    }
}

/// The interpreter of these tests: finishes an activation of `fib`.
extern "C" fn fib_exit(ctx: *mut JitCtx, _base: *mut u64) -> Pair {
    // SAFETY: compiled code passes the context it was entered with.
    let ctx = unsafe { &mut *ctx };
    let world = world(ctx);
    world.exits.set(world.exits.get() + 1);
    ctx.reset_stress();
    let (status, value) = (ctx.call_status, ctx.call_value);
    // SAFETY: the guard has just failed, its artifact is alive.
    let reader = unsafe { ExitReader::last(ctx) };
    let slot = |i: usize| match reader.desc().snapshot.slots[i].1 {
        Entry::Ref(r) => number(reader.live(r)),
        other => panic!("{other:?}"),
    };
    let came_back = || match Status::from_word(status) {
        Some(Status::Unboxed) => value as i64,
        Some(Status::Boxed) => Value(value).as_int(),
        other => panic!("{other:?}"),
    };
    if reader.desc().kind == ExitKind::AfterCall && status == Status::Raised as u64 {
        return Pair::new(0, Status::Raised);
    }
    let result = match reader.desc().snapshot.pc {
        // n, at the start; or the leaf
        1 if world.raise.get() && slot(0) < 2 => return Pair::new(0, Status::Raised),
        1 => fib(slot(0)),
        // n; the first call is back
        2 => came_back() + fib(slot(0) - 2),
        // n and the first result; the second call is back
        3 => slot(1) + came_back(),
        // both results, not yet added
        4 => slot(0) + slot(1),
        pc => panic!("exit at {pc}"),
    };
    let every = world.boxed_every.get();
    if every != 0 && world.exits.get().is_multiple_of(every) {
        return Pair::new(Value::int(result).0, Status::Boxed);
    }
    Pair::new(result as u64, Status::Unboxed)
}

extern "C" fn fib_short(ctx: *mut JitCtx, _base: *mut u64) -> Pair {
    // SAFETY: compiled code passes the context it was entered with.
    let ctx = unsafe { &mut *ctx };
    let world = world(ctx);
    world.shorts.set(world.shorts.get() + 1);
    assert_eq!(
        ctx.buffer[0] as i64 % 1000,
        0,
        "the stack checks of these tests are at round n"
    );
    // SAFETY: the prologue has just left, its artifact is alive.
    let reader = unsafe { ExitReader::last(ctx) };
    assert_eq!(reader.desc().kind, ExitKind::StackShort);
    let n = number(reader.live(Ref(0)));
    Pair::new((n * (n + 1) / 2) as u64, Status::Unboxed)
}

const HOOKS: Hooks = Hooks {
    function_exit: fib_exit,
    interpret: fib_short,
    constant,
};

/// `fib`, its arguments and results unboxed; slot 0 is n.
pub(super) fn fib_code(rep: IntRep, raise: bool) -> (Func, &'static CodeDesc) {
    let desc = code_desc("fib", &[Ty::Int], Ty::Int);
    let mut b = Build::new();
    let n = b.arg(0, Ty::Int);
    let fact = match rep {
        IntRep::Shl1 => IntFact {
            rep,
            lo: -(1 << 61),
            hi: 1 << 61,
        },
        rep => IntFact {
            rep,
            lo: -(1 << 62),
            hi: 1 << 62,
        },
    };
    let start = b.snap(1, &[n]);
    let (one, two) = (b.int(1), b.int(2));
    let small = b.op(Op::IntLt, Ty::Bool, &[n, two]);
    let leaf_guard = b.guard(Op::GuardFalse, &[small], start);
    let n1 = b.op(Op::IntSub, Ty::Int, &[n, one]);
    let back = b.after(2, 1, &[n]);
    let call = |b: &mut Build, arg, snap| {
        b.f.push(
            b.at,
            Op::CallCode,
            Ty::Int,
            Imm::Code { desc, at: 4 },
            &[arg],
            Some(snap),
        )
    };
    let r1 = call(&mut b, n1, back);
    let n2 = b.op(Op::IntSub, Ty::Int, &[n, two]);
    let back = b.after(3, 2, &[n, r1]);
    let r2 = call(&mut b, n2, back);
    let both = b.snap(4, &[r1, r2]);
    let sum = b.checked(Op::IntAdd, &[r1, r2], both);
    b.end(Term::Finish(sum));
    if !raise {
        let leaf = b.block();
        b.end(Term::Finish(n));
        b.f.inst_mut(leaf_guard).side = Some(leaf);
    }
    for r in [n, n1, n2, r1, r2, sum] {
        set_fact(
            &mut b.f,
            r,
            IntFact {
                rep: fact.rep,
                ..fact
            },
        );
    }
    (b.f, desc)
}

pub(super) struct Setup {
    native: Native,
    pub(super) artifact: Artifact,
    ctx: Box<JitCtx>,
    world: &'static World,
    window: Vec<u64>,
}

pub(super) fn setup(config: Config, f: &Func, desc: &'static CodeDesc) -> Setup {
    let mut native = native_with(config, &HOOKS);
    let artifact = native
        .compile(&desc.name, f, &Role::Function { desc })
        .expect("compiles");
    // SAFETY: the cell is a leaked word of this test.
    unsafe { *(desc.cell as *mut usize) = artifact.entry().code() as usize };
    let mut ctx = JitCtx::new();
    let world: &'static World = Box::leak(Box::default());
    ctx.thread = std::ptr::from_ref(world) as u64;
    Setup {
        native,
        artifact,
        ctx,
        world,
        window: vec![0; 1024],
    }
}

impl Setup {
    pub(super) fn call(&mut self, n: i64) -> Pair {
        run(&self.artifact, &mut self.ctx, &mut self.window, &[n as u64])
    }
}

#[test]
fn recursion_without_exits() {
    let _guard = lock();
    for rep in [IntRep::I64, IntRep::Shl1] {
        let (f, desc) = fib_code(rep, false);
        let mut s = setup(Config::default(), &f, desc);
        assert_eq!(s.call(24), Pair::new(fib(24) as u64, Status::Unboxed));
        assert_eq!(s.world.exits.get(), 0);
        assert!(s.native.stats().exits > 0);
    }
}

#[test]
fn every_nth_guard_of_a_recursion_fails() {
    let _guard = lock();
    for rep in [IntRep::I64, IntRep::Shl1] {
        let (f, desc) = fib_code(rep, false);
        let config = Config {
            stress_exits: true,
            ..Config::default()
        };
        let mut s = setup(config, &f, desc);
        for every in (1..40).chain([97, 513]) {
            for boxed in [0, 1, 3] {
                s.ctx.set_stress(every);
                s.world.boxed_every.set(boxed);
                let exits = s.world.exits.get();
                let pair = s.call(15);
                let got = match Status::from_word(pair.status) {
                    Some(Status::Unboxed) => pair.value as i64,
                    Some(Status::Boxed) => Value(pair.value).as_int(),
                    other => panic!("{other:?}"),
                };
                assert_eq!(got, fib(15), "every {every}, boxed {boxed}");
                assert!(s.world.exits.get() > exits);
            }
        }
    }
}

#[test]
fn an_exception_passes_through_all_callers() {
    let _guard = lock();
    let (f, desc) = fib_code(IntRep::I64, true);
    let mut s = setup(Config::default(), &f, desc);
    s.world.raise.set(true);
    assert_eq!(s.call(20).status, Status::Raised as u64);
    assert!(
        s.world.exits.get() >= 20,
        "each activation leaves behind its call"
    );
    s.world.raise.set(false);
    assert_eq!(s.call(12), Pair::new(fib(12) as u64, Status::Unboxed));
}

/// `sum(n) = n + sum(n - 1)`, one native frame a level.
fn sum_code() -> (Func, &'static CodeDesc) {
    let desc = code_desc("sum", &[Ty::Int], Ty::Int);
    let mut b = Build::new();
    let n = b.arg(0, Ty::Int);
    let (zero, one) = (b.int(0), b.int(1));
    let done = b.op(Op::IntEq, Ty::Bool, &[n, zero]);
    let snap = b.snap(9, &[n]);
    let guard = b.guard(Op::GuardFalse, &[done], snap);
    let n1 = b.op(Op::IntSub, Ty::Int, &[n, one]);
    let back = b.after(9, 1, &[n]);
    let rest = b.f.push(
        b.at,
        Op::CallCode,
        Ty::Int,
        Imm::Code { desc, at: 1000 },
        &[n1],
        Some(back),
    );
    let sum = b.checked(Op::IntAdd, &[n, rest], snap);
    b.end(Term::Finish(sum));
    let leaf = b.block();
    b.end(Term::Finish(zero));
    b.f.inst_mut(guard).side = Some(leaf);
    (b.f, desc)
}

#[test]
fn a_short_value_stack_is_noticed() {
    let _guard = lock();
    let (f, desc) = sum_code();
    let mut s = setup(Config::default(), &f, desc);
    // Windows are 1000 slots apart and never touched: the limit is all that counts.
    s.ctx.value_limit = s.window.as_ptr() as u64 + 1999 * 1000 * 8;
    assert_eq!(s.call(5000), Pair::new(5000 * 5001 / 2, Status::Unboxed));
    assert_eq!(s.world.shorts.get(), 1);
}

#[test]
fn a_short_native_stack_is_noticed() {
    let _guard = lock();
    let (f, desc) = sum_code();
    let mut s = setup(Config::default(), &f, desc);
    let here = std::ptr::from_ref(&s) as u64;
    s.ctx.stack_limit = here - (256 << 10);
    // Any n is divisible by 1000 somewhere on the way down, but only the first short
    // activation reports: `fib_short` would complain about another one.
    for n in (1000..100_000).step_by(1000) {
        s.world.shorts.set(0);
        let used = |n: u64| n * 48;
        if used(n) > (200 << 10) {
            break;
        }
        assert_eq!(
            s.call(n as i64),
            Pair::new(n * (n + 1) / 2, Status::Unboxed)
        );
        assert_eq!(s.world.shorts.get(), 0);
    }
    s.ctx.stack_limit = here + (1 << 20);
    assert_eq!(s.call(7000), Pair::new(7000 * 7001 / 2, Status::Unboxed));
    assert_eq!(s.world.shorts.get(), 1);
}

#[test]
fn float_and_bool_arguments_travel_in_registers() {
    let _guard = lock();
    let desc = code_desc("mix", &[Ty::Float, Ty::Bool, Ty::Int, Ty::Float], Ty::Float);
    let mut b = Build::new();
    let x = b.arg(0, Ty::Float);
    let c = b.arg(1, Ty::Bool);
    let n = b.arg(2, Ty::Int);
    let y = b.arg(3, Ty::Float);
    let nf = b.op(Op::IntToFloat, Ty::Float, &[n]);
    let p = b.op(Op::FloatMul, Ty::Float, &[x, nf]);
    let s = b.op(Op::FloatAdd, Ty::Float, &[p, y]);
    let r = b.op(Op::Select, Ty::Float, &[c, s, x]);
    b.end(Term::Finish(r));
    let mut native = native();
    let artifact = native
        .compile("mix", &b.f, &Role::Function { desc })
        .expect("compiles");
    let mut ctx = JitCtx::new();
    for (flag, want) in [(1, 2.5 * 4.0 + 0.25), (0, 2.5)] {
        let args = [2.5f64.to_bits(), flag, 4, 0.25f64.to_bits()];
        let pair = run(&artifact, &mut ctx, &mut [0; 8], &args);
        assert_eq!(pair, Pair::new(f64::to_bits(want), Status::Unboxed));
    }
}

#[test]
fn results_of_another_type_come_back_boxed() {
    let _guard = lock();
    let desc = code_desc("half", &[Ty::Int], Ty::Int);
    let mut b = Build::new();
    let n = b.arg(0, Ty::Int);
    let x = b.op(Op::IntToFloat, Ty::Float, &[n]);
    let two = b.f.constant(Lit::Float(2.0));
    let half = b.op(Op::FloatDiv, Ty::Float, &[x, two]);
    b.end(Term::Finish(half));
    let mut native = native();
    let artifact = native
        .compile("half", &b.f, &Role::Function { desc })
        .expect("compiles");
    let mut ctx = JitCtx::new();
    let pair = run(&artifact, &mut ctx, &mut [0; 8], &[7]);
    assert_eq!(pair.status, Status::Boxed as u64);
    assert_eq!(Value(pair.value), Value::try_float(3.5).expect("immediate"));
}

extern "C" fn helper(thread: u64, a: i64, b: f64, c: bool) -> i64 {
    (thread as i64) + a + b as i64 + i64::from(c)
}

static HELPER_ARGS: [Ty; 3] = [Ty::Int, Ty::Float, Ty::Bool];

#[test]
fn helpers_get_the_thread_and_plain_arguments() {
    let _guard = lock();
    let call = Box::leak(Box::new(crate::ir::CallDesc {
        name: "helper",
        address: helper as *const () as usize,
        thread: true,
        frame: false,
        args: &HELPER_ARGS,
        ret: Ty::Int,
        effects: crate::ir::Effects::ANY,
    }));
    let desc = code_desc("caller", &[Ty::Int, Ty::Float, Ty::Bool], Ty::Int);
    let mut b = Build::new();
    let args = [b.arg(0, Ty::Int), b.arg(1, Ty::Float), b.arg(2, Ty::Bool)];
    let r = b.imm(Op::Call, Ty::Int, Imm::Call(call), &args);
    let raised = b.snap(5, &[r]);
    b.guard(Op::GuardNoException, &[], raised);
    b.end(Term::Finish(r));
    set_fact(
        &mut b.f,
        args[0],
        IntFact {
            rep: IntRep::Shl1,
            lo: -1000,
            hi: 1000,
        },
    );
    // Helpers near the code, and out of reach of a relative call.
    call_helper_in(native(), &b.f, desc);
    let far = engine::Engine::near(Config::default(), 0x10_0000_0000).expect("memory");
    assert!(!far.memory.is_near(helper as *const () as usize));
    let far = Native::on(far, Layout::new(FLOAT_SHAPE), &REPORT).expect("native back end");
    call_helper_in(far, &b.f, desc);
}

fn call_helper_in(mut native: Native, f: &Func, desc: &'static CodeDesc) {
    let artifact = native
        .compile("caller", f, &Role::Function { desc })
        .expect("compiles");
    let mut ctx = JitCtx::new();
    ctx.thread = 100_000;
    let args = [-5i64 as u64, 300.5f64.to_bits(), 1];
    let pair = run(&artifact, &mut ctx, &mut [0; 8], &args);
    assert_eq!(pair, Pair::new(100_296, Status::Unboxed));
    let pending = AtomicU64::new(1);
    ctx.pending = &pending;
    let pair = run(&artifact, &mut ctx, &mut [0; 8], &args);
    let (pc, values) = exit_values(&mut ctx, pair);
    assert_eq!((pc, values[0].1), (5, Live::Int(100_296)));
}

#[test]
fn a_function_without_code_is_interpreted() {
    let _guard = lock();
    let types = [Ty::Int, Ty::Float, Ty::Value];
    let desc = code_desc("nothing", &types, Ty::Int);
    let mut native = native();
    let artifact = native.interpreted(desc).expect("compiles");
    let mut ctx = JitCtx::new();
    let words = [7, 0.5f64.to_bits(), Value::NONE.0];
    let pair = run(&artifact, &mut ctx, &mut [0; 8], &words);
    let (_, values) = exit_values(&mut ctx, pair);
    let want = [Live::Int(7), Live::Float(0.5), Live::Word(Value::NONE)];
    assert_eq!(values.iter().map(|v| v.1).collect::<Vec<_>>(), want);
    assert_eq!(artifact.exits[0].kind, ExitKind::NoCode);
}

#[test]
fn a_bridge_of_a_function_returns_to_its_caller() {
    let _guard = lock();
    // Without a side block: each leaf leaves through the exit.
    let (f, desc) = fib_code(IntRep::I64, true);
    let mut s = setup(Config::default(), &f, desc);
    assert_eq!(s.call(10), Pair::new(55, Status::Unboxed));
    let exits = s.world.exits.get();
    assert_eq!(exits, 89, "one for each leaf");
    let parent = s.artifact.exits.iter().find(|e| e.snapshot.pc == 1);
    let parent = parent.expect("the leaf's exit").clone();
    let mut b = Build::new();
    let n = b.f.add_param(b.at, Ty::Int);
    set_fact(
        &mut b.f,
        n,
        IntFact {
            rep: IntRep::Shl1,
            lo: -(1 << 62),
            hi: (1 << 62) - 1,
        },
    );
    b.end(Term::Finish(n));
    let role = Role::Bridge {
        parent: parent.clone(),
        inputs: parent.snapshot.refs().collect(),
        ret: Some(Ty::Int),
        root: 0,
    };
    let bridge = s.native.compile("leaf", &b.f, &role).expect("compiles");
    bridge.attach_to(&parent);
    assert_eq!(s.call(10), Pair::new(55, Status::Unboxed));
    assert_eq!(s.world.exits.get(), exits);
    s.native.retire(bridge);
    assert_eq!(s.call(5), Pair::new(5, Status::Unboxed));
    assert_eq!(s.world.exits.get(), exits + 8);
}
