//! Source text: decoding, newlines, byte spans and the line table.
//!
//! Offsets everywhere in this crate are bytes into [`Source::text`], which is UTF-8 with `\n` newlines.

use crate::decode::{self, DecodeError};
use crate::error::SyntaxError;

/// A half-open byte range of the source text.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub struct Span {
    /// First byte.
    pub start: u32,
    /// One past the last byte.
    pub end: u32,
}

impl Span {
    /// The range `start..end`.
    pub fn new(start: u32, end: u32) -> Span {
        Span { start, end }
    }

    /// From the start of this span to the end of the other.
    pub fn to(self, other: Span) -> Span {
        Span {
            start: self.start,
            end: other.end,
        }
    }
}

/// A place in the source as `ast` counts: lines from 1, columns in UTF-8 bytes from 0.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Location {
    /// Line, from 1.
    pub line: u32,
    /// Byte column, from 0.
    pub column: u32,
}

/// Where each line starts.
#[derive(Debug, Clone)]
pub struct LineTable {
    starts: Vec<u32>,
}

impl LineTable {
    /// The table for a text with `\n` newlines.
    pub fn new(text: &str) -> LineTable {
        let mut starts = Vec::with_capacity(text.len() / 32 + 1);
        starts.push(0);
        starts.extend(memchr::memchr_iter(b'\n', text.as_bytes()).map(|i| i as u32 + 1));
        LineTable { starts }
    }

    /// Line and column of a byte offset.
    pub fn locate(&self, offset: u32) -> Location {
        let line = self.starts.partition_point(|&s| s <= offset);
        Location {
            line: line as u32,
            column: offset - self.starts[line - 1],
        }
    }

    /// The line (from 1) of a byte offset.
    pub fn line(&self, offset: u32) -> u32 {
        self.starts.partition_point(|&s| s <= offset) as u32
    }

    /// Where a line (from 1) starts; past the last line, where the last starts.
    pub fn line_start(&self, line: u32) -> u32 {
        let i = (line as usize).clamp(1, self.starts.len());
        self.starts[i - 1]
    }

    /// How many lines there are; a final newline opens an empty last line.
    pub fn len(&self) -> u32 {
        self.starts.len() as u32
    }

    /// Never: there is always a first line.
    pub fn is_empty(&self) -> bool {
        false
    }
}

/// Decoded source text with its line table.
#[derive(Debug, Clone)]
pub struct Source {
    text: String,
    lines: LineTable,
    /// Without a text: the places that offsets stand for.
    marks: Vec<Location>,
}

impl Source {
    /// No text, but places: an offset is the number of a mark.
    pub fn from_marks(marks: Vec<Location>) -> Source {
        Source {
            marks,
            ..Source::with_text(String::new())
        }
    }

    /// Source that is already text, such as the argument of `-c`, `eval` or `compile`.
    pub fn from_text(text: &str) -> Source {
        Source::with_text(text.to_owned())
    }

    /// The source in the bytes of a file: byte order mark, coding cookie, newlines.
    pub fn from_bytes(bytes: &[u8], file: &str) -> Result<Source, SyntaxError> {
        Source::decode(bytes, file).map_err(DecodeError::into_syntax_error)
    }

    /// As `from_bytes`, for a caller that knows more codecs.
    pub fn decode(bytes: &[u8], file: &str) -> Result<Source, DecodeError> {
        decode::decode(bytes, file).map(Source::with_text)
    }

    fn with_text(text: String) -> Source {
        let text = decode::normalize_newlines(text);
        let lines = LineTable::new(&text);
        Source {
            text,
            lines,
            marks: Vec::new(),
        }
    }

    /// The text, with `\n` newlines.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// The line table.
    pub fn lines(&self) -> &LineTable {
        &self.lines
    }

    /// Line and column of a byte offset.
    pub fn locate(&self, offset: u32) -> Location {
        match self.marks.get(offset as usize) {
            Some(mark) => *mark,
            None => self.lines.locate(offset),
        }
    }

    /// Line, and column in characters from 1, of a byte offset.
    pub fn char_position(&self, offset: u32) -> (u32, i32) {
        if let Some(mark) = self.marks.get(offset as usize) {
            return (mark.line, mark.column as i32 + 1);
        }
        let line = self.lines.line(offset);
        let start = self.lines.line_start(line) as usize;
        let end = (offset as usize).min(self.text.len());
        let chars = self
            .text
            .get(start..end)
            .map_or(0, |line| line.chars().count());
        // Past the end of the text is one column further.
        let beyond = offset as usize - end;
        (line, (chars + beyond) as i32 + 1)
    }

    /// The text of a line (from 1) with its newline.
    pub fn line_text(&self, line: u32) -> &str {
        let rest = &self.text[self.lines.line_start(line) as usize..];
        let end = memchr::memchr(b'\n', rest.as_bytes()).map_or(rest.len(), |i| i + 1);
        &rest[..end]
    }
}
