//! `type`: class objects, their MRO, their caches.
//!
//! Every change of a class (its attributes, its bases) bumps the global
//! [`epoch`], which inline caches compare, empties the special-method caches
//! of the class and its subclasses, and tells the interpreter when compiled
//! code relies on the class.

use std::cell::Cell;

use pyjit_heap::shape::{self, Shape};
use pyjit_heap::{Field, Gc, GilCell, Header, RefArray, RefRange, Value, heap_object};

use super::dict::Dict;
use super::str_::Str;
use super::tuple::Tuple;
use super::type_methods::matters;
use crate::core::kinds;
use crate::core::special::{self, Special};
use crate::core::thread::Thread;

/// A class.
#[repr(C)]
pub struct Type {
    header: Header,
    pub name: Field<Gc<Str>>,
    pub qualname: Field<Gc<Str>>,
    /// Absent only for `object`.
    pub base: Field<Gc<Type>>,
    pub bases: Field<Gc<Tuple>>,
    pub mro: Field<Gc<Tuple>>,
    pub dict: Field<Gc<Dict>>,
    /// Direct subclasses: a list of weak references, or absent.
    pub subclasses: Field,
    /// What the MRO says about each [`Special`]: absent = not looked up yet,
    /// `NotImplemented` = there is none.
    specials: Field<Gc<RefArray>>,
    /// List of weak references to this class, or absent.
    pub weakrefs: Field,
    /// Instance attribute names declared by `__slots__` (a tuple), or absent.
    pub slots: Field,
    /// Reserved for the metaclass instance dictionary (attributes of the class
    /// object that are not in `dict`), or absent.
    pub extra: Field,
    /// Version of the class for the method cache; 0 = none.
    version: Cell<u32>,
    pub flags: Cell<u32>,
    /// Native layout of the instances.
    pub kind: Cell<u32>,
    /// Shape of a new instance.
    pub root_shape: Cell<u32>,
    /// Word of the first inline slot of instances, 0 if they have no attributes.
    pub inline_start: Cell<u32>,
    /// Inline slots given to new instances.
    pub inline_cap: Cell<u32>,
    /// Most attributes seen on an instance.
    pub max_slots: Cell<u32>,
    /// Words of the fixed part (native layout and declared slots).
    pub fixed_words: Cell<u32>,
    /// Module of a native class; empty for others.
    pub home: Cell<&'static str>,
}
heap_object!(Type = kinds::TYPE, refs 1..12);

/// Flags of a class.
pub mod flags {
    /// Made by a `class` statement or `type()`: attributes can be set.
    pub const HEAP: u32 = 1;
    /// Can be subclassed.
    pub const BASETYPE: u32 = 2;
    /// Instances have a `__dict__`.
    pub const HAS_DICT: u32 = 4;
    /// Instances can be weakly referenced.
    pub const HAS_WEAKREF: u32 = 8;
    /// Compiled code relies on the class.
    pub const WATCHED: u32 = 16;
    /// Defines (or inherits) `__del__`.
    pub const HAS_DEL: u32 = 32;
    /// `abc` bookkeeping: instances match sequence / mapping patterns.
    pub const SEQUENCE: u32 = 64;
    pub const MAPPING: u32 = 128;
    /// Abstract methods remain.
    pub const ABSTRACT: u32 = 256;
    /// Plain data attributes get reassigned: caches must not keep their values.
    pub const MUTABLE_DATA: u32 = 512;
    /// `type(x)(...)` is refused from Python.
    pub const NO_NEW: u32 = 1024;
    /// Declares `__slots__` somewhere without giving a `__dict__`.
    pub const IMMUTABLE: u32 = 2048;
}

/// Number that changes with every change of any class; inline caches keep it.
static EPOCH: GilCell<Cell<u32>> = GilCell::new(Cell::new(1));
static NEXT_VERSION: GilCell<Cell<u32>> = GilCell::new(Cell::new(1));

/// The current epoch (never 0).
#[inline(always)]
pub fn epoch() -> u32 {
    EPOCH.get().get()
}
/// Address of the epoch, for native code.
pub fn epoch_address() -> *const u32 {
    EPOCH.as_ptr() as *const u32
}

const CACHE: usize = 4096;
#[derive(Clone, Copy)]
struct CacheEntry {
    version: u32,
    name: u64,
    value: Value,
}
/// (version, name) -> attribute, or absent. Holds no references that
/// matter: a class with that version keeps the value alive.
static CACHE_TABLE: GilCell<[Cell<CacheEntry>; CACHE]> = GilCell::new(
    [const {
        Cell::new(CacheEntry {
            version: 0,
            name: 0,
            value: Value::NULL,
        })
    }; CACHE],
);

/// A class in the making, without MRO.
pub struct NewType {
    pub metaclass_shape: u32,
    pub name: Gc<Str>,
    pub qualname: Gc<Str>,
    pub base: Option<Gc<Type>>,
    pub bases: Gc<Tuple>,
    pub dict: Gc<Dict>,
    pub kind: u32,
    pub flags: u32,
}

impl Type {
    /// Allocates the class object. The caller sets `mro` and the layout words.
    pub fn allocate(n: NewType, extra: usize) -> Gc<Type> {
        let specials = RefArray::new(special::COUNT).expect("memory for a class");
        Gc::with_shape(
            n.metaclass_shape,
            Type {
                header: Header::NEW,
                name: Field::of(n.name),
                qualname: Field::of(n.qualname),
                base: Field::maybe(n.base),
                bases: Field::of(n.bases),
                mro: Field::null(),
                dict: Field::of(n.dict),
                subclasses: Field::null(),
                specials: Field::of(specials),
                weakrefs: Field::null(),
                slots: Field::null(),
                extra: Field::null(),
                version: Cell::new(0),
                flags: Cell::new(n.flags),
                kind: Cell::new(n.kind),
                root_shape: Cell::new(n.kind),
                inline_start: Cell::new(0),
                inline_cap: Cell::new(0),
                max_slots: Cell::new(0),
                fixed_words: Cell::new(0),
                home: Cell::new(""),
            },
            extra,
        )
    }

    /// The name as text.
    pub fn name_str(&self) -> String {
        self.name.gc().lossy().into_owned()
    }
    /// The name as messages have it: with the module for native classes that
    /// are not in `builtins`.
    pub fn message_name(&self) -> String {
        match self.home.get() {
            "" | "builtins" => self.name_str(),
            m => format!("{m}.{}", self.name_str()),
        }
    }
    /// Is the flag set?
    #[inline(always)]
    pub fn has(&self, flag: u32) -> bool {
        self.flags.get() & flag != 0
    }
    /// Sets a flag.
    pub fn set_flag(&self, flag: u32) {
        self.flags.set(self.flags.get() | flag)
    }
    /// The MRO's classes.
    pub fn mro_types(&self) -> impl Iterator<Item = Gc<Type>> + '_ {
        self.mro
            .gc()
            .items()
            .to_vec()
            .into_iter()
            .filter_map(|v| v.cast::<Type>())
    }
}

impl Type {
    /// Is `self` `other` or a subclass of it (by MRO)?
    #[inline]
    pub fn is_subtype(&self, other: Gc<Type>) -> bool {
        Gc::of(self) == other
            || self
                .mro
                .opt()
                .is_some_and(|m| m.items().contains(&other.value()))
    }

    /// The attribute that the MRO has under `name` (interned), with a global cache.
    #[inline]
    pub fn lookup(&self, name: Gc<Str>) -> Option<Value> {
        let version = self.version.get();
        let slot = &CACHE_TABLE.get()[(version as usize ^ (name.addr() >> 4)) & (CACHE - 1)];
        let e = slot.get();
        if e.version == version && e.name == name.addr() as u64 && version != 0 {
            return e.value.opt();
        }
        let Some((found, owner)) = self.lookup_with_class(name) else {
            self.remember(name, Value::NULL);
            return None;
        };
        // Plain data of such a class changes without a new version.
        if !owner.has(flags::MUTABLE_DATA) || matters(found) {
            self.remember(name, found);
        }
        Some(found)
    }

    /// Keeps the result of a lookup (`NULL`: none) until the version changes.
    fn remember(&self, name: Gc<Str>, value: Value) {
        let version = self.assign_version();
        let slot = &CACHE_TABLE.get()[(version as usize ^ (name.addr() >> 4)) & (CACHE - 1)];
        slot.set(CacheEntry {
            version,
            name: name.addr() as u64,
            value,
        });
    }

    fn lookup_uncached(&self, name: Gc<Str>) -> Option<Value> {
        self.mro
            .opt()?
            .items()
            .iter()
            .find_map(|c| Gc::<Type>::from_value(*c).dict.gc().get_str(name))
    }

    /// Like [`Type::lookup`], and the class that defines it.
    pub fn lookup_with_class(&self, name: Gc<Str>) -> Option<(Value, Gc<Type>)> {
        self.mro.opt()?.items().iter().find_map(|c| {
            let c = Gc::<Type>::from_value(*c);
            c.dict.gc().get_str(name).map(|v| (v, c))
        })
    }

    /// What the MRO has for a special method.
    #[inline]
    pub fn special(&self, s: Special) -> Option<Value> {
        match self.specials.gc().get(s as usize) {
            Value::NOT_IMPLEMENTED => None,
            Value::NULL => {
                let found = self.lookup_uncached(s.name());
                self.specials
                    .gc()
                    .set(s as usize, found.unwrap_or(Value::NOT_IMPLEMENTED));
                found
            }
            v => Some(v),
        }
    }

    fn assign_version(&self) -> u32 {
        if self.version.get() == 0 {
            let c = NEXT_VERSION.get();
            c.set(c.get().wrapping_add(1).max(1));
            self.version.set(c.get());
        }
        self.version.get()
    }

    /// The version, made up if need be: the same number means that nothing
    /// about the class has changed.
    pub fn version(&self) -> u32 {
        self.assign_version()
    }

    /// Must be called after any change of the class's dictionary or bases.
    pub fn modified(&self, t: &Thread) {
        EPOCH.get().set(EPOCH.get().get().wrapping_add(1).max(1));
        self.modified_tree(t);
    }

    fn modified_tree(&self, t: &Thread) {
        self.version.set(0);
        let s = self.specials.gc();
        s.clear_range(0, s.len());
        if self.has(flags::WATCHED) {
            t.host().type_changed(Gc::of(self));
        }
        for sub in super::weakref::live_targets(self.subclasses.value()).iter() {
            if let Some(c) = sub.cast::<Type>() {
                c.modified_tree(t);
            }
        }
    }

    /// Shape of a new instance, with as many inline slots as earlier instances needed.
    #[inline]
    pub fn instance_shape(&self) -> &'static Shape {
        shape::get(self.root_shape.get())
    }

    /// Gives the class its instance layout: the native struct of
    /// `native_words` words, `slots` declared slots, then, if instances have a
    /// dictionary, the overflow word and `cap` inline slots. Variable-size
    /// layouts (`native.tail` set) keep their overflow word behind the items.
    pub fn set_layout(&self, native: RefRange, native_words: u32, slots: u32, cap: u32) {
        let fixed = native_words + slots;
        self.fixed_words.set(fixed);
        let variable = native.tail != RefRange::NO_TAIL;
        let attributes = self.has(flags::HAS_DICT) && !variable;
        self.inline_start
            .set(if attributes { fixed + 1 } else { 0 });
        self.inline_cap.set(if attributes { cap } else { 0 });
        let refs = if variable {
            native
        } else {
            native.and_tail(native_words)
        };
        let s = shape::new_root(
            Gc::of(self).value(),
            self.kind.get(),
            refs,
            self.inline_start.get(),
            self.inline_cap.get(),
        );
        self.root_shape.set(s.id());
    }

    /// Words of a new instance beyond the native struct of `native_words`.
    pub fn extra_bytes(&self, native_words: u32) -> usize {
        let end = if self.inline_start.get() == 0 {
            self.fixed_words.get()
        } else {
            self.inline_start.get() + self.inline_cap.get()
        };
        (end - native_words) as usize * 8
    }
}

/// Types by native layout number.
static BY_KIND: GilCell<[Cell<Value>; shape::FIRST_DYNAMIC as usize]> =
    GilCell::new([const { Cell::new(Value::NULL) }; shape::FIRST_DYNAMIC as usize]);

/// The builtin class with that layout number.
#[inline(always)]
pub fn of_kind(kind: u32) -> Gc<Type> {
    Gc::from_value(BY_KIND.get()[kind as usize].get())
}
/// The builtin class with that layout number, if it has been made.
pub fn of_kind_opt(kind: u32) -> Option<Gc<Type>> {
    BY_KIND.get()[kind as usize].get().opt().map(Gc::from_value)
}
/// Declares the builtin class with that layout number.
pub fn set_of_kind(kind: u32, ty: Gc<Type>) {
    BY_KIND.get()[kind as usize].set(ty.value());
    shape::get(kind).set_class(ty.value());
}
/// Registers the table as roots. Called once at start-up.
pub fn init() {
    pyjit_heap::alloc::add_root_range(
        BY_KIND.as_ptr() as *const u64,
        shape::FIRST_DYNAMIC as usize,
    );
}

/// Is `v` an exact instance of a builtin type? (Those have no methods in Python.) False may be wrong.
#[inline(always)]
pub fn is_builtin(v: Value) -> bool {
    !v.is_ptr() || v.shape_id() < pyjit_heap::shape::FIRST_DYNAMIC
}

/// The class of any value.
#[inline]
pub fn class_of(v: Value) -> Gc<Type> {
    if v.is_ptr() {
        return Gc::from_value(shape::get(v.shape_id()).class());
    }
    of_kind(immediate_kind(v))
}

fn immediate_kind(v: Value) -> u32 {
    match v {
        v if v.is_int() => kinds::INT,
        v if v.is_float() => kinds::FLOAT,
        Value::TRUE | Value::FALSE => kinds::BOOL,
        Value::NONE => kinds::NONE_TYPE,
        Value::NOT_IMPLEMENTED => kinds::NOT_IMPLEMENTED_TYPE,
        _ => kinds::ELLIPSIS_TYPE,
    }
}

/// The type's name as messages about wrong arguments show it: `None` for `None`.
pub fn shown_type(v: Value) -> String {
    if v.is_none() {
        "None".into()
    } else {
        type_name(v)
    }
}

/// Name of the class of `v`, for messages: with the module for native classes
/// that are not in `builtins`.
pub fn type_name(v: Value) -> String {
    class_of(v).message_name()
}

/// Most inline slots given to new instances.
pub(super) const MAX_INLINE: u32 = 24;

impl Type {
    /// Takes note that an instance has `n` attributes; later instances get
    /// inline slots for all of them.
    #[cold]
    pub fn note_slots(&self, n: u32) {
        self.max_slots.set(n);
        if n > self.inline_cap.get() && self.inline_start.get() != 0 && n <= MAX_INLINE {
            let cap = (n + 1).next_multiple_of(2);
            let old = shape::get(self.root_shape.get());
            self.inline_cap.set(cap);
            let s = shape::new_root(
                Gc::of(self).value(),
                self.kind.get(),
                old.refs(),
                self.inline_start.get(),
                cap,
            );
            self.root_shape.set(s.id());
        }
    }
}

impl Type {
    /// The root shape of this class with `cap` inline slots.
    pub fn shape_with_inline(&self, cap: u32) -> &'static Shape {
        shape::get(self.root_shape.get()).with_inline(cap)
    }
}
