//! `time`: the time of a day.

use std::cell::Cell;

use pyjit_heap::{Field, Gc, Header, Value, heap_object};
use pyjit_runtime::core::ops::Cmp;
use pyjit_runtime::core::{call, errors, kinds, ops};
use pyjit_runtime::types::str_::hash_bytes;
use pyjit_runtime::types::tuple::Tuple;
use pyjit_runtime::types::type_::{Type, class_of, flags, of_kind};
use pyjit_runtime::{R, Thread, comparisons, py_class};

use super::calendar::{DAY, HOUR, MINUTE, SECOND, Ymd};
use super::delta;
use super::format::{self, Subject};
use super::text::Spec;
use super::{alloc, fold, number_or, text, text_of_class, time_of_day, zone};

/// The layout's number.
pub const KIND: u32 = 525;
/// A time of day.
#[repr(C)]
pub struct Time {
    header: Header,
    /// A `tzinfo`, or `None`.
    zone: Field,
    /// Microseconds since midnight.
    clock: Cell<i64>,
    fold: Cell<i64>,
}
heap_object!(Time = KIND, refs 1..2);
pub type C = Gc<Time>;

impl Time {
    /// Microseconds since midnight, the zone or `None`, and which of two equal times.
    pub fn parts(&self) -> (i64, Value, i64) {
        (self.clock.get(), self.zone.get(), self.fold.get())
    }
}

fn make(class: Gc<Type>, clock: i64, zone: Value, fold: i64) -> C {
    let o = Time {
        header: Header::NEW,
        zone: Field::new(zone),
        clock: Cell::new(clock),
        fold: Cell::new(fold),
    };
    alloc(class, o)
}
/// A plain time without zone.
pub fn plain(clock: i64) -> C {
    make(of_kind(KIND), clock, Value::NONE, 0)
}
/// A plain time.
pub fn with(clock: i64, zone: Value, fold: i64) -> C {
    make(of_kind(KIND), clock, zone, fold)
}
/// Hour, minute, second, microsecond.
pub fn split(clock: i64) -> [i64; 4] {
    [
        clock / HOUR,
        clock / MINUTE % 60,
        clock / SECOND % 60,
        clock % SECOND,
    ]
}
/// An instance of a class: others than `time` itself are called.
fn build(t: &Thread, class: Value, clock: i64, zone: Value, fold: i64) -> R<Value> {
    if class == of_kind(KIND).value() {
        return Ok(with(clock, zone, fold).value());
    }
    let [h, m, s, us] = split(clock).map(Value::int);
    let v = call::call(t, class, &[h, m, s, us, zone])?;
    if let Some(c) = v.cast::<Time>() {
        c.fold.set(fold);
    }
    Ok(v)
}

#[allow(clippy::too_many_arguments)]
fn new(
    t: &Thread,
    class: Gc<Type>,
    hour: Option<Value>,
    minute: Option<Value>,
    second: Option<Value>,
    micro: Option<Value>,
    tzinfo: Option<Value>,
    fold_arg: Option<Value>,
) -> R<C> {
    if second.is_none()
        && let Some(v) = hour
        && let Some([h, m, s, a, b, c]) = super::state::<6>(v)
        && h & 0x7f < 24
    {
        let us = i64::from(u32::from_be_bytes([0, a, b, c]));
        let (m, s) = (i64::from(m), i64::from(s));
        let clock = i64::from(h & 0x7f) * HOUR + m * MINUTE + s * SECOND + us;
        let tz = minute.unwrap_or(Value::NONE);
        if !tz.is_none() && !zone::is_zone(tz) {
            return Err(errors::type_error(t, "bad tzinfo state arg"));
        }
        return Ok(make(class, clock, tz, i64::from(h >> 7)));
    }
    let n = |v| number_or(t, v, 0);
    let parts = [n(hour)?, n(minute)?, n(second)?, n(micro)?];
    let fold = match fold_arg {
        Some(v) => super::number(t, v)?,
        None => 0,
    };
    let clock = time_of_day(t, parts)?;
    let fold = self::fold(t, Some(Value::int(fold)), 0)?;
    Ok(make(class, clock, zone::argument(t, tzinfo)?, fold))
}
fn hour(_t: &Thread, this: C) -> i64 {
    split(this.clock.get())[0]
}
fn minute(_t: &Thread, this: C) -> i64 {
    split(this.clock.get())[1]
}
fn second(_t: &Thread, this: C) -> i64 {
    split(this.clock.get())[2]
}
fn microsecond(_t: &Thread, this: C) -> i64 {
    split(this.clock.get())[3]
}
fn tzinfo(_t: &Thread, this: C) -> Value {
    this.zone.get()
}
fn get_fold(_t: &Thread, this: C) -> i64 {
    this.fold.get()
}
fn repr(t: &Thread, this: C) -> R<String> {
    let [h, m, s, us] = split(this.clock.get());
    let mut out = format!("{}({h}, {m}", text_of_class(this.value()));
    if s != 0 || us != 0 {
        out += &format!(", {s}");
    }
    if us != 0 {
        out += &format!(", {us}");
    }
    if !this.zone.get().is_none() {
        out += ", tzinfo=";
        out += &ops::repr(t, this.zone.get())?.lossy();
    }
    if this.fold.get() != 0 {
        out += ", fold=1";
    }
    out.push(')');
    Ok(out)
}
fn str(t: &Thread, this: C) -> R<Value> {
    call::call_attr(t, this.value(), "isoformat", &[])
}
fn offset(t: &Thread, this: C) -> R<Option<delta::T>> {
    zone::offset(t, this.zone.get(), Value::NONE)
}
fn isoformat(t: &Thread, this: C, timespec: Option<Value>) -> R<String> {
    let spec: Spec = text::spec(t, timespec, 1)?;
    let mut out = String::with_capacity(32);
    text::push_clock(&mut out, this.clock.get(), spec);
    if let Some(o) = offset(t, this)? {
        zone::push_offset(&mut out, o, ":");
    }
    Ok(out)
}
fn strftime(t: &Thread, this: C, format: Value) -> R<Value> {
    let day = Ymd::new(1900, 1, 1);
    let clock = this.clock.get();
    let s = Subject {
        day,
        clock,
        zone: this.zone.get(),
        at: Value::NONE,
    };
    s.format(t, format, || {
        let [h, m, s, _] = split(clock);
        let items = [1900, 1, 1, h, m, s, 0, 1, -1].map(Value::int);
        Ok(Tuple::new(&items).value())
    })
}
fn dunder_format(t: &Thread, this: Value, spec: Value) -> R<Value> {
    format::dunder(t, this, spec)
}
fn strptime(t: &Thread, class: Value, s: Value, format: Value) -> R<Value> {
    format::strptime(t, class, "_strptime_datetime_time", s, format)
}
fn utcoffset(t: &Thread, this: C) -> R<Option<delta::T>> {
    offset(t, this)
}
fn tzname(t: &Thread, this: C) -> R<Value> {
    zone::name(t, this.zone.get(), Value::NONE)
}
fn dst(t: &Thread, this: C) -> R<Option<delta::T>> {
    zone::summer(t, this.zone.get(), Value::NONE)
}
#[allow(clippy::too_many_arguments)]
fn replace(
    t: &Thread,
    this: C,
    hour: Option<Value>,
    minute: Option<Value>,
    second: Option<Value>,
    micro: Option<Value>,
    tzinfo: Option<Value>,
    fold_arg: Option<Value>,
) -> R<Value> {
    let [h, m, s, us] = split(this.clock.get());
    let parts = [
        number_or(t, hour, h)?,
        number_or(t, minute, m)?,
        number_or(t, second, s)?,
        number_or(t, micro, us)?,
    ];
    let fold = fold(t, fold_arg, this.fold.get())?;
    let zone = match tzinfo {
        None => this.zone.get(),
        v => zone::argument(t, v)?,
    };
    let clock = time_of_day(t, parts)?;
    build(t, class_of(this.value()).value(), clock, zone, fold)
}
fn fromisoformat(t: &Thread, class: Value, s: Value) -> R<Value> {
    let s = format::text_argument(t, s)?;
    let b = s.bytes();
    let read = text::clock(b.strip_prefix(b"T").unwrap_or(b));
    let read = read.ok_or_else(|| text::invalid(t, s))?;
    let (clock, _) = of_parts(t, read.parts)?;
    let zone = zone_of(t, read.offset)?;
    build(t, class, clock, zone, 0)
}
/// A time that was read, and whether it is midnight of the next day.
pub fn of_parts(t: &Thread, mut parts: [i64; 4]) -> R<(i64, bool)> {
    let next = parts[0] == 24;
    if next {
        if parts[1..] != [0, 0, 0] {
            let m = "minute, second, and microsecond must be 0 when hour is 24";
            return Err(errors::value_error(t, m));
        }
        parts[0] = 0;
    }
    Ok((time_of_day(t, parts)?, next))
}
/// The zone with an offset in microseconds; no offset, no zone.
pub fn zone_of(t: &Thread, offset: Option<i64>) -> R<Value> {
    match offset {
        None => Ok(Value::NONE),
        Some(n) => zone::checked(t, delta::make(t, i128::from(n))?),
    }
}

fn state(this: C, with_fold: bool) -> [u8; 6] {
    let [h, m, s, us] = split(this.clock.get());
    let [_, a, b, c] = (us as u32).to_be_bytes();
    let fold = if with_fold { this.fold.get() as u8 } else { 0 };
    [h as u8 | fold << 7, m as u8, s as u8, a, b, c]
}
fn hash(t: &Thread, this: C) -> R<i64> {
    let mut n = this.clock.get();
    if let Some(o) = offset(t, this)? {
        n -= o.micros() as i64;
    }
    Ok(match (0..DAY).contains(&n) {
        true => hash_bytes(&state(plain(n), false)),
        false => hash_bytes(&n.to_be_bytes()),
    })
}
fn compare(t: &Thread, cmp: Cmp, this: C, other: Value) -> R<Value> {
    let Some(other) = other.cast::<Time>() else {
        return Ok(Value::NOT_IMPLEMENTED);
    };
    let (a, b) = (this.clock.get(), other.clock.get());
    if this.zone.get() == other.zone.get() {
        return Ok(Value::bool(cmp.of(a.cmp(&b))));
    }
    match (offset(t, this)?, offset(t, other)?) {
        (None, None) => Ok(Value::bool(cmp.of(a.cmp(&b)))),
        (Some(p), Some(q)) => {
            let (a, b) = (i128::from(a) - p.micros(), i128::from(b) - q.micros());
            Ok(Value::bool(cmp.of(a.cmp(&b))))
        }
        _ if matches!(cmp, Cmp::Eq | Cmp::Ne) => Ok(Value::bool(cmp == Cmp::Ne)),
        _ => {
            let m = "can't compare offset-naive and offset-aware times";
            Err(errors::type_error(t, m))
        }
    }
}
comparisons!(C, compare);

fn reduce_ex(_t: &Thread, this: C, protocol: i64) -> Gc<Tuple> {
    super::reduced(this.value(), &state(this, protocol > 3), this.zone.get())
}
fn reduce(t: &Thread, this: C) -> Gc<Tuple> {
    reduce_ex(t, this, 2)
}

py_class! {
    /// time([hour[, minute[, second[, microsecond[, tzinfo]]]]]) --> a time object
    ///
    /// All arguments are optional. tzinfo may be None, or an instance of
    /// a tzinfo subclass. The remaining arguments may be ints.
    pub CLASS: Time = "time", base kinds::OBJECT, flags flags::BASETYPE | flags::IMMUTABLE, module "datetime";
    methods {
        @staticmethod __new__(cls, hour=0, minute=0, second=0, microsecond=0, tzinfo=None, *, fold=0) => new;
        __repr__(self, /) => repr; __str__(self, /) => str; __hash__(self, /) => hash;
        __eq__(self, value, /) => eq; __ne__(self, value, /) => ne; __lt__(self, value, /) => lt;
        __le__(self, value, /) => le; __gt__(self, value, /) => gt; __ge__(self, value, /) => ge;
        /// string, format -> new time parsed from a string (like time.strptime()).
        @classmethod strptime(cls, string, format, /) => strptime;
        /// string -> time from a string in ISO 8601 format
        @classmethod fromisoformat(cls, string, /) => fromisoformat;
        /// Return string in ISO 8601 format, [HH[:MM[:SS[.mmm[uuu]]]]][+HH:MM].
        ///
        /// The optional argument timespec specifies the number of additional terms
        /// of the time to include. Valid options are 'auto', 'hours', 'minutes',
        /// 'seconds', 'milliseconds' and 'microseconds'.
        isoformat(self, timespec="auto") => isoformat;
        /// format -> strftime() style string.
        strftime(self, format) => strftime;
        /// Formats self with strftime.
        __format__(self, format, /) => dunder_format;
        /// Return self.tzinfo.utcoffset(self).
        utcoffset(self, /) => utcoffset;
        /// Return self.tzinfo.tzname(self).
        tzname(self, /) => tzname;
        /// Return self.tzinfo.dst(self).
        dst(self, /) => dst;
        /// Return time with new specified fields.
        replace(self, /, hour=unchanged, minute=unchanged, second=unchanged, microsecond=unchanged, tzinfo=unchanged, *, fold=unchanged) => replace;
        /// The same as replace().
        __replace__(self, /, hour=unchanged, minute=unchanged, second=unchanged, microsecond=unchanged, tzinfo=unchanged, *, fold=unchanged) => replace;
        /// __reduce_ex__(proto) -> (cls, state)
        __reduce_ex__(self, proto, /) => reduce_ex;
        /// __reduce__() -> (cls, state)
        __reduce__(self, /) => reduce;
    }
    getset {
        hour => hour;
        minute => minute;
        second => second;
        microsecond => microsecond;
        tzinfo => tzinfo;
        fold => get_fold;
    }
}
