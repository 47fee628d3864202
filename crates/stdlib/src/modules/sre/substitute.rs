//! `sub`, `subn`, `expand`: templates and putting texts together.

use pyjit_heap::{Gc, Value};
use pyjit_runtime::core::{attr, call, errors, kinds};
use pyjit_runtime::types::buffer;
use pyjit_runtime::types::bytes::Bytes;
use pyjit_runtime::types::int;
use pyjit_runtime::types::list::List;
use pyjit_runtime::types::str_::{Str, intern};
use pyjit_runtime::types::tuple::Tuple;
use pyjit_runtime::types::type_::{flags, of_kind, type_name};
use pyjit_runtime::{R, Raised, Thread, py_class};

use super::exec::State;
use super::matches::Match;
use super::pattern::{Bounds, Pattern, each};
use super::subject::Subject;
use crate::native_layout;

native_layout! {
    /// Text and group numbers in turn, beginning and ending with text.
    Template = 464, refs 1..2 { parts } ints { }
}

impl Template {
    fn parts(&self) -> Gc<Tuple> {
        Gc::from_value(self.parts.get())
    }
}

/// `_sre.template(pattern, list)`.
pub fn template(t: &Thread, pattern: Gc<Pattern>, list: Gc<List>) -> R<Gc<Template>> {
    let invalid = || errors::type_error(t, "invalid template");
    if list.len().is_multiple_of(2) {
        return Err(invalid());
    }
    for v in list.items().iter().skip(1).step_by(2) {
        if !int::is_int(*v) {
            return Err(errors::type_error(t, "an integer is required"));
        }
        if int::to_i64(*v).is_none_or(|i| i < 0) {
            return Err(invalid());
        }
    }
    let _ = pattern;
    Ok(Template::alloc(
        of_kind(464),
        Tuple::new(list.items()).value(),
    ))
}

/// What `re` makes of a replacement text.
fn compiled(t: &Thread, pattern: Gc<Pattern>, text: Value) -> R<Gc<Template>> {
    let re = t.host().import(t, "re")?;
    let f = attr::get(t, re, intern("_compile_template"))?;
    let made = call::call(t, f, &[pattern.value(), text])?;
    made.cast::<Template>()
        .ok_or_else(|| errors::type_error(t, "invalid template"))
}

/// Text that is put together, of the kind of its pieces.
struct Output {
    text: Vec<u8>,
    chars: usize,
    bytes: bool,
    items: usize,
    /// The first piece that was no text: its number and its class.
    wrong: Option<(usize, String)>,
}

impl Output {
    fn new(bytes: bool) -> Output {
        Output {
            text: Vec::new(),
            chars: 0,
            bytes,
            items: 0,
            wrong: None,
        }
    }
    /// Appends part of the text searched.
    fn part(&mut self, s: &Subject, from: usize, to: usize) {
        let piece = &s.bytes()[from..to];
        self.text.extend_from_slice(piece);
        self.chars += match s {
            Subject::Str(s) if !s.is_ascii() => pyjit_runtime::types::str_::count_chars(piece),
            _ => piece.len(),
        };
        self.items += 1;
    }
    /// Appends any text of the right kind.
    fn add(&mut self, t: &Thread, v: Value) -> R<()> {
        self.items += 1;
        if self.bytes {
            if let Some(b) = buffer::acquire(t, v)? {
                self.text.extend_from_slice(&b);
                return Ok(());
            }
        } else if let Some(s) = v.cast::<Str>() {
            self.text.extend_from_slice(s.bytes());
            self.chars += s.len();
            return Ok(());
        }
        let at = self.items - 1;
        self.wrong.get_or_insert_with(|| (at, type_name(v)));
        Ok(())
    }
    fn finish(self, t: &Thread) -> R<Value> {
        if let Some((i, class)) = self.wrong {
            let want = match self.bytes {
                true => "a bytes-like object",
                false => "str instance",
            };
            let m = format!("sequence item {i}: expected {want}, {class} found");
            return Err(errors::type_error(t, m));
        }
        if self.bytes {
            return Ok(Bytes::new(&self.text).value());
        }
        if self.text.is_empty() {
            return Ok(intern("").value());
        }
        let fill = |out: &mut [u8]| out.copy_from_slice(&self.text);
        Ok(Str::filled(t, self.text.len(), self.chars, fill)?.value())
    }
}

/// Appends what a template gives for a match whose groups `group` tells.
fn append_template(
    t: &Thread,
    out: &mut Output,
    template: Gc<Template>,
    s: &Subject,
    group: impl Fn(usize) -> Option<(usize, usize)>,
) -> R<()> {
    let parts = template.parts();
    for (i, v) in parts.items().iter().enumerate() {
        if i % 2 == 0 {
            out.add(t, *v)?;
        } else if let Some((a, b)) = group(int::to_i64(*v).unwrap_or(0) as usize) {
            out.part(s, a, b);
        }
    }
    Ok(())
}
fn check_groups(t: &Thread, template: Gc<Template>, pattern: Gc<Pattern>) -> R<()> {
    let most = pattern.group_count() as i64;
    let parts = template.parts();
    let mut numbers = parts.items().iter().skip(1).step_by(2);
    match numbers.all(|v| int::to_i64(*v).is_some_and(|i| i <= most)) {
        true => Ok(()),
        false => Err(errors::index_error(t, "no such group")),
    }
}

/// `match.expand(template)`.
pub fn expand(t: &Thread, m: Gc<Match>, text: Value) -> R<Value> {
    let template = compiled(t, m.pattern(), text)?;
    if let [only] = template.parts().items() {
        return Ok(*only);
    }
    check_groups(t, template, m.pattern())?;
    let s = m.subject(t)?;
    let mut out = Output::new(s.is_bytes());
    append_template(t, &mut out, template, &s, |i| m.group(i))?;
    out.finish(t)
}

/// What each match is replaced by.
#[derive(Clone, Copy)]
enum Filter {
    Text(Value),
    Template(Gc<Template>),
    Call(Value),
}

fn filter(t: &Thread, pattern: Gc<Pattern>, repl: Value) -> R<Filter> {
    if call::is_callable(repl) {
        return Ok(Filter::Call(repl));
    }
    let plain = match Subject::of_opt(t, repl) {
        Ok(Some(s)) => !s.bytes().contains(&b'\\'),
        Ok(None) => false,
        Err(Raised) => {
            t.exc.set(Value::NULL);
            false
        }
    };
    if plain {
        return Ok(Filter::Text(repl));
    }
    let template = compiled(t, pattern, repl)?;
    if let [only] = template.parts().items() {
        return Ok(Filter::Text(*only));
    }
    check_groups(t, template, pattern)?;
    Ok(Filter::Template(template))
}

fn substitute(
    t: &Thread,
    this: Gc<Pattern>,
    repl: Value,
    string: Value,
    count: i64,
) -> R<(Value, i64)> {
    let filter = filter(t, this, repl)?;
    let s = this.subject(t, string)?;
    let bounds = Bounds::new(&s, None, None);
    let mut out = Output::new(s.is_bytes());
    let (mut n, mut last) = (0, 0);
    let replace = |state: &State| -> R<bool> {
        if last < state.begin {
            out.part(&s, last, state.begin);
        }
        match filter {
            Filter::Text(v) => {
                if !v.is_none() {
                    out.add(t, v)?;
                }
            }
            Filter::Template(x) => {
                let group = |i| match i {
                    0 => Some((state.begin, state.end)),
                    _ => state.group(i),
                };
                // One item, as far as messages are concerned.
                let items = out.items;
                append_template(t, &mut out, x, &s, group)?;
                out.items = items + 1;
            }
            Filter::Call(f) => {
                let m = Match::new(this, string, &bounds, state);
                let v = call::call(t, f, &[m.value()])?;
                if !v.is_none() {
                    out.add(t, v)?;
                }
            }
        }
        last = state.end;
        n += 1;
        Ok(n != count)
    };
    if count >= 0 {
        each(t, this, &s, &bounds, replace)?;
    }
    if n == 0 {
        return Ok((s.part(0, bounds.to), 0));
    }
    if last < bounds.to {
        out.part(&s, last, bounds.to);
    }
    Ok((out.finish(t)?, n))
}
/// `pattern.sub(...)`.
pub fn sub(
    t: &Thread,
    this: Gc<Pattern>,
    repl: Value,
    string: Value,
    count: Option<i64>,
) -> R<Value> {
    Ok(substitute(t, this, repl, string, count.unwrap_or(0))?.0)
}
/// `pattern.subn(...)`.
pub fn subn(
    t: &Thread,
    this: Gc<Pattern>,
    repl: Value,
    string: Value,
    count: Option<i64>,
) -> R<Gc<Tuple>> {
    let (v, n) = substitute(t, this, repl, string, count.unwrap_or(0))?;
    Ok(Tuple::new(&[v, Value::int(n)]))
}

py_class! {
    pub TEMPLATE: Template = "SRE_Template", base kinds::OBJECT, flags flags::NO_NEW, module "_sre";
    methods {}
}
