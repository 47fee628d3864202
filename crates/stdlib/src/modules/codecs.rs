//! `_codecs`: the codecs and registries of the runtime, for `codecs` and
//! `encodings`.

use pyjit_heap::{Gc, Value};
use pyjit_runtime::core::errors;
use pyjit_runtime::types::bytes::Bytes;
use pyjit_runtime::types::dict::Dict;
use pyjit_runtime::types::exceptions::Exception;
use pyjit_runtime::types::str_::{Str, intern};
use pyjit_runtime::types::str_codec::{self, Encoding, Handling};
use pyjit_runtime::types::tuple::Tuple;
use pyjit_runtime::types::type_::type_name;
use pyjit_runtime::types::{buffer, codec_charmap, codec_registry as registry};
use pyjit_runtime::unicode::codec::{self, BadHex, ByteOrder, BytesEscapeError};
use pyjit_runtime::{R, Thread};

use crate::native_module;

/// A name argument: a `str`.
fn name(t: &Thread, v: Value, what: &str) -> R<String> {
    match v.cast::<Str>() {
        Some(s) => Ok(s.lossy().into_owned()),
        None => Err(errors::type_error(
            t,
            format!("{what} must be str, not {}", type_name(v)),
        )),
    }
}
/// The argument `errors`: `str`, `None` or absent.
fn handler(t: &Thread, v: Option<Value>, function: &str) -> R<String> {
    match v.filter(|v| !v.is_none()) {
        None => Ok(String::new()),
        Some(v) => match v.cast::<Str>() {
            Some(s) => Ok(s.lossy().into_owned()),
            None => {
                let m = format!(
                    "{function}() argument 2 must be str or None, not {}",
                    type_name(v)
                );
                Err(errors::type_error(t, m))
            }
        },
    }
}
fn pair(v: Value, n: usize) -> Gc<Tuple> {
    Tuple::new(&[v, Value::int(n as i64)])
}

fn encode_with(
    t: &Thread,
    f: &str,
    e: Encoding,
    text: Gc<Str>,
    errors_: Option<Value>,
) -> R<Gc<Tuple>> {
    let h = handler(t, errors_, f)?;
    let b = str_codec::encode_known(t, e, text, &Handling::new(&h))?;
    Ok(pair(b.value(), text.len()))
}
fn decode_with(
    t: &Thread,
    f: &str,
    e: Encoding,
    data: &[u8],
    errors_: Option<Value>,
    last: bool,
) -> R<Gc<Tuple>> {
    let h = handler(t, errors_, f)?;
    let (s, n) = str_codec::decode_known(t, e, data, &Handling::new(&h), last)?;
    Ok(pair(s.value(), n))
}
/// The bytes of an argument; text as UTF-8 if that is allowed.
fn data(t: &Thread, v: Value, text_too: bool) -> R<Vec<u8>> {
    match v.cast::<Str>() {
        Some(s) if text_too => {
            let b = str_codec::encode_known(t, Encoding::Utf8, s, &Handling::new(""))?;
            Ok(b.bytes().to_vec())
        }
        _ => Ok(buffer::bytes(t, v)?.to_vec()),
    }
}

macro_rules! codecs {
    ($($encode:ident $decode:ident $encoding:expr, final $last:literal;)*) => { $(
        fn $encode(t: &Thread, text: Gc<Str>, errors_: Option<Value>) -> R<Gc<Tuple>> {
            encode_with(t, stringify!($encode), $encoding, text, errors_)
        }
        fn $decode(t: &Thread, v: Value, errors_: Option<Value>, last: Option<bool>) -> R<Gc<Tuple>> {
            let e = $encoding;
            let text_too = matches!(e, Encoding::UnicodeEscape | Encoding::RawUnicodeEscape);
            let bytes = data(t, v, text_too)?;
            decode_with(t, stringify!($decode), e, &bytes, errors_, last.unwrap_or($last))
        }
    )* };
}
codecs! {
    utf_8_encode utf_8_decode Encoding::Utf8, final false;
    utf_7_encode utf_7_decode Encoding::Utf7, final false;
    ascii_encode ascii_decode Encoding::Ascii, final true;
    latin_1_encode latin_1_decode Encoding::Latin1, final true;
    utf_16_le_encode utf_16_le_decode Encoding::Utf16(ByteOrder::Little), final false;
    utf_16_be_encode utf_16_be_decode Encoding::Utf16(ByteOrder::Big), final false;
    utf_16_plain_encode utf_16_decode Encoding::Utf16(ByteOrder::Mark), final false;
    utf_32_le_encode utf_32_le_decode Encoding::Utf32(ByteOrder::Little), final false;
    utf_32_be_encode utf_32_be_decode Encoding::Utf32(ByteOrder::Big), final false;
    utf_32_plain_encode utf_32_decode Encoding::Utf32(ByteOrder::Mark), final false;
    unicode_escape_encode unicode_escape_decode Encoding::UnicodeEscape, final true;
    raw_unicode_escape_encode raw_unicode_escape_decode Encoding::RawUnicodeEscape, final true;
}

/// Byte order as C counts it: -1 little, 1 big, 0 by mark.
fn order(byteorder: Option<i64>) -> ByteOrder {
    match byteorder.unwrap_or(0) {
        0 => ByteOrder::Mark,
        n if n < 0 => ByteOrder::Little,
        _ => ByteOrder::Big,
    }
}
fn utf_16_encode(
    t: &Thread,
    text: Gc<Str>,
    errors_: Option<Value>,
    byteorder: Option<i64>,
) -> R<Gc<Tuple>> {
    match order(byteorder) {
        ByteOrder::Mark => utf_16_plain_encode(t, text, errors_),
        o => encode_with(t, "utf_16_encode", Encoding::Utf16(o), text, errors_),
    }
}
fn utf_32_encode(
    t: &Thread,
    text: Gc<Str>,
    errors_: Option<Value>,
    byteorder: Option<i64>,
) -> R<Gc<Tuple>> {
    match order(byteorder) {
        ByteOrder::Mark => utf_32_plain_encode(t, text, errors_),
        o => encode_with(t, "utf_32_encode", Encoding::Utf32(o), text, errors_),
    }
}
/// A decoder that says which byte order it found.
fn ex_decode(
    t: &Thread,
    v: Value,
    errors_: Option<Value>,
    byteorder: Option<i64>,
    last: Option<bool>,
    wide: bool,
) -> R<Gc<Tuple>> {
    let bytes = data(t, v, false)?;
    let mut o = order(byteorder);
    let (little, big): (&[u8], &[u8]) = match wide {
        true => (b"\xff\xfe\0\0", b"\0\0\xfe\xff"),
        false => (b"\xff\xfe", b"\xfe\xff"),
    };
    let mut skip = 0;
    if o == ByteOrder::Mark && bytes.len() >= little.len() {
        (o, skip) = match () {
            () if bytes.starts_with(little) => (ByteOrder::Little, little.len()),
            () if bytes.starts_with(big) => (ByteOrder::Big, big.len()),
            () => (o, 0),
        };
    }
    let e = if wide {
        Encoding::Utf32(o)
    } else {
        Encoding::Utf16(o)
    };
    let r = decode_with(
        t,
        "utf_ex_decode",
        e,
        &bytes[skip..],
        errors_,
        last.unwrap_or(false),
    )?;
    let n = r.items()[1].as_int() + skip as i64;
    let found = match o {
        ByteOrder::Mark => 0,
        ByteOrder::Little => -1,
        ByteOrder::Big => 1,
    };
    Ok(Tuple::new(&[
        r.items()[0],
        Value::int(n),
        Value::int(found),
    ]))
}
fn utf_16_ex_decode(
    t: &Thread,
    v: Value,
    errors_: Option<Value>,
    byteorder: Option<i64>,
    last: Option<bool>,
) -> R<Gc<Tuple>> {
    ex_decode(t, v, errors_, byteorder, last, false)
}
fn utf_32_ex_decode(
    t: &Thread,
    v: Value,
    errors_: Option<Value>,
    byteorder: Option<i64>,
    last: Option<bool>,
) -> R<Gc<Tuple>> {
    ex_decode(t, v, errors_, byteorder, last, true)
}

fn escape_encode(t: &Thread, v: Value, _errors: Option<Value>) -> R<Gc<Tuple>> {
    let Some(b) = v.cast::<Bytes>() else {
        let m = format!(
            "escape_encode() argument 1 must be bytes, not {}",
            type_name(v)
        );
        return Err(errors::type_error(t, m));
    };
    let mut out = Vec::with_capacity(b.len());
    pyjit_runtime::unicode::push_bytes_body(&mut out, b.bytes(), b'\'');
    Ok(pair(Bytes::new(&out).value(), b.len()))
}
fn escape_decode(t: &Thread, v: Value, errors_: Option<Value>) -> R<Gc<Tuple>> {
    let bytes = data(t, v, true)?;
    let h = handler(t, errors_, "escape_decode")?;
    let policy = match &*h {
        "replace" => BadHex::Replace,
        "ignore" => BadHex::Ignore,
        _ => BadHex::Strict,
    };
    let mut out = Vec::with_capacity(bytes.len());
    match codec::decode_bytes_escape(&mut out, &bytes, policy) {
        Ok(None) => {}
        Ok(Some(at)) => str_codec::warn_invalid_escape(t, &bytes, at)?,
        Err(BytesEscapeError::Trailing) => {
            return Err(errors::value_error(t, "Trailing \\ in string"));
        }
        Err(BytesEscapeError::BadHex(_)) if !matches!(&*h, "" | "strict") => {
            let m = format!("decoding error; unknown error handling code: {h}");
            return Err(errors::value_error(t, m));
        }
        Err(BytesEscapeError::BadHex(at)) => {
            return Err(errors::value_error(
                t,
                format!("invalid \\x escape at position {at}"),
            ));
        }
    }
    Ok(pair(Bytes::new(&out).value(), bytes.len()))
}
fn readbuffer_encode(t: &Thread, v: Value, _errors: Option<Value>) -> R<Gc<Tuple>> {
    let bytes = data(t, v, true)?;
    Ok(pair(Bytes::new(&bytes).value(), bytes.len()))
}
fn charmap_encode(
    t: &Thread,
    text: Gc<Str>,
    errors_: Option<Value>,
    mapping: Option<Value>,
) -> R<Gc<Tuple>> {
    let h = handler(t, errors_, "charmap_encode")?;
    let mapping = mapping.filter(|m| !m.is_none());
    let b = codec_charmap::encode(t, text, &Handling::new(&h), mapping)?;
    Ok(pair(b.value(), text.len()))
}
fn charmap_decode(
    t: &Thread,
    v: Value,
    errors_: Option<Value>,
    mapping: Option<Value>,
) -> R<Gc<Tuple>> {
    let h = handler(t, errors_, "charmap_decode")?;
    let bytes = data(t, v, false)?;
    let mapping = mapping.filter(|m| !m.is_none());
    let s = codec_charmap::decode(t, &bytes, &Handling::new(&h), mapping)?;
    Ok(pair(s.value(), bytes.len()))
}
fn charmap_build(t: &Thread, table: Gc<Str>) -> R<Gc<Dict>> {
    codec_charmap::build(t, table)
}

fn lookup(t: &Thread, encoding: Value) -> R<Gc<Tuple>> {
    registry::lookup(t, &name(t, encoding, "lookup() argument")?)
}
fn register(t: &Thread, search: Value) -> R<()> {
    registry::register(t, search)
}
fn unregister(t: &Thread, search: Value) -> R<()> {
    registry::unregister(t, search)
}
fn register_error(t: &Thread, errors_: Gc<Str>, f: Value) -> R<()> {
    registry::register_error(t, errors_, f)
}
fn unregister_error(t: &Thread, errors_: Value) -> R<bool> {
    registry::unregister_error(t, &name(t, errors_, "_unregister_error() argument")?)
}
fn lookup_error(t: &Thread, errors_: Value) -> R<Value> {
    registry::lookup_error(t, &name(t, errors_, "lookup_error() argument")?)
}

/// Adds a note to the pending exception.
fn noted(t: &Thread, r: R<Value>, what: &str, encoding: &str) -> R<Value> {
    if r.is_err() && t.exc.get().cast::<Exception>().is_some() {
        let e = t.take_exception();
        let note = Str::new(&format!("{what} with '{encoding}' codec failed")).value();
        let done = pyjit_runtime::core::call::call_attr(t, e, "add_note", &[note]);
        t.exc.set(Value::NULL);
        let _ = done;
        t.set_exception(e);
    }
    r
}
/// The arguments `encoding`, which must be a known one, and `errors` of `function`.
fn how(
    t: &Thread,
    function: &str,
    encoding: Option<Value>,
    errors: Option<Value>,
) -> R<[String; 2]> {
    let text = |v: Option<Value>, default: &str, argument: &str| {
        let v = v.unwrap_or(intern(default).value());
        name(t, v, &format!("{function}() argument '{argument}'"))
    };
    let e = text(encoding, "utf-8", "encoding")?;
    let h = text(errors, "", "errors")?;
    registry::lookup(t, &e)?;
    Ok([e, h])
}
fn encode(t: &Thread, obj: Value, encoding: Option<Value>, errors: Option<Value>) -> R<Value> {
    let [e, h] = how(t, "encode", encoding, errors)?;
    noted(t, registry::encode_any(t, obj, &e, &h), "encoding", &e)
}
fn decode(t: &Thread, obj: Value, encoding: Option<Value>, errors: Option<Value>) -> R<Value> {
    let [e, h] = how(t, "decode", encoding, errors)?;
    noted(t, registry::decode_any(t, obj, &e, &h), "decoding", &e)
}

native_module! {
    pub MODULE = "_codecs";
    functions {
        /// Register a codec search function.
        register(search_function, /) => register;
        /// Unregister a codec search function and clear the registry's cache.
        unregister(search_function, /) => unregister;
        /// Looks up a codec tuple in the Python codec registry and returns a CodecInfo object.
        lookup(encoding, /) => lookup;
        /// Encodes obj using the codec registered for encoding.
        encode(obj, encoding="utf-8", errors="strict") => encode;
        /// Decodes obj using the codec registered for encoding.
        decode(obj, encoding="utf-8", errors="strict") => decode;
        /// Register the specified error handler under the name errors.
        register_error(errors, handler, /) => register_error;
        /// Un-register the specified error handler for the error handling `errors'.
        _unregister_error(errors, /) => unregister_error;
        /// Return the error handler for the specified error handling name.
        lookup_error(name, /) => lookup_error;
        escape_encode(data, errors=None, /) => escape_encode;
        escape_decode(data, errors=None, /) => escape_decode;
        readbuffer_encode(data, errors=None, /) => readbuffer_encode;
        charmap_encode(str, errors=None, mapping=None, /) => charmap_encode;
        charmap_decode(data, errors=None, mapping=None, /) => charmap_decode;
        charmap_build(map, /) => charmap_build;
        utf_8_encode(str, errors=None, /) => utf_8_encode;
        utf_8_decode(data, errors=None, final=False, /) => utf_8_decode;
        utf_7_encode(str, errors=None, /) => utf_7_encode;
        utf_7_decode(data, errors=None, final=False, /) => utf_7_decode;
        ascii_encode(str, errors=None, /) => ascii_encode;
        ascii_decode(data, errors=None, /) => ascii_decode_all;
        latin_1_encode(str, errors=None, /) => latin_1_encode;
        latin_1_decode(data, errors=None, /) => latin_1_decode_all;
        utf_16_encode(str, errors=None, byteorder=0, /) => utf_16_encode;
        utf_16_decode(data, errors=None, final=False, /) => utf_16_decode;
        utf_16_ex_decode(data, errors=None, byteorder=0, final=False, /) => utf_16_ex_decode;
        utf_16_le_encode(str, errors=None, /) => utf_16_le_encode;
        utf_16_le_decode(data, errors=None, final=False, /) => utf_16_le_decode;
        utf_16_be_encode(str, errors=None, /) => utf_16_be_encode;
        utf_16_be_decode(data, errors=None, final=False, /) => utf_16_be_decode;
        utf_32_encode(str, errors=None, byteorder=0, /) => utf_32_encode;
        utf_32_decode(data, errors=None, final=False, /) => utf_32_decode;
        utf_32_ex_decode(data, errors=None, byteorder=0, final=False, /) => utf_32_ex_decode;
        utf_32_le_encode(str, errors=None, /) => utf_32_le_encode;
        utf_32_le_decode(data, errors=None, final=False, /) => utf_32_le_decode;
        utf_32_be_encode(str, errors=None, /) => utf_32_be_encode;
        utf_32_be_decode(data, errors=None, final=False, /) => utf_32_be_decode;
        unicode_escape_encode(str, errors=None, /) => unicode_escape_encode;
        unicode_escape_decode(data, errors=None, final=True, /) => unicode_escape_decode;
        raw_unicode_escape_encode(str, errors=None, /) => raw_unicode_escape_encode;
        raw_unicode_escape_decode(data, errors=None, final=True, /) => raw_unicode_escape_decode;
    }
}

fn ascii_decode_all(t: &Thread, v: Value, errors_: Option<Value>) -> R<Gc<Tuple>> {
    ascii_decode(t, v, errors_, None)
}
fn latin_1_decode_all(t: &Thread, v: Value, errors_: Option<Value>) -> R<Gc<Tuple>> {
    latin_1_decode(t, v, errors_, None)
}
