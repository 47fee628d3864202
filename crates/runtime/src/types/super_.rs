//! `super`: attribute lookup behind a class in the MRO of an object's class.

use pyjit_heap::{Field, Gc, Header, Value, heap_object};

use crate::core::class::words;
use crate::core::thread::{R, Thread};
use crate::core::{attr, errors, kinds};
use crate::types::str_::{Str, intern, intern_str};
use crate::types::type_::{Type, class_of, flags, type_name};

/// A super object.
#[repr(C)]
pub struct Super {
    header: Header,
    /// The class behind which lookup starts (`__thisclass__`).
    pub class: Field,
    /// The instance or class (`__self__`), absent when unbound.
    pub object: Field,
    /// The class whose MRO is searched (`__self_class__`), absent when unbound.
    pub object_class: Field,
}
heap_object!(Super = kinds::SUPER, refs 1..4);

/// The class whose MRO `super(class, object)` searches.
pub fn check(t: &Thread, class: Gc<Type>, object: Value) -> R<Gc<Type>> {
    if let Some(c) = object.cast::<Type>()
        && c.is_subtype(class)
    {
        return Ok(c);
    }
    let own = class_of(object);
    if own.is_subtype(class) {
        return Ok(own);
    }
    if let Some(c) = attr::get_opt(t, object, intern("__class__"))?.and_then(|c| c.cast::<Type>())
        && c != own
        && c.is_subtype(class)
    {
        return Ok(c);
    }
    let what = match object.cast::<Type>() {
        Some(c) => format!("type {}", c.name_str()),
        None => format!("instance of {}", own.name_str()),
    };
    let m = format!(
        "super(type, obj): obj ({what}) is not an instance or subtype of type ({}).",
        class.name_str()
    );
    Err(errors::type_error(t, m))
}

/// The attribute behind `class` in the MRO of `searched`, unbound.
pub fn lookup(class: Gc<Type>, searched: Gc<Type>, name: Gc<Str>) -> Option<Value> {
    let mro = searched.mro.opt()?;
    let at = mro.items().iter().position(|c| *c == class.value())?;
    mro.items()[at + 1..]
        .iter()
        .find_map(|c| Gc::<Type>::from_value(*c).dict.gc().get_str(name))
}

/// `super(class, object).name`.
pub fn get(t: &Thread, class: Gc<Type>, object: Value, name: Gc<Str>) -> R<Value> {
    let searched = check(t, class, object)?;
    if name.bytes() != b"__class__"
        && let Some(d) = lookup(class, searched, name)
    {
        // Through a class the attribute is bound as `C.name` binds it.
        if object == searched.value() {
            return attr::bind_to_class(t, d, searched);
        }
        return attr::bind(t, d, object, searched);
    }
    let s = make(
        super::type_::of_kind(kinds::SUPER),
        class.value(),
        object,
        searched.value(),
    );
    attr::generic_get(t, s, class_of(s), name)
}

fn make(of: Gc<Type>, class: Value, object: Value, object_class: Value) -> Value {
    let s = Super {
        header: Header::NEW,
        class: Field::new(class),
        object: Field::new(object),
        object_class: Field::new(object_class),
    };
    Gc::with_shape(of.root_shape.get(), s, of.extra_bytes(words::<Super>())).value()
}

fn new(_t: &Thread, class: Gc<Type>, _args: Value, _kwargs: Value) -> Value {
    make(class, Value::NULL, Value::NULL, Value::NULL)
}
fn init(t: &Thread, this: Gc<Super>, class: Option<Value>, object: Option<Value>) -> R<()> {
    let (class, object) = match class {
        Some(c) => (c, object.filter(|o| !o.is_none())),
        None => {
            let (c, o) = t.host().super_arguments(t)?;
            (c, Some(o))
        }
    };
    let Some(c) = class.cast::<Type>() else {
        return Err(errors::type_error(
            t,
            format!(
                "super() argument 1 must be a type, not {}",
                type_name(class)
            ),
        ));
    };
    this.class.set(this, class);
    if let Some(o) = object {
        let searched = check(t, c, o)?;
        this.object.set(this, o);
        this.object_class.set(this, searched.value());
    }
    Ok(())
}
fn getattribute(t: &Thread, this: Gc<Super>, name: Gc<Str>) -> R<Value> {
    let name = intern_str(name);
    if let (Some(c), Some(s)) = (
        this.class.get().cast_opt::<Type>(),
        this.object_class.get().cast_opt::<Type>(),
    ) && name.bytes() != b"__class__"
        && let Some(d) = lookup(c, s, name)
    {
        let object = this.object.get();
        if object == s.value() {
            return attr::bind_to_class(t, d, s);
        }
        return attr::bind(t, d, object, s);
    }
    match attr::generic_get_opt(t, this.value(), class_of(this.value()), name)? {
        Some(v) => Ok(v),
        None => {
            let m = format!("'super' object has no attribute '{}'", name.lossy());
            Err(errors::attribute_error_for(t, this.value(), name, m))
        }
    }
}
fn descriptor_get(t: &Thread, this: Gc<Super>, object: Value, _class: Option<Value>) -> R<Value> {
    if object.is_none() || this.object.is_set() {
        return Ok(this.value());
    }
    let Some(c) = this.class.get().cast_opt::<Type>() else {
        return Ok(this.value());
    };
    let searched = check(t, c, object)?;
    Ok(make(
        class_of(this.value()),
        c.value(),
        object,
        searched.value(),
    ))
}
fn repr(_t: &Thread, this: Gc<Super>) -> String {
    let name = |v: Value| v.cast_opt::<Type>().map_or("NULL".into(), |c| c.name_str());
    match this.object_class.get().cast_opt::<Type>() {
        Some(c) => format!(
            "<super: <class '{}'>, <{} object>>",
            name(this.class.get()),
            c.name_str()
        ),
        None => format!("<super: <class '{}'>, NULL>", name(this.class.get())),
    }
}
fn field(f: &Field) -> Value {
    f.get().opt().unwrap_or(Value::NONE)
}
fn this_class(_t: &Thread, this: Gc<Super>) -> Value {
    field(&this.class)
}
fn self_(_t: &Thread, this: Gc<Super>) -> Value {
    field(&this.object)
}
fn self_class(_t: &Thread, this: Gc<Super>) -> Value {
    field(&this.object_class)
}

crate::py_class! {
    /// super() -> same as super(__class__, <first argument>)
    /// super(type) -> unbound super object
    /// super(type, obj) -> bound super object; requires isinstance(obj, type)
    /// super(type, type2) -> bound super object; requires issubclass(type2, type)
    pub CLASS: Super = "super", base kinds::OBJECT, flags flags::BASETYPE;
    methods {
        @staticmethod __new__(cls, /, *args, **kwargs) => new;
        __init__(self, type=None, object_or_type=None, /) => init;
        __getattribute__(self, name, /) => getattribute;
        __get__(self, instance, owner=None, /) => descriptor_get;
        __repr__(self, /) => repr;
    }
    getset { __thisclass__ => this_class; __self__ => self_; __self_class__ => self_class; }
}
