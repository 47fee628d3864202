//! `_decimal`: decimal arithmetic. Numbers are in [`number`], rounding in
//! [`context`], arithmetic in [`arith`], all without Python; [`object`] and
//! [`rules`] are the Python classes, [`convert`] makes numbers of objects,
//! [`signals`] has the exceptions, [`elementary`] exponential and logarithms,
//! [`format`] the format specifications. Rare operations are those of the
//! library's `_pydecimal` ([`rare`]).

mod arith;
mod context;
mod convert;
mod elementary;
mod format;
mod number;
mod object;
mod operations;
mod rare;
mod rules;
mod signals;

use pyjit_heap::{Gc, GilCell, Root, Value};
use pyjit_runtime::core::{attr, call, errors};
use pyjit_runtime::types::module::Module;
use pyjit_runtime::types::str_::{Str, intern};
use pyjit_runtime::types::tuple::Tuple;
use pyjit_runtime::types::type_::of_kind;
use pyjit_runtime::{R, Thread};

use crate::modules::contextvars::{self, ContextVar};
use crate::native_module;
use context::{Rounding, status};
use number::{MAX_EMAX, MAX_PREC, MIN_EMIN, MIN_ETINY};
use rules::C;

/// The context variable, the default context, the other two templates,
/// `DecimalTuple`, the class of signal dictionaries.
static OBJECTS: GilCell<Vec<Root>> = GilCell::new(Vec::new());
const VARIABLE: usize = 0;
const DEFAULT: usize = 1;
const EXTENDED: usize = 3;
const TUPLE: usize = 4;
const SIGNALS: usize = 5;

fn global(i: usize) -> Value {
    OBJECTS.with_mut(|o| o[i].get())
}

/// The current context.
pub fn current(t: &Thread) -> R<C> {
    let var: Gc<ContextVar> = Gc::from_value(global(VARIABLE));
    let v = contextvars::var_get(t, var, Some(Value::NONE))?;
    if !v.is_none() {
        return Ok(Gc::from_value(v));
    }
    let c = rules::copy_of(Gc::from_value(global(DEFAULT)));
    c.flags.set(0);
    contextvars::var_set(t, var, c.value())?;
    Ok(c)
}
fn getcontext(t: &Thread) -> R<C> {
    current(t)
}
fn setcontext(t: &Thread, context: Value) -> R<()> {
    let Some(mut c) = context.cast::<rules::Context>() else {
        let m = "optional argument must be a context";
        return Err(errors::type_error(t, m));
    };
    if (DEFAULT..=EXTENDED).any(|i| global(i) == context) {
        c = rules::copy_of(c);
        c.flags.set(0);
    }
    let var: Gc<ContextVar> = Gc::from_value(global(VARIABLE));
    contextvars::var_set(t, var, c.value()).map(|_| ())
}
fn ieee_context(t: &Thread, bits: i64) -> R<C> {
    if bits <= 0 || bits > 512 || bits % 32 != 0 {
        let m = "argument must be a multiple of 32, with a maximum of 512";
        return Err(errors::value_error(t, m));
    }
    let emax = 3 * (1i64 << (bits / 16 + 3));
    let c = rules::template(9 * (bits / 32) - 2, Rounding::HalfEven, 0);
    c.emax.set(emax);
    c.emin.set(1 - emax);
    c.clamp.set(1);
    Ok(c)
}

fn init(t: &Thread, m: Gc<Module>) -> R<()> {
    signals::install(t, m)?;
    t.host().import(t, "_contextvars")?;
    if OBJECTS.with_mut(|o| o.is_empty()) {
        make_objects(t)?;
    }
    let names = [
        "DefaultContext",
        "BasicContext",
        "ExtendedContext",
        "DecimalTuple",
    ];
    for (i, name) in names.iter().enumerate() {
        m.set(t, name, global(DEFAULT + i))?;
    }
    for (_, name) in context::ROUNDINGS {
        m.set(t, name, intern(name).value())?;
    }
    let numbers = [
        ("MAX_PREC", MAX_PREC),
        ("MAX_EMAX", MAX_EMAX),
        ("MIN_EMIN", MIN_EMIN),
        ("MIN_ETINY", MIN_ETINY),
        ("IEEE_CONTEXT_MAX_BITS", 512),
    ];
    for (name, n) in numbers {
        m.set(t, name, Value::int(n))?;
    }
    m.set(t, "HAVE_THREADS", Value::TRUE)?;
    m.set(t, "HAVE_CONTEXTVAR", Value::TRUE)?;
    m.set(t, "__version__", intern("1.70").value())?;
    m.set(t, "__libmpdec_version__", intern("2.5.1").value())?;
    let numbers = t.host().import(t, "numbers")?;
    let base = attr::get(t, numbers, intern("Number"))?;
    call::call_attr(t, base, "register", &[of_kind(object::KIND).value()])?;
    Ok(())
}
fn make_objects(t: &Thread) -> R<()> {
    use status::*;
    let add = |v: Value| OBJECTS.with_mut(|o| o.push(Root::new(v)));
    let name = Str::new("decimal_context").value();
    let var = contextvars::var_new(t, of_kind(306), name, None)?;
    add(var.value());
    let invalid = status::INVALID;
    let usual = invalid | DIVISION_BY_ZERO | OVERFLOW;
    add(rules::template(28, Rounding::HalfEven, usual).value());
    let basic = usual | UNDERFLOW | CLAMPED;
    add(rules::template(9, Rounding::HalfUp, basic).value());
    add(rules::template(9, Rounding::HalfEven, 0).value());
    let make = crate::import::attribute(t, "collections", "namedtuple")?;
    let args = [
        intern("DecimalTuple").value(),
        intern("sign digits exponent").value(),
        intern("decimal").value(),
    ];
    let names = Tuple::new(&[intern("module").value()]);
    add(call::call_kw(t, make, &args, Some(names))?);
    add(rules::signal_class(t)?);
    Ok(())
}

native_module! {
    /// C decimal arithmetic module
    pub MODULE = "_decimal", classes [object::CLASS, rules::CLASS], init init;
    functions {
        /// Get the current default context.
        getcontext() => getcontext;
        /// Set a new default context.
        setcontext(context, /) => setcontext;
        /// Return a context manager that will set the default context to a copy of ctx
        /// on entry to the with-statement and restore the previous default context when
        /// exiting the with-statement. If no context is supplied, a copy of the current
        /// default context is used.
        localcontext(ctx=None, **kwargs) => rules::localcontext;
        /// Return a context object initialized to the proper values for one of the
        /// IEEE interchange formats.  The argument must be a multiple of 32 and less
        /// than IEEE_CONTEXT_MAX_BITS.
        IEEEContext(bits, /) => ieee_context;
    }
}
