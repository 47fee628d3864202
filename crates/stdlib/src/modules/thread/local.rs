//! `_local`: attributes that each thread has for itself.
//!
//! Each thread has a dictionary of its own for the object; the one of the
//! running thread is put in as the object's `__dict__` before any access.

use pyjit_heap::{Field, Gc, Header, Value, heap_object};
use pyjit_runtime::core::class::words;
use pyjit_runtime::core::special::Special;
use pyjit_runtime::core::thread::Local as Slot;
use pyjit_runtime::core::{attr, errors, kinds};
use pyjit_runtime::types::dict::Dict;
use pyjit_runtime::types::list::List;
use pyjit_runtime::types::str_::{Str, intern};
use pyjit_runtime::types::tuple::Tuple;
use pyjit_runtime::types::type_::{Type, class_of, flags, of_kind, type_name};
use pyjit_runtime::types::weakref::{self, WeakRef};
use pyjit_runtime::{R, Thread, py_class};

use super::ident;
use crate::layout::{call_with_dict, with_dict};

/// A `threading.local`.
#[repr(C)]
pub struct Local {
    header: Header,
    /// Thread number → dictionary.
    dicts: Field,
    /// Arguments for `__init__`, which runs once in each thread.
    args: Field,
    kwargs: Field,
    /// The dictionary that is in place.
    current: Field,
}
heap_object!(Local = 431, refs 1..5);

type L = Gc<Local>;

/// Instances have attributes.
pub fn with_dictionary(t: &Thread) -> R<()> {
    pyjit_runtime::core::class::make(t, &LOCAL);
    with_dict(t, &LOCAL)
}

fn new(t: &Thread, class: Gc<Type>, args: Gc<Tuple>, kwargs: Option<Value>) -> R<L> {
    let own_init = class.special(Special::Init) != attr::object_class().special(Special::Init);
    if !own_init && (!args.is_empty() || kwargs.is_some()) {
        return Err(errors::type_error(
            t,
            "Initialization arguments are not supported",
        ));
    }
    let dicts = Dict::new();
    let l = Local {
        header: Header::NEW,
        dicts: Field::new(dicts.value()),
        args: Field::new(args.value()),
        kwargs: Field::new(kwargs.unwrap_or(Value::NONE)),
        current: Field::new(Value::NONE),
    };
    let extra = class.extra_bytes(words::<Local>());
    let l = Gc::with_shape(class.root_shape.get(), l, extra);
    // The type's call runs `__init__` in this thread.
    let d = add_thread(t, l)?;
    place(t, l, d)?;
    Ok(l)
}

/// Makes the running thread's dictionary, and notes that it has one.
fn add_thread(t: &Thread, l: L) -> R<Gc<Dict>> {
    let d = Dict::new();
    Gc::<Dict>::from_value(l.dicts.get()).set(t, Value::int(ident()), d.value())?;
    let slot = t.local(Slot::ThreadLocals);
    let list = match slot.get().opt().and_then(|v| v.cast::<List>()) {
        Some(l) => l,
        None => {
            let new = List::new();
            slot.set(new.value());
            new
        }
    };
    let r = weakref::make(t, of_kind(kinds::WEAK_REF), l.value(), Value::NULL)?;
    if list.len() >= 16 && list.len().is_power_of_two() {
        prune(list);
    }
    list.push(t, r)?;
    Ok(d)
}
/// Takes dead references off the list.
fn prune(list: Gc<List>) {
    for i in (0..list.len()).rev() {
        if target(list.get(i)).is_none() {
            list.remove(i);
        }
    }
}
fn target(r: Value) -> Option<Value> {
    r.cast::<WeakRef>().and_then(|r| r.target())
}

/// A thread ends: its dictionaries go.
pub fn forget_thread(t: &Thread) {
    let slot = t.local(Slot::ThreadLocals);
    let Some(list) = slot
        .replace(Value::NULL)
        .opt()
        .and_then(|v| v.cast::<List>())
    else {
        return;
    };
    for i in 0..list.len() {
        if let Some(l) = target(list.get(i)).and_then(|v| v.cast::<Local>()) {
            let _ = Gc::<Dict>::from_value(l.dicts.get()).remove(t, Value::int(ident()));
            l.current.set(l, Value::NONE);
            let _ = attr::set_instance_dict(t, l.value(), Dict::new());
        }
    }
}

fn place(t: &Thread, l: L, d: Gc<Dict>) -> R<()> {
    if l.current.get() != d.value() {
        l.current.set(l, d.value());
        attr::set_instance_dict(t, l.value(), d)?;
    }
    Ok(())
}
/// Puts the running thread's dictionary in place, after `__init__` in a new thread.
fn enter(t: &Thread, l: L) -> R<Gc<Dict>> {
    let dicts: Gc<Dict> = Gc::from_value(l.dicts.get());
    let key = Value::int(ident());
    if let Some(d) = dicts.get(t, key)?.and_then(|d| d.cast::<Dict>()) {
        place(t, l, d)?;
        return Ok(d);
    }
    let d = add_thread(t, l)?;
    place(t, l, d)?;
    let class = class_of(l.value());
    let init = class.special(Special::Init);
    if let Some(f) = init.filter(|_| init != attr::object_class().special(Special::Init)) {
        let f = attr::bind(t, f, l.value(), class)?;
        let args: Gc<Tuple> = Gc::from_value(l.args.get());
        if let Err(e) = call_with_dict(t, f, args.items(), l.kwargs.get().cast::<Dict>()) {
            let _ = dicts.remove(t, key);
            return Err(e);
        }
        place(t, l, d)?;
    }
    Ok(d)
}

fn getattribute(t: &Thread, this: L, name: Gc<Str>) -> R<Value> {
    let d = enter(t, this)?;
    if name.same(&intern("__dict__")) {
        return Ok(d.value());
    }
    attr::generic_get(t, this.value(), class_of(this.value()), name)
}
fn read_only(t: &Thread, this: L, name: Gc<Str>) -> R<()> {
    if name.same(&intern("__dict__")) {
        let class = type_name(this.value());
        let m = format!("'{class}' object attribute '__dict__' is read-only");
        return Err(errors::attribute_error_for(t, this.value(), name, m));
    }
    Ok(())
}
fn setattr(t: &Thread, this: L, name: Gc<Str>, value: Value) -> R<()> {
    read_only(t, this, name)?;
    enter(t, this)?;
    attr::generic_set(t, this.value(), class_of(this.value()), name, Some(value))
}
fn delattr(t: &Thread, this: L, name: Gc<Str>) -> R<()> {
    read_only(t, this, name)?;
    enter(t, this)?;
    attr::generic_set(t, this.value(), class_of(this.value()), name, None)
}

py_class! {
    /// Thread-local data
    pub LOCAL: Local = "_local", base kinds::OBJECT, flags flags::HAS_WEAKREF | flags::BASETYPE, module "_thread";
    methods {
        @staticmethod __new__(cls, /, *args, **kwargs) => new;
        __getattribute__(self, name, /) => getattribute;
        __setattr__(self, name, value, /) => setattr;
        __delattr__(self, name, /) => delattr;
    }
}
