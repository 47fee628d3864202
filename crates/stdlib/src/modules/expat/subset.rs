//! The document type and its declarations.

use super::cursor::{Cursor, Scan, Stop, is_space};
use super::dtd::{self, Attribute, Entity};
use super::error::Code;
use super::parser::{Event, Parser, State, comment};

type Step = Scan<(Option<Event>, usize)>;

impl Parser {
    pub fn doctype(&mut self, text: &str, at: usize) -> Step {
        let mut c = Cursor::new(text, at + 9);
        c.some_space()?;
        let name = c.name()?.to_owned();
        let spaced = c.space()?;
        let (mut system, mut public) = (None, None);
        if !matches!(c.peek()?, b'[' | b'>') {
            if !spaced {
                return c.bad();
            }
            (system, public) = dtd::external_id(&mut c, true)?;
            c.space()?;
        }
        let internal = match c.peek()? {
            b'[' => true,
            b'>' => false,
            _ => return c.bad(),
        };
        c.at += 1;
        let has_subset = system.is_some();
        if has_subset {
            self.subset = Some((system.clone(), public.clone()));
            let mut d = self.dtd.borrow_mut();
            d.has_parameter_references = true;
            if !d.is_standalone && self.options.parameter_entities == 0 {
                self.queue.push_back(Event::NotStandalone);
            }
        }
        self.dtd.borrow_mut().is_complete = true;
        self.queue.push_back(Event::StartDoctype {
            name,
            system,
            public,
            internal,
        });
        self.state = State::Subset;
        if !internal {
            self.end_of_doctype();
        }
        Ok((self.queue.pop_front(), c.at))
    }
    /// The external subset comes last.
    fn end_of_doctype(&mut self) {
        let standalone = self.dtd.borrow().is_standalone;
        let reads = match self.options.parameter_entities {
            0 => false,
            1 => !standalone,
            _ => true,
        };
        let foreign = self.wants_foreign();
        self.foreign_done = true;
        let subset = self.subset.clone().or(foreign.then_some((None, None)));
        if let Some((system, public)) = subset.filter(|_| reads) {
            self.dtd.borrow_mut().has_parameter_references = true;
            self.queue.push_back(Event::External {
                context: None,
                system,
                public,
            });
            if !standalone {
                self.queue.push_back(Event::NotStandalone);
            }
        }
        self.queue.push_back(Event::EndDoctype);
        self.state = State::AfterDoctype;
    }
    pub fn subset_end(&mut self, text: &str, at: usize) -> Step {
        let mut c = Cursor::new(text, at);
        c.space()?;
        if c.peek()? != b'>' {
            return c.fail(Code::Syntax);
        }
        self.end_of_doctype();
        Ok((self.queue.pop_front(), c.at + 1))
    }
    /// What stands in the brackets, or in the external subset.
    pub fn declaration(&mut self, text: &str, at: usize) -> Step {
        let start = Cursor::new(text, at);
        let external = self.state == State::ExternalSubset;
        let b = start.peek()?;
        if is_space(b) {
            let n = start.rest().iter().position(|b| !is_space(*b));
            return Ok((Some(Event::Default), at + n.unwrap_or(start.rest().len())));
        }
        let mut c = start;
        match b {
            b']' if !external && self.open.is_empty() => {
                self.state = State::SubsetEnd;
                return Ok((None, at + 1));
            }
            b'%' => return self.parameter_reference(c),
            b'<' => {}
            _ => return c.fail(Code::Syntax),
        }
        if c.looks_at("<?")? {
            return self.instruction(c);
        }
        if c.looks_at("<!--")? {
            return comment(c);
        }
        if external && c.looks_at("<![")? {
            return conditional(c);
        }
        for word in ["<!ELEMENT", "<!ATTLIST", "<!ENTITY", "<!NOTATION"] {
            if c.looks_at(word)? {
                c.at += word.len();
                let event = match word {
                    "<!ELEMENT" => Some(dtd::element(&mut c)?),
                    "<!NOTATION" => Some(dtd::notation(&mut c)?),
                    "<!ENTITY" => self.entity(&mut c)?,
                    _ => self.attribute_list(&mut c)?,
                };
                return Ok((event, c.at));
            }
        }
        Err(Stop::Bad(Code::InvalidToken, at + 1))
    }
    fn attribute_list(&mut self, c: &mut Cursor) -> Scan<Option<Event>> {
        for a in dtd::attributes(c)? {
            let is_text = a.kind == "CDATA";
            let default = match &a.default {
                Some((raw, at)) => Some(self.attribute_value(raw, *at, is_text)?),
                None => None,
            };
            if self.dtd.borrow().is_complete || self.is_external {
                let declared = Attribute {
                    name: a.name.clone(),
                    is_text,
                    default: default.clone(),
                };
                dtd::declare(&mut self.dtd.borrow_mut(), &a.element, declared);
            }
            self.queue.push_back(Event::AttlistDecl(a, default));
        }
        Ok(self.queue.pop_front())
    }
    fn entity(&mut self, c: &mut Cursor) -> Scan<Option<Event>> {
        let (name, parameter, mut e, at) = dtd::entity(c)?;
        if let Some(text) = e.text.take() {
            e.text = Some(self.entity_value(&text, at)?);
        }
        let external = self.is_external;
        if !self.dtd.borrow().is_complete && !external {
            return Ok(Some(Event::Default));
        }
        e.is_external_declaration = external || !self.open.is_empty();
        {
            let mut d = self.dtd.borrow_mut();
            let table = match parameter {
                true => &mut d.parameters,
                false => &mut d.entities,
            };
            if table.contains_key(&name) {
                return Ok(Some(Event::Default));
            }
            table.insert(name.clone(), e.clone());
        }
        Ok(Some(Event::EntityDecl {
            name,
            parameter,
            entity: e,
        }))
    }
    /// The replacement text of an entity: characters and parameter entities
    /// are put in, references to other entities stay.
    fn entity_value(&mut self, text: &str, at: usize) -> Scan<String> {
        let mut out = String::with_capacity(text.len());
        let mut rest = text;
        while let Some(i) = rest.find(['&', '%']) {
            let place = text.len() - rest.len() + i;
            let shift = |s: Stop| match s {
                Stop::Bad(code, p) => Stop::Bad(code, at + p),
                Stop::More => Stop::Bad(Code::InvalidToken, at + text.len()),
            };
            out.push_str(&rest[..i]);
            let mut c = Cursor::new(text, place + 1);
            if rest.as_bytes()[i] == b'%' {
                c.name().map_err(shift)?;
                let name = text[place + 1..c.at].to_owned();
                c.expect(b';').map_err(shift)?;
                self.add_parameter(&name, at + place, &mut out)?;
            } else if c.peek().map_err(shift)? == b'#' {
                c.at += 1;
                out.push(c.character_reference().map_err(shift)?);
            } else {
                c.name().map_err(shift)?;
                c.expect(b';').map_err(shift)?;
                out.push_str(&text[place..c.at]);
            }
            rest = &text[c.at..];
        }
        out.push_str(rest);
        Ok(out)
    }
    /// The text of a parameter entity within a value: not allowed in the
    /// document itself.
    fn add_parameter(&mut self, name: &str, at: usize, out: &mut String) -> Scan<()> {
        if !self.is_external && self.open.is_empty() {
            return Err(Stop::Bad(Code::ParamEntityRef, at));
        }
        let text = self.dtd.borrow().parameters.get(name).cloned();
        match text.and_then(|e| e.text) {
            Some(text) => {
                self.account(text.len()).map_err(|e| Stop::Bad(e, at))?;
                out.push_str(&text);
            }
            None => self.dtd.borrow_mut().is_complete = false,
        }
        Ok(())
    }
    /// `%name;` between declarations.
    fn parameter_reference(&mut self, start: Cursor) -> Step {
        let mut c = start;
        c.at += 1;
        let name = c.name()?.to_owned();
        c.expect(b';')?;
        let standalone = self.dtd.borrow().is_standalone;
        self.dtd.borrow_mut().has_parameter_references = true;
        let reads = match self.options.parameter_entities {
            0 => false,
            1 => !standalone,
            _ => true,
        };
        if !reads {
            self.dtd.borrow_mut().is_complete = standalone;
        } else {
            let entity = self.dtd.borrow().parameters.get(&name).cloned();
            match entity {
                None => {
                    self.dtd.borrow_mut().is_complete = standalone;
                    self.queue.push_back(Event::Skipped(name, true));
                }
                Some(e) if e.is_open => return start.fail(Code::RecursiveEntityRef),
                Some(Entity {
                    text: Some(text), ..
                }) => {
                    let n = text.len();
                    self.account(n).map_err(|e| Stop::Bad(e, start.at))?;
                    self.enter(&name, true, text);
                    return Ok((None, c.at));
                }
                Some(e) => self.queue.push_back(Event::External {
                    context: None,
                    system: e.system,
                    public: e.public,
                }),
            }
        }
        if !standalone {
            self.queue.push_back(Event::NotStandalone);
        }
        if !reads {
            self.queue.push_back(Event::Default);
        }
        Ok((self.queue.pop_front(), c.at))
    }
}

/// `<![IGNORE[ ... ]]>` is skipped, the marks of `<![INCLUDE[ ... ]]>` too.
fn conditional(start: Cursor) -> Step {
    let mut c = start;
    c.at += 3;
    c.space()?;
    let word = c.name()?;
    c.space()?;
    c.expect(b'[')?;
    match word {
        "IGNORE" => {
            c.until("]]>")?;
            Ok((Some(Event::Default), c.at))
        }
        _ => c.fail(Code::Syntax),
    }
}
