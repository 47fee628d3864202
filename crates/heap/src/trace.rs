//! The tracing loop: takes objects from the mark stack, marks them, and puts
//! what they refer to on the stack.
//!
//! The stack holds references as they were found, whether their target is
//! marked is only seen when they are taken off; in between lies a short queue,
//! so that a prefetch has time to bring the target's header in.

use crate::heap::Heap;
use crate::mark::{EPOCH, Obj, UNLOGGED};
use crate::object::RefRange;
use crate::region::{LOG_LINE, Region};
use crate::shape;

/// A stack of references. Plain words, so that the loop keeps them in registers.
#[derive(Clone, Copy)]
pub struct MarkStack {
    items: *mut Obj,
    len: usize,
    capacity: usize,
}

impl MarkStack {
    pub const fn new() -> MarkStack {
        MarkStack {
            items: std::ptr::null_mut(),
            len: 0,
            capacity: 0,
        }
    }

    pub fn is_empty(&self) -> bool {
        self.len == 0
    }

    #[inline(always)]
    pub fn push(&mut self, o: Obj) {
        if self.len == self.capacity {
            *self = self.grown();
        }
        // SAFETY: below the capacity.
        unsafe { *self.items.add(self.len) = o };
        self.len += 1;
    }

    #[inline(always)]
    fn pop(&mut self) -> Option<Obj> {
        if self.len == 0 {
            return None;
        }
        self.len -= 1;
        // SAFETY: below the old length.
        Some(unsafe { *self.items.add(self.len) })
    }

    #[cold]
    #[inline(never)]
    fn grown(self) -> MarkStack {
        let mut v = if self.capacity == 0 {
            Vec::with_capacity(4096)
        } else {
            // SAFETY: made from a vector below.
            let mut v = unsafe { Vec::from_raw_parts(self.items, self.len, self.capacity) };
            v.reserve(self.capacity);
            v
        };
        let stack = MarkStack {
            items: v.as_mut_ptr(),
            len: v.len(),
            capacity: v.capacity(),
        };
        std::mem::forget(v);
        stack
    }
}

/// Part of a large array that is still to be scanned.
#[derive(Clone, Copy)]
pub struct Rest {
    object: Obj,
    from: usize,
    to: usize,
}

/// Words of an array that are scanned in one go.
const STRIDE: usize = 4096;
/// References between the stack and the eye.
const QUEUE: usize = 8;

/// What the loop needs of the heap.
#[derive(Clone, Copy)]
pub struct Tracer {
    region: Region,
    /// Large objects begin here.
    low: usize,
    /// Header bits of a marked object.
    marked: u8,
    white: u8,
}

impl Tracer {
    pub fn new(h: &Heap) -> Tracer {
        Tracer {
            region: h.region,
            low: h.large.low,
            marked: h.marker.epoch | UNLOGGED,
            white: h.marker.white,
        }
    }

    /// Gives `o` the current epoch, and its bits and lines in the tables. What
    /// a major collection marks is in the current tables already.
    #[inline(always)]
    pub fn mark<const MAJOR: bool, const MARKING: bool>(&self, o: Obj) {
        o.set_byte(o.byte() & !EPOCH | self.marked);
        if o.0 >= self.low {
            return;
        }
        let size = o.header().granules() as usize * 16;
        let r = &self.region;
        let first = (o.0 - r.base) >> LOG_LINE;
        let last = (o.0 - r.base + size - 1) >> LOG_LINE;
        if !MAJOR {
            r.set_bit(r.bits, o.0);
            mark_lines(r.lines, first, last);
        }
        if MARKING {
            r.set_bit(r.next_bits, o.0);
            mark_lines(r.next_lines, first, last);
        }
    }
}

#[inline(always)]
fn mark_lines(table: *mut u8, first: usize, last: usize) {
    // SAFETY: lines of an object inside the blocks.
    unsafe {
        *table.add(first) = 1;
        if first != last {
            for line in first + 1..=last {
                *table.add(line) = 1;
            }
        }
    }
}

#[inline(always)]
fn prefetch(o: Obj) {
    #[cfg(target_arch = "x86_64")]
    // SAFETY: a prefetch has no effect that could go wrong.
    unsafe {
        std::arch::x86_64::_mm_prefetch::<{ std::arch::x86_64::_MM_HINT_T0 }>(o.0 as *const i8)
    };
    #[cfg(not(target_arch = "x86_64"))]
    let _ = o;
}

/// Pushes the references among the words `[from, to)` of `o`.
#[inline(always)]
fn push_words(stack: &mut MarkStack, o: Obj, from: usize, to: usize) {
    for i in from..to {
        let v = o.word(i);
        if v.is_ptr() {
            stack.push(Obj::of(v));
        }
    }
}

/// The references in transit from the stack.
struct Queue {
    slots: [Obj; QUEUE],
    head: usize,
}

impl Queue {
    /// Puts one in and takes the oldest out.
    #[inline(always)]
    fn exchange(&mut self, new: Obj) -> Obj {
        self.head += 1;
        std::mem::replace(&mut self.slots[self.head % QUEUE], new)
    }
}

/// No object.
const NONE: Obj = Obj(0);

impl Heap {
    /// Traces until nothing is left, or about `budget` words were looked at.
    /// `MAJOR`: for the major collection; `MARKING`: while one is marking.
    pub fn trace<const MAJOR: bool, const MARKING: bool>(&mut self, budget: usize) {
        let t = Tracer::new(self);
        let mut stack = match MAJOR {
            true => std::mem::replace(&mut self.marker.gray, MarkStack::new()),
            false => std::mem::replace(&mut self.marker.stack, MarkStack::new()),
        };
        // A slice ends when this much is left.
        let mut left = budget as isize & isize::MAX;
        let mut queue = Queue {
            slots: [NONE; QUEUE],
            head: 0,
        };
        let mut empty = 0;
        let mut survived = 0;
        while left > 0 {
            let next = match stack.pop() {
                Some(o) => o,
                None if self.push_rest(&mut stack, MAJOR) => continue,
                None if empty > QUEUE => break,
                None => NONE,
            };
            empty = if next == NONE { empty + 1 } else { 0 };
            prefetch(next);
            let o = queue.exchange(next);
            if o == NONE {
                continue;
            }
            let epoch = o.epoch();
            if MAJOR {
                if epoch != t.white {
                    continue;
                }
            } else if epoch != 0 {
                if MARKING && epoch == t.white {
                    self.marker.gray.push(o);
                }
                continue;
            }
            t.mark::<MAJOR, MARKING>(o);
            if !MAJOR {
                survived += o.header().granules() as usize * 16;
            }
            if (MAJOR || MARKING)
                && let Some(class) = shape::reach(o.header().shape_id())
            {
                match MAJOR {
                    true => stack.push(Obj::of(class)),
                    false => self.marker.gray.push(Obj::of(class)),
                }
            }
            left -= 4 + self.push_references(&mut stack, o, MAJOR) as isize;
        }
        for o in queue.slots {
            if o != NONE {
                stack.push(o);
            }
        }
        self.marker.survived += survived;
        match MAJOR {
            true => self.marker.gray = stack,
            false => self.marker.stack = stack,
        }
    }

    /// Pushes the references of `o`; puts a long tail aside. Returns how many
    /// words it looked at.
    #[inline(always)]
    fn push_references(&mut self, stack: &mut MarkStack, o: Obj, major: bool) -> usize {
        let refs = shape::refs(o.header().shape_id());
        let (from, to) = (refs.from as usize, refs.to as usize);
        push_words(stack, o, from, to);
        if refs.tail == RefRange::NO_TAIL {
            return to - from;
        }
        let granules = o.header().granules();
        let tail = refs.tail as usize;
        if granules >= STRIDE as u64 / 2 {
            return self.put_aside(o, tail, major);
        }
        let words = granules as usize * 2;
        push_words(stack, o, tail, words);
        words - from
    }

    #[cold]
    #[inline(never)]
    fn put_aside(&mut self, object: Obj, from: usize, major: bool) -> usize {
        let to = self.size(object) / 8;
        self.marker.rest[major as usize].push(Rest { object, from, to });
        0
    }

    /// Pushes the next part of a long array, if there is one.
    #[cold]
    #[inline(never)]
    fn push_rest(&mut self, stack: &mut MarkStack, major: bool) -> bool {
        let Some(rest) = self.marker.rest[major as usize].pop() else {
            return false;
        };
        let to = rest.to.min(rest.from + STRIDE);
        push_words(stack, rest.object, rest.from, to);
        if to < rest.to {
            self.marker.rest[major as usize].push(Rest { from: to, ..rest });
        }
        true
    }
}
