//! The printer: code objects as stable text, for `--dump bytecode` and for tests.

use std::fmt::Write;

use crate::code::{CodeObject, Constant, PoolEntry, flags};
use crate::ops::{COMMON, FunctionAttr, Intrinsic, Op, Operand, Range, SPECIALS};
use crate::word;

/// A code object and all code within, as text.
pub fn dis(code: &CodeObject) -> String {
    let mut out = String::new();
    let mut queue = vec![code];
    while let Some(code) = queue.pop() {
        one(code, &mut out);
        let nested = code.constants.iter().filter_map(|k| {
            if let Constant::Code(c) = k {
                Some(&**c)
            } else {
                None
            }
        });
        let at = queue.len();
        queue.extend(nested);
        queue[at..].reverse();
    }
    out
}

/// The name of a register.
pub fn register(code: &CodeObject, r: u16) -> String {
    let mut named = code
        .varnames
        .iter()
        .chain(&code.cellvars)
        .chain(&code.freevars);
    match named.nth(r as usize) {
        Some(name) if (r as u32) < code.nlocals as u32 => format!("{name}"),
        Some(name) => format!("&{name}"),
        None => format!("t{}", r as u32 - code.first_temp()),
    }
}

fn one(code: &CodeObject, out: &mut String) {
    if !out.is_empty() {
        out.push('\n');
    }
    let _ = write!(
        out,
        "code {} line {}, {} registers",
        code.qualname, code.firstlineno, code.nregs
    );
    if code.nparams() > 0 {
        let params: Vec<&str> = code
            .varnames
            .iter()
            .take(code.nparams() as usize)
            .map(|n| &**n)
            .collect();
        let _ = write!(out, ", parameters {}", params.join(" "));
    }
    for (flag, name) in [
        (flags::GENERATOR, "generator"),
        (flags::COROUTINE, "coroutine"),
        (flags::ASYNC_GENERATOR, "async generator"),
    ] {
        if code.flags & flag != 0 {
            let _ = write!(out, ", {name}");
        }
    }
    out.push('\n');
    let targets = targets(code);
    let mut line = 0;
    let (_, places) = crate::flow::nodes(code);
    for at in places {
        let position = code.position_at(at);
        let shown = if position.line != line && position.line != 0 {
            position.line.to_string()
        } else {
            String::new()
        };
        line = if position.line != 0 {
            position.line
        } else {
            line
        };
        let mark = if targets.contains(&at) { ">" } else { " " };
        let text = instruction(code, at);
        let _ = writeln!(out, "{shown:>5} {mark}{at:>4} {}", text.trim_end());
    }
    for h in &code.handlers {
        let lasti = if h.lasti { ", lasti" } else { "" };
        let _ = writeln!(
            out,
            "      {}..{} -> {} in {}{lasti}",
            h.start,
            h.end,
            h.target,
            register(code, h.height)
        );
    }
}

fn targets(code: &CodeObject) -> std::collections::HashSet<u32> {
    let (nodes, places) = crate::flow::nodes(code);
    let jumps = nodes
        .iter()
        .filter(|n| n.target != crate::flow::NONE)
        .map(|n| places[n.target as usize]);
    jumps
        .chain(code.handlers.iter().map(|h| h.target))
        .collect()
}

/// The instruction at a word as text.
pub fn instruction(code: &CodeObject, at: u32) -> String {
    let w = code.words[at as usize];
    let Some(op) = Op::from_u8(word::op(w)) else {
        return format!("?{}", word::op(w));
    };
    let text = format!("{:<18}{}", op.info().name, operands(code, at));
    match target(code, at) {
        Some(to) => format!("{text} ->{to}"),
        None => text,
    }
}

/// The word to which the instruction at a word jumps.
pub fn target(code: &CodeObject, at: u32) -> Option<i64> {
    let w = code.words[at as usize];
    match Op::from_u8(word::op(w))? {
        Op::jump_far => Some(at as i64 + word::far(w) as i64),
        op if op.jumps() => Some(at as i64 + word::c(w) as i16 as i64),
        _ => None,
    }
}

/// The operands of the instruction at a word as text, each behind a space; no target.
pub fn operands(code: &CodeObject, at: u32) -> String {
    let mut text = String::new();
    let w = code.words[at as usize];
    let Some(op) = Op::from_u8(word::op(w)).filter(|op| *op != Op::jump_far) else {
        return text;
    };
    let info = op.info();
    for (kind, n) in info
        .operands
        .iter()
        .zip([word::a(w), word::b(w), word::c(w)])
    {
        let _ = match kind {
            Operand::None | Operand::Jump => Ok(()),
            Operand::Read | Operand::Write | Operand::Modify | Operand::Base => {
                write!(text, " {}", register(code, n))
            }
            Operand::Imm => write!(text, " {}", n as i16),
            Operand::Count => write!(text, " {}", count(op, info.range, n)),
            _ => write!(text, " {}", pool(code, at + n as u32)),
        };
    }
    text
}

/// The pool entry that the instruction at a word refers to.
pub fn entry(code: &CodeObject, at: u32) -> Option<PoolEntry> {
    let w = code.words[at as usize];
    let op = Op::from_u8(word::op(w))?;
    let fields = [word::a(w), word::b(w), word::c(w)];
    let mut found = op.info().operands.iter().zip(fields).filter(|(kind, _)| {
        use Operand::*;
        !matches!(
            kind,
            None | Read | Write | Modify | Base | Imm | Count | Jump
        )
    });
    let (_, n) = found.next()?;
    let i = code.pool.binary_search_by_key(&(at + n as u32), |s| s.at);
    i.ok().map(|i| code.pool[i].entry)
}

fn count(op: Op, range: Range, n: u16) -> String {
    let name = match (op, range) {
        (Op::load_common, _) => COMMON.get(n as usize).copied(),
        (Op::load_special, _) => SPECIALS.get(n as usize).copied(),
        (Op::set_function_attr, _) => FunctionAttr::from_u16(n).map(FunctionAttr::name),
        (Op::intrinsic, _) => Intrinsic::from_u16(n).map(Intrinsic::name),
        (Op::unpack_ex, _) => return format!("{}+{}", n & 255, n >> 8),
        _ => None,
    };
    name.map_or_else(|| n.to_string(), str::to_owned)
}

fn pool(code: &CodeObject, at: u32) -> String {
    let Ok(i) = code.pool.binary_search_by_key(&at, |s| s.at) else {
        return "?".to_owned();
    };
    match code.pool[i].entry {
        PoolEntry::Const(n) | PoolEntry::Keywords(n) => code
            .constants
            .get(n as usize)
            .map_or("?".to_owned(), constant),
        PoolEntry::Name(n) | PoolEntry::Attr(n) | PoolEntry::Global(n) => code
            .names
            .get(n as usize)
            .map_or("?".to_owned(), |s| s.to_string()),
    }
}

/// A constant as text, near to Python's.
pub fn constant(k: &Constant) -> String {
    let list = |items: &[Constant]| items.iter().map(constant).collect::<Vec<_>>().join(", ");
    match k {
        Constant::None => "None".to_owned(),
        Constant::Bool(b) => if *b { "True" } else { "False" }.to_owned(),
        Constant::Ellipsis => "...".to_owned(),
        Constant::Int(i) => i.to_string(),
        Constant::BigInt {
            negative,
            magnitude,
        } => {
            let sign = if *negative { "-" } else { "" };
            let digits: String = magnitude.iter().rev().map(|b| format!("{b:02x}")).collect();
            format!("{sign}0x{}", digits.trim_start_matches('0'))
        }
        Constant::Float(f) => format!("{f:?}"),
        Constant::Complex(re, im) => format!("({re:?}, {im:?}j)"),
        Constant::Str(s) => format!("{:?}", String::from_utf8_lossy(s)),
        Constant::Bytes(s) => format!("b\"{}\"", s.escape_ascii()),
        Constant::Tuple(items) => format!("({})", list(items)),
        Constant::FrozenSet(items) => format!("frozenset({})", list(items)),
        Constant::Slice(items) => format!("slice({})", list(&items[..])),
        Constant::Code(code) => format!("<code {}>", code.qualname),
    }
}
