//! `TypeAliasType` (`type X = ...`), the parts of a `ParamSpec`, and the
//! functions that give a known value.

use std::cell::Cell;

use pyjit_heap::{Field, Gc, Header, Value, heap_object};

use crate::core::ops::{self, Cmp};
use crate::core::thread::{R, Thread};
use crate::core::{attr, call, errors, kinds};
use crate::types::dict::Dict;
use crate::types::generic_alias;
use crate::types::str_::{Str, intern};
use crate::types::tuple::Tuple;
use crate::types::type_::{self, Type, class_of, flags, of_kind, type_name};
use crate::types::type_params::{call_typing, union};

/// A type alias.
#[repr(C)]
pub struct TypeAlias {
    header: Header,
    name: Field,
    /// A tuple of type parameters, or `None`.
    params: Field,
    /// The value, and the function that gives it.
    value: Field,
    evaluate: Field,
    /// Name of the module that made it, if no statement did.
    module: Field,
}
heap_object!(TypeAlias = kinds::TYPE_ALIAS, refs 1..6);

/// `P.args` or `P.kwargs`; or a function that gives the value `origin`.
#[repr(C)]
pub struct Part {
    header: Header,
    origin: Field,
}
heap_object!(Part = kinds::PARAM_SPEC_ARGS, refs 1..2);
/// Layout alias: a [`Part`].
#[repr(C)]
pub struct KeywordPart {
    header: Header,
    origin: Field,
}
heap_object!(KeywordPart = kinds::PARAM_SPEC_KWARGS, refs 1..2);
/// Layout alias: a [`Part`].
#[repr(C)]
pub struct Constant {
    header: Header,
    origin: Field,
}
heap_object!(Constant = kinds::CONST_EVALUATOR, refs 1..2);

/// An object of `class` (one of the three above) for `origin`.
pub fn part(class: Gc<Type>, origin: Value) -> Value {
    let p = Part {
        header: Header::NEW,
        origin: Field::new(origin),
    };
    Gc::with_shape(class.root_shape.get(), p, 0).value()
}
/// A function that gives `v`, or its source text.
pub fn constant(v: Value) -> Value {
    part(of_kind(kinds::CONST_EVALUATOR), v)
}
fn origin_of(this: Value) -> Value {
    Gc::<Part>::from_value(this).origin.get()
}
fn part_new(t: &Thread, class: Gc<Type>, origin: Value) -> R<Value> {
    let _ = t;
    Ok(part(class, origin))
}
fn part_text(t: &Thread, this: Value, suffix: &str) -> R<String> {
    let o = origin_of(this);
    let name = match o.is_ptr() && class_of(o).kind.get() == kinds::PARAM_SPEC {
        true => ops::str(t, attr::get(t, o, intern("__name__"))?)?,
        false => ops::repr(t, o)?,
    };
    Ok(format!("{}.{suffix}", name.lossy()))
}
fn args_repr(t: &Thread, this: Value) -> R<String> {
    part_text(t, this, "args")
}
fn kwargs_repr(t: &Thread, this: Value) -> R<String> {
    part_text(t, this, "kwargs")
}
fn part_compare(t: &Thread, cmp: Cmp, a: Value, b: Value) -> R<Value> {
    if !b.is_ptr() || a.shape_id() != b.shape_id() || !matches!(cmp, Cmp::Eq | Cmp::Ne) {
        return Ok(Value::NOT_IMPLEMENTED);
    }
    ops::compare(t, cmp, origin_of(a), origin_of(b))
}
fn part_eq(t: &Thread, a: Value, b: Value) -> R<Value> {
    part_compare(t, Cmp::Eq, a, b)
}
fn part_ne(t: &Thread, a: Value, b: Value) -> R<Value> {
    part_compare(t, Cmp::Ne, a, b)
}
fn part_origin(_t: &Thread, this: Value) -> Value {
    origin_of(this)
}
fn part_mro(t: &Thread, this: Value, _bases: Value) -> R<Value> {
    let m = format!(
        "Cannot subclass an instance of {}",
        type_::class_of(this).name_str()
    );
    Err(errors::type_error(t, m))
}
fn constant_call(t: &Thread, this: Value, format: i64) -> R<Value> {
    // Format 4 asks for source text.
    if format != 4 {
        return Ok(origin_of(this));
    }
    let v = origin_of(this);
    let lib = t.host().import(t, "annotationlib")?;
    match v.cast::<Tuple>() {
        Some(items) => {
            let mut parts = Vec::new();
            for x in items.items() {
                let s = call::call_attr(t, lib, "type_repr", &[*x])?;
                parts.push(ops::str(t, s)?.lossy().into_owned());
            }
            Ok(Str::new(&format!("({})", parts.join(", "))).value())
        }
        None => call::call_attr(t, lib, "type_repr", &[v]),
    }
}
fn constant_repr(t: &Thread, this: Value) -> R<String> {
    let v = ops::repr(t, origin_of(this))?;
    Ok(format!("<constevaluator {}>", v.lossy()))
}

/// An alias whose value `f` gives when it is asked for.
pub fn declared(name: Value, params: Value, f: Value) -> Value {
    let a = TypeAlias {
        header: Header::NEW,
        name: Field::new(name),
        params: Field::new(params),
        value: Field::null(),
        evaluate: Field::new(f),
        module: Field::null(),
    };
    Gc::new(a).value()
}
fn check_params(t: &Thread, params: Value) -> R<()> {
    let Some(p) = params.cast::<Tuple>() else {
        return Err(errors::type_error(t, "type_params must be a tuple"));
    };
    let defaulted = Cell::new(false);
    for v in p.items() {
        if !matches!(
            type_::class_of(*v).kind.get(),
            kinds::TYPE_VAR | kinds::PARAM_SPEC | kinds::TYPE_VAR_TUPLE
        ) {
            let m = format!("Expected a type param, got {}", ops::repr(t, *v)?.lossy());
            return Err(errors::type_error(t, m));
        }
        let r = call::call_attr(t, *v, "has_default", &[])?;
        if r == Value::TRUE {
            defaulted.set(true);
        } else if defaulted.get() {
            let m = format!(
                "non-default type parameter '{}' follows default type parameter",
                ops::repr(t, *v)?.lossy()
            );
            return Err(errors::type_error(t, m));
        }
    }
    Ok(())
}
fn new(
    t: &Thread,
    _class: Gc<Type>,
    name: Value,
    value: Value,
    params: Option<Value>,
) -> R<Gc<TypeAlias>> {
    if name.cast::<Str>().is_none() {
        let m = format!(
            "typealias() argument 'name' must be str, not {}",
            type_name(name)
        );
        return Err(errors::type_error(t, m));
    }
    if let Some(p) = params {
        check_params(t, p)?;
    }
    let module = super::type_params::calling_module(t);
    let none = params.filter(|p| p.cast::<Tuple>().is_some_and(|p| !p.is_empty()));
    Ok(Gc::new(TypeAlias {
        header: Header::NEW,
        name: Field::new(name),
        params: Field::new(none.unwrap_or(Value::NONE)),
        value: Field::new(value),
        evaluate: Field::null(),
        module: Field::new(module),
    }))
}
/// The module of the statement, or of the caller of `TypeAliasType`.
fn module(t: &Thread, this: Gc<TypeAlias>) -> R<Value> {
    match (this.module.get().opt(), this.evaluate.get().opt()) {
        (None, Some(f)) => attr::get(t, f, intern("__module__")),
        (m, _) => Ok(m.unwrap_or(Value::NONE)),
    }
}
fn value(t: &Thread, this: Gc<TypeAlias>) -> R<Value> {
    if let Some(v) = this.value.get().opt() {
        return Ok(v);
    }
    let v = call::call(t, this.evaluate.get(), &[Value::int(1)])?;
    this.value.set(this, v);
    Ok(v)
}
fn evaluate_value(_t: &Thread, this: Gc<TypeAlias>) -> Value {
    match this.evaluate.get().opt() {
        Some(f) => f,
        None => constant(this.value.get()),
    }
}
fn name(_t: &Thread, this: Gc<TypeAlias>) -> Value {
    this.name.get()
}
fn type_params(_t: &Thread, this: Gc<TypeAlias>) -> Value {
    match this.params.get() {
        Value::NONE => Tuple::new(&[]).value(),
        p => p,
    }
}
/// The parameters, variadic ones unpacked.
fn parameters(t: &Thread, this: Gc<TypeAlias>) -> R<Value> {
    let mut all = call::ArgVec::new();
    if let Some(p) = this.params.get().cast::<Tuple>() {
        for v in p.items() {
            if type_::class_of(*v).kind.get() == kinds::TYPE_VAR_TUPLE {
                let it = ops::iter(t, *v)?;
                all.push(ops::next(t, it)?.unwrap_or(*v));
            } else {
                all.push(*v);
            }
        }
    }
    Ok(Tuple::new(&all).value())
}
fn repr(_t: &Thread, this: Gc<TypeAlias>) -> Value {
    this.name.get()
}
fn getitem(t: &Thread, this: Gc<TypeAlias>, args: Value) -> R<Value> {
    if this.params.get().is_none() {
        let m = "Only generic type aliases are subscriptable";
        return Err(errors::type_error(t, m));
    }
    generic_alias::make(t, this.value(), args)
}
fn iter(t: &Thread, this: Gc<TypeAlias>) -> R<Value> {
    let typing = t.host().import(t, "typing")?;
    let unpack = attr::get(t, typing, intern("Unpack"))?;
    let one = ops::getitem(t, unpack, this.value())?;
    ops::iter(t, Tuple::new(&[one]).value())
}
fn or(t: &Thread, this: Value, other: Value) -> R<Value> {
    union(t, this, other)
}
fn ror(t: &Thread, this: Value, other: Value) -> R<Value> {
    union(t, other, this)
}

fn with_class(class: Gc<Type>, args: Gc<Tuple>) -> Gc<Tuple> {
    let all = call::prepend(class.value(), args.items());
    Tuple::new(&all)
}
fn generic_getitem(
    t: &Thread,
    class: Gc<Type>,
    args: Gc<Tuple>,
    _kwargs: Option<Gc<Dict>>,
) -> R<Value> {
    call_typing(t, "_generic_class_getitem", with_class(class, args).items())
}
fn generic_init_subclass(
    t: &Thread,
    class: Gc<Type>,
    args: Gc<Tuple>,
    kwargs: Option<Gc<Dict>>,
) -> R<Value> {
    let mut all = call::ArgVec::new();
    all.extend(with_class(class, args).items());
    let mut names = call::ArgVec::new();
    if let Some(d) = kwargs {
        for (k, v) in d.iter() {
            names.push(k);
            all.push(v);
        }
    }
    let typing = t.host().import(t, "typing")?;
    let f = attr::get(t, typing, intern("_generic_init_subclass"))?;
    call::call_kw(t, f, &all, Some(Tuple::new(&names)))
}
/// The class methods of `typing.Generic`.
pub static GENERIC_METHODS: &[crate::core::native::NativeDef] = crate::native_table! {
    /// Parameterizes a generic class.
    @classmethod __class_getitem__(cls, /, *args, **kwargs) => generic_getitem;
    /// Function to initialize subclasses.
    @classmethod __init_subclass__(cls, /, *args, **kwargs) => generic_init_subclass;
};

crate::py_class! {
    /// Type alias.
    ///
    /// Type aliases are created through the type statement::
    ///
    ///     type Alias = int
    pub ALIAS: TypeAlias = "TypeAliasType", base kinds::OBJECT, flags flags::HAS_WEAKREF, module "typing";
    methods {
        @staticmethod __new__(cls, name, value, *, type_params=()) => new;
        __repr__(self, /) => repr;
        __getitem__(self, key, /) => getitem;
        __iter__(self, /) => iter;
        __or__(self, value, /) => or;
        __ror__(self, value, /) => ror;
        __reduce__(self, /) => name;
    }
    getset {
        __name__ => name; __module__ => module; __value__ => value; evaluate_value => evaluate_value;
        __type_params__ => type_params; __parameters__ => parameters;
    }
}
crate::py_class! {
    /// The args for a ParamSpec object.
    pub ARGS: Part = "ParamSpecArgs", base kinds::OBJECT, flags flags::HAS_WEAKREF, module "typing";
    methods {
        @staticmethod __new__(cls, origin) => part_new;
        __repr__(self, /) => args_repr;
        __eq__(self, value, /) => part_eq;
        __ne__(self, value, /) => part_ne;
        __mro_entries__(self, bases, /) => part_mro;
    }
    getset { __origin__ => part_origin; }
}
crate::py_class! {
    /// The kwargs for a ParamSpec object.
    pub KWARGS: KeywordPart = "ParamSpecKwargs", base kinds::OBJECT, flags flags::HAS_WEAKREF, module "typing";
    methods {
        @staticmethod __new__(cls, origin) => part_new;
        __repr__(self, /) => kwargs_repr;
        __eq__(self, value, /) => part_eq;
        __ne__(self, value, /) => part_ne;
        __mro_entries__(self, bases, /) => part_mro;
    }
    getset { __origin__ => part_origin; }
}
crate::py_class! {
    pub CONSTANT: Constant = "_ConstEvaluator", base kinds::OBJECT, flags super::type_::flags::NO_NEW, module "_typing";
    methods {
        __call__(self, format, /) => constant_call;
        __repr__(self, /) => constant_repr;
    }
}
