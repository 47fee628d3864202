//! `dict`: the Python-visible part.

use pyjit_heap::{Gc, Value};

use crate::core::class::words;
use crate::core::ops::{self, Cmp};
use crate::core::special::Special;
use crate::core::thread::{R, Raised, Thread};
use crate::core::{attr, call, errors, kinds};
use crate::types::dict::Dict;
use crate::types::dict_views::{self, Part};
use crate::types::exceptions::Exc;
use crate::types::list::List;
use crate::types::str_::{Str, intern, push_lossless};
use crate::types::tuple::Tuple;
use crate::types::type_::{Type, class_of, flags, of_kind, type_name};

fn new(_t: &Thread, class: Gc<Type>, _args: Value, _kwargs: Value) -> Gc<Dict> {
    Dict::with_shape(class.root_shape.get(), class.extra_bytes(words::<Dict>()))
}
fn init(t: &Thread, this: Gc<Dict>, args: Gc<Tuple>, kwargs: Option<Gc<Dict>>) -> R<()> {
    update_method(t, this, args, kwargs, "dict")
}
fn update(t: &Thread, this: Gc<Dict>, args: Gc<Tuple>, kwargs: Option<Gc<Dict>>) -> R<()> {
    update_method(t, this, args, kwargs, "update")
}
fn update_method(
    t: &Thread,
    this: Gc<Dict>,
    args: Gc<Tuple>,
    kwargs: Option<Gc<Dict>>,
    name: &str,
) -> R<()> {
    match args.items() {
        [] => {}
        [v] => merge_any(t, this, *v)?,
        more => {
            return Err(errors::type_error(
                t,
                format!("{name} expected at most 1 argument, got {}", more.len()),
            ));
        }
    }
    match kwargs {
        Some(kw) => merge(t, this, kw),
        None => Ok(()),
    }
}

/// `d.update(source)` for a mapping (anything with `keys`) or an iterable of pairs.
pub fn merge_any(t: &Thread, d: Gc<Dict>, source: Value) -> R<()> {
    if let Some(s) = source.cast::<Dict>()
        && class_of(source).special(Special::Iter) == of_kind(kinds::DICT).special(Special::Iter)
    {
        return merge(t, d, s);
    }
    if let Some(keys) = attr::get_opt(t, source, intern("keys"))? {
        let keys = call::call(t, keys, &[])?;
        return ops::for_each(t, keys, |k| {
            let v = ops::getitem(t, source, k)?;
            d.set(t, k, v)
        });
    }
    let mut i = 0;
    ops::for_each(t, source, |pair| {
        let p = pair_of(t, pair, i)?;
        i += 1;
        d.set(t, p.items()[0], p.items()[1])
    })
}

/// Adds to a pending `TypeError` which element it was about.
fn explained(t: &Thread, e: Raised, i: usize) -> Raised {
    if !errors::matches(t, Exc::TypeError) {
        return e;
    }
    let e = t.take_exception();
    let note = format!("Cannot convert dictionary update sequence element #{i} to a sequence");
    match call::call_attr(t, e, "add_note", &[Str::new(&note).value()]) {
        Ok(_) => t.set_exception(e),
        Err(r) => r,
    }
}

fn pair_of(t: &Thread, pair: Value, i: usize) -> R<Gc<Tuple>> {
    if class_of(pair).special(Special::Iter).is_none()
        && class_of(pair).special(Special::Getitem).is_none()
    {
        let e = errors::type_error(t, "object is not iterable");
        return Err(explained(t, e, i));
    }
    let p = super::tuple_methods::from_iterable(t, pair).map_err(|e| explained(t, e, i))?;
    if p.len() != 2 {
        let m = format!(
            "dictionary update sequence element #{i} has length {}; 2 is required",
            p.len()
        );
        return Err(errors::value_error(t, m));
    }
    Ok(p)
}

/// Copies all entries of `source` into `d`.
pub fn merge(t: &Thread, d: Gc<Dict>, source: Gc<Dict>) -> R<()> {
    if d == source {
        return Ok(());
    }
    let n = source.len();
    let mut i = 0;
    while i < source.used() {
        if let Some((k, v)) = source.entry(i) {
            let h = source.entry_hash(i);
            d.set_hashed(t, k, h, v)?;
            if source.len() != n {
                return Err(errors::runtime_error(t, "dict mutated during update"));
            }
        }
        i += 1;
    }
    Ok(())
}

fn getitem(t: &Thread, this: Gc<Dict>, key: Value) -> R<Value> {
    if let Some(v) = this.get(t, key)? {
        return Ok(v);
    }
    if this.header().shape_id() != kinds::DICT
        && let Some(m) = class_of(this.value()).special(Special::Missing)
    {
        return call::call_method(t, m, this.value(), &[key]);
    }
    Err(errors::key_error(t, key))
}
fn setitem(t: &Thread, this: Gc<Dict>, key: Value, value: Value) -> R<()> {
    this.set(t, key, value)
}
fn delitem(t: &Thread, this: Gc<Dict>, key: Value) -> R<()> {
    match this.remove(t, key)? {
        Some(_) => Ok(()),
        None => Err(errors::key_error(t, key)),
    }
}
fn contains(t: &Thread, this: Gc<Dict>, key: Value) -> R<bool> {
    Ok(this.get(t, key)?.is_some())
}
fn len(_t: &Thread, this: Gc<Dict>) -> usize {
    this.len()
}
fn iter(_t: &Thread, this: Gc<Dict>) -> Value {
    dict_views::iterator(this, Part::Keys, false)
}
fn reversed(_t: &Thread, this: Gc<Dict>) -> Value {
    dict_views::iterator(this, Part::Keys, true)
}
fn get(t: &Thread, this: Gc<Dict>, key: Value, default: Option<Value>) -> R<Value> {
    Ok(this.get(t, key)?.or(default).unwrap_or(Value::NONE))
}
fn setdefault(t: &Thread, this: Gc<Dict>, key: Value, default: Option<Value>) -> R<Value> {
    let h = crate::types::dict::key_hash(t, key)?;
    if let Some(i) = this.find(t, key, h)? {
        return Ok(this.entry_value(i));
    }
    let v = default.unwrap_or(Value::NONE);
    this.insert_new(t, key, h, v)?;
    Ok(v)
}
fn pop(t: &Thread, this: Gc<Dict>, key: Value, default: Option<Value>) -> R<Value> {
    // An empty dictionary does not look at the key.
    if this.is_empty() {
        return default.ok_or_else(|| errors::key_error(t, key));
    }
    match this.remove(t, key)?.or(default) {
        Some(v) => Ok(v),
        None => Err(errors::key_error(t, key)),
    }
}
fn popitem(t: &Thread, this: Gc<Dict>) -> R<Gc<Tuple>> {
    if let Some((k, v)) = this.remove_last(t) {
        return Ok(Tuple::new(&[k, v]));
    }
    Err(errors::raise_args(
        t,
        Exc::KeyError.class(),
        &[crate::types::str_::Str::new("popitem(): dictionary is empty").value()],
    ))
}
fn clear(t: &Thread, this: Gc<Dict>) {
    this.clear(t)
}
fn copy(_t: &Thread, this: Gc<Dict>) -> Gc<Dict> {
    this.copy()
}
fn fromkeys(t: &Thread, class: Value, iterable: Value, value: Option<Value>) -> R<Value> {
    let d = call::call(t, class, &[])?;
    let v = value.unwrap_or(Value::NONE);
    let plain = d.cast_exact::<Dict>();
    ops::for_each(t, iterable, |k| match plain {
        Some(d) => d.set(t, k, v),
        None => ops::setitem(t, d, k, v),
    })?;
    Ok(d)
}
fn keys(_t: &Thread, this: Gc<Dict>) -> Value {
    dict_views::view(this, Part::Keys)
}
fn values(_t: &Thread, this: Gc<Dict>) -> Value {
    dict_views::view(this, Part::Values)
}
fn items(_t: &Thread, this: Gc<Dict>) -> Value {
    dict_views::view(this, Part::Items)
}
fn repr(t: &Thread, this: Gc<Dict>) -> R<String> {
    if this.is_empty() {
        return Ok("{}".into());
    }
    let Some(_guard) = super::list_methods::ReprGuard::enter(t, this.value()) else {
        return Ok("{...}".into());
    };
    let mut s = String::from("{");
    let mut i = 0;
    while i < this.used() {
        if let Some((k, v)) = this.entry(i) {
            if s.len() > 1 {
                s.push_str(", ");
            }
            push_lossless(&mut s, ops::repr(t, k)?);
            s.push_str(": ");
            push_lossless(&mut s, ops::repr(t, v)?);
        }
        i += 1;
    }
    s.push('}');
    Ok(s)
}
fn eq_dicts(t: &Thread, a: Gc<Dict>, b: Gc<Dict>) -> R<bool> {
    if a.len() != b.len() {
        return Ok(false);
    }
    let mut i = 0;
    while i < a.used() {
        if let Some((k, v)) = a.entry(i) {
            let h = a.entry_hash(i);
            let Some(j) = b.find(t, k, h)? else {
                return Ok(false);
            };
            if !ops::same_or_eq(t, v, b.entry_value(j))? {
                return Ok(false);
            }
        }
        i += 1;
    }
    Ok(true)
}
fn compare(t: &Thread, cmp: Cmp, a: Gc<Dict>, b: Value) -> R<Value> {
    let Some(b) = b.cast::<Dict>() else {
        return Ok(Value::NOT_IMPLEMENTED);
    };
    match cmp {
        Cmp::Eq | Cmp::Ne => {
            call::enter_native(t, " in comparison")?;
            Ok(Value::bool(eq_dicts(t, a, b)? == (cmp == Cmp::Eq)))
        }
        _ => Ok(Value::NOT_IMPLEMENTED),
    }
}
crate::comparisons!(Gc<Dict>, compare);
fn or(t: &Thread, a: Value, b: Value) -> R<Value> {
    let (Some(x), Some(y)) = (a.cast::<Dict>(), b.cast::<Dict>()) else {
        return Ok(Value::NOT_IMPLEMENTED);
    };
    let d = x.copy();
    merge(t, d, y)?;
    Ok(d.value())
}
fn ror(t: &Thread, a: Value, b: Value) -> R<Value> {
    or(t, b, a)
}
fn ior(t: &Thread, this: Gc<Dict>, other: Value) -> R<Value> {
    merge_any(t, this, other)?;
    Ok(this.value())
}
fn sizeof(_t: &Thread, this: Gc<Dict>) -> usize {
    64 + this.used() * 24
}
fn class_getitem(t: &Thread, class: Value, item: Value) -> R<Value> {
    super::generic_alias::make(t, class, item)
}

/// The keys as a list.
pub fn key_list(t: &Thread, d: Gc<Dict>) -> R<Gc<List>> {
    let l = List::new();
    for (k, _) in d.iter() {
        l.push(t, k)?;
    }
    Ok(l)
}

/// Message of a dictionary display with a non-mapping: used by `**x`.
pub fn not_a_mapping(t: &Thread, v: Value) -> crate::Raised {
    errors::type_error(t, format!("'{}' object is not a mapping", type_name(v)))
}

crate::py_class! {
    /// dict() -> new empty dictionary
    /// dict(mapping) -> new dictionary initialized from a mapping object's
    ///     (key, value) pairs
    /// dict(iterable) -> new dictionary initialized as if via:
    ///     d = {}
    ///     for k, v in iterable:
    ///         d[k] = v
    /// dict(**kwargs) -> new dictionary initialized with the name=value pairs
    ///     in the keyword argument list.  For example:  dict(one=1, two=2)
    pub CLASS: Dict = "dict", base kinds::OBJECT, flags flags::BASETYPE | flags::MAPPING;
    methods {
        @staticmethod __new__(cls, /, *args, **kwargs) => new;
        __init__(self, /, *args, **kwargs) => init;
        __getitem__(self, key, /) => getitem;
        __setitem__(self, key, value, /) => setitem;
        __delitem__(self, key, /) => delitem;
        /// True if the dictionary has the specified key, else False.
        __contains__(self, key, /) => contains;
        __len__(self, /) => len [leaf no_raise reads];
        __iter__(self, /) => iter [leaf no_raise];
        /// Return a reverse iterator over the dict keys.
        __reversed__(self, /) => reversed [leaf no_raise];
        /// Return the value for key if key is in the dictionary, else default.
        get(self, key, default=None, /) => get;
        /// Insert key with a value of default if key is not in the dictionary.
        ///
        /// Return the value for key if key is in the dictionary, else default.
        setdefault(self, key, default=None, /) => setdefault;
        /// Remove specified key and return the corresponding value.
        ///
        /// If the key is not found, return the default if given; otherwise,
        /// raise a KeyError.
        pop(self, key, default=None, /) => pop;
        /// Remove and return a (key, value) pair as a 2-tuple.
        ///
        /// Pairs are returned in LIFO (last-in, first-out) order.
        /// Raises KeyError if the dict is empty.
        popitem(self, /) => popitem;
        /// Update D from mapping/iterable E and F.
        update(self, /, *args, **kwargs) => update;
        /// Remove all items from the dict.
        clear(self, /) => clear;
        /// Return a shallow copy of the dict.
        copy(self, /) => copy [leaf];
        /// Create a new dictionary with keys from iterable and values set to value.
        @classmethod fromkeys(cls, iterable, value=None, /) => fromkeys;
        /// Return a set-like object providing a view on the dict's keys.
        keys(self, /) => keys [leaf no_raise];
        /// Return an object providing a view on the dict's values.
        values(self, /) => values [leaf no_raise];
        /// Return a set-like object providing a view on the dict's items.
        items(self, /) => items [leaf no_raise];
        __repr__(self, /) => repr;
        __lt__(self, value, /) => lt; __le__(self, value, /) => le; __eq__(self, value, /) => eq;
        __ne__(self, value, /) => ne; __gt__(self, value, /) => gt; __ge__(self, value, /) => ge;
        __or__(self, value, /) => or; __ror__(self, value, /) => ror; __ior__(self, value, /) => ior;
        __sizeof__(self, /) => sizeof;
        /// See PEP 585
        @classmethod __class_getitem__(cls, object, /) => class_getitem;
    }
}
