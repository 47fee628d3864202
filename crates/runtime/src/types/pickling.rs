//! The default copy and pickle protocol: `object.__reduce_ex__(2)` and `__getstate__`.

use pyjit_heap::{Gc, Value};

use crate::core::special::Special;
use crate::core::thread::{R, Thread};
use crate::core::{attr, call, errors, kinds, ops};
use crate::types::dict::Dict;
use crate::types::list::List;
use crate::types::str_::{Str, intern};
use crate::types::tuple::Tuple;
use crate::types::type_::{Type, type_name};

/// `copyreg.__newobj__(cls, *args)` with state, list items and dict items.
pub fn reduce_new(t: &Thread, this: Value, class: Gc<Type>, copyreg: Value) -> R<Value> {
    let (args, kwargs) = new_arguments(t, this)?;
    if class.special(Special::New).is_none() {
        return Err(errors::type_error(
            t,
            format!("cannot pickle '{}' object", class.name_str()),
        ));
    }
    if args.is_none() && unpicklable(class) && !tells_state(class) {
        return Err(errors::type_error(
            t,
            format!("cannot pickle '{}' object", class.name_str()),
        ));
    }
    let state = call::call_attr(t, this, "__getstate__", &[])?;
    let (function, arguments) = match kwargs {
        Some(kw) if !kw.is_empty() => {
            let a = args.unwrap_or_else(|| Tuple::new(&[]));
            let f = attr::get(t, copyreg, intern("__newobj_ex__"))?;
            (f, Tuple::new(&[class.value(), a.value(), kw.value()]))
        }
        _ => {
            let mut all = call::ArgVec::new();
            all.push(class.value());
            all.extend(args.as_ref().map_or(&[], |a| a.items()));
            (
                attr::get(t, copyreg, intern("__newobj__"))?,
                Tuple::new(&all),
            )
        }
    };
    let list_items = if this.cast::<List>().is_some() {
        ops::iter(t, this)?
    } else {
        Value::NONE
    };
    let dict_items = if this.cast::<Dict>().is_some() {
        let items = call::call_attr(t, this, "items", &[])?;
        ops::iter(t, items)?
    } else {
        Value::NONE
    };
    Ok(Tuple::new(&[function, arguments.value(), state, list_items, dict_items]).value())
}

/// Native layouts other than plain data cannot be rebuilt from their attributes.
fn unpicklable(class: Gc<Type>) -> bool {
    let known = [
        kinds::OBJECT,
        kinds::LIST,
        kinds::DICT,
        kinds::TUPLE,
        kinds::INT,
        kinds::FLOAT,
        kinds::STR,
        kinds::BYTES,
        kinds::SET,
        kinds::FROZENSET,
        kinds::EXCEPTION,
        kinds::SIMPLE_NAMESPACE,
        kinds::COMPLEX,
        kinds::BYTEARRAY,
    ];
    !known.contains(&class.kind.get())
}

/// Has the class a `__getstate__` of its own?
fn tells_state(class: Gc<Type>) -> bool {
    let name = intern("__getstate__");
    class.lookup(name) != attr::object_class().lookup(name)
}

/// A method that is looked up on the class, bound.
fn special_method(t: &Thread, this: Value, name: &str) -> R<Option<Value>> {
    let class = crate::types::type_::class_of(this);
    match class.lookup(intern(name)) {
        Some(f) => attr::bind(t, f, this, class).map(Some),
        None => Ok(None),
    }
}
fn new_arguments(t: &Thread, this: Value) -> R<(Option<Gc<Tuple>>, Option<Gc<Dict>>)> {
    if let Some(f) = special_method(t, this, "__getnewargs_ex__")? {
        let r = call::call(t, f, &[])?;
        let parts = r.cast::<Tuple>().filter(|p| p.len() == 2);
        let Some(p) = parts else {
            let m = format!(
                "__getnewargs_ex__ should return a tuple, not '{}'",
                type_name(r)
            );
            return Err(errors::type_error(t, m));
        };
        return match (p.items()[0].cast::<Tuple>(), p.items()[1].cast::<Dict>()) {
            (Some(a), Some(k)) => Ok((Some(a), Some(k))),
            _ => Err(errors::type_error(
                t,
                "__getnewargs_ex__ should return a tuple and a dict",
            )),
        };
    }
    if let Some(f) = special_method(t, this, "__getnewargs__")? {
        let r = call::call(t, f, &[])?;
        return match r.cast::<Tuple>() {
            Some(a) => Ok((Some(a), None)),
            None => {
                let m = format!(
                    "__getnewargs__ should return a tuple, not '{}'",
                    type_name(r)
                );
                Err(errors::type_error(t, m))
            }
        };
    }
    Ok((None, None))
}

/// `object.__getstate__()`: the instance dictionary, with slots `(dict, slots)`, or `None`.
pub fn get_state(t: &Thread, this: Value, class: Gc<Type>) -> R<Value> {
    let mut state = Value::NONE;
    if attr::dict_word(this).is_some() {
        let d = attr::instance_dict(t, this)?;
        if !d.is_empty() || class.kind.get() == kinds::OBJECT {
            state = if d.is_empty() {
                Value::NONE
            } else {
                d.copy().value()
            };
        }
    } else if let Some(d) = attr::get_opt(t, this, intern("__dict__"))? {
        state = d;
    }
    let slots = Dict::new();
    for c in class.mro_types() {
        if let Some(names) = c.slots.value().opt().and_then(|s| s.cast::<Tuple>()) {
            for n in names.items() {
                let name: Gc<Str> = Gc::from_value(*n);
                if let Some(v) = attr::get_opt(t, this, name)? {
                    slots.set_str(t, name, v)?;
                }
            }
        }
    }
    if slots.is_empty() {
        return Ok(state);
    }
    Ok(Tuple::new(&[state, slots.value()]).value())
}
