//! `str.format`: the template and its field names. The caller evaluates fields, expands nested
//! templates in specifiers, and formats.

use std::borrow::Cow;

use crate::bigint::{NumError, NumResult};
use crate::unicode::{decimal_value, wtf8};

/// A replacement field.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct FormatField<'a> {
    /// The text before `!`, `:` or `}`.
    pub name: &'a [u8],
    /// The character after `!`.
    pub conversion: Option<u32>,
    /// The text after `:`.
    pub spec: &'a [u8],
    /// Does the specifier hold fields itself?
    pub nested: bool,
}

/// A piece of a template.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct FormatItem<'a> {
    /// Text to be copied, before the field.
    pub literal: &'a [u8],
    /// The field.
    pub field: Option<FormatField<'a>>,
}

/// Reads a template piece by piece.
pub struct FormatTemplate<'a> {
    text: &'a [u8],
    at: usize,
}

impl<'a> FormatTemplate<'a> {
    /// Reads `text`.
    pub fn new(text: &'a [u8]) -> Self {
        Self { text, at: 0 }
    }

    fn take(&mut self) -> Option<u8> {
        let byte = self.text.get(self.at).copied();
        self.at += usize::from(byte.is_some());
        byte
    }

    /// The next piece.
    pub fn next_item(&mut self) -> NumResult<Option<FormatItem<'a>>> {
        let start = self.at;
        let rest = &self.text[start..];
        if rest.is_empty() {
            return Ok(None);
        }
        let Some(len) = memchr::memchr2(b'{', b'}', rest) else {
            self.at = self.text.len();
            return Ok(Some(FormatItem {
                literal: rest,
                field: None,
            }));
        };
        let brace = rest[len];
        self.at = start + len + 1;
        if rest.get(len + 1) == Some(&brace) {
            // Doubled: the first one is text.
            self.at += 1;
            return Ok(Some(FormatItem {
                literal: &rest[..=len],
                field: None,
            }));
        }
        if brace == b'}' {
            return Err(NumError::value("Single '}' encountered in format string"));
        }
        if len + 1 == rest.len() {
            return Err(NumError::value("Single '{' encountered in format string"));
        }
        let field = self.field()?;
        Ok(Some(FormatItem {
            literal: &rest[..len],
            field: Some(field),
        }))
    }

    fn field(&mut self) -> NumResult<FormatField<'a>> {
        let start = self.at;
        let end = loop {
            match self.take() {
                None => return Err(NumError::value("expected '}' before end of string")),
                Some(b'{') => return Err(NumError::value("unexpected '{' in field name")),
                Some(b'[') => {
                    let rest = &self.text[self.at..];
                    self.at += memchr::memchr(b']', rest).unwrap_or(rest.len());
                }
                Some(end @ (b'}' | b':' | b'!')) => break end,
                Some(_) => {}
            }
        };
        let name = &self.text[start..self.at - 1];
        let mut field = FormatField {
            name,
            conversion: None,
            spec: b"",
            nested: false,
        };
        if end == b'}' {
            return Ok(field);
        }
        if end == b'!' {
            let Some((c, len)) = wtf8::decode_first(&self.text[self.at..]) else {
                return Err(NumError::value(
                    "end of string while looking for conversion specifier",
                ));
            };
            field.conversion = Some(c);
            self.at += len;
            match self.take() {
                Some(b'}') => return Ok(field),
                None | Some(b':') => {}
                Some(_) => {
                    return Err(NumError::value("expected ':' after conversion specifier"));
                }
            }
        }
        self.spec(&mut field)?;
        Ok(field)
    }

    fn spec(&mut self, field: &mut FormatField<'a>) -> NumResult<()> {
        let start = self.at;
        let mut depth = 1;
        while let Some(byte) = self.take() {
            match byte {
                b'{' => {
                    field.nested = true;
                    depth += 1;
                }
                b'}' => depth -= 1,
                _ => {}
            }
            if depth == 0 {
                field.spec = &self.text[start..self.at - 1];
                return Ok(());
            }
        }
        Err(NumError::value("unmatched '{' in format spec"))
    }
}

/// A name or a number.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum FieldKey<'a> {
    /// A number.
    Index(usize),
    /// Anything else; empty as the first part of a field name: the next argument.
    Name(&'a [u8]),
}

/// A field name, taken apart step by step: `first.attribute[item]`.
pub struct FieldName<'a> {
    /// The argument.
    pub first: FieldKey<'a>,
    rest: &'a [u8],
}

impl<'a> FieldName<'a> {
    /// Splits off the first part.
    pub fn new(name: &'a [u8]) -> NumResult<Self> {
        let len = memchr::memchr2(b'.', b'[', name).unwrap_or(name.len());
        let (first, rest) = name.split_at(len);
        Ok(Self {
            first: key(first)?,
            rest,
        })
    }

    /// The next step: true for an attribute, false for an item.
    pub fn next_step(&mut self) -> NumResult<Option<(bool, FieldKey<'a>)>> {
        let Some((&byte, rest)) = self.rest.split_first() else {
            return Ok(None);
        };
        let (is_attribute, name) = match byte {
            b'.' => {
                let len = memchr::memchr2(b'.', b'[', rest).unwrap_or(rest.len());
                self.rest = &rest[len..];
                (true, &rest[..len])
            }
            b'[' => {
                let Some(len) = memchr::memchr(b']', rest) else {
                    return Err(NumError::value("Missing ']' in format string"));
                };
                self.rest = &rest[len + 1..];
                (false, &rest[..len])
            }
            _ => {
                return Err(NumError::value(
                    "Only '.' or '[' may follow ']' in format field specifier",
                ));
            }
        };
        if name.is_empty() {
            return Err(NumError::value("Empty attribute in format string"));
        }
        let key = if is_attribute {
            FieldKey::Name(name)
        } else {
            key(name)?
        };
        Ok(Some((is_attribute, key)))
    }
}

/// A part of a field name: a number if it consists of decimal digits.
fn key(text: &[u8]) -> NumResult<FieldKey<'_>> {
    if text.is_empty() {
        return Ok(FieldKey::Name(text));
    }
    let mut value = 0i64;
    for c in wtf8::code_points(text) {
        let Some(digit) = decimal_value(c) else {
            return Ok(FieldKey::Name(text));
        };
        let next = value
            .checked_mul(10)
            .and_then(|value| value.checked_add(i64::from(digit)));
        match next {
            Some(next) => value = next,
            None => return Err(NumError::value("Too many decimal digits in format string")),
        }
    }
    Ok(FieldKey::Index(value as usize))
}

/// The numbering of fields without a name: all automatic or all by hand.
#[derive(Clone, Copy, Debug, Default)]
pub struct AutoNumber {
    next: usize,
    manual: Option<bool>,
}

impl AutoNumber {
    /// Resolves the first part of a field name: `{}` becomes the next number.
    pub fn resolve<'a>(&mut self, key: FieldKey<'a>) -> NumResult<FieldKey<'a>> {
        let manual = match &key {
            FieldKey::Index(_) => true,
            FieldKey::Name([]) => false,
            FieldKey::Name(_) => return Ok(key),
        };
        if *self.manual.get_or_insert(manual) != manual {
            return Err(NumError::value(if manual {
                "cannot switch from automatic field numbering to manual field specification"
            } else {
                "cannot switch from manual field specification to automatic field numbering"
            }));
        }
        if manual {
            return Ok(key);
        }
        self.next += 1;
        Ok(FieldKey::Index(self.next - 1))
    }
}

/// The error for a conversion other than `!r`, `!s` and `!a`.
#[cold]
pub fn unknown_conversion(c: u32) -> NumError {
    let shown: Cow<str> = match char::from_u32(c) {
        Some(c @ '!'..='~') => c.to_string().into(),
        _ => format!("\\x{c:x}").into(),
    };
    NumError::value(format!("Unknown conversion specifier {shown}"))
}
