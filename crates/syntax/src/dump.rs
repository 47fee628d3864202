//! The tree as text, in the form of Python's `ast.dump`.

use crate::ast::{Constant, Mod};
use crate::names::Interner;
use crate::parse::tokenize;
use crate::reflect::{Builder, reflect};
use crate::source::{LineTable, Source, Span};
use crate::token::Tok;

/// How to print.
#[derive(Debug, Clone, Copy, Default)]
pub struct DumpOptions {
    /// Spaces for each level; `None` prints one line.
    pub indent: Option<usize>,
    /// Print line and column numbers.
    pub include_attributes: bool,
}

/// The text of `ast.dump` for a tree.
pub fn dump(tree: &Mod<'_>, names: &Interner, lines: &LineTable, options: DumpOptions) -> String {
    let doc = reflect(
        tree,
        names,
        &mut Docs {
            lines,
            attributes: options.include_attributes,
        },
    );
    let mut out = String::new();
    Printer {
        out: &mut out,
        indent: options.indent,
    }
    .doc(&doc, 0);
    out
}

/// The tokens of a source, one a line, in the form of `python -m tokenize`; a lexical error ends them.
pub fn dump_tokens(source: &Source) -> String {
    let (tokens, error) = tokenize(source);
    let mut out = String::new();
    for token in tokens.iter().filter(|t| t.kind != Tok::Error) {
        let (start, end) = (source.locate(token.start), source.locate(token.end));
        let range = format!(
            "{},{}-{},{}:",
            start.line, start.column, end.line, end.column
        );
        let text = &source.text()[token.start as usize..token.end as usize];
        let class = token.kind.class();
        out.push_str(&format!(
            "{range:<20}{class:<15}{}\n",
            repr_str(text.as_bytes())
        ));
    }
    if let Some(error) = error {
        out.push_str(&format!("{error}\n"));
    }
    out
}

/// A node of the text before it is laid out.
enum Doc {
    /// An absent field, or `None` in a list.
    None,
    Leaf(String),
    List(Vec<Doc>),
    Node(&'static str, Vec<(&'static str, Doc)>),
}

struct Docs<'l> {
    lines: &'l LineTable,
    attributes: bool,
}

impl Builder for Docs<'_> {
    type Value = Doc;

    fn none(&mut self) -> Doc {
        Doc::None
    }

    fn name(&mut self, text: &str) -> Doc {
        Doc::Leaf(repr_str(text.as_bytes()))
    }

    fn text(&mut self, text: &str) -> Doc {
        Doc::Leaf(repr_str(text.as_bytes()))
    }

    fn int(&mut self, value: i64) -> Doc {
        Doc::Leaf(value.to_string())
    }

    fn constant(&mut self, value: &Constant<'_>) -> Doc {
        Doc::Leaf(repr(value))
    }

    fn list(&mut self, items: Vec<Doc>) -> Doc {
        Doc::List(items)
    }

    fn node(
        &mut self,
        class: &'static str,
        fields: Vec<(&'static str, Doc)>,
        span: Option<Span>,
    ) -> Doc {
        let mut shown: Vec<(&'static str, Doc)> = fields
            .into_iter()
            .filter(|(_, doc)| {
                !matches!(doc, Doc::None) && !matches!(doc, Doc::List(items) if items.is_empty())
            })
            .collect();
        if let (Some(span), true) = (span, self.attributes) {
            let (start, end) = (self.lines.locate(span.start), self.lines.locate(span.end));
            shown.push(("lineno", Doc::Leaf(start.line.to_string())));
            shown.push(("col_offset", Doc::Leaf(start.column.to_string())));
            shown.push(("end_lineno", Doc::Leaf(end.line.to_string())));
            shown.push(("end_col_offset", Doc::Leaf(end.column.to_string())));
        }
        Doc::Node(class, shown)
    }
}

/// A simple document may stand with two others in one line.
fn is_simple(doc: &Doc) -> bool {
    match doc {
        Doc::None | Doc::Leaf(_) => true,
        Doc::List(items) => items.is_empty(),
        Doc::Node(_, fields) => fields.is_empty(),
    }
}

struct Printer<'o> {
    out: &'o mut String,
    indent: Option<usize>,
}

impl Printer<'_> {
    fn doc(&mut self, doc: &Doc, level: usize) {
        match doc {
            Doc::None => self.out.push_str("None"),
            Doc::Leaf(text) => self.out.push_str(text),
            Doc::List(items) => {
                self.out.push('[');
                for (i, item) in items.iter().enumerate() {
                    self.separate(i, level + 1, false);
                    self.doc(item, level + 1);
                }
                self.out.push(']');
            }
            Doc::Node(class, fields) => {
                self.out.push_str(class);
                self.out.push('(');
                let inline = fields.len() <= 3 && fields.iter().all(|f| is_simple(&f.1));
                for (i, (name, value)) in fields.iter().enumerate() {
                    self.separate(i, level + 1, inline);
                    self.out.push_str(name);
                    self.out.push('=');
                    self.doc(value, level + 1);
                }
                self.out.push(')');
            }
        }
    }

    fn separate(&mut self, i: usize, level: usize, inline: bool) {
        match self.indent {
            Some(width) if !inline => {
                self.out.push_str(if i == 0 { "\n" } else { ",\n" });
                self.out.extend(std::iter::repeat_n(' ', width * level));
            }
            _ if i > 0 => self.out.push_str(", "),
            _ => {}
        }
    }
}

/// The `repr` of a literal.
pub fn repr(value: &Constant<'_>) -> String {
    match value {
        Constant::None => "None".into(),
        Constant::True => "True".into(),
        Constant::False => "False".into(),
        Constant::Ellipsis => "Ellipsis".into(),
        Constant::Int(i) => i.to_string(),
        Constant::BigInt { radix, digits } => decimal(*radix, digits),
        Constant::Float(f) => repr_float(*f, true),
        Constant::Complex(f) => repr_float(*f, false) + "j",
        Constant::Str { value, .. } => repr_str(value),
        Constant::Bytes(value) => repr_bytes(value),
    }
}

/// Digits of any radix in decimal; quadratic, for dumps only.
fn decimal(radix: u32, digits: &str) -> String {
    if radix == 10 {
        return digits.to_owned();
    }
    const CHUNK: u64 = 1_000_000_000;
    let mut limbs: Vec<u64> = Vec::new();
    for digit in digits.chars().filter_map(|c| c.to_digit(radix)) {
        let mut carry = u64::from(digit);
        for limb in &mut limbs {
            let value = *limb * u64::from(radix) + carry;
            *limb = value % CHUNK;
            carry = value / CHUNK;
        }
        if carry > 0 {
            limbs.push(carry);
        }
    }
    let mut out = limbs.last().map_or_else(|| "0".to_owned(), u64::to_string);
    for limb in limbs.iter().rev().skip(1) {
        out.push_str(&format!("{limb:09}"));
    }
    out
}

/// The shortest digits that read back; exponent form outside 1e-4..1e16.
fn repr_float(value: f64, point: bool) -> String {
    if value.is_infinite() {
        return if value > 0.0 {
            "inf".into()
        } else {
            "-inf".into()
        };
    }
    let scientific = format!("{value:e}");
    let (mantissa, exponent) = scientific.split_once('e').unwrap_or((&scientific, "0"));
    let exponent: i32 = exponent.parse().unwrap_or(0);
    if value != 0.0 && !(-4..16).contains(&exponent) {
        let sign = if exponent < 0 { '-' } else { '+' };
        return format!("{mantissa}e{sign}{:02}", exponent.abs());
    }
    let plain = format!("{value}");
    if point && !plain.contains('.') {
        plain + ".0"
    } else {
        plain
    }
}

fn quote_for(has_single: bool, has_double: bool) -> char {
    if has_single && !has_double { '"' } else { '\'' }
}

fn repr_bytes(value: &[u8]) -> String {
    let quote = quote_for(value.contains(&b'\''), value.contains(&b'"'));
    let mut out = format!("b{quote}");
    for &byte in value {
        match byte {
            b'\\' => out.push_str("\\\\"),
            b'\n' => out.push_str("\\n"),
            b'\r' => out.push_str("\\r"),
            b'\t' => out.push_str("\\t"),
            _ if byte as char == quote => out.extend(['\\', quote]),
            0x20..=0x7E => out.push(byte as char),
            _ => out.push_str(&format!("\\x{byte:02x}")),
        }
    }
    out.push(quote);
    out
}

fn repr_str(value: &[u8]) -> String {
    let quote = quote_for(value.contains(&b'\''), value.contains(&b'"'));
    let mut out = String::from(quote);
    for chunk in value.utf8_chunks() {
        chunk
            .valid()
            .chars()
            .for_each(|c| repr_char(c, quote, &mut out));
        // The three bytes of a surrogate are three invalid chunks: put it together at the first.
        if let [0xED] = chunk.invalid() {
            let at = chunk.invalid().as_ptr() as usize - value.as_ptr() as usize;
            if let Some(&[_, b, c]) = value
                .get(at..at + 3)
                .and_then(|s| <&[u8; 3]>::try_from(s).ok())
            {
                let code = 0xD000 | u32::from(b & 0x3F) << 6 | u32::from(c & 0x3F);
                out.push_str(&format!("\\u{code:04x}"));
            }
        }
    }
    out.push(quote);
    out
}

fn repr_char(c: char, quote: char, out: &mut String) {
    match c {
        '\\' => out.push_str("\\\\"),
        '\n' => out.push_str("\\n"),
        '\r' => out.push_str("\\r"),
        '\t' => out.push_str("\\t"),
        c if c == quote => out.extend(['\\', c]),
        c if crate::charname::is_printable(c) => out.push(c),
        c if (c as u32) < 0x100 => out.push_str(&format!("\\x{:02x}", c as u32)),
        c if (c as u32) < 0x10000 => out.push_str(&format!("\\u{:04x}", c as u32)),
        c => out.push_str(&format!("\\U{:08x}", c as u32)),
    }
}
