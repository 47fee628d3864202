//! The operations as methods: of numbers (with the current or a given
//! context), and of contexts.

use pyjit_heap::Value;
use pyjit_runtime::core::errors;
use pyjit_runtime::types::tuple::Tuple;
use pyjit_runtime::{R, Thread};

use super::arith;
use super::context::{Ctx, status};
use super::convert::{context, required};
use super::number::{Dec, Kind};
use super::object::{self, D, Decimal};
use super::rare;
use super::rules::C;

/// Computes in a context, and signals what happens.
pub fn compute(t: &Thread, c: C, f: impl FnOnce(&mut Ctx) -> Dec) -> R<Value> {
    let mut rules = c.rules();
    let r = f(&mut rules);
    c.report(t, rules.status)?;
    Ok(object::plain(t, r)?.value())
}

macro_rules! unary {
    ($($method:ident $of_context:ident |$c:ident, $a:ident| $f:expr;)*) => { $(
        pub fn $method(t: &Thread, this: D, c: Option<Value>) -> R<Value> {
            let $a = &this.number();
            compute(t, context(t, c)?, |$c| $f)
        }
        pub fn $of_context(t: &Thread, c: C, x: Value) -> R<Value> {
            let $a = &required(t, x)?;
            compute(t, c, |$c| $f)
        }
    )* };
}
macro_rules! binary {
    ($($method:ident $of_context:ident |$c:ident, $a:ident, $b:ident| $f:expr;)*) => { $(
        pub fn $method(t: &Thread, this: D, other: Value, c: Option<Value>) -> R<Value> {
            let c = context(t, c)?;
            let ($a, $b) = (&this.number(), &required(t, other)?);
            compute(t, c, |$c| $f)
        }
        pub fn $of_context(t: &Thread, c: C, x: Value, y: Value) -> R<Value> {
            let ($a, $b) = (&required(t, x)?, &required(t, y)?);
            compute(t, c, |$c| $f)
        }
    )* };
}
macro_rules! of_contexts {
    ($($of_context:ident |$c:ident, $a:ident, $b:ident| $f:expr;)*) => { $(
        pub fn $of_context(t: &Thread, c: C, x: Value, y: Value) -> R<Value> {
            let ($a, $b) = (&required(t, x)?, &required(t, y)?);
            compute(t, c, |$c| $f)
        }
    )* };
}
macro_rules! rare_unary {
    ($($method:ident $of_context:ident $name:literal;)*) => { $(
        pub fn $method(t: &Thread, this: D, c: Option<Value>) -> R<Value> {
            rare::operation(t, context(t, c)?, $name, &[&this.number()])
        }
        pub fn $of_context(t: &Thread, c: C, x: Value) -> R<Value> {
            rare::operation(t, c, $name, &[&required(t, x)?])
        }
    )* };
}
macro_rules! rare_binary {
    ($($method:ident $of_context:ident $name:literal;)*) => { $(
        pub fn $method(t: &Thread, this: D, other: Value, c: Option<Value>) -> R<Value> {
            let c = context(t, c)?;
            rare::operation(t, c, $name, &[&this.number(), &required(t, other)?])
        }
        pub fn $of_context(t: &Thread, c: C, x: Value, y: Value) -> R<Value> {
            rare::operation(t, c, $name, &[&required(t, x)?, &required(t, y)?])
        }
    )* };
}
unary! {
    d_sqrt c_sqrt |c, a| c.sqrt(a);
    d_exp c_exp |c, a| c.exp(a);
    d_ln c_ln |c, a| c.ln(a);
    d_log10 c_log10 |c, a| c.log10(a);
    d_normalize c_normalize |c, a| c.normalize(a);
    d_abs c_abs |c, a| c.absolute(a);
    d_plus c_plus |c, a| c.plus(a);
    d_minus c_minus |c, a| c.minus(a);
}
of_contexts! {
    c_add |c, a, b| c.add(a, b);
    c_sub |c, a, b| c.sub(a, b);
    c_mul |c, a, b| c.mul(a, b);
    c_div |c, a, b| c.div(a, b);
    c_div_int |c, a, b| c.div_int(a, b);
    c_rem |c, a, b| c.rem(a, b);
}
binary! {
    d_remainder_near c_remainder_near |c, a, b| c.remainder_near(a, b);
    d_compare c_compare |c, a, b| match c.nan_of(a, Some(b)) {
        Some(n) => n,
        None => sign_of(arith::compare(a, b)),
    };
}
rare_unary! {
    d_logb c_logb "logb";
    d_logical_invert c_logical_invert "logical_invert";
    d_next_minus c_next_minus "next_minus"; d_next_plus c_next_plus "next_plus";
    d_number_class c_number_class "number_class";
    d_is_normal c_is_normal "is_normal"; d_is_subnormal c_is_subnormal "is_subnormal";
}
rare_binary! {
    d_compare_signal c_compare_signal "compare_signal";
    d_compare_total c_compare_total "compare_total";
    d_compare_total_mag c_compare_total_mag "compare_total_mag";
    d_logical_and c_logical_and "logical_and"; d_logical_or c_logical_or "logical_or";
    d_logical_xor c_logical_xor "logical_xor";
    d_max c_max "max"; d_max_mag c_max_mag "max_mag";
    d_min c_min "min"; d_min_mag c_min_mag "min_mag";
    d_next_toward c_next_toward "next_toward"; d_rotate c_rotate "rotate"; d_shift c_shift "shift";
    d_scaleb c_scaleb "scaleb";
}

/// -1, 0 or 1.
fn sign_of(o: std::cmp::Ordering) -> Dec {
    Dec::finite(o.is_lt(), dashu_int::UBig::from(u8::from(o.is_ne())), 0)
}
pub fn c_divmod(t: &Thread, c: C, x: Value, y: Value) -> R<Value> {
    divmod(t, c, &required(t, x)?, &required(t, y)?)
}
/// Quotient and remainder, as a tuple.
pub fn divmod(t: &Thread, c: C, a: &Dec, b: &Dec) -> R<Value> {
    let mut rules = c.rules();
    let (q, r) = rules.divmod(a, b);
    c.report(t, rules.status)?;
    let q = object::plain(t, q)?;
    let r = object::plain(t, r)?;
    Ok(Tuple::new(&[q.value(), r.value()]).value())
}
pub fn d_fma(t: &Thread, this: D, other: Value, third: Value, c: Option<Value>) -> R<Value> {
    let c = context(t, c)?;
    let (b, z) = (required(t, other)?, required(t, third)?);
    compute(t, c, |c| c.fma(&this.number(), &b, &z))
}
pub fn c_fma(t: &Thread, c: C, x: Value, y: Value, z: Value) -> R<Value> {
    let (a, b, z) = (required(t, x)?, required(t, y)?, required(t, z)?);
    compute(t, c, |c| c.fma(&a, &b, &z))
}
/// A power that is exact: a whole exponent, and a result that is short enough.
fn exact_power(a: &Dec, b: &Dec, prec: i64) -> Option<Dec> {
    use dashu_int::ops::BitTest;
    if !a.is_finite() || a.coeff.is_zero() || b.neg || b.is_zero() || !b.is_integer() {
        return None;
    }
    let whole = arith::rescale(b, 0, super::context::Rounding::Down);
    let n = u32::try_from(&whole.coeff).ok()?;
    let digits = (a.coeff.bit_len() as f64) * f64::from(n) * std::f64::consts::LOG10_2 + 1.0;
    let exp = a.exp.checked_mul(i64::from(n))?;
    (digits < prec as f64 && digits < super::number::TOO_LONG as f64)
        .then(|| Dec::finite(a.neg && n % 2 == 1, a.coeff.pow(n as usize), exp))
}
/// `a ** b`.
pub fn power(t: &Thread, c: C, a: &Dec, b: &Dec) -> R<Value> {
    if b.exp.abs() < 20
        && let Some(r) = exact_power(a, b, c.prec.get())
    {
        return compute(t, c, |c| c.fix(r));
    }
    let mut rules = c.rules();
    if let Some(r) = rules.inexact_power(a, b) {
        c.report(t, rules.status)?;
        return Ok(object::plain(t, r)?.value());
    }
    rare::operation(t, c, "power", &[a, b])
}
pub fn c_power(t: &Thread, c: C, a: Value, b: Value, modulo: Option<Value>) -> R<Value> {
    let (x, y) = (required(t, a)?, required(t, b)?);
    match modulo.filter(|m| !m.is_none()) {
        Some(m) => rare::operation(t, c, "power", &[&x, &y, &required(t, m)?]),
        None => power(t, c, &x, &y),
    }
}
/// Does the rounding of a method's argument.
fn rounded(t: &Thread, c: C, rounding: Option<Value>, f: impl FnOnce(&mut Ctx) -> Dec) -> R<Value> {
    let rounding = rounding.filter(|r| !r.is_none());
    let r = rounding.map(|r| super::rules::rounding(t, r)).transpose()?;
    compute(t, c, |rules| {
        if let Some(r) = r {
            rules.rounding = r;
        }
        f(rules)
    })
}
pub fn d_quantize(t: &Thread, this: D, e: Value, r: Option<Value>, c: Option<Value>) -> R<Value> {
    let c = context(t, c)?;
    let e = required(t, e)?;
    rounded(t, c, r, |c| c.quantize(&this.number(), &e))
}
pub fn c_quantize(t: &Thread, c: C, x: Value, y: Value) -> R<Value> {
    let (a, b) = (required(t, x)?, required(t, y)?);
    compute(t, c, |c| c.quantize(&a, &b))
}
pub fn d_to_integral_value(t: &Thread, this: D, r: Option<Value>, c: Option<Value>) -> R<Value> {
    let c = context(t, c)?;
    rounded(t, c, r, |c| c.to_integral(&this.number(), false))
}
pub fn d_to_integral_exact(t: &Thread, this: D, r: Option<Value>, c: Option<Value>) -> R<Value> {
    let c = context(t, c)?;
    rounded(t, c, r, |c| c.to_integral(&this.number(), true))
}
pub fn c_to_integral_value(t: &Thread, c: C, x: Value) -> R<Value> {
    let a = required(t, x)?;
    compute(t, c, |c| c.to_integral(&a, false))
}
pub fn c_to_integral_exact(t: &Thread, c: C, x: Value) -> R<Value> {
    let a = required(t, x)?;
    compute(t, c, |c| c.to_integral(&a, true))
}

fn same_quantum(a: &Dec, b: &Dec) -> bool {
    match a.is_finite() && b.is_finite() {
        true => a.exp == b.exp,
        false => a.is_nan() && b.is_nan() || a.is_infinite() && b.is_infinite(),
    }
}
pub fn d_same_quantum(t: &Thread, this: D, other: Value, c: Option<Value>) -> R<bool> {
    context(t, c)?;
    Ok(same_quantum(&this.number(), &required(t, other)?))
}
pub fn c_same_quantum(t: &Thread, _c: C, x: Value, y: Value) -> R<bool> {
    Ok(same_quantum(&required(t, x)?, &required(t, y)?))
}
pub fn d_copy_sign(t: &Thread, this: D, other: Value, c: Option<Value>) -> R<D> {
    context(t, c)?;
    object::plain(t, this.number().with_sign(required(t, other)?.neg))
}
pub fn c_copy_sign(t: &Thread, _c: C, x: Value, y: Value) -> R<D> {
    object::plain(t, required(t, x)?.with_sign(required(t, y)?.neg))
}
pub fn c_copy_abs(t: &Thread, _c: C, x: Value) -> R<D> {
    object::plain(t, required(t, x)?.with_sign(false))
}
pub fn c_copy_negate(t: &Thread, _c: C, x: Value) -> R<D> {
    let d = required(t, x)?;
    object::plain(t, d.with_sign(!d.neg))
}
pub fn c_copy_decimal(t: &Thread, _c: C, x: Value) -> R<Value> {
    match x.cast::<Decimal>() {
        Some(_) => Ok(x),
        None => Ok(object::plain(t, required(t, x)?)?.value()),
    }
}
pub fn c_apply(t: &Thread, c: C, x: Value) -> R<Value> {
    let a = required(t, x)?;
    compute(t, c, |c| c.fix(a))
}
fn a_decimal(t: &Thread, x: Value) -> R<D> {
    x.cast::<Decimal>()
        .ok_or_else(|| errors::type_error(t, "argument must be a Decimal"))
}
pub fn c_canonical(t: &Thread, _c: C, x: Value) -> R<D> {
    a_decimal(t, x)
}
pub fn c_is_canonical(t: &Thread, _c: C, x: Value) -> R<bool> {
    a_decimal(t, x).map(|_| true)
}
macro_rules! tests {
    ($($method:ident $of_context:ident |$a:ident| $f:expr;)*) => { $(
        pub fn $method(_t: &Thread, this: D) -> bool {
            let $a = this.number();
            $f
        }
        pub fn $of_context(t: &Thread, _c: C, x: Value) -> R<bool> {
            let $a = required(t, x)?;
            Ok($f)
        }
    )* };
}
tests! {
    d_is_finite c_is_finite |a| a.is_finite();
    d_is_infinite c_is_infinite |a| a.is_infinite();
    d_is_nan c_is_nan |a| a.is_nan();
    d_is_qnan c_is_qnan |a| a.kind == Kind::Nan;
    d_is_snan c_is_snan |a| a.kind == Kind::Signaling;
    d_is_signed c_is_signed |a| a.neg;
    d_is_zero c_is_zero |a| a.is_zero();
}
pub fn c_radix(t: &Thread, _c: C) -> R<D> {
    object::plain(t, Dec::finite(false, 10u8.into(), 0))
}
pub fn c_to_sci_string(t: &Thread, c: C, x: Value) -> R<String> {
    Ok(required(t, x)?.text(c.capitals.get() != 0, false))
}
pub fn c_to_eng_string(t: &Thread, c: C, x: Value) -> R<String> {
    Ok(required(t, x)?.text(c.capitals.get() != 0, true))
}
pub fn d_to_eng_string(t: &Thread, this: D, c: Option<Value>) -> R<String> {
    let c = context(t, c)?;
    Ok(this.number().text(c.capitals.get() != 0, true))
}
/// `round(x, digits)`.
pub fn round_to(t: &Thread, this: D, digits: i64) -> R<Value> {
    let c = super::current(t)?;
    let Some(exp) = digits.checked_neg() else {
        c.report(t, status::INVALID_OPERATION)?;
        return Ok(object::plain(t, Dec::nan())?.value());
    };
    let unit = Dec::finite(false, dashu_int::UBig::ONE, exp);
    compute(t, c, |c| c.quantize(&this.number(), &unit))
}
