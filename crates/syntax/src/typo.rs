//! "Did you mean 'while'?": a keyword that a misspelt name was meant to be.
//!
//! Only for showing an "invalid syntax" error; the exception itself keeps its message.
//! A name is replaced by the keywords that resemble it until the text up to the error parses.

use crate::error::SyntaxError;
use crate::lexer::lex;
use crate::names::Interner;
use crate::parse::{Mode, parse};
use crate::source::{Source, Span};
use crate::token::Tok;

/// Reserved words in the order of `keyword.kwlist`.
const KEYWORDS: [&str; 35] = [
    "False", "None", "True", "and", "as", "assert", "async", "await", "break", "class", "continue",
    "def", "del", "elif", "else", "except", "finally", "for", "from", "global", "if", "import",
    "in", "is", "lambda", "nonlocal", "not", "or", "pass", "raise", "return", "try", "while",
    "with", "yield",
];

/// Longer texts are not searched.
const MAX_TEXT: usize = 1024;
/// Only so many names are tried.
const MAX_NAMES: usize = 10;
/// Only so many keywords are tried for each.
const MAX_MATCHES: usize = 3;

/// A keyword that repairs a program, and where.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KeywordTypo {
    /// The keyword.
    pub keyword: &'static str,
    /// Line of the misspelt name, from 1.
    pub line: u32,
    /// First column of the name, in characters from 1.
    pub offset: i32,
    /// Column after the name.
    pub end_offset: i32,
    /// The line with the name.
    pub text: String,
}

/// Looks for a misspelt keyword behind an error.
pub fn find_keyword_typo(source: &Source, error: &SyntaxError) -> Option<KeywordTypo> {
    if error.message != "invalid syntax" && !error.message.contains("Perhaps you forgot a comma") {
        return None;
    }
    let first = error.last_statement.0.max(1);
    let lines: Vec<&str> = (first..=error.line.max(first))
        .map(|n| source.line_text(n))
        .collect();
    let code = dedent(&lines);
    if code.len() > MAX_TEXT {
        return None;
    }
    let tokens = lex(&code, Tok::StartModule).tokens;
    let names = tokens
        .iter()
        .filter(|t| t.kind == Tok::Name)
        .take(MAX_NAMES);
    let here = Source::from_text(&code);
    for token in names {
        let name = &code[token.start as usize..token.end as usize];
        for keyword in resembling(name) {
            let (before, after) = (&code[..token.start as usize], &code[token.end as usize..]);
            if is_program(&format!("{before}{keyword}{after}")) {
                return Some(place(&here, token.span(), keyword));
            }
        }
    }
    None
}

fn place(source: &Source, span: Span, keyword: &'static str) -> KeywordTypo {
    let (line, offset) = source.char_position(span.start);
    let (_, end_offset) = source.char_position(span.end);
    KeywordTypo {
        keyword,
        line,
        offset,
        end_offset,
        text: source.line_text(line).to_owned(),
    }
}

/// Without the white space that all lines begin with.
fn dedent(lines: &[&str]) -> String {
    let indents = lines
        .iter()
        .filter(|l| !l.trim().is_empty())
        .map(|l| l.len() - l.trim_start().len());
    let margin = indents.min().unwrap_or(0);
    lines
        .iter()
        .map(|l| l.get(margin..).unwrap_or("\n"))
        .collect()
}

/// Whether a text parses, or could be the beginning of a program that does.
fn is_program(text: &str) -> bool {
    let source = Source::from_text(text);
    let arena = bumpalo::Bump::new();
    match parse(&source, Mode::Module, &arena, &mut Interner::new()) {
        Ok(_) => true,
        Err(e) => e.incomplete,
    }
}

/// The keywords to try for a name, best first.
fn resembling(name: &str) -> Vec<&'static str> {
    let mut out: Vec<&'static str> = nearest(name).into_iter().collect();
    out.extend(close_matches(name));
    out.truncate(MAX_MATCHES);
    out
}

/// Cost of inserting, deleting or replacing a character.
const MOVE: usize = 2;

/// The keyword with the least edit distance, if it is near enough.
fn nearest(name: &str) -> Option<&'static str> {
    let mut best: Option<(usize, &'static str)> = None;
    for keyword in KEYWORDS {
        let mut limit = (name.chars().count() + keyword.len() + 3) * MOVE / 6;
        if let Some((distance, _)) = best {
            limit = limit.min(distance.saturating_sub(1));
        }
        let distance = edit_distance(name, keyword);
        if distance <= limit {
            best = Some((distance, keyword));
        }
    }
    best.map(|b| b.1)
}

fn edit_distance(a: &str, b: &str) -> usize {
    let (a, b): (Vec<char>, Vec<char>) = (a.chars().collect(), b.chars().collect());
    let mut row: Vec<usize> = (0..=b.len()).map(|j| j * MOVE).collect();
    for (i, x) in a.iter().enumerate() {
        let mut diagonal = std::mem::replace(&mut row[0], (i + 1) * MOVE);
        for (j, y) in b.iter().enumerate() {
            let replace = match () {
                _ if x == y => 0,
                _ if x.eq_ignore_ascii_case(y) => 1,
                _ => MOVE,
            };
            let cost = (diagonal + replace)
                .min(row[j] + MOVE)
                .min(row[j + 1] + MOVE);
            diagonal = std::mem::replace(&mut row[j + 1], cost);
        }
    }
    row[b.len()]
}

/// The keywords that share at least half of their characters in order, best first.
fn close_matches(name: &str) -> Vec<&'static str> {
    let word: Vec<char> = name.chars().collect();
    let mut scored: Vec<(f64, &'static str)> = KEYWORDS
        .iter()
        .map(|keyword| {
            let chars: Vec<char> = keyword.chars().collect();
            (
                2.0 * common(&chars, &word) as f64 / (chars.len() + word.len()) as f64,
                *keyword,
            )
        })
        .filter(|(ratio, _)| *ratio >= 0.5)
        .collect();
    scored.sort_by(|a, b| b.partial_cmp(a).unwrap_or(std::cmp::Ordering::Equal));
    scored.into_iter().take(MAX_MATCHES).map(|s| s.1).collect()
}

/// Characters in the longest common run, and in those to its left and right.
fn common(a: &[char], b: &[char]) -> usize {
    let mut best = (0, 0, 0);
    for i in 0..a.len() {
        for j in 0..b.len() {
            let run = a[i..]
                .iter()
                .zip(&b[j..])
                .take_while(|(x, y)| x == y)
                .count();
            if run > best.0 {
                best = (run, i, j);
            }
        }
    }
    let (run, i, j) = best;
    if run == 0 {
        return 0;
    }
    common(&a[..i], &b[..j]) + run + common(&a[i + run..], &b[j + run..])
}

#[cfg(test)]
mod tests {
    use super::*;

    fn suggestion(text: &str) -> Option<(&'static str, u32)> {
        let source = Source::from_text(text);
        let arena = bumpalo::Bump::new();
        let error = parse(&source, Mode::Module, &arena, &mut Interner::new()).err()?;
        find_keyword_typo(&source, &error).map(|typo| (typo.keyword, typo.line))
    }

    #[test]
    fn misspelt_keywords_are_found() {
        assert_eq!(suggestion("whille True:\n  pass"), Some(("while", 1)));
        assert_eq!(suggestion("x = 1\nfro a in b:\n  pass"), Some(("for", 2)));
        assert_eq!(suggestion("def f():\n  retrun 1"), Some(("return", 2)));
        assert_eq!(
            suggestion("a = 1\nfor x im range(3):\n  pass"),
            Some(("in", 2))
        );
        assert_eq!(
            suggestion("if x:\n  pass\nesle:\n  pass"),
            Some(("else", 3))
        );
        assert_eq!(suggestion("print(x fro x in y)"), Some(("for", 1)));
        assert_eq!(suggestion("tyr:\n  x\nexcept: pass"), Some(("try", 1)));
        assert_eq!(suggestion("import os\nprin x"), None);
        assert_eq!(suggestion("f(a, b c)"), None);
        assert_eq!(suggestion("x = lamda: 1"), Some(("lambda", 1)));
    }
}
