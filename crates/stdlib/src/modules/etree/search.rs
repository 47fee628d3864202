//! `find` and its like: a plain tag is looked for here, a path by
//! `xml.etree.ElementPath`.

use pyjit_heap::{Gc, Value};
use pyjit_runtime::core::{call, ops};
use pyjit_runtime::types::bytes::Bytes;
use pyjit_runtime::types::list::List;
use pyjit_runtime::types::str_::{Str, empty};
use pyjit_runtime::{R, Thread};

use super::children::at;
use super::element::Element;

/// Has the text a character that means something in a path? Those in braces do not.
fn has_path_character(text: &[u8]) -> bool {
    let mut outside = true;
    text.iter().any(|b| {
        match b {
            b'{' => outside = false,
            b'}' => outside = true,
            b'/' | b'*' | b'[' | b'@' | b'.' => return outside,
            _ => {}
        }
        false
    })
}
/// Is it more than a tag?
fn is_path(path: Value) -> bool {
    if let Some(s) = path.cast::<Str>() {
        let text = s.bytes();
        let wildcard = s.len() >= 3 && (text.starts_with(b"{}") || text.starts_with(b"{*}"));
        return wildcard || has_path_character(text);
    }
    path.cast::<Bytes>()
        .is_none_or(|b| has_path_character(b.bytes()))
}
fn by_path(t: &Thread, function: &str, args: &[Value]) -> R<Value> {
    let m = t.host().import(t, "xml.etree.ElementPath")?;
    call::call_attr(t, m, function, args)
}
fn needs_path(path: Value, namespaces: Value) -> bool {
    !namespaces.is_none() || is_path(path)
}
/// The first child with a tag, from place `i` on; `i` is then behind it.
fn next(t: &Thread, this: Gc<Element>, tag: Value, i: &mut usize) -> R<Option<Gc<Element>>> {
    while let Some(e) = at(this, *i) {
        *i += 1;
        if ops::same_or_eq(t, e.tag.get(), tag)? {
            return Ok(Some(e));
        }
    }
    Ok(None)
}

pub fn find(t: &Thread, this: Gc<Element>, path: Value, namespaces: Option<Value>) -> R<Value> {
    let namespaces = namespaces.unwrap_or(Value::NONE);
    if needs_path(path, namespaces) {
        return by_path(t, "find", &[this.value(), path, namespaces]);
    }
    let found = next(t, this, path, &mut 0)?;
    Ok(found.map_or(Value::NONE, |e| e.value()))
}
pub fn findtext(
    t: &Thread,
    this: Gc<Element>,
    path: Value,
    default: Option<Value>,
    namespaces: Option<Value>,
) -> R<Value> {
    let default = default.unwrap_or(Value::NONE);
    let namespaces = namespaces.unwrap_or(Value::NONE);
    if needs_path(path, namespaces) {
        return by_path(t, "findtext", &[this.value(), path, default, namespaces]);
    }
    Ok(match next(t, this, path, &mut 0)? {
        None => default,
        Some(e) if e.text.get().is_none() => empty().value(),
        Some(e) => e.text.get(),
    })
}
pub fn findall(t: &Thread, this: Gc<Element>, path: Value, namespaces: Option<Value>) -> R<Value> {
    let namespaces = namespaces.unwrap_or(Value::NONE);
    if needs_path(path, namespaces) {
        return by_path(t, "findall", &[this.value(), path, namespaces]);
    }
    let (all, mut i) = (List::new(), 0);
    while let Some(e) = next(t, this, path, &mut i)? {
        all.push(t, e.value())?;
    }
    Ok(all.value())
}
pub fn iterfind(t: &Thread, this: Gc<Element>, path: Value, namespaces: Option<Value>) -> R<Value> {
    let namespaces = namespaces.unwrap_or(Value::NONE);
    by_path(t, "iterfind", &[this.value(), path, namespaces])
}
