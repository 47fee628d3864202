//! Python-visible attributes and methods of functions.

use pyjit_bytecode::Constant;
use pyjit_heap::{Gc, Value};
use pyjit_runtime::core::{attr, call, errors, kinds};
use pyjit_runtime::types::annotations;
use pyjit_runtime::types::cell::Cell;
use pyjit_runtime::types::descriptors::BoundMethod;
use pyjit_runtime::types::dict::Dict;
use pyjit_runtime::types::str_::Str;
use pyjit_runtime::types::tuple::Tuple;
use pyjit_runtime::types::type_::{flags, type_name};
use pyjit_runtime::{R, Thread};

use super::code::Code;
use super::function::Function;

fn or_none(v: Value) -> Value {
    v.opt().unwrap_or(Value::NONE)
}

#[allow(clippy::too_many_arguments)]
fn new(
    t: &Thread,
    _class: Value,
    code: Gc<Code>,
    globals: Gc<Dict>,
    name: Option<Value>,
    argdefs: Option<Value>,
    closure: Option<Value>,
    kwdefaults: Option<Value>,
) -> R<Gc<Function>> {
    let f = Function::new(t, code, globals);
    if let Some(n) = name.filter(|n| !n.is_none()) {
        let Some(n) = n.cast::<Str>() else {
            return Err(errors::type_error(t, "arg 3 (name) must be None or string"));
        };
        f.name.put(f, n);
    }
    if let Some(d) = argdefs.filter(|d| !d.is_none()) {
        if d.cast::<Tuple>().is_none() {
            return Err(errors::type_error(
                t,
                "arg 4 (defaults) must be None or tuple",
            ));
        }
        set_defaults(t, f, Some(d))?;
    }
    let free = code.object().freevars.len();
    match closure
        .filter(|c| !c.is_none())
        .and_then(|c| c.cast::<Tuple>())
    {
        Some(c) => {
            if c.len() != free {
                let m = format!(
                    "{} requires closure of length {free}, not {}",
                    code.name.gc().lossy(),
                    c.len()
                );
                return Err(errors::value_error(t, m));
            }
            if let Some(v) = c.items().iter().find(|v| v.cast_exact::<Cell>().is_none()) {
                let m = format!("arg 5 (closure) expected cell, found {}", type_name(*v));
                return Err(errors::type_error(t, m));
            }
            f.closure.set(f, c.value());
        }
        None if free > 0 => return Err(errors::type_error(t, "arg 5 (closure) must be tuple")),
        None => {}
    }
    if let Some(d) = kwdefaults.filter(|d| !d.is_none()) {
        if d.cast::<Dict>().is_none() {
            return Err(errors::type_error(
                t,
                "arg 6 (kwdefaults) must be None or dict",
            ));
        }
        set_kwdefaults(t, f, Some(d))?;
    }
    Ok(f)
}

/// The docstring of a function, which is that of its code until another is set.
fn doc_of(t: &Thread, f: Gc<Function>) -> R<Value> {
    if let Some(v) = f.doc.get().opt() {
        return Ok(v);
    }
    let code = f.code.gc();
    let has_docstring = code.has(pyjit_bytecode::code::flags::HAS_DOCSTRING)
        && matches!(code.object().constants.first(), Some(Constant::Str(_)));
    let doc = match has_docstring {
        true => code.constant(t, 0)?,
        false => Value::NONE,
    };
    f.doc.set(f, doc);
    Ok(doc)
}

fn get_code(_t: &Thread, f: Gc<Function>) -> Gc<Code> {
    f.code.gc()
}
fn set_code(t: &Thread, f: Gc<Function>, v: Option<Value>) -> R<()> {
    let Some(code) = v.and_then(|v| v.cast::<Code>()) else {
        return Err(errors::type_error(
            t,
            "__code__ must be set to a code object",
        ));
    };
    let (have, need) = (
        f.code.gc().object().freevars.len(),
        code.object().freevars.len(),
    );
    if have != need {
        let m = format!(
            "{}() requires a code object with {have} free vars, not {need}",
            f.name.gc().lossy()
        );
        return Err(errors::value_error(t, m));
    }
    let kind = |code: Gc<Code>| {
        use pyjit_bytecode::code::flags::*;
        code.object().flags & (GENERATOR | COROUTINE | ASYNC_GENERATOR)
    };
    if kind(code) != kind(f.code.gc()) {
        let m = "Assigning a code object of non-matching type is deprecated \
                 (e.g., from a generator to a plain function)";
        pyjit_runtime::core::warn::deprecated(t, m)?;
    }
    doc_of(t, f)?;
    f.code.put(f, code);
    f.refresh();
    t.host().code_changed(f.value());
    Ok(())
}
fn get_globals(_t: &Thread, f: Gc<Function>) -> Gc<Dict> {
    f.globals.gc()
}
fn get_builtins(_t: &Thread, f: Gc<Function>) -> Value {
    crate::names::shown_builtins(f.builtins.gc())
}
fn get_name(_t: &Thread, f: Gc<Function>) -> Gc<Str> {
    f.name.gc()
}
fn set_name(t: &Thread, f: Gc<Function>, v: Option<Value>) -> R<()> {
    match v.and_then(|v| v.cast::<Str>()) {
        Some(s) => {
            f.name.put(f, s);
            Ok(())
        }
        None => Err(errors::type_error(
            t,
            "__name__ must be set to a string object",
        )),
    }
}
fn get_qualname(_t: &Thread, f: Gc<Function>) -> Gc<Str> {
    f.qualname.gc()
}
fn set_qualname(t: &Thread, f: Gc<Function>, v: Option<Value>) -> R<()> {
    match v.and_then(|v| v.cast::<Str>()) {
        Some(s) => {
            f.qualname.put(f, s);
            Ok(())
        }
        None => Err(errors::type_error(
            t,
            "__qualname__ must be set to a string object",
        )),
    }
}
fn get_module(_t: &Thread, f: Gc<Function>) -> Value {
    or_none(f.module.get())
}
fn set_module(_t: &Thread, f: Gc<Function>, v: Option<Value>) {
    f.module.set(f, v.unwrap_or(Value::NONE))
}
fn get_doc(t: &Thread, f: Gc<Function>) -> R<Value> {
    doc_of(t, f)
}
fn set_doc(_t: &Thread, f: Gc<Function>, v: Option<Value>) {
    f.doc.set(f, v.unwrap_or(Value::NONE))
}
fn get_defaults(_t: &Thread, f: Gc<Function>) -> Value {
    or_none(f.defaults.get())
}
fn set_defaults(t: &Thread, f: Gc<Function>, v: Option<Value>) -> R<()> {
    match v.filter(|v| !v.is_none()) {
        None => f.defaults.clear(),
        Some(d) if d.cast::<Tuple>().is_some() => f.defaults.set(f, d),
        Some(_) => {
            return Err(errors::type_error(
                t,
                "__defaults__ must be set to a tuple object",
            ));
        }
    }
    t.host().code_changed(f.value());
    Ok(())
}
fn get_kwdefaults(_t: &Thread, f: Gc<Function>) -> Value {
    or_none(f.kwdefaults.get())
}
fn set_kwdefaults(t: &Thread, f: Gc<Function>, v: Option<Value>) -> R<()> {
    match v.filter(|v| !v.is_none()) {
        None => f.kwdefaults.clear(),
        Some(d) if d.cast::<Dict>().is_some() => f.kwdefaults.set(f, d),
        Some(_) => {
            return Err(errors::type_error(
                t,
                "__kwdefaults__ must be set to a dict object",
            ));
        }
    }
    t.host().code_changed(f.value());
    Ok(())
}
fn get_closure(_t: &Thread, f: Gc<Function>) -> Value {
    or_none(f.closure.get())
}
fn get_annotations(t: &Thread, f: Gc<Function>) -> R<Value> {
    if let Some(v) = f.annotations.get().opt() {
        return Ok(v);
    }
    let v = match f.annotate.get().opt().filter(|a| !a.is_none()) {
        Some(a) => annotations::call_annotate(t, a)?,
        None => Dict::new().value(),
    };
    f.annotations.set(f, v);
    Ok(v)
}
fn set_annotations(t: &Thread, f: Gc<Function>, v: Option<Value>) -> R<()> {
    match v.filter(|v| !v.is_none()) {
        None => f.annotations.clear(),
        Some(d) if d.cast::<Dict>().is_some() => f.annotations.set(f, d),
        Some(_) => {
            return Err(errors::type_error(
                t,
                "__annotations__ must be set to a dict object",
            ));
        }
    }
    f.annotate.clear();
    Ok(())
}
fn get_annotate(_t: &Thread, f: Gc<Function>) -> Value {
    or_none(f.annotate.get())
}
fn set_annotate(t: &Thread, f: Gc<Function>, v: Option<Value>) -> R<()> {
    let Some(v) = v else {
        return Err(errors::type_error(t, "__annotate__ cannot be deleted"));
    };
    if v.is_none() {
        f.annotate.clear();
        return Ok(());
    }
    if !call::is_callable(v) {
        return Err(errors::type_error(
            t,
            "__annotate__ must be callable or None",
        ));
    }
    f.annotate.set(f, v);
    f.annotations.clear();
    Ok(())
}
fn get_type_params(_t: &Thread, f: Gc<Function>) -> Value {
    f.type_params
        .get()
        .opt()
        .unwrap_or_else(|| Tuple::new(&[]).value())
}
fn set_type_params(t: &Thread, f: Gc<Function>, v: Option<Value>) -> R<()> {
    match v.filter(|v| v.cast::<Tuple>().is_some()) {
        Some(v) => {
            f.type_params.set(f, v);
            Ok(())
        }
        None => Err(errors::type_error(
            t,
            "__type_params__ must be set to a tuple",
        )),
    }
}
fn get_dict(t: &Thread, f: Gc<Function>) -> R<Gc<Dict>> {
    attr::instance_dict(t, f.value())
}
fn set_dict(t: &Thread, f: Gc<Function>, v: Option<Value>) -> R<()> {
    match v.and_then(|v| v.cast::<Dict>()) {
        Some(d) => {
            f.dict.set(f, d.value());
            Ok(())
        }
        None => {
            let name = v.map_or(String::new(), type_name);
            let m = format!("__dict__ must be set to a dictionary, not a '{name}'");
            Err(errors::type_error(t, m))
        }
    }
}
fn repr(_t: &Thread, f: Gc<Function>) -> String {
    format!("<function {} at {:#x}>", f.qualname.gc().lossy(), f.addr())
}
fn get(_t: &Thread, f: Gc<Function>, instance: Value, _owner: Option<Value>) -> Value {
    if instance.is_none() {
        f.value()
    } else {
        BoundMethod::new(f.value(), instance)
    }
}
fn call_(t: &Thread, f: Gc<Function>, args: Gc<Tuple>, kwargs: Value) -> R<Value> {
    let Some(kw) = kwargs.opt().and_then(|k| k.cast::<Dict>()) else {
        return call::call(t, f.value(), args.items());
    };
    let mut all = call::ArgVec::new();
    all.extend(args.items());
    let mut names = call::ArgVec::new();
    for (k, v) in kw.iter() {
        names.push(k);
        all.push(v);
    }
    call::call_kw(t, f.value(), &all, Some(Tuple::new(&names)))
}

pyjit_runtime::py_class! {
    /// Create a function object.
    ///
    ///   code
    ///     a code object
    ///   globals
    ///     the globals dictionary
    ///   name
    ///     a string that overrides the name from the code object
    ///   argdefs
    ///     a tuple that specifies the default argument values
    ///   closure
    ///     a tuple that supplies the bindings for free variables
    ///   kwdefaults
    ///     a dictionary that specifies the default keyword argument values
    pub CLASS: Function = "function", base kinds::OBJECT, flags flags::HAS_DICT | flags::HAS_WEAKREF;
    methods {
        @staticmethod __new__(cls, code, globals, name=None, argdefs=None, closure=None, kwdefaults=None) => new;
        __repr__(self, /) => repr;
        __get__(self, instance, owner=None, /) => get;
        __call__(self, /, *args, **kwargs) => call_;
    }
    getset {
        __code__ => get_code, set_code;
        __globals__ => get_globals;
        __builtins__ => get_builtins;
        __name__ => get_name, set_name;
        __qualname__ => get_qualname, set_qualname;
        __module__ => get_module, set_module;
        __doc__ => get_doc, set_doc;
        __defaults__ => get_defaults, set_defaults;
        __kwdefaults__ => get_kwdefaults, set_kwdefaults;
        __closure__ => get_closure;
        __annotations__ => get_annotations, set_annotations;
        __annotate__ => get_annotate, set_annotate;
        __type_params__ => get_type_params, set_type_params;
        __dict__ => get_dict, set_dict;
    }
}
