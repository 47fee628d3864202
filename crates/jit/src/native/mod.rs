//! Native code: optimised trace IR in, machine code and exit descriptors out.
//!
//! [`Native::compile`] makes an [`Artifact`] of a [`Func`]; [`EntryPoint::run`] executes
//! it; when it leaves, an [`ExitReader`] gives the interpreter's state back. The parts:
//!
//! - `slab`: code memory; `engine`: Cranelift; `abi`: conventions and stubs
//! - `lower`: trace IR to Cranelift IR; `exits`: descriptors and their decoder
//! - `evaluated`: the second back end, which evaluates instead of compiling
//! - `clock`: how much time the thread has used
//! - `ctx`: what code shares with the world; `artifact`: life and death of code
//!
//! What is not here: when to compile, what a frame is, how a number is boxed. The owner
//! provides that through [`Hooks`] and [`ExitSink`].
//!
//! # Protocol
//! Every compiled function is `fn(ctx, base, args...) -> (value, status)`. A failing guard
//! writes its live values to the exit buffer and leaves through its descriptor's slot:
//! in a loop that returns [`Status::Exit`] to Rust; in a function it calls
//! [`Hooks::function_exit`], which finishes the activation in the interpreter and returns
//! its result to a compiled caller that notices nothing. A caller that gets anything but
//! an unboxed result leaves through the snapshot behind its call.
//!
//! # Invariants
//! * N1: code runs only with a context whose pointers are valid, on a window large enough.
//! * N2: code, descriptors and flags live until no activation can reach them (`artifact`).
//! * E1, E2 in `exits`; S1, S2 in `slab`.
#![allow(unsafe_code)]

mod abi;
mod artifact;
mod clock;
mod ctx;
mod engine;
mod evaluated;
mod exits;
mod lower;
mod slab;
#[cfg(test)]
mod tests;

pub use abi::Hooks;
pub use artifact::{Artifact, EntryPoint, detach};
pub use clock::thread_ns;
pub use ctx::{BUFFER_WORDS, JitCtx, Pair, Status};
pub use engine::{CompileError, Config, Dump, EngineStats};
pub use exits::{ExitKind, ExitReader, ExitSink, GuardDesc, Live, Loc, Stored};
pub use slab::{Mapping, SlabStats};

use crate::ir::{CodeDesc, Func, Ref, Ty};
use std::rc::Rc;
use std::sync::atomic::AtomicU64;

/// How boxed floats and ints look: all that code generation must know of the program's objects.
#[derive(Clone, Copy, Debug)]
pub struct Layout {
    /// Shape of exact floats.
    pub float_shape: u32,
    /// Their header word.
    pub float_header: u64,
    /// Where the double is.
    pub float_offset: i32,
    /// Shape of exact ints that are objects.
    pub int_shape: u32,
    /// Where they have their number of words (negative for negative ones).
    pub int_size: i32,
    /// Where the words are, the lowest first.
    pub int_words: i32,
}

impl Layout {
    /// Floats of this shape: header, then the double.
    pub fn new(float_shape: u32) -> Layout {
        let float_header = pyjit_heap::Header::word(float_shape, 16);
        Layout {
            float_shape,
            float_header,
            float_offset: 8,
            int_shape: u32::MAX,
            int_size: 8,
            int_words: 16,
        }
    }

    /// With int objects of this shape.
    pub fn with_ints(self, int_shape: u32, int_size: i32, int_words: i32) -> Layout {
        Layout {
            int_shape,
            int_size,
            int_words,
            ..self
        }
    }
}

/// What a function of the trace IR is compiled to.
#[derive(Clone, Debug)]
pub enum Role {
    /// A loop, entered from the interpreter; exits return to Rust.
    Loop,
    /// A loop in a function: entered from the interpreter, or by `Term::Enter` from code of
    /// the same window; may return from the function; exits as those of functions.
    Part {
        /// Type of the unboxed result.
        ret: Ty,
    },
    /// A Python function, entered with unboxed arguments; exits finish in place.
    Function {
        /// Its calling convention. The owner stores the entry point in its cell.
        desc: &'static CodeDesc,
    },
    /// A Python function without code: an entry that hands over to the interpreter.
    Interpreted {
        /// Its calling convention.
        desc: &'static CodeDesc,
    },
    /// What takes over at an exit of another artifact.
    Bridge {
        /// The exit.
        parent: Rc<GuardDesc>,
        /// The parent's values that the entry block's parameters take over.
        inputs: Vec<Ref>,
        /// Result type, if the parent is part of a function.
        ret: Option<Ty>,
        /// Address of the word that holds the root loop's entry point (0: none): where
        /// `Term::Loop` goes, after writing its snapshot's slots.
        root: usize,
    },
}

/// The native back end.
pub struct Native {
    engine: engine::Engine,
    stubs: abi::Stubs,
    layout: Layout,
    hooks: Hooks,
    graveyard: artifact::Graveyard,
    next: u32,
}

impl Native {
    /// Reserve code memory and compile the stubs.
    pub fn new(config: Config, layout: Layout, hooks: &Hooks) -> Result<Native, CompileError> {
        let engine = engine::Engine::new(config)?;
        Native::on(engine, layout, hooks)
    }

    fn on(
        mut engine: engine::Engine,
        layout: Layout,
        hooks: &Hooks,
    ) -> Result<Native, CompileError> {
        let stubs = abi::Stubs::new(&mut engine, hooks)?;
        Ok(Native {
            engine,
            stubs,
            layout,
            hooks: *hooks,
            graveyard: Default::default(),
            next: 0,
        })
    }

    /// Compile a function.
    pub fn compile(
        &mut self,
        name: &str,
        func: &Func,
        role: &Role,
    ) -> Result<Artifact, CompileError> {
        if self.engine.config.evaluate && !matches!(role, Role::Interpreted { .. }) {
            return self.evaluated(name, func, role);
        }
        let args = lower::role_args(role);
        let enter = self.stubs.enter(&mut self.engine, &args)?;
        let invalid = Box::new(AtomicU64::new(0));
        let id = self.next;
        let config = self.engine.config.clone();
        let input = lower::Input {
            func,
            role,
            stubs: &self.stubs,
            config: &config,
            layout: &self.layout,
            constant: self.hooks.constant,
            flag: std::ptr::from_ref::<AtomicU64>(&invalid) as usize,
            artifact: id,
        };
        let (compiled, (exits, mut roots)) =
            self.engine
                .function(name, abi::code_sig(&args), |b, link| {
                    lower::lower(b, link, &input)
                })?;
        roots.values_mut().extend(func.heap_constants());
        self.next += 1;
        self.engine.stats.exits += exits.len() as u64;
        Ok(Artifact {
            id,
            name: name.to_owned(),
            exits,
            _roots: roots,
            compiled,
            enter,
            invalid,
            incoming: Default::default(),
            _evaluated: None,
        })
    }

    /// What a function's cell must hold while nothing is compiled for it: an entry that
    /// calls [`Hooks::interpret`] with the arguments boxed in the exit.
    pub fn interpreted(&mut self, desc: &'static CodeDesc) -> Result<Artifact, CompileError> {
        self.compile(&desc.name, &Func::default(), &Role::Interpreted { desc })
    }

    /// Take an artifact out of use. Its memory goes at a later [`Native::sweep`].
    pub fn retire(&mut self, artifact: Artifact) {
        self.graveyard.retire(artifact);
    }

    /// Free retired artifacts that no native stack points into. Gives their number.
    pub fn sweep(&mut self) -> usize {
        if self.graveyard.len() == 0 {
            return 0;
        }
        let mut words = Vec::new();
        let code = self.engine.memory.exec_range();
        pyjit_heap::threads::for_each_stack(&mut |stack| {
            words.extend(stack.iter().copied().filter(|w| code.contains(w)));
        });
        self.graveyard.sweep(&self.engine.memory, words)
    }

    /// Artifacts waiting to be freed.
    pub fn retired(&self) -> usize {
        self.graveyard.len()
    }

    /// Totals.
    pub fn stats(&self) -> EngineStats {
        self.engine.stats
    }

    /// Code memory in use.
    pub fn memory(&self) -> SlabStats {
        self.engine.memory.stats()
    }

    /// How code memory is mapped.
    pub fn mapping(&self) -> Mapping {
        self.engine.memory.mapping()
    }

    /// Change dumps and stress for what is compiled from now on.
    pub fn config_mut(&mut self) -> &mut Config {
        &mut self.engine.config
    }
}
