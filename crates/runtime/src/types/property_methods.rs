//! `property`: the Python-visible part.

use std::cell::Cell;

use pyjit_heap::{Field, Gc, Header, Value};

use super::descriptor_methods::{attribute_delete, attribute_get, attribute_set};
use super::descriptors::Property;
use crate::core::class::words;
use crate::core::thread::{R, Thread};
use crate::core::{attr, call, errors, kinds, ops};
use crate::types::exceptions::Exc;
use crate::types::str_::intern;
use crate::types::tuple::Tuple;
use crate::types::type_::{Type, class_of, flags};

fn property_new(_t: &Thread, class: Gc<Type>, _args: Value, _kwargs: Value) -> Gc<Property> {
    let p = Property {
        header: Header::NEW,
        get: Field::null(),
        set: Field::null(),
        del: Field::null(),
        doc: Field::null(),
        name: Field::null(),
        getter_doc: Cell::new(false),
    };
    Gc::with_shape(
        class.root_shape.get(),
        p,
        class.extra_bytes(words::<Property>()),
    )
}
fn property_init(
    t: &Thread,
    this: Gc<Property>,
    fget: Option<Value>,
    fset: Option<Value>,
    fdel: Option<Value>,
    doc: Option<Value>,
) -> R<()> {
    let norm = |v: Option<Value>| v.filter(|v| !v.is_none()).unwrap_or(Value::NULL);
    this.get.set(this, norm(fget));
    this.set.set(this, norm(fset));
    this.del.set(this, norm(fdel));
    let mut text = doc.unwrap_or(Value::NONE);
    this.getter_doc.set(false);
    if text.is_none()
        && let Some(g) = norm(fget).opt()
        && let Some(d) = attr::get_opt(t, g, intern("__doc__"))?
        && !d.is_none()
    {
        text = d;
        this.getter_doc.set(true);
    }
    if class_of(this.value()) != super::type_::of_kind(kinds::PROPERTY) {
        // A subclass keeps its doc where its own class lets it be found. One that was
        // given may have no place, the getter's own must have one.
        return match attr::set(t, this.value(), intern("__doc__"), Some(text)) {
            Err(_) if !this.getter_doc.get() && errors::catch(t, Exc::AttributeError) => Ok(()),
            r => r,
        };
    }
    this.doc.set(this, text);
    Ok(())
}
fn property_copy(t: &Thread, this: Gc<Property>, get: Value, set: Value, del: Value) -> R<Value> {
    let none = |v: Value| v.opt().unwrap_or(Value::NONE);
    let doc = if this.getter_doc.get() && get != this.get.get() {
        Value::NONE
    } else {
        none(this.doc.get())
    };
    let doc = if this.getter_doc.get() {
        Value::NONE
    } else {
        doc
    };
    let p = call::call(
        t,
        class_of(this.value()).value(),
        &[none(get), none(set), none(del), doc],
    )?;
    if let Some(n) = this.name.get().opt()
        && let Some(p) = p.cast::<Property>()
    {
        p.name.set(p, n);
    }
    Ok(p)
}
fn property_getter(t: &Thread, this: Gc<Property>, f: Value) -> R<Value> {
    property_copy(t, this, f, this.set.get(), this.del.get())
}
fn property_setter(t: &Thread, this: Gc<Property>, f: Value) -> R<Value> {
    property_copy(t, this, this.get.get(), f, this.del.get())
}
fn property_deleter(t: &Thread, this: Gc<Property>, f: Value) -> R<Value> {
    property_copy(t, this, this.get.get(), this.set.get(), f)
}
fn property_set_name(t: &Thread, this: Gc<Property>, args: Gc<Tuple>) -> R<()> {
    if args.len() != 2 {
        let m = format!(
            "__set_name__() takes 2 positional arguments but {} were given",
            args.len()
        );
        return Err(errors::type_error(t, m));
    }
    this.name.set(this, args.items()[1]);
    Ok(())
}
fn property_field(f: &Field) -> Value {
    f.get().opt().unwrap_or(Value::NONE)
}
fn fget(_t: &Thread, this: Gc<Property>) -> Value {
    property_field(&this.get)
}
fn fset(_t: &Thread, this: Gc<Property>) -> Value {
    property_field(&this.set)
}
fn fdel(_t: &Thread, this: Gc<Property>) -> Value {
    property_field(&this.del)
}
fn property_doc(_t: &Thread, this: Gc<Property>) -> Value {
    property_field(&this.doc)
}
fn property_set_doc(_t: &Thread, this: Gc<Property>, v: Option<Value>) {
    this.doc.set(this, v.unwrap_or(Value::NONE))
}
fn property_name(t: &Thread, this: Gc<Property>) -> R<Value> {
    if let Some(n) = this.name.get().opt() {
        return Ok(n);
    }
    if let Some(g) = this.get.get().opt()
        && let Some(n) = attr::get_opt(t, g, intern("__name__"))?
    {
        return Ok(n);
    }
    Err(errors::attribute_error(
        t,
        "'property' object has no attribute '__name__'",
    ))
}
fn property_set_prop_name(_t: &Thread, this: Gc<Property>, v: Option<Value>) {
    this.name.set(this, v.unwrap_or(Value::NULL))
}
fn property_abstract(t: &Thread, this: Gc<Property>) -> R<bool> {
    for f in [&this.get, &this.set, &this.del] {
        if let Some(f) = f.get().opt()
            && is_abstract(t, f)?
        {
            return Ok(true);
        }
    }
    Ok(false)
}
/// Is a function marked as abstract?
pub(super) fn is_abstract(t: &Thread, f: Value) -> R<bool> {
    match attr::get_opt(t, f, intern("__isabstractmethod__"))? {
        Some(v) => ops::truth(t, v),
        None => Ok(false),
    }
}
crate::py_class! {
    /// Property attribute.
    pub PROPERTY: Property = "property", base kinds::OBJECT, flags flags::BASETYPE;
    methods {
        @staticmethod __new__(cls, /, *args, **kwargs) => property_new;
        __init__(self, fget=None, fset=None, fdel=None, doc=None) => property_init;
        /// Descriptor to obtain a copy of the property with a different getter.
        getter(self, fget, /) => property_getter;
        /// Descriptor to obtain a copy of the property with a different setter.
        setter(self, fset, /) => property_setter;
        /// Descriptor to obtain a copy of the property with a different deleter.
        deleter(self, fdel, /) => property_deleter;
        __get__(self, instance, owner=None, /) => attribute_get;
        __set__(self, instance, value, /) => attribute_set;
        __delete__(self, instance, /) => attribute_delete;
        /// Method to set name of a property.
        __set_name__(self, /, *args) => property_set_name;
    }
    getset {
        fget => fget; fset => fset; fdel => fdel; __doc__ => property_doc, property_set_doc;
        __name__ => property_name, property_set_prop_name; __isabstractmethod__ => property_abstract;
    }
}
