//! The class `Cursor`: executing statements and fetching rows.
#![allow(unsafe_code)]

use std::cell::Cell;
use std::ffi::CStr;

use libsqlite3_sys as ffi;
use pyjit_heap::{Field, Gc, Header, Value, finalize, heap_object};
use pyjit_runtime::core::class::words;
use pyjit_runtime::core::special::Special;
use pyjit_runtime::core::{call, errors as raising, kinds, ops};
use pyjit_runtime::types::dict::Dict;
use pyjit_runtime::types::exceptions::Exc;
use pyjit_runtime::types::int;
use pyjit_runtime::types::list::List;
use pyjit_runtime::types::str_::Str;
use pyjit_runtime::types::tuple::Tuple;
use pyjit_runtime::types::type_::{Type, class_of, flags, type_name};
use pyjit_runtime::{R, Thread, py_class};

use super::connection::{self, Connection};
use super::errors::{Kind, of_db, raise};
use super::{entered, values};
use crate::layout::Item;

const PARSE_DECLTYPES: i64 = 1;
const PARSE_COLNAMES: i64 = 2;

/// A cursor; `statement` is 0 when it has no rows to give.
#[repr(C)]
pub struct Cursor {
    header: Header,
    connection: Field,
    pub description: Field,
    lastrowid: Field,
    row_factory: Field,
    /// Converters of the columns: a tuple, or `None`.
    converters: Field,
    arraysize: Field,
    statement: Cell<usize>,
    rowcount: Cell<i64>,
    initialized: Cell<i64>,
    closed: Cell<i64>,
    locked: Cell<i64>,
    changes_rows: Cell<i64>,
    /// The number of the database that the statement belongs to.
    database: Cell<i64>,
}
heap_object!(Cursor = 443, refs 1..7);

type U = Gc<Cursor>;

impl Cursor {
    fn statement(&self) -> *mut ffi::sqlite3_stmt {
        self.statement.get() as *mut ffi::sqlite3_stmt
    }
}

fn new(_t: &Thread, class: Gc<Type>, _args: Gc<Tuple>, _kw: Option<Value>) -> U {
    let c = Cursor {
        header: Header::NEW,
        connection: Field::new(Value::NONE),
        description: Field::new(Value::NONE),
        lastrowid: Field::new(Value::NONE),
        row_factory: Field::new(Value::NONE),
        converters: Field::new(Value::NONE),
        arraysize: Field::new(Value::int(1)),
        statement: Cell::new(0),
        rowcount: Cell::new(-1),
        initialized: Cell::new(0),
        closed: Cell::new(0),
        locked: Cell::new(0),
        changes_rows: Cell::new(0),
        database: Cell::new(0),
    };
    let extra = class.extra_bytes(words::<Cursor>());
    let c = Gc::with_shape(class.root_shape.get(), c, extra);
    finalize::register(c.value());
    c
}
fn init(t: &Thread, this: U, c: Value) -> R<()> {
    if this.locked.get() != 0 {
        return Err(recursive(t));
    }
    let Some(c) = c.cast::<Connection>() else {
        let m = format!(
            "Cursor() argument 1 must be sqlite3.Connection, not {}",
            type_name(c)
        );
        return Err(raising::type_error(t, m));
    };
    release(this);
    this.connection.set(this, c.value());
    this.initialized.set(1);
    this.closed.set(0);
    this.rowcount.set(-1);
    connection::check_thread(t, c)
}
fn recursive(t: &Thread) -> pyjit_runtime::Raised {
    raise(
        t,
        Kind::Programming,
        "Recursive use of cursors not allowed.",
    )
}
/// The cursor's connection, if both may be used.
fn ready(t: &Thread, this: U) -> R<(Gc<Connection>, *mut ffi::sqlite3)> {
    if this.initialized.get() == 0 {
        let m = "Base Cursor.__init__ not called.";
        return Err(raise(t, Kind::Programming, m));
    }
    if this.closed.get() != 0 {
        let m = "Cannot operate on a closed cursor.";
        return Err(raise(t, Kind::Programming, m));
    }
    if this.locked.get() != 0 {
        return Err(recursive(t));
    }
    let c: Gc<Connection> = Gc::from_value(this.connection.get());
    let db = connection::open(t, c)?;
    Ok((c, db))
}
/// Gives the statement back to the library.
fn release(this: U) {
    let s = this.statement.replace(0) as *mut ffi::sqlite3_stmt;
    let c = this.connection.get().cast::<Connection>();
    let exists = c.is_some_and(|c| connection::has_statements(c, this.database.get()));
    if !s.is_null() && exists {
        // SAFETY: a statement of ours that nobody has finalized.
        unsafe { ffi::sqlite3_finalize(s) };
    }
}
fn finalize(t: &Thread, this: U) {
    entered(t, || release(this));
}
fn close(t: &Thread, this: U) -> R<()> {
    if this.locked.get() != 0 {
        return Err(recursive(t));
    }
    if this.initialized.get() == 0 {
        let m = "Base Cursor.__init__ not called.";
        return Err(raise(t, Kind::Programming, m));
    }
    let c: Gc<Connection> = Gc::from_value(this.connection.get());
    connection::check_thread(t, c)?;
    connection::open(t, c)?;
    entered(t, || release(this));
    this.closed.set(1);
    Ok(())
}

// ---- statements ------------------------------------------------------------

/// The text behind comments and blanks.
fn significant(mut sql: &str) -> &str {
    loop {
        sql = sql.trim_start_matches([' ', '\t', '\r', '\n', '\x0c']);
        if let Some(rest) = sql.strip_prefix("--") {
            sql = rest.split_once('\n').map_or("", |(_, r)| r);
        } else if let Some(rest) = sql.strip_prefix("/*") {
            sql = rest.split_once("*/").map_or("", |(_, r)| r);
        } else {
            return sql;
        }
    }
}
fn is_change(sql: &str) -> bool {
    let word: String = significant(sql)
        .chars()
        .take_while(char::is_ascii_alphabetic)
        .collect();
    let words = ["INSERT", "UPDATE", "DELETE", "REPLACE"];
    words.iter().any(|w| word.eq_ignore_ascii_case(w))
}
/// Is it no longer than texts of statements may be?
fn check_length(t: &Thread, db: *mut ffi::sqlite3, sql: &str) -> R<()> {
    // SAFETY: an open connection.
    let most = unsafe { ffi::sqlite3_limit(db, ffi::SQLITE_LIMIT_SQL_LENGTH, -1) };
    match sql.len() <= most.max(0) as usize {
        true => Ok(()),
        false => Err(raise(t, Kind::Data, "query string is too large")),
    }
}
/// Raises what preparing a statement raises.
pub fn check(t: &Thread, db: *mut ffi::sqlite3, sql: &str) -> R<()> {
    let s = prepare(t, db, sql)?;
    // SAFETY: a statement of ours, or nothing.
    unsafe { ffi::sqlite3_finalize(s) };
    Ok(())
}
fn prepare(t: &Thread, db: *mut ffi::sqlite3, sql: &str) -> R<*mut ffi::sqlite3_stmt> {
    check_length(t, db, sql)?;
    if sql.contains('\0') {
        let m = "the query contains a null character";
        return Err(raise(t, Kind::Programming, m));
    }
    let (mut s, mut rest) = (std::ptr::null_mut(), std::ptr::null());
    let Ok(n) = i32::try_from(sql.len()) else {
        return Err(raise(t, Kind::Data, "query string is too large"));
    };
    // SAFETY: an open connection, a text of that length.
    let (r, used) = entered(t, || unsafe {
        let start = sql.as_ptr().cast();
        let r = ffi::sqlite3_prepare_v2(db, start, n, &mut s, &mut rest);
        let used = if rest.is_null() {
            sql.len()
        } else {
            rest.offset_from(start) as usize
        };
        (r, used)
    });
    if t.exc.get() != Value::NULL {
        return Err(pending(t));
    }
    if r != ffi::SQLITE_OK {
        return Err(of_db(t, db));
    }
    let rest = sql.get(used..).unwrap_or("");
    if !significant(rest).is_empty() {
        // SAFETY: a statement of ours.
        unsafe { ffi::sqlite3_finalize(s) };
        let m = "You can only execute one statement at a time.";
        return Err(raise(t, Kind::Programming, m));
    }
    Ok(s)
}
/// The exception that a callback has left.
fn pending(t: &Thread) -> pyjit_runtime::Raised {
    raising::set(t, t.exc.get())
}

fn is_sequence(v: Value) -> bool {
    v.cast_exact::<Tuple>().is_some()
        || v.cast_exact::<List>().is_some()
        || (v.cast::<Dict>().is_none() && ops::is_sequence(class_of(v)))
}
fn bind_all(t: &Thread, db: *mut ffi::sqlite3, s: *mut ffi::sqlite3_stmt, args: Value) -> R<()> {
    // SAFETY: a prepared statement.
    let n = unsafe { ffi::sqlite3_bind_parameter_count(s) };
    let name = |i: i32| {
        // SAFETY: as above; the name is a terminated string.
        let p = unsafe { ffi::sqlite3_bind_parameter_name(s, i) };
        // SAFETY: as above.
        (!p.is_null()).then(|| unsafe { CStr::from_ptr(p) }.to_string_lossy().into_owned())
    };
    if is_sequence(args) {
        let given = ops::len(t, args)?;
        if given != n as usize {
            let m = format!(
                "Incorrect number of bindings supplied. The current statement uses {n}, and there \
                 are {given} supplied."
            );
            return Err(raise(t, Kind::Programming, m));
        }
        for i in 1..=n {
            if let Some(name) = name(i).filter(|n| !n.starts_with('?')) {
                let m = format!(
                    "Binding {i} ('{name}') is a named parameter, but you supplied a sequence \
                     which requires nominal (qmark) placeholders."
                );
                return Err(raise(t, Kind::Programming, m));
            }
            let v = ops::getitem(t, args, Value::int(i64::from(i - 1)))?;
            bound(t, db, values::bind(t, s, i, v, &i.to_string())?)?;
        }
        return Ok(());
    }
    if args.cast::<Dict>().is_none() && class_of(args).special(Special::Getitem).is_none() {
        let m = "parameters are of unsupported type";
        return Err(raise(t, Kind::Programming, m));
    }
    for i in 1..=n {
        let Some(name) = name(i) else {
            let m = format!(
                "Binding {i} has no name, but you supplied a dictionary (which has only names)."
            );
            return Err(raise(t, Kind::Programming, m));
        };
        let name = &name[1..];
        let v = match ops::getitem(t, args, Str::new(name).value()) {
            Ok(v) => v,
            Err(_) if raising::catch(t, Exc::LookupError) => {
                let m = format!("You did not supply a value for binding parameter :{name}.");
                return Err(raise(t, Kind::Programming, m));
            }
            Err(e) => return Err(e),
        };
        bound(t, db, values::bind(t, s, i, v, &format!("':{name}'"))?)?;
    }
    Ok(())
}
fn bound(t: &Thread, db: *mut ffi::sqlite3, code: i32) -> R<()> {
    match code {
        ffi::SQLITE_OK => Ok(()),
        _ => Err(of_db(t, db)),
    }
}
/// One step: is there a row?
fn step(t: &Thread, db: *mut ffi::sqlite3, s: *mut ffi::sqlite3_stmt) -> R<bool> {
    // SAFETY: a prepared statement of an open connection.
    let r = entered(t, || unsafe { ffi::sqlite3_step(s) });
    if t.exc.get() != Value::NULL {
        return Err(pending(t));
    }
    match r {
        ffi::SQLITE_ROW => Ok(true),
        ffi::SQLITE_DONE => Ok(false),
        _ => {
            t.host().poll(t)?;
            Err(of_db(t, db))
        }
    }
}

/// What the columns of a statement are called, and who converts them.
fn describe(t: &Thread, this: U, c: Gc<Connection>, s: *mut ffi::sqlite3_stmt) -> R<()> {
    // SAFETY: a prepared statement.
    let n = unsafe { ffi::sqlite3_column_count(s) };
    if n == 0 {
        return Ok(());
    }
    let detect = c.detect_types.get();
    let (columns, converters) = (List::new(), List::new());
    for i in 0..n {
        let full = values::column_name(s, i);
        let short = match full.find(" [").filter(|_| detect & PARSE_COLNAMES != 0) {
            Some(at) => &full[..at],
            None => &full,
        };
        let mut entry = [Value::NONE; 7];
        entry[0] = Str::new(short).value();
        columns.push(t, Tuple::new(&entry).value())?;
        let converter = converter(t, s, i, &full, detect)?;
        converters.push(t, converter.unwrap_or(Value::NONE))?;
    }
    this.description
        .set(this, Tuple::new(columns.items()).value());
    let any = converters.items().iter().any(|c| !c.is_none());
    let converters = match any {
        true => Tuple::new(converters.items()).value(),
        false => Value::NONE,
    };
    this.converters.set(this, converters);
    Ok(())
}
fn converter(
    t: &Thread,
    s: *mut ffi::sqlite3_stmt,
    at: i32,
    name: &str,
    detect: i64,
) -> R<Option<Value>> {
    let find = |key: &str| values::converters().get(t, Str::new(&key.to_uppercase()).value());
    if detect & PARSE_COLNAMES != 0
        && let Some((_, rest)) = name.split_once('[')
        && let Some((key, _)) = rest.split_once(']')
        && let Some(f) = find(key)?
    {
        return Ok(Some(f));
    }
    if detect & PARSE_DECLTYPES == 0 {
        return Ok(None);
    }
    // SAFETY: a prepared statement; the type is a terminated string or nothing.
    let declared = unsafe {
        let p = ffi::sqlite3_column_decltype(s, at);
        (!p.is_null()).then(|| CStr::from_ptr(p).to_string_lossy().into_owned())
    };
    match declared {
        Some(d) => find(d.split([' ', '(']).next().unwrap_or("")),
        None => Ok(None),
    }
}

fn run(
    t: &Thread,
    this: U,
    sql: Value,
    all: &mut dyn FnMut(&mut dyn FnMut(Value) -> R<()>) -> R<()>,
    multiple: bool,
) -> R<U> {
    let (c, db) = ready(t, this)?;
    let Some(text) = sql.cast::<Str>() else {
        let m = format!("execute() argument 1 must be str, not {}", type_name(sql));
        return Err(raising::type_error(t, m));
    };
    let text = values::text(t, &text)?;
    entered(t, || release(this));
    this.description.set(this, Value::NONE);
    this.converters.set(this, Value::NONE);
    this.rowcount.set(if multiple { 0 } else { -1 });
    let s = match prepare(t, db, text) {
        Ok(s) => s,
        Err(e) => {
            this.rowcount.set(-1);
            return Err(e);
        }
    };
    this.statement.set(s as usize);
    this.database.set(connection::database_number(c));
    // SAFETY: a prepared statement.
    let readonly = s.is_null() || unsafe { ffi::sqlite3_stmt_readonly(s) } != 0;
    let change = !readonly && is_change(text);
    this.changes_rows.set(i64::from(change));
    if s.is_null() {
        return Ok(this);
    }
    let r = run_prepared(t, this, (c, db, s), all, multiple, change);
    this.locked.set(0);
    if let Err(e) = r {
        this.rowcount.set(-1);
        let pending = t.exc.replace(Value::NULL);
        entered(t, || release(this));
        t.exc.set(pending);
        return Err(e);
    }
    Ok(this)
}
fn run_prepared(
    t: &Thread,
    this: U,
    (c, db, s): (Gc<Connection>, *mut ffi::sqlite3, *mut ffi::sqlite3_stmt),
    all: &mut dyn FnMut(&mut dyn FnMut(Value) -> R<()>) -> R<()>,
    multiple: bool,
    change: bool,
) -> R<()> {
    if multiple && !change {
        let m = "executemany() can only execute DML statements.";
        return Err(raise(t, Kind::Programming, m));
    }
    this.locked.set(1);
    if change && c.autocommit.get() == connection::LEGACY && !connection::is_in_transaction(db) {
        connection::begin(t, c)?;
    }
    let mut row = false;
    let mut described = false;
    all(&mut |args| {
        connection::open(t, c)?;
        // SAFETY: a prepared statement.
        unsafe {
            ffi::sqlite3_reset(s);
            ffi::sqlite3_clear_bindings(s);
        }
        bind_all(t, db, s, args)?;
        row = step(t, db, s)?;
        if !described {
            described = true;
            describe(t, this, c, s)?;
        }
        if change && !row {
            count_changes(this, db);
        }
        // Rows of a statement for many parameters are not given.
        while multiple && row {
            row = step(t, db, s)?;
            if !row {
                count_changes(this, db);
            }
        }
        Ok(())
    })?;
    if !multiple {
        // SAFETY: an open connection.
        let id = unsafe { ffi::sqlite3_last_insert_rowid(db) };
        this.lastrowid.set(this, int::from_i64(t, id));
    }
    if !row {
        entered(t, || release(this));
    }
    Ok(())
}
fn count_changes(this: U, db: *mut ffi::sqlite3) {
    // SAFETY: an open connection.
    let n = unsafe { ffi::sqlite3_changes64(db) };
    this.rowcount.set(this.rowcount.get().max(0) + n);
}
fn execute(t: &Thread, this: U, sql: Value, args: Option<Value>) -> R<U> {
    let args = args.unwrap_or_else(|| Tuple::new(&[]).value());
    run(t, this, sql, &mut |f| f(args), false)
}
fn executemany(t: &Thread, this: U, sql: Value, all: Value) -> R<U> {
    run(t, this, sql, &mut |f| ops::for_each(t, all, &mut *f), true)
}
fn executescript(t: &Thread, this: U, script: Value) -> R<U> {
    let Some(text) = script.cast::<Str>() else {
        let m = format!(
            "executescript() argument must be str, not {}",
            type_name(script)
        );
        return Err(raising::type_error(t, m));
    };
    let (c, db) = ready(t, this)?;
    let text = values::text(t, &text)?;
    check_length(t, db, text)?;
    if text.contains('\0') {
        return Err(raising::value_error(t, "embedded null character"));
    }
    if c.autocommit.get() == connection::LEGACY && connection::is_in_transaction(db) {
        connection::run(t, c, c"COMMIT")?;
    }
    let mut rest = text;
    while !significant(rest).is_empty() {
        let (mut s, mut tail) = (std::ptr::null_mut(), std::ptr::null());
        // SAFETY: an open connection, a text of that length.
        let (r, used) = entered(t, || unsafe {
            let start = rest.as_ptr().cast();
            let n = rest.len() as i32;
            let r = ffi::sqlite3_prepare_v2(db, start, n, &mut s, &mut tail);
            let used = if tail.is_null() {
                rest.len()
            } else {
                tail.offset_from(start) as usize
            };
            (r, used)
        });
        if r != ffi::SQLITE_OK {
            return Err(of_db(t, db));
        }
        let done = loop {
            let row = if s.is_null() {
                Ok(false)
            } else {
                step(t, db, s)
            };
            match row {
                Ok(true) => {}
                r => break r,
            }
        };
        // SAFETY: a statement of ours.
        entered(t, || unsafe { ffi::sqlite3_finalize(s) });
        done?;
        connection::open(t, c)?;
        rest = rest.get(used.max(1)..).unwrap_or("");
    }
    Ok(this)
}

// ---- rows ------------------------------------------------------------------

fn row(t: &Thread, this: U, c: Gc<Connection>) -> R<Value> {
    let s = this.statement();
    // SAFETY: a statement with a current row.
    let n = unsafe { ffi::sqlite3_data_count(s) };
    let items = List::new();
    let converters = this.converters.get().cast::<Tuple>();
    for i in 0..n {
        let converter = converters.and_then(|c| c.items().get(i as usize).copied());
        let v = match converter.filter(|c| !c.is_none()) {
            Some(f) => match values::raw_column(s, i) {
                Some(b) => call::call(t, f, &[b.value()])?,
                None => Value::NONE,
            },
            None => values::column(t, s, i, c.text_factory.get())?,
        };
        items.push(t, v)?;
    }
    Ok(Tuple::new(items.items()).value())
}
fn fetch(t: &Thread, this: U) -> R<Option<Value>> {
    let (c, _) = ready(t, this)?;
    if this.statement.get() == 0 || !connection::has_statements(c, this.database.get()) {
        return Ok(None);
    }
    // SAFETY: an existing statement; its database may be an older one of the connection.
    let db = unsafe { ffi::sqlite3_db_handle(this.statement()) };
    this.locked.set(1);
    let fetched = row(t, this, c);
    this.locked.set(0);
    let mut value = fetched?;
    match step(t, db, this.statement()) {
        Ok(true) => {}
        Ok(false) => {
            if this.changes_rows.get() != 0 {
                count_changes(this, db);
            }
            entered(t, || release(this));
        }
        Err(e) => {
            let pending = t.exc.replace(Value::NULL);
            entered(t, || release(this));
            t.exc.set(pending);
            return Err(e);
        }
    }
    if !this.row_factory.get().is_none() {
        value = call::call(t, this.row_factory.get(), &[this.value(), value])?;
    }
    Ok(Some(value))
}
fn next(t: &Thread, this: U) -> R<Item> {
    Ok(Item(fetch(t, this)?))
}
fn fetchone(t: &Thread, this: U) -> R<Value> {
    Ok(fetch(t, this)?.unwrap_or(Value::NONE))
}
fn fetch_up_to(t: &Thread, this: U, most: i64) -> R<Gc<List>> {
    let l = List::new();
    while (l.len() as i64) < most {
        let Some(v) = fetch(t, this)? else { break };
        l.push(t, v)?;
    }
    Ok(l)
}
fn fetchmany(t: &Thread, this: U, size: Option<Value>) -> R<Gc<List>> {
    let size = row_count(t, size.unwrap_or(this.arraysize.get()))?;
    fetch_up_to(t, this, size)
}
/// A number of rows: 32 bits without a sign.
fn row_count(t: &Thread, v: Value) -> R<i64> {
    let v = ops::index(t, v)?;
    if int::is_negative(v) {
        return Err(raising::value_error(t, "Cannot convert negative int"));
    }
    let n = int::to_i64(v).filter(|n| u32::try_from(*n).is_ok());
    n.ok_or_else(|| raising::overflow_error(t, "Python int too large to convert to C uint32_t"))
}
fn fetchall(t: &Thread, this: U) -> R<Gc<List>> {
    fetch_up_to(t, this, i64::MAX)
}
fn ignore(_t: &Thread, _this: U, _a: Value, _b: Option<Value>) {}

fn get_connection(_t: &Thread, this: U) -> Value {
    this.connection.get()
}
fn get_description(_t: &Thread, this: U) -> Value {
    this.description.get()
}
fn get_lastrowid(_t: &Thread, this: U) -> Value {
    this.lastrowid.get()
}
fn get_rowcount(_t: &Thread, this: U) -> i64 {
    this.rowcount.get()
}
fn get_arraysize(_t: &Thread, this: U) -> Value {
    this.arraysize.get()
}
fn set_arraysize(t: &Thread, this: U, v: Option<Value>) -> R<()> {
    let Some(v) = v else {
        let m = "attribute 'arraysize' of 'sqlite3.Cursor' objects cannot be deleted";
        return Err(raising::attribute_error(t, m));
    };
    this.arraysize.set(this, Value::int(row_count(t, v)?));
    Ok(())
}
fn get_row_factory(_t: &Thread, this: U) -> Value {
    this.row_factory.get()
}
fn set_row_factory(t: &Thread, this: U, v: Option<Value>) -> R<()> {
    let Some(v) = v else {
        let m = "cannot delete row_factory attribute";
        return Err(raising::attribute_error(t, m));
    };
    this.row_factory.set(this, v);
    Ok(())
}
fn iter(t: &Thread, this: U) -> R<U> {
    ready(t, this)?;
    Ok(this)
}

py_class! {
    /// SQLite database cursor class.
    pub CURSOR: Cursor = "Cursor", base kinds::OBJECT, flags flags::BASETYPE | flags::HAS_WEAKREF, module "sqlite3";
    methods {
        @staticmethod __new__(cls, /, *args, **kwargs) => new;
        __init__(self, connection, /) => init;
        __del__(self, /) => finalize;
        __iter__(self, /) => iter;
        __next__(self, /) => next;
        /// Executes an SQL statement.
        execute(self, sql, parameters=(), /) => execute;
        /// Repeatedly executes an SQL statement.
        executemany(self, sql, seq_of_parameters, /) => executemany;
        /// Executes multiple SQL statements at once.
        executescript(self, sql_script, /) => executescript;
        /// Fetches one row from the resultset.
        fetchone(self, /) => fetchone;
        /// Fetches several rows from the resultset.
        fetchmany(self, size=1) => fetchmany;
        /// Fetches all rows from the resultset.
        fetchall(self, /) => fetchall;
        /// Closes the cursor.
        close(self, /) => close;
        setinputsizes(self, sizes, unused=None, /) => ignore;
        setoutputsize(self, size, column=None, /) => ignore;
    }
    getset {
        connection => get_connection;
        description => get_description;
        lastrowid => get_lastrowid;
        rowcount => get_rowcount;
        arraysize => get_arraysize, set_arraysize;
        row_factory => get_row_factory, set_row_factory;
    }
}
