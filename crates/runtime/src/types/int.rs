//! `int`: small ints are immediate words, others are [`Int`] objects with
//! limbs in the heap.

use std::cell::Cell;

use pyjit_heap::{Field, Gc, Header, Value, heap_object, object};

use crate::bigint::{self, ErrorClass, IntRef, NumError, NumResult, SmallInt};
use crate::core::thread::{R, Raised, Thread};
use crate::core::{errors, kinds};
use crate::types::type_::{self, Type};

/// An integer beyond 63 bits, or an instance of a subclass of `int`.
#[repr(C)]
pub struct Int {
    header: Header,
    /// Absent in an exact `int`. In a subclass instance: the exact value.
    pub value: Field,
    /// Number of limbs, negative for a negative number; the limbs (least
    /// significant first) follow inline.
    size: Cell<i64>,
}
heap_object!(Int = kinds::INT, refs 1..2);

/// Bytes before the limbs.
const FIXED: usize = size_of::<Int>();
/// Bytes from the header to the number of limbs, and to the limbs.
pub const SIZE_OFFSET: usize = std::mem::offset_of!(Int, size);
pub const LIMBS_OFFSET: usize = FIXED;

impl Int {
    /// The limbs, least significant first.
    pub fn limbs(&self) -> &[u64] {
        object::tail_words(self, FIXED, self.size.get().unsigned_abs() as usize)
    }
    /// The magnitude, if it is not negative and has at most two limbs.
    #[inline(always)]
    pub fn magnitude(&self) -> Option<u128> {
        match self.size.get() {
            1 => Some(u128::from(object::tail_words(self, FIXED, 1)[0])),
            2 => {
                let l = object::tail_words(self, FIXED, 2);
                Some(u128::from(l[0]) | u128::from(l[1]) << 64)
            }
            _ => None,
        }
    }
    fn set_size(&self, negative: bool, n: usize) {
        self.size.set(if negative { -(n as i64) } else { n as i64 });
    }
    /// Is it negative?
    pub fn is_negative(&self) -> bool {
        self.size.get() < 0
    }
}

/// The int `i`.
#[inline]
pub fn from_i64(_t: &Thread, i: i64) -> Value {
    match Value::try_int(i) {
        Some(v) => v,
        None => from_limbs(i < 0, &[i.unsigned_abs()]),
    }
}

/// The int with this sign and magnitude; small results become immediate.
pub fn from_limbs(negative: bool, limbs: &[u64]) -> Value {
    let n = limbs.iter().rposition(|l| *l != 0).map_or(0, |i| i + 1);
    let limbs = &limbs[..n];
    if n == 0 {
        return Value::int(0);
    }
    if n == 1 && limbs[0] <= 1 << 62 {
        let i = if negative {
            (limbs[0] as i64).wrapping_neg()
        } else {
            limbs[0] as i64
        };
        if let Some(v) = Value::try_int(i) {
            return v;
        }
    }
    let g = room(n);
    g.set_size(negative, n);
    object::tail_words_mut(&*g, FIXED, n).copy_from_slice(limbs);
    g.value()
}

/// An int object with room for `n` limbs.
fn room(n: usize) -> Gc<Int> {
    let int = Int {
        header: Header::NEW,
        value: Field::null(),
        size: Cell::new(0),
    };
    Gc::with_raw_tail(kinds::INT, int, n * 8)
}

/// The int whose `n` limbs `fill` writes, straight into the object; `fill`
/// gives the sign and must not allocate. Leading zeros are cut off.
pub fn filled(n: usize, fill: impl FnOnce(&mut [u64]) -> bool) -> Value {
    let g = room(n);
    let limbs = object::tail_words_mut(&*g, FIXED, n);
    let negative = fill(limbs);
    match bigint::mag::trimmed(limbs) {
        short @ ([] | [_]) => from_limbs(negative, short),
        long => {
            g.set_size(negative, long.len());
            g.value()
        }
    }
}

/// The int with this sign and magnitude; small results become immediate.
#[inline]
pub fn from_magnitude(negative: bool, m: u128) -> Value {
    if m < 1 << 62 {
        return Value::int(if negative { -(m as i64) } else { m as i64 });
    }
    let (low, high) = (m as u64, (m >> 64) as u64);
    if high == 0 && !negative {
        let g = Gc::with_shape(kinds::INT, WithLimbs::<1>::new([low]), 0);
        return g.value();
    }
    if high == 0 {
        return from_limbs(negative, &[low]);
    }
    if negative {
        return from_limbs(negative, &[low, high]);
    }
    Gc::with_shape(kinds::INT, WithLimbs::<2>::new([low, high]), 0).value()
}

/// A positive [`Int`] together with its limbs, written in one go.
#[repr(C)]
struct WithLimbs<const N: usize> {
    int: Int,
    limbs: [u64; N],
}
heap_object!(WithLimbs<1> = kinds::INT, refs 1..2);
heap_object!(WithLimbs<2> = kinds::INT, refs 1..2);

impl<const N: usize> WithLimbs<N> {
    #[inline(always)]
    fn new(limbs: [u64; N]) -> Self {
        WithLimbs {
            int: Int {
                header: Header::NEW,
                value: Field::null(),
                size: Cell::new(N as i64),
            },
            limbs,
        }
    }
}

/// Is it an `int` (or `bool`, or of a subclass)?
#[inline]
pub fn is_int(v: Value) -> bool {
    v.is_int() || v.is_bool() || v.cast::<Int>().is_some()
}

/// The exact int value of an `int`, `bool` or subclass instance: a small int
/// or an exact [`Int`].
#[inline]
pub fn exact(v: Value) -> Option<Value> {
    if v.is_int() {
        return Some(v);
    }
    if v.is_bool() {
        return Some(Value::int((v == Value::TRUE) as i64));
    }
    v.cast::<Int>().map(|g| g.value.value().opt().unwrap_or(v))
}

/// As a machine integer, if it is an int that fits.
pub fn to_i64(v: Value) -> Option<i64> {
    let v = exact(v)?;
    if v.is_int() {
        return Some(v.as_int());
    }
    let g: Gc<Int> = Gc::from_value(v);
    match (g.limbs(), g.is_negative()) {
        ([l], false) => i64::try_from(*l).ok(),
        ([l], true) if *l <= 1 << 63 => Some((*l as i64).wrapping_neg()),
        _ => None,
    }
}

/// A hash result: machine integers as they are, bigger ones reduced as `hash(int)`.
pub fn to_i64_wrapping(v: Value) -> Option<i64> {
    let v = exact(v)?;
    if let Some(i) = to_i64(v) {
        return Some(i);
    }
    let g: Gc<Int> = Gc::from_value(v);
    Some(hash_limbs(g.is_negative(), g.limbs()))
}

/// Sign test for an int.
pub fn is_negative(v: Value) -> bool {
    match exact(v) {
        Some(v) if v.is_int() => v.as_int() < 0,
        Some(v) => Gc::<Int>::from_value(v).is_negative(),
        None => false,
    }
}

/// Modulus of numeric hashes: 2^61 - 1.
pub const HASH_MODULUS: u64 = (1 << 61) - 1;

/// `hash(i)` of a small int.
#[inline(always)]
pub fn hash_small(i: i64) -> i64 {
    let m = HASH_MODULUS as i64;
    if i > -m && i < m && i != -1 {
        return i;
    }
    let r = i % m;
    if r == -1 { -2 } else { r }
}

fn hash_limbs(negative: bool, limbs: &[u64]) -> i64 {
    let r = limbs.iter().rev().fold(0u128, |r, l| {
        ((r << 64) | *l as u128) % HASH_MODULUS as u128
    });
    let r = if negative { -(r as i64) } else { r as i64 };
    if r == -1 { -2 } else { r }
}

/// An int as an operand of the pure arithmetic.
pub enum Operand {
    Small(SmallInt),
    Big(Gc<Int>),
}

impl Operand {
    /// The operand, borrowed.
    #[inline]
    pub fn as_ref(&self) -> IntRef<'_> {
        match self {
            Operand::Small(s) => s.as_ref(),
            Operand::Big(g) => IntRef::new(g.is_negative(), g.limbs()),
        }
    }
}

/// `v` as an operand, if it is an int of any kind.
#[inline]
pub fn operand(v: Value) -> Option<Operand> {
    let v = exact(v)?;
    Some(if v.is_int() {
        Operand::Small(SmallInt::new(v.as_int()))
    } else {
        Operand::Big(Gc::from_value(v))
    })
}

/// The object for a result of the pure arithmetic.
#[inline]
pub fn from_big(i: &bigint::Int) -> Value {
    let r = i.as_ref();
    from_limbs(r.negative, r.mag)
}

/// Warns when method `name` gave an instance of a subclass of `int`.
pub fn warn_subclass(t: &Thread, name: &str, v: Value) -> R<()> {
    let class = type_::class_of(v);
    if class == type_::of_kind(kinds::INT) {
        return Ok(());
    }
    let m = format!(
        "{name} returned non-int (type {}).  The ability to return an instance of a strict \
         subclass of int is deprecated, and may be removed in a future version of Python.",
        type_::type_name(v)
    );
    crate::core::warn::deprecated(t, &m)
}

/// Raises what the pure code reports.
#[cold]
pub fn raise(t: &Thread, e: NumError) -> Raised {
    match e.class {
        ErrorClass::Value => errors::value_error(t, &*e.message),
        ErrorClass::Overflow => errors::overflow_error(t, &*e.message),
        ErrorClass::ZeroDivision => errors::zero_division(t, &*e.message),
        ErrorClass::Type => errors::type_error(t, &*e.message),
        ErrorClass::Memory if e.message.is_empty() => errors::memory_error(t),
        ErrorClass::Memory => {
            errors::raise(t, crate::types::exceptions::Exc::MemoryError, &*e.message)
        }
    }
}

/// A result of the pure arithmetic as an object.
#[inline]
pub fn result(t: &Thread, r: NumResult<bigint::Int>) -> R<Value> {
    match r {
        Ok(i) => Ok(from_big(&i)),
        Err(e) => Err(raise(t, e)),
    }
}

/// As a double; `OverflowError` when too large.
pub fn to_f64(t: &Thread, v: Value) -> R<f64> {
    match exact(v) {
        Some(v) if v.is_int() => Ok(v.as_int() as f64),
        Some(v) => {
            bigint::to_f64(Operand::Big(Gc::from_value(v)).as_ref()).map_err(|e| raise(t, e))
        }
        None => Err(errors::type_error(t, "an integer is required")),
    }
}

/// An instance of a subclass of `int` with the exact value `v`.
pub fn with_class(class: Gc<Type>, v: Value) -> Value {
    let i = Int {
        header: Header::NEW,
        value: Field::new(v),
        size: Cell::new(0),
    };
    Gc::with_shape(
        class.root_shape.get(),
        i,
        class.extra_bytes(crate::core::class::words::<Int>()),
    )
    .value()
}
