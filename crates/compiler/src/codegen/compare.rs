//! Comparisons: to a value, and fused with a jump.

use pyjit_bytecode::Op;
use pyjit_bytecode::asm::Label;
use pyjit_syntax::ast::*;

use super::Gen;
use super::expr::Rhs;
use super::unit::Reg;
use crate::scope::R;

/// The opcode that gives a comparison's value.
pub fn value_op(op: CmpOp) -> Op {
    match op {
        CmpOp::Eq => Op::eq_rr,
        CmpOp::NotEq => Op::ne_rr,
        CmpOp::Lt => Op::lt_rr,
        CmpOp::LtE => Op::le_rr,
        CmpOp::Gt => Op::gt_rr,
        CmpOp::GtE => Op::ge_rr,
        CmpOp::Is => Op::is_rr,
        CmpOp::IsNot => Op::is_not_rr,
        CmpOp::In => Op::in_rr,
        CmpOp::NotIn => Op::not_in_rr,
    }
}

/// Compare-and-jump opcodes: if true, if not true (register, immediate, constant), and back-edges.
struct Jumps {
    yes: [Op; 3],
    no: [Op; 3],
    back: [Op; 2],
}

macro_rules! jumps {
    ($($cmp:ident: $y:ident $yi:ident $yk:ident, $n:ident $ni:ident $nk:ident, $b:ident $bi:ident;)*) => {
        fn jumps(op: CmpOp) -> Option<Jumps> {
            match op {
                $(CmpOp::$cmp => Some(Jumps {
                    yes: [Op::$y, Op::$yi, Op::$yk], no: [Op::$n, Op::$ni, Op::$nk], back: [Op::$b, Op::$bi],
                }),)*
                _ => None,
            }
        }
    };
}
jumps! {
    Lt: jlt_rr jlt_ri jlt_rk, jnlt_rr jnlt_ri jnlt_rk, jlt_back_rr jlt_back_ri;
    LtE: jle_rr jle_ri jle_rk, jnle_rr jnle_ri jnle_rk, jle_back_rr jle_back_ri;
    Eq: jeq_rr jeq_ri jeq_rk, jneq_rr jneq_ri jneq_rk, jeq_back_rr jeq_back_ri;
    NotEq: jne_rr jne_ri jne_rk, jnne_rr jnne_ri jnne_rk, jne_back_rr jne_back_ri;
    Gt: jgt_rr jgt_ri jgt_rk, jngt_rr jngt_ri jngt_rk, jgt_back_rr jgt_back_ri;
    GtE: jge_rr jge_ri jge_rk, jnge_rr jnge_ri jnge_rk, jge_back_rr jge_back_ri;
}

/// The jump on an identity or containment test being `on`.
fn other_jump(op: CmpOp, on: bool) -> Op {
    match (op, on) {
        (CmpOp::Is, true) | (CmpOp::IsNot, false) => Op::jump_if_is,
        (CmpOp::IsNot, true) | (CmpOp::Is, false) => Op::jump_if_is_not,
        (CmpOp::In, true) | (CmpOp::NotIn, false) => Op::jump_if_in,
        _ => Op::jump_if_not_in,
    }
}

impl<'a> Gen<'a, '_> {
    pub fn compare_value(
        &mut self,
        e: ExprRef<'a>,
        left: ExprRef<'a>,
        ops: &[CmpOp],
        comparators: Exprs<'a>,
        dst: Reg,
    ) -> R<()> {
        self.check_compare(e, left, ops, comparators);
        let mut l = self.operand(left, comparators)?;
        if let ([op], [right]) = (ops, comparators) {
            let r = self.container_or_expr(*op, right)?;
            self.u.emit(value_op(*op), dst, l, r);
            return Ok(());
        }
        let result = self.building(dst);
        let end = self.u.label();
        for (i, (op, right)) in ops.iter().zip(comparators).enumerate() {
            let later = &comparators[i + 1..];
            let r = self.operand(right, later)?;
            self.u.emit(value_op(*op), result, l, r);
            if !later.is_empty() {
                self.u.jump(Op::jump_if_false, result, 0, end);
            }
            l = r;
        }
        self.u.bind(end);
        self.built(result, dst);
        Ok(())
    }

    pub fn branch_compare(
        &mut self,
        e: ExprRef<'a>,
        left: ExprRef<'a>,
        ops: &[CmpOp],
        comparators: Exprs<'a>,
        to: Label,
        on: bool,
    ) -> R<()> {
        self.check_compare(e, left, ops, comparators);
        let mut l = self.operand(left, comparators)?;
        let Some((last, first)) = comparators.split_last() else {
            return Ok(());
        };
        let end = self.u.label();
        for (i, (op, right)) in ops.iter().zip(first).enumerate() {
            let r = self.operand(right, &comparators[i + 1..])?;
            self.compare_jump(*op, l, Rhs::Reg(r), if on { end } else { to }, false);
            l = r;
        }
        let op = ops[ops.len() - 1];
        let right = self.compare_rhs(op, last)?;
        self.compare_jump(op, l, right, to, on);
        self.u.bind(end);
        Ok(())
    }

    fn compare_rhs(&mut self, op: CmpOp, right: ExprRef<'a>) -> R<Rhs> {
        if matches!(op, CmpOp::Is | CmpOp::IsNot)
            && matches!(right.kind, ExprKind::Constant(Constant::None))
        {
            return Ok(Rhs::Const(pyjit_bytecode::Constant::None));
        }
        if jumps(op).is_some() {
            return self.rhs(right, true, true);
        }
        self.container_or_expr(op, right).map(Rhs::Reg)
    }

    /// A display of constants that is only searched becomes a constant tuple or frozenset.
    fn container_or_expr(&mut self, op: CmpOp, right: ExprRef<'a>) -> R<Reg> {
        if matches!(op, CmpOp::In | CmpOp::NotIn)
            && let Some(k) = self.fold_container(right)
        {
            let r = self.u.alloc();
            let before = self.at(right.span);
            self.load_const(k, r);
            self.u.position = before;
            return Ok(r);
        }
        self.expr(right)
    }

    fn compare_jump(&mut self, op: CmpOp, l: Reg, right: Rhs, to: Label, on: bool) {
        match (jumps(op), right) {
            (Some(j), right) => {
                let table = if on { j.yes } else { j.no };
                match right {
                    Rhs::Reg(r) => self.u.jump(table[0], l, r, to),
                    Rhs::Imm(i) => self.u.jump(table[1], l, i as u16, to),
                    Rhs::Const(k) => self.u.jump_k(table[2], l, k, to),
                }
            }
            (None, Rhs::Reg(r)) => self.u.jump(other_jump(op, on), l, r, to),
            (None, _) => {
                let none = (op == CmpOp::Is) == on;
                self.u.jump(
                    if none {
                        Op::jump_if_none
                    } else {
                        Op::jump_if_not_none
                    },
                    l,
                    0,
                    to,
                );
            }
        }
    }

    /// The bottom of a loop: jumps back to `to`, polling, while the test is true.
    pub fn branch_back(&mut self, e: ExprRef<'a>, to: Label) -> R<()> {
        let before = self.at(e.span);
        let top = self.u.top;
        match &e.kind {
            _ if self.fold(e).is_some_and(|k| super::fold::truth(&k)) => {
                self.u.jump(Op::jump_back, 0, 0, to)
            }
            ExprKind::Compare {
                left,
                ops: [op],
                comparators,
            } if jumps(*op).is_some() => {
                let l = self.operand(left, comparators)?;
                let right = self.rhs(comparators[0], true, false)?;
                if let Some(j) = jumps(*op) {
                    match right {
                        Rhs::Reg(r) => self.u.jump(j.back[0], l, r, to),
                        Rhs::Imm(i) => self.u.jump(j.back[1], l, i as u16, to),
                        Rhs::Const(_) => {}
                    }
                }
            }
            ExprKind::Compare { .. }
            | ExprKind::BoolOp { .. }
            | ExprKind::UnaryOp {
                op: UnaryOp::Not, ..
            } => {
                let end = self.u.label();
                self.branch(e, end, false)?;
                self.u.jump(Op::jump_back, 0, 0, to);
                self.u.bind(end);
            }
            _ => {
                let r = self.expr(e)?;
                self.u.jump(Op::jump_true_back, r, 0, to);
            }
        }
        self.u.top = top;
        self.u.position = before;
        Ok(())
    }
}
