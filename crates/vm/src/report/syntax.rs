//! The report of a `SyntaxError`: the line, carets, the message.

use pyjit_heap::{Gc, Value};
use pyjit_runtime::Thread;
use pyjit_runtime::types::exceptions::Exception;
use pyjit_runtime::types::str_::Str;
use pyjit_runtime::types::tuple::Tuple;
use pyjit_syntax::{KeywordTypo, Source, SyntaxError, find_keyword_typo};

use crate::compile::METADATA;

fn string(v: Value) -> Option<String> {
    v.opt()
        .and_then(|v| v.cast::<Str>())
        .map(|s| s.lossy().into_owned())
}
fn number(v: Value) -> Option<i64> {
    v.opt().filter(|v| v.is_int()).map(|v| v.as_int())
}

/// All lines for exception `e` of class `class`.
pub fn lines(t: &Thread, e: Value, class: &str) -> String {
    let x: Gc<Exception> = Gc::from_value(e);
    let message = match x.extra(0).opt() {
        Some(m) if !m.is_none() => super::safe_str(t, m, "exception"),
        _ => "<no detail available>".into(),
    };
    let file = match x.extra(1).opt() {
        Some(v) if !v.is_none() => Some(super::safe_str(t, v, "exception")),
        _ => None,
    };
    if let Some(typo) = keyword_typo(x, &message, file.as_deref()) {
        let name = file.as_deref().unwrap_or("<string>");
        let mut out = format!("  File \"{name}\", line {}\n", typo.line);
        let (from, to) = (typo.offset.into(), typo.end_offset.into());
        excerpt(&mut out, &typo.text, Some(from), true, Some(to));
        return out
            + &format!(
                "{class}: invalid syntax. Did you mean '{}'?\n",
                typo.keyword
            );
    }
    let line = number(x.extra(2));
    let mut out = String::new();
    let mut suffix = String::new();
    match (line, &file) {
        (Some(n), f) => {
            out += &format!(
                "  File \"{}\", line {n}\n",
                f.as_deref().unwrap_or("<string>")
            );
        }
        (None, Some(f)) => suffix = format!(" ({f})"),
        _ => {}
    }
    if let Some(text) = string(x.extra(4)) {
        let same_line = line == number(x.extra(5));
        excerpt(
            &mut out,
            &text,
            number(x.extra(3)),
            same_line,
            number(x.extra(6)),
        );
    }
    out + &format!("{class}: {message}{suffix}\n")
}

/// The misspelt keyword that may be behind an "invalid syntax".
fn keyword_typo(x: Gc<Exception>, message: &str, file: Option<&str>) -> Option<KeywordTypo> {
    let metadata = x.extra(METADATA).opt()?.cast_exact::<Tuple>()?;
    let &[line, column, source] = metadata.items() else {
        return None;
    };
    let text = match string(source) {
        Some(text) => text,
        None => crate::sources::lines(file?)?.join("\n"),
    };
    let source = Source::from_text(&text);
    let place = |v| number(v).and_then(|n| u32::try_from(n).ok());
    let mut error = SyntaxError::without_place(message);
    error.line = place(x.extra(2))?;
    error.last_statement = (place(line)?, place(column)?);
    find_keyword_typo(&source, &error)
}

fn excerpt(out: &mut String, text: &str, offset: Option<i64>, same_line: bool, end: Option<i64>) {
    let full = text.trim_end_matches('\n');
    let short = full.trim_start_matches([' ', '\n', '\x0c']);
    let spaces = (full.chars().count() - short.chars().count()) as i64;
    *out += &format!("    {short}\n");
    let Some(mut offset) = offset else { return };
    let length = full.chars().count() as i64;
    let whole = text.chars().count() as i64;
    let mut end = if same_line {
        end.filter(|e| *e != 0).unwrap_or(offset)
    } else {
        length + 1
    };
    if offset > whole {
        offset = length + 1;
    }
    if end > whole {
        end = length + 1;
    }
    if offset >= end || end < 0 {
        end = offset + 1;
    }
    let (from, to) = (offset - 1 - spaces, end - 1 - spaces);
    if from < 0 {
        return;
    }
    // Tabs stay, so that the carets stand below the text.
    let mut row: String = short
        .chars()
        .take(from as usize)
        .map(|c| if c.is_whitespace() { c } else { ' ' })
        .collect();
    while (row.chars().count() as i64) < from.min(length) {
        row.push(' ');
    }
    *out += &format!("    {row}{}\n", "^".repeat((to - from) as usize));
}
