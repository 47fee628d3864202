//! `BaseException` and its subclasses: the Python-visible part. What single
//! classes add is in `exception_kinds`.

use pyjit_heap::{Gc, Value};

use crate::core::thread::{R, Thread};
use crate::core::{attr, call, errors, kinds, ops};
use crate::types::dict::Dict;
use crate::types::exceptions::{Exc, Exception, extra_names};
use crate::types::list::List;
use crate::types::str_::{Str, intern, push_lossless};
use crate::types::tuple::Tuple;
use crate::types::type_::{Type, class_of, flags, type_name};

fn new(_t: &Thread, class: Gc<Type>, args: Gc<Tuple>, _kwargs: Value) -> Gc<Exception> {
    Exception::new(class, args.items())
}
fn init(t: &Thread, this: Gc<Exception>, args: Gc<Tuple>, kwargs: Option<Gc<Dict>>) -> R<()> {
    if kwargs.is_some_and(|k| !k.is_empty()) {
        let m = format!("{}() takes no keyword arguments", type_name(this.value()));
        return Err(errors::type_error(t, m));
    }
    this.args.put(this, args);
    Ok(())
}
fn str(t: &Thread, this: Gc<Exception>) -> R<Value> {
    match this.args.gc().items() {
        [] => Ok(intern("").value()),
        [x] => ops::str(t, *x).map(Gc::value),
        _ => ops::str(t, this.args.gc().value()).map(Gc::value),
    }
}
fn repr(t: &Thread, this: Gc<Exception>) -> R<String> {
    let mut s = type_name(this.value());
    s.push('(');
    for (i, a) in this.args.gc().items().iter().enumerate() {
        if i > 0 {
            s.push_str(", ");
        }
        push_lossless(&mut s, ops::repr(t, *a)?);
    }
    s.push(')');
    Ok(s)
}
fn get_args(_t: &Thread, this: Gc<Exception>) -> Gc<Tuple> {
    this.args.gc()
}
fn set_args(t: &Thread, this: Gc<Exception>, v: Option<Value>) -> R<()> {
    let Some(v) = v else {
        return Err(errors::type_error(t, "args may not be deleted"));
    };
    let args = super::tuple_methods::from_iterable(t, v)?;
    this.args.put(this, args);
    Ok(())
}
fn get_traceback(_t: &Thread, this: Gc<Exception>) -> Value {
    this.traceback.get().opt().unwrap_or(Value::NONE)
}
fn set_traceback(t: &Thread, this: Gc<Exception>, v: Option<Value>) -> R<()> {
    match v {
        None => Err(errors::type_error(t, "__traceback__ may not be deleted")),
        Some(v) if v.is_none() => {
            this.traceback.clear();
            Ok(())
        }
        Some(v) if v.is_ptr() && v.shape_id() == kinds::TRACEBACK => {
            this.traceback.set(this, v);
            Ok(())
        }
        Some(_) => Err(errors::type_error(
            t,
            "__traceback__ must be a traceback or None",
        )),
    }
}
fn get_context(_t: &Thread, this: Gc<Exception>) -> Value {
    this.context.get().opt().unwrap_or(Value::NONE)
}
fn checked(t: &Thread, v: Option<Value>, what: &str, article: &str) -> R<Value> {
    match v {
        None => Err(errors::type_error(
            t,
            format!("__{what}__ may not be deleted"),
        )),
        Some(v) if v.is_none() => Ok(Value::NULL),
        Some(v) if v.cast::<Exception>().is_some() => Ok(v),
        Some(_) => Err(errors::type_error(
            t,
            format!("exception {article} must be None or derive from BaseException"),
        )),
    }
}
fn set_context(t: &Thread, this: Gc<Exception>, v: Option<Value>) -> R<()> {
    let v = checked(t, v, "context", "context")?;
    this.context.set(this, v);
    Ok(())
}
fn get_cause(_t: &Thread, this: Gc<Exception>) -> Value {
    this.cause.get().opt().unwrap_or(Value::NONE)
}
fn set_cause(t: &Thread, this: Gc<Exception>, v: Option<Value>) -> R<()> {
    let v = checked(t, v, "cause", "cause")?;
    this.cause.set(this, v);
    this.suppress_context.set(true);
    Ok(())
}
fn get_suppress(_t: &Thread, this: Gc<Exception>) -> bool {
    this.suppress_context.get()
}
fn set_suppress(t: &Thread, this: Gc<Exception>, v: Option<Value>) -> R<()> {
    match v {
        Some(v) if v.is_bool() => {
            this.suppress_context.set(v == Value::TRUE);
            Ok(())
        }
        Some(_) => Err(errors::type_error(t, "attribute value type must be bool")),
        None => Err(errors::type_error(t, "can't delete numeric/char attribute")),
    }
}
fn with_traceback(t: &Thread, this: Gc<Exception>, tb: Value) -> R<Value> {
    set_traceback(t, this, Some(tb))?;
    Ok(this.value())
}
fn add_note_method(t: &Thread, this: Gc<Exception>, note: Value) -> R<()> {
    if note.cast::<Str>().is_none() {
        return Err(errors::type_error(
            t,
            format!("add_note() argument must be str, not {}", type_name(note)),
        ));
    }
    let name = intern("__notes__");
    let notes = match attr::get_opt(t, this.value(), name)? {
        Some(n) => n,
        None => {
            let l = List::new().value();
            attr::set(t, this.value(), name, Some(l))?;
            l
        }
    };
    match notes.cast::<List>() {
        Some(l) => l.push(t, note),
        None => Err(errors::type_error(
            t,
            "Cannot add note: __notes__ is not a list",
        )),
    }
}
fn reduce(t: &Thread, this: Gc<Exception>) -> R<Gc<Tuple>> {
    let class = class_of(this.value());
    let args = reduced_args(class, this).value();
    let mut state = match attr::dict_word(this.value()) {
        Some(_) => attr::instance_dict(t, this.value())?,
        None => Dict::new(),
    };
    if class.is_subtype(Exc::ImportError.class()) {
        state = state.copy();
        for (i, name) in extra_names(Exc::ImportError).iter().enumerate().skip(1) {
            if let Some(v) = this.extra(i).opt().filter(|v| !v.is_none()) {
                state.set_str(t, super::str_::intern(name), v)?;
            }
        }
    }
    // An `AttributeError` keeps the name, and its arguments even if it is a subclass that
    // sets others; the object may be anything and stays behind.
    if class.is_subtype(Exc::AttributeError.class())
        && let Some(name) = this.extra(0).opt().filter(|v| !v.is_none())
    {
        state = state.copy();
        state.set_str(t, super::str_::intern("name"), name)?;
        state.set_str(t, super::str_::intern("args"), this.args.gc().value())?;
    }
    Ok(match state.is_empty() {
        true => Tuple::new(&[class.value(), args]),
        false => Tuple::new(&[class.value(), args, state.value()]),
    })
}
/// The arguments that make such an exception again: those of an `OSError` go on with the file names.
fn reduced_args(class: Gc<Type>, this: Gc<Exception>) -> Gc<Tuple> {
    let args = this.args.gc();
    let [number, text] = args.items() else {
        return args;
    };
    if !class.is_subtype(Exc::OSError.class()) {
        return args;
    }
    let name = |i: usize| this.extra(i).opt().filter(|v| !v.is_none());
    match (name(2), name(3)) {
        (Some(a), Some(b)) => Tuple::new(&[*number, *text, a, Value::NONE, b]),
        (Some(a), None) => Tuple::new(&[*number, *text, a]),
        _ => args,
    }
}
fn setstate(t: &Thread, this: Value, state: Value) -> R<()> {
    if state.is_none() {
        return Ok(());
    }
    let Some(d) = state.cast::<Dict>() else {
        return Err(errors::type_error(t, "state is not a dictionary"));
    };
    for (k, v) in d.copy().iter() {
        if let Some(n) = k.cast::<Str>() {
            attr::set(t, this, super::str_::intern_str(n), Some(v))?;
        }
    }
    Ok(())
}

crate::py_class! {
    /// Common base class for all exceptions.
    pub CLASS: Exception = "BaseException", base kinds::OBJECT,
        flags flags::BASETYPE | flags::HAS_DICT;
    methods {
        @staticmethod __new__(cls, /, *args, **kwargs) => new;
        __init__(self, /, *args, **kwargs) => init;
        __str__(self, /) => str;
        __repr__(self, /) => repr;
        /// Set self.__traceback__ to tb and return self.
        with_traceback(self, object, /) => with_traceback;
        /// Add a note to the exception
        add_note(self, object, /) => add_note_method;
        __reduce__(self, /) => reduce;
        __setstate__(self, object, /) => setstate;
    }
    getset {
        args => get_args, set_args;
        __traceback__ => get_traceback, set_traceback;
        __context__ => get_context, set_context;
        __cause__ => get_cause, set_cause;
        __suppress_context__ => get_suppress, set_suppress;
    }
}

/// Adds a note to the pending exception.
pub fn add_note(t: &Thread, note: &str) {
    let e = t.exc.replace(Value::NULL);
    let r = call::call_attr(t, e, "add_note", &[Str::new(note).value()]);
    if r.is_err() {
        t.exc.set(Value::NULL);
    }
    t.exc.set(e);
}

/// The exception object that `raise x` means: an instance, or a class called
/// without arguments.
pub fn instantiate(t: &Thread, x: Value) -> R<Value> {
    if x.cast::<Exception>().is_some() {
        return Ok(x);
    }
    if let Some(c) = x.cast::<Type>()
        && c.is_subtype(Exc::BaseException.class())
    {
        let e = call::call(t, x, &[])?;
        if e.cast::<Exception>().is_some() {
            return Ok(e);
        }
        let m = format!(
            "calling {} should have returned an instance of BaseException, not {}",
            ops::repr(t, x)?.lossy(),
            ops::repr(t, class_of(e).value())?.lossy()
        );
        return Err(errors::type_error(t, m));
    }
    Err(errors::type_error(
        t,
        "exceptions must derive from BaseException",
    ))
}

/// Does the exception `e` match the `except` clause `pattern` (a class or a tuple of them)?
pub fn matches_clause(t: &Thread, e: Value, pattern: Value) -> R<bool> {
    if let Some(c) = pattern.cast::<Type>() {
        if !c.is_subtype(Exc::BaseException.class()) {
            return Err(bad_clause(t));
        }
        return Ok(class_of(e).is_subtype(c));
    }
    match pattern.cast::<Tuple>() {
        Some(p) => {
            for c in p.items() {
                if c.cast::<Type>()
                    .is_none_or(|c| !c.is_subtype(Exc::BaseException.class()))
                {
                    return Err(bad_clause(t));
                }
            }
            Ok(p.items()
                .iter()
                .any(|c| class_of(e).is_subtype(Gc::from_value(*c))))
        }
        None => Err(bad_clause(t)),
    }
}
fn bad_clause(t: &Thread) -> crate::Raised {
    errors::type_error(
        t,
        "catching classes that do not inherit from BaseException is not allowed",
    )
}
