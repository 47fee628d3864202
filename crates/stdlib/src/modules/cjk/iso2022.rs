//! ISO 2022 in seven bits, and HZ: what bytes mean depends on escape sequences
//! before them.

use super::multibyte::{Problem, push};
use super::tables::{self, Flat};

const ESC: u8 = 0x1b;
const SHIFT_OUT: u8 = 0x0e;
const SHIFT_IN: u8 = 0x0f;
/// In a set's mark: its characters have two bytes.
const DOUBLE: u8 = 0x80;
const ASCII: u8 = b'B';
const LATIN: u8 = b'A';
const GREEK: u8 = b'F';
/// No escape sequence is longer.
const LONGEST_ESCAPE: usize = 16;

/// A set of characters that escape sequences can choose.
#[derive(Clone, Copy)]
struct Set {
    /// The end of its escape sequence.
    mark: u8,
    /// Where it is kept: G0, or G1 for what is shifted out.
    place: usize,
    width: usize,
    kind: Kind,
}
#[derive(Clone, Copy)]
enum Kind {
    /// Two bytes as in the encoding, without their high bits.
    Two(Flat),
    /// The same after a byte 0x8F.
    Three(Flat),
    /// As `Three`, and only the rows of JIS X 0213's second plane, not those of JIS X 0212.
    Second(Flat),
    /// As `Two`, and only what is two characters.
    Pairs(Flat),
    Roman,
    Katakana,
    /// Kept as G2: decoded, not encoded.
    Upper,
}
const fn set(mark: u8, kind: Kind) -> Set {
    let width = if mark & DOUBLE != 0 { 2 } else { 1 };
    Set {
        mark,
        place: 0,
        width,
        kind,
    }
}
const fn wide(mark: u8, kind: Kind) -> Set {
    set(mark | DOUBLE, kind)
}

const JIS_0208: Set = wide(b'B', Kind::Two(Flat::EucJp));
const JIS_0208_OLD: Set = wide(b'@', Kind::Two(Flat::EucJp));
const JIS_0212: Set = wide(b'D', Kind::Three(Flat::EucJp));
const ROMAN: Set = set(b'J', Kind::Roman);
const KATAKANA: Set = set(b'I', Kind::Katakana);
const GB_2312: Set = wide(b'A', Kind::Two(Flat::Gb2312));
const KOREAN: Set = wide(b'C', Kind::Two(Flat::EucKr));
const KOREAN_SHIFTED: Set = Set { place: 1, ..KOREAN };

/// An encoding of this family.
pub struct Family {
    pub name: &'static str,
    sets: &'static [Set],
    /// Whether SO and SI shift between G0 and G1.
    shifts: bool,
    /// Whether ESC N takes a character of G2.
    upper: bool,
    /// Whether ESC & @ may stand before JIS X 0208's sequence.
    prefix: bool,
}
const fn japanese(name: &'static str, upper: bool, sets: &'static [Set]) -> Family {
    Family {
        name,
        sets,
        shifts: false,
        upper,
        prefix: true,
    }
}
/// All of them.
pub static FAMILIES: &[Family] = &[
    Family {
        name: "iso2022_kr",
        sets: &[KOREAN_SHIFTED],
        shifts: true,
        upper: false,
        prefix: false,
    },
    japanese("iso2022_jp", false, &[JIS_0208, ROMAN, JIS_0208_OLD]),
    japanese(
        "iso2022_jp_1",
        false,
        &[JIS_0208, JIS_0212, ROMAN, JIS_0208_OLD],
    ),
    japanese(
        "iso2022_jp_2",
        true,
        &[
            JIS_0208,
            JIS_0212,
            KOREAN,
            GB_2312,
            ROMAN,
            JIS_0208_OLD,
            set(LATIN, Kind::Upper),
            set(GREEK, Kind::Upper),
        ],
    ),
    japanese(
        "iso2022_jp_2004",
        false,
        &[
            JIS_0208,
            wide(b'Q', Kind::Pairs(Flat::EucJis2004)),
            wide(b'Q', Kind::Two(Flat::EucJis2004)),
            wide(b'P', Kind::Second(Flat::EucJis2004)),
        ],
    ),
    japanese(
        "iso2022_jp_3",
        false,
        &[
            JIS_0208,
            wide(b'O', Kind::Pairs(Flat::EucJisX0213)),
            wide(b'O', Kind::Two(Flat::EucJisX0213)),
            wide(b'P', Kind::Second(Flat::EucJisX0213)),
        ],
    ),
    japanese(
        "iso2022_jp_ext",
        false,
        &[JIS_0208, JIS_0212, ROMAN, KATAKANA, JIS_0208_OLD],
    ),
];

/// What the bytes before have chosen.
#[derive(Clone, Copy)]
pub struct State {
    /// The marks of G0, G1, G2.
    sets: [u8; 3],
    shifted: bool,
    /// Inside an escape sequence of no concern.
    foreign: bool,
}
impl State {
    pub fn from_number(n: u64) -> State {
        let b = n.to_le_bytes();
        State {
            sets: [b[0], b[1], b[2]],
            shifted: b[4] & 1 != 0,
            foreign: b[4] & 2 != 0,
        }
    }
    pub fn number(self) -> u64 {
        let flags = u8::from(self.shifted) | u8::from(self.foreign) << 1;
        let [a, b, c] = self.sets;
        u64::from_le_bytes([a, b, c, 0, flags, 0, 0, 0])
    }
}
/// Nothing chosen yet.
pub const DECODER_START: u64 = 0x0042_4242;
pub const ENCODER_START: u64 = 0x4242;

impl Kind {
    fn decode(self, bytes: &[u8]) -> Option<(u32, Option<u32>)> {
        let high = bytes.iter().fold(0, |n, b| n << 8 | u32::from(b | 0x80));
        let of = |flat: Flat, code| match flat.table().decode_pair(code) {
            Some([a, b]) => Some((a, Some(b))),
            None => flat.table().decode(code).map(|c| (c, None)),
        };
        if bytes.iter().any(|b| *b & 0x80 != 0) {
            return None;
        }
        let one = match (self, bytes[0]) {
            (Kind::Two(Flat::EucKr), _) if high == KOREAN_FILLER.0 => KOREAN_FILLER.1,
            (Kind::Two(f) | Kind::Pairs(f), _) => return of(f, high),
            (Kind::Second(_), b) if !in_second_plane(b) => return None,
            (Kind::Three(f) | Kind::Second(f), _) => return of(f, 0x8f_0000 | high),
            (Kind::Roman, b'\\') => 0xa5,
            (Kind::Roman, b'~') => 0x203e,
            (Kind::Roman, b) => u32::from(b),
            (Kind::Katakana, b @ 0x21..=0x5f) => 0xff61 + u32::from(b - 0x21),
            (Kind::Katakana | Kind::Upper, _) => return None,
        };
        Some((one, None))
    }
    /// Whether the character may be the first of two that are one in the set.
    fn starts_pair(self, c: u32) -> bool {
        matches!(self, Kind::Pairs(f) if f.table().starts_pair(c))
    }
    /// The bytes, without high bits, and how many characters they stand for.
    fn encode(self, c: u32, next: Option<u32>) -> Option<(u32, usize)> {
        let pair = |f: Flat| {
            let code = f.table().encode_pair(c, next?)?;
            (code <= 0xffff).then_some((code & 0x7f7f, 2))
        };
        match self {
            Kind::Pairs(f) => pair(f),
            Kind::Two(f) => {
                let code = f.table().encode(c)?;
                (0xa1a1..=0xffff)
                    .contains(&code)
                    .then_some((code & 0x7f7f, 1))
            }
            Kind::Three(f) | Kind::Second(f) => {
                let code = f.table().encode(c)?;
                let row = (code >> 8 & 0x7f) as u8;
                let has =
                    code > 0xffff && (!matches!(self, Kind::Second(_)) || in_second_plane(row));
                has.then_some((code & 0x7f7f, 1))
            }
            Kind::Roman => match c {
                0xa5 => Some((u32::from(b'\\'), 1)),
                0x203e => Some((u32::from(b'~'), 1)),
                _ => None,
            },
            Kind::Katakana => (0xff61..=0xff9f)
                .contains(&c)
                .then(|| (c - 0xff61 + 0x21, 1)),
            Kind::Upper => None,
        }
    }
}

/// In EUC-KR these bytes start a spelled syllable.
const KOREAN_FILLER: (u32, u32) = (0xa4d4, 0x3164);

/// Whether JIS X 0213's second plane has a row with this first byte.
fn in_second_plane(row: u8) -> bool {
    matches!(row, 0x21 | 0x23..=0x25 | 0x28 | 0x2c..=0x2f | 0x6e..)
}

type Step = Result<usize, Problem>;

/// Decodes as far as it goes: how many bytes it took.
pub fn decode(
    family: &Family,
    state: &mut State,
    data: &[u8],
    out: &mut String,
) -> (usize, Option<Problem>) {
    let mut at = 0;
    while at < data.len() {
        match decode_one(family, state, &data[at..], out) {
            Ok(n) => at += n,
            Err(problem) => return (at, Some(problem)),
        }
    }
    (at, None)
}
fn decode_one(family: &Family, state: &mut State, rest: &[u8], out: &mut String) -> Step {
    let c = rest[0];
    if state.foreign {
        push(out, u32::from(c));
        state.foreign = !ends_escape(c);
        return Ok(1);
    }
    match c {
        ESC => match rest.get(1) {
            None => Err(Problem::Incomplete),
            Some(b'(' | b')' | b'$' | b'.' | b'&') => escape(family, state, rest),
            Some(b'N') if family.upper => upper(state, rest, out),
            Some(_) => {
                push(out, u32::from(ESC));
                state.foreign = true;
                Ok(1)
            }
        },
        SHIFT_IN | SHIFT_OUT if family.shifts => {
            state.shifted = c == SHIFT_OUT;
            Ok(1)
        }
        0x80.. => Err(Problem::Illegal(1)),
        _ => {
            if c == b'\n' {
                state.shifted = false;
            }
            let mark = state.sets[usize::from(state.shifted)];
            if c < 0x20 || mark == ASCII {
                push(out, u32::from(c));
                return Ok(1);
            }
            let Some(set) = family.sets.iter().find(|s| s.mark == mark) else {
                return Err(Problem::Illegal(1));
            };
            let bytes = rest.get(..set.width).ok_or(Problem::Incomplete)?;
            let found = set.kind.decode(bytes);
            let (a, b) = found.ok_or(Problem::Illegal(set.width))?;
            push(out, a);
            b.inspect(|b| push(out, *b));
            Ok(set.width)
        }
    }
}
/// Whether an escape sequence ends with this byte.
fn ends_escape(b: u8) -> bool {
    matches!(b, b'A'..=b'Z' | b'@')
}
/// A sequence that chooses a set.
fn escape(family: &Family, state: &mut State, rest: &[u8]) -> Step {
    let (mut i, mut len) = (1, 0);
    while i < LONGEST_ESCAPE {
        let b = *rest.get(i).ok_or(Problem::Incomplete)?;
        if ends_escape(b) {
            len = i + 1;
            break;
        }
        if family.prefix && rest[i..].starts_with(b"&@") {
            i += 2;
        }
        i += 1;
    }
    let (mark, place) = match &rest[..len] {
        [] => return Err(Problem::Illegal(1)),
        [_, b'$', mark] => (mark | DOUBLE, 0),
        [_, b'(', mark] => (*mark, 0),
        [_, b')', mark] => (*mark, 1),
        [_, b'.', mark] if family.upper => (*mark, 2),
        [_, b'$', b'(', mark] => (mark | DOUBLE, 0),
        [_, b'$', b')', mark] => (mark | DOUBLE, 1),
        [_, _, _, ESC, b'$', b'B'] if family.prefix => (b'B' | DOUBLE, 0),
        other => return Err(Problem::Illegal(other.len())),
    };
    if mark != ASCII && !family.sets.iter().any(|s| s.mark == mark) {
        return Err(Problem::Illegal(len));
    }
    state.sets[place] = mark;
    Ok(len)
}
/// One character of G2.
fn upper(state: &State, rest: &[u8], out: &mut String) -> Step {
    let b = *rest.get(2).ok_or(Problem::Incomplete)?;
    let found = match (state.sets[2], b) {
        (LATIN, 0..0x80) => Some(u32::from(b) + 0x80),
        (GREEK, _) => tables::greek(b ^ 0x80),
        (ASCII, 0..0x80) => Some(u32::from(b)),
        _ => None,
    };
    push(out, found.ok_or(Problem::Illegal(3))?);
    Ok(3)
}

/// Encodes as far as it goes: how many characters it took.
pub fn encode(
    family: &Family,
    state: &mut State,
    text: &[u32],
    last: bool,
    out: &mut Vec<u8>,
) -> (usize, Option<Problem>) {
    let mut at = 0;
    while let Some(&c) = text.get(at) {
        if c < 0x80 {
            reset(state, out);
            out.push(c as u8);
            at += 1;
            continue;
        }
        let next = text.get(at + 1).copied();
        let pairs = family.sets.iter().find(|s| s.kind.starts_pair(c));
        if pairs.is_some() && next.is_none() && !last {
            return (at, Some(Problem::Incomplete));
        }
        // What is one character in a set with another is not two in other sets.
        let found = pairs.into_iter().chain(family.sets).find_map(|set| {
            let (code, taken) = set.kind.encode(c, next)?;
            Some((set, code, taken))
        });
        let Some((set, code, taken)) = found else {
            return (at, Some(Problem::Illegal(1)));
        };
        choose(state, set, out);
        if set.width == 2 {
            out.push((code >> 8) as u8);
        }
        out.push(code as u8);
        at += taken;
    }
    (at, None)
}
/// Makes the set the current one.
fn choose(state: &mut State, set: &Set, out: &mut Vec<u8>) {
    let shifted = set.place == 1;
    if state.shifted && !shifted {
        out.push(SHIFT_IN);
    }
    if state.sets[set.place] != set.mark {
        out.push(ESC);
        match (set.width, set.mark & !DOUBLE) {
            (1, _) => out.push(b"()"[set.place]),
            (_, b'B') => out.push(b'$'),
            _ => out.extend([b'$', b"()"[set.place]]),
        }
        out.push(set.mark & !DOUBLE);
        state.sets[set.place] = set.mark;
    }
    if shifted && !state.shifted {
        out.push(SHIFT_OUT);
    }
    state.shifted = shifted;
}
/// Back to ASCII.
pub fn reset(state: &mut State, out: &mut Vec<u8>) {
    if state.sets[0] != ASCII {
        out.extend([ESC, b'(', ASCII]);
        state.sets[0] = ASCII;
    }
    if state.shifted {
        out.push(SHIFT_IN);
        state.shifted = false;
    }
}

/// HZ: pairs of bytes of GB 2312 between `~{` and `~}`.
pub fn decode_hz(inside: &mut bool, data: &[u8], out: &mut String) -> (usize, Option<Problem>) {
    let mut at = 0;
    while let Some(&c) = data.get(at) {
        let next = data.get(at + 1);
        let taken = match (c, next, *inside) {
            (0x80.., ..) => return (at, Some(Problem::Illegal(1))),
            (b'~', None, _) | (_, None, true) => return (at, Some(Problem::Incomplete)),
            (b'~', Some(b'~'), false) => {
                out.push('~');
                2
            }
            (b'~', Some(b'\n'), false) => 2,
            (b'~', Some(b'{'), false) | (b'~', Some(b'}'), true) => {
                *inside = !*inside;
                2
            }
            (b'~', ..) => return (at, Some(Problem::Illegal(1))),
            (_, _, false) => {
                push(out, u32::from(c));
                1
            }
            (_, Some(_), true) => {
                let found = Kind::Two(Flat::Gb2312).decode(&data[at..at + 2]);
                let Some((c, _)) = found else {
                    return (at, Some(Problem::Illegal(1)));
                };
                push(out, c);
                2
            }
        };
        at += taken;
    }
    (at, None)
}
/// The opposite.
pub fn encode_hz(inside: &mut bool, text: &[u32], out: &mut Vec<u8>) -> (usize, Option<Problem>) {
    for (at, &c) in text.iter().enumerate() {
        if c < 0x80 {
            reset_hz(inside, out);
            out.push(c as u8);
            if c == u32::from(b'~') {
                out.push(b'~');
            }
            continue;
        }
        let Some((code, _)) = Kind::Two(Flat::Gb2312).encode(c, None) else {
            return (at, Some(Problem::Illegal(1)));
        };
        if !*inside {
            out.extend(b"~{");
            *inside = true;
        }
        out.extend([(code >> 8) as u8, code as u8]);
    }
    (text.len(), None)
}
/// Back to ASCII.
pub fn reset_hz(inside: &mut bool, out: &mut Vec<u8>) {
    if std::mem::take(inside) {
        out.extend(b"~}");
    }
}
