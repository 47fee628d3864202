//! Raising and handling exceptions.

use pyjit_heap::Value;

use super::{handlers, put};
use crate::helpers as h;

handlers! {
    raise_bare(m) {
        m.call0(&h::RAISE_BARE)?;
        m.next()
    }
    raise_value(m) {
        let a = m.a();
        let e = m.reg(a);
        let null = m.konst(Value::NULL);
        m.call2(&h::RAISE, e, null)?;
        m.next()
    }
    raise_from(m) {
        let (a, b) = (m.a(), m.b());
        let (e, cause) = (m.reg(a), m.reg(b));
        m.call2(&h::RAISE, e, cause)?;
        m.next()
    }
    reraise(m) {
        let a = m.a();
        let e = m.reg(a);
        Err(m.raise(e))
    }
    reraise_lasti(m) {
        let a = m.a();
        let (e, i) = (m.reg(a), m.reg(a + 1));
        Err(m.raise_at(e, i))
    }
    push_exc(m) {
        let b = m.b();
        let e = m.reg(b);
        let v = m.call1(&h::PUSH_EXC, e)?;
        put(m, v)
    }
    pop_exc(m) {
        let a = m.a();
        let e = m.reg(a);
        m.call1(&h::POP_EXC, e)?;
        m.next()
    }
    jump_no_match(m) {
        let (a, b) = (m.a(), m.b());
        let (e, class) = (m.reg(a), m.reg(b));
        let v = m.call2(&h::EXC_MATCH, e, class)?;
        if m.is_const(v, Value::TRUE) { m.next() } else { m.jump() }
    }
    eg_match(m) {
        let (a, b, c) = (m.a(), m.b(), m.c());
        let (e, class) = (m.reg(b), m.reg(c));
        let pair = m.call2(&h::EG_MATCH, e, class)?;
        let Some(t) = m.tuple(pair) else { return m.next() };
        let (zero, one) = (m.imm(0), m.imm(1));
        let (hit, rest) = (m.tuple_get(t, zero), m.tuple_get(t, one));
        m.set_reg(a, hit);
        m.set_reg(a + 1, rest);
        m.next()
    }
    exc_triple(m) {
        let (a, b) = (m.a(), m.b());
        let e = m.reg(b);
        let class = m.call1(&h::EXC_TYPE, e)?;
        let tb = m.call1(&h::EXC_TRACEBACK, e)?;
        m.set_reg(a, class);
        m.set_reg(a + 1, e);
        m.set_reg(a + 2, tb);
        m.next()
    }
}
