//! Copies and pickles of elements.

use pyjit_heap::{Gc, Value};
use pyjit_runtime::core::{call, errors, ops};
use pyjit_runtime::types::dict::{Dict, is_simple_key};
use pyjit_runtime::types::int;
use pyjit_runtime::types::list::List;
use pyjit_runtime::types::str_::{Str, intern};
use pyjit_runtime::{R, Thread};

use super::children::{at, child, list};
use super::element::{self, Element};

/// `copy.copy(element)`: even the attributes are shared.
pub fn copy(t: &Thread, this: Gc<Element>) -> R<Gc<Element>> {
    let new = element::make(this.tag.get(), this.attributes.get());
    new.text.set(new, this.text.get());
    new.tail.set(new, this.tail.get());
    if let Some(l) = list(this) {
        new.children
            .set(new, List::from_slice(t, l.items())?.value());
    }
    Ok(new)
}

fn identity(t: &Thread, v: Value) -> Value {
    int::from_i64(t, v.0 as i64)
}
/// Keys and values need no copies of their own.
fn is_plain(d: Gc<Dict>) -> bool {
    let plain = |v: Value| v.is_none() || v.is_int() || v.cast_exact::<Str>().is_some();
    d.iter()
        .all(|(k, v)| is_simple_key(k) && plain(k) && plain(v))
}
fn deep(t: &Thread, v: Value, memo: Gc<Dict>) -> R<Value> {
    if v.is_none() || v.is_int() || v.cast_exact::<Str>().is_some() {
        return Ok(v);
    }
    let element = v.cast_exact::<Element>();
    let dict = v.cast_exact::<Dict>().filter(|d| is_plain(*d));
    if element.is_none() && dict.is_none() {
        let m = t.host().import(t, "copy")?;
        return call::call_attr(t, m, "deepcopy", &[v, memo.value()]);
    }
    let key = identity(t, v);
    if let Some(known) = memo.get(t, key)? {
        return Ok(known);
    }
    match (element, dict) {
        (Some(e), _) => deepcopy(t, e, memo).map(|e| e.value()),
        (_, Some(d)) => {
            let new = d.copy().value();
            memo.set(t, key, new)?;
            Ok(new)
        }
        _ => Ok(v),
    }
}
/// `copy.deepcopy(element)`.
pub fn deepcopy(t: &Thread, this: Gc<Element>, memo: Gc<Dict>) -> R<Gc<Element>> {
    call::enter_native(t, " while copying an element")?;
    let tag = deep(t, this.tag.get(), memo)?;
    let attributes = match element::dict(this) {
        Some(d) => deep(t, d, memo)?,
        None => Value::NULL,
    };
    let new = element::make(tag, attributes);
    new.text.set(new, deep(t, this.text.get(), memo)?);
    new.tail.set(new, deep(t, this.tail.get(), memo)?);
    let (all, mut i) = (List::new(), 0);
    while let Some(e) = at(this, i) {
        let copied = deep(t, e.value(), memo)?;
        child(t, copied)?;
        all.push(t, copied)?;
        i += 1;
    }
    if i > 0 {
        new.children.set(new, all.value());
    }
    memo.set(t, identity(t, this.value()), new.value())?;
    Ok(new)
}

/// What is pickled.
pub fn getstate(t: &Thread, this: Gc<Element>) -> R<Gc<Dict>> {
    let items = list(this);
    let children = List::from_slice(t, items.as_ref().map_or(&[], |l| l.items()))?;
    let attributes = element::dict(this).unwrap_or_else(|| Dict::new().value());
    let state = Dict::new();
    for (name, v) in [
        ("tag", this.tag.get()),
        ("_children", children.value()),
        ("attrib", attributes),
        ("text", this.text.get()),
        ("tail", this.tail.get()),
    ] {
        state.set_str(t, intern(name), v)?;
    }
    Ok(state)
}
/// The same, backwards.
pub fn setstate(t: &Thread, this: Gc<Element>, state: Value) -> R<()> {
    let Some(state) = state.cast_exact::<Dict>() else {
        let shown = ops::repr(t, state)?;
        let m = format!(
            "Don't know how to unpickle \"{}\" as an Element",
            shown.lossy()
        );
        return Err(errors::type_error(t, m));
    };
    const NAMES: [&str; 5] = ["tag", "_children", "attrib", "text", "tail"];
    for (key, _) in state.iter() {
        let known = |s: Gc<Str>| NAMES.iter().any(|n| n.as_bytes() == s.bytes());
        if !key.cast::<Str>().is_some_and(known) {
            let shown = ops::repr(t, key)?;
            let m = format!(
                "this function got an unexpected keyword argument {}",
                shown.lossy()
            );
            return Err(errors::type_error(t, m));
        }
    }
    let part = |name: &str| state.get_str(intern(name));
    for (field, name) in [
        (&this.tag, "tag"),
        (&this.text, "text"),
        (&this.tail, "tail"),
    ] {
        field.set(this, part(name).unwrap_or(Value::NONE));
    }
    if let Some(children) = part("_children") {
        let Some(l) = children.cast::<List>() else {
            return Err(errors::type_error(t, "'_children' is not a list"));
        };
        for v in l.items() {
            child(t, *v)?;
        }
        this.children
            .set(this, List::from_slice(t, l.items())?.value());
    }
    if let Some(attributes) = part("attrib") {
        if attributes.cast::<Dict>().is_none() {
            let got = pyjit_runtime::types::type_::type_name(attributes);
            let m = format!("attrib must be dict, not {got}");
            return Err(errors::type_error(t, m));
        }
        this.attributes.set(this, attributes);
    }
    Ok(())
}
