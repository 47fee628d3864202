//! The state of one Python thread, passed as `t: &Thread` to everything.

use std::cell::Cell;
use std::sync::atomic::AtomicU64;

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
    /// Reserved for the interpreter.
    Vm0,
    Vm1,
    Vm2,
}

static MAIN: GilCell<Option<&'static Thread>> = GilCell::new(None);

impl Thread {
    /// A new thread state, registered as roots for as long as the process lives.
    pub fn create() -> &'static Thread {
        let t: &'static Thread = Box::leak(Box::new(Thread {
            breaker: AtomicU64::new(0),
            depth_left: Cell::new(1000),
            native_limit: Cell::new(0),
            base: Cell::new(Base::NULL),
            pc: Cell::new(Pc::NULL),
            exc: Cell::new(Value::NULL),
            handled: Cell::new(Value::NULL),
            recursion_limit: Cell::new(1000),
            stack_limit: Cell::new(Base::NULL),
            reraised: Cell::new(false),
            hot: [const { Cell::new(0) }; HOT_COUNTERS],
            hot_last: Cell::new(0),
            host: Cell::new(None),
            repr_stack: Cell::new(Value::NULL),
            locals: [const { Cell::new(Value::NULL) }; 16],
        }));
        alloc::add_root_range(t as *const Thread as *const u64, size_of::<Thread>() / 8);
        MAIN.with_mut(|m| {
            m.get_or_insert(t);
        });
        t
    }

    /// The main thread's state.
    pub fn main() -> &'static Thread {
        MAIN.get().expect("the runtime is initialised first")
    }

    /// The interpreter above.
    #[inline]
    pub fn host(&self) -> &'static dyn Host {
        self.host.get().expect("the interpreter is attached first")
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
