//! The special methods, each with a number: a class caches what its MRO says
//! about every one of them in an array indexed by these numbers.

use pyjit_heap::{Gc, GilCell, Value, alloc};
use std::cell::Cell;

use crate::types::str_::{Str, intern};

macro_rules! specials {
    ($($variant:ident $name:literal,)*) => {
        /// A special method.
        #[derive(Clone, Copy, PartialEq, Eq, Debug)]
        #[repr(u8)]
        pub enum Special { $($variant),* }
        /// Their names by number.
        pub const NAMES: &[&str] = &[$($name),*];
        /// By number.
        pub const ALL: &[Special] = &[$(Special::$variant),*];
    };
}

specials! {
    New "__new__", Init "__init__", Del "__del__", Repr "__repr__", Str "__str__", Bytes "__bytes__",
    Format "__format__", Hash "__hash__", Bool "__bool__", Call "__call__",
    Lt "__lt__", Le "__le__", Eq "__eq__", Ne "__ne__", Gt "__gt__", Ge "__ge__",
    Getattribute "__getattribute__", Getattr "__getattr__", Setattr "__setattr__", Delattr "__delattr__", Dir "__dir__",
    Get "__get__", Set "__set__", Delete "__delete__", SetName "__set_name__",
    Len "__len__", LengthHint "__length_hint__", Getitem "__getitem__", Setitem "__setitem__", Delitem "__delitem__",
    Missing "__missing__", Iter "__iter__", Next "__next__", Reversed "__reversed__", Contains "__contains__",
    Add "__add__", Sub "__sub__", Mul "__mul__", Matmul "__matmul__", Truediv "__truediv__", Floordiv "__floordiv__",
    Mod "__mod__", Divmod "__divmod__", Pow "__pow__", Lshift "__lshift__", Rshift "__rshift__", And "__and__",
    Xor "__xor__", Or "__or__",
    Radd "__radd__", Rsub "__rsub__", Rmul "__rmul__", Rmatmul "__rmatmul__", Rtruediv "__rtruediv__",
    Rfloordiv "__rfloordiv__", Rmod "__rmod__", Rdivmod "__rdivmod__", Rpow "__rpow__", Rlshift "__rlshift__",
    Rrshift "__rrshift__", Rand "__rand__", Rxor "__rxor__", Ror "__ror__",
    Iadd "__iadd__", Isub "__isub__", Imul "__imul__", Imatmul "__imatmul__", Itruediv "__itruediv__",
    Ifloordiv "__ifloordiv__", Imod "__imod__", Ipow "__ipow__", Ilshift "__ilshift__", Irshift "__irshift__",
    Iand "__iand__", Ixor "__ixor__", Ior "__ior__",
    Neg "__neg__", Pos "__pos__", Abs "__abs__", Invert "__invert__", Int "__int__", Float "__float__",
    Complex "__complex__", Index "__index__", Round "__round__", Trunc "__trunc__", Floor "__floor__", Ceil "__ceil__",
    Enter "__enter__", Exit "__exit__", Aenter "__aenter__", Aexit "__aexit__",
    Await "__await__", Aiter "__aiter__", Anext "__anext__",
    Instancecheck "__instancecheck__", Subclasscheck "__subclasscheck__", InitSubclass "__init_subclass__",
    ClassGetitem "__class_getitem__", MroEntries "__mro_entries__", Prepare "__prepare__", Mro "mro",
    Buffer "__buffer__", ReleaseBuffer "__release_buffer__", Fspath "__fspath__", Copy "__copy__",
    Deepcopy "__deepcopy__", Reduce "__reduce__", ReduceEx "__reduce_ex__", Getstate "__getstate__",
    Setstate "__setstate__", Sizeof "__sizeof__",
}

/// Special methods that CPython does not keep in slots of a class: they are
/// plain methods there, also to those who ask for the type of a method.
const PLAIN: &[&str] = &[
    "__new__",
    "__bytes__",
    "__format__",
    "__dir__",
    "__set_name__",
    "__length_hint__",
    "__missing__",
    "__reversed__",
    "__complex__",
    "__round__",
    "__trunc__",
    "__floor__",
    "__ceil__",
    "__enter__",
    "__exit__",
    "__aenter__",
    "__aexit__",
    "__instancecheck__",
    "__subclasscheck__",
    "__init_subclass__",
    "__class_getitem__",
    "__mro_entries__",
    "__prepare__",
    "mro",
    "__fspath__",
    "__copy__",
    "__deepcopy__",
    "__reduce__",
    "__reduce_ex__",
    "__getstate__",
    "__setstate__",
    "__sizeof__",
];

/// Is a native method with that name a slot of its class?
pub fn is_slot(name: &str) -> bool {
    name.starts_with("__") && NAMES.contains(&name) && !PLAIN.contains(&name)
}

/// How many special methods there are.
pub const COUNT: usize = NAMES.len();

static INTERNED: GilCell<[Cell<Value>; COUNT]> =
    GilCell::new([const { Cell::new(Value::NULL) }; COUNT]);

/// Interns the names. Called once at start-up.
pub fn init() {
    alloc::add_root_range(INTERNED.as_ptr() as *const u64, COUNT);
    for (i, n) in NAMES.iter().enumerate() {
        INTERNED.get()[i].set(intern(n).value());
    }
}

impl Special {
    /// The name as an interned string.
    #[inline]
    pub fn name(self) -> Gc<Str> {
        Gc::from_value(INTERNED.get()[self as usize].get())
    }
    /// The name.
    pub fn text(self) -> &'static str {
        NAMES[self as usize]
    }
    /// The special method with that name, if it is one.
    pub fn from_name(name: Gc<Str>) -> Option<Special> {
        if !name.bytes().starts_with(b"__") {
            return None;
        }
        INTERNED
            .get()
            .iter()
            .position(|c| c.get() == name.value())
            .map(|i| ALL[i])
    }
}
