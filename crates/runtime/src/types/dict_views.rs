//! Views of a dictionary (`keys()`, `values()`, `items()`) and its iterators.

use std::cell::Cell;

use pyjit_heap::{Field, Gc, Header, Value, heap_object};

use crate::core::ops::{self, Cmp};
use crate::core::thread::{R, Thread};
use crate::core::{call, errors, kinds};
use crate::types::dict::Dict;
use crate::types::iterators::{iter_self, next_method};
use crate::types::list::List;
use crate::types::set::{self, Set};
use crate::types::str_::push_lossless;
use crate::types::tuple::Tuple;
use crate::types::type_::class_of;

/// What of an entry is seen.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Part {
    Keys,
    Values,
    Items,
}

impl Part {
    #[inline(always)]
    fn of(self, (k, v): (Value, Value)) -> Value {
        match self {
            Part::Keys => k,
            Part::Values => v,
            Part::Items => Tuple::new(&[k, v]).value(),
        }
    }
    fn from_raw(n: i64) -> Part {
        [Part::Keys, Part::Values, Part::Items][n as usize]
    }
}

/// A view.
#[repr(C)]
pub struct View {
    header: Header,
    pub dict: Field<Gc<Dict>>,
}
heap_object!(View = kinds::DICT_KEYS, refs 1..2);

/// An iterator over a dictionary.
#[repr(C)]
pub struct DictIterator {
    header: Header,
    /// Absent when exhausted.
    pub dict: Field<Gc<Dict>>,
    /// Next entry.
    pub at: Cell<i64>,
    /// Length when iteration began; -1 after an error.
    pub len: Cell<i64>,
    /// Structure version seen last.
    pub version: Cell<u32>,
    /// A [`Part`].
    pub part: Cell<u32>,
    /// Items given so far.
    pub given: Cell<i64>,
}
heap_object!(DictIterator = kinds::DICT_KEYITERATOR, refs 1..2);

fn view_kind(part: Part) -> u32 {
    match part {
        Part::Keys => kinds::DICT_KEYS,
        Part::Values => kinds::DICT_VALUES,
        Part::Items => kinds::DICT_ITEMS,
    }
}

/// `dict.keys()` and so on.
pub fn view(d: Gc<Dict>, part: Part) -> Value {
    Gc::with_shape(
        view_kind(part),
        View {
            header: Header::NEW,
            dict: Field::of(d),
        },
        0,
    )
    .value()
}

/// An iterator over `d`, forwards or backwards.
pub fn iterator(d: Gc<Dict>, part: Part, reversed: bool) -> Value {
    let kind = match (part, reversed) {
        (Part::Keys, true) => kinds::DICT_REVERSE_ITERATOR,
        (Part::Values, true) => kinds::DICT_REVERSE_VALUE_ITERATOR,
        (Part::Items, true) => kinds::DICT_REVERSE_ITEM_ITERATOR,
        (Part::Keys, _) => kinds::DICT_KEYITERATOR,
        (Part::Values, _) => kinds::DICT_VALUEITERATOR,
        (Part::Items, _) => kinds::DICT_ITEMITERATOR,
    };
    let it = DictIterator {
        header: Header::NEW,
        dict: Field::of(d),
        at: Cell::new(if reversed { d.used() as i64 - 1 } else { 0 }),
        len: Cell::new(d.len() as i64),
        version: Cell::new(d.version()),
        part: Cell::new(part as u32),
        given: Cell::new(0),
    };
    Gc::with_shape(kind, it, 0).value()
}

/// The next item.
#[inline]
pub fn next(t: &Thread, it: Value, kind: u32) -> R<Option<Value>> {
    let it: Gc<DictIterator> = Gc::from_value(it);
    let Some(d) = it.dict.opt() else {
        return Ok(None);
    };
    if d.len() as i64 != it.len.get() {
        it.len.set(-1);
        return Err(errors::runtime_error(
            t,
            "dictionary changed size during iteration",
        ));
    }
    let step = match kind {
        kinds::DICT_KEYITERATOR..=kinds::DICT_ITEMITERATOR => 1,
        _ => -1,
    };
    let mut i = it.at.get();
    while i >= 0 && (i as usize) < d.used() {
        if let Some(e) = d.entry(i as usize) {
            if it.given.get() == it.len.get() {
                return Err(errors::runtime_error(
                    t,
                    "dictionary keys changed during iteration",
                ));
            }
            it.at.set(i + step);
            it.given.set(it.given.get() + 1);
            return Ok(Some(Part::from_raw(it.part.get() as i64).of(e)));
        }
        i += step;
    }
    it.dict.clear();
    Ok(None)
}

fn length_hint(_t: &Thread, this: Value) -> i64 {
    let it: Gc<DictIterator> = Gc::from_value(this);
    match it.dict.opt() {
        Some(d) if d.len() as i64 == it.len.get() => it.len.get() - it.given.get(),
        _ => 0,
    }
}
fn iterator_reduce(t: &Thread, this: Value) -> R<Gc<Tuple>> {
    let it: Gc<DictIterator> = Gc::from_value(this);
    let rest = List::new();
    let (dict, at, given) = (it.dict.value(), it.at.get(), it.given.get());
    while let Some(v) = next(t, this, this.shape_id())? {
        rest.push(t, v)?;
    }
    if let Some(d) = dict.opt() {
        it.dict.put(it, Gc::from_value(d));
    }
    it.at.set(at);
    it.given.set(given);
    let f = crate::core::modules::builtin(t, "iter")?;
    Ok(Tuple::new(&[f, Tuple::new(&[rest.value()]).value()]))
}

macro_rules! dict_iterator {
    ($static_name:ident, $layout:ident, $kind:ident, $name:literal) => {
        /// Layout alias: a [`DictIterator`] of this kind.
        #[repr(C)]
        pub struct $layout {
            header: Header,
            dict: Field,
            words: [u64; 4],
        }
        heap_object!($layout = kinds::$kind, refs 1..2);
        crate::py_class! {
            pub $static_name: $layout = $name, base kinds::OBJECT, flags 0;
            methods {
                __iter__(self, /) => iter_self;
                __next__(self, /) => next_method;
                __length_hint__(self, /) => length_hint;
                __reduce__(self, /) => iterator_reduce;
            }
        }
    };
}
dict_iterator!(
    KEY_ITERATOR,
    KeyIterator,
    DICT_KEYITERATOR,
    "dict_keyiterator"
);
dict_iterator!(
    VALUE_ITERATOR,
    ValueIterator,
    DICT_VALUEITERATOR,
    "dict_valueiterator"
);
dict_iterator!(
    ITEM_ITERATOR,
    ItemIterator,
    DICT_ITEMITERATOR,
    "dict_itemiterator"
);
dict_iterator!(
    REVERSE_ITERATOR,
    ReverseIterator,
    DICT_REVERSE_ITERATOR,
    "dict_reversekeyiterator"
);
dict_iterator!(
    REVERSE_VALUE_ITERATOR,
    ReverseValueIterator,
    DICT_REVERSE_VALUE_ITERATOR,
    "dict_reversevalueiterator"
);
dict_iterator!(
    REVERSE_ITEM_ITERATOR,
    ReverseItemIterator,
    DICT_REVERSE_ITEM_ITERATOR,
    "dict_reverseitemiterator"
);

// ---- views ----------------------------------------------------------------

fn dict_of(this: Value) -> Gc<Dict> {
    Gc::<View>::from_value(this).dict.gc()
}
fn part_of(this: Value) -> Part {
    match this.shape_id() {
        kinds::DICT_KEYS => Part::Keys,
        kinds::DICT_VALUES => Part::Values,
        _ => Part::Items,
    }
}
fn view_len(_t: &Thread, this: Value) -> usize {
    dict_of(this).len()
}
fn view_iter(_t: &Thread, this: Value) -> Value {
    iterator(dict_of(this), part_of(this), false)
}
fn view_reversed(_t: &Thread, this: Value) -> Value {
    iterator(dict_of(this), part_of(this), true)
}
fn view_repr(t: &Thread, this: Value) -> R<String> {
    let Some(_guard) = super::list_methods::ReprGuard::enter(t, this) else {
        return Ok("...".into());
    };
    let l = super::list_methods::from_iterable(t, this)?;
    let mut s = format!("{}(", class_of(this).name_str());
    push_lossless(&mut s, ops::repr(t, l.value())?);
    s.push(')');
    Ok(s)
}
fn view_mapping(_t: &Thread, this: Value) -> Value {
    super::mapping_proxy::make(dict_of(this).value())
}
fn view_contains(t: &Thread, this: Value, x: Value) -> R<bool> {
    let d = dict_of(this);
    if part_of(this) == Part::Keys {
        return Ok(d.get(t, x)?.is_some());
    }
    match x.cast::<Tuple>() {
        Some(p) if p.len() == 2 => match d.get(t, p.items()[0])? {
            Some(v) => ops::same_or_eq(t, v, p.items()[1]),
            None => Ok(false),
        },
        _ => Ok(false),
    }
}
fn is_set_like(v: Value) -> bool {
    set::any_set(v).is_some() || is_view(v)
}
fn is_view(v: Value) -> bool {
    v.is_ptr() && matches!(v.shape_id(), kinds::DICT_KEYS | kinds::DICT_ITEMS)
}
fn all_in(t: &Thread, a: Value, b: Value) -> R<bool> {
    let it = ops::iter(t, a)?;
    while let Some(v) = ops::next(t, it)? {
        if !ops::contains(t, b, v)? {
            return Ok(false);
        }
    }
    Ok(true)
}
fn view_compare(t: &Thread, cmp: Cmp, a: Value, b: Value) -> R<Value> {
    if !is_set_like(b) {
        return Ok(Value::NOT_IMPLEMENTED);
    }
    let (n, m) = (ops::len(t, a)?, ops::len(t, b)?);
    let r = match cmp {
        Cmp::Eq => n == m && all_in(t, a, b)?,
        Cmp::Ne => !(n == m && all_in(t, a, b)?),
        Cmp::Lt => n < m && all_in(t, a, b)?,
        Cmp::Le => n <= m && all_in(t, a, b)?,
        Cmp::Gt => n > m && all_in(t, b, a)?,
        Cmp::Ge => n >= m && all_in(t, b, a)?,
    };
    Ok(Value::bool(r))
}
crate::comparisons!(Value, view_compare);

/// The left operand of a set operation on views, as a fresh set.
fn left_set(t: &Thread, a: Value) -> R<Gc<Set>> {
    match a.is_ptr() && a.shape_id() == kinds::DICT_KEYS {
        true => set::from_iterable(t, dict_of(a).value()),
        false => set::from_iterable(t, a),
    }
}
fn view_op(t: &Thread, a: Value, b: Value, name: &str) -> R<Value> {
    let s = left_set(t, a)?;
    call::call_attr(t, s.value(), name, &[b])?;
    Ok(s.value())
}
/// `view & other`: the shorter of two views or exact sets is iterated over.
fn view_and(t: &Thread, mut a: Value, mut b: Value) -> R<Value> {
    if b.cast_exact::<Set>().is_some() && dict_of(a).len() <= ops::len(t, b)? {
        return call::call_attr(t, b, "intersection", &[a]);
    }
    if is_view(b) && dict_of(b).len() > dict_of(a).len() {
        std::mem::swap(&mut a, &mut b);
    }
    let s = Set::new();
    ops::for_each(t, b, |v| match view_contains(t, a, v)? {
        true => s.add(t, v),
        false => Ok(()),
    })?;
    Ok(s.value())
}
fn view_or(t: &Thread, a: Value, b: Value) -> R<Value> {
    view_op(t, a, b, "update")
}
fn view_ror(t: &Thread, a: Value, b: Value) -> R<Value> {
    view_op(t, b, a, "update")
}
fn view_sub(t: &Thread, a: Value, b: Value) -> R<Value> {
    view_op(t, a, b, "difference_update")
}
fn view_rsub(t: &Thread, a: Value, b: Value) -> R<Value> {
    view_op(t, b, a, "difference_update")
}
fn view_xor(t: &Thread, a: Value, b: Value) -> R<Value> {
    view_op(t, a, b, "symmetric_difference_update")
}
fn view_rxor(t: &Thread, a: Value, b: Value) -> R<Value> {
    view_op(t, b, a, "symmetric_difference_update")
}
fn isdisjoint(t: &Thread, this: Value, other: Value) -> R<bool> {
    let (mut a, mut b) = (this, other);
    if a == b {
        return Ok(dict_of(a).is_empty());
    }
    if is_set_like(b) && ops::len(t, b)? > dict_of(a).len() {
        std::mem::swap(&mut a, &mut b);
    }
    let it = ops::iter(t, b)?;
    while let Some(v) = ops::next(t, it)? {
        if ops::contains(t, a, v)? {
            return Ok(false);
        }
    }
    Ok(true)
}

macro_rules! set_view {
    ($static_name:ident, $layout:ty, $name:literal) => {
        crate::py_class! {
            pub $static_name: $layout = $name, base kinds::OBJECT, flags 0;
            methods {
                __len__(self, /) => view_len;
                __iter__(self, /) => view_iter;
                /// Return a reverse iterator over the dict view.
                __reversed__(self, /) => view_reversed;
                __repr__(self, /) => view_repr;
                __contains__(self, key, /) => view_contains;
                __lt__(self, value, /) => lt; __le__(self, value, /) => le; __eq__(self, value, /) => eq;
                __ne__(self, value, /) => ne; __gt__(self, value, /) => gt; __ge__(self, value, /) => ge;
                __and__(self, value, /) => view_and; __rand__(self, value, /) => view_and;
                __or__(self, value, /) => view_or; __ror__(self, value, /) => view_ror;
                __sub__(self, value, /) => view_sub; __rsub__(self, value, /) => view_rsub;
                __xor__(self, value, /) => view_xor; __rxor__(self, value, /) => view_rxor;
                /// Return True if the view and the given iterable have a null intersection.
                isdisjoint(self, other, /) => isdisjoint;
            }
            getset {
                /// dictionary that this view refers to
                mapping => view_mapping;
            }
        }
    };
}
macro_rules! layouts {
    ($($name:ident $kind:ident),*) => { $(
        /// Layout alias: a [`View`] of this kind.
        #[repr(C)]
        pub struct $name { header: Header, dict: Field }
        heap_object!($name = kinds::$kind, refs 1..2);
    )* };
}
layouts!(ValuesView DICT_VALUES, ItemsView DICT_ITEMS);
set_view!(KEYS, View, "dict_keys");
set_view!(ITEMS, ItemsView, "dict_items");
crate::py_class! {
    pub VALUES: ValuesView = "dict_values", base kinds::OBJECT, flags 0;
    methods {
        __len__(self, /) => view_len;
        __iter__(self, /) => view_iter;
        /// Return a reverse iterator over the dict values.
        __reversed__(self, /) => view_reversed;
        __repr__(self, /) => view_repr;
    }
    getset {
        /// dictionary that this view refers to
        mapping => view_mapping;
    }
}
