//! Windows of raw memory: what buffers of `bytes`, arrays and file maps are.

/// Bytes at a fixed address, for as long as the object that lent them (a heap
/// object, or the owner of a mapping) keeps them there. Whoever holds a
/// `Memory` keeps that object reachable too.
#[derive(Clone, Copy, Debug)]
pub struct Memory {
    start: *mut u8,
    len: usize,
}

impl Memory {
    /// No bytes.
    pub const EMPTY: Memory = Memory {
        start: std::ptr::dangling_mut(),
        len: 0,
    };
    /// The bytes of a slice of a heap object.
    pub fn of(bytes: &[u8]) -> Memory {
        Memory {
            start: bytes.as_ptr().cast_mut(),
            len: bytes.len(),
        }
    }
    /// `len` bytes at `start`.
    pub const fn at(start: *mut u8, len: usize) -> Memory {
        Memory { start, len }
    }
    /// The first byte's address.
    pub fn start(self) -> *mut u8 {
        self.start
    }
    /// Number of bytes.
    pub fn len(self) -> usize {
        self.len
    }
    /// Has it no bytes?
    pub fn is_empty(self) -> bool {
        self.len == 0
    }
    /// Bytes `from..from + len`, cut at the end.
    pub fn window(self, from: usize, len: usize) -> Memory {
        let from = from.min(self.len);
        Memory {
            start: self.start.wrapping_add(from),
            len: len.min(self.len - from),
        }
    }
    /// The bytes.
    pub fn bytes(&self) -> &[u8] {
        // SAFETY: I2: the holder keeps the lender alive, which keeps them in place.
        unsafe { std::slice::from_raw_parts(self.start, self.len) }
    }
    /// The bytes, to be written. The caller holds no other slice of them.
    #[allow(clippy::mut_from_ref)]
    pub fn bytes_mut(&self) -> &mut [u8] {
        // SAFETY: as above; exclusive by contract under I5.
        unsafe { std::slice::from_raw_parts_mut(self.start, self.len) }
    }
}
