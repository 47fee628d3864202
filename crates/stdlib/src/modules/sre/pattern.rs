//! `re.Pattern`: the object and its searching methods.

use pyjit_heap::{Gc, RawArray, Value, arrays};
use pyjit_runtime::core::ops::{self, Cmp};
use pyjit_runtime::core::{errors, kinds};
use pyjit_runtime::types::dict::Dict;
use pyjit_runtime::types::int;
use pyjit_runtime::types::list::List;
use pyjit_runtime::types::mapping_proxy;
use pyjit_runtime::types::str_::{Str, hash_bytes, push_lossless};
use pyjit_runtime::types::tuple::Tuple;
use pyjit_runtime::types::type_::{flags, of_kind};
use pyjit_runtime::{R, Thread, py_class};

use super::build::build;
use super::exec::{Demand, Matcher, NONE, State};
use super::matches::Match;
use super::program::Program;
use super::scanner;
use super::subject::Subject;
use super::substitute;
use super::tree;
use super::words::flag;
use crate::layout::{class_getitem, itself};
use crate::native_layout;

native_layout! {
    /// What it was made of; the code words; names to numbers and back; the programs
    /// for `str` and for bytes (absent when never needed). `bytes`: is it a pattern
    /// for bytes (-1: for both)?
    Pattern = 460, refs 1..7 { source, code, names, numbers, for_str, for_bytes } ints { flags, groups, bytes }
}

/// Words of a list of integers.
fn code_words(t: &Thread, code: Gc<List>) -> R<Vec<u32>> {
    let mut words = Vec::with_capacity(code.len());
    for v in code.items() {
        let word = match int::to_i64(*v) {
            Some(i) if i >= 0 => u32::try_from(i).ok(),
            None if !int::is_int(*v) => {
                return Err(errors::type_error(t, "an integer is required"));
            }
            _ if int::is_negative(*v) => {
                let m = "can't convert negative value to unsigned int";
                return Err(errors::overflow_error(t, m));
            }
            _ => None,
        };
        let Some(word) = word else {
            let m = "regular expression code size limit exceeded";
            return Err(errors::overflow_error(t, m));
        };
        words.push(word);
    }
    Ok(words)
}

/// `_sre.compile`.
pub fn compile(
    t: &Thread,
    source: Value,
    pattern_flags: i64,
    code: Gc<List>,
    groups: i64,
    names: Gc<Dict>,
    numbers: Gc<Tuple>,
) -> R<Gc<Pattern>> {
    if i32::try_from(pattern_flags).is_err() {
        let m = "Python int too large to convert to C int";
        return Err(errors::overflow_error(t, m));
    }
    let words = code_words(t, code)?;
    let bytes = if source.is_none() {
        -1
    } else {
        Subject::of(t, source)?.is_bytes() as i64
    };
    let invalid = || errors::runtime_error(t, "invalid SRE code");
    let count = u32::try_from(groups).map_err(|_| invalid())?;
    if i64::from(count) > super::words::MAX_GROUPS || count as usize > words.len() {
        return Err(invalid());
    }
    let tree = tree::parse(&words, count).map_err(|_| invalid())?;
    let program = |wanted: bool, utf8: bool| -> R<Value> {
        if !wanted {
            return Ok(Value::NULL);
        }
        match build(&tree, count, utf8).store() {
            Some(p) => Ok(p.value()),
            None => Err(errors::memory_error(t)),
        }
    };
    let for_str = program(bytes != 1, true)?;
    let for_bytes = program(bytes != 0, false)?;
    let Some(stored) = RawArray::new(words.len() * 4) else {
        return Err(errors::memory_error(t));
    };
    for (to, word) in stored.bytes_mut().chunks_exact_mut(4).zip(&words) {
        to.copy_from_slice(&word.to_ne_bytes());
    }
    Ok(Pattern::alloc(
        of_kind(460),
        source,
        stored.value(),
        names.value(),
        numbers.value(),
        for_str,
        for_bytes,
        pattern_flags,
        groups,
        bytes,
    ))
}

impl Pattern {
    /// Number of groups.
    pub fn group_count(&self) -> usize {
        self.groups.get() as usize
    }
    /// Names to numbers.
    pub fn names(&self) -> Gc<Dict> {
        Gc::from_value(self.names.get())
    }
    /// The name of group `i`, or `None`.
    pub fn name_of(&self, i: usize) -> Value {
        let numbers: Gc<Tuple> = Gc::from_value(self.numbers.get());
        numbers.items().get(i).copied().unwrap_or(Value::NONE)
    }
    /// Is it a pattern for bytes?
    pub fn is_bytes(&self) -> bool {
        self.bytes.get() == 1
    }
    /// The text to search with this pattern.
    pub fn subject<'t>(&self, t: &'t Thread, v: Value) -> R<Subject<'t>> {
        let s = Subject::of(t, v)?;
        let m = match (s.is_bytes(), self.bytes.get()) {
            (true, 0) => "cannot use a string pattern on a bytes-like object",
            (false, 1) => "cannot use a bytes pattern on a string-like object",
            _ => return Ok(s),
        };
        Err(errors::type_error(t, m))
    }
    /// The program for a text.
    pub fn program(&self, s: &Subject) -> Program<'_> {
        let p = match s.is_bytes() {
            true => self.for_bytes.get(),
            false => self.for_str.get(),
        };
        Program::of(arrays::outlive_raw(self, Gc::from_value(p)))
    }
}

/// Bounds of a search, in characters and in bytes.
#[derive(Clone, Copy)]
pub struct Bounds {
    pub pos: usize,
    pub endpos: usize,
    pub from: usize,
    pub to: usize,
}

impl Bounds {
    /// The bounds that `pos` and `endpos` mean.
    pub fn new(s: &Subject, pos: Option<i64>, endpos: Option<i64>) -> Bounds {
        let len = s.len();
        let clamp = |i: i64| (i.max(0) as usize).min(len);
        let pos = clamp(pos.unwrap_or(0));
        let (endpos, to) = match endpos {
            Some(e) if (e.max(0) as usize) < len => (clamp(e), s.offset(clamp(e))),
            _ => (len, s.bytes().len()),
        };
        let from = if pos == 0 { 0 } else { s.offset(pos) };
        Bounds {
            pos,
            endpos,
            from,
            to,
        }
    }
}

type P = Gc<Pattern>;

/// How a match is looked for.
#[derive(Clone, Copy)]
enum How {
    Search,
    Here { whole: bool },
}

fn find(
    t: &Thread,
    this: P,
    string: Value,
    (pos, endpos): (Option<i64>, Option<i64>),
    how: How,
) -> R<Value> {
    let subject = this.subject(t, string)?;
    let bounds = Bounds::new(&subject, pos, endpos);
    // Behind the end the empty text can still match, if it is looked for there only.
    let behind = bounds.from > bounds.to;
    if behind && !matches!(how, How::Here { whole: false }) {
        return Ok(Value::NONE);
    }
    let m = Matcher {
        t,
        program: this.program(&subject),
        text: &subject.bytes()[..bounds.to.max(bounds.from)],
        single: subject.is_single(),
    };
    let mut state = State::take(&m.program);
    let found = match how {
        How::Search => m.search(&mut state, bounds.from, false),
        How::Here { whole } => {
            let not_at = NONE;
            m.at_place(&mut state, bounds.from, Demand { not_at, whole })
        }
    };
    let result = match found {
        Ok(true) => Ok(Match::new(this, string, &bounds, &state).value()),
        Ok(false) => Ok(Value::NONE),
        Err(e) => Err(e),
    };
    state.give_back();
    result
}
fn search(t: &Thread, this: P, s: Value, pos: Option<i64>, end: Option<i64>) -> R<Value> {
    find(t, this, s, (pos, end), How::Search)
}
fn match_(t: &Thread, this: P, s: Value, pos: Option<i64>, end: Option<i64>) -> R<Value> {
    find(t, this, s, (pos, end), How::Here { whole: false })
}
fn fullmatch(t: &Thread, this: P, s: Value, pos: Option<i64>, end: Option<i64>) -> R<Value> {
    find(t, this, s, (pos, end), How::Here { whole: true })
}

/// Calls `f` for each match within the bounds, as long as it says so.
pub fn each(
    t: &Thread,
    this: P,
    subject: &Subject,
    bounds: &Bounds,
    mut f: impl FnMut(&State) -> R<bool>,
) -> R<()> {
    if bounds.from > bounds.to {
        return Ok(());
    }
    let m = Matcher {
        t,
        program: this.program(subject),
        text: &subject.bytes()[..bounds.to],
        single: subject.is_single(),
    };
    let mut state = State::take(&m.program);
    let (mut from, mut advance) = (bounds.from, false);
    let result = loop {
        match m.search(&mut state, from, advance) {
            Ok(false) => break Ok(()),
            Err(e) => break Err(e),
            Ok(true) => {}
        }
        match f(&state) {
            Ok(true) => {}
            other => break other.map(|_| ()),
        }
        (from, advance) = (state.end, state.begin == state.end);
    };
    state.give_back();
    result
}

fn findall(
    t: &Thread,
    this: P,
    string: Value,
    pos: Option<i64>,
    endpos: Option<i64>,
) -> R<Gc<List>> {
    let subject = this.subject(t, string)?;
    let bounds = Bounds::new(&subject, pos, endpos);
    let list = List::new();
    let groups = this.group_count();
    let empty = || subject.part(0, 0);
    let group = |s: &State, i: usize| match s.group(i) {
        Some((a, b)) => subject.part(a, b),
        None => empty(),
    };
    each(t, this, &subject, &bounds, |s| {
        let item = match groups {
            0 => subject.part(s.begin, s.end),
            1 => group(s, 1),
            _ => {
                let mut items = pyjit_runtime::core::call::ArgVec::new();
                for i in 1..=groups {
                    items.push(group(s, i));
                }
                Tuple::new(&items).value()
            }
        };
        list.push(t, item)?;
        Ok(true)
    })?;
    Ok(list)
}

fn split(t: &Thread, this: P, string: Value, maxsplit: Option<i64>) -> R<Gc<List>> {
    let subject = this.subject(t, string)?;
    let bounds = Bounds::new(&subject, None, None);
    let list = List::new();
    let (max, mut n, mut last) = (maxsplit.unwrap_or(0), 0, 0);
    if max >= 0 {
        each(t, this, &subject, &bounds, |s| {
            list.push(t, subject.part(last, s.begin))?;
            for i in 1..=this.group_count() {
                let v = s.group(i).map_or(Value::NONE, |(a, b)| subject.part(a, b));
                list.push(t, v)?;
            }
            n += 1;
            last = s.end;
            Ok(n != max)
        })?;
    }
    list.push(t, subject.part(last, bounds.to))?;
    Ok(list)
}

fn compare(t: &Thread, cmp: Cmp, a: P, b: Value) -> R<Value> {
    let (Some(b), Cmp::Eq | Cmp::Ne) = (b.cast::<Pattern>(), cmp) else {
        return Ok(Value::NOT_IMPLEMENTED);
    };
    let code = |p: P| Gc::<RawArray>::from_value(p.code.get());
    let same = a == b
        || a.flags == b.flags
            && a.bytes == b.bytes
            && code(a).bytes() == code(b).bytes()
            && ops::same_or_eq(t, a.source.get(), b.source.get())?;
    Ok(Value::bool(same == (cmp == Cmp::Eq)))
}
fn eq(t: &Thread, a: P, b: Value) -> R<Value> {
    compare(t, Cmp::Eq, a, b)
}
fn ne(t: &Thread, a: P, b: Value) -> R<Value> {
    compare(t, Cmp::Ne, a, b)
}
fn hash(t: &Thread, this: P) -> R<i64> {
    let code: Gc<RawArray> = Gc::from_value(this.code.get());
    let source = ops::hash(t, this.source.get())?;
    let h = source ^ hash_bytes(code.bytes()) ^ this.flags.get() ^ this.bytes.get();
    Ok(if h == -1 { -2 } else { h })
}

fn repr(t: &Thread, this: P) -> R<String> {
    let mut left = this.flags.get();
    if this.bytes.get() == 0 && left & (flag::LOCALE | flag::UNICODE | flag::ASCII) == flag::UNICODE
    {
        left &= !flag::UNICODE;
    }
    let mut names = Vec::new();
    for (name, bit) in flag::NAMES {
        if left & bit != 0 {
            left &= !bit;
            names.push(name.to_string());
        }
    }
    if left != 0 {
        names.push(format!("0x{left:x}"));
    }
    let mut source = String::new();
    push_lossless(&mut source, ops::repr(t, this.source.get())?);
    let mut s = String::from("re.compile(");
    s.extend(source.chars().take(200));
    if !names.is_empty() {
        s.push_str(", ");
        s.push_str(&names.join("|"));
    }
    s.push(')');
    Ok(s)
}

fn deepcopy(_t: &Thread, this: Value, _memo: Value) -> Value {
    this
}
fn source(_t: &Thread, this: P) -> Value {
    this.source.get()
}
fn get_flags(_t: &Thread, this: P) -> i64 {
    this.flags.get()
}
fn groups(_t: &Thread, this: P) -> i64 {
    this.groups.get()
}
fn groupindex(_t: &Thread, this: P) -> Value {
    mapping_proxy::make(this.names.get())
}

/// The number of the group that a user names by number or name.
pub fn group_number(t: &Thread, this: P, group: Value) -> R<usize> {
    let i = if group.is_int() {
        group.as_int()
    } else if group.cast::<Str>().is_none() && has_index(group) {
        // Numbers that are too large are just no group.
        int::to_i64(ops::index(t, group)?).unwrap_or(-1)
    } else {
        match this.names().get(t, group)? {
            Some(v) => int::to_i64(v).unwrap_or(-1),
            None => -1,
        }
    };
    if i < 0 || i > this.groups.get() {
        return Err(errors::index_error(t, "no such group"));
    }
    Ok(i as usize)
}
fn has_index(v: Value) -> bool {
    use pyjit_runtime::core::special::Special;
    use pyjit_runtime::types::type_::class_of;
    int::is_int(v) || class_of(v).special(Special::Index).is_some()
}

py_class! {
    /// Compiled regular expression object.
    pub CLASS: Pattern = "Pattern", base kinds::OBJECT, flags flags::NO_NEW | flags::HAS_WEAKREF, module "re";
    methods {
        /// Matches zero or more characters at the beginning of the string.
        match(self, /, string, pos=0, endpos=sys.maxsize) => match_;
        /// Matches against all of the string.
        fullmatch(self, /, string, pos=0, endpos=sys.maxsize) => fullmatch;
        /// Scan through string looking for a match, and return a corresponding match object instance.
        ///
        /// Return None if no position in the string matches.
        search(self, /, string, pos=0, endpos=sys.maxsize) => search;
        /// Return the string obtained by replacing the leftmost non-overlapping occurrences of pattern in string by the replacement repl.
        sub(self, /, repl, string, count=0) => substitute::sub;
        /// Return the tuple (new_string, number_of_subs_made) found by replacing the leftmost non-overlapping occurrences of pattern with the replacement repl.
        subn(self, /, repl, string, count=0) => substitute::subn;
        /// Return a list of all non-overlapping matches of pattern in string.
        findall(self, /, string, pos=0, endpos=sys.maxsize) => findall;
        /// Split string by the occurrences of pattern.
        split(self, /, string, maxsplit=0) => split;
        /// Return an iterator over all non-overlapping matches for the RE pattern in string.
        ///
        /// For each match, the iterator returns a match object.
        finditer(self, /, string, pos=0, endpos=sys.maxsize) => scanner::finditer;
        scanner(self, /, string, pos=0, endpos=sys.maxsize) => scanner::scanner;
        __copy__(self, /) => itself [leaf no_raise];
        __deepcopy__(self, memo, /) => deepcopy [leaf no_raise];
        __eq__(self, value, /) => eq;
        __ne__(self, value, /) => ne;
        __hash__(self, /) => hash;
        __repr__(self, /) => repr;
        /// Patterns are generic over the type of string they handle (str or bytes)
        @classmethod __class_getitem__(cls, object, /) => class_getitem;
    }
    getset {
        /// The pattern string from which the RE object was compiled.
        pattern => source;
        /// The regex matching flags.
        flags => get_flags;
        /// The number of capturing groups in the pattern.
        groups => groups;
        /// A dictionary mapping group names to group numbers.
        groupindex => groupindex;
    }
}
