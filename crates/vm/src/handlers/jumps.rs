//! Jumps, conditional jumps, loop ends.

use pyjit_heap::Value;

use super::arith::{compare_bool, compare_int, condition, contains};
use super::handlers;
use crate::machine::{Cmp, Machine, Out};

/// Jumps if `t`.
#[inline(always)]
fn jump_if<M: Machine>(m: &mut M, t: bool) -> Out<()> {
    if t { m.jump() } else { m.next() }
}

/// Jumps back with a poll if `t`.
#[inline(always)]
fn back_if<M: Machine>(m: &mut M, t: bool) -> Out<()> {
    if t { m.jump_back() } else { m.next() }
}

handlers! {
    jump(m) { m.jump() }
    jump_far(m) {
        let d = m.pc().far();
        m.set_pc(m.pc().offset(d as isize));
        Ok(())
    }
    jump_back(m) { m.jump_back() }
    jump_if_true(m) {
        let a = m.a();
        let v = m.reg(a);
        match condition(m, v)? {
            Some(t) => jump_if(m, t),
            None => Ok(()),
        }
    }
    jump_if_false(m) {
        let a = m.a();
        let v = m.reg(a);
        match condition(m, v)? {
            Some(t) => jump_if(m, !t),
            None => Ok(()),
        }
    }
    jump_true_back(m) {
        let a = m.a();
        let v = m.reg(a);
        match condition(m, v)? {
            Some(t) => back_if(m, t),
            None => Ok(()),
        }
    }
    jump_if_none(m) {
        let a = m.a();
        let v = m.reg(a);
        let t = m.is_const(v, Value::NONE);
        jump_if(m, t)
    }
    jump_if_not_none(m) {
        let a = m.a();
        let v = m.reg(a);
        let t = m.is_const(v, Value::NONE);
        jump_if(m, !t)
    }
    jump_if_is(m) {
        let (a, b) = (m.a(), m.b());
        let (x, y) = (m.reg(a), m.reg(b));
        let t = m.same(x, y);
        jump_if(m, t)
    }
    jump_if_is_not(m) {
        let (a, b) = (m.a(), m.b());
        let (x, y) = (m.reg(a), m.reg(b));
        let t = m.same(x, y);
        jump_if(m, !t)
    }
    jump_if_in(m) {
        let (a, b) = (m.a(), m.b());
        let (x, y) = (m.reg(a), m.reg(b));
        match contains(m, x, y)? {
            Some(t) => jump_if(m, t),
            None => Ok(()),
        }
    }
    jump_if_not_in(m) {
        let (a, b) = (m.a(), m.b());
        let (x, y) = (m.reg(a), m.reg(b));
        match contains(m, x, y)? {
            Some(t) => jump_if(m, !t),
            None => Ok(()),
        }
    }
}

macro_rules! branches {
    ($($op:ident $j_rr:ident $jn_rr:ident $j_ri:ident $jn_ri:ident $j_rk:ident $jn_rk:ident $back_rr:ident $back_ri:ident;)*) => {
        handlers! { $(
            $j_rr(m) { rr(m, Cmp::$op)?.map_or(Ok(()), |t| jump_if(m, t)) }
            $jn_rr(m) { rr(m, Cmp::$op)?.map_or(Ok(()), |t| jump_if(m, !t)) }
            $j_ri(m) { ri(m, Cmp::$op)?.map_or(Ok(()), |t| jump_if(m, t)) }
            $jn_ri(m) { ri(m, Cmp::$op)?.map_or(Ok(()), |t| jump_if(m, !t)) }
            $j_rk(m) { rk(m, Cmp::$op)?.map_or(Ok(()), |t| jump_if(m, t)) }
            $jn_rk(m) { rk(m, Cmp::$op)?.map_or(Ok(()), |t| jump_if(m, !t)) }
            $back_rr(m) { rr(m, Cmp::$op)?.map_or(Ok(()), |t| back_if(m, t)) }
            $back_ri(m) { ri(m, Cmp::$op)?.map_or(Ok(()), |t| back_if(m, t)) }
        )* }
    };
}
branches! {
    Lt jlt_rr jnlt_rr jlt_ri jnlt_ri jlt_rk jnlt_rk jlt_back_rr jlt_back_ri;
    Le jle_rr jnle_rr jle_ri jnle_ri jle_rk jnle_rk jle_back_rr jle_back_ri;
    Eq jeq_rr jneq_rr jeq_ri jneq_ri jeq_rk jneq_rk jeq_back_rr jeq_back_ri;
    Ne jne_rr jnne_rr jne_ri jnne_ri jne_rk jnne_rk jne_back_rr jne_back_ri;
    Gt jgt_rr jngt_rr jgt_ri jngt_ri jgt_rk jngt_rk jgt_back_rr jgt_back_ri;
    Ge jge_rr jnge_rr jge_ri jnge_ri jge_rk jnge_rk jge_back_rr jge_back_ri;
}

#[inline(always)]
fn rr<M: Machine>(m: &mut M, op: Cmp) -> Out<Option<bool>> {
    let (a, b) = (m.a(), m.b());
    let (x, y) = (m.reg(a), m.reg(b));
    compare_bool(m, op, x, y)
}
#[inline(always)]
fn ri<M: Machine>(m: &mut M, op: Cmp) -> Out<Option<bool>> {
    let a = m.a();
    let x = m.reg(a);
    let i = m.pc().sb();
    compare_int(m, op, x, i)
}
#[inline(always)]
fn rk<M: Machine>(m: &mut M, op: Cmp) -> Out<Option<bool>> {
    let (a, b) = (m.a(), m.b());
    let x = m.reg(a);
    let y = m.konst(m.pc().value(b));
    compare_bool(m, op, x, y)
}
