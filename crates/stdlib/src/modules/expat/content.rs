//! Elements, text and references.

use super::cursor::{Cursor, Scan, Stop, is_bad_byte};
use super::error::Code;
use super::parser::{Element, Event, Open, Parser, State, Text, comment};

/// The entities that every document has.
pub fn predefined(name: &str) -> Option<char> {
    Some(match name {
        "lt" => '<',
        "gt" => '>',
        "amp" => '&',
        "quot" => '"',
        "apos" => '\'',
        _ => return None,
    })
}

/// Bytes at which plain text ends.
const SPECIAL: [bool; 256] = {
    let mut table = [false; 256];
    let mut i = 0;
    while i < 32 {
        table[i] = i != 9;
        i += 1;
    }
    table[b'<' as usize] = true;
    table[b'&' as usize] = true;
    table[b']' as usize] = true;
    table
};

/// The most text of one event if the text had to be converted.
const PIECE: usize = 1024;

type Step = Scan<(Option<Event>, usize)>;

impl Parser {
    pub fn content(&mut self, text: &str, at: usize) -> Step {
        let c = Cursor::new(text, at);
        match c.peek()? {
            b'<' => self.markup(c),
            b'&' => self.reference(c),
            _ => self.text(c, false),
        }
    }
    fn markup(&mut self, c: Cursor) -> Step {
        let second = *c.rest().get(1).ok_or(Stop::More)?;
        match second {
            b'/' => self.end_tag(c),
            b'?' => self.instruction(c),
            b'!' if c.looks_at("<!--")? => comment(c),
            b'!' if c.looks_at("<![CDATA[")? => {
                self.state = State::Cdata;
                Ok((Some(Event::StartCdata), c.at + 9))
            }
            b'!' => Err(Stop::Bad(Code::InvalidToken, c.at + 2)),
            _ => self.start_tag(c),
        }
    }
    /// A piece of text, or of a CDATA section.
    fn text(&mut self, c: Cursor, cdata: bool) -> Step {
        let (rest, last) = (c.rest(), self.input.is_final || !self.open.is_empty());
        let mut n = 0;
        loop {
            let plain = rest[n..].iter().position(|b| SPECIAL[*b as usize]);
            n += plain.unwrap_or(rest.len() - n);
            match rest.get(n) {
                Some(b'<' | b'&') if cdata => n += 1,
                Some(b']') => match (rest.get(n + 1), rest.get(n + 2)) {
                    (Some(b']'), Some(b'>')) if cdata => break,
                    (Some(b']'), Some(b'>')) => {
                        return Err(Stop::Bad(Code::InvalidToken, c.at + n + 2));
                    }
                    (None, _) | (Some(b']'), None) if !last || cdata => break,
                    _ => n += 1,
                },
                _ => break,
            }
        }
        let at = c.at;
        if n > PIECE && self.input.is_table() && self.open.is_empty() {
            n = (1..=PIECE)
                .rev()
                .find(|n| c.text.is_char_boundary(at + n))
                .unwrap_or(n);
        }
        if n > 0 {
            return Ok((Some(Event::Text(Text::Slice(at, at + n))), at + n));
        }
        let line = |n| Ok((Some(Event::Text(Text::Owned("\n".into()))), at + n));
        match (rest[0], rest.get(1)) {
            (b'\n', _) => line(1),
            (b'\r', Some(b'\n')) => line(2),
            (b'\r', None) if !last => Err(Stop::More),
            (b'\r', _) => line(1),
            (b']', _) => Err(Stop::More),
            _ => c.bad(),
        }
    }
    pub fn cdata(&mut self, text: &str, at: usize) -> Step {
        let c = Cursor::new(text, at);
        c.peek()?;
        if c.looks_at("]]>")? {
            self.state = State::Content;
            return Ok((Some(Event::EndCdata), at + 3));
        }
        self.text(c, true)
    }
    fn reference(&mut self, start: Cursor) -> Step {
        let mut c = start;
        c.at += 1;
        if c.peek()? == b'#' {
            c.at += 1;
            let ch = c.character_reference()?;
            return Ok((Some(Event::Text(Text::Owned(ch.to_string()))), c.at));
        }
        let name = c.name()?;
        c.expect(b';')?;
        if let Some(ch) = predefined(name) {
            return Ok((Some(Event::Text(Text::Owned(ch.to_string()))), c.at));
        }
        let entity = {
            let d = self.dtd.borrow();
            let must_exist = !d.has_parameter_references || d.is_standalone;
            match d.entities.get(name) {
                None if must_exist => return start.fail(Code::UndefinedEntity),
                None => return Ok((Some(Event::Skipped(name.to_owned(), false)), c.at)),
                Some(e) if must_exist && e.is_external_declaration => {
                    return start.fail(Code::EntityDeclaredInPe);
                }
                Some(e) => e.clone(),
            }
        };
        if entity.is_open {
            return start.fail(Code::RecursiveEntityRef);
        }
        if entity.notation.is_some() {
            return start.fail(Code::BinaryEntityRef);
        }
        let Some(text) = entity.text else {
            let event = Event::External {
                context: Some(self.context(name)),
                system: entity.system,
                public: entity.public,
            };
            return Ok((Some(event), c.at));
        };
        if self.options.keeps_entities {
            return Ok((Some(Event::Skipped(name.to_owned(), false)), c.at));
        }
        self.account(text.len())
            .map_err(|code| Stop::Bad(code, start.at))?;
        self.enter(name, false, text);
        Ok((None, c.at))
    }
    /// Begins to read an internal entity.
    pub fn enter(&mut self, name: &str, parameter: bool, text: String) {
        self.set_open(name, parameter, true);
        self.open.push(Open {
            name: name.to_owned(),
            parameter,
            text,
            at: 0,
            depth: self.elements.len(),
        });
    }
    /// Counts what entities add to the document.
    pub fn account(&mut self, n: usize) -> Result<(), Code> {
        self.indirect += n as u64;
        let all = self.direct + self.indirect;
        let factor = all as f64 / self.direct.max(1) as f64;
        match all >= self.options.threshold && factor > self.options.max_factor {
            true => Err(Code::Amplification),
            false => Ok(()),
        }
    }
    /// What a parser of the entity `name` has to know.
    fn context(&self, name: &str) -> String {
        let mut parts = Vec::new();
        if self.separator.is_some() {
            parts.push("xml=http://www.w3.org/XML/1998/namespace".to_owned());
            let mut seen = Vec::new();
            for (prefix, uri) in self.namespaces.iter().rev() {
                if !seen.contains(&prefix) {
                    seen.push(prefix);
                    if let Some(uri) = uri {
                        parts.push(format!("{}={uri}", prefix.as_deref().unwrap_or("")));
                    }
                }
            }
        }
        parts.extend(self.open.iter().map(|o| o.name.clone()));
        parts.push(name.to_owned());
        parts.join("\u{c}")
    }

    fn end_tag(&mut self, start: Cursor) -> Step {
        let mut c = start;
        c.at += 2;
        let place = c.at;
        let name = c.name()?;
        c.space()?;
        c.expect(b'>')?;
        if self.elements.len() <= self.open.last().map_or(0, |o| o.depth) {
            return start.fail(Code::AsyncEntity);
        }
        match self.elements.last() {
            Some(e) if e.raw == name => {}
            _ => return Err(Stop::Bad(Code::TagMismatch, place)),
        }
        let event = self.leave(false);
        Ok((event, c.at))
    }
    /// The innermost element ends.
    fn leave(&mut self, empty: bool) -> Option<Event> {
        let e = self.elements.pop()?;
        for _ in 0..e.bindings {
            if let Some((prefix, _)) = self.namespaces.pop() {
                self.queue.push_back(Event::EndNamespace(prefix));
            }
        }
        if self.elements.is_empty() && !self.is_external {
            self.state = State::Epilog;
        }
        Some(Event::End {
            name: e.name,
            empty,
        })
    }

    fn start_tag(&mut self, start: Cursor) -> Step {
        let mut c = start;
        c.at += 1;
        let name = c.name()?;
        let mut raw = Vec::new();
        let empty = loop {
            let spaced = c.space()?;
            match c.peek()? {
                b'>' => {
                    c.at += 1;
                    break false;
                }
                b'/' => {
                    c.at += 1;
                    c.expect(b'>')?;
                    break true;
                }
                _ if !spaced => return c.bad(),
                _ => raw.push(attribute(&mut c)?),
            }
        };
        let mut attributes = Vec::with_capacity(raw.len());
        for (i, (key, value, at)) in raw.iter().enumerate() {
            if raw[..i].iter().any(|r| r.0 == *key) {
                let place = at - 2 - key.len();
                return Err(Stop::Bad(Code::DuplicateAttribute, place));
            }
            let is_text = self.is_text_attribute(name, key);
            let value = self.attribute_value(value, *at, is_text)?;
            attributes.push((key.to_string(), value));
        }
        let specified = self.add_defaults(name, &mut attributes);
        let mut element = Element {
            raw: name.to_owned(),
            name: String::new(),
            bindings: 0,
        };
        let fail = |code| Stop::Bad(code, start.at);
        let specified = match self.separator {
            None => {
                element.name = name.to_owned();
                specified
            }
            Some(_) => self
                .resolve(&mut element, &mut attributes, specified)
                .map_err(fail)?,
        };
        let event = Event::Start {
            name: element.name.clone(),
            attributes,
            specified,
            empty,
        };
        let first = match self.queue.pop_front() {
            Some(e) => {
                self.queue.push_back(event);
                e
            }
            None => event,
        };
        self.elements.push(element);
        if empty {
            // What `leave` queues comes after the end of the element.
            let before = self.queue.len();
            let end = self.leave(true);
            if let Some(e) = end {
                self.queue.insert(before, e);
            }
        }
        Ok((Some(first), c.at))
    }
    /// Is the attribute's value text, as far as is known?
    fn is_text_attribute(&self, element: &str, name: &str) -> bool {
        let d = self.dtd.borrow();
        let list = d.attributes.get(element);
        let found = list.and_then(|l| l.iter().find(|a| a.name == name));
        found.is_none_or(|a| a.is_text)
    }
    /// Adds attributes with defaults; gives how many there were before.
    fn add_defaults(&self, element: &str, all: &mut Vec<(String, String)>) -> usize {
        let specified = all.len();
        let d = self.dtd.borrow();
        for a in d.attributes.get(element).into_iter().flatten() {
            if let Some(v) = &a.default
                && !all.iter().any(|x| x.0 == a.name)
            {
                all.push((a.name.clone(), v.clone()));
            }
        }
        specified
    }

    /// The value of an attribute: references resolved, spaces made equal.
    pub fn attribute_value(&mut self, raw: &str, at: usize, is_text: bool) -> Scan<String> {
        let mut out = String::with_capacity(raw.len());
        self.add_value(raw, at, &mut out)?;
        if is_text {
            return Ok(out);
        }
        let tokens: Vec<&str> = out.split(' ').filter(|t| !t.is_empty()).collect();
        Ok(tokens.join(" "))
    }
    fn add_value(&mut self, raw: &str, at: usize, out: &mut String) -> Scan<()> {
        let bytes = raw.as_bytes();
        let mut i = 0;
        while i < bytes.len() {
            let b = bytes[i];
            match b {
                b'<' => return Err(Stop::Bad(Code::InvalidToken, at + i)),
                b'&' => {
                    i = self.add_reference(raw, i, at, out)?;
                    continue;
                }
                b'\r' if bytes.get(i + 1) == Some(&b'\n') => {}
                b'\r' | b'\n' | b'\t' => out.push(' '),
                _ if is_bad_byte(b) => return Err(Stop::Bad(Code::InvalidToken, at + i)),
                _ => {
                    let n = bytes[i..]
                        .iter()
                        .position(|b| *b < 32 || *b == b'<' || *b == b'&')
                        .unwrap_or(bytes.len() - i);
                    out.push_str(&raw[i..i + n]);
                    i += n;
                    continue;
                }
            }
            i += 1;
        }
        Ok(())
    }
    /// Adds what the reference at `raw[i]` means; gives the place behind it.
    fn add_reference(&mut self, raw: &str, i: usize, at: usize, out: &mut String) -> Scan<usize> {
        let wrong = |place: usize| Stop::Bad(Code::InvalidToken, at + place);
        let shift = |s: Stop| match s {
            Stop::Bad(code, p) => Stop::Bad(code, at + p),
            Stop::More => wrong(raw.len()),
        };
        let mut c = Cursor::new(raw, i + 1);
        if c.peek().map_err(shift)? == b'#' {
            c.at += 1;
            out.push(c.character_reference().map_err(shift)?);
            return Ok(c.at);
        }
        let name = c.name().map_err(shift)?.to_owned();
        c.expect(b';').map_err(shift)?;
        if let Some(ch) = predefined(&name) {
            out.push(ch);
            return Ok(c.at);
        }
        let fail = |code| Stop::Bad(code, at + i);
        let text = {
            let d = self.dtd.borrow();
            let must_exist = !d.has_parameter_references || d.is_standalone;
            match d.entities.get(&name) {
                None if must_exist => return Err(fail(Code::UndefinedEntity)),
                None => return Ok(c.at),
                Some(e) if must_exist && e.is_external_declaration => {
                    return Err(fail(Code::EntityDeclaredInPe));
                }
                Some(e) if e.is_open => return Err(fail(Code::RecursiveEntityRef)),
                Some(e) if e.notation.is_some() => return Err(fail(Code::BinaryEntityRef)),
                Some(e) => match &e.text {
                    Some(text) => text.clone(),
                    None => return Err(fail(Code::AttributeExternalEntityRef)),
                },
            }
        };
        self.account(text.len()).map_err(fail)?;
        self.set_open(&name, false, true);
        let result = match self.too_deep(out) {
            false => self.add_value(&text, at + i, out),
            true => Err(fail(Code::NoMemory)),
        };
        self.set_open(&name, false, false);
        result?;
        Ok(c.at)
    }
    /// Entities within entities within entities: how many are open?
    fn too_deep(&self, _out: &str) -> bool {
        let d = self.dtd.borrow();
        d.entities.len() > 1000 && d.entities.values().filter(|e| e.is_open).count() > 1000
    }
}

/// `name = "value"`: name, raw value, and the value's place.
fn attribute<'a>(c: &mut Cursor<'a>) -> Scan<(&'a str, &'a str, usize)> {
    let name = c.name()?;
    c.space()?;
    c.expect(b'=')?;
    c.space()?;
    let start = c.at;
    let (value, at) = c.literal()?;
    if let Some(i) = value.find('<') {
        return Err(Stop::Bad(Code::InvalidToken, start + 1 + i));
    }
    Ok((name, value, at))
}
