//! Operators.

use pyjit_heap::{Gc, Value};
use pyjit_runtime::core::operators::Operator;
use pyjit_runtime::core::ops::{self, BinOp, Cmp};
use pyjit_runtime::core::special::Special;
use pyjit_runtime::types::iterator_tools;

use super::helpers;

helpers! {
    /// Binary operator number `op`.
    BINARY(t, op, a, b) [] { ops::binary(t, BinOp::ALL[op.as_int() as usize], a, b) }
    /// In-place operator number `op`.
    INPLACE(t, op, a, b) [] { ops::inplace(t, BinOp::ALL[op.as_int() as usize], a, b) }
    /// Rich comparison number `op`.
    COMPARE(t, op, a, b) [] { ops::compare(t, Cmp::ALL[op.as_int() as usize], a, b) }
    /// Its truth.
    COMPARE_BOOL(t, op, a, b) [] {
        ops::compare_bool(t, Cmp::ALL[op.as_int() as usize], a, b).map(Value::bool)
    }
    /// What the methods give that are asked after those that did not know.
    OPERATOR_REST(t, number, a, b) [] {
        let n = number.as_int();
        Operator::of_number(n >> 3).apply(t, a, b, (n & 7) as usize)
    }
    /// The length that `__len__` has given.
    LENGTH_RESULT(t, v) [] { ops::length_result(t, v).map(|n| Value::int(n as i64)) }
    /// The iterator that `__iter__` has given.
    ITER_RESULT(t, v) [] { ops::iterator_result(t, v) }
    /// The truth that `__bool__` has given.
    BOOL_RESULT(t, v) [] { ops::bool_result(t, v).map(Value::bool) }
    /// The number of the next item of an `enumerate` object, which is counted.
    COUNTED(t, it) [] { iterator_tools::count(t, Gc::from_value(it)) }
    /// Raises `StopIteration` with a value.
    STOP_WITH(t, v) [] { Err(crate::objects::generator_methods::stop(t, v)) }
    /// `x in container`.
    CONTAINS(t, container, x) [] { ops::contains(t, container, x).map(Value::bool) }
    /// Truth of a value.
    TRUTH(t, x) [] { ops::truth(t, x).map(Value::bool) }
    /// `-x`.
    NEG(t, x) [] { ops::unary(t, Special::Neg, x) }
    /// `+x`.
    POS(t, x) [] { ops::unary(t, Special::Pos, x) }
    /// `~x`.
    INVERT(t, x) [] { ops::unary(t, Special::Invert, x) }
    /// `len(x)`.
    LEN(t, x) [] { ops::len(t, x).map(|n| Value::int(n as i64)) }
}
