//! The class `Blob`: one large value, read and written in place.
#![allow(unsafe_code)]

use std::cell::Cell;

use libsqlite3_sys as ffi;
use pyjit_heap::{Field, Gc, Header, Value, finalize, heap_object};
use pyjit_runtime::core::{errors as raising, kinds, ops};
use pyjit_runtime::types::buffer;
use pyjit_runtime::types::bytes::Bytes;
use pyjit_runtime::types::int;
use pyjit_runtime::types::slice::{self, Slice};
use pyjit_runtime::types::type_::{flags, of_kind};
use pyjit_runtime::{R, Thread, py_class};

use super::connection::{self, C, Connection, open};
use super::errors::{Kind, of_db, raise};
use crate::modules::posix::execute::c_string;

/// An open value; `handle` is 0 when it is closed.
#[repr(C)]
pub struct Blob {
    header: Header,
    connection: Field,
    handle: Cell<usize>,
    offset: Cell<i64>,
}
heap_object!(Blob = 445, refs 1..2);

type B = Gc<Blob>;

pub fn open_blob(
    t: &Thread,
    this: C,
    table: Value,
    column: Value,
    row: i64,
    readonly: Option<bool>,
    name: Option<Value>,
) -> R<B> {
    let db = open(t, this)?;
    let (table, column) = (c_string(t, table)?, c_string(t, column)?);
    let name = match name {
        Some(n) => c_string(t, n)?,
        None => c"main".to_owned(),
    };
    let write = i32::from(!readonly.unwrap_or(false));
    let mut handle = std::ptr::null_mut();
    // SAFETY: an open connection and terminated strings.
    let r = unsafe {
        let (n, a, b) = (name.as_ptr(), table.as_ptr(), column.as_ptr());
        ffi::sqlite3_blob_open(db, n, a, b, row, write, &mut handle)
    };
    if r != ffi::SQLITE_OK {
        return Err(of_db(t, db));
    }
    let class = of_kind(445);
    let b = Blob {
        header: Header::NEW,
        connection: Field::new(this.value()),
        handle: Cell::new(handle as usize),
        offset: Cell::new(0),
    };
    let b = Gc::with_shape(class.root_shape.get(), b, 0);
    finalize::register(b.value());
    Ok(b)
}
fn ready(t: &Thread, this: B) -> R<(*mut ffi::sqlite3, *mut ffi::sqlite3_blob)> {
    let db = open(t, Gc::from_value(this.connection.get()))?;
    match this.handle.get() {
        0 => Err(raise(
            t,
            Kind::Programming,
            "Cannot operate on a closed blob.",
        )),
        h => Ok((db, h as *mut ffi::sqlite3_blob)),
    }
}
fn release(this: B) {
    let h = this.handle.replace(0) as *mut ffi::sqlite3_blob;
    let c: Gc<Connection> = Gc::from_value(this.connection.get());
    if !h.is_null() && connection::is_open(c) {
        // SAFETY: a handle of ours on an open connection.
        unsafe { ffi::sqlite3_blob_close(h) };
    }
}
fn finalize(_t: &Thread, this: B) {
    release(this);
}
fn close(t: &Thread, this: B) -> R<()> {
    open(t, Gc::from_value(this.connection.get()))?;
    release(this);
    Ok(())
}
fn size(h: *mut ffi::sqlite3_blob) -> i64 {
    // SAFETY: an open handle.
    i64::from(unsafe { ffi::sqlite3_blob_bytes(h) })
}
fn check(t: &Thread, db: *mut ffi::sqlite3, r: i32) -> R<()> {
    match r {
        ffi::SQLITE_OK => Ok(()),
        ffi::SQLITE_ABORT => Err(super::errors::of_code(
            t,
            r,
            "Cannot operate on a expired blob",
        )),
        _ => Err(of_db(t, db)),
    }
}
fn get(t: &Thread, this: B, at: i64, n: i64) -> R<Vec<u8>> {
    let (db, h) = ready(t, this)?;
    let mut data = vec![0u8; n.max(0) as usize];
    // SAFETY: a buffer of that length.
    let r = unsafe { ffi::sqlite3_blob_read(h, data.as_mut_ptr().cast(), n as i32, at as i32) };
    check(t, db, r)?;
    Ok(data)
}
fn put(t: &Thread, this: B, at: i64, data: &[u8]) -> R<()> {
    let (db, h) = ready(t, this)?;
    let n = data.len() as i32;
    // SAFETY: data of that length.
    let r = unsafe { ffi::sqlite3_blob_write(h, data.as_ptr().cast(), n, at as i32) };
    check(t, db, r)
}
fn read(t: &Thread, this: B, n: Option<i64>) -> R<Gc<Bytes>> {
    let (_, h) = ready(t, this)?;
    let left = size(h) - this.offset.get();
    let n = n.filter(|n| (0..left).contains(n)).unwrap_or(left);
    let data = get(t, this, this.offset.get(), n)?;
    this.offset.set(this.offset.get() + n);
    Ok(Bytes::new(&data))
}
fn write(t: &Thread, this: B, data: Value) -> R<()> {
    let (_, h) = ready(t, this)?;
    let data = buffer::bytes(t, data)?.to_vec();
    if this.offset.get() + data.len() as i64 > size(h) {
        return Err(raising::value_error(t, "data longer than blob length"));
    }
    put(t, this, this.offset.get(), &data)?;
    this.offset.set(this.offset.get() + data.len() as i64);
    Ok(())
}
fn seek(t: &Thread, this: B, offset: i64, origin: Option<i64>) -> R<()> {
    let (_, h) = ready(t, this)?;
    let base = match origin.unwrap_or(0) {
        0 => 0,
        1 => this.offset.get(),
        2 => size(h),
        _ => {
            let m = "'origin' should be os.SEEK_SET, os.SEEK_CUR, or os.SEEK_END";
            return Err(raising::value_error(t, m));
        }
    };
    if i32::try_from(offset).is_err() {
        return Err(raising::overflow_error(
            t,
            "seek offset results in offset overflow",
        ));
    }
    let to = base + offset;
    if !(0..=size(h)).contains(&to) {
        return Err(raising::value_error(t, "offset out of blob range"));
    }
    this.offset.set(to);
    Ok(())
}
fn tell(t: &Thread, this: B) -> R<i64> {
    ready(t, this)?;
    Ok(this.offset.get())
}
fn len(t: &Thread, this: B) -> R<i64> {
    ready(t, this).map(|(_, h)| size(h))
}
fn position(t: &Thread, this: B, key: Value) -> R<i64> {
    let n = len(t, this)?;
    let i = ops::index_i64(t, key)?;
    let i = if i < 0 { i + n } else { i };
    match (0..n).contains(&i) {
        true => Ok(i),
        false => Err(raising::index_error(t, "Blob index out of range")),
    }
}
fn is_index(t: &Thread, key: Value) -> R<()> {
    let special = pyjit_runtime::core::special::Special::Index;
    let class = pyjit_runtime::types::type_::class_of(key);
    match int::is_int(key) || class.special(special).is_some() {
        true => Ok(()),
        false => Err(raising::type_error(t, "Blob indices must be integers")),
    }
}
fn forwards(t: &Thread, span: &slice::Span) -> R<()> {
    if span.step > 0 || span.count == 0 {
        return Ok(());
    }
    let m = "Blob doesn't support slices with a negative step";
    Err(raising::value_error(t, m))
}
fn getitem(t: &Thread, this: B, key: Value) -> R<Value> {
    let n = len(t, this)?;
    if let Some(s) = key.cast::<Slice>() {
        let span = slice::span(t, s, n as usize)?;
        forwards(t, &span)?;
        let whole = get(t, this, 0, n)?;
        let part: Vec<u8> = span.indices().map(|i| whole[i]).collect();
        return Ok(Bytes::new(&part).value());
    }
    is_index(t, key)?;
    let at = position(t, this, key)?;
    Ok(Value::int(i64::from(get(t, this, at, 1)?[0])))
}
fn setitem(t: &Thread, this: B, key: Value, value: Value) -> R<()> {
    let n = len(t, this)?;
    if let Some(s) = key.cast::<Slice>() {
        let span = slice::span(t, s, n as usize)?;
        forwards(t, &span)?;
        let data = buffer::bytes(t, value)?.to_vec();
        if data.len() != span.count {
            return Err(raising::index_error(
                t,
                "Blob slice assignment is wrong size",
            ));
        }
        let mut whole = get(t, this, 0, n)?;
        for (i, b) in span.indices().zip(data) {
            whole[i] = b;
        }
        return put(t, this, 0, &whole);
    }
    is_index(t, key)?;
    let at = position(t, this, key)?;
    if !int::is_int(value) {
        let name = pyjit_runtime::types::type_::type_name(value);
        let m = format!("'{name}' object cannot be interpreted as an integer");
        return Err(raising::type_error(t, m));
    }
    match int::to_i64(value).and_then(|v| u8::try_from(v).ok()) {
        Some(b) => put(t, this, at, &[b]),
        None => Err(raising::value_error(t, "byte must be in range(0, 256)")),
    }
}
fn delitem(t: &Thread, this: B, key: Value) -> R<()> {
    ready(t, this)?;
    let m = match key.cast::<Slice>() {
        Some(_) => "Blob doesn't support slice deletion",
        None => "Blob doesn't support item deletion",
    };
    Err(raising::type_error(t, m))
}
fn enter(t: &Thread, this: B) -> R<B> {
    ready(t, this)?;
    Ok(this)
}
fn exit(t: &Thread, this: B, _c: Value, _v: Value, _tb: Value) -> R<bool> {
    ready(t, this)?;
    release(this);
    Ok(false)
}

py_class! {
    pub BLOB: Blob = "Blob", base kinds::OBJECT, flags flags::HAS_WEAKREF | flags::NO_NEW, module "sqlite3";
    methods {
        __del__(self, /) => finalize;
        __enter__(self, /) => enter;
        __exit__(self, type, val, tb, /) => exit;
        __len__(self, /) => len;
        __getitem__(self, key, /) => getitem;
        __setitem__(self, key, value, /) => setitem;
        __delitem__(self, key, /) => delitem;
        /// Close the blob.
        close(self, /) => close;
        /// Read data at the current offset position.
        read(self, length=-1, /) => read;
        /// Write data at the current offset.
        write(self, data, /) => write;
        /// Set the current access position to offset.
        seek(self, offset, origin=0, /) => seek;
        /// Return the current access position for the blob.
        tell(self, /) => tell;
    }
}
