//! What a builder reports of a document while it is read (`iterparse`).

use pyjit_heap::{Field, Gc, Value};
use pyjit_runtime::core::{attr, call, errors};
use pyjit_runtime::types::bytes::Bytes;
use pyjit_runtime::types::exceptions::Exc;
use pyjit_runtime::types::list_methods;
use pyjit_runtime::types::str_::{Str, intern};
use pyjit_runtime::types::tuple::Tuple;
use pyjit_runtime::{R, Thread};

use super::builder::TreeBuilder;

/// Reports an event, if its name was asked for.
pub fn report(t: &Thread, this: Gc<TreeBuilder>, name: &Field, what: Value) -> R<()> {
    let (Some(append), Some(name)) = (this.append.get().opt(), name.get().opt()) else {
        return Ok(());
    };
    let pair = Tuple::new(&[name, what]).value();
    call::call(t, append, &[pair]).map(drop)
}

/// Which events are to be reported, and to which queue.
pub fn set(t: &Thread, this: Gc<TreeBuilder>, queue: Value, names: Value) -> R<()> {
    let append = attr::get(t, queue, intern("append"))?;
    this.append.set(this, append);
    let fields = [
        ("start", &this.on_start),
        ("end", &this.on_end),
        ("start-ns", &this.on_start_ns),
        ("end-ns", &this.on_end_ns),
        ("comment", &this.on_comment),
        ("pi", &this.on_pi),
    ];
    for (_, field) in fields {
        field.clear();
    }
    if names.is_none() {
        this.on_end.set(this, intern("end").value());
        return Ok(());
    }
    let names = match list_methods::from_iterable(t, names) {
        Ok(names) => names,
        Err(_) if errors::catch(t, Exc::TypeError) => {
            return Err(errors::type_error(t, "events must be a sequence"));
        }
        Err(raised) => return Err(raised),
    };
    for name in names.items() {
        let text = match (name.cast::<Str>(), name.cast::<Bytes>()) {
            (Some(s), _) => s.lossy().into_owned(),
            (_, Some(b)) => String::from_utf8_lossy(b.bytes()).into_owned(),
            _ => return Err(errors::value_error(t, "invalid events sequence")),
        };
        match fields.iter().find(|(known, _)| *known == text) {
            Some((_, field)) => field.set(this, *name),
            None => return Err(errors::value_error(t, format!("unknown event '{text}'"))),
        }
    }
    Ok(())
}
