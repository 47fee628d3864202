//! Class tables: builtin types declared once, and the classes made of them.

use pyjit_heap::{Gc, HeapObject, RefRange, Value, shape};

use super::native::{Binding, Entry, NativeDef, NativeObject};
use super::{kinds, thread::Thread};
use crate::types::descriptor_methods::dict_descriptor;
use crate::types::descriptors::{self, GetSet};
use crate::types::dict::Dict;
use crate::types::str_::{Str, intern};
use crate::types::tuple::Tuple;
use crate::types::type_::{self, NewType, Type, flags};

/// A builtin class as its table declares it.
pub struct ClassDef {
    /// Native layout number of the instances.
    pub kind: u32,
    /// Their reference words and fixed size in words.
    pub refs: RefRange,
    pub words: u32,
    pub name: &'static str,
    pub module: &'static str,
    /// Layout number of the base class.
    pub base: u32,
    /// [`type_::flags`].
    pub flags: u32,
    pub doc: &'static str,
    pub methods: &'static [NativeDef],
    pub getset: &'static [GetSetDef],
}

/// A computed attribute.
pub struct GetSetDef {
    pub name: &'static str,
    pub doc: &'static str,
    pub get: Entry,
    /// Gets `NULL` as the value for deletion.
    pub set: Option<Entry>,
}

/// Declares a builtin class.
///
/// ```ignore
/// py_class! {
///     /// Built-in mutable sequence.
///     pub CLASS: List = "list", base kinds::OBJECT, flags BASETYPE;
///     methods {
///         /// Append object to the end of the list.
///         append(self, object, /) => list_append [leaf];
///         @classmethod fromkeys(cls, iterable, value=None, /) => from_keys;
///     }
///     getset {
///         /// doc
///         imag => get_imag;
///         name => get_name, set_name;
///     }
/// }
/// ```
#[macro_export]
macro_rules! py_class {
    (
        $(#[doc = $doc:literal])*
        pub $static_name:ident: $layout:ty = $name:literal, base $base:expr, flags $flags:expr $(, module $module:literal)?;
        methods { $($methods:tt)* }
        $(getset { $($getset:tt)* })?
    ) => {
        /// The class table.
        pub static $static_name: $crate::core::class::ClassDef = $crate::core::class::ClassDef {
            kind: <$layout as ::pyjit_heap::HeapObject>::KIND,
            refs: <$layout as ::pyjit_heap::HeapObject>::REFS,
            words: (size_of::<$layout>() / 8) as u32,
            name: $name,
            module: $crate::py_class!(@module $($module)?),
            base: $base,
            flags: $flags,
            doc: concat!($($doc, "\n"),*),
            methods: $crate::native_table! { $($methods)* },
            getset: $crate::getset_table! { $($($getset)*)? },
        };
    };
    (@module) => { "builtins" };
    (@module $m:literal) => { $m };
}

/// A table of native functions: `name(params) => rust_fn [effects];`, each
/// with doc comments and optionally `@classmethod` or `@staticmethod` in front.
#[macro_export]
macro_rules! native_table {
    ($($(#[doc = $doc:literal])* $(@$binding:ident)? $name:ident($($params:tt)*) => $f:path $([$($effect:ident)*])?;)*) => {
        &[$($crate::core::native::NativeDef {
            name: stringify!($name),
            doc: concat!("", $($doc, "\n"),*),
            params: stringify!($($params)*),
            sig: $crate::core::native::Sig::parse(stringify!($($params)*)),
            entry: {
                fn entry(t: &$crate::Thread, args: &[::pyjit_heap::Value]) -> $crate::R<::pyjit_heap::Value> {
                    const NAMES: $crate::core::native::Names = $crate::core::native::Names {
                        name: stringify!($name),
                        params: stringify!($($params)*),
                    };
                    $crate::core::native::NativeFn::call(&$f, t, args, NAMES)
                }
                entry
            },
            binding: $crate::native_table!(@binding $($binding)?),
            effects: $crate::core::native::Effects::parse(&[$($(stringify!($effect)),*)?]),
        }),*]
    };
    (@binding) => { $crate::core::native::Binding::Method };
    (@binding classmethod) => { $crate::core::native::Binding::ClassMethod };
    (@binding staticmethod) => { $crate::core::native::Binding::StaticMethod };
}

/// A table of computed attributes: `name => getter;` or `name => getter, setter;`.
/// A getter is `fn(&Thread, Gc<T>) -> ..`, a setter `fn(&Thread, Gc<T>, Option<Value>) -> R<()>`
/// (`None`: delete).
#[macro_export]
macro_rules! getset_table {
    ($($(#[doc = $doc:literal])* $name:ident => $get:expr $(, $set:expr)?;)*) => {
        &[$($crate::core::class::GetSetDef {
            name: stringify!($name),
            doc: concat!("", $($doc, "\n"),*),
            get: {
                fn entry(t: &$crate::Thread, args: &[::pyjit_heap::Value]) -> $crate::R<::pyjit_heap::Value> {
                    const NAMES: $crate::core::native::Names =
                        $crate::core::native::Names { name: stringify!($name), params: "self" };
                    $crate::core::native::NativeFn::call(&$get, t, args, NAMES)
                }
                entry
            },
            set: $crate::getset_table!(@set $name $($set)?),
        }),*]
    };
    (@set $name:ident) => { None };
    (@set $name:ident $set:expr) => {{
        fn entry(t: &$crate::Thread, args: &[::pyjit_heap::Value]) -> $crate::R<::pyjit_heap::Value> {
            const NAMES: $crate::core::native::Names =
                        $crate::core::native::Names { name: stringify!($name), params: "self" };
                    $crate::core::native::NativeFn::call(&$set, t, args, NAMES)
        }
        Some(entry)
    }};
}

/// Makes the class objects of `defs`: first all objects, then MROs and
/// dictionaries, so that tables may refer to each other.
pub fn make_all(t: &Thread, defs: &[&'static ClassDef]) {
    for d in defs {
        shape::define_raw(d.kind, d.refs);
    }
    for d in defs {
        allocate(d);
    }
    for d in defs {
        finish(t, d);
    }
}

/// Makes one class whose base exists (importable native modules).
pub fn make(t: &Thread, def: &'static ClassDef) -> Gc<Type> {
    if let Some(c) = type_::of_kind_opt(def.kind) {
        return c;
    }
    make_all(t, &[def]);
    type_::of_kind(def.kind)
}

fn allocate(d: &'static ClassDef) {
    let name = intern(d.name);
    let ty = Type::allocate(
        NewType {
            metaclass_shape: kinds::TYPE,
            name,
            qualname: name,
            base: None,
            bases: Tuple::new(&[]),
            dict: Dict::new(),
            kind: d.kind,
            flags: d.flags,
        },
        0,
    );
    type_::set_of_kind(d.kind, ty);
}

fn finish(t: &Thread, d: &'static ClassDef) {
    let ty = type_::of_kind(d.kind);
    let mut mro = vec![ty.value()];
    if d.kind != kinds::OBJECT {
        let base = type_::of_kind(d.base);
        ty.base.put(ty, base);
        ty.bases.put(ty, Tuple::new(&[base.value()]));
        let mut def_base = Some(base);
        while let Some(b) = def_base {
            mro.push(b.value());
            def_base = b.base.opt().or_else(|| {
                (b.kind.get() != kinds::OBJECT && b.mro.opt().is_none())
                    .then(|| type_::of_kind(kinds::OBJECT))
            });
        }
    }
    ty.mro.put(ty, Tuple::new(&mro));
    ty.fixed_words.set(d.words);
    fill(t, ty, d);
}

fn fill(t: &Thread, ty: Gc<Type>, d: &'static ClassDef) {
    let dict = ty.dict.gc();
    let set = |name: &str, v: Value| {
        dict.set_str(t, intern(name), v)
            .expect("memory for builtin classes")
    };
    dict.reserve((d.methods.len() + d.getset.len() + 3) * 4 / 3);
    for m in d.methods {
        set(m.name, method_object(ty, m));
    }
    for g in d.getset {
        set(g.name, GetSet::new(g, ty).value());
    }
    ty.home.set(d.module);
    let own_module = d.getset.iter().any(|g| g.name == "__module__");
    if d.module != "builtins" && !own_module {
        set("__module__", intern(d.module).value());
    }
    let doc = if d.doc.is_empty() {
        Value::NONE
    } else {
        Str::new(d.doc.trim()).value()
    };
    if !d.getset.iter().any(|g| g.name == "__doc__") {
        set("__doc__", doc);
    }
    let own_dict = d.flags & flags::HAS_DICT != 0
        && ty.base.opt().is_none_or(|b| !b.has(flags::HAS_DICT))
        && dict.get_str(intern("__dict__")).is_none();
    if own_dict {
        set("__dict__", dict_descriptor(ty));
    }
    if dict.get_str(intern("__eq__")).is_some() && dict.get_str(intern("__hash__")).is_none() {
        set("__hash__", Value::NONE);
    }
}

/// Plain methods beside a slot, by class.
const COEXISTING: &[(&str, &str)] = &[
    ("list", "__getitem__"),
    ("dict", "__getitem__"),
    ("dict", "__contains__"),
    ("set", "__contains__"),
    ("frozenset", "__contains__"),
];

/// The object that a table row puts into the class dictionary.
pub fn method_object(ty: Gc<Type>, m: &'static NativeDef) -> Value {
    match m.binding {
        Binding::Method
            if super::special::is_slot(m.name)
                && !COEXISTING.iter().any(|(class, name)| {
                    *name == m.name && ty.name.gc().bytes() == class.as_bytes()
                }) =>
        {
            NativeObject::new(kinds::WRAPPER_DESCRIPTOR, m, Value::NULL, ty.value()).value()
        }
        Binding::Method => {
            NativeObject::new(kinds::METHOD_DESCRIPTOR, m, Value::NULL, ty.value()).value()
        }
        Binding::ClassMethod => {
            NativeObject::new(kinds::CLASSMETHOD_DESCRIPTOR, m, Value::NULL, ty.value()).value()
        }
        // `__new__` is a plain builtin function bound to its class, as in CPython.
        Binding::StaticMethod if m.name == "__new__" => {
            NativeObject::new(kinds::BUILTIN_FUNCTION, m, Value::NULL, ty.value()).value()
        }
        Binding::StaticMethod => descriptors::static_method(
            NativeObject::new(kinds::BUILTIN_FUNCTION, m, Value::NULL, ty.value()).value(),
        ),
    }
}

/// Layout words of a Rust struct.
pub const fn words<T: HeapObject>() -> u32 {
    (size_of::<T>() / 8) as u32
}

/// The six rich comparisons `lt le eq ne gt ge` of a type from one function
/// `fn(&Thread, Cmp, This, Value) -> R<Value>`.
#[macro_export]
macro_rules! comparisons {
    ($this:ty, $f:path) => {
        $crate::comparisons!(@one $this, $f, lt Lt, le Le, eq Eq, ne Ne, gt Gt, ge Ge);
    };
    (@one $this:ty, $f:path, $($name:ident $cmp:ident),*) => {
        $(fn $name(t: &$crate::Thread, a: $this, b: ::pyjit_heap::Value) -> $crate::R<::pyjit_heap::Value> {
            $f(t, $crate::core::ops::Cmp::$cmp, a, b)
        })*
    };
}
