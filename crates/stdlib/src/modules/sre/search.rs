//! Searching: from which places the program is run.

use memchr::{memchr, memchr2, memchr3, memmem};
use pyjit_runtime::R;
use pyjit_runtime::unicode::wtf8;

use super::exec::{Demand, Matcher, NONE, State};
use super::program::start;
use super::sets::Table;

impl Matcher<'_> {
    /// A match that begins at `from`.
    pub fn at_place(&self, s: &mut State, from: usize, demand: Demand) -> R<bool> {
        if from > self.text.len() || self.text.len() - from < self.program.facts.least as usize {
            return Ok(false);
        }
        self.run(s, from, demand)
    }

    /// The first match that begins at `from` or later. With `advance` it is not
    /// the empty match at `from`.
    pub fn search(&self, s: &mut State, from: usize, advance: bool) -> R<bool> {
        let f = &self.program.facts;
        let mut demand = Demand {
            not_at: if advance { from } else { NONE },
            whole: false,
        };
        let Some(latest) = self.text.len().checked_sub(f.least as usize) else {
            return Ok(false);
        };
        let mut p = from;
        let mut tries = 0u32;
        while p <= latest {
            let Some(q) = self.candidate(p).filter(|q| *q <= latest) else {
                return Ok(false);
            };
            p = q;
            if f.plain != 0 {
                s.marks.clear();
                (s.begin, s.end, s.last) = (p, p + f.start_b as usize, 0);
                return Ok(true);
            }
            if self.run(s, p, demand)? {
                return Ok(true);
            }
            demand.not_at = NONE;
            if f.start == start::BEGINNING {
                return Ok(false);
            }
            p = self.after_failure(p);
            tries = tries.wrapping_add(1);
            if tries.is_multiple_of(1 << 14) {
                self.poll()?;
            }
        }
        Ok(false)
    }

    /// The next place at which a match can begin.
    #[inline(always)]
    fn candidate(&self, p: usize) -> Option<usize> {
        let f = &self.program.facts;
        let rest = &self.text[p..];
        let found = match f.start {
            start::TEXT => {
                let want = &self.program.text[f.start_a as usize..][..f.start_b as usize];
                memmem::find(rest, want)?
            }
            start::FEW => {
                let [a, b, c, _] = f.start_b.to_le_bytes();
                match f.start_a {
                    1 => memchr(a, rest)?,
                    2 => memchr2(a, b, rest)?,
                    _ => memchr3(a, b, c, rest)?,
                }
            }
            start::FIRST => {
                let table: &Table = &self.program.tables[f.start_a as usize];
                rest.iter().position(|b| table[*b as usize] != 0)?
            }
            start::LINE if p > 0 && self.text[p - 1] != b'\n' => memchr(b'\n', rest)? + 1,
            start::BEGINNING if p > 0 => return None,
            _ => 0,
        };
        Some(p + found)
    }

    /// Where to look on after nothing was found at `p`.
    #[inline(always)]
    fn after_failure(&self, p: usize) -> usize {
        let f = &self.program.facts;
        if f.skip != 0 {
            let q = self.run_end(f.skip - 1, p);
            if q > p {
                return q;
            }
        }
        if f.utf8 != 0 && p < self.text.len() {
            return p + wtf8::len_of_first(self.text[p]);
        }
        p + 1
    }
}
