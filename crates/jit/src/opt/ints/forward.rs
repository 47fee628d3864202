//! Ranges and exactness, forward and flow-sensitive, to a fixpoint over block parameters.
//!
//! # Why it is sound
//! - `Low(k)`: the register is right modulo 2^k. Ring operations and `<<` are
//!   homomorphisms modulo 2^k.
//! - Exact: the value is within its range, and the range within one 64-bit class (or the
//!   pair), so the register determines the value. A ring operation whose true result is in
//!   a word and whose operands are right modulo 2^64 is exact whatever their classes.
//! - A clip is tested before the value is used; it leaves to the snapshot of its bytecode.
//! - A parameter is exact only if every argument is.
//! - The last pass changes nothing: ranges are a post-fixpoint.

use std::collections::HashMap;

use super::Notes;
use super::range::{I64, Range, SMALL, TOP, U64, bits, refine, transfer};
use crate::ir::{BlockId, Func, Imm, IntFact, IntRep, Op, Ref, Term, Ty};
use crate::tree::Seen;

/// How much of a value its register has: 128 is all, less is that many low bits.
pub const EXACT: u32 = 128;

/// Facts of one value.
#[derive(Clone, Copy, Debug)]
pub struct Fact {
    pub range: Range,
    /// Right low bits, or [`EXACT`].
    pub k: u32,
    pub rep: IntRep,
    /// The overflow guard stays.
    pub clip: bool,
}

const UNKNOWN: Fact = Fact {
    range: TOP,
    k: EXACT,
    rep: IntRep::I64,
    clip: false,
};

/// Result of the analysis.
pub struct Forward<'a> {
    f: &'a Func,
    demand: &'a [u32],
    notes: &'a Notes,
    signed: &'a [Ref],
    shifted: bool,
    /// By value.
    pub facts: Vec<Fact>,
    /// Jumps whose argument must be brought into a class: block, argument, signed?
    pub edges: Vec<(BlockId, Ref, bool)>,
    /// A value that no representation fits.
    pub wide: Option<Ref>,
    /// Guards that ranges decide: always hold or always fail.
    pub decided: HashMap<Ref, bool>,
    refined: HashMap<Ref, Range>,
    at_entry: HashMap<BlockId, HashMap<Ref, Range>>,
    changed: bool,
}

impl<'a> Forward<'a> {
    /// Runs to the fixpoint. `shifted`: prefer words that are small ints but for the tag.
    pub fn run(
        f: &'a Func,
        demand: &'a [u32],
        notes: &'a Notes,
        signed: &'a [Ref],
        shifted: bool,
    ) -> Forward<'a> {
        let mut s = Forward {
            f,
            demand,
            notes,
            signed,
            shifted,
            facts: vec![UNKNOWN; f.len()],
            edges: vec![],
            wide: None,
            decided: HashMap::new(),
            refined: HashMap::new(),
            at_entry: HashMap::new(),
            changed: true,
        };
        for n in 0..f.len() {
            if let Some(c) = f.int_const(Ref(n as u32)) {
                let range = Range::of(c);
                let k = if range.word() { EXACT } else { 64 };
                s.facts[n] = Fact {
                    range,
                    k,
                    ..UNKNOWN
                };
            }
        }
        let mut reached: HashMap<Ref, bool> = HashMap::new();
        let mut passes = 0;
        while s.changed && passes < 64 {
            passes += 1;
            s.changed = false;
            s.edges.clear();
            s.wide = None;
            s.decided.clear();
            for b in 0..f.blocks.len() {
                s.block(BlockId(b as u32), &mut reached);
            }
        }
        if s.changed {
            // Never met: the ladder is finite. Claim nothing rather than something wrong.
            s.wide = Some(Ref(0));
        }
        s
    }

    fn fact(&self, r: Ref) -> Fact {
        self.facts[r.0 as usize]
    }

    /// Range at the present point.
    fn range(&self, r: Ref) -> Range {
        match self.refined.get(&r) {
            Some(x) => x.meet(self.fact(r).range),
            None => self.fact(r).range,
        }
    }

    fn block(&mut self, b: BlockId, reached: &mut HashMap<Ref, bool>) {
        let f = self.f;
        self.refined = self.at_entry.get(&b).cloned().unwrap_or_default();
        for r in &f.block(b).insts {
            let i = f.inst(*r);
            let side_env = i.side.map(|_| self.refined.clone());
            match (i.ty, i.op) {
                (Ty::Int, _) => self.int(*r),
                (_, Op::GuardTrue | Op::GuardFalse) => self.guard(*r),
                _ => {}
            }
            if super::wants_signed(i.op) {
                let ints = f.args(*r).iter().filter(|a| f.ty(**a) == Ty::Int);
                if let Some(a) = ints.copied().find(|a| !self.range(*a).signed()) {
                    self.wide.get_or_insert(a);
                }
            }
            if let (Some(side), Some(mut env)) = (i.side, side_env) {
                if matches!(i.op, Op::GuardTrue | Op::GuardFalse) {
                    std::mem::swap(&mut env, &mut self.refined);
                    self.assume(f.args(*r)[0], i.op == Op::GuardFalse);
                    std::mem::swap(&mut env, &mut self.refined);
                }
                self.at_entry.insert(side, env);
            }
        }
        if let Term::Finish(v) = f.block(b).end
            && f.ty(v) == Ty::Int
            && !self.range(v).signed()
        {
            self.wide.get_or_insert(v);
        }
        if let Term::Jump(t, args) = &f.block(b).end {
            // What holds at the first way in holds for all that it dominates.
            if t.0 > b.0 && !self.notes.merges.contains(t) {
                let env = self.refined.clone();
                self.at_entry
                    .entry(*t)
                    .and_modify(|old| old.retain(|k, v| env.get(k) == Some(v)))
                    .or_insert(env);
            }
            for (p, a) in f.block(*t).params.iter().zip(args) {
                if f.ty(*p) == Ty::Int {
                    self.param(b, *p, *a, t.0 <= b.0, reached);
                }
            }
        }
    }

    /// An argument flows into a parameter.
    fn param(&mut self, b: BlockId, p: Ref, a: Ref, back: bool, reached: &mut HashMap<Ref, bool>) {
        let whole = self.demand[p.0 as usize] > 64;
        let mut range = self.range(a);
        let k = self.fact(a).k;
        let k = if self.is_pair(a) { k.min(64) } else { k };
        let first = !reached.contains_key(&p);
        reached.insert(p, true);
        let old = self.fact(p);
        if whole && first && !range.word() {
            range = range.meet(I64);
            self.edges.push((b, a, true));
        }
        let mut new = if first { range } else { old.range.join(range) };
        if new != old.range || first {
            if back && !first {
                new = new.widen();
            }
            if whole && !new.word() {
                let signed = old.range.signed();
                let class = if signed { I64 } else { U64 };
                new = old.range.join(range.meet(class)).widen().meet(class);
            }
        }
        if whole && !range.within(if new.signed() { I64 } else { U64 }) {
            self.edges.push((b, a, new.signed()));
        }
        let k = if first { k } else { k.min(old.k) };
        let exact = k == EXACT && new.word();
        let k = if exact { EXACT } else { k.min(64) };
        let rep = match (exact, new.signed()) {
            (true, true) => IntRep::I64,
            (true, false) => IntRep::U64,
            _ => IntRep::Low(k as u8),
        };
        if first || new != old.range || k != old.k {
            self.changed = true;
            self.facts[p.0 as usize] = Fact {
                range: new,
                k,
                rep,
                clip: false,
            };
        }
        if k < self.demand[p.0 as usize].min(EXACT) {
            self.wide = Some(p);
        }
    }

    fn is_pair(&self, r: Ref) -> bool {
        matches!(self.fact(r).rep, IntRep::I128 | IntRep::U128)
    }

    fn guard(&mut self, r: Ref) {
        let i = self.f.inst(r);
        let want = i.op == Op::GuardTrue;
        let c = self.f.args(r)[0];
        let cmp = self.f.inst(c).op;
        if let [x, y] = self.f.args(c)
            && self.f.ty(*x) == Ty::Int
            && let Some(t) = super::range::decide(cmp, self.range(*x), self.range(*y))
        {
            self.decided.insert(r, t == want);
        }
        self.assume(c, want);
    }

    /// A condition has turned out true or false.
    fn assume(&mut self, c: Ref, truth: bool) {
        let args = self.f.args(c);
        match self.f.inst(c).op {
            Op::BoolNot => self.assume(args[0], !truth),
            Op::BoolAnd if truth => args.iter().for_each(|a| self.assume(*a, true)),
            Op::BoolOr if !truth => args.iter().for_each(|a| self.assume(*a, false)),
            op => {
                if let [x, y] = args
                    && self.f.ty(*x) == Ty::Int
                {
                    let (a, b) = refine(op, truth, self.range(*x), self.range(*y));
                    self.refined.insert(*x, a);
                    self.refined.insert(*y, b);
                }
            }
        }
    }

    fn int(&mut self, r: Ref) {
        let new = self.int_fact(r);
        if new.k < self.demand[r.0 as usize].min(EXACT) {
            self.wide.get_or_insert(r);
        }
        self.facts[r.0 as usize] = new;
    }

    fn exact(&self, range: Range) -> Fact {
        let rep = if range.signed() {
            IntRep::I64
        } else {
            IntRep::U64
        };
        Fact {
            range,
            k: EXACT,
            rep,
            clip: false,
        }
    }

    fn low(&self, range: Range, k: u32) -> Fact {
        let k = k.min(64);
        Fact {
            range,
            k,
            rep: IntRep::Low(k as u8),
            clip: false,
        }
    }

    fn int_fact(&mut self, r: Ref) -> Fact {
        let f = self.f;
        let i = f.inst(r);
        let args = f.args(r);
        let ranges: Vec<Range> = args
            .iter()
            .map(|a| {
                if f.ty(*a) == Ty::Int {
                    self.range(*a)
                } else {
                    TOP
                }
            })
            .collect();
        let loaded = |kind: crate::ir::Kind| {
            let (lo, hi) = kind.range();
            Range::new(lo, hi)
        };
        match (i.op, i.imm) {
            // What is passed unboxed was a small int.
            (Op::UnboxInt | Op::Arg, _) => self.exact(SMALL),
            (Op::UnboxWide, _) => self.exact(U64),
            (Op::BoolToInt, _) => self.exact(Range::new(0, 1)),
            (Op::GetField, Imm::Field(x)) => self.exact(loaded(x.kind)),
            (Op::GetItem, Imm::Items(x)) => self.exact(loaded(x.kind)),
            (Op::Select, _) => self.select(r, args, &ranges),
            _ => match transfer(i.op, &ranges) {
                Some(range) => self.operation(r, i.op, args, &ranges, range),
                None => self.exact(I64),
            },
        }
    }

    fn k(&self, r: Ref) -> u32 {
        self.fact(r).k
    }

    fn all_exact_words(&self, args: &[Ref]) -> bool {
        args.iter()
            .all(|a| self.k(*a) == EXACT && !self.is_pair(*a))
    }

    fn select(&mut self, r: Ref, args: &[Ref], ranges: &[Range]) -> Fact {
        let range = ranges[1].join(ranges[2]);
        let k = self.k(args[1]).min(self.k(args[2]));
        if self.all_exact_words(&args[1..]) && range.word() {
            return self.exact(range);
        }
        let _ = r;
        self.low(range, k)
    }

    fn operation(
        &mut self,
        r: Ref,
        op: Op,
        args: &[Ref],
        ranges: &[Range],
        mut range: Range,
    ) -> Fact {
        let f = self.f;
        let want = self.demand[r.0 as usize];
        let words = self.all_exact_words(args);
        let one_class = ranges.iter().all(|x| x.signed()) || ranges.iter().all(|x| x.within(U64));
        let constant = args.get(1).and_then(|a| f.int_const(*a));
        match op {
            Op::IntAnd => {
                let mask = args
                    .iter()
                    .filter_map(|a| f.int_const(*a))
                    .find(|m| *m >= 0);
                let other = args.iter().filter(|a| f.int_const(**a).is_none());
                let k = other.map(|a| self.k(*a)).min().unwrap_or(EXACT);
                if let Some(m) = mask
                    && bits(m) <= 64
                    && bits(m) <= k
                {
                    return self.exact(range);
                }
            }
            Op::IntMod => {
                if let Some(m) = constant
                    && m > 0
                    && m & (m - 1) == 0
                    && m <= 1 << 64
                    && bits(m - 1) <= self.k(args[0])
                {
                    return self.exact(range);
                }
                return if words && one_class && range.word() {
                    self.exact(range)
                } else {
                    self.low(range, 0)
                };
            }
            Op::IntMin | Op::IntMax => {
                return if words && one_class {
                    self.exact(range)
                } else {
                    self.low(range, 0)
                };
            }
            Op::IntFloorDiv | Op::IntAbs => {
                if !words || !one_class {
                    return self.low(range, 0);
                }
                return if range.word()
                    && !(op == Op::IntFloorDiv && !range.signed() && ranges[0].signed())
                {
                    self.exact(range)
                } else {
                    self.clip(r, range, I64)
                };
            }
            Op::IntShr => {
                if let Some((x, y)) = self.wide_product(args[0])
                    && let Some(c) = constant.filter(|c| (1..128).contains(c))
                {
                    let top = (x.hi as u128 * y.hi as u128) >> c;
                    range = Range::new(0, i128::try_from(top).unwrap_or(i128::MAX));
                }
                return self.shr(args, range, constant);
            }
            _ => {}
        }
        let kmin = args.iter().map(|a| self.k(*a)).min().unwrap_or(EXACT);
        let kk = match op {
            Op::IntShl => {
                if self.k(args[1]) != EXACT || self.is_pair(args[1]) {
                    return self.low(range, 0);
                }
                let c = ranges[1].lo.clamp(0, 127) as u32;
                if self.k(args[0]) == EXACT {
                    EXACT
                } else {
                    (self.k(args[0]) + c).min(127)
                }
            }
            _ => kmin,
        };
        self.ring(r, op, args, range, kk, want, words)
    }

    /// Operations that are right modulo 2^n if their operands are.
    #[expect(clippy::too_many_arguments)]
    fn ring(
        &mut self,
        r: Ref,
        op: Op,
        args: &[Ref],
        range: Range,
        kk: u32,
        want: u32,
        words: bool,
    ) -> Fact {
        let seen = self.notes.seen.get(&r).copied().unwrap_or_default();
        let can_clip = words && op.can_overflow() && self.f.inst(r).snap.is_some();
        let signed_clip = can_clip && (seen == Seen::I64 || self.signed.contains(&r));
        // What was seen as a signed word stays one, though it might fit an unsigned word.
        let arithmetic = matches!(op, Op::IntAdd | Op::IntSub | Op::IntMul);
        let rather_signed = want > 64 && !range.signed() && signed_clip && arithmetic;
        let shifts = self.shifted && want > 64 && may_shift(op);
        if shifts && signed_clip && !range.within(SMALL) {
            return Fact {
                range: range.meet(SMALL),
                k: EXACT,
                rep: IntRep::Shl1,
                clip: true,
            };
        }
        if range.word() && kk >= 64 && !rather_signed {
            return self.exact(range);
        }
        if want <= 64 {
            return self.low(range, kk);
        }
        if signed_clip {
            return self.clip(r, range, I64);
        }
        if can_clip && seen == Seen::U64 {
            return self.clip(r, range, U64);
        }
        let unsigned_product = op == Op::IntMul && self.wide_product(r).is_some();
        let pair = |rep, k| Fact {
            range,
            k,
            rep,
            clip: false,
        };
        let shift_fits = op != Op::IntShl || self.range(args[1]).hi < 128;
        if kk == EXACT && range.finite() {
            return pair(IntRep::I128, EXACT);
        }
        if kk == EXACT && unsigned_product {
            return pair(IntRep::U128, EXACT);
        }
        if want <= 127 && kk >= want && shift_fits {
            return pair(IntRep::I128, kk.min(127));
        }
        if can_clip {
            // Seen larger than any word: the code leaves here, and a bridge goes on.
            return self.clip(r, range, I64);
        }
        self.low(range, kk)
    }

    /// Leaves unless the result is within `class`.
    fn clip(&self, _r: Ref, range: Range, class: Range) -> Fact {
        Fact {
            clip: true,
            ..self.exact(range.meet(class))
        }
    }

    /// The factors, if the value is a product of unsigned words.
    fn wide_product(&self, r: Ref) -> Option<(Range, Range)> {
        let (Op::IntMul, [x, y]) = (self.f.inst(r).op, self.f.args(r)) else {
            return None;
        };
        let (a, b) = (self.fact(*x).range, self.fact(*y).range);
        (a.within(U64) && b.within(U64)).then_some((a, b))
    }

    fn shr(&mut self, args: &[Ref], range: Range, constant: Option<i128>) -> Fact {
        let x = self.fact(args[0]);
        if self.k(args[1]) != EXACT || self.is_pair(args[1]) {
            return self.low(range, 0);
        }
        if x.k == EXACT {
            if range.word() {
                return self.exact(range);
            }
            return Fact {
                range,
                k: EXACT,
                rep: x.rep,
                clip: false,
            };
        }
        let Some(c) = constant.filter(|c| (0..128).contains(c)) else {
            return self.low(range, 0);
        };
        self.low(range, x.k.saturating_sub(c as u32))
    }

    /// The facts for code generation.
    pub fn facts_out(&self) -> Vec<IntFact> {
        let out = |n: usize| {
            let x = &self.facts[n];
            if self.f.ty(Ref(n as u32)) != Ty::Int {
                return IntFact::default();
            }
            let shift = self.shifted && x.k == EXACT && x.rep == IntRep::I64;
            let shift = shift && x.range.within(SMALL) && may_shift(self.f.inst(Ref(n as u32)).op);
            IntFact {
                rep: if shift { IntRep::Shl1 } else { x.rep },
                lo: x.range.lo,
                hi: x.range.hi,
            }
        };
        (0..self.f.len()).map(out).collect()
    }
}

/// Is the result as cheap to have shifted as not?
fn may_shift(op: Op) -> bool {
    use Op::*;
    matches!(
        op,
        UnboxInt
            | IntAdd
            | IntSub
            | IntMul
            | IntNeg
            | IntNot
            | IntAnd
            | IntOr
            | IntXor
            | IntMin
            | IntMax
            | IntShl
            | IntShr
            | Select
            | Param
    )
}
