//! Where instances of a new class keep their attributes: `__slots__`, room for attributes in line.

use pyjit_heap::{Gc, RefRange, Value, shape};

use crate::core::thread::{R, Thread};
use crate::core::{attr, errors, kinds, ops};
use crate::types::descriptors::Member;
use crate::types::dict::Dict;
use crate::types::list::List;
use crate::types::str_::{Str, intern};
use crate::types::tuple::Tuple;
use crate::types::type_::{MAX_INLINE, Type, flags, of_kind, type_name};

/// Inline slots that a class gives its first instances at least.
const FIRST_SLOTS: u32 = 4;

/// Have instances a dictionary that is part of their native layout?
fn has_native_dict(base: Gc<Type>) -> bool {
    matches!(base.kind.get(), kinds::MODULE | kinds::SIMPLE_NAMESPACE)
}

/// Reads `__slots__`, sets flags and layout; gives the slot names.
pub(super) fn lay_out(
    t: &Thread,
    class: Gc<Type>,
    base: Gc<Type>,
    dict: Gc<Dict>,
) -> R<Vec<Gc<Str>>> {
    let mut names = Vec::new();
    match dict.get_str(intern("__slots__")) {
        None if has_native_dict(base) => class.set_flag(flags::HAS_WEAKREF),
        None => class.set_flag(flags::HAS_DICT | flags::HAS_WEAKREF),
        Some(s) => names = read_slots(t, class, base, dict, s)?,
    }
    let native = native_refs(class.kind.get());
    let native_words = of_kind(class.kind.get()).fixed_words.get();
    let inherited = base.fixed_words.get() - native_words;
    let sized = native.tail != RefRange::NO_TAIL
        || matches!(class.kind.get(), kinds::INT | kinds::BYTES | kinds::TYPE);
    if !names.is_empty() && sized {
        let m = format!(
            "nonempty __slots__ not supported for subtype of '{}'",
            of_kind(class.kind.get()).name_str()
        );
        return Err(errors::type_error(t, m));
    }
    let slots = base.max_slots.get() + static_slots(base, dict);
    class.max_slots.set(slots);
    let cap = slots.next_multiple_of(2).clamp(FIRST_SLOTS, MAX_INLINE);
    class.set_layout(native, native_words, inherited + names.len() as u32, cap);
    Ok(names)
}

/// Names that a class body's functions store in `self`.
fn static_names(namespace: Gc<Dict>) -> Option<Gc<Tuple>> {
    namespace
        .get_str(intern("__static_attributes__"))?
        .cast_exact::<Tuple>()
}

/// Attributes that the methods of a new class give its instances beyond those of the base: so
/// the first instance already has room for them.
fn static_slots(base: Gc<Type>, namespace: Gc<Dict>) -> u32 {
    let Some(own) = static_names(namespace) else {
        return 0;
    };
    let in_base = |name: Value| {
        base.mro_types().any(|c| {
            let names = c.dict.opt().and_then(static_names);
            names.is_some_and(|n| n.items().contains(&name))
        })
    };
    own.items().iter().filter(|n| !in_base(**n)).count() as u32
}

/// Reference words of a builtin layout; plain objects have none of their own.
fn native_refs(kind: u32) -> RefRange {
    if kind == kinds::OBJECT {
        RefRange::NONE
    } else {
        shape::get(kind).refs()
    }
}

fn read_slots(
    t: &Thread,
    class: Gc<Type>,
    base: Gc<Type>,
    dict: Gc<Dict>,
    slots: Value,
) -> R<Vec<Gc<Str>>> {
    let list = List::new();
    if slots.cast::<Str>().is_some() {
        list.push(t, slots)?;
    } else {
        ops::for_each(t, slots, |v| list.push(t, v))?;
    }
    let mut names: Vec<Gc<Str>> = Vec::new();
    let (mut has_dict, mut has_weakref) = (
        base.has(flags::HAS_DICT),
        base.has(flags::HAS_WEAKREF) && base != attr::object_class(),
    );
    for v in list.items() {
        let Some(s) = v.cast::<Str>() else {
            return Err(errors::type_error(
                t,
                format!("__slots__ items must be strings, not '{}'", type_name(*v)),
            ));
        };
        let text = s.lossy();
        match &*text {
            "__dict__" if has_dict => {
                return Err(errors::type_error(
                    t,
                    "__dict__ slot disallowed: we already got one",
                ));
            }
            "__dict__" => {
                has_dict = true;
                class.set_flag(flags::HAS_DICT);
            }
            "__weakref__" if has_weakref => {
                return Err(errors::type_error(
                    t,
                    "__weakref__ slot disallowed: we already got one",
                ));
            }
            "__weakref__" => {
                has_weakref = true;
                class.set_flag(flags::HAS_WEAKREF);
            }
            n if !is_identifier(n) => {
                return Err(errors::type_error(t, "__slots__ must be identifiers"));
            }
            n => {
                let mangled = intern(&mangle(&class.name_str(), n));
                if dict.get_str(mangled).is_some() && n != "__qualname__" && n != "__classcell__" {
                    let m = format!("'{n}' in __slots__ conflicts with class variable");
                    return Err(errors::value_error(t, m));
                }
                names.push(mangled);
            }
        }
    }
    names.sort_by(|a, b| a.bytes().cmp(b.bytes()));
    names.dedup();
    Ok(names)
}

fn is_identifier(s: &str) -> bool {
    let mut c = s.chars();
    c.next().is_some_and(|c| c == '_' || c.is_alphabetic())
        && c.all(|c| c == '_' || c.is_alphanumeric())
}

/// Private name mangling.
pub fn mangle(class: &str, name: &str) -> String {
    let stripped = class.trim_start_matches('_');
    if !name.starts_with("__") || name.ends_with("__") || name.contains('.') || stripped.is_empty()
    {
        return name.into();
    }
    format!("_{stripped}{name}")
}

/// Gives the class the descriptors of its slots.
pub(super) fn add_slots(t: &Thread, class: Gc<Type>, base: Gc<Type>, names: &[Gc<Str>]) -> R<()> {
    let first = base.fixed_words.get();
    let values: Vec<Value> = names.iter().map(|n| n.value()).collect();
    let tuple = Tuple::new(&values);
    class.slots.set(class, tuple.value());
    for (i, n) in names.iter().enumerate() {
        class
            .dict
            .gc()
            .set_str(t, *n, Member::new(class, *n, first + i as u32).value())?;
    }
    // Class objects have theirs from `type`.
    if class.has(flags::HAS_DICT) && !base.has(flags::HAS_DICT) && class.kind.get() != kinds::TYPE {
        let d = super::descriptor_methods::dict_descriptor(class);
        class.dict.gc().set_str(t, intern("__dict__"), d)?;
    }
    if class.has(flags::HAS_WEAKREF) && !base.has(flags::HAS_WEAKREF) {
        let d = super::descriptor_methods::weakref_descriptor(class);
        class.dict.gc().set_str(t, intern("__weakref__"), d)?;
    }
    Ok(())
}
