//! From optimised trace IR to Cranelift IR, one function at a time.
//!
//! What it is: a straight walk over the blocks in reverse postorder; one method per
//! group of operations, all reached from the exhaustive `match` in [`Lower::inst`].
//! What it is not: an optimiser. It folds immediates and picks instruction idioms;
//! whatever needs analysis was decided in [`crate::ir::IntFact`].

mod alloc;
mod calls;
mod divide;
mod division;
mod entry;
mod exits;
mod floats;
mod guards;
mod ints;
mod memory;
mod shifts;
mod tags;

use super::abi::{Reg, Stubs, mem};
use super::ctx::at;
use super::engine::{CompileError, Config, Linker};
use super::exits::{ExitKind, GuardDesc};
use super::{Layout, Role};
use crate::ir::{Block, BlockId, Boxed, Func, Imm, IntRep, Lit, Op, Ref, Term, Ty};
use cranelift_codegen::ir::{
    self as clif, BlockArg, InstBuilder, Type, Value, types::F64, types::I8, types::I64,
    types::I128,
};
use cranelift_frontend::FunctionBuilder;
use exits::Exits;
pub(super) use exits::{describe, stored_as};
use pyjit_heap::RootVec;
use std::collections::HashMap;
use std::rc::Rc;

/// Everything the lowering of one function needs from outside.
pub(super) struct Input<'a> {
    pub func: &'a Func,
    pub role: &'a Role,
    pub stubs: &'a Stubs,
    pub config: &'a Config,
    pub layout: &'a Layout,
    /// Makes objects for constants.
    pub constant: fn(Boxed) -> pyjit_heap::Value,
    /// Address of the artifact's validity flag.
    pub flag: usize,
    /// The artifact's number.
    pub artifact: u32,
}

type Done = Result<(), CompileError>;

pub(super) struct Lower<'a, 'f, 'l> {
    b: &'a mut FunctionBuilder<'f>,
    link: &'a mut Linker<'l>,
    input: &'a Input<'a>,
    f: &'a Func,
    ctx: Value,
    base: Value,
    /// Frames that may still be entered inside the frame in which the code starts.
    depth: Value,
    /// Function arguments, in registers.
    args: Vec<Value>,
    /// Value of each `Ref` in its representation.
    values: Vec<Option<Value>>,
    blocks: HashMap<BlockId, clif::Block>,
    exits: Exits,
    regions: HashMap<u8, clif::AliasRegion>,
    /// Truncated quotients in the current block, so that `//` and `%` share a division.
    quotients: HashMap<(Ref, Ref), (Value, Value)>,
    /// Objects made for constants.
    made: RootVec,
}

/// The parameters a role's function has besides context and window.
pub(super) fn role_args(role: &Role) -> Vec<Reg> {
    match role {
        Role::Function { desc } | Role::Interpreted { desc } => {
            let args = desc.passed().iter().map(|&t| reg(t));
            // The last one is the number of frames that may still be entered.
            args.chain([Reg::Word]).collect()
        }
        Role::Part { .. } => vec![Reg::Word],
        Role::Loop | Role::Bridge { .. } => Vec::new(),
    }
}

fn reg(ty: Ty) -> Reg {
    if ty == Ty::Float {
        Reg::Float
    } else {
        Reg::Word
    }
}

fn internal<T>(what: impl Into<String>) -> Result<T, CompileError> {
    Err(CompileError::Internal(what.into()))
}

fn unsupported<T>(what: impl Into<String>) -> Result<T, CompileError> {
    Err(CompileError::Unsupported(what.into()))
}

/// Lower a whole function; the builder stands in its entry block.
pub(super) fn lower(
    b: &mut FunctionBuilder<'_>,
    link: &mut Linker<'_>,
    input: &Input<'_>,
) -> Result<(Vec<Rc<GuardDesc>>, RootVec), CompileError> {
    let Some(entry) = b.current_block() else {
        return internal("no entry block");
    };
    let params = b.block_params(entry).to_vec();
    let f = input.func;
    let depth = match input.role {
        Role::Function { .. } | Role::Interpreted { .. } | Role::Part { .. } => match params.last()
        {
            Some(d) => *d,
            None => return internal("no depth"),
        },
        Role::Loop | Role::Bridge { .. } => b.ins().load(I64, mem(), params[0], at::DEPTH),
    };
    let mut lower = Lower {
        depth,
        ctx: params[0],
        base: params[1],
        args: params[2..].to_vec(),
        values: vec![None; f.len()],
        blocks: HashMap::new(),
        exits: Exits::default(),
        regions: HashMap::new(),
        quotients: HashMap::new(),
        made: RootVec::new(),
        b,
        link,
        input,
        f,
    };
    lower.function()?;
    lower.finish_exits()
}

impl<'a> Lower<'a, '_, '_> {
    fn function(&mut self) -> Done {
        if let Role::Interpreted { .. } = self.input.role {
            let block = self.exits.interpret(self.b);
            self.b.ins().jump(block, &[]);
            return Ok(());
        }
        let order = reverse_postorder(self.f)?;
        for &id in &order {
            let block = self.b.create_block();
            self.blocks.insert(id, block);
            for &p in &self.f.block(id).params {
                let ty = self.clif_ty(p);
                let v = self.b.append_block_param(block, ty);
                self.values[p.0 as usize] = Some(v);
            }
        }
        if let Role::Function { desc } = self.input.role {
            self.depth_check();
            if self.calls_compiled_code(&order) {
                self.stack_check(desc)?;
            }
        }
        let inputs = self.entry_args()?;
        self.b.ins().jump(self.blocks[&BlockId(0)], &inputs);
        for id in order {
            self.b.switch_to_block(self.blocks[&id]);
            self.quotients.clear();
            self.block(self.f.block(id))?;
        }
        Ok(())
    }

    fn block(&mut self, block: &'a Block) -> Done {
        let fused = self.fused_guard(block);
        let body = &block.insts[..block.insts.len() - usize::from(fused.is_some())];
        for (i, &r) in body.iter().enumerate() {
            self.inst(r, &body[i + 1..])?;
        }
        match &block.end {
            Term::Open => internal("open block"),
            Term::Jump(to, args) => {
                let target = self.blocks[to];
                let args = self.jump_args(*to, args)?;
                match fused {
                    Some(guard) => self.guard_to(guard, target, &args),
                    None => {
                        self.b.ins().jump(target, &args);
                        Ok(())
                    }
                }
            }
            Term::Finish(r) => self.finish(*r),
            Term::Exit(snap) => {
                let exit = self.exit_block(*snap)?;
                self.b.ins().jump(exit, &[]);
                Ok(())
            }
            Term::Loop(snap) => self.back_to_root(*snap),
            Term::Enter(_, cell) => {
                self.enter(*cell);
                Ok(())
            }
        }
    }

    /// A truth guard at the very end of a block that jumps on: `brif ok, next, exit`
    /// tests at the bottom of a loop with one branch.
    fn fused_guard(&self, block: &Block) -> Option<Ref> {
        let last = *block.insts.last()?;
        let simple = matches!(self.f.inst(last).op, Op::GuardTrue | Op::GuardFalse);
        (simple && matches!(block.end, Term::Jump(..)) && !self.input.config.stress_exits)
            .then_some(last)
    }

    fn jump_args(&mut self, to: BlockId, args: &[Ref]) -> Result<Vec<BlockArg>, CompileError> {
        let params = &self.f.block(to).params;
        if params.len() != args.len() {
            return internal("jump with the wrong number of arguments");
        }
        let mut out = Vec::with_capacity(args.len());
        for (&p, &a) in params.iter().zip(args) {
            out.push(self.value_as(a, p)?.into());
        }
        Ok(out)
    }

    /// `a` in the form that the value `like` has.
    fn value_as(&mut self, a: Ref, like: Ref) -> Result<Value, CompileError> {
        if self.f.ty(a) != self.f.ty(like) {
            return internal("value of another type");
        }
        if self.f.ty(a) == Ty::Int {
            return self.int_as(a, self.f.int(like).rep);
        }
        self.value(a)
    }

    /// A value that is not an integer.
    fn value(&mut self, r: Ref) -> Result<Value, CompileError> {
        if let Some(lit) = self.f.lit(r) {
            return self.constant_as(lit, self.f.ty(r), IntRep::I64);
        }
        match self.values[r.0 as usize] {
            Some(v) => Ok(v),
            None => internal(format!("{r} has no value")),
        }
    }

    fn constant_as(&mut self, lit: Lit, ty: Ty, rep: IntRep) -> Result<Value, CompileError> {
        Ok(match (lit, ty) {
            (Lit::Int(i), Ty::Int) => self.int_constant(i, rep),
            (Lit::Float(f), Ty::Float) => self.b.ins().f64const(f),
            (Lit::Bool(v), Ty::Bool) => self.b.ins().iconst(I8, i64::from(v)),
            (Lit::Ref(w), Ty::Ref) => self.b.ins().iconst(I64, w as i64),
            (Lit::Value(v), Ty::Value) => match v.word() {
                Some(w) => self.b.ins().iconst(I64, w.0 as i64),
                None => self.constant_object(v),
            },
            _ => return internal("constant of another type"),
        })
    }

    /// The address of an object made for a constant number.
    pub(super) fn constant_object(&mut self, number: Boxed) -> Value {
        let object = (self.input.constant)(number);
        self.made.push(object);
        self.b.ins().iconst(I64, object.0 as i64)
    }

    fn set(&mut self, r: Ref, v: Value) -> Done {
        self.values[r.0 as usize] = Some(v);
        Ok(())
    }

    /// The Cranelift type that a value has.
    fn clif_ty(&self, r: Ref) -> Type {
        match self.f.ty(r) {
            Ty::Float => F64,
            Ty::Bool => I8,
            Ty::Int => match self.f.int(r).rep {
                IntRep::I128 | IntRep::U128 => I128,
                _ => I64,
            },
            Ty::Ref | Ty::Value | Ty::None => I64,
        }
    }

    /// One instruction. `rest` is what follows it in the block.
    fn inst(&mut self, r: Ref, rest: &[Ref]) -> Done {
        let inst = *self.f.inst(r);
        match (inst.op, inst.imm) {
            (Op::Const | Op::Param, _) => Ok(()),
            (Op::Slot, Imm::Index(slot)) => {
                let v = self.b.ins().load(I64, mem(), self.base, slot * 8);
                self.set(r, v)
            }
            (Op::SetSlot, Imm::Index(slot)) => {
                let v = self.value(self.f.args(r)[0])?;
                self.b.ins().store(mem(), v, self.base, slot * 8);
                Ok(())
            }
            (Op::Arg, Imm::Index(i)) => self.argument(r, i),
            (Op::GuardShape, Imm::Shape(shape)) => self.guard_shape(r, shape),
            (Op::GetField, Imm::Field(field)) => self.get_field(r, field),
            (Op::SetField, Imm::Field(field)) => self.set_field(r, field),
            (Op::GetItem, Imm::Items(items)) => self.get_item(r, items),
            (Op::SetItem, Imm::Items(items)) => self.set_item(r, items),
            (Op::New, Imm::Header(header)) => self.new_object(r, header, rest),
            (Op::Call, Imm::Call(desc)) => self.call_helper(r, desc),
            (Op::CallCode, Imm::Code { desc, at }) => self.call_code(r, desc, at),
            (op, _) => self.plain(r, op, rest),
        }
    }

    /// Operations that are told by their name alone. Exhaustive: a new row of the table
    /// does not compile before it has an arm here.
    fn plain(&mut self, r: Ref, op: Op, rest: &[Ref]) -> Done {
        match op {
            Op::GuardInt
            | Op::GuardWide
            | Op::GuardFloat
            | Op::GuardBool
            | Op::GuardRef
            | Op::GuardValue
            | Op::GuardBound
            | Op::GuardTrue
            | Op::GuardFalse
            | Op::GuardNonNull
            | Op::GuardNoException
            | Op::GuardValid
            | Op::Poll => self.guard(r, op, rest),
            Op::UnboxInt
            | Op::UnboxWide
            | Op::BoxInt
            | Op::UnboxFloat
            | Op::BoxFloat
            | Op::UnboxBool
            | Op::BoxBool
            | Op::UnboxRef
            | Op::BoxRef
            | Op::IsInt
            | Op::SameWord
            | Op::SameRef => self.tag(r, op),
            Op::IntAdd | Op::IntSub | Op::IntMul => self.int_ring(r, op),
            Op::IntAnd | Op::IntOr | Op::IntXor | Op::IntNot => self.int_bits(r, op),
            Op::IntNeg | Op::IntAbs => self.int_sign(r, op),
            Op::IntShl => self.int_shl(r),
            Op::IntShr => self.int_shr(r),
            Op::IntFloorDiv | Op::IntMod => self.int_divide(r, op),
            Op::IntMin | Op::IntMax => self.int_choose(r, op),
            Op::IntLt | Op::IntLe | Op::IntEq | Op::IntNe | Op::IntBelow => self.int_compare(r, op),
            Op::FloatAdd
            | Op::FloatSub
            | Op::FloatMul
            | Op::FloatDiv
            | Op::FloatFloorDiv
            | Op::FloatMod => self.float_binary(r, op),
            Op::FloatNeg
            | Op::FloatAbs
            | Op::FloatSqrt
            | Op::FloatFloor
            | Op::FloatCeil
            | Op::FloatTrunc => self.float_unary(r, op),
            Op::FloatLt | Op::FloatLe | Op::FloatEq | Op::FloatNe => self.float_compare(r, op),
            Op::IntToFloat | Op::FloatToInt | Op::FloatFits => self.float_convert(r, op),
            Op::BoolNot | Op::BoolAnd | Op::BoolOr | Op::BoolXor | Op::BoolToInt => {
                self.boolean(r, op)
            }
            Op::Select => self.select(r),
            Op::Const
            | Op::Param
            | Op::Slot
            | Op::Arg
            | Op::GuardShape
            | Op::GetField
            | Op::SetField
            | Op::GetItem
            | Op::SetItem
            | Op::SetSlot
            | Op::New
            | Op::Call
            | Op::CallCode => internal(format!("{} without its immediate", op.name())),
        }
    }

    fn boolean(&mut self, r: Ref, op: Op) -> Done {
        let args = self.f.args(r);
        let a = self.value(args[0])?;
        let b = match args.get(1) {
            Some(&b) => Some(self.value(b)?),
            None => None,
        };
        let v = match (op, b) {
            (Op::BoolAnd, Some(b)) => self.b.ins().band(a, b),
            (Op::BoolOr, Some(b)) => self.b.ins().bor(a, b),
            (Op::BoolXor, Some(b)) => self.b.ins().bxor(a, b),
            (Op::BoolToInt, _) => {
                let word = self.b.ins().uextend(I64, a);
                self.word_as(word, self.f.int(r).rep)?
            }
            _ => self.b.ins().bxor_imm_u(a, 1),
        };
        self.set(r, v)
    }

    fn select(&mut self, r: Ref) -> Done {
        let args = self.f.args(r);
        let c = self.value(args[0])?;
        let (a, b) = (self.value_as(args[1], r)?, self.value_as(args[2], r)?);
        let v = self.b.ins().select(c, a, b);
        self.set(r, v)
    }
}

/// Blocks reachable from the entry, every block behind those that dominate it.
fn reverse_postorder(f: &Func) -> Result<Vec<BlockId>, CompileError> {
    if f.blocks.is_empty() {
        return internal("no blocks");
    }
    let successors = |id: BlockId| {
        let block = f.block(id);
        let mut out: Vec<BlockId> = block.insts.iter().filter_map(|&r| f.inst(r).side).collect();
        if let Term::Jump(to, _) = &block.end {
            out.push(*to);
        }
        out
    };
    let mut seen = vec![false; f.blocks.len()];
    let mut order = Vec::with_capacity(f.blocks.len());
    let mut stack = vec![(BlockId(0), successors(BlockId(0)))];
    seen[0] = true;
    while let Some((id, todo)) = stack.last_mut() {
        match todo.pop() {
            Some(next) if !seen[next.0 as usize] => {
                seen[next.0 as usize] = true;
                stack.push((next, successors(next)));
            }
            Some(_) => {}
            None => {
                order.push(*id);
                stack.pop();
            }
        }
    }
    order.reverse();
    Ok(order)
}

/// The kind of exit that a snapshot makes.
pub(super) fn exit_kind(snapshot: &crate::ir::Snapshot) -> ExitKind {
    match snapshot.resume {
        crate::ir::Resume::After(_) => ExitKind::AfterCall,
        _ => ExitKind::Guard,
    }
}
