//! The way in: source to tree, or to the error that Python reports.

use crate::actions::{Cx, Fault, ParseError};
use crate::ast::Mod;
use crate::diagnose::diagnose;
use crate::error::{ErrorKind, SyntaxError, Warning};
use crate::lexer::{LexError, Lexed, Place, lex};
use crate::names::Interner;
use crate::softkw;
use crate::source::{Source, Span};
use crate::token::{Tok, Token};
use bumpalo::Bump;

/// What kind of text is parsed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Mode {
    /// A file.
    Module,
    /// One expression.
    Eval,
    /// One statement of an interactive session.
    Interactive,
    /// A signature comment.
    FuncType,
}

impl Mode {
    fn start(self) -> Tok {
        match self {
            Mode::Module => Tok::StartModule,
            Mode::Eval => Tok::StartExpression,
            Mode::Interactive => Tok::StartInteractive,
            Mode::FuncType => Tok::StartFunctionType,
        }
    }
}

/// A parsed program: its tree, and the warnings on the way.
#[derive(Debug)]
pub struct Parsed<'a> {
    /// The tree.
    pub tree: Mod<'a>,
    /// `SyntaxWarning`s in source order.
    pub warnings: Vec<Warning>,
}

#[allow(clippy::all, unused, missing_docs, unsafe_code)]
mod grammar {
    lalrpop_util::lalrpop_mod!(generated, "/python.rs");
    pub(super) use generated::TopParser;
}

/// Parses a source. The tree borrows from the source and the arena.
pub fn parse<'a>(
    source: &'a Source,
    mode: Mode,
    arena: &'a Bump,
    names: &mut Interner,
) -> Result<Parsed<'a>, SyntaxError> {
    let src = source.text();
    check_text(src)?;
    let mut lexed = lex(src, mode.start());
    if let Some(error) = lexed.error.as_ref().filter(|e| e.overrides) {
        let error = lex_error(source, error);
        let found = diagnose(source, mode, &lexed, error.clone());
        // The one error that stands against a lexical one further on.
        let stands =
            found.kind == ErrorKind::Indentation && found.message.starts_with("unexpected");
        // A backslash as the last character may go on in a next line.
        let goes_on = src.strip_suffix('\n').unwrap_or(src).ends_with('\\');
        let incomplete = error.message.starts_with("unterminated triple")
            || goes_on && error.message.starts_with("unterminated string");
        return Err(if stands {
            found
        } else {
            SyntaxError {
                incomplete,
                ..error
            }
        });
    }
    softkw::resolve(&mut lexed.tokens, src);
    let mut warnings = std::mem::take(&mut lexed.warnings);
    let mut cx = Cx {
        arena,
        src,
        names,
        tokens: &lexed.tokens,
        warnings: &mut warnings,
        too_deep: None,
    };
    let tokens = lexed.tokens.iter().map(|t| (t.start, t.kind, t.end));
    let result = grammar::TopParser::new().parse(&mut cx, tokens.map(Ok::<_, Fault>));
    let too_deep = cx.too_deep;
    match result {
        Ok(_) if too_deep.is_some() => Err(SyntaxError::new(
            source,
            too_deep.unwrap_or_default(),
            "too many nested expressions or blocks",
        )),
        Ok(tree) if wants_newline(&tree, &lexed.tokens, src) => Err(unfinished(source)),
        Ok(tree) => {
            warnings.sort_by_key(|w| w.span.start);
            Ok(Parsed { tree, warnings })
        }
        Err(error) => Err(reject(source, mode, &lexed, error)),
    }
}

/// What makes a text no source at all.
fn check_text(src: &str) -> Result<(), SyntaxError> {
    if memchr::memchr(0, src.as_bytes()).is_some() {
        let message = "source code string cannot contain null bytes";
        return Err(SyntaxError::without_place(message));
    }
    // Spans are 32 bits; the lines may be counted past the end.
    if src.len() >= u32::MAX as usize / 2 {
        return Err(SyntaxError::without_place("source code is too long"));
    }
    Ok(())
}

/// The error of interactive input that ends in an indented block without an empty line after it,
/// for prompts that don't imply the end of a block (`PyCF_DONT_IMPLY_DEDENT`).
pub fn open_block(source: &Source) -> Option<SyntaxError> {
    let tokens = lex(source.text(), Tok::StartInteractive).tokens;
    let dedent = tokens
        .iter()
        .rev()
        .nth(1)
        .is_some_and(|t| t.kind == Tok::Dedent);
    (dedent && !source.text().ends_with('\n')).then(|| unfinished(source))
}

/// The error of an interactive statement that wants another line.
fn unfinished(source: &Source) -> SyntaxError {
    let line = source.lines().line(source.text().len() as u32);
    SyntaxError {
        line,
        offset: 0,
        end_line: line,
        end_offset: 0,
        text: Some(source.line_text(line).to_owned()),
        incomplete: true,
        ..SyntaxError::without_place("invalid syntax")
    }
}

/// At a prompt, a compound statement is finished by the line after it, even if that is empty.
fn wants_newline(tree: &Mod<'_>, tokens: &[Token], src: &str) -> bool {
    let Mod::Interactive { body: [stmt] } = tree else {
        return false;
    };
    if src.ends_with('\n') || stmt.kind.is_simple() {
        return false;
    }
    let last_line = src.rsplit('\n').next().unwrap_or("");
    let inline = !matches!(
        tokens,
        [
            ..,
            Token {
                kind: Tok::Dedent,
                ..
            },
            _
        ]
    );
    inline || last_line.trim().is_empty()
}

/// The tokens of a source, up to the first lexical error.
pub fn tokenize(source: &Source) -> (Vec<Token>, Option<SyntaxError>) {
    let mut lexed = lex(source.text(), Tok::StartModule);
    lexed.tokens.remove(0);
    let error = lexed.error.as_ref().map(|e| lex_error(source, e));
    (lexed.tokens, error)
}

/// What to report for a program that the grammar or an action rejected.
fn reject(source: &Source, mode: Mode, lexed: &Lexed, error: ParseError) -> SyntaxError {
    let fallback = match error {
        ParseError::User { error } if error.last_word => {
            return SyntaxError::new(source, error.span, error.message);
        }
        ParseError::User { error } => SyntaxError::new(source, error.span, error.message),
        ParseError::UnrecognizedToken {
            token: (start, _, end),
            ..
        }
        | ParseError::ExtraToken {
            token: (start, _, end),
        } => SyntaxError::new(source, Span::new(start, end), "invalid syntax"),
        ParseError::InvalidToken { location } | ParseError::UnrecognizedEof { location, .. } => {
            SyntaxError::new(source, Span::new(location, location), "invalid syntax")
        }
    };
    diagnose(source, mode, lexed, fallback)
}

/// A lexical error as Python shows it.
pub(crate) fn lex_error(source: &Source, error: &LexError) -> SyntaxError {
    let mut out = SyntaxError::new(source, error.span, error.message.clone());
    out.kind = error.kind;
    out.incomplete = error.message.starts_with("unterminated triple");
    match error.place {
        Place::Range => {
            if let Some(text) = &mut out.text {
                text.truncate(text.trim_end_matches('\n').len());
            }
        }
        Place::Point(end) => out.end_offset = end,
        Place::EndOfText => {
            out.end_offset = if error.message.starts_with("unexpected") {
                -1
            } else {
                0
            };
            out.incomplete = true;
            if let Some(text) = &mut out.text
                && out.end_offset < 0
                && !text.ends_with('\n')
            {
                text.push('\n');
            }
        }
    }
    out
}
