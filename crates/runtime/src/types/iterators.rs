//! Iterators of the builtin sequences. Those of dicts and sets are with
//! their containers, `map`, `zip` and the like in `iterator_tools`.

use std::cell::Cell;

use pyjit_heap::{Field, Gc, Header, Value, heap_object};

use crate::core::special::Special;
use crate::core::thread::{R, Thread};
use crate::core::{call, errors, kinds, ops};
use crate::types::exceptions::Exc;
use crate::types::list::List;
use crate::types::range::RangeIterator;
use crate::types::str_::Str;
use crate::types::tuple::Tuple;
use crate::types::type_::{class_of, flags};
use crate::types::{dict_views, int, iterator_tools, range, set};

/// Iterator over anything indexable: list, tuple, str, bytes, or an object
/// with `__getitem__`. The kind of the object tells which.
#[repr(C)]
pub struct IndexIterator {
    header: Header,
    /// Absent when exhausted.
    pub sequence: Field,
    /// Next index (str: byte offset); counts down when `step` is -1.
    pub index: Cell<i64>,
    pub step: Cell<i64>,
}
heap_object!(IndexIterator = kinds::SEQUENCE_ITERATOR, refs 1..2);

fn make(kind: u32, sequence: Value, index: i64, step: i64) -> Value {
    let it = IndexIterator {
        header: Header::NEW,
        sequence: Field::new(sequence),
        index: Cell::new(index),
        step: Cell::new(step),
    };
    Gc::with_shape(kind, it, 0).value()
}

/// An iterator that calls `x[0]`, `x[1]`, ... until `IndexError`.
pub fn sequence_iterator(x: Value) -> Value {
    make(kinds::SEQUENCE_ITERATOR, x, 0, 1)
}
/// `iter(list)` or `reversed(list)`.
#[inline]
pub fn list_iterator(l: Gc<List>, reversed: bool) -> Value {
    match reversed {
        false => make(kinds::LIST_ITERATOR, l.value(), 0, 1),
        true => make(
            kinds::LIST_REVERSE_ITERATOR,
            l.value(),
            l.len() as i64 - 1,
            -1,
        ),
    }
}
/// `iter(tuple)`.
#[inline]
pub fn tuple_iterator(x: Gc<Tuple>) -> Value {
    make(kinds::TUPLE_ITERATOR, x.value(), 0, 1)
}
/// `iter(str)`.
pub fn str_iterator(x: Gc<Str>) -> Value {
    make(kinds::STR_ITERATOR, x.value(), 0, 1)
}
/// `iter(bytes)` and `iter(bytearray)`: by `x[i]`.
pub fn bytes_iterator(x: Value, kind: u32) -> Value {
    make(kind, x, 0, 1)
}

/// The next item of a builtin iterator; `None` if it is not one.
#[inline]
pub fn next_native(t: &Thread, it: Value) -> Option<R<Option<Value>>> {
    if !it.is_ptr() {
        return None;
    }
    next_by_kind(t, it, it.shape_id())
}

/// The next item of an iterator of native layout `kind`.
#[inline]
fn next_by_kind(t: &Thread, it: Value, kind: u32) -> Option<R<Option<Value>>> {
    Some(match kind {
        kinds::LIST_ITERATOR | kinds::LIST_REVERSE_ITERATOR => Ok(list_next(Gc::from_value(it))),
        kinds::TUPLE_ITERATOR => Ok(tuple_next(Gc::from_value(it))),
        kinds::RANGE_ITERATOR => Ok(range::next(t, Gc::<RangeIterator>::from_value(it))),
        kinds::STR_ITERATOR => Ok(str_next(Gc::from_value(it))),
        kinds::DICT_KEYITERATOR..=kinds::DICT_REVERSE_ITERATOR
        | kinds::DICT_REVERSE_VALUE_ITERATOR
        | kinds::DICT_REVERSE_ITEM_ITERATOR => dict_views::next(t, it, kind),
        kinds::SET_ITERATOR => set::next(t, it),
        kinds::ENUMERATE..=kinds::CALLABLE_ITERATOR => {
            stopped(t, iterator_tools::next(t, it, kind))
        }
        kinds::SEQUENCE_ITERATOR | kinds::BYTES_ITERATOR | kinds::BYTEARRAY_ITERATOR => {
            stopped(t, sequence_next(t, Gc::from_value(it)))
        }
        _ => return None,
    })
}

/// A `StopIteration` of what an iterator calls is its end.
#[inline]
fn stopped(t: &Thread, r: R<Option<Value>>) -> R<Option<Value>> {
    r.or_else(|e| match errors::catch(t, Exc::StopIteration) {
        true => Ok(None),
        false => Err(e),
    })
}

#[inline]
fn list_next(it: Gc<IndexIterator>) -> Option<Value> {
    let list: Gc<List> = Gc::from_value(it.sequence.get().opt()?);
    let i = it.index.get();
    if i < 0 || i as usize >= list.len() {
        it.sequence.clear();
        return None;
    }
    it.index.set(i + it.step.get());
    Some(list.get(i as usize))
}

#[inline]
fn tuple_next(it: Gc<IndexIterator>) -> Option<Value> {
    let tuple: Gc<Tuple> = Gc::from_value(it.sequence.get().opt()?);
    let i = it.index.get();
    match tuple.items().get(i as usize) {
        Some(v) => {
            it.index.set(i + 1);
            Some(*v)
        }
        None => {
            it.sequence.clear();
            None
        }
    }
}

fn str_next(it: Gc<IndexIterator>) -> Option<Value> {
    let s: Gc<Str> = Gc::from_value(it.sequence.get().opt()?);
    let at = it.index.get() as usize;
    let rest = &s.bytes()[at..];
    match rest.first() {
        Some(b) => {
            let n = crate::types::str_::char_len(*b);
            it.index.set((at + n) as i64);
            Some(Str::one_char(&rest[..n]).value())
        }
        None => {
            it.sequence.clear();
            None
        }
    }
}

/// Is the end of a builtin object reached? Its length is cheaper than an `IndexError`.
fn has_ended(t: &Thread, s: Value, i: i64) -> R<bool> {
    if i < 0 || class_of(s).has(flags::HEAP) {
        return Ok(false);
    }
    match call::call_special(t, s, Special::Len, &[]) {
        Some(n) => n.map(|n| n.is_int() && i >= n.as_int()),
        None => Ok(false),
    }
}

fn sequence_next(t: &Thread, it: Gc<IndexIterator>) -> R<Option<Value>> {
    let Some(s) = it.sequence.get().opt() else {
        return Ok(None);
    };
    let i = it.index.get();
    if has_ended(t, s, i)? {
        it.sequence.clear();
        return Ok(None);
    }
    match ops::getitem(t, s, int::from_i64(t, i)) {
        Ok(v) => {
            it.index.set(i + 1);
            Ok(Some(v))
        }
        Err(_) if errors::catch(t, Exc::IndexError) || errors::catch(t, Exc::StopIteration) => {
            it.sequence.clear();
            Ok(None)
        }
        Err(e) => Err(e),
    }
}

/// `it.__next__()` of any builtin iterator.
pub fn next_method(t: &Thread, this: Value) -> R<Value> {
    let kind = pyjit_heap::shape::get(this.shape_id()).kind();
    match next_by_kind(t, this, kind) {
        Some(r) => match r? {
            Some(v) => Ok(v),
            None => Err(errors::stop_iteration(t, Value::NONE)),
        },
        None => Err(errors::system_error(t, "not a builtin iterator")),
    }
}
/// `it.__iter__()`.
pub fn iter_self(_t: &Thread, this: Value) -> Value {
    this
}

fn length_hint(t: &Thread, this: Value) -> R<Value> {
    let it: Gc<IndexIterator> = Gc::from_value(this);
    let Some(s) = it.sequence.get().opt() else {
        return Ok(Value::int(0));
    };
    if it.step.get() < 0 {
        let n = s.cast::<List>().map_or(0, |l| l.len() as i64);
        return Ok(Value::int(if it.index.get() < n {
            it.index.get() + 1
        } else {
            0
        }));
    }
    let n = match s.cast::<Str>() {
        Some(s) => {
            return Ok(Value::int(crate::types::str_::count_chars(
                &s.bytes()[it.index.get() as usize..],
            ) as i64));
        }
        None if crate::types::type_::class_of(s)
            .special(crate::core::special::Special::Len)
            .is_none() =>
        {
            return Ok(Value::NOT_IMPLEMENTED);
        }
        None => ops::len(t, s)? as i64,
    };
    Ok(Value::int((n - it.index.get()).max(0)))
}
fn reduce(t: &Thread, this: Value) -> R<Gc<Tuple>> {
    let it: Gc<IndexIterator> = Gc::from_value(this);
    let name = if it.step.get() < 0 {
        "reversed"
    } else {
        "iter"
    };
    let f = crate::core::modules::builtin(t, name)?;
    match it.sequence.get().opt() {
        None => Ok(Tuple::new(&[
            crate::core::modules::builtin(t, "iter")?,
            Tuple::new(&[Tuple::new(&[]).value()]).value(),
        ])),
        Some(s) => {
            let index = match s.cast::<Str>() {
                Some(s) => {
                    crate::types::str_::count_chars(&s.bytes()[..it.index.get() as usize]) as i64
                }
                None => it.index.get(),
            };
            Ok(Tuple::new(&[
                f,
                Tuple::new(&[s]).value(),
                int::from_i64(t, index),
            ]))
        }
    }
}
fn setstate(t: &Thread, this: Value, state: i64) {
    let _ = t;
    let it: Gc<IndexIterator> = Gc::from_value(this);
    let Some(s) = it.sequence.get().opt() else {
        return;
    };
    let i = match s.cast::<Str>() {
        Some(s) => crate::types::str_::byte_offset(&s, state.max(0) as usize) as i64,
        None if it.step.get() < 0 => {
            state.clamp(-1, s.cast::<List>().map_or(0, |l| l.len() as i64) - 1)
        }
        None => state.max(0),
    };
    it.index.set(i);
}

/// Declares the class of an index iterator.
macro_rules! index_iterator {
    ($static_name:ident, $layout:ident, $kind:ident, $name:literal) => {
        /// Layout alias: an [`IndexIterator`] of this kind.
        #[repr(C)]
        pub struct $layout {
            header: Header,
            sequence: Field,
            words: [u64; 2],
        }
        heap_object!($layout = kinds::$kind, refs 1..2);
        crate::py_class! {
            pub $static_name: $layout = $name, base kinds::OBJECT, flags 0;
            methods {
                __iter__(self, /) => iter_self;
                __next__(self, /) => next_method;
                /// Private method returning an estimate of len(list(it)).
                __length_hint__(self, /) => length_hint;
                /// Return state information for pickling.
                __reduce__(self, /) => reduce;
                /// Set state information for unpickling.
                __setstate__(self, object, /) => setstate;
            }
        }
    };
}
index_iterator!(LIST, ListIterator, LIST_ITERATOR, "list_iterator");
index_iterator!(
    LIST_REVERSE,
    ListReverseIterator,
    LIST_REVERSE_ITERATOR,
    "list_reverseiterator"
);
index_iterator!(TUPLE, TupleIterator, TUPLE_ITERATOR, "tuple_iterator");
index_iterator!(STR, StrIterator, STR_ITERATOR, "str_iterator");
index_iterator!(BYTES, BytesIterator, BYTES_ITERATOR, "bytes_iterator");
index_iterator!(
    BYTEARRAY,
    BytearrayIterator,
    BYTEARRAY_ITERATOR,
    "bytearray_iterator"
);
index_iterator!(SEQUENCE, SequenceIterator, SEQUENCE_ITERATOR, "iterator");
