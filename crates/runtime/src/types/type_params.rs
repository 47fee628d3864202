//! `TypeVar`, `ParamSpec`, `TypeVarTuple` and `TypeAliasType`: the objects
//! behind PEP 695 syntax and module `typing`. What they do beyond holding
//! lazily evaluated bounds and defaults is written in Python, in `typing`.

use std::cell::Cell;

use pyjit_heap::{Field, Gc, GilCell, Header, Root, Value, heap_object};

use crate::core::call;
use crate::core::class::words;
use crate::core::thread::{R, Thread};
use crate::core::{attr, errors, kinds};
use crate::types::dict::Dict;
use crate::types::str_::{Str, intern};
use crate::types::tuple::Tuple;
use crate::types::type_::{Type, class_of, flags, of_kind, type_name};

/// A type parameter of any of the three kinds.
#[repr(C)]
pub struct TypeVar {
    header: Header,
    name: Field,
    /// The bound, and the function that gives it; absent, then asked for.
    bound: Field,
    evaluate_bound: Field,
    /// A tuple of constraints.
    constraints: Field,
    evaluate_constraints: Field,
    default: Field,
    evaluate_default: Field,
    /// Name of the module that made it; absent for PEP 695 syntax.
    module: Field,
    /// Sum of [`COVARIANT`] and the like.
    variance: Cell<i64>,
}
heap_object!(TypeVar = kinds::TYPE_VAR, refs 1..9);

const COVARIANT: i64 = 1;
const CONTRAVARIANT: i64 = 2;
const INFERRED: i64 = 4;

macro_rules! same_layout {
    ($($name:ident $kind:ident;)*) => { $(
        /// Layout alias: a [`TypeVar`] of this kind.
        #[repr(C)]
        pub struct $name { header: Header, fields: [Field; 8], variance: u64 }
        heap_object!($name = kinds::$kind, refs 1..9);
    )* };
}
same_layout! { ParamSpec PARAM_SPEC; TypeVarTuple TYPE_VAR_TUPLE; }

static NO_DEFAULT: GilCell<Option<Root>> = GilCell::new(None);

/// Tells which object `typing.NoDefault` is.
pub fn set_no_default(v: Value) {
    NO_DEFAULT.with_mut(|n| *n = Some(Root::new(v)))
}
/// `typing.NoDefault`.
pub fn no_default() -> Value {
    NO_DEFAULT.with_mut(|n| n.as_ref().map_or(Value::NONE, Root::get))
}

/// A new type parameter of layout `kind` without bound or default.
fn make(kind: u32, name: Value, variance: i64) -> Gc<TypeVar> {
    let none = Field::null;
    let v = TypeVar {
        header: Header::NEW,
        name: Field::new(name),
        bound: none(),
        evaluate_bound: none(),
        constraints: none(),
        evaluate_constraints: none(),
        default: none(),
        evaluate_default: none(),
        module: none(),
        variance: Cell::new(variance),
    };
    let class = of_kind(kind);
    let extra = class.extra_bytes(words::<TypeVar>());
    Gc::with_shape(class.root_shape.get(), v, extra)
}
/// For PEP 695 syntax: a parameter of layout `kind`; variance is inferred.
pub fn declared(kind: u32, name: Value) -> Value {
    make(kind, name, INFERRED).value()
}
/// A `TypeVar` whose bound is evaluated by `f` when it is asked for.
pub fn with_bound(name: Value, f: Value) -> Value {
    let v: Gc<TypeVar> = Gc::from_value(declared(kinds::TYPE_VAR, name));
    v.evaluate_bound.set(v, f);
    v.value()
}
/// A `TypeVar` whose constraints are evaluated by `f` when they are asked for.
pub fn with_constraints(name: Value, f: Value) -> Value {
    let v: Gc<TypeVar> = Gc::from_value(declared(kinds::TYPE_VAR, name));
    v.evaluate_constraints.set(v, f);
    v.value()
}
/// Gives type parameter `p` a default that is evaluated by `f`.
pub fn set_default(p: Value, f: Value) -> Value {
    let v: Gc<TypeVar> = Gc::from_value(p);
    v.evaluate_default.set(v, f);
    p
}

/// `f(VALUE)`: the format that gives the object itself.
fn evaluate(t: &Thread, f: Value) -> R<Value> {
    call::call(t, f, &[Value::int(1)])
}
/// Calls a function of module `typing`.
pub fn call_typing(t: &Thread, name: &str, args: &[Value]) -> R<Value> {
    let typing = t.host().import(t, "typing")?;
    call::call_attr(t, typing, name, args)
}
/// A bound argument: strings become forward references.
fn checked_bound(t: &Thread, v: Value) -> R<Value> {
    if v.is_none() {
        return Ok(class_of(v).value());
    }
    if v.cast::<Type>().is_some() {
        return Ok(v);
    }
    let m = Str::new("Bound must be a type.");
    call_typing(t, "_type_check", &[v, m.value()])
}

fn flag(t: &Thread, d: Option<Gc<Dict>>, name: &str) -> R<bool> {
    match d.and_then(|d| d.get_str(intern(name))) {
        Some(v) => crate::core::ops::truth(t, v),
        None => Ok(false),
    }
}
/// The variance that keyword arguments ask for.
fn variance(t: &Thread, d: Option<Gc<Dict>>) -> R<i64> {
    let co = flag(t, d, "covariant")?;
    let contra = flag(t, d, "contravariant")?;
    let infer = flag(t, d, "infer_variance")?;
    if co && contra {
        let m = "Bivariant types are not supported.";
        return Err(errors::value_error(t, m));
    }
    if infer && (co || contra) {
        let m = "Variance cannot be specified with infer_variance.";
        return Err(errors::value_error(t, m));
    }
    Ok(co as i64 * COVARIANT + contra as i64 * CONTRAVARIANT + infer as i64 * INFERRED)
}
/// Name and further arguments of a constructor; unknown keywords are refused.
fn arguments(
    t: &Thread,
    what: &str,
    args: Gc<Tuple>,
    kwargs: Option<Gc<Dict>>,
    known: &[&str],
) -> R<(Value, usize)> {
    if let Some(d) = kwargs {
        for (k, _) in d.iter() {
            let k: Gc<Str> = Gc::from_value(k);
            let k = k.lossy();
            if k != "name" && !known.contains(&&*k) {
                let m = format!("{what}() got an unexpected keyword argument '{k}'");
                return Err(errors::type_error(t, m));
            }
        }
    }
    let named = kwargs.and_then(|d| d.get_str(intern("name")));
    let Some(name) = args.items().first().copied().or(named) else {
        let m = format!("{what}() missing required argument 'name' (pos 1)");
        return Err(errors::type_error(t, m));
    };
    if name.cast::<Str>().is_none() {
        let m = format!(
            "{what}() argument 'name' must be str, not {}",
            type_name(name)
        );
        return Err(errors::type_error(t, m));
    }
    Ok((name, args.len().min(1)))
}
/// The module of the caller, `None` if it has no name.
pub(super) fn calling_module(t: &Thread) -> Value {
    let globals = t.host().current_globals(t);
    let name = globals.and_then(|g| g.get_str(intern("__name__")));
    name.unwrap_or(Value::NONE)
}
fn finish(t: &Thread, v: Gc<TypeVar>, kwargs: Option<Gc<Dict>>) -> R<Gc<TypeVar>> {
    let keyword = |name| kwargs.and_then(|d| d.get_str(intern(name)));
    let module = calling_module(t);
    v.module.set(v, module);
    if let Some(b) = keyword("bound").filter(|b| !b.is_none()) {
        // What bounds a ParamSpec is not looked at.
        let b = match v.value().shape_id() {
            kinds::TYPE_VAR => checked_bound(t, b)?,
            _ => b,
        };
        v.bound.set(v, b);
    }
    let default = keyword("default").unwrap_or_else(no_default);
    v.default.set(v, default);
    Ok(v)
}
fn typevar_new(
    t: &Thread,
    _class: Gc<Type>,
    args: Gc<Tuple>,
    kwargs: Option<Gc<Dict>>,
) -> R<Gc<TypeVar>> {
    let known = [
        "bound",
        "default",
        "covariant",
        "contravariant",
        "infer_variance",
    ];
    let (name, used) = arguments(t, "typevar", args, kwargs, &known)?;
    let v = make(kinds::TYPE_VAR, name, variance(t, kwargs)?);
    let constraints = &args.items()[used..];
    if constraints.len() == 1 {
        let m = "A single constraint is not allowed";
        return Err(errors::type_error(t, m));
    }
    if !constraints.is_empty() {
        let bound = kwargs.and_then(|d| d.get_str(intern("bound")));
        if bound.is_some_and(|b| !b.is_none()) {
            let m = "Constraints cannot be combined with bound=...";
            return Err(errors::type_error(t, m));
        }
    }
    v.constraints.set(v, Tuple::new(constraints).value());
    finish(t, v, kwargs)
}
fn paramspec_new(
    t: &Thread,
    _class: Gc<Type>,
    args: Gc<Tuple>,
    kwargs: Option<Gc<Dict>>,
) -> R<Gc<TypeVar>> {
    let known = [
        "bound",
        "default",
        "covariant",
        "contravariant",
        "infer_variance",
    ];
    let (name, _) = arguments(t, "paramspec", args, kwargs, &known)?;
    let v = make(kinds::PARAM_SPEC, name, variance(t, kwargs)?);
    finish(t, v, kwargs)
}
fn tuple_new(
    t: &Thread,
    _class: Gc<Type>,
    args: Gc<Tuple>,
    kwargs: Option<Gc<Dict>>,
) -> R<Gc<TypeVar>> {
    let (name, _) = arguments(t, "typevartuple", args, kwargs, &["default"])?;
    finish(t, make(kinds::TYPE_VAR_TUPLE, name, 0), kwargs)
}

fn this_as(v: Value) -> Gc<TypeVar> {
    Gc::from_value(v)
}
/// A field that is evaluated when it is first asked for.
fn lazy(t: &Thread, v: Gc<TypeVar>, field: &Field, f: &Field, none: Value) -> R<Value> {
    if let Some(x) = field.get().opt() {
        return Ok(x);
    }
    let Some(f) = f.get().opt() else {
        return Ok(none);
    };
    let x = evaluate(t, f)?;
    field.set(v, x);
    Ok(x)
}
/// The kind of a type parameter, which may have attributes of its own.
fn kind_of(this: Value) -> u32 {
    pyjit_heap::shape::get(this.shape_id()).kind()
}
fn repr(_t: &Thread, this: Value) -> String {
    let v = this_as(this);
    let sign = match v.variance.get() {
        _ if kind_of(this) == kinds::TYPE_VAR_TUPLE => "",
        COVARIANT => "+",
        CONTRAVARIANT => "-",
        INFERRED => "",
        _ => "~",
    };
    let name: Gc<Str> = Gc::from_value(v.name.get());
    format!("{sign}{}", name.lossy())
}
fn get_name(_t: &Thread, this: Value) -> Value {
    this_as(this).name.get()
}
fn get_module(_t: &Thread, this: Value) -> Value {
    let v = this_as(this);
    match v.module.get().opt() {
        Some(m) => m,
        None => intern("typing").value(),
    }
}
fn set_module(_t: &Thread, this: Value, module: Option<Value>) {
    let v = this_as(this);
    v.module.set(v, module.unwrap_or(Value::NULL));
}
fn get_bound(t: &Thread, this: Value) -> R<Value> {
    let v = this_as(this);
    lazy(t, v, &v.bound, &v.evaluate_bound, Value::NONE)
}
fn get_constraints(t: &Thread, this: Value) -> R<Value> {
    let v = this_as(this);
    let none = Tuple::new(&[]).value();
    lazy(t, v, &v.constraints, &v.evaluate_constraints, none)
}
fn get_default(t: &Thread, this: Value) -> R<Value> {
    let v = this_as(this);
    lazy(t, v, &v.default, &v.evaluate_default, no_default())
}
/// The evaluating function; for a plain value, one that gives it.
fn evaluator(f: &Field, value: &Field, absent: Value) -> Value {
    match (f.get().opt(), value.get().opt()) {
        (Some(f), _) => f,
        (None, Some(v)) if v != absent => super::type_alias::constant(v),
        _ => Value::NONE,
    }
}
fn evaluate_bound(_t: &Thread, this: Value) -> Value {
    let v = this_as(this);
    evaluator(&v.evaluate_bound, &v.bound, Value::NONE)
}
fn evaluate_constraints(_t: &Thread, this: Value) -> Value {
    let v = this_as(this);
    match v.constraints.get().cast_opt::<Tuple>() {
        Some(c) if c.is_empty() => Value::NONE,
        _ => evaluator(&v.evaluate_constraints, &v.constraints, Value::NONE),
    }
}
fn evaluate_default(_t: &Thread, this: Value) -> Value {
    let v = this_as(this);
    evaluator(&v.evaluate_default, &v.default, no_default())
}
fn has_default(_t: &Thread, this: Value) -> bool {
    let v = this_as(this);
    v.evaluate_default.is_set() || v.default.get().opt().is_some_and(|d| d != no_default())
}
fn covariant(_t: &Thread, this: Value) -> bool {
    this_as(this).variance.get() == COVARIANT
}
fn contravariant(_t: &Thread, this: Value) -> bool {
    this_as(this).variance.get() == CONTRAVARIANT
}
fn inferred(_t: &Thread, this: Value) -> bool {
    this_as(this).variance.get() == INFERRED
}
fn mro_entries(t: &Thread, this: Value, _bases: Value) -> R<Value> {
    let what = match kind_of(this) {
        kinds::TYPE_VAR => "an instance of TypeVar",
        kinds::PARAM_SPEC => "an instance of ParamSpec",
        _ => "an instance of TypeVarTuple",
    };
    Err(errors::type_error(t, format!("Cannot subclass {what}")))
}
/// `a | b`, also for what is no class (forward references).
pub fn union(t: &Thread, a: Value, b: Value) -> R<Value> {
    super::union_type::of_checked(t, &[a, b])
}
fn or(t: &Thread, this: Value, other: Value) -> R<Value> {
    union(t, this, other)
}
fn ror(t: &Thread, this: Value, other: Value) -> R<Value> {
    union(t, other, this)
}
fn typevar_subst(t: &Thread, this: Value, arg: Value) -> R<Value> {
    call_typing(t, "_typevar_subst", &[this, arg])
}
fn typevar_prepare(t: &Thread, this: Value, alias: Value, args: Value) -> R<Value> {
    let Some(given) = args.cast::<Tuple>() else {
        return Ok(args);
    };
    let parameters = attr::get(t, alias, intern("__parameters__"))?;
    let Some(parameters) = parameters.cast::<Tuple>() else {
        return Ok(args);
    };
    let index = parameters.items().iter().position(|p| *p == this);
    let Some(index) = index.filter(|i| given.len() <= *i) else {
        return Ok(args);
    };
    let default = get_default(t, this)?;
    if index != given.len() || default == no_default() {
        let m = format!(
            "Too few arguments for {}; actual {}, expected at least {}",
            crate::core::ops::str(t, alias)?.lossy(),
            given.len(),
            index + 1
        );
        return Err(errors::type_error(t, m));
    }
    let mut all = call::ArgVec::new();
    all.extend(given.items());
    all.push(default);
    Ok(Tuple::new(&all).value())
}
fn paramspec_subst(t: &Thread, this: Value, arg: Value) -> R<Value> {
    call_typing(t, "_paramspec_subst", &[this, arg])
}
fn paramspec_prepare(t: &Thread, this: Value, alias: Value, args: Value) -> R<Value> {
    call_typing(t, "_paramspec_prepare_subst", &[this, alias, args])
}
fn tuple_subst(t: &Thread, _this: Value, _arg: Value) -> R<Value> {
    let m = "Substitution of bare TypeVarTuple is not supported";
    Err(errors::type_error(t, m))
}
fn tuple_prepare(t: &Thread, this: Value, alias: Value, args: Value) -> R<Value> {
    call_typing(t, "_typevartuple_prepare_subst", &[this, alias, args])
}
fn tuple_iter(t: &Thread, this: Value) -> R<Value> {
    let typing = t.host().import(t, "typing")?;
    let unpack = attr::get(t, typing, intern("Unpack"))?;
    let one = crate::core::ops::getitem(t, unpack, this)?;
    crate::core::ops::iter(t, Tuple::new(&[one]).value())
}
fn args(_t: &Thread, this: Value) -> Value {
    super::type_alias::part(of_kind(kinds::PARAM_SPEC_ARGS), this)
}
fn kwargs(_t: &Thread, this: Value) -> Value {
    super::type_alias::part(of_kind(kinds::PARAM_SPEC_KWARGS), this)
}
/// `Generic[params]`, for the classes and functions that PEP 695 syntax makes.
pub fn subscript_generic(t: &Thread, params: Value) -> R<Value> {
    // A bare TypeVarTuple stands for its unpacked form.
    let typing = t.host().import(t, "typing")?;
    let generic = attr::get(t, typing, intern("Generic"))?;
    let mut all = call::ArgVec::new();
    if let Some(p) = params.cast::<Tuple>() {
        for v in p.items() {
            let v = if v.is_ptr() && v.shape_id() == kinds::TYPE_VAR_TUPLE {
                let unpack = attr::get(t, typing, intern("Unpack"))?;
                crate::core::ops::getitem(t, unpack, *v)?
            } else {
                *v
            };
            all.push(v);
        }
    }
    let params = Tuple::new(&all).value();
    call_typing(t, "_GenericAlias", &[generic, params])
}

crate::py_class! {
    /// Type variable.
    ///
    /// The preferred way to construct a type variable is via the dedicated
    /// syntax for generic functions, classes, and type aliases.
    pub TYPEVAR: TypeVar = "TypeVar", base kinds::OBJECT, flags flags::HAS_WEAKREF, module "typing";
    methods {
        @staticmethod __new__(cls, /, *args, **kwargs) => typevar_new;
        __repr__(self, /) => repr;
        __or__(self, value, /) => or;
        __ror__(self, value, /) => ror;
        __mro_entries__(self, bases, /) => mro_entries;
        __reduce__(self, /) => get_name;
        __typing_subst__(self, arg, /) => typevar_subst;
        __typing_prepare_subst__(self, alias, args, /) => typevar_prepare;
        has_default(self, /) => has_default;
    }
    getset {
        __name__ => get_name; __module__ => get_module, set_module;
        __bound__ => get_bound; __constraints__ => get_constraints; __default__ => get_default;
        evaluate_bound => evaluate_bound; evaluate_constraints => evaluate_constraints;
        evaluate_default => evaluate_default;
        __covariant__ => covariant; __contravariant__ => contravariant; __infer_variance__ => inferred;
    }
}
crate::py_class! {
    /// Parameter specification variable.
    pub PARAMSPEC: ParamSpec = "ParamSpec", base kinds::OBJECT, flags flags::HAS_WEAKREF, module "typing";
    methods {
        @staticmethod __new__(cls, /, *args, **kwargs) => paramspec_new;
        __repr__(self, /) => repr;
        __or__(self, value, /) => or;
        __ror__(self, value, /) => ror;
        __mro_entries__(self, bases, /) => mro_entries;
        __reduce__(self, /) => get_name;
        __typing_subst__(self, arg, /) => paramspec_subst;
        __typing_prepare_subst__(self, alias, args, /) => paramspec_prepare;
        has_default(self, /) => has_default;
    }
    getset {
        __name__ => get_name; __module__ => get_module, set_module;
        __bound__ => get_bound; __default__ => get_default; evaluate_default => evaluate_default;
        __covariant__ => covariant; __contravariant__ => contravariant; __infer_variance__ => inferred;
        /// Represents positional arguments.
        args => args;
        /// Represents keyword arguments.
        kwargs => kwargs;
    }
}
crate::py_class! {
    /// A specialized form of type variable that enables variadic generics.
    pub TYPEVARTUPLE: TypeVarTuple = "TypeVarTuple", base kinds::OBJECT, flags flags::HAS_WEAKREF, module "typing";
    methods {
        @staticmethod __new__(cls, /, *args, **kwargs) => tuple_new;
        __repr__(self, /) => repr;
        __iter__(self, /) => tuple_iter;
        __mro_entries__(self, bases, /) => mro_entries;
        __reduce__(self, /) => get_name;
        __typing_subst__(self, arg, /) => tuple_subst;
        __typing_prepare_subst__(self, alias, args, /) => tuple_prepare;
        has_default(self, /) => has_default;
    }
    getset {
        __name__ => get_name; __module__ => get_module, set_module;
        __default__ => get_default; evaluate_default => evaluate_default;
    }
}
