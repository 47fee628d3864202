//! The class `Connection`: opening, transactions, and life.
#![allow(unsafe_code)]

use std::cell::Cell;
use std::ffi::{CStr, CString};
use std::time::Duration;

use libsqlite3_sys as ffi;
use pyjit_heap::{Field, Gc, Header, Value, finalize, heap_object, lock};
use pyjit_runtime::core::class::words;
use pyjit_runtime::core::{attr, audit, call, errors as raising, kinds, ops, warn};
use pyjit_runtime::types::dict::Dict;
use pyjit_runtime::types::exceptions::Exc;
use pyjit_runtime::types::int;
use pyjit_runtime::types::str_::{Str, intern};
use pyjit_runtime::types::tuple::Tuple;
use pyjit_runtime::types::type_::{Type, flags, of_kind, type_name};
use pyjit_runtime::{R, Thread, py_class};

use super::errors::{Kind, of_db, raise};
use super::{administration, blob, cursor, functions};
use crate::modules::posix;
use crate::modules::thread::ident;
use crate::native_layout;

/// Transactions as `isolation_level` says.
pub const LEGACY: i64 = -1;

/// A connection; `db` is 0 when it is closed.
#[repr(C)]
pub struct Connection {
    header: Header,
    pub isolation_level: Field,
    pub row_factory: Field,
    pub text_factory: Field,
    db: Cell<usize>,
    initialized: Cell<i64>,
    thread: Cell<i64>,
    check_thread: Cell<i64>,
    pub detect_types: Cell<i64>,
    pub autocommit: Cell<i64>,
    /// Milliseconds to wait for a lock of another connection.
    timeout: Cell<i64>,
    /// How many databases it has opened, and the number of the last one that was closed
    /// with all its statements.
    opened: Cell<i64>,
    closed: Cell<i64>,
}
heap_object!(Connection = 442, refs 1..4);

pub type C = Gc<Connection>;

fn new(_t: &Thread, class: Gc<Type>, _args: Gc<Tuple>, _kw: Option<Value>) -> C {
    let c = Connection {
        header: Header::NEW,
        isolation_level: Field::new(intern("").value()),
        row_factory: Field::new(Value::NONE),
        text_factory: Field::new(of_kind(kinds::STR).value()),
        db: Cell::new(0),
        initialized: Cell::new(0),
        thread: Cell::new(0),
        check_thread: Cell::new(1),
        detect_types: Cell::new(0),
        autocommit: Cell::new(LEGACY),
        timeout: Cell::new(5000),
        opened: Cell::new(0),
        closed: Cell::new(0),
    };
    let extra = class.extra_bytes(words::<Connection>());
    let c = Gc::with_shape(class.root_shape.get(), c, extra);
    finalize::register(c.value());
    c
}

/// The open library connection, for a thread that may use it.
pub fn open(t: &Thread, this: C) -> R<*mut ffi::sqlite3> {
    check_thread(t, this)?;
    if this.initialized.get() == 0 {
        let m = "Base Connection.__init__ not called.";
        return Err(raise(t, Kind::Programming, m));
    }
    match this.db.get() {
        0 => Err(raise(
            t,
            Kind::Programming,
            "Cannot operate on a closed database.",
        )),
        p => Ok(p as *mut ffi::sqlite3),
    }
}
/// Is it open, whoever asks?
pub fn is_open(this: C) -> bool {
    this.db.get() != 0
}
/// The number of the database that is open.
pub fn database_number(this: C) -> i64 {
    this.opened.get()
}
/// Do the statements of the database with that number still exist?
pub fn has_statements(this: C, number: i64) -> bool {
    number > this.closed.get()
}
pub fn check_thread(t: &Thread, this: C) -> R<()> {
    let (own, here) = (this.thread.get(), ident());
    if this.initialized.get() == 0 || this.check_thread.get() == 0 || own == here {
        return Ok(());
    }
    let m = format!(
        "SQLite objects created in a thread can only be used in that same thread. The object was \
         created in thread id {own} and this is thread id {here}."
    );
    Err(raise(t, Kind::Programming, m))
}

/// Another connection holds a lock: waits a little, without the interpreter lock.
unsafe extern "C" fn busy(context: *mut std::ffi::c_void, count: i32) -> i32 {
    let limit = context as i64;
    let so_far = i64::from(count) * 5;
    if so_far >= limit {
        return 0;
    }
    lock::blocking(|| std::thread::sleep(Duration::from_millis(5)));
    1
}

/// Arguments of `Connection` and `connect` in order.
const NAMES: [&str; 9] = [
    "database",
    "timeout",
    "detect_types",
    "isolation_level",
    "check_same_thread",
    "factory",
    "cached_statements",
    "uri",
    "autocommit",
];

fn arguments(t: &Thread, args: Gc<Tuple>, kw: Option<Value>) -> R<[Value; 9]> {
    let mut all = [Value::NULL; 9];
    if args.len() > 8 {
        let m = format!(
            "Connection() takes at most 8 positional arguments ({} given)",
            args.len()
        );
        return Err(raising::type_error(t, m));
    }
    all[..args.len()].copy_from_slice(args.items());
    if args.len() > 1 {
        let m = "Passing more than 1 positional argument to _sqlite3.Connection() is deprecated. \
                 Parameters 'timeout', 'detect_types', 'isolation_level', 'check_same_thread', \
                 'factory', 'cached_statements' and 'uri' will become keyword-only parameters in \
                 Python 3.15.";
        warn::deprecated(t, m)?;
    }
    for (k, v) in kw
        .and_then(|k| k.cast::<Dict>())
        .iter()
        .flat_map(|d| d.iter())
    {
        let name = k
            .cast::<Str>()
            .map(|s| s.lossy().into_owned())
            .unwrap_or_default();
        match NAMES.iter().position(|n| *n == name) {
            Some(i) => all[i] = v,
            None => {
                let m = format!("Connection() got an unexpected keyword argument '{name}'");
                return Err(raising::type_error(t, m));
            }
        }
    }
    if all[0].is_null() {
        let m = "Connection() missing required argument 'database' (pos 1)";
        return Err(raising::type_error(t, m));
    }
    Ok(all)
}
fn check_isolation(t: &Thread, v: Value) -> R<()> {
    if v.is_none() {
        return Ok(());
    }
    let Some(s) = v.cast::<Str>() else {
        return Err(raising::type_error(
            t,
            "isolation_level must be str or None",
        ));
    };
    let known = ["", "DEFERRED", "IMMEDIATE", "EXCLUSIVE"];
    match known.contains(&&*s.lossy().to_ascii_uppercase()) {
        true => Ok(()),
        false => {
            let m = "isolation_level string must be '', 'DEFERRED', 'IMMEDIATE', or 'EXCLUSIVE'";
            Err(raising::value_error(t, m))
        }
    }
}
fn autocommit_value(t: &Thread, v: Value) -> R<i64> {
    match v {
        Value::TRUE => Ok(1),
        Value::FALSE => Ok(0),
        v if v.is_int() && v.as_int() == LEGACY => Ok(LEGACY),
        _ => {
            let m = "autocommit must be True, False, or sqlite3.LEGACY_TRANSACTION_CONTROL";
            Err(raising::value_error(t, m))
        }
    }
}
fn init(t: &Thread, this: C, args: Gc<Tuple>, kw: Option<Value>) -> R<()> {
    let all = arguments(t, args, kw)?;
    let given = |i: usize| all[i].opt();
    audit::event(t, "sqlite3.connect", || [all[0]])?;
    let file = posix::execute::c_string(t, all[0])?;
    let timeout = given(1).map_or(Ok(5.0), |v| ops::to_f64(t, v))?;
    let detect = given(2).map_or(Ok(0), |v| ops::index_i64(t, v))?;
    let isolation = given(3).unwrap_or(intern("").value());
    check_isolation(t, isolation)?;
    let check = given(4).map_or(Ok(true), |v| ops::truth(t, v))?;
    let uri = given(7).map_or(Ok(false), |v| ops::truth(t, v))?;
    let autocommit = given(8).map_or(Ok(LEGACY), |v| autocommit_value(t, v))?;
    // Cursors may go on with statements of the database it had.
    let old = this.db.replace(0) as *mut ffi::sqlite3;
    this.initialized.set(0);
    // SAFETY: an open connection or null; what its statements need stays.
    super::entered(t, || unsafe { sqlite3_close_v2(old) });
    let db = open_file(t, &file, uri)?;
    this.db.set(db as usize);
    this.opened.set(this.opened.get() + 1);
    this.row_factory.set(this, Value::NONE);
    this.text_factory.set(this, of_kind(kinds::STR).value());
    this.initialized.set(1);
    this.thread.set(ident());
    this.check_thread.set(i64::from(check));
    this.detect_types.set(detect);
    this.isolation_level.set(this, isolation);
    this.autocommit.set(autocommit);
    this.timeout.set((timeout * 1000.0) as i64);
    // SAFETY: an open connection; the handler's context is a number.
    unsafe { ffi::sqlite3_busy_handler(db, Some(busy), this.timeout.get() as *mut _) };
    if autocommit == 0 {
        run(t, this, c"BEGIN")?;
    }
    audit::event(t, "sqlite3.connect/handle", || [this.value()])
}
unsafe extern "C" {
    /// Closes a connection as soon as its last statement is gone. (The bindings lack it.)
    fn sqlite3_close_v2(db: *mut ffi::sqlite3) -> i32;
}
fn open_file(t: &Thread, file: &CStr, uri: bool) -> R<*mut ffi::sqlite3> {
    let mut how = ffi::SQLITE_OPEN_READWRITE | ffi::SQLITE_OPEN_CREATE;
    if uri {
        how |= ffi::SQLITE_OPEN_URI;
    }
    let mut db = std::ptr::null_mut();
    // SAFETY: a terminated string; the connection is closed again if it failed.
    let r = lock::blocking(|| unsafe {
        ffi::sqlite3_open_v2(file.as_ptr(), &mut db, how, std::ptr::null())
    });
    if db.is_null() {
        return Err(raising::memory_error(t));
    }
    if r != ffi::SQLITE_OK {
        let e = of_db(t, db);
        // SAFETY: as above.
        unsafe { ffi::sqlite3_close(db) };
        return Err(e);
    }
    Ok(db)
}
/// `sqlite3.connect`.
pub fn connect(t: &Thread, args: Gc<Tuple>, kw: Option<Value>) -> R<Value> {
    let dict = kw.and_then(|k| k.cast::<Dict>());
    let factory = match dict.and_then(|d| d.get_str(intern("factory"))) {
        Some(f) => f,
        None => args.items().get(5).copied().unwrap_or(of_kind(442).value()),
    };
    crate::layout::call_with_dict(t, factory, args.items(), dict)
}

// ---- transactions ----------------------------------------------------------

/// Executes a statement without parameters and results.
pub fn run(t: &Thread, this: C, sql: &CStr) -> R<()> {
    let db = open(t, this)?;
    let mut s = std::ptr::null_mut();
    // SAFETY: an open connection and a terminated string.
    let r = super::entered(t, || unsafe {
        let r = ffi::sqlite3_prepare_v2(db, sql.as_ptr(), -1, &mut s, std::ptr::null_mut());
        if r != ffi::SQLITE_OK {
            return r;
        }
        ffi::sqlite3_step(s);
        ffi::sqlite3_finalize(s)
    });
    match r {
        ffi::SQLITE_OK => Ok(()),
        _ => Err(of_db(t, db)),
    }
}
/// Is a transaction open?
pub fn is_in_transaction(db: *mut ffi::sqlite3) -> bool {
    // SAFETY: an open connection.
    unsafe { ffi::sqlite3_get_autocommit(db) == 0 }
}
fn commit(t: &Thread, this: C) -> R<()> {
    finish(t, this, c"COMMIT")
}
fn rollback(t: &Thread, this: C) -> R<()> {
    finish(t, this, c"ROLLBACK")
}
fn finish(t: &Thread, this: C, how: &CStr) -> R<()> {
    let db = open(t, this)?;
    match this.autocommit.get() {
        LEGACY if is_in_transaction(db) => run(t, this, how),
        0 => {
            run(t, this, how)?;
            run(t, this, c"BEGIN")
        }
        _ => Ok(()),
    }
}
/// What an implicit transaction begins with; `None`: there is none.
pub fn begin(t: &Thread, this: C) -> R<()> {
    let Some(level) = this.isolation_level.get().cast::<Str>() else {
        return Ok(());
    };
    let sql = format!("BEGIN {}", level.lossy());
    run(t, this, &CString::new(sql).unwrap_or_default())
}

fn close_db(this: C) {
    let db = this.db.replace(0) as *mut ffi::sqlite3;
    if db.is_null() {
        return;
    }
    this.closed.set(this.opened.get());
    // SAFETY: an open connection; cursors do not use their statements once it is closed.
    unsafe {
        loop {
            let s = ffi::sqlite3_next_stmt(db, std::ptr::null_mut());
            if s.is_null() {
                break;
            }
            ffi::sqlite3_finalize(s);
        }
        ffi::sqlite3_close(db);
    }
}
fn close(t: &Thread, this: C) -> R<()> {
    check_thread(t, this)?;
    if this.initialized.get() == 0 {
        let m = "Base Connection.__init__ not called.";
        return Err(raise(t, Kind::Programming, m));
    }
    if this.db.get() != 0 && this.autocommit.get() == 0 {
        run(t, this, c"ROLLBACK")?;
    }
    super::entered(t, || close_db(this));
    Ok(())
}
fn finalize(t: &Thread, this: C) -> R<()> {
    if this.db.get() == 0 {
        return Ok(());
    }
    let shown = ops::repr(t, this.value())?;
    let r = warn::warn(
        t,
        Exc::ResourceWarning,
        &format!("unclosed database in {}", shown.lossy()),
    );
    super::entered(t, || close_db(this));
    r
}
fn enter(t: &Thread, this: C) -> R<C> {
    open(t, this)?;
    Ok(this)
}
fn exit(t: &Thread, this: C, class: Value, _v: Value, _tb: Value) -> R<bool> {
    match class.is_none() {
        false => rollback(t, this)?,
        true => {
            if let Err(e) = commit(t, this) {
                // What went wrong is told; the transaction must not stay open.
                let pending = t.exc.replace(Value::NULL);
                let undone = rollback(t, this);
                t.exc.set(pending);
                let _ = undone;
                return Err(e);
            }
        }
    }
    Ok(false)
}

// ---- cursors ---------------------------------------------------------------

fn cursor(t: &Thread, this: C, factory: Option<Value>) -> R<Value> {
    open(t, this)?;
    let factory = factory.unwrap_or(of_kind(443).value());
    let c = call::call(t, factory, &[this.value()])?;
    if c.cast::<cursor::Cursor>().is_none() {
        let m = format!("factory must return a cursor, not {}", type_name(c));
        return Err(raising::type_error(t, m));
    }
    if !this.row_factory.get().is_none() {
        let f = this.row_factory.get();
        attr::set(t, c, intern("row_factory"), Some(f))?;
    }
    Ok(c)
}
fn through_cursor(t: &Thread, this: C, name: &str, args: &[Value]) -> R<Value> {
    let c = call::call_attr(t, this.value(), "cursor", &[])?;
    call::call_attr(t, c, name, args)
}
fn execute(t: &Thread, this: C, sql: Value, parameters: Option<Value>) -> R<Value> {
    let args = [sql, parameters.unwrap_or(Value::NONE)];
    let n = 1 + usize::from(parameters.is_some());
    through_cursor(t, this, "execute", &args[..n])
}
fn executemany(t: &Thread, this: C, sql: Value, parameters: Value) -> R<Value> {
    through_cursor(t, this, "executemany", &[sql, parameters])
}
fn executescript(t: &Thread, this: C, script: Value) -> R<Value> {
    through_cursor(t, this, "executescript", &[script])
}
/// A statement that the library understands; cursors make their own.
fn call_(t: &Thread, this: C, sql: Value) -> R<Gc<Statement>> {
    let db = open(t, this)?;
    let Some(s) = sql.cast::<Str>() else {
        let m = format!("argument 1 must be str, not {}", type_name(sql));
        return Err(raising::type_error(t, m));
    };
    cursor::check(t, db, super::values::text(t, &s)?)?;
    Ok(Statement::alloc(of_kind(528), 0))
}

native_layout! {
    /// What calling a connection gives.
    Statement = 528, refs 1..1 {} ints { unused }
}
py_class! {
    pub STATEMENT: Statement = "Statement", base kinds::OBJECT, flags flags::NO_NEW | flags::IMMUTABLE, module "sqlite3";
    methods {}
}

// ---- attributes ------------------------------------------------------------

fn get_isolation(t: &Thread, this: C) -> R<Value> {
    open(t, this)?;
    Ok(this.isolation_level.get())
}
fn set_isolation(t: &Thread, this: C, v: Option<Value>) -> R<()> {
    let Some(v) = v else {
        return Err(raising::attribute_error(t, "cannot delete attribute"));
    };
    check_isolation(t, v)?;
    let db = open(t, this)?;
    if v.is_none() && is_in_transaction(db) && this.autocommit.get() == LEGACY {
        run(t, this, c"COMMIT")?;
    }
    this.isolation_level.set(this, v);
    Ok(())
}
fn get_autocommit(t: &Thread, this: C) -> R<Value> {
    open(t, this)?;
    Ok(match this.autocommit.get() {
        LEGACY => Value::int(LEGACY),
        n => Value::bool(n == 1),
    })
}
fn set_autocommit(t: &Thread, this: C, v: Option<Value>) -> R<()> {
    let db = open(t, this)?;
    let new = autocommit_value(t, not_deleted(t, v, "autocommit")?)?;
    match new {
        1 if is_in_transaction(db) => run(t, this, c"COMMIT")?,
        0 if !is_in_transaction(db) => run(t, this, c"BEGIN")?,
        _ => {}
    }
    this.autocommit.set(new);
    Ok(())
}
fn in_transaction(t: &Thread, this: C) -> R<bool> {
    open(t, this).map(is_in_transaction)
}
fn total_changes(t: &Thread, this: C) -> R<Value> {
    let db = open(t, this)?;
    // SAFETY: an open connection.
    Ok(int::from_i64(t, unsafe {
        ffi::sqlite3_total_changes64(db)
    }))
}
fn get_row_factory(_t: &Thread, this: C) -> Value {
    this.row_factory.get()
}
fn not_deleted(t: &Thread, v: Option<Value>, name: &str) -> R<Value> {
    v.ok_or_else(|| raising::attribute_error(t, format!("cannot delete {name} attribute")))
}
fn set_row_factory(t: &Thread, this: C, v: Option<Value>) -> R<()> {
    this.row_factory
        .set(this, not_deleted(t, v, "row_factory")?);
    Ok(())
}
fn get_text_factory(_t: &Thread, this: C) -> Value {
    this.text_factory.get()
}
fn set_text_factory(t: &Thread, this: C, v: Option<Value>) -> R<()> {
    this.text_factory
        .set(this, not_deleted(t, v, "text_factory")?);
    Ok(())
}

py_class! {
    /// SQLite database connection object.
    pub CONNECTION: Connection = "Connection", base kinds::OBJECT, flags flags::BASETYPE | flags::HAS_WEAKREF, module "sqlite3";
    methods {
        @staticmethod __new__(cls, /, *args, **kwargs) => new;
        __init__(self, /, *args, **kwargs) => init;
        __del__(self, /) => finalize;
        __call__(self, sql, /) => call_;
        __enter__(self, /) => enter;
        __exit__(self, exc_type, exc_value, exc_tb, /) => exit;
        /// Return a cursor for the connection.
        cursor(self, factory=None) => cursor;
        /// Commit any pending transaction to the database.
        commit(self, /) => commit;
        /// Roll back to the start of any pending transaction.
        rollback(self, /) => rollback;
        /// Close the database connection.
        close(self, /) => close;
        /// Executes an SQL statement.
        execute(self, sql, parameters=None, /) => execute;
        /// Repeatedly executes an SQL statement.
        executemany(self, sql, parameters, /) => executemany;
        /// Executes multiple SQL statements at once.
        executescript(self, sql_script, /) => executescript;
        /// Creates a new function.
        create_function(self, /, *args, **kwargs) => functions::create_function;
        /// Creates a new aggregate.
        create_aggregate(self, /, *args, **kwargs) => functions::create_aggregate;
        /// Creates or redefines an aggregate window function.
        create_window_function(self, name, num_params, aggregate_class, /) => functions::create_window;
        /// Creates a collation function.
        create_collation(self, name, callback, /) => functions::create_collation;
        /// Set authorizer callback.
        set_authorizer(self, /, *args, **kwargs) => functions::set_authorizer;
        /// Set progress handler callback.
        set_progress_handler(self, /, *args, **kwargs) => functions::set_progress;
        /// Set a trace callback called for each SQL statement.
        set_trace_callback(self, /, *args, **kwargs) => functions::set_trace;
        /// Abort any pending database operation.
        interrupt(self, /) => administration::interrupt;
        /// Returns iterator to the dump of the database in an SQL text format.
        iterdump(self, /, *, filter=None) => administration::iterdump;
        /// Makes a backup of the database.
        backup(self, target, *, pages=-1, progress=None, name="main", sleep=0.25) => administration::backup;
        /// Serialize a database into a byte string.
        serialize(self, /, *, name="main") => administration::serialize;
        /// Load a serialized database.
        deserialize(self, data, /, *, name="main") => administration::deserialize;
        /// Get connection run-time limits.
        getlimit(self, category, /) => administration::getlimit;
        /// Set connection run-time limits.
        setlimit(self, category, limit, /) => administration::setlimit;
        /// Query a boolean connection configuration option.
        getconfig(self, op, /) => administration::getconfig;
        /// Set a boolean connection configuration option.
        setconfig(self, op, enable=True, /) => administration::setconfig;
        /// Open and return a BLOB object.
        blobopen(self, table, column, rowid, /, *, readonly=False, name="main") => blob::open_blob;
    }
    getset {
        isolation_level => get_isolation, set_isolation;
        autocommit => get_autocommit, set_autocommit;
        in_transaction => in_transaction;
        total_changes => total_changes;
        row_factory => get_row_factory, set_row_factory;
        text_factory => get_text_factory, set_text_factory;
    }
}
