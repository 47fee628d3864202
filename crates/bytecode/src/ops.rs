//! What derives from the table of bytecodes: the enum of opcodes and what is known of each.
//!
//! The rows are in `table`.

macro_rules! operand {
    (n) => {
        Operand::None
    };
    (r) => {
        Operand::Read
    };
    (w) => {
        Operand::Write
    };
    (m) => {
        Operand::Modify
    };
    (p) => {
        Operand::Base
    };
    (i) => {
        Operand::Imm
    };
    (u) => {
        Operand::Count
    };
    (j) => {
        Operand::Jump
    };
    (k) => {
        Operand::Const
    };
    (s) => {
        Operand::Name
    };
    (at) => {
        Operand::Attr
    };
    (gl) => {
        Operand::Global
    };
    (kw) => {
        Operand::Keywords
    };
}
macro_rules! define_ops {
    ($(#[doc = $doc:literal] $name:ident [$a:ident $b:ident $c:ident] $range:ident [$($flag:ident)*];)*) => {
        /// An opcode.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
        #[allow(non_camel_case_types)]
        #[repr(u8)]
        pub enum Op { $(#[doc = $doc] $name),* }

        /// All opcodes by number.
        pub const OPS: &[Op] = &[$(Op::$name),*];
        /// What the table says of each opcode, by number.
        pub const INFO: &[OpInfo] = &[$(OpInfo {
            name: stringify!($name), doc: $doc, operands: [operand!($a), operand!($b), operand!($c)],
            range: Range::$range, flags: 0 $(| flags::$flag)*,
        }),*];
    };
}
for_each_op!(define_ops);

/// Number of opcodes.
pub const COUNT: usize = OPS.len();

/// Kind of one of the three operands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Operand {
    /// Unused, 0.
    None,
    /// A register that is read.
    Read,
    /// A register that is written.
    Write,
    /// A register that is read and written.
    Modify,
    /// The first register of the [`Range`].
    Base,
    /// A signed 16-bit number.
    Imm,
    /// An unsigned 16-bit number.
    Count,
    /// A jump distance in words from this instruction.
    Jump,
    /// Offset of a pool word that holds a constant.
    Const,
    /// Offset of a pool word that holds a name.
    Name,
    /// Offset of an attribute cache.
    Attr,
    /// Offset of a global cache.
    Global,
    /// Offset of keyword names with cache.
    Keywords,
}

/// Registers touched beyond the operands themselves.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[allow(non_camel_case_types)]
pub enum Range {
    /// None.
    none,
    /// Writes R[a..a+b].
    writes_a_b,
    /// Writes R[a..a+c].
    writes_a_c,
    /// Writes R[a..] as `unpack_ex` does.
    writes_a_ex,
    /// Writes R[a], R[a+1].
    writes_a2,
    /// Writes R[a], R[a+1], R[a+2].
    writes_a3,
    /// Writes R[a] and R[a+3].
    method,
    /// Writes R[a] and R[a+3], reads R[b..b+3].
    super_method,
    /// Reads R[a], R[a+1].
    reads_a2,
    /// Reads R[b..b+c].
    reads_b_c,
    /// Reads R[b..b+2c].
    reads_b_2c,
    /// Reads R[b], R[b+1].
    reads_b2,
    /// Reads R[b..b+3].
    reads_b3,
    /// Reads R[c], R[c+1].
    reads_c2,
    /// Reads R[b], R[b+1], and R[b+2] if c & 4.
    interpolation,
    /// Reads as many as intrinsic c takes, from R[b].
    intrinsic,
    /// A call: reads R[a+3..a+3+b], R[a+1] and R[a+2] are scratch.
    window,
    /// A call: reads R[a+3], and R[a+4] if b = 1; R[a+1] and R[a+2] are scratch.
    window_ex,
    /// The 32-bit jump.
    far,
}

/// Bits of [`OpInfo::flags`].
#[allow(non_upper_case_globals)]
pub mod flags {
    /// Can't raise and runs no foreign code.
    pub const pure: u8 = 1;
    /// Never falls through.
    pub const stop: u8 = 2;
    /// Polls when it jumps.
    pub const back: u8 = 4;
    /// Leaves the frame, may be resumed behind it.
    pub const suspend: u8 = 8;
    /// Not allowed in code objects.
    pub const internal: u8 = 16;
}

/// A row of the table.
#[derive(Debug)]
pub struct OpInfo {
    /// Mnemonic.
    pub name: &'static str,
    /// One-line meaning.
    pub doc: &'static str,
    /// Kinds of a, b and c.
    pub operands: [Operand; 3],
    /// Further registers.
    pub range: Range,
    /// See [`flags`].
    pub flags: u8,
}

impl Op {
    /// The row of this opcode.
    #[inline]
    pub fn info(self) -> &'static OpInfo {
        &INFO[self as usize]
    }
    /// The opcode of a number.
    #[inline]
    pub fn from_u8(n: u8) -> Option<Op> {
        OPS.get(n as usize).copied()
    }
    /// The opcode of a mnemonic.
    pub fn by_name(name: &str) -> Option<Op> {
        OPS.iter().copied().find(|op| op.info().name == name)
    }
    /// Whether the flag is set.
    #[inline]
    pub fn has(self, flag: u8) -> bool {
        self.info().flags & flag != 0
    }
    /// The conditional jump that jumps when this one does not.
    pub fn inverse(self) -> Option<Op> {
        use Op::*;
        let pairs = [
            (jump_if_true, jump_if_false),
            (jump_if_none, jump_if_not_none),
            (jump_if_is, jump_if_is_not),
            (jump_if_in, jump_if_not_in),
        ];
        let other = |(a, b): &(Op, Op)| {
            if *a == self {
                Some(*b)
            } else {
                (*b == self).then_some(*a)
            }
        };
        if let Some(op) = pairs.iter().find_map(other) {
            return Some(op);
        }
        // Fused compares: groups of six that jump if true and six that jump if not.
        for first in [jlt_rr, jlt_ri, jlt_rk] {
            let i = (self as u8).wrapping_sub(first as u8);
            if i < 12 {
                return Op::from_u8(first as u8 + (i + 6) % 12);
            }
        }
        None
    }
    /// The back-edge that jumps when this conditional jump does not.
    pub fn inverse_back(self) -> Option<Op> {
        use Op::*;
        if self == jump_if_false {
            return Some(jump_true_back);
        }
        for (first, back) in [(jnlt_rr, jlt_back_rr), (jnlt_ri, jlt_back_ri)] {
            let i = (self as u8).wrapping_sub(first as u8);
            if i < 6 {
                return Op::from_u8(back as u8 + i);
            }
        }
        None
    }
    /// Whether operand c is a jump distance.
    #[inline]
    pub fn jumps(self) -> bool {
        self.info().operands[2] == Operand::Jump
    }
}

/// Registers of a call's header between callee and first argument.
pub const HEADER: u16 = 2;

/// Objects of `load_common`, by number.
pub const COMMON: &[&str] = &[
    "AssertionError",
    "NotImplementedError",
    "tuple",
    "all",
    "any",
    "list",
    "set",
];

/// Special methods of `load_special`, by number.
pub const SPECIALS: &[&str] = &["__enter__", "__exit__", "__aenter__", "__aexit__"];

macro_rules! numbered {
    ($(#[$doc:meta])* $name:ident { $($(#[$vdoc:meta])* $variant:ident $extra:expr,)* }) => {
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq)]
        #[repr(u16)]
        pub enum $name { $($(#[$vdoc])* $variant),* }
        impl $name {
            /// The item of a number.
            pub fn from_u16(n: u16) -> Option<$name> { [$($name::$variant),*].get(n as usize).copied() }
            /// Its name.
            pub fn name(self) -> &'static str { match self { $($name::$variant => stringify!($variant)),* } }
            /// The number of registers read.
            pub fn arity(self) -> u16 { match self { $($name::$variant => $extra),* } }
        }
    };
}

numbered! {
    /// Rare operations with one result; the number is how many registers they read.
    Intrinsic {
        /// Shows an expression's value through `sys.displayhook`.
        PrintExpr 1,
        /// `from module import *` into a mapping: module, mapping.
        ImportStar 2,
        /// StopIteration (or StopAsyncIteration) that leaves a generator becomes a RuntimeError; others stay: exception.
        StopIterationError 1,
        /// Wraps a value yielded by an async generator.
        AsyncGenWrap 1,
        /// TypeVar(name).
        TypeVar 1,
        /// TypeVar(name) with a bound that is evaluated lazily: name, function.
        TypeVarWithBound 2,
        /// TypeVar(name) with constraints that are evaluated lazily: name, function.
        TypeVarWithConstraints 2,
        /// ParamSpec(name).
        ParamSpec 1,
        /// TypeVarTuple(name).
        TypeVarTuple 1,
        /// Sets the lazily evaluated default of a type parameter and returns it: parameter, function.
        SetTypeparamDefault 2,
        /// Generic[params]: tuple of parameters.
        SubscriptGeneric 1,
        /// TypeAliasType: name, type parameters (or None), function that gives the value.
        TypeAlias 3,
        /// function.__type_params__ = tuple; returns the function: function, tuple.
        SetFunctionTypeParams 2,
        /// except*: exception group or None of the original exception and the list of raised or unhandled ones.
        PrepReraiseStar 2,
        /// Makes sure that mapping has `__annotations__`.
        SetupAnnotations 1,
    }
}

numbered! {
    /// Attributes of a new function, operand of `set_function_attr`.
    FunctionAttr {
        /// Tuple of positional defaults.
        Defaults 1,
        /// Dict of keyword-only defaults.
        KwDefaults 1,
        /// The `__annotate__` function.
        Annotate 1,
        /// Tuple of cells.
        Closure 1,
        /// Dict of annotations, under `from __future__ import annotations`.
        Annotations 1,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn inverses() {
        assert_eq!(Op::jlt_rr.inverse(), Some(Op::jnlt_rr));
        assert_eq!(Op::jnge_rk.inverse(), Some(Op::jge_rk));
        assert_eq!(Op::jne_ri.inverse(), Some(Op::jnne_ri));
        assert_eq!(Op::jneq_ri.inverse_back(), Some(Op::jeq_back_ri));
        for op in OPS {
            assert_eq!(
                op.inverse().map(|i| i.inverse()),
                op.inverse().map(|_| Some(*op))
            );
        }
    }

    #[test]
    fn rows() {
        const { assert!(COUNT <= 256) };
        for op in OPS {
            assert_eq!(Op::by_name(op.info().name), Some(*op));
            assert!(
                op.info().doc.trim().ends_with(['.', '3']),
                "{}",
                op.info().doc
            );
        }
    }
}
