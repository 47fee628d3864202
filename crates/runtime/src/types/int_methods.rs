//! `int` and `bool`: the Python-visible part.

use std::cell::Cell;

use pyjit_heap::{Field, Gc, GilCell, Header, Value, heap_object};

use super::int::{self, Int, from_big, operand, raise, result};
use crate::bigint::{self, Endian, IntRef, NumResult, ParseIntError};
use crate::core::ops::{self, Cmp};
use crate::core::special::Special;
use crate::core::thread::{R, Thread};
use crate::core::{call, errors, kinds};
use crate::fmt;
use crate::types::float;
use crate::types::str_::{Str, intern};
use crate::types::tuple::Tuple;
use crate::types::type_::{Type, flags, of_kind, type_name};
use crate::types::{buffer, bytes, int_long};

/// Layout alias for `bool`, whose two instances are immediate words.
#[repr(C)]
pub struct Bool {
    header: Header,
    value: Field,
    size: u64,
}
heap_object!(Bool = kinds::BOOL, refs 1..2);

/// `sys.set_int_max_str_digits`: 0 is no limit.
static MAX_STR_DIGITS: GilCell<Cell<usize>> = GilCell::new(Cell::new(4300));

/// The limit on digits in conversions between int and str.
pub fn max_str_digits() -> usize {
    MAX_STR_DIGITS.get().get()
}
/// Sets the limit (checked by the caller).
pub fn set_max_str_digits(n: usize) {
    MAX_STR_DIGITS.get().set(n)
}

type Pure = for<'a, 'b> fn(&mut bigint::Int, IntRef<'a>, IntRef<'b>) -> NumResult<()>;

#[inline]
fn pure(t: &Thread, a: Value, b: Value, f: Pure) -> R<Value> {
    let (Some(x), Some(y)) = (operand(a), operand(b)) else {
        return Ok(Value::NOT_IMPLEMENTED);
    };
    // Written in place: moving a result costs more than computing a short one.
    let mut out = bigint::Int::zero();
    match f(&mut out, x.as_ref(), y.as_ref()) {
        Ok(()) => Ok(from_big(&out)),
        Err(e) => Err(raise(t, e)),
    }
}

/// As [`pure`], but `long` is asked first if there is a long operand.
#[inline]
fn pure_or_long(
    t: &Thread,
    a: Value,
    b: Value,
    long: for<'a, 'b> fn(IntRef<'a>, IntRef<'b>) -> Option<Value>,
    f: Pure,
) -> R<Value> {
    if is_long(a) || is_long(b) {
        let (Some(x), Some(y)) = (operand(a), operand(b)) else {
            return Ok(Value::NOT_IMPLEMENTED);
        };
        if let Some(v) = long(x.as_ref(), y.as_ref()) {
            return Ok(v);
        }
    }
    pure(t, a, b, f)
}

/// Is it an exact int object?
#[inline]
fn is_long(v: Value) -> bool {
    v.is_ptr() && v.shape_id() == kinds::INT
}

/// `checked` for two small ints, else `f`.
macro_rules! arithmetic {
    (@$t:ident $a:ident $b:ident $f:path) => { pure($t, $a, $b, $f) };
    (@$t:ident $a:ident $b:ident $f:path, $long:path) => { pure_or_long($t, $a, $b, $long, $f) };
    ($($name:ident $reflected:ident |$x:ident, $y:ident| $small:expr, $f:path $(, $long:path)?;)*) => { $(
        /// `a op b` of two ints, `NotImplemented` for anything else.
        #[inline]
        pub fn $name(t: &Thread, a: Value, b: Value) -> R<Value> {
            if a.is_int() && b.is_int() {
                let ($x, $y) = (a.as_int(), b.as_int());
                let small: Option<i64> = $small;
                if let Some(r) = small {
                    return Ok(int::from_i64(t, r));
                }
            }
            arithmetic!(@t a b $f $(, $long)?)
        }
        fn $reflected(t: &Thread, a: Value, b: Value) -> R<Value> {
            $name(t, b, a)
        }
    )* };
}
arithmetic! {
    add radd |x, y| x.checked_add(y), bigint::add_to, int_long::add;
    sub rsub |x, y| x.checked_sub(y), bigint::sub_to, int_long::sub;
    mul rmul |x, y| x.checked_mul(y), bigint::mul_to, int_long::mul;
    floordiv rfloordiv |x, y| floor_div(x, y), bigint::div_floor_to, int_long::floordiv;
    modulo rmod |x, y| floor_mod(x, y), bigint::modulo_to;
    and rand |x, y| Some(x & y), bigint::and_to;
    or ror |x, y| Some(x | y), bigint::or_to;
    xor rxor |x, y| Some(x ^ y), bigint::xor_to;
    lshift rlshift |x, y| shift_left(x, y), bigint::shl_to;
    rshift rrshift |x, y| if y >= 0 { Some(x >> y.min(63)) } else { None }, bigint::shr_to;
}

fn floor_div(x: i64, y: i64) -> Option<i64> {
    let q = x.checked_div(y)?;
    Some(if x % y != 0 && (x < 0) != (y < 0) {
        q - 1
    } else {
        q
    })
}
fn floor_mod(x: i64, y: i64) -> Option<i64> {
    let r = x.checked_rem(y)?;
    Some(if r != 0 && (r < 0) != (y < 0) {
        r + y
    } else {
        r
    })
}
fn shift_left(x: i64, y: i64) -> Option<i64> {
    if !(0..63).contains(&y) {
        return None;
    }
    let r = x << y;
    (r >> y == x).then_some(r)
}

fn divmod(t: &Thread, a: Value, b: Value) -> R<Value> {
    let (Some(x), Some(y)) = (operand(a), operand(b)) else {
        return Ok(Value::NOT_IMPLEMENTED);
    };
    let (q, r) = bigint::div_mod(x.as_ref(), y.as_ref()).map_err(|e| raise(t, e))?;
    let q = from_big(&q);
    Ok(Tuple::new(&[q, from_big(&r)]).value())
}
fn rdivmod(t: &Thread, a: Value, b: Value) -> R<Value> {
    divmod(t, b, a)
}
/// `a / b` of two ints, correctly rounded.
pub fn truediv(t: &Thread, a: Value, b: Value) -> R<Value> {
    let (Some(x), Some(y)) = (operand(a), operand(b)) else {
        return Ok(Value::NOT_IMPLEMENTED);
    };
    let d = bigint::true_div(x.as_ref(), y.as_ref()).map_err(|e| raise(t, e))?;
    Ok(float::from_f64(d))
}
fn rtruediv(t: &Thread, a: Value, b: Value) -> R<Value> {
    truediv(t, b, a)
}
/// `pow(a, b, modulus)` of ints.
pub fn pow(t: &Thread, a: Value, b: Value, modulus: Option<Value>) -> R<Value> {
    let (Some(x), Some(y)) = (operand(a), operand(b)) else {
        return Ok(Value::NOT_IMPLEMENTED);
    };
    if let Some(m) = modulus.filter(|m| !m.is_none()) {
        let Some(m) = operand(m) else {
            return Ok(Value::NOT_IMPLEMENTED);
        };
        return result(t, bigint::mod_pow(x.as_ref(), y.as_ref(), m.as_ref()));
    }
    if y.as_ref().negative {
        let (fx, fy) = (int::to_f64(t, a)?, int::to_f64(t, b)?);
        return super::float_methods::float_pow(t, fx, fy);
    }
    result(t, bigint::pow(x.as_ref(), y.as_ref()))
}
fn rpow(t: &Thread, a: Value, b: Value, modulus: Option<Value>) -> R<Value> {
    pow(t, b, a, modulus)
}

/// The ordering of two ints.
pub fn order(a: Value, b: Value) -> Option<std::cmp::Ordering> {
    if a.is_int() && b.is_int() {
        return Some(a.as_int().cmp(&b.as_int()));
    }
    Some(bigint::cmp(operand(a)?.as_ref(), operand(b)?.as_ref()))
}
fn compare(_t: &Thread, cmp: Cmp, a: Value, b: Value) -> R<Value> {
    Ok(order(a, b).map_or(Value::NOT_IMPLEMENTED, |o| Value::bool(cmp.of(o))))
}
crate::comparisons!(Value, compare);

fn exact(this: Value) -> Value {
    int::exact(this).unwrap_or(this)
}
/// `-x` of an int.
pub fn neg(t: &Thread, this: Value) -> R<Value> {
    sub(t, Value::int(0), this)
}
fn pos(_t: &Thread, this: Value) -> Value {
    exact(this)
}
fn abs(t: &Thread, this: Value) -> R<Value> {
    if int::is_negative(this) {
        neg(t, this)
    } else {
        Ok(exact(this))
    }
}
/// `~x` of an int.
pub fn invert(t: &Thread, this: Value) -> R<Value> {
    sub(t, Value::int(-1), this)
}
fn bool_(_t: &Thread, this: Value) -> bool {
    exact(this) != Value::int(0)
}
fn to_float(t: &Thread, this: Value) -> R<f64> {
    int::to_f64(t, this)
}
fn hash(_t: &Thread, this: Value) -> i64 {
    match exact(this) {
        v if v.is_int() => int::hash_small(v.as_int()),
        v => bigint::hash(int::Operand::Big(Gc::from_value(v)).as_ref()),
    }
}

/// `str(i)`, refusing too many digits.
pub fn text(t: &Thread, this: Value) -> R<Gc<Str>> {
    let v = exact(this);
    fmt::with_buffer(|out| {
        if v.is_int() {
            if (0..10).contains(&v.as_int()) {
                return Ok(Str::one_char(&[b'0' + v.as_int() as u8]));
            }
            bigint::push_i64(out, v.as_int());
        } else {
            let o = int::Operand::Big(Gc::from_value(v));
            bigint::push_decimal_limited(out, o.as_ref(), max_str_digits() as u64)
                .map_err(|e| raise(t, e))?;
        }
        Ok(Str::build(out, out.len()))
    })
}
fn repr(t: &Thread, this: Value) -> R<Gc<Str>> {
    text(t, this)
}
fn bool_repr(_t: &Thread, this: Value) -> Value {
    intern(if this == Value::TRUE { "True" } else { "False" }).value()
}
/// `format(this, spec)`.
pub fn format(t: &Thread, this: Value, spec: Gc<Str>) -> R<Value> {
    if spec.is_empty() {
        return ops::str(t, this).map(Gc::value);
    }
    let o = operand(this).ok_or_else(|| errors::type_error(t, "an integer is required"))?;
    let name = message_name(this);
    fmt::with_buffer(|out| {
        let limit = max_str_digits() as u64;
        fmt::format_int(out, o.as_ref(), spec.bytes(), &name, limit).map_err(|e| raise(t, e))?;
        Ok(Str::from_wtf8(out).value())
    })
}
/// What messages call the type.
fn message_name(v: Value) -> std::borrow::Cow<'static, str> {
    match v.is_int() {
        true => "int".into(),
        false => type_name(v).into(),
    }
}
fn round(t: &Thread, this: Value, ndigits: Option<Value>) -> R<Value> {
    let Some(n) = ndigits.filter(|n| !n.is_none()) else {
        return Ok(exact(this));
    };
    let n = ops::index(t, n)?;
    if !int::is_negative(n) {
        return Ok(exact(this));
    }
    // x - ((x + half) mod unit - half), to even on ties.
    let unit = pow(t, Value::int(10), neg(t, n)?, None)?;
    let (q, r) = {
        let p: Gc<Tuple> = Gc::from_value(divmod(t, this, unit)?);
        (p.items()[0], p.items()[1])
    };
    let twice = mul(t, r, Value::int(2))?;
    let up = match order(twice, unit) {
        Some(std::cmp::Ordering::Greater) => true,
        Some(std::cmp::Ordering::Equal) => and(t, q, Value::int(1))? == Value::int(1),
        _ => false,
    };
    let q = if up { add(t, q, Value::int(1))? } else { q };
    mul(t, q, unit)
}

fn new(t: &Thread, class: Gc<Type>, x: Option<Value>, base: Option<Value>) -> R<Value> {
    if class == of_kind(kinds::BOOL) {
        let m = "int.__new__(bool) is not safe, use bool.__new__()";
        return Err(errors::type_error(t, m));
    }
    let v = match (x, base) {
        (None, None) => Value::int(0),
        (None, Some(_)) => return Err(errors::type_error(t, "int() missing string argument")),
        (Some(x), None) => from_object(t, x)?,
        (Some(x), Some(b)) => from_text_with_base(t, x, b)?,
    };
    Ok(if class == of_kind(kinds::INT) {
        v
    } else {
        int::with_class(class, v)
    })
}

/// `int(x)`: an exact int.
pub fn from_object(t: &Thread, x: Value) -> R<Value> {
    if let Some(v) = int::exact(x)
        && (v == x || x.is_bool())
    {
        return Ok(v);
    }
    for s in [Special::Int, Special::Index] {
        if let Some(r) = call::call_special(t, x, s, &[]) {
            let v = r?;
            if int::is_int(v) {
                int::warn_subclass(t, s.text(), v)?;
            }
            return int::exact(v).ok_or_else(|| {
                errors::type_error(
                    t,
                    format!("{} returned non-int (type {})", s.text(), type_name(v)),
                )
            });
        }
    }
    if let Some(s) = x.cast::<Str>() {
        return parse(t, x, &ascii_digits(s), 10);
    }
    if let Some(b) = buffer::copy(t, x)? {
        return parse(t, x, &b, 10);
    }
    let m = format!(
        "int() argument must be a string, a bytes-like object or a real number, not '{}'",
        type_name(x)
    );
    Err(errors::type_error(t, m))
}

fn from_text_with_base(t: &Thread, x: Value, base: Value) -> R<Value> {
    let b = ops::index(t, base)?;
    let b = int::to_i64(b).filter(|b| *b == 0 || (2..=36).contains(b));
    let Some(b) = b else {
        return Err(errors::value_error(
            t,
            "int() base must be >= 2 and <= 36, or 0",
        ));
    };
    if let Some(s) = x.cast::<Str>() {
        return parse(t, x, &ascii_digits(s), b as u32);
    }
    match bytes::like(x) {
        Some(bytes) => parse(t, x, &bytes, b as u32),
        None => Err(errors::type_error(
            t,
            "int() can't convert non-string with explicit base",
        )),
    }
}

/// Text for number parsers: other decimal digits and spaces become ASCII ones.
pub fn ascii_digits(s: Gc<Str>) -> Vec<u8> {
    crate::unicode::numeric_text(s.bytes()).into_owned()
}

fn parse(t: &Thread, x: Value, text: &[u8], base: u32) -> R<Value> {
    match bigint::parse_int(text, base, max_str_digits()) {
        Ok(i) => Ok(from_big(&i)),
        Err(ParseIntError::Error(e)) => Err(raise(t, e)),
        Err(ParseIntError::TooManyDigits(n)) => {
            let m = format!(
                "Exceeds the limit ({} digits) for integer string conversion: value has {n} digits; use \
                 sys.set_int_max_str_digits() to increase the limit",
                max_str_digits()
            );
            Err(errors::value_error(t, m))
        }
        Err(ParseIntError::Invalid) => {
            let shown = match x.cast::<Str>() {
                Some(_) => x,
                None => bytes::Bytes::new(text).value(),
            };
            let r = ops::repr(t, shown)?;
            Err(errors::value_error(
                t,
                format!("invalid literal for int() with base {base}: {}", r.lossy()),
            ))
        }
    }
}

fn bit_length(_t: &Thread, this: Value) -> i64 {
    operand(this).map_or(0, |o| bigint::bit_length(o.as_ref()) as i64)
}
fn bit_count(_t: &Thread, this: Value) -> i64 {
    operand(this).map_or(0, |o| bigint::bit_count(o.as_ref()) as i64)
}
fn conjugate(_t: &Thread, this: Value) -> Value {
    exact(this)
}
fn as_integer_ratio(_t: &Thread, this: Value) -> Gc<Tuple> {
    Tuple::new(&[exact(this), Value::int(1)])
}
fn is_integer(_t: &Thread, _this: Value) -> bool {
    true
}
fn zero(_t: &Thread, _this: Value) -> i64 {
    0
}
fn one(_t: &Thread, _this: Value) -> i64 {
    1
}
fn endian(t: &Thread, order: Option<Value>, name: &str) -> R<Endian> {
    let Some(o) = order else {
        return Ok(Endian::Big);
    };
    match o.cast::<Str>().map(|s| s.bytes().to_vec()).as_deref() {
        Some(b"little") => Ok(Endian::Little),
        Some(b"big") => Ok(Endian::Big),
        Some(_) => Err(errors::value_error(
            t,
            "byteorder must be either 'little' or 'big'",
        )),
        None => {
            let m = format!(
                "{name}() argument 'byteorder' must be str, not {}",
                crate::types::type_::shown_type(o)
            );
            Err(errors::type_error(t, m))
        }
    }
}
fn to_bytes(
    t: &Thread,
    this: Value,
    length: Option<i64>,
    order: Option<Value>,
    signed: Option<bool>,
) -> R<Value> {
    let n = length.unwrap_or(1);
    let endian = endian(t, order, "to_bytes")?;
    if n < 0 {
        return Err(errors::value_error(
            t,
            "length argument must be non-negative",
        ));
    }
    let mut out = vec![0; n as usize];
    if let Some(o) = operand(this) {
        bigint::to_bytes(o.as_ref(), &mut out, endian, signed.unwrap_or(false))
            .map_err(|e| raise(t, e))?;
    }
    Ok(bytes::Bytes::new(&out).value())
}
/// The number that fewer than eight bytes stand for.
fn few_bytes(bytes: &[u8], endian: bigint::Endian, signed: bool) -> Option<i64> {
    let n = bytes.len();
    let mut word = [0; 8];
    word.get_mut(..n)?.copy_from_slice(bytes);
    if endian == bigint::Endian::Big {
        word[..n].reverse();
    }
    if !(1..8).contains(&n) {
        return None;
    }
    let unused = 64 - 8 * n;
    let high = u64::from_le_bytes(word) << unused;
    Some(match signed {
        true => high as i64 >> unused,
        false => (high >> unused) as i64,
    })
}
fn from_bytes(
    t: &Thread,
    class: Gc<Type>,
    source: Value,
    order: Option<Value>,
    signed: Option<bool>,
) -> R<Value> {
    let endian = endian(t, order, "from_bytes")?;
    let data = super::bytes_methods::to_bytes(t, source)?;
    let signed = signed.unwrap_or(false);
    let v = match few_bytes(data.bytes(), endian, signed) {
        Some(i) => Value::int(i),
        None => result(t, bigint::from_bytes(data.bytes(), endian, signed))?,
    };
    if class == of_kind(kinds::INT) {
        return Ok(v);
    }
    call::call(t, class.value(), &[v])
}
fn sizeof(_t: &Thread, this: Value) -> i64 {
    24 + match exact(this) {
        v if v.is_int() => 4,
        v => Gc::<Int>::from_value(v).limbs().len() as i64 * 8,
    }
}
fn getnewargs(_t: &Thread, this: Value) -> Gc<Tuple> {
    Tuple::new(&[exact(this)])
}

crate::py_class! {
    /// int([x]) -> integer
    /// int(x, base=10) -> integer
    ///
    /// Convert a number or string to an integer, or return 0 if no arguments
    /// are given.  If x is a number, return x.__int__().  For floating-point
    /// numbers, this truncates towards zero.
    ///
    /// If x is not a number or if base is given, then x must be a string,
    /// bytes, or bytearray instance representing an integer literal in the
    /// given base.  The literal can be preceded by '+' or '-' and be surrounded
    /// by whitespace.  The base defaults to 10.  Valid bases are 0 and 2-36.
    /// Base 0 means to interpret the base from the string as an integer literal.
    /// >>> int('0b100', base=0)
    /// 4
    pub CLASS: Int = "int", base kinds::OBJECT, flags flags::BASETYPE;
    methods {
        @staticmethod __new__(cls, x=0, /, base=10) => new;
        __add__(self, value, /) => add [leaf]; __radd__(self, value, /) => radd [leaf];
        __sub__(self, value, /) => sub [leaf]; __rsub__(self, value, /) => rsub [leaf];
        __mul__(self, value, /) => mul [leaf]; __rmul__(self, value, /) => rmul [leaf];
        __floordiv__(self, value, /) => floordiv [leaf]; __rfloordiv__(self, value, /) => rfloordiv [leaf];
        __mod__(self, value, /) => modulo [leaf]; __rmod__(self, value, /) => rmod [leaf];
        __divmod__(self, value, /) => divmod [leaf]; __rdivmod__(self, value, /) => rdivmod [leaf];
        __truediv__(self, value, /) => truediv [leaf]; __rtruediv__(self, value, /) => rtruediv [leaf];
        __pow__(self, value, mod=None, /) => pow [leaf]; __rpow__(self, value, mod=None, /) => rpow [leaf];
        __and__(self, value, /) => and [leaf]; __rand__(self, value, /) => rand [leaf];
        __or__(self, value, /) => or [leaf]; __ror__(self, value, /) => ror [leaf];
        __xor__(self, value, /) => xor [leaf]; __rxor__(self, value, /) => rxor [leaf];
        __lshift__(self, value, /) => lshift [leaf]; __rlshift__(self, value, /) => rlshift [leaf];
        __rshift__(self, value, /) => rshift [leaf]; __rrshift__(self, value, /) => rrshift [leaf];
        __neg__(self, /) => neg [leaf]; __pos__(self, /) => pos [leaf]; __abs__(self, /) => abs [leaf];
        __invert__(self, /) => invert [leaf]; __bool__(self, /) => bool_ [pure no_raise];
        __int__(self, /) => pos; __index__(self, /) => pos; __trunc__(self, /) => pos;
        __floor__(self, /) => pos; __ceil__(self, /) => pos; __float__(self, /) => to_float;
        __round__(self, ndigits=None, /) => round;
        __lt__(self, value, /) => lt [leaf]; __le__(self, value, /) => le [leaf]; __eq__(self, value, /) => eq [leaf];
        __ne__(self, value, /) => ne [leaf]; __gt__(self, value, /) => gt [leaf]; __ge__(self, value, /) => ge [leaf];
        __hash__(self, /) => hash [pure no_raise];
        __repr__(self, /) => repr [leaf];
        /// Convert to a string according to format_spec.
        __format__(self, format_spec, /) => format;
        /// Returns size in memory, in bytes.
        __sizeof__(self, /) => sizeof;
        __getnewargs__(self, /) => getnewargs;
        /// Number of bits necessary to represent self in binary.
        bit_length(self, /) => bit_length [pure no_raise];
        /// Number of ones in the binary representation of the absolute value of self.
        bit_count(self, /) => bit_count [pure no_raise];
        /// Returns self, the complex conjugate of any int.
        conjugate(self, /) => conjugate;
        /// Return a pair of integers, whose ratio is equal to the original int.
        as_integer_ratio(self, /) => as_integer_ratio;
        /// Returns True. Exists for duck type compatibility with float.is_integer.
        is_integer(self, /) => is_integer;
        /// Return an array of bytes representing an integer.
        to_bytes(self, /, length=1, byteorder="big", *, signed=False) => to_bytes;
        /// Return the integer represented by the given array of bytes.
        @classmethod from_bytes(cls, /, bytes, byteorder="big", *, signed=False) => from_bytes;
    }
    getset {
        /// the real part of a complex number
        real => pos;
        /// the imaginary part of a complex number
        imag => zero;
        /// the numerator of a rational number in lowest terms
        numerator => pos;
        /// the denominator of a rational number in lowest terms
        denominator => one;
    }
}

fn bool_new(t: &Thread, _class: Value, x: Option<Value>) -> R<bool> {
    match x {
        Some(x) => ops::truth(t, x),
        None => Ok(false),
    }
}
/// `a op b` is a bool when both are.
fn bool_op(
    t: &Thread,
    a: Value,
    b: Value,
    f: fn(bool, bool) -> bool,
    whole: fn(&Thread, Value, Value) -> R<Value>,
) -> R<Value> {
    if a.is_bool() && b.is_bool() {
        return Ok(Value::bool(f(a == Value::TRUE, b == Value::TRUE)));
    }
    whole(t, a, b)
}
fn bool_and(t: &Thread, a: Value, b: Value) -> R<Value> {
    bool_op(t, a, b, |x, y| x && y, and)
}
fn bool_or(t: &Thread, a: Value, b: Value) -> R<Value> {
    bool_op(t, a, b, |x, y| x || y, or)
}
fn bool_xor(t: &Thread, a: Value, b: Value) -> R<Value> {
    bool_op(t, a, b, |x, y| x != y, xor)
}
fn bool_invert(t: &Thread, this: Value) -> R<Value> {
    let m = "Bitwise inversion '~' on bool is deprecated and will be removed in Python 3.16. This returns the bitwise \
             inversion of the underlying int object and is usually not what you expect from the negation of a bool \
             object. Use the 'not' operator for boolean negation or ~int(x) for the bitwise inversion of the underlying \
             int.";
    crate::core::warn::deprecated(t, m)?;
    invert(t, this)
}

crate::py_class! {
    /// Returns True when the argument is true, False otherwise.
    /// The builtins True and False are the only two instances of the class bool.
    /// The class bool is a subclass of the class int, and cannot be subclassed.
    pub BOOL: Bool = "bool", base kinds::INT, flags 0;
    methods {
        @staticmethod __new__(cls, object=False, /) => bool_new;
        __repr__(self, /) => bool_repr;
        __and__(self, value, /) => bool_and; __rand__(self, value, /) => bool_and;
        __or__(self, value, /) => bool_or; __ror__(self, value, /) => bool_or;
        __xor__(self, value, /) => bool_xor; __rxor__(self, value, /) => bool_xor;
        __invert__(self, /) => bool_invert;
    }
}
