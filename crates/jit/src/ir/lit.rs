//! Constants and the values of the reference evaluator.

use pyjit_heap::Value;
use std::fmt;

use super::types::Ty;

/// A tagged word by meaning, so that a boxed number is the same number however it is
/// stored.
#[derive(Clone, Copy, Debug)]
pub enum Boxed {
    /// A Python int of any size the evaluator can hold.
    Int(i128),
    /// A Python float, immediate or boxed.
    Float(f64),
    /// Every other word: objects, immediates, zero.
    Word(u64),
}

/// The value of an SSA value.
#[derive(Clone, Copy, Debug)]
pub enum Lit {
    /// Of type `int`.
    Int(i128),
    /// Of type `float`.
    Float(f64),
    /// Of type `bool`.
    Bool(bool),
    /// Of type `ref`.
    Ref(u64),
    /// Of type `value`.
    Value(Boxed),
}

impl Boxed {
    /// The meaning of a tagged word.
    pub fn from_word(w: Value) -> Boxed {
        if w.is_int() {
            Boxed::Int(w.as_int() as i128)
        } else if w.is_float() {
            Boxed::Float(w.as_float())
        } else {
            Boxed::Word(w.0)
        }
    }

    /// The tagged word, if no object is needed.
    pub fn word(self) -> Option<Value> {
        match self {
            Boxed::Int(i) => i64::try_from(i).ok().and_then(Value::try_int),
            Boxed::Float(f) => Value::try_float(f),
            Boxed::Word(w) => Some(Value(w)),
        }
    }

    /// Is the word a small int?
    pub fn is_small(self) -> bool {
        matches!(self, Boxed::Int(i) if small(i))
    }
}

/// Does `i` fit a small int?
pub fn small(i: i128) -> bool {
    (Value::MIN_SMALL as i128..=Value::MAX_SMALL as i128).contains(&i)
}

/// Equal bits (all NaNs are one).
fn same_float(a: f64, b: f64) -> bool {
    a.to_bits() == b.to_bits() || a.is_nan() && b.is_nan()
}

impl PartialEq for Boxed {
    fn eq(&self, o: &Boxed) -> bool {
        match (*self, *o) {
            (Boxed::Int(a), Boxed::Int(b)) => a == b,
            (Boxed::Float(a), Boxed::Float(b)) => same_float(a, b),
            (Boxed::Word(a), Boxed::Word(b)) => a == b,
            _ => false,
        }
    }
}

impl PartialEq for Lit {
    fn eq(&self, o: &Lit) -> bool {
        match (*self, *o) {
            (Lit::Int(a), Lit::Int(b)) => a == b,
            (Lit::Float(a), Lit::Float(b)) => same_float(a, b),
            (Lit::Bool(a), Lit::Bool(b)) => a == b,
            (Lit::Ref(a), Lit::Ref(b)) => a == b,
            (Lit::Value(a), Lit::Value(b)) => a == b,
            _ => false,
        }
    }
}

impl Lit {
    /// Its type.
    pub fn ty(self) -> Ty {
        match self {
            Lit::Int(_) => Ty::Int,
            Lit::Float(_) => Ty::Float,
            Lit::Bool(_) => Ty::Bool,
            Lit::Ref(_) => Ty::Ref,
            Lit::Value(_) => Ty::Value,
        }
    }

    /// The boxed form of any value.
    pub fn boxed(self) -> Boxed {
        match self {
            Lit::Int(i) => Boxed::Int(i),
            Lit::Float(f) => Boxed::Float(f),
            Lit::Bool(b) => Boxed::Word(Value::bool(b).0),
            Lit::Ref(r) => Boxed::Word(r),
            Lit::Value(v) => v,
        }
    }
}

fn float_text(x: f64, f: &mut fmt::Formatter) -> fmt::Result {
    if x.is_nan() {
        write!(f, "nan")
    } else {
        write!(f, "{x:?}")
    }
}

impl fmt::Display for Boxed {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        match *self {
            Boxed::Int(i) => write!(f, "${i}"),
            Boxed::Float(x) => {
                write!(f, "$")?;
                float_text(x, f)
            }
            Boxed::Word(w) => match Value(w) {
                Value::NULL => write!(f, "$null"),
                Value::NONE => write!(f, "$none"),
                Value::TRUE => write!(f, "$true"),
                Value::FALSE => write!(f, "$false"),
                _ => write!(f, "$0x{w:x}"),
            },
        }
    }
}

impl fmt::Display for Lit {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        match *self {
            Lit::Int(i) => write!(f, "{i}"),
            Lit::Float(x) => float_text(x, f),
            Lit::Bool(b) => write!(f, "{b}"),
            Lit::Ref(r) => write!(f, "@0x{r:x}"),
            Lit::Value(v) => write!(f, "{v}"),
        }
    }
}
