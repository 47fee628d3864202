//! Finding, counting, replacing, splitting and stripping, on bytes.
//!
//! UTF-8 synchronises itself: a well formed needle is only found at character boundaries, so one
//! implementation serves strings and bytes. Where characters matter (white space, line ends, the
//! empty needle), [`Kind`] tells which of the two the text is. Parts are byte ranges.

use std::ops::Range;

use memchr::memmem;

use super::tables::{is_line_break, is_space};
use super::wtf8;

/// What the bytes stand for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// A string (WTF-8).
    Str,
    /// Bytes; ASCII rules.
    Bytes,
}

impl Kind {
    /// The first character and its length.
    #[inline]
    fn first(self, text: &[u8]) -> Option<(u32, usize)> {
        match self {
            Self::Str => wtf8::decode_first(text),
            Self::Bytes => text.first().map(|&byte| (u32::from(byte), 1)),
        }
    }

    /// The last character and its length.
    #[inline]
    fn last(self, text: &[u8]) -> Option<(u32, usize)> {
        match self {
            Self::Str => wtf8::decode_last(text),
            Self::Bytes => text.last().map(|&byte| (u32::from(byte), 1)),
        }
    }

    /// Is it white space?
    #[inline]
    fn is_space(self, c: u32) -> bool {
        match (self, c) {
            (_, 9..=13 | 32) => true,
            (Self::Bytes, _) => false,
            (Self::Str, _) => (c >= 0x80 && is_space(c)) || matches!(c, 28..=31),
        }
    }

    /// Does a line end here?
    #[inline]
    fn is_line_break(self, c: u32) -> bool {
        match self {
            Self::Bytes => matches!(c, 10 | 13),
            Self::Str => is_line_break(c),
        }
    }

    /// Number of characters.
    pub fn count(self, text: &[u8]) -> usize {
        match self {
            Self::Str => wtf8::count(text),
            Self::Bytes => text.len(),
        }
    }
}

/// The first place of `needle`.
#[inline]
pub fn find(text: &[u8], needle: &[u8]) -> Option<usize> {
    match needle {
        [] => Some(0),
        &[byte] => memchr::memchr(byte, text),
        _ if needle.len() > text.len() => None,
        _ => memmem::find(text, needle),
    }
}

/// The last place of `needle`.
#[inline]
pub fn rfind(text: &[u8], needle: &[u8]) -> Option<usize> {
    match needle {
        [] => Some(text.len()),
        &[byte] => memchr::memrchr(byte, text),
        _ if needle.len() > text.len() => None,
        _ => memmem::rfind(text, needle),
    }
}

/// How often `needle` occurs without overlapping, up to `max` times; an empty one occurs
/// between all characters.
pub fn count(text: &[u8], needle: &[u8], kind: Kind, max: usize) -> usize {
    match needle {
        [] => (kind.count(text) + 1).min(max),
        &[byte] => memchr::memchr_iter(byte, text).take(max).count(),
        _ => memmem::find_iter(text, needle).take(max).count(),
    }
}

/// Appends `text` with the first `max` occurrences of `old` replaced; gives how many there were.
pub fn replace(
    out: &mut Vec<u8>,
    text: &[u8],
    (old, new): (&[u8], &[u8]),
    kind: Kind,
    max: usize,
) -> usize {
    if old.is_empty() {
        return interleave(out, text, new, kind, max);
    }
    let mut done = 0;
    let mut from = 0;
    let mut put = |at: usize| {
        out.extend_from_slice(&text[from..at]);
        out.extend_from_slice(new);
        from = at + old.len();
        done += 1;
    };
    match old {
        &[byte] => memchr::memchr_iter(byte, text).take(max).for_each(&mut put),
        _ => memmem::find_iter(text, old).take(max).for_each(&mut put),
    }
    out.extend_from_slice(&text[from..]);
    done
}

/// `new` before each character and at the end, up to `max` times.
fn interleave(out: &mut Vec<u8>, text: &[u8], new: &[u8], kind: Kind, max: usize) -> usize {
    let mut rest = text;
    let mut done = 0;
    while done < max {
        out.extend_from_slice(new);
        done += 1;
        let Some((_, len)) = kind.first(rest) else {
            break;
        };
        out.extend_from_slice(&rest[..len]);
        rest = &rest[len..];
    }
    out.extend_from_slice(rest);
    done
}

/// The parts of `text.split(separator, max)`; the separator is not empty.
pub fn split<'a>(
    text: &'a [u8],
    separator: &'a [u8],
    max: usize,
) -> impl Iterator<Item = Range<usize>> + 'a {
    let (mut from, mut left, mut done) = (0, max, false);
    let finder = (separator.len() > 1).then(|| memmem::Finder::new(separator));
    std::iter::from_fn(move || {
        if done {
            return None;
        }
        let rest = &text[from..];
        let found = match &finder {
            _ if left == 0 => None,
            Some(finder) => finder.find(rest),
            None => find(rest, separator),
        };
        match found {
            Some(len) => {
                let part = from..from + len;
                from += len + separator.len();
                left -= 1;
                Some(part)
            }
            None => {
                done = true;
                Some(from..text.len())
            }
        }
    })
}

/// The parts of `text.rsplit(separator, max)`, last one first; the separator is not empty.
pub fn rsplit<'a>(
    text: &'a [u8],
    separator: &'a [u8],
    max: usize,
) -> impl Iterator<Item = Range<usize>> + 'a {
    let (mut to, mut left, mut done) = (text.len(), max, false);
    std::iter::from_fn(move || {
        if done {
            return None;
        }
        let found = if left > 0 {
            rfind(&text[..to], separator)
        } else {
            None
        };
        match found {
            Some(at) => {
                let part = at + separator.len()..to;
                to = at;
                left -= 1;
                Some(part)
            }
            None => {
                done = true;
                Some(0..to)
            }
        }
    })
}

/// The words of `text.split(None, max)`.
pub fn split_space(text: &[u8], kind: Kind, max: usize) -> impl Iterator<Item = Range<usize>> {
    let (mut from, mut left) = (0, max);
    std::iter::from_fn(move || {
        from += skip_space(&text[from..], kind, true);
        if from >= text.len() {
            return None;
        }
        let rest = &text[from..];
        // At the limit the rest is one word, with the space after it.
        let len = if left > 0 {
            skip_space(rest, kind, false)
        } else {
            rest.len()
        };
        let part = from..from + len;
        from += len;
        left = left.saturating_sub(1);
        Some(part)
    })
}

/// The words of `text.rsplit(None, max)`, last one first.
pub fn rsplit_space(text: &[u8], kind: Kind, max: usize) -> impl Iterator<Item = Range<usize>> {
    let (mut to, mut left) = (text.len(), max);
    std::iter::from_fn(move || {
        to = strip_end(&text[..to], kind, |c| kind.is_space(c));
        if to == 0 {
            return None;
        }
        let from = if left > 0 {
            strip_end(&text[..to], kind, |c| !kind.is_space(c))
        } else {
            0
        };
        let part = from..to;
        to = from;
        left = left.saturating_sub(1);
        Some(part)
    })
}

/// The lines of `text.splitlines(keep_ends)`.
pub fn split_lines(text: &[u8], kind: Kind, keep_ends: bool) -> impl Iterator<Item = Range<usize>> {
    let mut from = 0;
    std::iter::from_fn(move || {
        if from >= text.len() {
            return None;
        }
        let rest = &text[from..];
        let len = skip(rest, kind, |c| !kind.is_line_break(c));
        let end = match (&rest[len..], kind.first(&rest[len..])) {
            ([b'\r', b'\n', ..], _) => len + 2,
            (_, Some((_, width))) => len + width,
            (_, None) => len,
        };
        let part = from..from + if keep_ends { end } else { len };
        from += end;
        Some(part)
    })
}

/// Length of the text at the start that is all space, or all other characters.
fn skip_space(text: &[u8], kind: Kind, space: bool) -> usize {
    let mut at = 0;
    while let Some(&byte) = text.get(at) {
        let (c, len) = match byte {
            ..0x80 => (u32::from(byte), 1),
            _ => kind.first(&text[at..]).unwrap_or((u32::from(byte), 1)),
        };
        if kind.is_space(c) != space {
            break;
        }
        at += len;
    }
    at
}

/// Length of the text at the start whose characters pass the test.
#[inline]
fn skip(text: &[u8], kind: Kind, test: impl Fn(u32) -> bool) -> usize {
    let mut at = 0;
    while let Some((c, len)) = kind.first(&text[at..]) {
        if !test(c) {
            break;
        }
        at += len;
    }
    at
}

/// Length of the text without the end whose characters pass the test.
#[inline]
fn strip_end(text: &[u8], kind: Kind, test: impl Fn(u32) -> bool) -> usize {
    let mut to = text.len();
    while let Some((c, len)) = kind.last(&text[..to]) {
        if !test(c) {
            break;
        }
        to -= len;
    }
    to
}

/// Which ends are stripped.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ends {
    /// `lstrip`
    Left,
    /// `rstrip`
    Right,
    /// `strip`
    Both,
}

/// What is left of `text.strip(set)`; without a set white space goes.
pub fn strip(text: &[u8], kind: Kind, set: Option<&[u8]>, ends: Ends) -> Range<usize> {
    match set {
        None => strip_where(text, kind, ends, |c| kind.is_space(c)),
        Some(set) => strip_where(text, kind, ends, |c| contains(set, kind, c)),
    }
}

fn strip_where(text: &[u8], kind: Kind, ends: Ends, test: impl Fn(u32) -> bool) -> Range<usize> {
    let from = if ends == Ends::Right {
        0
    } else {
        skip(text, kind, &test)
    };
    let to = if ends == Ends::Left {
        text.len()
    } else {
        from + strip_end(&text[from..], kind, &test)
    };
    from..to
}

/// Is the character one of the set?
fn contains(set: &[u8], kind: Kind, c: u32) -> bool {
    if kind == Kind::Bytes || c < 0x80 {
        return memchr::memchr(c as u8, set).is_some();
    }
    let (bytes, len) = wtf8::encode(c);
    find(set, &bytes[..len]).is_some()
}
