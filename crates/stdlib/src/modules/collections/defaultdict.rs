//! `defaultdict`: a subclass of `dict` with one slot and native methods.

use pyjit_heap::{Gc, GilCell, Root, Value};
use pyjit_runtime::core::class::method_object;
use pyjit_runtime::core::native::NativeDef;
use pyjit_runtime::core::{attr, call, errors, kinds, ops};
use pyjit_runtime::types::dict::Dict;
use pyjit_runtime::types::dict_methods;
use pyjit_runtime::types::list_methods::ReprGuard;
use pyjit_runtime::types::str_::{Str, intern};
use pyjit_runtime::types::tuple::Tuple;
use pyjit_runtime::types::type_::{Type, class_of, of_kind};
use pyjit_runtime::types::type_new::type_new;
use pyjit_runtime::{R, Thread};

use crate::layout::class_getitem;

fn factory(t: &Thread, this: Gc<Dict>) -> R<Value> {
    let name = intern("default_factory");
    Ok(attr::get_opt(t, this.value(), name)?.unwrap_or(Value::NONE))
}
fn set_factory(t: &Thread, this: Gc<Dict>, f: Value) -> R<()> {
    attr::set(t, this.value(), intern("default_factory"), Some(f))
}
fn init(t: &Thread, this: Gc<Dict>, args: Gc<Tuple>, kwargs: Option<Gc<Dict>>) -> R<()> {
    let f = args.items().first().copied().unwrap_or(Value::NONE);
    if !f.is_none() && !call::is_callable(f) {
        let m = "first argument must be callable or None";
        return Err(errors::type_error(t, m));
    }
    set_factory(t, this, f)?;
    match args.items().get(1..).unwrap_or(&[]) {
        [] => {}
        [source] => dict_methods::merge_any(t, this, *source)?,
        more => {
            let m = format!("dict expected at most 1 argument, got {}", more.len());
            return Err(errors::type_error(t, m));
        }
    }
    match kwargs {
        Some(k) => dict_methods::merge(t, this, k),
        None => Ok(()),
    }
}
fn missing(t: &Thread, this: Gc<Dict>, key: Value) -> R<Value> {
    let f = factory(t, this)?;
    if f.is_none() {
        return Err(errors::key_error(t, key));
    }
    let v = call::call(t, f, &[])?;
    // The factory may have set the item itself.
    if let Some(there) = this.get(t, key)? {
        return Ok(there);
    }
    ops::setitem(t, this.value(), key, v)?;
    Ok(v)
}
fn repr(t: &Thread, this: Gc<Dict>) -> R<String> {
    let f = factory(t, this)?;
    let shown = match ReprGuard::enter(t, f) {
        Some(_guard) => ops::repr(t, f)?.lossy().into_owned(),
        None => "...".into(),
    };
    let base = of_kind(kinds::DICT).lookup(intern("__repr__"));
    let items = call::call(t, base.unwrap_or(Value::NONE), &[this.value()])?;
    let items = ops::str(t, items)?;
    let name = class_of(this.value()).name_str();
    Ok(format!("{name}({shown}, {})", items.lossy()))
}
fn copy(t: &Thread, this: Gc<Dict>) -> R<Value> {
    let f = factory(t, this)?;
    call::call(t, class_of(this.value()).value(), &[f, this.value()])
}
fn reduce(t: &Thread, this: Gc<Dict>) -> R<Gc<Tuple>> {
    let f = factory(t, this)?;
    let args = if f.is_none() {
        Tuple::new(&[])
    } else {
        Tuple::new(&[f])
    };
    let items = call::call_attr(t, this.value(), "items", &[])?;
    let items = ops::iter(t, items)?;
    let class = class_of(this.value()).value();
    Ok(Tuple::new(&[
        class,
        args.value(),
        Value::NONE,
        Value::NONE,
        items,
    ]))
}
/// `left | right`, as the class of whichever is a `defaultdict`.
fn union(t: &Thread, model: Gc<Dict>, left: Value, right: Value) -> R<Value> {
    if left.cast::<Dict>().is_none() || right.cast::<Dict>().is_none() {
        return Ok(Value::NOT_IMPLEMENTED);
    }
    let f = factory(t, model)?;
    let new = call::call(t, class_of(model.value()).value(), &[f, left])?;
    if let Some(d) = new.cast::<Dict>() {
        dict_methods::merge_any(t, d, right)?;
    }
    Ok(new)
}
fn or(t: &Thread, this: Gc<Dict>, other: Value) -> R<Value> {
    union(t, this, this.value(), other)
}
fn ror(t: &Thread, this: Gc<Dict>, other: Value) -> R<Value> {
    union(t, this, other, this.value())
}

static METHODS: &[NativeDef] = pyjit_runtime::native_table! {
    __init__(self, /, *args, **kwargs) => init;
    /// __missing__(key) # Called by __getitem__ for missing key; pseudo-code:
    ///   if self.default_factory is None: raise KeyError((key,))
    ///   self[key] = value = self.default_factory()
    ///   return value
    __missing__(self, key, /) => missing;
    __repr__(self, /) => repr;
    /// D.copy() -> a shallow copy of D.
    copy(self, /) => copy;
    /// D.copy() -> a shallow copy of D.
    __copy__(self, /) => copy;
    /// Return state information for pickling.
    __reduce__(self, /) => reduce;
    __or__(self, value, /) => or;
    __ror__(self, value, /) => ror;
    /// See PEP 585
    @classmethod __class_getitem__(cls, object, /) => class_getitem;
};

const DOC: &str = "defaultdict(default_factory=None, /, [...]) --> dict with default factory

The default factory is called without arguments to produce
a new value when a key is not present, in __getitem__ only.
A defaultdict compares equal to a dict with the same items.
All remaining arguments are treated the same as if they were
passed to the dict constructor, including keyword arguments.
";

static CLASS: GilCell<Option<Root>> = GilCell::new(None);

/// The class, made at the first import.
pub fn class(t: &Thread) -> R<Value> {
    if let Some(c) = CLASS.with_mut(|c| c.as_ref().map(Root::get)) {
        return Ok(c);
    }
    let d = Dict::new();
    d.set_str(t, intern("__module__"), intern("collections").value())?;
    d.set_str(t, intern("__doc__"), Str::new(DOC).value())?;
    let slots = Tuple::new(&[intern("default_factory").value()]);
    d.set_str(t, intern("__slots__"), slots.value())?;
    let bases = Tuple::new(&[of_kind(kinds::DICT).value()]);
    let name = intern("defaultdict").value();
    let c = type_new(
        t,
        of_kind(kinds::TYPE),
        &[name, bases.value(), d.value()],
        None,
    )?;
    let class: Gc<Type> = Gc::from_value(c);
    for m in METHODS {
        class
            .dict
            .gc()
            .set_str(t, intern(m.name), method_object(class, m))?;
    }
    class.modified(t);
    CLASS.with_mut(|k| *k = Some(Root::new(c)));
    Ok(c)
}
