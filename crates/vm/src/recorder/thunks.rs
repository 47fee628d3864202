//! Residual helpers as compiled code calls them: `extern` functions, one per number of
//! arguments, and the descriptors that name them.

use std::cell::RefCell;
use std::collections::HashMap;

use pyjit_heap::{Base, Pc, Value};
use pyjit_jit::ir::{CallDesc, ClassSet, Effects, Ty};
use pyjit_runtime::core::native::{Effects as Claims, NativeDef};
use pyjit_runtime::{R, Thread};

use super::effects::{PURE, Touch};
use crate::machine::{CallSite, Helper, RegsHelper};

/// Marks keys of descriptors that are no claims of a helper.
const KNOWN: u8 = 128;

/// The effects of a helper as the optimiser sees them.
pub fn effects(e: Claims) -> Effects {
    let reads_only = e.has(Claims::READS);
    let can_raise = !e.has(Claims::NO_RAISE);
    Effects {
        writes: if reads_only {
            ClassSet::NONE
        } else {
            ClassSet::ALL
        },
        can_raise,
        can_reenter: !e.has(Claims::LEAF),
        elidable: e.has(Claims::PURE) && !can_raise,
        ..Effects::ANY
    }
}

/// A result in one word: absent if an exception is pending.
pub(super) fn word(r: R<Value>) -> u64 {
    match r {
        Ok(v) => v.0,
        Err(_) => 0,
    }
}

/// Runs a helper that looks at the frame at `base`. Behind it the thread stands where it
/// stood: the collector looks for the end of the value stack there, and the header of an
/// inlined frame is in memory only during such calls.
pub(super) fn framed<T>(t: &Thread, pc: Pc, base: Base, f: impl FnOnce() -> T) -> T {
    let before = t.base.replace(base);
    t.pc.set(pc);
    let r = f();
    t.base.set(before);
    r
}

macro_rules! thunks {
    ($($n:literal $leaf:ident $full:ident ($($a:ident),*);)*) => { $(
        extern "sysv64" fn $leaf(t: &Thread, h: &'static Helper<$n>, $($a: Value),*) -> u64 {
            word((h.call)(t, [$($a),*]))
        }
        extern "sysv64" fn $full(t: &Thread, pc: Pc, base: Base, h: &'static Helper<$n>, $($a: Value),*) -> u64 {
            framed(t, pc, base, || word((h.call)(t, [$($a),*])))
        }
    )* };
}
macro_rules! rows {
    ($($n:literal $name:ident ($($a:ident),*);)*) => {
        $(
            extern "sysv64" fn $name(t: &Thread, h: &'static RegsHelper, $($a: Value),*) -> u64 {
                word((h.call)(t, &[$($a),*]))
            }
        )*
        fn row_address(n: usize) -> usize {
            match n {
                $($n => $name as *const () as usize,)*
                _ => unreachable!("more values than a call has been given"),
            }
        }
    };
}
rows! {
    0 row0 ();
    1 row1 (a);
    2 row2 (a, b);
    3 row3 (a, b, c);
    4 row4 (a, b, c, d);
    5 row5 (a, b, c, d, e);
}

macro_rules! natives {
    ($($n:literal $leaf:ident $full:ident ($($a:ident),*);)*) => {
        $(
            extern "sysv64" fn $leaf(t: &Thread, d: &'static NativeDef, $($a: Value),*) -> u64 {
                word((d.entry)(t, &[$($a),*]))
            }
            extern "sysv64" fn $full(
                t: &Thread, pc: Pc, base: Base, d: &'static NativeDef, $($a: Value),*
            ) -> u64 {
                framed(t, pc, base, || word((d.entry)(t, &[$($a),*])))
            }
        )*
        fn native_addresses(slots: usize) -> (usize, usize) {
            match slots {
                $($n => ($leaf as *const () as usize, $full as *const () as usize),)*
                _ => unreachable!("more slots than a call site has been given"),
            }
        }
    };
}
natives! {
    0 native_leaf0 native_full0 ();
    1 native_leaf1 native_full1 (a);
    2 native_leaf2 native_full2 (a, b);
    3 native_leaf3 native_full3 (a, b, c);
    4 native_leaf4 native_full4 (a, b, c, d1);
    5 native_leaf5 native_full5 (a, b, c, d1, e);
}

thunks! {
    0 leaf0 full0 ();
    1 leaf1 full1 (a);
    2 leaf2 full2 (a, b);
    3 leaf3 full3 (a, b, c);
    4 leaf4 full4 (a, b, c, d);
    5 leaf5 full5 (a, b, c, d, e);
}

extern "sysv64" fn regs(
    t: &Thread,
    pc: Pc,
    base: Base,
    h: &'static RegsHelper,
    from: u64,
    n: u64,
) -> u64 {
    let registers = base.slice(from as usize, n as usize);
    framed(t, pc, base, || word((h.call)(t, registers)))
}

extern "sysv64" fn any_call(t: &Thread, pc: Pc, base: Base, site: u64) -> u64 {
    let site = unpack_site(site);
    framed(t, pc, base, || {
        word(super::calls::call_window(t, pc, base, site))
    })
}

/// A call site in one number.
pub fn pack_site(s: CallSite) -> i64 {
    (s.at as i64) << 32 | (s.count as i64) << 2 | (s.keywords as i64) << 1 | s.gap as i64
}

fn unpack_site(n: u64) -> CallSite {
    CallSite {
        at: (n >> 32) as usize,
        count: (n as u32 >> 2) as usize,
        keywords: n & 2 != 0,
        gap: n & 1 != 0,
    }
}

static ARGS: [Ty; 6] = [
    Ty::Int,
    Ty::Value,
    Ty::Value,
    Ty::Value,
    Ty::Value,
    Ty::Value,
];
static INTS: [Ty; 3] = [Ty::Int, Ty::Int, Ty::Int];

fn addresses(n: usize) -> (usize, usize) {
    match n {
        0 => (leaf0 as *const () as usize, full0 as *const () as usize),
        1 => (leaf1 as *const () as usize, full1 as *const () as usize),
        2 => (leaf2 as *const () as usize, full2 as *const () as usize),
        3 => (leaf3 as *const () as usize, full3 as *const () as usize),
        4 => (leaf4 as *const () as usize, full4 as *const () as usize),
        _ => (leaf5 as *const () as usize, full5 as *const () as usize),
    }
}

thread_local! {
    /// By address of the helper and claims. Holds no references.
    static DESCS: RefCell<HashMap<(usize, u8), &'static CallDesc>> = RefCell::new(HashMap::new());
}

fn kept(key: (usize, u8), make: impl FnOnce() -> CallDesc) -> &'static CallDesc {
    DESCS.with_borrow_mut(|d| *d.entry(key).or_insert_with(|| Box::leak(Box::new(make()))))
}

/// The descriptor of a helper, perhaps with claims that hold in this place only.
pub fn helper<const N: usize>(h: &'static Helper<N>, claims: Claims) -> &'static CallDesc {
    let address = std::ptr::from_ref(h).addr();
    kept((address, claims.0), || {
        let (leaf, full) = addresses(N);
        let frame = !claims.has(Claims::LEAF);
        CallDesc {
            name: h.name,
            address: if frame { full } else { leaf },
            thread: true,
            frame,
            args: &ARGS[..N + 1],
            ret: Ty::Value,
            effects: effects(claims),
        }
    })
}

/// A helper whose operands are known to be of kinds for which it touches only this.
pub fn known<const N: usize>(h: &'static Helper<N>, touch: Touch) -> &'static CallDesc {
    let address = std::ptr::from_ref(h).addr();
    kept((address, KNOWN | touch as u8), || CallDesc {
        name: h.name,
        address: addresses(N).0,
        thread: true,
        frame: false,
        args: &ARGS[..N + 1],
        ret: Ty::Value,
        effects: touch.effects(),
    })
}

/// The entry point of a native function, with all its slots.
pub fn native(def: &'static NativeDef, slots: usize, touch: Option<Touch>) -> &'static CallDesc {
    let key = touch.map_or(u8::MAX, |t| KNOWN | t as u8);
    kept((std::ptr::from_ref(def).addr(), key), || {
        let (leaf, full) = native_addresses(slots);
        CallDesc {
            name: def.name,
            address: if touch.is_none() { full } else { leaf },
            thread: true,
            frame: touch.is_none(),
            args: &ARGS[..slots + 1],
            ret: Ty::Value,
            effects: touch.map_or(Effects::ANY, Touch::effects),
        }
    })
}

/// A helper on a row of registers, whose values are passed and which touches nothing.
pub fn row(h: &'static RegsHelper, n: usize) -> &'static CallDesc {
    kept((std::ptr::from_ref(h).addr(), KNOWN | n as u8), || {
        CallDesc {
            name: h.name,
            address: row_address(n),
            thread: true,
            frame: false,
            args: &ARGS[..n + 1],
            ret: Ty::Value,
            effects: Touch::Nothing.effects(),
        }
    })
}

/// A function of unboxed operands that touches nothing.
pub fn pure(name: &'static str, address: usize, args: &'static [Ty], ret: Ty) -> &'static CallDesc {
    kept((address, KNOWN), || CallDesc {
        name,
        address,
        thread: false,
        frame: false,
        args,
        ret,
        effects: PURE,
    })
}

/// What reads its arguments from the frame: it must have been written.
fn in_frame(name: &'static str, address: usize, ints: usize) -> &'static CallDesc {
    kept((address, 0), || CallDesc {
        name,
        address,
        thread: true,
        frame: true,
        args: &INTS[..ints],
        ret: Ty::Value,
        effects: Effects::ANY,
    })
}

/// A helper on registers: its address, first register, number.
pub fn registers() -> &'static CallDesc {
    in_frame("registers", regs as *const () as usize, 3)
}
/// A call of anything: the packed call site.
pub fn call() -> &'static CallDesc {
    in_frame("call", any_call as *const () as usize, 1)
}
/// The traceback entry of the frame of the snapshot.
pub fn note() -> &'static CallDesc {
    let address = super::exceptions::note as *const () as usize;
    kept((address, 0), || CallDesc {
        name: "note",
        address,
        thread: true,
        frame: true,
        args: &[],
        ret: Ty::None,
        effects: Effects {
            reads: ClassSet::NONE,
            writes: ClassSet::NONE,
            can_raise: false,
            can_reenter: false,
            ..Effects::ANY
        },
    })
}
/// The generator that takes over the frame of the snapshot.
pub fn make_generator() -> &'static CallDesc {
    let address = super::generators::make as *const () as usize;
    kept((address, 0), || CallDesc {
        name: "make_generator",
        address,
        thread: true,
        frame: true,
        args: &[],
        ret: Ty::Value,
        effects: Effects {
            reads: ClassSet::NONE,
            writes: ClassSet::NONE,
            can_reenter: false,
            ..Effects::ANY
        },
    })
}
