//! `_pickle`: objects as bytes and back. Writing: the object in [`pickler`],
//! builtin types in [`save`], everything else in [`reduce`] and [`globals`];
//! reading: the object in [`unpickler`], the input in [`input`], the machine
//! in [`load`], what makes objects in [`build`].

mod buffer;
mod build;
mod globals;
mod input;
pub mod load;
mod memo;
mod opcodes;
mod pickler;
mod reduce;
mod save;
mod unpickler;

use pyjit_heap::{Gc, GilCell, Root, Value};
use pyjit_runtime::core::{attr, call, errors, kinds};
use pyjit_runtime::types::dict::Dict;
use pyjit_runtime::types::exceptions::Exc;
use pyjit_runtime::types::module::Module;
use pyjit_runtime::types::str_::{Str, intern};
use pyjit_runtime::types::tuple::Tuple;
use pyjit_runtime::types::type_::{class_of, of_kind};
use pyjit_runtime::{R, Raised, Thread};

use crate::native_module;

/// `PickleError`, `PicklingError`, `UnpicklingError`.
static ERRORS: GilCell<Vec<Root>> = GilCell::new(Vec::new());

fn error_class(t: &Thread, name: &str, base: Value) -> R<Value> {
    let ns = Dict::new();
    ns.set_str(t, intern("__module__"), intern("_pickle").value())?;
    ns.set_str(t, intern("__doc__"), Value::NONE)?;
    let bases = Tuple::new(&[base]).value();
    let args = [intern(name).value(), bases, ns.value()];
    call::call(t, of_kind(kinds::TYPE).value(), &args)
}
fn make_errors(t: &Thread) -> R<()> {
    if ERRORS.with_mut(|e| !e.is_empty()) {
        return Ok(());
    }
    let base = error_class(t, "PickleError", Exc::Exception.class().value())?;
    let writing = error_class(t, "PicklingError", base)?;
    let reading = error_class(t, "UnpicklingError", base)?;
    ERRORS.with_mut(|e| e.extend([base, writing, reading].map(Root::new)));
    Ok(())
}
fn error(which: usize) -> Value {
    ERRORS.with_mut(|e| e[which].get())
}
/// Raises `PicklingError`.
#[cold]
fn cannot_pickle(t: &Thread, message: impl AsRef<str>) -> Raised {
    let m = Str::new(message.as_ref()).value();
    errors::raise_args(t, Gc::from_value(error(1)), &[m])
}
/// Raises `UnpicklingError`.
#[cold]
fn bad_pickle(t: &Thread, message: impl AsRef<str>) -> Raised {
    let m = Str::new(message.as_ref()).value();
    errors::raise_args(t, Gc::from_value(error(2)), &[m])
}
/// Raises something because of the pending exception, which becomes its context.
#[cold]
fn instead(t: &Thread, raise: impl FnOnce() -> Raised) -> Raised {
    let old = t.take_exception();
    let e = raise();
    let new = t.exc.get();
    match attr::set(t, new, intern("__context__"), Some(old)) {
        Ok(()) => e,
        Err(e) => e,
    }
}
/// Full name of an object's class.
fn kind_of(t: &Thread, v: Value) -> String {
    let class = class_of(v).value();
    let text = |name: &str| {
        let found = attr::get_opt(t, class, intern(name)).ok().flatten();
        found
            .and_then(|v| v.cast::<Str>())
            .map(|s| s.lossy().into_owned())
    };
    let name = text("__qualname__").unwrap_or_default();
    match text("__module__") {
        Some(m) if m != "builtins" && m != "__main__" => format!("{m}.{name}"),
        _ => name,
    }
}

fn init(t: &Thread, m: Gc<Module>) -> R<()> {
    make_errors(t)?;
    m.set(t, "PickleError", error(0))?;
    m.set(t, "PicklingError", error(1))?;
    m.set(t, "UnpicklingError", error(2))?;
    for class in [&pickler::MEMO, &unpickler::MEMO] {
        pyjit_runtime::core::class::make(t, class);
    }
    Ok(())
}

native_module! {
    /// Optimized C implementation for the Python pickle module.
    pub MODULE = "_pickle", classes [pickler::CLASS, unpickler::CLASS, buffer::CLASS], init init;
    functions {
        /// Write a pickled representation of obj to the open file object file.
        ///
        /// This is equivalent to ``Pickler(file, protocol).dump(obj)``, but may
        /// be more efficient.
        dump(obj, file, protocol=None, *, fix_imports=True, buffer_callback=None) => pickler::dump;
        /// Return the pickled representation of the object as a bytes object.
        dumps(obj, protocol=None, *, fix_imports=True, buffer_callback=None) => pickler::dumps;
        /// Read and return an object from the pickle data stored in a file.
        ///
        /// This is equivalent to ``Unpickler(file).load()``, but may be more
        /// efficient.
        load(file, *, fix_imports=True, encoding="ASCII", errors="strict", buffers=()) => unpickler::load;
        /// Read and return an object from the given pickle data.
        loads(data, /, *, fix_imports=True, encoding="ASCII", errors="strict", buffers=()) => unpickler::loads;
    }
}
