//! The last steps: unboxed values in snapshots, trivial parameters, ranges, dead code,
//! and a compact numbering of blocks and snapshots.

use std::collections::HashMap;

use super::state::Cx;
use super::{Abort, Optimised, dce, ints};
use crate::ir::{BlockId, Entry, Func, Imm, IntFact, Op, Ref, SnapId, Snapshot, Term, Ty, verify};

/// Finishes a compilation.
pub fn finish(cx: Cx) -> Result<Optimised, Abort> {
    let Cx {
        mut out,
        tree,
        options,
        loops,
        notes,
        ..
    } = cx;
    while dce::merge_params(&mut out) {}
    strip_snapshots(&mut out);
    strip_finish(&mut out, options.ret);
    let edges = || notes.edge_snaps.values().copied();
    dce::remove_dead(&mut out, edges());
    let header = loops.into_iter().next().and_then(|l| l.header);
    let start = header.as_ref().map_or(BlockId(0), |h| h.block);
    ints::represent(&mut out, &notes, start)?;
    dce::remove_dead(&mut out, std::iter::empty());
    out.ints.resize(out.len(), IntFact::default());
    let header = compact(&mut out, header.map(|h| h.block));
    let insts: usize = out.blocks.iter().map(|b| b.insts.len()).sum();
    if insts > options.max_insts {
        return Err(Abort::TooLong);
    }
    if options.verify {
        verify(&out).map_err(Abort::Broken)?;
    }
    Ok(Optimised {
        func: out,
        kind: tree.kind.clone(),
        header,
    })
}

/// The value in a box, if the operation is one.
fn inside(f: &Func, r: Ref) -> Ref {
    match f.inst(r).op {
        Op::BoxInt | Op::BoxFloat | Op::BoxBool | Op::BoxRef => f.args(r)[0],
        _ => r,
    }
}

/// Exits box by type; slots that hold what they held are not written.
fn strip_snapshots(f: &mut Func) {
    let mut snaps = std::mem::take(&mut f.snaps);
    // Memory of slots that are written for others to see may be behind.
    let mut written = std::collections::HashSet::new();
    for b in &f.blocks {
        for r in &b.insts {
            if let (Op::SetSlot, Imm::Index(n)) = (f.inst(*r).op, f.inst(*r).imm) {
                written.insert(n);
            }
        }
    }
    for s in &mut snaps {
        s.slots.retain(|(slot, e)| match e {
            _ if written.contains(slot) => true,
            Entry::Ref(r) => {
                let i = f.inst(*r);
                !(i.op == Op::Slot && matches!(i.imm, Imm::Index(n) if n == *slot))
            }
            _ => true,
        });
        s.map_refs(|r| inside(f, r));
    }
    f.snaps = snaps;
}

/// Functions return unboxed what they can.
fn strip_finish(f: &mut Func, ret: Option<Ty>) {
    for b in 0..f.blocks.len() {
        if let Term::Finish(v) = f.blocks[b].end {
            let plain = inside(f, v);
            if ret.is_none_or(|t| f.ty(plain) == t) {
                f.blocks[b].end = Term::Finish(plain);
            }
        }
    }
}

/// Drops unreachable blocks and unused snapshots; equal snapshots become one.
fn compact(f: &mut Func, header: Option<BlockId>) -> Option<BlockId> {
    let order = dce::reachable(f);
    let number: HashMap<BlockId, BlockId> = order
        .iter()
        .enumerate()
        .map(|(n, b)| (*b, BlockId(n as u32)))
        .collect();
    let mut blocks: Vec<_> = order.iter().map(|b| f.block(*b).clone()).collect();
    let mut snaps: Vec<Snapshot> = vec![];
    let mut index: HashMap<SnapId, SnapId> = HashMap::new();
    let mut by_origin: HashMap<crate::ir::Origin, Vec<SnapId>> = HashMap::new();
    let mut keep = |f: &Func, s: SnapId| {
        *index.entry(s).or_insert_with(|| {
            let snap = f.snap(s);
            let same = by_origin.entry(snap.origin).or_default();
            if let Some(old) = same.iter().find(|o| snaps[o.0 as usize] == *snap) {
                return *old;
            }
            let id = SnapId(snaps.len() as u32);
            snaps.push(snap.clone());
            same.push(id);
            id
        })
    };
    for b in &mut blocks {
        for r in &b.insts {
            let (snap, side) = (f.inst(*r).snap, f.inst(*r).side);
            let snap = snap.map(|s| keep(f, s));
            let i = f.inst_mut(*r);
            i.snap = snap;
            i.side = side.map(|s| number[&s]);
        }
        match &mut b.end {
            Term::Jump(t, _) => *t = number[t],
            Term::Exit(s) | Term::Loop(s) | Term::Enter(s, _) => *s = keep(f, *s),
            _ => {}
        }
    }
    f.blocks = blocks;
    f.snaps = snaps;
    header.and_then(|h| number.get(&h).copied())
}
