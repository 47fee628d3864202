//! The end of a code object: jump threading, dead code, needless checks, then assembly.

use pyjit_bytecode::asm::{Asm, Ins, Label};
use pyjit_bytecode::flow::{NONE, RegSet};
use pyjit_bytecode::ops::flags;
use pyjit_bytecode::{CodeObject, Op, flow};
use pyjit_syntax::Interner;
use rustc_hash::FxHashSet;

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
    return_early(&mut asm);
    remove_unreachable(&mut asm);
    remove_checks(&mut asm, &code);
    remove_trivial(&mut asm);
    invert_jumps(&mut asm);
    code.names = name_list
        .iter()
        .map(|n| names.resolve(*n).to_owned().into())
        .collect();
    code.constants = constant_list.into();
    asm.finish(&mut code);
    code
}

/// Jumps to jumps go to the end of the chain.
fn thread_jumps(asm: &mut Asm) {
    let ends: Vec<Option<Label>> = asm.ins.iter().map(|i| end_of_jumps(asm, i)).collect();
    for (ins, end) in asm.ins.iter_mut().zip(ends) {
        if end.is_some() {
            ins.target = end;
        }
    }
}

/// Does an instruction that stands in place of one in line `line` show the same lines to
/// who traces? What has no line shows none.
fn is_silent(line: u32, ins: &Ins) -> bool {
    ins.position.line == 0 || ins.position.line == line
}

/// Jumps to a return become returns.
fn return_early(asm: &mut Asm) {
    for i in 0..asm.ins.len() {
        let ins = asm.ins[i];
        let target = ins.target.map(|t| asm.place(t) as usize);
        if ins.op == Op::jump
            && let Some(ret) = target.and_then(|t| asm.ins.get(t)).copied()
            && matches!(ret.op, Op::ret | Op::ret_none)
            && ret.handler == ins.handler
            && (ins.position.line == 0 || is_silent(ins.position.line, &ret))
        {
            let position = match ret.position.line {
                0 => ins.position,
                _ => ret.position,
            };
            asm.ins[i] = Ins { position, ..ret };
        }
    }
}

/// Where a forward jump ends up, if no line is left out on the way.
fn end_of_jumps(asm: &Asm, ins: &Ins) -> Option<Label> {
    let mut target = ins.target?;
    if ins.op.has(flags::back) || ins.op == Op::send {
        return None;
    }
    for _ in 0..8 {
        let rest = &asm.ins[(asm.place(target) as usize).min(asm.ins.len())..];
        let silent = |j: &&Ins| is_silent(ins.position.line, j);
        match rest.iter().find(|j| j.op != Op::nop || !silent(j)) {
            Some(j) if j.op == Op::jump && silent(&j) => target = j.target?,
            _ => break,
        }
    }
    Some(target)
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

/// Removes `check_bound` where every path has bound the local; what it showed of its line stays.
fn remove_checks(asm: &mut Asm, code: &CodeObject) {
    if !asm.ins.iter().any(|i| i.op == Op::check_bound) {
        return;
    }
    let nodes = asm.nodes();
    let mut entry = RegSet::new(code.nlocals as usize);
    entry.insert(0, code.nparams() as u16);
    flow::definite(&nodes, code.nlocals, &entry, |i, bound| {
        if nodes[i].op == Op::check_bound && bound.contains(nodes[i].a) {
            asm.ins[i].op = Op::nop;
            asm.ins[i].a = 0;
        }
    });
}

/// A conditional jump over a jump becomes one jump with the condition inverted.
fn invert_jumps(asm: &mut Asm) {
    let targets = targets(asm);
    let mut dead = vec![false; asm.ins.len()];
    for i in 0..asm.ins.len().saturating_sub(1) {
        let (first, second) = (asm.ins[i], asm.ins[i + 1]);
        let over = first.target.is_some_and(|t| asm.place(t) as usize == i + 2);
        let shown = !is_silent(first.position.line, &second);
        if !over || shown || targets.contains(&(i as u32 + 1)) {
            continue;
        }
        let inverse = match second.op {
            Op::jump => first.op.inverse(),
            Op::jump_back => first.op.inverse_back(),
            _ => None,
        };
        if let Some(op) = inverse {
            asm.ins[i].op = op;
            asm.ins[i].target = second.target;
            dead[i + 1] = true;
        }
    }
    asm.remove(&dead);
}

/// Where jumps and handlers lead.
fn targets(asm: &Asm) -> FxHashSet<u32> {
    let jumps = asm.ins.iter().filter_map(|i| i.target);
    let used = jumps.chain(asm.catches.iter().map(|c| c.target));
    used.map(|l| asm.place(l)).collect()
}

/// Removes moves to self, `nop`s, and jumps to the next instruction, except what is the only
/// instruction of its line: who traces sees it.
fn remove_trivial(asm: &mut Asm) {
    let targets = targets(asm);
    let mut dead = vec![false; asm.ins.len()];
    let mut next = asm.ins.len();
    for i in (0..asm.ins.len()).rev() {
        let ins = asm.ins[i];
        let to_next = |l| (i + 1..=next).contains(&(asm.place(l) as usize));
        let trivial = match ins.op {
            Op::mov => ins.a == ins.b,
            Op::jump => ins.target.is_some_and(to_next),
            Op::nop => true,
            _ => false,
        };
        dead[i] = trivial && !is_only_of_line(asm, i, next, &targets);
        if dead[i] {
            continue;
        }
        if trivial {
            asm.ins[i] = Ins {
                op: Op::nop,
                a: 0,
                b: 0,
                target: None,
                ..ins
            };
        }
        next = i;
    }
    asm.remove(&dead);
}

/// Is nothing else of the line executed right before instruction `i` or, at `next`, behind it?
fn is_only_of_line(asm: &mut Asm, i: usize, next: usize, targets: &FxHashSet<u32>) -> bool {
    let position = asm.ins[i].position;
    let line = position.line;
    if line == 0 {
        return false;
    }
    let fell_into = (i + 1..=next).all(|n| !targets.contains(&(n as u32)));
    match asm.ins.get_mut(next) {
        Some(n) if n.position.line == line => return false,
        Some(n) if n.position.line == 0 && fell_into => {
            n.position = position;
            return false;
        }
        _ => {}
    }
    for at in (1..=i).rev() {
        let before = &asm.ins[at - 1];
        let same_block = !targets.contains(&(at as u32)) && before.target.is_none();
        if !same_block || before.position.line != line || before.op.has(flags::stop) {
            break;
        }
        if !matches!(before.op, Op::nop | Op::mov) {
            return false;
        }
    }
    true
}
