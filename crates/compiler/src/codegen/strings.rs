//! f-strings and t-strings.

use pyjit_bytecode::{Constant as K, Op};
use pyjit_syntax::ast::*;

use super::Gen;
use super::unit::Reg;
use crate::scope::R;

fn conversion(c: Conversion) -> u16 {
    match c {
        Conversion::None => 0,
        Conversion::Str => 1,
        Conversion::Repr => 2,
        Conversion::Ascii => 3,
    }
}

impl<'a> Gen<'a, '_> {
    pub fn joined_str(&mut self, values: Exprs<'a>, dst: Reg) -> R<()> {
        match values {
            [] => {
                self.load_const(K::str(""), dst);
                return Ok(());
            }
            [one] if !matches!(one.kind, ExprKind::JoinedStr { .. }) => {
                return self.string_part(one, dst);
            }
            _ => {}
        }
        let first = self.u.top;
        if values.len() <= 30 {
            for v in values {
                let part = self.u.alloc();
                self.string_part(v, part)?;
                self.u.top = part + 1;
            }
            self.u
                .emit(Op::build_string, dst, first, values.len() as u16);
            return Ok(());
        }
        // Many parts: joined in groups.
        let acc = self.u.alloc();
        self.load_const(K::str(""), acc);
        for group in values.chunks(30) {
            for v in group {
                let part = self.u.alloc();
                self.string_part(v, part)?;
                self.u.top = part + 1;
            }
            self.u
                .emit(Op::build_string, acc, acc, group.len() as u16 + 1);
            self.u.top = acc + 1;
        }
        self.built(acc, dst);
        Ok(())
    }

    fn string_part(&mut self, e: ExprRef<'a>, dst: Reg) -> R<()> {
        match e.kind {
            ExprKind::FormattedValue { .. } => {
                let before = self.at(e.span);
                self.formatted(e, dst)?;
                self.u.position = before;
                Ok(())
            }
            _ => self.expr_to(e, dst),
        }
    }

    /// A replacement field of an f-string.
    pub fn formatted(&mut self, e: ExprRef<'a>, dst: Reg) -> R<()> {
        let ExprKind::FormattedValue {
            value,
            conversion: c,
            format_spec,
        } = e.kind
        else {
            return Ok(());
        };
        let mut r = match format_spec {
            Some(spec) => self.operand(value, &[spec])?,
            None => self.expr(value)?,
        };
        if c != Conversion::None {
            let t = self.u.alloc();
            self.u.emit(Op::convert, t, r, conversion(c));
            r = t;
        }
        match format_spec {
            Some(spec) => {
                let s = self.expr(spec)?;
                self.u.emit(Op::format_spec, dst, r, s);
            }
            None => self.u.emit(Op::format_simple, dst, r, 0),
        }
        Ok(())
    }

    /// A t-string: strings between interpolations, also empty ones.
    pub fn template_str(&mut self, values: Exprs<'a>, dst: Reg) -> R<()> {
        let mut strings: Vec<Vec<u8>> = vec![Vec::new()];
        for v in values {
            match v.kind {
                ExprKind::Constant(Constant::Str { value, .. }) => {
                    if let Some(s) = strings.last_mut() {
                        s.extend_from_slice(value);
                    }
                }
                _ => strings.push(Vec::new()),
            }
        }
        let (texts, tuple) = (self.u.alloc(), self.u.alloc());
        self.load_const(
            K::Tuple(strings.into_iter().map(|s| K::Str(s.into())).collect()),
            texts,
        );
        let fields: Vec<ExprRef<'a>> = values
            .iter()
            .copied()
            .filter(|v| !matches!(v.kind, ExprKind::Constant(_)))
            .collect();
        if fields.len() <= 30 {
            let first = self.u.top;
            fields.iter().try_for_each(|f| self.temp(f).map(|_| ()))?;
            self.u
                .emit(Op::build_tuple, tuple, first, fields.len() as u16);
        } else {
            self.u.emit(Op::build_list, tuple, tuple, 0);
            for f in fields {
                self.scratch(|g| {
                    let r = g.temp(f)?;
                    g.u.emit(Op::list_append, tuple, r, 0);
                    Ok(())
                })?;
            }
            self.u.emit(Op::list_to_tuple, tuple, tuple, 0);
        }
        self.u.emit(Op::build_template, dst, texts, tuple);
        Ok(())
    }

    /// A replacement field of a t-string.
    pub fn interpolation(&mut self, e: ExprRef<'a>, dst: Reg) -> R<()> {
        let ExprKind::Interpolation {
            value,
            text,
            conversion: c,
            format_spec,
        } = e.kind
        else {
            return Ok(());
        };
        let base = self.u.alloc_n(2 + format_spec.is_some() as u16);
        self.expr_to(value, base)?;
        self.load_const(K::str(text), base + 1);
        let mut flags = conversion(c);
        if let Some(spec) = format_spec {
            self.expr_to(spec, base + 2)?;
            flags |= 4;
        }
        self.u.emit(Op::build_interpolation, dst, base, flags);
        Ok(())
    }
}
