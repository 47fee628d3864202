//! The bridge to Cranelift: one ISA, reused contexts, one `JITModule` per function.
//!
//! What it is: takes a function body written through a `FunctionBuilder` and gives
//! back code in the slab. What it is not: it knows neither the trace IR nor the ABI.
//!
//! A module lives only while its function is compiled and relocated; the memory
//! provider hands it exactly one block, which the caller owns afterwards. That keeps
//! cranelift-jit's declarations and relocations, and still frees code per trace.

use super::slab::{Block, CodeMemory};
use cranelift_codegen::ir::{FuncRef, Function, InstBuilder, Signature, Value, types};
use cranelift_codegen::isa::OwnedTargetIsa;
use cranelift_codegen::settings::{self, Configurable};
use cranelift_codegen::{CodegenError, Context};
use cranelift_frontend::{FunctionBuilder, FunctionBuilderContext};
use cranelift_jit::{BranchProtection, JITBuilder, JITMemoryKind, JITMemoryProvider, JITModule};
use cranelift_module::{Linkage, Module, ModuleError, ModuleResult, default_libcall_names};
use std::fmt;
use std::io::{self, Write};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

/// How code is generated. The defaults are what users run.
#[derive(Clone, Debug)]
pub struct Config {
    /// Most bytes of machine code alive at a time.
    pub code_limit: usize,
    /// Let Cranelift optimise too: twice the compile time, next to no gain on optimised traces.
    pub cranelift_speed: bool,
    /// Run Cranelift's verifier.
    pub verify: bool,
    /// Guards count down [`super::JitCtx::stress_left`] and fail at zero.
    pub stress_exits: bool,
    /// Evaluate instead of compiling: slow, to check code generation against.
    pub evaluate: bool,
    /// Append to `/tmp/perf-PID.map`, so that `perf` can name compiled code.
    pub perf_map: bool,
    /// Keep the text of what is compiled.
    pub dump: Dump,
}

/// Which texts an artifact keeps.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Dump {
    /// Cranelift's IR.
    pub clif: bool,
    /// Assembly.
    pub asm: bool,
}

impl Default for Config {
    fn default() -> Config {
        Config {
            code_limit: 64 << 20,
            cranelift_speed: false,
            verify: cfg!(debug_assertions),
            stress_exits: false,
            evaluate: false,
            perf_map: false,
            dump: Dump::default(),
        }
    }
}

/// Why something was not compiled. None of these is a bug of the user's script.
#[derive(Debug)]
pub enum CompileError {
    /// No code memory left (or none to be had at all).
    NoMemory(String),
    /// More live values at an exit than the exit buffer holds, or a function too large.
    TooLarge,
    /// Native code for this machine is not supported.
    Unsupported(String),
    /// Cranelift refused what we built: a bug of ours, reported and survived.
    Internal(String),
}

impl fmt::Display for CompileError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            CompileError::NoMemory(why) => write!(f, "no code memory: {why}"),
            CompileError::TooLarge => write!(f, "too large to compile"),
            CompileError::Unsupported(why) => write!(f, "unsupported: {why}"),
            CompileError::Internal(why) => write!(f, "code generator: {why}"),
        }
    }
}

impl std::error::Error for CompileError {}

/// Totals over an engine's life.
#[derive(Clone, Copy, Debug, Default)]
pub struct EngineStats {
    /// Functions compiled, stubs included.
    pub functions: u64,
    /// Bytes of code they had.
    pub code_bytes: u64,
    /// Guard exits they had.
    pub exits: u64,
    /// Time spent building and compiling.
    pub time: Duration,
}

/// One compiled function in code memory.
#[derive(Debug)]
pub(super) struct Compiled {
    pub block: Block,
    pub code: *const u8,
    pub size: usize,
    pub time: Duration,
    pub clif: Option<String>,
    pub asm: Option<String>,
}

/// ISA, contexts and code memory.
pub(super) struct Engine {
    pub isa: OwnedTargetIsa,
    pub memory: CodeMemory,
    pub config: Config,
    pub stats: EngineStats,
    context: Context,
    builder: FunctionBuilderContext,
    perf: Option<std::fs::File>,
}

impl Engine {
    pub fn new(config: Config) -> Result<Engine, CompileError> {
        Engine::near(config, Engine::new as *const () as usize)
    }

    /// With code near an address.
    pub fn near(config: Config, text: usize) -> Result<Engine, CompileError> {
        let isa = host_isa(&config)?;
        let memory = CodeMemory::reserve(config.code_limit, text)
            .map_err(|e| CompileError::NoMemory(e.to_string()))?;
        let perf = if config.perf_map {
            open_perf_map()
        } else {
            None
        };
        Ok(Engine {
            isa,
            memory,
            config,
            stats: EngineStats::default(),
            context: Context::new(),
            builder: FunctionBuilderContext::new(),
            perf,
        })
    }

    /// Build, compile and place one function.
    ///
    /// `body` starts in the entry block, with the function's parameters as that block's.
    pub fn function<R>(
        &mut self,
        name: &str,
        signature: Signature,
        body: impl FnOnce(&mut FunctionBuilder<'_>, &mut Linker<'_>) -> Result<R, CompileError>,
    ) -> Result<(Compiled, R), CompileError> {
        let start = Instant::now();
        self.context.clear();
        self.context.set_disasm(self.config.dump.asm);
        self.context.func.signature = signature.clone();
        let block = Arc::new(Mutex::new(None));
        let mut module = self.module(&block);
        let id = module
            .declare_anonymous_function(&signature)
            .map_err(internal)?;
        let config = self.isa.frontend_config();
        let mut builder = FunctionBuilder::new(&mut self.context.func, &mut self.builder);
        let entry = builder.create_block();
        builder.append_block_params_for_function_params(entry);
        builder.switch_to_block(entry);
        let mut linker = Linker {
            module: &mut module,
            memory: &self.memory,
        };
        let built = body(&mut builder, &mut linker);
        if built.is_err() {
            // The context must not see a half-built function again.
            self.builder = FunctionBuilderContext::new();
        } else {
            builder.seal_all_blocks();
            builder.finalize(config);
        }
        let result = built?;
        let clif = self
            .config
            .dump
            .clif
            .then(|| self.context.func.display().to_string());
        let defined = module.define_function(id, &mut self.context);
        let compiled = self.context.compiled_code();
        let asm = compiled.and_then(|c| c.vcode.clone());
        let size = compiled.map_or(0, |c| c.code_buffer().len());
        let finished = match defined {
            Ok(()) => module.finalize_definitions(),
            failed => failed,
        };
        let block = block.lock().unwrap_or_else(PoisonError::into_inner).take();
        let block = self.finished_block(finished, block)?;
        let code = self.memory.exec_ptr(block);
        let time = start.elapsed();
        self.stats.functions += 1;
        self.stats.code_bytes += size as u64;
        self.stats.time += time;
        self.name_for_perf(code, size, name);
        Ok((
            Compiled {
                block,
                code,
                size,
                time,
                clif,
                asm,
            },
            result,
        ))
    }

    /// The block of a finished function; on failure it goes back.
    fn finished_block(
        &self,
        finished: ModuleResult<()>,
        block: Option<Block>,
    ) -> Result<Block, CompileError> {
        match (finished, block) {
            (Ok(()), Some(block)) => Ok(block),
            (Ok(()), None) => Err(CompileError::Internal("no code emitted".into())),
            (Err(e), block) => {
                if let Some(block) = block {
                    self.memory.free(block);
                }
                Err(module_error(e))
            }
        }
    }

    fn module(&self, block: &Arc<Mutex<Option<Block>>>) -> JITModule {
        let mut builder = JITBuilder::with_isa(self.isa.clone(), default_libcall_names());
        let provider = OneBlock {
            memory: self.memory.clone(),
            block: block.clone(),
        };
        builder.memory_provider(Box::new(provider));
        // Symbols are absolute addresses in hexadecimal. Relocations are computed in the
        // writable view, so what is outside the slab moves by the distance of the views.
        let delta = self.memory.view_delta();
        builder.symbol_lookup_fn(Box::new(move |name| {
            let address = usize::from_str_radix(name, 16).ok()?;
            Some(address.wrapping_add_signed(delta) as *const u8)
        }));
        JITModule::new(builder)
    }

    fn name_for_perf(&mut self, code: *const u8, size: usize, name: &str) {
        if let Some(file) = &mut self.perf {
            // Losing a profile's symbol is no reason to fail.
            let _ = writeln!(file, "{:x} {size:x} pyjit:{name}", code as usize);
        }
    }
}

fn host_isa(config: &Config) -> Result<OwnedTargetIsa, CompileError> {
    let mut flags = settings::builder();
    let on_off = |b: bool| if b { "true" } else { "false" };
    for (key, value) in [
        (
            "opt_level",
            if config.cranelift_speed {
                "speed"
            } else {
                "none"
            },
        ),
        ("regalloc_algorithm", "backtracking"),
        ("enable_verifier", on_off(config.verify)),
        ("unwind_info", "false"),
        ("preserve_frame_pointers", "true"),
        ("is_pic", "false"),
        ("enable_probestack", "false"),
        ("log2_min_function_alignment", "6"),
    ] {
        flags
            .set(key, value)
            .map_err(|e| CompileError::Internal(e.to_string()))?;
    }
    cranelift_native::builder()
        .map_err(|e| CompileError::Unsupported(e.to_string()))?
        .finish(settings::Flags::new(flags))
        .map_err(|e| CompileError::Unsupported(e.to_string()))
}

fn internal(e: ModuleError) -> CompileError {
    CompileError::Internal(e.to_string())
}

fn module_error(e: ModuleError) -> CompileError {
    match e {
        ModuleError::Allocation { err } => CompileError::NoMemory(err.to_string()),
        ModuleError::Compilation(CodegenError::ImplLimitExceeded | CodegenError::CodeTooLarge) => {
            CompileError::TooLarge
        }
        ModuleError::Compilation(e) => CompileError::Internal(format!("{e:?}")),
        e => internal(e),
    }
}

fn open_perf_map() -> Option<std::fs::File> {
    let path = format!("/tmp/perf-{}.map", std::process::id());
    std::fs::OpenOptions::new()
        .create(true)
        .append(true)
        .open(path)
        .ok()
}

/// Declares what a function calls: itself, or helpers by address.
pub(super) struct Linker<'a> {
    module: &'a mut JITModule,
    memory: &'a CodeMemory,
}

/// A call target as code sees it.
#[derive(Clone, Copy)]
pub(super) enum Target {
    /// Within reach: `call rel32`.
    Near(FuncRef),
    /// Anywhere: `call reg`.
    Far(Value),
}

impl Linker<'_> {
    /// A function at a fixed address, if it is within reach of the slab.
    pub fn near(
        &mut self,
        func: &mut Function,
        address: usize,
        sig: &Signature,
    ) -> Option<FuncRef> {
        if !self.memory.is_near(address) {
            return None;
        }
        let name = format!("{address:x}");
        let id = self
            .module
            .declare_function(&name, Linkage::Import, sig)
            .ok()?;
        let f = self.module.declare_func_in_func(id, func);
        func.dfg.ext_funcs[f].colocated = true;
        Some(f)
    }

    /// A call target for a fixed address.
    pub fn target(
        &mut self,
        b: &mut FunctionBuilder<'_>,
        address: usize,
        sig: &Signature,
    ) -> Target {
        match self.near(b.func, address, sig) {
            Some(f) => Target::Near(f),
            None => Target::Far(b.ins().iconst(types::I64, address as i64)),
        }
    }
}

/// Hands a module the single block its single function needs.
struct OneBlock {
    memory: CodeMemory,
    block: Arc<Mutex<Option<Block>>>,
}

impl JITMemoryProvider for OneBlock {
    fn allocate(&mut self, size: usize, align: u64, kind: JITMemoryKind) -> io::Result<*mut u8> {
        let mut slot = self.block.lock().unwrap_or_else(PoisonError::into_inner);
        let fits = align <= super::slab::BLOCK_ALIGN as u64;
        if slot.is_some() || !fits || !matches!(kind, JITMemoryKind::Executable) {
            return Err(io::Error::other("one function per module"));
        }
        let block = self.memory.alloc(size)?;
        *slot = Some(block);
        Ok(self.memory.write_ptr(block))
    }

    unsafe fn free_memory(&mut self) {
        // The block belongs to the artifact, not to the module.
    }

    fn finalize(&mut self, _branch_protection: BranchProtection) -> ModuleResult<()> {
        Ok(())
    }
}
