//! `Dialect`: how a file of comma-separated values is written.

use pyjit_heap::{Gc, Value};
use pyjit_runtime::core::{attr, errors, kinds, ops};
use pyjit_runtime::types::int;
use pyjit_runtime::types::str_::{Str, intern};
use pyjit_runtime::types::type_::{Type, type_name};
use pyjit_runtime::unicode::wtf8;
use pyjit_runtime::{R, Thread, py_class};

use super::get_dialect;
use crate::native_layout;

/// Names of the values of `quoting`.
pub const QUOTING: [&str; 6] = [
    "QUOTE_MINIMAL",
    "QUOTE_ALL",
    "QUOTE_NONNUMERIC",
    "QUOTE_NONE",
    "QUOTE_STRINGS",
    "QUOTE_NOTNULL",
];
pub const MINIMAL: i64 = 0;
pub const ALL: i64 = 1;
pub const NONNUMERIC: i64 = 2;
pub const NONE: i64 = 3;
pub const STRINGS: i64 = 4;
pub const NOTNULL: i64 = 5;

/// No character.
pub const UNSET: i64 = -1;

native_layout! {
    /// Characters are code points, [`UNSET`] if there is none.
    Dialect = 353, refs 1..2 { terminator } ints { delimiter, quote, escape, double, skip, quoting, strict }
}
type D = Gc<Dialect>;

impl Dialect {
    pub fn terminator(&self) -> Gc<Str> {
        Gc::from_value(self.terminator.get())
    }
    pub fn delimiter(&self) -> u32 {
        self.delimiter.get() as u32
    }
    pub fn quote(&self) -> Option<u32> {
        u32::try_from(self.quote.get()).ok()
    }
    pub fn escape(&self) -> Option<u32> {
        u32::try_from(self.escape.get()).ok()
    }
    pub fn doubles(&self) -> bool {
        self.double.get() != 0
    }
    pub fn skips_space(&self) -> bool {
        self.skip.get() != 0
    }
    pub fn is_strict(&self) -> bool {
        self.strict.get() != 0
    }
    pub fn quoting(&self) -> i64 {
        self.quoting.get()
    }
}

/// Attributes, in the order of the constructor's parameters.
const NAMES: [&str; 8] = [
    "delimiter",
    "doublequote",
    "escapechar",
    "lineterminator",
    "quotechar",
    "quoting",
    "skipinitialspace",
    "strict",
];

/// A one-character argument.
fn character(t: &Thread, i: usize, v: Option<Value>, default: i64, none: bool) -> R<i64> {
    let Some(v) = v else {
        return Ok(default);
    };
    if none && v.is_none() {
        return Ok(UNSET);
    }
    let (name, or) = (NAMES[i], if none { " or None" } else { "" });
    let Some(s) = v.cast::<Str>() else {
        let got = type_name(v);
        let m = format!("\"{name}\" must be a unicode character{or}, not {got}");
        return Err(errors::type_error(t, m));
    };
    match wtf8::decode_first(s.bytes()) {
        Some((c, _)) if s.len() == 1 => Ok(c as i64),
        _ => {
            let m = format!(
                "\"{name}\" must be a unicode character{or}, not a string of length {}",
                s.len()
            );
            Err(errors::type_error(t, m))
        }
    }
}
fn flag(t: &Thread, v: Option<Value>, default: bool) -> R<i64> {
    match v {
        Some(v) => Ok(ops::truth(t, v)? as i64),
        None => Ok(default as i64),
    }
}
fn terminator(t: &Thread, v: Option<Value>) -> R<Gc<Str>> {
    let Some(v) = v else {
        return Ok(Str::new("\r\n"));
    };
    v.cast::<Str>().ok_or_else(|| {
        let got = type_name(v);
        errors::type_error(t, format!("\"lineterminator\" must be a string, not {got}"))
    })
}
fn quoting(t: &Thread, v: Option<Value>) -> R<i64> {
    let Some(v) = v else {
        return Ok(MINIMAL);
    };
    let Some(n) = int::exact(v) else {
        let got = type_name(v);
        let m = format!("\"quoting\" must be an integer, not {got}");
        return Err(errors::type_error(t, m));
    };
    match int::to_i64(n) {
        Some(n) if (0..QUOTING.len() as i64).contains(&n) => Ok(n),
        _ => Err(errors::type_error(t, "bad \"quoting\" value")),
    }
}

/// The arguments that were not given, from another dialect.
fn inherit(t: &Thread, base: Value, given: &mut [Option<Value>; 8]) -> R<()> {
    for (slot, name) in given.iter_mut().zip(NAMES) {
        if slot.is_none() {
            *slot = match attr::get_opt(t, base, intern(name)) {
                Ok(v) => v,
                Err(_) => {
                    t.exc.set(Value::NULL);
                    None
                }
            };
        }
    }
    Ok(())
}

fn new(t: &Thread, class: Gc<Type>, base: Option<Value>, format: [Option<Value>; 8]) -> R<D> {
    let mut given = format;
    if let Some(mut base) = base.filter(|b| !b.is_none()) {
        if base.cast::<Str>().is_some() {
            base = get_dialect(t, base)?;
        }
        if let Some(d) = base.cast::<Dialect>()
            && given.iter().all(Option::is_none)
        {
            return Ok(d);
        }
        inherit(t, base, &mut given)?;
    }
    let [delimiter, double, escape, term, quote, how, skip, strict] = given;
    let d = Dialect::alloc(
        class,
        terminator(t, term)?.value(),
        character(t, 0, delimiter, b',' as i64, false)?,
        character(t, 4, quote, b'"' as i64, true)?,
        character(t, 2, escape, UNSET, true)?,
        flag(t, double, true)?,
        flag(t, skip, false)?,
        quoting(t, how)?,
        flag(t, strict, false)?,
    );
    if quote.is_some_and(|q| q.is_none()) && how.is_none() {
        d.quoting.set(NONE);
    }
    if d.quoting() != NONE && d.quote().is_none() {
        let m = "quotechar must be set if quoting enabled";
        return Err(errors::type_error(t, m));
    }
    check(t, d)?;
    Ok(d)
}
/// Are the characters usable, and different from each other?
fn check(t: &Thread, d: D) -> R<()> {
    let space = !d.skips_space();
    let all = [
        ("delimiter", d.delimiter.get(), true),
        ("escapechar", d.escape.get(), space),
        ("quotechar", d.quote.get(), space),
    ];
    for (name, c, space) in all {
        if c == '\r' as i64 || c == '\n' as i64 || (c == ' ' as i64 && !space) {
            return Err(errors::value_error(t, format!("bad {name} value")));
        }
        let term = d.terminator();
        if wtf8::code_points(term.bytes()).any(|x| x as i64 == c) {
            let m = format!("bad {name} or lineterminator value");
            return Err(errors::value_error(t, m));
        }
    }
    for (a, b) in [(0, 1), (0, 2), (1, 2)] {
        if all[a].1 == all[b].1 && all[a].1 != UNSET {
            let m = format!("bad {} or {} value", all[a].0, all[b].0);
            return Err(errors::value_error(t, m));
        }
    }
    Ok(())
}

fn new_entry(
    t: &Thread,
    class: Gc<Type>,
    base: Option<Value>,
    delimiter: Option<Value>,
    double: Option<Value>,
    escape: Option<Value>,
    term: Option<Value>,
    quote: Option<Value>,
    how: Option<Value>,
    skip: Option<Value>,
    strict: Option<Value>,
) -> R<D> {
    let all = [delimiter, double, escape, term, quote, how, skip, strict];
    new(t, class, base, all)
}

fn text(c: i64) -> Value {
    match u32::try_from(c) {
        Ok(c) => {
            let mut out = Vec::with_capacity(4);
            wtf8::push(&mut out, c);
            Str::one_char(&out).value()
        }
        Err(_) => Value::NONE,
    }
}
fn get_delimiter(_t: &Thread, d: D) -> Value {
    text(d.delimiter.get())
}
fn get_quote(_t: &Thread, d: D) -> Value {
    text(d.quote.get())
}
fn get_escape(_t: &Thread, d: D) -> Value {
    text(d.escape.get())
}
fn get_terminator(_t: &Thread, d: D) -> Value {
    d.terminator.get()
}
fn get_quoting(_t: &Thread, d: D) -> i64 {
    d.quoting()
}
fn get_double(_t: &Thread, d: D) -> bool {
    d.doubles()
}
fn get_skip(_t: &Thread, d: D) -> bool {
    d.skips_space()
}
fn get_strict(_t: &Thread, d: D) -> bool {
    d.is_strict()
}
fn reduce(t: &Thread, d: Value, _protocol: Option<Value>) -> R<()> {
    let m = format!("cannot pickle '{}' instances", type_name(d));
    Err(errors::type_error(t, m))
}

py_class! {
    /// CSV dialect
    ///
    /// The Dialect type records CSV dialect options.
    pub DIALECT: Dialect = "Dialect", base kinds::OBJECT, flags pyjit_runtime::types::type_::flags::BASETYPE, module "_csv";
    methods {
        @staticmethod __new__(cls, dialect=None, delimiter=None, doublequote=None, escapechar=None, lineterminator=None, quotechar=None, quoting=None, skipinitialspace=None, strict=None) => new_entry;
        __reduce__(self, /) => reduce;
        __reduce_ex__(self, protocol, /) => reduce;
    }
    getset {
        delimiter => get_delimiter;
        skipinitialspace => get_skip;
        doublequote => get_double;
        strict => get_strict;
        escapechar => get_escape;
        lineterminator => get_terminator;
        quotechar => get_quote;
        quoting => get_quoting;
    }
}
