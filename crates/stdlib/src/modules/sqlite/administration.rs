//! What concerns a database as a whole: copies, limits, options.
#![allow(unsafe_code)]

use std::ffi::c_int;
use std::time::Duration;

use libsqlite3_sys as ffi;
use pyjit_heap::{Gc, Value, lock};
use pyjit_runtime::core::{attr, call, errors as raising, ops};
use pyjit_runtime::types::buffer;
use pyjit_runtime::types::bytes::Bytes;
use pyjit_runtime::types::str_::intern;
use pyjit_runtime::types::tuple::Tuple;
use pyjit_runtime::types::type_::type_name;
use pyjit_runtime::{R, Thread};

use super::connection::{C, Connection, open};
use super::errors::{Kind, of_code, of_db, raise};
use super::{entered, values};
use crate::modules::posix::execute::c_string;

pub fn interrupt(t: &Thread, this: C) -> R<()> {
    let db = open(t, this)?;
    // SAFETY: an open connection.
    unsafe { ffi::sqlite3_interrupt(db) };
    Ok(())
}
pub fn iterdump(t: &Thread, this: C, filter: Option<Value>) -> R<Value> {
    open(t, this)?;
    let m = t.host().import(t, "sqlite3.dump")?;
    let f = attr::get(t, m, intern("_iterdump"))?;
    let names = Tuple::new(&[intern("filter").value()]);
    call::call_kw(
        t,
        f,
        &[this.value(), filter.unwrap_or(Value::NONE)],
        Some(names),
    )
}
fn database(v: Option<Value>) -> Value {
    v.unwrap_or(intern("main").value())
}
pub fn backup(
    t: &Thread,
    this: C,
    target: Value,
    pages: Option<i64>,
    progress: Option<Value>,
    name: Option<Value>,
    sleep: Option<Value>,
) -> R<()> {
    let from = open(t, this)?;
    let Some(other) = target.cast::<Connection>() else {
        let m = format!(
            "backup() argument 1 must be sqlite3.Connection, not {}",
            type_name(target)
        );
        return Err(raising::type_error(t, m));
    };
    if other == this {
        return Err(raising::value_error(
            t,
            "target cannot be the same connection instance",
        ));
    }
    let to = open(t, other)?;
    let progress = progress.filter(|p| !p.is_none());
    if progress.is_some_and(|p| !call::is_callable(p)) {
        return Err(raising::type_error(
            t,
            "progress argument must be a callable",
        ));
    }
    let pages = pages.filter(|n| *n != 0).unwrap_or(-1) as c_int;
    let pause = sleep.map_or(Ok(0.25), |s| ops::to_f64(t, s))?;
    if pause < 0.0 {
        return Err(raising::value_error(
            t,
            "sleep must be greater-than or equal to zero",
        ));
    }
    let name = c_string(t, database(name))?;
    // SAFETY: two open connections and terminated strings.
    let b = unsafe { ffi::sqlite3_backup_init(to, c"main".as_ptr(), from, name.as_ptr()) };
    if b.is_null() {
        return Err(of_db(t, to));
    }
    let r = loop {
        // SAFETY: a running backup.
        let r = entered(t, || unsafe { ffi::sqlite3_backup_step(b, pages) });
        if let Some(f) = progress {
            // SAFETY: as above.
            let (left, all) = unsafe {
                (
                    ffi::sqlite3_backup_remaining(b),
                    ffi::sqlite3_backup_pagecount(b),
                )
            };
            let n = |n: c_int| Value::int(i64::from(n));
            if let Err(e) = call::call(t, f, &[n(r), n(left), n(all)]) {
                // SAFETY: as above, and not used again.
                unsafe { ffi::sqlite3_backup_finish(b) };
                return Err(e);
            }
        }
        match r {
            ffi::SQLITE_BUSY | ffi::SQLITE_LOCKED => {
                lock::blocking(|| std::thread::sleep(Duration::from_secs_f64(pause.min(1e6))));
            }
            ffi::SQLITE_OK => {}
            _ => break r,
        }
    };
    // SAFETY: as above, and not used again.
    let end = unsafe { ffi::sqlite3_backup_finish(b) };
    match end {
        ffi::SQLITE_OK if r == ffi::SQLITE_DONE => Ok(()),
        _ => Err(of_db(t, to)),
    }
}
pub fn serialize(t: &Thread, this: C, name: Option<Value>) -> R<Gc<Bytes>> {
    let (db, shown) = (open(t, this)?, database(name));
    let name = c_string(t, shown)?;
    let mut n = 0;
    // SAFETY: an open connection; the memory is ours to free.
    unsafe {
        let p = ffi::sqlite3_serialize(db, name.as_ptr(), &mut n, 0);
        if p.is_null() {
            let m = format!("unable to serialize '{}'", name.to_string_lossy());
            return Err(raise(t, Kind::Operational, m));
        }
        let data = Bytes::new(values::part(p, n as usize));
        ffi::sqlite3_free(p.cast());
        Ok(data)
    }
}
pub fn deserialize(t: &Thread, this: C, data: Value, name: Option<Value>) -> R<()> {
    let db = open(t, this)?;
    let data = buffer::bytes(t, data)?;
    let name = c_string(t, database(name))?;
    let n = data.len();
    // SAFETY: the memory is the library's own, which it frees itself.
    let r = unsafe {
        let p = ffi::sqlite3_malloc64(n as u64).cast::<u8>();
        if p.is_null() && n > 0 {
            return Err(raising::memory_error(t));
        }
        p.copy_from_nonoverlapping(data.as_ptr(), n);
        let how = ffi::SQLITE_DESERIALIZE_FREEONCLOSE | ffi::SQLITE_DESERIALIZE_RESIZEABLE;
        ffi::sqlite3_deserialize(db, name.as_ptr(), p, n as i64, n as i64, how as _)
    };
    match r {
        ffi::SQLITE_OK => Ok(()),
        _ => Err(of_db(t, db)),
    }
}
pub fn setlimit(t: &Thread, this: C, category: i64, limit: i64) -> R<i64> {
    let db = open(t, this)?;
    // SAFETY: an open connection.
    let old = unsafe { ffi::sqlite3_limit(db, category as c_int, limit as c_int) };
    match old {
        n if n < 0 => Err(raise(t, Kind::Programming, "'category' is out of bounds")),
        n => Ok(i64::from(n)),
    }
}
pub fn getlimit(t: &Thread, this: C, category: i64) -> R<i64> {
    setlimit(t, this, category, -1)
}
fn option(t: &Thread, this: C, op: i64, value: c_int) -> R<bool> {
    let db = open(t, this)?;
    // The options that take a boolean.
    if !(1002..=1023).contains(&op) {
        return Err(raising::value_error(
            t,
            format!("unknown config 'op': {op}"),
        ));
    }
    let mut now: c_int = 0;
    // SAFETY: an open connection; these options take a number and a place for one.
    let r = unsafe { ffi::sqlite3_db_config(db, op as c_int, value, &raw mut now) };
    match r {
        ffi::SQLITE_OK => Ok(now != 0),
        _ => Err(of_code(t, r, "Unable to set or get option")),
    }
}
pub fn getconfig(t: &Thread, this: C, op: i64) -> R<bool> {
    option(t, this, op, -1)
}
pub fn setconfig(t: &Thread, this: C, op: i64, enable: Option<bool>) -> R<()> {
    let on = enable.unwrap_or(true);
    match option(t, this, op, c_int::from(on))? == on {
        true => Ok(()),
        false => Err(raise(t, Kind::Operational, "Unable to set config")),
    }
}
