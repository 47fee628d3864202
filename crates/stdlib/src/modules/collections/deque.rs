//! `deque`: a ring buffer of references.

use pyjit_heap::{Gc, RefArray, Value};
use pyjit_runtime::core::ops::{self, Cmp};
use pyjit_runtime::core::special::Special;
use pyjit_runtime::core::{call, errors, kinds};
use pyjit_runtime::types::int;
use pyjit_runtime::types::list::List;
use pyjit_runtime::types::list_methods::{self, ReprGuard};
use pyjit_runtime::types::slice;
use pyjit_runtime::types::str_::push_lossless;
use pyjit_runtime::types::tuple::Tuple;
use pyjit_runtime::types::tuple_methods::repeat_count;
use pyjit_runtime::types::type_::{Type, class_of, flags, of_kind, type_name};
use pyjit_runtime::{R, Thread, py_class};

use super::deque_iterator::{backward, forward};
use crate::layout::class_getitem;
use crate::native_layout;

native_layout! {
    /// The ring (its length a power of two, absent at first), index of the
    /// first item, number of items, bound (-1: none), and a number that
    /// changes with every change of length or order.
    Deque = 300, refs 1..2 { ring } ints { start, count, bound, changes }
}

impl Deque {
    /// Number of items.
    #[inline]
    pub fn len(&self) -> usize {
        self.count.get() as usize
    }
    /// Changes when the deque does.
    pub fn state(&self) -> i64 {
        self.changes.get()
    }
    fn changed(&self) {
        self.changes
            .set(self.changes.get().wrapping_add(1) & (i64::MAX >> 1))
    }
    #[inline]
    fn place(&self, ring: Gc<RefArray>, i: usize) -> usize {
        (self.start.get() as usize + i) & (ring.len() - 1)
    }
    /// Item `i < len`.
    #[inline]
    pub fn get(&self, i: usize) -> Value {
        let ring: Gc<RefArray> = Gc::from_value(self.ring.get());
        ring.get(self.place(ring, i))
    }
    fn put(&self, i: usize, v: Value) {
        let ring: Gc<RefArray> = Gc::from_value(self.ring.get());
        ring.set(self.place(ring, i), v);
    }
    /// A ring with room for one more item.
    fn room(&self, t: &Thread) -> R<Gc<RefArray>> {
        let n = self.len();
        let old = self.ring.get().cast_opt::<RefArray>();
        if let Some(ring) = old
            && n < ring.len()
        {
            return Ok(ring);
        }
        let Some(new) = RefArray::new((n * 2).max(8)) else {
            return Err(errors::memory_error(t));
        };
        for i in 0..n {
            new.set(i, self.get(i));
        }
        self.start.set(0);
        self.ring.set(self, new.value());
        Ok(new)
    }
    fn push_back(&self, t: &Thread, v: Value) -> R<()> {
        let ring = self.room(t)?;
        ring.set(self.place(ring, self.len()), v);
        self.count.set(self.count.get() + 1);
        self.changed();
        if self.bound.get() >= 0 && self.count.get() > self.bound.get() {
            self.pop_front();
        }
        Ok(())
    }
    fn push_front(&self, t: &Thread, v: Value) -> R<()> {
        let ring = self.room(t)?;
        let at = (self.start.get() as usize).wrapping_sub(1) & (ring.len() - 1);
        ring.set(at, v);
        self.start.set(at as i64);
        self.count.set(self.count.get() + 1);
        self.changed();
        if self.bound.get() >= 0 && self.count.get() > self.bound.get() {
            self.pop_back();
        }
        Ok(())
    }
    fn pop_front(&self) -> Option<Value> {
        let n = self.count.get();
        if n == 0 {
            return None;
        }
        let ring: Gc<RefArray> = Gc::from_value(self.ring.get());
        let at = self.start.get() as usize;
        let v = ring.get(at);
        ring.clear_range(at, at + 1);
        self.start.set(((at + 1) & (ring.len() - 1)) as i64);
        self.count.set(n - 1);
        self.changed();
        Some(v)
    }
    fn pop_back(&self) -> Option<Value> {
        let n = self.len();
        if n == 0 {
            return None;
        }
        let ring: Gc<RefArray> = Gc::from_value(self.ring.get());
        let at = self.place(ring, n - 1);
        let v = ring.get(at);
        ring.clear_range(at, at + 1);
        self.count.set(n as i64 - 1);
        self.changed();
        Some(v)
    }
    /// The items as a list.
    fn items(&self, t: &Thread) -> R<Gc<List>> {
        let l = List::new();
        l.reserve(t, self.len())?;
        for i in 0..self.len() {
            l.push(t, self.get(i))?;
        }
        Ok(l)
    }
    fn empty_out(&self) {
        self.ring.clear();
        self.start.set(0);
        self.count.set(0);
        self.changed();
    }
    /// Removes item `i < len`.
    fn remove_at(&self, i: usize) {
        for k in i..self.len() - 1 {
            self.put(k, self.get(k + 1));
        }
        self.pop_back();
    }
}

/// An empty deque.
pub fn empty(_t: &Thread) -> Value {
    Deque::alloc(of_kind(300), Value::NULL, 0, 0, -1, 0).value()
}
fn new(_t: &Thread, class: Gc<Type>, _args: Value, _kwargs: Value) -> Gc<Deque> {
    Deque::alloc(class, Value::NULL, 0, 0, -1, 0)
}
fn init(t: &Thread, this: Gc<Deque>, iterable: Option<Value>, maxlen: Option<Value>) -> R<()> {
    let bound = match maxlen.filter(|m| !m.is_none()) {
        None => -1,
        Some(m) if int::is_int(m) => match ops::index_i64(t, m)? {
            n if n < 0 => {
                return Err(errors::value_error(t, "maxlen must be non-negative"));
            }
            n => n,
        },
        Some(_) => return Err(errors::type_error(t, "an integer is required")),
    };
    this.bound.set(bound);
    this.empty_out();
    match iterable {
        Some(v) => extend(t, this, v),
        None => Ok(()),
    }
}
fn append(t: &Thread, this: Gc<Deque>, v: Value) -> R<()> {
    this.push_back(t, v)
}
fn append_left(t: &Thread, this: Gc<Deque>, v: Value) -> R<()> {
    this.push_front(t, v)
}
fn pop(t: &Thread, this: Gc<Deque>) -> R<Value> {
    this.pop_back()
        .ok_or_else(|| errors::index_error(t, "pop from an empty deque"))
}
fn pop_left(t: &Thread, this: Gc<Deque>) -> R<Value> {
    this.pop_front()
        .ok_or_else(|| errors::index_error(t, "pop from an empty deque"))
}
/// The source of an `extend`; the deque itself is copied first.
fn source(t: &Thread, this: Gc<Deque>, v: Value) -> R<Value> {
    if v == this.value() {
        return Ok(this.items(t)?.value());
    }
    Ok(v)
}
fn extend(t: &Thread, this: Gc<Deque>, v: Value) -> R<()> {
    let v = source(t, this, v)?;
    ops::for_each(t, v, |x| this.push_back(t, x))
}
fn extend_left(t: &Thread, this: Gc<Deque>, v: Value) -> R<()> {
    let v = source(t, this, v)?;
    ops::for_each(t, v, |x| this.push_front(t, x))
}
fn clear(_t: &Thread, this: Gc<Deque>) {
    this.empty_out()
}
fn same_kind(t: &Thread, this: Gc<Deque>, items: Value) -> R<Value> {
    let class = class_of(this.value());
    let bound = this.bound.get();
    if class == of_kind(300) {
        let d: Gc<Deque> = Gc::from_value(empty(t));
        d.bound.set(bound);
        extend(t, d, items)?;
        return Ok(d.value());
    }
    let new = if bound < 0 {
        call::call(t, class.value(), &[items])?
    } else {
        call::call(t, class.value(), &[items, int::from_i64(t, bound)])?
    };
    if new.cast::<Deque>().is_none() {
        let m = format!(
            "{}() must return a deque, not {}",
            class.name_str(),
            type_name(new)
        );
        return Err(errors::type_error(t, m));
    }
    Ok(new)
}
fn copy(t: &Thread, this: Gc<Deque>) -> R<Value> {
    same_kind(t, this, this.value())
}
/// The first item from `from` on that equals `v`, up to `to`.
fn find(t: &Thread, this: Gc<Deque>, v: Value, from: usize, to: usize) -> R<Option<usize>> {
    let state = this.state();
    for i in from..to {
        let hit = ops::same_or_eq(t, this.get(i), v)?;
        if this.state() != state {
            let m = "deque mutated during iteration";
            return Err(errors::runtime_error(t, m));
        }
        if hit {
            return Ok(Some(i));
        }
    }
    Ok(None)
}
fn count(t: &Thread, this: Gc<Deque>, v: Value) -> R<usize> {
    let (mut n, mut from) = (0, 0);
    while let Some(i) = find(t, this, v, from, this.len())? {
        n += 1;
        from = i + 1;
    }
    Ok(n)
}
fn contains(t: &Thread, this: Gc<Deque>, v: Value) -> R<bool> {
    Ok(find(t, this, v, 0, this.len())?.is_some())
}
fn index(
    t: &Thread,
    this: Gc<Deque>,
    v: Value,
    start: Option<Value>,
    stop: Option<Value>,
) -> R<usize> {
    let n = this.len();
    let from = slice::clamp_bound(t, start, 0, n)?;
    let to = slice::clamp_bound(t, stop, n, n)?;
    match find(t, this, v, from, to)? {
        Some(i) => Ok(i),
        None => Err(errors::value_error(t, "deque.index(x): x not in deque")),
    }
}
fn remove(t: &Thread, this: Gc<Deque>, v: Value) -> R<()> {
    let (state, n) = (this.state(), this.len());
    for i in 0..n {
        let hit = ops::same_or_eq(t, this.get(i), v)?;
        if this.state() != state {
            let m = "deque mutated during remove().";
            return Err(errors::index_error(t, m));
        }
        if hit {
            this.remove_at(i);
            return Ok(());
        }
    }
    Err(errors::value_error(t, "deque.remove(x): x not in deque"))
}
fn insert(t: &Thread, this: Gc<Deque>, index: i64, v: Value) -> R<()> {
    let n = this.len() as i64;
    if this.bound.get() == n {
        let m = "deque already at its maximum size";
        return Err(errors::index_error(t, m));
    }
    let i = if index < 0 {
        (index + n).max(0)
    } else {
        index.min(n)
    } as usize;
    this.push_back(t, v)?;
    for k in (i..this.len() - 1).rev() {
        this.put(k + 1, this.get(k));
    }
    this.put(i, v);
    Ok(())
}
fn rotate(t: &Thread, this: Gc<Deque>, n: Option<i64>) -> R<()> {
    let len = this.count.get();
    if len <= 1 {
        return Ok(());
    }
    let by = n.unwrap_or(1).rem_euclid(len);
    // The shorter way round.
    if by <= len / 2 {
        for _ in 0..by {
            if let Some(v) = this.pop_back() {
                this.push_front(t, v)?;
            }
        }
    } else {
        for _ in by..len {
            if let Some(v) = this.pop_front() {
                this.push_back(t, v)?;
            }
        }
    }
    this.changed();
    Ok(())
}
fn reverse(_t: &Thread, this: Gc<Deque>) {
    let n = this.len();
    for i in 0..n / 2 {
        let (a, b) = (this.get(i), this.get(n - 1 - i));
        this.put(i, b);
        this.put(n - 1 - i, a);
    }
    this.changed();
}
fn len(_t: &Thread, this: Gc<Deque>) -> usize {
    this.len()
}
/// An index that must be in range.
fn position(t: &Thread, this: Gc<Deque>, key: Value) -> R<usize> {
    if !int::is_int(key) && class_of(key).special(Special::Index).is_none() {
        let m = format!("sequence index must be integer, not '{}'", type_name(key));
        return Err(errors::type_error(t, m));
    }
    let (i, n) = (ops::index_i64(t, key)?, this.count.get());
    let i = if i < 0 { i + n } else { i };
    if !(0..n).contains(&i) {
        return Err(errors::index_error(t, "deque index out of range"));
    }
    Ok(i as usize)
}
fn getitem(t: &Thread, this: Gc<Deque>, key: Value) -> R<Value> {
    Ok(this.get(position(t, this, key)?))
}
fn setitem(t: &Thread, this: Gc<Deque>, key: Value, v: Value) -> R<()> {
    let i = position(t, this, key)?;
    this.put(i, v);
    Ok(())
}
fn delitem(t: &Thread, this: Gc<Deque>, key: Value) -> R<()> {
    let i = position(t, this, key)?;
    this.remove_at(i);
    Ok(())
}
fn add(t: &Thread, this: Gc<Deque>, other: Value) -> R<Value> {
    if other.cast::<Deque>().is_none() {
        let m = format!(
            "can only concatenate deque (not \"{}\") to deque",
            type_name(other)
        );
        return Err(errors::type_error(t, m));
    }
    let new = copy(t, this)?;
    extend(t, Gc::from_value(new), other)?;
    Ok(new)
}
fn iadd(t: &Thread, this: Gc<Deque>, other: Value) -> R<Value> {
    extend(t, this, other)?;
    Ok(this.value())
}
fn imul(t: &Thread, this: Gc<Deque>, n: Value) -> R<Value> {
    let Some(n) = repeat_count(t, n)? else {
        return Ok(Value::NOT_IMPLEMENTED);
    };
    let items = this.items(t)?;
    this.empty_out();
    let total = items.len().checked_mul(n).filter(|n| *n < 1 << 40);
    if total.is_none() {
        return Err(errors::memory_error(t));
    }
    // Only the last `bound` items stay.
    let bound = this.bound.get();
    let rounds = match bound {
        b if b >= 0 && !items.is_empty() => n.min(b as usize / items.len() + 1),
        _ => n,
    };
    for _ in 0..rounds {
        extend(t, this, items.value())?;
    }
    Ok(this.value())
}
fn mul(t: &Thread, this: Gc<Deque>, n: Value) -> R<Value> {
    if repeat_count(t, n)?.is_none() {
        return Ok(Value::NOT_IMPLEMENTED);
    }
    let new = copy(t, this)?;
    imul(t, Gc::from_value(new), n)
}
fn compare(t: &Thread, cmp: Cmp, a: Gc<Deque>, b: Value) -> R<Value> {
    let Some(b) = b.cast::<Deque>() else {
        return Ok(Value::NOT_IMPLEMENTED);
    };
    call::enter_native(t, " in comparison")?;
    if a.len() != b.len() && matches!(cmp, Cmp::Eq | Cmp::Ne) {
        return Ok(Value::bool(cmp == Cmp::Ne));
    }
    let mut i = 0;
    while i < a.len().min(b.len()) {
        let (x, y) = (a.get(i), b.get(i));
        if !ops::same_or_eq(t, x, y)? {
            return match cmp {
                Cmp::Eq => Ok(Value::FALSE),
                Cmp::Ne => Ok(Value::TRUE),
                _ => ops::compare(t, cmp, x, y),
            };
        }
        i += 1;
    }
    Ok(Value::bool(cmp.of(a.len().cmp(&b.len()))))
}
pyjit_runtime::comparisons!(Gc<Deque>, compare);
fn repr(t: &Thread, this: Gc<Deque>) -> R<String> {
    let Some(_guard) = ReprGuard::enter(t, this.value()) else {
        return Ok("[...]".into());
    };
    let items = list_methods::from_iterable(t, this.value())?;
    let mut s = format!("{}(", class_of(this.value()).name_str());
    push_lossless(&mut s, ops::repr(t, items.value())?);
    if this.bound.get() >= 0 {
        s.push_str(&format!(", maxlen={}", this.bound.get()));
    }
    s.push(')');
    Ok(s)
}
fn reduce(t: &Thread, this: Gc<Deque>) -> R<Gc<Tuple>> {
    let state = call::call_attr(t, this.value(), "__getstate__", &[])?;
    let it = ops::iter(t, this.value())?;
    let args = match this.bound.get() {
        -1 => Tuple::new(&[]),
        n => Tuple::new(&[Tuple::new(&[]).value(), Value::int(n)]),
    };
    let class = class_of(this.value()).value();
    Ok(Tuple::new(&[class, args.value(), state, it]))
}
fn maxlen(_t: &Thread, this: Gc<Deque>) -> Option<i64> {
    Some(this.bound.get()).filter(|b| *b >= 0)
}
fn sizeof(_t: &Thread, this: Gc<Deque>) -> usize {
    48 + this
        .ring
        .get()
        .cast_opt::<RefArray>()
        .map_or(0, |r| r.len() * 8)
}

py_class! {
    /// A list-like sequence optimized for data accesses near its endpoints.
    pub CLASS: Deque = "deque", base kinds::OBJECT, flags flags::BASETYPE | flags::SEQUENCE | flags::HAS_WEAKREF, module "collections";
    methods {
        @staticmethod __new__(cls, /, *args, **kwargs) => new;
        __init__(self, iterable=(), maxlen=None) => init;
        /// Add an element to the right side of the deque.
        append(self, item, /) => append [leaf];
        /// Add an element to the left side of the deque.
        appendleft(self, item, /) => append_left [leaf];
        /// Remove and return the rightmost element.
        pop(self, /) => pop [leaf];
        /// Remove and return the leftmost element.
        popleft(self, /) => pop_left [leaf];
        /// Extend the right side of the deque with elements from the iterable.
        extend(self, iterable, /) => extend;
        /// Extend the left side of the deque with elements from the iterable.
        extendleft(self, iterable, /) => extend_left;
        /// Remove all elements from the deque.
        clear(self, /) => clear [leaf no_raise];
        /// Return a shallow copy of a deque.
        copy(self, /) => copy;
        /// Return a shallow copy of a deque.
        __copy__(self, /) => copy;
        /// Return number of occurrences of value.
        count(self, value, /) => count;
        /// Return first index of value.
        ///
        /// Raises ValueError if the value is not present.
        index(self, value, start=0, stop=9223372036854775807, /) => index;
        /// Remove first occurrence of value.
        remove(self, value, /) => remove;
        /// Insert value before index.
        insert(self, index, value, /) => insert;
        /// Rotate the deque n steps to the right.  If n is negative, rotates left.
        rotate(self, n=1, /) => rotate;
        /// Reverse *IN PLACE*.
        reverse(self, /) => reverse [leaf no_raise];
        __len__(self, /) => len [leaf no_raise reads];
        __contains__(self, key, /) => contains;
        __getitem__(self, key, /) => getitem;
        __setitem__(self, key, value, /) => setitem;
        __delitem__(self, key, /) => delitem;
        __add__(self, value, /) => add;
        __iadd__(self, value, /) => iadd;
        __mul__(self, value, /) => mul;
        __rmul__(self, value, /) => mul;
        __imul__(self, value, /) => imul;
        __iter__(self, /) => forward [leaf no_raise];
        /// Return a reverse iterator over the deque.
        __reversed__(self, /) => backward [leaf no_raise];
        __lt__(self, value, /) => lt; __le__(self, value, /) => le; __eq__(self, value, /) => eq;
        __ne__(self, value, /) => ne; __gt__(self, value, /) => gt; __ge__(self, value, /) => ge;
        __repr__(self, /) => repr;
        /// Return state information for pickling.
        __reduce__(self, /) => reduce;
        /// Return the size of the deque in memory, in bytes.
        __sizeof__(self, /) => sizeof;
        /// See PEP 585
        @classmethod __class_getitem__(cls, object, /) => class_getitem;
    }
    getset {
        /// maximum size of a deque or None if unbounded
        maxlen => maxlen;
    }
}
