//! The parser: bytes go in, events come out, one at a time.
//!
//! It is pulled ([`Parser::next`]) because the handlers of events are Python
//! code that may change everything but the parser itself.

use std::cell::RefCell;
use std::collections::VecDeque;
use std::rc::Rc;

use super::cursor::{Cursor, Scan, Stop, is_name, is_name_start, is_space, normalized};
use super::dtd::{AttributeDecl, Dtd, Entity, Model};
use super::error::Code;
use super::input::{Encoding, Input};

/// Character data.
pub enum Text {
    /// Part of the token's text.
    Slice(usize, usize),
    Owned(String),
}

/// What was found.
pub enum Event {
    XmlDecl {
        version: Option<String>,
        encoding: Option<String>,
        standalone: i64,
    },
    Start {
        name: String,
        attributes: Vec<(String, String)>,
        /// How many of them stood in the tag.
        specified: usize,
        empty: bool,
    },
    End {
        name: String,
        empty: bool,
    },
    Text(Text),
    Instruction {
        target: String,
        data: String,
    },
    Comment(String),
    StartCdata,
    EndCdata,
    StartNamespace(Option<String>, Option<String>),
    EndNamespace(Option<String>),
    StartDoctype {
        name: String,
        system: Option<String>,
        public: Option<String>,
        internal: bool,
    },
    EndDoctype,
    ElementDecl {
        name: String,
        model: Model,
    },
    AttlistDecl(AttributeDecl, Option<String>),
    EntityDecl {
        name: String,
        parameter: bool,
        entity: Entity,
    },
    Notation {
        name: String,
        system: Option<String>,
        public: Option<String>,
    },
    /// An entity that is not read; is it a parameter entity?
    Skipped(String, bool),
    /// An external entity is referred to.
    External {
        context: Option<String>,
        system: Option<String>,
        public: Option<String>,
    },
    NotStandalone,
    /// The encoding has this name; its table must be set.
    Encoding(String),
    /// Nothing that has a handler of its own.
    Default,
}

/// An error and where it is (none: where the current event is).
pub struct Failure {
    pub code: Code,
    pub at: Option<usize>,
}

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum State {
    /// Nothing was read yet.
    Start,
    Prolog,
    /// In the brackets of the document type.
    Subset,
    /// Behind them.
    SubsetEnd,
    /// Behind the document type.
    AfterDoctype,
    Content,
    Cdata,
    Epilog,
    ExternalSubset,
}

/// What is asked of the parser from outside.
#[derive(Clone, Copy)]
pub struct Options {
    /// References to internal entities are left alone.
    pub keeps_entities: bool,
    pub defers: bool,
    /// 0 never, 1 unless standalone, 2 always.
    pub parameter_entities: i64,
    pub foreign_dtd: bool,
    pub triplets: bool,
    pub threshold: u64,
    pub max_factor: f64,
}

impl Options {
    /// As a new parser has them.
    pub fn new() -> Options {
        Options {
            keeps_entities: false,
            defers: true,
            parameter_entities: 0,
            foreign_dtd: false,
            triplets: false,
            threshold: 8 << 20,
            max_factor: 100.0,
        }
    }
}

/// What parsers of one document share.
#[derive(Clone)]
pub struct Shared {
    pub separator: Option<Option<char>>,
    pub dtd: Rc<RefCell<Dtd>>,
    pub options: Options,
    pub is_external: bool,
}

/// An internal entity that is being read.
pub struct Open {
    pub name: String,
    pub parameter: bool,
    pub text: String,
    pub at: usize,
    /// How many elements were open where it begins.
    pub depth: usize,
}

/// A place in the document.
#[derive(Clone, Copy)]
pub struct Place {
    pub byte: usize,
    pub line: i64,
    pub column: i64,
}

/// An element that is open.
pub struct Element {
    pub raw: String,
    pub name: String,
    /// How many names of namespaces it declares.
    pub bindings: usize,
}

pub struct Parser {
    pub input: Input,
    pub at: usize,
    /// Bytes before the input's text that are used up.
    dropped: usize,
    pub open: Vec<Open>,
    pub dtd: Rc<RefCell<Dtd>>,
    pub state: State,
    pub elements: Vec<Element>,
    pub namespaces: Vec<(Option<String>, Option<String>)>,
    /// What stands between namespace and name, if namespaces are wanted.
    pub separator: Option<Option<char>>,
    pub queue: VecDeque<Event>,
    /// Source (0: the document), begin and end of the current token.
    token: (usize, usize, usize),
    mark: Place,
    /// Where the mark belongs: it goes there when somebody asks for it.
    marked: usize,
    /// An encoding that a declaration told.
    declared: Option<String>,
    pub is_external: bool,
    pub is_done: bool,
    pub started: bool,
    pub options: Options,
    /// The reader of a foreign document type was called.
    pub foreign_done: bool,
    /// Identifiers of the external subset.
    pub subset: Option<(Option<String>, Option<String>)>,
    partial: usize,
    /// Where the newest input found the parser.
    began: usize,
    pub direct: u64,
    pub indirect: u64,
}

impl Parser {
    pub fn new(separator: Option<Option<char>>, dtd: Rc<RefCell<Dtd>>) -> Parser {
        Parser {
            input: Input::new(),
            at: 0,
            dropped: 0,
            open: Vec::new(),
            dtd,
            state: State::Start,
            elements: Vec::new(),
            namespaces: Vec::new(),
            separator,
            queue: VecDeque::new(),
            token: (0, 0, 0),
            mark: Place {
                byte: 0,
                line: 1,
                column: 0,
            },
            marked: 0,
            declared: None,
            is_external: false,
            is_done: false,
            started: false,
            options: Options::new(),
            foreign_done: false,
            subset: None,
            partial: 0,
            began: 0,
            direct: 0,
            indirect: 0,
        }
    }
    /// A parser for an external entity, or with no context for declarations.
    pub fn external(shared: &Shared, context: Option<&str>) -> Parser {
        let mut p = Parser::new(shared.separator, shared.dtd.clone());
        p.is_external = true;
        match context {
            None => p.state = State::ExternalSubset,
            Some(c) => {
                p.state = State::Content;
                for (name, uri) in c.split('\u{c}').filter_map(|part| part.split_once('=')) {
                    let name = Some(name.to_owned()).filter(|n| !n.is_empty());
                    p.namespaces.push((name, Some(uri.to_owned())));
                }
            }
        }
        p
    }
    /// The encoding that the caller says the document has.
    pub fn set_encoding(&mut self, name: &str) {
        self.declared = None;
        match name.to_ascii_lowercase().as_str() {
            "utf-8" => self.input.fix(Encoding::Utf8),
            "utf-16le" => self.input.fix(Encoding::Utf16 { little: true }),
            "utf-16be" => self.input.fix(Encoding::Utf16 { little: false }),
            "utf-16" => self.input.is_fixed = true,
            _ => {
                self.input.is_fixed = true;
                self.declared = Some(name.to_owned());
            }
        }
    }
    pub fn push(&mut self, bytes: &[u8], is_final: bool) {
        // What is used up need not be kept.
        if self.at > 1 << 16 && self.at * 2 > self.input.text.len() {
            self.moved_to(self.at);
            self.input.text.drain(..self.at);
            self.dropped += self.at;
            self.at = 0;
            self.token = (0, 0, 0);
        }
        self.direct += bytes.len() as u64;
        self.began = self.at;
        self.started = true;
        self.input.push(bytes, is_final);
    }
    /// Should an unfinished token be tried again?
    pub fn is_worthwhile(&self) -> bool {
        let have = self.input.text.len() - self.at;
        !self.options.defers || self.input.is_final || have >= 2 * self.partial
    }

    /// The next event; `None` when more input is needed or the document ends.
    pub fn next(&mut self) -> Result<Option<Event>, Failure> {
        loop {
            if let Some(e) = self.queue.pop_front() {
                let (depth, _, end) = self.token;
                if depth == 0 && matches!(e, Event::End { empty: true, .. }) {
                    self.marked = end + self.dropped;
                }
                return Ok(Some(e));
            }
            if let Some(name) = self.declared.take() {
                match self.declared_encoding(&name) {
                    Ok(None) => {}
                    other => return other,
                }
            }
            let depth = self.open.len();
            let (text, at) = self.take_text();
            let result = self.step(&text, at);
            let end = match &result {
                Ok((_, end)) => *end,
                Err(_) => at,
            };
            self.put_text(depth, text, end);
            match result {
                Ok((event, end)) => {
                    self.token = (depth, at, end);
                    if depth == 0 {
                        self.marked = at + self.dropped;
                    }
                    if event.is_some() {
                        return Ok(event);
                    }
                }
                Err(Stop::Bad(code, place)) => {
                    let at = (depth == 0).then_some(place);
                    return Err(Failure { code, at });
                }
                Err(Stop::More) => {
                    if !self.end_of_text()? {
                        return Ok(None);
                    }
                }
            }
        }
    }
    fn take_text(&mut self) -> (String, usize) {
        match self.open.last_mut() {
            Some(o) => (std::mem::take(&mut o.text), o.at),
            None => (std::mem::take(&mut self.input.text), self.at),
        }
    }
    fn put_text(&mut self, depth: usize, text: String, at: usize) {
        match depth.checked_sub(1) {
            Some(i) => (self.open[i].text, self.open[i].at) = (text, at),
            None => (self.input.text, self.at) = (text, at),
        }
    }
    /// The text of the current token.
    pub fn raw(&self) -> &str {
        let (depth, from, to) = self.token;
        self.source(depth).get(from..to).unwrap_or("")
    }
    fn source(&self, depth: usize) -> &str {
        match depth.checked_sub(1) {
            Some(i) => self.open.get(i).map_or("", |o| &o.text),
            None => &self.input.text,
        }
    }
    /// A part of the text that the current token is in.
    pub fn slice(&self, from: usize, to: usize) -> &str {
        self.source(self.token.0).get(from..to).unwrap_or("")
    }

    /// The text ends: does reading go on (an entity was left)?
    fn end_of_text(&mut self) -> Result<bool, Failure> {
        if let Some(o) = self.open.last() {
            let done = o.at == o.text.len();
            let balanced = o.depth == self.elements.len() && self.state != State::Cdata;
            if !done || !(o.parameter || balanced) {
                let code = if done {
                    Code::AsyncEntity
                } else {
                    Code::UnclosedToken
                };
                return Err(Failure { code, at: None });
            }
            if let Some(o) = self.open.pop() {
                self.set_open(&o.name, o.parameter, false);
            }
            self.token = (0, 0, 0);
            return Ok(true);
        }
        let left = self.input.text.len() - self.at;
        if let Some(code) = self.input.end_error() {
            let at = Some(self.input.text.len());
            return Err(Failure { code, at });
        }
        if !self.input.is_final {
            self.partial = if self.at == self.began { left } else { 0 };
            return Ok(false);
        }
        let fail = |code, at| Err(Failure { code, at: Some(at) });
        let (at, end) = (self.at, self.input.text.len());
        match self.state {
            State::Epilog | State::ExternalSubset if left == 0 => {}
            State::Start | State::Content if self.is_external && left == 0 => {
                if !self.elements.is_empty() {
                    return fail(Code::AsyncEntity, end);
                }
            }
            State::Cdata if left == 0 => return fail(Code::UnclosedCdata, end),
            _ if left > 0 => return fail(Code::UnclosedToken, at),
            _ => return fail(Code::NoElements, end),
        }
        self.is_done = true;
        Ok(false)
    }
    /// Is an entity being read?
    pub fn set_open(&self, name: &str, parameter: bool, open: bool) {
        let mut d = self.dtd.borrow_mut();
        let table = match parameter {
            true => &mut d.parameters,
            false => &mut d.entities,
        };
        if let Some(e) = table.get_mut(name) {
            e.is_open = open;
        }
    }

    /// Line and column of the current event.
    pub fn place(&mut self) -> Place {
        if let Some(to) = self.marked.checked_sub(self.dropped) {
            self.moved_to(to);
        }
        self.mark
    }
    /// Advances the mark to byte `to` of the text.
    pub fn moved_to(&mut self, to: usize) {
        let Some(from) = self.mark.byte.checked_sub(self.dropped) else {
            return;
        };
        let Some(new) = self.input.text.get(from..to) else {
            return;
        };
        let m = &mut self.mark;
        let bytes = new.as_bytes();
        let (mut start, mut i) = (0, 0);
        while let Some(n) = memchr::memchr2(b'\n', b'\r', &bytes[i..]) {
            i += n + 1;
            if bytes[i - 1] == b'\r' && bytes.get(i) == Some(&b'\n') {
                i += 1;
            }
            (m.line, m.column, start) = (m.line + 1, 0, i);
        }
        m.column += new[start..].chars().count() as i64;
        m.byte = to + self.dropped;
    }

    /// The encoding that the document says it has.
    fn declared_encoding(&mut self, name: &str) -> Result<Option<Event>, Failure> {
        let incorrect = || {
            Err(Failure {
                code: Code::IncorrectEncoding,
                at: None,
            })
        };
        let wide = self.input.is_utf16();
        match name.to_ascii_lowercase().as_str() {
            "utf-8" if !wide => Ok(None),
            "utf-16" | "utf-16le" | "utf-16be" if wide => Ok(None),
            "utf-8" | "utf-16" | "utf-16le" | "utf-16be" => incorrect(),
            "iso-8859-1" | "us-ascii" if wide => incorrect(),
            "iso-8859-1" => {
                self.set_table(std::array::from_fn(|i| Some(i as u8 as char)));
                Ok(None)
            }
            "us-ascii" => {
                let ascii = |i: usize| (i < 128).then_some(i as u8 as char);
                self.set_table(std::array::from_fn(ascii));
                Ok(None)
            }
            _ => Ok(Some(Event::Encoding(name.to_owned()))),
        }
    }
    /// Sets the encoding by its table, for what has not been read.
    pub fn set_table(&mut self, table: [Option<char>; 256]) {
        if !self.input.is_utf16() {
            self.input.reread(self.at, Encoding::Table(Box::new(table)));
        }
    }

    fn step(&mut self, text: &str, at: usize) -> Scan<(Option<Event>, usize)> {
        match self.state {
            State::Content => self.content(text, at),
            State::Cdata => self.cdata(text, at),
            State::Start => self.start(text, at),
            State::Subset | State::ExternalSubset => self.declaration(text, at),
            State::SubsetEnd => self.subset_end(text, at),
            State::Prolog | State::AfterDoctype | State::Epilog => self.misc(text, at),
        }
    }
    /// The very beginning: only there may the XML declaration stand.
    fn start(&mut self, text: &str, at: usize) -> Scan<(Option<Event>, usize)> {
        let c = Cursor::new(text, at);
        let is_declaration = c.looks_at("<?xml")? && {
            let mut after = c;
            after.at += 5;
            is_space(after.peek()?)
        };
        if !is_declaration {
            self.state = State::Prolog;
            return Ok((None, at));
        }
        let (event, end) = self.xml_declaration(text, at)?;
        self.state = State::Prolog;
        Ok((Some(event), end))
    }
    fn xml_declaration(&mut self, text: &str, at: usize) -> Scan<(Event, usize)> {
        let code = match self.is_external {
            true => Code::TextDecl,
            false => Code::XmlDecl,
        };
        let mut c = Cursor::new(text, at + 5);
        c.until("?>").map_err(|s| match s {
            Stop::Bad(_, p) => Stop::Bad(code, p),
            more => more,
        })?;
        let end = c.at;
        // What was there all along cannot be missing.
        let inner = Cursor::new(&text[..end], at + 5);
        let (version, encoding, standalone) =
            pseudo_attributes(inner, end - 2).map_err(|p| Stop::Bad(code, p))?;
        if version.is_none() && !self.is_external {
            return Err(Stop::Bad(code, end - 2));
        }
        self.dtd.borrow_mut().is_standalone |= standalone == 1;
        if !self.input.is_fixed {
            self.declared = encoding.clone();
        }
        let event = Event::XmlDecl {
            version,
            encoding,
            standalone,
        };
        Ok((event, end))
    }

    /// Before and after the root element.
    fn misc(&mut self, text: &str, at: usize) -> Scan<(Option<Event>, usize)> {
        let c = Cursor::new(text, at);
        let b = c.peek()?;
        if is_space(b) {
            let n = c.rest().iter().position(|b| !is_space(*b));
            return Ok((Some(Event::Default), at + n.unwrap_or(c.rest().len())));
        }
        if b != b'<' {
            return self.stray(c);
        }
        if c.looks_at("<?")? {
            return self.instruction(c);
        }
        if c.looks_at("<!--")? {
            return comment(c);
        }
        if self.state == State::Epilog {
            return c.fail(Code::JunkAfterDocElement);
        }
        if c.looks_at("<!DOCTYPE")? {
            return match self.state {
                State::Prolog => self.doctype(text, at),
                _ => c.fail(Code::Syntax),
            };
        }
        let next = text[at + 1..].chars().next().ok_or(Stop::More)?;
        if next == '!' {
            // A declaration that does not belong here.
            let word = |b: &u8| !b.is_ascii_alphabetic();
            let n = c.rest()[2..].iter().position(word).ok_or(Stop::More)?;
            return match n > 0 && is_space(c.rest()[2 + n]) {
                true => c.fail(Code::Syntax),
                false => Err(Stop::Bad(Code::InvalidToken, at + 2 + n)),
            };
        }
        if !is_name_start(next) {
            return Err(Stop::Bad(Code::InvalidToken, at + 1));
        }
        self.state = State::Content;
        if self.wants_foreign() && self.options.parameter_entities > 0 && self.subset.is_none() {
            self.foreign_done = true;
            let (context, system, public) = (None, None, None);
            let event = Event::External {
                context,
                system,
                public,
            };
            return Ok((Some(event), at));
        }
        Ok((None, at))
    }
    /// Is a document type to be read that the document does not name?
    pub fn wants_foreign(&self) -> bool {
        self.options.foreign_dtd && !self.foreign_done
    }
    /// Text where there must be none.
    fn stray(&self, c: Cursor) -> Scan<(Option<Event>, usize)> {
        let code = match self.state {
            State::Epilog => Code::JunkAfterDocElement,
            _ => Code::Syntax,
        };
        let first = c.text[c.at..].chars().next().ok_or(Stop::More)?;
        if !is_name(first) {
            return match first {
                '%' | '[' | ']' | '(' | ')' | '>' | '|' | ',' | '"' | '\'' => c.fail(code),
                _ => c.bad(),
            };
        }
        match c.text[c.at..].find(|ch| !is_name(ch)) {
            None if !self.input.is_final => Err(Stop::More),
            Some(n) if !" \t\r\n>),|[?*+%".contains(&c.text[c.at + n..][..1.min(c.text.len())]) => {
                Err(Stop::Bad(Code::InvalidToken, c.at + n))
            }
            _ => c.fail(code),
        }
    }
    /// `<?target data?>`.
    pub fn instruction(&mut self, start: Cursor) -> Scan<(Option<Event>, usize)> {
        let mut c = start;
        c.at += 2;
        let place = c.at;
        let target = c.name()?;
        if target.eq_ignore_ascii_case("xml") {
            return match target {
                "xml" if self.is_external && start.at == 0 && self.open.is_empty() => {
                    let (event, end) = self.xml_declaration(start.text, 0)?;
                    Ok((Some(event), end))
                }
                "xml" => start.fail(Code::MisplacedXmlPi),
                _ => Err(Stop::Bad(Code::InvalidToken, place)),
            };
        }
        if !c.looks_at("?>")? {
            c.some_space()?;
        }
        let data = normalized(c.until("?>")?);
        let target = target.to_owned();
        Ok((Some(Event::Instruction { target, data }), c.at))
    }
}

/// `<!-- text -->`.
pub fn comment(start: Cursor) -> Scan<(Option<Event>, usize)> {
    let mut c = start;
    c.at += 4;
    let text = c.until("--")?;
    if c.peek()? != b'>' {
        return c.bad();
    }
    Ok((Some(Event::Comment(normalized(text))), c.at + 1))
}

type Declared = (Option<String>, Option<String>, i64);
/// `version="..." encoding="..." standalone="..."` up to `end`; the error is a place.
fn pseudo_attributes(mut c: Cursor, end: usize) -> Result<Declared, usize> {
    let (mut version, mut encoding, mut standalone) = (None, None, -1);
    let mut last = 0;
    loop {
        let place = |c: &Cursor| c.at;
        let spaced = c.space().map_err(|_| end)?;
        if c.at >= end {
            return Ok((version, encoding, standalone));
        }
        if !spaced {
            return Err(place(&c));
        }
        let start = c.at;
        let name = c.name().map_err(|_| start)?;
        c.space().map_err(|_| end)?;
        c.expect(b'=').map_err(|_| c.at)?;
        c.space().map_err(|_| end)?;
        let (value, at) = c.literal().map_err(|_| c.at)?;
        let rank = match name {
            "version" => 1,
            "encoding" => 2,
            "standalone" => 3,
            _ => return Err(start),
        };
        if rank <= last {
            return Err(start);
        }
        last = rank;
        let plain = |ch: char| ch.is_ascii_alphanumeric() || "._-".contains(ch);
        match rank {
            1 if value.chars().all(|ch| plain(ch) || ch == ':') => version = Some(value.to_owned()),
            2 if value.starts_with(|ch: char| ch.is_ascii_alphabetic())
                && value.chars().all(plain) =>
            {
                encoding = Some(value.to_owned())
            }
            3 if value == "yes" => standalone = 1,
            3 if value == "no" => standalone = 0,
            _ => return Err(at),
        }
    }
}
