//! The lines of observed code, unpacked: asked for at every instruction.

use std::cell::RefCell;
use std::collections::HashMap;

use pyjit_bytecode::{CodeObject, positions};
use pyjit_heap::GilCell;

/// The lines of one code object.
pub struct Lines {
    /// The line of each word; 0 for none.
    of: Box<[u32]>,
    /// Is there another line than the first of the source?
    pub goes_on: bool,
}

static ALL: GilCell<RefCell<Option<HashMap<usize, &'static Lines>>>> =
    GilCell::new(RefCell::new(None));

impl Lines {
    /// The lines of code, which lives for ever.
    pub fn of(code: &'static CodeObject) -> &'static Lines {
        let mut all = ALL.get().borrow_mut();
        let known = all.get_or_insert_default();
        known
            .entry(std::ptr::from_ref(code) as usize)
            .or_insert_with(|| Box::leak(Box::new(Lines::new(code))))
    }
    fn new(code: &CodeObject) -> Lines {
        let mut of = vec![0; code.words.len()];
        let mut at = 0usize;
        for (n, p) in positions::runs(&code.positions) {
            let end = at.saturating_add(n as usize).min(of.len());
            of[at..end].fill(p.line);
            at = end;
        }
        let goes_on = of.iter().any(|l| *l != 0 && *l != code.firstlineno);
        Lines {
            of: of.into(),
            goes_on,
        }
    }
    /// The line of a word.
    pub fn at(&self, index: u32) -> u32 {
        self.of.get(index as usize).copied().unwrap_or(0)
    }
    /// The first line from `n` on that has code.
    pub fn from(&self, n: u32) -> Option<u32> {
        let later = self.of.iter().filter(|l| **l != 0 && **l >= n);
        later.min().copied()
    }
}
