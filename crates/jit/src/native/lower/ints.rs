//! Integer arithmetic in the representations that the optimiser chose.
//!
//! The rules it relies on (see `ir::IntRep`): `I64`, `U64` and `Shl1` determine the value;
//! of `Low(k)` only k bits are right; ring operations need no more than the operands'
//! low bits; an operation with a snapshot leaves when its result does not fit, one
//! without is known to fit.

use super::{CompileError, Done, Lower, internal, unsupported};
use crate::ir::{IntFact, IntRep, Op, Ref, small};
use cranelift_codegen::ir::condcodes::IntCC;
use cranelift_codegen::ir::{InstBuilder, Value, types::I32, types::I64, types::I128};

pub(super) const I64_RANGE: (i128, i128) = (i64::MIN as i128, i64::MAX as i128);
pub(super) const U64_RANGE: (i128, i128) = (0, u64::MAX as i128);

/// Is the value exact and within these bounds?
pub(super) fn within(fact: IntFact, (lo, hi): (i128, i128)) -> bool {
    !matches!(fact.rep, IntRep::Low(_)) && fact.lo >= lo && fact.hi <= hi
}

pub(super) fn is_pair(rep: IntRep) -> bool {
    matches!(rep, IntRep::I128 | IntRep::U128)
}

/// Which form a comparison takes.
enum Compare {
    Signed,
    Unsigned,
}

impl Lower<'_, '_, '_> {
    pub(super) fn int_constant(&mut self, i: i128, rep: IntRep) -> Value {
        match rep {
            IntRep::Shl1 => self.b.ins().iconst(I64, (i << 1) as i64),
            IntRep::I128 | IntRep::U128 => {
                let low = self.b.ins().iconst(I64, i as i64);
                let high = self.b.ins().iconst(I64, (i >> 64) as i64);
                self.b.ins().iconcat(low, high)
            }
            _ => self.b.ins().iconst(I64, i as i64),
        }
    }

    fn raw(&self, r: Ref) -> Result<Value, CompileError> {
        match self.values[r.0 as usize] {
            Some(v) => Ok(v),
            None => internal(format!("{r} has no value")),
        }
    }

    /// The low 64 bits of an integer.
    pub(super) fn word(&mut self, r: Ref) -> Result<Value, CompileError> {
        if let Some(i) = self.f.int_const(r) {
            return Ok(self.b.ins().iconst(I64, i as i64));
        }
        let v = self.raw(r)?;
        Ok(match self.f.int(r).rep {
            IntRep::I64 | IntRep::U64 | IntRep::Low(_) => v,
            IntRep::Shl1 => self.b.ins().sshr_imm_u(v, 1),
            IntRep::I128 | IntRep::U128 => self.b.ins().ireduce(I64, v),
        })
    }

    /// The low 63 bits of an integer, shifted left by one.
    pub(super) fn shifted(&mut self, r: Ref) -> Result<Value, CompileError> {
        if let Some(i) = self.f.int_const(r) {
            return Ok(self.b.ins().iconst(I64, (i << 1) as i64));
        }
        if self.f.int(r).rep == IntRep::Shl1 {
            return self.raw(r);
        }
        let word = self.word(r)?;
        Ok(self.b.ins().ishl_imm_u(word, 1))
    }

    /// An integer as a 128-bit pair.
    pub(super) fn pair(&mut self, r: Ref) -> Result<Value, CompileError> {
        if let Some(i) = self.f.int_const(r) {
            return Ok(self.int_constant(i, IntRep::I128));
        }
        let fact = self.f.int(r);
        if is_pair(fact.rep) {
            return self.raw(r);
        }
        let word = self.word(r)?;
        Ok(match fact.rep {
            IntRep::U64 | IntRep::Low(_) => self.b.ins().uextend(I128, word),
            _ => self.b.ins().sextend(I128, word),
        })
    }

    /// A plain word in another representation.
    pub(super) fn word_as(&mut self, word: Value, rep: IntRep) -> Result<Value, CompileError> {
        Ok(match rep {
            IntRep::I64 | IntRep::U64 | IntRep::Low(_) => word,
            IntRep::Shl1 => self.b.ins().ishl_imm_u(word, 1),
            IntRep::I128 => self.b.ins().sextend(I128, word),
            IntRep::U128 => self.b.ins().uextend(I128, word),
        })
    }

    /// An integer in a given representation, which its value is known to fit.
    pub(super) fn int_as(&mut self, r: Ref, rep: IntRep) -> Result<Value, CompileError> {
        let have = self.f.int(r).rep;
        let exact = !matches!(have, IntRep::Low(_));
        match rep {
            IntRep::Low(want) => match have {
                IntRep::Low(k) if k < want => unsupported("too few bits of an integer"),
                _ => self.word(r),
            },
            _ if !exact => unsupported("inexact integer where an exact one is needed"),
            IntRep::I64 | IntRep::U64 => self.word(r),
            IntRep::Shl1 => self.shifted(r),
            IntRep::I128 | IntRep::U128 => self.pair(r),
        }
    }

    /// A pair in another representation, and a condition that is not zero if it does not fit.
    pub(super) fn fit(&mut self, wide: Value, rep: IntRep) -> Result<(Value, Value), CompileError> {
        let low = self.b.ins().ireduce(I64, wide);
        let (v, back) = match rep {
            IntRep::I64 => (low, self.b.ins().sextend(I128, low)),
            IntRep::U64 => (low, self.b.ins().uextend(I128, low)),
            IntRep::Shl1 => {
                let shifted = self.b.ins().ishl_imm_u(low, 1);
                let plain = self.b.ins().sshr_imm_u(shifted, 1);
                (shifted, self.b.ins().sextend(I128, plain))
            }
            _ => return unsupported("overflow check beyond a word"),
        };
        let fail = self.b.ins().icmp(IntCC::NotEqual, back, wide);
        Ok((v, fail))
    }

    /// Must the result be checked? Pairs and inexact words hold whatever comes.
    pub(super) fn checks(&self, r: Ref) -> bool {
        let open = matches!(
            self.f.int(r).rep,
            IntRep::I128 | IntRep::U128 | IntRep::Low(_)
        );
        self.f.inst(r).snap.is_some() && !open
    }

    /// `+`, `-`, `*`.
    pub(super) fn int_ring(&mut self, r: Ref, op: Op) -> Done {
        let (a, b) = (self.f.args(r)[0], self.f.args(r)[1]);
        if self.checks(r) {
            let (v, fail) = self.checked(r, op, a, b)?;
            if let Some(fail) = fail {
                self.fail_if(r, fail)?;
            }
            return self.set(r, v);
        }
        let v = match self.f.int(r).rep {
            IntRep::I64 | IntRep::U64 | IntRep::Low(_) => {
                let (x, y) = (self.word(a)?, self.word(b)?);
                self.ring_op(op, x, y)
            }
            IntRep::Shl1 => {
                let (x, y) = self.shifted_operands(op, a, b)?;
                self.ring_op(op, x, y)
            }
            IntRep::I128 | IntRep::U128 => {
                let (x, y) = (self.pair(a)?, self.pair(b)?);
                self.ring_op(op, x, y)
            }
        };
        self.set(r, v)
    }

    /// Operands such that the operation gives the shifted result: a product has one shifted factor.
    fn shifted_operands(&mut self, op: Op, a: Ref, b: Ref) -> Result<(Value, Value), CompileError> {
        if op != Op::IntMul {
            return Ok((self.shifted(a)?, self.shifted(b)?));
        }
        let b_is_shifted = self.f.int(b).rep == IntRep::Shl1 && self.f.int_const(b).is_none();
        let a_is_plain = self.f.int(a).rep != IntRep::Shl1 || self.f.int_const(a).is_some();
        if b_is_shifted && a_is_plain {
            return Ok((self.word(a)?, self.shifted(b)?));
        }
        Ok((self.shifted(a)?, self.word(b)?))
    }

    fn ring_op(&mut self, op: Op, x: Value, y: Value) -> Value {
        match op {
            Op::IntAdd => self.b.ins().iadd(x, y),
            Op::IntSub => self.b.ins().isub(x, y),
            _ => self.b.ins().imul(x, y),
        }
    }

    /// Result and failure condition (none if the ranges exclude it).
    fn checked(
        &mut self,
        r: Ref,
        op: Op,
        a: Ref,
        b: Ref,
    ) -> Result<(Value, Option<Value>), CompileError> {
        let rep = self.f.int(r).rep;
        let (fa, fb) = (self.f.int(a), self.f.int(b));
        let both = |range| within(fa, range) && within(fb, range);
        let is_small = |f: IntFact| within(f, I64_RANGE) && small(f.lo) && small(f.hi);
        let (v, fail) = match rep {
            IntRep::I64 if both(I64_RANGE) => {
                let (x, y) = (self.word(a)?, self.word(b)?);
                self.signed_overflow(op, (x, fa), (y, fb))
            }
            IntRep::Shl1 if is_small(fa) && is_small(fb) => {
                let (x, y) = self.shifted_operands(op, a, b)?;
                self.signed_overflow(op, (x, fa), (y, fb))
            }
            IntRep::U64 if both(U64_RANGE) => {
                let (x, y) = (self.word(a)?, self.word(b)?);
                match op {
                    Op::IntAdd => self.b.ins().uadd_overflow(x, y),
                    Op::IntSub => self.b.ins().usub_overflow(x, y),
                    _ => self.b.ins().umul_overflow(x, y),
                }
            }
            _ => {
                self.wide_result_is_exact(op, fa, fb)?;
                let (x, y) = (self.pair(a)?, self.pair(b)?);
                let wide = self.ring_op(op, x, y);
                self.fit(wide, rep)?
            }
        };
        Ok((v, Some(fail)))
    }

    /// A 128-bit operation must not wrap itself.
    fn wide_result_is_exact(&self, op: Op, a: IntFact, b: IntFact) -> Done {
        if matches!(a.rep, IntRep::Low(_)) || matches!(b.rep, IntRep::Low(_)) {
            return unsupported("overflow check on an inexact integer");
        }
        let corners = [(a.lo, b.lo), (a.lo, b.hi), (a.hi, b.lo), (a.hi, b.hi)];
        let fits = |(x, y): (i128, i128)| {
            let z = match op {
                Op::IntAdd => x.checked_add(y),
                Op::IntSub => x.checked_sub(y),
                _ => x.checked_mul(y),
            };
            z.is_some()
        };
        // Products of two unsigned words wrap, but the high half still tells them apart.
        let two_words = op == Op::IntMul && within(a, U64_RANGE) && within(b, U64_RANGE);
        if two_words || corners.into_iter().all(fits) {
            Ok(())
        } else {
            unsupported("overflow check beyond 128 bits")
        }
    }

    /// Sum, difference or product with its overflow condition. Where one operand's sign is
    /// known, a plain addition and a comparison are cheaper than the flag.
    fn signed_overflow(
        &mut self,
        op: Op,
        (x, fx): (Value, IntFact),
        (y, fy): (Value, IntFact),
    ) -> (Value, Value) {
        let greater = IntCC::SignedGreaterThan;
        let less = IntCC::SignedLessThan;
        match op {
            Op::IntMul => self.b.ins().smul_overflow(x, y),
            Op::IntAdd => {
                let (base, cc) = match () {
                    () if fy.lo >= 0 => (x, less),
                    () if fy.hi <= 0 => (x, greater),
                    () if fx.lo >= 0 => (y, less),
                    () if fx.hi <= 0 => (y, greater),
                    () => return self.b.ins().sadd_overflow(x, y),
                };
                let v = self.b.ins().iadd(x, y);
                (v, self.b.ins().icmp(cc, v, base))
            }
            _ => {
                let cc = match () {
                    () if fy.lo >= 0 => greater,
                    () if fy.hi <= 0 => less,
                    () => return self.b.ins().ssub_overflow(x, y),
                };
                let v = self.b.ins().isub(x, y);
                (v, self.b.ins().icmp(cc, v, x))
            }
        }
    }

    /// `&`, `|`, `^`, `~`: bit by bit, so any representation will do.
    pub(super) fn int_bits(&mut self, r: Ref, op: Op) -> Done {
        let args = self.f.args(r);
        if let Some(v) = self.rotation(r, op)? {
            return self.set(r, v);
        }
        let rep = self.f.int(r).rep;
        let form = |lower: &mut Self, x: Ref| match rep {
            IntRep::Shl1 => lower.shifted(x),
            IntRep::I128 | IntRep::U128 => lower.pair(x),
            _ => lower.word(x),
        };
        if op == Op::IntNot {
            let x = form(self, args[0])?;
            let v = match rep {
                IntRep::Shl1 => self.b.ins().bxor_imm_s(x, -2),
                _ => self.b.ins().bnot(x),
            };
            return self.set(r, v);
        }
        if op == Op::IntAnd && !is_pair(rep) && rep != IntRep::Shl1 {
            for (mask, x) in [(args[0], args[1]), (args[1], args[0])] {
                if let Some(mask) = self.f.int_const(mask) {
                    let x = self.word(x)?;
                    let v = self.masked(x, mask as u64);
                    return self.set(r, v);
                }
            }
        }
        let (x, y) = (form(self, args[0])?, form(self, args[1])?);
        let v = match op {
            Op::IntAnd => self.b.ins().band(x, y),
            Op::IntOr => self.b.ins().bor(x, y),
            _ => self.b.ins().bxor(x, y),
        };
        self.set(r, v)
    }

    /// A word and a constant mask. The two that need no `and` are the masks of 64 and of
    /// 32 bits (which would be a constant in memory).
    pub(super) fn masked(&mut self, x: Value, mask: u64) -> Value {
        if mask == u64::MAX {
            return x;
        }
        if mask == u64::from(u32::MAX) {
            let low = self.b.ins().ireduce(I32, x);
            return self.b.ins().uextend(I64, low);
        }
        self.b.ins().band_imm_u(x, mask as i64)
    }

    /// `-` and `abs`.
    pub(super) fn int_sign(&mut self, r: Ref, op: Op) -> Done {
        let a = self.f.args(r)[0];
        let (rep, fact) = (self.f.int(r).rep, self.f.int(a));
        if self.checks(r) {
            let home = match rep {
                IntRep::I64 => within(fact, I64_RANGE),
                IntRep::Shl1 => small(fact.lo) && small(fact.hi),
                _ => false,
            };
            if !home {
                let wide = self.pair(a)?;
                let wide = self.sign_op(op, wide, I128);
                let (v, fail) = self.fit(wide, rep)?;
                self.fail_if(r, fail)?;
                return self.set(r, v);
            }
            let x = self.int_as(a, rep)?;
            let least = self.b.ins().iconst(I64, i64::MIN);
            let fail = self.b.ins().icmp(IntCC::Equal, x, least);
            self.fail_if(r, fail)?;
        }
        if op == Op::IntAbs && fact.lo >= 0 {
            let v = self.int_as(a, rep)?;
            return self.set(r, v);
        }
        if op == Op::IntAbs && !is_pair(rep) && !within(fact, I64_RANGE) {
            let wide = self.pair(a)?;
            let wide = self.sign_op(op, wide, I128);
            let low = self.b.ins().ireduce(I64, wide);
            let v = self.word_as(low, rep)?;
            return self.set(r, v);
        }
        let (x, ty) = match rep {
            IntRep::Shl1 => (self.shifted(a)?, I64),
            IntRep::I128 | IntRep::U128 => (self.pair(a)?, I128),
            _ if op == Op::IntAbs => (self.int_as(a, IntRep::I64)?, I64),
            _ => (self.word(a)?, I64),
        };
        let v = self.sign_op(op, x, ty);
        self.set(r, v)
    }

    fn sign_op(&mut self, op: Op, x: Value, ty: cranelift_codegen::ir::Type) -> Value {
        if op == Op::IntNeg && ty == I64 {
            return self.b.ins().ineg(x);
        }
        let zero = self.int_constant(0, if ty == I64 { IntRep::I64 } else { IntRep::I128 });
        let negated = self.b.ins().isub(zero, x);
        if op == Op::IntNeg {
            return negated;
        }
        let negative = self.b.ins().icmp(IntCC::SignedLessThan, x, zero);
        self.b.ins().select(negative, negated, x)
    }

    /// The operands of a comparison in one form, and how to compare them.
    fn comparable(&mut self, a: Ref, b: Ref) -> Result<(Value, Value, Compare), CompileError> {
        let (fa, fb) = (self.f.int(a), self.f.int(b));
        let exact = |f: IntFact| !matches!(f.rep, IntRep::Low(_));
        if !exact(fa) || !exact(fb) {
            return unsupported("comparison of an inexact integer");
        }
        let shl = fa.rep == IntRep::Shl1 || fb.rep == IntRep::Shl1;
        let is_small = |f: IntFact| small(f.lo) && small(f.hi);
        if shl && is_small(fa) && is_small(fb) {
            return Ok((self.shifted(a)?, self.shifted(b)?, Compare::Signed));
        }
        if within(fa, I64_RANGE) && within(fb, I64_RANGE) {
            return Ok((self.word(a)?, self.word(b)?, Compare::Signed));
        }
        if within(fa, U64_RANGE) && within(fb, U64_RANGE) {
            return Ok((self.word(a)?, self.word(b)?, Compare::Unsigned));
        }
        let huge = |f: IntFact| f.rep == IntRep::U128;
        let kind = if huge(fa) || huge(fb) {
            if fa.lo < 0 || fb.lo < 0 {
                return unsupported("comparison of an unsigned pair with a signed integer");
            }
            Compare::Unsigned
        } else {
            Compare::Signed
        };
        Ok((self.pair(a)?, self.pair(b)?, kind))
    }

    pub(super) fn int_compare(&mut self, r: Ref, op: Op) -> Done {
        let (a, b) = (self.f.args(r)[0], self.f.args(r)[1]);
        let (x, y, kind) = self.comparable(a, b)?;
        let signed = matches!(kind, Compare::Signed);
        let cc = match (op, signed) {
            (Op::IntLt, true) => IntCC::SignedLessThan,
            (Op::IntLt, false) | (Op::IntBelow, _) => IntCC::UnsignedLessThan,
            (Op::IntLe, true) => IntCC::SignedLessThanOrEqual,
            (Op::IntLe, false) => IntCC::UnsignedLessThanOrEqual,
            (Op::IntEq, _) => IntCC::Equal,
            _ => IntCC::NotEqual,
        };
        let v = self.b.ins().icmp(cc, x, y);
        self.set(r, v)
    }

    /// `min` and `max`.
    pub(super) fn int_choose(&mut self, r: Ref, op: Op) -> Done {
        let (a, b) = (self.f.args(r)[0], self.f.args(r)[1]);
        let (x, y, kind) = self.comparable(a, b)?;
        let cc = match (op, kind) {
            (Op::IntMin, Compare::Signed) => IntCC::SignedLessThan,
            (Op::IntMin, Compare::Unsigned) => IntCC::UnsignedLessThan,
            (_, Compare::Signed) => IntCC::SignedGreaterThan,
            (_, Compare::Unsigned) => IntCC::UnsignedGreaterThan,
        };
        let first = self.b.ins().icmp(cc, x, y);
        let rep = self.f.int(r).rep;
        let (x, y) = (self.int_as(a, rep)?, self.int_as(b, rep)?);
        let v = self.b.ins().select(first, x, y);
        self.set(r, v)
    }
}
