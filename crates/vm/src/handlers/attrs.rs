//! Attributes.

use pyjit_heap::Value;

use super::{handlers, put};
use crate::helpers as h;
use crate::machine::place;

/// Where `load_method` and its relatives put self.
const SELF: usize = 3;

handlers! {
    load_attr(m) {
        let (b, c) = (m.b(), m.cache());
        let o = m.reg(b);
        if let Some(s) = m.shaped(o, c) {
            let (kind, i) = (c.slot.get() & place::MASK, (c.slot.get() >> place::BITS) as usize);
            if kind == place::INLINE {
                let v = m.slot(s, i);
                if !m.is_null(v) {
                    return put(m, v);
                }
            } else if kind == place::OVERFLOW {
                let v = m.overflow(s, c, i);
                if !m.is_null(v) {
                    return put(m, v);
                }
            } else if kind == place::CLASS_VALUE {
                let v = m.cached(c);
                return put(m, v);
            } else if kind == place::GETTER {
                let (at, f) = (m.a(), m.cached(c));
                if let Some(g) = m.py_callee(f, 1, at) {
                    m.set_reg(at, f);
                    m.set_reg(at + SELF, o);
                    let ret = m.pc().next();
                    return m.enter(g, at, ret);
                }
            }
        }
        if let Some(v) = m.named_value(o, c) {
            return put(m, v);
        }
        let v = m.load_attr_slow(o, c)?;
        put(m, v)
    }
    store_attr(m) {
        let (a, b, c) = (m.a(), m.b(), m.cache());
        let (v, o) = (m.reg(a), m.reg(b));
        if let Some(s) = m.shaped(o, c) {
            let i = (c.slot.get() >> place::BITS) as usize;
            let kind = c.slot.get() & place::MASK;
            if kind == place::INLINE {
                m.set_slot(s, i, v)?;
                return m.next();
            }
            if kind == place::ADD {
                m.add_slot(s, i, v, c)?;
                return m.next();
            }
            if kind == place::OVERFLOW {
                m.set_overflow(s, c, i, v)?;
                return m.next();
            }
            let f = m.cached(c);
            if let Some(g) = m.py_callee(f, 2, i) {
                m.set_reg(i, f);
                m.set_reg(i + SELF, o);
                m.set_reg(i + SELF + 1, v);
                let ret = m.pc().next();
                return m.enter(g, i, ret);
            }
        }
        m.store_attr_slow(o, v, c)?;
        m.next()
    }
    delete_attr(m) {
        let a = m.a();
        let o = m.reg(a);
        let name = m.konst(m.pc().value(m.c()));
        m.call2(&h::DELETE_ATTR, o, name)?;
        m.next()
    }
    load_method(m) {
        let (a, b, c) = (m.a(), m.b(), m.cache());
        let o = m.reg(b);
        if m.shaped(o, c).is_some() && c.slot.get() == place::METHOD {
            let f = m.cached(c);
            m.set_reg(a + SELF, o);
            return put(m, f);
        }
        if let Some(f) = m.named_value(o, c) {
            let null = m.konst(Value::NULL);
            m.set_reg(a + SELF, null);
            return put(m, f);
        }
        let (f, this) = m.load_method_slow(o, c)?;
        m.set_reg(a + SELF, this);
        put(m, f)
    }
    load_super_attr(m) {
        let (b, c) = (m.b(), m.cache());
        let (sup, class, this) = (m.reg(b), m.reg(b + 1), m.reg(b + 2));
        let name = m.name(c);
        let v = m.call4(&h::SUPER_ATTR, [sup, class, this, name])?;
        put(m, v)
    }
    load_super_method(m) {
        let (a, b, c) = (m.a(), m.b(), m.cache());
        let (sup, class, this) = (m.reg(b), m.reg(b + 1), m.reg(b + 2));
        let name = m.name(c);
        // Absent: not a plain function.
        let f = m.call4(&h::SUPER_METHOD, [sup, class, this, name])?;
        if m.is_null(f) {
            let v = m.call4(&h::SUPER_ATTR, [sup, class, this, name])?;
            let null = m.konst(Value::NULL);
            m.set_reg(a + SELF, null);
            return put(m, v);
        }
        m.set_reg(a + SELF, this);
        put(m, f)
    }
    load_special(m) {
        let (a, b) = (m.a(), m.b());
        let o = m.reg(b);
        let n = m.konst(Value::int(m.c() as i64));
        // Absent: not a plain function.
        let f = m.call2(&h::SPECIAL_METHOD, o, n)?;
        if m.is_null(f) {
            let v = m.call2(&h::SPECIAL_BOUND, o, n)?;
            let null = m.konst(Value::NULL);
            m.set_reg(a + SELF, null);
            return put(m, v);
        }
        m.set_reg(a + SELF, o);
        put(m, f)
    }
}
