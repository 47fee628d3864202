//! Descriptors of builtin classes: computed attributes, slots, and the
//! `classmethod`/`staticmethod`/`property` objects (their Python-visible
//! methods are in `descriptor_methods`).

use std::cell::Cell;

use pyjit_heap::{Field, Gc, Header, Value, heap_object};

use crate::core::class::GetSetDef;
use crate::core::kinds;
use crate::types::str_::Str;
use crate::types::type_::Type;

/// `getset_descriptor`: an attribute computed by native code.
#[repr(C)]
pub struct GetSet {
    header: Header,
    pub owner: Field<Gc<Type>>,
    pub def: &'static GetSetDef,
}
heap_object!(GetSet = kinds::GETSET_DESCRIPTOR, refs 1..2);

impl GetSet {
    /// For the dictionary of `owner`.
    pub fn new(def: &'static GetSetDef, owner: Gc<Type>) -> Gc<GetSet> {
        Gc::new(GetSet {
            header: Header::NEW,
            owner: Field::of(owner),
            def,
        })
    }
}

/// `member_descriptor`: an attribute declared by `__slots__`.
#[repr(C)]
pub struct Member {
    header: Header,
    pub owner: Field<Gc<Type>>,
    pub name: Field<Gc<Str>>,
    /// Word of the instance.
    pub word: Cell<u32>,
    pub readonly: Cell<bool>,
}
heap_object!(Member = kinds::MEMBER_DESCRIPTOR, refs 1..3);

impl Member {
    /// For the dictionary of `owner`.
    pub fn new(owner: Gc<Type>, name: Gc<Str>, word: u32) -> Gc<Member> {
        Gc::new(Member {
            header: Header::NEW,
            owner: Field::of(owner),
            name: Field::of(name),
            word: Cell::new(word),
            readonly: Cell::new(false),
        })
    }
}

/// `staticmethod` and `classmethod` objects.
#[repr(C)]
pub struct Wrapped {
    header: Header,
    /// The overflow/dictionary word: both kinds have attributes.
    pub function: Field,
    pub dict: Field,
}
heap_object!(Wrapped = kinds::STATICMETHOD, refs 1..3);

/// A `staticmethod` around `f`.
pub fn static_method(f: Value) -> Value {
    Gc::new(Wrapped {
        header: Header::NEW,
        function: Field::new(f),
        dict: Field::null(),
    })
    .value()
}
/// A `classmethod` around `f`.
pub fn class_method(f: Value) -> Value {
    Gc::with_shape(
        kinds::CLASSMETHOD,
        Wrapped {
            header: Header::NEW,
            function: Field::new(f),
            dict: Field::null(),
        },
        0,
    )
    .value()
}

/// A `staticmethod` or `classmethod` of class `class` around `f`.
pub fn new_wrapped(class: Gc<Type>, f: Value) -> Value {
    let w = Wrapped {
        header: Header::NEW,
        function: Field::new(f),
        dict: Field::null(),
    };
    Gc::with_shape(
        class.root_shape.get(),
        w,
        class.extra_bytes(crate::core::class::words::<Wrapped>()),
    )
    .value()
}

/// `property`.
#[repr(C)]
pub struct Property {
    pub(super) header: Header,
    pub get: Field,
    pub set: Field,
    pub del: Field,
    pub doc: Field,
    pub name: Field,
    pub getter_doc: Cell<bool>,
}
heap_object!(Property = kinds::PROPERTY, refs 1..6);

/// A method bound to an instance.
#[repr(C)]
pub struct BoundMethod {
    header: Header,
    pub function: Field,
    pub this: Field,
}
heap_object!(BoundMethod = kinds::BOUND_METHOD, refs 1..3);

impl BoundMethod {
    /// `function` bound to `this`.
    #[inline]
    pub fn new(function: Value, this: Value) -> Value {
        Gc::new(BoundMethod {
            header: Header::NEW,
            function: Field::new(function),
            this: Field::new(this),
        })
        .value()
    }
}

/// The number of the item that an [`item_property`] reads.
pub fn item_index(v: Value) -> Option<usize> {
    let m = v.cast_exact::<Member>().filter(|m| m.readonly.get())?;
    (m.word.get() as usize).checked_sub(crate::types::tuple::FIRST)
}

/// A read-only attribute `name` of a structure sequence: item `i`.
pub fn item_property(class: Gc<Type>, name: Gc<Str>, i: i64) -> Value {
    let m = Member::new(
        class,
        name,
        (crate::types::tuple::FIRST + i as usize) as u32,
    );
    m.readonly.set(true);
    m.value()
}
