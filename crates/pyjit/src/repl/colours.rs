//! Colours of the text being typed, from the front end's own tokens.

use pyjit_syntax::token::Tok;
use pyjit_syntax::{Source, tokenize};

/// Ends any colour.
const RESET: &str = "\x1b[0m";

/// The colour of a token, by what it is.
fn colour(kind: Tok, text: &str) -> Option<&'static str> {
    match kind.plain() {
        Tok::True | Tok::False | Tok::None => Some("\x1b[1;34m"),
        k if k.is_keyword() => Some("\x1b[1;34m"),
        Tok::Int | Tok::Float | Tok::Imaginary => Some("\x1b[33m"),
        Tok::String | Tok::FStart | Tok::FMiddle | Tok::FEnd | Tok::TStart => Some("\x1b[32m"),
        Tok::Name if matches!(kind, Tok::Match | Tok::Case | Tok::Type) => Some("\x1b[1;34m"),
        Tok::Name if is_builtin(text) => Some("\x1b[36m"),
        _ => None,
    }
}

/// The builtin functions that are coloured.
fn is_builtin(name: &str) -> bool {
    const NAMES: &[&str] = &[
        "abs",
        "all",
        "any",
        "bool",
        "bytes",
        "callable",
        "chr",
        "dict",
        "dir",
        "enumerate",
        "filter",
        "float",
        "format",
        "frozenset",
        "getattr",
        "hasattr",
        "hash",
        "help",
        "hex",
        "id",
        "input",
        "int",
        "isinstance",
        "issubclass",
        "iter",
        "len",
        "list",
        "map",
        "max",
        "min",
        "next",
        "object",
        "open",
        "ord",
        "pow",
        "print",
        "property",
        "range",
        "repr",
        "reversed",
        "round",
        "set",
        "setattr",
        "sorted",
        "str",
        "sum",
        "super",
        "tuple",
        "type",
        "vars",
        "zip",
    ];
    NAMES.binary_search(&name).is_ok()
}

/// The text with colours, as far as it is a program already.
pub fn paint(text: &str) -> String {
    let source = Source::from_text(text);
    let (tokens, _unfinished) = tokenize(&source);
    let mut out = String::with_capacity(text.len() * 2);
    let mut at = 0;
    for token in tokens {
        let (start, end) = (token.start as usize, (token.end as usize).min(text.len()));
        if start < at || start >= end {
            continue;
        }
        let Some(word) = text.get(start..end) else {
            return text.to_string();
        };
        comment(&mut out, &text[at..start]);
        match colour(token.kind, word) {
            Some(c) => out.extend([c, word, RESET]),
            None => out.push_str(word),
        }
        at = end;
    }
    comment(&mut out, &text[at..]);
    out
}

/// Between tokens there are blanks and comments.
fn comment(out: &mut String, text: &str) {
    match text.find('#') {
        Some(at) => out.extend([&text[..at], "\x1b[31m", &text[at..], RESET]),
        None => out.push_str(text),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_get_their_colours() {
        let painted = paint("if x: print('a', 1) # no");
        assert!(painted.starts_with("\x1b[1;34mif\x1b[0m x"), "{painted:?}");
        assert!(painted.contains("\x1b[36mprint\x1b[0m"), "{painted:?}");
        assert!(painted.contains("\x1b[32m'a'\x1b[0m"), "{painted:?}");
        assert!(painted.ends_with("\x1b[31m# no\x1b[0m"), "{painted:?}");
    }

    #[test]
    fn what_is_no_program_stays_as_it_is() {
        assert_eq!(paint("'open"), "'open");
    }
}
