//! Calling conventions and the stubs between Rust and compiled code.
//!
//! Every compiled function is `CallConv::Tail fn(ctx, base, args...) -> (value, status)`.
//! `base` is the activation's window on the value stack; `args` are a function's unboxed
//! arguments, a loop has none. Guards leave by a tail call through their descriptor's
//! slot, a function of `(ctx, base)`; the stubs here are what the slots hold at first.

use super::ctx::{JitCtx, Pair, Status, at};
use super::engine::{CompileError, Compiled, Engine, Target};
use super::exits::GuardDesc;
use crate::ir::Boxed;
use cranelift_codegen::ir::{
    AbiParam, Inst, InstBuilder, MemFlagsData, Signature, Type, Value, types::F64, types::I64,
};
use cranelift_codegen::isa::CallConv;
use cranelift_frontend::FunctionBuilder;
use std::collections::HashMap;

/// What the owner does when compiled code cannot go on. All are called with the
/// exit described by [`JitCtx::desc`], never unwind, and return to compiled callers.
#[derive(Clone, Copy)]
pub struct Hooks {
    /// A guard of a function failed: rebuild that activation's frames in the window
    /// `base`, run the interpreter until they return, give back the result.
    pub function_exit: extern "C" fn(ctx: *mut JitCtx, base: *mut u64) -> Pair,
    /// A function is to run in the interpreter from its start, in the window `base`, its
    /// arguments in the first slots of the exit: a stack is short, or there is no code.
    pub interpret: extern "C" fn(ctx: *mut JitCtx, base: *mut u64) -> Pair,
    /// An object for a constant number that no tagged word can hold; called at compile
    /// time, the artifact keeps it alive.
    pub constant: fn(Boxed) -> pyjit_heap::Value,
}

/// Whether a parameter travels in an integer or in a float register.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Reg {
    /// 64-bit word: int, value, reference, bool.
    Word,
    /// Double.
    Float,
}

impl Reg {
    pub(super) fn clif(self) -> Type {
        match self {
            Reg::Word => I64,
            Reg::Float => F64,
        }
    }
}

/// Addresses of the stubs, compiled once per engine.
pub(super) struct Stubs {
    /// Exit slot of loops: returns the descriptor and [`Status::Exit`].
    pub loop_exit: *const u8,
    /// Exit slot of functions: calls [`Hooks::function_exit`].
    pub function_exit: *const u8,
    /// Calls [`Hooks::interpret`].
    pub interpret: *const u8,
    /// `PreserveAll fn(owner)`: slow half of the write barrier.
    pub barrier: *const u8,
    /// `PreserveAll fn(ctx, header, size)`: allocation; result in [`JitCtx::second`].
    pub alloc: *const u8,
    /// Rust's way in, one per parameter list.
    enter: HashMap<Vec<Reg>, *const u8>,
    owned: Vec<Compiled>,
}

/// Signature from parts.
pub(super) fn sig(conv: CallConv, params: &[Type], returns: &[Type]) -> Signature {
    let mut s = Signature::new(conv);
    s.params.extend(params.iter().map(|&t| AbiParam::new(t)));
    s.returns.extend(returns.iter().map(|&t| AbiParam::new(t)));
    s
}

/// Signature of compiled functions with the given unboxed arguments.
pub(super) fn code_sig(args: &[Reg]) -> Signature {
    let mut params = vec![I64, I64];
    params.extend(args.iter().map(|r| r.clif()));
    sig(CallConv::Tail, &params, &[I64, I64])
}

/// Flags of loads and stores that cannot trap.
pub(super) fn mem() -> MemFlagsData {
    MemFlagsData::trusted()
}

/// Call a [`Target`].
pub(super) fn call(
    b: &mut FunctionBuilder<'_>,
    target: Target,
    sig: &Signature,
    args: &[Value],
) -> Inst {
    match target {
        Target::Near(f) => b.ins().call(f, args),
        Target::Far(address) => {
            let s = b.import_signature(sig.clone());
            b.ins().call_indirect(s, address, args)
        }
    }
}

/// Slow half of the barrier, as compiled code calls it.
extern "C" fn barrier_slow(owner: u64) {
    pyjit_heap::alloc::barrier_slow(pyjit_heap::Value(owner));
}

/// An object, all words behind the header zero: slow half of inline allocation, and large ones.
pub(super) extern "C" fn alloc_cleared(header: u64, size: u64) -> *mut u8 {
    let object = pyjit_heap::alloc::allocate(header, size as usize);
    // SAFETY: the heap gave `size` bytes at `object`, of which the first 8 are the header.
    unsafe { std::ptr::write_bytes(object.add(8), 0, (size as usize).saturating_sub(8)) };
    object
}

impl Stubs {
    pub fn new(engine: &mut Engine, hooks: &Hooks) -> Result<Stubs, CompileError> {
        let mut owned = Vec::new();
        let mut keep = |c: Compiled| {
            let code = c.code;
            owned.push(c);
            code
        };
        Ok(Stubs {
            loop_exit: keep(loop_exit(engine)?),
            function_exit: keep(hook(
                engine,
                "exit",
                hooks.function_exit as *const () as usize,
            )?),
            interpret: keep(hook(
                engine,
                "interpret",
                hooks.interpret as *const () as usize,
            )?),
            barrier: keep(barrier(engine)?),
            alloc: keep(alloc(engine)?),
            enter: HashMap::new(),
            owned,
        })
    }

    /// The entry stub for functions with these parameters; they come from the exit buffer.
    pub fn enter(&mut self, engine: &mut Engine, args: &[Reg]) -> Result<*const u8, CompileError> {
        if let Some(&code) = self.enter.get(args) {
            return Ok(code);
        }
        let compiled = enter(engine, args)?;
        let code = compiled.code;
        self.owned.push(compiled);
        self.enter.insert(args.to_vec(), code);
        Ok(code)
    }
}

fn params(b: &FunctionBuilder<'_>) -> Vec<Value> {
    b.current_block()
        .map_or_else(Vec::new, |e| b.block_params(e).to_vec())
}

fn loop_exit(engine: &mut Engine) -> Result<Compiled, CompileError> {
    let done = engine.function("stub:loop-exit", code_sig(&[]), |b, _| {
        let p = params(b);
        let desc = b.ins().load(I64, mem(), p[0], at::DESC);
        let status = b.ins().iconst(I64, Status::Exit as i64);
        b.ins().return_(&[desc, status]);
        Ok(())
    })?;
    Ok(done.0)
}

fn hook(engine: &mut Engine, name: &str, address: usize) -> Result<Compiled, CompileError> {
    let rust = sig(CallConv::SystemV, &[I64, I64], &[I64, I64]);
    let done = engine.function(&format!("stub:{name}"), code_sig(&[]), |b, link| {
        let p = params(b);
        let target = link.target(b, address, &rust);
        let c = call(b, target, &rust, &p);
        let r = b.inst_results(c).to_vec();
        b.ins().return_(&r);
        Ok(())
    })?;
    Ok(done.0)
}

fn barrier(engine: &mut Engine) -> Result<Compiled, CompileError> {
    let rust = sig(CallConv::SystemV, &[I64], &[]);
    let stub = sig(CallConv::PreserveAll, &[I64], &[]);
    let done = engine.function("stub:barrier", stub, |b, link| {
        let p = params(b);
        let target = link.target(b, barrier_slow as *const () as usize, &rust);
        call(b, target, &rust, &p);
        b.ins().return_(&[]);
        Ok(())
    })?;
    Ok(done.0)
}

fn alloc(engine: &mut Engine) -> Result<Compiled, CompileError> {
    let rust = sig(CallConv::SystemV, &[I64, I64], &[I64]);
    let stub = sig(CallConv::PreserveAll, &[I64, I64, I64], &[]);
    let done = engine.function("stub:alloc", stub, |b, link| {
        let p = params(b);
        let target = link.target(b, alloc_cleared as *const () as usize, &rust);
        let c = call(b, target, &rust, &p[1..]);
        let object = b.inst_results(c)[0];
        b.ins().store(mem(), object, p[0], at::SECOND);
        b.ins().return_(&[]);
        Ok(())
    })?;
    Ok(done.0)
}

/// `SystemV fn(code, ctx, base) -> (value, status)`, loading arguments from the buffer.
fn enter(engine: &mut Engine, args: &[Reg]) -> Result<Compiled, CompileError> {
    let rust = sig(CallConv::SystemV, &[I64, I64, I64], &[I64, I64]);
    let done = engine.function("stub:enter", rust, |b, _| {
        let p = params(b);
        let mut values = vec![p[1], p[2]];
        for (i, reg) in args.iter().enumerate() {
            let offset = at::buffer(u16::try_from(i).map_err(|_| CompileError::TooLarge)?);
            values.push(b.ins().load(reg.clif(), mem(), p[1], offset));
        }
        let s = b.import_signature(code_sig(args));
        let c = b.ins().call_indirect(s, p[0], &values);
        let r = b.inst_results(c).to_vec();
        b.ins().return_(&r);
        Ok(())
    })?;
    Ok(done.0)
}

/// Run compiled code from Rust.
///
/// # Safety
/// `stub` is an entry stub for the parameters of `code`; `code` is live compiled code;
/// `ctx` is the thread's context with all pointers set; `base` is a window on the value
/// stack as large as the code needs, below [`JitCtx::value_limit`].
pub(super) unsafe fn run(
    stub: *const u8,
    code: *const u8,
    ctx: *mut JitCtx,
    base: *mut u64,
) -> Pair {
    type Enter = unsafe extern "C" fn(*const u8, *mut JitCtx, *mut u64) -> Pair;
    // SAFETY: the stub was compiled with exactly this signature (see `enter`); the rest is the
    // caller's promise.
    unsafe { std::mem::transmute::<*const u8, Enter>(stub)(code, ctx, base) }
}

const _: () = assert!(std::mem::offset_of!(GuardDesc, code) == 0);
