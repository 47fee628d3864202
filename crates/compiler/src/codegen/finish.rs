//! The end of a code object: jump threading, dead code, needless checks, then assembly.

use pyjit_bytecode::asm::{Asm, Label};
use pyjit_bytecode::flow::{NONE, RegSet};
use pyjit_bytecode::ops::flags;
use pyjit_bytecode::{CodeObject, Op, flow};
use pyjit_syntax::Interner;

use super::unit::Unit;

/// Optimises and assembles.
pub fn finish(unit: Unit, names: &Interner) -> CodeObject {
    let Unit {
        mut asm,
        mut code,
        name_list,
        constant_list,
        ..
    } = unit;
    thread_jumps(&mut asm);
    remove_unreachable(&mut asm);
    remove_checks(&mut asm, &code);
    remove_trivial(&mut asm);
    code.names = name_list.iter().map(|n| names.resolve(*n).into()).collect();
    code.constants = constant_list.into();
    asm.finish(&mut code);
    code
}

/// Jumps to jumps go to the end of the chain.
fn thread_jumps(asm: &mut Asm) {
    let mut ends: Vec<Option<Label>> = vec![None; asm.ins.len()];
    for i in 0..asm.ins.len() {
        let Some(mut target) = asm.ins[i].target else {
            continue;
        };
        if asm.ins[i].op.has(flags::back) || asm.ins[i].op == Op::send {
            continue;
        }
        for _ in 0..8 {
            let mut at = asm.place(target) as usize;
            while asm.ins.get(at).is_some_and(|j| j.op == Op::nop) {
                at += 1;
            }
            match asm.ins.get(at) {
                Some(j) if j.op == Op::jump => match j.target {
                    Some(next) => target = next,
                    None => break,
                },
                _ => break,
            }
        }
        ends[i] = Some(target);
    }
    for (ins, end) in asm.ins.iter_mut().zip(ends) {
        if end.is_some() {
            ins.target = end;
        }
    }
}

/// Removes what no path reaches. A handler is reached if an instruction under it is.
fn remove_unreachable(asm: &mut Asm) {
    let nodes = asm.nodes();
    let mut reached = vec![false; nodes.len()];
    let mut queue = vec![0u32];
    while let Some(at) = queue.pop() {
        let mut at = at as usize;
        while at < nodes.len() && !reached[at] {
            reached[at] = true;
            let node = &nodes[at];
            queue.extend([node.target, node.handler].iter().filter(|t| **t != NONE));
            if !node.falls_through() {
                break;
            }
            at += 1;
        }
    }
    let dead: Vec<bool> = reached.iter().map(|r| !r).collect();
    if dead.contains(&true) {
        asm.remove(&dead);
    }
}

/// Removes `check_bound` where every path has bound the local.
fn remove_checks(asm: &mut Asm, code: &CodeObject) {
    if !asm.ins.iter().any(|i| i.op == Op::check_bound) {
        return;
    }
    let nodes = asm.nodes();
    let n = code.nlocals as usize;
    let mut entry = RegSet::new(n);
    entry.insert(0, code.nparams() as u16);
    // A parameter that became a cell is unbound, but is never checked in its register.
    let mut full = RegSet::new(n);
    full.insert(0, code.nlocals);
    let mut at_target: Vec<Option<RegSet>> = vec![None; nodes.len()];
    for node in &nodes {
        for t in [node.target, node.handler] {
            if t != NONE {
                at_target[t as usize] = Some(full.clone());
            }
        }
    }
    let mut dead = vec![false; nodes.len()];
    loop {
        let mut changed = false;
        let mut bound = entry.clone();
        for (i, node) in nodes.iter().enumerate() {
            if let Some(at) = &mut at_target[i] {
                if i > 0 && !nodes[i - 1].falls_through() {
                    bound = at.clone();
                } else {
                    changed |= meet(at, &bound);
                    bound = at.clone();
                }
            }
            dead[i] = node.op == Op::check_bound && bound.contains(node.a);
            let before = bound.clone();
            transfer(node, &mut bound);
            if node.handler != NONE
                && !node.op.has(flags::pure)
                && let Some(at) = &mut at_target[node.handler as usize]
            {
                changed |= meet(at, &before);
                let mut after = bound.clone();
                if node.op == Op::check_bound {
                    after = before;
                }
                if node.op == Op::delete_local {
                    changed |= meet(at, &after);
                }
            }
            if node.target != NONE
                && let Some(at) = &mut at_target[node.target as usize]
            {
                changed |= meet(at, &bound);
            }
            if node.op == Op::for_iter {
                // Falls through without writing.
                bound = {
                    let mut b = bound;
                    if !at_loop_bound(&at_target, i, node.b, &entry) {
                        b.remove(node.b, 1);
                    }
                    b
                };
            }
        }
        if !changed {
            break;
        }
    }
    asm.remove(&dead);
}

fn at_loop_bound(at_target: &[Option<RegSet>], i: usize, r: u16, entry: &RegSet) -> bool {
    match &at_target[i] {
        Some(at) => at.contains(r),
        None => entry.contains(r),
    }
}

/// Intersects; whether that removed anything.
fn meet(set: &mut RegSet, with: &RegSet) -> bool {
    let before = set.clone();
    set.intersect(with);
    *set != before
}

fn transfer(node: &flow::Node, bound: &mut RegSet) {
    flow::writes(node.op, node.a, node.b, node.c, |r, n| bound.insert(r, n));
    match node.op {
        Op::clear | Op::delete_local => bound.remove(node.a, 1),
        Op::check_bound => bound.insert(node.a, 1),
        Op::make_cell => bound.remove(node.b, 1),
        _ => {}
    }
}

/// Removes moves to self, `nop`s, and jumps to the next instruction.
fn remove_trivial(asm: &mut Asm) {
    let lines: Vec<u32> = asm.ins.iter().map(|i| i.position.line).collect();
    let dead: Vec<bool> = asm
        .ins
        .iter()
        .enumerate()
        .map(|(i, ins)| match ins.op {
            Op::mov => ins.a == ins.b,
            Op::jump => ins.target.is_some_and(|t| asm.place(t) as usize == i + 1),
            // Kept where it is the only instruction of its line, for tracing.
            Op::nop => lines.get(i + 1) == Some(&lines[i]),
            _ => false,
        })
        .collect();
    asm.remove(&dead);
}
