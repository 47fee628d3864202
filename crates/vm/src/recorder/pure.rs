//! Functions of unboxed operands that compiled code calls: they touch nothing, do not
//! raise, and give the same for the same operands.

use pyjit_heap::{Gc, Value};
use pyjit_jit::ir::{CallDesc, Ty};
use pyjit_runtime::types::str_::Str;
use pyjit_runtime::types::str_methods;
use pyjit_runtime::unicode::wtf8;

use super::thunks;

macro_rules! pure {
    ($($(#[$doc:meta])* $name:ident($($a:ident: $t:ty as $ty:ident),*) -> $r:ty as $rty:ident $body:block)*) => { $(
        $(#[$doc])*
        pub fn $name() -> &'static CallDesc {
            extern "sysv64" fn run($($a: $t),*) -> $r $body
            static ARGS: &[Ty] = &[$(Ty::$ty),*];
            thunks::pure(stringify!($name), run as *const () as usize, ARGS, Ty::$rty)
        }
    )* };
}

/// The code point of a string of one.
pub fn first_code_point(s: Gc<Str>) -> i64 {
    wtf8::decode_first(s.bytes()).map_or(0, |(c, _)| c as i64)
}

fn text(v: Value) -> Gc<Str> {
    Gc::from_value(v)
}

pure! {
    /// `x ** y` of doubles for which it is a finite double.
    float_pow(x: f64 as Float, y: f64 as Float) -> f64 as Float { x.powf(y) }
    /// Are two strings equal?
    str_eq(a: Value as Value, b: Value as Value) -> u64 as Int {
        (a == b || text(a).same(&text(b))) as u64
    }
    /// Less, equal, greater as -1, 0, 1.
    str_cmp(a: Value as Value, b: Value as Value) -> i64 as Int {
        text(a).bytes().cmp(text(b).bytes()) as i64
    }
    /// The character at an index that is in range.
    char_at(s: Value as Value, i: i64 as Int) -> Value as Value {
        str_methods::char_at(text(s), i as usize).value()
    }
    /// The code point of a string of one.
    code_point(s: Value as Value) -> i64 as Int { first_code_point(text(s)) }
}
