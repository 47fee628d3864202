//! Elements as sequences of their children.

use pyjit_heap::{Gc, Value};
use pyjit_runtime::core::special::Special;
use pyjit_runtime::core::{errors, ops};
use pyjit_runtime::types::exceptions::Exc;
use pyjit_runtime::types::list::List;
use pyjit_runtime::types::list_methods;
use pyjit_runtime::types::slice::Slice;
use pyjit_runtime::types::str_::Str;
use pyjit_runtime::types::type_::{class_of, type_name};
use pyjit_runtime::{R, Raised, Thread};

use super::element::Element;

/// The children, if there were any.
#[inline]
pub fn list(this: Gc<Element>) -> Option<Gc<List>> {
    this.children.get().cast_opt::<List>()
}
/// The child at a place.
#[inline]
pub fn at(this: Gc<Element>, i: usize) -> Option<Gc<Element>> {
    let list = list(this).filter(|l| i < l.len())?;
    Some(Gc::from_value(list.get(i)))
}
fn own_list(this: Gc<Element>) -> Gc<List> {
    list(this).unwrap_or_else(|| {
        let list = List::new();
        this.children.set(this, list.value());
        list
    })
}
/// `v` as a child.
pub fn child(t: &Thread, v: Value) -> R<Gc<Element>> {
    v.cast::<Element>().ok_or_else(|| {
        let m = format!("expected an Element, not \"{}\"", type_name(v));
        errors::type_error(t, m)
    })
}
/// Adds a child at the end.
pub fn push(t: &Thread, this: Gc<Element>, v: Value) -> R<()> {
    child(t, v)?;
    own_list(this).push(t, v)
}

pub fn len(_t: &Thread, this: Gc<Element>) -> usize {
    list(this).map_or(0, |l| l.len())
}
pub fn truth(t: &Thread, this: Gc<Element>) -> R<bool> {
    let m = "Testing an element's truth value will always return True in future versions.  \
             Use specific 'len(elem)' or 'elem is not None' test instead.";
    pyjit_runtime::core::warn::deprecated(t, m)?;
    Ok(len(t, this) > 0)
}
pub fn append(t: &Thread, this: Gc<Element>, new: Gc<Element>) -> R<()> {
    own_list(this).push(t, new.value())
}
pub fn insert(t: &Thread, this: Gc<Element>, index: i64, new: Gc<Element>) -> R<()> {
    let list = own_list(this);
    let n = list.len() as i64;
    let i = if index < 0 {
        (index + n).max(0)
    } else {
        index.min(n)
    } as usize;
    list.splice(t, i, i, &[new.value()])
}
/// The items of an iterable, which must be elements.
fn elements(t: &Thread, v: Value, complaint: &str) -> R<Gc<List>> {
    let class = class_of(v);
    if class.special(Special::Iter).is_none() && !ops::is_sequence(class) {
        return Err(errors::type_error(t, complaint));
    }
    let items = list_methods::from_iterable(t, v)?;
    for v in items.items() {
        child(t, *v)?;
    }
    Ok(items)
}
pub fn extend(t: &Thread, this: Gc<Element>, v: Value) -> R<()> {
    let new = elements(t, v, "'elements' must be an iterable")?;
    own_list(this).extend(t, new.items())
}
pub fn remove(t: &Thread, this: Gc<Element>, old: Gc<Element>) -> R<()> {
    let mut i = 0;
    while let Some(e) = at(this, i) {
        if ops::same_or_eq(t, e.value(), old.value())? {
            // The comparison may have changed the children.
            if at(this, i) == Some(e) {
                own_list(this).remove(i);
            }
            return Ok(());
        }
        i += 1;
    }
    Err(errors::value_error(
        t,
        "Element.remove(x): element not found",
    ))
}

#[cold]
fn bad_index(t: &Thread) -> Raised {
    errors::type_error(t, "element indices must be integers")
}
/// The place that an index means.
fn place(t: &Thread, this: Gc<Element>, key: Value, what: &str) -> R<usize> {
    let i = match key.is_int() {
        true => key.as_int(),
        false => match key.is_float() || key.is_none() || key.cast::<Str>().is_some() {
            true => return Err(bad_index(t)),
            false => match ops::index_i64(t, key) {
                Ok(i) => i,
                Err(_) if errors::catch(t, Exc::TypeError) => return Err(bad_index(t)),
                Err(raised) => return Err(raised),
            },
        },
    };
    let n = len(t, this) as i64;
    let at = if i < 0 { i + n } else { i };
    match (0..n).contains(&at) {
        true => Ok(at as usize),
        false => Err(errors::index_error(t, what)),
    }
}
pub fn getitem(t: &Thread, this: Gc<Element>, key: Value) -> R<Value> {
    if key.cast::<Slice>().is_some() {
        return list_methods::getitem(t, own_list(this), key);
    }
    let i = place(t, this, key, "child index out of range")?;
    Ok(own_list(this).get(i))
}
pub fn setitem(t: &Thread, this: Gc<Element>, key: Value, v: Value) -> R<()> {
    if key.cast::<Slice>().is_some() {
        let new = elements(t, v, "assignment expects an iterable")?;
        return list_methods::setitem(t, own_list(this), key, new.value());
    }
    let i = place(t, this, key, "child assignment index out of range")?;
    child(t, v)?;
    own_list(this).set(i, v);
    Ok(())
}
pub fn delitem(t: &Thread, this: Gc<Element>, key: Value) -> R<()> {
    if key.cast::<Slice>().is_some() {
        return ops::delitem(t, own_list(this).value(), key);
    }
    let i = place(t, this, key, "child assignment index out of range")?;
    own_list(this).remove(i);
    Ok(())
}
