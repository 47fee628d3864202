//! `_tuplegetter`: the fields of named tuples.

use pyjit_heap::{Gc, Value};
use pyjit_runtime::core::{errors, kinds, ops};
use pyjit_runtime::types::descriptors::GetSet;
use pyjit_runtime::types::str_::intern;
use pyjit_runtime::types::tuple::Tuple;
use pyjit_runtime::types::type_::{Type, class_of, of_kind, type_name};
use pyjit_runtime::{R, Thread, py_class};

use crate::native_layout;

native_layout! {
    /// The documentation and which item.
    Getter = 303, refs 1..2 { doc } ints { index }
}

fn new(_t: &Thread, class: Gc<Type>, index: i64, doc: Value) -> Gc<Getter> {
    Getter::alloc(class, doc, index)
}
fn get(t: &Thread, this: Gc<Getter>, object: Value, _owner: Option<Value>) -> R<Value> {
    if object.is_none() || object.is_null() {
        return Ok(this.value());
    }
    let Some(tuple) = object.cast::<Tuple>() else {
        let m = format!(
            "descriptor for index '{}' for tuple subclasses doesn't apply to '{}' object",
            this.index.get(),
            type_name(object)
        );
        return Err(errors::type_error(t, m));
    };
    match tuple.items().get(this.index.get() as usize) {
        Some(v) => Ok(*v),
        None => Err(errors::index_error(t, "tuple index out of range")),
    }
}
fn set(t: &Thread, _this: Value, _object: Value, _value: Value) -> R<()> {
    Err(errors::attribute_error(t, "can't set attribute"))
}
fn delete(t: &Thread, _this: Value, _object: Value) -> R<()> {
    Err(errors::attribute_error(t, "can't delete attribute"))
}
fn repr(t: &Thread, this: Gc<Getter>) -> R<String> {
    let doc = ops::repr(t, this.doc.get())?;
    let name = class_of(this.value()).name_str();
    Ok(format!("{name}({}, {})", this.index.get(), doc.lossy()))
}
fn reduce(_t: &Thread, this: Gc<Getter>) -> Gc<Tuple> {
    let args = Tuple::new(&[Value::int(this.index.get()), this.doc.get()]);
    Tuple::new(&[class_of(this.value()).value(), args.value()])
}
fn get_doc(_t: &Thread, this: Gc<Getter>) -> Value {
    this.doc.get()
}
fn set_doc(_t: &Thread, this: Gc<Getter>, v: Option<Value>) -> R<()> {
    this.doc.set(this, v.unwrap_or(Value::NONE));
    Ok(())
}

/// The documentation of the class gives way to that of its instances.
pub fn finish(t: &Thread) -> R<()> {
    let ty = of_kind(303);
    let d = GetSet::new(&CLASS.getset[0], ty);
    ty.dict.gc().set_str(t, intern("__doc__"), d.value())?;
    ty.modified(t);
    Ok(())
}

py_class! {
    pub CLASS: Getter = "_tuplegetter", base kinds::OBJECT, flags 0, module "collections";
    methods {
        @staticmethod __new__(cls, index, doc, /) => new;
        __get__(self, instance, owner=None, /) => get;
        __set__(self, instance, value, /) => set;
        __delete__(self, instance, /) => delete;
        __repr__(self, /) => repr;
        __reduce__(self, /) => reduce;
    }
    getset { __doc__ => get_doc, set_doc; }
}
