//! Facts about single values: what kind of word, which shape, true or false.

use super::state::Cx;
use crate::ir::{Boxed, Lit, Op, Ref, Ty};
use pyjit_heap::Value;

/// What a tagged word is. A boxed float is a float and an object.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Word {
    /// A Python int.
    Int,
    /// A Python float.
    Float,
    /// `True` or `False`.
    Bool,
    /// The address of an object.
    Object,
}

impl Word {
    /// Type of the unboxed value.
    pub fn ty(self) -> Ty {
        match self {
            Word::Int => Ty::Int,
            Word::Float => Ty::Float,
            Word::Bool => Ty::Bool,
            Word::Object => Ty::Ref,
        }
    }

    /// Can a word be both?
    pub fn compatible(self, o: Word) -> bool {
        use Word::*;
        self == o || matches!((self, o), (Float, Object) | (Object, Float))
    }
}

/// What is known about a value.
#[derive(Clone, Copy, Default, Debug)]
pub struct Known {
    /// Kind of word.
    pub word: Option<Word>,
    /// Not zero.
    pub bound: bool,
    /// Shape of the object at that address.
    pub shape: Option<u32>,
    /// An int from 0 to 2^64 - 1.
    pub wide: bool,
    /// A boolean's value.
    pub truth: Option<bool>,
}

impl Cx<'_> {
    /// Kind of a tagged word.
    pub fn word(&self, r: Ref) -> Option<Word> {
        match self.out.inst(r).op {
            Op::BoxInt => Some(Word::Int),
            Op::BoxFloat => Some(Word::Float),
            Op::BoxBool => Some(Word::Bool),
            Op::BoxRef if self.nonnull(self.resolve(self.out.args(r)[0])) => Some(Word::Object),
            Op::Const => match self.out.lit(r)? {
                Lit::Value(Boxed::Int(_)) => Some(Word::Int),
                Lit::Value(Boxed::Float(_)) => Some(Word::Float),
                Lit::Value(Boxed::Word(w)) if Value(w).is_bool() => Some(Word::Bool),
                Lit::Value(Boxed::Word(w)) if Value(w).is_ptr() => Some(Word::Object),
                _ => None,
            },
            _ => self.st.known.get(&r).and_then(|k| k.word),
        }
    }

    /// Is a word or address known not to be zero?
    pub fn nonnull(&self, r: Ref) -> bool {
        if self.st.virtuals.contains_key(&r) || self.st.known.get(&r).is_some_and(|k| k.bound) {
            return true;
        }
        match self.out.inst(r).op {
            Op::Const => !matches!(
                self.out.lit(r),
                Some(Lit::Ref(0) | Lit::Value(Boxed::Word(0)))
            ),
            Op::New => true,
            Op::UnboxRef => self.word(self.resolve(self.out.args(r)[0])) == Some(Word::Object),
            Op::BoxRef => self.nonnull(self.resolve(self.out.args(r)[0])),
            _ => self.out.ty(r) == Ty::Value && self.word(r).is_some(),
        }
    }

    /// Shape of an object.
    pub fn shape(&self, r: Ref) -> Option<u32> {
        match self.st.virtuals.get(&r) {
            Some(v) => Some(v.header as u32),
            None => self.st.known.get(&r).and_then(|k| k.shape),
        }
    }

    /// The facts about a value, to be changed.
    pub fn learn(&mut self, r: Ref) -> &mut Known {
        self.st.known.entry(r).or_default()
    }

    /// Forgets shapes that code which writes headers may have changed.
    pub fn forget_shapes(&mut self) {
        let stable = self.options.stable_shape;
        for k in self.st.known.values_mut() {
            k.shape = k.shape.filter(|s| stable(*s));
        }
    }
}
