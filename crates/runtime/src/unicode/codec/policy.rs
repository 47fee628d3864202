//! The built-in error handlers, except `namereplace`, which needs the names of characters.

use super::{CodecError, OnDecodeError, OnEncodeError, Replacement};
use crate::unicode::quote::push_backslash;
use crate::unicode::wtf8;

/// A built-in error handler.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ErrorPolicy {
    /// Raise.
    Strict,
    /// Skip.
    Ignore,
    /// U+FFFD or a question mark.
    Replace,
    /// `\xhh`, `\uhhhh`.
    BackslashReplace,
    /// Bad bytes as lone surrogates U+DC80 to U+DCFF.
    SurrogateEscape,
    /// Surrogates as if they were characters.
    SurrogatePass,
    /// `&#1234;`
    XmlCharRefReplace,
}

impl ErrorPolicy {
    /// The handler registered under a name.
    pub fn from_name(name: &[u8]) -> Option<Self> {
        Some(match name {
            b"strict" => Self::Strict,
            b"ignore" => Self::Ignore,
            b"replace" => Self::Replace,
            b"backslashreplace" => Self::BackslashReplace,
            b"surrogateescape" => Self::SurrogateEscape,
            b"surrogatepass" => Self::SurrogatePass,
            b"xmlcharrefreplace" => Self::XmlCharRefReplace,
            _ => return None,
        })
    }

    /// Appends the replacement for bad bytes of `input`; the place to go on, or `None` to raise.
    pub fn decode(self, input: &[u8], out: &mut Vec<u8>, error: &CodecError) -> Option<usize> {
        let bad = &input[error.start..error.end];
        match self {
            Self::Strict | Self::XmlCharRefReplace => return None,
            Self::Ignore => {}
            Self::Replace => wtf8::push(out, 0xfffd),
            Self::BackslashReplace => {
                bad.iter()
                    .for_each(|&byte| push_backslash(out, u32::from(byte)));
            }
            Self::SurrogateEscape => {
                let count = bad
                    .iter()
                    .take(4)
                    .take_while(|byte| !byte.is_ascii())
                    .count();
                bad[..count]
                    .iter()
                    .for_each(|&byte| wtf8::push(out, 0xdc00 + u32::from(byte)));
                return (count > 0).then_some(error.start + count);
            }
            Self::SurrogatePass => {
                let (c, len) = surrogate_at(&input[error.start..], error.encoding)?;
                wtf8::push(out, c);
                return Some(error.start + len);
            }
        }
        Some(error.end)
    }

    /// The replacement for characters of `text`, and where to go on; `None` to raise.
    pub fn encode(self, text: &[u8], error: &CodecError) -> Option<(Replacement, usize)> {
        let from = &text[wtf8::offset_of(text, error.start)..];
        let bad = || wtf8::code_points(from).take(error.end - error.start);
        let mut new = Vec::new();
        match self {
            Self::Strict => return None,
            Self::Ignore => {}
            Self::Replace => new.resize(error.end - error.start, b'?'),
            Self::BackslashReplace => bad().for_each(|c| push_backslash(&mut new, c)),
            Self::XmlCharRefReplace => {
                bad().for_each(|c| new.extend_from_slice(format!("&#{c};").as_bytes()));
            }
            Self::SurrogateEscape => {
                new.extend(
                    bad()
                        .take_while(|c| matches!(c, 0xdc80..=0xdcff))
                        .map(|c| c as u8),
                );
                let next = error.start + new.len();
                return (!new.is_empty()).then_some((Replacement::Bytes(new), next));
            }
            Self::SurrogatePass => {
                for c in bad() {
                    push_surrogate(&mut new, c, error.encoding)?;
                }
                return Some((Replacement::Bytes(new), error.end));
            }
        }
        Some((Replacement::Text(new), error.end))
    }
}

/// A surrogate at the start of `bytes`, and the bytes that it takes.
fn surrogate_at(bytes: &[u8], encoding: &str) -> Option<(u32, usize)> {
    let (c, len) = match (encoding, bytes) {
        ("utf-8", &[0xed, b @ 0xa0..=0xbf, c @ 0x80..=0xbf, ..]) => {
            (0xd000 | u32::from(b & 0x3f) << 6 | u32::from(c & 0x3f), 3)
        }
        ("utf-16-le", &[a, b, ..]) => (u32::from(u16::from_le_bytes([a, b])), 2),
        ("utf-16-be", &[a, b, ..]) => (u32::from(u16::from_be_bytes([a, b])), 2),
        ("utf-32-le", &[a, b, c, d, ..]) => (u32::from_le_bytes([a, b, c, d]), 4),
        ("utf-32-be", &[a, b, c, d, ..]) => (u32::from_be_bytes([a, b, c, d]), 4),
        _ => return None,
    };
    wtf8::is_surrogate(c).then_some((c, len))
}

fn push_surrogate(out: &mut Vec<u8>, c: u32, encoding: &str) -> Option<()> {
    if !wtf8::is_surrogate(c) {
        return None;
    }
    match encoding {
        "utf-8" => wtf8::push(out, c),
        // Without a byte order in its name the codec writes little endian.
        "utf-16" | "utf-16-le" => out.extend((c as u16).to_le_bytes()),
        "utf-16-be" => out.extend((c as u16).to_be_bytes()),
        "utf-32" | "utf-32-le" => out.extend(c.to_le_bytes()),
        "utf-32-be" => out.extend(c.to_be_bytes()),
        _ => return None,
    }
    Some(())
}

/// A policy at work on one input; gives up with the error itself.
pub struct WithPolicy<'a> {
    /// The policy.
    pub policy: ErrorPolicy,
    /// The bytes to decode, or the text (WTF-8) to encode.
    pub input: &'a [u8],
}

impl OnDecodeError for WithPolicy<'_> {
    type Error = CodecError;

    fn on_error(&mut self, out: &mut Vec<u8>, error: &CodecError) -> Result<usize, CodecError> {
        self.policy.decode(self.input, out, error).ok_or(*error)
    }
}

impl OnEncodeError for WithPolicy<'_> {
    type Error = CodecError;

    fn on_error(&mut self, error: &CodecError) -> Result<(Replacement, usize), CodecError> {
        self.policy.encode(self.input, error).ok_or(*error)
    }

    fn fail(&mut self, error: &CodecError) -> CodecError {
        *error
    }
}
