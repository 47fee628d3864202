//! `array`: arrays of machine values. The object and its construction are
//! here, item formats in [`code`], methods in [`sequence`] and [`bytes`],
//! pickling in [`rebuild`].

mod bytes;
mod code;
mod iterator;
mod rebuild;
mod sequence;

use pyjit_heap::{Gc, Value};
use pyjit_runtime::core::{call, errors, kinds, ops, warn};
use pyjit_runtime::types::buffer::{self, Export, Exporter, ManagedBuffer, Views};
use pyjit_runtime::types::bytes::ByteArray;
use pyjit_runtime::types::exceptions::Exc;
use pyjit_runtime::types::list::List;
use pyjit_runtime::types::memoryview_methods::lend;
use pyjit_runtime::types::module::Module;
use pyjit_runtime::types::str_::{Str, intern};
use pyjit_runtime::types::tuple::Tuple;
use pyjit_runtime::types::type_::{Type, flags, of_kind, type_name};
use pyjit_runtime::{R, Thread, py_class};

use crate::layout::class_getitem;
use crate::{native_layout, native_module};
use code::Code;

native_layout! {
    /// The bytes (a private `bytearray`, which also knows who borrows them) and
    /// the index of the item format.
    Array = 500, refs 1..2 { storage } ints { code }
}

pub(super) type A = Gc<Array>;

impl Array {
    fn storage(&self) -> Gc<ByteArray> {
        Gc::from_value(self.storage.get())
    }
    fn code(&self) -> Code {
        code::ALL[self.code.get() as usize]
    }
    /// Number of items.
    fn len(&self) -> usize {
        self.storage().len.get() / self.code().size
    }
    /// Gives the bytes of item `i`, if there is one, to `f`.
    #[inline]
    fn with_slot<T>(&self, i: usize, f: impl FnOnce(&mut [u8]) -> T) -> Option<T> {
        let (n, storage) = (self.code().size, self.storage());
        storage.bytes_mut().get_mut(i * n..i * n + n).map(f)
    }
    /// Item `i < len`.
    fn get(&self, t: &Thread, i: usize) -> R<Value> {
        match self.with_slot(i, |bytes| self.code().unpack(t, bytes)) {
            Some(v) => v,
            None => Err(errors::index_error(t, "array index out of range")),
        }
    }
    /// May the array change its size?
    fn check_resize(&self, t: &Thread) -> R<()> {
        let s = self.storage();
        if s.exports.get() > 0 || Views(&s.views).any(t) {
            let m = "cannot resize an array that is exporting buffers";
            return Err(errors::raise(t, Exc::BufferError, m));
        }
        Ok(())
    }
    /// Replaces the items `from..to` by those in `data`.
    fn splice(&self, t: &Thread, from: usize, to: usize, data: &[u8]) -> R<()> {
        let n = self.code().size;
        if data.len() != (to - from) * n {
            self.check_resize(t)?;
        }
        self.storage().splice(t, from * n, to * n, data)
    }
    /// Inserts one item before item `at`.
    fn insert_item(&self, t: &Thread, at: usize, v: Value) -> R<()> {
        let word = self.code().pack(t, v)?;
        let at = at.min(self.len());
        self.splice(t, at, at, &word.to_ne_bytes()[..self.code().size])
    }
    fn push(&self, t: &Thread, v: Value) -> R<()> {
        self.insert_item(t, usize::MAX, v)
    }
    /// A copy of all bytes.
    fn to_vec(&self) -> Vec<u8> {
        self.storage().bytes().to_vec()
    }
}

/// An array of class `class` with these bytes.
fn with_bytes(t: &Thread, class: Gc<Type>, code: Code, data: &[u8]) -> R<A> {
    let storage = ByteArray::new(t, data)?;
    Ok(Array::alloc(class, storage.value(), code.index()))
}
/// A plain array.
fn plain(t: &Thread, code: Code, data: &[u8]) -> R<A> {
    with_bytes(t, of_kind(500), code, data)
}

struct ArrayExporter;

impl Exporter for ArrayExporter {
    fn export(&self, _: &Thread, object: Value) -> R<Export> {
        let a: A = Gc::from_value(object);
        let s = a.storage();
        s.exports.set(s.exports.get() + 1);
        Ok(Export {
            memory: pyjit_heap::Memory::of(s.bytes()),
            readonly: false,
            format: a.code().format,
            itemsize: a.code().size,
        })
    }
    fn release(&self, object: Value) {
        let s = Gc::<Array>::from_value(object).storage();
        s.exports.set(s.exports.get() - 1);
    }
    fn lent(&self, t: &Thread, object: Value, borrower: Gc<ManagedBuffer>) -> R<()> {
        let s = Gc::<Array>::from_value(object).storage();
        Views(&s.views).add(t, s.value(), borrower)
    }
    fn keeper(&self, object: Value) -> Value {
        let s = Gc::<Array>::from_value(object).storage();
        s.buffer.value()
    }
}

/// The typecode argument: one character that is a format.
fn typecode(t: &Thread, v: Value) -> R<Code> {
    let Some(s) = v.cast::<Str>() else {
        let m = format!(
            "array() argument 1 must be a unicode character, not {}",
            type_name(v)
        );
        return Err(errors::type_error(t, m));
    };
    if s.len() != 1 {
        let m = format!(
            "array() argument 1 must be a unicode character, not a string of length {}",
            s.len()
        );
        return Err(errors::type_error(t, m));
    }
    let Some(code) = code::find(s.bytes()) else {
        let m = "bad typecode (must be b, B, u, w, h, H, i, I, l, L, q, Q, f or d)";
        return Err(errors::value_error(t, m));
    };
    if code.letter == b'u' {
        let m = "The 'u' type code is deprecated and will be removed in Python 3.16";
        warn::deprecated(t, m)?;
    }
    Ok(code)
}

fn new(
    t: &Thread,
    class: Gc<Type>,
    args: Gc<Tuple>,
    kw: Option<Gc<pyjit_runtime::types::dict::Dict>>,
) -> R<A> {
    if class == of_kind(500) && kw.is_some_and(|d| !d.is_empty()) {
        let m = "array.array() takes no keyword arguments";
        return Err(errors::type_error(t, m));
    }
    let (first, initial) = match args.items() {
        [c] => (*c, None),
        [c, i] => (*c, Some(*i)),
        items => {
            let (bound, n) = match items.len() {
                0 => ("least 1", 0),
                n => ("most 2", n),
            };
            let plural = if n == 0 { "" } else { "s" };
            let m = format!("array() takes at {bound} argument{plural} ({n} given)");
            return Err(errors::type_error(t, m));
        }
    };
    let code = typecode(t, first)?;
    if let Some(v) = initial {
        check_initial(t, code, v)?;
    }
    let a = with_bytes(t, class, code, &[])?;
    if let Some(v) = initial {
        fill(t, a, v)?;
    }
    Ok(a)
}
/// Text fills arrays of characters only.
fn check_initial(t: &Thread, code: Code, v: Value) -> R<()> {
    if code.is_char() {
        return Ok(());
    }
    let what = if v.cast::<Str>().is_some() {
        "str"
    } else if v.cast::<Array>().is_some_and(|a| a.code().is_char()) {
        "unicode array"
    } else {
        return Ok(());
    };
    let m = format!(
        "cannot use a {what} to initialize an array with typecode '{}'",
        code.letter as char
    );
    Err(errors::type_error(t, m))
}
fn fill(t: &Thread, a: A, v: Value) -> R<()> {
    let bytes_like =
        v.cast::<pyjit_runtime::types::bytes::Bytes>().is_some() || v.cast::<ByteArray>().is_some();
    if bytes_like {
        return bytes::frombytes(t, a, v);
    }
    if let (Some(s), true) = (v.cast::<Str>(), a.code().is_char()) {
        return bytes::extend_text(t, a, s);
    }
    if let Some(b) = v.cast::<Array>().filter(|b| b.code() == a.code()) {
        return a.splice(t, 0, 0, &b.to_vec());
    }
    if let Some(l) = v.cast::<List>() {
        return sequence::extend_list(t, a, l);
    }
    ops::for_each(t, v, |x| a.push(t, x))
}

py_class! {
    /// array(typecode [, initializer]) -> array
    ///
    /// Return a new array whose items are restricted by typecode, and
    /// initialized from the optional initializer value, which must be a list,
    /// string or iterable over elements of the appropriate type.
    ///
    /// Arrays behave very much like lists, except that the type of objects
    /// stored in them is constrained by the type code, a single character.
    pub CLASS: Array = "array", base kinds::OBJECT, flags flags::BASETYPE | flags::SEQUENCE | flags::HAS_WEAKREF, module "array";
    methods {
        @staticmethod __new__(cls, /, *args, **kwargs) => new;
        /// Append new value v to the end of the array.
        append(self, v, /) => sequence::append;
        /// Return a tuple (address, length) giving the current memory address and the length in items of the buffer used to hold array's contents.
        ///
        /// The length should be multiplied by the itemsize attribute to calculate
        /// the buffer length in bytes.
        buffer_info(self, /) => bytes::buffer_info;
        /// Byteswap all items of the array.
        ///
        /// If the items in the array are not 1, 2, 4, or 8 bytes in size, RuntimeError is
        /// raised.
        byteswap(self, /) => bytes::byteswap;
        /// Remove all items from the array.
        clear(self, /) => sequence::clear;
        /// Return number of occurrences of v in the array.
        count(self, v, /) => sequence::count;
        /// Append items to the end of the array.
        extend(self, bb, /) => sequence::extend;
        /// Appends items from the string, interpreting it as an array of machine values, as if it had been read from a file using the fromfile() method.
        frombytes(self, buffer, /) => bytes::frombytes;
        /// Read n objects from the file object f and append them to the end of the array.
        fromfile(self, f, n, /) => bytes::fromfile;
        /// Append items to array from list.
        fromlist(self, list, /) => sequence::fromlist;
        /// Extends this array with data from the unicode string ustr.
        ///
        /// The array must be a unicode type array; otherwise a ValueError is raised.
        /// Use array.frombytes(ustr.encode(...)) to append Unicode data to an array of
        /// some other type.
        fromunicode(self, ustr, /) => bytes::fromunicode;
        /// Return index of first occurrence of v in the array.
        ///
        /// Raise ValueError if the value is not present.
        index(self, v, start=0, stop=9223372036854775807, /) => sequence::index;
        /// Insert a new item v into the array before position i.
        insert(self, i, v, /) => sequence::insert;
        /// Return the i-th element and delete it from the array.
        ///
        /// i defaults to -1.
        pop(self, i=-1, /) => sequence::pop;
        /// Remove the first occurrence of v in the array.
        remove(self, v, /) => sequence::remove;
        /// Reverse the order of the items in the array.
        reverse(self, /) => sequence::reverse;
        /// Convert the array to an array of machine values and return the bytes representation.
        tobytes(self, /) => bytes::tobytes;
        /// Write all items (as machine values) to the file object f.
        tofile(self, f, /) => bytes::tofile;
        /// Convert array to an ordinary list with the same items.
        tolist(self, /) => sequence::tolist;
        /// Extends this array with data from the unicode string ustr.
        ///
        /// Convert the array to a unicode string.  The array must be a unicode type array;
        /// otherwise a ValueError is raised.  Use array.tobytes().decode() to obtain a
        /// unicode string from an array of some other type.
        tounicode(self, /) => bytes::tounicode;
        __buffer__(self, flags, /) => lend;
        __len__(self, /) => sequence::len [leaf no_raise reads];
        __getitem__(self, key, /) => sequence::getitem;
        __setitem__(self, key, value, /) => sequence::setitem;
        __delitem__(self, key, /) => sequence::delitem;
        __contains__(self, key, /) => sequence::contains;
        __add__(self, value, /) => sequence::add;
        __iadd__(self, value, /) => sequence::iadd;
        __mul__(self, value, /) => sequence::mul;
        __rmul__(self, value, /) => sequence::mul;
        __imul__(self, value, /) => sequence::imul;
        __iter__(self, /) => iterator::iter [leaf no_raise];
        __lt__(self, value, /) => sequence::lt; __le__(self, value, /) => sequence::le; __eq__(self, value, /) => sequence::eq;
        __ne__(self, value, /) => sequence::ne; __gt__(self, value, /) => sequence::gt; __ge__(self, value, /) => sequence::ge;
        __repr__(self, /) => sequence::repr;
        /// Return a copy of the array.
        __copy__(self, /) => sequence::copy;
        /// Return a copy of the array.
        __deepcopy__(self, unused, /) => sequence::deepcopy;
        /// Return state information for pickling.
        __reduce_ex__(self, value, /) => rebuild::reduce;
        /// Size of the array in memory, in bytes.
        __sizeof__(self, /) => sequence::sizeof;
        /// See PEP 585
        @classmethod __class_getitem__(cls, object, /) => class_getitem;
    }
    getset {
        /// the typecode character used to create the array
        typecode => bytes::typecode;
        /// the size, in bytes, of one array item
        itemsize => bytes::itemsize;
    }
}

fn init(t: &Thread, m: Gc<Module>) -> R<()> {
    buffer::register(500, &ArrayExporter);
    let class = of_kind(500).value();
    m.set(t, "ArrayType", class)?;
    m.set(t, "typecodes", intern(code::LETTERS).value())?;
    t.host().import(t, "collections.abc")?;
    let abc = pyjit_runtime::core::modules::imported(intern("collections.abc"));
    if let Some(abc) = abc {
        let base = pyjit_runtime::core::attr::get(t, abc, intern("MutableSequence"))?;
        call::call_attr(t, base, "register", &[class])?;
    }
    Ok(())
}

native_module! {
    /// This module defines an object type which can efficiently represent
    /// an array of basic values: characters, integers, floating-point
    /// numbers.  Arrays are sequence types and behave very much like lists,
    /// except that the type of objects stored in them is constrained.
    pub MODULE = "array", classes [CLASS, iterator::CLASS], init init;
    functions {
        /// Internal. Used for pickling support.
        _array_reconstructor(arraytype, typecode, mformat_code, items, /) => rebuild::reconstruct;
    }
}
