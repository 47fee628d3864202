//! Fields and items, and the write barrier.

use super::super::abi::{call, mem, sig};
use super::{CompileError, Done, Lower};
use crate::ir::{AliasClass, Field, IntRep, Items, Kind, Ref};
use cranelift_codegen::ir::condcodes::IntCC;
use cranelift_codegen::ir::{
    self as clif, InstBuilder, MemFlagsData, Value, types::F64, types::I8, types::I64,
};
use cranelift_codegen::isa::CallConv;

impl Lower<'_, '_, '_> {
    /// Flags for an access to one class of memory.
    fn region(&mut self, class: AliasClass) -> MemFlagsData {
        let func = &mut self.b.func;
        let region = *self.regions.entry(class.0).or_insert_with(|| {
            func.dfg.alias_regions.insert(clif::AliasRegionData {
                user_id: u32::from(class.0),
                description: format!("class {}", class.0).into(),
            })
        });
        mem().with_alias_region(Some(region))
    }

    fn load(&mut self, r: Ref, kind: Kind, class: AliasClass, address: Value, offset: i32) -> Done {
        let flags = self.region(class);
        let v = match kind {
            Kind::Value | Kind::Ref | Kind::I64 | Kind::Len => {
                self.b.ins().load(I64, flags, address, offset)
            }
            Kind::F64 => self.b.ins().load(F64, flags, address, offset),
            Kind::I32 => self.b.ins().sload32(flags, address, offset),
            Kind::U32 => self.b.ins().uload32(flags, address, offset),
            Kind::U8 => self.b.ins().uload8(I64, flags, address, offset),
        };
        let is_int = kind.ty() == crate::ir::Ty::Int;
        let v = if is_int {
            self.word_as(v, self.f.int(r).rep)?
        } else {
            v
        };
        self.set(r, v)
    }

    fn store(
        &mut self,
        value: Ref,
        kind: Kind,
        class: AliasClass,
        address: Value,
        offset: i32,
    ) -> Done {
        let flags = self.region(class);
        match kind {
            Kind::Value | Kind::Ref | Kind::F64 => {
                let v = self.value(value)?;
                self.b.ins().store(flags, v, address, offset);
            }
            Kind::I64 | Kind::Len => {
                let v = self.int_as(value, IntRep::I64)?;
                self.b.ins().store(flags, v, address, offset);
            }
            Kind::I32 | Kind::U32 => {
                let v = self.word(value)?;
                self.b.ins().istore32(flags, v, address, offset);
            }
            Kind::U8 => {
                let v = self.word(value)?;
                self.b.ins().istore8(flags, v, address, offset);
            }
        }
        Ok(())
    }

    pub(super) fn get_field(&mut self, r: Ref, field: Field) -> Done {
        let object = self.value(self.f.args(r)[0])?;
        self.load(r, field.kind, field.class, object, field.offset)
    }

    pub(super) fn set_field(&mut self, r: Ref, field: Field) -> Done {
        let args = self.f.args(r);
        let object = self.value(args[0])?;
        if field.barrier || self.may_be_object(args[1]) {
            self.write_barrier(object);
        }
        self.store(args[1], field.kind, field.class, object, field.offset)
    }

    /// Address of an item, without the constant offset.
    fn item_address(
        &mut self,
        array: Ref,
        index: Ref,
        items: Items,
    ) -> Result<(Value, i32), CompileError> {
        let base = self.value(array)?;
        let size = items.kind.size();
        if let Some(i) = self.f.int_const(index)
            && let Some(field) = i64::try_from(i).ok().and_then(|i| items.field(i))
        {
            return Ok((base, field.offset));
        }
        let scale = size.trailing_zeros();
        let scaled = match self.f.int(index).rep {
            IntRep::Shl1 if scale > 0 => {
                let i = self.shifted(index)?;
                if scale == 1 {
                    i
                } else {
                    self.b.ins().ishl_imm_u(i, i64::from(scale) - 1)
                }
            }
            _ => {
                let i = self.int_as(index, IntRep::I64)?;
                if scale == 0 {
                    i
                } else {
                    self.b.ins().ishl_imm_u(i, i64::from(scale))
                }
            }
        };
        Ok((self.b.ins().iadd(base, scaled), items.offset))
    }

    pub(super) fn get_item(&mut self, r: Ref, items: Items) -> Done {
        let args = self.f.args(r);
        let (address, offset) = self.item_address(args[0], args[1], items)?;
        self.load(r, items.kind, items.class, address, offset)
    }

    pub(super) fn set_item(&mut self, r: Ref, items: Items) -> Done {
        let args = self.f.args(r);
        if items.barrier || self.may_be_object(args[2]) {
            let array = self.value(args[0])?;
            self.write_barrier(array);
        }
        let (address, offset) = self.item_address(args[0], args[1], items)?;
        self.store(args[2], items.kind, items.class, address, offset)
    }

    /// One byte test; the slow half preserves all registers.
    fn write_barrier(&mut self, owner: Value) {
        let (slow, next) = (self.b.create_block(), self.b.create_block());
        self.b.set_cold_block(slow);
        let byte = self.b.ins().load(I8, mem(), owner, 7);
        let logged = self.b.ins().icmp_imm_s(IntCC::SignedLessThan, byte, 0);
        self.b.ins().brif(logged, slow, &[], next, &[]);
        self.b.switch_to_block(slow);
        let conv = sig(CallConv::PreserveAll, &[I64], &[]);
        let target = self
            .link
            .target(self.b, self.input.stubs.barrier as usize, &conv);
        call(self.b, target, &conv, &[owner]);
        self.b.ins().jump(next, &[]);
        self.b.switch_to_block(next);
    }
}
