//! Intervals of integers, and what operations make of them.

use crate::ir::Op;

/// No upper bound.
pub const INF: i128 = i128::MAX;
/// No lower bound.
pub const NINF: i128 = i128::MIN;
/// Bounds beyond this are as good as none.
const CAP: i128 = 1 << 126;

/// All integers from `lo` to `hi`.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Range {
    pub lo: i128,
    pub hi: i128,
}

/// A signed word.
pub const I64: Range = Range {
    lo: i64::MIN as i128,
    hi: i64::MAX as i128,
};
/// An unsigned word.
pub const U64: Range = Range {
    lo: 0,
    hi: u64::MAX as i128,
};
/// A small int.
pub const SMALL: Range = Range {
    lo: -(1 << 62),
    hi: (1 << 62) - 1,
};
/// Anything.
pub const TOP: Range = Range { lo: NINF, hi: INF };

/// Bounds that a parameter's range climbs, so that fixpoints come soon.
const HI: [i128; 8] = [
    1,
    255,
    (1 << 31) - 1,
    (1 << 32) - 1,
    (1 << 62) - 1,
    (1 << 63) - 1,
    (1 << 64) - 1,
    INF,
];
const LO: [i128; 6] = [0, -256, -(1 << 31), -(1 << 62), -(1 << 63), NINF];

fn cap_lo(x: Option<i128>) -> i128 {
    match x {
        Some(x) if x >= -CAP => x.min(CAP),
        _ => NINF,
    }
}

fn cap_hi(x: Option<i128>) -> i128 {
    match x {
        Some(x) if x <= CAP => x.max(-CAP),
        _ => INF,
    }
}

/// Number of bits of a non-negative number, or of the complement of a negative one.
pub fn bits(x: i128) -> u32 {
    128 - (if x < 0 { !x } else { x }).leading_zeros()
}

impl Range {
    /// One integer.
    pub fn of(x: i128) -> Range {
        Range {
            lo: cap_lo(Some(x)).min(x),
            hi: cap_hi(Some(x)).max(x),
        }
    }
    /// From, to.
    pub fn new(lo: i128, hi: i128) -> Range {
        Range { lo, hi }
    }
    /// Is it within `o`?
    pub fn within(self, o: Range) -> bool {
        self.lo >= o.lo && self.hi <= o.hi
    }
    /// Does a word determine it?
    pub fn word(self) -> bool {
        self.within(I64) || self.within(U64)
    }
    /// Is it within a signed word?
    pub fn signed(self) -> bool {
        self.within(I64)
    }
    /// Are both bounds known?
    pub fn finite(self) -> bool {
        self.lo != NINF && self.hi != INF
    }
    /// Union.
    pub fn join(self, o: Range) -> Range {
        Range {
            lo: self.lo.min(o.lo),
            hi: self.hi.max(o.hi),
        }
    }
    /// Intersection; `self` if there is none (the code is never reached then).
    pub fn meet(self, o: Range) -> Range {
        let r = Range {
            lo: self.lo.max(o.lo),
            hi: self.hi.min(o.hi),
        };
        if r.lo <= r.hi { r } else { self }
    }
    /// Up the ladder.
    pub fn widen(self) -> Range {
        Range {
            lo: LO.into_iter().find(|x| *x <= self.lo).unwrap_or(NINF),
            hi: HI.into_iter().find(|x| *x >= self.hi).unwrap_or(INF),
        }
    }
    /// The only integer in it.
    pub fn single(self) -> Option<i128> {
        (self.lo == self.hi).then_some(self.lo)
    }

    fn add(self, o: Range) -> Range {
        let lo = if self.lo == NINF || o.lo == NINF {
            None
        } else {
            self.lo.checked_add(o.lo)
        };
        let hi = if self.hi == INF || o.hi == INF {
            None
        } else {
            self.hi.checked_add(o.hi)
        };
        Range {
            lo: cap_lo(lo),
            hi: cap_hi(hi),
        }
    }

    fn neg(self) -> Range {
        let lo = if self.hi == INF { NINF } else { -self.hi };
        let hi = if self.lo == NINF { INF } else { -self.lo };
        Range { lo, hi }
    }

    fn mul(self, o: Range) -> Range {
        let corner = |x: i128, y: i128| -> Result<i128, bool> {
            let negative = (x < 0) != (y < 0);
            if x == 0 || y == 0 {
                return Ok(0);
            }
            if [x, y].iter().any(|v| *v == INF || *v == NINF) {
                return Err(negative);
            }
            x.checked_mul(y).ok_or(negative)
        };
        let mut r = Range { lo: INF, hi: NINF };
        for x in [self.lo, self.hi] {
            for y in [o.lo, o.hi] {
                let (lo, hi) = match corner(x, y) {
                    Ok(v) => (cap_lo(Some(v)), cap_hi(Some(v))),
                    Err(true) => (NINF, -CAP),
                    Err(false) => (CAP, INF),
                };
                r = Range {
                    lo: r.lo.min(lo),
                    hi: r.hi.max(hi),
                };
            }
        }
        r
    }

    fn shl(self, o: Range) -> Range {
        if o.lo < 0 || o.hi > 120 {
            return if self == Range::of(0) { self } else { TOP };
        }
        self.mul(Range {
            lo: 1 << o.lo,
            hi: 1 << o.hi,
        })
    }

    fn shr(self, o: Range) -> Range {
        let (c0, c1) = (o.lo.clamp(0, 127), o.hi.clamp(0, 127));
        let at = |x: i128, c: i128| if x == INF || x == NINF { x } else { x >> c };
        Range {
            lo: at(self.lo, c0).min(at(self.lo, c1)),
            hi: at(self.hi, c0).max(at(self.hi, c1)),
        }
    }

    fn and(self, o: Range) -> Range {
        match (self.lo >= 0, o.lo >= 0) {
            (true, true) => Range {
                lo: 0,
                hi: self.hi.min(o.hi),
            },
            (true, false) => Range { lo: 0, hi: self.hi },
            (false, true) => Range { lo: 0, hi: o.hi },
            _ if self.lo == NINF || o.lo == NINF => Range {
                lo: NINF,
                hi: self.hi.max(o.hi),
            },
            _ => Range {
                lo: -(1 << bits(self.lo.min(o.lo))),
                hi: self.hi.max(o.hi),
            },
        }
    }

    fn or_xor(self, o: Range, or: bool) -> Range {
        let both = self.lo >= 0 && o.lo >= 0;
        if !self.finite() || !o.finite() {
            return if both { Range { lo: 0, hi: INF } } else { TOP };
        }
        let ends = [self.lo, self.hi, o.lo, o.hi];
        let n = ends.into_iter().map(bits).max().unwrap_or(0);
        let hi = cap_hi(1i128.checked_shl(n).and_then(|x| x.checked_sub(1)));
        if both {
            let lo = if or { self.lo.max(o.lo) } else { 0 };
            return Range { lo, hi };
        }
        Range {
            lo: cap_lo(1i128.checked_shl(n).and_then(i128::checked_neg)),
            hi,
        }
    }

    fn floor_div(self, o: Range) -> Range {
        if o.lo > 0 && self.finite() && o.finite() {
            let q = |x: i128, d: i128| x.div_euclid(d);
            let (a, b) = (q(self.lo, o.lo), q(self.lo, o.hi));
            let (c, d) = (q(self.hi, o.lo), q(self.hi, o.hi));
            return Range {
                lo: a.min(b),
                hi: c.max(d),
            };
        }
        if !self.finite() {
            return TOP;
        }
        let m = self.lo.abs().max(self.hi.abs());
        Range { lo: -m, hi: m }
    }

    fn modulo(self, o: Range) -> Range {
        if o.lo > 0 && self.lo >= 0 && self.hi < o.lo {
            return self;
        }
        // The sign of the divisor, smaller than it.
        let lo = if o.lo == NINF {
            NINF
        } else {
            (o.lo + 1).min(0)
        };
        let hi = if o.hi == INF { INF } else { (o.hi - 1).max(0) };
        // Not beyond a non-negative dividend of a positive divisor.
        let hi = if self.lo >= 0 && o.lo > 0 {
            hi.min(self.hi)
        } else {
            hi
        };
        Range { lo, hi }
    }

    fn abs(self) -> Range {
        if self.lo >= 0 {
            return self;
        }
        let n = self.neg();
        if self.hi <= 0 {
            n
        } else {
            Range {
                lo: 0,
                hi: self.hi.max(n.hi),
            }
        }
    }
}

/// Range of an operation's result. `None`: not an integer operation on ranges.
pub fn transfer(op: Op, a: &[Range]) -> Option<Range> {
    Some(match (op, a) {
        (Op::IntAdd, [x, y]) => x.add(*y),
        (Op::IntSub, [x, y]) => x.add(y.neg()),
        (Op::IntMul, [x, y]) => x.mul(*y),
        (Op::IntFloorDiv, [x, y]) => x.floor_div(*y),
        (Op::IntMod, [x, y]) => x.modulo(*y),
        (Op::IntAnd, [x, y]) => x.and(*y),
        (Op::IntOr, [x, y]) => x.or_xor(*y, true),
        (Op::IntXor, [x, y]) => x.or_xor(*y, false),
        (Op::IntShl, [x, y]) => x.shl(*y),
        (Op::IntShr, [x, y]) => x.shr(*y),
        (Op::IntNeg, [x]) => x.neg(),
        (Op::IntNot, [x]) => x.neg().add(Range::of(-1)),
        (Op::IntAbs, [x]) => x.abs(),
        (Op::IntMin, [x, y]) => Range {
            lo: x.lo.min(y.lo),
            hi: x.hi.min(y.hi),
        },
        (Op::IntMax, [x, y]) => Range {
            lo: x.lo.max(y.lo),
            hi: x.hi.max(y.hi),
        },
        _ => return None,
    })
}

/// What a comparison makes of its operands' ranges, if it has turned out `truth`.
pub fn refine(op: Op, truth: bool, x: Range, y: Range) -> (Range, Range) {
    let down = |h: i128| if h == INF || h == NINF { h } else { h - 1 };
    let up = |l: i128| if l == INF || l == NINF { l } else { l + 1 };
    let le = |x: Range, y: Range| {
        (
            x.meet(Range::new(NINF, y.hi)),
            y.meet(Range::new(x.lo, INF)),
        )
    };
    let lt = |x: Range, y: Range| {
        (
            x.meet(Range::new(NINF, down(y.hi))),
            y.meet(Range::new(up(x.lo), INF)),
        )
    };
    match (op, truth) {
        (Op::IntLt, true) => lt(x, y),
        (Op::IntLe, true) => le(x, y),
        (Op::IntLt, false) => {
            let (b, a) = le(y, x);
            (a, b)
        }
        (Op::IntLe, false) => {
            let (b, a) = lt(y, x);
            (a, b)
        }
        (Op::IntEq, true) | (Op::IntNe, false) => (x.meet(y), y.meet(x)),
        (Op::IntEq, false) | (Op::IntNe, true) => (without(x, y), without(y, x)),
        (Op::IntBelow, true) => {
            let a = x.meet(Range::new(0, down(y.hi)));
            (a, y.meet(Range::new(up(a.lo), INF)))
        }
        _ => (x, y),
    }
}

/// `x` without the one integer in `y`, where that is at an end.
fn without(x: Range, y: Range) -> Range {
    match y.single() {
        Some(c) if x.lo == c && x.hi > c => Range {
            lo: c + 1,
            hi: x.hi,
        },
        Some(c) if x.hi == c && x.lo < c => Range {
            lo: x.lo,
            hi: c - 1,
        },
        _ => x,
    }
}

/// What ranges say about a comparison.
pub fn decide(op: Op, x: Range, y: Range) -> Option<bool> {
    let lt = |x: Range, y: Range| {
        if x.hi != INF && y.lo != NINF && x.hi < y.lo {
            Some(true)
        } else if x.lo != NINF && y.hi != INF && x.lo >= y.hi {
            Some(false)
        } else {
            None
        }
    };
    let equal = || match (x.single(), y.single()) {
        (Some(a), Some(b)) => Some(a == b),
        _ if lt(x, y) == Some(true) || lt(y, x) == Some(true) => Some(false),
        _ => None,
    };
    match op {
        Op::IntLt => lt(x, y),
        Op::IntLe => lt(y, x).map(|b| !b),
        Op::IntEq => equal(),
        Op::IntNe => equal().map(|b| !b),
        Op::IntBelow if x.lo >= 0 => lt(x, y),
        Op::IntBelow if x.hi < 0 || lt(x, y) == Some(false) => Some(false),
        _ => None,
    }
}
