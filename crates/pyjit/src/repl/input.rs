//! Where statements come from, and when they are whole.

use std::io::Write;

use pyjit_syntax::{Interner, Mode, Source, open_block, parse};

/// What was typed.
pub enum Line {
    /// A whole statement, maybe of many lines.
    Text(String),
    /// Control-C.
    Interrupted,
    /// The end of the input.
    End,
}

/// A source of statements.
pub trait Input {
    /// Reads one, asking with the first prompt, then with the second.
    fn read(&mut self, first: &str, next: &str) -> Line;
}

/// Does a statement want more lines?
pub fn is_unfinished(text: &str) -> bool {
    if text.trim().is_empty() {
        return false;
    }
    let source = Source::from_text(text);
    if open_block(&source).is_some() {
        return true;
    }
    // With the end of its last line: what is an error then stays one.
    let ended = Source::from_text(&format!("{text}\n"));
    asks_for_more(&source) == Some(true) && asks_for_more(&ended) != Some(false)
}

/// None: a whole statement; else an error, which another line may mend or not.
fn asks_for_more(source: &Source) -> Option<bool> {
    let arena = bumpalo::Bump::new();
    let mut names = Interner::new();
    let parsed = parse(source, Mode::Interactive, &arena, &mut names);
    parsed.err().map(|e| e.incomplete)
}

/// Lines from standard input; prompts go to standard error.
pub struct Plain;

impl Input for Plain {
    fn read(&mut self, first: &str, next: &str) -> Line {
        let mut text = String::new();
        loop {
            eprint!("{}", if text.is_empty() { first } else { next });
            let _ = std::io::stderr().flush();
            let mut line = String::new();
            match std::io::stdin().read_line(&mut line) {
                Ok(0) | Err(_) if text.is_empty() => return Line::End,
                Ok(0) | Err(_) => return Line::Text(text),
                Ok(_) => {}
            }
            let blank = line.trim().is_empty();
            text += &line;
            // The line's own end is no empty line after a block.
            let body = text.strip_suffix('\n').unwrap_or(&text);
            let body = if blank { text.as_str() } else { body };
            if !is_unfinished(body) {
                return Line::Text(text);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::is_unfinished;

    #[test]
    fn statements_end_where_they_do_at_a_prompt() {
        for whole in [
            "x = 1",
            "",
            "  ",
            "if x: y\n",
            "def f():\n    pass\n",
            "x =",
        ] {
            assert!(!is_unfinished(whole), "{whole:?}");
        }
        for open in [
            "if x:",
            "if x: y",
            "def f():\n    pass",
            "x = [1,",
            "'''text",
            "for i in x:\n    if i:",
            "@decorator",
        ] {
            assert!(is_unfinished(open), "{open:?}");
        }
    }
}
