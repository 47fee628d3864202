//! The value stack and the words that run on it: places in code ([`Pc`]),
//! windows of registers ([`Base`]) and inline caches ([`Cache`]).
//!
//! These are bare addresses: which register or pool word exists is the
//! verifier's business (I6), so access is unchecked and free.

use std::cell::Cell;

use crate::gil::GilCell;
use crate::value::Value;

/// Address of an instruction word, `op:8 | spare:8 | a:16 | b:16 | c:16`.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[repr(transparent)]
pub struct Pc(*const u64);

impl Pc {
    /// No place.
    pub const NULL: Pc = Pc(std::ptr::null());

    /// The first word of a block of code.
    pub const fn new(word: *const u64) -> Pc {
        Pc(word)
    }
    /// The address.
    #[inline(always)]
    pub fn ptr(self) -> *const u64 {
        self.0
    }
    /// The address as a number.
    #[inline(always)]
    pub fn addr(self) -> usize {
        self.0 as usize
    }
    /// The address as it is stored in a frame header: a small int to the
    /// collector, so that header words can be copied anywhere.
    #[inline(always)]
    pub fn to_word(self) -> Value {
        Value(self.0 as u64 | 1)
    }
    /// Reads a frame header's word back.
    #[inline(always)]
    pub fn from_word(v: Value) -> Pc {
        Pc((v.0 - 1) as *const u64)
    }
    /// What stands in the word before a block's first instruction.
    #[inline(always)]
    pub fn entry_info(self) -> &'static EntryInfo {
        // SAFETY: I6: the entry of a block has that word before it.
        unsafe { &*(self.0.sub(1) as *const EntryInfo) }
    }
    /// The address with a number below 8 in its low bits.
    #[inline(always)]
    pub fn with_tag(self, tag: usize) -> Pc {
        Pc(self.0.wrapping_byte_add(tag))
    }
    /// The number in the low bits.
    #[inline(always)]
    pub fn tag(self) -> usize {
        self.addr() & 7
    }
    /// `words` further.
    #[inline(always)]
    pub fn offset(self, words: isize) -> Pc {
        Pc(self.0.wrapping_offset(words))
    }
    /// The next instruction.
    #[inline(always)]
    pub fn next(self) -> Pc {
        self.offset(1)
    }
    /// Distance in words from `start`.
    #[inline(always)]
    pub fn index_from(self, start: Pc) -> usize {
        (self.addr() - start.addr()) / 8
    }

    #[inline(always)]
    fn half(self, i: usize) -> u16 {
        // SAFETY: I6: a word of code.
        unsafe { *(self.0 as *const u16).add(i) }
    }
    /// The whole word.
    #[inline(always)]
    pub fn word(self) -> u64 {
        // SAFETY: I6.
        unsafe { *self.0 }
    }
    /// The opcode.
    #[inline(always)]
    pub fn op(self) -> u8 {
        // SAFETY: I6.
        unsafe { *(self.0 as *const u8) }
    }
    /// Operand a.
    #[inline(always)]
    pub fn a(self) -> usize {
        self.half(1) as usize
    }
    /// Operand b.
    #[inline(always)]
    pub fn b(self) -> usize {
        self.half(2) as usize
    }
    /// Operand c.
    #[inline(always)]
    pub fn c(self) -> usize {
        self.half(3) as usize
    }
    /// Operand b, signed.
    #[inline(always)]
    pub fn sb(self) -> i64 {
        self.half(2) as i16 as i64
    }
    /// Operand c, signed.
    #[inline(always)]
    pub fn sc(self) -> i64 {
        self.half(3) as i16 as i64
    }
    /// The signed 32-bit operand b:c of a far jump.
    #[inline(always)]
    pub fn far(self) -> i64 {
        (self.word() >> 32) as u32 as i32 as i64
    }
    /// The pool value `at` words further.
    #[inline(always)]
    pub fn value(self, at: usize) -> Value {
        // SAFETY: I6: a pool word that was filled with a value.
        unsafe { *(self.0 as *const Value).add(at) }
    }
    /// The inline cache `at` words further.
    #[inline(always)]
    pub fn cache(self, at: usize) -> &'static Cache {
        // SAFETY: I6: three pool words; code that runs is reachable (I2), the
        // reference does not outlive the handler that made it.
        unsafe { &*(self.0.add(at) as *const Cache) }
    }
}

/// The word before the first instruction of a block of code.
#[repr(C)]
pub struct EntryInfo {
    /// Counts down to the next hot event.
    pub hot: Cell<u32>,
    /// Registers of a frame.
    pub nregs: Cell<u16>,
    /// Registers behind the arguments that a call makes unbound.
    pub nclear: Cell<u16>,
}

/// An inline cache: three words of a code block's pool. What the fields mean
/// depends on the instruction. The references in it are not traced: what they
/// point to lives as long as the cache is valid.
#[repr(C)]
pub struct Cache {
    /// Shape of the object, or version of a dictionary.
    pub shape: Cell<u32>,
    /// Epoch of all classes, or version of a second dictionary.
    pub epoch: Cell<u32>,
    /// What was found, or the address of the word that has it.
    pub value: Cell<Value>,
    /// Where it was found.
    pub slot: Cell<u32>,
    /// Index of the name in the code's names.
    pub name: Cell<u32>,
}

impl Cache {
    /// A cache that knows nothing, of no instruction.
    pub const fn empty() -> Cache {
        Cache {
            shape: Cell::new(0),
            epoch: Cell::new(0),
            value: Cell::new(Value::NULL),
            slot: Cell::new(0),
            name: Cell::new(0),
        }
    }
    /// Forgets everything but the name.
    pub fn reset(&self) {
        self.shape.set(0);
        self.epoch.set(0);
        self.value.set(Value::NULL);
        self.slot.set(0);
    }
    /// Both keys in one word.
    #[inline(always)]
    pub fn key(&self) -> u64 {
        self.shape.get() as u64 | (self.epoch.get() as u64) << 32
    }
    /// The value in the word whose address is in `value`.
    #[inline(always)]
    pub fn indirect(&self) -> Value {
        // SAFETY: I1: the keys guarantee that the array with that word is alive.
        unsafe { *(self.value.get().0 as *const Value) }
    }
    /// Keeps the address of a word of a live array.
    pub fn set_indirect(&self, word: &Value) {
        self.value.set(Value(word as *const Value as u64))
    }
}

/// Words of a frame below its registers: `[-3]` the function, later the
/// result; `[-2]` the return pc; `[-1]` distance to the caller's window.
pub const HEADER_WORDS: usize = 3;

/// A window of registers on the value stack.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
#[repr(transparent)]
pub struct Base(*mut Value);

impl Base {
    /// No window.
    pub const NULL: Base = Base(std::ptr::null_mut());
    /// The window at an address.
    pub const fn new(p: *mut Value) -> Base {
        Base(p)
    }
    /// The address.
    #[inline(always)]
    pub fn ptr(self) -> *mut Value {
        self.0
    }
    /// Register `i`.
    #[inline(always)]
    pub fn get(self, i: usize) -> Value {
        // SAFETY: I6: the frame has that register.
        unsafe { *self.0.add(i) }
    }
    /// Sets register `i`. The stack needs no barrier.
    #[inline(always)]
    pub fn set(self, i: usize, v: Value) {
        // SAFETY: I6.
        unsafe { *self.0.add(i) = v }
    }
    /// Header word `i` words below register 0.
    #[inline(always)]
    pub fn below(self, i: usize) -> Value {
        // SAFETY: I6: every window has a header.
        unsafe { *self.0.sub(i) }
    }
    /// Sets the header word `i` words below register 0.
    #[inline(always)]
    pub fn set_below(self, i: usize, v: Value) {
        // SAFETY: I6.
        unsafe { *self.0.sub(i) = v }
    }
    /// The window `words` higher.
    #[inline(always)]
    pub fn up(self, words: usize) -> Base {
        Base(self.0.wrapping_add(words))
    }
    /// The window `words` lower.
    #[inline(always)]
    pub fn down(self, words: usize) -> Base {
        Base(self.0.wrapping_sub(words))
    }
    /// Words from `lower` up to this window.
    #[inline(always)]
    pub fn distance(self, lower: Base) -> usize {
        (self.0 as usize - lower.0 as usize) / 8
    }
    /// Registers `from..from + n`. They must not be written while the slice is used.
    #[inline(always)]
    pub fn slice(self, from: usize, n: usize) -> &'static [Value] {
        // SAFETY: I6; windows stay where they are; the caller uses the slice
        // only while the frame exists.
        unsafe { std::slice::from_raw_parts(self.0.add(from), n) }
    }
    /// Copies `values` to the registers from `at` on.
    #[inline(always)]
    pub fn fill(self, at: usize, values: &[Value]) {
        // SAFETY: I6; the source may be another window, even an overlapping one.
        unsafe { copy_words(values.as_ptr(), self.0.add(at), values.len()) }
    }
    /// The same from a place that does not overlap, without ever making a call.
    #[inline(always)]
    pub fn fill_short(self, at: usize, values: &[Value]) {
        // SAFETY: I6.
        unsafe { copy_short(values.as_ptr(), self.0.add(at), values.len()) }
    }
    /// Makes registers `from..to` unbound.
    #[inline(always)]
    pub fn clear(self, from: usize, to: usize) {
        if to > from + SHORT {
            // SAFETY: I6; 0 is `Value::NULL`.
            unsafe { std::ptr::write_bytes(self.0.add(from), 0, to - from) }
            return;
        }
        for i in from..to {
            // SAFETY: I6.
            unsafe { self.0.add(i).write_volatile(Value::NULL) }
        }
    }
    /// Makes registers `from..from + 4` unbound, in line. The value stack has
    /// slack behind every window.
    #[inline(always)]
    pub fn clear4(self, from: usize) {
        // SAFETY: I6, and the slack.
        unsafe { *(self.0.add(from) as *mut [Value; 4]) = [Value::NULL; 4] }
    }
}

/// Runs of words up to this length are copied and cleared in line: a call costs more.
const SHORT: usize = 12;

/// Copies `n` words between places that may overlap.
///
/// # Safety
/// Both are valid for `n` words.
#[inline(always)]
pub(crate) unsafe fn copy_words(from: *const Value, to: *mut Value, n: usize) {
    if n > SHORT || (to as usize).wrapping_sub(from as usize) < n * 8 {
        // SAFETY: by contract.
        unsafe { std::ptr::copy(from, to, n) };
        return;
    }
    for i in 0..n {
        // SAFETY: by contract. Volatile, or the compiler makes a call of the loop.
        unsafe { to.add(i).write_volatile(*from.add(i)) }
    }
}

/// Copies `n` words, usually few, between places that do not overlap.
///
/// # Safety
/// Both are valid for `n` words.
#[inline(always)]
pub(crate) unsafe fn copy_short(from: *const Value, to: *mut Value, n: usize) {
    for i in 0..n {
        // SAFETY: by contract. Volatile, or the compiler makes a call of the loop.
        unsafe { to.add(i).write_volatile(*from.add(i)) }
    }
}

/// Words behind the official end of a value stack that may be written.
pub const SLACK: usize = 64;

/// Bytes behind the slack that fault.
const GUARD: usize = 4096;

/// Reserved address space for one thread's value stack; pages are used as
/// they are touched, and nothing ever moves.
pub struct ValueStack {
    start: *mut Value,
    words: usize,
}

impl ValueStack {
    /// Reserves `words` words, or as many as the system grants.
    pub fn reserve(words: usize) -> Option<ValueStack> {
        let mut words = words;
        while words >= 1 << 14 {
            let flags = libc::MAP_PRIVATE | libc::MAP_ANONYMOUS | libc::MAP_NORESERVE;
            let prot = libc::PROT_READ | libc::PROT_WRITE;
            // SAFETY: a fresh private mapping.
            let p = unsafe { libc::mmap(std::ptr::null_mut(), words * 8, prot, flags, -1, 0) };
            if p != libc::MAP_FAILED {
                words -= GUARD / 8;
                // SAFETY: the last page of the mapping: no write may go beyond.
                unsafe { libc::mprotect(p.add(words * 8), GUARD, libc::PROT_NONE) };
                return Some(ValueStack {
                    start: p as *mut Value,
                    words,
                });
            }
            words /= 2;
        }
        None
    }
    /// The lowest window that has room for a header below it.
    pub fn bottom(&self) -> Base {
        Base(self.start.wrapping_add(HEADER_WORDS + 1))
    }
    /// Windows must end below this.
    pub fn end(&self) -> Base {
        Base(self.start.wrapping_add(self.words - SLACK))
    }
    /// Gives memory above `top` that a deep recursion has used back to the
    /// system, all but a megabyte.
    pub fn trim(&self, top: Base) {
        let from = (top.0 as usize + (1 << 20)).next_multiple_of(GUARD);
        let to = self.start as usize + self.words * 8;
        if from < to {
            crate::region::release(from, to);
        }
    }
    /// The address of the first word.
    pub fn start(&self) -> *const Value {
        self.start
    }
}

impl Drop for ValueStack {
    fn drop(&mut self) {
        // SAFETY: the mapping of `reserve`.
        unsafe { libc::munmap(self.start as *mut _, self.words * 8 + GUARD) };
    }
}

/// Calls its argument with (address, number of words) of each used part of a value stack.
pub type RootLister = fn(&mut dyn FnMut(*const Value, usize));

static LISTER: GilCell<Cell<Option<RootLister>>> = GilCell::new(Cell::new(None));

/// Sets the function that tells the collector which stack words are in use.
/// They are scanned conservatively: dead registers hold junk.
pub fn set_root_lister(f: RootLister) {
    LISTER.get().set(Some(f))
}

/// Goes through the used parts of all value stacks (for the collector).
pub fn for_each_range(visit: &mut dyn FnMut(*const Value, usize)) {
    if let Some(f) = LISTER.get().get() {
        f(visit)
    }
}
