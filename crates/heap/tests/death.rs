//! Weak references, finalizers, weak-keyed entries, threads.
#![allow(unsafe_code)]

mod common;

use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use common::{Pair, WeakRef, isolated, pair, weakref, wipe};
use pyjit_heap::alloc::{self, Kind};
use pyjit_heap::{Gc, Root, RootVec, Value, finalize, inspect, lock, weak};

fn drain_weak() -> Vec<Value> {
    std::iter::from_fn(weak::next_cleared).collect()
}

fn drain_finalizers() -> Vec<u64> {
    std::iter::from_fn(finalize::next)
        .map(|v| Gc::<Pair>::from_value(v).id.get())
        .collect()
}

#[test]
fn weak_references_are_cleared() {
    let _guard = common::lock();
    for kind in [Kind::Minor, Kind::Full] {
        let mut refs = RootVec::new();
        let mut kept = RootVec::new();
        isolated(|| {
            for i in 0..100 {
                let p = pair(Value::NULL, Value::NULL, i);
                refs.push(weakref(p.value()).value());
                if i % 2 == 0 {
                    kept.push(p.value());
                }
            }
        });
        if kind == Kind::Full {
            alloc::collect(Kind::Minor);
        }
        alloc::collect(kind);
        let cleared = drain_weak();
        // A stray word may keep one alive.
        assert!(cleared.len() >= 48, "{}", cleared.len());
        for (i, v) in refs.iter().enumerate() {
            let target = Gc::<WeakRef>::from_value(v).target.get();
            assert!(i % 2 == 1 || target == kept.get(i / 2));
            assert_eq!(target.is_null(), cleared.contains(&v));
        }
        assert!(alloc::take_pending().weak);
    }
}

#[test]
fn dead_weak_references_report_nothing() {
    let _guard = common::lock();
    drain_weak();
    let keep = pair(Value::NULL, Value::NULL, 1);
    isolated(|| {
        for i in 0..100 {
            weakref(pair(Value::NULL, Value::NULL, i).value());
            weakref(keep.value());
        }
    });
    alloc::collect(Kind::Full);
    assert!(drain_weak().len() <= 2);
    assert_eq!(keep.id.get(), 1);
}

#[test]
fn finalizers_run_once_and_owners_first() {
    let _guard = common::lock();
    isolated(|| {
        let mut chain = Value::NULL;
        for i in 0..10 {
            let p = pair(chain, Value::NULL, i);
            finalize::register(p.value());
            chain = p.value();
        }
    });
    alloc::collect(Kind::Full);
    assert!(alloc::take_pending().finalizers);
    let order = drain_finalizers();
    assert_eq!(order, [9, 8, 7, 6, 5, 4, 3, 2, 1, 0]);
    wipe();
    alloc::collect(Kind::Full);
    assert!(drain_finalizers().is_empty());
}

#[test]
fn finalizers_of_cycles_and_siblings() {
    let _guard = common::lock();
    isolated(|| {
        for i in 0..20 {
            let a = pair(Value::NULL, Value::NULL, i);
            let b = pair(a.value(), Value::NULL, 1000 + i);
            a.left.set(a, b.value());
            finalize::register(a.value());
        }
    });
    alloc::collect(Kind::Minor);
    alloc::collect(Kind::Full);
    let order = drain_finalizers();
    assert!(order.len() >= 19);
    assert!(order.is_sorted(), "independent objects: oldest first");
}

#[test]
fn queued_objects_stay_whole() {
    let _guard = common::lock();
    isolated(|| {
        for i in 0..100 {
            let p = pair(
                pair(Value::NULL, Value::NULL, 5000 + i).value(),
                Value::NULL,
                i,
            );
            finalize::register(p.value());
        }
    });
    alloc::set_gc_stress(1);
    for i in 0..10 {
        pair(Value::NULL, Value::NULL, i);
    }
    alloc::collect(Kind::Full);
    alloc::set_gc_stress(0);
    while let Some(v) = finalize::next() {
        let p = Gc::<Pair>::from_value(v);
        let q = p.left.get().cast::<Pair>().expect("kept");
        assert_eq!(q.id.get(), 5000 + p.id.get());
    }
}

#[test]
fn shared_references_are_not_kept() {
    let _guard = common::lock();
    let key = Root::new(pair(Value::NULL, Value::NULL, 1).value());
    let kept = Root::new(weakref(key.get()).value());
    weak::share(kept.get(), 1, 0);
    let gone = pair(Value::NULL, Value::NULL, 2).value().0;
    isolated(|| {
        for _ in 0..10 {
            weak::share(weakref(key.get()).value(), 1, 1);
        }
        weak::share(weakref(Value(gone)).value(), 1, 0);
    });
    assert_eq!(weak::shared(key.get(), 0), Some(kept.get()));
    for kind in [Kind::Minor, Kind::Full] {
        alloc::collect(kind);
        assert_eq!(weak::shared(key.get(), 0), Some(kept.get()));
    }
    drain_weak();
}

#[test]
fn other_threads_stacks_are_scanned() {
    let _guard = common::lock();
    lock::acquire();
    alloc::set_gc_stress(3);
    let workers: Vec<_> = (0..4)
        .map(|n| {
            std::thread::spawn(move || {
                lock::acquire();
                for round in 0..50 {
                    let id = n * 1000 + round;
                    let inner = pair(Value::NULL, Value::NULL, id);
                    let p = pair(inner.value(), Value::NULL, id);
                    lock::blocking(std::thread::yield_now);
                    assert_eq!(p.id.get(), id);
                    assert_eq!(p.left.get().cast::<Pair>().expect("kept").id.get(), id);
                }
                lock::release();
            })
        })
        .collect();
    let done = lock::blocking(|| workers.into_iter().all(|w| w.join().is_ok()));
    alloc::set_gc_stress(0);
    lock::release();
    assert!(done);
}

#[test]
fn busy_threads_take_turns() {
    let _guard = common::lock();
    static TURNS: AtomicUsize = AtomicUsize::new(0);
    lock::set_switch_interval(Duration::from_micros(200));
    let workers: Vec<_> = (0..3)
        .map(|n| {
            std::thread::spawn(move || {
                lock::acquire();
                let end = Instant::now() + Duration::from_millis(100);
                while Instant::now() < end {
                    if TURNS.load(Ordering::Relaxed) % 3 != n {
                        lock::give_way();
                    } else {
                        TURNS.fetch_add(1, Ordering::Relaxed);
                    }
                }
                lock::release();
            })
        })
        .collect();
    for w in workers {
        w.join().expect("no panic");
    }
    assert!(TURNS.load(Ordering::Relaxed) > 10);
}

#[test]
fn referrers_and_referents() {
    let _guard = common::lock();
    let a = pair(Value::NULL, Value::NULL, 1);
    let b = pair(a.value(), Value::int(1), 2);
    let c = pair(b.value(), a.value(), 3);
    assert_eq!(
        inspect::referents(c.value()).as_slice(),
        [b.value(), a.value()]
    );
    let mut who = inspect::referrers(&[a.value()]);
    who.values_mut().sort_by_key(|v| v.0);
    let mut expect = [b.value(), c.value()];
    expect.sort_by_key(|v| v.0);
    assert_eq!(who.as_slice(), expect);
    assert_eq!(alloc::size_of(a.value()), 32);
}
