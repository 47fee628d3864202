//! What may follow a number, and the errors of malformed ones.

use crate::error::Warning;
use crate::lexer::{LexResult, Lexer, fault, invalid_character};
use crate::source::Span;
use crate::token::Tok;

/// Words that may directly follow a number, with a warning.
const GLUED: [&str; 5] = ["and", "else", "for", "not", "or"];
/// As these, and even if more letters follow.
const GLUED_PREFIXES: [&str; 3] = ["if", "in", "is"];

impl Lexer<'_> {
    /// Checks a number that logos matched as `start..end`.
    pub(crate) fn number(&mut self, kind: Tok, start: usize, end: usize) -> LexResult<()> {
        let exponent = matches!(self.bytes.get(end), Some(b'e' | b'E'));
        if kind == Tok::Int && self.bytes[start] == b'0' && end - start > 1 && !exponent {
            self.leading_zero(start, end)?;
        }
        match self.bytes.get(end) {
            Some(b) if b.is_ascii_alphanumeric() || *b == b'_' || *b >= 0x80 => {
                self.number_tail(kind, start, end)
            }
            _ => Ok(()),
        }
    }

    fn leading_zero(&self, start: usize, end: usize) -> LexResult<()> {
        let text = &self.bytes[start..end];
        if !(text[1].is_ascii_digit() || text[1] == b'_')
            || text.iter().all(|b| matches!(b, b'0' | b'_'))
        {
            return Ok(());
        }
        let zeros = text.iter().take_while(|b| matches!(b, b'0' | b'_')).count();
        fault(
            "leading zeros in decimal integer literals are not permitted; use an 0o prefix for octal integers",
            start,
            start + zeros,
        )
    }

    /// A number with a letter, digit or underscore glued to its end.
    fn number_tail(&mut self, kind: Tok, start: usize, end: usize) -> LexResult<()> {
        let text = &self.bytes[start..end];
        let radix = match text.get(1) {
            Some(b'x' | b'X') => "hexadecimal",
            Some(b'o' | b'O') => "octal",
            Some(b'b' | b'B') => "binary",
            _ => "decimal",
        };
        let next = self.bytes[end];
        if text == b"0" && matches!(next | 0x20, b'x' | b'o' | b'b') {
            return self.bad_radix_start(end);
        }
        if radix != "decimal" && radix != "hexadecimal" && next.is_ascii_digit() {
            return fault(
                format!("invalid digit '{}' in {radix} literal", next as char),
                end,
                end,
            );
        }
        if next == b'_' && kind != Tok::Imaginary && !text.ends_with(b".") {
            // `1_` with no digit after it: the underscore is to blame, or a digit beyond the radix.
            if let Some(digit) = self
                .bytes
                .get(end + 1)
                .filter(|b| b.is_ascii_digit() && radix != "decimal")
            {
                return fault(
                    format!("invalid digit '{}' in {radix} literal", *digit as char),
                    end + 1,
                    end + 1,
                );
            }
            return fault(format!("invalid {radix} literal"), end, end);
        }
        // `1e+` without digits: the sign is to blame.
        let exponent = next | 0x20 == b'e' && radix == "decimal" && kind != Tok::Imaginary;
        if exponent && matches!(self.bytes.get(end + 1), Some(b'+' | b'-')) {
            return fault("invalid decimal literal", end + 1, end + 1);
        }
        let radix = if kind == Tok::Imaginary {
            "imaginary"
        } else {
            radix
        };
        self.glued_word(radix, end)
    }

    /// `0x` and the like without a valid digit.
    fn bad_radix_start(&self, end: usize) -> LexResult<()> {
        let letter = self.bytes[end] | 0x20;
        let radix = match letter {
            b'x' => "hexadecimal",
            b'o' => "octal",
            _ => "binary",
        };
        let underscore = usize::from(self.bytes.get(end + 1) == Some(&b'_'));
        match self.bytes.get(end + 1 + underscore) {
            Some(b) if b.is_ascii_digit() => {
                let pos = end + 1 + underscore;
                fault(
                    format!("invalid digit '{}' in {radix} literal", *b as char),
                    pos,
                    pos,
                )
            }
            _ => fault(
                format!("invalid {radix} literal"),
                end + underscore,
                end + underscore,
            ),
        }
    }

    /// A keyword may follow; anything else that continues a name may not.
    fn glued_word(&mut self, radix: &str, end: usize) -> LexResult<()> {
        let word_len = self.bytes[end..]
            .iter()
            .take_while(|b| b.is_ascii_alphanumeric() || **b == b'_' || **b >= 0x80)
            .count();
        let word = &self.src[end..end + word_len];
        if GLUED.contains(&word) || GLUED_PREFIXES.iter().any(|w| word.starts_with(w)) {
            let span = Span::new(end as u32 - 1, end as u32);
            self.warnings.push(Warning {
                span,
                message: format!("invalid {radix} literal"),
            });
            return Ok(());
        }
        let Some(c) = word.chars().next() else {
            return Ok(());
        };
        if c.is_ascii() || unicode_ident::is_xid_continue(c) && unicode_ident::is_xid_start(c) {
            return fault(format!("invalid {radix} literal"), end - 1, end - 1);
        }
        fault(invalid_character(c), end, end)
    }
}
