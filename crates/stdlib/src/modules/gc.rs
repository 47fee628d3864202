//! `gc`: the collector as Python code sees it.

use std::cell::Cell;
use std::time::Instant;

use pyjit_heap::{Gc, GilCell, Value, alloc, census, finalize, inspect};
use pyjit_runtime::core::native::NativeObject;
use pyjit_runtime::core::{audit, call, errors, ops, unraisable};
use pyjit_runtime::types::dict::Dict;
use pyjit_runtime::types::list::List;
use pyjit_runtime::types::module::Module;
use pyjit_runtime::types::str_::{Str, intern};
use pyjit_runtime::types::tuple::Tuple;
use pyjit_runtime::types::type_::{Type, class_of, flags, of_kind_opt};
use pyjit_runtime::{R, Thread};

use crate::native_module;

/// What the setters remember. The collector tunes itself: it has no
/// generations to set thresholds for.
struct Settings {
    enabled: Cell<bool>,
    debug: Cell<i64>,
    threshold: [Cell<i64>; 3],
    collections: [Cell<i64>; 3],
    /// Cyclic garbage found by full collections.
    collected: Cell<i64>,
    /// Objects that were alive when the heap was frozen.
    frozen: Cell<i64>,
}
static SETTINGS: GilCell<Settings> = GilCell::new(Settings {
    enabled: Cell::new(true),
    debug: Cell::new(0),
    threshold: [Cell::new(2000), Cell::new(10), Cell::new(10)],
    collections: [const { Cell::new(0) }; 3],
    collected: Cell::new(0),
    frozen: Cell::new(0),
});

const DEBUG_STATS: i64 = 1;
const DEBUG_SAVEALL: i64 = 32;

/// Finalizers may make new garbage; so often `gc.collect` goes after it.
const FINALIZER_ROUNDS: usize = 3;

fn collect(t: &Thread, generation: Option<i64>) -> R<i64> {
    let g = generation.unwrap_or(2);
    if !(0..=2).contains(&g) {
        return Err(errors::value_error(t, "invalid generation"));
    }
    let c = &SETTINGS.get().collections[g as usize];
    c.set(c.get() + 1);
    tell(t, "start", g, 0)?;
    let stats = SETTINGS.get().debug.get() & DEBUG_STATS != 0;
    let start = Instant::now();
    if stats {
        report_start(t, g)?;
    }
    let found = if g < 2 {
        t.host().forget_dead_registers(t);
        alloc::collect(alloc::Kind::Minor);
        t.host().poll(t)?;
        0
    } else {
        collect_all(t)?
    };
    if stats {
        let elapsed = start.elapsed().as_secs_f64();
        let text =
            format!("gc: done, {found} unreachable, 0 uncollectable, {elapsed:.4}s elapsed\n");
        t.host().write_error(t, &text)?;
    }
    tell(t, "stop", g, found)?;
    Ok(found)
}

/// What `DEBUG_STATS` says before a collection.
fn report_start(t: &Thread, generation: i64) -> R<()> {
    let mut all = 0;
    inspect::for_each_object(|v| all += usize::from(tracked(v)));
    let frozen = SETTINGS.get().frozen.get();
    let text = format!(
        "gc: collecting generation {generation}...\n\
         gc: objects in each generation: 0 0 {all}\n\
         gc: objects in permanent generation: {frozen}\n"
    );
    t.host().write_error(t, &text)
}

/// Collects all generations; gives the number of objects of cyclic garbage.
fn collect_all(t: &Thread) -> R<i64> {
    t.host().forget_dead_registers(t);
    // What earlier calls left on the native stack is not to keep anything alive.
    let floor = match t.host().direct_callee(t) {
        Some((f, floor)) if f.def().name == "collect" && is_ours(f) => floor,
        _ => 0,
    };
    if SETTINGS.get().debug.get() & DEBUG_SAVEALL != 0 {
        return save_all(t, floor);
    }
    let mut found = census::collect(tracked, floor);
    // What finalizers have kept so far dies in the next round.
    for _ in 0..FINALIZER_ROUNDS {
        let ran = finalize::is_pending();
        t.host().poll(t)?;
        if !ran {
            break;
        }
        found += census::collect(tracked, floor);
    }
    let total = &SETTINGS.get().collected;
    total.set(total.get() + found as i64);
    Ok(found as i64)
}

/// Keeps all cyclic garbage in `gc.garbage`.
fn save_all(t: &Thread, floor: usize) -> R<i64> {
    let mut saved = pyjit_heap::RootVec::new();
    census::collect_saving(tracked, floor, &mut saved);
    if let Some(garbage) = list_at(&LISTS.get().garbage) {
        for v in saved.iter() {
            garbage.push(t, v)?;
        }
    }
    t.host().poll(t)?;
    Ok(saved.len() as i64)
}

/// Is it a function of this module?
fn is_ours(f: Gc<NativeObject>) -> bool {
    let owner = f.owner.get().cast::<Str>();
    owner.is_some_and(|name| name.bytes() == b"gc")
}

/// The lists of the module: scanned as roots.
#[repr(C)]
struct Lists {
    garbage: Cell<Value>,
    callbacks: Cell<Value>,
}
static LISTS: GilCell<Lists> = GilCell::new(Lists {
    garbage: Cell::new(Value::NULL),
    callbacks: Cell::new(Value::NULL),
});

fn list_at(cell: &Cell<Value>) -> Option<Gc<List>> {
    cell.get().opt().map(Gc::from_value)
}

/// Tells `gc.callbacks`.
fn tell(t: &Thread, phase: &str, generation: i64, collected: i64) -> R<()> {
    let Some(callbacks) = list_at(&LISTS.get().callbacks).filter(|l| l.len() > 0) else {
        return Ok(());
    };
    let info = Dict::new();
    info.set_str(t, intern("generation"), Value::int(generation))?;
    info.set_str(t, intern("collected"), Value::int(collected))?;
    info.set_str(t, intern("uncollectable"), Value::int(0))?;
    let phase = intern(phase).value();
    let mut i = 0;
    while i < callbacks.len() {
        let f = callbacks.get(i);
        if call::call(t, f, &[phase, info.value()]).is_err() {
            unraisable::report(t, "Exception ignored while calling GC callback", f);
        }
        i += 1;
    }
    Ok(())
}
fn enable(_t: &Thread) {
    SETTINGS.get().enabled.set(true);
    alloc::set_enabled(true);
}
fn disable(_t: &Thread) {
    SETTINGS.get().enabled.set(false);
    alloc::set_enabled(false);
}
fn is_enabled(_t: &Thread) -> bool {
    SETTINGS.get().enabled.get()
}
fn set_debug(_t: &Thread, flags: i64) {
    SETTINGS.get().debug.set(flags)
}
fn get_debug(_t: &Thread) -> i64 {
    SETTINGS.get().debug.get()
}
fn set_threshold(_t: &Thread, a: i64, b: Option<i64>, c: Option<i64>) {
    let s = SETTINGS.get();
    for (cell, v) in s.threshold.iter().zip([Some(a), b, c]) {
        if let Some(v) = v {
            cell.set(v);
        }
    }
}
fn three(values: impl Fn(usize) -> i64) -> Gc<Tuple> {
    Tuple::new(&[0, 1, 2].map(|i| Value::int(values(i))))
}
fn get_threshold(_t: &Thread) -> Gc<Tuple> {
    three(|i| SETTINGS.get().threshold[i].get())
}
fn get_count(_t: &Thread) -> Gc<Tuple> {
    three(|_| 0)
}
fn get_stats(t: &Thread) -> R<Gc<List>> {
    let l = List::new();
    for (i, c) in SETTINGS.get().collections.iter().enumerate() {
        let collected = if i == 2 {
            SETTINGS.get().collected.get()
        } else {
            0
        };
        let d = Dict::new();
        d.set_str(t, intern("collections"), Value::int(c.get()))?;
        d.set_str(t, intern("collected"), Value::int(collected))?;
        d.set_str(t, intern("uncollectable"), Value::int(0))?;
        l.push(t, d.value())?;
    }
    Ok(l)
}

/// Is it an object that Python code may see (no internal buffer)?
fn visible(v: Value) -> bool {
    v.is_ptr() && {
        let kind = pyjit_heap::shape::get(v.shape_id()).kind();
        kind > 2 && of_kind_opt(kind).is_some()
    }
}
/// Do such objects take part in CPython's cycle collection? Plain data does not.
fn tracked(v: Value) -> bool {
    use pyjit_runtime::core::kinds::*;
    visible(v)
        && !matches!(
            v.shape_id(),
            FLOAT | INT | STR | BYTES | BYTEARRAY | COMPLEX | RANGE | CODE | OBJECT
        )
        && v.cast::<Type>().is_none_or(|c| c.has(flags::HEAP))
}
fn list_of(t: &Thread, found: &pyjit_heap::RootVec, keep: impl Fn(Value) -> bool) -> R<Gc<List>> {
    let l = List::new();
    for v in found.iter().filter(|v| keep(*v)) {
        l.push(t, v)?;
    }
    Ok(l)
}
fn get_objects(t: &Thread, generation: Option<Value>) -> R<Gc<List>> {
    let generation = match generation.filter(|g| !g.is_none()) {
        Some(g) => Some(ops::index_i64(t, g)?),
        None => None,
    };
    audit::event(t, "gc.get_objects", || {
        [Value::int(generation.unwrap_or(-1))]
    })?;
    // The collector has no generations to choose from: any of them gives all objects.
    if generation.is_some_and(|g| !(0..=2).contains(&g)) {
        let text = "generation parameter must be less than the number of available generations (3)";
        let negative = "generation parameter cannot be negative";
        let text = if generation < Some(0) { negative } else { text };
        return Err(errors::value_error(t, text));
    }
    t.host().forget_dead_registers(t);
    let mut found = pyjit_heap::RootVec::new();
    inspect::for_each_object(|v| {
        if tracked(v) {
            found.push(v);
        }
    });
    list_of(t, &found, |_| true)
}
/// Objects reached from `v`, looking through internal buffers.
fn see_through(v: Value, out: &mut pyjit_heap::RootVec) {
    for r in inspect::referents(v).iter() {
        if visible(r) {
            out.push(r);
        } else if r.is_ptr() && matches!(pyjit_heap::shape::get(r.shape_id()).kind(), 1 | 2) {
            see_through(r, out);
        }
    }
}
fn get_referents(t: &Thread, objects: Gc<Tuple>) -> R<Gc<List>> {
    audit::event(t, "gc.get_referents", || [objects.value()])?;
    let mut found = pyjit_heap::RootVec::new();
    for v in objects.items() {
        // Containers refer to numbers and constants as well, which are no objects here.
        if let Some(l) = v.cast::<List>() {
            l.items().iter().for_each(|x| found.push(*x));
        } else if let Some(tuple) = v.cast::<Tuple>() {
            tuple.items().iter().for_each(|x| found.push(*x));
        } else if let Some(d) = v.cast::<Dict>() {
            for (k, x) in (0..d.used()).filter_map(|i| d.entry(i)) {
                found.push(k);
                found.push(x);
            }
        } else {
            see_through(*v, &mut found);
        }
        if v.is_ptr() && class_of(*v).has(flags::HEAP) {
            found.push(class_of(*v).value());
        }
    }
    list_of(t, &found, |_| true)
}
fn get_referrers(t: &Thread, objects: Gc<Tuple>) -> R<Gc<List>> {
    audit::event(t, "gc.get_referrers", || [objects.value()])?;
    let mut targets = pyjit_heap::RootVec::from_slice(objects.items());
    // Buffers that refer to a target stand for the container that owns them.
    for v in inspect::referrers(objects.items()).iter() {
        if !visible(v) {
            targets.push(v);
        }
    }
    let found = inspect::referrers(targets.as_slice());
    list_of(t, &found, |v| tracked(v) && v != objects.value())
}
fn is_tracked(_t: &Thread, v: Value) -> bool {
    tracked(v)
}
fn is_finalized(_t: &Thread, v: Value) -> bool {
    v.is_ptr() && class_of(v).has(flags::HAS_DEL) && !finalize::is_registered(v)
}
/// Old objects are looked at by major collections only; there is nothing more to freeze.
fn freeze(_t: &Thread) {
    let mut all = 0;
    inspect::for_each_object(|v| all += i64::from(tracked(v)));
    SETTINGS.get().frozen.set(all)
}
fn unfreeze(_t: &Thread) {
    SETTINGS.get().frozen.set(0)
}
fn get_freeze_count(_t: &Thread) -> i64 {
    SETTINGS.get().frozen.get()
}

fn init(t: &Thread, m: Gc<Module>) -> R<()> {
    let lists = LISTS.get();
    if lists.garbage.get().is_null() {
        alloc::add_root_range((&raw const *lists).cast(), 2);
        lists.garbage.set(List::new().value());
        lists.callbacks.set(List::new().value());
    }
    m.set(t, "garbage", lists.garbage.get())?;
    m.set(t, "callbacks", lists.callbacks.get())?;
    for (name, n) in [
        ("DEBUG_STATS", DEBUG_STATS),
        ("DEBUG_COLLECTABLE", 2),
        ("DEBUG_UNCOLLECTABLE", 4),
        ("DEBUG_SAVEALL", DEBUG_SAVEALL),
        ("DEBUG_LEAK", 38),
    ] {
        m.set(t, name, Value::int(n))?;
    }
    Ok(())
}

native_module! {
    /// This module provides access to the garbage collector for reference cycles.
    pub MODULE = "gc", init init;
    functions {
        /// Run the garbage collector.
        collect(generation=2) => collect;
        /// Enable automatic garbage collection.
        enable() => enable;
        /// Disable automatic garbage collection.
        disable() => disable;
        /// Returns true if automatic garbage collection is enabled.
        isenabled() => is_enabled;
        /// Set the garbage collection debugging flags.
        set_debug(flags, /) => set_debug;
        /// Get the garbage collection debugging flags.
        get_debug() => get_debug;
        /// Set the collection thresholds (the collection frequency).
        set_threshold(threshold0, threshold1=None, threshold2=None, /) => set_threshold;
        /// Return the current collection thresholds.
        get_threshold() => get_threshold;
        /// Return a three-tuple of the current collection counts.
        get_count() => get_count;
        /// Return a list of dictionaries containing per-generation statistics.
        get_stats() => get_stats;
        /// Return a list of objects tracked by the collector (excluding the list returned).
        get_objects(generation=None) => get_objects;
        /// Return the list of objects that are directly referred to by 'objs'.
        get_referents(*objs) => get_referents;
        /// Return the list of objects that directly refer to any of 'objs'.
        get_referrers(*objs) => get_referrers;
        /// Returns true if the object is tracked by the garbage collector.
        is_tracked(obj, /) => is_tracked;
        /// Returns true if the object has been already finalized by the GC.
        is_finalized(obj, /) => is_finalized;
        /// Freeze all current tracked objects and ignore them for future collections.
        freeze() => freeze;
        /// Unfreeze all objects in the permanent generation.
        unfreeze() => unfreeze;
        /// Return the number of objects in the permanent generation.
        get_freeze_count() => get_freeze_count;
    }
}
