//! Where the System V convention of x86-64 has the arguments of a function:
//! the first six words and the first eight floating-point numbers in
//! registers, the rest on the stack.
//!
//! A specification has a letter for each argument: `i` a word, `d` and `f`
//! floating point, `g` long double, `s` a structure, of which it is told
//! whether its words go through general (`I`) or vector (`S`) registers, or
//! all of it through memory (`M`; `A` if aligned to 16 bytes).

/// General and vector registers.
pub const WORDS: usize = 6;
pub const VECTORS: usize = 8;

/// Arguments in their places.
#[derive(Default)]
pub struct Places {
    pub words: [u64; WORDS],
    pub vectors: [u64; VECTORS],
    pub stack: Vec<u64>,
    used_words: usize,
    used_vectors: usize,
}

impl Places {
    /// A word.
    pub fn word(&mut self, w: u64) {
        match self.used_words < WORDS {
            true => {
                self.words[self.used_words] = w;
                self.used_words += 1;
            }
            false => self.stack.push(w),
        }
    }
    /// The bits of a floating-point number.
    pub fn vector(&mut self, bits: u64) {
        match self.used_vectors < VECTORS {
            true => {
                self.vectors[self.used_vectors] = bits;
                self.used_vectors += 1;
            }
            false => self.stack.push(bits),
        }
    }
    /// Words in memory.
    pub fn memory(&mut self, words: &[u64], wide: bool) {
        if wide && self.stack.len() % 2 == 1 {
            self.stack.push(0);
        }
        self.stack.extend_from_slice(words);
    }
    /// A structure, word by word, with the class of each.
    pub fn structure(&mut self, words: &[u64], classes: &[u8]) {
        if matches!(classes, b"M" | b"A") {
            return self.memory(words, classes == b"A");
        }
        let vectors = classes.iter().filter(|c| **c == b'S').count();
        let general = classes.len() - vectors;
        if self.used_words + general > WORDS || self.used_vectors + vectors > VECTORS {
            return self.memory(words, false);
        }
        for (w, class) in words.iter().zip(classes) {
            match class {
                b'S' => self.vector(*w),
                _ => self.word(*w),
            }
        }
    }
}

/// Bytes as words, with zeros behind.
pub fn words(bytes: &[u8]) -> Vec<u64> {
    let word = |c: &[u8]| {
        let mut w = [0; 8];
        w[..c.len()].copy_from_slice(c);
        u64::from_ne_bytes(w)
    };
    bytes.chunks(8).map(word).collect()
}

/// Takes arguments from their places: what a function that was called does.
pub struct Taker<'a> {
    pub words: &'a [u64],
    pub vectors: &'a [u64],
    /// Reads a word of the stack.
    pub stack: &'a dyn Fn(usize) -> u64,
    pub used_words: usize,
    pub used_vectors: usize,
    pub used_stack: usize,
}

impl Taker<'_> {
    fn on_stack(&mut self) -> u64 {
        self.used_stack += 1;
        (self.stack)(self.used_stack - 1)
    }
    /// The next word.
    pub fn word(&mut self) -> u64 {
        match self.used_words < WORDS {
            true => {
                self.used_words += 1;
                self.words[self.used_words - 1]
            }
            false => self.on_stack(),
        }
    }
    /// The bits of the next floating-point number.
    pub fn vector(&mut self) -> u64 {
        match self.used_vectors < VECTORS {
            true => {
                self.used_vectors += 1;
                self.vectors[self.used_vectors - 1]
            }
            false => self.on_stack(),
        }
    }
    /// So many words of memory.
    pub fn memory(&mut self, n: usize, wide: bool) -> Vec<u64> {
        if wide && self.used_stack % 2 == 1 {
            self.used_stack += 1;
        }
        (0..n).map(|_| self.on_stack()).collect()
    }
    /// The words of a structure.
    pub fn structure(&mut self, size: usize, classes: &[u8]) -> Vec<u64> {
        let n = size.div_ceil(8);
        let vectors = classes.iter().filter(|c| **c == b'S').count();
        let general = classes.len() - vectors;
        let fits = self.used_words + general <= WORDS && self.used_vectors + vectors <= VECTORS;
        if matches!(classes, b"M" | b"A") || !fits {
            return self.memory(n, classes == b"A");
        }
        let one = |c: &u8| match c {
            b'S' => self.vector(),
            _ => self.word(),
        };
        classes.iter().map(one).collect()
    }
}
