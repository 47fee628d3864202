//! `str`: `format`, `format_map`, `__format__` and `%`. Templates and
//! specifiers are parsed in [`crate::fmt`]; here are the objects.

use std::borrow::Cow;

use pyjit_heap::{Gc, Value};

use super::int;
use super::percent::{self, Flavour};
use super::str_::Str;
use crate::core::thread::{R, Thread};
use crate::core::{attr, errors, kinds, ops};
use crate::fmt::{self, AutoNumber, FieldKey, FieldName, FormatField, FormatTemplate};
use crate::types::dict::Dict;
use crate::types::tuple::Tuple;
use crate::types::type_::type_name;

type S = Gc<Str>;

/// How deeply fields in format specifiers may nest.
const MAX_NESTING: usize = 2;

/// `template % args`.
pub fn percent(t: &Thread, this: S, args: Value) -> R<S> {
    let mut out = Vec::with_capacity(this.bytes().len() + 32);
    percent::format(t, &mut out, this.bytes(), args, Flavour::Str)?;
    Ok(Str::from_wtf8(&out))
}
/// `str.__rmod__`.
pub fn rpercent(t: &Thread, this: S, template: Value) -> R<Value> {
    match template.cast::<Str>() {
        Some(s) => percent(t, s, this.value()).map(Gc::value),
        None => Ok(Value::NOT_IMPLEMENTED),
    }
}

/// `str.__format__`.
pub fn format_spec(t: &Thread, this: S, spec: Value) -> R<S> {
    let Some(spec) = spec.cast::<Str>() else {
        let m = format!(
            "__format__() argument must be str, not {}",
            crate::types::type_::shown_type(spec)
        );
        return Err(errors::type_error(t, m));
    };
    if spec.is_empty() {
        return if this.header().shape_id() == kinds::STR {
            Ok(this)
        } else {
            ops::str(t, this.value())
        };
    }
    let name: Cow<str> = match this.header().shape_id() {
        kinds::STR => "str".into(),
        _ => type_name(this.value()).into(),
    };
    fmt::with_buffer(|out| {
        fmt::format_str(out, this.bytes(), spec.bytes(), &name).map_err(|e| int::raise(t, e))?;
        Ok(Str::from_wtf8(out))
    })
}

/// Where the fields of a template come from.
struct Source {
    /// Absent for `format_map`.
    args: Option<Gc<Tuple>>,
    /// A dictionary of keyword arguments, or the mapping; absent if there are none.
    mapping: Option<Value>,
    numbers: AutoNumber,
}

/// `template.format(*args, **kwargs)`.
pub fn format(t: &Thread, this: S, args: Gc<Tuple>, kwargs: Option<Gc<Dict>>) -> R<S> {
    let source = Source {
        args: Some(args),
        mapping: kwargs.map(Gc::value),
        numbers: AutoNumber::default(),
    };
    run(t, this, source)
}
/// `template.format_map(mapping)`.
pub fn format_map(t: &Thread, this: S, mapping: Value) -> R<S> {
    run(
        t,
        this,
        Source {
            args: None,
            mapping: Some(mapping),
            numbers: AutoNumber::default(),
        },
    )
}

fn run(t: &Thread, this: S, mut source: Source) -> R<S> {
    let mut out = Vec::with_capacity(this.bytes().len() + 32);
    expand(t, &mut out, this.bytes(), &mut source, MAX_NESTING)?;
    Ok(Str::from_wtf8(&out))
}

fn expand(
    t: &Thread,
    out: &mut Vec<u8>,
    template: &[u8],
    source: &mut Source,
    depth: usize,
) -> R<()> {
    if depth == 0 {
        return Err(errors::value_error(t, "Max string recursion exceeded"));
    }
    let mut items = FormatTemplate::new(template);
    while let Some(item) = items.next_item().map_err(|e| int::raise(t, e))? {
        out.extend_from_slice(item.literal);
        if let Some(field) = item.field {
            put_field(t, out, &field, source, depth)?;
        }
    }
    Ok(())
}

fn put_field(
    t: &Thread,
    out: &mut Vec<u8>,
    field: &FormatField,
    source: &mut Source,
    depth: usize,
) -> R<()> {
    let mut v = lookup(t, field.name, source)?;
    if let Some(c) = field.conversion {
        v = match u8::try_from(c) {
            Ok(c @ (b'r' | b's' | b'a')) => percent::text_arg(t, v, c)?.value(),
            _ => return Err(int::raise(t, fmt::unknown_conversion(c))),
        };
    }
    let mut nested = Vec::new();
    let spec = if field.nested {
        expand(t, &mut nested, field.spec, source, depth - 1)?;
        &nested
    } else {
        field.spec
    };
    if spec.is_empty()
        && let Some(s) = v.cast_exact::<Str>()
    {
        out.extend_from_slice(s.bytes());
        return Ok(());
    }
    let text = ops::format(t, v, Str::from_wtf8(spec))?;
    out.extend_from_slice(text.bytes());
    Ok(())
}

fn lookup(t: &Thread, name: &[u8], source: &mut Source) -> R<Value> {
    let mut name = FieldName::new(name).map_err(|e| int::raise(t, e))?;
    let first = std::mem::replace(&mut name.first, FieldKey::Index(0));
    let first = source
        .numbers
        .resolve(first)
        .map_err(|e| int::raise(t, e))?;
    let mut v = match first {
        FieldKey::Index(i) => {
            let Some(args) = source.args else {
                return Err(errors::value_error(
                    t,
                    "Format string contains positional fields",
                ));
            };
            args.items().get(i).copied().ok_or_else(|| {
                let m = format!("Replacement index {i} out of range for positional args tuple");
                errors::index_error(t, m)
            })?
        }
        FieldKey::Name(key) => {
            let key = Str::from_wtf8(key).value();
            match source.mapping {
                Some(m) => ops::getitem(t, m, key)?,
                None => return Err(errors::key_error(t, key)),
            }
        }
    };
    while let Some((is_attribute, key)) = name.next_step().map_err(|e| int::raise(t, e))? {
        v = match key {
            FieldKey::Name(key) if is_attribute => {
                attr::get(t, v, super::str_::intern_str(Str::from_wtf8(key)))?
            }
            FieldKey::Name(key) => ops::getitem(t, v, Str::from_wtf8(key).value())?,
            FieldKey::Index(i) => ops::getitem(t, v, Value::int(i as i64))?,
        };
    }
    Ok(v)
}
