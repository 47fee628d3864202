//! The machinery of the diagnoser: tokens, backtracking, memory, and raising.

use super::node::{Kind, N, NodeData};
use crate::error::ErrorKind;
use crate::lexer::{Lexed, Place};
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
    pub lexed: &'s Lexed,
    tokens: Vec<Token>,
    /// Depth of brackets after each token.
    levels: Vec<u32>,
    pub pos: usize,
    /// The furthest token that any rule looked at.
    pub furthest: usize,
    /// Whether known mistakes are tried.
    pub mistakes: bool,
    /// The text is a file's: its last line counts as ending with a newline.
    pub is_file: bool,
    pub raised: Option<Raised>,
    /// Line and column of the last compound statement that matched.
    pub last_statement: (u32, u32),
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
            last_statement: (0, 0),
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

    /// Whether some rule wanted more than the text has.
    pub fn reached_end(&self) -> bool {
        let token = self.token(self.furthest);
        let place = self.lexed.error.as_ref().map(|e| e.place);
        match token.kind {
            Tok::End => true,
            Tok::Newline => token.start == token.end,
            // Those at the end of the text close what could go on.
            Tok::Dedent => token.start as usize >= self.source.text().len(),
            Tok::Error => place == Some(Place::EndOfText),
            _ => false,
        }
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

    /// A token that nothing can replace; in the second pass, its absence is the error.
    pub fn force(&mut self, kind: Tok, text: &str) -> R<usize> {
        if let Some(index) = self.eat(kind) {
            return Some(index);
        }
        if self.mistakes {
            self.raise_token(self.pos, &format!("expected '{text}'"))
        } else {
            None
        }
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
}

/// Newlines as CPython has them: a comment before one belongs to it.
fn with_comments(mut tokens: Vec<Token>, text: &str) -> Vec<Token> {
    for i in 1..tokens.len() {
        let gap = tokens[i - 1].end as usize..tokens[i].start as usize;
        let comment = text.get(gap).and_then(|gap| gap.find('#'));
        if let (Tok::Newline, Some(at)) = (tokens[i].kind, comment) {
            tokens[i].end += u32::from(tokens[i].start == tokens[i].end);
            tokens[i].start = tokens[i - 1].end + at as u32;
        }
    }
    tokens
}
