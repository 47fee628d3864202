//! Declarations: entities, attributes with defaults, content models.

use std::collections::HashMap;

use super::cursor::{Cursor, Scan, Stop, normalized};
use super::error::Code;
use super::parser::Event;

/// An entity.
#[derive(Clone, Default)]
pub struct Entity {
    /// Replacement text of an internal one.
    pub text: Option<String>,
    pub system: Option<String>,
    pub public: Option<String>,
    /// Of an unparsed one.
    pub notation: Option<String>,
    pub is_open: bool,
    /// Declared in a parameter entity or the external subset.
    pub is_external_declaration: bool,
}

/// An attribute as it was declared.
#[derive(Clone)]
pub struct Attribute {
    pub name: String,
    /// Its value is text (not tokens).
    pub is_text: bool,
    pub default: Option<String>,
}

/// What the declarations of a document say.
#[derive(Default)]
pub struct Dtd {
    pub entities: HashMap<String, Entity>,
    pub parameters: HashMap<String, Entity>,
    pub attributes: HashMap<String, Vec<Attribute>>,
    pub has_parameter_references: bool,
    pub is_standalone: bool,
    /// False after a parameter entity that was not read.
    pub is_complete: bool,
}

/// A content model: nodes in one array, the root first.
pub struct Model(pub Vec<Node>);
#[derive(Default)]
pub struct Node {
    pub kind: i64,
    pub quantifier: i64,
    pub name: Option<String>,
    pub children: Vec<usize>,
}
pub const EMPTY: i64 = 1;
pub const ANY: i64 = 2;
pub const MIXED: i64 = 3;
pub const NAME: i64 = 4;
pub const CHOICE: i64 = 5;
pub const SEQUENCE: i64 = 6;

fn quantifier(c: &mut Cursor) -> Scan<i64> {
    let q = match c.peek()? {
        b'?' => 1,
        b'*' => 2,
        b'+' => 3,
        _ => return Ok(0),
    };
    c.at += 1;
    Ok(q)
}

/// `<!ELEMENT name model>`; the cursor stands behind the keyword.
pub fn element(c: &mut Cursor) -> Scan<Event> {
    c.some_space()?;
    let name = c.name()?.to_owned();
    c.some_space()?;
    let model = if c.looks_at("EMPTY")? {
        c.at += 5;
        simple(EMPTY)
    } else if c.looks_at("ANY")? {
        c.at += 3;
        simple(ANY)
    } else if c.peek()? == b'(' {
        group(c)?
    } else {
        return c.fail(Code::Syntax);
    };
    c.space()?;
    c.expect(b'>')?;
    Ok(Event::ElementDecl { name, model })
}
fn simple(kind: i64) -> Model {
    Model(vec![Node {
        kind,
        ..Node::default()
    }])
}
fn group(c: &mut Cursor) -> Scan<Model> {
    c.expect(b'(')?;
    c.space()?;
    if c.looks_at("#PCDATA")? {
        c.at += 7;
        return mixed(c);
    }
    let mut nodes = vec![Node::default()];
    // The groups that are open, and what separates the items of each.
    let mut open = vec![(0usize, 0u8)];
    while let Some(&(group, separator)) = open.last() {
        c.space()?;
        if c.peek()? == b'(' {
            c.at += 1;
            nodes.push(Node::default());
            let n = nodes.len() - 1;
            nodes[group].children.push(n);
            open.push((n, 0));
            continue;
        }
        let name = Some(c.name()?.to_owned());
        let quantifier = quantifier(c)?;
        nodes.push(Node {
            kind: NAME,
            quantifier,
            name,
            children: Vec::new(),
        });
        let n = nodes.len() - 1;
        nodes[group].children.push(n);
        let _ = separator;
        after_item(c, &mut nodes, &mut open)?;
    }
    Ok(Model(nodes))
}
/// After an item: a separator, or the ends of groups.
fn after_item(c: &mut Cursor, nodes: &mut [Node], open: &mut Vec<(usize, u8)>) -> Scan<()> {
    while let Some(&(group, separator)) = open.last() {
        c.space()?;
        match c.peek()? {
            b @ (b',' | b'|') if separator == 0 || separator == b => {
                c.at += 1;
                if let Some(last) = open.last_mut() {
                    last.1 = b;
                }
                return Ok(());
            }
            b')' => {
                c.at += 1;
                nodes[group].kind = if separator == b'|' { CHOICE } else { SEQUENCE };
                nodes[group].quantifier = quantifier(c)?;
                open.pop();
            }
            b',' | b'|' => return c.fail(Code::Syntax),
            _ => return c.bad(),
        }
    }
    Ok(())
}
fn mixed(c: &mut Cursor) -> Scan<Model> {
    let mut nodes = vec![Node {
        kind: MIXED,
        ..Node::default()
    }];
    loop {
        c.space()?;
        match c.peek()? {
            b')' => break,
            b'|' => c.at += 1,
            _ => return c.bad(),
        }
        c.space()?;
        let name = Some(c.name()?.to_owned());
        nodes.push(Node {
            kind: NAME,
            name,
            ..Node::default()
        });
        let n = nodes.len() - 1;
        nodes[0].children.push(n);
    }
    c.at += 1;
    nodes[0].quantifier = quantifier(c)?;
    if nodes.len() > 1 && nodes[0].quantifier != 2 {
        return c.fail(Code::Syntax);
    }
    Ok(Model(nodes))
}

/// One attribute of an `ATTLIST`.
pub struct AttributeDecl {
    pub element: String,
    pub name: String,
    pub kind: String,
    /// Raw text of the default value and its place.
    pub default: Option<(String, usize)>,
    pub required: bool,
}

/// `<!ATTLIST element ...>`; the cursor stands behind the keyword.
pub fn attributes(c: &mut Cursor) -> Scan<Vec<AttributeDecl>> {
    c.some_space()?;
    let element = c.name()?.to_owned();
    let mut all = Vec::new();
    loop {
        let spaced = c.space()?;
        if c.peek()? == b'>' {
            c.at += 1;
            return Ok(all);
        }
        if !spaced {
            return c.bad();
        }
        let name = c.name()?.to_owned();
        c.some_space()?;
        let kind = attribute_type(c)?;
        c.some_space()?;
        let (mut required, mut default) = (false, None);
        if c.looks_at("#REQUIRED")? {
            c.at += 9;
            required = true;
        } else if c.looks_at("#IMPLIED")? {
            c.at += 8;
        } else {
            if c.looks_at("#FIXED")? {
                c.at += 6;
                c.some_space()?;
                required = true;
            }
            let (text, at) = c.literal()?;
            default = Some((text.to_owned(), at));
        }
        all.push(AttributeDecl {
            element: element.clone(),
            name,
            kind,
            default,
            required,
        });
    }
}
const TYPES: [&str; 8] = [
    "CDATA", "IDREFS", "IDREF", "ID", "ENTITIES", "ENTITY", "NMTOKENS", "NMTOKEN",
];
fn attribute_type(c: &mut Cursor) -> Scan<String> {
    for t in TYPES {
        if c.looks_at(t)? {
            c.at += t.len();
            return Ok(t.to_owned());
        }
    }
    let mut out = String::new();
    if c.looks_at("NOTATION")? {
        c.at += 8;
        c.some_space()?;
        out.push_str("NOTATION");
    }
    if c.peek()? != b'(' {
        return c.fail(Code::Syntax);
    }
    loop {
        c.at += 1;
        out.push(if out.is_empty() || out == "NOTATION" {
            '('
        } else {
            '|'
        });
        c.space()?;
        out.push_str(c.name_token()?);
        c.space()?;
        match c.peek()? {
            b'|' => {}
            b')' => break,
            _ => return c.bad(),
        }
    }
    c.at += 1;
    out.push(')');
    Ok(out)
}

/// `SYSTEM "x"` or `PUBLIC "p" "x"`: system and public identifier.
pub fn external_id(
    c: &mut Cursor,
    system_required: bool,
) -> Scan<(Option<String>, Option<String>)> {
    if c.looks_at("SYSTEM")? {
        c.at += 6;
        c.some_space()?;
        return Ok((Some(c.literal()?.0.to_owned()), None));
    }
    if !c.looks_at("PUBLIC")? {
        return c.fail(Code::Syntax);
    }
    c.at += 6;
    c.some_space()?;
    let (public, at) = c.literal()?;
    let plain = |ch: char| ch.is_ascii_alphanumeric() || "-'()+,./:=?;!*#@$_% \r\n".contains(ch);
    if let Some(i) = public.find(|ch| !plain(ch)) {
        return Err(Stop::Bad(Code::PublicId, at + i));
    }
    let public = public
        .split_ascii_whitespace()
        .collect::<Vec<_>>()
        .join(" ");
    let spaced = c.space()?;
    if !system_required && c.peek()? == b'>' {
        return Ok((None, Some(public)));
    }
    if !spaced {
        return c.bad();
    }
    Ok((Some(c.literal()?.0.to_owned()), Some(public)))
}

/// `<!NOTATION name id>`.
pub fn notation(c: &mut Cursor) -> Scan<Event> {
    c.some_space()?;
    let name = c.name()?.to_owned();
    c.some_space()?;
    let (system, public) = external_id(c, false)?;
    c.space()?;
    c.expect(b'>')?;
    Ok(Event::Notation {
        name,
        system,
        public,
    })
}

/// An entity declaration: name, is it a parameter entity, the entity.
pub fn entity(c: &mut Cursor) -> Scan<(String, bool, Entity, usize)> {
    c.some_space()?;
    let parameter = c.peek()? == b'%';
    if parameter {
        c.at += 1;
        c.some_space()?;
    }
    let name = c.name()?.to_owned();
    c.some_space()?;
    let (mut e, mut at) = (Entity::default(), 0);
    if matches!(c.peek()?, b'"' | b'\'') {
        let (text, place) = c.literal()?;
        (e.text, at) = (Some(normalized(text)), place);
    } else {
        (e.system, e.public) = external_id(c, true)?;
        if c.space()? && !parameter && c.looks_at("NDATA")? {
            c.at += 5;
            c.some_space()?;
            e.notation = Some(c.name()?.to_owned());
        }
    }
    c.space()?;
    c.expect(b'>')?;
    Ok((name, parameter, e, at))
}

/// Adds an attribute declaration; the first one of a name counts.
pub fn declare(dtd: &mut Dtd, element: &str, a: Attribute) {
    let list = dtd.attributes.entry(element.to_owned()).or_default();
    if !list.iter().any(|x| x.name == a.name) {
        list.push(a);
    }
}
