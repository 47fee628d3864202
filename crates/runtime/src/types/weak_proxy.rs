//! `weakref.ProxyType` and `CallableProxyType`: weak references that behave
//! like their target. Every operation is the same operation on the target.

use std::cell::Cell;

use pyjit_heap::{Field, Gc, Header, Value, heap_object, weak};

use super::dict::Dict;
use super::str_::{Str, intern_str};
use super::tuple::Tuple;
use super::type_methods::join;
use crate::core::ops::{self, BinOp, Cmp};
use crate::core::special::Special;
use crate::core::thread::{R, Thread};
use crate::core::{attr, call, errors, kinds};
use crate::types::exceptions::Exc;
use crate::types::type_::type_name;

/// A proxy of an object that cannot be called.
#[repr(C)]
pub struct Proxy {
    header: Header,
    /// Called with the proxy when the target has died; absent for none.
    callback: Field,
    /// Not a reference for the collector.
    target: Cell<Value>,
}
heap_object!(Proxy = kinds::WEAK_PROXY, refs 1..2);

/// A proxy of a callable object.
#[repr(C)]
pub struct CallableProxy {
    header: Header,
    callback: Field,
    target: Cell<Value>,
}
heap_object!(CallableProxy = kinds::WEAK_CALLABLE_PROXY, refs 1..2);

/// Word of the target, in both.
const TARGET: u32 = 2;

/// `weakref.proxy(target, callback)`; the caller has checked that `target`
/// can be referenced.
pub fn make(target: Value, callback: Value) -> Value {
    let (header, callback, word) = (Header::NEW, Field::new(callback), Cell::new(target));
    let p = if call::is_callable(target) {
        Gc::new(CallableProxy {
            header,
            callback,
            target: word,
        })
        .value()
    } else {
        Gc::new(Proxy {
            header,
            callback,
            target: word,
        })
        .value()
    };
    weak::register(p, TARGET);
    p
}

/// The word of the target, if `v` is a proxy.
fn word(v: Value) -> Option<Value> {
    match v.cast_opt::<Proxy>() {
        Some(p) => Some(p.target.get()),
        None => v.cast_opt::<CallableProxy>().map(|p| p.target.get()),
    }
}

/// The callback of a proxy whose target has died, taken out of it.
pub fn take_callback(v: Value) -> Option<Value> {
    let take = |f: &Field| {
        let c = f.value();
        f.clear();
        c.opt()
    };
    match v.cast::<Proxy>() {
        Some(p) => take(&p.callback),
        None => v.cast::<CallableProxy>().and_then(|p| take(&p.callback)),
    }
}

/// What `v` stands for: the target of a proxy, anything else itself.
fn real(t: &Thread, v: Value) -> R<Value> {
    match word(v) {
        None => Ok(v),
        Some(Value::NULL) => Err(errors::raise(
            t,
            Exc::ReferenceError,
            "weakly-referenced object no longer exists",
        )),
        Some(x) => Ok(x),
    }
}

macro_rules! binary {
    ($($name:ident $reflected:ident $op:ident;)*) => {$(
        fn $name(t: &Thread, a: Value, b: Value) -> R<Value> {
            ops::binary(t, BinOp::$op, real(t, a)?, real(t, b)?)
        }
        fn $reflected(t: &Thread, b: Value, a: Value) -> R<Value> {
            $name(t, a, b)
        }
    )*};
}
binary! {
    add radd Add; sub rsub Sub; mul rmul Mul; matmul rmatmul Matmul; truediv rtruediv Truediv;
    floordiv rfloordiv Floordiv; mod_ rmod Mod; divmod rdivmod Divmod; lshift rlshift Lshift;
    rshift rrshift Rshift; and rand And; xor rxor Xor; or ror Or;
}

macro_rules! inplace {
    ($($name:ident $op:ident;)*) => {$(
        fn $name(t: &Thread, a: Value, b: Value) -> R<Value> {
            ops::inplace(t, BinOp::$op, real(t, a)?, real(t, b)?)
        }
    )*};
}
inplace! {
    iadd Add; isub Sub; imul Mul; imatmul Matmul; itruediv Truediv; ifloordiv Floordiv; imod Mod;
    ilshift Lshift; irshift Rshift; iand And; ixor Xor; ior Or; ipow Pow;
}

fn pow(t: &Thread, a: Value, b: Value, modulus: Option<Value>) -> R<Value> {
    let m = real(t, modulus.unwrap_or(Value::NONE))?;
    ops::ternary_pow(t, real(t, a)?, real(t, b)?, m)
}
fn rpow(t: &Thread, b: Value, a: Value, modulus: Option<Value>) -> R<Value> {
    pow(t, a, b, modulus)
}
fn neg(t: &Thread, a: Value) -> R<Value> {
    ops::unary(t, Special::Neg, real(t, a)?)
}
fn pos(t: &Thread, a: Value) -> R<Value> {
    ops::unary(t, Special::Pos, real(t, a)?)
}
fn abs(t: &Thread, a: Value) -> R<Value> {
    ops::unary(t, Special::Abs, real(t, a)?)
}
fn invert(t: &Thread, a: Value) -> R<Value> {
    ops::unary(t, Special::Invert, real(t, a)?)
}
fn index(t: &Thread, a: Value) -> R<Value> {
    ops::index(t, real(t, a)?)
}
fn int(t: &Thread, a: Value) -> R<Value> {
    let x = real(t, a)?;
    call::call(t, super::type_::of_kind(kinds::INT).value(), &[x])
}
fn float(t: &Thread, a: Value) -> R<f64> {
    ops::to_f64(t, real(t, a)?)
}
fn bool(t: &Thread, a: Value) -> R<bool> {
    ops::truth(t, real(t, a)?)
}
fn compare(t: &Thread, cmp: Cmp, a: Value, b: Value) -> R<Value> {
    ops::compare(t, cmp, real(t, a)?, real(t, b)?)
}
crate::comparisons!(Value, compare);

fn len(t: &Thread, a: Value) -> R<usize> {
    ops::len(t, real(t, a)?)
}
fn getitem(t: &Thread, a: Value, key: Value) -> R<Value> {
    ops::getitem(t, real(t, a)?, key)
}
fn setitem(t: &Thread, a: Value, key: Value, value: Value) -> R<()> {
    ops::setitem(t, real(t, a)?, key, value)
}
fn delitem(t: &Thread, a: Value, key: Value) -> R<()> {
    ops::delitem(t, real(t, a)?, key)
}
fn contains(t: &Thread, a: Value, key: Value) -> R<bool> {
    ops::contains(t, real(t, a)?, real(t, key)?)
}
fn iter(t: &Thread, a: Value) -> R<Value> {
    ops::iter(t, real(t, a)?)
}
fn next(t: &Thread, a: Value) -> R<Value> {
    let x = real(t, a)?;
    match call::call_special(t, x, Special::Next, &[]) {
        Some(r) => r,
        None => {
            let c = type_name(x);
            let m = format!("Weakref proxy referenced a non-iterator '{c}' object");
            Err(errors::type_error(t, m))
        }
    }
}
fn bytes(t: &Thread, a: Value) -> R<Value> {
    call::call_attr(t, real(t, a)?, "__bytes__", &[])
}
fn reversed(t: &Thread, a: Value) -> R<Value> {
    call::call_attr(t, real(t, a)?, "__reversed__", &[])
}
fn getattribute(t: &Thread, a: Value, name: Gc<Str>) -> R<Value> {
    attr::get(t, real(t, a)?, intern_str(name))
}
fn setattr(t: &Thread, a: Value, name: Gc<Str>, value: Value) -> R<()> {
    attr::set(t, real(t, a)?, intern_str(name), Some(value))
}
fn delattr(t: &Thread, a: Value, name: Gc<Str>) -> R<()> {
    attr::set(t, real(t, a)?, intern_str(name), None)
}
fn str(t: &Thread, a: Value) -> R<Gc<Str>> {
    ops::str(t, real(t, a)?)
}
fn repr(_t: &Thread, a: Value) -> String {
    match word(a).and_then(Value::opt) {
        None => format!("<weakproxy at {:#x}; dead>", a.0),
        Some(x) => format!(
            "<weakproxy at {:#x}; to '{}' at {:#x}>",
            a.0,
            type_name(x),
            x.0
        ),
    }
}
fn hash(t: &Thread, a: Value) -> R<i64> {
    let c = type_name(a);
    Err(errors::type_error(t, format!("unhashable type: '{c}'")))
}
fn call_target(t: &Thread, a: Value, args: Gc<Tuple>, kwargs: Option<Gc<Dict>>) -> R<Value> {
    let (all, names) = join(args.items(), kwargs);
    call::call_kw(t, real(t, a)?, &all, names)
}

macro_rules! proxy_class {
    ($table:ident: $layout:ty = $name:literal { $($more:tt)* }) => {
        crate::py_class! {
            pub $table: $layout = $name, base kinds::OBJECT, flags super::type_::flags::NO_NEW, module "weakref";
            methods {
                __add__(self, value, /) => add; __radd__(self, value, /) => radd;
                __sub__(self, value, /) => sub; __rsub__(self, value, /) => rsub;
                __mul__(self, value, /) => mul; __rmul__(self, value, /) => rmul;
                __matmul__(self, value, /) => matmul; __rmatmul__(self, value, /) => rmatmul;
                __truediv__(self, value, /) => truediv; __rtruediv__(self, value, /) => rtruediv;
                __floordiv__(self, value, /) => floordiv; __rfloordiv__(self, value, /) => rfloordiv;
                __mod__(self, value, /) => mod_; __rmod__(self, value, /) => rmod;
                __divmod__(self, value, /) => divmod; __rdivmod__(self, value, /) => rdivmod;
                __lshift__(self, value, /) => lshift; __rlshift__(self, value, /) => rlshift;
                __rshift__(self, value, /) => rshift; __rrshift__(self, value, /) => rrshift;
                __and__(self, value, /) => and; __rand__(self, value, /) => rand;
                __xor__(self, value, /) => xor; __rxor__(self, value, /) => rxor;
                __or__(self, value, /) => or; __ror__(self, value, /) => ror;
                __pow__(self, value, mod=None, /) => pow; __rpow__(self, value, mod=None, /) => rpow;
                __iadd__(self, value, /) => iadd; __isub__(self, value, /) => isub;
                __imul__(self, value, /) => imul; __imatmul__(self, value, /) => imatmul;
                __itruediv__(self, value, /) => itruediv; __ifloordiv__(self, value, /) => ifloordiv;
                __imod__(self, value, /) => imod; __ipow__(self, value, /) => ipow;
                __ilshift__(self, value, /) => ilshift; __irshift__(self, value, /) => irshift;
                __iand__(self, value, /) => iand; __ixor__(self, value, /) => ixor; __ior__(self, value, /) => ior;
                __neg__(self, /) => neg; __pos__(self, /) => pos; __abs__(self, /) => abs;
                __invert__(self, /) => invert; __index__(self, /) => index; __int__(self, /) => int;
                __float__(self, /) => float; __bool__(self, /) => bool;
                __lt__(self, value, /) => lt; __le__(self, value, /) => le; __eq__(self, value, /) => eq;
                __ne__(self, value, /) => ne; __gt__(self, value, /) => gt; __ge__(self, value, /) => ge;
                __hash__(self, /) => hash;
                __len__(self, /) => len; __getitem__(self, key, /) => getitem;
                __setitem__(self, key, value, /) => setitem; __delitem__(self, key, /) => delitem;
                __contains__(self, key, /) => contains; __iter__(self, /) => iter; __next__(self, /) => next;
                __reversed__(self, /) => reversed;
                __getattribute__(self, name, /) => getattribute;
                __setattr__(self, name, value, /) => setattr; __delattr__(self, name, /) => delattr;
                __repr__(self, /) => repr; __str__(self, /) => str;
                $($more)*
            }
        }
    };
}
proxy_class! { CLASS: Proxy = "ProxyType" { __bytes__(self, /) => bytes; } }
proxy_class! { CALLABLE: CallableProxy = "CallableProxyType" { __call__(self, /, *args, **kwargs) => call_target; } }
