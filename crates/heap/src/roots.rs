//! Roots: registered memory, handles, the shape table, and what conservative
//! scanning finds.

use std::cell::{Cell, UnsafeCell};
use std::marker::PhantomData;

use crate::heap::{Heap, heap};
use crate::mark::{IMMORTAL, Obj};
use crate::shape;
use crate::value::Value;

pub struct Roots {
    /// Conservatively scanned memory: address and words.
    ranges: Vec<(usize, usize)>,
    /// Content of the [`RootVec`]s.
    vecs: Vec<*const Node>,
    /// Content of the [`Root`]s, and the free ones among them.
    slots: Vec<Value>,
    free: Vec<u32>,
    immortal: Vec<Value>,
    /// How many of the immortal ones are old.
    old_immortal: usize,
    /// Shapes below this number hold nothing young.
    old_shapes: usize,
    /// Objects that conservative scanning found, for this collection.
    pub hits: Vec<Obj>,
    /// Words that were scanned for them.
    pub scanned: usize,
}

struct Node {
    values: UnsafeCell<Vec<Value>>,
    index: Cell<usize>,
}

impl Roots {
    pub fn new() -> Roots {
        Roots {
            ranges: Vec::new(),
            vecs: Vec::new(),
            slots: Vec::new(),
            free: Vec::new(),
            immortal: Vec::new(),
            old_immortal: 0,
            old_shapes: 0,
            hits: Vec::new(),
            scanned: 0,
        }
    }
}

/// Registers `words` words at `start` as roots, scanned conservatively for
/// as long as the process lives (or until [`remove_root_range`]).
pub fn add_root_range(start: *const u64, words: usize) {
    heap().roots.ranges.push((start as usize, words));
}

/// Undoes [`add_root_range`].
pub fn remove_root_range(start: *const u64) {
    heap().roots.ranges.retain(|r| r.0 != start as usize);
}

/// Keeps `v` for ever.
pub fn make_immortal(v: Value) {
    if v.is_ptr() {
        heap().roots.immortal.push(v);
    }
}

/// A growable vector of values that Rust code may hold across allocations,
/// which a `Vec<Value>` may not: the collector does not see malloc memory.
/// (Arrays on the native stack are seen: `[Value; N]` needs no registration.)
/// It is a slice too, and collects from iterators.
pub struct RootVec {
    node: Box<Node>,
    /// Belongs to the holder of the interpreter lock.
    _local: PhantomData<*const ()>,
}

impl Default for RootVec {
    fn default() -> Self {
        Self::new()
    }
}

impl RootVec {
    /// An empty vector.
    pub fn new() -> RootVec {
        let vecs = &mut heap().roots.vecs;
        let node = Box::new(Node {
            values: UnsafeCell::new(Vec::new()),
            index: Cell::new(vecs.len()),
        });
        vecs.push(&*node);
        RootVec {
            node,
            _local: PhantomData,
        }
    }
    /// A copy of `values`.
    pub fn from_slice(values: &[Value]) -> RootVec {
        let mut v = RootVec::new();
        v.values_mut().extend_from_slice(values);
        v
    }
    /// The values. They may be changed only through `&mut self`.
    #[inline(always)]
    pub fn as_slice(&self) -> &[Value] {
        // SAFETY: writes need `&mut self`; a collection only reads.
        unsafe { &*self.node.values.get() }
    }
    /// The values as a vector, with all its methods.
    #[inline(always)]
    pub fn values_mut(&mut self) -> &mut Vec<Value> {
        // SAFETY: unique borrow; a collection only reads, and none can run
        // while the vector itself is being changed.
        unsafe { &mut *self.node.values.get() }
    }
    /// Adds `v` at the end.
    #[inline(always)]
    pub fn push(&mut self, v: Value) {
        self.values_mut().push(v)
    }
    /// Removes the last value.
    #[inline(always)]
    pub fn pop(&mut self) -> Option<Value> {
        self.values_mut().pop()
    }
    /// Value `i`; panics if there is none.
    #[inline(always)]
    pub fn get(&self, i: usize) -> Value {
        self.as_slice()[i]
    }
    /// Replaces value `i`; panics if there is none.
    #[inline(always)]
    pub fn set(&mut self, i: usize, v: Value) {
        self.values_mut()[i] = v
    }
    /// Number of values.
    #[inline(always)]
    pub fn len(&self) -> usize {
        self.as_slice().len()
    }
    /// Are there no values?
    #[inline(always)]
    pub fn is_empty(&self) -> bool {
        self.as_slice().is_empty()
    }
    /// Keeps the first `n` values.
    pub fn truncate(&mut self, n: usize) {
        self.values_mut().truncate(n)
    }
    /// Removes all values.
    pub fn clear(&mut self) {
        self.values_mut().clear()
    }
    /// The values in order.
    pub fn iter(&self) -> impl Iterator<Item = Value> + '_ {
        self.as_slice().iter().copied()
    }
}

impl std::ops::Deref for RootVec {
    type Target = [Value];
    #[inline(always)]
    fn deref(&self) -> &[Value] {
        self.as_slice()
    }
}

impl std::ops::DerefMut for RootVec {
    #[inline(always)]
    fn deref_mut(&mut self) -> &mut [Value] {
        self.values_mut()
    }
}

impl FromIterator<Value> for RootVec {
    fn from_iter<I: IntoIterator<Item = Value>>(iter: I) -> Self {
        let mut v = RootVec::new();
        v.extend(iter);
        v
    }
}

impl<'a> IntoIterator for &'a RootVec {
    type Item = Value;
    type IntoIter = std::iter::Copied<std::slice::Iter<'a, Value>>;
    fn into_iter(self) -> Self::IntoIter {
        self.as_slice().iter().copied()
    }
}

impl Extend<Value> for RootVec {
    fn extend<I: IntoIterator<Item = Value>>(&mut self, iter: I) {
        // One by one: the iterator may allocate.
        for v in iter {
            self.push(v);
        }
    }
}

impl Drop for RootVec {
    fn drop(&mut self) {
        let vecs = &mut heap().roots.vecs;
        let i = self.node.index.get();
        vecs.swap_remove(i);
        if let Some(&moved) = vecs.get(i) {
            // SAFETY: registered nodes live until their own drop.
            unsafe { (*moved).index.set(i) }
        }
    }
}

/// A handle that keeps one value.
pub struct Root {
    slot: u32,
    _local: PhantomData<*const ()>,
}

impl Root {
    /// Keeps `v` until the handle is dropped.
    pub fn new(v: Value) -> Root {
        let roots = &mut heap().roots;
        let slot = match roots.free.pop() {
            Some(i) => {
                roots.slots[i as usize] = v;
                i
            }
            None => {
                roots.slots.push(v);
                roots.slots.len() as u32 - 1
            }
        };
        Root {
            slot,
            _local: PhantomData,
        }
    }
    /// The value.
    pub fn get(&self) -> Value {
        heap().roots.slots[self.slot as usize]
    }
    /// Keeps `v` instead.
    pub fn set(&self, v: Value) {
        heap().roots.slots[self.slot as usize] = v
    }
}

impl Drop for Root {
    fn drop(&mut self) {
        let roots = &mut heap().roots;
        roots.slots[self.slot as usize] = Value::NULL;
        roots.free.push(self.slot);
    }
}

impl Heap {
    /// Visits all roots: precise ones, and the conservative hits of this collection.
    pub fn visit_roots(&mut self, major: bool) {
        for i in 0..self.roots.hits.len() {
            let v = self.roots.hits[i].value();
            self.visit(major, v);
        }
        for i in 0..self.roots.slots.len() {
            let v = self.roots.slots[i];
            self.visit(major, v);
        }
        for i in 0..self.roots.vecs.len() {
            let node = self.roots.vecs[i];
            // SAFETY: registered nodes are alive; nobody changes them now.
            for &v in unsafe { (*(*node).values.get()).iter() } {
                self.visit(major, v);
            }
        }
        let old = if major { 0 } else { self.roots.old_immortal };
        for i in old..self.roots.immortal.len() {
            let v = self.roots.immortal[i];
            self.visit(major, v);
        }
        self.roots.old_immortal = self.roots.immortal.len();
        self.visit_shapes(major);
        for i in 0..self.weak.callbacks.len() {
            let v = self.weak.callbacks[i];
            self.visit(major, v);
        }
        for i in 0..self.finalizers.queue.len() {
            let v = self.finalizers.queue[i];
            self.visit(major, v);
        }
    }

    /// Visits the classes of builtin shapes; in a minor collection those of
    /// new shapes too, which makes them old. (Then their instances keep them.)
    fn visit_shapes(&mut self, major: bool) {
        let count = shape::count();
        if major || shape::take_class_changed() {
            for id in 0..count.min(shape::FIRST_DYNAMIC as usize) {
                shape::get(id as u32).for_each_root(|v| self.visit(major, v));
            }
        }
        if !major {
            let new = self.roots.old_shapes.max(shape::FIRST_DYNAMIC as usize);
            for id in new..count {
                shape::get(id as u32).for_each_root(|v| self.visit(false, v));
            }
            self.roots.old_shapes = count;
        }
    }

    /// Scans the registered ranges conservatively into `hits`.
    pub fn scan_ranges(&mut self) {
        for i in 0..self.roots.ranges.len() {
            let (start, words) = self.roots.ranges[i];
            self.scan_words(start, start + words * 8, false);
        }
    }

    /// Adds the objects that the words of `[from, to)` point into to `hits`.
    /// `native`: machine stacks, where a pointer may also be one past the end.
    pub fn scan_words(&mut self, from: usize, to: usize, native: bool) {
        let (base, span) = (self.region.base, self.region.end - self.region.base);
        self.roots.scanned += to.saturating_sub(from) / 8;
        let mut at = from;
        while at < to {
            // SAFETY: registered memory, or a stack of a stopped thread.
            let w = unsafe { std::ptr::read_volatile(at as *const usize) };
            at += 8;
            // `<=`: one past the end of the last object.
            if w.wrapping_sub(base) <= span {
                self.hit(w, native);
            }
        }
    }

    fn hit(&mut self, w: usize, native: bool) {
        let found = self.find(w);
        if let Some(o) = found {
            self.roots.hits.push(o);
        }
        // One-past-the-end pointers of slices; instances have no such slices.
        if native
            && w & 15 == 0
            && found.is_none_or(|o| o.0 == w)
            && let Some(o) = self.find(w - 1)
            && shape::is_buffer(o.header().shape_id())
        {
            self.roots.hits.push(o);
        }
    }

    /// The object that `w` points into, young ones included.
    pub fn find(&mut self, w: usize) -> Option<Obj> {
        if !self.region.contains(w) {
            return None;
        }
        if w >= self.large.low {
            return self.large.find(&self.region, w).map(|e| Obj(e.start));
        }
        let b = self.region.block_of(w);
        let block = *self.blocks.table.get(b)?;
        let table = if block.spans == crate::blocks::NO_SPAN {
            self.region.bits
        } else {
            if !block.walked {
                self.walk(b);
            }
            self.region.starts
        };
        let o = self.last_start(table, b, w)?;
        (w < o.0 + self.size(o)).then_some(o)
    }

    /// The last object start at or before `w` in block `b`.
    fn last_start(&self, table: *const u64, b: usize, w: usize) -> Option<Obj> {
        let g = (w - self.region.base) >> 4;
        let first = b * crate::region::BITMAP;
        let mut i = g >> 6;
        // SAFETY: bitmap words of block `b`.
        unsafe {
            let mut m = *table.add(i) & (!0u64 >> (63 - (g & 63)));
            while m == 0 {
                if i == first {
                    return None;
                }
                i -= 1;
                m = *table.add(i);
            }
            let granule = i * 64 + 63 - m.leading_zeros() as usize;
            Some(Obj(self.region.base + granule * 16))
        }
    }

    /// Fills the scratch start bits of block `b`: marked objects and young ones.
    fn walk(&mut self, b: usize) {
        use crate::region::BITMAP;
        let r = self.region;
        // SAFETY: bitmap words of block `b`.
        unsafe {
            std::ptr::copy_nonoverlapping(r.bits.add(b * BITMAP), r.starts.add(b * BITMAP), BITMAP);
        }
        let mut next = self.blocks.table[b].spans;
        while next != crate::blocks::NO_SPAN {
            let span = &self.blocks.spans[next as usize];
            let mut at = span.start;
            while at < span.end {
                r.set_bit(r.starts, at);
                let size = Obj(at).header().granules() as usize * 16;
                assert!(size != 0, "an object at {at:#x} has no valid header");
                at += size;
            }
            next = span.next;
        }
        self.blocks.table[b].walked = true;
        self.blocks.walked.push(b as u32);
    }

    /// Is `o` alive, after marking?
    #[inline]
    pub fn is_dead(&self, major: bool, o: Obj) -> bool {
        let epoch = o.epoch();
        debug_assert!(epoch <= IMMORTAL);
        epoch == if major { self.marker.white } else { 0 }
    }
}
