//! `_heapq`: priority queues in lists, smallest or greatest item first.

use pyjit_heap::{Gc, Value};
use pyjit_runtime::core::errors;
use pyjit_runtime::core::ops::{self, Cmp};
use pyjit_runtime::types::list::List;
use pyjit_runtime::{R, Thread};

use crate::native_module;

fn compare(t: &Thread, max: bool, a: Value, b: Value) -> R<bool> {
    let (a, b) = if max { (b, a) } else { (a, b) };
    ops::compare_bool(t, Cmp::Lt, a, b)
}
/// Does `a` come before `b`? Comparing may run code that changes the list.
fn before(t: &Thread, heap: Gc<List>, max: bool, a: Value, b: Value) -> R<bool> {
    let n = heap.len();
    let r = compare(t, max, a, b)?;
    if heap.len() != n {
        let m = "list changed size during iteration";
        return Err(errors::runtime_error(t, m));
    }
    Ok(r)
}
/// Moves the item at `at` up to its place, not above `start`.
fn sift_down(t: &Thread, heap: Gc<List>, max: bool, start: usize, mut at: usize) -> R<()> {
    while at > start {
        let parent = (at - 1) / 2;
        let (x, p) = (heap.get(at), heap.get(parent));
        if !before(t, heap, max, x, p)? {
            break;
        }
        // The comparison may have replaced them.
        let (x, p) = (heap.get(at), heap.get(parent));
        heap.set(parent, x);
        heap.set(at, p);
        at = parent;
    }
    Ok(())
}
/// Moves the item at `at` down to a leaf along the lesser children, then up.
fn sift_up(t: &Thread, heap: Gc<List>, max: bool, mut at: usize) -> R<()> {
    let (start, n) = (at, heap.len());
    while at < n / 2 {
        let mut child = 2 * at + 1;
        if child + 1 < n {
            let (a, b) = (heap.get(child), heap.get(child + 1));
            if !before(t, heap, max, a, b)? {
                child += 1;
            }
        }
        let (x, c) = (heap.get(at), heap.get(child));
        heap.set(at, c);
        heap.set(child, x);
        at = child;
    }
    sift_down(t, heap, max, start, at)
}
fn push(t: &Thread, heap: Gc<List>, max: bool, item: Value) -> R<()> {
    heap.push(t, item)?;
    sift_down(t, heap, max, 0, heap.len() - 1)
}
fn pop(t: &Thread, heap: Gc<List>, max: bool) -> R<Value> {
    if heap.is_empty() {
        return Err(errors::index_error(t, "index out of range"));
    }
    let last = heap.remove(heap.len() - 1);
    if heap.is_empty() {
        return Ok(last);
    }
    let first = heap.get(0);
    heap.set(0, last);
    sift_up(t, heap, max, 0)?;
    Ok(first)
}
fn replace(t: &Thread, heap: Gc<List>, max: bool, item: Value) -> R<Value> {
    if heap.is_empty() {
        return Err(errors::index_error(t, "index out of range"));
    }
    let first = heap.get(0);
    heap.set(0, item);
    sift_up(t, heap, max, 0)?;
    Ok(first)
}
fn push_pop(t: &Thread, heap: Gc<List>, max: bool, item: Value) -> R<Value> {
    if heap.is_empty() || !compare(t, max, heap.get(0), item)? {
        return Ok(item);
    }
    replace(t, heap, max, item)
}
fn make(t: &Thread, heap: Gc<List>, max: bool) -> R<()> {
    for i in (0..heap.len() / 2).rev() {
        sift_up(t, heap, max, i)?;
    }
    Ok(())
}
macro_rules! both {
    ($($push:ident $pop:ident $replace:ident $push_pop:ident $make:ident $max:literal;)*) => { $(
        fn $push(t: &Thread, heap: Gc<List>, item: Value) -> R<()> {
            push(t, heap, $max, item)
        }
        fn $pop(t: &Thread, heap: Gc<List>) -> R<Value> {
            pop(t, heap, $max)
        }
        fn $replace(t: &Thread, heap: Gc<List>, item: Value) -> R<Value> {
            replace(t, heap, $max, item)
        }
        fn $push_pop(t: &Thread, heap: Gc<List>, item: Value) -> R<Value> {
            push_pop(t, heap, $max, item)
        }
        fn $make(t: &Thread, heap: Gc<List>) -> R<()> {
            make(t, heap, $max)
        }
    )* };
}
both! {
    heappush heappop heapreplace heappushpop heapify false;
    heappush_max heappop_max heapreplace_max heappushpop_max heapify_max true;
}

native_module! {
    /// Heap queue algorithm (a.k.a. priority queue).
    pub MODULE = "_heapq";
    functions {
        /// Push item onto heap, maintaining the heap invariant.
        heappush(heap, item, /) => heappush;
        /// Push item on the heap, then pop and return the smallest item from the heap.
        heappushpop(heap, item, /) => heappushpop;
        /// Pop the smallest item off the heap, maintaining the heap invariant.
        heappop(heap, /) => heappop;
        /// Pop and return the current smallest value, and add the new item.
        heapreplace(heap, item, /) => heapreplace;
        /// Transform list into a heap, in-place, in O(len(heap)) time.
        heapify(heap, /) => heapify;
        /// Push item onto max heap, maintaining the heap invariant.
        heappush_max(heap, item, /) => heappush_max;
        /// Maxheap variant of heappushpop.
        heappushpop_max(heap, item, /) => heappushpop_max;
        /// Maxheap variant of heappop.
        heappop_max(heap, /) => heappop_max;
        /// Maxheap variant of heapreplace.
        heapreplace_max(heap, item, /) => heapreplace_max;
        /// Maxheap variant of heapify.
        heapify_max(heap, /) => heapify_max;
    }
}
