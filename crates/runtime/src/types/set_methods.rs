//! `set` and `frozenset`: the Python-visible part.

use pyjit_heap::{Gc, Value};

use super::set::{
    FrozenSet, Set, SetIterator, any_set, element_hash, from_iterable, is_frozen, iterator, update,
    with_class,
};
use crate::core::ops::{self, Cmp};
use crate::core::special::Special;
use crate::core::thread::{R, Thread};
use crate::core::{call, errors, kinds};
use crate::types::dict::Dict;
use crate::types::exceptions::Exc;
use crate::types::iterators::{iter_self, next_method};
use crate::types::list::List;
use crate::types::str_::{Str, push_lossless};
use crate::types::tuple::Tuple;
use crate::types::type_::{Type, class_of, flags, of_kind};

type S = Gc<Set>;

fn set_new(_t: &Thread, class: Gc<Type>, _args: Value, _kwargs: Value) -> S {
    with_class(class)
}
fn set_init(t: &Thread, this: S, iterable: Option<Value>) -> R<()> {
    this.clear();
    match iterable {
        Some(v) => update(t, this, v),
        None => Ok(()),
    }
}
fn frozen_new(t: &Thread, class: Gc<Type>, args: Gc<Tuple>, kwargs: Option<Gc<Dict>>) -> R<Value> {
    let exact = class == of_kind(kinds::FROZENSET);
    // A subclass may take keywords in its `__init__`.
    let own_init = class.special(Special::Init) != of_kind(kinds::FROZENSET).special(Special::Init);
    if kwargs.is_some_and(|k| !k.is_empty()) && !own_init {
        return Err(errors::type_error(
            t,
            "frozenset() takes no keyword arguments",
        ));
    }
    match args.items() {
        [] => Ok(with_class(class).value()),
        [v] if exact && v.cast_exact::<FrozenSet>().is_some() => Ok(*v),
        [v] => {
            let s = with_class(class);
            update(t, s, *v)?;
            Ok(s.value())
        }
        more => Err(errors::type_error(
            t,
            format!("frozenset expected at most 1 argument, got {}", more.len()),
        )),
    }
}
fn len(_t: &Thread, this: Value) -> usize {
    as_set(this).len()
}
#[inline]
fn as_set(this: Value) -> S {
    Gc::from_value(this)
}
fn iter(_t: &Thread, this: Value) -> Value {
    iterator(as_set(this))
}

/// The hash to look for an element by; an unhashable set is looked for as a frozenset.
fn lookup_hash(t: &Thread, x: Value) -> R<i64> {
    match element_hash(t, x) {
        Err(_) if x.cast::<Set>().is_some() && errors::catch(t, Exc::TypeError) => {
            Ok(content_hash(as_set(x)))
        }
        r => r,
    }
}
fn contains(t: &Thread, this: Value, x: Value) -> R<bool> {
    let h = lookup_hash(t, x)?;
    Ok(as_set(this).find(t, x, h)?.is_some())
}
fn add(t: &Thread, this: S, x: Value) -> R<()> {
    this.add(t, x)
}
fn discard_hashed(t: &Thread, this: S, x: Value, h: i64) -> R<bool> {
    Ok(this.find(t, x, h)?.map(|i| this.remove_slot(i)).is_some())
}
fn discard_key(t: &Thread, this: S, x: Value) -> R<bool> {
    let h = lookup_hash(t, x)?;
    discard_hashed(t, this, x, h)
}
fn discard(t: &Thread, this: S, x: Value) -> R<()> {
    discard_key(t, this, x).map(drop)
}
fn remove(t: &Thread, this: S, x: Value) -> R<()> {
    if discard_key(t, this, x)? {
        Ok(())
    } else {
        Err(errors::key_error(t, x))
    }
}
fn pop(t: &Thread, this: S) -> R<Value> {
    if this.is_empty() {
        let m = Str::new("pop from an empty set");
        return Err(errors::raise_args(t, Exc::KeyError.class(), &[m.value()]));
    }
    let n = this.slots();
    let mut i = this.finger.get() & (n - 1);
    while this.slot(i).is_none() {
        i = (i + 1) & (n - 1);
    }
    this.finger.set(i + 1);
    Ok(this.remove_slot(i))
}
fn clear(_t: &Thread, this: S) {
    this.clear()
}
/// An empty set of the same builtin kind (results of operators are never of subclasses).
fn same_kind(this: Value) -> S {
    let kind = if is_frozen(this) {
        kinds::FROZENSET
    } else {
        kinds::SET
    };
    with_class(of_kind(kind))
}
fn copy_of(t: &Thread, this: Value) -> R<S> {
    let s = same_kind(this);
    s.merge(t, as_set(this))?;
    Ok(s)
}
fn copy(t: &Thread, this: Value) -> R<Value> {
    if this.cast_exact::<FrozenSet>().is_some() {
        return Ok(this);
    }
    copy_of(t, this).map(Gc::value)
}
fn update_all(t: &Thread, this: S, others: Gc<Tuple>) -> R<()> {
    others.items().iter().try_for_each(|o| update(t, this, *o))
}
fn union(t: &Thread, this: Value, others: Gc<Tuple>) -> R<Value> {
    let s = copy_of(t, this)?;
    update_all(t, s, others)?;
    Ok(s.value())
}

/// Calls `f` with every element and its hash; the set may change meanwhile.
fn each(s: S, mut f: impl FnMut(Value, i64) -> R<()>) -> R<()> {
    let mut at = 0;
    while let Some((k, h, next)) = s.next_slot(at) {
        f(k, h)?;
        at = next;
    }
    Ok(())
}

/// The elements of `this` that are items of `other`.
fn intersect(t: &Thread, this: Value, other: Value) -> R<S> {
    if this == other {
        return copy_of(t, this);
    }
    let (mut a, out) = (as_set(this), same_kind(this));
    if let Some(mut b) = any_set(other) {
        if b.len() > a.len() {
            std::mem::swap(&mut a, &mut b);
        }
        each(b, |k, h| match a.find(t, k, h)? {
            Some(_) => out.add_hashed(t, k, h),
            None => Ok(()),
        })?;
        return Ok(out);
    }
    ops::for_each(t, other, |k| {
        let h = ops::hash(t, k)?;
        match a.find(t, k, h)? {
            Some(_) => out.add_hashed(t, k, h),
            None => Ok(()),
        }
    })?;
    Ok(out)
}
fn intersection(t: &Thread, this: Value, others: Gc<Tuple>) -> R<Value> {
    if others.is_empty() {
        return copy_of(t, this).map(Gc::value);
    }
    let mut s = this;
    for o in others.items() {
        s = intersect(t, s, *o)?.value();
    }
    Ok(s)
}
fn intersection_update(t: &Thread, this: S, others: Gc<Tuple>) -> R<()> {
    let s = intersection(t, this.value(), others)?;
    // Without arguments it is a copy, which nobody else uses either.
    this.take(as_set(s));
    Ok(())
}

/// Removes the items of `other` from `this`.
fn subtract(t: &Thread, this: S, other: Value) -> R<()> {
    if this.value() == other {
        this.clear();
        return Ok(());
    }
    match any_set(other) {
        Some(mut o) => {
            if o.len() >> 3 > this.len() {
                o = intersect(t, this.value(), other)?;
            }
            each(o, |k, h| discard_hashed(t, this, k, h).map(drop))?;
        }
        None => ops::for_each(t, other, |k| discard_key(t, this, k).map(drop))?,
    }
    this.tidy(t)
}
/// `this` without the items of `other`, as a fresh set.
fn without(t: &Thread, this: Value, other: Value) -> R<S> {
    let a = as_set(this);
    let (set, dict) = (any_set(other), other.cast_exact::<Dict>());
    let size = match (set, dict) {
        (Some(s), _) => s.len(),
        (_, Some(d)) => d.len(),
        _ => usize::MAX,
    };
    if size == usize::MAX || a.len() >> 2 > size {
        let s = copy_of(t, this)?;
        subtract(t, s, other)?;
        return Ok(s);
    }
    let out = same_kind(this);
    each(a, |k, h| {
        let there = match (set, dict) {
            (Some(s), _) => s.find(t, k, h)?.is_some(),
            (_, Some(d)) => d.find(t, k, h)?.is_some(),
            _ => false,
        };
        if there {
            return Ok(());
        }
        out.add_hashed(t, k, h)
    })?;
    Ok(out)
}
fn difference(t: &Thread, this: Value, others: Gc<Tuple>) -> R<Value> {
    let Some((first, rest)) = others.items().split_first() else {
        return copy_of(t, this).map(Gc::value);
    };
    let s = without(t, this, *first)?;
    rest.iter().try_for_each(|o| subtract(t, s, *o))?;
    Ok(s.value())
}
fn difference_update(t: &Thread, this: S, others: Gc<Tuple>) -> R<()> {
    others
        .items()
        .iter()
        .try_for_each(|o| subtract(t, this, *o))
}
/// Removes what both have and adds what only `other` has.
fn toggle(t: &Thread, this: S, other: Value) -> R<()> {
    if this.value() == other {
        this.clear();
        return Ok(());
    }
    let o = match any_set(other) {
        Some(o) => o,
        None => from_iterable(t, other)?,
    };
    each(o, |k, h| {
        if discard_hashed(t, this, k, h)? {
            return Ok(());
        }
        this.add_hashed(t, k, h)
    })
}
fn symmetric(t: &Thread, this: Value, other: Value) -> R<S> {
    let s = same_kind(this);
    update(t, s, other)?;
    toggle(t, s, this)?;
    Ok(s)
}
fn symmetric_difference(t: &Thread, this: Value, other: Value) -> R<Value> {
    Ok(symmetric(t, this, other)?.value())
}
fn joined(t: &Thread, this: Value, other: Value) -> R<S> {
    let s = copy_of(t, this)?;
    update(t, s, other)?;
    Ok(s)
}

type Operation = fn(&Thread, Value, Value) -> R<S>;
type Change = fn(&Thread, S, Value) -> R<()>;

/// `a op b` where both must be sets; the result has the kind of `a`.
fn operator(t: &Thread, a: Value, b: Value, f: Operation) -> R<Value> {
    if any_set(a).is_none() || any_set(b).is_none() {
        return Ok(Value::NOT_IMPLEMENTED);
    }
    Ok(f(t, a, b)?.value())
}
fn operator_in_place(t: &Thread, a: Value, b: Value, f: Change) -> R<Value> {
    if any_set(b).is_none() {
        return Ok(Value::NOT_IMPLEMENTED);
    }
    f(t, as_set(a), b)?;
    Ok(a)
}
fn keep_common(t: &Thread, this: S, other: Value) -> R<()> {
    let s = intersect(t, this.value(), other)?;
    this.take(s);
    Ok(())
}
macro_rules! operators {
    ($($name:ident $reflected:ident $inplace:ident $f:ident $change:ident;)*) => { $(
        fn $name(t: &Thread, a: Value, b: Value) -> R<Value> { operator(t, a, b, $f) }
        fn $reflected(t: &Thread, a: Value, b: Value) -> R<Value> { operator(t, b, a, $f) }
        fn $inplace(t: &Thread, a: Value, b: Value) -> R<Value> { operator_in_place(t, a, b, $change) }
    )* };
}
operators! {
    or ror ior joined update; and rand iand intersect keep_common;
    sub rsub isub without subtract; xor rxor ixor symmetric toggle;
}

fn subset(t: &Thread, a: S, b: S) -> R<bool> {
    if a.len() > b.len() {
        return Ok(false);
    }
    let mut at = 0;
    while let Some((k, h, next)) = a.next_slot(at) {
        if b.find(t, k, h)?.is_none() {
            return Ok(false);
        }
        at = next;
    }
    Ok(true)
}
fn equal(t: &Thread, a: S, b: S) -> R<bool> {
    let known = a.hash.get() != -1 && b.hash.get() != -1;
    if a.len() != b.len() || known && a.hash.get() != b.hash.get() {
        return Ok(false);
    }
    subset(t, a, b)
}
fn compare(t: &Thread, cmp: Cmp, a: Value, b: Value) -> R<Value> {
    let Some(y) = any_set(b) else {
        return Ok(Value::NOT_IMPLEMENTED);
    };
    let x = as_set(a);
    let r = match cmp {
        Cmp::Eq => equal(t, x, y)?,
        Cmp::Ne => !equal(t, x, y)?,
        Cmp::Lt => x.len() < y.len() && subset(t, x, y)?,
        Cmp::Le => subset(t, x, y)?,
        Cmp::Gt => y.len() < x.len() && subset(t, y, x)?,
        Cmp::Ge => subset(t, y, x)?,
    };
    Ok(Value::bool(r))
}
crate::comparisons!(Value, compare);
fn issubset(t: &Thread, this: Value, other: Value) -> R<bool> {
    match any_set(other) {
        Some(o) => subset(t, as_set(this), o),
        None => Ok(intersect(t, this, other)?.len() == as_set(this).len()),
    }
}
fn issuperset(t: &Thread, this: Value, other: Value) -> R<bool> {
    if let Some(o) = any_set(other) {
        return subset(t, o, as_set(this));
    }
    let it = ops::iter(t, other)?;
    while let Some(v) = ops::next(t, it)? {
        if !contains(t, this, v)? {
            return Ok(false);
        }
    }
    Ok(true)
}
fn isdisjoint(t: &Thread, this: Value, other: Value) -> R<bool> {
    let mut a = as_set(this);
    if let Some(mut b) = any_set(other) {
        if b.len() > a.len() {
            std::mem::swap(&mut a, &mut b);
        }
        let mut at = 0;
        while let Some((k, h, next)) = b.next_slot(at) {
            if a.find(t, k, h)?.is_some() {
                return Ok(false);
            }
            at = next;
        }
        return Ok(true);
    }
    let it = ops::iter(t, other)?;
    while let Some(v) = ops::next(t, it)? {
        if contains(t, this, v)? {
            return Ok(false);
        }
    }
    Ok(true)
}
/// A hash of the elements that does not depend on their order.
fn content_hash(s: S) -> i64 {
    let mut h: u64 = 0;
    for (_, x) in s.iter() {
        let x = x as u64;
        h ^= ((x ^ 89_869_747) ^ (x << 16)).wrapping_mul(3_644_798_167);
    }
    h ^= (s.len() as u64 + 1).wrapping_mul(1_927_868_237);
    h ^= (h >> 11) ^ (h >> 25);
    h = h.wrapping_mul(69_069).wrapping_add(907_133_923);
    if h == u64::MAX { 590_923_713 } else { h as i64 }
}
/// `hash(frozenset)`.
pub fn hash_frozen(s: S) -> i64 {
    if s.hash.get() == -1 {
        s.hash.set(content_hash(s));
    }
    s.hash.get()
}
fn frozen_hash(_t: &Thread, this: Value) -> i64 {
    hash_frozen(as_set(this))
}
fn repr(t: &Thread, this: Value) -> R<String> {
    let class = class_of(this);
    let name = class.name_str();
    let Some(_guard) = super::list_methods::ReprGuard::enter(t, this) else {
        return Ok(format!("{name}(...)"));
    };
    if as_set(this).is_empty() {
        return Ok(format!("{name}()"));
    }
    let l = super::list_methods::from_iterable(t, this)?;
    let inner = ops::repr(t, l.value())?;
    let mut s = String::new();
    push_lossless(&mut s, inner);
    let braces = format!("{{{}}}", &s[1..s.len() - 1]);
    Ok(if class == of_kind(kinds::SET) {
        braces
    } else {
        format!("{name}({braces})")
    })
}
fn reduce(t: &Thread, this: Value) -> R<Gc<Tuple>> {
    let l: Gc<List> = super::list_methods::from_iterable(t, this)?;
    let state = call::call_attr(t, this, "__getstate__", &[])?;
    Ok(Tuple::new(&[
        class_of(this).value(),
        Tuple::new(&[l.value()]).value(),
        state,
    ]))
}
fn sizeof(_t: &Thread, this: Value) -> usize {
    200 + as_set(this).table_bytes()
}
fn class_getitem(t: &Thread, class: Value, item: Value) -> R<Value> {
    super::generic_alias::make(t, class, item)
}
fn length_hint(_t: &Thread, this: Gc<SetIterator>) -> usize {
    match this.set.opt() {
        Some(s) if s.len() as i64 == this.len.get() => (this.at.get()..s.slots())
            .filter(|i| s.slot(*i).is_some())
            .count(),
        _ => 0,
    }
}
fn iterator_reduce(t: &Thread, this: Gc<SetIterator>) -> R<Gc<Tuple>> {
    let rest = List::new();
    if let Some(s) = this.set.opt() {
        let mut at = this.at.get();
        while let Some((k, _, next)) = s.next_slot(at) {
            rest.push(t, k)?;
            at = next;
        }
    }
    let f = crate::core::modules::builtin(t, "iter")?;
    Ok(Tuple::new(&[f, Tuple::new(&[rest.value()]).value()]))
}
/// A class table of one of the two kinds: the shared methods, then its own.
macro_rules! set_class {
    ($(#[doc = $doc:literal])* $static_name:ident: $layout:ty = $name:literal; $($own:tt)*) => {
        crate::py_class! {
            $(#[doc = $doc])*
            pub $static_name: $layout = $name, base kinds::OBJECT, flags flags::BASETYPE | flags::HAS_WEAKREF;
            methods {
                __len__(self, /) => len [leaf no_raise reads];
                __iter__(self, /) => iter [leaf no_raise];
                /// x.__contains__(y) <==> y in x.
                __contains__(self, object, /) => contains;
                __repr__(self, /) => repr;
                __lt__(self, value, /) => lt; __le__(self, value, /) => le; __eq__(self, value, /) => eq;
                __ne__(self, value, /) => ne; __gt__(self, value, /) => gt; __ge__(self, value, /) => ge;
                __or__(self, value, /) => or; __ror__(self, value, /) => ror;
                __and__(self, value, /) => and; __rand__(self, value, /) => rand;
                __sub__(self, value, /) => sub; __rsub__(self, value, /) => rsub;
                __xor__(self, value, /) => xor; __rxor__(self, value, /) => rxor;
                /// Return a shallow copy of a set.
                copy(self, /) => copy;
                /// Return a new set with elements from the set and all others.
                union(self, /, *others) => union;
                /// Return a new set with elements common to the set and all others.
                intersection(self, /, *others) => intersection;
                /// Return a new set with elements in the set that are not in the others.
                difference(self, /, *others) => difference;
                /// Return a new set with elements in either the set or other but not both.
                symmetric_difference(self, other, /) => symmetric_difference;
                /// Report whether another set contains this set.
                issubset(self, other, /) => issubset;
                /// Report whether this set contains another set.
                issuperset(self, other, /) => issuperset;
                /// Return True if two sets have a null intersection.
                isdisjoint(self, other, /) => isdisjoint;
                /// Return state information for pickling.
                __reduce__(self, /) => reduce;
                /// S.__sizeof__() -> size of S in memory, in bytes.
                __sizeof__(self, /) => sizeof;
                /// See PEP 585
                @classmethod __class_getitem__(cls, object, /) => class_getitem;
                $($own)*
            }
        }
    };
}
set_class! {
    /// Build an unordered collection of unique elements.
    CLASS: Set = "set";
    @staticmethod __new__(cls, /, *args, **kwargs) => set_new;
    __init__(self, iterable=(), /) => set_init;
    __ior__(self, value, /) => ior; __iand__(self, value, /) => iand;
    __isub__(self, value, /) => isub; __ixor__(self, value, /) => ixor;
    /// Add an element to a set.
    add(self, object, /) => add;
    /// Remove an element from a set if it is a member.
    discard(self, object, /) => discard;
    /// Remove an element from a set; it must be a member.
    remove(self, object, /) => remove;
    /// Remove and return an arbitrary set element.
    pop(self, /) => pop;
    /// Remove all elements from this set.
    clear(self, /) => clear;
    /// Update the set, adding elements from all others.
    update(self, /, *others) => update_all;
    /// Update the set, keeping only elements found in it and all others.
    intersection_update(self, /, *others) => intersection_update;
    /// Update the set, removing elements found in others.
    difference_update(self, /, *others) => difference_update;
    /// Update the set, keeping only elements found in either set, but not in both.
    symmetric_difference_update(self, other, /) => toggle;
}
set_class! {
    /// Build an immutable unordered collection of unique elements.
    FROZEN: FrozenSet = "frozenset";
    @staticmethod __new__(cls, /, *args, **kwargs) => frozen_new;
    __hash__(self, /) => frozen_hash;
}
crate::py_class! {
    pub ITERATOR: SetIterator = "set_iterator", base kinds::OBJECT, flags 0;
    methods {
        __iter__(self, /) => iter_self;
        __next__(self, /) => next_method;
        __length_hint__(self, /) => length_hint;
        __reduce__(self, /) => iterator_reduce;
    }
}
