//! Names of characters. `unicode_names2` knows them, but forgives spelling,
//! which Python does not.

use super::Version;
use super::data::tables;

const TANGUT: &str = "TANGUT IDEOGRAPH-";

/// The name of a character.
pub fn name(version: Version, c: u32) -> Option<String> {
    if version == Version::Old && tables().old.get(c).category == "Cn" {
        return None;
    }
    let c = char::from_u32(c)?;
    unicode_names2::name(c).map(|n| n.to_string())
}
fn tangut(digits: &str) -> Option<u32> {
    let code = u32::from_str_radix(digits, 16).ok()?;
    let assigned = matches!(code, 0x17000..=0x187f7 | 0x18d00..=0x18d08);
    (assigned && digits.len() == 5).then_some(code)
}
/// The characters with a name, an alias, or the name of a sequence.
pub fn lookup(version: Version, wanted: &str) -> Option<Vec<u32>> {
    let wanted = wanted.to_ascii_uppercase();
    if let Some(c) = tables().aliases.get(&*wanted) {
        return Some(vec![*c]);
    }
    if let Some(digits) = wanted.strip_prefix(TANGUT) {
        return tangut(digits).map(|c| vec![c]);
    }
    if let Some(c) = unicode_names2::character(&wanted)
        && unicode_names2::name(c).is_some_and(|n| n.to_string() == wanted)
    {
        return Some(vec![c as u32]);
    }
    if version == Version::Old {
        return None;
    }
    tables().sequences.get(&*wanted).cloned()
}
