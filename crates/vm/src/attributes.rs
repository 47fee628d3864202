//! Attribute access behind the inline caches: the full lookup, and what of it
//! a cache may keep.
//!
//! A cache is valid for one shape (which says which attributes the instance
//! has, and its class) and one epoch of all classes.

use pyjit_heap::shape::{self, Slot};
use pyjit_heap::{Cache, Gc, RefArray, Value};
use pyjit_runtime::core::special::Special;
use pyjit_runtime::core::{attr, call, kinds};
use pyjit_runtime::types::descriptors::{BoundMethod, Member, Property};
use pyjit_runtime::types::module::Module;
use pyjit_runtime::types::str_::Str;
use pyjit_runtime::types::type_::{self, Type, class_of, flags};
use pyjit_runtime::types::type_methods::matters;
use pyjit_runtime::{R, Thread};

use crate::machine::place;
use crate::objects::function::Function;
use crate::polymorphic::{self, Use, note, recall};

/// Word of the overflow array of an object whose shape has overflow slots.
fn overflow_word(o: Value) -> usize {
    shape::get(o.shape_id()).inline().0 as usize - 1
}

fn keep(c: &Cache, o: Value, kind: u32, index: u32, value: Value) {
    c.shape.set(o.shape_id());
    c.epoch.set(type_::epoch());
    c.value.set(value);
    c.slot.set(index << place::BITS | kind);
}

/// Keeps where the object itself has the attribute.
fn keep_slot(c: &Cache, o: Value, slot: Slot) {
    match slot {
        Slot::Inline(w) => keep(c, o, place::INLINE, w, Value::NULL),
        Slot::Overflow(w) => {
            let word = Value::int(overflow_word(o) as i64);
            keep(c, o, place::OVERFLOW, w, word);
        }
    }
}

/// The overflow array of an object, where the cache has found an attribute.
#[inline(always)]
pub fn overflow_array(o: Value, c: &Cache) -> Gc<RefArray> {
    let word = c.value.get().as_int() as usize;
    Gc::from_value(Gc::<attr::Instance>::from_value(o).word(word))
}

/// Does the default `__getattribute__` serve this class?
fn default_get(class: Gc<Type>) -> bool {
    class.special(Special::Getattribute) == attr::object_class().special(Special::Getattribute)
}

/// Can the instance itself have attributes that its shape does not tell?
fn has_hidden_attributes(o: Value) -> bool {
    let s = shape::get(o.shape_id());
    s.is_dict_mode()
        || pyjit_runtime::types::object::native_dict_field(o).is_some()
        || (s.inline().0 == 0 && attr::dict_word(o).is_some())
}

/// The accessor of a property, if it is a Python function of `n` parameters.
fn accessor(f: Value, n: u32) -> Option<Value> {
    let f = f.opt()?.cast_exact::<Function>()?;
    (f.arity.get() == n).then_some(f.value())
}

/// Shape and index that the cache names.
fn found(c: &Cache) -> (u32, usize) {
    let slot = c.slot.get();
    (slot & place::MASK, (slot >> place::BITS) as usize)
}

/// The epoch of caches that hold a variable of a module: no class has it, so
/// that the version of a dictionary is not taken for a shape.
pub const MODULE_EPOCH: u32 = 0;

/// The variable `name` of an exact module, if the class has nothing to say; fills the cache.
fn load_module(o: Value, name: Gc<Str>, c: &Cache) -> Option<Value> {
    if o.shape_id() != kinds::MODULE || class_of(o).lookup(name).is_some() {
        return None;
    }
    let d = Gc::<Module>::from_value(o).namespace();
    let i = d.find_str(name)?;
    c.shape.set(d.version());
    c.epoch.set(MODULE_EPOCH);
    c.set_indirect(d.entry_word(i));
    c.slot.set(place::MODULE);
    Some(d.entry_value(i))
}

/// What `class.name` is, if it lies ready in a class: no descriptor and no metaclass has a say,
/// and a change would be noticed.
pub fn class_value(o: Value, name: Gc<Str>) -> Option<Value> {
    let class = o.cast::<Type>()?;
    let meta = class_of(o);
    let plain_type = type_::of_kind(kinds::TYPE);
    if meta.special(Special::Getattribute) != plain_type.special(Special::Getattribute)
        || meta.lookup(name).is_some()
    {
        return None;
    }
    let v = class.lookup(name)?;
    let plain = !v.is_ptr()
        || v.shape_id() == kinds::FUNCTION
        || class_of(v).special(Special::Get).is_none();
    (plain && cacheable(class, name, v)).then_some(v)
}

/// The same, filling the cache.
fn load_class(o: Value, name: Gc<Str>, c: &Cache) -> Option<Value> {
    let v = class_value(o, name)?;
    c.shape.set(o.cast::<Type>()?.root_shape.get());
    c.epoch.set(type_::epoch());
    c.value.set(v);
    c.slot.set(place::CLASS);
    Some(v)
}

/// What the cache of a class's attribute says about this object.
#[inline]
pub fn cached_class_value(o: Value, c: &Cache) -> Option<Value> {
    if c.epoch.get() != type_::epoch() {
        return None;
    }
    let class = o.cast::<Type>()?;
    (class.root_shape.get() == c.shape.get()).then(|| c.value.get())
}

/// `o.name`, filling the cache. `window`: may the result's register hold a frame?
pub fn load(t: &Thread, o: Value, name: Gc<Str>, c: &Cache, window: bool) -> R<Value> {
    if !o.is_ptr() {
        return attr::get(t, o, name);
    }
    if let Some(v) = load_module(o, name, c).or_else(|| load_class(o, name, c)) {
        return Ok(v);
    }
    let shape = o.shape_id();
    if recall(Use::Load, shape, name, c) {
        let o: Gc<attr::Instance> = Gc::from_value(o);
        let v = match found(c) {
            (place::INLINE, i) => o.word(i),
            (place::OVERFLOW, i) => overflow_array(o.value(), c).get(i),
            (place::CLASS_VALUE, _) => c.value.get(),
            _ => Value::NULL,
        };
        if !v.is_null() {
            return Ok(v);
        }
    }
    let r = load_uncached(t, o, name, c, window);
    note(Use::Load, shape, name, c);
    r
}

fn load_uncached(t: &Thread, o: Value, name: Gc<Str>, c: &Cache, window: bool) -> R<Value> {
    let class = class_of(o);
    if !default_get(class) {
        return attr::get(t, o, name);
    }
    let found = class.lookup(name);
    if let Some(d) = found {
        if let Some(m) = d.cast_exact::<Member>() {
            if class.is_subtype(m.owner.gc()) {
                keep(c, o, place::INLINE, m.word.get(), Value::NULL);
            }
            return attr::get(t, o, name);
        }
        if attr::is_data_descriptor(d) {
            if window
                && let Some(p) = d.cast_exact::<Property>()
                && let Some(f) = accessor(p.get.get(), 1)
            {
                keep(c, o, place::GETTER, 0, f);
            }
            return attr::get(t, o, name);
        }
    }
    if has_hidden_attributes(o) {
        return attr::get(t, o, name);
    }
    let s = shape::get(o.shape_id());
    if s.inline().0 != 0
        && let Some(i) = s.find(name.value())
    {
        keep_slot(c, o, s.slot(i));
        return attr::get(t, o, name);
    }
    let Some(d) = found else {
        return attr::get(t, o, name);
    };
    if call::is_method_function(d) {
        keep(c, o, place::METHOD, 0, d);
        if d.shape_id() == kinds::FUNCTION {
            return Ok(BoundMethod::new(d, o));
        }
    } else if !d.is_ptr() || class_of(d).special(Special::Get).is_none() {
        if cacheable(class, name, d) {
            keep(c, o, place::CLASS_VALUE, 0, d);
        }
        return Ok(d);
    }
    attr::bind(t, d, o, class)
}

/// Will a change of this class attribute move the epoch?
fn cacheable(class: Gc<Type>, name: Gc<Str>, v: Value) -> bool {
    matters(v)
        || class
            .lookup_with_class(name)
            .is_some_and(|(_, owner)| !owner.has(flags::MUTABLE_DATA))
}

/// The function and self of `o.name(...)`, or the attribute and nothing.
pub fn load_method(t: &Thread, o: Value, name: Gc<Str>, c: &Cache) -> R<(Value, Value)> {
    if !o.is_ptr() {
        return load_method_uncached(t, o, name, c);
    }
    if let Some(v) = load_module(o, name, c).or_else(|| load_class(o, name, c)) {
        return Ok((v, Value::NULL));
    }
    let shape = o.shape_id();
    if recall(Use::Method, shape, name, c) && c.slot.get() == place::METHOD {
        return Ok((c.value.get(), o));
    }
    let r = load_method_uncached(t, o, name, c);
    if c.slot.get() == place::METHOD {
        note(Use::Method, shape, name, c);
    }
    r
}

/// The method that `o.name(...)` calls, if a look at class and shape tells: runs no code.
/// Absent: it does not.
pub fn method_of(o: Value, name: Gc<Str>) -> Value {
    if !o.is_ptr() {
        return Value::NULL;
    }
    let shape = o.shape_id();
    if let Some((place::METHOD, f)) = polymorphic::known(Use::Method, shape, name) {
        return f;
    }
    let class = class_of(o);
    let Some(f) = class.lookup(name) else {
        return Value::NULL;
    };
    let s = shape::get(shape);
    let own = has_hidden_attributes(o) || s.inline().0 != 0 && s.find(name.value()).is_some();
    if own || !default_get(class) || !call::is_method_function(f) {
        return Value::NULL;
    }
    polymorphic::note_method(shape, name, f);
    f
}

/// What `o.name` is, if its shape tells. Absent: it does not.
pub fn slot_of(o: Value, name: Gc<Str>) -> Value {
    if !o.is_ptr() {
        return Value::NULL;
    }
    let Some((slot, value)) = polymorphic::known(Use::Load, o.shape_id(), name) else {
        return Value::NULL;
    };
    let (o, i) = (
        Gc::<attr::Instance>::from_value(o),
        (slot >> place::BITS) as usize,
    );
    match slot & place::MASK {
        place::INLINE => o.word(i),
        place::OVERFLOW => Gc::<RefArray>::from_value(o.word(value.as_int() as usize)).get(i),
        place::CLASS_VALUE => value,
        _ => Value::NULL,
    }
}

fn load_method_uncached(t: &Thread, o: Value, name: Gc<Str>, c: &Cache) -> R<(Value, Value)> {
    let class = class_of(o);
    if default_get(class)
        && let Some(d) = class.lookup(name)
        && call::is_method_function(d)
    {
        if !o.is_ptr() {
            return Ok((d, o));
        }
        if !has_hidden_attributes(o) {
            let s = shape::get(o.shape_id());
            if s.inline().0 == 0 || s.find(name.value()).is_none() {
                keep(c, o, place::METHOD, 0, d);
                return Ok((d, o));
            }
        } else if attr::instance_get(t, o, name)?.is_none() {
            return Ok((d, o));
        }
    }
    Ok((load(t, o, name, c, false)?, Value::NULL))
}

/// `o.name = v`, filling the cache. Registers from `free` on are dead behind the instruction.
pub fn store(t: &Thread, o: Value, name: Gc<Str>, v: Value, c: &Cache, free: u32) -> R<()> {
    if !o.is_ptr() {
        return attr::set(t, o, name, Some(v));
    }
    let shape = o.shape_id();
    if recall(Use::Store, shape, name, c) {
        let o: Gc<attr::Instance> = Gc::from_value(o);
        match found(c) {
            (place::INLINE, i) => {
                o.set_word(i, v);
                return Ok(());
            }
            (place::ADD, i) => {
                o.set_word(i, v);
                o.header().set_shape_id(c.value.get().as_int() as u32);
                return Ok(());
            }
            (place::OVERFLOW, i) => {
                overflow_array(o.value(), c).set(i, v);
                return Ok(());
            }
            _ => {}
        }
    }
    let r = store_uncached(t, o, name, v, c, free);
    note(Use::Store, shape, name, c);
    r
}

fn store_uncached(t: &Thread, o: Value, name: Gc<Str>, v: Value, c: &Cache, free: u32) -> R<()> {
    let class = class_of(o);
    let object = attr::object_class();
    if class.special(Special::Setattr) != object.special(Special::Setattr) {
        return attr::set(t, o, name, Some(v));
    }
    if let Some(d) = class.lookup(name)
        && attr::is_data_descriptor(d)
    {
        if let Some(m) = d.cast_exact::<Member>()
            && class.is_subtype(m.owner.gc())
        {
            keep(c, o, place::INLINE, m.word.get(), Value::NULL);
        } else if let Some(p) = d.cast_exact::<Property>()
            && let Some(f) = accessor(p.set.get(), 2)
        {
            keep(c, o, place::SETTER, free, f);
        }
        return attr::set(t, o, name, Some(v));
    }
    if has_hidden_attributes(o) || shape::get(o.shape_id()).inline().0 == 0 {
        return attr::set(t, o, name, Some(v));
    }
    let s = shape::get(o.shape_id());
    if let Some(i) = s.find(name.value()) {
        keep_slot(c, o, s.slot(i));
        return attr::set(t, o, name, Some(v));
    }
    // One attribute more.
    let n = s.names().len();
    attr::set(t, o, name, Some(v))?;
    let new = shape::get(o.shape_id());
    if new.names().len() == n + 1
        && !new.is_dict_mode()
        && let Slot::Inline(w) = new.slot(n)
    {
        c.shape.set(s.id());
        c.epoch.set(type_::epoch());
        c.value.set(Value::int(new.id() as i64));
        c.slot.set(w << place::BITS | place::ADD);
    }
    Ok(())
}
