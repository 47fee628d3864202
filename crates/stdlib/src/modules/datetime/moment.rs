//! `datetime`: a day and a time of it, and perhaps a zone.

use std::cell::Cell;

use pyjit_heap::{Field, Gc, Header, Value, heap_object};
use pyjit_runtime::core::ops::Cmp;
use pyjit_runtime::core::{call, errors, ops};
use pyjit_runtime::types::float;
use pyjit_runtime::types::str_::hash_bytes;
use pyjit_runtime::types::tuple::Tuple;
use pyjit_runtime::types::type_::{Type, class_of, flags, of_kind, type_name};
use pyjit_runtime::{R, Thread, comparisons, py_class};

use super::calendar::{DAY, SECOND, Ymd};
use super::clock::split;
use super::delta::{self, Delta};
use super::format::{self, Subject};
use super::{alloc, date, making, ordinal, text, text_of_class, zone};

/// The layout's number.
pub const KIND: u32 = 524;
/// A day (the fields of a `date` come first) and a time.
#[repr(C)]
pub struct DateTime {
    header: Header,
    day: Cell<i64>,
    /// 0 until it is known.
    hash: Cell<i64>,
    /// Microseconds since midnight.
    clock: Cell<i64>,
    fold: Cell<i64>,
    /// A `tzinfo`, or `None`.
    zone: Field,
}
heap_object!(DateTime = KIND, refs 5..6);
pub type M = Gc<DateTime>;

impl DateTime {
    /// The day.
    pub fn ymd(&self) -> Ymd {
        Ymd::unpacked(self.day.get())
    }
    /// Microseconds since midnight.
    pub fn clock(&self) -> i64 {
        self.clock.get()
    }
    /// Which of two equal local times.
    pub fn fold(&self) -> i64 {
        self.fold.get()
    }
    /// The zone, or `None`.
    pub fn zone(&self) -> Value {
        self.zone.get()
    }
    /// Microseconds since the beginning of the calendar, whatever the zone.
    pub fn naive(&self) -> i128 {
        i128::from(self.ymd().ordinal()) * i128::from(DAY) + i128::from(self.clock.get())
    }
    /// Seconds since 1970 as if it were UTC.
    pub fn wall_seconds(&self) -> i64 {
        let days = self.ymd().ordinal() - super::calendar::EPOCH;
        days * 86400 + self.clock.get() / SECOND
    }
}

/// What a `datetime` is made of.
#[derive(Clone, Copy)]
pub struct Parts {
    pub day: Ymd,
    pub clock: i64,
    pub zone: Value,
    pub fold: i64,
}
/// Those of an object.
pub fn parts(m: M) -> Parts {
    Parts {
        day: m.ymd(),
        clock: m.clock(),
        zone: m.zone(),
        fold: m.fold(),
    }
}
/// An instance of a class, without asking it.
pub fn make(class: Gc<Type>, p: Parts) -> M {
    let o = DateTime {
        header: Header::NEW,
        day: Cell::new(p.day.packed()),
        hash: Cell::new(0),
        clock: Cell::new(p.clock),
        fold: Cell::new(p.fold),
        zone: Field::new(p.zone),
    };
    alloc(class, o)
}
/// A plain one without zone.
pub fn plain(day: Ymd, clock: i64) -> M {
    let (zone, fold) = (Value::NONE, 0);
    let p = Parts {
        day,
        clock,
        zone,
        fold,
    };
    make(of_kind(KIND), p)
}
/// An instance of a class: others than `datetime` itself are called.
pub fn build(t: &Thread, class: Value, p: Parts) -> R<Value> {
    if class == of_kind(KIND).value() {
        return Ok(make(of_kind(KIND), p).value());
    }
    let [h, m, s, us] = split(p.clock).map(Value::int);
    let [year, month, day] = [p.day.year, p.day.month, p.day.day].map(Value::int);
    let v = call::call(t, class, &[year, month, day, h, m, s, us, p.zone])?;
    if let Some(d) = v.cast::<DateTime>() {
        d.fold.set(p.fold);
    }
    Ok(v)
}
/// A result that must be a `datetime`.
pub fn required(t: &Thread, v: Value) -> R<M> {
    v.cast::<DateTime>().ok_or_else(|| {
        let m = format!("expected a datetime, not {}", type_name(v));
        errors::type_error(t, m)
    })
}
/// Its offset from UTC.
pub fn offset(t: &Thread, m: M) -> R<Option<delta::T>> {
    zone::offset(t, m.zone(), m.value())
}
/// The day and time so many microseconds since the beginning of the calendar.
pub fn at(t: &Thread, naive: i128) -> R<(Ymd, i64)> {
    let day = i128::from(DAY);
    let (days, clock) = (naive.div_euclid(day), naive.rem_euclid(day));
    Ok((ordinal(t, days as i64)?, clock as i64))
}
/// Later, in the same zone.
pub fn plus(t: &Thread, m: M, micros: i128) -> R<Value> {
    let (day, clock) = at(t, m.naive() + micros)?;
    let p = Parts {
        day,
        clock,
        zone: m.zone(),
        fold: 0,
    };
    build(t, class_of(m.value()).value(), p)
}

fn hour(_t: &Thread, this: M) -> i64 {
    split(this.clock())[0]
}
fn minute(_t: &Thread, this: M) -> i64 {
    split(this.clock())[1]
}
fn second(_t: &Thread, this: M) -> i64 {
    split(this.clock())[2]
}
fn microsecond(_t: &Thread, this: M) -> i64 {
    split(this.clock())[3]
}
fn tzinfo(_t: &Thread, this: M) -> Value {
    this.zone()
}
fn get_fold(_t: &Thread, this: M) -> i64 {
    this.fold()
}

fn repr(t: &Thread, this: M) -> R<String> {
    let (d, [h, m, s, us]) = (this.ymd(), split(this.clock()));
    let class = text_of_class(this.value());
    let mut out = format!("{class}({}, {}, {}, {h}, {m}", d.year, d.month, d.day);
    if s != 0 || us != 0 {
        out += &format!(", {s}");
    }
    if us != 0 {
        out += &format!(", {us}");
    }
    if this.fold() != 0 {
        out += ", fold=1";
    }
    if !this.zone().is_none() {
        out += ", tzinfo=";
        out += &ops::repr(t, this.zone())?.lossy();
    }
    out.push(')');
    Ok(out)
}
fn str(t: &Thread, this: M) -> R<Value> {
    let sep = pyjit_runtime::types::str_::intern(" ").value();
    call::call_attr(t, this.value(), "isoformat", &[sep])
}
fn isoformat(t: &Thread, this: M, sep: Option<Value>, timespec: Option<Value>) -> R<Value> {
    let sep = making::separator(t, sep)?;
    let spec = text::spec(t, timespec, 2)?;
    let mut out = String::with_capacity(40);
    text::push_date(&mut out, this.ymd());
    out.push('\u{0}');
    text::push_clock(&mut out, this.clock(), spec);
    if let Some(o) = offset(t, this)? {
        zone::push_offset(&mut out, o, ":");
    }
    Ok(making::with_separator(out, sep))
}
fn strftime(t: &Thread, this: M, format: Value) -> R<Value> {
    let s = Subject {
        day: this.ymd(),
        clock: this.clock(),
        zone: this.zone(),
        at: this.value(),
    };
    s.format(t, format, || {
        call::call_attr(t, this.value(), "timetuple", &[])
    })
}
fn ctime(_t: &Thread, this: M) -> String {
    format::ctime(this.ymd(), this.clock())
}
fn utcoffset(t: &Thread, this: M) -> R<Option<delta::T>> {
    offset(t, this)
}
fn tzname(t: &Thread, this: M) -> R<Value> {
    zone::name(t, this.zone(), this.value())
}
fn dst(t: &Thread, this: M) -> R<Option<delta::T>> {
    zone::summer(t, this.zone(), this.value())
}
fn timetuple(t: &Thread, this: M) -> R<Value> {
    let flag = match dst(t, this)? {
        None => -1,
        Some(d) => i64::from(d.micros() != 0),
    };
    format::structure(t, this.ymd(), this.clock(), flag)
}
fn utctimetuple(t: &Thread, this: M) -> R<Value> {
    let offset = offset(t, this)?.map_or(0, |o| o.micros());
    let (day, clock) = at(t, this.naive() - offset)?;
    format::structure(t, day, clock, 0)
}
fn timestamp(t: &Thread, this: M) -> R<Value> {
    if !this.zone().is_none() {
        let Some(offset) = offset(t, this)? else {
            let m = "can't subtract offset-naive and offset-aware datetimes";
            return Err(errors::type_error(t, m));
        };
        let n = this.naive() - offset.micros() - making::epoch();
        let n = delta::make(t, n)?;
        return call::call_attr(t, n.value(), "total_seconds", &[]);
    }
    let seconds = super::local::of_wall(t, this.wall_seconds(), this.fold())?;
    let micros = this.clock() % SECOND;
    Ok(float::from_f64(seconds as f64 + micros as f64 / 1e6))
}
fn just_date(_t: &Thread, this: M) -> Gc<date::Date> {
    date::plain(this.ymd())
}
fn just_time(_t: &Thread, this: M) -> super::clock::C {
    super::clock::with(this.clock(), Value::NONE, this.fold())
}
fn timetz(_t: &Thread, this: M) -> super::clock::C {
    super::clock::with(this.clock(), this.zone(), this.fold())
}

fn state(day: Ymd, clock: i64, fold: i64) -> [u8; 10] {
    let [a, b] = (day.year as u16).to_be_bytes();
    let [h, m, s, us] = split(clock);
    let [_, x, y, z] = (us as u32).to_be_bytes();
    let month = day.month as u8 | (fold as u8) << 7;
    [
        a,
        b,
        month,
        day.day as u8,
        h as u8,
        m as u8,
        s as u8,
        x,
        y,
        z,
    ]
}
fn hash(t: &Thread, this: M) -> R<i64> {
    if this.hash.get() != 0 {
        return Ok(this.hash.get());
    }
    let first = match this.fold() {
        0 => this,
        _ => make(
            of_kind(KIND),
            Parts {
                fold: 0,
                ..parts(this)
            },
        ),
    };
    let h = match offset(t, first)? {
        None => hash_bytes(&state(this.ymd(), this.clock(), 0)),
        Some(o) => hash_bytes(&(this.naive() - o.micros()).to_be_bytes()),
    };
    this.hash.set(h);
    Ok(h)
}

fn same(a: Option<delta::T>, b: Option<delta::T>) -> bool {
    a.map(|d| d.micros()) == b.map(|d| d.micros())
}
/// Is it one of two equal local times with different offsets? Such a time
/// equals none of another zone.
fn ambiguous(t: &Thread, m: M, offset_here: Option<delta::T>) -> R<bool> {
    let mut p = parts(m);
    p.fold = 1 - p.fold;
    let other = make(of_kind(KIND), p);
    Ok(!same(offset(t, other)?, offset_here))
}
fn compare(t: &Thread, cmp: Cmp, a: M, b: Value) -> R<Value> {
    let Some(b) = b.cast::<DateTime>() else {
        return Ok(Value::NOT_IMPLEMENTED);
    };
    if a.zone() == b.zone() {
        let order = (a.day.get(), a.clock()).cmp(&(b.day.get(), b.clock()));
        return Ok(Value::bool(cmp.of(order)));
    }
    let (p, q) = (offset(t, a)?, offset(t, b)?);
    let equality = matches!(cmp, Cmp::Eq | Cmp::Ne);
    if p.is_some() != q.is_some() {
        if equality {
            return Ok(Value::bool(cmp == Cmp::Ne));
        }
        let m = "can't compare offset-naive and offset-aware datetimes";
        return Err(errors::type_error(t, m));
    }
    let utc = |m: M, o: Option<delta::T>| m.naive() - o.map_or(0, |o| o.micros());
    let order = utc(a, p).cmp(&utc(b, q));
    if equality && order.is_eq() && (ambiguous(t, a, p)? || ambiguous(t, b, q)?) {
        return Ok(Value::bool(cmp == Cmp::Ne));
    }
    Ok(Value::bool(cmp.of(order)))
}
comparisons!(M, compare);

fn add(t: &Thread, this: M, other: Value) -> R<Value> {
    match other.cast::<Delta>() {
        Some(d) => plus(t, this, d.micros()),
        None => Ok(Value::NOT_IMPLEMENTED),
    }
}
fn between(t: &Thread, a: M, b: M) -> R<Value> {
    let mut n = a.naive() - b.naive();
    if a.zone() != b.zone() {
        match (offset(t, a)?, offset(t, b)?) {
            (None, None) => {}
            (Some(p), Some(q)) => n += q.micros() - p.micros(),
            _ => {
                let m = "can't subtract offset-naive and offset-aware datetimes";
                return Err(errors::type_error(t, m));
            }
        }
    }
    Ok(delta::make(t, n)?.value())
}
fn sub(t: &Thread, this: M, other: Value) -> R<Value> {
    if let Some(d) = other.cast::<Delta>() {
        return plus(t, this, -d.micros());
    }
    match other.cast::<DateTime>() {
        Some(o) => between(t, this, o),
        None => Ok(Value::NOT_IMPLEMENTED),
    }
}
fn rsub(t: &Thread, this: M, other: Value) -> R<Value> {
    match other.cast::<DateTime>() {
        Some(o) => between(t, o, this),
        None => Ok(Value::NOT_IMPLEMENTED),
    }
}
fn reduce_ex(_t: &Thread, this: M, protocol: i64) -> Gc<Tuple> {
    let fold = if protocol > 3 { this.fold() } else { 0 };
    let state = state(this.ymd(), this.clock(), fold);
    super::reduced(this.value(), &state, this.zone())
}
fn reduce(t: &Thread, this: M) -> Gc<Tuple> {
    reduce_ex(t, this, 2)
}

py_class! {
    /// datetime(year, month, day[, hour[, minute[, second[, microsecond[,tzinfo]]]]])
    ///
    /// The year, month and day arguments are required. tzinfo may be None, or an
    /// instance of a tzinfo subclass. The remaining arguments may be ints.
    pub CLASS: DateTime = "datetime", base date::KIND, flags flags::BASETYPE | flags::IMMUTABLE, module "datetime";
    methods {
        @staticmethod __new__(cls, year, month=None, day=None, hour=0, minute=0, second=0, microsecond=0, tzinfo=None, *, fold=0) => making::new;
        __repr__(self, /) => repr; __str__(self, /) => str; __hash__(self, /) => hash;
        __eq__(self, value, /) => eq; __ne__(self, value, /) => ne; __lt__(self, value, /) => lt;
        __le__(self, value, /) => le; __gt__(self, value, /) => gt; __ge__(self, value, /) => ge;
        __add__(self, value, /) => add; __radd__(self, value, /) => add;
        __sub__(self, value, /) => sub; __rsub__(self, value, /) => rsub;
        /// Returns new datetime object representing current time local to tz.
        ///
        ///   tz
        ///     Timezone object.
        ///
        /// If no tz is specified, uses local timezone.
        @classmethod now(cls, /, tz=None) => making::now;
        /// Return a new datetime representing UTC day and time.
        @classmethod utcnow(cls, /) => making::utcnow;
        /// timestamp[, tz] -> tz's local time from POSIX timestamp.
        @classmethod fromtimestamp(cls, timestamp, tz=None) => making::fromtimestamp;
        /// Construct a naive UTC datetime from a POSIX timestamp.
        @classmethod utcfromtimestamp(cls, timestamp, /) => making::utcfromtimestamp;
        /// string, format -> new datetime parsed from a string (like time.strptime()).
        @classmethod strptime(cls, string, format, /) => making::strptime;
        /// date, time -> datetime with same date and time fields
        @classmethod combine(cls, date, time, tzinfo=None) => making::combine;
        /// string -> datetime from a string in most ISO 8601 formats
        @classmethod fromisoformat(cls, string, /) => making::fromisoformat;
        /// Return date object with same year, month and day.
        date(self, /) => just_date;
        /// Return time object with same time but with tzinfo=None.
        time(self, /) => just_time;
        /// Return time object with same time and tzinfo.
        timetz(self, /) => timetz;
        /// Return ctime() style string.
        ctime(self, /) => ctime;
        /// format -> strftime() style string.
        strftime(self, format) => strftime;
        /// Return time tuple, compatible with time.localtime().
        timetuple(self, /) => timetuple;
        /// Return POSIX timestamp as float.
        timestamp(self, /) => timestamp;
        /// Return UTC time tuple, compatible with time.localtime().
        utctimetuple(self, /) => utctimetuple;
        /// [sep] -> string in ISO 8601 format, YYYY-MM-DDT[HH[:MM[:SS[.mmm[uuu]]]]][+HH:MM].
        /// sep is used to separate the year from the time, and defaults to 'T'.
        /// The optional argument timespec specifies the number of additional terms
        /// of the time to include. Valid options are 'auto', 'hours', 'minutes',
        /// 'seconds', 'milliseconds' and 'microseconds'.
        isoformat(self, sep="T", timespec="auto") => isoformat;
        /// Return self.tzinfo.utcoffset(self).
        utcoffset(self, /) => utcoffset;
        /// Return self.tzinfo.tzname(self).
        tzname(self, /) => tzname;
        /// Return self.tzinfo.dst(self).
        dst(self, /) => dst;
        /// Return datetime with new specified fields.
        replace(self, /, year=unchanged, month=unchanged, day=unchanged, hour=unchanged, minute=unchanged, second=unchanged, microsecond=unchanged, tzinfo=unchanged, *, fold=unchanged) => making::replace;
        /// The same as replace().
        __replace__(self, /, year=unchanged, month=unchanged, day=unchanged, hour=unchanged, minute=unchanged, second=unchanged, microsecond=unchanged, tzinfo=unchanged, *, fold=unchanged) => making::replace;
        /// tz -> convert to local time in new timezone tz
        astimezone(self, tz=None) => making::astimezone;
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
