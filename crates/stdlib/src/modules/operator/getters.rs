//! `itemgetter`, `attrgetter`, `methodcaller`.

use pyjit_heap::{Gc, Value};
use pyjit_runtime::core::call::ArgVec;
use pyjit_runtime::core::{attr, call, errors, kinds, ops};
use pyjit_runtime::types::dict::Dict;
use pyjit_runtime::types::list_methods::ReprGuard;
use pyjit_runtime::types::object;
use pyjit_runtime::types::str_::{Str, intern_str, push_lossless};
use pyjit_runtime::types::tuple::Tuple;
use pyjit_runtime::types::type_::{Type, class_of};
use pyjit_runtime::{R, Thread, py_class};

use crate::layout::call_with_dict;
use crate::native_layout;

native_layout! {
    /// The keys.
    ItemGetter = 297, refs 1..2 { items } ints {}
}
native_layout! {
    /// The names, and for each of them a tuple of its parts between dots.
    AttrGetter = 298, refs 1..3 { names, paths } ints {}
}
native_layout! {
    /// Name, positional and keyword arguments (or absent).
    MethodCaller = 299, refs 1..4 { name, args, kwargs } ints {}
}

fn tuple(v: Value) -> Gc<Tuple> {
    Gc::from_value(v)
}
fn no_arguments(t: &Thread, what: &str) -> pyjit_runtime::Raised {
    errors::type_error(t, format!("{what} expected 1 argument, got 0"))
}
/// One result as it is, several as a tuple.
fn results(t: &Thread, keys: Gc<Tuple>, f: impl Fn(usize) -> R<Value>) -> R<Value> {
    let _ = t;
    if keys.len() == 1 {
        return f(0);
    }
    let mut found = ArgVec::new();
    for i in 0..keys.len() {
        found.push(f(i)?);
    }
    Ok(Tuple::new(&found).value())
}
fn shown(t: &Thread, this: Value, parts: &[Value]) -> R<String> {
    let name = object::qualified_name(t, class_of(this))?;
    let Some(_guard) = ReprGuard::enter(t, this) else {
        return Ok(format!("{name}(...)"));
    };
    let mut s = format!("{name}(");
    for (i, p) in parts.iter().enumerate() {
        if i > 0 {
            s.push_str(", ");
        }
        push_lossless(&mut s, ops::repr(t, *p)?);
    }
    s.push(')');
    Ok(s)
}

/// All arguments of a constructor.
fn all(t: &Thread, name: &str, first: Option<Value>, more: Gc<Tuple>) -> R<Gc<Tuple>> {
    let first = first.ok_or_else(|| no_arguments(t, name))?;
    Ok(Tuple::from_fn(more.len() + 1, |i| match i {
        0 => first,
        i => more.items()[i - 1],
    }))
}
fn item_new(
    t: &Thread,
    class: Gc<Type>,
    first: Option<Value>,
    more: Gc<Tuple>,
) -> R<Gc<ItemGetter>> {
    let items = all(t, "itemgetter", first, more)?;
    Ok(ItemGetter::alloc(class, items.value()))
}
fn item_call(t: &Thread, this: Gc<ItemGetter>, obj: Value) -> R<Value> {
    let keys = tuple(this.items.get());
    results(t, keys, |i| ops::getitem(t, obj, keys.items()[i]))
}
fn item_repr(t: &Thread, this: Gc<ItemGetter>) -> R<String> {
    shown(t, this.value(), tuple(this.items.get()).items())
}
fn item_reduce(_t: &Thread, this: Gc<ItemGetter>) -> Gc<Tuple> {
    Tuple::new(&[class_of(this.value()).value(), this.items.get()])
}

fn attr_new(
    t: &Thread,
    class: Gc<Type>,
    first: Option<Value>,
    more: Gc<Tuple>,
) -> R<Gc<AttrGetter>> {
    let names = all(t, "attrgetter", first, more)?;
    let mut paths = ArgVec::new();
    for n in names.items() {
        let Some(s) = n.cast::<Str>() else {
            let m = "attribute name must be a string";
            return Err(errors::type_error(t, m));
        };
        let mut parts = ArgVec::new();
        for p in s.bytes().split(|b| *b == b'.') {
            parts.push(intern_str(Str::from_wtf8(p)).value());
        }
        paths.push(Tuple::new(&parts).value());
    }
    let paths = Tuple::new(&paths).value();
    Ok(AttrGetter::alloc(class, names.value(), paths))
}
fn attr_call(t: &Thread, this: Gc<AttrGetter>, obj: Value) -> R<Value> {
    let paths = tuple(this.paths.get());
    results(t, paths, |i| {
        let mut v = obj;
        for name in tuple(paths.items()[i]).items() {
            v = attr::get(t, v, Gc::from_value(*name))?;
        }
        Ok(v)
    })
}
fn attr_repr(t: &Thread, this: Gc<AttrGetter>) -> R<String> {
    shown(t, this.value(), tuple(this.names.get()).items())
}
fn attr_reduce(_t: &Thread, this: Gc<AttrGetter>) -> Gc<Tuple> {
    Tuple::new(&[class_of(this.value()).value(), this.names.get()])
}

fn method_new(
    t: &Thread,
    class: Gc<Type>,
    name: Option<Value>,
    rest: Gc<Tuple>,
    kwargs: Option<Gc<Dict>>,
) -> R<Gc<MethodCaller>> {
    let Some(name) = name else {
        let m = "methodcaller needs at least one argument, the method name";
        return Err(errors::type_error(t, m));
    };
    let Some(name) = name.cast::<Str>() else {
        return Err(errors::type_error(t, "method name must be a string"));
    };
    let kwargs = kwargs.filter(|d| !d.is_empty());
    Ok(MethodCaller::alloc(
        class,
        intern_str(name).value(),
        rest.value(),
        kwargs.map_or(Value::NULL, Gc::value),
    ))
}
fn method_call(t: &Thread, this: Gc<MethodCaller>, obj: Value) -> R<Value> {
    let f = attr::get(t, obj, Gc::from_value(this.name.get()))?;
    let kwargs = this.kwargs.get().opt().map(Gc::from_value);
    call_with_dict(t, f, tuple(this.args.get()).items(), kwargs)
}
fn method_repr(t: &Thread, this: Gc<MethodCaller>) -> R<String> {
    let all = call::prepend(this.name.get(), tuple(this.args.get()).items());
    let mut s = shown(t, this.value(), &all)?;
    if let Some(d) = this.kwargs.get().cast_opt::<Dict>() {
        s.pop();
        for (k, v) in d.copy().iter() {
            s.push_str(", ");
            push_lossless(&mut s, ops::str(t, k)?);
            s.push('=');
            push_lossless(&mut s, ops::repr(t, v)?);
        }
        s.push(')');
    }
    Ok(s)
}
fn method_reduce(t: &Thread, this: Gc<MethodCaller>) -> R<Gc<Tuple>> {
    let class = class_of(this.value()).value();
    let args = tuple(this.args.get());
    let Some(d) = this.kwargs.get().cast_opt::<Dict>() else {
        let all = call::prepend(this.name.get(), args.items());
        return Ok(Tuple::new(&[class, Tuple::new(&all).value()]));
    };
    let functools = t.host().import(t, "functools")?;
    let partial = attr::get(t, functools, pyjit_runtime::types::str_::intern("partial"))?;
    let made = call_with_dict(t, partial, &[class, this.name.get()], Some(d))?;
    Ok(Tuple::new(&[made, args.value()]))
}

py_class! {
    /// Return a callable object that fetches the given item(s) from its operand.
    /// After f = itemgetter(2), the call f(r) returns r[2].
    /// After g = itemgetter(2, 5, 3), the call g(r) returns (r[2], r[5], r[3])
    pub ITEMGETTER: ItemGetter = "itemgetter", base kinds::OBJECT, flags 0, module "operator";
    methods {
        @staticmethod __new__(cls, item, /, *items) => item_new;
        __call__(self, obj, /) => item_call;
        __repr__(self, /) => item_repr;
        /// Return state information for pickling
        __reduce__(self, /) => item_reduce;
    }
}
py_class! {
    /// Return a callable object that fetches the given attribute(s) from its operand.
    /// After f = attrgetter('name'), the call f(r) returns r.name.
    /// After g = attrgetter('name', 'date'), the call g(r) returns (r.name, r.date).
    /// After h = attrgetter('name.first', 'name.last'), the call h(r) returns
    /// (r.name.first, r.name.last).
    pub ATTRGETTER: AttrGetter = "attrgetter", base kinds::OBJECT, flags 0, module "operator";
    methods {
        @staticmethod __new__(cls, attr, /, *attrs) => attr_new;
        __call__(self, obj, /) => attr_call;
        __repr__(self, /) => attr_repr;
        /// Return state information for pickling
        __reduce__(self, /) => attr_reduce;
    }
}
py_class! {
    /// Return a callable object that calls the given method on its operand.
    /// After f = methodcaller('name'), the call f(r) returns r.name().
    /// After g = methodcaller('name', 'date', foo=1), the call g(r) returns
    /// r.name('date', foo=1).
    pub METHODCALLER: MethodCaller = "methodcaller", base kinds::OBJECT, flags 0, module "operator";
    methods {
        @staticmethod __new__(cls, name, /, *args, **kwargs) => method_new;
        __call__(self, obj, /) => method_call;
        __repr__(self, /) => method_repr;
        /// Return state information for pickling
        __reduce__(self, /) => method_reduce;
    }
}
