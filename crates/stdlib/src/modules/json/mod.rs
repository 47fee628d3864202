//! `_json`: scanning and quoting for the library's `json`.

mod encoder;
mod quote;
mod scanner;
mod strings;

use pyjit_heap::{Gc, Value};
use pyjit_runtime::core::{attr, call, errors};
use pyjit_runtime::types::module::Module;
use pyjit_runtime::types::str_::{Str, byte_offset, char_index, intern};
use pyjit_runtime::types::tuple::Tuple;
use pyjit_runtime::types::type_::type_name;
use pyjit_runtime::{R, Raised, Thread};

use crate::native_module;

/// Raises `json.JSONDecodeError` for byte `at` of the document.
#[cold]
fn decode_error(t: &Thread, message: &str, s: Gc<Str>, at: usize) -> Raised {
    error_at(t, message, s, char_index(&s, at) as i64)
}
#[cold]
fn error_at(t: &Thread, message: &str, s: Gc<Str>, at: i64) -> Raised {
    let make = || -> R<Value> {
        let m = t.host().import(t, "json.decoder")?;
        let class = attr::get(t, m, intern("JSONDecodeError"))?;
        let message = Str::new(message).value();
        call::call(t, class, &[message, s.value(), Value::int(at)])
    };
    match make() {
        Ok(e) => errors::set(t, e),
        Err(e) => e,
    }
}
fn text(t: &Thread, v: Value) -> R<Gc<Str>> {
    v.cast::<Str>().ok_or_else(|| {
        let m = format!("first argument must be a string, not {}", type_name(v));
        errors::type_error(t, m)
    })
}

fn scanstring(t: &Thread, s: Value, end: i64, strict: Option<bool>) -> R<Gc<Tuple>> {
    let s = text(t, s)?;
    if end < 0 || end as usize > s.len() {
        return Err(errors::value_error(t, "end is out of bounds"));
    }
    let from = byte_offset(&s, end as usize);
    let (found, next) = strings::scan(t, s, from, strict.unwrap_or(true))?;
    let next = Value::int(char_index(&s, next) as i64);
    Ok(Tuple::new(&[found, next]))
}
fn encode_basestring(t: &Thread, s: Value) -> R<Gc<Str>> {
    let s = text(t, s)?;
    quote::quoted(t, s, false)
}
fn encode_basestring_ascii(t: &Thread, s: Value) -> R<Gc<Str>> {
    let s = text(t, s)?;
    quote::quoted(t, s, true)
}

fn init(t: &Thread, m: Gc<Module>) -> R<()> {
    let class = pyjit_runtime::core::class::make(t, &scanner::CLASS);
    m.set(t, "make_scanner", class.value())?;
    let class = pyjit_runtime::core::class::make(t, &encoder::CLASS);
    m.set(t, "make_encoder", class.value())
}

native_module! {
    /// json speedups
    pub MODULE = "_json", init init;
    functions {
        /// encode_basestring_ascii(string) -> string
        ///
        /// Return an ASCII-only JSON representation of a Python string
        encode_basestring_ascii(string, /) => encode_basestring_ascii;
        /// encode_basestring(string) -> string
        ///
        /// Return a JSON representation of a Python string
        encode_basestring(string, /) => encode_basestring;
        /// scanstring(string, end, strict=True) -> (string, end)
        ///
        /// Scan the string s for a JSON string. End is the index of the
        /// character in s after the quote that started the JSON string.
        /// Unescapes all valid JSON string escape sequences and raises ValueError
        /// on attempt to decode an invalid string. If strict is False then literal
        /// control characters are allowed in the string.
        ///
        /// Returns a tuple of the decoded string and the index of the character in s
        /// after the end quote.
        scanstring(string, end, strict=True, /) => scanstring;
    }
}
