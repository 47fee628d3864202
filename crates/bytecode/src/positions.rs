//! The position table: a run-length code of one source range per word.
//!
//! A run is: length in words, line delta (signed), lines spanned, column + 1, end column + 1, all varints.
//! Runs cover the words from 0 on; words behind the last run have no position.

use crate::code::{Blob, Position};

/// Appends an unsigned number in 7-bit groups.
fn put(out: &mut Vec<u8>, mut n: u32) {
    while n >= 0x80 {
        out.push(n as u8 | 0x80);
        n >>= 7;
    }
    out.push(n as u8);
}

/// Encodes the position of each word.
pub fn encode(positions: &[Position]) -> Blob {
    let mut out = Vec::new();
    let mut line = 0;
    let mut i = 0;
    while i < positions.len() {
        let p = positions[i];
        let n = positions[i..].iter().take_while(|q| **q == p).count();
        put(&mut out, n as u32);
        let delta = p.line as i32 - line;
        put(&mut out, ((delta << 1) ^ (delta >> 31)) as u32);
        put(&mut out, p.end_line.saturating_sub(p.line));
        put(&mut out, (p.column + 1) as u32);
        put(&mut out, (p.end_column + 1) as u32);
        line = p.line as i32;
        i += n;
    }
    out.into()
}

/// Runs of equal positions: number of words and position. Ends at damaged data.
#[derive(Debug, Clone)]
pub struct Runs<'a> {
    bytes: &'a [u8],
    line: i32,
}

/// The runs of an encoded table.
pub fn runs(bytes: &[u8]) -> Runs<'_> {
    Runs { bytes, line: 0 }
}

impl Runs<'_> {
    fn get(&mut self) -> Option<u32> {
        let (mut n, mut shift) = (0u32, 0);
        loop {
            let (&byte, rest) = self.bytes.split_first()?;
            self.bytes = rest;
            n |= ((byte & 0x7f) as u32).checked_shl(shift)?;
            if byte < 0x80 {
                return Some(n);
            }
            shift += 7;
        }
    }
}

impl Iterator for Runs<'_> {
    type Item = (u32, Position);
    fn next(&mut self) -> Option<(u32, Position)> {
        let n = self.get()?;
        let delta = self.get()?;
        self.line = self
            .line
            .wrapping_add((delta >> 1) as i32 ^ -((delta & 1) as i32));
        let line = self.line as u32;
        let end_line = line.wrapping_add(self.get()?);
        let column = (self.get()? as i32).wrapping_sub(1);
        let end_column = (self.get()? as i32).wrapping_sub(1);
        Some((
            n,
            Position {
                line,
                end_line,
                column,
                end_column,
            },
        ))
    }
}

/// The position of a word.
pub fn lookup(bytes: &[u8], at: u32) -> Position {
    let mut first = 0u32;
    for (n, position) in runs(bytes) {
        first = first.saturating_add(n);
        if at < first {
            return position;
        }
    }
    Position {
        line: 0,
        end_line: 0,
        column: -1,
        end_column: -1,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn round_trip() {
        let at = |line, end_line, column, end_column| Position {
            line,
            end_line,
            column,
            end_column,
        };
        let all = [
            at(5, 5, 0, 3),
            at(5, 5, 0, 3),
            at(3, 9, 200, 70000),
            at(0, 0, -1, -1),
            at(1_000_000, 1_000_000, 1, 2),
        ];
        let bytes = encode(&all);
        for (i, p) in all.iter().enumerate() {
            assert_eq!(lookup(&bytes, i as u32), *p);
        }
        assert_eq!(lookup(&bytes, 5).line, 0);
        for n in 0..bytes.len() {
            lookup(&bytes[..n], 9);
        }
    }
}
