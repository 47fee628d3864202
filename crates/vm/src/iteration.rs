//! In-line steps of builtin iterators.

use pyjit_heap::{Gc, Value};
use pyjit_runtime::core::kinds;
use pyjit_runtime::types::iterators::IndexIterator;
use pyjit_runtime::types::list::List;
use pyjit_runtime::types::range::RangeIterator;
use pyjit_runtime::types::str_::Str;
use pyjit_runtime::types::tuple::{FIRST, Tuple};

/// The next item of an iterator that has an in-line step: the outer `None`
/// says that it has none, the inner one that it has ended.
#[inline(always)]
pub fn step(it: Value) -> Option<Option<Value>> {
    match it.shape_id() {
        kinds::RANGE_ITERATOR => range(Gc::from_value(it)),
        kinds::LIST_ITERATOR => list(Gc::from_value(it)),
        kinds::TUPLE_ITERATOR => tuple(Gc::from_value(it)),
        kinds::STR_ITERATOR => text(Gc::from_value(it)),
        _ => None,
    }
}

#[inline(always)]
fn range(it: Gc<RangeIterator>) -> Option<Option<Value>> {
    let v = it.next.get();
    if v == it.stop.get() {
        return Some(None);
    }
    it.next.set(v + it.step.get());
    Some(Some(Value::int(v)))
}

#[inline(always)]
fn list(it: Gc<IndexIterator>) -> Option<Option<Value>> {
    let l = it.sequence.get().opt()?;
    let l: Gc<List> = Gc::from_value(l);
    let i = it.index.get() as usize;
    // The runtime notes the end.
    if i >= l.len() {
        return None;
    }
    it.index.set(i as i64 + 1);
    Some(Some(l.get(i)))
}

#[inline(always)]
fn tuple(it: Gc<IndexIterator>) -> Option<Option<Value>> {
    let s = it.sequence.get().opt()?;
    let s: Gc<Tuple> = Gc::from_value(s);
    let i = it.index.get() as usize;
    if i >= s.len() {
        return None;
    }
    it.index.set(i as i64 + 1);
    Some(Some(s.word(FIRST + i)))
}

/// The runtime takes the other characters, and notes the end.
#[inline(always)]
fn text(it: Gc<IndexIterator>) -> Option<Option<Value>> {
    let s: Gc<Str> = Gc::from_value(it.sequence.get().opt()?);
    let i = it.index.get() as usize;
    if i >= s.byte_len() {
        return None;
    }
    let v = s.quick_item(i)?;
    it.index.set(i as i64 + 1);
    Some(Some(v))
}
