//! `product`, `permutations`, `combinations`, `combinations_with_replacement`:
//! a pool of items and an array of indices that is advanced.

use pyjit_heap::{Gc, RawArray, Value};
use pyjit_runtime::core::{errors, kinds, ops};
use pyjit_runtime::types::dict::Dict;
use pyjit_runtime::types::int;
use pyjit_runtime::types::list::List;
use pyjit_runtime::types::str_::intern;
use pyjit_runtime::types::tuple::Tuple;
use pyjit_runtime::types::tuple_methods;
use pyjit_runtime::types::type_::{Type, class_of, flags};
use pyjit_runtime::{R, Thread, py_class};

use crate::layout::{END, Item, item, itself};
use crate::native_layout;

/// What `state` says: nothing given yet, in progress, at the end.
const FRESH: i64 = 0;
const GOING: i64 = 1;
const DONE: i64 = 2;

macro_rules! selections {
    ($($name:ident $kind:literal;)*) => { $(
        native_layout! {
            /// The pool, the current indices, and the length of results.
            $name = $kind, refs 1..3 { pool, indices } ints { size, state }
        }
        impl $name {
            fn pool(&self) -> Gc<Tuple> {
                Gc::from_value(self.pool.get())
            }
            #[allow(clippy::mut_from_ref)]
            fn indices(&self) -> &mut [u64] {
                Gc::<RawArray>::from_value(self.indices.get()).static_words()
            }
        }
    )* };
}
selections! { Product 288; Permutations 289; Combinations 290; Replacement 291; }

/// The words of an array whose owner outlives their use.
trait StaticWords {
    fn static_words(self) -> &'static mut [u64];
}
impl StaticWords for Gc<RawArray> {
    fn static_words(self) -> &'static mut [u64] {
        let words: *mut [u64] = self.words_mut();
        // SAFETY: the array is reachable from the iterator that uses the slice,
        // and objects do not move; no other slice of it is held.
        #[allow(unsafe_code)]
        unsafe {
            &mut *words
        }
    }
}

/// An array of these indices.
fn index_array(t: &Thread, n: usize, f: impl Fn(usize) -> u64) -> R<Value> {
    let Some(a) = n.checked_mul(8).and_then(RawArray::new) else {
        return Err(errors::memory_error(t));
    };
    for (i, w) in a.words_mut().iter_mut().enumerate() {
        *w = f(i);
    }
    Ok(a.value())
}

/// The tuple of the items that the indices select.
fn selection(pool: Gc<Tuple>, indices: &[u64]) -> R<Item> {
    let items = pool.items();
    item(Tuple::from_fn(indices.len(), |i| items[indices[i] as usize]).value())
}

fn product_new(
    t: &Thread,
    class: Gc<Type>,
    args: Gc<Tuple>,
    kwargs: Option<Gc<Dict>>,
) -> R<Gc<Product>> {
    let mut repeat = 1;
    if let Some(d) = kwargs.filter(|d| !d.is_empty()) {
        match d.get_str(intern("repeat")) {
            Some(v) if d.len() == 1 => repeat = ops::index_i64(t, v)?,
            _ if class.has(flags::HEAP) => {}
            _ => {
                let bad = d.iter().find(|(k, _)| *k != intern("repeat").value());
                let name = bad.map_or(Value::NONE, |b| b.0);
                let m = format!(
                    "product() got an unexpected keyword argument '{}'",
                    ops::str(t, name)?.lossy()
                );
                return Err(errors::type_error(t, m));
            }
        }
    }
    if repeat < 0 {
        return Err(errors::value_error(t, "repeat argument cannot be negative"));
    }
    let total = args
        .len()
        .checked_mul(repeat as usize)
        .filter(|n| *n < 1 << 40);
    let Some(total) = total else {
        return Err(errors::overflow_error(t, "repeat argument too large"));
    };
    let pools = List::new();
    if total > 0 {
        for a in args.items() {
            let pool = tuple_methods::from_iterable(t, *a)?;
            pools.push(t, pool.value())?;
        }
    }
    pools.reserve(t, total)?;
    for i in pools.len()..total {
        pools.push(t, pools.get(i - args.len()))?;
    }
    let indices = index_array(t, total, |_| 0)?;
    let pool = Tuple::new(pools.items()).value();
    Ok(Product::alloc(class, pool, indices, total as i64, FRESH))
}
fn product_next(_t: &Thread, this: Gc<Product>) -> R<Item> {
    let (pools, indices) = (this.pool(), this.indices());
    let pool = |i: usize| Gc::<Tuple>::from_value(pools.items()[i]);
    match this.state.get() {
        FRESH => {
            let empty = (0..indices.len()).any(|i| pool(i).is_empty());
            this.state.set(if empty { DONE } else { GOING });
        }
        GOING => {
            let advanced = (0..indices.len()).rev().any(|i| {
                indices[i] += 1;
                let more = (indices[i] as usize) < pool(i).len();
                if !more {
                    indices[i] = 0;
                }
                more
            });
            if !advanced {
                this.state.set(DONE);
            }
        }
        _ => {}
    }
    if this.state.get() == DONE {
        return END;
    }
    item(Tuple::from_fn(indices.len(), |i| pool(i).items()[indices[i] as usize]).value())
}

fn permutations_new(
    t: &Thread,
    class: Gc<Type>,
    iterable: Value,
    r: Option<Value>,
) -> R<Gc<Permutations>> {
    let pool = tuple_methods::from_iterable(t, iterable)?;
    let n = pool.len();
    let r = match r.filter(|r| !r.is_none()) {
        None => n as i64,
        Some(r) if int::is_int(r) => ops::index_i64(t, r)?,
        Some(_) => return Err(errors::type_error(t, "Expected int as r")),
    };
    if r < 0 {
        return Err(errors::value_error(t, "r must be non-negative"));
    }
    let state = if r > n as i64 { DONE } else { FRESH };
    // The first n words are the indices, then r counters follow.
    let size = if state == DONE { 0 } else { n + r as usize };
    let indices = index_array(t, size, |i| if i < n { i } else { 2 * n - i } as u64)?;
    Ok(Permutations::alloc(class, pool.value(), indices, r, state))
}
fn permutations_next(_t: &Thread, this: Gc<Permutations>) -> R<Item> {
    let (pool, r) = (this.pool(), this.size.get() as usize);
    if this.state.get() == DONE {
        return END;
    }
    let n = pool.len();
    let (indices, cycles) = this.indices().split_at_mut(n);
    if this.state.get() == FRESH {
        this.state.set(GOING);
        return selection(pool, &indices[..r]);
    }
    for i in (0..r).rev() {
        cycles[i] -= 1;
        if cycles[i] == 0 {
            indices[i..].rotate_left(1);
            cycles[i] = (n - i) as u64;
        } else {
            indices.swap(i, n - cycles[i] as usize);
            return selection(pool, &indices[..r]);
        }
    }
    this.state.set(DONE);
    END
}

fn combinations_new(t: &Thread, class: Gc<Type>, iterable: Value, r: i64) -> R<Gc<Combinations>> {
    let pool = tuple_methods::from_iterable(t, iterable)?;
    if r < 0 {
        return Err(errors::value_error(t, "r must be non-negative"));
    }
    let state = if r > pool.len() as i64 { DONE } else { FRESH };
    let size = if state == DONE { 0 } else { r as usize };
    let indices = index_array(t, size, |i| i as u64)?;
    Ok(Combinations::alloc(class, pool.value(), indices, r, state))
}
fn combinations_next(_t: &Thread, this: Gc<Combinations>) -> R<Item> {
    let (pool, indices, r) = (this.pool(), this.indices(), this.size.get() as usize);
    match this.state.get() {
        FRESH => this.state.set(GOING),
        GOING => {
            let n = pool.len();
            let Some(i) = (0..r).rev().find(|i| indices[*i] as usize != i + n - r) else {
                this.state.set(DONE);
                return END;
            };
            indices[i] += 1;
            for j in i + 1..r {
                indices[j] = indices[j - 1] + 1;
            }
        }
        _ => return END,
    }
    selection(pool, indices)
}

fn replacement_new(t: &Thread, class: Gc<Type>, iterable: Value, r: i64) -> R<Gc<Replacement>> {
    let pool = tuple_methods::from_iterable(t, iterable)?;
    if r < 0 {
        return Err(errors::value_error(t, "r must be non-negative"));
    }
    let state = if pool.is_empty() && r > 0 {
        DONE
    } else {
        FRESH
    };
    let indices = index_array(t, r as usize, |_| 0)?;
    Ok(Replacement::alloc(class, pool.value(), indices, r, state))
}
fn replacement_next(_t: &Thread, this: Gc<Replacement>) -> R<Item> {
    let (pool, indices) = (this.pool(), this.indices());
    match this.state.get() {
        FRESH => this.state.set(GOING),
        GOING => {
            let last = pool.len().wrapping_sub(1) as u64;
            let Some(i) = indices.iter().rposition(|i| *i != last) else {
                this.state.set(DONE);
                return END;
            };
            let next = indices[i] + 1;
            indices[i..].fill(next);
        }
        _ => return END,
    }
    selection(pool, indices)
}
fn sizeof(_t: &Thread, this: Value) -> i64 {
    let indices = Gc::<Combinations>::from_value(this).indices.get();
    let words = class_of(this).fixed_words.get() as i64 * 8;
    words + indices.cast::<RawArray>().map_or(0, |a| a.len() as i64)
}

py_class! {
    /// Cartesian product of input iterables.  Equivalent to nested for-loops.
    pub PRODUCT: Product = "product", base kinds::OBJECT, flags flags::BASETYPE, module "itertools";
    methods {
        @staticmethod __new__(cls, /, *iterables, **kwargs) => product_new;
        __iter__(self, /) => itself;
        __next__(self, /) => product_next;
        /// Returns size in memory, in bytes.
        __sizeof__(self, /) => sizeof;
    }
}
py_class! {
    /// Return successive r-length permutations of elements in the iterable.
    ///
    /// permutations(range(3), 2) --> (0,1), (0,2), (1,0), (1,2), (2,0), (2,1)
    pub PERMUTATIONS: Permutations = "permutations", base kinds::OBJECT, flags flags::BASETYPE, module "itertools";
    methods {
        @staticmethod __new__(cls, iterable, r=None) => permutations_new;
        __iter__(self, /) => itself;
        __next__(self, /) => permutations_next;
        /// Returns size in memory, in bytes.
        __sizeof__(self, /) => sizeof;
    }
}
py_class! {
    /// Return successive r-length combinations of elements in the iterable.
    ///
    /// combinations(range(4), 3) --> (0,1,2), (0,1,3), (0,2,3), (1,2,3)
    pub COMBINATIONS: Combinations = "combinations", base kinds::OBJECT, flags flags::BASETYPE, module "itertools";
    methods {
        @staticmethod __new__(cls, iterable, r) => combinations_new;
        __iter__(self, /) => itself;
        __next__(self, /) => combinations_next;
        /// Returns size in memory, in bytes.
        __sizeof__(self, /) => sizeof;
    }
}
py_class! {
    /// Return successive r-length combinations of elements in the iterable allowing individual elements to have successive repeats.
    ///
    /// combinations_with_replacement('ABC', 2) --> ('A','A'), ('A','B'), ('A','C'), ('B','B'), ('B','C'), ('C','C')
    pub REPLACEMENT: Replacement = "combinations_with_replacement", base kinds::OBJECT, flags flags::BASETYPE, module "itertools";
    methods {
        @staticmethod __new__(cls, iterable, r) => replacement_new;
        __iter__(self, /) => itself;
        __next__(self, /) => replacement_next;
        /// Returns size in memory, in bytes.
        __sizeof__(self, /) => sizeof;
    }
}
