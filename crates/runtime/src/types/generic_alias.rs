//! `types.GenericAlias`: `list[int]`.

use std::cell::Cell;

use pyjit_heap::{Field, Gc, Header, Value, heap_object};

use crate::core::call::{self, ArgVec};
use crate::core::class::words;
use crate::core::ops::{self, Cmp};
use crate::core::thread::{R, Thread};
use crate::core::{attr, errors, kinds};
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
        for (i, x) in l.items().iter().enumerate() {
            if i > 0 {
                s.push_str(", ");
            }
            push_argument(t, s, *x)?;
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

fn is_variable(v: Value) -> bool {
    v.is_ptr()
        && matches!(
            class_of(v).kind.get(),
            kinds::TYPE_VAR | kinds::PARAM_SPEC | kinds::TYPE_VAR_TUPLE
        )
}

/// The type variables in `args`, each once, in order.
pub fn collect_parameters(t: &Thread, args: Gc<Tuple>) -> R<Gc<Tuple>> {
    let mut found = ArgVec::new();
    for a in args.items() {
        if is_variable(*a) {
            if !found.contains(a) {
                found.push(*a);
            }
        } else if a.cast::<Type>().is_none()
            && let Some(p) =
                attr::get_opt(t, *a, intern("__parameters__"))?.and_then(|p| p.cast::<Tuple>())
        {
            for v in p.items() {
                if !found.contains(v) {
                    found.push(*v);
                }
            }
        }
    }
    Ok(Tuple::new(&found))
}

fn parameters(t: &Thread, this: A) -> R<Gc<Tuple>> {
    if let Some(p) = this.parameters.opt() {
        return Ok(p);
    }
    let p = collect_parameters(t, this.args.gc())?;
    this.parameters.put(this, p);
    Ok(p)
}

/// `alias[item]`: the type variables replaced.
fn getitem(t: &Thread, this: A, item: Value) -> R<Value> {
    let p = parameters(t, this)?;
    let args = substitute(t, this.value(), this.args.gc(), p, item)?;
    Ok(with_class(
        class_of(this.value()),
        this.origin.get(),
        args.value(),
        this.starred.get(),
    ))
}

/// `args` with the variables `params` replaced by `item` (one or a tuple).
pub fn substitute(
    t: &Thread,
    alias: Value,
    args: Gc<Tuple>,
    params: Gc<Tuple>,
    item: Value,
) -> R<Gc<Tuple>> {
    if params.is_empty() {
        let m = format!("{} is not a generic class", ops::repr(t, alias)?.lossy());
        return Err(errors::type_error(t, m));
    }
    let given = item
        .cast_exact::<Tuple>()
        .unwrap_or_else(|| Tuple::new(&[item]));
    if given.len() != params.len() {
        let what = if given.len() > params.len() {
            "many"
        } else {
            "few"
        };
        let m = format!(
            "Too {what} arguments for {}; actual {}, expected {}",
            ops::repr(t, alias)?.lossy(),
            given.len(),
            params.len()
        );
        return Err(errors::type_error(t, m));
    }
    let value_of = |v: Value| {
        params
            .items()
            .iter()
            .position(|p| *p == v)
            .map(|i| given.items()[i])
    };
    let mut out = ArgVec::new();
    for a in args.items() {
        if let Some(v) = value_of(*a) {
            out.push(v);
            continue;
        }
        let inner = match a.cast::<Type>() {
            Some(_) => None,
            None => attr::get_opt(t, *a, intern("__parameters__"))?.and_then(|p| p.cast::<Tuple>()),
        };
        match inner.filter(|p| !p.is_empty()) {
            None => out.push(*a),
            Some(p) => {
                let values: Vec<Value> = p
                    .items()
                    .iter()
                    .map(|v| value_of(*v).unwrap_or(*v))
                    .collect();
                let key = Tuple::new(&values);
                out.push(ops::getitem(t, *a, key.value())?);
            }
        }
    }
    Ok(Tuple::new(&out))
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

/// Attributes that belong to the alias itself.
const OWN: &[&str] = &[
    "__class__",
    "__origin__",
    "__args__",
    "__parameters__",
    "__mro_entries__",
    "__unpacked__",
    "__typing_unpacked_tuple_args__",
    "__reduce_ex__",
    "__reduce__",
    "__copy__",
    "__deepcopy__",
];

fn getattribute(t: &Thread, this: A, name: Gc<Str>) -> R<Value> {
    let name = intern_str(name);
    let text = name.lossy();
    if OWN.contains(&&*text)
        || (text.starts_with("__")
            && text.ends_with("__")
            && text != "__name__"
            && text != "__doc__"
            && text != "__module__"
            && text != "__qualname__"
            && text != "__dict__")
    {
        return attr::generic_get(t, this.value(), class_of(this.value()), name);
    }
    attr::get(t, this.origin.get(), name)
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
/// `*tuple[int]`: an iterator over the starred alias.
fn iter(t: &Thread, this: A) -> R<Value> {
    let starred = with_class(
        class_of(this.value()),
        this.origin.get(),
        this.args.gc().value(),
        true,
    );
    ops::iter(t, Tuple::new(&[starred]).value())
}
fn reduce(_t: &Thread, this: A) -> Gc<Tuple> {
    let args = Tuple::new(&[this.origin.get(), this.args.gc().value()]);
    Tuple::new(&[class_of(this.value()).value(), args.value()])
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
        __iter__(self, /) => iter;
        __reduce__(self, /) => reduce;
    }
    getset {
        __origin__ => get_origin; __args__ => get_args; __parameters__ => parameters;
        __unpacked__ => get_unpacked; __typing_unpacked_tuple_args__ => get_unpacked_args;
    }
}
