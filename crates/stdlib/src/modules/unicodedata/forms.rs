//! Normal forms of text (Unicode standard annex 15).

use pyjit_runtime::unicode::wtf8;

use super::Version;
use super::data::tables;

/// Normal forms.
#[derive(Clone, Copy)]
pub struct Form {
    pub compose: bool,
    pub compatible: bool,
}

impl Form {
    /// The form with this name.
    pub fn named(name: &[u8]) -> Option<Form> {
        let form = |compose, compatible| {
            Some(Form {
                compose,
                compatible,
            })
        };
        match name {
            b"NFC" => form(true, false),
            b"NFD" => form(false, false),
            b"NFKC" => form(true, true),
            b"NFKD" => form(false, true),
            _ => None,
        }
    }
}

// Hangul syllables are composed by arithmetic.
const S: u32 = 0xac00;
const L: u32 = 0x1100;
const V: u32 = 0x1161;
const T: u32 = 0x11a7;
const V_COUNT: u32 = 21;
const T_COUNT: u32 = 28;
const S_COUNT: u32 = 19 * V_COUNT * T_COUNT;

/// The letters of a Hangul syllable (the third may be missing).
pub fn hangul(c: u32) -> Option<([u32; 3], usize)> {
    let i = c.checked_sub(S).filter(|i| *i < S_COUNT)?;
    let (rest, last) = (i / T_COUNT, i % T_COUNT);
    let letters = [L + rest / V_COUNT, V + rest % V_COUNT, T + last];
    Some((letters, if last == 0 { 2 } else { 3 }))
}

fn decompose(version: Version, form: Form, c: u32, out: &mut Vec<u32>) {
    if c < 0xa0 {
        out.push(c);
        return;
    }
    if let Some((letters, n)) = hangul(c) {
        out.extend_from_slice(&letters[..n]);
        return;
    }
    let tables = tables();
    if version == Version::Old {
        if let Some(into) = tables.old_decompositions.get(&c) {
            out.extend_from_slice(into);
            return;
        }
        if tables.old.get(c).category == "Cn" {
            out.push(c);
            return;
        }
    }
    match tables.decompositions.get(&c) {
        Some(d) if form.compatible || !d.compatible => {
            for c in &d.into {
                decompose(version, form, *c, out);
            }
        }
        _ => out.push(c),
    }
}
/// Sorts runs of combining characters by their class.
fn reorder(text: &mut [u32]) {
    let class = |c: &u32| tables().now.get(*c).combining;
    let mut i = 0;
    while i < text.len() {
        let run = text[i..].iter().take_while(|c| class(c) != 0).count();
        text[i..i + run].sort_by_key(class);
        i += run + 1;
    }
}
fn pair(a: u32, b: u32) -> Option<u32> {
    if (L..L + 19).contains(&a) && (V..V + V_COUNT).contains(&b) {
        return Some(S + ((a - L) * V_COUNT + b - V) * T_COUNT);
    }
    let syllable = a.wrapping_sub(S) < S_COUNT && a.wrapping_sub(S).is_multiple_of(T_COUNT);
    if syllable && (T + 1..T + T_COUNT).contains(&b) {
        return Some(a + b - T);
    }
    tables().compositions.get(&(a, b)).copied()
}
fn compose(text: &[u32]) -> Vec<u32> {
    let class = |c: u32| tables().now.get(c).combining;
    let mut out: Vec<u32> = Vec::with_capacity(text.len());
    let mut starter: Option<usize> = None;
    for &c in text {
        let (mine, last) = (class(c), out.last().map(|l| class(*l)));
        if let Some(s) = starter {
            // Nothing between the two of the same or a higher class.
            let near = out.len() == s + 1 || last.is_some_and(|l| l != 0 && l < mine);
            if near && let Some(both) = pair(out[s], c) {
                out[s] = both;
                continue;
            }
        }
        if mine == 0 {
            starter = Some(out.len());
        }
        out.push(c);
    }
    out
}

/// The normal form of a text.
pub fn normalize(version: Version, form: Form, text: &[u8]) -> Vec<u8> {
    let mut points = Vec::with_capacity(text.len());
    for c in wtf8::code_points(text) {
        decompose(version, form, c, &mut points);
    }
    reorder(&mut points);
    if form.compose {
        points = compose(&points);
    }
    let mut out = Vec::with_capacity(text.len());
    for c in points {
        wtf8::push(&mut out, c);
    }
    out
}
