//! Integers beyond small ints: unsigned words are unboxed like small ints, and what is
//! larger for a moment, before it is masked, is left to the optimiser.

use pyjit_bytecode::Op as Bc;
use pyjit_heap::{Gc, Value};
use pyjit_jit::ir::{Boxed, Lit, Op};
use pyjit_jit::tree::Seen;
use pyjit_runtime::core::kinds;
use pyjit_runtime::core::ops;
use pyjit_runtime::types::int::Int;

use super::{Recorder, T};
use crate::machine::{BinOp, Cmp};

type V = T<Value>;

/// Instructions that are looked at to find a mask.
const LOOK_AHEAD: usize = 24;

/// Sign, number of words and lowest word of an exact int object.
fn limbs(v: Value) -> Option<(bool, usize, u64)> {
    if !v.is_ptr() || v.shape_id() != kinds::INT {
        return None;
    }
    let i: Gc<Int> = Gc::from_value(v);
    Some((i.is_negative(), i.limbs().len(), *i.limbs().first()?))
}

/// The value of a positive int object of one word.
pub fn unsigned(v: Value) -> Option<u64> {
    match limbs(v)? {
        (false, 1, w) => Some(w),
        _ => None,
    }
}

/// How large an integer is; nothing if it is beyond what the optimiser can hold.
fn size(v: Value) -> Option<Seen> {
    if v.is_int() {
        return Some(Seen::I64);
    }
    Some(match limbs(v)? {
        (true, 1, w) if w <= 1 << 63 => Seen::I64,
        (false, 1, w) if w < 1 << 63 => Seen::I64,
        (false, 1, _) => Seen::U64,
        (_, ..=2, _) => Seen::Big,
        _ => return None,
    })
}

impl Recorder<'_> {
    /// An int object as an integer: an unsigned word, or one that was computed here.
    pub(super) fn wide_int(&mut self, a: V) -> Option<V> {
        let (negative, words, w) = limbs(a.v)?;
        let f = self.b.func();
        if f.inst(a.r).op == Op::BoxInt {
            let r = f.args(a.r)[0];
            return Some(T { v: a.v, r });
        }
        if negative || words != 1 || !self.limits.wide {
            return None;
        }
        let r = match f.lit(a.r) {
            Some(Lit::Value(Boxed::Word(_))) => self.b.constant(Lit::Int(w as i128)),
            _ => {
                self.guard(Op::GuardWide, &[a.r]);
                self.b.op(Op::UnboxWide, &[a.r])
            }
        };
        Some(T { v: a.v, r })
    }

    /// The result of an operator if the optimiser can compute with it.
    pub(super) fn wide_result(&mut self, op: BinOp, a: Value, b: Value) -> Option<(Value, Seen)> {
        let count = || b.is_int() && (0..=64).contains(&b.as_int());
        let possible = match op {
            BinOp::Add | BinOp::Sub | BinOp::Mul | BinOp::And | BinOp::Or | BinOp::Xor => true,
            BinOp::Lshift | BinOp::Rshift => count(),
            BinOp::Floordiv | BinOp::Mod => {
                let positive = |v: Value| v.is_int() && v.as_int() > 0 || unsigned(v).is_some();
                positive(a) && positive(b)
            }
            _ => false,
        };
        if !possible || !self.limits.wide {
            return None;
        }
        let v = ops::binary(self.m.t, op, a, b).ok()?;
        let seen = size(v)?;
        (seen != Seen::Big || self.is_masked()).then_some((v, seen))
    }

    /// A comparison of any two ints.
    pub(super) fn compare_ints(&mut self, op: Cmp, a: Value, b: Value) -> bool {
        if a.is_int() && b.is_int() {
            return crate::arith::int_cmp(op, a, b);
        }
        // Comparing ints does not raise.
        ops::compare_bool(self.m.t, op, a, b).unwrap_or(false)
    }

    /// Is what the present instruction gives masked or shifted down before anybody else
    /// looks at it?
    fn is_masked(&self) -> bool {
        let variables = self.m.callee().code.gc().object().first_temp() as usize;
        let mut large = vec![self.m.pc.a()];
        let mut pc = self.m.pc.next();
        for _ in 0..LOOK_AHEAD {
            if large.is_empty() {
                return true;
            }
            let Some(op) = Bc::from_u8(pc.op()) else {
                return false;
            };
            let (a, b, c) = (pc.a(), pc.b(), pc.c());
            let Some((kind, register)) = role(op) else {
                return false;
            };
            let hit = large.contains(&b) || register && large.contains(&c);
            // Temporaries are read once.
            if kind != Role::Load {
                large.retain(|r| *r < variables || *r != b && !(register && *r == c));
            }
            large.retain(|r| *r != a);
            if kind == Role::Ring && hit {
                large.push(a);
            }
            pc = pc.next();
        }
        false
    }
}

/// What an instruction does to a value that is too large.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Role {
    /// Passes it on.
    Ring,
    /// Makes it small.
    Mask,
    /// Does not read it.
    Load,
}

/// The role of an instruction, and whether operand c is a register.
fn role(op: Bc) -> Option<(Role, bool)> {
    use Bc::*;
    Some(match op {
        add_rr | sub_rr | mul_rr | or_rr | xor_rr | iadd_rr | isub_rr | imul_rr | ior_rr
        | ixor_rr => (Role::Ring, true),
        add_ri | add_rk | sub_ri | sub_rk | mul_ri | mul_rk | or_ri | xor_ri | iadd_ri
        | iadd_rk | isub_ri | isub_rk | imul_ri | imul_rk | ior_ri | ixor_ri | lshift_ri
        | ilshift_ri => (Role::Ring, false),
        and_rr | iand_rr => (Role::Mask, true),
        and_ri | and_rk | iand_ri | iand_rk | rshift_ri | irshift_ri => (Role::Mask, false),
        lshift_rr | ilshift_rr | rshift_rr | irshift_rr => (Role::Ring, true),
        load_global => (Role::Load, false),
        mov => (Role::Ring, false),
        _ => return None,
    })
}
