//! What the collector has done so far.

use std::time::Duration;

use crate::heap::heap;

/// Counts and times of collections since the start.
#[derive(Clone, Copy, Default, Debug)]
pub struct Stats {
    /// Minor collections.
    pub minors: u64,
    /// Major collections finished.
    pub majors: u64,
    /// Pauses in which a major collection marked a part.
    pub slices: u64,
    /// Bytes allocated, up to the last collection.
    pub allocated: u64,
    /// Bytes that survived their first collection.
    pub promoted: u64,
    /// Bytes in use after the last collection.
    pub live: usize,
    /// Bytes of memory that the heap occupies.
    pub committed: usize,
    /// Time in minor collections.
    pub minor_time: Duration,
    /// Time in major collections.
    pub major_time: Duration,
    /// Longest pause.
    pub max_pause: Duration,
}

/// The counts and times.
pub fn stats() -> Stats {
    let h = heap();
    let mut s = h.stats;
    s.live = h.live_bytes();
    s.committed = h.blocks.committed() + h.large.bytes;
    s
}
