//! Random functions of several blocks: native code against the reference evaluator, exit
//! by exit and value by value.

use super::*;
use crate::ir::{Boxed, EvalError, Heap, Machine, Outcome, print, verify};

const SLOTS: usize = 3;

/// A value in scope.
type Var = (Ref, Ty, IntRep);

struct Gen<'a> {
    rng: &'a mut Rng,
    f: Func,
    args: Vec<Var>,
    /// Blocks anybody may jump to; they see the arguments and their own parameters.
    joins: Vec<(BlockId, Vec<Var>)>,
    /// Side blocks still to be filled, with what they see.
    pending: Vec<(BlockId, Vec<Var>)>,
}

const TYPES: [Ty; 4] = [Ty::Int, Ty::Float, Ty::Bool, Ty::Value];

impl Gen<'_> {
    fn function(rng: &mut Rng) -> (Func, Vec<Ty>) {
        let mut g = Gen {
            rng,
            f: Func::default(),
            args: vec![],
            joins: vec![],
            pending: vec![],
        };
        let entry = g.f.add_block();
        let types: Vec<Ty> = (0..5)
            .map(|_| g.rng.pick(&[Ty::Int, Ty::Int, Ty::Float, Ty::Bool]))
            .collect();
        for (i, &ty) in types.iter().enumerate() {
            let a =
                g.f.push(entry, Op::Arg, ty, Imm::Index(i as i32), &[], None);
            g.typed(a, IntRep::I64);
            g.args.push((a, ty, IntRep::I64));
        }
        for i in 0..SLOTS {
            let a =
                g.f.push(entry, Op::Slot, Ty::Value, Imm::Index(i as i32), &[], None);
            g.args.push((a, Ty::Value, IntRep::I64));
        }
        for _ in 0..1 + g.rng.below(3) {
            let b = g.f.add_block();
            let mut seen = g.args.clone();
            for _ in 0..1 + g.rng.below(3) {
                let ty = g.rng.pick(&TYPES);
                let p = g.f.add_param(b, ty);
                let rep = g.rng.pick(&[IntRep::I64, IntRep::Shl1]);
                g.typed(p, rep);
                seen.push((p, ty, rep));
            }
            g.joins.push((b, seen));
        }
        let seen = g.args.clone();
        g.fill(entry, seen);
        for (b, seen) in g.joins.clone() {
            g.fill(b, seen);
        }
        while let Some((b, seen)) = g.pending.pop() {
            g.fill(b, seen);
        }
        (g.f, types)
    }

    fn typed(&mut self, r: Ref, rep: IntRep) {
        let (lo, hi) = match rep {
            IntRep::Shl1 => (-(1 << 62), (1 << 62) - 1),
            _ => (i64::MIN.into(), i64::MAX.into()),
        };
        set_fact(&mut self.f, r, IntFact { rep, lo, hi });
    }

    fn any(&mut self, seen: &[Var], ty: Ty) -> Var {
        let fit: Vec<Var> = seen.iter().copied().filter(|v| v.1 == ty).collect();
        if !fit.is_empty() && self.rng.below(6) != 0 {
            return self.rng.pick(&fit);
        }
        let lit = match ty {
            Ty::Int => Lit::Int(self.rng.int().into()),
            Ty::Float => Lit::Float(self.rng.float()),
            Ty::Bool => Lit::Bool(self.rng.below(2) == 0),
            _ if self.rng.below(2) == 0 => Lit::Value(Boxed::Float(self.rng.float())),
            _ => Lit::Value(Boxed::Int((self.rng.int() >> 1).into())),
        };
        (self.f.constant(lit), ty, IntRep::I64)
    }

    fn snap(&mut self, seen: &[Var]) -> SnapId {
        let mut refs: Vec<Ref> = seen.iter().map(|v| v.0).collect();
        while refs.len() > 6 {
            let out = self.rng.below(refs.len());
            refs.remove(out);
        }
        let pc = self.f.snaps.len() as u64;
        self.f.add_snap(snapshot(pc, slots(&refs)))
    }

    fn fill(&mut self, b: BlockId, mut seen: Vec<Var>) {
        let mut snap = self.snap(&seen);
        for _ in 0..3 + self.rng.below(14) {
            if self.rng.below(4) == 0 {
                snap = self.snap(&seen);
            }
            self.step(b, &mut seen, snap);
        }
        if self.rng.below(3) == 0 {
            let snap = self.snap(&seen);
            self.f.block_mut(b).end = Term::Exit(snap);
            return;
        }
        let at = self.rng.below(self.joins.len());
        let (to, has) = self.joins[at].clone();
        let params = &has[self.args.len()..];
        let args = params
            .iter()
            .map(|&(p, ty, rep)| self.fitting(b, &seen, snap, p, ty, rep))
            .collect();
        self.f.block_mut(b).end = Term::Jump(to, args);
    }

    /// A value for a parameter; one that may not fit a shifted word is checked first.
    fn fitting(
        &mut self,
        b: BlockId,
        seen: &[Var],
        snap: SnapId,
        _p: Ref,
        ty: Ty,
        rep: IntRep,
    ) -> Ref {
        let (v, _, have) = self.any(seen, ty);
        if ty != Ty::Int || rep == have && self.f.int_const(v).is_none() || rep == IntRep::I64 {
            return v;
        }
        let zero = self.f.constant(Lit::Int(0));
        let r = self
            .f
            .push(b, Op::IntAdd, Ty::Int, Imm::No, &[v, zero], Some(snap));
        self.typed(r, IntRep::Shl1);
        r
    }

    fn guard(&mut self, b: BlockId, op: Op, args: &[Ref], seen: &[Var], snap: SnapId) {
        let r = self.f.push(b, op, Ty::None, Imm::No, args, Some(snap));
        if self.pending.len() < 3 && self.f.blocks.len() < 12 && self.rng.below(2) == 0 {
            let side = self.f.add_block();
            self.f.inst_mut(r).side = Some(side);
            self.pending.push((side, seen.to_vec()));
        }
    }

    #[expect(clippy::too_many_arguments)]
    fn push(
        &mut self,
        b: BlockId,
        seen: &mut Vec<Var>,
        op: Op,
        ty: Ty,
        args: &[Ref],
        rep: IntRep,
        snap: Option<SnapId>,
    ) {
        let r = self.f.push(b, op, ty, Imm::No, args, snap);
        if ty == Ty::Int {
            self.typed(r, rep);
        }
        seen.push((r, ty, rep));
    }

    fn step(&mut self, b: BlockId, seen: &mut Vec<Var>, snap: SnapId) {
        use Op::*;
        match self.rng.below(12) {
            0..=3 => self.integer(b, seen, snap),
            4 => {
                let op = self.rng.pick(&[IntLt, IntLe, IntEq, IntNe]);
                let (x, y) = (self.any(seen, Ty::Int), self.any(seen, Ty::Int));
                self.push(b, seen, op, Ty::Bool, &[x.0, y.0], IntRep::I64, None);
            }
            5 => {
                let op = self
                    .rng
                    .pick(&[FloatAdd, FloatSub, FloatMul, FloatDiv, FloatMod]);
                let (x, y) = (self.any(seen, Ty::Float), self.any(seen, Ty::Float));
                self.push(b, seen, op, Ty::Float, &[x.0, y.0], IntRep::I64, None);
            }
            6 => {
                let op = self.rng.pick(&[FloatLt, FloatLe, FloatEq, FloatNe]);
                let (x, y) = (self.any(seen, Ty::Float), self.any(seen, Ty::Float));
                self.push(b, seen, op, Ty::Bool, &[x.0, y.0], IntRep::I64, None);
            }
            7 | 8 => {
                let op = self.rng.pick(&[GuardTrue, GuardFalse]);
                let c = self.any(seen, Ty::Bool);
                self.guard(b, op, &[c.0], seen, snap);
            }
            9 => self.boxing(b, seen, snap),
            10 => self.unboxing(b, seen, snap),
            _ => {
                let ty = self.rng.pick(&TYPES);
                let (c, x, y) = (
                    self.any(seen, Ty::Bool),
                    self.any(seen, ty),
                    self.any(seen, ty),
                );
                let wide = [x, y].iter().any(|v| v.2 != IntRep::Shl1);
                let rep = if wide { IntRep::I64 } else { IntRep::Shl1 };
                self.push(b, seen, Select, ty, &[c.0, x.0, y.0], rep, None);
            }
        }
    }

    fn integer(&mut self, b: BlockId, seen: &mut Vec<Var>, snap: SnapId) {
        use Op::*;
        let (x, y) = (self.any(seen, Ty::Int), self.any(seen, Ty::Int));
        let both = |x: Var, y: Var| if x.2 == y.2 { x.2 } else { IntRep::I64 };
        match self.rng.below(6) {
            0..=2 => {
                let op = self.rng.pick(&[IntAdd, IntSub, IntMul, IntNeg, IntAbs]);
                let rep = self.rng.pick(&[IntRep::I64, IntRep::Shl1]);
                let args = [x.0, y.0];
                let n = op.info().operands.len();
                self.push(b, seen, op, Ty::Int, &args[..n], rep, Some(snap));
            }
            3 => {
                let op = self.rng.pick(&[IntAnd, IntOr, IntXor, IntMin, IntMax]);
                self.push(b, seen, op, Ty::Int, &[x.0, y.0], both(x, y), None);
            }
            4 => {
                let c = self.f.constant(Lit::Int(self.rng.below(64) as i128));
                let rep = self.rng.pick(&[IntRep::I64, IntRep::Shl1]);
                if self.rng.below(2) == 0 {
                    self.push(b, seen, IntShr, Ty::Int, &[x.0, c], x.2, None);
                } else if rep == IntRep::I64 || x.2 == IntRep::Shl1 {
                    self.push(b, seen, IntShl, Ty::Int, &[x.0, c], rep, Some(snap));
                }
            }
            _ => {
                let zero = self.f.constant(Lit::Int(0));
                let ok = self.f.push(b, IntNe, Ty::Bool, Imm::No, &[y.0, zero], None);
                self.guard(b, GuardTrue, &[ok], seen, snap);
                let op = self.rng.pick(&[IntFloorDiv, IntMod]);
                let checked = (op == IntFloorDiv).then_some(snap);
                let rep = if op == IntMod { y.2 } else { IntRep::I64 };
                self.push(b, seen, op, Ty::Int, &[x.0, y.0], rep, checked);
            }
        }
    }

    fn boxing(&mut self, b: BlockId, seen: &mut Vec<Var>, snap: SnapId) {
        let ty = self.rng.pick(&[Ty::Int, Ty::Float, Ty::Bool]);
        let x = self.any(seen, ty);
        let (op, snap) = match ty {
            Ty::Int => (Op::BoxInt, Some(snap)),
            Ty::Float => (Op::BoxFloat, None),
            _ => (Op::BoxBool, None),
        };
        self.push(b, seen, op, Ty::Value, &[x.0], IntRep::I64, snap);
    }

    fn unboxing(&mut self, b: BlockId, seen: &mut Vec<Var>, snap: SnapId) {
        let x = self.any(seen, Ty::Value);
        let (guard, op, ty) = self.rng.pick(&[
            (Op::GuardInt, Op::UnboxInt, Ty::Int),
            (Op::GuardFloat, Op::UnboxFloat, Ty::Float),
            (Op::GuardBool, Op::UnboxBool, Ty::Bool),
        ]);
        self.guard(b, guard, &[x.0], seen, snap);
        let rep = self.rng.pick(&[IntRep::I64, IntRep::Shl1]);
        self.push(b, seen, op, ty, &[x.0], rep, None);
    }
}

fn agrees(got: Live, want: Boxed) -> bool {
    match (got, want) {
        (Live::Int(a), Boxed::Int(b)) => a == b,
        (Live::Float(a), Boxed::Float(b)) => same_float(a, b),
        (Live::Word(w), Boxed::Float(x)) if w.is_ptr() => {
            // SAFETY: boxed by the code under test: header, then the double.
            same_float(unsafe { *((w.0 + 8) as *const f64) }, x)
        }
        (Live::Word(w), b) => b.word() == Some(w),
        _ => false,
    }
}

fn random_word(rng: &mut Rng) -> Value {
    match rng.below(4) {
        0 => Value::int(rng.int() << 1 >> 1),
        1 => Value::try_float(rng.float()).unwrap_or(Value::int(3)),
        _ => rng.pick(&[Value::TRUE, Value::FALSE, Value::NONE]),
    }
}

/// One run: false if the evaluator could not finish it.
fn one_run(rng: &mut Rng, f: &Func, types: &[Ty], artifact: &Artifact, ctx: &mut JitCtx) -> bool {
    let mut machine = Machine::new(f, Heap::default());
    machine.budget = 5_000;
    let mut window = [0u64; 8];
    for (i, word) in window[..SLOTS].iter_mut().enumerate() {
        let v = random_word(rng);
        *word = v.0;
        machine.slots.insert(i as i32, Boxed::from_word(v));
    }
    let mut words = vec![];
    for &ty in types {
        let (word, lit) = match ty {
            Ty::Int => {
                let i = rng.int();
                (i as u64, Lit::Int(i.into()))
            }
            Ty::Float => {
                let x = rng.float();
                (x.to_bits(), Lit::Float(x))
            }
            _ => {
                let b = rng.below(2) == 0;
                (b.into(), Lit::Bool(b))
            }
        };
        words.push(word);
        machine.args.push(lit);
    }
    let outcome = match machine.run(0, &mut |_, _, _| None) {
        Ok(o) => o,
        Err(EvalError::Budget) => return false,
        Err(EvalError::Stuck(_)) => return false,
        Err(e) => panic!("{e:?}\n{}", print(f)),
    };
    let Outcome::Exit(want) = outcome else {
        panic!("{outcome:?}")
    };
    let pair = run(artifact, ctx, &mut window, &words);
    let (pc, values) = exit_values(ctx, pair);
    assert_eq!(
        pc,
        f.snap(want).pc,
        "other exit\n{}\nargs {:?}",
        print(f),
        machine.args
    );
    let state = machine.leave(want).expect("plain snapshot");
    for (slot, got) in values {
        assert!(
            agrees(got, state[&slot]),
            "exit {pc}, slot {slot}: got {got:?}, want {:?}\n{}\nargs {:?}",
            state[&slot],
            print(f),
            machine.args
        );
    }
    true
}

#[test]
fn random_functions_agree_with_the_evaluator() {
    let _guard = lock();
    let rounds = std::env::var("PYJIT_FUZZ")
        .ok()
        .and_then(|n| n.parse().ok())
        .unwrap_or(400);
    let seed = std::env::var("PYJIT_SEED")
        .ok()
        .and_then(|n| n.parse().ok())
        .unwrap_or(1);
    let mut native = native();
    let mut ctx = JitCtx::new();
    let mut finished = 0;
    for round in 0..rounds {
        let mut rng = Rng(0x1234_5678_9abc_def1 ^ (seed * 1_000_003 + round) << 8);
        let (mut f, types) = Gen::function(&mut rng);
        drop_unreached(&mut f);
        verify(&f).unwrap_or_else(|e| panic!("round {round}: {e}\n{}", print(&f)));
        let desc = code_desc("random", &types, Ty::Int);
        let artifact = match native.compile("random", &f, &Role::Function { desc }) {
            Ok(a) => a,
            Err(e) => panic!("round {round}: {e}\n{}", print(&f)),
        };
        for _ in 0..30 {
            finished += usize::from(one_run(&mut rng, &f, &types, &artifact, &mut ctx));
        }
        native.retire(artifact);
        native.sweep();
    }
    assert!(
        finished > rounds as usize * 5,
        "only {finished} runs came to an end"
    );
}

/// Nobody may jump to some joins: empty them so that the verifier sees a whole function.
fn drop_unreached(f: &mut Func) {
    let mut seen = vec![false; f.blocks.len()];
    let mut todo = vec![BlockId(0)];
    while let Some(b) = todo.pop() {
        if std::mem::replace(&mut seen[b.0 as usize], true) {
            continue;
        }
        todo.extend(f.block(b).insts.iter().filter_map(|&r| f.inst(r).side));
        if let Term::Jump(to, _) = &f.block(b).end {
            todo.push(*to);
        }
    }
    // Keep numbering dense: unreached blocks go to the end and are cut off.
    let mut map = vec![None; f.blocks.len()];
    let mut kept = vec![];
    for (i, block) in f.blocks.iter().enumerate() {
        if seen[i] {
            map[i] = Some(BlockId(kept.len() as u32));
            kept.push(block.clone());
        }
    }
    let new = |b: BlockId| map[b.0 as usize].expect("reached");
    for block in &mut kept {
        if let Term::Jump(to, _) = &mut block.end {
            *to = new(*to);
        }
        for &r in &block.insts {
            if let Some(side) = f.inst(r).side {
                f.inst_mut(r).side = Some(new(side));
            }
        }
    }
    f.blocks = kept;
}
