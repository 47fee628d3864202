//! The builtin types, one module each. Modules named `*_methods` hold the
//! Python-visible methods of the object defined beside them.

pub mod annotations;
pub mod cell;
pub mod descriptor_methods;
pub mod descriptors;
pub mod dict;
pub mod exception_methods;
pub mod exceptions;
pub mod float;
pub mod generic_alias;
pub mod int;
pub mod iterators;
pub mod list;
pub mod mapping_proxy;
pub mod module;
pub mod object;
pub mod pickling;
pub mod str_;
pub mod tuple;
pub mod type_;
pub mod type_methods;
pub mod type_new;
pub mod union_type;
pub mod weakref;

use crate::core::class::ClassDef;

/// The class tables of the builtin types; bases come before what derives from them.
pub fn classes() -> Vec<&'static ClassDef> {
    let mut all: Vec<&'static ClassDef> = vec![&object::CLASS, &type_methods::CLASS];
    all.extend([
        &cell::CLASS,
        &descriptor_methods::BUILTIN_FUNCTION,
        &descriptor_methods::METHOD_DESCRIPTOR,
        &descriptor_methods::WRAPPER_DESCRIPTOR,
        &descriptor_methods::CLASSMETHOD_DESCRIPTOR,
        &descriptor_methods::METHOD_WRAPPER,
        &descriptor_methods::GETSET,
        &descriptor_methods::MEMBER,
        &descriptor_methods::PROPERTY,
        &descriptor_methods::STATICMETHOD,
        &descriptor_methods::CLASSMETHOD,
        &descriptor_methods::METHOD,
        &exception_methods::CLASS,
        &float::CLASS,
        &int::CLASS,
        &mapping_proxy::CLASS,
        &module::CLASS,
    ]);
    all
}
