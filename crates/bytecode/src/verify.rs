//! The verifier: code that passes can't make the interpreter leave its frame, its code or its pool.
//!
//! It checks form (registers, jumps, pool, tables), and by data flow that no register is read that may hold nothing
//! or another frame's junk. It does not check Python types: handlers do where they rely on one.

use crate::code::{CodeObject, Constant, PoolEntry, flags};
use crate::flow::{self, NONE, Node, RegSet};
use crate::ops::{self, COMMON, FunctionAttr, HEADER, Intrinsic, Op, Operand, Range, SPECIALS};
use crate::word;

/// What is wrong, and at which word.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Invalid {
    /// The word.
    pub at: u32,
    /// What is wrong.
    pub what: &'static str,
}

type V = Result<(), Invalid>;

fn check(ok: bool, at: u32, what: &'static str) -> V {
    if ok {
        Ok(())
    } else {
        Err(Invalid { at, what })
    }
}

/// Checks a code object and all code within it.
pub fn verify(code: &CodeObject) -> V {
    let mut queue = vec![code];
    while let Some(code) = queue.pop() {
        one(code)?;
        queue.extend(code.constants.iter().filter_map(|k| {
            if let Constant::Code(c) = k {
                Some(&**c)
            } else {
                None
            }
        }));
    }
    Ok(())
}

fn one(code: &CodeObject) -> V {
    header(code)?;
    pool(code)?;
    let (nodes, places) = flow::nodes(code);
    for (i, node) in nodes.iter().enumerate() {
        let at = places[i];
        check(
            Op::from_u8(word::op(code.words[at as usize]))
                .is_some_and(|o| !o.has(ops::flags::internal)),
            at,
            "unknown instruction",
        )?;
        instruction(code, node, at)?;
        registers(code, node, at)?;
        let next = places.get(i + 1).copied();
        check(
            !node.falls_through() || next == Some(at + 1),
            at,
            "runs into the pool or the end",
        )?;
    }
    check(!nodes.is_empty(), 0, "no instructions")?;
    handlers(code, &places)?;
    data_flow(code, &nodes, &places)
}

fn header(code: &CodeObject) -> V {
    check(
        code.nlocals as usize == code.varnames.len(),
        0,
        "number of locals",
    )?;
    check(
        code.first_temp() <= code.nregs as u32,
        0,
        "number of registers",
    )?;
    check(
        code.nparams() <= code.nlocals as u32 && code.posonlyargcount <= code.argcount,
        0,
        "number of parameters",
    )?;
    check(
        code.flags & flags::OPTIMIZED != 0 || code.nlocals > 0,
        0,
        "no namespace register",
    )?;
    check(code.heights.len() == code.words.len(), 0, "heights")?;
    check(code.words.len() < 1 << 30, 0, "too long")
}

fn pool(code: &CodeObject) -> V {
    let mut end = 0;
    for slot in &code.pool {
        check(slot.at >= end, slot.at, "pool entries overlap")?;
        end = slot.at.saturating_add(slot.entry.words());
        check(
            end as usize <= code.words.len(),
            slot.at,
            "pool entry outside",
        )?;
        check(
            code.words[slot.at as usize..end as usize]
                .iter()
                .all(|w| *w == 0),
            slot.at,
            "pool word in use",
        )?;
        let ok = match slot.entry {
            PoolEntry::Const(n) => (n as usize) < code.constants.len(),
            PoolEntry::Name(n) | PoolEntry::Attr(n) | PoolEntry::Global(n) => {
                (n as usize) < code.names.len()
            }
            PoolEntry::Keywords(n) => keywords(code, n).is_some(),
        };
        check(ok, slot.at, "pool entry out of range")?;
    }
    Ok(())
}

fn keywords(code: &CodeObject, n: u32) -> Option<usize> {
    match code.constants.get(n as usize)? {
        Constant::Tuple(names) if names.iter().all(|k| matches!(k, Constant::Str(_))) => {
            Some(names.len())
        }
        _ => None,
    }
}

fn entry(code: &CodeObject, at: u32) -> Option<PoolEntry> {
    let i = code.pool.binary_search_by_key(&at, |s| s.at).ok()?;
    Some(code.pool[i].entry)
}

fn instruction(code: &CodeObject, node: &Node, at: u32) -> V {
    let info = node.op.info();
    for (kind, n) in info.operands.iter().zip([node.a, node.b, node.c]) {
        let slot = || entry(code, at.saturating_add(n as u32));
        let ok = match kind {
            Operand::None => n == 0,
            Operand::Const => matches!(slot(), Some(PoolEntry::Const(_))),
            Operand::Name => matches!(slot(), Some(PoolEntry::Name(_))),
            Operand::Attr => matches!(slot(), Some(PoolEntry::Attr(_))),
            Operand::Global => matches!(slot(), Some(PoolEntry::Global(_))),
            Operand::Keywords => match slot() {
                Some(PoolEntry::Keywords(k)) => {
                    let given = node
                        .b
                        .saturating_sub((node.op == Op::call_method_kw) as u16);
                    keywords(code, k).is_some_and(|n| n <= given as usize)
                }
                _ => false,
            },
            Operand::Jump => node.target != NONE,
            _ => true,
        };
        check(ok, at, "operand")?;
    }
    let (b, c) = (node.b, node.c);
    let ok = match node.op {
        Op::jump_far => node.target != NONE,
        Op::load_common => (c as usize) < COMMON.len(),
        Op::load_special => (c as usize) < SPECIALS.len(),
        Op::intrinsic => Intrinsic::from_u16(c).is_some(),
        Op::set_function_attr => FunctionAttr::from_u16(c).is_some(),
        Op::convert => (1..=3).contains(&c),
        Op::build_slice => c == 2 || c == 3,
        Op::build_interpolation => c < 8,
        Op::get_awaitable => c < 4,
        Op::call_ex => b < 2,
        Op::call_method | Op::call_method_kw => b > 0,
        Op::make_function => {
            matches!(entry(code, at + c as u32), Some(PoolEntry::Const(n)) if matches!(code.constants[n as usize], Constant::Code(_)))
        }
        Op::copy_free => {
            node.a as u32 + b as u32 == code.first_temp() && b as usize == code.freevars.len()
        }
        Op::return_generator => {
            code.flags & (flags::GENERATOR | flags::COROUTINE | flags::ASYNC_GENERATOR) != 0
        }
        _ => true,
    };
    check(ok, at, "operand value")
}

/// All registers lie in the frame; cells' registers hold cells only, and only they are used as cells.
fn registers(code: &CodeObject, node: &Node, at: u32) -> V {
    let (a, b, c) = (node.a, node.b, node.c);
    let mut ok = true;
    let mut inside = |r: u16, n: u16| ok &= r as u32 + n as u32 <= code.nregs as u32;
    flow::reads(node.op, a, b, c, &mut inside);
    flow::writes(node.op, a, b, c, &mut inside);
    if matches!(node.op.info().range, Range::window | Range::window_ex) {
        inside(a, 1 + HEADER);
    }
    check(ok, at, "register out of range")?;
    let is_cell = |r: u16| r >= code.nlocals && (r as u32) < code.first_temp();
    let makes_cells = matches!(node.op, Op::new_cell | Op::make_cell | Op::copy_free);
    let mut ok = true;
    flow::writes(node.op, a, b, c, |r, n| {
        // `clear` suits all registers, and `make_cell` also unbinds its source, a local.
        let other = node.op == Op::clear || node.op == Op::make_cell && r == b;
        ok &= other || (r..r.saturating_add(n)).all(|r| is_cell(r) == makes_cells);
    });
    check(ok, at, "cell register")?;
    let used = match node.op {
        Op::load_cell => is_cell(b),
        Op::store_cell | Op::delete_cell => is_cell(a),
        Op::load_dict_or_cell => is_cell(c),
        Op::make_cell => b < code.nlocals,
        Op::check_bound | Op::delete_local => a < code.nlocals,
        _ => true,
    };
    check(used, at, "not a variable of that kind")
}

fn handlers(code: &CodeObject, places: &[u32]) -> V {
    let mut end = 0;
    for h in &code.handlers {
        check(
            h.start >= end && h.start < h.end && h.end as usize <= code.words.len(),
            h.start,
            "handler range",
        )?;
        check(
            places.binary_search(&h.target).is_ok(),
            h.start,
            "handler target",
        )?;
        let top = h.height as u32 + 1 + h.lasti as u32;
        check(
            h.height as u32 >= code.first_temp() && top <= code.nregs as u32,
            h.start,
            "handler height",
        )?;
        end = h.end;
    }
    Ok(())
}

fn data_flow(code: &CodeObject, nodes: &[Node], places: &[u32]) -> V {
    let mut set = RegSet::new(code.nregs as usize);
    set.insert(
        0,
        if code.flags & flags::OPTIMIZED != 0 {
            code.nparams() as u16
        } else {
            1
        },
    );
    let mut result = Ok(());
    flow::definite(nodes, code.nregs, &set, |i, set| {
        let node = &nodes[i];
        if result.is_err() || matches!(node.op, Op::mov | Op::check_bound | Op::delete_local) {
            return;
        }
        flow::reads(node.op, node.a, node.b, node.c, |r, n| {
            let may_be_unbound = node.op == Op::make_cell && r == node.b;
            if !may_be_unbound && !(r..r + n).all(|r| set.contains(r)) {
                result = Err(Invalid {
                    at: places[i],
                    what: "reads a register that may hold nothing",
                });
            }
        });
    });
    result.clone()?;
    let first = code.first_temp() as u16;
    let mut junk = Vec::new();
    flow::liveness(nodes, first, code.nregs, |i, live| {
        let height = code.heights[places[i] as usize];
        junk.extend(flow::junk(&nodes[i], first, height, live).map(|r| (places[i], r)));
        if height < first + live.height() || height > code.nregs {
            result = Err(Invalid {
                at: places[i],
                what: "height",
            });
        }
    });
    result?;
    junk.sort_unstable();
    check(*junk == *code.junk, 0, "registers without a value")
}
