//! `Decimal`: the object, its construction, its special methods.

use dashu_int::UBig;
use dashu_int::ops::Gcd;
use pyjit_heap::{Gc, RawArray, Value};
use pyjit_runtime::core::ops::Cmp;
use pyjit_runtime::core::{call, errors, kinds, ops, warn};
use pyjit_runtime::fmt::parse_float;
use pyjit_runtime::hash::{INFINITY, MODULUS, not_minus_one};
use pyjit_runtime::types::dict::Dict;
use pyjit_runtime::types::exceptions::Exc;
use pyjit_runtime::types::str_::{Str, intern};
use pyjit_runtime::types::tuple::Tuple;
use pyjit_runtime::types::type_::{Type, class_of, flags, of_kind};
use pyjit_runtime::types::{float, int};
use pyjit_runtime::{R, Thread, comparisons, py_class};

use super::arith;
use super::context::{Ctx, Rounding, status};
use super::convert::{self, comparable, context, operand, to_int};
use super::number::{Dec, Kind, TOO_LONG, div_rem, pow10};
use super::operations::{self as op, compute};
use super::{current, global, rare};
use crate::native_layout;

/// The layout's number.
pub const KIND: u32 = 491;
native_layout! {
    /// A coefficient of up to 128 bits is in `low` and `high`, a longer one in
    /// raw memory; `meta` has sign and kind; `hash` is 0 until it is known.
    Decimal = 491, refs 1..2 { limbs } ints { meta, exp, low, high, hash }
}
pub type D = Gc<Decimal>;

const KINDS: [Kind; 4] = [Kind::Finite, Kind::Infinite, Kind::Nan, Kind::Signaling];

impl Decimal {
    /// The number.
    #[inline]
    pub fn number(&self) -> Dec {
        let coeff = match self.limbs.get().opt() {
            Some(a) => UBig::from_words(Gc::<RawArray>::from_value(a).words()),
            None => {
                let low = u128::from(self.low.get() as u64);
                UBig::from(low | u128::from(self.high.get() as u64) << 64)
            }
        };
        Dec {
            neg: self.meta.get() & 1 != 0,
            kind: KINDS[(self.meta.get() >> 1) as usize & 3],
            coeff,
            exp: self.exp.get(),
        }
    }
}
/// A number of class `class`.
pub fn make(t: &Thread, class: Gc<Type>, d: &Dec) -> R<D> {
    let kind = KINDS.iter().position(|k| *k == d.kind).unwrap_or(0) as i64;
    let meta = i64::from(d.neg) | kind << 1;
    let (mut limbs, mut low, mut high) = (Value::NULL, 0, 0);
    match *d.coeff.as_words() {
        [] => {}
        [a] => low = a as i64,
        [a, b] => (low, high) = (a as i64, b as i64),
        ref words => {
            let a = RawArray::new(words.len() * 8).ok_or_else(|| errors::memory_error(t))?;
            a.words_mut()[..words.len()].copy_from_slice(words);
            limbs = a.value();
        }
    }
    Ok(Decimal::alloc(class, limbs, meta, d.exp, low, high, 0))
}
/// A plain number.
#[inline]
pub fn plain(t: &Thread, d: Dec) -> R<D> {
    make(t, of_kind(KIND), &d)
}

fn new(t: &Thread, class: Gc<Type>, v: Option<Value>, c: Option<Value>) -> R<Value> {
    let v = v.unwrap_or_else(|| intern("0").value());
    let c = context(t, c)?;
    if class == of_kind(KIND) && class_of(v) == class {
        return Ok(v);
    }
    let d = convert::number(t, v, c, true)?;
    Ok(make(t, class, &d)?.value())
}
fn text(t: &Thread, this: D) -> R<String> {
    let capitals = current(t)?.capitals.get() != 0;
    Ok(this.number().text(capitals, false))
}
fn repr(t: &Thread, this: D) -> R<String> {
    Ok(format!("Decimal('{}')", text(t, this)?))
}
fn format(t: &Thread, this: D, spec: Value, locale: Option<Value>) -> R<Value> {
    if spec.cast::<Str>().is_none() {
        return Err(errors::type_error(t, "format arg must be str"));
    }
    if let Some(l) = locale
        && l.cast::<Dict>().is_none()
    {
        return Err(errors::type_error(t, "optional argument must be a dict"));
    }
    let c = current(t)?;
    if locale.is_none()
        && let Some(s) = spec.cast::<Str>()
        && let Ok(s) = std::str::from_utf8(s.bytes())
    {
        let rules = c.rules();
        let shown = super::format::format(&this.number(), s, rules.rounding, c.capitals.get() != 0);
        if let Some(shown) = shown {
            return Ok(Str::new(&shown).value());
        }
    }
    let old = spec;
    let spec = old_spec(t, spec)?;
    let locale = locale.map(|l| rare::locale(t, l)).transpose()?;
    let shown = rare::format(t, c, &this.number(), spec, locale).map_err(|e| {
        if errors::catch(t, Exc::MemoryError) {
            let m = "format specification exceeds internal limits of _decimal";
            return errors::value_error(t, m);
        }
        e
    })?;
    match old == spec {
        true => Ok(shown),
        false => call::call_attr(t, shown, "upper", &[]),
    }
}

/// `N` is an old name of `n`.
fn old_spec(t: &Thread, spec: Value) -> R<Value> {
    let Some(s) = spec.cast::<Str>().filter(|s| s.bytes().ends_with(b"N")) else {
        return Ok(spec);
    };
    let m = "Format specifier 'N' is deprecated and slated for removal in Python 3.18";
    warn::deprecated(t, m)?;
    let body = &s.bytes()[..s.byte_len() - 1];
    Ok(Str::from_wtf8(&[body, b"n"].concat()).value())
}

fn power_mod(mut base: u128, mut exp: u64) -> u128 {
    let mut r = 1u128;
    while exp > 0 {
        if exp & 1 == 1 {
            r = r * base % u128::from(MODULUS);
        }
        base = base * base % u128::from(MODULUS);
        exp >>= 1;
    }
    r
}
fn hash(t: &Thread, this: D) -> R<i64> {
    if this.hash.get() != 0 {
        return Ok(this.hash.get());
    }
    let d = this.number();
    let h = match d.kind {
        Kind::Signaling => {
            return Err(errors::type_error(t, "Cannot hash a signaling NaN value"));
        }
        Kind::Nan => return Ok(ops::hash_identity(this.value())),
        Kind::Infinite => INFINITY,
        Kind::Finite => {
            let order = (MODULUS - 1) as i64;
            let e = d.exp.rem_euclid(order) as u64;
            let c = &d.coeff % UBig::from(MODULUS);
            let c = u128::try_from(&c).unwrap_or(0);
            (c * power_mod(10, e) % u128::from(MODULUS)) as i64
        }
    };
    let h = not_minus_one(if d.neg { -h } else { h });
    this.hash.set(h);
    Ok(h)
}
fn truth(_t: &Thread, this: D) -> bool {
    !this.number().is_zero()
}
/// The whole part, rounded.
fn whole(t: &Thread, this: D, rounding: Rounding) -> R<Value> {
    let d = this.number();
    let what = match d.kind {
        Kind::Finite => {
            if d.exp > TOO_LONG && !d.coeff.is_zero() {
                return Err(errors::memory_error(t));
            }
            let r = arith::rescale(&d, 0, rounding);
            return Ok(to_int(r.neg, &r.coeff));
        }
        Kind::Infinite => {
            return Err(errors::overflow_error(
                t,
                "cannot convert Infinity to integer",
            ));
        }
        _ => "cannot convert NaN to integer",
    };
    Err(errors::value_error(t, what))
}
fn to_integer(t: &Thread, this: D) -> R<Value> {
    whole(t, this, Rounding::Down)
}
fn ceil(t: &Thread, this: D) -> R<Value> {
    whole(t, this, Rounding::Ceiling)
}
fn floor(t: &Thread, this: D) -> R<Value> {
    whole(t, this, Rounding::Floor)
}
fn round(t: &Thread, this: D, digits: Option<Value>) -> R<Value> {
    match digits {
        None => whole(t, this, Rounding::HalfEven),
        Some(n) if int::is_int(n) => op::round_to(t, this, ops::index_i64(t, n)?),
        Some(_) => Err(errors::type_error(t, "optional arg must be an integer")),
    }
}
fn to_float(t: &Thread, this: D) -> R<f64> {
    let d = this.number();
    if d.kind == Kind::Signaling {
        let m = "cannot convert signaling NaN to float";
        return Err(errors::value_error(t, m));
    }
    if d.kind == Kind::Nan {
        return Ok(if d.neg { -f64::NAN } else { f64::NAN });
    }
    let text = d.text(true, false);
    parse_float(text.as_bytes()).ok_or_else(|| errors::value_error(t, "not a float"))
}
fn to_complex(t: &Thread, this: D) -> R<Value> {
    let x = float::from_f64(to_float(t, this)?);
    call::call(t, of_kind(kinds::COMPLEX).value(), &[x])
}
fn ratio(t: &Thread, this: D) -> R<Gc<Tuple>> {
    let d = this.number();
    match d.kind {
        Kind::Infinite => {
            let m = "cannot convert Infinity to integer ratio";
            return Err(errors::overflow_error(t, m));
        }
        Kind::Nan | Kind::Signaling => {
            return Err(errors::value_error(
                t,
                "cannot convert NaN to integer ratio",
            ));
        }
        Kind::Finite if d.exp.abs() > TOO_LONG && !d.coeff.is_zero() => {
            return Err(errors::memory_error(t));
        }
        Kind::Finite => {}
    }
    let (mut top, mut below) = (d.coeff.clone(), UBig::ONE);
    if !top.is_zero() {
        match d.exp >= 0 {
            true => top *= pow10(d.exp),
            false => {
                below = pow10(-d.exp);
                let g = (&top).gcd(&below);
                top = div_rem(&top, &g).0;
                below = div_rem(&below, &g).0;
            }
        }
    }
    Ok(Tuple::new(&[to_int(d.neg, &top), to_int(false, &below)]))
}
fn as_tuple(t: &Thread, this: D) -> R<Value> {
    let d = this.number();
    let text = match (d.kind, d.coeff.is_zero()) {
        (Kind::Infinite, _) => "0".into(),
        (Kind::Nan | Kind::Signaling, true) => String::new(),
        _ => d.coeff.to_string(),
    };
    let bytes = text.as_bytes();
    let digits = Tuple::from_fn(bytes.len(), |i| Value::int(i64::from(bytes[i] - b'0')));
    let exp = match d.kind {
        Kind::Finite => Value::int(d.exp),
        Kind::Infinite => intern("F").value(),
        Kind::Nan => intern("n").value(),
        Kind::Signaling => intern("N").value(),
    };
    let args = [Value::int(i64::from(d.neg)), digits.value(), exp];
    call::call(t, global(super::TUPLE), &args)
}
fn adjusted(_t: &Thread, this: D) -> i64 {
    let d = this.number();
    if d.is_finite() { d.adjusted() } else { 0 }
}
fn reduce(t: &Thread, this: D) -> R<Gc<Tuple>> {
    let args = Tuple::new(&[Str::new(&this.number().text(true, false)).value()]);
    let _ = t;
    Ok(Tuple::new(&[class_of(this.value()).value(), args.value()]))
}
fn itself(_t: &Thread, this: D) -> D {
    this
}
fn deepcopy(_t: &Thread, this: D, _memo: Value) -> D {
    this
}
fn yes(_t: &Thread, _this: D) -> bool {
    true
}
fn imag(t: &Thread, _this: D) -> R<D> {
    plain(t, Dec::zero(false, 0))
}
fn radix(t: &Thread, _this: D) -> R<D> {
    plain(t, Dec::finite(false, 10u8.into(), 0))
}
fn copy_abs(t: &Thread, this: D) -> R<D> {
    plain(t, this.number().with_sign(false))
}
fn copy_negate(t: &Thread, this: D) -> R<D> {
    let d = this.number();
    plain(t, d.with_sign(!d.neg))
}
fn sizeof(_t: &Thread, this: D) -> usize {
    // As many words as nineteen digits each need.
    let digits = this.number().digits() as usize;
    104 + digits.div_ceil(19).saturating_sub(4) * 8
}

fn compare(t: &Thread, cmp: Cmp, this: D, other: Value) -> R<Value> {
    let equality = matches!(cmp, Cmp::Eq | Cmp::Ne);
    let Some((a, b)) = comparable(t, &this.number(), other, equality)? else {
        return Ok(Value::NOT_IMPLEMENTED);
    };
    if a.is_nan() || b.is_nan() {
        if !equality || a.kind == Kind::Signaling || b.kind == Kind::Signaling {
            current(t)?.report(t, status::INVALID_OPERATION)?;
        }
        return Ok(Value::bool(cmp == Cmp::Ne));
    }
    Ok(Value::bool(cmp.of(arith::compare(&a, &b))))
}
comparisons!(D, compare);

/// An operator, if both sides are numbers.
fn operator(
    t: &Thread,
    a: Option<Dec>,
    b: Option<Dec>,
    f: impl FnOnce(&mut Ctx, &Dec, &Dec) -> Dec,
) -> R<Value> {
    let (Some(a), Some(b)) = (a, b) else {
        return Ok(Value::NOT_IMPLEMENTED);
    };
    compute(t, current(t)?, |c| f(c, &a, &b))
}
macro_rules! operators {
    ($($name:ident $swapped:ident $f:ident;)*) => { $(
        fn $name(t: &Thread, this: D, other: Value) -> R<Value> {
            operator(t, Some(this.number()), operand(other), Ctx::$f)
        }
        fn $swapped(t: &Thread, this: D, other: Value) -> R<Value> {
            operator(t, operand(other), Some(this.number()), Ctx::$f)
        }
    )* };
}
operators! {
    add radd add; sub rsub sub; mul rmul mul; truediv rtruediv div;
    floordiv rfloordiv div_int; modulo rmodulo rem;
}
fn divmod(t: &Thread, this: D, other: Value) -> R<Value> {
    match operand(other) {
        Some(b) => op::divmod(t, current(t)?, &this.number(), &b),
        None => Ok(Value::NOT_IMPLEMENTED),
    }
}
fn rdivmod(t: &Thread, this: D, other: Value) -> R<Value> {
    match operand(other) {
        Some(a) => op::divmod(t, current(t)?, &a, &this.number()),
        None => Ok(Value::NOT_IMPLEMENTED),
    }
}
fn power(t: &Thread, a: Option<Dec>, b: Option<Dec>, modulus: Option<Value>) -> R<Value> {
    let (Some(a), Some(b)) = (a, b) else {
        return Ok(Value::NOT_IMPLEMENTED);
    };
    match modulus.filter(|m| !m.is_none()) {
        None => op::power(t, current(t)?, &a, &b),
        Some(m) => match operand(m) {
            Some(m) => rare::operation(t, current(t)?, "power", &[&a, &b, &m]),
            None => Ok(Value::NOT_IMPLEMENTED),
        },
    }
}
fn pow(t: &Thread, this: D, other: Value, modulus: Option<Value>) -> R<Value> {
    power(t, Some(this.number()), operand(other), modulus)
}
fn rpow(t: &Thread, this: D, other: Value, modulus: Option<Value>) -> R<Value> {
    power(t, operand(other), Some(this.number()), modulus)
}
fn neg(t: &Thread, this: D) -> R<Value> {
    op::d_minus(t, this, None)
}
fn pos(t: &Thread, this: D) -> R<Value> {
    op::d_plus(t, this, None)
}
fn abs(t: &Thread, this: D) -> R<Value> {
    op::d_abs(t, this, None)
}

py_class! {
    /// Construct a new Decimal object.
    ///
    /// value can be an integer, string, tuple, or another Decimal object.  If
    /// no value is given, return Decimal('0'). The context does not affect
    /// the conversion and is only passed to determine if the InvalidOperation
    /// trap is active.
    pub CLASS: Decimal = "Decimal", base kinds::OBJECT, flags flags::BASETYPE | flags::IMMUTABLE, module "decimal";
    methods {
        @staticmethod __new__(cls, value="0", context=None) => new;
        __str__(self, /) => text; __repr__(self, /) => repr;
        __format__(self, format_spec, override=None, /) => format;
        __hash__(self, /) => hash; __bool__(self, /) => truth;
        __int__(self, /) => to_integer; __trunc__(self, /) => to_integer;
        __ceil__(self, /) => ceil; __floor__(self, /) => floor;
        __round__(self, ndigits=None, /) => round;
        __float__(self, /) => to_float; __complex__(self, /) => to_complex;
        __reduce__(self, /) => reduce; __copy__(self, /) => itself;
        __deepcopy__(self, memo, /) => deepcopy; __sizeof__(self, /) => sizeof;
        __eq__(self, value, /) => eq; __ne__(self, value, /) => ne; __lt__(self, value, /) => lt;
        __le__(self, value, /) => le; __gt__(self, value, /) => gt; __ge__(self, value, /) => ge;
        __add__(self, value, /) => add; __radd__(self, value, /) => radd;
        __sub__(self, value, /) => sub; __rsub__(self, value, /) => rsub;
        __mul__(self, value, /) => mul; __rmul__(self, value, /) => rmul;
        __truediv__(self, value, /) => truediv; __rtruediv__(self, value, /) => rtruediv;
        __floordiv__(self, value, /) => floordiv; __rfloordiv__(self, value, /) => rfloordiv;
        __mod__(self, value, /) => modulo; __rmod__(self, value, /) => rmodulo;
        __divmod__(self, value, /) => divmod; __rdivmod__(self, value, /) => rdivmod;
        __pow__(self, value, mod=None, /) => pow; __rpow__(self, value, mod=None, /) => rpow;
        __neg__(self, /) => neg; __pos__(self, /) => pos; __abs__(self, /) => abs;
        adjusted(self, /) => adjusted; as_integer_ratio(self, /) => ratio; as_tuple(self, /) => as_tuple;
        canonical(self, /) => itself; conjugate(self, /) => itself; radix(self, /) => radix;
        copy_abs(self, /) => copy_abs; copy_negate(self, /) => copy_negate;
        /// Return a copy with the sign of the other number.
        ///
        ///     >>> Decimal('2.3').copy_sign(Decimal('-1.5'))
        ///     Decimal('-2.3')
        copy_sign(self, other, context=None) => op::d_copy_sign;
        is_canonical(self, /) => yes; is_finite(self, /) => op::d_is_finite;
        is_infinite(self, /) => op::d_is_infinite; is_nan(self, /) => op::d_is_nan;
        is_qnan(self, /) => op::d_is_qnan; is_snan(self, /) => op::d_is_snan;
        is_signed(self, /) => op::d_is_signed; is_zero(self, /) => op::d_is_zero;
        is_normal(self, context=None) => op::d_is_normal;
        is_subnormal(self, context=None) => op::d_is_subnormal;
        compare(self, other, context=None) => op::d_compare;
        compare_signal(self, other, context=None) => op::d_compare_signal;
        /// Compare two numbers by their representation: a total order, in which equal
        /// numbers with other representations differ.
        ///
        ///     >>> Decimal('12.0').compare_total(Decimal('12'))
        ///     Decimal('-1')
        compare_total(self, other, context=None) => op::d_compare_total;
        compare_total_mag(self, other, context=None) => op::d_compare_total_mag;
        exp(self, context=None) => op::d_exp; ln(self, context=None) => op::d_ln;
        log10(self, context=None) => op::d_log10; logb(self, context=None) => op::d_logb;
        logical_and(self, other, context=None) => op::d_logical_and;
        logical_or(self, other, context=None) => op::d_logical_or;
        logical_xor(self, other, context=None) => op::d_logical_xor;
        logical_invert(self, context=None) => op::d_logical_invert;
        max(self, other, context=None) => op::d_max; max_mag(self, other, context=None) => op::d_max_mag;
        min(self, other, context=None) => op::d_min; min_mag(self, other, context=None) => op::d_min_mag;
        next_minus(self, context=None) => op::d_next_minus; next_plus(self, context=None) => op::d_next_plus;
        next_toward(self, other, context=None) => op::d_next_toward;
        normalize(self, context=None) => op::d_normalize; number_class(self, context=None) => op::d_number_class;
        /// Fused multiply-add: self*other+third, rounded once.
        ///
        ///     >>> Decimal(2).fma(3, 5)
        ///     Decimal('11')
        fma(self, other, third, context=None) => op::d_fma;
        /// Return a value equal to the first operand after rounding and having the
        /// exponent of the second operand.
        ///
        ///     >>> Decimal('1.41421356').quantize(Decimal('1.000'))
        ///     Decimal('1.414')
        quantize(self, exp, rounding=None, context=None) => op::d_quantize;
        remainder_near(self, other, context=None) => op::d_remainder_near;
        rotate(self, other, context=None) => op::d_rotate; shift(self, other, context=None) => op::d_shift;
        same_quantum(self, other, context=None) => op::d_same_quantum;
        scaleb(self, other, context=None) => op::d_scaleb; sqrt(self, context=None) => op::d_sqrt;
        to_eng_string(self, context=None) => op::d_to_eng_string;
        to_integral(self, rounding=None, context=None) => op::d_to_integral_value;
        to_integral_value(self, rounding=None, context=None) => op::d_to_integral_value;
        to_integral_exact(self, rounding=None, context=None) => op::d_to_integral_exact;
        /// Convert a float to a decimal number, exactly.
        ///
        ///     >>> Decimal.from_float(0.1)
        ///     Decimal('0.1000000000000000055511151231257827021181583404541015625')
        ///     >>> Decimal.from_float(float('-inf'))
        ///     Decimal('-Infinity')
        @classmethod from_float(cls, f, /) => convert::from_float;
        /// Convert a real number to a decimal number, exactly.
        ///
        ///     >>> Decimal.from_number(314)
        ///     Decimal('314')
        ///     >>> Decimal.from_number(Decimal('3.14'))
        ///     Decimal('3.14')
        @classmethod from_number(cls, number, /) => convert::from_number;
    }
    getset {
        real => itself;
        imag => imag;
    }
}
