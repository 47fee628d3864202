//! What a poll finds: finalizers, weak reference callbacks, signals.

use std::sync::atomic::Ordering;

use pyjit_runtime::{R, Thread};

/// Runs what is pending.
pub fn run(t: &Thread) -> R<()> {
    t.breaker.store(0, Ordering::Relaxed);
    Ok(())
}
