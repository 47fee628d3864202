//! How a function starts and how it ends: arguments, a bridge's inheritance, stack checks,
//! results, the way back to the root.

use super::super::abi::{Reg, code_sig, mem};
use super::super::ctx::{BUFFER_WORDS, Status, at};
use super::super::exits::{Loc, Stored};
use super::{CompileError, Done, Lower, internal};
use crate::ir::{BlockId, CodeDesc, Entry, IntRep, Op, Ref, SnapId, Term, Ty};
use crate::native::Role;
use cranelift_codegen::ir::condcodes::IntCC;
use cranelift_codegen::ir::{
    self as clif, BlockArg, InstBuilder, Value, types::F64, types::I8, types::I64,
};

impl Lower<'_, '_, '_> {
    /// What the first block's parameters are: a bridge takes over its parent's live values.
    pub(super) fn entry_args(&mut self) -> Result<Vec<BlockArg>, CompileError> {
        let params = &self.f.block(BlockId(0)).params;
        let Role::Bridge { parent, inputs, .. } = self.input.role else {
            return if params.is_empty() {
                Ok(vec![])
            } else {
                internal("entry with parameters")
            };
        };
        if params.len() != inputs.len() {
            return internal("bridge inputs do not match its parameters");
        }
        let mut args = Vec::with_capacity(params.len());
        for (&p, &r) in params.iter().zip(inputs) {
            let Some(loc) = parent.location(r) else {
                return internal("bridge input not live");
            };
            args.push(self.inherit(p, loc)?.into());
        }
        Ok(args)
    }

    /// A value from the parent's exit, in the representation of the parameter `p`.
    fn inherit(&mut self, p: Ref, loc: Loc) -> Result<Value, CompileError> {
        let (at, stored) = match loc {
            Loc::Const(lit) => return self.constant_as(lit, self.f.ty(p), self.f.int(p).rep),
            Loc::Buffer(at, stored) => (at, stored),
        };
        let ty = if stored == Stored::Float { F64 } else { I64 };
        let word = self.b.ins().load(ty, mem(), self.ctx, at::buffer(at));
        match (stored, self.f.ty(p)) {
            (Stored::Float, Ty::Float) | (Stored::Word, Ty::Value | Ty::Ref) => Ok(word),
            (Stored::Bool, Ty::Bool) => Ok(self.b.ins().ireduce(I8, word)),
            (Stored::I64 | Stored::U64, Ty::Int) => self.word_as(word, self.f.int(p).rep),
            (Stored::Shl1, Ty::Int) if self.f.int(p).rep == IntRep::Shl1 => Ok(word),
            (Stored::Shl1, Ty::Int) => {
                let plain = self.b.ins().sshr_imm_u(word, 1);
                self.word_as(plain, self.f.int(p).rep)
            }
            (Stored::I128 | Stored::U128, Ty::Int) => {
                let high = self.b.ins().load(I64, mem(), self.ctx, at::buffer(at + 1));
                match self.f.int(p).rep {
                    IntRep::I128 | IntRep::U128 => Ok(self.b.ins().iconcat(word, high)),
                    rep => self.word_as(word, rep),
                }
            }
            _ => internal("bridge input of another type"),
        }
    }

    /// Leaves need no stack check: the limits leave room for what they and helpers use.
    pub(super) fn calls_compiled_code(&self, order: &[BlockId]) -> bool {
        order.iter().map(|&b| self.f.block(b)).any(|b| {
            let calls = |r: &Ref| self.f.inst(*r).op == Op::CallCode;
            matches!(b.end, Term::Enter(..)) || b.insts.iter().any(calls)
        })
    }

    /// Goes on in code of the same window.
    pub(super) fn enter(&mut self, cell: usize) {
        let cell = self.b.ins().iconst(I64, cell as i64);
        let code = self.b.ins().load(I64, mem(), cell, 0);
        let sig = self.b.import_signature(code_sig(&[Reg::Word]));
        let args = [self.ctx, self.base, self.depth];
        self.b.ins().return_call_indirect(sig, code, &args);
    }

    /// A function's prologue: its frame must be allowed.
    pub(super) fn depth_check(&mut self) {
        let cold = self.exits.interpret(self.b);
        let deep = self
            .b
            .ins()
            .icmp_imm_s(IntCC::SignedLessThan, self.depth, 0);
        self.branch_away(deep, cold);
    }

    /// A function's prologue: neither stack may be short.
    pub(super) fn stack_check(&mut self, desc: &CodeDesc) -> Done {
        let cold = self.exits.interpret(self.b);
        let sp = self.b.ins().get_stack_pointer(I64);
        let limit = self.b.ins().load(I64, mem(), self.ctx, at::STACK_LIMIT);
        let short = self.b.ins().icmp(IntCC::UnsignedLessThan, sp, limit);
        self.branch_away(short, cold);
        let limit = self.b.ins().load(I64, mem(), self.ctx, at::VALUE_LIMIT);
        let short = self
            .b
            .ins()
            .icmp(IntCC::UnsignedGreaterThan, self.base, limit);
        self.branch_away(short, cold);
        if desc.args.len() > BUFFER_WORDS / 2 {
            return Err(CompileError::TooLarge);
        }
        Ok(())
    }

    /// `Arg`: an argument register, in the representation of the value.
    pub(super) fn argument(&mut self, r: Ref, index: i32) -> Done {
        let Some(&v) = usize::try_from(index).ok().and_then(|i| self.args.get(i)) else {
            return internal("no such argument");
        };
        let v = match self.f.ty(r) {
            Ty::Int => self.word_as(v, self.f.int(r).rep)?,
            Ty::Bool => self.b.ins().ireduce(I8, v),
            _ => v,
        };
        self.set(r, v)
    }

    /// Return a value as the function's signature says, or boxed.
    pub(super) fn finish(&mut self, r: Ref) -> Done {
        let want = match self.input.role {
            Role::Function { desc } => desc.ret,
            Role::Part { ret } => *ret,
            Role::Bridge { ret: Some(ty), .. } => *ty,
            Role::Loop | Role::Interpreted { .. } | Role::Bridge { ret: None, .. } => {
                return internal("a loop cannot finish");
            }
        };
        let (v, status) = if self.f.ty(r) == want {
            (self.unboxed_word(r)?, Status::Unboxed)
        } else {
            let status = if want == Ty::Value {
                Status::Unboxed
            } else {
                Status::Boxed
            };
            (self.boxed(r)?, status)
        };
        let status = self.b.ins().iconst(I64, status as i64);
        self.b.ins().return_(&[v, status]);
        Ok(())
    }

    /// A value as it travels in a result register.
    fn unboxed_word(&mut self, r: Ref) -> Result<Value, CompileError> {
        Ok(match self.f.ty(r) {
            Ty::Int => self.int_as(r, IntRep::I64)?,
            Ty::Float => {
                let v = self.value(r)?;
                self.b.ins().bitcast(I64, clif::MemFlagsData::new(), v)
            }
            Ty::Bool => {
                let v = self.value(r)?;
                self.b.ins().uextend(I64, v)
            }
            Ty::Ref | Ty::Value => self.value(r)?,
            Ty::None => return internal("result without a value"),
        })
    }

    /// A bridge's end: write the header's slots and start the root again. Exits when the
    /// state cannot be written in native code.
    pub(super) fn back_to_root(&mut self, snap: SnapId) -> Done {
        let Role::Bridge { root, .. } = self.input.role else {
            return internal("only a bridge goes back to its root");
        };
        let snapshot = self.f.snap(snap);
        let plain = snapshot.virtuals.is_empty()
            && snapshot.recipes.is_empty()
            && snapshot.stores.is_empty();
        if !plain || *root == 0 {
            let exit = self.exit_block(snap)?;
            self.b.ins().jump(exit, &[]);
            return Ok(());
        }
        let mut words = Vec::with_capacity(snapshot.slots.len());
        for &(slot, entry) in &snapshot.slots {
            if let Entry::Ref(r) = entry {
                words.push((slot, self.boxed_or_exit(r, snap)?));
            }
        }
        for (slot, v) in words {
            self.b.ins().store(mem(), v, self.base, slot * 8);
        }
        let cell = self.b.ins().iconst(I64, *root as i64);
        let code = self.b.ins().load(I64, mem(), cell, 0);
        let sig = self.b.import_signature(code_sig(&[]));
        self.b
            .ins()
            .return_call_indirect(sig, code, &[self.ctx, self.base]);
        Ok(())
    }
}
