//! `str`: finding, splitting, stripping, joining. The searching itself is in
//! [`crate::unicode::search`].

use pyjit_heap::{Gc, Value};

use super::str_::{Str, byte_offset, char_index, empty};
use super::str_methods::piece;
use crate::core::errors;
use crate::core::special::Special;
use crate::core::thread::{R, Thread};
use crate::types::list::List;
use crate::types::tuple::Tuple;
use crate::types::type_::{class_of, type_name};
use crate::types::{list_methods, slice};
use crate::unicode::search::{self, Ends, Kind};

type S = Gc<Str>;

/// Byte range of characters `start..stop` (as `find` takes them), `None` when
/// the start lies behind the stop or the end.
pub(super) fn bounds(
    t: &Thread,
    this: S,
    start: Option<Value>,
    stop: Option<Value>,
) -> R<Option<(usize, usize)>> {
    let n = this.len();
    let beyond = start.is_some_and(|v| crate::types::int::to_i64(v).is_some_and(|i| i > n as i64));
    let from = slice::clamp_bound(t, start, 0, n)?;
    let to = slice::clamp_bound(t, stop, n, n)?;
    if beyond || from > to {
        return Ok(None);
    }
    Ok(Some((byte_offset(&this, from), byte_offset(&this, to))))
}
pub(super) fn locate(
    t: &Thread,
    this: S,
    sub: S,
    start: Option<Value>,
    stop: Option<Value>,
    last: bool,
) -> R<Option<usize>> {
    let Some((from, to)) = bounds(t, this, start, stop)? else {
        return Ok(None);
    };
    let text = &this.bytes()[from..to];
    let found = if last {
        search::rfind(text, sub.bytes())
    } else {
        search::find(text, sub.bytes())
    };
    Ok(found.map(|i| char_index(&this, from + i)))
}
pub(super) fn find(
    t: &Thread,
    this: S,
    sub: S,
    start: Option<Value>,
    stop: Option<Value>,
) -> R<i64> {
    Ok(locate(t, this, sub, start, stop, false)?.map_or(-1, |i| i as i64))
}
pub(super) fn rfind(
    t: &Thread,
    this: S,
    sub: S,
    start: Option<Value>,
    stop: Option<Value>,
) -> R<i64> {
    Ok(locate(t, this, sub, start, stop, true)?.map_or(-1, |i| i as i64))
}
pub(super) fn index(
    t: &Thread,
    this: S,
    sub: S,
    start: Option<Value>,
    stop: Option<Value>,
) -> R<usize> {
    locate(t, this, sub, start, stop, false)?
        .ok_or_else(|| errors::value_error(t, "substring not found"))
}
pub(super) fn rindex(
    t: &Thread,
    this: S,
    sub: S,
    start: Option<Value>,
    stop: Option<Value>,
) -> R<usize> {
    locate(t, this, sub, start, stop, true)?
        .ok_or_else(|| errors::value_error(t, "substring not found"))
}
pub(super) fn count(
    t: &Thread,
    this: S,
    sub: S,
    start: Option<Value>,
    stop: Option<Value>,
) -> R<usize> {
    match bounds(t, this, start, stop)? {
        Some((from, to)) => Ok(search::count(
            &this.bytes()[from..to],
            sub.bytes(),
            Kind::Str,
            usize::MAX,
        )),
        None => Ok(0),
    }
}
pub(super) fn affix(
    t: &Thread,
    this: S,
    x: Value,
    start: Option<Value>,
    stop: Option<Value>,
    name: &str,
    test: fn(&[u8], &[u8]) -> bool,
) -> R<bool> {
    let range = bounds(t, this, start, stop)?;
    let check = |v: Value| -> R<bool> {
        match v.cast::<Str>() {
            Some(s) => Ok(range.is_some_and(|(a, b)| test(&this.bytes()[a..b], s.bytes()))),
            None => {
                let m = if x.cast::<Tuple>().is_some() {
                    format!(
                        "tuple for {name} must only contain str, not {}",
                        type_name(v)
                    )
                } else {
                    format!(
                        "{name} first arg must be str or a tuple of str, not {}",
                        type_name(v)
                    )
                };
                Err(errors::type_error(t, m))
            }
        }
    };
    match x.cast::<Tuple>() {
        Some(p) => {
            for v in p.items() {
                if check(*v)? {
                    return Ok(true);
                }
            }
            Ok(false)
        }
        None => check(x),
    }
}
pub(super) fn startswith(
    t: &Thread,
    this: S,
    x: Value,
    start: Option<Value>,
    stop: Option<Value>,
) -> R<bool> {
    affix(t, this, x, start, stop, "startswith", |a, b| {
        a.starts_with(b)
    })
}
pub(super) fn endswith(
    t: &Thread,
    this: S,
    x: Value,
    start: Option<Value>,
    stop: Option<Value>,
) -> R<bool> {
    affix(t, this, x, start, stop, "endswith", |a, b| a.ends_with(b))
}
/// The only argument of a method as a string.
pub(super) fn only_str(t: &Thread, v: Value, name: &str) -> R<S> {
    v.cast::<Str>().ok_or_else(|| {
        errors::type_error(
            t,
            format!(
                "{name}() argument must be str, not {}",
                crate::types::type_::shown_type(v)
            ),
        )
    })
}
pub(super) fn removeprefix(t: &Thread, this: S, p: Value) -> R<S> {
    let p = only_str(t, p, "removeprefix")?;
    let n = if this.bytes().starts_with(p.bytes()) {
        p.bytes().len()
    } else {
        0
    };
    Ok(piece(this, n..this.bytes().len()))
}
pub(super) fn removesuffix(t: &Thread, this: S, p: Value) -> R<S> {
    let p = only_str(t, p, "removesuffix")?;
    let n = if this.bytes().ends_with(p.bytes()) {
        p.bytes().len()
    } else {
        0
    };
    Ok(piece(this, 0..this.bytes().len() - n))
}
pub(super) fn replace(_t: &Thread, this: S, old: S, new: S, count: Option<i64>) -> S {
    let max = count.map_or(usize::MAX, |c| if c < 0 { usize::MAX } else { c as usize });
    let mut out = Vec::new();
    if max == 0
        || search::replace(
            &mut out,
            this.bytes(),
            (old.bytes(), new.bytes()),
            Kind::Str,
            max,
        ) == 0
    {
        return piece(this, 0..this.bytes().len());
    }
    if this.is_ascii() && new.is_ascii() {
        Str::build(&out, out.len())
    } else {
        Str::from_wtf8(&out)
    }
}

pub(super) fn pieces(
    t: &Thread,
    this: S,
    ranges: impl Iterator<Item = std::ops::Range<usize>>,
) -> R<Gc<List>> {
    let l = List::new();
    for r in ranges {
        l.push(t, piece(this, r).value())?;
    }
    Ok(l)
}
pub(super) fn separator(t: &Thread, sep: Option<Value>) -> R<Option<S>> {
    match sep.filter(|s| !s.is_none()) {
        None => Ok(None),
        Some(v) => match v.cast::<Str>() {
            Some(s) if s.is_empty() => Err(errors::value_error(t, "empty separator")),
            Some(s) => Ok(Some(s)),
            None => Err(errors::type_error(
                t,
                format!("must be str or None, not {}", type_name(v)),
            )),
        },
    }
}
pub(super) fn limit(n: Option<i64>) -> usize {
    n.map_or(usize::MAX, |n| if n < 0 { usize::MAX } else { n as usize })
}
pub(super) fn split(t: &Thread, this: S, sep: Option<Value>, maxsplit: Option<i64>) -> R<Gc<List>> {
    match separator(t, sep)? {
        None => pieces(
            t,
            this,
            search::split_space(this.bytes(), Kind::Str, limit(maxsplit)),
        ),
        Some(s) => pieces(
            t,
            this,
            search::split(this.bytes(), s.bytes(), limit(maxsplit)),
        ),
    }
}
pub(super) fn rsplit(
    t: &Thread,
    this: S,
    sep: Option<Value>,
    maxsplit: Option<i64>,
) -> R<Gc<List>> {
    let mut r: Vec<std::ops::Range<usize>> = match separator(t, sep)? {
        None => search::rsplit_space(this.bytes(), Kind::Str, limit(maxsplit)).collect(),
        Some(s) => search::rsplit(this.bytes(), s.bytes(), limit(maxsplit)).collect(),
    };
    r.reverse();
    pieces(t, this, r.into_iter())
}
pub(super) fn splitlines(t: &Thread, this: S, keepends: Option<bool>) -> R<Gc<List>> {
    pieces(
        t,
        this,
        search::split_lines(this.bytes(), Kind::Str, keepends.unwrap_or(false)),
    )
}
pub(super) fn one_separator(t: &Thread, sep: Value) -> R<S> {
    match sep.cast::<Str>() {
        Some(s) if s.is_empty() => Err(errors::value_error(t, "empty separator")),
        Some(s) => Ok(s),
        None => Err(errors::type_error(
            t,
            format!("must be str, not {}", type_name(sep)),
        )),
    }
}
pub(super) fn partition_at(this: S, at: Option<usize>, sep: S, last: bool) -> Gc<Tuple> {
    let n = this.bytes().len();
    let none = empty().value();
    match at {
        Some(i) => {
            let (a, b) = (
                piece(this, 0..i).value(),
                piece(this, i + sep.bytes().len()..n).value(),
            );
            Tuple::new(&[a, sep.value(), b])
        }
        None if last => Tuple::new(&[none, none, piece(this, 0..n).value()]),
        None => Tuple::new(&[piece(this, 0..n).value(), none, none]),
    }
}
pub(super) fn partition(t: &Thread, this: S, sep: Value) -> R<Gc<Tuple>> {
    let sep = one_separator(t, sep)?;
    Ok(partition_at(
        this,
        search::find(this.bytes(), sep.bytes()),
        sep,
        false,
    ))
}
pub(super) fn rpartition(t: &Thread, this: S, sep: Value) -> R<Gc<Tuple>> {
    let sep = one_separator(t, sep)?;
    Ok(partition_at(
        this,
        search::rfind(this.bytes(), sep.bytes()),
        sep,
        true,
    ))
}
pub(super) fn strip_with(
    t: &Thread,
    this: S,
    chars: Option<Value>,
    ends: Ends,
    name: &str,
) -> R<S> {
    let set = match chars.filter(|c| !c.is_none()) {
        None => None,
        Some(c) => match c.cast::<Str>() {
            Some(s) => Some(s),
            None => {
                let m = format!("{name} arg must be None or str");
                return Err(errors::type_error(t, m));
            }
        },
    };
    let r = search::strip(
        this.bytes(),
        Kind::Str,
        set.as_ref().map(|s| s.bytes()),
        ends,
    );
    Ok(piece(this, r))
}
pub(super) fn strip(t: &Thread, this: S, chars: Option<Value>) -> R<S> {
    strip_with(t, this, chars, Ends::Both, "strip")
}
pub(super) fn lstrip(t: &Thread, this: S, chars: Option<Value>) -> R<S> {
    strip_with(t, this, chars, Ends::Left, "lstrip")
}
pub(super) fn rstrip(t: &Thread, this: S, chars: Option<Value>) -> R<S> {
    strip_with(t, this, chars, Ends::Right, "rstrip")
}

/// `sep.join(items)`.
pub fn join(t: &Thread, sep: S, items: Value) -> R<S> {
    let list = match items.cast_exact::<List>() {
        Some(l) => l,
        None => {
            if class_of(items).special(Special::Iter).is_none()
                && class_of(items).special(Special::Getitem).is_none()
            {
                return Err(errors::type_error(t, "can only join an iterable"));
            }
            list_methods::from_iterable(t, items)?
        }
    };
    if let [one] = list.items()
        && let Some(s) = one.cast_exact::<Str>()
    {
        return Ok(s);
    }
    let (mut bytes, mut chars) = (0usize, 0usize);
    for (i, v) in list.items().iter().enumerate() {
        let Some(s) = v.cast::<Str>() else {
            let m = format!(
                "sequence item {i}: expected str instance, {} found",
                type_name(*v)
            );
            return Err(errors::type_error(t, m));
        };
        let gap = if i > 0 { sep } else { empty() };
        bytes += s.bytes().len() + gap.bytes().len();
        chars += s.len() + gap.len();
    }
    if bytes == 0 {
        return Ok(empty());
    }
    Str::filled(t, bytes, chars, |out| {
        let mut at = 0;
        let mut put = |text: &[u8]| {
            out[at..at + text.len()].copy_from_slice(text);
            at += text.len();
        };
        for (i, v) in list.items().iter().enumerate() {
            if i > 0 {
                put(sep.bytes());
            }
            put(Gc::<Str>::from_value(*v).bytes());
        }
    })
}
pub(super) fn join_method(t: &Thread, this: S, items: Value) -> R<S> {
    join(t, this, items)
}
