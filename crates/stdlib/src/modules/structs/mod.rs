//! `_struct`: packing values into bytes and back.

mod codec;
mod format;

use std::collections::HashMap;
use std::sync::Arc;

use pyjit_heap::{Gc, GilCell, Root, Value};
use pyjit_runtime::core::{call, errors, kinds, ops};
use pyjit_runtime::types::buffer;
use pyjit_runtime::types::bytes::Bytes;
use pyjit_runtime::types::dict::Dict;
use pyjit_runtime::types::exceptions::Exc;
use pyjit_runtime::types::module::Module;
use pyjit_runtime::types::str_::{Str, intern};
use pyjit_runtime::types::tuple::Tuple;
use pyjit_runtime::types::type_::{Type, class_of, flags, of_kind, type_name};
use pyjit_runtime::types::type_new::type_new;
use pyjit_runtime::{R, Raised, Thread, py_class};

use self::format::{Layout, parse};
use crate::layout::{END, Item, item, itself};
use crate::{native_layout, native_module};

native_layout! {
    /// The format (a string) as it was given.
    Struct = 310, refs 1..2 { format } ints { size, fields }
}
native_layout! {
    /// Format, buffer (absent when exhausted) and offset.
    Unpacker = 311, refs 1..3 { format, buffer } ints { offset }
}

static ERROR: GilCell<Option<Root>> = GilCell::new(None);

/// Raises `struct.error`.
fn fail(t: &Thread, message: impl AsRef<str>) -> Raised {
    let class = ERROR.with_mut(|e| e.as_ref().map(Root::get));
    let class = class.map_or_else(|| Exc::ValueError.class(), Gc::from_value);
    errors::raise_args(t, class, &[Str::new(message.as_ref()).value()])
}

/// The text of a format argument.
fn text(t: &Thread, v: Value) -> R<Gc<Str>> {
    if let Some(s) = v.cast::<Str>() {
        if !s.bytes().is_ascii() {
            // Raises what is wrong with it.
            call::call_attr(t, v, "encode", &[intern("ascii").value()])?;
        }
        return Ok(s);
    }
    match v.cast::<Bytes>() {
        Some(b) => Ok(Str::new(&String::from_utf8_lossy(b.bytes()))),
        None => {
            let m = format!(
                "Struct() argument 1 must be a str or bytes object, not {}",
                type_name(v)
            );
            Err(errors::type_error(t, m))
        }
    }
}

/// Formats that were read, by their text.
static CACHE: GilCell<Option<HashMap<Box<[u8]>, Arc<Layout>>>> = GilCell::new(None);
/// The cache is emptied when it has so many.
const CACHED: usize = 100;

/// Those of the last texts, found by their addresses.
static RECENT: GilCell<[Option<(Root, Arc<Layout>)>; RECENTLY]> =
    GilCell::new([const { None }; RECENTLY]);
const RECENTLY: usize = 8;

/// A text's place among the recent ones.
fn recent_at(format: Value) -> usize {
    (format.0 >> 4) as usize % RECENTLY
}

#[inline]
fn layout(t: &Thread, format: Value) -> R<Arc<Layout>> {
    let known = RECENT.with_mut(|all| match &all[recent_at(format)] {
        Some((text, l)) if text.get() == format => Some(l.clone()),
        _ => None,
    });
    if let Some(l) = known {
        return Ok(l);
    }
    let l = layout_of_text(t, format)?;
    let root = Root::new(format);
    RECENT.with_mut(|all| all[recent_at(format)] = Some((root, l.clone())));
    Ok(l)
}

fn layout_of_text(t: &Thread, format: Value) -> R<Arc<Layout>> {
    let s = text(t, format)?;
    let known = CACHE.with_mut(|c| c.as_ref()?.get(s.bytes()).cloned());
    if let Some(l) = known {
        return Ok(l);
    }
    let l = Arc::new(parse(s.bytes()).map_err(|m| fail(t, m))?);
    CACHE.with_mut(|c| {
        let c = c.get_or_insert_default();
        if c.len() >= CACHED {
            c.clear();
        }
        c.insert(s.bytes().into(), l.clone());
    });
    Ok(l)
}

/// Packs `values`, and gives the bytes to `then`.
fn pack_values<T>(
    t: &Thread,
    what: &str,
    l: &Layout,
    values: &[Value],
    then: impl FnOnce(&[u8]) -> R<T>,
) -> R<T> {
    if values.len() != l.values {
        let m = format!(
            "{what} expected {} items for packing (got {})",
            l.values,
            values.len()
        );
        return Err(fail(t, m));
    }
    let mut small = [0; 128];
    if let Some(out) = small.get_mut(..l.size) {
        codec::pack(t, l, values, out)?;
        return then(out);
    }
    let mut out = Vec::new();
    if out.try_reserve_exact(l.size).is_err() {
        return Err(errors::memory_error(t));
    }
    out.resize(l.size, 0);
    codec::pack(t, l, values, &mut out)?;
    then(&out)
}
fn pack(t: &Thread, args: Gc<Tuple>) -> R<Gc<Bytes>> {
    let [format, values @ ..] = args.items() else {
        return Err(errors::type_error(t, "missing format argument"));
    };
    let l = layout(t, *format)?;
    pack_values(t, "pack", &l, values, |b| Ok(Bytes::new(b)))
}
/// Where a field of `size` bytes at `offset` of `len` bytes begins.
fn place(
    t: &Thread,
    size: usize,
    len: usize,
    offset: i64,
    (function, doing): (&str, &str),
) -> R<usize> {
    let at = if offset < 0 {
        if offset + size as i64 > 0 {
            let m = match doing {
                "packing" => format!("no space to pack {size} bytes at offset {offset}"),
                _ => format!("not enough data to unpack {size} bytes at offset {offset}"),
            };
            return Err(fail(t, m));
        }
        if offset + (len as i64) < 0 {
            let m = format!("offset {offset} out of range for {len}-byte buffer");
            return Err(fail(t, m));
        }
        offset + len as i64
    } else {
        offset
    } as usize;
    if at > len || len - at < size {
        let m = format!(
            "{function} requires a buffer of at least {} bytes for {doing} {size} bytes at offset {at} (actual buffer size is {len})",
            size.saturating_add(at)
        );
        return Err(fail(t, m));
    }
    Ok(at)
}
fn pack_into_with(t: &Thread, l: &Layout, args: &[Value]) -> R<()> {
    let (target, offset, values) = match args {
        [] => return Err(fail(t, "pack_into expected buffer argument")),
        [_] => return Err(fail(t, "pack_into expected offset argument")),
        [b, o, values @ ..] => (*b, *o, values),
    };
    let offset = ops::index_i64(t, offset)?;
    pack_values(t, "pack_into", l, values, |bytes| {
        let found = match buffer::writable(t, target) {
            Err(_) if errors::catch(t, Exc::BufferError) => None,
            found => found?,
        };
        let Some(b) = found else {
            let m = format!(
                "argument must be read-write bytes-like object, not {}",
                type_name(target)
            );
            return Err(errors::type_error(t, m));
        };
        let at = place(t, l.size, b.len(), offset, ("pack_into", "packing"))?;
        b.bytes_mut()[at..at + l.size].copy_from_slice(bytes);
        Ok(())
    })
}
fn pack_into(t: &Thread, args: Gc<Tuple>) -> R<()> {
    let [format, rest @ ..] = args.items() else {
        return Err(errors::type_error(t, "missing format argument"));
    };
    let l = layout(t, *format)?;
    pack_into_with(t, &l, rest)
}
fn unpack_with(t: &Thread, l: &Layout, v: Value) -> R<Gc<Tuple>> {
    let b = buffer::bytes(t, v)?;
    if b.len() != l.size {
        let m = format!("unpack requires a buffer of {} bytes", l.size);
        return Err(fail(t, m));
    }
    codec::unpack(t, l, &b)
}
fn unpack(t: &Thread, format: Value, v: Value) -> R<Gc<Tuple>> {
    unpack_with(t, layout(t, format)?.as_ref(), v)
}
fn unpack_from_with(t: &Thread, l: &Layout, v: Value, offset: Option<i64>) -> R<Gc<Tuple>> {
    let b = buffer::bytes(t, v)?;
    let from = ("unpack_from", "unpacking");
    let at = place(t, l.size, b.len(), offset.unwrap_or(0), from)?;
    codec::unpack(t, l, &b[at..at + l.size])
}
fn unpack_from(t: &Thread, format: Value, v: Value, offset: Option<i64>) -> R<Gc<Tuple>> {
    unpack_from_with(t, layout(t, format)?.as_ref(), v, offset)
}
fn iter_unpack(t: &Thread, format: Value, v: Value) -> R<Gc<Unpacker>> {
    let l = layout(t, format)?;
    if l.size == 0 {
        let m = "cannot iteratively unpack with a struct of length 0";
        return Err(fail(t, m));
    }
    if buffer::bytes(t, v)?.len() % l.size != 0 {
        let m = format!(
            "iterative unpacking requires a buffer of a multiple of {} bytes",
            l.size
        );
        return Err(fail(t, m));
    }
    Ok(Unpacker::alloc(of_kind(311), format, v, 0))
}
fn unpacker_next(t: &Thread, this: Gc<Unpacker>) -> R<Item> {
    let Some(v) = this.buffer.get().opt() else {
        return END;
    };
    let l = layout(t, this.format.get())?;
    let (b, at) = (buffer::bytes(t, v)?, this.offset.get() as usize);
    if at + l.size > b.len() {
        this.buffer.clear();
        return END;
    }
    this.offset.set((at + l.size) as i64);
    item(codec::unpack(t, &l, &b[at..at + l.size])?.value())
}
fn unpacker_hint(t: &Thread, this: Gc<Unpacker>) -> R<i64> {
    let Some(v) = this.buffer.get().opt() else {
        return Ok(0);
    };
    let n = buffer::bytes(t, v)?.len() as i64 - this.offset.get();
    Ok(n / layout(t, this.format.get())?.size as i64)
}
fn calcsize(t: &Thread, format: Value) -> R<usize> {
    Ok(layout(t, format)?.size)
}
fn clear_cache(_t: &Thread) {
    CACHE.with_mut(|c| *c = None);
    RECENT.with_mut(|all| *all = [const { None }; RECENTLY]);
}

/// The size of a struct before `__init__`.
const UNINITIALIZED: i64 = -1;

fn struct_new(_t: &Thread, class: Gc<Type>, _args: Value, _kwargs: Value) -> Gc<Struct> {
    Struct::alloc(class, Str::new("").value(), UNINITIALIZED, 0)
}
fn struct_init(t: &Thread, this: Gc<Struct>, format: Value) -> R<()> {
    let s = text(t, format)?;
    let l = layout(t, s.value())?;
    this.format.set(this, s.value());
    this.size.set(l.size as i64);
    this.fields.set(l.values as i64);
    Ok(())
}
fn own(t: &Thread, this: Gc<Struct>) -> R<Arc<Layout>> {
    layout(t, own_format(t, this)?)
}
fn struct_sizeof(t: &Thread, this: Gc<Struct>) -> R<usize> {
    let fields = size_of_val(&*own(t, this)?.fields);
    Ok(pyjit_heap::alloc::size_of(this.value()) + fields)
}
fn own_format(t: &Thread, this: Gc<Struct>) -> R<Value> {
    if this.size.get() == UNINITIALIZED {
        let m = "Struct object is not initialized";
        return Err(errors::runtime_error(t, m));
    }
    Ok(this.format.get())
}
fn struct_pack(t: &Thread, this: Gc<Struct>, values: Gc<Tuple>) -> R<Gc<Bytes>> {
    let l = own(t, this)?;
    pack_values(t, "pack", &l, values.items(), |b| Ok(Bytes::new(b)))
}
fn struct_pack_into(t: &Thread, this: Gc<Struct>, args: Gc<Tuple>) -> R<()> {
    pack_into_with(t, own(t, this)?.as_ref(), args.items())
}
fn struct_unpack(t: &Thread, this: Gc<Struct>, v: Value) -> R<Gc<Tuple>> {
    unpack_with(t, own(t, this)?.as_ref(), v)
}
fn struct_unpack_from(t: &Thread, this: Gc<Struct>, v: Value, at: Option<i64>) -> R<Gc<Tuple>> {
    unpack_from_with(t, own(t, this)?.as_ref(), v, at)
}
fn struct_iter_unpack(t: &Thread, this: Gc<Struct>, v: Value) -> R<Gc<Unpacker>> {
    iter_unpack(t, own_format(t, this)?, v)
}
fn struct_repr(t: &Thread, this: Gc<Struct>) -> R<String> {
    let f = ops::repr(t, own_format(t, this)?)?;
    let name = class_of(this.value()).name_str();
    Ok(format!("{name}({})", f.lossy()))
}
fn get_format(t: &Thread, this: Gc<Struct>) -> R<Value> {
    own_format(t, this)
}
fn get_size(_t: &Thread, this: Gc<Struct>) -> i64 {
    this.size.get()
}

py_class! {
    /// Struct(fmt) --> compiled struct object
    pub STRUCT: Struct = "Struct", base kinds::OBJECT, flags flags::BASETYPE | flags::HAS_WEAKREF, module "_struct";
    methods {
        @staticmethod __new__(cls, /, *args, **kwargs) => struct_new;
        __init__(self, format) => struct_init;
        /// Return a bytes object containing values packed according to the format string.
        pack(self, /, *values) => struct_pack;
        /// Pack values and write the packed bytes into the buffer.
        pack_into(self, /, *args) => struct_pack_into;
        /// Return a tuple containing unpacked values.
        unpack(self, buffer, /) => struct_unpack;
        /// Return a tuple containing unpacked values.
        unpack_from(self, buffer, offset=0) => struct_unpack_from;
        /// Return an iterator yielding tuples.
        iter_unpack(self, buffer, /) => struct_iter_unpack;
        __repr__(self, /) => struct_repr;
        __sizeof__(self, /) => struct_sizeof;
    }
    getset {
        /// struct format string
        format => get_format;
        /// struct size in bytes
        size => get_size;
    }
}
py_class! {
    pub UNPACKER: Unpacker = "unpack_iterator", base kinds::OBJECT, flags 0, module "_struct";
    methods {
        __iter__(self, /) => itself;
        __next__(self, /) => unpacker_next;
        __length_hint__(self, /) => unpacker_hint;
    }
}

fn init(t: &Thread, m: Gc<Module>) -> R<()> {
    // A second module of that name raises the same exceptions.
    if let Some(e) = ERROR.with_mut(|e| e.as_ref().map(Root::get)) {
        return m.set(t, "error", e);
    }
    let d = Dict::new();
    d.set_str(t, intern("__module__"), intern("struct").value())?;
    let bases = Tuple::new(&[Exc::Exception.class().value()]);
    let name = intern("error").value();
    let e = type_new(
        t,
        of_kind(kinds::TYPE),
        &[name, bases.value(), d.value()],
        None,
    )?;
    ERROR.with_mut(|r| *r = Some(Root::new(e)));
    m.set(t, "error", e)
}

native_module! {
    /// Functions to convert between Python values and C structs.
    pub MODULE = "_struct", classes [STRUCT, UNPACKER], init init;
    functions {
        /// Clear the internal cache.
        _clearcache() => clear_cache;
        /// Return size in bytes of the struct described by the format string.
        calcsize(format, /) => calcsize;
        /// Return a bytes object containing values packed according to the format string.
        pack(*args) => pack;
        /// Pack values and write the packed bytes into the buffer.
        pack_into(*args) => pack_into;
        /// Return a tuple containing values unpacked according to the format string.
        unpack(format, buffer, /) => unpack;
        /// Return a tuple containing values unpacked according to the format string.
        unpack_from(format, /, buffer, offset=0) => unpack_from;
        /// Return an iterator yielding tuples unpacked according to the format string.
        iter_unpack(format, buffer, /) => iter_unpack;
    }
}
