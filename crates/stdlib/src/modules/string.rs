//! `_string`: the parsers behind `string.Formatter`.

use pyjit_heap::{Gc, Value};
use pyjit_runtime::core::{errors, ops};
use pyjit_runtime::types::int;
use pyjit_runtime::types::list::List;
use pyjit_runtime::types::str_::{Str, char_len};
use pyjit_runtime::types::tuple::Tuple;
use pyjit_runtime::types::type_::type_name;
use pyjit_runtime::{R, Thread};

use crate::native_module;

fn text(t: &Thread, v: Value) -> R<Gc<Str>> {
    v.cast::<Str>()
        .ok_or_else(|| errors::type_error(t, format!("expected str, got {}", type_name(v))))
}
fn part(bytes: &[u8]) -> Value {
    Str::from_wtf8(bytes).value()
}

/// The parts of a replacement field, and where it ends.
struct Field {
    name: (usize, usize),
    spec: (usize, usize),
    conversion: Option<(usize, usize)>,
    end: usize,
}

/// Parses the field that begins behind the `{` before `start`.
fn field(t: &Thread, s: &[u8], start: usize) -> R<Field> {
    let fail = |m: &str| Err(errors::value_error(t, m));
    let (mut i, mut bracket) = (start, false);
    while i < s.len() {
        match s[i] {
            b'[' => bracket = true,
            b']' => bracket = false,
            b'{' => return fail("unexpected '{' in field name"),
            b'}' | b':' | b'!' if !bracket => break,
            _ => {}
        }
        i += 1;
    }
    if i >= s.len() {
        return fail("expected '}' before end of string");
    }
    let name = (start, i);
    let mut conversion = None;
    if s[i] == b'!' {
        if i + 1 >= s.len() {
            return fail("end of string while looking for conversion specifier");
        }
        let n = char_len(s[i + 1]);
        conversion = Some((i + 1, i + 1 + n));
        i += 1 + n;
        match s.get(i) {
            Some(b'}') => {
                return Ok(Field {
                    name,
                    spec: (i, i),
                    conversion,
                    end: i + 1,
                });
            }
            Some(b':') => {}
            Some(_) => return fail("expected ':' after conversion specifier"),
            None => return fail("unmatched '{' in format spec"),
        }
    }
    if s[i] == b'}' {
        return Ok(Field {
            name,
            spec: (i, i),
            conversion,
            end: i + 1,
        });
    }
    let from = i + 1;
    let mut depth = 1;
    for (k, c) in s.iter().enumerate().skip(from) {
        match c {
            b'{' => depth += 1,
            b'}' => depth -= 1,
            _ => {}
        }
        if depth == 0 {
            return Ok(Field {
                name,
                spec: (from, k),
                conversion,
                end: k + 1,
            });
        }
    }
    fail("unmatched '{' in format spec")
}

fn parser(t: &Thread, format: Value) -> R<Value> {
    let format = text(t, format)?;
    let (s, out) = (format.bytes(), List::new());
    let mut i = 0;
    while i < s.len() {
        let start = i;
        while i < s.len() && s[i] != b'{' && s[i] != b'}' {
            i += 1;
        }
        let mut literal = (start, i);
        let mut found = None;
        if i < s.len() {
            let c = s[i];
            if s.get(i + 1) == Some(&c) {
                literal.1 = i + 1;
                i += 2;
            } else if c == b'}' {
                return Err(errors::value_error(
                    t,
                    "Single '}' encountered in format string",
                ));
            } else if i + 1 >= s.len() {
                return Err(errors::value_error(
                    t,
                    "Single '{' encountered in format string",
                ));
            } else {
                let f = field(t, s, i + 1)?;
                i = f.end;
                found = Some(f);
            }
        }
        let literal = part(&s[literal.0..literal.1]);
        let row = match found {
            None => Tuple::new(&[literal, Value::NONE, Value::NONE, Value::NONE]),
            Some(f) => {
                let name = part(&s[f.name.0..f.name.1]);
                let spec = part(&s[f.spec.0..f.spec.1]);
                let conversion = f.conversion.map_or(Value::NONE, |(a, b)| part(&s[a..b]));
                Tuple::new(&[literal, name, spec, conversion])
            }
        };
        out.push(t, row.value())?;
    }
    ops::iter(t, out.value())
}

/// A part of a field name: an index if it is all digits.
fn number_or_name(t: &Thread, bytes: &[u8]) -> R<Value> {
    if bytes.is_empty() || !bytes.iter().all(u8::is_ascii_digit) {
        return Ok(part(bytes));
    }
    match std::str::from_utf8(bytes)
        .ok()
        .and_then(|s| s.parse::<i64>().ok())
    {
        Some(i) => Ok(int::from_i64(t, i)),
        None => Err(errors::value_error(
            t,
            "Too many decimal digits in format string",
        )),
    }
}

fn split(t: &Thread, name: Value) -> R<Value> {
    let name = text(t, name)?;
    let (s, out) = (name.bytes(), List::new());
    let fail = |m: &str| Err(errors::value_error(t, m));
    let mut i = s
        .iter()
        .position(|c| matches!(c, b'.' | b'['))
        .unwrap_or(s.len());
    let first = number_or_name(t, &s[..i])?;
    while i < s.len() {
        let is_attribute = s[i] == b'.';
        let from = i + 1;
        let value = if is_attribute {
            i = from;
            while i < s.len() && s[i] != b'.' && s[i] != b'[' {
                i += 1;
            }
            if i == from {
                return fail("Empty attribute in format string");
            }
            part(&s[from..i])
        } else if s[i] == b'[' {
            let Some(n) = s[from..].iter().position(|c| *c == b']') else {
                return fail("Missing ']' in format string");
            };
            i = from + n + 1;
            if n == 0 {
                return fail("Empty attribute in format string");
            }
            number_or_name(t, &s[from..from + n])?
        } else {
            return fail("Only '.' or '[' may follow ']' in format field specifier");
        };
        out.push(t, Tuple::new(&[Value::bool(is_attribute), value]).value())?;
    }
    Ok(Tuple::new(&[first, ops::iter(t, out.value())?]).value())
}

native_module! {
    /// string helper module
    pub MODULE = "_string";
    functions {
        /// parse the argument as a format string
        formatter_parser(object, /) => parser;
        /// split the argument as a field name
        formatter_field_name_split(object, /) => split;
    }
}
