//! `str`: the Python-visible part. Formatting is in `str_format`, encoding in
//! `str_codec`; what the methods do to the text itself is in [`crate::unicode`].

use pyjit_heap::{Gc, Value};

use super::str_::{Str, byte_offset, count_chars, intern};
use super::str_storage as storage;
use crate::core::ops::{self, Cmp};
use crate::core::special::Special;
use crate::core::thread::{R, Thread};
use crate::core::{errors, kinds};
use crate::types::dict::Dict;
use crate::types::list::List;
use crate::types::slice::{self, Slice};
use crate::types::tuple::Tuple;
use crate::types::tuple_methods::repeat_count;
use crate::types::type_::{Type, class_of, flags, of_kind, type_name};
use crate::types::{int, iterators, list_methods, str_codec, str_format};
use crate::unicode::search::{self, Ends, Kind};
use crate::unicode::{self, case, layout, wtf8};

type S = Gc<Str>;

fn new(
    t: &Thread,
    class: Gc<Type>,
    object: Option<Value>,
    encoding: Option<Value>,
    errors_: Option<Value>,
) -> R<Value> {
    let s = match (object, encoding, errors_) {
        (None, ..) => intern(""),
        (Some(o), None, None) => ops::str(t, o)?,
        (Some(o), e, h) => str_codec::decode_object(t, o, e, h)?,
    };
    if class == of_kind(kinds::STR) {
        // `str(x)` of a subclass instance may give the instance itself.
        return Ok(s.value());
    }
    Str::with_class(t, class, s).map(Gc::value)
}

fn piece(s: S, r: std::ops::Range<usize>) -> S {
    let nchars = if s.is_ascii() {
        r.len()
    } else {
        count_chars(&s.bytes()[r.clone()])
    };
    part(s, r, nchars)
}
/// Bytes `r` of `s`, which are `nchars` characters.
fn part(s: S, r: std::ops::Range<usize>, nchars: usize) -> S {
    match nchars {
        _ if r.len() == s.byte_len() && s.header().shape_id() == kinds::STR => s,
        0 => intern(""),
        1 => Str::one_char(&s.bytes()[r]),
        _ => storage::slice(s, r.start, r.end, nchars),
    }
}
/// A string made from part of (or from the same alphabet as) `of`.
fn make(of: S, bytes: &[u8]) -> S {
    match bytes.len() {
        0 => intern(""),
        1 => Str::one_char(bytes),
        n if of.is_ascii() => Str::build(bytes, n),
        _ => Str::from_wtf8(bytes),
    }
}

fn len(_t: &Thread, this: S) -> usize {
    this.len()
}
fn str(_t: &Thread, this: S) -> S {
    if this.header().shape_id() == kinds::STR {
        this
    } else {
        Str::build(this.bytes(), this.len())
    }
}
fn repr(_t: &Thread, this: S) -> S {
    let mut out = Vec::with_capacity(this.bytes().len() + 2);
    unicode::push_str_repr(&mut out, this.bytes());
    Str::from_wtf8(&out)
}
fn hash(_t: &Thread, this: S) -> i64 {
    this.hash()
}
fn compare(_t: &Thread, cmp: Cmp, a: S, b: Value) -> R<Value> {
    let Some(b) = b.cast::<Str>() else {
        return Ok(Value::NOT_IMPLEMENTED);
    };
    Ok(Value::bool(match cmp {
        Cmp::Eq => a.same(&b),
        Cmp::Ne => !a.same(&b),
        _ => cmp.of(a.bytes().cmp(b.bytes())),
    }))
}
crate::comparisons!(S, compare);

/// `a + b`.
pub fn concat(t: &Thread, a: S, b: S) -> R<S> {
    let (x, y) = (a.bytes(), b.bytes());
    if y.is_empty() {
        return Ok(str(t, a));
    }
    if x.is_empty() {
        return Ok(str(t, b));
    }
    storage::concat(t, a, b)
}
fn add(t: &Thread, a: S, b: Value) -> R<Value> {
    match b.cast::<Str>() {
        Some(b) => concat(t, a, b).map(Gc::value),
        None => {
            let m = format!("can only concatenate str (not \"{}\") to str", type_name(b));
            Err(errors::type_error(t, m))
        }
    }
}
fn mul(t: &Thread, a: S, n: Value) -> R<Value> {
    let Some(n) = repeat_count(t, n)? else {
        return Ok(Value::NOT_IMPLEMENTED);
    };
    let size = a.byte_len();
    let Some(total) = size.checked_mul(n).filter(|b| *b < 1 << 46) else {
        return Err(errors::memory_error(t));
    };
    if n == 1 {
        return Ok(str(t, a).value());
    }
    if total == 0 {
        return Ok(intern("").value());
    }
    let text = a.bytes();
    let made = Str::filled(t, total, a.len() * n, |out| match text {
        [byte] => out.fill(*byte),
        _ => out
            .chunks_exact_mut(size)
            .for_each(|c| c.copy_from_slice(text)),
    })?;
    Ok(made.value())
}

/// Character `i < len`.
#[inline]
pub fn char_at(s: S, i: usize) -> S {
    let at = if s.is_ascii() { i } else { byte_offset(&s, i) };
    let n = super::str_::char_len(s.bytes()[at]);
    Str::one_char(&s.bytes()[at..at + n])
}
fn getitem(t: &Thread, this: S, key: Value) -> R<Value> {
    if let Some(s) = key.cast::<Slice>() {
        let s = slice::span(t, s, this.len())?;
        if s.step == 1 || s.count == 0 {
            let from = byte_offset(&this, s.start.max(0) as usize);
            let to = byte_offset(&this, s.start.max(0) as usize + s.count);
            return Ok(part(this, from..to.max(from), s.count).value());
        }
        if this.is_ascii() {
            let out: Vec<u8> = s.indices().map(|i| this.bytes()[i]).collect();
            return Ok(make(this, &out).value());
        }
        let chars: Vec<u32> = wtf8::code_points(this.bytes()).collect();
        let mut out = Vec::new();
        for i in s.indices() {
            wtf8::push(&mut out, chars[i]);
        }
        return Ok(make(this, &out).value());
    }
    if !int::is_int(key) && class_of(key).special(Special::Index).is_none() {
        let m = format!("string indices must be integers, not '{}'", type_name(key));
        return Err(errors::type_error(t, m));
    }
    let i = slice::position(t, key, this.len(), "string")?;
    Ok(char_at(this, i).value())
}
fn contains(t: &Thread, this: S, x: Value) -> R<bool> {
    match x.cast::<Str>() {
        Some(x) => Ok(search::find(this.bytes(), x.bytes()).is_some()),
        None => {
            let m = format!(
                "'in <string>' requires string as left operand, not {}",
                type_name(x)
            );
            Err(errors::type_error(t, m))
        }
    }
}
fn iter(_t: &Thread, this: S) -> Value {
    iterators::str_iterator(this)
}

/// Byte range of characters `start..stop` (as `find` takes them), `None` when
/// the start lies behind the stop or the end.
fn bounds(
    t: &Thread,
    this: S,
    start: Option<Value>,
    stop: Option<Value>,
) -> R<Option<(usize, usize)>> {
    let n = this.len();
    let beyond = start.is_some_and(|v| v.is_int() && v.as_int() > n as i64);
    let from = slice::clamp_bound(t, start, 0, n)?;
    let to = slice::clamp_bound(t, stop, n, n)?;
    if beyond || from > to {
        return Ok(None);
    }
    Ok(Some((byte_offset(&this, from), byte_offset(&this, to))))
}
fn locate(
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
    Ok(found.map(|i| super::str_::char_index(&this, from + i)))
}
fn find(t: &Thread, this: S, sub: S, start: Option<Value>, stop: Option<Value>) -> R<i64> {
    Ok(locate(t, this, sub, start, stop, false)?.map_or(-1, |i| i as i64))
}
fn rfind(t: &Thread, this: S, sub: S, start: Option<Value>, stop: Option<Value>) -> R<i64> {
    Ok(locate(t, this, sub, start, stop, true)?.map_or(-1, |i| i as i64))
}
fn index(t: &Thread, this: S, sub: S, start: Option<Value>, stop: Option<Value>) -> R<usize> {
    locate(t, this, sub, start, stop, false)?
        .ok_or_else(|| errors::value_error(t, "substring not found"))
}
fn rindex(t: &Thread, this: S, sub: S, start: Option<Value>, stop: Option<Value>) -> R<usize> {
    locate(t, this, sub, start, stop, true)?
        .ok_or_else(|| errors::value_error(t, "substring not found"))
}
fn count(t: &Thread, this: S, sub: S, start: Option<Value>, stop: Option<Value>) -> R<usize> {
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
fn affix(
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
fn startswith(t: &Thread, this: S, x: Value, start: Option<Value>, stop: Option<Value>) -> R<bool> {
    affix(t, this, x, start, stop, "startswith", |a, b| {
        a.starts_with(b)
    })
}
fn endswith(t: &Thread, this: S, x: Value, start: Option<Value>, stop: Option<Value>) -> R<bool> {
    affix(t, this, x, start, stop, "endswith", |a, b| a.ends_with(b))
}
/// The only argument of a method as a string.
fn only_str(t: &Thread, v: Value, name: &str) -> R<S> {
    v.cast::<Str>().ok_or_else(|| {
        errors::type_error(
            t,
            format!("{name}() argument must be str, not {}", type_name(v)),
        )
    })
}
fn removeprefix(t: &Thread, this: S, p: Value) -> R<S> {
    let p = only_str(t, p, "removeprefix")?;
    let n = if this.bytes().starts_with(p.bytes()) {
        p.bytes().len()
    } else {
        0
    };
    Ok(piece(this, n..this.bytes().len()))
}
fn removesuffix(t: &Thread, this: S, p: Value) -> R<S> {
    let p = only_str(t, p, "removesuffix")?;
    let n = if this.bytes().ends_with(p.bytes()) {
        p.bytes().len()
    } else {
        0
    };
    Ok(piece(this, 0..this.bytes().len() - n))
}
fn replace(_t: &Thread, this: S, old: S, new: S, count: Option<i64>) -> S {
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

fn pieces(
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
fn separator(t: &Thread, sep: Option<Value>) -> R<Option<S>> {
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
fn limit(n: Option<i64>) -> usize {
    n.map_or(usize::MAX, |n| if n < 0 { usize::MAX } else { n as usize })
}
fn split(t: &Thread, this: S, sep: Option<Value>, maxsplit: Option<i64>) -> R<Gc<List>> {
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
fn rsplit(t: &Thread, this: S, sep: Option<Value>, maxsplit: Option<i64>) -> R<Gc<List>> {
    let mut r: Vec<std::ops::Range<usize>> = match separator(t, sep)? {
        None => search::rsplit_space(this.bytes(), Kind::Str, limit(maxsplit)).collect(),
        Some(s) => search::rsplit(this.bytes(), s.bytes(), limit(maxsplit)).collect(),
    };
    r.reverse();
    pieces(t, this, r.into_iter())
}
fn splitlines(t: &Thread, this: S, keepends: Option<bool>) -> R<Gc<List>> {
    pieces(
        t,
        this,
        search::split_lines(this.bytes(), Kind::Str, keepends.unwrap_or(false)),
    )
}
fn one_separator(t: &Thread, sep: Value) -> R<S> {
    match sep.cast::<Str>() {
        Some(s) if s.is_empty() => Err(errors::value_error(t, "empty separator")),
        Some(s) => Ok(s),
        None => Err(errors::type_error(
            t,
            format!("must be str, not {}", type_name(sep)),
        )),
    }
}
fn partition_at(this: S, at: Option<usize>, sep: S, last: bool) -> Gc<Tuple> {
    let n = this.bytes().len();
    let empty = intern("").value();
    match at {
        Some(i) => {
            let (a, b) = (
                piece(this, 0..i).value(),
                piece(this, i + sep.bytes().len()..n).value(),
            );
            Tuple::new(&[a, sep.value(), b])
        }
        None if last => Tuple::new(&[empty, empty, piece(this, 0..n).value()]),
        None => Tuple::new(&[piece(this, 0..n).value(), empty, empty]),
    }
}
fn partition(t: &Thread, this: S, sep: Value) -> R<Gc<Tuple>> {
    let sep = one_separator(t, sep)?;
    Ok(partition_at(
        this,
        search::find(this.bytes(), sep.bytes()),
        sep,
        false,
    ))
}
fn rpartition(t: &Thread, this: S, sep: Value) -> R<Gc<Tuple>> {
    let sep = one_separator(t, sep)?;
    Ok(partition_at(
        this,
        search::rfind(this.bytes(), sep.bytes()),
        sep,
        true,
    ))
}
fn strip_with(t: &Thread, this: S, chars: Option<Value>, ends: Ends, name: &str) -> R<S> {
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
fn strip(t: &Thread, this: S, chars: Option<Value>) -> R<S> {
    strip_with(t, this, chars, Ends::Both, "strip")
}
fn lstrip(t: &Thread, this: S, chars: Option<Value>) -> R<S> {
    strip_with(t, this, chars, Ends::Left, "lstrip")
}
fn rstrip(t: &Thread, this: S, chars: Option<Value>) -> R<S> {
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
        let gap = if i > 0 { sep } else { intern("") };
        bytes += s.bytes().len() + gap.bytes().len();
        chars += s.len() + gap.len();
    }
    if bytes == 0 {
        return Ok(intern(""));
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
fn join_method(t: &Thread, this: S, items: Value) -> R<S> {
    join(t, this, items)
}

macro_rules! mapped {
    ($($name:ident $f:path;)*) => { $(
        fn $name(_t: &Thread, this: S) -> S {
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
        fn $name(_t: &Thread, this: S) -> bool {
            $f(this.bytes())
        }
    )* };
}
tests! {
    isalpha case::all_alpha; isdecimal case::all_decimal; isdigit case::all_digit; isnumeric case::all_numeric;
    isalnum case::all_alnum; isspace case::all_space; isprintable case::all_printable;
    isidentifier case::is_identifier; islower case::is_lower_text; isupper case::is_upper_text; istitle case::is_title_text;
}
fn isascii(_t: &Thread, this: S) -> bool {
    this.is_ascii()
}

fn fill_char(t: &Thread, fill: Option<Value>) -> R<u32> {
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
fn padded(t: &Thread, this: S, (before, after): (usize, usize), fill: Option<Value>) -> R<S> {
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
fn room(this: S, width: i64) -> usize {
    (width.max(0) as usize).saturating_sub(this.len())
}
fn center(t: &Thread, this: S, width: i64, fill: Option<Value>) -> R<S> {
    padded(
        t,
        this,
        layout::center_padding(this.len(), width.max(0) as usize),
        fill,
    )
}
fn ljust(t: &Thread, this: S, width: i64, fill: Option<Value>) -> R<S> {
    padded(t, this, (0, room(this, width)), fill)
}
fn rjust(t: &Thread, this: S, width: i64, fill: Option<Value>) -> R<S> {
    padded(t, this, (room(this, width), 0), fill)
}
fn zfill(_t: &Thread, this: S, width: i64) -> S {
    let mut out = Vec::new();
    layout::zfill(&mut out, this.bytes(), this.len(), width.max(0) as usize);
    make(this, &out)
}
fn expandtabs(t: &Thread, this: S, tabsize: Option<i64>) -> R<S> {
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

fn translate(t: &Thread, this: S, table: Value) -> R<S> {
    let mut out = Vec::with_capacity(this.bytes().len());
    for c in wtf8::code_points(this.bytes()) {
        let v = match ops::getitem(t, table, Value::int(c as i64)) {
            Ok(v) => v,
            Err(_) if errors::catch(t, crate::types::exceptions::Exc::LookupError) => {
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
fn maketrans(t: &Thread, x: Value, y: Option<Value>, z: Option<Value>) -> R<Gc<Dict>> {
    let text = |v: Value, place: usize| {
        v.cast::<Str>().ok_or_else(|| {
            let m = format!(
                "maketrans() argument {place} must be str, not {}",
                type_name(v)
            );
            errors::type_error(t, m)
        })
    };
    let y = y.map(|y| text(y, 2)).transpose()?;
    let z = z.map(|z| text(z, 3)).transpose()?;
    let d = Dict::new();
    let Some(y) = y else {
        let Some(m) = x.cast::<Dict>() else {
            return Err(errors::type_error(
                t,
                "if you give only one argument to maketrans it must be a dict",
            ));
        };
        for (k, v) in m.iter() {
            let k = match k.cast::<Str>() {
                Some(s) if s.len() == 1 => {
                    Value::int(wtf8::decode_first(s.bytes()).map_or(0, |(c, _)| c as i64))
                }
                Some(_) => {
                    return Err(errors::value_error(
                        t,
                        "string keys in translatetable must be of length 1",
                    ));
                }
                None if int::is_int(k) => k,
                None => {
                    return Err(errors::type_error(
                        t,
                        "keys in translate table mustbe strings or integers",
                    ));
                }
            };
            d.set(t, k, v)?;
        }
        return Ok(d);
    };
    let Some(x) = x.cast::<Str>() else {
        return Err(errors::type_error(
            t,
            "first maketrans argument must be a string if there is a second argument",
        ));
    };
    if x.len() != y.len() {
        return Err(errors::value_error(
            t,
            "the first two maketrans arguments must have equal length",
        ));
    }
    for (a, b) in wtf8::code_points(x.bytes()).zip(wtf8::code_points(y.bytes())) {
        d.set(t, Value::int(a as i64), Value::int(b as i64))?;
    }
    for c in z.iter().flat_map(|z| wtf8::code_points(z.bytes())) {
        d.set(t, Value::int(c as i64), Value::NONE)?;
    }
    Ok(d)
}
fn sizeof(_t: &Thread, this: S) -> usize {
    size_of::<Str>() + this.bytes().len()
}
fn getnewargs(t: &Thread, this: S) -> Gc<Tuple> {
    Tuple::new(&[str(t, this).value()])
}

crate::py_class! {
    /// str(object='') -> str
    /// str(bytes_or_buffer[, encoding[, errors]]) -> str
    ///
    /// Create a new string object from the given object. If encoding or
    /// errors is specified, then the object must expose a data buffer
    /// that will be decoded using the given encoding and error handler.
    /// Otherwise, returns the result of object.__str__() (if defined)
    /// or repr(object).
    /// encoding defaults to 'utf-8'.
    /// errors defaults to 'strict'.
    pub CLASS: Str = "str", base kinds::OBJECT, flags flags::BASETYPE;
    methods {
        @staticmethod __new__(cls, object="", encoding="utf-8", errors="strict") => new;
        __len__(self, /) => len [pure no_raise]; __str__(self, /) => str; __repr__(self, /) => repr [leaf];
        __hash__(self, /) => hash [pure no_raise]; __iter__(self, /) => iter [leaf no_raise];
        __lt__(self, value, /) => lt [leaf]; __le__(self, value, /) => le [leaf]; __eq__(self, value, /) => eq [leaf];
        __ne__(self, value, /) => ne [leaf]; __gt__(self, value, /) => gt [leaf]; __ge__(self, value, /) => ge [leaf];
        __add__(self, value, /) => add [leaf]; __mul__(self, value, /) => mul; __rmul__(self, value, /) => mul;
        __mod__(self, value, /) => str_format::percent; __rmod__(self, value, /) => str_format::rpercent;
        __getitem__(self, key, /) => getitem; __contains__(self, key, /) => contains [leaf];
        /// Return a formatted version of the string as described by format_spec.
        __format__(self, format_spec, /) => str_format::format_spec;
        __sizeof__(self, /) => sizeof; __getnewargs__(self, /) => getnewargs;
        /// Return the lowest index in S where substring sub is found, or -1.
        find(self, sub, start=None, end=None, /) => find [leaf];
        /// Return the highest index in S where substring sub is found, or -1.
        rfind(self, sub, start=None, end=None, /) => rfind [leaf];
        /// Return the lowest index in S where substring sub is found; ValueError if it is not.
        index(self, sub, start=None, end=None, /) => index [leaf];
        /// Return the highest index in S where substring sub is found; ValueError if it is not.
        rindex(self, sub, start=None, end=None, /) => rindex [leaf];
        /// Return the number of non-overlapping occurrences of substring sub.
        count(self, sub, start=None, end=None, /) => count [leaf];
        /// Return True if the string starts with the specified prefix, False otherwise.
        startswith(self, prefix, start=None, end=None, /) => startswith [leaf];
        /// Return True if the string ends with the specified suffix, False otherwise.
        endswith(self, suffix, start=None, end=None, /) => endswith [leaf];
        /// Return a str with the given prefix string removed if present.
        removeprefix(self, prefix, /) => removeprefix;
        /// Return a str with the given suffix string removed if present.
        removesuffix(self, suffix, /) => removesuffix;
        /// Return a copy with all occurrences of substring old replaced by new.
        replace(self, old, new, /, count=-1) => replace [leaf];
        /// Return a list of the substrings in the string, using sep as the separator string.
        split(self, /, sep=None, maxsplit=-1) => split [leaf];
        /// Return a list of the substrings in the string, splitting from the end.
        rsplit(self, /, sep=None, maxsplit=-1) => rsplit [leaf];
        /// Return a list of the lines in the string, breaking at line boundaries.
        splitlines(self, /, keepends=False) => splitlines;
        /// Partition the string into three parts using the given separator.
        partition(self, sep, /) => partition;
        /// Partition the string into three parts using the given separator, from the end.
        rpartition(self, sep, /) => rpartition;
        /// Return a copy of the string with leading and trailing whitespace removed.
        strip(self, chars=None, /) => strip [leaf];
        /// Return a copy of the string with leading whitespace removed.
        lstrip(self, chars=None, /) => lstrip [leaf];
        /// Return a copy of the string with trailing whitespace removed.
        rstrip(self, chars=None, /) => rstrip [leaf];
        /// Concatenate any number of strings.
        join(self, iterable, /) => join_method;
        /// Return a copy of the string converted to uppercase.
        upper(self, /) => upper [leaf];
        /// Return a copy of the string converted to lowercase.
        lower(self, /) => lower [leaf];
        /// Return a version of the string suitable for caseless comparisons.
        casefold(self, /) => casefold [leaf];
        /// Return a capitalized version of the string.
        capitalize(self, /) => capitalize [leaf];
        /// Return a version of the string where each word is titlecased.
        title(self, /) => title [leaf];
        /// Convert uppercase characters to lowercase and lowercase characters to uppercase.
        swapcase(self, /) => swapcase [leaf];
        /// Return True if the string is an alphabetic string, False otherwise.
        isalpha(self, /) => isalpha [leaf no_raise];
        /// Return True if the string is a decimal string, False otherwise.
        isdecimal(self, /) => isdecimal [leaf no_raise];
        /// Return True if the string is a digit string, False otherwise.
        isdigit(self, /) => isdigit [leaf no_raise];
        /// Return True if the string is a numeric string, False otherwise.
        isnumeric(self, /) => isnumeric [leaf no_raise];
        /// Return True if the string is an alpha-numeric string, False otherwise.
        isalnum(self, /) => isalnum [leaf no_raise];
        /// Return True if the string is a whitespace string, False otherwise.
        isspace(self, /) => isspace [leaf no_raise];
        /// Return True if all characters in the string are printable, False otherwise.
        isprintable(self, /) => isprintable [leaf no_raise];
        /// Return True if the string is a valid Python identifier, False otherwise.
        isidentifier(self, /) => isidentifier [leaf no_raise];
        /// Return True if the string is a lowercase string, False otherwise.
        islower(self, /) => islower [leaf no_raise];
        /// Return True if the string is an uppercase string, False otherwise.
        isupper(self, /) => isupper [leaf no_raise];
        /// Return True if the string is a title-cased string, False otherwise.
        istitle(self, /) => istitle [leaf no_raise];
        /// Return True if all characters in the string are ASCII, False otherwise.
        isascii(self, /) => isascii [leaf no_raise];
        /// Return a centered string of length width.
        center(self, width, fillchar=" ", /) => center;
        /// Return a left-justified string of length width.
        ljust(self, width, fillchar=" ", /) => ljust;
        /// Return a right-justified string of length width.
        rjust(self, width, fillchar=" ", /) => rjust;
        /// Pad a numeric string with zeros on the left, to fill a field of the given width.
        zfill(self, width, /) => zfill;
        /// Return a copy where all tab characters are expanded using spaces.
        expandtabs(self, /, tabsize=8) => expandtabs;
        /// Replace each character in the string using the given translation table.
        translate(self, table, /) => translate;
        /// Return a translation table usable for str.translate().
        @staticmethod maketrans(x, y=None, z=None, /) => maketrans;
        /// Encode the string using the codec registered for encoding.
        encode(self, /, encoding="utf-8", errors="strict") => str_codec::encode;
        /// Return a formatted version of the string, using substitutions from args and kwargs.
        format(self, /, *args, **kwargs) => str_format::format;
        /// Return a formatted version of the string, using substitutions from mapping.
        format_map(self, mapping, /) => str_format::format_map;
    }
}
