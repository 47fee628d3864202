//! Calls of native functions: some in line, those of builtin types with the effects that
//! they have on arguments of these kinds, all others by their entry point.

use pyjit_heap::stack::HEADER_WORDS;
use pyjit_heap::{Gc, Value};
use pyjit_jit::ir::{Lit, Op};
use pyjit_runtime::core::native::{NativeDef, NativeObject};
use pyjit_runtime::core::special::Special;
use pyjit_runtime::core::{attr, kinds};
use pyjit_runtime::types::bytes::Bytes;
use pyjit_runtime::types::dict::Dict;
use pyjit_runtime::types::list::List;
use pyjit_runtime::types::str_::{Str, intern};
use pyjit_runtime::types::tuple::Tuple;
use pyjit_runtime::types::type_::{self, class_of};

use super::effects::Touch;
use super::known::kind;
use super::{Recorder, T, layout, pure, thunks};
use crate::machine::{CallSite, Machine, Out};

type V = T<Value>;

/// Most argument slots of a direct call.
const MOST: usize = 5;

/// Methods of `str` that run Python code of their arguments.
const TEXT_CALLS_BACK: &[&str] = &["translate", "format", "format_map", "maketrans", "join"];

impl Recorder<'_> {
    /// Native functions whose meaning the trace can say itself, or call directly.
    pub(super) fn known_native(&mut self, site: CallSite) -> Out<Option<V>> {
        let f = self.m.base.get(site.at);
        let k = kind(f);
        let native = (kinds::BUILTIN_FUNCTION..=kinds::METHOD_DESCRIPTOR).contains(&k);
        if !native || site.keywords || self.wrote {
            return Ok(None);
        }
        let n: Gc<NativeObject> = Gc::from_value(f);
        let at = site.at + HEADER_WORDS + site.gap as usize;
        let mut args: Vec<V> = (at..at + site.count)
            .map(|i| Machine::reg(self, i))
            .collect();
        if k == kinds::METHOD_DESCRIPTOR {
            let owner = n.owner.get();
            let exact = args.first().is_some_and(|a| is_exact(a.v, owner));
            if !exact {
                return Ok(None);
            }
            self.guard_callee(site.at, f);
            return self.method_call(n.def(), &args);
        }
        self.guard_callee(site.at, f);
        let module = kind(n.owner.get()) == kinds::STR;
        let of =
            |name: &str| module && Gc::<Str>::from_value(n.owner.get()).bytes() == name.as_bytes();
        if of("builtins")
            && let Some(done) = self.builtin(n.def(), &args)
        {
            return done.map(Some);
        }
        if of("math")
            && let Some(done) = self.math(n.def(), &args)
        {
            return done.map(Some);
        }
        if n.def().sig.takes_self && n.this.is_set() {
            let this = n.this.get();
            args.insert(0, self.konst(this));
        }
        self.direct_call(n.def(), &args, None)
    }

    pub(super) fn guard_callee(&mut self, at: usize, f: Value) {
        let v = Machine::reg(self, at);
        let k = self.value(f);
        self.guard(Op::GuardValue, &[v.r, k]);
    }

    /// Calls the entry point with all its slots.
    fn direct_call(
        &mut self,
        def: &'static NativeDef,
        args: &[V],
        touch: Option<Touch>,
    ) -> Out<Option<V>> {
        let s = def.sig;
        let slots = s.exact as usize;
        if slots > MOST || args.len() < s.required as usize || args.len() > slots {
            return Ok(None);
        }
        let mut args = args.to_vec();
        while args.len() < slots {
            args.push(self.konst(Value::NULL));
        }
        let values: Vec<Value> = args.iter().map(|a| a.v).collect();
        let v = (def.entry)(self.m.t, &values);
        let mut refs = vec![self.int_const(std::ptr::from_ref(def).addr() as i64)];
        refs.extend(args.iter().map(|a| a.r));
        self.outcome(v, thunks::native(def, slots, touch), &refs)
            .map(Some)
    }

    /// A method of a builtin type on an exact instance.
    fn method_call(&mut self, def: &'static NativeDef, args: &[V]) -> Out<Option<V>> {
        let this = args[0];
        self.guard_kind(this);
        let touch = match kind(this.v) {
            kinds::LIST => {
                if let Some(done) = self.list_method(def, args) {
                    return done.map(Some);
                }
                match (def.name, args) {
                    ("pop", [_, i]) if !i.v.is_int() => None,
                    ("insert", [_, i, _]) if !i.v.is_int() => None,
                    ("extend", [_, x]) if !matches!(kind(x.v), kinds::LIST | kinds::TUPLE) => None,
                    ("pop" | "insert" | "extend" | "reverse" | "clear" | "append", _) => {
                        Some(Touch::Lists)
                    }
                    ("copy", _) => Some(Touch::ReadsLists),
                    _ => None,
                }
            }
            kinds::STR | kinds::BYTES => self.text_method(def, args),
            kinds::DICT => match (def.name, args) {
                ("get" | "setdefault" | "pop", [_, key, ..]) => {
                    let known = self.plain_dict(this) && self.simple_key(*key);
                    let touch = match def.name {
                        "get" => Touch::ReadsDicts,
                        _ => Touch::Dicts,
                    };
                    known.then_some(touch)
                }
                ("keys" | "values" | "items", [_]) => Some(Touch::Nothing),
                _ => None,
            },
            kinds::SET => match (def.name, args) {
                ("add" | "discard" | "remove", [_, key]) => {
                    let known = self.plain_set(this) && self.simple_key(*key);
                    known.then_some(Touch::Dicts)
                }
                _ => None,
            },
            _ => None,
        };
        if touch.is_some() {
            // What the effects depend on.
            let decisive = match (kind(this.v), def.name) {
                (kinds::LIST, "append") => 0,
                (kinds::LIST, "insert") => 1,
                (kinds::LIST, _) => args.len() - 1,
                _ if touch == Some(Touch::Nothing) || def.name == "join" => args.len() - 1,
                _ => 0,
            };
            for a in &args[1..1 + decisive] {
                self.guard_kind(*a);
            }
        }
        self.direct_call(def, args, touch)
    }

    fn text_method(&mut self, def: &NativeDef, args: &[V]) -> Option<Touch> {
        let plain = |v: Value| {
            !v.is_ptr() || matches!(v.shape_id(), kinds::STR | kinds::BYTES | kinds::INT)
        };
        if def.name == "join" {
            return match args {
                [_, x] if kind(x.v) == kinds::LIST => Some(Touch::ReadsLists),
                _ => None,
            };
        }
        let calls_back = TEXT_CALLS_BACK.contains(&def.name) || def.name.starts_with("__");
        (!calls_back && args.iter().all(|a| plain(a.v))).then_some(Touch::Nothing)
    }

    fn list_method(&mut self, def: &'static NativeDef, args: &[V]) -> Option<Out<V>> {
        match (def.name, args) {
            ("append", [l, v]) => {
                let l = Machine::list(self, *l)?;
                Some(self.push(l, *v).map(|()| self.konst(Value::NONE)))
            }
            ("pop", [l]) => {
                let l = Machine::list(self, *l)?;
                Some(self.pop(l)?)
            }
            _ => None,
        }
    }

    /// Takes the last item of a list that is not empty.
    fn pop(&mut self, l: T<Gc<List>>) -> Option<Out<V>> {
        let n = l.v.len().checked_sub(1)?;
        let len = self.get(layout::LIST_LEN, l.r);
        let zero = self.int_const(0);
        let c = self.b.op(Op::IntLt, &[zero, len]);
        self.holds(c, true);
        let minus = self.int_const(-1);
        let last = self.b.op(Op::IntAdd, &[len, minus]);
        let a = self.get(layout::LIST_ARRAY, l.r);
        let items = pyjit_jit::ir::Imm::Items(layout::LIST_ITEM);
        let r = self.b.emit(Op::GetItem, items, &[a, last]);
        let null = self.value(Value::NULL);
        self.b.emit(Op::SetItem, items, &[a, last, null]);
        self.set(layout::LIST_LEN, l.r, last);
        let v = l.v.remove(n);
        Some(Ok(T { v, r }))
    }

    /// Functions of `builtins`.
    fn builtin(&mut self, def: &'static NativeDef, args: &[V]) -> Option<Out<V>> {
        match (def.name, args) {
            ("len", [x]) => self.length(*x),
            ("ord", [x]) if kind(x.v) == kinds::STR => {
                let s: Gc<Str> = Gc::from_value(x.v);
                if s.len() != 1 {
                    return None;
                }
                let o = self.shape(x.r, kinds::STR);
                let n = self.get(layout::STR_LEN, o);
                let one = self.int_const(1);
                let c = self.b.op(Op::IntEq, &[n, one]);
                self.holds(c, true);
                let v = Value::int(pure::first_code_point(s));
                let r = self.pure(pure::code_point(), &[x.r]);
                Some(Ok(self.from_int(T { v, r })))
            }
            ("abs", [x]) if x.v.is_int() && x.v.as_int() > Value::MIN_SMALL => {
                let i = self.int(*x)?;
                let r = self.b.op(Op::IntAbs, &[i.r]);
                let v = Value::int(x.v.as_int().abs());
                Some(Ok(self.from_int(T { v, r })))
            }
            ("abs", [x]) if Self::is_float(x.v) => {
                let f = self.double(*x)?;
                let r = self.b.op(Op::FloatAbs, &[f.r]);
                Some(self.from_float(T { v: f.v.abs(), r }))
            }
            ("min" | "max", [_, _, ..]) if args.len() <= 4 => self.extreme(def.name == "max", args),
            ("isinstance", [x, class]) => self.is_instance(*x, *class),
            ("getattr", [o, name]) => self.named_attribute(*o, *name),
            ("setattr", [o, name, v]) => self.set_named_attribute(*o, *name, *v),
            _ => None,
        }
    }

    fn length(&mut self, x: V) -> Option<Out<V>> {
        let (field, n) = match kind(x.v) {
            kinds::LIST => (layout::LIST_LEN, Gc::<List>::from_value(x.v).len()),
            kinds::TUPLE => (layout::TUPLE_LEN, Gc::<Tuple>::from_value(x.v).len()),
            kinds::STR => (layout::STR_LEN, Gc::<Str>::from_value(x.v).len()),
            kinds::DICT => (layout::DICT_LEN, Gc::<Dict>::from_value(x.v).len()),
            kinds::BYTES => (layout::BYTES_LEN, Gc::<Bytes>::from_value(x.v).len()),
            _ => return None,
        };
        let o = self.shape(x.r, x.v.shape_id());
        let r = self.get(field, o);
        let v = Value::int(n as i64);
        Some(Ok(self.from_int(T { v, r })))
    }

    /// `min` or `max` of ints or of floats, without a branch.
    fn extreme(&mut self, max: bool, args: &[V]) -> Option<Out<V>> {
        if args.iter().all(|a| a.v.is_int()) {
            let mut best = self.int(args[0])?;
            for a in &args[1..] {
                let a = self.int(*a)?;
                let op = if max { Op::IntMax } else { Op::IntMin };
                let r = self.b.op(op, &[best.r, a.r]);
                let (x, y) = (best.v.as_int(), a.v.as_int());
                let v = Value::int(if max { x.max(y) } else { x.min(y) });
                best = T { v, r };
            }
            return Some(Ok(self.from_int(best)));
        }
        if !args.iter().all(|a| Self::is_float(a.v)) {
            return None;
        }
        let mut best = self.double(args[0])?;
        for a in &args[1..] {
            let a = self.double(*a)?;
            let (x, y) = if max { (best, a) } else { (a, best) };
            // The first of equals stays.
            let better = self.b.op(Op::FloatLt, &[x.r, y.r]);
            let r = self.b.op(Op::Select, &[better, a.r, best.r]);
            let v = if x.v < y.v { a.v } else { best.v };
            best = T { v, r };
        }
        Some(self.from_float(best))
    }

    /// `isinstance(x, C)` of classes that do not answer themselves.
    fn is_instance(&mut self, x: V, class: V) -> Option<Out<V>> {
        let c = class.v.cast::<type_::Type>()?;
        if class_of(class.v) != type_::of_kind(kinds::TYPE) {
            return None;
        }
        let own = class_of(x.v);
        let v = Value::bool(own.is_subtype(c));
        let object = attr::object_class();
        let name = intern("__class__");
        if !own.is_subtype(c)
            && (own.lookup(name) != object.lookup(name)
                || own.special(Special::Getattribute) != object.special(Special::Getattribute))
        {
            // It may claim another `__class__`.
            return None;
        }
        let k = self.value(class.v);
        self.guard(Op::GuardValue, &[class.r, k]);
        self.relies_on(own);
        self.guard_kind(x);
        Some(Ok(self.konst(v)))
    }

    /// Functions of `math` on floats.
    fn math(&mut self, def: &'static NativeDef, args: &[V]) -> Option<Out<V>> {
        let [x] = args else { return None };
        if def.name == "sqrt" && (Self::is_float(x.v)) {
            let f = self.double(*x)?;
            if f.v.is_nan() || f.v < 0.0 {
                return None;
            }
            let zero = self.b.constant(Lit::Float(0.0));
            let c = self.b.op(Op::FloatLe, &[zero, f.r]);
            self.holds(c, true);
            let r = self.b.op(Op::FloatSqrt, &[f.r]);
            return Some(self.from_float(T { v: f.v.sqrt(), r }));
        }
        if !Self::is_float(x.v) || def.sig.exact != 1 {
            return None;
        }
        // Of a float: no method of an argument is looked for.
        let leaf = !matches!(def.name, "floor" | "ceil" | "trunc" | "fsum" | "prod");
        self.guard(Op::GuardFloat, &[x.r]);
        let touch = leaf.then_some(Touch::Nothing);
        self.direct_call(def, args, touch).transpose()
    }
}

/// Is the value an exact instance of this builtin class?
fn is_exact(v: Value, owner: Value) -> bool {
    v.is_ptr()
        && v.shape_id() < pyjit_heap::shape::FIRST_DYNAMIC
        && v.shape_id() != kinds::OBJECT
        && class_of(v).value() == owner
}
