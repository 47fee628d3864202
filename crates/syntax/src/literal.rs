//! Numbers: text to values.

use crate::actions::{Checked, Cx, fail_for_good};
use crate::ast::{Constant, ExprKind, ExprRef};
use crate::source::Span;

/// The most digits of a decimal integer, as `sys.int_info.default_max_str_digits`.
const MAX_DECIMAL_DIGITS: usize = 4300;

impl<'a> Cx<'a, '_> {
    pub fn int(&mut self, start: u32, end: u32) -> Checked<ExprRef<'a>> {
        let value = self.int_value(Span { start, end })?;
        Ok(self.expr(start, end, ExprKind::Constant(value)))
    }

    fn int_value(&self, span: Span) -> Checked<Constant<'a>> {
        let text = self.text(span);
        let (radix, digits) = match text.as_bytes() {
            [b'0', b'x' | b'X', ..] => (16, &text[2..]),
            [b'0', b'o' | b'O', ..] => (8, &text[2..]),
            [b'0', b'b' | b'B', ..] => (2, &text[2..]),
            _ => (10, text),
        };
        let digits = self.without_underscores(digits).trim_start_matches('0');
        if digits.is_empty() {
            return Ok(Constant::Int(0));
        }
        if let Ok(value) = i64::from_str_radix(digits, radix) {
            return Ok(Constant::Int(value));
        }
        if radix == 10 && digits.len() > MAX_DECIMAL_DIGITS {
            let message = format!(
                "Exceeds the limit ({MAX_DECIMAL_DIGITS} digits) for integer string conversion: value has {} digits; \
                 use sys.set_int_max_str_digits() to increase the limit - Consider hexadecimal for huge integer \
                 literals to avoid decimal conversion limits.",
                digits.len()
            );
            return fail_for_good(message, span);
        }
        Ok(Constant::BigInt { radix, digits })
    }

    fn without_underscores(&self, digits: &'a str) -> &'a str {
        if !digits.contains('_') {
            return digits;
        }
        self.arena.alloc_str(&digits.replace('_', ""))
    }

    pub fn float(&mut self, start: u32, end: u32) -> ExprRef<'a> {
        let value = self.float_value(self.text(Span { start, end }));
        self.expr(start, end, ExprKind::Constant(Constant::Float(value)))
    }

    pub fn imaginary(&mut self, start: u32, end: u32) -> ExprRef<'a> {
        let value = self.float_value(self.text(Span {
            start,
            end: end - 1,
        }));
        self.expr(start, end, ExprKind::Constant(Constant::Complex(value)))
    }

    /// The lexer's forms are Rust's forms too, without underscores.
    fn float_value(&self, text: &'a str) -> f64 {
        self.without_underscores(text).parse().unwrap_or(f64::NAN)
    }
}
