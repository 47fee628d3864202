//! Every pure operation of the table, native against `eval`, on random operands and in
//! every representation that integers can have.

use super::*;
use crate::ir::{Boxed, Effect, Operand, ResultTy};

const REPS: [IntRep; 6] = [
    IntRep::I64,
    IntRep::U64,
    IntRep::Shl1,
    IntRep::I128,
    IntRep::U128,
    IntRep::Low(40),
];

/// Smallest and largest integer that an exact representation holds here.
fn bounds(rep: IntRep) -> (i128, i128) {
    match rep {
        IntRep::I64 | IntRep::Low(_) => (i64::MIN.into(), i64::MAX.into()),
        IntRep::U64 => (0, u64::MAX.into()),
        IntRep::Shl1 => (-(1 << 62), (1 << 62) - 1),
        IntRep::I128 => (-(1 << 126), (1 << 126) - 1),
        IntRep::U128 => (0, i128::MAX),
    }
}

/// Can an argument (passed as a word) have this representation, and with which range?
fn argument_fact(rng: &mut Rng, rep: IntRep) -> IntFact {
    let (lo, hi) = match rep {
        IntRep::I128 => (i64::MIN.into(), i64::MAX.into()),
        IntRep::U128 => (0, u64::MAX.into()),
        rep => bounds(rep),
    };
    // Sometimes the sign is known.
    match rng.below(4) {
        0 => IntFact {
            rep,
            lo: lo.max(0),
            hi,
        },
        1 if lo < 0 => IntFact { rep, lo, hi: 0 },
        _ => IntFact { rep, lo, hi },
    }
}

/// A word whose value, under the fact, is in range; and that value.
fn argument(rng: &mut Rng, fact: IntFact, divisor: bool) -> (u64, i128) {
    loop {
        let word = rng.int();
        let value = match fact.rep {
            IntRep::U64 | IntRep::U128 => i128::from(word as u64),
            _ => i128::from(word),
        };
        if (fact.lo..=fact.hi).contains(&value) && !(divisor && value == 0) {
            return (word as u64, value);
        }
        if fact.lo == fact.hi {
            return (fact.lo as u64, fact.lo);
        }
    }
}

struct Case {
    func: Func,
    result: Ref,
    reps: Vec<IntFact>,
}

/// `result = op(args...)`, then leave with it. Checked operations leave with pc 1 on overflow.
fn case(
    rng: &mut Rng,
    op: Op,
    types: &[Ty],
    rep: IntRep,
    checked: bool,
    constant: Option<i128>,
) -> Option<Case> {
    let mut f = Func::default();
    let b = f.add_block();
    let mut args = Vec::new();
    let mut reps = Vec::new();
    for (i, &ty) in types.iter().enumerate() {
        let a = f.push(b, Op::Arg, ty, Imm::Index(i as i32), &[], None);
        let mut fact = IntFact::default();
        if ty == Ty::Int {
            let want = rng.pick(&REPS);
            fact = argument_fact(rng, want);
            set_fact(&mut f, a, fact);
        }
        reps.push(fact);
        args.push(a);
    }
    if let (Some(c), Some(last)) = (constant, args.last_mut()) {
        *last = f.constant(Lit::Int(c));
        reps.pop();
        reps.push(IntFact {
            rep: IntRep::I64,
            lo: c,
            hi: c,
        });
    }
    let overflow = f.add_snap(snapshot(1, vec![]));
    let ty = match op.info().result {
        ResultTy::Is(ty) => ty,
        ResultTy::Last => *types.last()?,
        ResultTy::Own => return None,
    };
    let snap = checked.then_some(overflow);
    let result = f.push(b, op, ty, Imm::No, &args, snap);
    let mut out = result;
    if ty == Ty::Int {
        let (lo, hi) = bounds(rep);
        set_fact(&mut f, result, IntFact { rep, lo, hi });
        if let IntRep::Low(k) = rep {
            let mask = f.constant(Lit::Int((1 << k) - 1));
            out = f.push(b, Op::IntAnd, Ty::Int, Imm::No, &[result, mask], None);
            set_fact(
                &mut f,
                out,
                IntFact {
                    rep: IntRep::I64,
                    lo: 0,
                    hi: (1 << k) - 1,
                },
            );
        }
    }
    let done = f.add_snap(snapshot(2, slots(&[out])));
    f.block_mut(b).end = Term::Exit(done);
    Some(Case {
        func: f,
        result: out,
        reps,
    })
}

fn types_of(op: Op) -> Option<Vec<Ty>> {
    op.info()
        .operands
        .iter()
        .map(|o| match o {
            Operand::Is(ty) => Some(*ty),
            _ => None,
        })
        .collect()
}

fn lit(rng: &mut Rng, ty: Ty, fact: IntFact, divisor: bool) -> (u64, Lit) {
    match ty {
        Ty::Int => {
            let (word, value) = argument(rng, fact, divisor);
            (word, Lit::Int(value))
        }
        Ty::Float => {
            let x = rng.float();
            let x = if divisor && x == 0.0 { 0.5 } else { x };
            (x.to_bits(), Lit::Float(x))
        }
        Ty::Bool => {
            let b = rng.next() & 4 != 0;
            (u64::from(b), Lit::Bool(b))
        }
        Ty::Ref => {
            let w = rng.next() & 0xfff0;
            (w, Lit::Ref(w))
        }
        _ => {
            let word = match rng.below(4) {
                0 => Value::int(rng.int() << 1 >> 1),
                1 => Value::try_float(rng.float()).unwrap_or(Value(2)),
                2 => rng.pick(&[Value::TRUE, Value::FALSE, Value::NONE, Value::NULL]),
                _ => Value(rng.next() & 0xfff0),
            };
            (word.0, Lit::Value(Boxed::from_word(word)))
        }
    }
}

fn agrees(got: Live, want: Lit) -> bool {
    match (got, want) {
        (Live::Int(a), Lit::Int(b)) => a == b,
        (Live::Float(a), Lit::Float(b)) => same_float(a, b),
        (Live::Word(w), Lit::Bool(b)) => w == Value::bool(b),
        (Live::Word(w), Lit::Ref(r)) => w.0 == r,
        (Live::Word(w), Lit::Value(Boxed::Float(x))) if w.is_ptr() => {
            // SAFETY: the code under test made this object: header, then the double.
            same_float(unsafe { *((w.0 + 8) as *const f64) }, x)
        }
        (Live::Word(w), Lit::Value(b)) => b.word() == Some(w),
        _ => false,
    }
}

/// What `Low(k)` code must show: the low bits of the true result.
fn visible(want: Lit, rep: IntRep) -> Lit {
    match (want, rep) {
        (Lit::Int(i), IntRep::Low(k)) => Lit::Int(i & ((1 << k) - 1)),
        (w, _) => w,
    }
}

/// Ring operations alone may have operands of which only low bits are right.
fn low_operands_ok(op: Op, rep: IntRep) -> bool {
    use Op::*;
    matches!(rep, IntRep::Low(_))
        && matches!(
            op,
            IntAdd | IntSub | IntMul | IntAnd | IntOr | IntXor | IntNot | IntNeg
        )
}

fn try_case(
    native: &mut Native,
    ctx: &mut JitCtx,
    rng: &mut Rng,
    op: Op,
    rep: IntRep,
    constant: Option<i128>,
) -> usize {
    let types = types_of(op).expect("plain operands");
    let int_result = op.info().result == ResultTy::Is(Ty::Int);
    let word = matches!(rep, IntRep::I64 | IntRep::U64 | IntRep::Shl1);
    let checked = op == Op::BoxInt || op.can_overflow() && word && rng.below(2) == 0;
    let Some(case) = case(rng, op, &types, rep, checked, constant) else {
        return 0;
    };
    let inexact = case.reps.iter().any(|f| matches!(f.rep, IntRep::Low(_)));
    if inexact && !low_operands_ok(op, rep) {
        return 0;
    }
    let desc = code_desc("op", &types, Ty::Value);
    let artifact = match native.compile("op", &case.func, &Role::Function { desc }) {
        Ok(a) => a,
        Err(CompileError::Unsupported(_)) => return 0,
        Err(e) => panic!("{}: {e}", op.name()),
    };
    let mut runs = 0;
    for _ in 0..40 {
        let Some((words, lits)) = operands(rng, op, &types, &case.reps, constant) else {
            continue;
        };
        let Some(want) = (op.info().eval)(&lits) else {
            continue;
        };
        let fits = fits(want, rep);
        if !fits && !checked {
            continue;
        }
        let pair = run(&artifact, ctx, &mut [0; 8], &words);
        let (pc, values) = exit_values(ctx, pair);
        runs += 1;
        let what = || {
            format!(
                "{} {lits:?} -> {want:?} as {rep:?} from {:?}",
                op.name(),
                case.reps
            )
        };
        if pc == 1 {
            let shift_far = is_shift(op) && matches!(lits[1], Lit::Int(c) if c > 63);
            assert!(!fits || shift_far, "{} left", what());
            continue;
        }
        assert!(fits, "{} did not leave", what());
        let rep = if int_result { rep } else { IntRep::I64 };
        let (got, result) = (values[0].1, case.result);
        assert!(
            agrees(got, visible(want, rep)),
            "{}: got {got:?} in {result}",
            what()
        );
    }
    native.retire(artifact);
    native.sweep();
    runs
}

fn is_shift(op: Op) -> bool {
    matches!(op, Op::IntShl | Op::IntShr)
}

/// Can the representation hold the result?
fn fits(want: Lit, rep: IntRep) -> bool {
    let (lo, hi) = bounds(rep);
    match want {
        Lit::Int(i) => matches!(rep, IntRep::Low(_)) || (lo..=hi).contains(&i),
        Lit::Value(Boxed::Int(i)) => crate::ir::small(i),
        _ => true,
    }
}

/// Random operands, as words and by meaning; none if the operation has no meaning for them.
fn operands(
    rng: &mut Rng,
    op: Op,
    types: &[Ty],
    reps: &[IntFact],
    constant: Option<i128>,
) -> Option<(Vec<u64>, Vec<Lit>)> {
    let divides = matches!(
        op,
        Op::IntFloorDiv | Op::IntMod | Op::FloatDiv | Op::FloatFloorDiv | Op::FloatMod
    );
    let (mut words, mut lits) = (Vec::new(), Vec::new());
    for (i, &ty) in types.iter().enumerate() {
        let (word, mut value) = lit(rng, ty, reps[i], divides && i == 1);
        if let (Some(c), true) = (constant, i + 1 == types.len()) {
            value = Lit::Int(c);
        }
        words.push(word);
        lits.push(value);
    }
    let second = match lits.get(1) {
        Some(Lit::Int(i)) => *i,
        _ => 0,
    };
    // Counts and lengths are not negative.
    let meaningless = match op {
        Op::IntBelow => second < 0,
        op if is_shift(op) => !(0..=130).contains(&second),
        _ => false,
    };
    (!meaningless).then_some((words, lits))
}

/// Operations whose operands have free types are tested elsewhere.
fn testable(op: Op) -> bool {
    op.info().effect == Effect::Pure && types_of(op).is_some() && op != Op::Slot
}

#[test]
fn every_pure_operation_agrees_with_eval() {
    let _guard = lock();
    let mut native = native();
    let mut ctx = JitCtx::new();
    let mut rng = Rng(0x9e37_79b9_7f4a_7c15);
    for &op in Op::ALL.iter().filter(|&&op| testable(op)) {
        let int_result = op.info().result == ResultTy::Is(Ty::Int);
        let mut runs = 0;
        for rep in REPS {
            for _ in 0..if int_result { 60 } else { 12 } {
                runs += try_case(&mut native, &mut ctx, &mut rng, op, rep, None);
            }
        }
        // Shifts by a word-sized random count are rarely meaningful: constants below.
        let shifts = matches!(op, Op::IntShl | Op::IntShr);
        assert!(
            runs > 20 || shifts,
            "{} was run only {runs} times",
            op.name()
        );
    }
}

#[test]
fn integer_operations_with_a_constant() {
    let _guard = lock();
    let mut native = native();
    let mut ctx = JitCtx::new();
    let mut rng = Rng(77);
    use Op::*;
    let ops = [
        IntAdd,
        IntSub,
        IntMul,
        IntFloorDiv,
        IntMod,
        IntAnd,
        IntOr,
        IntXor,
        IntShl,
        IntShr,
        IntMin,
        IntMax,
        IntLt,
        IntLe,
        IntEq,
        IntNe,
        IntBelow,
    ];
    for op in ops {
        for _ in 0..150 {
            let c = i128::from(match op {
                IntShl | IntShr => rng.below(70) as i64,
                IntBelow => rng.int() & i64::MAX,
                _ => rng.int(),
            });
            if c == 0 && matches!(op, IntFloorDiv | IntMod) {
                continue;
            }
            let rep = rng.pick(&REPS);
            try_case(&mut native, &mut ctx, &mut rng, op, rep, Some(c));
        }
    }
}

#[test]
fn select_of_every_type() {
    let _guard = lock();
    let mut native = native();
    let mut ctx = JitCtx::new();
    for ty in [Ty::Int, Ty::Float, Ty::Bool, Ty::Ref, Ty::Value] {
        let mut f = Func::default();
        let b = f.add_block();
        let tys = [Ty::Bool, ty, ty];
        let args: Vec<Ref> = (0..3)
            .map(|i| f.push(b, Op::Arg, tys[i], Imm::Index(i as i32), &[], None))
            .collect();
        let v = f.push(b, Op::Select, ty, Imm::No, &args, None);
        let done = f.add_snap(snapshot(2, slots(&[v])));
        f.block_mut(b).end = Term::Exit(done);
        let desc = code_desc("select", &tys, Ty::Value);
        let artifact = native
            .compile("select", &f, &Role::Function { desc })
            .expect("compiles");
        for c in [0, 1] {
            let pair = run(&artifact, &mut ctx, &mut [0; 8], &[c, 1, 0]);
            let (_, values) = exit_values(&mut ctx, pair);
            let want = match ty {
                Ty::Int => Live::Int(c.into()),
                Ty::Float => Live::Float(f64::from_bits(c)),
                Ty::Bool => Live::Word(Value::bool(c != 0)),
                _ => Live::Word(Value(c)),
            };
            assert_eq!(values[0].1, want);
        }
    }
}
