//! `set` and `frozenset`. The elements are the keys of a dictionary, so that
//! hashing and lookup are written once; iteration is in insertion order.

use std::cell::Cell;

use pyjit_heap::{Field, Gc, Header, Value, heap_object};

use crate::core::class::words;
use crate::core::ops::{self, Cmp};
use crate::core::thread::{R, Thread};
use crate::core::{attr, call, errors, kinds};
use crate::types::dict::Dict;
use crate::types::exceptions::Exc;
use crate::types::iterators::{iter_self, next_method};
use crate::types::list::List;
use crate::types::str_::{intern, push_lossless};
use crate::types::tuple::Tuple;
use crate::types::type_::{Type, class_of, flags, of_kind};

/// A set or frozenset.
#[repr(C)]
pub struct Set {
    header: Header,
    pub table: Field<Gc<Dict>>,
    /// frozenset: the hash, computed once (0: not yet).
    hash: Cell<i64>,
}
heap_object!(Set = kinds::SET, refs 1..2);

/// Layout alias: a frozen [`Set`].
#[repr(C)]
pub struct FrozenSet {
    header: Header,
    table: Field<Gc<Dict>>,
    hash: Cell<i64>,
}
heap_object!(FrozenSet = kinds::FROZENSET, refs 1..2);

/// Iterator over a set: an iterator over its table.
#[repr(C)]
pub struct SetIterator {
    header: Header,
    /// Absent when exhausted.
    pub table: Field<Gc<Dict>>,
    pub at: Cell<i64>,
    pub len: Cell<i64>,
}
heap_object!(SetIterator = kinds::SET_ITERATOR, refs 1..2);

/// Is `v` a frozenset (or of a subclass)?
pub fn is_frozen(v: Value) -> bool {
    v.cast::<FrozenSet>().is_some()
}

/// `v` as a set of either kind.
#[inline]
pub fn any_set(v: Value) -> Option<Gc<Set>> {
    if v.cast::<Set>().is_some() || is_frozen(v) {
        Some(Gc::from_value(v))
    } else {
        None
    }
}

fn with_class(class: Gc<Type>, table: Gc<Dict>) -> Gc<Set> {
    let s = Set {
        header: Header::NEW,
        table: Field::of(table),
        hash: Cell::new(0),
    };
    Gc::with_shape(class.root_shape.get(), s, class.extra_bytes(words::<Set>()))
}

impl Set {
    /// An empty `set`.
    pub fn new() -> Gc<Set> {
        with_class(of_kind(kinds::SET), Dict::new())
    }
    /// A `frozenset` of the keys of `table`, which nobody else uses.
    pub fn frozen(table: Gc<Dict>) -> Gc<Set> {
        with_class(of_kind(kinds::FROZENSET), table)
    }
    /// Number of elements.
    pub fn len(&self) -> usize {
        self.table.gc().len()
    }
    /// Has it no elements?
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }
    /// Adds an element.
    pub fn add(&self, t: &Thread, v: Value) -> R<()> {
        let hash = ops::hash(t, v).map_err(|e| super::dict::unhashable(t, e, v, "set element"))?;
        self.table.gc().set_hashed(t, v, hash, Value::NONE)
    }
    /// Is `v` an element?
    pub fn contains(&self, t: &Thread, v: Value) -> R<bool> {
        let hash = ops::hash(t, v).map_err(|e| super::dict::unhashable(t, e, v, "set element"))?;
        Ok(self.table.gc().find(t, v, hash)?.is_some())
    }
}

/// A `set` of the items of any iterable.
pub fn from_iterable(t: &Thread, v: Value) -> R<Gc<Set>> {
    let s = Set::new();
    update_one(t, s, v)?;
    Ok(s)
}

/// The elements of any iterable as the keys of a fresh dictionary.
pub fn table_of(t: &Thread, v: Value) -> R<Gc<Dict>> {
    Ok(from_iterable(t, v)?.table.gc())
}

fn update_one(t: &Thread, s: Gc<Set>, v: Value) -> R<()> {
    if let Some(o) = any_set(v) {
        return merge_keys(t, s.table.gc(), o.table.gc());
    }
    if let Some(d) = v.cast_exact::<Dict>() {
        return merge_keys(t, s.table.gc(), d);
    }
    ops::for_each(t, v, |x| s.add(t, x))
}

fn merge_keys(t: &Thread, to: Gc<Dict>, from: Gc<Dict>) -> R<()> {
    let mut i = 0;
    while i < from.used() {
        if let Some((k, _)) = from.entry(i) {
            to.set_hashed(t, k, from.entry_hash(i), Value::NONE)?;
        }
        i += 1;
    }
    Ok(())
}

/// `iter(set)`.
pub fn iterator(s: Gc<Set>) -> Value {
    let d = s.table.gc();
    Gc::new(SetIterator {
        header: Header::NEW,
        table: Field::of(d),
        at: Cell::new(0),
        len: Cell::new(d.len() as i64),
    })
    .value()
}

/// The next element.
pub fn next(t: &Thread, it: Value) -> R<Option<Value>> {
    let it: Gc<SetIterator> = Gc::from_value(it);
    let Some(d) = it.table.opt() else {
        return Ok(None);
    };
    if d.len() as i64 != it.len.get() {
        it.len.set(-1);
        return Err(errors::runtime_error(
            t,
            "Set changed size during iteration",
        ));
    }
    let mut i = it.at.get() as usize;
    while i < d.used() {
        i += 1;
        if let Some((k, _)) = d.entry(i - 1) {
            it.at.set(i as i64);
            return Ok(Some(k));
        }
    }
    it.table.clear();
    Ok(None)
}

fn set_new(_t: &Thread, class: Gc<Type>, _args: Value, _kwargs: Value) -> Gc<Set> {
    with_class(class, Dict::new())
}
fn set_init(t: &Thread, this: Gc<Set>, iterable: Option<Value>) -> R<()> {
    this.table.gc().clear(t);
    match iterable {
        Some(v) => update_one(t, this, v),
        None => Ok(()),
    }
}
fn frozen_new(t: &Thread, class: Gc<Type>, args: Gc<Tuple>, kwargs: Option<Gc<Dict>>) -> R<Value> {
    let exact = class == of_kind(kinds::FROZENSET);
    if kwargs.is_some_and(|k| !k.is_empty()) && exact {
        return Err(errors::type_error(
            t,
            "frozenset() takes no keyword arguments",
        ));
    }
    match args.items() {
        [] => Ok(with_class(class, Dict::new()).value()),
        [v] if exact && v.cast_exact::<FrozenSet>().is_some() => Ok(*v),
        [v] => Ok(with_class(class, table_of(t, *v)?).value()),
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
fn as_set(this: Value) -> Gc<Set> {
    Gc::from_value(this)
}
fn iter(_t: &Thread, this: Value) -> Value {
    iterator(as_set(this))
}

/// An unhashable set as an element is looked for as a frozenset.
fn lookup_key(t: &Thread, x: Value) -> R<(Value, i64)> {
    match ops::hash(t, x) {
        Ok(h) => Ok((x, h)),
        Err(_) if x.cast::<Set>().is_some() && errors::catch(t, Exc::TypeError) => {
            let f = Set::frozen(as_set(x).table.gc().copy()).value();
            Ok((f, ops::hash(t, f)?))
        }
        Err(e) => Err(e),
    }
}
fn contains(t: &Thread, this: Value, x: Value) -> R<bool> {
    let (x, h) = lookup_key(t, x)?;
    Ok(as_set(this).table.gc().find(t, x, h)?.is_some())
}
fn add(t: &Thread, this: Gc<Set>, x: Value) -> R<()> {
    this.add(t, x)
}
fn discard_key(t: &Thread, this: Gc<Set>, x: Value) -> R<bool> {
    let (x, h) = lookup_key(t, x)?;
    let d = this.table.gc();
    Ok(d.find(t, x, h)?.map(|i| d.remove_entry(t, i)).is_some())
}
fn discard(t: &Thread, this: Gc<Set>, x: Value) -> R<()> {
    discard_key(t, this, x).map(drop)
}
fn remove(t: &Thread, this: Gc<Set>, x: Value) -> R<()> {
    if discard_key(t, this, x)? {
        Ok(())
    } else {
        Err(errors::key_error(t, x))
    }
}
fn pop(t: &Thread, this: Gc<Set>) -> R<Value> {
    let d = this.table.gc();
    for i in 0..d.used() {
        if let Some((k, _)) = d.entry(i) {
            d.remove_entry(t, i);
            return Ok(k);
        }
    }
    let m = crate::types::str_::Str::new("pop from an empty set");
    Err(errors::raise_args(t, Exc::KeyError.class(), &[m.value()]))
}
fn clear(t: &Thread, this: Gc<Set>) {
    this.table.gc().clear(t)
}
/// A copy of the same builtin kind as `this` (results of operators are never subclasses).
fn same_kind(this: Value, table: Gc<Dict>) -> Gc<Set> {
    let kind = if is_frozen(this) {
        kinds::FROZENSET
    } else {
        kinds::SET
    };
    with_class(of_kind(kind), table)
}
fn copy(_t: &Thread, this: Value) -> Value {
    if this.cast_exact::<FrozenSet>().is_some() {
        return this;
    }
    same_kind(this, as_set(this).table.gc().copy()).value()
}
fn update(t: &Thread, this: Gc<Set>, others: Gc<Tuple>) -> R<()> {
    others
        .items()
        .iter()
        .try_for_each(|o| update_one(t, this, *o))
}
fn union(t: &Thread, this: Value, others: Gc<Tuple>) -> R<Value> {
    let s = same_kind(this, as_set(this).table.gc().copy());
    update(t, s, others)?;
    Ok(s.value())
}
/// The elements of `a` that are (or are not) in `b`, as a fresh table.
fn select(t: &Thread, a: Gc<Dict>, b: Value, keep: bool) -> R<Gc<Dict>> {
    let other = match any_set(b) {
        Some(s) => s.table.gc(),
        None => match b.cast_exact::<Dict>() {
            Some(d) => d,
            None => table_of(t, b)?,
        },
    };
    let out = Dict::new();
    let mut i = 0;
    while i < a.used() {
        if let Some((k, _)) = a.entry(i) {
            let h = a.entry_hash(i);
            if other.find(t, k, h)?.is_some() == keep {
                out.set_hashed(t, k, h, Value::NONE)?;
            }
        }
        i += 1;
    }
    Ok(out)
}
fn fold(t: &Thread, this: Value, others: &[Value], keep: bool) -> R<Gc<Dict>> {
    let mut d = as_set(this).table.gc().copy();
    for o in others {
        d = select(t, d, *o, keep)?;
    }
    Ok(d)
}
fn intersection(t: &Thread, this: Value, others: Gc<Tuple>) -> R<Value> {
    Ok(same_kind(this, fold(t, this, others.items(), true)?).value())
}
fn difference(t: &Thread, this: Value, others: Gc<Tuple>) -> R<Value> {
    Ok(same_kind(this, fold(t, this, others.items(), false)?).value())
}
fn intersection_update(t: &Thread, this: Gc<Set>, others: Gc<Tuple>) -> R<()> {
    let d = fold(t, this.value(), others.items(), true)?;
    this.table.put(this, d);
    Ok(())
}
fn difference_update(t: &Thread, this: Gc<Set>, others: Gc<Tuple>) -> R<()> {
    let d = fold(t, this.value(), others.items(), false)?;
    this.table.put(this, d);
    Ok(())
}
fn symmetric(t: &Thread, a: Gc<Dict>, b: Value) -> R<Gc<Dict>> {
    let other = table_of(t, b)?;
    let out = Dict::new();
    for (x, y) in [(a, other), (other, a)] {
        let mut i = 0;
        while i < x.used() {
            if let Some((k, _)) = x.entry(i) {
                let h = x.entry_hash(i);
                if y.find(t, k, h)?.is_none() {
                    out.set_hashed(t, k, h, Value::NONE)?;
                }
            }
            i += 1;
        }
    }
    Ok(out)
}
fn symmetric_difference(t: &Thread, this: Value, other: Value) -> R<Value> {
    Ok(same_kind(this, symmetric(t, as_set(this).table.gc(), other)?).value())
}
fn symmetric_difference_update(t: &Thread, this: Gc<Set>, other: Value) -> R<()> {
    let d = symmetric(t, this.table.gc(), other)?;
    this.table.put(this, d);
    Ok(())
}

type Operation = fn(&Thread, Gc<Dict>, Value) -> R<Gc<Dict>>;

/// `a op b` where both must be sets; the result has the kind of `a`.
fn operator(t: &Thread, a: Value, b: Value, f: Operation) -> R<Value> {
    let (Some(x), Some(_)) = (any_set(a), any_set(b)) else {
        return Ok(Value::NOT_IMPLEMENTED);
    };
    Ok(same_kind(a, f(t, x.table.gc(), b)?).value())
}
fn operator_in_place(t: &Thread, a: Value, b: Value, f: Operation) -> R<Value> {
    if any_set(b).is_none() {
        return Ok(Value::NOT_IMPLEMENTED);
    }
    let s = as_set(a);
    let d = f(t, s.table.gc(), b)?;
    s.table.put(s, d);
    Ok(a)
}
fn do_or(t: &Thread, a: Gc<Dict>, b: Value) -> R<Gc<Dict>> {
    let d = a.copy();
    merge_keys(t, d, as_set(b).table.gc())?;
    Ok(d)
}
fn do_and(t: &Thread, a: Gc<Dict>, b: Value) -> R<Gc<Dict>> {
    select(t, a, b, true)
}
fn do_sub(t: &Thread, a: Gc<Dict>, b: Value) -> R<Gc<Dict>> {
    select(t, a, b, false)
}
macro_rules! operators {
    ($($name:ident $reflected:ident $inplace:ident $f:ident;)*) => { $(
        fn $name(t: &Thread, a: Value, b: Value) -> R<Value> { operator(t, a, b, $f) }
        fn $reflected(t: &Thread, a: Value, b: Value) -> R<Value> { operator(t, b, a, $f) }
        fn $inplace(t: &Thread, a: Value, b: Value) -> R<Value> { operator_in_place(t, a, b, $f) }
    )* };
}
operators! { or ror ior do_or; and rand iand do_and; sub rsub isub do_sub; xor rxor ixor symmetric; }

fn subset(t: &Thread, a: Gc<Dict>, b: Gc<Dict>) -> R<bool> {
    if a.len() > b.len() {
        return Ok(false);
    }
    let mut i = 0;
    while i < a.used() {
        if let Some((k, _)) = a.entry(i)
            && b.find(t, k, a.entry_hash(i))?.is_none()
        {
            return Ok(false);
        }
        i += 1;
    }
    Ok(true)
}
fn compare(t: &Thread, cmp: Cmp, a: Value, b: Value) -> R<Value> {
    let Some(y) = any_set(b) else {
        return Ok(Value::NOT_IMPLEMENTED);
    };
    let (x, y) = (as_set(a).table.gc(), y.table.gc());
    let r = match cmp {
        Cmp::Eq => x.len() == y.len() && subset(t, x, y)?,
        Cmp::Ne => !(x.len() == y.len() && subset(t, x, y)?),
        Cmp::Lt => x.len() < y.len() && subset(t, x, y)?,
        Cmp::Le => subset(t, x, y)?,
        Cmp::Gt => y.len() < x.len() && subset(t, y, x)?,
        Cmp::Ge => subset(t, y, x)?,
    };
    Ok(Value::bool(r))
}
crate::comparisons!(Value, compare);
fn issubset(t: &Thread, this: Value, other: Value) -> R<bool> {
    let o = table_or_own(t, other)?;
    subset(t, as_set(this).table.gc(), o)
}
fn issuperset(t: &Thread, this: Value, other: Value) -> R<bool> {
    let o = table_or_own(t, other)?;
    subset(t, o, as_set(this).table.gc())
}
fn isdisjoint(t: &Thread, this: Value, other: Value) -> R<bool> {
    let d = as_set(this).table.gc();
    let it = ops::iter(t, other)?;
    while let Some(v) = ops::next(t, it)? {
        if d.get(t, v)?.is_some() {
            return Ok(false);
        }
    }
    Ok(true)
}
fn table_or_own(t: &Thread, v: Value) -> R<Gc<Dict>> {
    match any_set(v) {
        Some(s) => Ok(s.table.gc()),
        None => table_of(t, v),
    }
}
fn frozen_hash(_t: &Thread, this: Value) -> i64 {
    let s = as_set(this);
    if s.hash.get() == 0 {
        let d = s.table.gc();
        let mut h: u64 = 0;
        for i in 0..d.used() {
            if d.entry(i).is_some() {
                let x = d.entry_hash(i) as u64;
                h ^= ((x ^ 89_869_747) ^ (x << 16)).wrapping_mul(3_644_798_167);
            }
        }
        h ^= (d.len() as u64 + 1).wrapping_mul(1_927_868_237);
        h ^= (h >> 11) ^ (h >> 25);
        h = h.wrapping_mul(69_069).wrapping_add(907_133_923);
        s.hash.set(((h as i64) >> 2) | 1);
    }
    s.hash.get()
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
    216 + as_set(this).len() * 16
}
fn class_getitem(t: &Thread, class: Value, item: Value) -> R<Value> {
    super::generic_alias::make(t, class, item)
}
fn length_hint(_t: &Thread, this: Gc<SetIterator>) -> i64 {
    match this.table.opt() {
        Some(d) if d.len() as i64 == this.len.get() => (this.at.get() as usize..d.used())
            .filter(|i| d.entry(*i).is_some())
            .count() as i64,
        _ => 0,
    }
}
fn iterator_reduce(t: &Thread, this: Gc<SetIterator>) -> R<Gc<Tuple>> {
    let rest = List::new();
    if let Some(d) = this.table.opt() {
        for i in this.at.get() as usize..d.used() {
            if let Some((k, _)) = d.entry(i) {
                rest.push(t, k)?;
            }
        }
    }
    let f = attr::get(t, t.host().import(t, "builtins")?, intern("iter"))?;
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
    update(self, /, *others) => update;
    /// Update the set, keeping only elements found in it and all others.
    intersection_update(self, /, *others) => intersection_update;
    /// Update the set, removing elements found in others.
    difference_update(self, /, *others) => difference_update;
    /// Update the set, keeping only elements found in either set, but not in both.
    symmetric_difference_update(self, other, /) => symmetric_difference_update;
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
