//! Case conversions and the `is...` methods of whole strings (WTF-8).

use super::tables::{
    Mapped, is_alnum, is_alpha, is_case_ignorable, is_cased, is_decimal, is_digit, is_id_continue,
    is_id_start, is_lower, is_numeric, is_printable, is_space, is_title, is_upper, to_fold,
    to_lower, to_title, to_upper,
};
use super::wtf8::{self, code_points};

const CAPITAL_SIGMA: u32 = 0x3a3;
const FINAL_SIGMA: u32 = 0x3c2;
const SIGMA: u32 = 0x3c3;

fn push_mapped(out: &mut Vec<u8>, mapped: Mapped) {
    for c in mapped.iter() {
        wtf8::push(out, c);
    }
}

/// Appends `text.upper()`.
pub fn upper(out: &mut Vec<u8>, text: &[u8]) {
    map(out, text, u8::to_ascii_uppercase, to_upper);
}

/// Appends `text.casefold()`.
pub fn casefold(out: &mut Vec<u8>, text: &[u8]) {
    map(out, text, u8::to_ascii_lowercase, to_fold);
}

/// Each character by itself.
fn map(out: &mut Vec<u8>, text: &[u8], ascii: fn(&u8) -> u8, other: fn(u32) -> Mapped) {
    out.reserve(text.len());
    let mut rest = text;
    while !rest.is_empty() {
        let run = ascii_run(rest);
        out.extend(rest[..run].iter().map(ascii));
        rest = &rest[run..];
        if let Some((c, len)) = wtf8::decode_first(rest) {
            push_mapped(out, other(c));
            rest = &rest[len..];
        }
    }
}

/// Length of the ASCII text at the start.
fn ascii_run(text: &[u8]) -> usize {
    if text.is_ascii() {
        return text.len();
    }
    text.iter()
        .position(|byte| !byte.is_ascii())
        .unwrap_or(text.len())
}

/// Appends `text.lower()`.
pub fn lower(out: &mut Vec<u8>, text: &[u8]) {
    if text.is_ascii() {
        out.extend(text.iter().map(u8::to_ascii_lowercase));
        return;
    }
    out.reserve(text.len());
    let mut rest = text;
    while let Some((c, len)) = wtf8::decode_first(rest) {
        let before = &text[..text.len() - rest.len()];
        rest = &rest[len..];
        push_lower(out, c, before, rest);
    }
}

/// A capital sigma at the end of a word becomes a final one.
fn push_lower(out: &mut Vec<u8>, c: u32, before: &[u8], after: &[u8]) {
    if c == CAPITAL_SIGMA {
        let is_word = |c: Option<u32>| c.is_some_and(is_cased);
        let last = code_points(before).rev().find(|&c| !is_case_ignorable(c));
        let next = code_points(after).find(|&c| !is_case_ignorable(c));
        let is_final = is_word(last) && !is_word(next);
        wtf8::push(out, if is_final { FINAL_SIGMA } else { SIGMA });
    } else {
        push_mapped(out, to_lower(c));
    }
}

/// Appends `text.capitalize()`.
pub fn capitalize(out: &mut Vec<u8>, text: &[u8]) {
    let Some((c, len)) = wtf8::decode_first(text) else {
        return;
    };
    push_mapped(out, to_title(c));
    let mut rest = &text[len..];
    while let Some((c, len)) = wtf8::decode_first(rest) {
        let before = &text[..text.len() - rest.len()];
        rest = &rest[len..];
        push_lower(out, c, before, rest);
    }
}

/// Appends `text.title()`.
pub fn title(out: &mut Vec<u8>, text: &[u8]) {
    let mut rest = text;
    let mut in_word = false;
    while let Some((c, len)) = wtf8::decode_first(rest) {
        let before = &text[..text.len() - rest.len()];
        rest = &rest[len..];
        if in_word {
            push_lower(out, c, before, rest);
        } else {
            push_mapped(out, to_title(c));
        }
        in_word = is_cased(c);
    }
}

/// Appends `text.swapcase()`.
pub fn swapcase(out: &mut Vec<u8>, text: &[u8]) {
    let mut rest = text;
    while let Some((c, len)) = wtf8::decode_first(rest) {
        let before = &text[..text.len() - rest.len()];
        rest = &rest[len..];
        if is_upper(c) {
            push_lower(out, c, before, rest);
        } else if is_lower(c) {
            push_mapped(out, to_upper(c));
        } else {
            wtf8::push(out, c);
        }
    }
}

macro_rules! all_characters {
    ($($(#[$doc:meta])* $name:ident = $test:ident, $ascii:expr;)*) => {
        $($(#[$doc])*
        pub fn $name(text: &[u8]) -> bool {
            let ascii: fn(&u8) -> bool = $ascii;
            if text.is_ascii() {
                return !text.is_empty() && text.iter().all(ascii);
            }
            code_points(text).all($test)
        })*
    };
}

all_characters! {
    /// `text.isalpha()`
    all_alpha = is_alpha, u8::is_ascii_alphabetic;
    /// `text.isalnum()`
    all_alnum = is_alnum, u8::is_ascii_alphanumeric;
    /// `text.isdecimal()`
    all_decimal = is_decimal, u8::is_ascii_digit;
    /// `text.isdigit()`
    all_digit = is_digit, u8::is_ascii_digit;
    /// `text.isnumeric()`
    all_numeric = is_numeric, u8::is_ascii_digit;
    /// `text.isspace()`
    all_space = is_space, |&byte| matches!(byte, 9..=13 | 28..=32);
}

/// `text.isprintable()`: true for the empty string.
pub fn all_printable(text: &[u8]) -> bool {
    if text.is_ascii() {
        return text.iter().all(|byte| matches!(byte, b' '..=b'~'));
    }
    code_points(text).all(is_printable)
}

/// `text.isidentifier()`.
pub fn is_identifier(text: &[u8]) -> bool {
    let mut rest = code_points(text);
    rest.next().is_some_and(is_id_start) && rest.all(is_id_continue)
}

/// `text.islower()`: some cased characters, all of them lower.
pub fn is_lower_text(text: &[u8]) -> bool {
    has_case(text, is_lower, |c| is_upper(c) || is_title(c))
}

/// `text.isupper()`: some cased characters, all of them upper.
pub fn is_upper_text(text: &[u8]) -> bool {
    has_case(text, is_upper, |c| is_lower(c) || is_title(c))
}

fn has_case(text: &[u8], wanted: fn(u32) -> bool, unwanted: fn(u32) -> bool) -> bool {
    let mut found = false;
    for c in code_points(text) {
        if unwanted(c) {
            return false;
        }
        found |= wanted(c);
    }
    found
}

/// `text.istitle()`: upper or title case exactly at the starts of words.
pub fn is_title_text(text: &[u8]) -> bool {
    let (mut found, mut in_word) = (false, false);
    for c in code_points(text) {
        if is_upper(c) || is_title(c) {
            if in_word {
                return false;
            }
            (found, in_word) = (true, true);
        } else if is_lower(c) {
            if !in_word {
                return false;
            }
            found = true;
        } else {
            in_word = false;
        }
    }
    found
}
