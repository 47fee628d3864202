//! Displays, formatted strings, functions, imports, patterns.

use pyjit_bytecode::ops::Intrinsic;
use pyjit_heap::Value;

use super::{handlers, put};
use crate::helpers as h;
use crate::machine::{Machine, Out, RegsHelper};

/// R[a] = helper of R[b..b+n].
#[inline(always)]
fn from_regs<M: Machine>(m: &mut M, helper: &'static RegsHelper, n: usize) -> Out<()> {
    let b = m.b();
    let v = m.call_regs(helper, b, n)?;
    put(m, v)
}

handlers! {
    build_tuple(m) {
        let (b, n) = (m.b(), m.c());
        let v = m.new_tuple(b, n)?;
        put(m, v)
    }
    build_list(m) { let n = m.c(); from_regs(m, &h::BUILD_LIST, n) }
    build_set(m) { let n = m.c(); from_regs(m, &h::BUILD_SET, n) }
    build_dict(m) { let n = m.c(); from_regs(m, &h::BUILD_DICT, 2 * n) }
    build_string(m) { let n = m.c(); from_regs(m, &h::BUILD_STRING, n) }
    build_slice(m) { let n = m.c(); from_regs(m, &h::BUILD_SLICE, n) }
    list_append(m) {
        let (a, b) = (m.a(), m.b());
        let (l, v) = (m.reg(a), m.reg(b));
        if let Some(l) = m.list(l) {
            m.list_push(l, v)?;
        }
        m.next()
    }
    set_add(m) { two(m, &h::SET_ADD) }
    list_extend(m) { two(m, &h::LIST_EXTEND) }
    set_update(m) { two(m, &h::SET_UPDATE) }
    dict_update(m) { two(m, &h::DICT_UPDATE) }
    dict_set(m) {
        let (a, b, c) = (m.a(), m.b(), m.c());
        let (d, k, v) = (m.reg(a), m.reg(b), m.reg(c));
        m.call3(&h::DICT_SET, d, k, v)?;
        m.next()
    }
    dict_merge(m) {
        let (a, b, c) = (m.a(), m.b(), m.c());
        let (d, x, f) = (m.reg(a), m.reg(b), m.reg(c));
        m.call3(&h::DICT_MERGE, d, x, f)?;
        m.next()
    }
    list_to_tuple(m) {
        let b = m.b();
        let l = m.reg(b);
        let v = m.call1(&h::LIST_TO_TUPLE, l)?;
        put(m, v)
    }
    convert(m) {
        let b = m.b();
        let x = m.reg(b);
        let k = m.konst(Value::int(m.c() as i64));
        let v = m.call2(&h::CONVERT, x, k)?;
        put(m, v)
    }
    format_simple(m) {
        let b = m.b();
        let x = m.reg(b);
        let v = m.call1(&h::FORMAT_SIMPLE, x)?;
        put(m, v)
    }
    format_spec(m) {
        let (b, c) = (m.b(), m.c());
        let (x, s) = (m.reg(b), m.reg(c));
        let v = m.call2(&h::FORMAT_SPEC, x, s)?;
        put(m, v)
    }
    build_interpolation(m) {
        let (b, c) = (m.b(), m.c());
        let (x, text) = (m.reg(b), m.reg(b + 1));
        let conversion = m.konst(Value::int((c & 3) as i64));
        let spec = if c & 4 != 0 { m.reg(b + 2) } else { m.konst(Value::NULL) };
        let v = m.call4(&h::INTERPOLATION, [x, text, conversion, spec])?;
        put(m, v)
    }
    build_template(m) {
        let (b, c) = (m.b(), m.c());
        let (s, i) = (m.reg(b), m.reg(c));
        let v = m.call2(&h::TEMPLATE, s, i)?;
        put(m, v)
    }
    make_function(m) {
        let f = m.function();
        let k = m.konst(Value::int(m.c() as i64));
        let v = m.call2(&h::MAKE_FUNCTION, f, k)?;
        put(m, v)
    }
    set_function_attr(m) {
        let (a, b) = (m.a(), m.b());
        let (f, v) = (m.reg(a), m.reg(b));
        let k = m.konst(Value::int(m.c() as i64));
        m.call3(&h::SET_FUNCTION_ATTR, f, v, k)?;
        m.next()
    }
    import_name(m) {
        let b = m.b();
        let (level, from) = (m.reg(b), m.reg(b + 1));
        let name = m.konst(m.pc().value(m.c()));
        let f = m.function();
        let v = m.call4(&h::IMPORT_NAME, [f, name, level, from])?;
        put(m, v)
    }
    import_from(m) {
        let b = m.b();
        let x = m.reg(b);
        let name = m.konst(m.pc().value(m.c()));
        let v = m.call2(&h::IMPORT_FROM, x, name)?;
        put(m, v)
    }
    intrinsic(m) {
        let (b, c) = (m.b(), m.c());
        let n = Intrinsic::from_u16(c as u16).map_or(1, |i| i.arity() as usize);
        let null = m.konst(Value::NULL);
        let k = m.konst(Value::int(c as i64));
        let x = m.reg(b);
        let y = if n > 1 { m.reg(b + 1) } else { null };
        let z = if n > 2 { m.reg(b + 2) } else { null };
        let v = m.call4(&h::INTRINSIC, [k, x, y, z])?;
        put(m, v)
    }
    get_len(m) {
        let b = m.b();
        let x = m.reg(b);
        let v = m.call1(&h::LEN, x)?;
        put(m, v)
    }
    match_keys(m) {
        let (b, c) = (m.b(), m.c());
        let (x, k) = (m.reg(b), m.reg(c));
        let v = m.call2(&h::MATCH_KEYS, x, k)?;
        put(m, v)
    }
    match_class(m) {
        let b = m.b();
        let (x, class, names) = (m.reg(b), m.reg(b + 1), m.reg(b + 2));
        let k = m.konst(Value::int(m.c() as i64));
        let v = m.call4(&h::MATCH_CLASS, [x, class, names, k])?;
        put(m, v)
    }
    jump_not_seq(m) {
        let a = m.a();
        let x = m.reg(a);
        if m.ask1(&h::IS_SEQUENCE, x)? { m.next() } else { m.jump() }
    }
    jump_not_map(m) {
        let a = m.a();
        let x = m.reg(a);
        if m.ask1(&h::IS_MAPPING, x)? { m.next() } else { m.jump() }
    }
}

/// helper(R[a], R[b]) for its effect.
#[inline(always)]
fn two<M: Machine>(m: &mut M, helper: &'static crate::machine::Helper<2>) -> Out<()> {
    let (a, b) = (m.a(), m.b());
    let (x, y) = (m.reg(a), m.reg(b));
    m.call2(helper, x, y)?;
    m.next()
}
