//! Pattern matching.

use pyjit_heap::{Gc, Value};
use pyjit_runtime::core::call::ArgVec;
use pyjit_runtime::core::{attr, call, errors, kinds, ops};
use pyjit_runtime::types::dict::Dict;
use pyjit_runtime::types::set::Set;
use pyjit_runtime::types::str_::{Str, intern};
use pyjit_runtime::types::tuple::Tuple;
use pyjit_runtime::types::type_::{Type, class_of, flags, type_name};
use pyjit_runtime::{R, Thread};

use super::helpers;

helpers! {
    /// Do sequence patterns match it?
    IS_SEQUENCE(t, x) [reads leaf] {

        Ok(Value::bool(class_of(x).has(flags::SEQUENCE)))
    }
    /// Do mapping patterns match it?
    IS_MAPPING(t, x) [reads leaf] {

        Ok(Value::bool(class_of(x).has(flags::MAPPING)))
    }
    /// A tuple of the values of the keys, or `None`.
    MATCH_KEYS(t, x, keys) [] { match_keys(t, x, Gc::from_value(keys)) }
    /// A tuple of attributes, or `None`.
    MATCH_CLASS(t, x, class, names, n) [] {
        match_class(t, x, class, Gc::from_value(names), n.as_int() as usize)
    }
}

fn match_keys(t: &Thread, x: Value, keys: Gc<Tuple>) -> R<Value> {
    let seen = Set::new();
    let mut out = ArgVec::new();
    let dummy = Tuple::new(&[Value::NONE]).value();
    for k in keys.items() {
        if seen.contains(t, *k)? {
            let r = ops::repr(t, *k)?;
            return Err(errors::value_error(
                t,
                format!("mapping pattern checks duplicate key ({})", r.lossy()),
            ));
        }
        seen.add(t, *k)?;
        let v = match x.cast_exact::<Dict>() {
            Some(d) => d.get(t, *k)?,
            None => {
                let v = call::call_attr(t, x, "get", &[*k, dummy])?;
                if v == dummy { None } else { Some(v) }
            }
        };
        match v {
            Some(v) => out.push(v),
            None => return Ok(Value::NONE),
        }
    }
    Ok(Tuple::new(&out).value())
}

fn match_class(t: &Thread, x: Value, class: Value, names: Gc<Tuple>, n: usize) -> R<Value> {
    let Some(class) = class.cast::<Type>() else {
        return Err(errors::type_error(
            t,
            "called match pattern must be a class",
        ));
    };
    if !ops::is_instance(t, x, class.value())? {
        return Ok(Value::NONE);
    }
    let mut seen: Vec<String> = Vec::new();
    let mut out = ArgVec::new();
    if n > 0 && !positional(t, x, class, n, &mut seen, &mut out)? {
        return Ok(Value::NONE);
    }
    for name in names.items() {
        let name: Gc<Str> = Gc::from_value(*name);
        match attribute(t, x, class, name, &mut seen)? {
            Some(v) => out.push(v),
            None => return Ok(Value::NONE),
        }
    }
    Ok(Tuple::new(&out).value())
}

fn attribute(
    t: &Thread,
    x: Value,
    class: Gc<Type>,
    name: Gc<Str>,
    seen: &mut Vec<String>,
) -> R<Option<Value>> {
    let text = name.lossy().into_owned();
    if seen.contains(&text) {
        let m = format!(
            "{}() got multiple sub-patterns for attribute '{text}'",
            class.name_str()
        );
        return Err(errors::type_error(t, m));
    }
    seen.push(text);
    attr::get_opt(t, x, pyjit_runtime::types::str_::intern_str(name))
}

/// Classes whose only positional pattern is the object itself.
fn matches_self(class: Gc<Type>) -> bool {
    const SELF: &[u32] = &[
        kinds::BOOL,
        kinds::BYTEARRAY,
        kinds::BYTES,
        kinds::DICT,
        kinds::FLOAT,
        kinds::FROZENSET,
        kinds::INT,
        kinds::LIST,
        kinds::SET,
        kinds::STR,
        kinds::TUPLE,
    ];
    SELF.contains(&class.kind.get())
        || SELF.iter().any(|k| {
            pyjit_runtime::types::type_::of_kind_opt(*k).is_some_and(|c| class.is_subtype(c))
        })
}

fn positional(
    t: &Thread,
    x: Value,
    class: Gc<Type>,
    n: usize,
    seen: &mut Vec<String>,
    out: &mut ArgVec,
) -> R<bool> {
    let Some(args) = attr::get_opt(t, class.value(), intern("__match_args__"))? else {
        let allowed = usize::from(matches_self(class));
        if n > allowed {
            return Err(too_many(t, class, allowed, n));
        }
        out.push(x);
        return Ok(true);
    };
    let Some(args) = args.cast::<Tuple>() else {
        let m = format!(
            "{}.__match_args__ must be a tuple (got {})",
            class.name_str(),
            type_name(args)
        );
        return Err(errors::type_error(t, m));
    };
    if args.len() < n {
        return Err(too_many(t, class, args.len(), n));
    }
    for name in &args.items()[..n] {
        let Some(name) = name.cast::<Str>() else {
            let m = format!(
                "__match_args__ elements must be strings (got {})",
                type_name(*name)
            );
            return Err(errors::type_error(t, m));
        };
        match attribute(t, x, class, name, seen)? {
            Some(v) => out.push(v),
            None => return Ok(false),
        }
    }
    Ok(true)
}

#[cold]
fn too_many(t: &Thread, class: Gc<Type>, allowed: usize, n: usize) -> pyjit_runtime::Raised {
    let m = format!(
        "{}() accepts {allowed} positional sub-pattern{} ({n} given)",
        class.name_str(),
        if allowed == 1 { "" } else { "s" }
    );
    errors::type_error(t, m)
}
