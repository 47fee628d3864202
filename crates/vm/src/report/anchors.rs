//! Which part of an expression the carets point at: the operator of a binary
//! operation, the brackets of a subscript or call.

use pyjit_syntax::ast::{ExprKind, Mod, StmtKind};
use pyjit_syntax::{Interner, Mode, Source, Span, parse};

/// A place in the segment: line from 0, character from 0.
type Place = (usize, usize);

/// Carets go from `left` to `right`, tildes to the rest.
#[derive(Debug, PartialEq, Eq)]
pub struct Anchors {
    pub left: Place,
    pub right: Place,
}

/// The anchors of an expression's text.
pub fn anchors(segment: &[Vec<char>]) -> Option<Anchors> {
    let text: String = segment
        .iter()
        .map(|l| l.iter().collect::<String>())
        .collect::<Vec<_>>()
        .join("\n");
    // In parentheses, so that it may go over several lines.
    let source = Source::from_text(&format!("(\n{text}\n)"));
    let arena = bumpalo::Bump::new();
    let mut names = Interner::new();
    let parsed = parse(&source, Mode::Module, &arena, &mut names).ok()?;
    let Mod::Module { body } = &parsed.tree else {
        return None;
    };
    let mut statements = body.iter();
    let statement = statements.next()?;
    if statements.next().is_some() {
        return None;
    }
    let StmtKind::Expr { value } = &statement.kind else {
        return None;
    };
    let s = Segment {
        lines: segment,
        source: &source,
    };
    match &value.kind {
        ExprKind::BinOp { left, right, .. } => s.operator(left.span, right.span),
        ExprKind::Subscript { value: v, .. } => s.brackets(v.span, value.span, '['),
        ExprKind::Call { func, .. } => s.brackets(func.span, value.span, '('),
        _ => None,
    }
}

struct Segment<'a> {
    lines: &'a [Vec<char>],
    source: &'a Source,
}

impl Segment<'_> {
    fn place(&self, offset: u32) -> Place {
        let (line, column) = self.source.char_position(offset);
        (line as usize - 2, column as usize - 1)
    }

    /// The place itself, or the beginning of the next line with text.
    fn valid(&self, (mut line, mut col): Place) -> Option<Place> {
        while col >= self.lines.get(line)?.len() {
            col = 0;
            line += 1;
        }
        Some((line, col))
    }

    /// The first character from `at` on that satisfies `stop`; comments and
    /// line joins are skipped.
    fn find(&self, at: Place, stop: impl Fn(char) -> bool) -> Option<Place> {
        let (mut line, mut col) = self.valid(at)?;
        loop {
            let c = self.lines[line][col];
            (line, col) = if matches!(c, '\\' | '#') {
                self.valid((line + 1, 0))?
            } else if stop(c) {
                return Some((line, col));
            } else {
                self.valid((line, col + 1))?
            };
        }
    }

    fn operator(&self, left: Span, right: Span) -> Option<Anchors> {
        let (line, col) = self.find(self.place(left.end), |c| !c.is_whitespace() && c != ')')?;
        let (right_line, right_col) = self.place(right.start);
        let mut end = col + 1;
        if let Some(c) = self.lines[line].get(end)
            && (right_line > line || end < right_col)
            && !c.is_whitespace()
            && !matches!(c, '\\' | '#')
        {
            end += 1;
        }
        Some(Anchors {
            left: (line, col),
            right: (line, end),
        })
    }

    fn brackets(&self, head: Span, whole: Span, open: char) -> Option<Anchors> {
        let left = self.find(self.place(head.end), |c| c == open)?;
        Some(Anchors {
            left,
            right: self.place(whole.end),
        })
    }
}
