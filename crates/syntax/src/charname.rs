//! Characters by Unicode name, as in `\\N{BULLET}`.
//!
//! `unicode_names2` forgives spelling, and misses aliases of several words; Python does neither.

/// The character with a Unicode name or alias; case doesn't matter.
pub fn character_named(name: &str) -> Option<char> {
    let name = name.to_ascii_uppercase();
    if let Some(&(_, c)) = ALIASES.iter().find(|(alias, _)| *alias == name) {
        return Some(c);
    }
    if let Some(digits) = name.strip_prefix("TANGUT IDEOGRAPH-") {
        return tangut(digits);
    }
    let c = unicode_names2::character(&name)?;
    let primary = unicode_names2::name(c)
        .map(|n| n.to_string())
        .unwrap_or_default();
    // The same letters with other blanks and hyphens are no name; other letters are an alias.
    (primary == name || letters(&primary) != letters(&name)).then_some(c)
}

fn letters(name: &str) -> String {
    name.chars().filter(char::is_ascii_alphanumeric).collect()
}

fn tangut(digits: &str) -> Option<char> {
    let code = u32::from_str_radix(digits, 16).ok()?;
    let known = matches!(code, 0x17000..=0x187F7 | 0x18D00..=0x18D08) && digits.len() == 5;
    char::from_u32(code).filter(|_| known)
}

/// Whether a character shows as itself, as `str.isprintable` tells: not a control, a format character,
/// a separator other than the blank, private, or unassigned.
pub fn is_printable(c: char) -> bool {
    let code = c as u32;
    if code < 0x7F {
        return code >= 0x20;
    }
    let format = matches!(code, 0xAD | 0x600..=0x605 | 0x61C | 0x6DD | 0x70F | 0x890..=0x891 | 0x8E2 | 0x180E
        | 0x200B..=0x200F | 0x202A..=0x202E | 0x2060..=0x206F | 0xFEFF | 0xFFF9..=0xFFFB | 0x110BD | 0x110CD
        | 0x13430..=0x1343F | 0x1BCA0..=0x1BCA3 | 0x1D173..=0x1D17A | 0xE0000..=0xE007F);
    let assigned =
        matches!(code, 0x17000..=0x187F7 | 0x18D00..=0x18D08) || unicode_names2::name(c).is_some();
    assigned && !c.is_whitespace() && !format
}

/// Aliases of several words, from the Unicode character database.
#[rustfmt::skip]
const ALIASES: [(&str, char); 113] = [
    ("START OF HEADING", '\u{1}'),
    ("START OF TEXT", '\u{2}'),
    ("END OF TEXT", '\u{3}'),
    ("END OF TRANSMISSION", '\u{4}'),
    ("CHARACTER TABULATION", '\u{9}'),
    ("HORIZONTAL TABULATION", '\u{9}'),
    ("LINE FEED", '\u{a}'),
    ("NEW LINE", '\u{a}'),
    ("END OF LINE", '\u{a}'),
    ("LINE TABULATION", '\u{b}'),
    ("VERTICAL TABULATION", '\u{b}'),
    ("FORM FEED", '\u{c}'),
    ("CARRIAGE RETURN", '\u{d}'),
    ("SHIFT OUT", '\u{e}'),
    ("LOCKING-SHIFT ONE", '\u{e}'),
    ("SHIFT IN", '\u{f}'),
    ("LOCKING-SHIFT ZERO", '\u{f}'),
    ("DATA LINK ESCAPE", '\u{10}'),
    ("DEVICE CONTROL ONE", '\u{11}'),
    ("DEVICE CONTROL TWO", '\u{12}'),
    ("DEVICE CONTROL THREE", '\u{13}'),
    ("DEVICE CONTROL FOUR", '\u{14}'),
    ("NEGATIVE ACKNOWLEDGE", '\u{15}'),
    ("SYNCHRONOUS IDLE", '\u{16}'),
    ("END OF TRANSMISSION BLOCK", '\u{17}'),
    ("END OF MEDIUM", '\u{19}'),
    ("INFORMATION SEPARATOR FOUR", '\u{1c}'),
    ("FILE SEPARATOR", '\u{1c}'),
    ("INFORMATION SEPARATOR THREE", '\u{1d}'),
    ("GROUP SEPARATOR", '\u{1d}'),
    ("INFORMATION SEPARATOR TWO", '\u{1e}'),
    ("RECORD SEPARATOR", '\u{1e}'),
    ("INFORMATION SEPARATOR ONE", '\u{1f}'),
    ("UNIT SEPARATOR", '\u{1f}'),
    ("PADDING CHARACTER", '\u{80}'),
    ("HIGH OCTET PRESET", '\u{81}'),
    ("BREAK PERMITTED HERE", '\u{82}'),
    ("NO BREAK HERE", '\u{83}'),
    ("NEXT LINE", '\u{85}'),
    ("START OF SELECTED AREA", '\u{86}'),
    ("END OF SELECTED AREA", '\u{87}'),
    ("CHARACTER TABULATION SET", '\u{88}'),
    ("HORIZONTAL TABULATION SET", '\u{88}'),
    ("CHARACTER TABULATION WITH JUSTIFICATION", '\u{89}'),
    ("HORIZONTAL TABULATION WITH JUSTIFICATION", '\u{89}'),
    ("LINE TABULATION SET", '\u{8a}'),
    ("VERTICAL TABULATION SET", '\u{8a}'),
    ("PARTIAL LINE FORWARD", '\u{8b}'),
    ("PARTIAL LINE DOWN", '\u{8b}'),
    ("PARTIAL LINE BACKWARD", '\u{8c}'),
    ("PARTIAL LINE UP", '\u{8c}'),
    ("REVERSE LINE FEED", '\u{8d}'),
    ("REVERSE INDEX", '\u{8d}'),
    ("SINGLE SHIFT TWO", '\u{8e}'),
    ("SINGLE-SHIFT-2", '\u{8e}'),
    ("SINGLE SHIFT THREE", '\u{8f}'),
    ("SINGLE-SHIFT-3", '\u{8f}'),
    ("DEVICE CONTROL STRING", '\u{90}'),
    ("PRIVATE USE ONE", '\u{91}'),
    ("PRIVATE USE-1", '\u{91}'),
    ("PRIVATE USE TWO", '\u{92}'),
    ("PRIVATE USE-2", '\u{92}'),
    ("SET TRANSMIT STATE", '\u{93}'),
    ("CANCEL CHARACTER", '\u{94}'),
    ("MESSAGE WAITING", '\u{95}'),
    ("START OF GUARDED AREA", '\u{96}'),
    ("START OF PROTECTED AREA", '\u{96}'),
    ("END OF GUARDED AREA", '\u{97}'),
    ("END OF PROTECTED AREA", '\u{97}'),
    ("START OF STRING", '\u{98}'),
    ("SINGLE GRAPHIC CHARACTER INTRODUCER", '\u{99}'),
    ("SINGLE CHARACTER INTRODUCER", '\u{9a}'),
    ("CONTROL SEQUENCE INTRODUCER", '\u{9b}'),
    ("STRING TERMINATOR", '\u{9c}'),
    ("OPERATING SYSTEM COMMAND", '\u{9d}'),
    ("PRIVACY MESSAGE", '\u{9e}'),
    ("APPLICATION PROGRAM COMMAND", '\u{9f}'),
    ("LATIN CAPITAL LETTER GHA", '\u{1a2}'),
    ("LATIN SMALL LETTER GHA", '\u{1a3}'),
    ("ARABIC SMALL HIGH LIGATURE ALEF WITH YEH BARREE", '\u{616}'),
    ("SYRIAC SUBLINEAR COLON SKEWED LEFT", '\u{709}'),
    ("KANNADA LETTER LLLA", '\u{cde}'),
    ("LAO LETTER FO FON", '\u{e9d}'),
    ("LAO LETTER FO FAY", '\u{e9f}'),
    ("LAO LETTER RO", '\u{ea3}'),
    ("LAO LETTER LO", '\u{ea5}'),
    ("TIBETAN MARK BKA- SHOG GI MGO RGYAN", '\u{fd0}'),
    ("HANGUL JONGSEONG YESIEUNG-KIYEOK", '\u{11ec}'),
    ("HANGUL JONGSEONG YESIEUNG-SSANGKIYEOK", '\u{11ed}'),
    ("HANGUL JONGSEONG SSANGYESIEUNG", '\u{11ee}'),
    ("HANGUL JONGSEONG YESIEUNG-KHIEUKH", '\u{11ef}'),
    ("SUNDANESE LETTER ARCHAIC I", '\u{1bbd}'),
    ("WEIERSTRASS ELLIPTIC FUNCTION", '\u{2118}'),
    ("MICR ON US SYMBOL", '\u{2448}'),
    ("MICR DASH SYMBOL", '\u{2449}'),
    ("LEFTWARDS TRIANGLE-HEADED ARROW WITH DOUBLE VERTICAL STROKE", '\u{2b7a}'),
    ("RIGHTWARDS TRIANGLE-HEADED ARROW WITH DOUBLE VERTICAL STROKE", '\u{2b7c}'),
    ("YI SYLLABLE ITERATION MARK", '\u{a015}'),
    ("MYANMAR LETTER KHAMTI LLA", '\u{aa6e}'),
    ("PRESENTATION FORM FOR VERTICAL RIGHT WHITE LENTICULAR BRACKET", '\u{fe18}'),
    ("BYTE ORDER MARK", '\u{feff}'),
    ("CUNEIFORM SIGN NU11 TENU", '\u{122d4}'),
    ("CUNEIFORM SIGN NU11 OVER NU11 BUR OVER BUR", '\u{122d5}'),
    ("CUNEIFORM SIGN KALAM", '\u{12327}'),
    ("BAMUM LETTER PHASE-A MAEMGBIEE", '\u{1680b}'),
    ("MEDEFAIDRIN CAPITAL LETTER H", '\u{16e56}'),
    ("MEDEFAIDRIN CAPITAL LETTER NG", '\u{16e57}'),
    ("MEDEFAIDRIN SMALL LETTER H", '\u{16e76}'),
    ("MEDEFAIDRIN SMALL LETTER NG", '\u{16e77}'),
    ("HENTAIGANA LETTER E-1", '\u{1b001}'),
    ("BYZANTINE MUSICAL SYMBOL FTHORA SKLIRON CHROMA VASIS", '\u{1d0c5}'),
    ("MENDE KIKAKUI SYLLABLE M172 MBO", '\u{1e899}'),
    ("MENDE KIKAKUI SYLLABLE M174 MBOO", '\u{1e89a}'),
];

#[cfg(test)]
mod tests {
    use super::character_named;

    #[test]
    fn names_are_exact_up_to_case() {
        assert_eq!(character_named("BULLET"), Some('•'));
        assert_eq!(character_named("greek small letter Alpha"), Some('α'));
        assert_eq!(character_named("LINE FEED"), Some('\n'));
        assert_eq!(character_named("LF"), Some('\n'));
        assert_eq!(character_named("LATIN SMALL LETTER GHA"), Some('ƣ'));
        assert_eq!(character_named("HANGUL SYLLABLE GAG"), Some('각'));
        assert_eq!(character_named("CJK UNIFIED IDEOGRAPH-4E00"), Some('一'));
        assert_eq!(character_named("TANGUT IDEOGRAPH-17000"), Some('\u{17000}'));
        for wrong in [
            "BUL LET",
            " BULLET",
            "EURO-SIGN",
            "NO SUCH NAME",
            "TANGUT IDEOGRAPH-1",
        ] {
            assert_eq!(character_named(wrong), None, "{wrong}");
        }
    }
}
