//! Guards: compare and branch, to the exit or to the block that takes over.

use super::super::abi::mem;
use super::super::ctx::at;
use super::{CompileError, Done, Lower, internal};
use crate::ir::{Op, Ref, Resume, Ty};
use cranelift_codegen::ir::condcodes::IntCC;
use cranelift_codegen::ir::{
    self as clif, BlockArg, InstBuilder, Value, types::F64, types::I32, types::I64,
};
use pyjit_heap::Value as Word;

impl Lower<'_, '_, '_> {
    /// Where an instruction goes when it fails.
    fn failure(&mut self, r: Ref) -> Result<clif::Block, CompileError> {
        let inst = self.f.inst(r);
        if let Some(side) = inst.side {
            return match self.blocks.get(&side) {
                Some(&block) => Ok(block),
                None => internal("side block is not reachable"),
            };
        }
        match inst.snap {
            Some(snap) => self.exit_block(snap),
            None => internal(format!("{} can fail but has no snapshot", inst.op.name())),
        }
    }

    /// Under stress, every n-th guard that may simply be executed again fails. Not so
    /// checked arithmetic: on a loop-invariant operand it may sit behind effects that its
    /// snapshot does not know, since it leaves in the first iteration or never.
    fn stress(&mut self, r: Ref) -> Done {
        if !self.f.inst(r).op.is_guard() {
            return Ok(());
        }
        let Some(snap) = self
            .f
            .inst(r)
            .snap
            .filter(|_| self.input.config.stress_exits)
        else {
            return Ok(());
        };
        if self.f.snap(snap).resume != Resume::Retry {
            return Ok(());
        }
        let exit = self.exit_block(snap)?;
        let left = self.b.ins().load(I64, mem(), self.ctx, at::STRESS_LEFT);
        let left = self.b.ins().iadd_imm_s(left, -1);
        self.b.ins().store(mem(), left, self.ctx, at::STRESS_LEFT);
        let hit = self.b.ins().icmp_imm_s(IntCC::Equal, left, 0);
        self.branch_away(hit, exit);
        Ok(())
    }

    /// `if condition goto cold`, and go on.
    pub(super) fn branch_away(&mut self, condition: Value, cold: clif::Block) {
        let next = self.b.create_block();
        self.b.ins().brif(condition, cold, &[], next, &[]);
        self.b.switch_to_block(next);
    }

    /// Go on only if `condition` is zero.
    pub(super) fn fail_if(&mut self, r: Ref, condition: Value) -> Done {
        self.stress(r)?;
        let away = self.failure(r)?;
        self.branch_away(condition, away);
        Ok(())
    }

    /// Go on only if `condition` is not zero.
    pub(super) fn fail_unless(&mut self, r: Ref, condition: Value) -> Done {
        self.stress(r)?;
        let away = self.failure(r)?;
        let next = self.b.create_block();
        self.b.ins().brif(condition, next, &[], away, &[]);
        self.b.switch_to_block(next);
        Ok(())
    }

    /// A truth guard followed by a jump, in one branch.
    pub(super) fn guard_to(&mut self, r: Ref, next: clif::Block, args: &[BlockArg]) -> Done {
        let condition = self.value(self.f.args(r)[0])?;
        let away = self.failure(r)?;
        if self.f.inst(r).op == Op::GuardTrue {
            self.b.ins().brif(condition, next, args, away, &[]);
        } else {
            self.b.ins().brif(condition, away, &[], next, args);
        }
        Ok(())
    }

    pub(super) fn guard_shape(&mut self, r: Ref, shape: u32) -> Done {
        let object = self.value(self.f.args(r)[0])?;
        let have = self.b.ins().load(I32, mem(), object, 0);
        let differs = self
            .b
            .ins()
            .icmp_imm_u(IntCC::NotEqual, have, i64::from(shape));
        self.fail_if(r, differs)
    }

    pub(super) fn guard(&mut self, r: Ref, op: Op, rest: &[Ref]) -> Done {
        let arg = match self.f.args(r).first() {
            Some(&a) if op != Op::GuardNoException => Some(self.value(a)?),
            _ => None,
        };
        match (op, arg) {
            (Op::GuardInt, Some(v)) => {
                let bit = self.b.ins().band_imm_u(v, 1);
                self.fail_unless(r, bit)
            }
            (Op::GuardWide, Some(v)) => self.guard_wide(r, v),
            (Op::GuardFloat, Some(v)) => {
                let wanted = rest.first().copied().filter(|&u| {
                    self.f.inst(u).op == Op::UnboxFloat && self.f.args(u) == self.f.args(r)
                });
                self.guard_float(r, v, wanted)
            }
            (Op::GuardBool, Some(v)) => {
                // False and True differ in one bit only.
                let off = self.b.ins().iadd_imm_s(v, -(Word::FALSE.0 as i64));
                let bit = (Word::TRUE.0 - Word::FALSE.0) as i64;
                let other = self.b.ins().band_imm_s(off, !bit);
                self.fail_if(r, other)
            }
            (Op::GuardRef, Some(v)) => {
                let tag = self.b.ins().band_imm_u(v, 7);
                self.fail_if(r, tag)?;
                let away = self.failure(r)?;
                let next = self.b.create_block();
                self.b.ins().brif(v, next, &[], away, &[]);
                self.b.switch_to_block(next);
                Ok(())
            }
            (Op::GuardValue, Some(v)) => {
                let want = self.value(self.f.args(r)[1])?;
                let differs = self.b.ins().icmp(IntCC::NotEqual, v, want);
                self.fail_if(r, differs)
            }
            (Op::GuardBound | Op::GuardTrue | Op::GuardNonNull, Some(v)) => self.fail_unless(r, v),
            (Op::GuardFalse, Some(v)) => self.fail_if(r, v),
            (Op::GuardNoException, None) => self.guard_no_exception(r),
            (Op::GuardValid, None) => {
                let flag = self.b.ins().iconst(I64, self.input.flag as i64);
                let word = self.b.ins().load(I64, mem(), flag, 0);
                self.fail_if(r, word)
            }
            (Op::Poll, None) => {
                let breaker = self.b.ins().load(I64, mem(), self.ctx, at::BREAKER);
                let word = self.b.ins().load(I64, mem(), breaker, 0);
                self.fail_if(r, word)
            }
            _ => internal("malformed guard"),
        }
    }

    /// A small int that is not negative, or an int object of one positive word.
    fn guard_wide(&mut self, r: Ref, v: Value) -> Done {
        self.stress(r)?;
        let away = self.failure(r)?;
        let (fast, other, object, sized, next) = (
            self.b.create_block(),
            self.b.create_block(),
            self.b.create_block(),
            self.b.create_block(),
            self.b.create_block(),
        );
        let layout = *self.input.layout;
        let small = self.b.ins().band_imm_u(v, 1);
        self.b.ins().brif(small, fast, &[], other, &[]);
        self.b.switch_to_block(fast);
        let negative = self.b.ins().icmp_imm_s(IntCC::SignedLessThan, v, 0);
        self.b.ins().brif(negative, away, &[], next, &[]);
        self.b.switch_to_block(other);
        let tag = self.b.ins().band_imm_u(v, 7);
        let null = self.b.ins().icmp_imm_u(IntCC::Equal, v, 0);
        let null = self.b.ins().uextend(I64, null);
        let no_pointer = self.b.ins().bor(tag, null);
        self.b.ins().brif(no_pointer, away, &[], object, &[]);
        self.b.switch_to_block(object);
        let shape = self.b.ins().load(I32, mem(), v, 0);
        let is_int = self
            .b
            .ins()
            .icmp_imm_u(IntCC::Equal, shape, i64::from(layout.int_shape));
        self.b.ins().brif(is_int, sized, &[], away, &[]);
        self.b.switch_to_block(sized);
        let size = self.b.ins().load(I64, mem(), v, layout.int_size);
        let one = self.b.ins().icmp_imm_s(IntCC::Equal, size, 1);
        self.b.ins().brif(one, next, &[], away, &[]);
        self.b.switch_to_block(next);
        Ok(())
    }

    /// An immediate double, or an object of the float shape. When the double is wanted at
    /// once, both ways give it, and the word is not looked at again.
    fn guard_float(&mut self, r: Ref, v: Value, unbox: Option<Ref>) -> Done {
        self.stress(r)?;
        let away = self.failure(r)?;
        let (fast, other, object, next) = (
            self.b.create_block(),
            self.b.create_block(),
            self.b.create_block(),
            self.b.create_block(),
        );
        self.b.set_cold_block(other);
        self.b.set_cold_block(object);
        let tag = self.b.ins().band_imm_u(v, 3);
        let immediate = self.b.ins().icmp_imm_u(IntCC::Equal, tag, 2);
        self.b.ins().brif(immediate, fast, &[], other, &[]);
        self.b.switch_to_block(other);
        let tag = self.b.ins().band_imm_u(v, 7);
        let null = self.b.ins().icmp_imm_u(IntCC::Equal, v, 0);
        let null = self.b.ins().uextend(I64, null);
        let no_pointer = self.b.ins().bor(tag, null);
        self.b.ins().brif(no_pointer, away, &[], object, &[]);
        self.b.switch_to_block(object);
        let shape = self.b.ins().load(I32, mem(), v, 0);
        let float = i64::from(self.input.layout.float_shape);
        let is_float = self.b.ins().icmp_imm_u(IntCC::Equal, shape, float);
        let Some(unbox) = unbox else {
            self.b.ins().brif(is_float, next, &[], away, &[]);
            self.b.switch_to_block(fast);
            self.b.ins().jump(next, &[]);
            self.b.switch_to_block(next);
            return Ok(());
        };
        // A load from a word that was a pointer a moment ago is safe whatever its shape.
        let boxed = self
            .b
            .ins()
            .load(F64, mem(), v, self.input.layout.float_offset);
        let double = self.b.append_block_param(next, F64);
        self.b
            .ins()
            .brif(is_float, next, &[boxed.into()], away, &[]);
        self.b.switch_to_block(fast);
        let decoded = self.decode_float(v);
        self.b.ins().jump(next, &[decoded.into()]);
        self.b.switch_to_block(next);
        self.set(unbox, double)
    }

    /// A call that returns a word returns 0 when it has raised; others leave it pending.
    fn guard_no_exception(&mut self, r: Ref) -> Done {
        match self.f.args(r).first() {
            Some(&result) if matches!(self.f.ty(result), Ty::Value | Ty::Ref) => {
                let v = self.value(result)?;
                self.fail_unless(r, v)
            }
            _ => {
                let pending = self.b.ins().load(I64, mem(), self.ctx, at::PENDING);
                let word = self.b.ins().load(I64, mem(), pending, 0);
                self.fail_if(r, word)
            }
        }
    }
}
