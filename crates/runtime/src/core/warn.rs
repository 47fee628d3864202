//! Warnings: the filters, and issuing warnings from native code and from
//! Python (`_warnings` gives scripts what is here).
//!
//! The filters are a list of `(action, message, category, module, line)`;
//! `warnings.filters` replaces it once that module is loaded.

use std::cell::Cell;

use pyjit_heap::{Gc, GilCell, Value, alloc};

use super::thread::{R, Thread};
use super::{attr, call, errors, modules, ops};
use crate::types::dict::Dict;
use crate::types::exceptions::Exc;
use crate::types::list::List;
use crate::types::str_::{Str, intern};
use crate::types::tuple::Tuple;
use crate::types::type_::{Type, class_of, type_name};

struct State {
    filters: Cell<Value>,
    once: Cell<Value>,
    action: Cell<Value>,
    /// Counts changes of the filters: registries of older versions are void.
    version: Cell<i64>,
}

static STATE: GilCell<State> = GilCell::new(State {
    filters: Cell::new(Value::NULL),
    once: Cell::new(Value::NULL),
    action: Cell::new(Value::NULL),
    version: Cell::new(1),
});

/// Words of [`State`] that are references.
const ROOTS: usize = 3;

fn state(t: &Thread) -> R<&'static State> {
    let s = STATE.get();
    if s.filters.get().is_null() {
        alloc::add_root_range(STATE.as_ptr() as *const u64, ROOTS);
        let all = List::new();
        s.filters.set(all.value());
        s.once.set(Dict::new().value());
        s.action.set(intern("default").value());
        let main = intern("__main__").value();
        for (action, category, module) in [
            ("default", Exc::DeprecationWarning, main),
            ("ignore", Exc::DeprecationWarning, Value::NONE),
            ("ignore", Exc::PendingDeprecationWarning, Value::NONE),
            ("ignore", Exc::ImportWarning, Value::NONE),
            ("ignore", Exc::ResourceWarning, Value::NONE),
        ] {
            let (action, category) = (intern(action).value(), category.class().value());
            let row = [action, Value::NONE, category, module, Value::int(0)];
            all.push(t, Tuple::new(&row).value())?;
        }
    }
    Ok(s)
}

/// The filters, the registry of warnings shown once, the default action.
pub fn tables(t: &Thread) -> R<[Value; 3]> {
    let s = state(t)?;
    Ok([s.filters.get(), s.once.get(), s.action.get()])
}

/// The filters have been changed.
pub fn filters_changed() {
    let v = &STATE.get().version;
    v.set(v.get() + 1);
}

/// `warnings.warn(message, category)`, attributed to the running Python code.
/// Raises when the filters turn the warning into an error.
#[cold]
pub fn warn(t: &Thread, category: Exc, message: &str) -> R<()> {
    let message = Str::new(message).value();
    warn_at(t, message, category.class(), 1, Value::NONE, &[])
}

/// A `DeprecationWarning`.
#[cold]
pub fn deprecated(t: &Thread, message: &str) -> R<()> {
    warn(t, Exc::DeprecationWarning, message)
}

/// Where a warning comes from.
struct Place {
    filename: Value,
    line: i64,
    module: Value,
    /// The `__warningregistry__` of the module, or `None`.
    registry: Value,
}

/// `warnings.warn` with all its arguments: the frame `level` levels up is blamed.
pub fn warn_at(
    t: &Thread,
    message: Value,
    category: Gc<Type>,
    level: i64,
    source: Value,
    skip: &[Value],
) -> R<()> {
    let place = blame(t, level, skip)?;
    issue(t, message, category, &place, source)
}

/// `warnings.warn_explicit`; `module` and `registry` may be `None`.
pub fn warn_explicit(
    t: &Thread,
    message: Value,
    category: Gc<Type>,
    (filename, line): (Value, i64),
    module: Value,
    registry: Value,
    source: Value,
) -> R<()> {
    let module = match module {
        Value::NONE => module_of_file(filename),
        m => m,
    };
    let place = Place {
        filename,
        line,
        module,
        registry,
    };
    issue(t, message, category, &place, source)
}

fn module_of_file(filename: Value) -> Value {
    match filename.cast::<Str>() {
        Some(f) if f.is_empty() => intern("<unknown>").value(),
        Some(f) => match f.bytes().strip_suffix(b".py") {
            Some(stem) => Str::from_wtf8(stem).value(),
            None => filename,
        },
        None => filename,
    }
}

fn field(t: &Thread, o: Value, name: &str) -> R<Value> {
    attr::get(t, o, intern(name))
}

fn file_of(t: &Thread, frame: Value) -> R<Value> {
    let code = field(t, frame, "f_code")?;
    field(t, code, "co_filename")
}

/// Belongs the frame to the import machinery or to a file to be skipped?
fn is_skipped(t: &Thread, frame: Value, skip: &[Value]) -> R<bool> {
    let Some(file) = file_of(t, frame)?.cast::<Str>() else {
        return Ok(false);
    };
    let text = file.lossy();
    let listed = skip.iter().any(|p| {
        p.cast::<Str>()
            .is_some_and(|p| file.bytes().starts_with(p.bytes()))
    });
    Ok(listed || (text.contains("importlib") && text.contains("_bootstrap")))
}

/// The frame that a warning with that stack level is about.
fn blamed_frame(t: &Thread, level: i64, skip: &[Value]) -> R<Option<Value>> {
    let Some(mut frame) = t.host().frame(t, 0) else {
        return Ok(None);
    };
    let plain = level <= 0 || is_skipped(t, frame, &[])?;
    for _ in 1..level {
        loop {
            frame = match field(t, frame, "f_back")? {
                Value::NONE => return Ok(None),
                f => f,
            };
            if plain || !is_skipped(t, frame, skip)? {
                break;
            }
        }
    }
    Ok(Some(frame))
}

fn blame(t: &Thread, level: i64, skip: &[Value]) -> R<Place> {
    let frame = blamed_frame(t, level, skip)?;
    let (globals, filename, line) = match frame {
        Some(f) => {
            let line = field(t, f, "f_lineno")?;
            let globals = field(t, f, "f_globals")?.cast::<Dict>();
            let line = if line.is_int() { line.as_int() } else { 0 };
            (globals, file_of(t, f)?, line)
        }
        None => {
            let sys = modules::sys().namespace();
            (Some(sys), intern("<sys>").value(), 0)
        }
    };
    let globals = globals.unwrap_or_else(Dict::new);
    let name = intern("__warningregistry__");
    let registry = match globals.get_str(name) {
        Some(r) => r,
        None => {
            let r = Dict::new().value();
            globals.set_str(t, name, r)?;
            r
        }
    };
    let module = globals
        .get_str(intern("__name__"))
        .filter(|n| n.cast::<Str>().is_some())
        .unwrap_or_else(|| intern("<string>").value());
    Ok(Place {
        filename,
        line,
        module,
        registry,
    })
}

/// Looks the warning up in the filters and does what they say.
fn issue(t: &Thread, message: Value, category: Gc<Type>, at: &Place, source: Value) -> R<()> {
    if !at.registry.is_none() && at.registry.cast::<Dict>().is_none() {
        return Err(errors::type_error(t, "'registry' must be a dict or None"));
    }
    let registry = at.registry.cast::<Dict>();
    let (text, category, message) = if ops::is_instance_of_type(t, message, Exc::Warning.class())? {
        (ops::str(t, message)?.value(), class_of(message), message)
    } else {
        let made = call::call(t, category.value(), &[message])?;
        (message, category, made)
    };
    let key = Tuple::new(&[text, category.value(), Value::int(at.line)]).value();
    if let Some(r) = registry
        && is_known(t, r, key, false)?
    {
        return Ok(());
    }
    let (action, row) = action_for(t, text, category, at)?;
    let name = action
        .cast::<Str>()
        .map_or(String::new(), |a| a.lossy().into_owned());
    match &*name {
        "error" => return Err(errors::set(t, message)),
        "ignore" => return Ok(()),
        "always" | "all" => {}
        _ => {
            if let Some(r) = registry {
                r.set(t, key, Value::TRUE)?;
            }
            let seen = match &*name {
                "default" => false,
                "once" => {
                    let once = once_registry(t)?;
                    is_known_text(t, registry.unwrap_or(once), text, category)?
                }
                "module" => match registry {
                    Some(r) => is_known_text(t, r, text, category)?,
                    None => false,
                },
                _ => return Err(unknown_action(t, action, row)),
            };
            if seen {
                return Ok(());
            }
        }
    }
    show(t, message, text, category, at, source)
}

#[cold]
fn unknown_action(t: &Thread, action: Value, row: Value) -> super::thread::Raised {
    let text = |v| match ops::repr(t, v) {
        Ok(s) => s.lossy().into_owned(),
        Err(_) => {
            t.exc.set(Value::NULL);
            type_name(v)
        }
    };
    let m = format!(
        "Unrecognized action ({}) in warnings.filters:\n {}",
        text(action),
        text(row)
    );
    errors::runtime_error(t, m)
}

fn once_registry(t: &Thread) -> R<Gc<Dict>> {
    let own = state(t)?.once.get();
    let v = match modules::imported(intern("warnings")) {
        Some(m) => attr::get_opt(t, m, intern("onceregistry"))?.unwrap_or(own),
        None => own,
    };
    Ok(v.cast::<Dict>().unwrap_or_else(|| Gc::from_value(own)))
}

/// Is `key` in the registry, after forgetting what an older version of the
/// filters has put there? `add` puts it there.
fn is_known(t: &Thread, registry: Gc<Dict>, key: Value, add: bool) -> R<bool> {
    let version = Value::int(STATE.get().version.get());
    let name = intern("version");
    if registry.get_str(name) != Some(version) {
        registry.clear(t);
        registry.set_str(t, name, version)?;
    } else if let Some(v) = registry.get(t, key)?
        && ops::truth(t, v)?
    {
        return Ok(true);
    }
    if add {
        registry.set(t, key, Value::TRUE)?;
    }
    Ok(false)
}

fn is_known_text(t: &Thread, registry: Gc<Dict>, text: Value, category: Gc<Type>) -> R<bool> {
    let key = Tuple::new(&[text, category.value()]).value();
    is_known(t, registry, key, true)
}

/// What the filters say, and the row that says it.
fn action_for(t: &Thread, text: Value, category: Gc<Type>, at: &Place) -> R<(Value, Value)> {
    let filters = current_filters(t)?;
    let n = ops::len(t, filters)?;
    for i in 0..n {
        let row = ops::getitem(t, filters, Value::int(i as i64))?;
        let Some(items) = row.cast::<Tuple>().filter(|r| r.len() == 5) else {
            let m = format!("warnings.filters item {i} isn't a 5-tuple");
            return Err(errors::value_error(t, m));
        };
        let [action, message, class, module, line] = *items.items() else {
            continue;
        };
        let line = ops::index_i64(t, line)?;
        if ops::is_subclass(t, category.value(), class)?
            && (line == 0 || line == at.line)
            && matches(t, message, text)?
            && matches(t, module, at.module)?
        {
            return Ok((action, row));
        }
    }
    let own = state(t)?.action.get();
    let action = match modules::imported(intern("warnings")) {
        Some(m) => attr::get_opt(t, m, intern("defaultaction"))?.unwrap_or(own),
        None => own,
    };
    Ok((action, Value::NONE))
}

fn current_filters(t: &Thread) -> R<Value> {
    let own = state(t)?.filters.get();
    let Some(m) = modules::imported(intern("warnings")) else {
        return Ok(own);
    };
    let by_context = match modules::sys_attr("flags") {
        Some(f) => attr::get_opt(t, f, intern("context_aware_warnings"))?,
        None => None,
    };
    if let Some(flag) = by_context
        && ops::truth(t, flag)?
        && let Some(f) = attr::get_opt(t, m, intern("_get_filters"))?
    {
        return call::call(t, f, &[]);
    }
    Ok(attr::get_opt(t, m, intern("filters"))?.unwrap_or(own))
}

/// Does one column of a filter match: nothing, an exact string, or a pattern?
fn matches(t: &Thread, pattern: Value, text: Value) -> R<bool> {
    if pattern.is_none() {
        return Ok(true);
    }
    if pattern.cast_exact::<Str>().is_some() {
        return ops::eq(t, pattern, text);
    }
    let r = call::call_attr(t, pattern, "match", &[text])?;
    ops::truth(t, r)
}

/// Shows a warning: through module `warnings` if it is loaded.
fn show(
    t: &Thread,
    message: Value,
    text: Value,
    category: Gc<Type>,
    at: &Place,
    source: Value,
) -> R<()> {
    let loaded = match modules::imported(intern("warnings")) {
        None if !source.is_none() => Some(t.host().import(t, "warnings")?),
        m => m,
    };
    let hook = match loaded {
        Some(m) => attr::get_opt(t, m, intern("_showwarnmsg"))?,
        None => None,
    };
    let (Some(m), Some(hook)) = (loaded, hook) else {
        return print(t, text, category, at);
    };
    let class = field(t, m, "WarningMessage")?;
    let (none, line) = (Value::NONE, Value::int(at.line));
    let args = [
        message,
        category.value(),
        at.filename,
        line,
        none,
        none,
        source,
    ];
    let w = call::call(t, class, &args)?;
    call::call(t, hook, &[w]).map(drop)
}

fn print(t: &Thread, text: Value, category: Gc<Type>, at: &Place) -> R<()> {
    let Some(stderr) = modules::sys_attr("stderr") else {
        return Ok(());
    };
    let file = ops::str(t, at.filename)?.lossy().into_owned();
    let text = ops::str(t, text)?.lossy().into_owned();
    let mut out = format!("{file}:{}: {}: {text}\n", at.line, category.name_str());
    // Files that cannot be read have no line to show.
    if let Ok(all) = std::fs::read(&file)
        && let Some(l) = String::from_utf8_lossy(&all)
            .lines()
            .nth((at.line - 1).max(0) as usize)
        && !l.trim().is_empty()
    {
        out += &format!("  {}\n", l.trim());
    }
    let out = Str::new(&out).value();
    call::call_attr(t, stderr, "write", &[out]).map(drop)
}
