//! `%` formatting of `str` and `bytes`: fetching the arguments that the
//! template asks for. Parsing and layout are in [`crate::fmt`].

use pyjit_heap::{Gc, Value};

use super::buffer;
use super::bytes::Bytes;
use super::int;
use super::object::qualified_name;
use super::str_::Str;
use crate::core::special::Special;
use crate::core::thread::{R, Raised, Thread};
use crate::core::{call, errors, kinds, ops};
use crate::fmt::{self, Amount, PercentItem, PercentSpec, PercentTemplate};
use crate::types::int_methods::max_str_digits;
use crate::types::tuple::Tuple;
use crate::types::type_::{class_of, of_kind, type_name};
use crate::types::{bytes_methods, float};
use crate::unicode::wtf8;

/// Is the template a `bytes` object or a `str`?
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Flavour {
    Str,
    Bytes,
}

/// The right operand of `%`, consumed item by item.
struct Arguments<'a> {
    tuple: Option<&'a [Value]>,
    /// The single argument; after a key, the value found for it.
    single: Value,
    next: usize,
    mapping: Option<Value>,
}

impl<'a> Arguments<'a> {
    fn next(&mut self, t: &Thread) -> R<Value> {
        let i = self.next;
        self.next += 1;
        match self.tuple {
            Some(items) => items.get(i).copied(),
            None => (i == 0).then_some(self.single),
        }
        .ok_or_else(|| errors::type_error(t, "not enough arguments for format string"))
    }
    /// From now on the value of `key` is the single argument.
    fn select(&mut self, t: &Thread, key: Value) -> R<()> {
        let mapping = self.mapping.unwrap_or(Value::NONE);
        self.single = ops::getitem(t, mapping, key)?;
        self.tuple = None;
        self.next = 0;
        Ok(())
    }
    fn all_used(&self) -> bool {
        self.mapping.is_some() || self.next >= self.tuple.map_or(1, <[Value]>::len)
    }
}

fn is_mapping(v: Value, flavour: Flavour) -> bool {
    let text =
        v.cast::<Str>().is_some() || flavour == Flavour::Bytes && super::bytes::like(v).is_some();
    !text && v.cast::<Tuple>().is_none() && class_of(v).special(Special::Getitem).is_some()
}

/// Appends `template % args`.
pub fn format(
    t: &Thread,
    out: &mut Vec<u8>,
    template: &[u8],
    args: Value,
    flavour: Flavour,
) -> R<()> {
    let tuple = args.cast::<Tuple>();
    let mapping = is_mapping(args, flavour).then_some(args);
    let mut args = Arguments {
        tuple: tuple.as_ref().map(|x| x.items()),
        single: args,
        next: 0,
        mapping,
    };
    let bytes = flavour == Flavour::Bytes;
    let mut items = PercentTemplate::new(template, bytes, mapping.is_some());
    while let Some(item) = items.next_item().map_err(|e| int::raise(t, e))? {
        match item {
            PercentItem::Literal(text) => out.extend_from_slice(text),
            PercentItem::Spec(mut spec) => {
                if let Some(key) = spec.key {
                    let key = if bytes {
                        Bytes::new(key).value()
                    } else {
                        Str::from_wtf8(key).value()
                    };
                    args.select(t, key)?;
                }
                star_amounts(t, &mut spec, &mut args)?;
                convert(t, out, &spec, &mut args, flavour)?;
            }
        }
    }
    if args.all_used() {
        return Ok(());
    }
    Err(errors::type_error(
        t,
        match flavour {
            Flavour::Str => "not all arguments converted during string formatting",
            Flavour::Bytes => "not all arguments converted during bytes formatting",
        },
    ))
}

fn star_amounts(t: &Thread, spec: &mut PercentSpec, args: &mut Arguments) -> R<()> {
    let mut take = |what: &str, fits: fn(i64) -> bool| {
        let v = args.next(t)?;
        if !int::is_int(v) {
            return Err(errors::type_error(t, "* wants int"));
        }
        int::to_i64(v).filter(|i| fits(*i)).ok_or_else(|| {
            errors::overflow_error(t, format!("Python int too large to convert to C {what}"))
        })
    };
    if spec.width == Amount::Star {
        let width = take("ssize_t", |_| true)?;
        if width < -i64::MAX {
            return Err(errors::overflow_error(t, "width too big"));
        }
        spec.set_width(width);
    }
    if spec.precision == Amount::Star {
        let precision = take("int", |i| i32::try_from(i).is_ok())?;
        spec.set_precision(precision);
    }
    Ok(())
}

fn convert(
    t: &Thread,
    out: &mut Vec<u8>,
    spec: &PercentSpec,
    args: &mut Arguments,
    flavour: Flavour,
) -> R<()> {
    let bytes = flavour == Flavour::Bytes;
    let conversion = u8::try_from(spec.conversion).unwrap_or(0);
    let known = b"diouxXeEfFgGcrsa".contains(&conversion) || bytes && conversion == b'b';
    let result = match conversion {
        _ if !known => {
            args.next(t)?;
            Err(spec.unsupported())
        }
        b'd' | b'i' | b'o' | b'u' | b'x' | b'X' => {
            let v = integer(t, args.next(t)?, conversion)?;
            let Some(o) = int::operand(v) else {
                return Err(errors::type_error(t, "an integer is required"));
            };
            fmt::percent_int(out, spec, o.as_ref(), max_str_digits() as u64)
        }
        b'c' if bytes => fmt::percent_text(out, spec, &[byte_arg(t, args.next(t)?)?], true),
        b'c' => {
            let mut one = Vec::new();
            wtf8::push(&mut one, char_arg(t, args.next(t)?)?);
            fmt::percent_text(out, spec, &one, false)
        }
        b's' | b'b' if bytes => {
            let v = bytes_arg(t, args.next(t)?)?;
            let content = super::bytes::like(v);
            fmt::percent_text(out, spec, content.as_deref().unwrap_or(b""), true)
        }
        b'r' | b's' | b'a' => {
            let s = text_arg(t, args.next(t)?, if bytes { b'a' } else { conversion })?;
            fmt::percent_text(out, spec, s.bytes(), bytes)
        }
        _ => fmt::percent_float(out, spec, float_arg(t, args.next(t)?, flavour)?),
    };
    result.map_err(|e| int::raise(t, e))
}

/// `str(v)`, `repr(v)` or `ascii(v)`.
pub fn text_arg(t: &Thread, v: Value, conversion: u8) -> R<Gc<Str>> {
    match conversion {
        b's' => ops::str(t, v),
        b'r' => ops::repr(t, v),
        _ => {
            let s = ops::repr(t, v)?;
            if s.is_ascii() {
                return Ok(s);
            }
            let mut out = Vec::new();
            for c in wtf8::code_points(s.bytes()) {
                match u8::try_from(c) {
                    Ok(b) if b.is_ascii() => out.push(b),
                    _ => crate::unicode::push_backslash(&mut out, c),
                }
            }
            Ok(Str::from_wtf8(&out))
        }
    }
}

fn integer(t: &Thread, v: Value, conversion: u8) -> R<Value> {
    if int::is_int(v) {
        return Ok(v);
    }
    let class = class_of(v);
    let hex = matches!(conversion, b'o' | b'x' | b'X');
    let has_index = class.special(Special::Index).is_some();
    if hex && has_index {
        return ops::index(t, v);
    }
    if !hex && (v.is_float() || has_index || class.special(Special::Int).is_some()) {
        return call::call(t, of_kind(kinds::INT).value(), &[v]);
    }
    let wanted = if hex { "an integer" } else { "a real number" };
    let m = format!(
        "%{} format: {wanted} is required, not {}",
        conversion as char,
        type_name(v)
    );
    Err(errors::type_error(t, m))
}

fn float_arg(t: &Thread, v: Value, flavour: Flavour) -> R<f64> {
    match ops::to_f64(t, v) {
        Ok(f) => Ok(f),
        Err(_)
            if flavour == Flavour::Bytes
                && float::get(v).is_none()
                && errors::catch(t, crate::types::exceptions::Exc::TypeError) =>
        {
            Err(errors::type_error(
                t,
                format!("float argument required, not {}", type_name(v)),
            ))
        }
        Err(e) => Err(e),
    }
}

fn char_arg(t: &Thread, v: Value) -> R<u32> {
    if let Some(s) = v.cast::<Str>() {
        return match wtf8::decode_first(s.bytes()) {
            Some((c, n)) if n == s.bytes().len() => Ok(c),
            _ => {
                let m = format!(
                    "%c requires an int or a unicode character, not a string of length {}",
                    s.len()
                );
                Err(errors::type_error(t, m))
            }
        };
    }
    if !int::is_int(v) && class_of(v).special(Special::Index).is_none() {
        let m = format!(
            "%c requires an int or a unicode character, not {}",
            qualified_name(t, class_of(v))?
        );
        return Err(errors::type_error(t, m));
    }
    let i = ops::index(t, v)?;
    match int::to_i64(i) {
        Some(c @ 0..=0x10_ffff) => Ok(c as u32),
        _ => Err(errors::overflow_error(t, "%c arg not in range(0x110000)")),
    }
}

fn byte_arg(t: &Thread, v: Value) -> R<u8> {
    let wrong = |what: String| -> Raised {
        errors::type_error(
            t,
            format!("%c requires an integer in range(256) or a single byte, not {what}"),
        )
    };
    if let Some(content) = super::bytes::like(v) {
        return match *content {
            [b] => Ok(b),
            _ => {
                let kind = if v.cast::<Bytes>().is_some() {
                    "bytes"
                } else {
                    "bytearray"
                };
                Err(wrong(format!(
                    "a {kind} object of length {}",
                    content.len()
                )))
            }
        };
    }
    if !int::is_int(v) && class_of(v).special(Special::Index).is_none() {
        return Err(wrong(type_name(v)));
    }
    let i = ops::index(t, v)?;
    match int::to_i64(i) {
        Some(b @ 0..=255) => Ok(b as u8),
        _ => Err(errors::overflow_error(t, "%c arg not in range(256)")),
    }
}

/// The argument of `%b`: anything with a buffer, or with `__bytes__`.
fn bytes_arg(t: &Thread, v: Value) -> R<Value> {
    if super::bytes::like(v).is_some() {
        return Ok(v);
    }
    if let Some(b) = bytes_methods::from_special(t, v)? {
        return Ok(b.value());
    }
    if let Some(b) = buffer::acquire(t, v)? {
        return Ok(Bytes::new(&b).value());
    }
    let m = format!(
        "%b requires a bytes-like object, or an object that implements __bytes__, not '{}'",
        type_name(v)
    );
    Err(errors::type_error(t, m))
}
