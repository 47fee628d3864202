//! Cold exits with shared tails.
//!
//! Each snapshot that can be left to has one exit block. Exits dominate compile time,
//! so consecutive exits that store many of the same values share a tail block that stores
//! them; an exit itself stores only what differs. All end in one block that leaves
//! through the descriptor's slot.

use super::super::abi::{Stubs, code_sig, mem};
use super::super::ctx::{BUFFER_WORDS, at};
use super::super::exits::{ExitKind, GuardDesc, Loc, SlotPlan, Stored, fits_buffer};
use super::{CompileError, Lower, exit_kind, internal, unsupported};
use crate::ir::{Func, IntRep, Ref, SnapId, Snapshot, Ty};
use crate::native::Role;
use cranelift_codegen::ir::{self as clif, InstBuilder, types::I64};
use cranelift_frontend::FunctionBuilder;
use pyjit_heap::RootVec;
use std::cell::Cell;
use std::collections::{BTreeSet, HashMap};
use std::rc::Rc;

/// Exit blocks handed out so far, filled in at the end.
#[derive(Default)]
pub(super) struct Exits {
    by_snap: HashMap<SnapId, clif::Block>,
    order: Vec<SnapId>,
    interpret: Option<clif::Block>,
}

impl Exits {
    /// The exit at the function's entry, to the interpreter.
    pub fn interpret(&mut self, b: &mut FunctionBuilder<'_>) -> clif::Block {
        *self.interpret.get_or_insert_with(|| cold_block(b))
    }
}

fn cold_block(b: &mut FunctionBuilder<'_>) -> clif::Block {
    let block = b.create_block();
    b.set_cold_block(block);
    block
}

/// Exits that share a tail.
struct Group {
    members: Vec<SnapId>,
    common: BTreeSet<Ref>,
}

/// Fewer common values than this are not worth a jump.
const WORTH_SHARING: usize = 2;

impl Lower<'_, '_, '_> {
    /// The block that leaves through a snapshot.
    pub(super) fn exit_block(&mut self, snap: SnapId) -> Result<clif::Block, CompileError> {
        if let Some(&block) = self.exits.by_snap.get(&snap) {
            return Ok(block);
        }
        let block = cold_block(self.b);
        self.exits.by_snap.insert(snap, block);
        self.exits.order.push(snap);
        Ok(block)
    }

    /// Fill all exit blocks; gives the descriptors.
    pub(super) fn finish_exits(mut self) -> Result<(Vec<Rc<GuardDesc>>, RootVec), CompileError> {
        let mut descs = Vec::new();
        if self.exits.order.is_empty() && self.exits.interpret.is_none() {
            return Ok((descs, self.made));
        }
        let leave = cold_block(self.b);
        let desc_param = self.b.append_block_param(leave, I64);
        for group in self.groups() {
            self.fill_group(&group, leave, &mut descs)?;
        }
        if let Some(block) = self.exits.interpret {
            let desc = self.interpret_exit(block, leave)?;
            descs.push(desc);
        }
        self.b.switch_to_block(leave);
        let slot = self.b.ins().load(I64, mem(), desc_param, 0);
        self.b.ins().store(mem(), desc_param, self.ctx, at::DESC);
        if matches!(
            self.input.role,
            Role::Function { .. } | Role::Interpreted { .. } | Role::Part { .. }
        ) {
            self.b.ins().store(mem(), self.depth, self.ctx, at::DEPTH);
        }
        let sig = self.b.import_signature(code_sig(&[]));
        self.b
            .ins()
            .return_call_indirect(sig, slot, &[self.ctx, self.base]);
        Ok((descs, self.made))
    }

    /// Cut the exits, in order, into runs with a large intersection.
    fn groups(&self) -> Vec<Group> {
        let mut groups: Vec<Group> = Vec::new();
        for &snap in &self.exits.order {
            let needs = self.stored_refs(self.f.snap(snap));
            if let Some(last) = groups.last_mut() {
                let both: BTreeSet<Ref> = last.common.intersection(&needs).copied().collect();
                if both.len() >= WORTH_SHARING && 2 * both.len() >= last.common.len() {
                    last.common = both;
                    last.members.push(snap);
                    continue;
                }
            }
            groups.push(Group {
                members: vec![snap],
                common: needs,
            });
        }
        groups
    }

    /// Values of a snapshot that have to be stored.
    fn stored_refs(&self, snapshot: &Snapshot) -> BTreeSet<Ref> {
        snapshot
            .refs()
            .filter(|&r| self.f.lit(r).is_none())
            .collect()
    }

    fn fill_group(
        &mut self,
        group: &Group,
        leave: clif::Block,
        descs: &mut Vec<Rc<GuardDesc>>,
    ) -> Result<(), CompileError> {
        let shared = group.members.len() > 1;
        let mut locs = HashMap::new();
        let mut next = 0;
        for &r in &group.common {
            self.place(r, &mut locs, &mut next)?;
        }
        let tail = if shared { cold_block(self.b) } else { leave };
        for &snap in &group.members {
            let block = self.exits.by_snap[&snap];
            self.b.switch_to_block(block);
            let own = self.stored_refs(self.f.snap(snap));
            let (mut locs, mut next) = (locs.clone(), next);
            for &r in own.difference(&group.common) {
                self.place(r, &mut locs, &mut next)?;
            }
            let mine = own.iter().filter(|r| !shared || !group.common.contains(r));
            for &r in mine {
                self.store_live(r, locs[&r])?;
            }
            let desc = self.describe(self.f.snap(snap), &locs, next)?;
            let address = self.b.ins().iconst(I64, Rc::as_ptr(&desc) as i64);
            self.b.ins().jump(tail, &[address.into()]);
            descs.push(desc);
        }
        if shared {
            let desc = self.b.append_block_param(tail, I64);
            self.b.switch_to_block(tail);
            for &r in &group.common {
                self.store_live(r, locs[&r])?;
            }
            self.b.ins().jump(leave, &[desc.into()]);
        }
        Ok(())
    }

    /// Reserve buffer words for a value.
    fn place(
        &self,
        r: Ref,
        locs: &mut HashMap<Ref, (u16, Stored)>,
        next: &mut u16,
    ) -> Result<(), CompileError> {
        let stored = stored_as(self.f, r)?;
        locs.insert(r, (*next, stored));
        *next += if matches!(stored, Stored::I128 | Stored::U128) {
            2
        } else {
            1
        };
        if *next as usize >= BUFFER_WORDS {
            return Err(CompileError::TooLarge);
        }
        Ok(())
    }

    fn store_live(&mut self, r: Ref, (index, stored): (u16, Stored)) -> Result<(), CompileError> {
        let Some(v) = self.values[r.0 as usize] else {
            return internal(format!("{r} has no value at an exit"));
        };
        let at = at::buffer(index);
        match stored {
            Stored::Bool => {
                let word = self.b.ins().uextend(I64, v);
                self.b.ins().store(mem(), word, self.ctx, at);
            }
            Stored::I128 | Stored::U128 => {
                let (low, high) = self.b.ins().isplit(v);
                self.b.ins().store(mem(), low, self.ctx, at);
                self.b.ins().store(mem(), high, self.ctx, at + 8);
            }
            _ => {
                self.b.ins().store(mem(), v, self.ctx, at);
            }
        }
        Ok(())
    }

    fn describe(
        &self,
        snapshot: &Snapshot,
        stored: &HashMap<Ref, (u16, Stored)>,
        words: u16,
    ) -> Result<Rc<GuardDesc>, CompileError> {
        if !fits_buffer(words as usize, snapshot) {
            return Err(CompileError::TooLarge);
        }
        let mut locs: Vec<(Ref, Loc)> = snapshot
            .refs()
            .filter_map(|r| {
                let loc = match self.f.lit(r) {
                    Some(lit) => Loc::Const(lit),
                    None => stored.get(&r).map(|&(i, s)| Loc::Buffer(i, s))?,
                };
                Some((r, loc))
            })
            .collect();
        locs.sort_by_key(|l| l.0);
        locs.dedup_by_key(|l| l.0);
        let (i, kind) = (self.input, exit_kind(snapshot));
        Ok(describe(
            i.stubs,
            i.role,
            i.artifact,
            kind,
            snapshot.clone(),
            locs,
            words,
        ))
    }

    /// The interpreter takes over at the entry: argument `i` belongs in slot `i` of the window, nothing else exists.
    fn interpret_exit(
        &mut self,
        block: clif::Block,
        leave: clif::Block,
    ) -> Result<Rc<GuardDesc>, CompileError> {
        let (code, kind) = match self.input.role {
            Role::Function { desc } => (desc, ExitKind::StackShort),
            Role::Interpreted { desc } => (desc, ExitKind::NoCode),
            Role::Loop | Role::Part { .. } | Role::Bridge { .. } => {
                return internal("no function to interpret");
            }
        };
        self.b.switch_to_block(block);
        let (snapshot, args) = Snapshot::of_arguments(&code.args).ok_or(CompileError::TooLarge)?;
        let mut locs = Vec::new();
        for ((r, ty), v) in args.into_iter().zip(self.args.clone()) {
            let index = r.0 as u16;
            self.b.ins().store(mem(), v, self.ctx, at::buffer(index));
            locs.push((r, Loc::Buffer(index, Stored::argument(ty))));
        }
        let words = locs.len() as u16;
        let i = self.input;
        let desc = describe(i.stubs, i.role, i.artifact, kind, snapshot, locs, words);
        let address = self.b.ins().iconst(I64, Rc::as_ptr(&desc) as i64);
        self.b.ins().jump(leave, &[address.into()]);
        Ok(desc)
    }
}

/// How a live value sits in the exit buffer.
pub(in crate::native) fn stored_as(f: &Func, r: Ref) -> Result<Stored, CompileError> {
    Ok(match f.ty(r) {
        Ty::None => return internal("snapshot of an instruction without a value"),
        Ty::Int => match f.int(r).rep {
            IntRep::I64 => Stored::I64,
            IntRep::U64 => Stored::U64,
            IntRep::Shl1 => Stored::Shl1,
            IntRep::I128 => Stored::I128,
            IntRep::U128 => Stored::U128,
            IntRep::Low(_) => return unsupported("inexact integer in a snapshot"),
        },
        ty => Stored::argument(ty),
    })
}

/// An exit's descriptor; where it leaves to follows from its kind and its function's role.
pub(in crate::native) fn describe(
    stubs: &Stubs,
    role: &Role,
    artifact: u32,
    kind: ExitKind,
    snapshot: Snapshot,
    locs: Vec<(Ref, Loc)>,
    words: u16,
) -> Rc<GuardDesc> {
    let stub = match (kind, role) {
        (ExitKind::StackShort | ExitKind::NoCode, _) => stubs.interpret,
        (
            _,
            Role::Function { .. }
            | Role::Interpreted { .. }
            | Role::Part { .. }
            | Role::Bridge { ret: Some(_), .. },
        ) => stubs.function_exit,
        (_, Role::Loop | Role::Bridge { ret: None, .. }) => stubs.loop_exit,
    };
    Rc::new(GuardDesc {
        code: Cell::new(stub),
        stub: Cell::new(stub),
        count: Cell::new(0),
        artifact,
        kind,
        plan: SlotPlan::new(&snapshot, &locs),
        snapshot: Rc::new(snapshot),
        locs,
        words,
    })
}
