//! In-line steps of builtin iterators.

use pyjit_heap::{Gc, Value};
use pyjit_runtime::core::kinds;
use pyjit_runtime::types::iterator_tools::Tool;
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

/// The same for `enumerate` and `zip` over two such iterators.
pub fn step_tool(it: Value) -> Option<Option<Value>> {
    let kind = it.shape_id();
    if kind != kinds::ENUMERATE && kind != kinds::ZIP {
        return None;
    }
    let tool: Gc<Tool> = Gc::from_value(it);
    if kind == kinds::ENUMERATE {
        let (i, source) = (tool.first.get(), tool.second.get());
        if !i.is_int() || i.as_int() == Value::MAX_SMALL || !has_step(source) {
            return None;
        }
        let v = step(source)?;
        return Some(v.map(|v| {
            tool.first.set(tool, Value::int(i.as_int() + 1));
            Tuple::new(&[i, v]).value()
        }));
    }
    let sources: Gc<Tuple> = Gc::from_value(tool.second.get());
    let &[a, b] = sources.items() else {
        return None;
    };
    // The second one is looked at first: what it does not know it must not miss.
    if tool.state.get() != 0 || a == b || !has_step(a) || !goes_on(b) {
        return None;
    }
    let Some(x) = step(a)? else { return Some(None) };
    let y = step(b)??;
    Some(Some(Tuple::new(&[x, y]).value()))
}

fn has_step(it: Value) -> bool {
    it.has_pointer_tag()
        && matches!(
            it.shape_id(),
            kinds::RANGE_ITERATOR | kinds::LIST_ITERATOR | kinds::TUPLE_ITERATOR
        )
}

/// Has the iterator a step that gives an item?
fn goes_on(it: Value) -> bool {
    if !it.has_pointer_tag() {
        return false;
    }
    let within = |n: fn(Value) -> usize| {
        let it: Gc<IndexIterator> = Gc::from_value(it);
        let sequence = it.sequence.get().opt();
        sequence.is_some_and(|s| (it.index.get() as usize) < n(s))
    };
    match it.shape_id() {
        kinds::RANGE_ITERATOR => {
            let it: Gc<RangeIterator> = Gc::from_value(it);
            it.next.get() != it.stop.get()
        }
        kinds::LIST_ITERATOR => within(|s| Gc::<List>::from_value(s).len()),
        kinds::TUPLE_ITERATOR => within(|s| Gc::<Tuple>::from_value(s).len()),
        _ => false,
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
