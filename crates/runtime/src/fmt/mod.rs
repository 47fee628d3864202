//! Numbers and formatting as text, as pure functions: `repr` and parsing of floats, hexadecimal
//! floats, rounding, the format mini-language, and the parts of `%` formatting and `str.format`
//! that need no objects.
//!
//! Text goes in and out as bytes: Python's strings are WTF-8 (see [`crate::unicode`]). Decimal
//! results are correctly rounded from the exact binary value, at any precision.

use std::cell::Cell;

mod apply;
mod digits;
mod float_parse;
mod float_text;
mod hexfloat;
mod number;
mod percent;
mod round;
mod spec;
mod template;

#[cfg(test)]
mod tests;

pub use apply::{format_complex, format_float, format_int, format_str};
pub use float_parse::{parse_complex, parse_float};
pub use float_text::{Conversion, FloatStyle, push_complex_repr, push_float, push_float_repr};
pub use hexfloat::{parse_float_hex, push_float_hex};
pub use percent::{Amount, PercentItem, PercentSpec, PercentTemplate};
pub use percent::{percent_float, percent_int, percent_text};
pub use round::round_f64;
pub use spec::{Align, Defaults, FormatSpec, Grouping, Sign};
pub use template::unknown_conversion;
pub use template::{AutoNumber, FieldKey, FieldName, FormatField, FormatItem, FormatTemplate};

/// Calls `f` with an empty buffer, whose memory is kept for the next time.
pub fn with_buffer<T>(f: impl FnOnce(&mut Vec<u8>) -> T) -> T {
    const KEEP: usize = 1 << 16;
    thread_local!(static BUFFER: Cell<Vec<u8>> = const { Cell::new(Vec::new()) });
    let mut buffer = BUFFER.take();
    buffer.clear();
    let r = f(&mut buffer);
    if buffer.capacity() <= KEEP {
        BUFFER.set(buffer);
    }
    r
}
