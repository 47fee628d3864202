//! From instruction to instruction.
//!
//! Each handler becomes two functions, for the fast and the full machine,
//! that end in a sibling call of the next one, `jmp *table[op]`. A fast
//! handler that cannot go on jumps to its full twin. On other processors, in
//! builds without optimisation and under Miri a loop with a `match` serves.

use pyjit_heap::threads::with_registers;
use pyjit_heap::{Base, Gc, Pc, Value};
use pyjit_runtime::{R, Raised, Thread};

use crate::generators;
use crate::handlers as h;
use crate::instrument;
use crate::interp::Interp;
use crate::machine::Stop;
use crate::objects::generator::Generator;
use crate::trace::Next as Then;
use crate::unwind;

/// What the interpreter left with, in one word.
const RAISED: u64 = 0;
const DONE: u64 = 1;

/// Runs from `pc` until the entry frame has returned. The result is where
/// the entry put it; an exception has unwound everything down to it.
pub fn run(t: &Thread, pc: Pc, base: Base) -> R<()> {
    let mut left = RAISED;
    with_registers(&mut |sp| {
        let before = t.entered_at.replace(sp);
        left = start(t, pc, base);
        t.entered_at.set(before);
    });
    if left == DONE { Ok(()) } else { Err(Raised) }
}

/// Where to go on, in two registers: no handler may have anything on its
/// stack when it jumps to the next one. The low bits of `pc` say what to do.
#[derive(Clone, Copy)]
#[repr(C)]
pub struct Next {
    pc: Pc,
    base: Base,
}

/// [`Next`]: go on at `pc`.
const GO: usize = 0;
/// [`Next`]: the instruction at `pc` has raised.
const RAISE: usize = 1;
/// [`Next`]: `pc` is a hot place.
const HOT: usize = 2;
/// [`Next`]: leave the interpreter, an exception pending.
const LEAVE_RAISED: usize = 3;
/// [`Next`]: leave the interpreter.
const LEAVE: usize = 4;

impl Next {
    #[inline(always)]
    fn new(pc: Pc, base: Base, what: usize) -> Next {
        Next {
            pc: pc.with_tag(what),
            base,
        }
    }
    #[inline(always)]
    fn after(pc: Pc, base: Base, r: Result<(), Stop>) -> Next {
        Next::new(
            pc,
            base,
            match r {
                Ok(()) => GO,
                Err(Stop::Raise | Stop::Resume(..)) => RAISE,
                Err(Stop::Hot) => HOT,
                Err(Stop::Done) => LEAVE,
            },
        )
    }
    /// Deals with what is not simply going on.
    #[inline(always)]
    fn settle(self, t: &Thread) -> Next {
        let what = self.pc.tag();
        let pc = self.pc.with_tag(what.wrapping_neg());
        match what {
            RAISE => raised(t, pc, self.base),
            HOT => hot(t, pc, self.base),
            _ => self,
        }
    }
}

/// Runs the handler at `pc` on the full machine, once.
pub fn step(t: &Thread, pc: Pc, base: Base) -> Next {
    t.pc.set(pc);
    t.base.set(base);
    let mut m = Interp::<true> { pc, base, t };
    let r = one(&mut m);
    Next::after(m.pc, m.base, r).settle(t)
}

#[cold]
#[inline(never)]
extern "sysv64" fn raised(t: &Thread, pc: Pc, base: Base) -> Next {
    match unwind::unwind(t, pc, base) {
        Some((pc, base)) => Next::new(pc, base, GO),
        None => Next::new(Pc::NULL, Base::NULL, LEAVE_RAISED),
    }
}

#[cold]
#[inline(never)]
extern "sysv64" fn hot(t: &Thread, pc: Pc, base: Base) -> Next {
    t.pc.set(pc);
    t.base.set(base);
    match crate::poll::hot(t, pc, base) {
        Then::Go(pc, base) => Next::new(pc, base, GO),
        Then::Raise(pc, base) => raised(t, pc, base),
        Then::Done => Next::new(Pc::NULL, Base::NULL, LEAVE),
        Then::Left => Next::new(Pc::NULL, Base::NULL, LEAVE_RAISED),
    }
}

/// One instruction, of which somebody is to be told.
#[cold]
#[inline(never)]
fn observed(t: &Thread, pc: Pc, base: Base) -> Next {
    t.pc.set(pc);
    t.base.set(base);
    let Ok(seen) = instrument::before(t, pc, base) else {
        return raised(t, pc, base);
    };
    t.pc.set(pc);
    t.base.set(base);
    if let Some(pc) = seen.jump {
        return Next::new(pc, base, GO);
    }
    let mut m = Interp::<true> { pc, base, t };
    let r = one(&mut m);
    let failed = matches!(r, Err(Stop::Raise));
    if instrument::after(t, &seen, base, (m.pc, m.base), failed).is_err() {
        return raised(t, pc, base);
    }
    Next::after(m.pc, m.base, r).settle(t)
}

fn one<const FULL: bool>(m: &mut Interp<'_, FULL>) -> Result<(), Stop> {
    macro_rules! match_ops {
        ($($(#[doc = $doc:literal])* $name:ident [$($operand:ident)*] $range:ident [$($flag:ident)*];)*) => {
            match pyjit_bytecode::Op::from_u8(m.pc.op()) {
                $(Some(pyjit_bytecode::Op::$name) => h::$name(m),)*
                None => Err(Stop::Done),
            }
        };
    }
    pyjit_bytecode::for_each_op!(match_ops)
}

/// The dispatcher for builds where sibling calls are not to be had.
#[allow(dead_code)]
fn run_loop(t: &Thread, mut pc: Pc, mut base: Base) -> u64 {
    loop {
        let mut m = Interp::<false> { pc, base, t };
        let next = if t.instrumented.get() {
            observed(t, pc, base)
        } else {
            match one(&mut m) {
                Ok(()) => Next::new(m.pc, m.base, GO),
                Err(Stop::Raise) => step(t, pc, base),
                Err(Stop::Done) => return DONE,
                Err(Stop::Hot) => hot(t, m.pc, m.base),
                Err(Stop::Resume(g, v)) => {
                    let (pc, base) = generators::quick_enter(t, g, v, m.base, m.pc);
                    Next::new(pc, base, GO)
                }
            }
        };
        match next.pc.tag() {
            GO => (pc, base) = (next.pc, next.base),
            LEAVE => return DONE,
            _ => return RAISED,
        }
    }
}

#[cfg(all(target_arch = "x86_64", not(miri)))]
mod threaded {
    use super::*;

    type Handler = extern "sysv64" fn(Pc, Base, &Thread, &Table) -> u64;

    /// One handler for each opcode.
    #[repr(C)]
    pub struct Table([Handler; 256]);

    #[inline(always)]
    fn go<const FULL: bool>(m: Interp<'_, FULL>, table: &Table) -> u64 {
        table.0[m.pc.op() as usize](m.pc, m.base, m.t, table)
    }

    /// Jumps to the next handler, or out.
    #[inline(always)]
    fn resume(next: Next, t: &Thread) -> u64 {
        let table = of(t);
        match next.pc.tag() {
            GO => table.0[next.pc.op() as usize](next.pc, next.base, t, table),
            LEAVE => DONE,
            _ => RAISED,
        }
    }

    /// Hot places and exceptions.
    #[cold]
    #[inline(never)]
    extern "sysv64" fn settle(pc: Pc, base: Base, t: &Thread) -> u64 {
        resume(Next { pc, base }.settle(t), t)
    }
    /// Goes on in a generator, which the instruction resumes.
    #[inline(never)]
    extern "sysv64" fn quick_resume(
        pc: Pc,
        base: Base,
        t: &Thread,
        table: &Table,
        g: Gc<Generator>,
        v: Value,
    ) -> u64 {
        let (pc, base) = generators::quick_enter(t, g, v, base, pc);
        go(Interp::<false> { pc, base, t }, table)
    }
    /// The table of a thread. It changes only where the full machine runs.
    #[inline(always)]
    fn of(t: &Thread) -> &'static Table {
        &TABLES[usize::from(t.instrumented.get())]
    }
    /// Any instruction of a thread that is observed.
    extern "sysv64" fn traced(pc: Pc, base: Base, t: &Thread, _: &Table) -> u64 {
        resume(observed(t, pc, base), t)
    }
    extern "sysv64" fn undefined(_: Pc, _: Base, _: &Thread, _: &Table) -> u64 {
        DONE
    }

    macro_rules! functions {
        ($($(#[doc = $doc:literal])* $name:ident [$($operand:ident)*] $range:ident [$($flag:ident)*];)*) => {
            /// The handlers on the full machine, each in a function of its own:
            /// what they keep on the stack is gone before the next one runs.
            mod body {
                use super::*;
                $(#[inline(never)]
                pub extern "sysv64" fn $name(pc: Pc, base: Base, t: &Thread) -> Next {
                    t.pc.set(pc);
                    t.base.set(base);
                    let mut m = Interp::<true> { pc, base, t };
                    let r = h::$name(&mut m);
                    Next::after(m.pc, m.base, r)
                })*
            }
            mod full {
                use super::*;
                $(#[cold]
                #[inline(never)]
                pub extern "sysv64" fn $name(pc: Pc, base: Base, t: &Thread, _: &Table) -> u64 {
                    let next = body::$name(pc, base, t);
                    if next.pc.tag() == GO {
                        let table = of(t);
                        return table.0[next.pc.op() as usize](next.pc, next.base, t, table);
                    }
                    settle(next.pc, next.base, t)
                })*
            }
            mod fast {
                use super::*;
                $(pub extern "sysv64" fn $name(pc: Pc, base: Base, t: &Thread, table: &Table) -> u64 {
                    let mut m = Interp::<false> { pc, base, t };
                    match h::$name(&mut m) {
                        Ok(()) => go(m, table),
                        Err(Stop::Raise) => full::$name(pc, base, t, table),
                        Err(Stop::Hot) => settle(m.pc.with_tag(HOT), m.base, t),
                        Err(Stop::Done) => DONE,
                        Err(Stop::Resume(g, v)) => quick_resume(pc, base, t, table, g, v),
                    }
                })*
            }
            /// How instructions are executed, and how while somebody is told.
            static TABLES: [Table; 2] = {
                let mut table = Table([undefined as Handler; 256]);
                $(table.0[pyjit_bytecode::Op::$name as usize] = fast::$name;)*
                [table, Table([traced as Handler; 256])]
            };
        };
    }
    pyjit_bytecode::for_each_op!(functions);

    pub fn start(t: &Thread, pc: Pc, base: Base) -> u64 {
        go(Interp::<false> { pc, base, t }, of(t))
    }
}

#[cfg(not(all(target_arch = "x86_64", not(miri))))]
use run_loop as start;
#[cfg(all(target_arch = "x86_64", not(miri)))]
use threaded::start;
