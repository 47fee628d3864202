//! `str`: case, character tests, padding, translation. What happens to the
//! text itself is in [`crate::unicode`].

use pyjit_heap::{Gc, Value};

use super::str_::Str;
use super::str_methods::{make, piece};
use crate::core::thread::{R, Thread};
use crate::core::{errors, ops};
use crate::types::dict::Dict;
use crate::types::exceptions::Exc;
use crate::types::int;
use crate::types::type_::type_name;
use crate::unicode::search::Kind;
use crate::unicode::{case, layout, wtf8};

type S = Gc<Str>;

macro_rules! mapped {
    ($($name:ident $f:path;)*) => { $(
        pub(super) fn $name(_t: &Thread, this: S) -> S {
            let mut out = Vec::with_capacity(this.bytes().len());
            $f(&mut out, this.bytes());
            make(this, &out)
        }
    )* };
}
mapped! {
    upper case::upper; lower case::lower; casefold case::casefold; capitalize case::capitalize;
    title case::title; swapcase case::swapcase;
}
macro_rules! tests {
    ($($name:ident $f:path;)*) => { $(
        pub(super) fn $name(_t: &Thread, this: S) -> bool {
            $f(this.bytes())
        }
    )* };
}
tests! {
    isalpha case::all_alpha; isdecimal case::all_decimal; isdigit case::all_digit; isnumeric case::all_numeric;
    isalnum case::all_alnum; isspace case::all_space; isprintable case::all_printable;
    isidentifier case::is_identifier; islower case::is_lower_text; isupper case::is_upper_text; istitle case::is_title_text;
}
pub(super) fn isascii(_t: &Thread, this: S) -> bool {
    this.is_ascii()
}

pub(super) fn fill_char(t: &Thread, fill: Option<Value>) -> R<u32> {
    let Some(v) = fill else {
        return Ok(b' ' as u32);
    };
    let Some(s) = v.cast::<Str>() else {
        return Err(errors::type_error(
            t,
            format!(
                "The fill character must be a unicode character, not {}",
                type_name(v)
            ),
        ));
    };
    if s.len() != 1 {
        return Err(errors::type_error(
            t,
            "The fill character must be exactly one character long",
        ));
    }
    Ok(wtf8::decode_first(s.bytes()).map_or(32, |(c, _)| c))
}
pub(super) fn padded(
    t: &Thread,
    this: S,
    (before, after): (usize, usize),
    fill: Option<Value>,
) -> R<S> {
    let fill = fill_char(t, fill)?;
    if before + after == 0 {
        return Ok(piece(this, 0..this.bytes().len()));
    }
    if before + after > 1 << 40 {
        return Err(errors::memory_error(t));
    }
    let mut out = Vec::with_capacity(this.bytes().len() + before + after);
    layout::pad(&mut out, this.bytes(), (before, after), fill);
    Ok(Str::build(&out, this.len() + before + after))
}
pub(super) fn room(this: S, width: i64) -> usize {
    (width.max(0) as usize).saturating_sub(this.len())
}
pub(super) fn center(t: &Thread, this: S, width: i64, fill: Option<Value>) -> R<S> {
    padded(
        t,
        this,
        layout::center_padding(this.len(), width.max(0) as usize),
        fill,
    )
}
pub(super) fn ljust(t: &Thread, this: S, width: i64, fill: Option<Value>) -> R<S> {
    padded(t, this, (0, room(this, width)), fill)
}
pub(super) fn rjust(t: &Thread, this: S, width: i64, fill: Option<Value>) -> R<S> {
    padded(t, this, (room(this, width), 0), fill)
}
pub(super) fn zfill(_t: &Thread, this: S, width: i64) -> S {
    let mut out = Vec::new();
    layout::zfill(&mut out, this.bytes(), this.len(), width.max(0) as usize);
    make(this, &out)
}
pub(super) fn expandtabs(t: &Thread, this: S, tabsize: Option<i64>) -> R<S> {
    let mut out = Vec::new();
    match layout::expand_tabs(
        &mut out,
        this.bytes(),
        Kind::Str,
        tabsize.unwrap_or(8).max(0) as usize,
    ) {
        Some(()) => Ok(make(this, &out)),
        None => Err(errors::overflow_error(t, "new string is too long")),
    }
}

pub(super) fn translate(t: &Thread, this: S, table: Value) -> R<S> {
    let mut out = Vec::with_capacity(this.bytes().len());
    for c in wtf8::code_points(this.bytes()) {
        let v = match ops::getitem(t, table, Value::int(c as i64)) {
            Ok(v) => v,
            Err(_) if errors::catch(t, Exc::LookupError) => {
                wtf8::push(&mut out, c);
                continue;
            }
            Err(e) => return Err(e),
        };
        if v.is_none() {
        } else if let Some(s) = v.cast::<Str>() {
            out.extend_from_slice(s.bytes());
        } else if let Some(i) = int::to_i64(v) {
            if !(0..=0x10_ffff).contains(&i) {
                return Err(errors::value_error(
                    t,
                    "character mapping must be in range(0x110000)",
                ));
            }
            wtf8::push(&mut out, i as u32);
        } else {
            return Err(errors::type_error(
                t,
                "character mapping must return integer, None or str",
            ));
        }
    }
    Ok(Str::from_wtf8(&out))
}
pub(super) fn maketrans(t: &Thread, x: Value, y: Option<Value>, z: Option<Value>) -> R<Gc<Dict>> {
    let Some(y) = y else {
        return table_of_dict(t, x);
    };
    let text = |v: Value, place: usize| {
        v.cast::<Str>().ok_or_else(|| {
            let m = format!(
                "maketrans() argument {place} must be str, not {}",
                crate::types::type_::shown_type(v)
            );
            errors::type_error(t, m)
        })
    };
    let y = text(y, 2)?;
    let z = z.map(|z| text(z, 3)).transpose()?;
    let Some(x) = x.cast::<Str>() else {
        let m = "first maketrans argument must be a string if there is a second argument";
        return Err(errors::type_error(t, m));
    };
    if x.len() != y.len() {
        let m = "the first two maketrans arguments must have equal length";
        return Err(errors::value_error(t, m));
    }
    let d = Dict::new();
    for (a, b) in wtf8::code_points(x.bytes()).zip(wtf8::code_points(y.bytes())) {
        d.set(t, Value::int(a as i64), Value::int(b as i64))?;
    }
    for c in z.iter().flat_map(|z| wtf8::code_points(z.bytes())) {
        d.set(t, Value::int(c as i64), Value::NONE)?;
    }
    Ok(d)
}
/// A dictionary with characters or numbers as keys becomes a translation table.
fn table_of_dict(t: &Thread, x: Value) -> R<Gc<Dict>> {
    let Some(m) = x.cast::<Dict>() else {
        let m = "if you give only one argument to maketrans it must be a dict";
        return Err(errors::type_error(t, m));
    };
    let d = Dict::new();
    for (k, v) in m.iter() {
        let k = match k.cast::<Str>() {
            Some(s) if s.len() == 1 => {
                Value::int(wtf8::decode_first(s.bytes()).map_or(0, |(c, _)| c as i64))
            }
            Some(_) => {
                let m = "string keys in translatetable must be of length 1";
                return Err(errors::value_error(t, m));
            }
            None if int::is_int(k) => k,
            None => {
                let m = "keys in translate table mustbe strings or integers";
                return Err(errors::type_error(t, m));
            }
        };
        d.set(t, k, v)?;
    }
    Ok(d)
}
