//! Padding and tab stops.

use super::search::Kind;
use super::wtf8;

/// Appends `text` with `before` and `after` fill characters around it.
pub fn pad(out: &mut Vec<u8>, text: &[u8], (before, after): (usize, usize), fill: u32) {
    let (bytes, len) = wtf8::encode(fill);
    let fill = &bytes[..len];
    out.reserve(text.len() + (before + after) * len);
    (0..before).for_each(|_| out.extend_from_slice(fill));
    out.extend_from_slice(text);
    (0..after).for_each(|_| out.extend_from_slice(fill));
}

/// Fill characters before and after, for `text.center(width)`.
pub fn center_padding(len: usize, width: usize) -> (usize, usize) {
    let total = width.saturating_sub(len);
    // An odd one goes to the left if the width is odd too.
    let before = total / 2 + (total & width & 1);
    (before, total - before)
}

/// Appends `text.zfill(width)`: zeros after the sign. `len` is the length in characters.
pub fn zfill(out: &mut Vec<u8>, text: &[u8], len: usize, width: usize) {
    let (sign, digits) = match text {
        [b'+' | b'-', rest @ ..] => (&text[..1], rest),
        _ => (&text[..0], text),
    };
    out.extend_from_slice(sign);
    out.resize(out.len() + width.saturating_sub(len), b'0');
    out.extend_from_slice(digits);
}

/// Appends `text.expandtabs(size)`, or `None` if the result would be too long.
pub fn expand_tabs(out: &mut Vec<u8>, text: &[u8], kind: Kind, size: usize) -> Option<()> {
    let mut column = 0usize;
    for chunk in text.split_inclusive(|byte| matches!(byte, b'\t' | b'\n' | b'\r')) {
        let (body, end) = match chunk {
            [body @ .., end @ (b'\t' | b'\n' | b'\r')] => (body, Some(*end)),
            _ => (chunk, None),
        };
        out.extend_from_slice(body);
        column = column.wrapping_add(kind.count(body));
        match end {
            Some(b'\t') if size > 0 => {
                let spaces = size - column % size;
                column = column.checked_add(spaces)?;
                if out.len().checked_add(spaces)? > isize::MAX as usize {
                    return None;
                }
                out.try_reserve(spaces).ok()?;
                out.resize(out.len() + spaces, b' ');
            }
            Some(b'\t') | None => {}
            Some(end) => {
                out.push(end);
                column = 0;
            }
        }
    }
    Some(())
}
