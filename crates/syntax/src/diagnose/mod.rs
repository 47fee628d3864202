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
mod atom;
mod engine;
mod expr;
mod mistakes;
mod node;
mod params;
mod pattern;
mod raise;
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
    let incomplete = first.reached_end();
    let error = if first.exhausted {
        fallback
    } else if first.raised.is_some() {
        finish(first)
    } else if accepted {
        fallback
    } else {
        second_pass(source, mode, lexed, first.furthest, fallback)
    };
    // A string that goes on is not seen by the parser.
    SyntaxError {
        incomplete: incomplete || error.message.starts_with("unterminated triple"),
        ..error
    }
}

/// Looks for known mistakes in a program whose first pass got as far as token `last`.
fn second_pass(
    source: &Source,
    mode: Mode,
    lexed: &Lexed,
    last: usize,
    fallback: SyntaxError,
) -> SyntaxError {
    let mut second = Diagnoser::new(source, lexed, true);
    second.furthest = last;
    second.start(mode);
    if second.exhausted {
        return fallback;
    }
    if second.raised.is_none() {
        second.raised = Some(generic(&second, last));
    }
    finish(second)
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
fn finish(mut d: Diagnoser<'_>) -> SyntaxError {
    let raised = d.raised.take().unwrap_or(Raised::Lexical);
    match raised {
        Raised::Lexical => d.error(raised),
        _ => unclosed(&d).unwrap_or_else(|| d.error(raised)),
    }
}

/// A bracket that was never closed, opened on a line before the one where parsing stopped.
fn unclosed(d: &Diagnoser<'_>) -> Option<SyntaxError> {
    d.lexed.error.as_ref().filter(|e| e.place != Place::Range)?;
    let bracket = d.lexed.open.last()?;
    let (lines, stop) = (d.source.lines(), d.token(d.furthest));
    if stop.kind == Tok::Error || lines.line(stop.start) <= lines.line(bracket.pos) {
        return None;
    }
    let error = LexError {
        kind: ErrorKind::Syntax,
        message: format!("'{}' was never closed", bracket.byte as char),
        span: Span::new(bracket.pos, bracket.pos),
        overrides: false,
        place: Place::Point(0),
    };
    Some(lex_error(d.source, &error))
}
