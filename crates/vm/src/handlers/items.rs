//! Items, slices, iteration, unpacking.

use pyjit_heap::Value;
use pyjit_runtime::core::special::Special;

use super::stubs::{method, next_method, next_of_parts};
use super::{handlers, put};
use crate::helpers as h;
use crate::machine::{Machine, Out};
use crate::stubs::Stub;

/// `x[i]` by the class of `x`.
#[inline(always)]
fn get<M: Machine>(m: &mut M, x: M::V, i: M::V) -> Out<()> {
    if method(m, Stub::Call2, Special::Getitem, x, &[i])? {
        return Ok(());
    }
    let v = m.call2(&h::GETITEM, x, i)?;
    put(m, v)
}

/// `x[i] = v` by the class of `x`.
#[inline(always)]
fn set<M: Machine>(m: &mut M, x: M::V, i: M::V, v: M::V) -> Out<()> {
    if method(m, Stub::Call3, Special::Setitem, x, &[i, v])? {
        return Ok(());
    }
    m.call3(&h::SETITEM, x, i, v)?;
    m.next()
}

/// `x[i]` for any index.
#[inline(always)]
fn load<M: Machine>(m: &mut M, x: M::V, i: M::V) -> Out<()> {
    if let Some(n) = m.int(i) {
        return load_at(m, x, n, i);
    }
    get(m, x, i)
}

/// `x[n]` for a small int `n`, which is also there as value `i`.
#[inline(always)]
fn load_at<M: Machine>(m: &mut M, x: M::V, n: M::I, i: M::V) -> Out<()> {
    if let Some(l) = m.list(x) {
        if let Some(n) = m.list_index(l, n) {
            let v = m.list_get(l, n);
            return put(m, v);
        }
    } else if let Some(t) = m.tuple(x) {
        if let Some(n) = m.tuple_index(t, n) {
            let v = m.tuple_get(t, n);
            return put(m, v);
        }
    } else if let Some(v) = m.text_item(x, n) {
        return put(m, v);
    }
    get(m, x, i)
}

/// `x[n] = v` for a small int `n`, which is also there as value `i`.
#[inline(always)]
fn store_at<M: Machine>(m: &mut M, x: M::V, n: M::I, i: M::V, v: M::V) -> Out<()> {
    if let Some(l) = m.list(x)
        && let Some(n) = m.list_index(l, n)
    {
        m.list_set(l, n, v)?;
        return m.next();
    }
    set(m, x, i, v)
}

handlers! {
    load_item(m) {
        let (b, c) = (m.b(), m.c());
        let (x, i) = (m.reg(b), m.reg(c));
        load(m, x, i)
    }
    load_item_i(m) {
        let b = m.b();
        let x = m.reg(b);
        let n = m.imm(m.pc().sc());
        let i = m.from_int(n);
        load_at(m, x, n, i)
    }
    load_item_k(m) {
        let b = m.b();
        let x = m.reg(b);
        let i = m.konst(m.pc().value(m.c()));
        get(m, x, i)
    }
    store_item(m) {
        let (a, b, c) = (m.a(), m.b(), m.c());
        let (v, x, i) = (m.reg(a), m.reg(b), m.reg(c));
        if let Some(n) = m.int(i) {
            return store_at(m, x, n, i, v);
        }
        set(m, x, i, v)
    }
    store_item_i(m) {
        let (a, b) = (m.a(), m.b());
        let (v, x) = (m.reg(a), m.reg(b));
        let n = m.imm(m.pc().sc());
        let i = m.from_int(n);
        store_at(m, x, n, i, v)
    }
    store_item_k(m) {
        let (a, b) = (m.a(), m.b());
        let (v, x) = (m.reg(a), m.reg(b));
        let i = m.konst(m.pc().value(m.c()));
        set(m, x, i, v)
    }
    delete_item(m) {
        let (a, b) = (m.a(), m.b());
        let (x, i) = (m.reg(a), m.reg(b));
        if method(m, Stub::Call2, Special::Delitem, x, &[i])? {
            return Ok(());
        }
        m.call2(&h::DELITEM, x, i)?;
        m.next()
    }
    load_slice(m) {
        let (b, c) = (m.b(), m.c());
        let (x, i, j) = (m.reg(b), m.reg(c), m.reg(c + 1));
        let v = m.call3(&h::GETSLICE, x, i, j)?;
        put(m, v)
    }
    store_slice(m) {
        let (a, b, c) = (m.a(), m.b(), m.c());
        let (v, x, i, j) = (m.reg(a), m.reg(b), m.reg(c), m.reg(c + 1));
        m.call4(&h::SETSLICE, [x, i, j, v])?;
        m.next()
    }
    get_iter(m) {
        let b = m.b();
        let x = m.reg(b);
        if method(m, Stub::Iter, Special::Iter, x, &[])? {
            return Ok(());
        }
        let v = m.call1(&h::ITER, x)?;
        put(m, v)
    }
    for_iter(m) {
        let (a, b) = (m.a(), m.b());
        let it = m.reg(a);
        match m.iter_next(it) {
            Some(Some(v)) => {
                m.set_reg(b, v);
                return m.jump_back();
            }
            Some(None) => return m.next(),
            None => {}
        }
        if let Some(g) = m.resumable(it) {
            let none = m.konst(Value::NONE);
            return m.resume(g, none);
        }
        if next_of_parts(m, it)? || next_method(m, it)? {
            return Ok(());
        }
        // Absent: the end.
        let v = m.call1(&h::NEXT, it)?;
        if m.is_null(v) {
            return m.next();
        }
        m.set_reg(b, v);
        m.jump_back()
    }
    unpack_seq(m) {
        let (a, b, n) = (m.a(), m.b(), m.c());
        let x = m.reg(b);
        if let Some(l) = m.list(x) {
            if m.list_len_is(l, n) {
                for i in 0..n {
                    let k = m.imm(i as i64);
                    let v = m.list_get(l, k);
                    m.set_reg(a + i, v);
                }
                return m.next();
            }
        } else if let Some(t) = m.tuple(x)
            && m.tuple_len_is(t, n)
        {
            return spread(m, t, a, n);
        }
        let count = m.konst(Value::int(n as i64));
        let tuple = m.call2(&h::UNPACK, x, count)?;
        let Some(t) = m.tuple(tuple) else { return m.next() };
        spread(m, t, a, n)
    }
    unpack_ex(m) {
        let (a, b, c) = (m.a(), m.b(), m.c());
        let x = m.reg(b);
        let (before, after) = (c & 255, c >> 8);
        let k = m.konst(Value::int(c as i64));
        let tuple = m.call2(&h::UNPACK_EX, x, k)?;
        let Some(t) = m.tuple(tuple) else { return m.next() };
        spread(m, t, a, before + 1 + after)
    }
}

/// R[a..a+n] = the items of `t`, which has that many.
#[inline(always)]
fn spread<M: Machine>(m: &mut M, t: M::T, a: usize, n: usize) -> Out<()> {
    for i in 0..n {
        let k = m.imm(i as i64);
        let v = m.tuple_get(t, k);
        m.set_reg(a + i, v);
    }
    m.next()
}
