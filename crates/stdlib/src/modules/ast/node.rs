//! Methods of all nodes.

use pyjit_heap::{Gc, Value};
use pyjit_runtime::core::call::ArgVec;
use pyjit_runtime::core::native::NativeDef;
use pyjit_runtime::core::{attr, call, errors, modules, ops, warn};
use pyjit_runtime::native_table;
use pyjit_runtime::types::dict::Dict;
use pyjit_runtime::types::list::List;
use pyjit_runtime::types::str_::{Str, intern, push_lossless};
use pyjit_runtime::types::tuple::Tuple;
use pyjit_runtime::types::type_::{class_of, type_name};
use pyjit_runtime::types::union_type::Union;
use pyjit_runtime::{R, Thread};

/// The names that a class attribute lists.
fn listed(t: &Thread, this: Value, what: &str) -> R<Gc<Tuple>> {
    let v = attr::get(t, class_of(this).value(), intern(what))?;
    match v.cast::<Tuple>() {
        Some(names) => Ok(names),
        None => {
            let items = ArgVec::new();
            Ok(Tuple::new(&items))
        }
    }
}
fn position(t: &Thread, names: Gc<Tuple>, name: Value) -> R<Option<usize>> {
    for (i, n) in names.items().iter().enumerate() {
        if ops::same_or_eq(t, *n, name)? {
            return Ok(Some(i));
        }
    }
    Ok(None)
}
fn name_of(v: Value) -> R<Gc<Str>> {
    Ok(v.cast::<Str>().unwrap_or_else(|| intern("?")))
}

fn init(t: &Thread, this: Value, args: Gc<Tuple>, kwargs: Option<Gc<Dict>>) -> R<()> {
    let fields = listed(t, this, "_fields")?;
    let (n, most) = (args.len(), fields.len());
    if n > most {
        let m = format!(
            "{} constructor takes at most {most} positional argument{}",
            type_name(this),
            if most == 1 { "" } else { "s" }
        );
        return Err(errors::type_error(t, m));
    }
    let mut given = vec![false; most];
    for (i, v) in args.items().iter().enumerate() {
        attr::set(t, this, name_of(fields.items()[i])?, Some(*v))?;
        given[i] = true;
    }
    if let Some(kwargs) = kwargs {
        for (k, v) in kwargs.copy().iter() {
            keyword(t, this, fields, &mut given, k)?;
            attr::set(t, this, name_of(k)?, Some(v))?;
        }
    }
    if given.contains(&false) {
        let types = attr::get_opt(t, class_of(this).value(), intern("_field_types"))?;
        let types = types.and_then(|v| v.cast::<Dict>());
        for (i, name) in fields.items().iter().enumerate() {
            if !given[i] {
                absent(t, this, name_of(*name)?, types)?;
            }
        }
    }
    Ok(())
}
/// Checks a keyword argument.
fn keyword(t: &Thread, this: Value, fields: Gc<Tuple>, given: &mut [bool], key: Value) -> R<()> {
    match position(t, fields, key)? {
        Some(i) if given[i] => {
            let shown = ops::repr(t, key)?;
            let m = format!(
                "{} got multiple values for argument {}",
                type_name(this),
                shown.lossy()
            );
            return Err(errors::type_error(t, m));
        }
        Some(i) => given[i] = true,
        None => {
            let attributes = listed(t, this, "_attributes")?;
            if position(t, attributes, key)?.is_none() {
                let shown = ops::repr(t, key)?;
                let m = format!(
                    "{}.__init__ got an unexpected keyword argument {}. Support for arbitrary keyword arguments is deprecated and will be removed in Python 3.15.",
                    type_name(this),
                    shown.lossy()
                );
                warn::deprecated(t, &m)?;
            }
        }
    }
    Ok(())
}
/// A field that was not given has a default, or is missed.
fn absent(t: &Thread, this: Value, name: Gc<Str>, types: Option<Gc<Dict>>) -> R<()> {
    let Some(ty) = types.and_then(|d| d.get_str(name)) else {
        return Ok(());
    };
    if ty.cast::<Union>().is_some() {
        return Ok(());
    }
    if ty
        .cast::<pyjit_runtime::types::generic_alias::GenericAlias>()
        .is_some()
    {
        return attr::set(t, this, name, Some(List::new().value()));
    }
    if let Some(m) = modules::imported(intern("_ast"))
        && ty == attr::get(t, m, intern("expr_context"))?
    {
        let load = call::call_attr(t, m, "Load", &[])?;
        return attr::set(t, this, name, Some(load));
    }
    let m = format!(
        "{}.__init__ missing 1 required positional argument: '{}'. This will become an error in Python 3.15.",
        type_name(this),
        name.lossy()
    );
    warn::deprecated(t, &m)
}

fn reduce(t: &Thread, this: Value) -> R<Gc<Tuple>> {
    let dict = attr::instance_dict(t, this)?;
    let fields = listed(t, this, "_fields")?;
    let rest = dict.copy();
    let mut args = ArgVec::new();
    // Leading fields go by position, since fields that are missing warn.
    for name in fields.items() {
        match rest.remove(t, *name)? {
            Some(v) => args.push(v),
            None => break,
        }
    }
    let class = class_of(this).value();
    let args = Tuple::new(&args).value();
    match rest.is_empty() {
        true => Ok(Tuple::new(&[class, args])),
        false => Ok(Tuple::new(&[class, args, rest.value()])),
    }
}

/// `copy.replace(node, **changes)`.
fn replace(t: &Thread, this: Value, changes: Option<Gc<Dict>>) -> R<Value> {
    let all = attr::instance_dict(t, this)?.copy();
    if let Some(changes) = changes {
        let (fields, places) = (listed(t, this, "_fields")?, listed(t, this, "_attributes")?);
        for (k, v) in changes.copy().iter() {
            if position(t, fields, k)?.is_none() && position(t, places, k)?.is_none() {
                let m = format!(
                    "{}.__replace__ got an unexpected keyword argument {}.",
                    type_name(this),
                    ops::repr(t, k)?.lossy()
                );
                return Err(errors::type_error(t, m));
            }
            all.set(t, k, v)?;
        }
    }
    crate::layout::call_with_dict(t, class_of(this).value(), &[], Some(all))
}

/// Nodes are shown to this depth.
const DEPTH: usize = 3;

fn repr(t: &Thread, this: Value) -> R<String> {
    let mut out = String::new();
    push_node(t, &mut out, this, DEPTH)?;
    Ok(out)
}
fn push_node(t: &Thread, out: &mut String, node: Value, depth: usize) -> R<()> {
    out.push_str(&class_of(node).name_str());
    let fields = listed(t, node, "_fields")?;
    if depth == 0 && !fields.is_empty() {
        out.push_str("(...)");
        return Ok(());
    }
    out.push('(');
    for (i, name) in fields.items().iter().enumerate() {
        if i > 0 {
            out.push_str(", ");
        }
        let name = name_of(*name)?;
        push_lossless(out, name);
        out.push('=');
        let v = attr::get(t, node, name)?;
        push_value(t, out, v, depth - 1)?;
    }
    out.push(')');
    Ok(())
}
fn push_value(t: &Thread, out: &mut String, v: Value, depth: usize) -> R<()> {
    if let Some(list) = v.cast::<List>() {
        // The first and the last tell enough.
        out.push('[');
        let n = list.len();
        for i in 0..n {
            if i > 0 && i + 1 < n {
                continue;
            }
            if i > 0 {
                out.push_str(if n > 2 { ", ..., " } else { ", " });
            }
            push_value(t, out, list.get(i), depth)?;
        }
        out.push(']');
        return Ok(());
    }
    let is_node = match modules::imported(intern("_ast")) {
        Some(m) => ops::is_instance(t, v, attr::get(t, m, intern("AST"))?)?,
        None => false,
    };
    if is_node {
        return push_node(t, out, v, depth);
    }
    push_lossless(out, ops::repr(t, v)?);
    Ok(())
}

/// The methods of class `AST`.
pub static METHODS: &[NativeDef] = native_table! {
    __init__(self, /, *args, **kwargs) => init;
    __reduce__(self, /) => reduce;
    /// Return a copy of the AST node with new values for the specified fields.
    __replace__(self, /, **kwargs) => replace;
    __repr__(self, /) => repr;
};
