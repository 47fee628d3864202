//! How a `datetime` comes to be: its constructors, and conversion between zones.

use pyjit_heap::{Gc, Value};
use pyjit_runtime::core::{call, errors, warn};
use pyjit_runtime::types::str_::Str;
use pyjit_runtime::types::type_::{Type, class_of, shown_type};
use pyjit_runtime::{R, Thread};

use super::calendar::{DAY, EPOCH, HOUR, MINUTE, SECOND, Ymd};
use super::clock::{Time, of_parts, split, zone_of};
use super::local::{self, Local};
use super::moment::{self, M, Parts, build, make, parts};
use super::{date, delta, fold, format, missing, number, number_or, text, time_of_day, zone};

/// Microseconds from the beginning of the calendar to 1970.
pub fn epoch() -> i128 {
    i128::from(EPOCH) * i128::from(DAY)
}

/// The arguments of a constructor that stand for the time.
type Rest = [Option<Value>; 4];

#[allow(clippy::too_many_arguments)]
pub fn new(
    t: &Thread,
    class: Gc<Type>,
    year: Value,
    month: Option<Value>,
    day: Option<Value>,
    hour: Option<Value>,
    minute: Option<Value>,
    second: Option<Value>,
    micro: Option<Value>,
    tzinfo: Option<Value>,
    fold_arg: Option<Value>,
) -> R<M> {
    if day.is_none()
        && let Some(s) = super::state::<10>(year)
        && (1..=12).contains(&(s[2] & 0x7f))
    {
        return from_state(t, class, s, month.unwrap_or(Value::NONE));
    }
    let year = number(t, year)?;
    let month = month.ok_or_else(|| missing(t, "month", 2))?;
    let day = day.ok_or_else(|| missing(t, "day", 3))?;
    let ymd = [year, number(t, month)?, number(t, day)?];
    let rest: Rest = [hour, minute, second, micro];
    let mut clock = [0; 4];
    for (slot, v) in clock.iter_mut().zip(rest) {
        *slot = number_or(t, v, 0)?;
    }
    let fold_arg = number_or(t, fold_arg, 0)?;
    let zone = zone::argument(t, tzinfo)?;
    let p = Parts {
        day: super::day(t, ymd[0], ymd[1], ymd[2])?,
        clock: time_of_day(t, clock)?,
        fold: fold(t, Some(Value::int(fold_arg)), 0)?,
        zone,
    };
    Ok(make(class, p))
}
fn from_state(t: &Thread, class: Gc<Type>, s: [u8; 10], zone: Value) -> R<M> {
    if !zone.is_none() && !zone::is_zone(zone) {
        return Err(errors::type_error(t, "bad tzinfo state arg"));
    }
    let year = i64::from(u16::from_be_bytes([s[0], s[1]]));
    let us = i64::from(u32::from_be_bytes([0, s[7], s[8], s[9]]));
    let p = Parts {
        day: Ymd::new(year, i64::from(s[2] & 0x7f), s[3].into()),
        clock: i64::from(s[4]) * HOUR + i64::from(s[5]) * MINUTE + i64::from(s[6]) * SECOND + us,
        fold: i64::from(s[2] >> 7),
        zone,
    };
    Ok(make(class, p))
}

/// A point in time in a zone, or, without one, in local time.
fn point(t: &Thread, class: Value, micros: i128, zone: Value) -> R<Value> {
    let second = i128::from(SECOND);
    let (seconds, rest) = (
        micros.div_euclid(second) as i64,
        micros.rem_euclid(second) as i64,
    );
    let local = match zone.is_none() {
        true => local::local(t, seconds)?,
        false => local::utc(t, seconds)?,
    };
    let fold = match zone.is_none() {
        true => local::fold(t, seconds, local.wall_seconds())?,
        false => 0,
    };
    let p = Parts {
        day: local.day,
        clock: local.clock + rest,
        zone,
        fold,
    };
    let v = build(t, class, p)?;
    match zone.is_none() {
        true => Ok(v),
        false => call::call_attr(t, zone, "fromutc", &[v]),
    }
}
pub fn now(t: &Thread, class: Value, tz: Option<Value>) -> R<Value> {
    let zone = zone::argument(t, tz)?;
    point(t, class, local::now(), zone)
}
pub fn fromtimestamp(t: &Thread, class: Value, at: Value, tz: Option<Value>) -> R<Value> {
    let zone = zone::argument(t, tz)?;
    point(t, class, local::micros(t, at)?, zone)
}
fn utc_point(t: &Thread, class: Value, micros: i128) -> R<Value> {
    let second = i128::from(SECOND);
    let local = local::utc(t, micros.div_euclid(second) as i64)?;
    let p = Parts {
        day: local.day,
        clock: local.clock + micros.rem_euclid(second) as i64,
        zone: Value::NONE,
        fold: 0,
    };
    build(t, class, p)
}
pub fn utcnow(t: &Thread, class: Value) -> R<Value> {
    warn::deprecated(
        t,
        "datetime.datetime.utcnow() is deprecated and scheduled for removal in a future version. \
         Use timezone-aware objects to represent datetimes in UTC: \
         datetime.datetime.now(datetime.UTC).",
    )?;
    utc_point(t, class, local::now())
}
pub fn utcfromtimestamp(t: &Thread, class: Value, at: Value) -> R<Value> {
    warn::deprecated(
        t,
        "datetime.datetime.utcfromtimestamp() is deprecated and scheduled for removal in a future \
         version. Use timezone-aware objects to represent datetimes in UTC: \
         datetime.datetime.fromtimestamp(timestamp, datetime.UTC).",
    )?;
    utc_point(t, class, local::micros(t, at)?)
}
pub fn strptime(t: &Thread, class: Value, s: Value, format: Value) -> R<Value> {
    format::strptime(t, class, "_strptime_datetime_datetime", s, format)
}
pub fn combine(
    t: &Thread,
    class: Value,
    day: Value,
    time: Value,
    tzinfo: Option<Value>,
) -> R<Value> {
    let wrong = |i: usize, want: &str, v: Value| {
        let got = shown_type(v);
        let m = format!("combine() argument {i} must be datetime.{want}, not {got}");
        errors::type_error(t, m)
    };
    let day = date::Any::of(day).ok_or_else(|| wrong(1, "date", day))?;
    let time = time.cast::<Time>().ok_or_else(|| wrong(2, "time", time))?;
    let (clock, own, fold) = time.parts();
    let zone = match tzinfo {
        None => own,
        v => zone::argument(t, v)?,
    };
    let p = Parts {
        day: day.0.ymd(),
        clock,
        zone,
        fold,
    };
    build(t, class, p)
}
pub fn fromisoformat(t: &Thread, class: Value, s: Value) -> R<Value> {
    let s = format::text_argument(t, s)?;
    let (d, time) = text::moment(s.bytes()).ok_or_else(|| text::invalid(t, s))?;
    let mut day = super::day(t, d.year, d.month, d.day)?;
    let (mut clock, mut zone) = (0, Value::NONE);
    if let Some(c) = time {
        let next;
        (clock, next) = of_parts(t, c.parts)?;
        zone = zone_of(t, c.offset)?;
        if next {
            let d = Ymd::of_ordinal(day.ordinal() + 1);
            day = super::day(t, d.year, d.month, d.day)?;
        }
    }
    let p = Parts {
        day,
        clock,
        zone,
        fold: 0,
    };
    build(t, class, p)
}

#[allow(clippy::too_many_arguments)]
pub fn replace(
    t: &Thread,
    this: M,
    year: Option<Value>,
    month: Option<Value>,
    day: Option<Value>,
    hour: Option<Value>,
    minute: Option<Value>,
    second: Option<Value>,
    micro: Option<Value>,
    tzinfo: Option<Value>,
    fold_arg: Option<Value>,
) -> R<Value> {
    let (d, [h, m, s, us]) = (this.ymd(), split(this.clock()));
    let clock = [
        number_or(t, hour, h)?,
        number_or(t, minute, m)?,
        number_or(t, second, s)?,
        number_or(t, micro, us)?,
    ];
    let zone = match tzinfo {
        None => this.zone(),
        v => zone::argument(t, v)?,
    };
    let p = Parts {
        day: super::day(
            t,
            number_or(t, year, d.year)?,
            number_or(t, month, d.month)?,
            number_or(t, day, d.day)?,
        )?,
        clock: time_of_day(t, clock)?,
        zone,
        fold: fold(t, fold_arg, this.fold())?,
    };
    build(t, class_of(this.value()).value(), p)
}

/// The zone that local time is in at a point in time.
fn zone_here(t: &Thread, at: &Local) -> R<Value> {
    let offset = delta::make(t, i128::from(at.offset) * i128::from(SECOND))?;
    let name = match at.zone.is_empty() {
        true => Value::NULL,
        false => Str::new(&at.zone).value(),
    };
    Ok(zone::make(offset, name))
}
pub fn astimezone(t: &Thread, this: M, tz: Option<Value>) -> R<Value> {
    let target = zone::argument(t, tz)?;
    if !target.is_none() && this.zone() == target {
        return Ok(this.value());
    }
    let offset = match moment::offset(t, this)? {
        Some(o) => o.micros(),
        None => {
            let at = local::of_wall_late(t, this.wall_seconds(), this.fold())?;
            let here = local::local(t, at)?;
            let zone = zone_here(t, &here)?;
            if zone == target {
                let p = Parts {
                    zone,
                    ..parts(this)
                };
                return build(t, class_of(this.value()).value(), p);
            }
            i128::from(here.offset) * i128::from(SECOND)
        }
    };
    let (day, clock) = moment::at(t, this.naive() - offset)?;
    let zone = match target.is_none() {
        false => target,
        true => {
            let seconds = (day.ordinal() - EPOCH) * 86400 + clock / SECOND;
            zone_here(t, &local::local(t, seconds)?)?
        }
    };
    let p = Parts {
        day,
        clock,
        zone,
        fold: 0,
    };
    let v = build(t, class_of(this.value()).value(), p)?;
    call::call_attr(t, zone, "fromutc", &[v])
}

/// The `sep` argument of `isoformat`: one character.
pub fn separator(t: &Thread, v: Option<Value>) -> R<Option<Gc<Str>>> {
    let Some(v) = v else { return Ok(None) };
    let what = match v.cast::<Str>() {
        Some(s) if s.len() == 1 => return Ok(Some(s)),
        Some(s) => format!("a string of length {}", s.len()),
        None => shown_type(v),
    };
    let m = format!("isoformat() argument 1 must be a unicode character, not {what}");
    Err(errors::type_error(t, m))
}
/// A text, with what separates date and time put at its place.
pub fn with_separator(mut text: String, sep: Option<Gc<Str>>) -> Value {
    const AT: usize = 10;
    match sep {
        None => text.replace_range(AT..=AT, "T"),
        Some(s) => {
            let b = text.as_bytes();
            return Str::from_wtf8(&[&b[..AT], s.bytes(), &b[AT + 1..]].concat()).value();
        }
    }
    Str::new(&text).value()
}
