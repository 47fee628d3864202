//! Operators and protocols on arbitrary objects: arithmetic dispatch,
//! comparison, hashing, truth, length, items, iteration, conversion.
//!
//! Here is the general meaning. Fast paths for exact builtin types belong to
//! the interpreter's handlers and to the native special methods themselves.

use pyjit_heap::{Gc, Value};

use super::call::{self, call_method, call_special};
pub use super::conversions::{format, repr, str};
use super::fast;
pub use super::instances::{is_instance, is_instance_of_type, is_subclass};
use super::kinds;
use super::native::NativeObject;
use super::operators::Operator;
use super::special::Special;
use super::thread::{R, Raised, Thread};
use super::{attr, errors};
use crate::types::exceptions::Exc;
use crate::types::list::List;
use crate::types::set::FrozenSet;
use crate::types::slice::Slice;
use crate::types::str_::{Str, intern};
use crate::types::tuple::Tuple;
use crate::types::type_::{Type, class_of, type_name};
use crate::types::{float, int};

/// A binary arithmetic operator: its method, the reflected and the in-place
/// one, and its symbol.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[repr(u8)]
pub enum BinOp {
    Add,
    Sub,
    Mul,
    Matmul,
    Truediv,
    Floordiv,
    Mod,
    Pow,
    Lshift,
    Rshift,
    And,
    Xor,
    Or,
    Divmod,
}

impl BinOp {
    /// By number, for helpers called with a constant.
    pub const ALL: [BinOp; 14] = [
        BinOp::Add,
        BinOp::Sub,
        BinOp::Mul,
        BinOp::Matmul,
        BinOp::Truediv,
        BinOp::Floordiv,
        BinOp::Mod,
        BinOp::Pow,
        BinOp::Lshift,
        BinOp::Rshift,
        BinOp::And,
        BinOp::Xor,
        BinOp::Or,
        BinOp::Divmod,
    ];
    /// (method, reflected, in-place, symbol).
    pub const fn names(self) -> (Special, Special, Option<Special>, &'static str) {
        use Special as S;
        match self {
            BinOp::Add => (S::Add, S::Radd, Some(S::Iadd), "+"),
            BinOp::Sub => (S::Sub, S::Rsub, Some(S::Isub), "-"),
            BinOp::Mul => (S::Mul, S::Rmul, Some(S::Imul), "*"),
            BinOp::Matmul => (S::Matmul, S::Rmatmul, Some(S::Imatmul), "@"),
            BinOp::Truediv => (S::Truediv, S::Rtruediv, Some(S::Itruediv), "/"),
            BinOp::Floordiv => (S::Floordiv, S::Rfloordiv, Some(S::Ifloordiv), "//"),
            BinOp::Mod => (S::Mod, S::Rmod, Some(S::Imod), "%"),
            BinOp::Pow => (S::Pow, S::Rpow, Some(S::Ipow), "** or pow()"),
            BinOp::Lshift => (S::Lshift, S::Rlshift, Some(S::Ilshift), "<<"),
            BinOp::Rshift => (S::Rshift, S::Rrshift, Some(S::Irshift), ">>"),
            BinOp::And => (S::And, S::Rand, Some(S::Iand), "&"),
            BinOp::Xor => (S::Xor, S::Rxor, Some(S::Ixor), "^"),
            BinOp::Or => (S::Or, S::Ror, Some(S::Ior), "|"),
            BinOp::Divmod => (S::Divmod, S::Rdivmod, None, "divmod()"),
        }
    }
}

/// `a op b`.
pub fn binary(t: &Thread, op: BinOp, a: Value, b: Value) -> R<Value> {
    if let Some(r) = fast::binary(t, op, a, b) {
        return r;
    }
    Operator::Binary(op).apply(t, a, b, 0)
}

/// `a op b`, `None` when neither operand supports it.
pub fn binary_opt(t: &Thread, op: BinOp, a: Value, b: Value) -> R<Option<Value>> {
    Operator::Binary(op).ask(t, a, b, 0)
}

#[inline]
fn implemented(v: Value) -> Option<Value> {
    if v == Value::NOT_IMPLEMENTED {
        None
    } else {
        Some(v)
    }
}

/// `a op= b`: the in-place method, else the binary operator.
pub fn inplace(t: &Thread, op: BinOp, a: Value, b: Value) -> R<Value> {
    if let Some(r) = fast::binary(t, op, a, b) {
        return r;
    }
    if let Some(r) = fast::inplace(t, op, a, b) {
        return r;
    }
    Operator::InPlace(op).apply(t, a, b, 0)
}

#[cold]
pub(super) fn unsupported(t: &Thread, symbol: &str, a: Value, b: Value) -> Raised {
    if symbol == "+" && is_sequence_concat(a) {
        let (a, b) = (type_name(a), type_name(b));
        return errors::type_error(t, format!("can only concatenate {a} (not \"{b}\") to {a}"));
    }
    let m = format!(
        "unsupported operand type(s) for {symbol}: '{}' and '{}'",
        type_name(a),
        type_name(b)
    );
    if symbol == ">>" && a.is_ptr() && NativeObject::of(a).is_some_and(|f| f.def().name == "print")
    {
        return errors::type_error(
            t,
            m + ". Did you mean \"print(<message>, file=<output_stream>)\"?",
        );
    }
    errors::type_error(t, m)
}

fn is_sequence_concat(a: Value) -> bool {
    a.cast::<Str>().is_some() || a.cast::<List>().is_some() || a.cast::<Tuple>().is_some()
}

/// `pow(base, exp, modulus)`.
pub fn ternary_pow(t: &Thread, base: Value, exp: Value, modulus: Value) -> R<Value> {
    if modulus.is_none() {
        return binary(t, BinOp::Pow, base, exp);
    }
    let mut order = [
        (base, Special::Pow, [exp, modulus]),
        (exp, Special::Rpow, [base, modulus]),
    ];
    // A subclass knows better.
    let (left, right) = (class_of(base), class_of(exp));
    if left != right
        && right.is_subtype(left)
        && right.special(Special::Rpow) != left.special(Special::Rpow)
    {
        order.swap(0, 1);
    }
    for (o, s, args) in order {
        if s == Special::Rpow && class_of(o) == class_of(base) {
            continue;
        }
        if let Some(r) = call_special(t, o, s, &args)
            && let Some(v) = implemented(r?)
        {
            return Ok(v);
        }
    }
    let m = format!(
        "unsupported operand type(s) for ** or pow(): '{}', '{}', '{}'",
        type_name(base),
        type_name(exp),
        type_name(modulus)
    );
    Err(errors::type_error(t, m))
}

/// A unary operator by its special method: `-x`, `+x`, `~x`.
pub fn unary(t: &Thread, s: Special, x: Value) -> R<Value> {
    match call_special(t, x, s, &[]) {
        Some(r) => r,
        None => {
            let symbol = match s {
                Special::Neg => "unary -",
                Special::Pos => "unary +",
                Special::Invert => "unary ~",
                _ => {
                    return Err(errors::type_error(
                        t,
                        format!("bad operand type for abs(): '{}'", type_name(x)),
                    ));
                }
            };
            Err(errors::type_error(
                t,
                format!("bad operand type for {symbol}: '{}'", type_name(x)),
            ))
        }
    }
}

/// A rich comparison.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[repr(u8)]
pub enum Cmp {
    Lt,
    Le,
    Eq,
    Ne,
    Gt,
    Ge,
}

impl Cmp {
    /// By number.
    pub const ALL: [Cmp; 6] = [Cmp::Lt, Cmp::Le, Cmp::Eq, Cmp::Ne, Cmp::Gt, Cmp::Ge];
    /// The special method.
    #[inline]
    pub const fn special(self) -> Special {
        match self {
            Cmp::Lt => Special::Lt,
            Cmp::Le => Special::Le,
            Cmp::Eq => Special::Eq,
            Cmp::Ne => Special::Ne,
            Cmp::Gt => Special::Gt,
            Cmp::Ge => Special::Ge,
        }
    }
    /// With the operands exchanged.
    pub const fn swapped(self) -> Cmp {
        match self {
            Cmp::Lt => Cmp::Gt,
            Cmp::Le => Cmp::Ge,
            Cmp::Gt => Cmp::Lt,
            Cmp::Ge => Cmp::Le,
            c => c,
        }
    }
    /// The operator's text.
    pub const fn symbol(self) -> &'static str {
        match self {
            Cmp::Lt => "<",
            Cmp::Le => "<=",
            Cmp::Eq => "==",
            Cmp::Ne => "!=",
            Cmp::Gt => ">",
            Cmp::Ge => ">=",
        }
    }
    /// What an ordering says about this comparison.
    #[inline]
    pub fn of(self, o: std::cmp::Ordering) -> bool {
        match self {
            Cmp::Lt => o.is_lt(),
            Cmp::Le => o.is_le(),
            Cmp::Eq => o.is_eq(),
            Cmp::Ne => o.is_ne(),
            Cmp::Gt => o.is_gt(),
            Cmp::Ge => o.is_ge(),
        }
    }
}

/// `a cmp b`, any result object.
pub fn compare(t: &Thread, cmp: Cmp, a: Value, b: Value) -> R<Value> {
    if let Some(v) = fast::compare(cmp, a, b) {
        return Ok(Value::bool(v));
    }
    if let Some(r) = fast::compare_sequences(t, cmp, a, b) {
        return r;
    }
    Operator::Compare(cmp).apply(t, a, b, 0)
}

/// `a cmp b` as a truth value.
pub fn compare_bool(t: &Thread, cmp: Cmp, a: Value, b: Value) -> R<bool> {
    if let Some(v) = fast::compare(cmp, a, b) {
        return Ok(v);
    }
    let v = compare(t, cmp, a, b)?;
    truth(t, v)
}

/// `a is b or a == b`, the equality of containers.
#[inline]
pub fn same_or_eq(t: &Thread, a: Value, b: Value) -> R<bool> {
    if a == b { Ok(true) } else { eq(t, a, b) }
}

/// `a == b` as a truth value.
pub fn eq(t: &Thread, a: Value, b: Value) -> R<bool> {
    if let (Some(x), Some(y)) = (a.cast_exact::<Str>(), b.cast_exact::<Str>()) {
        return Ok(x.same(&y));
    }
    compare_bool(t, Cmp::Eq, a, b)
}

/// Equality of dictionary keys with equal hashes (not identical ones).
#[inline]
pub fn eq_keys(t: &Thread, a: Value, b: Value) -> R<bool> {
    eq(t, a, b)
}

/// `hash(x)`.
#[inline]
pub fn hash(t: &Thread, x: Value) -> R<i64> {
    if x.is_int() {
        return Ok(int::hash_small(x.as_int()));
    }
    if let Some(s) = x.cast_exact::<Str>() {
        return Ok(s.hash());
    }
    hash_slow(t, x)
}

fn hash_slow(t: &Thread, x: Value) -> R<i64> {
    // Their hashes use all 64 bits: not through an int object.
    if let Some(items) = x.cast_exact::<Tuple>() {
        return crate::types::tuple_methods::hash(t, items);
    }
    if x.cast_exact::<FrozenSet>().is_some() {
        return Ok(crate::types::set_methods::hash_frozen(Gc::from_value(x)));
    }
    match class_of(x).special(Special::Hash) {
        Some(m) if !m.is_none() => {
            let v = call_method(t, m, x, &[])?;
            match int::to_i64_wrapping(v) {
                Some(h) => Ok(if h == -1 { -2 } else { h }),
                None => Err(errors::type_error(
                    t,
                    "__hash__ method should return an integer",
                )),
            }
        }
        _ => Err(errors::type_error(
            t,
            format!("unhashable type: '{}'", type_name(x)),
        )),
    }
}

/// Hash of an object by identity.
#[inline]
pub fn hash_identity(x: Value) -> i64 {
    (x.0.rotate_right(4) >> 1) as i64
}

/// `bool(x)`.
#[inline]
pub fn truth(t: &Thread, x: Value) -> R<bool> {
    match x {
        Value::TRUE => Ok(true),
        Value::FALSE | Value::NONE => Ok(false),
        x if x.is_int() => Ok(x.as_int() != 0),
        x => truth_slow(t, x),
    }
}

fn truth_slow(t: &Thread, x: Value) -> R<bool> {
    if x.is_float() {
        return Ok(x.as_float() != 0.0);
    }
    if let Some(n) = fast::len(x) {
        return Ok(n != 0);
    }
    if let Some(s) = x.cast_exact::<Str>() {
        return Ok(!s.is_empty());
    }
    if let Some(m) = class_of(x).special(Special::Bool) {
        let v = call_method(t, m, x, &[])?;
        return bool_result(t, v);
    }
    if class_of(x).special(Special::Len).is_some() {
        return Ok(len(t, x)? != 0);
    }
    Ok(true)
}

/// What `__bool__` has given, as a truth value.
pub fn bool_result(t: &Thread, v: Value) -> R<bool> {
    match v {
        Value::TRUE => Ok(true),
        Value::FALSE => Ok(false),
        v => Err(errors::type_error(
            t,
            format!("__bool__ should return bool, returned {}", type_name(v)),
        )),
    }
}

/// `len(x)`.
pub fn len(t: &Thread, x: Value) -> R<usize> {
    if let Some(n) = fast::len(x) {
        return Ok(n);
    }
    match call_special(t, x, Special::Len, &[]) {
        Some(r) => length_result(t, r?),
        None => Err(errors::type_error(
            t,
            format!("object of type '{}' has no len()", type_name(x)),
        )),
    }
}

/// What `__len__` has given, as a length.
pub fn length_result(t: &Thread, v: Value) -> R<usize> {
    let n = index(t, v)?;
    match int::to_i64(n) {
        Some(n) if n >= 0 => Ok(n as usize),
        _ if int::is_negative(n) => Err(errors::value_error(t, "__len__() should return >= 0")),
        _ => Err(errors::overflow_error(
            t,
            "cannot fit 'int' into an index-sized integer",
        )),
    }
}

/// Estimate of the number of items, `default` without any hint.
pub fn length_hint(t: &Thread, x: Value, default: usize) -> R<usize> {
    if class_of(x).special(Special::Len).is_some() {
        match len(t, x) {
            Ok(n) => return Ok(n),
            Err(_) if errors::catch(t, Exc::TypeError) => {}
            Err(e) => return Err(e),
        }
    }
    match call_special(t, x, Special::LengthHint, &[]) {
        None => Ok(default),
        Some(Err(_)) if errors::catch(t, Exc::TypeError) => Ok(default),
        Some(r) => match r? {
            Value::NOT_IMPLEMENTED => Ok(default),
            v if int::is_int(v) => match int::to_i64(v) {
                Some(n) if n >= 0 => Ok(n as usize),
                Some(_) => Err(errors::value_error(
                    t,
                    "__length_hint__() should return >= 0",
                )),
                None => Err(errors::overflow_error(
                    t,
                    "Python int too large to convert to C ssize_t",
                )),
            },
            v => {
                let m = format!("__length_hint__ must be an integer, not {}", type_name(v));
                Err(errors::type_error(t, m))
            }
        },
    }
}

/// `operator.index(x)`: an `int` (exact or subclass instance).
pub fn index(t: &Thread, x: Value) -> R<Value> {
    if int::is_int(x) {
        return Ok(x);
    }
    match call_special(t, x, Special::Index, &[]) {
        None => Err(errors::type_error(
            t,
            format!(
                "'{}' object cannot be interpreted as an integer",
                type_name(x)
            ),
        )),
        Some(r) => {
            let v = r?;
            if int::is_int(v) {
                int::warn_subclass(t, "__index__", v)?;
                return Ok(v);
            }
            Err(errors::type_error(
                t,
                format!("__index__ returned non-int (type {})", type_name(v)),
            ))
        }
    }
}

/// `__index__` as a machine integer; `OverflowError` beyond 64 bits.
pub fn index_i64(t: &Thread, x: Value) -> R<i64> {
    let v = index(t, x)?;
    int::to_i64(v)
        .ok_or_else(|| errors::overflow_error(t, "Python int too large to convert to C ssize_t"))
}

/// `float(x)` for arguments that must be real numbers.
pub fn to_f64(t: &Thread, x: Value) -> R<f64> {
    if let Some(f) = float::get(x) {
        return Ok(f);
    }
    if let Some(r) = call_special(t, x, Special::Float, &[]) {
        let v = r?;
        return float::get(v).ok_or_else(|| {
            let m = format!(
                "{}.__float__ returned non-float (type {})",
                type_name(x),
                type_name(v)
            );
            errors::type_error(t, m)
        });
    }
    if int::is_int(x) || class_of(x).special(Special::Index).is_some() {
        let i = index(t, x)?;
        return int::to_f64(t, i);
    }
    Err(errors::type_error(
        t,
        format!("must be real number, not {}", type_name(x)),
    ))
}

/// `x[key]`.
pub fn getitem(t: &Thread, x: Value, key: Value) -> R<Value> {
    if let Some(r) = fast::getitem(t, x, key) {
        return r;
    }
    if let Some(r) = call_special(t, x, Special::Getitem, &[key]) {
        return r;
    }
    if let Some(c) = x.cast::<Type>() {
        if c == crate::types::type_::of_kind(kinds::TYPE) {
            return crate::types::generic_alias::make(t, x, key);
        }
        let f = attr::get_opt(t, x, intern("__class_getitem__"))?;
        if let Some(f) = f.filter(|f| !f.is_none()) {
            return call::call(t, f, &[key]);
        }
        return Err(errors::type_error(
            t,
            format!("type '{}' is not subscriptable", c.name_str()),
        ));
    }
    Err(errors::type_error(
        t,
        format!("'{}' object is not subscriptable", type_name(x)),
    ))
}

/// `x[i:j]`.
pub fn getslice(t: &Thread, x: Value, i: Value, j: Value) -> R<Value> {
    match fast::getslice(t, x, i, j) {
        Some(r) => r,
        None => getitem(t, x, Slice::new(i, j, Value::NONE).value()),
    }
}

/// `x[key] = value`.
pub fn setitem(t: &Thread, x: Value, key: Value, value: Value) -> R<()> {
    if let Some(r) = fast::setitem(t, x, key, value) {
        return r;
    }
    match call_special(t, x, Special::Setitem, &[key, value]) {
        Some(r) => r.map(drop),
        None => Err(errors::type_error(
            t,
            format!("'{}' object does not support item assignment", type_name(x)),
        )),
    }
}

/// `x[i:j] = value`.
pub fn setslice(t: &Thread, x: Value, i: Value, j: Value, value: Value) -> R<()> {
    match fast::setslice(t, x, i, j, value) {
        Some(r) => r,
        None => setitem(t, x, Slice::new(i, j, Value::NONE).value(), value),
    }
}

/// `del x[key]`.
pub fn delitem(t: &Thread, x: Value, key: Value) -> R<()> {
    match call_special(t, x, Special::Delitem, &[key]) {
        Some(r) => r.map(drop),
        None => {
            // Two protocols, two wordings.
            let not = match class_of(x).special(Special::Getitem) {
                Some(_) if x.cast::<Type>().is_none() => "doesn't",
                _ => "does not",
            };
            let m = format!("'{}' object {not} support item deletion", type_name(x));
            Err(errors::type_error(t, m))
        }
    }
}

/// `key in x`.
pub fn contains(t: &Thread, x: Value, key: Value) -> R<bool> {
    if let Some(r) = fast::contains(t, x, key) {
        return r;
    }
    match class_of(x).special(Special::Contains) {
        Some(m) if m.is_none() => Err(errors::type_error(
            t,
            format!("'{}' object is not a container", type_name(x)),
        )),
        Some(m) => {
            let v = call_method(t, m, x, &[key])?;
            truth(t, v)
        }
        None => {
            let class = class_of(x);
            if class.special(Special::Iter).is_none() && !is_sequence(class) {
                let m = format!(
                    "argument of type '{}' is not a container or iterable",
                    type_name(x)
                );
                return Err(errors::type_error(t, m));
            }
            let it = iter(t, x)?;
            while let Some(v) = next(t, it)? {
                if same_or_eq(t, v, key)? {
                    return Ok(true);
                }
            }
            Ok(false)
        }
    }
}

/// Can instances be iterated over by index? Items of native mappings are no sequence.
pub fn is_sequence(class: Gc<Type>) -> bool {
    class.special(Special::Getitem).is_some()
        && !matches!(class.kind.get(), kinds::DICT | kinds::UNION_TYPE)
}

/// `iter(x)`.
pub fn iter(t: &Thread, x: Value) -> R<Value> {
    if let Some(r) = fast::iter(t, x) {
        return r;
    }
    match class_of(x).special(Special::Iter) {
        Some(m) if !m.is_none() => {
            let it = call_method(t, m, x, &[])?;
            iterator_result(t, it)
        }
        None if is_sequence(class_of(x)) => Ok(crate::types::iterators::sequence_iterator(x)),
        _ => Err(errors::type_error(
            t,
            format!("'{}' object is not iterable", type_name(x)),
        )),
    }
}

/// What `__iter__` has given, if it is an iterator.
pub fn iterator_result(t: &Thread, it: Value) -> R<Value> {
    if class_of(it).special(Special::Next).is_none() {
        let m = format!("iter() returned non-iterator of type '{}'", type_name(it));
        return Err(errors::type_error(t, m));
    }
    Ok(it)
}

/// The next item of iterator `it`, `None` at its end.
#[inline]
pub fn next(t: &Thread, it: Value) -> R<Option<Value>> {
    if let Some(r) = crate::types::iterators::next_native(t, it) {
        return r;
    }
    if it.is_ptr() && it.shape_id() == kinds::GENERATOR {
        return t.host().generator_next(t, it);
    }
    match call_special(t, it, Special::Next, &[]) {
        None => Err(errors::type_error(
            t,
            format!("'{}' object is not an iterator", type_name(it)),
        )),
        Some(Ok(v)) => Ok(Some(v)),
        Some(Err(_)) if errors::catch(t, Exc::StopIteration) => Ok(None),
        Some(Err(e)) => Err(e),
    }
}

/// Calls `f` with every item of `iterable`.
pub fn for_each(t: &Thread, iterable: Value, mut f: impl FnMut(Value) -> R<()>) -> R<()> {
    if let Some(tuple) = iterable.cast_exact::<Tuple>() {
        return tuple.items().iter().try_for_each(|v| f(*v));
    }
    if let Some(list) = iterable.cast_exact::<List>() {
        let mut i = 0;
        while i < list.len() {
            f(list.get(i))?;
            i += 1;
        }
        return Ok(());
    }
    let it = iter(t, iterable)?;
    while let Some(v) = next(t, it)? {
        f(v)?;
    }
    Ok(())
}
