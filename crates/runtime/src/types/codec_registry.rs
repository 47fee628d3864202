//! The registries behind `codecs`: search functions, found codecs, and error
//! handlers. (The builtin encodings and handlers do not need them.)

use std::cell::Cell;

use pyjit_heap::{Gc, GilCell, Value, alloc};

use super::codec_errors;
use super::dict::Dict;
use super::list::List;
use super::str_::Str;
use super::tuple::Tuple;
use crate::core::thread::{R, Raised, Thread};
use crate::core::{attr, call, errors, ops};
use crate::types::exceptions::Exc;

struct Registry {
    search: Cell<Value>,
    cache: Cell<Value>,
    errors: Cell<Value>,
    /// Has the package `encodings` been asked for?
    started: Cell<Value>,
}

static REGISTRY: GilCell<Registry> = GilCell::new(Registry {
    search: Cell::new(Value::NULL),
    cache: Cell::new(Value::NULL),
    errors: Cell::new(Value::NULL),
    started: Cell::new(Value::NULL),
});

fn registry(t: &Thread) -> R<&'static Registry> {
    let r = REGISTRY.get();
    if r.search.get().is_null() {
        alloc::add_root_range(REGISTRY.as_ptr() as *const u64, 4);
        r.search.set(List::new().value());
        r.cache.set(Dict::new().value());
        let handlers = Dict::new();
        r.errors.set(handlers.value());
        for f in codec_errors::HANDLERS {
            let name = f.name.trim_end_matches("_errors");
            handlers.set_str(t, super::str_::intern(name), codec_errors::function(f))?;
        }
    }
    Ok(r)
}

/// A name as codecs are searched by: lower case, runs of other characters
/// than letters, digits and dots as one underscore.
pub fn normalise(name: &str) -> String {
    let mut out = String::with_capacity(name.len());
    let mut gap = false;
    for c in name.chars() {
        if c.is_ascii_alphanumeric() || c == '.' {
            if gap && !out.is_empty() {
                out.push('_');
            }
            gap = false;
            out.push(c.to_ascii_lowercase());
        } else {
            gap = true;
        }
    }
    out
}

/// `codecs.register(search_function)`.
pub fn register(t: &Thread, search: Value) -> R<()> {
    if !call::is_callable(search) {
        return Err(errors::type_error(t, "argument must be callable"));
    }
    let r = registry(t)?;
    Gc::<List>::from_value(r.search.get()).push(t, search)
}

/// `codecs.unregister(search_function)`.
pub fn unregister(t: &Thread, search: Value) -> R<()> {
    let r = registry(t)?;
    let list = Gc::<List>::from_value(r.search.get());
    if let Some(i) = list.items().iter().position(|f| *f == search) {
        list.remove(i);
        Gc::<Dict>::from_value(r.cache.get()).clear(t);
    }
    Ok(())
}

/// `codecs.lookup(encoding)`: the codec's tuple.
pub fn lookup(t: &Thread, encoding: &str) -> R<Gc<Tuple>> {
    let r = registry(t)?;
    let cache = Gc::<Dict>::from_value(r.cache.get());
    let key = Str::new(&normalise(encoding)).value();
    if let Some(found) = cache.get(t, key)? {
        return Ok(Gc::from_value(found));
    }
    if r.started.get().is_null() {
        r.started.set(Value::TRUE);
        if let Err(e) = t.host().import(t, "encodings") {
            r.started.set(Value::NULL);
            return Err(e);
        }
    }
    let search = Gc::<List>::from_value(r.search.get());
    let mut i = 0;
    while i < search.len() {
        let found = call::call(t, search.get(i), &[key])?;
        i += 1;
        if found.is_none() {
            continue;
        }
        return match found.cast::<Tuple>() {
            Some(codec) if codec.len() == 4 => {
                cache.set(t, key, found)?;
                Ok(codec)
            }
            _ => Err(errors::type_error(
                t,
                "codec search functions must return 4-tuples",
            )),
        };
    }
    Err(errors::raise(
        t,
        Exc::LookupError,
        format!("unknown encoding: {encoding}"),
    ))
}

/// `codecs.register_error(name, handler)`.
pub fn register_error(t: &Thread, name: Gc<Str>, handler: Value) -> R<()> {
    if !call::is_callable(handler) {
        return Err(errors::type_error(t, "handler must be callable"));
    }
    let r = registry(t)?;
    Gc::<Dict>::from_value(r.errors.get()).set(t, name.value(), handler)
}

/// `_codecs._unregister_error(name)`: was there one? Builtin handlers stay.
pub fn unregister_error(t: &Thread, name: &str) -> R<bool> {
    let r = registry(t)?;
    let builtin = |f: &crate::core::native::NativeDef| f.name.trim_end_matches("_errors") == name;
    if codec_errors::HANDLERS.iter().any(builtin) {
        let m = format!("cannot un-register built-in error handler '{name}'");
        return Err(errors::value_error(t, m));
    }
    let all = Gc::<Dict>::from_value(r.errors.get());
    Ok(all.remove(t, Str::new(name).value())?.is_some())
}

/// `codecs.lookup_error(name)`.
pub fn lookup_error(t: &Thread, name: &str) -> R<Value> {
    let r = registry(t)?;
    let name = if name.is_empty() { "strict" } else { name };
    match Gc::<Dict>::from_value(r.errors.get()).get(t, Str::new(name).value())? {
        Some(f) => Ok(f),
        None => Err(errors::raise(
            t,
            Exc::LookupError,
            format!("unknown error handler name '{name}'"),
        )),
    }
}

/// A text encoding's codec, for `str.encode` and `bytes.decode`.
fn text_codec(t: &Thread, encoding: &str, alternative: &str) -> R<Gc<Tuple>> {
    let codec = lookup(t, encoding)?;
    if codec.value().cast_exact::<Tuple>().is_none()
        && let Some(is_text) =
            attr::get_opt(t, codec.value(), super::str_::intern("_is_text_encoding"))?
        && !ops::truth(t, is_text)?
    {
        let m = format!(
            "'{encoding}' is not a text encoding; use {alternative} to handle arbitrary codecs"
        );
        return Err(errors::raise(t, Exc::LookupError, m));
    }
    Ok(codec)
}

/// First item of what an encoder or decoder gave.
fn run(t: &Thread, f: Value, object: Value, handler: &str, what: &str) -> R<Value> {
    let r = if handler.is_empty() {
        call::call(t, f, &[object])?
    } else {
        call::call(t, f, &[object, Str::new(handler).value()])?
    };
    match r.cast::<Tuple>() {
        Some(pair) if pair.len() == 2 => Ok(pair.items()[0]),
        _ => Err(errors::type_error(
            t,
            format!("{what} must return a tuple (object, integer)"),
        )),
    }
}

/// Tells in a note which codec failed.
#[cold]
fn note(t: &Thread, e: Raised, what: &str, encoding: &str) -> Raised {
    let pending = t.take_exception();
    let note = Str::new(&format!("{what} with '{encoding}' codec failed")).value();
    match call::call_attr(t, pending, "add_note", &[note]) {
        Ok(_) => t.set_exception(pending),
        Err(_) => {
            t.take_exception();
            t.set_exception(pending);
            e
        }
    }
}
/// Encodes with a registered text encoding.
pub fn encode_text(t: &Thread, object: Value, encoding: &str, handler: &str) -> R<Value> {
    let codec = text_codec(t, encoding, "codecs.encode()")?;
    run(t, codec.items()[0], object, handler, "encoder")
        .map_err(|e| note(t, e, "encoding", encoding))
}
/// Decodes with a registered text encoding.
pub fn decode_text(t: &Thread, object: Value, encoding: &str, handler: &str) -> R<Value> {
    let codec = text_codec(t, encoding, "codecs.decode()")?;
    run(t, codec.items()[1], object, handler, "decoder")
        .map_err(|e| note(t, e, "decoding", encoding))
}
/// `codecs.encode(object, encoding, errors)` with any registered codec.
pub fn encode_any(t: &Thread, object: Value, encoding: &str, handler: &str) -> R<Value> {
    let codec = lookup(t, encoding)?;
    run(t, codec.items()[0], object, handler, "encoder")
}
/// `codecs.decode(object, encoding, errors)` with any registered codec.
pub fn decode_any(t: &Thread, object: Value, encoding: &str, handler: &str) -> R<Value> {
    let codec = lookup(t, encoding)?;
    run(t, codec.items()[1], object, handler, "decoder")
}
