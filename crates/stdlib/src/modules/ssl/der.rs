//! Reading DER, the binary form of certificates.

use std::fmt::Write;
use std::net::{Ipv4Addr, Ipv6Addr};

/// A tag and what it has.
#[derive(Clone, Copy)]
pub struct Item<'a> {
    pub tag: u8,
    pub content: &'a [u8],
}

fn next<'a>(data: &mut &'a [u8]) -> Option<Item<'a>> {
    let [tag, length, rest @ ..] = *data else {
        return None;
    };
    let (mut length, mut rest) = (*length as usize, rest);
    if length >= 0x80 {
        let n = length & 0x7f;
        let digits = rest.get(..n).filter(|_| n <= 4)?;
        length = digits.iter().fold(0, |l, b| l << 8 | *b as usize);
        rest = &rest[n..];
    }
    let content = rest.get(..length)?;
    *data = &rest[length..];
    Some(Item { tag: *tag, content })
}
/// The first item.
pub fn first(mut data: &[u8]) -> Option<Item<'_>> {
    next(&mut data)
}

impl<'a> Item<'a> {
    /// The items inside.
    pub fn items(self) -> impl Iterator<Item = Item<'a>> {
        let mut data = self.content;
        std::iter::from_fn(move || next(&mut data))
    }
    /// A string of any of the string types.
    pub fn text(self) -> String {
        match self.tag {
            30 => {
                let units = self.content.chunks_exact(2);
                let units: Vec<u16> = units.map(|c| u16::from_be_bytes([c[0], c[1]])).collect();
                String::from_utf16_lossy(&units)
            }
            20 => self.content.iter().map(|b| *b as char).collect(),
            _ => String::from_utf8_lossy(self.content).into_owned(),
        }
    }
}

/// An object identifier in its dotted form.
pub fn oid(data: &[u8]) -> String {
    let (mut out, mut n, mut begun) = (String::new(), 0u64, false);
    for b in data {
        n = n << 7 | u64::from(b & 0x7f);
        if b & 0x80 != 0 {
            continue;
        }
        let _ = match begun {
            false => write!(out, "{}.{}", (n / 40).min(2), n - 40 * (n / 40).min(2)),
            true => write!(out, ".{n}"),
        };
        (n, begun) = (0, true);
    }
    out
}
/// Names of the parts of a distinguished name.
const ATTRIBUTES: &[(&str, &str)] = &[
    ("2.5.4.3", "commonName"),
    ("2.5.4.4", "surname"),
    ("2.5.4.5", "serialNumber"),
    ("2.5.4.6", "countryName"),
    ("2.5.4.7", "localityName"),
    ("2.5.4.8", "stateOrProvinceName"),
    ("2.5.4.9", "streetAddress"),
    ("2.5.4.10", "organizationName"),
    ("2.5.4.11", "organizationalUnitName"),
    ("2.5.4.12", "title"),
    ("2.5.4.13", "description"),
    ("2.5.4.15", "businessCategory"),
    ("2.5.4.17", "postalCode"),
    ("2.5.4.41", "name"),
    ("2.5.4.42", "givenName"),
    ("2.5.4.97", "organizationIdentifier"),
    ("1.2.840.113549.1.9.1", "emailAddress"),
    ("0.9.2342.19200300.100.1.1", "userId"),
    ("0.9.2342.19200300.100.1.25", "domainComponent"),
    ("1.3.6.1.4.1.311.60.2.1.1", "jurisdictionLocalityName"),
    (
        "1.3.6.1.4.1.311.60.2.1.2",
        "jurisdictionStateOrProvinceName",
    ),
    ("1.3.6.1.4.1.311.60.2.1.3", "jurisdictionCountryName"),
];
/// What a part of a distinguished name is called.
pub fn attribute_name(data: &[u8]) -> String {
    let dotted = oid(data);
    match ATTRIBUTES.iter().find(|a| a.0 == dotted) {
        Some((_, name)) => (*name).to_string(),
        None => dotted,
    }
}
/// An address of the internet protocol.
pub fn address(data: &[u8]) -> String {
    if let Ok(four) = <[u8; 4]>::try_from(data) {
        return Ipv4Addr::from(four).to_string();
    }
    let Ok(sixteen) = <[u8; 16]>::try_from(data) else {
        return "<invalid>".to_string();
    };
    let groups = Ipv6Addr::from(sixteen).segments();
    groups.map(|g| format!("{g:X}")).join(":")
}
/// A time, in the form of C's `asctime` with the zone.
fn time(of: Item) -> Option<String> {
    const MONTHS: [&str; 12] = [
        "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
    ];
    let digits = std::str::from_utf8(of.content).ok()?;
    let (year, rest) = match of.tag {
        23 => {
            let y: u32 = digits.get(..2)?.parse().ok()?;
            (if y < 50 { 2000 + y } else { 1900 + y }, &digits[2..])
        }
        _ => (digits.get(..4)?.parse().ok()?, &digits[4..]),
    };
    let part = |i: usize| rest.get(2 * i..2 * i + 2)?.parse::<u32>().ok();
    let month = MONTHS.get(part(0)?.checked_sub(1)? as usize)?;
    let (day, h, m, s) = (part(1)?, part(2)?, part(3)?, part(4)?);
    Some(format!("{month} {day:2} {h:02}:{m:02}:{s:02} {year} GMT"))
}

/// The fields of a certificate.
pub struct Fields<'a> {
    pub version: i64,
    pub serial: String,
    pub issuer: Item<'a>,
    pub subject: Item<'a>,
    pub not_before: String,
    pub not_after: String,
    pub extensions: Option<Item<'a>>,
}
/// Reads a certificate.
pub fn fields(data: &[u8]) -> Option<Fields<'_>> {
    let mut items = first(first(data)?.content)?.items().peekable();
    let version = match items.next_if(|i| i.tag == 0xa0) {
        Some(v) => i64::from(*first(v.content)?.content.last()?) + 1,
        None => 1,
    };
    let number = items.next()?.content;
    let number = number.strip_prefix(&[0]).unwrap_or(number);
    let serial = number.iter().map(|b| format!("{b:02X}")).collect();
    let _algorithm = items.next()?;
    let issuer = items.next()?;
    let mut validity = items.next()?.items();
    Some(Fields {
        version,
        serial,
        issuer,
        not_before: time(validity.next()?)?,
        not_after: time(validity.next()?)?,
        subject: items.next()?,
        extensions: items.find(|i| i.tag == 0xa3).and_then(|e| first(e.content)),
    })
}
