//! The error path: finds the words and the place that CPython 3.14 has for a rejected program.
//!
//! Rejected programs are parsed again, by recursive descent with backtracking over the same tokens.
//! The first pass only finds the furthest token that any rule looked at. The second tries, beside each
//! rule, the mistakes that are known for it; the first that matches is the error. Otherwise the error
//! is "invalid syntax" at the furthest token of the first pass.
//!
//! Nothing here runs for an accepted program, so clarity goes before speed; results of the rules that
//! are tried repeatedly at the same place are remembered, so that the cost stays linear in practice.

mod args;
mod engine;
mod expr;
mod mistakes;
mod node;
mod params;
mod pattern;
mod stmt;
mod suite;
mod target;

use crate::error::{ErrorKind, SyntaxError};
use crate::lexer::{LexError, Lexed, Place};
use crate::parse::{Mode, lex_error};
use crate::source::{Source, Span};
use crate::token::Tok;
use engine::{Diagnoser, Raised};

/// The error for a program that the parser rejected; `fallback` if nothing is found.
pub(crate) fn diagnose(
    source: &Source,
    mode: Mode,
    lexed: &Lexed,
    fallback: SyntaxError,
) -> SyntaxError {
    let mut first = Diagnoser::new(source, lexed, false);
    let accepted = first.start(mode);
    if first.exhausted {
        return fallback;
    }
    if let Some(raised) = first.raised.take() {
        return finish(source, lexed, &first, raised);
    }
    if accepted {
        return fallback;
    }
    let last = first.furthest;
    let mut second = Diagnoser::new(source, lexed, true);
    second.furthest = last;
    second.start(mode);
    if let Some(raised) = second.raised.take() {
        return finish(source, lexed, &second, raised);
    }
    if second.exhausted {
        return fallback;
    }
    let furthest = second.furthest;
    let raised = generic(&second, last);
    unclosed(source, lexed, &second, furthest).unwrap_or_else(|| second.error(raised))
}

/// The error if no known mistake matches.
fn generic(d: &Diagnoser<'_>, last: usize) -> Raised {
    let token = d.token(last);
    match token.kind {
        Tok::Error => Raised::Lexical,
        Tok::Indent => d.indentation_error("unexpected indent", last),
        Tok::Dedent => d.indentation_error("unexpected unindent", last),
        Tok::End => d.at_end("invalid syntax"),
        Tok::Newline if d.is_implied(token) => d.at_end("invalid syntax"),
        _ => d.at_token("invalid syntax", last),
    }
}

/// A found error; one about an open bracket may be more to the point.
fn finish(source: &Source, lexed: &Lexed, d: &Diagnoser<'_>, raised: Raised) -> SyntaxError {
    if let Raised::Lexical = raised {
        return d.error(raised);
    }
    unclosed(source, lexed, d, d.furthest).unwrap_or_else(|| d.error(raised))
}

/// A bracket that was never closed, opened on a line before the one where parsing stopped.
fn unclosed(
    source: &Source,
    lexed: &Lexed,
    d: &Diagnoser<'_>,
    furthest: usize,
) -> Option<SyntaxError> {
    let open = lexed
        .error
        .as_ref()
        .filter(|e| !lexed.open.is_empty() && !e.message.contains("-string"))?;
    let bracket = lexed.open.last()?;
    let line = source.lines().line(bracket.pos);
    if d.token(furthest).kind == Tok::Error || source.lines().line(d.token(furthest).start) <= line
    {
        return None;
    }
    let error = LexError {
        kind: ErrorKind::Syntax,
        message: format!("'{}' was never closed", bracket.byte as char),
        span: Span::new(bracket.pos, bracket.pos),
        overrides: false,
        place: Place::Point(0),
    };
    let mut out = lex_error(source, &error);
    out.incomplete = open.place == Place::EndOfText;
    Some(out)
}
