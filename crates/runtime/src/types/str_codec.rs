//! `str` and bytes: `encode` and `decode`. The codecs themselves are in
//! [`crate::unicode::codec`]; other encodings and error handlers come from
//! [`super::codec_registry`].

use pyjit_heap::{Gc, Value};

use super::buffer;
use super::bytes::{self, Bytes};
use super::codec_registry as registry;
use super::str_::Str;
use crate::core::thread::{R, Raised, Thread};
use crate::core::{errors, ops};
use crate::types::exceptions::{Exc, Exception};
use crate::types::int;
use crate::types::tuple::Tuple;
use crate::types::type_::type_name;
use crate::unicode::codec::{
    self, ByteOrder, CodecError, ErrorPolicy, OnDecodeError, OnEncodeError, Replacement,
};

/// An encoding that needs no registry.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Encoding {
    Utf8,
    Ascii,
    Latin1,
    Utf16(ByteOrder),
    Utf32(ByteOrder),
    Utf7,
    UnicodeEscape,
    RawUnicodeEscape,
}

impl Encoding {
    /// By name in any spelling.
    pub fn from_name(name: &str) -> Option<Encoding> {
        Some(match &*registry::normalise(name) {
            "utf_8" | "utf8" | "u8" => Encoding::Utf8,
            "ascii" | "us_ascii" | "646" => Encoding::Ascii,
            "latin_1" | "latin1" | "latin" | "l1" | "iso_8859_1" | "iso8859_1" | "8859" => {
                Encoding::Latin1
            }
            "utf_16" | "utf16" | "u16" => Encoding::Utf16(ByteOrder::Mark),
            "utf_16_le" | "utf_16le" => Encoding::Utf16(ByteOrder::Little),
            "utf_16_be" | "utf_16be" => Encoding::Utf16(ByteOrder::Big),
            "utf_32" | "utf32" | "u32" => Encoding::Utf32(ByteOrder::Mark),
            "utf_32_le" | "utf_32le" => Encoding::Utf32(ByteOrder::Little),
            "utf_32_be" | "utf_32be" => Encoding::Utf32(ByteOrder::Big),
            "utf_7" | "utf7" | "u7" => Encoding::Utf7,
            "unicode_escape" => Encoding::UnicodeEscape,
            "raw_unicode_escape" => Encoding::RawUnicodeEscape,
            _ => return None,
        })
    }
}

/// What to do about errors: a builtin policy, or a registered function (found
/// when the first error occurs).
pub struct Handling<'a> {
    name: &'a str,
    policy: Option<ErrorPolicy>,
}

impl<'a> Handling<'a> {
    /// By name; the empty name is `strict`.
    pub fn new(name: &'a str) -> Handling<'a> {
        let policy = match name {
            "" => Some(ErrorPolicy::Strict),
            n => ErrorPolicy::from_name(n.as_bytes()),
        };
        Handling { name, policy }
    }
}

pub(super) struct Decoding<'a> {
    t: &'a Thread,
    handling: &'a Handling<'a>,
    input: &'a [u8],
}

impl OnDecodeError for Decoding<'_> {
    type Error = Raised;

    fn on_error(&mut self, out: &mut Vec<u8>, e: &CodecError) -> R<usize> {
        match self.handling.policy {
            Some(ErrorPolicy::XmlCharRefReplace) => {
                let m = "don't know how to handle UnicodeDecodeError in error callback";
                Err(errors::type_error(self.t, m))
            }
            Some(p) => p
                .decode(self.input, out, e)
                .ok_or_else(|| decode_error(self.t, self.input, e)),
            None => self.call(out, e),
        }
    }
}

impl<'a> Decoding<'a> {
    pub(super) fn new(t: &'a Thread, handling: &'a Handling<'a>, input: &'a [u8]) -> Decoding<'a> {
        Decoding { t, handling, input }
    }
    fn call(&self, out: &mut Vec<u8>, e: &CodecError) -> R<usize> {
        let f = registry::lookup_error(self.t, self.handling.name)?;
        let exc = exception(Exc::UnicodeDecodeError, Bytes::new(self.input).value(), e);
        let r = crate::core::call::call(self.t, f, &[exc])?;
        let Some((text, at)) = handler_result(r, |v| v.cast::<Str>().is_some()) else {
            let m = "decoding error handler must return (str, int) tuple";
            return Err(errors::type_error(self.t, m));
        };
        let at = position(self.t, at, self.input.len())?;
        out.extend_from_slice(Gc::<Str>::from_value(text).bytes());
        Ok(at)
    }
}

/// The (replacement, position) that a handler gave.
fn handler_result(r: Value, fits: impl Fn(Value) -> bool) -> Option<(Value, Value)> {
    let tuple = r.cast::<Tuple>()?;
    match tuple.items() {
        [text, at] if fits(*text) && int::is_int(*at) => Some((*text, *at)),
        _ => None,
    }
}
fn position(t: &Thread, at: Value, len: usize) -> R<usize> {
    let i = ops::index_i64(t, at)?;
    let from_start = if i < 0 { i + len as i64 } else { i };
    if from_start < 0 || from_start > len as i64 {
        let m = format!("position {i} from error handler out of bounds");
        return Err(errors::index_error(t, m));
    }
    Ok(from_start as usize)
}

pub(super) struct Encoder<'a> {
    t: &'a Thread,
    handling: &'a Handling<'a>,
    text: Gc<Str>,
}

impl OnEncodeError for Encoder<'_> {
    type Error = Raised;

    fn on_error(&mut self, e: &CodecError) -> R<(Replacement, usize)> {
        match self.handling.policy {
            Some(p) => p.encode(self.text.bytes(), e).ok_or_else(|| self.fail(e)),
            None => self.call(e),
        }
    }
    fn fail(&mut self, e: &CodecError) -> Raised {
        encode_error(self.t, self.text, e)
    }
}

impl<'a> Encoder<'a> {
    pub(super) fn new(t: &'a Thread, handling: &'a Handling<'a>, text: Gc<Str>) -> Encoder<'a> {
        Encoder { t, handling, text }
    }
    fn call(&self, e: &CodecError) -> R<(Replacement, usize)> {
        let f = registry::lookup_error(self.t, self.handling.name)?;
        let exc = exception(Exc::UnicodeEncodeError, self.text.value(), e);
        let r = crate::core::call::call(self.t, f, &[exc])?;
        let fits = |v: Value| v.cast::<Str>().is_some() || v.cast::<Bytes>().is_some();
        let Some((new, at)) = handler_result(r, fits) else {
            let m = "encoding error handler must return (str/bytes, int) tuple";
            return Err(errors::type_error(self.t, m));
        };
        let at = position(self.t, at, self.text.len())?;
        let new = match new.cast::<Str>() {
            Some(s) => Replacement::Text(s.bytes().to_vec()),
            None => Replacement::Bytes(Gc::<Bytes>::from_value(new).bytes().to_vec()),
        };
        Ok((new, at))
    }
}

/// The exception object for `e`.
fn exception(class: Exc, object: Value, e: &CodecError) -> Value {
    let args = [
        Str::new(e.encoding).value(),
        object,
        Value::int(e.start as i64),
        Value::int(e.end as i64),
        Str::new(e.reason).value(),
    ];
    let x = Exception::new(class.class(), &args);
    for (i, v) in args.into_iter().enumerate() {
        x.set_extra(i, v);
    }
    x.value()
}
/// Raises `UnicodeDecodeError`.
#[cold]
pub fn decode_error(t: &Thread, input: &[u8], e: &CodecError) -> Raised {
    errors::set(
        t,
        exception(Exc::UnicodeDecodeError, Bytes::new(input).value(), e),
    )
}
/// Raises `UnicodeEncodeError`.
#[cold]
pub fn encode_error(t: &Thread, text: Gc<Str>, e: &CodecError) -> Raised {
    errors::set(t, exception(Exc::UnicodeEncodeError, text.value(), e))
}

/// Text of `input` in a builtin encoding; gives the text and the bytes consumed.
pub fn decode_known(
    t: &Thread,
    encoding: Encoding,
    input: &[u8],
    handling: &Handling,
    is_final: bool,
) -> R<(Gc<Str>, usize)> {
    if encoding == Encoding::Utf8 && input.is_ascii() {
        return Ok((Str::build(input, input.len()), input.len()));
    }
    if encoding == Encoding::Utf8
        && let Ok(text) = std::str::from_utf8(input)
    {
        return Ok((Str::build(input, text.chars().count()), input.len()));
    }
    let mut out = Vec::with_capacity(input.len() + input.len() / 8);
    let h = &mut Decoding::new(t, handling, input);
    let n = match encoding {
        Encoding::Utf8 => codec::decode_utf8(&mut out, input, is_final, h)?,
        Encoding::Ascii => {
            codec::decode_ascii(&mut out, input, h)?;
            input.len()
        }
        Encoding::Latin1 => {
            codec::decode_latin1(&mut out, input);
            input.len()
        }
        Encoding::Utf16(order) => codec::decode_utf16(&mut out, input, order, is_final, h)?.0,
        Encoding::Utf32(order) => codec::decode_utf32(&mut out, input, order, is_final, h)?.0,
        Encoding::Utf7 => codec::decode_utf7(&mut out, input, is_final, h)?,
        Encoding::RawUnicodeEscape => {
            codec::decode_raw_unicode_escape(&mut out, input, is_final, h)?
        }
        Encoding::UnicodeEscape => {
            let names = |name: &[u8]| {
                let name = std::str::from_utf8(name).ok()?;
                unicode_names2::character(name).map(u32::from)
            };
            let done = codec::decode_unicode_escape(&mut out, input, is_final, &names, h)?;
            if let Some(at) = done.invalid {
                warn_invalid_escape(t, input, at)?;
            }
            done.consumed
        }
    };
    Ok((Str::from_wtf8(&out), n))
}

/// `DeprecationWarning` for the backslash at `at`, which means nothing.
pub fn warn_invalid_escape(t: &Thread, input: &[u8], at: usize) -> R<()> {
    let m = match input[at + 1] {
        b'0'..=b'7' => format!(
            "\"{}\" is an invalid octal escape sequence. Such sequences will not work in the future. ",
            String::from_utf8_lossy(&input[at..(at + 4).min(input.len())])
        ),
        c => format!(
            "\"\\{}\" is an invalid escape sequence. Such sequences will not work in the future. ",
            c as char
        ),
    };
    crate::core::warn::deprecated(t, &m)
}

/// Bytes of `text` in a builtin encoding.
pub fn encode_known(
    t: &Thread,
    encoding: Encoding,
    text: Gc<Str>,
    handling: &Handling,
) -> R<Gc<Bytes>> {
    let byte_wise = matches!(
        encoding,
        Encoding::Utf8 | Encoding::Ascii | Encoding::Latin1
    );
    if byte_wise && text.is_ascii() {
        return Ok(Bytes::new(text.bytes()));
    }
    let mut out = Vec::with_capacity(text.bytes().len() + 4);
    let h = &mut Encoder::new(t, handling, text);
    match encoding {
        Encoding::Utf8 => codec::encode_utf8(&mut out, text.bytes(), h)?,
        Encoding::Ascii => codec::encode_ascii(&mut out, text.bytes(), h)?,
        Encoding::Latin1 => codec::encode_latin1(&mut out, text.bytes(), h)?,
        Encoding::Utf16(order) => codec::encode_utf16(&mut out, text.bytes(), order, h)?,
        Encoding::Utf32(order) => codec::encode_utf32(&mut out, text.bytes(), order, h)?,
        Encoding::Utf7 => codec::encode_utf7(&mut out, text.bytes()),
        Encoding::UnicodeEscape => codec::encode_unicode_escape(&mut out, text.bytes()),
        Encoding::RawUnicodeEscape => codec::encode_raw_unicode_escape(&mut out, text.bytes()),
    }
    Ok(Bytes::new(&out))
}

/// A name argument (`encoding`, `errors`) as text; `default` if absent.
fn name_arg(
    t: &Thread,
    v: Option<Value>,
    function: &str,
    parameter: &str,
    default: &'static str,
) -> R<String> {
    let Some(v) = v else {
        return Ok(default.into());
    };
    let Some(s) = v.cast::<Str>() else {
        let m = format!(
            "{function}() argument '{parameter}' must be str, not {}",
            crate::types::type_::shown_type(v)
        );
        return Err(errors::type_error(t, m));
    };
    let Some(text) = s.to_str() else {
        // Raises: a lone surrogate.
        encode_known(t, Encoding::Utf8, s, &Handling::new(""))?;
        return Ok(s.lossy().into_owned());
    };
    if text.contains('\0') {
        return Err(errors::value_error(t, "embedded null character"));
    }
    Ok(text.to_owned())
}

/// `text.encode(encoding, errors)`.
pub fn encode(
    t: &Thread,
    this: Gc<Str>,
    encoding: Option<Value>,
    errors_: Option<Value>,
) -> R<Value> {
    let encoding = name_arg(t, encoding, "encode", "encoding", "utf-8")?;
    let handler = name_arg(t, errors_, "encode", "errors", "")?;
    encode_named(t, this, &encoding, &handler)
}

/// Encodes with a codec given by name.
pub fn encode_named(t: &Thread, this: Gc<Str>, encoding: &str, handler: &str) -> R<Value> {
    if let Some(known) = Encoding::from_name(encoding) {
        return encode_known(t, known, this, &Handling::new(handler)).map(Gc::value);
    }
    let v = registry::encode_text(t, this.value(), encoding, handler)?;
    if v.cast::<Bytes>().is_some() {
        return Ok(v);
    }
    let m = format!(
        "'{encoding}' encoder returned '{}' instead of 'bytes'; use codecs.encode() to encode to arbitrary types",
        type_name(v)
    );
    Err(errors::type_error(t, m))
}

/// `data.decode(encoding, errors)` of `bytes` and `bytearray`.
pub fn decode(
    t: &Thread,
    this: Value,
    encoding: Option<Value>,
    errors_: Option<Value>,
) -> R<Value> {
    let encoding = name_arg(t, encoding, "decode", "encoding", "utf-8")?;
    let handler = name_arg(t, errors_, "decode", "errors", "")?;
    if bytes::like(this).is_some_and(|b| b.is_empty()) {
        return Ok(Str::new("").value());
    }
    decode_named(t, this, &encoding, &handler).map(Gc::value)
}

/// Decodes an object with a buffer with a codec given by name.
pub fn decode_named(t: &Thread, data: Value, encoding: &str, handler: &str) -> R<Gc<Str>> {
    if let Some(known) = Encoding::from_name(encoding) {
        if let Some(b) = data.cast::<Bytes>() {
            return Ok(decode_known(t, known, b.bytes(), &Handling::new(handler), true)?.0);
        }
        // The content may change while a handler runs.
        let copy = match bytes::like(data) {
            Some(b) => b.to_vec(),
            None => buffer::bytes(t, data)?.to_vec(),
        };
        return Ok(decode_known(t, known, &copy, &Handling::new(handler), true)?.0);
    }
    let v = registry::decode_text(t, data, encoding, handler)?;
    v.cast::<Str>().ok_or_else(|| {
        let m = format!(
            "'{encoding}' decoder returned '{}' instead of 'str'; use codecs.decode() to decode to arbitrary types",
            type_name(v)
        );
        errors::type_error(t, m)
    })
}

/// `str(object, encoding, errors)`.
pub fn decode_object(
    t: &Thread,
    object: Value,
    encoding: Option<Value>,
    errors_: Option<Value>,
) -> R<Gc<Str>> {
    let encoding = name_arg(t, encoding, "str", "encoding", "utf-8")?;
    let handler = name_arg(t, errors_, "str", "errors", "")?;
    if object.cast::<Str>().is_some() {
        return Err(errors::type_error(t, "decoding str is not supported"));
    }
    if bytes::like(object).is_none() && !buffer::has(object) {
        let m = format!(
            "decoding to str: need a bytes-like object, {} found",
            type_name(object)
        );
        return Err(errors::type_error(t, m));
    }
    decode_named(t, object, &encoding, &handler)
}
