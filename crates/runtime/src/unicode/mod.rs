//! Text as pure functions: Unicode properties and case, WTF-8, codecs, quoting, searching and
//! splitting. Nothing here knows objects.
//!
//! Strings are byte slices in WTF-8 ([`wtf8`]): UTF-8 that may hold lone surrogates. Because
//! UTF-8 sorts and searches bytewise, [`search`] serves `str`, `bytes` and `bytearray` alike;
//! positions are byte offsets, which the caller turns into character indexes where it must.

pub mod case;
pub mod codec;
mod data;
pub mod layout;
mod quote;
pub mod search;
mod tables;
pub mod wtf8;

#[cfg(test)]
mod tests;

pub use data::VERSION;
pub use quote::{
    numeric_text, push_backslash, push_bytes_body, push_bytes_repr, push_str_ascii, push_str_repr,
};
pub use tables::{
    Mapped, category, decimal_value, digit_value, is_alnum, is_alpha, is_case_ignorable, is_cased,
    is_decimal, is_digit, is_id_continue, is_id_start, is_line_break, is_lower, is_numeric,
    is_printable, is_space, is_title, is_upper, numeric_value, simple_lower, simple_upper, to_fold,
    to_lower, to_title, to_upper,
};
