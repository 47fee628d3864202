//! Type comments (`# type: int`), for `ast.parse(..., type_comments=True)`.
//!
//! Comments are no tokens, so they are looked for between them, and each is given to
//! the node whose place in the grammar allows one there. What nobody takes is an error.

use crate::parse::tokenize;
use crate::source::{Source, Span};
use crate::token::{Tok, Token};

/// A type comment and where it is.
struct Comment {
    span: Span,
    text: String,
    /// Number of the token before it.
    after: usize,
    taken: bool,
}

/// The type comments of a source.
pub struct TypeComments {
    tokens: Vec<Token>,
    comments: Vec<Comment>,
    ignores: Vec<(Span, String)>,
}

impl TypeComments {
    /// Finds them.
    pub fn find(source: &Source) -> TypeComments {
        let (tokens, _) = tokenize(source);
        let mut found = TypeComments {
            tokens,
            comments: Vec::new(),
            ignores: Vec::new(),
        };
        let text = source.text();
        let mut from = 0;
        for i in 0..=found.tokens.len() {
            let to = found.tokens.get(i).map_or(text.len(), |t| t.start as usize);
            if let Some(gap) = text.get(from..to) {
                found.look(gap, from, i.wrapping_sub(1));
            }
            from = from.max(found.tokens.get(i).map_or(to, |t| t.end as usize));
        }
        found
    }

    /// Looks for comments in the text between two tokens.
    fn look(&mut self, gap: &str, start: usize, after: usize) {
        let mut at = 0;
        for line in gap.split_inclusive('\n') {
            if let Some(hash) = line.find('#') {
                let comment = line[hash..].trim_end_matches(['\n', '\r']);
                let from = (start + at + hash) as u32;
                self.note(comment, Span::new(from, from + comment.len() as u32), after);
            }
            at += line.len();
        }
    }

    fn note(&mut self, comment: &str, span: Span, after: usize) {
        let blank = [' ', '\t'];
        let rest = comment[1..].trim_start_matches(blank);
        let Some(rest) = rest.strip_prefix("type:") else {
            return;
        };
        let rest = rest.trim_start_matches(blank);
        let tag = rest.strip_prefix("ignore").filter(|tag| {
            let first = tag.chars().next();
            first.is_none_or(|c| c.is_ascii() && !c.is_ascii_alphanumeric())
        });
        match tag {
            Some(tag) => self.ignores.push((span, tag.to_owned())),
            None => self.comments.push(Comment {
                span,
                text: rest.to_owned(),
                after,
                taken: false,
            }),
        }
    }

    /// `# type: ignore` comments with what follows that word.
    pub fn ignores(&self) -> &[(Span, String)] {
        &self.ignores
    }

    /// The first comment that is at none of the places for one.
    pub fn misplaced(&self) -> Option<Span> {
        let mut left = self.comments.iter().filter(|c| !c.taken);
        left.next().map(|c| c.span)
    }

    fn take(&mut self, after: usize) -> Option<String> {
        let c = self.comments.iter_mut().find(|c| c.after == after)?;
        c.taken = true;
        Some(c.text.clone())
    }

    /// The number of the last token that ends at `end` or before.
    fn last_before(&self, end: u32) -> Option<usize> {
        let n = self.tokens.partition_point(|t| t.end <= end);
        n.checked_sub(1)
    }

    /// Behind a statement that ends there.
    pub fn behind(&mut self, end: u32) -> Option<String> {
        let last = self.last_before(end)?;
        self.take(last)
    }

    /// Behind the parameter that ends there, its default and its comma.
    pub fn of_parameter(&mut self, end: u32) -> Option<String> {
        let mut i = self.last_before(end)? + 1;
        let mut depth = 0;
        while let Some(token) = self.tokens.get(i) {
            match token.kind {
                Tok::Lpar | Tok::WithLpar | Tok::Lsqb | Tok::Lbrace => depth += 1,
                Tok::Rpar if depth == 0 => return self.take(i - 1),
                Tok::Rpar | Tok::Rsqb | Tok::Rbrace => depth -= 1,
                Tok::Comma if depth == 0 => return self.take(i),
                // A lambda has no place for comments.
                Tok::Colon if depth == 0 => return None,
                _ => {}
            }
            i += 1;
        }
        None
    }

    /// The colon that ends the head of the compound statement that starts there.
    fn colon(&self, start: u32) -> Option<usize> {
        let first = self.tokens.partition_point(|t| t.start < start);
        let (mut depth, mut lambdas) = (0, 0);
        for (i, token) in self.tokens.iter().enumerate().skip(first) {
            match token.kind {
                Tok::Lpar | Tok::WithLpar | Tok::Lsqb | Tok::Lbrace => depth += 1,
                Tok::Rpar | Tok::Rsqb | Tok::Rbrace => depth -= 1,
                Tok::Lambda if depth == 0 => lambdas += 1,
                Tok::Colon if depth == 0 && lambdas > 0 => lambdas -= 1,
                Tok::Colon if depth == 0 => return Some(i),
                _ => {}
            }
        }
        None
    }

    /// Behind the head of a `for` or `with` statement.
    pub fn of_head(&mut self, start: u32) -> Option<String> {
        let colon = self.colon(start)?;
        self.take(colon)
    }

    /// Behind the head of a function or on the line below. `Err`: both are there.
    pub fn of_function(&mut self, start: u32) -> Result<Option<String>, Span> {
        let Some(colon) = self.colon(start) else {
            return Ok(None);
        };
        let kind = |i: usize| self.tokens.get(i).map(|t| t.kind);
        let block = kind(colon + 1) == Some(Tok::Newline) && kind(colon + 2) == Some(Tok::Indent);
        let same_line = self.take(colon);
        let below = if block { self.take(colon + 1) } else { None };
        match (same_line, below) {
            (Some(_), Some(_)) => Err(self.tokens[colon + 2].span()),
            (a, b) => Ok(a.or(b)),
        }
    }
}
