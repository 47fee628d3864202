//! `memoryview`: the Python-visible part.

use pyjit_heap::{Gc, Value};

use super::buffer;
use super::bytes::Bytes;
use super::bytes_text;
use super::memoryview::{self, Dims, MAX_DIMENSIONS, MemoryView, Order, check};
use super::memoryview_index::{self as items, format_of};
use super::memoryview_items::Format;
use super::str_::{Str, hash_bytes};
use crate::core::ops::{self, Cmp};
use crate::core::thread::{R, Thread};
use crate::core::{errors, kinds};
use crate::types::exceptions::Exc;
use crate::types::list::List;
use crate::types::slice;
use crate::types::tuple::Tuple;
use crate::types::type_::{Type, flags};
use crate::types::{int, iterators};

type M = Gc<MemoryView>;

fn new(t: &Thread, _class: Gc<Type>, object: Value) -> R<M> {
    memoryview::from_object(t, object, buffer::request::FULL_RO)
}
fn from_flags(t: &Thread, _class: Value, object: Value, wanted: i64) -> R<M> {
    memoryview::from_object(t, object, wanted)
}

/// `object.__buffer__(flags)` of the native types.
pub fn lend(t: &Thread, object: Value, wanted: i64) -> R<M> {
    let m = memoryview::from_object(t, object, wanted)?;
    if wanted & buffer::request::WRITABLE != 0 && m.readonly() {
        return Err(errors::raise(
            t,
            Exc::BufferError,
            "Object is not writable.",
        ));
    }
    Ok(m)
}
/// `object.__release_buffer__(view)` of the native types.
pub fn release_lent(t: &Thread, view: Value) -> R<()> {
    match view.cast::<MemoryView>() {
        Some(m) => memoryview::release(t, m),
        None => Err(errors::type_error(t, "expected a memoryview object")),
    }
}
fn delitem(t: &Thread, m: M, _key: Value) -> R<()> {
    let readonly = m.readonly();
    Err(errors::type_error(
        t,
        if readonly {
            "cannot modify read-only memory"
        } else {
            "cannot delete memory"
        },
    ))
}

fn len(t: &Thread, m: M) -> R<usize> {
    check(t, m)?;
    match m.ndim() {
        0 => Err(errors::type_error(t, "0-dim memory has no length")),
        _ => Ok(m.shape(0)),
    }
}
fn iter(t: &Thread, m: M) -> R<Value> {
    check(t, m)?;
    match m.ndim() {
        0 => Err(errors::type_error(t, "invalid indexing of 0-dim memory")),
        1 => {
            format_of(t, m)?;
            Ok(iterators::bytes_iterator(
                m.value(),
                kinds::SEQUENCE_ITERATOR,
            ))
        }
        _ => Err(errors::not_implemented(
            t,
            "multi-dimensional sub-views are not implemented",
        )),
    }
}

/// The items from byte offset `at` on, along dimension `dim` and those after it.
fn nested(t: &Thread, m: M, format: Format, dim: usize, at: isize) -> R<Value> {
    if dim == m.ndim() {
        return Ok(format.unpack(t, m.item(at).bytes()));
    }
    let l = List::new();
    for i in 0..m.shape(dim) as isize {
        let v = nested(t, m, format, dim + 1, at + i * m.stride(dim))?;
        l.push(t, v)?;
    }
    Ok(l.value())
}
fn tolist(t: &Thread, m: M) -> R<Value> {
    check(t, m)?;
    nested(t, m, format_of(t, m)?, 0, 0)
}
fn tobytes(t: &Thread, m: M, order: Option<Value>) -> R<Gc<Bytes>> {
    check(t, m)?;
    let order = match order.filter(|o| !o.is_none()) {
        None => Order::C,
        Some(o) => match o.cast::<Str>() {
            None => {
                let text = format!(
                    "tobytes() argument 'order' must be str or None, not {}",
                    crate::types::type_::shown_type(o)
                );
                return Err(errors::type_error(t, text));
            }
            Some(s) => match s.bytes() {
                b"C" => Order::C,
                b"F" => Order::F,
                b"A" => Order::A,
                _ => return Err(errors::value_error(t, "order must be 'C', 'F' or 'A'")),
            },
        },
    };
    Ok(Bytes::new(&m.to_vec(order)))
}
/// Does `work`, which may run code of the program, with the view kept from being released.
fn lent<T>(m: M, work: impl FnOnce() -> R<T>) -> R<T> {
    m.exports.set(m.exports.get() + 1);
    let r = work();
    m.exports.set(m.exports.get() - 1);
    r
}
fn hex(t: &Thread, m: M, sep: Option<Value>, group: Option<i64>) -> R<Gc<Str>> {
    check(t, m)?;
    lent(m, || {
        if let Some(s) = sep {
            ops::len(t, s)?;
        }
        bytes_text::hex_of(t, &m.to_vec(Order::C), sep, group)
    })
}
fn toreadonly(t: &Thread, m: M) -> R<M> {
    check(t, m)?;
    let mut p = m.parts();
    p.readonly = true;
    MemoryView::new(t, p)
}
fn release(t: &Thread, m: M) -> R<()> {
    memoryview::release(t, m)
}
fn enter(t: &Thread, m: M) -> R<M> {
    check(t, m)?;
    Ok(m)
}
fn exit(t: &Thread, m: M, _args: Value) -> R<()> {
    memoryview::release(t, m)
}

/// The item formats before and after a cast, checked against each other.
fn cast_formats(t: &Thread, m: M, text: Gc<Str>) -> R<Format> {
    let native = |what: &str| {
        let m = "format must be a native single character format prefixed with an optional '@'";
        errors::value_error(t, format!("memoryview: {what} {m}"))
    };
    let new = Format::parse(text.bytes()).ok_or_else(|| native("destination"))?;
    let old = m.item_format().ok_or_else(|| native("source"))?;
    if !old.is_byte() && !new.is_byte() {
        let m = "memoryview: cannot cast between two non-byte formats";
        return Err(errors::type_error(t, m));
    }
    Ok(new)
}
fn cast(t: &Thread, m: M, format: Value, shape: Option<Value>) -> R<M> {
    check(t, m)?;
    let Some(text) = format.cast::<Str>() else {
        let what = format!(
            "cast() argument 'format' must be str, not {}",
            crate::types::type_::shown_type(format)
        );
        return Err(errors::type_error(t, what));
    };
    let wrong = |what: &str| Err(errors::type_error(t, format!("memoryview: {what}")));
    if !m.is_contiguous(Order::C) {
        return wrong("casts are restricted to C-contiguous views");
    }
    if (shape.is_some() || m.ndim() != 1) && m.dims().shape.contains(&0) {
        return wrong("cannot cast view with zeros in shape or strides");
    }
    let shape = shape.map(|s| shape_arg(t, s)).transpose()?;
    if m.ndim() != 1 && shape.as_ref().is_some_and(|s| s.len() != 1) {
        return wrong("cast must be 1D -> ND or ND -> 1D");
    }
    let new = cast_formats(t, m, text)?;
    let bytes = m.items() * m.itemsize.get();
    if !bytes.is_multiple_of(new.size()) {
        return wrong("length is not a multiple of itemsize");
    }
    let dims = match shape {
        None => Dims::line(bytes / new.size(), new.size()),
        Some(s) => {
            let total = s.iter().try_fold(new.size(), |n, k| n.checked_mul(*k));
            if total != Some(bytes) {
                return wrong("product(shape) * itemsize != buffer size");
            }
            Dims::rows(&s, new.size())
        }
    };
    let mut p = m.parts();
    (p.format, p.itemsize, p.dims) = (text, new.size(), dims);
    MemoryView::new(t, p)
}
fn shape_arg(t: &Thread, shape: Value) -> R<Vec<usize>> {
    let x = match (shape.cast::<List>(), shape.cast::<Tuple>()) {
        (Some(l), _) => Tuple::new(l.items()),
        (_, Some(x)) => x,
        _ => return Err(errors::type_error(t, "shape must be a list or a tuple")),
    };
    if x.len() > MAX_DIMENSIONS {
        let m = format!("memoryview: number of dimensions must not exceed {MAX_DIMENSIONS}");
        return Err(errors::value_error(t, m));
    }
    let mut out = Vec::new();
    for v in x.items() {
        if !int::is_int(*v) {
            return Err(errors::type_error(
                t,
                "memoryview.cast(): elements of shape must be integers",
            ));
        }
        match int::to_i64(*v) {
            Some(n) if n > 0 => out.push(n as usize),
            _ => {
                return Err(errors::value_error(
                    t,
                    "memoryview.cast(): elements of shape must be integers > 0",
                ));
            }
        }
    }
    Ok(out)
}

fn compare(t: &Thread, cmp: Cmp, a: M, b: Value) -> R<Value> {
    if !matches!(cmp, Cmp::Eq | Cmp::Ne) || !buffer::has(b) {
        return Ok(Value::NOT_IMPLEMENTED);
    }
    if !a.managed.is_set() {
        return Ok(Value::bool((a.value() == b) == (cmp == Cmp::Eq)));
    }
    if let Some(m) = b.cast::<MemoryView>()
        && !m.managed.is_set()
    {
        return Ok(Value::bool(cmp == Cmp::Ne));
    }
    let b = match memoryview::from_object(t, b, buffer::request::FULL_RO) {
        Ok(b) => b,
        Err(_) if errors::catch(t, Exc::Exception) => return Ok(Value::NOT_IMPLEMENTED),
        Err(e) => return Err(e),
    };
    let same = equal(t, a, b);
    memoryview::release(t, b)?;
    Ok(Value::bool(same? == (cmp == Cmp::Eq)))
}
fn equal(t: &Thread, a: M, b: M) -> R<bool> {
    let (da, db) = (a.dims(), b.dims());
    if da.shape != db.shape {
        return Ok(false);
    }
    let (Some(fa), Some(fb)) = (a.item_format(), b.item_format()) else {
        return Ok(false);
    };
    let (oa, ob) = (da.offsets(Order::C), db.offsets(Order::C));
    for (x, y) in oa.into_iter().zip(ob) {
        let (x, y) = (a.item(x), b.item(y));
        if fa.is_byte() && fa == fb {
            if x.bytes() != y.bytes() {
                return Ok(false);
            }
            continue;
        }
        let (x, y) = (fa.unpack(t, x.bytes()), fb.unpack(t, y.bytes()));
        if !ops::eq(t, x, y)? {
            return Ok(false);
        }
    }
    Ok(true)
}
crate::comparisons!(M, compare);

fn hash(t: &Thread, m: M) -> R<i64> {
    if m.hash.get() == 0 {
        check(t, m)?;
        if !m.readonly() {
            return Err(errors::value_error(
                t,
                "cannot hash writable memoryview object",
            ));
        }
        if !m.item_format().is_some_and(Format::is_byte) {
            return Err(errors::value_error(
                t,
                "memoryview: hashing is restricted to formats 'B', 'b' or 'c'",
            ));
        }
        lent(m, || ops::hash(t, m.managed.gc().owner.get()))?;
        m.hash.set(hash_bytes(&m.to_vec(Order::C)));
    }
    Ok(m.hash.get())
}
fn repr(_t: &Thread, m: M) -> String {
    let state = if m.managed.is_set() {
        "memory"
    } else {
        "released memory"
    };
    format!("<{state} at {:#x}>", m.addr())
}
fn count(t: &Thread, m: M, x: Value) -> R<usize> {
    let mut n = 0;
    let it = iter(t, m)?;
    ops::for_each(t, it, |v| {
        n += ops::same_or_eq(t, v, x)? as usize;
        Ok(())
    })?;
    Ok(n)
}
fn index(t: &Thread, m: M, x: Value, start: Option<Value>, stop: Option<Value>) -> R<usize> {
    check(t, m)?;
    let format = format_of(t, m)?;
    match m.ndim() {
        0 => return Err(errors::type_error(t, "invalid lookup on 0-dim memory")),
        1 => {}
        _ => {
            return Err(errors::not_implemented(
                t,
                "multi-dimensional lookup is not implemented",
            ));
        }
    }
    let n = m.shape(0);
    let (from, to) = (
        slice::index_bound(t, start, 0, n)?,
        slice::index_bound(t, stop, n, n)?,
    );
    for i in from..to {
        check(t, m)?;
        let v = format.unpack(t, m.item(i as isize * m.stride(0)).bytes());
        if ops::same_or_eq(t, v, x)? {
            return Ok(i);
        }
    }
    Err(errors::value_error(t, "memoryview.index(x): x not found"))
}
fn class_getitem(t: &Thread, class: Value, item: Value) -> R<Value> {
    super::generic_alias::make(t, class, item)
}

fn sizes(t: &Thread, m: M, f: impl Fn(usize) -> i64) -> R<Gc<Tuple>> {
    check(t, m)?;
    Ok(Tuple::from_fn(m.ndim(), |i| Value::int(f(i))))
}
fn get_shape(t: &Thread, m: M) -> R<Gc<Tuple>> {
    sizes(t, m, |i| m.shape(i) as i64)
}
fn get_strides(t: &Thread, m: M) -> R<Gc<Tuple>> {
    sizes(t, m, |i| m.stride(i) as i64)
}
fn get_suboffsets(t: &Thread, m: M) -> R<Gc<Tuple>> {
    check(t, m)?;
    Ok(Tuple::new(&[]))
}
fn get_obj(t: &Thread, m: M) -> R<Value> {
    check(t, m)?;
    Ok(m.managed.gc().owner.get())
}
fn get_nbytes(t: &Thread, m: M) -> R<usize> {
    check(t, m)?;
    Ok(m.items() * m.itemsize.get())
}
fn get_itemsize(t: &Thread, m: M) -> R<usize> {
    check(t, m)?;
    Ok(m.itemsize.get())
}
fn get_format(t: &Thread, m: M) -> R<Gc<Str>> {
    check(t, m)?;
    Ok(m.format.gc())
}
fn get_ndim(t: &Thread, m: M) -> R<usize> {
    check(t, m)?;
    Ok(m.ndim())
}
fn get_readonly(t: &Thread, m: M) -> R<bool> {
    check(t, m)?;
    Ok(m.readonly())
}
fn contiguous(t: &Thread, m: M, order: Order) -> R<bool> {
    check(t, m)?;
    Ok(m.is_contiguous(order))
}
fn get_c(t: &Thread, m: M) -> R<bool> {
    contiguous(t, m, Order::C)
}
fn get_f(t: &Thread, m: M) -> R<bool> {
    contiguous(t, m, Order::F)
}
fn get_any(t: &Thread, m: M) -> R<bool> {
    contiguous(t, m, Order::A)
}

crate::py_class! {
    /// Create a new memoryview object which references the given object.
    pub CLASS: MemoryView = "memoryview", base kinds::OBJECT, flags flags::SEQUENCE | flags::HAS_WEAKREF;
    methods {
        @staticmethod __new__(cls, object) => new;
        @classmethod _from_flags(cls, object, flags) => from_flags;
        __len__(self, /) => len; __getitem__(self, key, /) => items::getitem; __iter__(self, /) => iter;
        __setitem__(self, key, value, /) => items::setitem; __delitem__(self, key, /) => delitem;
        __eq__(self, value, /) => eq; __ne__(self, value, /) => ne; __lt__(self, value, /) => lt;
        __le__(self, value, /) => le; __gt__(self, value, /) => gt; __ge__(self, value, /) => ge;
        __hash__(self, /) => hash; __repr__(self, /) => repr;
        __enter__(self, /) => enter; __exit__(self, /, *args) => exit;
        /// Return a buffer object that exposes the underlying memory of the object.
        __buffer__(self, flags, /) => lend;
        /// Release the buffer object that exposes the underlying memory of the object.
        __release_buffer__(self, buffer, /) => release_own;
        /// Cast a memoryview to a new format or shape.
        cast(self, /, format, shape=None) => cast;
        /// Count the number of occurrences of a value.
        count(self, value, /) => count;
        /// Return the index of the first occurrence of a value.
        ///
        /// Raises ValueError if the value is not present.
        index(self, value, start=0, stop=9223372036854775807, /) => index;
        /// Return the data in the buffer as a str of hexadecimal numbers.
        hex(self, /, sep=None, bytes_per_sep=1) => hex;
        /// Release the underlying buffer exposed by the memoryview object.
        release(self, /) => release;
        /// Return the data in the buffer as a byte string.
        tobytes(self, /, order="C") => tobytes;
        /// Return the data in the buffer as a list of elements.
        tolist(self, /) => tolist;
        /// Return a readonly version of the memoryview.
        toreadonly(self, /) => toreadonly;
        /// See PEP 585
        @classmethod __class_getitem__(cls, object, /) => class_getitem;
    }
    getset {
        /// The underlying object of the memoryview.
        obj => get_obj;
        /// The amount of space in bytes that the array would use in a contiguous representation.
        nbytes => get_nbytes;
        /// A bool indicating whether the memory is read only.
        readonly => get_readonly;
        /// The size in bytes of each element of the memoryview.
        itemsize => get_itemsize;
        /// A string containing the format (in struct module style) for each element in the view.
        format => get_format;
        /// An integer indicating how many dimensions of a multi-dimensional array the memory represents.
        ndim => get_ndim;
        /// A tuple of ndim integers giving the shape of the memory as an N-dimensional array.
        shape => get_shape;
        /// A tuple of ndim integers giving the size in bytes to access each element for each dimension of the array.
        strides => get_strides;
        /// A tuple of integers used internally for PIL-style arrays.
        suboffsets => get_suboffsets;
        /// A bool indicating whether the memory is C contiguous.
        c_contiguous => get_c;
        /// A bool indicating whether the memory is Fortran contiguous.
        f_contiguous => get_f;
        /// A bool indicating whether the memory is contiguous.
        contiguous => get_any;
    }
}

fn release_own(t: &Thread, _m: M, view: Value) -> R<()> {
    release_lent(t, view)
}
