//! `_locale`: the C library's locales.
#![allow(unsafe_code)]

use std::ffi::{CStr, CString, OsString};
use std::os::unix::ffi::OsStringExt;

use pyjit_heap::{Gc, GilCell, Root, Value};
use pyjit_runtime::core::{errors, settings};
use pyjit_runtime::types::dict::Dict;
use pyjit_runtime::types::exceptions::Exc;
use pyjit_runtime::types::list::List;
use pyjit_runtime::types::module::Module;
use pyjit_runtime::types::str_::{Str, intern};
use pyjit_runtime::types::type_::Type;
use pyjit_runtime::{R, Thread};

use super::posix;
use crate::native_module;

static ERROR: GilCell<Option<Root>> = GilCell::new(None);

fn text(p: *const libc::c_char) -> Value {
    if p.is_null() {
        return Str::new("").value();
    }
    // SAFETY: the library gives terminated strings.
    let bytes = unsafe { CStr::from_ptr(p) }.to_bytes().to_vec();
    posix::decode(OsString::from_vec(bytes))
}
fn c_text(t: &Thread, s: Gc<Str>) -> R<CString> {
    CString::new(posix::encode(&s)).map_err(|_| errors::value_error(t, "embedded null character"))
}
fn setlocale(t: &Thread, category: i64, locale: Option<Value>) -> R<Value> {
    let name = match locale.filter(|l| !l.is_none()) {
        None => None,
        Some(v) => match v.cast::<Str>() {
            Some(s) => Some(c_text(t, s)?),
            None => return Err(errors::type_error(t, "locale must be str or None")),
        },
    };
    let pointer = name.as_ref().map_or(std::ptr::null(), |n| n.as_ptr());
    // SAFETY: a terminated string or nothing; the interpreter lock is held.
    let r = unsafe { libc::setlocale(category as i32, pointer) };
    if r.is_null() {
        let class = ERROR
            .get()
            .as_ref()
            .map(|e| Gc::<Type>::from_value(e.get()));
        let m = match name {
            Some(_) => "unsupported locale setting",
            None => "locale query failed",
        };
        let class = class.unwrap_or(Exc::ValueError.class());
        return Err(errors::raise_args(t, class, &[Str::new(m).value()]));
    }
    Ok(text(r))
}
/// The numbers of a `grouping` string.
fn grouping(t: &Thread, mut p: *const libc::c_char) -> R<Value> {
    let l = List::new();
    // SAFETY: the string ends with 0 or `CHAR_MAX`.
    unsafe {
        while !p.is_null() && *p != 0 {
            l.push(t, Value::int(i64::from(*p)))?;
            if *p == libc::c_char::MAX {
                return Ok(l.value());
            }
            p = p.add(1);
        }
    }
    if !l.is_empty() {
        l.push(t, Value::int(0))?;
    }
    Ok(l.value())
}
fn localeconv(t: &Thread) -> R<Gc<Dict>> {
    // SAFETY: a structure that is valid until the locale changes.
    let c = unsafe { &*libc::localeconv() };
    let d = Dict::new();
    let set = |name: &str, v: Value| d.set_str(t, intern(name), v);
    for (name, p) in [
        ("decimal_point", c.decimal_point),
        ("thousands_sep", c.thousands_sep),
        ("int_curr_symbol", c.int_curr_symbol),
        ("currency_symbol", c.currency_symbol),
        ("mon_decimal_point", c.mon_decimal_point),
        ("mon_thousands_sep", c.mon_thousands_sep),
        ("positive_sign", c.positive_sign),
        ("negative_sign", c.negative_sign),
    ] {
        set(name, text(p))?;
    }
    set("grouping", grouping(t, c.grouping)?)?;
    set("mon_grouping", grouping(t, c.mon_grouping)?)?;
    for (name, n) in [
        ("int_frac_digits", c.int_frac_digits),
        ("frac_digits", c.frac_digits),
        ("p_cs_precedes", c.p_cs_precedes),
        ("p_sep_by_space", c.p_sep_by_space),
        ("n_cs_precedes", c.n_cs_precedes),
        ("n_sep_by_space", c.n_sep_by_space),
        ("p_sign_posn", c.p_sign_posn),
        ("n_sign_posn", c.n_sign_posn),
    ] {
        set(name, Value::int(i64::from(n)))?;
    }
    Ok(d)
}
fn strcoll(t: &Thread, a: Gc<Str>, b: Gc<Str>) -> R<i64> {
    let (a, b) = (c_text(t, a)?, c_text(t, b)?);
    // SAFETY: terminated strings.
    Ok(i64::from(unsafe { libc::strcoll(a.as_ptr(), b.as_ptr()) }))
}
fn strxfrm(t: &Thread, s: Gc<Str>) -> R<Gc<Str>> {
    let c = c_text(t, s)?;
    let mut room: Vec<u8> = vec![0; 64];
    loop {
        // SAFETY: a terminated string and a buffer of that length.
        let n = unsafe { libc::strxfrm(room.as_mut_ptr().cast(), c.as_ptr(), room.len()) };
        if n < room.len() {
            room.truncate(n);
            break;
        }
        room = vec![0; n + 1];
    }
    // The order of the bytes is what counts: each becomes the character of its number.
    Ok(match std::str::from_utf8(&room) {
        Ok(s) => Str::new(s),
        Err(_) => Str::new(&room.iter().map(|b| char::from(*b)).collect::<String>()),
    })
}
fn nl_langinfo(t: &Thread, key: i64) -> R<Value> {
    if !ITEMS.iter().any(|(_, k)| *k == key) {
        return Err(errors::value_error(t, "unsupported langinfo constant"));
    }
    // SAFETY: a number that the library knows.
    Ok(text(unsafe { libc::nl_langinfo(key as libc::nl_item) }))
}
fn getencoding(_t: &Thread) -> &'static str {
    // What the C library calls it, unless UTF-8 was asked for.
    match settings::get().utf8_mode {
        true => "utf-8",
        false => "UTF-8",
    }
}

macro_rules! constants {
    ($($name:ident)*) => { &[$((stringify!($name), libc::$name as i64)),*] };
}
const CATEGORIES: &[(&str, i64)] =
    constants! { LC_CTYPE LC_TIME LC_COLLATE LC_MONETARY LC_MESSAGES LC_NUMERIC LC_ALL };
const ITEMS: &[(&str, i64)] = constants! {
    DAY_1 DAY_2 DAY_3 DAY_4 DAY_5 DAY_6 DAY_7 ABDAY_1 ABDAY_2 ABDAY_3 ABDAY_4 ABDAY_5 ABDAY_6
    ABDAY_7 MON_1 MON_2 MON_3 MON_4 MON_5 MON_6 MON_7 MON_8 MON_9 MON_10 MON_11 MON_12 ABMON_1
    ABMON_2 ABMON_3 ABMON_4 ABMON_5 ABMON_6 ABMON_7 ABMON_8 ABMON_9 ABMON_10 ABMON_11 ABMON_12
    RADIXCHAR THOUSEP YESEXPR NOEXPR CRNCYSTR D_FMT D_T_FMT T_FMT AM_STR PM_STR CODESET
    T_FMT_AMPM ERA ERA_D_FMT ERA_D_T_FMT ERA_T_FMT ALT_DIGITS
};

fn init(t: &Thread, m: Gc<Module>) -> R<()> {
    for (name, v) in CATEGORIES.iter().chain(ITEMS) {
        m.set(t, name, Value::int(*v))?;
    }
    m.set(t, "CHAR_MAX", Value::int(i64::from(libc::c_char::MAX)))?;
    let class = crate::layout::exception_class(t, "locale", "Error", &[Exc::Exception])?;
    ERROR.with_mut(|slot| *slot = Some(Root::new(class)));
    m.set(t, "Error", class)?;
    // Text is UTF-8, as the user's locale has it, whatever happens to the other categories.
    // SAFETY: terminated strings.
    unsafe { libc::setlocale(libc::LC_CTYPE, c"".as_ptr()) };
    Ok(())
}

native_module! {
    /// Support for POSIX locales.
    pub MODULE = "_locale", init init;
    functions {
        /// Activates/queries locale processing.
        setlocale(category, locale=None, /) => setlocale;
        /// Returns numeric and monetary locale-specific parameters.
        localeconv() => localeconv;
        /// Compares two strings according to the locale.
        strcoll(os1, os2, /) => strcoll;
        /// Return a string that can be used as a key for locale-aware comparisons.
        strxfrm(string, /) => strxfrm;
        /// Return the value for the locale information associated with key.
        nl_langinfo(key, /) => nl_langinfo;
        /// Get the current locale encoding.
        getencoding() => getencoding;
    }
}
