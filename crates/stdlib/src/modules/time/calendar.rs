//! Calendar time: `struct_time`, `strftime` and their kin, over the C library.

use std::ffi::{CStr, CString};

use pyjit_heap::{Gc, Value};
use pyjit_runtime::core::native::NativeDef;
use pyjit_runtime::core::{call, errors, ops};
use pyjit_runtime::types::module::{Module, add_functions};
use pyjit_runtime::types::str_::{Str, intern};
use pyjit_runtime::types::tuple::Tuple;
use pyjit_runtime::types::{float, int};
use pyjit_runtime::{R, Thread};

use crate::modules::posix;
use crate::structure::Structure;

const FIELDS: &[&str] = &[
    "tm_year",
    "tm_mon",
    "tm_mday",
    "tm_hour",
    "tm_min",
    "tm_sec",
    "tm_wday",
    "tm_yday",
    "tm_isdst",
    "tm_zone",
    "tm_gmtoff",
];
static STRUCT_TIME: Structure = Structure::new("time.struct_time", FIELDS, 9);

fn empty() -> libc::tm {
    // SAFETY: all-zero numbers and a null pointer are a valid value.
    unsafe { std::mem::zeroed() }
}

/// A point in time as an argument: seconds, absent or `None` for now.
fn timestamp(t: &Thread, v: Option<Value>) -> R<libc::time_t> {
    let out_of_range = || errors::overflow_error(t, "timestamp out of range for platform time_t");
    let v = match v.filter(|v| !v.is_none()) {
        None => return Ok(super::clock(libc::CLOCK_REALTIME).div_euclid(1_000_000_000)),
        Some(v) => v,
    };
    if let Some(f) = float::get(v) {
        if f.is_nan() {
            return Err(errors::value_error(t, "Invalid value NaN (not a number)"));
        }
        let f = f.floor();
        if !(-9.3e18..9.2e18).contains(&f) {
            return Err(out_of_range());
        }
        return Ok(f as libc::time_t);
    }
    let i = ops::index(t, v)?;
    int::to_i64(i).ok_or_else(out_of_range)
}

fn broken_down(t: &Thread, at: libc::time_t, local: bool) -> R<libc::tm> {
    let mut tm = empty();
    // SAFETY: both calls read one number and write one structure.
    let done = unsafe {
        match local {
            true => libc::localtime_r(&at, &mut tm),
            false => libc::gmtime_r(&at, &mut tm),
        }
    };
    if done.is_null() {
        return posix::check_plain(t, Err(std::io::Error::last_os_error()));
    }
    Ok(tm)
}

fn zone_name(tm: &libc::tm) -> Value {
    if tm.tm_zone.is_null() {
        return Value::NONE;
    }
    // SAFETY: the C library's own string, valid until `tzset`.
    let s = unsafe { CStr::from_ptr(tm.tm_zone) };
    Str::new(&s.to_string_lossy()).value()
}

fn structure(t: &Thread, tm: &libc::tm) -> R<Value> {
    let n = |i: i32| Value::int(i64::from(i));
    STRUCT_TIME.make(
        t,
        &[
            Value::int(i64::from(tm.tm_year) + 1900),
            n(tm.tm_mon + 1),
            n(tm.tm_mday),
            n(tm.tm_hour),
            n(tm.tm_min),
            n(tm.tm_sec),
            n((tm.tm_wday + 6) % 7),
            n(tm.tm_yday + 1),
            n(tm.tm_isdst),
            zone_name(tm),
            Value::int(tm.tm_gmtoff),
        ],
    )
}
fn gmtime(t: &Thread, at: Option<Value>) -> R<Value> {
    let tm = broken_down(t, timestamp(t, at)?, false)?;
    structure(t, &tm)
}
fn localtime(t: &Thread, at: Option<Value>) -> R<Value> {
    let tm = broken_down(t, timestamp(t, at)?, true)?;
    structure(t, &tm)
}

/// Nine numbers as the C library's structure; its zone must outlive it.
fn from_tuple(t: &Thread, v: Value, function: &str) -> R<libc::tm> {
    let Some(items) = v.cast::<Tuple>() else {
        return Err(errors::type_error(
            t,
            "Tuple or struct_time argument required",
        ));
    };
    if items.len() != 9 {
        let m = format!("{function}(): illegal time tuple argument");
        return Err(errors::type_error(t, m));
    }
    let mut n = [0i32; 9];
    for (slot, v) in n.iter_mut().zip(items.items()) {
        let i = ops::index_i64(t, *v)?;
        *slot = i32::try_from(i)
            .map_err(|_| errors::overflow_error(t, "Python int too large to convert to C int"))?;
    }
    let mut tm = empty();
    let Some(year) = n[0].checked_sub(1900) else {
        return Err(errors::overflow_error(t, "year out of range"));
    };
    tm.tm_year = year;
    tm.tm_mon = n[1].wrapping_sub(1);
    tm.tm_mday = n[2];
    tm.tm_hour = n[3];
    tm.tm_min = n[4];
    tm.tm_sec = n[5];
    tm.tm_wday = n[6].wrapping_add(1) % 7;
    tm.tm_yday = n[7].wrapping_sub(1);
    tm.tm_isdst = n[8];
    Ok(tm)
}

/// Brings a tuple's numbers into the ranges that formatting needs.
fn check(t: &Thread, tm: &mut libc::tm) -> R<()> {
    if tm.tm_mon == -1 {
        tm.tm_mon = 0;
    }
    if tm.tm_mday == 0 {
        tm.tm_mday = 1;
    }
    if tm.tm_yday == -1 {
        tm.tm_yday = 0;
    }
    for (value, range, what) in [
        (tm.tm_mon, 0..=11, "month"),
        (tm.tm_mday, 1..=31, "day of month"),
        (tm.tm_hour, 0..=23, "hour"),
        (tm.tm_min, 0..=59, "minute"),
        (tm.tm_sec, 0..=61, "seconds"),
        (tm.tm_wday, 0..=6, "day of week"),
        (tm.tm_yday, 0..=365, "day of year"),
    ] {
        if !range.contains(&value) {
            return Err(errors::value_error(t, format!("{what} out of range")));
        }
    }
    Ok(())
}

const DAYS: [&str; 7] = ["Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"];
const MONTHS: [&str; 12] = [
    "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
];
fn text(tm: &libc::tm) -> String {
    format!(
        "{} {}{:3} {:02}:{:02}:{:02} {}",
        DAYS[tm.tm_wday as usize % 7],
        MONTHS[tm.tm_mon as usize % 12],
        tm.tm_mday,
        tm.tm_hour,
        tm.tm_min,
        tm.tm_sec,
        i64::from(tm.tm_year) + 1900
    )
}
fn asctime(t: &Thread, tuple: Option<Value>) -> R<String> {
    let mut tm = match tuple {
        None => broken_down(t, timestamp(t, None)?, true)?,
        Some(v) => from_tuple(t, v, "asctime")?,
    };
    check(t, &mut tm)?;
    Ok(text(&tm))
}
fn ctime(t: &Thread, at: Option<Value>) -> R<String> {
    let tm = broken_down(t, timestamp(t, at)?, true)?;
    Ok(text(&tm))
}
fn mktime(t: &Thread, tuple: Value) -> R<f64> {
    let mut tm = from_tuple(t, tuple, "mktime")?;
    // -1 may be a result: whether the day of the week was set tells.
    tm.tm_wday = -1;
    // SAFETY: one structure is read and written.
    let at = unsafe { libc::mktime(&mut tm) };
    if at == -1 && tm.tm_wday == -1 {
        return Err(errors::overflow_error(t, "mktime argument out of range"));
    }
    Ok(at as f64)
}

unsafe extern "C" {
    fn strftime(
        out: *mut libc::c_char,
        max: usize,
        format: *const libc::c_char,
        tm: *const libc::tm,
    ) -> usize;
    fn tzset();
}

/// Formats one piece without null bytes.
fn format_piece(format: &[u8], tm: &libc::tm, out: &mut Vec<u8>) {
    if format.is_empty() {
        return;
    }
    let Ok(f) = CString::new(format) else { return };
    let mut size = 1024;
    loop {
        let mut buffer = vec![0u8; size];
        // SAFETY: the buffer is that long; format and structure are valid.
        let n = unsafe { strftime(buffer.as_mut_ptr().cast(), size, f.as_ptr(), tm) };
        // 0 may be right ("%p" in some locales): after a while it must be.
        if n > 0 || size >= 256 * format.len().max(64) {
            out.extend_from_slice(&buffer[..n]);
            return;
        }
        size *= 2;
    }
}
fn strftime_function(t: &Thread, format: Gc<Str>, tuple: Option<Value>) -> R<Value> {
    let (mut tm, zone);
    match tuple {
        None => tm = broken_down(t, timestamp(t, None)?, true)?,
        Some(v) => {
            tm = from_tuple(t, v, "strftime")?;
            if pyjit_runtime::types::type_::class_of(v) == STRUCT_TIME.class(t)? {
                let hidden = Gc::<Tuple>::from_value(v);
                let hidden = hidden.hidden_items(11);
                if let Some(name) = hidden[9].cast::<Str>() {
                    zone = CString::new(posix::encode(&name)).unwrap_or_default();
                    tm.tm_zone = zone.as_ptr();
                }
                tm.tm_gmtoff = int::to_i64(hidden[10]).unwrap_or(0);
            }
        }
    }
    check(t, &mut tm)?;
    tm.tm_isdst = tm.tm_isdst.clamp(-1, 1);
    // Only ASCII text is for the C library; everything else passes through.
    let mut out = Vec::new();
    let plain = |b: &u8| b.is_ascii() && *b != 0;
    for run in format.bytes().chunk_by(|a, b| plain(a) == plain(b)) {
        if !plain(&run[0]) {
            out.extend_from_slice(run);
            continue;
        }
        let mut piece = Vec::new();
        format_piece(run, &tm, &mut piece);
        let text = posix::decode(std::os::unix::ffi::OsStringExt::from_vec(piece));
        if let Some(s) = text.cast::<Str>() {
            out.extend_from_slice(s.bytes());
        }
    }
    Ok(Str::from_wtf8(&out).value())
}
fn strptime(t: &Thread, string: Value, format: Option<Value>) -> R<Value> {
    let format = format.unwrap_or_else(|| intern("%a %b %d %H:%M:%S %Y").value());
    let m = t.host().import(t, "_strptime")?;
    let r = call::call_attr(t, m, "_strptime_time", &[string, format])?;
    Ok(r)
}

/// Names and offsets of the zone, as they are in winter and in summer.
fn zone(t: &Thread, m: Gc<Module>) -> R<()> {
    const YEAR: i64 = (365 * 24 + 6) * 3600;
    let start = timestamp(t, None)? / YEAR * YEAR;
    let (a, b) = (
        broken_down(t, start, true)?,
        broken_down(t, start + YEAR / 2, true)?,
    );
    let ((name_a, off_a), (name_b, off_b)) =
        ((zone_name(&a), -a.tm_gmtoff), (zone_name(&b), -b.tm_gmtoff));
    // The south has its summer in January.
    let (names, standard, summer) = match off_a < off_b {
        true => ([name_b, name_a], off_b, off_a),
        false => ([name_a, name_b], off_a, off_b),
    };
    m.set(t, "timezone", Value::int(standard))?;
    m.set(t, "altzone", Value::int(summer))?;
    m.set(t, "daylight", Value::int(i64::from(off_a != off_b)))?;
    m.set(t, "tzname", Tuple::new(&names).value())
}
fn tzset_function(t: &Thread) -> R<()> {
    // SAFETY: reads the environment, which only holders of the interpreter lock change.
    unsafe { tzset() };
    match pyjit_runtime::core::modules::imported(intern("time")).and_then(|m| m.cast::<Module>()) {
        Some(m) => zone(t, m),
        None => Ok(()),
    }
}

/// Adds this theme to module `time`.
pub fn init(t: &Thread, m: Gc<Module>) -> R<()> {
    add_functions(t, m, FUNCTIONS)?;
    m.set(t, "_STRUCT_TM_ITEMS", Value::int(11))?;
    STRUCT_TIME.install(t, m)?;
    // SAFETY: as in `tzset_function`.
    unsafe { tzset() };
    zone(t, m)
}

const FUNCTIONS: &[NativeDef] = pyjit_runtime::native_table! {
    /// Convert seconds since the Epoch to a time tuple expressing UTC (a.k.a. GMT).
    gmtime(seconds=None, /) => gmtime;
    /// Convert seconds since the Epoch to a time tuple expressing local time.
    localtime(seconds=None, /) => localtime;
    /// Convert a time tuple to a string, e.g. 'Sat Jun 06 16:26:11 1998'.
    asctime(time_tuple=None, /) => asctime;
    /// Convert a time in seconds since the Epoch to a string in local time.
    ctime(seconds=None, /) => ctime;
    /// Convert a time tuple in local time to seconds since the Epoch.
    mktime(time_tuple, /) => mktime;
    /// Convert a time tuple to a string according to a format specification.
    strftime(format, time_tuple=None, /) => strftime_function;
    /// Parse a string to a time tuple according to a format specification.
    strptime(string, format="%a %b %d %H:%M:%S %Y", /) => strptime;
    /// Initialize, or reinitialize, the local timezone.
    tzset() => tzset_function;
};
