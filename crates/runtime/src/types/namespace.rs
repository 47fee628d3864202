//! `types.SimpleNamespace`, and structure sequences (named tuples made natively).

use pyjit_heap::{Field, Gc, Header, RootVec, Value, heap_object};

use crate::core::call;
use crate::core::class::words;
use crate::core::ops::{self, Cmp};
use crate::core::thread::{R, Thread};
use crate::core::{errors, kinds};
use crate::types::dict::Dict;
use crate::types::dict_methods;
use crate::types::str_::{Str, intern, push_lossless};
use crate::types::tuple::Tuple;
use crate::types::type_::{Type, class_of, flags, of_kind, type_name};

/// A namespace: nothing but attributes.
#[repr(C)]
pub struct Namespace {
    header: Header,
    pub dict: Field,
}
heap_object!(Namespace = kinds::SIMPLE_NAMESPACE, refs 1..2);

/// A `SimpleNamespace` with these attributes.
pub fn make(t: &Thread, attributes: &[(&str, Value)]) -> R<Value> {
    let d = Dict::new();
    for (k, v) in attributes {
        d.set_str(t, intern(k), *v)?;
    }
    Ok(Gc::new(Namespace {
        header: Header::NEW,
        dict: Field::new(d.value()),
    })
    .value())
}

fn new(_t: &Thread, class: Gc<Type>, _args: Value, _kwargs: Value) -> Gc<Namespace> {
    let n = Namespace {
        header: Header::NEW,
        dict: Field::new(Dict::new().value()),
    };
    Gc::with_shape(
        class.root_shape.get(),
        n,
        class.extra_bytes(words::<Namespace>()),
    )
}
fn own(this: Gc<Namespace>) -> Gc<Dict> {
    Gc::from_value(this.dict.get())
}
fn init(t: &Thread, this: Gc<Namespace>, args: Gc<Tuple>, kwargs: Option<Gc<Dict>>) -> R<()> {
    match args.items() {
        [] => {}
        [m] => {
            let d = Dict::new();
            dict_methods::merge_any(t, d, *m)?;
            if d.iter().any(|(k, _)| k.cast::<Str>().is_none()) {
                return Err(errors::type_error(t, "keywords must be strings"));
            }
            dict_methods::merge(t, own(this), d)?;
        }
        more => {
            let m = format!(
                "{} expected at most 1 argument, got {}",
                class_of(this.value()).name_str(),
                more.len()
            );
            return Err(errors::type_error(t, m));
        }
    }
    match kwargs {
        Some(k) => dict_methods::merge(t, own(this), k),
        None => Ok(()),
    }
}
fn repr(t: &Thread, this: Gc<Namespace>) -> R<String> {
    let name = match class_of(this.value()) == of_kind(kinds::SIMPLE_NAMESPACE) {
        true => "namespace".into(),
        false => class_of(this.value()).name_str(),
    };
    let Some(_guard) = super::list_methods::ReprGuard::enter(t, this.value()) else {
        return Ok(format!("{name}(...)"));
    };
    let mut s = format!("{name}(");
    for (i, (k, v)) in own(this).iter().enumerate() {
        if i > 0 {
            s.push_str(", ");
        }
        push_lossless(&mut s, ops::str(t, k)?);
        s.push('=');
        push_lossless(&mut s, ops::repr(t, v)?);
    }
    s.push(')');
    Ok(s)
}
fn compare(t: &Thread, cmp: Cmp, a: Gc<Namespace>, b: Value) -> R<Value> {
    match b.cast::<Namespace>() {
        Some(b) => ops::compare(t, cmp, own(a).value(), own(b).value()),
        None => Ok(Value::NOT_IMPLEMENTED),
    }
}
crate::comparisons!(Gc<Namespace>, compare);
fn reduce(_t: &Thread, this: Gc<Namespace>) -> Gc<Tuple> {
    Tuple::new(&[
        class_of(this.value()).value(),
        Tuple::new(&[]).value(),
        own(this).value(),
    ])
}
fn replace(t: &Thread, this: Gc<Namespace>, kwargs: Option<Gc<Dict>>) -> R<Value> {
    let class = class_of(this.value());
    let copy = call::call(t, class.value(), &[])?;
    if copy.cast::<Namespace>().is_none() {
        let name = super::object::qualified_name(t, class)?;
        let m = format!(
            "expect types.SimpleNamespace type, but {}() returned '{}' object",
            name.strip_prefix("__main__.").unwrap_or(&name),
            type_name(copy)
        );
        return Err(errors::type_error(t, m));
    }
    let d = crate::core::attr::instance_dict(t, copy)?;
    dict_methods::merge(t, d, own(this))?;
    if let Some(k) = kwargs {
        dict_methods::merge(t, d, k)?;
    }
    Ok(copy)
}
fn get_dict(_t: &Thread, this: Gc<Namespace>) -> Value {
    this.dict.get()
}

crate::py_class! {
    /// A simple attribute-based namespace.
    pub CLASS: Namespace = "SimpleNamespace", base kinds::OBJECT, flags flags::BASETYPE, module "types";
    methods {
        @staticmethod __new__(cls, /, *args, **kwargs) => new;
        __init__(self, /, *args, **kwargs) => init;
        __repr__(self, /) => repr;
        __lt__(self, value, /) => lt; __le__(self, value, /) => le; __eq__(self, value, /) => eq;
        __ne__(self, value, /) => ne; __gt__(self, value, /) => gt; __ge__(self, value, /) => ge;
        /// Return state information for pickling
        __reduce__(self, /) => reduce;
        /// Return a copy of the namespace object with new values for the specified attributes.
        __replace__(self, /, **changes) => replace;
    }
    getset { __dict__ => get_dict; }
}

// ---- structure sequences ---------------------------------------------------

/// Names of the fields that have one, in order.
fn field_names(class: Gc<Type>) -> Vec<(String, usize)> {
    let dicts = class
        .mro_types()
        .find(|c| c.dict.gc().get_str(intern("n_fields")).is_some());
    let Some(dict) = dicts.map(|c| c.dict.gc()) else {
        return Vec::new();
    };
    let named = dict.iter().filter_map(|(k, v)| {
        let at = super::descriptors::item_index(v)?;
        Some((k.cast::<Str>()?.lossy().into_owned(), at))
    });
    named.collect()
}
fn count_of(class: Gc<Type>, what: &str) -> usize {
    class
        .lookup(intern(what))
        .map_or(0, |v| v.as_int() as usize)
}

fn struct_repr(t: &Thread, this: Gc<Tuple>) -> R<String> {
    let class = class_of(this.value());
    let names = field_names(class);
    let mut s = format!("{}(", super::object::qualified_name(t, class)?);
    for (i, v) in this.items().iter().enumerate() {
        if i > 0 {
            s.push_str(", ");
        }
        if let Some((n, _)) = names.get(i) {
            s.push_str(n);
            s.push('=');
        }
        push_lossless(&mut s, ops::repr(t, *v)?);
    }
    s.push(')');
    Ok(s)
}
fn wrong_length(t: &Thread, class: Gc<Type>, how: &str, want: usize, got: usize) -> R<Value> {
    let name = super::object::qualified_name(t, class)?;
    let m = format!("{name}() takes an{how} {want}-sequence ({got}-sequence given)");
    Err(errors::type_error(t, m))
}
fn struct_new(t: &Thread, class: Gc<Type>, sequence: Value, dict: Option<Value>) -> R<Value> {
    if ops::iter(t, sequence).is_err() {
        t.exc.set(Value::NULL);
        return Err(errors::type_error(t, "constructor requires a sequence"));
    }
    let items = super::tuple_methods::from_iterable(t, sequence)?;
    let dict = dict.filter(|d| !d.is_none());
    if dict.is_some_and(|d| d.cast::<Dict>().is_none()) {
        let name = super::object::qualified_name(t, class)?;
        let m = format!("{name}() takes a dict as second arg, if any");
        return Err(errors::type_error(t, m));
    }
    let (all, visible) = (
        count_of(class, "n_fields"),
        count_of(class, "n_sequence_fields"),
    );
    let n = items.len();
    if all == visible && n != visible {
        let name = super::object::qualified_name(t, class)?;
        let m = format!("{name}() takes a {visible}-sequence ({n}-sequence given)");
        return Err(errors::type_error(t, m));
    }
    if n < visible {
        return wrong_length(t, class, " at least", visible, n);
    }
    if n > all {
        return wrong_length(t, class, " at most", all, n);
    }
    let mut words = RootVec::new();
    words.extend(items.items().iter().copied());
    let names = field_names(class);
    let dict = dict.and_then(|d| d.cast::<Dict>());
    let mut found = 0;
    for i in n..all {
        let given = match (dict, names.iter().find(|f| f.1 == i)) {
            (Some(d), Some((name, _))) => d.get_str(intern(name)),
            _ => None,
        };
        found += usize::from(given.is_some());
        words.push(given.unwrap_or(Value::NONE));
    }
    if dict.is_some_and(|d| d.len() > found) {
        let name = super::object::qualified_name(t, class)?;
        let m = format!("{name}() got duplicate or unexpected field name(s)");
        return Err(errors::type_error(t, m));
    }
    Ok(struct_instance(class, &words).value())
}
/// The fields that are not items, by name.
fn hidden_fields(t: &Thread, this: Gc<Tuple>) -> R<Gc<Dict>> {
    let class = class_of(this.value());
    let (d, words) = (Dict::new(), this.hidden_items(count_of(class, "n_fields")));
    for (name, i) in field_names(class) {
        if i >= this.len() {
            d.set_str(t, intern(&name), words[i])?;
        }
    }
    Ok(d)
}
fn struct_reduce(t: &Thread, this: Gc<Tuple>) -> R<Gc<Tuple>> {
    let args = Tuple::new(&[
        Tuple::new(this.items()).value(),
        hidden_fields(t, this)?.value(),
    ]);
    Ok(Tuple::new(&[class_of(this.value()).value(), args.value()]))
}
fn struct_replace(t: &Thread, this: Gc<Tuple>, changes: Option<Gc<Dict>>) -> R<Value> {
    let class = class_of(this.value());
    let name = super::object::qualified_name(t, class)?;
    if count_of(class, "n_unnamed_fields") > 0 {
        let m =
            format!("__replace__() is not supported for {name} because it has unnamed field(s)");
        return Err(errors::type_error(t, m));
    }
    let mut words = RootVec::new();
    words.extend(
        this.hidden_items(count_of(class, "n_fields"))
            .iter()
            .copied(),
    );
    let names = field_names(class);
    let mut unknown = Vec::new();
    for (k, v) in changes.iter().flat_map(|d| d.iter()) {
        let key = k
            .cast::<Str>()
            .map_or(String::new(), |k| k.lossy().into_owned());
        match names.iter().find(|f| f.0 == key) {
            Some((_, i)) => words[*i] = v,
            None => unknown.push(format!("'{key}'")),
        }
    }
    if !unknown.is_empty() {
        let m = format!("Got unexpected field name(s): [{}]", unknown.join(", "));
        return Err(errors::type_error(t, m));
    }
    Ok(struct_instance(class, &words).value())
}
fn struct_refuse(t: &Thread, class: Gc<Type>, _args: Gc<Tuple>, _kwargs: Value) -> R<Value> {
    let name = super::object::qualified_name(t, class)?;
    Err(errors::type_error(
        t,
        format!("cannot create '{name}' instances"),
    ))
}
static STRUCT_NO_NEW: &[crate::core::native::NativeDef] = crate::native_table! {
    @staticmethod __new__(cls, /, *args, **kwargs) => struct_refuse;
};

/// Declares that no more instances of a class of structure sequences are to be made.
pub fn forbid_instances(t: &Thread, class: Gc<Type>) -> R<()> {
    for m in STRUCT_NO_NEW {
        let new = crate::core::class::method_object(class, m);
        class.dict.gc().set_str(t, intern(m.name), new)?;
    }
    class.modified(t);
    Ok(())
}

static STRUCT_METHODS: &[crate::core::native::NativeDef] = crate::native_table! {
    @staticmethod __new__(cls, sequence, dict={}) => struct_new;
    __repr__(self, /) => struct_repr;
    __reduce__(self, /) => struct_reduce;
    /// Return a copy of the structure with new values for the specified fields.
    __replace__(self, /, **changes) => struct_replace;
};

/// An instance of a class of structure sequences: `words` are all its fields.
pub fn struct_instance(class: Gc<Type>, words: &[Value]) -> Gc<Tuple> {
    Tuple::with_hidden(
        class.root_shape.get(),
        words,
        count_of(class, "n_sequence_fields"),
    )
}

/// The class of structure sequences called `name` (`module.name`) with these
/// fields, of which the first `visible` are items. A field whose name begins with `_`
/// is an item without a name.
pub fn struct_class(t: &Thread, name: &str, fields: &[&str], visible: usize) -> R<Gc<Type>> {
    let (module, short) = name.rsplit_once('.').unwrap_or(("builtins", name));
    let d = Dict::new();
    let unnamed = fields.iter().filter(|f| f.starts_with('_')).count();
    d.set_str(t, intern("__module__"), intern(module).value())?;
    d.set_str(t, intern("__slots__"), Tuple::new(&[]).value())?;
    d.set_str(t, intern("n_fields"), Value::int(fields.len() as i64))?;
    d.set_str(t, intern("n_sequence_fields"), Value::int(visible as i64))?;
    d.set_str(t, intern("n_unnamed_fields"), Value::int(unnamed as i64))?;
    let mut names = RootVec::new();
    for f in fields[..visible].iter().filter(|f| !f.starts_with('_')) {
        names.push(intern(f).value());
    }
    d.set_str(t, intern("__match_args__"), Tuple::new(&names).value())?;
    let base = Tuple::new(&[of_kind(kinds::TUPLE).value()]);
    let c = super::type_new::type_new(
        t,
        of_kind(kinds::TYPE),
        &[intern(short).value(), base.value(), d.value()],
        None,
    )?;
    let class: Gc<Type> = Gc::from_value(c);
    // It kept instances without a `__dict__`; the class does not show it.
    class.dict.gc().remove(t, intern("__slots__").value())?;
    for (i, f) in fields
        .iter()
        .enumerate()
        .filter(|(_, f)| !f.starts_with('_'))
    {
        let p = super::descriptors::item_property(class, intern(f), i as i64);
        class.dict.gc().set_str(t, intern(f), p)?;
    }
    for m in STRUCT_METHODS {
        class.dict.gc().set_str(
            t,
            intern(m.name),
            crate::core::class::method_object(class, m),
        )?;
    }
    class.modified(t);
    Ok(class)
}

/// One instance of a class of its own: `sys.version_info` and the like.
pub fn struct_sequence(t: &Thread, name: &str, fields: &[(&str, Value)]) -> R<Value> {
    let names: Vec<&str> = fields.iter().map(|(n, _)| *n).collect();
    let class = struct_class(t, name, &names, names.len())?;
    let values: Vec<Value> = fields.iter().map(|(_, v)| *v).collect();
    Ok(struct_instance(class, &values).value())
}
