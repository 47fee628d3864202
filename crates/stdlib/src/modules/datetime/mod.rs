//! `_datetime`: dates, times and durations. The calendar is in [`calendar`],
//! text in [`text`] and [`format`], the system's clock in [`local`], all
//! without Python; one file for each class.

mod calendar;
mod clock;
mod date;
mod delta;
mod format;
mod local;
mod making;
mod moment;
mod text;
mod zone;

use pyjit_heap::{Gc, GilCell, HeapObject, Root, Value};
use pyjit_runtime::core::class::words;
use pyjit_runtime::core::{errors, ops};
use pyjit_runtime::types::bytes::Bytes;
use pyjit_runtime::types::int;
use pyjit_runtime::types::module::Module;
use pyjit_runtime::types::str_::{Str, intern};
use pyjit_runtime::types::tuple::Tuple;
use pyjit_runtime::types::type_::{Type, class_of, of_kind};
use pyjit_runtime::unicode::wtf8;
use pyjit_runtime::{R, Thread};

use crate::native_module;
use calendar::{DAY, MAX_YEAR, MIN_YEAR, MINUTE, Ymd};

/// `UTC`.
static CONSTANTS: GilCell<Vec<Root>> = GilCell::new(Vec::new());

/// What pickling keeps of a time or moment: its class, and the state and zone that make it.
fn reduced(this: Value, state: &[u8], zone: Value) -> Gc<Tuple> {
    let state = Bytes::new(state).value();
    let args = match zone {
        Value::NONE => Tuple::new(&[state]),
        zone => Tuple::new(&[state, zone]),
    };
    Tuple::new(&[class_of(this).value(), args.value()])
}

fn constant(i: usize) -> Value {
    CONSTANTS.with_mut(|c| c[i].get())
}

/// A new instance of `class`, whose layout is that of `o`.
fn alloc<T: HeapObject>(class: Gc<Type>, o: T) -> Gc<T> {
    Gc::with_shape(class.root_shape.get(), o, class.extra_bytes(words::<T>()))
}
/// How the class of an object is called in its `repr()`.
fn text_of_class(v: Value) -> String {
    class_of(v).message_name()
}
/// A number for one part of a date or time.
fn number(t: &Thread, v: Value) -> R<i64> {
    if v.is_int() && i32::try_from(v.as_int()).is_ok() {
        return Ok(v.as_int());
    }
    let i = ops::index(t, v)?;
    let m = match int::to_i64(i) {
        Some(n) if i32::try_from(n).is_ok() => return Ok(n),
        Some(n) if n > 0 => "signed integer is greater than maximum",
        Some(_) => "signed integer is less than minimum",
        None => "Python int too large to convert to C long",
    };
    Err(errors::overflow_error(t, m))
}
/// The same; a default for one that is not given.
fn number_or(t: &Thread, v: Option<Value>, default: i64) -> R<i64> {
    v.map_or(Ok(default), |v| number(t, v))
}
/// A number in a range, or `ValueError`.
fn ranged(t: &Thread, n: i64, last: i64, what: &str) -> R<()> {
    if (0..=last).contains(&n) {
        return Ok(());
    }
    let m = format!("{what} must be in 0..{last}, not {n}");
    Err(errors::value_error(t, m))
}
/// A day that exists.
fn day(t: &Thread, year: i64, month: i64, day: i64) -> R<Ymd> {
    let m = if !(MIN_YEAR..=MAX_YEAR).contains(&year) {
        format!("year must be in {MIN_YEAR}..{MAX_YEAR}, not {year}")
    } else if !(1..=12).contains(&month) {
        format!("month must be in 1..12, not {month}")
    } else {
        let last = calendar::days_in_month(year, month);
        if (1..=last).contains(&day) {
            return Ok(Ymd::new(year, month, day));
        }
        format!("day {day} must be in range 1..{last} for month {month} in year {year}")
    };
    Err(errors::value_error(t, m))
}
/// The day that has this ordinal.
fn ordinal(t: &Thread, n: i64) -> R<Ymd> {
    if (1..=calendar::MAX_ORDINAL).contains(&n) {
        return Ok(Ymd::of_ordinal(n));
    }
    Err(errors::overflow_error(t, "date value out of range"))
}
/// A time of day.
fn time_of_day(t: &Thread, [h, m, s, us]: [i64; 4]) -> R<i64> {
    ranged(t, h, 23, "hour")?;
    ranged(t, m, 59, "minute")?;
    ranged(t, s, 59, "second")?;
    ranged(t, us, 999_999, "microsecond")?;
    Ok((h * 60 + m) * MINUTE + s * calendar::SECOND + us)
}
/// A `fold` argument.
fn fold(t: &Thread, v: Option<Value>, default: i64) -> R<i64> {
    let n = number_or(t, v, default)?;
    if n == 0 || n == 1 {
        return Ok(n);
    }
    let m = format!("fold must be either 0 or 1, not {n}");
    Err(errors::value_error(t, m))
}
fn missing(t: &Thread, name: &str, place: usize) -> pyjit_runtime::Raised {
    let m = format!("function missing required argument '{name}' (pos {place})");
    errors::type_error(t, m)
}

/// The bytes that a pickle made by Python 2 or 3 gives to a constructor.
fn state<const N: usize>(v: Value) -> Option<[u8; N]> {
    if let Some(b) = v.cast::<Bytes>() {
        return b.bytes().try_into().ok();
    }
    let s = v.cast::<Str>().filter(|s| s.len() == N)?;
    let mut out = [0; N];
    for (slot, c) in out.iter_mut().zip(wtf8::code_points(s.bytes())) {
        *slot = u8::try_from(c).ok()?;
    }
    Some(out)
}

/// The smallest and largest values, and the steps.
fn limits(t: &Thread) -> R<()> {
    let set = |kind: u32, name: &str, v: Value| -> R<()> {
        let ty = of_kind(kind);
        ty.dict.gc().set_str(t, intern(name), v)?;
        ty.modified(t);
        Ok(())
    };
    let delta = |n: i128| -> R<Value> { Ok(delta::make(t, n)?.value()) };
    let days = 999_999_999 * i128::from(DAY);
    set(delta::KIND, "min", delta(-days)?)?;
    set(delta::KIND, "max", delta(days + i128::from(DAY) - 1)?)?;
    for kind in [delta::KIND, clock::KIND, moment::KIND] {
        set(kind, "resolution", delta(1)?)?;
    }
    set(date::KIND, "resolution", delta(i128::from(DAY))?)?;
    let (first, last) = (Ymd::new(MIN_YEAR, 1, 1), Ymd::new(MAX_YEAR, 12, 31));
    set(date::KIND, "min", date::plain(first).value())?;
    set(date::KIND, "max", date::plain(last).value())?;
    set(clock::KIND, "min", clock::plain(0).value())?;
    set(clock::KIND, "max", clock::plain(DAY - 1).value())?;
    set(moment::KIND, "min", moment::plain(first, 0).value())?;
    set(moment::KIND, "max", moment::plain(last, DAY - 1).value())?;
    let far = i128::from(DAY - MINUTE);
    set(zone::FIXED, "utc", zone::utc())?;
    set(zone::FIXED, "min", zone::fixed(delta::make(t, -far)?))?;
    set(zone::FIXED, "max", zone::fixed(delta::make(t, far)?))
}

fn init(t: &Thread, m: Gc<Module>) -> R<()> {
    if CONSTANTS.with_mut(|c| c.is_empty()) {
        let utc = zone::fixed(delta::make(t, 0)?);
        CONSTANTS.with_mut(|c| c.push(Root::new(utc)));
        limits(t)?;
    }
    m.set(t, "MINYEAR", Value::int(MIN_YEAR))?;
    m.set(t, "MAXYEAR", Value::int(MAX_YEAR))?;
    m.set(t, "UTC", zone::utc())
}

native_module! {
    /// Fast implementation of the datetime module.
    pub MODULE = "_datetime", classes [
        date::CLASS, moment::CLASS, clock::CLASS, delta::CLASS, zone::CLASS, zone::ZONE,
    ], init init;
    functions {}
}
