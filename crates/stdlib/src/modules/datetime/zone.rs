//! `tzinfo`, and `timezone` with its fixed offset; what a zone says of a time.

use std::fmt::Write as _;

use pyjit_heap::{Field, Gc, Header, Value, heap_object};
use pyjit_runtime::core::ops::Cmp;
use pyjit_runtime::core::{attr, call, errors, kinds, ops};
use pyjit_runtime::types::dict::Dict;
use pyjit_runtime::types::exceptions::Exc;
use pyjit_runtime::types::str_::{Str, intern};
use pyjit_runtime::types::tuple::Tuple;
use pyjit_runtime::types::type_::{Type, class_of, flags, of_kind, type_name};
use pyjit_runtime::{R, Thread, py_class};

use super::calendar::{HOUR, MINUTE, SECOND};
use super::delta::{self, Delta};
use super::moment::{self, DateTime};
use super::{alloc, constant, text_of_class};

/// The layouts' numbers.
pub const KIND: u32 = 521;
pub const FIXED: u32 = 522;

/// A `tzinfo`.
#[repr(C)]
pub struct TzInfo {
    header: Header,
}
heap_object!(TzInfo = KIND, no refs);
/// A `timezone`.
#[repr(C)]
pub struct TimeZone {
    header: Header,
    offset: Field,
    /// A text, or absent.
    name: Field,
}
heap_object!(TimeZone = FIXED, refs 1..3);
type Z = Gc<TimeZone>;

impl TimeZone {
    fn offset(&self) -> delta::T {
        Gc::from_value(self.offset.get())
    }
}

/// Is it a time zone?
pub fn is_zone(v: Value) -> bool {
    v.cast::<TimeZone>().is_some() || class_of(v).is_subtype(of_kind(KIND))
}
/// A `tzinfo` argument: a zone, or `None`.
pub fn argument(t: &Thread, v: Option<Value>) -> R<Value> {
    match v {
        None => Ok(Value::NONE),
        Some(v) if v.is_none() || is_zone(v) => Ok(v),
        Some(v) => {
            let kind = type_name(v);
            let m =
                format!("tzinfo argument must be None or of a tzinfo subclass, not type '{kind}'");
            Err(errors::type_error(t, m))
        }
    }
}
fn too_far(t: &Thread, offset: Value) -> pyjit_runtime::Raised {
    match ops::repr(t, offset) {
        Ok(r) => {
            let m = "offset must be a timedelta strictly between -timedelta(hours=24) and \
                     timedelta(hours=24), not ";
            errors::value_error(t, format!("{m}{}", r.lossy()))
        }
        Err(e) => e,
    }
}

/// What a method of a zone, called with `argument`, gives as an offset.
fn asked(t: &Thread, zone: Value, method: &str, argument: Value) -> R<Option<delta::T>> {
    if zone.is_none() {
        return Ok(None);
    }
    if let Some(z) = zone.cast_exact::<TimeZone>() {
        return Ok((method == "utcoffset").then(|| z.offset()));
    }
    let r = call::call_attr(t, zone, method, &[argument])?;
    if r.is_none() {
        return Ok(None);
    }
    match r.cast::<Delta>() {
        Some(d) if d.is_offset() => Ok(Some(d)),
        Some(_) => Err(too_far(t, r)),
        None => {
            let kind = type_name(r);
            let m = format!("tzinfo.{method}() must return None or timedelta, not '{kind}'");
            Err(errors::type_error(t, m))
        }
    }
}
/// Offset of a zone from UTC at a time.
pub fn offset(t: &Thread, zone: Value, at: Value) -> R<Option<delta::T>> {
    asked(t, zone, "utcoffset", at)
}
/// Daylight saving time of a zone at a time.
pub fn summer(t: &Thread, zone: Value, at: Value) -> R<Option<delta::T>> {
    asked(t, zone, "dst", at)
}
/// The name of a zone at a time: a text or `None`.
pub fn name(t: &Thread, zone: Value, at: Value) -> R<Value> {
    if zone.is_none() {
        return Ok(Value::NONE);
    }
    let r = call::call_attr(t, zone, "tzname", &[at])?;
    if r.is_none() || r.cast::<Str>().is_some() {
        return Ok(r);
    }
    let kind = type_name(r);
    let m = format!("tzinfo.tzname() must return None or a string, not '{kind}'");
    Err(errors::type_error(t, m))
}
/// An offset as text, with `sep` between its parts.
pub fn push_offset(out: &mut String, offset: delta::T, sep: &str) {
    let n = offset.micros();
    let (sign, n) = (if n < 0 { '-' } else { '+' }, n.unsigned_abs() as i64);
    let (h, m) = (n / HOUR, n / MINUTE % 60);
    let _ = write!(out, "{sign}{h:02}{sep}{m:02}");
    if n % MINUTE != 0 {
        let _ = write!(out, "{sep}{:02}", n / SECOND % 60);
    }
    if n % SECOND != 0 {
        let _ = write!(out, ".{:06}", n % SECOND);
    }
}

fn base_new(
    _t: &Thread,
    class: Gc<Type>,
    _args: Gc<Tuple>,
    _kwargs: Option<Gc<Dict>>,
) -> Gc<TzInfo> {
    let header = Header::NEW;
    alloc(class, TzInfo { header })
}
fn missing(t: &Thread, method: &str) -> R<Value> {
    let m = format!("a tzinfo subclass must implement {method}()");
    Err(errors::raise(t, Exc::NotImplementedError, m))
}
fn base_tzname(t: &Thread, _this: Value, _at: Value) -> R<Value> {
    missing(t, "tzname")
}
fn base_utcoffset(t: &Thread, _this: Value, _at: Value) -> R<Value> {
    missing(t, "utcoffset")
}
fn base_dst(t: &Thread, _this: Value, _at: Value) -> R<Value> {
    missing(t, "dst")
}
fn reduce(t: &Thread, this: Value) -> R<Gc<Tuple>> {
    let args = match attr::get_opt(t, this, intern("__getinitargs__"))? {
        Some(f) => call::call(t, f, &[])?,
        None => Tuple::new(&[]).value(),
    };
    let state = call::call_attr(t, this, "__getstate__", &[])?;
    Ok(Tuple::new(&[class_of(this).value(), args, state]))
}
/// A time in UTC whose zone is `this`.
fn of_utc(t: &Thread, this: Value, at: Value) -> R<moment::M> {
    let Some(at) = at.cast::<DateTime>() else {
        let m = "fromutc: argument must be a datetime";
        return Err(errors::type_error(t, m));
    };
    if at.zone() != this {
        let m = "fromutc: dt.tzinfo is not self";
        return Err(errors::value_error(t, m));
    }
    Ok(at)
}
/// The zone's `dst()` is that of its standard time plus what it adds in summer.
fn base_fromutc(t: &Thread, this: Value, at: Value) -> R<Value> {
    let at = of_utc(t, this, at)?;
    let needed = |v: Option<delta::T>, m: &str| v.ok_or_else(|| errors::value_error(t, m));
    let offset = moment::offset(t, at)?;
    let offset = needed(offset, "fromutc: non-None utcoffset() result required")?;
    let dst = summer(t, this, at.value())?;
    let dst = needed(dst, "fromutc: non-None dst() result required")?;
    let standard = offset.micros() - dst.micros();
    let mut result = at.value();
    if standard != 0 {
        result = moment::plus(t, at, standard)?;
    }
    let at = moment::required(t, result)?;
    let m = "fromutc: tz.dst() gave inconsistent results; cannot convert";
    let dst = needed(summer(t, at.zone(), result)?, m)?;
    match dst.micros() {
        0 => Ok(result),
        n => moment::plus(t, at, n),
    }
}

py_class! {
    /// Abstract base class for time zone info objects.
    pub CLASS: TzInfo = "tzinfo", base kinds::OBJECT, flags flags::BASETYPE | flags::IMMUTABLE, module "datetime";
    methods {
        @staticmethod __new__(cls, *args, **kwargs) => base_new;
        /// datetime -> string name of time zone.
        tzname(self, object, /) => base_tzname;
        /// datetime -> timedelta showing offset from UTC, negative values indicating West of UTC
        utcoffset(self, object, /) => base_utcoffset;
        /// datetime -> DST offset as timedelta positive east of UTC.
        dst(self, object, /) => base_dst;
        /// datetime in UTC -> datetime in local time.
        fromutc(self, object, /) => base_fromutc;
        /// -> (cls, state)
        __reduce__(self, /) => reduce;
    }
}

fn make_of(class: Gc<Type>, offset: delta::T, name: Value) -> Z {
    let o = TimeZone {
        header: Header::NEW,
        offset: Field::new(offset.value()),
        name: Field::new(name),
    };
    alloc(class, o)
}
/// `UTC`.
pub fn utc() -> Value {
    constant(0)
}
/// The first `UTC`, and other constants.
pub fn fixed(offset: delta::T) -> Value {
    make_of(of_kind(FIXED), offset, Value::NULL).value()
}
/// The zone with that offset (which is less than a day) and name (or absent).
pub fn make(offset: delta::T, name: Value) -> Value {
    match name.is_null() && offset.micros() == 0 {
        true => utc(),
        false => make_of(of_kind(FIXED), offset, name).value(),
    }
}
/// The nameless zone with that offset, if it is less than a day.
pub fn checked(t: &Thread, offset: delta::T) -> R<Value> {
    match offset.is_offset() {
        true => Ok(make(offset, Value::NULL)),
        false => Err(too_far(t, offset.value())),
    }
}
fn new(t: &Thread, class: Gc<Type>, offset: Value, name: Option<Value>) -> R<Value> {
    let wrong = |i: usize, want: &str, v: Value| {
        let got = pyjit_runtime::types::type_::shown_type(v);
        let m = format!("timezone() argument {i} must be {want}, not {got}");
        errors::type_error(t, m)
    };
    let Some(d) = offset.cast::<Delta>() else {
        return Err(wrong(1, "datetime.timedelta", offset));
    };
    if let Some(n) = name
        && n.cast::<Str>().is_none()
    {
        return Err(wrong(2, "str", n));
    }
    if !d.is_offset() {
        return Err(too_far(t, offset));
    }
    let name = name.unwrap_or(Value::NULL);
    Ok(match class == of_kind(FIXED) {
        true => make(d, name),
        false => make_of(class, d, name).value(),
    })
}
/// The name of an offset.
fn offset_name(offset: delta::T) -> String {
    let mut out = String::from("UTC");
    if offset.micros() != 0 {
        push_offset(&mut out, offset, ":");
    }
    out
}
fn check(t: &Thread, at: Value, method: &str) -> R<()> {
    if at.is_none() || at.cast::<DateTime>().is_some() {
        return Ok(());
    }
    let kind = type_name(at);
    let m = format!("{method}(dt) argument must be a datetime instance or None, not {kind}");
    Err(errors::type_error(t, m))
}
fn text(_t: &Thread, this: Z) -> Value {
    match this.name.get().opt() {
        Some(name) => name,
        None => Str::new(&offset_name(this.offset())).value(),
    }
}
fn tzname(t: &Thread, this: Z, at: Value) -> R<Value> {
    check(t, at, "tzname")?;
    Ok(text(t, this))
}
fn utcoffset(t: &Thread, this: Z, at: Value) -> R<Value> {
    check(t, at, "utcoffset")?;
    Ok(this.offset.get())
}
fn dst(t: &Thread, _this: Z, at: Value) -> R<()> {
    check(t, at, "dst")
}
fn fromutc(t: &Thread, this: Z, at: Value) -> R<Value> {
    let at = of_utc(t, this.value(), at)?;
    moment::plus(t, at, this.offset().micros())
}
fn initargs(_t: &Thread, this: Z) -> Gc<Tuple> {
    match this.name.get().opt() {
        Some(name) => Tuple::new(&[this.offset.get(), name]),
        None => Tuple::new(&[this.offset.get()]),
    }
}
fn repr(t: &Thread, this: Z) -> R<String> {
    if this.value() == utc() {
        return Ok("datetime.timezone.utc".into());
    }
    let mut out = text_of_class(this.value());
    out.push('(');
    out.push_str(&ops::repr(t, this.offset.get())?.lossy());
    if let Some(name) = this.name.get().opt() {
        out.push_str(", ");
        out.push_str(&ops::repr(t, name)?.lossy());
    }
    out.push(')');
    Ok(out)
}
fn hash(t: &Thread, this: Z) -> R<i64> {
    ops::hash(t, this.offset.get())
}
fn compare(_t: &Thread, cmp: Cmp, this: Z, other: Value) -> Value {
    match (other.cast::<TimeZone>(), cmp) {
        (Some(o), Cmp::Eq) => Value::bool(this.offset().parts() == o.offset().parts()),
        (Some(o), Cmp::Ne) => Value::bool(this.offset().parts() != o.offset().parts()),
        _ => Value::NOT_IMPLEMENTED,
    }
}
fn eq(t: &Thread, this: Z, other: Value) -> Value {
    compare(t, Cmp::Eq, this, other)
}
fn ne(t: &Thread, this: Z, other: Value) -> Value {
    compare(t, Cmp::Ne, this, other)
}

py_class! {
    /// Fixed offset from UTC implementation of tzinfo.
    pub ZONE: TimeZone = "timezone", base KIND, flags flags::IMMUTABLE, module "datetime";
    methods {
        @staticmethod __new__(cls, offset, name=None) => new;
        __repr__(self, /) => repr; __str__(self, /) => text; __hash__(self, /) => hash;
        __eq__(self, value, /) => eq; __ne__(self, value, /) => ne;
        /// If name is specified when timezone is created, returns the name.  Otherwise returns offset as 'UTC(+|-)HH:MM'.
        tzname(self, object, /) => tzname;
        /// Return fixed offset.
        utcoffset(self, object, /) => utcoffset;
        /// Return None.
        dst(self, object, /) => dst;
        /// datetime in UTC -> datetime in local time.
        fromutc(self, object, /) => fromutc;
        /// pickle support
        __getinitargs__(self, /) => initargs;
    }
}
