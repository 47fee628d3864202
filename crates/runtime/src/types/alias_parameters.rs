//! The type parameters of parameterised classes: which ones the arguments
//! contain, and the arguments with others in their place. Everything goes by
//! protocol (`__typing_subst__` and the like), as programs define parameters
//! of their own.

use pyjit_heap::{Gc, Value};

use crate::core::call::{self, ArgVec};
use crate::core::ops;
use crate::core::special::Special;
use crate::core::thread::{R, Thread};
use crate::core::{attr, errors};
use crate::types::list::List;
use crate::types::str_::intern;
use crate::types::tuple::Tuple;
use crate::types::type_::{Type, class_of, type_name};

/// An attribute of what is no class.
fn part(t: &Thread, v: Value, name: &str) -> R<Option<Value>> {
    if v.cast::<Type>().is_some() {
        return Ok(None);
    }
    attr::get_opt(t, v, intern(name))
}

/// The items of a tuple or list among the arguments.
fn nested(v: Value) -> Option<Gc<Tuple>> {
    v.cast::<Tuple>()
        .or_else(|| v.cast::<List>().map(|l| Tuple::new(l.items())))
}

fn add(found: &mut ArgVec, v: Value) {
    if !found.contains(&v) {
        found.push(v);
    }
}

fn collect(t: &Thread, args: Gc<Tuple>, found: &mut ArgVec) -> R<()> {
    for a in args.items() {
        if part(t, *a, "__typing_subst__")?.is_some() {
            add(found, *a);
        } else if let Some(items) = nested(*a) {
            call::enter_native(t, "")?;
            collect(t, items, found)?;
        } else if let Some(p) = part(t, *a, "__parameters__")?.and_then(|p| p.cast::<Tuple>()) {
            for v in p.items() {
                add(found, *v);
            }
        }
    }
    Ok(())
}

/// The type parameters in `args`, each once, in order.
pub fn collect_parameters(t: &Thread, args: Gc<Tuple>) -> R<Gc<Tuple>> {
    let mut found = ArgVec::new();
    collect(t, args, &mut found)?;
    Ok(Tuple::new(&found))
}

/// What stands in `alias[...]`, with `*tuple[...]` unpacked.
fn unpacked(t: &Thread, item: Value) -> R<Gc<Tuple>> {
    let given = item.cast::<Tuple>().unwrap_or_else(|| Tuple::new(&[item]));
    let mut out = ArgVec::new();
    for v in given.items() {
        let inner = part(t, *v, "__typing_unpacked_tuple_args__")?.and_then(|a| a.cast::<Tuple>());
        match inner.filter(|a| a.items().last() != Some(&Value::ELLIPSIS)) {
            Some(inner) => out.extend(inner.items()),
            None => out.push(*v),
        }
    }
    Ok(Tuple::new(&out))
}

/// `given` as each parameter wants it.
fn prepared(t: &Thread, alias: Value, params: Gc<Tuple>, given: Gc<Tuple>) -> R<Gc<Tuple>> {
    let mut item = given.value();
    for p in params.items() {
        let prepare = attr::get_opt(t, *p, intern("__typing_prepare_subst__"))?;
        let Some(prepare) = prepare.filter(|f| !f.is_none()) else {
            continue;
        };
        if item.cast::<Tuple>().is_none() {
            item = Tuple::new(&[item]).value();
        }
        item = call::call(t, prepare, &[alias, item])?;
    }
    Ok(item.cast::<Tuple>().unwrap_or_else(|| Tuple::new(&[item])))
}

/// `args` with the parameters `params` replaced by `item` (one or a tuple).
pub fn substitute(
    t: &Thread,
    alias: Value,
    args: Gc<Tuple>,
    params: Gc<Tuple>,
    item: Value,
) -> R<Gc<Tuple>> {
    if params.is_empty() {
        let m = format!("{} is not a generic class", ops::repr(t, alias)?.lossy());
        return Err(errors::type_error(t, m));
    }
    let given = prepared(t, alias, params, unpacked(t, item)?)?;
    let (n, wanted) = (given.len(), params.len());
    if n != wanted {
        let what = if n > wanted { "many" } else { "few" };
        let m = format!(
            "Too {what} arguments for {}; actual {n}, expected {wanted}",
            ops::repr(t, alias)?.lossy(),
        );
        return Err(errors::type_error(t, m));
    }
    let s = Substitution {
        alias,
        params,
        given,
    };
    call::enter_native(t, "")?;
    s.all(t, args)
}

/// One replacement of parameters.
struct Substitution {
    alias: Value,
    params: Gc<Tuple>,
    given: Gc<Tuple>,
}

impl Substitution {
    fn value_of(&self, parameter: Value) -> Option<Value> {
        let i = self.params.items().iter().position(|p| *p == parameter)?;
        Some(self.given.items()[i])
    }
    fn all(&self, t: &Thread, args: Gc<Tuple>) -> R<Gc<Tuple>> {
        let mut out = ArgVec::new();
        for a in args.items() {
            self.one(t, *a, &mut out)?;
        }
        Ok(Tuple::new(&out))
    }
    /// Appends what stands for argument `a`.
    fn one(&self, t: &Thread, a: Value, out: &mut ArgVec) -> R<()> {
        if a.cast::<Type>().is_some() {
            out.push(a);
            return Ok(());
        }
        if let Some(items) = nested(a) {
            let given = self.given.value();
            let items = substitute(t, self.alias, items, self.params, given)?;
            out.push(match a.cast::<Tuple>() {
                Some(_) => items.value(),
                None => List::from_slice(t, items.items())?.value(),
            });
            return Ok(());
        }
        let spreads = match part(t, a, "__typing_is_unpacked_typevartuple__")? {
            Some(v) => ops::truth(t, v)?,
            None => false,
        };
        let v = match part(t, a, "__typing_subst__")? {
            Some(subst) => {
                let Some(given) = self.value_of(a) else {
                    let m = format!(
                        "argument {} with __typing_subst__ was not found in __parameters__",
                        ops::repr(t, a)?.lossy()
                    );
                    return Err(errors::type_error(t, m));
                };
                call::call(t, subst, &[given])?
            }
            None => self.inside(t, a)?,
        };
        if !spreads {
            out.push(v);
            return Ok(());
        }
        let Some(items) = v.cast::<Tuple>() else {
            let m = format!(
                "expected __typing_subst__ of {} objects to return a tuple, not {}",
                type_name(a),
                type_name(v)
            );
            return Err(errors::type_error(t, m));
        };
        out.extend(items.items());
        Ok(())
    }
    /// The parameters of alias `a` replaced.
    fn inside(&self, t: &Thread, a: Value) -> R<Value> {
        let own = part(t, a, "__parameters__")?.and_then(|p| p.cast::<Tuple>());
        let Some(own) = own.filter(|p| !p.is_empty()) else {
            return Ok(a);
        };
        let mut key = ArgVec::new();
        for p in own.items() {
            let v = self.value_of(*p).unwrap_or(*p);
            let many = v.cast::<Tuple>();
            let variadic = class_of(*p).special(Special::Iter).is_some();
            match many.filter(|_| variadic && v != *p) {
                Some(items) => key.extend(items.items()),
                None => key.push(v),
            }
        }
        ops::getitem(t, a, Tuple::new(&key).value())
    }
}
