//! Displays and formatted strings.

use pyjit_heap::{Gc, Value};
use pyjit_runtime::core::special::Special;
use pyjit_runtime::core::{attr, call, errors, ops};
use pyjit_runtime::types::dict::Dict;
use pyjit_runtime::types::exceptions::Exc;
use pyjit_runtime::types::list::List;
use pyjit_runtime::types::set::Set;
use pyjit_runtime::types::slice::Slice;
use pyjit_runtime::types::str_::{Str, empty, intern};
use pyjit_runtime::types::tuple::Tuple;
use pyjit_runtime::types::type_::{class_of, type_name};
use pyjit_runtime::{R, Thread};

use super::{helpers, regs_helpers};
use crate::binding::function_text;

regs_helpers! {
    /// A list of the registers.
    BUILD_LIST(t, items) [leaf] { List::from_slice(t, items).map(Gc::value) }
    /// A set of the registers.
    BUILD_SET(t, items) [] {
        let s = Set::new();
        for v in items {
            s.add(t, *v)?;
        }
        Ok(s.value())
    }
    /// A dict of the registers: key, value, key, value ...
    BUILD_DICT(t, items) [] {
        let d = Dict::new();
        for pair in items.chunks_exact(2) {
            d.set(t, pair[0], pair[1])?;
        }
        Ok(d.value())
    }
    /// The strings in the registers, joined.
    BUILD_STRING(t, items) [leaf] { crate::bridge::concat(t, items) }
    /// A slice.
    BUILD_SLICE(t, items) [leaf] {
        Ok(Slice::new(items[0], items[1], items.get(2).copied().unwrap_or(Value::NONE)).value())
    }
}

helpers! {
    /// Adds to a set.
    SET_ADD(t, s, v) [] {
        // A program may rebind `__conditional_annotations__`.
        match s.cast::<Set>() {
            Some(s) => s.add(t, v).map(|_| Value::NONE),
            None => {
                let m = format!("'{}' object is not a set", type_name(s));
                Err(errors::type_error(t, m))
            }
        }
    }
    /// Extends a list by an iterable after `*`.
    LIST_EXTEND(t, l, x) [] {
        let c = class_of(x);
        if c.special(Special::Iter).is_none() && c.special(Special::Getitem).is_none() {
            let m = format!("Value after * must be an iterable, not {}", type_name(x));
            return Err(errors::type_error(t, m));
        }
        pyjit_runtime::types::list_methods::extend(t, Gc::from_value(l), x).map(|_| Value::NONE)
    }
    /// Adds all items of an iterable to a set.
    SET_UPDATE(t, s, x) [] {
        pyjit_runtime::types::set::update(t, Gc::from_value(s), x).map(|_| Value::NONE)
    }
    /// Updates a dict by a mapping after `**` in a display.
    DICT_UPDATE(t, d, x) [] {
        if !is_mapping(t, x)? {
            let m = format!("'{}' object is not a mapping", type_name(x));
            return Err(errors::type_error(t, m));
        }
        let d: Gc<Dict> = Gc::from_value(d);
        each_entry(t, x, |k, v| d.set(t, k, v))?;
        Ok(Value::NONE)
    }
    /// `d[k] = v` of an exact dict.
    DICT_SET(t, d, k, v) [] { Gc::<Dict>::from_value(d).set(t, k, v).map(|_| Value::NONE) }
    /// Keywords after `**` in a call of `f`.
    DICT_MERGE(t, d, x, f) [] { merge(t, Gc::from_value(d), x, f).map(|_| Value::NONE) }
    /// A tuple of a list.
    LIST_TO_TUPLE(t, l) [leaf] {
        Ok(Tuple::new(Gc::<List>::from_value(l).items()).value())
    }
    /// `!s`, `!r`, `!a`.
    CONVERT(t, x, kind) [] {
        match kind.as_int() {
            1 => ops::str(t, x).map(Gc::value),
            2 => ops::repr(t, x).map(Gc::value),
            _ => crate::bridge::ascii(t, x),
        }
    }
    /// `format(x, "")`.
    FORMAT_SIMPLE(t, x) [] {
        if x.cast_exact::<Str>().is_some() {
            return Ok(x);
        }
        if x.is_int() {
            return ops::str(t, x).map(Gc::value);
        }
        ops::format(t, x, empty()).map(Gc::value)
    }
    /// `format(x, spec)`.
    FORMAT_SPEC(t, x, spec) [] { ops::format(t, x, Gc::from_value(spec)).map(Gc::value) }
    /// An interpolation of a template string.
    INTERPOLATION(t, x, text, conversion, spec) [] {
        crate::bridge::interpolation(t, x, text, conversion, spec)
    }
    /// A template string.
    TEMPLATE(t, strings, interpolations) [] { crate::bridge::template(t, strings, interpolations) }
}

fn is_mapping(t: &Thread, x: Value) -> R<bool> {
    if x.cast::<Dict>().is_some() {
        return Ok(true);
    }
    Ok(attr::get_opt(t, x, intern("keys"))?.is_some())
}

/// Goes through the entries of a mapping.
fn each_entry(t: &Thread, x: Value, mut f: impl FnMut(Value, Value) -> R<()>) -> R<()> {
    if let Some(d) = x.cast_exact::<Dict>() {
        let n = d.used();
        for i in 0..n {
            if i < d.used()
                && let Some((k, v)) = d.entry(i)
            {
                f(k, v)?;
            }
        }
        return Ok(());
    }
    let keys = call::call_attr(t, x, "keys", &[])?;
    ops::for_each(t, keys, |k| {
        let v = ops::getitem(t, x, k)?;
        f(k, v)
    })
}

fn merge(t: &Thread, d: Gc<Dict>, x: Value, f: Value) -> R<()> {
    if !is_mapping(t, x)? {
        let m = format!(
            "{} argument after ** must be a mapping, not {}",
            function_text(t, f),
            type_name(x)
        );
        return Err(errors::type_error(t, m));
    }
    each_entry(t, x, |k, v| {
        let Some(s) = k.cast::<Str>() else {
            return Err(errors::type_error(t, "keywords must be strings"));
        };
        if d.find_str(s).is_some() {
            let m = format!(
                "{} got multiple values for keyword argument '{}'",
                function_text(t, f),
                s.lossy()
            );
            return Err(errors::raise(t, Exc::TypeError, m));
        }
        d.set_str(t, s, v)
    })
}
