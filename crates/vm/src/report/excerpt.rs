//! The source lines of a traceback entry, with carets under what was running.

use pyjit_bytecode::Position;
use pyjit_syntax::ast::{ExprKind, Mod, StmtKind};
use pyjit_syntax::{Interner, Mode, Source, parse};

use super::anchors::{Anchors, anchors};

/// The lines with carets, indented; `None` if the source is not there.
pub fn excerpt(file: &[String], p: &Position) -> Option<String> {
    let first = file.get((p.line as usize).checked_sub(1)?)?;
    if p.column < 0 || p.end_column < 0 {
        let line = first.trim();
        return (!line.is_empty()).then(|| format!("    {line}\n"));
    }
    let last_line = (p.end_line as usize).min(file.len());
    let original = &file[p.line as usize - 1..last_line];
    let last = original.last()?;
    let (start, end) = (
        chars_before(first, p.column),
        chars_before(last, p.end_column),
    );
    let lines = dedent(original);
    if lines.iter().all(|l| l.iter().all(|c| c.is_whitespace())) {
        return None;
    }
    let cut = first.chars().count() - lines[0].len();
    let (start, end) = (start.saturating_sub(cut), end.saturating_sub(cut));
    let segment = segment(&lines, start, end);
    let found = anchors(&segment);
    let show = should_show(&lines, start, end, &found);
    let view = View {
        lines: &lines,
        start,
        end,
        anchors: found,
        show,
    };
    Some(view.text())
}

/// Number of characters in the first `bytes` bytes.
fn chars_before(line: &str, bytes: i32) -> usize {
    let mut n = (bytes as usize).min(line.len());
    while !line.is_char_boundary(n) {
        n -= 1;
    }
    line[..n].chars().count()
}

/// The lines without their common indentation.
fn dedent(lines: &[String]) -> Vec<Vec<char>> {
    let margin = lines
        .iter()
        .filter(|l| !l.trim().is_empty())
        .map(|l| l.chars().take_while(|c| matches!(c, ' ' | '\t')).count())
        .min()
        .unwrap_or(0);
    lines
        .iter()
        .map(|l| {
            if l.trim().is_empty() {
                Vec::new()
            } else {
                l.trim_end_matches('\r').chars().skip(margin).collect()
            }
        })
        .collect()
}

fn segment(lines: &[Vec<char>], start: usize, end: usize) -> Vec<Vec<char>> {
    let mut s = lines.to_vec();
    let last = s.len() - 1;
    let end = end.min(s[last].len());
    s[last].truncate(end);
    let start = start.min(s[0].len());
    s[0].drain(..start);
    s
}

/// Columns that a terminal needs for the first `n` characters.
fn width(line: &[char], n: usize) -> usize {
    line.iter()
        .take(n)
        .map(|c| if is_wide(*c) { 2 } else { 1 })
        .sum()
}

fn is_wide(c: char) -> bool {
    matches!(c as u32,
        0x1100..=0x115f | 0x2e80..=0x303e | 0x3041..=0x33ff | 0x3400..=0x4dbf | 0x4e00..=0x9fff
        | 0xa000..=0xa4cf | 0xac00..=0xd7a3 | 0xf900..=0xfaff | 0xfe30..=0xfe6f | 0xff00..=0xff60
        | 0xffe0..=0xffe6 | 0x1f300..=0x1f64f | 0x1f900..=0x1f9ff | 0x20000..=0x3fffd)
}

/// Carets under a whole line say nothing, nor under `return f(...)` or `x = f(...)`.
fn should_show(lines: &[Vec<char>], start: usize, end: usize, anchors: &Option<Anchors>) -> bool {
    if is_plain_call(lines, start, end) {
        return false;
    }
    if anchors.is_some() {
        return true;
    }
    let last = &lines[lines.len() - 1];
    lines[0].iter().take(start).any(|c| !c.is_whitespace())
        || last.iter().skip(end).any(|c| !c.is_whitespace())
}

fn is_plain_call(lines: &[Vec<char>], start: usize, end: usize) -> bool {
    let text: String = lines
        .iter()
        .map(|l| l.iter().collect::<String>())
        .collect::<Vec<_>>()
        .join("\n");
    let source = Source::from_text(&text);
    let arena = bumpalo::Bump::new();
    let mut names = Interner::new();
    let Ok(parsed) = parse(&source, Mode::Module, &arena, &mut names) else {
        return false;
    };
    let Mod::Module { body } = &parsed.tree else {
        return false;
    };
    let Some(statement) = body.iter().next() else {
        return true;
    };
    let value = match &statement.kind {
        StmtKind::Return { value: Some(v) } => match &v.kind {
            ExprKind::Call { func, .. } if matches!(func.kind, ExprKind::Name { .. }) => *v,
            _ => return false,
        },
        StmtKind::Assign { targets, value, .. } => {
            let one_name = targets.len() == 1
                && targets
                    .iter()
                    .all(|t| matches!(t.kind, ExprKind::Name { .. }));
            if !one_name || !matches!(value.kind, ExprKind::Call { .. }) {
                return false;
            }
            *value
        }
        _ => return false,
    };
    let (a, b) = (
        source.locate(value.span.start),
        source.locate(value.span.end),
    );
    a.line == 1
        && b.line as usize == lines.len()
        && a.column as usize == start
        && b.column as usize == end
}

struct View<'a> {
    lines: &'a [Vec<char>],
    start: usize,
    end: usize,
    anchors: Option<Anchors>,
    show: bool,
}

impl View<'_> {
    fn text(&self) -> String {
        let n = self.lines.len();
        let mut shown: Vec<usize> = vec![0, n - 1];
        if let Some(a) = &self.anchors {
            for at in [a.left.0, a.right.0] {
                shown.extend((at.saturating_sub(1)..=at + 1).filter(|i| *i < n));
            }
        }
        shown.sort_unstable();
        shown.dedup();
        let mut out: Vec<String> = Vec::new();
        for (i, &line) in shown.iter().enumerate() {
            if i > 0 {
                match line - shown[i - 1] {
                    2 => self.line(line - 1, &mut out),
                    d if d > 2 => out.push(format!("...<{} lines>...", d - 1)),
                    _ => {}
                }
            }
            self.line(line, &mut out);
        }
        out.iter().map(|l| format!("    {l}\n")).collect()
    }

    fn line(&self, n: usize, out: &mut Vec<String>) {
        let line = &self.lines[n];
        out.push(line.iter().collect());
        if !self.show {
            return;
        }
        let spaces = line.iter().take_while(|c| c.is_whitespace()).count();
        let last = n == self.lines.len() - 1;
        let carets = if last {
            width(line, self.end)
        } else {
            width(line, line.len())
        };
        let first = width(&self.lines[0], self.start);
        let row: String = (0..carets)
            .map(|col| {
                if col < spaces || (n == 0 && col < first) {
                    ' '
                } else {
                    match &self.anchors {
                        None => '^',
                        Some(a) if self.between(a, n, col) => '^',
                        Some(_) => '~',
                    }
                }
            })
            .collect();
        out.push(row);
    }

    /// Is the place between the anchors?
    fn between(&self, a: &Anchors, n: usize, col: usize) -> bool {
        let at = |(line, offset): (usize, usize)| {
            let offset = offset + if line == 0 { self.start } else { 0 };
            width(&self.lines[line], offset)
        };
        let from = n > a.left.0 || (n == a.left.0 && col >= at(a.left));
        let to = n < a.right.0 || (n == a.right.0 && col < at(a.right));
        from && to
    }
}
