//! Calls: helpers of the run-time system, and compiled Python functions.

use super::super::abi::{call, code_sig, mem, sig};
use super::super::ctx::at;
use super::{CompileError, Done, Lower, internal, role_args};
use crate::ir::{CallDesc, CodeDesc, IntRep, Ref, Ty};
use crate::native::Role;
use cranelift_codegen::ir::{
    InstBuilder, MemFlagsData, Type, Value, types::F64, types::I8, types::I64,
};
use cranelift_codegen::isa::CallConv;

fn register(ty: Ty) -> Type {
    if ty == Ty::Float { F64 } else { I64 }
}

impl Lower<'_, '_, '_> {
    /// An argument as it travels in a register: integers plain, booleans zero-extended.
    fn passed(&mut self, r: Ref, ty: Ty) -> Result<Value, CompileError> {
        if self.f.ty(r) != ty {
            return internal("argument of another type");
        }
        match ty {
            Ty::Int => self.int_as(r, IntRep::I64),
            Ty::Bool => {
                let v = self.value(r)?;
                Ok(self.b.ins().uextend(I64, v))
            }
            _ => self.value(r),
        }
    }

    pub(super) fn call_helper(&mut self, r: Ref, desc: &CallDesc) -> Done {
        let mut types = Vec::with_capacity(desc.args.len() + 1);
        let mut values = Vec::with_capacity(desc.args.len() + 1);
        if desc.thread {
            types.push(I64);
            values.push(self.b.ins().load(I64, mem(), self.ctx, at::THREAD));
        }
        if desc.frame {
            let Some(snap) = self.f.inst(r).snap else {
                return internal("call without a snapshot");
            };
            let (pc, window) = (self.f.snap(snap).pc, self.f.snap(snap).base);
            let frames = i64::from(self.f.snap(snap).frames);
            let depth = self.b.ins().iadd_imm_s(self.depth, -frames);
            let to = self.b.ins().load(I64, mem(), self.ctx, at::DEPTH_LEFT);
            self.b.ins().store(mem(), depth, to, 0);
            types.extend([I64, I64]);
            values.push(self.b.ins().iconst(I64, pc as i64));
            values.push(self.b.ins().iadd_imm_s(self.base, i64::from(window) * 8));
        }
        for (&a, &ty) in self.f.args(r).iter().zip(desc.args) {
            types.push(register(ty));
            values.push(self.passed(a, ty)?);
        }
        let returns: &[Type] = match desc.ret {
            Ty::None => &[],
            Ty::Float => &[F64],
            Ty::Bool => &[I8],
            _ => &[I64],
        };
        let conv = sig(CallConv::SystemV, &types, returns);
        let target = self.link.target(self.b, desc.address, &conv);
        let c = call(self.b, target, &conv, &values);
        let Some(&v) = self.b.inst_results(c).first() else {
            return Ok(());
        };
        let v = match desc.ret {
            Ty::Int => self.word_as(v, self.f.int(r).rep)?,
            _ => v,
        };
        self.set(r, v)
    }

    /// Through the callee's cell, so that recompiled code is found at the next call.
    /// Anything but an unboxed result leaves through the snapshot behind the call.
    pub(super) fn call_code(&mut self, r: Ref, desc: &'static CodeDesc, window: i32) -> Done {
        let Some(snap) = self.f.inst(r).snap else {
            return internal("call without a snapshot");
        };
        let base = self.b.ins().iadd_imm_s(self.base, i64::from(window) * 8);
        let mut values = vec![self.ctx, base];
        let (cell, passed) = match self.f.args(r) {
            [cell, rest @ ..] if desc.through => (self.passed(*cell, Ty::Int)?, rest),
            all => (self.b.ins().iconst(I64, desc.cell as i64), all),
        };
        for (&a, &ty) in passed.iter().zip(desc.passed()) {
            values.push(self.passed(a, ty)?);
        }
        let frames = i64::from(self.f.snap(snap).frames);
        values.push(self.b.ins().iadd_imm_s(self.depth, -frames - 1));
        let top = self.b.ins().iadd_imm_s(base, i64::from(desc.window) * 8);
        self.b.ins().store(mem(), top, self.ctx, at::TOP);
        let args = role_args(&Role::Function { desc });
        let conv = self.b.import_signature(code_sig(&args));
        let code = self.b.ins().load(I64, mem(), cell, 0);
        let c = self.b.ins().call_indirect(conv, code, &values);
        let (v, status) = (self.b.inst_results(c)[0], self.b.inst_results(c)[1]);
        let away = self.b.create_block();
        self.b.set_cold_block(away);
        self.branch_away(status, away);
        let Some(next) = self.b.current_block() else {
            return internal("no block");
        };
        self.b.switch_to_block(away);
        self.b.ins().store(mem(), v, self.ctx, at::CALL_VALUE);
        self.b.ins().store(mem(), status, self.ctx, at::CALL_STATUS);
        let exit = self.exit_block(snap)?;
        self.b.ins().jump(exit, &[]);
        self.b.switch_to_block(next);
        let v = match desc.ret {
            Ty::Int => self.word_as(v, self.f.int(r).rep)?,
            Ty::Float => self.b.ins().bitcast(F64, MemFlagsData::new(), v),
            Ty::Bool => self.b.ins().ireduce(I8, v),
            _ => v,
        };
        self.set(r, v)
    }
}
