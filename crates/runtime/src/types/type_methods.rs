//! `type`: the Python-visible part. Making classes is in `type_new`.

use pyjit_heap::{Gc, Value, shape};

use crate::core::attr::{self, bind, bind_to_class, descriptor_set, is_data_descriptor};
use crate::core::native::split;
use crate::core::special::Special;
use crate::core::thread::{R, Thread};
use crate::core::{audit, call, errors, kinds, ops};
use crate::types::dict::Dict;
use crate::types::list::List;
use crate::types::str_::{Str, intern, intern_str};
use crate::types::tuple::Tuple;
use crate::types::type_::{Type, class_of, flags, of_kind, type_name};
use crate::types::{type_new, weakref};

/// `isinstance` for classes that are not types: by `__bases__`.
pub fn recursive_is_instance(t: &Thread, x: Value, class: Value) -> R<bool> {
    if let Some(c) = class.cast::<Type>() {
        return ops::is_instance_of_type(t, x, c);
    }
    if attr::get_opt(t, class, intern("__bases__"))?
        .and_then(|b| b.cast::<Tuple>())
        .is_none()
    {
        let m = "isinstance() arg 2 must be a type, a tuple of types, or a union";
        return Err(errors::type_error(t, m));
    }
    match attr::get_opt(t, x, intern("__class__"))? {
        Some(c) => abstract_subclass(t, c, class),
        None => Ok(false),
    }
}

/// `issubclass` for classes that are not types: by `__bases__`.
pub fn recursive_is_subclass(t: &Thread, c: Value, class: Value) -> R<bool> {
    if let (Some(a), Some(b)) = (c.cast::<Type>(), class.cast::<Type>()) {
        return Ok(a.is_subtype(b));
    }
    if bases_of(t, c)?.is_none() {
        return Err(errors::type_error(t, "issubclass() arg 1 must be a class"));
    }
    if class.cast::<Type>().is_none() && bases_of(t, class)?.is_none() {
        let m = "issubclass() arg 2 must be a class, a tuple of classes, or a union";
        return Err(errors::type_error(t, m));
    }
    abstract_subclass(t, c, class)
}

fn bases_of(t: &Thread, c: Value) -> R<Option<Gc<Tuple>>> {
    Ok(attr::get_opt(t, c, intern("__bases__"))?.and_then(|b| b.cast::<Tuple>()))
}

fn abstract_subclass(t: &Thread, c: Value, class: Value) -> R<bool> {
    call::enter_native(t, " in __issubclass__")?;
    if c == class {
        return Ok(true);
    }
    let Some(bases) = bases_of(t, c)? else {
        return Ok(false);
    };
    for b in bases.items() {
        if abstract_subclass(t, *b, class)? {
            return Ok(true);
        }
    }
    Ok(false)
}

/// `type.__getattribute__`: metaclass data descriptors, the class's own MRO, the metaclass.
pub fn getattribute(t: &Thread, this: Gc<Type>, name: Gc<Str>) -> R<Value> {
    let name = intern_str(name);
    let meta = class_of(this.value());
    let on_meta = meta.lookup(name);
    if let Some(d) = on_meta
        && is_data_descriptor(d)
        && class_of(d).special(Special::Get).is_some()
    {
        return bind(t, d, this.value(), meta);
    }
    if let Some(v) = this.lookup(name) {
        return bind_to_class(t, v, this);
    }
    match on_meta {
        Some(d) => bind(t, d, this.value(), meta),
        None => Err(attr::no_attribute(t, this.value(), name)),
    }
}

fn setattr(t: &Thread, this: Gc<Type>, name: Gc<Str>, value: Value) -> R<()> {
    set_attribute(t, this, name, Some(value))
}
fn delattr(t: &Thread, this: Gc<Type>, name: Gc<Str>) -> R<()> {
    set_attribute(t, this, name, None)
}

/// `C.name = value` / `del C.name`.
pub fn set_attribute(t: &Thread, this: Gc<Type>, name: Gc<Str>, value: Option<Value>) -> R<()> {
    let name = intern_str(name);
    immutable_check(t, this, &name)?;
    if let Some(d) = class_of(this.value()).lookup(name)
        && let Some(r) = descriptor_set(t, d, this.value(), value)
    {
        return r;
    }
    let dict = this.dict.gc();
    match value {
        Some(v) => {
            if let Some(i) = dict.find_str(name)
                && this.has(flags::MUTABLE_DATA)
                && !matters(dict.entry_value(i))
                && !matters(v)
            {
                dict.set_entry(t, i, v);
                return Ok(());
            }
            let replaced = dict.find_str(name).map(|i| dict.entry_value(i));
            dict.set_str(t, name, v)?;
            // From the second assignment of plain data on, nobody caches it.
            if replaced.is_some_and(|o| !matters(o)) && !matters(v) {
                this.set_flag(flags::MUTABLE_DATA);
            }
        }
        None => match dict.find_str(name) {
            Some(i) => {
                dict.remove_entry(t, i);
            }
            None => return Err(attr::no_attribute(t, this.value(), name)),
        },
    }
    if Special::from_name(name) == Some(Special::Del) {
        this.set_flag(flags::HAS_DEL);
    }
    this.modified(t);
    Ok(())
}

/// Does a class attribute with this value influence more than its own reads
/// (descriptors, functions)?
pub fn matters(v: Value) -> bool {
    v.is_ptr()
        && !matches!(
            v.shape_id(),
            kinds::STR
                | kinds::INT
                | kinds::FLOAT
                | kinds::LIST
                | kinds::DICT
                | kinds::TUPLE
                | kinds::SET
                | kinds::BYTES
        )
        && class_of(v).special(Special::Get).is_some()
}

fn immutable_check(t: &Thread, this: Gc<Type>, name: &Str) -> R<()> {
    if this.has(flags::HEAP) {
        return Ok(());
    }
    let m = format!(
        "cannot set '{}' attribute of immutable type '{}'",
        name.lossy(),
        this.message_name()
    );
    Err(errors::type_error(t, m))
}

fn type_call(t: &Thread, this: Gc<Type>, args: Gc<Tuple>, kwargs: Option<Gc<Dict>>) -> R<Value> {
    let (all, names) = join(args.items(), kwargs);
    call::call_type(t, this, &all, names)
}

/// Positional arguments followed by keyword values, and the keyword names.
pub fn join(args: &[Value], kwargs: Option<Gc<Dict>>) -> (call::ArgVec, Option<Gc<Tuple>>) {
    let mut all = call::ArgVec::new();
    all.extend(args);
    let Some(d) = kwargs.filter(|d| !d.is_empty()) else {
        return (all, None);
    };
    let mut names = call::ArgVec::new();
    for (k, v) in d.iter() {
        names.push(k);
        all.push(v);
    }
    (all, Some(Tuple::new(&names)))
}

fn repr(t: &Thread, this: Gc<Type>) -> R<String> {
    Ok(format!(
        "<class '{}'>",
        super::object::qualified_name(t, this)?
    ))
}
fn subclasses(t: &Thread, this: Gc<Type>) -> R<Gc<List>> {
    List::from_slice(t, &weakref::live_targets(this.subclasses.value()))
}
fn instancecheck(t: &Thread, this: Value, x: Value) -> R<bool> {
    recursive_is_instance(t, x, this)
}
fn subclasscheck(t: &Thread, this: Value, c: Value) -> R<bool> {
    recursive_is_subclass(t, c, this)
}
fn prepare(_t: &Thread, _meta: Value, _args: Value, _kwargs: Value) -> Gc<Dict> {
    Dict::new()
}
fn mro(t: &Thread, this: Gc<Type>) -> R<Gc<List>> {
    let items = type_new::compute_mro(t, this)?;
    List::from_slice(t, &items)
}
fn dir(t: &Thread, this: Gc<Type>) -> R<Gc<List>> {
    let names = Dict::new();
    for c in this.mro_types() {
        for (k, _) in c.dict.gc().iter() {
            names.set(t, k, Value::NONE)?;
        }
    }
    let keys: Vec<Value> = names.iter().map(|(k, _)| k).collect();
    List::from_slice(t, &keys)
}
fn init(t: &Thread, _this: Value, args: Gc<Tuple>, _kwargs: Value) -> R<()> {
    if args.len() != 1 && args.len() != 3 {
        return Err(errors::type_error(
            t,
            "type.__init__() takes 1 or 3 arguments",
        ));
    }
    Ok(())
}
/// `X | Y` on classes.
fn or(t: &Thread, a: Value, b: Value) -> R<Value> {
    super::union_type::make(t, a, b)
}
fn ror(t: &Thread, a: Value, b: Value) -> R<Value> {
    super::union_type::make(t, b, a)
}

fn get_name(_t: &Thread, this: Gc<Type>) -> Gc<Str> {
    let full = this.name.gc();
    match full.bytes().iter().rposition(|b| *b == b'.') {
        Some(i) if !this.has(flags::HEAP) => Str::from_wtf8(&full.bytes()[i + 1..]),
        _ => full,
    }
}
fn set_name(t: &Thread, this: Gc<Type>, v: Option<Value>) -> R<()> {
    let n = checked_name(t, this, v, "__name__")?;
    audit::attribute(t, "object.__setattr__", this.value(), "__name__", v)?;
    if n.bytes().contains(&0) {
        return Err(errors::value_error(
            t,
            "type name must not contain null characters",
        ));
    }
    type_new::encodable(t, n)?;
    this.name.put(this, n);
    Ok(())
}
fn get_qualname(_t: &Thread, this: Gc<Type>) -> Gc<Str> {
    this.qualname.gc()
}
fn set_qualname(t: &Thread, this: Gc<Type>, v: Option<Value>) -> R<()> {
    let n = checked_name(t, this, v, "__qualname__")?;
    this.qualname.put(this, n);
    Ok(())
}
fn checked_name(t: &Thread, this: Gc<Type>, v: Option<Value>, what: &str) -> R<Gc<Str>> {
    immutable_check(t, this, &intern(what))?;
    let Some(v) = v else {
        return Err(errors::type_error(
            t,
            format!(
                "cannot delete '{what}' attribute of immutable type '{}'",
                this.name_str()
            ),
        ));
    };
    v.cast::<Str>().ok_or_else(|| {
        let m = format!(
            "can only assign string to {}.{what}, not '{}'",
            this.name_str(),
            type_name(v)
        );
        errors::type_error(t, m)
    })
}

/// `C.__module__`.
pub fn get_module(t: &Thread, this: Gc<Type>) -> R<Value> {
    let own = this.dict.gc().get_str(intern("__module__"));
    match own {
        // That of `type` itself is this very attribute.
        Some(v) if this.has(flags::HEAP) || v.cast::<Str>().is_some() => Ok(v),
        None if this.has(flags::HEAP) => {
            Err(attr::no_attribute(t, this.value(), intern("__module__")))
        }
        _ if this.home.get().is_empty() => Ok(intern("builtins").value()),
        _ => Ok(intern(this.home.get()).value()),
    }
}
fn set_module(t: &Thread, this: Gc<Type>, v: Option<Value>) -> R<()> {
    immutable_check(t, this, &intern("__module__"))?;
    // The line number was one of a file of the former module.
    if let Some(i) = this.dict.gc().find_str(intern("__firstlineno__")) {
        this.dict.gc().remove_entry(t, i);
    }
    set_own(t, this, "__module__", v)
}
fn set_own(t: &Thread, this: Gc<Type>, name: &str, v: Option<Value>) -> R<()> {
    let dict = this.dict.gc();
    match v {
        Some(v) => dict.set_str(t, intern(name), v)?,
        None => match dict.find_str(intern(name)) {
            Some(i) => {
                dict.remove_entry(t, i);
            }
            None => return Err(errors::attribute_error(t, name)),
        },
    }
    this.modified(t);
    Ok(())
}
fn get_bases(_t: &Thread, this: Gc<Type>) -> Gc<Tuple> {
    this.bases.gc()
}
fn set_bases(t: &Thread, this: Gc<Type>, v: Option<Value>) -> R<()> {
    immutable_check(t, this, &intern("__bases__"))?;
    audit::attribute(t, "object.__setattr__", this.value(), "__bases__", v)?;
    type_new::set_bases(t, this, v)
}
fn get_base(_t: &Thread, this: Gc<Type>) -> Option<Gc<Type>> {
    this.base.opt()
}
fn get_mro(_t: &Thread, this: Gc<Type>) -> Option<Gc<Tuple>> {
    this.mro.opt()
}
fn get_dict(_t: &Thread, this: Gc<Type>) -> Value {
    super::mapping_proxy::make(this.dict.gc().value())
}
fn get_text_signature(_: &Thread, this: Gc<Type>) -> Option<String> {
    super::text_signature::of_class(this)
}
fn get_doc(t: &Thread, this: Gc<Type>) -> R<Value> {
    match this.dict.gc().get_str(intern("__doc__")) {
        Some(d) => bind_to_class(t, d, this),
        None => Ok(Value::NONE),
    }
}
fn set_doc(t: &Thread, this: Gc<Type>, v: Option<Value>) -> R<()> {
    immutable_check(t, this, &intern("__doc__"))?;
    if v.is_none() {
        let m = format!(
            "cannot delete '__doc__' attribute of immutable type '{}'",
            this.name_str()
        );
        return Err(errors::type_error(t, m));
    }
    set_own(t, this, "__doc__", v)
}
fn get_abstract(t: &Thread, this: Gc<Type>) -> R<Value> {
    // The entry of `type` itself is this descriptor.
    let own = match this.has(flags::HEAP) {
        true => this.dict.gc().get_str(intern("__abstractmethods__")),
        false => None,
    };
    own.ok_or_else(|| errors::attribute_error(t, "__abstractmethods__"))
}
fn set_abstract(t: &Thread, this: Gc<Type>, v: Option<Value>) -> R<()> {
    let on = match v {
        Some(v) => ops::truth(t, v)?,
        None => false,
    };
    set_own(t, this, "__abstractmethods__", v)?;
    let f = this.flags.get();
    this.flags.set(if on {
        f | flags::ABSTRACT
    } else {
        f & !flags::ABSTRACT
    });
    Ok(())
}
fn get_flags(_t: &Thread, this: Gc<Type>) -> i64 {
    let f = this.flags.get();
    let bit = |on: u32, b: u32| if f & on != 0 { 1i64 << b } else { 0 };
    bit(flags::HEAP, 9)
        | bit(flags::BASETYPE, 10)
        | bit(flags::ABSTRACT, 20)
        | bit(flags::SEQUENCE, 5)
        | bit(flags::MAPPING, 6)
        | if f & flags::HEAP == 0 { 1 << 8 } else { 0 }
        | subclass_bit(this)
}
fn subclass_bit(this: Gc<Type>) -> i64 {
    let table = [
        (kinds::INT, 24),
        (kinds::LIST, 25),
        (kinds::TUPLE, 26),
        (kinds::BYTES, 27),
        (kinds::STR, 28),
        (kinds::DICT, 29),
        (kinds::EXCEPTION, 30),
        (kinds::TYPE, 31),
    ];
    table
        .iter()
        .find(|(k, _)| this.kind.get() == *k)
        .map_or(0, |(_, b)| 1 << b)
}
fn get_basicsize(_t: &Thread, this: Gc<Type>) -> i64 {
    this.fixed_words.get() as i64 * 8
}
/// The size of what instances have a variable number of, in CPython's units.
fn get_itemsize(_t: &Thread, this: Gc<Type>) -> i64 {
    match this.kind.get() {
        kinds::TUPLE => 8,
        kinds::INT | kinds::BOOL => 4,
        kinds::BYTES => 1,
        kinds::TYPE => 40,
        _ => 0,
    }
}
/// Not a place, but tells whether instances have a dictionary.
fn get_dictoffset(_t: &Thread, this: Gc<Type>) -> i64 {
    if this.has(flags::HAS_DICT) { -1 } else { 0 }
}
/// Not a place, but tells whether there can be weak references to instances.
fn get_weakrefoffset(_t: &Thread, this: Gc<Type>) -> i64 {
    if this.has(flags::HAS_WEAKREF) { -32 } else { 0 }
}
fn get_annotations(t: &Thread, this: Gc<Type>) -> R<Value> {
    super::annotations::of_type(t, this)
}
fn set_annotations(t: &Thread, this: Gc<Type>, v: Option<Value>) -> R<()> {
    immutable_check(t, this, &intern("__annotations__"))?;
    super::annotations::set_of_type(t, this, v)
}
fn get_annotate(t: &Thread, this: Gc<Type>) -> R<Value> {
    super::annotations::annotate_of_type(t, this)
}
fn set_annotate(t: &Thread, this: Gc<Type>, v: Option<Value>) -> R<()> {
    immutable_check(t, this, &intern("__annotate__"))?;
    super::annotations::set_annotate_of_type(t, this, v)
}
fn get_type_params(_t: &Thread, this: Gc<Type>) -> Value {
    // The entry of `type` itself is this descriptor.
    let own = match this.has(flags::HEAP) {
        true => this.dict.gc().get_str(intern("__type_params__")),
        false => None,
    };
    own.unwrap_or_else(|| Tuple::new(&[]).value())
}
fn set_type_params(t: &Thread, this: Gc<Type>, v: Option<Value>) -> R<()> {
    immutable_check(t, this, &intern("__type_params__"))?;
    if v.is_none() {
        let m = format!(
            "cannot delete '__type_params__' attribute of immutable type '{}'",
            this.name_str()
        );
        return Err(errors::type_error(t, m));
    }
    set_own(t, this, "__type_params__", v)
}

/// `object.__class__ = new`.
pub fn set_class(t: &Thread, object: Value, new: Gc<Type>) -> R<()> {
    let old = class_of(object);
    if object.cast::<super::module::Module>().is_some() && new.is_subtype(of_kind(kinds::MODULE)) {
        object.header().set_shape_id(new.root_shape.get());
        return Ok(());
    }
    if !object.is_ptr() || !new.has(flags::HEAP) || !old.has(flags::HEAP) {
        let m = "__class__ assignment only supported for mutable types or ModuleType subclasses";
        return Err(errors::type_error(t, m));
    }
    let same = old.kind.get() == new.kind.get()
        && old.fixed_words.get() == new.fixed_words.get()
        && old.has(flags::HAS_DICT) == new.has(flags::HAS_DICT)
        && type_new::same_slots(old, new);
    if !same {
        let m = format!(
            "__class__ assignment: '{}' object layout differs from '{}'",
            new.name_str(),
            old.name_str()
        );
        return Err(errors::type_error(t, m));
    }
    shape::adopt(new.value());
    let s = shape::get(object.shape_id());
    let (start, cap) = s.inline();
    if start == 0 {
        object.header().set_shape_id(new.root_shape.get());
        return Ok(());
    }
    // The same attributes in the same slots, under the new class.
    let mut to = new.shape_with_inline(cap);
    for n in s.names() {
        to = to.with_attribute(*n).expect("as many attributes as before");
    }
    let to = if s.is_dict_mode() {
        to.in_dict_mode()
    } else {
        to
    };
    object.header().set_shape_id(to.id());
    Ok(())
}

/// Entry point of `type(...)` and metaclasses' `super().__new__`.
fn new(t: &Thread, meta: Gc<Type>, args: Gc<Tuple>, kwargs: Option<Gc<Dict>>) -> R<Value> {
    let _ = split;
    type_new::type_new(t, meta, args.items(), kwargs)
}

crate::py_class! {
    /// type(object) -> the object's type
    /// type(name, bases, dict, **kwds) -> a new type
    pub CLASS: Type = "type", base kinds::OBJECT, flags flags::BASETYPE | flags::HAS_WEAKREF;
    methods {
        /// Create and return a new object.  See help(type) for accurate signature.
        @staticmethod __new__(cls, /, *args, **kwargs) => new;
        /// Initialize self.  See help(type(self)) for accurate signature.
        __init__(self, /, *args, **kwargs) => init;
        /// Call self as a function.
        __call__(self, /, *args, **kwargs) => type_call;
        /// Return getattr(self, name).
        __getattribute__(self, name, /) => getattribute;
        /// Implement setattr(self, name, value).
        __setattr__(self, name, value, /) => setattr;
        /// Implement delattr(self, name).
        __delattr__(self, name, /) => delattr;
        /// Return repr(self).
        __repr__(self, /) => repr;
        /// Return a type's method resolution order.
        mro(self, /) => mro;
        /// Return a list of immediate subclasses.
        __subclasses__(self, /) => subclasses;
        /// Create the namespace for the class statement.
        @classmethod __prepare__(cls, /, *args, **kwargs) => prepare;
        /// Check if an object is an instance.
        __instancecheck__(self, instance, /) => instancecheck;
        /// Check if a class is a subclass.
        __subclasscheck__(self, subclass, /) => subclasscheck;
        /// Specialized __dir__ implementation for types.
        __dir__(self, /) => dir;
        /// Return self|value.
        __or__(self, value, /) => or;
        /// Return value|self.
        __ror__(self, value, /) => ror;
    }
    getset {
        __name__ => get_name, set_name;
        __qualname__ => get_qualname, set_qualname;
        __module__ => get_module, set_module;
        __bases__ => get_bases, set_bases;
        __base__ => get_base;
        __mro__ => get_mro;
        __dict__ => get_dict;
        __doc__ => get_doc, set_doc;
        __abstractmethods__ => get_abstract, set_abstract;
        __flags__ => get_flags;
        __basicsize__ => get_basicsize;
        __text_signature__ => get_text_signature;
        __itemsize__ => get_itemsize;
        __dictoffset__ => get_dictoffset;
        __weakrefoffset__ => get_weakrefoffset;
        __annotations__ => get_annotations, set_annotations;
        __annotate__ => get_annotate, set_annotate;
        __type_params__ => get_type_params, set_type_params;
    }
}
