//! Binding call arguments to the parameters of a native function.

use pyjit_heap::{Gc, Value};

use super::errors;
use super::native::{Keywords, NativeDef};
use super::thread::{R, Raised, Thread};
use crate::types::dict::Dict;
use crate::types::str_::Str;
use crate::types::tuple::Tuple;
use crate::types::type_::type_name;

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

fn call_bound(t: &Thread, def: &'static NativeDef, args: &[Value], kw: Keywords) -> R<Value> {
    let s = &def.sig;
    if kw.names.is_empty()
        && s.exact as usize <= FEW
        && args.len() >= s.required as usize
        && args.len() < s.exact as usize
    {
        let mut slots = [Value::NULL; FEW];
        slots[..args.len()].copy_from_slice(args);
        return (def.entry)(t, &slots[..s.exact as usize]);
    }
    let mut slots = [Value::NULL; MAX_SLOTS];
    bind(t, def, args, kw, &mut slots)?;
    (def.entry)(t, &slots[..s.slots()])
}

fn bind(
    t: &Thread,
    def: &'static NativeDef,
    args: &[Value],
    kw: Keywords,
    slots: &mut [Value; MAX_SLOTS],
) -> R<()> {
    let s = &def.sig;
    let positional = s.positional as usize;
    let n = args.len().min(positional);
    slots[..n].copy_from_slice(&args[..n]);
    let mut next = positional + s.keyword_only as usize;
    if s.varargs {
        slots[next] = Tuple::new(&args[n..]).value();
        next += 1;
    } else if args.len() > positional {
        return Err(too_many(t, def, args.len()));
    }
    let rest = if s.varkw && !kw.names.is_empty() {
        let d = Dict::new();
        slots[next] = d.value();
        Some(d)
    } else {
        None
    };
    for (name, value) in kw.names.iter().zip(kw.values) {
        bind_keyword(t, def, args.len(), (*name, *value), rest, slots)?;
    }
    for i in n..s.required as usize {
        if slots[i].is_null() {
            return Err(missing(t, def, args.len(), i));
        }
    }
    require_keyword_only(t, def, slots)
}

fn bind_keyword(
    t: &Thread,
    def: &'static NativeDef,
    given: usize,
    (name, value): (Value, Value),
    rest: Option<Gc<Dict>>,
    slots: &mut [Value; MAX_SLOTS],
) -> R<()> {
    let Some(text) = name.cast::<Str>() else {
        return Err(errors::type_error(t, "keywords must be strings"));
    };
    let s = &def.sig;
    let found = params(def)
        .enumerate()
        .find(|(i, p)| *i >= s.positional_only as usize && p.name.as_bytes() == text.bytes())
        .map(|(i, _)| i);
    match (found, rest) {
        (Some(i), _) if !slots[i].is_null() => {
            if i < given {
                let m = format!(
                    "argument for {}() given by name ('{}') and position ({})",
                    def.name,
                    text.lossy(),
                    i + 1
                );
                return Err(errors::type_error(t, m));
            }
            Err(errors::type_error(
                t,
                format!(
                    "{}() got multiple values for argument '{}'",
                    def.name,
                    text.lossy()
                ),
            ))
        }
        (Some(i), _) => {
            slots[i] = value;
            Ok(())
        }
        (None, Some(d)) => d.set(t, name, value),
        (None, None) if s.positional_only == s.positional && s.keyword_only == 0 => Err(
            errors::type_error(t, format!("{} takes no keyword arguments", qualified(def))),
        ),
        (None, None) => {
            let m = format!(
                "{}() got an unexpected keyword argument '{}'",
                def.name,
                text.lossy()
            );
            Err(errors::type_error(t, m))
        }
    }
}

fn require_keyword_only(t: &Thread, def: &'static NativeDef, slots: &[Value; MAX_SLOTS]) -> R<()> {
    let s = &def.sig;
    if s.keyword_only == 0 {
        return Ok(());
    }
    for (i, p) in params(def).enumerate().skip(s.positional as usize) {
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

/// The named parameters (positional, then keyword-only) in slot order.
pub fn params(def: &'static NativeDef) -> impl Iterator<Item = Param> {
    split_params(def.params).filter_map(|p| {
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

fn qualified(def: &NativeDef) -> String {
    format!("{}()", def.name)
}

/// Is the first parameter the bound object, which messages do not count?
fn hidden(def: &NativeDef) -> usize {
    let p = def.params.trim_start();
    usize::from(p.starts_with("self") || p.starts_with("cls") || p.starts_with("module"))
}

fn too_many(t: &Thread, def: &'static NativeDef, given: usize) -> Raised {
    let h = hidden(def);
    let (max, min) = (
        def.sig.positional as usize - h,
        def.sig.required as usize - h,
    );
    let given = given - h.min(given);
    let m = match (max, min) {
        (0, _) => format!("{}() takes no arguments ({given} given)", def.name),
        (1, 1) if def.sig.positional_only == def.sig.positional => {
            format!("{}() takes exactly one argument ({given} given)", def.name)
        }
        (a, b) if a == b => format!(
            "{}() takes exactly {a} argument{} ({given} given)",
            def.name,
            plural(a)
        ),
        (a, _) if def.sig.positional_only == def.sig.positional => {
            format!(
                "{} expected at most {a} argument{}, got {given}",
                def.name,
                plural(a)
            )
        }
        (a, _) => format!(
            "{}() takes at most {a} argument{} ({given} given)",
            def.name,
            plural(a)
        ),
    };
    errors::type_error(t, m)
}

fn missing(t: &Thread, def: &'static NativeDef, given: usize, at: usize) -> Raised {
    let h = hidden(def);
    let (max, min) = (
        def.sig.positional as usize - h,
        def.sig.required as usize - h,
    );
    if at < h {
        return errors::type_error(
            t,
            format!("unbound method {}() needs an argument", def.name),
        );
    }
    let given = given - h.min(given);
    let m = if def.sig.positional_only != def.sig.positional {
        let name = params(def).nth(at).map_or("?", |p| p.name);
        format!(
            "{}() missing required argument '{name}' (pos {})",
            def.name,
            at - h + 1
        )
    } else if max == 1 && min == 1 {
        format!("{}() takes exactly one argument ({given} given)", def.name)
    } else if max == min && !def.sig.varargs {
        format!(
            "{} expected {min} argument{}, got {given}",
            def.name,
            plural(min)
        )
    } else {
        format!(
            "{} expected at least {min} argument{}, got {given}",
            def.name,
            plural(min)
        )
    };
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
