//! Native stacks: where each thread's begins, and how far down a thread that
//! has released the interpreter lock has used its own.
//!
//! A collection runs in the thread that holds the lock and scans its stack
//! from the current stack pointer; all other threads are parked (see
//! [`park`]) and have published theirs.

use std::cell::OnceCell;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};

use crate::heap::Heap;

/// What the collector knows of one thread.
struct Stack {
    /// The stack's highest address.
    base: usize,
    /// Stack pointer while parked; 0 while running.
    sp: AtomicUsize,
}

static STACKS: Mutex<Vec<Arc<Stack>>> = Mutex::new(Vec::new());

/// Unregisters the thread when it ends.
struct Registration(Arc<Stack>);

impl Drop for Registration {
    fn drop(&mut self) {
        stacks().retain(|s| !Arc::ptr_eq(s, &self.0));
    }
}

thread_local! {
    static CURRENT: Registration = register_current();
}

fn stacks() -> std::sync::MutexGuard<'static, Vec<Arc<Stack>>> {
    STACKS.lock().unwrap_or_else(|e| e.into_inner())
}

fn register_current() -> Registration {
    let stack = Arc::new(Stack {
        base: stack_base(),
        sp: AtomicUsize::new(0),
    });
    stacks().push(stack.clone());
    Registration(stack)
}

/// Makes the calling thread's stack known; done by itself at the thread's
/// first collection or [`park`].
pub fn register() {
    CURRENT.with(|_| ());
}

thread_local! {
    static BOUNDS: OnceCell<(usize, usize)> = const { OnceCell::new() };
}

/// Lowest and highest address of the calling thread's stack.
pub fn stack_bounds() -> (usize, usize) {
    BOUNDS.with(|b| *b.get_or_init(read_stack_bounds))
}

/// What the system says; for the main thread it reads a file to find out.
fn read_stack_bounds() -> (usize, usize) {
    // SAFETY: out-parameters of the right types; the attributes are destroyed.
    unsafe {
        let mut attr: libc::pthread_attr_t = std::mem::zeroed();
        let (mut low, mut size) = (std::ptr::null_mut(), 0);
        if libc::pthread_getattr_np(libc::pthread_self(), &mut attr) != 0 {
            return (0, 0);
        }
        libc::pthread_attr_getstack(&attr, &mut low, &mut size);
        libc::pthread_attr_destroy(&mut attr);
        (low as usize, low as usize + size)
    }
}

fn stack_base() -> usize {
    let (_, high) = stack_bounds();
    if high != 0 {
        return high & !7;
    }
    // No bounds to be had: the frames below this one are covered at least.
    let here = 0usize;
    (&raw const here as usize + 256) & !7
}

/// Runs `f`, which gives up the interpreter lock and takes it back before it
/// returns. Meanwhile other threads may collect: this thread's stack and
/// registers are published to them.
pub fn park<R>(f: impl FnOnce() -> R) -> R {
    let mut f = Some(f);
    let mut result = None;
    with_registers(&mut |sp| {
        CURRENT.with(|c| c.0.sp.store(sp, Ordering::Release));
        result = f.take().map(|f| f());
        CURRENT.with(|c| c.0.sp.store(0, Ordering::Release));
    });
    result.expect("called once")
}

/// Runs `f` as if the calling thread, which is inside of [`park`] and has the
/// interpreter lock again, were not parked.
pub(crate) fn unpark<R>(f: impl FnOnce() -> R) -> R {
    let sp = CURRENT.with(|c| c.0.sp.swap(0, Ordering::AcqRel));
    let result = f();
    CURRENT.with(|c| c.0.sp.store(sp, Ordering::Release));
    result
}

/// Part of `lock::ForkGuard`.
pub(crate) struct ForkGuard {
    _stacks: std::sync::MutexGuard<'static, Vec<Arc<Stack>>>,
}

pub(crate) fn before_fork() -> ForkGuard {
    ForkGuard { _stacks: stacks() }
}

/// In the child of `fork`: only the calling thread is left.
pub(crate) fn after_fork_in_child() {
    CURRENT.with(|c| stacks().retain(|s| Arc::ptr_eq(s, &c.0)));
}

/// Spills the callee-saved registers and calls `f` with the address from
/// which on the stack holds everything that the callers hold.
#[inline(never)]
pub fn with_registers(f: &mut dyn FnMut(usize)) {
    let mut registers = [0usize; 12];
    // SAFETY: stores into the array only.
    #[cfg(target_arch = "x86_64")]
    unsafe {
        std::arch::asm!(
            "mov [{0}], rbx", "mov [{0} + 8], rbp", "mov [{0} + 16], r12",
            "mov [{0} + 24], r13", "mov [{0} + 32], r14", "mov [{0} + 40], r15",
            in(reg) registers.as_mut_ptr(), options(nostack, preserves_flags)
        );
    }
    // SAFETY: as above.
    #[cfg(target_arch = "aarch64")]
    unsafe {
        std::arch::asm!(
            "stp x19, x20, [{0}]", "stp x21, x22, [{0}, 16]", "stp x23, x24, [{0}, 32]",
            "stp x25, x26, [{0}, 48]", "stp x27, x28, [{0}, 64]", "str x29, [{0}, 80]",
            in(reg) registers.as_mut_ptr(), options(nostack, preserves_flags)
        );
    }
    f(std::hint::black_box(&mut registers).as_ptr() as usize);
    std::hint::black_box(&mut registers);
}

/// Shows `f` every native stack in use, innermost word first: those of parked
/// threads, and the caller's from here outwards, registers included.
pub fn for_each_stack(f: &mut dyn FnMut(&[u64])) {
    let current = CURRENT.with(|c| c.0.clone());
    let parked: Vec<(usize, usize)> = stacks()
        .iter()
        .map(|s| (s.sp.load(Ordering::Acquire), s.base))
        .filter(|s| s.0 != 0)
        .collect();
    let show = |f: &mut dyn FnMut(&[u64]), sp: usize, base: usize| {
        let words = base.saturating_sub(sp) / 8;
        // SAFETY: the part of a thread's stack that is in use; parked threads
        // do not change theirs while we hold the lock (I5).
        f(unsafe { std::slice::from_raw_parts(sp as *const u64, words) })
    };
    for (sp, base) in parked {
        show(f, sp, base);
    }
    with_registers(&mut |sp| show(f, sp, current.base));
}

impl Heap {
    /// Scans all threads' native stacks; the current one from `sp` on.
    pub fn scan_native_stacks(&mut self, sp: usize) {
        let current = CURRENT
            .try_with(|c| c.0.clone())
            .unwrap_or_else(|_| register_current().0.clone());
        self.scan_words(sp, current.base, true);
        let parked: Vec<Arc<Stack>> = stacks()
            .iter()
            .filter(|s| !Arc::ptr_eq(s, &current))
            .cloned()
            .collect();
        for s in parked {
            let sp = s.sp.load(Ordering::Acquire);
            if sp != 0 {
                self.scan_words(sp, s.base, true);
            }
        }
    }
}
