//! What compiling may cost, and whose turn it is.
//!
//! - A place has to have been hot for longer than compiling it will take: not much more may be
//!   lost, whatever comes.
//! - All compiling together may take an allowance, a share of the time that the thread has
//!   used (the larger share at first: warming up is over some time), and a share of the time
//!   that compiled code has run: where it runs, time is won.
//!
//! All times are the thread's own, so that they do not depend on what else the machine does.

use std::cell::Cell;
use std::time::Instant;

use pyjit_jit::native::thread_ns;

use super::Jit;
use super::trees::TreeState;

/// Time that compiling may take from the start.
const ALLOWANCE_NS: u64 = 2_000_000;
/// At first, compiling may take one part in so many of the time that the thread has used,
const EARLY_SHARE: u64 = 3;
/// until that is so much,
const EARLY_NS: u64 = 40_000_000;
/// and always one part in so many,
const SHARE: u64 = 10;
/// and one part in so many of the time that compiled code has run.
const NATIVE_SHARE: u64 = 2;
/// A place is compiled when it has been hot for so long.
const WORTH_NS: u64 = 3_000_000;

/// The clocks of a thread.
pub struct Budget {
    /// When it started.
    began: u64,
    /// The last hot event that was looked at.
    seen: Cell<u64>,
    /// Time that compiled code has run, about.
    native_ns: Cell<u64>,
}

impl Budget {
    /// That of a thread which starts now.
    pub fn new() -> Budget {
        let now = thread_ns();
        Budget {
            began: now,
            seen: Cell::new(now),
            native_ns: Cell::new(0),
        }
    }

    /// A hot event of a place: how long it has been hot. `since`, 0 at first, is when that began:
    /// at the latest with the hot event before its first.
    pub fn hot_for(&self, since: &Cell<u64>) -> u64 {
        let now = thread_ns();
        let before = self.seen.replace(now);
        if since.get() == 0 {
            since.set(before);
        }
        now.saturating_sub(since.get())
    }

    /// Nobody has taken the time until now.
    pub fn skip(&self) {
        self.seen.set(thread_ns())
    }
}

impl Jit {
    /// Has a place that has taken so much time earned its compilation?
    pub(super) fn is_worth(&self, ns: u64) -> bool {
        ns >= WORTH_NS || self.options.is_stressed()
    }

    /// Is there time left for compiling, and a back end?
    pub(super) fn may_compile(&self) -> bool {
        let b = &self.budget;
        let has_time = || {
            let spent = self.stats.spent_ns.get();
            let used = thread_ns().saturating_sub(b.began);
            let early = (used / EARLY_SHARE).min(EARLY_NS);
            let native = b.native_ns.get() / NATIVE_SHARE;
            let earned = ALLOWANCE_NS + early + used / SHARE + native;
            spent < earned
        };
        (self.options.is_stressed() || has_time()) && self.native().is_some()
    }

    /// Runs code of a tree, measuring now and then how long it stays there.
    pub(super) fn timed<T>(&self, tree: &TreeState, run: impl FnOnce() -> T) -> (T, Option<u64>) {
        let Some(weight) = tree.sample() else {
            return (run(), None);
        };
        let spent = self.stats.spent_ns.get();
        let began = Instant::now();
        let result = run();
        let ns = began.elapsed().as_nanos() as u64;
        let compiling = self.stats.spent_ns.get() - spent;
        let ns = ns.saturating_sub(self.clock_ns + compiling);
        let total = &self.budget.native_ns;
        total.set(total.get() + ns * u64::from(weight));
        (result, (weight > 1).then_some(ns))
    }
}
