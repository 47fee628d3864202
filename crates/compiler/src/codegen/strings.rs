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

    /// `"..." % (a, b)` with simple conversions: the pieces are formatted and joined. Whether it was that.
    pub fn percent(&mut self, left: ExprRef<'a>, right: ExprRef<'a>, dst: Reg) -> R<bool> {
        let (ExprKind::Constant(Constant::Str { value, .. }), ExprKind::Tuple { elts }) =
            (&left.kind, &right.kind)
        else {
            return Ok(false);
        };
        if elts.len() > 30
            || elts
                .iter()
                .any(|e| matches!(e.kind, ExprKind::Starred { .. }))
        {
            return Ok(false);
        }
        let Some(pieces) = percent_pieces(value, elts.len()) else {
            return Ok(false);
        };
        let first = self.u.top;
        let mut values = elts.iter();
        for piece in pieces {
            let part = self.u.alloc();
            match piece {
                Piece::Text(text) => self.load_const(K::Str(text.into()), part),
                Piece::Value { conversion, spec } => {
                    let Some(e) = values.next() else { continue };
                    let before = self.at(e.span);
                    self.expr_to(e, part)?;
                    self.u.emit(Op::convert, part, part, conversion);
                    if spec.is_empty() {
                        self.u.emit(Op::format_simple, part, part, 0);
                    } else {
                        let s = self.u.alloc();
                        self.load_const(K::str(&spec), s);
                        self.u.emit(Op::format_spec, part, part, s);
                    }
                    self.u.position = before;
                }
            }
            self.u.top = part + 1;
        }
        self.u
            .emit(Op::build_string, dst, first, self.u.top - first);
        Ok(true)
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

/// A part of a `%` format.
enum Piece {
    Text(Vec<u8>),
    /// A value with its conversion and the format that pads it.
    Value {
        conversion: u16,
        spec: String,
    },
}

/// The parts of a `%` format of `n` values if it has only `%s`, `%r` and `%a`, maybe with width and precision.
fn percent_pieces(format: &[u8], n: usize) -> Option<Vec<Piece>> {
    let mut pieces = Vec::new();
    let mut text = Vec::new();
    let mut values = 0;
    let mut rest = format.iter().copied().peekable();
    while let Some(b) = rest.next() {
        if b != b'%' {
            text.push(b);
            continue;
        }
        if rest.next_if_eq(&b'%').is_some() {
            text.push(b'%');
            continue;
        }
        let mut left = false;
        while let Some(flag) = rest.next_if(|b| b"-+ #0".contains(b)) {
            left |= flag == b'-';
        }
        let digits = |rest: &mut std::iter::Peekable<_>| {
            let mut digits = String::new();
            while let Some(d) = rest.next_if(u8::is_ascii_digit) {
                digits.push(d as char);
            }
            (digits.len() < 3).then_some(digits)
        };
        let width = digits(&mut rest)?;
        let mut spec = String::new();
        if width.bytes().any(|d| d != b'0') {
            spec = if left { width } else { format!(">{width}") };
        }
        if rest.next_if_eq(&b'.').is_some() {
            let precision = digits(&mut rest)?;
            spec += if precision.is_empty() { ".0" } else { "." };
            spec += &precision;
        }
        let conversion = match rest.next()? {
            b's' => 1,
            b'r' => 2,
            b'a' => 3,
            _ => return None,
        };
        if !text.is_empty() {
            pieces.push(Piece::Text(std::mem::take(&mut text)));
        }
        pieces.push(Piece::Value { conversion, spec });
        values += 1;
    }
    if !text.is_empty() {
        pieces.push(Piece::Text(text));
    }
    (values == n && pieces.len() <= 60).then_some(pieces)
}
