//! The matcher: runs a program at one place of a text, with an explicit stack
//! of what is still to be tried and of what has to be undone.

use std::sync::atomic::Ordering;

use pyjit_heap::GilCell;
use pyjit_runtime::core::errors;
use pyjit_runtime::unicode::wtf8;
use pyjit_runtime::{R, Thread};

use super::program::{Program, Row, ins};
use super::sets::{self, Fold, IS_MEMBER, Table};
use super::words::at;

/// No place.
pub const NONE: usize = usize::MAX;

/// Most frames on the stack: half a gigabyte.
const MAX_FRAMES: usize = (512 << 20) / size_of::<Frame>();
/// Failures between two looks at the breaker.
const PATIENCE: u32 = 1 << 14;

/// What a frame on the stack is for.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    /// Go on at row `x`, place `a`.
    Go,
    /// The next way in the list at word `b`, place `a`.
    Way,
    /// Give a character back: row `x`, place `a`, not below `b`.
    Back,
    /// Take a character more: row `x`, place `a`, `b` taken.
    More,
    /// One more round of the lazy loop at row `x`, place `a`.
    Round,
    /// Undo: mark `x` was `a`, the last group `b`.
    Mark,
    /// Undo: loop `x` had counted `a`, and begun its last round at `b`.
    Loop,
    /// Begin of what is tried as a whole at place `a`; the one around it is at `b`.
    Whole,
    /// The same; when it fails go on at row `x`.
    WholeOr,
}

#[derive(Clone, Copy)]
struct Frame {
    kind: Kind,
    x: u32,
    a: usize,
    b: usize,
}

/// Working memory of the matcher.
#[derive(Default)]
pub struct State {
    stack: Vec<Frame>,
    /// Rounds and begin of the last round.
    loops: Vec<(u32, usize)>,
    /// Place of each mark.
    pub marks: Vec<usize>,
    /// The last group that was closed.
    pub last: u32,
    /// Where the match begins and ends.
    pub begin: usize,
    pub end: usize,
    /// The innermost [`Kind::Whole`], as index + 1.
    whole: usize,
    patience: u32,
}

static SPARE: GilCell<Option<Box<State>>> = GilCell::new(None);

impl State {
    /// Working memory for a program.
    pub fn take(program: &Program) -> Box<State> {
        let mut s = SPARE.with_mut(Option::take).unwrap_or_default();
        s.loops.clear();
        s.loops.resize(program.facts.loops as usize, (0, NONE));
        s.marks.clear();
        s.marks.resize(program.facts.groups as usize * 2, NONE);
        s.patience = PATIENCE;
        s
    }
    /// Gives the memory back for the next time.
    pub fn give_back(mut self: Box<State>) {
        self.stack.clear();
        self.stack.shrink_to(1 << 16);
        SPARE.with_mut(|s| *s = Some(self));
    }
    /// Where group `i` (from 1 on) has matched.
    pub fn group(&self, i: usize) -> Option<(usize, usize)> {
        let (a, b) = (self.marks[i * 2 - 2], self.marks[i * 2 - 1]);
        (a != NONE && b != NONE && a <= b).then_some((a, b))
    }
    #[inline(always)]
    fn push(&mut self, kind: Kind, x: u32, a: usize, b: usize) {
        self.stack.push(Frame { kind, x, a, b });
    }
}

/// What a match must be.
#[derive(Clone, Copy)]
pub struct Demand {
    /// It must not end here (after an empty match at the same place).
    pub not_at: usize,
    /// It must take the whole text.
    pub whole: bool,
}

/// A program and a text, up to which it looks.
pub struct Matcher<'a> {
    pub t: &'a Thread,
    pub program: Program<'a>,
    pub text: &'a [u8],
    /// Is every character one byte?
    pub single: bool,
}

/// What is tried next.
enum Step {
    On,
    Fail,
    Done,
}

impl Matcher<'_> {
    /// The table and the words of a set.
    #[inline(always)]
    fn table(&self, set: u32) -> &Table {
        let number = self.program.words[set as usize];
        &self.program.tables[number as usize]
    }
    /// Bytes of the character of the set at `p`, 0 if it is none of it.
    #[inline(always)]
    fn one(&self, set: u32, table: &Table, p: usize) -> usize {
        match self.text.get(p) {
            Some(b) => match table[*b as usize] {
                0 => 0,
                IS_MEMBER => 1,
                _ => self.long(set, p),
            },
            None => 0,
        }
    }
    #[inline(never)]
    fn long(&self, set: u32, p: usize) -> usize {
        let w = &self.program.words[set as usize..];
        let Some((c, len)) = wtf8::decode_first(&self.text[p..]) else {
            return 0;
        };
        let words = &w[4..4 + w[3] as usize];
        let hit = sets::contains(words, Fold::ALL[(w[1] & 3) as usize], w[2] != 0, c);
        if hit { len } else { 0 }
    }
    /// Does table `n` go with what is at `p`? At the end `end` tells.
    #[inline(always)]
    fn goes(&self, n: u32, p: usize, end: bool) -> bool {
        match self.text.get(p) {
            Some(b) => self.program.tables[n as usize][*b as usize] != 0,
            None => end,
        }
    }
    /// The end of the characters of the set from `p` on.
    pub fn run_end(&self, set: u32, p: usize) -> usize {
        self.take(set, (0, u32::MAX), p).map_or(p, |(q, _)| q)
    }
    /// The place one character before `p > 0`.
    #[inline(always)]
    fn before(&self, mut p: usize) -> usize {
        p -= 1;
        if self.program.facts.utf8 != 0 {
            while p > 0 && !wtf8::is_boundary(self.text[p]) {
                p -= 1;
            }
        }
        p
    }
    /// The place `n` characters before `p`.
    fn back(&self, p: usize, n: u32) -> Option<usize> {
        if self.single {
            return p.checked_sub(n as usize);
        }
        let mut p = p;
        for _ in 0..n {
            if p == 0 {
                return None;
            }
            p = self.before(p);
        }
        Some(p)
    }

    /// Runs the program from place `from` on.
    pub fn run(&self, s: &mut State, from: usize, demand: Demand) -> R<bool> {
        s.stack.clear();
        s.marks.fill(NONE);
        (s.last, s.whole, s.begin) = (0, 0, from);
        let (mut pc, mut p) = (0, from);
        loop {
            match self.step(s, &mut pc, &mut p, demand) {
                Step::On => {}
                Step::Done => {
                    s.end = p;
                    return Ok(true);
                }
                Step::Fail => {
                    if !self.fail(s, &mut pc, &mut p)? {
                        return Ok(false);
                    }
                }
            }
        }
    }

    #[inline(always)]
    fn step(&self, s: &mut State, pc: &mut usize, p: &mut usize, demand: Demand) -> Step {
        loop {
            let row = &self.program.rows[*pc];
            let [code, a, b, c, d, e] = *row;
            let ok = match code {
                ins::BYTE => {
                    let hit = self.text.get(*p).is_some_and(|x| *x as u32 == a);
                    *p += hit as usize;
                    hit
                }
                ins::TEXT => {
                    let want = &self.program.text[a as usize..(a + b) as usize];
                    let hit = self.text[*p..].starts_with(want);
                    if hit {
                        *p += want.len();
                    }
                    hit
                }
                ins::SET => {
                    let n = self.one(a, self.table(a), *p);
                    *p += n;
                    n > 0
                }
                ins::GREEDY => self.greedy(s, *pc, row, p),
                ins::ALL => self.all(row, p),
                ins::LAZY => self.lazy(s, *pc, row, p),
                ins::MARK => {
                    let i = a as usize;
                    if !s.stack.is_empty() {
                        s.push(Kind::Mark, a, s.marks[i], s.last as usize);
                    }
                    s.marks[i] = *p;
                    if a & 1 == 1 {
                        s.last = a / 2 + 1;
                    }
                    true
                }
                ins::JUMP => {
                    *pc = a as usize;
                    continue;
                }
                ins::SPLIT => {
                    let (x, y) = (self.goes(c, *p, e & 1 != 0), self.goes(d, *p, e & 2 != 0));
                    if x {
                        if y {
                            s.push(Kind::Go, b, *p, 0);
                        }
                        *pc = a as usize;
                        continue;
                    }
                    if y {
                        *pc = b as usize;
                        continue;
                    }
                    false
                }
                ins::BRANCH => {
                    let list = match self.text.get(*p) {
                        Some(x) => self.program.tables[a as usize][*x as usize] as u32,
                        None => c,
                    };
                    let at = self.program.words[(b + list) as usize] as usize;
                    match self.way(s, at, *p) {
                        Some(to) => {
                            *pc = to;
                            continue;
                        }
                        None => false,
                    }
                }
                ins::ENTER => {
                    let (n, begin) = s.loops[a as usize];
                    s.push(Kind::Loop, a, n as usize, begin);
                    s.loops[a as usize] = (0, NONE);
                    true
                }
                ins::AT => self.at(a, *p),
                ins::UNTIL | ins::UNTIL_LAZY => match self.until(s, *pc, *p) {
                    Some(to) => {
                        *pc = to;
                        continue;
                    }
                    None => true,
                },
                ins::MATCH => {
                    let bad = demand.whole && *p != self.text.len() || *p == demand.not_at;
                    return if bad { Step::Fail } else { Step::Done };
                }
                ins::FAIL => false,
                _ => match self.rare(s, row, pc, p) {
                    Step::On => continue,
                    _ => false,
                },
            };
            if !ok {
                return Step::Fail;
            }
            *pc += 1;
        }
    }

    /// The first way of the list at word `at`; the others are kept for later.
    #[inline(always)]
    fn way(&self, s: &mut State, at: usize, p: usize) -> Option<usize> {
        let words = self.program.words;
        let to = words[at];
        if to == u32::MAX {
            return None;
        }
        if words[at + 1] != u32::MAX {
            if words[at + 2] == u32::MAX {
                s.push(Kind::Go, words[at + 1], p, 0);
            } else {
                s.push(Kind::Way, 0, p, at + 1);
            }
        }
        Some(to as usize)
    }

    /// Takes up to `max` characters; their end, the number, and the place after `min` of them.
    #[inline(always)]
    fn take(&self, set: u32, (min, max): (u32, u32), from: usize) -> Option<(usize, usize)> {
        let table = self.table(set);
        let (mut q, mut n, mut least) = (from, 0u32, if min == 0 { from } else { NONE });
        while n < max {
            let len = self.one(set, table, q);
            if len == 0 {
                break;
            }
            q += len;
            n += 1;
            if n == min {
                least = q;
            }
        }
        (least != NONE).then_some((q, least))
    }

    #[inline(always)]
    fn all(&self, row: &Row, p: &mut usize) -> bool {
        match self.take(row[1], (row[2], row[3]), *p) {
            Some((q, _)) => {
                *p = q;
                true
            }
            None => false,
        }
    }

    #[inline(always)]
    fn greedy(&self, s: &mut State, pc: usize, row: &Row, p: &mut usize) -> bool {
        let [_, set, min, max, after, end] = *row;
        let Some((mut q, least)) = self.take(set, (min, max), *p) else {
            return false;
        };
        // Back to a place where the rest can begin.
        while !self.goes(after, q, end != 0) {
            if q <= least {
                return false;
            }
            q = self.before(q);
        }
        if q > least {
            s.push(Kind::Back, pc as u32, q, least);
        }
        *p = q;
        true
    }

    #[inline(always)]
    fn lazy(&self, s: &mut State, pc: usize, row: &Row, p: &mut usize) -> bool {
        let [_, set, min, _, _, _] = *row;
        match self.take(set, (min, min), *p) {
            Some((q, _)) => self.forward(s, pc, q, min, p),
            None => false,
        }
    }
    /// Goes on from `q`, `n` characters having been taken, to a place where the rest can begin.
    fn forward(&self, s: &mut State, pc: usize, mut q: usize, mut n: u32, p: &mut usize) -> bool {
        let [_, set, _, max, after, end] = self.program.rows[pc];
        let table = self.table(set);
        while !self.goes(after, q, end != 0) {
            let len = self.one(set, table, q);
            if n >= max || len == 0 {
                return false;
            }
            q += len;
            n += 1;
        }
        if n < max {
            s.push(Kind::More, pc as u32, q, n as usize);
        }
        *p = q;
        true
    }

    /// At the end of a round: where to go on (`None`: behind the loop).
    #[inline(always)]
    fn until(&self, s: &mut State, pc: usize, p: usize) -> Option<usize> {
        let [code, a, min, max, begin, _] = self.program.rows[pc];
        let (n, last) = s.loops[a as usize];
        if n < min {
            s.push(Kind::Loop, a, n as usize, last);
            s.loops[a as usize] = (n + 1, last);
            return Some(begin as usize);
        }
        if (n >= max && max != u32::MAX) || p == last {
            return None;
        }
        if code == ins::UNTIL_LAZY {
            s.push(Kind::Round, pc as u32, p, 0);
            return None;
        }
        s.push(Kind::Go, pc as u32 + 1, p, 0);
        s.push(Kind::Loop, a, n as usize, last);
        s.loops[a as usize] = (n + 1, p);
        Some(begin as usize)
    }

    /// Lookaround, groups of one piece, references to groups.
    fn rare(&self, s: &mut State, row: &Row, pc: &mut usize, p: &mut usize) -> Step {
        let [code, a, b, c, d, _] = *row;
        let here = s.whole;
        match code {
            ins::LOOK | ins::ATOMIC => {
                let Some(q) = self.back(*p, a) else {
                    return Step::Fail;
                };
                s.push(Kind::Whole, 0, *p, here);
                s.whole = s.stack.len();
                *p = q;
            }
            ins::LOOK_NOT => {
                let Some(q) = self.back(*p, a) else {
                    *pc = b as usize;
                    return Step::On;
                };
                s.push(Kind::WholeOr, b, *p, here);
                s.whole = s.stack.len();
                *p = q;
            }
            ins::LOOK_END => *p = self.keep(s),
            ins::ATOMIC_END => {
                self.keep(s);
            }
            ins::LOOK_NOT_END => {
                self.undo_whole(s);
                return Step::Fail;
            }
            ins::POSSESS => {
                let (n, last) = s.loops[a as usize];
                if n < b {
                    s.push(Kind::Whole, 0, *p, here);
                } else if (n < c || c == u32::MAX) && *p != last {
                    s.push(Kind::Loop, a, n as usize, last);
                    s.push(Kind::WholeOr, d, *p, here);
                    s.loops[a as usize].1 = *p;
                } else {
                    *pc = d as usize;
                    return Step::On;
                }
                s.whole = s.stack.len();
            }
            ins::POSSESS_END => {
                self.keep(s);
                let (n, last) = s.loops[a as usize];
                s.push(Kind::Loop, a, n as usize, last);
                s.loops[a as usize].0 = n.saturating_add(1);
                *pc = b as usize;
                return Step::On;
            }
            ins::GROUP => match s.group(a as usize + 1) {
                Some(g) if self.same(g, Fold::ALL[(b & 3) as usize], p) => {}
                _ => return Step::Fail,
            },
            ins::IF_GROUP => {
                if s.group(a as usize + 1).is_none() {
                    *pc = b as usize;
                    return Step::On;
                }
            }
            _ => return Step::Fail,
        }
        *pc += 1;
        Step::On
    }

    /// What was tried as a whole has matched: only what must be undone later is
    /// kept of its frames. The place where it began.
    fn keep(&self, s: &mut State) -> usize {
        let at = s.whole - 1;
        let begin = s.stack[at];
        s.whole = begin.b;
        if at == 0 {
            s.stack.clear();
            return begin.a;
        }
        let mut to = at;
        for i in at + 1..s.stack.len() {
            if matches!(s.stack[i].kind, Kind::Mark | Kind::Loop) {
                s.stack[to] = s.stack[i];
                to += 1;
            }
        }
        s.stack.truncate(to);
        begin.a
    }
    /// Undoes all that was done since the innermost whole began.
    fn undo_whole(&self, s: &mut State) {
        let at = s.whole - 1;
        while s.stack.len() > at {
            if let Some(f) = s.stack.pop() {
                self.undo(s, f);
            }
        }
    }
    #[inline(always)]
    fn undo(&self, s: &mut State, f: Frame) {
        match f.kind {
            Kind::Mark => {
                s.marks[f.x as usize] = f.a;
                s.last = f.b as u32;
            }
            Kind::Loop => s.loops[f.x as usize] = (f.a as u32, f.b),
            Kind::Whole | Kind::WholeOr => s.whole = f.b,
            _ => {}
        }
    }

    /// Is the text of a group at `p`? Goes behind it.
    fn same(&self, (from, to): (usize, usize), fold: Fold, p: &mut usize) -> bool {
        let want = &self.text[from..to];
        if fold == Fold::None {
            let hit = self.text[*p..].starts_with(want);
            *p += if hit { want.len() } else { 0 };
            return hit;
        }
        let next = |text: &[u8]| match self.program.facts.utf8 {
            0 => text.first().map(|b| (*b as u32, 1)),
            _ => wtf8::decode_first(text),
        };
        let (mut i, mut q) = (from, *p);
        while i < to {
            let (Some((x, m)), Some((y, n))) = (next(&self.text[i..to]), next(&self.text[q..]))
            else {
                return false;
            };
            if fold.apply(x) != fold.apply(y) {
                return false;
            }
            i += m;
            q += n;
        }
        *p = q;
        true
    }

    /// Does position `place` hold at `p`?
    #[inline(always)]
    fn at(&self, place: u32, p: usize) -> bool {
        let text = self.text;
        match place {
            at::BEGINNING | at::BEGINNING_STRING => p == 0,
            at::BEGINNING_LINE => p == 0 || text[p - 1] == b'\n',
            at::END => p == text.len() || p + 1 == text.len() && text[p] == b'\n',
            at::END_LINE => p == text.len() || text[p] == b'\n',
            at::END_STRING => p == text.len(),
            at::UNI_BOUNDARY => self.boundary(p),
            at::UNI_NON_BOUNDARY => !self.boundary(p),
            at::BOUNDARY | at::LOC_BOUNDARY => self.ascii_boundary(p),
            _ => !self.ascii_boundary(p),
        }
    }
    #[inline(always)]
    fn ascii_boundary(&self, p: usize) -> bool {
        let word = |b: &u8| b.is_ascii_alphanumeric() || *b == b'_';
        let before = p > 0 && word(&self.text[p - 1]);
        before != self.text.get(p).is_some_and(word)
    }
    #[inline(always)]
    fn boundary(&self, p: usize) -> bool {
        let ascii = |i: usize| self.text.get(i).is_none_or(u8::is_ascii);
        if ascii(p) && ascii(p.wrapping_sub(1)) {
            return self.ascii_boundary(p);
        }
        let decode = match self.program.facts.utf8 {
            0 => |_: &[u8]| None,
            _ => |text: &[u8]| wtf8::decode_first(text).map(|c| c.0),
        };
        let word = |i: usize| decode(&self.text[i..]).is_some_and(sets::is_word);
        (p > 0 && word(self.before(p))) != word(p)
    }

    /// Takes up what was left to be tried last. False: nothing is left.
    #[inline(always)]
    fn fail(&self, s: &mut State, pc: &mut usize, p: &mut usize) -> R<bool> {
        s.patience -= 1;
        if s.patience == 0 {
            self.pause(s)?;
        }
        while let Some(f) = s.stack.pop() {
            match f.kind {
                Kind::Go => (*pc, *p) = (f.x as usize, f.a),
                Kind::Mark | Kind::Loop | Kind::Whole => {
                    self.undo(s, f);
                    continue;
                }
                Kind::WholeOr => {
                    s.whole = f.b;
                    (*pc, *p) = (f.x as usize, f.a);
                }
                Kind::Way => {
                    let Some(to) = self.way(s, f.b, f.a) else {
                        continue;
                    };
                    (*pc, *p) = (to, f.a);
                }
                Kind::Back => {
                    let Some(q) = self.give_back(s, f) else {
                        continue;
                    };
                    (*pc, *p) = (f.x as usize + 1, q);
                }
                Kind::More => {
                    let [_, set, ..] = self.program.rows[f.x as usize];
                    let len = self.one(set, self.table(set), f.a);
                    let n = f.b as u32 + 1;
                    if len == 0 || !self.forward(s, f.x as usize, f.a + len, n, p) {
                        continue;
                    }
                    *pc = f.x as usize + 1;
                }
                Kind::Round => {
                    let [_, a, _, _, begin, _] = self.program.rows[f.x as usize];
                    let (n, last) = s.loops[a as usize];
                    s.push(Kind::Loop, a, n as usize, last);
                    s.loops[a as usize] = (n + 1, f.a);
                    (*pc, *p) = (begin as usize, f.a);
                }
            }
            return Ok(true);
        }
        Ok(false)
    }
    /// The next place to the left of where a greedy run ended.
    #[inline(always)]
    fn give_back(&self, s: &mut State, f: Frame) -> Option<usize> {
        let after = &self.program.tables[self.program.rows[f.x as usize][4] as usize];
        let mut q = f.a;
        while q > f.b {
            q = self.before(q);
            if after[self.text[q] as usize] != 0 {
                if q > f.b {
                    s.push(Kind::Back, f.x, q, f.b);
                }
                return Some(q);
            }
        }
        None
    }

    /// Now and then: signals, and how much memory is used.
    #[cold]
    fn pause(&self, s: &mut State) -> R<()> {
        s.patience = PATIENCE;
        if s.stack.len() > MAX_FRAMES {
            return Err(errors::memory_error(self.t));
        }
        self.poll()
    }
    /// Lets the interpreter do what is pending.
    pub fn poll(&self) -> R<()> {
        if self.t.breaker.load(Ordering::Relaxed) != 0 {
            self.t.host().poll(self.t)?;
        }
        Ok(())
    }
}
