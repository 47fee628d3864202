//! Points in time: seconds since 1970 as calendar time, by the C library's zone.
#![allow(unsafe_code)]

use std::ffi::CStr;

use pyjit_heap::Value;
use pyjit_runtime::core::{errors, ops};
use pyjit_runtime::types::{float, int};
use pyjit_runtime::{R, Thread};

use super::calendar::{EPOCH, HOUR, MAX_YEAR, MIN_YEAR, MINUTE, SECOND, Ymd};
use crate::modules::posix;

/// A day and a time of that day, without fraction.
pub struct Local {
    pub day: Ymd,
    pub clock: i64,
    /// Seconds east of UTC.
    pub offset: i64,
    pub zone: String,
}

/// A number of seconds, rounded half to even, in microseconds.
pub fn micros(t: &Thread, v: Value) -> R<i128> {
    let out_of_range = || errors::overflow_error(t, "timestamp out of range for platform time_t");
    if let Some(x) = float::get(v) {
        if x.is_nan() {
            return Err(errors::value_error(t, "Invalid value NaN (not a number)"));
        }
        let fraction = (x.fract() * 1e6).round_ties_even();
        if x.abs() >= 9.2e18 {
            return Err(out_of_range());
        }
        return Ok(x.trunc() as i128 * i128::from(SECOND) + fraction as i128);
    }
    if !int::is_int(v) {
        let kind = pyjit_runtime::types::type_::type_name(v);
        let m = format!("argument must be int or float, not {kind}");
        return Err(errors::type_error(t, m));
    }
    let n = int::to_i64(v).ok_or_else(out_of_range)?;
    Ok(i128::from(n) * i128::from(SECOND))
}
/// A number of seconds, rounded down.
pub fn seconds(t: &Thread, v: Value) -> R<i64> {
    let out_of_range = || errors::overflow_error(t, "timestamp out of range for platform time_t");
    if let Some(x) = float::get(v) {
        if x.is_nan() {
            return Err(errors::value_error(t, "Invalid value NaN (not a number)"));
        }
        let x = x.floor();
        return match x.abs() < 9.2e18 {
            true => Ok(x as i64),
            false => Err(out_of_range()),
        };
    }
    int::to_i64(ops::index(t, v)?).ok_or_else(out_of_range)
}

/// The same in UTC.
pub fn utc(t: &Thread, seconds: i64) -> R<Local> {
    let days = seconds.div_euclid(86400);
    let year = 1970 + days / 366;
    if !(-20_000..20_000).contains(&year) {
        let m = format!(
            "year must be in 1..9999, not {}",
            1970 + days * 400 / 146_097
        );
        return Err(errors::value_error(t, m));
    }
    let day = Ymd::of_ordinal(days + EPOCH);
    check_year(t, day.year)?;
    Ok(Local {
        day,
        clock: seconds.rem_euclid(86400) * SECOND,
        offset: 0,
        zone: "UTC".into(),
    })
}
fn check_year(t: &Thread, year: i64) -> R<()> {
    if (MIN_YEAR..=MAX_YEAR).contains(&year) {
        return Ok(());
    }
    let m = format!("year must be in 1..9999, not {year}");
    Err(errors::value_error(t, m))
}
/// Local time.
pub fn local(t: &Thread, seconds: i64) -> R<Local> {
    // SAFETY: all-zero numbers and a null pointer are a valid value.
    let mut tm: libc::tm = unsafe { std::mem::zeroed() };
    // SAFETY: reads one number, writes one structure.
    let done = unsafe { libc::localtime_r(&seconds, &mut tm) };
    if done.is_null() {
        return posix::check_plain(t, Err(std::io::Error::last_os_error()));
    }
    let year = i64::from(tm.tm_year) + 1900;
    check_year(t, year)?;
    let zone = match tm.tm_zone.is_null() {
        true => String::new(),
        // SAFETY: the C library's own string, valid until `tzset`.
        false => unsafe { CStr::from_ptr(tm.tm_zone) }
            .to_string_lossy()
            .into_owned(),
    };
    Ok(Local {
        day: Ymd::new(year, i64::from(tm.tm_mon) + 1, i64::from(tm.tm_mday)),
        clock: i64::from(tm.tm_hour) * HOUR
            + i64::from(tm.tm_min) * MINUTE
            + i64::from(tm.tm_sec.min(59)) * SECOND,
        offset: tm.tm_gmtoff,
        zone,
    })
}
impl Local {
    /// As if it were UTC.
    pub fn wall_seconds(&self) -> i64 {
        (self.day.ordinal() - EPOCH) * 86400 + self.clock / SECOND
    }
}
/// Local time as if it were UTC, from UTC.
fn shifted(t: &Thread, seconds: i64) -> R<i64> {
    Ok(local(t, seconds)?.wall_seconds())
}
/// The longest step of a clock that is looked for.
const STEP: i64 = 86400;

/// Which of two equal local times is it? The second: 1.
pub fn fold(t: &Thread, seconds: i64, wall: i64) -> R<i64> {
    let least = Ymd::new(1, 1, 2).ordinal() - EPOCH;
    if seconds - STEP < least * 86400 {
        return Ok(0);
    }
    let before = shifted(t, seconds - STEP)?;
    let gap = wall - before - STEP;
    if gap >= 0 {
        return Ok(0);
    }
    Ok(i64::from(shifted(t, seconds + gap)? == wall))
}
/// The point in time of a local time.
pub fn of_wall(t: &Thread, wall: i64, fold: i64) -> R<i64> {
    let a = shifted(t, wall)? - wall;
    let first = wall - a;
    let shown = shifted(t, first)?;
    let b = if shown == wall {
        let other = if fold == 0 {
            first - STEP
        } else {
            first + STEP
        };
        let b = shifted(t, other)? - other;
        if a == b {
            return Ok(first);
        }
        b
    } else {
        shown - first
    };
    let second = wall - b;
    if shifted(t, second)? == wall {
        return Ok(second);
    }
    if shown == wall {
        return Ok(first);
    }
    // In a gap.
    Ok(match fold {
        0 => first.max(second),
        _ => first.min(second),
    })
}
/// The same; in a gap, what the zone that ends there would say.
pub fn of_wall_late(t: &Thread, wall: i64, fold: i64) -> R<i64> {
    let (a, b) = (of_wall(t, wall, fold)?, of_wall(t, wall, 1 - fold)?);
    Ok(if a != b && (b > a) == (fold == 1) {
        b
    } else {
        a
    })
}
/// Now, in microseconds.
pub fn now() -> i128 {
    let ns = crate::modules::time::clock(libc::CLOCK_REALTIME);
    i128::from(ns.div_euclid(1000))
}
