//! Attributes by shape, global names, cells and closures.

use pyjit_heap::{Cache, Gc, Value};
use pyjit_jit::ir::{Imm, Op, Ref};
use pyjit_runtime::core::kinds;
use pyjit_runtime::types::str_::Str;
use pyjit_runtime::types::type_::class_of;

use super::{Recorder, T, layout};
use crate::machine::{Machine, Out};
use crate::trace::stats::AbortReason;

type V = T<Value>;

impl Recorder<'_> {
    pub(super) fn shaped(&mut self, o: V, c: &'static Cache) -> Option<V> {
        if self.general {
            return None;
        }
        self.m.shaped(o.v, c)?;
        self.relies_on(class_of(o.v));
        let r = self.shape(o.r, o.v.shape_id());
        Some(T { v: o.v, r })
    }

    pub(super) fn slot(&mut self, o: V, i: usize) -> V {
        let v = self.m.slot(o.v, i);
        let r = self.get(layout::slot(i), o.r);
        T { v, r }
    }

    pub(super) fn set_slot(&mut self, o: V, i: usize, v: V) -> Out<()> {
        self.set(layout::slot(i), o.r, v.r);
        self.m.set_slot(o.v, i, v.v)
    }

    pub(super) fn add_slot(&mut self, o: V, i: usize, v: V, c: &'static Cache) -> Out<()> {
        let shape = self.int_const(c.value.get().as_int());
        self.set(layout::slot(i), o.r, v.r);
        self.set(layout::SHAPE, o.r, shape);
        self.m.add_slot(o.v, i, v.v, c)
    }

    /// The array with attributes that have no room in the object.
    pub(super) fn overflow_array(&mut self, o: V, c: &Cache) -> Ref {
        let word = c.value.get().as_int() as usize;
        self.get(layout::overflow_array(word), o.r)
    }

    pub(super) fn overflow(&mut self, o: V, c: &'static Cache, i: usize) -> V {
        let v = self.m.overflow(o.v, c, i);
        let a = self.overflow_array(o, c);
        let r = self.get(layout::overflow(i), a);
        T { v, r }
    }

    pub(super) fn global(&mut self, c: &'static Cache) -> Option<V> {
        let v = self.m.global(c)?;
        let r = self.global_ref(c)?;
        if is_constant(self.m.name(c)) && is_int(v) {
            let k = self.value(v);
            self.guard(Op::GuardValue, &[r, k]);
            return Some(T { v, r: k });
        }
        Some(T { v, r })
    }

    pub(super) fn global_slow(&mut self, c: &'static Cache) -> Out<V> {
        self.m.global_slow(c)?;
        match self.global(c) {
            Some(v) => Ok(v),
            None => {
                self.give_up(AbortReason::Unsupported);
                self.m.global_slow(c).map(|v| self.konst(v))
            }
        }
    }

    pub(super) fn dict_cached(&mut self, d: V, c: &'static Cache) -> Option<V> {
        let v = self.m.dict_cached(d.v, c)?;
        let r = self.name_ref(d, c)?;
        Some(T { v, r })
    }

    pub(super) fn name_slow(&mut self, ns: V, c: &'static Cache) -> Out<V> {
        let v = self.m.name_slow(ns.v, c)?;
        if let Some(v) = self.dict_cached(ns, c) {
            return Ok(v);
        }
        self.give_up(AbortReason::Unsupported);
        Ok(self.konst(v))
    }

    pub(super) fn cell_get(&mut self, cell: V) -> V {
        let v = self.m.cell_get(cell.v);
        let o = self.address(cell.r);
        let r = self.get(layout::CELL, o);
        T { v, r }
    }

    pub(super) fn cell_set(&mut self, cell: V, v: V) -> Out<()> {
        let o = self.address(cell.r);
        self.set(layout::CELL, o, v.r);
        self.m.cell_set(cell.v, v.v)
    }

    pub(super) fn new_cell(&mut self, v: V) -> Out<V> {
        let c = self.m.new_cell(v.v)?;
        let o = self.b.emit(
            Op::New,
            Imm::Header(pyjit_heap::Header::word(kinds::CELL, 16)),
            &[],
        );
        self.b
            .emit(Op::SetField, Imm::Field(layout::CELL), &[o, v.r]);
        let r = self.b.op(Op::BoxRef, &[o]);
        Ok(T { v: c, r })
    }

    pub(super) fn closure(&mut self, i: usize) -> V {
        let v = self.m.closure(i);
        let f = self.function();
        let f = self.address(f.r);
        let cells = self.get(layout::CLOSURE, f);
        let r = match layout::TUPLE_ITEM.field(i as i64) {
            Some(f) => self.get(f, cells),
            None => self.value(v),
        };
        T { v, r }
    }
}

/// Is it a name of a constant, by convention? Its integers are constants of the trace then.
fn is_constant(name: Value) -> bool {
    let s: Gc<Str> = Gc::from_value(name);
    let text = s.bytes();
    text.iter().any(|b| b.is_ascii_uppercase()) && !text.iter().any(|b| b.is_ascii_lowercase())
}

fn is_int(v: Value) -> bool {
    v.is_int() || super::wide::unsigned(v).is_some()
}
