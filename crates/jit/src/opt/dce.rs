//! Dead code: instructions, block parameters and blocks that nothing needs; parameters
//! that always have the same value.

use std::collections::HashMap;

use crate::ir::{Block, BlockId, Func, Op, Ref, SnapId, Term};

/// Blocks that can be reached, in an order in which dominators come first.
pub fn reachable(f: &Func) -> Vec<BlockId> {
    reachable_from(f, BlockId(0))
}

/// The same, from some block.
pub fn reachable_from(f: &Func, start: BlockId) -> Vec<BlockId> {
    let mut seen = vec![false; f.blocks.len()];
    let mut out = vec![];
    let mut stack = vec![start];
    while let Some(b) = stack.pop() {
        if std::mem::replace(&mut seen[b.0 as usize], true) {
            continue;
        }
        out.push(b);
        let block = f.block(b);
        stack.extend(block.insts.iter().rev().filter_map(|r| f.inst(*r).side));
        if let Term::Jump(t, _) = &block.end {
            stack.push(*t);
        }
    }
    out
}

/// Replaces parameters that have one value besides themselves. Gives whether any was.
pub fn merge_params(f: &mut Func) -> bool {
    let blocks = reachable(f);
    let mut incoming: HashMap<BlockId, Vec<Vec<Ref>>> = HashMap::new();
    for b in &blocks {
        if let Term::Jump(t, args) = &f.block(*b).end {
            incoming.entry(*t).or_default().push(args.clone());
        }
    }
    let mut same: HashMap<Ref, Ref> = HashMap::new();
    for (b, edges) in &incoming {
        for (n, p) in f.block(*b).params.iter().enumerate() {
            let mut one = None;
            let all = edges
                .iter()
                .map(|e| e[n])
                .filter(|a| a != p)
                .all(|a| *one.get_or_insert(a) == a);
            if let (true, Some(v)) = (all, one) {
                same.insert(*p, v);
            }
        }
    }
    if same.is_empty() {
        return false;
    }
    let find = |mut r: Ref| {
        let mut n = 0;
        while let Some(x) = same.get(&r) {
            r = *x;
            n += 1;
            if n > same.len() {
                break;
            }
        }
        r
    };
    replace(f, &find);
    for b in &blocks {
        let Term::Jump(t, args) = f.block(*b).end.clone() else {
            continue;
        };
        let params = &f.block(t).params;
        let kept = args
            .into_iter()
            .zip(params)
            .filter(|(_, p)| !same.contains_key(p))
            .map(|x| x.0);
        let kept = kept.collect();
        f.block_mut(*b).end = Term::Jump(t, kept);
    }
    for b in &blocks {
        f.block_mut(*b).params.retain(|p| !same.contains_key(p));
    }
    true
}

/// Replaces values everywhere.
pub fn replace(f: &mut Func, find: &dyn Fn(Ref) -> Ref) {
    for n in 0..f.len() {
        f.args_mut(Ref(n as u32))
            .iter_mut()
            .for_each(|a| *a = find(*a));
    }
    for s in &mut f.snaps {
        s.map_refs(find);
    }
    for b in &mut f.blocks {
        match &mut b.end {
            Term::Jump(_, args) => args.iter_mut().for_each(|a| *a = find(*a)),
            Term::Finish(v) => *v = find(*v),
            _ => {}
        }
    }
}

/// Removes what nothing needs, blocks that are never reached included. What the snapshots
/// in `keep` name stays.
pub fn remove_dead(f: &mut Func, keep: impl Iterator<Item = SnapId>) {
    let blocks = reachable(f);
    for n in 0..f.blocks.len() {
        if !blocks.contains(&BlockId(n as u32)) {
            f.blocks[n] = Block {
                params: vec![],
                insts: vec![],
                end: Term::Open,
            };
        }
    }
    let roots = keep
        .flat_map(|s| f.snap(s).refs().collect::<Vec<_>>())
        .collect();
    let live = Live::new(f, &blocks, roots).0;
    let keep = |r: &Ref| live[r.0 as usize];
    for b in &blocks {
        if let Term::Jump(t, args) = f.block(*b).end.clone() {
            let params = f.block(t).params.clone();
            let args = args
                .into_iter()
                .zip(&params)
                .filter(|(_, p)| keep(p))
                .map(|x| x.0)
                .collect();
            f.block_mut(*b).end = Term::Jump(t, args);
        }
    }
    for b in &blocks {
        f.block_mut(*b).params.retain(keep);
        f.block_mut(*b).insts.retain(keep);
    }
}

struct Live(Vec<bool>);

impl Live {
    fn new(f: &Func, blocks: &[BlockId], mut work: Vec<Ref>) -> Live {
        let mut live = Live(vec![false; f.len()]);
        let mut edges = vec![];
        for b in blocks {
            let block = f.block(*b);
            work.extend(block.insts.iter().filter(|r| !f.inst(**r).op.droppable()));
            match &block.end {
                Term::Finish(v) => work.push(*v),
                Term::Exit(s) | Term::Loop(s) | Term::Enter(s, _) => work.extend(f.snap(*s).refs()),
                Term::Jump(t, args) => {
                    edges.extend(f.block(*t).params.iter().copied().zip(args.iter().copied()))
                }
                Term::Open => {}
            }
        }
        let mut by_param: HashMap<Ref, Vec<Ref>> = HashMap::new();
        for (p, a) in edges {
            by_param.entry(p).or_default().push(a);
        }
        while let Some(r) = work.pop() {
            if std::mem::replace(&mut live.0[r.0 as usize], true) {
                continue;
            }
            work.extend(f.args(r));
            if let Some(s) = f.inst(r).snap {
                work.extend(f.snap(s).refs());
            }
            if f.inst(r).op == Op::Param {
                work.extend(by_param.get(&r).into_iter().flatten());
            }
        }
        live
    }
}
