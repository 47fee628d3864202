//! Shorthands for the objects of native modules: layouts of some references
//! and some integers, and the results of `__next__`.

use pyjit_heap::{Gc, Value};
use pyjit_runtime::core::call::{self, ArgVec};
use pyjit_runtime::core::class::ClassDef;
use pyjit_runtime::core::native::IntoResult;
use pyjit_runtime::core::{errors, kinds};
use pyjit_runtime::types::descriptor_methods;
use pyjit_runtime::types::dict::Dict;
use pyjit_runtime::types::exceptions::Exc;
use pyjit_runtime::types::str_::intern;
use pyjit_runtime::types::tuple::Tuple;
use pyjit_runtime::types::type_::{flags, of_kind};
use pyjit_runtime::{R, Thread};

/// What a `__next__` method gives: an item, or the end (`StopIteration`).
pub struct Item(pub Option<Value>);

impl IntoResult for Item {
    #[inline]
    fn into_result(self, t: &Thread) -> R<Value> {
        self.0.ok_or_else(|| errors::stop_iteration(t, Value::NONE))
    }
}

/// An item.
#[inline(always)]
pub fn item(v: Value) -> R<Item> {
    Ok(Item(Some(v)))
}
/// The end of an iteration.
pub const END: R<Item> = Ok(Item(None));

/// `iter(x)` of an iterator.
pub fn itself(_t: &Thread, this: Value) -> Value {
    this
}

/// `cls[item]` of generic classes.
pub fn class_getitem(t: &Thread, class: Value, item: Value) -> R<Value> {
    pyjit_runtime::types::generic_alias::make(t, class, item)
}

/// Declares the layout of a native class: its reference fields, then its
/// integers; and `alloc(class, ...)`, which makes an instance of the class or
/// of a subclass.
#[macro_export]
macro_rules! native_layout {
    ($(#[doc = $doc:literal])* $name:ident = $kind:literal, refs $from:literal .. $to:literal { $($r:ident),* } ints { $($c:ident),* }) => {
        $(#[doc = $doc])*
        #[repr(C)]
        pub struct $name {
            header: ::pyjit_heap::Header,
            $(pub(super) $r: ::pyjit_heap::Field,)*
            $(pub(super) $c: ::std::cell::Cell<i64>,)*
        }
        ::pyjit_heap::heap_object!($name = $kind, refs $from .. $to);
        impl $name {
            #[allow(clippy::too_many_arguments)]
            fn alloc(class: ::pyjit_heap::Gc<::pyjit_runtime::types::type_::Type>, $($r: ::pyjit_heap::Value,)* $($c: i64),*) -> ::pyjit_heap::Gc<$name> {
                let o = $name {
                    header: ::pyjit_heap::Header::NEW,
                    $($r: ::pyjit_heap::Field::new($r),)*
                    $($c: ::std::cell::Cell::new($c),)*
                };
                let words = ::pyjit_runtime::core::class::words::<$name>();
                ::pyjit_heap::Gc::with_shape(class.root_shape.get(), o, class.extra_bytes(words))
            }
        }
    };
}

/// Gives the instances of a native class a `__dict__` (before any is made).
pub fn with_dict(t: &Thread, def: &'static ClassDef) -> R<()> {
    let ty = of_kind(def.kind);
    if ty.has(flags::HAS_DICT) {
        return Ok(());
    }
    ty.set_flag(flags::HAS_DICT);
    ty.set_layout(def.refs, def.words, 0, 4);
    let d = descriptor_methods::dict_descriptor(ty);
    ty.dict.gc().set_str(t, intern("__dict__"), d)?;
    ty.modified(t);
    Ok(())
}

/// Calls `f(*args, **kw)`.
pub fn call_with_dict(t: &Thread, f: Value, args: &[Value], kw: Option<Gc<Dict>>) -> R<Value> {
    let Some(kw) = kw.filter(|d| !d.is_empty()) else {
        return call::call(t, f, args);
    };
    let (mut all, mut names) = (ArgVec::new(), ArgVec::new());
    all.extend(args);
    for (k, v) in kw.iter() {
        names.push(k);
        all.push(v);
    }
    let names = Tuple::new(&names);
    call::call_kw(t, f, &all, Some(names))
}

/// A new exception class of a native module.
pub fn exception_class(t: &Thread, module: &str, name: &str, bases: &[Exc]) -> R<Value> {
    let ns = Dict::new();
    ns.set_str(t, intern("__module__"), intern(module).value())?;
    let bases = Tuple::from_fn(bases.len(), |i| bases[i].class().value());
    let args = [intern(name).value(), bases.value(), ns.value()];
    call::call(t, of_kind(kinds::TYPE).value(), &args)
}
