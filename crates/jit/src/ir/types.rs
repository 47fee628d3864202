//! Types of the trace IR and the descriptors that instructions carry: fields, arrays,
//! calls. The descriptors are all that the compiler knows about the program's objects:
//! offsets, kinds and alias classes, never a Python type.

use std::fmt;

/// Type of an SSA value.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, PartialOrd, Ord)]
pub enum Ty {
    /// A mathematical integer. How it sits in a register is an [`IntFact`](super::IntFact).
    Int,
    /// An IEEE double.
    Float,
    /// A truth value.
    Bool,
    /// The address of a heap object, or zero.
    Ref,
    /// A tagged word (`pyjit_heap::Value`).
    Value,
    /// No result.
    None,
}

impl Ty {
    /// The types that values can have, for parsers and generators.
    pub const ALL: [Ty; 6] = [Ty::Int, Ty::Float, Ty::Bool, Ty::Ref, Ty::Value, Ty::None];

    /// Name in the text form.
    pub fn name(self) -> &'static str {
        match self {
            Ty::Int => "int",
            Ty::Float => "float",
            Ty::Bool => "bool",
            Ty::Ref => "ref",
            Ty::Value => "value",
            Ty::None => "none",
        }
    }

    /// The type with that name.
    pub fn from_name(s: &str) -> Option<Ty> {
        Ty::ALL.into_iter().find(|t| t.name() == s)
    }
}

impl fmt::Display for Ty {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// What is stored in a field or array item.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, PartialOrd, Ord)]
pub enum Kind {
    /// A tagged word.
    Value,
    /// A heap address or zero.
    Ref,
    /// Signed 64-bit integer.
    I64,
    /// Signed 32-bit integer.
    I32,
    /// Unsigned 32-bit integer.
    U32,
    /// Unsigned byte.
    U8,
    /// 64-bit length or index: never negative, below 2^47.
    Len,
    /// Raw double.
    F64,
}

impl Kind {
    /// All kinds.
    pub const ALL: [Kind; 8] = [
        Kind::Value,
        Kind::Ref,
        Kind::I64,
        Kind::I32,
        Kind::U32,
        Kind::U8,
        Kind::Len,
        Kind::F64,
    ];

    /// Name in the text form.
    pub fn name(self) -> &'static str {
        match self {
            Kind::Value => "value",
            Kind::Ref => "ref",
            Kind::I64 => "i64",
            Kind::I32 => "i32",
            Kind::U32 => "u32",
            Kind::U8 => "u8",
            Kind::Len => "len",
            Kind::F64 => "f64",
        }
    }

    /// The kind with that name.
    pub fn from_name(s: &str) -> Option<Kind> {
        Kind::ALL.into_iter().find(|k| k.name() == s)
    }

    /// Type of the SSA value that a load gives.
    pub fn ty(self) -> Ty {
        match self {
            Kind::Value => Ty::Value,
            Kind::Ref => Ty::Ref,
            Kind::F64 => Ty::Float,
            _ => Ty::Int,
        }
    }

    /// Bytes in memory.
    pub fn size(self) -> u32 {
        match self {
            Kind::U8 => 1,
            Kind::I32 | Kind::U32 => 4,
            _ => 8,
        }
    }

    /// Smallest and largest integer that memory of this kind can hold.
    pub fn range(self) -> (i128, i128) {
        match self {
            Kind::I32 => (i32::MIN as i128, i32::MAX as i128),
            Kind::U32 => (0, u32::MAX as i128),
            Kind::U8 => (0, 255),
            Kind::Len => (0, (1 << 47) - 1),
            _ => (i64::MIN as i128, i64::MAX as i128),
        }
    }
}

/// A set of memory that is disjoint from the memory of all other classes. Within a
/// class, fields at different offsets are disjoint too.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, PartialOrd, Ord)]
pub struct AliasClass(pub u8);

/// A set of alias classes (0 to 63).
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Default)]
pub struct ClassSet(pub u64);

impl ClassSet {
    /// No memory.
    pub const NONE: ClassSet = ClassSet(0);
    /// All memory.
    pub const ALL: ClassSet = ClassSet(u64::MAX);

    /// The set of one class.
    pub const fn of(c: AliasClass) -> ClassSet {
        ClassSet(1 << (c.0 & 63))
    }
    /// Is `c` in it?
    pub const fn has(self, c: AliasClass) -> bool {
        self.0 >> (c.0 & 63) & 1 != 0
    }
    /// Union.
    pub const fn or(self, o: ClassSet) -> ClassSet {
        ClassSet(self.0 | o.0)
    }
}

/// A field of a heap object: where it is and who else can touch it.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, PartialOrd, Ord)]
pub struct Field {
    /// Bytes from the object's header.
    pub offset: i32,
    /// What is there.
    pub kind: Kind,
    /// Alias class.
    pub class: AliasClass,
    /// Never changes after the object can be seen by the trace.
    pub immutable: bool,
    /// A store must run the write barrier on the owner. The optimiser clears it
    /// where none is needed.
    pub barrier: bool,
}

impl Field {
    /// A mutable field; references get a barrier.
    pub const fn new(offset: i32, kind: Kind, class: AliasClass) -> Field {
        let barrier = matches!(kind, Kind::Value | Kind::Ref);
        Field {
            offset,
            kind,
            class,
            immutable: false,
            barrier,
        }
    }

    /// A field that never changes after construction.
    pub const fn fixed(offset: i32, kind: Kind, class: AliasClass) -> Field {
        Field {
            immutable: true,
            ..Field::new(offset, kind, class)
        }
    }

    /// The same place without regard to the barrier flag: key for load/store forwarding.
    pub const fn place(self) -> Field {
        Field {
            barrier: false,
            ..self
        }
    }
}

/// Items of an array object: item `i` is at `ref + offset + i * kind.size()`.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, PartialOrd, Ord)]
pub struct Items {
    /// Bytes from the object's header to item 0.
    pub offset: i32,
    /// What an item is.
    pub kind: Kind,
    /// Alias class.
    pub class: AliasClass,
    /// Never changes after the object can be seen by the trace.
    pub immutable: bool,
    /// A store must run the write barrier on the array object.
    pub barrier: bool,
}

impl Items {
    /// Mutable items; references get a barrier.
    pub const fn new(offset: i32, kind: Kind, class: AliasClass) -> Items {
        let barrier = matches!(kind, Kind::Value | Kind::Ref);
        Items {
            offset,
            kind,
            class,
            immutable: false,
            barrier,
        }
    }

    /// The field that item `index` is.
    pub fn field(self, index: i64) -> Option<Field> {
        let offset = index.checked_mul(self.kind.size() as i64)?;
        let offset = i32::try_from(offset.checked_add(self.offset as i64)?).ok()?;
        let Items {
            kind,
            class,
            immutable,
            barrier,
            ..
        } = self;
        Some(Field {
            offset,
            kind,
            class,
            immutable,
            barrier,
        })
    }
}

/// What a residual call may do. The default is the worst case.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub struct Effects {
    /// Memory it may read (pending stores to it are written before the call).
    pub reads: ClassSet,
    /// Memory it may write (knowledge about it is dropped after the call).
    pub writes: ClassSet,
    /// It may leave an exception pending.
    pub can_raise: bool,
    /// It may allocate, so the collector may run.
    pub can_collect: bool,
    /// It may run foreign code: frames can be observed and compiled code invalidated.
    pub can_reenter: bool,
    /// Same arguments, same result, nothing else happens: may be folded, moved, dropped.
    pub elidable: bool,
    /// Reference arguments may be kept by somebody after the call.
    pub escapes: bool,
}

impl Effects {
    /// May do anything.
    pub const ANY: Effects = Effects {
        reads: ClassSet::ALL,
        writes: ClassSet::ALL,
        can_raise: true,
        can_collect: true,
        can_reenter: true,
        elidable: false,
        escapes: true,
    };
    /// With what follows from the claims: foreign code may touch everything.
    pub const fn closed(self) -> Effects {
        if self.can_reenter { Effects::ANY } else { self }
    }

    /// A function of its arguments that touches nothing.
    pub const PURE: Effects = Effects {
        reads: ClassSet::NONE,
        writes: ClassSet::NONE,
        can_raise: false,
        can_collect: false,
        can_reenter: false,
        elidable: true,
        escapes: false,
    };
}

/// A residual call's target. One per helper, allocated once (`&'static`); compared by
/// address of the function.
#[derive(Debug)]
pub struct CallDesc {
    /// Name in dumps; unique.
    pub name: &'static str,
    /// Address of an `extern "sysv64"` function.
    pub address: usize,
    /// Pass the thread pointer (`JitCtx::thread`) as the first argument.
    pub thread: bool,
    /// Pass, after the thread, the position and the innermost window; the interpreter's
    /// slots are written before the call, so that it can look at the frames.
    pub frame: bool,
    /// Types of the IR arguments (without the thread).
    pub args: &'static [Ty],
    /// Result type. `Int` is an `i64`, `Bool` a zero-extended byte. A raising call
    /// that returns `Value` or `Ref` returns 0 when it has raised.
    pub ret: Ty,
    /// What it may do.
    pub effects: Effects,
}

/// A compiled function that traces call directly. One per function, allocated once.
#[derive(Debug)]
pub struct CodeDesc {
    /// Name in dumps; unique.
    pub name: String,
    /// Address of the word that holds the current entry point.
    pub cell: usize,
    /// Types in which arguments are passed.
    pub args: Vec<Ty>,
    /// Type of the unboxed result (status "unboxed").
    pub ret: Ty,
    /// Words of its window that hold references.
    pub window: u32,
    /// Not one function: the first argument is the address of the callee's cell, and is
    /// not passed.
    pub through: bool,
}

impl CodeDesc {
    /// Types of what is passed to the code.
    pub fn passed(&self) -> &[Ty] {
        &self.args[self.through as usize..]
    }
}
