//! Allocator and collector alone, without an interpreter above:
//! `gcbench bt 18` (binary trees), `short 50` (million objects that die at
//! once), `old 20` (million short-lived objects over an old heap of 4.2
//! million), `frag 8` (fragmentation: a random k-th survives, refilled with
//! another size). Prints CPU time and the collector's counts.
#![allow(unsafe_code)]

use std::cell::Cell;
use std::hint::black_box;

use pyjit_heap::alloc::{self, Kind};
use pyjit_heap::{Field, Gc, Header, RefArray, RefRange, Value, heap_object, shape};

#[repr(C)]
struct Node {
    header: Header,
    left: Field,
    right: Field,
}
heap_object!(Node = 10, refs 1..3);

#[repr(C)]
struct Four {
    header: Header,
    slots: [Field; 4],
}
heap_object!(Four = 11, refs 1..5);

#[repr(C)]
struct Sized {
    header: Header,
    payload: Cell<u64>,
}
heap_object!(Sized = 12, no refs);

struct Random(u64);
impl Random {
    fn below(&mut self, n: usize) -> usize {
        self.0 ^= self.0 >> 12;
        self.0 ^= self.0 << 25;
        self.0 ^= self.0 >> 27;
        (self.0.wrapping_mul(0x2545_f491_4f6c_dd1d) >> 33) as usize % n
    }
}

fn node(left: Value, right: Value) -> Gc<Node> {
    Gc::new(Node {
        header: Header::NEW,
        left: Field::new(left),
        right: Field::new(right),
    })
}

fn four(v: Value) -> Gc<Four> {
    Gc::new(Four {
        header: Header::NEW,
        slots: [
            Field::new(v),
            Field::new(Value::NONE),
            Field::new(Value::int(1)),
            Field::new(Value::int(2)),
        ],
    })
}

fn tree(depth: u32) -> Gc<Node> {
    if depth == 0 {
        return node(Value::NULL, Value::NULL);
    }
    let left = tree(depth - 1);
    let right = tree(depth - 1);
    node(left.value(), right.value())
}

fn check(n: Gc<Node>) -> u64 {
    match (n.left.get().opt(), n.right.get().opt()) {
        (Some(l), Some(r)) => 1 + check(Gc::from_value(l)) + check(Gc::from_value(r)),
        _ => 1,
    }
}

fn binary_trees(max: u32) -> u64 {
    let mut sum = check(tree(max + 1));
    let long = tree(max);
    for depth in (4..=max).step_by(2) {
        for _ in 0..1u32 << (max - depth + 4) {
            sum += check(tree(depth));
        }
    }
    sum + check(long)
}

fn short(millions: usize) -> u64 {
    let ring = RefArray::new(1024).expect("memory");
    alloc::collect(Kind::Minor);
    for i in 0..millions * 1_000_000 {
        let o = four(Value::int(i as i64));
        ring.set(i & 1023, o.value());
    }
    Gc::<Four>::from_value(ring.get(7)).slots[0].get().as_int() as u64
}

fn old(millions: usize) -> u64 {
    let count = 4_200_000;
    let keep = RefArray::new(count).expect("memory");
    for i in 0..count {
        keep.set(i, four(Value::int(i as i64)).value());
    }
    println!("built: {:.3} s", cpu());
    let mut rng = Random(42);
    for i in 0..millions * 1_000_000 {
        let o = four(Value::int(i as i64));
        if i % 64 == 0 {
            let holder = Gc::<Four>::from_value(keep.get(rng.below(count)));
            holder.slots[1].set(holder, o.value());
        } else {
            black_box(o);
        }
    }
    Gc::<Four>::from_value(keep.get(7)).slots[0].get().as_int() as u64
}

/// 100 MB of objects; keep a random k-th, refill half the slots, six rounds.
fn fragment(k: usize) -> u64 {
    let slots = (100 << 20) / 64;
    let keep = RefArray::new(slots).expect("memory");
    let mut rng = Random(7);
    for round in 0..6 {
        let extra = [48, 80, 32, 112, 64, 96][round] - 16;
        for i in 0..slots {
            if round == 0 || rng.below(2) == 0 {
                let o = Gc::with_shape(
                    12,
                    Sized {
                        header: Header::NEW,
                        payload: Cell::new(i as u64),
                    },
                    extra,
                );
                keep.set(i, o.value());
            }
        }
        for i in 0..slots {
            if rng.below(k) != 0 {
                keep.set(i, Value::NULL);
            }
        }
    }
    let kept = keep.as_slice().iter().filter(|v| v.is_ptr());
    kept.map(|v| Gc::<Sized>::from_value(*v).payload.get())
        .sum()
}

fn cpu() -> f64 {
    // SAFETY: plain out-parameter.
    unsafe {
        let mut t: libc::timespec = std::mem::zeroed();
        libc::clock_gettime(libc::CLOCK_PROCESS_CPUTIME_ID, &mut t);
        t.tv_sec as f64 + t.tv_nsec as f64 * 1e-9
    }
}

fn max_rss() -> i64 {
    // SAFETY: plain out-parameter.
    unsafe {
        let mut u: libc::rusage = std::mem::zeroed();
        libc::getrusage(libc::RUSAGE_SELF, &mut u);
        u.ru_maxrss / 1024
    }
}

fn main() {
    shape::define_raw(1, RefRange::tail(2));
    shape::define_raw(2, RefRange::NONE);
    shape::define_builtin::<Node>();
    shape::define_builtin::<Four>();
    shape::define_builtin::<Sized>();
    let args: Vec<String> = std::env::args().collect();
    let n = args.get(2).and_then(|s| s.parse().ok()).unwrap_or(8);
    let sum = match args.get(1).map(String::as_str) {
        Some("bt") => binary_trees(n as u32),
        Some("short") => short(n),
        Some("old") => old(n),
        Some("frag") => fragment(n),
        _ => 0,
    };
    let total = cpu();
    let s = alloc::stats();
    println!(
        "sum {sum}  cpu {total:.3} s  minor {} {:.3} s  major {} ({} slices) {:.3} s  \
         pause {:.2} ms  live {} MB  max rss {} MB",
        s.minors,
        s.minor_time.as_secs_f64(),
        s.majors,
        s.slices,
        s.major_time.as_secs_f64(),
        s.max_pause.as_secs_f64() * 1e3,
        s.live >> 20,
        max_rss(),
    );
}
