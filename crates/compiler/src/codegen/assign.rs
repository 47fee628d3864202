//! Assignment: targets, unpacking, augmented and annotated assignment, deletion.

use pyjit_bytecode::{Constant as K, Op};
use pyjit_syntax::Span;
use pyjit_syntax::ast::*;

use super::Gen;
use super::expr::inplace_ops;
use super::names::Place;
use super::unit::Reg;
use crate::scope::R;

impl<'a> Gen<'a, '_> {
    pub fn assign(&mut self, targets: &[ExprRef<'a>], value: ExprRef<'a>) -> R<()> {
        if let [target] = targets {
            if let ExprKind::Name { id } = target.kind
                && let Some(r) = self.local(id)
            {
                return self.expr_to(value, r);
            }
            if self.assign_in_parallel(target, value)? {
                return Ok(());
            }
        }
        if targets.len() > 1
            && let Some(k) = self.fold(value)
        {
            return targets
                .iter()
                .try_for_each(|t| self.scratch(|g| g.store_constant(t, k.clone())));
        }
        let r = self.expr(value)?;
        // A chain may rebind the local that the value came from.
        let r = if targets.len() > 1 && !self.u.is_temp(r) {
            let t = self.u.alloc();
            self.u.emit(Op::mov, t, r, 0);
            t
        } else {
            r
        };
        targets
            .iter()
            .try_for_each(|t| self.scratch(|g| g.store(t, r)))
    }

    fn store_constant(&mut self, target: ExprRef<'a>, k: K) -> R<()> {
        let local = match target.kind {
            ExprKind::Name { id } => self.local(id),
            _ => None,
        };
        let r = local.unwrap_or_else(|| self.u.alloc());
        self.load_const(k, r);
        self.store(target, r)
    }

    /// `a, b = x, y` without a tuple.
    fn assign_in_parallel(&mut self, target: ExprRef<'a>, value: ExprRef<'a>) -> R<bool> {
        let (ExprKind::Tuple { elts: to } | ExprKind::List { elts: to }) = target.kind else {
            return Ok(false);
        };
        let (ExprKind::Tuple { elts: from } | ExprKind::List { elts: from }) = value.kind else {
            return Ok(false);
        };
        let starred = |list: Exprs| {
            list.iter()
                .any(|e| matches!(e.kind, ExprKind::Starred { .. }))
        };
        if to.len() != from.len() || to.len() > 30 || starred(to) || starred(from) {
            return Ok(false);
        }
        let mut regs = Vec::with_capacity(from.len());
        for (i, e) in from.iter().enumerate() {
            // A local read here is used after earlier targets are bound: it needs a copy, unless no target binds it.
            let rebound = match e.kind {
                ExprKind::Name { id } => to[..i].iter().any(|t| match t.kind {
                    ExprKind::Name { id: other } => other == id,
                    ExprKind::Attribute { .. } | ExprKind::Subscript { .. } => false,
                    _ => true,
                }),
                _ => false,
            };
            regs.push(if rebound {
                self.temp(e)?
            } else {
                self.operand(e, &from[i + 1..])?
            });
        }
        for (t, r) in to.iter().zip(regs) {
            self.scratch(|g| g.store(t, r))?;
        }
        Ok(true)
    }

    /// Assigns R[r] to a target.
    pub fn store(&mut self, target: ExprRef<'a>, r: Reg) -> R<()> {
        let before = self.at(target.span);
        match &target.kind {
            ExprKind::Name { id } => self.store_name(*id, r),
            ExprKind::Attribute { value, attr } => {
                self.note_static_attribute(value, *attr);
                let o = self.expr(value)?;
                let attr = self.mangled(*attr);
                self.at_attribute(target.span, attr);
                self.u.emit_name(Op::store_attr, r, o, attr);
            }
            ExprKind::Subscript { value, slice } => {
                let o = self.operand(value, &[slice])?;
                self.store_item(r, o, slice)?;
            }
            ExprKind::Tuple { elts } | ExprKind::List { elts } => {
                self.unpack(target.span, elts, r)?
            }
            ExprKind::Starred { .. } => {
                return self.error(
                    target.span,
                    "starred assignment target must be in a list or tuple",
                );
            }
            _ => return self.error(target.span, "cannot assign to expression"),
        }
        self.u.position = before;
        Ok(())
    }

    fn store_item(&mut self, r: Reg, o: Reg, slice: ExprRef<'a>) -> R<()> {
        match self.fold(slice) {
            Some(K::Int(i)) if i as i16 as i64 == i => {
                self.u.emit(Op::store_item_i, r, o, i as i16 as u16)
            }
            Some(k) => self.u.emit_k(Op::store_item_k, r, o, k),
            None => match slice.kind {
                ExprKind::Slice {
                    lower,
                    upper,
                    step: None,
                } => {
                    let pair = self.slice_pair(lower, upper)?;
                    self.u.emit(Op::store_slice, r, o, pair);
                }
                _ => {
                    let i = self.expr(slice)?;
                    self.u.emit(Op::store_item, r, o, i);
                }
            },
        }
        Ok(())
    }

    fn unpack(&mut self, span: Span, elts: Exprs<'a>, r: Reg) -> R<()> {
        let star = elts
            .iter()
            .position(|e| matches!(e.kind, ExprKind::Starred { .. }));
        if let Some(i) = star {
            let starred = |e: &ExprRef| matches!(e.kind, ExprKind::Starred { .. });
            if elts[i + 1..].iter().any(starred) {
                return self.error(span, "multiple starred expressions in assignment");
            }
            if i > 255 || elts.len() - i - 1 > 255 {
                return self.error(span, "too many expressions in star-unpacking assignment");
            }
        }
        let first = match self.consecutive_locals(elts) {
            Some(first) => first,
            None => self.u.alloc_n(elts.len().min(u16::MAX as usize) as u16),
        };
        match star {
            Some(i) => self.u.emit(
                Op::unpack_ex,
                first,
                r,
                i as u16 | ((elts.len() - i - 1) as u16) << 8,
            ),
            None => self.u.emit(Op::unpack_seq, first, r, elts.len() as u16),
        }
        if !self.u.is_temp(first) {
            return Ok(());
        }
        for (i, e) in elts.iter().enumerate() {
            let e = match e.kind {
                ExprKind::Starred { value } => value,
                _ => e,
            };
            self.scratch(|g| g.store(e, first + i as u16))?;
        }
        Ok(())
    }

    /// The first register if the targets are locals in consecutive registers.
    fn consecutive_locals(&mut self, elts: Exprs<'a>) -> Option<Reg> {
        let mut first = None;
        for (i, e) in elts.iter().enumerate() {
            let e = match e.kind {
                ExprKind::Starred { value } => value,
                _ => e,
            };
            let ExprKind::Name { id } = e.kind else {
                return None;
            };
            let r = self.local(id)?;
            if *first.get_or_insert(r) as usize + i != r as usize {
                return None;
            }
        }
        first
    }

    pub fn aug_assign(
        &mut self,
        s: StmtRef<'a>,
        target: ExprRef<'a>,
        op: Operator,
        value: ExprRef<'a>,
    ) -> R<()> {
        let ops = inplace_ops(op);
        let (imm, constant) = (ops.ri.is_some(), ops.rk.is_some());
        match &target.kind {
            ExprKind::Name { id } => {
                let name = self.mangled(*id);
                let before = self.at(target.span);
                let place = self.place(name);
                let r = match place {
                    Place::Local(r) if !self.has_walrus() => {
                        self.u.emit(Op::check_bound, r, 0, 0);
                        r
                    }
                    _ => {
                        let t = self.u.alloc();
                        self.load_mangled(name, t);
                        t
                    }
                };
                self.u.position = before;
                let rhs = self.rhs(value, imm, constant)?;
                let dst = if let Place::Local(r) = place {
                    r
                } else {
                    self.u.alloc()
                };
                self.emit_binary(&ops, dst, r, rhs);
                if dst != r || !matches!(place, Place::Local(_)) {
                    let before = self.at(target.span);
                    self.store_mangled(name, dst);
                    self.u.position = before;
                }
            }
            ExprKind::Attribute {
                value: object,
                attr,
            } => {
                let attr = self.mangled(*attr);
                let o = self.operand(object, &[value])?;
                let t = self.u.alloc();
                let before = self.at(target.span);
                self.at_attribute(target.span, attr);
                self.u.emit_name(Op::load_attr, t, o, attr);
                self.u.position = before;
                let rhs = self.rhs(value, imm, constant)?;
                self.emit_binary(&ops, t, t, rhs);
                let before = self.at(target.span);
                self.at_attribute(target.span, attr);
                self.u.emit_name(Op::store_attr, t, o, attr);
                self.u.position = before;
            }
            ExprKind::Subscript {
                value: object,
                slice,
            } => self.aug_item(target, object, slice, &ops, value)?,
            _ => return self.error(s.span, "illegal expression for augmented assignment"),
        }
        Ok(())
    }

    fn aug_item(
        &mut self,
        target: ExprRef<'a>,
        object: ExprRef<'a>,
        slice: ExprRef<'a>,
        ops: &super::expr::Binary,
        value: ExprRef<'a>,
    ) -> R<()> {
        let (imm, constant) = (ops.ri.is_some(), ops.rk.is_some());
        let o = self.operand(object, &[slice, value])?;
        let before = self.at(target.span);
        let (load, store, index) = match (self.fold(slice), &slice.kind) {
            (Some(K::Int(i)), _) if i as i16 as i64 == i => {
                (Op::load_item_i, Op::store_item_i, i as i16 as u16)
            }
            (
                None,
                ExprKind::Slice {
                    lower,
                    upper,
                    step: None,
                },
            ) => (
                Op::load_slice,
                Op::store_slice,
                self.slice_pair(*lower, *upper)?,
            ),
            _ => (
                Op::load_item,
                Op::store_item,
                self.operand(slice, &[value])?,
            ),
        };
        let t = self.u.alloc();
        self.u.emit(load, t, o, index);
        self.u.position = before;
        let rhs = self.rhs(value, imm, constant)?;
        self.emit_binary(ops, t, t, rhs);
        let before = self.at(target.span);
        self.u.emit(store, t, o, index);
        self.u.position = before;
        Ok(())
    }

    pub fn delete(&mut self, target: ExprRef<'a>) -> R<()> {
        let before = self.at(target.span);
        match &target.kind {
            ExprKind::Name { id } => self.delete_name(*id),
            ExprKind::Attribute { value, attr } => {
                let r = self.expr(value)?;
                let attr = self.mangled(*attr);
                self.at_attribute(target.span, attr);
                self.u.emit_name(Op::delete_attr, r, 0, attr);
            }
            ExprKind::Subscript { value, slice } => {
                let o = self.operand(value, &[slice])?;
                let i = self.expr(slice)?;
                self.u.emit(Op::delete_item, o, i, 0);
            }
            ExprKind::Tuple { elts } | ExprKind::List { elts } => {
                elts.iter()
                    .try_for_each(|t| self.scratch(|g| g.delete(t)))?;
            }
            _ => return self.error(target.span, "cannot delete expression"),
        }
        self.u.position = before;
        Ok(())
    }

    pub fn ann_assign(
        &mut self,
        target: ExprRef<'a>,
        annotation: ExprRef<'a>,
        value: Option<ExprRef<'a>>,
        simple: bool,
    ) -> R<()> {
        if let Some(value) = value {
            self.assign(&[target], value)?;
        }
        match &target.kind {
            ExprKind::Name { id } if simple => self.annotate_variable(*id, annotation),
            ExprKind::Name { .. } => Ok(()),
            // The parts of the target are evaluated even if nothing is stored.
            ExprKind::Attribute { value: object, .. } if value.is_none() => {
                self.scratch(|g| g.discard(object))
            }
            ExprKind::Subscript {
                value: object,
                slice,
            } if value.is_none() => self.scratch(|g| {
                g.discard(object)?;
                match slice.kind {
                    ExprKind::Slice { lower, upper, step } => [lower, upper, step]
                        .into_iter()
                        .flatten()
                        .try_for_each(|e| g.discard(e)),
                    _ => g.discard(slice),
                }
            }),
            _ => Ok(()),
        }
    }
}
