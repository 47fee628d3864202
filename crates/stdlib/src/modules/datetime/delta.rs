//! `timedelta`: days, and microseconds of a day.

use std::cell::Cell;
use std::fmt::Write as _;

use pyjit_heap::{Gc, Header, Value, heap_object};
use pyjit_runtime::core::ops::{BinOp, Cmp};
use pyjit_runtime::core::{errors, kinds, ops};
use pyjit_runtime::types::tuple::Tuple;
use pyjit_runtime::types::type_::{Type, class_of, flags, of_kind, type_name};
use pyjit_runtime::types::{float, int};
use pyjit_runtime::{R, Thread, comparisons, py_class};

use super::calendar::{DAY, HOUR, MINUTE, SECOND};
use super::{alloc, text_of_class};

/// The layout's number.
pub const KIND: u32 = 520;
/// A duration.
#[repr(C)]
pub struct Delta {
    header: Header,
    days: Cell<i64>,
    /// Microseconds, from 0 to less than a day.
    rest: Cell<i64>,
}
heap_object!(Delta = KIND, no refs);
pub type T = Gc<Delta>;

const MAX_DAYS: i64 = 999_999_999;

impl Delta {
    /// All of it, in microseconds.
    pub fn micros(&self) -> i128 {
        i128::from(self.days.get()) * i128::from(DAY) + i128::from(self.rest.get())
    }
    /// Days, and microseconds of a day.
    pub fn parts(&self) -> (i64, i64) {
        (self.days.get(), self.rest.get())
    }
    /// Is it less than a day, forwards or backwards?
    pub fn is_offset(&self) -> bool {
        self.micros().abs() < i128::from(DAY)
    }
}

fn make_of(t: &Thread, class: Gc<Type>, micros: i128) -> R<T> {
    let day = i128::from(DAY);
    let (days, rest) = (micros.div_euclid(day), micros.rem_euclid(day) as i64);
    let Ok(days) = i32::try_from(days) else {
        return Err(too_large(t));
    };
    let days = i64::from(days);
    if days.abs() > MAX_DAYS {
        let m = format!("days={days}; must have magnitude <= {MAX_DAYS}");
        return Err(errors::overflow_error(t, m));
    }
    let o = Delta {
        header: Header::NEW,
        days: Cell::new(days),
        rest: Cell::new(rest),
    };
    Ok(alloc(class, o))
}
/// The duration of so many microseconds.
pub fn make(t: &Thread, micros: i128) -> R<T> {
    make_of(t, of_kind(KIND), micros)
}
fn too_large(t: &Thread) -> pyjit_runtime::Raised {
    errors::overflow_error(t, "Python int too large to convert to C int")
}

/// An int of no more than 127 bits.
fn wide(v: Value) -> Option<i128> {
    let n = int::operand(v)?;
    let r = n.as_ref();
    let m = match *r.mag {
        [] => 0,
        [a] => u128::from(a),
        [a, b] => u128::from(a) | u128::from(b) << 64,
        _ => return None,
    };
    let m = i128::try_from(m).ok()?;
    Some(if r.negative { -m } else { m })
}
fn of_wide(n: i128) -> Value {
    int::from_magnitude(n < 0, n.unsigned_abs())
}

/// Sum of the arguments of a constructor: whole microseconds, and what remains.
struct Sum {
    whole: i128,
    rest: f64,
}
impl Sum {
    fn add(&mut self, t: &Thread, v: Option<Value>, unit: i64, name: &str) -> R<()> {
        let Some(v) = v else { return Ok(()) };
        let add = |sum: i128, n: i128| sum.checked_add(n.checked_mul(i128::from(unit))?);
        if int::is_int(v) {
            let sum = wide(v).and_then(|n| add(self.whole, n));
            self.whole = sum.ok_or_else(|| too_large(t))?;
            return Ok(());
        }
        let Some(x) = float::get(v) else {
            let kind = type_name(v);
            let m = format!("unsupported type for timedelta {name} component: {kind}");
            return Err(errors::type_error(t, m));
        };
        if x.is_nan() {
            let m = "cannot convert float NaN to integer";
            return Err(errors::value_error(t, m));
        }
        if x.is_infinite() {
            let m = "cannot convert float infinity to integer";
            return Err(errors::overflow_error(t, m));
        }
        if x.abs() > 1e25 {
            return Err(too_large(t));
        }
        let part = x.fract() * unit as f64;
        let sum = add(self.whole, x.trunc() as i128).and_then(|s| s.checked_add(part as i128));
        self.whole = sum.ok_or_else(|| too_large(t))?;
        self.rest += part.fract();
        Ok(())
    }
    /// Rounded, half to even.
    fn rounded(&self) -> i128 {
        let mut whole = self.rest.round();
        if (whole - self.rest).abs() == 0.5 {
            let odd = (self.whole & 1) as f64;
            whole = 2.0 * ((self.rest + odd.abs()) * 0.5).round() - odd.abs();
        }
        self.whole + whole as i128
    }
}

#[allow(clippy::too_many_arguments)]
fn new(
    t: &Thread,
    class: Gc<Type>,
    days: Option<Value>,
    seconds: Option<Value>,
    microseconds: Option<Value>,
    milliseconds: Option<Value>,
    minutes: Option<Value>,
    hours: Option<Value>,
    weeks: Option<Value>,
) -> R<T> {
    let mut sum = Sum { whole: 0, rest: 0. };
    for (v, unit, name) in [
        (microseconds, 1, "microseconds"),
        (milliseconds, 1000, "milliseconds"),
        (seconds, SECOND, "seconds"),
        (minutes, MINUTE, "minutes"),
        (hours, HOUR, "hours"),
        (days, DAY, "days"),
        (weeks, 7 * DAY, "weeks"),
    ] {
        sum.add(t, v, unit, name)?;
    }
    make_of(t, class, sum.rounded())
}

fn days(_t: &Thread, this: T) -> i64 {
    this.days.get()
}
fn seconds(_t: &Thread, this: T) -> i64 {
    this.rest.get() / SECOND
}
fn microseconds(_t: &Thread, this: T) -> i64 {
    this.rest.get() % SECOND
}
fn triple(this: T) -> Gc<Tuple> {
    let (d, r) = this.parts();
    Tuple::new(&[
        Value::int(d),
        Value::int(r / SECOND),
        Value::int(r % SECOND),
    ])
}
fn repr(_t: &Thread, this: T) -> String {
    let (d, r) = this.parts();
    let mut out = text_of_class(this.value());
    out.push('(');
    let mut sep = "";
    for (name, n) in [
        ("days", d),
        ("seconds", r / SECOND),
        ("microseconds", r % SECOND),
    ] {
        if n != 0 {
            let _ = write!(out, "{sep}{name}={n}");
            sep = ", ";
        }
    }
    out.push_str(if sep.is_empty() { "0)" } else { ")" });
    out
}
fn text(_t: &Thread, this: T) -> String {
    let (d, r) = this.parts();
    let mut out = String::new();
    if d != 0 {
        let s = if d.abs() == 1 { "" } else { "s" };
        let _ = write!(out, "{d} day{s}, ");
    }
    let (h, m, s) = (r / HOUR, r / MINUTE % 60, r / SECOND % 60);
    let _ = write!(out, "{h}:{m:02}:{s:02}");
    if r % SECOND != 0 {
        let _ = write!(out, ".{:06}", r % SECOND);
    }
    out
}
fn hash(t: &Thread, this: T) -> R<i64> {
    ops::hash(t, triple(this).value())
}
fn truth(_t: &Thread, this: T) -> bool {
    this.parts() != (0, 0)
}
fn compare(_t: &Thread, cmp: Cmp, a: T, b: Value) -> R<Value> {
    Ok(match b.cast::<Delta>() {
        Some(b) => Value::bool(cmp.of(a.parts().cmp(&b.parts()))),
        None => Value::NOT_IMPLEMENTED,
    })
}
comparisons!(T, compare);

/// The result of an operation with another duration.
fn with(t: &Thread, other: Value, f: impl FnOnce(i128) -> i128) -> R<Value> {
    match other.cast::<Delta>() {
        Some(b) => Ok(make(t, f(b.micros()))?.value()),
        None => Ok(Value::NOT_IMPLEMENTED),
    }
}
fn add(t: &Thread, a: T, b: Value) -> R<Value> {
    with(t, b, |b| a.micros() + b)
}
fn sub(t: &Thread, a: T, b: Value) -> R<Value> {
    with(t, b, |b| a.micros() - b)
}
fn rsub(t: &Thread, a: T, b: Value) -> R<Value> {
    with(t, b, |b| b - a.micros())
}
fn neg(t: &Thread, a: T) -> R<T> {
    make(t, -a.micros())
}
fn pos(t: &Thread, a: T) -> R<T> {
    make(t, a.micros())
}
fn abs(t: &Thread, a: T) -> R<T> {
    make(t, a.micros().abs())
}

/// Mantissa (with sign) and exponent of a finite float.
fn ratio(t: &Thread, x: f64) -> R<(i128, i32)> {
    if x.is_nan() {
        let m = "cannot convert NaN to integer ratio";
        return Err(errors::value_error(t, m));
    }
    if x.is_infinite() {
        let m = "cannot convert Infinity to integer ratio";
        return Err(errors::overflow_error(t, m));
    }
    let bits = x.to_bits();
    let (fraction, e) = (
        (bits & ((1 << 52) - 1)) as i128,
        (bits >> 52 & 0x7ff) as i32,
    );
    let (m, e) = match e {
        0 => (fraction, -1074),
        e => (fraction | 1 << 52, e - 1075),
    };
    let twos = m.trailing_zeros().min(60) as i32;
    let m = m >> twos;
    Ok((if x < 0.0 { -m } else { m }, e + twos))
}
fn shift(n: i128, by: i32) -> Option<i128> {
    if n == 0 {
        return Some(0);
    }
    let room = n.unsigned_abs().leading_zeros() as i32 - 1;
    (by < room).then(|| n << by)
}
/// `a / b`, rounded half to even.
fn nearest(a: i128, b: i128) -> i128 {
    let (a, b) = if b < 0 { (-a, -b) } else { (a, b) };
    let (q, r) = (a.div_euclid(b), a.rem_euclid(b));
    match r.cmp(&(b - r)) {
        std::cmp::Ordering::Less => q,
        std::cmp::Ordering::Equal => q + (q & 1),
        std::cmp::Ordering::Greater => q + 1,
    }
}
fn mul(t: &Thread, a: T, b: Value) -> R<Value> {
    let n = a.micros();
    if int::is_int(b) {
        let product = match n {
            0 => Some(0),
            _ => wide(b).and_then(|b| n.checked_mul(b)),
        };
        return Ok(make(t, product.ok_or_else(|| too_large(t))?)?.value());
    }
    let Some(x) = float::get(b) else {
        return Ok(Value::NOT_IMPLEMENTED);
    };
    let (m, e) = ratio(t, x)?;
    let product = n * m;
    let r = match e {
        0.. => shift(product, e),
        -126..0 => Some(nearest(product, 1 << -e)),
        _ => Some(0),
    };
    Ok(make(t, r.ok_or_else(|| too_large(t))?)?.value())
}
fn zero_division(t: &Thread) -> pyjit_runtime::Raised {
    errors::raise(
        t,
        pyjit_runtime::types::exceptions::Exc::ZeroDivisionError,
        "division by zero",
    )
}
fn truediv(t: &Thread, a: T, b: Value) -> R<Value> {
    let n = a.micros();
    if let Some(b) = b.cast::<Delta>() {
        let d = b.micros();
        if d == 0 {
            return Err(zero_division(t));
        }
        return ops::binary(t, BinOp::Truediv, of_wide(n), of_wide(d));
    }
    if int::is_int(b) {
        let r = match wide(b) {
            Some(0) => return Err(zero_division(t)),
            Some(d) if d.unsigned_abs() < 1 << 100 => nearest(n, d),
            _ => 0,
        };
        return Ok(make(t, r)?.value());
    }
    let Some(x) = float::get(b) else {
        return Ok(Value::NOT_IMPLEMENTED);
    };
    let (m, e) = ratio(t, x)?;
    if m == 0 {
        return Err(zero_division(t));
    }
    let r = match e {
        0.. => Some(
            shift(m, e).map_or(0, |m| match m.unsigned_abs() < 1 << 100 {
                true => nearest(n, m),
                false => 0,
            }),
        ),
        _ => shift(n, -e).map(|n| nearest(n, m)),
    };
    Ok(make(t, r.ok_or_else(|| too_large(t))?)?.value())
}
/// Quotient, rounded down, and remainder.
fn floor(t: &Thread, a: T, b: T) -> R<(i128, i128)> {
    let (a, b) = (a.micros(), b.micros());
    if b == 0 {
        return Err(zero_division(t));
    }
    Ok(floor_of(a, b))
}
fn floor_of(a: i128, b: i128) -> (i128, i128) {
    let (q, r) = (a / b, a % b);
    match r != 0 && (r < 0) != (b < 0) {
        true => (q - 1, r + b),
        false => (q, r),
    }
}
fn floordiv(t: &Thread, a: T, b: Value) -> R<Value> {
    if let Some(b) = b.cast::<Delta>() {
        return Ok(of_wide(floor(t, a, b)?.0));
    }
    if !int::is_int(b) {
        return Ok(Value::NOT_IMPLEMENTED);
    }
    let n = a.micros();
    let q = match wide(b) {
        Some(0) => return Err(zero_division(t)),
        Some(d) => floor_of(n, d).0,
        None if n == 0 || (n < 0) == int::is_negative(b) => 0,
        None => -1,
    };
    Ok(make(t, q)?.value())
}
fn modulo(t: &Thread, a: T, b: Value) -> R<Value> {
    match b.cast::<Delta>() {
        Some(b) => Ok(make(t, floor(t, a, b)?.1)?.value()),
        None => Ok(Value::NOT_IMPLEMENTED),
    }
}
fn divmod(t: &Thread, a: T, b: Value) -> R<Value> {
    let Some(b) = b.cast::<Delta>() else {
        return Ok(Value::NOT_IMPLEMENTED);
    };
    let (q, r) = floor(t, a, b)?;
    Ok(Tuple::new(&[of_wide(q), make(t, r)?.value()]).value())
}
/// The operators with the other operand first.
macro_rules! swapped {
    ($($name:ident $f:ident;)*) => { $(
        fn $name(t: &Thread, b: T, a: Value) -> R<Value> {
            match a.cast::<Delta>() {
                Some(a) => $f(t, a, b.value()),
                None => Ok(Value::NOT_IMPLEMENTED),
            }
        }
    )* };
}
swapped! { rtruediv truediv; rfloordiv floordiv; rmodulo modulo; rdivmod divmod; }

fn total_seconds(t: &Thread, this: T) -> R<Value> {
    ops::binary(
        t,
        BinOp::Truediv,
        of_wide(this.micros()),
        Value::int(SECOND),
    )
}
fn reduce(_t: &Thread, this: T) -> Gc<Tuple> {
    Tuple::new(&[class_of(this.value()).value(), triple(this).value()])
}

py_class! {
    /// Difference between two datetime values.
    ///
    /// timedelta(days=0, seconds=0, microseconds=0, milliseconds=0, minutes=0, hours=0, weeks=0)
    ///
    /// All arguments are optional and default to 0.
    /// Arguments may be integers or floats, and may be positive or negative.
    pub CLASS: Delta = "timedelta", base kinds::OBJECT, flags flags::BASETYPE | flags::IMMUTABLE, module "datetime";
    methods {
        @staticmethod __new__(cls, days=0, seconds=0, microseconds=0, milliseconds=0, minutes=0, hours=0, weeks=0) => new;
        __repr__(self, /) => repr; __str__(self, /) => text; __hash__(self, /) => hash; __bool__(self, /) => truth;
        __eq__(self, value, /) => eq; __ne__(self, value, /) => ne; __lt__(self, value, /) => lt;
        __le__(self, value, /) => le; __gt__(self, value, /) => gt; __ge__(self, value, /) => ge;
        __add__(self, value, /) => add; __radd__(self, value, /) => add;
        __sub__(self, value, /) => sub; __rsub__(self, value, /) => rsub;
        __mul__(self, value, /) => mul; __rmul__(self, value, /) => mul;
        __truediv__(self, value, /) => truediv; __rtruediv__(self, value, /) => rtruediv;
        __floordiv__(self, value, /) => floordiv; __rfloordiv__(self, value, /) => rfloordiv;
        __mod__(self, value, /) => modulo; __rmod__(self, value, /) => rmodulo;
        __divmod__(self, value, /) => divmod; __rdivmod__(self, value, /) => rdivmod;
        __neg__(self, /) => neg; __pos__(self, /) => pos; __abs__(self, /) => abs;
        /// Total seconds in the duration.
        total_seconds(self, /) => total_seconds;
        /// __reduce__() -> (cls, state)
        __reduce__(self, /) => reduce;
    }
    getset {
        /// Number of days.
        days => days;
        /// Number of seconds (>= 0 and less than 1 day).
        seconds => seconds;
        /// Number of microseconds (>= 0 and less than 1 second).
        microseconds => microseconds;
    }
}
