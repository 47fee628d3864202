//! `X | Y` on types: `typing.Union` objects.

use std::cell::Cell;

use pyjit_heap::{Field, Gc, Header, Value, heap_object};

use crate::core::call::ArgVec;
use crate::core::ops::{self, Cmp};
use crate::core::thread::{R, Raised, Thread};
use crate::core::{errors, kinds};
use crate::types::alias_parameters;
use crate::types::exceptions::Exc;
use crate::types::generic_alias::{self, GenericAlias};
use crate::types::set::Set;
use crate::types::str_::Str;
use crate::types::tuple::Tuple;
use crate::types::type_::{Type, class_of, flags, of_kind};

/// A union of types.
#[repr(C)]
pub struct Union {
    header: Header,
    pub args: Field<Gc<Tuple>>,
    /// How many of them had no hash when it was made.
    unhashable: Cell<usize>,
}
heap_object!(Union = kinds::UNION_TYPE, refs 1..2);

fn can_be_member(v: Value) -> bool {
    v.is_none()
        || v.cast_opt::<Type>().is_some()
        || v.cast_opt::<GenericAlias>().is_some()
        || v.cast_opt::<Union>().is_some()
        || v.is_ptr()
            && matches!(
                class_of(v).kind.get(),
                kinds::TYPE_VAR | kinds::PARAM_SPEC | kinds::TYPE_ALIAS
            )
}

/// `a | b`, or `NotImplemented` when one of them cannot be part of a union.
pub fn make(t: &Thread, a: Value, b: Value) -> R<Value> {
    if !can_be_member(a) || !can_be_member(b) {
        return Ok(Value::NOT_IMPLEMENTED);
    }
    of(t, &[a, b])
}

/// The union of `members`, where strings become forward references and what
/// can be no type is refused.
pub fn of_checked(t: &Thread, members: &[Value]) -> R<Value> {
    let mut types = ArgVec::new();
    for m in members {
        types.push(match can_be_member(*m) {
            true => *m,
            false => {
                let text = Str::new("Union[arg, ...]: each arg must be a type.").value();
                super::type_params::call_typing(t, "_type_check", &[*m, text])?
            }
        });
    }
    of(t, &types)
}

/// A set of the hashable ones of some types, and the others.
struct Parts {
    hashable: Gc<Set>,
    others: ArgVec,
}
impl Parts {
    fn new() -> Parts {
        let (hashable, others) = (Set::new(), ArgVec::new());
        Parts { hashable, others }
    }
    fn of(t: &Thread, types: Gc<Tuple>) -> R<Parts> {
        let mut all = Parts::new();
        for v in types.items() {
            all.add(t, *v)?;
        }
        Ok(all)
    }
    /// Adds a type; false: it is there.
    fn add(&mut self, t: &Thread, v: Value) -> R<bool> {
        if let Ok(h) = ops::hash(t, v) {
            let new = self.hashable.find(t, v, h)?.is_none();
            if new {
                self.hashable.add_hashed(t, v, h)?;
            }
            return Ok(new);
        }
        if !errors::catch(t, Exc::TypeError) {
            return Err(Raised);
        }
        let new = !self.has_other(t, v)?;
        if new {
            self.others.push(v);
        }
        Ok(new)
    }
    fn has_other(&self, t: &Thread, v: Value) -> R<bool> {
        for o in self.others.iter() {
            if ops::same_or_eq(t, *o, v)? {
                return Ok(true);
            }
        }
        Ok(false)
    }
    fn same(&self, t: &Thread, other: &Parts) -> R<bool> {
        if self.others.len() != other.others.len() {
            return Ok(false);
        }
        for v in other.others.iter() {
            if !self.has_other(t, *v)? {
                return Ok(false);
            }
        }
        ops::eq(t, self.hashable.value(), other.hashable.value())
    }
}

/// The union of `members`: flattened, each once; a single one is itself.
pub fn of(t: &Thread, members: &[Value]) -> R<Value> {
    let mut out = ArgVec::new();
    let mut known = Parts::new();
    for m in members {
        let nested = m.cast_opt::<Union>().map(|u| u.args.gc());
        let items: &[Value] = match &nested {
            Some(n) => n.items(),
            None => std::slice::from_ref(m),
        };
        for v in items {
            let v = match v.is_none() {
                true => of_kind(kinds::NONE_TYPE).value(),
                false => *v,
            };
            if known.add(t, v)? {
                out.push(v);
            }
        }
    }
    match out.len() {
        0 => Err(errors::type_error(t, "Cannot take a Union of no types.")),
        1 => Ok(out[0]),
        _ => Ok(Gc::new(Union {
            header: Header::NEW,
            args: Field::of(Tuple::new(&out)),
            unhashable: Cell::new(known.others.len()),
        })
        .value()),
    }
}

type U = Gc<Union>;

fn repr(t: &Thread, this: U) -> R<String> {
    let mut s = String::new();
    for (i, a) in this.args.gc().items().iter().enumerate() {
        if i > 0 {
            s.push_str(" | ");
        }
        generic_alias::push_argument(t, &mut s, *a)?;
    }
    Ok(s)
}
fn compare(t: &Thread, cmp: Cmp, a: U, b: Value) -> R<Value> {
    let Some(b) = b.cast::<Union>() else {
        return Ok(Value::NOT_IMPLEMENTED);
    };
    if !matches!(cmp, Cmp::Eq | Cmp::Ne) {
        return Ok(Value::NOT_IMPLEMENTED);
    }
    let same = Parts::of(t, a.args.gc())?.same(t, &Parts::of(t, b.args.gc())?)?;
    Ok(Value::bool(same == (cmp == Cmp::Eq)))
}
crate::comparisons!(U, compare);
fn hash(t: &Thread, this: U) -> R<i64> {
    let parts = Parts::of(t, this.args.gc())?;
    if let Some(v) = parts.others.first() {
        // It says itself what is wrong.
        ops::hash(t, *v)?;
    }
    if this.unhashable.get() > 0 {
        let n = this.unhashable.get();
        let s = if n == 1 { "" } else { "s" };
        let m = format!("union contains {n} unhashable element{s}");
        return Err(errors::type_error(t, m));
    }
    ops::hash(t, Set::frozen(parts.hashable).value())
}
fn instancecheck(t: &Thread, this: U, x: Value) -> R<bool> {
    for c in this.args.gc().items() {
        if c.cast::<GenericAlias>().is_some() {
            return Err(errors::type_error(
                t,
                "isinstance() argument 2 cannot be a parameterized generic",
            ));
        }
        if ops::is_instance(t, x, *c)? {
            return Ok(true);
        }
    }
    Ok(false)
}
fn subclasscheck(t: &Thread, this: U, c: Value) -> R<bool> {
    for k in this.args.gc().items() {
        if k.cast::<GenericAlias>().is_some() {
            return Err(errors::type_error(
                t,
                "issubclass() argument 2 cannot be a parameterized generic",
            ));
        }
        if ops::is_subclass(t, c, *k)? {
            return Ok(true);
        }
    }
    Ok(false)
}
fn or(t: &Thread, a: Value, b: Value) -> R<Value> {
    of_checked(t, &[a, b])
}
fn ror(t: &Thread, a: Value, b: Value) -> R<Value> {
    of_checked(t, &[b, a])
}
fn get_args(_t: &Thread, this: U) -> Gc<Tuple> {
    this.args.gc()
}
fn get_parameters(t: &Thread, this: U) -> R<Gc<Tuple>> {
    alias_parameters::collect_parameters(t, this.args.gc())
}
fn getitem(t: &Thread, this: U, item: Value) -> R<Value> {
    let p = get_parameters(t, this)?;
    let args = alias_parameters::substitute(t, this.value(), this.args.gc(), p, item)?;
    of_checked(t, args.items())
}
fn get_origin(_t: &Thread, _this: U) -> Value {
    of_kind(kinds::UNION_TYPE).value()
}
fn mro_entries(t: &Thread, this: U, _bases: Value) -> R<Value> {
    let m = format!("Cannot subclass {}", ops::repr(t, this.value())?.lossy());
    Err(errors::type_error(t, m))
}
fn get_name(_t: &Thread, _this: U) -> &'static str {
    "Union"
}
fn class_getitem(t: &Thread, _class: Value, item: Value) -> R<Value> {
    match item.cast_exact::<Tuple>() {
        Some(p) => of_checked(t, p.items()),
        None => of_checked(t, &[item]),
    }
}

crate::py_class! {
    /// Represent a union type
    ///
    /// E.g. for int | str
    pub CLASS: Union = "Union", base kinds::OBJECT, flags flags::HAS_WEAKREF | flags::NO_NEW, module "typing";
    methods {
        __repr__(self, /) => repr;
        __lt__(self, value, /) => lt; __le__(self, value, /) => le; __eq__(self, value, /) => eq;
        __ne__(self, value, /) => ne; __gt__(self, value, /) => gt; __ge__(self, value, /) => ge;
        __hash__(self, /) => hash;
        __instancecheck__(self, instance, /) => instancecheck;
        __subclasscheck__(self, subclass, /) => subclasscheck;
        __or__(self, value, /) => or; __ror__(self, value, /) => ror;
        __getitem__(self, key, /) => getitem; __mro_entries__(self, bases, /) => mro_entries;
        @classmethod __class_getitem__(cls, object, /) => class_getitem;
    }
    getset { __args__ => get_args; __parameters__ => get_parameters; __origin__ => get_origin; __name__ => get_name; __qualname__ => get_name; }
}
