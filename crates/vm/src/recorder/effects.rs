//! What residual calls touch when the kinds of their operands are known: text and numbers
//! touch nothing that a trace looks at, lists and dictionaries only their own memory.

use pyjit_jit::ir::{AliasClass, ClassSet, Effects};

use super::layout::*;

/// What a call that runs no Python code reads and writes. It may raise.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[repr(u8)]
pub enum Touch {
    /// Nothing that can change.
    Nothing,
    ReadsLists,
    ReadsDicts,
    Lists,
    Dicts,
    Bytes,
    /// Advances an iterator over builtin containers.
    Iterators,
}

fn set(classes: &[AliasClass]) -> ClassSet {
    classes
        .iter()
        .fold(ClassSet::NONE, |s, c| s.or(ClassSet::of(*c)))
}

impl Touch {
    /// As the optimiser sees it.
    pub fn effects(self) -> Effects {
        let lists = set(&[LISTS, LIST_ITEMS, ARRAYS]);
        let dicts = set(&[DICTS, DICT_ENTRIES, ARRAYS]);
        let iterators = set(&[INDEX_ITERATORS, RANGE_ITERATORS, OTHER_ITERATORS, TOOLS]);
        let bytes = set(&[BYTEARRAYS, BYTES]);
        let (reads, writes) = match self {
            Touch::Nothing => (ClassSet::NONE, ClassSet::NONE),
            Touch::ReadsLists => (lists, ClassSet::NONE),
            Touch::ReadsDicts => (dicts, ClassSet::NONE),
            Touch::Lists => (lists, lists),
            Touch::Dicts => (dicts, dicts),
            Touch::Bytes => (bytes, bytes),
            Touch::Iterators => (lists.or(dicts).or(iterators).or(bytes), iterators),
        };
        Effects {
            reads,
            writes,
            can_raise: true,
            can_collect: true,
            can_reenter: false,
            elidable: false,
            escapes: true,
        }
    }
}

/// A function of its operands that touches nothing and does not raise.
pub const PURE: Effects = Effects {
    can_collect: true,
    ..Effects::PURE
};
