//! Residual calls of helpers on operands of known builtin kinds: short ways in line, or
//! calls that touch little.

use pyjit_heap::{Gc, Value};
use pyjit_jit::ir::{Imm, Op, Ref};
use pyjit_runtime::core::special::Special;
use pyjit_runtime::core::{attr, kinds};
use pyjit_runtime::types::bytes::{ByteArray, Bytes};
use pyjit_runtime::types::dict::{self, Dict};
use pyjit_runtime::types::iterator_tools::Tool;
use pyjit_runtime::types::set::Set;
use pyjit_runtime::types::slice::Slice;
use pyjit_runtime::types::str_::Str;
use pyjit_runtime::types::tuple::Tuple;
use pyjit_runtime::types::type_::class_of;

use super::effects::Touch;
use super::iterate;
use super::{Recorder, T, layout, pure, thunks};
use crate::helpers as h;
use crate::machine::{BinOp, Cmp, Helper, Machine, Out};

type V = T<Value>;

/// The kind of an object, 0 for all else.
pub(super) fn kind(v: Value) -> u32 {
    if v.is_ptr() { v.shape_id() } else { 0 }
}

/// Most items of a tuple that is a key.
const KEY_ITEMS: usize = 4;

impl Recorder<'_> {
    /// Calls a helper that is known to touch only this.
    pub(super) fn call_known<const N: usize>(
        &mut self,
        h: &'static Helper<N>,
        args: [V; N],
        touch: Touch,
    ) -> Out<V> {
        let v = (h.call)(self.m.t, args.map(|a| a.v));
        let mut refs = vec![self.int_const(std::ptr::from_ref(h).addr() as i64)];
        refs.extend(args.iter().map(|a| a.r));
        self.outcome(v, thunks::known(h, touch), &refs)
    }

    /// Guards what kind of value it is now.
    pub(super) fn guard_kind(&mut self, a: V) {
        if a.v.is_ptr() {
            self.shape(a.r, a.v.shape_id());
        } else {
            self.guard_immediate(a);
        }
    }

    /// Guards that hashing and comparing it runs no Python code, if that is so.
    pub(super) fn simple_key(&mut self, key: V) -> bool {
        if !dict::is_simple_key(key.v) {
            return false;
        }
        if self.b.func().lit(key.r).is_some() {
            return true;
        }
        if kind(key.v) != kinds::TUPLE {
            self.guard_kind(key);
            return true;
        }
        let x: Gc<Tuple> = Gc::from_value(key.v);
        if x.len() > KEY_ITEMS {
            return false;
        }
        let o = self.shape(key.r, kinds::TUPLE);
        let n = self.get(layout::TUPLE_LEN, o);
        let k = self.int_const(x.len() as i64);
        let c = self.b.op(Op::IntEq, &[n, k]);
        self.holds(c, true);
        for (i, v) in x.items().iter().enumerate() {
            if let Some(f) = layout::TUPLE_ITEM.field(i as i64) {
                let r = self.get(f, o);
                self.guard_kind(T { v: *v, r });
            }
        }
        true
    }

    /// Guards that a dictionary has simple keys only and nobody watches it, if that is so.
    pub(super) fn plain_dict(&mut self, d: V) -> bool {
        if kind(d.v) != kinds::DICT || Gc::<Dict>::from_value(d.v).flags() != 0 {
            return false;
        }
        let o = self.shape(d.r, kinds::DICT);
        self.guard_zero(layout::DICT_FLAGS, o);
        true
    }

    /// The same for a set.
    pub(super) fn plain_set(&mut self, s: V) -> bool {
        if !matches!(kind(s.v), kinds::SET | kinds::FROZENSET) {
            return false;
        }
        if Gc::<Set>::from_value(s.v).odd.get() != 0 {
            return false;
        }
        let o = self.shape(s.r, s.v.shape_id());
        self.guard_zero(layout::SET_ODD, o);
        true
    }

    fn guard_zero(&mut self, f: pyjit_jit::ir::Field, o: Ref) {
        let flags = self.get(f, o);
        let zero = self.int_const(0);
        let c = self.b.op(Op::IntEq, &[flags, zero]);
        self.holds(c, true);
    }

    pub(super) fn known2(&mut self, h: &'static Helper<2>, a: V, b: V) -> Option<Out<V>> {
        if self.wrote {
            return None;
        }
        if std::ptr::eq(h, &h::GETITEM) {
            return self.known_item(a, b);
        }
        if std::ptr::eq(h, &h::MAKE_FUNCTION) {
            return self.made_function(h, a, b);
        }
        if std::ptr::eq(h, &h::AWAITABLE) {
            return self.fresh_coroutine(a);
        }
        if std::ptr::eq(h, &h::SPECIAL_METHOD) {
            let Ok(f) = (h.call)(self.m.t, [a.v, b.v]) else {
                self.m.t.take_exception();
                return None;
            };
            if f.is_null() {
                return None;
            }
            self.guard_class(a);
            return Some(Ok(self.konst(f)));
        }
        let touch = if std::ptr::eq(h, &h::CONTAINS) {
            self.known_contains(a, b)?
        } else if std::ptr::eq(h, &h::DELITEM) {
            (self.plain_dict(a) && self.simple_key(b)).then_some(Touch::Dicts)?
        } else if std::ptr::eq(h, &h::LIST_EXTEND)
            && matches!(kind(b.v), kinds::LIST | kinds::TUPLE)
        {
            self.guard_kind(b);
            Touch::Lists
        } else {
            return self.known_format2(h, a, b);
        };
        Some(self.call_known(h, [a, b], touch))
    }

    fn known_contains(&mut self, container: V, x: V) -> Option<Touch> {
        match kind(container.v) {
            kinds::DICT | kinds::SET | kinds::FROZENSET => {
                let plain = self.plain_dict(container) || self.plain_set(container);
                (plain && self.simple_key(x)).then_some(Touch::ReadsDicts)
            }
            kinds::STR if kind(x.v) == kinds::STR => {
                self.guard_kind(container);
                self.guard_kind(x);
                Some(Touch::Nothing)
            }
            // A constant of simple items, as in `x in (1, 2)`.
            kinds::TUPLE
                if self.b.func().lit(container.r).is_some()
                    && dict::is_simple_key(container.v)
                    && kind(x.v) != kinds::TUPLE
                    && self.simple_key(x) =>
            {
                Some(Touch::Nothing)
            }
            _ => None,
        }
    }

    /// Guards that something is a slice of small ints.
    fn plain_slice(&mut self, i: V) -> bool {
        if kind(i.v) != kinds::SLICE {
            return false;
        }
        let s: Gc<Slice> = Gc::from_value(i.v);
        let parts = [s.start.get(), s.stop.get(), s.step.get()];
        if !parts.iter().all(|v| v.is_int() || v.is_none()) {
            return false;
        }
        let o = self.shape(i.r, kinds::SLICE);
        for (v, f) in parts.into_iter().zip(layout::SLICE_PARTS) {
            let r = self.get(f, o);
            self.guard_kind(T { v, r });
        }
        true
    }

    /// `x[i]` of text, bytes and dictionaries, and slices of lists, tuples and text.
    fn known_item(&mut self, x: V, i: V) -> Option<Out<V>> {
        match kind(x.v) {
            kinds::LIST | kinds::TUPLE | kinds::STR | kinds::BYTES if self.plain_slice(i) => {
                self.guard_kind(x);
                let touch = match kind(x.v) {
                    kinds::LIST => Touch::ReadsLists,
                    _ => Touch::Nothing,
                };
                Some(self.call_known(&h::GETITEM, [x, i], touch))
            }
            kinds::DICT => {
                let known = self.plain_dict(x) && self.simple_key(i);
                known.then(|| self.call_known(&h::GETITEM, [x, i], Touch::ReadsDicts))
            }
            kinds::STR => {
                let s: Gc<Str> = Gc::from_value(x.v);
                let o = self.shape(x.r, kinds::STR);
                let n = self.get(layout::STR_LEN, o);
                let at = self.item_index(i, s.len(), n)?;
                let v = pyjit_runtime::types::str_methods::char_at(s, at.v.as_int() as usize);
                let r = self.pure(pure::char_at(), &[x.r, at.r]);
                Some(Ok(T { v: v.value(), r }))
            }
            kinds::BYTEARRAY => {
                let b: Gc<ByteArray> = Gc::from_value(x.v);
                let (a, at, i) = self.byte_place(x, b.len.get(), i)?;
                let v = Value::int(b.bytes()[i] as i64);
                let byte = self.b.emit(Op::GetItem, Imm::Items(layout::BYTE), &[a, at]);
                let r = self.b.op(Op::BoxInt, &[byte]);
                Some(Ok(T { v, r }))
            }
            kinds::BYTES => {
                let b: Gc<Bytes> = Gc::from_value(x.v);
                let o = self.shape(x.r, kinds::BYTES);
                let ext = self.get(layout::BYTES_EXT, o);
                let null = self.value(Value::NULL);
                let c = self.b.op(Op::SameWord, &[ext, null]);
                self.holds(c, true);
                let n = self.get(layout::BYTES_LEN, o);
                let at = self.item_index(i, b.len(), n)?;
                let byte = self
                    .b
                    .emit(Op::GetItem, Imm::Items(layout::BYTES_ITEM), &[o, at.r]);
                let r = self.b.op(Op::BoxInt, &[byte]);
                let v = Value::int(b.bytes()[at.v.as_int() as usize] as i64);
                Some(Ok(T { v, r }))
            }
            _ => None,
        }
    }

    /// A small int as an index into `len` items.
    fn item_index(&mut self, i: V, len: usize, n: Ref) -> Option<V> {
        super::sequences::index_in(i.v, len)?;
        let i = self.int(i)?;
        self.in_range(i, len, n)
    }

    /// Where byte `i` of a byte array is: the array, the index in it; and the index.
    fn byte_place(&mut self, x: V, len: usize, i: V) -> Option<(Ref, Ref, usize)> {
        super::sequences::index_in(i.v, len)?;
        let o = self.shape(x.r, kinds::BYTEARRAY);
        let n = self.get(layout::BYTEARRAY_LEN, o);
        let at = self.item_index(i, len, n)?;
        let start = self.get(layout::BYTEARRAY_START, o);
        let place = self.b.op(Op::IntAdd, &[start, at.r]);
        let a = self.get(layout::BYTEARRAY_BUFFER, o);
        Some((a, place, at.v.as_int() as usize))
    }

    /// A call of a function in [`pure`].
    pub(super) fn pure(&mut self, desc: &'static pyjit_jit::ir::CallDesc, args: &[Ref]) -> Ref {
        self.b.emit(Op::Call, Imm::Call(desc), args)
    }

    pub(super) fn known3(&mut self, h: &'static Helper<3>, args: [V; 3]) -> Option<Out<V>> {
        if self.wrote {
            return None;
        }
        let [a, b, c] = args;
        if std::ptr::eq(h, &h::BINARY) || std::ptr::eq(h, &h::INPLACE) {
            let op = BinOp::ALL[a.v.as_int() as usize];
            return self.known_binary(h, op, args);
        }
        if std::ptr::eq(h, &h::COMPARE) || std::ptr::eq(h, &h::COMPARE_BOOL) {
            return self.known_compare(Cmp::ALL[a.v.as_int() as usize], b, c);
        }
        if std::ptr::eq(h, &h::SET_FUNCTION_ATTR) {
            return self.set_function_attribute(h, args);
        }
        if std::ptr::eq(h, &h::SETITEM) {
            return self.known_store(args);
        }
        if std::ptr::eq(h, &h::GETSLICE) {
            let bound = |v: Value| v.is_int() || v.is_none();
            let touch = match kind(a.v) {
                kinds::LIST => Touch::ReadsLists,
                kinds::STR | kinds::TUPLE | kinds::BYTES => Touch::Nothing,
                _ => return None,
            };
            if !bound(b.v) || !bound(c.v) {
                return None;
            }
            args.iter().for_each(|x| self.guard_kind(*x));
            return Some(self.call_known(h, args, touch));
        }
        self.known_entry(h, args)
    }

    fn known_binary(&mut self, h: &'static Helper<3>, op: BinOp, args: [V; 3]) -> Option<Out<V>> {
        let (a, b) = (args[1], args[2]);
        if op == BinOp::Pow {
            return self.float_pow(a, b);
        }
        let integer = |v: Value| v.is_int() || kind(v) == kinds::INT;
        let touch = match (op, kind(a.v), kind(b.v)) {
            _ if integer(a.v) && integer(b.v) => Touch::Nothing,
            (BinOp::Add, kinds::STR, kinds::STR) => Touch::Nothing,
            (BinOp::Add, kinds::TUPLE, kinds::TUPLE) => Touch::Nothing,
            (BinOp::Mul, kinds::STR, 0) if b.v.is_int() => Touch::Nothing,
            (BinOp::Mul, kinds::LIST, 0) if b.v.is_int() && !self.in_place(h) => Touch::ReadsLists,
            (BinOp::Add, kinds::LIST, kinds::LIST) if self.in_place(h) => Touch::Lists,
            (BinOp::Add, kinds::LIST, kinds::LIST) => Touch::ReadsLists,
            _ => return None,
        };
        self.guard_kind(a);
        self.guard_kind(b);
        Some(self.call_known(h, args, touch))
    }

    fn in_place(&self, h: &'static Helper<3>) -> bool {
        std::ptr::eq(h, &h::INPLACE)
    }

    /// `x ** y` of numbers, one of them a float, where it is a finite double.
    fn float_pow(&mut self, a: V, b: V) -> Option<Out<V>> {
        let number = |v: Value| v.is_int() || Self::is_float(v);
        if !number(a.v) || !number(b.v) || a.v.is_int() && b.v.is_int() {
            return None;
        }
        let (x, y) = match (a.v.is_int(), b.v.is_int()) {
            (false, false) => self.floats(a, b)?,
            _ => self.mixed(a, b)?,
        };
        let v = x.v.powf(y.v);
        if x.v.partial_cmp(&0.0) != Some(std::cmp::Ordering::Greater) || !v.is_finite() {
            return None;
        }
        let zero = self.b.constant(pyjit_jit::ir::Lit::Float(0.0));
        let c = self.b.op(Op::FloatLt, &[zero, x.r]);
        self.holds(c, true);
        let r = self.pure(pure::float_pow(), &[x.r, y.r]);
        let size = self.b.op(Op::FloatAbs, &[r]);
        let limit = self.b.constant(pyjit_jit::ir::Lit::Float(f64::MAX));
        let c = self.b.op(Op::FloatLe, &[size, limit]);
        self.holds(c, true);
        Some(self.from_float(T { v, r }))
    }

    /// Comparisons of strings.
    fn known_compare(&mut self, op: Cmp, a: V, b: V) -> Option<Out<V>> {
        if kind(a.v) != kinds::STR || kind(b.v) != kinds::STR {
            return self.compare_identity(op, a, b);
        }
        let (x, y): (Gc<Str>, Gc<Str>) = (Gc::from_value(a.v), Gc::from_value(b.v));
        self.guard_kind(a);
        self.guard_kind(b);
        let zero = self.int_const(0);
        let (t, c) = match op {
            Cmp::Eq | Cmp::Ne => {
                let same = self.pure(pure::str_eq(), &[a.r, b.r]);
                let test = if op == Cmp::Eq { Op::IntNe } else { Op::IntEq };
                let t = x.same(&y) == (op == Cmp::Eq);
                (t, self.b.op(test, &[same, zero]))
            }
            _ => {
                let order = self.pure(pure::str_cmp(), &[a.r, b.r]);
                let t = op.of(x.bytes().cmp(y.bytes()));
                (t, self.int_condition(op, order, zero))
            }
        };
        let r = self.b.op(Op::BoxBool, &[c]);
        let v = Value::bool(t);
        Some(Ok(T { v, r }))
    }

    /// Equality of objects whose classes have only that of `object`.
    fn compare_identity(&mut self, op: Cmp, a: V, b: V) -> Option<Out<V>> {
        let object = attr::object_class();
        let plain = |v: Value| {
            let c = class_of(v);
            [Special::Eq, Special::Ne]
                .iter()
                .all(|s| c.special(*s) == object.special(*s))
        };
        if !matches!(op, Cmp::Eq | Cmp::Ne) || !plain(a.v) || !plain(b.v) {
            return None;
        }
        self.guard_class(a);
        self.guard_class(b);
        let mut c = self.b.op(Op::SameWord, &[a.r, b.r]);
        if op == Cmp::Ne {
            c = self.b.op(Op::BoolNot, &[c]);
        }
        let r = self.b.op(Op::BoxBool, &[c]);
        let v = Value::bool((a.v == b.v) == (op == Cmp::Eq));
        Some(Ok(T { v, r }))
    }

    /// `x[i] = v` of dictionaries and byte arrays, and slices of lists.
    fn known_store(&mut self, args: [V; 3]) -> Option<Out<V>> {
        let [x, i, v] = args;
        match kind(x.v) {
            kinds::DICT => {
                let known = self.plain_dict(x) && self.simple_key(i);
                known.then(|| self.call_known(&h::SETITEM, args, Touch::Dicts))
            }
            kinds::BYTEARRAY if v.v.is_int() && (0..256).contains(&v.v.as_int()) => {
                let b: Gc<ByteArray> = Gc::from_value(x.v);
                let (a, at, i) = self.byte_place(x, b.len.get(), i)?;
                let byte = self.int(v)?;
                let limit = self.int_const(256);
                let c = self.b.op(Op::IntBelow, &[byte.r, limit]);
                self.holds(c, true);
                self.b
                    .emit(Op::SetItem, Imm::Items(layout::BYTE), &[a, at, byte.r]);
                self.wrote = true;
                b.bytes_mut()[i] = v.v.as_int() as u8;
                Some(Ok(self.konst(Value::NONE)))
            }
            kinds::LIST
                if matches!(kind(v.v), kinds::LIST | kinds::TUPLE) && self.plain_slice(i) =>
            {
                self.guard_kind(x);
                self.guard_kind(v);
                Some(self.call_known(&h::SETITEM, args, Touch::Lists))
            }
            _ => None,
        }
    }

    /// The function that a method of `super()` is: the same for all instances of the class.
    fn super_method(&mut self, h: &'static Helper<4>, args: [V; 4]) -> Option<Out<V>> {
        if self.wrote {
            return None;
        }
        let [sup, class, this, _] = args;
        let f = (h.call)(self.m.t, args.map(|a| a.v)).ok()?;
        if f.is_null() {
            return None;
        }
        for x in [sup, class] {
            let k = self.value(x.v);
            self.guard(Op::GuardValue, &[x.r, k]);
        }
        self.guard_class(this);
        Some(Ok(self.konst(f)))
    }

    pub(super) fn known4(&mut self, h: &'static Helper<4>, args: [V; 4]) -> Option<Out<V>> {
        if std::ptr::eq(h, &h::SUPER_METHOD) {
            return self.super_method(h, args);
        }
        let [x, i, j, v] = args;
        let bound = |v: Value| v.is_int() || v.is_none();
        let known = std::ptr::eq(h, &h::SETSLICE)
            && !self.wrote
            && kind(x.v) == kinds::LIST
            && matches!(kind(v.v), kinds::LIST | kinds::TUPLE)
            && bound(i.v)
            && bound(j.v);
        known.then(|| {
            args.iter().for_each(|x| self.guard_kind(*x));
            self.call_known(h, args, Touch::Lists)
        })
    }

    /// `iter(x)` and `next(x)` of builtin containers and their iterators.
    pub(super) fn known1(&mut self, h: &'static Helper<1>, a: V) -> Option<Out<V>> {
        if self.wrote {
            return None;
        }
        let touch = if std::ptr::eq(h, &h::ITER) {
            if kind(a.v) == kinds::RANGE
                && let Some(done) = self.range_iterator(a)
            {
                return Some(done);
            }
            if let Some(done) = self.index_iterator(h, a) {
                return Some(done);
            }
            match kind(a.v) {
                kinds::RANGE | kinds::BYTES | kinds::BYTEARRAY => Touch::Nothing,
                kinds::GENERATOR | kinds::ENUMERATE..=kinds::FILTER => {
                    // It is its own iterator.
                    self.guard_kind(a);
                    return Some(Ok(a));
                }
                kinds::DICT
                | kinds::SET
                | kinds::FROZENSET
                | kinds::DICT_KEYS
                | kinds::DICT_VALUES
                | kinds::DICT_ITEMS => Touch::ReadsDicts,
                _ => return None,
            }
        } else if std::ptr::eq(h, &h::LIST_TO_TUPLE) {
            Touch::ReadsLists
        } else if std::ptr::eq(h, &h::NEXT) {
            return self.known_next(a);
        } else if let Some(done) = self.known_result(h, a) {
            return Some(done);
        } else {
            return self.known_format(h, a);
        };
        self.guard_kind(a);
        Some(self.call_known(h, [a], touch))
    }

    /// The next item, or the end, of an iterator that runs no Python code.
    fn known_next(&mut self, it: V) -> Option<Out<V>> {
        match kind(it.v) {
            kinds::ENUMERATE => {
                let g: Gc<Tool> = Gc::from_value(it.v);
                let v = g.second.get();
                if !iterate::is_plain(v) || !g.first.get().is_int() {
                    return None;
                }
                let o = self.shape(it.r, kinds::ENUMERATE);
                let r = self.get(layout::TOOL_SECOND, o);
                self.guard_kind(T { v, r });
                let r = self.get(layout::TOOL_FIRST, o);
                self.guard(Op::GuardInt, &[r]);
            }
            kinds::ZIP => {
                let its = Gc::<Tool>::from_value(it.v).second.get();
                let its = its.cast_exact::<Tuple>()?;
                if its.len() > KEY_ITEMS || !its.items().iter().all(|v| iterate::is_plain(*v)) {
                    return None;
                }
                let o = self.shape(it.r, kinds::ZIP);
                let r = self.get(layout::TOOL_SECOND, o);
                let tuple = self.shape(r, kinds::TUPLE);
                let n = self.get(layout::TUPLE_LEN, tuple);
                let k = self.int_const(its.len() as i64);
                let c = self.b.op(Op::IntEq, &[n, k]);
                self.holds(c, true);
                for (i, v) in its.items().iter().enumerate() {
                    let r = self.get(layout::TUPLE_ITEM.field(i as i64)?, tuple);
                    self.guard_kind(T { v: *v, r });
                }
            }
            _ if iterate::is_plain(it.v) => self.guard_kind(it),
            _ => return None,
        }
        Some(self.call_known(&h::NEXT, [it], Touch::Iterators))
    }
}
