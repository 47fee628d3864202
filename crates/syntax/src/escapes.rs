//! Cooking the content of string literals: escape sequences to bytes.
//!
//! The result for text is UTF-8 in which lone surrogates have their three-byte form.

use crate::charname::character_named;
use crate::error::Warning;
use crate::source::Span;

/// What kind of content is cooked.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Content {
    /// Where it starts in the source, for warnings.
    pub start: u32,
    /// Escape sequences are not interpreted.
    pub raw: bool,
    /// A bytes literal.
    pub bytes: bool,
    /// Literal text of an f- or t-string: doubled braces are single ones.
    pub braces: bool,
}

/// Cooks a literal's content; an error is CPython's message.
pub(crate) fn cook(
    text: &str,
    content: Content,
    warnings: &mut Vec<Warning>,
) -> Result<Vec<u8>, String> {
    let out = Vec::with_capacity(text.len());
    let mut cooker = Cooker {
        text,
        src: text.as_bytes(),
        pos: 0,
        out,
        content,
        warnings,
        warned: false,
    };
    cooker.run()?;
    Ok(cooker.out)
}

struct Cooker<'t, 'w> {
    text: &'t str,
    src: &'t [u8],
    pos: usize,
    out: Vec<u8>,
    content: Content,
    warnings: &'w mut Vec<Warning>,
    /// Only the first invalid escape sequence of a literal is reported.
    warned: bool,
}

impl Cooker<'_, '_> {
    fn run(&mut self) -> Result<(), String> {
        while let Some(&byte) = self.src.get(self.pos) {
            match byte {
                b'\\' if !self.content.raw => self.escape()?,
                b'{' | b'}' if self.content.braces => {
                    self.out.push(byte);
                    self.pos += if self.src.get(self.pos + 1) == Some(&byte) {
                        2
                    } else {
                        1
                    };
                }
                _ => {
                    self.out.push(byte);
                    self.pos += 1;
                }
            }
        }
        Ok(())
    }

    fn escape(&mut self) -> Result<(), String> {
        let start = self.pos;
        let letter = self.src.get(start + 1).copied();
        let simple = match letter {
            Some(b'\n') => {
                self.pos += 2;
                return Ok(());
            }
            Some(b @ (b'\\' | b'\'' | b'"')) => b,
            Some(b'a') => 7,
            Some(b'b') => 8,
            Some(b'f') => 12,
            Some(b'n') => 10,
            Some(b'r') => 13,
            Some(b't') => 9,
            Some(b'v') => 11,
            Some(b'0'..=b'7') => return self.octal(),
            Some(b'x') => return self.hex(2),
            Some(b'u') if !self.content.bytes => return self.hex(4),
            Some(b'U') if !self.content.bytes => return self.hex(8),
            Some(b'N') if !self.content.bytes => return self.named(),
            _ => {
                // The backslash stays; what follows is ordinary.
                self.warn_escape(letter.is_some());
                self.out.push(b'\\');
                self.pos += 1;
                return Ok(());
            }
        };
        self.out.push(simple);
        self.pos += 2;
        Ok(())
    }

    fn octal(&mut self) -> Result<(), String> {
        let digits = self.src[self.pos + 1..]
            .iter()
            .take(3)
            .take_while(|b| (b'0'..=b'7').contains(b))
            .count();
        let text = &self.text[self.pos..self.pos + 1 + digits];
        let value = u32::from_str_radix(&text[1..], 8).unwrap_or(0);
        if value > 0o377 {
            self.warn(self.pos + 1 + digits, "octal ");
        }
        self.pos += 1 + digits;
        self.push_code(value);
        Ok(())
    }

    fn hex(&mut self, count: usize) -> Result<(), String> {
        let start = self.pos;
        let digits = self.src[start + 2..]
            .iter()
            .take(count)
            .take_while(|b| b.is_ascii_hexdigit())
            .count();
        let end = start + 2 + digits;
        if digits < count {
            if self.content.bytes {
                return Err(format!(
                    "(value error) invalid \\x escape at position {start}"
                ));
            }
            let letter = self.src[start + 1] as char;
            let shape = "X".repeat(count);
            return Err(self.decode_error(
                start,
                end,
                &format!("truncated \\{letter}{shape} escape"),
            ));
        }
        let value = u32::from_str_radix(&self.text[start + 2..end], 16).unwrap_or(0);
        if value > 0x10FFFF {
            return Err(self.decode_error(start, end, "illegal Unicode character"));
        }
        self.pos = end;
        self.push_code(value);
        Ok(())
    }

    fn named(&mut self) -> Result<(), String> {
        let start = self.pos;
        let malformed = "malformed \\N character escape";
        if self.src.get(start + 2) != Some(&b'{') {
            return Err(self.decode_error(start, start + 2, malformed));
        }
        let Some(len) = memchr::memchr(b'}', &self.src[start + 3..]) else {
            return Err(self.decode_error(start, self.src.len(), malformed));
        };
        if len == 0 {
            return Err(self.decode_error(start, start + 3, malformed));
        }
        let end = start + 3 + len;
        let Some(c) = character_named(&self.text[start + 3..end]) else {
            return Err(self.decode_error(start, end + 1, "unknown Unicode character name"));
        };
        self.pos = end + 1;
        self.push_code(c as u32);
        Ok(())
    }

    /// Appends a code point, or a byte in a bytes literal.
    fn push_code(&mut self, code: u32) {
        if self.content.bytes || code < 0x80 {
            self.out.push(code as u8);
        } else if let Some(c) = char::from_u32(code) {
            self.out
                .extend_from_slice(c.encode_utf8(&mut [0; 4]).as_bytes());
        } else {
            // A lone surrogate.
            self.out.extend([
                0xE0 | (code >> 12) as u8,
                0x80 | (code >> 6 & 0x3F) as u8,
                0x80 | (code & 0x3F) as u8,
            ]);
        }
    }

    /// CPython decodes a copy in which each other-than-ASCII character takes ten bytes.
    fn decode_error(&self, start: usize, end: usize, reason: &str) -> String {
        let shift = |pos: usize| -> usize {
            self.text
                .get(..pos)
                .unwrap_or(self.text)
                .chars()
                .map(|c| if c.is_ascii() { 1 } else { 10 })
                .sum()
        };
        let (from, to) = (shift(start), shift(end));
        let codec = "(unicode error) 'unicodeescape' codec can't decode";
        if to == from + 1 {
            return format!("{codec} byte 0x5c in position {from}: {reason}");
        }
        format!("{codec} bytes in position {from}-{}: {reason}", to - 1)
    }

    fn warn_escape(&mut self, has_letter: bool) {
        let letter = self.text[self.pos + 1..].chars().next();
        // Before a brace the lexer has warned.
        let brace = self.content.braces && matches!(letter, Some('{' | '}'));
        if !has_letter || brace {
            return;
        }
        let len = letter.map_or(0, char::len_utf8);
        self.warn(self.pos + 1 + len, "");
    }

    /// Warns about the escape sequence from here to `end`.
    fn warn(&mut self, end: usize, kind: &str) {
        if !std::mem::replace(&mut self.warned, true) {
            let at = self.content.start as usize + self.pos;
            self.warnings
                .push(invalid(&self.text[self.pos..end], at, kind));
        }
    }
}

/// The warning about an escape sequence that means nothing.
pub(crate) fn invalid_escape(escape: &str, at: usize) -> Warning {
    invalid(escape, at, "")
}

fn invalid(escape: &str, at: usize, kind: &str) -> Warning {
    let span = Span::new(at as u32, (at + escape.len()) as u32);
    let message = format!(
        "\"{escape}\" is an invalid {kind}escape sequence. Such sequences will not work in the future. \
         Did you mean \"\\{escape}\"? A raw string is also an option."
    );
    Warning { span, message }
}
