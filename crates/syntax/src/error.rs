//! What a rejected program yields, and the warnings of an accepted one.

use crate::source::{Source, Span};

/// Which exception class reports the error.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ErrorKind {
    /// `SyntaxError`.
    Syntax,
    /// `IndentationError`.
    Indentation,
    /// `TabError`.
    Tab,
}

/// A syntax error as Python's exception shows it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SyntaxError {
    /// Which class.
    pub kind: ErrorKind,
    /// The message.
    pub message: String,
    /// Line from 1; 0 when the error has no place.
    pub line: u32,
    /// Column in characters, from 1.
    pub offset: i32,
    /// Line of the end.
    pub end_line: u32,
    /// Column of the end, in characters, from 1; may be 0 or -1 as in CPython.
    pub end_offset: i32,
    /// The source line, with its newline; `None` if it can't be shown.
    pub text: Option<String>,
    /// The source ended too early: a prompt may ask for more.
    pub incomplete: bool,
    /// Line and byte column of the last compound statement before the error, or zeros.
    pub last_statement: (u32, u32),
}

impl SyntaxError {
    /// An error of class `SyntaxError` at a byte range of the source.
    pub fn new(source: &Source, span: Span, message: impl Into<String>) -> SyntaxError {
        let (line, offset) = source.char_position(span.start);
        // A range that ends with a newline ends in the line before it.
        let text = source.text().as_bytes();
        let newline = span.end > span.start && text.get(span.end as usize - 1) == Some(&b'\n');
        let (end_line, end_offset) = source.char_position(span.end - u32::from(newline));
        let mut end_offset = end_offset + i32::from(newline);
        if end_line != line {
            // CPython counts the end column in the first line, which may be shorter.
            let first = source.line_text(line);
            let length = first.chars().count() + usize::from(!first.ends_with('\n'));
            end_offset = end_offset.min(length as i32);
        }
        SyntaxError {
            kind: ErrorKind::Syntax,
            message: message.into(),
            line,
            offset,
            end_line,
            end_offset,
            text: Some(source.line_text(line).to_owned()),
            incomplete: false,
            last_statement: (0, 0),
        }
    }

    /// An error about the whole input, such as an unknown encoding.
    pub fn without_place(message: impl Into<String>) -> SyntaxError {
        SyntaxError {
            kind: ErrorKind::Syntax,
            message: message.into(),
            line: 0,
            offset: -1,
            end_line: 0,
            end_offset: -1,
            text: None,
            incomplete: false,
            last_statement: (0, 0),
        }
    }
}

impl std::fmt::Display for SyntaxError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let kind = match self.kind {
            ErrorKind::Syntax => "SyntaxError",
            ErrorKind::Indentation => "IndentationError",
            ErrorKind::Tab => "TabError",
        };
        write!(
            f,
            "{kind}: {} (line {}, offset {})",
            self.message, self.line, self.offset
        )
    }
}

impl std::error::Error for SyntaxError {}

/// A `SyntaxWarning` found while parsing, such as an invalid escape sequence.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Warning {
    /// Where.
    pub span: Span,
    /// The message.
    pub message: String,
}
