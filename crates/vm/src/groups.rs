//! Exception groups: `except*`.

use pyjit_heap::Gc;
use pyjit_heap::Value;
use pyjit_runtime::core::{call, errors};
use pyjit_runtime::types::exceptions::Exc;
use pyjit_runtime::types::exceptions::Exception;
use pyjit_runtime::types::list::List;
use pyjit_runtime::types::tuple::Tuple;
use pyjit_runtime::types::type_::{Type, class_of, type_name};
use pyjit_runtime::{R, Thread};

fn is_group(e: Value) -> bool {
    class_of(e).is_subtype(Exc::BaseExceptionGroup.class())
}

/// (part of `e` that matches `class`, rest), each `None` if empty.
pub fn split(t: &Thread, e: Value, class: Value) -> R<Value> {
    let several = class.cast::<Tuple>();
    let classes: &[Value] = match &several {
        Some(tuple) => tuple.items(),
        None => &[class],
    };
    let root = Exc::BaseException.class();
    for c in classes {
        let Some(c) = c.cast::<Type>().filter(|c| c.is_subtype(root)) else {
            let m = "catching classes that do not inherit from BaseException is not allowed";
            return Err(errors::type_error(t, m));
        };
        if c.is_subtype(Exc::BaseExceptionGroup.class()) {
            let m = "catching ExceptionGroup with except* is not allowed. Use except instead.";
            return Err(errors::type_error(t, m));
        }
    }
    if e.is_none() {
        return Ok(Tuple::new(&[Value::NONE, Value::NONE]).value());
    }
    if crate::helpers::matches(t, e, class)? {
        let whole = if is_group(e) { e } else { wrap(t, e)? };
        return Ok(Tuple::new(&[whole, Value::NONE]).value());
    }
    if !is_group(e) {
        return Ok(Tuple::new(&[Value::NONE, e]).value());
    }
    let pair = call::call_attr(t, e, "split", &[class])?;
    match pair.cast::<Tuple>() {
        Some(p) if p.len() >= 2 => Ok(Tuple::new(&p.items()[..2]).value()),
        Some(p) => {
            let m = format!(
                "{}.split must return a 2-tuple, got tuple of size {}",
                type_name(e),
                p.len()
            );
            Err(errors::type_error(t, m))
        }
        None => {
            let m = format!(
                "{}.split must return a tuple, not {}",
                type_name(e),
                type_name(pair)
            );
            Err(errors::type_error(t, m))
        }
    }
}

/// A naked exception as a group of one.
fn wrap(t: &Thread, e: Value) -> R<Value> {
    let list = Tuple::new(&[e]).value();
    let message = pyjit_runtime::types::str_::Str::new("").value();
    let g = call::call(t, Exc::ExceptionGroup.class().value(), &[message, list])?;
    let (new, old): (Gc<Exception>, Gc<Exception>) = (Gc::from_value(g), Gc::from_value(e));
    new.traceback.set(new, old.traceback.get());
    Ok(g)
}

/// What to raise after the clauses of `except*`: `list` has what they raised
/// and what was not handled, `orig` is the exception as it came.
pub fn prep_reraise(t: &Thread, orig: Value, list: Value) -> R<Value> {
    let list: Gc<List> = Gc::from_value(list);
    let items: Vec<Value> = list
        .items()
        .iter()
        .copied()
        .filter(|v| !v.is_none())
        .collect();
    if items.is_empty() {
        return Ok(Value::NONE);
    }
    if !is_group(orig) {
        // A naked exception was wrapped; there is only one thing to raise.
        return Ok(items[0]);
    }
    let (mut raised, mut reraised) = (List::new(), List::new());
    for e in &items {
        let target = if same_metadata(*e, orig) {
            &mut reraised
        } else {
            &mut raised
        };
        target.push(t, *e)?;
    }
    let rest = if reraised.is_empty() {
        Value::NONE
    } else {
        project(t, orig, reraised)?
    };
    if raised.is_empty() {
        return Ok(rest);
    }
    if !rest.is_none() {
        raised.push(t, rest)?;
    }
    if raised.len() == 1 {
        return Ok(raised.get(0));
    }
    let message = pyjit_runtime::types::str_::Str::new("").value();
    call::call(
        t,
        Exc::ExceptionGroup.class().value(),
        &[message, raised.value()],
    )
}

/// Is `e` a part of `orig` that was not raised anew?
fn same_metadata(e: Value, orig: Value) -> bool {
    if !is_group(e) {
        return false;
    }
    let (a, b): (Gc<Exception>, Gc<Exception>) = (Gc::from_value(e), Gc::from_value(orig));
    a.traceback.get() == b.traceback.get()
        && a.cause.get() == b.cause.get()
        && a.context.get() == b.context.get()
}

/// The part of `orig` whose leaves are in one of `keep`.
fn project(t: &Thread, orig: Value, keep: Gc<List>) -> R<Value> {
    let leaves = List::new();
    for g in keep.items().to_vec() {
        collect(t, g, leaves)?;
    }
    filter(t, orig, leaves)
}

fn children(e: Value) -> Option<Gc<Tuple>> {
    if !is_group(e) {
        return None;
    }
    Gc::<Exception>::from_value(e)
        .extra(1)
        .opt()
        .and_then(|v| v.cast::<Tuple>())
}

fn collect(t: &Thread, e: Value, into: Gc<List>) -> R<()> {
    match children(e) {
        Some(c) => c.items().iter().try_for_each(|x| collect(t, *x, into)),
        None => into.push(t, e),
    }
}

fn filter(t: &Thread, e: Value, leaves: Gc<List>) -> R<Value> {
    let Some(c) = children(e) else {
        return Ok(if leaves.items().contains(&e) {
            e
        } else {
            Value::NONE
        });
    };
    let kept = List::new();
    for x in c.items() {
        let part = filter(t, *x, leaves)?;
        if !part.is_none() {
            kept.push(t, part)?;
        }
    }
    if kept.is_empty() {
        return Ok(Value::NONE);
    }
    let g = call::call_attr(t, e, "derive", &[kept.value()])?;
    let (new, old): (Gc<Exception>, Gc<Exception>) = (Gc::from_value(g), Gc::from_value(e));
    new.traceback.set(new, old.traceback.get());
    new.cause.set(new, old.cause.get());
    new.context.set(new, old.context.get());
    Ok(g)
}
