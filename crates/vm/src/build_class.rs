//! `__build_class__`: the class statement.

use pyjit_heap::{Gc, Value};
use pyjit_runtime::core::call::{self, ArgVec};
use pyjit_runtime::core::special::Special;
use pyjit_runtime::core::{attr, errors, kinds, ops};
use pyjit_runtime::types::cell::Cell;
use pyjit_runtime::types::dict::Dict;
use pyjit_runtime::types::list::List;
use pyjit_runtime::types::str_::{Str, intern};
use pyjit_runtime::types::tuple::Tuple;
use pyjit_runtime::types::type_::{Type, class_of, of_kind, type_name};
use pyjit_runtime::types::type_new;
use pyjit_runtime::{R, Thread};

use crate::objects::function::Function;
use crate::vm::run_module;

/// `__build_class__(body, name, *bases, metaclass=..., **keywords)`.
pub fn build_class(
    t: &Thread,
    body: Value,
    name: Value,
    args: Gc<Tuple>,
    kwargs: Value,
) -> R<Value> {
    let Some(body) = body.cast_exact::<Function>() else {
        return Err(errors::type_error(
            t,
            "__build_class__: func must be a function",
        ));
    };
    if name.cast::<Str>().is_none() {
        return Err(errors::type_error(
            t,
            "__build_class__: name is not a string",
        ));
    }
    let original = args;
    let bases = resolve_bases(t, original)?;
    let keywords = match kwargs.opt().and_then(|k| k.cast::<Dict>()) {
        Some(d) => d.copy(),
        None => Dict::new(),
    };
    let meta = metaclass(t, keywords, bases)?;
    let ns = prepare(t, meta, name, bases, keywords)?;
    let cell = run_module(t, body, ns)?;
    if bases != original {
        ops::setitem(t, ns, intern("__orig_bases__").value(), original.value())?;
    }
    let class = call_with_dict(t, meta, &[name, bases.value(), ns], keywords)?;
    check_cell(t, cell, class, name)?;
    Ok(class)
}

/// `__mro_entries__` of bases that are no classes.
fn resolve_bases(t: &Thread, bases: Gc<Tuple>) -> R<Gc<Tuple>> {
    if bases.items().iter().all(|b| b.cast::<Type>().is_some()) {
        return Ok(bases);
    }
    let out = List::new();
    let mut changed = false;
    for b in bases.items() {
        let entries = match b.cast::<Type>() {
            Some(_) => None,
            None => attr::get_opt(t, *b, intern("__mro_entries__"))?,
        };
        let Some(m) = entries else {
            out.push(t, *b)?;
            continue;
        };
        let new = call::call(t, m, &[bases.value()])?;
        let Some(new) = new.cast::<Tuple>() else {
            return Err(errors::type_error(t, "__mro_entries__ must return a tuple"));
        };
        out.extend(t, new.items())?;
        changed = true;
    }
    Ok(if changed {
        Tuple::new(out.items())
    } else {
        bases
    })
}

fn metaclass(t: &Thread, keywords: Gc<Dict>, bases: Gc<Tuple>) -> R<Value> {
    let given = match keywords.find_str(intern("metaclass")) {
        Some(i) => keywords.remove_entry(t, i),
        None => match bases.items().first() {
            Some(b) => class_of(*b).value(),
            None => of_kind(kinds::TYPE).value(),
        },
    };
    match given.cast::<Type>() {
        Some(m) => type_new::calculate_metaclass(t, m, bases).map(Gc::value),
        None => Ok(given),
    }
}

fn prepare(t: &Thread, meta: Value, name: Value, bases: Gc<Tuple>, keywords: Gc<Dict>) -> R<Value> {
    if meta == of_kind(kinds::TYPE).value() {
        return Ok(Dict::new().value());
    }
    let Some(p) = attr::get_opt(t, meta, intern("__prepare__"))? else {
        return Ok(Dict::new().value());
    };
    let ns = call_with_dict(t, p, &[name, bases.value()], keywords)?;
    if ns.cast::<Dict>().is_none() && class_of(ns).special(Special::Getitem).is_none() {
        let who = meta
            .cast::<Type>()
            .map_or("<metaclass>".into(), |m| m.name_str());
        let m = format!(
            "{who}.__prepare__() must return a mapping, not {}",
            type_name(ns)
        );
        return Err(errors::type_error(t, m));
    }
    Ok(ns)
}

fn call_with_dict(t: &Thread, f: Value, args: &[Value], keywords: Gc<Dict>) -> R<Value> {
    if keywords.is_empty() {
        return call::call(t, f, args);
    }
    let mut all = ArgVec::new();
    all.extend(args);
    let mut names = ArgVec::new();
    for (k, v) in keywords.iter() {
        names.push(k);
        all.push(v);
    }
    call::call_kw(t, f, &all, Some(Tuple::new(&names)))
}

/// The `__class__` cell must have been set by `type.__new__`.
fn check_cell(t: &Thread, cell: Value, class: Value, name: Value) -> R<()> {
    let Some(cell) = cell.cast_exact::<Cell>() else {
        return Ok(());
    };
    if class.cast::<Type>().is_none() || cell.value.get() == class {
        return Ok(());
    }
    let name = name
        .cast::<Str>()
        .map_or(String::new(), |s| s.lossy().into_owned());
    if cell.value.get().is_null() {
        let m = format!(
            "__class__ not set defining '{name}' as {}. Was __classcell__ propagated to type.__new__?",
            ops::repr(t, class)?.lossy()
        );
        return Err(errors::runtime_error(t, m));
    }
    let m = format!(
        "__class__ set to {} defining '{name}' as {}",
        ops::repr(t, cell.value.get())?.lossy(),
        ops::repr(t, class)?.lossy()
    );
    Err(errors::type_error(t, m))
}
