//! Loops inside a trace. Those of inlined functions that go round a few times only become
//! straight code; where that came to nothing, the function is called from then on.

use pyjit_heap::stack::HEADER_WORDS;
use pyjit_heap::{Base, Gc, Pc};

use super::Recorder;
use crate::objects::function::Function;
use crate::trace;
use crate::trace::stats::AbortReason;

/// Failures until the loops of a function are not inlined from anywhere.
const MOST_FAILURES: u32 = 2;
/// The same for builtin functions, which many places call for much or little.
const MOST_FAILURES_OF_BODIES: u32 = 16;

impl Recorder<'_> {
    /// May the loops of a function that the present instruction calls become part of the trace?
    pub(super) fn unrolls(&self, f: Gc<Function>) -> bool {
        let Some(jit) = trace::get() else {
            return false;
        };
        let most = match f.code.gc().is_internal() {
            true => MOST_FAILURES_OF_BODIES,
            false => MOST_FAILURES,
        };
        jit.long_loops(self.m.pc.next().addr()) == 0 && jit.long_loops(f.entry.get().addr()) < most
    }

    /// A frame has been made in this window: its loops begin.
    pub(super) fn begin_rounds(&mut self, window: Base) {
        let from = window.ptr() as usize;
        self.rounds.retain(|(_, base), _| *base < from);
    }

    /// A back-edge other than the tree's own.
    pub(super) fn went_round(&mut self, target: Pc) {
        if !self.start.function && target == self.start.pc && self.m.base == self.start.root {
            return;
        }
        let window = self.m.base.ptr() as usize;
        let n = self.rounds.entry((target.addr(), window)).or_default();
        *n += 1;
        // Loops of generators are part of those that consume them.
        let header = self.m.base == self.start.root && (self.headers.known)(target);
        let whole = self.start.is_root && !self.start.bridge && !self.start.function;
        if header && whole {
            self.give_up(AbortReason::InnerLoop);
        } else if *n > self.limits.unroll {
            self.loops_are_long();
            self.give_up(AbortReason::Unrolled);
        }
    }

    /// The functions whose loops the trace is in are not to be inlined here again.
    pub(super) fn loops_are_long(&mut self) {
        let Some(jit) = trace::get() else { return };
        let mut base = self.m.base;
        while base != self.start.root {
            let f: Gc<Function> = Gc::from_value(base.below(HEADER_WORDS));
            let window = base.ptr() as usize;
            if self.rounds.keys().any(|k| k.1 == window) {
                jit.note_long_loop(Pc::from_word(base.below(2)).addr());
                jit.note_long_loop(f.entry.get().addr());
                self.taught = true;
            }
            base = base.down(base.below(1).as_int() as usize);
        }
    }
}
