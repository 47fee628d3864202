//! What machine code shares with the world: one `JitCtx` per thread.
//!
//! Every compiled function gets its address in the first argument register. Code reads
//! and writes the fields by offset, so the layout is `repr(C)` and the offsets below are
//! taken from the type itself.

use super::exits::GuardDesc;
use std::mem::offset_of;
use std::sync::atomic::AtomicU64;

/// The bump allocator's limit, from its cursor.
pub(super) const ALLOC_LIMIT: i32 = offset_of!(pyjit_heap::alloc::Window, limit) as i32;

/// Words in the exit buffer; a snapshot with more live values is refused at compile time.
pub const BUFFER_WORDS: usize = 1024;

/// The second result of compiled code: what the first one is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u64)]
pub enum Status {
    /// The result, unboxed, of the type the function's signature says.
    Unboxed = 0,
    /// A boxed value where the signature said unboxed.
    Boxed = 1,
    /// An exception is pending.
    Raised = 2,
    /// Frames are being written back; everybody returns (see [`JitCtx::resume_pc`]).
    Unwind = 3,
    /// A loop left through a guard; the result is the address of the [`GuardDesc`].
    Exit = 9,
}

impl Status {
    /// The status for a raw word, if it is one.
    pub fn from_word(word: u64) -> Option<Status> {
        Some(match word {
            0 => Status::Unboxed,
            1 => Status::Boxed,
            2 => Status::Raised,
            3 => Status::Unwind,
            9 => Status::Exit,
            _ => return None,
        })
    }
}

/// Two machine words, as compiled code and its hooks return them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(C)]
pub struct Pair {
    /// The value.
    pub value: u64,
    /// A [`Status`].
    pub status: u64,
}

impl Pair {
    /// A pair with a known status.
    pub fn new(value: u64, status: Status) -> Pair {
        Pair {
            value,
            status: status as u64,
        }
    }
}

/// The thread's context for compiled code.
///
/// The pointers into the rest of the system are set by the owner before the first
/// entry and stay valid while compiled code may run.
#[repr(C)]
pub struct JitCtx {
    /// The guard that failed last.
    pub desc: *const GuardDesc,
    /// Lowest stack address that a compiled function may start at. Below it there must be
    /// room for a nested interpreter, and for leaves and helpers, which do not look.
    pub stack_limit: u64,
    /// Counts guards down under `exit-every`; the guard that finds 1 fails.
    pub stress_left: u64,
    /// What `stress_left` is reset to at an exit; 0 never forces an exit.
    pub stress_every: u64,
    /// The eval breaker: nonzero when somebody wants the thread's attention.
    pub breaker: *const AtomicU64,
    /// The word that holds the pending exception; zero when there is none.
    pub pending: *const AtomicU64,
    /// The allocator's bump window.
    pub alloc: *const pyjit_heap::alloc::Window,
    /// Highest window that a compiled function may start with, a window's size below the
    /// value stack's end.
    pub value_limit: u64,
    /// Result of the call that an after-call exit follows.
    pub call_value: u64,
    /// Its status.
    pub call_status: u64,
    /// Where the interpreter resumes after [`Status::Unwind`].
    pub resume_pc: u64,
    /// In which window.
    pub resume_base: u64,
    /// The owner's own thread pointer: first argument of helpers that ask for it.
    pub thread: u64,
    /// Second result of helpers that have two.
    pub second: u64,
    /// Frames that may still be entered: on entry to a loop, and at a function's exit.
    pub depth: i64,
    /// Where helpers that look at frames find that number.
    pub depth_left: *const AtomicU64,
    /// Address behind the deepest window that compiled code has entered; what is below
    /// may hold references.
    pub top: u64,
    /// Live values of the guard that failed, unboxed.
    pub buffer: [u64; BUFFER_WORDS],
}

/// Offsets for generated code.
pub(super) mod at {
    use super::*;

    pub const DESC: i32 = offset_of!(JitCtx, desc) as i32;
    pub const STACK_LIMIT: i32 = offset_of!(JitCtx, stack_limit) as i32;
    pub const STRESS_LEFT: i32 = offset_of!(JitCtx, stress_left) as i32;
    pub const BREAKER: i32 = offset_of!(JitCtx, breaker) as i32;
    pub const PENDING: i32 = offset_of!(JitCtx, pending) as i32;
    pub const ALLOC: i32 = offset_of!(JitCtx, alloc) as i32;
    pub const VALUE_LIMIT: i32 = offset_of!(JitCtx, value_limit) as i32;
    pub const CALL_VALUE: i32 = offset_of!(JitCtx, call_value) as i32;
    pub const CALL_STATUS: i32 = offset_of!(JitCtx, call_status) as i32;
    pub const THREAD: i32 = offset_of!(JitCtx, thread) as i32;
    pub const SECOND: i32 = offset_of!(JitCtx, second) as i32;
    pub const DEPTH: i32 = offset_of!(JitCtx, depth) as i32;
    pub const DEPTH_LEFT: i32 = offset_of!(JitCtx, depth_left) as i32;
    pub const TOP: i32 = offset_of!(JitCtx, top) as i32;
    pub const BUFFER: i32 = offset_of!(JitCtx, buffer) as i32;

    /// Offset of one buffer word.
    pub fn buffer(index: u16) -> i32 {
        BUFFER + 8 * i32::from(index)
    }
}

/// Words that contexts point at until the owner sets the real ones.
static NOTHING: AtomicU64 = AtomicU64::new(0);
/// What contexts write to until the owner sets the real one.
static SOMEWHERE: AtomicU64 = AtomicU64::new(0);

impl JitCtx {
    /// A context that polls nothing and has no stack limit. The
    /// collector scans its buffer (E2) until it is dropped.
    pub fn new() -> Box<JitCtx> {
        let ctx = Box::new(JitCtx {
            desc: std::ptr::null(),
            stack_limit: 0,
            stress_left: 0,
            stress_every: 0,
            breaker: &NOTHING,
            pending: &NOTHING,
            alloc: pyjit_heap::alloc::WINDOW.as_ptr(),
            value_limit: u64::MAX,
            call_value: 0,
            call_status: 0,
            resume_pc: 0,
            resume_base: 0,
            thread: 0,
            second: 0,
            depth: i64::MAX,
            depth_left: &SOMEWHERE,
            top: 0,
            buffer: [0; BUFFER_WORDS],
        });
        let (start, words) = ctx.roots();
        pyjit_heap::alloc::add_root_range(start, words);
        ctx
    }

    /// What holds references when code has left: from the call's result to the buffer's end.
    fn roots(&self) -> (*const u64, usize) {
        let words = (offset_of!(JitCtx, buffer) - offset_of!(JitCtx, call_value)) / 8;
        (&raw const self.call_value, words + BUFFER_WORDS)
    }

    /// Force every `n`-th guard to fail (0: none) in code compiled for stress.
    pub fn set_stress(&mut self, n: u64) {
        self.stress_every = n;
        self.reset_stress();
    }

    /// Start counting guards afresh; entry and exits do it.
    pub fn reset_stress(&mut self) {
        self.stress_left = self.stress_every;
    }
}

impl Drop for JitCtx {
    fn drop(&mut self) {
        pyjit_heap::alloc::remove_root_range(self.roots().0);
    }
}
