//! Operations that are the library's `_pydecimal`'s: transcendental functions,
//! powers, formatting, logical operations. Numbers and rules go there and come
//! back; conditions that arise are signalled here.

use dashu_int::UBig;
use pyjit_heap::Value;
use pyjit_runtime::core::{attr, call, errors, ops};
use pyjit_runtime::types::dict::Dict;
use pyjit_runtime::types::int;
use pyjit_runtime::types::str_::{Str, intern};
use pyjit_runtime::types::tuple::Tuple;
use pyjit_runtime::{R, Thread};

use super::context::ROUNDINGS;
use super::number::{Dec, Kind};
use super::object;
use super::rules::C;
use super::signals::SIGNALS;

fn there(t: &Thread, d: &Dec) -> R<Value> {
    let make = crate::import::attribute(t, "_pydecimal", "_dec_from_triple")?;
    let payload = match d.kind {
        Kind::Finite => d.coeff.to_string(),
        Kind::Infinite => "0".into(),
        _ if d.coeff.is_zero() => String::new(),
        _ => d.coeff.to_string(),
    };
    let exp = match d.kind {
        Kind::Finite => Value::int(d.exp),
        Kind::Infinite => intern("F").value(),
        Kind::Nan => intern("n").value(),
        Kind::Signaling => intern("N").value(),
    };
    let args = [
        Value::int(i64::from(d.neg)),
        Str::new(&payload).value(),
        exp,
        Value::bool(d.kind != Kind::Finite),
    ];
    call::call(t, make, &args)
}
fn back(t: &Thread, v: Value) -> R<Value> {
    let class = crate::import::attribute(t, "_pydecimal", "Decimal")?;
    if let Some(p) = v.cast::<Tuple>() {
        let mut items = call::ArgVec::new();
        for x in p.items() {
            items.push(back(t, *x)?);
        }
        return Ok(Tuple::new(&items).value());
    }
    if pyjit_runtime::types::type_::class_of(v).value() != class {
        return Ok(v);
    }
    let get = |name: &str| attr::get(t, v, intern(name));
    let (neg, digits, exp) = (get("_sign")?, get("_int")?, get("_exp")?);
    let kind = match exp.cast::<Str>().as_ref().map(|s| s.bytes()) {
        None => Kind::Finite,
        Some(b"F") => Kind::Infinite,
        Some(b"n") => Kind::Nan,
        _ => Kind::Signaling,
    };
    let text = digits
        .cast::<Str>()
        .map_or(String::new(), |s| s.lossy().into_owned());
    let coeff = match kind {
        Kind::Infinite => UBig::ZERO,
        _ => UBig::from_str_radix(&text, 10).unwrap_or(UBig::ZERO),
    };
    let d = Dec {
        neg: neg == Value::int(1),
        kind,
        coeff,
        exp: int::to_i64(exp).unwrap_or(0),
    };
    Ok(object::plain(t, d)?.value())
}
/// A context of the library with our rules, which traps nothing.
fn their_context(t: &Thread, c: C) -> R<Value> {
    let class = crate::import::attribute(t, "_pydecimal", "Context")?;
    let none = || pyjit_runtime::types::list::List::new().value();
    let args = [
        Value::int(c.prec.get()),
        intern(ROUNDINGS[c.rounding.get() as usize].1).value(),
        Value::int(c.emin.get()),
        Value::int(c.emax.get()),
        Value::int(c.capitals.get()),
        Value::int(c.clamp.get()),
        none(),
        none(),
    ];
    call::call(t, class, &args)
}
/// The signals that were flagged there.
fn happened(t: &Thread, context: Value) -> R<u32> {
    let flags = attr::get(t, context, intern("flags"))?;
    let mut all = 0;
    if let Some(d) = flags.cast::<Dict>() {
        for (k, v) in d.iter() {
            if !ops::truth(t, v)? {
                continue;
            }
            let name = attr::get(t, k, intern("__name__"))?;
            let Some(name) = name.cast::<Str>() else {
                continue;
            };
            let found = SIGNALS.iter().find(|s| s.0.as_bytes() == name.bytes());
            all |= match found {
                Some(("InvalidOperation", _)) => super::context::status::INVALID_OPERATION,
                Some((_, bits)) => *bits,
                None => 0,
            };
        }
    }
    Ok(all)
}
/// Method `name` of a context with these operands.
pub fn operation(t: &Thread, c: C, name: &str, operands: &[&Dec]) -> R<Value> {
    let context = their_context(t, c)?;
    let mut args = call::ArgVec::new();
    for d in operands {
        args.push(there(t, d)?);
    }
    let r = call::call_attr(t, context, name, &args)?;
    let all = happened(t, context)?;
    c.report(t, all)?;
    back(t, r)
}
/// A locale of one's own, as the library wants it.
pub fn locale(t: &Thread, given: Value) -> R<Value> {
    let bad = || errors::value_error(t, "invalid override dict");
    let Some(given) = given.cast::<Dict>() else {
        return Err(bad());
    };
    let made = Dict::new();
    for name in ["decimal_point", "thousands_sep", "grouping"] {
        let Some(v) = given.get_str(intern(name)) else {
            continue;
        };
        let Some(s) = v.cast::<Str>() else {
            return Err(bad());
        };
        let v = if name == "grouping" {
            let l = pyjit_runtime::types::list::List::new();
            for c in pyjit_runtime::unicode::wtf8::code_points(s.bytes()) {
                if c > 127 {
                    return Err(bad());
                }
                l.push(t, Value::int(i64::from(c)))?;
            }
            l.value()
        } else {
            if s.byte_len() > 4 || (s.is_empty() && name == "decimal_point") {
                return Err(bad());
            }
            v
        };
        made.set_str(t, intern(name), v)?;
    }
    Ok(made.value())
}
/// `format(d, spec)`, maybe with a locale of one's own.
pub fn format(t: &Thread, c: C, d: &Dec, spec: Value, locale: Option<Value>) -> R<Value> {
    let context = their_context(t, c)?;
    let f = attr::get(t, there(t, d)?, intern("__format__"))?;
    let names = Tuple::new(&[intern("context").value(), intern("_localeconv").value()]);
    let args = [spec, context, locale.unwrap_or(Value::NONE)];
    call::call_kw(t, f, &args, Some(names))
}
