//! `re.Match`: what was found, as byte offsets behind the object's fields.

use std::cell::Cell;

use pyjit_heap::{Field, Gc, Header, Value, heap_object, object};
use pyjit_runtime::core::call::ArgVec;
use pyjit_runtime::core::{kinds, ops};
use pyjit_runtime::types::dict::Dict;
use pyjit_runtime::types::str_::push_lossless;
use pyjit_runtime::types::tuple::Tuple;
use pyjit_runtime::types::type_::{flags, of_kind};
use pyjit_runtime::{R, Thread, py_class};

use super::exec::State;
use super::pattern::{Bounds, Pattern, group_number};
use super::subject::Subject;
use super::substitute;
use crate::layout::{class_getitem, itself};

/// A match.
#[repr(C)]
pub struct Match {
    header: Header,
    string: Field,
    pattern: Field<Gc<Pattern>>,
    /// The tuple of all spans, once it was asked for.
    regs: Field,
    pos: Cell<usize>,
    endpos: Cell<usize>,
    /// The last group that was closed, 0 if none.
    last: Cell<usize>,
    groups: Cell<usize>,
}
heap_object!(Match = 461, refs 1..4);

/// A group that has not matched.
const ABSENT: u64 = u64::MAX;
const FIXED: usize = size_of::<Match>();

impl Match {
    /// The match that the matcher has found.
    pub fn new(pattern: Gc<Pattern>, string: Value, bounds: &Bounds, s: &State) -> Gc<Match> {
        let groups = pattern.group_count();
        let m = Match {
            header: Header::NEW,
            string: Field::new(string),
            pattern: Field::of(pattern),
            regs: Field::null(),
            pos: Cell::new(bounds.pos),
            endpos: Cell::new(bounds.endpos),
            last: Cell::new(s.last as usize),
            groups: Cell::new(groups),
        };
        let shape = of_kind(461).root_shape.get();
        let m = Gc::with_shape(shape, m, (groups + 1) * 16);
        let words = object::tail_words_mut(&*m, FIXED, (groups + 1) * 2);
        (words[0], words[1]) = (s.begin as u64, s.end as u64);
        for i in 1..=groups {
            let (a, b) = s
                .group(i)
                .map_or((ABSENT, ABSENT), |(a, b)| (a as u64, b as u64));
            (words[2 * i], words[2 * i + 1]) = (a, b);
        }
        m
    }
    /// Byte offsets of group `i`.
    #[inline]
    pub fn group(&self, i: usize) -> Option<(usize, usize)> {
        let words = object::tail_words(self, FIXED, (self.groups.get() + 1) * 2);
        let (a, b) = (words[2 * i], words[2 * i + 1]);
        (a != ABSENT).then_some((a as usize, b as usize))
    }
    /// The pattern.
    pub fn pattern(&self) -> Gc<Pattern> {
        self.pattern.gc()
    }
    /// The text.
    pub fn subject<'t>(&self, t: &'t Thread) -> R<Subject<'t>> {
        Subject::of(t, self.string.get())
    }
    /// First and last place of group `i` in characters, -1 if it has not matched.
    fn span_of(&self, t: &Thread, i: usize) -> R<(i64, i64)> {
        let Some((a, b)) = self.group(i) else {
            return Ok((-1, -1));
        };
        // Bytes that were released since have no text, but places they have.
        if self.pattern().is_bytes() {
            return Ok((a as i64, b as i64));
        }
        let s = self.subject(t)?;
        Ok((s.index(a) as i64, s.index(b) as i64))
    }
    /// Text of group `i`, or `default`.
    fn text_of(&self, t: &Thread, i: usize, default: Value) -> R<Value> {
        match self.group(i) {
            Some((a, b)) => Ok(self.subject(t)?.part(a, b)),
            None => Ok(default),
        }
    }
}

type M = Gc<Match>;

fn group(t: &Thread, this: M, groups: Gc<Tuple>) -> R<Value> {
    let one = |g: Value| {
        let i = group_number(t, this.pattern(), g)?;
        this.text_of(t, i, Value::NONE)
    };
    match groups.items() {
        [] => this.text_of(t, 0, Value::NONE),
        [g] => one(*g),
        many => {
            let mut items = ArgVec::new();
            for g in many {
                items.push(one(*g)?);
            }
            Ok(Tuple::new(&items).value())
        }
    }
}
fn getitem(t: &Thread, this: M, key: Value) -> R<Value> {
    let i = group_number(t, this.pattern(), key)?;
    this.text_of(t, i, Value::NONE)
}
fn groups(t: &Thread, this: M, default: Option<Value>) -> R<Gc<Tuple>> {
    let default = default.unwrap_or(Value::NONE);
    let mut items = ArgVec::new();
    for i in 1..=this.groups.get() {
        items.push(this.text_of(t, i, default)?);
    }
    Ok(Tuple::new(&items))
}
fn groupdict(t: &Thread, this: M, default: Option<Value>) -> R<Gc<Dict>> {
    let default = default.unwrap_or(Value::NONE);
    let d = Dict::new();
    let names = this.pattern().names();
    for (name, number) in names.copy().iter() {
        let i = group_number(t, this.pattern(), number)?;
        d.set(t, name, this.text_of(t, i, default)?)?;
    }
    Ok(d)
}
fn places(t: &Thread, this: M, group: Option<Value>) -> R<(i64, i64)> {
    let i = match group {
        Some(g) => group_number(t, this.pattern(), g)?,
        None => 0,
    };
    this.span_of(t, i)
}
fn start(t: &Thread, this: M, group: Option<Value>) -> R<i64> {
    Ok(places(t, this, group)?.0)
}
fn end(t: &Thread, this: M, group: Option<Value>) -> R<i64> {
    Ok(places(t, this, group)?.1)
}
fn pair((a, b): (i64, i64)) -> Gc<Tuple> {
    Tuple::new(&[Value::int(a), Value::int(b)])
}
fn span(t: &Thread, this: M, group: Option<Value>) -> R<Gc<Tuple>> {
    Ok(pair(places(t, this, group)?))
}
fn regs(t: &Thread, this: M) -> R<Value> {
    if let Some(v) = this.regs.get().opt() {
        return Ok(v);
    }
    let mut items = ArgVec::new();
    for i in 0..=this.groups.get() {
        items.push(pair(this.span_of(t, i)?).value());
    }
    let all = Tuple::new(&items).value();
    this.regs.set(this, all);
    Ok(all)
}
fn expand(t: &Thread, this: M, template: Value) -> R<Value> {
    substitute::expand(t, this, template)
}
fn repr(t: &Thread, this: M) -> R<String> {
    let (a, b) = this.span_of(t, 0)?;
    let text = this.text_of(t, 0, Value::NONE)?;
    let mut shown = String::new();
    push_lossless(&mut shown, ops::repr(t, text)?);
    let shown: String = shown.chars().take(50).collect();
    Ok(format!("<re.Match object; span=({a}, {b}), match={shown}>"))
}
fn deepcopy(_t: &Thread, this: Value, _memo: Value) -> Value {
    this
}
fn string(_t: &Thread, this: M) -> Value {
    this.string.get()
}
fn re(_t: &Thread, this: M) -> Value {
    this.pattern.value()
}
fn pos(_t: &Thread, this: M) -> usize {
    this.pos.get()
}
fn endpos(_t: &Thread, this: M) -> usize {
    this.endpos.get()
}
fn lastindex(_t: &Thread, this: M) -> Option<usize> {
    Some(this.last.get()).filter(|i| *i > 0)
}
fn lastgroup(_t: &Thread, this: M) -> Value {
    match this.last.get() {
        0 => Value::NONE,
        i => this.pattern().name_of(i),
    }
}

py_class! {
    /// The result of re.match() and re.search().
    /// Match objects always have a boolean value of True.
    pub CLASS: Match = "Match", base kinds::OBJECT, flags flags::NO_NEW, module "re";
    methods {
        /// group([group1, ...]) -> str or tuple.
        ///     Return subgroup(s) of the match by indices or names.
        ///     For 0 returns the entire match.
        group(self, /, *args) => group;
        /// Return index of the start of the substring matched by group.
        start(self, group=0, /) => start;
        /// Return index of the end of the substring matched by group.
        end(self, group=0, /) => end;
        /// For match object m, return the 2-tuple (m.start(group), m.end(group)).
        span(self, group=0, /) => span;
        /// Return a tuple containing all the subgroups of the match, from 1.
        ///
        ///   default
        ///     Is used for groups that did not participate in the match.
        groups(self, /, default=None) => groups;
        /// Return a dictionary containing all the named subgroups of the match, keyed by the subgroup name.
        ///
        ///   default
        ///     Is used for groups that did not participate in the match.
        groupdict(self, /, default=None) => groupdict;
        /// Return the string obtained by doing backslash substitution on the string template, as done by the sub() method.
        expand(self, /, template) => expand;
        /// Return self[key].
        __getitem__(self, key, /) => getitem;
        __copy__(self, /) => itself [leaf no_raise];
        __deepcopy__(self, memo, /) => deepcopy [leaf no_raise];
        __repr__(self, /) => repr;
        /// Matches are generic over the type of string which was matched (str or bytes)
        @classmethod __class_getitem__(cls, object, /) => class_getitem;
    }
    getset {
        /// The string passed to match() or search().
        string => string;
        /// The regular expression object.
        re => re;
        /// The index into the string at which the RE engine started looking for a match.
        pos => pos;
        /// The index into the string beyond which the RE engine will not go.
        endpos => endpos;
        /// The integer index of the last matched capturing group.
        lastindex => lastindex;
        /// The name of the last matched capturing group.
        lastgroup => lastgroup;
        regs => regs;
    }
}
