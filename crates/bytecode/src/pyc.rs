//! The `.pyc` format: header of PEP 552, checksum, code objects in a compact form. Bytes only, no files.
//!
//! `magic:4 | flags:4 | mtime:4 size:4, or hash:8 | length:4 | checksum:8 | payload`. All numbers are little-endian;
//! within the payload they are varints. It begins with all texts, each once, so that every code object can be
//! read on its own; nested code begins with its length.

use std::collections::HashMap;

use crate::code::{Blob, CodeObject, Constant, Handler, PoolEntry, PoolSlot, Text};
use crate::nested::{Nested, Stored};
use crate::ops::{INFO, Op, Operand};
use crate::{verify, word};

/// Version of the payload's form; the table of bytecodes counts besides.
const VERSION: u8 = 3;
/// Size of everything before the payload.
pub const HEADER_SIZE: usize = 28;
/// Deepest nesting of constants and code that is written or read.
const MAX_DEPTH: u32 = 200;

/// The first four bytes: changes with the format and with the table of bytecodes.
pub const MAGIC: [u8; 4] = {
    let mut hash: u32 = 0x811c_9dc5;
    let mut i = 0;
    while i < INFO.len() {
        let name = INFO[i].name.as_bytes();
        let mut j = 0;
        while j < name.len() {
            hash = (hash ^ name[j] as u32).wrapping_mul(0x0100_0193);
            j += 1;
        }
        hash = (hash ^ INFO[i].operands[2] as u32).wrapping_mul(0x0100_0193);
        i += 1;
    }
    [
        VERSION,
        hash as u8,
        (hash >> 8) as u8,
        (hash >> 16) as u8 | 0x80,
    ]
};

/// What decides whether a `.pyc` is up to date.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Stamp {
    /// Modification time and size of the source, modulo 2**32.
    Source {
        /// Seconds.
        mtime: u32,
        /// Bytes.
        size: u32,
    },
    /// Hash of the source (PEP 552).
    Hash {
        /// SipHash of the source.
        hash: u64,
        /// Whether to compare it with the source.
        check: bool,
    },
}

/// Why bytes were rejected.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Damage {
    /// Another format or version.
    Magic,
    /// Too short, wrong checksum, or contents that make no sense.
    Data,
}

/// A whole file; `None` if the code is too deeply nested to be written.
pub fn write(code: &CodeObject, stamp: Stamp) -> Option<Vec<u8>> {
    let payload = encode(code)?;
    let mut out = Vec::with_capacity(HEADER_SIZE + payload.len());
    out.extend(MAGIC);
    match stamp {
        Stamp::Source { mtime, size } => {
            out.extend(0u32.to_le_bytes());
            out.extend(mtime.to_le_bytes());
            out.extend(size.to_le_bytes());
        }
        Stamp::Hash { hash, check } => {
            out.extend((1 | (check as u32) << 1).to_le_bytes());
            out.extend(hash.to_le_bytes());
        }
    }
    out.extend(u32::try_from(payload.len()).ok()?.to_le_bytes());
    out.extend(checksum(&payload).to_le_bytes());
    out.extend(payload);
    Some(out)
}

/// The stamp of a file.
pub fn stamp(bytes: &[u8]) -> Result<Stamp, Damage> {
    let number = |at: usize| {
        bytes
            .get(at..at + 4)
            .map(|b| u32::from_le_bytes([b[0], b[1], b[2], b[3]]))
            .ok_or(Damage::Data)
    };
    if bytes.get(..4) != Some(&MAGIC) {
        return Err(Damage::Magic);
    }
    match number(4)? {
        0 => Ok(Stamp::Source {
            mtime: number(8)?,
            size: number(12)?,
        }),
        f @ (1 | 3) => Ok(Stamp::Hash {
            hash: number(8)? as u64 | (number(12)? as u64) << 32,
            check: f == 3,
        }),
        _ => Err(Damage::Data),
    }
}

/// The code of a file, verified.
pub fn read(bytes: &[u8]) -> Result<(Stamp, CodeObject), Damage> {
    let stamp = stamp(bytes)?;
    let (header, payload) = bytes.split_at_checked(HEADER_SIZE).ok_or(Damage::Data)?;
    let length = u32::from_le_bytes([header[16], header[17], header[18], header[19]]);
    let sum: [u8; 8] = header[20..28].try_into().map_err(|_| Damage::Data)?;
    if payload.len() != length as usize || checksum(payload) != u64::from_le_bytes(sum) {
        return Err(Damage::Data);
    }
    let code = decode(payload)?;
    verify::verify(&code).map_err(|_| Damage::Data)?;
    Ok((stamp, code))
}

/// A hash of bytes against accidental damage.
pub fn checksum(bytes: &[u8]) -> u64 {
    let mut hash: u64 = 0x9e37_79b9_7f4a_7c15 ^ bytes.len() as u64;
    let mut mix = |word: u64| {
        let product = (hash ^ word) as u128 * 0xa076_1d64_78bd_642f_u128;
        hash = (product as u64 ^ (product >> 64) as u64)
            .rotate_left(23)
            .wrapping_add(word);
    };
    let (words, rest) = bytes.as_chunks::<8>();
    words.iter().for_each(|w| mix(u64::from_le_bytes(*w)));
    let mut last = [0; 8];
    last[..rest.len()].copy_from_slice(rest);
    mix(u64::from_le_bytes(last));
    hash
}

/// The payload: code without header and checksum. `None` if too deeply nested.
pub fn encode(code: &CodeObject) -> Option<Vec<u8>> {
    let mut w = Writer {
        out: Vec::new(),
        texts: HashMap::new(),
        list: Vec::new(),
    };
    if !w.code(code, 0) {
        return None;
    }
    let tree = std::mem::take(&mut w.out);
    let list = std::mem::take(&mut w.list);
    w.number(list.len() as u64);
    list.iter().for_each(|t| w.bytes(t));
    w.out.extend(tree);
    Some(w.out)
}

/// The code of a payload that is trusted to be undamaged: it is not verified.
pub fn decode(payload: &[u8]) -> Result<CodeObject, Damage> {
    let (texts, bytes) = texts(payload).ok_or(Damage::Data)?;
    whole(bytes, &texts, copied(), 0).ok_or(Damage::Data)
}

/// As [`decode`] for a payload that lives for ever: nested code is read when it is needed.
pub fn decode_embedded(payload: &'static [u8]) -> Result<CodeObject, Damage> {
    let (texts, bytes) = texts(payload).ok_or(Damage::Data)?;
    let texts: &'static [&'static [u8]] = texts.leak();
    whole(bytes, texts, EMBEDDED, 0).ok_or(Damage::Data)
}

/// Stored code, without what is nested in it.
pub(crate) fn decode_stored(stored: &Stored) -> Option<CodeObject> {
    whole(stored.bytes, stored.texts, EMBEDDED, 0)
}

/// The texts of a payload, and what follows them.
fn texts(payload: &[u8]) -> Option<(Vec<&[u8]>, &[u8])> {
    let mut r = Reader {
        bytes: payload,
        texts: &[],
        how: copied(),
    };
    let list = r.list(Reader::blob)?;
    Some((list, r.bytes))
}

/// What is done with the parts of a payload.
#[derive(Clone, Copy)]
struct How<'b> {
    /// Reads nested code: from its bytes, with the texts, at a depth.
    nested: fn(&'b [u8], &'b [&'b [u8]], u32) -> Option<Nested>,
    /// Takes bytes into the code.
    blob: fn(&'b [u8]) -> Blob,
    /// Takes a text into the code.
    text: fn(&'b str) -> Text,
}

/// Bytes that live for a while: all is copied.
const fn copied<'b>() -> How<'b> {
    How {
        nested: read_nested,
        blob: |b| b.to_vec().into(),
        text: |s| s.to_owned().into(),
    }
}

/// Bytes that live for ever: all stays there, and nested code is read when it is needed.
const EMBEDDED: How<'static> = How {
    nested: keep_nested,
    blob: Blob::Borrowed,
    text: Text::Borrowed,
};

/// The code that these bytes are.
fn whole<'b>(
    bytes: &'b [u8],
    texts: &'b [&'b [u8]],
    how: How<'b>,
    depth: u32,
) -> Option<CodeObject> {
    let mut r = Reader { bytes, texts, how };
    let code = r.code(depth)?;
    r.bytes.is_empty().then_some(code)
}

fn read_nested<'b>(bytes: &'b [u8], texts: &'b [&'b [u8]], depth: u32) -> Option<Nested> {
    whole(bytes, texts, copied(), depth).map(Nested::from)
}

fn keep_nested(
    bytes: &'static [u8],
    texts: &'static [&'static [u8]],
    _depth: u32,
) -> Option<Nested> {
    let mut r = Reader {
        bytes,
        texts,
        how: EMBEDDED,
    };
    Some(Nested::stored(Stored {
        name: r.borrowed()?,
        qualname: r.borrowed()?,
        flags: r.small()?,
        bytes,
        texts,
    }))
}

struct Writer<'c> {
    out: Vec<u8>,
    texts: HashMap<&'c [u8], u32>,
    /// The texts by number.
    list: Vec<&'c [u8]>,
}

fn zigzag(n: i64) -> u64 {
    ((n << 1) ^ (n >> 63)) as u64
}

fn unzigzag(n: u64) -> i64 {
    (n >> 1) as i64 ^ -((n & 1) as i64)
}

impl<'c> Writer<'c> {
    fn number(&mut self, mut n: u64) {
        while n >= 0x80 {
            self.out.push(n as u8 | 0x80);
            n >>= 7;
        }
        self.out.push(n as u8);
    }

    fn bytes(&mut self, b: &[u8]) {
        self.number(b.len() as u64);
        self.out.extend_from_slice(b);
    }

    /// A text, by number.
    fn text(&mut self, t: &'c [u8]) {
        let next = self.list.len() as u32;
        let n = *self.texts.entry(t).or_insert(next);
        if n == next {
            self.list.push(t);
        }
        self.number(n as u64);
    }

    fn texts(&mut self, list: &'c [Text]) {
        self.number(list.len() as u64);
        list.iter().for_each(|t| self.text(t.as_bytes()));
    }

    fn code(&mut self, code: &'c CodeObject, depth: u32) -> bool {
        self.text(code.name.as_bytes());
        self.text(code.qualname.as_bytes());
        self.number(code.flags as u64);
        self.text(code.filename.as_bytes());
        for n in [
            code.firstlineno,
            code.argcount,
            code.posonlyargcount,
            code.kwonlyargcount,
        ] {
            self.number(n as u64);
        }
        self.number(code.nregs as u64);
        for list in [&code.varnames, &code.cellvars, &code.freevars, &code.names] {
            self.texts(list);
        }
        self.words(code);
        self.number(code.handlers.len() as u64);
        for h in &code.handlers {
            for n in [
                h.start,
                h.end - h.start,
                h.target,
                (h.height as u32) << 1 | h.lasti as u32,
            ] {
                self.number(n as u64);
            }
        }
        self.number(code.junk.len() as u64);
        for (at, register) in &code.junk {
            self.number(*at as u64);
            self.number(*register as u64);
        }
        self.bytes(&code.positions);
        self.constants(&code.constants, depth)
    }

    fn words(&mut self, code: &CodeObject) {
        self.number(code.pool.len() as u64);
        let mut end = 0;
        for slot in &code.pool {
            let (kind, n) = match slot.entry {
                PoolEntry::Const(n) => (0, n),
                PoolEntry::Name(n) => (1, n),
                PoolEntry::Attr(n) => (2, n),
                PoolEntry::Global(n) => (3, n),
                PoolEntry::Keywords(n) => (4, n),
            };
            self.number((slot.at - end) as u64);
            self.number((n as u64) << 3 | kind);
            end = slot.at + slot.entry.words();
        }
        self.number(code.words.len() as u64);
        let mut height = 0;
        for at in crate::flow::places(code) {
            let w = code.words[at as usize];
            self.out.push(word::op(w));
            let operands =
                Op::from_u8(word::op(w)).map_or([Operand::Count; 3], |o| o.info().operands);
            for (kind, n) in operands.iter().zip([word::a(w), word::b(w), word::c(w)]) {
                match kind {
                    Operand::None => {}
                    Operand::Imm | Operand::Jump => self.number(zigzag(n as i16 as i64)),
                    _ => self.number(n as u64),
                }
            }
            let h = code.heights[at as usize] as i64;
            self.number(zigzag(h - height));
            height = h;
        }
    }

    fn constants(&mut self, list: &'c [Constant], depth: u32) -> bool {
        self.number(list.len() as u64);
        list.iter().all(|k| self.constant(k, depth + 1))
    }

    fn constant(&mut self, k: &'c Constant, depth: u32) -> bool {
        if depth > MAX_DEPTH {
            return false;
        }
        match k {
            Constant::None => self.out.push(0),
            Constant::Bool(b) => self.out.push(1 + *b as u8),
            Constant::Ellipsis => self.out.push(3),
            Constant::Int(i) => {
                self.out.push(4);
                self.number(zigzag(*i));
            }
            Constant::BigInt {
                negative,
                magnitude,
            } => {
                self.out.push(5 + *negative as u8);
                self.bytes(magnitude);
            }
            Constant::Float(f) => {
                self.out.push(7);
                self.out.extend(f.to_bits().to_le_bytes());
            }
            Constant::Complex(re, im) => {
                self.out.push(8);
                self.out.extend(re.to_bits().to_le_bytes());
                self.out.extend(im.to_bits().to_le_bytes());
            }
            Constant::Str(s) => {
                self.out.push(9);
                self.text(s);
            }
            Constant::Bytes(s) => {
                self.out.push(10);
                self.bytes(s);
            }
            Constant::Tuple(items) => {
                self.out.push(11);
                return self.constants(items, depth);
            }
            Constant::FrozenSet(items) => {
                self.out.push(12);
                return self.constants(items, depth);
            }
            Constant::Slice(items) => {
                self.out.push(13);
                return items.iter().all(|k| self.constant(k, depth + 1));
            }
            Constant::Code(code) => {
                self.out.push(14);
                let before = std::mem::take(&mut self.out);
                let written = self.code(code, depth);
                let inner = std::mem::replace(&mut self.out, before);
                self.bytes(&inner);
                return written;
            }
        }
        true
    }
}

struct Reader<'b> {
    bytes: &'b [u8],
    texts: &'b [&'b [u8]],
    how: How<'b>,
}

impl<'b> Reader<'b> {
    fn byte(&mut self) -> Option<u8> {
        let (b, rest) = self.bytes.split_first()?;
        self.bytes = rest;
        Some(*b)
    }

    #[inline]
    fn number(&mut self) -> Option<u64> {
        if let Some((&b, rest)) = self.bytes.split_first()
            && b < 0x80
        {
            self.bytes = rest;
            return Some(b as u64);
        }
        self.long_number()
    }

    fn long_number(&mut self) -> Option<u64> {
        let (mut n, mut shift) = (0u64, 0);
        loop {
            let b = self.byte()?;
            n |= ((b & 0x7f) as u64).checked_shl(shift)?;
            if b < 0x80 {
                return Some(n);
            }
            shift += 7;
        }
    }

    fn small<T: TryFrom<u64>>(&mut self) -> Option<T> {
        T::try_from(self.number()?).ok()
    }

    /// A length: each item takes at least a byte, so damage can't ask for much memory.
    fn length(&mut self) -> Option<usize> {
        self.small().filter(|&n| n <= self.bytes.len())
    }

    fn take(&mut self, n: usize) -> Option<&'b [u8]> {
        let (taken, rest) = self.bytes.split_at_checked(n)?;
        self.bytes = rest;
        Some(taken)
    }

    fn blob(&mut self) -> Option<&'b [u8]> {
        let n = self.length()?;
        self.take(n)
    }

    fn text(&mut self) -> Option<&'b [u8]> {
        let n: usize = self.small()?;
        self.texts.get(n).copied()
    }

    fn borrowed(&mut self) -> Option<&'b str> {
        std::str::from_utf8(self.text()?).ok()
    }

    fn str(&mut self) -> Option<Text> {
        self.borrowed().map(self.how.text)
    }

    fn strs(&mut self) -> Option<Box<[Text]>> {
        self.list(Reader::str).map(Into::into)
    }

    /// A length and so many items.
    fn list<T>(&mut self, mut item: impl FnMut(&mut Self) -> Option<T>) -> Option<Vec<T>> {
        let n = self.length()?;
        let mut list = Vec::with_capacity(n);
        for _ in 0..n {
            list.push(item(self)?);
        }
        Some(list)
    }

    fn float(&mut self) -> Option<f64> {
        Some(f64::from_bits(u64::from_le_bytes(
            self.take(8)?.try_into().ok()?,
        )))
    }

    fn code(&mut self, depth: u32) -> Option<CodeObject> {
        let mut code = CodeObject {
            name: self.str()?,
            qualname: self.str()?,
            flags: self.small()?,
            filename: self.str()?,
            ..CodeObject::default()
        };
        code.firstlineno = self.small()?;
        code.argcount = self.small()?;
        code.posonlyargcount = self.small()?;
        code.kwonlyargcount = self.small()?;
        code.nregs = self.small()?;
        code.varnames = self.strs()?;
        code.nlocals = code.varnames.len().try_into().ok()?;
        code.cellvars = self.strs()?;
        code.freevars = self.strs()?;
        code.names = self.strs()?;
        self.words(&mut code)?;
        code.handlers = self.list(Reader::handler)?.into();
        code.junk = self.list(|r| Some((r.small()?, r.small()?)))?.into();
        code.positions = (self.how.blob)(self.blob()?);
        code.constants = self.constants(depth)?;
        Some(code)
    }

    fn handler(&mut self) -> Option<Handler> {
        let start: u32 = self.small()?;
        let end = start.checked_add(self.small()?)?;
        let target = self.small()?;
        let last: u32 = self.small()?;
        Some(Handler {
            start,
            end,
            target,
            height: u16::try_from(last >> 1).ok()?,
            lasti: last & 1 != 0,
        })
    }

    fn words(&mut self, code: &mut CodeObject) -> Option<()> {
        let n = self.length()?;
        let mut pool = Vec::with_capacity(n);
        let (mut end, mut pool_words) = (0u32, 0usize);
        for _ in 0..n {
            let at = end.checked_add(self.small()?)?;
            let entry: u64 = self.number()?;
            let n = u32::try_from(entry >> 3).ok()?;
            let entry = match entry & 7 {
                0 => PoolEntry::Const(n),
                1 => PoolEntry::Name(n),
                2 => PoolEntry::Attr(n),
                3 => PoolEntry::Global(n),
                4 => PoolEntry::Keywords(n),
                _ => return None,
            };
            end = at.checked_add(entry.words())?;
            pool_words += entry.words() as usize;
            pool.push(PoolSlot { at, entry });
        }
        let n: usize = self.small()?;
        if n < end as usize || n.checked_sub(pool_words)? > self.bytes.len() {
            return None;
        }
        code.pool = pool.into();
        code.words = vec![0; n].into();
        code.heights = vec![0; n].into();
        let mut height = 0i64;
        let mut at = 0;
        let mut slots = code.pool.iter();
        loop {
            let slot = slots.next();
            let end = slot.map_or(n, |s| s.at as usize);
            let words = code.words.get_mut(at..end)?.iter_mut();
            for (w, h) in words.zip(&mut code.heights[at..end]) {
                *w = self.word()?;
                height = height.checked_add(unzigzag(self.number()?))?;
                *h = u16::try_from(height).ok()?;
            }
            let Some(slot) = slot else { return Some(()) };
            at = end + slot.entry.words() as usize;
        }
    }

    #[inline]
    fn word(&mut self) -> Option<u64> {
        let op = Op::from_u8(self.byte()?)?;
        let mut operands = [0u16; 3];
        for (kind, n) in op.info().operands.iter().zip(&mut operands) {
            *n = match kind {
                Operand::None => 0,
                Operand::Imm | Operand::Jump => {
                    i16::try_from(unzigzag(self.number()?)).ok()? as u16
                }
                _ => self.small()?,
            };
        }
        Some(word::pack(op, operands[0], operands[1], operands[2]))
    }

    fn constants(&mut self, depth: u32) -> Option<Box<[Constant]>> {
        self.list(|r| r.constant(depth + 1)).map(Into::into)
    }

    fn constant(&mut self, depth: u32) -> Option<Constant> {
        if depth > MAX_DEPTH {
            return None;
        }
        Some(match self.byte()? {
            0 => Constant::None,
            1 => Constant::Bool(false),
            2 => Constant::Bool(true),
            3 => Constant::Ellipsis,
            4 => Constant::Int(unzigzag(self.number()?)),
            n @ (5 | 6) => {
                let magnitude = self.blob()?;
                if magnitude.len() < 8 || magnitude.last() == Some(&0) {
                    return None;
                }
                Constant::BigInt {
                    negative: n == 6,
                    magnitude: magnitude.into(),
                }
            }
            7 => Constant::Float(self.float()?),
            8 => Constant::Complex(self.float()?, self.float()?),
            9 => Constant::Str((self.how.blob)(self.text().filter(|t| is_wtf8(t))?)),
            10 => Constant::Bytes((self.how.blob)(self.blob()?)),
            11 => Constant::Tuple(self.constants(depth)?),
            12 => Constant::FrozenSet(self.constants(depth)?),
            13 => {
                let mut item = || self.constant(depth + 1);
                Constant::Slice(Box::new([item()?, item()?, item()?]))
            }
            14 => {
                let bytes = self.blob()?;
                Constant::Code((self.how.nested)(bytes, self.texts, depth)?)
            }
            _ => return None,
        })
    }
}

/// UTF-8 in which surrogates may occur in their three-byte form.
fn is_wtf8(mut bytes: &[u8]) -> bool {
    loop {
        let Err(e) = std::str::from_utf8(bytes) else {
            return true;
        };
        let rest = &bytes[e.valid_up_to()..];
        match rest {
            [0xed, 0xa0..=0xbf, 0x80..=0xbf, ..] => bytes = &rest[3..],
            _ => return false,
        }
    }
}
