//! Values between Python and SQLite: parameters, columns, and arguments and
//! results of functions.
#![allow(unsafe_code)]

use libsqlite3_sys as ffi;
use pyjit_heap::{Gc, GilCell, Root, Value};
use pyjit_runtime::core::{attr, call, errors, kinds, ops};
use pyjit_runtime::types::buffer;
use pyjit_runtime::types::bytes::{ByteArray, Bytes};
use pyjit_runtime::types::dict::Dict;
use pyjit_runtime::types::exceptions::Exc;
use pyjit_runtime::types::str_::{Str, intern};
use pyjit_runtime::types::tuple::Tuple;
use pyjit_runtime::types::type_::{class_of, of_kind, type_name};
use pyjit_runtime::types::{float, int};
use pyjit_runtime::{R, Thread};

use super::errors::{Kind, raise};

static TABLES: GilCell<[Option<Root>; 2]> = GilCell::new([None, None]);

fn table(which: usize) -> Gc<Dict> {
    let new = || Root::new(Dict::new().value());
    let v = TABLES.with_mut(|all| all[which].get_or_insert_with(new).get());
    Gc::from_value(v)
}
/// Adapters by class and protocol.
pub fn adapters() -> Gc<Dict> {
    table(0)
}
/// Converters by name of type, in capitals.
pub fn converters() -> Gc<Dict> {
    table(1)
}

/// A value that SQLite can store for an object; the object itself if nobody adapts it.
pub fn adapt(t: &Thread, v: Value, protocol: Value, alternative: Option<Value>) -> R<Value> {
    let key = Tuple::new(&[class_of(v).value(), protocol]);
    if let Some(f) = adapters().get(t, key.value())? {
        return call::call(t, f, &[v]);
    }
    for (object, name, argument) in [(protocol, "__adapt__", v), (v, "__conform__", protocol)] {
        let Some(f) = attr::get_opt(t, object, intern(name))? else {
            continue;
        };
        match call::call(t, f, &[argument]) {
            Ok(r) if !r.is_none() => return Ok(r),
            Ok(_) => {}
            Err(_) if errors::catch(t, Exc::TypeError) => {}
            Err(e) => return Err(e),
        }
    }
    alternative.ok_or_else(|| raise(t, Kind::Programming, "can't adapt"))
}
fn is_basic(v: Value) -> bool {
    if v.is_none() || v.is_int() || v.cast_exact::<Str>().is_some() {
        return true;
    }
    let kind = |k| class_of(v) == of_kind(k);
    kind(kinds::INT) || kind(kinds::FLOAT) || kind(kinds::BYTEARRAY) || kind(kinds::BYTES)
}

/// The text of a string; lone surrogates raise as `str.encode` does.
pub fn text<'a>(t: &Thread, s: &'a Gc<Str>) -> R<&'a str> {
    match s.to_str() {
        Some(x) => Ok(x),
        None => {
            call::call_attr(t, s.value(), "encode", &[])?;
            Err(errors::value_error(t, "surrogates not allowed"))
        }
    }
}
fn integer(t: &Thread, v: Value) -> R<i64> {
    let m = "Python int too large to convert to SQLite INTEGER";
    int::to_i64(ops::index(t, v)?).ok_or_else(|| errors::overflow_error(t, m))
}
fn len(t: &Thread, n: usize, what: &str) -> R<i32> {
    let m = || errors::overflow_error(t, format!("{what} longer than INT_MAX bytes"));
    i32::try_from(n).map_err(|_| m())
}

/// Sets parameter number `at`; a result code of the library.
pub fn bind(t: &Thread, s: *mut ffi::sqlite3_stmt, at: i32, v: Value, shown: &str) -> R<i32> {
    let v = match is_basic(v) {
        true => v,
        false => adapt(t, v, of_kind(446).value(), Some(v))?,
    };
    // SAFETY: a statement that is not executing; texts and blobs are copied.
    unsafe {
        if v.is_none() {
            return Ok(ffi::sqlite3_bind_null(s, at));
        }
        if let Some(x) = v.cast::<Str>() {
            let x = text(t, &x)?;
            let n = len(t, x.len(), "string")?;
            let p = x.as_ptr().cast();
            return Ok(ffi::sqlite3_bind_text(s, at, p, n, ffi::SQLITE_TRANSIENT()));
        }
        if let Some(f) = float::get(v) {
            return Ok(ffi::sqlite3_bind_double(s, at, f));
        }
        if int::is_int(v) || v == Value::TRUE || v == Value::FALSE {
            return Ok(ffi::sqlite3_bind_int64(s, at, integer(t, v)?));
        }
        if let Some(b) = buffer::acquire(t, v)? {
            let n = len(t, b.len(), "BLOB")?;
            // An empty blob is not NULL: the pointer must not be null.
            let p = b.as_ptr().cast();
            return Ok(ffi::sqlite3_bind_blob(s, at, p, n, ffi::SQLITE_TRANSIENT()));
        }
    }
    let name = type_name(v);
    let m = format!("Error binding parameter {shown}: type '{name}' is not supported");
    Err(raise(t, Kind::Programming, m))
}

/// A value of the library, which is valid while it is looked at.
pub fn load(t: &Thread, v: *mut ffi::sqlite3_value) -> Value {
    // SAFETY: a protected value.
    unsafe {
        match ffi::sqlite3_value_type(v) {
            ffi::SQLITE_INTEGER => int::from_i64(t, ffi::sqlite3_value_int64(v)),
            ffi::SQLITE_FLOAT => float::from_f64(ffi::sqlite3_value_double(v)),
            ffi::SQLITE_TEXT => {
                let p = ffi::sqlite3_value_text(v);
                let n = ffi::sqlite3_value_bytes(v) as usize;
                let data = part(p, n);
                Str::new(&String::from_utf8_lossy(data)).value()
            }
            ffi::SQLITE_BLOB => {
                let p = ffi::sqlite3_value_blob(v);
                let n = ffi::sqlite3_value_bytes(v) as usize;
                Bytes::new(part(p.cast(), n)).value()
            }
            _ => Value::NONE,
        }
    }
}
/// The bytes at an address, which may be null if there are none.
pub fn part<'a>(p: *const u8, n: usize) -> &'a [u8] {
    match p.is_null() || n == 0 {
        true => &[],
        // SAFETY: the library's memory of that length; copied before the next call.
        false => unsafe { std::slice::from_raw_parts(p, n) },
    }
}

/// The result of a user's function.
pub fn store(t: &Thread, context: *mut ffi::sqlite3_context, v: Value) -> R<()> {
    // SAFETY: the context of the running function; texts and blobs are copied.
    unsafe {
        if v.is_none() {
            ffi::sqlite3_result_null(context);
        } else if let Some(x) = v.cast::<Str>() {
            let x = text(t, &x)?;
            let n = len(t, x.len(), "string")?;
            let p = x.as_ptr().cast();
            ffi::sqlite3_result_text(context, p, n, ffi::SQLITE_TRANSIENT());
        } else if let Some(f) = float::get(v) {
            ffi::sqlite3_result_double(context, f);
        } else if int::is_int(v) || v == Value::TRUE || v == Value::FALSE {
            ffi::sqlite3_result_int64(context, integer(t, v)?);
        } else if let Some(b) = buffer::acquire(t, v)? {
            let n = len(t, b.len(), "BLOB")?;
            ffi::sqlite3_result_blob(context, b.as_ptr().cast(), n, ffi::SQLITE_TRANSIENT());
        } else {
            return Err(errors::type_error(t, "unsupported type of result"));
        }
    }
    Ok(())
}

/// Column `at` of the current row.
pub fn column(t: &Thread, s: *mut ffi::sqlite3_stmt, at: i32, text_factory: Value) -> R<Value> {
    // SAFETY: a statement with a current row.
    unsafe {
        Ok(match ffi::sqlite3_column_type(s, at) {
            ffi::SQLITE_INTEGER => int::from_i64(t, ffi::sqlite3_column_int64(s, at)),
            ffi::SQLITE_FLOAT => float::from_f64(ffi::sqlite3_column_double(s, at)),
            ffi::SQLITE_TEXT => {
                let p = ffi::sqlite3_column_text(s, at);
                let data = part(p, ffi::sqlite3_column_bytes(s, at) as usize);
                return text_column(t, s, at, data, text_factory);
            }
            ffi::SQLITE_BLOB => {
                let p = ffi::sqlite3_column_blob(s, at);
                Bytes::new(part(p.cast(), ffi::sqlite3_column_bytes(s, at) as usize)).value()
            }
            _ => Value::NONE,
        })
    }
}
/// The raw bytes of a column, for a converter.
pub fn raw_column(s: *mut ffi::sqlite3_stmt, at: i32) -> Option<Gc<Bytes>> {
    // SAFETY: a statement with a current row.
    unsafe {
        let p = ffi::sqlite3_column_blob(s, at);
        if p.is_null() && ffi::sqlite3_column_type(s, at) == ffi::SQLITE_NULL {
            return None;
        }
        let n = ffi::sqlite3_column_bytes(s, at) as usize;
        Some(Bytes::new(part(p.cast(), n)))
    }
}
fn text_column(
    t: &Thread,
    s: *mut ffi::sqlite3_stmt,
    at: i32,
    data: &[u8],
    factory: Value,
) -> R<Value> {
    if factory == of_kind(kinds::STR).value() {
        return match std::str::from_utf8(data) {
            Ok(x) => Ok(Str::new(x).value()),
            Err(_) => {
                let (name, x) = (column_name(s, at), String::from_utf8_lossy(data));
                let m = format!("Could not decode to UTF-8 column '{name}' with text '{x}'");
                Err(raise(t, Kind::Operational, m))
            }
        };
    }
    if factory == of_kind(kinds::BYTES).value() {
        return Ok(Bytes::new(data).value());
    }
    if factory == of_kind(kinds::BYTEARRAY).value() {
        return ByteArray::new(t, data).map(Gc::value);
    }
    call::call(t, factory, &[Bytes::new(data).value()])
}
/// The name of a column as the query has it.
pub fn column_name(s: *mut ffi::sqlite3_stmt, at: i32) -> String {
    // SAFETY: a prepared statement; the name is a terminated string.
    unsafe {
        let p = ffi::sqlite3_column_name(s, at);
        match p.is_null() {
            true => String::new(),
            false => std::ffi::CStr::from_ptr(p).to_string_lossy().into_owned(),
        }
    }
}
