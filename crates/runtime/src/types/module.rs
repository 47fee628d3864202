//! `module` objects, and native modules made of tables.

use pyjit_heap::{Field, Gc, Header, Value, heap_object};

use crate::core::native::{NativeDef, NativeObject};
use crate::core::special::Special;
use crate::core::thread::{R, Thread};
use crate::core::{attr, call, errors, kinds, ops};
use crate::types::dict::Dict;
use crate::types::module_origin::Origin;
use crate::types::str_::{Str, intern, intern_str};
use crate::types::type_::{Type, class_of, flags};

/// A module: nothing but its dictionary.
#[repr(C)]
pub struct Module {
    header: Header,
    pub dict: Field,
}
heap_object!(Module = kinds::MODULE, refs 1..2);

impl Module {
    /// An empty module with the usual attributes.
    pub fn new(t: &Thread, name: Value, doc: Value) -> R<Gc<Module>> {
        let m = Gc::new(Module {
            header: Header::NEW,
            dict: Field::new(Dict::new().value()),
        });
        m.init(t, name, doc)?;
        Ok(m)
    }
    /// The namespace.
    #[inline(always)]
    pub fn namespace(&self) -> Gc<Dict> {
        Gc::from_value(self.dict.get())
    }
    fn init(&self, t: &Thread, name: Value, doc: Value) -> R<()> {
        let d = self.namespace();
        d.set_str(t, intern("__name__"), name)?;
        d.set_str(t, intern("__doc__"), doc)?;
        for n in ["__package__", "__loader__", "__spec__"] {
            d.set_str(t, intern(n), Value::NONE)?;
        }
        Ok(())
    }
    /// Sets an attribute from native code.
    pub fn set(&self, t: &Thread, name: &str, v: Value) -> R<()> {
        self.namespace().set_str(t, intern(name), v)
    }
    /// An attribute of the namespace.
    pub fn get(&self, name: &str) -> Option<Value> {
        self.namespace().get_str(intern(name))
    }
}

/// Adds native functions to a module.
pub fn add_functions(t: &Thread, m: Gc<Module>, functions: &'static [NativeDef]) -> R<()> {
    let name = m.get("__name__").unwrap_or(Value::NONE);
    let d = m.namespace();
    d.reserve((d.len() + functions.len()) * 4 / 3);
    for f in functions {
        let o = NativeObject::new(kinds::BUILTIN_FUNCTION, f, Value::NULL, name);
        m.set(t, f.name, o.value())?;
    }
    Ok(())
}

fn new(t: &Thread, class: Gc<Type>, _args: Value, _kwargs: Value) -> R<Gc<Module>> {
    let _ = t;
    let m = Gc::with_shape(
        class.root_shape.get(),
        Module {
            header: Header::NEW,
            dict: Field::new(Dict::new().value()),
        },
        class.extra_bytes(crate::core::class::words::<Module>()),
    );
    Ok(m)
}
fn init(t: &Thread, this: Gc<Module>, name: Gc<Str>, doc: Option<Value>) -> R<()> {
    this.init(t, name.value(), doc.unwrap_or(Value::NONE))
}
fn repr(t: &Thread, this: Gc<Module>) -> R<Value> {
    // The import machinery knows how to describe a module by its spec.
    if let Some(b) = t.host().import_bootstrap() {
        return call::call_attr(t, b, "_module_repr", &[this.value()]);
    }
    let name = match this.get("__name__") {
        Some(n) => ops::str(t, n)?.lossy().into_owned(),
        None => "?".into(),
    };
    Ok(Str::new(&format!("<module '{name}'>")).value())
}

fn getattribute(t: &Thread, this: Gc<Module>, name: Gc<Str>) -> R<Value> {
    let name = intern_str(name);
    let class = class_of(this.value());
    if let Some(v) = attr::generic_get_opt(t, this.value(), class, name)? {
        return Ok(v);
    }
    if let Some(hook) = this.namespace().get_str(Special::Getattr.name()) {
        return call::call(t, hook, &[name.value()]);
    }
    let m = missing(t, this, &name.lossy())?;
    Err(errors::attribute_error_for(t, this.value(), name, m))
}
/// The message for an attribute that a module does not have.
#[cold]
fn missing(t: &Thread, this: Gc<Module>, name: &str) -> R<String> {
    let Some(module) = this.get("__name__").and_then(|n| n.cast::<Str>()) else {
        return Ok(format!("module has no attribute '{name}'"));
    };
    let module = module.lossy();
    let spec = this.get("__spec__");
    let origin = Origin::of(t, spec, &module)?;
    if let Some(hint) = origin.hint(&module) {
        return Ok(format!(
            "module '{module}' has no attribute '{name}' {hint}"
        ));
    }
    if origin.initializing {
        let from = origin
            .file
            .map_or(String::new(), |f| format!(" from '{f}'"));
        return Ok(format!(
            "partially initialized module '{module}'{from} has no attribute '{name}' (most likely \
             due to a circular import)"
        ));
    }
    // A submodule whose import has begun, but not ended?
    if let Some(s) = spec.filter(|s| !s.is_none())
        && let Some(list) = attr::get_opt(t, s, intern("_uninitialized_submodules"))?
        && ops::contains(t, list, intern(name).value())?
    {
        return Ok(format!(
            "cannot access submodule '{name}' of module '{module}' (most likely due to a circular \
             import)"
        ));
    }
    Ok(format!("module '{module}' has no attribute '{name}'"))
}
fn dir(t: &Thread, this: Gc<Module>) -> R<Value> {
    // A subclass may say that it is something else.
    let names = crate::core::attr::get(t, this.value(), intern("__dict__"))?;
    let Some(names) = names.cast::<Dict>() else {
        return Err(errors::type_error(
            t,
            "<module>.__dict__ is not a dictionary",
        ));
    };
    if let Some(f) = names.get_str(intern("__dir__")) {
        return call::call(t, f, &[]);
    }
    let l = super::list::List::new();
    for (k, _) in names.iter() {
        l.push(t, k)?;
    }
    Ok(l.value())
}
fn get_dict(_t: &Thread, this: Gc<Module>) -> Value {
    this.dict.get()
}

/// `__annotations__`: what there is, or what `__annotate__` gives.
fn get_annotations(t: &Thread, this: Gc<Module>) -> R<Value> {
    let name = intern("__annotations__");
    if let Some(v) = this.namespace().get_str(name) {
        return Ok(v);
    }
    let v = match this.namespace().get_str(intern("__annotate__")) {
        Some(f) if call::is_callable(f) => super::annotations::call_annotate(t, f)?,
        _ => Dict::new().value(),
    };
    this.namespace().set_str(t, name, v)?;
    Ok(v)
}
/// Deletes an entry of the namespace.
fn forget(t: &Thread, this: Gc<Module>, name: &str) -> bool {
    let entry = this.namespace().find_str(intern(name));
    entry.map(|i| this.namespace().remove_entry(t, i)).is_some()
}
fn set_annotations(t: &Thread, this: Gc<Module>, v: Option<Value>) -> R<()> {
    match v {
        Some(v) => this.set(t, "__annotations__", v)?,
        None if !forget(t, this, "__annotations__") => {
            return Err(errors::attribute_error(t, "__annotations__"));
        }
        None => {}
    }
    forget(t, this, "__annotate__");
    Ok(())
}
fn get_annotate(t: &Thread, this: Gc<Module>) -> R<Value> {
    if let Some(f) = this.namespace().get_str(intern("__annotate__")) {
        return Ok(f);
    }
    this.set(t, "__annotate__", Value::NONE)?;
    Ok(Value::NONE)
}
fn set_annotate(t: &Thread, this: Gc<Module>, v: Option<Value>) -> R<()> {
    let Some(v) = v else {
        let m = "cannot delete __annotate__ attribute";
        return Err(errors::type_error(t, m));
    };
    if !v.is_none() && !call::is_callable(v) {
        let m = "__annotate__ must be callable or None";
        return Err(errors::type_error(t, m));
    }
    this.set(t, "__annotate__", v)?;
    if !v.is_none() {
        forget(t, this, "__annotations__");
    }
    Ok(())
}

crate::py_class! {
    /// Create a module object.
    ///
    /// The name must be a string; the optional docstring can have any type.
    pub CLASS: Module = "module", base kinds::OBJECT, flags flags::BASETYPE | flags::HAS_WEAKREF;
    methods {
        @staticmethod __new__(cls, /, *args, **kwargs) => new;
        __init__(self, name, doc=None) => init;
        __repr__(self, /) => repr;
        __getattribute__(self, name, /) => getattribute;
        __dir__(self, /) => dir;
    }
    getset {
        __dict__ => get_dict;
        __annotations__ => get_annotations, set_annotations;
        __annotate__ => get_annotate, set_annotate;
    }
}
