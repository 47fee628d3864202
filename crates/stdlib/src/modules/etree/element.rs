//! `Element`: tag, attributes, text and children.

use pyjit_heap::{Field, Gc, Value};
use pyjit_runtime::core::{errors, kinds, ops};
use pyjit_runtime::types::dict::Dict;
use pyjit_runtime::types::list::List;
use pyjit_runtime::types::list_methods::ReprGuard;
use pyjit_runtime::types::str_::intern;
use pyjit_runtime::types::tuple::Tuple;
use pyjit_runtime::types::type_::{Type, flags, type_name};
use pyjit_runtime::{R, Raised, Thread, py_class};

use super::{children, copying, iteration, search};
use crate::native_layout;

native_layout! {
    /// An element. Attributes (a dictionary) and children (a list) are absent
    /// while there are none.
    Element = 620, refs 1..6 { tag, text, tail, attributes, children } ints {}
}

/// A new element of the class itself.
pub fn make(tag: Value, attributes: Value) -> Gc<Element> {
    let element = Element {
        header: pyjit_heap::Header::NEW,
        tag: Field::new(tag),
        text: Field::new(Value::NONE),
        tail: Field::new(Value::NONE),
        attributes: Field::new(attributes),
        children: Field::null(),
    };
    Gc::with_shape(620, element, 0)
}
fn new(_t: &Thread, class: Gc<Type>, _args: Value, _kwargs: Value) -> Gc<Element> {
    Element::alloc(
        class,
        Value::NONE,
        Value::NONE,
        Value::NONE,
        Value::NULL,
        Value::NULL,
    )
}
/// A copy of the attributes given, with those of the keywords; absent if there are none.
pub fn attributes(t: &Thread, given: Option<Gc<Dict>>, more: Option<Gc<Dict>>) -> R<Value> {
    let (all, more) = match (given, more) {
        (None, None) => return Ok(Value::NULL),
        (Some(given), more) => (given.copy(), more),
        // Without a dictionary in its place one may be a keyword.
        (None, Some(more)) => {
            let more = more.copy();
            match more.remove(t, intern("attrib").value())? {
                None => return Ok(more.value()),
                Some(v) => match v.cast::<Dict>() {
                    Some(d) => (d.copy(), Some(more)),
                    None => return Err(must_be_dict(t, v)),
                },
            }
        }
    };
    if let Some(more) = more {
        for (k, v) in more.iter() {
            all.set(t, k, v)?;
        }
    }
    Ok(all.value())
}
#[cold]
fn must_be_dict(t: &Thread, v: Value) -> Raised {
    errors::type_error(t, format!("attrib must be dict, not {}", type_name(v)))
}
fn init(
    t: &Thread,
    this: Gc<Element>,
    tag: Value,
    given: Option<Gc<Dict>>,
    more: Option<Gc<Dict>>,
) -> R<()> {
    let attributes = attributes(t, given, more)?;
    this.tag.set(this, tag);
    this.text.set(this, Value::NONE);
    this.tail.set(this, Value::NONE);
    this.children.clear();
    match attributes.is_null() {
        true => this.attributes.clear(),
        false => this.attributes.set(this, attributes),
    }
    Ok(())
}
fn repr(t: &Thread, this: Gc<Element>) -> R<String> {
    let at = this.addr();
    let tag = this.tag.get();
    if tag.is_none() {
        return Ok(format!("<Element None at {at:#x}>"));
    }
    let Some(_guard) = ReprGuard::enter(t, this.value()) else {
        let class = type_name(this.value());
        let m = format!("reentrant call inside {class}.__repr__");
        return Err(errors::runtime_error(t, m));
    };
    let shown = ops::repr(t, tag)?;
    Ok(format!("<Element {} at {at:#x}>", shown.lossy()))
}
/// The attributes, if there can be any.
pub fn dict(this: Gc<Element>) -> Option<Value> {
    this.attributes.get().opt()
}
/// The dictionary of attributes, made if there is none.
pub fn own_dict(this: Gc<Element>) -> Value {
    match dict(this) {
        Some(d) => d,
        None => {
            let d = Dict::new().value();
            this.attributes.set(this, d);
            d
        }
    }
}
fn clear(_t: &Thread, this: Gc<Element>) {
    this.attributes.clear();
    this.children.clear();
    this.text.set(this, Value::NONE);
    this.tail.set(this, Value::NONE);
}
fn get(t: &Thread, this: Gc<Element>, key: Value, default: Option<Value>) -> R<Value> {
    let found = match dict(this) {
        None => None,
        Some(d) => match d.cast::<Dict>() {
            Some(d) => d.get(t, key)?,
            None => Some(ops::getitem(t, d, key)?),
        },
    };
    Ok(found.unwrap_or(default.unwrap_or(Value::NONE)))
}
fn set(t: &Thread, this: Gc<Element>, key: Value, value: Value) -> R<()> {
    ops::setitem(t, own_dict(this), key, value)
}
fn keys(t: &Thread, this: Gc<Element>) -> R<Gc<List>> {
    let list = List::new();
    if let Some(d) = dict(this).and_then(|d| d.cast::<Dict>()) {
        for (k, _) in d.iter() {
            list.push(t, k)?;
        }
    }
    Ok(list)
}
fn items(t: &Thread, this: Gc<Element>) -> R<Gc<List>> {
    let list = List::new();
    if let Some(d) = dict(this).and_then(|d| d.cast::<Dict>()) {
        for (k, v) in d.iter() {
            list.push(t, Tuple::new(&[k, v]).value())?;
        }
    }
    Ok(list)
}
fn makeelement(_t: &Thread, _this: Gc<Element>, tag: Value, given: Gc<Dict>) -> Gc<Element> {
    make(tag, given.copy().value())
}
fn sizeof(_t: &Thread, this: Gc<Element>) -> usize {
    let list = this.children.get().cast_opt::<List>();
    size_of::<Element>() + list.map_or(0, |l| size_of::<List>() + 8 * l.capacity())
}

fn given(t: &Thread, v: Option<Value>) -> R<Value> {
    v.ok_or_else(|| errors::attribute_error(t, "can't delete element attribute"))
}
macro_rules! parts {
    ($($field:ident $get:ident $set:ident;)*) => { $(
        fn $get(_t: &Thread, this: Gc<Element>) -> Value {
            this.$field.get()
        }
        fn $set(t: &Thread, this: Gc<Element>, v: Option<Value>) -> R<()> {
            this.$field.set(this, given(t, v)?);
            Ok(())
        }
    )* };
}
parts! {
    tag get_tag set_tag;
    text get_text set_text;
    tail get_tail set_tail;
}
fn get_attributes(_t: &Thread, this: Gc<Element>) -> Value {
    own_dict(this)
}
fn set_attributes(t: &Thread, this: Gc<Element>, v: Option<Value>) -> R<()> {
    let v = given(t, v)?;
    if v.cast::<Dict>().is_none() {
        return Err(must_be_dict(t, v));
    }
    this.attributes.set(this, v);
    Ok(())
}

py_class! {
    pub ELEMENT: Element = "Element", base kinds::OBJECT, flags flags::BASETYPE | flags::HAS_WEAKREF, module "xml.etree.ElementTree";
    methods {
        @staticmethod __new__(cls, /, *args, **kwargs) => new;
        __init__(self, tag, attrib={}, /, **extra) => init;
        __repr__(self, /) => repr;
        __len__(self, /) => children::len [leaf no_raise reads];
        __bool__(self, /) => children::truth;
        __getitem__(self, key, /) => children::getitem;
        __setitem__(self, key, value, /) => children::setitem;
        __delitem__(self, key, /) => children::delitem;
        append(self, subelement, /) => children::append [leaf];
        extend(self, elements, /) => children::extend;
        insert(self, index, subelement, /) => children::insert;
        remove(self, subelement, /) => children::remove;
        clear(self, /) => clear [leaf no_raise];
        get(self, /, key, default=None) => get;
        set(self, key, value, /) => set;
        keys(self, /) => keys [leaf];
        items(self, /) => items [leaf];
        makeelement(self, tag, attrib, /) => makeelement [leaf];
        find(self, /, path, namespaces=None) => search::find;
        findtext(self, /, path, default=None, namespaces=None) => search::findtext;
        findall(self, /, path, namespaces=None) => search::findall;
        iterfind(self, /, path, namespaces=None) => search::iterfind;
        iter(self, /, tag=None) => iteration::iter [leaf];
        itertext(self, /) => iteration::itertext [leaf];
        __copy__(self, /) => copying::copy;
        __deepcopy__(self, memo, /) => copying::deepcopy;
        __getstate__(self, /) => copying::getstate;
        __setstate__(self, state, /) => copying::setstate;
        __sizeof__(self, /) => sizeof;
    }
    getset {
        /// A string identifying what kind of data this element represents
        tag => get_tag, set_tag;
        /// A string of text directly after the start tag, or None
        text => get_text, set_text;
        /// A string of text directly after the end tag, or None
        tail => get_tail, set_tail;
        /// A dictionary containing the element's attributes
        attrib => get_attributes, set_attributes;
    }
}
