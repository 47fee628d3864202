//! Text as pure functions.

pub mod wtf8;

/// placeholder
pub fn decimal_value(c: u32) -> Option<u8> {
    (48..58).contains(&c).then(|| (c - 48) as u8)
}
