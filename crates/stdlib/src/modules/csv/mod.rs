//! `_csv`: reading and writing comma-separated values.

mod dialect;
mod reader;
mod writer;

use pyjit_heap::{Gc, GilCell, Root, Value};
use pyjit_runtime::core::{class, errors};
use pyjit_runtime::types::dict::Dict;
use pyjit_runtime::types::exceptions::Exc;
use pyjit_runtime::types::list::List;
use pyjit_runtime::types::module::Module;
use pyjit_runtime::types::str_::Str;
use pyjit_runtime::types::{int, type_::of_kind};
use pyjit_runtime::{R, Thread};

use crate::exception::ExceptionClass;
use crate::layout::call_with_dict;
use crate::native_module;

use self::dialect::{DIALECT, Dialect};

static ERROR: ExceptionClass = ExceptionClass::new("_csv", "Error", Exc::Exception);
/// Name → dialect.
static DIALECTS: GilCell<Option<Root>> = GilCell::new(None);
/// Most characters of a field.
static LIMIT: GilCell<i64> = GilCell::new(128 * 1024);

fn dialects() -> Gc<Dict> {
    DIALECTS.with_mut(|d| {
        let root = d.get_or_insert_with(|| Root::new(Dict::new().value()));
        Gc::from_value(root.get())
    })
}

/// A dialect from an optional one and what is to differ.
fn make_dialect(t: &Thread, base: Option<Value>, kw: Option<Gc<Dict>>) -> R<Gc<Dialect>> {
    let class = of_kind(class::make(t, &DIALECT).kind.get()).value();
    let made = match base {
        Some(b) => call_with_dict(t, class, &[b], kw),
        None => call_with_dict(t, class, &[], kw),
    };
    Ok(Gc::from_value(made?))
}

fn register(t: &Thread, name: Value, dialect: Option<Value>, kw: Option<Gc<Dict>>) -> R<()> {
    if name.cast::<Str>().is_none() {
        return Err(errors::type_error(t, "dialect name must be a string"));
    }
    let d = make_dialect(t, dialect, kw)?;
    dialects().set(t, name, d.value())
}
fn unregister(t: &Thread, name: Value) -> R<()> {
    match dialects().get(t, name)? {
        Some(_) => dialects().remove(t, name).map(|_| ()),
        None => Err(ERROR.raise(t, "unknown dialect")),
    }
}
fn get_dialect(t: &Thread, name: Value) -> R<Value> {
    match dialects().get(t, name)? {
        Some(d) => Ok(d),
        None => Err(ERROR.raise(t, "unknown dialect")),
    }
}
fn list_dialects(t: &Thread) -> R<Gc<List>> {
    let l = List::new();
    for (name, _) in dialects().iter() {
        l.push(t, name)?;
    }
    Ok(l)
}
fn field_size_limit(t: &Thread, limit: Option<Value>) -> R<i64> {
    let old = *LIMIT.get();
    if let Some(v) = limit {
        let Some(n) = int::exact(v) else {
            return Err(errors::type_error(t, "limit must be an integer"));
        };
        let Some(n) = int::to_i64(n) else {
            let m = "Python int too large to convert to C ssize_t";
            return Err(errors::overflow_error(t, m));
        };
        LIMIT.with_mut(|l| *l = n);
    }
    Ok(old)
}

fn init(t: &Thread, m: Gc<Module>) -> R<()> {
    for (i, name) in dialect::QUOTING.iter().enumerate() {
        m.set(t, name, Value::int(i as i64))?;
    }
    m.set(t, "_dialects", dialects().value())?;
    m.set(t, "__version__", Str::new("1.0").value())?;
    m.set(t, "Reader", class::make(t, &reader::READER).value())?;
    m.set(t, "Writer", class::make(t, &writer::WRITER).value())?;
    ERROR.install(t, m)
}

native_module! {
    /// CSV parsing and writing.
    pub MODULE = "_csv", classes [DIALECT], init init;
    functions {
        /// Set an upper limit on parsed fields.
        field_size_limit(new_limit=None, /) => field_size_limit;
        /// Return the dialect instance associated with name.
        get_dialect(name) => get_dialect;
        /// Return a list of all known dialect names.
        list_dialects() => list_dialects;
        /// Return a reader object that will process lines from the given iterable.
        reader(iterable, /, dialect="excel", **fmtparams) => reader::new;
        /// Create a mapping from a string name to a CSV dialect.
        register_dialect(name, /, dialect="excel", **fmtparams) => register;
        /// Delete the name/dialect mapping associated with a string name.
        unregister_dialect(name) => unregister;
        /// Return a writer object that will write user data on the given file object.
        writer(fileobj, /, dialect="excel", **fmtparams) => writer::new;
    }
}
