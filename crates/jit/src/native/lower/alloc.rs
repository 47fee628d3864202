//! New objects: one bump for those that are made together.
//!
//! Objects whose allocations have nothing between them that could leave, allocate or read
//! them share one step of the cursor. Words that the following instructions store before
//! anybody can look are not cleared first.

use super::super::abi::{alloc_cleared, call, mem, sig};
use super::super::ctx::{ALLOC_LIMIT, at};
use super::{CompileError, Done, Lower, internal};
use crate::ir::{Effect, Imm, Op, Ref};
use cranelift_codegen::ir::condcodes::IntCC;
use cranelift_codegen::ir::{BlockArg, InstBuilder, Value, types::I64};
use cranelift_codegen::isa::CallConv;

/// What does not fit is allocated out of line.
const INLINE_BYTES: i64 = 512;

/// An object of a group.
struct Made {
    at: Ref,
    header: u64,
    size: i64,
    /// Offsets of words that are stored at once.
    set: Vec<i32>,
}

fn size_of(header: u64) -> i64 {
    (header >> 32 & 0xff_ffff) as i64 * 16
}

impl Lower<'_, '_, '_> {
    pub(super) fn new_object(&mut self, r: Ref, header: u64, rest: &[Ref]) -> Done {
        if self.values[r.0 as usize].is_some() {
            return Ok(()); // came with an earlier one
        }
        let size = size_of(header);
        if size == 0 {
            return internal("object without a size");
        }
        if size > INLINE_BYTES {
            let object = self.allocate_large(header, size);
            return self.set(r, object);
        }
        let group = self.allocated_together(r, header, rest);
        let objects = self.bump(&group)?;
        let zero = self.b.ins().iconst(I64, 0);
        for (made, object) in group.iter().zip(objects) {
            for offset in (8..made.size as i32).step_by(8) {
                if !made.set.contains(&offset) {
                    self.b.ins().store(mem(), zero, object, offset);
                }
            }
            self.set(made.at, object)?;
        }
        Ok(())
    }

    /// The objects made by `r` and by what follows, up to the first instruction that could
    /// see one of them half made.
    fn allocated_together(&self, r: Ref, header: u64, rest: &[Ref]) -> Vec<Made> {
        let made = |at, header| Made {
            at,
            header,
            size: size_of(header),
            set: Vec::new(),
        };
        let mut group = vec![made(r, header)];
        let mut total = size_of(header);
        for &r in rest {
            let inst = self.f.inst(r);
            let args = self.f.args(r);
            match (inst.op, inst.imm) {
                (Op::New, Imm::Header(header)) => {
                    let size = size_of(header);
                    if size == 0 || total + size > INLINE_BYTES {
                        break;
                    }
                    total += size;
                    group.push(made(r, header));
                }
                (Op::SetField, Imm::Field(field)) => {
                    let owner = group.iter_mut().find(|m| m.at == args[0]);
                    if let Some(owner) = owner.filter(|_| field.kind.size() == 8) {
                        owner.set.push(field.offset);
                    }
                }
                (Op::SetItem | Op::BoxRef, _) => {}
                // It allocates.
                (Op::BoxFloat, _) => break,
                (Op::BoxInt, _) if self.may_be_object(r) => break,
                (op, _) => {
                    let quiet = matches!(op.info().effect, Effect::Pure | Effect::Read);
                    let looks = args.iter().any(|a| group.iter().any(|m| m.at == *a));
                    if !quiet || inst.snap.is_some() || looks {
                        break;
                    }
                }
            }
        }
        group
    }

    /// Move the cursor past the whole group, or take the slow way for each of its objects.
    fn bump(&mut self, group: &[Made]) -> Result<Vec<Value>, CompileError> {
        let (slow, fast, done) = (
            self.b.create_block(),
            self.b.create_block(),
            self.b.create_block(),
        );
        self.b.set_cold_block(slow);
        let objects: Vec<Value> = group
            .iter()
            .map(|_| self.b.append_block_param(done, I64))
            .collect();
        let window = self.b.ins().load(I64, mem(), self.ctx, at::ALLOC);
        let cursor = self.b.ins().load(I64, mem(), window, 0);
        let limit = self.b.ins().load(I64, mem(), window, ALLOC_LIMIT);
        let total: i64 = group.iter().map(|m| m.size).sum();
        let end = self.b.ins().iadd_imm_s(cursor, total);
        let full = self.b.ins().icmp(IntCC::UnsignedGreaterThan, end, limit);
        self.b.ins().brif(full, slow, &[], fast, &[]);
        self.b.switch_to_block(slow);
        let mut args: Vec<BlockArg> = Vec::with_capacity(group.len());
        for made in group {
            args.push(self.alloc_slow(made.header, made.size)?.into());
        }
        self.b.ins().jump(done, &args);
        self.b.switch_to_block(fast);
        self.b.ins().store(mem(), end, window, 0);
        args.clear();
        let mut offset = 0;
        for made in group {
            let word = self.b.ins().iconst(I64, made.header as i64);
            self.b.ins().store(mem(), word, cursor, offset as i32);
            let object = match offset {
                0 => cursor,
                _ => self.b.ins().iadd_imm_s(cursor, offset),
            };
            args.push(object.into());
            offset += made.size;
        }
        self.b.ins().jump(done, &args);
        self.b.switch_to_block(done);
        Ok(objects)
    }

    /// Allocate out of line, all words cleared; only for cold blocks. Live registers
    /// survive the call.
    pub(super) fn alloc_slow(&mut self, header: u64, size: i64) -> Result<Value, CompileError> {
        let conv = sig(CallConv::PreserveAll, &[I64, I64, I64], &[]);
        let target = self
            .link
            .target(self.b, self.input.stubs.alloc as usize, &conv);
        let header = self.b.ins().iconst(I64, header as i64);
        let size = self.b.ins().iconst(I64, size);
        call(self.b, target, &conv, &[self.ctx, header, size]);
        Ok(self.b.ins().load(I64, mem(), self.ctx, at::SECOND))
    }

    fn allocate_large(&mut self, header: u64, size: i64) -> Value {
        let conv = sig(CallConv::SystemV, &[I64, I64], &[I64]);
        let target = self
            .link
            .target(self.b, alloc_cleared as *const () as usize, &conv);
        let header = self.b.ins().iconst(I64, header as i64);
        let size = self.b.ins().iconst(I64, size);
        let c = call(self.b, target, &conv, &[header, size]);
        self.b.inst_results(c)[0]
    }
}
