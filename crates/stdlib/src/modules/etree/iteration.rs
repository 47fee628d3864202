//! `iter` and `itertext`: the tree in document order.

use pyjit_heap::{Gc, Value};
use pyjit_runtime::core::{kinds, ops};
use pyjit_runtime::types::bytes::Bytes;
use pyjit_runtime::types::list::List;
use pyjit_runtime::types::str_::Str;
use pyjit_runtime::types::type_::{flags, of_kind};
use pyjit_runtime::{R, Thread, py_class};

use super::children::at;
use super::element::Element;
use crate::layout::{END, Item, item, itself};
use crate::native_layout;

native_layout! {
    /// The element to begin with (absent later), the tag that is wanted or
    /// `None`, the element whose children come next, and what is above that: a
    /// list of element, place, element, place ...; the place in the current one,
    /// and whether texts are wanted.
    ElementIterator = 621, refs 1..5 { first, tag, current, above } ints { place, texts }
}
type It = Gc<ElementIterator>;

fn start(root: Gc<Element>, tag: Value, texts: bool) -> It {
    let above = List::new().value();
    let class = of_kind(621);
    ElementIterator::alloc(
        class,
        root.value(),
        tag,
        Value::NULL,
        above,
        0,
        texts as i64,
    )
}
/// `element.iter(tag=None)`.
pub fn iter(_t: &Thread, root: Gc<Element>, tag: Option<Value>) -> It {
    let tag = tag.unwrap_or(Value::NONE);
    let any = tag.cast::<Str>().is_some_and(|s| s.bytes() == b"*")
        || tag.cast::<Bytes>().is_some_and(|b| b.bytes() == b"*");
    start(root, if any { Value::NONE } else { tag }, false)
}
/// `element.itertext()`.
pub fn itertext(_t: &Thread, root: Gc<Element>) -> It {
    start(root, Value::NONE, true)
}

impl ElementIterator {
    fn above(&self) -> Gc<List> {
        Gc::from_value(self.above.get())
    }
}
/// Begins with the children of an element.
fn descend(t: &Thread, this: It, e: Gc<Element>) -> R<()> {
    if let Some(current) = this.current.get().opt() {
        let above = this.above();
        above.push(t, current)?;
        above.push(t, Value::int(this.place.get()))?;
    }
    this.current.set(this, e.value());
    this.place.set(0);
    Ok(())
}
/// Goes on behind the current element.
fn ascend(this: It) {
    let above = this.above();
    match above.len().checked_sub(2) {
        None => this.current.clear(),
        Some(n) => {
            this.place.set(above.remove(n + 1).as_int());
            this.current.set(this, above.remove(n));
        }
    }
}
/// Text that is worth giving.
fn wanted(t: &Thread, text: Value) -> R<bool> {
    Ok(!text.is_none() && ops::truth(t, text)?)
}
fn next(t: &Thread, this: It) -> R<Item> {
    loop {
        let e = match this.current.get().cast_opt::<Element>() {
            None => match this.first.get().cast_opt::<Element>() {
                None => return END,
                Some(root) => {
                    this.first.clear();
                    root
                }
            },
            Some(current) => match at(current, this.place.get() as usize) {
                Some(e) => {
                    this.place.set(this.place.get() + 1);
                    e
                }
                None => {
                    ascend(this);
                    // What follows the first element is not within it.
                    let tail = current.tail.get();
                    if this.texts.get() != 0 && this.current.is_set() && wanted(t, tail)? {
                        return item(tail);
                    }
                    continue;
                }
            },
        };
        if this.texts.get() != 0 {
            descend(t, this, e)?;
            let (tag, text) = (e.tag.get(), e.text.get());
            if (tag.is_none() || tag.cast::<Str>().is_some()) && wanted(t, text)? {
                return item(text);
            }
            continue;
        }
        let tag = this.tag.get();
        if tag.is_none() || ops::same_or_eq(t, e.tag.get(), tag)? {
            descend(t, this, e)?;
            return item(e.value());
        }
        if at(e, 0).is_some() || !this.current.is_set() {
            descend(t, this, e)?;
        }
    }
}

py_class! {
    pub ELEMENT_ITERATOR: ElementIterator = "_element_iterator", base kinds::OBJECT, flags flags::NO_NEW, module "_elementtree";
    methods {
        __iter__(self, /) => itself;
        __next__(self, /) => next;
    }
}
