//! Sets of characters as the code words describe them, and tables over bytes.
//!
//! The words after `IN` are a little program that is run for a character; all
//! operators that match one character are brought to that form. For speed each
//! set has a table over the 256 bytes.

use pyjit_runtime::unicode::{self, wtf8};

use super::words::{category, op};

/// What is done to a character before it is looked up.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Hash)]
pub enum Fold {
    None,
    Ascii,
    Unicode,
    /// Lower or upper case may be in the set.
    Locale,
}

impl Fold {
    pub const ALL: [Fold; 4] = [Fold::None, Fold::Ascii, Fold::Unicode, Fold::Locale];

    /// The character that stands for all that are equal to `c` without regard to case.
    #[inline]
    pub fn apply(self, c: u32) -> u32 {
        match self {
            Fold::None => c,
            Fold::Ascii | Fold::Locale => lower_ascii(c),
            Fold::Unicode => unicode::simple_lower(c),
        }
    }
}

/// Lowercase of ASCII letters.
#[inline]
pub fn lower_ascii(c: u32) -> u32 {
    if (65..=90).contains(&c) { c + 32 } else { c }
}
fn upper_ascii(c: u32) -> u32 {
    if (97..=122).contains(&c) { c - 32 } else { c }
}

/// Is `c` in the category numbered `number`?
pub fn in_category(number: u32, c: u32) -> bool {
    let ascii_word = |c: u32| c < 128 && (c as u8).is_ascii_alphanumeric() || c == 95;
    let ascii_space = |c: u32| matches!(c, 9..=13 | 32);
    let yes = match number & !1 {
        category::DIGIT => (48..=57).contains(&c),
        category::SPACE => ascii_space(c),
        category::WORD | category::LOC_WORD => ascii_word(c),
        category::LINEBREAK => c == 10,
        category::UNI_DIGIT => unicode::is_decimal(c),
        category::UNI_SPACE => unicode::is_space(c),
        category::UNI_WORD => is_word(c),
        _ => unicode::is_line_break(c),
    };
    yes != (number & 1 == 1)
}

/// Is `c` a word character for patterns on `str`?
#[inline]
pub fn is_word(c: u32) -> bool {
    if c < 128 {
        return (c as u8).is_ascii_alphanumeric() || c == 95;
    }
    unicode::is_alnum(c)
}

/// Words of a bit map over the first 256 characters.
const MAP_WORDS: usize = 8;
/// Words of the block numbers of a large set.
const BLOCK_WORDS: usize = 64;

/// The block of a large set in which `c` is.
fn block_of(words: &[u32], c: u32) -> Option<usize> {
    let word = words.get((c >> 10) as usize)?;
    Some(word.to_ne_bytes()[(c >> 8 & 3) as usize] as usize)
}
fn bit(words: &[u32], i: usize) -> bool {
    words.get(i / 32).is_some_and(|w| w >> (i & 31) & 1 == 1)
}

/// One item of a set.
#[derive(Clone, Copy)]
enum Item<'a> {
    Negate,
    Range(u32, u32),
    RangeIgnore(u32, u32),
    Map(&'a [u32]),
    /// Block numbers, blocks.
    Large(&'a [u32], &'a [u32]),
    Category(u32),
}

/// Takes the next item off; `None` at the end, or when the words make no sense.
fn next_item<'a>(words: &mut &'a [u32]) -> Option<Item<'a>> {
    let w = *words;
    let code = *w.first()?;
    let arg = |i: usize| w.get(i).copied();
    let (item, used) = match code {
        op::NEGATE => (Item::Negate, 1),
        op::LITERAL => (Item::Range(arg(1)?, arg(1)?), 2),
        op::RANGE => (Item::Range(arg(1)?, arg(2)?), 3),
        op::RANGE_UNI_IGNORE => (Item::RangeIgnore(arg(1)?, arg(2)?), 3),
        op::CATEGORY => (Item::Category(arg(1)?), 2),
        op::CHARSET => (Item::Map(w.get(1..1 + MAP_WORDS)?), 1 + MAP_WORDS),
        op::BIGCHARSET => {
            let blocks = 2 + BLOCK_WORDS;
            let end = blocks + (arg(1)? as usize).checked_mul(MAP_WORDS)?;
            (Item::Large(w.get(2..blocks)?, w.get(blocks..end)?), end)
        }
        _ => return None,
    };
    *words = &w[used..];
    Some(item)
}

/// Are these the words of a set, ended by `FAILURE`?
pub fn is_valid(words: &[u32]) -> bool {
    let mut rest = words;
    while let Some(item) = next_item(&mut rest) {
        let ok = match item {
            Item::Category(n) => n <= category::UNI_NOT_LINEBREAK,
            Item::Large(numbers, blocks) => numbers
                .iter()
                .flat_map(|w| w.to_ne_bytes())
                .all(|b| (b as usize) < blocks.len() / MAP_WORDS),
            _ => true,
        };
        if !ok {
            return false;
        }
    }
    rest == [op::FAILURE]
}

fn lookup(mut words: &[u32], c: u32) -> bool {
    let mut yes = true;
    while let Some(item) = next_item(&mut words) {
        let hit = match item {
            Item::Negate => {
                yes = !yes;
                false
            }
            Item::Range(a, b) => (a..=b).contains(&c),
            Item::RangeIgnore(a, b) => {
                (a..=b).contains(&c) || (a..=b).contains(&unicode::simple_upper(c))
            }
            Item::Map(map) => c < 256 && bit(map, c as usize),
            Item::Large(numbers, blocks) => {
                c < 0x10000
                    && block_of(numbers, c)
                        .is_some_and(|b| bit(blocks, b * 256 + (c & 255) as usize))
            }
            Item::Category(n) => in_category(n, c),
        };
        if hit {
            return yes;
        }
    }
    !yes
}

/// Is `c` in the set?
pub fn contains(words: &[u32], fold: Fold, invert: bool, c: u32) -> bool {
    let hit = match fold {
        Fold::Locale if words.first() == Some(&op::NEGATE) => {
            lookup(words, lower_ascii(c)) && lookup(words, upper_ascii(c))
        }
        Fold::Locale => lookup(words, lower_ascii(c)) || lookup(words, upper_ascii(c)),
        _ => lookup(words, fold.apply(c)),
    };
    hit != invert
}

/// A set of characters.
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct Set {
    pub words: Vec<u32>,
    pub fold: Fold,
    pub invert: bool,
}

/// The byte is a character of the set.
pub const IS_MEMBER: u8 = 1;
/// The byte may begin a longer character of the set.
pub const MAY_LEAD: u8 = 2;

/// A table over bytes: bits of [`IS_MEMBER`] and [`MAY_LEAD`].
pub type Table = [u8; 256];

impl Set {
    /// The only character of the set, if it is described as such.
    pub fn only(&self) -> Option<u32> {
        match self.words[..] {
            [op::LITERAL, c, op::FAILURE] if self.fold == Fold::None && !self.invert => Some(c),
            _ => None,
        }
    }
    /// Is `c` in the set?
    pub fn contains(&self, c: u32) -> bool {
        contains(&self.words, self.fold, self.invert, c)
    }
    /// The table over bytes, of text in UTF-8 or of plain bytes.
    pub fn table(&self, utf8: bool) -> Table {
        let mut table = [0; 256];
        let single = if utf8 { 128 } else { 256 };
        for c in 0..single {
            if self.contains(c) {
                table[c as usize] = IS_MEMBER;
            }
        }
        if utf8 {
            self.add_leads(&mut table);
        }
        table
    }

    /// Marks the first bytes of longer characters in the set (or some more).
    fn add_leads(&self, table: &mut Table) {
        let mut add = |from: u32, to: u32| {
            let lead = |c: u32| wtf8::encode(c.clamp(128, 0x10ffff)).0[0];
            if to >= 128 {
                table[lead(from) as usize..=lead(to) as usize].fill(MAY_LEAD);
            }
        };
        let mut words = &self.words[..];
        if self.invert || matches!(self.fold, Fold::Locale) {
            return add(128, 0x10ffff);
        }
        while let Some(item) = next_item(&mut words) {
            match item {
                Item::Range(_, b) if b >= 128 && self.fold == Fold::Unicode => add(128, 0x10ffff),
                Item::Range(a, b) => {
                    add(a, b);
                    if self.fold == Fold::Unicode {
                        // The longer characters whose lower case is ASCII.
                        for (c, lower) in [(0x130, 0x69), (0x212a, 0x6b)] {
                            if (a..=b).contains(&lower) {
                                add(c, c);
                            }
                        }
                    }
                }
                Item::Category(category::DIGIT | category::SPACE | category::WORD)
                | Item::Category(category::LINEBREAK | category::LOC_WORD) => {}
                Item::Map(_) if self.fold == Fold::None => add(128, 255),
                Item::Large(numbers, blocks) if self.fold == Fold::None => {
                    for (i, b) in numbers.iter().flat_map(|w| w.to_ne_bytes()).enumerate() {
                        let at = b as usize * MAP_WORDS;
                        if blocks[at..at + MAP_WORDS].iter().any(|w| *w != 0) {
                            add(i as u32 * 256, i as u32 * 256 + 255);
                        }
                    }
                }
                _ => return add(128, 0x10ffff),
            }
        }
    }
}

/// What may come next: bytes, or (at [`END`]) the end of the text.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct Next([u64; 5]);

/// The index of the end of the text.
pub const END: usize = 256;

impl Next {
    /// Nothing.
    pub const NONE: Next = Next([0; 5]);
    /// Anything, the end too.
    pub const ANY: Next = Next([u64::MAX, u64::MAX, u64::MAX, u64::MAX, 1]);

    /// The bytes marked in a table.
    pub fn of_table(table: &Table) -> Next {
        let mut n = Next::NONE;
        for (i, v) in table.iter().enumerate() {
            if *v != 0 {
                n.0[i >> 6] |= 1 << (i & 63);
            }
        }
        n
    }
    /// Either.
    pub fn or(&self, other: &Next) -> Next {
        Next(std::array::from_fn(|i| self.0[i] | other.0[i]))
    }
    /// Is there nothing in both?
    pub fn disjoint(&self, other: &Next) -> bool {
        self.0.iter().zip(&other.0).all(|(a, b)| a & b == 0)
    }
    /// Is byte `i` (or the end) among it?
    pub fn has(&self, i: usize) -> bool {
        self.0[i >> 6] >> (i & 63) & 1 == 1
    }
    /// As a table over bytes.
    pub fn table(&self) -> Table {
        std::array::from_fn(|i| self.has(i) as u8)
    }
    /// The bytes.
    pub fn bytes(&self) -> impl Iterator<Item = u8> + '_ {
        (0..=255u8).filter(|b| self.has(*b as usize))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    impl Set {
        /// The set of one character.
        pub fn one(c: u32) -> Set {
            Set::new(vec![op::LITERAL, c, op::FAILURE])
        }
        /// The set that words describe.
        pub fn new(words: Vec<u32>) -> Set {
            Set {
                words,
                fold: Fold::None,
                invert: false,
            }
        }
    }

    #[test]
    fn longer_characters_with_ascii_lower_case() {
        let found: Vec<(u32, u32)> = (128..0x110000)
            .map(|c| (c, unicode::simple_lower(c)))
            .filter(|(_, l)| *l < 128)
            .collect();
        assert_eq!(found, [(0x130, 0x69), (0x212a, 0x6b)]);
    }

    #[test]
    fn leads_are_complete() {
        let map = [op::CHARSET, 0, 0, 0, 0, 1, 0, 0, 0, op::FAILURE];
        let sets = [
            Set::one(0x20ac),
            Set::new(vec![op::RANGE, 0x61, 0x3b1, op::FAILURE]),
            Set::new(vec![op::NEGATE, op::LITERAL, 0x61, op::FAILURE]),
            Set::new(vec![op::CATEGORY, category::UNI_DIGIT, op::FAILURE]),
            Set::new(map.to_vec()),
            Set {
                fold: Fold::Unicode,
                ..Set::new(vec![op::RANGE, 0x61, 0x7a, op::FAILURE])
            },
        ];
        for s in sets {
            let table = s.table(true);
            for c in 128..0x110000 {
                let lead = wtf8::encode(c).0[0];
                assert!(!s.contains(c) || table[lead as usize] == MAY_LEAD, "{c:x}");
            }
        }
    }
}
