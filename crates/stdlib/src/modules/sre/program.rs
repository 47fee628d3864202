//! The program that the matcher runs: rows of operands, tables over bytes,
//! and words, all in one flat buffer of the heap.
//!
//! A pattern has one program for text in UTF-8 (`str`) or for plain bytes.

use pyjit_heap::{Gc, RawArray};

use super::sets::Table;

macro_rules! instructions {
    ($($(#[doc = $doc:literal])* $name:ident = $n:literal,)*) => {
        $($(#[doc = $doc])* pub const $name: u32 = $n;)*
    };
}

/// Instructions. Operands `a`..`e` are given with each.
pub mod ins {
    instructions! {
        /// The pattern has matched.
        MATCH = 0,
        /// No way on.
        FAIL = 1,
        /// The byte `a`.
        BYTE = 2,
        /// `b` bytes of text from byte `a` of the words on.
        TEXT = 3,
        /// A character of set `a`.
        SET = 4,
        /// Characters of set `a`, `b` to `c` of them; then comes table `d`, or the end if `e`.
        GREEDY = 5,
        LAZY = 6,
        /// Gives nothing back.
        ALL = 7,
        /// Notes the place as mark `a`.
        MARK = 8,
        JUMP = 9,
        /// On at `a` if table `c` goes, else or later on at `b` if table `d` does;
        /// bits of `e`: whether that is so at the end.
        SPLIT = 10,
        /// The first way in the list for the next byte: table `a` gives the number
        /// of the list at word `b` on, at the end it is list `c`.
        BRANCH = 11,
        /// Loop `a` begins.
        ENTER = 12,
        /// End of the body (at `d`) of loop `a`, which goes `b` to `c` times.
        UNTIL = 13,
        UNTIL_LAZY = 14,
        /// Begin of the body of loop `a`, which goes `b` to `c` times and keeps what it has; on at `d`.
        POSSESS = 15,
        /// End of that body; on with `b`, loop `a` counts one more.
        POSSESS_END = 16,
        /// Position `a`.
        AT = 17,
        /// The text of group `a` again, folded in way `b`.
        GROUP = 18,
        /// On at `b` if group `a` has not matched.
        IF_GROUP = 19,
        /// What follows up to the end is tried `a` characters back.
        LOOK = 20,
        LOOK_END = 21,
        /// The same must not match; then on at `b`.
        LOOK_NOT = 22,
        LOOK_NOT_END = 23,
        ATOMIC = 24,
        ATOMIC_END = 25,
    }
}

/// One instruction: number and operands `a`..`e`.
pub type Row = [u32; 6];

/// How a search goes from place to place.
pub mod start {
    instructions! {
        /// Everywhere.
        ANYWHERE = 0,
        /// Only at the beginning of the text.
        BEGINNING = 1,
        /// Where a line begins.
        LINE = 2,
        /// Where the text at the program's beginning is found.
        TEXT = 3,
        /// Where one of up to three bytes is.
        FEW = 4,
        /// Where a byte of the first table is.
        FIRST = 5,
    }
}

/// Fixed words in front.
#[derive(Clone, Copy, Default, Debug)]
pub struct Facts {
    pub rows: u32,
    pub words: u32,
    pub tables: u32,
    pub groups: u32,
    pub loops: u32,
    pub utf8: u32,
    /// One of [`start`].
    pub start: u32,
    /// Of [`start::TEXT`]: first byte and length; of [`start::FEW`]: how many, and the bytes.
    pub start_a: u32,
    pub start_b: u32,
    /// The least number of bytes of a match.
    pub least: u32,
    /// The text is all there is: a match needs no running.
    pub plain: u32,
    /// Set + 1 of a run at the beginning that no match can start within.
    pub skip: u32,
}
const FACTS: usize = 12;

impl Facts {
    fn to_words(self) -> [u32; FACTS] {
        let f = self;
        [
            f.rows, f.words, f.tables, f.groups, f.loops, f.utf8, f.start, f.start_a, f.start_b,
            f.least, f.plain, f.skip,
        ]
    }
    fn from_words(w: &[u32]) -> Facts {
        let at = |i: usize| w.get(i).copied().unwrap_or(0);
        Facts {
            rows: at(0),
            words: at(1),
            tables: at(2),
            groups: at(3),
            loops: at(4),
            utf8: at(5),
            start: at(6),
            start_a: at(7),
            start_b: at(8),
            least: at(9),
            plain: at(10),
            skip: at(11),
        }
    }
}

/// A program, as it is built.
#[derive(Default)]
pub struct Parts {
    pub facts: Facts,
    pub rows: Vec<Row>,
    pub words: Vec<u32>,
    pub tables: Vec<Table>,
    /// Text of the instructions.
    pub text: Vec<u8>,
}

impl Parts {
    /// Moves everything to the heap. `None` without memory.
    pub fn store(mut self) -> Option<Gc<RawArray>> {
        self.facts.rows = self.rows.len() as u32;
        self.facts.words = self.words.len() as u32;
        self.facts.tables = self.tables.len() as u32;
        let numbers = FACTS + self.rows.len() * size_of::<Row>() / 4 + self.words.len();
        let size = numbers * 4 + self.tables.len() * size_of::<Table>() + self.text.len();
        let buffer = RawArray::new(size)?;
        let out = buffer.bytes_mut();
        let rows = self.rows.iter().flatten();
        let all = self
            .facts
            .to_words()
            .into_iter()
            .chain(rows.copied())
            .chain(self.words.iter().copied());
        for (to, word) in out.chunks_exact_mut(4).zip(all) {
            to.copy_from_slice(&word.to_ne_bytes());
        }
        let (tables, text) = out[numbers * 4..].split_at_mut(self.tables.len() * 256);
        tables.copy_from_slice(self.tables.as_flattened());
        text.copy_from_slice(&self.text);
        Some(buffer)
    }
}

/// A program in the heap.
#[derive(Clone, Copy)]
pub struct Program<'a> {
    pub facts: Facts,
    pub rows: &'a [Row],
    pub words: &'a [u32],
    pub tables: &'a [Table],
    pub text: &'a [u8],
}

impl<'a> Program<'a> {
    /// The program that a buffer holds.
    pub fn of(buffer: &'a RawArray) -> Program<'a> {
        let all = buffer.halves();
        let facts = Facts::from_words(all);
        let (rows, rest) = all[FACTS..].split_at(facts.rows as usize * 6);
        let words = &rest[..facts.words as usize];
        let numbers = FACTS + rows.len() + words.len();
        let (tables, text) = buffer.bytes()[numbers * 4..].split_at(facts.tables as usize * 256);
        Program {
            facts,
            rows: rows.as_chunks::<6>().0,
            words,
            tables: tables.as_chunks::<256>().0,
            text,
        }
    }
}
