//! Showing where two texts part.

/// The first difference with a few lines of context, or `None` when equal.
pub fn first_difference(what: &str, expected: &str, actual: &str) -> Option<String> {
    if expected == actual {
        return None;
    }
    let want: Vec<&str> = expected.split('\n').collect();
    let got: Vec<&str> = actual.split('\n').collect();
    let at = want
        .iter()
        .zip(&got)
        .position(|(a, b)| a != b)
        .unwrap_or(want.len().min(got.len()));
    let mut text = format!("{what}, line {}:\n", at + 1);
    for line in &want[at.saturating_sub(2)..at] {
        text += &format!("      {}\n", clip(line, 0));
    }
    let column = match (want.get(at), got.get(at)) {
        (Some(a), Some(b)) => a.bytes().zip(b.bytes()).take_while(|(x, y)| x == y).count(),
        _ => 0,
    };
    for (mark, lines) in [("-", &want), ("+", &got)] {
        for line in lines.iter().skip(at).take(3) {
            text += &format!("    {mark} {}\n", clip(line, column));
        }
        if lines.len() <= at {
            text += &format!("    {mark} (ends here)\n");
        }
    }
    Some(text)
}

/// Keeps a long line readable: a window around the column that differs.
fn clip(line: &str, column: usize) -> String {
    const WIDTH: usize = 160;
    if line.len() <= WIDTH {
        return line.to_string();
    }
    let start = line.floor_char_boundary(column.saturating_sub(WIDTH / 2));
    let end = line.floor_char_boundary((start + WIDTH).min(line.len()));
    let (before, after) = (
        if start > 0 { "…" } else { "" },
        if end < line.len() { "…" } else { "" },
    );
    format!("{before}{}{after}", &line[start..end])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn equal_texts_have_no_difference() {
        assert_eq!(first_difference("stdout", "a\nb\n", "a\nb\n"), None);
    }

    #[test]
    fn shows_the_first_line_that_differs() {
        let text = first_difference("stdout", "a\nb\nc\n", "a\nx\nc\n").expect("differs");
        assert!(
            text.starts_with("stdout, line 2:\n      a\n    - b\n"),
            "{text}"
        );
        assert!(text.contains("    + x\n"), "{text}");
    }

    #[test]
    fn says_when_output_ends_early() {
        let text = first_difference("stdout", "a\nb", "a").expect("differs");
        assert!(text.contains("+ (ends here)"), "{text}");
    }
}
