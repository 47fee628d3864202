//! Shapes: what an object looks like. The class, the native layout with its
//! reference words, and for instances which attribute sits in which slot
//! (hidden classes, as in Self and V8).
//!
//! An instance keeps its first attributes in inline slots behind the native
//! part and the rest in an overflow array; a shape of kind *dict mode* says
//! that the attributes live in a real dictionary instead. Shape numbers below
//! [`FIRST_DYNAMIC`] are the builtin layouts, and live for ever. The others do
//! not keep their class alive: their instances do, through [`reach`], and a
//! shape ends with its class. Its number is not used again, since caches and
//! compiled code compare numbers.

use std::cell::{Cell, RefCell};

use crate::gil::GilCell;
use crate::object::{HeapObject, RefRange};
use crate::value::Value;

/// Number of a shape: the low half of an object's header.
pub type ShapeId = u32;

/// Numbers below are builtin layouts, declared by the crates that own the types.
pub const FIRST_DYNAMIC: ShapeId = 768;
/// Attributes beyond this many put an instance into dict mode.
pub const MAX_SLOTS: usize = 128;

/// Where an attribute of an instance is.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Slot {
    /// Word of the object.
    Inline(u32),
    /// Index into the overflow array.
    Overflow(u32),
}

/// One shape. All shapes of instances of one class with one set of attributes
/// in one order are the same shape.
pub struct Shape {
    id: ShapeId,
    kind: u32,
    refs: RefRange,
    class: Cell<Value>,
    /// First inline slot word, and how many there are; 0 and 0 without attributes.
    inline_start: u32,
    inline_cap: u32,
    dict_mode: bool,
    /// Attribute names (interned strings, immortal) in slot order.
    names: Box<[Value]>,
    /// Shapes with one more attribute.
    transitions: RefCell<Vec<(Value, ShapeId)>>,
    /// The same class and layout in dict mode.
    dict_shape: Cell<ShapeId>,
    /// Of a root: roots of the same class with other numbers of inline slots.
    resized: RefCell<Vec<(u32, ShapeId)>>,
}

static TABLE: GilCell<Vec<&'static Shape>> = GilCell::new(Vec::new());
/// Reference words by shape number, for the collector: dense, unlike the shapes.
static REFS: GilCell<Vec<RefRange>> = GilCell::new(Vec::new());
/// Has an old shape got another class since the last collection?
static CLASS_CHANGED: GilCell<Cell<bool>> = GilCell::new(Cell::new(false));
/// By shape number: has the running major collection met an instance?
static REACHED: GilCell<Vec<bool>> = GilCell::new(Vec::new());
/// What dead shapes are replaced by.
static DEAD: GilCell<Option<&'static Shape>> = GilCell::new(None);
/// Shapes that died at the last major collection: kept for one more, so that
/// code which holds one for a moment does not look into freed memory.
static GRAVES: GilCell<Vec<&'static Shape>> = GilCell::new(Vec::new());

/// The shape with number `id`.
#[inline(always)]
pub fn get(id: ShapeId) -> &'static Shape {
    TABLE.get()[id as usize]
}

/// The reference words of objects with shape `id`, which some object has.
#[inline(always)]
pub(crate) fn refs(id: ShapeId) -> RefRange {
    let refs = REFS.get();
    debug_assert!((id as usize) < refs.len(), "no shape {id:#x}");
    // SAFETY: I1: the number comes from a valid header.
    unsafe { *refs.get_unchecked(id as usize) }
}

/// Is it a builtin layout with data of variable size behind the fixed part,
/// over which Rust code may run with slices?
pub(crate) fn is_buffer(id: ShapeId) -> bool {
    id < FIRST_DYNAMIC && {
        let r = refs(id);
        r.tail != RefRange::NO_TAIL || r == RefRange::NONE
    }
}

pub(crate) fn take_class_changed() -> bool {
    CLASS_CHANGED.get().replace(false)
}

/// How many shape numbers are in use.
pub fn count() -> usize {
    TABLE.get().len()
}

fn add(make: impl FnOnce(ShapeId) -> Shape) -> &'static Shape {
    TABLE.with_mut(|t| {
        reserve_builtin(t);
        let shape: &'static Shape = Box::leak(Box::new(make(t.len() as u32)));
        t.push(shape);
        REFS.with_mut(|r| r.push(shape.refs));
        REACHED.with_mut(|r| r.push(false));
        shape
    })
}

fn reserve_builtin(t: &mut Vec<&'static Shape>) {
    if t.is_empty() {
        t.resize(FIRST_DYNAMIC as usize, Box::leak(Box::new(blank())));
        REFS.with_mut(|r| r.resize(FIRST_DYNAMIC as usize, RefRange::NONE));
        REACHED.with_mut(|r| r.resize(FIRST_DYNAMIC as usize, true));
    }
}

/// Declares the base shape of a builtin layout.
pub fn define_builtin<T: HeapObject>() {
    define_raw(T::KIND, T::REFS)
}

/// As [`define_builtin`], by number.
pub fn define_raw(kind: u32, refs: RefRange) {
    assert!(kind != 0 && kind < FIRST_DYNAMIC);
    TABLE.with_mut(|t| {
        reserve_builtin(t);
        if t[kind as usize].id != kind {
            t[kind as usize] = Box::leak(Box::new(Shape {
                id: kind,
                kind,
                refs,
                ..blank()
            }));
            REFS.with_mut(|r| r[kind as usize] = refs);
        }
    })
}

/// An instance with shape `id` is alive: the class, when a running major
/// collection hears of it for the first time.
#[inline(always)]
pub(crate) fn reach(id: ShapeId) -> Option<Value> {
    let reached = REACHED.get();
    debug_assert!((id as usize) < reached.len());
    // SAFETY: I1: the number comes from a valid header.
    if unsafe { *reached.get_unchecked(id as usize) } {
        return None;
    }
    REACHED.with_mut(|r| r[id as usize] = true);
    Some(get(id).class())
}

/// A major collection begins: no instances have been met.
pub(crate) fn start_major() {
    REACHED.with_mut(|r| r[FIRST_DYNAMIC as usize..].fill(false));
}

/// An object that exists gets a shape of `class`, which a running collection
/// may not see, since headers have no barrier.
pub fn adopt(class: Value) {
    let h = crate::heap::heap();
    if h.marker.marking {
        h.visit(true, class);
    }
}

/// A major collection ends: frees the shapes of dead classes.
pub(crate) fn sweep(is_dead: impl Fn(Value) -> bool) {
    for s in GRAVES.with_mut(std::mem::take) {
        // SAFETY: made by `Box::leak` in `add`, out of the table for a whole
        // major collection: no object has it, no code holds it.
        drop(unsafe { Box::from_raw(std::ptr::from_ref(s).cast_mut()) });
    }
    let dead = DEAD.with_mut(|d| *d.get_or_insert_with(|| Box::leak(Box::new(blank()))));
    TABLE.with_mut(|t| {
        for s in t.iter_mut().skip(FIRST_DYNAMIC as usize) {
            if s.class().is_ptr() && is_dead(s.class()) {
                let s = std::mem::replace(s, dead);
                GRAVES.with_mut(|g| g.push(s));
            }
        }
    });
}

fn blank() -> Shape {
    Shape {
        id: 0,
        kind: 0,
        refs: RefRange::NONE,
        class: Cell::new(Value::NULL),
        inline_start: 0,
        inline_cap: 0,
        dict_mode: false,
        names: Box::new([]),
        transitions: RefCell::new(Vec::new()),
        dict_shape: Cell::new(0),
        resized: RefCell::new(Vec::new()),
    }
}

/// A new root shape: instances of `class` with native layout `kind` whose
/// references reach to the object's end, attributes from word `inline_start`.
pub fn new_root(
    class: Value,
    kind: u32,
    refs: RefRange,
    inline_start: u32,
    inline_cap: u32,
) -> &'static Shape {
    add(|id| Shape {
        id,
        kind,
        refs,
        class: Cell::new(class),
        inline_start,
        inline_cap,
        ..blank()
    })
}

impl Shape {
    /// This shape's number.
    #[inline(always)]
    pub fn id(&self) -> ShapeId {
        self.id
    }
    /// Number of the builtin layout that the object begins with.
    #[inline(always)]
    pub fn kind(&self) -> u32 {
        self.kind
    }
    /// The reference words.
    #[inline(always)]
    pub fn refs(&self) -> RefRange {
        self.refs
    }
    /// The class (a type object).
    #[inline(always)]
    pub fn class(&self) -> Value {
        self.class.get()
    }
    /// Sets the class of a builtin shape, once, at start-up.
    pub fn set_class(&self, class: Value) {
        self.class.set(class);
        CLASS_CHANGED.get().set(true);
    }
    /// Calls `f` with everything that the shape keeps alive.
    pub(crate) fn for_each_root(&self, mut f: impl FnMut(Value)) {
        f(self.class());
        // A shape adds one name to those of the shape that it came from.
        if let Some(&name) = self.names.last() {
            f(name);
        }
    }
    /// Do the attributes live in a real dictionary?
    #[inline(always)]
    pub fn is_dict_mode(&self) -> bool {
        self.dict_mode
    }
    /// Attribute names in slot order.
    pub fn names(&self) -> &[Value] {
        &self.names
    }
    /// First inline slot (word of the object) and number of inline slots.
    pub fn inline(&self) -> (u32, u32) {
        (self.inline_start, self.inline_cap)
    }

    /// Where slot number `i` is.
    #[inline]
    pub fn slot(&self, i: usize) -> Slot {
        let i = i as u32;
        if i < self.inline_cap {
            Slot::Inline(self.inline_start + i)
        } else {
            Slot::Overflow(i - self.inline_cap)
        }
    }

    /// Number of the slot that holds attribute `name` (an interned string).
    #[inline]
    pub fn find(&self, name: Value) -> Option<usize> {
        self.names.iter().position(|n| *n == name)
    }

    /// The shape after adding attribute `name`, or `None` when there are too many.
    pub fn with_attribute(&'static self, name: Value) -> Option<&'static Shape> {
        if let Some((_, id)) = self.transitions.borrow().iter().find(|(n, _)| *n == name) {
            return Some(get(*id));
        }
        if self.names.len() >= MAX_SLOTS {
            return None;
        }
        let mut names = self.names.to_vec();
        names.push(name);
        let next = add(|id| Shape {
            id,
            class: Cell::new(self.class()),
            names: names.into(),
            ..self.like()
        });
        self.transitions.borrow_mut().push((name, next.id));
        Some(next)
    }

    /// The root shape of the same class with `cap` inline slots; this one is a root.
    pub fn with_inline(&'static self, cap: u32) -> &'static Shape {
        if self.inline_cap == cap {
            return self;
        }
        if let Some((_, id)) = self.resized.borrow().iter().find(|(n, _)| *n == cap) {
            return get(*id);
        }
        let s = add(|id| Shape {
            id,
            class: Cell::new(self.class()),
            inline_cap: cap,
            ..self.like()
        });
        self.resized.borrow_mut().push((cap, s.id));
        s
    }

    /// The shape of the same class and layout whose attributes are in a dictionary.
    pub fn in_dict_mode(&'static self) -> &'static Shape {
        if self.dict_mode {
            return self;
        }
        if self.dict_shape.get() == 0 {
            let s = add(|id| Shape {
                id,
                class: Cell::new(self.class()),
                dict_mode: true,
                ..self.like()
            });
            self.dict_shape.set(s.id);
        }
        get(self.dict_shape.get())
    }

    fn like(&self) -> Shape {
        Shape {
            kind: self.kind,
            refs: self.refs,
            inline_start: self.inline_start,
            inline_cap: self.inline_cap,
            ..blank()
        }
    }
}
