//! Raising errors: messages at nodes, tokens and the odd places that CPython has for layout.

use super::engine::{Diagnoser, R, Raised};
use super::node::N;
use crate::error::{ErrorKind, SyntaxError};
use crate::parse::lex_error;
use crate::source::Span;
use crate::token::{Tok, Token};

impl Diagnoser<'_> {
    /// Raises an error, unless there is one; never matches.
    pub fn raise<T>(&mut self, raised: Raised) -> R<T> {
        if self.raised.is_none() {
            self.raised = Some(raised);
        }
        None
    }

    pub fn raise_span<T>(&mut self, span: Span, message: impl Into<String>) -> R<T> {
        self.raise(Raised::At {
            kind: ErrorKind::Syntax,
            message: message.into(),
            span,
        })
    }

    pub fn raise_node<T>(&mut self, n: N, message: impl Into<String>) -> R<T> {
        self.raise_span(self.span(n), message)
    }

    pub fn raise_range<T>(&mut self, from: N, to: N, message: impl Into<String>) -> R<T> {
        self.raise_span(self.span(from).to(self.span(to)), message)
    }

    /// At a token.
    pub fn raise_token<T>(&mut self, index: usize, message: &str) -> R<T> {
        let raised = self.at_token(message, index);
        self.raise(raised)
    }

    /// At the furthest token seen.
    pub fn raise_furthest<T>(&mut self, message: &str) -> R<T> {
        let raised = self.at_token(message, self.furthest);
        self.raise(raised)
    }

    /// At the next token.
    pub fn raise_next<T>(&mut self, message: &str) -> R<T> {
        self.peek();
        let raised = self.at_token(message, self.pos);
        self.raise(raised)
    }

    /// From a token to the end of the last consumed one.
    pub fn raise_through<T>(&mut self, index: usize, message: &str) -> R<T> {
        let last = self.token(self.pos.saturating_sub(1).max(index));
        self.raise_span(Span::new(self.token(index).start, last.end), message)
    }

    /// From a byte offset on to the furthest token.
    pub fn raise_from<T>(&mut self, start: u32, message: &str) -> R<T> {
        let last = self.token(self.furthest);
        let end = if last.kind == Tok::Newline {
            last.end.max(last.start + 1)
        } else {
            last.end
        };
        let span = Span::new(start, end.max(start));
        self.raise(Raised::From {
            message: message.into(),
            span,
        })
    }

    /// "expected an indented block", at the furthest token.
    pub fn raise_indentation<T>(&mut self, message: &str) -> R<T> {
        let raised = self.indentation_error(message, self.furthest);
        self.raise(raised)
    }

    /// A message at a token; layout tokens have no range of their own.
    pub fn at_token(&self, message: &str, index: usize) -> Raised {
        let token = self.token(index);
        let message = message.to_owned();
        match token.kind {
            Tok::Newline if self.is_implied(token) => {
                self.layout_point(ErrorKind::Syntax, message, token)
            }
            Tok::Indent | Tok::Dedent | Tok::End => {
                self.layout_point(ErrorKind::Syntax, message, token)
            }
            Tok::Newline => {
                let span = Span::new(token.start, token.end.max(token.start + 1));
                Raised::At {
                    kind: ErrorKind::Syntax,
                    message,
                    span,
                }
            }
            _ => Raised::At {
                kind: ErrorKind::Syntax,
                message,
                span: token.span(),
            },
        }
    }

    /// A newline that isn't there, at the end of a text other than a file.
    pub fn is_implied(&self, token: Token) -> bool {
        token.kind == Tok::Newline && token.start == token.end && !self.is_file
    }

    /// An indentation error at a token.
    pub fn indentation_error(&self, message: &str, index: usize) -> Raised {
        match self.at_token(message, index) {
            Raised::At { message, span, .. } => Raised::At {
                kind: ErrorKind::Indentation,
                message,
                span,
            },
            Raised::Point {
                message,
                line,
                offset,
                end_offset,
                ..
            } => Raised::Point {
                kind: ErrorKind::Indentation,
                message,
                line,
                offset,
                end_offset,
            },
            other => other,
        }
    }

    /// The end of the text, which has no column.
    pub fn at_end(&self, message: &str) -> Raised {
        let text = self.source.text();
        let last = self
            .source
            .lines()
            .line(text.len() as u32 - u32::from(text.ends_with('\n')));
        let line = if text.is_empty() { 0 } else { last };
        Raised::Point {
            kind: ErrorKind::Syntax,
            message: message.into(),
            line,
            offset: 0,
            end_offset: 0,
        }
    }

    /// Where CPython's tokenizer stands when it makes a layout token.
    fn layout_point(&self, kind: ErrorKind, message: String, token: Token) -> Raised {
        let text = self.source.text();
        let mut at = token.end;
        if token.kind == Tok::End || token.end as usize == text.len() {
            // At the end of the text it stands after the last line.
            at = text.len() as u32 - u32::from(text.ends_with('\n'));
            let (line, offset) = self.source.char_position(at);
            let offset = offset - i32::from(!self.is_file && at as usize == text.len());
            return Raised::Point {
                kind,
                message,
                line,
                offset,
                end_offset: -1,
            };
        }
        let (line, offset) = self.source.char_position(at);
        Raised::Point {
            kind,
            message,
            line,
            offset: offset - 1,
            end_offset: -1,
        }
    }

    /// The error that Python shows.
    pub fn error(&self, raised: Raised) -> SyntaxError {
        let error = self.shown(raised);
        SyntaxError {
            last_statement: self.last_statement,
            ..error
        }
    }

    fn shown(&self, raised: Raised) -> SyntaxError {
        match raised {
            Raised::Lexical => match &self.lexed.error {
                Some(error) => lex_error(self.source, error),
                None => SyntaxError::without_place("invalid syntax"),
            },
            Raised::At {
                kind,
                message,
                span,
            } => {
                let mut error = SyntaxError::new(self.source, span, message);
                error.kind = kind;
                error
            }
            Raised::From { message, span } => {
                let mut error = SyntaxError::new(self.source, span, message);
                error.end_offset -= 1;
                error
            }
            Raised::Point {
                kind,
                message,
                line,
                offset,
                end_offset,
            } => {
                let mut error = SyntaxError::new(self.source, Span::default(), message);
                error.kind = kind;
                (error.line, error.end_line) = (line, line);
                (error.offset, error.end_offset) = (offset, end_offset);
                error.text = Some(self.source.line_text(line).to_owned());
                error
            }
        }
    }
}
