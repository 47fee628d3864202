//! WTF-8: UTF-8 that may also hold lone surrogates, each as three bytes. Python's strings.
//!
//! All functions trust their input to be well formed: strings are checked where bytes become
//! strings, in the decoders. Malformed input gives wrong answers, not undefined behaviour.
//! A high surrogate may be followed by a low one: Python keeps them as two characters.

/// Is this byte the first of a code point?
#[inline(always)]
pub const fn is_boundary(byte: u8) -> bool {
    (byte as i8) >= -0x40
}

/// Bytes of a code point, from its first byte.
#[inline(always)]
pub const fn len_of_first(byte: u8) -> usize {
    match byte {
        0..=0x7f => 1,
        0x80..=0xdf => 2,
        0xe0..=0xef => 3,
        _ => 4,
    }
}

/// Bytes that a code point takes.
#[inline]
pub const fn encoded_len(c: u32) -> usize {
    match c {
        0..=0x7f => 1,
        0x80..=0x7ff => 2,
        0x800..=0xffff => 3,
        _ => 4,
    }
}

/// The bytes of a code point, and how many of them are used.
#[inline]
pub const fn encode(c: u32) -> ([u8; 4], usize) {
    const fn tail(c: u32) -> u8 {
        (c & 0x3f) as u8 | 0x80
    }
    match c {
        0..=0x7f => ([c as u8, 0, 0, 0], 1),
        0x80..=0x7ff => ([(c >> 6) as u8 | 0xc0, tail(c), 0, 0], 2),
        0x800..=0xffff => ([(c >> 12) as u8 | 0xe0, tail(c >> 6), tail(c), 0], 3),
        _ => (
            [(c >> 18) as u8 | 0xf0, tail(c >> 12), tail(c >> 6), tail(c)],
            4,
        ),
    }
}

/// Appends a code point.
#[inline]
pub fn push(out: &mut Vec<u8>, c: u32) {
    if c < 0x80 {
        out.push(c as u8);
    } else {
        let (bytes, len) = encode(c);
        out.extend_from_slice(&bytes[..len]);
    }
}

/// The first code point and its length in bytes.
#[inline]
pub fn decode_first(text: &[u8]) -> Option<(u32, usize)> {
    let tail = |i: usize| text.get(i).map_or(0, |&byte| u32::from(byte & 0x3f));
    let first = *text.first()?;
    Some(match len_of_first(first) {
        1 => (u32::from(first), 1),
        2 => (u32::from(first & 0x1f) << 6 | tail(1), 2),
        3 => (u32::from(first & 0xf) << 12 | tail(1) << 6 | tail(2), 3),
        _ => (
            u32::from(first & 7) << 18 | tail(1) << 12 | tail(2) << 6 | tail(3),
            4,
        ),
    })
}

/// The last code point and its length in bytes.
#[inline]
pub fn decode_last(text: &[u8]) -> Option<(u32, usize)> {
    let start = text.iter().rposition(|&byte| is_boundary(byte))?;
    decode_first(&text[start..])
}

/// Number of code points.
#[inline]
pub fn count(text: &[u8]) -> usize {
    // Sums of at most 255 fit a byte, so that the compiler adds many lanes at once.
    let lane = |chunk: &[u8]| {
        chunk
            .iter()
            .map(|&byte| u8::from(is_boundary(byte)))
            .sum::<u8>()
    };
    text.chunks(255).map(|chunk| usize::from(lane(chunk))).sum()
}

/// The first `limit` code points at most, and how many they are.
pub fn prefix(text: &[u8], limit: usize) -> (&[u8], usize) {
    if limit >= text.len() {
        return (text, count(text));
    }
    let mut at = 0;
    for i in 0..limit {
        if at >= text.len() {
            return (text, i);
        }
        at += len_of_first(text[at]);
    }
    let at = at.min(text.len());
    (&text[..at], limit)
}

/// Byte offset of code point `index` (the length if it is past the end).
pub fn offset_of(text: &[u8], index: usize) -> usize {
    prefix(text, index).0.len()
}

/// The code points of a text, from either end.
#[derive(Clone)]
pub struct CodePoints<'a> {
    rest: &'a [u8],
}

impl<'a> CodePoints<'a> {
    /// The part that has not been read yet.
    pub fn as_bytes(&self) -> &'a [u8] {
        self.rest
    }
}

impl Iterator for CodePoints<'_> {
    type Item = u32;

    #[inline]
    fn next(&mut self) -> Option<u32> {
        let (c, len) = decode_first(self.rest)?;
        self.rest = &self.rest[len.min(self.rest.len())..];
        Some(c)
    }

    fn size_hint(&self) -> (usize, Option<usize>) {
        (self.rest.len().div_ceil(4), Some(self.rest.len()))
    }
}

impl DoubleEndedIterator for CodePoints<'_> {
    #[inline]
    fn next_back(&mut self) -> Option<u32> {
        let (c, len) = decode_last(self.rest)?;
        self.rest = &self.rest[..self.rest.len() - len.min(self.rest.len())];
        Some(c)
    }
}

/// Iterates over the code points of `text`.
#[inline]
pub fn code_points(text: &[u8]) -> CodePoints<'_> {
    CodePoints { rest: text }
}

/// Is this a surrogate?
#[inline]
pub const fn is_surrogate(c: u32) -> bool {
    c & !0x7ff == 0xd800
}

/// Byte offsets of every 64th code point: indexing a long text that is not ASCII.
#[derive(Clone, Debug, Default)]
pub struct IndexTable {
    offsets: Vec<u32>,
    count: usize,
}

/// Code points between two entries of an [`IndexTable`].
const STRIDE: usize = 64;

impl IndexTable {
    /// The table for `text`; texts of 4 GiB and more have none.
    pub fn new(text: &[u8]) -> Option<Self> {
        u32::try_from(text.len()).ok()?;
        let mut offsets = Vec::with_capacity(text.len() / STRIDE + 1);
        let mut count = 0;
        for (at, &byte) in text.iter().enumerate() {
            if is_boundary(byte) {
                if count % STRIDE == 0 {
                    offsets.push(at as u32);
                }
                count += 1;
            }
        }
        Some(Self { offsets, count })
    }

    /// The entries, to be stored elsewhere (see [`table_offset`] and [`table_index`]).
    pub fn entries(&self) -> &[u32] {
        &self.offsets
    }

    /// Number of code points.
    pub fn count(&self) -> usize {
        self.count
    }

    /// Byte offset of code point `index`.
    pub fn offset_of(&self, text: &[u8], index: usize) -> usize {
        table_offset(&self.offsets, text, index)
    }

    /// Index of the code point at byte `offset`.
    pub fn index_of(&self, text: &[u8], offset: usize) -> usize {
        table_index(&self.offsets, text, offset)
    }
}

/// Byte offset of code point `index`, given the entries of the text's [`IndexTable`].
pub fn table_offset(entries: &[u32], text: &[u8], index: usize) -> usize {
    match entries.get(index / STRIDE) {
        Some(&start) => start as usize + offset_of(&text[start as usize..], index % STRIDE),
        None => text.len(),
    }
}

/// Index of the code point at byte `offset`, given the entries of the text's [`IndexTable`].
pub fn table_index(entries: &[u32], text: &[u8], offset: usize) -> usize {
    let block = entries
        .partition_point(|&start| start as usize <= offset)
        .saturating_sub(1);
    let start = entries.get(block).map_or(0, |&start| start as usize);
    block * STRIDE + count(&text[start..offset.max(start).min(text.len())])
}
