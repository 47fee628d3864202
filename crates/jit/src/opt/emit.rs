//! The streaming chain: each instruction of a replayed trace goes through fold, guards,
//! memory and common subexpressions, and is appended if something is left of it.

use super::fold::Folded;
use super::state::{Cx, Key, NO, Res};
use crate::ir::{Boxed, Effect, Imm, Lit, Op, Ref, Ty, result_ty};

/// Rewriting depth after which folding stops (rules shrink, so this is never met).
const DEPTH: u32 = 16;

impl Cx<'_> {
    /// Emits an instruction; gives the value that stands for its result.
    pub fn emit(&mut self, op: Op, imm: Imm, args: &[Ref]) -> Res<Ref> {
        self.emit_depth(op, imm, args, 0)
    }

    /// Emits an operation without an immediate.
    pub fn op(&mut self, op: Op, args: &[Ref]) -> Res<Ref> {
        self.emit(op, Imm::No, args)
    }

    fn emit_depth(&mut self, op: Op, imm: Imm, args: &[Ref], depth: u32) -> Res<Ref> {
        let mut a: Vec<Ref> = args.iter().map(|r| self.resolve(*r)).collect();
        if op.commutes() && self.out.lit(a[0]).is_some() && self.out.lit(a[1]).is_none() {
            a.swap(0, 1);
        }
        if op.is_pure() && depth < DEPTH {
            if let Some(l) = self.constant_result(op, &a) {
                return Ok(self.out.constant(l));
            }
            match self.fold(op, &a) {
                Folded::No => {}
                Folded::Same(r) => return Ok(self.resolve(r)),
                Folded::Op(op, args) => return self.emit_rewritten(op, &args, depth),
            }
            if let Some(r) = self.fold_facts(op, &a)? {
                return Ok(r);
            }
        }
        match op.info().effect {
            Effect::Pure => self.pure(op, imm, a),
            Effect::Guard => self.guard(op, imm, a),
            Effect::Read | Effect::Write => self.memory(op, imm, a),
            Effect::Alloc => self.alloc(imm),
            Effect::Call => self.call(op, imm, a),
            Effect::Source => Ok(self.append(op, imm, &a, false)),
        }
    }

    fn emit_rewritten(&mut self, op: Op, args: &[super::fold::Rhs], depth: u32) -> Res<Ref> {
        let mut a = vec![];
        for x in args {
            a.push(match x {
                super::fold::Rhs::Value(r) => *r,
                super::fold::Rhs::Op(op, args) => self.emit_rewritten(*op, args, depth + 1)?,
                super::fold::Rhs::Lit(l) => self.out.constant(*l),
            });
        }
        self.emit_depth(op, Imm::No, &a, depth + 1)
    }

    /// The result of a pure operation on constants.
    pub fn constant_result(&self, op: Op, args: &[Ref]) -> Option<Lit> {
        let lits: Option<Vec<Lit>> = args.iter().map(|a| self.out.lit(*a)).collect();
        let l = (op.info().eval)(&lits.filter(|l| !l.is_empty())?)?;
        match l {
            // Needs an object, which a constant has not.
            Lit::Value(b) if b.word().is_none() => None,
            // What an object is, the compiler does not know.
            Lit::Value(Boxed::Word(_)) if op == Op::Select => None,
            l => Some(l),
        }
    }

    fn pure(&mut self, op: Op, imm: Imm, mut a: Vec<Ref>) -> Res<Ref> {
        if op != Op::BoxRef {
            for x in &mut a {
                *x = self.real(*x)?;
            }
        }
        let key = Key::new(op, imm.key(), &a);
        if let Some(r) = key.and_then(|k| self.st.done.get(&k)) {
            return Ok(self.resolve(*r));
        }
        let commuted = if op.commutes() {
            Key::new(op, imm.key(), &[a[1], a[0]])
        } else {
            None
        };
        if let Some(r) = commuted.and_then(|k| self.st.done.get(&k)) {
            return Ok(self.resolve(*r));
        }
        let boxes = matches!(op, Op::BoxInt | Op::BoxFloat | Op::BoxBool);
        let r = if op == Op::BoxRef && self.st.virtuals.contains_key(&a[0]) {
            self.out.make(op, Ty::Value, imm, &a, None)
        } else if boxes && self.options.virtuals {
            // Boxed where somebody needs the word; see `real`.
            let r = self.out.make(op, Ty::Value, imm, &a, None);
            self.st.boxes.insert(r);
            r
        } else {
            let may_leave = op.can_overflow() || op == Op::BoxInt;
            self.append(op, imm, &a, may_leave)
        };
        if let Some(k) = key {
            self.st.done.insert(k, r);
        }
        Ok(r)
    }

    /// Appends to the present block as it is, with a snapshot if asked for.
    pub fn append(&mut self, op: Op, imm: Imm, args: &[Ref], snap: bool) -> Ref {
        let types: Vec<Ty> = args.iter().map(|a| self.out.ty(*a)).collect();
        let ty = result_ty(op, imm, &types).unwrap_or(Ty::None);
        let snap = snap.then(|| self.snapshot());
        let r = self.out.push(self.cur, op, ty, imm, args, snap);
        if ty == Ty::None { NO } else { r }
    }
}
