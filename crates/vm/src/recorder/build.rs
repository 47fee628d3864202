//! Displays and formatting: lists are made in line, what is made of values of known kinds
//! by calls that touch nothing.

use pyjit_heap::Value;
use pyjit_jit::ir::{Imm, Op, Ref};
use pyjit_runtime::core::kinds;
use pyjit_runtime::types::dict;

use super::effects::Touch;
use super::known::kind;
use super::{Recorder, T, layout, thunks};
use crate::helpers as h;
use crate::machine::{Helper, Machine, Out, RegsHelper};

type V = T<Value>;

/// Most items that are passed in registers, or stored in line.
const MOST: usize = 5;
/// The shape of arrays of references.
const ARRAY_SHAPE: u32 = 1;

impl Recorder<'_> {
    pub(super) fn known_regs(
        &mut self,
        h: &'static RegsHelper,
        from: usize,
        n: usize,
    ) -> Option<Out<V>> {
        if self.wrote || n > MOST {
            return None;
        }
        let items: Vec<V> = (from..from + n).map(|i| Machine::reg(self, i)).collect();
        if std::ptr::eq(h, &h::BUILD_LIST) {
            return Some(self.new_list(&items));
        }
        let keys = |step: usize| items.iter().step_by(step).all(|k| dict::is_simple_key(k.v));
        if std::ptr::eq(h, &h::BUILD_DICT) && keys(2) || std::ptr::eq(h, &h::BUILD_SET) && keys(1) {
            let step = if std::ptr::eq(h, &h::BUILD_DICT) {
                2
            } else {
                1
            };
            for k in items.iter().step_by(step) {
                self.simple_key(*k);
            }
        } else if !std::ptr::eq(h, &h::BUILD_STRING) && !std::ptr::eq(h, &h::BUILD_SLICE) {
            return None;
        }
        let values: Vec<Value> = items.iter().map(|i| i.v).collect();
        let v = (h.call)(self.m.t, &values);
        let mut refs = vec![self.int_const(std::ptr::from_ref(h).addr() as i64)];
        refs.extend(items.iter().map(|i| i.r));
        Some(self.outcome(v, thunks::row(h, n), &refs))
    }

    /// A list of some items.
    fn new_list(&mut self, items: &[V]) -> Out<V> {
        let values: Vec<Value> = items.iter().map(|i| i.v).collect();
        let t = self.m.t;
        let v = pyjit_runtime::types::list::List::from_slice(t, &values)
            .map_err(|_| crate::machine::Stop::Raise)?;
        let header = |shape, bytes| Imm::Header(pyjit_heap::Header::word(shape, bytes));
        let n = self.int_const(items.len() as i64);
        let list = self.b.emit(Op::New, header(kinds::LIST, LIST_BYTES), &[]);
        if !items.is_empty() {
            let bytes = 16 + 8 * items.len();
            let array = self.b.emit(Op::New, header(ARRAY_SHAPE, bytes), &[]);
            self.init(layout::ARRAY_LEN, array, n);
            for (i, x) in items.iter().enumerate() {
                if let Some(f) = layout::LIST_ITEM.field(i as i64) {
                    self.init(f, array, x.r);
                }
            }
            self.init(layout::LIST_ARRAY, list, array);
        }
        self.init(layout::LIST_LEN, list, n);
        let r = self.b.op(Op::BoxRef, &[list]);
        Ok(T { v: v.value(), r })
    }

    /// Sets a field of a new object: nothing that anybody could have seen.
    fn init(&mut self, f: pyjit_jit::ir::Field, o: Ref, v: Ref) {
        self.b.emit(Op::SetField, Imm::Field(f), &[o, v]);
    }

    /// Formatting of text and numbers.
    pub(super) fn known_format(&mut self, h: &'static Helper<1>, x: V) -> Option<Out<V>> {
        if !std::ptr::eq(h, &h::FORMAT_SIMPLE) || !is_text_or_number(x.v) {
            return None;
        }
        if x.v.is_ptr() || x.v.is_bool() {
            self.guard_kind(x);
        } else {
            let op = if x.v.is_int() {
                Op::GuardInt
            } else {
                Op::GuardFloat
            };
            self.guard(op, &[x.r]);
        }
        if kind(x.v) == kinds::STR {
            return Some(Ok(x));
        }
        Some(self.call_known(h, [x], Touch::Nothing))
    }

    /// Formatting by a specification, conversion, adding to a set in a display.
    pub(super) fn known_format2(&mut self, h: &'static Helper<2>, x: V, y: V) -> Option<Out<V>> {
        let touch = if std::ptr::eq(h, &h::FORMAT_SPEC) || std::ptr::eq(h, &h::CONVERT) {
            let plain = is_text_or_number(x.v) && (!y.v.is_ptr() || kind(y.v) == kinds::STR);
            plain.then_some(Touch::Nothing)?
        } else if std::ptr::eq(h, &h::SET_ADD) {
            return (self.plain_set(x) && self.simple_key(y))
                .then(|| self.call_known(h, [x, y], Touch::Dicts));
        } else {
            return None;
        };
        self.guard_kind(x);
        self.guard_kind(y);
        Some(self.call_known(h, [x, y], touch))
    }

    /// Adding to a dictionary in a display.
    pub(super) fn known_entry(&mut self, h: &'static Helper<3>, args: [V; 3]) -> Option<Out<V>> {
        let known =
            std::ptr::eq(h, &h::DICT_SET) && self.plain_dict(args[0]) && self.simple_key(args[1]);
        known.then(|| self.call_known(h, args, Touch::Dicts))
    }
}

/// Bytes of a list.
const LIST_BYTES: usize = size_of::<pyjit_runtime::types::list::List>();

fn is_text_or_number(v: Value) -> bool {
    v.is_int() || v.is_float() || v.is_bool() || matches!(kind(v), kinds::STR | kinds::INT)
}
