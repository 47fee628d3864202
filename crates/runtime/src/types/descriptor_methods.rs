//! Descriptors: the Python-visible part. `classmethod`, `staticmethod`, and the
//! native callables and attributes.

use pyjit_heap::{Field, Gc, Header, Value};

use super::descriptors::{GetSet, Member, Property, Wrapped};
use crate::core::class::GetSetDef;
use crate::core::native::NativeObject;
use crate::core::thread::{R, Thread};
use crate::core::{args, attr, call, errors, kinds, ops};
use crate::types::dict::Dict;
use crate::types::property_methods::is_abstract;
use crate::types::str_::{Str, intern};
use crate::types::tuple::Tuple;
use crate::types::type_::{Type, class_of, flags, type_name};
use crate::types::type_methods::join;

fn dict_get(t: &Thread, args: &[Value]) -> R<Value> {
    attr::instance_dict(t, args[0]).map(Gc::value)
}
/// Instances of native classes keep their dictionary.
fn native_dict_set(t: &Thread, args: &[Value]) -> R<Value> {
    if args[1].is_null() {
        return Err(errors::type_error(t, "cannot delete __dict__"));
    }
    dict_set(t, args)
}
fn dict_set(t: &Thread, args: &[Value]) -> R<Value> {
    let v = args[1];
    // They come to this through another base of theirs.
    if args[0].cast::<Type>().is_some() || args[0].cast::<super::module::Module>().is_some() {
        let m = format!(
            "attribute '__dict__' of '{}' objects is not writable",
            type_name(args[0])
        );
        return Err(errors::attribute_error(t, m));
    }
    if v.is_null() {
        attr::set_instance_dict(t, args[0], Dict::new())?;
        return Ok(Value::NONE);
    }
    match v.cast::<Dict>() {
        Some(d) => attr::set_instance_dict(t, args[0], d).map(|()| Value::NONE),
        None => {
            let m = format!(
                "__dict__ must be set to a dictionary, not a '{}'",
                type_name(v)
            );
            Err(errors::type_error(t, m))
        }
    }
}
fn weakref_get(_t: &Thread, args: &[Value]) -> R<Value> {
    Ok(super::weakref::first_of(args[0]))
}

static DICT_DEF: GetSetDef = GetSetDef {
    name: "__dict__",
    doc: "",
    get: dict_get,
    set: Some(dict_set),
};
static NATIVE_DICT_DEF: GetSetDef = GetSetDef {
    name: "__dict__",
    doc: "",
    get: dict_get,
    set: Some(native_dict_set),
};
static WEAKREF_DEF: GetSetDef = GetSetDef {
    name: "__weakref__",
    doc: "list of weak references to the object",
    get: weakref_get,
    set: None,
};

/// The `__dict__` attribute of a class whose instances have one.
pub fn dict_descriptor(class: Gc<Type>) -> Value {
    let def = match class.has(super::type_::flags::HEAP) {
        true => &DICT_DEF,
        false => &NATIVE_DICT_DEF,
    };
    GetSet::new(def, class).value()
}
/// The `__weakref__` attribute of a class.
pub fn weakref_descriptor(class: Gc<Type>) -> Value {
    GetSet::new(&WEAKREF_DEF, class).value()
}

// ---- native callables --------------------------------------------------

fn native_call(t: &Thread, this: Value, args: Gc<Tuple>, kwargs: Option<Gc<Dict>>) -> R<Value> {
    let (all, names) = join(args.items(), kwargs);
    call::call_kw(t, this, &all, names)
}
fn native(this: Value) -> Gc<NativeObject> {
    Gc::from_value(this)
}
fn native_name(_t: &Thread, this: Value) -> &'static str {
    native(this).def().name
}
fn native_qualname(t: &Thread, this: Value) -> R<String> {
    let f = native(this);
    let name = f.def().name;
    let owner = f
        .this
        .get()
        .opt()
        .or(f.owner.get().opt())
        .unwrap_or(Value::NULL);
    Ok(match owner.opt() {
        Some(o) if this.shape_id() == kinds::BUILTIN_FUNCTION => match o.cast::<Type>() {
            Some(c) => format!("{}.{name}", c.qualname.gc().lossy()),
            None if o.cast::<super::module::Module>().is_some() || o.cast::<Str>().is_some() => {
                name.into()
            }
            None => format!("{}.{name}", class_of(o).qualname.gc().lossy()),
        },
        _ => match f.owner.get().cast::<Type>() {
            Some(c) => format!("{}.{name}", c.qualname.gc().lossy()),
            None => {
                let _ = t;
                name.into()
            }
        },
    })
}
fn native_doc(_t: &Thread, this: Value) -> Option<String> {
    let d = native(this).def().doc.trim();
    (!d.is_empty()).then(|| {
        d.lines()
            .map(|l| l.strip_prefix(' ').unwrap_or(l))
            .collect::<Vec<_>>()
            .join("\n")
    })
}
fn native_self(t: &Thread, this: Value) -> R<Value> {
    let f = native(this);
    let found = f.this.get().opt().or(f.owner.get().opt());
    match found.and_then(|v| v.cast::<Str>()) {
        // Functions know their module by name.
        Some(name) if f.this.get().is_null() => t.host().import(t, &name.lossy()),
        _ => Ok(found.unwrap_or(Value::NONE)),
    }
}
fn native_module(_t: &Thread, this: Value) -> Value {
    native(this)
        .owner
        .get()
        .opt()
        .filter(|o| o.cast::<Str>().is_some())
        .unwrap_or(Value::NONE)
}
fn native_objclass(_t: &Thread, this: Value) -> Value {
    native(this).owner.get()
}
fn text_signature(_t: &Thread, this: Value) -> Option<String> {
    Some(super::text_signature::of_function(native(this).def()))
}
fn function_repr(t: &Thread, this: Value) -> R<String> {
    let f = native(this);
    Ok(match f.this.get().opt() {
        Some(o) if o.cast::<super::module::Module>().is_none() => {
            format!(
                "<built-in method {} of {} object at {:#x}>",
                f.def().name,
                type_name(o),
                o.0
            )
        }
        _ => match f.owner.get().cast::<Type>() {
            Some(c) => format!(
                "<built-in method {} of type object at {:#x}>",
                f.def().name,
                c.addr()
            ),
            None => {
                let _ = t;
                format!("<built-in function {}>", f.def().name)
            }
        },
    })
}
fn descriptor_repr(_t: &Thread, this: Value) -> String {
    let f = native(this);
    let owner = f
        .owner
        .get()
        .cast::<Type>()
        .map_or("?".into(), |c| c.name_str());
    let what = if this.shape_id() == kinds::WRAPPER_DESCRIPTOR {
        "slot wrapper"
    } else {
        "method"
    };
    format!("<{what} '{}' of '{owner}' objects>", f.def().name)
}
fn wrapper_repr(_t: &Thread, this: Value) -> String {
    let f = native(this);
    let o = f.this.get();
    format!(
        "<method-wrapper '{}' of {} object at {:#x}>",
        f.def().name,
        type_name(o),
        o.0
    )
}
fn descriptor_get(t: &Thread, this: Value, object: Value, class: Option<Value>) -> R<Value> {
    let f = native(this);
    if this.shape_id() == kinds::CLASSMETHOD_DESCRIPTOR {
        let c = class.unwrap_or_else(|| class_of(object).value());
        return Ok(attr::bind_native(f, c));
    }
    if object.is_none() && class.is_some() {
        return Ok(this);
    }
    let owner: Gc<Type> = Gc::from_value(f.owner.get());
    if !class_of(object).is_subtype(owner) {
        return Err(args::wrong_receiver(
            t,
            f.def().name,
            &owner.name_str(),
            object,
        ));
    }
    Ok(attr::bind_native(f, object))
}
fn native_reduce(t: &Thread, this: Value) -> R<Value> {
    let f = native(this);
    let name = Str::new(f.def().name).value();
    // The owner of a plain function is the name of its module.
    let owner = f.owner.get().opt().filter(|o| o.cast::<Str>().is_none());
    match f.this.get().opt().or(owner) {
        Some(o) if o.cast::<super::module::Module>().is_none() => {
            let getattr = attr::get(t, t.host().import(t, "builtins")?, intern("getattr"))?;
            Ok(Tuple::new(&[getattr, Tuple::new(&[o, name]).value()]).value())
        }
        _ => Ok(name),
    }
}
fn native_eq(_t: &Thread, a: Value, b: Value) -> Value {
    match (NativeObject::of(a), NativeObject::of(b)) {
        (Some(x), Some(y)) => Value::bool(
            std::ptr::eq(x.def(), y.def())
                && x.this.get() == y.this.get()
                && a.shape_id() == b.shape_id(),
        ),
        _ => Value::NOT_IMPLEMENTED,
    }
}
fn native_hash(_t: &Thread, this: Value) -> i64 {
    let f = native(this);
    ops::hash_identity(f.this.get()) ^ ((f.def() as *const _ as usize as i64) >> 4)
}

/// A native callable of one kind, for its class table.
macro_rules! native_kind {
    ($name:ident, $kind:ident) => {
        /// Layout alias: a [`NativeObject`] of this kind.
        #[repr(C)]
        pub struct $name {
            header: Header,
            words: [Field; 3],
            def: usize,
        }
        pyjit_heap::heap_object!($name = kinds::$kind, refs 1..4);
    };
}
native_kind!(BuiltinFunction, BUILTIN_FUNCTION);
native_kind!(MethodDescriptor, METHOD_DESCRIPTOR);
native_kind!(WrapperDescriptor, WRAPPER_DESCRIPTOR);
native_kind!(ClassMethodDescriptor, CLASSMETHOD_DESCRIPTOR);
native_kind!(MethodWrapper, METHOD_WRAPPER);

crate::py_class! {
    pub BUILTIN_FUNCTION: BuiltinFunction = "builtin_function_or_method", base kinds::OBJECT, flags flags::HAS_WEAKREF;
    methods {
        __call__(self, /, *args, **kwargs) => native_call;
        __repr__(self, /) => function_repr;
        __eq__(self, value, /) => native_eq;
        __hash__(self, /) => native_hash;
        __reduce__(self, /) => native_reduce;
    }
    getset {
        __name__ => native_name; __qualname__ => native_qualname; __doc__ => native_doc;
        __self__ => native_self; __module__ => native_module; __text_signature__ => text_signature;
    }
}
crate::py_class! {
    pub METHOD_DESCRIPTOR: MethodDescriptor = "method_descriptor", base kinds::OBJECT, flags 0;
    methods {
        __call__(self, /, *args, **kwargs) => native_call;
        __repr__(self, /) => descriptor_repr;
        __get__(self, instance, owner=None, /) => descriptor_get;
        __reduce__(self, /) => native_reduce;
    }
    getset {
        __name__ => native_name; __qualname__ => native_qualname; __doc__ => native_doc;
        __objclass__ => native_objclass; __text_signature__ => text_signature;
    }
}
crate::py_class! {
    pub WRAPPER_DESCRIPTOR: WrapperDescriptor = "wrapper_descriptor", base kinds::OBJECT, flags 0;
    methods {
        __call__(self, /, *args, **kwargs) => native_call;
        __repr__(self, /) => descriptor_repr;
        __get__(self, instance, owner=None, /) => descriptor_get;
        __reduce__(self, /) => native_reduce;
    }
    getset {
        __name__ => native_name; __qualname__ => native_qualname; __doc__ => native_doc;
        __objclass__ => native_objclass; __text_signature__ => text_signature;
    }
}
crate::py_class! {
    pub CLASSMETHOD_DESCRIPTOR: ClassMethodDescriptor = "classmethod_descriptor", base kinds::OBJECT, flags 0;
    methods {
        __call__(self, /, *args, **kwargs) => native_call;
        __repr__(self, /) => descriptor_repr;
        __get__(self, instance, owner=None, /) => descriptor_get;
    }
    getset {
        __name__ => native_name; __qualname__ => native_qualname; __doc__ => native_doc;
        __objclass__ => native_objclass; __text_signature__ => text_signature;
    }
}
crate::py_class! {
    pub METHOD_WRAPPER: MethodWrapper = "method-wrapper", base kinds::OBJECT, flags 0;
    methods {
        __call__(self, /, *args, **kwargs) => native_call;
        __repr__(self, /) => wrapper_repr;
        __eq__(self, value, /) => native_eq;
        __hash__(self, /) => native_hash;
        __reduce__(self, /) => native_reduce;
    }
    getset {
        __name__ => native_name; __qualname__ => native_qualname; __doc__ => native_doc;
        __self__ => native_self; __objclass__ => native_objclass; __text_signature__ => text_signature;
    }
}

// ---- computed attributes and slots -------------------------------------

/// `__get__` of attributes that are computed or kept in slots.
pub(super) fn attribute_get(
    t: &Thread,
    this: Value,
    object: Value,
    class: Option<Value>,
) -> R<Value> {
    if object.is_none() && class.is_some_and(|c| !c.is_none()) {
        return Ok(this);
    }
    if let Some(p) = this.cast::<Property>() {
        return attr::property_get(t, p, object);
    }
    attr::bind(t, this, object, class_of(object))
}
/// `__set__` of such attributes.
pub(super) fn attribute_set(t: &Thread, this: Value, object: Value, value: Value) -> R<()> {
    if let Some(p) = this.cast::<Property>() {
        return attr::property_set(t, p, object, Some(value));
    }
    attr::descriptor_set(t, this, object, Some(value)).unwrap_or(Ok(()))
}
/// `__delete__` of such attributes.
pub(super) fn attribute_delete(t: &Thread, this: Value, object: Value) -> R<()> {
    if let Some(p) = this.cast::<Property>() {
        return attr::property_set(t, p, object, None);
    }
    attr::descriptor_set(t, this, object, None).unwrap_or(Ok(()))
}
fn getset_name(_t: &Thread, this: Gc<GetSet>) -> &'static str {
    this.def.name
}
fn getset_doc(_t: &Thread, this: Gc<GetSet>) -> Option<&'static str> {
    let d = this.def.doc.trim();
    (!d.is_empty()).then_some(d)
}
fn getset_owner(_t: &Thread, this: Gc<GetSet>) -> Gc<Type> {
    this.owner.gc()
}
fn getset_repr(_t: &Thread, this: Gc<GetSet>) -> String {
    format!(
        "<attribute '{}' of '{}' objects>",
        this.def.name,
        this.owner.gc().message_name()
    )
}
fn getset_qualname(_t: &Thread, this: Gc<GetSet>) -> String {
    format!(
        "{}.{}",
        this.owner.gc().qualname.gc().lossy(),
        this.def.name
    )
}
crate::py_class! {
    pub GETSET: GetSet = "getset_descriptor", base kinds::OBJECT, flags 0;
    methods {
        __get__(self, instance, owner=None, /) => attribute_get;
        __set__(self, instance, value, /) => attribute_set;
        __delete__(self, instance, /) => attribute_delete;
        __repr__(self, /) => getset_repr;
    }
    getset { __name__ => getset_name; __qualname__ => getset_qualname; __doc__ => getset_doc; __objclass__ => getset_owner; }
}
fn member_name(_t: &Thread, this: Gc<Member>) -> Gc<Str> {
    this.name.gc()
}
fn member_doc(_t: &Thread, _this: Gc<Member>) -> Value {
    Value::NONE
}
fn member_owner(_t: &Thread, this: Gc<Member>) -> Gc<Type> {
    this.owner.gc()
}
fn member_repr(_t: &Thread, this: Gc<Member>) -> String {
    format!(
        "<member '{}' of '{}' objects>",
        this.name.gc().lossy(),
        this.owner.gc().name_str()
    )
}
fn member_qualname(_t: &Thread, this: Gc<Member>) -> String {
    format!(
        "{}.{}",
        this.owner.gc().qualname.gc().lossy(),
        this.name.gc().lossy()
    )
}
crate::py_class! {
    pub MEMBER: Member = "member_descriptor", base kinds::OBJECT, flags 0;
    methods {
        __get__(self, instance, owner=None, /) => attribute_get;
        __set__(self, instance, value, /) => attribute_set;
        __delete__(self, instance, /) => attribute_delete;
        __repr__(self, /) => member_repr;
    }
    getset { __name__ => member_name; __qualname__ => member_qualname; __doc__ => member_doc; __objclass__ => member_owner; }
}

// ---- staticmethod, classmethod ------------------------------------------

/// `classmethod` shares the layout of [`Wrapped`].
#[repr(C)]
pub struct ClassMethod {
    header: Header,
    words: [Field; 2],
}
pyjit_heap::heap_object!(ClassMethod = kinds::CLASSMETHOD, refs 1..3);

fn wrapped_new(_t: &Thread, class: Gc<Type>, _args: Value, _kwargs: Value) -> Value {
    super::descriptors::new_wrapped(class, Value::NONE)
}
fn wrapped_init(t: &Thread, this: Value, function: Value) -> R<()> {
    let w: Gc<Wrapped> = Gc::from_value(this);
    w.function.set(w, function);
    for n in ["__module__", "__name__", "__qualname__", "__doc__"] {
        if let Some(v) = attr::get_opt(t, function, intern(n))? {
            attr::instance_dict(t, this)?.set_str(t, intern(n), v)?;
        }
    }
    Ok(())
}
/// An attribute that is that of the function until it is set.
fn wrapped_get(t: &Thread, this: Value, name: &str) -> R<Value> {
    let (dict, name) = (attr::instance_dict(t, this)?, intern(name));
    if let Some(v) = dict.get_str(name) {
        return Ok(v);
    }
    let v = attr::get(t, wrapped_func(t, this), name)?;
    dict.set_str(t, name, v)?;
    Ok(v)
}
fn wrapped_set(t: &Thread, this: Value, name: &str, v: Option<Value>) -> R<()> {
    let dict = attr::instance_dict(t, this)?;
    match (v, dict.find_str(intern(name))) {
        (Some(v), _) => dict.set_str(t, intern(name), v)?,
        (None, Some(i)) => {
            dict.remove_entry(t, i);
        }
        (None, None) => return Err(attr::no_attribute(t, this, intern(name))),
    }
    Ok(())
}
fn wrapped_annotations(t: &Thread, this: Value) -> R<Value> {
    wrapped_get(t, this, "__annotations__")
}
fn wrapped_set_annotations(t: &Thread, this: Value, v: Option<Value>) -> R<()> {
    wrapped_set(t, this, "__annotations__", v)
}
fn wrapped_annotate(t: &Thread, this: Value) -> R<Value> {
    wrapped_get(t, this, "__annotate__")
}
fn wrapped_set_annotate(t: &Thread, this: Value, v: Option<Value>) -> R<()> {
    wrapped_set(t, this, "__annotate__", v)
}
fn wrapped_func(_t: &Thread, this: Value) -> Value {
    Gc::<Wrapped>::from_value(this).function.get()
}
fn wrapped_abstract(t: &Thread, this: Value) -> R<bool> {
    is_abstract(t, wrapped_func(t, this))
}
fn wrapped_dict(t: &Thread, this: Value) -> R<Gc<Dict>> {
    attr::instance_dict(t, this)
}
fn static_call(t: &Thread, this: Value, args: Gc<Tuple>, kwargs: Option<Gc<Dict>>) -> R<Value> {
    let (all, names) = join(args.items(), kwargs);
    call::call_kw(t, wrapped_func(t, this), &all, names)
}
fn static_get(t: &Thread, this: Value, _object: Value, _class: Option<Value>) -> Value {
    wrapped_func(t, this)
}
fn class_get(t: &Thread, this: Value, object: Value, class: Option<Value>) -> R<Value> {
    let c = class
        .filter(|c| !c.is_none())
        .unwrap_or_else(|| class_of(object).value());
    attr::bind_class_method(t, this, c)
}
fn wrapped_repr(t: &Thread, this: Value) -> R<String> {
    let inner = ops::repr(t, wrapped_func(t, this))?;
    let kind = match this.cast::<ClassMethod>() {
        Some(_) => "classmethod",
        None => "staticmethod",
    };
    Ok(format!("<{kind}({})>", inner.lossy()))
}
fn class_getitem(t: &Thread, class: Value, item: Value) -> R<Value> {
    super::generic_alias::make(t, class, item)
}
crate::py_class! {
    /// staticmethod(function) -> method
    ///
    /// Convert a function to be a static method.
    pub STATICMETHOD: Wrapped = "staticmethod", base kinds::OBJECT, flags flags::BASETYPE;
    methods {
        @staticmethod __new__(cls, /, *args, **kwargs) => wrapped_new;
        __init__(self, function, /) => wrapped_init;
        __call__(self, /, *args, **kwargs) => static_call;
        __get__(self, instance, owner=None, /) => static_get;
        __repr__(self, /) => wrapped_repr;
        @classmethod __class_getitem__(cls, object, /) => class_getitem;
    }
    getset {
        __func__ => wrapped_func; __wrapped__ => wrapped_func;
        __isabstractmethod__ => wrapped_abstract; __dict__ => wrapped_dict;
        __annotations__ => wrapped_annotations, wrapped_set_annotations;
        __annotate__ => wrapped_annotate, wrapped_set_annotate;
    }
}
crate::py_class! {
    /// classmethod(function) -> method
    ///
    /// Convert a function to be a class method.
    pub CLASSMETHOD: ClassMethod = "classmethod", base kinds::OBJECT, flags flags::BASETYPE;
    methods {
        @staticmethod __new__(cls, /, *args, **kwargs) => wrapped_new;
        __init__(self, function, /) => wrapped_init;
        __get__(self, instance, owner=None, /) => class_get;
        __repr__(self, /) => wrapped_repr;
        @classmethod __class_getitem__(cls, object, /) => class_getitem;
    }
    getset {
        __func__ => wrapped_func; __wrapped__ => wrapped_func;
        __isabstractmethod__ => wrapped_abstract; __dict__ => wrapped_dict;
        __annotations__ => wrapped_annotations, wrapped_set_annotations;
        __annotate__ => wrapped_annotate, wrapped_set_annotate;
    }
}
