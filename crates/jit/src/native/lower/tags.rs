//! Boxing and unboxing: between tagged words and machine values.

use super::super::abi::mem;
use super::{CompileError, Done, Lower, internal, unsupported};
use crate::ir::{IntRep, Lit, Op, Ref, SnapId, Ty, small};
use cranelift_codegen::ir::condcodes::IntCC;
use cranelift_codegen::ir::{InstBuilder, MemFlagsData, Value, types::F64, types::I64};
use pyjit_heap::Value as Word;
use pyjit_heap::value::{FLOAT_BIAS, FLOAT_ZERO};

impl Lower<'_, '_, '_> {
    pub(super) fn tag(&mut self, r: Ref, op: Op) -> Done {
        let a = self.f.args(r)[0];
        let v = match op {
            Op::BoxInt => return self.box_int(r, a),
            Op::UnboxInt => {
                let v = self.value(a)?;
                self.unbox_int(v, self.f.int(r).rep)?
            }
            Op::UnboxWide => {
                let v = self.value(a)?;
                let word = self.unbox_wide(v);
                match self.f.int(r).rep {
                    IntRep::U64 | IntRep::I64 | IntRep::Low(_) => word,
                    _ => return unsupported("an unsigned word in another form"),
                }
            }
            // Its guard may have given it already.
            Op::UnboxFloat if self.values[r.0 as usize].is_some() => return Ok(()),
            Op::UnboxFloat => {
                let v = self.value(a)?;
                self.unbox_float(v)
            }
            Op::BoxFloat => {
                let v = self.value(a)?;
                self.box_float(v)?
            }
            Op::UnboxBool => {
                let v = self.value(a)?;
                self.b
                    .ins()
                    .icmp_imm_u(IntCC::Equal, v, Word::TRUE.0 as i64)
            }
            Op::BoxBool => {
                let v = self.value(a)?;
                self.box_bool(v)
            }
            Op::IsInt => {
                let v = self.value(a)?;
                let bit = self.b.ins().band_imm_u(v, 1);
                self.b.ins().icmp_imm_u(IntCC::NotEqual, bit, 0)
            }
            Op::SameWord | Op::SameRef => {
                let (x, y) = (self.value(a)?, self.value(self.f.args(r)[1])?);
                self.b.ins().icmp(IntCC::Equal, x, y)
            }
            // The word of an object is its address.
            _ => self.value(a)?,
        };
        self.set(r, v)
    }

    fn unbox_int(&mut self, v: Value, rep: IntRep) -> Result<Value, CompileError> {
        if rep == IntRep::Shl1 {
            return Ok(self.b.ins().iadd_imm_s(v, -1));
        }
        let word = self.b.ins().sshr_imm_u(v, 1);
        self.word_as(word, rep)
    }

    /// The unsigned word in an int, small or an object.
    fn unbox_wide(&mut self, v: Value) -> Value {
        let (fast, object, done) = (
            self.b.create_block(),
            self.b.create_block(),
            self.b.create_block(),
        );
        let result = self.b.append_block_param(done, I64);
        let small = self.b.ins().band_imm_u(v, 1);
        self.b.ins().brif(small, fast, &[], object, &[]);
        self.b.switch_to_block(fast);
        let word = self.b.ins().ushr_imm_u(v, 1);
        self.b.ins().jump(done, &[word.into()]);
        self.b.switch_to_block(object);
        let word = self
            .b
            .ins()
            .load(I64, mem(), v, self.input.layout.int_words);
        self.b.ins().jump(done, &[word.into()]);
        self.b.switch_to_block(done);
        result
    }

    fn box_int(&mut self, r: Ref, a: Ref) -> Done {
        let fact = self.f.int(a);
        let known = small(fact.lo) && small(fact.hi) && !matches!(fact.rep, IntRep::Low(_));
        if self.f.inst(r).snap.is_none() || known {
            let v = self.box_fitting(a)?;
            return self.set(r, v);
        }
        if matches!(fact.rep, IntRep::Shl1) {
            return internal("a shifted integer always fits");
        }
        let (v, fail) = self.box_checked(a)?;
        if self.may_be_object(r) {
            let v = self.box_unsigned(a, v, fail)?;
            return self.set(r, v);
        }
        self.fail_if(r, fail)?;
        self.set(r, v)
    }

    /// Is it the box of an unsigned word, which becomes an object if it is large?
    pub(super) fn may_be_object(&self, r: Ref) -> bool {
        let i = self.f.inst(r);
        let fact = || self.f.int(self.f.args(r)[0]);
        i.op == Op::BoxInt
            && i.snap.is_some()
            && self.input.layout.int_shape != u32::MAX
            && fact().rep == IntRep::U64
            && !small(fact().hi)
    }

    /// The small int `boxed`, or where `fail` is not zero an object of one word.
    fn box_unsigned(&mut self, a: Ref, boxed: Value, fail: Value) -> Result<Value, CompileError> {
        let layout = *self.input.layout;
        let (slow, done) = (self.b.create_block(), self.b.create_block());
        self.b.set_cold_block(slow);
        let result = self.b.append_block_param(done, I64);
        self.b.ins().brif(fail, slow, &[], done, &[boxed.into()]);
        self.b.switch_to_block(slow);
        let bytes = layout.int_words as usize + 8;
        let header = pyjit_heap::Header::word(layout.int_shape, bytes);
        let object = self.alloc_slow(header, bytes as i64)?;
        let one = self.b.ins().iconst(I64, 1);
        self.b.ins().store(mem(), one, object, layout.int_size);
        let word = self.word(a)?;
        self.b.ins().store(mem(), word, object, layout.int_words);
        self.b.ins().jump(done, &[object.into()]);
        self.b.switch_to_block(done);
        Ok(result)
    }

    /// Box an integer that is known to fit a small int.
    fn box_fitting(&mut self, a: Ref) -> Result<Value, CompileError> {
        let shifted = self.shifted(a)?;
        Ok(self.b.ins().bor_imm_u(shifted, 1))
    }

    /// Box an integer; the second value is not zero if it does not fit a small int.
    fn box_checked(&mut self, a: Ref) -> Result<(Value, Value), CompileError> {
        let (shifted, fail) = match self.f.int(a).rep {
            IntRep::I64 => {
                let v = self.word(a)?;
                self.b.ins().sadd_overflow(v, v)
            }
            IntRep::Low(_) => return unsupported("boxing an inexact integer"),
            _ => {
                let wide = self.pair(a)?;
                self.fit(wide, IntRep::Shl1)?
            }
        };
        Ok((self.b.ins().bor_imm_u(shifted, 1), fail))
    }

    fn box_bool(&mut self, v: Value) -> Value {
        let word = self.b.ins().uextend(I64, v);
        let bit = self.b.ins().ishl_imm_u(word, 3);
        self.b.ins().iadd_imm_s(bit, Word::FALSE.0 as i64)
    }

    /// Any value as a tagged word, if native code can make one without failing.
    pub(super) fn boxed(&mut self, r: Ref) -> Result<Value, CompileError> {
        if let Some(Lit::Int(i)) = self.f.lit(r) {
            return match small(i) {
                true => Ok(self.b.ins().iconst(I64, Word::int(i as i64).0 as i64)),
                false => Ok(self.constant_object(crate::ir::Boxed::Int(i))),
            };
        }
        match self.f.ty(r) {
            Ty::Int => {
                let fact = self.f.int(r);
                if !small(fact.lo) || !small(fact.hi) {
                    return unsupported("result may need an object");
                }
                self.box_fitting(r)
            }
            Ty::Float => {
                let v = self.value(r)?;
                self.box_float(v)
            }
            Ty::Bool => {
                let v = self.value(r)?;
                Ok(self.box_bool(v))
            }
            Ty::Ref | Ty::Value => self.value(r),
            Ty::None => internal("boxing nothing"),
        }
    }

    /// As [`Self::boxed`], leaving through a snapshot when an integer does not fit.
    pub(super) fn boxed_or_exit(&mut self, r: Ref, snap: SnapId) -> Result<Value, CompileError> {
        let fact = self.f.int(r);
        let fits = small(fact.lo) && small(fact.hi);
        if self.f.ty(r) != Ty::Int || fits || self.f.lit(r).is_some() {
            return self.boxed(r);
        }
        let (v, fail) = self.box_checked(r)?;
        let exit = self.exit_block(snap)?;
        self.branch_away(fail, exit);
        Ok(v)
    }

    /// The double in a float word, immediate or boxed.
    pub(super) fn unbox_float(&mut self, v: Value) -> Value {
        let (fast, slow, done) = (
            self.b.create_block(),
            self.b.create_block(),
            self.b.create_block(),
        );
        self.b.set_cold_block(slow);
        let result = self.b.append_block_param(done, F64);
        let immediate = self.b.ins().band_imm_u(v, 2);
        self.b.ins().brif(immediate, fast, &[], slow, &[]);
        self.b.switch_to_block(fast);
        let double = self.decode_float(v);
        self.b.ins().jump(done, &[double.into()]);
        self.b.switch_to_block(slow);
        let boxed = self
            .b
            .ins()
            .load(F64, mem(), v, self.input.layout.float_offset);
        self.b.ins().jump(done, &[boxed.into()]);
        self.b.switch_to_block(done);
        result
    }

    /// The double in an immediate float word.
    pub(super) fn decode_float(&mut self, v: Value) -> Value {
        let payload = self.b.ins().ushr_imm_u(v, 2);
        let bias = self.b.ins().iconst(I64, FLOAT_BIAS as i64);
        let rotated = self.b.ins().iadd(payload, bias);
        let bits = self.b.ins().rotr_imm_u(rotated, 1);
        let zero = self.b.ins().iconst(I64, 0);
        let is_zero = self.b.ins().icmp_imm_u(IntCC::Equal, v, FLOAT_ZERO as i64);
        let bits = self.b.ins().select(is_zero, zero, bits);
        self.b.ins().bitcast(F64, MemFlagsData::new(), bits)
    }

    /// A float word: immediate for nearly all doubles, else zero or a new object.
    pub(super) fn box_float(&mut self, v: Value) -> Result<Value, CompileError> {
        let (fast, slow, done) = (
            self.b.create_block(),
            self.b.create_block(),
            self.b.create_block(),
        );
        self.b.set_cold_block(slow);
        let result = self.b.append_block_param(done, I64);
        let bits = self.b.ins().bitcast(I64, MemFlagsData::new(), v);
        let rotated = self.b.ins().rotl_imm_u(bits, 1);
        let bias = self.b.ins().iconst(I64, FLOAT_BIAS as i64);
        let payload = self.b.ins().isub(rotated, bias);
        let below = self.b.ins().iadd_imm_s(payload, -1);
        let end = self.b.ins().iconst(I64, (1 << 61) - 1);
        let immediate = self.b.ins().icmp(IntCC::UnsignedLessThan, below, end);
        self.b.ins().brif(immediate, fast, &[], slow, &[]);
        self.b.switch_to_block(fast);
        let scaled = self.b.ins().ishl_imm_u(payload, 2);
        let word = self.b.ins().bor_imm_u(scaled, 2);
        self.b.ins().jump(done, &[word.into()]);
        self.b.switch_to_block(slow);
        let object = self.b.create_block();
        self.b.set_cold_block(object);
        let zero = self.b.ins().iconst(I64, FLOAT_ZERO as i64);
        self.b.ins().brif(bits, object, &[], done, &[zero.into()]);
        self.b.switch_to_block(object);
        let boxed = self.alloc_slow(self.input.layout.float_header, 16)?;
        self.b
            .ins()
            .store(mem(), v, boxed, self.input.layout.float_offset);
        self.b.ins().jump(done, &[boxed.into()]);
        self.b.switch_to_block(done);
        Ok(result)
    }
}
