//! Folding by named rules. A rule is a pattern of pure operations and what it becomes;
//! [`check_rule`] lets a test evaluate both sides on the same values.
//!
//! Patterns: `x` any value (the same letter is the same value), `#a` a constant, `=1` that
//! constant, `op(...)` an operation. Operations on constants compute by themselves, so a
//! right-hand side may combine constants. Constants stand on the right of commutative
//! operations.

use std::sync::OnceLock;

use super::facts::Word;
use super::state::{Cx, Res};
use crate::ir::{Boxed, Imm, Lit, NUMBER, Op, Ref};

/// A pattern, or a right-hand side.
pub enum Pat {
    /// Any value.
    Var(usize),
    /// Any constant.
    Const(usize),
    /// This integer.
    Int(i128),
    /// This double.
    Float(f64),
    /// This truth value.
    Bool(bool),
    /// An operation.
    Op(Op, &'static [Pat]),
}

/// A rule.
pub struct Rule {
    /// Its name: counter and coverage mark.
    pub name: &'static str,
    op: Op,
    args: &'static [Pat],
    to: Pat,
}

/// What a right-hand side becomes.
pub enum Rhs {
    /// A value.
    Value(Ref),
    /// A constant.
    Lit(Lit),
    /// An operation to emit.
    Op(Op, Vec<Rhs>),
}

/// What folding found.
pub enum Folded {
    /// No rule.
    No,
    /// The result is this value.
    Same(Ref),
    /// Emit this instead.
    Op(Op, Vec<Rhs>),
}

const fn var(name: &str) -> usize {
    (name.as_bytes()[0] - b'a') as usize
}

macro_rules! literal {
    (true) => {
        Pat::Bool(true)
    };
    (false) => {
        Pat::Bool(false)
    };
    (one) => {
        Pat::Float(1.0)
    };
    (zero) => {
        Pat::Float(0.0)
    };
    ($l:literal) => {
        Pat::Int($l)
    };
}
macro_rules! pats {
    (@ [$($done:expr,)*]) => { &[$($done,)*] };
    (@ [$($done:expr,)*] # $v:ident $(, $($rest:tt)*)?) => {
        pats!(@ [$($done,)* Pat::Const(var(stringify!($v))),] $($($rest)*)?)
    };
    (@ [$($done:expr,)*] = -1 $(, $($rest:tt)*)?) => {
        pats!(@ [$($done,)* Pat::Int(-1),] $($($rest)*)?)
    };
    (@ [$($done:expr,)*] = $l:tt $(, $($rest:tt)*)?) => {
        pats!(@ [$($done,)* literal!($l),] $($($rest)*)?)
    };
    (@ [$($done:expr,)*] $op:ident ($($a:tt)*) $(, $($rest:tt)*)?) => {
        pats!(@ [$($done,)* Pat::Op(Op::$op, pats!(@ [] $($a)*)),] $($($rest)*)?)
    };
    (@ [$($done:expr,)*] $v:ident $(, $($rest:tt)*)?) => {
        pats!(@ [$($done,)* Pat::Var(var(stringify!($v))),] $($($rest)*)?)
    };
}
macro_rules! one {
    (= -1) => { Pat::Int(-1) };
    (= $l:tt) => { literal!($l) };
    (# $v:ident) => { Pat::Const(var(stringify!($v))) };
    ($op:ident ($($a:tt)*)) => { Pat::Op(Op::$op, pats!(@ [] $($a)*)) };
    ($v:ident) => { Pat::Var(var(stringify!($v))) };
}
macro_rules! rules {
    ($($name:ident: $op:ident ($($a:tt)*) => { $($to:tt)* })*) => {
        static RULES: &[Rule] = &[$(Rule {
            name: stringify!($name),
            op: Op::$op,
            args: pats!(@ [] $($a)*),
            to: one!($($to)*),
        },)*];
        /// Names of all rules.
        pub static RULE_NAMES: &[&str] = &[$(stringify!($name),)*];
    };
}

rules! {
    add_zero:        IntAdd(x, =0) => { x }
    add_consts:      IntAdd(IntAdd(x, #a), #b) => { IntAdd(x, IntAdd(#a, #b)) }
    add_neg:         IntAdd(x, IntNeg(y)) => { IntSub(x, y) }
    add_sub:         IntAdd(IntSub(x, y), y) => { x }
    sub_const:       IntSub(x, #a) => { IntAdd(x, IntNeg(#a)) }
    sub_self:        IntSub(x, x) => { =0 }
    sub_from_zero:   IntSub(=0, x) => { IntNeg(x) }
    sub_add_left:    IntSub(IntAdd(x, y), x) => { y }
    sub_add_right:   IntSub(IntAdd(x, y), y) => { x }
    sub_neg:         IntSub(x, IntNeg(y)) => { IntAdd(x, y) }
    mul_one:         IntMul(x, =1) => { x }
    mul_zero:        IntMul(x, =0) => { =0 }
    mul_minus_one:   IntMul(x, =-1) => { IntNeg(x) }
    mul_consts:      IntMul(IntMul(x, #a), #b) => { IntMul(x, IntMul(#a, #b)) }
    floordiv_one:    IntFloorDiv(x, =1) => { x }
    mod_one:         IntMod(x, =1) => { =0 }
    mod_mod:         IntMod(IntMod(x, #a), #a) => { IntMod(x, #a) }
    neg_neg:         IntNeg(IntNeg(x)) => { x }
    neg_sub:         IntNeg(IntSub(x, y)) => { IntSub(y, x) }
    not_not:         IntNot(IntNot(x)) => { x }
    and_self:        IntAnd(x, x) => { x }
    and_zero:        IntAnd(x, =0) => { =0 }
    and_ones:        IntAnd(x, =-1) => { x }
    and_consts:      IntAnd(IntAnd(x, #a), #b) => { IntAnd(x, IntAnd(#a, #b)) }
    or_self:         IntOr(x, x) => { x }
    or_zero:         IntOr(x, =0) => { x }
    or_ones:         IntOr(x, =-1) => { =-1 }
    or_consts:       IntOr(IntOr(x, #a), #b) => { IntOr(x, IntOr(#a, #b)) }
    xor_self:        IntXor(x, x) => { =0 }
    xor_zero:        IntXor(x, =0) => { x }
    xor_ones:        IntXor(x, =-1) => { IntNot(x) }
    xor_consts:      IntXor(IntXor(x, #a), #b) => { IntXor(x, IntXor(#a, #b)) }
    shl_zero:        IntShl(x, =0) => { x }
    shr_zero:        IntShr(x, =0) => { x }
    abs_abs:         IntAbs(IntAbs(x)) => { IntAbs(x) }
    abs_neg:         IntAbs(IntNeg(x)) => { IntAbs(x) }
    min_self:        IntMin(x, x) => { x }
    max_self:        IntMax(x, x) => { x }
    lt_self:         IntLt(x, x) => { =false }
    le_self:         IntLe(x, x) => { =true }
    eq_self:         IntEq(x, x) => { =true }
    ne_self:         IntNe(x, x) => { =false }
    eq_add:          IntEq(IntAdd(x, #a), #b) => { IntEq(x, IntSub(#b, #a)) }
    lt_add:          IntLt(IntAdd(x, #a), IntAdd(y, #a)) => { IntLt(x, y) }
    eq_bool_one:     IntEq(BoolToInt(x), =1) => { x }
    eq_bool_zero:    IntEq(BoolToInt(x), =0) => { BoolNot(x) }
    ne_bool_zero:    IntNe(BoolToInt(x), =0) => { x }
    ne_bool_one:     IntNe(BoolToInt(x), =1) => { BoolNot(x) }
    fmul_one:        FloatMul(x, =one) => { x }
    fdiv_one:        FloatDiv(x, =one) => { x }
    fsub_zero:       FloatSub(x, =zero) => { x }
    fneg_fneg:       FloatNeg(FloatNeg(x)) => { x }
    fabs_fabs:       FloatAbs(FloatAbs(x)) => { FloatAbs(x) }
    fabs_fneg:       FloatAbs(FloatNeg(x)) => { FloatAbs(x) }
    ffloor_int:      FloatFloor(IntToFloat(x)) => { IntToFloat(x) }
    bnot_bnot:       BoolNot(BoolNot(x)) => { x }
    bnot_lt:         BoolNot(IntLt(x, y)) => { IntLe(y, x) }
    bnot_le:         BoolNot(IntLe(x, y)) => { IntLt(y, x) }
    bnot_eq:         BoolNot(IntEq(x, y)) => { IntNe(x, y) }
    bnot_ne:         BoolNot(IntNe(x, y)) => { IntEq(x, y) }
    bnot_feq:        BoolNot(FloatEq(x, y)) => { FloatNe(x, y) }
    bnot_fne:        BoolNot(FloatNe(x, y)) => { FloatEq(x, y) }
    band_self:       BoolAnd(x, x) => { x }
    band_true:       BoolAnd(x, =true) => { x }
    band_false:      BoolAnd(x, =false) => { =false }
    bor_self:        BoolOr(x, x) => { x }
    bor_true:        BoolOr(x, =true) => { =true }
    bor_false:       BoolOr(x, =false) => { x }
    bxor_self:       BoolXor(x, x) => { =false }
    bxor_false:      BoolXor(x, =false) => { x }
    bxor_true:       BoolXor(x, =true) => { BoolNot(x) }
    select_same:     Select(c, x, x) => { x }
    select_true:     Select(=true, x, y) => { x }
    select_false:    Select(=false, x, y) => { y }
    select_bool:     Select(c, =true, =false) => { c }
    select_bool_not: Select(c, =false, =true) => { BoolNot(c) }
    unbox_box_int:   UnboxInt(BoxInt(x)) => { x }
    unwide_box_int:  UnboxWide(BoxInt(x)) => { x }
    box_unwide_int:  BoxInt(UnboxWide(x)) => { x }
    unbox_box_float: UnboxFloat(BoxFloat(x)) => { x }
    unbox_box_bool:  UnboxBool(BoxBool(x)) => { x }
    unbox_box_ref:   UnboxRef(BoxRef(x)) => { x }
    box_unbox_int:   BoxInt(UnboxInt(x)) => { x }
    box_unbox_float: BoxFloat(UnboxFloat(x)) => { x }
    box_unbox_bool:  BoxBool(UnboxBool(x)) => { x }
    box_unbox_ref:   BoxRef(UnboxRef(x)) => { x }
    is_int_float:    IsInt(BoxFloat(x)) => { =false }
    is_int_bool:     IsInt(BoxBool(x)) => { =false }
    is_int_ref:      IsInt(BoxRef(x)) => { =false }
    same_box_ref:    SameWord(BoxRef(x), BoxRef(y)) => { SameRef(x, y) }
    same_box_int:    SameWord(BoxInt(x), BoxInt(y)) => { IntEq(x, y) }
    same_box_bool:   SameWord(BoxBool(x), BoxBool(y)) => { BoolNot(BoolXor(x, y)) }
    same_word_self:  SameWord(x, x) => { =true }
    same_ref_self:   SameRef(x, x) => { =true }
}

/// Rules by operation.
fn by_op(op: Op) -> &'static [&'static Rule] {
    static INDEX: OnceLock<Vec<Vec<&'static Rule>>> = OnceLock::new();
    let index = INDEX.get_or_init(|| {
        let mut v = vec![vec![]; Op::ALL.len()];
        RULES.iter().for_each(|r| v[r.op as usize].push(r));
        v
    });
    &index[op as usize]
}

type Binding = [Option<Ref>; 26];

impl Cx<'_> {
    /// The first rule that matches.
    pub fn fold(&self, op: Op, args: &[Ref]) -> Folded {
        for rule in by_op(op) {
            let mut b: Binding = [None; 26];
            if rule
                .args
                .iter()
                .zip(args)
                .all(|(p, a)| self.matches(p, *a, &mut b))
            {
                return match self.rhs(&rule.to, &b) {
                    Rhs::Value(r) => Folded::Same(r),
                    Rhs::Op(op, args) => Folded::Op(op, args),
                    Rhs::Lit(l) => Folded::Op(Op::Select, literal_args(l)),
                };
            }
        }
        Folded::No
    }

    fn matches(&self, p: &Pat, r: Ref, b: &mut Binding) -> bool {
        let mut bind = |n: usize| *b[n].get_or_insert(r) == r;
        match p {
            Pat::Var(n) => bind(*n),
            Pat::Const(n) => self.out.lit(r).is_some() && bind(*n),
            Pat::Int(i) => self.out.lit(r) == Some(Lit::Int(*i)),
            Pat::Float(x) => self.out.lit(r) == Some(Lit::Float(*x)),
            Pat::Bool(x) => self.out.lit(r) == Some(Lit::Bool(*x)),
            Pat::Op(op, args) => {
                self.out.inst(r).op == *op
                    && args
                        .iter()
                        .zip(self.out.args(r))
                        .all(|(p, a)| self.matches(p, self.resolve(*a), b))
            }
        }
    }

    fn rhs(&self, p: &Pat, b: &Binding) -> Rhs {
        match p {
            Pat::Var(n) | Pat::Const(n) => match b[*n] {
                Some(r) => Rhs::Value(r),
                None => unreachable!("unbound variable in a rule"),
            },
            Pat::Int(i) => Rhs::Lit(Lit::Int(*i)),
            Pat::Float(x) => Rhs::Lit(Lit::Float(*x)),
            Pat::Bool(x) => Rhs::Lit(Lit::Bool(*x)),
            Pat::Op(op, args) => Rhs::Op(*op, args.iter().map(|a| self.rhs(a, b)).collect()),
        }
    }

    /// Folding by facts instead of form.
    pub fn fold_facts(&mut self, op: Op, a: &[Ref]) -> Res<Option<Ref>> {
        let known = match op {
            Op::SameWord | Op::SameRef => self.same(a[0], a[1]),
            Op::IsInt => match self.word(a[0]) {
                // A box may turn out to need a big integer.
                Some(Word::Int) if self.out.inst(a[0]).op == Op::BoxInt => None,
                w => w.map(|w| w == Word::Int),
            },
            Op::BoolNot => self.truth_of(a[0]).map(|t| !t),
            Op::BoolAnd => match (self.truth_of(a[0]), self.truth_of(a[1])) {
                (Some(true), _) => return Ok(Some(a[1])),
                (_, Some(true)) => return Ok(Some(a[0])),
                (Some(false), _) | (_, Some(false)) => Some(false),
                _ => None,
            },
            Op::BoolOr => match (self.truth_of(a[0]), self.truth_of(a[1])) {
                (Some(false), _) => return Ok(Some(a[1])),
                (_, Some(false)) => return Ok(Some(a[0])),
                (Some(true), _) | (_, Some(true)) => Some(true),
                _ => None,
            },
            Op::BoolToInt | Op::BoxBool => match self.truth_of(a[0]) {
                Some(t) if self.out.lit(a[0]).is_none() => {
                    let t = self.truth(t);
                    return self.emit(op, Imm::No, &[t]).map(Some);
                }
                _ => None,
            },
            Op::Select => match self.truth_of(a[0]) {
                Some(t) => return Ok(Some(if t { a[1] } else { a[2] })),
                None => None,
            },
            _ => None,
        };
        Ok(known.map(|k| self.truth(k)))
    }

    fn same(&self, a: Ref, b: Ref) -> Option<bool> {
        if a == b {
            return Some(true);
        }
        match (self.as_virtual(a), self.as_virtual(b)) {
            (Some(x), Some(y)) => Some(x == y),
            (None, None) => match (self.word(a), self.word(b)) {
                (Some(x), Some(y)) if !x.compatible(y) => Some(false),
                _ if self.known_different(a, b) => Some(false),
                _ => None,
            },
            _ => Some(false),
        }
    }

    fn known_different(&self, a: Ref, b: Ref) -> bool {
        let zero = |x: Ref| {
            matches!(
                self.out.lit(x),
                Some(Lit::Ref(0) | Lit::Value(Boxed::Word(0)))
            )
        };
        zero(a) && self.nonnull(b) || zero(b) && self.nonnull(a)
    }
}

/// A constant as an operation that folds to it.
fn literal_args(l: Lit) -> Vec<Rhs> {
    vec![Rhs::Lit(Lit::Bool(true)), Rhs::Lit(l), Rhs::Lit(l)]
}

fn eval_pat(p: &Pat, b: &[Option<Lit>; 26]) -> Option<Lit> {
    match p {
        Pat::Var(n) | Pat::Const(n) => b[*n],
        Pat::Int(i) => Some(Lit::Int(*i)),
        Pat::Float(x) => Some(Lit::Float(*x)),
        Pat::Bool(x) => Some(Lit::Bool(*x)),
        Pat::Op(op, args) => {
            let a: Option<Vec<Lit>> = args.iter().map(|a| eval_pat(a, b)).collect();
            (op.info().eval)(&a?)
        }
    }
}

fn bind_all(
    p: &Pat,
    want: crate::ir::Operand,
    b: &mut [Option<Lit>; 26],
    any: &mut dyn FnMut(crate::ir::Ty) -> Lit,
) {
    use crate::ir::{Operand, Ty};
    match p {
        Pat::Var(n) | Pat::Const(n) => {
            let ty = match want {
                Operand::Is(t) => t,
                _ => Ty::Int,
            };
            b[*n].get_or_insert_with(|| any(ty));
        }
        Pat::Op(op, args) => args
            .iter()
            .zip(op.info().operands)
            .for_each(|(a, w)| bind_all(a, *w, b, any)),
        _ => {}
    }
}

/// Evaluates both sides of rule `n` on values that `any` chooses by type; says how they
/// differ. Sides without a value (outside the evaluator's range) are not compared.
pub fn check_rule(n: usize, any: &mut dyn FnMut(crate::ir::Ty) -> Lit) -> Result<(), String> {
    let rule = &RULES[n];
    let mut b = [None; 26];
    for (p, w) in rule.args.iter().zip(rule.op.info().operands) {
        bind_all(p, *w, &mut b, any);
    }
    let args: Option<Vec<Lit>> = rule.args.iter().map(|a| eval_pat(a, &b)).collect();
    let left = args.and_then(|a| (rule.op.info().eval)(&a));
    match (left, eval_pat(&rule.to, &b)) {
        // The address of a boxed number is not modelled.
        (Some(Lit::Value(l)), _) if l == Boxed::Word(NUMBER) => Ok(()),
        (Some(l), Some(r)) if l != r => Err(format!(
            "{}: {l} is not {r} for {:?}",
            rule.name,
            b.iter().flatten().collect::<Vec<_>>()
        )),
        _ => Ok(()),
    }
}
