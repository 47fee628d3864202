//! Compiled functions as the owner holds them: entry point, exits, life and death.
//!
//! An artifact dies in two steps. `Native::retire` takes it out of use: its
//! flag is set, its exits and everything that led into it point at the generic stubs
//! again. Its memory is freed by `Native::sweep` when no word of any native
//! stack points into it: every activation has a return address on a stack, since whoever
//! sweeps is Rust code called from the outermost frame or from compiled code.

use super::abi;
use super::ctx::{JitCtx, Pair};
use super::engine::Compiled;
use super::evaluated::Evaluated;
use super::exits::GuardDesc;
use super::slab::CodeMemory;
use pyjit_heap::RootVec;
use std::cell::RefCell;
use std::rc::{Rc, Weak};
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

/// A compiled function.
pub struct Artifact {
    /// Its number, as in [`GuardDesc::artifact`].
    pub id: u32,
    /// Name in dumps and profiles.
    pub name: String,
    /// Exits, one per snapshot that can be left to.
    pub exits: Vec<Rc<GuardDesc>>,
    /// References embedded in the code, kept alive with it.
    pub(super) _roots: RootVec,
    /// What it evaluates, if it is not compiled.
    pub(super) _evaluated: Option<Box<Evaluated>>,
    pub(super) compiled: Compiled,
    pub(super) enter: *const u8,
    pub(super) invalid: Box<AtomicU64>,
    pub(super) incoming: RefCell<Vec<Weak<GuardDesc>>>,
}

/// Code and the stub that Rust enters it through.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct EntryPoint {
    code: *const u8,
    stub: *const u8,
}

impl EntryPoint {
    /// Run the code; unboxed arguments are taken from the start of the exit buffer.
    ///
    /// # Safety
    /// The artifact is alive and valid; `ctx` is the calling thread's context, with all its
    /// pointers set; `base` is a window on the value stack of the size the code expects.
    pub unsafe fn run(self, ctx: *mut JitCtx, base: *mut u64) -> Pair {
        // SAFETY: the caller promises a valid context, and that the artifact is alive; an
        // artifact pairs its code with the stub of its signature.
        unsafe {
            (*ctx).reset_stress();
            abi::run(self.stub, self.code, ctx, base)
        }
    }

    /// The address compiled callers use, through a cell.
    pub fn code(self) -> *const u8 {
        self.code
    }
}

impl Artifact {
    /// How to run it from Rust.
    pub fn entry(&self) -> EntryPoint {
        EntryPoint {
            code: self.compiled.code,
            stub: self.enter,
        }
    }

    /// Bytes of machine code.
    pub fn size(&self) -> usize {
        self.compiled.size
    }

    /// Time that building and compiling took.
    pub fn compile_time(&self) -> Duration {
        self.compiled.time
    }

    /// Cranelift's IR, if the configuration asked for it.
    pub fn clif(&self) -> Option<&str> {
        self.compiled.clif.as_deref()
    }

    /// Assembly, if the configuration asked for it.
    pub fn asm(&self) -> Option<&str> {
        self.compiled.asm.as_deref()
    }

    /// Can `word` be a return address into its code? That is never the first byte, which
    /// stray copies of entry points name; the byte behind the last one is counted in.
    pub fn contains(&self, word: u64) -> bool {
        let start = self.compiled.code as u64;
        (start + 1..=start + self.compiled.size as u64).contains(&word)
    }

    /// Tell running activations to leave at their next check.
    pub fn invalidate(&self) {
        self.invalid.store(1, Ordering::Relaxed);
    }

    /// May it still be entered?
    pub fn is_valid(&self) -> bool {
        self.invalid.load(Ordering::Relaxed) == 0
    }

    /// Send an exit of another artifact here from now on: one store.
    pub fn attach_to(&self, exit: &Rc<GuardDesc>) {
        exit.code.set(self.compiled.code);
        self.incoming.borrow_mut().push(Rc::downgrade(exit));
    }

    /// Take it out of use.
    fn cut(&self) {
        self.invalidate();
        for exit in self
            .incoming
            .borrow_mut()
            .drain(..)
            .filter_map(|w| w.upgrade())
        {
            if exit.code.get() == self.compiled.code {
                detach(&exit);
            }
        }
        for exit in &self.exits {
            detach(exit);
        }
    }
}

/// Let an exit go to the interpreter again.
pub fn detach(exit: &GuardDesc) {
    exit.code.set(exit.stub.get());
}

/// Artifacts out of use, waiting until nobody executes them.
#[derive(Default)]
pub(super) struct Graveyard {
    dead: Vec<Artifact>,
}

impl Graveyard {
    pub fn retire(&mut self, artifact: Artifact) {
        artifact.cut();
        self.dead.push(artifact);
    }

    /// How many are waiting.
    pub fn len(&self) -> usize {
        self.dead.len()
    }

    /// Free what no word of `seen`, found on the stacks, points into.
    pub fn sweep(&mut self, memory: &CodeMemory, mut seen: Vec<u64>) -> usize {
        seen.sort_unstable();
        let in_use = |a: &Artifact| {
            let next = seen.partition_point(|&w| w <= a.compiled.code as u64);
            seen.get(next).is_some_and(|&w| a.contains(w))
        };
        let before = self.dead.len();
        self.dead.retain(|a| {
            let keep = in_use(a);
            if !keep {
                memory.free(a.compiled.block);
            }
            keep
        });
        before - self.dead.len()
    }
}
