//! Binding the arguments of a call to the parameters of a Python function.

use pyjit_bytecode::code::flags as co;
use pyjit_heap::{Base, Gc, Value};
use pyjit_runtime::core::call::ArgVec;
use pyjit_runtime::core::errors;
use pyjit_runtime::types::dict::Dict;
use pyjit_runtime::types::str_::Str;
use pyjit_runtime::types::tuple::Tuple;
use pyjit_runtime::{R, Raised, Thread};

use crate::objects::function::Function;

/// The counts of a parameter list.
struct Params {
    positional: usize,
    positional_only: usize,
    /// Positional and keyword-only.
    named: usize,
    varargs: bool,
    varkw: bool,
}

impl Params {
    fn of(f: Gc<Function>) -> Params {
        let o = f.code.gc().object();
        Params {
            positional: o.argcount as usize,
            positional_only: o.posonlyargcount as usize,
            named: (o.argcount + o.kwonlyargcount) as usize,
            varargs: o.flags & co::VARARGS != 0,
            varkw: o.flags & co::VARKEYWORDS != 0,
        }
    }
}

fn param_name(f: Gc<Function>, i: usize) -> &'static str {
    f.code.gc().register_name(i)
}

/// Turns the arguments in the window at `new` (the last of them named by
/// `kwnames`) into the parameter registers. Runs no Python code unless it fails.
pub fn bind(
    t: &Thread,
    f: Gc<Function>,
    new: Base,
    count: usize,
    kwnames: Option<Gc<Tuple>>,
) -> R<()> {
    let p = Params::of(f);
    if kwnames.is_none() && !p.varargs && !p.varkw && count <= p.positional {
        new.clear(count, p.named);
        return fill_defaults(t, f, &p, new);
    }
    let nkw = kwnames.map_or(0, |k| k.len());
    let npos = count - nkw;
    let mut named = ArgVec::new();
    named.extend(new.slice(npos, nkw));
    if npos > p.positional && !p.varargs {
        let wrong = kwnames.and_then(|k| wrong_keyword(t, f, &p, k.items(), npos));
        return Err(wrong.unwrap_or_else(|| too_many(t, f, &p, new, npos, kwnames)));
    }
    let extra = if p.varargs && npos > p.positional {
        Tuple::new(new.slice(p.positional, npos - p.positional))
    } else {
        Tuple::new(&[])
    };
    let stars = p.varargs as usize + p.varkw as usize;
    new.clear(npos.min(p.positional), p.named + stars);
    if p.varargs {
        new.set(p.named, extra.value());
    }
    let rest = p.varkw.then(Dict::new);
    if let Some(d) = rest {
        new.set(p.named + p.varargs as usize, d.value());
    }
    if let Some(names) = kwnames {
        bind_keywords(t, f, &p, new, (names.items(), &named), rest)?;
    }
    fill_defaults(t, f, &p, new)
}

fn bind_keywords(
    t: &Thread,
    f: Gc<Function>,
    p: &Params,
    new: Base,
    (names, values): (&[Value], &[Value]),
    rest: Option<Gc<Dict>>,
) -> R<()> {
    for (name, v) in names.iter().zip(values) {
        let Some(text) = name.cast::<Str>() else {
            let m = format!("{}() keywords must be strings", qualname(f));
            return Err(errors::type_error(t, m));
        };
        let found =
            (p.positional_only..p.named).find(|i| param_name(f, *i).as_bytes() == text.bytes());
        match (found, rest) {
            (Some(i), _) if !new.get(i).is_null() => {
                let m = format!(
                    "{}() got multiple values for argument '{}'",
                    qualname(f),
                    text.lossy()
                );
                return Err(errors::type_error(t, m));
            }
            (Some(i), _) => new.set(i, *v),
            (None, Some(d)) => d.set_str(t, Gc::from_value(*name), *v)?,
            (None, None) => return Err(unexpected(t, f, p, names)),
        }
    }
    Ok(())
}

/// What is wrong with the keywords of a call with too many positional
/// arguments: that is said first.
#[cold]
fn wrong_keyword(
    t: &Thread,
    f: Gc<Function>,
    p: &Params,
    names: &[Value],
    npos: usize,
) -> Option<Raised> {
    for text in names.iter().filter_map(|n| n.cast::<Str>()) {
        let found =
            (p.positional_only..p.named).find(|i| param_name(f, *i).as_bytes() == text.bytes());
        match found {
            Some(i) if i < npos.min(p.positional) => {
                let (f, text) = (qualname(f), text.lossy());
                let m = format!("{f}() got multiple values for argument '{text}'");
                return Some(errors::type_error(t, m));
            }
            None if !p.varkw => return Some(unexpected(t, f, p, names)),
            _ => {}
        }
    }
    None
}

#[cold]
fn unexpected(t: &Thread, f: Gc<Function>, p: &Params, names: &[Value]) -> Raised {
    let known = |n: &str, from: usize, to: usize| (from..to).any(|i| param_name(f, i) == n);
    let texts: Vec<String> = names
        .iter()
        .filter_map(|n| n.cast::<Str>())
        .map(|s| s.lossy().into_owned())
        .collect();
    let only: Vec<&str> = texts
        .iter()
        .map(|s| s.as_str())
        .filter(|n| known(n, 0, p.positional_only))
        .collect();
    if !only.is_empty() {
        let m = format!(
            "{}() got some positional-only arguments passed as keyword arguments: '{}'",
            qualname(f),
            only.join(", ")
        );
        return errors::type_error(t, m);
    }
    let bad = texts.iter().find(|n| !known(n, p.positional_only, p.named));
    let bad = bad.map_or("", |s| s.as_str());
    let mut m = format!(
        "{}() got an unexpected keyword argument '{bad}'",
        qualname(f)
    );
    let candidates = (p.positional_only..p.named).map(|i| param_name(f, i));
    if let Some(s) = crate::suggest::closest(bad, candidates) {
        m += &format!(". Did you mean '{s}'?");
    }
    errors::type_error(t, m)
}

fn fill_defaults(t: &Thread, f: Gc<Function>, p: &Params, new: Base) -> R<()> {
    let defaults = f.defaults.get().opt().and_then(|d| d.cast::<Tuple>());
    let ndefaults = defaults.map_or(0, |d| d.len()).min(p.positional);
    let required = p.positional - ndefaults;
    if (0..required).any(|i| new.get(i).is_null()) {
        return Err(missing(t, f, "positional", 0..required, new));
    }
    if let Some(d) = defaults {
        let skip = d.len() - ndefaults;
        for (i, v) in d.items()[skip..].iter().enumerate() {
            if new.get(required + i).is_null() {
                new.set(required + i, *v);
            }
        }
    }
    if p.named == p.positional {
        return Ok(());
    }
    let kwdefaults = f.kwdefaults.get().opt().and_then(|d| d.cast::<Dict>());
    for i in p.positional..p.named {
        if new.get(i).is_null()
            && let Some(d) = kwdefaults
            && let Some(v) = kwdefault(d, i - p.positional, param_name(f, i))
        {
            new.set(i, v);
        }
    }
    if (p.positional..p.named).any(|i| new.get(i).is_null()) {
        return Err(missing(t, f, "keyword-only", p.positional..p.named, new));
    }
    Ok(())
}

/// The default of a keyword-only parameter; `guess` is where it is if nobody has changed them.
fn kwdefault(d: Gc<Dict>, guess: usize, name: &str) -> Option<Value> {
    if guess < d.used()
        && let Some((k, v)) = d.entry(guess)
        && k.cast_exact::<Str>()
            .is_some_and(|s| s.bytes() == name.as_bytes())
    {
        return Some(v);
    }
    d.get_str(pyjit_runtime::types::str_::intern(name))
}

#[cold]
fn missing(
    t: &Thread,
    f: Gc<Function>,
    kind: &str,
    range: std::ops::Range<usize>,
    new: Base,
) -> Raised {
    let names: Vec<String> = range
        .filter(|i| new.get(*i).is_null())
        .map(|i| format!("'{}'", param_name(f, i)))
        .collect();
    let list = match names.as_slice() {
        [a] => a.clone(),
        [a, b] => format!("{a} and {b}"),
        [most @ .., last] => format!("{}, and {last}", most.join(", ")),
        [] => String::new(),
    };
    let m = format!(
        "{}() missing {} required {kind} argument{}: {list}",
        qualname(f),
        names.len(),
        if names.len() == 1 { "" } else { "s" },
    );
    errors::type_error(t, m)
}

#[cold]
fn too_many(
    t: &Thread,
    f: Gc<Function>,
    p: &Params,
    new: Base,
    given: usize,
    kwnames: Option<Gc<Tuple>>,
) -> Raised {
    let _ = new;
    let ndefaults = f
        .defaults
        .get()
        .opt()
        .and_then(|d| d.cast::<Tuple>())
        .map_or(0, |d| d.len());
    let kwonly_given = kwnames.map_or(0, |k| {
        let known = |n: &Value| {
            n.cast::<Str>().is_some_and(|s| {
                (p.positional..p.named).any(|i| param_name(f, i).as_bytes() == s.bytes())
            })
        };
        k.items().iter().filter(|n| known(n)).count()
    });
    let plural = if ndefaults > 0 {
        p.positional != 0
    } else {
        p.positional != 1
    };
    let takes = if ndefaults > 0 {
        format!(
            "from {} to {}",
            p.positional - ndefaults.min(p.positional),
            p.positional
        )
    } else {
        p.positional.to_string()
    };
    let s = |n: bool| if n { "s" } else { "" };
    let m = if kwonly_given > 0 {
        format!(
            "{}() takes {takes} positional argument{} but {given} positional argument{} (and {kwonly_given} keyword-only argument{}) were given",
            qualname(f),
            s(plural),
            s(given != 1),
            s(kwonly_given != 1)
        )
    } else {
        format!(
            "{}() takes {takes} positional argument{} but {given} {} given",
            qualname(f),
            s(plural),
            if given == 1 { "was" } else { "were" }
        )
    };
    errors::type_error(t, m)
}

/// `__qualname__` for messages.
pub fn qualname(f: Gc<Function>) -> String {
    f.qualname.gc().lossy().into_owned()
}

/// How messages about calls name a callable: `module.name()`.
pub fn function_text(t: &Thread, f: Value) -> String {
    let get = |name: &str| {
        pyjit_runtime::core::attr::get_opt(t, f, pyjit_runtime::types::str_::intern(name))
            .ok()
            .flatten()
            .and_then(|v| v.cast::<Str>())
            .map(|s| s.lossy().into_owned())
    };
    t.exc.set(t.exc.get());
    match get("__qualname__") {
        Some(q) => match get("__module__") {
            Some(m) if m != "builtins" => format!("{m}.{q}()"),
            _ => format!("{q}()"),
        },
        None => {
            pyjit_runtime::core::ops::str(t, f).map_or(String::new(), |s| s.lossy().into_owned())
        }
    }
}
