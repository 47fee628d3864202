//! Names and attributes: what the inline caches say becomes guards and loads.

use pyjit_heap::stack::HEADER_WORDS;
use pyjit_heap::{Cache, Gc, Value};
use pyjit_jit::ir::{Imm, Op, Ref};
use pyjit_runtime::core::native::{Effects as Claims, NativeObject};
use pyjit_runtime::core::{attr, kinds};
use pyjit_runtime::types::dict::Dict;
use pyjit_runtime::types::module::Module;
use pyjit_runtime::types::str_::{Str, intern, intern_str};
use pyjit_runtime::types::type_::{self, Type, class_of, flags};

use super::known::kind;
use super::{Recorder, T, layout, thunks};
use crate::attributes;
use crate::helpers as h;
use crate::helpers::helpers;
use crate::machine::{CallSite, Helper, Machine, Out, Stop, place};
use crate::objects::function::Function;
use crate::trace::stats::AbortReason;

type V = T<Value>;

helpers! {
    /// `x.name`.
    GET_ATTR(t, x, name) [] { attr::get(t, x, Gc::from_value(name)) }
    /// The method that `x.name(...)` calls, if class and shape tell.
    METHOD_OF(t, x, name) [reads leaf no_raise] {
        Ok(attributes::method_of(x, Gc::from_value(name)))
    }
    /// `x.name`, if its shape tells.
    SLOT_OF(t, x, name) [reads leaf no_raise] {
        Ok(attributes::slot_of(x, Gc::from_value(name)))
    }
    /// `x.name = v`.
    SET_ATTR(t, x, name, v) [] {
        attr::set(t, x, Gc::from_value(name), Some(v)).map(|_| Value::NONE)
    }
}

impl Recorder<'_> {
    fn callee(&self) -> Gc<Function> {
        self.m.callee()
    }

    /// Guards that no key came to or went from a dictionary.
    pub(super) fn guard_keys(&mut self, d: Gc<Dict>) -> Ref {
        let o = self.object(d.value());
        let now = self.get(layout::DICT_VERSION, o);
        let then = self.int_const(d.version() as i64);
        let c = self.b.op(Op::IntEq, &[now, then]);
        self.holds(c, true);
        o
    }

    /// The value of entry `i` of a dictionary that has the keys it had.
    pub(super) fn entry(&mut self, d: Gc<Dict>, i: usize) -> Ref {
        let o = self.guard_keys(d);
        let a = self.get(layout::DICT_ARRAY, o);
        self.get(layout::dict_value(i), a)
    }

    /// Guards that the running function has the globals it has now.
    pub(super) fn guard_globals(&mut self, f: Gc<Function>) {
        let v = Machine::function(self);
        if self.b.func().lit(v.r).is_some() {
            return;
        }
        let o = self.address(v.r);
        let globals = self.get(layout::GLOBALS, o);
        let k = self.object(f.globals.gc().value());
        let c = self.b.op(Op::SameRef, &[globals, k]);
        self.holds(c, true);
    }

    /// A global or builtin that the cache knows.
    pub(super) fn global_ref(&mut self, c: &'static Cache) -> Option<Ref> {
        let f = self.callee();
        let name: Gc<Str> = Gc::from_value(self.m.name(c));
        self.guard_globals(f);
        let (globals, builtins) = (f.globals.gc(), f.builtins.gc());
        if let Some(i) = globals.find_str(name) {
            return Some(self.entry(globals, i));
        }
        let i = builtins.find_str(name)?;
        self.guard_keys(globals);
        Some(self.entry(builtins, i))
    }

    /// A name in a namespace, or a builtin, that the cache knows.
    pub(super) fn name_ref(&mut self, d: V, c: &'static Cache) -> Option<Ref> {
        let f = self.callee();
        let name: Gc<Str> = Gc::from_value(self.m.name(c));
        let ns = d.v.cast_exact::<Dict>()?;
        let k = self.value(d.v);
        self.guard(Op::GuardValue, &[d.r, k]);
        if let Some(i) = ns.find_str(name) {
            return Some(self.entry(ns, i));
        }
        if ns != f.globals.gc() {
            return None;
        }
        let builtins = f.builtins.gc();
        let i = builtins.find_str(name)?;
        self.guard_globals(f);
        self.guard_keys(ns);
        Some(self.entry(builtins, i))
    }

    /// A store to a name that is there: a store to its entry.
    pub(super) fn store_name(
        &mut self,
        h: &'static Helper<3>,
        a: V,
        name: V,
        v: V,
    ) -> Option<Out<V>> {
        let d = if std::ptr::eq(h, &h::STORE_GLOBAL) {
            let f = self.callee();
            f.globals.gc()
        } else if std::ptr::eq(h, &h::STORE_NAME) {
            a.v.cast_exact::<Dict>()?
        } else {
            return None;
        };
        if d.value().shape_id() != kinds::DICT || d.is_watched() {
            return None;
        }
        let i = d.find_str(Gc::from_value(name.v))?;
        if std::ptr::eq(h, &h::STORE_GLOBAL) {
            let f = self.callee();
            self.guard_globals(f);
        } else {
            let k = self.value(a.v);
            self.guard(Op::GuardValue, &[a.r, k]);
        }
        let o = self.guard_keys(d);
        let array = self.get(layout::DICT_ARRAY, o);
        self.set(layout::dict_value(i), array, v.r);
        Some(match (h.call)(self.m.t, [a.v, name.v, v.v]) {
            Ok(x) => Ok(self.konst(x)),
            Err(_) => Err(Stop::Raise),
        })
    }

    /// Is the cache right for an object that had this shape?
    fn fresh(&self, c: &Cache, shape: u32) -> bool {
        c.shape.get() == shape && c.epoch.get() == type_::epoch()
    }

    /// An attribute that the cache does not know yet.
    pub(super) fn attribute(&mut self, o: V, c: &'static Cache) -> Out<V> {
        let name = Machine::name(self, c);
        if let Some(v) = self.module_attribute(o, Gc::from_value(name.v)) {
            return Ok(v);
        }
        if let Some(v) = self.class_attribute(o, Gc::from_value(name.v)) {
            return Ok(v);
        }
        let v = self.m.load_attr_slow(o.v, c)?;
        if self.general {
            return self.general_attribute(o, name, v);
        }
        if let Some(v) = self.cached_attribute(o, v, c) {
            return Ok(v);
        }
        self.residual_attribute(o, name, v)
    }

    /// An attribute that the cache has just found for objects of this shape.
    fn cached_attribute(&mut self, o: V, v: Value, c: &Cache) -> Option<V> {
        if !o.v.is_ptr() || !self.fresh(c, o.v.shape_id()) {
            return None;
        }
        let i = (c.slot.get() >> place::BITS) as usize;
        match c.slot.get() & place::MASK {
            place::CLASS_VALUE => {
                self.relies_on(class_of(o.v));
                self.shape(o.r, o.v.shape_id());
                Some(self.konst(v))
            }
            place::INLINE => {
                self.relies_on(class_of(o.v));
                let at = self.shape(o.r, o.v.shape_id());
                let r = self.get(layout::slot(i), at);
                self.guard(Op::GuardBound, &[r]);
                Some(T { v, r })
            }
            place::OVERFLOW => {
                let a = self.cached_overflow(o, o.v.shape_id(), c);
                let r = self.get(layout::overflow(i), a);
                self.guard(Op::GuardBound, &[r]);
                Some(T { v, r })
            }
            _ => None,
        }
    }

    /// Where an object that had this shape has the attribute that the cache has just found.
    fn cached_overflow(&mut self, o: V, shape: u32, c: &Cache) -> Ref {
        self.relies_on(class_of(o.v));
        let at = self.shape(o.r, shape);
        self.overflow_array(T { v: o.v, r: at }, c)
    }

    /// Guards that a name is what it is now, if it is one that attributes have.
    fn attribute_name(&mut self, name: V) -> Option<Gc<Str>> {
        let s = name.v.cast_exact::<Str>()?;
        if self.general || self.wrote || intern_str(s) != s {
            return None;
        }
        let k = self.value(name.v);
        self.guard(Op::GuardValue, &[name.r, k]);
        Some(s)
    }

    /// `getattr(o, name)`.
    pub(super) fn named_attribute(&mut self, o: V, name: V) -> Option<Out<V>> {
        let s = self.attribute_name(name)?;
        if let Some(v) = self.module_attribute(o, s) {
            return Some(Ok(v));
        }
        let c = Cache::empty();
        let Ok(v) = attributes::load(self.m.t, o.v, s, &c, false) else {
            return Some(Err(Stop::Raise));
        };
        Some(match self.cached_attribute(o, v, &c) {
            Some(v) => Ok(v),
            None => self.residual_attribute(o, name, v),
        })
    }

    /// `setattr(o, name, v)`.
    pub(super) fn set_named_attribute(&mut self, o: V, name: V, v: V) -> Option<Out<V>> {
        let s = self.attribute_name(name)?;
        let (c, old) = (Cache::empty(), kind(o.v));
        let stored = attributes::store(self.m.t, o.v, s, v.v, &c, 0);
        if stored.is_err() {
            return Some(Err(Stop::Raise));
        }
        let set = self.attribute_set(o, name, v, old, &c);
        Some(set.map(|()| self.konst(Value::NONE)))
    }

    /// An attribute of whatever object comes.
    fn general_attribute(&mut self, o: V, name: V, v: Value) -> Out<V> {
        if attributes::slot_of(o.v, Gc::from_value(name.v)) != v {
            return self.residual_attribute(o, name, v);
        }
        let found = self.call_helper(&SLOT_OF, [o, name], SLOT_OF.effects)?;
        self.guard(Op::GuardBound, &[found.r]);
        Ok(T { v, r: found.r })
    }

    /// A method of whatever object comes.
    fn general_method(&mut self, o: V, name: V) -> Out<Option<V>> {
        if attributes::method_of(o.v, Gc::from_value(name.v)).is_null() {
            return Ok(None);
        }
        let f = self.call_helper(&METHOD_OF, [o, name], METHOD_OF.effects)?;
        self.guard(Op::GuardBound, &[f.r]);
        self.various.insert(f.r);
        Ok(Some(f))
    }

    fn residual_attribute(&mut self, o: V, name: V, v: Value) -> Out<V> {
        let helper = self.int_const(std::ptr::from_ref(&GET_ATTR).addr() as i64);
        let desc = thunks::helper(&GET_ATTR, Claims::ANY);
        let r = self.called(desc, &[helper, o.r, name.r]);
        Ok(T { v, r })
    }

    /// A variable of a module.
    fn module_attribute(&mut self, o: V, name: Gc<Str>) -> Option<V> {
        if !o.v.is_ptr() || o.v.shape_id() != kinds::MODULE {
            return None;
        }
        let m: Gc<Module> = Gc::from_value(o.v);
        let d = m.namespace();
        let i = d.find_str(name)?;
        if class_of(o.v).lookup(name).is_some() {
            return None;
        }
        let k = self.value(o.v);
        self.guard(Op::GuardValue, &[o.r, k]);
        let v = d.entry_value(i);
        let r = self.entry(d, i);
        Some(T { v, r })
    }

    /// An attribute of a class object.
    fn class_attribute(&mut self, o: V, name: Gc<Str>) -> Option<V> {
        let class = o.v.cast::<Type>()?;
        let meta = class_of(o.v);
        if self.general || self.wrote {
            return None;
        }
        let k = self.value(o.v);
        if name == intern("__name__")
            && meta == type_::of_kind(kinds::TYPE)
            && class.has(flags::HEAP)
        {
            self.guard(Op::GuardValue, &[o.r, k]);
            let at = self.object(o.v);
            let r = self.get(layout::CLASS_NAME, at);
            let v = class.name.gc().value();
            return Some(T {
                v,
                r: self.b.op(Op::BoxRef, &[r]),
            });
        }
        let v = attributes::class_value(o.v, name)?;
        self.guard(Op::GuardValue, &[o.r, k]);
        self.relies_on(class);
        self.relies_on(meta);
        Some(self.konst(v))
    }

    /// Sets an attribute that the cache does not know yet.
    pub(super) fn set_attribute(&mut self, o: V, v: V, c: &'static Cache) -> Out<()> {
        let name = Machine::name(self, c);
        let old = kind(o.v);
        self.m.store_attr_slow(o.v, v.v, c)?;
        self.attribute_set(o, name, v, old, c)
    }

    /// An attribute has been set of an object that had this shape.
    fn attribute_set(&mut self, o: V, name: V, v: V, old: u32, c: &Cache) -> Out<()> {
        if old != 0 && self.fresh(c, old) {
            let i = (c.slot.get() >> place::BITS) as usize;
            let found = c.slot.get() & place::MASK;
            if found == place::INLINE || found == place::ADD {
                self.relies_on(class_of(o.v));
                let at = self.shape(o.r, old);
                self.set(layout::slot(i), at, v.r);
                if found == place::ADD {
                    let shape = self.int_const(c.value.get().as_int());
                    self.set(layout::SHAPE, at, shape);
                }
                return Ok(());
            }
            if found == place::OVERFLOW {
                let a = self.cached_overflow(o, old, c);
                self.set(layout::overflow(i), a, v.r);
                return Ok(());
            }
        }
        let helper = self.int_const(std::ptr::from_ref(&SET_ATTR).addr() as i64);
        let desc = thunks::helper(&SET_ATTR, Claims::ANY);
        self.called(desc, &[helper, o.r, name.r, v.r]);
        Ok(())
    }

    /// A method that the cache does not know yet.
    pub(super) fn method(&mut self, o: V, c: &'static Cache) -> Out<(V, V)> {
        let name = Machine::name(self, c);
        if let Some(v) = self.module_attribute(o, Gc::from_value(name.v)) {
            return Ok((v, self.konst(Value::NULL)));
        }
        if self.general
            && let Some(f) = self.general_method(o, name)?
        {
            return Ok((f, o));
        }
        let (f, this) = self.m.load_method_slow(o.v, c)?;
        if this.is_null() {
            let s = Gc::from_value(name.v);
            let known = self.class_callee(o, s, f);
            let known = known.or_else(|| self.class_attribute(o, s));
            let f = match known.or_else(|| self.cached_attribute(o, f, c)) {
                Some(f) => f,
                None => self.residual_attribute(o, name, f)?,
            };
            return Ok((f, self.konst(Value::NULL)));
        }
        if o.v.is_ptr() {
            if self.fresh(c, o.v.shape_id()) && c.slot.get() == place::METHOD {
                self.relies_on(class_of(o.v));
                self.shape(o.r, o.v.shape_id());
            } else {
                self.give_up(AbortReason::Unsupported);
            }
        } else {
            self.guard_immediate(o);
        }
        Ok((self.konst(f), o))
    }

    /// What `C.name(...)` calls, if it is a function that the class or a base has, or a native
    /// class method: nobody sees that the object which binds it is not made anew.
    fn class_callee(&mut self, o: V, name: Gc<Str>, f: Value) -> Option<V> {
        let class = o.v.cast::<Type>()?;
        let meta = class_of(o.v);
        if meta != type_::of_kind(kinds::TYPE) || meta.lookup(name).is_some() {
            return None;
        }
        let found = class.lookup(name)?;
        let bound = || NativeObject::of(f).is_some_and(|n| n.this.get() == o.v);
        let plain =
            || found == f && (f.shape_id() == kinds::FUNCTION || NativeObject::of(f).is_some());
        if !f.is_ptr() || !(plain() || bound()) {
            return None;
        }
        let k = self.value(o.v);
        self.guard(Op::GuardValue, &[o.r, k]);
        self.relies_on(class);
        Some(self.konst(f))
    }

    /// Guards the type of a value that is no heap object.
    pub(super) fn guard_immediate(&mut self, o: V) {
        match o.v {
            v if v.is_int() => self.guard(Op::GuardInt, &[o.r]),
            v if v.is_bool() => self.guard(Op::GuardBool, &[o.r]),
            v if v.is_float() => self.guard(Op::GuardFloat, &[o.r]),
            v => {
                let k = self.value(v);
                self.guard(Op::GuardValue, &[o.r, k]);
            }
        }
    }

    /// `type(x)`: the shape tells.
    pub(super) fn type_call(&mut self, site: CallSite) -> Option<V> {
        let f = self.m.base.get(site.at);
        let one = site.count == 1 && !site.keywords && !self.wrote && !self.general;
        if !one || f != type_::of_kind(kinds::TYPE).value() {
            return None;
        }
        let x = Machine::reg(self, site.at + HEADER_WORDS + site.gap as usize);
        self.guard_callee(site.at, f);
        if x.v.is_ptr() {
            self.shape(x.r, x.v.shape_id());
        } else {
            self.guard_immediate(x);
        }
        Some(self.konst(class_of(x.v).value()))
    }

    /// Appends to a list.
    pub(super) fn push(&mut self, l: T<Gc<pyjit_runtime::types::list::List>>, v: V) -> Out<()> {
        let n = l.v.len();
        let room = n < l.v.capacity();
        if !room {
            self.m.list_push(l.v, v.v)?;
            let helper = self.int_const(std::ptr::from_ref(&PUSH).addr() as i64);
            let list = self.b.op(Op::BoxRef, &[l.r]);
            let desc = thunks::known(&PUSH, super::effects::Touch::Lists);
            self.called(desc, &[helper, list, v.r]);
            return Ok(());
        }
        let len = self.get(layout::LIST_LEN, l.r);
        let a = self.get(layout::LIST_ARRAY, l.r);
        self.guard(Op::GuardNonNull, &[a]);
        let capacity = self.get(layout::ARRAY_LEN, a);
        let c = self.b.op(Op::IntLt, &[len, capacity]);
        self.holds(c, true);
        let one = self.int_const(1);
        let more = self.b.op(Op::IntAdd, &[len, one]);
        self.b
            .emit(Op::SetItem, Imm::Items(layout::LIST_ITEM), &[a, len, v.r]);
        self.set(layout::LIST_LEN, l.r, more);
        self.m.list_push(l.v, v.v)
    }
}

helpers! {
    /// `l.append(v)` of an exact list.
    PUSH(t, l, v) [leaf] {
        let l: Gc<pyjit_runtime::types::list::List> = Gc::from_value(l);
        l.push(t, v).map(|_| Value::NONE)
    }
}
