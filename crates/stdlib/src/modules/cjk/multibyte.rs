//! Encodings whose characters are read off a table: one to three bytes each,
//! and the long forms that are computed.

use super::tables::{self, Flat};

/// Why coding stopped before the end.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Problem {
    /// More input could make sense of what is left.
    Incomplete,
    /// So many units make no sense.
    Illegal(usize),
}

/// The number after the last code of GB 18030's four bytes for U+10000 and up.
const SUPPLEMENT_END: u32 = 0x10_0000;
/// Four bytes from this first byte on are for U+10000 and up.
const SUPPLEMENT_FIRST: u8 = 0x90;
/// KS X 1001 spells syllables it lacks as a filler and three letters, each of two bytes.
const LETTER: u8 = 0xa4;
const FILLER: u8 = 0xd4;
/// Second bytes of letters at a syllable's start and at its end.
const INITIALS: [u8; 19] = [
    0xa1, 0xa2, 0xa4, 0xa7, 0xa8, 0xa9, 0xb1, 0xb2, 0xb3, 0xb5, 0xb6, 0xb7, 0xb8, 0xb9, 0xba, 0xbb,
    0xbc, 0xbd, 0xbe,
];
const FINALS: [u8; 28] = [
    0xd4, 0xa1, 0xa2, 0xa3, 0xa4, 0xa5, 0xa6, 0xa7, 0xa9, 0xaa, 0xab, 0xac, 0xad, 0xae, 0xaf, 0xb0,
    0xb1, 0xb2, 0xb4, 0xb5, 0xb6, 0xb7, 0xb8, 0xba, 0xbb, 0xbc, 0xbd, 0xbe,
];
const FIRST_VOWEL: u8 = 0xbf;
const VOWELS: u32 = 21;
const SYLLABLES: std::ops::Range<u32> = 0xac00..0xd7a4;

/// Adds a character to text; every table has characters only.
pub fn push(out: &mut String, c: u32) {
    out.push(char::from_u32(c).unwrap_or('\u{fffd}'));
}

/// Decodes as far as it goes: how many bytes it took.
pub fn decode(flat: Flat, data: &[u8], out: &mut String) -> (usize, Option<Problem>) {
    let table = flat.table();
    let mut at = 0;
    while let Some(&first) = data.get(at) {
        let rest = &data[at..];
        let width = match (flat, first, rest.get(1)) {
            (Flat::Gb18030, 0x80.., Some(0x30..=0x39)) => 4,
            (Flat::EucKr, LETTER, Some(&FILLER)) => 8,
            _ => usize::from(table.widths[usize::from(first)]),
        };
        let Some(bytes) = rest.get(..width) else {
            return (at, Some(Problem::Incomplete));
        };
        let found = match width {
            4 => four_bytes(bytes),
            8 => spelled(bytes),
            _ => {
                let code = number(bytes);
                if let Some([a, b]) = table.decode_pair(code) {
                    push(out, a);
                    Some(b)
                } else {
                    table.decode(code)
                }
            }
        };
        let Some(c) = found else {
            return (at, Some(Problem::Illegal(1)));
        };
        push(out, c);
        at += width;
    }
    (at, None)
}

fn number(bytes: &[u8]) -> u32 {
    bytes.iter().fold(0, |n, b| n << 8 | u32::from(*b))
}
fn four_bytes(b: &[u8]) -> Option<u32> {
    let part = |i: usize, low: u8, high: u8| {
        let known = (low..=high).contains(&b[i]);
        known.then(|| u32::from(b[i] - low))
    };
    let tail = part(1, 0x30, 0x39)? * 1260 + part(2, 0x81, 0xfe)? * 10 + part(3, 0x30, 0x39)?;
    let first = part(0, 0x81, 0xfe)?;
    if b[0] >= SUPPLEMENT_FIRST {
        let n = u32::from(b[0] - SUPPLEMENT_FIRST) * 12600 + tail;
        return (n < SUPPLEMENT_END).then_some(0x1_0000 + n);
    }
    tables::four_bytes(first * 12600 + tail)
}
fn spelled(b: &[u8]) -> Option<u32> {
    if [b[2], b[4], b[6]] != [LETTER; 3] {
        return None;
    }
    let place = |all: &[u8], x: u8| all.iter().position(|b| *b == x).map(|i| i as u32);
    let (initial, last) = (place(&INITIALS, b[3])?, place(&FINALS, b[7])?);
    let vowel = u32::from(b[5].checked_sub(FIRST_VOWEL)?);
    let whole = (initial * VOWELS + vowel) * FINALS.len() as u32 + last;
    (vowel < VOWELS).then_some(SYLLABLES.start + whole)
}

/// Encodes as far as it goes: how many characters it took.
pub fn encode(flat: Flat, text: &[u32], last: bool, out: &mut Vec<u8>) -> (usize, Option<Problem>) {
    let table = flat.table();
    let mut at = 0;
    while let Some(&c) = text.get(at) {
        if c < 0x80 && table.encode(c) == Some(c) {
            out.push(c as u8);
            at += 1;
            continue;
        }
        let (mut code, mut taken) = (table.encode(c), 1);
        if table.starts_pair(c) {
            match text.get(at + 1) {
                None if !last => return (at, Some(Problem::Incomplete)),
                None => {}
                Some(&b) => {
                    if let Some(pair) = table.encode_pair(c, b) {
                        (code, taken) = (Some(pair), 2);
                    }
                }
            }
        }
        let done = match code {
            Some(code) => {
                let bytes = code.to_be_bytes();
                let start = bytes.iter().position(|b| *b != 0).unwrap_or(3);
                out.extend_from_slice(&bytes[start..]);
                true
            }
            None => computed(flat, c, out),
        };
        if !done {
            return (at, Some(Problem::Illegal(1)));
        }
        at += taken;
    }
    (at, None)
}
fn computed(flat: Flat, c: u32, out: &mut Vec<u8>) -> bool {
    match flat {
        Flat::Gb18030 => {
            let (first, n) = match c {
                0x1_0000.. => (SUPPLEMENT_FIRST, c - 0x1_0000),
                _ => match tables::four_bytes_of(c) {
                    Some(n) => (0x81, n),
                    None => return false,
                },
            };
            out.extend([
                first + (n / 12600) as u8,
                0x30 + (n / 1260 % 10) as u8,
                0x81 + (n / 10 % 126) as u8,
                0x30 + (n % 10) as u8,
            ]);
            true
        }
        Flat::EucKr if SYLLABLES.contains(&c) => {
            let n = c - SYLLABLES.start;
            let (head, last) = (n / FINALS.len() as u32, n % FINALS.len() as u32);
            let vowel = FIRST_VOWEL + (head % VOWELS) as u8;
            let initial = INITIALS[(head / VOWELS) as usize];
            for b in [FILLER, initial, vowel, FINALS[last as usize]] {
                out.extend([LETTER, b]);
            }
            true
        }
        _ => false,
    }
}
