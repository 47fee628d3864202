//! Iterators over text and dictionaries, `enumerate` and `zip`: the next item is looked
//! at under guards first, then everything is advanced, since no guard may follow an effect.

use pyjit_heap::{Gc, Value};
use pyjit_jit::ir::{Field, Imm, Op, Ref};
use pyjit_runtime::core::kinds;
use pyjit_runtime::types::dict_views::DictIterator;
use pyjit_runtime::types::iterator_tools::Tool;
use pyjit_runtime::types::iterators::{self, IndexIterator};
use pyjit_runtime::types::list::List;
use pyjit_runtime::types::str_::Str;
use pyjit_runtime::types::tuple::{self, Tuple};

use super::known::kind;
use super::{Recorder, T, layout, pure};
use crate::machine::{Helper, Out, Stop};

type V = T<Value>;

/// Most iterators in a `zip`.
const MOST: usize = 4;

/// The next item of an iterator that has not ended, and what advancing it stores.
pub(super) struct Next {
    pub r: Ref,
    pub stores: Vec<(Field, Ref, Ref)>,
}

/// Can the iterator be advanced without running Python code?
pub(super) fn is_plain(v: Value) -> bool {
    matches!(
        kind(v),
        kinds::LIST_ITERATOR
            | kinds::TUPLE_ITERATOR
            | kinds::RANGE_ITERATOR
            | kinds::STR_ITERATOR
            | kinds::DICT_KEYITERATOR
            ..=kinds::DICT_ITEMITERATOR | kinds::SET_ITERATOR | kinds::LIST_REVERSE_ITERATOR
    )
}

impl Recorder<'_> {
    /// The next item of an iterator that has one.
    pub(super) fn tool_next(&mut self, it: V) -> Option<Option<V>> {
        if self.wrote {
            return None;
        }
        let next = self.look(it)?;
        for (f, o, v) in next.stores {
            self.set(f, o, v);
        }
        match iterators::next_native(self.m.t, it.v) {
            Some(Ok(Some(v))) => Some(Some(T { v, r: next.r })),
            _ => {
                self.give_up(crate::trace::stats::AbortReason::Unsupported);
                None
            }
        }
    }

    fn look(&mut self, it: V) -> Option<Next> {
        match kind(it.v) {
            kinds::RANGE_ITERATOR => self.look_range(it),
            kinds::LIST_ITERATOR | kinds::TUPLE_ITERATOR => self.look_sequence(it),
            kinds::STR_ITERATOR => self.look_text(it),
            kinds::DICT_KEYITERATOR..=kinds::DICT_ITEMITERATOR => self.look_dict(it),
            kinds::ENUMERATE => self.look_enumerate(it),
            kinds::ZIP => self.look_zip(it),
            _ => None,
        }
    }

    /// `iter(x)` of a list, tuple or str.
    pub(super) fn index_iterator(&mut self, h: &'static Helper<1>, x: V) -> Option<Out<V>> {
        let shape = match kind(x.v) {
            kinds::LIST => kinds::LIST_ITERATOR,
            kinds::TUPLE => kinds::TUPLE_ITERATOR,
            kinds::STR => kinds::STR_ITERATOR,
            _ => return None,
        };
        self.guard_kind(x);
        let Ok(v) = (h.call)(self.m.t, [x.v]) else {
            return Some(Err(Stop::Raise));
        };
        let (zero, one) = (self.int_const(0), self.int_const(1));
        let fields = [
            (layout::SEQUENCE, x.r),
            (layout::INDEX, zero),
            (layout::STEP, one),
        ];
        let r = self.new_object(shape, size_of::<IndexIterator>(), &fields);
        Some(Ok(T { v, r }))
    }

    fn look_sequence(&mut self, it: V) -> Option<Next> {
        let g: Gc<IndexIterator> = Gc::from_value(it.v);
        let sequence = g.sequence.get().opt()?;
        let (length, len) = match kind(sequence) {
            kinds::LIST => (layout::LIST_LEN, Gc::<List>::from_value(sequence).len()),
            kinds::TUPLE => (layout::TUPLE_LEN, Gc::<Tuple>::from_value(sequence).len()),
            _ => return None,
        };
        if g.index.get() < 0 || g.index.get() as usize >= len {
            return None;
        }
        let (o, s, i) = self.indexed(it, sequence.shape_id());
        let n = self.get(length, s);
        let c = self.b.op(Op::IntBelow, &[i, n]);
        self.holds(c, true);
        let (array, items) = match kind(sequence) {
            kinds::LIST => (self.get(layout::LIST_ARRAY, s), layout::LIST_ITEM),
            _ => (s, layout::TUPLE_ITEM),
        };
        let r = self.b.emit(Op::GetItem, Imm::Items(items), &[array, i]);
        Some(self.one_further(o, i, r))
    }

    /// Iterator, sequence and index of an iterator by index.
    fn indexed(&mut self, it: V, shape: u32) -> (Ref, Ref, Ref) {
        let o = self.shape(it.r, it.v.shape_id());
        let s = self.get(layout::SEQUENCE, o);
        let s = self.shape(s, shape);
        (o, s, self.get(layout::INDEX, o))
    }

    fn one_further(&mut self, o: Ref, i: Ref, r: Ref) -> Next {
        let one = self.int_const(1);
        let next = self.b.op(Op::IntAdd, &[i, one]);
        Next {
            r,
            stores: vec![(layout::INDEX, o, next)],
        }
    }

    /// Text of ASCII only: bytes are characters.
    fn look_text(&mut self, it: V) -> Option<Next> {
        let g: Gc<IndexIterator> = Gc::from_value(it.v);
        let s: Gc<Str> = Gc::from_value(g.sequence.get().opt()?);
        if kind(s.value()) != kinds::STR || !s.is_ascii() || g.index.get() as usize >= s.len() {
            return None;
        }
        let (o, text, i) = self.indexed(it, kinds::STR);
        let n = self.get(layout::STR_LEN, text);
        let bytes = self.get(layout::STR_BYTES, text);
        let c = self.b.op(Op::IntEq, &[n, bytes]);
        self.holds(c, true);
        let c = self.b.op(Op::IntBelow, &[i, n]);
        self.holds(c, true);
        let word = self.b.op(Op::BoxRef, &[text]);
        let r = self.pure(pure::char_at(), &[word, i]);
        Some(self.one_further(o, i, r))
    }

    fn look_dict(&mut self, it: V) -> Option<Next> {
        let g: Gc<DictIterator> = Gc::from_value(it.v);
        let d = g.dict.opt()?;
        let live = d.len() as i64 == g.len.get()
            && g.given.get() != g.len.get()
            && (g.at.get() as usize) < d.used()
            && d.entry(g.at.get() as usize).is_some();
        if !live {
            return None;
        }
        let o = self.shape(it.r, it.v.shape_id());
        let d = self.get(layout::DICT_ITERATOR_DICT, o);
        self.guard(Op::GuardNonNull, &[d]);
        let (len, then) = (
            self.get(layout::DICT_LEN, d),
            self.get(layout::DICT_ITERATOR_LEN, o),
        );
        let c = self.b.op(Op::IntEq, &[len, then]);
        self.holds(c, true);
        let given = self.get(layout::DICT_ITERATOR_GIVEN, o);
        let c = self.b.op(Op::IntNe, &[given, then]);
        self.holds(c, true);
        let at = self.get(layout::DICT_ITERATOR_AT, o);
        let used = self.get(layout::DICT_USED, d);
        let c = self.b.op(Op::IntBelow, &[at, used]);
        self.holds(c, true);
        let a = self.get(layout::DICT_ARRAY, d);
        let (one, two, three) = (self.int_const(1), self.int_const(2), self.int_const(3));
        let first = self.b.op(Op::IntMul, &[at, three]);
        let items = Imm::Items(layout::DICT_WORD);
        let place = self.b.op(Op::IntAdd, &[first, one]);
        let key = self.b.emit(Op::GetItem, items, &[a, place]);
        self.guard(Op::GuardBound, &[key]);
        let mut value = || {
            let place = self.b.op(Op::IntAdd, &[first, two]);
            self.b.emit(Op::GetItem, items, &[a, place])
        };
        let r = match kind(it.v) {
            kinds::DICT_KEYITERATOR => key,
            kinds::DICT_VALUEITERATOR => value(),
            _ => {
                let value = value();
                self.fresh_tuple(&[key, value])
            }
        };
        let after = self.b.op(Op::IntAdd, &[at, one]);
        let more = self.b.op(Op::IntAdd, &[given, one]);
        let stores = vec![
            (layout::DICT_ITERATOR_AT, o, after),
            (layout::DICT_ITERATOR_GIVEN, o, more),
        ];
        Some(Next { r, stores })
    }

    fn look_enumerate(&mut self, it: V) -> Option<Next> {
        let g: Gc<Tool> = Gc::from_value(it.v);
        if !g.first.get().is_int() || g.first.get().as_int() >= Value::MAX_SMALL {
            return None;
        }
        let o = self.shape(it.r, kinds::ENUMERATE);
        let inner = self.get(layout::TOOL_SECOND, o);
        let inner = T {
            v: g.second.get(),
            r: inner,
        };
        let mut next = self.look(inner)?;
        let r = self.get(layout::TOOL_FIRST, o);
        let i = self.int(T {
            v: g.first.get(),
            r,
        })?;
        let one = self.int_const(1);
        let more = self.b.op(Op::IntAdd, &[i.r, one]);
        let more = self.b.op(Op::BoxInt, &[more]);
        next.r = self.fresh_tuple(&[r, next.r]);
        next.stores.push((layout::TOOL_FIRST, o, more));
        Some(next)
    }

    fn look_zip(&mut self, it: V) -> Option<Next> {
        let g: Gc<Tool> = Gc::from_value(it.v);
        let its = g.second.get().cast_exact::<Tuple>()?;
        if its.is_empty() || its.len() > MOST {
            return None;
        }
        // One iterator twice would be advanced in between.
        let distinct = |i: usize| !its.items()[..i].contains(&its.items()[i]);
        if !(1..its.len()).all(distinct) || !its.items().iter().all(|v| is_plain(*v)) {
            return None;
        }
        let o = self.shape(it.r, kinds::ZIP);
        let r = self.get(layout::TOOL_SECOND, o);
        let tuple = self.shape(r, kinds::TUPLE);
        let n = self.get(layout::TUPLE_LEN, tuple);
        let k = self.int_const(its.len() as i64);
        let c = self.b.op(Op::IntEq, &[n, k]);
        self.holds(c, true);
        let (mut items, mut stores, mut objects) = (vec![], vec![], vec![]);
        for (i, v) in its.items().iter().enumerate() {
            let r = self.get(layout::TUPLE_ITEM.field(i as i64)?, tuple);
            for other in &objects {
                let c = self.b.op(Op::SameWord, &[r, *other]);
                self.holds(c, false);
            }
            objects.push(r);
            let next = self.look(T { v: *v, r })?;
            items.push(next.r);
            stores.extend(next.stores);
        }
        let r = self.fresh_tuple(&items);
        Some(Next { r, stores })
    }

    /// A new tuple of values.
    pub(super) fn fresh_tuple(&mut self, items: &[Ref]) -> Ref {
        let bytes = 8 * (tuple::FIRST + items.len());
        let header = pyjit_heap::Header::word(kinds::TUPLE, bytes);
        let o = self.b.emit(Op::New, Imm::Header(header), &[]);
        let len = self.int_const(items.len() as i64);
        self.b
            .emit(Op::SetField, Imm::Field(layout::TUPLE_LEN), &[o, len]);
        for (i, x) in items.iter().enumerate() {
            if let Some(f) = layout::TUPLE_ITEM.field(i as i64) {
                self.b.emit(Op::SetField, Imm::Field(f), &[o, *x]);
            }
        }
        self.b.op(Op::BoxRef, &[o])
    }
}
