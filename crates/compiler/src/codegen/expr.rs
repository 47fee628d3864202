//! Expressions: dispatch, operators, conditions.

use pyjit_bytecode::asm::Label;
use pyjit_bytecode::{Constant as K, Op};
use pyjit_syntax::ast::*;

use super::Gen;
use super::unit::Reg;
use crate::scope::R;

/// The opcodes of a binary operator: plain and in place, with register, immediate and constant.
pub struct Binary {
    pub rr: Op,
    pub ri: Option<Op>,
    pub rk: Option<Op>,
}

macro_rules! binary {
    ($rr:ident) => {
        Binary {
            rr: Op::$rr,
            ri: None,
            rk: None,
        }
    };
    ($rr:ident $ri:ident) => {
        Binary {
            rr: Op::$rr,
            ri: Some(Op::$ri),
            rk: None,
        }
    };
    ($rr:ident $ri:ident $rk:ident) => {
        Binary {
            rr: Op::$rr,
            ri: Some(Op::$ri),
            rk: Some(Op::$rk),
        }
    };
}

/// The opcodes of `left op right`.
pub fn binary_ops(op: Operator) -> Binary {
    match op {
        Operator::Add => binary!(add_rr add_ri add_rk),
        Operator::Sub => binary!(sub_rr sub_ri sub_rk),
        Operator::Mult => binary!(mul_rr mul_ri mul_rk),
        Operator::MatMult => binary!(matmul_rr),
        Operator::Div => binary!(truediv_rr truediv_ri truediv_rk),
        Operator::Mod => binary!(mod_rr mod_ri mod_rk),
        Operator::Pow => binary!(pow_rr pow_ri),
        Operator::LShift => binary!(lshift_rr lshift_ri),
        Operator::RShift => binary!(rshift_rr rshift_ri),
        Operator::BitOr => binary!(or_rr or_ri),
        Operator::BitXor => binary!(xor_rr xor_ri),
        Operator::BitAnd => binary!(and_rr and_ri and_rk),
        Operator::FloorDiv => binary!(floordiv_rr floordiv_ri),
    }
}

/// The opcodes of `left op= right`.
pub fn inplace_ops(op: Operator) -> Binary {
    match op {
        Operator::Add => binary!(iadd_rr iadd_ri iadd_rk),
        Operator::Sub => binary!(isub_rr isub_ri isub_rk),
        Operator::Mult => binary!(imul_rr imul_ri imul_rk),
        Operator::MatMult => binary!(imatmul_rr),
        Operator::Div => binary!(itruediv_rr itruediv_ri itruediv_rk),
        Operator::Mod => binary!(imod_rr imod_ri imod_rk),
        Operator::Pow => binary!(ipow_rr ipow_ri),
        Operator::LShift => binary!(ilshift_rr ilshift_ri),
        Operator::RShift => binary!(irshift_rr irshift_ri),
        Operator::BitOr => binary!(ior_rr ior_ri),
        Operator::BitXor => binary!(ixor_rr ixor_ri),
        Operator::BitAnd => binary!(iand_rr iand_ri iand_rk),
        Operator::FloorDiv => binary!(ifloordiv_rr ifloordiv_ri),
    }
}

/// A right operand.
pub enum Rhs {
    Reg(Reg),
    Imm(i16),
    Const(K),
}

impl<'a> Gen<'a, '_> {
    /// The register that holds the expression's value: a local's own, or a new temporary.
    pub fn expr(&mut self, e: ExprRef<'a>) -> R<Reg> {
        if let ExprKind::Name { id } = e.kind
            && let Some(r) = self.local(id)
        {
            let before = self.at(e.span);
            self.u.emit(Op::check_bound, r, 0, 0);
            self.u.position = before;
            return Ok(r);
        }
        self.temp(e)
    }

    /// The expression's value in a new temporary.
    pub fn temp(&mut self, e: ExprRef<'a>) -> R<Reg> {
        let dst = self.u.alloc();
        self.expr_to(e, dst)?;
        Ok(dst)
    }

    /// An operand that must keep its value while `later` is evaluated.
    pub fn operand(&mut self, e: ExprRef<'a>, later: &[ExprRef<'a>]) -> R<Reg> {
        let rebinds = self.has_walrus() && !later.iter().all(|l| is_simple(l));
        if rebinds { self.temp(e) } else { self.expr(e) }
    }

    /// Whether assignment expressions occur in the current code.
    pub fn has_walrus(&self) -> bool {
        self.u
            .layers
            .iter()
            .any(|l| self.table.scopes[l.scope].has_walrus)
    }

    /// Runs `f` and gives its temporaries back.
    pub fn scratch<T>(&mut self, f: impl FnOnce(&mut Self) -> R<T>) -> R<T> {
        let top = self.u.top;
        let result = f(self);
        self.u.top = top;
        result
    }

    /// Compiles for effects only.
    pub fn discard(&mut self, e: ExprRef<'a>) -> R<()> {
        self.scratch(|g| g.expr(e).map(|_| ()))
    }

    /// R[dst] = the expression's value; dst is written last, unless it is a temporary.
    pub fn expr_to(&mut self, e: ExprRef<'a>, dst: Reg) -> R<()> {
        let before = self.at(e.span);
        let top = self.u.top;
        self.expr_kind(e, dst)?;
        self.u.top = top;
        self.u.position = before;
        Ok(())
    }

    /// R[dst] = constant.
    pub fn load_const(&mut self, k: K, dst: Reg) {
        match k {
            K::Int(i) if i as i16 as i64 == i => self.u.emit(Op::load_int, dst, 0, i as i16 as u16),
            k => self.u.emit_k(Op::load_const, dst, 0, k),
        }
    }

    fn expr_kind(&mut self, e: ExprRef<'a>, dst: Reg) -> R<()> {
        if let Some(k) = self.fold(e) {
            self.load_const(k, dst);
            return Ok(());
        }
        match &e.kind {
            ExprKind::Name { id } => self.load_name(*id, dst),
            ExprKind::BinOp { left, op, right } => return self.binop(left, *op, right, dst),
            ExprKind::UnaryOp { op, operand } => return self.unary(*op, operand, dst),
            ExprKind::BoolOp { .. } => return self.boolop_value(e, dst),
            ExprKind::Compare {
                left,
                ops,
                comparators,
            } => return self.compare_value(e, left, ops, comparators, dst),
            ExprKind::IfExp { test, body, orelse } => return self.if_exp(test, body, orelse, dst),
            ExprKind::NamedExpr { target, value } => return self.named_expr(target, value, dst),
            ExprKind::Attribute { value, attr } => return self.attribute(e, value, *attr, dst),
            ExprKind::Subscript { value, slice } => return self.subscript(value, slice, dst),
            ExprKind::Call {
                func,
                args,
                keywords,
            } => return self.call(func, args, keywords, dst),
            ExprKind::Starred { .. } => {
                return self.error(e.span, "can't use starred expression here");
            }
            ExprKind::Await { value } => return self.await_expr(value, dst),
            ExprKind::Yield { value } => return self.yield_expr(e, *value, dst),
            ExprKind::YieldFrom { value } => return self.yield_from(e, value, dst),
            ExprKind::Lambda { args, body } => return self.lambda(e, args, body, dst),
            ExprKind::ListComp { .. }
            | ExprKind::SetComp { .. }
            | ExprKind::DictComp { .. }
            | ExprKind::GeneratorExp { .. } => {
                return self.comprehension(e, dst);
            }
            ExprKind::JoinedStr { values } => return self.joined_str(values, dst),
            ExprKind::TemplateStr { values } => return self.template_str(values, dst),
            ExprKind::FormattedValue { .. } => return self.formatted(e, dst),
            ExprKind::Interpolation { .. } => return self.interpolation(e, dst),
            ExprKind::List { .. }
            | ExprKind::Tuple { .. }
            | ExprKind::Set { .. }
            | ExprKind::Dict { .. } => return self.display(e, dst),
            ExprKind::Slice { lower, upper, step } => {
                return self.slice(*lower, *upper, *step, dst);
            }
            ExprKind::Constant(_) => {}
        }
        Ok(())
    }

    fn unary(&mut self, op: UnaryOp, operand: ExprRef<'a>, dst: Reg) -> R<()> {
        let op = match op {
            UnaryOp::Invert => Op::invert,
            UnaryOp::Not => return self.not(operand, dst),
            UnaryOp::UAdd => Op::pos,
            UnaryOp::USub => Op::neg,
        };
        let r = self.expr(operand)?;
        self.u.emit(op, dst, r, 0);
        Ok(())
    }

    fn if_exp(
        &mut self,
        test: ExprRef<'a>,
        body: ExprRef<'a>,
        orelse: ExprRef<'a>,
        dst: Reg,
    ) -> R<()> {
        let (no, end) = (self.u.label(), self.u.label());
        self.branch(test, no, false)?;
        self.expr_to(body, dst)?;
        self.u.skip_to(end);
        self.u.bind(no);
        self.expr_to(orelse, dst)?;
        self.u.bind(end);
        Ok(())
    }

    fn named_expr(&mut self, target: ExprRef<'a>, value: ExprRef<'a>, dst: Reg) -> R<()> {
        let ExprKind::Name { id } = target.kind else {
            return self.expr_to(value, dst);
        };
        let r = self.expr(value)?;
        self.store_name(id, r);
        self.built(r, dst);
        Ok(())
    }

    /// A small int or a constant where the instruction takes one, else a register.
    pub fn rhs(&mut self, e: ExprRef<'a>, imm: bool, constant: bool) -> R<Rhs> {
        if imm || constant {
            match self.fold(e) {
                Some(K::Int(i)) if imm && i as i16 as i64 == i => return Ok(Rhs::Imm(i as i16)),
                Some(k) if constant => return Ok(Rhs::Const(k)),
                _ => {}
            }
        }
        self.expr(e).map(Rhs::Reg)
    }

    /// Emits a binary operation.
    pub fn emit_binary(&mut self, ops: &Binary, dst: Reg, left: Reg, right: Rhs) {
        match (right, ops.ri, ops.rk) {
            (Rhs::Imm(i), Some(op), _) => self.u.emit(op, dst, left, i as u16),
            (Rhs::Const(k), _, Some(op)) => self.u.emit_k(op, dst, left, k),
            (Rhs::Reg(r), _, _) => self.u.emit(ops.rr, dst, left, r),
            (Rhs::Imm(_) | Rhs::Const(_), _, _) => {}
        }
    }

    fn binop(&mut self, left: ExprRef<'a>, op: Operator, right: ExprRef<'a>, dst: Reg) -> R<()> {
        if op == Operator::Mod && self.percent(left, right, dst)? {
            return Ok(());
        }
        let ops = binary_ops(op);
        let l = self.operand(left, &[right])?;
        let r = self.rhs(right, ops.ri.is_some(), ops.rk.is_some())?;
        self.emit_binary(&ops, dst, l, r);
        Ok(())
    }

    fn not(&mut self, operand: ExprRef<'a>, dst: Reg) -> R<()> {
        if let ExprKind::Compare {
            left,
            ops: &[op],
            comparators,
        } = operand.kind
        {
            let inverse = match op {
                CmpOp::Is => Some(CmpOp::IsNot),
                CmpOp::IsNot => Some(CmpOp::Is),
                CmpOp::In => Some(CmpOp::NotIn),
                CmpOp::NotIn => Some(CmpOp::In),
                _ => None,
            };
            if let Some(op) = inverse {
                self.check_compare(operand, left, &[op], comparators);
                let (l, r) = (self.operand(left, comparators)?, self.expr(comparators[0])?);
                self.u.emit(super::compare::value_op(op), dst, l, r);
                return Ok(());
            }
        }
        let r = self.expr(operand)?;
        self.u.emit(Op::not_r, dst, r, 0);
        Ok(())
    }

    /// A temporary to build a value in: `dst` itself unless it is a local that others may see meanwhile.
    pub fn building(&mut self, dst: Reg) -> Reg {
        if self.u.is_temp(dst) {
            dst
        } else {
            self.u.alloc()
        }
    }

    /// Moves a built value to its place.
    pub fn built(&mut self, r: Reg, dst: Reg) {
        if r != dst {
            self.u.emit(Op::mov, dst, r, 0);
        }
    }

    fn boolop_value(&mut self, e: ExprRef<'a>, dst: Reg) -> R<()> {
        let ExprKind::BoolOp { op, values } = &e.kind else {
            return Ok(());
        };
        let r = self.building(dst);
        let end = self.u.label();
        for (i, v) in values.iter().enumerate() {
            self.expr_to(v, r)?;
            if i + 1 < values.len() {
                let leave = if *op == BoolOp::And {
                    Op::jump_if_false
                } else {
                    Op::jump_if_true
                };
                self.u.jump(leave, r, 0, end);
            }
        }
        self.u.bind(end);
        self.built(r, dst);
        Ok(())
    }

    /// Jumps to `to` if the truth of the expression is `on`, else falls through.
    pub fn branch(&mut self, e: ExprRef<'a>, to: Label, on: bool) -> R<()> {
        if let Some(k) = self.fold(e) {
            if super::fold::truth(&k) == on {
                self.u.jump(Op::jump, 0, 0, to);
            }
            return Ok(());
        }
        let before = self.at(e.span);
        let top = self.u.top;
        match &e.kind {
            ExprKind::UnaryOp {
                op: UnaryOp::Not,
                operand,
            } => self.branch(operand, to, !on)?,
            ExprKind::BoolOp { op, values } => self.branch_bool(*op, values, to, on)?,
            ExprKind::IfExp { test, body, orelse } => {
                let (no, end) = (self.u.label(), self.u.label());
                self.branch(test, no, false)?;
                self.branch(body, to, on)?;
                self.u.skip_to(end);
                self.u.bind(no);
                self.branch(orelse, to, on)?;
                self.u.bind(end);
            }
            ExprKind::Compare {
                left,
                ops,
                comparators,
            } => self.branch_compare(e, left, ops, comparators, to, on)?,
            _ => {
                let r = self.expr(e)?;
                self.u.jump(
                    if on {
                        Op::jump_if_true
                    } else {
                        Op::jump_if_false
                    },
                    r,
                    0,
                    to,
                );
            }
        }
        self.u.top = top;
        self.u.position = before;
        Ok(())
    }

    fn branch_bool(&mut self, op: BoolOp, values: Exprs<'a>, to: Label, on: bool) -> R<()> {
        let Some((last, first)) = values.split_last() else {
            return Ok(());
        };
        if (op == BoolOp::Or) == on {
            // Any value decides for the jump.
            first.iter().try_for_each(|v| self.branch(v, to, on))?;
            return self.branch(last, to, on);
        }
        let end = self.u.label();
        first.iter().try_for_each(|v| self.branch(v, end, !on))?;
        self.branch(last, to, on)?;
        self.u.bind(end);
        Ok(())
    }
}

/// Whether evaluating the expression can't bind a name.
fn is_simple(e: &Expr) -> bool {
    match &e.kind {
        ExprKind::Name { .. } | ExprKind::Constant(_) => true,
        ExprKind::Attribute { value, .. } => is_simple(value),
        _ => false,
    }
}
