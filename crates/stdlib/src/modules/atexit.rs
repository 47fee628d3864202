//! `atexit`: functions to be called when the interpreter exits.

use pyjit_heap::{Gc, GilCell, Root, Value};
use pyjit_runtime::core::{call, errors, ops, unraisable};
use pyjit_runtime::types::dict::Dict;
use pyjit_runtime::types::list::List;
use pyjit_runtime::types::tuple::Tuple;
use pyjit_runtime::{R, Thread};

use crate::layout::call_with_dict;
use crate::native_module;

/// A list of (function, arguments, keyword arguments or `None`).
static CALLBACKS: GilCell<Option<Root>> = GilCell::new(None);

fn callbacks() -> Gc<List> {
    let v = CALLBACKS.with_mut(|c| {
        c.get_or_insert_with(|| Root::new(List::new().value()))
            .get()
    });
    Gc::from_value(v)
}
fn register(t: &Thread, args: Gc<Tuple>, kwargs: Option<Gc<Dict>>) -> R<Value> {
    let [f, rest @ ..] = args.items() else {
        let m = "register() takes at least 1 argument (0 given)";
        return Err(errors::type_error(t, m));
    };
    if !call::is_callable(*f) {
        return Err(errors::type_error(t, "the first argument must be callable"));
    }
    let kwargs = kwargs.map_or(Value::NONE, Gc::value);
    let entry = Tuple::new(&[*f, Tuple::new(rest).value(), kwargs]);
    callbacks().push(t, entry.value())?;
    Ok(*f)
}
/// Calls an entry of the list.
fn call_entry(t: &Thread, entry: Gc<Tuple>) -> R<Value> {
    let [f, args, kwargs] = entry.items() else {
        return Ok(Value::NONE);
    };
    let args: Gc<Tuple> = Gc::from_value(*args);
    call_with_dict(t, *f, args.items(), kwargs.cast::<Dict>())
}
/// Runs the registered functions, last one first; errors are reported.
pub fn run(t: &Thread) {
    let list = callbacks();
    while !list.is_empty() {
        let entry: Gc<Tuple> = Gc::from_value(list.remove(list.len() - 1));
        if call_entry(t, entry).is_err() {
            let f = entry.items()[0];
            unraisable::report(t, "Exception ignored in atexit callback", f);
        }
    }
}
fn run_exitfuncs(t: &Thread) {
    run(t)
}
fn clear(_t: &Thread) {
    callbacks().clear()
}
fn count(_t: &Thread) -> usize {
    callbacks().len()
}
fn unregister(t: &Thread, f: Value) -> R<()> {
    let list = callbacks();
    let mut i = list.len();
    while i > 0 {
        i -= 1;
        if i < list.len() {
            let entry = list.get(i);
            let same = ops::same_or_eq(t, Gc::<Tuple>::from_value(entry).items()[0], f)?;
            if same && i < list.len() && list.get(i) == entry {
                list.remove(i);
            }
        }
    }
    Ok(())
}

native_module! {
    /// allow programmer to define multiple exit functions to be executed
    /// upon normal program termination.
    ///
    /// Two public functions, register and unregister, are defined.
    pub MODULE = "atexit";
    functions {
        /// Register a function to be executed upon normal program termination
        ///
        ///     func - function to be called at exit
        ///     args - optional arguments to pass to func
        ///     kwargs - optional keyword arguments to pass to func
        ///
        ///     func is returned to facilitate usage as a decorator.
        register(*args, **kwargs) => register;
        /// Unregister an exit function which was previously registered using
        /// atexit.register
        unregister(func, /) => unregister;
        /// Clear the list of previously registered exit functions.
        _clear() => clear;
        /// Run all registered exit functions.
        _run_exitfuncs() => run_exitfuncs;
        /// Return the number of registered exit functions.
        _ncallbacks() => count;
    }
}
