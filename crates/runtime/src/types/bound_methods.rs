//! Bound methods: the Python-visible part.

use pyjit_heap::{Gc, Value};

use super::descriptors::BoundMethod;
use crate::core::thread::{R, Thread};
use crate::core::{attr, call, errors, kinds, ops};
use crate::types::dict::Dict;
use crate::types::str_::{Str, intern, intern_str};
use crate::types::tuple::Tuple;
use crate::types::type_::{class_of, flags};
use crate::types::type_methods::join;

fn method_new(t: &Thread, _class: Value, function: Value, instance: Value) -> R<Value> {
    if !call::is_callable(function) {
        return Err(errors::type_error(t, "first argument must be callable"));
    }
    if instance.is_none() {
        return Err(errors::type_error(t, "instance must not be None"));
    }
    Ok(BoundMethod::new(function, instance))
}
fn method_func(_t: &Thread, this: Gc<BoundMethod>) -> Value {
    this.function.get()
}
fn method_self(_t: &Thread, this: Gc<BoundMethod>) -> Value {
    this.this.get()
}
fn method_call(
    t: &Thread,
    this: Gc<BoundMethod>,
    args: Gc<Tuple>,
    kwargs: Option<Gc<Dict>>,
) -> R<Value> {
    let (all, names) = join(args.items(), kwargs);
    call::call_kw(t, this.value(), &all, names)
}
fn method_getattribute(t: &Thread, this: Gc<BoundMethod>, name: Gc<Str>) -> R<Value> {
    let name = intern_str(name);
    let class = class_of(this.value());
    if class.lookup(name).is_some() {
        return attr::generic_get(t, this.value(), class, name);
    }
    attr::get(t, this.function.get(), name)
}
fn method_repr(t: &Thread, this: Gc<BoundMethod>) -> R<String> {
    let f = this.function.get();
    let name = match attr::get_opt(t, f, intern("__qualname__"))? {
        Some(n) => Some(n),
        None => attr::get_opt(t, f, intern("__name__"))?,
    };
    let name = name
        .and_then(|n| n.cast::<Str>())
        .map_or("?".into(), |n| n.lossy().into_owned());
    let object = ops::repr(t, this.this.get())?;
    Ok(format!("<bound method {name} of {}>", object.lossy()))
}
fn method_eq(t: &Thread, this: Gc<BoundMethod>, other: Value) -> R<Value> {
    let Some(o) = other.cast::<BoundMethod>() else {
        return Ok(Value::NOT_IMPLEMENTED);
    };
    let same = this.this.get() == o.this.get()
        && ops::same_or_eq(t, this.function.get(), o.function.get())?;
    Ok(Value::bool(same))
}
fn method_hash(t: &Thread, this: Gc<BoundMethod>) -> R<i64> {
    Ok(ops::hash_identity(this.this.get()) ^ ops::hash(t, this.function.get())?)
}
fn method_get(_t: &Thread, this: Value, _object: Value, _class: Option<Value>) -> Value {
    this
}
fn method_reduce(t: &Thread, this: Gc<BoundMethod>) -> R<Value> {
    let getattr = attr::get(t, t.host().import(t, "builtins")?, intern("getattr"))?;
    let name = attr::get(t, this.function.get(), intern("__name__"))?;
    Ok(Tuple::new(&[getattr, Tuple::new(&[this.this.get(), name]).value()]).value())
}
fn method_doc(t: &Thread, this: Gc<BoundMethod>) -> R<Value> {
    Ok(attr::get_opt(t, this.function.get(), intern("__doc__"))?.unwrap_or(Value::NONE))
}
crate::py_class! {
    /// Create a bound instance method object.
    pub METHOD: BoundMethod = "method", base kinds::OBJECT, flags flags::HAS_WEAKREF;
    methods {
        @staticmethod __new__(cls, function, instance, /) => method_new;
        __call__(self, /, *args, **kwargs) => method_call;
        __getattribute__(self, name, /) => method_getattribute;
        __repr__(self, /) => method_repr;
        __eq__(self, value, /) => method_eq;
        __hash__(self, /) => method_hash;
        __get__(self, instance, owner=None, /) => method_get;
        __reduce__(self, /) => method_reduce;
    }
    getset { __func__ => method_func; __self__ => method_self; __doc__ => method_doc; }
}
