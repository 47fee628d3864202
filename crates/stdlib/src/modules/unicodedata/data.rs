//! The tables: unpacked when they are first needed. `tools/unicodedata_tables.py`
//! writes them.

use std::collections::HashMap;
use std::sync::LazyLock;

static PACKED: &[u8] = include_bytes!("tables.bin");
const UNPACKED_LIMIT: usize = 1 << 20;

/// What the characters of one sort have in common.
#[derive(Clone, Copy)]
pub struct Record {
    pub category: &'static str,
    pub bidirectional: &'static str,
    pub width: &'static str,
    pub combining: u8,
    pub mirrored: bool,
}

/// The properties of all characters in one version of Unicode: records by a
/// table of blocks of 128 characters.
pub struct Properties {
    records: Vec<Record>,
    stage1: Vec<u16>,
    blocks: Vec<u16>,
}

impl Properties {
    /// The record of a character.
    pub fn get(&self, c: u32) -> Record {
        let block = self.stage1.get(c as usize >> 7).copied().unwrap_or(0);
        let place = usize::from(block) << 7 | (c & 127) as usize;
        self.records[usize::from(self.blocks[place])]
    }
}

/// Decomposition of a character.
pub struct Decomposition {
    /// As the database writes it.
    pub text: &'static str,
    pub compatible: bool,
    pub into: Vec<u32>,
}

/// A character's decimal and numeric value.
pub type Numbers = (Option<i64>, Option<f64>);

/// Everything.
pub struct Tables {
    pub now: Properties,
    pub old: Properties,
    pub decompositions: HashMap<u32, Decomposition>,
    /// (first, second) to what they compose to.
    pub compositions: HashMap<(u32, u32), u32>,
    /// Values that were others in Unicode 3.2.
    pub old_numbers: HashMap<u32, Numbers>,
    /// Decompositions that were others in Unicode 3.2.
    pub old_decompositions: HashMap<u32, Vec<u32>>,
    /// Formal aliases.
    pub aliases: HashMap<&'static str, u32>,
    /// Names of several characters together.
    pub sequences: HashMap<&'static str, Vec<u32>>,
}

/// The tables.
pub fn tables() -> &'static Tables {
    static TABLES: LazyLock<Tables> = LazyLock::new(read);
    &TABLES
}

/// Takes the next section off.
fn section(rest: &mut &'static [u8]) -> &'static [u8] {
    let Some((len, tail)) = rest.split_first_chunk::<4>() else {
        return &[];
    };
    let len = (u32::from_le_bytes(*len) as usize).min(tail.len());
    let (section, tail) = tail.split_at(len);
    *rest = tail;
    section
}
fn text(section: &'static [u8]) -> &'static str {
    std::str::from_utf8(section).unwrap_or("")
}
fn words(section: &[u8]) -> Vec<u16> {
    let pairs = section.chunks_exact(2);
    pairs.map(|b| u16::from_le_bytes([b[0], b[1]])).collect()
}
fn hex(s: &str) -> u32 {
    u32::from_str_radix(s, 16).unwrap_or(0)
}
fn characters(s: &str) -> Vec<u32> {
    s.split(' ').map(hex).collect()
}

fn properties(rest: &mut &'static [u8], names: &[Vec<&'static str>]) -> Properties {
    let name = |list: usize, i: u8| match names[list][i as usize] {
        "-" => "",
        name => name,
    };
    let records = section(rest).chunks_exact(5).map(|r| Record {
        category: name(0, r[0]),
        bidirectional: name(1, r[1]),
        width: name(2, r[2]),
        combining: r[3],
        mirrored: r[4] != 0,
    });
    Properties {
        records: records.collect(),
        stage1: words(section(rest)),
        blocks: words(section(rest)),
    }
}
fn decomposition(line: &'static str) -> Option<(u32, Decomposition)> {
    let (code, text) = line.split_once(';')?;
    let plain = match text.split_once("> ") {
        Some((_, plain)) => plain,
        None => text,
    };
    let d = Decomposition {
        text,
        compatible: plain.len() != text.len(),
        into: characters(plain),
    };
    Some((hex(code), d))
}
fn composition(b: &[u8]) -> ((u32, u32), u32) {
    let at = |i: usize| u32::from_le_bytes([b[i], b[i + 1], b[i + 2], b[i + 3]]);
    ((at(0), at(4)), at(8))
}
fn numbers(line: &str) -> Option<(u32, Numbers)> {
    let mut parts = line.split(' ');
    let code = hex(parts.next()?);
    let decimal = parts.next()?.parse().ok();
    let numeric = parts.nth(1)?.parse().ok();
    Some((code, (decimal, numeric)))
}

fn read() -> Tables {
    let unpacked = miniz_oxide::inflate::decompress_to_vec_with_limit(PACKED, UNPACKED_LIMIT);
    let mut rest: &'static [u8] = Vec::leak(unpacked.unwrap_or_default());
    let names: Vec<Vec<&str>> = text(section(&mut rest))
        .lines()
        .map(|l| l.split(' ').collect())
        .collect();
    let now = properties(&mut rest, &names);
    let old = properties(&mut rest, &names);
    let decompositions = text(section(&mut rest))
        .lines()
        .filter_map(decomposition)
        .collect();
    let compositions = section(&mut rest)
        .chunks_exact(12)
        .map(composition)
        .collect();
    let mut lines = || text(section(&mut rest)).lines();
    Tables {
        now,
        old,
        decompositions,
        compositions,
        old_numbers: lines().filter_map(numbers).collect(),
        old_decompositions: lines()
            .filter_map(|l| l.split_once(' '))
            .map(|(c, into)| (hex(c), characters(into)))
            .collect(),
        aliases: lines()
            .filter_map(|l| l.split_once(';'))
            .map(|(name, c)| (name, hex(c)))
            .collect(),
        sequences: lines()
            .filter_map(|l| l.split_once(';'))
            .map(|(name, c)| (name, characters(c)))
            .collect(),
    }
}
