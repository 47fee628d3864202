//! The numbers of the code that `re._compiler` emits: operators, positions
//! and categories, in the order of `re._constants`.

/// Must be `MAGIC` of `re._constants`.
pub const MAGIC: i64 = 20230612;
/// Bytes of a code word.
pub const CODE_SIZE: i64 = 4;
/// No upper bound of a repeat.
pub const MAX_REPEAT: u32 = u32::MAX;
/// Most groups a pattern may have.
pub const MAX_GROUPS: i64 = (u32::MAX / 4) as i64;

macro_rules! numbered {
    ($($(#[doc = $doc:literal])* $module:ident { $($name:ident)* })*) => { $(
        $(#[doc = $doc])*
        #[allow(missing_docs, dead_code)]
        pub mod $module {
            #[allow(non_camel_case_types, clippy::upper_case_acronyms)]
            enum Number { $($name),* }
            $(pub const $name: u32 = Number::$name as u32;)*
        }
    )* };
}

numbered! {
    /// Operators.
    op {
        FAILURE SUCCESS ANY ANY_ALL ASSERT ASSERT_NOT AT BRANCH CATEGORY CHARSET BIGCHARSET
        GROUPREF GROUPREF_EXISTS IN INFO JUMP LITERAL MARK MAX_UNTIL MIN_UNTIL NOT_LITERAL NEGATE
        RANGE REPEAT REPEAT_ONE SUBPATTERN MIN_REPEAT_ONE ATOMIC_GROUP POSSESSIVE_REPEAT
        POSSESSIVE_REPEAT_ONE
        GROUPREF_IGNORE IN_IGNORE LITERAL_IGNORE NOT_LITERAL_IGNORE
        GROUPREF_LOC_IGNORE IN_LOC_IGNORE LITERAL_LOC_IGNORE NOT_LITERAL_LOC_IGNORE
        GROUPREF_UNI_IGNORE IN_UNI_IGNORE LITERAL_UNI_IGNORE NOT_LITERAL_UNI_IGNORE
        RANGE_UNI_IGNORE
    }
    /// Positions.
    at {
        BEGINNING BEGINNING_LINE BEGINNING_STRING BOUNDARY NON_BOUNDARY END END_LINE END_STRING
        LOC_BOUNDARY LOC_NON_BOUNDARY UNI_BOUNDARY UNI_NON_BOUNDARY
    }
    /// Categories of characters; each odd number is the complement of the one before.
    category {
        DIGIT NOT_DIGIT SPACE NOT_SPACE WORD NOT_WORD LINEBREAK NOT_LINEBREAK LOC_WORD LOC_NOT_WORD
        UNI_DIGIT UNI_NOT_DIGIT UNI_SPACE UNI_NOT_SPACE UNI_WORD UNI_NOT_WORD
        UNI_LINEBREAK UNI_NOT_LINEBREAK
    }
}

/// Bits of a pattern's flags.
pub mod flag {
    /// Names as `repr` gives them.
    pub const NAMES: [(&str, i64); 7] = [
        ("re.IGNORECASE", 2),
        ("re.LOCALE", LOCALE),
        ("re.MULTILINE", 8),
        ("re.DOTALL", 16),
        ("re.VERBOSE", 64),
        ("re.DEBUG", 128),
        ("re.ASCII", ASCII),
    ];
    pub const LOCALE: i64 = 4;
    pub const UNICODE: i64 = 32;
    pub const ASCII: i64 = 256;
}
