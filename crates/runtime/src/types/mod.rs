//! The builtin types, one module each. Modules named `*_methods` hold the
//! Python-visible methods of the object defined beside them.

pub mod descriptors;
pub mod dict;
pub mod exception_methods;
pub mod exceptions;
pub mod float;
pub mod generic_alias;
pub mod int;
pub mod iterators;
pub mod list;
pub mod object;
pub mod str_;
pub mod tuple;
pub mod type_;
pub mod type_methods;
pub mod weakref;

use crate::core::class::ClassDef;

/// The class tables of the builtin types; bases come before what derives from them.
pub fn classes() -> Vec<&'static ClassDef> {
    vec![
        &object::CLASS,
        &type_methods::CLASS,
        &int::CLASS,
        &float::CLASS,
        &exception_methods::CLASS,
    ]
}
