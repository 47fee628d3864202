//! Interned names: each distinct identifier has one small number for the life of an `Interner`.
//!
//! Not Python strings: the runtime makes those from the text when code is loaded.

use std::hash::{BuildHasher, Hasher};

/// An interned name.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Sym(pub u32);

/// The table of names: one text buffer, and an open-addressing index over it.
#[derive(Debug)]
pub struct Interner {
    text: String,
    /// End of each name in `text`; name `i` starts where `i - 1` ends.
    ends: Vec<u32>,
    /// Slots hold `sym + 1`, 0 is free; the length is a power of two, at most half full.
    slots: Vec<u32>,
}

impl Default for Interner {
    fn default() -> Self {
        Interner::new()
    }
}

impl Interner {
    /// An empty table.
    pub fn new() -> Interner {
        Interner {
            text: String::new(),
            ends: Vec::new(),
            slots: vec![0; 256],
        }
    }

    /// The symbol of `name`, new or known.
    pub fn intern(&mut self, name: &str) -> Sym {
        let slot = self.find(name);
        if self.slots[slot] != 0 {
            return Sym(self.slots[slot] - 1);
        }
        let sym = Sym(self.ends.len() as u32);
        self.text.push_str(name);
        self.ends.push(self.text.len() as u32);
        self.slots[slot] = sym.0 + 1;
        if self.ends.len() * 2 > self.slots.len() {
            self.grow();
        }
        sym
    }

    /// The symbol of `name` if it is known.
    pub fn get(&self, name: &str) -> Option<Sym> {
        self.slots[self.find(name)].checked_sub(1).map(Sym)
    }

    /// The text of a symbol.
    pub fn resolve(&self, sym: Sym) -> &str {
        let i = sym.0 as usize;
        let start = if i == 0 { 0 } else { self.ends[i - 1] as usize };
        &self.text[start..self.ends[i] as usize]
    }

    /// How many names there are.
    pub fn len(&self) -> usize {
        self.ends.len()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.ends.is_empty()
    }

    /// The slot that holds `name`, or the free one where it belongs.
    fn find(&self, name: &str) -> usize {
        let mask = self.slots.len() - 1;
        let mut slot = hash(name) as usize & mask;
        loop {
            match self.slots[slot] {
                0 => return slot,
                n if self.resolve(Sym(n - 1)) == name => return slot,
                _ => slot = (slot + 1) & mask,
            }
        }
    }

    fn grow(&mut self) {
        self.slots = vec![0; self.slots.len() * 2];
        for i in 0..self.ends.len() as u32 {
            let slot = self.find(self.resolve(Sym(i)));
            self.slots[slot] = i + 1;
        }
    }
}

fn hash(name: &str) -> u64 {
    let mut hasher = rustc_hash::FxBuildHasher.build_hasher();
    hasher.write(name.as_bytes());
    hasher.finish()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_unique_and_survive_growth() {
        let mut names = Interner::new();
        let syms: Vec<Sym> = (0..2000).map(|i| names.intern(&format!("n{i}"))).collect();
        for (i, &sym) in syms.iter().enumerate() {
            assert_eq!(names.resolve(sym), format!("n{i}"));
            assert_eq!(names.get(&format!("n{i}")), Some(sym));
        }
        assert_eq!(names.len(), 2000);
        assert_eq!(names.get("absent"), None);
    }
}
