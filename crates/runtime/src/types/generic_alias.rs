//! `types.GenericAlias`: `list[int]`.

use std::cell::Cell;

use pyjit_heap::{Field, Gc, Header, Value, heap_object};

use crate::core::call;
use crate::core::class::words;
use crate::core::ops::{self, Cmp};
use crate::core::thread::{R, Thread};
use crate::core::{attr, errors, kinds, modules};
use crate::types::alias_parameters::{collect_parameters, substitute};
use crate::types::dict::Dict;
use crate::types::list::List;
use crate::types::str_::{Str, intern, intern_str, push_lossless};
use crate::types::tuple::Tuple;
use crate::types::type_::{Type, class_of, flags, of_kind};
use crate::types::type_methods::join;

/// A parameterised class.
#[repr(C)]
pub struct GenericAlias {
    header: Header,
    pub origin: Field,
    pub args: Field<Gc<Tuple>>,
    /// The type variables in the arguments; absent until asked for.
    pub parameters: Field<Gc<Tuple>>,
    /// Made by unpacking: `*tuple[int, ...]`.
    pub starred: Cell<bool>,
}
heap_object!(GenericAlias = kinds::GENERIC_ALIAS, refs 1..4);

/// `origin[args]`.
pub fn make(t: &Thread, origin: Value, args: Value) -> R<Value> {
    let _ = t;
    Ok(with_class(
        of_kind(kinds::GENERIC_ALIAS),
        origin,
        args,
        false,
    ))
}

fn with_class(class: Gc<Type>, origin: Value, args: Value, starred: bool) -> Value {
    let args = args
        .cast_exact::<Tuple>()
        .unwrap_or_else(|| Tuple::new(&[args]));
    let g = GenericAlias {
        header: Header::NEW,
        origin: Field::new(origin),
        args: Field::of(args),
        parameters: Field::null(),
        starred: Cell::new(starred),
    };
    Gc::with_shape(
        class.root_shape.get(),
        g,
        class.extra_bytes(words::<GenericAlias>()),
    )
    .value()
}

type A = Gc<GenericAlias>;

fn new(_t: &Thread, class: Gc<Type>, origin: Value, args: Value) -> Value {
    with_class(class, origin, args, false)
}

/// Appends how one argument prints.
pub fn push_argument(t: &Thread, s: &mut String, v: Value) -> R<()> {
    if v == Value::ELLIPSIS {
        s.push_str("...");
        return Ok(());
    }
    if let Some(l) = v.cast_exact::<List>() {
        s.push('[');
        let n = l.len();
        for i in 0..n {
            if i > 0 {
                s.push_str(", ");
            }
            // What is shown may change the list.
            if i >= l.len() {
                return Err(errors::index_error(t, "list index out of range"));
            }
            push_argument(t, s, l.get(i))?;
        }
        s.push(']');
        return Ok(());
    }
    if let Some(c) = v.cast::<Type>() {
        if c == of_kind(kinds::NONE_TYPE) {
            s.push_str("None");
        } else {
            s.push_str(&super::object::qualified_name(t, c)?);
        }
        return Ok(());
    }
    let part = |name: &str| attr::get_opt(t, v, intern(name));
    let alias = part("__origin__")?.is_some() && part("__args__")?.is_some();
    if !alias
        && let Some(name) = part("__qualname__")?
        && let Some(module) = part("__module__")?.filter(|m| !m.is_none())
    {
        let (name, module) = (ops::str(t, name)?, ops::str(t, module)?);
        if module.bytes() != b"builtins" {
            push_lossless(s, module);
            s.push('.');
        }
        push_lossless(s, name);
        return Ok(());
    }
    push_lossless(s, ops::repr(t, v)?);
    Ok(())
}

fn repr(t: &Thread, this: A) -> R<String> {
    let mut s = String::from(if this.starred.get() { "*" } else { "" });
    push_argument(t, &mut s, this.origin.get())?;
    s.push('[');
    let args = this.args.gc();
    for (i, a) in args.items().iter().enumerate() {
        if i > 0 {
            s.push_str(", ");
        }
        push_argument(t, &mut s, *a)?;
    }
    if args.is_empty() {
        s.push_str("()");
    }
    s.push(']');
    Ok(s)
}

fn parameters(t: &Thread, this: A) -> R<Gc<Tuple>> {
    if let Some(p) = this.parameters.opt() {
        return Ok(p);
    }
    let p = collect_parameters(t, this.args.gc())?;
    this.parameters.put(this, p);
    Ok(p)
}

/// `alias[item]`: the type parameters replaced.
fn getitem(t: &Thread, this: A, item: Value) -> R<Value> {
    let p = parameters(t, this)?;
    let args = substitute(t, this.value(), this.args.gc(), p, item)?;
    let class = of_kind(kinds::GENERIC_ALIAS);
    let (origin, starred) = (this.origin.get(), this.starred.get());
    Ok(with_class(class, origin, args.value(), starred))
}

fn call_alias(t: &Thread, this: A, args: Gc<Tuple>, kwargs: Option<Gc<Dict>>) -> R<Value> {
    let (all, names) = join(args.items(), kwargs);
    let object = call::call_kw(t, this.origin.get(), &all, names)?;
    // Objects that cannot have attributes stay without the mark.
    if attr::set(t, object, intern("__orig_class__"), Some(this.value())).is_err() {
        let quiet = errors::catch(t, crate::types::exceptions::Exc::AttributeError)
            || errors::catch(t, crate::types::exceptions::Exc::TypeError);
        if !quiet {
            return Err(crate::Raised);
        }
    }
    Ok(object)
}
fn mro_entries(_t: &Thread, this: A, _bases: Value) -> Gc<Tuple> {
    Tuple::new(&[this.origin.get()])
}

/// Attributes that belong to the alias itself; all others are those of the class.
const OWN: &[&str] = &[
    "__class__",
    "__origin__",
    "__args__",
    "__unpacked__",
    "__parameters__",
    "__typing_unpacked_tuple_args__",
    "__mro_entries__",
    "__reduce_ex__",
    "__reduce__",
];
/// Attributes of the class that the alias has not.
const HIDDEN: &[&str] = &["__bases__", "__copy__", "__deepcopy__"];

fn getattribute(t: &Thread, this: A, name: Gc<Str>) -> R<Value> {
    let name = intern_str(name);
    let text = name.lossy();
    if OWN.contains(&&*text) || HIDDEN.contains(&&*text) {
        return attr::generic_get(t, this.value(), class_of(this.value()), name);
    }
    if class_of(this.value()).has(flags::HEAP)
        && let Some(v) = attr::generic_get_opt(t, this.value(), class_of(this.value()), name)?
        && !text.starts_with("__")
    {
        return Ok(v);
    }
    attr::get(t, this.origin.get(), name)
}
/// What the class has, and what belongs to the alias.
fn dir(t: &Thread, this: A) -> R<Gc<List>> {
    let of_class = call::call(t, modules::builtin(t, "dir")?, &[this.origin.get()])?;
    let names = List::new();
    ops::for_each(t, of_class, |n| names.push(t, n))?;
    for n in OWN {
        let n = intern(n).value();
        if !names.items().contains(&n) {
            names.push(t, n)?;
        }
    }
    Ok(names)
}
fn compare(t: &Thread, cmp: Cmp, a: A, b: Value) -> R<Value> {
    let Some(b) = b.cast::<GenericAlias>() else {
        return Ok(Value::NOT_IMPLEMENTED);
    };
    if !matches!(cmp, Cmp::Eq | Cmp::Ne) {
        return Ok(Value::NOT_IMPLEMENTED);
    }
    let same = a.starred.get() == b.starred.get()
        && ops::eq(t, a.origin.get(), b.origin.get())?
        && ops::eq(t, a.args.gc().value(), b.args.gc().value())?;
    Ok(Value::bool(same == (cmp == Cmp::Eq)))
}
crate::comparisons!(A, compare);
fn hash(t: &Thread, this: A) -> R<i64> {
    Ok(ops::hash(t, this.origin.get())? ^ ops::hash(t, this.args.gc().value())?)
}
fn no_check(t: &Thread, _this: A, _x: Value) -> R<bool> {
    Err(errors::type_error(
        t,
        "isinstance() argument 2 cannot be a parameterized generic",
    ))
}
fn no_subclass_check(t: &Thread, _this: A, _x: Value) -> R<bool> {
    Err(errors::type_error(
        t,
        "issubclass() argument 2 cannot be a parameterized generic",
    ))
}
fn or(t: &Thread, a: Value, b: Value) -> R<Value> {
    super::union_type::make(t, a, b)
}
fn ror(t: &Thread, a: Value, b: Value) -> R<Value> {
    super::union_type::make(t, b, a)
}
/// The iterator of `*tuple[int]`: gives the starred alias, once.
#[repr(C)]
pub struct AliasIterator {
    header: Header,
    /// Absent when exhausted.
    alias: Field,
}
heap_object!(AliasIterator = kinds::GENERIC_ALIAS_ITERATOR, refs 1..2);

fn iter(_t: &Thread, this: A) -> Value {
    Gc::new(AliasIterator {
        header: Header::NEW,
        alias: Field::new(this.value()),
    })
    .value()
}
fn iterator_self(_t: &Thread, this: Value) -> Value {
    this
}
fn iterator_next(t: &Thread, this: Gc<AliasIterator>) -> R<Value> {
    let Some(alias) = this.alias.get().cast_opt::<GenericAlias>() else {
        return Err(errors::stop_iteration(t, Value::NONE));
    };
    this.alias.set(this, Value::NULL);
    let (class, origin) = (class_of(alias.value()), alias.origin.get());
    Ok(with_class(class, origin, alias.args.gc().value(), true))
}
fn iterator_reduce(t: &Thread, this: Gc<AliasIterator>) -> R<Gc<Tuple>> {
    let left = match this.alias.get().opt() {
        Some(a) => a,
        None => Tuple::new(&[]).value(),
    };
    let args = Tuple::new(&[left]).value();
    Ok(Tuple::new(&[modules::builtin(t, "iter")?, args]))
}
fn reduce(t: &Thread, this: A) -> R<Gc<Tuple>> {
    let (origin, args) = (this.origin.get(), this.args.gc().value());
    if this.starred.get() {
        let plain = with_class(of_kind(kinds::GENERIC_ALIAS), origin, args, false);
        let it = iter(t, Gc::from_value(plain));
        let args = Tuple::new(&[it]).value();
        return Ok(Tuple::new(&[modules::builtin(t, "next")?, args]));
    }
    let args = Tuple::new(&[origin, args]);
    let class = class_of(this.value()).value();
    Ok(Tuple::new(&[class, args.value()]))
}
fn get_origin(_t: &Thread, this: A) -> Value {
    this.origin.get()
}
fn get_args(_t: &Thread, this: A) -> Gc<Tuple> {
    this.args.gc()
}
fn get_unpacked(_t: &Thread, this: A) -> bool {
    this.starred.get()
}
fn get_unpacked_args(_t: &Thread, this: A) -> Option<Gc<Tuple>> {
    (this.starred.get() && this.origin.get() == of_kind(kinds::TUPLE).value())
        .then(|| this.args.gc())
}

crate::py_class! {
    /// Represent a PEP 585 generic type
    ///
    /// E.g. for t = list[int], t.__origin__ is list and t.__args__ is (int,).
    pub CLASS: GenericAlias = "GenericAlias", base kinds::OBJECT, flags flags::BASETYPE | flags::HAS_WEAKREF, module "types";
    methods {
        @staticmethod __new__(cls, origin, args, /) => new;
        __repr__(self, /) => repr;
        __getitem__(self, key, /) => getitem;
        __call__(self, /, *args, **kwargs) => call_alias;
        __mro_entries__(self, bases, /) => mro_entries;
        __getattribute__(self, name, /) => getattribute;
        __lt__(self, value, /) => lt; __le__(self, value, /) => le; __eq__(self, value, /) => eq;
        __ne__(self, value, /) => ne; __gt__(self, value, /) => gt; __ge__(self, value, /) => ge;
        __hash__(self, /) => hash;
        __instancecheck__(self, instance, /) => no_check;
        __subclasscheck__(self, subclass, /) => no_subclass_check;
        __or__(self, value, /) => or; __ror__(self, value, /) => ror;
        __iter__(self, /) => iter; __dir__(self, /) => dir;
        __reduce__(self, /) => reduce;
    }
    getset {
        __origin__ => get_origin; __args__ => get_args; __parameters__ => parameters;
        __unpacked__ => get_unpacked; __typing_unpacked_tuple_args__ => get_unpacked_args;
    }
}
crate::py_class! {
    pub ITERATOR: AliasIterator = "generic_alias_iterator", base kinds::OBJECT, flags flags::NO_NEW;
    methods {
        __iter__(self, /) => iterator_self;
        __next__(self, /) => iterator_next;
        __reduce__(self, /) => iterator_reduce;
    }
}
