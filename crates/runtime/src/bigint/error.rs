//! The error that the pure number and text code hands to the object layer: which exception to
//! raise, and its exact message.

use std::borrow::Cow;

/// The built-in exception class that an error becomes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ErrorClass {
    /// `ValueError`
    Value,
    /// `OverflowError`
    Overflow,
    /// `ZeroDivisionError`
    ZeroDivision,
    /// `MemoryError`
    Memory,
    /// `TypeError`
    Type,
}

/// An exception to be raised by the caller.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NumError {
    /// Which exception.
    pub class: ErrorClass,
    /// The text of its single argument (empty: no argument).
    pub message: Cow<'static, str>,
}

/// Result of the pure number and text code.
pub type NumResult<T> = Result<T, NumError>;

impl NumError {
    /// An error whose message is known when we are compiled.
    pub const fn fixed(class: ErrorClass, message: &'static str) -> Self {
        Self {
            class,
            message: Cow::Borrowed(message),
        }
    }

    /// An error with a computed message.
    #[cold]
    pub fn new(class: ErrorClass, message: String) -> Self {
        Self {
            class,
            message: Cow::Owned(message),
        }
    }

    /// `ValueError(message)`.
    #[cold]
    pub fn value(message: impl Into<Cow<'static, str>>) -> Self {
        Self {
            class: ErrorClass::Value,
            message: message.into(),
        }
    }
}

macro_rules! fixed_errors {
    ($($(#[$doc:meta])* $name:ident = $class:ident $text:literal;)*) => {
        $($(#[$doc])* pub const $name: NumError = NumError::fixed(ErrorClass::$class, $text);)*
    };
}

fixed_errors! {
    /// The result would not fit in memory.
    TOO_LARGE = Memory "";
    /// A shift count that no result can have.
    TOO_MANY_DIGITS = Overflow "too many digits in integer";
    /// `x // 0`, `x % 0`, `x / 0`.
    DIVISION_BY_ZERO = ZeroDivision "division by zero";
    /// `0 ** -1`.
    ZERO_TO_NEGATIVE = ZeroDivision "zero to a negative power";
    /// `x << -1`.
    NEGATIVE_SHIFT = Value "negative shift count";
    /// `pow(x, y, 0)`.
    ZERO_MODULUS = Value "pow() 3rd argument cannot be 0";
    /// `pow(2, -1, 4)`.
    NOT_INVERTIBLE = Value "base is not invertible for the given modulus";
    /// `float(10 ** 400)`.
    INT_TO_FLOAT = Overflow "int too large to convert to float";
    /// `10 ** 400 / 3`.
    TRUE_DIVISION = Overflow "integer division result too large for a float";
    /// `int(inf)`.
    INFINITY_TO_INT = Overflow "cannot convert float infinity to integer";
    /// `int(nan)`.
    NAN_TO_INT = Value "cannot convert float NaN to integer";
    /// `(256).to_bytes(1)`.
    TO_BYTES_TOO_BIG = Overflow "int too big to convert";
    /// `(-1).to_bytes(1)`.
    TO_BYTES_NEGATIVE = Overflow "can't convert negative int to unsigned";
    /// `math.isqrt(-1)`.
    ISQRT_NEGATIVE = Value "isqrt() argument must be nonnegative";
    /// `math.factorial(-1)`.
    FACTORIAL_NEGATIVE = Value "factorial() not defined for negative values";
    /// `math.factorial(2 ** 63)`.
    FACTORIAL_TOO_LARGE = Overflow "factorial() argument should not exceed 9223372036854775807";
    /// `math.comb(-1, k)`.
    N_NEGATIVE = Value "n must be a non-negative integer";
    /// `math.comb(n, -1)`.
    K_NEGATIVE = Value "k must be a non-negative integer";
    /// `int("1", 37)`.
    BAD_BASE = Value "int() base must be >= 2 and <= 36, or 0";
}
