//! Functions of integers.

use pyjit_heap::{Gc, Value};
use pyjit_runtime::bigint;
use pyjit_runtime::core::ops;
use pyjit_runtime::types::int::{self, Operand};
use pyjit_runtime::types::tuple::Tuple;
use pyjit_runtime::{R, Thread};

/// The argument as an int operand, by `__index__`.
fn operand(t: &Thread, v: Value) -> R<Operand> {
    let i = ops::index(t, v)?;
    Ok(int::operand(i).expect("index gives an int"))
}
pub fn factorial(t: &Thread, n: Value) -> R<Value> {
    let n = operand(t, n)?;
    int::result(t, bigint::factorial(n.as_ref()))
}
pub fn comb(t: &Thread, n: Value, k: Value) -> R<Value> {
    let (n, k) = (operand(t, n)?, operand(t, k)?);
    int::result(t, bigint::comb(n.as_ref(), k.as_ref()))
}
pub fn perm(t: &Thread, n: Value, k: Option<Value>) -> R<Value> {
    let Some(k) = k.filter(|k| !k.is_none()) else {
        return factorial(t, n);
    };
    let (n, k) = (operand(t, n)?, operand(t, k)?);
    int::result(t, bigint::perm(n.as_ref(), k.as_ref()))
}
pub fn isqrt(t: &Thread, n: Value) -> R<Value> {
    let n = operand(t, n)?;
    int::result(t, bigint::isqrt(n.as_ref()))
}
pub fn gcd(t: &Thread, integers: Gc<Tuple>) -> R<Value> {
    let mut r = Value::int(0);
    for v in integers.items() {
        let (a, b) = (operand(t, r)?, operand(t, *v)?);
        r = int::result(t, bigint::gcd(a.as_ref(), b.as_ref()))?;
    }
    Ok(r)
}
pub fn lcm(t: &Thread, integers: Gc<Tuple>) -> R<Value> {
    let mut r = Value::int(1);
    for v in integers.items() {
        let (a, b) = (operand(t, r)?, operand(t, *v)?);
        r = int::result(t, bigint::lcm(a.as_ref(), b.as_ref()))?;
    }
    Ok(r)
}
