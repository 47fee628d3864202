//! Signals: the exceptions of decimal arithmetic.

use pyjit_heap::{Gc, GilCell, Root, Value};
use pyjit_runtime::core::{call, errors, kinds};
use pyjit_runtime::types::dict::Dict;
use pyjit_runtime::types::exceptions::Exc;
use pyjit_runtime::types::list::List;
use pyjit_runtime::types::module::Module;
use pyjit_runtime::types::str_::intern;
use pyjit_runtime::types::tuple::Tuple;
use pyjit_runtime::types::type_::of_kind;
use pyjit_runtime::{R, Raised, Thread};

use super::context::status::*;

/// Signals, in the order of signal dictionaries.
pub const SIGNALS: [(&str, u32); 9] = [
    ("InvalidOperation", INVALID),
    ("FloatOperation", FLOAT_OPERATION),
    ("DivisionByZero", DIVISION_BY_ZERO),
    ("Overflow", OVERFLOW),
    ("Underflow", UNDERFLOW),
    ("Subnormal", SUBNORMAL),
    ("Inexact", INEXACT),
    ("Rounded", ROUNDED),
    ("Clamped", CLAMPED),
];
/// Conditions that are the signal `InvalidOperation`.
const CONDITIONS: [(&str, u32); 5] = [
    ("InvalidOperation", INVALID_OPERATION),
    ("ConversionSyntax", CONVERSION_SYNTAX),
    ("DivisionImpossible", DIVISION_IMPOSSIBLE),
    ("DivisionUndefined", DIVISION_UNDEFINED),
    ("InvalidContext", INVALID_CONTEXT),
];
/// Names of the classes with their bases: builtin ones by `Exc`, own ones by name.
const CLASSES: [(&str, &[&str], Option<Exc>); 14] = [
    ("DecimalException", &[], Some(Exc::ArithmeticError)),
    ("InvalidOperation", &["DecimalException"], None),
    (
        "FloatOperation",
        &["DecimalException"],
        Some(Exc::TypeError),
    ),
    (
        "DivisionByZero",
        &["DecimalException"],
        Some(Exc::ZeroDivisionError),
    ),
    ("Inexact", &["DecimalException"], None),
    ("Rounded", &["DecimalException"], None),
    ("Subnormal", &["DecimalException"], None),
    ("Clamped", &["DecimalException"], None),
    ("Overflow", &["Inexact", "Rounded"], None),
    ("Underflow", &["Inexact", "Rounded", "Subnormal"], None),
    ("ConversionSyntax", &["InvalidOperation"], None),
    ("DivisionImpossible", &["InvalidOperation"], None),
    (
        "DivisionUndefined",
        &["InvalidOperation"],
        Some(Exc::ZeroDivisionError),
    ),
    ("InvalidContext", &["InvalidOperation"], None),
];
static MADE: GilCell<Vec<Root>> = GilCell::new(Vec::new());

/// The class called `name`.
pub fn class(name: &str) -> Value {
    let i = CLASSES.iter().position(|c| c.0 == name).unwrap_or(0);
    MADE.with_mut(|m| m[i].get())
}
/// The bits of a signal's class.
pub fn bits_of(v: Value) -> Option<u32> {
    SIGNALS
        .iter()
        .find(|(name, _)| class(name) == v)
        .map(|s| s.1)
}
/// The classes of these signals, in a given order of names.
pub fn listed(t: &Thread, flags: u32) -> R<Gc<List>> {
    let l = List::new();
    for (name, bits) in SIGNALS {
        if flags & bits != 0 {
            l.push(t, class(name))?;
        }
    }
    Ok(l)
}
/// Raises the exception for conditions that are trapped.
#[cold]
pub fn raise(t: &Thread, trapped: u32) -> Raised {
    let Some((name, _)) = SIGNALS.iter().find(|(_, bits)| trapped & bits != 0) else {
        return errors::system_error(t, "no signal");
    };
    let l = List::new();
    let conditions = CONDITIONS.iter().filter(|(_, bit)| trapped & bit != 0);
    let others = SIGNALS[1..].iter().filter(|(_, bit)| trapped & bit != 0);
    for (name, _) in conditions.chain(others) {
        if let Err(e) = l.push(t, class(name)) {
            return e;
        }
    }
    errors::raise_args(t, Gc::from_value(class(name)), &[l.value()])
}
/// Makes the classes, and attributes of the module of them.
pub fn install(t: &Thread, m: Gc<Module>) -> R<()> {
    if MADE.with_mut(|m| m.is_empty()) {
        for (name, own, builtin) in CLASSES {
            let mut bases = call::ArgVec::new();
            own.iter().for_each(|b| bases.push(class(b)));
            if let Some(b) = builtin {
                bases.push(b.class().value());
            }
            let ns = Dict::new();
            ns.set_str(t, intern("__module__"), intern("decimal").value())?;
            let bases = Tuple::new(&bases).value();
            let args = [intern(name).value(), bases, ns.value()];
            let c = call::call(t, of_kind(kinds::TYPE).value(), &args)?;
            MADE.with_mut(|m| m.push(Root::new(c)));
        }
    }
    for (name, ..) in CLASSES {
        m.set(t, name, class(name))?;
    }
    Ok(())
}
