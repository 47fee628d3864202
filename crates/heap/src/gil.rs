//! Statics that only the holder of the interpreter lock touches.

use std::cell::UnsafeCell;

/// A static cell guarded by the interpreter lock instead of a lock of its own.
pub struct GilCell<T>(UnsafeCell<T>);

// SAFETY: I5: only the thread that holds the interpreter lock uses the content.
unsafe impl<T> Sync for GilCell<T> {}

impl<T> GilCell<T> {
    /// Wraps `value`.
    pub const fn new(value: T) -> Self {
        GilCell(UnsafeCell::new(value))
    }

    /// The content. The caller holds the interpreter lock.
    #[inline(always)]
    pub fn get(&self) -> &T {
        // SAFETY: I5; all mutation goes through interior cells or `with_mut`.
        unsafe { &*self.0.get() }
    }

    /// Runs `f` with exclusive access; `f` must not reach the same cell again.
    #[inline(always)]
    pub fn with_mut<R>(&self, f: impl FnOnce(&mut T) -> R) -> R {
        // SAFETY: I5, and by contract `f` does not re-enter.
        f(unsafe { &mut *self.0.get() })
    }

    /// The address of the content, for native code and root registration.
    pub const fn as_ptr(&self) -> *mut T {
        self.0.get()
    }
}
