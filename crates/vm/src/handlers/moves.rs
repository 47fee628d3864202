//! Moves, constants, cells, names.

use pyjit_heap::Value;

use super::{handlers, put};
use crate::helpers as h;

handlers! {
    nop(m) { m.next() }
    mov(m) {
        let b = m.b();
        let v = m.reg(b);
        put(m, v)
    }
    load_const(m) {
        let k = m.pc().value(m.c());
        let v = m.konst(k);
        put(m, v)
    }
    load_int(m) {
        let v = m.konst(Value::int(m.pc().sc()));
        put(m, v)
    }
    clear(m) {
        let v = m.konst(Value::NULL);
        put(m, v)
    }
    check_bound(m) {
        let a = m.a();
        let v = m.reg(a);
        if m.is_null(v) {
            let i = m.konst(Value::int(a as i64));
            m.call1(&h::UNBOUND_LOCAL, i)?;
        }
        m.next()
    }
    delete_local(m) {
        let a = m.a();
        let v = m.reg(a);
        if m.is_null(v) {
            let i = m.konst(Value::int(a as i64));
            m.call1(&h::UNBOUND_LOCAL, i)?;
        }
        clear(m)
    }
    new_cell(m) {
        let v = m.konst(Value::NULL);
        let c = m.new_cell(v)?;
        put(m, c)
    }
    make_cell(m) {
        let (a, b) = (m.a(), m.b());
        let v = m.reg(b);
        let c = m.new_cell(v)?;
        let null = m.konst(Value::NULL);
        m.set_reg(b, null);
        m.set_reg(a, c);
        m.next()
    }
    copy_free(m) {
        let (a, n) = (m.a(), m.b());
        for i in 0..n {
            let c = m.closure(i);
            m.set_reg(a + i, c);
        }
        m.next()
    }
    load_cell(m) {
        let b = m.b();
        let c = m.reg(b);
        let v = m.cell_get(c);
        if m.is_null(v) {
            let i = m.konst(Value::int(b as i64));
            m.call1(&h::UNBOUND_LOCAL, i)?;
        }
        put(m, v)
    }
    store_cell(m) {
        let (a, b) = (m.a(), m.b());
        let (c, v) = (m.reg(a), m.reg(b));
        m.cell_set(c, v)?;
        m.next()
    }
    delete_cell(m) {
        let a = m.a();
        let c = m.reg(a);
        let v = m.cell_get(c);
        if m.is_null(v) {
            let i = m.konst(Value::int(a as i64));
            m.call1(&h::UNBOUND_LOCAL, i)?;
        }
        let null = m.konst(Value::NULL);
        m.cell_set(c, null)?;
        m.next()
    }
    load_dict_or_cell(m) {
        let (b, c) = (m.b(), m.c());
        let (ns, cell) = (m.reg(b), m.reg(c));
        let i = m.konst(Value::int(c as i64));
        let v = m.call3(&h::DICT_OR_CELL, ns, cell, i)?;
        put(m, v)
    }
    load_name(m) {
        let (b, c) = (m.b(), m.cache());
        let ns = m.reg(b);
        if let Some(v) = m.dict_cached(ns, c) {
            return put(m, v);
        }
        let v = m.name_slow(ns, c)?;
        put(m, v)
    }
    store_name(m) {
        let (a, b, c) = (m.a(), m.b(), m.cache());
        let (v, ns) = (m.reg(a), m.reg(b));
        let name = m.name(c);
        m.call3(&h::STORE_NAME, ns, name, v)?;
        m.next()
    }
    delete_name(m) {
        let b = m.b();
        let ns = m.reg(b);
        let name = m.konst(m.pc().value(m.c()));
        m.call2(&h::DELETE_NAME, ns, name)?;
        m.next()
    }
    load_global(m) {
        let c = m.cache();
        if let Some(v) = m.global(c) {
            return put(m, v);
        }
        let v = m.global_slow(c)?;
        put(m, v)
    }
    store_global(m) {
        let (a, c) = (m.a(), m.cache());
        let v = m.reg(a);
        let name = m.name(c);
        let f = m.function();
        m.call3(&h::STORE_GLOBAL, f, name, v)?;
        m.next()
    }
    delete_global(m) {
        let name = m.konst(m.pc().value(m.c()));
        let f = m.function();
        m.call2(&h::DELETE_GLOBAL, f, name)?;
        m.next()
    }
    load_build_class(m) {
        let f = m.function();
        let v = m.call1(&h::LOAD_BUILD_CLASS, f)?;
        put(m, v)
    }
    load_common(m) {
        let i = m.konst(Value::int(m.c() as i64));
        let v = m.call1(&h::LOAD_COMMON, i)?;
        put(m, v)
    }
}
