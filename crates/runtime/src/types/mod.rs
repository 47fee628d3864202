//! The builtin types, one module each. Modules named `*_methods` hold the
//! Python-visible methods of the object defined beside them.

pub mod alias_parameters;
pub mod annotations;
pub mod buffer;
pub mod bytearray_methods;
pub mod bytes;
pub mod bytes_common;
pub mod bytes_methods;
pub mod bytes_text;
#[macro_use]
mod bytes_table;
pub mod bound_methods;
pub mod cell;
pub mod codec_charmap;
pub mod codec_errors;
pub mod codec_registry;
pub mod complex;
pub mod descriptor_methods;
pub mod descriptors;
pub mod dict;
pub mod dict_methods;
pub mod dict_views;
pub mod exception_groups;
pub mod exception_kinds;
pub mod exception_methods;
pub mod exceptions;
pub mod float;
pub mod float_methods;
pub mod generic_alias;
pub mod int;
mod int_long;
pub mod int_methods;
pub mod intern;
pub mod iterator_tools;
pub mod iterators;
pub mod list;
pub mod list_methods;
pub mod mapping_proxy;
pub mod memoryview;
mod memoryview_index;
pub mod memoryview_items;
pub mod memoryview_methods;
pub mod merge_sort;
pub mod module;
pub mod module_origin;
pub mod namespace;
pub mod object;
pub mod percent;
pub mod pickling;
pub mod property_methods;
pub mod range;
pub mod set;
pub mod set_methods;
pub mod singletons;
pub mod slice;
pub mod sort;
pub mod str_;
pub mod str_codec;
pub mod str_format;
pub mod str_methods;
mod str_search;
mod str_storage;
mod str_text;
pub mod super_;
pub mod template;
pub mod text_signature;
pub mod tuple;
pub mod tuple_methods;
pub mod type_;
pub mod type_alias;
mod type_layout;
pub mod type_methods;
pub mod type_new;
pub mod type_params;
pub mod union_type;
pub mod weak_proxy;
pub mod weakref;
pub mod wide;

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
        &property_methods::PROPERTY,
        &descriptor_methods::STATICMETHOD,
        &descriptor_methods::CLASSMETHOD,
        &bound_methods::METHOD,
        &exception_methods::CLASS,
        &float_methods::CLASS,
        &int_methods::CLASS,
        &int_methods::BOOL,
        &complex::CLASS,
        &singletons::NONE,
        &singletons::NOT_IMPLEMENTED,
        &singletons::ELLIPSIS,
        &mapping_proxy::CLASS,
        &module::CLASS,
        &dict_methods::CLASS,
        &dict_views::KEYS,
        &dict_views::VALUES,
        &dict_views::ITEMS,
        &dict_views::KEY_ITERATOR,
        &dict_views::VALUE_ITERATOR,
        &dict_views::ITEM_ITERATOR,
        &dict_views::REVERSE_ITERATOR,
        &dict_views::REVERSE_VALUE_ITERATOR,
        &dict_views::REVERSE_ITEM_ITERATOR,
        &iterator_tools::ENUMERATE,
        &iterator_tools::ZIP,
        &iterator_tools::MAP,
        &iterator_tools::FILTER,
        &iterator_tools::REVERSED,
        &iterator_tools::CALLABLE,
        &iterators::LIST,
        &iterators::LIST_REVERSE,
        &iterators::TUPLE,
        &iterators::STR,
        &iterators::BYTES,
        &iterators::BYTEARRAY,
        &iterators::SEQUENCE,
        &list_methods::CLASS,
        &range::CLASS,
        &range::ITERATOR,
        &range::LONG_ITERATOR,
        &set_methods::CLASS,
        &super_::CLASS,
        &weakref::CLASS,
        &weak_proxy::CLASS,
        &weak_proxy::CALLABLE,
        &namespace::CLASS,
        &generic_alias::CLASS,
        &generic_alias::ITERATOR,
        &union_type::CLASS,
        &set_methods::FROZEN,
        &set_methods::ITERATOR,
        &slice::CLASS,
        &bytes_methods::CLASS,
        &bytearray_methods::CLASS,
        &memoryview_methods::CLASS,
        &template::CLASS,
        &template::ITERATOR,
        &template::INTERPOLATION,
        &str_methods::CLASS,
        &tuple_methods::CLASS,
        &type_params::TYPEVAR,
        &type_params::PARAMSPEC,
        &type_params::TYPEVARTUPLE,
        &type_alias::ALIAS,
        &type_alias::ARGS,
        &type_alias::KWARGS,
        &type_alias::CONSTANT,
    ]);
    all
}

/// Defines the layouts of objects that no script sees.
pub fn define_hidden_layouts() {
    use pyjit_heap::shape::define_builtin;
    define_builtin::<str_storage::Storage>();
    define_builtin::<buffer::ManagedBuffer>();
    define_builtin::<buffer::WeakCell>();
}
