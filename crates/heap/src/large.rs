//! The large-object space: runs of pages at the high end of the heap range.
//!
//! Sizes are rounded to eight classes per power of two, free runs coalesce and
//! are found best fit first. A table with one entry per page finds the object
//! that an address points into.

use std::collections::{BTreeMap, BTreeSet};

use crate::object::Header;
use crate::region::{self, PAGE, Region};

/// Objects above this many bytes are large.
pub const LARGE_OBJECT: usize = region::BLOCK / 2;

/// One large object. Slots are reused, `pages == 0` marks a free one.
#[derive(Clone, Copy, Default)]
pub struct Entry {
    pub start: usize,
    /// Pages reserved, with room to grow.
    pub pages: usize,
    /// Size of the object itself.
    pub bytes: usize,
    /// Is the memory behind the object known to be zero?
    zero: bool,
}

impl Entry {
    /// Bytes of the pages that the object itself touches.
    fn used(&self) -> usize {
        self.bytes.next_multiple_of(PAGE)
    }
}

/// A run of free pages: is its memory known to be zero?
struct Run {
    pages: usize,
    zero: bool,
}

pub struct Large {
    pub objects: Vec<Entry>,
    free_slots: Vec<u32>,
    /// Objects allocated since the last collection.
    young: Vec<u32>,
    by_start: BTreeMap<usize, Run>,
    by_size: BTreeSet<(usize, usize)>,
    /// The lowest page in use; blocks must stay below.
    pub low: usize,
    /// Bytes of pages that objects use, not counting room to grow.
    pub bytes: usize,
    /// Bytes of free runs that are not known to be zero, so may be resident.
    dirty: usize,
}

/// Number of pages to allocate for `bytes`: at most an eighth more than needed.
fn class_pages(bytes: usize) -> usize {
    let pages = bytes.div_ceil(PAGE);
    if pages <= 16 {
        return pages;
    }
    let step = 1 << (pages.ilog2() - 3);
    (pages + step - 1) & !(step - 1)
}

impl Large {
    pub fn new(r: &Region) -> Large {
        Large {
            objects: Vec::new(),
            free_slots: Vec::new(),
            young: Vec::new(),
            by_start: BTreeMap::new(),
            by_size: BTreeSet::new(),
            low: r.end,
            bytes: 0,
            dirty: 0,
        }
    }

    /// Memory for an object, and whether it is zeroed. `floor`: end of the blocks.
    pub fn allocate(&mut self, r: &Region, bytes: usize, floor: usize) -> Option<(usize, bool)> {
        let pages = class_pages(bytes);
        let (start, pages, zero) = self.take_run(pages, floor)?;
        let entry = Entry {
            start,
            pages,
            bytes,
            zero,
        };
        let id = match self.free_slots.pop() {
            Some(id) => {
                self.objects[id as usize] = entry;
                id
            }
            None => {
                self.objects.push(entry);
                self.objects.len() as u32 - 1
            }
        };
        self.set_pages(r, start, pages, id + 1);
        self.young.push(id);
        self.bytes += entry.used();
        Some((start, zero))
    }

    /// Makes the object at `start` bigger in place, with zeros, if there is room.
    pub fn extend(&mut self, r: &Region, start: usize, bytes: usize) -> bool {
        // SAFETY: `start` is an address of the region.
        let id = unsafe { *r.pages.add((start - r.base) / PAGE) };
        let Some(e) = (id as usize).checked_sub(1).map(|i| self.objects[i]) else {
            return false;
        };
        let mut new = Entry { bytes, ..e };
        if new.used() > e.pages * PAGE {
            let end = e.start + e.pages * PAGE;
            let more = (new.used() - e.pages * PAGE) / PAGE;
            if self.by_start.get(&end).is_none_or(|run| run.pages < more) {
                return false;
            }
            let run = self.remove_run(end);
            self.set_pages(r, end, run.pages, id);
            new.pages += run.pages;
            new.zero &= run.zero;
        }
        if !new.zero {
            // SAFETY: inside the object's run, behind the object.
            unsafe { ((start + e.bytes) as *mut u8).write_bytes(0, bytes - e.bytes) };
        }
        self.bytes += new.used() - e.used();
        self.objects[id as usize - 1] = new;
        true
    }

    fn set_pages(&self, r: &Region, start: usize, pages: usize, value: u32) {
        // SAFETY: the page entries of a run inside the region.
        unsafe {
            let first = r.pages.add((start - r.base) / PAGE);
            std::slice::from_raw_parts_mut(first, pages).fill(value);
        }
    }

    /// At least `pages` pages: address, number, and whether they are zero.
    fn take_run(&mut self, pages: usize, floor: usize) -> Option<(usize, usize, bool)> {
        let Some(&(n, start)) = self.by_size.range((pages, 0)..).next() else {
            // Untouched addresses cost nothing: room to grow is left, if there is plenty.
            let plenty = (self.low - floor) / 8 > pages * PAGE;
            let pages = if plenty { 2 * pages } else { pages };
            let low = self.low.checked_sub(pages * PAGE)?;
            if low < floor {
                return None;
            }
            self.low = low;
            return Some((low, pages, true));
        };
        self.by_size.remove(&(n, start));
        let run = self.by_start.remove(&start).expect("both indexes agree");
        if !run.zero {
            self.dirty -= n * PAGE;
        }
        if n > pages {
            self.put_run(
                start + pages * PAGE,
                Run {
                    pages: n - pages,
                    zero: run.zero,
                },
            );
        }
        Some((start, pages, run.zero))
    }

    fn put_run(&mut self, start: usize, run: Run) {
        if !run.zero {
            self.dirty += run.pages * PAGE;
        }
        self.by_size.insert((run.pages, start));
        self.by_start.insert(start, run);
    }

    fn remove_run(&mut self, start: usize) -> Run {
        let run = self.by_start.remove(&start).expect("a free run");
        self.by_size.remove(&(run.pages, start));
        if !run.zero {
            self.dirty -= run.pages * PAGE;
        }
        run
    }

    fn free_run(&mut self, mut start: usize, mut pages: usize) {
        if let Some((&before, run)) = self.by_start.range(..start).next_back()
            && before + run.pages * PAGE == start
        {
            pages += self.remove_run(before).pages;
            start = before;
        }
        let after = start + pages * PAGE;
        if self.by_start.contains_key(&after) {
            pages += self.remove_run(after).pages;
        }
        self.put_run(start, Run { pages, zero: false });
    }

    /// The object that address `a` points into.
    #[inline]
    pub fn find(&self, r: &Region, a: usize) -> Option<&Entry> {
        // SAFETY: `a` is an address of the region.
        let id = unsafe { *r.pages.add((a - r.base) / PAGE) };
        if id == 0 {
            return None;
        }
        let e = &self.objects[id as usize - 1];
        (a < e.start + e.bytes).then_some(e)
    }

    /// Frees young objects (all, if `all`) of which `dead` says so.
    pub fn sweep(&mut self, r: &Region, all: bool, poison: bool, dead: impl Fn(&Header) -> bool) {
        let mut young = std::mem::take(&mut self.young);
        if all {
            for id in 0..self.objects.len() {
                self.sweep_one(r, id, poison, &dead);
            }
        } else {
            for &id in &young {
                self.sweep_one(r, id as usize, poison, &dead);
            }
        }
        young.clear();
        self.young = young;
    }

    fn sweep_one(&mut self, r: &Region, id: usize, poison: bool, dead: &impl Fn(&Header) -> bool) {
        let e = self.objects[id];
        // SAFETY: a used entry's object has a header (I1).
        if e.pages == 0 || !dead(unsafe { &*(e.start as *const Header) }) {
            return;
        }
        if poison {
            // SAFETY: the object is dead.
            unsafe { std::slice::from_raw_parts_mut(e.start as *mut u64, e.bytes / 8) }
                .fill(crate::blocks::POISON);
        }
        self.set_pages(r, e.start, e.pages, 0);
        self.objects[id] = Entry::default();
        self.free_slots.push(id as u32);
        self.bytes -= e.used();
        self.free_run(e.start, e.pages);
    }

    /// Gives the memory of free runs back, the biggest first, until at most
    /// `keep` bytes of them may be resident.
    pub fn release(&mut self, keep: usize) {
        while let Some(run) = self.by_start.get(&self.low) {
            // The lowest run goes back to the blocks' side, as zeros.
            let end = self.low + run.pages * PAGE;
            if run.zero || self.dirty > keep {
                region::release(self.low, end);
                self.remove_run(self.low);
                self.low = end;
            } else {
                break;
            }
        }
        if self.dirty <= keep {
            return;
        }
        let runs: Vec<(usize, usize)> = self.by_size.iter().rev().copied().collect();
        for (pages, start) in runs {
            if self.dirty <= keep {
                break;
            }
            let run = self.by_start.get_mut(&start).expect("a free run");
            if !run.zero {
                region::release(start, start + pages * PAGE);
                run.zero = true;
                self.dirty -= pages * PAGE;
            }
        }
    }

    /// The used entries.
    pub fn iter(&self) -> impl Iterator<Item = &Entry> {
        self.objects.iter().filter(|e| e.pages != 0)
    }

    /// Addresses of the young ones.
    pub fn young_starts(&self) -> impl Iterator<Item = usize> + '_ {
        self.young.iter().map(|i| self.objects[*i as usize].start)
    }
}
