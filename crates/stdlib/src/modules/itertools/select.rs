//! `compress`, `dropwhile`, `takewhile`, `filterfalse`, `starmap`, `islice`:
//! part of one source.

use pyjit_heap::{Gc, Value};
use pyjit_runtime::core::{call, errors, kinds, ops};
use pyjit_runtime::types::exceptions::Exc;
use pyjit_runtime::types::int;
use pyjit_runtime::types::tuple_methods;
use pyjit_runtime::types::type_::{Type, flags};
use pyjit_runtime::{R, Thread, py_class};

use crate::layout::{END, Item, item, itself};
use crate::native_layout;

macro_rules! two_part_iterators {
    ($($name:ident $kind:literal $make:ident;)*) => { $(
        native_layout! {
            /// A function (or the selectors), the source, and whether the turning point is past.
            $name = $kind, refs 1..3 { function, source } ints { done }
        }
        fn $make(t: &Thread, class: Gc<Type>, function: Value, iterable: Value) -> R<Gc<$name>> {
            let it = ops::iter(t, iterable)?;
            Ok($name::alloc(class, function, it, 0))
        }
    )* };
}
two_part_iterators! {
    DropWhile 274 dropwhile_new;
    TakeWhile 275 takewhile_new;
    FilterFalse 276 filterfalse_new;
    StarMap 277 starmap_new;
}
native_layout! {
    /// Two iterators.
    Compress = 273, refs 1..3 { data, selectors } ints {}
}
native_layout! {
    /// The source (absent when done), how many items it gave, index of the
    /// next result, the end (-1: none) and the step.
    Islice = 278, refs 1..2 { source } ints { count, next, stop, step }
}

fn compress_new(t: &Thread, class: Gc<Type>, data: Value, selectors: Value) -> R<Gc<Compress>> {
    let data = ops::iter(t, data)?;
    let selectors = ops::iter(t, selectors)?;
    Ok(Compress::alloc(class, data, selectors))
}
fn compress_next(t: &Thread, this: Gc<Compress>) -> R<Item> {
    loop {
        let Some(v) = ops::next(t, this.data.get())? else {
            return END;
        };
        let Some(s) = ops::next(t, this.selectors.get())? else {
            return END;
        };
        if ops::truth(t, s)? {
            return item(v);
        }
    }
}
fn holds(t: &Thread, f: Value, v: Value) -> R<bool> {
    let r = call::call(t, f, &[v])?;
    ops::truth(t, r)
}
fn dropwhile_next(t: &Thread, this: Gc<DropWhile>) -> R<Item> {
    while let Some(v) = ops::next(t, this.source.get())? {
        if this.done.get() != 0 {
            return item(v);
        }
        if !holds(t, this.function.get(), v)? {
            this.done.set(1);
            return item(v);
        }
    }
    END
}
fn takewhile_next(t: &Thread, this: Gc<TakeWhile>) -> R<Item> {
    if this.done.get() != 0 {
        return END;
    }
    let Some(v) = ops::next(t, this.source.get())? else {
        return END;
    };
    if holds(t, this.function.get(), v)? {
        return item(v);
    }
    this.done.set(1);
    END
}
fn filterfalse_next(t: &Thread, this: Gc<FilterFalse>) -> R<Item> {
    let f = this.function.get();
    while let Some(v) = ops::next(t, this.source.get())? {
        let hit = if f.is_none() {
            ops::truth(t, v)?
        } else {
            holds(t, f, v)?
        };
        if !hit {
            return item(v);
        }
    }
    END
}
fn starmap_next(t: &Thread, this: Gc<StarMap>) -> R<Item> {
    let Some(v) = ops::next(t, this.source.get())? else {
        return END;
    };
    let args = tuple_methods::from_iterable(t, v)?;
    call::call(t, this.function.get(), args.items()).and_then(item)
}

/// An index argument: `None` gives `default`, anything but an index in range -1.
fn bound(t: &Thread, v: Option<Value>, default: i64) -> R<i64> {
    match v.filter(|v| !v.is_none()) {
        None => Ok(default),
        Some(v) => match ops::index(t, v) {
            Ok(i) => Ok(int::to_i64(i).filter(|i| *i >= 0).unwrap_or(-1)),
            Err(_) if errors::catch(t, Exc::Exception) => Ok(-1),
            Err(e) => Err(e),
        },
    }
}
fn islice_new(
    t: &Thread,
    class: Gc<Type>,
    iterable: Value,
    first: Value,
    stop: Option<Value>,
    step: Option<Value>,
) -> R<Gc<Islice>> {
    let (start, end) = match stop {
        None => (None, first),
        Some(s) => (Some(first), s),
    };
    let stop = bound(t, Some(end), 0)?;
    if stop < 0 {
        let m = if start.is_none() {
            "Stop argument for islice() must be None or an integer: 0 <= x <= sys.maxsize."
        } else {
            "Indices for islice() must be None or an integer: 0 <= x <= sys.maxsize."
        };
        return Err(errors::value_error(t, m));
    }
    let start = bound(t, start, 0)?;
    if start < 0 {
        let m = "Indices for islice() must be None or an integer: 0 <= x <= sys.maxsize.";
        return Err(errors::value_error(t, m));
    }
    let step = bound(t, step, 1)?;
    if step < 1 {
        let m = "Step for islice() must be a positive integer or None.";
        return Err(errors::value_error(t, m));
    }
    let it = ops::iter(t, iterable)?;
    let stop = if end.is_none() { -1 } else { stop };
    Ok(Islice::alloc(class, it, 0, start, stop, step))
}
fn islice_next(t: &Thread, this: Gc<Islice>) -> R<Item> {
    let Some(it) = this.source.get().opt() else {
        return END;
    };
    let stop = this.stop.get();
    while this.count.get() < this.next.get() {
        if ops::next(t, it)?.is_none() {
            this.source.clear();
            return END;
        }
        this.count.set(this.count.get() + 1);
    }
    if stop >= 0 && this.count.get() >= stop {
        this.source.clear();
        return END;
    }
    let Some(v) = ops::next(t, it)? else {
        this.source.clear();
        return END;
    };
    this.count.set(this.count.get() + 1);
    let next = this.next.get().saturating_add(this.step.get());
    this.next.set(if stop >= 0 { next.min(stop) } else { next });
    item(v)
}

py_class! {
    /// Return data elements corresponding to true selector elements.
    pub COMPRESS: Compress = "compress", base kinds::OBJECT, flags flags::BASETYPE, module "itertools";
    methods {
        @staticmethod __new__(cls, data, selectors) => compress_new;
        __iter__(self, /) => itself;
        __next__(self, /) => compress_next;
    }
}
py_class! {
    /// Drop items from the iterable while predicate(item) is true.
    ///
    /// Afterwards, return every element until the iterable is exhausted.
    pub DROPWHILE: DropWhile = "dropwhile", base kinds::OBJECT, flags flags::BASETYPE, module "itertools";
    methods {
        @staticmethod __new__(cls, predicate, iterable, /) => dropwhile_new;
        __iter__(self, /) => itself;
        __next__(self, /) => dropwhile_next;
    }
}
py_class! {
    /// Return successive entries from an iterable as long as the predicate evaluates to true for each entry.
    pub TAKEWHILE: TakeWhile = "takewhile", base kinds::OBJECT, flags flags::BASETYPE, module "itertools";
    methods {
        @staticmethod __new__(cls, predicate, iterable, /) => takewhile_new;
        __iter__(self, /) => itself;
        __next__(self, /) => takewhile_next;
    }
}
py_class! {
    /// Return those items of iterable for which function(item) is false.
    ///
    /// If function is None, return the items that are false.
    pub FILTERFALSE: FilterFalse = "filterfalse", base kinds::OBJECT, flags flags::BASETYPE, module "itertools";
    methods {
        @staticmethod __new__(cls, function, iterable, /) => filterfalse_new;
        __iter__(self, /) => itself;
        __next__(self, /) => filterfalse_next;
    }
}
py_class! {
    /// Return an iterator whose values are returned from the function evaluated with an argument tuple taken from the given sequence.
    pub STARMAP: StarMap = "starmap", base kinds::OBJECT, flags flags::BASETYPE, module "itertools";
    methods {
        @staticmethod __new__(cls, function, iterable, /) => starmap_new;
        __iter__(self, /) => itself;
        __next__(self, /) => starmap_next;
    }
}
py_class! {
    /// islice(iterable, stop) --> islice object
    /// islice(iterable, start, stop[, step]) --> islice object
    ///
    /// Return an iterator whose next() method returns selected values from an
    /// iterable.  If start is specified, will skip all preceding elements;
    /// otherwise, start defaults to zero.  Step defaults to one.  If
    /// specified as another value, step determines how many values are
    /// skipped between successive calls.  Works like a slice() on a list
    /// but returns an iterator.
    pub ISLICE: Islice = "islice", base kinds::OBJECT, flags flags::BASETYPE, module "itertools";
    methods {
        @staticmethod __new__(cls, iterable, start, stop=None, step=None, /) => islice_new;
        __iter__(self, /) => itself;
        __next__(self, /) => islice_next;
    }
}
