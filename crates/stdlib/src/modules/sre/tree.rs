//! Code words → a tree. Words come from anywhere (`_sre.compile` is callable),
//! so everything is checked here; what follows can trust the tree.

use super::sets::{self, Fold, Set};
use super::words::{at, op};

/// How a repeat goes about it.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Manner {
    Greedy,
    Lazy,
    Possessive,
}

/// A part of a pattern.
pub enum Node {
    /// One character.
    Set(Set),
    /// One after the other.
    Sequence(Vec<Node>),
    Branch(Vec<Node>),
    Repeat(Manner, u32, u32, Box<Node>),
    /// Notes the place.
    Mark(u32),
    /// A position, see [`at`].
    At(u32),
    /// The text of a group again.
    Group(u32, Fold),
    /// Depends on whether a group has matched.
    IfGroup(u32, Box<Node>, Box<Node>),
    /// Negative?, how many characters back, what.
    Look(bool, u32, Box<Node>),
    Atomic(Box<Node>),
    Fail,
}

impl Node {
    /// May it match the empty text?
    pub fn is_nullable(&self) -> bool {
        match self {
            Node::Set(_) | Node::Fail => false,
            Node::Sequence(v) => v.iter().all(Node::is_nullable),
            Node::Branch(v) => v.iter().any(Node::is_nullable),
            Node::Repeat(_, min, _, body) => *min == 0 || body.is_nullable(),
            Node::Mark(_) | Node::At(_) | Node::Group(..) | Node::Look(..) => true,
            Node::IfGroup(_, yes, no) => yes.is_nullable() || no.is_nullable(),
            Node::Atomic(body) => body.is_nullable(),
        }
    }
}

/// The words are no valid code.
#[derive(Debug)]
pub struct Invalid;

/// Deeper nesting than this is refused.
const DEEPEST: u32 = 1000;

struct Parser<'a> {
    code: &'a [u32],
    groups: u32,
    depth: u32,
}

/// What ended a run of operators.
enum Stop {
    End,
    /// A jump, with its operand's place.
    Jump(usize),
}

/// The tree of a pattern with that many groups.
pub fn parse(code: &[u32], groups: u32) -> Result<Node, Invalid> {
    let Some((&op::SUCCESS, body)) = code.split_last() else {
        return Err(Invalid);
    };
    let mut p = Parser {
        code: body,
        groups,
        depth: 0,
    };
    let start = p.info()?;
    p.all(start, body.len())
}

impl Parser<'_> {
    fn word(&self, i: usize) -> Result<u32, Invalid> {
        self.code.get(i).copied().ok_or(Invalid)
    }
    /// The target of the skip at `i`: behind it, and not beyond `end`.
    fn target(&self, i: usize, end: usize) -> Result<usize, Invalid> {
        let to = i + self.word(i)? as usize;
        if to <= i || to > end {
            return Err(Invalid);
        }
        Ok(to)
    }

    /// Skips the block with hints (we make our own); the place behind it.
    fn info(&self) -> Result<usize, Invalid> {
        if self.code.first() != Some(&op::INFO) {
            return Ok(0);
        }
        let end = self.target(1, self.code.len())?;
        const PREFIX: u32 = 1;
        const LITERAL: u32 = 2;
        const CHARSET: u32 = 4;
        let (mask, mut i) = (self.word(2)?, 5);
        if end < i || mask & !(PREFIX | LITERAL | CHARSET) != 0 {
            return Err(Invalid);
        }
        if mask & PREFIX != 0 {
            if mask & CHARSET != 0 {
                return Err(Invalid);
            }
            let (len, skip) = (self.word(i)?, self.word(i + 1)?);
            i += 2 + 2 * len as usize;
            let table = self.code.get(i - len as usize..i).ok_or(Invalid)?;
            if skip > len || table.iter().any(|n| *n >= len) {
                return Err(Invalid);
            }
        } else if mask & LITERAL != 0 {
            return Err(Invalid);
        }
        if mask & CHARSET != 0 {
            let set = self.code.get(i..end).ok_or(Invalid)?;
            if !sets::is_valid(set) {
                return Err(Invalid);
            }
            i = end;
        }
        if i != end {
            return Err(Invalid);
        }
        Ok(end)
    }

    /// Words `from..to`, which are whole operators.
    fn all(&mut self, from: usize, to: usize) -> Result<Node, Invalid> {
        match self.run(from, to)? {
            (n, Stop::End) => Ok(n),
            _ => Err(Invalid),
        }
    }
    /// The same, followed by `last` at word `to`.
    fn body(&mut self, from: usize, to: usize, last: u32) -> Result<Box<Node>, Invalid> {
        if from > to || self.word(to)? != last {
            return Err(Invalid);
        }
        Ok(Box::new(self.all(from, to)?))
    }

    /// Operators from `from` on, up to `to` or to a jump.
    fn run(&mut self, from: usize, to: usize) -> Result<(Node, Stop), Invalid> {
        self.depth += 1;
        if from > to || self.depth > DEEPEST {
            return Err(Invalid);
        }
        let (mut nodes, mut i) = (Vec::new(), from);
        let mut stop = Stop::End;
        while i < to {
            if self.word(i)? == op::JUMP {
                stop = Stop::Jump(i + 1);
                break;
            }
            let (node, next) = self.one(i, to)?;
            if next > to {
                return Err(Invalid);
            }
            nodes.push(node);
            i = next;
        }
        self.depth -= 1;
        let node = match nodes.pop() {
            Some(n) if nodes.is_empty() => n,
            last => {
                nodes.extend(last);
                Node::Sequence(nodes)
            }
        };
        Ok((node, stop))
    }

    /// The operator at `i`, and the place behind it.
    fn one(&mut self, i: usize, end: usize) -> Result<(Node, usize), Invalid> {
        let code = self.word(i)?;
        if let Some(found) = self.character(code, i, end)? {
            return Ok(found);
        }
        Ok(match code {
            op::FAILURE => (Node::Fail, i + 1),
            op::MARK => match self.word(i + 1)? {
                m if m / 2 < self.groups => (Node::Mark(m), i + 2),
                _ => return Err(Invalid),
            },
            op::AT => match self.word(i + 1)? {
                place if place <= at::UNI_NON_BOUNDARY => (Node::At(place), i + 2),
                _ => return Err(Invalid),
            },
            op::GROUPREF => (self.group(i, Fold::None)?, i + 2),
            op::GROUPREF_IGNORE => (self.group(i, Fold::Ascii)?, i + 2),
            op::GROUPREF_UNI_IGNORE => (self.group(i, Fold::Unicode)?, i + 2),
            op::GROUPREF_LOC_IGNORE => (self.group(i, Fold::Locale)?, i + 2),
            op::GROUPREF_EXISTS => self.if_group(i, end)?,
            op::BRANCH => self.branch(i, end)?,
            op::REPEAT | op::POSSESSIVE_REPEAT => self.repeat(i, end)?,
            op::REPEAT_ONE | op::MIN_REPEAT_ONE | op::POSSESSIVE_REPEAT_ONE => {
                self.repeat_one(i, end)?
            }
            op::ASSERT | op::ASSERT_NOT => {
                let to = self.target(i + 1, end)?;
                let back = self.word(i + 2)?;
                if back & 0x8000_0000 != 0 {
                    return Err(Invalid);
                }
                let body = self.body(i + 3, to - 1, op::SUCCESS)?;
                (Node::Look(code == op::ASSERT_NOT, back, body), to)
            }
            op::ATOMIC_GROUP => {
                let to = self.target(i + 1, end)?;
                (Node::Atomic(self.body(i + 2, to - 1, op::SUCCESS)?), to)
            }
            _ => return Err(Invalid),
        })
    }

    /// An operator that matches one character.
    fn character(&self, code: u32, i: usize, end: usize) -> Result<Option<(Node, usize)>, Invalid> {
        let (fold, negated) = match code {
            op::ANY | op::ANY_ALL | op::IN | op::LITERAL | op::CATEGORY => (Fold::None, false),
            op::NOT_LITERAL => (Fold::None, true),
            op::IN_IGNORE | op::LITERAL_IGNORE => (Fold::Ascii, false),
            op::NOT_LITERAL_IGNORE => (Fold::Ascii, true),
            op::IN_UNI_IGNORE | op::LITERAL_UNI_IGNORE => (Fold::Unicode, false),
            op::NOT_LITERAL_UNI_IGNORE => (Fold::Unicode, true),
            op::IN_LOC_IGNORE | op::LITERAL_LOC_IGNORE => (Fold::Locale, false),
            op::NOT_LITERAL_LOC_IGNORE => (Fold::Locale, true),
            _ => return Ok(None),
        };
        let (words, next) = match code {
            op::ANY => (vec![op::NEGATE, op::LITERAL, 10, op::FAILURE], i + 1),
            op::ANY_ALL => (vec![op::NEGATE, op::FAILURE], i + 1),
            op::CATEGORY => (vec![op::CATEGORY, self.word(i + 1)?, op::FAILURE], i + 2),
            op::IN | op::IN_IGNORE | op::IN_UNI_IGNORE | op::IN_LOC_IGNORE => {
                let to = self.target(i + 1, end)?;
                (self.code.get(i + 2..to).ok_or(Invalid)?.to_vec(), to)
            }
            _ => (vec![op::LITERAL, self.word(i + 1)?, op::FAILURE], i + 2),
        };
        if !sets::is_valid(&words) {
            return Err(Invalid);
        }
        let set = Set {
            words,
            fold,
            invert: negated,
        };
        Ok(Some((Node::Set(set), next)))
    }

    fn group(&self, i: usize, fold: Fold) -> Result<Node, Invalid> {
        match self.word(i + 1)? {
            g if g < self.groups => Ok(Node::Group(g, fold)),
            _ => Err(Invalid),
        }
    }

    /// `EXISTS group skip yes` or `EXISTS group skip yes JUMP skip no`; the first
    /// skip leads behind `yes` or to `no`.
    fn if_group(&mut self, i: usize, end: usize) -> Result<(Node, usize), Invalid> {
        let group = self.word(i + 1)?;
        if group >= self.groups {
            return Err(Invalid);
        }
        // The distance counts from the word before.
        let to = i + 1 + self.word(i + 2)? as usize;
        if to < i + 3 || to > end {
            return Err(Invalid);
        }
        let (yes, stop) = self.run(i + 3, to)?;
        let (no, next) = match stop {
            Stop::End => (Node::Sequence(Vec::new()), to),
            Stop::Jump(at) if at + 1 == to => {
                let next = self.target(at, end)?;
                (self.all(to, next)?, next)
            }
            Stop::Jump(_) => return Err(Invalid),
        };
        Ok((Node::IfGroup(group, Box::new(yes), Box::new(no)), next))
    }

    fn branch(&mut self, i: usize, end: usize) -> Result<(Node, usize), Invalid> {
        let (mut ways, mut skip, mut exit) = (Vec::new(), i + 1, None);
        while self.word(skip)? != 0 {
            let next = self.target(skip, end)?;
            let (way, Stop::Jump(at)) = self.run(skip + 1, next)? else {
                return Err(Invalid);
            };
            let to = self.target(at, end)?;
            if at + 1 != next || *exit.get_or_insert(to) != to {
                return Err(Invalid);
            }
            ways.push(way);
            skip = next;
        }
        if exit.is_some_and(|to| to != skip + 1) {
            return Err(Invalid);
        }
        Ok((Node::Branch(ways), skip + 1))
    }

    fn bounds(&self, i: usize) -> Result<(u32, u32), Invalid> {
        match (self.word(i)?, self.word(i + 1)?) {
            (min, max) if min <= max => Ok((min, max)),
            _ => Err(Invalid),
        }
    }

    fn repeat(&mut self, i: usize, end: usize) -> Result<(Node, usize), Invalid> {
        let possessive = self.word(i)? == op::POSSESSIVE_REPEAT;
        let to = self.target(i + 1, end)?;
        let (min, max) = self.bounds(i + 2)?;
        let (last, manner) = match self.word(to)? {
            op::SUCCESS if possessive => (op::SUCCESS, Manner::Possessive),
            op::MAX_UNTIL if !possessive => (op::MAX_UNTIL, Manner::Greedy),
            op::MIN_UNTIL if !possessive => (op::MIN_UNTIL, Manner::Lazy),
            _ => return Err(Invalid),
        };
        let body = self.body(i + 4, to, last)?;
        Ok((Node::Repeat(manner, min, max, body), to + 1))
    }

    fn repeat_one(&mut self, i: usize, end: usize) -> Result<(Node, usize), Invalid> {
        let manner = match self.word(i)? {
            op::REPEAT_ONE => Manner::Greedy,
            op::MIN_REPEAT_ONE => Manner::Lazy,
            _ => Manner::Possessive,
        };
        let to = self.target(i + 1, end)?;
        let (min, max) = self.bounds(i + 2)?;
        let body = self.body(i + 4, to - 1, op::SUCCESS)?;
        if !matches!(*body, Node::Set(_) | Node::Fail) {
            return Err(Invalid);
        }
        Ok((Node::Repeat(manner, min, max, body), to))
    }
}
