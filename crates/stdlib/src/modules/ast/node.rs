//! Methods of all nodes.

use pyjit_heap::{Gc, Value};
use pyjit_runtime::core::call::ArgVec;
use pyjit_runtime::core::native::NativeDef;
use pyjit_runtime::core::{attr, call, errors, modules, ops, warn};
use pyjit_runtime::native_table;
use pyjit_runtime::types::dict::Dict;
use pyjit_runtime::types::generic_alias::GenericAlias;
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
                absent(t, this, *name, types)?;
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
fn absent(t: &Thread, this: Value, name: Value, types: Option<Gc<Dict>>) -> R<()> {
    // Classes of programs need not tell the types.
    let Some(types) = types else {
        return Ok(());
    };
    let shown = || Ok(ops::repr(t, name)?.lossy().into_owned());
    let Some(ty) = types.get(t, name)? else {
        let m = format!(
            "Field {} is missing from {}._field_types. This will become an error in Python 3.15.",
            shown()?,
            type_name(this)
        );
        return warn::deprecated(t, &m);
    };
    match default_of(t, ty)? {
        Some(v) if v.is_none() => Ok(()),
        Some(v) => attr::set(t, this, name_of(name)?, Some(v)),
        None => {
            let m = format!(
                "{}.__init__ missing 1 required positional argument: {}. This will become an error in Python 3.15.",
                type_name(this),
                shown()?
            );
            warn::deprecated(t, &m)
        }
    }
}
/// What a field of some type is when it is not given; `None` is the class's own.
fn default_of(t: &Thread, ty: Value) -> R<Option<Value>> {
    if ty.cast::<Union>().is_some() {
        return Ok(Some(Value::NONE));
    }
    if ty.cast::<GenericAlias>().is_some() {
        return Ok(Some(List::new().value()));
    }
    if let Some(m) = modules::imported(intern("_ast"))
        && ty == attr::get(t, m, intern("expr_context"))?
    {
        return call::call_attr(t, m, "Load", &[]).map(Some);
    }
    Ok(None)
}

fn reduce(t: &Thread, this: Value) -> R<Gc<Tuple>> {
    let dict = attr::instance_dict(t, this)?.copy();
    let fields = listed(t, this, "_fields")?;
    let mut args = ArgVec::new();
    // Leading fields go by position, since fields that are missing warn.
    for name in fields.items() {
        match dict.get(t, *name)? {
            Some(v) => args.push(v),
            None => break,
        }
    }
    let class = class_of(this).value();
    let args = Tuple::new(&args).value();
    Ok(Tuple::new(&[class, args, dict.value()]))
}

/// `copy.replace(node, **changes)`.
fn replace(t: &Thread, this: Value, changes: Option<Gc<Dict>>) -> R<Value> {
    let (fields, places) = (listed(t, this, "_fields")?, listed(t, this, "_attributes")?);
    let (own, all) = (attr::instance_dict(t, this)?, Dict::new());
    for name in fields.items().iter().chain(places.items()) {
        if let Some(v) = own.get(t, *name)? {
            all.set(t, *name, v)?;
        }
    }
    if let Some(changes) = changes {
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
    check_complete(t, this, fields, all)?;
    crate::layout::call_with_dict(t, class_of(this).value(), &[], Some(all))
}

/// Raises if a field without a default is missing.
fn check_complete(t: &Thread, this: Value, fields: Gc<Tuple>, given: Gc<Dict>) -> R<()> {
    let types = attr::get_opt(t, class_of(this).value(), intern("_field_types"))?;
    let Some(types) = types.and_then(|v| v.cast::<Dict>()) else {
        return Ok(());
    };
    let mut missing = Vec::new();
    for name in fields.items() {
        let ty = types.get(t, *name)?;
        if given.get(t, *name)?.is_none()
            && let Some(ty) = ty
            && default_of(t, ty)?.is_none()
        {
            missing.push(ops::repr(t, *name)?.lossy().into_owned());
        }
    }
    if missing.is_empty() {
        return Ok(());
    }
    let m = format!(
        "{}.__replace__ missing {} keyword argument{}: {}.",
        type_name(this),
        missing.len(),
        if missing.len() == 1 { "" } else { "s" },
        missing.join(", ")
    );
    Err(errors::type_error(t, m))
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
    if depth == 0 {
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
