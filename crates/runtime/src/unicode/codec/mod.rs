//! Between text and bytes: UTF-8, UTF-16, UTF-32, Latin-1, ASCII, encodings by table, and
//! backslash escapes.
//!
//! Decoders append WTF-8 and report errors with CPython's reasons and byte positions; encoders
//! read WTF-8 and report positions in characters. What happens then is up to a handler: a
//! closure over a Python function, or [`ErrorPolicy`] for the built-in ones.

mod charmap;
mod escape;
mod policy;
mod single;
mod utf7;
mod utf8;
mod wide;

pub use charmap::{decode_charmap, encode_charmap};
pub use escape::{
    BadHex, BytesEscapeError, Escaped, decode_bytes_escape, decode_raw_unicode_escape,
    decode_unicode_escape, encode_raw_unicode_escape, encode_unicode_escape,
};
pub use policy::{ErrorPolicy, WithPolicy};
pub use single::{decode_ascii, decode_latin1, encode_ascii, encode_latin1};
pub use utf7::{decode_utf7, encode_utf7};
pub use utf8::{decode_utf8, encode_utf8};
pub use wide::{ByteOrder, decode_utf16, decode_utf32, encode_utf16, encode_utf32};

use super::wtf8;

/// Where and why a text can't be decoded or encoded: the arguments of the exception.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct CodecError {
    /// Name of the codec, as the exception shows it.
    pub encoding: &'static str,
    /// First bad byte, or character when encoding.
    pub start: usize,
    /// The one after the last.
    pub end: usize,
    /// Why.
    pub reason: &'static str,
}

/// Decides what a bad sequence of bytes becomes.
pub trait OnDecodeError {
    /// What it gives up with.
    type Error;

    /// Appends a replacement (WTF-8) and says at which byte to go on.
    fn on_error(&mut self, out: &mut Vec<u8>, error: &CodecError) -> Result<usize, Self::Error>;
}

impl<E, F: FnMut(&mut Vec<u8>, &CodecError) -> Result<usize, E>> OnDecodeError for F {
    type Error = E;

    fn on_error(&mut self, out: &mut Vec<u8>, error: &CodecError) -> Result<usize, E> {
        self(out, error)
    }
}

/// What stands in for characters that can't be encoded.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Replacement {
    /// Text (WTF-8), which must be encodable itself.
    Text(Vec<u8>),
    /// Bytes for the output.
    Bytes(Vec<u8>),
}

/// Decides what characters become that can't be encoded.
pub trait OnEncodeError {
    /// What it gives up with.
    type Error;

    /// Gives a replacement, and the character at which to go on.
    fn on_error(&mut self, error: &CodecError) -> Result<(Replacement, usize), Self::Error>;

    /// The failure, if the replacement can't be encoded either.
    fn fail(&mut self, error: &CodecError) -> Self::Error;
}

/// How an encoding writes characters.
struct Encoder<Can, Put> {
    encoding: &'static str,
    reason: &'static str,
    /// Report neighbours together?
    group: bool,
    /// Bytes of a unit: replacements must consist of whole units.
    unit: usize,
    can: Can,
    put: Put,
}

impl<Can: Fn(u32) -> bool, Put: Fn(&mut Vec<u8>, u32)> Encoder<Can, Put> {
    fn encode<H: OnEncodeError>(
        &self,
        out: &mut Vec<u8>,
        text: &[u8],
        handler: &mut H,
    ) -> Result<(), H::Error> {
        let (mut at, mut index) = (0, 0);
        while let Some((c, len)) = wtf8::decode_first(&text[at..]) {
            if (self.can)(c) {
                (self.put)(out, c);
                at += len;
                index += 1;
                continue;
            }
            let more = wtf8::code_points(&text[at + len..]).take_while(|&c| !(self.can)(c));
            let end = index + 1 + if self.group { more.count() } else { 0 };
            let (encoding, reason) = (self.encoding, self.reason);
            let error = CodecError {
                encoding,
                start: index,
                end,
                reason,
            };
            let (replacement, next) = handler.on_error(&error)?;
            if !self.put_replacement(out, &replacement) {
                return Err(handler.fail(&error));
            }
            at = if next >= index {
                at + wtf8::offset_of(&text[at..], next - index)
            } else {
                wtf8::offset_of(text, next)
            };
            index = next;
        }
        Ok(())
    }

    /// False if it can't be done.
    fn put_replacement(&self, out: &mut Vec<u8>, replacement: &Replacement) -> bool {
        match replacement {
            Replacement::Bytes(bytes) => {
                out.extend_from_slice(bytes);
                bytes.len().is_multiple_of(self.unit)
            }
            Replacement::Text(text) => wtf8::code_points(text).all(|c| {
                let can = (self.can)(c);
                if can {
                    (self.put)(out, c);
                }
                can
            }),
        }
    }
}
