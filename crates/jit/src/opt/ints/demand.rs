//! How many low bits of each integer anybody looks at: backward, to a fixpoint.
//!
//! Demand only steers; what is accepted is proved forward (exactness). A wrong rule here
//! costs a refused trace, never a wrong result.

use super::range::bits;
use crate::ir::{Func, Op, Ref, Term, Ty};

/// All bits.
pub const ALL: u32 = u32::MAX;

/// Who wants more bits than any representation has wants all.
const MOST: u32 = 128;

/// Demand by value. `hard` values are wanted whole.
pub fn demand(f: &Func, hard: &[Ref]) -> Vec<u32> {
    let mut d = Demand {
        f,
        d: vec![0; f.len()],
        changed: false,
    };
    for r in hard {
        d.want(*r, ALL);
    }
    loop {
        d.changed = false;
        for b in f.blocks.iter().rev() {
            match &b.end {
                Term::Jump(t, args) => {
                    let params = &f.block(*t).params;
                    for (p, a) in params.iter().zip(args) {
                        d.want(*a, d.d[p.0 as usize]);
                    }
                }
                Term::Finish(v) => d.want(*v, ALL),
                _ => {}
            }
            for r in b.insts.iter().rev() {
                d.inst(*r);
            }
        }
        if !d.changed {
            return d.d;
        }
    }
}

struct Demand<'a> {
    f: &'a Func,
    d: Vec<u32>,
    changed: bool,
}

impl Demand<'_> {
    fn want(&mut self, r: Ref, n: u32) {
        if self.f.ty(r) == Ty::Int && self.d[r.0 as usize] < n {
            self.d[r.0 as usize] = n;
            self.changed = true;
        }
    }

    fn inst(&mut self, r: Ref) {
        let f = self.f;
        let op = f.inst(r).op;
        let args = f.args(r);
        let want = if f.ty(r) == Ty::Int {
            self.d[r.0 as usize]
        } else {
            ALL
        };
        if want == 0 {
            return;
        }
        let constant = |n: usize| f.int_const(args[n]);
        match op {
            Op::IntAnd => {
                for (x, other) in [(0, 1), (1, 0)] {
                    let n = match constant(other) {
                        Some(m) if m >= 0 => bits(m).min(want),
                        _ => want,
                    };
                    self.want(args[x], n);
                }
            }
            Op::IntAdd
            | Op::IntSub
            | Op::IntMul
            | Op::IntOr
            | Op::IntXor
            | Op::IntNot
            | Op::IntNeg => args.iter().for_each(|a| self.want(*a, want)),
            Op::IntShl => {
                let c = constant(1).unwrap_or(0).clamp(0, 127) as u32;
                self.want(
                    args[0],
                    if want == ALL {
                        ALL
                    } else {
                        want.saturating_sub(c)
                    },
                );
                self.want(args[1], ALL);
            }
            Op::IntShr => {
                let c = constant(1).filter(|c| (0..128).contains(c));
                self.want(
                    args[0],
                    match c.filter(|_| want < MOST) {
                        // In a loop, each turn of the fixpoint demands more.
                        Some(c) if want + c as u32 <= MOST => want + c as u32,
                        _ => ALL,
                    },
                );
                self.want(args[1], ALL);
            }
            Op::IntMod => {
                let n = match constant(1) {
                    Some(m) if m > 0 && m & (m - 1) == 0 => bits(m - 1).min(want),
                    _ => ALL,
                };
                self.want(args[0], n);
                self.want(args[1], ALL);
            }
            Op::Select => {
                self.want(args[1], want);
                self.want(args[2], want);
            }
            _ => args.iter().for_each(|a| self.want(*a, ALL)),
        }
    }
}
