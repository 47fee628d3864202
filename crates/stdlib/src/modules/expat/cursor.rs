//! Reading tokens of XML: characters, names, literals.

use super::error::Code;

/// Why a token cannot be read.
#[derive(Clone, Copy, Debug)]
pub enum Stop {
    /// It goes on beyond what is there.
    More,
    /// It is wrong, at this place.
    Bad(Code, usize),
}
pub type Scan<T> = Result<T, Stop>;

/// May a name begin with `c`?
pub fn is_name_start(c: char) -> bool {
    matches!(c, ':' | 'A'..='Z' | '_' | 'a'..='z' | '\u{c0}'..='\u{d6}' | '\u{d8}'..='\u{f6}'
        | '\u{f8}'..='\u{2ff}' | '\u{370}'..='\u{37d}' | '\u{37f}'..='\u{1fff}'
        | '\u{200c}'..='\u{200d}' | '\u{2070}'..='\u{218f}' | '\u{2c00}'..='\u{2fef}'
        | '\u{3001}'..='\u{d7ff}' | '\u{f900}'..='\u{fdcf}' | '\u{fdf0}'..='\u{fffd}'
        | '\u{10000}'..='\u{effff}')
}
/// May a name contain `c`?
pub fn is_name(c: char) -> bool {
    is_name_start(c)
        || matches!(c, '-' | '.' | '0'..='9' | '\u{b7}' | '\u{300}'..='\u{36f}' | '\u{203f}'..='\u{2040}')
}
pub fn is_space(b: u8) -> bool {
    matches!(b, b' ' | b'\t' | b'\n' | b'\r')
}
/// May text contain `c`?
pub fn is_char(c: u32) -> bool {
    matches!(c, 9 | 10 | 13 | 0x20..=0xd7ff | 0xe000..=0xfffd | 0x10000..=0x10ffff)
}
/// Control characters that XML does not have.
pub fn is_bad_byte(b: u8) -> bool {
    b < 32 && !matches!(b, 9 | 10 | 13)
}

/// A place in a text.
#[derive(Clone, Copy)]
pub struct Cursor<'a> {
    pub text: &'a str,
    pub at: usize,
}

impl<'a> Cursor<'a> {
    pub fn new(text: &'a str, at: usize) -> Self {
        Cursor { text, at }
    }
    pub fn rest(&self) -> &'a [u8] {
        &self.text.as_bytes()[self.at..]
    }
    /// The byte at the place.
    pub fn peek(&self) -> Scan<u8> {
        self.rest().first().copied().ok_or(Stop::More)
    }
    /// "Not well-formed", here.
    pub fn bad<T>(&self) -> Scan<T> {
        Err(Stop::Bad(Code::InvalidToken, self.at))
    }
    pub fn fail<T>(&self, code: Code) -> Scan<T> {
        Err(Stop::Bad(code, self.at))
    }
    /// Is `word` here? More is asked for only if it could be.
    pub fn looks_at(&self, word: &str) -> Scan<bool> {
        let (rest, w) = (self.rest(), word.as_bytes());
        if rest.len() >= w.len() {
            return Ok(rest.starts_with(w));
        }
        match w.starts_with(rest) {
            true => Err(Stop::More),
            false => Ok(false),
        }
    }
    pub fn expect(&mut self, b: u8) -> Scan<()> {
        if self.peek()? != b {
            return self.bad();
        }
        self.at += 1;
        Ok(())
    }
    /// Skips white space; was there some?
    pub fn space(&mut self) -> Scan<bool> {
        let start = self.at;
        while is_space(self.peek()?) {
            self.at += 1;
        }
        Ok(self.at > start)
    }
    /// Skips white space that must be there.
    pub fn some_space(&mut self) -> Scan<()> {
        match self.space()? {
            true => Ok(()),
            false => self.bad(),
        }
    }
    fn char(&self) -> Scan<char> {
        self.text[self.at..].chars().next().ok_or(Stop::More)
    }
    /// A name. What follows it must be there already.
    pub fn name(&mut self) -> Scan<&'a str> {
        let start = self.at;
        if !is_name_start(self.char()?) {
            return self.bad();
        }
        self.token(start)
    }
    /// Name characters, at least one.
    pub fn name_token(&mut self) -> Scan<&'a str> {
        let start = self.at;
        if !is_name(self.char()?) {
            return self.bad();
        }
        self.token(start)
    }
    fn token(&mut self, start: usize) -> Scan<&'a str> {
        loop {
            let b = self.peek()?;
            if b.is_ascii_alphanumeric() || matches!(b, b'_' | b'-' | b'.' | b':') {
                self.at += 1;
            } else if b < 128 {
                break;
            } else {
                let c = self.char()?;
                if !is_name(c) {
                    break;
                }
                self.at += c.len_utf8();
            }
        }
        Ok(&self.text[start..self.at])
    }
    /// What stands between quotes; the place of its first character too.
    pub fn literal(&mut self) -> Scan<(&'a str, usize)> {
        let quote = self.peek()?;
        if !matches!(quote, b'"' | b'\'') {
            return self.bad();
        }
        self.at += 1;
        let start = self.at;
        loop {
            let b = self.peek()?;
            if b == quote {
                break;
            }
            if is_bad_byte(b) {
                return self.bad();
            }
            self.at += 1;
        }
        let found = &self.text[start..self.at];
        self.at += 1;
        Ok((found, start))
    }
    /// Everything up to `end`, which is skipped.
    pub fn until(&mut self, end: &str) -> Scan<&'a str> {
        let rest = self.rest();
        let found = memchr::memmem::find(rest, end.as_bytes());
        let upto = found.unwrap_or(rest.len());
        if let Some(i) = rest[..upto].iter().position(|b| is_bad_byte(*b)) {
            return Err(Stop::Bad(Code::InvalidToken, self.at + i));
        }
        let Some(n) = found else {
            return Err(Stop::More);
        };
        let text = &self.text[self.at..self.at + n];
        self.at += n + end.len();
        Ok(text)
    }
    /// The character that `&#...;` means; the cursor stands behind `&#`.
    pub fn character_reference(&mut self) -> Scan<char> {
        let start = self.at - 2;
        let radix = match self.peek()? {
            b'x' => {
                self.at += 1;
                16
            }
            _ => 10,
        };
        let (mut n, mut digits) = (0u32, 0);
        loop {
            let b = self.peek()?;
            if b == b';' && digits > 0 {
                break;
            }
            let Some(d) = (b as char).to_digit(radix) else {
                return self.bad();
            };
            n = n.saturating_mul(radix).saturating_add(d);
            (self.at, digits) = (self.at + 1, digits + 1);
        }
        self.at += 1;
        match char::from_u32(n).filter(|c| is_char(*c as u32)) {
            Some(c) => Ok(c),
            None => Err(Stop::Bad(Code::BadCharRef, start)),
        }
    }
}

/// Text with its line ends made `\n`.
pub fn normalized(text: &str) -> String {
    if !text.contains('\r') {
        return text.to_owned();
    }
    text.replace("\r\n", "\n").replace('\r', "\n")
}
