//! The interpreter lock: who holds it may touch heap, shapes and objects (I5).
//!
//! A thread that waits longer than the switch interval asks the holder to let
//! go; the holder does so at its next poll ([`give_way`]) and does not take
//! the lock back before somebody else had it. Around blocking calls the lock
//! is given up ([`blocking`]), the thread's native stack being published to
//! the collector meanwhile.

use std::sync::atomic::{AtomicBool, AtomicU32, AtomicU64, Ordering};
use std::sync::{Condvar, Mutex, MutexGuard};
use std::thread::{self, ThreadId};
use std::time::Duration;

use crate::threads;

struct State {
    held: bool,
    /// How often the lock was taken.
    taken: u64,
}

static STATE: Mutex<State> = Mutex::new(State {
    held: false,
    taken: 0,
});
/// The lock became free.
static FREE: Condvar = Condvar::new();
/// The lock was taken.
static TAKEN: Condvar = Condvar::new();
static WAITING: AtomicU32 = AtomicU32::new(0);
static REQUESTED: AtomicBool = AtomicBool::new(false);
static INTERVAL_MICROS: AtomicU64 = AtomicU64::new(5000);
static ON_REQUEST: Mutex<Option<fn()>> = Mutex::new(None);

/// The only thread that may still have the lock, once there is one.
static CLOSED: Mutex<Option<ThreadId>> = Mutex::new(None);
static IS_CLOSED: AtomicBool = AtomicBool::new(false);

fn state() -> MutexGuard<'static, State> {
    STATE.lock().unwrap_or_else(|e| e.into_inner())
}

/// How long a thread waits before it asks for the lock (`sys.setswitchinterval`).
pub fn set_switch_interval(interval: Duration) {
    let micros = interval.as_micros().clamp(1, u64::MAX as u128) as u64;
    INTERVAL_MICROS.store(micros, Ordering::Relaxed)
}

/// See [`set_switch_interval`].
pub fn switch_interval() -> Duration {
    Duration::from_micros(INTERVAL_MICROS.load(Ordering::Relaxed))
}

/// `f` is called, by a thread without the lock, when the holder is asked to
/// let go: it makes the holder poll.
pub fn on_request(f: fn()) {
    *ON_REQUEST.lock().unwrap_or_else(|e| e.into_inner()) = Some(f);
}

/// Takes the lock; the calling thread does not hold it.
pub fn acquire() {
    let mut s = state();
    if s.held {
        WAITING.fetch_add(1, Ordering::Relaxed);
        while s.held {
            let before = s.taken;
            let (next, wait) = FREE
                .wait_timeout(s, switch_interval())
                .unwrap_or_else(|e| e.into_inner());
            s = next;
            if wait.timed_out() && s.held && s.taken == before {
                REQUESTED.store(true, Ordering::Relaxed);
                if let Some(f) = *ON_REQUEST.lock().unwrap_or_else(|e| e.into_inner()) {
                    f();
                }
            }
        }
        WAITING.fetch_sub(1, Ordering::Relaxed);
    }
    if IS_CLOSED.load(Ordering::Relaxed) && !may_still_run() {
        drop(s);
        FREE.notify_all();
        loop {
            thread::park();
        }
    }
    s.held = true;
    s.taken += 1;
    REQUESTED.store(false, Ordering::Relaxed);
    TAKEN.notify_all();
}

/// The program ends: other threads than the caller, which holds the lock, never
/// get it again; those that ask for it sleep until the process is gone.
pub fn close() {
    *CLOSED.lock().unwrap_or_else(|e| e.into_inner()) = Some(thread::current().id());
    IS_CLOSED.store(true, Ordering::Relaxed);
}
#[cold]
fn may_still_run() -> bool {
    let owner = *CLOSED.lock().unwrap_or_else(|e| e.into_inner());
    owner == Some(thread::current().id())
}

/// Gives the lock up; the calling thread holds it, and keeps nothing of the
/// heap on its stack (else: [`blocking`]).
pub fn release() {
    state().held = false;
    FREE.notify_one();
}

/// Runs `f` without the lock. `f` does not touch the heap.
pub fn blocking<R>(f: impl FnOnce() -> R) -> R {
    threads::park(|| {
        release();
        let result = f();
        acquire();
        result
    })
}

/// The other way round: takes the lock for `f`, which is called back by
/// foreign code that runs inside of [`blocking`].
pub fn called_back<R>(f: impl FnOnce() -> R) -> R {
    acquire();
    let result = threads::unpark(f);
    release();
    result
}

/// Does a thread want the lock that has waited for long?
#[inline]
pub fn is_requested() -> bool {
    REQUESTED.load(Ordering::Relaxed)
}

/// Lets another thread have the lock, if one asked for it. To be called at a poll.
pub fn give_way() {
    if !is_requested() {
        return;
    }
    threads::park(|| {
        let mut s = state();
        let before = s.taken;
        s.held = false;
        FREE.notify_one();
        while s.taken == before && WAITING.load(Ordering::Relaxed) != 0 {
            // The timeout is for waiters that gave up.
            let (next, _) = TAKEN
                .wait_timeout(s, switch_interval())
                .unwrap_or_else(|e| e.into_inner());
            s = next;
        }
        drop(s);
        acquire();
    });
}

/// Held across `fork` in parent and child, so that the child inherits neither
/// lock nor stack registry in the middle of a change.
pub struct ForkGuard {
    _state: MutexGuard<'static, State>,
    _request: MutexGuard<'static, Option<fn()>>,
    _stacks: threads::ForkGuard,
}

/// To be called before `fork` by the holder of the lock.
pub fn before_fork() -> ForkGuard {
    ForkGuard {
        _state: state(),
        _request: ON_REQUEST.lock().unwrap_or_else(|e| e.into_inner()),
        _stacks: threads::before_fork(),
    }
}

impl ForkGuard {
    /// In the parent: nothing has changed.
    pub fn in_parent(self) {}

    /// In the child, where only the calling thread is left.
    pub fn in_child(self) {
        WAITING.store(0, Ordering::Relaxed);
        REQUESTED.store(false, Ordering::Relaxed);
        drop(self);
        threads::after_fork_in_child();
    }
}
