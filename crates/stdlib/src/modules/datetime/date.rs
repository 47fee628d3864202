//! `date`.

use std::cell::Cell;
use std::sync::atomic::{AtomicBool, Ordering};

use pyjit_heap::{Gc, Header, Value, heap_object};
use pyjit_runtime::core::class::method_object;
use pyjit_runtime::core::native::{FromArg, NativeDef, Position};
use pyjit_runtime::core::ops::Cmp;
use pyjit_runtime::core::{attr, call, errors, kinds};
use pyjit_runtime::types::bytes::Bytes;
use pyjit_runtime::types::exceptions::Exc;
use pyjit_runtime::types::str_::{hash_bytes, intern};
use pyjit_runtime::types::tuple::Tuple;
use pyjit_runtime::types::type_::{Type, class_of, flags, of_kind, type_name};
use pyjit_runtime::{R, Thread, comparisons, py_class};

use super::calendar::{DAY, Ymd, first_monday, has_week};
use super::delta::{self, Delta};
use super::format::{self, Subject};
use super::moment::DateTime;
use super::{alloc, local, missing, number, number_or, ordinal, text, text_of_class};
use crate::structure::Structure;

/// The layout's number.
pub const KIND: u32 = 523;
/// A day. A `datetime` begins with the same fields.
#[repr(C)]
pub struct Date {
    header: Header,
    /// [`Ymd::packed`].
    day: Cell<i64>,
    /// 0 until it is known.
    hash: Cell<i64>,
}
heap_object!(Date = KIND, no refs);

impl Date {
    /// The day.
    pub fn ymd(&self) -> Ymd {
        Ymd::unpacked(self.day.get())
    }
}

/// A `date`, perhaps a `datetime`.
#[derive(Clone, Copy)]
pub struct Any(pub Gc<Date>);
impl Any {
    /// What `v` is, if it has a date.
    pub fn of(v: Value) -> Option<Any> {
        match v.cast::<Date>() {
            Some(d) => Some(Any(d)),
            None => v.cast::<DateTime>().map(|d| Any(Gc::from_value(d.value()))),
        }
    }
}
impl FromArg for Any {
    fn from_arg(t: &Thread, v: Value, at: Position) -> R<Any> {
        Any::of(v).ok_or_else(|| {
            let (name, got) = (at.names.name, type_name(v));
            let m = format!(
                "descriptor '{name}' for 'datetime.date' objects doesn't apply to a '{got}' object"
            );
            errors::type_error(t, m)
        })
    }
}

fn make(class: Gc<Type>, d: Ymd) -> Gc<Date> {
    let o = Date {
        header: Header::NEW,
        day: Cell::new(d.packed()),
        hash: Cell::new(0),
    };
    alloc(class, o)
}
/// A plain date.
pub fn plain(d: Ymd) -> Gc<Date> {
    make(of_kind(KIND), d)
}
/// An instance of a class: others than `date` itself are called.
fn build(t: &Thread, class: Value, d: Ymd) -> R<Value> {
    if class == of_kind(KIND).value() {
        return Ok(plain(d).value());
    }
    let args = [d.year, d.month, d.day].map(Value::int);
    call::call(t, class, &args)
}

fn new(
    t: &Thread,
    class: Gc<Type>,
    year: Value,
    month: Option<Value>,
    day: Option<Value>,
) -> R<Gc<Date>> {
    if month.is_none()
        && let Some([a, b, m @ 1..=12, d]) = super::state::<4>(year)
    {
        let year = u16::from_be_bytes([a, b]);
        return Ok(make(class, Ymd::new(year.into(), m.into(), d.into())));
    }
    let year = number(t, year)?;
    let month = month.ok_or_else(|| missing(t, "month", 2))?;
    let day = day.ok_or_else(|| missing(t, "day", 3))?;
    let d = super::day(t, year, number(t, month)?, number(t, day)?)?;
    Ok(make(class, d))
}
fn year(_t: &Thread, this: Any) -> i64 {
    this.0.ymd().year
}
fn month(_t: &Thread, this: Any) -> i64 {
    this.0.ymd().month
}
fn day(_t: &Thread, this: Any) -> i64 {
    this.0.ymd().day
}
fn repr(_t: &Thread, this: Any) -> String {
    let d = this.0.ymd();
    let class = text_of_class(this.0.value());
    format!("{class}({}, {}, {})", d.year, d.month, d.day)
}
fn isoformat(_t: &Thread, this: Any) -> String {
    let mut out = String::with_capacity(10);
    text::push_date(&mut out, this.0.ymd());
    out
}
fn str(t: &Thread, this: Any) -> R<Value> {
    call::call_attr(t, this.0.value(), "isoformat", &[])
}
fn state(d: Ymd) -> [u8; 4] {
    let [a, b] = (d.year as u16).to_be_bytes();
    [a, b, d.month as u8, d.day as u8]
}
fn hash(_t: &Thread, this: Any) -> i64 {
    let o = this.0;
    if o.hash.get() == 0 {
        o.hash.set(hash_bytes(&state(o.ymd())));
    }
    o.hash.get()
}
/// Times are no dates in comparisons.
fn compare(_t: &Thread, cmp: Cmp, a: Any, b: Value) -> Value {
    match b.cast::<Date>() {
        Some(b) if a.0.value().cast::<DateTime>().is_none() => {
            Value::bool(cmp.of(a.0.day.get().cmp(&b.day.get())))
        }
        _ => Value::NOT_IMPLEMENTED,
    }
}
fn compared(t: &Thread, cmp: Cmp, a: Any, b: Value) -> R<Value> {
    Ok(compare(t, cmp, a, b))
}
comparisons!(Any, compared);

fn moved(t: &Thread, this: Any, days: i64) -> R<Value> {
    let d = ordinal(t, this.0.ymd().ordinal() + days)?;
    build(t, class_of(this.0.value()).value(), d)
}
fn add(t: &Thread, this: Any, other: Value) -> R<Value> {
    match other.cast::<Delta>() {
        Some(d) => moved(t, this, d.parts().0),
        None => Ok(Value::NOT_IMPLEMENTED),
    }
}
fn between(t: &Thread, a: Value, b: Value) -> R<Value> {
    match (a.cast::<Date>(), b.cast::<Date>()) {
        (Some(a), Some(b)) => {
            let days = a.ymd().ordinal() - b.ymd().ordinal();
            Ok(delta::make(t, i128::from(days) * i128::from(DAY))?.value())
        }
        _ => Ok(Value::NOT_IMPLEMENTED),
    }
}
fn sub(t: &Thread, this: Any, other: Value) -> R<Value> {
    match other.cast::<Delta>() {
        Some(d) => moved(t, this, -d.parts().0),
        None => between(t, this.0.value(), other),
    }
}
fn rsub(t: &Thread, this: Any, other: Value) -> R<Value> {
    between(t, other, this.0.value())
}

fn today(t: &Thread, class: Value) -> R<Value> {
    let time = t.host().import(t, "time")?;
    let now = call::call_attr(t, time, "time", &[])?;
    call::call_attr(t, class, "fromtimestamp", &[now])
}
fn fromtimestamp(t: &Thread, class: Value, at: Value) -> R<Value> {
    let at = local::local(t, local::seconds(t, at)?)?;
    build(t, class, at.day)
}
fn fromordinal(t: &Thread, class: Value, n: Value) -> R<Value> {
    let n = number(t, n)?;
    if n < 1 {
        return Err(errors::value_error(t, "ordinal must be >= 1"));
    }
    let d = Ymd::of_ordinal(n);
    build(t, class, super::day(t, d.year, d.month, d.day)?)
}
fn fromisoformat(t: &Thread, class: Value, s: Value) -> R<Value> {
    let s = format::text_argument(t, s)?;
    let d = text::date(s.bytes()).ok_or_else(|| text::invalid(t, s))?;
    build(t, class, super::day(t, d.year, d.month, d.day)?)
}
fn fromisocalendar(t: &Thread, class: Value, year: Value, week: Value, day: Value) -> R<Value> {
    let part = |v: Value| {
        number(t, v).map_err(|e| {
            if errors::catch(t, Exc::OverflowError) {
                return errors::value_error(t, "ISO calendar component out of range");
            }
            e
        })
    };
    let (year, week, day) = (part(year)?, part(week)?, part(day)?);
    super::day(t, year, 1, 1)?;
    let m = if !has_week(year, week) {
        format!("Invalid week: {week}")
    } else if !(1..=7).contains(&day) {
        format!("Invalid weekday: {day} (range is [1, 7])")
    } else {
        let d = Ymd::of_ordinal(first_monday(year) + (week - 1) * 7 + day - 1);
        return build(t, class, super::day(t, d.year, d.month, d.day)?);
    };
    Err(errors::value_error(t, m))
}
fn strptime(t: &Thread, class: Value, s: Value, format: Value) -> R<Value> {
    format::strptime(t, class, "_strptime_datetime_date", s, format)
}
fn ctime(_t: &Thread, this: Any) -> String {
    format::ctime(this.0.ymd(), 0)
}
fn strftime(t: &Thread, this: Any, format: Value) -> R<Value> {
    let this = this.0;
    let s = Subject {
        day: this.ymd(),
        clock: 0,
        zone: Value::NONE,
        at: this.value(),
    };
    s.format(t, format, || {
        call::call_attr(t, this.value(), "timetuple", &[])
    })
}
fn dunder_format(t: &Thread, this: Value, spec: Value) -> R<Value> {
    format::dunder(t, this, spec)
}
fn timetuple(t: &Thread, this: Any) -> R<Value> {
    format::structure(t, this.0.ymd(), 0, -1)
}

static ISO: Structure = Structure::new("datetime.IsoCalendarDate", &["year", "week", "weekday"], 3);
/// Instances are pickled as plain tuples.
fn iso_reduce(t: &Thread, this: Gc<Tuple>) -> R<Gc<Tuple>> {
    let items = Tuple::new(this.items());
    let class = attr::get(t, items.value(), intern("__class__"))?;
    Ok(Tuple::new(&[class, Tuple::new(&[items.value()]).value()]))
}
const ISO_METHODS: &[NativeDef] = pyjit_runtime::native_table! {
    __reduce__(self, /) => iso_reduce;
};
static ISO_READY: AtomicBool = AtomicBool::new(false);
/// Completes the class of calendar dates.
fn iso_class(t: &Thread) -> R<()> {
    if ISO_READY.swap(true, Ordering::Relaxed) {
        return Ok(());
    }
    let class = ISO.class(t)?;
    for m in ISO_METHODS {
        let f = method_object(class, m);
        class.dict.gc().set_str(t, intern(m.name), f)?;
    }
    class.modified(t);
    Ok(())
}
fn isocalendar(t: &Thread, this: Any) -> R<Value> {
    iso_class(t)?;
    let (year, week, day) = this.0.ymd().iso();
    ISO.make(t, &[year, week, day].map(Value::int))
}
fn isoweekday(_t: &Thread, this: Any) -> i64 {
    this.0.ymd().weekday() + 1
}
fn weekday(_t: &Thread, this: Any) -> i64 {
    this.0.ymd().weekday()
}
fn toordinal(_t: &Thread, this: Any) -> i64 {
    this.0.ymd().ordinal()
}
fn replace(
    t: &Thread,
    this: Any,
    year: Option<Value>,
    month: Option<Value>,
    day: Option<Value>,
) -> R<Value> {
    let d = this.0.ymd();
    let (y, m) = (number_or(t, year, d.year)?, number_or(t, month, d.month)?);
    let new = super::day(t, y, m, number_or(t, day, d.day)?)?;
    build(t, class_of(this.0.value()).value(), new)
}
fn reduce(_t: &Thread, this: Any) -> Gc<Tuple> {
    let state = Bytes::new(&state(this.0.ymd())).value();
    let class = class_of(this.0.value()).value();
    Tuple::new(&[class, Tuple::new(&[state]).value()])
}
py_class! {
    /// date(year, month, day) --> date object
    pub CLASS: Date = "date", base kinds::OBJECT, flags flags::BASETYPE | flags::IMMUTABLE, module "datetime";
    methods {
        @staticmethod __new__(cls, year, month=None, day=None) => new;
        __repr__(self, /) => repr; __str__(self, /) => str; __hash__(self, /) => hash;
        __eq__(self, value, /) => eq; __ne__(self, value, /) => ne; __lt__(self, value, /) => lt;
        __le__(self, value, /) => le; __gt__(self, value, /) => gt; __ge__(self, value, /) => ge;
        __add__(self, value, /) => add; __radd__(self, value, /) => add;
        __sub__(self, value, /) => sub; __rsub__(self, value, /) => rsub;
        /// Create a date from a POSIX timestamp.
        ///
        /// The timestamp is a number, e.g. created via time.time(), that is interpreted
        /// as local time.
        @classmethod fromtimestamp(cls, timestamp, /) => fromtimestamp;
        /// int -> date corresponding to a proleptic Gregorian ordinal.
        @classmethod fromordinal(cls, ordinal, /) => fromordinal;
        /// str -> Construct a date from a string in ISO 8601 format.
        @classmethod fromisoformat(cls, string, /) => fromisoformat;
        /// int, int, int -> Construct a date from the ISO year, week number and weekday.
        ///
        /// This is the inverse of the date.isocalendar() function
        @classmethod fromisocalendar(cls, year, week, day) => fromisocalendar;
        /// string, format -> new date parsed from a string (like time.strptime()).
        @classmethod strptime(cls, string, format, /) => strptime;
        /// Current date or datetime:  same as self.__class__.fromtimestamp(time.time()).
        @classmethod today(cls, /) => today;
        /// Return ctime() style string.
        ctime(self, /) => ctime;
        /// format -> strftime() style string.
        strftime(self, format) => strftime;
        /// Formats self with strftime.
        __format__(self, format, /) => dunder_format;
        /// Return time tuple, compatible with time.localtime().
        timetuple(self, /) => timetuple;
        /// Return a named tuple containing ISO year, week number, and weekday.
        isocalendar(self, /) => isocalendar;
        /// Return string in ISO 8601 format, YYYY-MM-DD.
        isoformat(self, /) => isoformat;
        /// Return the day of the week represented by the date.
        /// Monday == 1 ... Sunday == 7
        isoweekday(self, /) => isoweekday;
        /// Return proleptic Gregorian ordinal.  January 1 of year 1 is day 1.
        toordinal(self, /) => toordinal;
        /// Return the day of the week represented by the date.
        /// Monday == 0 ... Sunday == 6
        weekday(self, /) => weekday;
        /// Return date with new specified fields.
        replace(self, /, year=unchanged, month=unchanged, day=unchanged) => replace;
        /// The same as replace().
        __replace__(self, /, year=unchanged, month=unchanged, day=unchanged) => replace;
        /// __reduce__() -> (cls, state)
        __reduce__(self, /) => reduce;
    }
    getset {
        year => year;
        month => month;
        day => day;
    }
}
