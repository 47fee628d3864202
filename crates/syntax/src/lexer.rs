//! Text to tokens: layout, brackets, strings and the modes inside f- and t-strings, around logos.
//!
//! The whole text becomes one vector, which the soft-keyword pass and the error analysis read freely.
//! Lexical errors end the vector. Some are reported whatever the parser finds earlier (`overrides`),
//! as CPython does; others only when the parser reaches them.

use crate::error::{ErrorKind, Warning};
use crate::source::Span;
use crate::token::{Tok, Token};
use logos::Logos;

/// Deepest nesting of brackets.
const MAX_BRACKETS: usize = 200;
/// Deepest nesting of blocks.
const MAX_INDENTS: usize = 100;

/// An error in the text itself.
#[derive(Debug, Clone)]
pub(crate) struct LexError {
    pub kind: ErrorKind,
    pub message: String,
    pub span: Span,
    /// Reported even if the parser fails earlier.
    pub overrides: bool,
    pub place: Place,
}

/// How the range of a lexical error is shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Place {
    /// The range, and the line without its newline.
    Range,
    /// The first position only, with an end column of 0 or -1.
    Point(i32),
    /// The text ended: there is more to come at a prompt.
    EndOfText,
}

/// The result of lexing.
#[derive(Debug)]
pub(crate) struct Lexed {
    /// Ends with `End`, or with `Error` if there is an error.
    pub tokens: Vec<Token>,
    pub error: Option<LexError>,
    pub warnings: Vec<Warning>,
    /// Brackets that are open at the end.
    pub open: Vec<Bracket>,
}

/// An open bracket.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Bracket {
    pub byte: u8,
    pub pos: u32,
}

/// Where the lexer is inside f- and t-strings; the innermost frame is last.
#[derive(Debug, Clone, Copy)]
pub(super) enum Frame {
    /// The literal text of a string.
    Text(Quote),
    /// A replacement field whose `{` is bracket number `depth`.
    Field { depth: usize },
    /// A format specification.
    Spec,
}

/// How an f- or t-string was opened.
#[derive(Debug, Clone, Copy)]
pub(super) struct Quote {
    pub byte: u8,
    pub triple: bool,
    pub raw: bool,
    /// `f` or `t`, for messages.
    pub prefix: char,
    pub start: usize,
}

/// The lexer's state.
pub(super) struct Lexer<'s> {
    pub src: &'s str,
    pub bytes: &'s [u8],
    pub logos: logos::Lexer<'s, Tok>,
    pub tokens: Vec<Token>,
    pub warnings: Vec<Warning>,
    /// Columns of the open blocks, with tabs to 8 and with tabs to 1.
    indents: Vec<(u32, u32)>,
    pub brackets: Vec<Bracket>,
    pub frames: Vec<Frame>,
}

/// Shorthand of the lexer.
pub(super) type LexResult<T> = Result<T, LexError>;

/// An error that is reported at once, at a range.
pub(super) fn fault<T>(message: impl Into<String>, start: usize, end: usize) -> LexResult<T> {
    let span = Span::new(start as u32, end as u32);
    Err(LexError {
        kind: ErrorKind::Syntax,
        message: message.into(),
        span,
        overrides: true,
        place: Place::Range,
    })
}

/// Tokens of a whole text; `start` is the virtual first token that chooses the grammar's entry.
pub(crate) fn lex(src: &str, start: Tok) -> Lexed {
    let mut tokens = Vec::with_capacity(src.len() / 5 + 16);
    tokens.push(Token {
        kind: start,
        start: 0,
        end: 0,
    });
    let mut lexer = Lexer {
        src,
        bytes: src.as_bytes(),
        logos: Tok::lexer(src),
        tokens,
        warnings: Vec::new(),
        indents: vec![(0, 0)],
        brackets: Vec::new(),
        frames: Vec::new(),
    };
    let error = lexer.run().err().map(|error| LexError {
        // What is wrong inside an f-string matters only when the parser gets there.
        overrides: error.overrides && lexer.frames.is_empty(),
        ..error
    });
    if let Some(error) = &error {
        lexer.push(
            Tok::Error,
            error.span.start as usize,
            error.span.end as usize,
        );
    }
    Lexed {
        tokens: lexer.tokens,
        error,
        warnings: lexer.warnings,
        open: lexer.brackets,
    }
}

impl<'s> Lexer<'s> {
    pub(super) fn push(&mut self, kind: Tok, start: usize, end: usize) {
        self.tokens.push(Token {
            kind,
            start: start as u32,
            end: end as u32,
        });
    }

    /// Goes on at a position in normal mode.
    pub(super) fn seek(&mut self, pos: usize) {
        self.logos = Tok::lexer(self.src);
        self.logos.bump(pos);
    }

    fn run(&mut self) -> LexResult<()> {
        self.begin_line()?;
        loop {
            if let Some(Frame::Text(_) | Frame::Spec) = self.frames.last() {
                self.string_text()?;
                continue;
            }
            let Some(token) = self.logos.next() else {
                break;
            };
            let span = self.logos.span();
            match token {
                Ok(Tok::Newline) => {
                    if self.brackets.is_empty() {
                        self.push(Tok::Newline, span.start, span.end);
                        self.begin_line()?;
                    }
                }
                Ok(kind) => self.token(kind, span.start, span.end)?,
                Err(()) => return self.bad_character(span.start),
            }
        }
        self.finish()
    }

    pub(super) fn token(&mut self, kind: Tok, start: usize, end: usize) -> LexResult<()> {
        match kind {
            Tok::Name => self.name(start, end)?,
            Tok::Int | Tok::Float | Tok::Imaginary => self.number(kind, start, end)?,
            Tok::Lpar | Tok::Lsqb | Tok::Lbrace => {
                if self.brackets.len() >= MAX_BRACKETS {
                    return fault("too many nested parentheses", start, start);
                }
                self.brackets.push(Bracket {
                    byte: self.bytes[start],
                    pos: start as u32,
                });
            }
            Tok::Rpar | Tok::Rsqb | Tok::Rbrace => self.close(start)?,
            Tok::Colon | Tok::ColonEqual if self.at_field_level() => {
                self.push(Tok::FColon, start, start + 1);
                self.seek(start + 1);
                self.frames.push(Frame::Spec);
                return Ok(());
            }
            Tok::String => return self.string(start, end),
            Tok::FStart | Tok::TStart => return self.open_template(kind, start, end),
            _ => {}
        }
        self.push(kind, start, end);
        Ok(())
    }

    /// Directly inside a replacement field, not in a bracket of its expression.
    fn at_field_level(&self) -> bool {
        matches!(self.frames.last(), Some(Frame::Field { depth }) if *depth == self.brackets.len())
    }

    fn close(&mut self, pos: usize) -> LexResult<()> {
        let byte = self.bytes[pos];
        let quote = self.quote();
        let Some(open) = self.brackets.last().copied() else {
            return fault(format!("unmatched '{}'", byte as char), pos, pos);
        };
        if !matches!(
            (open.byte, byte),
            (b'(', b')') | (b'[', b']') | (b'{', b'}')
        ) {
            if let (true, Some(quote)) = (self.at_field_level(), quote) {
                return fault(
                    format!("{}-string: unmatched '{}'", quote.prefix, byte as char),
                    pos,
                    pos,
                );
            }
            let mut message = format!(
                "closing parenthesis '{}' does not match opening parenthesis '{}'",
                byte as char, open.byte as char
            );
            let between = &self.bytes[open.pos as usize..pos];
            if memchr::memchr(b'\n', between).is_some() {
                let line = 1 + memchr::memchr_iter(b'\n', &self.bytes[..open.pos as usize]).count();
                message.push_str(&format!(" on line {line}"));
            }
            return fault(message, pos, pos);
        }
        if self.at_field_level() {
            self.frames.pop();
        }
        self.brackets.pop();
        Ok(())
    }

    /// The innermost open f- or t-string.
    pub(super) fn quote(&self) -> Option<Quote> {
        self.frames.iter().rev().find_map(|frame| match frame {
            Frame::Text(quote) => Some(*quote),
            _ => None,
        })
    }

    /// Layout at the start of a logical line: skips blank lines, then compares the indentation.
    fn begin_line(&mut self) -> LexResult<()> {
        let from = self.logos.span().end;
        let (mut pos, mut col, mut alt) = (from, 0u32, 0u32);
        let mut continued: Option<(u32, u32)> = None;
        loop {
            match self.bytes.get(pos) {
                Some(b' ') => (col, alt) = (col + 1, alt + 1),
                Some(b'\t') => (col, alt) = ((col / 8 + 1) * 8, alt + 1),
                Some(b'\x0c') => (col, alt) = (0, 0),
                Some(b'#') => {
                    pos = memchr::memchr(b'\n', &self.bytes[pos..])
                        .map_or(self.bytes.len(), |i| pos + i);
                    continue;
                }
                Some(b'\n') => {
                    (col, alt) = (0, 0);
                    continued = None;
                }
                // The first continued line decides the indentation.
                Some(b'\\') if self.bytes.get(pos + 1) == Some(&b'\n') => {
                    if col > 0 && continued.is_none() {
                        continued = Some((col, alt));
                    }
                    pos += 1;
                }
                None => break,
                Some(_) => {
                    let (col, alt) = continued.unwrap_or((col, alt));
                    self.indentation(pos, col, alt)?;
                    break;
                }
            }
            pos += 1;
        }
        self.logos.bump(pos - from);
        Ok(())
    }

    fn indentation(&mut self, pos: usize, col: u32, alt: u32) -> LexResult<()> {
        let tab_error = || {
            self.layout_error(
                ErrorKind::Tab,
                "inconsistent use of tabs and spaces in indentation",
                pos,
            )
        };
        let (open, open_alt) = self.indents[self.indents.len() - 1];
        if col == open {
            return if alt == open_alt { Ok(()) } else { tab_error() };
        }
        if col > open {
            if alt <= open_alt {
                return tab_error();
            }
            if self.indents.len() >= MAX_INDENTS {
                return self.layout_error(
                    ErrorKind::Indentation,
                    "too many levels of indentation",
                    pos,
                );
            }
            self.indents.push((col, alt));
            // The token covers the white space.
            let line = memchr::memrchr(b'\n', &self.bytes[..pos]).map_or(0, |i| i + 1);
            self.push(Tok::Indent, line, pos);
            return Ok(());
        }
        let level = self
            .indents
            .iter()
            .rposition(|&(open, _)| open <= col)
            .unwrap_or(0);
        match self.indents[level] {
            (open, open_alt) if open == col && open_alt == alt => {}
            (open, _) if open == col => return tab_error(),
            _ => {
                let message = "unindent does not match any outer indentation level";
                return self.layout_error(ErrorKind::Indentation, message, pos);
            }
        }
        for _ in level + 1..self.indents.len() {
            self.push(Tok::Dedent, pos, pos);
        }
        self.indents.truncate(level + 1);
        Ok(())
    }

    /// Layout errors don't override, and point at the end of the line.
    fn layout_error<T>(&self, kind: ErrorKind, message: &str, pos: usize) -> LexResult<T> {
        let end = memchr::memchr(b'\n', &self.bytes[pos..]).map_or(self.bytes.len(), |i| pos + i);
        let line = memchr::memrchr(b'\n', &self.bytes[..pos]).map_or(0, |i| i + 1);
        let (at, shown) = if kind == ErrorKind::Indentation {
            (end, -1)
        } else {
            (line, 0)
        };
        let span = Span::new(at as u32, at as u32);
        Err(LexError {
            kind,
            message: message.into(),
            span,
            overrides: false,
            place: Place::Point(shown),
        })
    }

    /// A byte that starts no token: only `\` not before a newline gets here.
    fn bad_character(&mut self, pos: usize) -> LexResult<()> {
        let c = self.src[pos..].chars().next().unwrap_or(' ');
        if c != '\\' {
            return fault(invalid_character(c), pos, pos);
        }
        // Only in a file is the last line as if it ended with a newline.
        let last = pos + 1 >= self.bytes.len();
        let at_end = last && self.tokens[0].kind == Tok::StartModule;
        if let (true, Some(error)) = (at_end, self.unclosed()) {
            return Err(error);
        }
        let (message, place) = if at_end {
            ("unexpected EOF while parsing", Place::EndOfText)
        } else {
            (
                "unexpected character after line continuation character",
                Place::Point(0),
            )
        };
        let at = pos as u32 + u32::from(at_end || !last);
        let span = Span::new(at, at);
        Err(LexError {
            kind: ErrorKind::Syntax,
            message: message.into(),
            span,
            overrides: false,
            place,
        })
    }

    /// Checks the characters of a name that isn't plain ASCII.
    fn name(&mut self, start: usize, end: usize) -> LexResult<()> {
        let text = &self.src[start..end];
        if text.is_ascii() {
            return self.check_prefix(start, end);
        }
        for (i, c) in text.char_indices() {
            let ok = if i == 0 {
                c == '_' || unicode_ident::is_xid_start(c)
            } else {
                unicode_ident::is_xid_continue(c)
            };
            if !ok {
                return fault(invalid_character(c), start + i, start + i);
            }
        }
        Ok(())
    }

    /// The text ended inside a bracket.
    fn unclosed(&self) -> Option<LexError> {
        let open = self.brackets.last()?;
        let message = format!("'{}' was never closed", open.byte as char);
        let (span, place) = (Span::new(open.pos, open.pos), Place::EndOfText);
        Some(LexError {
            kind: ErrorKind::Syntax,
            message,
            span,
            overrides: false,
            place,
        })
    }

    fn finish(&mut self) -> LexResult<()> {
        let end = self.bytes.len();
        if let Some(error) = self.unclosed() {
            return Err(error);
        }
        // A continuation at the very end has nothing to continue.
        if self.bytes.ends_with(b"\\\n") && !self.in_comment(end - 2) {
            let span = Span::new(end as u32 - 1, end as u32 - 1);
            let message = "unexpected EOF while parsing".into();
            let place = Place::EndOfText;
            return Err(LexError {
                kind: ErrorKind::Syntax,
                message,
                span,
                overrides: false,
                place,
            });
        }
        let last = self.tokens.last().map(|t| t.kind);
        let started = self.tokens.len() > 1;
        if started && !matches!(last, Some(Tok::Newline | Tok::Dedent)) {
            self.push(Tok::Newline, end, end);
        }
        for _ in 1..self.indents.len() {
            self.push(Tok::Dedent, end, end);
        }
        self.push(Tok::End, end, end);
        Ok(())
    }

    /// Whether a position after the last token is in a comment.
    fn in_comment(&self, pos: usize) -> bool {
        let line = memchr::memrchr(b'\n', &self.bytes[..pos]).map_or(0, |i| i + 1);
        let from = self
            .tokens
            .last()
            .map_or(0, |t| t.end as usize)
            .clamp(line, pos);
        memchr::memchr(b'#', &self.bytes[from..pos]).is_some()
    }
}

/// The message for a character that can't be in a program.
pub(super) fn invalid_character(c: char) -> String {
    let code = c as u32;
    if crate::charname::is_printable(c) {
        format!("invalid character '{c}' (U+{code:04X})")
    } else {
        format!("invalid non-printable character U+{code:04X}")
    }
}
