//! Displays: lists, tuples, sets and dicts, with stars.

use pyjit_bytecode::{Constant as K, Op};
use pyjit_syntax::ast::*;

use super::Gen;
use super::unit::Reg;
use crate::scope::R;

/// Which sequence is built.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    List,
    Tuple,
    Set,
}

/// Longer displays are built piece by piece.
const CHUNK: usize = 30;

impl<'a> Gen<'a, '_> {
    pub fn display(&mut self, e: ExprRef<'a>, dst: Reg) -> R<()> {
        match e.kind {
            ExprKind::List { elts } => self.sequence(elts, Kind::List, dst),
            ExprKind::Tuple { elts } => self.sequence(elts, Kind::Tuple, dst),
            ExprKind::Set { elts } => self.sequence(elts, Kind::Set, dst),
            ExprKind::Dict { keys, values } => self.dict(keys, values, dst),
            _ => Ok(()),
        }
    }

    fn sequence(&mut self, elts: Exprs<'a>, kind: Kind, dst: Reg) -> R<()> {
        self.sequence_with(elts, kind, dst, (&[], &[]))
    }

    /// A sequence of the items, between the registers `given` that come first and last.
    pub fn sequence_with(
        &mut self,
        elts: Exprs<'a>,
        kind: Kind,
        dst: Reg,
        given: (&[Reg], &[Reg]),
    ) -> R<()> {
        let build = match kind {
            Kind::List => Op::build_list,
            Kind::Tuple => Op::build_tuple,
            Kind::Set => Op::build_set,
        };
        let starred = elts
            .iter()
            .any(|e| matches!(e.kind, ExprKind::Starred { .. }));
        if !starred && elts.len() + given.0.len() + given.1.len() <= CHUNK {
            if kind != Kind::Tuple
                && elts.len() > 2
                && given == (&[], &[])
                && let Some(k) = self.constant_items(elts, kind)
            {
                return self.of_constant(kind, k, dst);
            }
            return self.scratch(|g| {
                let first = g.u.top;
                g.copies(given.0);
                elts.iter().try_for_each(|e| g.temp(e).map(|_| ()))?;
                g.copies(given.1);
                g.u.emit(
                    build,
                    dst,
                    first,
                    (elts.len() + given.0.len() + given.1.len()) as u16,
                );
                Ok(())
            });
        }
        if !starred
            && given == (&[], &[])
            && kind != Kind::Tuple
            && let Some(k) = self.constant_items(elts, kind)
        {
            return self.of_constant(kind, k, dst);
        }
        self.long_sequence(elts, kind, dst, given)
    }

    fn constant_items(&mut self, elts: Exprs<'a>, kind: Kind) -> Option<K> {
        let items: Option<Box<[K]>> = elts.iter().map(|e| self.fold(e)).collect();
        items.map(if kind == Kind::Set {
            K::FrozenSet
        } else {
            K::Tuple
        })
    }

    fn of_constant(&mut self, kind: Kind, k: K, dst: Reg) -> R<()> {
        let (build, extend) = if kind == Kind::Set {
            (Op::build_set, Op::set_update)
        } else {
            (Op::build_list, Op::list_extend)
        };
        let acc = self.building(dst);
        self.u.emit(build, acc, acc, 0);
        let items = self.u.alloc();
        self.load_const(k, items);
        self.u.emit(extend, acc, items, 0);
        self.built(acc, dst);
        Ok(())
    }

    fn long_sequence(
        &mut self,
        elts: Exprs<'a>,
        kind: Kind,
        dst: Reg,
        given: (&[Reg], &[Reg]),
    ) -> R<()> {
        let (build, add, extend) = match kind {
            Kind::Set => (Op::build_set, Op::set_add, Op::set_update),
            _ => (Op::build_list, Op::list_append, Op::list_extend),
        };
        let acc = self.building(dst);
        let plain = elts
            .iter()
            .take(CHUNK)
            .take_while(|e| !matches!(e.kind, ExprKind::Starred { .. }))
            .count();
        self.scratch(|g| {
            let first = g.u.top;
            g.copies(given.0);
            elts[..plain]
                .iter()
                .try_for_each(|e| g.temp(e).map(|_| ()))?;
            g.u.emit(build, acc, first, (plain + given.0.len()) as u16);
            Ok(())
        })?;
        for e in &elts[plain..] {
            self.scratch(|g| {
                match e.kind {
                    ExprKind::Starred { value } => {
                        let r = g.expr(value)?;
                        let before = g.at(e.span);
                        g.u.emit(extend, acc, r, 0);
                        g.u.position = before;
                    }
                    _ => {
                        let r = g.expr(e)?;
                        g.u.emit(add, acc, r, 0);
                    }
                }
                Ok(())
            })?;
        }
        for r in given.1 {
            self.u.emit(add, acc, *r, 0);
        }
        if kind == Kind::Tuple {
            self.u.emit(Op::list_to_tuple, dst, acc, 0);
        } else {
            self.built(acc, dst);
        }
        Ok(())
    }

    /// Copies registers to new temporaries.
    fn copies(&mut self, regs: &[Reg]) {
        for r in regs {
            let t = self.u.alloc();
            self.u.emit(Op::mov, t, *r, 0);
        }
    }

    fn dict(&mut self, keys: &'a [Option<ExprRef<'a>>], values: Exprs<'a>, dst: Reg) -> R<()> {
        let acc = self.building(dst);
        let mut at = keys
            .iter()
            .take(CHUNK / 2)
            .take_while(|k| k.is_some())
            .count();
        self.scratch(|g| {
            let first = g.u.top;
            for (k, v) in keys[..at].iter().zip(values) {
                if let Some(k) = k {
                    g.temp(k)?;
                }
                g.temp(v)?;
            }
            g.u.emit(Op::build_dict, acc, first, at as u16);
            Ok(())
        })?;
        while at < keys.len() {
            self.scratch(|g| {
                match keys[at] {
                    Some(k) => {
                        let k = g.operand(k, &[values[at]])?;
                        let v = g.expr(values[at])?;
                        g.u.emit(Op::dict_set, acc, k, v);
                    }
                    None => {
                        let v = g.expr(values[at])?;
                        g.u.emit(Op::dict_update, acc, v, 0);
                    }
                }
                Ok(())
            })?;
            at += 1;
        }
        self.built(acc, dst);
        Ok(())
    }
}
