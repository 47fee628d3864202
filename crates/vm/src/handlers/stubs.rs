//! Special methods written in Python: how instructions get to them, and what becomes of
//! their results.

use pyjit_bytecode::Op;
use pyjit_heap::Value;
use pyjit_heap::stack::HEADER_WORDS;
use pyjit_runtime::core::operators::Operator;
use pyjit_runtime::core::special::Special;
use pyjit_runtime::types::exceptions::Exc;

use super::arith::truth;
use super::generators::deliver;
use super::{handlers, put};
use crate::helpers as h;
use crate::machine::{CallSite, Event, Machine, Out};
use crate::stubs::{REGISTERS, Source, Stub, result};

/// Enters the Python method that is asked first for `x op y`, if it is one.
#[inline(always)]
pub(super) fn operator<M: Machine>(
    m: &mut M,
    stub: Stub,
    op: Operator,
    x: M::V,
    y: M::V,
) -> Out<bool> {
    let Some(asked) = m.asked(op, x, y) else {
        return Ok(false);
    };
    let (this, other) = if asked.reflected { (y, x) } else { (x, y) };
    let number = m.konst(Value::int(asked.number));
    let null = m.konst(Value::NULL);
    m.enter_stub(
        stub,
        &[x, y, number, asked.function, null, null, this, other],
    )?;
    Ok(true)
}

/// Enters the Python method `s` of `x`, if it is one, with up to two more arguments.
#[inline(always)]
pub(super) fn method<M: Machine>(
    m: &mut M,
    stub: Stub,
    s: Special,
    x: M::V,
    more: &[M::V],
) -> Out<bool> {
    let Some(f) = m.special(x, s) else {
        return Ok(false);
    };
    let null = m.konst(Value::NULL);
    let y = more.first().copied().unwrap_or(null);
    let z = more.get(1).copied().unwrap_or(null);
    m.enter_stub(stub, &[null, null, null, f, null, null, x, y, z])?;
    Ok(true)
}

/// Enters `__bool__` or `__len__` for the truth of `x`, if that is a Python function.
#[inline(always)]
pub(super) fn truth_method<M: Machine>(m: &mut M, x: M::V) -> Out<bool> {
    let Some((stub, f)) = m.truth_special(x) else {
        return Ok(false);
    };
    let null = m.konst(Value::NULL);
    m.enter_stub(stub, &[null, null, null, f, null, null, x])?;
    Ok(true)
}

/// Enters the Python `__next__` of `it`, if it is one.
#[inline(always)]
pub(super) fn next_method<M: Machine>(m: &mut M, it: M::V) -> Out<bool> {
    let Some(f) = m.special(it, Special::Next) else {
        return Ok(false);
    };
    let null = m.konst(Value::NULL);
    let stop = m.konst(Exc::StopIteration.class().value());
    m.enter_stub(Stub::Next, &[stop, null, null, f, null, null, it])?;
    Ok(true)
}

/// Enters the stub for the next item of a `map`, `filter`, `enumerate` or `zip` object.
#[inline(always)]
pub(super) fn next_of_parts<M: Machine>(m: &mut M, it: M::V) -> Out<bool> {
    let Some(p) = m.parts(it) else {
        return Ok(false);
    };
    m.enter_stub(p.stub, &[p.first, p.function, p.second])?;
    Ok(true)
}

/// Enters the stub for a call of a native function that leads to Python code at once.
#[inline(always)]
pub(super) fn through_door<M: Machine>(m: &mut M, site: CallSite) -> Out<bool> {
    if site.keywords {
        return Ok(false);
    }
    let Some(door) = m.door(site) else {
        return Ok(false);
    };
    let first = site.at + HEADER_WORDS + site.gap as usize;
    let sources = door.registers();
    let mut registers = [m.konst(Value::NULL); REGISTERS as usize];
    for (register, s) in registers.iter_mut().zip(sources) {
        *register = match s {
            Source::Arg(i) => m.reg(first + i),
            Source::Value(v) => m.konst(*v),
        };
    }
    if door.stub == Stub::Send
        && let Some(g) = m.resumable(registers[0])
    {
        m.resume(g, registers[1])?;
        return Ok(true);
    }
    m.enter_stub(door.stub, &registers[..sources.len()])?;
    Ok(true)
}

/// Goes on in the instruction that entered the stub.
#[inline(always)]
fn received<M: Machine>(m: &mut M, v: M::V) -> Out<()> {
    let Some(op) = Op::from_u8(m.pc().op()) else {
        return m.next();
    };
    match op {
        Op::for_iter => deliver(m, Event::Yielded, v),
        Op::store_item | Op::store_item_i | Op::store_item_k | Op::delete_item => m.next(),
        Op::not_in_rr | Op::not_r => {
            let t = m.is_const(v, Value::TRUE);
            let v = m.from_bool(!t);
            put(m, v)
        }
        _ if op.jumps() => {
            let t = m.is_const(v, Value::TRUE) != is_negative(op);
            match (t, op.has(pyjit_bytecode::ops::flags::back)) {
                (false, _) => m.next(),
                (true, false) => m.jump(),
                (true, true) => m.jump_back(),
            }
        }
        _ => put(m, v),
    }
}

/// Does it jump if the condition is false?
#[inline(always)]
fn is_negative(op: Op) -> bool {
    matches!(
        op,
        Op::jump_if_false
            | Op::jump_if_not_in
            | Op::jnlt_rr
            | Op::jnle_rr
            | Op::jneq_rr
            | Op::jnne_rr
            | Op::jngt_rr
            | Op::jnge_rr
            | Op::jnlt_ri
            | Op::jnle_ri
            | Op::jneq_ri
            | Op::jnne_ri
            | Op::jngt_ri
            | Op::jnge_ri
            | Op::jnlt_rk
            | Op::jnle_rk
            | Op::jneq_rk
            | Op::jnne_rk
            | Op::jngt_rk
            | Op::jnge_rk
    )
}

handlers! {
    stub_rest(m) {
        let (a, b) = (m.a(), m.b());
        let v = m.reg(a);
        if !m.is_const(v, Value::NOT_IMPLEMENTED) {
            return m.next();
        }
        let (x, y, number) = (m.reg(b), m.reg(b + 1), m.reg(b + 2));
        let v = m.call3(&h::OPERATOR_REST, number, x, y)?;
        put(m, v)
    }
    stub_result(m) {
        let a = m.a();
        let v = m.reg(a);
        let helper = match m.c() as u16 {
            result::LEN => &h::LENGTH_RESULT,
            result::ITER => &h::ITER_RESULT,
            result::STOP => &h::STOP_WITH,
            result::AWAIT => &h::AWAIT_RESULT,
            result::AITER => &h::AITER_RESULT,
            result::ANEXT => &h::ANEXT_RESULT,
            result::NUMBER => &h::COUNTED,
            _ => &h::BOOL_RESULT,
        };
        let v = m.call1(helper, v)?;
        put(m, v)
    }
    stub_truth(m) {
        let a = m.a();
        let v = m.reg(a);
        let t = truth(m, v)?;
        let v = m.from_bool(t);
        put(m, v)
    }
    stub_ret(m) {
        let a = m.a();
        let v = m.reg(a);
        m.leave_stub()?;
        received(m, v)
    }
    stub_end(m) {
        m.leave_stub()?;
        m.next()
    }
}
