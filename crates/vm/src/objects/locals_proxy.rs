//! `frame.f_locals` of a function: a mapping that reads and writes the variables themselves.

use pyjit_heap::{Field, Gc, Header, Value, heap_object};
use pyjit_runtime::core::{call, errors, kinds, ops};
use pyjit_runtime::types::cell::Cell;
use pyjit_runtime::types::dict::Dict;
use pyjit_runtime::types::exceptions::Exc;
use pyjit_runtime::types::list::List;
use pyjit_runtime::types::str_::Str;
use pyjit_runtime::types::tuple::Tuple;
use pyjit_runtime::types::type_::{Type, flags, type_name};
use pyjit_runtime::{R, Raised, Thread};

use super::frame::{Frame, Variables};
use crate::frames;

/// A `FrameLocalsProxy`.
#[repr(C)]
pub struct LocalsProxy {
    header: Header,
    frame: Field<Gc<Frame>>,
}
heap_object!(LocalsProxy = kinds::FRAME_LOCALS_PROXY, refs 1..2);

type P = Gc<LocalsProxy>;

/// The proxy of a frame.
pub fn of(frame: Gc<Frame>) -> Value {
    Gc::new(LocalsProxy {
        header: Header::NEW,
        frame: Field::of(frame),
    })
    .value()
}

/// What was stored under names that are no variables.
fn extras(f: Gc<Frame>) -> Option<Gc<Dict>> {
    f.locals_dict.get().opt().and_then(|v| v.cast::<Dict>())
}

/// All names with their values, as a dict.
fn all(t: &Thread, p: P) -> R<Gc<Dict>> {
    let f = p.frame.gc();
    let code = f.function.gc().code.gc();
    let n = code.object().first_temp() as usize;
    let d = frames::variables(t, code, Variables::of(t, f).registers(n))?;
    if let Some(more) = extras(f) {
        for (k, v) in more.copy().iter() {
            d.set(t, k, v)?;
        }
    }
    Ok(d)
}

/// The register of a variable; that of its cell if it has one.
fn register(f: Gc<Frame>, name: Value) -> Option<usize> {
    let name = name.cast::<Str>()?;
    let code = f.function.gc().code.gc();
    let n = code.object().first_temp() as usize;
    let text = name.lossy();
    (0..n).rev().find(|i| code.register_name(*i) == text)
}

fn get_item(t: &Thread, p: P, key: Value) -> R<Value> {
    match all(t, p)?.get(t, key)? {
        Some(v) => Ok(v),
        None => {
            let shown = ops::repr(t, key)?;
            let m = format!("local variable '{}' is not defined", shown.lossy());
            let m = Str::new(&m).value();
            Err(errors::raise_args(t, Exc::KeyError.class(), &[m]))
        }
    }
}
fn set_item(t: &Thread, p: P, key: Value, v: Value) -> R<()> {
    let f = p.frame.gc();
    let Some(i) = register(f, key) else {
        let d = extras(f).unwrap_or_else(|| {
            let d = Dict::new();
            f.locals_dict.set(f, d.value());
            d
        });
        return d.set(t, key, v);
    };
    let is_cell = i >= f.function.gc().code.gc().object().nlocals as usize;
    let all = Variables::of(t, f);
    let Some(old) = all.registers(i + 1).get(i) else {
        return Ok(());
    };
    match old.cast_opt::<Cell>() {
        Some(c) if is_cell => c.value.set(c, v),
        _ => all.set(i, v),
    }
    Ok(())
}
#[cold]
fn immortal(t: &Thread) -> Raised {
    let m = "cannot remove local variables from FrameLocalsProxy";
    errors::value_error(t, m)
}
#[cold]
fn missing(t: &Thread, key: Value) -> Raised {
    errors::raise_args(t, Exc::KeyError.class(), &[key])
}
fn take(t: &Thread, p: P, key: Value) -> R<Option<Value>> {
    let f = p.frame.gc();
    if register(f, key).is_some() {
        return Err(immortal(t));
    }
    match extras(f) {
        Some(d) => d.remove(t, key),
        None => Ok(None),
    }
}
fn del_item(t: &Thread, p: P, key: Value) -> R<()> {
    match take(t, p, key)? {
        Some(_) => Ok(()),
        None => Err(missing(t, key)),
    }
}
fn pop(t: &Thread, p: P, key: Value, default: Option<Value>) -> R<Value> {
    match (take(t, p, key)?, default) {
        (Some(v), _) | (None, Some(v)) => Ok(v),
        (None, None) => Err(missing(t, key)),
    }
}
fn contains(t: &Thread, p: P, key: Value) -> R<bool> {
    Ok(all(t, p)?.get(t, key)?.is_some())
}
fn len(t: &Thread, p: P) -> R<i64> {
    Ok(all(t, p)?.len() as i64)
}
fn list_of(t: &Thread, p: P, what: &str) -> R<Value> {
    let view = call::call_attr(t, all(t, p)?.value(), what, &[])?;
    let list = List::new();
    let items = crate::bridge::tuple_of(t, view)?;
    list.extend(t, items.items())?;
    Ok(list.value())
}
fn keys(t: &Thread, p: P) -> R<Value> {
    list_of(t, p, "keys")
}
fn values(t: &Thread, p: P) -> R<Value> {
    list_of(t, p, "values")
}
fn items(t: &Thread, p: P) -> R<Value> {
    list_of(t, p, "items")
}
fn iter(t: &Thread, p: P) -> R<Value> {
    let l = keys(t, p)?;
    call::call_attr(t, l, "__iter__", &[])
}
fn reversed(t: &Thread, p: P) -> R<Value> {
    let l = keys(t, p)?;
    call::call_attr(t, l, "reverse", &[])?;
    Ok(l)
}
fn get(t: &Thread, p: P, key: Value, default: Option<Value>) -> R<Value> {
    let v = all(t, p)?.get(t, key)?;
    Ok(v.or(default).unwrap_or(Value::NONE))
}
fn setdefault(t: &Thread, p: P, key: Value, default: Option<Value>) -> R<Value> {
    if let Some(v) = all(t, p)?.get(t, key)? {
        return Ok(v);
    }
    let v = default.unwrap_or(Value::NONE);
    set_item(t, p, key, v)?;
    Ok(v)
}
/// The content of a dict or another proxy.
fn content(t: &Thread, v: Value) -> R<Option<Gc<Dict>>> {
    if let Some(p) = v.cast_exact::<LocalsProxy>() {
        return all(t, p).map(Some);
    }
    Ok(v.cast::<Dict>().map(|d| d.copy()))
}
fn merge(t: &Thread, p: P, other: Value) -> R<bool> {
    let Some(d) = content(t, other)? else {
        return Ok(false);
    };
    for (k, v) in d.iter() {
        set_item(t, p, k, v)?;
    }
    Ok(true)
}
fn update(t: &Thread, p: P, other: Value) -> R<()> {
    if merge(t, p, other)? {
        return Ok(());
    }
    let m = "update() argument must be dict or another FrameLocalsProxy";
    Err(errors::type_error(t, m))
}
fn ior(t: &Thread, p: P, other: Value) -> R<Value> {
    Ok(match merge(t, p, other)? {
        true => p.value(),
        false => Value::NOT_IMPLEMENTED,
    })
}
fn united(t: &Thread, a: Option<Gc<Dict>>, b: Option<Gc<Dict>>) -> R<Value> {
    let (Some(a), Some(b)) = (a, b) else {
        return Ok(Value::NOT_IMPLEMENTED);
    };
    for (k, v) in b.iter() {
        a.set(t, k, v)?;
    }
    Ok(a.value())
}
fn or(t: &Thread, p: P, other: Value) -> R<Value> {
    let (a, b) = (all(t, p)?, content(t, other)?);
    united(t, Some(a), b)
}
fn ror(t: &Thread, p: P, other: Value) -> R<Value> {
    let (a, b) = (content(t, other)?, all(t, p)?);
    united(t, a, Some(b))
}
fn copy(t: &Thread, p: P) -> R<Gc<Dict>> {
    all(t, p)
}
fn eq(t: &Thread, p: P, other: Value) -> R<Value> {
    if let Some(o) = other.cast_exact::<LocalsProxy>() {
        return Ok(Value::bool(o.frame.gc() == p.frame.gc()));
    }
    match other.cast::<Dict>() {
        Some(_) => Ok(Value::bool(ops::same_or_eq(t, all(t, p)?.value(), other)?)),
        None => Ok(Value::NOT_IMPLEMENTED),
    }
}
fn repr(t: &Thread, p: P) -> R<String> {
    let Some(_guard) = pyjit_runtime::types::list_methods::ReprGuard::enter(t, p.value()) else {
        return Ok("{...}".into());
    };
    Ok(ops::repr(t, all(t, p)?.value())?.lossy().into_owned())
}
fn new(t: &Thread, _class: Gc<Type>, args: Gc<Tuple>, kwargs: Option<Gc<Dict>>) -> R<Value> {
    let [frame] = args.items() else {
        let m = format!("FrameLocalsProxy expected 1 argument, got {}", args.len());
        return Err(errors::type_error(t, m));
    };
    if kwargs.is_some_and(|k| !k.is_empty()) {
        let m = "FrameLocalsProxy takes no keyword arguments";
        return Err(errors::type_error(t, m));
    }
    match frame.cast_exact::<Frame>() {
        Some(f) => Ok(of(f)),
        None => {
            let m = format!("expect frame, not {}", type_name(*frame));
            Err(errors::type_error(t, m))
        }
    }
}

pyjit_runtime::py_class! {
    /// A write-through view of the variables of a frame.
    pub CLASS: LocalsProxy = "FrameLocalsProxy", base kinds::OBJECT, flags flags::MAPPING;
    methods {
        @staticmethod __new__(cls, /, *args, **kwargs) => new;
        __getitem__(self, key, /) => get_item;
        __setitem__(self, key, value, /) => set_item;
        __delitem__(self, key, /) => del_item;
        __contains__(self, key, /) => contains;
        __len__(self, /) => len;
        __iter__(self, /) => iter;
        __reversed__(self, /) => reversed;
        __or__(self, value, /) => or;
        __ror__(self, value, /) => ror;
        __ior__(self, value, /) => ior;
        __eq__(self, value, /) => eq;
        __repr__(self, /) => repr;
        keys(self, /) => keys;
        values(self, /) => values;
        items(self, /) => items;
        get(self, key, default=None, /) => get;
        setdefault(self, key, default=None, /) => setdefault;
        update(self, other, /) => update;
        pop(self, key, default=None, /) => pop;
        copy(self, /) => copy;
    }
    getset {}
}
