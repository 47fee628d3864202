//! Tree → program. What may come next is known everywhere as a set of bytes,
//! so that most choices are made by looking at one byte.

use std::collections::HashMap;

use pyjit_runtime::unicode::wtf8;

use super::program::{Parts, Row, ins, start};
use super::sets::{END, Next, Set, Table};
use super::tree::{Manner, Node};
use super::words::at;

/// No bound.
const NO_MAX: u32 = u32::MAX;

struct Builder {
    parts: Parts,
    utf8: bool,
    sets: HashMap<Set, u32>,
    tables: HashMap<Table, u32>,
}

/// The program of a tree for UTF-8 or for bytes.
pub fn build(tree: &Node, groups: u32, utf8: bool) -> Parts {
    let mut b = Builder {
        parts: Parts::default(),
        utf8,
        sets: HashMap::new(),
        tables: HashMap::new(),
    };
    b.node(tree, &Next::ANY);
    b.row([ins::MATCH, 0, 0, 0, 0, 0]);
    b.parts.facts.groups = groups;
    b.parts.facts.utf8 = utf8 as u32;
    b.parts.facts.least = b.least(tree);
    b.plan_search(tree);
    b.parts
}

impl Builder {
    fn row(&mut self, row: Row) -> usize {
        self.parts.rows.push(row);
        self.parts.rows.len() - 1
    }
    fn here(&self) -> u32 {
        self.parts.rows.len() as u32
    }
    /// The number of a table.
    fn table(&mut self, t: Table) -> u32 {
        let tables = &mut self.parts.tables;
        *self.tables.entry(t).or_insert_with(|| {
            tables.push(t);
            tables.len() as u32 - 1
        })
    }
    fn next_table(&mut self, n: &Next) -> u32 {
        self.table(n.table())
    }
    /// The place among the words of a set: table, kind, number of words, words.
    fn set(&mut self, s: &Set) -> u32 {
        if let Some(found) = self.sets.get(s) {
            return *found;
        }
        let table = self.table(s.table(self.utf8));
        let words = &mut self.parts.words;
        let at = words.len() as u32;
        words.extend([table, s.fold as u32, s.invert as u32, s.words.len() as u32]);
        words.extend(&s.words);
        self.sets.insert(s.clone(), at);
        at
    }

    /// What `n` begins with when `follow` comes after it.
    fn first(&self, n: &Node, follow: &Next) -> Next {
        match n {
            Node::Set(s) => Next::of_table(&s.table(self.utf8)),
            Node::Sequence(v) => v.iter().rev().fold(*follow, |f, x| self.first(x, &f)),
            Node::Branch(v) => v
                .iter()
                .fold(Next::NONE, |all, x| all.or(&self.first(x, follow))),
            Node::Repeat(_, _, 0, _) => *follow,
            Node::Repeat(_, min, _, body) => {
                let inside = self.first(body, follow);
                if *min == 0 || body.is_nullable() {
                    inside.or(follow)
                } else {
                    inside
                }
            }
            Node::Mark(_) | Node::At(_) | Node::Look(..) => *follow,
            Node::Group(..) => Next::ANY,
            Node::IfGroup(_, yes, no) => self.first(yes, follow).or(&self.first(no, follow)),
            Node::Atomic(body) => self.first(body, follow),
            Node::Fail => Next::NONE,
        }
    }

    /// The least number of bytes that `n` matches.
    fn least(&self, n: &Node) -> u32 {
        match n {
            Node::Set(s) => match s.only() {
                Some(c) if self.utf8 => wtf8::encoded_len(c) as u32,
                _ => 1,
            },
            Node::Sequence(v) => v
                .iter()
                .fold(0u32, |sum, x| sum.saturating_add(self.least(x))),
            Node::Branch(v) => v.iter().map(|x| self.least(x)).min().unwrap_or(0),
            Node::Repeat(_, min, _, body) => self.least(body).saturating_mul(*min),
            Node::IfGroup(_, yes, no) => self.least(yes).min(self.least(no)),
            Node::Atomic(body) => self.least(body),
            Node::Mark(_) | Node::At(_) | Node::Group(..) | Node::Look(..) | Node::Fail => 0,
        }
    }

    fn node(&mut self, n: &Node, follow: &Next) {
        match n {
            Node::Set(s) => match s.only() {
                Some(c) => self.literal(&[c]),
                None => {
                    let set = self.set(s);
                    self.row([ins::SET, set, 0, 0, 0, 0]);
                }
            },
            Node::Sequence(v) => self.sequence(v, follow),
            Node::Branch(v) => self.branch(v, follow),
            Node::Repeat(manner, min, max, body) => {
                self.repeat(*manner, (*min, *max), body, follow);
            }
            Node::Mark(i) => {
                self.row([ins::MARK, *i, 0, 0, 0, 0]);
            }
            Node::At(place) => {
                self.row([ins::AT, *place, 0, 0, 0, 0]);
            }
            Node::Group(g, fold) => {
                self.row([ins::GROUP, *g, *fold as u32, 0, 0, 0]);
            }
            Node::IfGroup(g, yes, no) => self.if_group(*g, yes, no, follow),
            Node::Look(negative, back, body) => {
                let (begin, end) = match negative {
                    false => (ins::LOOK, ins::LOOK_END),
                    true => (ins::LOOK_NOT, ins::LOOK_NOT_END),
                };
                let at = self.row([begin, *back, 0, 0, 0, 0]);
                self.node(body, &Next::ANY);
                self.row([end, 0, 0, 0, 0, 0]);
                self.parts.rows[at][2] = self.here();
            }
            Node::Atomic(body) => {
                self.row([ins::ATOMIC, 0, 0, 0, 0, 0]);
                self.node(body, &Next::ANY);
                self.row([ins::ATOMIC_END, 0, 0, 0, 0, 0]);
            }
            Node::Fail => {
                self.row([ins::FAIL, 0, 0, 0, 0, 0]);
            }
        }
    }

    /// Some characters.
    fn literal(&mut self, chars: &[u32]) {
        let at = self.parts.text.len();
        for c in chars {
            match self.utf8 {
                true => wtf8::push(&mut self.parts.text, *c),
                false => self.parts.text.push(*c as u8),
            }
        }
        let len = self.parts.text.len() - at;
        if chars
            .iter()
            .any(|c| *c > if self.utf8 { 0x10ffff } else { 255 })
        {
            self.row([ins::FAIL, 0, 0, 0, 0, 0]);
        } else if len == 1 {
            let byte = self.parts.text[at] as u32;
            self.row([ins::BYTE, byte, 0, 0, 0, 0]);
        } else {
            self.row([ins::TEXT, at as u32, len as u32, 0, 0, 0]);
        }
    }

    fn sequence(&mut self, v: &[Node], follow: &Next) {
        let mut after = vec![*follow; v.len()];
        for i in (1..v.len()).rev() {
            after[i - 1] = self.first(&v[i], &after[i]);
        }
        let only = |n: &Node| match n {
            Node::Set(s) => s.only(),
            _ => None,
        };
        let mut i = 0;
        while i < v.len() {
            let chars: Vec<u32> = v[i..].iter().map_while(only).collect();
            if chars.is_empty() {
                self.node(&v[i], &after[i]);
                i += 1;
            } else {
                self.literal(&chars);
                i += chars.len();
            }
        }
    }

    fn branch(&mut self, ways: &[Node], follow: &Next) {
        let firsts: Vec<Next> = ways.iter().map(|w| self.first(w, follow)).collect();
        let at = self.row([ins::BRANCH, 0, 0, 0, 0, 0]);
        let (mut begins, mut jumps) = (Vec::new(), Vec::new());
        for (i, w) in ways.iter().enumerate() {
            begins.push(self.here());
            self.node(w, follow);
            if i + 1 < ways.len() {
                jumps.push(self.row([ins::JUMP, 0, 0, 0, 0, 0]));
            }
        }
        let end = self.here();
        for j in jumps {
            self.parts.rows[j][1] = end;
        }
        let lists = self.lists(&firsts, &begins);
        self.parts.rows[at] = lists;
    }

    /// For each byte the list of the ways that can begin with it.
    fn lists(&mut self, firsts: &[Next], begins: &[u32]) -> Row {
        let list = |i: usize| -> Vec<u32> {
            let goes = firsts.iter().zip(begins).filter(|(f, _)| f.has(i));
            goes.map(|(_, b)| *b).collect()
        };
        let mut numbers: HashMap<Vec<u32>, usize> = HashMap::new();
        let mut all: Vec<Vec<u32>> = Vec::new();
        let mut number = |l: Vec<u32>| {
            *numbers.entry(l.clone()).or_insert_with(|| {
                all.push(l);
                all.len() - 1
            })
        };
        // 256 bytes have at most 256 lists.
        let table: Table = std::array::from_fn(|i| number(list(i)) as u8);
        let at_end = number(list(END)) as u32;
        let table = self.table(table);
        let words = &mut self.parts.words;
        let base = words.len();
        words.extend(vec![0; all.len()]);
        for (i, l) in all.iter().enumerate() {
            words[base + i] = words.len() as u32;
            words.extend(l);
            words.push(u32::MAX);
        }
        [ins::BRANCH, table, base as u32, at_end, 0, 0]
    }

    fn split(&mut self, at: usize, ways: (u32, u32), firsts: (&Next, &Next)) {
        let (a, b) = (self.next_table(firsts.0), self.next_table(firsts.1));
        let ends = firsts.0.has(END) as u32 | (firsts.1.has(END) as u32) << 1;
        self.parts.rows[at] = [ins::SPLIT, ways.0, ways.1, a, b, ends];
    }

    fn repeat(&mut self, manner: Manner, (min, max): (u32, u32), body: &Node, follow: &Next) {
        if max == 0 {
            return;
        }
        if let Node::Set(s) = body {
            return self.run_of_characters(manner, (min, max), s, follow);
        }
        if manner == Manner::Possessive {
            return self.possessive((min, max), body);
        }
        if (min, max) == (0, 1) {
            return self.optional(manner, body, follow);
        }
        if !body.is_nullable() && max == NO_MAX && min <= 1 {
            return self.simple_loop(manner, min, body, follow);
        }
        let id = self.parts.facts.loops;
        self.parts.facts.loops += 1;
        let inside = match body.is_nullable() {
            true => Next::ANY,
            false => self.first(body, follow).or(follow),
        };
        self.row([ins::ENTER, id, 0, 0, 0, 0]);
        let jump = self.row([ins::JUMP, 0, 0, 0, 0, 0]);
        let begin = self.here();
        self.node(body, &inside);
        self.parts.rows[jump][1] = self.here();
        let until = match manner {
            Manner::Lazy => ins::UNTIL_LAZY,
            _ => ins::UNTIL,
        };
        self.row([until, id, min, max, begin, 0]);
    }

    fn run_of_characters(
        &mut self,
        manner: Manner,
        (min, max): (u32, u32),
        s: &Set,
        follow: &Next,
    ) {
        let set = self.set(s);
        let members = Next::of_table(&s.table(self.utf8));
        let code = match manner {
            Manner::Lazy => ins::LAZY,
            Manner::Greedy if !members.disjoint(follow) => ins::GREEDY,
            _ => ins::ALL,
        };
        let after = self.next_table(follow);
        self.row([code, set, min, max, after, follow.has(END) as u32]);
    }

    fn possessive(&mut self, (min, max): (u32, u32), body: &Node) {
        let id = self.parts.facts.loops;
        self.parts.facts.loops += 1;
        self.row([ins::ENTER, id, 0, 0, 0, 0]);
        let head = self.row([ins::POSSESS, id, min, max, 0, 0]);
        self.node(body, &Next::ANY);
        self.row([ins::POSSESS_END, id, head as u32, 0, 0, 0]);
        self.parts.rows[head][4] = self.here();
    }

    fn optional(&mut self, manner: Manner, body: &Node, follow: &Next) {
        let first = self.first(body, follow);
        let at = self.row([ins::SPLIT, 0, 0, 0, 0, 0]);
        self.node(body, follow);
        let (begin, end) = (at as u32 + 1, self.here());
        match manner {
            Manner::Lazy => self.split(at, (end, begin), (follow, &first)),
            _ => self.split(at, (begin, end), (&first, follow)),
        }
    }

    /// `body*` or `body+` where the body is never empty: no counting.
    fn simple_loop(&mut self, manner: Manner, min: u32, body: &Node, follow: &Next) {
        let first = self.first(body, &Next::NONE);
        let inside = first.or(follow);
        let (at, begin, end);
        if min == 1 {
            begin = self.here();
            self.node(body, &inside);
            at = self.row([ins::SPLIT, 0, 0, 0, 0, 0]);
            end = self.here();
        } else {
            at = self.row([ins::SPLIT, 0, 0, 0, 0, 0]);
            begin = at as u32 + 1;
            self.node(body, &inside);
            self.row([ins::JUMP, at as u32, 0, 0, 0, 0]);
            end = self.here();
        }
        match manner {
            Manner::Lazy => self.split(at, (end, begin), (follow, &first)),
            _ => self.split(at, (begin, end), (&first, follow)),
        }
    }

    fn if_group(&mut self, group: u32, yes: &Node, no: &Node, follow: &Next) {
        let test = self.row([ins::IF_GROUP, group, 0, 0, 0, 0]);
        self.node(yes, follow);
        let jump = self.row([ins::JUMP, 0, 0, 0, 0, 0]);
        self.parts.rows[test][2] = self.here();
        self.node(no, follow);
        self.parts.rows[jump][1] = self.here();
    }

    /// Finds out how to search.
    fn plan_search(&mut self, tree: &Node) {
        let first = self.first(tree, &Next::ANY);
        let rows = &self.parts.rows;
        let marks = rows.iter().take_while(|r| r[0] == ins::MARK).count();
        let begin = rows[marks];
        let repeats_text = rows.iter().any(|r| r[0] == ins::GROUP);
        let f = &mut self.parts.facts;
        match begin[0] {
            ins::AT if matches!(begin[1], at::BEGINNING | at::BEGINNING_STRING) => {
                f.start = start::BEGINNING;
                return;
            }
            ins::AT if begin[1] == at::BEGINNING_LINE => {
                f.start = start::LINE;
                return;
            }
            ins::TEXT => {
                (f.start, f.start_a, f.start_b) = (start::TEXT, begin[1], begin[2]);
                f.plain = (marks == 0 && rows.len() == 2) as u32;
                return;
            }
            // A later start in the same run would end as this one, if the run's text does not matter.
            ins::ALL | ins::GREEDY | ins::LAZY
                if begin[2] > 0 && begin[3] == NO_MAX && !repeats_text =>
            {
                f.skip = begin[1] + 1;
            }
            _ => {}
        }
        if tree.is_nullable() || f.least == 0 {
            return;
        }
        let bytes: Vec<u8> = first.bytes().collect();
        match bytes[..] {
            [] => f.start = start::ANYWHERE,
            [a] => self.few(&[a]),
            [a, b] => self.few(&[a, b]),
            [a, b, c] => self.few(&[a, b, c]),
            _ => {
                self.parts.facts.start = start::FIRST;
                self.parts.facts.start_a = self.next_table(&first);
            }
        }
    }
    fn few(&mut self, bytes: &[u8]) {
        let at = |i: usize| u32::from(bytes[i.min(bytes.len() - 1)]);
        let f = &mut self.parts.facts;
        (f.start, f.start_a) = (start::FEW, bytes.len() as u32);
        f.start_b = at(0) | at(1) << 8 | at(2) << 16;
    }
}

#[cfg(test)]
mod tests {
    use super::super::sets::Fold;

    #[test]
    fn folds_have_their_numbers() {
        for (i, f) in Fold::ALL.into_iter().enumerate() {
            assert_eq!(f as usize, i);
        }
    }
}
