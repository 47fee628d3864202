//! Shifts and rotations.

use super::{CompileError, Done, Lower, internal, unsupported};
use crate::ir::{IntFact, IntRep, Op, Ref};
use cranelift_codegen::ir::condcodes::IntCC;
use cranelift_codegen::ir::{InstBuilder, Value, types::I32, types::I64, types::I128};

fn is_signed_word(f: IntFact) -> bool {
    matches!(f.rep, IntRep::I64 | IntRep::Shl1)
}

impl Lower<'_, '_, '_> {
    /// `a << b`, `b >= 0`.
    pub(super) fn int_shl(&mut self, r: Ref) -> Done {
        let (a, b) = (self.f.args(r)[0], self.f.args(r)[1]);
        if self.checks(r) {
            return self.checked_shl(r, a, b);
        }
        let rep = self.f.int(r).rep;
        let x = match rep {
            IntRep::Shl1 => self.shifted(a)?,
            IntRep::I128 | IntRep::U128 => return self.wide_shl(r, a, b),
            _ => self.word(a)?,
        };
        let v = match self.f.int_const(b) {
            Some(c) if c < 64 => self.b.ins().ishl_imm_u(x, c as i64),
            Some(_) => self.b.ins().iconst(I64, 0),
            None => {
                let c = self.word(b)?;
                let v = self.b.ins().ishl(x, c);
                self.zero_beyond(b, c, v)
            }
        };
        self.set(r, v)
    }

    /// Machine shifts take the count modulo 64: zero where the count is larger.
    fn zero_beyond(&mut self, b: Ref, count: Value, shifted: Value) -> Value {
        if self.f.int(b).hi < 64 {
            return shifted;
        }
        let near = self.b.ins().icmp_imm_u(IntCC::UnsignedLessThan, count, 64);
        let zero = self.b.ins().iconst(I64, 0);
        self.b.ins().select(near, shifted, zero)
    }

    fn wide_shl(&mut self, r: Ref, a: Ref, b: Ref) -> Done {
        if self.f.int(b).hi > 127 {
            return unsupported("shift beyond a pair");
        }
        let (x, c) = (self.pair(a)?, self.word(b)?);
        let v = self.b.ins().ishl(x, c);
        self.set(r, v)
    }

    /// Leaves unless shifting back gives the operand again.
    fn checked_shl(&mut self, r: Ref, a: Ref, b: Ref) -> Done {
        let (rep, fact) = (self.f.int(r).rep, self.f.int(a));
        let x = match rep {
            IntRep::I64 | IntRep::U64 | IntRep::Shl1 => self.int_as(a, rep)?,
            _ => return unsupported("checked shift beyond a word"),
        };
        let range = match rep {
            IntRep::U64 => (0, u64::MAX as i128),
            IntRep::Shl1 => (-(1 << 62), (1 << 62) - 1),
            _ => (i64::MIN as i128, i64::MAX as i128),
        };
        if fact.lo < range.0 || fact.hi > range.1 {
            return unsupported("checked shift of an integer of another class");
        }
        let c = match self.f.int_const(b) {
            Some(c) if c > 63 => {
                self.fail_if(r, x)?;
                let zero = self.b.ins().iconst(I64, 0);
                return self.set(r, zero);
            }
            Some(c) => self.b.ins().iconst(I64, c as i64),
            None => {
                let c = self.word(b)?;
                if self.f.int(b).hi > 63 {
                    let far = self.b.ins().icmp_imm_u(IntCC::UnsignedGreaterThan, c, 63);
                    self.fail_if(r, far)?;
                }
                c
            }
        };
        let v = self.b.ins().ishl(x, c);
        let back = match rep {
            IntRep::U64 => self.b.ins().ushr(v, c),
            _ => self.b.ins().sshr(v, c),
        };
        let fail = self.b.ins().icmp(IntCC::NotEqual, back, x);
        self.fail_if(r, fail)?;
        self.set(r, v)
    }

    /// `a >> b`, `b >= 0`.
    pub(super) fn int_shr(&mut self, r: Ref) -> Done {
        let (a, b) = (self.f.args(r)[0], self.f.args(r)[1]);
        let fact = self.f.int(a);
        if matches!(fact.rep, IntRep::I128 | IntRep::U128) {
            return self.wide_shr(r, a, b);
        }
        let rep = self.f.int(r).rep;
        if fact.rep == IntRep::Shl1 && rep == IntRep::Shl1 {
            let x = self.shifted(a)?;
            let v = self.arithmetic_shr(x, b)?;
            let v = self.b.ins().band_imm_s(v, -2);
            return self.set(r, v);
        }
        let x = self.word(a)?;
        let v = if is_signed_word(fact) {
            self.arithmetic_shr(x, b)?
        } else {
            // Unsigned, or only low bits are right: what comes in from above is zero.
            match self.f.int_const(b) {
                Some(c) if c < 64 => self.b.ins().ushr_imm_u(x, c as i64),
                Some(_) => self.b.ins().iconst(I64, 0),
                None => {
                    let c = self.word(b)?;
                    let v = self.b.ins().ushr(x, c);
                    self.zero_beyond(b, c, v)
                }
            }
        };
        let wide = matches!(rep, IntRep::I128 | IntRep::U128);
        let v = match wide && !is_signed_word(fact) {
            true => self.b.ins().uextend(I128, v),
            false => self.word_as(v, rep)?,
        };
        self.set(r, v)
    }

    fn arithmetic_shr(&mut self, x: Value, b: Ref) -> Result<Value, CompileError> {
        if let Some(c) = self.f.int_const(b) {
            return Ok(self.b.ins().sshr_imm_u(x, c.min(63) as i64));
        }
        let mut c = self.word(b)?;
        if self.f.int(b).hi > 63 {
            let most = self.b.ins().iconst(I64, 63);
            let near = self.b.ins().icmp_imm_u(IntCC::UnsignedLessThan, c, 63);
            c = self.b.ins().select(near, c, most);
        }
        Ok(self.b.ins().sshr(x, c))
    }

    fn wide_shr(&mut self, r: Ref, a: Ref, b: Ref) -> Done {
        let (x, rep) = (self.pair(a)?, self.f.int(r).rep);
        let unsigned = self.f.int(a).rep == IntRep::U128;
        let Some(c) = self.f.int_const(b) else {
            return unsupported("shift of a pair by a variable");
        };
        let wide = matches!(rep, IntRep::I128 | IntRep::U128);
        if c == 64 && !wide {
            let (_, high) = self.b.ins().isplit(x);
            let v = self.word_as(high, rep)?;
            return self.set(r, v);
        }
        let count = self.b.ins().iconst(I64, c.min(127) as i64);
        let shifted = if unsigned {
            self.b.ins().ushr(x, count)
        } else {
            self.b.ins().sshr(x, count)
        };
        if unsigned && c > 127 {
            return internal("shift of an unsigned pair by more than its width");
        }
        let v = if wide {
            shifted
        } else {
            let low = self.b.ins().ireduce(I64, shifted);
            self.word_as(low, rep)?
        };
        self.set(r, v)
    }

    /// `(x >> n | x << (w - n))` of an exact unsigned w-bit `x`, masked to w bits, is a rotation.
    pub(super) fn rotation(&mut self, r: Ref, op: Op) -> Result<Option<Value>, CompileError> {
        if matches!(
            self.f.int(r).rep,
            IntRep::Shl1 | IntRep::I128 | IntRep::U128
        ) {
            return Ok(None);
        }
        let args = self.f.args(r);
        if op == Op::IntOr {
            let Some((x, n)) = self.rotated(args[0], args[1], 64) else {
                return Ok(None);
            };
            let x = self.word(x)?;
            return Ok(Some(self.b.ins().rotl_imm_u(x, n)));
        }
        if op != Op::IntAnd {
            return Ok(None);
        }
        for (mask, or) in [(args[1], args[0]), (args[0], args[1])] {
            let inner = self.f.inst(or);
            if self.f.int_const(mask) != Some(0xffff_ffff) || inner.op != Op::IntOr {
                continue;
            }
            let parts = self.f.args(or);
            if let Some((x, n)) = self.rotated(parts[0], parts[1], 32) {
                let x = self.word(x)?;
                let x = self.b.ins().ireduce(I32, x);
                let v = self.b.ins().rotl_imm_u(x, n);
                return Ok(Some(self.b.ins().uextend(I64, v)));
            }
        }
        Ok(None)
    }

    /// Operand and left count, if the two are the halves of a rotation by constants.
    fn rotated(&self, a: Ref, b: Ref, width: i128) -> Option<(Ref, i64)> {
        let limit = (1i128 << width) - 1;
        for (left, right) in [(a, b), (b, a)] {
            let left = if width == 64 {
                self.unmasked(left)
            } else {
                left
            };
            if self.f.inst(left).op != Op::IntShl || self.f.inst(right).op != Op::IntShr {
                continue;
            }
            let (l, r) = (self.f.args(left), self.f.args(right));
            let (up, down) = (self.f.int_const(l[1])?, self.f.int_const(r[1])?);
            let fact = self.f.int(l[0]);
            let word = matches!(fact.rep, IntRep::I64 | IntRep::U64);
            let exact = word && fact.lo >= 0 && fact.hi <= limit;
            if l[0] == r[0] && up + down == width && up > 0 && down > 0 && exact {
                return Some((l[0], up as i64));
            }
        }
        None
    }

    /// Without a mask to 64 bits.
    fn unmasked(&self, r: Ref) -> Ref {
        if self.f.inst(r).op == Op::IntAnd {
            let args = self.f.args(r);
            for (mask, x) in [(args[0], args[1]), (args[1], args[0])] {
                if self.f.int_const(mask) == Some(i128::from(u64::MAX)) {
                    return x;
                }
            }
        }
        r
    }
}
