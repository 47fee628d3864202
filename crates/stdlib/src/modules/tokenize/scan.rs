//! Lines to tokens, one token at a time, as `tokenize` shows them: with comments and
//! blank lines. Lines are asked for only when they are needed: who wants the tokens of
//! one function reads no further.

use pyjit_runtime::Raised;

/// Kinds of tokens, by the numbers of module `token`.
pub mod kind {
    pub const END: i64 = 0;
    pub const NAME: i64 = 1;
    pub const NUMBER: i64 = 2;
    pub const STRING: i64 = 3;
    pub const NEWLINE: i64 = 4;
    pub const INDENT: i64 = 5;
    pub const DEDENT: i64 = 6;
    pub const OP: i64 = 55;
    pub const FSTRING: i64 = 59;
    pub const TSTRING: i64 = 62;
    pub const COMMENT: i64 = 65;
    pub const NL: i64 = 66;
}

/// A token: rows count from 1, columns from 0.
pub struct Token {
    pub kind: i64,
    pub text: String,
    pub start: (i64, i64),
    pub end: (i64, i64),
    pub line: String,
}

/// Why there is no token.
pub enum Stop {
    /// A line could not be read.
    Raised(Raised),
    Fault(Fault),
}
impl From<Raised> for Stop {
    fn from(r: Raised) -> Stop {
        Stop::Raised(r)
    }
}

/// Which exception a fault is.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum FaultKind {
    Syntax,
    Tab,
    Indentation,
    /// The text ended too early: nothing but the place is told.
    End,
}

/// An error in the text.
pub struct Fault {
    pub kind: FaultKind,
    pub message: String,
    pub row: i64,
    pub offset: i64,
    pub line: String,
    /// Is the end of the place known?
    pub ends: bool,
}

type Out<T> = Result<T, Stop>;
/// Gives the next line; nothing at the end.
pub type Read<'r> = &'r mut dyn FnMut() -> Out<Option<Vec<char>>>;

/// An f- or t-string that is open, by numbers: they are kept in a list.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Frame {
    /// Literal text: quote, tripled?, raw?, kind of the first token, where it began.
    Text {
        quote: char,
        triple: bool,
        raw: bool,
        kind: i64,
        row: i64,
        col: i64,
    },
    /// A replacement field in bracket number `depth`.
    Field { depth: usize },
    /// A format specification.
    Spec,
}

/// The state between two tokens.
pub struct Scan {
    pub line: Vec<char>,
    pub row: i64,
    pub col: usize,
    /// The indentation has not been looked at.
    pub begin: bool,
    /// Only white space and comments so far.
    pub blank: bool,
    /// All lines have been read.
    pub ended: bool,
    pub done: bool,
    /// Dedents to be given out.
    pub dedents: i64,
    pub brackets: i64,
    pub indents: Vec<(i64, i64)>,
    pub frames: Vec<Frame>,
}

/// All operators of more than one character, longest first.
const LONG: &[&str] = &[
    "**=", "//=", ">>=", "<<=", "...", "**", "//", ">>", "<<", "<=", ">=", "==", "!=", "->", "+=",
    "-=", "*=", "/=", "%=", "&=", "|=", "^=", "@=", ":=",
];

fn is_start(c: char) -> bool {
    c == '_' || c.is_ascii_alphabetic() || c as u32 >= 128
}
fn is_part(c: char) -> bool {
    is_start(c) || c.is_ascii_digit()
}

impl Scan {
    /// Before the first line.
    pub fn new() -> Scan {
        Scan {
            line: Vec::new(),
            row: 0,
            col: 0,
            begin: true,
            blank: true,
            ended: false,
            done: false,
            dedents: 0,
            brackets: 0,
            indents: vec![(0, 0)],
            frames: Vec::new(),
        }
    }
    fn at(&self, i: usize) -> char {
        self.line.get(self.col + i).copied().unwrap_or('\0')
    }
    fn here(&self) -> (i64, i64) {
        (self.row, self.col as i64)
    }
    fn text(&self) -> String {
        self.line.iter().collect()
    }
    /// The token from a column to the current one.
    fn token(&self, kind: i64, from: usize) -> Token {
        Token {
            kind,
            text: self.line[from..self.col].iter().collect(),
            start: (self.row, from as i64),
            end: self.here(),
            line: self.text(),
        }
    }
    fn fault<T>(&self, kind: FaultKind, message: impl Into<String>, offset: usize) -> Out<T> {
        let line = self.text();
        Err(Stop::Fault(Fault {
            kind,
            message: message.into(),
            row: self.row,
            offset: offset as i64,
            line: line.trim_end_matches(['\n', '\r']).to_string(),
            ends: kind == FaultKind::Syntax,
        }))
    }
    /// Reads the next line; no: there is none.
    fn advance(&mut self, read: Read) -> Out<bool> {
        let Some(line) = read()?.filter(|l| !l.is_empty()) else {
            return Ok(false);
        };
        self.line = line;
        self.row += 1;
        self.col = 0;
        if let Some(i) = self.line.iter().position(|c| *c == '\0') {
            self.line.truncate(i);
            return self.fault(
                FaultKind::Syntax,
                "source code cannot contain null bytes",
                0,
            );
        }
        Ok(true)
    }
    fn is_inside(&self) -> bool {
        self.brackets > 0 || !self.frames.is_empty()
    }

    /// The next token; nothing behind the end.
    pub fn next(&mut self, read: Read) -> Out<Option<Token>> {
        loop {
            if self.done {
                return Ok(None);
            }
            if self.dedents > 0 {
                self.dedents -= 1;
                return Ok(Some(self.token(kind::DEDENT, self.col)));
            }
            if self.ended {
                self.done = true;
                return Ok(Some(self.token(kind::END, 0)));
            }
            if let Some(Frame::Text { .. } | Frame::Spec) = self.frames.last() {
                return self.string_text(read).map(Some);
            }
            if self.col >= self.line.len() {
                if self.begin || self.line.is_empty() || self.line.last() == Some(&'\n') {
                    if !self.advance(read)? {
                        self.finish()?;
                        continue;
                    }
                } else {
                    return Ok(Some(self.line_end()));
                }
            }
            if self.begin && !self.is_inside() {
                self.begin = false;
                self.blank = true;
                if let Some(t) = self.indentation()? {
                    return Ok(Some(t));
                }
                continue;
            }
            self.begin = false;
            if let Some(t) = self.word(read)? {
                return Ok(Some(t));
            }
        }
    }

    /// The end of the text.
    fn finish(&mut self) -> Out<()> {
        if self.is_inside() {
            let whole = self.line.last() == Some(&'\n');
            return self.unfinished(if whole { 0 } else { self.line.len() + 1 });
        }
        self.ended = true;
        self.row += 1;
        self.col = 0;
        self.line.clear();
        self.dedents = self.indents.len() as i64 - 1;
        self.indents.truncate(1);
        Ok(())
    }
    fn unfinished<T>(&self, offset: usize) -> Out<T> {
        self.fault(
            FaultKind::End,
            "unexpected EOF in multi-line statement",
            offset,
        )
    }
    /// The last line has no newline: as if it had.
    fn line_end(&mut self) -> Token {
        let no_end = self.blank || self.is_inside();
        let kind = if no_end { kind::NL } else { kind::NEWLINE };
        self.begin = true;
        let (row, col) = self.here();
        Token {
            kind,
            text: String::new(),
            start: (row, col),
            end: (row, col + 1),
            line: self.text(),
        }
    }

    fn indentation(&mut self) -> Out<Option<Token>> {
        let (mut col, mut alt) = (0i64, 0i64);
        loop {
            match self.at(0) {
                ' ' => (col, alt) = (col + 1, alt + 1),
                '\t' => (col, alt) = ((col / 8 + 1) * 8, alt + 1),
                '\x0c' => (col, alt) = (0, 0),
                _ => break,
            }
            self.col += 1;
        }
        let blank = self.col >= self.line.len() || matches!(self.at(0), '#' | '\n' | '\r');
        if blank || self.at(0) == '\\' {
            return Ok(None);
        }
        let at_end = self.line.len() - usize::from(self.line.last() == Some(&'\n')) + 1;
        let &(top, top_alt) = self.indents.last().unwrap_or(&(0, 0));
        let tabs = "inconsistent use of tabs and spaces in indentation";
        if col == top {
            return match alt == top_alt {
                true => Ok(None),
                false => self.fault(FaultKind::Tab, tabs, at_end),
            };
        }
        if col > top {
            if alt <= top_alt {
                return self.fault(FaultKind::Tab, tabs, at_end);
            }
            if self.indents.len() >= 100 {
                let m = "too many levels of indentation";
                return self.fault(FaultKind::Indentation, m, at_end);
            }
            self.indents.push((col, alt));
            return Ok(Some(self.token(kind::INDENT, 0)));
        }
        while self.indents.len() > 1 && self.indents[self.indents.len() - 1].0 > col {
            self.indents.pop();
            self.dedents += 1;
        }
        match self.indents.last() {
            Some(&(c, _)) if c != col => {
                let m = "unindent does not match any outer indentation level";
                self.fault(FaultKind::Indentation, m, at_end)
            }
            Some(&(_, a)) if a != alt => self.fault(FaultKind::Tab, tabs, at_end),
            _ => Ok(None),
        }
    }

    /// What begins here; nothing after white space and continued lines.
    fn word(&mut self, read: Read) -> Out<Option<Token>> {
        while matches!(self.at(0), ' ' | '\t' | '\x0c') {
            self.col += 1;
        }
        if self.col >= self.line.len() {
            if self.is_inside() {
                self.begin = true;
                return Ok(Some(Token {
                    kind: kind::NL,
                    ..self.line_end()
                }));
            }
            return Ok(Some(self.line_end()));
        }
        let from = self.col;
        let c = self.at(0);
        if c == '#' {
            while self.col < self.line.len() && !matches!(self.at(0), '\n' | '\r') {
                self.col += 1;
            }
            return Ok(Some(self.token(kind::COMMENT, from)));
        }
        if c == '\n' || c == '\r' && self.at(1) == '\n' {
            self.col = self.line.len();
            let k = match self.blank || self.is_inside() {
                true => kind::NL,
                false => kind::NEWLINE,
            };
            self.begin = true;
            let mut t = self.token(k, from);
            t.end = (self.row, from as i64 + t.text.len() as i64);
            return Ok(Some(t));
        }
        if c == '\\' {
            return self.continued(read);
        }
        self.blank = false;
        if c.is_ascii_digit() || c == '.' && self.at(1).is_ascii_digit() {
            self.number()?;
            return Ok(Some(self.token(kind::NUMBER, from)));
        }
        if is_start(c) || matches!(c, '\'' | '"') {
            return self.name_or_string(read).map(Some);
        }
        self.operator().map(Some)
    }
    fn continued(&mut self, read: Read) -> Out<Option<Token>> {
        let rest: String = self.line[self.col + 1..].iter().collect();
        if rest == "\n" || rest == "\r\n" {
            if !self.advance(read)? {
                return self.unfinished(0);
            }
            return Ok(None);
        }
        if rest.is_empty() {
            return self.unfinished(self.line.len() + 1);
        }
        let n = self.text().trim_end_matches(['\n', '\r']).chars().count();
        let m = "unexpected character after line continuation character";
        self.fault(FaultKind::Syntax, m, n + 1)
            .map_err(|e| match e {
                Stop::Fault(f) => Stop::Fault(Fault { ends: false, ..f }),
                e => e,
            })
    }

    /// Digits with single underscores between them.
    fn digits(&mut self, is_digit: fn(char) -> bool, name: &str) -> Out<()> {
        loop {
            while is_digit(self.at(0)) {
                self.col += 1;
            }
            if self.at(0) != '_' {
                return Ok(());
            }
            self.col += 1;
            if !is_digit(self.at(0)) {
                let m = format!("invalid {name} literal");
                return self.fault(FaultKind::Syntax, m, self.col);
            }
        }
    }
    fn number(&mut self) -> Out<()> {
        let decimal: fn(char) -> bool = |c| c.is_ascii_digit();
        if self.at(0) == '0' {
            let (is_digit, name): (fn(char) -> bool, _) = match self.at(1) {
                'x' | 'X' => (|c| c.is_ascii_hexdigit(), "hexadecimal"),
                'o' | 'O' => (|c| ('0'..='7').contains(&c), "octal"),
                'b' | 'B' => (|c| matches!(c, '0' | '1'), "binary"),
                _ => (decimal, ""),
            };
            if !name.is_empty() {
                self.col += 2;
                if self.at(0) == '_' {
                    self.col += 1;
                }
                if !is_digit(self.at(0)) && !self.at(0).is_ascii_digit() {
                    let m = format!("invalid {name} literal");
                    return self.fault(FaultKind::Syntax, m, self.col);
                }
                self.digits(is_digit, name)?;
                if self.at(0).is_ascii_digit() {
                    let m = format!("invalid digit '{}' in {name} literal", self.at(0));
                    return self.fault(FaultKind::Syntax, m, self.col + 1);
                }
                return Ok(());
            }
        }
        self.digits(decimal, "decimal")?;
        if self.at(0) == '.' {
            self.col += 1;
            if decimal(self.at(0)) {
                self.digits(decimal, "decimal")?;
            }
        }
        if matches!(self.at(0), 'e' | 'E') {
            let sign = usize::from(matches!(self.at(1), '+' | '-'));
            if decimal(self.at(1 + sign)) {
                self.col += 1 + sign;
                self.digits(decimal, "decimal")?;
            }
        }
        if matches!(self.at(0), 'j' | 'J') {
            self.col += 1;
        }
        Ok(())
    }

    fn name_or_string(&mut self, read: Read) -> Out<Token> {
        let from = self.col;
        while is_part(self.at(0)) {
            self.col += 1;
        }
        let prefix: String = self.line[from..self.col]
            .iter()
            .collect::<String>()
            .to_lowercase();
        let quote = self.at(0);
        let known = [
            "", "r", "u", "b", "f", "t", "br", "rb", "fr", "rf", "tr", "rt",
        ];
        if !matches!(quote, '\'' | '"') || !known.contains(&&*prefix) {
            return Ok(self.token(kind::NAME, from));
        }
        let triple = self.at(1) == quote && self.at(2) == quote;
        let first = match () {
            () if prefix.contains('f') => kind::FSTRING,
            () if prefix.contains('t') => kind::TSTRING,
            () => return self.string(from, quote, triple, read),
        };
        self.frames.push(Frame::Text {
            quote,
            triple,
            raw: prefix.contains('r'),
            kind: first,
            row: self.row,
            col: from as i64,
        });
        self.col += if triple { 3 } else { 1 };
        Ok(self.token(first, from))
    }

    /// A plain string, from its opening quote on.
    fn string(&mut self, from: usize, quote: char, triple: bool, read: Read) -> Out<Token> {
        let first = (self.line.clone(), (self.row, from as i64));
        let lines = self.text();
        let n = if triple { 3 } else { 1 };
        self.col += n;
        let text = self.line[from..self.col].iter().collect();
        self.string_rest(text, lines, quote, triple, first, read)
    }
    /// What follows the opening quote.
    fn string_rest(
        &mut self,
        mut text: String,
        mut lines: String,
        quote: char,
        triple: bool,
        first: (Vec<char>, (i64, i64)),
        read: Read,
    ) -> Out<Token> {
        let n = if triple { 3 } else { 1 };
        loop {
            if self.col >= self.line.len() {
                if (triple || text.ends_with("\\\n")) && self.advance(read)? {
                    lines.push_str(&self.text());
                    continue;
                }
                return self.unterminated(first, triple, "string");
            }
            let c = self.at(0);
            if c == '\n' && !triple {
                return self.unterminated(first, triple, "string");
            }
            self.col += 1;
            text.push(c);
            if c == '\\' {
                text.extend(self.line.get(self.col));
                self.col += 1;
            } else if c == quote && (!triple || self.at(0) == quote && self.at(1) == quote) {
                for _ in 1..n {
                    text.push(quote);
                }
                self.col += n - 1;
                return Ok(Token {
                    kind: kind::STRING,
                    text,
                    start: first.1,
                    end: self.here(),
                    line: lines,
                });
            }
        }
    }
    fn unterminated<T>(
        &mut self,
        first: (Vec<char>, (i64, i64)),
        triple: bool,
        what: &str,
    ) -> Out<T> {
        let triple = if triple { "triple-quoted " } else { "" };
        let m = format!(
            "unterminated {triple}{what} literal (detected at line {})",
            self.row
        );
        (self.line, self.row) = (first.0, first.1.0);
        self.fault(FaultKind::Syntax, m, first.1.1 as usize + 1)
    }

    fn operator(&mut self) -> Out<Token> {
        let from = self.col;
        let c = self.at(0);
        let in_field = matches!(self.frames.last(), Some(Frame::Field { depth }) if *depth as i64 == self.brackets);
        if in_field && c == ':' {
            self.col += 1;
            self.frames.push(Frame::Spec);
            return Ok(self.token(kind::OP, from));
        }
        for op in LONG {
            if op.chars().enumerate().all(|(i, c)| self.at(i) == c) {
                self.col += op.len();
                return Ok(self.token(kind::OP, from));
            }
        }
        self.col += 1;
        match c {
            '(' | '[' | '{' => {
                if self.brackets >= 200 {
                    return self.fault(FaultKind::Syntax, "too many nested parentheses", self.col);
                }
                self.brackets += 1;
            }
            ')' | ']' | '}' => {
                if in_field && c == '}' {
                    self.frames.pop();
                }
                self.brackets = (self.brackets - 1).max(0);
            }
            _ => {}
        }
        if (c as u32) < 32 {
            let m = format!("invalid non-printable character U+{:04X}", c as u32);
            return self.fault(FaultKind::Syntax, m, self.col);
        }
        Ok(self.token(kind::OP, from))
    }

    /// What comes next in the text of an f- or t-string or of a format specification.
    fn string_text(&mut self, read: Read) -> Out<Token> {
        let in_spec = self.frames.last() == Some(&Frame::Spec);
        let Some(&frame) = self
            .frames
            .iter()
            .rfind(|f| matches!(f, Frame::Text { .. }))
        else {
            return self.unfinished(0);
        };
        let Frame::Text {
            quote,
            triple,
            raw,
            kind,
            row,
            col,
        } = frame
        else {
            return self.unfinished(0);
        };
        let what = if kind == kind::FSTRING {
            "f-string"
        } else {
            "t-string"
        };
        let (start, first_line) = (self.here(), self.line.clone());
        let (mut text, mut lines) = (String::new(), self.text());
        let middle = |scan: &Scan, text: String, lines: String| Token {
            kind: kind + 1,
            text,
            start,
            end: scan.here(),
            line: lines,
        };
        loop {
            if self.col >= self.line.len() {
                let more = triple || text.ends_with("\\\n");
                if more && self.advance(read)? {
                    lines.push_str(&self.text());
                    continue;
                }
                return self.unterminated((first_line, (row, col)), triple, what);
            }
            let c = self.at(0);
            if c == quote && (!triple || self.at(1) == quote && self.at(2) == quote) {
                if !text.is_empty() || in_spec {
                    if in_spec {
                        // The specification ends with the string: the field is not closed.
                        self.frames.pop();
                    }
                    return Ok(middle(self, text, lines));
                }
                self.frames.pop();
                let from = self.col;
                self.col += if triple { 3 } else { 1 };
                return Ok(self.token(kind + 2, from));
            }
            if c == '\n' && !triple && !text.ends_with('\\') {
                if in_spec {
                    let m = format!(
                        "{what}: newlines are not allowed in format specifiers for single quoted {what}s"
                    );
                    return self.fault(FaultKind::Syntax, m, self.col + 1);
                }
                return self.unterminated((first_line, (row, col)), triple, what);
            }
            if c == '{' && (in_spec || self.at(1) != '{') {
                if !text.is_empty() {
                    return Ok(middle(self, text, lines));
                }
                return Ok(self.open_field());
            }
            if c == '}' && in_spec {
                self.frames.pop();
                return Ok(middle(self, text, lines));
            }
            if c == '{' || c == '}' {
                if self.at(1) != c {
                    if text.is_empty() {
                        self.col += 1;
                        let m = format!("{what}: single '}}' is not allowed");
                        return self.fault(FaultKind::Syntax, m, self.col);
                    }
                    return Ok(middle(self, text, lines));
                }
                text.push(c);
                self.col += 1;
                let t = middle(self, text, lines);
                self.col += 1;
                return Ok(t);
            }
            self.col += 1;
            text.push(c);
            if c == '\\' && self.escaped(&mut text, raw) {
                return Ok(middle(self, text, lines));
            }
        }
    }

    /// The `{` of a field.
    fn open_field(&mut self) -> Token {
        let from = self.col;
        self.col += 1;
        self.brackets += 1;
        self.frames.push(Frame::Field {
            depth: self.brackets as usize,
        });
        self.token(kind::OP, from)
    }

    /// What follows a backslash goes to `text`. Was it a character by name, which ends the token?
    fn escaped(&mut self, text: &mut String, raw: bool) -> bool {
        if matches!(self.at(0), '{' | '}') || self.col >= self.line.len() {
            return false;
        }
        let c = self.at(0);
        self.col += 1;
        text.push(c);
        if c != 'N' || raw || self.at(0) != '{' {
            return false;
        }
        while self.col < self.line.len() && self.at(0) != '}' {
            text.push(self.at(0));
            self.col += 1;
        }
        if self.at(0) == '}' {
            text.push('}');
            self.col += 1;
        }
        true
    }
}
