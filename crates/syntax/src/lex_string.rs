//! The bodies of strings, and the literal text and format specifications of f- and t-strings.

use crate::escapes::invalid_escape;
use crate::lexer::{Frame, LexError, LexResult, Lexer, Quote, fault};
use crate::source::Span;
use crate::token::Tok;

/// Deepest nesting of f-strings in one another.
const MAX_TEMPLATES: usize = 150;
/// Deepest nesting of format specifications.
const MAX_SPECS: usize = 3;

impl Lexer<'_> {
    /// A plain string whose opener is `start..end`.
    pub(crate) fn string(&mut self, start: usize, end: usize) -> LexResult<()> {
        let quote = self.bytes[end - 1];
        let triple = is_triple(&self.bytes[start..end]);
        let mut pos = end;
        let mut escaped_quote = false;
        loop {
            let found = memchr::memchr3(quote, b'\\', b'\n', &self.bytes[pos..]);
            let Some(i) = found else {
                return self.unterminated(start, end, triple, escaped_quote);
            };
            pos += i;
            match self.bytes[pos] {
                b'\\' => {
                    escaped_quote |= self.bytes.get(pos + 1) == Some(&quote);
                    pos = (pos + 2).min(self.bytes.len());
                }
                b'\n' if !triple => return self.unterminated_at(start, pos, escaped_quote),
                b'\n' => pos += 1,
                _ if !triple => break pos += 1,
                _ if self.bytes[pos..].starts_with(&[quote; 3]) => break pos += 3,
                _ => pos += 1,
            }
        }
        self.logos.bump(pos - end);
        self.push(Tok::String, start, pos);
        Ok(())
    }

    /// The text ended inside a plain string.
    fn unterminated(
        &self,
        start: usize,
        open_end: usize,
        triple: bool,
        escaped: bool,
    ) -> LexResult<()> {
        let size = if triple { 3 } else { 1 };
        if let Some(quote) = self.closes_field(self.bytes[open_end - 1], size) {
            return self.open_field_error(quote, start);
        }
        if !triple {
            return self.unterminated_at(start, self.bytes.len(), escaped);
        }
        let line = self.last_line();
        fault(
            format!("unterminated triple-quoted string literal (detected at line {line})"),
            start,
            start,
        )
    }

    /// A line ended inside a plain string.
    fn unterminated_at(&self, start: usize, pos: usize, escaped: bool) -> LexResult<()> {
        let opener = self.bytes[start..]
            .iter()
            .copied()
            .find(|b| matches!(b, b'\'' | b'"'));
        if let Some(quote) = opener.and_then(|byte| self.closes_field(byte, 1)) {
            return self.open_field_error(quote, start);
        }
        let line = if pos == self.bytes.len() {
            self.last_line()
        } else {
            self.line_of(pos)
        };
        let hint = if escaped {
            "; perhaps you escaped the end quote?"
        } else {
            ""
        };
        fault(
            format!("unterminated string literal (detected at line {line}){hint}"),
            start,
            start,
        )
    }

    /// Inside a replacement field, the quote that looks like an opener is the f-string's own end.
    fn closes_field(&self, byte: u8, size: usize) -> Option<Quote> {
        let quote = self
            .quote()
            .filter(|_| matches!(self.frames.last(), Some(Frame::Field { .. })))?;
        let own_size = if quote.triple { 3 } else { 1 };
        (quote.byte == byte && own_size == size).then_some(quote)
    }

    /// The end of the string is inside a field. The parser may know better what is wrong with the field.
    fn open_field_error(&self, quote: Quote, start: usize) -> LexResult<()> {
        fault(
            format!("{}-string: expecting '}}'", quote.prefix),
            start,
            start,
        )
        .map_err(|error| LexError {
            overrides: false,
            ..error
        })
    }

    fn line_of(&self, pos: usize) -> usize {
        1 + memchr::memchr_iter(b'\n', &self.bytes[..pos]).count()
    }

    /// The number of the last line, not counting an empty one after a final newline.
    fn last_line(&self) -> usize {
        let end = self.bytes.len() - usize::from(self.bytes.ends_with(b"\n"));
        self.line_of(end)
    }

    /// The opener of an f- or t-string.
    pub(crate) fn open_template(&mut self, kind: Tok, start: usize, end: usize) -> LexResult<()> {
        let opener = &self.bytes[start..end];
        let quote = Quote {
            byte: self.bytes[end - 1],
            triple: is_triple(opener),
            raw: opener.iter().any(|b| matches!(b, b'r' | b'R')),
            prefix: if kind == Tok::FStart { 'f' } else { 't' },
            start,
        };
        if self
            .frames
            .iter()
            .filter(|f| matches!(f, Frame::Text(_)))
            .count()
            >= MAX_TEMPLATES
        {
            // Two characters back, at the quote of the string around this field.
            let at = start.saturating_sub(2);
            return fault("too many nested f-strings or t-strings", at, at);
        }
        self.push(kind, start, end);
        self.frames.push(Frame::Text(quote));
        Ok(())
    }

    /// The literal text up to the next field or the end of the string or specification.
    pub(crate) fn string_text(&mut self) -> LexResult<()> {
        let Some(quote) = self.quote() else {
            return Ok(());
        };
        let in_spec = matches!(self.frames.last(), Some(Frame::Spec));
        let start = self.logos.span().end;
        let mut pos = start;
        // Inside `\N{...}` braces are not fields.
        let mut named_escape = false;
        loop {
            let Some(&byte) = self.bytes.get(pos) else {
                return self.unterminated_template(quote);
            };
            let doubled = self.bytes.get(pos + 1) == Some(&byte);
            match byte {
                b'\\' => {
                    let next = self.bytes.get(pos + 1).copied();
                    if !quote.raw && next == Some(b'N') && self.bytes.get(pos + 2) == Some(&b'{') {
                        named_escape = true;
                        pos += 2;
                    } else if let Some(b'{' | b'}') = next {
                        // The brace keeps its meaning.
                        if !quote.raw {
                            self.warnings
                                .push(invalid_escape(&self.src[pos..pos + 2], pos));
                        }
                    } else {
                        pos += 1;
                    }
                }
                b'}' if named_escape => named_escape = false,
                b'{' if doubled && !in_spec => pos += 1,
                b'{' => return self.open_field(start, pos),
                b'}' if doubled && !in_spec => pos += 1,
                b'}' => return self.close_spec(start, pos, quote, in_spec),
                b'\n' if in_spec && !quote.triple => {
                    let message = "newlines are not allowed in format specifiers for single quoted";
                    let prefix = quote.prefix;
                    return fault(
                        format!("{prefix}-string: {message} {prefix}-strings"),
                        pos,
                        pos,
                    );
                }
                b'\n' if !quote.triple => return self.unterminated_template(quote),
                b if b == quote.byte && !quote.triple => return self.end_template(start, pos, 1),
                b if b == quote.byte && self.bytes[pos..].starts_with(&[b; 3]) => {
                    return self.end_template(start, pos, 3);
                }
                _ => {}
            }
            pos += 1;
        }
    }

    fn middle(&mut self, start: usize, pos: usize) {
        if pos > start {
            self.push(Tok::FMiddle, start, pos);
        }
    }

    fn open_field(&mut self, start: usize, pos: usize) -> LexResult<()> {
        self.middle(start, pos);
        let specs = self
            .frames
            .iter()
            .rev()
            .take_while(|f| !matches!(f, Frame::Text(_)));
        if specs.filter(|f| matches!(f, Frame::Spec)).count() >= MAX_SPECS {
            let prefix = self.quote().map_or('f', |quote| quote.prefix);
            return fault(
                format!("{prefix}-string: expressions nested too deeply"),
                pos - 1,
                pos - 1,
            );
        }
        self.seek(pos);
        // Now in normal mode at the `{`, which becomes an ordinary bracket.
        let depth = self.brackets.len() + 1;
        let _ = self.logos.next();
        self.token(Tok::Lbrace, pos, pos + 1)?;
        self.frames.push(Frame::Field { depth });
        Ok(())
    }

    fn close_spec(
        &mut self,
        start: usize,
        pos: usize,
        quote: Quote,
        in_spec: bool,
    ) -> LexResult<()> {
        if !in_spec {
            return fault(
                format!("{}-string: single '}}' is not allowed", quote.prefix),
                pos,
                pos,
            );
        }
        self.end_spec(start, pos)
    }

    /// The specification is over; the field goes on with its `}` in normal mode.
    fn end_spec(&mut self, start: usize, pos: usize) -> LexResult<()> {
        self.middle(start, pos);
        self.frames.pop();
        self.seek(pos);
        Ok(())
    }

    /// The closing quotes; an unfinished specification or field ends with them.
    fn end_template(&mut self, start: usize, pos: usize, size: usize) -> LexResult<()> {
        self.middle(start, pos);
        while let Some(frame) = self.frames.pop() {
            match frame {
                Frame::Text(_) => break,
                Frame::Field { depth } => self.brackets.truncate(depth - 1),
                Frame::Spec => {}
            }
        }
        self.push(Tok::FEnd, pos, pos + size);
        self.seek(pos + size);
        Ok(())
    }

    fn unterminated_template(&self, quote: Quote) -> LexResult<()> {
        let triple = if quote.triple { "triple-quoted " } else { "" };
        let line = if quote.triple {
            self.last_line()
        } else {
            self.line_of(quote.start)
        };
        let message = format!(
            "unterminated {triple}{}-string literal (detected at line {line})",
            quote.prefix
        );
        fault(message, quote.start, quote.start)
    }

    /// A name directly before a quote may be a bad combination of string prefixes.
    pub(crate) fn check_prefix(&self, start: usize, end: usize) -> LexResult<()> {
        let text = &self.bytes[start..end];
        if text.len() > 5 || !matches!(self.bytes.get(end), Some(b'\'' | b'"')) {
            return Ok(());
        }
        let has = |lower: u8| text.iter().any(|b| b.to_ascii_lowercase() == lower);
        let once = |b: &u8| text.iter().filter(|c| c.eq_ignore_ascii_case(b)).count() == 1;
        if !text.iter().all(|b| b"ubrftUBRFT".contains(b) && once(b)) {
            return Ok(());
        }
        const CLASHES: [(u8, u8); 7] = [
            (b'u', b'b'),
            (b'u', b'r'),
            (b'u', b'f'),
            (b'u', b't'),
            (b'b', b'f'),
            (b'b', b't'),
            (b'f', b't'),
        ];
        for (a, b) in CLASHES {
            if has(a) && has(b) {
                let message = format!(
                    "'{}' and '{}' prefixes are incompatible",
                    a as char, b as char
                );
                return fault(message, start, end);
            }
        }
        Ok(())
    }
}

/// Whether an opener ends in three quotes.
fn is_triple(opener: &[u8]) -> bool {
    opener.len() >= 3
        && opener[opener.len() - 3..]
            .iter()
            .all(|b| matches!(b, b'\'' | b'"'))
}

/// The range of the literal's content inside the token, and whether it is raw and bytes.
pub(crate) fn string_content(src: &[u8], token: Span) -> (Span, bool, bool, bool) {
    let text = &src[token.start as usize..token.end as usize];
    let open = memchr::memchr2(b'\'', b'"', text).unwrap_or(0);
    let prefix = &text[..open];
    let has = |lower: u8| prefix.iter().any(|b| b.to_ascii_lowercase() == lower);
    let triple = text.len() >= open + 6 && text[open..].starts_with(&[text[open]; 3]);
    let size = if triple { 3 } else { 1 };
    let start = token.start + (open + size) as u32;
    (
        Span::new(start, token.end - size as u32),
        has(b'r'),
        has(b'b'),
        has(b'u'),
    )
}
