//! `_abc`: what abstract base classes know of their virtual subclasses.
//!
//! Registry and caches are dictionaries from a class's address to a weak
//! reference to the class: the address may be used again after the class died,
//! so an entry counts only while its target is the class asked for.

use std::cell::Cell;

use pyjit_heap::{Gc, GilCell, Value};
use pyjit_runtime::core::{attr, call, errors, kinds, ops};
use pyjit_runtime::types::dict::Dict;
use pyjit_runtime::types::exceptions::Exc;
use pyjit_runtime::types::set::{self, Set};
use pyjit_runtime::types::str_::intern;
use pyjit_runtime::types::tuple::Tuple;
use pyjit_runtime::types::type_::{Type, class_of, flags, of_kind};
use pyjit_runtime::types::weakref::{self, WeakRef};
use pyjit_runtime::{R, Thread, py_class};

use crate::{native_layout, native_module};

native_layout! {
    /// The bookkeeping of one abstract class; `version` is the state of all
    /// registries for which the negative cache holds.
    Data = 340, refs 1..4 { registry, positive, negative } ints { version }
}

/// Number of registrations so far.
static COUNTER: GilCell<Cell<i64>> = GilCell::new(Cell::new(0));

fn address(class: Value) -> Value {
    Value::int((class.0 >> 4) as i64)
}

/// Does a table hold a class?
fn holds(t: &Thread, table: Value, class: Value) -> R<bool> {
    let d: Gc<Dict> = Gc::from_value(table);
    let found = d.get(t, address(class))?;
    Ok(found.and_then(|r| r.cast::<WeakRef>()?.target()) == Some(class))
}

fn insert(t: &Thread, table: Value, class: Value) -> R<()> {
    let d: Gc<Dict> = Gc::from_value(table);
    // Now and then those that died are dropped.
    if d.len() >= 64 && d.len().is_power_of_two() {
        let dead: Vec<i64> = d
            .iter()
            .filter(|(_, r)| r.cast::<WeakRef>().is_some_and(|r| r.target().is_none()))
            .map(|(k, _)| k.as_int())
            .collect();
        for k in dead {
            d.remove(t, Value::int(k))?;
        }
    }
    let r = weakref::make(t, of_kind(kinds::WEAK_REF), class, Value::NULL)?;
    d.set(t, address(class), r)
}

fn fresh() -> Value {
    Dict::new().value()
}

fn data(t: &Thread, class: Value) -> R<Gc<Data>> {
    let v = attr::get(t, class, intern("_abc_impl"))?;
    v.cast::<Data>()
        .ok_or_else(|| errors::type_error(t, "_abc_impl is set to a wrong type"))
}

fn get_cache_token(_t: &Thread) -> i64 {
    COUNTER.get().get()
}

fn abc_init(t: &Thread, class: Value) -> R<()> {
    let names = abstract_names(t, class)?;
    attr::set(t, class, intern("__abstractmethods__"), Some(names))?;
    let data = Data::alloc(of_kind(340), fresh(), fresh(), fresh(), COUNTER.get().get());
    attr::set(t, class, intern("_abc_impl"), Some(data.value()))?;
    let Some(ty) = class.cast::<Type>() else {
        return Ok(());
    };
    let key = intern("__abc_tpflags__");
    if let Some(bits) = ty.dict.gc().get_str(key).filter(|v| v.is_int()) {
        // The bits of CPython's `tp_flags`, as the library writes them.
        ty.flags
            .set(ty.flags.get() & !(flags::SEQUENCE | flags::MAPPING));
        for (bit, flag) in [(5, flags::SEQUENCE), (6, flags::MAPPING)] {
            if bits.as_int() >> bit & 1 != 0 {
                ty.set_flag(flag);
            }
        }
        attr::set(t, class, key, None)?;
    }
    Ok(())
}

/// The names that are still abstract in a class, as a frozen set.
fn abstract_names(t: &Thread, class: Value) -> R<Value> {
    let is_abstract = |v: Value| match attr::get_opt(t, v, intern("__isabstractmethod__"))? {
        Some(flag) => ops::truth(t, flag),
        None => Ok(false),
    };
    let names = Set::new();
    if let Some(ty) = class.cast::<Type>() {
        let own = ty.dict.gc().copy();
        for i in 0..own.used() {
            if let Some((name, v)) = own.entry(i)
                && is_abstract(v)?
            {
                names.add(t, name)?;
            }
        }
    }
    let bases = attr::get(t, class, intern("__bases__"))?;
    let bases = bases.cast::<Tuple>().unwrap_or_else(|| Tuple::new(&[]));
    for base in bases.items() {
        let Some(inherited) = attr::get_opt(t, *base, intern("__abstractmethods__"))? else {
            continue;
        };
        let it = ops::iter(t, inherited)?;
        while let Some(name) = ops::next(t, it)? {
            let Some(text) = name.cast() else { continue };
            if let Some(v) = attr::get_opt(t, class, text)?
                && is_abstract(v)?
            {
                names.add(t, name)?;
            }
        }
    }
    Ok(Set::frozen(names).value())
}

fn abc_register(t: &Thread, class: Value, subclass: Value) -> R<Value> {
    let Some(sub) = subclass.cast::<Type>() else {
        return Err(errors::type_error(t, "Can only register classes"));
    };
    if ops::is_subclass(t, subclass, class)? {
        return Ok(subclass);
    }
    if ops::is_subclass(t, class, subclass)? {
        let m = "Refusing to create an inheritance cycle";
        return Err(errors::raise(t, Exc::RuntimeError, m));
    }
    insert(t, data(t, class)?.registry.get(), subclass)?;
    COUNTER.get().set(COUNTER.get().get() + 1);
    if let Some(c) = class.cast::<Type>() {
        inherit_patterns(sub, c.flags.get() & (flags::SEQUENCE | flags::MAPPING));
    }
    Ok(subclass)
}

/// A registered class and its subclasses match the patterns that the abstract class does;
/// builtin ones are what they are.
fn inherit_patterns(class: Gc<Type>, bits: u32) {
    if bits == 0
        || class.has(flags::SEQUENCE)
        || class.has(flags::MAPPING)
        || !class.has(flags::HEAP)
    {
        return;
    }
    class.set_flag(bits);
    for sub in weakref::live_targets(class.subclasses.value()).iter() {
        if let Some(sub) = sub.cast::<Type>() {
            inherit_patterns(sub, bits);
        }
    }
}

fn abc_instancecheck(t: &Thread, class: Value, instance: Value) -> R<Value> {
    let d = data(t, class)?;
    let subtype = class_of(instance).value();
    let subclass = attr::get_opt(t, instance, intern("__class__"))?.unwrap_or(subtype);
    if holds(t, d.positive.get(), subclass)? {
        return Ok(Value::TRUE);
    }
    if subtype == subclass {
        if d.version.get() == COUNTER.get().get() && holds(t, d.negative.get(), subclass)? {
            return Ok(Value::FALSE);
        }
        return call::call_attr(t, class, "__subclasscheck__", &[subclass]);
    }
    let first = call::call_attr(t, class, "__subclasscheck__", &[subclass])?;
    if ops::truth(t, first)? {
        return Ok(first);
    }
    call::call_attr(t, class, "__subclasscheck__", &[subtype])
}

fn abc_subclasscheck(t: &Thread, class: Value, subclass: Value) -> R<bool> {
    if subclass.cast::<Type>().is_none() {
        return Err(errors::type_error(t, "issubclass() arg 1 must be a class"));
    }
    let d = data(t, class)?;
    if holds(t, d.positive.get(), subclass)? {
        return Ok(true);
    }
    if d.version.get() < COUNTER.get().get() {
        d.negative.set(d, fresh());
        d.version.set(COUNTER.get().get());
    } else if holds(t, d.negative.get(), subclass)? {
        return Ok(false);
    }
    let found = is_virtual_subclass(t, d, class, subclass)?;
    let table = if found { &d.positive } else { &d.negative };
    insert(t, table.get(), subclass)?;
    Ok(found)
}

/// Asks the class's hook, then bases, then what is registered, then subclasses.
fn is_virtual_subclass(t: &Thread, d: Gc<Data>, class: Value, subclass: Value) -> R<bool> {
    match call::call_attr(t, class, "__subclasshook__", &[subclass])? {
        Value::TRUE => return Ok(true),
        Value::FALSE => return Ok(false),
        Value::NOT_IMPLEMENTED => {}
        _ => {
            let m = "__subclasshook__ must return either False, True, or NotImplemented";
            return Err(errors::raise(t, Exc::AssertionError, m));
        }
    }
    if let (Some(c), Some(s)) = (class.cast::<Type>(), subclass.cast::<Type>())
        && s.is_subtype(c)
    {
        return Ok(true);
    }
    let registry: Gc<Dict> = Gc::from_value(d.registry.get());
    let registered = registry.copy();
    for i in 0..registered.used() {
        let target = registered
            .entry(i)
            .and_then(|(_, r)| r.cast::<WeakRef>()?.target());
        if let Some(c) = target
            && ops::is_subclass(t, subclass, c)?
        {
            return Ok(true);
        }
    }
    let below = call::call_attr(t, class, "__subclasses__", &[])?;
    let it = ops::iter(t, below)?;
    while let Some(c) = ops::next(t, it)? {
        if ops::is_subclass(t, subclass, c)? {
            return Ok(true);
        }
    }
    Ok(false)
}

fn reset_registry(t: &Thread, class: Value) -> R<()> {
    let d = data(t, class)?;
    d.registry.set(d, fresh());
    Ok(())
}
fn reset_caches(t: &Thread, class: Value) -> R<()> {
    let d = data(t, class)?;
    d.positive.set(d, fresh());
    d.negative.set(d, fresh());
    Ok(())
}
/// The weak references of a table, as a set.
fn members(t: &Thread, table: Value) -> R<Value> {
    let values = call::call_attr(t, table, "values", &[])?;
    set::from_iterable(t, values).map(|s| s.value())
}
fn get_dump(t: &Thread, class: Value) -> R<Gc<Tuple>> {
    let d = data(t, class)?;
    let tables = [
        members(t, d.registry.get())?,
        members(t, d.positive.get())?,
        members(t, d.negative.get())?,
        Value::int(d.version.get()),
    ];
    Ok(Tuple::new(&tables))
}

py_class! {
    pub DATA: Data = "_abc_data", base kinds::OBJECT, flags flags::NO_NEW, module "_abc";
    methods {}
}

native_module! {
    /// What abc.ABCMeta is built on.
    pub MODULE = "_abc", classes [DATA];
    functions {
        /// Returns the current ABC cache token.
        get_cache_token() => get_cache_token;
        /// Internal ABC helper for class set-up.
        _abc_init(cls, /) => abc_init;
        /// Internal ABC helper for subclass registration.
        _abc_register(cls, subclass, /) => abc_register;
        /// Internal ABC helper for instance checks.
        _abc_instancecheck(cls, instance, /) => abc_instancecheck;
        /// Internal ABC helper for subclass checks.
        _abc_subclasscheck(cls, subclass, /) => abc_subclasscheck;
        /// Internal ABC helper to reset registry of a given class.
        _reset_registry(cls, /) => reset_registry;
        /// Internal ABC helper to reset both caches of a given class.
        _reset_caches(cls, /) => reset_caches;
        /// Internal ABC helper for cache and registry debugging.
        _get_dump(cls, /) => get_dump;
    }
}
