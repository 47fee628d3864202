//! Code objects as the compiler makes them and `.pyc` files hold them: plain data, the same on every platform.
//!
//! Words are instructions and pool words. Pool words are zero here; the virtual machine fills them from
//! [`CodeObject::pool`] when it makes the run-time form: constants become values, caches start empty.
//! Not here: running, printing (`dis`), checking (`verify`), files (`pyc`).
//!
//! # Registers
//! `0..nlocals` are `varnames` (parameters first, in CPython's order), then `cellvars`, then `freevars`,
//! then temporaries, allocated stack-wise. Code without [`flags::OPTIMIZED`] (modules, classes) has its namespace
//! mapping in register 0, named [`NAMESPACE`]. Names that begin with a dot are not the user's.
//! [`CodeObject::heights`] gives for each instruction how many registers are in use before it: those at and above
//! the height are dead. Header words of windows being filled lie below the height and hold junk.

use std::borrow::Cow;
use std::hash::{Hash, Hasher};

use crate::nested::Nested;

/// A text; that of an embedded module lies in the program.
pub type Text = Cow<'static, str>;
/// Bytes, as [`Text`].
pub type Blob = Cow<'static, [u8]>;

/// Name of register 0 in code that has a namespace mapping.
pub const NAMESPACE: &str = ".ns";

/// `co_flags` as CPython numbers them.
pub mod flags {
    /// Locals are registers.
    pub const OPTIMIZED: u32 = 0x1;
    /// A new namespace for each call.
    pub const NEWLOCALS: u32 = 0x2;
    /// Has `*args`.
    pub const VARARGS: u32 = 0x4;
    /// Has `**kwargs`.
    pub const VARKEYWORDS: u32 = 0x8;
    /// Defined inside a function.
    pub const NESTED: u32 = 0x10;
    /// A generator.
    pub const GENERATOR: u32 = 0x20;
    /// `async def`.
    pub const COROUTINE: u32 = 0x80;
    /// A generator that may be awaited (`types.coroutine`).
    pub const ITERABLE_COROUTINE: u32 = 0x100;
    /// `async def` with `yield`.
    pub const ASYNC_GENERATOR: u32 = 0x200;
    /// `from __future__ import barry_as_FLUFL`.
    pub const FUTURE_BARRY_AS_BDFL: u32 = 0x40_0000;
    /// `from __future__ import generator_stop`.
    pub const FUTURE_GENERATOR_STOP: u32 = 0x80_0000;
    /// `from __future__ import annotations`.
    pub const FUTURE_ANNOTATIONS: u32 = 0x100_0000;
    /// The first constant is the docstring.
    pub const HAS_DOCSTRING: u32 = 0x400_0000;
    /// Defined in a class body.
    pub const METHOD: u32 = 0x800_0000;
}

/// A constant. Equality is identity of kind and bits: `0.0` and `-0.0`, `1` and `True` differ.
#[derive(Debug, Clone)]
pub enum Constant {
    /// `None`
    None,
    /// `True` or `False`
    Bool(bool),
    /// `...`
    Ellipsis,
    /// An integer of 64 bits.
    Int(i64),
    /// A larger one.
    BigInt {
        /// Below zero.
        negative: bool,
        /// Magnitude, little-endian, no leading zeros.
        magnitude: Box<[u8]>,
    },
    /// A float.
    Float(f64),
    /// A complex number.
    Complex(f64, f64),
    /// A string in WTF-8.
    Str(Blob),
    /// A bytes object.
    Bytes(Blob),
    /// A tuple.
    Tuple(Box<[Constant]>),
    /// A frozenset, in source order.
    FrozenSet(Box<[Constant]>),
    /// A slice: start, stop, step.
    Slice(Box<[Constant; 3]>),
    /// The code of a function, class or other nested scope.
    Code(Nested),
}

impl Constant {
    /// A string constant.
    pub fn str(text: &str) -> Constant {
        Constant::Str(text.as_bytes().to_vec().into())
    }
}

impl PartialEq for Constant {
    fn eq(&self, other: &Constant) -> bool {
        use Constant::*;
        match (self, other) {
            (None, None) | (Ellipsis, Ellipsis) => true,
            (Bool(a), Bool(b)) => a == b,
            (Int(a), Int(b)) => a == b,
            (
                BigInt {
                    negative: n,
                    magnitude: a,
                },
                BigInt {
                    negative: m,
                    magnitude: b,
                },
            ) => n == m && a == b,
            (Float(a), Float(b)) => a.to_bits() == b.to_bits(),
            (Complex(a, b), Complex(c, d)) => {
                a.to_bits() == c.to_bits() && b.to_bits() == d.to_bits()
            }
            (Str(a), Str(b)) | (Bytes(a), Bytes(b)) => a == b,
            (Tuple(a), Tuple(b)) | (FrozenSet(a), FrozenSet(b)) => a == b,
            (Slice(a), Slice(b)) => a == b,
            (Code(a), Code(b)) => std::ptr::eq(&**a, &**b),
            _ => false,
        }
    }
}
impl Eq for Constant {}

impl Hash for Constant {
    fn hash<H: Hasher>(&self, h: &mut H) {
        std::mem::discriminant(self).hash(h);
        match self {
            Constant::None | Constant::Ellipsis => {}
            Constant::Bool(b) => b.hash(h),
            Constant::Int(i) => i.hash(h),
            Constant::BigInt {
                negative,
                magnitude,
            } => (negative, magnitude).hash(h),
            Constant::Float(f) => f.to_bits().hash(h),
            Constant::Complex(re, im) => (re.to_bits(), im.to_bits()).hash(h),
            Constant::Str(b) | Constant::Bytes(b) => b.hash(h),
            Constant::Tuple(items) | Constant::FrozenSet(items) => items.hash(h),
            Constant::Slice(items) => items.hash(h),
            Constant::Code(code) => (&**code as *const CodeObject).hash(h),
        }
    }
}

/// What a place in the pool holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum PoolEntry {
    /// One word: `constants[n]`.
    Const(u32),
    /// One word: `names[n]` as a string.
    Name(u32),
    /// Three words: an inline cache `{shape: u32, slot: u32, ptr: u64}`, then `names[n]`.
    Attr(u32),
    /// Three words: an inline cache, then `names[n]`.
    Global(u32),
    /// Three words: an inline cache, then the tuple of names `constants[n]`.
    Keywords(u32),
}

impl PoolEntry {
    /// Size in words.
    pub fn words(self) -> u32 {
        match self {
            PoolEntry::Const(_) | PoolEntry::Name(_) => 1,
            PoolEntry::Attr(_) | PoolEntry::Global(_) | PoolEntry::Keywords(_) => 3,
        }
    }
    /// Which of its words holds the value (constant, name or tuple of names).
    pub fn value_word(self) -> u32 {
        self.words() - 1
    }
}

/// A pool entry and the index of its first word.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PoolSlot {
    /// Word index.
    pub at: u32,
    /// What is there.
    pub entry: PoolEntry,
}

/// A range of instructions and where their exceptions go.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Handler {
    /// First word covered.
    pub start: u32,
    /// First word not covered.
    pub end: u32,
    /// Where execution goes on.
    pub target: u32,
    /// Registers in use there; the exception is put into R[height].
    pub height: u16,
    /// Whether the index of the raising instruction (a small int) is put into R[height+1].
    pub lasti: bool,
}

/// A place in the source.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Position {
    /// First line, from 1; 0 = none.
    pub line: u32,
    /// Last line.
    pub end_line: u32,
    /// First column in UTF-8 bytes, from 0; -1 = none.
    pub column: i32,
    /// Column of the end; -1 = none.
    pub end_column: i32,
}

/// A compiled function, class body, module or other scope.
#[derive(Debug, Clone, Default)]
pub struct CodeObject {
    /// `co_name`
    pub name: Text,
    /// `co_qualname`
    pub qualname: Text,
    /// `co_filename`
    pub filename: Text,
    /// `co_firstlineno`
    pub firstlineno: u32,
    /// `co_argcount`, with positional-only parameters.
    pub argcount: u32,
    /// `co_posonlyargcount`
    pub posonlyargcount: u32,
    /// `co_kwonlyargcount`
    pub kwonlyargcount: u32,
    /// `co_flags`
    pub flags: u32,
    /// Registers in all; a call's window must lie below.
    pub nregs: u16,
    /// Registers of `varnames`.
    pub nlocals: u16,
    /// Names of registers `0..nlocals`.
    pub varnames: Box<[Text]>,
    /// Names of the next registers: cells made here.
    pub cellvars: Box<[Text]>,
    /// Names of the next registers: cells of the closure.
    pub freevars: Box<[Text]>,
    /// Names used by the code.
    pub names: Box<[Text]>,
    /// Constants; the docstring first if there is one.
    pub constants: Box<[Constant]>,
    /// Instructions and pool words.
    pub words: Box<[u64]>,
    /// The pool, by place. Words not covered are instructions.
    pub pool: Box<[PoolSlot]>,
    /// Exception table, by start, without overlaps.
    pub handlers: Box<[Handler]>,
    /// Encoded positions; see `positions`.
    pub positions: Blob,
    /// Registers in use before each word's instruction (0 for pool words).
    pub heights: Box<[u16]>,
    /// Registers below the height that hold nothing where the frame may be left and resumed: word of the
    /// instruction, register; ascending. A saved frame must not keep what is in them.
    pub junk: Box<[(u32, u16)]>,
}

impl CodeObject {
    /// Number of parameters that have registers, with `*args` and `**kwargs`.
    #[inline]
    pub fn nparams(&self) -> u32 {
        let stars = (self.flags & flags::VARARGS != 0) as u32
            + (self.flags & flags::VARKEYWORDS != 0) as u32;
        self.argcount + self.kwonlyargcount + stars
    }
    /// First temporary register.
    #[inline]
    pub fn first_temp(&self) -> u32 {
        self.nlocals as u32 + self.cellvars.len() as u32 + self.freevars.len() as u32
    }
    /// The exception handler of the instruction at a word.
    pub fn handler_at(&self, at: u32) -> Option<&Handler> {
        let i = self.handlers.partition_point(|h| h.end <= at);
        self.handlers.get(i).filter(|h| h.start <= at)
    }
    /// The part of [`CodeObject::junk`] for the instruction at a word.
    #[inline]
    pub fn junk_at(&self, at: u32) -> &[(u32, u16)] {
        if self.junk.is_empty() {
            return &[];
        }
        let from = self.junk.partition_point(|j| j.0 < at);
        let to = from + self.junk[from..].partition_point(|j| j.0 == at);
        &self.junk[from..to]
    }
    /// The position of the instruction at a word.
    pub fn position_at(&self, at: u32) -> Position {
        crate::positions::lookup(&self.positions, at)
    }
}
