//! Scanners, which find one match after the other, and the iterator of `finditer`.

use pyjit_heap::{Gc, Value};
use pyjit_runtime::core::kinds;
use pyjit_runtime::types::type_::{flags, of_kind};
use pyjit_runtime::{R, Thread, py_class};

use super::exec::{Demand, Matcher, NONE, State};
use super::matches::Match;
use super::pattern::{Bounds, Pattern};
use crate::layout::{END, Item, item, itself};
use crate::native_layout;

native_layout! {
    /// Pattern and text; bounds; byte at which to go on (-1: at the end); was the last match empty?
    Scanner = 462, refs 1..3 { pattern, string } ints { pos, endpos, to, next, advance }
}
native_layout! {
    /// A scanner that is asked for all.
    All = 463, refs 1..2 { scanner } ints { }
}

/// `pattern.scanner(...)`.
pub fn scanner(
    t: &Thread,
    pattern: Gc<Pattern>,
    string: Value,
    pos: Option<i64>,
    endpos: Option<i64>,
) -> R<Gc<Scanner>> {
    let s = pattern.subject(t, string)?;
    let b = Bounds::new(&s, pos, endpos);
    let next = if b.from > b.to { -1 } else { b.from as i64 };
    Ok(Scanner::alloc(
        of_kind(462),
        pattern.value(),
        string,
        b.pos as i64,
        b.endpos as i64,
        b.to as i64,
        next,
        0,
    ))
}
/// `pattern.finditer(...)`.
pub fn finditer(
    t: &Thread,
    pattern: Gc<Pattern>,
    string: Value,
    pos: Option<i64>,
    endpos: Option<i64>,
) -> R<Gc<All>> {
    let s = scanner(t, pattern, string, pos, endpos)?;
    Ok(All::alloc(of_kind(463), s.value()))
}

/// The next match: the next that is found, or the one at the place.
fn advance(t: &Thread, this: Gc<Scanner>, search: bool) -> R<Option<Value>> {
    let pattern: Gc<Pattern> = Gc::from_value(this.pattern.get());
    let Ok(from) = usize::try_from(this.next.get()) else {
        return Ok(None);
    };
    let subject = pattern.subject(t, this.string.get())?;
    // Bytes may have become fewer.
    let to = (this.to.get() as usize).min(subject.bytes().len());
    if from > to {
        return Ok(None);
    }
    let m = Matcher {
        t,
        program: pattern.program(&subject),
        text: &subject.bytes()[..to],
        single: subject.is_single(),
    };
    let mut state = State::take(&m.program);
    let empty = this.advance.get() != 0;
    let found = if search {
        m.search(&mut state, from, empty)
    } else {
        let not_at = if empty { from } else { NONE };
        let whole = false;
        m.at_place(&mut state, from, Demand { not_at, whole })
    };
    let result = match found {
        Ok(true) => {
            this.next.set(state.end as i64);
            this.advance.set((state.begin == state.end) as i64);
            let bounds = Bounds {
                pos: this.pos.get() as usize,
                endpos: this.endpos.get() as usize,
                from,
                to,
            };
            Ok(Some(
                Match::new(pattern, this.string.get(), &bounds, &state).value(),
            ))
        }
        Ok(false) => {
            this.next.set(-1);
            Ok(None)
        }
        Err(e) => Err(e),
    };
    state.give_back();
    result
}
fn match_(t: &Thread, this: Gc<Scanner>) -> R<Value> {
    Ok(advance(t, this, false)?.unwrap_or(Value::NONE))
}
fn search(t: &Thread, this: Gc<Scanner>) -> R<Value> {
    Ok(advance(t, this, true)?.unwrap_or(Value::NONE))
}
fn pattern(_t: &Thread, this: Gc<Scanner>) -> Value {
    this.pattern.get()
}
fn next(t: &Thread, this: Gc<All>) -> R<Item> {
    match advance(t, Gc::from_value(this.scanner.get()), true)? {
        Some(m) => item(m),
        None => END,
    }
}

py_class! {
    pub SCANNER: Scanner = "SRE_Scanner", base kinds::OBJECT, flags flags::NO_NEW, module "_sre";
    methods {
        match(self, /) => match_;
        search(self, /) => search;
    }
    getset {
        pattern => pattern;
    }
}
py_class! {
    pub ALL: All = "callable_iterator", base kinds::OBJECT, flags flags::NO_NEW;
    methods {
        __iter__(self, /) => itself;
        __next__(self, /) => next;
    }
}
