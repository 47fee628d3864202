//! Names, attributes, `super`.

use pyjit_bytecode::ops::{COMMON, SPECIALS};
use pyjit_heap::{Gc, Value};
use pyjit_runtime::core::special::Special;
use pyjit_runtime::core::{attr, call, errors, kinds, ops};
use pyjit_runtime::types::cell::Cell;
use pyjit_runtime::types::dict::Dict;
use pyjit_runtime::types::exceptions::Exc;
use pyjit_runtime::types::str_::{Str, intern};
use pyjit_runtime::types::type_::{Type, class_of, type_name};
use pyjit_runtime::{R, Raised, Thread};

use super::helpers;
use crate::names::{in_mapping, name_error, named};
use crate::objects::function::Function;

helpers! {
    /// Raises the error of the unbound variable in register `i` of the running frame.
    UNBOUND_LOCAL(t, i) [] { Err(unbound(t, i.as_int() as usize)) }
    /// The name of the cell in register `i` in a mapping, else the cell's content.
    DICT_OR_CELL(t, ns, cell, i) [] {
        let i = i.as_int() as usize;
        let name = crate::frames::register_name(t, i);
        if let Some(v) = in_mapping(t, ns, intern(name))? {
            return Ok(v);
        }
        Gc::<Cell>::from_value(cell).value.get().opt().ok_or_else(|| unbound(t, i))
    }
    /// `ns[name] = v`.
    STORE_NAME(t, ns, name, v) [] {
        match ns.cast_exact::<Dict>() {
            Some(d) => d.set_str(t, Gc::from_value(name), v)?,
            None => ops::setitem(t, ns, name, v)?,
        }
        Ok(Value::NONE)
    }
    /// `del ns[name]`.
    DELETE_NAME(t, ns, name) [] {
        let name: Gc<Str> = Gc::from_value(name);
        match ops::delitem(t, ns, name.value()) {
            Err(_) if errors::catch(t, Exc::KeyError) => Err(name_error(t, name)),
            r => r.map(|_| Value::NONE),
        }
    }
    /// Sets a global of function `f`.
    STORE_GLOBAL(t, f, name, v) [] {
        let f: Gc<Function> = Gc::from_value(f);
        f.globals.gc().set_str(t, Gc::from_value(name), v)?;
        Ok(Value::NONE)
    }
    /// Deletes a global of function `f`.
    DELETE_GLOBAL(t, f, name) [] {
        let f: Gc<Function> = Gc::from_value(f);
        let name: Gc<Str> = Gc::from_value(name);
        match f.globals.gc().find_str(name) {
            Some(i) => Ok(f.globals.gc().remove_entry(t, i)),
            None => Err(name_error(t, name)),
        }
    }
    /// `__build_class__` of the builtins of function `f`.
    LOAD_BUILD_CLASS(t, f) [] {
        let f: Gc<Function> = Gc::from_value(f);
        match crate::names::builtin(t, f.builtins.gc(), intern("__build_class__"))? {
            Some(v) => Ok(v),
            None => Err(named(t, Exc::NameError, intern("__build_class__"), "__build_class__ not found")),
        }
    }
    /// Common object number `i`.
    LOAD_COMMON(t, i) [pure] {
        Ok(match COMMON[i.as_int() as usize] {
            "AssertionError" => Exc::AssertionError.class().value(),
            "NotImplementedError" => Exc::NotImplementedError.class().value(),
            name => crate::vm::Vm::get().builtins().get_str(intern(name))
                .ok_or_else(|| errors::system_error(t, "builtins are incomplete"))?,
        })
    }
    /// `del x.name`.
    DELETE_ATTR(t, x, name) [] {
        attr::set(t, x, Gc::from_value(name), None).map(|_| Value::NONE)
    }
    /// `super(class, this).name` by way of `sup`.
    SUPER_ATTR(t, sup, class, this, name) [] { super_attr(t, sup, class, this, Gc::from_value(name)) }
    /// The function that `super(class, this).name` would bind; absent if it is none.
    SUPER_METHOD(t, sup, class, this, name) [] {
        Ok(super_function(sup, class, this, Gc::from_value(name)).unwrap_or(Value::NULL))
    }
    /// Special method number `i` as a plain function; absent if it is not one.
    SPECIAL_METHOD(t, x, i) [] {
        let name = SPECIALS[i.as_int() as usize];
        match class_of(x).lookup(intern(name)) {
            Some(m) if call::is_method_function(m) => Ok(m),
            Some(_) => Ok(Value::NULL),
            None => Err(no_special(t, x, name)),
        }
    }
    /// Special method number `i`, bound.
    SPECIAL_BOUND(t, x, i) [] {
        let name = SPECIALS[i.as_int() as usize];
        let class = class_of(x);
        match class.lookup(intern(name)) {
            Some(m) => attr::bind(t, m, x, class),
            None => Err(no_special(t, x, name)),
        }
    }
}

#[cold]
fn unbound(t: &Thread, i: usize) -> Raised {
    let name = crate::frames::register_name(t, i);
    if crate::frames::is_free(t, i) {
        let m = format!(
            "cannot access free variable '{name}' where it is not associated with a value in enclosing scope"
        );
        return named(t, Exc::NameError, intern(name), &m);
    }
    let m =
        format!("cannot access local variable '{name}' where it is not associated with a value");
    named(t, Exc::UnboundLocalError, intern(name), &m)
}

#[cold]
fn no_special(t: &Thread, x: Value, name: &str) -> Raised {
    let (kind, sync) = match name {
        "__aenter__" | "__aexit__" => ("asynchronous context manager", false),
        _ => ("context manager", true),
    };
    let mut m = format!(
        "'{}' object does not support the {kind} protocol",
        type_name(x)
    );
    m += &format!(" (missed {name} method)");
    let other = if sync {
        Special::Aenter
    } else {
        Special::Enter
    };
    let other_exit = if sync { Special::Aexit } else { Special::Exit };
    let c = class_of(x);
    if c.special(other).is_some() && c.special(other_exit).is_some() {
        let (s, what) = if sync {
            ("asynchronous ", "async with")
        } else {
            ("", "with")
        };
        m += &format!(
            " but it supports the {s}context manager protocol. Did you mean to use '{what}'?"
        );
    }
    errors::type_error(t, m)
}

/// Where a search along the MRO of `this` behind `class` finds `name`.
fn super_lookup(class: Gc<Type>, start: Gc<Type>, name: Gc<Str>) -> Option<Value> {
    // A class that is being made has none yet.
    let mro = start.mro.opt()?;
    let items = mro.items();
    let at = items.iter().position(|c| *c == class.value())?;
    items[at + 1..]
        .iter()
        .find_map(|c| Gc::<Type>::from_value(*c).dict.gc().get_str(name))
}

/// `class` and the class whose MRO is searched, when `sup` is the builtin `super`.
fn super_classes(sup: Value, class: Value, this: Value) -> Option<(Gc<Type>, Gc<Type>)> {
    let builtin = pyjit_runtime::types::type_::of_kind_opt(kinds::SUPER)?;
    if sup != builtin.value() {
        return None;
    }
    let class = class.cast::<Type>()?;
    if let Some(c) = this.cast::<Type>()
        && c.is_subtype(class)
    {
        return Some((class, c));
    }
    let c = class_of(this);
    c.is_subtype(class).then_some((class, c))
}

fn super_function(sup: Value, class: Value, this: Value, name: Gc<Str>) -> Option<Value> {
    let (class, start) = super_classes(sup, class, this)?;
    if start.value() == this {
        return None;
    }
    super_lookup(class, start, name).filter(|m| call::is_method_function(*m))
}

fn super_attr(t: &Thread, sup: Value, class: Value, this: Value, name: Gc<Str>) -> R<Value> {
    if let Some((class, start)) = super_classes(sup, class, this)
        && name.bytes() != b"__class__"
        && let Some(d) = super_lookup(class, start, name)
    {
        if start.value() == this {
            return attr::bind_to_class(t, d, start);
        }
        return attr::bind(t, d, this, start);
    }
    let s = call::call(t, sup, &[class, this])?;
    attr::get(t, s, name)
}
