//! The tagged 64-bit word that every Python value is.
//!
//! | low bits | meaning |
//! |---|---|
//! | `…1` | small int, 63 bits: `(i << 1) \| 1` |
//! | `…10` | immediate double: rotated, exponent rebased; the word 2 is `0.0` |
//! | `…100` | `None`, `False`, `True`, `NotImplemented`, `Ellipsis` |
//! | `…000` | pointer to a heap object; the word 0 is "absent" ([`Value::NULL`]) |

use crate::object::{Gc, Header, HeapObject};

/// A Python value, or [`Value::NULL`] for "absent, unbound, exception pending".
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
#[repr(transparent)]
pub struct Value(pub u64);

/// Added to the rotated bits of a double when it is decoded.
pub const FLOAT_BIAS: u64 = 0x380 << 53;
/// The word of the immediate double `0.0`.
pub const FLOAT_ZERO: u64 = 2;

impl Value {
    /// Absent: an unbound variable, a missing argument, a pending exception.
    pub const NULL: Value = Value(0);
    /// `None`.
    pub const NONE: Value = Value(0x04);
    /// `False`.
    pub const FALSE: Value = Value(0x0c);
    /// `True`.
    pub const TRUE: Value = Value(0x14);
    /// `NotImplemented`.
    pub const NOT_IMPLEMENTED: Value = Value(0x1c);
    /// `Ellipsis`.
    pub const ELLIPSIS: Value = Value(0x24);
    /// The smallest small int.
    pub const MIN_SMALL: i64 = -(1 << 62);
    /// The largest small int.
    pub const MAX_SMALL: i64 = (1 << 62) - 1;

    /// A small int. `i` must fit 63 bits; see [`Value::try_int`].
    #[inline(always)]
    pub const fn int(i: i64) -> Value {
        Value(((i as u64) << 1) | 1)
    }

    /// A small int, or `None` when `i` needs more than 63 bits.
    #[inline(always)]
    pub const fn try_int(i: i64) -> Option<Value> {
        if (i << 1) >> 1 == i {
            Some(Value::int(i))
        } else {
            None
        }
    }

    /// `True` or `False`.
    #[inline(always)]
    pub const fn bool(b: bool) -> Value {
        Value(0x0c + ((b as u64) << 3))
    }

    /// The immediate form of `d`, if it has one (nearly all doubles do).
    #[inline(always)]
    pub const fn try_float(d: f64) -> Option<Value> {
        let t = d.to_bits().rotate_left(1).wrapping_sub(FLOAT_BIAS);
        if t >> 61 == 0 && t != 0 {
            return Some(Value(t * 4 + 2));
        }
        if d.to_bits() == 0 {
            Some(Value(FLOAT_ZERO))
        } else {
            None
        }
    }

    #[inline(always)]
    pub const fn is_null(self) -> bool {
        self.0 == 0
    }
    #[inline(always)]
    pub const fn is_int(self) -> bool {
        self.0 & 1 != 0
    }
    /// Is it an immediate double? (Boxed ones are heap objects.)
    #[inline(always)]
    pub const fn is_float(self) -> bool {
        self.0 & 3 == 2
    }
    /// Is it a heap object?
    #[inline(always)]
    pub const fn is_ptr(self) -> bool {
        self.0 & 7 == 0 && self.0 != 0
    }
    /// Has it a pointer's tag? For words that are known not to be absent.
    #[inline(always)]
    pub const fn has_pointer_tag(self) -> bool {
        self.0 & 7 == 0
    }
    #[inline(always)]
    pub const fn is_none(self) -> bool {
        self.0 == Value::NONE.0
    }
    #[inline(always)]
    pub const fn is_bool(self) -> bool {
        self.0 == Value::TRUE.0 || self.0 == Value::FALSE.0
    }

    /// The small int. Meaningless unless [`Value::is_int`].
    #[inline(always)]
    pub const fn as_int(self) -> i64 {
        (self.0 as i64) >> 1
    }

    /// The immediate double. Meaningless unless [`Value::is_float`].
    #[inline(always)]
    pub const fn as_float(self) -> f64 {
        if self.0 == FLOAT_ZERO {
            return 0.0;
        }
        f64::from_bits((self.0 >> 2).wrapping_add(FLOAT_BIAS).rotate_right(1))
    }

    /// The object's header. Only for pointers.
    #[inline(always)]
    pub fn header(self) -> &'static Header {
        debug_assert!(self.is_ptr(), "not a pointer: {:#x}", self.0);
        // SAFETY: I1.
        unsafe { &*(self.0 as *const Header) }
    }

    /// The object's shape number. Only for pointers.
    #[inline(always)]
    pub fn shape_id(self) -> u32 {
        self.header().shape_id()
    }

    /// The object as a `T`, if its native layout is exactly or begins with `T`
    /// (subclasses included).
    #[inline(always)]
    pub fn cast<T: HeapObject>(self) -> Option<Gc<T>> {
        if self.is_ptr()
            && (self.shape_id() == T::KIND || crate::shape::get(self.shape_id()).kind() == T::KIND)
        {
            Some(Gc::from_value(self))
        } else {
            None
        }
    }

    /// As [`Value::cast`], also `None` for [`Value::NULL`].
    #[inline(always)]
    pub fn cast_opt<T: HeapObject>(self) -> Option<Gc<T>> {
        if self.is_null() {
            None
        } else {
            self.cast::<T>()
        }
    }

    /// The object as a `T` if its class is exactly the builtin one.
    #[inline(always)]
    pub fn cast_exact<T: HeapObject>(self) -> Option<Gc<T>> {
        if self.is_ptr() && self.shape_id() == T::KIND {
            Some(Gc::from_value(self))
        } else {
            None
        }
    }

    /// `Some(self)` unless it is [`Value::NULL`].
    #[inline(always)]
    pub const fn opt(self) -> Option<Value> {
        if self.0 == 0 { None } else { Some(self) }
    }
}

impl std::fmt::Debug for Value {
    fn fmt(&self, f: &mut std::fmt::Formatter) -> std::fmt::Result {
        match *self {
            Value::NULL => write!(f, "NULL"),
            Value::NONE => write!(f, "None"),
            Value::TRUE => write!(f, "True"),
            Value::FALSE => write!(f, "False"),
            v if v.is_int() => write!(f, "{}", v.as_int()),
            v if v.is_float() => write!(f, "{:?}", v.as_float()),
            v => write!(f, "<{:#x}>", v.0),
        }
    }
}
