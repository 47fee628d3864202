//! Integers: the IR computes on mathematical ones; this finds out how each can sit in a
//! register, which overflow guards are needed, and what snapshots must compute themselves.

mod demand;
mod forward;
mod range;

use std::collections::{HashMap, HashSet};

use super::Abort;
use crate::ir::{
    BlockId, Entry, Func, Imm, IntFact, Lit, Op, Recipe, Ref, SnapId, Snapshot, Term, Ty,
};
use crate::tree::Seen;
use forward::{EXACT, Forward};
use range::I64;

/// Depth of expressions that exits compute.
const RECIPE_DEPTH: u32 = 8;

/// What the replay has noted for this pass.
#[derive(Default)]
pub struct Notes {
    /// Classes of integer results, where not a signed word.
    pub seen: HashMap<Ref, Seen>,
    /// Snapshot of the state at the end of a block that jumps to a header.
    pub edge_snaps: HashMap<BlockId, SnapId>,
    /// Blocks with ways in that do not come through the first one.
    pub merges: HashSet<BlockId>,
}

/// Chooses representations. The function must have no dead code; `start` is the loop's
/// header, or the entry.
pub fn represent(f: &mut Func, notes: &Notes, start: BlockId) -> Result<(), Abort> {
    if prefers_shifted(f, start) {
        let mut g = f.clone();
        if represent_as(&mut g, notes, true).is_ok() {
            *f = g;
            return Ok(());
        }
    }
    represent_as(f, notes, false)
}

/// Are there more conversions from and to tagged words than operations that want plain
/// words? Where there is a loop, it counts alone.
fn prefers_shifted(f: &Func, start: BlockId) -> bool {
    let mut score = 0;
    for b in super::dce::reachable_from(f, start) {
        for r in &f.block(b).insts {
            let variable = |k: usize| f.args(*r).get(k).is_some_and(|a| f.int_const(*a).is_none());
            score += match f.inst(*r).op {
                Op::UnboxInt => 1,
                Op::BoxInt => 2,
                Op::IntMul | Op::IntShl | Op::IntShr if variable(1) => -1,
                Op::IntFloorDiv | Op::IntMod | Op::IntToFloat | Op::CallCode => -1,
                Op::GetField if f.ty(*r) == Ty::Int => -1,
                _ => 0,
            };
        }
    }
    score > 0
}

fn represent_as(f: &mut Func, notes: &Notes, shifted: bool) -> Result<(), Abort> {
    let mut hard: Vec<Ref> = vec![];
    let mut signed: Vec<Ref> = signed_uses(f);
    signed.sort();
    signed.dedup();
    for _ in 0..12 {
        let demand = demand::demand(f, &hard);
        let a = Forward::run(f, &demand, notes, &signed, shifted);
        if !a.edges.is_empty() {
            let edges = a.edges.clone();
            guard_edges(f, &edges, notes)?;
            continue;
        }
        if a.wide.is_some() {
            return Err(Abort::WideInteger);
        }
        let decided = a.decided.clone();
        if decided.values().any(|holds| *holds) {
            remove_guards(f, &decided);
            super::dce::remove_dead(f, notes.edge_snaps.values().copied());
            continue;
        }
        let facts = a.facts_out();
        let exact: Vec<bool> = a.facts.iter().map(|x| x.k == EXACT).collect();
        let clip: Vec<bool> = a.facts.iter().map(|x| x.clip).collect();
        match snapshots(f, &exact) {
            Ok(snaps) => {
                f.snaps = snaps;
                drop_checks(f, &facts, &clip);
                f.ints = facts;
                return Ok(());
            }
            Err(more) if more.iter().all(|r| hard.contains(r)) => return Err(Abort::WideInteger),
            Err(more) => hard.extend(more),
        }
    }
    Err(Abort::WideInteger)
}

/// Does the operation take integers as signed words?
fn wants_signed(op: Op) -> bool {
    use Op::*;
    matches!(
        op,
        Call | CallCode | SetField | SetItem | GetItem | IntToFloat
    )
}

/// Values that are used as signed words.
fn signed_uses(f: &Func) -> Vec<Ref> {
    let mut out = vec![];
    for b in &f.blocks {
        for r in &b.insts {
            if wants_signed(f.inst(*r).op) {
                let ints = f.args(*r).iter().filter(|a| f.ty(**a) == Ty::Int);
                out.extend(ints.filter(|a| f.int_const(**a).is_none()));
            }
        }
        if let Term::Finish(v) = b.end
            && f.ty(v) == Ty::Int
        {
            out.push(v);
        }
    }
    out
}

/// Brings arguments into their parameter's class.
fn guard_edges(f: &mut Func, edges: &[(BlockId, Ref, bool)], notes: &Notes) -> Result<(), Abort> {
    let mut done: Vec<(BlockId, Ref)> = vec![];
    for (b, a, signed) in edges {
        if done.contains(&(*b, *a)) {
            continue;
        }
        done.push((*b, *a));
        let snap = *notes.edge_snaps.get(b).ok_or(Abort::WideInteger)?;
        let lo = f.constant(Lit::Int(if *signed { I64.lo } else { 0 }));
        let hi = f.constant(Lit::Int(if *signed { I64.hi } else { u64::MAX as i128 }));
        for (x, y) in [(lo, *a), (*a, hi)] {
            let c = f.push(*b, Op::IntLe, Ty::Bool, Imm::No, &[x, y], None);
            f.push(*b, Op::GuardTrue, Ty::None, Imm::No, &[c], Some(snap));
        }
    }
    Ok(())
}

/// Removes guards that always hold.
fn remove_guards(f: &mut Func, decided: &HashMap<Ref, bool>) {
    for b in &mut f.blocks {
        b.insts.retain(|r| decided.get(r) != Some(&true));
    }
}

/// Overflow checks that cannot fail go.
fn drop_checks(f: &mut Func, facts: &[IntFact], clip: &[bool]) {
    let insts: Vec<Ref> = f
        .blocks
        .iter()
        .flat_map(|b| b.insts.iter().copied())
        .collect();
    for r in insts {
        let op = f.inst(r).op;
        if op == Op::BoxInt {
            let x = f.args(r)[0];
            let fact = match f.int_const(x) {
                Some(c) => IntFact {
                    lo: c,
                    hi: c,
                    ..IntFact::default()
                },
                None => facts[x.0 as usize],
            };
            if crate::ir::small(fact.lo) && crate::ir::small(fact.hi) {
                f.inst_mut(r).snap = None;
            }
        } else if op.can_overflow() && !clip[r.0 as usize] {
            f.inst_mut(r).snap = None;
        }
    }
}

/// Snapshots with inexact integers replaced by recipes; or the values that must be exact
/// because there is no recipe.
fn snapshots(f: &Func, exact: &[bool]) -> Result<Vec<Snapshot>, Vec<Ref>> {
    let mut more = vec![];
    let mut used = vec![false; f.snaps.len()];
    for b in &f.blocks {
        for r in &b.insts {
            if let Some(s) = f.inst(*r).snap {
                used[s.0 as usize] = true;
            }
        }
        if let Term::Exit(s) | Term::Loop(s) | Term::Enter(s, _) = b.end {
            used[s.0 as usize] = true;
        }
    }
    let mut out = f.snaps.clone();
    for (s, used) in out.iter_mut().zip(used) {
        if !used {
            continue;
        }
        let mut recipes = vec![];
        let mut change = |e: &mut Entry| {
            if let Entry::Ref(r) = *e
                && f.ty(r) == Ty::Int
                && !exact[r.0 as usize]
                && f.int_const(r).is_none()
            {
                match recipe(f, exact, r, 0, &mut recipes) {
                    Ok(x) => *e = x,
                    Err(x) => more.push(x),
                }
            }
        };
        s.slots.iter_mut().for_each(|x| change(&mut x.1));
        s.virtuals
            .iter_mut()
            .flat_map(|v| &mut v.fields)
            .for_each(|x| change(&mut x.1));
        s.stores.iter_mut().for_each(|x| change(&mut x.value));
        s.recipes = recipes;
    }
    if more.is_empty() { Ok(out) } else { Err(more) }
}

/// An expression over exact values; or the value that has none.
fn recipe(
    f: &Func,
    exact: &[bool],
    r: Ref,
    depth: u32,
    out: &mut Vec<Recipe>,
) -> Result<Entry, Ref> {
    if f.ty(r) != Ty::Int || exact[r.0 as usize] || f.int_const(r).is_some() {
        return Ok(Entry::Ref(r));
    }
    let op = f.inst(r).op;
    let ring = range::transfer(op, &vec![range::TOP; f.args(r).len()]).is_some();
    if depth > RECIPE_DEPTH || !ring {
        return Err(r);
    }
    let mut args = vec![];
    for a in f.args(r) {
        args.push(recipe(f, exact, *a, depth + 1, out).map_err(|_| r)?);
    }
    let new = Recipe { op, args };
    let n = out.iter().position(|x| *x == new).unwrap_or_else(|| {
        out.push(new);
        out.len() - 1
    });
    Ok(Entry::Recipe(n as u32))
}
