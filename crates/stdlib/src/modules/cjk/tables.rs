//! What bytes mean in each encoding: unpacked when it is first needed.
//! `tools/cjk_tables.py` writes the tables.

use std::collections::HashMap;
use std::sync::{LazyLock, OnceLock};

static PACKED: &[u8] = include_bytes!("tables.bin");
const UNPACKED_LIMIT: usize = 4 << 20;
/// In changes: what was there is there no longer.
const NOTHING: u32 = 0x1f_ffff;

macro_rules! encodings {
    ($($variant:ident $name:literal, from $base:expr;)*) => {
        /// An encoding whose characters are read off a table; in the tables' order.
        #[derive(Clone, Copy, PartialEq, Eq, Debug)]
        pub enum Flat { $($variant),* }
        const NAMES: &[(&str, Flat, Option<Flat>)] = &[$(($name, Flat::$variant, $base)),*];
    };
}
encodings! {
    Gb2312 "gb2312", from None;
    Gbk "gbk", from Some(Flat::Gb2312);
    Gb18030 "gb18030", from Some(Flat::Gbk);
    Big5 "big5", from None;
    Cp950 "cp950", from Some(Flat::Big5);
    Big5Hkscs "big5hkscs", from Some(Flat::Big5);
    EucKr "euc_kr", from None;
    Cp949 "cp949", from Some(Flat::EucKr);
    Johab "johab", from None;
    EucJp "euc_jp", from None;
    EucJis2004 "euc_jis_2004", from Some(Flat::EucJp);
    EucJisX0213 "euc_jisx0213", from Some(Flat::EucJis2004);
    ShiftJis "shift_jis", from None;
    Cp932 "cp932", from Some(Flat::ShiftJis);
    ShiftJis2004 "shift_jis_2004", from Some(Flat::ShiftJis);
    ShiftJisX0213 "shift_jisx0213", from Some(Flat::ShiftJis2004);
}
impl Flat {
    pub fn from_name(name: &str) -> Option<Flat> {
        NAMES.iter().find(|n| n.0 == name).map(|n| n.1)
    }
    /// The encoding's table.
    pub fn table(self) -> &'static Table {
        static TABLES: [OnceLock<Table>; NAMES.len()] = [const { OnceLock::new() }; NAMES.len()];
        TABLES[self as usize].get_or_init(|| Table::new(self))
    }
}

/// Keys and values that rise together: first key, first value, how many.
type Runs = Vec<(u32, u32, u32)>;

/// One encoding as the file has it.
struct Raw {
    widths: Runs,
    changes: Runs,
    pairs: Vec<(u32, [u32; 2])>,
    encoding: Runs,
}
struct File {
    encodings: Vec<Raw>,
    four_bytes: Runs,
    greek: Runs,
}

struct Reader {
    bytes: std::vec::IntoIter<u8>,
}
impl Reader {
    fn number(&mut self) -> u32 {
        let (mut n, mut shift) = (0, 0);
        for b in self.bytes.by_ref() {
            n |= u32::from(b & 0x7f) << shift;
            if b < 0x80 {
                break;
            }
            shift += 7;
        }
        n
    }
    fn runs(&mut self) -> Runs {
        let (mut key, mut value) = (0u32, 0u32);
        let count = self.number();
        let one = |r: &mut Reader| {
            key = key.wrapping_add(r.number());
            let step = r.number();
            let half = step.div_ceil(2);
            let v = match step & 1 {
                0 => value.wrapping_add(half),
                _ => value.wrapping_sub(half),
            };
            let n = r.number();
            let run = (key, v, n);
            key = key.wrapping_add(n);
            if v != NOTHING {
                value = v.wrapping_add(n);
            }
            run
        };
        let mut one = one;
        (0..count).map(|_| one(self)).collect()
    }
    fn encoding(&mut self) -> Raw {
        let (widths, changes) = (self.runs(), self.runs());
        let count = self.number();
        let pairs = (0..count)
            .map(|_| (self.number(), [self.number(), self.number()]))
            .collect();
        Raw {
            widths,
            changes,
            pairs,
            encoding: self.runs(),
        }
    }
}

static FILE: LazyLock<File> = LazyLock::new(|| {
    let bytes = miniz_oxide::inflate::decompress_to_vec_with_limit(PACKED, UNPACKED_LIMIT);
    let mut r = Reader {
        bytes: bytes.unwrap_or_default().into_iter(),
    };
    File {
        encodings: NAMES.iter().map(|_| r.encoding()).collect(),
        four_bytes: r.runs(),
        greek: r.runs(),
    }
});

/// Looks up a key in runs.
fn find(runs: &Runs, key: u32) -> Option<u32> {
    let i = runs.partition_point(|r| r.0 <= key).checked_sub(1)?;
    let (first, value, n) = runs[i];
    (key - first < n).then(|| value + (key - first))
}
fn find_key(runs: &Runs, value: u32) -> Option<u32> {
    let hit = |r: &&(u32, u32, u32)| value.wrapping_sub(r.1) < r.2;
    runs.iter().find(hit).map(|r| r.0 + (value - r.1))
}

/// The character of GB 18030's four bytes with this number, below U+10000.
pub fn four_bytes(number: u32) -> Option<u32> {
    find(&FILE.four_bytes, number)
}
/// The number of four bytes for a character below U+10000.
pub fn four_bytes_of(c: u32) -> Option<u32> {
    find_key(&FILE.four_bytes, c)
}
/// The character of a byte of ISO 8859-7.
pub fn greek(byte: u8) -> Option<u32> {
    match u32::from(byte) {
        c @ ..0xa0 => Some(c),
        c => find(&FILE.greek, c),
    }
}

/// One encoding.
pub struct Table {
    /// How many bytes a character has, by the first.
    pub widths: [u8; 256],
    /// Meaning + 1 of one and two bytes.
    short: Vec<u32>,
    /// Meaning of three bytes.
    long: HashMap<u32, u32>,
    /// What means two characters.
    pairs: Vec<(u32, [u32; 2])>,
    /// Characters and their bytes, in order.
    encode: Vec<(u32, u32)>,
}
impl Table {
    fn new(flat: Flat) -> Table {
        let mut chain = vec![flat];
        while let Some(base) = NAMES[chain[chain.len() - 1] as usize].2 {
            chain.push(base);
        }
        let raw = &FILE.encodings[flat as usize];
        let mut widths = [1; 256];
        for (i, w) in widths.iter_mut().enumerate() {
            *w = find(&raw.widths, i as u32).map_or(1, |v| (v >> 12) as u8);
        }
        let (mut short, mut long) = (vec![0; 1 << 16], HashMap::new());
        for f in chain.iter().rev() {
            for &(key, value, n) in &FILE.encodings[*f as usize].changes {
                for i in 0..n {
                    let code = key + i;
                    match (short.get_mut(code as usize), value == NOTHING) {
                        (Some(place), gone) => *place = if gone { 0 } else { value + i + 1 },
                        (None, true) => drop(long.remove(&code)),
                        (None, false) => drop(long.insert(code, value + i)),
                    }
                }
            }
        }
        let encode = inverse(&short, &long, &raw.encoding);
        Table {
            widths,
            short,
            long,
            pairs: raw.pairs.clone(),
            encode,
        }
    }
    /// The character that the bytes mean.
    pub fn decode(&self, code: u32) -> Option<u32> {
        match self.short.get(code as usize) {
            Some(v) => v.checked_sub(1),
            None => self.long.get(&code).copied(),
        }
    }
    /// The two characters that the bytes mean.
    pub fn decode_pair(&self, code: u32) -> Option<[u32; 2]> {
        let i = self.pairs.binary_search_by_key(&code, |p| p.0).ok()?;
        Some(self.pairs[i].1)
    }
    /// The bytes of a character.
    pub fn encode(&self, c: u32) -> Option<u32> {
        let i = self.encode.binary_search_by_key(&c, |e| e.0).ok()?;
        Some(self.encode[i].1)
    }
    /// The bytes of two characters.
    pub fn encode_pair(&self, a: u32, b: u32) -> Option<u32> {
        let hit = self.pairs.iter().find(|p| p.1 == [a, b]);
        hit.map(|p| p.0)
    }
    /// Whether some bytes mean this character and another after it.
    pub fn starts_pair(&self, c: u32) -> bool {
        self.pairs.iter().any(|p| p.1[0] == c)
    }
}

/// The opposite table: the first bytes of a meaning, but for the exceptions.
fn inverse(short: &[u32], long: &HashMap<u32, u32>, exceptions: &Runs) -> Vec<(u32, u32)> {
    let short = short.iter().enumerate();
    let mut all: Vec<(u32, u32)> = short
        .filter(|(_, v)| **v != 0)
        .map(|(code, v)| (v - 1, code as u32))
        .chain(long.iter().map(|(code, v)| (*v, *code)))
        .filter(|(c, _)| find_run(exceptions, *c).is_none())
        .collect();
    all.sort_unstable();
    all.dedup_by_key(|e| e.0);
    for &(first, code, n) in exceptions.iter().filter(|r| r.1 != NOTHING) {
        all.extend((0..n).map(|i| (first + i, code + i)));
    }
    all.sort_unstable();
    all
}
fn find_run(runs: &Runs, key: u32) -> Option<usize> {
    let i = runs.partition_point(|r| r.0 <= key).checked_sub(1)?;
    (key - runs[i].0 < runs[i].2).then_some(i)
}
