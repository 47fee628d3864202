//! The trace-op table: one row an operation. Names, operand and result types, effects,
//! immediates, documentation and meaning (`eval`) come from here and nowhere else; the
//! enum, the printer, the parser, the verifier, the constant folder, the reference
//! evaluator and the generated tests are derived.
//!
//! The meaning of an operation on `int` is that on mathematical integers. `eval` gives
//! `None` where the operation has no meaning (division by zero, a guard's business) or
//! where the evaluator cannot hold the result.

use super::eval_rows::*;
use super::lit::Lit;
use super::types::Ty;

/// Type that an operand must have.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Operand {
    /// Exactly this type.
    Is(Ty),
    /// Any type.
    Any,
    /// The type of the operand before it.
    Same,
    /// Any number of operands of any type; always last.
    Rest,
}

/// Where an instruction's result type comes from.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum ResultTy {
    /// Always this.
    Is(Ty),
    /// Said by the immediate, or by the instruction itself.
    Own,
    /// The type of the last operand.
    Last,
}

/// What an operation does besides giving a result.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Effect {
    /// Nothing: may be folded, merged, moved, dropped.
    Pure,
    /// Leaves the trace unless something holds.
    Guard,
    /// Reads memory.
    Read,
    /// Writes memory.
    Write,
    /// Makes an object.
    Alloc,
    /// Runs other code.
    Call,
    /// Defined outside the instruction stream: constants, parameters, arguments.
    Source,
}

/// Kind of immediate that an instruction carries.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum ImmKind {
    /// None.
    No,
    /// A constant.
    Lit,
    /// An interpreter slot, or an argument or parameter number.
    Index,
    /// A shape number.
    Shape,
    /// A field descriptor.
    Field,
    /// An array descriptor.
    Items,
    /// A header word.
    Header,
    /// A residual call's descriptor.
    Call,
    /// A compiled function's descriptor and its window.
    Code,
}

/// One row of the table.
pub struct OpInfo {
    /// Name in the text form.
    pub name: &'static str,
    /// Operand types.
    pub operands: &'static [Operand],
    /// Result type.
    pub result: ResultTy,
    /// Effect.
    pub effect: Effect,
    /// Immediate.
    pub imm: ImmKind,
    /// Documentation.
    pub doc: &'static str,
    /// Meaning: the result of a pure operation; whether a guard on values holds.
    pub eval: fn(&[Lit]) -> Option<Lit>,
}

macro_rules! operand {
    (any) => {
        Operand::Any
    };
    (same) => {
        Operand::Same
    };
    (rest) => {
        Operand::Rest
    };
    ($t:ident) => {
        Operand::Is(Ty::$t)
    };
}
macro_rules! result {
    (own) => {
        ResultTy::Own
    };
    (last) => {
        ResultTy::Last
    };
    ($t:ident) => {
        ResultTy::Is(Ty::$t)
    };
}

macro_rules! trace_ops {
    ($($(#[doc = $doc:literal])+ $op:ident $name:literal ($($a:ident),*) -> $r:ident
        [$effect:ident $imm:ident] $eval:expr;)*) => {
        /// An operation of the trace IR.
        #[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, PartialOrd, Ord)]
        #[repr(u8)]
        pub enum Op { $($(#[doc = $doc])+ $op,)* }

        impl Op {
            /// All operations, in table order.
            pub const ALL: &'static [Op] = &[$(Op::$op,)*];
        }

        static TABLE: &[OpInfo] = &[$(OpInfo {
            name: $name,
            operands: &[$(operand!($a)),*],
            result: result!($r),
            effect: Effect::$effect,
            imm: ImmKind::$imm,
            doc: concat!($($doc, "\n"),+),
            eval: $eval,
        },)*];
    };
}

trace_ops! {
    // ---- sources ----
    /// A constant of any type.
    Const "const" () -> own [Source Lit] none;
    /// Interpreter slot, counted from the trace's base, as it was when the trace was
    /// entered. Optimised code loads it from the value stack.
    Slot "slot" () -> Value [Pure Index] none;
    /// Argument of a compiled function, unboxed.
    Arg "arg" () -> own [Source Index] none;
    /// Parameter of a block.
    Param "param" () -> own [Source Index] none;

    // ---- tags ----
    /// Go on only if the word is a small int.
    GuardInt "guard_int" (Value) -> None [Guard No] guard_int;
    /// Go on only if the word is a Python int from 0 to 2^64 - 1, small or an object.
    GuardWide "guard_wide" (Value) -> None [Guard No] guard_wide;
    /// Go on only if the word is a float, immediate or boxed.
    GuardFloat "guard_float" (Value) -> None [Guard No] guard_float;
    /// Go on only if the word is `True` or `False`.
    GuardBool "guard_bool" (Value) -> None [Guard No] guard_bool;
    /// Go on only if the word is the address of an object.
    GuardRef "guard_ref" (Value) -> None [Guard No] guard_ref;
    /// Go on only if the two words are the same.
    GuardValue "guard_value" (Value, Value) -> None [Guard No] same_word;
    /// Go on only if the word is not zero (bound, present).
    GuardBound "guard_bound" (Value) -> None [Guard No] guard_bound;
    /// The integer in a small int.
    UnboxInt "unbox_int" (Value) -> Int [Pure No] unbox_int;
    /// The integer in a Python int that `guard_wide` has let pass.
    UnboxWide "unbox_wide" (Value) -> Int [Pure No] unbox_wide;
    /// A Python int. With a snapshot: leaves unless it fits a small int. Without one:
    /// known to fit.
    BoxInt "box_int" (Int) -> Value [Pure No] box_any;
    /// The double in a float.
    UnboxFloat "unbox_float" (Value) -> Float [Pure No] unbox_float;
    /// A Python float; may allocate.
    BoxFloat "box_float" (Float) -> Value [Pure No] box_any;
    /// Is the word (`True` or `False`) `True`?
    UnboxBool "unbox_bool" (Value) -> Bool [Pure No] unbox_bool;
    /// `True` or `False`.
    BoxBool "box_bool" (Bool) -> Value [Pure No] box_any;
    /// The address in a pointer word (or zero in the word zero).
    UnboxRef "unbox_ref" (Value) -> Ref [Pure No] unbox_ref;
    /// The pointer word of an object.
    BoxRef "box_ref" (Ref) -> Value [Pure No] box_any;
    /// Is the word a small int?
    IsInt "is_int" (Value) -> Bool [Pure No] guard_int;
    /// Are the two words the same?
    SameWord "same_word" (Value, Value) -> Bool [Pure No] same_word;
    /// Are the two addresses the same?
    SameRef "same_ref" (Ref, Ref) -> Bool [Pure No] same_ref;

    // ---- integers ----
    /// a + b.
    IntAdd "int_add" (Int, Int) -> Int [Pure No] |x| int2(x, i128::checked_add);
    /// a - b.
    IntSub "int_sub" (Int, Int) -> Int [Pure No] |x| int2(x, i128::checked_sub);
    /// a * b.
    IntMul "int_mul" (Int, Int) -> Int [Pure No] |x| int2(x, i128::checked_mul);
    /// Python floor division; b is known not to be 0.
    IntFloorDiv "int_floordiv" (Int, Int) -> Int [Pure No] |x| int2(x, floor_div);
    /// Python modulo, with the sign of b; b is known not to be 0.
    IntMod "int_mod" (Int, Int) -> Int [Pure No] |x| int2(x, floor_mod);
    /// Bitwise and, two's complement of infinite width.
    IntAnd "int_and" (Int, Int) -> Int [Pure No] |x| int2(x, |a, b| Some(a & b));
    /// Bitwise or.
    IntOr "int_or" (Int, Int) -> Int [Pure No] |x| int2(x, |a, b| Some(a | b));
    /// Bitwise exclusive or.
    IntXor "int_xor" (Int, Int) -> Int [Pure No] |x| int2(x, |a, b| Some(a ^ b));
    /// a << b; b is known not to be negative.
    IntShl "int_shl" (Int, Int) -> Int [Pure No] |x| int2(x, shl);
    /// a >> b, arithmetic; b is known not to be negative.
    IntShr "int_shr" (Int, Int) -> Int [Pure No] |x| int2(x, shr);
    /// -a.
    IntNeg "int_neg" (Int) -> Int [Pure No] |x| int1(x, i128::checked_neg);
    /// ~a.
    IntNot "int_not" (Int) -> Int [Pure No] |x| int1(x, |a| Some(!a));
    /// Absolute value.
    IntAbs "int_abs" (Int) -> Int [Pure No] |x| int1(x, i128::checked_abs);
    /// The smaller one.
    IntMin "int_min" (Int, Int) -> Int [Pure No] |x| int2(x, |a, b| Some(a.min(b)));
    /// The larger one.
    IntMax "int_max" (Int, Int) -> Int [Pure No] |x| int2(x, |a, b| Some(a.max(b)));
    /// a < b.
    IntLt "int_lt" (Int, Int) -> Bool [Pure No] |x| cmp(x, |a, b| a < b);
    /// a <= b.
    IntLe "int_le" (Int, Int) -> Bool [Pure No] |x| cmp(x, |a, b| a <= b);
    /// a == b.
    IntEq "int_eq" (Int, Int) -> Bool [Pure No] |x| cmp(x, |a, b| a == b);
    /// a != b.
    IntNe "int_ne" (Int, Int) -> Bool [Pure No] |x| cmp(x, |a, b| a != b);
    /// 0 <= a < b: an index a into something of length b >= 0.
    IntBelow "int_below" (Int, Int) -> Bool [Pure No] |x| cmp(x, |a, b| 0 <= a && a < b);

    // ---- floats ----
    /// a + b.
    FloatAdd "float_add" (Float, Float) -> Float [Pure No] |x| float2(x, |a, b| a + b);
    /// a - b.
    FloatSub "float_sub" (Float, Float) -> Float [Pure No] |x| float2(x, |a, b| a - b);
    /// a * b.
    FloatMul "float_mul" (Float, Float) -> Float [Pure No] |x| float2(x, |a, b| a * b);
    /// a / b, IEEE (division by zero is guarded before).
    FloatDiv "float_div" (Float, Float) -> Float [Pure No] |x| float2(x, |a, b| a / b);
    /// Python a // b; b is known not to be 0.
    FloatFloorDiv "float_floordiv" (Float, Float) -> Float [Pure No] |x| float2(x, float_floor_div);
    /// Python a % b; b is known not to be 0.
    FloatMod "float_mod" (Float, Float) -> Float [Pure No] |x| float2(x, float_mod);
    /// -a.
    FloatNeg "float_neg" (Float) -> Float [Pure No] |x| float1(x, |a| -a);
    /// Absolute value.
    FloatAbs "float_abs" (Float) -> Float [Pure No] |x| float1(x, f64::abs);
    /// Square root, correctly rounded.
    FloatSqrt "float_sqrt" (Float) -> Float [Pure No] |x| float1(x, f64::sqrt);
    /// Round down.
    FloatFloor "float_floor" (Float) -> Float [Pure No] |x| float1(x, f64::floor);
    /// Round up.
    FloatCeil "float_ceil" (Float) -> Float [Pure No] |x| float1(x, f64::ceil);
    /// Round towards zero.
    FloatTrunc "float_trunc" (Float) -> Float [Pure No] |x| float1(x, f64::trunc);
    /// a < b.
    FloatLt "float_lt" (Float, Float) -> Bool [Pure No] |x| fcmp(x, |a, b| a < b);
    /// a <= b.
    FloatLe "float_le" (Float, Float) -> Bool [Pure No] |x| fcmp(x, |a, b| a <= b);
    /// a == b.
    FloatEq "float_eq" (Float, Float) -> Bool [Pure No] |x| fcmp(x, |a, b| a == b);
    /// a != b.
    FloatNe "float_ne" (Float, Float) -> Bool [Pure No] |x| fcmp(x, |a, b| a != b);
    /// The double nearest to an integer (an `i64`: conversion of larger ones is a call).
    IntToFloat "int_to_float" (Int) -> Float [Pure No] int_to_float;
    /// The integer part, towards zero; the double is known to be within `i64`
    /// (see `float_fits`).
    FloatToInt "float_to_int" (Float) -> Int [Pure No] float_to_int;
    /// Is the double's integer part within `i64`? (False for NaN.)
    FloatFits "float_fits" (Float) -> Bool [Pure No] float_fits;

    // ---- booleans ----
    /// not a.
    BoolNot "bool_not" (Bool) -> Bool [Pure No] |x| bool2(x, |a, _| !a);
    /// Both.
    BoolAnd "bool_and" (Bool, Bool) -> Bool [Pure No] |x| bool2(x, |a, b| a & b);
    /// Either.
    BoolOr "bool_or" (Bool, Bool) -> Bool [Pure No] |x| bool2(x, |a, b| a | b);
    /// Exactly one.
    BoolXor "bool_xor" (Bool, Bool) -> Bool [Pure No] |x| bool2(x, |a, b| a ^ b);
    /// 0 or 1.
    BoolToInt "bool_to_int" (Bool) -> Int [Pure No] bool_to_int;
    /// The second operand if the first is true, else the third.
    Select "select" (Bool, any, same) -> last [Pure No] select;

    // ---- other guards ----
    /// Go on only if true.
    GuardTrue "guard_true" (Bool) -> None [Guard No] |x| bool2(x, |a, _| a);
    /// Go on only if false.
    GuardFalse "guard_false" (Bool) -> None [Guard No] |x| bool2(x, |a, _| !a);
    /// Go on only if the object has exactly this shape. The address is not zero.
    GuardShape "guard_shape" (Ref) -> None [Guard Shape] none;
    /// Go on only if the address is not zero.
    GuardNonNull "guard_nonnull" (Ref) -> None [Guard No] guard_nonnull;
    /// Go on only if the call before (its result, if it has one) left no exception.
    GuardNoException "guard_no_exception" (rest) -> None [Guard No] none;
    /// Go on only if this code is still valid.
    GuardValid "guard_valid" () -> None [Guard No] none;
    /// Go on only if nobody wants the thread's attention.
    Poll "poll" () -> None [Guard No] none;

    // ---- memory ----
    /// Read a field of an object.
    GetField "get_field" (Ref) -> own [Read Field] none;
    /// Write a field: object, value.
    SetField "set_field" (Ref, any) -> None [Write Field] none;
    /// Read item i of an array object; the index is known to be in range.
    GetItem "get_item" (Ref, Int) -> own [Read Items] none;
    /// Write item i of an array object: array, index, value.
    SetItem "set_item" (Ref, Int, any) -> None [Write Items] none;
    /// Allocate an object with this header word, all other words zero.
    New "new" () -> Ref [Alloc Header] none;

    /// Write an interpreter slot in memory, for others to see.
    SetSlot "set_slot" (Value) -> None [Write Index] none;

    // ---- calls ----
    /// Call a helper of the run-time system.
    Call "call" (rest) -> own [Call Call] none;
    /// Call compiled code of a Python function. Has an `after` snapshot.
    CallCode "call_code" (rest) -> own [Call Code] none;
}

impl Op {
    /// Its row.
    #[inline]
    pub fn info(self) -> &'static OpInfo {
        &TABLE[self as usize]
    }
    /// Name in the text form.
    pub fn name(self) -> &'static str {
        self.info().name
    }
    /// The operation with that name.
    pub fn from_name(s: &str) -> Option<Op> {
        Op::ALL.iter().copied().find(|o| o.name() == s)
    }
    /// Leaves the trace unless something holds?
    pub fn is_guard(self) -> bool {
        self.info().effect == Effect::Guard
    }
    /// No effect at all?
    pub fn is_pure(self) -> bool {
        self.info().effect == Effect::Pure
    }
    /// May it be dropped when nobody uses its result?
    pub fn droppable(self) -> bool {
        !matches!(
            self.info().effect,
            Effect::Guard | Effect::Write | Effect::Call
        )
    }
    /// Integer arithmetic whose result may not fit its operands' word, so that
    /// optimised code may carry an overflow guard (a snapshot) on it.
    pub fn can_overflow(self) -> bool {
        use Op::*;
        matches!(
            self,
            IntAdd | IntSub | IntMul | IntShl | IntNeg | IntAbs | IntFloorDiv
        )
    }
    /// Same result with operands exchanged?
    pub fn commutes(self) -> bool {
        use Op::*;
        matches!(
            self,
            IntAdd
                | IntMul
                | IntAnd
                | IntOr
                | IntXor
                | IntMin
                | IntMax
                | IntEq
                | IntNe
                | FloatEq
                | FloatNe
                | BoolAnd
                | BoolOr
                | BoolXor
                | SameWord
                | SameRef
        )
    }
}
