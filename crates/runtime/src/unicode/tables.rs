//! Properties of characters: a two-stage table from code point to record, and short lists for
//! what does not fit a record. Code points beyond the last plane have no properties.

use super::data::{self, CATEGORIES, NUMERIC_CHARS, RECORDS, SPECIAL, VALUES};

/// What all characters of one sort have in common.
pub(super) struct Record {
    pub flags: u16,
    pub category: u8,
    pub upper: i32,
    pub title: i32,
    pub lower: i32,
}

/// Block numbers (two bytes each), then blocks of record numbers.
static TRIE: &[u8] = include_bytes!("trie.bin");

const BLOCK_BITS: u32 = 7;
const STAGE_1: usize = 0x11_0000 >> BLOCK_BITS;

/// The record of a code point.
#[inline]
pub(super) fn record(c: u32) -> &'static Record {
    let slot = ((c >> BLOCK_BITS) as usize).min(STAGE_1 - 1) * 2;
    let block = u16::from_le_bytes([TRIE[slot], TRIE[slot + 1]]);
    let place = usize::from(block) << BLOCK_BITS | (c & ((1 << BLOCK_BITS) - 1)) as usize;
    &RECORDS[usize::from(TRIE[STAGE_1 * 2 + place])]
}

macro_rules! predicates {
    ($($(#[$doc:meta])* $name:ident = $($flag:ident)|+;)*) => {
        $($(#[$doc])*
        #[inline]
        pub fn $name(c: u32) -> bool {
            record(c).flags & ($(data::$flag)|+) != 0
        })*
    };
}

predicates! {
    /// `isalpha` of one character.
    is_alpha = ALPHA;
    /// `isalnum` of one character.
    is_alnum = ALPHA | DECIMAL | DIGIT | NUMERIC;
    /// `isdecimal` of one character.
    is_decimal = DECIMAL;
    /// `isdigit` of one character.
    is_digit = DIGIT;
    /// `isnumeric` of one character.
    is_numeric = NUMERIC;
    /// `isspace` of one character.
    is_space = SPACE;
    /// Does `splitlines` split here?
    is_line_break = LINE_BREAK;
    /// Is it a lowercase character?
    is_lower = LOWER;
    /// Is it an uppercase character?
    is_upper = UPPER;
    /// Is it a titlecase character?
    is_title = TITLE;
    /// Is it lower, upper or title case?
    is_cased = LOWER | UPPER | TITLE;
    /// Is it skipped when looking for the end of a word?
    is_case_ignorable = CASE_IGNORABLE;
    /// `isprintable` of one character: does `repr` show it?
    is_printable = PRINTABLE;
    /// May an identifier start with it?
    is_id_start = XID_START;
    /// May an identifier go on with it?
    is_id_continue = XID_CONTINUE;
}

/// General category: `Lu`, `Nd`, ...
pub fn category(c: u32) -> &'static str {
    CATEGORIES[usize::from(record(c).category)]
}

#[inline]
fn moved(c: u32, distance: i32) -> u32 {
    c.wrapping_add_signed(distance)
}

/// Lowercase as one character: what regular expressions compare.
#[inline]
pub fn simple_lower(c: u32) -> u32 {
    moved(c, record(c).lower)
}

/// Uppercase as one character; characters that become several stay as they are.
#[inline]
pub fn simple_upper(c: u32) -> u32 {
    moved(c, record(c).upper)
}

/// One to three characters.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Mapped([u32; 3]);

impl Mapped {
    fn one(c: u32) -> Self {
        Self([c, 0, 0])
    }

    /// The characters.
    pub fn iter(self) -> impl Iterator<Item = u32> {
        let len = 1 + usize::from(self.0[1] != 0) + usize::from(self.0[2] != 0);
        self.0.into_iter().take(len)
    }
}

/// The key in [`SPECIAL`] says which mapping.
#[derive(Clone, Copy)]
enum Kind {
    Upper,
    Title,
    Lower,
    Fold,
}

#[cold]
fn special(kind: Kind, c: u32) -> Option<Mapped> {
    let key = (kind as u32) << 24 | c;
    let at = SPECIAL.binary_search_by_key(&key, |entry| entry.0).ok()?;
    Some(Mapped(SPECIAL[at].1))
}

/// `upper` of one character.
#[inline]
pub fn to_upper(c: u32) -> Mapped {
    let record = record(c);
    let special = if record.flags & data::SPECIAL_UPPER != 0 {
        special(Kind::Upper, c)
    } else {
        None
    };
    special.unwrap_or(Mapped::one(moved(c, record.upper)))
}

/// The titlecase of one character.
#[inline]
pub fn to_title(c: u32) -> Mapped {
    let record = record(c);
    let special = if record.flags & data::SPECIAL_TITLE != 0 {
        special(Kind::Title, c)
    } else {
        None
    };
    special.unwrap_or(Mapped::one(moved(c, record.title)))
}

/// `lower` of one character, without regard to its neighbours.
#[inline]
pub fn to_lower(c: u32) -> Mapped {
    const DOTTED_CAPITAL_I: u32 = 0x130;
    let special = if c == DOTTED_CAPITAL_I {
        special(Kind::Lower, c)
    } else {
        None
    };
    special.unwrap_or(Mapped::one(simple_lower(c)))
}

/// `casefold` of one character.
#[inline]
pub fn to_fold(c: u32) -> Mapped {
    if record(c).flags & data::SPECIAL_FOLD != 0
        && let Some(mapped) = special(Kind::Fold, c)
    {
        return mapped;
    }
    to_lower(c)
}

/// Numeric value as a fraction.
pub fn numeric_value(c: u32) -> Option<(i64, i64)> {
    let at = NUMERIC_CHARS
        .binary_search_by_key(&c, |entry| entry >> 8)
        .ok()?;
    Some(VALUES[(NUMERIC_CHARS[at] & 0xff) as usize])
}

/// Value of a digit (superscripts and the like included).
pub fn digit_value(c: u32) -> Option<u8> {
    if c < 0x80 {
        return (c as u8).is_ascii_digit().then(|| c as u8 - b'0');
    }
    if is_digit(c) {
        numeric_value(c).map(|(value, _)| value as u8)
    } else {
        None
    }
}

/// Value of a decimal digit.
#[inline]
pub fn decimal_value(c: u32) -> Option<u8> {
    if c < 0x80 {
        return (c as u8).is_ascii_digit().then(|| c as u8 - b'0');
    }
    if is_decimal(c) { digit_value(c) } else { None }
}
