//! `enumerate`, `zip`, `map`, `filter`, `reversed`, and `iter(f, sentinel)`.

use std::cell::Cell;

use pyjit_heap::{Field, Gc, Header, Value, heap_object};

use crate::core::call::{self, ArgVec};
use crate::core::ops::{self, BinOp};
use crate::core::special::Special;
use crate::core::thread::{R, Thread};
use crate::core::{errors, kinds};
use crate::types::exceptions::Exc;
use crate::types::int;
use crate::types::iterators::{iter_self, next_method};
use crate::types::tuple::Tuple;
use crate::types::type_::{Type, class_of, flags, type_name};

/// All six kinds: a function or counter, the source iterator(s), a flag.
#[repr(C)]
pub struct Tool {
    header: Header,
    /// enumerate: the next number; map, filter, callable: the function;
    /// callable: absent when done; reversed: unused.
    pub first: Field,
    /// The iterator; zip, map: a tuple of them; callable: the sentinel;
    /// reversed: the sequence, absent when done.
    pub second: Field,
    /// reversed: next index; zip and map: strict.
    pub state: Cell<i64>,
}
heap_object!(Tool = kinds::ENUMERATE, refs 1..3);

macro_rules! layouts {
    ($($name:ident $kind:ident),*) => { $(
        /// Layout alias: a [`Tool`] of this kind.
        #[repr(C)]
        pub struct $name { header: Header, fields: [Field; 2], state: u64 }
        heap_object!($name = kinds::$kind, refs 1..3);
    )* };
}
layouts!(Zip ZIP, Map MAP, Filter FILTER, Reversed REVERSED, Callable CALLABLE_ITERATOR);

fn make(class: Gc<Type>, first: Value, second: Value, state: i64) -> Value {
    let tool = Tool {
        header: Header::NEW,
        first: Field::new(first),
        second: Field::new(second),
        state: Cell::new(state),
    };
    Gc::with_shape(
        class.root_shape.get(),
        tool,
        class.extra_bytes(crate::core::class::words::<Tool>()),
    )
    .value()
}

/// `iter(f, sentinel)`.
pub fn callable_iterator(f: Value, sentinel: Value) -> Value {
    make(
        super::type_::of_kind(kinds::CALLABLE_ITERATOR),
        f,
        sentinel,
        0,
    )
}

/// The next item of any of the six.
pub fn next(t: &Thread, it: Value, kind: u32) -> R<Option<Value>> {
    let tool: Gc<Tool> = Gc::from_value(it);
    match kind {
        kinds::ENUMERATE => enumerate_next(t, tool),
        kinds::ZIP => zip_next(t, tool),
        kinds::MAP => map_next(t, tool),
        kinds::FILTER => filter_next(t, tool),
        kinds::REVERSED => reversed_next(t, tool),
        _ => callable_next(t, tool),
    }
}

fn enumerate_next(t: &Thread, e: Gc<Tool>) -> R<Option<Value>> {
    let Some(v) = ops::next(t, e.second.get())? else {
        return Ok(None);
    };
    let i = count(t, e)?;
    Ok(Some(Tuple::new(&[i, v]).value()))
}

/// The number of the next item of an `enumerate` object, which is counted.
pub fn count(t: &Thread, e: Gc<Tool>) -> R<Value> {
    let i = e.first.get();
    let next = if i.is_int() {
        int::from_i64(t, i.as_int() + 1)
    } else {
        ops::binary(t, BinOp::Add, i, Value::int(1))?
    };
    e.first.set(e, next);
    Ok(i)
}

fn zip_next(t: &Thread, z: Gc<Tool>) -> R<Option<Value>> {
    let its: Gc<Tuple> = Gc::from_value(z.second.get());
    if its.is_empty() {
        return Ok(None);
    }
    if let &[first, second] = its.items()
        && z.state.get() == 0
    {
        let Some(a) = ops::next(t, first)? else {
            return Ok(None);
        };
        return Ok(ops::next(t, second)?.map(|b| Tuple::new(&[a, b]).value()));
    }
    let mut items = ArgVec::new();
    for (i, it) in its.items().iter().enumerate() {
        match ops::next(t, *it)? {
            Some(v) => items.push(v),
            None if z.state.get() != 0 => {
                z.second.set(z, Tuple::new(&[]).value());
                return strict_end(t, "zip", its, i).map(|()| None);
            }
            None => return Ok(None),
        }
    }
    Ok(Some(Tuple::new(&items).value()))
}

/// Iterator `i` has ended: all others must end too.
fn strict_end(t: &Thread, what: &str, its: Gc<Tuple>, i: usize) -> R<()> {
    let range = |n: usize| {
        if n == 1 {
            " 1".into()
        } else {
            format!("s 1-{n}")
        }
    };
    if i > 0 {
        let m = format!(
            "{what}() argument {} is shorter than argument{}",
            i + 1,
            range(i)
        );
        return Err(errors::value_error(t, m));
    }
    for (k, it) in its.items().iter().enumerate().skip(1) {
        if ops::next(t, *it)?.is_some() {
            let m = format!(
                "{what}() argument {} is longer than argument{}",
                k + 1,
                range(k)
            );
            return Err(errors::value_error(t, m));
        }
    }
    Ok(())
}

fn map_next(t: &Thread, m: Gc<Tool>) -> R<Option<Value>> {
    let its: Gc<Tuple> = Gc::from_value(m.second.get());
    if let [it] = its.items() {
        let Some(v) = ops::next(t, *it)? else {
            return Ok(None);
        };
        return call::call(t, m.first.get(), &[v]).map(Some);
    }
    let mut items = ArgVec::new();
    for (i, it) in its.items().iter().enumerate() {
        match ops::next(t, *it)? {
            Some(v) => items.push(v),
            None if m.state.get() != 0 => return strict_end(t, "map", its, i).map(|()| None),
            None => return Ok(None),
        }
    }
    call::call(t, m.first.get(), &items).map(Some)
}

fn filter_next(t: &Thread, f: Gc<Tool>) -> R<Option<Value>> {
    let function = f.first.get();
    while let Some(v) = ops::next(t, f.second.get())? {
        let keep = if function.is_none() {
            v
        } else {
            call::call(t, function, &[v])?
        };
        if ops::truth(t, keep)? {
            return Ok(Some(v));
        }
    }
    Ok(None)
}

fn reversed_next(t: &Thread, r: Gc<Tool>) -> R<Option<Value>> {
    let Some(s) = r.second.get().opt() else {
        return Ok(None);
    };
    let i = r.state.get();
    if i >= 0 {
        match ops::getitem(t, s, Value::int(i)) {
            Ok(v) => {
                r.state.set(i - 1);
                return Ok(Some(v));
            }
            Err(_) if errors::catch(t, Exc::IndexError) || errors::catch(t, Exc::StopIteration) => {
            }
            Err(e) => return Err(e),
        }
    }
    r.second.clear();
    Ok(None)
}

fn callable_next(t: &Thread, c: Gc<Tool>) -> R<Option<Value>> {
    let Some(f) = c.first.get().opt() else {
        return Ok(None);
    };
    let v = match call::call(t, f, &[]) {
        Ok(v) => v,
        Err(_) if errors::catch(t, Exc::StopIteration) => {
            c.first.clear();
            return Ok(None);
        }
        Err(e) => return Err(e),
    };
    // The call may have ended the iteration itself.
    if c.first.get().is_null() || ops::same_or_eq(t, c.second.get(), v)? {
        c.first.clear();
        return Ok(None);
    }
    Ok(Some(v))
}

fn enumerate_new(
    t: &Thread,
    class: Gc<Type>,
    iterable: Option<Value>,
    start: Option<Value>,
) -> R<Value> {
    let Some(iterable) = iterable else {
        let m = "enumerate() missing required argument 'iterable'";
        return Err(errors::type_error(t, m));
    };
    let start = match start {
        None => Value::int(0),
        Some(s) => ops::index(t, s)?,
    };
    let it = ops::iter(t, iterable)?;
    Ok(make(class, int::exact(start).unwrap_or(start), it, 0))
}
fn iterators_of(t: &Thread, what: &str, sources: &[Value]) -> R<Value> {
    let mut its = ArgVec::new();
    for (i, s) in sources.iter().enumerate() {
        match ops::iter(t, *s) {
            Ok(it) => its.push(it),
            Err(e) if what == "zip" && class_of(*s).special(Special::Iter).is_none() => {
                t.exc.set(Value::NULL);
                let _ = (e, i);
                return Err(errors::type_error(
                    t,
                    format!("'{}' object is not iterable", type_name(*s)),
                ));
            }
            Err(e) => return Err(e),
        }
    }
    Ok(Tuple::new(&its).value())
}
fn zip_new(
    t: &Thread,
    class: Gc<Type>,
    args: Gc<Tuple>,
    kwargs: Option<Gc<super::dict::Dict>>,
) -> R<Value> {
    let strict = strict_flag(t, "zip", class, kwargs)?;
    Ok(make(
        class,
        Value::NULL,
        iterators_of(t, "zip", args.items())?,
        strict,
    ))
}
fn strict_flag(
    t: &Thread,
    what: &str,
    class: Gc<Type>,
    kwargs: Option<Gc<super::dict::Dict>>,
) -> R<i64> {
    let Some(d) = kwargs.filter(|d| !d.is_empty()) else {
        return Ok(0);
    };
    if class.has(flags::HEAP) {
        return Ok(0);
    }
    match d.get_str(crate::types::str_::intern("strict")) {
        Some(v) if d.len() == 1 => Ok(ops::truth(t, v)? as i64),
        _ => {
            let bad = d.iter().map(|(k, _)| k).find(|k| {
                k.cast::<super::str_::Str>()
                    .is_none_or(|s| s.bytes() != b"strict")
            });
            let name = bad.map_or(String::new(), |k| {
                ops::str(t, k).map_or(String::new(), |s| s.lossy().into_owned())
            });
            Err(errors::type_error(
                t,
                format!("{what}() got an unexpected keyword argument '{name}'"),
            ))
        }
    }
}
fn map_new(
    t: &Thread,
    class: Gc<Type>,
    args: Gc<Tuple>,
    kwargs: Option<Gc<super::dict::Dict>>,
) -> R<Value> {
    let strict = strict_flag(t, "map", class, kwargs)?;
    let [f, sources @ ..] = args.items() else {
        return Err(errors::type_error(
            t,
            "map() must have at least two arguments.",
        ));
    };
    if sources.is_empty() {
        return Err(errors::type_error(
            t,
            "map() must have at least two arguments.",
        ));
    }
    Ok(make(class, *f, iterators_of(t, "map", sources)?, strict))
}
fn filter_new(t: &Thread, class: Gc<Type>, function: Value, iterable: Value) -> R<Value> {
    Ok(make(class, function, ops::iter(t, iterable)?, 0))
}
fn reversed_new(t: &Thread, class: Gc<Type>, sequence: Value) -> R<Value> {
    match class_of(sequence).special(Special::Reversed) {
        Some(m) if m.is_none() => {}
        Some(m) => return call::call_method(t, m, sequence, &[]),
        None => {
            let c = class_of(sequence);
            let mapping = sequence.cast::<super::dict::Dict>().is_some();
            if c.special(Special::Getitem).is_some()
                && c.special(Special::Len).is_some()
                && !mapping
            {
                let n = ops::len(t, sequence)? as i64;
                return Ok(make(class, Value::NULL, sequence, n - 1));
            }
        }
    }
    Err(errors::type_error(
        t,
        format!("'{}' object is not reversible", type_name(sequence)),
    ))
}
fn reversed_hint(t: &Thread, this: Value) -> R<i64> {
    let r: Gc<Tool> = Gc::from_value(this);
    let Some(s) = r.second.get().opt() else {
        return Ok(0);
    };
    let n = ops::len(t, s)? as i64;
    Ok(if r.state.get() < n {
        r.state.get() + 1
    } else {
        0
    })
}
fn enumerate_reduce(_t: &Thread, this: Value) -> Gc<Tuple> {
    let e: Gc<Tool> = Gc::from_value(this);
    let args = Tuple::new(&[e.second.get(), e.first.get()]);
    Tuple::new(&[class_of(this).value(), args.value()])
}
fn zip_reduce(_t: &Thread, this: Value) -> Gc<Tuple> {
    let z: Gc<Tool> = Gc::from_value(this);
    match z.state.get() {
        0 => Tuple::new(&[class_of(this).value(), z.second.get()]),
        _ => Tuple::new(&[class_of(this).value(), z.second.get(), Value::TRUE]),
    }
}
fn zip_setstate(t: &Thread, this: Value, state: Value) -> R<()> {
    let strict = ops::truth(t, state)?;
    Gc::<Tool>::from_value(this).state.set(strict as i64);
    Ok(())
}
fn map_reduce(_t: &Thread, this: Value) -> Gc<Tuple> {
    let m: Gc<Tool> = Gc::from_value(this);
    let mut args = ArgVec::new();
    args.push(m.first.get());
    args.extend(Gc::<Tuple>::from_value(m.second.get()).items());
    let (class, args) = (class_of(this).value(), Tuple::new(&args).value());
    match m.state.get() {
        0 => Tuple::new(&[class, args]),
        _ => Tuple::new(&[class, args, Value::TRUE]),
    }
}
fn reversed_reduce(_t: &Thread, this: Value) -> Gc<Tuple> {
    let r: Gc<Tool> = Gc::from_value(this);
    let class = class_of(this).value();
    match r.second.get().opt() {
        Some(s) => {
            let args = Tuple::new(&[s]).value();
            Tuple::new(&[class, args, Value::int(r.state.get())])
        }
        None => {
            let args = Tuple::new(&[Tuple::new(&[]).value()]);
            Tuple::new(&[class, args.value()])
        }
    }
}
fn reversed_setstate(t: &Thread, this: Value, state: i64) -> R<()> {
    let r: Gc<Tool> = Gc::from_value(this);
    if let Some(s) = r.second.get().opt() {
        let n = ops::len(t, s)? as i64;
        r.state.set(state.min(n - 1).max(-1));
    }
    Ok(())
}
fn callable_reduce(t: &Thread, this: Value) -> R<Gc<Tuple>> {
    let c: Gc<Tool> = Gc::from_value(this);
    let iter = crate::core::modules::builtin(t, "iter")?;
    let args = match c.first.get().opt() {
        Some(f) => Tuple::new(&[f, c.second.get()]),
        None => Tuple::new(&[Tuple::new(&[]).value()]),
    };
    Ok(Tuple::new(&[iter, args.value()]))
}
fn filter_reduce(_t: &Thread, this: Value) -> Gc<Tuple> {
    let f: Gc<Tool> = Gc::from_value(this);
    let args = Tuple::new(&[f.first.get(), f.second.get()]);
    Tuple::new(&[class_of(this).value(), args.value()])
}
fn class_getitem(t: &Thread, class: Value, item: Value) -> R<Value> {
    super::generic_alias::make(t, class, item)
}

crate::py_class! {
    /// Return an enumerate object.
    ///
    /// The enumerate object yields pairs containing a count (from start, which
    /// defaults to zero) and a value yielded by the iterable argument.
    pub ENUMERATE: Tool = "enumerate", base kinds::OBJECT, flags flags::BASETYPE;
    methods {
        @staticmethod __new__(cls, iterable=(), start=0) => enumerate_new;
        __iter__(self, /) => iter_self;
        __next__(self, /) => next_method;
        __reduce__(self, /) => enumerate_reduce;
        @classmethod __class_getitem__(cls, object, /) => class_getitem;
    }
}
crate::py_class! {
    /// The zip object yields n-length tuples, where n is the number of iterables
    /// passed as positional arguments to zip().
    pub ZIP: Zip = "zip", base kinds::OBJECT, flags flags::BASETYPE;
    methods {
        @staticmethod __new__(cls, /, *args, **kwargs) => zip_new;
        __iter__(self, /) => iter_self;
        __next__(self, /) => next_method;
        __reduce__(self, /) => zip_reduce;
        __setstate__(self, state, /) => zip_setstate;
    }
}
crate::py_class! {
    /// Make an iterator that computes the function using arguments from each of
    /// the iterables.  Stops when the shortest iterable is exhausted.
    pub MAP: Map = "map", base kinds::OBJECT, flags flags::BASETYPE;
    methods {
        @staticmethod __new__(cls, /, *args, **kwargs) => map_new;
        __iter__(self, /) => iter_self;
        __next__(self, /) => next_method;
        __reduce__(self, /) => map_reduce;
        __setstate__(self, state, /) => zip_setstate;
    }
}
crate::py_class! {
    /// Return an iterator yielding those items of iterable for which function(item)
    /// is true. If function is None, return the items that are true.
    pub FILTER: Filter = "filter", base kinds::OBJECT, flags flags::BASETYPE;
    methods {
        @staticmethod __new__(cls, function, iterable, /) => filter_new;
        __iter__(self, /) => iter_self;
        __next__(self, /) => next_method;
        __reduce__(self, /) => filter_reduce;
    }
}
crate::py_class! {
    /// Return a reverse iterator over the values of the given sequence.
    pub REVERSED: Reversed = "reversed", base kinds::OBJECT, flags flags::BASETYPE;
    methods {
        @staticmethod __new__(cls, sequence, /) => reversed_new;
        __iter__(self, /) => iter_self;
        __next__(self, /) => next_method;
        __length_hint__(self, /) => reversed_hint;
        __reduce__(self, /) => reversed_reduce;
        __setstate__(self, state, /) => reversed_setstate;
    }
}
crate::py_class! {
    pub CALLABLE: Callable = "callable_iterator", base kinds::OBJECT, flags 0;
    methods {
        __iter__(self, /) => iter_self;
        __next__(self, /) => next_method;
        __reduce__(self, /) => callable_reduce;
    }
}
