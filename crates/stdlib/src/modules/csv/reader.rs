//! `reader`: lines become lists of fields.

use pyjit_heap::{Gc, Value};
use pyjit_runtime::core::{class, kinds, ops};
use pyjit_runtime::types::dict::Dict;
use pyjit_runtime::types::float_methods;
use pyjit_runtime::types::list::List;
use pyjit_runtime::types::str_::{Str, count_chars};
use pyjit_runtime::types::type_::{flags, type_name};
use pyjit_runtime::types::{float, type_::of_kind};
use pyjit_runtime::unicode::wtf8;
use pyjit_runtime::{R, Thread, py_class};

use super::dialect::{self, Dialect};
use super::{ERROR, LIMIT, make_dialect};
use crate::layout::{END, Item, item, itself};
use crate::native_layout;

native_layout! {
    /// An iterator of lines, its dialect, how many lines were read, and how
    /// often the reader was asked for a record.
    Reader = 354, refs 1..3 { input, dialect } ints { lines, asked }
}

/// Where in a record the parser is.
#[derive(Clone, Copy, PartialEq, Eq)]
enum State {
    StartRecord,
    StartField,
    Escaped,
    InField,
    InQuoted,
    EscapedInQuoted,
    QuoteInQuoted,
    EatNewline,
    AfterEscapedNewline,
}
use State::*;

/// What ends a line, beside its characters.
const END_OF_LINE: u32 = u32::MAX;

fn is_newline(c: u32) -> bool {
    c == '\n' as u32 || c == '\r' as u32
}

/// A record being read.
struct Parser<'t> {
    t: &'t Thread,
    d: Gc<Dialect>,
    state: State,
    fields: Gc<List>,
    field: Vec<u8>,
    unquoted: bool,
    limit: i64,
    quote: Option<u32>,
    escape: Option<u32>,
    delimiter: u32,
    /// First bytes of characters that mean something.
    special: [bool; 256],
}

impl<'t> Parser<'t> {
    fn new(t: &'t Thread, d: Gc<Dialect>) -> Parser<'t> {
        let quote = d.quote().filter(|_| d.quoting() != dialect::NONE);
        let mut p = Parser {
            t,
            d,
            state: StartRecord,
            fields: List::new(),
            field: Vec::new(),
            unquoted: true,
            limit: *LIMIT.get(),
            quote,
            escape: d.escape(),
            delimiter: d.delimiter(),
            special: [false; 256],
        };
        let marks = [Some(p.delimiter), quote, p.escape, Some(10), Some(13)];
        for c in marks.into_iter().flatten() {
            let mut bytes = Vec::new();
            wtf8::push(&mut bytes, c);
            p.special[bytes[0] as usize] = true;
        }
        p
    }
    fn check_limit(&self) -> R<()> {
        if self.field.len() as i64 > self.limit && count_chars(&self.field) as i64 > self.limit {
            let m = format!("field larger than field limit ({})", self.limit);
            return Err(ERROR.raise(self.t, m));
        }
        Ok(())
    }
    fn add(&mut self, c: u32) -> R<()> {
        wtf8::push(&mut self.field, c);
        self.check_limit()
    }
    fn save(&mut self) -> R<()> {
        let (t, how) = (self.t, self.d.quoting());
        let plain = std::mem::replace(&mut self.unquoted, true);
        let v =
            if plain && self.field.is_empty() && matches!(how, dialect::NOTNULL | dialect::STRINGS)
            {
                Value::NONE
            } else {
                let s = Str::from_wtf8(&self.field).value();
                if plain
                    && !self.field.is_empty()
                    && matches!(how, dialect::NONNUMERIC | dialect::STRINGS)
                {
                    float::from_f64(float_methods::from_object(t, s)?)
                } else {
                    s
                }
            };
        self.field.clear();
        self.fields.push(t, v)
    }
    /// A field ends with its line.
    fn save_last(&mut self, c: u32) -> R<()> {
        self.state = if c == END_OF_LINE {
            StartRecord
        } else {
            EatNewline
        };
        self.save()
    }
    fn line(&mut self, text: &[u8]) -> R<()> {
        let mut at = 0;
        while let Some((c, n)) = wtf8::decode_first(&text[at..]) {
            self.character(c)?;
            at += n;
            if matches!(self.state, InField | InQuoted) {
                let rest = &text[at..];
                let plain = rest.iter().position(|b| self.special[*b as usize]);
                let plain = plain.unwrap_or(rest.len());
                if plain > 0 {
                    self.field.extend_from_slice(&rest[..plain]);
                    self.check_limit()?;
                    at += plain;
                }
            }
        }
        self.character(END_OF_LINE)
    }
    fn character(&mut self, c: u32) -> R<()> {
        match self.state {
            StartRecord if c == END_OF_LINE => Ok(()),
            StartRecord if is_newline(c) => {
                self.state = EatNewline;
                Ok(())
            }
            StartRecord | StartField => self.start_field(c),
            Escaped if is_newline(c) => {
                self.state = AfterEscapedNewline;
                self.add(c)
            }
            Escaped => {
                self.state = InField;
                self.add(if c == END_OF_LINE { 10 } else { c })
            }
            AfterEscapedNewline if c == END_OF_LINE => Ok(()),
            AfterEscapedNewline | InField => self.in_field(c),
            InQuoted => self.in_quoted(c),
            EscapedInQuoted => {
                self.state = InQuoted;
                self.add(if c == END_OF_LINE { 10 } else { c })
            }
            QuoteInQuoted => self.after_quote(c),
            EatNewline if is_newline(c) => Ok(()),
            EatNewline if c == END_OF_LINE => {
                self.state = StartRecord;
                Ok(())
            }
            EatNewline => {
                let m = "new-line character seen in unquoted field - do you need to open the file with newline=''?";
                Err(ERROR.raise(self.t, m))
            }
        }
    }
    fn start_field(&mut self, c: u32) -> R<()> {
        self.state = StartField;
        if c == END_OF_LINE || is_newline(c) {
            self.save_last(c)
        } else if Some(c) == self.quote {
            self.unquoted = false;
            self.state = InQuoted;
            Ok(())
        } else if Some(c) == self.escape {
            self.state = Escaped;
            Ok(())
        } else if c == ' ' as u32 && self.d.skips_space() {
            Ok(())
        } else if c == self.delimiter {
            self.save()
        } else {
            self.state = InField;
            self.add(c)
        }
    }
    fn in_field(&mut self, c: u32) -> R<()> {
        if c == END_OF_LINE || is_newline(c) {
            self.save_last(c)
        } else if Some(c) == self.escape {
            self.state = Escaped;
            Ok(())
        } else if c == self.delimiter {
            self.state = StartField;
            self.save()
        } else {
            self.state = InField;
            self.add(c)
        }
    }
    fn in_quoted(&mut self, c: u32) -> R<()> {
        if c == END_OF_LINE {
            Ok(())
        } else if Some(c) == self.escape {
            self.state = EscapedInQuoted;
            Ok(())
        } else if Some(c) == self.quote {
            self.state = match self.d.doubles() {
                true => QuoteInQuoted,
                false => InField,
            };
            Ok(())
        } else {
            self.add(c)
        }
    }
    fn after_quote(&mut self, c: u32) -> R<()> {
        if Some(c) == self.quote {
            self.state = InQuoted;
            self.add(c)
        } else if c == self.delimiter {
            self.state = StartField;
            self.save()
        } else if c == END_OF_LINE || is_newline(c) {
            self.save_last(c)
        } else if !self.d.is_strict() {
            self.state = InField;
            self.add(c)
        } else {
            let shown = |c: u32| char::from_u32(c).unwrap_or(char::REPLACEMENT_CHARACTER);
            let m = format!(
                "'{}' expected after '{}'",
                shown(self.delimiter),
                self.quote.map_or(' ', shown)
            );
            Err(ERROR.raise(self.t, m))
        }
    }
    /// The input ended within a record: is what was read one?
    fn ends(&mut self) -> R<bool> {
        if self.field.is_empty() && self.state != InQuoted {
            return Ok(false);
        }
        if self.d.is_strict() {
            return Err(ERROR.raise(self.t, "unexpected end of data"));
        }
        self.save().map(|()| true)
    }
}

pub fn new(
    t: &Thread,
    iterable: Value,
    dialect: Option<Value>,
    kw: Option<Gc<Dict>>,
) -> R<Gc<Reader>> {
    let input = ops::iter(t, iterable)?;
    let d = make_dialect(t, dialect, kw)?;
    class::make(t, &READER);
    Ok(Reader::alloc(of_kind(354), input, d.value(), 0, 0))
}
fn next(t: &Thread, this: Gc<Reader>) -> R<Item> {
    let mut p = Parser::new(t, Gc::from_value(this.dialect.get()));
    let asked = this.asked.get() + 1;
    this.asked.set(asked);
    loop {
        let line = ops::next(t, this.input.get())?;
        if this.asked.get() != asked {
            let m = "iterator has already advanced the reader";
            return Err(ERROR.raise(t, m));
        }
        let Some(line) = line else {
            return match p.ends()? {
                true => item(p.fields.value()),
                false => END,
            };
        };
        let Some(s) = line.cast::<Str>() else {
            let m = format!(
                "iterator should return strings, not {} (the file should be opened in text mode)",
                type_name(line)
            );
            return Err(ERROR.raise(t, m));
        };
        this.lines.set(this.lines.get() + 1);
        p.line(s.bytes())?;
        if p.state == StartRecord {
            return item(p.fields.value());
        }
    }
}
fn get_dialect(_t: &Thread, this: Gc<Reader>) -> Value {
    this.dialect.get()
}
fn get_lines(_t: &Thread, this: Gc<Reader>) -> i64 {
    this.lines.get()
}

py_class! {
    /// CSV reader
    ///
    /// Reader objects are responsible for reading and parsing tabular data
    /// in CSV format.
    pub READER: Reader = "reader", base kinds::OBJECT, flags flags::NO_NEW, module "_csv";
    methods {
        __iter__(self, /) => itself;
        __next__(self, /) => next;
    }
    getset {
        dialect => get_dialect;
        line_num => get_lines;
    }
}
