//! Calls and returns.

use pyjit_heap::Value;

use super::stubs::through_door;
use super::{handlers, put};
use crate::machine::{CallSite, Called, Machine, Out, Stop};

/// First argument register of a window.
const ARGS: usize = 3;

/// Calls what is in the window.
#[inline(always)]
fn call_window<M: Machine>(m: &mut M, at: usize, n: usize) -> Out<()> {
    let f = m.reg(at);
    if let Some(c) = m.py_callee(f, n, at) {
        let ret = m.pc().next();
        return m.enter(c, at, ret);
    }
    finish(
        m,
        CallSite {
            at,
            count: n,
            keywords: false,
            gap: false,
        },
    )
}

/// The same when register `at + 3` is empty: `n` arguments behind it.
#[inline(always)]
fn call_gap<M: Machine>(m: &mut M, at: usize, n: usize) -> Out<()> {
    let f = m.reg(at);
    if let Some(c) = m.py_callee(f, n, at) {
        for i in 0..n {
            let v = m.reg(at + ARGS + 1 + i);
            m.set_reg(at + ARGS + i, v);
        }
        let ret = m.pc().next();
        return m.enter(c, at, ret);
    }
    finish(
        m,
        CallSite {
            at,
            count: n,
            keywords: false,
            gap: true,
        },
    )
}

#[inline(always)]
fn finish<M: Machine>(m: &mut M, site: CallSite) -> Out<()> {
    if let Some(v) = m.plain_native(site)? {
        return put(m, v);
    }
    if through_door(m, site)? {
        return Ok(());
    }
    match m.call_any(site)? {
        Called::Entered => Ok(()),
        Called::Value(v) => put(m, v),
    }
}

handlers! {
    call(m) {
        let (a, n) = (m.a(), m.b());
        call_window(m, a, n)
    }
    call_method(m) {
        let (a, n) = (m.a(), m.b());
        let this = m.reg(a + ARGS);
        if m.is_null(this) {
            return call_gap(m, a, n - 1);
        }
        call_window(m, a, n)
    }
    call_kw(m) {
        let (a, n) = (m.a(), m.b());
        finish(m, CallSite { at: a, count: n, keywords: true, gap: false })
    }
    call_method_kw(m) {
        let (a, n) = (m.a(), m.b());
        let this = m.reg(a + ARGS);
        let gap = m.is_null(this);
        finish(m, CallSite { at: a, count: n - gap as usize, keywords: true, gap })
    }
    call_ex(m) {
        let (a, b) = (m.a(), m.b());
        match m.call_ex(a, b == 1)? {
            Called::Entered => Ok(()),
            Called::Value(v) => put(m, v),
        }
    }
    ret(m) {
        let a = m.a();
        let v = m.reg(a);
        m.leave(v)
    }
    ret_none(m) {
        let v = m.konst(Value::NONE);
        m.leave(v)
    }
    halt(m) {
        let _ = m;
        Err(Stop::Done)
    }
}
