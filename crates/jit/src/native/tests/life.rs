//! Loops, exits, bridges; and that code memory comes back.

use super::*;

/// `while i < n: total += i; if i % 3 == 2: exit 7; i += 1` over slots 0 (i), 1 (total), 2 (n).
pub(super) fn loop_code() -> Func {
    let mut b = Build::new();
    let start = b.snap(0, &[]);
    let load = |b: &mut Build, slot| {
        let v = b.imm(Op::Slot, Ty::Value, Imm::Index(slot), &[]);
        b.guard(Op::GuardInt, &[v], start);
        b.op(Op::UnboxInt, Ty::Int, &[v])
    };
    let init = [load(&mut b, 0), load(&mut b, 1), load(&mut b, 2)];
    let entry = b.at;
    let head = b.block();
    b.f.block_mut(entry).end = Term::Jump(head, init.to_vec());
    let [i, total, n] = [0; 3].map(|_| b.f.add_param(head, Ty::Int));
    let (one, two, three) = (b.int(1), b.int(2), b.int(3));
    let at_head = b.snap(1, &[i, total]);
    let more = b.op(Op::IntLt, Ty::Bool, &[i, n]);
    b.guard(Op::GuardTrue, &[more], at_head);
    let sum = b.checked(Op::IntAdd, &[total, i], at_head);
    let rest = b.op(Op::IntMod, Ty::Int, &[i, three]);
    let third = b.op(Op::IntEq, Ty::Bool, &[rest, two]);
    let in_body = b.snap(7, &[i, sum]);
    b.guard(Op::GuardFalse, &[third], in_body);
    let next = b.checked(Op::IntAdd, &[i, one], in_body);
    b.guard(Op::Poll, &[], in_body);
    b.end(Term::Jump(head, vec![next, sum, n]));
    for r in init.into_iter().chain([i, total, n, sum, next]) {
        set_fact(
            &mut b.f,
            r,
            IntFact {
                rep: IntRep::Shl1,
                lo: -(1 << 62),
                hi: (1 << 62) - 1,
            },
        );
    }
    set_fact(
        &mut b.f,
        rest,
        IntFact {
            rep: IntRep::Shl1,
            lo: 0,
            hi: 2,
        },
    );
    b.f
}

/// Goes on from exit 7: `i += 1`, and back to the root.
fn bridge_code(root: &Func) -> (Func, Vec<Ref>) {
    let snap = root.snaps.iter().find(|s| s.pc == 7).expect("the exit");
    let inputs: Vec<Ref> = snap.refs().collect();
    let mut b = Build::new();
    let [i, sum] = [0; 2].map(|_| b.f.add_param(BlockId(0), Ty::Int));
    let one = b.int(1);
    let here = b.snap(7, &[i, sum]);
    let next = b.checked(Op::IntAdd, &[i, one], here);
    let done = b.snap(1, &[next, sum]);
    b.end(Term::Loop(done));
    // Another representation than the parent's: taking over converts.
    set_fact(
        &mut b.f,
        i,
        IntFact {
            rep: IntRep::I64,
            lo: -(1 << 62),
            hi: (1 << 62) - 1,
        },
    );
    (b.f, inputs)
}

fn small_window(i: i64, total: i64, n: i64) -> [u64; 8] {
    let mut w = [0; 8];
    for (slot, v) in [i, total, n].into_iter().enumerate() {
        w[slot] = Value::int(v).0;
    }
    w
}

/// Applies an exit to the window, as the owner would.
struct Window<'a>(&'a mut [u64]);

impl ExitSink for Window<'_> {
    fn int(&mut self, i: i128) -> Value {
        Value::int(i64::try_from(i).expect("small"))
    }
    fn wide(&mut self, _: u128) -> Value {
        panic!("no wide integers here")
    }
    fn float(&mut self, f: f64) -> Value {
        Value::try_float(f).expect("immediate")
    }
    fn arith(&mut self, _: Op, _: &[Value]) -> Value {
        panic!("no recipes here")
    }
    fn allocate(&mut self, _: u64) -> Value {
        panic!("no objects here")
    }
    fn set_field(&mut self, _: Value, _: crate::ir::Field, _: Live) {
        panic!("no stores here")
    }
    fn set_slot(&mut self, slot: i32, value: Value) {
        self.0[slot as usize] = value.0;
    }
}

fn leave(ctx: &mut JitCtx, window: &mut [u64], pair: Pair) -> u64 {
    assert_eq!(Status::from_word(pair.status), Some(Status::Exit));
    // SAFETY: the code has just left through an exit and is still alive.
    let reader = unsafe { ExitReader::last(ctx) };
    let pc = reader.desc().snapshot.pc;
    reader.rebuild(&mut Window(window));
    pc
}

/// Run the loop to its end, interpreting exit 7 by hand. Gives total and number of exits.
pub(super) fn drive(artifact: &Artifact, ctx: &mut JitCtx, n: i64) -> (i64, usize) {
    let mut w = small_window(0, 0, n);
    let mut exits = 0;
    loop {
        let pair = run(artifact, ctx, &mut w, &[]);
        exits += 1;
        assert!(exits < 1_000_000, "no progress");
        match leave(ctx, &mut w, pair) {
            0 => panic!("the entry guards hold"),
            1 => {
                let i = Value(w[0]).as_int();
                if i >= n {
                    return (Value(w[1]).as_int(), exits);
                }
                // Forced by stress: one step of the interpreter.
                w[1] = Value::int(Value(w[1]).as_int() + i).0;
                w[0] = Value::int(i + 1).0;
            }
            7 => w[0] = Value::int(Value(w[0]).as_int() + 1).0,
            pc => panic!("exit at {pc}"),
        }
    }
}

#[test]
fn a_loop_leaves_and_enters_again() {
    let _guard = lock();
    let mut native = native();
    let artifact = native
        .compile("loop", &loop_code(), &Role::Loop)
        .expect("compiles");
    let mut ctx = JitCtx::new();
    assert_eq!(drive(&artifact, &mut ctx, 300), (300 * 299 / 2, 101));
}

#[test]
fn every_nth_guard_of_a_loop_fails() {
    let _guard = lock();
    let mut native = native_with(
        Config {
            stress_exits: true,
            ..Config::default()
        },
        &REPORT,
    );
    let artifact = native
        .compile("loop", &loop_code(), &Role::Loop)
        .expect("compiles");
    let mut ctx = JitCtx::new();
    for every in 5..60 {
        ctx.set_stress(every);
        assert_eq!(
            drive(&artifact, &mut ctx, 200).0,
            200 * 199 / 2,
            "every {every}"
        );
    }
}

pub(super) fn with_bridge(native: &mut Native) -> (Artifact, Artifact, &'static usize) {
    let code = loop_code();
    let root = native
        .compile("loop", &code, &Role::Loop)
        .expect("compiles");
    let cell: &'static usize = Box::leak(Box::new(root.entry().code() as usize));
    let exit = root
        .exits
        .iter()
        .find(|e| e.snapshot.pc == 7)
        .expect("the exit")
        .clone();
    let (bridge, inputs) = bridge_code(&code);
    let role = Role::Bridge {
        parent: exit.clone(),
        inputs,
        ret: None,
        root: std::ptr::from_ref(cell) as usize,
    };
    let bridge = native.compile("bridge", &bridge, &role).expect("compiles");
    bridge.attach_to(&exit);
    assert!(exit.has_bridge());
    (root, bridge, cell)
}

#[test]
fn a_bridge_takes_over_and_is_detached() {
    let _guard = lock();
    let mut native = native();
    let (root, bridge, _) = with_bridge(&mut native);
    let mut ctx = JitCtx::new();
    assert_eq!(drive(&root, &mut ctx, 3000), (3000 * 2999 / 2, 1));
    native.retire(bridge);
    assert_eq!(drive(&root, &mut ctx, 300), (300 * 299 / 2, 101));
    assert_eq!(native.sweep(), 1);
    assert_eq!(drive(&root, &mut ctx, 300), (300 * 299 / 2, 101));
}

#[test]
fn a_retired_parent_does_not_keep_its_bridge() {
    let _guard = lock();
    let mut native = native();
    let (root, bridge, _) = with_bridge(&mut native);
    let exit = root
        .exits
        .iter()
        .find(|e| e.has_bridge())
        .expect("bridged")
        .clone();
    native.retire(root);
    assert!(!exit.has_bridge());
    drop(exit);
    native.sweep();
    native.retire(bridge);
    native.sweep();
    assert_eq!(native.retired(), 0);
}

#[test]
fn a_poll_leaves_when_the_breaker_is_set() {
    let _guard = lock();
    let mut native = native();
    let artifact = native
        .compile("loop", &loop_code(), &Role::Loop)
        .expect("compiles");
    let mut ctx = JitCtx::new();
    let breaker = AtomicU64::new(1);
    ctx.breaker = &breaker;
    let mut w = small_window(0, 0, 100);
    let pair = run(&artifact, &mut ctx, &mut w, &[]);
    assert_eq!(leave(&mut ctx, &mut w, pair), 7);
    assert_eq!((Value(w[0]).as_int(), Value(w[1]).as_int()), (0, 0));
}

#[test]
fn an_invalidated_loop_leaves() {
    let _guard = lock();
    let mut b = Build::new();
    let v = b.imm(Op::Slot, Ty::Value, Imm::Index(0), &[]);
    let (valid, gone) = (b.snap(1, &[v]), b.snap(2, &[v]));
    b.guard(Op::GuardValid, &[], gone);
    b.end(Term::Exit(valid));
    let mut native = native();
    let artifact = native
        .compile("valid", &b.f, &Role::Loop)
        .expect("compiles");
    let mut ctx = JitCtx::new();
    let mut w = small_window(1, 0, 0);
    let pair = run(&artifact, &mut ctx, &mut w, &[]);
    assert_eq!(leave(&mut ctx, &mut w, pair), 1);
    artifact.invalidate();
    assert!(!artifact.is_valid());
    let pair = run(&artifact, &mut ctx, &mut w, &[]);
    assert_eq!(leave(&mut ctx, &mut w, pair), 2);
}

#[test]
fn ten_thousand_functions_leave_memory_flat() {
    let _guard = lock();
    let mut native = native_with(
        Config {
            verify: false,
            ..Config::default()
        },
        &REPORT,
    );
    let code = loop_code();
    let first = native
        .compile("loop", &code, &Role::Loop)
        .expect("compiles");
    let before = native.memory();
    let mut touched = 0;
    for i in 0..10_000 {
        let artifact = native
            .compile("loop", &code, &Role::Loop)
            .expect("compiles");
        native.retire(artifact);
        if i % 16 == 15 {
            assert_eq!(native.sweep(), 16);
        }
        if i == 100 {
            touched = native.memory().touched;
        }
    }
    let after = native.memory();
    assert_eq!((before.used, before.blocks), (after.used, after.blocks));
    assert_eq!(touched, after.touched);
    drop(first);
}

#[test]
fn code_on_a_stack_is_not_freed() {
    let _guard = lock();
    let mut native = native();
    let artifact = native
        .compile("loop", &loop_code(), &Role::Loop)
        .expect("compiles");
    // Hidden from the sweep by a bit, so that only the frame below names the code.
    let hidden = std::hint::black_box(!(artifact.entry().code() as u64 + 10));
    native.retire(artifact);
    assert_eq!((sweep_with(&mut native, hidden), native.retired()), (0, 1));
    overwrite_stack();
    assert_eq!((sweep_with(&mut native, !0), native.retired()), (1, 0));
}

#[inline(never)]
fn sweep_with(native: &mut Native, hidden: u64) -> usize {
    let mut fake_frame = !std::hint::black_box(hidden);
    std::hint::black_box(&mut fake_frame);
    let swept = native.sweep();
    std::hint::black_box(&mut fake_frame);
    fake_frame = 0;
    std::hint::black_box(&mut fake_frame);
    swept
}

/// Dead frames may hold stray copies of anything.
#[inline(never)]
fn overwrite_stack() {
    std::hint::black_box(&mut [0u64; 4096]);
}

thread_local! {
    static ENGINE: std::cell::RefCell<Option<(Native, Option<Artifact>)>> = const { std::cell::RefCell::new(None) };
}

/// Retires the code that has just called us, and sweeps.
extern "C" fn retire_caller() -> i64 {
    ENGINE.with_borrow_mut(|e| {
        let (native, artifact) = e.as_mut().expect("set by the test");
        if let Some(a) = artifact.take() {
            native.retire(a);
        }
        native.sweep() as i64
    })
}

#[test]
fn code_that_is_running_is_not_freed() {
    let _guard = lock();
    let call = Box::leak(Box::new(crate::ir::CallDesc {
        name: "retire_caller",
        address: retire_caller as *const () as usize,
        thread: false,
        frame: false,
        args: &[],
        ret: Ty::Int,
        effects: crate::ir::Effects::ANY,
    }));
    let mut b = Build::new();
    let swept = b.imm(Op::Call, Ty::Int, Imm::Call(call), &[]);
    let done = b.snap(3, &[swept]);
    b.guard(Op::GuardValid, &[], done);
    let valid = b.snap(4, &[swept]);
    b.end(Term::Exit(valid));
    let mut native = native();
    let artifact = native.compile("self", &b.f, &Role::Loop).expect("compiles");
    let entry = artifact.entry();
    ENGINE.set(Some((native, Some(artifact))));
    let mut ctx = JitCtx::new();
    // SAFETY: the artifact is retired while it runs, and freed only after it has left.
    let pair = unsafe { entry.run(&mut *ctx, [0u64; 8].as_mut_ptr()) };
    assert_eq!(exit_values(&mut ctx, pair), (3, vec![(0, Live::Int(0))]));
    ctx.desc = std::ptr::null();
    assert_eq!(
        ENGINE.take().map(|(mut n, _)| {
            n.sweep();
            n.retired()
        }),
        Some(0)
    );
}

#[test]
fn the_limit_is_an_error_not_a_crash() {
    let _guard = lock();
    let config = Config {
        code_limit: 16 << 10,
        ..Config::default()
    };
    let mut native = native_with(config, &REPORT);
    let code = loop_code();
    let mut kept = vec![];
    let error = loop {
        match native.compile("loop", &code, &Role::Loop) {
            Ok(a) => kept.push(a),
            Err(e) => break e,
        }
        assert!(kept.len() < 1000);
    };
    assert!(matches!(error, CompileError::NoMemory(_)), "{error}");
    native.retire(kept.pop().expect("some fitted"));
    native.sweep();
    assert!(native.compile("loop", &code, &Role::Loop).is_ok());
}

#[test]
fn dumps_are_kept_on_request() {
    let _guard = lock();
    let dump = Dump {
        clif: true,
        asm: true,
    };
    let mut native = native_with(
        Config {
            dump,
            ..Config::default()
        },
        &REPORT,
    );
    let artifact = native
        .compile("loop", &loop_code(), &Role::Loop)
        .expect("compiles");
    assert!(artifact.clif().is_some_and(|t| t.contains("brif")));
    assert!(
        artifact
            .asm()
            .is_some_and(|t| t.contains("ret") || t.contains("jmp"))
    );
    if std::env::var_os("PYJIT_SHOW").is_some() {
        println!(
            "{}\n{}",
            artifact.clif().unwrap_or(""),
            artifact.asm().unwrap_or("")
        );
    }
}

#[test]
fn a_forked_child_has_its_own_code_memory() {
    let _guard = lock();
    let mut native = native();
    if native.mapping() != Mapping::Dual {
        return;
    }
    let first = native
        .compile("loop", &loop_code(), &Role::Loop)
        .expect("compiles");
    let mut ctx = JitCtx::new();
    let fine = |native: &mut Native, first: &Artifact, ctx: &mut JitCtx| {
        let second = native
            .compile("loop", &loop_code(), &Role::Loop)
            .expect("compiles");
        let ok = drive(first, ctx, 30).0 == 435 && drive(&second, ctx, 30).0 == 435;
        native.retire(second);
        native.sweep();
        ok
    };
    // SAFETY: the child only compiles, runs and leaves.
    let pid = unsafe { libc::fork() };
    if pid == 0 {
        let ok = fine(&mut native, &first, &mut ctx);
        // SAFETY: ends the child without running the test harness's exit code.
        unsafe { libc::_exit(i32::from(!ok)) };
    }
    for _ in 0..20 {
        assert!(fine(&mut native, &first, &mut ctx));
    }
    let mut status = 0;
    // SAFETY: waits for the child made above.
    unsafe { libc::waitpid(pid, &mut status, 0) };
    assert_eq!(status, 0, "the child failed");
}
