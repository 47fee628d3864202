//! Lists, tuples, and iterators over them and over ranges.

use pyjit_heap::{Gc, Value};
use pyjit_jit::ir::{Imm, Op, Ref};
use pyjit_runtime::core::kinds;
use pyjit_runtime::types::iterators::{self, IndexIterator};
use pyjit_runtime::types::list::List;
use pyjit_runtime::types::tuple::{self, Tuple};

use super::{Recorder, T, layout};
use crate::machine::{Machine, Out};
use crate::trace::stats::AbortReason;

type V = T<Value>;

/// As the interpreter's, for ints of any size.
pub(super) fn index_in(i: Value, len: usize) -> Option<Value> {
    i.is_int().then(|| crate::arith::index_in(i, len)).flatten()
}

impl Recorder<'_> {
    /// Index `i` counted from 0, if it is in range of `len` items.
    pub(super) fn in_range(&mut self, i: V, len: usize, n: Ref) -> Option<V> {
        let v = crate::arith::index_in(i.v, len)?;
        if i.v.as_int() >= 0 {
            let c = self.b.op(Op::IntBelow, &[i.r, n]);
            self.holds(c, true);
            return Some(T { v, r: i.r });
        }
        let zero = self.int_const(0);
        let c = self.b.op(Op::IntLt, &[i.r, zero]);
        self.holds(c, true);
        let r = self.b.op(Op::IntAdd, &[i.r, n]);
        let c = self.b.op(Op::IntLe, &[zero, r]);
        self.holds(c, true);
        Some(T { v, r })
    }

    pub(super) fn index_next(&mut self, it: V) -> Option<Option<V>> {
        let g: Gc<IndexIterator> = Gc::from_value(it.v);
        let sequence = g.sequence.get().opt()?;
        let shape = sequence.shape_id();
        let len = match shape {
            kinds::LIST => Gc::<List>::from_value(sequence).len(),
            kinds::TUPLE => Gc::<Tuple>::from_value(sequence).len(),
            _ => return None,
        };
        let at = g.index.get();
        if at < 0 {
            return None;
        }
        let o = self.shape(it.r, it.v.shape_id());
        let s = self.get(layout::SEQUENCE, o);
        let s = self.shape(s, shape);
        let i = self.get(layout::INDEX, o);
        let length = match shape {
            kinds::LIST => layout::LIST_LEN,
            _ => layout::TUPLE_LEN,
        };
        let n = self.get(length, s);
        let c = self.b.op(Op::IntBelow, &[i, n]);
        let ended = at as usize >= len;
        self.holds(c, !ended);
        if ended {
            let null = self.value(Value::NULL);
            self.set(layout::SEQUENCE, o, null);
        } else {
            let one = self.int_const(1);
            let next = self.b.op(Op::IntAdd, &[i, one]);
            self.set(layout::INDEX, o, next);
        }
        let r = match (ended, shape) {
            (true, _) => None,
            (_, kinds::LIST) => {
                let a = self.get(layout::LIST_ARRAY, s);
                Some(
                    self.b
                        .emit(Op::GetItem, Imm::Items(layout::LIST_ITEM), &[a, i]),
                )
            }
            _ => Some(
                self.b
                    .emit(Op::GetItem, Imm::Items(layout::TUPLE_ITEM), &[s, i]),
            ),
        };
        let v = match iterators::next_native(self.m.t, it.v) {
            Some(Ok(v)) => v,
            _ => {
                self.give_up(AbortReason::Unsupported);
                None
            }
        };
        Some(match (v, r) {
            (Some(v), Some(r)) => Some(T { v, r }),
            _ => None,
        })
    }

    pub(super) fn list(&mut self, v: V) -> Option<T<Gc<List>>> {
        let l = v.v.cast_exact::<List>()?;
        let r = self.shape(v.r, kinds::LIST);
        Some(T { v: l, r })
    }

    pub(super) fn tuple(&mut self, v: V) -> Option<T<Gc<Tuple>>> {
        let x = v.v.cast_exact::<Tuple>()?;
        let r = if self.wrote {
            // What a helper gave is known to be a tuple.
            self.address(v.r)
        } else {
            self.shape(v.r, kinds::TUPLE)
        };
        Some(T { v: x, r })
    }

    pub(super) fn list_index(&mut self, l: T<Gc<List>>, i: V) -> Option<V> {
        index_in(i.v, l.v.len())?;
        let n = self.get(layout::LIST_LEN, l.r);
        self.in_range(i, l.v.len(), n)
    }

    pub(super) fn list_get(&mut self, l: T<Gc<List>>, i: V) -> V {
        let v = self.m.list_get(l.v, i.v);
        let a = self.get(layout::LIST_ARRAY, l.r);
        let r = self
            .b
            .emit(Op::GetItem, Imm::Items(layout::LIST_ITEM), &[a, i.r]);
        T { v, r }
    }

    pub(super) fn list_set(&mut self, l: T<Gc<List>>, i: V, v: V) -> Out<()> {
        let a = self.get(layout::LIST_ARRAY, l.r);
        self.b
            .emit(Op::SetItem, Imm::Items(layout::LIST_ITEM), &[a, i.r, v.r]);
        self.wrote = true;
        self.m.list_set(l.v, i.v, v.v)
    }

    pub(super) fn list_len_is(&mut self, l: T<Gc<List>>, n: usize) -> bool {
        let len = self.get(layout::LIST_LEN, l.r);
        let k = self.int_const(n as i64);
        let c = self.b.op(Op::IntEq, &[len, k]);
        self.branch(c, l.v.len() == n)
    }

    pub(super) fn tuple_index(&mut self, x: T<Gc<Tuple>>, i: V) -> Option<V> {
        index_in(i.v, x.v.len())?;
        let n = self.get(layout::TUPLE_LEN, x.r);
        self.in_range(i, x.v.len(), n)
    }

    pub(super) fn tuple_get(&mut self, x: T<Gc<Tuple>>, i: V) -> V {
        let v = self.m.tuple_get(x.v, i.v);
        let r = self
            .b
            .emit(Op::GetItem, Imm::Items(layout::TUPLE_ITEM), &[x.r, i.r]);
        T { v, r }
    }

    pub(super) fn tuple_len_is(&mut self, x: T<Gc<Tuple>>, n: usize) -> bool {
        let len = self.get(layout::TUPLE_LEN, x.r);
        let k = self.int_const(n as i64);
        let c = self.b.op(Op::IntEq, &[len, k]);
        self.branch(c, x.v.len() == n)
    }

    pub(super) fn new_tuple(&mut self, from: usize, n: usize) -> Out<V> {
        let items: Vec<V> = (0..n).map(|i| self.reg(from + i)).collect();
        let v = self.m.new_tuple(from, n)?;
        let bytes = 8 * (tuple::FIRST + n);
        let header = pyjit_heap::Header::word(kinds::TUPLE, bytes);
        let o = self.b.emit(Op::New, Imm::Header(header), &[]);
        let len = self.int_const(n as i64);
        self.b
            .emit(Op::SetField, Imm::Field(layout::TUPLE_LEN), &[o, len]);
        for (i, x) in items.iter().enumerate() {
            if let Some(f) = layout::TUPLE_ITEM.field(i as i64) {
                self.b.emit(Op::SetField, Imm::Field(f), &[o, x.r]);
            }
        }
        let r = self.b.op(Op::BoxRef, &[o]);
        Ok(T { v, r })
    }

    pub(super) fn iter_next(&mut self, it: V) -> Option<Option<V>> {
        if !it.v.is_ptr() {
            return None;
        }
        match it.v.shape_id() {
            kinds::RANGE_ITERATOR => self.range_next(it),
            kinds::LIST_ITERATOR | kinds::TUPLE_ITERATOR => self.index_next(it),
            kinds::STR_ITERATOR
            | kinds::DICT_KEYITERATOR..=kinds::DICT_ITEMITERATOR
            | kinds::ENUMERATE
            | kinds::ZIP => self.tool_next(it),
            _ => None,
        }
    }
}
