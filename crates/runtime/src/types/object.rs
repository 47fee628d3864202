//! `object`, the base class, and the instances of plain classes.

use pyjit_heap::{Field, Gc, Header, Value};

use crate::core::kinds;
use crate::core::special::Special;
use crate::core::thread::{R, Thread};
use crate::core::{attr, audit, call, errors, ops};
use crate::types::dict::Dict;
use crate::types::list::List;
use crate::types::str_::{Str, intern, intern_str};
use crate::types::tuple::Tuple;
use crate::types::type_::{Type, class_of, flags, of_kind, type_name};

/// The field in which builtin objects of fixed layout keep their `__dict__`.
pub fn native_dict_field(object: Value) -> Option<&'static Field> {
    use pyjit_heap::object::outlive_field;
    if !object.is_ptr() {
        return None;
    }
    match pyjit_heap::shape::get(object.shape_id()).kind() {
        kinds::STATICMETHOD | kinds::CLASSMETHOD => Some(outlive_field(
            &Gc::<super::descriptors::Wrapped>::from_value(object).dict,
        )),
        // The interpreter lays functions out with their dictionary first.
        kinds::FUNCTION => Some(outlive_field(
            &Gc::<attr::Instance>::from_value(object).dict,
        )),
        kinds::SIMPLE_NAMESPACE => Some(outlive_field(
            &Gc::<super::namespace::Namespace>::from_value(object).dict,
        )),
        kinds::MODULE => Some(outlive_field(
            &Gc::<super::module::Module>::from_value(object).dict,
        )),
        _ => None,
    }
}

/// A new instance of a class whose native layout is `object`'s own.
#[inline]
pub fn new_instance(class: Gc<Type>) -> Value {
    let o = Gc::with_shape(
        class.root_shape.get(),
        Plain {
            header: Header::NEW,
        },
        class.extra_bytes(1),
    );
    if class.has(flags::HAS_DEL) {
        pyjit_heap::finalize::register(o.value());
    }
    o.value()
}

/// The bare header that plain instances begin with.
#[repr(C)]
pub struct Plain {
    header: Header,
}
pyjit_heap::heap_object!(Plain = kinds::OBJECT, refs 1..);

fn new(t: &Thread, class: Gc<Type>, args: Gc<Tuple>, kwargs: Value) -> R<Value> {
    let object = attr::object_class();
    if class.has(flags::NO_NEW) && !class.has(flags::HEAP) {
        let m = format!("cannot create '{}' instances", class.message_name());
        return Err(errors::type_error(t, m));
    }
    let extra = !args.is_empty() || kwargs.cast::<Dict>().is_some_and(|d| !d.is_empty());
    if extra {
        if class.special(Special::New) != object.special(Special::New) {
            return Err(errors::type_error(
                t,
                "object.__new__() takes exactly one argument (the type to instantiate)",
            ));
        }
        if class.special(Special::Init) == object.special(Special::Init) {
            return Err(errors::type_error(
                t,
                format!("{}() takes no arguments", class.name_str()),
            ));
        }
    }
    if class.has(flags::ABSTRACT) {
        return Err(abstract_error(t, class)?);
    }
    if class.kind.get() != kinds::OBJECT {
        let native = of_kind(class.kind.get()).name_str();
        let m = format!(
            "object.__new__({}) is not safe, use {native}.__new__()",
            class.name_str()
        );
        return Err(errors::type_error(t, m));
    }
    Ok(new_instance(class))
}

#[cold]
fn abstract_error(t: &Thread, class: Gc<Type>) -> R<crate::core::thread::Raised> {
    let names = List::new();
    if let Some(a) = class.dict.gc().get_str(intern("__abstractmethods__")) {
        ops::for_each(t, a, |n| names.push(t, n))?;
    }
    let mut texts: Vec<String> = names
        .items()
        .iter()
        .filter_map(|n| n.cast::<Str>().map(|s| s.lossy().into_owned()))
        .collect();
    texts.sort();
    let s = if texts.len() == 1 { "" } else { "s" };
    let list = texts
        .iter()
        .map(|n| format!("'{n}'"))
        .collect::<Vec<_>>()
        .join(", ");
    let m = format!(
        "Can't instantiate abstract class {} without an implementation for abstract method{s} {list}",
        class.name_str()
    );
    Ok(errors::type_error(t, m))
}

fn init(t: &Thread, this: Value, args: Gc<Tuple>, kwargs: Value) -> R<()> {
    let extra = !args.is_empty() || kwargs.cast::<Dict>().is_some_and(|d| !d.is_empty());
    if !extra {
        return Ok(());
    }
    let (class, object) = (class_of(this), attr::object_class());
    if class.special(Special::Init) != object.special(Special::Init) {
        let m = "object.__init__() takes exactly one argument (the instance to initialize)";
        return Err(errors::type_error(t, m));
    }
    // Native classes without a constructor have no `__new__` of their own.
    let native = class != object && !class.has(flags::HEAP);
    if !native && class.special(Special::New) == object.special(Special::New) {
        let m = format!(
            "{}.__init__() takes exactly one argument (the instance to initialize)",
            class.name_str()
        );
        return Err(errors::type_error(t, m));
    }
    Ok(())
}

fn getattribute(t: &Thread, this: Value, name: Gc<Str>) -> R<Value> {
    attr::generic_get(t, this, class_of(this), intern_str(name))
}
/// Classes have methods of their own, which keep caches right.
fn not_for_types(t: &Thread, this: Value, what: &str) -> R<()> {
    if this.cast::<Type>().is_none() {
        return Ok(());
    }
    let m = format!("can't apply this {what} to {} object", type_name(this));
    Err(errors::type_error(t, m))
}
fn setattr(t: &Thread, this: Value, name: Gc<Str>, value: Value) -> R<()> {
    not_for_types(t, this, "__setattr__")?;
    attr::generic_set(t, this, class_of(this), intern_str(name), Some(value))
}
fn delattr(t: &Thread, this: Value, name: Gc<Str>) -> R<()> {
    not_for_types(t, this, "__delattr__")?;
    attr::generic_set(t, this, class_of(this), intern_str(name), None)
}
fn hash(_t: &Thread, this: Value) -> i64 {
    ops::hash_identity(this)
}
fn eq(_t: &Thread, this: Value, other: Value) -> Value {
    if this == other {
        Value::TRUE
    } else {
        Value::NOT_IMPLEMENTED
    }
}
/// `!=` is the inverse of `==` unless that has no answer.
fn ne(t: &Thread, this: Value, other: Value) -> R<Value> {
    let Some(m) = class_of(this).special(Special::Eq) else {
        return Ok(Value::NOT_IMPLEMENTED);
    };
    match call::call_method(t, m, this, &[other])? {
        Value::NOT_IMPLEMENTED => Ok(Value::NOT_IMPLEMENTED),
        v => Ok(Value::bool(!ops::truth(t, v)?)),
    }
}
fn no_order(_t: &Thread, _this: Value, _other: Value) -> Value {
    Value::NOT_IMPLEMENTED
}

/// `<module.Qualname object at 0x...>`, the default repr.
fn repr(t: &Thread, this: Value) -> R<String> {
    Ok(format!(
        "<{} object at {:#x}>",
        qualified_name(t, class_of(this))?,
        this.0
    ))
}

/// `module.qualname` of a class, without `builtins.`.
pub fn qualified_name(t: &Thread, class: Gc<Type>) -> R<String> {
    let q = class.qualname.gc().lossy().into_owned();
    let module = super::type_methods::get_module(t, class)?;
    Ok(match module.cast::<Str>() {
        Some(m) if m.bytes() != b"builtins" => format!("{}.{q}", m.lossy()),
        _ => q,
    })
}

fn str(t: &Thread, this: Value) -> R<Gc<Str>> {
    ops::repr(t, this)
}
fn format(t: &Thread, this: Value, spec: Gc<Str>) -> R<Gc<Str>> {
    if !spec.is_empty() {
        let m = format!(
            "unsupported format string passed to {}.__format__",
            type_name(this)
        );
        return Err(errors::type_error(t, m));
    }
    ops::str(t, this)
}
fn dir(t: &Thread, this: Value) -> R<Value> {
    let names = Dict::new();
    if let Some(d) = attr::get_opt(t, this, intern("__dict__"))?
        && d.cast::<Dict>().is_some()
    {
        for (k, _) in Gc::<Dict>::from_value(d).iter() {
            names.set(t, k, Value::NONE)?;
        }
    }
    for c in class_of(this).mro_types() {
        for (k, _) in c.dict.gc().iter() {
            names.set(t, k, Value::NONE)?;
        }
    }
    let l = List::new();
    for (k, _) in names.iter() {
        l.push(t, k)?;
    }
    Ok(l.value())
}
fn sizeof(_t: &Thread, this: Value) -> i64 {
    if this.is_ptr() {
        this.header().granules() as i64 * 16
    } else {
        16
    }
}
fn reduce(t: &Thread, this: Value) -> R<Value> {
    let copyreg = t.host().import(t, "copyreg")?;
    call::call_attr(t, copyreg, "_reduce_ex", &[this, Value::int(0)])
}
fn reduce_ex(t: &Thread, this: Value, protocol: i64) -> R<Value> {
    let class = class_of(this);
    let object = attr::object_class();
    if class.special(Special::Reduce) != object.special(Special::Reduce) {
        return call::call_attr(t, this, "__reduce__", &[]);
    }
    let copyreg = t.host().import(t, "copyreg")?;
    if protocol >= 2 {
        return super::pickling::reduce_new(t, this, class, copyreg);
    }
    call::call_attr(t, copyreg, "_reduce_ex", &[this, Value::int(protocol)])
}
fn getstate(t: &Thread, this: Value) -> R<Value> {
    super::pickling::get_state(t, this, class_of(this))
}
fn init_subclass(_t: &Thread, _class: Value) {}
fn subclass_hook(_t: &Thread, _class: Value, _c: Value) -> Value {
    Value::NOT_IMPLEMENTED
}
fn get_class(_t: &Thread, this: Value) -> Value {
    class_of(this).value()
}
fn set_class(t: &Thread, this: Value, value: Option<Value>) -> R<()> {
    let Some(value) = value else {
        return Err(errors::type_error(t, "can't delete __class__ attribute"));
    };
    let Some(new) = value.cast::<Type>() else {
        let m = format!(
            "__class__ must be set to a class, not '{}' object",
            type_name(value)
        );
        return Err(errors::type_error(t, m));
    };
    audit::attribute(t, "object.__setattr__", this, "__class__", Some(value))?;
    super::type_methods::set_class(t, this, new)
}

crate::py_class! {
    /// The base class of the class hierarchy.
    ///
    /// When called, it accepts no arguments and returns a new featureless
    /// instance that has no instance attributes and cannot be given any.
    pub CLASS: Plain = "object", base kinds::OBJECT, flags flags::BASETYPE;
    methods {
        /// Create and return a new object.  See help(type) for accurate signature.
        @staticmethod __new__(cls, /, *args, **kwargs) => new;
        /// Initialize self.  See help(type(self)) for accurate signature.
        __init__(self, /, *args, **kwargs) => init;
        /// Return getattr(self, name).
        __getattribute__(self, name, /) => getattribute;
        /// Implement setattr(self, name, value).
        __setattr__(self, name, value, /) => setattr;
        /// Implement delattr(self, name).
        __delattr__(self, name, /) => delattr;
        /// Return hash(self).
        __hash__(self, /) => hash;
        /// Return self==value.
        __eq__(self, value, /) => eq;
        /// Return self!=value.
        __ne__(self, value, /) => ne;
        /// Return self<value.
        __lt__(self, value, /) => no_order;
        /// Return self<=value.
        __le__(self, value, /) => no_order;
        /// Return self>value.
        __gt__(self, value, /) => no_order;
        /// Return self>=value.
        __ge__(self, value, /) => no_order;
        /// Return repr(self).
        __repr__(self, /) => repr;
        /// Return str(self).
        __str__(self, /) => str;
        /// Default object formatter.
        ///
        /// Return str(self) if format_spec is empty. Raise TypeError otherwise.
        __format__(self, format_spec, /) => format;
        /// Default dir() implementation.
        __dir__(self, /) => dir;
        /// Size of object in memory, in bytes.
        __sizeof__(self, /) => sizeof;
        /// Helper for pickle.
        __reduce__(self, /) => reduce;
        /// Helper for pickle.
        __reduce_ex__(self, protocol, /) => reduce_ex;
        /// Helper for pickle.
        __getstate__(self, /) => getstate;
        /// This method is called when a class is subclassed.
        @classmethod __init_subclass__(cls, /) => init_subclass;
        /// Abstract classes can override this to customize issubclass().
        @classmethod __subclasshook__(cls, object, /) => subclass_hook;
    }
    getset {
        /// the object's class
        __class__ => get_class, set_class;
    }
}
