//! The state of one Python thread, passed as `t: &Thread` to everything.

use std::cell::{Cell, RefCell};
use std::sync::atomic::{AtomicBool, AtomicPtr, AtomicU64, Ordering};
use std::sync::{Mutex, PoisonError};

use pyjit_heap::{Base, GilCell, Pc, Value, alloc};

use super::host::Host;

/// Says that an exception is pending in the thread ([`Thread::exception`]).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Raised;

/// The result of anything that may raise.
pub type R<T> = Result<T, Raised>;

/// How many back-edge counters there are.
pub const HOT_COUNTERS: usize = 1024;

/// One Python thread. All fields are interior-mutable; only its own OS
/// thread touches them, while it holds the interpreter lock, except `breaker`.
#[repr(C)]
pub struct Thread {
    /// Non-zero: leave the fast path at the next poll (signals, lock requests, limits).
    pub breaker: AtomicU64,
    /// How many more Python calls may nest before `RecursionError`.
    pub depth_left: Cell<i64>,
    /// Native stack address below which no deeper native call may go.
    pub native_limit: Cell<usize>,
    /// Where the innermost run of the interpreter was entered: all that its callers hold
    /// on the native stack is at this address and above. 0 while compiled code runs.
    pub entered_at: Cell<usize>,
    /// Frame of the innermost Python activation: its window and pc, valid
    /// whenever runtime code runs. Opaque to this crate.
    pub base: Cell<Base>,
    pub pc: Cell<Pc>,
    /// The pending exception, or `NULL`.
    pub exc: Cell<Value>,
    /// The exception being handled (`sys.exception()`), or `NULL`.
    pub handled: Cell<Value>,
    /// `sys.getrecursionlimit()`.
    pub recursion_limit: Cell<i64>,
    /// Windows of the value stack must begin below this.
    pub stack_limit: Cell<Base>,
    /// The pending exception is raised again: its traceback has this frame already.
    pub reraised: Cell<bool>,
    /// Counters of back-edges, hashed by place; 0 is a hot event.
    pub hot: [Cell<u16>; HOT_COUNTERS],
    /// The counter of the last hot event.
    pub hot_last: Cell<u16>,
    /// Somebody is to be told of what the thread does: the interpreter runs instrumented.
    pub instrumented: Cell<bool>,
    /// How many observers are running, who are not observed themselves.
    pub tracing: Cell<u32>,
    /// Frames that run instrumented: addresses of their windows, and the instruction last seen.
    pub traced: RefCell<Vec<(usize, u32)>>,
    /// The frame, by its window, of which observers are being told; what; and where the frame
    /// shows itself to them: 1 is its entry, more a word index plus 2, 0 where it is.
    pub told: Cell<(usize, u8, u32)>,
    host: Cell<Option<&'static dyn Host>>,
    /// Recursion guard of `repr` of containers: a list object, or `NULL`.
    pub repr_stack: Cell<Value>,
    /// Hooks and per-thread objects by [`Local`].
    pub locals: [Cell<Value>; 16],
}

/// Indices into [`Thread::locals`].
#[derive(Clone, Copy)]
pub enum Local {
    /// The current `contextvars.Context`.
    Context,
    AsyncgenFirstiter,
    AsyncgenFinalizer,
    Trace,
    Profile,
    CoroutineOrigin,
    /// `threading.local` storage dict.
    ThreadLocals,
    /// The running `asyncio` event loop, and the task in it.
    RunningLoop,
    RunningTask,
    /// Reserved for the interpreter.
    Vm0,
    Vm1,
    Vm2,
}

static MAIN: GilCell<Option<&'static Thread>> = GilCell::new(None);

/// The breakers of all threads.
static BREAKERS: Mutex<Vec<&'static AtomicU64>> = Mutex::new(Vec::new());
/// The breaker of the main thread: what a signal handler may reach.
static MAIN_BREAKER: AtomicPtr<AtomicU64> = AtomicPtr::new(std::ptr::null_mut());
/// The program is ending.
static ENDING: AtomicBool = AtomicBool::new(false);
/// What else a poll does: signals.
static POLL_HOOK: GilCell<Cell<Option<fn(&Thread) -> R<()>>>> = GilCell::new(Cell::new(None));

/// What ends the process after an interrupt that nobody caught.
static INTERRUPTED_HOOK: GilCell<Cell<Option<fn()>>> = GilCell::new(Cell::new(None));

/// Sets how the process ends after an interrupt that nobody caught.
pub fn set_interrupted_hook(f: fn()) {
    INTERRUPTED_HOOK.get().set(Some(f))
}
/// Ends the process that way, if there is one.
pub fn die_interrupted() {
    if let Some(f) = INTERRUPTED_HOOK.get().get() {
        f()
    }
}

/// Makes every thread poll. Callable without the interpreter lock.
pub fn interrupt_all() {
    for b in BREAKERS
        .lock()
        .unwrap_or_else(PoisonError::into_inner)
        .iter()
    {
        b.store(1, Ordering::Relaxed);
    }
}
/// The breaker of the main thread, or null: a signal handler may set it.
pub fn main_breaker() -> *const AtomicU64 {
    MAIN_BREAKER.load(Ordering::Relaxed)
}
/// Is the program ending?
pub fn is_ending() -> bool {
    ENDING.load(Ordering::Relaxed)
}
/// From now on the program is ending.
pub fn set_ending() {
    ENDING.store(true, Ordering::Relaxed)
}
/// Sets what polls do besides their own work.
pub fn set_poll_hook(f: fn(&Thread) -> R<()>) {
    POLL_HOOK.get().set(Some(f))
}
/// See [`set_poll_hook`].
pub fn poll_hook() -> Option<fn(&Thread) -> R<()>> {
    POLL_HOOK.get().get()
}

impl Thread {
    /// A new thread state, registered as roots for as long as the process lives.
    pub fn create() -> &'static Thread {
        let t: &'static Thread = Box::leak(Box::new(Thread {
            breaker: AtomicU64::new(0),
            depth_left: Cell::new(1000),
            native_limit: Cell::new(0),
            entered_at: Cell::new(0),
            base: Cell::new(Base::NULL),
            pc: Cell::new(Pc::NULL),
            exc: Cell::new(Value::NULL),
            handled: Cell::new(Value::NULL),
            recursion_limit: Cell::new(1000),
            stack_limit: Cell::new(Base::NULL),
            reraised: Cell::new(false),
            hot: [const { Cell::new(0) }; HOT_COUNTERS],
            hot_last: Cell::new(0),
            instrumented: Cell::new(false),
            tracing: Cell::new(0),
            traced: RefCell::new(Vec::new()),
            told: Cell::new((0, 0, 0)),
            host: Cell::new(None),
            repr_stack: Cell::new(Value::NULL),
            locals: [const { Cell::new(Value::NULL) }; 16],
        }));
        alloc::add_root_range(t as *const Thread as *const u64, size_of::<Thread>() / 8);
        MAIN.with_mut(|m| {
            if m.is_none() {
                *m = Some(t);
                MAIN_BREAKER.store((&raw const t.breaker).cast_mut(), Ordering::Relaxed);
            }
        });
        BREAKERS
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .push(&t.breaker);
        t
    }

    /// The main thread's state.
    pub fn main() -> &'static Thread {
        MAIN.get().expect("the runtime is initialised first")
    }

    /// This thread is the only one that is left (after a fork): it is the main thread.
    pub fn become_main(&'static self) {
        MAIN.with_mut(|m| *m = Some(self));
        MAIN_BREAKER.store((&raw const self.breaker).cast_mut(), Ordering::Relaxed);
    }
    /// Forgets what the thread did, so that another one can use its state.
    pub fn reset(&self) {
        for c in self
            .locals
            .iter()
            .chain([&self.exc, &self.handled, &self.repr_stack])
        {
            c.set(Value::NULL);
        }
        self.reraised.set(false);
        self.instrumented.set(false);
        self.tracing.set(0);
        self.traced.borrow_mut().clear();
        self.told.set((0, 0, 0));
        self.breaker.store(0, Ordering::Relaxed);
    }

    /// The interpreter above.
    #[inline]
    pub fn host(&self) -> &'static dyn Host {
        self.host.get().expect("the interpreter is attached first")
    }
    /// The interpreter above, if there is one: the runtime alone has its tests.
    pub fn try_host(&self) -> Option<&'static dyn Host> {
        self.host.get()
    }
    /// Attaches the interpreter.
    pub fn set_host(&self, host: &'static dyn Host) {
        self.host.set(Some(host))
    }

    /// Takes the pending exception. There must be one.
    pub fn take_exception(&self) -> Value {
        let e = self.exc.replace(Value::NULL);
        debug_assert!(!e.is_null(), "no exception pending");
        e
    }
    /// Makes `e` (an exception object) pending.
    #[inline]
    pub fn set_exception(&self, e: Value) -> Raised {
        self.exc.set(e);
        Raised
    }
    /// A per-thread object.
    pub fn local(&self, i: Local) -> &Cell<Value> {
        &self.locals[i as usize]
    }
}
