//! Decides what context decides, over the whole token vector: the soft keywords `match`, `case` and `type`,
//! and whether the parenthesis after `with` encloses the items. Exact for valid programs.

use crate::token::{Tok, Token};

/// Rewrites the kinds of contextual tokens.
pub(crate) fn resolve(tokens: &mut [Token], src: &str) {
    let mut pass = Pass {
        tokens,
        src: src.as_bytes(),
        depth: 0,
        match_blocks: Vec::new(),
        match_header: false,
    };
    for i in 0..pass.tokens.len() {
        pass.token(i);
    }
}

struct Pass<'t> {
    tokens: &'t mut [Token],
    src: &'t [u8],
    depth: u32,
    /// Depths of the blocks whose lines are `case` clauses.
    match_blocks: Vec<u32>,
    /// A `match` header was seen and its block is to come.
    match_header: bool,
}

impl Pass<'_> {
    fn token(&mut self, i: usize) {
        match self.tokens[i].kind {
            Tok::Indent => {
                self.depth += 1;
                if std::mem::take(&mut self.match_header) {
                    self.match_blocks.push(self.depth);
                }
            }
            Tok::Dedent => {
                if self.match_blocks.last() == Some(&self.depth) {
                    self.match_blocks.pop();
                }
                self.depth = self.depth.saturating_sub(1);
            }
            Tok::With => self.with(i),
            Tok::Name => self.name(i),
            _ => {}
        }
    }

    fn kind(&self, i: usize) -> Option<Tok> {
        self.tokens.get(i).map(|t| t.kind)
    }

    /// `with (` whose matching `)` is followed by `:` encloses the items.
    fn with(&mut self, i: usize) {
        if self.kind(i + 1) != Some(Tok::Lpar) {
            return;
        }
        let mut open = 0;
        for j in i + 1..self.tokens.len() {
            match self.tokens[j].kind {
                Tok::Lpar | Tok::Lsqb | Tok::Lbrace => open += 1,
                Tok::Rpar | Tok::Rsqb | Tok::Rbrace => open -= 1,
                _ => {}
            }
            if open == 0 {
                if self.kind(j + 1) == Some(Tok::Colon) {
                    self.tokens[i + 1].kind = Tok::WithLpar;
                }
                return;
            }
        }
    }

    fn name(&mut self, i: usize) {
        let token = self.tokens[i];
        // The common case first: few names have these lengths and letters.
        let text = &self.src[token.start as usize..token.end as usize];
        match text {
            b"match" if self.starts_line(i) && self.is_match_header(i) => {
                self.tokens[i].kind = Tok::Match;
                self.match_header = true;
            }
            b"case" if self.match_blocks.last() == Some(&self.depth) && self.starts_line(i) => {
                self.tokens[i].kind = Tok::Case;
            }
            b"type"
                if self.kind(i + 1) == Some(Tok::Name)
                    && matches!(self.kind(i + 2), Some(Tok::Equal | Tok::Lsqb)) =>
            {
                self.tokens[i].kind = Tok::Type;
            }
            _ => {}
        }
    }

    fn starts_line(&self, i: usize) -> bool {
        matches!(
            self.kind(i.wrapping_sub(1)),
            Some(
                Tok::Newline | Tok::Indent | Tok::Dedent | Tok::StartModule | Tok::StartInteractive
            )
        )
    }

    /// The logical line ends with `:`, and something stands between: no simple statement that
    /// starts with a name ends so.
    fn is_match_header(&self, i: usize) -> bool {
        let line_end = self.tokens[i..]
            .iter()
            .position(|t| matches!(t.kind, Tok::Newline | Tok::Error | Tok::End));
        let Some(len) = line_end else { return false };
        len > 2
            && self.tokens[i + len].kind == Tok::Newline
            && self.tokens[i + len - 1].kind == Tok::Colon
    }
}
