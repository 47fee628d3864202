//! Item formats of arrays.

use pyjit_heap::Value;
use pyjit_runtime::core::{errors, ops};
use pyjit_runtime::types::str_::Str;
use pyjit_runtime::types::type_::type_name;
use pyjit_runtime::types::{float, int};
use pyjit_runtime::unicode::wtf8;
use pyjit_runtime::{R, Raised, Thread};

/// How items are read and written.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Class {
    Signed,
    Unsigned,
    Char,
    Float,
}

/// The format of an array's items.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct Code {
    pub letter: u8,
    pub size: usize,
    /// As the buffer protocol names it.
    pub format: &'static str,
    /// In messages about numbers that do not fit.
    name: &'static str,
    class: Class,
}

macro_rules! codes {
    ($($letter:literal $size:literal $class:ident $format:literal $name:literal;)*) => {
        /// All formats.
        pub static ALL: &[Code] = &[$(
            Code { letter: $letter.as_bytes()[0], size: $size, format: $format, name: $name, class: Class::$class },
        )*];
        /// Their letters.
        pub const LETTERS: &str = concat!($($letter),*);
    };
}
codes! {
    "b" 1 Signed "b" "signed char";
    "B" 1 Unsigned "B" "unsigned byte integer";
    "u" 4 Char "w" "";
    "w" 4 Char "w" "";
    "h" 2 Signed "h" "signed short integer";
    "H" 2 Unsigned "H" "unsigned short";
    "i" 4 Signed "i" "signed integer";
    "I" 4 Unsigned "I" "unsigned int";
    "l" 8 Signed "l" "";
    "L" 8 Unsigned "L" "";
    "q" 8 Signed "q" "";
    "Q" 8 Unsigned "Q" "";
    "f" 4 Float "f" "";
    "d" 8 Float "d" "";
}

/// The format with this one-letter name.
pub fn find(letter: &[u8]) -> Option<Code> {
    ALL.iter().copied().find(|c| letter == [c.letter])
}

impl Code {
    /// Its place in [`ALL`].
    pub fn index(self) -> i64 {
        ALL.iter().position(|c| *c == self).unwrap_or(0) as i64
    }
    /// Characters?
    pub fn is_char(self) -> bool {
        self.class == Class::Char
    }
    /// Floats?
    pub fn is_float(self) -> bool {
        self.class == Class::Float
    }
    /// Signed integers?
    pub fn is_signed(self) -> bool {
        self.class == Class::Signed
    }
    /// The item in these bytes.
    #[inline]
    pub fn unpack(self, t: &Thread, bytes: &[u8]) -> R<Value> {
        let mut word = [0u8; 8];
        word[..bytes.len()].copy_from_slice(bytes);
        let raw = u64::from_ne_bytes(word);
        Ok(match self.class {
            Class::Signed => {
                let unused = 64 - 8 * bytes.len() as u32;
                int::from_i64(t, (raw << unused) as i64 >> unused)
            }
            Class::Unsigned => match i64::try_from(raw) {
                Ok(i) => int::from_i64(t, i),
                Err(_) => int::from_limbs(false, &[raw]),
            },
            Class::Float if bytes.len() == 4 => float::from_f64(f32::from_bits(raw as u32) as f64),
            Class::Float => float::from_f64(f64::from_bits(raw)),
            Class::Char => {
                let mut text = Vec::new();
                push_char(t, &mut text, raw as u32)?;
                Str::from_wtf8(&text).value()
            }
        })
    }
    /// `v` as a machine value, in the low bytes.
    #[inline]
    pub fn pack(self, t: &Thread, v: Value) -> R<u64> {
        match self.class {
            Class::Float if self.size == 4 => Ok((ops::to_f64(t, v)? as f32).to_bits() as u64),
            Class::Float => Ok(ops::to_f64(t, v)?.to_bits()),
            Class::Char => character(t, v),
            _ => self.integer(t, v),
        }
    }
    fn integer(self, t: &Thread, v: Value) -> R<u64> {
        let v = ops::index(t, v)?;
        let n = int::operand(v).and_then(|o| o.as_ref().to_i128());
        let bits = 8 * self.size as u32;
        let (low, high) = match self.class {
            Class::Signed => (-(1i128 << (bits - 1)), (1i128 << (bits - 1)) - 1),
            _ => (0, (1i128 << bits) - 1),
        };
        match n {
            Some(n) if (low..=high).contains(&n) => Ok(n as u64),
            _ => Err(self.out_of_range(t, n, int::is_negative(v), low)),
        }
    }
    #[cold]
    fn out_of_range(self, t: &Thread, n: Option<i128>, negative: bool, low: i128) -> Raised {
        let fits = n.is_some_and(|n| (i64::MIN as i128..=i64::MAX as i128).contains(&n));
        let m = match self.letter {
            b'q' => "int too big to convert".into(),
            b'Q' if negative => "can't convert negative int to unsigned".into(),
            b'Q' => "int too big to convert".into(),
            b'I' | b'L' if negative => "can't convert negative value to unsigned int".into(),
            b'I' if n.is_some_and(|n| n < 1 << 64) => {
                format!("{} is greater than maximum", self.name)
            }
            b'I' | b'L' => "Python int too large to convert to C unsigned long".into(),
            _ if self.name.is_empty() || !fits => {
                "Python int too large to convert to C long".to_string()
            }
            _ => {
                let way = if n.is_some_and(|n| n < low) {
                    "less than minimum"
                } else {
                    "greater than maximum"
                };
                format!("{} is {way}", self.name)
            }
        };
        errors::overflow_error(t, m)
    }
}

/// The one character of a string.
fn character(t: &Thread, v: Value) -> R<u64> {
    let Some(s) = v.cast::<Str>() else {
        let m = format!(
            "array item must be a unicode character, not {}",
            type_name(v)
        );
        return Err(errors::type_error(t, m));
    };
    match wtf8::decode_first(s.bytes()) {
        Some((c, n)) if n == s.bytes().len() => Ok(c as u64),
        _ => {
            let m = format!(
                "array item must be a unicode character, not a string of length {}",
                s.len()
            );
            Err(errors::type_error(t, m))
        }
    }
}

/// Adds a character to text; the word may be anything.
pub fn push_char(t: &Thread, text: &mut Vec<u8>, c: u32) -> R<()> {
    if c > 0x10ffff {
        let m = format!("character U+{c:x} is not in range [U+0000; U+10ffff]");
        return Err(errors::value_error(t, m));
    }
    wtf8::push(text, c);
    Ok(())
}
