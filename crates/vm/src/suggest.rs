//! "Did you mean": the closest name, by CPython's measure.

/// Longest name that is compared.
const MAX_NAME: usize = 40;
/// Most candidates that are looked at.
const MAX_CANDIDATES: usize = 750;
const MOVE: usize = 2;
const CASE: usize = 1;

/// The candidate closest to `wrong`, if one is close.
pub fn closest<'a>(wrong: &str, candidates: impl Iterator<Item = &'a str>) -> Option<String> {
    let mut best: Option<(usize, &str)> = None;
    for (i, c) in candidates.enumerate() {
        if i >= MAX_CANDIDATES {
            return None;
        }
        if c == wrong {
            continue;
        }
        // No more than a third of the characters may need changing.
        let limit = (c.chars().count() + wrong.chars().count() + 3) * MOVE / 6;
        let limit = limit.min(best.map_or(usize::MAX, |(d, _)| d.saturating_sub(1)));
        let d = distance(wrong, c);
        if d <= limit {
            best = Some((d, c));
        }
    }
    best.map(|(_, c)| c.to_string())
}

fn cost(a: char, b: char) -> usize {
    if a == b {
        0
    } else if a.to_lowercase().eq(b.to_lowercase()) {
        CASE
    } else {
        MOVE
    }
}

/// Weighted edit distance.
fn distance(a: &str, b: &str) -> usize {
    let a: Vec<char> = a.chars().collect();
    let b: Vec<char> = b.chars().collect();
    if a.len() > MAX_NAME || b.len() > MAX_NAME {
        return usize::MAX;
    }
    let mut row: Vec<usize> = (0..=b.len()).map(|i| i * MOVE).collect();
    for (i, x) in a.iter().enumerate() {
        let mut diagonal = row[0];
        row[0] = (i + 1) * MOVE;
        for (j, y) in b.iter().enumerate() {
            let change = diagonal + cost(*x, *y);
            diagonal = row[j + 1];
            row[j + 1] = change.min(row[j] + MOVE).min(diagonal + MOVE);
        }
    }
    row[b.len()]
}
