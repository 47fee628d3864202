//! Attribute access: the descriptor protocol, instance storage, and the
//! default `__getattribute__`, `__setattr__`, `__delattr__`.

use pyjit_heap::shape::{self, Slot};
use pyjit_heap::{Gc, RefArray, Value};

use super::call;
use super::native::{NativeObject, Position};
use super::special::Special;
use super::thread::{R, Thread};
use super::{errors, kinds};
use crate::types::descriptors::{BoundMethod, GetSet, Member, Property, Wrapped};
use crate::types::dict::Dict;
use crate::types::exceptions::{Exc, Exception};
use crate::types::str_::Str;
use crate::types::tuple::{self, Tuple};
use crate::types::type_::{Type, class_of, flags, type_name};

/// `object.name` (`name` interned).
pub fn get(t: &Thread, object: Value, name: Gc<Str>) -> R<Value> {
    let class = class_of(object);
    let getter = class.special(Special::Getattribute);
    if getter == object_class().special(Special::Getattribute) {
        match generic_get(t, object, class, name) {
            Err(e)
                if class.special(Special::Getattr).is_some()
                    && errors::catch(t, Exc::AttributeError) =>
            {
                let _ = e;
            }
            r => return r.inspect_err(|_| tell_place(t, object, name)),
        }
    } else if let Some(g) = getter {
        match call::call_method(t, g, object, &[name.value()]) {
            Err(e)
                if class.special(Special::Getattr).is_some()
                    && errors::catch(t, Exc::AttributeError) =>
            {
                let _ = e;
            }
            r => return r.inspect_err(|_| tell_place(t, object, name)),
        }
    }
    match class.special(Special::Getattr) {
        Some(f) => call::call_method(t, f, object, &[name.value()])
            .inspect_err(|_| tell_place(t, object, name)),
        None => Err(no_attribute(t, object, name)),
    }
}

/// `object.name`, or `None` if that raises `AttributeError`.
pub fn get_opt(t: &Thread, object: Value, name: Gc<Str>) -> R<Option<Value>> {
    // Without hooks the answer "no" needs no exception.
    let class = class_of(object);
    if class.special(Special::Getattribute) == object_class().special(Special::Getattribute)
        && class.special(Special::Getattr).is_none()
        && class.lookup(name).is_none()
    {
        return instance_get(t, object, name);
    }
    match get(t, object, name) {
        Ok(v) => Ok(Some(v)),
        Err(_) if errors::catch(t, Exc::AttributeError) => Ok(None),
        Err(e) => Err(e),
    }
}

/// The class `object`.
pub fn object_class() -> Gc<Type> {
    crate::types::type_::of_kind(kinds::OBJECT)
}

/// `object.__getattribute__(name)`.
pub fn generic_get(t: &Thread, object: Value, class: Gc<Type>, name: Gc<Str>) -> R<Value> {
    match generic_get_opt(t, object, class, name)? {
        Some(v) => Ok(v),
        None => Err(no_attribute(t, object, name)),
    }
}

/// As [`generic_get`], without the error.
pub fn generic_get_opt(
    t: &Thread,
    object: Value,
    class: Gc<Type>,
    name: Gc<Str>,
) -> R<Option<Value>> {
    let found = class.lookup(name);
    if let Some(d) = found
        && is_data_descriptor(d)
        && class_of(d).special(Special::Get).is_some()
    {
        return bind(t, d, object, class).map(Some);
    }
    if let Some(v) = instance_get(t, object, name)? {
        return Ok(Some(v));
    }
    match found {
        Some(d) => bind(t, d, object, class).map(Some),
        None => Ok(None),
    }
}

/// Gives an `AttributeError` that does not tell them the object and the name.
#[cold]
fn tell_place(t: &Thread, object: Value, name: Gc<Str>) {
    if !errors::matches(t, Exc::AttributeError) {
        return;
    }
    if let Some(e) = t.exc.get().cast::<Exception>()
        && [0, 1]
            .iter()
            .all(|i| e.extra(*i).opt().is_none_or(|v| v.is_none()))
    {
        e.set_extra(0, name.value());
        e.set_extra(1, object);
    }
}

/// Raises the default `AttributeError`.
#[cold]
pub fn no_attribute(t: &Thread, object: Value, name: Gc<Str>) -> super::thread::Raised {
    let m = match object.cast::<Type>() {
        Some(c) => format!(
            "type object '{}' has no attribute '{}'",
            c.message_name(),
            name.lossy()
        ),
        None => format!(
            "'{}' object has no attribute '{}'",
            type_name(object),
            name.lossy()
        ),
    };
    errors::attribute_error_for(t, object, name, m)
}

/// Does the descriptor define `__set__` or `__delete__`?
#[inline]
pub fn is_data_descriptor(d: Value) -> bool {
    if !d.is_ptr() {
        return false;
    }
    match d.shape_id() {
        kinds::FUNCTION
        | kinds::METHOD_DESCRIPTOR
        | kinds::WRAPPER_DESCRIPTOR
        | kinds::STATICMETHOD
        | kinds::CLASSMETHOD
        | kinds::CLASSMETHOD_DESCRIPTOR
        | kinds::BUILTIN_FUNCTION
        | kinds::STR
        | kinds::TUPLE => false,
        kinds::GETSET_DESCRIPTOR | kinds::MEMBER_DESCRIPTOR | kinds::PROPERTY => true,
        _ => {
            let c = class_of(d);
            c.special(Special::Set).is_some() || c.special(Special::Delete).is_some()
        }
    }
}

/// `d.__get__(object, class)` for `d` found on the class; plain values are themselves.
pub fn bind(t: &Thread, d: Value, object: Value, class: Gc<Type>) -> R<Value> {
    if !d.is_ptr() {
        return Ok(d);
    }
    match d.shape_id() {
        kinds::FUNCTION => Ok(BoundMethod::new(d, object)),
        kinds::METHOD_DESCRIPTOR | kinds::WRAPPER_DESCRIPTOR => {
            Ok(bind_native(Gc::from_value(d), object))
        }
        kinds::GETSET_DESCRIPTOR => getset_get(t, Gc::from_value(d), object),
        kinds::MEMBER_DESCRIPTOR => member_get(t, Gc::from_value(d), object),
        kinds::STR | kinds::TUPLE | kinds::BUILTIN_FUNCTION | kinds::TYPE => Ok(d),
        kinds::STATICMETHOD => Ok(Gc::<Wrapped>::from_value(d).function.get()),
        kinds::CLASSMETHOD => bind_class_method(t, d, class.value()),
        kinds::CLASSMETHOD_DESCRIPTOR => Ok(bind_native(Gc::from_value(d), class.value())),
        kinds::PROPERTY => property_get(t, Gc::from_value(d), object),
        _ => match class_of(d).special(Special::Get) {
            Some(g) => call::call_method(t, g, d, &[object, class.value()]),
            None => Ok(d),
        },
    }
}

/// As [`bind`] for an attribute found on a class that is accessed itself
/// (`C.name`): `d.__get__(None, C)`.
pub fn bind_to_class(t: &Thread, d: Value, class: Gc<Type>) -> R<Value> {
    if !d.is_ptr() {
        return Ok(d);
    }
    match d.shape_id() {
        kinds::FUNCTION
        | kinds::METHOD_DESCRIPTOR
        | kinds::WRAPPER_DESCRIPTOR
        | kinds::GETSET_DESCRIPTOR
        | kinds::MEMBER_DESCRIPTOR
        | kinds::PROPERTY
        | kinds::BUILTIN_FUNCTION
        | kinds::STR
        | kinds::TUPLE => Ok(d),
        kinds::STATICMETHOD => Ok(Gc::<Wrapped>::from_value(d).function.get()),
        kinds::CLASSMETHOD => bind_class_method(t, d, class.value()),
        kinds::CLASSMETHOD_DESCRIPTOR => Ok(bind_native(Gc::from_value(d), class.value())),
        _ => match class_of(d).special(Special::Get) {
            Some(g) => call::call_method(t, g, d, &[Value::NONE, class.value()]),
            None => Ok(d),
        },
    }
}

/// The function inside `classmethod` object `d`, bound to `class`.
pub fn bind_class_method(_t: &Thread, d: Value, class: Value) -> R<Value> {
    Ok(BoundMethod::new(
        Gc::<Wrapped>::from_value(d).function.get(),
        class,
    ))
}

/// A native method bound to `object`.
pub fn bind_native(f: Gc<NativeObject>, object: Value) -> Value {
    let kind = match f.header().shape_id() {
        kinds::WRAPPER_DESCRIPTOR => kinds::METHOD_WRAPPER,
        _ => kinds::BUILTIN_FUNCTION,
    };
    NativeObject::new(kind, f.def(), object, f.owner.get()).value()
}

fn getset_get(t: &Thread, g: Gc<GetSet>, object: Value) -> R<Value> {
    if !class_of(object).is_subtype(g.owner.gc()) {
        return Err(wrong_object(t, g.def.name, g.owner.gc(), object));
    }
    (g.def.get)(t, &[object])
}

#[cold]
fn wrong_object(t: &Thread, name: &str, owner: Gc<Type>, object: Value) -> super::thread::Raised {
    let m = format!(
        "descriptor '{name}' for '{}' objects doesn't apply to a '{}' object",
        owner.name_str(),
        type_name(object)
    );
    errors::type_error(t, m)
}

fn member_get(t: &Thread, m: Gc<Member>, object: Value) -> R<Value> {
    if !class_of(object).is_subtype(m.owner.gc()) {
        return Err(wrong_object(t, &m.name.gc().lossy(), m.owner.gc(), object));
    }
    match Gc::<Instance>::from_value(object)
        .word(m.word.get() as usize)
        .opt()
    {
        Some(v) => Ok(v),
        None => Err(no_attribute(t, object, m.name.gc())),
    }
}

/// The value of a property.
pub fn property_get(t: &Thread, p: Gc<Property>, object: Value) -> R<Value> {
    match p.get.get().opt() {
        Some(f) if !f.is_none() => call::call(t, f, &[object]),
        _ => Err(property_error(t, p, object, "getter")),
    }
}

#[cold]
fn property_error(t: &Thread, p: Gc<Property>, object: Value, what: &str) -> super::thread::Raised {
    let class = class_of(object).qualname.gc();
    let class = class.lossy();
    let m = match p.name.value().opt().and_then(|n| n.cast::<Str>()) {
        Some(n) => format!("property '{}' of '{class}' object has no {what}", n.lossy()),
        None => format!("property of '{class}' object has no {what}"),
    };
    errors::attribute_error(t, m)
}

/// Any instance: only its header, dictionary word and slots are looked at.
#[repr(C)]
pub struct Instance {
    header: pyjit_heap::Header,
    pub dict: pyjit_heap::Field,
}
pyjit_heap::heap_object!(Instance = kinds::OBJECT, refs 1..);

/// Word of the overflow array or dictionary of `object`, if its class gives it attributes.
#[inline]
pub fn dict_word(object: Value) -> Option<usize> {
    if !object.is_ptr() {
        return None;
    }
    let s = shape::get(object.shape_id());
    let (start, _) = s.inline();
    if start > 0 {
        return Some(start as usize - 1);
    }
    let class: Gc<Type> = Gc::from_value(s.class());
    if s.kind() == kinds::TUPLE && class.has(flags::HAS_DICT) && object.shape_id() != kinds::TUPLE {
        return Some(tuple::FIRST + Gc::<Tuple>::from_value(object).len());
    }
    None
}

/// The attribute that the instance itself has.
#[inline]
pub fn instance_get(t: &Thread, object: Value, name: Gc<Str>) -> R<Option<Value>> {
    if !object.is_ptr() {
        return Ok(None);
    }
    match object.shape_id() {
        kinds::FUNCTION
        | kinds::MODULE
        | kinds::BUILTIN_FUNCTION
        | kinds::STATICMETHOD
        | kinds::CLASSMETHOD
        | kinds::SIMPLE_NAMESPACE => {
            return Ok(native_dict(object).and_then(|d| d.get_str(name)));
        }
        _ => {}
    }
    let _ = t;
    let Some(word) = dict_word(object) else {
        return Ok(native_dict(object).and_then(|d| d.get_str(name)));
    };
    let s = shape::get(object.shape_id());
    if s.is_dict_mode() || s.inline().0 == 0 {
        let d = Gc::<Instance>::from_value(object).word(word);
        return match d.opt().and_then(|d| d.cast::<Dict>()) {
            Some(d) => Ok(d.get_str(name)),
            None => Ok(None),
        };
    }
    Ok(s.find(name.value())
        .and_then(|i| read_slot(object, s.slot(i), word).opt()))
}

/// The dictionary of builtin objects that keep it in a fixed field.
fn native_dict(object: Value) -> Option<Gc<Dict>> {
    crate::types::object::native_dict_field(object)
        .and_then(|f| f.value().opt())
        .and_then(|d| d.cast::<Dict>())
}

/// Reads an attribute slot.
#[inline(always)]
pub fn read_slot(object: Value, slot: Slot, dict_word: usize) -> Value {
    let o: Gc<Instance> = Gc::from_value(object);
    match slot {
        Slot::Inline(w) => o.word(w as usize),
        Slot::Overflow(i) => Gc::<RefArray>::from_value(o.word(dict_word)).get(i as usize),
    }
}

/// Writes an attribute slot that exists.
#[inline(always)]
pub fn write_slot(object: Value, slot: Slot, dict_word: usize, v: Value) {
    let o: Gc<Instance> = Gc::from_value(object);
    match slot {
        Slot::Inline(w) => o.set_word(w as usize, v),
        Slot::Overflow(i) => Gc::<RefArray>::from_value(o.word(dict_word)).set(i as usize, v),
    }
}

/// `object.name = value`, or deletion when `value` is absent.
pub fn set(t: &Thread, object: Value, name: Gc<Str>, value: Option<Value>) -> R<()> {
    let class = class_of(object);
    let s = if value.is_some() {
        Special::Setattr
    } else {
        Special::Delattr
    };
    let hook = class.special(s);
    if hook == object_class().special(s) {
        return generic_set(t, object, class, name, value);
    }
    let Some(hook) = hook else {
        return Err(no_attribute(t, object, name));
    };
    match value {
        Some(v) => call::call_method(t, hook, object, &[name.value(), v])?,
        None => call::call_method(t, hook, object, &[name.value()])?,
    };
    Ok(())
}

/// `object.__setattr__(name, value)` / `__delattr__`.
pub fn generic_set(
    t: &Thread,
    object: Value,
    class: Gc<Type>,
    name: Gc<Str>,
    value: Option<Value>,
) -> R<()> {
    if let Some(d) = class.lookup(name)
        && let Some(r) = descriptor_set(t, d, object, value)
    {
        return r;
    }
    instance_set(t, object, class, name, value)
}

/// `d.__set__` / `d.__delete__` if `d` is a data descriptor.
pub fn descriptor_set(t: &Thread, d: Value, object: Value, value: Option<Value>) -> Option<R<()>> {
    if !d.is_ptr() {
        return None;
    }
    match d.shape_id() {
        kinds::FUNCTION | kinds::METHOD_DESCRIPTOR | kinds::STR | kinds::TUPLE => None,
        kinds::GETSET_DESCRIPTOR => Some(getset_set(t, Gc::from_value(d), object, value)),
        kinds::MEMBER_DESCRIPTOR => Some(member_set(t, Gc::from_value(d), object, value)),
        kinds::PROPERTY => Some(property_set(t, Gc::from_value(d), object, value)),
        _ => custom_set(t, d, object, value),
    }
}

fn custom_set(t: &Thread, d: Value, object: Value, value: Option<Value>) -> Option<R<()>> {
    let c = class_of(d);
    let (setter, deleter) = (c.special(Special::Set), c.special(Special::Delete));
    if setter.is_none() && deleter.is_none() {
        return None;
    }
    Some(match (value, setter, deleter) {
        (Some(v), Some(f), _) => call::call_method(t, f, d, &[object, v]).map(drop),
        (None, _, Some(f)) => call::call_method(t, f, d, &[object]).map(drop),
        (Some(_), None, _) => Err(errors::attribute_error(t, "__set__")),
        (None, _, None) => Err(errors::attribute_error(t, "__delete__")),
    })
}

fn getset_set(t: &Thread, g: Gc<GetSet>, object: Value, value: Option<Value>) -> R<()> {
    if !class_of(object).is_subtype(g.owner.gc()) {
        return Err(wrong_object(t, g.def.name, g.owner.gc(), object));
    }
    match g.def.set {
        Some(f) => f(t, &[object, value.unwrap_or(Value::NULL)]).map(drop),
        // Plain fields in CPython, with the words for those.
        None if matches!(
            g.owner.gc().kind.get(),
            kinds::RANGE | kinds::SLICE | kinds::COMPLEX | kinds::PROPERTY
        ) =>
        {
            Err(errors::attribute_error(t, "readonly attribute"))
        }
        None => {
            let m = format!(
                "attribute '{}' of '{}' objects is not writable",
                g.def.name,
                g.owner.gc().message_name()
            );
            Err(errors::attribute_error(t, m))
        }
    }
}

fn member_set(t: &Thread, m: Gc<Member>, object: Value, value: Option<Value>) -> R<()> {
    if !class_of(object).is_subtype(m.owner.gc()) {
        return Err(wrong_object(t, &m.name.gc().lossy(), m.owner.gc(), object));
    }
    if m.readonly.get() {
        return Err(errors::attribute_error(t, "readonly attribute"));
    }
    let o: Gc<Instance> = Gc::from_value(object);
    let word = m.word.get() as usize;
    if value.is_none() && o.word(word).is_null() {
        return Err(errors::attribute_error(t, m.name.gc().lossy()));
    }
    o.set_word(word, value.unwrap_or(Value::NULL));
    Ok(())
}

/// Sets or deletes a property.
pub fn property_set(t: &Thread, p: Gc<Property>, object: Value, value: Option<Value>) -> R<()> {
    let f = if value.is_some() {
        p.set.get()
    } else {
        p.del.get()
    };
    match (f.opt(), value) {
        (Some(f), _) if f.is_none() => Err(property_error(
            t,
            p,
            object,
            if value.is_some() { "setter" } else { "deleter" },
        )),
        (Some(f), Some(v)) => call::call(t, f, &[object, v]).map(drop),
        (Some(f), None) => call::call(t, f, &[object]).map(drop),
        (None, Some(_)) => Err(property_error(t, p, object, "setter")),
        (None, None) => Err(property_error(t, p, object, "deleter")),
    }
}

/// Sets or deletes an attribute of the instance itself.
pub fn instance_set(
    t: &Thread,
    object: Value,
    class: Gc<Type>,
    name: Gc<Str>,
    value: Option<Value>,
) -> R<()> {
    let Some(word) = dict_word(object) else {
        return set_in_native_dict(t, object, class, name, value);
    };
    let s = shape::get(object.shape_id());
    if s.is_dict_mode() || s.inline().0 == 0 {
        let d = instance_dict(t, object)?;
        return set_in_dict(t, object, d, name, value);
    }
    match (s.find(name.value()), value) {
        (Some(i), Some(v)) => write_slot(object, s.slot(i), word, v),
        (None, Some(v)) => return add_slot(t, object, class, name, v),
        (Some(_), None) => {
            let d = instance_dict(t, object)?;
            return set_in_dict(t, object, d, name, None);
        }
        (None, None) => return Err(no_attribute(t, object, name)),
    }
    Ok(())
}

fn set_in_native_dict(
    t: &Thread,
    object: Value,
    class: Gc<Type>,
    name: Gc<Str>,
    value: Option<Value>,
) -> R<()> {
    let Some(field) = crate::types::object::native_dict_field(object) else {
        return Err(read_only(t, object, class, name));
    };
    let d = match field.value().opt().and_then(|d| d.cast::<Dict>()) {
        Some(d) => d,
        None if value.is_none() => return Err(no_attribute(t, object, name)),
        None => {
            let d = Dict::new();
            field.set(Gc::<Instance>::from_value(object), d.value());
            d
        }
    };
    set_in_dict(t, object, d, name, value)
}

#[cold]
fn read_only(t: &Thread, object: Value, class: Gc<Type>, name: Gc<Str>) -> super::thread::Raised {
    let (c, n) = (class.message_name(), name.lossy().into_owned());
    if class.lookup(name).is_some() {
        return errors::attribute_error_for(
            t,
            object,
            name,
            format!("'{c}' object attribute '{n}' is read-only"),
        );
    }
    let tail = if class.has(flags::HAS_DICT) {
        ""
    } else {
        " and no __dict__ for setting new attributes"
    };
    errors::attribute_error_for(
        t,
        object,
        name,
        format!("'{c}' object has no attribute '{n}'{tail}"),
    )
}

fn set_in_dict(
    t: &Thread,
    object: Value,
    d: Gc<Dict>,
    name: Gc<Str>,
    value: Option<Value>,
) -> R<()> {
    match value {
        Some(v) => d.set_str(t, name, v),
        None => match d.find_str(name) {
            Some(i) => {
                d.remove_entry(t, i);
                Ok(())
            }
            None => Err(no_attribute(t, object, name)),
        },
    }
}

/// Gives the instance one attribute more: the next shape, and a slot.
pub fn add_slot(t: &Thread, object: Value, class: Gc<Type>, name: Gc<Str>, value: Value) -> R<()> {
    let s = shape::get(object.shape_id());
    let n = s.names().len();
    let Some(next) = s.with_attribute(name.value()) else {
        let d = instance_dict(t, object)?;
        return d.set_str(t, name, value);
    };
    let word = s.inline().0 as usize - 1;
    let o: Gc<Instance> = Gc::from_value(object);
    match next.slot(n) {
        Slot::Inline(w) => o.set_word(w as usize, value),
        Slot::Overflow(i) => {
            let i = i as usize;
            let old = o.word(word).opt().map(Gc::<RefArray>::from_value);
            let array = match old {
                Some(a) if a.len() > i => a,
                _ => {
                    let Some(a) = RefArray::new((i + 1).next_power_of_two().max(4)) else {
                        return Err(errors::memory_error(t));
                    };
                    if let Some(old) = old {
                        a.copy_from(0, old.as_slice());
                    }
                    o.set_word(word, a.value());
                    a
                }
            };
            array.set(i, value);
        }
    }
    object.header().set_shape_id(next.id());
    if n + 1 > class.max_slots.get() as usize {
        class.note_slots(n as u32 + 1);
    }
    Ok(())
}

/// `object.__dict__` as a real dictionary; from now on the attributes live in it.
pub fn instance_dict(t: &Thread, object: Value) -> R<Gc<Dict>> {
    let Some(word) = dict_word(object) else {
        return match native_dict(object) {
            Some(d) => Ok(d),
            None => {
                let Some(f) = crate::types::object::native_dict_field(object) else {
                    return Err(no_attribute(
                        t,
                        object,
                        crate::types::str_::intern("__dict__"),
                    ));
                };
                let d = Dict::new();
                f.set(Gc::<Instance>::from_value(object), d.value());
                Ok(d)
            }
        };
    };
    let o: Gc<Instance> = Gc::from_value(object);
    let s = shape::get(object.shape_id());
    if s.is_dict_mode() || s.inline().0 == 0 {
        if let Some(d) = o.word(word).opt().and_then(|d| d.cast::<Dict>()) {
            return Ok(d);
        }
        let d = Dict::new();
        o.set_word(word, d.value());
        return Ok(d);
    }
    let d = Dict::new();
    for (i, n) in s.names().iter().enumerate() {
        if let Some(v) = read_slot(object, s.slot(i), word).opt() {
            d.set_str(t, Gc::from_value(*n), v)?;
        }
    }
    o.set_word(word, d.value());
    object.header().set_shape_id(s.in_dict_mode().id());
    Ok(d)
}

/// Replaces `object.__dict__`.
pub fn set_instance_dict(t: &Thread, object: Value, dict: Gc<Dict>) -> R<()> {
    let o: Gc<Instance> = Gc::from_value(object);
    match dict_word(object) {
        Some(word) => {
            let s = shape::get(object.shape_id());
            if s.inline().0 != 0 {
                object.header().set_shape_id(s.in_dict_mode().id());
            }
            o.set_word(word, dict.value());
            Ok(())
        }
        None => match crate::types::object::native_dict_field(object) {
            Some(f) => {
                f.set(o, dict.value());
                Ok(())
            }
            None => Err(no_attribute(
                t,
                object,
                crate::types::str_::intern("__dict__"),
            )),
        },
    }
}

/// Argument position for conversions outside a native call.
pub const NOWHERE: Position = Position {
    names: super::native::Names {
        name: "argument",
        params: "",
    },
    index: 0,
};
