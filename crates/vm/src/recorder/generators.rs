//! Generators: not traced yet.

use pyjit_heap::{Gc, Value};

use super::{Recorder, T};
use crate::machine::{Machine, Out};
use crate::objects::generator::Generator;
use crate::trace::stats::AbortReason;

type V = T<Value>;

impl Recorder<'_> {
    pub(super) fn make_generator(&mut self) -> Out<V> {
        self.give_up(AbortReason::Generator);
        let v = self.m.make_generator()?;
        Ok(self.konst(v))
    }

    pub(super) fn resumable(&mut self, _v: V) -> Option<Gc<Generator>> {
        None
    }

    pub(super) fn resume(&mut self, g: Gc<Generator>, v: V) -> Out<()> {
        self.give_up(AbortReason::Generator);
        self.m.resume(g, v.v)
    }

    pub(super) fn suspend(&mut self) -> Out<()> {
        self.give_up(AbortReason::Generator);
        self.m.suspend()
    }

    pub(super) fn finish_generator(&mut self) -> Out<()> {
        self.give_up(AbortReason::Generator);
        Machine::finish(&mut self.m)
    }
}
