//! Making classes: `type.__new__`, the MRO.
//!
//! Not here: `__slots__` and layouts ([`super::type_layout`]).

use pyjit_heap::{Gc, Value};

use crate::core::call::ArgVec;
use crate::core::special::Special;
use crate::core::thread::{R, Thread};
use crate::core::{attr, call, errors, kinds, ops};
use crate::types::cell::Cell;
use crate::types::descriptors;
use crate::types::dict::Dict;
use crate::types::list::List;
use crate::types::str_::{Str, intern, intern_str};
use crate::types::tuple::Tuple;
use crate::types::type_::{NewType, Type, class_of, flags, of_kind, type_name};
use crate::types::type_layout::{add_slots, lay_out};
use crate::types::{type_methods, weakref};

/// `type.__new__(meta, name, bases, dict, **kwargs)`, or `type(x)`.
pub fn type_new(t: &Thread, meta: Gc<Type>, args: &[Value], kwargs: Option<Gc<Dict>>) -> R<Value> {
    let [name, bases, dict] = args else {
        return Err(errors::type_error(
            t,
            format!(
                "type.__new__() takes exactly 3 arguments ({} given)",
                args.len()
            ),
        ));
    };
    let name = expect::<Str>(t, *name, 1, "str")?;
    let bases = expect::<Tuple>(t, *bases, 2, "tuple")?;
    let dict = expect::<Dict>(t, *dict, 3, "dict")?;
    for b in bases.items().iter().filter(|b| b.cast::<Type>().is_none()) {
        if attr::get_opt(t, *b, intern("__mro_entries__"))?.is_some() {
            let m = "type() doesn't support MRO entry resolution; use types.new_class()";
            return Err(errors::type_error(t, m));
        }
    }
    let winner = calculate_metaclass(t, meta, bases)?;
    if winner != meta
        && let Some(new) = winner.special(Special::New)
        && Some(new) != of_kind(kinds::TYPE).special(Special::New)
    {
        let (mut all, names) = type_methods::join(args, kwargs);
        all = call::prepend(winner.value(), &all);
        return call::call_kw(t, call::unwrap_static(new), &all, names);
    }
    let class = build(t, winner, name, bases, dict)?;
    announce(t, class, kwargs)?;
    Ok(class.value())
}

/// Attributes whose names are no strings work, but are a mistake.
fn check_keys(t: &Thread, name: Gc<Str>, dict: Gc<Dict>) -> R<()> {
    if dict.iter().all(|(k, _)| k.cast::<Str>().is_some()) {
        return Ok(());
    }
    let m = format!("non-string key in the __dict__ of class {}", name.lossy());
    crate::core::warn::warn(t, crate::types::exceptions::Exc::RuntimeWarning, &m)
}

fn expect<T: pyjit_heap::HeapObject>(t: &Thread, v: Value, i: usize, what: &str) -> R<Gc<T>> {
    v.cast::<T>().ok_or_else(|| {
        errors::type_error(
            t,
            format!(
                "type.__new__() argument {i} must be {what}, not {}",
                type_name(v)
            ),
        )
    })
}

/// The most derived metaclass of `meta` and the classes of the bases.
pub fn calculate_metaclass(t: &Thread, meta: Gc<Type>, bases: Gc<Tuple>) -> R<Gc<Type>> {
    let mut winner = meta;
    for b in bases.items() {
        let m = class_of(*b);
        if winner.is_subtype(m) {
            continue;
        }
        if m.is_subtype(winner) {
            winner = m;
            continue;
        }
        let m = "metaclass conflict: the metaclass of a derived class must be a (non-strict) subclass of the \
                 metaclasses of all its bases";
        return Err(errors::type_error(t, m));
    }
    Ok(winner)
}

fn build(
    t: &Thread,
    meta: Gc<Type>,
    name: Gc<Str>,
    bases: Gc<Tuple>,
    namespace: Gc<Dict>,
) -> R<Gc<Type>> {
    let bases = if bases.is_empty() {
        Tuple::new(&[attr::object_class().value()])
    } else {
        bases
    };
    let base = best_base(t, bases)?;
    if name.bytes().contains(&0) {
        return Err(errors::value_error(
            t,
            "type name must not contain null characters",
        ));
    }
    encodable(t, name)?;
    let dict = copy_of(t, namespace)?;
    if let Some(doc) = dict
        .get_str(intern("__doc__"))
        .and_then(|d| d.cast::<Str>())
    {
        encodable(t, doc)?;
    }
    check_keys(t, name, dict)?;
    let qualname = take_qualname(t, dict)?.unwrap_or(name);
    let class = Type::allocate(
        NewType {
            metaclass_shape: meta.root_shape.get(),
            name,
            qualname,
            base: Some(base),
            bases,
            dict,
            kind: base.kind.get(),
            flags: flags::HEAP | flags::BASETYPE | inherited_flags(bases),
        },
        meta.extra_bytes(crate::core::class::words::<Type>()),
    );
    fill_dict(t, class, dict)?;
    let slots = lay_out(t, class, base, dict)?;
    let mro = mro_of(t, class, meta)?;
    class.mro.put(class, mro);
    if class.special(Special::Del).is_some() {
        class.set_flag(flags::HAS_DEL);
    }
    add_slots(t, class, base, &slots)?;
    if dict.get_str(intern("__doc__")).is_none() {
        dict.set_str(t, intern("__doc__"), Value::NONE)?;
    }
    for b in bases.items() {
        add_subclass(t, Gc::from_value(*b), class)?;
    }
    Ok(class)
}

/// Names and documentation of classes are text that other programs can read: no lone surrogates.
pub(super) fn encodable(t: &Thread, text: Gc<Str>) -> R<()> {
    match text.is_ascii() {
        true => Ok(()),
        false => super::str_codec::encode_named(t, text, "utf-8", "strict").map(drop),
    }
}

/// The entries of a namespace in the order in which it gives them.
fn copy_of(t: &Thread, namespace: Gc<Dict>) -> R<Gc<Dict>> {
    let own = class_of(namespace.value()).special(Special::Iter);
    if own == of_kind(kinds::DICT).special(Special::Iter) {
        return Ok(namespace.copy());
    }
    let dict = Dict::new();
    super::dict_methods::merge_any(t, dict, namespace.value())?;
    Ok(dict)
}

fn inherited_flags(bases: Gc<Tuple>) -> u32 {
    let all = bases
        .items()
        .iter()
        .fold(0, |f, b| f | Gc::<Type>::from_value(*b).flags.get());
    all & (flags::HAS_WEAKREF | flags::HAS_DICT | flags::HAS_DEL) | inherited_patterns(bases)
}

/// A class matches the patterns that the first of its bases matches which matches any.
fn inherited_patterns(bases: Gc<Tuple>) -> u32 {
    let own = bases.items().iter().map(|b| {
        let class = Gc::<Type>::from_value(*b);
        class.flags.get() & (flags::SEQUENCE | flags::MAPPING)
    });
    own.into_iter().find(|f| *f != 0).unwrap_or(0)
}

fn take_qualname(t: &Thread, dict: Gc<Dict>) -> R<Option<Gc<Str>>> {
    let Some(i) = dict.find_str(intern("__qualname__")) else {
        return Ok(None);
    };
    let v = dict.remove_entry(t, i);
    match v.cast::<Str>() {
        Some(s) => Ok(Some(s)),
        None => Err(errors::type_error(
            t,
            format!("type __qualname__ must be a str, not {}", type_name(v)),
        )),
    }
}

/// `__module__`, `__doc__`, implicit static and class methods, `__classcell__`.
fn fill_dict(t: &Thread, class: Gc<Type>, dict: Gc<Dict>) -> R<()> {
    let module = intern("__module__");
    if dict.get_str(module).is_none()
        && let Some(n) = t
            .host()
            .current_globals(t)
            .and_then(|g| g.get_str(intern("__name__")))
    {
        dict.set_str(t, module, n)?;
    }
    for (name, wrap) in [
        ("__new__", descriptors::static_method as fn(Value) -> Value),
        ("__init_subclass__", descriptors::class_method),
        ("__class_getitem__", descriptors::class_method),
    ] {
        if let Some(f) = dict.get_str(intern(name))
            && f.is_ptr()
            && f.shape_id() == kinds::FUNCTION
        {
            dict.set_str(t, intern(name), wrap(f))?;
        }
    }
    if dict.get_str(intern("__eq__")).is_some() && dict.get_str(intern("__hash__")).is_none() {
        dict.set_str(t, intern("__hash__"), Value::NONE)?;
    }
    if let Some(i) = dict.find_str(intern("__classcell__")) {
        let v = dict.remove_entry(t, i);
        let Some(cell) = v.cast::<Cell>() else {
            let m = format!(
                "type.__new__(): __classcell__ must be a nonlocal cell, not <class '{}'>",
                type_name(v)
            );
            return Err(errors::type_error(t, m));
        };
        cell.value.set(cell, class.value());
    }
    if let Some(i) = dict.find_str(intern("__classdictcell__")) {
        let v = dict.remove_entry(t, i);
        if let Some(cell) = v.cast::<Cell>() {
            cell.value.set(cell, class.dict.gc().value());
        }
    }
    Ok(())
}

/// The base whose native layout the new class extends.
fn best_base(t: &Thread, bases: Gc<Tuple>) -> R<Gc<Type>> {
    let mut winner: Option<(Gc<Type>, Gc<Type>)> = None;
    for b in bases.items() {
        let Some(b) = b.cast::<Type>() else {
            return Err(errors::type_error(t, "bases must be types"));
        };
        if !b.has(flags::BASETYPE) {
            let m = format!(
                "type '{}' is not an acceptable base type",
                super::object::qualified_name(t, b)?
            );
            return Err(errors::type_error(t, m.replace("builtins.", "")));
        }
        if b.mro.opt().is_none() {
            return Err(errors::type_error(
                t,
                format!("Cannot extend an incomplete type '{}'", b.name_str()),
            ));
        }
        let solid = solid_base(b);
        match winner {
            None => winner = Some((b, solid)),
            Some((_, s)) if s.is_subtype(solid) => {}
            Some((_, s)) if solid.is_subtype(s) => winner = Some((b, solid)),
            Some(_) => {
                return Err(errors::type_error(
                    t,
                    "multiple bases have instance lay-out conflict",
                ));
            }
        }
    }
    Ok(winner.map_or_else(attr::object_class, |(b, _)| b))
}

/// The class that last added words to the layout.
fn solid_base(c: Gc<Type>) -> Gc<Type> {
    let mut c = c;
    while let Some(b) = c.base.opt() {
        if b.kind.get() != c.kind.get() || b.fixed_words.get() != c.fixed_words.get() {
            return c;
        }
        c = b;
    }
    c
}

fn add_subclass(t: &Thread, base: Gc<Type>, class: Gc<Type>) -> R<()> {
    let list = match base.subclasses.value().opt().and_then(|l| l.cast::<List>()) {
        Some(l) => l,
        None => {
            let l = List::new();
            base.subclasses.set(base, l.value());
            l
        }
    };
    weakref::add_target(t, list, class.value())
}

fn announce(t: &Thread, class: Gc<Type>, kwargs: Option<Gc<Dict>>) -> R<()> {
    let snapshot = class.dict.gc().copy();
    for (name, v) in snapshot.iter() {
        if !v.is_ptr() || matches!(v.shape_id(), kinds::FUNCTION | kinds::STR) {
            continue;
        }
        if let Some(m) = class_of(v).special(Special::SetName) {
            call::call_method(t, m, v, &[class.value(), name]).inspect_err(|_| {
                super::exception_methods::add_note(
                    t,
                    &format!(
                        "Error calling __set_name__ on '{}' instance {} in '{}'",
                        type_name(v),
                        repr_for_note(t, name),
                        class.name_str()
                    ),
                );
            })?;
        }
    }
    // super(class, class).__init_subclass__(**kwargs)
    let name = Special::InitSubclass.name();
    let mro = class.mro.gc();
    for c in mro.items().iter().skip(1) {
        let c: Gc<Type> = Gc::from_value(*c);
        if let Some(f) = c.dict.gc().get_str(name) {
            let f = attr::bind_to_class(t, f, class)?;
            let (args, names) = type_methods::join(&[], kwargs);
            call::call_kw(t, f, &args, names)?;
            return Ok(());
        }
    }
    Ok(())
}

fn repr_for_note(t: &Thread, v: Value) -> String {
    let pending = t.exc.replace(Value::NULL);
    let text = ops::repr(t, v).map_or_else(|_| "?".into(), |s| s.lossy().into_owned());
    t.exc.set(pending);
    text
}

/// Do two classes declare the same slots?
pub fn same_slots(a: Gc<Type>, b: Gc<Type>) -> bool {
    let names = |c: Gc<Type>| -> Vec<Value> {
        let own = |c: Gc<Type>| {
            c.slots
                .value()
                .opt()
                .and_then(|s| s.cast::<Tuple>())
                .map_or(vec![], |s| s.items().to_vec())
        };
        c.mro_types().flat_map(own).collect()
    };
    names(a) == names(b)
}

fn mro_of(t: &Thread, class: Gc<Type>, meta: Gc<Type>) -> R<Gc<Tuple>> {
    if meta.special(Special::Mro) == of_kind(kinds::TYPE).special(Special::Mro) {
        return compute_mro(t, class).map(|m| Tuple::new(&m));
    }
    let r = match call::call_special(t, class.value(), Special::Mro, &[]) {
        Some(r) => r?,
        None => return compute_mro(t, class).map(|m| Tuple::new(&m)),
    };
    let items = List::new();
    ops::for_each(t, r, |v| items.push(t, v))?;
    for v in items.items() {
        let Some(c) = v.cast::<Type>() else {
            return Err(errors::type_error(
                t,
                format!("mro() returned a non-class ('{}')", type_name(*v)),
            ));
        };
        if !solid_base(class).is_subtype(solid_base(c)) && c != class {
            return Err(errors::type_error(
                t,
                format!(
                    "mro() returned base with unsuitable layout ('{}')",
                    c.name_str()
                ),
            ));
        }
    }
    Ok(Tuple::new(items.items()))
}

/// The name of the first class that has no MRO yet.
fn incomplete(classes: Gc<Tuple>) -> String {
    let mut all = classes.items().iter().filter_map(|b| b.cast::<Type>());
    all.find(|b| b.mro.opt().is_none())
        .map_or_else(String::new, |b| b.name_str())
}

/// Is `other` in the chain of first bases of `class`? (An MRO may still be
/// that from before a change which is under way.)
fn has_base(class: Gc<Type>, other: Gc<Type>) -> bool {
    let mut at = Some(class);
    while let Some(c) = at {
        if c == other {
            return true;
        }
        at = c.base.opt();
    }
    false
}

/// The C3 linearisation of `class` over its bases.
pub fn compute_mro(t: &Thread, class: Gc<Type>) -> R<Vec<Value>> {
    let bases = class.bases.gc();
    for (i, b) in bases.items().iter().enumerate() {
        if bases.items()[..i].contains(b) {
            return Err(errors::type_error(
                t,
                format!(
                    "duplicate base class {}",
                    Gc::<Type>::from_value(*b).name_str()
                ),
            ));
        }
    }
    let mut lists: Vec<Vec<Value>> = bases
        .items()
        .iter()
        .filter_map(|b| Gc::<Type>::from_value(*b).mro.opt())
        .map(|m| m.items().to_vec())
        .collect();
    if lists.len() < bases.len() {
        let m = format!("Cannot extend an incomplete type '{}'", incomplete(bases));
        return Err(errors::type_error(t, m));
    }
    lists.push(bases.items().to_vec());
    let mut mro = vec![class.value()];
    loop {
        lists.retain(|l| !l.is_empty());
        if lists.is_empty() {
            return Ok(mro);
        }
        let next = lists
            .iter()
            .map(|l| l[0])
            .find(|c| !lists.iter().any(|l| l[1..].contains(c)));
        let Some(next) = next else {
            let mut heads = ArgVec::new();
            for l in &lists {
                if !heads.contains(&l[0]) {
                    heads.push(l[0]);
                }
            }
            let names: Vec<String> = heads
                .iter()
                .map(|c| Gc::<Type>::from_value(*c).name_str())
                .collect();
            let m = format!(
                "Cannot create a consistent method resolution order (MRO) for bases {}",
                names.join(", ")
            );
            return Err(errors::type_error(t, m));
        };
        mro.push(next);
        for l in &mut lists {
            if l[0] == next {
                l.remove(0);
            }
        }
    }
}

/// `C.__bases__ = bases`.
pub fn set_bases(t: &Thread, class: Gc<Type>, v: Option<Value>) -> R<()> {
    let Some(bases) = v.and_then(|v| v.cast::<Tuple>()) else {
        let m = format!(
            "can only assign tuple to {}.__bases__, not {}",
            class.name_str(),
            v.map_or("NULL".into(), type_name)
        );
        return Err(errors::type_error(t, m));
    };
    if bases.is_empty() {
        let m = format!(
            "can only assign non-empty tuple to {}.__bases__, not ()",
            class.name_str()
        );
        return Err(errors::type_error(t, m));
    }
    for b in bases.items() {
        let Some(b) = b.cast::<Type>() else {
            let m = format!(
                "{}.__bases__ must be tuple of classes, not '{}'",
                class.name_str(),
                type_name(*b)
            );
            return Err(errors::type_error(t, m));
        };
        if b.is_subtype(class) || has_base(b, class) {
            return Err(errors::type_error(
                t,
                "a __bases__ item causes an inheritance cycle",
            ));
        }
    }
    let base = best_base(t, bases)?;
    if base.kind.get() != class.kind.get() || solid_base(base) != solid_base(class.base.gc()) {
        let m = format!(
            "__bases__ assignment: '{}' {} differs from '{}'",
            base.name_str(),
            if base.has(flags::HEAP) {
                "object layout"
            } else {
                "deallocator"
            },
            class.base.gc().name_str()
        );
        return Err(errors::type_error(t, m));
    }
    let (old_bases, old_base) = (class.bases.gc(), class.base.gc());
    class.bases.put(class, bases);
    class.base.put(class, base);
    let undo = List::new();
    let refreshed = refresh_mro(t, class, undo);
    // A `mro` method may have assigned other bases meanwhile: those stay.
    let replaced = class.bases.gc() != bases;
    if let Err(e) = refreshed {
        for pair in undo.items().chunks_exact(2) {
            let c: Gc<Type> = Gc::from_value(pair[0]);
            c.mro.put(c, Gc::from_value(pair[1]));
        }
        if !replaced {
            class.bases.put(class, old_bases);
            class.base.put(class, old_base);
        }
        class.modified(t);
        return Err(e);
    }
    if replaced {
        class.modified(t);
        return Ok(());
    }
    for b in old_bases.items() {
        if let Some(l) = Gc::<Type>::from_value(*b)
            .subclasses
            .value()
            .opt()
            .and_then(|l| l.cast::<List>())
        {
            weakref::remove_target(l, class.value());
        }
    }
    for b in bases.items() {
        add_subclass(t, Gc::from_value(*b), class)?;
    }
    class.modified(t);
    Ok(())
}

/// Computes the MRO of a class and its subclasses anew; `undo` gets what they were.
fn refresh_mro(t: &Thread, class: Gc<Type>, undo: Gc<List>) -> R<()> {
    call::enter_native(t, "")?;
    let old = class.mro.opt();
    let mro = mro_of(t, class, class_of(class.value()))?;
    if class.mro.opt() != old {
        // Its `mro` method has changed it already.
        return Ok(());
    }
    // A class that is being made has none yet.
    if let Some(old) = old {
        undo.extend(t, &[class.value(), old.value()])?;
    }
    class.mro.put(class, mro);
    for s in weakref::live_targets(class.subclasses.value()).iter() {
        if let Some(s) = s.cast::<Type>() {
            refresh_mro(t, s, undo)?;
        }
    }
    Ok(())
}

/// Interned copy of a name given by a user.
pub fn interned(s: Gc<Str>) -> Gc<Str> {
    intern_str(s)
}
