//! `_functools`: `partial`, `reduce`, `cmp_to_key` and the cache of `lru_cache`.

mod keys;
mod lru;
mod partial;

use pyjit_heap::{Gc, Value};
use pyjit_runtime::core::special::Special;
use pyjit_runtime::core::{call, errors, ops};
use pyjit_runtime::types::module::Module;
use pyjit_runtime::types::type_::class_of;
use pyjit_runtime::{R, Thread};

use crate::layout::with_dict;
use crate::native_module;

fn reduce(t: &Thread, function: Value, iterable: Value, initial: Option<Value>) -> R<Value> {
    let c = class_of(iterable);
    if c.special(Special::Iter).is_none() && c.special(Special::Getitem).is_none() {
        let m = "reduce() arg 2 must support iteration";
        return Err(errors::type_error(t, m));
    }
    let it = ops::iter(t, iterable)?;
    let mut total = match initial {
        Some(v) => v,
        None => match ops::next(t, it)? {
            Some(v) => v,
            None => {
                let m = "reduce() of empty iterable with no initial value";
                return Err(errors::type_error(t, m));
            }
        },
    };
    while let Some(v) = ops::next(t, it)? {
        total = call::call(t, function, &[total, v])?;
    }
    Ok(total)
}

fn init(t: &Thread, m: Gc<Module>) -> R<()> {
    with_dict(t, &partial::PARTIAL)?;
    with_dict(t, &lru::WRAPPER)?;
    m.set(t, "Placeholder", partial::placeholder())
}

native_module! {
    /// Tools that operate on functions.
    pub MODULE = "_functools", classes [partial::PARTIAL, partial::PLACEHOLDER, lru::WRAPPER, keys::KEY, lru::LINK], init init;
    functions {
        /// Apply a function of two arguments cumulatively to the items of an iterable, from left to right.
        ///
        /// This effectively reduces the iterable to a single value.  If initial is
        /// present, it is placed before the items of the iterable in the
        /// calculation, and serves as a default when the iterable is empty.
        ///
        /// For example, reduce(lambda x, y: x+y, [1, 2, 3, 4, 5])
        /// calculates ((((1 + 2) + 3) + 4) + 5).
        reduce(function, iterable, /, initial=None) => reduce;
        /// Convert a cmp= function into a key= function.
        ///
        ///   mycmp
        ///     Function that compares two objects.
        cmp_to_key(mycmp) => keys::cmp_to_key;
    }
}
