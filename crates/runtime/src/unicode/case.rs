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
    map(
        out,
        text,
        |byte| byte.to_ascii_uppercase(),
        |out, c, _| push_mapped(out, to_upper(c)),
    );
}

/// Appends `text.casefold()`.
pub fn casefold(out: &mut Vec<u8>, text: &[u8]) {
    map(
        out,
        text,
        |byte| byte.to_ascii_lowercase(),
        |out, c, _| push_mapped(out, to_fold(c)),
    );
}

/// Appends `text.lower()`.
pub fn lower(out: &mut Vec<u8>, text: &[u8]) {
    let other = |out: &mut Vec<u8>, c, at| match c {
        CAPITAL_SIGMA => push_lower(out, c, &text[..at], &text[at + 2..]),
        _ => push_mapped(out, to_lower(c)),
    };
    map(out, text, |byte| byte.to_ascii_lowercase(), other);
}

/// Maps ASCII bytes by `ascii`; `other` appends what other characters become, given the
/// character and its place.
#[inline(always)]
fn map(
    out: &mut Vec<u8>,
    text: &[u8],
    ascii: impl Fn(u8) -> u8,
    other: impl Fn(&mut Vec<u8>, u32, usize),
) {
    out.reserve(text.len());
    let mut at = 0;
    while at < text.len() {
        let run = ascii_run(&text[at..]);
        out.extend(text[at..at + run].iter().map(|&byte| ascii(byte)));
        at += run;
        while let Some((c, len)) = wtf8::decode_first(&text[at..]).filter(|&(c, _)| c >= 0x80) {
            other(out, c, at);
            at += len;
        }
    }
}

/// Length of the ASCII text at the start.
fn ascii_run(text: &[u8]) -> usize {
    let mut at = 0;
    let (words, rest) = text.as_chunks::<8>();
    for word in words {
        let high = u64::from_le_bytes(*word) & 0x8080_8080_8080_8080;
        if high != 0 {
            return at + (high.trailing_zeros() / 8) as usize;
        }
        at += 8;
    }
    at + rest.iter().take_while(|byte| byte.is_ascii()).count()
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
