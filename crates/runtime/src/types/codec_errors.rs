//! The builtin error handlers of codecs as Python functions:
//! `codecs.strict_errors` and the like.

use pyjit_heap::{Gc, Value};

use super::bytes::{self, Bytes};
use super::exceptions::{Exc, Exception, extra_index};
use super::int;
use super::str_::{Str, byte_offset, intern};
use super::tuple::Tuple;
use super::type_::{class_of, type_name};
use crate::core::errors;
use crate::core::kinds;
use crate::core::native::{NativeDef, NativeObject};
use crate::core::thread::{R, Raised, Thread};
use crate::unicode::codec::{CodecError, ErrorPolicy, Replacement};
use crate::unicode::wtf8;

/// One function for each handler, named `NAME_errors`.
pub static HANDLERS: &[NativeDef] = crate::native_table! {
    /// Implements the 'strict' error handling, which raises a UnicodeError on coding errors.
    strict_errors(exception, /) => strict;
    /// Implements the 'ignore' error handling, which ignores malformed data and continues.
    ignore_errors(exception, /) => ignore;
    /// Implements the 'replace' error handling, which replaces malformed data with a replacement marker.
    replace_errors(exception, /) => replace;
    /// Implements the 'xmlcharrefreplace' error handling, which replaces an unencodable character with the appropriate XML character reference.
    xmlcharrefreplace_errors(exception, /) => xmlcharrefreplace;
    /// Implements the 'backslashreplace' error handling, which replaces malformed data with a backslashed escape sequence.
    backslashreplace_errors(exception, /) => backslashreplace;
    /// Implements the 'namereplace' error handling, which replaces an unencodable character with a \N{...} escape sequence.
    namereplace_errors(exception, /) => namereplace;
    surrogatepass_errors(exception, /) => surrogatepass;
    surrogateescape_errors(exception, /) => surrogateescape;
};

/// The callable of a row.
pub fn function(f: &'static NativeDef) -> Value {
    NativeObject::new(
        kinds::BUILTIN_FUNCTION,
        f,
        Value::NULL,
        intern("_codecs").value(),
    )
    .value()
}

/// A Unicode error taken apart.
struct Problem {
    exc: Exc,
    object: Value,
    error: CodecError,
}

fn attribute(x: Gc<Exception>, class: Exc, name: &str) -> Value {
    extra_index(class, name).map_or(Value::NULL, |i| x.extra(i))
}

fn unknown(t: &Thread, v: Value) -> Raised {
    errors::type_error(
        t,
        format!(
            "don't know how to handle {} in error callback",
            type_name(v)
        ),
    )
}

fn known_encoding(name: &str) -> &'static str {
    use super::str_codec::Encoding as E;
    use crate::unicode::codec::ByteOrder as B;
    match E::from_name(name) {
        Some(E::Utf8) => "utf-8",
        Some(E::Utf16(B::Little)) => "utf-16-le",
        Some(E::Utf16(B::Big)) => "utf-16-be",
        Some(E::Utf16(B::Mark)) => "utf-16",
        Some(E::Utf32(B::Little)) => "utf-32-le",
        Some(E::Utf32(B::Big)) => "utf-32-be",
        Some(E::Utf32(B::Mark)) => "utf-32",
        _ => "",
    }
}

fn problem(t: &Thread, v: Value) -> R<Problem> {
    let class = class_of(v);
    let all = [
        Exc::UnicodeDecodeError,
        Exc::UnicodeEncodeError,
        Exc::UnicodeTranslateError,
    ];
    let (Some(exc), Some(x)) = (
        all.into_iter().find(|e| class.is_subtype(e.class())),
        v.cast::<Exception>(),
    ) else {
        return Err(unknown(t, v));
    };
    let object = attribute(x, exc, "object");
    let len = match (object.is_null(), exc) {
        (true, _) => return Err(errors::type_error(t, "object attribute not set")),
        (_, Exc::UnicodeDecodeError) => match bytes::like(object) {
            Some(b) => b.len(),
            None => return Err(errors::type_error(t, "object attribute must be bytes")),
        },
        _ => match object.cast::<Str>() {
            Some(s) => s.len(),
            None => return Err(errors::type_error(t, "object attribute must be unicode")),
        },
    } as i64;
    let bound = |name| int::to_i64(attribute(x, exc, name)).unwrap_or(0);
    let start = bound("start").clamp(0, (len - 1).max(0));
    let end = bound("end").max(1).min(len).max(start);
    let encoding = match attribute(x, exc, "encoding")
        .opt()
        .and_then(|e| e.cast::<Str>())
    {
        Some(s) => known_encoding(&s.lossy()),
        None => "",
    };
    let error = CodecError {
        encoding,
        start: start as usize,
        end: end as usize,
        reason: "",
    };
    Ok(Problem { exc, object, error })
}

fn result(text: Gc<Str>, at: usize) -> Gc<Tuple> {
    Tuple::new(&[text.value(), Value::int(at as i64)])
}

/// Applies a policy; `Err` raises the exception itself.
fn apply(t: &Thread, v: Value, policy: ErrorPolicy) -> R<Gc<Tuple>> {
    let p = problem(t, v)?;
    if p.exc == Exc::UnicodeDecodeError {
        let content = bytes::like(p.object).map_or_else(Vec::new, |b| b.to_vec());
        let mut out = Vec::new();
        return match policy.decode(&content, &mut out, &p.error) {
            Some(at) => Ok(result(Str::from_wtf8(&out), at)),
            None => Err(errors::set(t, v)),
        };
    }
    let text: Gc<Str> = Gc::from_value(p.object);
    match policy.encode(text.bytes(), &p.error) {
        Some((Replacement::Text(s), at)) => Ok(result(Str::from_wtf8(&s), at)),
        Some((Replacement::Bytes(b), at)) => {
            Ok(Tuple::new(&[Bytes::new(&b).value(), Value::int(at as i64)]))
        }
        None => Err(errors::set(t, v)),
    }
}

fn strict(t: &Thread, v: Value) -> R<Value> {
    if v.cast::<Exception>().is_none() {
        return Err(errors::type_error(t, "codec must pass exception instance"));
    }
    Err(errors::set(t, v))
}
fn ignore(t: &Thread, v: Value) -> R<Gc<Tuple>> {
    let p = problem(t, v)?;
    Ok(result(intern(""), p.error.end))
}
fn replace(t: &Thread, v: Value) -> R<Gc<Tuple>> {
    let p = problem(t, v)?;
    let n = p.error.end - p.error.start;
    let text = match p.exc {
        Exc::UnicodeEncodeError => "?".repeat(n),
        Exc::UnicodeDecodeError => "\u{fffd}".to_string(),
        _ => "\u{fffd}".repeat(n),
    };
    Ok(result(Str::new(&text), p.error.end))
}
fn xmlcharrefreplace(t: &Thread, v: Value) -> R<Gc<Tuple>> {
    if problem(t, v)?.exc != Exc::UnicodeEncodeError {
        return Err(unknown(t, v));
    }
    apply(t, v, ErrorPolicy::XmlCharRefReplace)
}
fn backslashreplace(t: &Thread, v: Value) -> R<Gc<Tuple>> {
    apply(t, v, ErrorPolicy::BackslashReplace)
}
fn surrogatepass(t: &Thread, v: Value) -> R<Gc<Tuple>> {
    if problem(t, v)?.exc == Exc::UnicodeTranslateError {
        return Err(unknown(t, v));
    }
    apply(t, v, ErrorPolicy::SurrogatePass)
}
fn surrogateescape(t: &Thread, v: Value) -> R<Gc<Tuple>> {
    if problem(t, v)?.exc == Exc::UnicodeTranslateError {
        return Err(unknown(t, v));
    }
    apply(t, v, ErrorPolicy::SurrogateEscape)
}
fn namereplace(t: &Thread, v: Value) -> R<Gc<Tuple>> {
    let p = problem(t, v)?;
    if p.exc != Exc::UnicodeEncodeError {
        return Err(unknown(t, v));
    }
    let text: Gc<Str> = Gc::from_value(p.object);
    let from = byte_offset(&text, p.error.start);
    let mut out = Vec::new();
    for c in wtf8::code_points(&text.bytes()[from..]).take(p.error.end - p.error.start) {
        match char::from_u32(c).and_then(unicode_names2::name) {
            Some(name) => out.extend_from_slice(format!("\\N{{{name}}}").as_bytes()),
            None => crate::unicode::push_backslash(&mut out, c),
        }
    }
    Ok(result(Str::from_wtf8(&out), p.error.end))
}
