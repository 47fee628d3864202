//! What makes objects of the parts in a pickle: finding classes, calling
//! them, setting states.

use pyjit_heap::{Gc, Value};
use pyjit_runtime::core::{attr, audit, call, errors, ops};
use pyjit_runtime::types::dict::Dict;
use pyjit_runtime::types::exceptions::Exc;
use pyjit_runtime::types::intern::intern_str;
use pyjit_runtime::types::str_::{Str, intern};
use pyjit_runtime::types::tuple::Tuple;
use pyjit_runtime::types::type_::{Type, type_name};
use pyjit_runtime::{R, Thread};

use super::globals::{follow, import_by_name, mapped, path};
use super::load::Loader;
use super::unpickler::U;
use super::{bad_pickle, instead, kind_of};
use crate::import;
use crate::layout::call_with_dict;

fn text(t: &Thread, bytes: &[u8]) -> R<Value> {
    match std::str::from_utf8(bytes) {
        Ok(s) => Ok(Str::new(s).value()),
        Err(_) => {
            let b = pyjit_runtime::types::bytes::Bytes::new(bytes).value();
            pyjit_runtime::types::codec_registry::decode_text(t, b, "utf-8", "strict")
        }
    }
}

/// `Unpickler.find_class`.
pub fn find_class(t: &Thread, u: U, module: Value, name: Value) -> R<Value> {
    audit::event(t, "pickle.find_class", || [module, name])?;
    let (Some(mut m), Some(mut n)) = (module.cast::<Str>(), name.cast::<Str>()) else {
        let m = format!("attribute name must be string, not '{}'", type_name(name));
        return Err(errors::type_error(t, m));
    };
    if u.proto.get() < 3 && u.fix_imports.get() != 0 {
        (m, n) = mapped(t, m, n, "NAME_MAPPING", "IMPORT_MAPPING")?;
    }
    let found = import_by_name(t, m.value())?;
    if u.proto.get() < 4 || !n.bytes().contains(&b'.') {
        return attr::get(t, found, n);
    }
    follow(t, found, &path(n)).map_err(|e| {
        if !errors::matches(t, Exc::AttributeError) {
            return e;
        }
        instead(t, || {
            let shown = |v: Value| ops::repr(t, v).map(|s| s.lossy().into_owned());
            match (shown(n.value()), shown(m.value())) {
                (Ok(n), Ok(m)) => {
                    let m = format!("Can't resolve path {n} on module {m}");
                    errors::attribute_error(t, m)
                }
                (Err(e), _) | (_, Err(e)) => e,
            }
        })
    })
}
/// The class, by the method that a subclass may have.
pub fn find(l: &mut Loader, module: Value, name: Value) -> R<Value> {
    match l.exact {
        true => find_class(l.t, l.u, module, name),
        false => call::call_attr(l.t, l.u.value(), "find_class", &[module, name]),
    }
}
/// `GLOBAL`: two lines.
pub fn global(l: &mut Loader) -> R<Value> {
    let (module, name) = (l.full_line()?, l.full_line()?);
    let (module, name) = (text(l.t, &module)?, text(l.t, &name)?);
    find(l, module, name)
}
fn instantiate(t: &Thread, class: Value, args: Gc<Tuple>) -> R<Value> {
    if args.is_empty()
        && class.cast::<Type>().is_some()
        && attr::get_opt(t, class, intern("__getinitargs__"))?.is_none()
    {
        return call::call_attr(t, class, "__new__", &[class]);
    }
    call::call(t, class, args.items())
}
/// `INST`.
pub fn inst(l: &mut Loader) -> R<()> {
    let class = global(l)?;
    let args = l.marked()?;
    let v = instantiate(l.t, class, args)?;
    l.push(v)
}
/// `OBJ`.
pub fn obj(l: &mut Loader) -> R<()> {
    let items = l.marked()?;
    let Some((class, args)) = items.items().split_first() else {
        return Err(bad_pickle(l.t, "unpickling stack underflow"));
    };
    let v = instantiate(l.t, *class, Tuple::new(args))?;
    l.push(v)
}
/// `REDUCE`.
pub fn reduce(t: &Thread, f: Value, args: Value) -> R<Value> {
    match args.cast::<Tuple>() {
        Some(p) => call::call(t, f, p.items()),
        None => {
            let m = format!("Value after * must be an iterable, not {}", type_name(args));
            let l = pyjit_runtime::types::list::List::new();
            if class_has_no_iter(args) {
                return Err(errors::type_error(t, m));
            }
            ops::for_each(t, args, |v| l.push(t, v))?;
            call::call(t, f, Tuple::new(l.items()).items())
        }
    }
}
fn class_has_no_iter(v: Value) -> bool {
    pyjit_runtime::types::type_::class_of(v)
        .lookup(intern("__iter__"))
        .is_none()
}
/// `NEWOBJ` and `NEWOBJ_EX`.
pub fn newobj(l: &mut Loader, keywords: bool) -> R<()> {
    let t = l.t;
    let name = if keywords { "NEWOBJ_EX" } else { "NEWOBJ" };
    let kw = if keywords { Some(l.pop()?) } else { None };
    let (args, class) = (l.pop()?, l.pop()?);
    if class.cast::<Type>().is_none() {
        let m = format!(
            "{name} class argument must be a type, not {}",
            kind_of(t, class)
        );
        return Err(bad_pickle(t, m));
    }
    let Some(new) = attr::get_opt(t, class, intern("__new__"))? else {
        let m = format!(
            "{name} class argument '{}' doesn't have __new__",
            kind_of(t, class)
        );
        return Err(bad_pickle(t, m));
    };
    let Some(args) = args.cast::<Tuple>() else {
        let m = format!(
            "{name} args argument must be a tuple, not {}",
            kind_of(t, args)
        );
        return Err(bad_pickle(t, m));
    };
    let dict = kw.and_then(|v| v.cast::<Dict>());
    if let Some(v) = kw
        && dict.is_none()
    {
        let m = format!(
            "{name} kwargs argument must be a dict, not {}",
            kind_of(t, v)
        );
        return Err(bad_pickle(t, m));
    }
    let all = call::prepend(class, args.items());
    let v = call_with_dict(t, new, &all, dict)?;
    l.push(v)
}
/// `BUILD`.
pub fn set_state(t: &Thread, v: Value, state: Value) -> R<()> {
    if let Some(f) = attr::get_opt(t, v, intern("__setstate__"))? {
        call::call(t, f, &[state])?;
        return Ok(());
    }
    let (mut state, mut slots) = (state, Value::NONE);
    if let Some(&[s, more]) = state.cast::<Tuple>().as_ref().map(|p| p.items()) {
        (state, slots) = (s, more);
    }
    if !state.is_none() {
        let Some(state) = state.cast::<Dict>() else {
            return Err(bad_pickle(t, "state is not a dictionary"));
        };
        let target = attr::get(t, v, intern("__dict__"))?;
        let exact = target.cast_exact::<Dict>();
        for (k, x) in state.iter() {
            let k = match k.cast_exact::<Str>() {
                Some(s) => intern_str(s).value(),
                None => k,
            };
            match exact {
                Some(d) => d.set(t, k, x)?,
                None => ops::setitem(t, target, k, x)?,
            }
        }
    }
    if !slots.is_none() {
        let Some(slots) = slots.cast::<Dict>() else {
            return Err(bad_pickle(t, "slot state is not a dictionary"));
        };
        for (k, x) in slots.iter() {
            let Some(name) = k.cast::<Str>() else {
                let m = format!("attribute name must be string, not '{}'", type_name(k));
                return Err(errors::type_error(t, m));
            };
            attr::set(t, v, name, Some(x))?;
        }
    }
    Ok(())
}
/// `EXT1`, `EXT2`, `EXT4`.
pub fn extension(l: &mut Loader, code: i64) -> R<()> {
    let t = l.t;
    if code <= 0 {
        return Err(bad_pickle(t, "EXT specifies code <= 0"));
    }
    let table = |name: &str| -> R<Gc<Dict>> {
        let v = import::attribute(t, "copyreg", name)?;
        v.cast::<Dict>()
            .ok_or_else(|| errors::runtime_error(t, format!("copyreg.{name} should be a dict")))
    };
    let key = Value::int(code);
    let cache = table("_extension_cache")?;
    if let Some(v) = cache.get(t, key)? {
        return l.push(v);
    }
    let Some(pair) = table("_inverted_registry")?.get(t, key)? else {
        let m = format!("unregistered extension code {code}");
        return Err(errors::value_error(t, m));
    };
    let names = pair
        .cast::<Tuple>()
        .filter(|p| p.len() == 2 && p.items().iter().all(|v| v.cast::<Str>().is_some()));
    let Some(names) = names else {
        let m = format!("_inverted_registry[{code}] isn't a 2-tuple of strings");
        return Err(errors::value_error(t, m));
    };
    let v = find(l, names.items()[0], names.items()[1])?;
    cache.set(t, key, v)?;
    l.push(v)
}
