//! `_operator`: the operators as functions, and getters as objects.

mod getters;

use pyjit_heap::{Gc, Value};
use pyjit_runtime::core::ops::{self, BinOp, Cmp};
use pyjit_runtime::core::special::Special;
use pyjit_runtime::core::{call, errors};
use pyjit_runtime::types::bytes::{ByteArray, Bytes};
use pyjit_runtime::types::dict::Dict;
use pyjit_runtime::types::int;
use pyjit_runtime::types::str_::Str;
use pyjit_runtime::types::tuple::Tuple;
use pyjit_runtime::types::type_::{class_of, type_name};
use pyjit_runtime::{R, Thread};

use crate::layout::call_with_dict;
use crate::native_module;

macro_rules! binary {
    ($($name:ident $inplace:ident $op:ident;)*) => { $(
        fn $name(t: &Thread, a: Value, b: Value) -> R<Value> {
            ops::binary(t, BinOp::$op, a, b)
        }
        fn $inplace(t: &Thread, a: Value, b: Value) -> R<Value> {
            ops::inplace(t, BinOp::$op, a, b)
        }
    )* };
}
binary! {
    add iadd Add; sub isub Sub; mul imul Mul; matmul imatmul Matmul; truediv itruediv Truediv;
    floordiv ifloordiv Floordiv; modulo imod Mod; pow ipow Pow; lshift ilshift Lshift;
    rshift irshift Rshift; and iand And; xor ixor Xor; or ior Or;
}
macro_rules! compare {
    ($($name:ident $cmp:ident;)*) => { $(
        fn $name(t: &Thread, a: Value, b: Value) -> R<Value> {
            ops::compare(t, Cmp::$cmp, a, b)
        }
    )* };
}
compare! { lt Lt; le Le; eq Eq; ne Ne; gt Gt; ge Ge; }
macro_rules! unary {
    ($($name:ident $special:ident;)*) => { $(
        fn $name(t: &Thread, a: Value) -> R<Value> {
            ops::unary(t, Special::$special, a)
        }
    )* };
}
unary! { neg Neg; pos Pos; invert Invert; abs Abs; }

fn not(t: &Thread, a: Value) -> R<bool> {
    Ok(!ops::truth(t, a)?)
}
fn truth(t: &Thread, a: Value) -> R<bool> {
    ops::truth(t, a)
}
fn is(_t: &Thread, a: Value, b: Value) -> bool {
    a == b
}
fn is_not(_t: &Thread, a: Value, b: Value) -> bool {
    a != b
}
fn is_none(_t: &Thread, a: Value) -> bool {
    a.is_none()
}
fn is_not_none(_t: &Thread, a: Value) -> bool {
    !a.is_none()
}
fn index(t: &Thread, a: Value) -> R<Value> {
    let i = ops::index(t, a)?;
    Ok(int::exact(i).unwrap_or(i))
}
fn concatenable(t: &Thread, a: Value) -> R<()> {
    if class_of(a).special(Special::Getitem).is_none() || a.cast::<Dict>().is_some() {
        let m = format!("'{}' object can't be concatenated", type_name(a));
        return Err(errors::type_error(t, m));
    }
    Ok(())
}
fn concat(t: &Thread, a: Value, b: Value) -> R<Value> {
    concatenable(t, a)?;
    ops::binary(t, BinOp::Add, a, b)
}
fn iconcat(t: &Thread, a: Value, b: Value) -> R<Value> {
    concatenable(t, a)?;
    ops::inplace(t, BinOp::Add, a, b)
}
fn contains(t: &Thread, a: Value, b: Value) -> R<bool> {
    ops::contains(t, a, b)
}
fn getitem(t: &Thread, a: Value, b: Value) -> R<Value> {
    ops::getitem(t, a, b)
}
fn setitem(t: &Thread, a: Value, b: Value, c: Value) -> R<()> {
    ops::setitem(t, a, b, c)
}
fn delitem(t: &Thread, a: Value, b: Value) -> R<()> {
    ops::delitem(t, a, b)
}
fn searched(t: &Thread, a: Value) -> R<Value> {
    let c = class_of(a);
    if c.special(Special::Iter).is_none() && c.special(Special::Getitem).is_none() {
        let m = format!("argument of type '{}' is not iterable", type_name(a));
        return Err(errors::type_error(t, m));
    }
    ops::iter(t, a)
}
fn count_of(t: &Thread, a: Value, b: Value) -> R<usize> {
    let (it, mut n) = (searched(t, a)?, 0);
    while let Some(v) = ops::next(t, it)? {
        n += ops::same_or_eq(t, v, b)? as usize;
    }
    Ok(n)
}
fn index_of(t: &Thread, a: Value, b: Value) -> R<usize> {
    let (it, mut i) = (searched(t, a)?, 0);
    while let Some(v) = ops::next(t, it)? {
        if ops::same_or_eq(t, v, b)? {
            return Ok(i);
        }
        i += 1;
    }
    let m = "sequence.index(x): x not in sequence";
    Err(errors::value_error(t, m))
}
fn length_hint(t: &Thread, obj: Value, default: Option<i64>) -> R<usize> {
    ops::length_hint(t, obj, default.unwrap_or(0) as usize)
}
fn call_function(t: &Thread, args: Gc<Tuple>, kwargs: Option<Gc<Dict>>) -> R<Value> {
    match args.items() {
        [f, rest @ ..] => call_with_dict(t, *f, rest, kwargs),
        [] => {
            let m = "call expected at least 1 argument, got 0";
            Err(errors::type_error(t, m))
        }
    }
}

/// The bytes of a bytes-like argument.
fn buffer(t: &Thread, v: Value) -> R<Vec<u8>> {
    if let Some(b) = v.cast::<Bytes>() {
        return Ok(b.bytes().to_vec());
    }
    if let Some(b) = v.cast::<ByteArray>() {
        return Ok(b.bytes().to_vec());
    }
    if v.cast::<Str>().is_none()
        && let Ok(b) = call::call_attr(t, v, "tobytes", &[])
        && let Some(b) = b.cast::<Bytes>()
    {
        return Ok(b.bytes().to_vec());
    }
    t.exc.set(Value::NULL);
    let m = format!(
        "unsupported operand types(s) or combination of types: '{}'",
        type_name(v)
    );
    Err(errors::type_error(t, m))
}
/// Equality whose time depends on the length of `b` alone.
/// `a == b` in a time that does not depend on where they differ.
pub fn compare_digest(t: &Thread, a: Value, b: Value) -> R<bool> {
    let (x, y) = match (a.cast::<Str>(), b.cast::<Str>()) {
        (Some(x), Some(y)) => {
            if !x.is_ascii() || !y.is_ascii() {
                let m = "comparing strings with non-ASCII characters is not supported";
                return Err(errors::type_error(t, m));
            }
            (x.bytes().to_vec(), y.bytes().to_vec())
        }
        (None, None) => (buffer(t, a)?, buffer(t, b)?),
        _ => {
            let m = format!(
                "unsupported operand types(s) or combination of types: '{}' and '{}'",
                type_name(a),
                type_name(b)
            );
            return Err(errors::type_error(t, m));
        }
    };
    let same_length = x.len() == y.len();
    let left = if same_length { &x } else { &y };
    let mut difference = !same_length as u8;
    for (p, q) in left.iter().zip(&y) {
        difference |= std::hint::black_box(p ^ q);
    }
    Ok(difference == 0)
}

native_module! {
    /// Operator interface.
    ///
    /// This module exports a set of functions implemented in C corresponding
    /// to the intrinsic operators of Python.  For example, operator.add(x, y)
    /// is equivalent to the expression x+y.
    pub MODULE = "_operator", classes [getters::ITEMGETTER, getters::ATTRGETTER, getters::METHODCALLER];
    functions {
        /// Return True if a is true, False otherwise.
        truth(a, /) => truth;
        /// Same as b in a (note reversed operands).
        contains(a, b, /) => contains;
        /// Return the first index of b in a.
        indexOf(a, b, /) => index_of;
        /// Return the number of items in a which are, or which equal, b.
        countOf(a, b, /) => count_of;
        /// Same as a is b.
        is_(a, b, /) => is;
        /// Same as a is not b.
        is_not(a, b, /) => is_not;
        /// Same as a is None.
        is_none(a, /) => is_none;
        /// Same as a is not None.
        is_not_none(a, /) => is_not_none;
        /// Same as a + b.
        add(a, b, /) => add;
        /// Same as a - b.
        sub(a, b, /) => sub;
        /// Same as a * b.
        mul(a, b, /) => mul;
        /// Same as a @ b.
        matmul(a, b, /) => matmul;
        /// Same as a // b.
        floordiv(a, b, /) => floordiv;
        /// Same as a / b.
        truediv(a, b, /) => truediv;
        /// Same as a % b.
        mod(a, b, /) => modulo;
        /// Same as -a.
        neg(a, /) => neg;
        /// Same as +a.
        pos(a, /) => pos;
        /// Same as abs(a).
        abs(a, /) => abs;
        /// Same as ~a.
        inv(a, /) => invert;
        /// Same as ~a.
        invert(a, /) => invert;
        /// Same as a << b.
        lshift(a, b, /) => lshift;
        /// Same as a >> b.
        rshift(a, b, /) => rshift;
        /// Same as not a.
        not_(a, /) => not;
        /// Same as a & b.
        and_(a, b, /) => and;
        /// Same as a ^ b.
        xor(a, b, /) => xor;
        /// Same as a | b.
        or_(a, b, /) => or;
        /// Same as a ** b.
        pow(a, b, /) => pow;
        /// Same as a += b.
        iadd(a, b, /) => iadd;
        /// Same as a -= b.
        isub(a, b, /) => isub;
        /// Same as a *= b.
        imul(a, b, /) => imul;
        /// Same as a @= b.
        imatmul(a, b, /) => imatmul;
        /// Same as a //= b.
        ifloordiv(a, b, /) => ifloordiv;
        /// Same as a /= b.
        itruediv(a, b, /) => itruediv;
        /// Same as a %= b.
        imod(a, b, /) => imod;
        /// Same as a <<= b.
        ilshift(a, b, /) => ilshift;
        /// Same as a >>= b.
        irshift(a, b, /) => irshift;
        /// Same as a &= b.
        iand(a, b, /) => iand;
        /// Same as a ^= b.
        ixor(a, b, /) => ixor;
        /// Same as a |= b.
        ior(a, b, /) => ior;
        /// Same as a **= b.
        ipow(a, b, /) => ipow;
        /// Same as a + b, for a and b sequences.
        concat(a, b, /) => concat;
        /// Same as a += b, for a and b sequences.
        iconcat(a, b, /) => iconcat;
        /// Same as a[b].
        getitem(a, b, /) => getitem;
        /// Same as a[b] = c.
        setitem(a, b, c, /) => setitem;
        /// Same as del a[b].
        delitem(a, b, /) => delitem;
        /// Same as a < b.
        lt(a, b, /) => lt;
        /// Same as a <= b.
        le(a, b, /) => le;
        /// Same as a == b.
        eq(a, b, /) => eq;
        /// Same as a != b.
        ne(a, b, /) => ne;
        /// Same as a > b.
        gt(a, b, /) => gt;
        /// Same as a >= b.
        ge(a, b, /) => ge;
        /// Same as a.__index__()
        index(a, /) => index;
        /// Return an estimate of the number of items in obj.
        ///
        /// This is useful for presizing containers when building from an iterable.
        ///
        /// If the object supports len(), the result will be exact.
        /// Otherwise, it may over- or under-estimate by an arbitrary amount.
        length_hint(obj, default=0, /) => length_hint;
        /// Same as obj(*args, **kwargs).
        call(*args, **kwargs) => call_function;
        /// Return 'a == b'.
        ///
        /// This function uses an approach designed to prevent
        /// timing analysis, making it appropriate for cryptography.
        _compare_digest(a, b, /) => compare_digest;
    }
}
