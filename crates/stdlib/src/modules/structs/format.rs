//! Format strings of `struct`.

/// One kind of field, `count` times (for `s` and `p`: one field of that many bytes).
pub struct Field {
    pub code: u8,
    pub count: usize,
    pub at: usize,
    pub size: usize,
}

/// What a format string describes.
pub struct Layout {
    pub big: bool,
    /// Native sizes and alignment.
    pub native: bool,
    pub fields: Vec<Field>,
    pub size: usize,
    /// Number of Python values.
    pub values: usize,
}

/// (size, alignment) of a format character.
fn extent(code: u8, native: bool) -> Option<(usize, usize)> {
    let n = match code {
        b'x' | b'c' | b'b' | b'B' | b'?' | b's' | b'p' => 1,
        b'h' | b'H' | b'e' => 2,
        b'i' | b'I' | b'f' => 4,
        b'l' | b'L' => {
            if native {
                8
            } else {
                4
            }
        }
        b'q' | b'Q' | b'd' => 8,
        b'n' | b'N' | b'P' if native => 8,
        b'F' => return Some((8, if native { 4 } else { 1 })),
        b'D' => return Some((16, if native { 8 } else { 1 })),
        _ => return None,
    };
    Some((n, n))
}

/// Reads a format string.
pub fn parse(text: &[u8]) -> Result<Layout, &'static str> {
    let (order, rest) = match text.first() {
        Some(c @ (b'@' | b'=' | b'<' | b'>' | b'!')) => (*c, &text[1..]),
        _ => (b'@', text),
    };
    let mut l = Layout {
        big: matches!(order, b'>' | b'!'),
        native: order == b'@',
        fields: Vec::new(),
        size: 0,
        values: 0,
    };
    let mut i = 0;
    while i < rest.len() {
        if rest[i].is_ascii_whitespace() {
            i += 1;
            continue;
        }
        let (mut count, digits) = (1usize, i);
        while i < rest.len() && rest[i].is_ascii_digit() {
            let so_far = if i == digits { 0 } else { count };
            let next = so_far
                .checked_mul(10)
                .and_then(|n| n.checked_add((rest[i] - b'0') as usize));
            count = next
                .filter(|n| *n <= i64::MAX as usize)
                .ok_or("total struct size too long")?;
            i += 1;
        }
        let Some(code) = rest.get(i).copied() else {
            return Err("repeat count given without format specifier");
        };
        i += 1;
        if code == 0 {
            return Err("embedded null character");
        }
        l.push(code, count)?;
    }
    Ok(l)
}

impl Layout {
    fn push(&mut self, code: u8, count: usize) -> Result<(), &'static str> {
        let (size, align) = extent(code, self.native).ok_or("bad char in struct format")?;
        let at = if self.native {
            self.size.next_multiple_of(align)
        } else {
            self.size
        };
        let total = size.checked_mul(count).and_then(|n| n.checked_add(at));
        let total = total.filter(|n| *n <= i64::MAX as usize);
        self.size = total.ok_or("total struct size too long")?;
        match code {
            b'x' => return Ok(()),
            b's' | b'p' => self.values += 1,
            _ => self.values += count,
        }
        let f = Field {
            code,
            count,
            at,
            size,
        };
        if count > 0 || matches!(code, b's' | b'p') {
            self.fields.push(f);
        }
        Ok(())
    }
}
