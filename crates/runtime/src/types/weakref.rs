//! Weak references: `weakref.ref`, and the list of a class's subclasses.
//!
//! The target is a word that the collector clears when the target dies; it
//! then queues the reference, and [`run_callbacks`] calls what waits for it.

use std::cell::Cell;

use pyjit_heap::{Field, Gc, Header, Value, heap_object, weak};

use super::list::List;
use super::weak_proxy;
use crate::core::call::ArgVec;
use crate::core::class::words;
use crate::core::ops::{self, Cmp};
use crate::core::thread::{R, Raised, Thread};
use crate::core::{attr, call, errors, kinds};
use crate::types::str_::{Str, intern};
use crate::types::type_::{Type, class_of, flags, of_kind, type_name};

/// A weak reference.
#[repr(C)]
pub struct WeakRef {
    header: Header,
    /// Called with the reference when the target has died; absent for none.
    pub callback: Field,
    /// Not a reference for the collector.
    target: Cell<Value>,
    /// Hash of the target, 0 while it has not been asked for.
    hash: Cell<i64>,
}
heap_object!(WeakRef = kinds::WEAK_REF, refs 1..2);

/// Word of the target.
const TARGET: u32 = 2;
/// References and proxies without a callback are shared by all users of a target.
const REF: u8 = 0;
const PROXY: u8 = 1;

impl WeakRef {
    /// The target, unless it is dead.
    pub fn target(&self) -> Option<Value> {
        self.target.get().opt()
    }
}

/// A reference of class `class` to `target`.
pub fn make(t: &Thread, class: Gc<Type>, target: Value, callback: Value) -> R<Value> {
    if !can_be_referenced(target) {
        return Err(not_referenceable(t, target));
    }
    let plain = class == of_kind(kinds::WEAK_REF) && callback.is_null();
    if plain && let Some(r) = weak::shared(target, REF) {
        return Ok(r);
    }
    let r = WeakRef {
        header: Header::NEW,
        callback: Field::new(callback),
        target: Cell::new(target),
        hash: Cell::new(0),
    };
    let r = Gc::with_shape(
        class.root_shape.get(),
        r,
        class.extra_bytes(words::<WeakRef>()),
    )
    .value();
    weak::register(r, TARGET);
    if plain {
        weak::share(r, TARGET, REF);
    }
    Ok(r)
}

/// Can weak references to `v` be made?
pub fn can_be_referenced(v: Value) -> bool {
    v.is_ptr()
        && (class_of(v).has(flags::HAS_WEAKREF)
            || matches!(
                v.shape_id(),
                kinds::FUNCTION | kinds::GENERATOR | kinds::CODE
            ))
}

/// `weakref.proxy(target, callback)`.
pub fn make_proxy(t: &Thread, target: Value, callback: Value) -> R<Value> {
    if !can_be_referenced(target) {
        return Err(not_referenceable(t, target));
    }
    if callback.is_null()
        && let Some(p) = weak::shared(target, PROXY)
    {
        return Ok(p);
    }
    let p = weak_proxy::make(target, callback);
    if callback.is_null() {
        weak::share(p, TARGET, PROXY);
    }
    Ok(p)
}

#[cold]
fn not_referenceable(t: &Thread, target: Value) -> Raised {
    let c = type_name(target);
    errors::type_error(t, format!("cannot create weak reference to '{c}' object"))
}

/// The callback of a cleared reference or proxy, taken out of it.
fn take_callback(v: Value) -> Option<Value> {
    let f = match v.cast::<WeakRef>() {
        Some(r) => {
            let f = r.callback.value();
            r.callback.clear();
            f.opt()
        }
        None => weak_proxy::take_callback(v),
    };
    f.filter(|f| !f.is_none())
}

/// Calls the callbacks of references whose targets have died. To be run at a
/// safepoint; errors are reported, not raised.
pub fn run_callbacks(t: &Thread) {
    while let Some(v) = weak::next_cleared() {
        let Some(f) = take_callback(v) else {
            continue;
        };
        if call::call(t, f, &[v]).is_err() {
            crate::core::unraisable::report(
                t,
                "Exception ignored while calling weakref callback",
                f,
            );
        }
    }
}

/// All weak references and proxies to `object`: the shared ones, then newest first.
pub fn all_of(object: Value) -> ArgVec {
    let mut all = ArgVec::new();
    if !object.is_ptr() {
        return all;
    }
    let mut others = ArgVec::new();
    weak::references_to(object, |r| others.push(r));
    for number in [REF, PROXY] {
        if let Some(r) = weak::shared(object, number) {
            all.push(r);
        }
    }
    let shared = all.len();
    for r in others.iter().rev() {
        if !all[..shared].contains(r) {
            all.push(*r);
        }
    }
    all
}

/// The first weak reference to `object` without a callback, or `None`.
pub fn first_of(object: Value) -> Value {
    if !object.is_ptr() {
        return Value::NONE;
    }
    weak::shared(object, REF).unwrap_or(Value::NONE)
}

fn new(
    t: &Thread,
    class: Gc<Type>,
    object: Value,
    callback: Option<Value>,
    _rest: Value,
) -> R<Value> {
    make(
        t,
        class,
        object,
        callback.filter(|c| !c.is_none()).unwrap_or(Value::NULL),
    )
}
fn init(_t: &Thread, _this: Value, _object: Value, _callback: Option<Value>) {}
fn deref(_t: &Thread, this: Gc<WeakRef>) -> Value {
    this.target().unwrap_or(Value::NONE)
}
fn hash(t: &Thread, this: Gc<WeakRef>) -> R<i64> {
    if this.hash.get() == 0 {
        let Some(x) = this.target() else {
            return Err(errors::type_error(t, "weak object has gone away"));
        };
        this.hash.set(ops::hash(t, x)?);
    }
    Ok(this.hash.get())
}
fn compare(t: &Thread, cmp: Cmp, a: Gc<WeakRef>, b: Value) -> R<Value> {
    let Some(y) = b.cast::<WeakRef>() else {
        return Ok(Value::NOT_IMPLEMENTED);
    };
    if !matches!(cmp, Cmp::Eq | Cmp::Ne) {
        return Ok(Value::NOT_IMPLEMENTED);
    }
    match (a.target(), y.target()) {
        (Some(x), Some(y)) => ops::compare(t, cmp, x, y),
        _ => Ok(Value::bool((a.value() == b) == (cmp == Cmp::Eq))),
    }
}
crate::comparisons!(Gc<WeakRef>, compare);
fn repr(t: &Thread, this: Gc<WeakRef>) -> R<String> {
    let Some(x) = this.target() else {
        return Ok(format!("<weakref at {:#x}; dead>", this.addr()));
    };
    // The class must know the name: `__getattr__` is not asked.
    let name = intern("__name__");
    let name = match class_of(x).lookup(name) {
        Some(_) => attr::get_opt(t, x, name)?,
        None => None,
    };
    let name = name
        .and_then(|n| n.cast::<Str>())
        .map_or(String::new(), |n| format!(" ({})", n.lossy()));
    Ok(format!(
        "<weakref at {:#x}; to '{}' at {:#x}{name}>",
        this.addr(),
        type_name(x),
        x.0
    ))
}
fn get_callback(_t: &Thread, this: Gc<WeakRef>) -> Value {
    this.callback
        .get()
        .opt()
        .filter(|_| this.target().is_some())
        .unwrap_or(Value::NONE)
}
fn class_getitem(t: &Thread, class: Value, item: Value) -> R<Value> {
    super::generic_alias::make(t, class, item)
}

crate::py_class! {
    pub CLASS: WeakRef = "ReferenceType", base kinds::OBJECT, flags flags::BASETYPE, module "weakref";
    methods {
        @staticmethod __new__(cls, object, callback=None, /, *args) => new;
        __init__(self, object, callback=None, /) => init;
        __call__(self, /) => deref;
        __hash__(self, /) => hash;
        __lt__(self, value, /) => lt; __le__(self, value, /) => le; __eq__(self, value, /) => eq;
        __ne__(self, value, /) => ne; __gt__(self, value, /) => gt; __ge__(self, value, /) => ge;
        __repr__(self, /) => repr;
        @classmethod __class_getitem__(cls, object, /) => class_getitem;
    }
    getset { __callback__ => get_callback; }
}

/// The live targets of a class's list of subclasses.
pub fn live_targets(list: Value) -> ArgVec {
    let mut live = ArgVec::new();
    if let Some(l) = list.opt().and_then(|l| l.cast::<List>()) {
        for r in l.items() {
            if let Some(v) = r.cast::<WeakRef>().and_then(|r| r.target()) {
                live.push(v);
            }
        }
    }
    live
}

/// Adds a subclass to the list.
pub fn add_target(t: &Thread, list: Gc<List>, target: Value) -> R<()> {
    // Now and then those that died are dropped.
    if list.len() >= 8 && list.len().is_power_of_two() {
        remove_where(list, |r| r.target().is_none());
    }
    let r = make(t, of_kind(kinds::WEAK_REF), target, Value::NULL)?;
    list.push(t, r)
}

/// Removes a subclass from the list.
pub fn remove_target(list: Gc<List>, target: Value) {
    remove_where(list, |r| r.target() == Some(target));
}

fn remove_where(list: Gc<List>, gone: impl Fn(&WeakRef) -> bool) {
    let mut i = 0;
    while i < list.len() {
        if list.get(i).cast::<WeakRef>().is_some_and(|r| gone(&r)) {
            list.remove(i);
        } else {
            i += 1;
        }
    }
}
