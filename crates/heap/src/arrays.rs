//! Variable-size buffers in the heap: what lists, dicts and strings are made of.

use std::cell::Cell;

use crate::alloc;
use crate::heap_object;
use crate::object::{Gc, Header};
use crate::value::Value;

/// A buffer of references. Unused words are [`Value::NULL`].
#[repr(C)]
pub struct RefArray {
    header: Header,
    len: Cell<usize>,
}
heap_object!(RefArray = 1, refs 2..);

/// A buffer of bytes that hold no references; 16-byte aligned data.
#[repr(C)]
pub struct RawArray {
    header: Header,
    len: Cell<usize>,
}
heap_object!(RawArray = 2, no refs);

impl RefArray {
    /// `len` words, all absent. `None` when there is no memory for them.
    pub fn new(len: usize) -> Option<Gc<RefArray>> {
        let bytes = len.checked_mul(8)?.checked_add(16)?;
        let p = alloc::try_allocate_zeroed(Header::word(Self::KIND_ID, bytes), bytes)?;
        // SAFETY: fresh memory of that size.
        unsafe { *(p as *mut usize).add(1) = len }
        Some(Gc::from_value(Value(p as u64)))
    }
    const KIND_ID: u32 = 1;

    /// Makes a large array longer in place, by absent words. False when that
    /// is not possible; the array is as before then.
    pub fn try_extend(&self, len: usize) -> bool {
        let Some(bytes) = len.checked_mul(8).and_then(|n| n.checked_add(16)) else {
            return false;
        };
        if len <= self.len() || !alloc::try_extend(Gc::of(self).value(), bytes) {
            return false;
        }
        self.len.set(len);
        true
    }

    /// Number of words.
    #[inline(always)]
    pub fn len(&self) -> usize {
        self.len.get()
    }
    /// Has it no words?
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }
    #[inline(always)]
    fn data(&self) -> *mut Value {
        // SAFETY: the data follows the two fixed words.
        unsafe { (self as *const Self as *mut Value).add(2) }
    }
    /// Word `i`, `i < len` (checked in debug builds).
    #[inline(always)]
    pub fn get(&self, i: usize) -> Value {
        debug_assert!(i < self.len());
        // SAFETY: in range.
        unsafe { *self.data().add(i) }
    }
    /// All words. The slice must not be held across a store to this array.
    #[inline(always)]
    pub fn as_slice(&self) -> &[Value] {
        // SAFETY: `len` initialised words.
        unsafe { std::slice::from_raw_parts(self.data(), self.len()) }
    }
}

impl Gc<RefArray> {
    /// Stores word `i < len` without the barrier: `v` is no reference, or
    /// [`Gc::needs_barrier`] has said no.
    #[inline(always)]
    pub fn set_young(self, i: usize, v: Value) {
        debug_assert!(i < self.len());
        // SAFETY: in range.
        unsafe { *self.data().add(i) = v }
    }
    /// Stores word `i`, `i < len`, with the barrier.
    #[inline(always)]
    pub fn set(self, i: usize, v: Value) {
        debug_assert!(i < self.len());
        // SAFETY: in range.
        let slot = unsafe { self.data().add(i) };
        if (self.header.bits() as i64) < 0 {
            alloc::barrier_slot(self.value(), slot as usize, v);
        }
        // SAFETY: in range.
        unsafe { *slot = v }
    }
    /// The barrier for words `from..to`.
    #[inline(always)]
    fn barrier(self, from: usize, to: usize) {
        if (self.header.bits() as i64) < 0 {
            let data = self.data() as usize;
            alloc::barrier_range(self.value(), data + from * 8, data + to * 8);
        }
    }
    /// Copies `src` to words `at..`.
    pub fn copy_from(self, at: usize, src: &[Value]) {
        assert!(at + src.len() <= self.len());
        self.barrier(at, at + src.len());
        // SAFETY: in range; the slices may overlap only when it is the same array.
        unsafe { std::ptr::copy(src.as_ptr(), self.data().add(at), src.len()) }
    }
    /// Moves words `from..from + n` to `to..` within the array.
    pub fn copy_within(self, from: usize, to: usize, n: usize) {
        assert!(from + n <= self.len() && to + n <= self.len());
        self.barrier(to, to + n);
        // SAFETY: in range.
        unsafe { std::ptr::copy(self.data().add(from), self.data().add(to), n) }
    }
    /// Makes words `from..to` absent.
    pub fn clear_range(self, from: usize, to: usize) {
        assert!(from <= to && to <= self.len());
        // SAFETY: in range; absent words need no barrier.
        unsafe { std::ptr::write_bytes(self.data().add(from), 0, to - from) }
    }
}

impl RawArray {
    /// `len` bytes, zeroed. `None` when there is no memory for them.
    pub fn new(len: usize) -> Option<Gc<RawArray>> {
        let bytes = len.checked_add(16)?;
        let p = alloc::try_allocate_zeroed(Header::word(2, bytes), bytes)?;
        // SAFETY: fresh memory of that size.
        unsafe { *(p as *mut usize).add(1) = len }
        Some(Gc::from_value(Value(p as u64)))
    }
    /// Makes a large array longer in place, by zeros. False when that is not
    /// possible; the array is as before then.
    pub fn try_extend(&self, len: usize) -> bool {
        let Some(bytes) = len.checked_add(16) else {
            return false;
        };
        if len <= self.len() || !alloc::try_extend(Gc::of(self).value(), bytes) {
            return false;
        }
        self.len.set(len);
        true
    }
    /// Number of bytes.
    #[inline(always)]
    pub fn len(&self) -> usize {
        self.len.get()
    }
    /// Has it no bytes?
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }
    /// Address of the first byte.
    #[inline(always)]
    pub fn data(&self) -> *mut u8 {
        // SAFETY: the data follows the two fixed words.
        unsafe { (self as *const Self as *mut u8).add(16) }
    }
    /// The bytes.
    #[inline(always)]
    pub fn bytes(&self) -> &[u8] {
        // SAFETY: `len` initialised bytes.
        unsafe { std::slice::from_raw_parts(self.data(), self.len()) }
    }
    /// The bytes, to be written. The caller holds no other slice of them.
    #[allow(clippy::mut_from_ref)]
    #[inline(always)]
    pub fn bytes_mut(&self) -> &mut [u8] {
        // SAFETY: as above; exclusive by contract under I5.
        unsafe { std::slice::from_raw_parts_mut(self.data(), self.len()) }
    }
    /// The data as 32-bit numbers (`len / 4` of them).
    #[inline(always)]
    pub fn halves(&self) -> &[u32] {
        // SAFETY: 16-byte aligned, initialised.
        unsafe { std::slice::from_raw_parts(self.data() as *const u32, self.len() / 4) }
    }
    /// The data as 64-bit words (`len / 8` of them).
    #[inline(always)]
    pub fn words(&self) -> &[u64] {
        // SAFETY: 16-byte aligned, initialised.
        unsafe { std::slice::from_raw_parts(self.data() as *const u64, self.len() / 8) }
    }
    /// The data as 64-bit words, to be written.
    #[allow(clippy::mut_from_ref)]
    #[inline(always)]
    pub fn words_mut(&self) -> &mut [u64] {
        // SAFETY: as above; exclusive by contract under I5.
        unsafe { std::slice::from_raw_parts_mut(self.data() as *mut u64, self.len() / 8) }
    }
}

/// The bytes of a buffer as 32-bit cells (`len / 4` of them).
#[inline(always)]
pub fn cells32(a: Gc<RawArray>) -> &'static [Cell<u32>] {
    // SAFETY: aligned and initialised; I2: the caller uses it while the buffer is reachable.
    unsafe { std::slice::from_raw_parts(a.data() as *const Cell<u32>, a.len() / 4) }
}

/// Extends a borrow of an array that `_owner` refers to to the owner's borrow.
#[inline(always)]
#[allow(clippy::needless_lifetimes)]
pub fn outlive_values<'a, T>(_owner: &'a T, values: &[Value]) -> &'a [Value] {
    // SAFETY: I1, I2: the owner keeps the array alive, and nothing moves.
    unsafe { &*std::ptr::from_ref(values) }
}

/// Borrows a buffer that `_owner` refers to for as long as the owner is borrowed.
#[inline(always)]
pub fn outlive_raw<T>(_owner: &T, buffer: Gc<RawArray>) -> &RawArray {
    // SAFETY: I1, I2: the owner keeps the buffer alive, and nothing moves.
    unsafe { &*(buffer.addr() as *const RawArray) }
}
