//! `chain`, `zip_longest`, `accumulate`, `pairwise`, `batched`.

use pyjit_heap::{Gc, RefArray, Value};
use pyjit_runtime::core::call::{self, ArgVec};
use pyjit_runtime::core::ops::{self, BinOp};
use pyjit_runtime::core::{errors, kinds};
use pyjit_runtime::types::dict::Dict;
use pyjit_runtime::types::list::List;
use pyjit_runtime::types::str_::intern;
use pyjit_runtime::types::tuple::Tuple;
use pyjit_runtime::types::type_::{Type, flags};
use pyjit_runtime::{R, Thread, py_class};

use crate::layout::{END, Item, class_getitem, item, itself};
use crate::native_layout;

native_layout! {
    /// The iterator over sources (absent when done), and the current source.
    Chain = 283, refs 1..3 { sources, active } ints {}
}
native_layout! {
    /// An array of iterators (absent when exhausted), and how many are alive.
    ZipLongest = 284, refs 1..3 { sources, fill } ints { alive }
}
native_layout! {
    /// `total` and `initial` are absent when there is none (yet).
    Accumulate = 285, refs 1..5 { source, function, total, initial } ints {}
}
native_layout! {
    /// The source (absent when done) and the item given last.
    Pairwise = 286, refs 1..3 { source, old } ints {}
}
native_layout! {
    /// The source (absent when done).
    Batched = 287, refs 1..2 { source } ints { size, strict }
}

fn chain_new(
    t: &Thread,
    class: Gc<Type>,
    sources: Value,
    kwargs: Option<Gc<Dict>>,
) -> R<Gc<Chain>> {
    if kwargs.is_some() && !class.has(flags::HEAP) {
        return Err(errors::type_error(t, "chain() takes no keyword arguments"));
    }
    Ok(Chain::alloc(class, ops::iter(t, sources)?, Value::NULL))
}
fn from_iterable(t: &Thread, class: Gc<Type>, iterable: Value) -> R<Gc<Chain>> {
    Ok(Chain::alloc(class, ops::iter(t, iterable)?, Value::NULL))
}
fn chain_next(t: &Thread, this: Gc<Chain>) -> R<Item> {
    while let Some(sources) = this.sources.get().opt() {
        let active = match this.active.get().opt() {
            Some(a) => a,
            None => {
                let next =
                    ops::next(t, sources).and_then(|s| s.map(|s| ops::iter(t, s)).transpose());
                let Ok(Some(a)) = next else {
                    this.sources.clear();
                    return next.map(Item);
                };
                this.active.set(this, a);
                a
            }
        };
        if let Some(v) = ops::next(t, active)? {
            return item(v);
        }
        this.active.clear();
    }
    END
}

fn longest_new(
    t: &Thread,
    class: Gc<Type>,
    args: Gc<Tuple>,
    kwargs: Option<Gc<Dict>>,
) -> R<Gc<ZipLongest>> {
    let mut fill = Value::NONE;
    if let Some(d) = kwargs.filter(|d| !d.is_empty()) {
        fill = match d.get_str(intern("fillvalue")) {
            Some(v) if d.len() == 1 => v,
            _ => {
                let m = "zip_longest() got an unexpected keyword argument";
                return Err(errors::type_error(t, m));
            }
        };
    }
    let Some(sources) = RefArray::new(args.len()) else {
        return Err(errors::memory_error(t));
    };
    for (i, a) in args.items().iter().enumerate() {
        let it = ops::iter(t, *a)?;
        sources.set(i, it);
    }
    Ok(ZipLongest::alloc(
        class,
        sources.value(),
        fill,
        args.len() as i64,
    ))
}
fn longest_next(t: &Thread, this: Gc<ZipLongest>) -> R<Item> {
    let sources: Gc<RefArray> = Gc::from_value(this.sources.get());
    if sources.is_empty() || this.alive.get() == 0 {
        return END;
    }
    let mut items = ArgVec::new();
    for i in 0..sources.len() {
        let Some(it) = sources.get(i).opt() else {
            items.push(this.fill.get());
            continue;
        };
        match ops::next(t, it) {
            Ok(Some(v)) => items.push(v),
            Ok(None) => {
                this.alive.set(this.alive.get() - 1);
                sources.clear_range(i, i + 1);
                if this.alive.get() == 0 {
                    return END;
                }
                items.push(this.fill.get());
            }
            Err(e) => {
                this.alive.set(0);
                return Err(e);
            }
        }
    }
    item(Tuple::new(&items).value())
}

fn accumulate_new(
    t: &Thread,
    class: Gc<Type>,
    iterable: Value,
    function: Option<Value>,
    initial: Option<Value>,
) -> R<Gc<Accumulate>> {
    let it = ops::iter(t, iterable)?;
    let given = initial.filter(|v| !v.is_none()).unwrap_or(Value::NULL);
    let f = function.unwrap_or(Value::NONE);
    Ok(Accumulate::alloc(class, it, f, Value::NULL, given))
}
fn accumulate_next(t: &Thread, this: Gc<Accumulate>) -> R<Item> {
    if let Some(first) = this.initial.get().opt() {
        this.initial.clear();
        this.total.set(this, first);
        return item(first);
    }
    let Some(v) = ops::next(t, this.source.get())? else {
        return END;
    };
    let total = match (this.total.get().opt(), this.function.get()) {
        (None, _) => v,
        (Some(a), Value::NONE) => ops::binary(t, BinOp::Add, a, v)?,
        (Some(a), f) => call::call(t, f, &[a, v])?,
    };
    this.total.set(this, total);
    item(total)
}

fn pairwise_new(t: &Thread, class: Gc<Type>, iterable: Value) -> R<Gc<Pairwise>> {
    Ok(Pairwise::alloc(class, ops::iter(t, iterable)?, Value::NULL))
}
fn pairwise_next(t: &Thread, this: Gc<Pairwise>) -> R<Item> {
    let Some(it) = this.source.get().opt() else {
        return END;
    };
    let finish = || {
        this.source.clear();
        this.old.clear();
    };
    if !this.old.is_set() {
        let Some(v) = ops::next(t, it).inspect_err(|_| finish())? else {
            finish();
            return END;
        };
        this.old.set(this, v);
        // Reading may have ended this iterator from within.
        if !this.source.is_set() {
            finish();
            return END;
        }
    }
    let old = this.old.get();
    let Some(new) = ops::next(t, it).inspect_err(|_| finish())? else {
        finish();
        return END;
    };
    this.old.set(this, new);
    item(Tuple::new(&[old, new]).value())
}

fn batched_new(
    t: &Thread,
    class: Gc<Type>,
    iterable: Value,
    n: i64,
    strict: Option<bool>,
) -> R<Gc<Batched>> {
    if n < 1 {
        return Err(errors::value_error(t, "n must be at least one"));
    }
    let it = ops::iter(t, iterable)?;
    Ok(Batched::alloc(class, it, n, strict.unwrap_or(false) as i64))
}
fn batched_next(t: &Thread, this: Gc<Batched>) -> R<Item> {
    let Some(it) = this.source.get().opt() else {
        return END;
    };
    let items = List::new();
    while (items.len() as i64) < this.size.get() {
        match ops::next(t, it).inspect_err(|_| this.source.clear())? {
            Some(v) => items.push(t, v)?,
            None => {
                this.source.clear();
                if items.is_empty() {
                    return END;
                }
                if this.strict.get() != 0 {
                    return Err(errors::value_error(t, "batched(): incomplete batch"));
                }
                break;
            }
        }
    }
    item(Tuple::new(items.items()).value())
}

py_class! {
    /// chain(*iterables)
    ///
    /// Return a chain object whose .__next__() method returns elements from the
    /// first iterable until it is exhausted, then elements from the next
    /// iterable, until all of the iterables are exhausted.
    pub CHAIN: Chain = "chain", base kinds::OBJECT, flags flags::BASETYPE, module "itertools";
    methods {
        @staticmethod __new__(cls, /, *iterables, **kwargs) => chain_new;
        __iter__(self, /) => itself;
        __next__(self, /) => chain_next;
        /// Alternative chain() constructor taking a single iterable argument that evaluates lazily.
        @classmethod from_iterable(cls, iterable, /) => from_iterable;
        /// See PEP 585
        @classmethod __class_getitem__(cls, object, /) => class_getitem;
    }
}
py_class! {
    /// Return a zip_longest object whose .__next__() method returns a tuple where
    /// the i-th element comes from the i-th iterable argument.
    pub ZIP_LONGEST: ZipLongest = "zip_longest", base kinds::OBJECT, flags flags::BASETYPE, module "itertools";
    methods {
        @staticmethod __new__(cls, /, *iterables, **kwargs) => longest_new;
        __iter__(self, /) => itself;
        __next__(self, /) => longest_next;
    }
}
py_class! {
    /// Return series of accumulated sums.
    pub ACCUMULATE: Accumulate = "accumulate", base kinds::OBJECT, flags flags::BASETYPE, module "itertools";
    methods {
        @staticmethod __new__(cls, iterable, func=None, *, initial=None) => accumulate_new;
        __iter__(self, /) => itself;
        __next__(self, /) => accumulate_next;
    }
}
py_class! {
    /// Return an iterator of overlapping pairs taken from the input iterator.
    pub PAIRWISE: Pairwise = "pairwise", base kinds::OBJECT, flags flags::BASETYPE, module "itertools";
    methods {
        @staticmethod __new__(cls, iterable, /) => pairwise_new;
        __iter__(self, /) => itself;
        __next__(self, /) => pairwise_next;
    }
}
py_class! {
    /// Batch data into tuples of length n. The last batch may be shorter than n.
    ///
    /// Items are taken when they are asked for, so many as a batch needs.
    ///
    ///     >>> for batch in batched('ABCDEFG', 3):
    ///     ...     print(batch)
    ///     ...
    ///     ('A', 'B', 'C')
    ///     ('D', 'E', 'F')
    ///     ('G',)
    ///
    /// If "strict" is True, a shorter last batch is a ValueError.
    pub BATCHED: Batched = "batched", base kinds::OBJECT, flags flags::BASETYPE, module "itertools";
    methods {
        @staticmethod __new__(cls, iterable, n, *, strict=False) => batched_new;
        __iter__(self, /) => itself;
        __next__(self, /) => batched_next;
    }
}
