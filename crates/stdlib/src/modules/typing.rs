//! `_typing`: the objects of module `typing` that the interpreter knows.

use pyjit_heap::{Gc, GilCell, Header, Root, Value};
use pyjit_runtime::core::class::method_object;
use pyjit_runtime::core::{errors, kinds};
use pyjit_runtime::types::dict::Dict;
use pyjit_runtime::types::module::Module;
use pyjit_runtime::types::str_::{Str, intern};
use pyjit_runtime::types::tuple::Tuple;
use pyjit_runtime::types::type_::{Type, of_kind};
use pyjit_runtime::types::type_new::type_new;
use pyjit_runtime::types::{type_alias, type_params};
use pyjit_runtime::{R, Thread, py_class};

use crate::native_module;

/// The type of `NoDefault`.
#[repr(C)]
pub struct NoDefault {
    header: Header,
    unused: u64,
}
pyjit_heap::heap_object!(NoDefault = 304, no refs);

fn new(t: &Thread, _class: Gc<Type>, args: Gc<Tuple>, kwargs: Option<Gc<Dict>>) -> R<Value> {
    if !args.is_empty() || kwargs.is_some() {
        return Err(errors::type_error(t, "NoDefaultType takes no arguments"));
    }
    Ok(type_params::no_default())
}
fn repr(_t: &Thread, _this: Value) -> &'static str {
    "typing.NoDefault"
}
fn reduce(_t: &Thread, _this: Value) -> &'static str {
    "NoDefault"
}
fn idfunc(_t: &Thread, x: Value) -> Value {
    x
}

py_class! {
    /// The type of the NoDefault singleton.
    pub NO_DEFAULT: NoDefault = "NoDefaultType", base kinds::OBJECT, flags 0;
    methods {
        @staticmethod __new__(cls, /, *args, **kwargs) => new;
        __repr__(self, /) => repr;
        __reduce__(self, /) => reduce;
    }
}

const GENERIC_DOC: &str = "Abstract base class for generic types.

On Python 3.12 and newer, generic classes implicitly inherit from
Generic when they declare a parameter list after the class's name::

    class Mapping[KT, VT]:
        def __getitem__(self, key: KT) -> VT:
            ...
            # Etc.
";

static GENERIC: GilCell<Option<Root>> = GilCell::new(None);

/// The class `Generic`, made at the first import.
fn generic(t: &Thread) -> R<Value> {
    if let Some(c) = GENERIC.with_mut(|c| c.as_ref().map(Root::get)) {
        return Ok(c);
    }
    let d = Dict::new();
    d.set_str(t, intern("__module__"), intern("typing").value())?;
    d.set_str(t, intern("__doc__"), Str::new(GENERIC_DOC).value())?;
    d.set_str(t, intern("__slots__"), Tuple::new(&[]).value())?;
    let bases = Tuple::new(&[of_kind(kinds::OBJECT).value()]);
    let name = intern("Generic").value();
    let c = type_new(
        t,
        of_kind(kinds::TYPE),
        &[name, bases.value(), d.value()],
        None,
    )?;
    let class: Gc<Type> = Gc::from_value(c);
    for m in type_alias::GENERIC_METHODS {
        class
            .dict
            .gc()
            .set_str(t, intern(m.name), method_object(class, m))?;
    }
    class.modified(t);
    GENERIC.with_mut(|k| *k = Some(Root::new(c)));
    Ok(c)
}

fn init(t: &Thread, m: Gc<Module>) -> R<()> {
    pyjit_runtime::core::class::make(t, &NO_DEFAULT);
    if type_params::no_default().is_none() {
        let o = NoDefault {
            header: Header::NEW,
            unused: 0,
        };
        type_params::set_no_default(Gc::new(o).value());
    }
    // Programs give type parameters attributes of their own.
    for def in [
        &type_params::TYPEVAR,
        &type_params::PARAMSPEC,
        &type_params::TYPEVARTUPLE,
    ] {
        crate::layout::with_dict(t, def)?;
    }
    m.set(t, "NoDefault", type_params::no_default())?;
    m.set(t, "Generic", generic(t)?)?;
    for (name, kind) in [
        ("TypeVar", kinds::TYPE_VAR),
        ("ParamSpec", kinds::PARAM_SPEC),
        ("TypeVarTuple", kinds::TYPE_VAR_TUPLE),
        ("ParamSpecArgs", kinds::PARAM_SPEC_ARGS),
        ("ParamSpecKwargs", kinds::PARAM_SPEC_KWARGS),
        ("TypeAliasType", kinds::TYPE_ALIAS),
        ("Union", kinds::UNION_TYPE),
    ] {
        m.set(t, name, of_kind(kind).value())?;
    }
    Ok(())
}

native_module! {
    /// Primitives and accelerators for the typing module.
    pub MODULE = "_typing", init init;
    functions {
        _idfunc(x, /) => idfunc;
    }
}
