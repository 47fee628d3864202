//! `types.SimpleNamespace`, and structure sequences (named tuples made natively).

use pyjit_heap::{Field, Gc, Header, Value, heap_object};

use crate::core::call;
use crate::core::class::words;
use crate::core::ops::{self, Cmp};
use crate::core::thread::{R, Thread};
use crate::core::{errors, kinds};
use crate::types::dict::Dict;
use crate::types::dict_methods;
use crate::types::str_::{Str, intern, push_lossless};
use crate::types::tuple::Tuple;
use crate::types::type_::{Type, class_of, flags, of_kind};

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
    let copy = call::call(t, class_of(this.value()).value(), &[])?;
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

fn struct_repr(t: &Thread, this: Gc<Tuple>) -> R<String> {
    let class = class_of(this.value());
    let names = class
        .lookup(intern("__match_args__"))
        .and_then(|n| n.cast::<Tuple>());
    let mut s = format!("{}(", super::object::qualified_name(t, class)?);
    for (i, v) in this.items().iter().enumerate() {
        if i > 0 {
            s.push_str(", ");
        }
        if let Some(n) = names.and_then(|n| n.items().get(i).copied()) {
            push_lossless(&mut s, ops::str(t, n)?);
            s.push('=');
        }
        push_lossless(&mut s, ops::repr(t, *v)?);
    }
    s.push(')');
    Ok(s)
}
fn struct_new(t: &Thread, class: Gc<Type>, sequence: Value, _dict: Option<Value>) -> R<Value> {
    let items = super::tuple_methods::from_iterable(t, sequence)?;
    let want = class.lookup(intern("n_fields")).map_or(0, |v| v.as_int());
    if (items.len() as i64) < want {
        let m = format!(
            "{}() takes an at least {want}-sequence ({}-sequence given)",
            super::object::qualified_name(t, class)?,
            items.len()
        );
        return Err(errors::type_error(t, m));
    }
    Ok(super::tuple_methods::with_class(class, items.items()).value())
}
fn struct_reduce(t: &Thread, this: Gc<Tuple>) -> Gc<Tuple> {
    let _ = t;
    let args = Tuple::new(&[Tuple::new(this.items()).value(), Dict::new().value()]);
    Tuple::new(&[class_of(this.value()).value(), args.value()])
}
static STRUCT_METHODS: &[crate::core::native::NativeDef] = crate::native_table! {
    @staticmethod __new__(cls, sequence, dict={}) => struct_new;
    __repr__(self, /) => struct_repr;
    __reduce__(self, /) => struct_reduce;
};

/// The class of structure sequences called `name` (`module.name`) with these
/// fields; `hidden` more fields follow that are not items of the sequence.
pub fn struct_class(t: &Thread, name: &str, fields: &[&str], visible: usize) -> R<Gc<Type>> {
    let (module, short) = name.rsplit_once('.').unwrap_or(("builtins", name));
    let d = Dict::new();
    d.set_str(t, intern("__module__"), intern(module).value())?;
    d.set_str(t, intern("__slots__"), Tuple::new(&[]).value())?;
    d.set_str(t, intern("n_fields"), Value::int(fields.len() as i64))?;
    d.set_str(t, intern("n_sequence_fields"), Value::int(visible as i64))?;
    d.set_str(t, intern("n_unnamed_fields"), Value::int(0))?;
    let names: Vec<Value> = fields.iter().map(|f| intern(f).value()).collect();
    d.set_str(
        t,
        intern("__match_args__"),
        Tuple::new(&names[..visible]).value(),
    )?;
    let base = Tuple::new(&[of_kind(kinds::TUPLE).value()]);
    let c = super::type_new::type_new(
        t,
        of_kind(kinds::TYPE),
        &[intern(short).value(), base.value(), d.value()],
        None,
    )?;
    let class: Gc<Type> = Gc::from_value(c);
    for (i, f) in fields.iter().enumerate() {
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
    Ok(super::tuple_methods::with_class(class, &values).value())
}
