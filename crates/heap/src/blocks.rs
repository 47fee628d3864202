//! Blocks and their lines: where objects of up to 16 KB get memory.
//!
//! A block is free, recyclable (has free lines), full, or open (handed to the
//! mutator since the last collection). The mutator bumps through holes: runs
//! of free lines. Each hole becomes a *span*, by which a collection can walk
//! the young objects.

use crate::region::{self, BLOCK, LINE, LINES, Region};

/// What a block is good for.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum State {
    Free,
    Recyclable,
    Full,
    Open,
}

/// Bookkeeping of one block.
#[derive(Clone, Copy)]
pub struct Block {
    pub state: State,
    /// Handed out since the last collection: on the list of the same name.
    pub touched: bool,
    /// Do the scratch start bits hold this block's young objects?
    pub walked: bool,
    /// Lines that marked objects use.
    used: u16,
    /// First span, or [`NO_SPAN`].
    pub spans: u32,
}

/// Memory that the mutator bumps through.
#[derive(Clone, Copy, Default)]
pub struct Hole {
    pub cursor: usize,
    pub limit: usize,
    /// Where bumping began.
    pub start: usize,
}

impl Hole {
    /// Takes `size` bytes if they are there.
    #[inline]
    fn bump(&mut self, size: usize) -> Option<usize> {
        let at = self.cursor;
        if self.limit - at < size {
            return None;
        }
        self.cursor = at + size;
        Some(at)
    }
}

/// Young objects in `[start, end)`, one behind the other.
pub struct Span {
    pub start: usize,
    pub end: usize,
    pub next: u32,
}

/// End of a list of spans.
pub const NO_SPAN: u32 = u32::MAX;
/// A smaller run of free lines is not worth the walk through the slow path.
const MIN_HOLE: usize = 2 * LINE;
/// A block with more used lines than this is full.
const FULL: usize = LINES * 3 / 4;
/// What freed lines are filled with in stress mode: no shape has this number.
pub const POISON: u64 = 0x00de_adde_dead_bee8;

pub struct Blocks {
    pub table: Vec<Block>,
    /// Free blocks; the last ones are the warmest.
    free: Vec<u32>,
    /// Free blocks whose memory was given back.
    released: Vec<u32>,
    /// Blocks with free lines, by used quarters. The emptiest are used first:
    /// big holes, and the same warm blocks again and again.
    recyclable: [Vec<u32>; 3],
    /// Blocks to classify at the end of the collection.
    pub touched: Vec<u32>,
    /// Blocks with scratch start bits.
    pub walked: Vec<u32>,
    pub spans: Vec<Span>,
    /// The hole of the allocation window, when the window is closed.
    pub hole: Hole,
    /// Where objects go that are too big for the hole.
    overflow: Hole,
    current: usize,
    next_line: usize,
    pub used_lines: usize,
    pub poison: bool,
}

impl Blocks {
    pub fn new() -> Blocks {
        Blocks {
            table: Vec::new(),
            free: Vec::new(),
            released: Vec::new(),
            recyclable: [const { Vec::new() }; 3],
            touched: Vec::new(),
            walked: Vec::new(),
            spans: Vec::new(),
            hole: Hole::default(),
            overflow: Hole::default(),
            current: 0,
            next_line: LINES,
            used_lines: 0,
            poison: false,
        }
    }

    /// One past the last block's last byte.
    #[inline(always)]
    pub fn top(&self, r: &Region) -> usize {
        r.block_at(self.table.len())
    }

    /// Bytes of blocks that are in use or kept for use.
    pub fn committed(&self) -> usize {
        (self.table.len() - self.released.len()) * BLOCK
    }

    fn touch(&mut self, b: usize) {
        if !self.table[b].touched {
            self.table[b].touched = true;
            self.touched.push(b as u32);
        }
    }

    /// A block without objects; below `high` if it must be a new one.
    fn fresh(&mut self, r: &Region, high: usize) -> Option<usize> {
        let b = match self.free.pop().or_else(|| self.released.pop()) {
            Some(b) => b as usize,
            None => {
                if self.top(r) + BLOCK > high {
                    return None;
                }
                self.table.push(Block {
                    state: State::Free,
                    touched: false,
                    walked: false,
                    used: 0,
                    spans: NO_SPAN,
                });
                self.table.len() - 1
            }
        };
        self.table[b].state = State::Open;
        self.touch(b);
        Some(b)
    }

    /// Memory for a small object, from the current hole or the next that has
    /// room. Adds what it opens to `young`.
    pub fn small(
        &mut self,
        r: &Region,
        high: usize,
        size: usize,
        young: &mut usize,
    ) -> Option<usize> {
        if let Some(at) = self.hole.bump(size) {
            return Some(at);
        }
        if size > LINE {
            return self.medium(r, high, size, young);
        }
        let old = std::mem::take(&mut self.hole);
        self.end_span(r, old);
        if !self.next_hole(r) {
            let at = r.block_at(self.fresh(r, high)?);
            self.hole = Hole {
                cursor: at,
                limit: at + BLOCK,
                start: at,
            };
        }
        *young += self.hole.limit - self.hole.start;
        self.hole.bump(size)
    }

    fn medium(&mut self, r: &Region, high: usize, size: usize, young: &mut usize) -> Option<usize> {
        if let Some(at) = self.overflow.bump(size) {
            return Some(at);
        }
        let at = r.block_at(self.fresh(r, high)?);
        let old = std::mem::take(&mut self.overflow);
        self.end_span(r, old);
        self.overflow = Hole {
            cursor: at,
            limit: at + BLOCK,
            start: at,
        };
        *young += BLOCK;
        self.overflow.bump(size)
    }

    /// Opens the next hole of the current or another recyclable block.
    fn next_hole(&mut self, r: &Region) -> bool {
        loop {
            while self.next_line < LINES {
                let lines = r.block_lines(self.current);
                let from = next_line(lines, self.next_line, false);
                let to = next_line(lines, from, true);
                self.next_line = to;
                if (to - from) * LINE >= MIN_HOLE {
                    let at = r.block_at(self.current);
                    self.hole = Hole {
                        cursor: at + from * LINE,
                        limit: at + to * LINE,
                        start: at + from * LINE,
                    };
                    return true;
                }
            }
            let Some(b) = self.recyclable.iter_mut().find_map(Vec::pop) else {
                return false;
            };
            self.table[b as usize].state = State::Open;
            self.touch(b as usize);
            self.current = b as usize;
            self.next_line = 0;
        }
    }

    fn end_span(&mut self, r: &Region, hole: Hole) {
        if hole.cursor > hole.start {
            let block = &mut self.table[r.block_of(hole.start)];
            self.spans.push(Span {
                start: hole.start,
                end: hole.cursor,
                next: block.spans,
            });
            block.spans = self.spans.len() as u32 - 1;
        }
    }

    /// Ends all open spans; the allocation window is closed.
    pub fn retire(&mut self, r: &Region) {
        let (hole, overflow) = (
            std::mem::take(&mut self.hole),
            std::mem::take(&mut self.overflow),
        );
        self.end_span(r, hole);
        self.end_span(r, overflow);
        self.next_line = LINES;
    }

    /// Forgets spans and scratch bits at the end of a collection.
    pub fn reset_spans(&mut self, r: &Region) {
        for span in self.spans.drain(..) {
            self.table[r.block_of(span.start)].spans = NO_SPAN;
        }
        for b in self.walked.drain(..) {
            self.table[b as usize].walked = false;
        }
    }

    /// Counts a block's used lines and says what it is good for from now on.
    fn classify(&mut self, r: &Region, b: usize) {
        let lines = r.block_lines(b);
        let mut used = 0;
        for i in 0..LINES / 8 {
            // SAFETY: the line bytes of a block, each 0 or 1.
            used += unsafe { *(lines as *const u64).add(i) }.count_ones() as usize;
        }
        let block = &mut self.table[b];
        self.used_lines = self.used_lines + used - block.used as usize;
        block.used = used as u16;
        block.touched = false;
        block.state = match used {
            0 => State::Free,
            n if n <= FULL => State::Recyclable,
            _ => State::Full,
        };
        match block.state {
            State::Free => self.free.push(b as u32),
            State::Recyclable => self.recyclable[(used - 1) * 4 / LINES].push(b as u32),
            _ => {}
        }
        if self.poison {
            poison_lines(r, b);
        }
    }

    /// Classifies the blocks that were opened since the last collection.
    pub fn classify_touched(&mut self, r: &Region) {
        let touched = std::mem::take(&mut self.touched);
        for &b in touched.iter().rev() {
            self.classify(r, b as usize);
        }
        self.touched = touched;
        self.touched.clear();
    }

    /// Classifies all blocks; the free lists are built anew.
    pub fn classify_all(&mut self, r: &Region) {
        self.free.clear();
        self.recyclable.iter_mut().for_each(Vec::clear);
        self.touched.clear();
        let released = std::mem::take(&mut self.released);
        for &b in &released {
            self.table[b as usize].state = State::Full;
        }
        for b in (0..self.table.len()).rev() {
            if self.table[b].used != 0 || self.table[b].state != State::Full {
                self.classify(r, b);
            }
        }
        for &b in &released {
            self.table[b as usize].state = State::Free;
        }
        self.released = released;
    }

    /// Gives the memory of all but `keep` bytes of free blocks back.
    pub fn release(&mut self, r: &Region, keep: usize) {
        let n = self.free.len().saturating_sub(keep / BLOCK);
        let mut cold: Vec<u32> = self.free.drain(..n).collect();
        cold.sort_unstable();
        let mut i = 0;
        while i < cold.len() {
            let mut j = i + 1;
            while j < cold.len() && cold[j] == cold[j - 1] + 1 {
                j += 1;
            }
            let from = r.block_at(cold[i] as usize);
            region::release(from, from + (j - i) * BLOCK);
            i = j;
        }
        self.released.extend(cold.iter().rev());
    }
}

/// The first line from `from` on that is used or not, or [`LINES`].
fn next_line(lines: *const u8, from: usize, used: bool) -> usize {
    let mut i = from;
    while i < LINES {
        // SAFETY: the line bytes of a block, 8-byte aligned.
        let word = unsafe { *(lines.add(i & !7) as *const u64) };
        let hits = (if used { word } else { !word }) & 0x0101_0101_0101_0101;
        let hits = hits & (!0 << ((i & 7) * 8));
        if hits != 0 {
            return (i & !7) + hits.trailing_zeros() as usize / 8;
        }
        i = (i & !7) + 8;
    }
    LINES
}

fn poison_lines(r: &Region, b: usize) {
    for line in 0..LINES {
        // SAFETY: a free line of our block: nothing lives there.
        unsafe {
            if *r.block_lines(b).add(line) == 0 {
                let at = (r.block_at(b) + line * LINE) as *mut u64;
                std::slice::from_raw_parts_mut(at, LINE / 8).fill(POISON);
            }
        }
    }
}
