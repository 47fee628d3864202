//! Iterators of the builtin containers.

use std::cell::Cell;

use pyjit_heap::{Field, Gc, Header, Value, heap_object};

use crate::core::thread::{R, Thread};
use crate::core::{errors, kinds, ops};
use crate::types::exceptions::Exc;

/// Iterator over an object with `__getitem__` only.
#[repr(C)]
pub struct SequenceIterator {
    header: Header,
    /// Absent when exhausted.
    pub sequence: Field,
    pub index: Cell<i64>,
}
heap_object!(SequenceIterator = kinds::SEQUENCE_ITERATOR, refs 1..2);

/// An iterator that calls `x[0]`, `x[1]`, ... until `IndexError`.
pub fn sequence_iterator(x: Value) -> Value {
    Gc::new(SequenceIterator {
        header: Header::NEW,
        sequence: Field::new(x),
        index: Cell::new(0),
    })
    .value()
}

/// The next item of a builtin iterator; `None` if it is not one.
#[inline]
pub fn next_native(t: &Thread, it: Value) -> Option<R<Option<Value>>> {
    if !it.is_ptr() {
        return None;
    }
    match it.shape_id() {
        kinds::SEQUENCE_ITERATOR => Some(sequence_next(t, Gc::from_value(it))),
        _ => None,
    }
}

fn sequence_next(t: &Thread, it: Gc<SequenceIterator>) -> R<Option<Value>> {
    let Some(s) = it.sequence.get().opt() else {
        return Ok(None);
    };
    let i = it.index.get();
    match ops::getitem(t, s, Value::int(i)) {
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
