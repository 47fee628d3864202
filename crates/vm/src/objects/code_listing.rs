//! The instructions of a code object as the library's `dis` shows them.

use pyjit_bytecode::code::CodeObject;
use pyjit_bytecode::{Op, PoolEntry, dis, flow, word};
use pyjit_heap::{Gc, Value};
use pyjit_runtime::core::call::ArgVec;
use pyjit_runtime::types::str_::{Str, intern};
use pyjit_runtime::types::tuple::Tuple;
use pyjit_runtime::{R, Thread};

use super::code::Code;

/// Is it a part of the entry, which is shown as one instruction?
fn is_entry(op: Op) -> bool {
    use Op::*;
    matches!(op, copy_free | make_cell | new_cell | return_generator)
}

/// `code._instructions()`: (opname, opcode, offset, arg, argval, argrepr, target, positions).
pub fn instructions(t: &Thread, c: Gc<Code>) -> R<Gc<Tuple>> {
    let code = c.object();
    let places = flow::places(code);
    let op = |at: u32| Op::from_u8(word::op(code.words[at as usize]));
    let entry = places
        .iter()
        .take_while(|at| op(**at).is_some_and(is_entry));
    let mut rows = ArgVec::new();
    rows.push(entry_row(c));
    for at in &places[entry.count()..] {
        rows.push(row(t, c, *at)?);
    }
    Ok(Tuple::new(&rows))
}

fn entry_row(c: Gc<Code>) -> Value {
    let (zero, none) = (Value::int(0), Value::NONE);
    let line = Value::int(i64::from(c.first_line()));
    let place = Tuple::new(&[line, line, zero, zero]).value();
    let name = intern("RESUME").value();
    let text = intern("").value();
    Tuple::new(&[name, zero, zero, zero, zero, text, none, place]).value()
}

fn row(t: &Thread, c: Gc<Code>, at: u32) -> R<Value> {
    let code = c.object();
    let w = code.words[at as usize];
    let name = Op::from_u8(word::op(w)).map_or("?", |op| op.info().name);
    let target = dis::target(code, at).map(|to| Value::int(Code::offset(to.max(0) as u32)));
    let mut row = ArgVec::new();
    row.push(intern(&name.to_ascii_uppercase()).value());
    row.push(Value::int(word::op(w).into()));
    row.push(Value::int(Code::offset(at)));
    let text = dis::operands(code, at);
    let (arg, value) = argument(t, c, at)?;
    let shown = target.is_some() || !text.is_empty();
    row.push(if shown { arg } else { Value::NONE });
    row.push(target.unwrap_or(if shown { value } else { Value::NONE }));
    row.push(Str::from_wtf8(text.trim_start().as_bytes()).value());
    row.push(target.unwrap_or(Value::NONE));
    row.push(place(code, at));
    Ok(Tuple::new(&row).value())
}

/// The operand that says most, as a number and as what it stands for.
fn argument(t: &Thread, c: Gc<Code>, at: u32) -> R<(Value, Value)> {
    let code = c.object();
    let w = code.words[at as usize];
    let number = |n: u32| Value::int(i64::from(n));
    Ok(match dis::entry(code, at) {
        Some(PoolEntry::Const(n) | PoolEntry::Keywords(n)) => {
            (number(n), c.constant(t, n as usize)?)
        }
        Some(PoolEntry::Name(n) | PoolEntry::Attr(n) | PoolEntry::Global(n)) => {
            (number(n), intern(&code.names[n as usize]).value())
        }
        None if Op::from_u8(word::op(w)) == Some(Op::load_int) => {
            let n = Value::int(i64::from(word::c(w) as i16));
            (n, n)
        }
        None => (number(word::a(w).into()), number(word::a(w).into())),
    })
}

fn place(code: &CodeObject, at: u32) -> Value {
    let p = code.position_at(at);
    let known = |n: i64, is: bool| if is { Value::int(n) } else { Value::NONE };
    let line = p.line != 0;
    let columns = [p.column, p.end_column].map(|n| known(n.into(), line && n >= 0));
    let lines = [p.line, p.end_line].map(|n| known(n.into(), line));
    Tuple::new(&[lines[0], lines[1], columns[0], columns[1]]).value()
}

/// `code._handlers()`: (start, end, target, depth, lasti).
pub fn handlers(_t: &Thread, c: Gc<Code>) -> Gc<Tuple> {
    let handlers = &c.object().handlers;
    Tuple::from_fn(handlers.len(), |i| {
        let h = &handlers[i];
        let offset = |index| Value::int(Code::offset(index));
        let depth = Value::int(h.height.into());
        let row = [offset(h.start), offset(h.end), offset(h.target), depth];
        Tuple::new(&[row[0], row[1], row[2], row[3], Value::bool(h.lasti)]).value()
    })
}
