//! The machinery of the diagnoser: tokens, backtracking, memory, and raising.

use super::node::{Kind, N, NodeData};
use crate::error::{ErrorKind, SyntaxError};
use crate::lexer::Lexed;
use crate::parse::lex_error;
use crate::source::{Source, Span};
use crate::token::{Tok, Token};
use rustc_hash::FxHashMap;

/// Deepest nesting of rules that call themselves; beyond, the analysis gives up.
const MAX_NESTING: u32 = 400;

/// The result of a rule: a value if it matches. After an error is raised, nothing matches.
pub(super) type R<T> = Option<T>;

/// An error that was found.
#[derive(Debug, Clone)]
pub(super) enum Raised {
    /// The lexer's own error is the one to report.
    Lexical,
    /// A message about a byte range.
    At {
        kind: ErrorKind,
        message: String,
        span: Span,
    },
    /// A message about a range up to where the tokenizer stands, one column short as in CPython.
    From { message: String, span: Span },
    /// A message at a line and column, with an end column that marks it as open.
    Point {
        kind: ErrorKind,
        message: String,
        line: u32,
        offset: i32,
        end_offset: i32,
    },
}

/// Rules whose results are remembered.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) enum Rule {
    Expression,
    StarExpression,
    StarExpressions,
    Named,
    InvalidNamed,
    Disjunction,
    Conjunction,
    Inversion,
    Comparison,
    BitOr,
    Arithmetic,
    Factor,
    AwaitPrimary,
    Primary,
    Atom,
    Strings,
    Lambda,
    Arguments,
    Args,
    StarTarget,
    StarTargets,
    TargetPrimary,
    DelTarget,
    Block,
    SimpleStmt,
    Statement,
    If,
    Elif,
    Pattern,
}

/// One run over the tokens.
pub(super) struct Diagnoser<'s> {
    pub source: &'s Source,
    lexed: &'s Lexed,
    tokens: Vec<Token>,
    /// Depth of brackets after each token.
    levels: Vec<u32>,
    pub pos: usize,
    /// The furthest token that any rule looked at.
    pub furthest: usize,
    /// Whether known mistakes are tried.
    pub mistakes: bool,
    /// The text is a file's: its last line counts as ending with a newline.
    is_file: bool,
    pub raised: Option<Raised>,
    /// Nesting got too deep to go on.
    pub exhausted: bool,
    nesting: u32,
    nodes: Vec<NodeData>,
    memo: FxHashMap<(Rule, usize), Option<(N, usize)>>,
}

impl<'s> Diagnoser<'s> {
    pub fn new(source: &'s Source, lexed: &'s Lexed, mistakes: bool) -> Diagnoser<'s> {
        let tokens: Vec<Token> = lexed
            .tokens
            .iter()
            .skip(1)
            .map(|t| Token {
                kind: t.kind.plain(),
                ..*t
            })
            .collect();
        let tokens = with_comments(tokens, source.text());
        let mut level = 0u32;
        let levels = tokens
            .iter()
            .map(|t| {
                match t.kind {
                    Tok::Lpar | Tok::Lsqb | Tok::Lbrace => level += 1,
                    Tok::Rpar | Tok::Rsqb | Tok::Rbrace => level = level.saturating_sub(1),
                    _ => {}
                }
                level
            })
            .collect();
        let end = source.text().len() as u32;
        // The first node stands for matches without a value.
        let nodes = vec![NodeData {
            kind: Kind::Literal,
            start: end,
            end,
            kids: Vec::new(),
        }];
        Diagnoser {
            source,
            lexed,
            tokens,
            levels,
            pos: 0,
            furthest: 0,
            mistakes,
            is_file: lexed
                .tokens
                .first()
                .is_some_and(|t| t.kind == Tok::StartModule),
            raised: None,
            exhausted: false,
            nesting: 0,
            nodes,
            memo: FxHashMap::default(),
        }
    }

    // ------------------------------------------------------------ tokens

    pub fn token(&self, index: usize) -> Token {
        let end = self.source.text().len() as u32;
        self.tokens.get(index).copied().unwrap_or(Token {
            kind: Tok::End,
            start: end,
            end,
        })
    }

    /// Nothing may go on: an error was raised, or the analysis gave up.
    pub fn stopped(&self) -> bool {
        self.raised.is_some() || self.exhausted
    }

    /// The next token's kind; reaching the lexer's error raises it.
    pub fn peek(&mut self) -> Tok {
        self.furthest = self.furthest.max(self.pos);
        let kind = self.token(self.pos).kind;
        if kind == Tok::Error && self.raised.is_none() {
            self.raised = Some(Raised::Lexical);
        }
        kind
    }

    /// Whether the next token is of a kind.
    pub fn at(&mut self, kind: Tok) -> bool {
        !self.stopped() && self.peek() == kind
    }

    pub fn at_any(&mut self, kinds: &[Tok]) -> bool {
        if self.stopped() {
            return false;
        }
        let kind = self.peek();
        kinds.contains(&kind)
    }

    /// Consumes a token of a kind; gives its index.
    pub fn eat(&mut self, kind: Tok) -> R<usize> {
        if !self.at(kind) {
            return None;
        }
        self.pos += 1;
        Some(self.pos - 1)
    }

    pub fn eat_any(&mut self, kinds: &[Tok]) -> R<usize> {
        if !self.at_any(kinds) {
            return None;
        }
        self.pos += 1;
        Some(self.pos - 1)
    }

    /// Consumes a name with a text: a soft keyword.
    pub fn eat_word(&mut self, word: &str) -> R<usize> {
        if self.at(Tok::Name) && self.text(self.pos) == word {
            self.eat(Tok::Name)
        } else {
            None
        }
    }

    /// A token without which the program is wrong, whatever else follows.
    pub fn force(&mut self, kind: Tok, text: &str) -> R<usize> {
        if let Some(index) = self.eat(kind) {
            return Some(index);
        }
        let raised = self.at_token(&format!("expected '{text}'"), self.pos);
        self.raise(raised)
    }

    pub fn text(&self, index: usize) -> &'s str {
        let token = self.token(index);
        self.source
            .text()
            .get(token.start as usize..token.end as usize)
            .unwrap_or("")
    }

    /// Bracket depth after the last consumed token.
    pub fn last_level(&self) -> u32 {
        self.pos
            .checked_sub(1)
            .and_then(|i| self.levels.get(i))
            .copied()
            .unwrap_or(0)
    }

    // ------------------------------------------------------------ backtracking

    /// Tries a sequence; without a match the position is as before.
    pub fn attempt<T>(&mut self, rule: impl FnOnce(&mut Self) -> R<T>) -> R<T> {
        if self.stopped() {
            return None;
        }
        let mark = self.pos;
        let result = rule(self).filter(|_| !self.stopped());
        if result.is_none() {
            self.pos = mark;
        }
        result
    }

    /// An optional part: matches in any case, unless an error was raised.
    pub fn opt<T>(&mut self, rule: impl FnOnce(&mut Self) -> R<T>) -> R<Option<T>> {
        let result = self.attempt(rule);
        if self.stopped() { None } else { Some(result) }
    }

    /// Looks ahead: the rule matches here.
    pub fn ahead<T>(&mut self, rule: impl FnOnce(&mut Self) -> R<T>) -> R<()> {
        let mark = self.pos;
        let found = self.attempt(rule).is_some();
        self.pos = mark;
        (found && !self.stopped()).then_some(())
    }

    /// Looks ahead: the rule doesn't match here.
    pub fn not_ahead<T>(&mut self, rule: impl FnOnce(&mut Self) -> R<T>) -> R<()> {
        let mark = self.pos;
        let found = self.attempt(rule).is_some();
        self.pos = mark;
        (!found && !self.stopped()).then_some(())
    }

    /// As often as it matches.
    pub fn many<T>(&mut self, mut rule: impl FnMut(&mut Self) -> R<T>) -> R<Vec<T>> {
        let mut items = Vec::new();
        loop {
            let mark = self.pos;
            match self.attempt(&mut rule) {
                Some(item) => items.push(item),
                None => break,
            }
            if self.pos == mark {
                break;
            }
        }
        (!self.stopped()).then_some(items)
    }

    /// At least once.
    pub fn some<T>(&mut self, rule: impl FnMut(&mut Self) -> R<T>) -> R<Vec<T>> {
        self.many(rule).filter(|items| !items.is_empty())
    }

    /// At least once, with commas between and none at the end.
    pub fn list<T>(&mut self, mut rule: impl FnMut(&mut Self) -> R<T>) -> R<Vec<T>> {
        let mut items = vec![self.attempt(&mut rule)?];
        while let Some(item) = self.attempt(|p| {
            p.eat(Tok::Comma)?;
            rule(p)
        }) {
            items.push(item);
        }
        (!self.stopped()).then_some(items)
    }

    /// Remembers the result of a rule at a place.
    pub fn memo(&mut self, rule: Rule, body: impl FnOnce(&mut Self) -> R<N>) -> R<N> {
        if self.stopped() {
            return None;
        }
        let start = self.pos;
        if let Some(known) = self.memo.get(&(rule, start)) {
            let (node, end) = (*known)?;
            self.pos = end;
            return Some(node);
        }
        self.nesting += 1;
        if self.nesting > MAX_NESTING * 8 {
            self.exhausted = true;
        }
        let result = self.attempt(body);
        self.nesting -= 1;
        if !self.stopped() {
            self.memo
                .insert((rule, start), result.map(|node| (node, self.pos)));
        }
        result
    }

    /// Runs a rule as in the first pass.
    pub fn without_mistakes<T>(&mut self, rule: impl FnOnce(&mut Self) -> R<T>) -> R<T> {
        let before = std::mem::replace(&mut self.mistakes, false);
        let result = self.attempt(rule);
        self.mistakes = before;
        result
    }

    /// Tries a known mistake, in the second pass only. It never matches: it raises, or not.
    pub fn mistake<T>(&mut self, rule: impl FnOnce(&mut Self) -> R<T>) {
        if self.mistakes && !self.stopped() {
            let mark = self.pos;
            self.attempt(rule);
            self.pos = mark;
        }
    }

    // ------------------------------------------------------------ nodes

    /// A match without a value.
    pub const NOTHING: N = N(0);

    pub fn kind(&self, n: N) -> Kind {
        self.nodes[n.0 as usize].kind
    }

    pub fn kids(&self, n: N) -> &[N] {
        &self.nodes[n.0 as usize].kids
    }

    pub fn span(&self, n: N) -> Span {
        let data = &self.nodes[n.0 as usize];
        Span::new(data.start, data.end)
    }

    /// A node from a token index to the last consumed token.
    pub fn node(&mut self, kind: Kind, from: usize, kids: Vec<N>) -> N {
        let start = self.token(from).start;
        let end = self.token(self.pos.saturating_sub(1)).end;
        self.nodes.push(NodeData {
            kind,
            start,
            end,
            kids,
        });
        N(self.nodes.len() as u32 - 1)
    }

    // ------------------------------------------------------------ raising

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

/// Newlines as CPython has them: a comment before one belongs to it.
fn with_comments(mut tokens: Vec<Token>, text: &str) -> Vec<Token> {
    for i in 1..tokens.len() {
        let gap = tokens[i - 1].end as usize..tokens[i].start as usize;
        let comment = text.get(gap).and_then(|gap| gap.find('#'));
        if let (Tok::Newline, Some(at)) = (tokens[i].kind, comment) {
            tokens[i].start = tokens[i - 1].end + at as u32;
        }
    }
    tokens
}
