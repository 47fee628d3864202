//! Random object graphs under stress, against a shadow model.
#![allow(unsafe_code)]

mod common;

use common::*;
use pyjit_heap::alloc::{self, Kind};
use pyjit_heap::{Gc, RawArray, RefArray, RootVec, Value};

/// Builds a random graph: slots of a root vector hold pairs, tuples, arrays
/// and lists of one another; every object carries a number that must not change.
fn churn(seed: u64, steps: usize, big: u64) {
    let mut rng = Random(seed);
    let mut roots = RootVec::new();
    let mut model: Vec<u64> = Vec::new();
    for i in 0..64u64 {
        roots.push(pair(Value::NONE, Value::NONE, i).value());
        model.push(i);
    }
    for step in 0..steps {
        let i = rng.below(64) as usize;
        let other = roots.get(rng.below(64) as usize);
        match rng.below(10) {
            0..=3 => {
                let id = rng.next();
                roots.set(i, pair(other, Value::int(step as i64), id).value());
                model[i] = id;
            }
            4..=5 => {
                let p = Gc::<Pair>::from_value(roots.get(i));
                p.right.set(p, other);
            }
            6 => {
                let items: Vec<Value> = (0..rng.below(40)).map(|k| Value::int(k as i64)).collect();
                let t = tuple(&items);
                let p = Gc::<Pair>::from_value(roots.get(i));
                p.left.set(p, t.value());
            }
            7 => {
                let n = rng.below(big) as usize;
                let a = RefArray::new(n).expect("memory");
                for k in 0..n.min(50) {
                    a.set(k, roots.get(k));
                }
                let p = Gc::<Pair>::from_value(roots.get(i));
                p.left.set(p, a.value());
            }
            8 => {
                let raw = RawArray::new(rng.below(big * 8) as usize).expect("memory");
                raw.bytes_mut().fill(0xab);
                let p = Gc::<Pair>::from_value(roots.get(i));
                p.left.set(p, raw.value());
            }
            _ => {
                let p = Gc::<Pair>::from_value(roots.get(i));
                if let Some(l) = p.right.get().cast::<List>() {
                    for _ in 0..rng.below(20) {
                        push(l, pair(other, Value::NULL, 7).value());
                    }
                } else {
                    p.right.set(p, list().value());
                }
            }
        }
    }
    for (i, v) in roots.iter().enumerate() {
        assert_eq!(Gc::<Pair>::from_value(v).id.get(), model[i]);
        check(v);
    }
}

/// Looks at everything that hangs on `v`, a few levels deep.
fn check(v: Value) {
    let p = Gc::<Pair>::from_value(v);
    if let Some(t) = p.left.get().cast::<Tuple>() {
        let items = pyjit_heap::object::tail_values(&*t, 2, t.len.get());
        for (k, item) in items.iter().enumerate() {
            assert_eq!(item.as_int(), k as i64);
        }
    } else if let Some(raw) = p.left.get().cast::<RawArray>() {
        assert!(raw.bytes().iter().all(|b| *b == 0xab));
    } else if let Some(a) = p.left.get().cast::<RefArray>() {
        for v in a.as_slice() {
            assert!(v.is_null() || v.cast::<Pair>().is_some());
        }
    }
    if let Some(l) = p.right.get().cast::<List>() {
        for k in 0..l.len.get() {
            let e = l.items.gc().get(k).cast::<Pair>().expect("a pair");
            assert_eq!(e.id.get(), 7);
        }
    }
}

#[test]
fn stress_every_allocation() {
    let _guard = lock();
    alloc::set_gc_stress(1);
    churn(1, 1500, 300);
    alloc::set_gc_stress(0);
}

#[test]
fn stress_large_objects() {
    let _guard = lock();
    alloc::set_gc_stress(7);
    churn(2, 4000, 9000);
    alloc::set_gc_stress(0);
}

#[test]
fn stress_seldom() {
    let _guard = lock();
    for seed in 3..6 {
        alloc::set_gc_stress(97);
        churn(seed, 6_000, 3000);
        alloc::set_gc_stress(0);
    }
}

#[test]
fn normal_operation() {
    let _guard = lock();
    let before = alloc::stats();
    churn(11, 400_000, 2000);
    let after = alloc::stats();
    assert!(after.minors > before.minors + 10);
    alloc::collect(Kind::Full);
    assert!(alloc::stats().majors > before.majors);
}

#[test]
fn garbage_goes_away() {
    let _guard = lock();
    isolated(|| {
        let l = list();
        for i in 0..200_000 {
            push(l, pair(Value::NULL, Value::NULL, i).value());
        }
        alloc::collect(Kind::Full);
        assert!(alloc::stats().live > 200_000 * 32);
    });
    alloc::collect(Kind::Full);
    assert!(alloc::stats().live < 4 << 20, "{:?}", alloc::stats());
}

#[test]
fn old_list_of_young() {
    let _guard = lock();
    let l = list();
    for round in 0..40u64 {
        for i in 0..10_000 {
            push(
                l,
                pair(Value::NULL, Value::NULL, round * 10_000 + i).value(),
            );
        }
        // Stores all over the old array, through cards.
        for i in 0..200 {
            let at = i * 37 % l.len.get();
            let p = pair(Value::NULL, Value::NULL, at as u64);
            l.items.gc().set(at, p.value());
        }
    }
    alloc::collect(Kind::Full);
    for i in 0..l.len.get() {
        let p = l.items.gc().get(i).cast::<Pair>().expect("a pair");
        assert_eq!(p.id.get(), i as u64);
    }
}

#[test]
fn cards_shared_by_two_arrays() {
    let _guard = lock();
    alloc::set_gc_stress(1);
    let a = RefArray::new(150).expect("memory");
    let b = RefArray::new(150).expect("memory");
    alloc::collect(Kind::Minor);
    for i in 0..150u64 {
        a.set(149 - i as usize, pair(Value::NULL, Value::NULL, i).value());
        b.set(i as usize, pair(Value::NULL, Value::NULL, i).value());
    }
    alloc::set_gc_stress(0);
    for i in 0..150u64 {
        assert_eq!(Gc::<Pair>::from_value(a.get(149 - i as usize)).id.get(), i);
        assert_eq!(Gc::<Pair>::from_value(b.get(i as usize)).id.get(), i);
    }
}

#[test]
fn no_memory_for_huge_arrays() {
    let _guard = lock();
    assert!(RefArray::new(usize::MAX / 16).is_none());
    assert!(RefArray::new(1 << 42).is_none());
    assert!(RawArray::new(isize::MAX as usize).is_none());
    // More than the machine has, but within the reserved addresses.
    assert!(RawArray::new(60 << 30).is_none());
    assert!(RawArray::new(300 << 20).is_some_and(|a| a.bytes()[299 << 20] == 0));
}

#[test]
fn interior_pointers_keep_objects() {
    let _guard = lock();
    let raw = RawArray::new(100).expect("memory");
    raw.bytes_mut().fill(9);
    let inner = std::hint::black_box(raw.data() as usize + 50);
    let _ = raw;
    alloc::set_gc_stress(1);
    for i in 0..20 {
        pair(Value::NULL, Value::NULL, i);
    }
    alloc::set_gc_stress(0);
    // SAFETY: the interior pointer kept the array alive.
    assert_eq!(unsafe { *(inner as *const u8) }, 9);
}

#[test]
fn large_arrays_grow_in_place() {
    let _guard = lock();
    // Bigger than what other tests leave behind: fresh addresses have room.
    const N: usize = 1_200_000;
    let a = RefArray::new(N).expect("memory");
    let b = RefArray::new(N).expect("memory");
    a.set(N - 1, pair(Value::NULL, Value::NULL, 1).value());
    alloc::set_gc_stress(3);
    let (mut n, mut grown) = (N, 0);
    while a.try_extend(n + n / 8) {
        (n, grown) = (n + n / 8, grown + 1);
        assert!(a.get(n - 1).is_null());
        a.set(n - 1, pair(Value::NULL, Value::NULL, n as u64).value());
        b.set(7, pair(Value::NULL, Value::NULL, 7).value());
    }
    alloc::set_gc_stress(0);
    assert!(grown >= 5, "{grown}");
    assert_eq!(a.len(), n);
    assert_eq!(Gc::<Pair>::from_value(a.get(n - 1)).id.get(), n as u64);
    assert_eq!(Gc::<Pair>::from_value(a.get(N - 1)).id.get(), 1);
    assert_eq!(Gc::<Pair>::from_value(b.get(7)).id.get(), 7);
    assert!(!a.try_extend(usize::MAX / 8));
}

#[test]
fn value_stacks_are_large_and_guarded() {
    use pyjit_heap::stack::ValueStack;
    let stack = ValueStack::reserve(1 << 27).expect("address space");
    let (bottom, end) = (stack.bottom(), stack.end());
    assert!(end.distance(bottom) > (1 << 27) - 2048);
    bottom.set(0, Value::int(1));
    end.down(1).set(0, Value::int(2));
    stack.trim(bottom);
    assert_eq!(bottom.get(0), Value::int(1));
    assert_eq!(end.down(1).get(0), Value::NULL);
}
