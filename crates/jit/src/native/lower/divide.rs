//! `//` and `%`: Python's floored division in each representation.

use super::division::{Dividend, floor_by_constant};
use super::ints::{I64_RANGE, U64_RANGE, is_pair, within};
use super::{CompileError, Done, Lower, unsupported};
use crate::ir::{IntFact, IntRep, Op, Ref, small};
use cranelift_codegen::ir::condcodes::IntCC;
use cranelift_codegen::ir::{InstBuilder, Value, types::I32, types::I64, types::I128};

/// Can the quotient be the negative of the least word?
fn wraps(a: IntFact, b: IntFact) -> bool {
    a.lo == I64_RANGE.0 && b.lo <= -1 && b.hi >= -1
}

impl Lower<'_, '_, '_> {
    /// `//` and `%`; the divisor is not zero.
    pub(super) fn int_divide(&mut self, r: Ref, op: Op) -> Done {
        let (a, b) = (self.f.args(r)[0], self.f.args(r)[1]);
        let (fa, fb) = (self.f.int(a), self.f.int(b));
        let rep = self.f.int(r).rep;
        if let Some(d) = self.f.int_const(b) {
            if op == Op::IntMod && d > 0 && d & (d - 1) == 0 {
                return self.mod_power_of_two(r, a, d);
            }
            if op == Op::IntMod
                && rep == IntRep::Shl1
                && fa.rep == IntRep::Shl1
                && small(d)
                && d != 0
            {
                // (2a) mod (2d) = 2 (a mod d)
                let x = self.shifted(a)?;
                let kind = if fa.lo >= 0 {
                    Dividend::NonNegative
                } else {
                    Dividend::Signed
                };
                let (_, v) = floor_by_constant(self.b, x, (d << 1) as i64, kind);
                return self.set(r, v);
            }
        }
        // The one quotient of words that is none: MIN // -1.
        let may_wrap = op == Op::IntFloorDiv && wraps(fa, fb);
        let (q, m, signed) = if may_wrap && is_pair(rep) {
            return unsupported("quotient beyond a word");
        } else if within(fa, I64_RANGE) && within(fb, I64_RANGE) {
            let (q, m) = self.signed_division(r, a, b)?;
            (q, m, true)
        } else if within(fa, U64_RANGE) && within(fb, U64_RANGE) {
            let (q, m) = self.unsigned_division(a, b)?;
            (q, m, false)
        } else {
            return unsupported("division beyond a word");
        };
        let v = self.quotient_as(r, if op == Op::IntMod { m } else { q }, signed)?;
        self.set(r, v)
    }

    /// A signed or unsigned word in the result's representation, checked if there is a snapshot.
    fn quotient_as(&mut self, r: Ref, word: Value, signed: bool) -> Result<Value, CompileError> {
        let rep = self.f.int(r).rep;
        let same = matches!((rep, signed), (IntRep::I64, true) | (IntRep::U64, false));
        let checked = self.checks(r) && !same;
        if !checked && !is_pair(rep) {
            return self.word_as(word, rep);
        }
        let wide = match signed {
            true => self.b.ins().sextend(I128, word),
            false => self.b.ins().uextend(I128, word),
        };
        if !checked {
            return Ok(wide);
        }
        let (v, fail) = self.fit(wide, rep)?;
        self.fail_if(r, fail)?;
        Ok(v)
    }

    /// `x % 2**n`: a mask, for any sign, and for an `x` of which only the low bits are right.
    fn mod_power_of_two(&mut self, r: Ref, a: Ref, d: i128) -> Done {
        let rep = self.f.int(r).rep;
        let (x, mask) = match rep {
            IntRep::Shl1 => (self.shifted(a)?, (d - 1) << 1),
            IntRep::I128 | IntRep::U128 => return unsupported("modulo of a pair"),
            _ => (self.word(a)?, d - 1),
        };
        if let IntRep::Low(k) = self.f.int(a).rep
            && k < 64
            && d > 1 << k
        {
            return unsupported("modulo of an inexact integer");
        }
        let v = self.masked(x, mask as u64);
        self.set(r, v)
    }

    fn signed_division(&mut self, r: Ref, a: Ref, b: Ref) -> Result<(Value, Value), CompileError> {
        let (fa, fb) = (self.f.int(a), self.f.int(b));
        let x = self.word(a)?;
        if let Some(d) = self.f.int_const(b) {
            if d == 0 {
                // Behind a guard that always fails.
                let zero = self.b.ins().iconst(I64, 0);
                return Ok((zero, zero));
            }
            let kind = if fa.lo >= 0 {
                Dividend::NonNegative
            } else {
                Dividend::Signed
            };
            if d == -1 && self.checks(r) {
                let least = self.b.ins().iconst(I64, i64::MIN);
                let fail = self.b.ins().icmp(IntCC::Equal, x, least);
                self.fail_if(r, fail)?;
            }
            return Ok(floor_by_constant(self.b, x, d as i64, kind));
        }
        if let Some(&shared) = self.quotients.get(&(a, b)) {
            return Ok(shared);
        }
        let y = self.word(b)?;
        if fa.lo >= 0 && fb.lo > 0 {
            let both = self.natural_division(x, y, fa.hi.max(fb.hi) <= i128::from(u32::MAX));
            self.quotients.insert((a, b), both);
            return Ok(both);
        }
        let may_wrap = wraps(fa, fb);
        if may_wrap && self.checks(r) {
            let least = self.b.ins().iconst(I64, i64::MIN);
            let x_least = self.b.ins().icmp(IntCC::Equal, x, least);
            let y_minus = self.b.ins().icmp_imm_s(IntCC::Equal, y, -1);
            let fail = self.b.ins().band(x_least, y_minus);
            self.fail_if(r, fail)?;
        }
        let both = self.floor_division(x, y, may_wrap);
        if self.checks(r) || !may_wrap {
            self.quotients.insert((a, b), both);
        }
        Ok(both)
    }

    /// Quotient and remainder of numbers that are not negative.
    fn natural_division(&mut self, x: Value, y: Value, narrow: bool) -> (Value, Value) {
        let q = if narrow {
            let (x, y) = (self.b.ins().ireduce(I32, x), self.b.ins().ireduce(I32, y));
            let q = self.b.ins().udiv(x, y);
            self.b.ins().uextend(I64, q)
        } else {
            self.b.ins().udiv(x, y)
        };
        let back = self.b.ins().imul(q, y);
        (q, self.b.ins().isub(x, back))
    }

    /// Floored from truncated division: a step down where signs differ and a rest remains.
    fn floor_division(&mut self, x: Value, y: Value, may_wrap: bool) -> (Value, Value) {
        // The machine traps on MIN / -1. Dividing by 1 instead gives the right low bits:
        // MIN, and remainder 0.
        let safe = if may_wrap {
            let least = self.b.ins().iconst(I64, i64::MIN);
            let x_least = self.b.ins().icmp(IntCC::Equal, x, least);
            let y_minus = self.b.ins().icmp_imm_s(IntCC::Equal, y, -1);
            let wraps = self.b.ins().band(x_least, y_minus);
            let one = self.b.ins().iconst(I64, 1);
            self.b.ins().select(wraps, one, y)
        } else {
            y
        };
        let q = self.b.ins().sdiv(x, safe);
        let back = self.b.ins().imul(q, safe);
        let m = self.b.ins().isub(x, back);
        let signs = self.b.ins().bxor(m, safe);
        let differ = self.b.ins().sshr_imm_u(signs, 63);
        let rest = self.b.ins().icmp_imm_s(IntCC::NotEqual, m, 0);
        let zero = self.b.ins().iconst(I64, 0);
        let step = self.b.ins().select(rest, differ, zero);
        let add = self.b.ins().band(step, safe);
        (self.b.ins().iadd(q, step), self.b.ins().iadd(m, add))
    }

    fn unsigned_division(&mut self, a: Ref, b: Ref) -> Result<(Value, Value), CompileError> {
        let x = self.word(a)?;
        if let Some(d) = self.f.int_const(b).filter(|d| d & (d - 1) == 0) {
            let q = self.b.ins().ushr_imm_u(x, i64::from(d.trailing_zeros()));
            return Ok((q, self.b.ins().band_imm_u(x, (d - 1) as i64)));
        }
        let y = self.word(b)?;
        Ok(self.natural_division(x, y, false))
    }
}
