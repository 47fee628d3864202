//! The wrapper that `lru_cache` puts around a function: a dictionary of
//! results, and for bounded caches a ring of links in order of use.

use pyjit_heap::{Gc, GilCell, Root, Value};
use pyjit_runtime::core::call::{self, ArgVec};
use pyjit_runtime::core::{attr, errors, kinds, ops};
use pyjit_runtime::types::descriptors::BoundMethod;
use pyjit_runtime::types::dict::Dict;
use pyjit_runtime::types::int;
use pyjit_runtime::types::object;
use pyjit_runtime::types::str_::{Str, intern};
use pyjit_runtime::types::tuple::Tuple;
use pyjit_runtime::types::type_::{Type, class_of, flags, of_kind};
use pyjit_runtime::{R, Thread, py_class};

use crate::layout::call_with_dict;
use crate::native_layout;

native_layout! {
    /// `limit` is -1 for no limit; `root` the ring's link without a result.
    Wrapper = 292, refs 1..5 { function, cache, root, info } ints { limit, typed, hits, misses }
}
native_layout! {
    /// One result in the ring.
    Link = 293, refs 1..5 { previous, next, key, result } ints { hash }
}

impl Link {
    fn new() -> Gc<Link> {
        let none = Value::NULL;
        let l = Link::alloc(of_kind(293), none, none, none, none, 0);
        l.previous.set(l, l.value());
        l.next.set(l, l.value());
        l
    }
    fn after(&self) -> Gc<Link> {
        Gc::from_value(self.next.get())
    }
    fn before(&self) -> Gc<Link> {
        Gc::from_value(self.previous.get())
    }
}
/// Takes a link out of its ring.
fn unlink(l: Gc<Link>) {
    let (a, b) = (l.before(), l.after());
    a.next.set(a, b.value());
    b.previous.set(b, a.value());
}
/// Puts a link into the ring as the one used last.
fn link_last(root: Gc<Link>, l: Gc<Link>) {
    let last = root.before();
    last.next.set(last, l.value());
    l.previous.set(l, last.value());
    l.next.set(l, root.value());
    root.previous.set(root, l.value());
}

impl Wrapper {
    fn table(&self) -> Gc<Dict> {
        Gc::from_value(self.cache.get())
    }
    fn ring(&self) -> Gc<Link> {
        Gc::from_value(self.root.get())
    }
}
fn bump(c: &std::cell::Cell<i64>) {
    c.set(c.get() + 1)
}

fn new(
    t: &Thread,
    class: Gc<Type>,
    function: Value,
    maxsize: Value,
    typed: bool,
    info: Value,
) -> R<Gc<Wrapper>> {
    if !call::is_callable(function) {
        return Err(errors::type_error(t, "the first argument must be callable"));
    }
    let limit = if maxsize.is_none() {
        -1
    } else if int::is_int(maxsize) {
        ops::index_i64(t, maxsize)?.max(0)
    } else {
        let m = "maxsize should be integer or None";
        return Err(errors::type_error(t, m));
    };
    let (table, ring) = (Dict::new().value(), Link::new().value());
    Ok(Wrapper::alloc(
        class,
        function,
        table,
        ring,
        info,
        limit,
        typed as i64,
        0,
        0,
    ))
}

static MARK: GilCell<Option<Root>> = GilCell::new(None);
/// The object between positional and keyword arguments in a key.
fn mark() -> Value {
    MARK.with_mut(|m| {
        m.get_or_insert_with(|| Root::new(object::new_instance(attr::object_class())))
            .get()
    })
}

/// The dictionary key for a call: a lone int or string stands for itself.
fn key(w: Gc<Wrapper>, args: Gc<Tuple>, kwargs: Option<Gc<Dict>>) -> Value {
    let typed = w.typed.get() != 0;
    if kwargs.is_none() && !typed {
        return match args.items() {
            [v] if v.is_int() || v.cast_exact::<Str>().is_some() => *v,
            _ => args.value(),
        };
    }
    let mut parts = ArgVec::new();
    parts.extend(args.items());
    if let Some(d) = kwargs {
        parts.push(mark());
        for (k, v) in d.iter() {
            parts.push(k);
            parts.push(v);
        }
    }
    if typed {
        for v in args.items() {
            parts.push(class_of(*v).value());
        }
        if let Some(d) = kwargs {
            for (_, v) in d.iter() {
                parts.push(class_of(v).value());
            }
        }
    }
    Tuple::new(&parts).value()
}

fn call_cached(
    t: &Thread,
    this: Gc<Wrapper>,
    args: Gc<Tuple>,
    kwargs: Option<Gc<Dict>>,
) -> R<Value> {
    let kwargs = kwargs.filter(|d| !d.is_empty());
    if this.limit.get() == 0 {
        bump(&this.misses);
        return call_with_dict(t, this.function.get(), args.items(), kwargs);
    }
    let key = key(this, args, kwargs);
    let hash = ops::hash(t, key)?;
    let found = this.table().find(t, key, hash)?;
    if this.limit.get() < 0 {
        if let Some(i) = found {
            bump(&this.hits);
            return Ok(this.table().entry_value(i));
        }
        bump(&this.misses);
        let r = call_with_dict(t, this.function.get(), args.items(), kwargs)?;
        this.table().set_hashed(t, key, hash, r)?;
        return Ok(r);
    }
    if let Some(i) = found {
        bump(&this.hits);
        let l: Gc<Link> = Gc::from_value(this.table().entry_value(i));
        unlink(l);
        link_last(this.ring(), l);
        return Ok(l.result.get());
    }
    bump(&this.misses);
    let r = call_with_dict(t, this.function.get(), args.items(), kwargs)?;
    insert(t, this, key, hash, r)?;
    Ok(r)
}
/// Enters a result in a bounded cache, in place of the oldest one when it is full.
fn insert(t: &Thread, this: Gc<Wrapper>, key: Value, hash: i64, r: Value) -> R<()> {
    let (table, ring) = (this.table(), this.ring());
    if table.find(t, key, hash)?.is_some() {
        // The call itself has entered it.
        return Ok(());
    }
    let oldest = ring.after();
    let l = if (table.len() as i64) < this.limit.get() || oldest == ring {
        Link::new()
    } else {
        unlink(oldest);
        if let Some(i) = table.find(t, oldest.key.get(), oldest.hash.get())? {
            table.remove_entry(t, i);
        }
        oldest
    };
    l.key.set(l, key);
    l.result.set(l, r);
    l.hash.set(hash);
    table.set_hashed(t, key, hash, l.value())?;
    link_last(ring, l);
    Ok(())
}

fn cache_info(t: &Thread, this: Gc<Wrapper>) -> R<Value> {
    let limit = match this.limit.get() {
        -1 => Value::NONE,
        n => int::from_i64(t, n),
    };
    let counts = [
        Value::int(this.hits.get()),
        Value::int(this.misses.get()),
        limit,
        Value::int(this.table().len() as i64),
    ];
    call::call(t, this.info.get(), &counts)
}
fn cache_clear(t: &Thread, this: Gc<Wrapper>) {
    this.hits.set(0);
    this.misses.set(0);
    this.root.set(this, Link::new().value());
    this.table().clear(t);
}
fn get(_t: &Thread, this: Gc<Wrapper>, object: Value, _class: Option<Value>) -> Value {
    if object.is_none() || object.is_null() {
        return this.value();
    }
    BoundMethod::new(this.value(), object)
}
fn reduce(t: &Thread, this: Value) -> R<Value> {
    attr::get(t, this, intern("__qualname__"))
}
fn copy(_t: &Thread, this: Value) -> Value {
    this
}
fn deepcopy(_t: &Thread, this: Value, _memo: Value) -> Value {
    this
}

py_class! {
    pub LINK: Link = "_lru_list_elem", base kinds::OBJECT, flags 0, module "functools";
    methods {}
}
py_class! {
    /// Create a cached callable that wraps another function.
    ///
    /// user_function:      the function being cached
    ///
    /// maxsize:  0         for no caching
    ///           None      for unlimited cache size
    ///           n         for a bounded cache
    ///
    /// typed:    False     cache f(3) and f(3.0) as identical calls
    ///           True      cache f(3) and f(3.0) as distinct calls
    ///
    /// cache_info_type:    namedtuple class with the fields:
    ///                         hits misses currsize maxsize
    pub WRAPPER: Wrapper = "_lru_cache_wrapper", base kinds::OBJECT, flags flags::BASETYPE | flags::HAS_WEAKREF, module "functools";
    methods {
        @staticmethod __new__(cls, user_function, maxsize, typed, cache_info_type) => new;
        __call__(self, /, *args, **kwargs) => call_cached;
        __get__(self, instance, owner=None, /) => get;
        /// Report cache statistics
        cache_info(self, /) => cache_info;
        /// Clear the cache and cache statistics
        cache_clear(self, /) => cache_clear;
        __reduce__(self, /) => reduce;
        __copy__(self, /) => copy;
        __deepcopy__(self, memo, /) => deepcopy;
    }
}
