//! The bytes of a document as UTF-8, as they come.

use super::error::Code;

/// How bytes become characters.
#[derive(Clone)]
pub enum Encoding {
    /// Not known yet.
    Unknown,
    Utf8,
    Utf16 {
        little: bool,
    },
    /// One byte a character; absent where there is none.
    Table(Box<[Option<char>; 256]>),
}

/// The text read so far, less what is used up.
pub struct Input {
    encoding: Encoding,
    /// Bytes that are not text yet: an unfinished character, or all of the
    /// beginning while the encoding is unknown.
    raw: Vec<u8>,
    pub text: String,
    /// There is an invalid byte behind the text.
    pub is_broken: bool,
    pub is_final: bool,
    /// The encoding was told from outside: a declaration does not change it.
    pub is_fixed: bool,
}

impl Input {
    pub fn new() -> Input {
        Input {
            encoding: Encoding::Unknown,
            raw: Vec::new(),
            text: String::new(),
            is_broken: false,
            is_final: false,
            is_fixed: false,
        }
    }
    /// The encoding that the caller knows.
    pub fn fix(&mut self, encoding: Encoding) {
        self.encoding = encoding;
        self.is_fixed = true;
    }
    pub fn is_utf16(&self) -> bool {
        matches!(self.encoding, Encoding::Utf16 { .. })
    }
    /// Does each byte stand for a character?
    pub fn is_table(&self) -> bool {
        matches!(self.encoding, Encoding::Table(_))
    }
    pub fn push(&mut self, bytes: &[u8], is_final: bool) {
        self.is_final = is_final;
        self.raw.extend_from_slice(bytes);
        if matches!(self.encoding, Encoding::Unknown) && !self.detect() {
            return;
        }
        let first = self.text.is_empty();
        self.decode();
        if first && self.is_fixed && self.text.starts_with('\u{feff}') {
            self.text.drain(..3);
        }
    }
    /// Looks for a mark at the beginning; false if more must come first.
    fn detect(&mut self) -> bool {
        let little = |little| Encoding::Utf16 { little };
        let (encoding, skip) = match self.raw[..] {
            [0xef, 0xbb, 0xbf, ..] => (Encoding::Utf8, 3),
            [0xfe, 0xff, ..] => (little(false), 2),
            [0xff, 0xfe, ..] => (little(true), 2),
            [0, _, ..] => (little(false), 0),
            [b'<', 0, ..] => (little(true), 0),
            [] | [0xef | 0xfe | 0xff | 0 | b'<'] | [0xef, 0xbb] if !self.is_final => return false,
            _ => (Encoding::Utf8, 0),
        };
        self.encoding = encoding;
        self.raw.drain(..skip);
        true
    }
    fn decode(&mut self) {
        if self.is_broken {
            return;
        }
        let raw = std::mem::take(&mut self.raw);
        match &self.encoding {
            Encoding::Unknown => {}
            Encoding::Utf8 => self.decode_utf8(&raw),
            Encoding::Utf16 { little } => {
                let little = *little;
                self.decode_utf16(&raw, little)
            }
            Encoding::Table(table) => {
                for b in &raw {
                    match table[*b as usize] {
                        Some(c) => self.text.push(c),
                        None => {
                            self.is_broken = true;
                            return;
                        }
                    }
                }
            }
        }
    }
    fn decode_utf8(&mut self, raw: &[u8]) {
        let from = self.text.len();
        match std::str::from_utf8(raw) {
            Ok(s) => self.text.push_str(s),
            Err(e) => {
                let (good, rest) = raw.split_at(e.valid_up_to());
                self.text.push_str(&String::from_utf8_lossy(good));
                self.is_broken = e.error_len().is_some();
                self.raw = rest.to_vec();
            }
        }
        // Two characters that UTF-8 has and XML has not.
        let new = &self.text[from..];
        if let Some(i) = new.find(['\u{fffe}', '\u{ffff}']) {
            let mut rest = self.text.split_off(from + i).into_bytes();
            rest.append(&mut self.raw);
            self.raw = rest;
            self.is_broken = true;
        }
    }
    fn decode_utf16(&mut self, raw: &[u8], little: bool) {
        let unit = |p: &[u8]| match little {
            true => u16::from_le_bytes([p[0], p[1]]),
            false => u16::from_be_bytes([p[0], p[1]]),
        };
        let mut at = 0;
        while raw.len() - at >= 2 {
            let first = unit(&raw[at..]);
            let c = match first {
                0xd800..=0xdbff if raw.len() - at < 4 => break,
                0xd800..=0xdbff => {
                    let second = unit(&raw[at + 2..]);
                    at += 2;
                    char::decode_utf16([first, second])
                        .next()
                        .and_then(Result::ok)
                }
                0xfffe | 0xffff => None,
                u => char::from_u32(u as u32),
            };
            match c {
                Some(c) => self.text.push(c),
                None => {
                    self.is_broken = true;
                    return;
                }
            }
            at += 2;
        }
        self.raw = raw[at..].to_vec();
    }
    /// What is wrong at the end of the text, if anything is.
    pub fn end_error(&self) -> Option<Code> {
        if self.is_broken {
            return Some(Code::InvalidToken);
        }
        (self.is_final && !self.raw.is_empty()).then_some(match self.is_utf16() {
            true => Code::UnclosedToken,
            false => Code::PartialChar,
        })
    }
    /// A declaration tells the encoding: the text from `at` on is read anew.
    pub fn reread(&mut self, at: usize, encoding: Encoding) {
        let mut raw = self.text.as_bytes()[at..].to_vec();
        raw.append(&mut self.raw);
        self.text.truncate(at);
        self.encoding = encoding;
        self.raw = raw;
        self.is_broken = false;
        self.decode();
    }
}
