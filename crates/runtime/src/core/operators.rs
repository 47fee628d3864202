//! Who is asked for the result of an operator, and in which order: Python's rules for
//! binary, in-place and comparison operators, said once.
//!
//! Not here: the fast ways of builtin types ([`super::fast`]).

use pyjit_heap::{Gc, Value};

use super::call::call_method;
use super::kinds;
use super::ops::{BinOp, Cmp, unsupported};
use super::special::Special;
use super::thread::{R, Thread};
use super::{errors, fast};
use crate::types::type_::{Type, class_of, is_builtin, of_kind, type_name};

/// An operator with two operands.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Operator {
    Binary(BinOp),
    InPlace(BinOp),
    Compare(Cmp),
}

/// A method that may know the result.
#[derive(Clone, Copy)]
pub struct Candidate {
    /// The special method, as the class has it.
    pub method: Value,
    /// Does it belong to the right operand?
    pub reflected: bool,
}

/// Most methods that are asked.
const MOST: usize = 4;

/// The methods that are asked, in order.
#[derive(Clone, Copy)]
pub struct Candidates {
    items: [Candidate; MOST],
    len: usize,
}

impl Candidates {
    fn new() -> Candidates {
        let none = Candidate {
            method: Value::NULL,
            reflected: false,
        };
        Candidates {
            items: [none; MOST],
            len: 0,
        }
    }
    fn add(&mut self, method: Option<Value>, reflected: bool) {
        if let Some(method) = method {
            self.items[self.len] = Candidate { method, reflected };
            self.len += 1;
        }
    }
    /// In order.
    pub fn items(&self) -> &[Candidate] {
        &self.items[..self.len]
    }
}

const SEQUENCES: &[u32] = &[
    kinds::STR,
    kinds::BYTES,
    kinds::BYTEARRAY,
    kinds::LIST,
    kinds::TUPLE,
];

/// Does the class inherit this method of a builtin sequence?
fn is_sequence_method(op: BinOp, c: Gc<Type>, s: Special) -> bool {
    matches!(op, BinOp::Add | BinOp::Mul)
        && SEQUENCES.contains(&c.kind.get())
        && c.special(s) == of_kind(c.kind.get()).special(s)
}

/// The concatenation and repetition of builtin sequences is no arithmetic: it comes after
/// the arithmetic of the other operand.
fn after_arithmetic(op: BinOp, ca: Gc<Type>, cb: Gc<Type>, s: Special) -> bool {
    !SEQUENCES.contains(&cb.kind.get()) && is_sequence_method(op, ca, s)
}

impl Operator {
    /// As a number.
    pub fn number(self) -> i64 {
        match self {
            Operator::Binary(op) => op as i64,
            Operator::InPlace(op) => 32 + op as i64,
            Operator::Compare(op) => 64 + op as i64,
        }
    }

    /// By number.
    pub fn of_number(n: i64) -> Operator {
        let i = (n & 31) as usize;
        match n >> 5 {
            0 => Operator::Binary(BinOp::ALL[i]),
            1 => Operator::InPlace(BinOp::ALL[i]),
            _ => Operator::Compare(Cmp::ALL[i]),
        }
    }

    /// The methods that are asked for `a op b`.
    pub fn candidates(self, a: Value, b: Value) -> Candidates {
        let mut c = Candidates::new();
        let (ca, cb) = (class_of(a), class_of(b));
        match self {
            Operator::Binary(op) => binary(&mut c, op, ca, cb),
            Operator::InPlace(op) => {
                let (s, r, i, _) = op.names();
                if let Some(i) = i {
                    if after_arithmetic(op, ca, cb, s) && is_sequence_method(op, ca, i) {
                        c.add(cb.special(r), true);
                    }
                    c.add(ca.special(i), false);
                }
                binary(&mut c, op, ca, cb);
            }
            Operator::Compare(cmp) => {
                let (s, r) = (cmp.special(), cmp.swapped().special());
                let first = ca != cb && cb.is_subtype(ca) && cb.special(r).is_some();
                if first {
                    c.add(cb.special(r), true);
                }
                c.add(ca.special(s), false);
                if !first {
                    c.add(cb.special(r), true);
                }
            }
        }
        c
    }

    /// `a op b` by the methods from number `from` on; `None` when none knows.
    pub fn ask(self, t: &Thread, a: Value, b: Value, from: usize) -> R<Option<Value>> {
        for c in self.candidates(a, b).items().iter().skip(from) {
            let (this, other) = if c.reflected { (b, a) } else { (a, b) };
            let v = call_method(t, c.method, this, &[other])?;
            if v != Value::NOT_IMPLEMENTED {
                return Ok(Some(v));
            }
        }
        Ok(None)
    }

    /// As [`Operator::ask`], with what holds when none knows.
    pub fn apply(self, t: &Thread, a: Value, b: Value, from: usize) -> R<Value> {
        if let Some(v) = self.ask(t, a, b, from)? {
            return Ok(v);
        }
        match self {
            Operator::Binary(op) => Err(unsupported(t, op.names().3, a, b)),
            Operator::InPlace(BinOp::Pow) => Err(unsupported(t, "**=", a, b)),
            Operator::InPlace(op) => Err(unsupported(t, &format!("{}=", op.names().3), a, b)),
            Operator::Compare(Cmp::Eq) => Ok(Value::bool(a == b)),
            Operator::Compare(Cmp::Ne) => Ok(Value::bool(a != b)),
            Operator::Compare(cmp) => {
                let m = format!(
                    "'{}' not supported between instances of '{}' and '{}'",
                    cmp.symbol(),
                    type_name(a),
                    type_name(b)
                );
                Err(errors::type_error(t, m))
            }
        }
    }

    /// The first Python function that is asked, and its number. Methods of builtin numbers
    /// before it do not know plain instances.
    #[inline]
    pub fn python_method(self, a: Value, b: Value) -> Option<(usize, Candidate)> {
        let plain = |cmp| fast::identity(cmp, a, b).is_some();
        match self {
            _ if is_builtin(a) && is_builtin(b) => None,
            Operator::Compare(cmp) if plain(cmp) => None,
            _ => self.python_method_of(a, b),
        }
    }

    fn python_method_of(self, a: Value, b: Value) -> Option<(usize, Candidate)> {
        for (i, c) in self.candidates(a, b).items().iter().enumerate() {
            if c.method.is_ptr() && c.method.shape_id() == kinds::FUNCTION {
                return Some((i, *c));
            }
            let (this, other) = if c.reflected { (b, a) } else { (a, b) };
            let number = !this.is_ptr() || matches!(this.shape_id(), kinds::FLOAT | kinds::INT);
            if !number || class_of(other).kind.get() != kinds::OBJECT {
                return None;
            }
        }
        None
    }
}

/// The left operand's method, and the reflected one of the right operand: that one first if
/// its class is a subclass that overrides it.
fn binary(c: &mut Candidates, op: BinOp, ca: Gc<Type>, cb: Gc<Type>) {
    let (s, r, _, _) = op.names();
    let right = if ca == cb { None } else { cb.special(r) };
    let overrides = cb.is_subtype(ca) && ca.special(r) != cb.special(r);
    let first = overrides || after_arithmetic(op, ca, cb, s);
    if first {
        c.add(right, true);
    }
    c.add(ca.special(s), false);
    if !first {
        c.add(right, true);
    }
}
