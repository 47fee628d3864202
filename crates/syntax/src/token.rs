//! Tokens: one fieldless enum that logos produces and the grammar consumes.
//!
//! A token carries no payload; names, numbers and strings are read from the source by their range.
//! Virtual tokens, which no text matches on its own, are pushed by the lexer.

use crate::source::Span;
use logos::Logos;

/// The kind of a token.
#[derive(Logos, Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[repr(u8)]
#[logos(skip r"[ \t\x0c]+")]
#[logos(skip r"\\\n")]
#[logos(skip(r"#[^\n]*", allow_greedy = true))]
#[rustfmt::skip]
pub enum Tok {
    #[token("\n")] Newline,
    // Any non-ASCII character may continue a name here; the lexer then checks the characters.
    #[regex(r"[A-Za-z_\u{80}-\u{10FFFF}][A-Za-z0-9_\u{80}-\u{10FFFF}]*")] Name,
    #[regex(r"[0-9](_?[0-9])*")]
    #[regex(r"0[xX](_?[0-9a-fA-F])+")]
    #[regex(r"0[oO](_?[0-7])+")]
    #[regex(r"0[bB](_?[01])+")] Int,
    #[regex(r"([0-9](_?[0-9])*\.([0-9](_?[0-9])*)?|\.[0-9](_?[0-9])*)([eE][+-]?[0-9](_?[0-9])*)?")]
    #[regex(r"[0-9](_?[0-9])*[eE][+-]?[0-9](_?[0-9])*")] Float,
    #[regex(r"[0-9](_?[0-9])*[jJ]")]
    #[regex(r"(([0-9](_?[0-9])*\.([0-9](_?[0-9])*)?|\.[0-9](_?[0-9])*)([eE][+-]?[0-9](_?[0-9])*)?|[0-9](_?[0-9])*[eE][+-]?[0-9](_?[0-9])*)[jJ]")] Imaginary,
    // Openers only: the lexer scans the bodies.
    #[regex(r#"([uUbBrR]|[bB][rR]|[rR][bB])?("|'|"""|''')"#)] String,
    #[regex(r#"([fF]|[fF][rR]|[rR][fF])("|'|"""|''')"#)] FStart,
    #[regex(r#"([tT]|[tT][rR]|[rR][tT])("|'|"""|''')"#)] TStart,
    // Virtual: parts of f- and t-strings, layout, entry points, and keywords known by context.
    FMiddle, FEnd, FColon, Indent, Dedent,
    StartModule, StartInteractive, StartExpression, StartFunctionType,
    WithLpar, Match, Case, Type, End, Error,
    #[token("False")] False, #[token("None")] None, #[token("True")] True,
    #[token("and")] And, #[token("as")] As, #[token("assert")] Assert, #[token("async")] Async,
    #[token("await")] Await, #[token("break")] Break, #[token("class")] Class, #[token("continue")] Continue,
    #[token("def")] Def, #[token("del")] Del, #[token("elif")] Elif, #[token("else")] Else,
    #[token("except")] Except, #[token("finally")] Finally, #[token("for")] For, #[token("from")] From,
    #[token("global")] Global, #[token("if")] If, #[token("import")] Import, #[token("in")] In,
    #[token("is")] Is, #[token("lambda")] Lambda, #[token("nonlocal")] Nonlocal, #[token("not")] Not,
    #[token("or")] Or, #[token("pass")] Pass, #[token("raise")] Raise, #[token("return")] Return,
    #[token("try")] Try, #[token("while")] While, #[token("with")] With, #[token("yield")] Yield,
    #[token("(")] Lpar, #[token(")")] Rpar, #[token("[")] Lsqb, #[token("]")] Rsqb,
    #[token("{")] Lbrace, #[token("}")] Rbrace, #[token(":")] Colon, #[token(",")] Comma,
    #[token(";")] Semi, #[token(".")] Dot, #[token("...")] Ellipsis, #[token("->")] Arrow,
    #[token("=")] Equal, #[token(":=")] ColonEqual, #[token("!")] Exclamation,
    #[token("+")] Plus, #[token("-")] Minus, #[token("*")] Star, #[token("**")] DoubleStar,
    #[token("/")] Slash, #[token("//")] DoubleSlash, #[token("%")] Percent, #[token("@")] At,
    #[token("&")] Ampersand, #[token("|")] Bar, #[token("^")] Caret, #[token("~")] Tilde,
    #[token("<<")] LeftShift, #[token(">>")] RightShift, #[token("<")] Less, #[token("<=")] LessEqual,
    #[token(">")] Greater, #[token(">=")] GreaterEqual, #[token("==")] EqEqual, #[token("!=")] NotEqual,
    #[token("+=")] PlusEqual, #[token("-=")] MinusEqual, #[token("*=")] StarEqual, #[token("/=")] SlashEqual,
    #[token("//=")] DoubleSlashEqual, #[token("%=")] PercentEqual, #[token("@=")] AtEqual,
    #[token("&=")] AmpersandEqual, #[token("|=")] BarEqual, #[token("^=")] CaretEqual,
    #[token("<<=")] LeftShiftEqual, #[token(">>=")] RightShiftEqual, #[token("**=")] DoubleStarEqual,
    // Characters that no grammar rule accepts, but that are tokens all the same.
    #[regex(r"[$?`]")] Stray,
}

impl Tok {
    /// Whether this is a reserved word.
    pub fn is_keyword(self) -> bool {
        (Tok::False as u8..=Tok::Yield as u8).contains(&(self as u8))
    }

    /// Whether this is an operator or a delimiter.
    pub fn is_operator(self) -> bool {
        self as u8 >= Tok::Lpar as u8 || matches!(self, Tok::WithLpar | Tok::FColon)
    }

    /// The kind as the `tokenize` module names it.
    pub fn class(self) -> &'static str {
        match self {
            Tok::Newline => "NEWLINE",
            Tok::Indent => "INDENT",
            Tok::Dedent => "DEDENT",
            Tok::Int | Tok::Float | Tok::Imaginary => "NUMBER",
            Tok::String => "STRING",
            Tok::FStart => "FSTRING_START",
            Tok::TStart => "TSTRING_START",
            Tok::FMiddle => "FSTRING_MIDDLE",
            Tok::FEnd => "FSTRING_END",
            Tok::End => "ENDMARKER",
            Tok::Error => "ERRORTOKEN",
            tok if tok.is_operator() => "OP",
            _ => "NAME",
        }
    }

    /// The kind before context decided: soft keywords are names, `with (` is a parenthesis.
    pub fn plain(self) -> Tok {
        match self {
            Tok::Match | Tok::Case | Tok::Type => Tok::Name,
            Tok::WithLpar => Tok::Lpar,
            tok => tok,
        }
    }
}

/// A token in the source.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Token {
    /// What it is.
    pub kind: Tok,
    /// First byte.
    pub start: u32,
    /// One past the last byte.
    pub end: u32,
}

impl Token {
    /// Its range.
    pub fn span(self) -> Span {
        Span::new(self.start, self.end)
    }
}
