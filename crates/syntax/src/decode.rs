//! Bytes of a source file to text: byte order mark, coding cookie (PEP 263), a few codecs.
//!
//! Other codecs are the runtime's: it may decode with Python's codecs and call `Source::from_text`.

use crate::error::SyntaxError;

const BOM: &[u8] = b"\xEF\xBB\xBF";

/// Why a source can't be decoded.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum DecodeError {
    /// A codec that this crate doesn't have.
    UnknownEncoding(String),
    /// An error to report as it is.
    Syntax(Box<SyntaxError>),
}

impl DecodeError {
    /// The error that Python reports.
    pub fn into_syntax_error(self) -> SyntaxError {
        match self {
            DecodeError::UnknownEncoding(name) => {
                SyntaxError::without_place(format!("unknown encoding: {name}"))
            }
            DecodeError::Syntax(error) => *error,
        }
    }
}

fn reject<T>(error: SyntaxError) -> Result<T, DecodeError> {
    Err(DecodeError::Syntax(Box::new(error)))
}

/// The encoding that the first two lines declare, as written.
pub fn declared_encoding(bytes: &[u8]) -> Option<String> {
    let bytes = bytes.strip_prefix(BOM).unwrap_or(bytes);
    declaration(bytes).map(|(name, _)| name)
}

/// The declared encoding and the number of its line, 0 or 1.
fn declaration(bytes: &[u8]) -> Option<(String, usize)> {
    let lines = bytes.split(|b| *b == b'\n' || *b == b'\r').take(2);
    for (number, line) in lines.enumerate() {
        let start = line
            .iter()
            .position(|b| !matches!(b, b' ' | b'\t' | b'\x0c'));
        match start.map(|i| &line[i..]) {
            None => continue,
            Some(rest) if rest[0] == b'#' => {
                if let Some(name) = cookie(rest) {
                    return Some((name, number));
                }
            }
            Some(_) => return None,
        }
    }
    None
}

/// `coding[:=]\s*([-\w.]+)` anywhere in a comment.
fn cookie(comment: &[u8]) -> Option<String> {
    let mut rest = comment;
    while let Some(i) = memchr::memmem::find(rest, b"coding") {
        rest = &rest[i + 6..];
        let Some(after) = rest.strip_prefix(b":").or_else(|| rest.strip_prefix(b"=")) else {
            continue;
        };
        let blanks = after
            .iter()
            .take_while(|b| matches!(b, b' ' | b'\t'))
            .count();
        let name: String = after[blanks..]
            .iter()
            .take_while(|b| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_' | b'.'))
            .map(|b| *b as char)
            .collect();
        if !name.is_empty() {
            return Some(name);
        }
    }
    None
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Codec {
    Utf8,
    Ascii,
    Latin1,
    Latin9,
    Cp1252,
    Koi8R,
}

fn codec(name: &str) -> Option<Codec> {
    let name = name.to_ascii_lowercase().replace('_', "-");
    // What follows these does not matter.
    let plain = ["utf-8-", "latin-1-", "iso-8859-1-", "iso-latin-1-"];
    let known = plain.into_iter().find(|p| name.starts_with(p));
    match known.map_or(name.as_str(), |p| &p[..p.len() - 1]) {
        "utf-8" | "utf8" | "u8" | "utf" | "utf8-ucs2" | "utf8-ucs4" | "cp65001" | "utf-8-sig"
        | "utf-8-unix" | "utf-8-dos" | "utf-8-mac" => Some(Codec::Utf8),
        "ascii" | "us-ascii" | "646" | "ansi-x3.4-1968" | "iso646-us" => Some(Codec::Ascii),
        "latin-1" | "latin1" | "iso-8859-1" | "iso8859-1" | "iso-latin-1" | "latin" | "l1"
        | "8859" | "cp819" | "iso-latin-1-unix" => Some(Codec::Latin1),
        "iso-8859-15" | "iso8859-15" | "latin-9" | "latin9" | "l9" => Some(Codec::Latin9),
        "koi8-r" | "cskoi8r" => Some(Codec::Koi8R),
        "cp1252" | "windows-1252" | "1252" => Some(Codec::Cp1252),
        _ => None,
    }
}

/// Decodes a source file; `file` is for messages.
pub(crate) fn decode(bytes: &[u8], file: &str) -> Result<String, DecodeError> {
    let (bytes, bom) = match bytes.strip_prefix(BOM) {
        Some(rest) => (rest, true),
        None => (bytes, false),
    };
    if memchr::memchr(0, bytes).is_some() {
        return reject(SyntaxError::without_place(
            "source code cannot contain null bytes",
        ));
    }
    let Some((name, number)) = declaration(bytes) else {
        return utf8(bytes, file, true);
    };
    let codec = codec(&name);
    if bom && !is_plain_utf8(&name) {
        let shown = if codec == Some(Codec::Latin1) {
            "iso-8859-1"
        } else {
            &name
        };
        let line = bytes.split(|b| *b == b'\n').nth(number);
        let text = String::from_utf8_lossy(line.unwrap_or_default()).into_owned();
        let line = number as u32 + 1;
        return reject(SyntaxError {
            line,
            offset: 0,
            end_line: line,
            end_offset: text.chars().count() as i32,
            text: Some(text),
            ..SyntaxError::without_place(format!("encoding problem: {shown} with BOM"))
        });
    }
    let Some(codec) = codec else {
        return Err(DecodeError::UnknownEncoding(name));
    };
    match codec {
        Codec::Utf8 => utf8(bytes, file, false),
        Codec::Ascii => ascii(bytes),
        Codec::Latin1 => Ok(bytes.iter().map(|b| *b as char).collect()),
        Codec::Latin9 => Ok(bytes.iter().map(|b| latin9(*b)).collect()),
        Codec::Cp1252 => cp1252(bytes),
        Codec::Koi8R => Ok(koi8_r(bytes)),
    }
}

/// The names of UTF-8 that go with a byte order mark.
fn is_plain_utf8(name: &str) -> bool {
    let name = name.to_ascii_lowercase().replace('_', "-");
    name == "utf-8" || name.starts_with("utf-8-")
}

fn utf8(bytes: &[u8], file: &str, implied: bool) -> Result<String, DecodeError> {
    let error = match std::str::from_utf8(bytes) {
        Ok(text) => return Ok(text.to_owned()),
        Err(error) => error,
    };
    let at = error.valid_up_to();
    let byte = bytes[at];
    let line = 1 + memchr::memchr_iter(b'\n', &bytes[..at]).count();
    let message = if implied {
        let place = if file.is_empty() {
            String::new()
        } else {
            format!(" in file {file}")
        };
        format!(
            "Non-UTF-8 code starting with '\\x{byte:02x}'{place} on line {line}, but no encoding declared; \
             see https://peps.python.org/pep-0263/ for details"
        )
    } else {
        let reason = if (0xC2..0xF5).contains(&byte) {
            "invalid continuation byte"
        } else {
            "invalid start byte"
        };
        format!(
            "(unicode error) 'utf-8' codec can't decode byte 0x{byte:02x} in position {at}: {reason}"
        )
    };
    let start = memchr::memrchr(b'\n', &bytes[..at]).map_or(0, |i| i + 1);
    let end = memchr::memchr(b'\n', &bytes[at..]).map_or(bytes.len(), |i| at + i);
    let column = String::from_utf8_lossy(&bytes[start..at]).chars().count() as i32 + 1;
    let mut error = SyntaxError::without_place(message);
    (error.line, error.end_line) = (line as u32, line as u32);
    (error.offset, error.end_offset) = (column, column);
    error.text = Some(String::from_utf8_lossy(&bytes[start..end]).into_owned());
    reject(error)
}

fn ascii(bytes: &[u8]) -> Result<String, DecodeError> {
    match bytes.iter().position(|b| !b.is_ascii()) {
        None => Ok(bytes.iter().map(|b| *b as char).collect()),
        Some(at) => reject(SyntaxError::without_place(format!(
            "'ascii' codec can't decode byte 0x{:02x} in position {at}: ordinal not in range(128)",
            bytes[at]
        ))),
    }
}

fn latin9(byte: u8) -> char {
    match byte {
        0xA4 => '€',
        0xA6 => 'Š',
        0xA8 => 'š',
        0xB4 => 'Ž',
        0xB8 => 'ž',
        0xBC => 'Œ',
        0xBD => 'œ',
        0xBE => 'Ÿ',
        _ => byte as char,
    }
}

/// Windows-1252 where it differs from Latin-1: 0x80 to 0x9F, a blank where undefined.
const CP1252: &str = "€ ‚ƒ„…†‡ˆ‰Š‹Œ Ž  ‘’“”•–—˜™š›œ žŸ";

/// KOI8-R from 0x80.
const KOI8_R: &str = "\
    ─│┌┐└┘├┤┬┴┼▀▄█▌▐░▒▓⌠■∙√≈≤≥\u{a0}⌡°²·÷\
    ═║╒ё╓╔╕╖╗╘╙╚╛╜╝╞╟╠╡Ё╢╣╤╥╦╧╨╩╪╫╬©\
    юабцдефгхийклмнопярстужвьызшэщчъ\
    ЮАБЦДЕФГХИЙКЛМНОПЯРСТУЖВЬЫЗШЭЩЧЪ";

fn koi8_r(bytes: &[u8]) -> String {
    let table: Vec<char> = KOI8_R.chars().collect();
    bytes
        .iter()
        .map(|&b| {
            if b < 0x80 {
                b as char
            } else {
                table[usize::from(b) - 0x80]
            }
        })
        .collect()
}

fn cp1252(bytes: &[u8]) -> Result<String, DecodeError> {
    let table: Vec<char> = CP1252.chars().collect();
    let mut out = String::with_capacity(bytes.len());
    for (at, &byte) in bytes.iter().enumerate() {
        match byte {
            0x80..=0x9F => match table[usize::from(byte - 0x80)] {
                ' ' => {
                    return reject(SyntaxError::without_place(format!(
                        "'charmap' codec can't decode byte 0x{byte:02x} in position {at}: character maps to <undefined>"
                    )));
                }
                c => out.push(c),
            },
            _ => out.push(byte as char),
        }
    }
    Ok(out)
}

/// `\r\n` and `\r` become `\n`.
pub(crate) fn normalize_newlines(text: String) -> String {
    if memchr::memchr(b'\r', text.as_bytes()).is_none() {
        return text;
    }
    text.replace("\r\n", "\n").replace('\r', "\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cookies_are_found_in_the_first_two_lines() {
        assert_eq!(
            declared_encoding(b"# -*- coding: Latin-1 -*-\n"),
            Some("Latin-1".into())
        );
        assert_eq!(
            declared_encoding(b"#!/bin/x\n# vim: fileencoding=utf-8 :\n"),
            Some("utf-8".into())
        );
        assert_eq!(declared_encoding(b"x = 1\n# coding: latin-1\n"), None);
        assert_eq!(declared_encoding(b"\n\n# coding: latin-1\n"), None);
        assert_eq!(declared_encoding(b"# encoding of this: none\n"), None);
    }

    #[test]
    fn codecs_decode() {
        assert_eq!(
            decode(b"# coding: latin-1\nx='\xE9'", "f").as_deref(),
            Ok("# coding: latin-1\nx='é'")
        );
        assert_eq!(
            decode(b"# coding: iso-8859-15\n'\xA4'", "f").as_deref(),
            Ok("# coding: iso-8859-15\n'€'")
        );
        assert_eq!(
            decode(b"# coding: cp1252\n'\x80\xE9'", "f").as_deref(),
            Ok("# coding: cp1252\n'€é'")
        );
        assert_eq!(CP1252.chars().count(), 32);
        assert_eq!(KOI8_R.chars().count(), 128);
    }

    #[test]
    fn undecodable_sources_are_errors() {
        let message =
            |bytes: &[u8]| decode(bytes, "f.py").map_err(|e| e.into_syntax_error().message);
        assert_eq!(
            message(b"# coding: foo\n"),
            Err("unknown encoding: foo".into())
        );
        assert_eq!(
            message(b"\xEF\xBB\xBF# coding: latin-1\n"),
            Err("encoding problem: iso-8859-1 with BOM".into())
        );
        let expected = "Non-UTF-8 code starting with '\\xe9' in file f.py on line 2, but no encoding declared; \
                        see https://peps.python.org/pep-0263/ for details";
        assert_eq!(message(b"x\n'\xE9'"), Err(expected.into()));
        assert_eq!(
            message(b"x\0"),
            Err("source code cannot contain null bytes".into())
        );
    }
}
