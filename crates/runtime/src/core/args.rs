//! Binding call arguments to the parameters of a native function.

use std::collections::BTreeMap;

use pyjit_heap::{Gc, GilCell, Value};

use super::native::{Binding, Keywords, NativeDef, NativeObject, Sig};
use super::special::Special;
use super::thread::{R, Raised, Thread};
use super::{errors, kinds};
use crate::types::dict::Dict;
use crate::types::str_::{Str, intern};
use crate::types::tuple::Tuple;
use crate::types::type_::{Type, class_of, flags, type_name};

/// Most slots a native function may have.
pub const MAX_SLOTS: usize = 24;

/// Calls `def` with the arguments of a call.
#[inline]
pub fn call_native(t: &Thread, def: &'static NativeDef, args: &[Value], kw: Keywords) -> R<Value> {
    if kw.names.is_empty() && args.len() == def.sig.exact as usize {
        return (def.entry)(t, args);
    }
    call_bound(t, def, args, kw)
}

/// Most parameters of the short way.
const FEW: usize = 6;

#[inline(never)]
fn call_bound(t: &Thread, def: &'static NativeDef, args: &[Value], kw: Keywords) -> R<Value> {
    if kw.names.is_empty() && def.sig.slots() <= FEW {
        let mut slots = [Value::NULL; FEW];
        if bind_few(&def.sig, args, &mut slots) {
            return (def.entry)(t, &slots[..def.sig.slots()]);
        }
    }
    call_many(t, def, args, kw)
}

/// On its own: what is left on the stack of callees would keep objects alive.
#[inline(never)]
fn call_many(t: &Thread, def: &'static NativeDef, args: &[Value], kw: Keywords) -> R<Value> {
    let mut slots = [Value::NULL; MAX_SLOTS];
    bind(t, def, args, kw, &mut slots)?;
    (def.entry)(t, &slots[..def.sig.slots()])
}

/// Binds positional arguments to few parameters; false if that is an error, which [`bind`] words.
#[inline]
fn bind_few(s: &Sig, args: &[Value], slots: &mut [Value; FEW]) -> bool {
    let positional = s.positional as usize;
    let n = args.len().min(positional);
    if n < s.required as usize || s.needs_keyword || (args.len() > n && !s.varargs) {
        return false;
    }
    for (slot, v) in slots.iter_mut().zip(&args[..n]) {
        *slot = *v;
    }
    if s.varargs {
        slots[positional + s.keyword_only as usize] = Tuple::new(&args[n..]).value();
    }
    true
}

fn bind(
    t: &Thread,
    def: &'static NativeDef,
    args: &[Value],
    kw: Keywords,
    slots: &mut [Value; MAX_SLOTS],
) -> R<()> {
    let s = &def.sig;
    let kw = match !kw.names.is_empty() && ignores_keywords(def, args) {
        true => Keywords::NONE,
        false => kw,
    };
    check_counts(t, def, args, kw)?;
    let positional = s.positional as usize;
    let n = args.len().min(positional);
    slots[..n].copy_from_slice(&args[..n]);
    let mut next = positional + s.keyword_only as usize;
    if s.varargs {
        slots[next] = Tuple::new(&args[n..]).value();
        next += 1;
    }
    let rest = if s.varkw && !kw.names.is_empty() {
        let d = Dict::new();
        slots[next] = d.value();
        Some(d)
    } else {
        None
    };
    let mut unknown = None;
    for (name, value) in kw.names.iter().zip(kw.values) {
        if !bind_keyword(t, def, args, (*name, *value), rest, slots)? {
            unknown = unknown.or(Some(*name));
        }
    }
    for i in n..s.required as usize {
        if slots[i].is_null() {
            return Err(missing(t, def, args, i));
        }
    }
    require_keyword_only(t, def, slots)?;
    match unknown {
        Some(name) => Err(unexpected(t, def, args, name)),
        None => Ok(()),
    }
}

/// A constructor that takes no keywords leaves them to a subclass that defines
/// the other half of construction.
fn ignores_keywords(def: &'static NativeDef, args: &[Value]) -> bool {
    let other = match def.name {
        "__new__" => Special::Init,
        "__init__" => Special::New,
        _ => return false,
    };
    let s = &def.sig;
    if s.positional_only != s.positional || s.keyword_only > 0 || s.varkw {
        return false;
    }
    let class = match (other, args.first()) {
        (Special::Init, Some(c)) => c.cast::<Type>(),
        (_, Some(o)) => Some(class_of(*o)),
        _ => None,
    };
    let Some(class) = class else {
        return false;
    };
    let owner = class.mro_types().find(|c| !c.has(flags::HEAP));
    owner.is_some_and(|o| o != class && o.special(other) != class.special(other))
}

/// Are there too many arguments, or keywords where none are taken?
fn check_counts(t: &Thread, def: &'static NativeDef, args: &[Value], kw: Keywords) -> R<()> {
    let s = &def.sig;
    let (positional, h) = (s.positional as usize, hidden(def));
    if s.positional_only == s.positional && s.keyword_only == 0 {
        if !s.varkw && !kw.names.is_empty() {
            return Err(no_keywords(t, def, args));
        }
        if !s.varargs && args.len() > positional {
            return Err(wrong_count(t, def, args));
        }
        return Ok(());
    }
    if s.varargs || s.varkw {
        return match args.len() > positional && !s.varargs {
            true => Err(wrong_count(t, def, args)),
            false => Ok(()),
        };
    }
    let most = positional + s.keyword_only as usize - h;
    let (by_place, all) = (
        args.len().saturating_sub(h),
        args.len().saturating_sub(h) + kw.names.len(),
    );
    let function = short_name(def, args);
    let m = if all > most {
        let keyword = if by_place == 0 { "keyword " } else { "" };
        format!(
            "{function}() takes at most {most} {keyword}argument{} ({all} given)",
            plural(most)
        )
    } else if args.len() <= positional {
        return Ok(());
    } else if positional == h {
        format!("{function}() takes no positional arguments")
    } else {
        let most = positional - h;
        format!(
            "{function}() takes at most {most} positional argument{} ({by_place} given)",
            plural(most)
        )
    };
    Err(errors::type_error(t, m))
}

#[cold]
fn no_keywords(t: &Thread, def: &'static NativeDef, args: &[Value]) -> Raised {
    let m = match is_slot(def, args) {
        true => format!("wrapper {}() takes no keyword arguments", def.name),
        false => format!("{}() takes no keyword arguments", long_name(def, args)),
    };
    errors::type_error(t, m)
}

#[cold]
fn unexpected(t: &Thread, def: &'static NativeDef, args: &[Value], name: Value) -> Raised {
    let text = name
        .cast::<Str>()
        .map_or(String::new(), |s| s.lossy().into_owned());
    let m = format!(
        "{}() got an unexpected keyword argument '{text}'",
        short_name(def, args)
    );
    errors::type_error(t, m)
}

/// Puts a keyword argument where it belongs; false when nothing takes it.
fn bind_keyword(
    t: &Thread,
    def: &'static NativeDef,
    args: &[Value],
    (name, value): (Value, Value),
    rest: Option<Gc<Dict>>,
    slots: &mut [Value; MAX_SLOTS],
) -> R<bool> {
    let Some(text) = name.cast::<Str>() else {
        return Err(errors::type_error(t, "keywords must be strings"));
    };
    let s = &def.sig;
    let found = params(def)
        .iter()
        .enumerate()
        .find(|(i, p)| *i >= s.positional_only as usize && p.name.as_bytes() == text.bytes())
        .map(|(i, _)| i);
    match (found, rest) {
        (Some(i), _) if !slots[i].is_null() => {
            let function = short_name(def, args);
            let m = if i < args.len() {
                format!(
                    "argument for {function}() given by name ('{}') and position ({})",
                    text.lossy(),
                    i + 1 - hidden(def)
                )
            } else {
                format!(
                    "{function}() got multiple values for argument '{}'",
                    text.lossy()
                )
            };
            Err(errors::type_error(t, m))
        }
        (Some(i), _) => {
            slots[i] = value;
            Ok(true)
        }
        (None, Some(d)) => d.set(t, name, value).map(|()| true),
        (None, None) => Ok(false),
    }
}

fn require_keyword_only(t: &Thread, def: &'static NativeDef, slots: &[Value; MAX_SLOTS]) -> R<()> {
    let s = &def.sig;
    if !s.needs_keyword {
        return Ok(());
    }
    for (i, p) in params(def).iter().enumerate().skip(s.positional as usize) {
        if !p.has_default && slots[i].is_null() {
            let m = format!(
                "{}() missing 1 required keyword-only argument: '{}'",
                def.name, p.name
            );
            return Err(errors::type_error(t, m));
        }
    }
    Ok(())
}

/// One named parameter of a signature text.
pub struct Param {
    pub name: &'static str,
    pub has_default: bool,
}

/// Parameters of functions that were called with keywords, by the function's address.
static PARAMS: GilCell<BTreeMap<usize, &'static [Param]>> = GilCell::new(BTreeMap::new());

/// The named parameters (positional, then keyword-only) in slot order.
pub fn params(def: &'static NativeDef) -> &'static [Param] {
    PARAMS.with_mut(|known| {
        *known
            .entry(std::ptr::from_ref(def).addr())
            .or_insert_with(|| named(def.params).collect::<Vec<_>>().leak())
    })
}
/// The name of the parameter in slot `i`.
pub fn parameter_name(text: &'static str, i: usize) -> Option<&'static str> {
    named(text).nth(i).map(|p| p.name)
}
fn named(text: &'static str) -> impl Iterator<Item = Param> {
    split_params(text).filter_map(|p| {
        let p = p.trim();
        if p.is_empty() || p.starts_with(['*', '/']) {
            return None;
        }
        let (name, default) = p
            .split_once('=')
            .map_or((p, None), |(a, b)| (a.trim(), Some(b)));
        Some(Param {
            name,
            has_default: default.is_some(),
        })
    })
}

fn split_params(text: &'static str) -> impl Iterator<Item = &'static str> {
    let mut depth = 0;
    text.split(move |c| {
        match c {
            '(' | '[' | '{' => depth += 1,
            ')' | ']' | '}' => depth -= 1,
            _ => {}
        }
        c == ',' && depth == 0
    })
}

/// The class among whose methods `def` is, as the first argument tells, and its entry there.
fn entry(def: &'static NativeDef, args: &[Value]) -> Option<(Gc<Type>, Gc<NativeObject>)> {
    if hidden(def) == 0 {
        return None;
    }
    let first = *args.first()?;
    let class = match def.binding {
        Binding::Method => class_of(first),
        _ => first.cast::<Type>()?,
    };
    class.mro_types().find_map(|c| {
        let f = NativeObject::of(c.dict.gc().get_str(intern(def.name))?)?;
        std::ptr::eq(f.def(), def).then_some((c, f))
    })
}
fn owner(def: &'static NativeDef, args: &[Value]) -> Option<Gc<Type>> {
    entry(def, args).map(|e| e.0)
}
/// Is `def` a special method that stands for an operator or protocol?
fn is_slot(def: &'static NativeDef, args: &[Value]) -> bool {
    !matches!(def.name, "__new__" | "__init__" | "__call__")
        && entry(def, args).is_some_and(|e| e.1.value().shape_id() == kinds::WRAPPER_DESCRIPTOR)
}

/// What messages call the function: a constructor is called as its class.
fn short_name(def: &'static NativeDef, args: &[Value]) -> String {
    match owner(def, args) {
        Some(c) if matches!(def.name, "__new__" | "__init__") => c.name_str(),
        _ => def.name.into(),
    }
}
/// The same, with the class in front of a method.
fn long_name(def: &'static NativeDef, args: &[Value]) -> String {
    match owner(def, args) {
        Some(c) if matches!(def.name, "__new__" | "__init__") => c.name_str(),
        Some(c) => {
            // A class method is called by the class that it is called on.
            let on = args[0].cast::<Type>();
            let c = on
                .filter(|_| def.binding == Binding::ClassMethod)
                .unwrap_or(c);
            format!("{}.{}", c.name_str(), def.name)
        }
        None => def.name.into(),
    }
}

/// Is the first parameter the bound object, which messages do not count?
fn hidden(def: &NativeDef) -> usize {
    let p = def.params.trim_start();
    usize::from(p.starts_with("self") || p.starts_with("cls") || p.starts_with("module"))
}

/// Too many positional arguments, or too few of positional-only ones.
fn wrong_count(t: &Thread, def: &'static NativeDef, args: &[Value]) -> Raised {
    let (h, s) = (hidden(def), &def.sig);
    let (max, min) = (s.positional as usize - h, s.required as usize - h);
    let given = args.len().saturating_sub(h);
    let name = short_name(def, args);
    let constructor = matches!(def.name, "__new__" | "__init__");
    let m = match (max, min) {
        (2, 2) if is_slot(def, args) => {
            format!("{} expected 2 arguments, got {given}", def.name)
        }
        _ if is_slot(def, args) && max == min => {
            format!("expected {max} argument{}, got {given}", plural(max))
        }
        (2, 1) if is_slot(def, args) => format!("expected 1 or 2 arguments, got {given}"),
        _ if s.positional_only != s.positional && def.name != "__new__" => {
            format!(
                "{name}() takes at most {max} argument{} ({given} given)",
                plural(max)
            )
        }
        (0, _) if s.keyword_only > 0 => format!("{name}() takes no positional arguments"),
        (0, _) => format!(
            "{}() takes no arguments ({given} given)",
            long_name(def, args)
        ),
        (1, 1) if !constructor => {
            format!(
                "{}() takes exactly one argument ({given} given)",
                long_name(def, args)
            )
        }
        (a, b) if a == b && !s.varargs => {
            format!("{name} expected {a} argument{}, got {given}", plural(a))
        }
        _ if given < min => {
            format!(
                "{name} expected at least {min} argument{}, got {given}",
                plural(min)
            )
        }
        _ => format!(
            "{name} expected at most {max} argument{}, got {given}",
            plural(max)
        ),
    };
    errors::type_error(t, m)
}

fn missing(t: &Thread, def: &'static NativeDef, args: &[Value], at: usize) -> Raised {
    let h = hidden(def);
    if at < h {
        let m = format!("unbound method {}() needs an argument", def.name);
        return errors::type_error(t, m);
    }
    if def.sig.positional_only == def.sig.positional {
        return wrong_count(t, def, args);
    }
    let function = short_name(def, args);
    if at < def.sig.positional_only as usize {
        let least = (def.sig.required.min(def.sig.positional_only)) as usize - h;
        let given = args.len().saturating_sub(h);
        let how = if least + h < def.sig.positional as usize {
            "at least"
        } else {
            "exactly"
        };
        let m = format!(
            "{function}() takes {how} {least} positional argument{} ({given} given)",
            plural(least)
        );
        return errors::type_error(t, m);
    }
    let name = params(def).get(at).map_or("?", |p| p.name);
    let m = format!(
        "{function}() missing required argument '{name}' (pos {})",
        at - h + 1
    );
    errors::type_error(t, m)
}

fn plural(n: usize) -> &'static str {
    if n == 1 { "" } else { "s" }
}

/// Checks that `v` is an instance of the class that owns a descriptor.
pub fn wrong_receiver(t: &Thread, name: &str, owner: &str, v: Value) -> Raised {
    let m = format!(
        "descriptor '{name}' for '{owner}' objects doesn't apply to a '{}' object",
        type_name(v)
    );
    errors::type_error(t, m)
}
