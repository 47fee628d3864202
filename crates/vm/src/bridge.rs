//! The runtime's constructors that code constants and rare bytecodes need.

use pyjit_bytecode::ops::Intrinsic;
use pyjit_heap::{Gc, Value};
use pyjit_runtime::core::{errors, kinds};
use pyjit_runtime::types::bytes::Bytes;
use pyjit_runtime::types::dict::Dict;
use pyjit_runtime::types::module::Module;
use pyjit_runtime::types::set::Set;
use pyjit_runtime::types::slice::Slice;
use pyjit_runtime::types::str_::{Str, intern};
use pyjit_runtime::types::template::{Interpolation, Template};
use pyjit_runtime::types::tuple::Tuple;
use pyjit_runtime::types::{type_alias, type_params};
use pyjit_runtime::{R, Thread};

/// The namespace of a module object.
pub fn module_dict(v: Value) -> Option<Gc<Dict>> {
    v.cast::<Module>().map(|m| m.namespace())
}
/// A complex number.
pub fn complex(_t: &Thread, re: f64, im: f64) -> R<Value> {
    Ok(pyjit_runtime::types::complex::make(re, im))
}
/// A bytes object.
pub fn bytes(_t: &Thread, b: &[u8]) -> R<Value> {
    Ok(Bytes::new(b).value())
}
/// A frozenset.
pub fn frozenset(t: &Thread, items: &[Value]) -> R<Value> {
    let s = Set::new();
    for v in items {
        s.add(t, *v)?;
    }
    Ok(Set::frozen(s).value())
}
/// A slice.
pub fn slice(_t: &Thread, items: &[Value]) -> R<Value> {
    Ok(Slice::new(items[0], items[1], items[2]).value())
}
/// A tuple of any iterable.
pub fn tuple_of(t: &Thread, x: Value) -> R<Gc<Tuple>> {
    pyjit_runtime::types::tuple_methods::from_iterable(t, x)
}
/// The strings joined.
pub fn concat(t: &Thread, items: &[Value]) -> R<Value> {
    let texts = || items.iter().filter_map(|v| v.cast::<Str>());
    let (mut nbytes, mut nchars) = (0, 0);
    for s in texts() {
        nbytes += s.byte_len();
        nchars += s.len();
    }
    let joined = Str::filled(t, nbytes, nchars, |mut out| {
        for s in texts() {
            let (to, rest) = out.split_at_mut(s.byte_len());
            to.copy_from_slice(s.bytes());
            out = rest;
        }
    })?;
    Ok(joined.value())
}
/// `ascii(x)`.
pub fn ascii(t: &Thread, x: Value) -> R<Value> {
    pyjit_runtime::types::percent::text_arg(t, x, b'a').map(Gc::value)
}
/// An `Interpolation`; `conversion` is a number as in bytecode.
pub fn interpolation(
    _t: &Thread,
    x: Value,
    text: Value,
    conversion: Value,
    spec: Value,
) -> R<Value> {
    let conversion = match conversion.as_int() {
        1 => intern("s").value(),
        2 => intern("r").value(),
        3 => intern("a").value(),
        _ => Value::NONE,
    };
    let spec = spec.opt().unwrap_or_else(|| intern("").value());
    Ok(Interpolation::new(x, text, conversion, spec).value())
}
/// A `Template`.
pub fn template(_t: &Thread, strings: Value, interpolations: Value) -> R<Value> {
    let (s, i) = (Gc::from_value(strings), Gc::from_value(interpolations));
    Ok(Template::new(s, i).value())
}
/// Type parameters and aliases.
pub fn type_parameter(t: &Thread, what: Intrinsic, x: Value, y: Value, z: Value) -> R<Value> {
    // The default's marker comes with `_typing`, which `typing` imports.
    if type_params::no_default().is_none() {
        t.host().import(t, "_typing")?;
    }
    match what {
        Intrinsic::TypeVar => Ok(type_params::declared(kinds::TYPE_VAR, x)),
        Intrinsic::TypeVarWithBound => Ok(type_params::with_bound(x, y)),
        Intrinsic::TypeVarWithConstraints => Ok(type_params::with_constraints(x, y)),
        Intrinsic::ParamSpec => Ok(type_params::declared(kinds::PARAM_SPEC, x)),
        Intrinsic::TypeVarTuple => Ok(type_params::declared(kinds::TYPE_VAR_TUPLE, x)),
        Intrinsic::SetTypeparamDefault => Ok(type_params::set_default(x, y)),
        Intrinsic::SubscriptGeneric => type_params::subscript_generic(t, x),
        Intrinsic::TypeAlias => Ok(type_alias::declared(x, y, z)),
        _ => Err(errors::system_error(t, what.name())),
    }
}
