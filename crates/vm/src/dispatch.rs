//! From instruction to instruction.
//!
//! Each handler becomes two functions, for the fast and the full machine,
//! that end in a sibling call of the next one, `jmp *table[op]`. A fast
//! handler that cannot go on jumps to its full twin. On other processors, in
//! builds without optimisation and under Miri a loop with a `match` serves.

use pyjit_heap::{Base, Pc};
use pyjit_runtime::{R, Raised, Thread};

use crate::handlers as h;
use crate::interp::Interp;
use crate::machine::Stop;
use crate::unwind;

/// What the interpreter left with, in one word.
const RAISED: u64 = 0;
const DONE: u64 = 1;

/// Runs from `pc` until the entry frame has returned. The result is where
/// the entry put it; an exception has unwound everything down to it.
pub fn run(t: &Thread, pc: Pc, base: Base) -> R<()> {
    if start(t, pc, base) == DONE {
        Ok(())
    } else {
        Err(Raised)
    }
}

/// Runs the handler at `pc` on the full machine, once.
pub fn step(t: &Thread, pc: Pc, base: Base) -> Step {
    t.pc.set(pc);
    t.base.set(base);
    let mut m = Interp::<true> { pc, base, t };
    let r = one(&mut m);
    after(t, m.pc, m.base, r)
}

/// Where to go on.
pub enum Step {
    Go(Pc, Base),
    Leave(u64),
}

fn after(t: &Thread, pc: Pc, base: Base, r: Result<(), Stop>) -> Step {
    match r {
        Ok(()) => Step::Go(pc, base),
        Err(Stop::Done) => Step::Leave(DONE),
        Err(Stop::Raise) => raised(t, pc, base),
        Err(Stop::Hot) => hot(t, pc, base),
    }
}

fn raised(t: &Thread, pc: Pc, base: Base) -> Step {
    match unwind::unwind(t, pc, base) {
        Some((pc, base)) => Step::Go(pc, base),
        None => Step::Leave(RAISED),
    }
}

fn hot(t: &Thread, pc: Pc, base: Base) -> Step {
    t.pc.set(pc);
    t.base.set(base);
    match crate::poll::hot(t, pc, base) {
        Ok((pc, base)) => Step::Go(pc, base),
        Err(_) => raised(t, pc, base),
    }
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
        let next = match one(&mut m) {
            Ok(()) => Step::Go(m.pc, m.base),
            Err(Stop::Raise) => step(t, pc, base),
            Err(Stop::Done) => Step::Leave(DONE),
            Err(Stop::Hot) => hot(t, m.pc, m.base),
        };
        match next {
            Step::Go(p, b) => (pc, base) = (p, b),
            Step::Leave(r) => return r,
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

    #[inline(always)]
    fn resume(next: Step, t: &Thread, table: &Table) -> u64 {
        match next {
            Step::Go(pc, base) => table.0[pc.op() as usize](pc, base, t, table),
            Step::Leave(r) => r,
        }
    }

    #[cold]
    #[inline(never)]
    extern "sysv64" fn unwinding(pc: Pc, base: Base, t: &Thread, table: &Table) -> u64 {
        resume(raised(t, pc, base), t, table)
    }
    #[cold]
    #[inline(never)]
    extern "sysv64" fn heated(pc: Pc, base: Base, t: &Thread, table: &Table) -> u64 {
        resume(hot(t, pc, base), t, table)
    }
    extern "sysv64" fn undefined(_: Pc, _: Base, _: &Thread, _: &Table) -> u64 {
        DONE
    }

    macro_rules! functions {
        ($($(#[doc = $doc:literal])* $name:ident [$($operand:ident)*] $range:ident [$($flag:ident)*];)*) => {
            #[allow(non_snake_case)]
            mod full {
                use super::*;
                $(pub extern "sysv64" fn $name(pc: Pc, base: Base, t: &Thread, table: &Table) -> u64 {
                    t.pc.set(pc);
                    t.base.set(base);
                    let mut m = Interp::<true> { pc, base, t };
                    match h::$name(&mut m) {
                        Ok(()) => go(m, table),
                        Err(Stop::Raise) => unwinding(m.pc, m.base, t, table),
                        Err(Stop::Hot) => heated(m.pc, m.base, t, table),
                        Err(Stop::Done) => DONE,
                    }
                })*
            }
            mod fast {
                use super::*;
                $(pub extern "sysv64" fn $name(pc: Pc, base: Base, t: &Thread, table: &Table) -> u64 {
                    let mut m = Interp::<false> { pc, base, t };
                    match h::$name(&mut m) {
                        Ok(()) => go(m, table),
                        Err(Stop::Raise) => full::$name(pc, base, t, table),
                        Err(Stop::Hot) => heated(m.pc, m.base, t, table),
                        Err(Stop::Done) => DONE,
                    }
                })*
            }
            static TABLE: Table = {
                let mut table = Table([undefined as Handler; 256]);
                $(table.0[pyjit_bytecode::Op::$name as usize] = fast::$name;)*
                table
            };
        };
    }
    pyjit_bytecode::for_each_op!(functions);

    pub fn start(t: &Thread, pc: Pc, base: Base) -> u64 {
        go(Interp::<false> { pc, base, t }, &TABLE)
    }
}

#[cfg(not(all(target_arch = "x86_64", not(miri))))]
use run_loop as start;
#[cfg(all(target_arch = "x86_64", not(miri)))]
use threaded::start;
