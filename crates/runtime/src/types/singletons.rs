//! The classes of `None`, `NotImplemented` and `Ellipsis`.

use pyjit_heap::{Header, Value, heap_object};

use crate::core::thread::{R, Thread};
use crate::core::{errors, kinds};
use crate::types::str_::intern;

macro_rules! layouts {
    ($($name:ident $kind:ident),*) => { $(
        /// Layout alias: the only instance is an immediate word.
        #[repr(C)]
        pub struct $name { header: Header, unused: u64 }
        heap_object!($name = kinds::$kind, no refs);
    )* };
}
layouts!(NoneType NONE_TYPE, NotImplementedType NOT_IMPLEMENTED_TYPE, EllipsisType ELLIPSIS_TYPE);

fn none_new(_t: &Thread, _class: Value) -> Value {
    Value::NONE
}
fn none_bool(_t: &Thread, _this: Value) -> bool {
    false
}
fn none_repr(_t: &Thread, _this: Value) -> Value {
    intern("None").value()
}
fn none_hash(_t: &Thread, _this: Value) -> i64 {
    0xfca8_6420
}
fn not_implemented_new(_t: &Thread, _class: Value) -> Value {
    Value::NOT_IMPLEMENTED
}
fn not_implemented_bool(t: &Thread, _this: Value) -> R<bool> {
    Err(errors::type_error(
        t,
        "NotImplemented should not be used in a boolean context",
    ))
}
fn not_implemented_repr(_t: &Thread, _this: Value) -> Value {
    intern("NotImplemented").value()
}
fn ellipsis_new(_t: &Thread, _class: Value) -> Value {
    Value::ELLIPSIS
}
fn ellipsis_repr(_t: &Thread, _this: Value) -> Value {
    intern("Ellipsis").value()
}

crate::py_class! {
    /// The type of the None singleton.
    pub NONE: NoneType = "NoneType", base kinds::OBJECT, flags 0;
    methods {
        @staticmethod __new__(cls) => none_new;
        __bool__(self, /) => none_bool [pure no_raise];
        __repr__(self, /) => none_repr;
        __hash__(self, /) => none_hash;
    }
}
crate::py_class! {
    /// The type of the NotImplemented singleton.
    pub NOT_IMPLEMENTED: NotImplementedType = "NotImplementedType", base kinds::OBJECT, flags 0;
    methods {
        @staticmethod __new__(cls) => not_implemented_new;
        __bool__(self, /) => not_implemented_bool;
        __repr__(self, /) => not_implemented_repr;
        __reduce__(self, /) => not_implemented_repr;
    }
}
crate::py_class! {
    /// The type of the Ellipsis singleton.
    pub ELLIPSIS: EllipsisType = "ellipsis", base kinds::OBJECT, flags 0;
    methods {
        @staticmethod __new__(cls) => ellipsis_new;
        __repr__(self, /) => ellipsis_repr;
        __reduce__(self, /) => ellipsis_repr;
    }
}
