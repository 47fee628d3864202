//! `unicodedata`: the Unicode character database, in the version of Python's
//! strings and in version 3.2.

mod data;
mod forms;
mod names;

use pyjit_heap::{Gc, Value};
use pyjit_runtime::core::{errors, kinds};
use pyjit_runtime::types::float;
use pyjit_runtime::types::module::Module;
use pyjit_runtime::types::str_::{Str, intern};
use pyjit_runtime::types::type_::{flags, of_kind, type_name};
use pyjit_runtime::unicode::{self, wtf8};
use pyjit_runtime::{R, Thread, py_class};

use crate::{native_layout, native_module};
use data::{Record, tables};
use forms::Form;

/// Which database is asked.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Version {
    Now,
    Old,
}
use Version::{Now, Old};

native_layout! {
    /// A database of an earlier version, as an object.
    Database = 502, refs 1..1 { } ints { version }
}

const OLD: &str = "3.2.0";
const NAME_LIMIT: usize = 256;

/// The character argument of function `f`.
fn character(t: &Thread, f: &str, number: &str, v: Value) -> R<u32> {
    let Some(s) = v.cast::<Str>() else {
        let m = format!(
            "{f}() argument{number} must be a unicode character, not {}",
            type_name(v)
        );
        return Err(errors::type_error(t, m));
    };
    match wtf8::decode_first(s.bytes()) {
        Some((c, n)) if n == s.bytes().len() => Ok(c),
        _ => {
            let m = format!(
                "{f}(): argument{number} must be a unicode character, not a string of length {}",
                s.len()
            );
            Err(errors::type_error(t, m))
        }
    }
}
fn record(version: Version, c: u32) -> Record {
    match version {
        Now => tables().now.get(c),
        Old => tables().old.get(c),
    }
}
/// Decimal and numeric value.
fn numbers(version: Version, c: u32) -> data::Numbers {
    if version == Old {
        if let Some(n) = tables().old_numbers.get(&c) {
            return *n;
        }
        if tables().old.get(c).category == "Cn" {
            return (None, None);
        }
    }
    (
        unicode::decimal_value(c).map(i64::from),
        unicode::numeric_value(c).map(|(n, d)| n as f64 / d as f64),
    )
}
/// What there is, or the default, or an error.
fn or_default(t: &Thread, v: Option<Value>, default: Option<Value>, message: &str) -> R<Value> {
    match v.or(default) {
        Some(v) => Ok(v),
        None => Err(errors::value_error(t, message)),
    }
}
fn text(s: &str) -> Value {
    intern(s).value()
}

macro_rules! functions {
    ($($both:ident $now:ident $old:ident ($($a:ident: $t:ty),*);)*) => { $(
        fn $now(t: &Thread, $($a: $t),*) -> R<Value> {
            $both(t, Now, $($a),*)
        }
        fn $old(t: &Thread, _this: Value, $($a: $t),*) -> R<Value> {
            $both(t, Old, $($a),*)
        }
    )* };
}
functions! {
    bidirectional bidirectional_now bidirectional_old(c: Value);
    category category_now category_old(c: Value);
    combining combining_now combining_old(c: Value);
    decimal decimal_now decimal_old(c: Value, default: Option<Value>);
    decomposition decomposition_now decomposition_old(c: Value);
    digit digit_now digit_old(c: Value, default: Option<Value>);
    width width_now width_old(c: Value);
    is_normalized is_normalized_now is_normalized_old(form: Value, s: Value);
    lookup lookup_now lookup_old(name: Value);
    mirrored mirrored_now mirrored_old(c: Value);
    name name_now name_old(c: Value, default: Option<Value>);
    normalize normalize_now normalize_old(form: Value, s: Value);
    numeric numeric_now numeric_old(c: Value, default: Option<Value>);
}

fn bidirectional(t: &Thread, version: Version, c: Value) -> R<Value> {
    let c = character(t, "bidirectional", "", c)?;
    Ok(text(record(version, c).bidirectional))
}
fn category(t: &Thread, version: Version, c: Value) -> R<Value> {
    let c = character(t, "category", "", c)?;
    Ok(text(record(version, c).category))
}
fn combining(t: &Thread, version: Version, c: Value) -> R<Value> {
    let c = character(t, "combining", "", c)?;
    Ok(Value::int(i64::from(record(version, c).combining)))
}
fn width(t: &Thread, version: Version, c: Value) -> R<Value> {
    let c = character(t, "east_asian_width", "", c)?;
    Ok(text(record(version, c).width))
}
fn mirrored(t: &Thread, version: Version, c: Value) -> R<Value> {
    let c = character(t, "mirrored", "", c)?;
    Ok(Value::int(i64::from(record(version, c).mirrored)))
}
fn decimal(t: &Thread, version: Version, c: Value, default: Option<Value>) -> R<Value> {
    let c = character(t, "decimal", " 1", c)?;
    let v = numbers(version, c).0.map(Value::int);
    or_default(t, v, default, "not a decimal")
}
fn digit(t: &Thread, _version: Version, c: Value, default: Option<Value>) -> R<Value> {
    let c = character(t, "digit", " 1", c)?;
    let v = unicode::digit_value(c).map(|d| Value::int(i64::from(d)));
    or_default(t, v, default, "not a digit")
}
fn numeric(t: &Thread, version: Version, c: Value, default: Option<Value>) -> R<Value> {
    let c = character(t, "numeric", " 1", c)?;
    let v = numbers(version, c).1.map(float::from_f64);
    or_default(t, v, default, "not a numeric character")
}
fn decomposition(t: &Thread, version: Version, c: Value) -> R<Value> {
    let c = character(t, "decomposition", "", c)?;
    if let Some((letters, n)) = forms::hangul(c) {
        let parts: Vec<String> = letters[..n].iter().map(|l| format!("{l:04X}")).collect();
        return Ok(Str::new(&parts.join(" ")).value());
    }
    if version == Old && record(Old, c).category == "Cn" {
        return Ok(text(""));
    }
    let d = tables().decompositions.get(&c);
    Ok(Str::new(d.map_or("", |d| d.text)).value())
}
fn name(t: &Thread, version: Version, c: Value, default: Option<Value>) -> R<Value> {
    let c = character(t, "name", " 1", c)?;
    let v = names::name(version, c).map(|n| Str::new(&n).value());
    or_default(t, v, default, "no such name")
}
fn lookup(t: &Thread, version: Version, name: Value) -> R<Value> {
    let bytes = match name.cast::<Str>() {
        Some(s) => s.bytes().to_vec(),
        None => pyjit_runtime::types::buffer::bytes(t, name)?.to_vec(),
    };
    if bytes.len() > NAME_LIMIT {
        return Err(errors::key_error(t, text("name too long")));
    }
    let wanted = String::from_utf8_lossy(&bytes);
    match names::lookup(version, &wanted) {
        Some(chars) => {
            let mut out = Vec::new();
            chars.into_iter().for_each(|c| wtf8::push(&mut out, c));
            Ok(Str::from_wtf8(&out).value())
        }
        None => {
            let m = format!("undefined character name '{wanted}'");
            Err(errors::key_error(t, Str::new(&m).value()))
        }
    }
}
/// The arguments of the functions on normal forms.
fn form_and_text(t: &Thread, f: &str, form: Value, s: Value) -> R<(Form, Gc<Str>)> {
    let string = |v: Value, i: usize| {
        v.cast::<Str>().ok_or_else(|| {
            let m = format!("{f}() argument {i} must be str, not {}", type_name(v));
            errors::type_error(t, m)
        })
    };
    let (form, s) = (string(form, 1)?, string(s, 2)?);
    match Form::named(form.bytes()) {
        Some(form) => Ok((form, s)),
        None => Err(errors::value_error(t, "invalid normalization form")),
    }
}
fn normalize(t: &Thread, version: Version, form: Value, s: Value) -> R<Value> {
    let (form, s) = form_and_text(t, "normalize", form, s)?;
    let exact = s.value().cast_exact::<Str>().is_some();
    if s.is_ascii() && exact {
        return Ok(s.value());
    }
    let out = forms::normalize(version, form, s.bytes());
    match exact && out == s.bytes() {
        true => Ok(s.value()),
        false => Ok(Str::from_wtf8(&out).value()),
    }
}
fn is_normalized(t: &Thread, version: Version, form: Value, s: Value) -> R<Value> {
    let (form, s) = form_and_text(t, "is_normalized", form, s)?;
    let same = s.is_ascii() || forms::normalize(version, form, s.bytes()) == s.bytes();
    Ok(Value::bool(same))
}
fn unidata_version(_t: &Thread, _this: Value) -> &'static str {
    OLD
}

py_class! {
    pub CLASS: Database = "UCD", base kinds::OBJECT, flags flags::NO_NEW, module "unicodedata";
    methods {
        bidirectional(self, chr, /) => bidirectional_old;
        category(self, chr, /) => category_old;
        combining(self, chr, /) => combining_old;
        decimal(self, chr, default=None, /) => decimal_old;
        decomposition(self, chr, /) => decomposition_old;
        digit(self, chr, default=None, /) => digit_old;
        east_asian_width(self, chr, /) => width_old;
        is_normalized(self, form, unistr, /) => is_normalized_old;
        lookup(self, name, /) => lookup_old;
        mirrored(self, chr, /) => mirrored_old;
        name(self, chr, default=None, /) => name_old;
        normalize(self, form, unistr, /) => normalize_old;
        numeric(self, chr, default=None, /) => numeric_old;
    }
    getset { unidata_version => unidata_version; }
}

fn init(t: &Thread, m: Gc<Module>) -> R<()> {
    m.set(t, "unidata_version", text(unicode::VERSION))?;
    let old = Database::alloc(of_kind(502), 0);
    m.set(t, "ucd_3_2_0", old.value())
}

native_module! {
    /// This module provides access to the Unicode Character Database which
    /// defines character properties for all Unicode characters. The data in
    /// this database is based on the UnicodeData.txt file version
    /// 16.0.0 which is publicly available from ftp://ftp.unicode.org/.
    ///
    /// The module uses the same names and symbols as defined by the
    /// UnicodeData File Format 16.0.0.
    pub MODULE = "unicodedata", classes [CLASS], init init;
    functions {
        /// Returns the bidirectional class assigned to the character chr as string.
        ///
        /// If no such value is defined, an empty string is returned.
        bidirectional(chr, /) => bidirectional_now;
        /// Returns the general category assigned to the character chr as string.
        category(chr, /) => category_now;
        /// Returns the canonical combining class assigned to the character chr as integer.
        ///
        /// Returns 0 if no combining class is defined.
        combining(chr, /) => combining_now;
        /// Converts a Unicode character into its equivalent decimal value.
        ///
        /// Returns the decimal value assigned to the character chr as integer.
        /// If no such value is defined, default is returned, or, if not given,
        /// ValueError is raised.
        decimal(chr, default=None, /) => decimal_now;
        /// Returns the character decomposition mapping assigned to the character chr as string.
        ///
        /// An empty string is returned in case no such mapping is defined.
        decomposition(chr, /) => decomposition_now;
        /// Converts a Unicode character into its equivalent digit value.
        ///
        /// Returns the digit value assigned to the character chr as integer.
        /// If no such value is defined, default is returned, or, if not given,
        /// ValueError is raised.
        digit(chr, default=None, /) => digit_now;
        /// Returns the east asian width assigned to the character chr as string.
        east_asian_width(chr, /) => width_now;
        /// Return whether the Unicode string unistr is in the normal form 'form'.
        ///
        /// Valid values for form are 'NFC', 'NFKC', 'NFD', and 'NFKD'.
        is_normalized(form, unistr, /) => is_normalized_now;
        /// Look up character by name.
        ///
        /// If a character with the given name is found, return the
        /// corresponding character.  If not found, KeyError is raised.
        lookup(name, /) => lookup_now;
        /// Returns the mirrored property assigned to the character chr as integer.
        ///
        /// Returns 1 if the character has been identified as a "mirrored"
        /// character in bidirectional text, 0 otherwise.
        mirrored(chr, /) => mirrored_now;
        /// Returns the name assigned to the character chr as a string.
        ///
        /// If no name is defined, default is returned, or, if not given,
        /// ValueError is raised.
        name(chr, default=None, /) => name_now;
        /// Return the normal form 'form' for the Unicode string unistr.
        ///
        /// Valid values for form are 'NFC', 'NFKC', 'NFD', and 'NFKD'.
        normalize(form, unistr, /) => normalize_now;
        /// Converts a Unicode character into its equivalent numeric value.
        ///
        /// Returns the numeric value assigned to the character chr as float.
        /// If no such value is defined, default is returned, or, if not given,
        /// ValueError is raised.
        numeric(chr, default=None, /) => numeric_now;
    }
}
