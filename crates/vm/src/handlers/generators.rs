//! Generators and coroutines.
//!
//! A resumed frame remembers the instruction that resumed it, which says what
//! happens with a value that comes out: see [`deliver`].

use pyjit_bytecode::Op;
use pyjit_heap::Value;
use pyjit_runtime::core::special::Special;

use super::stubs::method;
use super::{handlers, put};
use crate::generators::is_call;
use crate::helpers as h;
use crate::machine::{Event, Machine, Out, Stop};
use crate::stubs::Stub;

/// Goes on at the resumer's instruction with what came out of the frame.
#[inline(always)]
pub fn deliver<M: Machine>(m: &mut M, event: Event, v: M::V) -> Out<()> {
    let op = m.pc().op();
    if op == Op::for_iter as u8 {
        if event == Event::Returned {
            return m.next();
        }
        let b = m.b();
        m.set_reg(b, v);
        return m.jump_back();
    }
    if op == Op::send as u8 {
        let a = m.a();
        m.set_reg(a, v);
        return if event == Event::Returned {
            m.jump()
        } else {
            m.next()
        };
    }
    if is_call(m.pc()) {
        if event == Event::Yielded {
            return put(m, v);
        }
        let null = m.konst(Value::NULL);
        return m.enter_stub(Stub::Stop, &[null, v]);
    }
    // Resumed by native code, which has set R[0] of its window to absent.
    let event = m.konst(Value::bool(event == Event::Yielded));
    m.set_reg(0, v);
    m.set_reg(1, event);
    Err(Stop::Done)
}

#[inline(always)]
fn yield_out<M: Machine>(m: &mut M, r: usize) -> Out<()> {
    let v = m.reg(r);
    m.suspend()?;
    deliver(m, Event::Yielded, v)
}

#[inline(always)]
fn return_out<M: Machine>(m: &mut M, v: M::V) -> Out<()> {
    m.finish()?;
    deliver(m, Event::Returned, v)
}

handlers! {
    return_generator(m) {
        let g = m.make_generator()?;
        m.leave(g)
    }
    yield_value(m) {
        let b = m.b();
        yield_out(m, b)
    }
    yield_delegate(m) {
        let a = m.a();
        yield_out(m, a)
    }
    gen_ret(m) {
        let a = m.a();
        let v = m.reg(a);
        return_out(m, v)
    }
    gen_ret_none(m) {
        let v = m.konst(Value::NONE);
        return_out(m, v)
    }
    send(m) {
        let (a, b) = (m.a(), m.b());
        let (v, g) = (m.reg(a), m.reg(b));
        if let Some(g) = m.resumable(g) {
            return m.resume(g, v);
        }
        if m.is_const(v, Value::NONE) {
            match m.iter_next(g) {
                Some(Some(v)) => return put(m, v),
                Some(None) => {
                    m.set_reg(a, v);
                    return m.jump();
                }
                None => {}
            }
        }
        // A pair: is it the end, and the value.
        let pair = m.call2(&h::SEND, g, v)?;
        let Some(t) = m.tuple(pair) else { return m.next() };
        let (zero, one) = (m.imm(0), m.imm(1));
        let (end, v) = (m.tuple_get(t, zero), m.tuple_get(t, one));
        let ended = m.is_const(end, Value::TRUE);
        m.set_reg(a, v);
        if ended { m.jump() } else { m.next() }
    }
    get_yield_from_iter(m) {
        let b = m.b();
        let x = m.reg(b);
        let f = m.function();
        let v = m.call2(&h::YIELD_FROM_ITER, x, f)?;
        put(m, v)
    }
    cleanup_throw(m) {
        let a = m.a();
        let e = m.reg(a);
        let v = m.call1(&h::STOP_VALUE, e)?;
        if m.is_null(v) {
            return Err(m.raise(e));
        }
        put(m, v)
    }
    get_awaitable(m) {
        let b = m.b();
        let x = m.reg(b);
        if m.is_fresh_coroutine(x) {
            return put(m, x);
        }
        // The message of an error names where the object comes from: the helper knows it.
        if m.c() == 0 && method(m, Stub::Await, Special::Await, x, &[])? {
            return Ok(());
        }
        let k = m.konst(Value::int(m.c() as i64));
        let v = m.call2(&h::AWAITABLE, x, k)?;
        put(m, v)
    }
    get_aiter(m) {
        let b = m.b();
        let x = m.reg(b);
        if method(m, Stub::Aiter, Special::Aiter, x, &[])? {
            return Ok(());
        }
        let v = m.call1(&h::AITER, x)?;
        put(m, v)
    }
    get_anext(m) {
        let b = m.b();
        let x = m.reg(b);
        if method(m, Stub::Anext, Special::Anext, x, &[])? {
            return Ok(());
        }
        let v = m.call1(&h::ANEXT, x)?;
        put(m, v)
    }
    end_async_for(m) {
        let a = m.a();
        let e = m.reg(a);
        if m.ask1(&h::IS_STOP_ASYNC, e)? {
            return m.next();
        }
        Err(m.raise(e))
    }
}
