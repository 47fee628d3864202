//! `Context`, its signal dictionaries, and `localcontext`.

use pyjit_heap::{Gc, Value};
use pyjit_runtime::core::{attr, call, errors, kinds, ops};
use pyjit_runtime::types::dict::Dict;
use pyjit_runtime::types::int;
use pyjit_runtime::types::list::List;
use pyjit_runtime::types::str_::{Str, intern};
use pyjit_runtime::types::tuple::Tuple;
use pyjit_runtime::types::type_::{Type, flags, of_kind};
use pyjit_runtime::{R, Raised, Thread, py_class};

use super::context::{Ctx, ROUNDINGS, Rounding, status};
use super::number::{MAX_EMAX, MAX_PREC, MIN_EMIN};
use super::operations as op;
use super::signals::{self, SIGNALS};
use super::{convert, global};
use crate::native_layout;

native_layout! {
    /// The rules; the signal dictionaries once they are asked for.
    Context = 492, refs 1..3 { flag_dict, trap_dict }
        ints { prec, emin, emax, rounding, clamp, capitals, flags, traps }
}
pub type C = Gc<Context>;
native_layout! {
    /// The flags (0) or traps (1) of a context, as a mapping.
    SignalDict = 493, refs 1..2 { context } ints { which }
}
type S = Gc<SignalDict>;
/// The layout's number of a dictionary of signals.
const SIGNAL_DICT: u32 = 493;
native_layout! {
    /// What `localcontext` gives: the new context, and the one before.
    Manager = 494, refs 1..3 { local, before } ints { }
}

/// A new context with these rules.
pub fn template(prec: i64, rounding: Rounding, traps: u32) -> C {
    let n = Value::NULL;
    let r = index_of(rounding);
    Context::alloc(
        of_kind(492),
        n,
        n,
        prec,
        -999_999,
        999_999,
        r,
        0,
        1,
        0,
        i64::from(traps),
    )
}
fn index_of(r: Rounding) -> i64 {
    ROUNDINGS.iter().position(|x| x.0 == r).unwrap_or(0) as i64
}
/// A copy, a plain context.
pub fn copy_of(c: C) -> C {
    copy_as(of_kind(492), c)
}
fn copy_as(class: Gc<Type>, c: C) -> C {
    let n = Value::NULL;
    Context::alloc(
        class,
        n,
        n,
        c.prec.get(),
        c.emin.get(),
        c.emax.get(),
        c.rounding.get(),
        c.clamp.get(),
        c.capitals.get(),
        c.flags.get(),
        c.traps.get(),
    )
}
impl Context {
    /// The rules, for a computation.
    pub fn rules(&self) -> Ctx {
        Ctx {
            prec: self.prec.get(),
            emin: self.emin.get(),
            emax: self.emax.get(),
            rounding: ROUNDINGS[self.rounding.get() as usize].0,
            clamp: self.clamp.get() != 0,
            status: 0,
        }
    }
    /// Notes what happened; raises what is trapped.
    #[inline]
    pub fn report(&self, t: &Thread, happened: u32) -> R<()> {
        if happened == 0 {
            return Ok(());
        }
        if happened & status::NO_MEMORY != 0 {
            return Err(errors::memory_error(t));
        }
        self.flags.set(self.flags.get() | i64::from(happened));
        let trapped = happened & self.traps.get() as u32;
        match trapped {
            0 => Ok(()),
            _ => Err(signals::raise(t, trapped)),
        }
    }
}

fn new(_t: &Thread, class: Gc<Type>, _args: Value, _kw: Value) -> C {
    let c = copy_as(class, Gc::from_value(global(super::DEFAULT)));
    c.flags.set(0);
    c
}
const ATTRIBUTES: [&str; 8] = [
    "prec", "rounding", "Emin", "Emax", "capitals", "clamp", "flags", "traps",
];

fn init(
    t: &Thread,
    c: C,
    prec: Option<Value>,
    rounding: Option<Value>,
    emin: Option<Value>,
    emax: Option<Value>,
    capitals: Option<Value>,
    clamp: Option<Value>,
    flags: Option<Value>,
    traps: Option<Value>,
) -> R<()> {
    let given = [prec, rounding, emin, emax, capitals, clamp, flags, traps];
    for (name, v) in ATTRIBUTES.iter().zip(given) {
        if let Some(v) = v.filter(|v| !v.is_none()) {
            set_named(t, c, name, v)?;
        }
    }
    Ok(())
}
fn set_all(t: &Thread, c: C, kw: Option<Gc<Dict>>) -> R<()> {
    let Some(kw) = kw else { return Ok(()) };
    for (k, v) in kw.iter() {
        let name = ops::str(t, k)?;
        if !ATTRIBUTES.iter().any(|a| a.as_bytes() == name.bytes()) {
            let m = format!(
                "'{}' is an invalid keyword argument for this function",
                name.lossy()
            );
            return Err(errors::type_error(t, m));
        }
        if !v.is_none() {
            set_named(t, c, &name.lossy(), v)?;
        }
    }
    Ok(())
}
fn set_named(t: &Thread, c: C, name: &str, v: Value) -> R<()> {
    if let Some(l) = v.cast::<List>() {
        let slot = match name {
            "flags" => Some(&c.flags),
            "traps" => Some(&c.traps),
            _ => None,
        };
        if let Some(slot) = slot {
            slot.set(i64::from(list_bits(t, l)?));
            return Ok(());
        }
    }
    attr::set(t, c.value(), intern(name), Some(v))
}

#[cold]
fn not_deletable(t: &Thread) -> Raised {
    errors::attribute_error(t, "context attributes cannot be deleted")
}
fn number(t: &Thread, v: Option<Value>, from: i64, to: i64, message: &str) -> R<i64> {
    let Some(v) = v else {
        return Err(not_deletable(t));
    };
    if !int::is_int(v) {
        return Err(errors::type_error(t, "an integer is required"));
    }
    let Some(n) = int::to_i64(v) else {
        let m = "Python int too large to convert to C ssize_t";
        return Err(errors::overflow_error(t, m));
    };
    match (from..=to).contains(&n) {
        true => Ok(n),
        false => Err(errors::value_error(t, message)),
    }
}
macro_rules! numbers {
    ($($get:ident $set:ident $field:ident $from:expr, $to:expr, $message:literal;)*) => { $(
        fn $get(_t: &Thread, c: C) -> i64 {
            c.$field.get()
        }
        fn $set(t: &Thread, c: C, v: Option<Value>) -> R<()> {
            c.$field.set(number(t, v, $from, $to, $message)?);
            Ok(())
        }
    )* };
}
numbers! {
    get_prec set_prec prec 1, MAX_PREC, "valid range for prec is [1, MAX_PREC]";
    get_emin set_emin emin MIN_EMIN, 0, "valid range for Emin is [MIN_EMIN, 0]";
    get_emax set_emax emax 0, MAX_EMAX, "valid range for Emax is [0, MAX_EMAX]";
    get_clamp set_clamp clamp 0, 1, "valid values for clamp are [0, 1]";
    get_capitals set_capitals capitals 0, 1, "valid values for capitals are [0, 1]";
}
fn get_rounding(_t: &Thread, c: C) -> Gc<Str> {
    intern(ROUNDINGS[c.rounding.get() as usize].1)
}
/// A way to round by its name.
pub fn rounding(t: &Thread, v: Value) -> R<Rounding> {
    let name = v.cast::<Str>();
    let found = ROUNDINGS
        .iter()
        .find(|r| name.is_some_and(|n| n.bytes() == r.1.as_bytes()));
    found.map(|r| r.0).ok_or_else(|| {
        let m = "valid values for rounding are:\n  [ROUND_CEILING, ROUND_FLOOR, ROUND_UP, ROUND_DOWN,\n   ROUND_HALF_UP, ROUND_HALF_DOWN, ROUND_HALF_EVEN,\n   ROUND_05UP]";
        errors::type_error(t, m)
    })
}
fn set_rounding(t: &Thread, c: C, v: Option<Value>) -> R<()> {
    let v = v.ok_or_else(|| not_deletable(t))?;
    c.rounding.set(index_of(rounding(t, v)?));
    Ok(())
}
/// The bits that a list of signals has.
fn list_bits(t: &Thread, l: Gc<List>) -> R<u32> {
    let mut all = 0;
    for x in l.items() {
        all |= signals::bits_of(*x).ok_or_else(|| {
            let m = "valid values for signals are:\n  [InvalidOperation, FloatOperation, DivisionByZero,\n   Overflow, Underflow, Subnormal, Inexact, Rounded,\n   Clamped]";
            errors::type_error(t, m)
        })?;
    }
    Ok(all)
}
/// The bits that a dictionary of signals has.
fn bits(t: &Thread, v: Value) -> R<u32> {
    if let Some(s) = v.cast::<SignalDict>() {
        return Ok(word(t, s)? as u32);
    }
    let Some(d) = v.cast::<Dict>() else {
        let m = "argument must be a signal dict";
        return Err(errors::type_error(t, m));
    };
    if d.len() != SIGNALS.len() {
        return Err(bad_signal(t, "invalid signal dict"));
    }
    let mut all = 0;
    for (k, x) in d.iter() {
        let bit = signals::bits_of(k).ok_or_else(|| bad_signal(t, "invalid error flag"))?;
        if ops::truth(t, x)? {
            all |= bit;
        }
    }
    Ok(all)
}
#[cold]
fn bad_signal(t: &Thread, m: &str) -> Raised {
    errors::key_error(t, Str::new(m).value())
}
fn signal_dict(c: C, which: i64) -> Value {
    let slot = if which == 0 {
        &c.flag_dict
    } else {
        &c.trap_dict
    };
    if !slot.is_set() {
        let class = Gc::from_value(global(super::SIGNALS));
        slot.set(c, SignalDict::alloc(class, c.value(), which).value());
    }
    slot.get()
}
fn get_flags(_t: &Thread, c: C) -> Value {
    signal_dict(c, 0)
}
fn set_flags(t: &Thread, c: C, v: Option<Value>) -> R<()> {
    let v = v.ok_or_else(|| not_deletable(t))?;
    c.flags.set(i64::from(bits(t, v)?));
    Ok(())
}
fn get_traps(_t: &Thread, c: C) -> Value {
    signal_dict(c, 1)
}
fn set_traps(t: &Thread, c: C, v: Option<Value>) -> R<()> {
    let v = v.ok_or_else(|| not_deletable(t))?;
    c.traps.set(i64::from(bits(t, v)?));
    Ok(())
}
fn clear_flags(_t: &Thread, c: C) {
    c.flags.set(0);
}
fn clear_traps(_t: &Thread, c: C) {
    c.traps.set(0);
}
fn copy(_t: &Thread, c: C) -> C {
    copy_of(c)
}
fn etiny(_t: &Thread, c: C) -> i64 {
    c.rules().etiny()
}
fn etop(_t: &Thread, c: C) -> i64 {
    c.rules().etop()
}
/// Names of the signals in the order of their conditions, each once.
fn shown(flags: i64) -> String {
    let mut names = Vec::new();
    for bit in (0..16).map(|i| 1i64 << i).filter(|b| b & flags != 0) {
        let signal = SIGNALS.iter().find(|s| i64::from(s.1) & bit != 0);
        if let Some((name, _)) = signal
            && !names.contains(name)
        {
            names.push(*name);
        }
    }
    names.join(", ")
}
fn repr(_t: &Thread, c: C) -> String {
    format!(
        "Context(prec={}, rounding={}, Emin={}, Emax={}, capitals={}, clamp={}, flags=[{}], traps=[{}])",
        c.prec.get(),
        ROUNDINGS[c.rounding.get() as usize].1,
        c.emin.get(),
        c.emax.get(),
        c.capitals.get(),
        c.clamp.get(),
        shown(c.flags.get()),
        shown(c.traps.get())
    )
}
fn reduce(t: &Thread, c: C) -> R<Gc<Tuple>> {
    let class = pyjit_runtime::types::type_::class_of(c.value()).value();
    let args = Tuple::new(&[
        Value::int(c.prec.get()),
        get_rounding(t, c).value(),
        Value::int(c.emin.get()),
        Value::int(c.emax.get()),
        Value::int(c.capitals.get()),
        Value::int(c.clamp.get()),
        signals::listed(t, c.flags.get() as u32)?.value(),
        signals::listed(t, c.traps.get() as u32)?.value(),
    ]);
    Ok(Tuple::new(&[class, args.value()]))
}

// Signal dictionaries.

/// The context of a dictionary; one that was made by hand has none.
fn owner(t: &Thread, s: S) -> R<C> {
    let c = s.context.get().opt().map(Gc::from_value);
    c.ok_or_else(|| errors::value_error(t, "invalid signal dict"))
}
fn word(t: &Thread, s: S) -> R<i64> {
    let c = owner(t, s)?;
    Ok(if s.which.get() == 0 {
        c.flags.get()
    } else {
        c.traps.get()
    })
}
fn signal(t: &Thread, key: Value) -> R<i64> {
    let bit = signals::bits_of(key).ok_or_else(|| bad_signal(t, "invalid error flag"))?;
    Ok(i64::from(bit))
}
/// A dictionary without a context, with which nothing can be done.
fn dict_new(t: &Thread, class: Gc<Type>, _args: Value, _kw: Value) -> R<S> {
    if class == of_kind(SIGNAL_DICT) {
        let m = "cannot create 'decimal.SignalDictMixin' instances";
        return Err(errors::type_error(t, m));
    }
    Ok(SignalDict::alloc(class, Value::NULL, 0))
}
fn dict_get(t: &Thread, s: S, key: Value) -> R<bool> {
    Ok(word(t, s)? & signal(t, key)? != 0)
}
fn dict_set(t: &Thread, s: S, key: Value, v: Value) -> R<()> {
    let c = owner(t, s)?;
    let bit = signal(t, key)?;
    let on = ops::truth(t, v)?;
    let slot = if s.which.get() == 0 {
        &c.flags
    } else {
        &c.traps
    };
    slot.set(if on {
        slot.get() | bit
    } else {
        slot.get() & !bit
    });
    Ok(())
}
fn dict_delete(t: &Thread, s: S, _key: Value) -> R<()> {
    owner(t, s)?;
    Err(errors::value_error(t, "signal keys cannot be deleted"))
}
fn dict_len(t: &Thread, s: S) -> R<usize> {
    owner(t, s).map(|_| SIGNALS.len())
}
fn dict_iter(t: &Thread, s: S) -> R<Value> {
    owner(t, s)?;
    let all = signals::listed(t, u32::MAX)?;
    ops::iter(t, Tuple::new(all.items()).value())
}
fn dict_copy(t: &Thread, s: S) -> R<Gc<Dict>> {
    let (d, on) = (Dict::new(), word(t, s)?);
    for (name, bit) in SIGNALS {
        d.set(
            t,
            signals::class(name),
            Value::bool(on & i64::from(bit) != 0),
        )?;
    }
    Ok(d)
}
fn dict_repr(t: &Thread, s: S) -> R<String> {
    let on = word(t, s)?;
    let mut items = Vec::new();
    for (name, bit) in SIGNALS {
        let yes = if on & i64::from(bit) != 0 {
            "True"
        } else {
            "False"
        };
        items.push(format!("<class 'decimal.{name}'>:{yes}"));
    }
    Ok(format!("{{{}}}", items.join(", ")))
}
fn dict_same(t: &Thread, s: S, other: Value) -> R<Option<bool>> {
    let mask = SIGNALS.iter().fold(0, |m, x| m | i64::from(x.1));
    let mine = word(t, s)? & mask;
    if let Some(o) = other.cast::<SignalDict>() {
        return Ok(Some(dict_bools(mine) == dict_bools(word(t, o)?)));
    }
    if other.cast::<Dict>().is_some() {
        return match bits(t, other) {
            Ok(b) => Ok(Some(dict_bools(mine) == dict_bools(i64::from(b)))),
            Err(_) if errors::catch(t, pyjit_runtime::types::exceptions::Exc::KeyError) => {
                Ok(Some(false))
            }
            Err(e) => Err(e),
        };
    }
    Ok(None)
}
fn dict_bools(flags: i64) -> [bool; 9] {
    SIGNALS.map(|s| flags & i64::from(s.1) != 0)
}
fn dict_eq(t: &Thread, s: S, other: Value) -> R<Value> {
    Ok(dict_same(t, s, other)?.map_or(Value::NOT_IMPLEMENTED, Value::bool))
}
fn dict_ne(t: &Thread, s: S, other: Value) -> R<Value> {
    Ok(dict_same(t, s, other)?.map_or(Value::NOT_IMPLEMENTED, |b| Value::bool(!b)))
}
/// The class of signal dictionaries: a mapping.
pub fn signal_class(t: &Thread) -> R<Value> {
    let mixin = pyjit_runtime::core::class::make(t, &MIXIN);
    pyjit_runtime::core::class::make(t, &MANAGER);
    let mapping = crate::import::attribute(t, "collections.abc", "MutableMapping")?;
    let bases = Tuple::new(&[mixin.value(), mapping]).value();
    let meta = attr::get(t, mapping, intern("__class__"))?;
    let ns = Dict::new();
    ns.set_str(t, intern("__module__"), intern("decimal").value())?;
    call::call(t, meta, &[intern("SignalDict").value(), bases, ns.value()])
}

// localcontext

pub fn localcontext(t: &Thread, context: Option<Value>, kw: Option<Gc<Dict>>) -> R<Gc<Manager>> {
    let before = super::current(t)?;
    let c = match context.filter(|v| !v.is_none()) {
        Some(v) => v
            .cast::<Context>()
            .ok_or_else(|| errors::type_error(t, "optional argument must be a context"))?,
        None => before,
    };
    let local = copy_of(c);
    set_all(t, local, kw)?;
    Ok(Manager::alloc(of_kind(494), local.value(), before.value()))
}
fn enter(t: &Thread, m: Gc<Manager>) -> R<Value> {
    super::setcontext(t, m.local.get())?;
    Ok(m.local.get())
}
fn exit(t: &Thread, m: Gc<Manager>, _args: Value) -> R<bool> {
    super::setcontext(t, m.before.get())?;
    Ok(false)
}

py_class! {
    /// The context affects almost all operations and controls rounding,
    /// Over/Underflow, raising of exceptions and much more.  A new context
    /// can be initialized as follows:
    ///
    ///     >>> c = Context(prec=28, Emin=-425000000, Emax=425000000,
    ///     ...             rounding=ROUND_HALF_EVEN, capitals=1, clamp=1,
    ///     ...             traps=[InvalidOperation, DivisionByZero, Overflow],
    ///     ...             flags=[])
    pub CLASS: Context = "Context", base kinds::OBJECT, flags flags::BASETYPE | flags::IMMUTABLE, module "decimal";
    methods {
        @staticmethod __new__(cls, /, *args, **kwargs) => new;
        __init__(self, prec=None, rounding=None, Emin=None, Emax=None, capitals=None, clamp=None, flags=None, traps=None) => init;
        __repr__(self, /) => repr;
        __reduce__(self, /) => reduce;
        /// Return a duplicate of the context with all flags cleared.
        __copy__(self, /) => copy;
        /// Return a duplicate of the context with all flags cleared.
        copy(self, /) => copy;
        /// Reset all flags to False.
        clear_flags(self, /) => clear_flags;
        /// Set all traps to False.
        clear_traps(self, /) => clear_traps;
        /// Return a value equal to Emin - prec + 1.
        Etiny(self, /) => etiny;
        /// Return a value equal to Emax - prec + 1.
        Etop(self, /) => etop;
        radix(self, /) => op::c_radix;
        create_decimal(self, num="0", /) => convert::create_decimal;
        create_decimal_from_float(self, f, /) => convert::create_from_float;
        _apply(self, object, /) => op::c_apply;
        copy_decimal(self, x, /) => op::c_copy_decimal;
        abs(self, x, /) => op::c_abs; plus(self, x, /) => op::c_plus; minus(self, x, /) => op::c_minus;
        add(self, x, y, /) => op::c_add; subtract(self, x, y, /) => op::c_sub;
        multiply(self, x, y, /) => op::c_mul; divide(self, x, y, /) => op::c_div;
        divide_int(self, x, y, /) => op::c_div_int; remainder(self, x, y, /) => op::c_rem;
        remainder_near(self, x, y, /) => op::c_remainder_near; divmod(self, x, y, /) => op::c_divmod;
        fma(self, x, y, z, /) => op::c_fma; power(self, a, b, modulo=None) => op::c_power;
        quantize(self, x, y, /) => op::c_quantize; normalize(self, x, /) => op::c_normalize;
        sqrt(self, x, /) => op::c_sqrt; compare(self, x, y, /) => op::c_compare;
        to_integral(self, x, /) => op::c_to_integral_value;
        to_integral_value(self, x, /) => op::c_to_integral_value;
        to_integral_exact(self, x, /) => op::c_to_integral_exact;
        exp(self, x, /) => op::c_exp; ln(self, x, /) => op::c_ln; log10(self, x, /) => op::c_log10;
        logb(self, x, /) => op::c_logb;
        /// Invert the digits of a logical number.
        ///
        ///     >>> ExtendedContext.logical_invert(Decimal('101010101'))
        ///     Decimal('10101010')
        ///     >>> ExtendedContext.logical_invert(1101)
        ///     Decimal('111110010')
        logical_invert(self, x, /) => op::c_logical_invert;
        next_minus(self, x, /) => op::c_next_minus; next_plus(self, x, /) => op::c_next_plus;
        next_toward(self, x, y, /) => op::c_next_toward;
        compare_signal(self, x, y, /) => op::c_compare_signal;
        compare_total(self, x, y, /) => op::c_compare_total;
        compare_total_mag(self, x, y, /) => op::c_compare_total_mag;
        /// Combine the digits of two logical numbers with 'and'.
        ///
        ///     >>> ExtendedContext.logical_and(Decimal('1100'), Decimal('1010'))
        ///     Decimal('1000')
        ///     >>> ExtendedContext.logical_and(Decimal('1111'), Decimal('10'))
        ///     Decimal('10')
        logical_and(self, x, y, /) => op::c_logical_and;
        /// Combine the digits of two logical numbers with 'or'.
        ///
        ///     >>> ExtendedContext.logical_or(Decimal('1100'), Decimal('1010'))
        ///     Decimal('1110')
        ///     >>> ExtendedContext.logical_or(Decimal('1110'), Decimal('10'))
        ///     Decimal('1110')
        logical_or(self, x, y, /) => op::c_logical_or;
        /// Combine the digits of two logical numbers with 'xor'.
        ///
        ///     >>> ExtendedContext.logical_xor(Decimal('1100'), Decimal('1010'))
        ///     Decimal('110')
        ///     >>> ExtendedContext.logical_xor(Decimal('1111'), Decimal('10'))
        ///     Decimal('1101')
        logical_xor(self, x, y, /) => op::c_logical_xor;
        max(self, x, y, /) => op::c_max; max_mag(self, x, y, /) => op::c_max_mag;
        min(self, x, y, /) => op::c_min; min_mag(self, x, y, /) => op::c_min_mag;
        rotate(self, x, y, /) => op::c_rotate; shift(self, x, y, /) => op::c_shift;
        scaleb(self, x, y, /) => op::c_scaleb; same_quantum(self, x, y, /) => op::c_same_quantum;
        copy_sign(self, x, y, /) => op::c_copy_sign;
        copy_abs(self, x, /) => op::c_copy_abs; copy_negate(self, x, /) => op::c_copy_negate;
        canonical(self, x, /) => op::c_canonical; is_canonical(self, x, /) => op::c_is_canonical;
        is_finite(self, x, /) => op::c_is_finite; is_infinite(self, x, /) => op::c_is_infinite;
        is_nan(self, x, /) => op::c_is_nan; is_qnan(self, x, /) => op::c_is_qnan;
        is_snan(self, x, /) => op::c_is_snan; is_signed(self, x, /) => op::c_is_signed;
        is_zero(self, x, /) => op::c_is_zero; is_normal(self, x, /) => op::c_is_normal;
        is_subnormal(self, x, /) => op::c_is_subnormal; number_class(self, x, /) => op::c_number_class;
        to_sci_string(self, x, /) => op::c_to_sci_string; to_eng_string(self, x, /) => op::c_to_eng_string;
    }
    getset {
        prec => get_prec, set_prec;
        Emin => get_emin, set_emin;
        Emax => get_emax, set_emax;
        rounding => get_rounding, set_rounding;
        clamp => get_clamp, set_clamp;
        capitals => get_capitals, set_capitals;
        flags => get_flags, set_flags;
        traps => get_traps, set_traps;
    }
}
py_class! {
    pub MIXIN: SignalDict = "SignalDictMixin", base kinds::OBJECT, flags flags::BASETYPE | flags::IMMUTABLE, module "decimal";
    methods {
        @staticmethod __new__(cls, /, *args, **kwargs) => dict_new;
        __getitem__(self, key, /) => dict_get;
        __setitem__(self, key, value, /) => dict_set;
        __delitem__(self, key, /) => dict_delete;
        __len__(self, /) => dict_len;
        __iter__(self, /) => dict_iter;
        __repr__(self, /) => dict_repr;
        __eq__(self, value, /) => dict_eq;
        __ne__(self, value, /) => dict_ne;
        copy(self, /) => dict_copy;
    }
}
py_class! {
    pub MANAGER: Manager = "ContextManager", base kinds::OBJECT, flags flags::NO_NEW | flags::IMMUTABLE, module "decimal";
    methods {
        __enter__(self, /) => enter;
        __exit__(self, /, *args) => exit;
    }
}
