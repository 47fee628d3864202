//! `writer`: sequences become lines.

use pyjit_heap::{Gc, Value};
use pyjit_runtime::core::special::Special;
use pyjit_runtime::core::{attr, call, class, errors, kinds, ops};
use pyjit_runtime::types::dict::Dict;
use pyjit_runtime::types::exceptions::Exc;
use pyjit_runtime::types::str_::{Str, intern};
use pyjit_runtime::types::type_::{class_of, flags, of_kind, type_name};
use pyjit_runtime::types::{int, type_::Type};
use pyjit_runtime::unicode::wtf8;
use pyjit_runtime::{R, Thread, py_class};

use super::dialect::{self, Dialect};
use super::{ERROR, make_dialect};
use crate::native_layout;

native_layout! {
    /// A function that writes text, and a dialect.
    Writer = 355, refs 1..3 { write, dialect } ints { }
}

pub fn new(t: &Thread, file: Value, d: Option<Value>, kw: Option<Gc<Dict>>) -> R<Gc<Writer>> {
    let d = make_dialect(t, d, kw)?;
    let write = attr::get_opt(t, file, intern("write"))?;
    let Some(write) = write.filter(|w| call::is_callable(*w)) else {
        let m = "argument 1 must have a \"write\" method";
        return Err(errors::type_error(t, m));
    };
    class::make(t, &WRITER);
    Ok(Writer::alloc(of_kind(355), write, d.value()))
}

fn is_number(v: Value) -> bool {
    let class: Gc<Type> = class_of(v);
    int::is_int(v)
        || v.is_float()
        || [Special::Index, Special::Int, Special::Float]
            .iter()
            .any(|s| class.special(*s).is_some())
        || class.kind.get() == kinds::COMPLEX
}

/// A line being made.
struct Line<'t> {
    t: &'t Thread,
    d: Gc<Dialect>,
    out: Vec<u8>,
    fields: usize,
}

impl Line<'_> {
    /// Adds a field; absent: nothing at all, as `None` is written.
    fn add(&mut self, text: Option<Gc<Str>>, mut quoted: bool) -> R<()> {
        let (t, d) = (self.t, self.d);
        if self.fields > 0 {
            wtf8::push(&mut self.out, d.delimiter());
        }
        self.fields += 1;
        let bytes = text.as_ref().map_or(&b""[..], |s| s.bytes());
        let mut body = Vec::with_capacity(bytes.len());
        let term = d.terminator();
        for c in wtf8::code_points(bytes) {
            let marks = c == d.delimiter()
                || Some(c) == d.escape()
                || Some(c) == d.quote()
                || matches!(c, 10 | 13)
                || wtf8::code_points(term.bytes()).any(|x| x == c);
            if marks && self.must_escape(c, &mut body, &mut quoted) {
                let Some(e) = d.escape() else {
                    return Err(ERROR.raise(t, "need to escape, but no escapechar set"));
                };
                wtf8::push(&mut body, e);
            }
            wtf8::push(&mut body, c);
        }
        if body.is_empty() && d.delimiter() == ' ' as u32 && d.skips_space() {
            let how = d.quoting();
            let bare = text.is_none() && matches!(how, dialect::STRINGS | dialect::NOTNULL);
            if how == dialect::NONE || bare {
                let m = "empty field must be quoted if delimiter is a space and skipinitialspace is true";
                return Err(ERROR.raise(t, m));
            }
            quoted = true;
        }
        let quote = d.quote().filter(|_| quoted);
        quote.iter().for_each(|q| wtf8::push(&mut self.out, *q));
        self.out.extend_from_slice(&body);
        quote.iter().for_each(|q| wtf8::push(&mut self.out, *q));
        Ok(())
    }
    /// Does the character, which means something, need to be escaped? If not,
    /// the field has to be quoted (and a quote is doubled).
    fn must_escape(&self, c: u32, body: &mut Vec<u8>, quoted: &mut bool) -> bool {
        let d = self.d;
        if d.quoting() == dialect::NONE {
            return true;
        }
        if Some(c) == d.quote() {
            if !d.doubles() {
                return true;
            }
            wtf8::push(body, c);
        } else if Some(c) == d.escape() {
            return true;
        }
        *quoted = true;
        false
    }
    fn add_object(&mut self, v: Value) -> R<()> {
        let s = v.cast::<Str>();
        let quoted = match self.d.quoting() {
            dialect::NONNUMERIC => !is_number(v),
            dialect::ALL => true,
            dialect::STRINGS => s.is_some(),
            dialect::NOTNULL => !v.is_none(),
            _ => false,
        };
        match s {
            Some(s) => self.add(Some(s), quoted),
            None if v.is_none() => self.add(None, quoted),
            None => {
                let s = ops::str(self.t, v)?;
                self.add(Some(s), quoted)
            }
        }
    }
}

fn write_row(t: &Thread, this: Gc<Writer>, row: Value) -> R<Value> {
    let it = ops::iter(t, row).map_err(|e| {
        if errors::catch(t, Exc::TypeError) {
            let m = format!("iterable expected, not {}", type_name(row));
            return ERROR.raise(t, m);
        }
        e
    })?;
    let d: Gc<Dialect> = Gc::from_value(this.dialect.get());
    let mut line = Line {
        t,
        d,
        out: Vec::new(),
        fields: 0,
    };
    let mut null = false;
    while let Some(v) = ops::next(t, it)? {
        null = v.is_none();
        line.add_object(v)?;
    }
    if line.fields > 0 && line.out.is_empty() {
        let how = d.quoting();
        if how == dialect::NONE || (null && matches!(how, dialect::STRINGS | dialect::NOTNULL)) {
            return Err(ERROR.raise(t, "single empty field record must be quoted"));
        }
        line.fields -= 1;
        line.add(None, true)?;
    }
    line.out.extend_from_slice(d.terminator().bytes());
    let s = Str::from_wtf8(&line.out);
    call::call(t, this.write.get(), &[s.value()])
}
fn write_rows(t: &Thread, this: Gc<Writer>, rows: Value) -> R<()> {
    ops::for_each(t, rows, |row| write_row(t, this, row).map(|_| ()))
}
fn get_dialect(_t: &Thread, this: Gc<Writer>) -> Value {
    this.dialect.get()
}

py_class! {
    /// CSV writer
    ///
    /// Writer objects are responsible for generating tabular data
    /// in CSV format from sequence input.
    pub WRITER: Writer = "writer", base kinds::OBJECT, flags flags::NO_NEW, module "_csv";
    methods {
        /// writerow(iterable)
        ///
        /// Construct and write a CSV record from an iterable of fields.  Non-string
        /// elements will be converted to string.
        writerow(self, row, /) => write_row;
        /// writerows(iterable of iterables)
        ///
        /// Construct and write a series of iterables to a csv file.  Non-string
        /// elements will be converted to string.
        writerows(self, rows, /) => write_rows;
    }
    getset {
        dialect => get_dialect;
    }
}
