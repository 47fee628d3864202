//! Object headers, typed pointers, reference fields and the write barrier.

use std::cell::Cell;
use std::marker::PhantomData;
use std::ops::Deref;
use std::ptr::NonNull;

use crate::alloc;
use crate::value::Value;

/// First word of every object: `[0..32)` shape, `[32..56)` size in 16-byte
/// granules, `[56..64)` collector bits. A new object has collector bits 0.
#[repr(transparent)]
pub struct Header(Cell<u64>);

/// Size field of an object whose size is kept by the large-object space.
pub const LARGE: u64 = (1 << 24) - 1;

impl Header {
    /// A placeholder that allocation overwrites.
    #[allow(clippy::declare_interior_mutable_const)]
    pub const NEW: Header = Header(Cell::new(0));

    /// The header word of a young object of `bytes` bytes.
    #[inline(always)]
    pub const fn word(shape: u32, bytes: usize) -> u64 {
        let granules = bytes.div_ceil(16) as u64;
        shape as u64 | (if granules >= LARGE { LARGE } else { granules }) << 32
    }

    /// The whole word.
    #[inline(always)]
    pub fn bits(&self) -> u64 {
        self.0.get()
    }
    /// Replaces the whole word (collector and allocator only).
    #[inline(always)]
    pub fn set_bits(&self, w: u64) {
        self.0.set(w)
    }
    /// Number of the object's shape.
    #[inline(always)]
    pub fn shape_id(&self) -> u32 {
        self.0.get() as u32
    }
    /// Gives the object another shape of the same native layout.
    #[inline(always)]
    pub fn set_shape_id(&self, id: u32) {
        self.0.set(self.0.get() & !0xffff_ffff | id as u64)
    }
    /// Size field, in 16-byte granules ([`LARGE`]: ask the large-object space).
    #[inline(always)]
    pub fn granules(&self) -> u64 {
        self.0.get() >> 32 & LARGE
    }
}

/// Which words of an object are references, counted from the header (word 0):
/// `[from, to)`, and everything from `tail` to the object's end
/// ([`RefRange::NO_TAIL`]: nothing). The tail is where variable-size objects
/// keep their items and subclasses their dictionary and slots.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct RefRange {
    pub from: u32,
    pub to: u32,
    pub tail: u32,
}

impl RefRange {
    /// Value of `tail` when there is none.
    pub const NO_TAIL: u32 = u32::MAX;
    /// No references at all.
    pub const NONE: RefRange = RefRange {
        from: 1,
        to: 1,
        tail: Self::NO_TAIL,
    };
    /// Words `[from, to)`.
    pub const fn range(from: u32, to: u32) -> RefRange {
        RefRange {
            from,
            to,
            tail: Self::NO_TAIL,
        }
    }
    /// From word `from` to the end of the object.
    pub const fn tail(from: u32) -> RefRange {
        RefRange {
            from: 1,
            to: 1,
            tail: from,
        }
    }
    /// The same, and everything from word `tail` on.
    pub const fn and_tail(self, tail: u32) -> RefRange {
        RefRange { tail, ..self }
    }
}

/// A Rust struct laid out as a heap object. Implement it with [`heap_object!`].
///
/// # Safety
/// `repr(C)`, first field a [`Header`]; exactly the words in `REFS` are
/// [`Field`]s; `KIND` is the number of the type's base shape.
pub unsafe trait HeapObject: 'static {
    /// Number of the builtin type's base shape, also the native layout's name.
    const KIND: u32;
    /// The reference words.
    const REFS: RefRange;
}

/// Declares the layout of a `repr(C)` struct: `heap_object!(List = 7, refs 1..2)`.
#[macro_export]
macro_rules! heap_object {
    ($t:ty = $kind:expr, refs $from:literal .. $to:literal) => {
        // SAFETY: the author of the struct keeps the reference words in this range.
        #[allow(unsafe_code)]
        unsafe impl $crate::HeapObject for $t {
            const KIND: u32 = $kind;
            const REFS: $crate::RefRange = $crate::RefRange::range($from, $to);
        }
    };
    ($t:ty = $kind:expr, refs $from:literal ..) => {
        // SAFETY: as above; the references reach to the object's end.
        #[allow(unsafe_code)]
        unsafe impl $crate::HeapObject for $t {
            const KIND: u32 = $kind;
            const REFS: $crate::RefRange = $crate::RefRange::tail($from);
        }
    };
    ($t:ty = $kind:expr, refs $from:literal .. $to:literal, tail $tail:literal) => {
        // SAFETY: as above; further references from word `tail` to the object's end.
        #[allow(unsafe_code)]
        unsafe impl $crate::HeapObject for $t {
            const KIND: u32 = $kind;
            const REFS: $crate::RefRange = $crate::RefRange::range($from, $to).and_tail($tail);
        }
    };
    ($t:ty = $kind:expr, no refs) => {
        // SAFETY: no word of the struct is a reference.
        #[allow(unsafe_code)]
        unsafe impl $crate::HeapObject for $t {
            const KIND: u32 = $kind;
            const REFS: $crate::RefRange = $crate::RefRange::NONE;
        }
    };
}

/// A pointer to a live heap object that begins with a `T`. Copy it freely:
/// objects do not move, and native stacks are scanned.
#[repr(transparent)]
pub struct Gc<T>(NonNull<T>);

impl<T> Clone for Gc<T> {
    #[inline(always)]
    fn clone(&self) -> Self {
        *self
    }
}
impl<T> Copy for Gc<T> {}
impl<T> PartialEq for Gc<T> {
    #[inline(always)]
    fn eq(&self, other: &Self) -> bool {
        self.0 == other.0
    }
}
impl<T> Eq for Gc<T> {}
impl<T> std::fmt::Debug for Gc<T> {
    fn fmt(&self, f: &mut std::fmt::Formatter) -> std::fmt::Result {
        write!(f, "Gc({:p})", self.0)
    }
}
impl<T> Deref for Gc<T> {
    type Target = T;
    #[inline(always)]
    fn deref(&self) -> &T {
        // SAFETY: I1, I2, I3: the pointer was made from a live object of this layout.
        unsafe { self.0.as_ref() }
    }
}

impl<T: HeapObject> Gc<T> {
    /// Allocates an object of the builtin type itself.
    #[inline(always)]
    pub fn new(content: T) -> Gc<T> {
        Gc::with_shape(T::KIND, content, 0)
    }

    /// Allocates with another shape (a subclass) and `extra` zeroed bytes behind `T`.
    #[inline(always)]
    pub fn with_shape(shape: u32, content: T, extra: usize) -> Gc<T> {
        let g = Gc::with_raw_tail(shape, content, extra);
        if extra != 0 {
            // SAFETY: I4: the words behind the content, which were allocated with it.
            unsafe { std::ptr::write_bytes((g.addr() as *mut u8).add(size_of::<T>()), 0, extra) };
        }
        g
    }

    /// As [`Gc::with_shape`], but what is in the `extra` bytes, which must be no
    /// part that the collector looks at, is left to the caller.
    #[inline(always)]
    pub fn with_raw_tail(shape: u32, content: T, extra: usize) -> Gc<T> {
        let bytes = size_of::<T>() + extra;
        let p = alloc::allocate(Header::word(shape, bytes), bytes) as *mut T;
        // SAFETY: fresh memory of sufficient size and alignment; the header word is saved over
        // the move of the content; the memory of blocks is initialised, by the system or by
        // objects that have died.
        unsafe {
            let word = (*(p as *const Header)).bits();
            p.write(content);
            (*(p as *const Header)).set_bits(word);
            Gc(NonNull::new_unchecked(p))
        }
    }

    /// The pointer to a borrowed object. Heap objects are never moved into
    /// Rust variables, so a borrow of one is a borrow of heap memory.
    #[inline(always)]
    pub fn of(o: &T) -> Gc<T> {
        Gc(NonNull::from(o))
    }

    /// The pointer behind `v`; the caller has checked that it is a `T` (I3).
    #[inline(always)]
    pub fn from_value(v: Value) -> Gc<T> {
        debug_assert!(v.is_ptr());
        // SAFETY: I1: pointer values are never null.
        unsafe { Gc(NonNull::new_unchecked(v.0 as *mut T)) }
    }
}

impl<T> Gc<T> {
    /// The object as a value.
    #[inline(always)]
    pub fn value(self) -> Value {
        Value(self.0.as_ptr() as u64)
    }
    /// The object's address: its identity.
    #[inline(always)]
    pub fn addr(self) -> usize {
        self.0.as_ptr() as usize
    }
    /// The object's header.
    #[inline(always)]
    pub fn header(self) -> &'static Header {
        self.value().header()
    }
    /// Word `i` of the object (0 is the header), read as a value. For words
    /// beyond the fixed struct: instance slots.
    #[inline(always)]
    pub fn word(self, i: usize) -> Value {
        // SAFETY: I3: the shape says that the object has that many words.
        unsafe { *(self.0.as_ptr() as *const Value).add(i) }
    }
    /// Stores a reference in word `i`, with the write barrier.
    #[inline(always)]
    pub fn set_word(self, i: usize, v: Value) {
        barrier(self.value());
        // SAFETY: as `word`.
        unsafe { *(self.0.as_ptr() as *mut Value).add(i) = v }
    }
}

impl<T> Gc<T> {
    /// Stores references in the words from `at` on, with the write barrier.
    #[inline]
    pub fn copy_words(self, at: usize, values: &[Value]) {
        barrier(self.value());
        // SAFETY: as `word`: the shape says that the object has those words.
        unsafe {
            crate::stack::copy_words(
                values.as_ptr(),
                (self.0.as_ptr() as *mut Value).add(at),
                values.len(),
            )
        }
    }
    /// The same of an object of which [`Gc::needs_barrier`] has said no.
    #[inline(always)]
    pub fn copy_words_young(self, at: usize, values: &[Value]) {
        // SAFETY: as `word`: the shape says that the object has those words.
        unsafe {
            crate::stack::copy_short(
                values.as_ptr(),
                (self.0.as_ptr() as *mut Value).add(at),
                values.len(),
            )
        }
    }
    /// Removes what words `from..to` hold, usually few.
    #[inline(always)]
    pub fn clear_words(self, from: usize, to: usize) {
        for i in from..to {
            // SAFETY: as `word`. Volatile, or the compiler makes a call of the loop.
            unsafe {
                (self.0.as_ptr() as *mut Value)
                    .add(i)
                    .write_volatile(Value::NULL)
            }
        }
    }
    /// Stores word `i` without the barrier: `v` is no reference, or
    /// [`Gc::needs_barrier`] has said no.
    #[inline(always)]
    pub fn set_word_young(self, i: usize, v: Value) {
        // SAFETY: as `word`.
        unsafe { *(self.0.as_ptr() as *mut Value).add(i) = v }
    }
    /// Would storing a reference call the collector?
    #[inline(always)]
    pub fn needs_barrier(self) -> bool {
        (self.header().bits() as i64) < 0
    }
}

impl<T> From<Gc<T>> for Value {
    #[inline(always)]
    fn from(g: Gc<T>) -> Value {
        g.value()
    }
}

/// The write barrier: to be run on the object that is about to hold a new
/// reference. One byte test when the object is young or already logged.
#[inline(always)]
pub fn barrier(owner: Value) {
    if (owner.header().bits() as i64) < 0 {
        alloc::barrier_slow(owner);
    }
}

/// What can own a field: a pointer to an object, or a borrow of one.
pub trait Owner {
    /// The object as a value.
    fn owner(self) -> Value;
}
impl<T> Owner for Gc<T> {
    #[inline(always)]
    fn owner(self) -> Value {
        self.value()
    }
}
impl<T: HeapObject> Owner for &T {
    #[inline(always)]
    fn owner(self) -> Value {
        Gc::of(self).value()
    }
}

/// A reference word inside a heap object: a `Value` or a `Gc<T>`.
#[repr(transparent)]
pub struct Field<T = Value>(Cell<Value>, PhantomData<T>);

impl<T> Field<T> {
    /// An absent reference.
    pub const fn null() -> Self {
        Field(Cell::new(Value::NULL), PhantomData)
    }
    /// The raw word.
    #[inline(always)]
    pub fn value(&self) -> Value {
        self.0.get()
    }
    /// Is a reference there?
    #[inline(always)]
    pub fn is_set(&self) -> bool {
        !self.0.get().is_null()
    }
    /// Removes the reference.
    #[inline(always)]
    pub fn clear(&self) {
        self.0.set(Value::NULL)
    }
}

impl Field<Value> {
    /// The initial content of an object that is being allocated.
    #[inline(always)]
    pub const fn new(v: Value) -> Self {
        Field(Cell::new(v), PhantomData)
    }
    #[inline(always)]
    pub fn get(&self) -> Value {
        self.0.get()
    }
    /// Stores `v`; `owner` is the object that this field is part of.
    #[inline(always)]
    pub fn set(&self, owner: impl Owner, v: Value) {
        barrier(owner.owner());
        self.0.set(v)
    }
}

impl<T: HeapObject> Field<Gc<T>> {
    /// The initial content of an object that is being allocated.
    #[inline(always)]
    pub fn of(g: Gc<T>) -> Self {
        Field(Cell::new(g.value()), PhantomData)
    }
    /// As [`Field::of`], absent for `None`.
    #[inline(always)]
    pub fn maybe(g: Option<Gc<T>>) -> Self {
        Field(Cell::new(g.map_or(Value::NULL, Gc::value)), PhantomData)
    }
    /// The reference; it must be set.
    #[inline(always)]
    pub fn gc(&self) -> Gc<T> {
        Gc::from_value(self.0.get())
    }
    /// The reference, if set.
    #[inline(always)]
    pub fn opt(&self) -> Option<Gc<T>> {
        self.0.get().opt().map(Gc::from_value)
    }
    /// Stores a reference; `owner` is the object that this field is part of.
    #[inline(always)]
    pub fn put(&self, owner: impl Owner, g: Gc<T>) {
        barrier(owner.owner());
        self.0.set(g.value())
    }
}

/// `len` bytes of the object `o` from byte `at` on (inline data behind the struct).
#[inline(always)]
pub fn tail_bytes<T: HeapObject>(o: &T, at: usize, len: usize) -> &[u8] {
    // SAFETY: I3: the object was allocated with that many extra bytes.
    unsafe { std::slice::from_raw_parts((o as *const T as *const u8).add(at), len) }
}

/// As [`tail_bytes`], to be written. The caller holds no other slice of them.
#[allow(clippy::mut_from_ref)]
#[inline(always)]
pub fn tail_bytes_mut<T: HeapObject>(o: &T, at: usize, len: usize) -> &mut [u8] {
    // SAFETY: as `tail_bytes`; exclusive by contract under I5.
    unsafe { std::slice::from_raw_parts_mut((o as *const T as *mut u8).add(at), len) }
}

/// `len` values of the object `o` from word `at` on.
#[inline(always)]
pub fn tail_values<T: HeapObject>(o: &T, at: usize, len: usize) -> &[Value] {
    // SAFETY: I3, I4.
    unsafe { std::slice::from_raw_parts((o as *const T as *const Value).add(at), len) }
}

/// Extends a borrow of a buffer that `_owner` refers to to the owner's borrow.
#[inline(always)]
#[allow(clippy::not_unsafe_ptr_arg_deref, clippy::needless_lifetimes)]
pub fn outlive<'a, T: HeapObject>(_owner: &'a T, bytes: *const [u8]) -> &'a [u8] {
    // SAFETY: I1, I2: the owner keeps the buffer alive, and nothing moves.
    unsafe { &*bytes }
}

/// Writes the initial values of a young object's tail words `at..`.
#[inline(always)]
pub fn init_tail_values<T: HeapObject>(o: Gc<T>, at: usize, items: &[Value]) {
    // SAFETY: I3: the object was allocated with that many extra words; it is
    // the newest object, so young, and needs no barrier.
    unsafe {
        std::ptr::copy_nonoverlapping(
            items.as_ptr(),
            (o.addr() as *mut Value).add(at),
            items.len(),
        )
    }
}

/// `len` 64-bit words of raw data of the object `o` from byte `at` on.
#[inline(always)]
pub fn tail_words<T: HeapObject>(o: &T, at: usize, len: usize) -> &[u64] {
    // SAFETY: I3: the object was allocated with that many extra words.
    unsafe { std::slice::from_raw_parts((o as *const T as *const u8).add(at) as *const u64, len) }
}

/// As [`tail_words`], to be written. The caller holds no other slice of them.
#[allow(clippy::mut_from_ref)]
#[inline(always)]
pub fn tail_words_mut<T: HeapObject>(o: &T, at: usize, len: usize) -> &mut [u64] {
    // SAFETY: as `tail_words`; exclusive by contract under I5.
    unsafe { std::slice::from_raw_parts_mut((o as *const T as *mut u8).add(at) as *mut u64, len) }
}

/// A field of a live object, for as long as the caller keeps the object reachable.
#[inline(always)]
pub fn outlive_field(f: &Field) -> &'static Field {
    // SAFETY: I1, I2: objects do not move, and the caller holds the object.
    unsafe { &*(f as *const Field) }
}

/// As [`outlive`], for writing. The caller holds no other slice of the buffer.
#[allow(clippy::mut_from_ref)]
#[inline(always)]
#[allow(clippy::not_unsafe_ptr_arg_deref)]
pub fn outlive_mut<T: HeapObject>(_owner: &T, bytes: *mut [u8]) -> &mut [u8] {
    // SAFETY: as `outlive`; exclusive by contract under I5.
    unsafe { &mut *bytes }
}

/// The bytes of a buffer for as long as the caller keeps it reachable. The
/// caller holds no other slice of it.
#[inline(always)]
#[allow(clippy::not_unsafe_ptr_arg_deref)]
pub fn static_bytes_mut(bytes: *mut [u8]) -> &'static mut [u8] {
    // SAFETY: I1, I2: objects do not move, and the caller holds the object.
    unsafe { &mut *bytes }
}
