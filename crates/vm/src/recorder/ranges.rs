//! Ranges: `range(…)` and its iterator are objects that the trace makes itself, and a step
//! of the iterator is a comparison and an addition.
//!
//! Numbers of most ranges are small and not negative: guards say so, of which only those of
//! the first round stay, and arithmetic on the numbers needs no overflow checks.

use pyjit_heap::stack::HEADER_WORDS;
use pyjit_heap::{Gc, Header, Value};
use pyjit_jit::ir::{Field, Imm, Op, Ref};
use pyjit_runtime::core::kinds;
use pyjit_runtime::types::range::{self, Range, RangeIterator};
use pyjit_runtime::types::type_::Type;

use super::calls::call_window;
use super::known::kind;
use super::{Recorder, T, layout};
use crate::helpers as h;
use crate::machine::{CallSite, Machine, Out, Stop};

type V = T<Value>;

/// Products of two numbers below it are words.
const BOUND: i64 = 1 << 30;

impl Recorder<'_> {
    /// The next number.
    pub(super) fn range_next(&mut self, it: V) -> Option<Option<V>> {
        let g: Gc<RangeIterator> = Gc::from_value(it.v);
        let o = self.shape(it.r, kinds::RANGE_ITERATOR);
        let Some((r, after)) = self.range_step(g, o) else {
            return Some(None);
        };
        self.set(layout::RANGE_NEXT, o, after);
        let v = range::next(self.m.t, g)?;
        Some(Some(T { v, r }))
    }

    /// The next number, boxed, and the one behind it; `None`: it has ended.
    pub(super) fn range_step(&mut self, g: Gc<RangeIterator>, o: Ref) -> Option<(Ref, Ref)> {
        let (next, stop, step) = (g.next.get(), g.stop.get(), g.step.get());
        let k = self.int_const(step);
        let s = self.get(layout::RANGE_STEP, o);
        let c = self.b.op(Op::IntEq, &[s, k]);
        self.holds(c, true);
        let now = self.get(layout::RANGE_NEXT, o);
        let end = self.get(layout::RANGE_STOP, o);
        let (least, most) = (next.min(stop), next.max(stop));
        let bounded = next != stop && least >= -1 && most <= BOUND;
        let floor = self.int_const(least.min(0));
        let ceiling = self.int_const(BOUND);
        let (low, high) = if step > 0 { (now, end) } else { (end, now) };
        // That of the end first: it narrows what the comparison says.
        let mut bounds = [[floor, low], [high, ceiling]];
        if step > 0 {
            bounds.reverse();
        }
        if bounded {
            let c = self.b.op(Op::IntLe, &bounds[0]);
            self.holds(c, true);
        }
        let c = self.b.op(Op::IntLt, &[low, high]);
        self.holds(c, next != stop);
        if next == stop {
            return None;
        }
        if bounded {
            let c = self.b.op(Op::IntLe, &bounds[1]);
            self.holds(c, true);
        }
        let after = self.b.op(Op::IntAdd, &[now, k]);
        Some((self.b.op(Op::BoxInt, &[now]), after))
    }

    /// `range(n)` and `range(a, b)` of small ints.
    pub(super) fn range_call(&mut self, site: CallSite) -> Out<Option<V>> {
        let f = self.m.base.get(site.at);
        let class = f.cast::<Type>();
        let is_range = class.is_some_and(|c| c.root_shape.get() == kinds::RANGE);
        if !is_range || site.keywords || self.wrote || !(1..=2).contains(&site.count) {
            return Ok(None);
        }
        let at = site.at + HEADER_WORDS + site.gap as usize;
        let args: Vec<V> = (at..at + site.count)
            .map(|i| Machine::reg(self, i))
            .collect();
        let first = if site.count == 2 {
            args[0].v
        } else {
            Value::int(0)
        };
        let stop = args[site.count - 1];
        if !first.is_int() || !stop.v.is_int() {
            return Ok(None);
        }
        if stop
            .v
            .as_int()
            .checked_sub(first.as_int())
            .and_then(Value::try_int)
            .is_none()
        {
            return Ok(None);
        }
        self.guard_callee(site.at, f);
        let zero = self.int_const(0);
        let (start, begin) = match site.count {
            2 => (args[0].r, self.int(args[0]).map_or(zero, |i| i.r)),
            _ => (self.value(Value::int(0)), zero),
        };
        let end = self.int(stop).map_or(zero, |i| i.r);
        let n = self.b.op(Op::IntSub, &[end, begin]);
        let n = self.b.op(Op::IntMax, &[n, zero]);
        let length = self.b.op(Op::BoxInt, &[n]);
        let one = self.value(Value::int(1));
        let (t, pc, base) = (self.m.t, self.m.pc, self.m.base);
        let v = call_window(t, pc, base, site).map_err(|_| Stop::Raise)?;
        let fields = [
            (layout::RANGE_START, start),
            (layout::RANGE_END, stop.r),
            (layout::RANGE_BY, one),
            (layout::RANGE_LENGTH, length),
        ];
        let r = self.new_object(kinds::RANGE, size_of::<Range>(), &fields);
        Ok(Some(T { v, r }))
    }

    /// `iter` of a range with step 1.
    pub(super) fn range_iterator(&mut self, x: V) -> Option<Out<V>> {
        let g: Gc<Range> = Gc::from_value(x.v);
        let (start, step, length) = g.small()?;
        let end = start.checked_add_unsigned(length).and_then(Value::try_int);
        if step != 1 || length >> 62 != 0 || end.is_none() {
            return None;
        }
        let o = self.shape(x.r, kinds::RANGE);
        let by = self.get(layout::RANGE_BY, o);
        let one = self.value(Value::int(1));
        self.guard(Op::GuardValue, &[by, one]);
        let begin = self.small_field(layout::RANGE_START, o);
        let n = self.small_field(layout::RANGE_LENGTH, o);
        let end = self.b.op(Op::IntAdd, &[begin, n]);
        let v = match self.m.call1(&h::ITER, x.v) {
            Ok(v) => v,
            Err(e) => return Some(Err(e)),
        };
        let one = self.int_const(1);
        let fields = [
            (layout::RANGE_NEXT, begin),
            (layout::RANGE_STEP, one),
            (layout::RANGE_STOP, end),
        ];
        let r = self.new_object(kinds::RANGE_ITERATOR, size_of::<RangeIterator>(), &fields);
        Some(Ok(T { v, r }))
    }

    /// A field that holds a small int.
    fn small_field(&mut self, f: Field, o: Ref) -> Ref {
        let v = self.get(f, o);
        self.guard(Op::GuardInt, &[v]);
        self.b.op(Op::UnboxInt, &[v])
    }

    /// A new object of a builtin type.
    pub(super) fn new_object(&mut self, shape: u32, bytes: usize, fields: &[(Field, Ref)]) -> Ref {
        let header = Imm::Header(Header::word(shape, bytes));
        let o = self.b.emit(Op::New, header, &[]);
        for (f, v) in fields {
            self.b.emit(Op::SetField, Imm::Field(*f), &[o, *v]);
        }
        self.b.op(Op::BoxRef, &[o])
    }

    /// A step of a range's iterator that has not ended, for those who advance several.
    pub(super) fn look_range(&mut self, it: V) -> Option<super::iterate::Next> {
        let g: Gc<RangeIterator> = Gc::from_value(it.v);
        if kind(it.v) != kinds::RANGE_ITERATOR || g.next.get() == g.stop.get() {
            return None;
        }
        let o = self.shape(it.r, kinds::RANGE_ITERATOR);
        let (r, after) = self.range_step(g, o)?;
        let stores = vec![(layout::RANGE_NEXT, o, after)];
        Some(super::iterate::Next { r, stores })
    }
}
