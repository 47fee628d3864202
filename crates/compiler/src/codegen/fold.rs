//! Constant folding: expressions whose value is known when compiling.
//!
//! Folds what CPython folds as far as the result is the same bit by bit; limits keep code small.

use pyjit_bytecode::Constant as K;
use pyjit_bytecode::code::Blob;
use pyjit_syntax::ast::*;

use super::{Gen, number};

/// Longest string or bytes that folding makes.
const MAX_STR: usize = 4096;
/// Longest tuple.
const MAX_ITEMS: usize = 256;
/// Most bits of an integer.
const MAX_BITS: u32 = 127;

/// The truth of a constant.
pub fn truth(k: &K) -> bool {
    match k {
        K::None => false,
        K::Bool(b) => *b,
        K::Int(i) => *i != 0,
        K::Float(f) => *f != 0.0,
        K::Complex(re, im) => *re != 0.0 || *im != 0.0,
        K::Str(s) | K::Bytes(s) => !s.is_empty(),
        K::Tuple(t) | K::FrozenSet(t) => !t.is_empty(),
        K::Ellipsis | K::BigInt { .. } | K::Slice(_) | K::Code(_) => true,
    }
}

/// The constant of a literal.
pub fn literal(c: &Constant) -> K {
    match *c {
        Constant::None => K::None,
        Constant::True => K::Bool(true),
        Constant::False => K::Bool(false),
        Constant::Ellipsis => K::Ellipsis,
        Constant::Int(i) => K::Int(i),
        Constant::BigInt { radix, digits } => number::from_digits(radix, digits),
        Constant::Float(f) => K::Float(f),
        Constant::Complex(im) => K::Complex(0.0, im),
        Constant::Str { value, .. } => K::Str(value.to_vec().into()),
        Constant::Bytes(b) => K::Bytes(b.to_vec().into()),
    }
}

/// Whether folding may succeed: decided by the leftmost leaf, so that long chains cost little.
fn may_fold(mut e: &Expr) -> bool {
    loop {
        e = match &e.kind {
            ExprKind::Constant(_) | ExprKind::Name { .. } => return true,
            ExprKind::Tuple { elts } => return elts.iter().all(|e| may_fold(e)),
            ExprKind::UnaryOp { operand, .. } => operand,
            ExprKind::BinOp { left, .. } => left,
            ExprKind::Subscript { value, .. } => value,
            _ => return false,
        }
    }
}

impl<'a> Gen<'a, '_> {
    /// The value of the expression if it is constant.
    pub fn fold(&self, e: ExprRef<'a>) -> Option<K> {
        if !may_fold(e) {
            return None;
        }
        match &e.kind {
            ExprKind::Constant(c) => Some(literal(c)),
            ExprKind::Name { id } if *id == self.cx.known.debug => {
                Some(K::Bool(self.options.optimize == 0))
            }
            ExprKind::Tuple { elts } => {
                let items: Option<Box<[K]>> = elts.iter().map(|e| self.fold(e)).collect();
                items.map(K::Tuple)
            }
            ExprKind::UnaryOp { op, operand } => unary(*op, &self.fold(operand)?),
            ExprKind::BinOp { left, op, right } => {
                let right = self.fold(right)?;
                binary(&self.fold(left)?, *op, &right)
            }
            ExprKind::Subscript { value, slice } => {
                subscript(&self.fold(value)?, &self.fold(slice)?)
            }
            _ => None,
        }
    }

    /// A list or set display of constants as a tuple or frozenset, for `in` and `for`.
    pub fn fold_container(&self, e: ExprRef<'a>) -> Option<K> {
        match &e.kind {
            ExprKind::List { elts } => elts
                .iter()
                .map(|e| self.fold(e))
                .collect::<Option<Box<[K]>>>()
                .map(K::Tuple),
            ExprKind::Set { elts } => elts
                .iter()
                .map(|e| self.fold(e))
                .collect::<Option<Box<[K]>>>()
                .map(K::FrozenSet),
            _ => None,
        }
    }
}

fn unary(op: UnaryOp, k: &K) -> Option<K> {
    match (op, k) {
        (UnaryOp::Not, k) => Some(K::Bool(!truth(k))),
        (UnaryOp::USub, K::Float(f)) => Some(K::Float(-f)),
        (UnaryOp::USub, K::Complex(re, im)) => Some(K::Complex(-re, -im)),
        (UnaryOp::USub, k) => number::negate(k),
        (UnaryOp::UAdd, K::Float(_) | K::Complex(..) | K::Int(_) | K::BigInt { .. }) => {
            Some(k.clone())
        }
        (UnaryOp::UAdd, K::Bool(b)) => Some(K::Int(*b as i64)),
        (UnaryOp::Invert, K::Bool(_)) => None,
        (UnaryOp::Invert, k) => number::value(k).map(|i| number::int(!i)),
        _ => None,
    }
}

fn binary(l: &K, op: Operator, r: &K) -> Option<K> {
    if let (Some(a), Some(b)) = (number::value(l), number::value(r)) {
        return int_binary(a, op, b).map(|k| match (l, op, r, k) {
            (
                K::Bool(_),
                Operator::BitAnd | Operator::BitOr | Operator::BitXor,
                K::Bool(_),
                K::Int(i),
            ) => K::Bool(i != 0),
            (_, _, _, k) => k,
        });
    }
    match (l, r) {
        (K::Complex(..), _) | (_, K::Complex(..)) => complex_binary(l, op, r),
        (K::Float(_), _) | (_, K::Float(_)) => float_binary(float(l)?, op, float(r)?),
        (K::Str(a), K::Str(b)) if op == Operator::Add => concat(a, b).map(K::Str),
        (K::Bytes(a), K::Bytes(b)) if op == Operator::Add => concat(a, b).map(K::Bytes),
        (K::Tuple(a), K::Tuple(b)) if op == Operator::Add && a.len() + b.len() <= MAX_ITEMS => {
            Some(K::Tuple(a.iter().chain(b.iter()).cloned().collect()))
        }
        _ if op == Operator::Mult => repeat(l, r).or_else(|| repeat(r, l)),
        _ => None,
    }
}

fn concat(a: &[u8], b: &[u8]) -> Option<Blob> {
    // A lone high surrogate before a low one stays two code points, which WTF-8 must not join: leave it to run time.
    let surrogates = |s: &[u8]| s.windows(2).any(|w| w[0] == 0xed && w[1] >= 0xa0);
    if a.len() + b.len() > MAX_STR || surrogates(a) {
        return None;
    }
    Some([a, b].concat().into())
}

fn repeat(items: &K, times: &K) -> Option<K> {
    let n = usize::try_from(number::value(times)?).unwrap_or(0);
    let fits = |len: usize, max: usize| len.checked_mul(n).is_some_and(|l| l <= max);
    match items {
        K::Str(s) if fits(s.len(), MAX_STR) => Some(K::Str(s.repeat(n).into())),
        K::Bytes(s) if fits(s.len(), MAX_STR) => Some(K::Bytes(s.repeat(n).into())),
        K::Tuple(t) if fits(t.len(), MAX_ITEMS) => Some(K::Tuple(
            t.iter().cycle().take(t.len() * n).cloned().collect(),
        )),
        _ => None,
    }
}

fn int_binary(a: i128, op: Operator, b: i128) -> Option<K> {
    let bits = |i: i128| 128 - i.unsigned_abs().leading_zeros();
    let result = match op {
        Operator::Add => a.checked_add(b)?,
        Operator::Sub => a.checked_sub(b)?,
        Operator::Mult => a.checked_mul(b)?,
        Operator::Div => {
            let exact = |i: i128| bits(i) <= 53;
            return (b != 0 && exact(a) && exact(b)).then(|| K::Float(a as f64 / b as f64));
        }
        Operator::FloorDiv if b != 0 => floor_div(a, b),
        Operator::Mod if b != 0 => a - b * floor_div(a, b),
        Operator::Pow if (0..=MAX_BITS as i128).contains(&b) => a.checked_pow(b as u32)?,
        Operator::LShift if b >= 0 && bits(a) as i128 + b <= MAX_BITS as i128 => a << b,
        Operator::RShift if b >= 0 => a >> b.min(127),
        Operator::BitOr => a | b,
        Operator::BitXor => a ^ b,
        Operator::BitAnd => a & b,
        _ => return None,
    };
    (bits(result) <= MAX_BITS).then(|| number::int(result))
}

fn floor_div(a: i128, b: i128) -> i128 {
    let q = a.wrapping_div(b);
    if a.wrapping_rem(b) != 0 && (a < 0) != (b < 0) {
        q - 1
    } else {
        q
    }
}

fn float(k: &K) -> Option<f64> {
    match k {
        K::Float(f) => Some(*f),
        k => number::value(k)
            .filter(|i| i.unsigned_abs() < 1 << 53)
            .map(|i| i as f64),
    }
}

fn float_binary(a: f64, op: Operator, b: f64) -> Option<K> {
    Some(K::Float(match op {
        Operator::Add => a + b,
        Operator::Sub => a - b,
        Operator::Mult => a * b,
        Operator::Div if b != 0.0 => a / b,
        Operator::Pow if a > 0.0 && a.powf(b).is_finite() => a.powf(b),
        _ => return None,
    }))
}

/// Sums and differences, where a real operand leaves the imaginary part alone.
fn complex_binary(l: &K, op: Operator, r: &K) -> Option<K> {
    let k = match (l, op, r) {
        (K::Complex(a, b), Operator::Add, K::Complex(c, d)) => (a + c, b + d),
        (K::Complex(a, b), Operator::Sub, K::Complex(c, d)) => (a - c, b - d),
        (K::Complex(a, b), Operator::Add, r) => (a + float(r)?, *b),
        (K::Complex(a, b), Operator::Sub, r) => (a - float(r)?, *b),
        (l, Operator::Add, K::Complex(c, d)) => (float(l)? + c, *d),
        (l, Operator::Sub, K::Complex(c, d)) => (float(l)? - c, -d),
        _ => return None,
    };
    Some(K::Complex(k.0, k.1))
}

fn subscript(value: &K, index: &K) -> Option<K> {
    let i = i64::try_from(number::value(index)?).ok()?;
    let at = |len: usize| {
        let i = if i < 0 { i + len as i64 } else { i };
        usize::try_from(i).ok().filter(|&i| i < len)
    };
    match value {
        K::Str(s) if s.is_ascii() => at(s.len()).map(|i| K::Str(vec![s[i]].into())),
        K::Bytes(s) => at(s.len()).map(|i| K::Int(s[i] as i64)),
        K::Tuple(t) => at(t.len()).map(|i| t[i].clone()),
        _ => None,
    }
}
