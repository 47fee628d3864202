//! The second back end: optimised trace IR is not compiled but evaluated, by the rows of the operation table.
//!
//! Slow, and meant to be: where it and native code give different results, code generation is wrong; where both
//! differ from the interpreter, recorder or optimiser are. Everything around an artifact is the same for both:
//! an evaluated function has a small piece of machine code, the *trampoline*, with the calling convention of its
//! role, which puts the arguments into the exit buffer, calls [`run::evaluate`], and returns the result or goes
//! where that says.

mod run;

use super::abi::{Stubs, call, code_sig, mem, sig};
use super::ctx::{BUFFER_WORDS, Status, at};
use super::engine::{CompileError, Engine};
use super::exits::{ExitKind, GuardDesc, Loc, Stored, fits_buffer};
use super::lower::{describe, exit_kind, role_args, stored_as};
use super::{Artifact, Layout, Native, Role, abi::Hooks};
use crate::ir::{Boxed, CodeDesc, Func, Imm, Lit, Op, Ref, SnapId, Snapshot, Term};
use cranelift_codegen::ir::condcodes::IntCC;
use cranelift_codegen::ir::{InstBuilder, types::I64};
use cranelift_codegen::isa::CallConv;
use pyjit_heap::RootVec;
use std::collections::{BTreeSet, HashMap};
use std::rc::Rc;
use std::sync::atomic::AtomicU64;

/// What [`run::evaluate`] needs of one function.
pub(super) struct Evaluated {
    func: Func,
    role: Role,
    /// The values of constants; all others are missing.
    constants: Vec<Option<Lit>>,
    exits: HashMap<SnapId, Rc<GuardDesc>>,
    /// Where a function goes whose frame is not allowed or has no room.
    interpret: Option<Rc<GuardDesc>>,
    /// Rust's way into the functions that are called.
    ways: HashMap<Ref, *const u8>,
    /// The artifact's validity flag.
    invalid: *const AtomicU64,
    stress: bool,
    layout: Layout,
    constant: fn(Boxed) -> pyjit_heap::Value,
}

impl Native {
    /// As [`Native::compile`], for [`super::Config::evaluate`].
    pub(super) fn evaluated(
        &mut self,
        name: &str,
        func: &Func,
        role: &Role,
    ) -> Result<Artifact, CompileError> {
        let args = role_args(role);
        let enter = self.stubs.enter(&mut self.engine, &args)?;
        let invalid = Box::new(AtomicU64::new(0));
        let id = self.next;
        let mut roots = RootVec::new();
        let exits = exits(func, &self.stubs, role, id)?;
        let interpret = match role {
            Role::Function { desc } => Some(entry_exit(desc, &self.stubs, role, id)?),
            _ => None,
        };
        let code = Box::new(Evaluated {
            constants: constants(func, &self.hooks, &mut roots),
            ways: ways(func, &mut self.stubs, &mut self.engine)?,
            exits,
            interpret,
            func: func.clone(),
            role: role.clone(),
            invalid: &*invalid,
            stress: self.engine.config.stress_exits,
            layout: self.layout,
            constant: self.hooks.constant,
        });
        let compiled = trampoline(&mut self.engine, name, role, &code)?;
        roots.values_mut().extend(func.heap_constants());
        self.next += 1;
        let exits: Vec<_> = code
            .exits
            .values()
            .chain(&code.interpret)
            .cloned()
            .collect();
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
            _evaluated: Some(code),
        })
    }
}

/// Constants as they are in the environment: numbers that no word holds become objects.
fn constants(func: &Func, hooks: &Hooks, roots: &mut RootVec) -> Vec<Option<Lit>> {
    let constant = |n| match func.lit(Ref(n))? {
        Lit::Value(b) if b.word().is_none() => {
            let object = (hooks.constant)(b);
            roots.push(object);
            Some(Lit::Value(Boxed::Word(object.0)))
        }
        l => Some(l),
    };
    (0..func.len() as u32).map(constant).collect()
}

/// The snapshots that can be left to.
fn left_to(func: &Func) -> BTreeSet<SnapId> {
    let mut all = BTreeSet::new();
    for block in &func.blocks {
        all.extend(block.insts.iter().filter_map(|r| func.inst(*r).snap));
        if let Term::Exit(s) | Term::Loop(s) | Term::Enter(s, _) = block.end {
            all.insert(s);
        }
    }
    all
}

fn exits(
    func: &Func,
    stubs: &Stubs,
    role: &Role,
    artifact: u32,
) -> Result<HashMap<SnapId, Rc<GuardDesc>>, CompileError> {
    let mut all = HashMap::new();
    for id in left_to(func) {
        let snapshot = func.snap(id);
        let mut next = 0u16;
        let mut locs: Vec<(Ref, Loc)> = Vec::new();
        for r in snapshot.refs().collect::<BTreeSet<Ref>>() {
            if let Some(lit) = func.lit(r) {
                locs.push((r, Loc::Const(lit)));
                continue;
            }
            let stored = stored_as(func, r)?;
            locs.push((r, Loc::Buffer(next, stored)));
            next += 1 + u16::from(matches!(stored, Stored::I128 | Stored::U128));
            if next as usize >= BUFFER_WORDS {
                return Err(CompileError::TooLarge);
            }
        }
        if !fits_buffer(next as usize, snapshot) {
            return Err(CompileError::TooLarge);
        }
        let kind = exit_kind(snapshot);
        let desc = describe(stubs, role, artifact, kind, snapshot.clone(), locs, next);
        all.insert(id, desc);
    }
    Ok(all)
}

/// The exit at a function's entry: its arguments are where the trampoline has put them.
fn entry_exit(
    desc: &CodeDesc,
    stubs: &Stubs,
    role: &Role,
    artifact: u32,
) -> Result<Rc<GuardDesc>, CompileError> {
    let (snapshot, locs) = Snapshot::of_arguments(&desc.args).ok_or(CompileError::TooLarge)?;
    let locs: Vec<_> = locs
        .into_iter()
        .map(|(r, ty)| (r, Loc::Buffer(r.0 as u16, Stored::argument(ty))))
        .collect();
    let words = locs.len() as u16;
    Ok(describe(
        stubs,
        role,
        artifact,
        ExitKind::StackShort,
        snapshot,
        locs,
        words,
    ))
}

/// Entry stubs for the signatures of the functions that are called.
fn ways(
    func: &Func,
    stubs: &mut Stubs,
    engine: &mut Engine,
) -> Result<HashMap<Ref, *const u8>, CompileError> {
    let mut all = HashMap::new();
    for &r in func.blocks.iter().flat_map(|b| &b.insts) {
        if let (Op::CallCode, Imm::Code { desc, .. }) = (func.inst(r).op, func.inst(r).imm) {
            let args = role_args(&Role::Function { desc });
            all.insert(r, stubs.enter(engine, &args)?);
        }
    }
    Ok(all)
}

/// Machine code with the calling convention of the role.
fn trampoline(
    engine: &mut Engine,
    name: &str,
    role: &Role,
    code: &Evaluated,
) -> Result<super::engine::Compiled, CompileError> {
    let rust = sig(CallConv::SystemV, &[I64, I64, I64], &[I64, I64]);
    let signature = code_sig(&role_args(role));
    let done = engine.function(name, signature, |b, link| {
        let entry = b
            .current_block()
            .map_or_else(Vec::new, |e| b.block_params(e).to_vec());
        let [ctx, base, args @ ..] = entry.as_slice() else {
            return Err(CompileError::Internal("no context".into()));
        };
        if let Some((depth, args)) = args.split_last() {
            b.ins().store(mem(), *depth, *ctx, at::DEPTH);
            for (i, &v) in args.iter().enumerate() {
                let i = u16::try_from(i).map_err(|_| CompileError::TooLarge)?;
                b.ins().store(mem(), v, *ctx, at::buffer(i));
            }
        }
        let target = link.target(b, run::evaluate as *const () as usize, &rust);
        let code = b.ins().iconst(I64, std::ptr::from_ref(code) as i64);
        let c = call(b, target, &rust, &[*ctx, *base, code]);
        let (value, status) = (b.inst_results(c)[0], b.inst_results(c)[1]);
        let (go, give) = (b.create_block(), b.create_block());
        let leaves = b
            .ins()
            .icmp_imm_u(IntCC::Equal, status, Status::Exit as i64);
        b.ins().brif(leaves, go, &[], give, &[]);
        b.switch_to_block(give);
        b.ins().return_(&[value, status]);
        b.switch_to_block(go);
        let next = b.import_signature(code_sig(&[]));
        b.ins().return_call_indirect(next, value, &[*ctx, *base]);
        Ok(())
    })?;
    Ok(done.0)
}
