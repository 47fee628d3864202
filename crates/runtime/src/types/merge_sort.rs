//! A stable adaptive merge sort of numbers by a fallible `less`: natural runs,
//! short ones extended by binary insertion, merged in the order of their
//! "power" (Munro and Wild's powersort), with galloping.
//!
//! Which pairs are compared, and in which order, is as in CPython: programs see
//! it when `__lt__` prints, counts or raises.

/// Runs shorter than about this are extended.
const MAX_MIN_RUN: usize = 64;
/// Wins in a row that start galloping.
const MIN_GALLOP: usize = 7;

struct Run {
    start: usize,
    len: usize,
    power: u32,
}

struct Sorter<'a, L> {
    items: &'a mut [u32],
    less: L,
    runs: Vec<Run>,
    min_gallop: usize,
}

/// Sorts `items`. On an error they are some permutation of what they were.
pub fn sort<E>(items: &mut [u32], less: impl FnMut(u32, u32) -> Result<bool, E>) -> Result<(), E> {
    let n = items.len();
    let mut s = Sorter {
        items,
        less,
        runs: Vec::new(),
        min_gallop: MIN_GALLOP,
    };
    let min_run = min_run(n);
    let mut at = 0;
    while at < n {
        let rest = n - at;
        let mut len = s.natural_run(at, rest)?;
        if len < min_run {
            let force = rest.min(min_run);
            s.insertion(at, force, len)?;
            len = force;
        }
        s.push_run(at, len)?;
        at += len;
    }
    s.merge_all()
}

fn min_run(mut n: usize) -> usize {
    let mut r = 0;
    while n >= MAX_MIN_RUN {
        r |= n & 1;
        n >>= 1;
    }
    n + r
}

/// Depth in the perfectly balanced merge tree of the boundary between two
/// neighbouring runs, the first from `start`, in `n` items.
fn power(start: usize, len1: usize, len2: usize, n: usize) -> u32 {
    let mut a = 2 * start + len1;
    let mut b = a + len1 + len2;
    let mut result = 0;
    loop {
        result += 1;
        if a >= n {
            a -= n;
            b -= n;
        } else if b >= n {
            return result;
        }
        a <<= 1;
        b <<= 1;
    }
}

impl<E, L: FnMut(u32, u32) -> Result<bool, E>> Sorter<'_, L> {
    /// Is item `i` less than item `k`?
    fn less_at(&mut self, i: usize, k: usize) -> Result<bool, E> {
        (self.less)(self.items[i], self.items[k])
    }

    /// Length of the run from `lo`, at most `rest`. A descending one is reversed,
    /// stretches of equal items in it excepted.
    fn natural_run(&mut self, lo: usize, rest: usize) -> Result<usize, E> {
        let mut n = self.ascending(lo, 1, rest)?;
        if n >= rest {
            return Ok(rest);
        }
        if n > 1 {
            if self.less_at(lo, lo + n - 1)? {
                return Ok(n);
            }
            // All equal so far: they are reversed twice.
            self.items[lo..lo + n].reverse();
        }
        n += 1;
        let mut equal = 0;
        while n < rest {
            if self.less_at(lo + n, lo + n - 1)? {
                self.reverse_equal(lo + n, &mut equal);
            } else if self.less_at(lo + n - 1, lo + n)? {
                break;
            } else {
                equal += 1;
            }
            n += 1;
        }
        self.reverse_equal(lo + n, &mut equal);
        self.items[lo..lo + n].reverse();
        self.ascending(lo, n, rest)
    }

    /// The first of `n..rest` that is less than the one before it, or `rest`.
    fn ascending(&mut self, lo: usize, mut n: usize, rest: usize) -> Result<usize, E> {
        while n < rest && !self.less_at(lo + n, lo + n - 1)? {
            n += 1;
        }
        Ok(n)
    }

    /// Reverses the `equal + 1` items before `end`, if there are at least two.
    fn reverse_equal(&mut self, end: usize, equal: &mut usize) {
        if *equal > 0 {
            self.items[end - *equal - 1..end].reverse();
            *equal = 0;
        }
    }

    /// Sorts `n` items from `lo`, of which `sorted` are in order, by binary insertion.
    fn insertion(&mut self, lo: usize, n: usize, sorted: usize) -> Result<(), E> {
        for i in sorted.max(1)..n {
            let x = self.items[lo + i];
            let (mut l, mut r) = (0, i);
            while l < r {
                let m = (l + r) / 2;
                if (self.less)(x, self.items[lo + m])? {
                    r = m;
                } else {
                    l = m + 1;
                }
            }
            self.items.copy_within(lo + l..lo + i, lo + l + 1);
            self.items[lo + l] = x;
        }
        Ok(())
    }

    fn push_run(&mut self, start: usize, len: usize) -> Result<(), E> {
        if let Some(last) = self.runs.last() {
            let p = power(last.start, last.len, len, self.items.len());
            while self.runs.len() > 1 && self.runs[self.runs.len() - 2].power > p {
                self.merge_at(self.runs.len() - 2)?;
            }
            if let Some(last) = self.runs.last_mut() {
                last.power = p;
            }
        }
        self.runs.push(Run {
            start,
            len,
            power: 0,
        });
        Ok(())
    }

    fn merge_all(&mut self) -> Result<(), E> {
        while self.runs.len() > 1 {
            let mut i = self.runs.len() - 2;
            if i > 0 && self.runs[i - 1].len < self.runs[i + 1].len {
                i -= 1;
            }
            self.merge_at(i)?;
        }
        Ok(())
    }

    /// Merges runs `i` and `i + 1`.
    fn merge_at(&mut self, i: usize) -> Result<(), E> {
        let b = self.runs.remove(i + 1);
        let (mut a_at, mut a_len) = (self.runs[i].start, self.runs[i].len);
        self.runs[i].len += b.len;
        let (x, y) = (a_at, a_at + a_len);
        let k = gallop_right(&mut self.less, self.items[b.start], &self.items[x..y], 0)?;
        a_at += k;
        a_len -= k;
        if a_len == 0 {
            return Ok(());
        }
        let last = self.items[a_at + a_len - 1];
        let (x, y) = (b.start, b.start + b.len);
        let n = gallop_left(&mut self.less, last, &self.items[x..y], b.len - 1)?;
        if n == 0 {
            return Ok(());
        }
        let low = a_len <= n;
        let m = Merge {
            items: &mut self.items[a_at..b.start + n],
            less: &mut self.less,
            min_gallop: &mut self.min_gallop,
            temp: Vec::new(),
            a: a_len,
            b: n,
            from_a: 0,
            from_b: 0,
        };
        if low { m.low() } else { m.high() }
    }
}

/// How many items of the sorted `a` are less than `key`; `hint` is where to look first.
fn gallop_left<E>(
    less: &mut impl FnMut(u32, u32) -> Result<bool, E>,
    key: u32,
    a: &[u32],
    hint: usize,
) -> Result<usize, E> {
    let (mut last, mut ofs) = (0, 1);
    let (mut lo, mut hi);
    if less(a[hint], key)? {
        let max = a.len() - hint;
        while ofs < max && less(a[hint + ofs], key)? {
            last = ofs;
            ofs = ofs * 2 + 1;
        }
        (lo, hi) = (hint + last + 1, hint + ofs.min(max));
    } else {
        let max = hint + 1;
        while ofs < max && !less(a[hint - ofs], key)? {
            last = ofs;
            ofs = ofs * 2 + 1;
        }
        (lo, hi) = (hint + 1 - ofs.min(max), hint - last);
    }
    while lo < hi {
        let m = lo + (hi - lo) / 2;
        if less(a[m], key)? {
            lo = m + 1;
        } else {
            hi = m;
        }
    }
    Ok(hi)
}

/// How many items of the sorted `a` are not greater than `key`.
fn gallop_right<E>(
    less: &mut impl FnMut(u32, u32) -> Result<bool, E>,
    key: u32,
    a: &[u32],
    hint: usize,
) -> Result<usize, E> {
    let (mut last, mut ofs) = (0, 1);
    let (mut lo, mut hi);
    if less(key, a[hint])? {
        let max = hint + 1;
        while ofs < max && less(key, a[hint - ofs])? {
            last = ofs;
            ofs = ofs * 2 + 1;
        }
        (lo, hi) = (hint + 1 - ofs.min(max), hint - last);
    } else {
        let max = a.len() - hint;
        while ofs < max && !less(key, a[hint + ofs])? {
            last = ofs;
            ofs = ofs * 2 + 1;
        }
        (lo, hi) = (hint + last + 1, hint + ofs.min(max));
    }
    while lo < hi {
        let m = lo + (hi - lo) / 2;
        if less(key, a[m])? {
            hi = m;
        } else {
            lo = m + 1;
        }
    }
    Ok(hi)
}

/// Two neighbouring runs being merged in place, the shorter one copied away.
/// The first of the second run is less than the first of the first, the last of
/// the first is greater than all of the second.
struct Merge<'a, L> {
    items: &'a mut [u32],
    less: &'a mut L,
    min_gallop: &'a mut usize,
    temp: Vec<u32>,
    /// Items of each run that are not placed yet.
    a: usize,
    b: usize,
    /// `low`: where they start in `temp` and `items`.
    from_a: usize,
    from_b: usize,
}

impl<E, L: FnMut(u32, u32) -> Result<bool, E>> Merge<'_, L> {
    /// Left to right, the first run copied away.
    fn low(mut self) -> Result<(), E> {
        self.temp = self.items[..self.a].to_vec();
        self.from_b = self.a;
        let result = self.merge_low();
        // What is left of the first run goes behind what is left of the second,
        // except after an error.
        let (dest, rest) = (self.from_a + self.from_b - self.temp.len(), self.a);
        let from = self.temp.len() - rest;
        if result.is_ok() {
            let (b, n) = (self.from_b, self.b);
            self.items.copy_within(b..b + n, dest);
            self.items[dest + n..dest + n + rest].copy_from_slice(&self.temp[from..]);
        } else {
            self.items[dest..dest + rest].copy_from_slice(&self.temp[from..]);
        }
        result
    }
    fn place_low_a(&mut self, n: usize) {
        let dest = self.from_a + self.from_b - self.temp.len();
        self.items[dest..dest + n].copy_from_slice(&self.temp[self.from_a..self.from_a + n]);
        self.from_a += n;
        self.a -= n;
    }
    fn place_low_b(&mut self, n: usize) {
        let dest = self.from_a + self.from_b - self.temp.len();
        self.items.copy_within(self.from_b..self.from_b + n, dest);
        self.from_b += n;
        self.b -= n;
    }
    fn merge_low(&mut self) -> Result<(), E> {
        self.place_low_b(1);
        if self.b == 0 || self.a == 1 {
            return Ok(());
        }
        let mut min_gallop = *self.min_gallop;
        loop {
            let (mut wins_a, mut wins_b) = (0, 0);
            loop {
                if (self.less)(self.items[self.from_b], self.temp[self.from_a])? {
                    self.place_low_b(1);
                    (wins_a, wins_b) = (0, wins_b + 1);
                } else {
                    self.place_low_a(1);
                    (wins_a, wins_b) = (wins_a + 1, 0);
                }
                if self.b == 0 || self.a == 1 {
                    return Ok(());
                }
                if wins_a >= min_gallop || wins_b >= min_gallop {
                    break;
                }
            }
            min_gallop += 1;
            loop {
                min_gallop -= usize::from(min_gallop > 1);
                *self.min_gallop = min_gallop;
                let key = self.items[self.from_b];
                let a = &self.temp[self.from_a..];
                wins_a = gallop_right(self.less, key, a, 0)?;
                self.place_low_a(wins_a);
                if wins_a > 0 && self.a <= 1 {
                    return Ok(());
                }
                self.place_low_b(1);
                if self.b == 0 {
                    return Ok(());
                }
                let key = self.temp[self.from_a];
                let b = &self.items[self.from_b..self.from_b + self.b];
                wins_b = gallop_left(self.less, key, b, 0)?;
                self.place_low_b(wins_b);
                if self.b == 0 {
                    return Ok(());
                }
                self.place_low_a(1);
                if self.a == 1 {
                    return Ok(());
                }
                if wins_a < MIN_GALLOP && wins_b < MIN_GALLOP {
                    break;
                }
            }
            min_gallop += 1;
            *self.min_gallop = min_gallop;
        }
    }

    /// Right to left, the second run copied away.
    fn high(mut self) -> Result<(), E> {
        self.temp = self.items[self.a..].to_vec();
        let result = self.merge_high();
        let (a, b) = (self.a, self.b);
        if result.is_ok() {
            self.items.copy_within(0..a, b);
            self.items[..b].copy_from_slice(&self.temp[..b]);
        } else {
            self.items[a..a + b].copy_from_slice(&self.temp[..b]);
        }
        result
    }
    fn place_high_a(&mut self, n: usize) {
        let end = self.a + self.b;
        self.items.copy_within(self.a - n..self.a, end - n);
        self.a -= n;
    }
    fn place_high_b(&mut self, n: usize) {
        let end = self.a + self.b;
        self.items[end - n..end].copy_from_slice(&self.temp[self.b - n..self.b]);
        self.b -= n;
    }
    fn merge_high(&mut self) -> Result<(), E> {
        self.place_high_a(1);
        if self.a == 0 || self.b == 1 {
            return Ok(());
        }
        let mut min_gallop = *self.min_gallop;
        loop {
            let (mut wins_a, mut wins_b) = (0, 0);
            loop {
                if (self.less)(self.temp[self.b - 1], self.items[self.a - 1])? {
                    self.place_high_a(1);
                    (wins_a, wins_b) = (wins_a + 1, 0);
                } else {
                    self.place_high_b(1);
                    (wins_a, wins_b) = (0, wins_b + 1);
                }
                if self.a == 0 || self.b == 1 {
                    return Ok(());
                }
                if wins_a >= min_gallop || wins_b >= min_gallop {
                    break;
                }
            }
            min_gallop += 1;
            loop {
                min_gallop -= usize::from(min_gallop > 1);
                *self.min_gallop = min_gallop;
                let a = &self.items[..self.a];
                let key = self.temp[self.b - 1];
                wins_a = self.a - gallop_right(self.less, key, a, self.a - 1)?;
                self.place_high_a(wins_a);
                if self.a == 0 {
                    return Ok(());
                }
                self.place_high_b(1);
                if self.b == 1 {
                    return Ok(());
                }
                let key = self.items[self.a - 1];
                let b = &self.temp[..self.b];
                wins_b = self.b - gallop_left(self.less, key, b, self.b - 1)?;
                self.place_high_b(wins_b);
                if wins_b > 0 && self.b <= 1 {
                    return Ok(());
                }
                self.place_high_a(1);
                if self.a == 0 {
                    return Ok(());
                }
                if wins_a < MIN_GALLOP && wins_b < MIN_GALLOP {
                    break;
                }
            }
            min_gallop += 1;
            *self.min_gallop = min_gallop;
        }
    }
}
