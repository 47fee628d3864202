//! The format mini-language: `[[fill]align][sign][z][#][0][width][grouping][.precision][type]`.

use crate::bigint::{NumError, NumResult};
use crate::unicode::wtf8;

/// Where the text goes in a field that is wider.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Align {
    /// `<`
    Left,
    /// `>`
    Right,
    /// `=`: padding between sign and digits.
    AfterSign,
    /// `^`
    Center,
}

/// What is shown for numbers that are not negative.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Sign {
    /// Nothing (no sign given, or `-`).
    Minus,
    /// `+`
    Plus,
    /// A space.
    Space,
}

/// A separator between groups of digits.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Grouping {
    /// `,` or `_`.
    pub separator: u8,
    /// Digits in a group.
    pub size: usize,
}

/// A parsed format specifier.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FormatSpec {
    /// The padding character.
    pub fill: u32,
    /// Alignment.
    pub align: Align,
    /// Was a sign option given, and which?
    pub sign: Option<Sign>,
    /// `z`: no negative zero.
    pub no_negative_zero: bool,
    /// `#`.
    pub alternate: bool,
    /// Minimal width.
    pub width: usize,
    /// Separator in the whole part.
    pub grouping: Option<Grouping>,
    /// Separator after the point.
    pub fraction_grouping: Option<Grouping>,
    /// Digits after the point, or maximal width of a string.
    pub precision: Option<usize>,
    /// The type character, or the default type; 0 if neither.
    pub ty: u32,
}

/// What the parser must know of the type that is formatted.
#[derive(Clone, Copy)]
pub struct Defaults<'a> {
    /// Alignment if none is given.
    pub align: Align,
    /// Type character if none is given.
    pub ty: u8,
    /// Name of the value's type, for messages.
    pub type_name: &'a str,
}

fn align_of(c: u32) -> Option<Align> {
    Some(match u8::try_from(c).ok()? {
        b'<' => Align::Left,
        b'>' => Align::Right,
        b'=' => Align::AfterSign,
        b'^' => Align::Center,
        _ => return None,
    })
}

/// The specifier being read.
struct Reader<'a> {
    rest: &'a [u8],
}

impl Reader<'_> {
    fn take(&mut self, byte: u8) -> bool {
        match self.rest.split_first() {
            Some((&first, rest)) if first == byte => {
                self.rest = rest;
                true
            }
            _ => false,
        }
    }

    /// A decimal number, if there is one.
    fn number(&mut self) -> NumResult<Option<usize>> {
        let len = self
            .rest
            .iter()
            .take_while(|byte| byte.is_ascii_digit())
            .count();
        if len == 0 {
            return Ok(None);
        }
        let (digits, rest) = self.rest.split_at(len);
        self.rest = rest;
        let value = digits.iter().try_fold(0i64, |value, digit| {
            value.checked_mul(10)?.checked_add(i64::from(digit - b'0'))
        });
        match value {
            Some(value) => Ok(Some(value as usize)),
            None => Err(NumError::value("Too many decimal digits in format string")),
        }
    }

    /// `,` or `_`, but not both.
    fn grouping(&mut self) -> NumResult<Option<Grouping>> {
        const BOTH: &str = "Cannot specify both ',' and '_'.";
        let group = |separator| Some(Grouping { separator, size: 3 });
        if self.take(b',') {
            if self.rest.first() == Some(&b'_') {
                return Err(NumError::value(BOTH));
            }
            return Ok(group(b','));
        }
        if self.take(b'_') {
            if self.rest.first() == Some(&b',') {
                return Err(NumError::value(BOTH));
            }
            return Ok(group(b'_'));
        }
        Ok(None)
    }
}

impl FormatSpec {
    /// Parses `text` (WTF-8).
    pub fn parse(text: &[u8], defaults: Defaults) -> NumResult<Self> {
        let mut spec = Self {
            fill: u32::from(b' '),
            align: defaults.align,
            sign: None,
            no_negative_zero: false,
            alternate: false,
            width: 0,
            grouping: None,
            fraction_grouping: None,
            precision: None,
            ty: u32::from(defaults.ty),
        };
        let mut reader = Reader { rest: text };
        let (fill_given, align_given) = spec.parse_align(&mut reader);
        spec.parse_flags(&mut reader);
        if !fill_given && reader.take(b'0') {
            spec.fill = u32::from(b'0');
            if !align_given && defaults.align == Align::Right {
                spec.align = Align::AfterSign;
            }
        }
        spec.width = reader.number()?.unwrap_or(0);
        spec.grouping = reader.grouping()?;
        if reader.take(b'.') {
            spec.precision = reader.number()?;
            spec.fraction_grouping = reader.grouping()?;
            if spec.precision.is_none() && spec.fraction_grouping.is_none() {
                return Err(NumError::value("Format specifier missing precision"));
            }
        }
        spec.parse_type(reader.rest, text, defaults.type_name)?;
        spec.check_grouping()?;
        Ok(spec)
    }

    fn parse_align(&mut self, reader: &mut Reader) -> (bool, bool) {
        let Some((first, len)) = wtf8::decode_first(reader.rest) else {
            return (false, false);
        };
        let second = reader
            .rest
            .get(len)
            .and_then(|&byte| align_of(u32::from(byte)));
        if let Some(align) = second {
            (self.fill, self.align) = (first, align);
            reader.rest = &reader.rest[len + 1..];
            return (true, true);
        }
        match align_of(first) {
            Some(align) => {
                self.align = align;
                reader.rest = &reader.rest[1..];
                (false, true)
            }
            None => (false, false),
        }
    }

    fn parse_flags(&mut self, reader: &mut Reader) {
        self.sign = if reader.take(b'+') {
            Some(Sign::Plus)
        } else if reader.take(b' ') {
            Some(Sign::Space)
        } else if reader.take(b'-') {
            Some(Sign::Minus)
        } else {
            None
        };
        self.no_negative_zero = reader.take(b'z');
        self.alternate = reader.take(b'#');
    }

    fn parse_type(&mut self, rest: &[u8], whole: &[u8], type_name: &str) -> NumResult<()> {
        let Some((ty, len)) = wtf8::decode_first(rest) else {
            return Ok(());
        };
        if len < rest.len() {
            let spec = String::from_utf8_lossy(whole);
            return Err(NumError::value(format!(
                "Invalid format specifier '{spec}' for object of type '{type_name}'"
            )));
        }
        self.ty = ty;
        Ok(())
    }

    /// Separators fit decimal numbers; underscores also the other bases, by fours.
    fn check_grouping(&mut self) -> NumResult<()> {
        let decimal =
            |ty: u32| ty == 0 || u8::try_from(ty).is_ok_and(|ty| b"defgEG%F".contains(&ty));
        let based = |ty: u32| u8::try_from(ty).is_ok_and(|ty| b"boxX".contains(&ty));
        if let Some(group) = &mut self.grouping
            && !decimal(self.ty)
        {
            if !(based(self.ty) && group.separator == b'_') {
                return Err(cannot_group(group.separator, self.ty));
            }
            group.size = 4;
        }
        if let Some(group) = self.fraction_grouping
            && self.ty == u32::from(b'n')
        {
            return Err(cannot_group(group.separator, self.ty));
        }
        Ok(())
    }
}

/// A type character as messages show it.
fn shown(ty: u32) -> String {
    match char::from_u32(ty) {
        Some(c @ '!'..='\x7f') => c.to_string(),
        _ => format!("\\x{ty:x}"),
    }
}

#[cold]
fn cannot_group(separator: u8, ty: u32) -> NumError {
    NumError::value(format!(
        "Cannot specify '{}' with '{}'.",
        separator as char,
        shown(ty)
    ))
}

/// `Unknown format code`.
#[cold]
pub(super) fn unknown_code(ty: u32, type_name: &str) -> NumError {
    let ty = shown(ty);
    NumError::value(format!(
        "Unknown format code '{ty}' for object of type '{type_name}'"
    ))
}
