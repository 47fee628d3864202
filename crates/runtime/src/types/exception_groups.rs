//! `BaseExceptionGroup` and `ExceptionGroup`.

use pyjit_heap::{Gc, Value};

use super::exception_kinds::{get, set};
use crate::core::native::NativeDef;
use crate::core::thread::{R, Thread};
use crate::core::{attr, call, errors, ops};
use crate::types::exceptions::{Exc, Exception};
use crate::types::list::List;
use crate::types::str_::{Str, intern};
use crate::types::tuple::Tuple;
use crate::types::type_::{Type, class_of, type_name};
use crate::types::{list_methods, tuple_methods};

type E = Gc<Exception>;

fn is_exception(v: Value) -> bool {
    class_of(v).is_subtype(Exc::Exception.class())
}

fn new(t: &Thread, class: Gc<Type>, args: Gc<Tuple>, _kwargs: Value) -> R<E> {
    let [message, list] = args.items() else {
        let m = format!(
            "BaseExceptionGroup.__new__() takes exactly 2 arguments ({} given)",
            args.len()
        );
        return Err(errors::type_error(t, m));
    };
    if message.cast::<Str>().is_none() {
        return Err(errors::type_error(
            t,
            format!(
                "BaseExceptionGroup.__new__() argument 1 must be str, not {}",
                type_name(*message)
            ),
        ));
    }
    let sequence = list.cast::<List>().is_some()
        || list.cast::<Tuple>().is_some()
        || class_of(*list)
            .special(crate::core::special::Special::Getitem)
            .is_some();
    if !sequence {
        return Err(errors::type_error(
            t,
            "second argument (exceptions) must be a sequence",
        ));
    }
    // What is neither list nor tuple may change: its text is kept as it is now.
    let exact = list.cast_exact::<List>().is_some() || list.cast_exact::<Tuple>().is_some();
    let text = match exact {
        true => Value::NULL,
        false => ops::repr(t, *list)?.value(),
    };
    let items = tuple_methods::from_iterable(t, *list)?;
    if items.is_empty() {
        return Err(errors::value_error(
            t,
            "second argument (exceptions) must be a non-empty sequence",
        ));
    }
    if let Some(i) = items
        .items()
        .iter()
        .position(|e| e.cast::<Exception>().is_none())
    {
        let m = format!("Item {i} of second argument (exceptions) is not an exception");
        return Err(errors::value_error(t, m));
    }
    let plain = items.items().iter().all(|e| is_exception(*e));
    let base = Exc::BaseExceptionGroup.class();
    let mut class = class;
    if plain && class == base {
        class = Exc::ExceptionGroup.class();
    } else if !plain && class == Exc::ExceptionGroup.class() {
        return Err(errors::type_error(
            t,
            "Cannot nest BaseExceptions in an ExceptionGroup",
        ));
    } else if !plain && class.is_subtype(Exc::Exception.class()) {
        let m = format!("Cannot nest BaseExceptions in '{}'", class.name_str());
        return Err(errors::type_error(t, m));
    }
    let e = Exception::new(class, args.items());
    set(e, "message", *message);
    set(e, "exceptions", items.value());
    if !text.is_null() {
        e.set_extra(TEXT, text);
    }
    Ok(e)
}
fn init(_t: &Thread, this: E, args: Gc<Tuple>, _kwargs: Value) {
    this.args.put(this, args);
}
fn members(this: E) -> Gc<Tuple> {
    get(this, "exceptions")
        .opt()
        .and_then(|v| v.cast::<Tuple>())
        .unwrap_or_else(|| Tuple::new(&[]))
}
fn str(t: &Thread, this: E) -> R<String> {
    let n = members(this).len();
    let m = ops::str(t, get(this, "message"))?;
    Ok(format!(
        "{} ({n} sub-exception{})",
        m.lossy(),
        if n == 1 { "" } else { "s" }
    ))
}
/// The text of what the exceptions were given as, if that was neither list nor tuple.
const TEXT: usize = 2;

fn repr(t: &Thread, this: E) -> R<String> {
    let m = ops::repr(t, get(this, "message"))?;
    if let Some(text) = this.extra(TEXT).opt().and_then(|v| v.cast::<Str>()) {
        return Ok(format!(
            "{}({}, {})",
            type_name(this.value()),
            m.lossy(),
            text.lossy()
        ));
    }
    let list = match this.args.gc().items().get(1) {
        Some(v) if v.cast::<List>().is_some() => {
            List::from_slice(t, members(this).items())?.value()
        }
        _ => members(this).value(),
    };
    Ok(format!(
        "{}({}, {})",
        type_name(this.value()),
        m.lossy(),
        ops::repr(t, list)?.lossy()
    ))
}
fn derive(t: &Thread, this: E, list: Value) -> R<Value> {
    call::call(
        t,
        Exc::BaseExceptionGroup.class().value(),
        &[get(this, "message"), list],
    )
}

/// What a filter keeps: given a class, tuple of classes or function.
fn matcher(t: &Thread, condition: Value) -> R<Box<dyn Fn(Value) -> R<bool> + '_>> {
    let root = Exc::BaseException.class();
    let is_class = |v: &Value| v.cast::<Type>().is_some_and(|c| c.is_subtype(root));
    if is_class(&condition)
        || condition
            .cast::<Tuple>()
            .is_some_and(|p| p.items().iter().all(is_class))
    {
        return Ok(Box::new(move |e| ops::is_instance(t, e, condition)));
    }
    if call::is_callable(condition) && condition.cast::<Type>().is_none() {
        return Ok(Box::new(move |e| {
            let v = call::call(t, condition, &[e])?;
            ops::truth(t, v)
        }));
    }
    Err(errors::type_error(
        t,
        "expected an exception type, a tuple of exception types, or a callable (other than a class)",
    ))
}

/// A group like `like` of `items`, with its traceback, context, cause and notes.
fn similar(t: &Thread, like: E, items: Gc<List>) -> R<Value> {
    if items.is_empty() {
        return Ok(Value::NONE);
    }
    let v = call::call_attr(t, like.value(), "derive", &[items.value()])?;
    let Some(e) = v
        .cast::<Exception>()
        .filter(|_| class_of(v).is_subtype(Exc::BaseExceptionGroup.class()))
    else {
        return Err(errors::type_error(
            t,
            "derive must return an instance of BaseExceptionGroup",
        ));
    };
    e.traceback.set(e, like.traceback.get());
    e.context.set(e, like.context.get());
    e.cause.set(e, like.cause.get());
    e.suppress_context.set(like.suppress_context.get());
    let notes = attr::get_opt(t, like.value(), intern("__notes__"))?;
    // Notes that are no sequence are not copied.
    let is_sequence = |v: &Value| {
        class_of(*v)
            .special(crate::core::special::Special::Getitem)
            .is_some()
    };
    if let Some(notes) = notes.filter(is_sequence) {
        let copy = list_methods::from_iterable(t, notes)?;
        attr::set(t, v, intern("__notes__"), Some(copy.value()))?;
    }
    Ok(v)
}

/// (matching part, rest), `None` for an empty part.
fn parts(t: &Thread, this: E, keep: &dyn Fn(Value) -> R<bool>) -> R<(Value, Value)> {
    call::enter_native(t, " in exceptiongroup_split_recursive")?;
    if keep(this.value())? {
        return Ok((this.value(), Value::NONE));
    }
    let (yes, no) = (List::new(), List::new());
    for e in members(this).items() {
        if class_of(*e).is_subtype(Exc::BaseExceptionGroup.class()) {
            let (a, b) = parts(t, Gc::from_value(*e), keep)?;
            if !a.is_none() {
                yes.push(t, a)?;
            }
            if !b.is_none() {
                no.push(t, b)?;
            }
        } else if keep(*e)? {
            yes.push(t, *e)?;
        } else {
            no.push(t, *e)?;
        }
    }
    Ok((similar(t, this, yes)?, similar(t, this, no)?))
}
fn split(t: &Thread, this: E, condition: Value) -> R<Gc<Tuple>> {
    let keep = matcher(t, condition)?;
    let (a, b) = parts(t, this, &*keep)?;
    Ok(Tuple::new(&[a, b]))
}
fn subgroup(t: &Thread, this: E, condition: Value) -> R<Value> {
    let keep = matcher(t, condition)?;
    Ok(parts(t, this, &*keep)?.0)
}
fn class_getitem(t: &Thread, class: Value, item: Value) -> R<Value> {
    super::generic_alias::make(t, class, item)
}

/// The methods of `BaseExceptionGroup`.
pub static METHODS: &[NativeDef] = crate::native_table! {
    @staticmethod __new__(cls, /, *args, **kwargs) => new;
    __init__(self, /, *args, **kwargs) => init;
    __str__(self, /) => str;
    __repr__(self, /) => repr;
    derive(self, excs, /) => derive;
    split(self, matcher_value, /) => split;
    subgroup(self, matcher_value, /) => subgroup;
    @classmethod __class_getitem__(cls, object, /) => class_getitem;
};
